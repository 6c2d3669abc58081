"""What is known only in part, against brute force: every number or day within the bounds is tried, with every way of filling in what is unknown."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cspr_rules.engine.conditions.normal_form import exact, slots
from cspr_rules.engine.conditions.open_parts import Asked, OpenParts, left_open
from cspr_rules.engine.conditions.three_valued import still_matters, terms, truth
from cspr_rules.engine.law import compiled
from cspr_rules.explain.ways import routes
from cspr_rules.model.rules import All, AnyOf, Condition, Test, holds
from cspr_rules.model.values import NOT_YET, Between, FactValue, Row, limits_of
from tests.engine.test_normal_form import CONDITIONS, facts_of, in_force
from tests.support.conditions import CONSENSUS, DAYS, DOMAINS, a_test, comparisons_of, from_dice, plainly, slot, vocabulary

BOUNDED = [name for name in DOMAINS if name.split(".")[0] in ("number", "day")]


def possible(name: str, value: FactValue | None) -> list[FactValue]:
    """Return every value that a fact may have."""
    if value is None:
        return DOMAINS[name]
    if not isinstance(value, Between):
        return [value]
    low, high = value
    found: list[FactValue] = [
        each for each in DOMAINS[name] if each is not NOT_YET and (low is None or each >= low) and (high is None or each <= high)
    ]
    assert found
    return found


def some_bounds(name: str, dice: Random) -> Between:
    ends: list[Any] = [each for each in DOMAINS[name] if each is not NOT_YET]
    if name.startswith("number") and dice.random() < 2 / 3:
        return Between(None, dice.choice(ends[1:]) - 1) if dice.random() < 0.5 else Between(dice.choice(ends), None)
    return Between(*sorted(dice.sample(ends, 2)))


def between(name: str) -> st.SearchStrategy[Between]:
    return from_dice(lambda dice: some_bounds(name, dice))


def some_row(dice: Random) -> Row:
    """Return a row in which a fact is not known, known, or, where it can be, known within bounds, each as often."""
    row: list[FactValue | None] = []
    for name, values in DOMAINS.items():
        kind = dice.randrange(3)
        row.append(dice.choice(values) if kind == 0 else some_bounds(name, dice) if kind == 1 and name in BOUNDED else None)
    return tuple(row)


ROWS = from_dice(some_row)


def completions(row: Row, names: Sequence[str]) -> Iterator[Row]:
    for filled in itertools.product(*[possible(name, row[slot(name)]) for name in names]):
        whole = list(row)
        for name, value in zip(names, filled, strict=True):
            whole[slot(name)] = value
        yield tuple(whole)


def by_force(condition: Condition, row: Row) -> bool | None:
    answers = {plainly(condition, whole) for whole in completions(row, facts_of(condition))}
    return None if len(answers) == 2 else answers.pop()


def relevant_by_force(condition: Condition, row: Row) -> set[int]:
    names = facts_of(condition)
    found = set()
    for name in names:
        others = [other for other in names if other != name]
        for filled in completions(row, others):
            if len({plainly(condition, whole) for whole in completions(filled, [name])}) == 2:
                found.add(slot(name))
                break
    return found


def a_row(**values: FactValue) -> Row:
    return tuple(values.get(name.replace(".", "_")) for name in DOMAINS)


MIDDLE = All((a_test("number.limited", "at_least", 1), a_test("number.limited", "less_than", 4)))
ENDS = AnyOf((a_test("number.limited", "less_than", 1), a_test("number.limited", "at_least", 4), a_test("yes.a", "is", True)))
OVERLAPPING = All((a_test("number.limited", "at_least", 2), AnyOf((a_test("number.limited", "less_than", 4), a_test("yes.a", "is", False)))))
WITHIN = AnyOf((a_test("day.past", "on_or_before", DAYS[1]), a_test("day.past", "on_or_after", DAYS[3])))


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(CONDITIONS, ROWS)
@example(MIDDLE, a_row(number_limited=Between(1, 3)))
@example(MIDDLE, a_row(number_limited=Between(None, 3)))
@example(ENDS, a_row(number_limited=Between(2, 3)))
@example(ENDS, a_row(number_limited=Between(3, None)))
@example(WITHIN, a_row(day_past=Between(DAYS[0], DAYS[4])))
@example(WITHIN, a_row(day_past=Between(DAYS[3], DAYS[4])))
@example(CONSENSUS, a_row())
def test_an_answer_is_open_only_if_what_is_not_known_can_make_it_either(condition: Condition, row: Row) -> None:
    form = exact(condition, vocabulary())
    assert truth(form, row) is by_force(condition, row)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(CONDITIONS, ROWS)
@example(MIDDLE, a_row(number_limited=Between(1, 3)))
@example(MIDDLE, a_row(number_limited=Between(3, None)))
@example(ENDS, a_row(number_limited=Between(2, 3)))
@example(ENDS, a_row(number_limited=Between(3, None)))
@example(OVERLAPPING, a_row(number_limited=Between(None, 3)))  # within the bounds, one way there is part of the other
def test_what_is_still_asked_is_exactly_what_can_still_change_the_answer(condition: Condition, row: Row) -> None:
    assert still_matters(exact(condition, vocabulary()), row) == relevant_by_force(condition, row)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(CONDITIONS, ROWS)
def test_the_tokens_that_the_second_engine_is_given_force_the_same_answers(condition: Condition, row: Row) -> None:
    form = exact(condition, vocabulary())
    forced = {
        wanted: any(all(not each.variable.possible(row[each.variable.slot]) & ~each.mask for each in term) for term in terms(form, wanted=wanted))
        for wanted in (True, False)
    }
    assert not all(forced.values()) or not facts_of(condition)
    assert (True if forced[True] else False if forced[False] else None) is by_force(condition, row)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(CONDITIONS, ROWS)
def test_a_need_is_met_if_all_that_a_fact_may_be_meets_it(condition: Condition, row: Row) -> None:
    for route in routes(exact(condition, vocabulary()), wanted=True):
        for need in route:
            inside = {bool(need.variable.cell(value) & need.mask) for value in possible(need.variable.fact.id, row[need.variable.slot])}
            assert need.met(row) is (None if len(inside) == 2 else inside.pop())


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(st.data())
def test_one_test_holds_of_bounds_if_it_holds_of_all_within_them(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(BOUNDED))
    test, value = data.draw(comparisons_of(name)), data.draw(between(name))
    whole = possible(name, value)
    # A number without a bound on one side goes on beyond what is tried here.
    beyond: list[FactValue] = [each for each, end in ((-9, value.low), (9, value.high)) if end is None]
    answers = {holds(test, each) for each in (*whole, *beyond)}
    assert holds(test, value) is (None if len(answers) == 2 else answers.pop())


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), ROWS)
def test_code_says_of_bounds_what_walking_says_and_what_is_still_open(conditions: list[Condition], row: Row) -> None:
    forms = [exact(condition, vocabulary()) for condition in conditions]
    code, walked = compiled(in_force(*forms), walks=0)(row), compiled(in_force(*forms), walks=1)(row)
    parts = OpenParts(range(len(row)))
    for form, left, right in zip(forms, code[0], walked[0], strict=True):
        assert left.outcome == right.outcome
        if left.outcome == "undetermined":
            assert set(parts.slots(left_open([parts.opening(form, slots(form))], Asked(row)).every)) == still_matters(form, row)
    assert [each.rule_id for each in code[1]] == [each.rule_id for each in walked[1]]
    assert {each.rule_id for each in code[2]} == {each.rule_id for each in walked[2]}


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), ROWS)
def test_code_says_of_bounds_what_every_way_of_filling_in_says(conditions: list[Condition], row: Row) -> None:
    decide = compiled(in_force(*[exact(condition, vocabulary()) for condition in conditions]), walks=0)
    outcomes = {True: "met", False: "not_met", None: "undetermined"}
    assert [each.outcome for each in decide(row)[0]] == [outcomes[by_force(condition, row)] for condition in conditions]


@pytest.mark.parametrize("value", [3, Between(3, 4), Between(None, 3), Between(3, None)])
def test_limits_are_those_of_the_value(value: FactValue) -> None:
    assert limits_of(value) == (value if isinstance(value, Between) else Between(3, 3))


def test_a_test_of_a_date_that_has_come_on_some_day() -> None:
    assert holds(Test("text", "day.past", "recorded", True, ()), Between(DAYS[0], DAYS[1])) is True
    assert holds(Test("text", "day.past", "recorded", False, ()), Between(DAYS[0], DAYS[1])) is False
