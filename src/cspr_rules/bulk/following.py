"""What follows from what is recorded, for many rows at once; and the rows in which something contradicts it.

It says for columns what :mod:`cspr_rules.model.inferring` says for one case, in the same order, and the tests hold the two to each other. Only
*that* something cannot be so is found here; what it is, and where, is told by reading the case by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from functools import reduce
from operator import is_, or_
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.values import NEVER_YET, OPEN_HIGH, OPEN_LOW, UNKNOWN, Numbers, Places, Values, bounds_of, number_of
from cspr_rules.model.inferring import without
from cspr_rules.model.rules import Test
from cspr_rules.model.values import DAY_NOT_KNOWN, FactValue
from cspr_rules.model.vocabulary import Fact, Impossible, Vocabulary

Flags = NDArray[np.bool_]


class Following:
    """Adds to the columns of incidents, or of children, what follows from them.

    Attributes:
        contradictory: The rows in which something cannot be so.

    Args:
        vocabulary: Says what follows from what.
        scope: Whether a row is an incident or a child.
        columns: By fact; added to.
        known: Returns what else bears on a row: for a child, a fact of its incident.
        rows: How many rows there are.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        scope: Literal["incident", "child"],
        columns: dict[str, Values],
        known: Callable[[str], Values | None],
        rows: int,
    ) -> None:
        self.vocabulary = vocabulary
        self.scope = scope
        self.columns = columns
        self.known = known
        self.rows = rows
        self.contradictory: Flags = np.zeros(rows, np.bool_)
        self._looked_at: dict[Impossible, list[Values | None]] = {}

    def run(self) -> Flags:
        """Add what follows until nothing more does, and return :attr:`contradictory`."""
        for name in list(self.columns):
            self._implied(name, self.columns[name].known)
        for fact in self.vocabulary.counted_in_years:
            if fact.scope == self.scope:
                self._years(fact)
        for fact in self.vocabulary.taken_with_others:
            if fact.scope == self.scope:
                self._taken_with(fact)
        for fact in self.vocabulary.bounded:
            for other in fact.no_more_than if fact.scope == self.scope else ():
                self._bounded(fact, other)
        while any(self._impossible(each) for each in self.vocabulary.impossible):
            pass
        return self.contradictory

    def _value(self, name: str) -> Values | None:
        return self.columns.get(name) or self.known(name)

    def _own(self, fact: Fact) -> Values:
        return self.columns.get(fact.id) or Values.unknown(fact, self.rows)

    def _become(self, fact: Fact, rows: Places, low: Numbers, high: Numbers) -> bool:
        """Take in bounds in some rows, and what follows where they leave one value; return whether anything is new."""
        old = self._own(fact)
        if fact.type == "number":
            low, high = _normal(fact, low, high)
        new = (low != UNKNOWN) & ((old.low[rows] != low) | (old.high[rows] != high))
        if not new.any():
            return False
        rows, low, high = rows[new], low[new], high[new]
        self.columns[fact.id] = old.replaced(rows, low, high)
        self._implied(fact.id, self._among(rows[low == high]))
        return True

    def _among(self, rows: Places) -> Flags:
        found = np.zeros(self.rows, np.bool_)
        found[rows] = True
        return found

    def _implied(self, name: str, rows: Flags) -> None:
        values = self.columns[name]
        for implication in values.fact.implies:
            so = values.come if implication.when is None else values.surely(bounds_of(values.fact, implication.when)[0])
            where = rows & so
            if not where.any():
                continue
            target = self.vocabulary.by_id[implication.fact]
            number = bounds_of(target, implication.value)[0]
            other = self._own(target)
            fresh = ~other.known
            if not other.exact:
                fresh |= (other.low != other.high) & (other.low <= number) & (number <= other.high)
            fresh &= where
            self.contradictory |= where & ~fresh & ~other.surely(number)
            if fresh.any():
                self.columns[target.id] = other.replaced(fresh, number, number)
                self._implied(target.id, fresh)

    # -- numbers ----------------------------------------------------------------------------------------------------------------------

    def _years(self, fact: Fact) -> None:
        """Add the years between two dates."""
        born, at = (self._value(name) for name in fact.years_from or ())
        if born is None or at is None:
            return
        recorded = self.columns.get(fact.id)
        both = at.rows[born.come[at.rows]]
        known = np.zeros(len(both), np.bool_) if recorded is None else recorded.known[both]
        born, at = born.taken(both), at.taken(both)
        turned = at.high < born.low
        self.contradictory[both[turned & known]] = True
        certain = at.low >= born.high
        low = np.where(certain, _years_between(born.high, at.low), 0)
        high = _years_between(born.low, at.high)
        least = OPEN_LOW if fact.at_least is None else fact.at_least
        most = OPEN_HIGH if fact.at_most is None else fact.at_most
        where = ~turned & (known | certain) & (high >= least) & (low <= most)
        self._meet(fact, both[where], low[where].astype(np.int32), high[where].astype(np.int32))

    def _taken_with(self, fact: Fact) -> None:
        """Add the day of a step that another step served for too, unless it is recorded or would lie before what it cannot precede."""
        other = fact.taken_with
        day, told = (self._value(other.step), self._value(other.where)) if other else (None, None)
        if other is None or day is None or told is None:
            return
        served = _either(told.surely(bounds_of(told.fact, each)[0]) for each in other.is_any_of)
        where = day.rows[served[day.rows] & ~self._own(fact).known[day.rows]]
        for name in fact.not_before:
            before = self._value(name)
            if before is not None:
                where = where[~(before.come[where] & (before.low[where] > day.high[where]))]
        self._become(fact, where, day.low[where], day.high[where])

    def _bounded(self, fact: Fact, other: str) -> None:
        """Add that a number is no more than another."""
        most = self._value(other)
        if most is not None:
            where = most.rows[most.high[most.rows] < OPEN_HIGH]
            self._meet(fact, where, np.full(len(where), OPEN_LOW, np.int32), most.high[where])

    def _meet(self, fact: Fact, rows: Places, low: Numbers, high: Numbers) -> bool:
        """Take in bounds beside those that are known."""
        if not len(rows):
            return False
        old = self._own(fact).taken(rows)
        low = np.where(old.known, np.maximum(old.low, low), low)
        high = np.where(old.known, np.minimum(old.high, high), high)
        fits = low <= high
        self.contradictory[rows[~fits]] = True
        return self._become(fact, rows[fits], low[fits], high[fits])

    # -- what cannot be so together -----------------------------------------------------------------------------------------------------

    def _impossible(self, combination: Impossible) -> bool:
        """Find where a combination holds, and rule out its last test where all others do; return whether anything is new."""
        values = [self._value(test.fact) for test in combination.tests]
        if values.count(None) > 1:
            return False  # nothing is known of two of them in any row
        before = self._looked_at.get(combination)
        if before is not None and all(map(is_, before, values)):
            return False
        self._looked_at[combination] = values
        found = [self._holds(test) for test in combination.tests]
        possible = np.flatnonzero(~_either(fails for _, fails in found))
        if not len(possible):
            return False
        open_ = [~holds[possible] for holds, _ in found]
        left = np.sum(open_, axis=0, dtype=np.uint8)
        self.contradictory[possible[left == 0]] = True
        new = False
        for test, is_open in zip(combination.tests, open_, strict=True):
            rows = possible[(left == 1) & is_open]
            fact = self.vocabulary.by_id[test.fact]
            if fact.scope == self.scope and len(rows):
                new |= self._ruled_out(fact, test, rows)
        return new

    def _ruled_out(self, fact: Fact, test: Test, rows: Places) -> bool:
        """Take in that a test does not hold in some rows."""
        if fact.type == "number":
            low, high = (OPEN_LOW, test.value - 1) if test.comparison == "at_least" else (test.value, OPEN_HIGH)
            return self._meet(fact, rows, np.full(len(rows), low, np.int32), np.full(len(rows), high, np.int32))
        if fact.type == "date" and test.comparison != "recorded":
            (first, last), day = bounds_of(fact, DAY_NOT_KNOWN), test.value.toordinal()
            low, high = (day + 1, last) if test.comparison == "on_or_before" else (first, day - 1)
            partly = rows[self._own(fact).come[rows]]
            return self._meet(fact, partly, np.full(len(partly), low, np.int32), np.full(len(partly), high, np.int32))
        rest: FactValue | None = without(fact, None, test)
        if rest is None:
            return False
        low, high = bounds_of(fact, rest)
        return self._become(fact, rows, np.full(len(rows), low, np.int32), np.full(len(rows), high, np.int32))

    def _holds(self, test: Test) -> tuple[Flags, Flags]:
        """Return the rows in which a test holds, and those in which it does not."""
        values = self._value(test.fact)
        if values is None:
            nowhere = np.zeros(self.rows, np.bool_)
            return nowhere, nowhere
        fact, known, low, high = values.fact, values.known, values.low, values.high
        match test.comparison:
            case "is" | "is_any_of":
                wanted = [number_of(fact, each) for each in (test.value if test.comparison == "is_any_of" else (test.value,))]
                holds = _either(low == each for each in wanted)
                return holds, known & ~holds
            case "recorded":
                come, never = values.come, low == NEVER_YET
                return (come, never) if test.value else (never, come)
            case "at_least" | "less_than":
                least = np.where(low == OPEN_LOW, low if fact.at_least is None else fact.at_least, low)
                most = np.where(high == OPEN_HIGH, high if fact.at_most is None else fact.at_most, high)
                above, below = known & (least >= test.value), known & (most < test.value)
                return (above, below) if test.comparison == "at_least" else (below, above)
        day, come, never = test.value.toordinal(), values.come, low == NEVER_YET
        if test.comparison == "on_or_before":
            return come & (high <= day), never | (come & (low > day))
        return come & (low >= day), never | (come & (high < day))


def _either(flags: Iterable[Flags]) -> Flags:
    return reduce(or_, flags)


def _normal(fact: Fact, low: Numbers, high: Numbers) -> tuple[Numbers, Numbers]:
    """Return bounds of a number said in one way: what the vocabulary says anyway is no bound, and with none nothing is known."""
    least = OPEN_LOW if fact.at_least is None else fact.at_least
    most = OPEN_HIGH if fact.at_most is None else fact.at_most
    inner_low, inner_high = np.maximum(low, least), np.minimum(high, most)
    exact = (inner_low == inner_high) & (inner_low > OPEN_LOW) & (inner_high < OPEN_HIGH)
    nothing = (inner_low == least) & (inner_high == most) & ~exact
    low = np.where(exact, inner_low, np.where(inner_low == least, OPEN_LOW, inner_low))
    high = np.where(exact, inner_high, np.where(inner_high == most, OPEN_HIGH, inner_high))
    return np.where(nothing, UNKNOWN, low).astype(np.int32), np.where(nothing, UNKNOWN, high).astype(np.int32)


_EPOCH = date(1970, 1, 1).toordinal()


def _years_between(born: Numbers, day: Numbers) -> NDArray[Any]:
    """Return the whole years between the days of two ordinals."""
    (first_year, first_day), (last_year, last_day) = (_year_and_day(each - _EPOCH) for each in (born, day))
    found: NDArray[Any] = last_year - first_year - (last_day < first_day)
    return found


def _year_and_day(days: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the year of days since 1970, and a number that orders days within a year by month and day of the month."""
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    of_month = (dates - months).astype(np.int64)
    return years.astype(np.int64), (months - years).astype(np.int64) * 32 + of_month
