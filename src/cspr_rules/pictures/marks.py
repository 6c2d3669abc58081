"""Which mark stands beside an outcome or a status, and in which colour it is drawn; the shapes are in :mod:`cspr_rules.pictures.drawing`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

from cspr_rules.engine.answers import Status
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import Outcome

OUTCOMES: Final[Mapping[Truth, Outcome]] = {True: "met", False: "not_met", None: "undetermined"}
"""The mark of each result of a test: that of the outcome of the same meaning."""
Mark: TypeAlias = Literal["met", "not_met", "undetermined", "alert", "late", "due", "none"]
STATUS_MARKS: Final[Mapping[Status, Mark]] = {
    "overdue": "alert",
    "due_today": "alert",
    "due_now": "alert",
    "due": "due",
    "waiting": "undetermined",
    "untimed": "none",
    "withdrawn": "none",
    "met_late": "late",
    "met_early": "undetermined",
    "done_undated": "undetermined",
    "done": "met",
    "met": "met",
}
"""The mark beside each status; the word says more."""
MARK_LOOKS: Final[Mapping[str, str]] = {
    "met": "good",
    "not_met": "bad",
    "undetermined": "open",
    "alert": "bad",
    "late": "bad",
    "due": "open",
    "none": "line",
}
"""The colour of each mark."""
