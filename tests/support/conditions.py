"""Conditions made at random over a few facts, and what they come to by trying every way of filling in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import strategies as st

from cspr_rules.loading.building_vocabulary import build_vocabulary
from cspr_rules.loading.shaping import shaped
from cspr_rules.model.rules import All, AnyOf, Condition, Not, RuleMet, Test
from cspr_rules.model.values import NOT_YET, FactValue, Row
from cspr_rules.model.vocabulary import Vocabulary
from tests.support.rules_folders import document

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


def comparisons_of(name: str) -> st.SearchStrategy[Test]:
    match vocabulary().by_id[name].type:
        case "yes_no":
            return st.booleans().map(lambda value: a_test(name, "is", value))
        case "one_of":
            values = st.sampled_from(DOMAINS[name])
            several = st.lists(values, min_size=1, max_size=3).map(tuple)
            return values.map(lambda value: a_test(name, "is", value)) | several.map(lambda value: a_test(name, "is_any_of", value))
        case "number":
            cuts = st.integers(0, 4) if name == "number.limited" else st.integers(-2, 3)
            return st.builds(a_test, st.just(name), st.sampled_from(["at_least", "less_than"]), cuts)
        case "date":
            compared = st.builds(a_test, st.just(name), st.sampled_from(["on_or_before", "on_or_after"]), st.sampled_from(DAYS))
            return compared | st.booleans().map(lambda value: a_test(name, "recorded", value))


def conditions_over(names: Sequence[str], most: int) -> st.SearchStrategy[Condition]:
    def joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, min_size=1, max_size=4).map(tuple)
        return several.map(All) | several.map(AnyOf) | parts.map(Not)

    leaves: st.SearchStrategy[Condition] = st.one_of([comparisons_of(name) for name in names])
    return st.recursive(leaves, joined, max_leaves=most)


def nothing_known() -> Row:
    return (None,) * len(DOMAINS)


A, NOT_A = a_test("yes.a", "is", True), a_test("yes.a", "is", False)
B, NOT_B = a_test("yes.b", "is", True), a_test("yes.b", "is", False)
C = a_test("yes.c", "is", True)
CONSENSUS = AnyOf((All((A, B)), All((NOT_A, C))))
