"""``cspr-rules decide``: who owes what to whom by when, on one page; in full also why, test by test and source by source."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from cspr_rules.cli.answering import answer
from cspr_rules.cli.common import ANSWERED, day, fail, profile_option
from cspr_rules.engine.evaluating import DETAILS, ENGINES, Detail
from cspr_rules.errors import CsprRulesError, Fault, QuestionError
from cspr_rules.record import DecisionRecord

if TYPE_CHECKING:
    from cspr_rules.reports.document import Piece
    from cspr_rules.reports.writing_text import Paper

FORMATS: Final = ("text", "markdown", "html", "json")


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
        help="html begins with the page and holds the whole record behind it, folded away unless --full opens and prints it; json holds all of it",
    )
    parser.add_argument(
        "--detail",
        choices=DETAILS,
        help="for json: slim is the answers, who owes what by when and what to ask next, on one line; full, which is the default, is everything",
    )
    parser.add_argument("--full", action="store_true", help="the whole record in place of one page: every time limit, test, note and source")
    parser.add_argument(
        "--explain", action="store_true", help="the whole record, and every decision followed through, test by test (json has every test)"
    )


def run(options: argparse.Namespace) -> int:
    """Decide each case; those that cannot be read are named at the end, and the others are answered all the same."""
    if options.detail is not None and options.format != "json":
        raise QuestionError([Fault("--detail", "this is for --format json; text and markdown are in full with --full")])
    answered: list[Answered] = []
    faults: list[Fault] = []
    as_of = day(options.as_of, "--as-of", may_be_today=True) if options.as_of is not None else None
    law_on = day(options.law_on, "--law-on") if options.law_on is not None else None
    for name in options.cases:
        try:
            file, record = answer(name, options.profile, as_of, law_on, options.engine)
            answered.append(Answered(record, file.title, _whole(name, options)))
        except CsprRulesError as error:
            faults.extend(error.faults)
    if answered:
        full = options.full or options.explain
        sys.stdout.write(
            printed(answered, options.format, full=full, explain=options.explain, alone=len(options.cases) == 1, detail=options.detail or "full")
        )
    return fail(faults) if faults else ANSWERED


def _whole(name: str, options: argparse.Namespace) -> str:
    """Return the command that shows the whole record of a case."""
    chosen = (("--profile", options.profile), ("--as-of", options.as_of), ("--law-on", options.law_on))
    given = [word for option, value in chosen if value is not None for word in (option, str(value))]
    return shlex.join(["cspr-rules", "decide", name, *given, "--full"])


class Answered(NamedTuple):
    """A record to print.

    Attributes:
        record: The record.
        title: What its case is about.
        whole: The command that shows all of it.
    """

    record: DecisionRecord
    title: str | None
    whole: str


def printed(
    answered: Sequence[Answered], shape: str, *, full: bool = False, explain: bool = False, alone: bool = True, detail: Detail = "full"
) -> str:
    """Return records as they are printed.

    Args:
        answered: The records.
        shape: One of :data:`FORMATS`.
        full: Whether text and Markdown hold the whole record rather than one page, and HTML opens and prints it.
        explain: Whether every decision is followed through.
        alone: For JSON: whether one record was asked for rather than a list.
        detail: For JSON: how much of each record.
    """
    if shape == "json":
        from cspr_rules.engine.plain_values import as_json, as_line

        records = [each.record.to_dict(detail) for each in answered]
        return (as_line if detail == "slim" else as_json)(records[0] if alone else records)
    if shape == "html":
        from cspr_rules.reports import decision_html

        return decision_html.page([(each.record, each.title) for each in answered], full=full, explain=explain)
    from cspr_rules.reports import writing_markdown, writing_text

    on = writing_text.paper() if shape == "text" else writing_text.Paper()
    documents = [_document(each, on, full=full, explain=explain) for each in answered]
    return "\n".join(writing_text.text(each, on, compact=not full) if shape == "text" else writing_markdown.markdown(each) for each in documents)


def _document(answered: Answered, on: Paper, *, full: bool, explain: bool) -> Iterable[Piece]:
    if full:
        from cspr_rules.reports import decision_report

        return decision_report.pieces(answered.record, answered.title, explain=explain)
    from cspr_rules.reports import page

    return page.pieces(answered.record, answered.title, on=on, whole=answered.whole)
