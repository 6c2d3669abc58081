"""Cases at the boundaries of a rule, as stories need them: with days on which everything happened, one after another."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Final, NamedTuple, TypeVar

from cspr_rules.authoring.exercises.telling import written_words
from cspr_rules.authoring.vectors.candidates import Facts, as_written
from cspr_rules.authoring.vectors.clocks import of_duty
from cspr_rules.authoring.vectors.conditions import MOST_TRIED, values_in
from cspr_rules.engine.answers import TASKS
from cspr_rules.engine.law import law_of
from cspr_rules.errors import CaseError, CsprRulesError
from cspr_rules.explain.ways import Need, routes
from cspr_rules.marking.changes import UnknownAs
from cspr_rules.marking.misconceptions import answers_under, concerned, misconceptions
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import Duty, Outcome, Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import EARLIEST, NOT_YET, FactValue
from cspr_rules.record import DecisionRecord, evaluate

_DAY: Final = timedelta(days=1)
_SPREAD: Final = timedelta(days=3 * 365)
_ROOM: Final = timedelta(days=60)
_MOST_ROUTES: Final = 40
"""How many ways in which a rule is met are looked at."""
COME: Final = "come"
_T = TypeVar("_T")


class Told(NamedTuple):
    """One case for an exercise.

    Attributes:
        facts: The facts.
        as_of: The day to look from.
        unknown: Facts of which it is told that they are not recorded.
        record: The case, decided.
    """

    facts: Facts
    as_of: date
    unknown: tuple[str, ...]
    record: DecisionRecord


class Found(NamedTuple):
    """What an exercise, or two that belong together, can be made of.

    Attributes:
        kind: What it shows: ``pairs``, ``boundaries`` or ``open``.
        cases: The case, or the two.
        turns_on: The fact in which two differ, or that is not recorded, or from which the clock runs.
        duty: The duty of a clock.
        live: How many conditions bear on the answer.
    """

    kind: str
    cases: tuple[Told, ...]
    turns_on: str
    duty: str
    live: int


def drawn(options: Sequence[_T], key: str) -> list[_T]:
    """Return options in an order that is drawn from a key: the same for the same key, on every machine."""
    order = sorted(range(len(options)), key=lambda place: sha256(f"{key} {place}".encode()).digest())
    return [options[place] for place in order]


def number(key: str, most: int) -> int:
    """Return a number from 0 to one less than a bound, drawn from a key."""
    return int.from_bytes(sha256(key.encode()).digest()[:6]) % most


class CasesOf:
    """The cases of one version of a rule.

    Args:
        ruleset: The rules.
        rule: The version.
        seed: What everything is drawn from.
    """

    def __init__(self, ruleset: Ruleset, rule: Rule, seed: str) -> None:
        self.ruleset = ruleset
        self.rule = rule
        self.seed = f"{seed} {rule.file} {rule.id}"
        self.vocabulary = ruleset.vocabulary
        start, until = rule.window.start, rule.window.until
        self.last = min(until or date.max, max(ruleset.checked_on, start + _ROOM))
        self.first = max(start, self.last - _SPREAD)
        self.form = law_of(ruleset, self.last).source(rule.id).exact

    # -- days -------------------------------------------------------------------------------------------------------------------------

    def placed(self, facts: Facts, key: str, fixed: Mapping[str, date] | None = None) -> dict[str, FactValue]:
        """Return facts with a day for everything of which only that it has come matters, and for the incident, in an order that can be.

        Args:
            facts: The facts; of a day that only has to have come, :data:`EARLIEST`.
            key: What days are drawn from.
            fixed: Days that are given.
        """
        found: dict[str, FactValue] = {**facts, **(fixed or {})}
        for fact in self.vocabulary.facts:
            if fact.law_date:
                found.setdefault(fact.id, EARLIEST)
        order = self._in_order([name for name, value in found.items() if type(value) is date])
        given = next((place for place, name in enumerate(order) if found[name] != EARLIEST), None)
        if given is None:
            given = 0
            room = max((self.last - self.first).days - _ROOM.days, 1)
            found[order[0]] = self.first + number(f"{key} {self.seed}", room) * _DAY
        for place in range(given - 1, -1, -1):
            if found[order[place]] == EARLIEST:
                found[order[place]] = self._apart(found[order[place + 1]], f"{key} {order[place]}", -1)
        for place in range(given + 1, len(order)):
            if found[order[place]] == EARLIEST:
                known = [value for name in order[place + 1 :] if type(value := found[name]) is date and value != EARLIEST]
                found[order[place]] = min([self._apart(found[order[place - 1]], f"{key} {order[place]}", 1), *known])
        return found

    def _apart(self, day: FactValue, key: str, way: int) -> date:
        """Return a day some days from another, and no day off where that can be helped."""
        assert type(day) is date  # noqa: S101 -- only days are placed
        found = day + way * (1 + number(f"{key} {self.seed}", 6)) * _DAY
        while self.ruleset.calendar.why_off(found):
            found += way * _DAY
        return found

    def _in_order(self, names: Sequence[str]) -> list[str]:
        """Return dates in the order in which they can come: as a person would be asked for them, none before what it cannot be before."""
        left = sorted(names, key=lambda name: (not self.vocabulary.by_id[name].law_date, self.vocabulary.slot[name]))
        found: list[str] = []
        while left:
            ready = next((name for name in left if self._before(name).isdisjoint(left)), left[0])
            left.remove(ready)
            found.append(ready)
        return found

    def _before(self, name: str) -> set[str]:
        """Return the facts whose days come before that of a fact."""
        fact = self.vocabulary.by_id[name]
        return {*fact.not_before, *(each.fact for each in fact.comes_after)}

    # -- cases ------------------------------------------------------------------------------------------------------------------------

    def decided(self, facts: Facts, as_of: date | None = None, unknown: tuple[str, ...] = ()) -> Told | None:
        """Return a case, decided; nothing where it cannot be so, or another version of the rule answers it."""
        case = Case(as_written(facts))
        try:
            latest = case.check(self.vocabulary).latest or self.last
            record = evaluate(self.ruleset, case, as_of=as_of or self._apart(latest, "looked at", 1))
        except CsprRulesError:
            return None
        if self.rule.id not in record.law.place or record.law.source(self.rule.id).rule.window != self.rule.window:
            return None
        return Told(facts, record.as_of, unknown, record)

    def outcome(self, told: Told | None) -> Outcome | None:
        """Return what the rule comes to on a case."""
        return told.record.decisions[self.rule.id].outcome if told else None

    @cached_property
    def grounds(self) -> list[tuple[tuple[Need, ...], Facts]]:
        """Ways in which the rule is met, in an order that is drawn, each with facts that make it so."""
        every = drawn(routes(self.form, wanted=True), f"{self.seed} routes")[:_MOST_ROUTES]
        return [(route, facts) for route in every if (facts := self._filled(route)) is not None]

    def _filled(self, route: tuple[Need, ...]) -> Facts | None:
        names = [need.variable.fact.id for need in route]
        values = [drawn(values_in(need.variable, need.mask, EARLIEST), f"{self.seed} {need.variable.fact.id}") for need in route]
        for filled in itertools.islice(itertools.product(*values), MOST_TRIED):
            facts = dict(zip(names, filled, strict=True))
            if self._met(facts):
                for name in names:  # what follows from the rest need not be told
                    rest = {each: value for each, value in facts.items() if each != name}
                    facts = rest if self._met(rest) else facts
                return facts
        return None

    def _met(self, facts: Facts) -> bool:
        return self.sensible(facts) and self.outcome(self.decided(self.placed(facts, "way"))) == "met"

    def sensible(self, facts: Facts, unknown: str = "") -> bool:
        """Return whether a story could be told so: it can be believed, and nothing in it takes for granted what is otherwise or not known."""
        apart = written_words()["never_together"]
        if any(all(name in facts and facts[name] in values for name, values in each.items()) for each in apart):
            return False
        for fact in map(self.vocabulary.by_id.__getitem__, [*facts, *([unknown] if unknown else [])]):
            if unknown in {*self._before(fact.id), *(each.fact for each in fact.only_if)}:
                return False
            for each in fact.only_if:
                if each.fact in facts and (facts[each.fact] not in each.values if each.values else facts[each.fact] is NOT_YET):
                    return False
            if facts.get(fact.id) is not NOT_YET and any(facts.get(name) is NOT_YET for name in self._before(fact.id)):
                return False
        return True

    # -- what else is told --------------------------------------------------------------------------------------------------------------

    def in_full(self, found: Found) -> Found:
        """Return what was found with more told, that changes no answer: if it can be, such that a misconception leads to another one."""
        first: Found | None = None
        for place, more in enumerate(self._more(found)):
            fuller = self._with(found, more, str(place))
            if fuller is not None:
                first = first or fuller
                if any(self._misread(each, found.duty) for each in fuller.cases):
                    return fuller
        return first or found

    def _more(self, found: Found) -> Iterator[Facts]:
        """Yield facts that may be told besides."""
        key = f"{self.seed} {found.turns_on} {found.cases[0].as_of}"
        backgrounds = drawn(written_words()["backgrounds"], key)
        names = {found.turns_on}.union(*(each.facts for each in found.cases))
        older = written_words()["older_from"] if not names.isdisjoint(written_words()["older"]) else 0
        living = not names.isdisjoint(written_words()["living"]["beside"])
        for each in backgrounds:
            fitting = {name: [value for value in values if type(value) is not int or value >= older] for name, values in each.items()}
            if all(fitting.values()) and not (living and True in each.get(written_words()["living"]["dead"], ())):
                chosen = {name: drawn(values, f"{key} {name}")[0] for name, values in fitting.items() if name in self.vocabulary.by_id}
                yield {name: EARLIEST if value == COME else value for name, value in chosen.items()}

    def _with(self, found: Found, more: Facts, key: str) -> Found | None:
        """Return what was found with some facts told besides; nothing where they cannot be so, or change an answer."""
        known = {found.turns_on}.union(*(each.facts for each in found.cases))
        new = {name: value for name, value in more.items() if name not in known}
        if len(new) < len(more):
            return None
        first = self.placed({**found.cases[0].facts, **new}, key)
        unknown = next(iter(found.cases[0].unknown), "")
        full = [first, *({**first, found.turns_on: each.facts[found.turns_on]} for each in found.cases[1:])]
        day = max((told.as_of for each in full if (told := self.decided(each))), default=None)
        cases = []
        for each, facts in zip(found.cases, full, strict=True):
            told = self.decided(facts, day, each.unknown) if self.sensible(facts, unknown) else None
            if told is None or self.outcome(told) != self.outcome(each) or self._planned(told, found.duty) != self._planned(each, found.duty):
                return None
            cases.append(told)
        return found._replace(cases=tuple(cases))

    @staticmethod
    def _planned(told: Told, duty: str) -> set[date | None]:
        return {each.plan_for for each in told.record.duties if each.id == duty}

    def _misread(self, told: Told, duty: str) -> bool:
        """Return whether a misconception leads to another answer, apart from reading what is not recorded."""
        for held in misconceptions(self.ruleset):
            if self.rule.id in concerned(held, self.ruleset) and not any(isinstance(change, UnknownAs) for _, change in held.changes):
                try:
                    other = answers_under(held, self.ruleset, told.record.case, told.as_of)
                except CaseError:
                    continue
                if duty and {each.plan_for for each in other.duties if each.id == duty} != self._planned(told, duty):
                    return True
                if not duty and other.decisions[self.rule.id].outcome != self.outcome(told):
                    return True
        return False

    # -- kinds ------------------------------------------------------------------------------------------------------------------------

    def pairs(self, more: str = "") -> Iterator[Found]:
        """Yield two cases each that differ in one fact and in what the rule comes to."""
        for route, facts in self.grounds:
            for need in drawn(route, f"{self.seed} {more} needs"):
                own = need.variable.fact.id
                if own not in facts:
                    continue
                for value in drawn(values_in(need.variable, need.variable.full & ~need.mask, EARLIEST), f"{self.seed} {more} {own}"):
                    found = self._pair(facts, own, value, len(route), f"{more} {own}")
                    if found:
                        yield found
                        break

    def _pair(self, facts: Facts, own: str, value: FactValue, live: int, key: str) -> Found | None:
        inside = self.placed(facts, key)
        outside = self.placed({**inside, own: value}, key)
        if inside == outside or not self.sensible(outside):
            return None
        day = max((told.as_of for each in (inside, outside) if (told := self.decided(each))), default=None)
        if day is None:
            return None
        one, two = self.decided(inside, day), self.decided(outside, day)
        if one is None or two is None or {self.outcome(one), self.outcome(two)} != {"met", "not_met"}:
            return None
        at_an_edge = self.vocabulary.by_id[own].type == "number" or (type(facts[own]) is date and facts[own] != EARLIEST)
        both = (one, two) if number(f"{key} {self.seed} first", 2) else (two, one)  # which of them is met is not to be told from its place
        return Found("boundaries" if at_an_edge else "pairs", both, own, "", live)

    def open(self, more: str = "") -> Iterator[Found]:
        """Yield cases of which it cannot be said yet what the rule comes to, each for one fact that is not recorded."""
        for route, facts in self.grounds:
            for need in drawn(route, f"{self.seed} {more} open"):
                own = need.variable.fact.id
                rest = {name: value for name, value in facts.items() if name != own}
                if own not in facts or not self.sensible(rest, own):
                    continue
                told = self.decided(self.placed(rest, f"{more} {own}"), None, (own,))
                if told is not None and own not in told.facts and self.outcome(told) == "undetermined":
                    yield Found("open", (told,), own, "", len(route) + 1)

    def clocks(self, more: str = "") -> Iterator[Found]:
        """Yield cases in which a clock of the rule runs from days at its turns: over days off, into another month, to the end of a shorter one."""
        for duty in self.rule.duties:
            if duty.strength not in TASKS:
                continue
            anchors = {each.anchor for each in duty.deadlines}
            starts: dict[tuple[str, date], tuple[str, ...]] = {}
            for told in of_duty(duty, self.ruleset.calendar, self.rule.window, self.last):
                ((name, day), *more_facts) = told.facts.items()
                if name in anchors and type(day) is date and not more_facts and (day <= self.last or self.vocabulary.by_id[name].may_be_future):
                    starts[name, day] = max(starts.get((name, day), ()), told.shows, key=len)
            for name, start in drawn(list(starts), f"{self.seed} {more} {duty.id}"):
                found = self._clock(duty, name, start, len(starts[name, start]), more)
                if found:
                    yield found

    def _clock(self, duty: Duty, name: str, start: date, bearings: int, more: str) -> Found | None:
        for route, facts in self.grounds[:2]:
            told = self.decided(self.placed(facts, f"{more} {start}", {name: start}))
            if told is not None and self.outcome(told) == "met" and any(each.id == duty.id and each.plan_for for each in told.record.duties):
                return Found("boundaries", (told,), name, duty.id, len(route) + bearings - 1)
        return None
