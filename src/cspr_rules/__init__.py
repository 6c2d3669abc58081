"""Whom an English local authority must tell, by when and what happens next, when a child dies or is seriously harmed.

>>> from datetime import date
>>> from cspr_rules import Case, evaluate, load_ruleset
>>> case = Case(facts={"child.died": True, "child.age_years": 3, "incident.place": "in_area", "concern.authority_view": "suspected"})
>>> record = evaluate(load_ruleset("england"), case, as_of=date(2024, 4, 2))
>>> record.decisions["england.notification.serious_incident"].outcome
'met'
"""

from __future__ import annotations

from cspr_rules.cases import Case, CaseFile, case_from
from cspr_rules.comparing import Comparison, compare
from cspr_rules.decisions import Clock, Decision, GivenNote, OwedDuty, Question
from cspr_rules.display import Displays, shown_by
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError, RulesError
from cspr_rules.evaluating import evaluate
from cspr_rules.loading import load_ruleset
from cspr_rules.reading import read_bytes, read_file
from cspr_rules.record import DecisionRecord
from cspr_rules.ruleset import Ruleset
from cspr_rules.vocabulary import NOT_YET

__all__ = [
    "NOT_YET",
    "Case",
    "CaseError",
    "CaseFile",
    "Clock",
    "Comparison",
    "CsprRulesError",
    "Decision",
    "DecisionRecord",
    "Fault",
    "GivenNote",
    "OwedDuty",
    "Question",
    "QuestionError",
    "RulesError",
    "Ruleset",
    "case_from",
    "compare",
    "evaluate",
    "load_ruleset",
    "read_bytes",
    "read_file",
]

__version__ = "0.1.0"


def _displays() -> Displays:
    from cspr_rules.displays import DISPLAYS  # the first time a notebook shows a value, and not before

    return DISPLAYS


shown_by(_displays)
