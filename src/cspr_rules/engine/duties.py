"""How a duty stands on the facts: each of its clocks, what has been done, and how pressing it is on the day it is looked at from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final, TypeAlias

from cspr_rules.engine.answers import RANK, Clock, OwedDuty, Status
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import MOST_REMEMBERED, CitedDeadline, CitedDuty, Finding, stands_undated
from cspr_rules.model.calendars import Due, Dues
from cspr_rules.model.rules import Deadline
from cspr_rules.model.values import DAY_NOT_KNOWN, EARLIEST, LATEST, Between, FactValue, Row, limits_of

Running: TypeAlias = tuple[CitedDeadline, date | None, Due | None, Status, tuple[Between, date | None, date | None] | None]
"""A clock of a duty: what it is, the day it runs from, when it runs out and how it stands; where that day is known only in part, what is known of it
and the earliest and the latest day on which it can run out."""

_CAME: Final = frozenset((date, Between))
_NOTHING: Final = (None, None, None)
_as_tuple: Final = tuple.__new__  # makes a NamedTuple in a third of the time


def owed_duty(cited: CitedDuty, finding: Finding, children: tuple[int, ...], row: Row, as_of: date) -> OwedDuty:
    """Return a duty as it stands; where none of its dates is recorded, the same object for the same facts.

    Args:
        cited: The duty.
        finding: The outcome that grounds it.
        children: The children that ground it, from 1; none if the whole incident does.
        row: The facts of the child; of several, their :func:`earliest`; the incident's if it has no children.
        as_of: The day it is looked at from.
    """
    dated = False
    for slot in cited.dates:
        kind = row[slot].__class__
        if kind is date:
            dated = True
        elif kind is Between:
            return _worked_out(cited, finding, children, row, as_of)
    if dated:
        return _on_known_days(cited, finding, children, row, as_of)
    key = (cited.reads(row), children)
    known: OwedDuty | None = cited.memo.get(key)
    if known is None:
        if len(cited.memo) >= MOST_REMEMBERED:
            cited.memo.clear()
        known = cited.memo[key] = _worked_out(cited, finding, children, row, as_of)
    return known


def would_be(cited: CitedDuty, finding: Finding, children: tuple[int, ...], row: Row, as_of: date) -> OwedDuty:
    """Return a duty as it would stand if its rule, which is undecided, were met; its finding says that it is not.

    Args:
        cited: The duty.
        finding: The undecided outcome.
        children: The children it would be owed for, from 1; none if for the whole incident.
        row: Their facts, as for :func:`owed_duty`.
        as_of: The day it is looked at from.
    """
    return _worked_out(cited, finding, children, row, as_of)


def earliest(cited: CitedDuty, rows: Sequence[Row]) -> Row:
    """Return the facts of several children as a duty owed once for all of them reads them: the first one's, with the earliest day of each date.

    Where a day is known only in part, they are the bounds of the earliest.
    """
    facts: list[FactValue | None] | None = None  # a row is long, and most of its days are those of the incident: none is copied for nothing
    for slot in cited.dates:
        days = [value for row in rows if (value := row[slot]).__class__ in _CAME]
        if days and (day := _earliest(days)) is not rows[0][slot]:
            facts = list(rows[0]) if facts is None else facts
            facts[slot] = day
    return rows[0] if facts is None else tuple(facts)


def _earliest(days: Sequence[Any]) -> FactValue:
    if all(day.__class__ is date for day in days):
        return min(days)  # type: ignore[no-any-return] # a day
    limits = [limits_of(day) for day in days]
    low, high = min(each.low for each in limits), min(each.high for each in limits)
    return low if low == high else Between(low, high)


def _on_known_days(cited: CitedDuty, finding: Finding, children: tuple[int, ...], row: Row, as_of: date) -> OwedDuty:
    """Return what :func:`_worked_out` does where no date of the duty is known only in part, in half the time.

    Runs some eight times for each case: what would be a call or a lookup more is written out.
    """
    recorded_on: date | None = None
    if cited.done is not None and (value := row[cited.done]).__class__ is date:
        recorded_on = value
    done_on = recorded_on
    if recorded_on is not None and cited.counts_if is not None and truth(cited.counts_if, row) is not True:
        done_on = None  # unknown is never taken for yes: a step that may not count does not discharge
    ended = done_on is None and cited.ended is not None and row[cited.ended].__class__ is date
    first: date | None = None
    first_least: date | None = None
    status: Status | None = None
    running = []
    for deadline, citations, slot, dues, anchor, least, without_a_day in cited.clocks:
        start = due = None
        if slot is not None:
            if (value := row[slot]).__class__ is date:
                start = value
                due = dues[start]
            elif deadline.only_if_recorded:
                continue
        waiting_for: str | None = None
        here: Status
        if due is not None:
            on = due.on
            if least:
                if first_least is None or on < first_least:
                    first_least = on
                if ended:
                    here = "withdrawn"
                elif done_on is not None:
                    here = "met_early" if done_on < on else "met"
                elif as_of < on:
                    here = "due"
                else:  # nothing is late after an earliest day, and what is not recorded then is asked for
                    here = "waiting"
                    waiting_for = cited.duty.done_by
            else:
                if first is None or on < first:
                    first = on
                if done_on is not None:
                    here = "met_late" if done_on > on else "met"
                elif ended:
                    here = "withdrawn"
                else:
                    here = "overdue" if on < as_of else "due" if as_of < on else "due_today"
        elif slot is not None and start is None:
            here = "done" if done_on is not None else "withdrawn" if ended else "waiting"
            waiting_for = anchor
        else:
            here = "met" if done_on is not None else "withdrawn" if ended else without_a_day
        running.append((deadline, citations, start, due, waiting_for, here))
        if status is None or RANK[here] < RANK[status]:
            status = here
    if status is None:
        status = "met" if done_on is not None else "withdrawn" if ended else "untimed"
    # Days that are a last day are the ones to plan by; without any, those from which something may be done.
    plan_for = first_least if first is None else first
    clocks = []
    for deadline, citations, start, due, waiting_for, here in running:
        plans = due is not None and due.on == plan_for and (first is None or not deadline.least)
        clocks.append(_as_tuple(Clock, (deadline, citations, start, due, waiting_for, here, plans, None, None, None)))
    order, done = (RANK[status], plan_for or date.max, cited.strength), done_on is not None
    duty, cites, is_free = cited.duty, cited.citations, cited.optional
    stands = (duty, finding, cites, children, tuple(clocks), recorded_on, done_on, status, plan_for, is_free, order, None, done)
    return _as_tuple(OwedDuty, stands)


def _worked_out(cited: CitedDuty, finding: Finding, children: tuple[int, ...], row: Row, as_of: date) -> OwedDuty:
    recorded_on: date | None = None
    within: Between | None = None
    if cited.done is not None:
        value = row[cited.done]
        if value.__class__ is date:
            recorded_on = value
        elif value.__class__ is Between:
            within = value
    # A step that may not count, because a fact is unknown, does not discharge: unknown is never taken for yes either.
    recorded = recorded_on is not None or within is not None
    done = recorded and (truth(cited.counts_if, row) is True if cited.counts_if else True)
    done_on = recorded_on if done else None
    ended = not done and cited.ended is not None and row[cited.ended].__class__ in _CAME
    status: Status = ("done_undated" if within == DAY_NOT_KNOWN else "met") if done else "withdrawn" if ended else "untimed"
    first: date | None = None
    first_least: date | None = None
    running: list[Running] = []
    for each in cited.deadlines:
        deadline, _, slot, dues = each
        start: date | None = None
        due: Due | None = None
        known: tuple[Between, date | None, date | None] | None = None
        if slot is not None:
            value = row[slot]
            if value.__class__ is date:
                start = value
                due = dues[start]
            elif value.__class__ is Between:
                known = _bounds(value, dues)
            elif deadline.only_if_recorded:
                continue
        here: Status
        if known is not None or (within is not None and done):
            taken = within if done_on is None else Between(done_on, done_on)
            here = _partly(each, start, due, known, taken if done else None, ended=ended, as_of=as_of)
        elif slot is not None and start is None:
            here = "done" if done_on else "withdrawn" if ended else "waiting"
        elif due and deadline.least and not ended:
            # Its day is the earliest: nothing is late after it, and what is not recorded then is asked for.
            here = ("met_early" if done_on < due.on else "met") if done_on else "due" if as_of < due.on else "waiting"
        elif done_on:
            here = "met_late" if due and done_on > due.on else "met"
        elif ended:
            here = "withdrawn"
        elif due is None:
            here = stands_undated(deadline)
        else:
            here = "overdue" if due.on < as_of else "due" if as_of < due.on else "due_today"
        if due and deadline.least:
            if first_least is None or due.on < first_least:
                first_least = due.on
        elif due and (first is None or due.on < first):
            first = due.on
        elif known is not None and (plan := _plan(deadline, known)):
            if deadline.least:
                first_least = min(plan, first_least or plan)
            else:
                first = min(plan, first or plan)
        if not running or RANK[here] < RANK[status]:
            status = here
        running.append((each, start, due, here, known))
    plan_for = first or first_least
    clocks = []
    for each, start, due, here, known in running:
        # Days that are a last day are the ones to plan by; without any, those from which something may be done.
        day = due.on if due is not None else None if known is None else _plan(each.deadline, known)
        plans = day is not None and (day == first and not each.deadline.least if first else day == first_least)
        # A clock waits for its start; one whose time has gone by, as it had at least to, waits for what was done then to be recorded.
        waiting_for = None
        if each.slot is not None and (known is None or each.deadline.amount is not None):
            waiting_for = each.deadline.anchor if start is None else cited.duty.done_by if here == "waiting" else None
        clocks.append(_as_tuple(Clock, (each.deadline, each.citations, start, due, waiting_for, here, plans, *(known or _NOTHING))))
    order = (RANK[status], plan_for or date.max, cited.strength)
    stands = (recorded_on, done_on, status, plan_for, cited.optional, order, within, done)
    return _as_tuple(OwedDuty, (cited.duty, finding, cited.citations, children, tuple(clocks), *stands))


def _bounds(start: Between, dues: Dues) -> tuple[Between, date | None, date | None]:
    """Return what is known of the day from which a clock runs, with the earliest and the latest day on which it can run out."""
    soonest = dues[start.low] if start.low > EARLIEST else None
    latest = dues[start.high] if start.high < LATEST else None
    return start, soonest and soonest.on, latest and latest.on


def _plan(deadline: Deadline, known: tuple[Between, date | None, date | None]) -> date | None:
    """Return the safe day to plan by: the earliest last day, or the latest of the earliest days where time has at least to go by."""
    return known[2] if deadline.least else known[1]


def _partly(
    cited: CitedDeadline,
    start: date | None,
    due: Due | None,
    known: tuple[Between, date | None, date | None] | None,
    done: Between | None,
    *,
    ended: bool,
    as_of: date,
) -> Status:
    """Return how a clock stands of which the start, or the day on which its duty was done, is known only in part.

    Args:
        cited: The clock.
        start: The day it runs from, if that is known.
        due: When it then runs out.
        known: What is known of that day otherwise, and of when it runs out.
        done: What is known of the day on which its duty was done; ``None`` if it was not.
        ended: Whether it was ended.
        as_of: The day it is looked at from.
    """
    deadline, _, slot, _ = cited
    soonest, latest = (due.on, due.on) if due else known[1:] if known else (None, None)
    if done:
        undated: Status = "done" if done.low == done.high else "done_undated"
        if deadline.amount is None and (slot is None or start or known):
            return "done_undated" if done == DAY_NOT_KNOWN else "met"
        if deadline.least:
            return "met_early" if soonest and done.high < soonest else "met" if latest and done.low >= latest else undated
        return "met_late" if latest and done.low > latest else "met" if soonest and done.high <= soonest else undated
    if ended:
        return "withdrawn"
    if deadline.amount is None:
        return stands_undated(deadline)
    return "overdue" if latest and latest < as_of and not deadline.least else "waiting"
