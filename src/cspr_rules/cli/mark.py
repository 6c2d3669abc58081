"""``cspr-rules mark``: answers about cases, marked by the rules; and empty sheets to fill in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from cspr_rules.cli.answering import answer, document_of
from cspr_rules.cli.common import ANSWERED, FOUND, day, fail, profile_option, schemas_line, schemas_option
from cspr_rules.cli.formats import format_option, give, wanted, written
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError
from cspr_rules.interchange.findings import findings_of
from cspr_rules.marking.answer_sheet import answers_from, empty_sheet
from cspr_rules.marking.case_tests import TriedCase
from cspr_rules.marking.marks import UNREAD_SCHEMA, Marked, mark
from cspr_rules.reports import writing_html, writing_markdown, writing_text
from cspr_rules.reports.marking_sheet import marking_sheet

TOOLS: Final = ("json", "junit", "junit-with-lines", "sarif", "github", "gitlab")
"""Formats for other programs."""
FORMATS: Final = ("text", "markdown", "html", *TOOLS)


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("cases", nargs="+", metavar="CASE", help="a case file; its `expect` holds the answers; - for standard input")
    parser.add_argument("--answers", metavar="FILE", help="the answers about the one case, instead of its `expect`; - for standard input")
    parser.add_argument("--sheet", metavar="RULES", help="print an empty sheet for these rules or groups of rules, such as england.notification")
    schemas_option(parser, "the sheet")
    profile_option(parser)
    parser.add_argument("--as-of", metavar="DAY", help="the day to look from: YYYY-MM-DD; without it, the case's own, else the latest day it records")
    format_option(parser, FORMATS)


def run(options: argparse.Namespace) -> int:
    """Mark the answers: 0 if all are right, 1 if any is not. Cases that cannot be read are named at the end; the others are marked all the same."""
    as_of = day(options.as_of, "--as-of") if options.as_of is not None else None
    if (options.answers is not None or options.sheet is not None) and len(options.cases) != 1:
        raise QuestionError([Fault("--answers" if options.answers is not None else "--sheet", "this is for one case; name one case file")])
    if options.answers == "-" and "-" in options.cases:
        raise QuestionError([Fault("--answers", "standard input holds either the case or the answers; put one of them in a file")])
    if options.sheet is not None:
        if options.answers is not None:
            raise QuestionError([Fault("--sheet", "an empty sheet has no answers to mark; leave out --answers")])
        groups = [group.strip() for group in options.sheet.split(",") if group.strip()]
        if not groups:
            raise QuestionError([Fault("--sheet", "expected rules or groups of rules, with commas between them, such as england.notification")])
        file, record = answer(options.cases[0], options.profile, as_of)
        sys.stdout.write(schemas_line("sheet", options.schemas) + empty_sheet(record, groups, file.title))
        return ANSWERED
    places = wanted(options.format, FORMATS)
    found: list[Marked] = []
    unread: dict[str, tuple[Fault, ...]] = {}
    for name in options.cases:
        try:
            found.append(_marked(name, options, as_of))
        except CsprRulesError as error:
            unread[name] = error.faults
    # For people a sheet with no answer on it is no use, and what is wrong is told beside it; a tool wants its file whatever happened.
    give([each for each in places if found or each.format in TOOLS], lambda shape: _printed(found, unread, shape))
    if unread:
        return fail([fault for faults in unread.values() for fault in faults])
    return ANSWERED if all(each.marking.right for each in found) else FOUND


def _marked(name: str, options: argparse.Namespace, as_of: date | None) -> Marked:
    file, record = answer(name, options.profile, as_of)
    if options.answers is not None:
        document = document_of(options.answers)
        if document.faults:
            raise CaseError(document.faults)
        marking = mark(record, answers_from(document.value, record, document.place))
    elif not file.expect:
        raise CaseError([Fault(file.case.place(()), "there is nothing to mark; expected answers under `expect:`, or a file of them with --answers")])
    else:
        marking = mark(record, file.expect, lambda path: file.case.place(("expect", *path)))
    return Marked(name, file.title, marking)


def _printed(found: list[Marked], unread: Mapping[str, Sequence[Fault]], shape: str) -> str:
    match shape:
        case "json":
            plain = [{"case": each.name, **each.marking.to_dict()} for each in found]
            plain += [{"schema": UNREAD_SCHEMA, "case": name, "faults": [fault._asdict() for fault in faults]} for name, faults in unread.items()]
            return as_json(plain[0] if len(plain) == 1 else plain)
        case "html":
            return writing_html.page(marking_sheet(found, unread), "Answers, marked")
        case "markdown":
            return writing_markdown.markdown(marking_sheet(found, unread))
        case "text":
            return writing_text.text(marking_sheet(found, unread), writing_text.paper())
        case _:
            cases = [TriedCase(each.name, each.title or "its case", each.name, each.marking) for each in found]
            cases += [TriedCase(name, "its case", name, None, tuple(faults)) for name, faults in unread.items()]
            return written(findings_of("mark", cases, None, Path.cwd()), shape)
