"""The days whose law a case is read under: that of the incident, and for some rules that of a later step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple

from cspr_rules.engine.law import LawOfDay, Picking, RuleInForce, law_of
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import NOT_YET, Between, FactValue
from cspr_rules.travelling import travels

AS_OF: Final = "as_of"
ASKED: Final = "law_on"
"""Where a day comes from if not from a fact: from the day a case is looked at, or from whoever asked for it."""


@travels
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


@travels
class LawDays(NamedTuple):
    """The days whose law one case is read under.

    Attributes:
        incident: That of the incident.
        later: For each of :attr:`Ruleset.later_steps`, in the same order, that of the step.
    """

    incident: LawDay
    later: tuple[LawDay, ...]


def incident_day(ruleset: Ruleset, checked: CheckedCase, as_of: date, law_on: date | None = None) -> LawDay:
    """Return the day whose law a case is read under, but for the rules on later steps.

    It is the incident's own day. Where that is not recorded, the incident was on or before the earliest day of what cannot come before it: the law of
    that day is read, and only without any such day that of ``as_of``. A day that is known only within bounds counts as the last that it can be.

    Args:
        ruleset: The rules.
        checked: The case.
        as_of: The day it is looked at from.
        law_on: A day whose law is read for everything, whatever is recorded.
    """
    if law_on is not None:
        return LawDay(law_on, ASKED)
    vocabulary = ruleset.vocabulary
    for slot in vocabulary.law_dates:
        value = checked.incident[slot]
        if type(value) is date:
            return LawDay(value, vocabulary.facts[slot].id)
    bounds = [each for each in _bounds(ruleset, checked) if each.on <= as_of]
    return min(bounds, default=LawDay(as_of, AS_OF))


def later_days(ruleset: Ruleset, checked: CheckedCase, incident: LawDay, as_of: date) -> LawDays:
    """Return the days whose law a case is read under, those of later steps included.

    A step's is its own day, that of ``as_of`` before it is recorded, and never one before the incident's.

    Args:
        ruleset: The rules.
        checked: The case.
        incident: From :func:`incident_day`.
        as_of: The day the case is looked at from.
    """
    if incident.source == ASKED:
        return LawDays(incident, (incident,) * len(ruleset.later_steps))
    return LawDays(incident, tuple([_step(slot, ruleset, checked, incident, as_of) for slot in ruleset.later_steps]))


def _bounds(ruleset: Ruleset, checked: CheckedCase) -> Iterator[LawDay]:
    """Yield every day on or before which the incident was. A day that is only planned is none."""
    vocabulary = ruleset.vocabulary
    for _, child, fact in checked.dated:
        slot = vocabulary.slot[fact]
        if slot in vocabulary.after_law_date or slot in ruleset.later_steps or slot in vocabulary.law_dates:
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

MOST_COMBINED = 256
"""How many combinations of stretches are remembered for a ruleset before they are forgotten together: a bound for long-running processes."""


class _Combinations:
    """The law of each combination of stretches that was asked for.

    Attributes:
        by_laws: By the laws of the stretches, which live as long as their rules.
        by_steps: By the law of the incident, that of the day of looking, and the steps recorded under neither; quicker to find, and the same.
    """

    def __init__(self) -> None:
        self.by_laws: dict[tuple[int, ...], LawOfDay] = {}
        self.by_steps: dict[tuple[int, ...], LawOfDay] = {}


def _combinations(ruleset: Ruleset) -> _Combinations:
    found: _Combinations = ruleset.kept.get(_Combinations) or ruleset.kept.setdefault(_Combinations, _Combinations())
    return found


def law_for(ruleset: Ruleset, checked: CheckedCase, incident: LawDay, as_of: date, only: frozenset[str] | None = None) -> LawOfDay:
    """Return the rules that a case is read under, compiled; takes what :func:`later_days` and :func:`law_of` take.

    Every step lies between the incident and the day of looking. Where the law did not change between the two, as is usual, no step need be looked at.
    """
    law = law_of(ruleset, incident.on, only)
    if incident.source == ASKED or not ruleset.later_steps or (latest := law_of(ruleset, as_of, only)) is law:
        return law
    row = checked.incident
    key = [id(law), id(latest)]
    for slot in ruleset.later_steps:
        if (value := row[slot]) is not None and value is not NOT_YET:
            key += (slot, id(law_of(ruleset, _step(slot, ruleset, checked, incident, as_of).on, only)))
    known = _combinations(ruleset).by_steps
    found = known.get(tuple(key))
    if found is None:
        if len(known) >= MOST_COMBINED:
            known.clear()
        found = known[tuple(key)] = law_under(ruleset, later_days(ruleset, checked, incident, as_of), only)
    return found


def law_under(ruleset: Ruleset, days: LawDays, only: frozenset[str] | None = None) -> LawOfDay:
    """Return the rules in force on some days, compiled: those of the incident's day, and those of the day of a later step that say so.

    Each combination of stretches of unchanged law is put together once. ``only`` is what :func:`law_of` takes.
    """
    law = law_of(ruleset, days.incident.on, only)
    later = [law_of(ruleset, each.on, only) for each in days.later]
    if all(each is law for each in later):
        return law
    known = _combinations(ruleset).by_laws
    key = tuple([id(each) for each in (law, *later)])
    found = known.get(key)
    if found is None:
        if len(known) >= MOST_COMBINED:
            known.clear()
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
    of_days = {id(each): each for _, each in laws}.values()
    return LawOfDay(
        incident,
        child,
        Picking(incident, [(each.incident, each.decide_incident) for each in of_days]),
        Picking(child, [(each.child, each.decide_child) for each in of_days]),
        names,
        place,
        tuple(absent),
    )
