"""Conditions of different kinds are never equal, though as tuples some would be."""

from __future__ import annotations

import copy
import pickle

import pytest

from cspr_rules.engine.law import law_of
from cspr_rules.marking import changes
from cspr_rules.marking.changes import MetOnly
from cspr_rules.marking.misconceptions import Changed, Misconception, concerned
from cspr_rules.model.rules import All, AnyOf, Not, RuleMet
from cspr_rules.model.ruleset import Ruleset, with_parts
from tests.support.shipped import ruleset

PART = RuleMet("some.rule")
EVERY = (All((PART,)), AnyOf((PART,)), Not(PART), PART, All((All((PART,)),)), All((AnyOf((PART,)),)), Not(All((PART,))), Not(AnyOf((PART,))))


def test_conditions_of_different_kinds_are_never_equal() -> None:
    assert len(set(EVERY)) == len(EVERY)
    for one in EVERY:
        assert [one == other for other in EVERY] == [one is other for other in EVERY]
        assert [one != other for other in EVERY] == [one is not other for other in EVERY]


def test_equal_conditions_are_equal_however_they_came_about() -> None:
    for each in EVERY:
        made = type(each)(*each)
        assert made == each
        assert hash(made) == hash(each)
        assert pickle.loads(pickle.dumps(each)) == copy.copy(each) == each  # noqa: S301 -- our own


def _swapped(rules: Ruleset, rule_id: str) -> Ruleset:
    """Return the rules with "all of these" and "any of these" swapped at the head of one rule's condition."""
    turned = tuple(rule._replace(when=AnyOf(rule.when.parts)) if rule.id == rule_id and isinstance(rule.when, All) else rule for rule in rules.rules)
    return with_parts(rules, rules=turned)


def test_a_rule_in_force_is_told_from_the_same_with_all_and_any_swapped() -> None:
    rules = ruleset("england")
    last = next(rule for rule in rules.rules if isinstance(rule.when, All) and rule.window.until is None)
    assert last != next(rule for rule in _swapped(rules, last.id).rules if rule.file == last.file)
    one, other = (law_of(each, each.checked_on).source(last.id) for each in (rules, _swapped(rules, last.id)))
    assert one != other
    assert one.stands[0] != other.stands[0]


def test_a_misconception_that_swaps_all_and_any_concerns_the_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = ruleset("england")
    own = next(rule for rule in rules.rules if isinstance(rule.when, All) and rule.window.until is None)
    monkeypatch.setattr(changes, "changed_ruleset", lambda given, _, __: _swapped(given, own.id))
    held = Misconception("swapped", "", "", (), (Changed(None, MetOnly((own.id,), PART)),))
    assert own.id in concerned(held, rules)
