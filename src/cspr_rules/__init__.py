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

from cspr_rules.display_hook import Displays, shown_by
from cspr_rules.engine.answers import Clock, GivenNote, OwedDuty, Question
from cspr_rules.errors import (
    ArgumentError,
    CaseError,
    CsprRulesError,
    EngineDisagreement,
    EngineError,
    Fault,
    MissingError,
    PickleError,
    QuestionError,
    RulesError,
)
from cspr_rules.frame_hook import Frames, framed_by
from cspr_rules.loading.case_files import CaseFile, case_from, load_case
from cspr_rules.loading.reading import read_bytes, read_file
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import NOT_YET
from cspr_rules.observing import logged, observe
from cspr_rules.record import Decision, DecisionRecord, evaluate
from cspr_rules.travelling import rules_from
from cspr_rules.version import __version__ as __version__

if TYPE_CHECKING:
    from cspr_rules.bulk.frames import evaluate_frame
    from cspr_rules.bulk.parquet_files import evaluate_parquet
    from cspr_rules.bulk.streams import evaluate_batches
    from cspr_rules.casework.changes import Change, Changes
    from cspr_rules.casework.comparing import Comparison, compare
    from cspr_rules.casework.entries import Entry
    from cspr_rules.casework.history import CaseHistory
    from cspr_rules.casework.history_files import read_history, save_history, writing
    from cspr_rules.casework.interview import Asked, Interview
    from cspr_rules.casework.live import Event, LiveCase
    from cspr_rules.casework.replay import Replay, replay
    from cspr_rules.engine.answers import Status
    from cspr_rules.engine.proofs import Otherwise, Proof, ProofStep
    from cspr_rules.explain.verdict import Verdict
    from cspr_rules.explain.what_if import Difference, NearMiss, NextQuestion, WhatIf
    from cspr_rules.interchange.deciding_again import DecidedAgain, decide_again
    from cspr_rules.marking.complying import assert_complies
    from cspr_rules.marking.marks import Marking, mark
    from cspr_rules.marking.one_mark import Mark
    from cspr_rules.marking.waivers import Waiver, Waivers, read_waivers
    from cspr_rules.model.calendars import Due
    from cspr_rules.model.rules import Deadline, Duty, Outcome, Rule, Unit
    from cspr_rules.model.sources import Layer, Provision, Strength
    from cspr_rules.model.values import Between
    from cspr_rules.model.vocabulary import Fact
    from cspr_rules.training.exercises import Exercise, load_exercise

__all__ = [
    "NOT_YET",
    "ArgumentError",
    "Asked",
    "Between",
    "Case",
    "CaseError",
    "CaseFile",
    "CaseHistory",
    "Change",
    "Changes",
    "Clock",
    "Comparison",
    "CsprRulesError",
    "Deadline",
    "DecidedAgain",
    "Decision",
    "DecisionRecord",
    "Difference",
    "Due",
    "Duty",
    "EngineDisagreement",
    "EngineError",
    "Entry",
    "Event",
    "Exercise",
    "Fact",
    "Fault",
    "GivenNote",
    "Interview",
    "Layer",
    "LiveCase",
    "Mark",
    "Marking",
    "MissingError",
    "NearMiss",
    "NextQuestion",
    "Otherwise",
    "Outcome",
    "OwedDuty",
    "PickleError",
    "Proof",
    "ProofStep",
    "Provision",
    "Question",
    "QuestionError",
    "Replay",
    "Rule",
    "RulesError",
    "Ruleset",
    "Status",
    "Strength",
    "Unit",
    "Verdict",
    "Waiver",
    "Waivers",
    "WhatIf",
    "assert_complies",
    "case_from",
    "compare",
    "decide_again",
    "evaluate",
    "evaluate_batches",
    "evaluate_frame",
    "evaluate_parquet",
    "load_case",
    "load_exercise",
    "load_ruleset",
    "logged",
    "mark",
    "observe",
    "read_bytes",
    "read_file",
    "read_history",
    "read_waivers",
    "replay",
    "save_history",
    "writing",
]

_LATER = {
    "Asked": "casework.interview",
    "Between": "model.values",
    "CaseHistory": "casework.history",
    "Change": "casework.changes",
    "Changes": "casework.changes",
    "Comparison": "casework.comparing",
    "Deadline": "model.rules",
    "Difference": "explain.what_if",
    "Due": "model.calendars",
    "Duty": "model.rules",
    "DecidedAgain": "interchange.deciding_again",
    "Entry": "casework.entries",
    "Event": "casework.live",
    "Exercise": "training.exercises",
    "Fact": "model.vocabulary",
    "Interview": "casework.interview",
    "Layer": "model.sources",
    "LiveCase": "casework.live",
    "Mark": "marking.one_mark",
    "Marking": "marking.marks",
    "NearMiss": "explain.what_if",
    "NextQuestion": "explain.what_if",
    "Otherwise": "engine.proofs",
    "Outcome": "model.rules",
    "Proof": "engine.proofs",
    "ProofStep": "engine.proofs",
    "Provision": "model.sources",
    "Replay": "casework.replay",
    "Rule": "model.rules",
    "Status": "engine.answers",
    "Strength": "model.sources",
    "Unit": "model.rules",
    "Verdict": "explain.verdict",
    "Waiver": "marking.waivers",
    "Waivers": "marking.waivers",
    "WhatIf": "explain.what_if",
    "assert_complies": "marking.complying",
    "compare": "casework.comparing",
    "decide_again": "interchange.deciding_again",
    "evaluate_batches": "bulk.streams",
    "evaluate_frame": "bulk.frames",
    "evaluate_parquet": "bulk.parquet_files",
    "load_exercise": "training.exercises",
    "mark": "marking.marks",
    "read_history": "casework.history_files",
    "read_waivers": "marking.waivers",
    "replay": "casework.replay",
    "save_history": "casework.history_files",
    "writing": "casework.history_files",
}
"""Public names whose room is imported only when asked for, so that the first answer does not wait for it."""


def __getattr__(name: str) -> Any:
    """Return a public name whose room is imported only when asked for."""
    if name in _LATER:
        return getattr(import_module(f"cspr_rules.{_LATER[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _displays() -> Displays:
    from cspr_rules.training.notebook import DISPLAYS  # the first time a notebook shows a value, and not before

    return DISPLAYS


def _frames() -> Frames:
    from cspr_rules.bulk.tabular import FRAMES  # the first time a data frame is asked for

    return FRAMES


shown_by(_displays)
framed_by(_frames)
rules_from(load_ruleset)
