"""The words a case may use: every fact, its kind, its values, what it means, the question to ask and who would know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.errors import did_you_mean


class NotYet(Enum):
    """The value of a date that is known not to have come: the thing has not happened so far."""

    NOT_YET = "not_yet"

    def __str__(self) -> str:
        return "not yet"


NOT_YET: Final = NotYet.NOT_YET
UNKNOWN_WORD: Final = "unknown"
FactValue: TypeAlias = bool | str | int | date | NotYet
Row: TypeAlias = tuple[FactValue | None, ...]
"""One child's facts together with the incident's, in the vocabulary's order; ``None`` is unknown."""

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


class Consideration(NamedTuple):
    """Something guidance asks a person to weigh when making a judgement, and where it says so."""

    text: str
    cites: tuple[str, ...]


class Implication(NamedTuple):
    """When a fact is recorded (or equals ``when``), another fact has a known value.

    Attributes:
        when: The value that triggers it, or ``None`` for any recorded value other than ``not_yet``.
        fact: The other fact.
        value: What that fact then is.
    """

    when: FactValue | None
    fact: str
    value: FactValue


class Order(NamedTuple):
    """A step that comes before another. Steps taken otherwise are reported; they are no contradiction.

    Attributes:
        fact: The step that comes first.
        cites: The provisions that put them in this order; empty if no source does and the order lies in what the two steps are.
    """

    fact: str
    cites: tuple[str, ...]


class OnlyIf(NamedTuple):
    """What a fact takes for granted: asking for it makes no sense where that is known to be otherwise.

    Attributes:
        fact: The other fact.
        value: The value that it has to have; ``None`` for a date that has to have come.
    """

    fact: str
    value: FactValue | None


class Fact(NamedTuple):
    """One thing a case may say.

    Attributes:
        id: ``group.name``.
        scope: ``incident`` (once) or ``child`` (for each child).
        kind: ``fact``, ``judgement`` (a named person decides it; the library never does) or ``step`` (something somebody did, on a date).
        type: ``yes_no``, ``one_of``, ``number`` or ``date``.
        values: For ``one_of``: each value and what it means.
        unit: For ``number``: what is counted, in the plural.
        unit_for_one: The same for one of them; given whenever ``unit`` is.
        at_least: For ``number``: the least that makes sense.
        at_most: For ``number``: the most that makes sense.
        meaning: What it means, in one sentence.
        question: How to ask for it.
        who_would_know: Whom to ask.
        considerations: For a judgement: what guidance asks the person to weigh.
        implies: What follows for other facts.
        only_if: What it takes for granted.
        not_before: For ``date``: dates that cannot be later than this one.
        comes_after: For a step: steps that come first; a date before theirs is reported, not refused.
        may_be_future: For ``date``: whether it may lie after the day the case is looked at.
        law_date: Whether the law is read as it stood on this date.
        counts: ``children`` if the fact is the number of children listed, unless recorded otherwise.
    """

    id: str
    scope: Literal["incident", "child"]
    kind: Literal["fact", "judgement", "step"]
    type: Literal["yes_no", "one_of", "number", "date"]
    values: Mapping[str, str]
    unit: str | None
    unit_for_one: str | None
    at_least: int | None
    at_most: int | None
    meaning: str
    question: str
    who_would_know: str
    considerations: tuple[Consideration, ...]
    implies: tuple[Implication, ...]
    only_if: tuple[OnlyIf, ...]
    not_before: tuple[str, ...]
    comes_after: tuple[Order, ...]
    may_be_future: bool
    law_date: bool
    counts: str | None

    @property
    def expected(self) -> str:
        """What a value has to look like, in words."""
        if self.type == "yes_no":
            return "true or false"
        if self.type == "one_of":
            return "one of " + ", ".join(self.values)
        if self.type == "number":
            limits = [f"from {self.at_least}"] if self.at_least is not None else []
            limits += [f"to {self.at_most}"] if self.at_most is not None else []
            return " ".join(["a whole number", *limits]) + (f" ({self.unit})" if self.unit else "")
        return "a date as YYYY-MM-DD, or not_yet"

    def parse(self, raw: Any) -> FactValue:
        """Return a written value as a value of this fact.

        Args:
            raw: What was written; text, a whole number, a boolean, a ``date``, or an already parsed value.

        Raises:
            ValueError: It is not a value of this fact; the message says what was expected, and does not repeat free text.
        """
        match self.type:
            case "yes_no":
                if isinstance(raw, bool):
                    return raw
            case "one_of":
                if isinstance(raw, str) and raw in self.values:
                    return raw
                if isinstance(raw, str):
                    raise ValueError(f"expected {self.expected}{did_you_mean(raw, self.values)}")
            case "number":
                if isinstance(raw, int) and not isinstance(raw, bool):
                    if (self.at_least is not None and raw < self.at_least) or (self.at_most is not None and raw > self.at_most):
                        raise ValueError(f"expected {self.expected}, but it is {raw if abs(raw) < 10**18 else 'far outside that'}")
                    return raw
            case "date":
                return self._parse_date(raw)
        raise ValueError(f"expected {self.expected}, but it is {_described(raw)}")

    def _parse_date(self, raw: Any) -> date | NotYet:
        if raw is NOT_YET or raw == NOT_YET.value:
            return NOT_YET
        if type(raw) is date:
            day = raw
        elif isinstance(raw, str):
            day = parse_date(raw)
        else:
            raise ValueError(f"expected {self.expected}, but it is {_described(raw)}")
        _in_range(day)
        return day

    def show(self, value: FactValue | None) -> str:
        """Return a value in words."""
        if value is None:
            return "not known"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self.values.get(value, value)
        if isinstance(value, int) and self.unit:
            return f"{value} {self.unit_for_one if value == 1 else self.unit}"
        return str(value)


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
    _in_range(day)
    return day


def _in_range(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(f"expected a date between {EARLIEST} and {LATEST}, but it is {day}")


def _described(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    names = {str: "text", int: "a number", float: "a number with a fraction", list: "a list", dict: "a mapping", datetime: "a day with a time"}
    return names.get(type(raw), f"a {type(raw).__name__}")


class Vocabulary:
    """All the facts, in the order in which a person would be asked.

    Attributes:
        facts: Every fact, the incident's first; the order is that of the slots in a :data:`Row`.
    """

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        self.facts = facts

    @cached_property
    def slot(self) -> dict[str, int]:
        """Fact id to its place in a row."""
        return {fact.id: slot for slot, fact in enumerate(self.facts)}

    @cached_property
    def by_id(self) -> dict[str, Fact]:
        """Fact id to fact."""
        return {fact.id: fact for fact in self.facts}

    @cached_property
    def law_dates(self) -> tuple[int, ...]:
        """Slots of the facts on whose day the law is read."""
        return tuple(slot for slot, fact in enumerate(self.facts) if fact.law_date)

    @cached_property
    def after_law_date(self) -> tuple[int, ...]:
        """Slots of the dates that cannot be before the day whose law is read, by themselves or by way of others."""
        later = {fact.id for fact in self.facts if fact.law_date}
        while more := {fact.id for fact in self.facts if not later.isdisjoint(fact.not_before)} - later:
            later |= more
        return tuple(slot for slot, fact in enumerate(self.facts) if fact.id in later and not fact.law_date)
