"""``cspr-rules decide``: who owes what to whom by when, why, and what to ask next."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from cspr_rules.cases import CaseFile, case_from
from cspr_rules.commands.common import ANSWERED, day, fail, profile_option
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError
from cspr_rules.evaluating import ENGINES, Engine, evaluate
from cspr_rules.loading import load_ruleset
from cspr_rules.reading import MOST_BYTES, Document, read_bytes, read_file
from cspr_rules.record import DecisionRecord


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
    parser.add_argument("--format", choices=("text", "markdown", "html", "json"), default="text", help="html is one page to read, print and keep")
    parser.add_argument("--explain", action="store_true", help="follow every decision through, test by test (not for json, which holds every test)")


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
    if options.format == "json":
        records = [record.to_dict() for _, record in answered]
        if records:
            from cspr_rules.wire import as_json

            sys.stdout.write(as_json(records[0] if len(options.cases) == 1 else records))
    elif options.format == "html":
        from cspr_rules import html

        if answered:
            sys.stdout.write(html.page([(record, case.title) for case, record in answered], explain=options.explain))
    else:
        from cspr_rules import reporting

        write = reporting.text if options.format == "text" else reporting.markdown
        sys.stdout.write("\n".join(write(record, case.title, explain=options.explain) for case, record in answered))
    return fail(faults) if faults else ANSWERED


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
    if sys.stdin is None:
        return Document("<stdin>", faults=[Fault("<stdin>", "standard input is closed; expected a case on it")])
    return read_bytes(sys.stdin.buffer.read(MOST_BYTES + 1), "<stdin>")
