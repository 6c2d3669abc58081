"""Of the decisions about many cases, those that are not the usual ones of their rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.deciding import Decided
from cspr_rules.bulk.due_days import NO_DAY, Days, plan_days
from cspr_rules.bulk.frames import Asking
from cspr_rules.bulk.framing import Given
from cspr_rules.bulk.register import Register
from cspr_rules.bulk.values import Places
from cspr_rules.engine.conditions.columns import MET, OUTCOMES, ones, packed, unpacked


class Unusual(NamedTuple):
    """Decisions, in the order of the rules and then of the rows.

    Attributes:
        rows: The place of the row of each.
        rules: The number of its rule.
        outcomes: The number of its outcome.
        days: The ordinal of its day to plan for, if it has one.
        undated: Whether it has none.
        counts: For each rule, how many rows came to each outcome; of all sound rows.
        words: The outcomes by number.
    """

    rows: Places
    rules: NDArray[np.int16]
    outcomes: NDArray[np.int8]
    days: Days
    undated: NDArray[np.bool_]
    counts: list[list[int]]
    words: tuple[str, ...]


def decided(given: Given, asked: Asking, first: int) -> Decided:
    """Return the rows of a frame, each a case, under the rules.

    Args:
        given: The frame.
        asked: What is asked.
        first: The number of its first row.

    Raises:
        CaseError: A column is no fact and is not kept.
    """
    register = Register(asked.ruleset, {name: partial(given.numbered, name) for name in given.names}, len(given), None, asked.keep, first)
    return Decided(register, asked.as_of, asked.law_on, asked.rules)


def unusual(found: Decided, rules: Sequence[str], usual: Sequence[int]) -> Unusual:
    """Return the decisions that are not the usual ones of their rules, or that have a day to plan for.

    Args:
        found: Cases of one row each.
        rules: The ids of the rules.
        usual: The number of each rule's usual outcome.
    """
    every, outcomes = found.population.cases, found.outcomes
    planned = plan_days(found.register.ruleset, found.population, outcomes, rules)
    flags = np.zeros(every, np.bool_)
    flags[found.sound] = True
    sound = packed(flags)
    day_of = np.full(every, NO_DAY, np.int32)
    parts: list[tuple[NDArray[Any], ...]] = [(np.zeros(0, np.intp), np.zeros(0, np.int16), np.zeros(0, np.int8), np.zeros(0, np.int32))]
    counts = []
    for number, (rule, most) in enumerate(zip(rules, usual, strict=True)):
        low, high = outcomes.planes(rule)
        lows, highs, both = ones(low & sound), ones(high & sound), ones(low & high & sound)
        counts.append([len(found.sound) - lows - highs + both, lows - both, highs - both, both])
        dated = planned[rule]
        if counts[-1][most] == len(found.sound) and not len(dated.rows):
            continue
        where = unpacked(((~low if most & MET else low) | (~high if most & ~MET else high)) & sound, every)
        where[dated.rows[flags[dated.rows]]] = 1
        rows = np.flatnonzero(where.view(np.bool_))
        day_of[dated.rows] = dated.days
        parts.append((rows, np.full(len(rows), number, np.int16), outcomes.at(rule, rows).view(np.int8), day_of[rows]))
        day_of[dated.rows] = NO_DAY
    rows, of_rule, outcome, days = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Unusual(rows, of_rule, outcome, days, days == NO_DAY, counts, OUTCOMES)
