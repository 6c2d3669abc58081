"""The days to plan for of many decisions at once: each day that a clock may run from is counted once, whatever the number of rows that have it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.outcomes import Outcomes, Reading, readings
from cspr_rules.bulk.population import Places, Population
from cspr_rules.bulk.values import Numbers, Values
from cspr_rules.engine.conditions.columns import MET, UNDETERMINED
from cspr_rules.engine.law import CitedDeadline
from cspr_rules.model.calendars import Dues
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import EARLIEST, LATEST

Days = NDArray[np.int32]
NO_DAY: Final = 2**31 - 1
"""Stands where no day can be named."""
_NOT_COUNTED: Final = -1
_FIRST, _LAST = EARLIEST.toordinal(), LATEST.toordinal()


class Planned(NamedTuple):
    """The days to plan for of one rule.

    Attributes:
        rows: The places of the cases, or of the children, that have one; in no order.
        days: The ordinals of their days.
    """

    rows: Places
    days: Days


def plan_days(ruleset: Ruleset, population: Population, outcomes: Outcomes, wanted: Collection[str]) -> dict[str, Planned]:
    """Return the first day to plan for of what each rule asks where it is met, or would ask where it is undetermined.

    It is the least ``plan_for`` of the duties that :func:`cspr_rules.engine.duties.would_be` returns for the facts of the case or child alone, those
    that are optional left out.

    Args:
        ruleset: The rules.
        population: The cases.
        outcomes: Their outcomes.
        wanted: The ids of the rules.
    """
    of_cases = _Dated(population.incident, population.cases)
    of_children = _Dated(population.child, len(population.of_case), of_cases, population.of_case)
    counted: _Counted = ruleset.kept.get(_Counted) or ruleset.kept.setdefault(_Counted, _Counted())
    found: dict[str, list[Planned]] = {rule: [] for rule in wanted}
    for reading in readings(ruleset, outcomes.days, wanted):
        for dated, sources in ((of_cases, reading.incident), (of_children, reading.child)):
            for source in sources:
                duties = [[each for each in duty.deadlines if dated.runs(each)] for duty in source.duties if not duty.optional]
                slots = frozenset(each.slot for clocks in duties for each in clocks if each.slot is not None)
                if not slots:
                    continue
                rows = dated.under(reading, slots)
                outcome = outcomes.at(source.rule.id, rows)
                rows = rows[(outcome == MET) | (outcome == UNDETERMINED)]
                if not len(rows):
                    continue
                days = np.full(len(rows), NO_DAY, np.int32)
                for clocks in duties:
                    np.minimum(days, _first(clocks, dated, rows, counted), out=days)
                named = days != NO_DAY
                found[source.rule.id].append(Planned(rows[named], days[named]))
    nothing = Planned(np.zeros(0, np.intp), np.zeros(0, np.int32))
    return {rule: Planned(*map(np.concatenate, zip(nothing, *parts, strict=True))) for rule, parts in found.items()}


class _Dated:
    """The days that are known of cases, or of children."""

    def __init__(self, columns: dict[str, Values], rows: int, above: _Dated | None = None, of_case: Places | None = None) -> None:
        self._columns = columns
        self._count = rows
        self._above, self._of_case = above, of_case
        self._known: dict[frozenset[int], Places] = {}
        self._under: dict[tuple[int, int, frozenset[int]], Places] = {}
        self._slots: dict[int, Values | None] = {}
        self._names: dict[int, str] = {}

    def runs(self, cited: CitedDeadline) -> bool:
        """Return whether a clock runs from a day that is known in any row."""
        if cited.slot is None or cited.deadline.amount is None or cited.deadline.anchor is None:
            return False
        self._names[cited.slot] = cited.deadline.anchor
        return self.values(cited.slot) is not None

    def values(self, slot: int) -> Values | None:
        """Return the days of a fact."""
        if slot not in self._slots:
            found = self._columns.get(self._names[slot])
            if found is None and self._above is not None and self._of_case is not None:
                self._above._names[slot] = self._names[slot]
                found = self._above.values(slot)
                found = found if found is None or self._count == self._above._count else found.taken(self._of_case)
            self._slots[slot] = found
        return self._slots[slot]

    def rows(self, slots: frozenset[int]) -> Places:
        """Return the rows in which a day of one of some facts is known."""
        if slots not in self._known:
            known = [values.rows for slot in slots if (values := self.values(slot)) is not None]
            self._known[slots] = known[0] if len(known) == 1 else np.unique(np.concatenate(known))
        return self._known[slots]

    def under(self, reading: Reading, slots: frozenset[int]) -> Places:
        """Return those of them that are under one law."""
        key = id(reading.of_case), reading.number, slots
        if key not in self._under:
            rows = self.rows(slots)
            cases = rows if self._of_case is None else self._of_case[rows]
            self._under[key] = rows[reading.of_case[cases] == reading.number]
        return self._under[key]


def _first(clocks: Sequence[CitedDeadline], dated: _Dated, rows: Places, counted: _Counted) -> Days:
    """Return the first last day of a duty's clocks, or where none has one the first of the earliest days."""
    last, soonest = (np.full(len(rows), NO_DAY, np.int32) for _ in range(2))
    for each in clocks:
        values = None if each.slot is None else dated.values(each.slot)
        if values is not None:
            into = soonest if each.deadline.least else last
            np.minimum(into, _run_out(each, values.taken(rows), counted), out=into)
    found: Days = np.where(last == NO_DAY, soonest, last)
    return found


def _run_out(cited: CitedDeadline, values: Values, counted: _Counted) -> Days:
    """Return when a clock runs out; where its start is known only within bounds, the safe day to plan by."""
    starts = values.high if cited.deadline.least else values.low
    bound = (LATEST if cited.deadline.least else EARLIEST).toordinal()
    rows = np.flatnonzero(values.come & ((values.low == values.high) | (starts != bound)))
    found = np.full(len(starts), NO_DAY, np.int32)
    if len(rows):
        found[rows] = counted.due(cited.dues, starts[rows])
    return found


class _Counted:
    """The days on which clocks run out, by the ordinal of the day that they run from: counted when first asked for, and kept for the next cases."""

    def __init__(self) -> None:
        self._tables: dict[int, tuple[Dues, Days]] = {}

    def due(self, dues: Dues, starts: Numbers) -> Days:
        """Return when clocks of one length run out."""
        _, table = self._tables.setdefault(id(dues), (dues, np.full(_LAST - _FIRST + 1, _NOT_COUNTED, np.int32)))
        places = starts - _FIRST
        found: Days = table[places]
        new = places[found == _NOT_COUNTED]
        if len(new):
            for place in np.unique(new).tolist():
                due = dues[date.fromordinal(place + _FIRST)]
                table[place] = NO_DAY if due is None else due.on.toordinal()
            found = table[places]
        return found
