"""Whom an English local authority must tell, by when and what happens next, when a child dies or is seriously harmed.

>>> from datetime import date
>>> from cspr_rules import Case, evaluate, load_ruleset
>>> case = Case(facts={"child.died": True, "child.age_at_harm": 3, "child.place_of_harm": "in_area", "concern.authority_view": "suspected"})
>>> record = evaluate(load_ruleset("england"), case, as_of=date(2024, 4, 2))
>>> record.decisions["england.notification.serious_incident"].outcome
'met'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cspr_rules.cases import Case, CaseFile, case_from
from cspr_rules.decisions import Clock, Decision, GivenNote, OwedDuty, Question
from cspr_rules.display import Displays, shown_by
from cspr_rules.errors import CaseError, CsprRulesError, EngineDisagreement, EngineError, Fault, QuestionError, RulesError
from cspr_rules.evaluating import evaluate
from cspr_rules.loading import load_ruleset
from cspr_rules.reading import read_bytes, read_file
from cspr_rules.record import DecisionRecord
from cspr_rules.ruleset import Ruleset
from cspr_rules.vocabulary import NOT_YET

if TYPE_CHECKING:
    from cspr_rules.casefile import CaseHistory
    from cspr_rules.casestore import read_history, save_history, writing
    from cspr_rules.causes import Change, Changes
    from cspr_rules.comparing import Comparison, compare
    from cspr_rules.entries import Entry
    from cspr_rules.frames import evaluate_frame
    from cspr_rules.interview import Asked, Interview
    from cspr_rules.live import Event, LiveCase
    from cspr_rules.marking import Mark, Marking, mark
    from cspr_rules.replaying import Replay, replay

__all__ = [
    "NOT_YET",
    "Asked",
    "Case",
    "CaseError",
    "CaseFile",
    "CaseHistory",
    "Change",
    "Changes",
    "Clock",
    "Comparison",
    "CsprRulesError",
    "Decision",
    "DecisionRecord",
    "EngineDisagreement",
    "EngineError",
    "Entry",
    "Event",
    "Fault",
    "GivenNote",
    "Interview",
    "LiveCase",
    "Mark",
    "Marking",
    "OwedDuty",
    "Question",
    "QuestionError",
    "Replay",
    "RulesError",
    "Ruleset",
    "case_from",
    "compare",
    "evaluate",
    "evaluate_frame",
    "load_ruleset",
    "mark",
    "read_bytes",
    "read_file",
    "read_history",
    "replay",
    "save_history",
    "writing",
]

__version__ = "0.1.0"

_LATER = {
    "Asked": "interview",
    "CaseHistory": "casefile",
    "Change": "causes",
    "Changes": "causes",
    "Comparison": "comparing",
    "Entry": "entries",
    "Event": "live",
    "Interview": "interview",
    "LiveCase": "live",
    "Mark": "marking",
    "Marking": "marking",
    "Replay": "replaying",
    "compare": "comparing",
    "evaluate_frame": "frames",
    "mark": "marking",
    "read_history": "casestore",
    "replay": "replaying",
    "save_history": "casestore",
    "writing": "casestore",
}
"""Public names whose room is imported only when asked for, so that the first answer does not wait for it."""


def __getattr__(name: str) -> Any:
    """Return a public name whose room is imported only when asked for."""
    if name in _LATER:
        return getattr(import_module(f"cspr_rules.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _displays() -> Displays:
    from cspr_rules.displays import DISPLAYS  # the first time a notebook shows a value, and not before

    return DISPLAYS


shown_by(_displays)
