"""One fact of many rows as numbers: the least and the greatest value that each row leaves open."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cspr_rules.model.values import NOT_YET, Between, FactValue
from cspr_rules.model.vocabulary import Fact

UNKNOWN: Final = -(2**31)
"""Stands for a number or a day of which nothing is known."""
UNSAID: Final = -1
"""Stands for a word, or for yes or no, of which nothing is known."""
NEVER_YET: Final = UNKNOWN + 1
"""Stands for a date that is known not to have come."""
OPEN_LOW: Final = NEVER_YET + 1
"""Stands for the least value of a number without a lower bound."""
OPEN_HIGH: Final = 2**31 - 1
"""Stands for the greatest value of a number without an upper bound."""

Numbers = NDArray[Any]
"""Of words and of yes or no, a byte each; of numbers and days, four."""
Places = NDArray[np.intp]


class Values:
    """What is known of one fact in many rows.

    Attributes:
        fact: The fact.
        low: The least that it may be: for yes or no 0 and 1, for words their place in the vocabulary, for numbers the number and for dates the
            ordinal of the day; or :data:`UNSAID`, :data:`UNKNOWN` or :data:`NEVER_YET`.
        high: The greatest that it may be; the same array where every value is known exactly or not at all.
    """

    __slots__ = ("_rows", "fact", "high", "low")

    def __init__(self, fact: Fact, low: Numbers, high: Numbers | None = None) -> None:
        self.fact = fact
        self.low = low
        self.high = low if high is None else high
        self._rows: Places | None = None

    @classmethod
    def unknown(cls, fact: Fact, rows: int) -> Values:
        """Return a column of which nothing is known."""
        return cls(fact, np.full(rows, unknown_of(fact), kind_of(fact)))

    def taken(self, places: NDArray[np.intp]) -> Values:
        """Return the values of some rows."""
        return Values(self.fact, self.low[places], None if self.high is self.low else self.high[places])

    def put(self, row: int, value: FactValue | None) -> None:
        """Set the value of one row."""
        low, high = bounds_of(self.fact, value)
        self._rows = None
        exact = self.high is self.low
        if not self.low.flags.writeable:  # it is the register's own
            self.low = self.low.copy()
            self.high = self.low if exact else self.high
        if low != high and exact:
            self.high = self.low.copy()
        self.low[row] = low
        self.high[row] = high

    def replaced(self, rows: NDArray[np.bool_] | Places, low: Numbers | int, high: Numbers | int) -> Values:
        """Return the values with other bounds in some rows: a number for all of them or one for each."""
        least = self.low.copy()
        least[rows] = low
        if self.high is self.low and np.array_equal(low, high):
            return Values(self.fact, least)
        most = self.high.copy()
        most[rows] = high
        return Values(self.fact, least, most)

    @property
    def exact(self) -> bool:
        """Whether every value is known exactly or not at all."""
        return self.high is self.low

    @property
    def known(self) -> NDArray[np.bool_]:
        """In which rows something is known."""
        found: NDArray[np.bool_] = self.low != unknown_of(self.fact)
        return found

    @property
    def come(self) -> NDArray[np.bool_]:
        """In which rows something is known, and not that it has not come yet."""
        found: NDArray[np.bool_] = self.low > (NEVER_YET if unknown_of(self.fact) == UNKNOWN else UNSAID)
        return found

    @property
    def rows(self) -> Places:
        """The places of the rows in which something is known, and not that it has not come yet."""
        if self._rows is None:
            self._rows = np.flatnonzero(self.come)
        return self._rows

    def surely(self, number: int) -> NDArray[np.bool_]:
        """In which rows the value is known to be one number."""
        found: NDArray[np.bool_] = self.low == number
        return found if self.exact else found & (self.high == number)


def unknown_of(fact: Fact) -> int:
    """Return what stands for a value of a fact of which nothing is known."""
    return UNSAID if fact.type in ("yes_no", "one_of") else UNKNOWN


def kind_of(fact: Fact) -> type[np.signedinteger[Any]]:
    """Return the type of the numbers that stand for values of a fact."""
    if fact.type not in ("yes_no", "one_of"):
        return np.int32
    return np.int8 if len(fact.values) <= np.iinfo(np.int8).max else np.int32


def bounds_of(fact: Fact, value: FactValue | None) -> tuple[int, int]:
    """Return the numbers that stand for the least and the greatest that a value may be."""
    if value is None:
        return unknown_of(fact), unknown_of(fact)
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
