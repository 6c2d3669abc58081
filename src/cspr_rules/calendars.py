"""Working days, with the reason for every day that is skipped.

The days come from workalendar, corrected by a dated and cited list in ``rules/calendars/``. Days after the last year whose bank holidays were
published are computed all the same, and marked provisional: one-off holidays are announced at short notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from cspr_rules.rules import Deadline

_WEEKEND = {5: "Saturday", 6: "Sunday"}


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


class Calendar:
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
        self._why_off: dict[date, str | None] = {}
        self._dues: dict[tuple[str, int, bool, date], Due] = {}

    def holidays(self, year: int) -> Mapping[date, str]:
        """Return a year's bank holidays, each with its name."""
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._computed(year)
        return known

    def preset(self, year: int, holidays: Mapping[date, str]) -> None:
        """Take a year's bank holidays as computed earlier, so that the library calendar need not be loaded."""
        self._years.setdefault(year, holidays)

    def _computed(self, year: int) -> dict[date, str]:
        from workalendar.registry import registry

        days: dict[date, str] = {}
        for day, name in registry.get(self.base)().holidays(year):
            days.setdefault(day, name)
        for correction in self.corrections:
            if correction.day.year == year:
                if correction.working:
                    days.pop(correction.day, None)
                else:
                    days[correction.day] = correction.reason
        return {day: days[day] for day in sorted(days) if day.weekday() not in _WEEKEND}

    def why_off(self, day: date) -> str | None:
        """Return why a day is not a working day, or ``None`` if it is one."""
        if day not in self._why_off:
            self._why_off[day] = _WEEKEND.get(day.weekday()) or self.holidays(day.year).get(day)
        return self._why_off[day]

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
        if deadline.amount is None:
            return None
        key = (deadline.unit, deadline.amount, deadline.before, start)
        known = self._dues.get(key)
        if known is None:
            if len(self._dues) > 100_000:  # a bound for long-running processes; filling it again is cheap
                self._dues.clear()
            known = self._dues[key] = self._counted(deadline.unit, deadline.amount, -1 if deadline.before else 1, start)
        return known

    def _counted(self, unit: str, count: int, direction: int, start: date) -> Due:
        if unit == "working_days":
            return self.working_days(start, count * direction)
        if unit == "months":
            from dateutil.relativedelta import relativedelta

            return Due(start + relativedelta(months=count * direction), (), provisional=False)
        days = count if unit == "days" else -(-count // 24)
        return Due(start + timedelta(days=days * direction), (), provisional=False)

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after one day and up to another; negative if the other is earlier."""
        if end < start:
            return -self.between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        count = 5 * weeks + sum((start + timedelta(days=7 * weeks + day)).weekday() not in _WEEKEND for day in range(1, rest + 1))
        return count - sum(start < day <= end for year in range(start.year, end.year + 1) for day in self.holidays(year))

    def working_days(self, start: date, count: int) -> Due:
        """Count working days forward, or backward if ``count`` is negative, from a day that itself does not count."""
        step = timedelta(days=1 if count >= 0 else -1)
        day, left, skipped, known = start, abs(count), [], self._why_off
        while left:
            day += step
            why = known[day] if day in known else self.why_off(day)
            if why is None:
                left -= 1
            else:
                skipped.append((day, why))
        return Due(day, tuple(skipped), provisional=max(day, start) > self.confirmed_until)


def known_base(code: str) -> bool:
    """Return whether the library has a calendar of this code."""
    from workalendar.registry import registry  # slow to import

    return registry.get(code) is not None
