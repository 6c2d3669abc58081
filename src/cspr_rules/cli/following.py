"""What the commands over case files share: opening many files, each with a reference of its own, and the day to look from."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import is_history, read_history
from cspr_rules.casework.replay import Replay, replay
from cspr_rules.cli.common import day, profile_option
from cspr_rules.errors import CaseError, CsprRulesError, Fault
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.reading import read_file
from cspr_rules.loading.rulesets import rules_for
from cspr_rules.safe_text import visible


class Followed(NamedTuple):
    """Case files, followed up to one day.

    Attributes:
        as_of: The day.
        cases: Each case that could be read, with its reference.
        faults: What is wrong with the others.
    """

    as_of: date
    cases: tuple[tuple[str, Replay], ...]
    faults: tuple[Fault, ...]


def options(parser: argparse.ArgumentParser) -> None:
    """Add what every command over case files takes."""
    parser.add_argument("cases", nargs="+", metavar="CASEFILE", help="a case file over time (.yaml or .jsonl), or a case at one moment")
    profile_option(parser)
    parser.add_argument(
        "--as-of",
        metavar="DAY",
        help="what was known by the end of this day, looked at from it: YYYY-MM-DD or 'today'; default: the last entry's day",
    )


def opened(name: str, looked_from: date | None = None) -> CaseHistory:
    """Return the history in a file; a case at one moment became known on its ``as_of``, and without one on the day looked from.

    Raises:
        CaseError: The file cannot be read.
    """
    if name.endswith(".jsonl"):
        return read_history(name)
    document = read_file(Path(name))
    if document.faults or is_history(document):
        return read_history(name)
    file = case_from(document)
    known_on = file.as_of or looked_from
    if known_on is None:
        message = "this is a case at one moment and does not say which; give it an `as_of`, say --as-of, or make it a case file over time"
        raise CaseError([Fault(name, message)])
    return CaseHistory.of(file.case, known_on, profile=file.profile, title=file.title)


def followed(names: Sequence[str], profile: str | None, as_of: str | None) -> Followed:
    """Open case files and follow each up to one day; those that cannot be are named, and the others are followed all the same.

    Args:
        names: The files.
        profile: The authority, if it is to be the same for all.
        as_of: The day as written; the day of the last entry of any of them if not given.

    Raises:
        CaseError: None of them can be read.
    """
    faults: list[Fault] = []
    histories: list[tuple[str, CaseHistory]] = []
    asked = day(as_of, "--as-of", may_be_today=True) if as_of else None
    for name in names:
        try:
            histories.append((name, opened(name, asked)))
        except CsprRulesError as error:
            faults.extend(error.faults)
    days = [history.last_day for _, history in histories if history.last_day]
    if not histories or (as_of is None and not days):
        raise CaseError(faults or [Fault("", "there are no entries yet, so there is no day to look from; say which with --as-of")])
    looked_from = asked or max(days)
    cases = []
    for name, history in histories:
        for notice in history.notices:
            print(visible(notice), file=sys.stderr)
        try:
            cases.append((history.reference or Path(name).stem, replay(history, rules_for(profile, history.profile), looked_from)))
        except CsprRulesError as error:
            faults.extend(error.faults)
    return Followed(looked_from, tuple(cases), tuple(faults))
