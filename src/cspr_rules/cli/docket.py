"""``cspr-rules docket``: what is owed over one or many case files, soonest first."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cspr_rules.casework import docket
from cspr_rules.cli import following
from cspr_rules.cli.common import ANSWERED, fail
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.interchange.icalendar import docket_calendar
from cspr_rules.reports import writing_html, writing_text
from cspr_rules.reports.docket_sheet import docket_sheet


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    following.options(parser)
    parser.add_argument(
        "--format",
        choices=("table", "json", "ics", "html", "timeline", "svg"),
        default="table",
        help="a table; JSON; a file for calendar programs; a page with each case's timeline; the timeline of one case as a page or a picture",
    )
    parser.add_argument("--remind", action="store_true", help="with --format ics: remind of what is open, a working day before and on the day")
    parser.add_argument("--update", metavar="FILE.ics", help="with --format ics: the file made before, so that changes move its entries")


def _earlier(name: str | None) -> bytes | None:
    if name is None:
        return None
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise QuestionError([Fault("--update", f"{name} cannot be read: {error.strerror or 'no reason given'}")]) from None


def run(options: argparse.Namespace) -> int:
    """Print it; case files that cannot be read are named at the end, and the others are answered all the same."""
    for option in ("remind", "update"):
        if getattr(options, option) and options.format != "ics":
            raise QuestionError([Fault(f"--{option}", "this goes with --format ics")])
    found = following.followed(options.cases, options.profile, options.as_of)
    if options.format in ("timeline", "svg") and len(found.cases) + bool(found.faults) != 1:
        raise QuestionError([*found.faults, Fault("--format", f"a {options.format} shows one case; name one case file")])
    match options.format:
        case "json":
            sys.stdout.write(as_json(docket.plain_docket(found.cases, found.as_of)))
        case "ics":
            sys.stdout.buffer.write(docket_calendar(found.cases, found.as_of, earlier=_earlier(options.update), remind=options.remind))
        case "table":
            sys.stdout.write(writing_text.text(docket_sheet(found.cases, found.as_of), writing_text.paper()))
        case _:
            from cspr_rules.pictures import case_timeline
            from cspr_rules.reports.timeline_sheet import timeline_sheet

            if options.format == "html":
                pictures = [
                    case_timeline.svg(reference, replay, f"timeline-{number}") for number, (reference, replay) in enumerate(found.cases, start=1)
                ]
                sys.stdout.write(writing_html.page(docket_sheet(found.cases, found.as_of, pictures), "Docket"))
            else:
                reference, replay = found.cases[0]
                page = writing_html.page(timeline_sheet(reference, replay), f"Timeline of case {reference}")
                sys.stdout.write(page if options.format == "timeline" else case_timeline.svg(reference, replay))
    return fail(found.faults) if found.faults else ANSWERED
