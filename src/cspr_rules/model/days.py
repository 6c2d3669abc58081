"""The names of days and months in English, whatever language the host program has set: the words of a record do not depend on who runs it."""

from __future__ import annotations

from datetime import date
from typing import Final

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def weekday(day: date) -> str:
    """Return ``Friday``."""
    return _DAYS[day.weekday()]


def month(day: date) -> str:
    """Return ``April``."""
    return _MONTHS[day.month - 1]
