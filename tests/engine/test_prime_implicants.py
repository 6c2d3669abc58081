"""Cells of values, and prime implicants: all there, and none too many."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules.engine.conditions import normal_form as module
from cspr_rules.engine.conditions.normal_form import Cube, Joined, Primes, Variable, Within, exact, prime_implicants
from cspr_rules.engine.conditions.three_valued import still_matters, truth
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Test, holds
from cspr_rules.model.values import NOT_YET
from cspr_rules.model.vocabulary import representatives
from tests.support.conditions import (
    CONSENSUS,
    DAYS,
    DOMAINS,
    A,
    B,
    C,
    a_test,
    comparisons_of,
    conditions_over,
    nothing_known,
    plainly,
    slot,
    vocabulary,
)

# -- cells ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(DOMAINS)).flatmap(lambda name: st.tuples(st.just(name), st.lists(comparisons_of(name), min_size=1, max_size=5))))
def test_every_value_has_one_cell_whose_representative_passes_the_same_tests(chosen: tuple[str, list[Test]]) -> None:
    name, tests = chosen
    fact = vocabulary().by_id[name]
    cells = representatives(fact, tests)
    variable = Variable(fact, slot(name), tuple(cells))
    assert variable.full == 2 ** len(cells) - 1
    for value in DOMAINS[name]:
        mask = variable.cell(value)
        assert mask.bit_count() == 1
        assert mask & variable.full
        representative = cells[mask.bit_length() - 1]
        assert [holds(test, value) for test in tests] == [holds(test, representative) for test in tests]
    for index, cell in enumerate(cells):
        assert variable.cell(cell) == 1 << index
        assert fact.parse(cell) == cell, "a representative is a value the fact can have"


def test_a_test_of_an_unknown_fact_is_unknown() -> None:
    for name, values in DOMAINS.items():
        for value in values:
            if value is not NOT_YET and value is not None:
                comparison = {"yes": "is", "word": "is", "number": "at_least", "day": "on_or_after"}[name.split(".")[0]]
                assert holds(a_test(name, comparison, value), None) is None


def test_a_day_that_has_not_come_is_neither_before_nor_after_any_day() -> None:
    for comparison in ("on_or_before", "on_or_after"):
        assert holds(a_test("day.past", comparison, DAYS[0]), NOT_YET) is False
    assert holds(a_test("day.past", "recorded", False), NOT_YET) is True
    assert holds(a_test("day.past", "recorded", True), NOT_YET) is False


@pytest.mark.parametrize(("comparison", "day"), [("on_or_after", date(1900, 1, 1)), ("on_or_before", date(2200, 12, 31))])
def test_days_that_no_case_can_hold_are_not_reckoned_with(comparison: str, day: date) -> None:
    condition = AnyOf((a_test("day.past", comparison, day), a_test("day.past", "recorded", False)))
    assert truth(exact(condition, vocabulary()), nothing_known()) is True


# -- prime implicants ----------------------------------------------------------------------------------------------------------------

SIZED = ("yes.a", "word.three", "number.limited", "yes.b")
"""Facts of 2, 3, 5 and 2 values, each a cell of its own."""


def variables_of(names: Sequence[str]) -> tuple[Variable, ...]:
    return tuple(Variable(vocabulary().by_id[name], slot(name), tuple(DOMAINS[name])) for name in names)


def primes_by_force(cubes: Sequence[Cube], variables: Sequence[Variable], *, outside: bool = False) -> set[Cube]:
    """Return the cubes that lie in the union of some cubes (or outside it) and in no larger such cube, from all the cubes there are.

    A set of points is one number, with a bit for each point.
    """
    points = list(itertools.product(*[range(len(variable.cells)) for variable in variables]))

    def inside(cube: Cube) -> int:
        return sum(1 << number for number, point in enumerate(points) if all(mask >> cell & 1 for mask, cell in zip(cube, point, strict=True)))

    union = 0
    for cube in cubes:
        union |= inside(cube)
    if outside:
        union = ~union & ((1 << len(points)) - 1)
    every = {cube: inside(cube) for cube in itertools.product(*[range(1, variable.full + 1) for variable in variables])}
    implicants = {cube: held for cube, held in every.items() if not held & ~union}
    return {cube for cube, held in implicants.items() if not any(held != larger and not held & ~larger for larger in implicants.values())}


@st.composite
def cubes_and_variables(draw: st.DrawFn) -> tuple[list[Cube], tuple[Variable, ...]]:
    variables = variables_of(draw(st.lists(st.sampled_from(SIZED), min_size=1, max_size=3, unique=True)))
    cube = st.tuples(*[st.just(variable.full) | st.integers(1, variable.full) for variable in variables])
    return draw(st.lists(cube, max_size=7)), variables


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(cubes_and_variables())
def test_prime_implicants_are_all_there_and_none_is_too_many(chosen: tuple[list[Cube], tuple[Variable, ...]]) -> None:
    cubes, variables = chosen
    found = prime_implicants(cubes, variables)
    assert len(found) == len(set(found))
    assert set(found) == primes_by_force(cubes, variables, outside=True)
    if found:
        assert set(prime_implicants(found, variables)) == primes_by_force(cubes, variables)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(*[conditions_over(["yes.a", "word.three", "number.limited"], 5)] * 3)
def test_the_prime_implicants_of_a_condition_are_those_of_the_rows_of_which_it_holds(one: Condition, two: Condition, three: Condition) -> None:
    condition = AnyOf((All((one, two)), All((Not(one), three)), All((Not(two), Not(three)))))
    with patch.object(module, "_apart", lambda primes: primes):
        form = exact(condition, vocabulary())
    assert isinstance(form, Primes)
    names = [variable.fact.id for variable in form.variables]
    for cubes, wanted in ((form.true, True), (form.false, False)):
        points: list[Cube] = []
        for index in itertools.product(*[range(len(variable.cells)) for variable in form.variables]):
            row = list(nothing_known())
            for name, variable, cell in zip(names, form.variables, index, strict=True):
                row[slot(name)] = variable.cells[cell]
            if plainly(condition, tuple(row)) is wanted:
                points.append(tuple(1 << cell for cell in index))
        assert set(cubes) == primes_by_force(points, form.variables)


def test_facts_that_recur_needlessly_are_taken_apart() -> None:
    recurring: list[tuple[Condition, Condition]] = [
        (AnyOf((All((A, B)), All((A, C)))), All((A, AnyOf((B, C))))),
        (All((AnyOf((A, B)), AnyOf((A, C)))), AnyOf((A, All((B, C))))),
    ]
    for condition, plain in recurring:
        assert exact(condition, vocabulary()) == exact(plain, vocabulary())
    once = exact(AnyOf((All((A, B)), All((A, C)))), vocabulary())
    assert isinstance(once, Joined)
    assert [type(part) for part in once.parts] == [Within, Joined]
    # A fact that makes no difference is still a fact of the condition.
    assert module.slots(exact(AnyOf((A, All((A, B)), C)), vocabulary())) == {slot("yes.a"), slot("yes.b"), slot("yes.c")}


def test_the_consensus_of_two_terms_is_found() -> None:
    form = exact(CONSENSUS, vocabulary())
    assert isinstance(form, Primes)
    assert [variable.fact.id for variable in form.variables] == ["yes.a", "yes.b", "yes.c"]
    assert set(form.true) == {(2, 2, 3), (1, 3, 2), (3, 2, 2)}
    known = tuple({"yes.b": True, "yes.c": True}.get(name) for name in DOMAINS)
    assert truth(form, known) is True
    assert still_matters(form, known) == set()
