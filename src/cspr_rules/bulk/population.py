"""Many cases as columns: what follows from what is recorded, and which cases a closer look has to be taken at.

:class:`cspr_rules.cases.Case` says what a case may hold and why not. Here the same is worked out for all cases at once, but only as far as to
tell those that are surely sound: every other case is *doubtful*, and is read by itself, by the same code that reads a single case. So there is one
place that says what is wrong, and the columns cannot accept what it refuses; the tests hold the two to each other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.values import Values, bounds_of
from cspr_rules.model.cases import MOST_CHILDREN, CheckedCase
from cspr_rules.model.vocabulary import Row, Vocabulary

Places = NDArray[np.intp]
_NONE: Final = np.zeros(0, np.intp)


class Population:
    """Cases, each with its children, as columns.

    Attributes:
        vocabulary: The facts.
        of_case: For each child, the place of its case; in ascending order.
        starts: For each case, the place of its first child.
        incident: By fact, what is known of each case.
        child: By fact, what is known of each child.
        doubtful: Which cases have to be read by themselves.

    Args:
        vocabulary: The facts.
        of_case: As above.
        incident: By fact, a value for each case.
        child: By fact, a value for each child.
        doubtful: The cases that are known to need a closer look.
        listed: Whether the children are all those of their case, so that they can be counted.
        as_of: The day to look from.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        of_case: Places,
        incident: Mapping[str, Values],
        child: Mapping[str, Values],
        doubtful: NDArray[np.bool_],
        *,
        listed: bool,
        as_of: date,
    ) -> None:
        self.vocabulary = vocabulary
        self.of_case = of_case
        self.starts: Places = np.searchsorted(of_case, np.arange(len(doubtful)))
        self.incident = dict(incident)
        self.child = dict(child)
        self.doubtful = doubtful
        if listed:
            self._count()
        self.doubtful |= _contradictory(self.incident, vocabulary, len(doubtful))
        self._doubt(_contradictory(self.child, vocabulary, len(of_case)))
        self._doubt(self._out_of_order())
        for owner, columns in ((False, self.incident), (True, self.child)):
            for values in columns.values():
                if values.fact.type == "date" and not values.fact.may_be_future:
                    late = values.high > as_of.toordinal()
                    if owner:
                        self._doubt(late)
                    else:
                        self.doubtful |= late

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.doubtful)

    def _doubt(self, children: NDArray[np.bool_]) -> None:
        """Doubt the cases of some children."""
        self.doubtful[self.of_case[children]] = True

    def _count(self) -> None:
        """Count the children of each case where their number is not recorded."""
        counts = np.diff(np.append(self.starts, len(self.of_case)))
        self.doubtful |= counts > MOST_CHILDREN
        for fact in self.vocabulary.facts:
            if fact.counts == "children":
                values = self.incident.get(fact.id) or Values.unknown(fact, self.cases)
                low = np.where(values.known, values.low, counts).astype(np.int32)
                self.incident[fact.id] = Values(fact, low, None if values.high is values.low else np.where(values.known, values.high, low))

    def _out_of_order(self) -> NDArray[np.bool_]:
        """Return the children of whom a date is not surely on or after another that it cannot lie before."""
        found = np.zeros(len(self.of_case), np.bool_)
        for values in (*self.incident.values(), *self.child.values()):
            for earlier in values.fact.not_before:
                other = self.child.get(earlier) or self.incident.get(earlier)
                if other is not None:
                    found |= self._each(values, "come") & self._each(other, "come") & (self._each(values, "low") < self._each(other, "high"))
        return found

    def _each(self, values: Values, what: str) -> NDArray[np.bool_]:
        """Return something of a fact for each child, also where it is the incident's."""
        found: NDArray[np.bool_] = getattr(values, what)
        return found[self.of_case] if values.fact.scope == "incident" else found

    def correct(self, case: int, checked: CheckedCase) -> None:
        """Take over what a closer look at one case came to."""
        for slot, fact in enumerate(self.vocabulary.facts):
            if fact.scope == "incident":
                self._put(self.incident, slot, case, checked.incident, self.cases)
                continue
            for number, row in enumerate(checked.children):
                self._put(self.child, slot, int(self.starts[case]) + number, row, len(self.of_case))

    def _put(self, columns: dict[str, Values], slot: int, place: int, row: Row, rows: int) -> None:
        fact, value = self.vocabulary.facts[slot], row[slot]
        if fact.id not in columns:
            if value is None:
                return
            columns[fact.id] = Values.unknown(fact, rows)
        columns[fact.id].put(place, value)

    def law_days(self, as_of: date) -> NDArray[np.int32]:
        """Return the ordinal of the day whose law is read for each case."""
        found = np.full(self.cases, as_of.toordinal(), np.int32)
        for slot in reversed(self.vocabulary.law_dates):
            values = self.incident.get(self.vocabulary.facts[slot].id)
            if values is not None:
                found = np.where(values.come, values.low, found)
                self.doubtful |= values.come & (values.low != values.high)
        return found


def grouped(keys: Sequence[int] | Places) -> tuple[Places, Places]:
    """Return the order that puts the rows of one case together, cases in the order of their first row; and the case of each row in that order."""
    every, first, inverse = np.unique(np.asarray(keys), return_index=True, return_inverse=True)
    rank = np.empty(len(every), np.intp)
    rank[np.argsort(first, kind="stable")] = np.arange(len(every))
    of_case = rank[inverse]
    order = np.argsort(of_case, kind="stable")
    return order, of_case[order]


def agreed(codes: Places, starts: Places) -> tuple[Places, NDArray[np.bool_]]:
    """Return what the rows of each case say, and the cases in which two rows differ.

    Args:
        codes: A number for what each row says, -1 where it says nothing; rows of one case stand together.
        starts: The first row of each case.
    """
    if not len(codes):
        return _NONE, np.zeros(0, np.bool_)
    most = np.maximum.reduceat(codes, starts)
    least = np.minimum.reduceat(np.where(codes < 0, np.iinfo(np.intp).max, codes), starts)
    return most, (most >= 0) & (most != least)


def _contradictory(columns: dict[str, Values], vocabulary: Vocabulary, rows: int) -> NDArray[np.bool_]:
    """Add what follows from what is recorded, and return the rows in which it contradicts something."""
    found = np.zeros(rows, np.bool_)
    waiting = list(columns)
    while waiting:
        values = columns[waiting.pop()]
        for implication in values.fact.implies:
            where = values.come if implication.when is None else values.surely(bounds_of(values.fact, implication.when)[0])
            if not where.any():
                continue
            target = vocabulary.by_id[implication.fact]
            number = bounds_of(target, implication.value)[0]
            other = columns.get(target.id) or Values.unknown(target, rows)
            fresh = where & ~other.known
            if fresh.any():
                other = columns[target.id] = other.filled(fresh, number)
                waiting.append(target.id)
            found |= where & ~other.surely(number)
    return found
