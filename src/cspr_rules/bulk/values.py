"""One fact of many rows as numbers: the least and the greatest value that each row leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cspr_rules.model.vocabulary import NOT_YET, Fact, FactValue

UNKNOWN: Final = -(2**31)
"""Stands for a value of which nothing is known."""
NEVER_YET: Final = UNKNOWN + 1
"""Stands for a date that is known not to have come."""
_GREATEST: Final = 2**31 - 1

Numbers = NDArray[np.int32]


class Values:
    """What is known of one fact in many rows.

    Attributes:
        fact: The fact.
        low: The least that it may be: for yes or no 0 and 1, for words their place in the vocabulary, for numbers the number and for dates the
            ordinal of the day; or :data:`UNKNOWN` or :data:`NEVER_YET`.
        high: The greatest that it may be; the same array where every value is known exactly or not at all.
    """

    __slots__ = ("fact", "high", "low")

    def __init__(self, fact: Fact, low: Numbers, high: Numbers | None = None) -> None:
        self.fact = fact
        self.low = low
        self.high = low if high is None else high

    @classmethod
    def unknown(cls, fact: Fact, rows: int) -> Values:
        """Return a column of which nothing is known."""
        return cls(fact, np.full(rows, UNKNOWN, np.int32))

    @classmethod
    def of(cls, fact: Fact, values: Sequence[FactValue | None]) -> Values:
        """Return values as a column."""
        bounds = np.array([bounds_of(fact, value) for value in values], np.int32).reshape(-1, 2)
        low = np.ascontiguousarray(bounds[:, 0])
        return cls(fact, low, None if (low == bounds[:, 1]).all() else np.ascontiguousarray(bounds[:, 1]))

    def taken(self, places: NDArray[np.intp]) -> Values:
        """Return the values of some rows."""
        return Values(self.fact, self.low[places], None if self.high is self.low else self.high[places])

    def put(self, row: int, value: FactValue | None) -> None:
        """Set the value of one row."""
        low, high = bounds_of(self.fact, value)
        if low != high and self.high is self.low:
            self.high = self.low.copy()
        self.low[row] = low
        self.high[row] = high

    def filled(self, where: NDArray[np.bool_], number: int) -> Values:
        """Return the values with one number in some rows."""
        low = np.where(where, np.int32(number), self.low)
        return Values(self.fact, low, None if self.high is self.low else np.where(where, np.int32(number), self.high))

    @property
    def known(self) -> NDArray[np.bool_]:
        """In which rows something is known."""
        found: NDArray[np.bool_] = self.low != UNKNOWN
        return found

    @property
    def come(self) -> NDArray[np.bool_]:
        """In which rows something is known, and not that it has not come yet."""
        found: NDArray[np.bool_] = self.low > NEVER_YET
        return found

    def surely(self, number: int) -> NDArray[np.bool_]:
        """In which rows the value is known to be one number."""
        found: NDArray[np.bool_] = (self.low == number) & (self.high == number)
        return found


def bounds_of(fact: Fact, value: FactValue | None) -> tuple[int, int]:
    """Return the least and the greatest number that a value may be."""
    if value is None:
        return UNKNOWN, UNKNOWN
    if value is NOT_YET:
        return NEVER_YET, NEVER_YET
    number = number_of(fact, value)
    return number, number


def number_of(fact: Fact, value: Any) -> int:
    """Return the number that stands for an exact value."""
    if fact.type == "one_of":
        return list(fact.values).index(value)
    if isinstance(value, date):
        return value.toordinal()
    return max(NEVER_YET + 1, min(int(value), _GREATEST))


def value_of(fact: Fact, number: int) -> FactValue | None:
    """Return the value that a number stands for."""
    if number == UNKNOWN:
        return None
    if number == NEVER_YET:
        return NOT_YET
    match fact.type:
        case "yes_no":
            return bool(number)
        case "one_of":
            return list(fact.values)[number]
        case "number":
            return number
    return date.fromordinal(number)
