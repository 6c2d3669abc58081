"""Makes every single change to the rules and says what notices each: ``python -m tests.mutation.mutating``.

A condition is dropped, all and any are swapped, a number of days, its unit, an anchor, a recipient, a strength or a citation is changed, a window is
moved; ``cspr_rules.authoring.mutating.changes`` has the whole list. Asked are the loader, the examples, the worked cases and the ledger. The pages in
``docs/rules`` differ after nearly every change and are not counted; ``--pages`` says which survivors they would show.

The answer is 1 if a survivor is not explained in ``mutants_surviving.yaml``, or if that file explains a change that is noticed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from cspr_rules.authoring.mutating.changes import Mutant
from cspr_rules.authoring.mutating.judging import Judge
from cspr_rules.authoring.mutating.scoring import results, table
from cspr_rules.authoring.pages.folder import pages_of
from cspr_rules.loading.reading import read_file
from tests.mutation.judging import NOTICED_BY, RULES, project_judge

SURVIVING: Final = Path(__file__).parent / "mutants_surviving.yaml"


@cache
def judge() -> Judge:
    """Return the rules as they stand; each worker reads them once."""
    return project_judge()


def explained() -> dict[str, str]:
    """Return the changes that are known to go unnoticed, each with the reason."""
    document: Any = read_file(SURVIVING).value
    return {change: entry["because"] for entry in document["survivors"] for change in entry["changes"]}


def chosen(every: Sequence[Mutant], sample: int | None, rule: str | None) -> list[int]:
    """Return the places of the changes to be made.

    Args:
        every: All changes.
        sample: How many to take, evenly spread; all of them by default.
        rule: Only those of files that give this id, all versions of a rule.
    """
    entries = judge().built.pack.entries
    places = [place for place, mutant in enumerate(every) if rule is None or entries[mutant.entry].plain.get("id") == rule]
    if sample is None or sample >= len(places):
        return places
    return [places[number * len(places) // sample] for number in range(sample)]


def noticed(place: int) -> tuple[int, str | None]:
    """Return a change's place with what notices it."""
    return place, judge().noticed_by(judge().mutants[place])


def pages_differ(mutant: Mutant) -> bool:
    """Say whether the pages made from the rules would show a change."""
    entry = judge().built.pack.entries[mutant.entry]
    with TemporaryDirectory() as folder:
        copy = Path(folder) / RULES.name
        shutil.copytree(RULES, copy)
        file = copy.parent / entry.file
        pages = []
        for plain in (entry.plain, mutant.plain):
            file.write_text(yaml.safe_dump(dict(plain), sort_keys=False, allow_unicode=True), encoding="utf-8")
            pages.append(pages_of(copy))
        return pages[0] != pages[1]


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the changes and print what noticed them.

    Returns:
        0 if every survivor is explained and, when every change was made, every explanation is of a survivor; else 1.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutation.mutating", description="Change the rules in every single way and say what notices."
    )
    parser.add_argument("--sample", type=int, metavar="N", help="make only N changes, evenly spread")
    parser.add_argument("--rule", metavar="ID", help="change only this rule")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="how many processes judge at once (2)")
    parser.add_argument("--pages", action="store_true", help="say of each survivor whether the pages would show it")
    options = parser.parse_args(arguments)
    every = judge().mutants
    places = chosen(every, options.sample, options.rule)
    found: dict[int, str | None] = {}
    for place, by in results(noticed, places, options.workers):
        found[place] = by
        if sys.stderr.isatty() and len(found) % 100 == 0:
            print(f"\r{len(found)} of {len(places)}", end="", file=sys.stderr, flush=True)
    print(table(found, every, NOTICED_BY))
    known = explained()
    survivors = [every[place] for place, by in found.items() if by is None]
    for reason in dict.fromkeys(known.get(mutant.name) for mutant in survivors):
        print(f"\nUnnoticed. {reason or 'Not explained in ' + SURVIVING.name}")
        for mutant in survivors:
            if known.get(mutant.name) == reason:
                shown = ("  [the pages show it]" if pages_differ(mutant) else "  [the pages do not show it]") if options.pages else ""
                print(f"  {mutant.place}  {mutant.name}{shown}")
    left = [name for name in known if name not in {mutant.name for mutant in survivors}] if len(places) == len(every) else []
    for name in left:
        print(f"\n{SURVIVING.name} explains a change that is noticed, or no longer made: {name}")
    return 1 if left or any(mutant.name not in known for mutant in survivors) else 0


if __name__ == "__main__":
    sys.exit(main())
