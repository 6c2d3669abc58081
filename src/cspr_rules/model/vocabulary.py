"""The words a case may use: every fact, its kind, its values, what it means, the question to ask and who would know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple

from cspr_rules.errors import did_you_mean
from cspr_rules.model.fixed import Fixed
from cspr_rules.model.rules import Test
from cspr_rules.model.values import (
    DAY_NOT_KNOWN,
    DAY_NOT_KNOWN_WORD,
    EARLIEST,
    LATEST,
    NOT_YET,
    Between,
    FactValue,
    NotYet,
    bounds,
    in_range,
    is_a_date,
    limits_of,
    parse_date,
)
from cspr_rules.travelling import Value, travels


@travels
class Consideration(NamedTuple):
    """Something guidance asks a person to weigh when making a judgement, and where it says so."""

    text: str
    cites: tuple[str, ...]


@travels
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


@travels
class Order(NamedTuple):
    """A step that comes before another. Steps taken otherwise are reported; they are no contradiction.

    Attributes:
        fact: The step that comes first.
        cites: The provisions that put them in this order; empty if no source does and the order lies in what the two steps are.
    """

    fact: str
    cites: tuple[str, ...]


@travels
class YearsFrom(NamedTuple):
    """Two dates between which a number counts the whole years that have gone by.

    Attributes:
        born: The date from which they count, such as that of a birth.
        at: The date up to which they count.
    """

    born: str
    at: str


@travels
class TakenWith(NamedTuple):
    """Another step by which a step was taken too, on the same day.

    Attributes:
        step: The other step.
        where: What tells that it served for this one as well: a fact.
        is_any_of: The values of that fact.
    """

    step: str
    where: str
    is_any_of: tuple[FactValue, ...]


@travels
class Impossible(NamedTuple):
    """What cannot be so together.

    Attributes:
        says: Why, in a sentence without its full stop.
        tests: What cannot all hold.
        cites: The provisions it rests on; empty if it lies in what the words mean.
    """

    says: str
    tests: tuple[Test, ...]
    cites: tuple[str, ...]


@travels
class Retired(NamedTuple):
    """A fact that is no longer used.

    Attributes:
        id: What it was called.
        use: The facts to use instead.
        says: Why, in a sentence without its full stop.
    """

    id: str
    use: tuple[str, ...]
    says: str


@travels
class OnlyIf(NamedTuple):
    """What a fact takes for granted: asking for it makes no sense where that is known to be otherwise.

    Attributes:
        fact: The other fact.
        values: The values of which it has to have one; none for a date that has to have come.
    """

    fact: str
    values: tuple[FactValue, ...]


@travels
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
        years_from: For ``number``: the two dates from which it follows.
        taken_with: For a step: the other step by which it was taken too, unless a day of its own is recorded.
        no_more_than: For ``number``: other numbers that it cannot be above.
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
    years_from: YearsFrom | None
    taken_with: TakenWith | None
    no_more_than: tuple[str, ...]

    @property
    def expected(self) -> str:
        """What a value has to look like, in words."""
        if self.type == "yes_no":
            return "true or false"
        if self.type == "one_of":
            return "one of " + ", ".join(self.values)
        if self.type == "number":
            return f"{self._whole_number}, or its bounds as: under N, N or over, N to M"
        return f"a date as YYYY-MM-DD, or not_yet, or as much as is known: YYYY-MM or {DAY_NOT_KNOWN_WORD}"

    @property
    def _whole_number(self) -> str:
        limits = [f"from {self.at_least}"] if self.at_least is not None else []
        limits += [f"to {self.at_most}"] if self.at_most is not None else []
        return " ".join(["a whole number", *limits]) + (f" ({self.unit})" if self.unit else "")

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
                    self._in_limits(raw, raw)
                    return raw
                if isinstance(found := bounds(raw) if isinstance(raw, str) else raw, Between) and type(found.low) is not date:
                    return self._bounded(found)
            case "date":
                return self._parse_date(raw)
        raise ValueError(f"expected {self.expected}, but it is {_described(raw)}")

    def exactly(self, raw: Any) -> Any:
        """Return a written value as a value of this fact that is known in full.

        Raises:
            ValueError: It is not a value of this fact, or leaves some of it open.
        """
        if self.type == "number" and isinstance(raw, str | Between):
            raise ValueError(f"expected {self._whole_number}, but it is {_described(raw)}")
        value = self.parse(raw)
        if isinstance(value, Between):
            raise ValueError("expected a date as YYYY-MM-DD")
        return value

    def _in_limits(self, low: int | None, high: int | None) -> None:
        below = self.at_least is not None and high is not None and high < self.at_least
        above = self.at_most is not None and low is not None and low > self.at_most
        if below or above:
            wrong = high if below else low
            shown = wrong if wrong is not None and abs(wrong) < 10**18 else "far outside that"
            raise ValueError(f"expected {self._whole_number}, but it is {shown}{'' if low == high else ' or less' if below else ' or more'}")

    def _bounded(self, found: Between) -> int | Between:
        low, high = found
        if low is not None and high is not None and low > high:
            raise ValueError(f"expected the smaller number first, but it is {found}")
        self._in_limits(low, high)
        low = self.at_least if low is None else low if self.at_least is None else max(low, self.at_least)
        high = self.at_most if high is None else high if self.at_most is None else min(high, self.at_most)
        if low is not None and low == high:
            return int(low)
        # One way to say each thing: what the vocabulary says anyway is no bound.
        kept = Between(None if low == self.at_least else low, None if high == self.at_most else high)
        if kept == (None, None):
            raise ValueError(f"expected {self.expected}; it says no more than that this is a number: leave it out")
        return kept

    def _parse_date(self, raw: Any) -> date | NotYet | Between:
        if raw is NOT_YET or raw == NOT_YET.value:
            return NOT_YET
        if type(raw) is date:
            found: date | Between = raw
        elif isinstance(raw, str) and is_a_date(raw):
            found = parse_date(raw)
        elif isinstance(raw, str):
            within = bounds(raw)
            found = within if within and type(within.low) is type(within.high) is date else parse_date(raw)
        elif isinstance(raw, Between) and type(raw.low) is type(raw.high) is date and raw.low <= raw.high:
            found = raw
        else:
            raise ValueError(f"expected {self.expected}, but it is {_described(raw)}")
        for end in (limits := limits_of(found)):
            in_range(end)
        return found if limits.low < limits.high else limits.low

    def show(self, value: FactValue | None) -> str:
        """Return a value in words."""
        if value is None:
            return "not known"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return self.values.get(value, value)
        if isinstance(value, Between):
            return self._shown_between(value)
        if isinstance(value, int) and self.unit:
            return f"{value} {self.unit_for_one if value == 1 else self.unit}"
        return str(value)

    def _shown_between(self, value: Between) -> str:
        low, high = value
        if self.type == "date":
            return "on a day that is not known" if value == DAY_NOT_KNOWN else str(value)
        unit = f" {self.unit}" if self.unit else ""
        one = f" {self.unit_for_one}" if self.unit else ""
        if high is None:
            return f"{low}{one if low == 1 else unit} or over"
        return f"{value}{one if low is None and high == 0 else unit}"


def _described(raw: Any) -> str:
    if isinstance(raw, bool):
        return "true" if raw else "false"
    names = {str: "text", int: "a number", float: "a number with a fraction", list: "a list", dict: "a mapping", datetime: "a day with a time"}
    return names.get(type(raw), f"a {type(raw).__name__}")


class Vocabulary(Value):
    """All the facts, in the order in which a person would be asked.

    Attributes:
        facts: Every fact, the incident's first; the order is that of the slots in a :data:`Row`.
        impossible: What cannot be so together.
        retired: By what they were called, the facts that are no longer used.
        kept: What was worked out from these words, for as long as they live; it is no part of them.
    """

    def __init__(self, facts: tuple[Fact, ...], impossible: tuple[Impossible, ...] = (), retired: Mapping[str, Retired] | None = None) -> None:
        self.facts = facts
        self.impossible = impossible
        self.retired: Mapping[str, Retired] = Fixed(retired or {})
        self.kept: dict[str, Any] = {}

    def _parts(self) -> tuple[Any, ...]:
        return self.facts, self.impossible, self.retired

    @cached_property
    def impossible_in(self) -> Mapping[str, tuple[tuple[Impossible, tuple[tuple[str, bool | str | None], ...]], ...]]:
        """By scope, the combinations that are looked at there: those with a fact of a child are looked at for each child.

        With each stand its facts, and of those that are yes or no or one of some words the value with which alone it can be so.
        """
        found: dict[str, list[tuple[Impossible, tuple[tuple[str, bool | str | None], ...]]]] = {"incident": [], "child": []}
        for each in self.impossible:
            scope = "child" if any(self.by_id[test.fact].scope == "child" for test in each.tests) else "incident"
            plain = [(test.fact, test.value if test.comparison == "is" and isinstance(test.value, bool | str) else None) for test in each.tests]
            found[scope].append((each, tuple(plain)))
        return {scope: tuple(combinations) for scope, combinations in found.items()}

    @cached_property
    def slot(self) -> dict[str, int]:
        """Fact id to its place in a row."""
        return Fixed({fact.id: slot for slot, fact in enumerate(self.facts)})

    @cached_property
    def by_id(self) -> dict[str, Fact]:
        """Fact id to fact."""
        return Fixed({fact.id: fact for fact in self.facts})

    @cached_property
    def implying(self) -> frozenset[str]:
        """The facts from which others follow."""
        return frozenset(fact.id for fact in self.facts if fact.implies)

    @cached_property
    def tied(self) -> Mapping[str, frozenset[str]]:
        """Fact id to the facts from which it may follow, in full or in part, or that may follow from it."""
        bonds = [{fact.id, each.fact} for fact in self.facts for each in fact.implies]
        bonds += [{fact.id, *fact.no_more_than, *(fact.years_from or ())} for fact in self.facts]
        bonds += [{test.fact for test in each.tests} for each in self.impossible]
        return Fixed({fact.id: frozenset().union(*(bond for bond in bonds if fact.id in bond)) - {fact.id} for fact in self.facts})

    @cached_property
    def counted_in_years(self) -> tuple[Fact, ...]:
        """The numbers that follow from two dates."""
        return tuple(fact for fact in self.facts if fact.years_from)

    @cached_property
    def taken_with_others(self) -> tuple[Fact, ...]:
        """The steps that another step may have served for too."""
        return tuple(fact for fact in self.facts if fact.taken_with)

    @cached_property
    def bounded(self) -> tuple[Fact, ...]:
        """The numbers that cannot be above others."""
        return tuple(fact for fact in self.facts if fact.no_more_than)

    @cached_property
    def law_dates(self) -> tuple[int, ...]:
        """Slots of the facts on whose day the law is read."""
        return tuple(slot for slot, fact in enumerate(self.facts) if fact.law_date)

    @cached_property
    def after_law_date(self) -> frozenset[int]:
        """Slots of the dates that cannot be before the day whose law is read, by themselves or by way of others."""
        later = {fact.id for fact in self.facts if fact.law_date}
        while more := {fact.id for fact in self.facts if not later.isdisjoint(fact.not_before)} - later:
            later |= more
        return frozenset(slot for slot, fact in enumerate(self.facts) if fact.id in later and not fact.law_date)

    def meant_by(self, name: str) -> Fact | None:
        """Return the one fact whose meaning has the last part of a name in it, word for word, such as ``child.date_of_birth``; else ``None``."""
        words = name.rpartition(".")[2].replace("_", " ").casefold()
        found = [fact for fact in self.facts if words in fact.meaning.casefold()] if words.count(" ") > 1 else []
        return found[0] if len(found) == 1 else None

    def no_longer(self, name: object) -> str | None:
        """Return in a sentence that a fact is no longer used, and what to use instead; ``None`` if there never was one of that name."""
        gone = self.retired.get(name) if isinstance(name, str) else None
        return f"{gone.id} is no longer used: {gone.says}; use {' and '.join(gone.use)} instead" if gone else None


def representatives(fact: Fact, tests: list[Test]) -> list[FactValue]:
    """Return one value for each way in which a fact's values can differ as far as some tests go.

    Two values with the same representative satisfy exactly the same tests; every value has one. In ascending order for numbers and dates, with
    ``not_yet`` before all dates.
    """
    if fact.type == "yes_no":
        return [False, True]
    if fact.type == "one_of":
        return list(fact.values)
    if fact.type == "number":
        cuts: list[Any] = sorted({test.value for test in tests})
        inside = [cut for cut in cuts if fact.at_least is None or cut > fact.at_least]
        lowest = inside[0] - 1 if inside else cuts[0]
        return [lowest, *(cut for cut in inside if fact.at_most is None or cut <= fact.at_most)]
    days = {test.value if test.comparison == "on_or_after" else test.value + timedelta(days=1) for test in tests if test.comparison != "recorded"}
    return [NOT_YET, EARLIEST, *sorted(day for day in days if EARLIEST < day <= LATEST)]
