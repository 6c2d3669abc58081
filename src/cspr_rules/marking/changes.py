"""Changes of rules, calendars and the reading of facts, by which a misconception is reproduced. Values go in, changed values come out.

What a change is made to is data. Nothing here knows a rule, a provision, an authority or a number of days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.engine.conditions.normal_form import exact
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.marking.answer_sheet import of_group
from cspr_rules.model.calendars import Calendar, Dues
from cspr_rules.model.cases import Case, CheckedCase
from cspr_rules.model.rules import UNSPECIFIED, All, AnyOf, Condition, Deadline, Duty, Rule, Unit
from cspr_rules.model.ruleset import Ruleset, with_parts
from cspr_rules.model.values import NOT_YET, FactValue, Row
from cspr_rules.model.vocabulary import Vocabulary
from cspr_rules.travelling import travels

_ONE_DAY: Final = timedelta(days=1)


@travels
class Clocks(NamedTuple):
    """Which clocks are meant: those that fit in everything that is given.

    Attributes:
        units: Their units of time; empty for all.
        starts: The dates they run from; empty for all.
        duties: Whose clocks; empty for those of all.
    """

    units: tuple[str, ...]
    starts: tuple[str, ...]
    duties: tuple[str, ...]

    def has(self, deadline: Deadline, duty: str | None = None) -> bool:
        """Return whether a clock, of a duty where that matters, is one of them."""
        return (
            deadline.amount is not None
            and (not self.units or deadline.unit in self.units)
            and (not self.starts or deadline.anchor in self.starts)
            and (not self.duties or duty in self.duties)
        )


@travels
class CountIn(NamedTuple):
    """Clocks count in another unit."""

    clocks: Clocks
    unit: Unit


@travels
class StartAt(NamedTuple):
    """Clocks run from another date."""

    clocks: Clocks
    fact: str


@travels
class FirstDayCounts(NamedTuple):
    """The day from which clocks run is counted as day one."""

    clocks: Clocks


@travels
class NotGiven(NamedTuple):
    """Clocks give no day."""

    clocks: Clocks


@travels
class DayOff(NamedTuple):
    """A day off, in every year or in one; where it is no working day, the next working day is off instead.

    Attributes:
        name: Its name.
        month: The month.
        day: The day of the month, or ``None``.
        weekday: The weekday whose first in the month it is, from 0 for Monday, or ``None``.
        year: The one year in which it is off, or ``None``.
    """

    name: str
    month: int
    day: int | None
    weekday: int | None
    year: int | None


@travels
class Holidays(NamedTuple):
    """Other bank holidays.

    Attributes:
        without: Names of those that are left out; ``None`` for all.
        and_on: Days off beside.
    """

    without: tuple[str, ...] | None
    and_on: tuple[DayOff, ...]


@travels
class UnknownAs(NamedTuple):
    """Facts that are not recorded are read as recorded.

    Attributes:
        yes_no: What is taken for every fact that is yes or no; ``None`` for no change.
        steps: Whether a step that is not recorded is read as not taken.
        facts: Fact to what is taken for it.
    """

    yes_no: bool | None
    steps: bool
    facts: Mapping[str, FactValue]


@travels
class ReadAs(NamedTuple):
    """A fact is read as something else.

    Attributes:
        fact: The fact.
        value: What it is read as, where :attr:`other` is not given.
        other: The fact whose value is read in its place.
    """

    fact: str
    value: FactValue | None
    other: str | None


@travels
class MetAlso(NamedTuple):
    """Rules are met also if a condition holds."""

    rules: tuple[str, ...]
    condition: Condition


@travels
class MetOnly(NamedTuple):
    """Rules are met only if a condition holds as well."""

    rules: tuple[str, ...]
    condition: Condition


@travels
class OwedBy(NamedTuple):
    """Duties of one role under some rules are laid on another.

    Attributes:
        rules: The rules, or groups of rules.
        of: The role that owes them.
        by: The role on which they are laid.
    """

    rules: tuple[str, ...]
    of: str
    by: str


@travels
class DoneBy(NamedTuple):
    """Duties are taken to be discharged by another step."""

    duties: tuple[str, ...]
    step: str


OfRules: TypeAlias = CountIn | StartAt | FirstDayCounts | NotGiven | Holidays | MetAlso | MetOnly | OwedBy | DoneBy
OfFacts: TypeAlias = UnknownAs | ReadAs


# -- rules ---------------------------------------------------------------------------------------------------------------------------------


def changed_ruleset(ruleset: Ruleset, changes: Iterable[OfRules], name: str) -> Ruleset:
    """Return rules with some changes made to them.

    Args:
        ruleset: The rules.
        changes: The changes, made in this order.
        name: What tells the changed rules from others that are made from the same; it goes into their digest.
    """
    from hashlib import sha256

    rules, calendar = ruleset.rules, ChangedCalendar(ruleset.calendar, ())
    for change in changes:
        if isinstance(change, Holidays):
            calendar = ChangedCalendar(ruleset.calendar, (*calendar.changes, change))
        else:
            # Which clocks are meant is seen from the rules as they are, whatever was changed before.
            rules = tuple([_changed(was, rule, change) for was, rule in zip(ruleset.rules, rules, strict=True)])
    return with_parts(ruleset, rules=rules, calendar=calendar, digest=sha256(f"{ruleset.digest} {name}".encode()).hexdigest())


def _changed(was: Rule, rule: Rule, change: OfRules) -> Rule:
    match change:
        case MetAlso(rules, condition):
            return rule._replace(when=AnyOf((rule.when, condition))) if of_group(rule.id, rules) else rule
        case MetOnly(rules, condition):
            return rule._replace(when=All((rule.when, condition))) if of_group(rule.id, rules) else rule
        case OwedBy(rules, of, by):
            return _duties(rule, lambda duty: duty._replace(by=by) if duty.by == of else duty) if of_group(rule.id, rules) else rule
        case DoneBy(duties, step):
            return _duties(rule, lambda duty: duty._replace(done_by=step) if duty.id in duties else duty)
        case CountIn(clocks, unit):
            return _clocks(was, rule, clocks, lambda deadline: deadline._replace(unit=unit))
        case StartAt(clocks, fact):
            return _clocks(was, rule, clocks, lambda deadline: deadline._replace(anchor=fact))
        case NotGiven(clocks):
            return _clocks(was, rule, clocks, lambda deadline: deadline._replace(unit="unspecified", amount=None, anchor=UNSPECIFIED))
        case FirstDayCounts(clocks):
            return _clocks(was, rule, clocks, lambda deadline: FirstDayDeadline(*deadline))
        case _:
            return rule


def _duties(rule: Rule, change: Callable[[Duty], Duty]) -> Rule:
    return rule._replace(duties=tuple(map(change, rule.duties)))


def _clocks(was: Rule, rule: Rule, clocks: Clocks, change: Callable[[Deadline], Deadline]) -> Rule:
    duties = []
    for before, duty in zip(was.duties, rule.duties, strict=True):
        each = [change(now) if clocks.has(then, duty.id) else now for then, now in zip(before.deadlines, duty.deadlines, strict=True)]
        duties.append(duty._replace(deadlines=tuple(each)))
    return rule._replace(duties=tuple(duties))


@travels
class FirstDayDeadline(Deadline):
    """A clock by which the day that it runs from is day one."""

    __slots__ = ()


class ChangedCalendar(Calendar):
    """A calendar with other bank holidays, by which the first day of some clocks counts.

    Attributes:
        unchanged: The calendar as it is.
        changes: The other bank holidays, each change on top of the one before.
    """

    def __init__(self, unchanged: Calendar, changes: tuple[Holidays, ...]) -> None:
        super().__init__(unchanged.id, unchanged.title, unchanged.base, unchanged.confirmed_until, unchanged.corrections, unchanged.cites)
        self.unchanged = unchanged
        self.changes = changes
        self._early: dict[tuple[str, int | None, bool], Dues] = {}

    def _parts(self) -> tuple[Any, ...]:
        return self.unchanged, self.changes

    def _computed(self, year: int) -> dict[date, str]:
        days = dict(self.unchanged.holidays(year))
        for change in self.changes:
            days = {day: name for day, name in days.items() if change.without is not None and name not in change.without}
            for each in change.and_on:
                if each.year not in (None, year):
                    continue
                day = _day_off(each, year)
                while day.weekday() > 4 or day in days:
                    day += _ONE_DAY
                days[day] = each.name
        return dict(sorted(days.items()))

    def dues(self, deadline: Deadline) -> Dues:
        """Return what a deadline comes to, by the day it runs from."""
        if not isinstance(deadline, FirstDayDeadline):
            return super().dues(deadline)
        key = (deadline.unit, deadline.amount, deadline.before)
        return self._early.setdefault(key, FirstDayDues(self, *key))


def _day_off(each: DayOff, year: int) -> date:
    first = date(year, each.month, each.day or 1)
    return first if each.weekday is None else first + timedelta(days=(each.weekday - first.weekday()) % 7)


class FirstDayDues(Dues):
    """When clocks of one length run out if the day they run from is day one."""

    def __reduce__(self) -> tuple[Any, ...]:
        return FirstDayDues, (self.calendar, self.unit, self.amount, self.direction < 0)

    def _counted(self, amount: int, start: date) -> Any:
        return super()._counted(amount, start - _ONE_DAY * self.direction)


# -- facts ---------------------------------------------------------------------------------------------------------------------------------


Reading: TypeAlias = tuple[Condition | None, OfFacts]
"""A change of how facts are read, and what has to be known of the incident or the child for it to be made; ``None`` if nothing."""


def holds_of(condition: Condition | None, row: Row, vocabulary: Vocabulary) -> bool:
    """Return whether a condition is known to hold of a row; where there is none, it does."""
    return condition is None or truth(exact(condition, vocabulary), row) is True


class ReadCase(Case):
    """A case whose facts are read as something else, after they were checked as recorded.

    Args:
        case: The case as recorded.
        readings: How its facts are read, one reading after the other.
    """

    def __init__(self, case: Case, readings: Iterable[Reading]) -> None:
        super().__init__(case.facts, case.children)
        self.recorded = case
        self.readings = tuple(readings)
        self._read: dict[int, CheckedCase] = {}

    def _parts(self) -> tuple[Any, ...]:
        return self.recorded, self.readings

    def _packed(self) -> tuple[Any, ...]:
        return self.recorded, self.readings

    @classmethod
    def _made(cls, *packed: Any) -> Any:
        return cls(*packed)

    def check(self, vocabulary: Vocabulary) -> CheckedCase:
        """Return the case as rows of the vocabulary, read as it is read here.

        Raises:
            CaseError: The case as recorded has faults.
        """
        checked = self.recorded.check(vocabulary)
        if id(vocabulary) not in self._read:
            self._read[id(vocabulary)] = self._otherwise(checked, vocabulary)
        return self._read[id(vocabulary)]

    def _otherwise(self, checked: CheckedCase, vocabulary: Vocabulary) -> CheckedCase:
        incident = {slot for slot, fact in enumerate(vocabulary.facts) if fact.scope == "incident"}
        every = {*range(len(vocabulary.facts))}
        for when, change in self.readings:

            def read(row: Row, slots: set[int], when: Condition | None = when, change: OfFacts = change) -> Row:
                return _read(row, change, vocabulary, slots) if holds_of(when, row, vocabulary) else row

            checked = checked._replace(children=tuple([read(row, every) for row in checked.children]), incident=read(checked.incident, incident))
        return checked


def _read(row: Row, change: OfFacts, vocabulary: Vocabulary, slots: set[int]) -> Row:
    """Return a row read otherwise, in some slots."""
    read = list(row)
    if isinstance(change, ReadAs):
        slot = vocabulary.slot[change.fact]
        if slot in slots:
            read[slot] = row[vocabulary.slot[change.other]] if change.other else change.value
        return tuple(read)
    for slot in slots:
        fact = vocabulary.facts[slot]
        if row[slot] is not None:
            continue
        if fact.id in change.facts:
            read[slot] = change.facts[fact.id]
        elif fact.type == "yes_no":
            read[slot] = change.yes_no
        elif fact.kind == "step" and fact.type == "date" and change.steps:
            read[slot] = NOT_YET
    return tuple(read)
