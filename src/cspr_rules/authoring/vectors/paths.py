"""Vectors of what no single rule decides: the order of the steps of a path, and the stage that a case has come to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.vectors.candidates import Candidate, as_written, merged
from cspr_rules.authoring.vectors.conditions import at_boundaries
from cspr_rules.authoring.vectors.expecting import expected_of_path, expected_of_stage
from cspr_rules.authoring.vectors.making import RuleVectors
from cspr_rules.conformance.vectors import Vector
from cspr_rules.engine.conditions.normal_form import exact
from cspr_rules.engine.evaluating import evaluated
from cspr_rules.errors import CaseError, CsprRulesError
from cspr_rules.marking.few import rules_about
from cspr_rules.marking.finer import path_of
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import DutyPath, Rule, Stage
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord

_MOST_WAYS: Final = 8
"""How many ways in which the rule of a step is met are tried beside the steps that are owed already."""


class _Story(NamedTuple):
    """A case in which some steps of a path are owed."""

    candidate: Candidate
    record: DecisionRecord
    steps: Sequence[str]


def of_path(ruleset: Ruleset, path: DutyPath) -> list[Vector]:
    """Return vectors in which every step of a path is owed, and each together with the one before it where that can be.

    Args:
        ruleset: The rules.
        path: The path.
    """
    stories = _Stories(ruleset, path)
    found: dict[str, _Story] = {}
    wanted = [(step,) for step in path.steps] + list(zip(path.steps, path.steps[1:], strict=False))
    if path.opened_by:
        wanted.append((path.opened_by,))
    for steps in sorted(wanted, key=len, reverse=True):
        if any(set(steps) <= {*story.steps} for story in found.values()):
            continue
        story = stories.told(steps) or stories.apart(steps)
        if story is not None:
            found.setdefault(story.candidate.key, story)
    return [_vector(ruleset, story.candidate, path.id, expected_of_path(story.record, path.id)) for story in found.values()]


class _Stories:
    """Cases in which steps of a path are owed together."""

    def __init__(self, ruleset: Ruleset, path: DutyPath) -> None:
        self.ruleset, self.path = ruleset, path
        self.only = rules_about(ruleset, {"paths": {path.id: None}})
        self.ways: dict[str, list[Candidate]] = {}
        for rule in ruleset.rules:
            if rule.id in self.only and rule.window.until is None:
                self._add(rule)

    def _add(self, rule: Rule) -> None:
        grounds = RuleVectors(self.ruleset, rule).grounds[:_MOST_WAYS]
        for duty in rule.duties:
            self.ways.setdefault(duty.id, []).extend(grounds)

    def told(self, steps: Sequence[str]) -> _Story | None:
        """Return a case in which some steps are owed, and as many of the others as can be with them; ``None`` if there is none."""
        story = None
        for step in steps:
            story = self._with(story, step)
            if story is None:
                return None
        for step in self.path.steps:
            story = self._with(story, step) or story
        return story

    def _with(self, story: _Story | None, step: str) -> _Story | None:
        if story is not None and step in story.steps:
            return story
        known = story.candidate.facts if story else {}
        for way in self.ways.get(step, ()):
            if all(known.get(name, value) == value for name, value in way.facts.items()):
                here = self._decided({**known, **way.facts}, (), way)
                if here is not None and {step, *(story.steps if story else ())} <= set(here.steps):
                    return here
        return None

    def apart(self, steps: Sequence[str]) -> _Story | None:
        """Return a case in which each of two steps is owed for a child of its own; ``None`` if there is none."""
        of_child = {fact.id for fact in self.ruleset.vocabulary.facts if fact.scope == "child"}
        for ways in product(*(self.ways.get(step, ()) for step in steps)) if len(steps) > 1 else ():
            shared = {name: value for way in ways for name, value in way.facts.items() if name not in of_child}
            if all(shared.get(name, value) == value for way in ways for name, value in way.facts.items()):
                children = tuple({name: value for name, value in way.facts.items() if name in of_child} for way in ways)
                here = self._decided(shared, children, ways[0])
                if here is not None and set(steps) <= set(here.steps):
                    return here
        return None

    def _decided(self, facts: dict[str, Any], children: tuple[dict[str, Any], ...], way: Candidate) -> _Story | None:
        case = dict(sorted(facts.items()))
        try:
            record = evaluated(DecisionRecord, self.ruleset, Case(case, children), way.as_of, only=self.only)
        except CsprRulesError:
            return None
        owed = [each.id for each in (*record.duties, *record.options)]
        steps = path_of(record, self.path.id)
        opened = [each for each in owed if each == self.path.opened_by]
        shows = (f"{self.path.id}:{len(steps)} of {len(self.path.steps)} steps",)
        return _Story(Candidate(case, children, way.as_of, shows), record, [*steps, *opened])


def of_stages(ruleset: Ruleset, stages: Sequence[Stage]) -> list[Vector]:
    """Return vectors at every boundary of some stages.

    Args:
        ruleset: The rules.
        stages: Those of its stages to look at.
    """
    today = ruleset.checked_on

    def possible(facts: Any) -> bool:
        try:
            Case(as_written(facts)).check(ruleset.vocabulary)
        except CaseError:
            return False
        return True

    return [vector for stage in stages for vector in _of_stage(ruleset, stage, today, possible)]


def _of_stage(ruleset: Ruleset, stage: Stage, today: Any, possible: Callable[[Any], bool]) -> Iterator[Vector]:
    shown = at_boundaries(exact(stage.when, ruleset.vocabulary), today, possible, f"stage {stage.id}")
    for candidate in merged(Candidate(as_written(each.facts), (), today, each.shows) for each in shown):
        try:
            record = evaluated(DecisionRecord, ruleset, Case(candidate.facts), today, only=frozenset())
        except CsprRulesError:
            continue
        yield _vector(ruleset, candidate, f"stage.{stage.id}", expected_of_stage(record))


def _vector(ruleset: Ruleset, candidate: Candidate, name: str, expect: dict[str, Any]) -> Vector:
    profile = ruleset.profile.id
    return Vector(candidate.named(profile, name), profile, candidate.as_of, candidate.facts, candidate.children, expect, candidate.plainly)
