"""Parts of a condition that could be left out, against brute force: every way of filling in the facts is tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from hypothesis import assume, given, settings

from cspr_rules.authoring.linting.conditions import Idle
from cspr_rules.errors import Path_
from cspr_rules.model.rules import All, AnyOf, Condition, Not
from tests.support.conditions import CONSENSUS, DOMAINS, NOT_A, A, B, C, a_test, conditions_over, plainly, slot, vocabulary

NAMES = ("yes.a", "yes.b", "word.three", "number.limited")


def answers(condition: Condition) -> list[bool]:
    """Return what a condition comes to, for every way of filling in the facts."""
    found = []
    for values in itertools.product(*[DOMAINS[name] for name in NAMES]):
        row: list[object] = [None] * len(DOMAINS)
        for name, value in zip(NAMES, values, strict=True):
            row[slot(name)] = value
        found.append(plainly(condition, tuple(row)))  # type: ignore[arg-type] # every value is one of its fact's
    return found


def without(condition: Condition, paths: set[Path_], path: Path_ = ()) -> Condition:
    """Return a condition without the parts at some paths."""
    match condition:
        case Not(part):
            return Not(without(part, paths, (*path, "not")))
        case All(parts) | AnyOf(parts):
            join = "all" if isinstance(condition, All) else "any"
            left = [(here, part) for index, part in enumerate(parts) if (here := (*path, join, index)) not in paths]
            return type(condition)(tuple(without(part, paths, here) for here, part in left))
        case _:
            return condition


def parts_of(condition: Condition, path: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every part of a list."""
    match condition:
        case Not(part):
            yield from parts_of(part, (*path, "not"))
        case All(parts) | AnyOf(parts):
            join = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield (*path, join, index)
                yield from parts_of(part, (*path, join, index))
        case _:
            return


def idle(condition: Condition) -> set[Path_]:
    return {path for path, _ in Idle(vocabulary(), [lambda each: each]).parts(condition, ())}


@settings(max_examples=300)
@given(conditions_over(NAMES, 8))
def test_what_is_found_changes_no_answer_and_what_is_left_changes_one(condition: Condition) -> None:
    whole = answers(condition)
    assume(len(set(whole)) == 2)  # a condition with one answer is refused before
    found = idle(condition)
    left = without(condition, found)
    assert answers(left) == whole
    assert all(answers(without(left, {path})) != whole for path in parts_of(left))


def test_of_two_that_say_the_same_the_later_is_found() -> None:
    assert idle(All((A, B, A))) == {("all", 2)}
    assert idle(AnyOf((A, All((A, B))))) == {("any", 1)}
    assert idle(All((A, AnyOf((NOT_A, B))))) == {("all", 1, "any", 0)}
    # Of the consensus of two parts neither says anything alone.
    assert idle(AnyOf((*CONSENSUS.parts, All((B, C))))) == {("any", 2)}
    assert idle(CONSENSUS) == set()


def test_a_part_that_makes_no_difference_once_others_are_left_out_is_found_as_well() -> None:
    red, not_blue, not_red = (a_test("word.three", "is_any_of", each) for each in (("red",), ("red", "green"), ("blue", "green")))
    # While "red" stands in the second part, "not red" beside it makes a difference; once that is left out it makes none.
    condition = All((AnyOf((Not(not_blue), B)), AnyOf((Not(B), red)), not_red))
    assert idle(condition) == {("all", 0, "any", 1), ("all", 1, "any", 1), ("all", 2)}
