"""Conditions over columns against brute force and against the engine that decides one row: every cell, and every run of cells, is enumerated."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cspr_rules import load_ruleset
from cspr_rules.engine.conditions import columns
from cspr_rules.engine.conditions.columns import BLOCK, MET, NOT_MET, UNDETERMINED, Program, code_of, packed, planes, possible, unpacked
from cspr_rules.engine.conditions.formulas import ALWAYS, NEVER, Formula, Formulas, Gate, common_cells
from cspr_rules.engine.conditions.normal_form import Exact, Variable, exact
from cspr_rules.engine.conditions.sharing import shared
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import law_of
from cspr_rules.model.rules import Condition, conditions_of
from tests.engine.test_normal_form import CONDITIONS, CUTS, EITHER_WAY, GAP, HERE_OR_ABROAD, WHEN
from tests.support.conditions import CONSENSUS, plainly, vocabulary

Grid = NDArray[Any]


def every_code(variables: Sequence[Variable]) -> tuple[dict[int, dict[int, Any]], int]:
    """Return the planes of rows in which each fact takes each code together with each code of the others, and how many rows that are."""
    counts = [len(possible(len(variable.cells))) for variable in variables]
    codes = np.indices(counts).reshape(len(counts), -1)
    return {variable.slot: planes(column) for variable, column in zip(variables, codes, strict=True)}, codes.shape[1]


def by_force(variables: Sequence[Variable], holds: Callable[[dict[int, Any]], bool]) -> Grid:
    """Return the outcome for each of those rows, from every way of choosing one cell of those that a row leaves open."""
    so = np.array(
        [holds(dict(zip([each.slot for each in variables], chosen, strict=True))) for chosen in itertools.product(*[v.cells for v in variables])]
    )
    counterexamples = []
    for wrong in (~so, so):
        counted = wrong.astype(int).reshape([len(variable.cells) for variable in variables])
        for axis, variable in enumerate(variables):
            fits = np.array([[mask >> cell & 1 for cell in range(len(variable.cells))] for mask in possible(len(variable.cells))])
            counted = np.moveaxis(np.tensordot(fits, counted, axes=(1, axis)), 0, axis)
        counterexamples.append(counted.reshape(-1))
    return np.where(counterexamples[0] == 0, MET, np.where(counterexamples[1] == 0, NOT_MET, UNDETERMINED))


def decided(forms: Sequence[Exact], cells: dict[int, Variable], facts: Any, rows: int) -> Grid:
    formulas = Formulas(cells)
    return Program(formulas, [(formulas.forced(each, wanted=True), formulas.forced(each, wanted=False)) for each in forms]).outcomes(facts, rows)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=2))
@example([HERE_OR_ABROAD, CONSENSUS])
@example([EITHER_WAY])
@example([CUTS, GAP])
@example([WHEN])
def test_an_outcome_is_open_only_if_what_is_left_open_can_make_it_either(conditions: list[Condition]) -> None:
    cells = common_cells(vocabulary(), conditions)
    variables = list(cells.values())
    facts, rows = every_code(variables)
    if rows > 300_000:
        return
    answers = decided([exact(condition, vocabulary()) for condition in conditions], cells, facts, rows)
    blank: list[Any] = [None] * len(vocabulary().facts)

    def row(values: dict[int, Any]) -> tuple[Any, ...]:
        filled = list(blank)
        for slot, value in values.items():
            filled[slot] = value
        return tuple(filled)

    for condition, answer in zip(conditions, answers, strict=True):
        expected = by_force(variables, lambda values, condition=condition: plainly(condition, row(values)))  # type: ignore[misc]
        assert (answer == expected).all()


@settings(deadline=None)
@given(st.lists(CONDITIONS, min_size=2, max_size=8))
@example([HERE_OR_ABROAD, CONSENSUS, CUTS, GAP, WHEN])
def test_what_is_joined_once_for_several_conditions_says_the_same(conditions: list[Condition]) -> None:
    cells = common_cells(vocabulary(), conditions)
    chance = np.random.default_rng(7)
    facts = {slot: planes(chance.integers(0, len(possible(len(variable.cells))), 500)) for slot, variable in cells.items()}
    formulas = Formulas(cells)
    pairs = [(formulas.forced(form, wanted=True), formulas.forced(form, wanted=False)) for form in (exact(each, vocabulary()) for each in conditions)]
    plainly_, once = Program(formulas, pairs), Program(formulas, pairs)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(columns, "MANY", 0)
        joined = once.outcomes(facts, 500)
    assert (plainly_.outcomes(facts, 500) == joined).all()


def test_the_conditions_of_a_profile_take_fewer_steps_where_what_they_share_is_joined_once() -> None:
    ruleset = load_ruleset("england")
    formulas = Formulas(common_cells(ruleset.vocabulary, (each for rule in ruleset.rules for each in conditions_of(rule))))
    law = law_of(ruleset, date(2024, 3, 27))
    roots = [formulas.forced(each.exact, wanted=wanted) for each in (*law.incident, *law.child) for wanted in (True, False)]
    nodes = {number: formulas.nodes[number] for number in formulas.needed(roots)}

    def steps(found: Mapping[int, Formula]) -> int:
        return sum(len(node.parts) - 1 for node in found.values() if isinstance(node, Gate))

    found = shared(nodes, roots)
    assert steps(found) < 0.7 * steps(nodes)
    places = {number: place for place, number in enumerate(found)}
    assert all(places[part] < places[number] for number, node in found.items() if isinstance(node, Gate) for part in node.parts)


def test_codes_stand_for_runs_of_cells() -> None:
    for count in range(1, 7):
        masks = possible(count)
        assert len(set(masks)) == len(masks) - 1  # that it may be in any cell is said twice: nothing known, and the run of all cells
        for first in range(count):
            for last in range(first, count):
                assert masks[code_of(count, first, last)] == sum(1 << cell for cell in range(first, last + 1))


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 63, 64, 65, BLOCK * 64 - 1, BLOCK * 64 + 130])
def test_rows_beyond_a_word_or_a_block_are_answered_too(rows: int) -> None:
    form = exact(HERE_OR_ABROAD, vocabulary())
    cells = common_cells(vocabulary(), [HERE_OR_ABROAD])
    rng = np.random.default_rng(7)
    codes = {slot: rng.integers(0, len(each.cells) + 1, rows) for slot, each in cells.items()}
    answer = decided([form], cells, {slot: planes(column) for slot, column in codes.items()}, rows)[0]
    picked = {tuple(int(column[place]) for column in codes.values()): int(answer[place]) for place in range(rows)}
    values: list[Any] = [None] * len(vocabulary().facts)
    for known, found in picked.items():
        for (slot, each), code in zip(cells.items(), known, strict=True):
            values[slot] = each.cells[code - 1] if code else None
        assert found == {True: MET, False: NOT_MET, None: UNDETERMINED}[truth(form, tuple(values))]
    again = decided([form], cells, {slot: planes(column[::-1]) for slot, column in codes.items()}, rows)[0]
    assert (again[::-1] == answer).all()


def test_bits_are_what_was_packed() -> None:
    flags = np.random.default_rng(3).integers(0, 2, 1_000).astype(bool)
    assert (unpacked(packed(flags), 1_000) == flags).all()


def test_what_two_conditions_share_is_said_once_and_what_is_unknown_throughout_is_not_read() -> None:
    cells = common_cells(vocabulary(), [HERE_OR_ABROAD, EITHER_WAY])
    form = exact(HERE_OR_ABROAD, vocabulary())
    formulas = Formulas(cells)
    assert formulas.forced(form, wanted=True) == formulas.forced(form, wanted=True)
    assert formulas.forced(exact(EITHER_WAY, vocabulary()), wanted=True) == ALWAYS
    assert Formulas(cells, frozenset()).forced(form, wanted=True) == NEVER
