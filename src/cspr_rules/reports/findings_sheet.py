"""Findings as a sheet: the totals, then what is wrong and why, then what is excused and until when."""

from __future__ import annotations

from collections.abc import Iterator

from cspr_rules.explain.phrases import cited
from cspr_rules.interchange.findings import STATES, Findings, Found, by_suite, sentence
from cspr_rules.marking.one_mark import VERDICTS
from cspr_rules.model.sources import in_words
from cspr_rules.reports.document import Heading, Item, Paragraph, Piece, Span, Table

TITLES = {"test": "Cases, tested", "check": "Rules, checked", "lint": "Rules, looked through", "mark": "Answers, marked"}


def findings_sheet(findings: Findings) -> Iterator[Piece]:
    """Yield what is to be read."""
    yield Heading(1, TITLES.get(findings.command, findings.command))
    bad, waived = findings.bad, findings.waived
    yield Paragraph(f"{findings.summary}.", "strong" if bad else "")
    for suite, found in by_suite(bad).items():
        yield Heading(2, suite)
        yield from (piece for each in found for piece in _told(each))
    if waived:
        yield Heading(2, "Excused")
        rows = tuple((each.suite, each.name, each.says, in_words(each.waiver.until), each.waiver.reason) for each in waived if each.waiver)
        yield Table("What fails and is excused", ("Case", "What", "How it fails", "Until", "Reason"), rows)
    if any(each.kind in VERDICTS for each in findings.all):
        yield Paragraph(
            "Answers are held against the rules as they are encoded, on the facts recorded. Judgements are taken as recorded. "
            "It never says that nobody need be told."
        )


def _told(each: Found) -> Iterator[Piece]:
    state = Span(each.code if each.kind == each.code else STATES[each.state], "bad")
    if each.kind not in VERDICTS:
        yield Item((Span(f"{each.where}", "strong"), ": ", state, f": {sentence(each)}"))
        return
    yield Item((Span(f"{each.where}", "strong"), ": ", state, f": {each.name} ({each.title})"))
    yield Item(f"Answered: {each.answered or 'nothing'}", 1)
    yield Item(f"The rules say: {each.found}", 1)
    yield Item(f"Why: {each.explain()}", 1)
    if each.citations:
        yield Item(f"Source: {cited(each.citations)}", 1)
