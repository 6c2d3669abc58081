"""The rules as shipped: every example, every combination of facts, every day.

The reference here is deliberately naive: it reads a rule's condition as written and tries every way of filling in what is unknown.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from cspr_rules.authoring.examples import problems
from cspr_rules.engine.conditions.three_valued import still_matters
from cspr_rules.engine.law import compiled, law_of
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.rules import All, AnyOf, Condition, Example, Not, Rule, RuleMet, Test, holds
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import FactValue, Row
from cspr_rules.model.vocabulary import representatives

RULES = Path(__file__).parents[2] / "rules"
MOST_PARTIAL_CASES = 60_000
"""Rules whose facts combine in more ways than this are tried on as many ways drawn at random instead."""
SAMPLED = 4_000


@cache
def ruleset(profile: str) -> Ruleset:
    return load_ruleset(profile)  # the object that other tests of the same process have compiled; it has no faults, or is not loaded


def _versions() -> tuple[Rule, ...]:
    return ruleset("bcp").rules


def _examples() -> Iterator[tuple[Rule, Example]]:
    for rule in _versions():
        for example in rule.examples:
            yield rule, example


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "example"), [pytest.param(rule, example, id=f"{rule.id}@{rule.window.start}: {example.name}") for rule, example in _examples()]
)
def test_example_gets_the_answer_it_names(rule: Rule, example: Example) -> None:
    # National examples are run without any local rule, local ones with everything.
    own = ruleset(rule.profile)
    version = next(each for each in own.rules if (each.id, each.window) == (rule.id, rule.window))
    assert problems(own, version, example) == []


@pytest.mark.parametrize("rule", [pytest.param(rule, id=f"{rule.id}@{rule.window.start}") for rule in _versions()])
def test_rule_has_an_example_of_each_outcome(rule: Rule) -> None:
    assert {example.expect["outcome"] for example in rule.examples} == {"met", "not_met", "undetermined"}


# -- every combination of facts ------------------------------------------------------------------------------------------------------


def _written_out(condition: Condition, law_on: date, rules: Ruleset) -> Condition:
    match condition:
        case RuleMet(name):
            other = next(rule for rule in rules.versions(name) if law_on in rule.window)
            return _written_out(other.when, law_on, rules)
        case All(parts):
            return All(tuple(_written_out(part, law_on, rules) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_written_out(part, law_on, rules) for part in parts))
        case Not(part):
            return Not(_written_out(part, law_on, rules))
        case Test():
            return condition


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _tests(part)
        case Not(part):
            yield from _tests(part)
        case Test():
            yield condition
        case RuleMet():
            raise AssertionError("written out before")


def _plainly(condition: Condition, facts: dict[str, FactValue]) -> bool:
    """Answer a condition when every fact is known, by reading it."""
    match condition:
        case All(parts):
            return all(_plainly(part, facts) for part in parts)
        case AnyOf(parts):
            return any(_plainly(part, facts) for part in parts)
        case Not(part):
            return not _plainly(part, facts)
        case Test(_, name, _, _, _):
            return holds(condition, facts[name]) is True
        case RuleMet():
            raise AssertionError("written out before")


BOTH = 3


class _BruteForce:
    """Every way of filling in one rule's unknown facts."""

    def __init__(self, rule: Rule, rules: Ruleset, law_on: date) -> None:
        self.condition = _written_out(rule.when, law_on, rules)
        tests = list(_tests(self.condition))
        self.names = list(dict.fromkeys(test.fact for test in tests))
        self.values = [representatives(rules.vocabulary.by_id[name], [test for test in tests if test.fact == name]) for name in self.names]
        self._answers: dict[tuple[FactValue | None, ...], int] = {}

    def possible(self, known: tuple[FactValue | None, ...]) -> int:
        """Return every answer that some way of filling in the unknown facts gives: 1 for not met, 2 for met, 3 for both."""
        found = self._answers.get(known)
        if found is None:
            if None in known:
                index, found = known.index(None), 0
                for each in self.values[index]:
                    found |= self.possible((*known[:index], each, *known[index + 1 :]))
                    if found == BOTH:
                        break
            else:
                found = 1 + _plainly(self.condition, dict(zip(self.names, known, strict=True)))  # type: ignore[arg-type] # none is None here
            self._answers[known] = found
        return found

    def outcome(self, known: tuple[FactValue | None, ...]) -> str:
        return ("not_met", "met", "undetermined")[self.possible(known) - 1]

    def matter(self, known: tuple[FactValue | None, ...]) -> set[str]:
        """Return the unknown facts whose value can change the answer, for some way of filling in the other unknown facts."""
        found = set()
        for index, value in enumerate(known):
            if value is not None:
                continue
            others = [self.values[place] if each is None and place != index else [each] for place, each in enumerate(known)]
            for filled in itertools.product(*others):
                answers = {self.possible((*filled[:index], each, *filled[index + 1 :])) for each in self.values[index]}
                if len(answers) > 1:
                    found.add(self.names[index])
                    break
        return found

    def partial_cases(self) -> Iterator[tuple[FactValue | None, ...]]:
        ways = 1
        for values in self.values:
            ways *= len(values) + 1
        if ways <= MOST_PARTIAL_CASES:
            yield from itertools.product(*([None, *values] for values in self.values))
            return
        chance = random.Random(len(self.names))  # noqa: S311 -- a fixed seed, for the same cases each time
        for _ in range(SAMPLED):
            yield tuple(None if chance.random() < 0.4 else chance.choice(values) for values in self.values)


def _days_of_law(rule: Rule, rules: Ruleset) -> list[date]:
    """Return one day for each stretch of law in which the rule, or a rule it refers to, stands unchanged."""
    return sorted({max(rule.window.start, other.window.start) for other in rules.rules if max(rule.window.start, other.window.start) in rule.window})


@pytest.mark.slow
@pytest.mark.parametrize("rule", [pytest.param(rule, id=f"{rule.id}@{rule.window.start}") for rule in _versions()])
def test_no_way_of_filling_in_the_unknown_contradicts_the_outcome_and_none_is_left_open_needlessly(rule: Rule) -> None:
    rules = ruleset("bcp")
    slot = rules.vocabulary.slot
    seen: set[Condition] = set()
    for law_on in _days_of_law(rule, rules):
        brute = _BruteForce(rule, rules, law_on)
        if brute.condition in seen:
            continue
        seen.add(brute.condition)
        law = law_of(rules, law_on)
        sources, decide = (law.child, law.decide_child) if rule.scope == "child" else (law.incident, law.decide_incident)
        index = next(place for place, source in enumerate(sources) if source.rule.id == rule.id)
        alone = compiled([sources[index]], walks=0)
        empty: list[FactValue | None] = [None] * len(rules.vocabulary.facts)
        for count, known in enumerate(brute.partial_cases()):
            for name, value in zip(brute.names, known, strict=True):
                empty[slot[name]] = value
            row: Row = tuple(empty)
            expected = brute.outcome(known)
            assert alone(row)[0][0].outcome == expected, dict(zip(brute.names, known, strict=True))
            if count % 7 == 0:  # with the parts that rules share; it decides every other rule as well
                assert decide(row)[0][index].outcome == expected, dict(zip(brute.names, known, strict=True))
            if count % 23 == 0 or len(brute.names) <= 4:  # relevance is slow to try by hand; a share of the larger rules' cases is tried
                asked = {rules.vocabulary.facts[each].id for each in still_matters(sources[index].exact, row)}
                assert asked == (brute.matter(known) if expected == "undetermined" else set()), dict(zip(brute.names, known, strict=True))


# -- every day -----------------------------------------------------------------------------------------------------------------------


def test_on_every_day_each_rule_has_at_most_one_version_and_every_rule_cites_something_in_force() -> None:
    rules = ruleset("bcp")
    day, last = date(2015, 1, 1), date(2027, 12, 31)
    checked = set()
    while day <= last:
        law = law_of(rules, day)
        if id(law) not in checked:
            checked.add(id(law))
            names = [source.rule.id for source in (*law.incident, *law.child)]
            assert len(names) == len(set(names)), day
            for source in (*law.incident, *law.child):
                assert source.citations, (day, source.rule.id)
                assert all(day in provision.window for provision in source.citations)
        day += timedelta(days=1)
    assert len(checked) > 5


def test_no_rule_of_the_children_act_duty_applies_before_it_was_in_force() -> None:
    names = {source.rule.id for source in law_of(ruleset("bcp"), date(2018, 6, 28)).child}
    assert "england.notification.serious_incident" not in names
    names = {source.rule.id for source in law_of(ruleset("bcp"), date(2018, 6, 29)).child}
    assert "england.notification.serious_incident" in names


@pytest.mark.parametrize("day", [date(2019, 5, 1), date(2022, 5, 1), date(2024, 5, 1), date(2026, 5, 1)])
def test_each_day_reads_its_own_edition_of_working_together(day: date) -> None:
    law = law_of(ruleset("bcp"), day)
    rule = next(source for source in law.child if source.rule.id == "england.notification.serious_incident")
    editions = {provision.instrument.id for duty in rule.duties for clock in duty.deadlines for provision in clock.citations}
    expected = "wt2018" if day < date(2023, 12, 15) else "wt2023" if day < date(2026, 3, 19) else "wt2026"
    assert {each for each in editions if each.startswith("wt")} == {expected}


def test_the_edition_nobody_could_read_is_marked_as_unread() -> None:
    provisions = [each for each in ruleset("bcp").provisions.values() if each.instrument.id == "wt2026"]
    assert provisions
    assert not any(each.checked.relied_on for each in provisions)


def test_every_entry_of_the_register_names_provisions_that_exist() -> None:
    rules = ruleset("bcp")
    named = {key for entry in rules.discrepancies.values() for key in (*entry.clauses, *entry.sources)}
    assert named <= set(rules.provisions)


@pytest.mark.parametrize("profile", ["england", "bcp"])
def test_no_two_duties_of_one_role_read_alike(profile: str) -> None:
    named: dict[tuple[str, str], set[str]] = {}
    for rule in ruleset(profile).rules:
        for duty in rule.duties:
            named.setdefault((duty.by, duty.act), set()).add(duty.id)
    assert len(named) > 50
    assert {words: ids for words, ids in named.items() if len(ids) > 1} == {}
