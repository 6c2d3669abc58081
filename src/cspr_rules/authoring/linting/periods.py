"""Lengths of time and names as people write them into sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from cspr_rules.model.rules import Deadline

_WORDS: Final = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen"),
    *("sixteen", "seventeen", "eighteen", "nineteen", "twenty", "twenty-one", "twenty-two", "twenty-three", "twenty-four", "twenty-five"),
    *("twenty-six", "twenty-seven", "twenty-eight", "twenty-nine", "thirty", "thirty-one"),
)
NUMBERS: Final[Mapping[str, int]] = {word: number for number, word in enumerate(_WORDS, start=1)}
NUMBER: Final = rf"(?:\d{{1,4}}|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_PERIOD: Final = re.compile(
    rf"\b(?P<first>{NUMBER})(?:\s*(?:to|or|and|-|–)\s*(?P<second>{NUMBER}))?[\s-]+(?:(?P<kind>working|calendar)[\s-]+)?(?P<unit>day|hour|week|month|year)s?\b",
    re.IGNORECASE,
)
_UNITS: Final = {"day": ("days", 1), "hour": ("hours", 1), "week": ("days", 7), "month": ("months", 1), "year": ("months", 12)}
"""Each unit of a sentence, as clocks have it: a week is seven days, and a year twelve months."""


class Period(NamedTuple):
    """A length of time that a sentence names.

    Attributes:
        words: As it is written.
        amount: How many.
        unit: Of which unit, as clocks have it.
    """

    words: str
    amount: int
    unit: str

    def measures(self, clock: Deadline) -> bool:
        """Return whether a clock counts the same."""
        return (clock.amount, clock.unit) == (self.amount, self.unit)


def number(word: str) -> int:
    """Return the number that a word or some digits stand for."""
    return int(word) if word.isdecimal() else NUMBERS[word.lower()]


def periods(words: str) -> Iterator[Period]:
    """Yield every length of time that a sentence names; of "three to six months", both."""
    for found in _PERIOD.finditer(words):
        unit, times = _UNITS[found["unit"].lower()]
        if (found["kind"] or "").lower() == "working":
            unit = "working_days"
        for amount in filter(None, (found["first"], found["second"])):
            yield Period(found.group(), number(amount) * times, unit)


def mentions(words: str, name: str) -> bool:
    """Return whether a sentence has a name in it, as a whole."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words) is not None
