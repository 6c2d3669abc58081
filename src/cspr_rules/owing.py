"""How a duty stands on the facts: each of its clocks, what has been done, and how pressing it is on the day it is looked at from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from cspr_rules.calendars import Calendar, Due
from cspr_rules.compiling import CitedDuty, Finding
from cspr_rules.decisions import RANK, Clock, OwedDuty, Status
from cspr_rules.exact import truth
from cspr_rules.rules import UNSPECIFIED
from cspr_rules.vocabulary import FactValue, Row

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
    row = rows[0]
    days: Row | Mapping[int, date | None] = row if len(rows) == 1 else {slot: _first_day(rows, slot) for slot in cited.dates}
    recorded_on = _day(days[cited.done]) if cited.done is not None else None
    # A step that may not count, because a fact is unknown, does not discharge: unknown is never taken for yes either.
    counts = truth(cited.counts_if, row) is True if recorded_on and cited.counts_if else True
    done_on = recorded_on if counts else None
    ended = done_on is None and cited.ended is not None and _day(days[cited.ended]) is not None
    status: Status = "met" if done_on else "withdrawn" if ended else "untimed"
    since, until = date.min, date.max
    first: date | None = None
    clocks: list[Clock] = []
    for each in cited.deadlines:
        deadline, _, slot = each
        start = None if slot is None else _day(days[slot])
        due: Due | None = None
        waiting_for: str | None = None
        here: Status
        if start:
            due = calendar.due(deadline, start)
        elif deadline.only_if_recorded:
            continue
        elif slot is not None:
            waiting_for = deadline.anchor
        if waiting_for:
            here = "done" if done_on else "withdrawn" if ended else "waiting"
        elif done_on:
            here = "met_late" if due and done_on > due.on else "met"
        elif ended:
            here = "withdrawn"
        elif due is None:
            here = "untimed" if deadline.unit == UNSPECIFIED or deadline.amount is not None else "due_now"
        elif due.on < as_of:  # only from here on does the day it is looked at from matter
            here, since = "overdue", max(since, due.on + _DAY)
        elif as_of < due.on:
            here, until = "due", min(until, due.on - _DAY)
        else:
            here, since, until = "due_today", as_of, as_of
        if due and (first is None or due.on < first):
            first = due.on
        if not clocks or RANK[here] < RANK[status]:
            status = here
        clocks.append(Clock(each, start, due, waiting_for, here))
    if first:
        for clock in clocks:
            clock.earliest = clock.due_on == first
    return OwedDuty(cited, finding, children, tuple(clocks), recorded_on, counts, status, first, since, until)


def _day(value: FactValue | None) -> date | None:
    """Return a recorded day; unknown and ``not_yet`` count as none."""
    return value if value.__class__ is date else None


def _first_day(rows: Sequence[Row], slot: int) -> date | None:
    """Return the earliest recorded day of a fact among the children that ground a duty."""
    return min([value for row in rows if type(value := row[slot]) is date], default=None)
