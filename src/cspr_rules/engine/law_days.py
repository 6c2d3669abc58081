"""The days whose law a case is read under: that of the incident, and for some rules that of a later step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from cspr_rules.engine.law import LawOfDay, RuleInForce, compiled, law_of
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import Between, FactValue

AS_OF: Final = "as_of"
ASKED: Final = "law_on"
"""Where a day comes from if not from a fact: from the day a case is looked at, or from whoever asked for it."""


class LawDay(NamedTuple):
    """A day whose law is read, and where it comes from.

    Attributes:
        on: The day.
        source: The fact that gave it, :data:`AS_OF` or :data:`ASKED`.
        at_latest: Whether what the day stands for is only known to have been on or before it.
    """

    on: date
    source: str
    at_latest: bool = False


class LawDays(NamedTuple):
    """The days whose law one case is read under.

    Attributes:
        incident: That of the incident.
        later: For each of :attr:`Ruleset.later_steps`, in the same order, that of the step.
    """

    incident: LawDay
    later: tuple[LawDay, ...]


def law_days(ruleset: Ruleset, checked: CheckedCase, as_of: date, law_on: date | None = None) -> LawDays:
    """Return the days whose law a case is read under.

    The incident's is its own day. Where that is not recorded, the incident was on or before the earliest day of what cannot come before it: the law
    of that day is read, and only without any such day that of ``as_of``. A rule that says so is read under the law of the day of a later step, and
    under that of ``as_of`` before the step is recorded. A day that is known only within bounds counts as the last that it can be.

    Args:
        ruleset: The rules.
        checked: The case.
        as_of: The day it is looked at from.
        law_on: A day whose law is read for everything, whatever is recorded.
    """
    if law_on is not None:
        asked = LawDay(law_on, ASKED)
        return LawDays(asked, (asked,) * len(ruleset.later_steps))
    vocabulary = ruleset.vocabulary
    for slot in vocabulary.law_dates:
        value = checked.incident[slot]
        if type(value) is date:
            known = _recorded(value, vocabulary.facts[slot].id)
            break
    else:
        bounds = [each for each in _bounds(ruleset, checked) if each.on <= as_of]
        known = LawDays(min(bounds, default=LawDay(as_of, AS_OF)), ())
    if not ruleset.later_steps:
        return known
    return LawDays(known.incident, tuple([_step(slot, ruleset, checked, known.incident, as_of) for slot in ruleset.later_steps]))


@lru_cache(maxsize=4_096)
def _recorded(day: date, fact: str) -> LawDays:
    """Return the days of a case whose own day is recorded; most cases are such, and many have the same day."""
    return LawDays(LawDay(day, fact), ())


def _bounds(ruleset: Ruleset, checked: CheckedCase) -> Iterator[LawDay]:
    """Yield every day on or before which the incident was. A day that is only planned is none."""
    vocabulary = ruleset.vocabulary
    for _, child, fact in checked.dated:
        slot = vocabulary.slot[fact]
        if slot in vocabulary.from_law_date or slot in ruleset.later_steps:
            row = checked.incident if child is None else checked.children[child - 1]
            if day := _latest(row[slot]):
                yield LawDay(day, fact, at_latest=True)


def _latest(value: FactValue | None) -> date | None:
    """Return the latest day that a date can be; ``None`` if it is not known to have come."""
    if isinstance(value, Between) and type(value.high) is date:
        return value.high
    return value if type(value) is date else None


def _step(slot: int, ruleset: Ruleset, checked: CheckedCase, incident: LawDay, as_of: date) -> LawDay:
    value = checked.incident[slot]
    day = _latest(value)
    if day is None:
        found = LawDay(as_of, AS_OF)
    elif day is value:
        found = LawDay(day, ruleset.vocabulary.facts[slot].id)
    else:
        found = LawDay(min(day, as_of), ruleset.vocabulary.facts[slot].id, at_latest=True)
    return max(found, incident, key=lambda each: each.on)


# -- the law of several days -------------------------------------------------------------------------------------------------------------

_known: WeakKeyDictionary[Ruleset, dict[tuple[int, ...], LawOfDay]] = WeakKeyDictionary()
"""The law of each combination of stretches that was asked for, by the laws of the stretches, which live as long as their rules."""


def law_under(ruleset: Ruleset, days: LawDays) -> LawOfDay:
    """Return the rules that a case is read under, compiled: those of the incident's day, and those of the day of a later step that say so.

    Each combination of stretches of unchanged law is put together once.
    """
    law = law_of(ruleset, days.incident.on)
    if not days.later:
        return law
    later = [law_of(ruleset, each.on) for each in days.later]
    if all(each is law for each in later):
        return law
    known = _known.setdefault(ruleset, {})
    key = tuple([id(each) for each in (law, *later)])
    found = known.get(key)
    if found is None:
        steps = [ruleset.vocabulary.facts[slot].id for slot in ruleset.later_steps]
        found = known[key] = _combined(law, dict(zip(steps, later, strict=True)))
    return found


def _combined(law: LawOfDay, later: Mapping[str, LawOfDay]) -> LawOfDay:
    laws: list[tuple[str | None, LawOfDay]] = [(None, law), *later.items()]

    def read(taken: Callable[[LawOfDay], tuple[RuleInForce, ...]]) -> tuple[RuleInForce, ...]:
        found = [source for step, each in laws for source in taken(each) if source.rule.law_of == step]
        return tuple(sorted(found, key=lambda source: source.rule.id))

    incident, child = read(lambda each: each.incident), read(lambda each: each.child)
    names = tuple(sorted(source.rule.id for source in (*incident, *child)))
    place = {source.rule.id: index for index, source in enumerate((*incident, *child))}
    absent = sorted((rule for step, each in laws for rule in each.not_in_force if rule.law_of == step), key=lambda rule: rule.id)
    return LawOfDay(incident, child, compiled(incident), compiled(child), names, place, tuple(absent))
