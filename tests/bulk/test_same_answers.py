"""Columns say of every case what is said of it by itself, and leave nothing open needlessly: a sample of `python -m tests.support.many columns`."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import pytest

from cspr_rules import load_ruleset
from tests.support.same_answers import conditions, drawn, same, shipped, space


@pytest.mark.slow
@pytest.mark.parametrize("law_on", [None, date(2019, 10, 1)])
def test_every_outcome_and_every_day_is_that_of_the_case_by_itself(law_on: date | None) -> None:
    ruleset = load_ruleset("england")
    told = same(ruleset, [*shipped(ruleset)[::4], *drawn(ruleset, 120, 16)], law_on)
    assert min(told[each] for each in ("refused", "known in part", "read by columns alone", "days")) > 10, told


@pytest.mark.slow
def test_no_outcome_is_open_needlessly_wherever_a_case_may_lie() -> None:
    told, chance = Counter[str](), random.Random(16)  # noqa: S311 -- the same rows each time
    for form in conditions(load_ruleset("england")):
        told += space(form, chance, most=150_000, by_itself=100)
    assert told["conditions"] > 0.9 * (told["conditions"] + told["conditions with more"])
    assert told["cells"] > 600_000
