"""Writes the pages of the worked case in ``docs/worked`` from its case file: ``python -m tests.support.worked``. A test holds the pages to it."""

from __future__ import annotations

from datetime import date
from itertools import takewhile
from pathlib import Path
from typing import Final

from cspr_rules import load_ruleset
from cspr_rules.casework.history_files import read_history
from cspr_rules.casework.replay import Replay, replay
from cspr_rules.model.sources import in_words
from cspr_rules.pictures import case_timeline
from cspr_rules.reports import writing_markdown, writing_text
from cspr_rules.reports.audit_sheet import audit_sheet, totals_sheet
from cspr_rules.reports.docket_sheet import docket_sheet
from cspr_rules.reports.document import Heading, Item, Paragraph, bare
from cspr_rules.reports.timeline_sheet import timeline_table

FOLDER: Final = Path(__file__).parents[2] / "docs" / "worked"
DAYS: Final = (
    (
        date(2025, 1, 13),
        "The fourth day. The medical examination does not fit the fall that was described, so the authority's first view, that neither abuse nor "
        "neglect was suspected, is corrected, and a clock starts from that day beside the one that started with the first call. The lead officer "
        "judges the harm to be serious; the ward manager's dissent is kept with the judgement.",
    ),
    (
        date(2025, 1, 29),
        "The eve of the rapid review meeting. The notification went on 15 January. What was told to the partners that day was entered only on the "
        "twentieth: on the days between, the docket showed it as still to be done, and the audit calls it hindsight.",
    ),
    (
        date(2025, 2, 20),
        "The day after the partners decided on a local review. One partner would have held a learning event instead, and the record says so.",
    ),
    (
        date(2025, 4, 28),
        "The day of publication is moved by two days, and every date that is counted back from it moves with it. The report has to be with the "
        "Panel seven working days before by the national guidance, as far as that is known, and five by the local guidance.",
    ),
    (
        date(2025, 12, 9),
        "Eleven months after the call, the statement of impact is written. What was published stays public until May.",
    ),
)


def case(until: date) -> Replay:
    """Return the case as known on a day."""
    return replay(read_history(FOLDER / "case.yaml"), load_ruleset("bcp"), until)


def picture() -> str:
    """Return the timeline on the last day."""
    found = case(DAYS[-1][0])
    return case_timeline.svg(found.history.reference or "", found)


def page() -> str:
    """Return the page."""
    last = case(DAYS[-1][0])
    reference = last.history.reference or ""
    findings = list(audit_sheet(reference, last))
    finds = next(number for number, piece in enumerate(findings) if isinstance(piece, Heading) and "finds" in bare(piece.words))
    passed_on = [piece for piece in totals_sheet([last], DAYS[-1][0]) if isinstance(piece, Paragraph)]
    lines = [
        "# A case from the first call to the statement of impact",
        "",
        "<!-- Written by `python -m tests.support.worked` from case.yaml; change that, not this. -->",
        "",
        f"An invented case of eleven months: {len(last.history.entries)} entries in [case.yaml](case.yaml), one a line, each with the day on which "
        "it became known. Every page below is what the library prints of that file and nothing else. To see one for yourself:",
        "",
        "```sh",
        "cspr-rules docket docs/worked/case.yaml --as-of 2025-04-28",
        "cspr-rules docket docs/worked/case.yaml --format ics > case.ics",
        "cspr-rules docket docs/worked/case.yaml --format timeline > timeline.html",
        "cspr-rules history show docs/worked/case.yaml --changes 2025-01-10 2025-01-13",
        "cspr-rules audit docs/worked/case.yaml",
        "```",
        "",
        "## The whole of it at a glance",
        "",
        "![For each step the days planned for and the day it was taken; the table below says the same in words.](timeline.svg)",
        "",
        writing_markdown.markdown([timeline_table(last)]).rstrip(),
        "",
        "## The docket on five days",
        "",
        "Each shows what was known by the end of that day, and nothing that came later.",
        "",
    ]
    for day, story in DAYS:
        lines += [f"### {day:%A} {in_words(day)}", "", story, "", "```text"]
        lines += [writing_text.text(docket_sheet([(reference, case(day))], day)).rstrip(), "```", ""]
    lines += [
        "## What the audit finds",
        "",
        "Two steps were late. The rapid review reached the Panel four working days after the fifteen that run from the incident. "
        "The copy of the report for the Panel and the Secretary of State went out on 7 May: five clear working days before "
        "publication and more, as the local guidance asks, and a day short of the seven that national guidance is understood to ask. Neither answer "
        "is put in place of the other.",
        "",
        writing_markdown.markdown(takewhile(lambda piece: isinstance(piece, Item), findings[finds + 1 :])).rstrip(),
        "",
        "The audit goes on with every duty that arose, by source, and with every day: what became known, what could be decided from that day, and "
        "what is hindsight. Of one case the totals show nothing, as they should:",
        "",
        writing_markdown.markdown(passed_on).rstrip(),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (FOLDER / "README.md").write_text(page(), encoding="utf-8")
    (FOLDER / "timeline.svg").write_text(picture(), encoding="utf-8")
