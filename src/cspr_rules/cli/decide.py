"""``cspr-rules decide``: who owes what to whom by when, why, and what to ask next."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from cspr_rules.cli.answering import answer
from cspr_rules.cli.common import ANSWERED, day, fail, profile_option
from cspr_rules.engine.evaluating import ENGINES
from cspr_rules.errors import CsprRulesError, Fault
from cspr_rules.loading.case_files import CaseFile
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
            answered.append(answer(name, options.profile, as_of, law_on, options.engine))
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
        from cspr_rules.engine.plain_values import as_json

        records = [record.to_dict() for record, _ in answered]
        return as_json(records[0] if alone else records)
    if shape == "html":
        from cspr_rules.reports import decision_html

        return decision_html.page(answered, explain=explain)
    if shape == "brief":
        from cspr_rules.reports import brief

        return "\n".join(brief.text(record, title) for record, title in answered)
    from cspr_rules.reports import decision_report

    write = decision_report.text if shape == "text" else decision_report.markdown
    return "\n".join(write(record, title, explain=explain) for record, title in answered)
