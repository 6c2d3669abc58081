"""Conditions made at random over a few facts, and what they come to by trying every way of filling in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st

from cspr_rules.loading.building_vocabulary import build_vocabulary
from cspr_rules.loading.shaping import shaped
from cspr_rules.model.rules import All, AnyOf, Condition, Not, RuleMet, Test
from cspr_rules.model.values import NOT_YET, FactValue, Row
from cspr_rules.model.vocabulary import Vocabulary
from tests.support.rules_folders import document

Made = TypeVar("Made")

ONE = "  - {{id: {id}, scope: child, kind: fact, type: {type}, {more}meaning: text, question: text, who_would_know: text}}\n"
DAY_0 = date(2024, 2, 27)
DAYS = [DAY_0 + timedelta(days=offset) for offset in range(5)]  # over the end of a February

# Each fact with every value that any test below can tell from another, and more.
DOMAINS: dict[str, list[FactValue]] = {
    "yes.a": [False, True],
    "yes.b": [False, True],
    "yes.c": [False, True],
    "word.three": ["red", "green", "blue"],
    "word.one": ["only"],
    "number.limited": [0, 1, 2, 3, 4],
    "number.free": [-3, -2, -1, 0, 1, 2, 3],
    "day.past": [NOT_YET, DAY_0 - timedelta(days=400), *[DAY_0 + timedelta(days=offset) for offset in range(-1, 6)], DAY_0 + timedelta(days=400)],
}


@cache
def vocabulary() -> Vocabulary:
    more = {
        "yes": "type: yes_no",
        "word.three": "values: {red: text, green: text, blue: text}, ",
        "word.one": "values: {only: text}, ",
        "number.limited": "at_least: 0, at_most: 4, ",
    }
    types = {"yes": "yes_no", "word": "one_of", "number": "number", "day": "date"}
    lines = [ONE.format(id=name, type=types[name.split(".")[0]], more=more.get(name, "")) for name in DOMAINS]
    plain = shaped(document("title: text\norder: 1\nfacts:\n" + "".join(lines)), "vocabulary")
    assert plain is not None
    return build_vocabulary([plain], lambda *_: pytest.fail(str(_)))


def slot(name: str) -> int:
    return vocabulary().slot[name]


def plainly(condition: Condition, values: Row) -> bool:
    """Say whether a condition holds of a row in which everything is known."""
    match condition:
        case All(parts):
            return all(plainly(part, values) for part in parts)
        case AnyOf(parts):
            return any(plainly(part, values) for part in parts)
        case Not(part):
            return not plainly(part, values)
        case Test(_, fact, comparison, wanted, _):
            value: Any = values[slot(fact)]
            assert value is not None
            match comparison:
                case "is":
                    return bool(value == wanted)
                case "is_any_of":
                    return value in wanted
                case "at_least":
                    return bool(value >= wanted)
                case "less_than":
                    return bool(value < wanted)
                case "recorded":
                    return bool((value is not NOT_YET) == wanted)
                case "on_or_before":
                    return value is not NOT_YET and bool(value <= wanted)
                case "on_or_after":
                    return value is not NOT_YET and bool(value >= wanted)
        case RuleMet():
            raise AssertionError


def a_test(fact: str, comparison: Any, value: Any) -> Test:
    return Test("text", fact, comparison, value, ())


def from_dice(made: Callable[[Random], Made]) -> st.SearchStrategy[Made]:
    """Return a strategy for what is made by dice.

    Hypothesis draws one number, the seed. Drawn part by part, a condition takes far longer to make than to decide. The price is that a
    counterexample is not made smaller.
    """
    return st.integers(0, 2**64 - 1).map(lambda seed: made(Random(seed)))  # noqa: S311 -- the same seed makes the same


def some_test(name: str, dice: Random) -> Test:
    values = DOMAINS[name]
    match vocabulary().by_id[name].type:
        case "yes_no":
            return a_test(name, "is", dice.random() < 0.5)
        case "one_of":
            several = tuple(dice.choice(values) for _ in range(dice.randint(1, 3)))
            return a_test(name, "is", dice.choice(values)) if dice.random() < 0.5 else a_test(name, "is_any_of", several)
        case "number":
            low, high = (0, 4) if name == "number.limited" else (-2, 3)
            return a_test(name, dice.choice(("at_least", "less_than")), dice.randint(low, high))
        case "date":
            if dice.random() < 0.5:
                return a_test(name, "recorded", dice.random() < 0.5)
            return a_test(name, dice.choice(("on_or_before", "on_or_after")), dice.choice(DAYS))


def joined(parts: tuple[Condition, ...], dice: Random) -> Condition:
    return All(parts) if dice.random() < 0.5 else AnyOf(parts)


def some_condition(names: Sequence[str], leaves: int, dice: Random) -> Condition:
    """Return a condition with so many tests: joined by twos, threes and fours, here and there with one part alone, here and there denied."""
    chance = dice.random()
    if chance < 0.15:
        return Not(some_condition(names, leaves, dice))
    if chance < 0.2:
        return joined((some_condition(names, leaves, dice),), dice)
    if leaves == 1:
        return some_test(dice.choice(names), dice)
    cuts = sorted(dice.sample(range(1, leaves), min(leaves - 1, dice.randint(1, 3))))
    parts = [end - start for start, end in pairwise((0, *cuts, leaves))]
    return joined(tuple(some_condition(names, part, dice) for part in parts), dice)


def comparisons_of(name: str) -> st.SearchStrategy[Test]:
    return from_dice(lambda dice: some_test(name, dice))


def conditions_over(names: Sequence[str], most: int) -> st.SearchStrategy[Condition]:
    return from_dice(lambda dice: some_condition(names, dice.randint(1, most), dice))


def any_conditions(most: int) -> st.SearchStrategy[Condition]:
    """Return conditions over one to four of the facts."""
    names = sorted(DOMAINS)
    return from_dice(lambda dice: some_condition(dice.sample(names, dice.randint(1, 4)), dice.randint(1, most), dice))


def nothing_known() -> Row:
    return (None,) * len(DOMAINS)


A, NOT_A = a_test("yes.a", "is", True), a_test("yes.a", "is", False)
B, NOT_B = a_test("yes.b", "is", True), a_test("yes.b", "is", False)
C = a_test("yes.c", "is", True)
CONSENSUS = AnyOf((All((A, B)), All((NOT_A, C))))
