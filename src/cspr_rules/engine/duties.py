"""How a duty stands on the facts: each of its clocks, what has been done, and how pressing it is on the day it is looked at from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, TypeAlias

from cspr_rules.engine.conditions.walking import truth
from cspr_rules.engine.decisions import RANK, Clock, OwedDuty, Status
from cspr_rules.engine.law import MOST_REMEMBERED, CitedDeadline, CitedDuty, Finding
from cspr_rules.model.calendars import Due
from cspr_rules.model.rules import UNSPECIFIED
from cspr_rules.model.vocabulary import FactValue, Row

Running: TypeAlias = tuple[CitedDeadline, date | None, Due | None, Status]
"""A clock of a duty: what it is, the day it runs from, when it runs out and how it stands."""

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
        if row[slot].__class__ is date:
            dated = True
            break
    if dated:
        return _worked_out(cited, finding, children, row, as_of)
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
    """Return the facts of several children as a duty owed once for all of them reads them: the first one's, with the earliest day of each date."""
    facts: list[FactValue | None] | None = None  # a row is long, and most of its days are those of the incident: none is copied for nothing
    for slot in cited.dates:
        days = [value for row in rows if (value := row[slot]).__class__ is date]
        if days and (day := min(days)) is not rows[0][slot]:
            facts = list(rows[0]) if facts is None else facts
            facts[slot] = day
    return rows[0] if facts is None else tuple(facts)


def _worked_out(cited: CitedDuty, finding: Finding, children: tuple[int, ...], row: Row, as_of: date) -> OwedDuty:
    # Runs some ten times for each case: what would be a call or a lookup more is written out.
    recorded_on: date | None = None
    if cited.done is not None and (value := row[cited.done]).__class__ is date:
        recorded_on = value
    # A step that may not count, because a fact is unknown, does not discharge: unknown is never taken for yes either.
    counts = truth(cited.counts_if, row) is True if recorded_on and cited.counts_if else True
    done_on = recorded_on if counts else None
    ended = done_on is None and cited.ended is not None and row[cited.ended].__class__ is date
    status: Status = "met" if done_on else "withdrawn" if ended else "untimed"
    first: date | None = None
    first_least: date | None = None
    running: list[Running] = []
    for each in cited.deadlines:
        deadline, _, slot, dues = each
        start: date | None = None
        due: Due | None = None
        if slot is not None and (value := row[slot]).__class__ is date:
            start = value
        if start is not None:
            due = dues[start]
        elif deadline.only_if_recorded:
            continue
        here: Status
        if slot is not None and not start:
            here = "done" if done_on else "withdrawn" if ended else "waiting"
        elif due and deadline.least and not ended:
            # Its day is the earliest: nothing is late after it, and what is not recorded then is asked for.
            here = ("met_early" if done_on < due.on else "met") if done_on else "due" if as_of < due.on else "waiting"
        elif done_on:
            here = "met_late" if due and done_on > due.on else "met"
        elif ended:
            here = "withdrawn"
        elif due is None:
            here = "untimed" if deadline.unit == UNSPECIFIED or deadline.amount is not None else "due_now"
        else:
            here = "overdue" if due.on < as_of else "due" if as_of < due.on else "due_today"
        if due and deadline.least:
            if first_least is None or due.on < first_least:
                first_least = due.on
        elif due and (first is None or due.on < first):
            first = due.on
        if not running or RANK[here] < RANK[status]:
            status = here
        running.append((each, start, due, here))
    plan_for = first or first_least
    clocks = []
    for each, start, due, here in running:
        # Days that are a last day are the ones to plan by; without any, those from which something may be done.
        plan = due is not None and (due.on == first and not each.deadline.least if first else due.on == first_least)
        # A clock waits for its start; one whose time has gone by, as it had at least to, waits for what was done then to be recorded.
        waiting_for = None
        if each.slot is not None:
            waiting_for = each.deadline.anchor if start is None else cited.duty.done_by if here == "waiting" else None
        clocks.append(_as_tuple(Clock, (each.deadline, each.citations, start, due, waiting_for, here, plan)))
    order = (RANK[status], plan_for or date.max, cited.strength)
    given = (cited.duty, finding, cited.citations, children, tuple(clocks), recorded_on, done_on, status, plan_for, cited.optional, order)
    return _as_tuple(OwedDuty, given)
