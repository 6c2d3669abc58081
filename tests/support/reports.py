"""The whole record of a decision as text and as Markdown."""

from __future__ import annotations

from cspr_rules import DecisionRecord
from cspr_rules.reports import decision_report, writing_markdown, writing_text


def as_text(record: DecisionRecord, title: str | None = None, *, explain: bool = False) -> str:
    """Return a record as text."""
    return writing_text.text(decision_report.pieces(record, title, explain=explain))


def as_markdown(record: DecisionRecord, title: str | None = None, *, explain: bool = False) -> str:
    """Return a record as Markdown."""
    return writing_markdown.markdown(decision_report.pieces(record, title, explain=explain))
