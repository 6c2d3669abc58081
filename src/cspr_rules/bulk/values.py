"""One fact of many rows as numbers: the least and the greatest value that each row leaves open."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cspr_rules.model.values import NOT_YET, Between, FactValue
from cspr_rules.model.vocabulary import Fact

UNKNOWN: Final = -(2**31)
"""Stands for a value of which nothing is known."""
NEVER_YET: Final = UNKNOWN + 1
"""Stands for a date that is known not to have come."""
OPEN_LOW: Final = NEVER_YET + 1
"""Stands for the least value of a number without a lower bound."""
OPEN_HIGH: Final = 2**31 - 1
"""Stands for the greatest value of a number without an upper bound."""

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

    def replaced(self, where: NDArray[np.bool_], low: Numbers, high: Numbers) -> Values:
        """Return the values with other bounds in some rows."""
        least = np.where(where, low, self.low)
        if self.high is self.low and (high is low or not (where & (high != low)).any()):
            return Values(self.fact, least)
        return Values(self.fact, least, np.where(where, high, self.high))

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
    """Return the numbers that stand for the least and the greatest that a value may be."""
    if value is None:
        return UNKNOWN, UNKNOWN
    if value is NOT_YET:
        return NEVER_YET, NEVER_YET
    if isinstance(value, Between):
        low = OPEN_LOW if value.low is None else number_of(fact, value.low)
        return low, OPEN_HIGH if value.high is None else number_of(fact, value.high)
    number = number_of(fact, value)
    return number, number


def number_of(fact: Fact, value: Any) -> int:
    """Return the number that stands for an exact value."""
    if fact.type == "one_of":
        return list(fact.values).index(value)
    if isinstance(value, date):
        return value.toordinal()
    return max(OPEN_LOW + 1, min(int(value), OPEN_HIGH - 1))
