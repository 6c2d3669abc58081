"""How a duty stands on the facts: each of its clocks, what has been done, and how pressing it is on the day it is looked at from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from cspr_rules.calendars import Calendar
from cspr_rules.compiling import CitedDeadline, CitedDuty, Finding
from cspr_rules.decisions import RANK, Clock, OwedDuty, Status
from cspr_rules.exact import truth
from cspr_rules.rules import UNSPECIFIED
from cspr_rules.vocabulary import Row

_DAY: Final = timedelta(days=1)


def owed_duty(cited: CitedDuty, finding: Finding, children: tuple[int, ...], rows: Sequence[Row], as_of: date, calendar: Calendar) -> OwedDuty:
    """Return a duty as it stands.

    Args:
        cited: The duty.
        finding: The outcome that grounds it.
        children: The children that ground it, from 1; none if the whole incident does.
        rows: The facts of each of them; the incident's if there are none.
        as_of: The day it is looked at from.
        calendar: The working days.
    """
    recorded_on = None if cited.done is None else _first_day(rows, cited.done)
    # A step that may not count, because a fact is unknown, does not discharge: unknown is never taken for yes either.
    counts = truth(cited.counts_if, rows[0]) is True if recorded_on and cited.counts_if else True
    done_on = recorded_on if counts else None
    ended = done_on is None and cited.ended is not None and _first_day(rows, cited.ended) is not None
    status: Status = "met" if done_on else "withdrawn" if ended else "untimed"
    since, until = date.min, date.max
    first: date | None = None
    clocks: list[Clock] = []
    for each in cited.deadlines:
        start = None if each.slot is None else _first_day(rows, each.slot)
        if start is None and each.deadline.only_if_recorded:
            continue
        clock = _clock(each, start, done_on, ended, as_of, calendar)
        due = clock.due_on
        if due and (first is None or due < first):
            first = due
        if due and not done_on and not ended:  # only then does the day it is looked at from matter
            if due < as_of:
                since = max(since, due + _DAY)
            elif as_of < due:
                until = min(until, due - _DAY)
            else:
                since = until = due
        if not clocks or RANK[clock.status] < RANK[status]:
            status = clock.status
        clocks.append(clock)
    if first:
        for clock in clocks:
            clock.earliest = clock.due_on == first
    return OwedDuty(cited, finding, children, tuple(clocks), recorded_on, counts, status, first, since, until)


def _clock(cited: CitedDeadline, started_on: date | None, done_on: date | None, ended: bool, as_of: date, calendar: Calendar) -> Clock:
    deadline = cited.deadline
    if cited.slot is not None and started_on is None:
        return Clock(cited, None, None, deadline.anchor, "done" if done_on else "withdrawn" if ended else "waiting")
    due = calendar.due(deadline, started_on) if started_on else None
    status: Status
    if done_on:
        status = "met_late" if due and done_on > due.on else "met"
    elif ended:
        status = "withdrawn"
    elif due:
        status = "overdue" if as_of > due.on else "due_today" if as_of == due.on else "due"
    else:
        status = "untimed" if deadline.unit == UNSPECIFIED or deadline.amount is not None else "due_now"
    return Clock(cited, started_on, due, None, status)


def _first_day(rows: Sequence[Row], slot: int) -> date | None:
    """Return the earliest recorded day of a fact among the children that ground a duty; unknown and ``not_yet`` count as none."""
    if len(rows) == 1:
        value = rows[0][slot]
        return value if value.__class__ is date else None
    return min([value for row in rows if type(value := row[slot]) is date], default=None)
