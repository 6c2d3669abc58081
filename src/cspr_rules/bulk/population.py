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

from cspr_rules.bulk.following import Following
from cspr_rules.bulk.values import NEVER_YET, UNKNOWN, Places, Values
from cspr_rules.model.cases import MOST_CHILDREN, CheckedCase
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import EARLIEST, Row
from cspr_rules.model.vocabulary import Vocabulary

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
        self.starts: Places = of_case if len(of_case) == len(doubtful) else np.searchsorted(of_case, np.arange(len(doubtful)))
        self.incident = dict(incident)
        self.child = dict(child)
        self.doubtful = doubtful
        if listed:
            self._count()
        self._expanded: dict[str, Values] = {}
        self.doubtful |= Following(vocabulary, "incident", self.incident, lambda _: None, len(doubtful)).run()
        self._doubt(Following(vocabulary, "child", self.child, self._of_incident, len(of_case)).run())
        self._doubt(self._out_of_order())
        for values in self.incident.values():
            self.doubtful |= _late(values, as_of)
        for values in self.child.values():
            self._doubt(_late(values, as_of))

    def _of_incident(self, name: str) -> Values | None:
        """Return a fact of the incident for each child."""
        if name not in self.incident or self.starts is self.of_case:  # one child each
            return self.incident.get(name)
        if name not in self._expanded:
            self._expanded[name] = self.incident[name].taken(self.of_case)
        return self._expanded[name]

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.doubtful)

    def _doubt(self, children: NDArray[np.bool_]) -> None:
        """Doubt the cases of some children."""
        if self.starts is self.of_case:
            self.doubtful |= children
        else:
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
        """Return the children of whom a date lies before another that it cannot precede."""
        found = np.zeros(len(self.of_case), np.bool_)
        for name, each in (*self.incident.items(), *self.child.items()):
            for earlier in each.fact.not_before:
                other = self.child.get(earlier) or self._of_incident(earlier)
                values = self.child.get(name) or self._of_incident(name)
                if values is not None and other is not None:
                    rows = values.rows
                    low = other.low[rows]
                    found[rows[(low > NEVER_YET) & (values.high[rows] < low)]] = True
        return found

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

    def law_days(self, ruleset: Ruleset, as_of: date) -> list[NDArray[np.int32]]:
        """Return the ordinals of the days whose law is read for each case: of the incident, then of each later step.

        It is :func:`cspr_rules.engine.law_days.law_days` for columns.
        """
        facts, looked_from = self.vocabulary.facts, as_of.toordinal()
        own = np.full(self.cases, UNKNOWN, np.int32)
        for slot in reversed(self.vocabulary.law_dates):
            values = self.incident.get(facts[slot].id)
            if values is not None:
                rows = values.rows[values.low[values.rows] == values.high[values.rows]]
                own[rows] = values.low[rows]
        bound, as_looked = (np.full(self.cases, looked_from, np.int32) for _ in range(2))
        for slot in {*self.vocabulary.law_dates, *self.vocabulary.after_law_date, *ruleset.later_steps}:
            values = self.incident.get(facts[slot].id) or self.child.get(facts[slot].id)
            if values is not None and not values.fact.may_be_future:
                rows = values.rows[(values.low[values.rows] > EARLIEST.toordinal()) & (values.high[values.rows] <= looked_from)]
                np.minimum.at(bound, self.of_case[rows] if values.fact.scope == "child" else rows, values.high[rows])
        incident = np.where(own == UNKNOWN, bound, own)
        nothing_known = np.maximum(as_looked, incident)
        found = [incident]
        for slot in ruleset.later_steps:
            values = self.incident.get(facts[slot].id)
            if values is None:
                found.append(nothing_known)
                continue
            low, high = values.low[values.rows], values.high[values.rows]
            days = as_looked.copy()
            days[values.rows] = np.where(low == high, high, np.minimum(high, looked_from))
            found.append(np.maximum(days, incident))
        return found


def _late(values: Values, as_of: date) -> NDArray[np.bool_]:
    """Return the rows in which a day that has come lies after the day looked from."""
    if values.fact.type != "date" or values.fact.may_be_future:
        return np.zeros(len(values.low), np.bool_)
    found: NDArray[np.bool_] = values.low > as_of.toordinal()
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
