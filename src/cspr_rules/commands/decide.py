"""``cspr-rules decide``: who owes what to whom by when, why, and what to ask next."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from cspr_rules.cases import CaseFile, case_from
from cspr_rules.commands.common import ANSWERED, day, fail, profile_option
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError
from cspr_rules.evaluating import ENGINES, Engine, evaluate
from cspr_rules.loading import load_ruleset
from cspr_rules.reading import STDIN, Document, read_bytes, read_file, standard_input
from cspr_rules.record import DecisionRecord

FORMATS: Final = ("text", "brief", "markdown", "html", "json")


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("cases", nargs="+", metavar="CASE", help="a case file, YAML or JSON; - for standard input")
    profile_option(parser)
    parser.add_argument(
        "--as-of",
        metavar="DAY",
        help="the day to look from: YYYY-MM-DD or 'today'; without it, the case's own, else the latest day it records",
    )
    parser.add_argument("--law-on", metavar="DAY", help="read the law as it stood on this day; without it, on the day of the incident")
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default="builtin",
        help="what decides: the built-in engine, durable_rules (the extra `durable`), or both, stopping where they differ; the answer is the same",
    )
    parser.add_argument(
        "--format",
        choices=FORMATS,
        default="text",
        help="brief is the text in short: what presses, what to ask, what not to rely on; html is one page to read, print and keep",
    )
    parser.add_argument(
        "--explain", action="store_true", help="follow every decision through, test by test (not for json, which has every test, nor brief)"
    )


def run(options: argparse.Namespace) -> int:
    """Decide each case; those that cannot be read are named at the end, and the others are answered all the same."""
    answered: list[tuple[CaseFile, DecisionRecord]] = []
    faults: list[Fault] = []
    as_of = day(options.as_of, "--as-of", may_be_today=True) if options.as_of is not None else None
    law_on = day(options.law_on, "--law-on") if options.law_on is not None else None
    for name in options.cases:
        try:
            answered.append(_answer(name, options.profile, as_of, law_on, options.engine))
        except CsprRulesError as error:
            faults.extend(error.faults)
    if answered:
        titled = [(record, file.title) for file, record in answered]
        sys.stdout.write(printed(titled, options.format, explain=options.explain, alone=len(options.cases) == 1))
    return fail(faults) if faults else ANSWERED


def printed(answered: Sequence[tuple[DecisionRecord, str | None]], shape: str, *, explain: bool = False, alone: bool = True) -> str:
    """Return records as they are printed.

    Args:
        answered: Each record with the title of its case.
        shape: One of :data:`FORMATS`.
        explain: Whether every decision is followed through.
        alone: For JSON: whether one record was asked for rather than a list.
    """
    if shape == "json":
        from cspr_rules.wire import as_json

        records = [record.to_dict() for record, _ in answered]
        return as_json(records[0] if alone else records)
    if shape == "html":
        from cspr_rules import html

        return html.page(answered, explain=explain)
    if shape == "brief":
        from cspr_rules import brief

        return "\n".join(brief.text(record, title) for record, title in answered)
    from cspr_rules import reporting

    write = reporting.text if shape == "text" else reporting.markdown
    return "\n".join(write(record, title, explain=explain) for record, title in answered)


def _answer(name: str, profile: str | None, as_of: date | None, law_on: date | None, engine: Engine) -> tuple[CaseFile, DecisionRecord]:
    document = _standard_input() if name == "-" else read_file(Path(name))
    file = case_from(document)
    try:
        ruleset = load_ruleset(profile if profile is not None else file.profile or "bcp")
    except QuestionError as error:
        if profile is not None:
            raise
        raise CaseError([document.fault(("profile",), error.faults[0].message)]) from None
    # No clock is read: without a day, the case is looked at from the latest day it knows of, and the record says which.
    looked_from = as_of or file.as_of or file.case.check(ruleset.vocabulary).latest or ruleset.checked_on
    return file, evaluate(ruleset, file.case, as_of=looked_from, law_on=law_on, engine=engine)


def _standard_input() -> Document:
    try:
        return read_bytes(standard_input(), STDIN)
    except OSError as error:
        return Document(STDIN, faults=[Fault(STDIN, f"standard input cannot be read: {error.strerror or 'no reason given'}; expected a case on it")])
