"""A rule, its condition, its duties and their deadlines, as immutable values. What one test means is defined here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, TypeAlias, TypeVar

from cspr_rules.display_hook import as_html
from cspr_rules.model.kleene import Truth
from cspr_rules.model.sources import Layer, Strength, Window
from cspr_rules.model.values import NOT_YET, Between, FactValue
from cspr_rules.travelling import travels

Outcome: TypeAlias = Literal["met", "not_met", "undetermined"]
Comparator: TypeAlias = Literal["is", "is_any_of", "at_least", "less_than", "on_or_before", "on_or_after", "recorded"]

COMPARISONS: dict[str, tuple[str, ...]] = {
    "yes_no": ("is",),
    "one_of": ("is", "is_any_of"),
    "number": ("at_least", "less_than"),
    "date": ("on_or_before", "on_or_after", "recorded"),
}
"""Which comparisons a fact of each type takes."""

Unit: TypeAlias = Literal["working_days", "days", "months", "hours", "without_delay", "immediately", "as_soon_as_possible", "unspecified"]
UNSPECIFIED = "unspecified"


@travels
class Test(NamedTuple):
    """One fact compared with a fixed value.

    Attributes:
        says: The clause a professional reviews.
        fact: The fact's id.
        comparison: How it is compared.
        value: With what; a tuple for ``is_any_of``.
        cites: Provisions it rests on, where they are not the rule's own.
        fails: The clause that holds where the test fails; empty if the rule gives none.
    """

    says: str
    fact: str
    comparison: Comparator
    value: Any
    cites: tuple[str, ...]
    fails: str = ""

    @property
    def failed(self) -> str:
        """The clause that holds where the test fails, in the rule's own words or else made of those for its holding."""
        return self.fails or f"it is not so that {self.says}"


_ConditionT = TypeVar("_ConditionT")


def _told_apart(kind: type[_ConditionT]) -> type[_ConditionT]:
    """Let values of a kind of condition equal none of another kind: as tuples, "all of these" and "any of these" would be equal."""

    def equal(self: Any, other: object) -> bool:
        return self is other or (other.__class__ is kind and tuple.__eq__(self, other))

    def unequal(self: Any, other: object) -> bool:
        return not equal(self, other)

    def hashed(self: Any) -> int:
        return hash((kind.__name__, *self))

    kind.__eq__, kind.__ne__, kind.__hash__ = equal, unequal, hashed  # type: ignore[method-assign] # in place of a tuple's
    return kind


Test.__test__ = False  # type: ignore[attr-defined] # tells pytest that this is not a class of tests


@_told_apart
@travels
class All(NamedTuple):
    """Every part holds."""

    parts: tuple[Condition, ...]


@_told_apart
@travels
class AnyOf(NamedTuple):
    """At least one part holds."""

    parts: tuple[Condition, ...]


@_told_apart
@travels
class Not(NamedTuple):
    """The part does not hold."""

    part: Condition


@_told_apart
@travels
class RuleMet(NamedTuple):
    """Another rule's own condition holds.

    Attributes:
        rule: That rule's id.
    """

    rule: str


Condition: TypeAlias = All | AnyOf | Not | Test | RuleMet


def holds(test: Test, value: FactValue | None) -> Truth:
    """Return whether a test holds of a fact's value; ``None`` if the value is unknown, or known only in part and could be either.

    A date that is known not to have come is neither on or before nor on or after any day.
    """
    if value is None:
        return None
    if isinstance(value, Between):
        return _holds_between(test, value)
    match test.comparison:
        case "is":
            return bool(value == test.value)
        case "is_any_of":
            return value in test.value
        case "at_least":
            return bool(value >= test.value)
        case "less_than":
            return bool(value < test.value)
        case "recorded":
            return (value is not NOT_YET) is test.value
        case "on_or_before":
            return value is not NOT_YET and bool(value <= test.value)
        case "on_or_after":
            return value is not NOT_YET and bool(value >= test.value)


def _holds_between(test: Test, value: Between) -> Truth:
    """Return whether a test holds of every number or day within bounds, or of none: each comparison turns once, as they grow."""
    if test.comparison == "recorded":
        return bool(test.value)
    ends = [None if end is None else holds(test, end) for end in value]
    if None not in ends:
        return ends[0] if ends[0] is ends[1] else None
    # Without a bound on one side, what holds at the other holds throughout only if the test goes on that way.
    if value.low is None:
        return ends[1] if ends[1] is (test.comparison == "less_than") else None
    return ends[0] if ends[0] is (test.comparison == "at_least") else None


def tests_in(condition: Condition) -> Iterator[Test | RuleMet]:
    """Yield the tests and the references to other rules in a condition, in reading order."""
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from tests_in(part)
        case Not(part):
            yield from tests_in(part)
        case _:
            yield condition


@travels
class Deadline(NamedTuple):
    """One source's own clock for one duty.

    Attributes:
        unit: ``working_days``, ``days``, ``months``, ``hours``, ``without_delay``, ``immediately``, ``as_soon_as_possible`` or ``unspecified``.
        amount: How many, for the first four.
        anchor: The date fact the clock runs from, ``unspecified`` if the source gives none, or ``None`` where there is no clock.
        before: Whether the deadline lies before the anchor (``no later than N before``) instead of after it.
        least: Whether the time has at least to go by, so that the day is the earliest and not the last: passing it is never late.
        only_if_recorded: Whether the clock exists only once its anchor is recorded, instead of waiting for it.
        strength: The source's own verb.
        cites: The provisions that give it.
        reading: Which reading of ambiguous words this is, if there are several.
        discrepancies: Ids in the register of discrepancies.
    """

    unit: Unit
    amount: int | None
    anchor: str | None
    before: bool
    least: bool
    only_if_recorded: bool
    strength: Strength
    cites: tuple[str, ...]
    reading: str | None
    discrepancies: tuple[str, ...]

    @property
    def length(self) -> str:
        """How long it is, in words: ``5 working days``, ``without delay`` or ``no time given``."""
        unit = self.unit.replace("_", " ")
        if self.amount is None:
            return "no time given" if self.unit == UNSPECIFIED else unit
        return f"{self.amount} {unit if self.amount != 1 else unit.removesuffix('s')}"

    def __str__(self) -> str:
        period = self.length
        if self.before:
            return f"at least {period} before {self.anchor}"
        if self.least:
            return f"at least {period} from {self.anchor}"
        if self.amount is not None:
            period = f"within {period}" if self.amount else "the same day"
        if self.anchor == UNSPECIFIED:
            return f"{period} (the source does not say of what)"
        return f"{period} {'of' if self.amount else 'as'} {self.anchor}" if self.anchor and self.amount is not None else period


@travels
class Option(NamedTuple):
    """What a menu says of one of its choices.

    Attributes:
        rationale: When it fits.
        support: Roles that help the lead.
        methodology: How it is done.
        governance: Roles that oversee it.
        timescale: How long it may take, as the source puts it.
    """

    rationale: str
    support: tuple[str, ...]
    methodology: str
    governance: tuple[str, ...]
    timescale: str


@travels
class Duty(NamedTuple):
    """What a met rule asks of somebody.

    Attributes:
        id: Unique in the ruleset.
        strength: The source's own verb: ``must``, ``will``, ``should``, ``may`` or ``must_not``.
        act: What is to be done.
        by: The role that owes it, or ``unspecified``.
        to: The roles it is owed to; empty where nobody is told.
        how: The manner or channel, if the source gives one.
        contents: What it has to contain.
        once_per: ``incident`` or ``child``.
        done_by: The step that discharges it.
        counts_if: What has to hold for that step to discharge it, if anything.
        ended_by: The step that ends it without discharging it.
        cites: The provisions it rests on.
        deadlines: Each source's clock.
        option: For a choice on a menu, what the menu says of it.
        discrepancies: Ids in the register of discrepancies.
    """

    id: str
    strength: Strength
    act: str
    by: str
    to: tuple[str, ...]
    how: str | None
    contents: tuple[str, ...]
    once_per: Literal["incident", "child"]
    done_by: str | None
    counts_if: Condition | None
    ended_by: str | None
    cites: tuple[str, ...]
    deadlines: tuple[Deadline, ...]
    option: Option | None
    discrepancies: tuple[str, ...]


@travels
class DutyPath(NamedTuple):
    """Duties in the order in which they are to be done, such as the steps of an escalation.

    Attributes:
        id: Its key.
        title: In words.
        cites: The provisions that give the order.
        note: What a reader should know, such as that the source gives no stages.
        opened_by: The duty that opens it; by default its first step.
        steps: Ids of the duties; empty until a profile supplies them.
    """

    id: str
    title: str
    cites: tuple[str, ...]
    note: str | None
    opened_by: str | None
    steps: tuple[str, ...]


@travels
class Stage(NamedTuple):
    """A stretch of a case's life. A case is at the last stage whose condition holds.

    Attributes:
        id: Its key.
        title: In words.
        order: Its place among the stages.
        when: What has to hold of the incident's facts for the case to have come to it.
        cites: The provisions that give it.
    """

    id: str
    title: str
    order: int
    when: Condition
    cites: tuple[str, ...]


@travels
class Note(NamedTuple):
    """What a met rule says without asking anything of anybody.

    Attributes:
        text: The note.
        cites: The provisions it rests on.
        discrepancies: Ids in the register of discrepancies.
        bears_on: Duties whose days read otherwise for it.
    """

    text: str
    cites: tuple[str, ...]
    discrepancies: tuple[str, ...]
    bears_on: tuple[str, ...] = ()


@travels
class Example(NamedTuple):
    """A practitioner's sentence with facts and what the answer has to be.

    Attributes:
        name: The sentence.
        on: The day whose law is read, if not that of the incident.
        as_of: The day it is looked at from, if it matters.
        given: Facts as written.
        children: Facts of each child as written, where there are several.
        expect: ``outcome`` and, where given, ``ask``, ``deadlines`` and ``status``.
    """

    name: str
    on: date | None
    as_of: date | None
    given: Mapping[str, Any]
    children: tuple[Mapping[str, Any], ...]
    expect: Mapping[str, Any]


@travels
class Rule(NamedTuple):
    """One question, the condition that answers it, and what follows.

    Attributes:
        id: Permanent; shared by the rule's dated versions.
        title: What it is about.
        question: What it answers.
        layer: The kind of source it comes from.
        window: The days whose law this version is.
        gap_after: Why nothing applies between this version and the next, if the windows do not adjoin.
        aliases: Former ids.
        cites: The provisions it rests on.
        scope: ``incident`` (asked once) or ``child`` (asked for each child).
        law_of: The date of a later step on whose day its law is read; ``None`` for the incident's.
        when: The condition.
        duties: What is owed when it is met.
        notes: What is said when it is met.
        discrepancies: Ids in the register of discrepancies.
        examples: Facts with the answer they must get.
        profile: The profile folder it stands in.
        file: The file it was read from, for messages.
    """

    id: str
    title: str
    question: str
    layer: Layer
    window: Window
    gap_after: str | None
    aliases: tuple[str, ...]
    cites: tuple[str, ...]
    scope: Literal["incident", "child"]
    law_of: str | None
    when: Condition
    duties: tuple[Duty, ...]
    notes: tuple[Note, ...]
    discrepancies: tuple[str, ...]
    examples: tuple[Example, ...]
    profile: str
    file: str

    def _repr_html_(self) -> str | None:
        return as_html(self)


def conditions_of(rule: Rule) -> Iterator[Condition]:
    """Yield a rule's condition and those under which its duties count as discharged."""
    yield rule.when
    yield from (duty.counts_if for duty in rule.duties if duty.counts_if)


def cited(rule: Rule) -> tuple[str, ...]:
    """Return the key of every provision that a rule cites, once, the rule's own first."""
    keys = [*rule.cites]
    for condition in conditions_of(rule):
        keys += [key for test in tests_in(condition) if isinstance(test, Test) for key in test.cites]
    for duty in rule.duties:
        keys += duty.cites
        keys += [key for deadline in duty.deadlines for key in deadline.cites]
    keys += [key for note in rule.notes for key in note.cites]
    return tuple(dict.fromkeys(keys))


def discrepancies_of(rule: Rule) -> tuple[str, ...]:
    """Return every entry of the register that a rule, its duties, clocks or notes carry, once."""
    numbers = [*rule.discrepancies]
    for duty in rule.duties:
        numbers += duty.discrepancies
        numbers += [number for deadline in duty.deadlines for number in deadline.discrepancies]
    numbers += [number for note in rule.notes for number in note.discrepancies]
    return tuple(dict.fromkeys(numbers))
