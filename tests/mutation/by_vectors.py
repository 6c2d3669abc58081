"""Makes every single change to the rules and says which the vectors do not notice: ``python -m tests.mutation.by_vectors VECTORS``.

Asked are the loader, the examples and the vectors. A change that no answer can show, because on every day the same is read of the rule, is counted
apart (``cspr_rules.authoring.mutating.equal``). The answer is 1 if another goes unnoticed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from cspr_rules.authoring.mutating.changes import LABELS, LOGIC, TIMES
from cspr_rules.authoring.mutating.scoring import Asked, changes, chosen, judge_of, noticed, results, table

PROFILES: Final = ("england", "bcp")


def left_by(vectors: Path, profile: str, rule: str | None = None, workers: int = 2) -> tuple[list[str], str]:
    """Return the names of the changes to a profile's own rules that go unnoticed, and what noticed how many.

    Args:
        vectors: The vectors.
        profile: The profile.
        rule: Change only this rule.
        workers: How many processes judge at once.
    """
    asked = Asked(profile, vectors, LOGIC | TIMES | LABELS, rule)
    judge = judge_of(profile, vectors)
    every = changes(judge, asked)
    found = dict(results(partial(noticed, asked), chosen(judge, asked), workers))
    return [every[place].name for place, by in found.items() if by is None], table(found, every, judge.noticing)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the changes and print what goes unnoticed.

    Returns:
        0 if none does; else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.by_vectors", description="Say which changes to the rules vectors do not notice.")
    parser.add_argument("vectors", type=Path, help="a file from cspr-rules vectors")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="how many processes judge at once (2)")
    options = parser.parse_args(arguments)
    left: list[str] = []
    for profile in PROFILES:
        names, told = left_by(options.vectors, profile, workers=options.workers)
        print(f"{profile}\n{told}")
        left += names
    for name in left:
        print(f"unnoticed: {name}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
