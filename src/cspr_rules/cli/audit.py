"""``cspr-rules audit``: every duty that arose over the life of cases, and what became of it."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.casework import audit
from cspr_rules.casework.replay import Replay
from cspr_rules.cli import following
from cspr_rules.cli.common import ANSWERED, FOUND, fail
from cspr_rules.engine.plain_values import as_json
from cspr_rules.reports import writing_html, writing_markdown, writing_text
from cspr_rules.reports.audit_sheet import audit_sheet, totals_sheet


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    following.options(parser)
    parser.add_argument("--totals", action="store_true", help="only totals by duty and month, with small numbers left out: fit to be passed on")
    parser.add_argument("--format", choices=("text", "markdown", "json", "html"), default="text")
    parser.add_argument(
        "--fail-on",
        choices=("overdue", "late", "undecided"),
        help="exit with 1 if anything is overdue or would be if a question that is not decided were answered by yes; or (late) was done late or is "
        "overdue, by any source; or (undecided) if a headline question is open",
    )


def run(options: argparse.Namespace) -> int:
    """Print it; case files that cannot be read are named at the end, and the others are audited all the same."""
    found = following.followed(options.cases, options.profile, options.as_of)
    replays = [replay for _, replay in found.cases]
    if options.format == "json":
        made = audit.plain_totals(replays, found.as_of) if options.totals else audit.plain_audit(found.cases, found.as_of)
        sys.stdout.write(as_json(made))
    else:
        if options.totals:
            pieces = [*totals_sheet(replays, found.as_of)]
        else:
            pieces = [piece for reference, replay in found.cases for piece in audit_sheet(reference, replay)]
        match options.format:
            case "html":
                sys.stdout.write(writing_html.page(pieces, "Audit"))
            case "markdown":
                sys.stdout.write(writing_markdown.markdown(pieces))
            case _:
                sys.stdout.write(writing_text.text(pieces, writing_text.paper()))
    if found.faults:
        return fail(found.faults)
    return FOUND if any(_looked_for(replay, options.fail_on) for replay in replays) else ANSWERED


def _looked_for(replay: Replay, fail_on: str | None) -> bool:
    """Return whether what the command is to fail on is there."""
    if fail_on == "undecided":
        return any(verdict.undecided for verdict in replay.record.verdicts)
    fates = {"overdue": ("missed",), "late": ("missed", "late")}.get(fail_on or "", ())
    return any(audit.fate(life) in fates for life in replay.lives) or bool(fates and audit.never_decided(replay))
