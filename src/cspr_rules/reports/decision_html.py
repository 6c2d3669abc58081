"""A decision record as one page of HTML, to read on a screen, to print and to keep: first the answer on one page, then the record, folded away."""

from __future__ import annotations

from collections.abc import Sequence

from cspr_rules.pictures.markup import Markup, tag
from cspr_rules.record import DecisionRecord
from cspr_rules.reports import decision_report
from cspr_rules.reports import page as one_page
from cspr_rules.reports.writing_html import html, in_parts, whole


def page(records: Sequence[tuple[DecisionRecord, str | None]], *, full: bool = False, explain: bool = False) -> str:
    """Return one or several records as an HTML document.

    Args:
        records: Each record with its title, if it has one.
        full: Whether the record is open, with a table of contents, and printed; otherwise it is folded away, and the first page alone is printed.
        explain: Whether every decision is followed through test by test at the end; the record is open then too.
    """
    title = records[0][1] or "Decision record" if len(records) == 1 else "Decision records"
    prefixes = [f"c{place}-" if len(records) > 1 else "" for place in range(1, len(records) + 1)]
    return whole(title, [_article(*each, prefix, full=full or explain, explain=explain) for each, prefix in zip(records, prefixes, strict=True)])


def _article(record: DecisionRecord, title: str | None, prefix: str, *, full: bool, explain: bool) -> Markup:
    answer = html(one_page.pieces(record, title, whole="the record below" if full else "the record: on a screen below, on paper with --full"))
    which = f", case {prefix[1:-1]}" if prefix else ""  # what a screen reader can go to has another name in each case
    first = tag("section", answer, class_="page", aria_label=f"The answer on one page{which}")
    _, *rest = decision_report.pieces(record, title, explain=explain)  # the page has the title
    # The days stand next to the answer they belong to.
    return tag("article", first, in_parts(rest, prefix, decision_report.DAYS, full=full, which=which), class_="full" if full else None)
