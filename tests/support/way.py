"""Prints the way of a case through the packages: which of them a real run enters, in the order in which it first does.

python -m tests.support.way docs/cases/baby-head-injury-before-easter.yaml
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from cspr_rules import evaluate, load_ruleset, read_file
from cspr_rules.loading.case_files import case_from

ROOT = Path(__file__).parents[2]
PACKAGE = str(ROOT / "src" / "cspr_rules")


def entered(run: Callable[[], Any]) -> dict[str, list[str]]:
    """Return the packages whose functions a run calls, in the order in which they are first called, each with its modules.

    What is done while a module is imported is left out: it happens once for each process and decides nothing.
    """
    found: dict[str, list[str]] = {}

    def watch(frame: FrameType, event: str, _: Any) -> None:
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(PACKAGE) and frame.f_code.co_name != "<module>":
            parts = Path(file).relative_to(PACKAGE).with_suffix("").parts
            modules = found.setdefault(parts[0] if len(parts) > 1 else "front door", [])
            name = "/".join(parts[1:]) or parts[0]
            if name not in modules:
                modules.append(name)

    sys.setprofile(watch)
    try:
        run()
    finally:
        sys.setprofile(None)
    return found


def ways(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return the ways of one case: from file to facts, from facts to outcomes and duties, and from a decision to its explanation."""
    facts = entered(lambda: case_from(read_file(path)))
    file = case_from(read_file(path))
    ruleset = load_ruleset(file.profile or "england")
    assert file.as_of is not None
    day = file.as_of
    decided = entered(lambda: evaluate(ruleset, file.case, as_of=day).duties)
    record = evaluate(ruleset, file.case, as_of=day)
    rule = next(iter(record.decisions))
    return {"from file to facts": facts, "from facts to duties": decided, "from a decision to why": entered(lambda: record.why(rule).text)}


def main(arguments: list[str]) -> None:
    """Print the ways of the case named."""
    for title, way in ways(Path(arguments[0])).items():
        print(f"{title}: {len(way)} packages")
        for package, modules in way.items():
            print(f"  {package}: {', '.join(modules)}")


if __name__ == "__main__":
    main(sys.argv[1:])
