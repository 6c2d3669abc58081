"""Runs the examples of ``docs/how-to/many-machines.md`` as they stand: ``python -m tests.support.on_many_machines Dask Ray``.

The tests run those of Arrow and Polars. Dask and Ray are not among the packages that the tests need; whoever has them runs these by hand.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet

from cspr_rules import evaluate_frame, load_ruleset
from tests.support.random_cases import random_cases

PAGE: Final = Path(__file__).parents[2] / "docs" / "how-to" / "many-machines.md"
_FACTS: Final = ("child.died", "child.seriously_harmed", "child.place_of_harm", "concern.authority_view")


def example(title: str) -> str:
    """Return the code under a heading of the page."""
    found = re.search(rf"\n## {re.escape(title)}\n.*?```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    if not found:
        raise ValueError(title)
    return found[1]


def register(count: int) -> pa.Table:
    """Return sound rows with gaps, and ``reference`` for their key."""
    vocabulary = load_ruleset("england").vocabulary
    rows = [{**incident, **children[0]} for incident, children in random_cases(vocabulary, count, 16, _FACTS)]
    types = {"yes_no": pa.bool_(), "one_of": pa.string()}
    columns = {name: pa.array([row.get(name) for row in rows], types[vocabulary.by_id[name].type]) for name in _FACTS}
    table = pa.table({"reference": [f"r{number}" for number in range(count)], **columns})
    asked = {"as_of": date(2025, 1, 31), "keep": ["reference"], "rules": ["england.notification"], "columns": []}
    sound = evaluate_frame(table, load_ruleset("england"), **asked, errors="collect").answers  # type: ignore[call-overload] # all that it takes
    return table.take(pa.array([row - 1 for row in sound.column("row").to_pylist()]))


def tried(title: str, folder: Path, count: int) -> tuple[pa.Table, pa.Table]:
    """Run an example in a folder; return what it wrote, and what ``evaluate_frame`` says of the whole, both in order of reference."""
    table = register(count)
    pa.parquet.write_table(table, folder / "register.parquet", row_group_size=max(1, count // 4))
    with chdir(folder):
        exec(compile(example(title), f"{PAGE.name}, {title}", "exec"), {})  # noqa: S102 -- what the page says
        written = Path("answers.parquet")
        paths = [written] if written.exists() else sorted(Path("answers").glob("*.parquet"))
        found = pa.concat_tables([pa.parquet.read_table(path) for path in paths if path.stat().st_size])
    rules = load_ruleset("england")
    whole = evaluate_frame(table, rules, as_of=date(2025, 1, 31), keep=["reference"], rules=["england.notification"], columns=[])
    names = [name for name in whole.column_names if name != "row"]
    return found.select(names).cast(whole.select(names).schema).sort_by("reference"), whole.select(names).sort_by("reference")


def main() -> int:
    """Run those that are named."""
    wrong = 0
    for title in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            began = time.perf_counter()
            found, whole = tried(title, Path(folder), 2_000)
            seconds = time.perf_counter() - began
            same = found.equals(whole)
            print(f"{title}: {len(found)} of {len(whole)} rows, {'the same' if same else 'DIFFERENT'}, {seconds:.1f} s")
            wrong += not same
    return wrong


if __name__ == "__main__":
    sys.exit(main())
