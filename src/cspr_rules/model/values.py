"""What a fact may be: known, known in part, or known not to have come yet. What is not recorded is ``None``, and unknown."""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import Enum
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.model.days import month
from cspr_rules.model.sources import in_words
from cspr_rules.travelling import travels


class NotYet(Enum):
    """The value of a date that is known not to have come: the thing has not happened so far."""

    NOT_YET = "not_yet"

    def __str__(self) -> str:
        return "not yet"


NOT_YET: Final = NotYet.NOT_YET
UNKNOWN_WORD: Final = "unknown"
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


@travels
class Between(NamedTuple):
    """What is known of a number or a day that is not known itself.

    Attributes:
        low: The least it can be, or the earliest day; ``None`` for a number without such a bound.
        high: The most it can be, or the latest day; ``None`` for a number without such a bound.
    """

    low: Any
    high: Any

    def __str__(self) -> str:
        """Return it as a case writes it."""
        low, high = self
        if type(low) is date:
            if self == DAY_NOT_KNOWN:
                return DAY_NOT_KNOWN_WORD
            return f"{low:%Y-%m}" if self == _month(low) else f"{low} to {high}"
        return f"under {high + 1}" if low is None else f"{low} or over" if high is None else f"{low} to {high}"


DAY_NOT_KNOWN_WORD: Final = "day_not_known"
DAY_NOT_KNOWN: Final = Between(EARLIEST, LATEST)
"""The value of a date that has come, on a day that is not known."""
FactValue: TypeAlias = bool | str | int | date | NotYet | Between
Row: TypeAlias = tuple[FactValue | None, ...]
"""One child's facts together with the incident's, in the vocabulary's order; ``None`` is unknown."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})\Z", re.ASCII)
_BOUNDS = re.compile(r"(?:under (?P<under>\d{1,9})|(?P<over>\d{1,9}) or over|(?P<low>\d{1,9}) to (?P<high>\d{1,9}))\Z", re.ASCII)


def day_words(day: date | Between) -> str:
    """Return a day, or what is known of it, as the end of a sentence: ``on 3 April 2024``, ``in April 2024``."""
    if not isinstance(day, Between):
        return f"on {in_words(day)}"
    if day == DAY_NOT_KNOWN:
        return "on a day that is not known"
    return f"in {month(day.low)} {day.low.year}" if day == _month(day.low) else f"on a day from {in_words(day.low)} to {in_words(day.high)}"


def bounds(text: str) -> Between | None:
    """Return what a text says of a number or a day that is not known, or ``None`` if it says nothing of the kind.

    Args:
        text: ``under 18``, ``18 or over``, ``16 to 17``, ``2024-03``, ``2024-03-08 to 2024-03-10`` or ``day_not_known``.

    Raises:
        ValueError: There is no such month or day, or the bounds stand the wrong way round; the message says which.
    """
    if text == DAY_NOT_KNOWN_WORD:
        return DAY_NOT_KNOWN
    if found := _BOUNDS.match(text):
        under, over, low, high = (None if each is None else int(each) for each in found.groups())
        if low is not None and high is not None and low > high:
            raise ValueError(f"expected the smaller number first, but it is {text}")
        return Between(low if over is None else over, high if under is None else under - 1)
    if found := _MONTH.match(text):
        year, number = int(found[1]), int(found[2])
        if not 1 <= number <= 12 or not EARLIEST.year <= year <= LATEST.year:
            raise ValueError(f"there is no such month as {text} between {EARLIEST:%Y-%m} and {LATEST:%Y-%m}")
        return _month(date(year, number, 1))
    first, to, last = text.partition(" to ")
    if to and _DATE.match(first) and _DATE.match(last):
        days = Between(parse_date(first), parse_date(last))
        if days.low > days.high:
            raise ValueError(f"expected the earlier day first, but it is {text}")
        return days
    return None


def _month(day: date) -> Between:
    """Return the month of a day."""
    later = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return Between(day.replace(day=1), later - timedelta(days=1))


def limits_of(value: FactValue) -> Between:
    """Return the bounds of a number or day: its own where it is known."""
    return value if isinstance(value, Between) else Between(value, value)


def meet(one: FactValue, other: FactValue) -> FactValue | None:
    """Return what two accounts of one fact come to together; ``None`` if they cannot both be so."""
    if one == other:
        return one
    if not (isinstance(one, Between) or isinstance(other, Between)) or NOT_YET in (one, other):
        return None
    left, right = limits_of(one), limits_of(other)
    low = max((each for each in (left.low, right.low) if each is not None), default=None)
    high = min((each for each in (left.high, right.high) if each is not None), default=None)
    if low is not None and high is not None:
        if low > high:
            return None
        if low == high:
            return low  # type: ignore[no-any-return] # a number or a day
    return Between(low, high)


def is_a_date(text: str) -> bool:
    """Return whether a text is written as ``YYYY-MM-DD``, whether or not there is such a day."""
    return _DATE.match(text) is not None


def parse_date(text: str) -> date:
    """Return an ISO date.

    Raises:
        ValueError: The text is not a date as ``YYYY-MM-DD``, there is no such day, or it lies before :data:`EARLIEST` or after :data:`LATEST`.
    """
    if not _DATE.match(text):
        raise ValueError("expected a date as YYYY-MM-DD, such as 2024-03-27, or not_yet")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no such day as {text}") from None
    in_range(day)
    return day


def in_range(day: date) -> None:
    """Refuse a day that lies too far off to be meant.

    Raises:
        ValueError: It lies before :data:`EARLIEST` or after :data:`LATEST`.
    """
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"expected a date between {EARLIEST} and {LATEST}, but it is {day}")
