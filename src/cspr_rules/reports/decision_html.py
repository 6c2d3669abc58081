"""A decision record as one page of HTML, to read on a screen, to print and to keep: first the answer on one page, then the record, folded away."""

from __future__ import annotations

from collections.abc import Sequence

from cspr_rules.pictures.markup import Markup, tag
from cspr_rules.record import DecisionRecord
from cspr_rules.reports import decision_report
from cspr_rules.reports import page as one_page
from cspr_rules.reports.writing_html import html, in_parts, whole


def page(records: Sequence[tuple[DecisionRecord, str | None]], *, explain: bool = False) -> str:
    """Return one or several records as an HTML document.

    Args:
        records: Each record with its title, if it has one.
        explain: Whether every decision is followed through test by test at the end.
    """
    title = records[0][1] or "Decision record" if len(records) == 1 else "Decision records"
    bodies = [_article(record, title, f"c{place}-" if len(records) > 1 else "", explain=explain) for place, (record, title) in enumerate(records, 1)]
    return whole(title, bodies)


def _article(record: DecisionRecord, title: str | None, prefix: str, *, explain: bool) -> Markup:
    first = tag("section", html(one_page.pieces(record, title, whole="the sections below")), class_="page", aria_label="The answer on one page")
    _, *rest = decision_report.pieces(record, title, explain=explain)  # the page has the title
    return tag("article", first, in_parts(rest, prefix))
