"""A register of 20,000 rows from a workbook to a screened workbook, against pandas reading and writing it: quotients in one run.

python -m tests.benchmarks.workbook
python -m tests.benchmarks.workbook --share 0.25     # one row in four is of a child to whom something has happened
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

import pandas as pd
import polars as pl

from cspr_rules import load_ruleset
from cspr_rules.bulk.mapped import mapped
from cspr_rules.bulk.mapping import read_mapping
from cspr_rules.bulk.register_files import read_table
from cspr_rules.bulk.screening import screen
from cspr_rules.reports.screened_files import save
from tests.benchmarks.children import AS_OF, PIECE, piece

COLUMNS: Final = (
    *("child.born_on", "child.died", "child.died_on", "child.place_of_death", "child.seriously_harmed", "child.place_of_harm"),
    *("child.normally_resident", "child.looked_after", "concern.authority_view", "setting.kind"),
    *("incident.occurred_on", "incident.authority_aware_on", "notification.sent_on"),
)


def register(rows: int, share: float) -> pd.DataFrame:
    """Return a register in which something has happened to a share of the children."""
    wanted = int(rows * share)
    pieces = [pl.DataFrame(pl.from_arrow(piece(number).select(COLUMNS))) for number in range(1 + wanted // (PIECE // 120))]
    every = pl.concat([each.with_columns(pl.col(pl.Categorical).cast(pl.String)) for each in pieces])
    happened = every.filter(pl.col("incident.occurred_on").is_not_null()).head(wanted)
    others = every.filter(pl.col("incident.occurred_on").is_null()).head(rows - len(happened))
    return pl.concat([happened, others]).sample(fraction=1, shuffle=True, seed=16).with_row_index("Case").to_pandas()


def timed(run: Callable[[], Any]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--share", type=float, default=0.02)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ruleset = load_ruleset("england")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        given, meaning = folder / "register.xlsx", folder / "mapping.yaml"
        register(options.rows, options.share).to_excel(given, index=False)
        meaning.write_text("case: Case\ncolumns:\n" + "".join(f"  {name}: {name}\n" for name in COLUMNS))
        told: dict[str, Any] = {}

        def in_pandas() -> None:
            pd.read_excel(given).to_excel(folder / "written.xlsx", index=False)

        def screened() -> None:
            said = read_mapping(meaning, ruleset.vocabulary)
            told["found"] = screen(mapped(read_table(given), said, ruleset.vocabulary), ruleset, AS_OF)
            save(told["found"], folder / "screened.xlsx")

        rounds = [(timed(in_pandas), timed(screened)) for _ in range(options.rounds)]
        quotients = [ours / theirs for theirs, ours in rounds]
        found = told["found"]
        print(
            f"{options.rows:,} rows of {len(COLUMNS)} facts, {found.cases:,} cases, {len(found.found):,} duties owed or open: pandas "
            f"{median(each for each, _ in rounds):.2f} s, screened {median(each for _, each in rounds):.2f} s of processor time; "
            f"{median(quotients):.2f} times ({min(quotients):.2f} to {max(quotients):.2f})"
        )


if __name__ == "__main__":
    main()
