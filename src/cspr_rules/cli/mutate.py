"""``cspr-rules mutate``: the rules changed in every single way, and which of the changes no example and no case notices."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from cspr_rules.authoring.mutating.changes import LABELS, LOGIC, TIMES
from cspr_rules.authoring.mutating.judging import EQUAL
from cspr_rules.authoring.mutating.scoring import Asked, Survivor, changes, chosen, judge_of, noticed, results, survivor, table
from cspr_rules.cli.common import ANSWERED, FOUND, fail
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault
from cspr_rules.loading.rulesets import named_or_folder

_KINDS: Final = {"conditions": LOGIC, "times": TIMES, "labels": LABELS}
MUTATION_SCHEMA: Final = "cspr-rules/mutation/2"
_MOST_SEARCHED: Final = 50
"""For how many survivors a case is looked for."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "profile", nargs="?", default="bcp", metavar="RULES", help="a profile folder, or a profile that ships: its own rules are changed"
    )
    parser.add_argument(
        "--cases", type=Path, metavar="DIR|FILE", help="case files with what is expected, or a file of vectors, asked besides the examples"
    )
    parser.add_argument("--rule", metavar="ID", help="change only this rule, inherited ones included")
    parser.add_argument(
        "--kinds",
        default="conditions,times",
        metavar="KINDS",
        help="some of conditions, times and labels (roles, strengths, citations); the first two if not given",
    )
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="how many processes judge at once (2)")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    """Make the changes: 0 if each is noticed that an answer can show, 1 if one is not."""
    kinds = [kind.strip() for kind in options.kinds.split(",")]
    if wrong := [kind for kind in kinds if kind not in _KINDS]:
        return fail([Fault("--kinds", f"expected some of {', '.join(_KINDS)}, with commas between them, but it is '{wrong[0]}'")])
    if options.workers < 1:
        return fail([Fault("--workers", "expected a number of processes, at least 1")])
    asked = Asked(named_or_folder(options.profile), options.cases, frozenset().union(*(_KINDS[kind] for kind in kinds)), options.rule)
    judge = judge_of(asked.profile, asked.cases)
    places = chosen(judge, asked)
    if not places:
        return fail([Fault(str(options.profile), "there is nothing of these kinds to change")])
    found: dict[int, str | None] = {}
    for place, by in results(partial(noticed, asked), places, options.workers):
        found[place] = by
        if sys.stderr.isatty():
            print(f"\r{len(found)} of {len(places)} changes", end="\n" if len(found) == len(places) else "", file=sys.stderr, flush=True)
    every = changes(judge, asked)
    unnoticed = [every[place] for place, by in found.items() if by is None]
    searched = [survivor(judge, mutant) for mutant in unnoticed[:_MOST_SEARCHED]]
    left = [*searched, *(Survivor(mutant.name, mutant.place, None, None) for mutant in unnoticed[_MOST_SEARCHED:])]
    if options.format == "json":
        no_difference = sum(by == EQUAL for by in found.values())
        score = {"made": len(found), "noticed": len(found) - len(left) - no_difference, "equal": no_difference}
        sys.stdout.write(
            as_json({"schema": MUTATION_SCHEMA, "profile": judge.ruleset.profile.id, **score, "survivors": [_plain(each) for each in left]})
        )
    else:
        print(table(found, every, judge.noticing))
        for line in _told(left):
            print(line)
    return FOUND if left else ANSWERED


def _told(left: list[Survivor]) -> Iterator[str]:
    for each in left:
        yield f"\nunnoticed: {each.place}  {each.name}"
        if each.facts is not None and each.outcomes is not None:
            yield f"  would be told by a case where it is {each.outcomes[0]}, and with the change {each.outcomes[1]}:"
            yield from (f"    {name}: {str(value).lower() if isinstance(value, bool) else value}" for name, value in each.facts.items())
            if not each.facts:
                yield "    (nothing is recorded)"
    if len(left) > _MOST_SEARCHED:
        yield f"\nFor the first {_MOST_SEARCHED} a case was looked for; --rule looks at one rule alone."


def _plain(each: Survivor) -> dict[str, object]:
    outcomes = {"outcome": each.outcomes[0], "changed": each.outcomes[1]} if each.outcomes else {}
    return {"change": each.name, "place": each.place, "facts": None if each.facts is None else dict(each.facts), **outcomes}
