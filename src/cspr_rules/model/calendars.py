"""Working days, with the reason for every day that is skipped.

The days come from workalendar, corrected by a dated and cited list in ``rules/calendars/``. Days after the last year whose bank holidays were
published are computed all the same, and marked provisional: one-off holidays are announced at short notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.errors import Fault, RulesError
from cspr_rules.model.fixed import Fixed, Unchanging
from cspr_rules.model.rules import Deadline
from cspr_rules.travelling import Value, travels

MOST_REMEMBERED: Final = 10_000
"""How many days are remembered for each length of time before they are forgotten together: a bound for long-running processes."""

_Step: TypeAlias = tuple[date, tuple[tuple[date, str], ...]]
"""The next working day, and each day before it with the reason why it is none."""

_WEEKEND = {5: "Saturday", 6: "Sunday"}


@travels
class Correction(NamedTuple):
    """A day on which the library calendar is wrong.

    Attributes:
        day: The day.
        working: Whether it is a working day in fact.
        reason: Why it is, or is not.
        cites: Where that is published.
    """

    day: date
    working: bool
    reason: str
    cites: tuple[str, ...]


@travels
class Due(NamedTuple):
    """When a clock runs out.

    Attributes:
        on: The last day in time.
        skipped: Each day that did not count, and why.
        provisional: Whether any day counted lies after the last year whose bank holidays are published.
    """

    on: date
    skipped: tuple[tuple[date, str], ...]
    provisional: bool


class Calendar(Unchanging, Value):
    """The working days of a place.

    Attributes:
        id: Its key.
        title: In words.
        base: The code of the library calendar, as in workalendar's registry.
        confirmed_until: The last day whose bank holidays are published.
        corrections: Days on which the library calendar is wrong.
        cites: What the list of bank holidays rests on.
    """

    def __init__(self, id: str, title: str, base: str, confirmed_until: date, corrections: tuple[Correction, ...], cites: tuple[str, ...]) -> None:
        self.id = id
        self.title = title
        self.base = base
        self.confirmed_until = confirmed_until
        self.corrections = corrections
        self.cites = cites
        self._years: dict[int, Mapping[date, str]] = {}
        self._after: dict[date, _Step] = {}
        self._before: dict[date, _Step] = {}
        self._dues: dict[tuple[str, int | None, bool], Dues] = {}

    def _parts(self) -> tuple[Any, ...]:
        return self.id, self.title, self.base, self.confirmed_until, self.corrections, self.cites

    def holidays(self, year: int) -> Mapping[date, str]:
        """Return a year's bank holidays, each with its name."""
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = Fixed(self._computed(year))
        return known

    def preset(self, year: int, holidays: Mapping[date, str]) -> None:
        """Take a year's bank holidays as computed earlier, so that the library calendar need not be loaded."""
        self._years.setdefault(year, Fixed(holidays))

    def _computed(self, year: int) -> dict[date, str]:
        from workalendar.registry import registry

        days: dict[date, str] = {}
        try:
            for day, name in registry.get(self.base)().holidays(year):
                days.setdefault(day, name)
        except Exception as error:  # its calendars raise errors of every kind for years they do not know
            raise RulesError([Fault("", f"the library's calendar '{self.base}' has no bank holidays for {year}")]) from error
        for correction in self.corrections:
            if correction.day.year == year:
                if correction.working:
                    days.pop(correction.day, None)
                else:
                    days[correction.day] = correction.reason
        return {day: days[day] for day in sorted(days) if day.weekday() not in _WEEKEND}

    def why_off(self, day: date) -> str | None:
        """Return why a day is not a working day, or ``None`` if it is one."""
        return _WEEKEND.get(day.weekday()) or self.holidays(day.year).get(day)

    def due(self, deadline: Deadline, start: date) -> Due | None:
        """Return when a deadline falls.

        The day of the event is day 0. Working days count from the next working day; a month ends on the same day of the month, or its last day;
        hours are counted in whole days, rounded up, because cases hold days and not times.

        Args:
            deadline: The clock.
            start: The day of its anchor.

        Returns:
            The day and what was skipped, or ``None`` where the source gives no number.
        """
        return self.dues(deadline)[start]

    def dues(self, deadline: Deadline) -> Dues:
        """Return what a deadline comes to, by the day it runs from; deadlines of the same length share what is counted."""
        key = (deadline.unit, deadline.amount, deadline.before)
        found = self._dues.get(key)
        if found is None:
            found = self._dues[key] = Dues(self, *key)
        return found

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after one day and up to another; negative if the other is earlier."""
        if end < start:
            return -self.between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        count = 5 * weeks + sum((start + timedelta(days=7 * weeks + day)).weekday() not in _WEEKEND for day in range(1, rest + 1))
        return count - sum(start < day <= end for year in range(start.year, end.year + 1) for day in self.holidays(year))

    def working_days(self, start: date, count: int) -> Due:
        """Count working days forward, or backward if ``count`` is negative, from a day that itself does not count."""
        steps = self._before if count < 0 else self._after
        day = start
        skipped: list[tuple[date, str]] = []
        for _ in range(abs(count)):
            step = steps.get(day) or self._step(day, steps, forward=count > 0)
            day = step[0]
            skipped += step[1]
        return Due(day, tuple(skipped), provisional=max(day, start) > self.confirmed_until)

    def _step(self, start: date, steps: dict[date, _Step], *, forward: bool) -> _Step:
        """Return the nearest working day on one side of a day, and why those between are none; and keep it among the steps to that side."""
        if len(steps) >= MOST_REMEMBERED:
            steps.clear()
        one, skipped = timedelta(days=1 if forward else -1), []
        day = start + one
        while why := self.why_off(day):
            skipped.append((day, why))
            day += one
        found = steps[start] = (day, tuple(skipped))
        return found


class Dues(Fixed[date, Due | None]):
    """When clocks of one length run out, by the day they run from; ``None`` where the source gives no number. Worked out when needed."""

    def __init__(self, calendar: Calendar, unit: str, amount: int | None, before: bool) -> None:
        super().__init__()
        self.calendar = calendar
        self.unit = unit
        self.amount = amount
        self.direction = -1 if before else 1

    def __reduce__(self) -> tuple[Any, ...]:
        return Dues, (self.calendar, self.unit, self.amount, self.direction < 0)

    def __missing__(self, start: date) -> Due | None:
        if len(self) >= MOST_REMEMBERED:
            dict.clear(self)
        found = None if self.amount is None else self._counted(self.amount, start)
        dict.__setitem__(self, start, found)
        return found

    def _counted(self, amount: int, start: date) -> Due:
        if self.unit == "working_days":
            return self.calendar.working_days(start, amount * self.direction)
        if self.unit == "months":
            from dateutil.relativedelta import relativedelta

            return Due(start + relativedelta(months=amount * self.direction), (), provisional=False)
        days = amount if self.unit == "days" else -(-amount // 24)
        return Due(start + timedelta(days=days * self.direction), (), provisional=False)


def known_base(code: str) -> bool:
    """Return whether the library has a calendar of this code."""
    from workalendar.registry import registry  # slow to import

    return registry.get(code) is not None
