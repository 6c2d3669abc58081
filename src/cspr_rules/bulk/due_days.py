"""The days to plan for of many decisions at once: each day that a clock may run from is counted once, whatever the number of rows that have it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.outcomes import Outcomes, Reading
from cspr_rules.bulk.population import Population
from cspr_rules.bulk.values import Numbers, Places, Values
from cspr_rules.engine.conditions.columns import MET, UNDETERMINED
from cspr_rules.engine.law import CitedDeadline, RuleInForce
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
    of_cases = _Dated(ruleset, population.incident, population.cases)
    of_children = _Dated(ruleset, population.child, len(population.of_case), of_cases, population.of_case)
    counted: _Counted = ruleset.kept.get(_Counted) or ruleset.kept.setdefault(_Counted, _Counted())
    alike: dict[tuple[str, _Duties], tuple[_Dated, list[Reading]]] = {}
    for reading in outcomes.readings:  # under most laws the clocks of a rule are the same
        for dated, sources in ((of_cases, reading.incident), (of_children, reading.child)):
            for source in sources:
                if source.rule.id in wanted:
                    alike.setdefault((source.rule.id, counted.duties(source)), (dated, []))[1].append(reading)
    found: dict[str, list[Planned]] = {rule: [] for rule in wanted}
    for (rule, duties), (dated, read) in alike.items():
        slots = frozenset(each.slot for clocks in duties for each in clocks if each.slot in dated.known)
        if not slots:
            continue
        rows = dated.under(read, slots)
        outcome = outcomes.at(rule, rows)
        rows = rows[(outcome == MET) | (outcome == UNDETERMINED)]
        days = np.full(len(rows), NO_DAY, np.int32)
        for clocks in duties:
            np.minimum(days, _first(clocks, dated, rows, counted), out=days)
        named = days != NO_DAY
        found[rule].append(Planned(rows[named], days[named]))
    nothing = Planned(np.zeros(0, np.intp), np.zeros(0, np.int32))
    return {rule: Planned(*map(np.concatenate, zip(nothing, *parts, strict=True))) for rule, parts in found.items()}


class _Clock(NamedTuple):
    """A clock.

    Attributes:
        slot: The fact from whose day it runs.
        least: Whether it gives the earliest day, and not the last.
        dues: The number that stands for its length.
    """

    slot: int
    least: bool
    dues: int


_Duties: TypeAlias = tuple[tuple[_Clock, ...], ...]
"""The clocks of each duty of a rule."""


class _Dated:
    """The days that are known of cases, or of children."""

    def __init__(self, ruleset: Ruleset, columns: dict[str, Values], rows: int, above: _Dated | None = None, of_case: Places | None = None) -> None:
        slots = ruleset.vocabulary.slot
        self._columns = {slots[name]: values for name, values in columns.items() if values.fact.type == "date"}
        self.known: frozenset[int] = frozenset(self._columns) | (above.known if above else frozenset())
        self._count = rows
        self._above, self._of_case = above, of_case
        self._rows: dict[frozenset[int], Places] = {}
        self._laws: dict[tuple[int, frozenset[int]], NDArray[np.uint16]] = {}
        self._slots: dict[int, Values | None] = {}

    def values(self, slot: int) -> Values | None:
        """Return the days of a fact."""
        if slot not in self._slots:
            found = self._columns.get(slot)
            if found is None and self._above is not None and self._of_case is not None:
                found = self._above.values(slot)
                found = found if found is None or self._count == self._above._count else found.taken(self._of_case)
            self._slots[slot] = found
        return self._slots[slot]

    def rows(self, slots: frozenset[int]) -> Places:
        """Return the rows in which a day of one of some facts is known."""
        if slots not in self._rows:
            known = [values.rows for slot in slots if (values := self.values(slot)) is not None]
            self._rows[slots] = known[0] if len(known) == 1 else np.unique(np.concatenate(known))
        return self._rows[slots]

    def under(self, read: Sequence[Reading], slots: frozenset[int]) -> Places:
        """Return those of them that are under one of some laws."""
        law_of_case, rows = read[0].of_case, self.rows(slots)
        key = id(law_of_case), slots
        if key not in self._laws:
            self._laws[key] = law_of_case[rows if self._of_case is None else self._of_case[rows]]
        chosen = np.zeros(int(self._laws[key].max(initial=0)) + 1, np.bool_)
        chosen[[each.number for each in read if each.number < len(chosen)]] = True
        return rows if chosen.all() else rows[chosen[self._laws[key]]]


def _first(clocks: Sequence[_Clock], dated: _Dated, rows: Places, counted: _Counted) -> Days:
    """Return the first last day of a duty's clocks, or where none has one the first of the earliest days."""
    last, soonest = (np.full(len(rows), NO_DAY, np.int32) for _ in range(2))
    for each in clocks:
        values = dated.values(each.slot)
        if values is not None:
            into = soonest if each.least else last
            np.minimum(into, _run_out(each, values.taken(rows), counted), out=into)
    found: Days = np.where(last == NO_DAY, soonest, last)
    return found


def _run_out(clock: _Clock, values: Values, counted: _Counted) -> Days:
    """Return when a clock runs out; where its start is known only within bounds, the safe day to plan by."""
    starts = values.high if clock.least else values.low
    bound = (LATEST if clock.least else EARLIEST).toordinal()
    rows = np.flatnonzero(values.come & ((values.low == values.high) | (starts != bound)))
    found = np.full(len(starts), NO_DAY, np.int32)
    if len(rows):
        found[rows] = counted.due(clock, starts[rows])
    return found


class _Counted:
    """The days on which clocks run out, by the ordinal of the day that they run from: counted when first asked for, and kept for the next cases."""

    def __init__(self) -> None:
        self._tables: dict[int, tuple[Dues, Days]] = {}
        self._duties: dict[int, tuple[RuleInForce, _Duties]] = {}

    def duties(self, source: RuleInForce) -> _Duties:
        """Return the clocks of each of a rule's duties that give a day once the day is known that they run from; optional duties are left out."""
        if id(source) not in self._duties:
            duties = [
                tuple(self._clock(each.slot, each) for each in duty.deadlines if each.slot is not None and each.deadline.amount is not None)
                for duty in source.duties
                if not duty.optional
            ]
            self._duties[id(source)] = source, tuple(clocks for clocks in duties if clocks)
        return self._duties[id(source)][1]

    def _clock(self, slot: int, cited: CitedDeadline) -> _Clock:
        if id(cited.dues) not in self._tables:
            self._tables[id(cited.dues)] = cited.dues, np.full(_LAST - _FIRST + 1, _NOT_COUNTED, np.int32)
        return _Clock(slot, cited.deadline.least, id(cited.dues))

    def due(self, clock: _Clock, starts: Numbers) -> Days:
        """Return when a clock runs out."""
        dues, table = self._tables[clock.dues]
        places = starts - _FIRST
        found: Days = table[places]
        new = places[found == _NOT_COUNTED]
        if len(new):
            for place in np.unique(new).tolist():
                due = dues[date.fromordinal(place + _FIRST)]
                table[place] = NO_DAY if due is None else due.on.toordinal()
            found = table[places]
        return found
