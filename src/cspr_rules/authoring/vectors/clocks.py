"""What is recorded of steps and dates at every turn of a duty and its clocks: steps taken, in time and late, and days off that a clock skips.

Which days off there are is read from the calendar, and over which days a clock runs from the rule's own window: nothing here names a day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from cspr_rules.authoring.vectors.candidates import Facts
from cspr_rules.model.calendars import Calendar
from cspr_rules.model.rules import Deadline, Duty
from cspr_rules.model.sources import Window
from cspr_rules.model.values import DAY_NOT_KNOWN, NOT_YET, Between, FactValue

_DAY: Final = timedelta(days=1)
_MOST_YEARS: Final = 8
"""Over how many years, up to the last whose bank holidays are published, days are looked for from which a clock skips other days off."""


class Told(NamedTuple):
    """What is recorded besides what makes a rule met.

    Attributes:
        facts: The facts.
        as_of: The day to look from; ``None`` for the usual one.
        shows: What they show, in words that follow from the rules' data.
    """

    facts: Facts
    as_of: date | None
    shows: tuple[str, ...]


def of_duty(duty: Duty, calendar: Calendar, window: Window, today: date, number: range | None = None) -> Iterator[Told]:
    """Yield what may be recorded of a duty and its clocks.

    Args:
        duty: The duty.
        calendar: The working days.
        window: The days whose law the rule is.
        today: The day for a step of which only that it was taken matters.
        number: Which of its clocks to look at; all by default.
    """
    if number is None:
        yield from _steps(duty, today)
    for place in number or range(len(duty.deadlines)):
        deadline = duty.deadlines[place]
        if deadline.anchor and deadline.anchor != "unspecified":
            yield from _clock(duty, deadline, f"{duty.id}:clock {place + 1}", calendar, window, today)


def _steps(duty: Duty, today: date) -> Iterator[Told]:
    for key, step in (("done", duty.done_by), ("ended", duty.ended_by)):
        for word, value in (("taken", today), ("not yet", NOT_YET), ("on a day not known", DAY_NOT_KNOWN)) if step else ():
            assert step is not None  # noqa: S101 -- or there is nothing to yield
            yield Told({step: value}, None, (f"{duty.id}:{key} {word}",))
    if duty.done_by and duty.ended_by:
        yield Told({duty.done_by: today, duty.ended_by: today}, None, (f"{duty.id}:done and ended",))


def _clock(duty: Duty, deadline: Deadline, name: str, calendar: Calendar, window: Window, today: date) -> Iterator[Told]:
    anchor = deadline.anchor
    assert anchor is not None  # noqa: S101 -- else it does not run
    yield Told({anchor: NOT_YET}, None, (f"{name}:not started",))
    yield Told({anchor: DAY_NOT_KNOWN}, None, (f"{name}:start not known",))
    for place, (bearings, start) in enumerate(_starts(deadline, calendar, window, today)):
        due = calendar.due(deadline, start)
        last = due.on if due else start
        yield Told({anchor: start}, max(start, last) if place else start, tuple(f"{name}:{each}" for each in bearings))
        if place:
            continue
        for word, day in (("before", last - _DAY), ("on", last), ("after", last + _DAY)):
            yield Told({anchor: start}, day, (f"{name}:looked at {word} the day",))
            if duty.done_by:
                yield Told({anchor: start, duty.done_by: day}, max(day, start), (f"{name}:done {word} the day",))
        if duty.done_by:
            yield Told({anchor: start, duty.done_by: DAY_NOT_KNOWN}, last + _DAY, (f"{name}:done on a day not known",))
            yield Told({anchor: NOT_YET, duty.done_by: today}, None, (f"{name}:done, not started",))
            yield Told({duty.done_by: today}, None, (f"{name}:done, start not recorded",))
        if duty.ended_by:
            yield Told({anchor: start, duty.ended_by: last + _DAY}, last + _DAY, (f"{name}:ended after the day",))
        within: FactValue = Between(start, start + 3 * _DAY)
        yield Told({anchor: within}, start + 3 * _DAY, (f"{name}:start known within days",))


def _starts(deadline: Deadline, calendar: Calendar, window: Window, today: date) -> Iterator[tuple[tuple[str, ...], date]]:
    """Yield days with how days off and the ends of months bear on a clock that runs from them, the plainest first: one for each combination."""
    last = min(window.until or date.max, calendar.confirmed_until - timedelta(days=200))
    first = max(window.start, last.replace(month=1, day=1) - timedelta(days=365 * _MOST_YEARS))
    found: dict[tuple[str, ...], date] = {}
    for offset in range(max((last - first).days + 1, 0)):
        start = first + timedelta(days=offset)
        found.setdefault(_bearing(deadline, calendar, start), start)
    if not found:
        found[_bearing(deadline, calendar, today)] = today
    yield from sorted(found.items(), key=lambda each: (len(each[0]), each))


def _bearing(deadline: Deadline, calendar: Calendar, start: date) -> tuple[str, ...]:
    """Return each way in which days off, and the ends of months and years, bear on a clock that starts on a day."""
    due = calendar.due(deadline, start)
    off = calendar.why_off(start)
    ways = [f"from a {off}" if off else "from a working day"]
    if due is None:
        return tuple(ways)
    ways += [f"over {reason}" for reason in sorted({reason for _, reason in due.skipped})]
    if deadline.unit != "working_days" and (end := calendar.why_off(due.on)):
        ways.append(f"to a {end}")
    if deadline.unit == "months" and due.on.day != start.day:
        ways.append("to the end of a shorter month")
    if (due.on.year, due.on.month) != (start.year, start.month):
        ways.append("into another year" if due.on.year != start.year else "into another month")
    return tuple(ways)
