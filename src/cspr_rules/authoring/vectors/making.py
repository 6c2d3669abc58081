"""Vectors of one rule: cases at each of its boundaries, as few as show them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.mutating.equal import read_on
from cspr_rules.authoring.mutating.telling import telling
from cspr_rules.authoring.vectors.candidates import Candidate, as_written, asked_alone, decided, merged
from cspr_rules.authoring.vectors.clocks import of_duty
from cspr_rules.authoring.vectors.conditions import at_boundaries
from cspr_rules.authoring.vectors.expecting import expected_of
from cspr_rules.conformance.vectors import Vector
from cspr_rules.engine.conditions.normal_form import Exact, exact, expanded
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import law_changes, law_of
from cspr_rules.engine.tracing import telling as telling_steps
from cspr_rules.engine.tracing import trace
from cspr_rules.errors import CaseError, CsprRulesError, RulesError
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import Condition, Outcome, Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import Row
from cspr_rules.record import DecisionRecord

_DAY: Final = timedelta(days=1)
_MOST_GROUNDS: Final = 6
"""How many ways in which a rule is met are tried to record a step with."""


class Shown(NamedTuple):
    """A case with what it shows, decided.

    Attributes:
        candidate: The case.
        record: What its rule comes to on it.
    """

    candidate: Candidate
    record: DecisionRecord


class RuleVectors:
    """The vectors of one version of a rule under one profile.

    Args:
        ruleset: The profile's rules.
        rule: The version.
        added: For an inherited rule, each duty to which the profile adds clocks or recipients, with the places of the clocks it adds: nothing
            else of the rule is looked at. ``None`` for the profile's own.
        later: Whether to look from after the version's last day at what happened by then, for one that asks for what comes later.
    """

    def __init__(self, ruleset: Ruleset, rule: Rule, added: dict[str, range] | None = None, *, later: bool = False) -> None:
        self.rule = rule
        self.added = added
        self.ruleset = ruleset
        self.law_on = min(max(ruleset.checked_on, rule.window.start), rule.window.until or date.max)
        self.today = max(ruleset.checked_on, self.law_on) if later else self.law_on
        self.always = {self._law_dates[0]: self.law_on.isoformat()} if later else {}
        self.form = law_of(self.ruleset, self.law_on, frozenset((rule.id,))).source(rule.id).exact

    def vector(self, candidate: Candidate, record: DecisionRecord) -> Vector:
        """Return a candidate as a vector."""
        profile, expect = self.ruleset.profile.id, expected_of(record, self.rule.id)
        return Vector(
            candidate.named(profile, self.rule.id), profile, candidate.as_of, candidate.facts, candidate.children, expect, candidate.plainly
        )

    def chosen(self, changed: Iterable[Condition] = ()) -> list[Shown]:
        """Return as few cases as show every boundary and tell the rule from changed ones, each needed for at least one.

        Args:
            changed: Conditions that the rule might by accident have in place of its own.
        """
        if self.added is not None:
            return fewest(self._steps())
        found = fewest([*self._conditions, *self._steps(), *self._children(), *self._law()])
        rows = [self._rows(record) for each in found if (record := decided(self.ruleset, each.candidate, self.rule))]
        for number, condition in enumerate(changed):
            other = self._exact(condition)
            if other is None or any(truth(self.form, row) is not truth(other, row) for of_case in rows for row in of_case):
                continue
            facts = telling(self.form, other, self.row, self.today)
            shows = (f"condition:not as with change {number + 1} to it",)
            if facts is None:
                found += self._resting_otherwise(condition, found, shows)
            elif (here := self._decided(Candidate(self._written(facts), (), self.today, shows))) is not None:
                found.append(here[1])
                rows.append(self._rows(here[0]))
        return found

    def _resting_otherwise(self, condition: Condition, found: Sequence[Shown], shows: tuple[str, ...]) -> Sequence[Shown]:
        """Return a case, if there is one and none of those found is one, in which a changed condition comes to the same and rests on other things."""
        own = self.rule.when
        if any(self._rests_on(condition, each.record) != self._rests_on(own, each.record) for each in found if self.rule.id in each.record.law.place):
            return ()
        for each in sorted(self._conditions, key=lambda each: (len(each.candidate.facts), each.candidate.key)):
            if self._rests_on(condition, each.record) != self._rests_on(own, each.record):
                return (each._replace(candidate=each.candidate._replace(shows=shows)),)
        return ()

    def _rests_on(self, condition: Condition, record: DecisionRecord) -> dict[str, set[str]]:
        """Return what would make the outcome of a case what it is, and on what that rests, if the rule had a condition that comes to the same."""
        finding, child = record.finding(self.rule.id)
        row = record.checked.incident if child is None else record.checked.children[child - 1]
        source = finding.source._replace(rule=finding.source.rule._replace(when=condition))
        rested: dict[str, set[str]] = {}
        for step in telling_steps(trace(source, row, self.ruleset), None if finding.outcome == "undetermined" else finding.met):
            rested.setdefault(step.fact or str(step.rule), set()).update(each.key for each in step.citations)
        return rested

    def _rows(self, record: DecisionRecord) -> Sequence[Row]:
        """Return the facts that the rule is decided on."""
        incident, *children = record.law.rows(record.checked)
        return children if self.rule.scope == "child" else [incident]

    def _exact(self, condition: Condition) -> Exact | None:
        """Return a condition in exact form under the rule's law, or ``None`` if it asks for what cannot be answered."""
        law = law_of(self.ruleset, self.law_on)
        try:
            return exact(expanded(condition, lambda name: law.source(name).rule.when), self.ruleset.vocabulary)
        except (RulesError, KeyError):
            return None

    @property
    def _law_dates(self) -> list[str]:
        """The facts by whose day it is law or not."""
        vocabulary = self.ruleset.vocabulary
        return [self.rule.law_of] if self.rule.law_of else [vocabulary.facts[slot].id for slot in vocabulary.law_dates]

    def _written(self, facts: Any) -> dict[str, Any]:
        """Return facts as a case file writes them, with what every case of this version records."""
        return {**self.always, **as_written(facts)}

    # -- conditions ---------------------------------------------------------------------------------------------------------------------

    def row(self, facts: Any) -> Row | None:
        """Return facts with what follows from them, or ``None`` where they cannot be so."""
        try:
            checked = Case(self._written(facts)).check(self.ruleset.vocabulary)
        except CaseError:
            return None
        return None if checked.latest and checked.latest > self.today else checked.children[0]

    def outcome(self, form: Exact, row: Row) -> Outcome:
        """Return what a condition comes to on some facts."""
        answer = truth(form, row)
        return "undetermined" if answer is None else "met" if answer else "not_met"

    @cached_property
    def _conditions(self) -> list[Shown]:
        found = []
        for shown in at_boundaries(self.form, self.today, lambda facts: self.row(facts) is not None, "outcome"):
            here = self._decided(Candidate(self._written(shown.facts), (), self.today, shown.shows))
            if here is not None:
                met = here[0].answer(self.rule.id)[0].outcome == ("met" if shown.wanted else "not_met")
                if met is shown.inside:
                    found.append(here[1])
        return found

    def _decided(self, candidate: Candidate) -> tuple[DecisionRecord, Shown] | None:
        record = decided(self.ruleset, candidate, self.rule)
        return None if record is None else (record, Shown(candidate, record))

    @cached_property
    def grounds(self) -> list[Candidate]:
        """Ways in which the rule is met, the fewest facts first."""
        met = {shown.candidate.key: shown.candidate for shown in self._conditions if _outcome(shown, self.rule.id) == "met"}
        return sorted(met.values(), key=lambda each: (len(each.facts), each.key))

    # -- duties -------------------------------------------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[Shown]:
        for duty in self.rule.duties:
            if self.added is not None and duty.id not in self.added:
                continue
            number = None if self.added is None else self.added[duty.id]
            base = next((shown for each in self.grounds if (shown := self._decided(each._replace(shows=(f"{duty.id}:owed",))))), None)
            if base is not None:
                yield base[1]
            for told in of_duty(duty, self.ruleset.calendar, self.rule.window, self.today, number):
                yield from self._with(as_written(told.facts), told.as_of, told.shows)
            if duty.counts_if and duty.done_by and self.added is None:
                yield from self._counting(duty.id, exact(duty.counts_if, self.ruleset.vocabulary), duty.done_by)

    def _counting(self, duty: str, form: Any, step: str) -> Iterator[Shown]:
        for shown in at_boundaries(form, self.today, lambda facts: self.row(facts) is not None, f"{duty}:counts"):
            yield from self._with(as_written({step: self.today, **shown.facts}), None, shown.shows)

    def _with(self, facts: dict[str, Any], as_of: date | None, shows: tuple[str, ...]) -> Iterator[Shown]:
        """Yield the first way in which the rule is met with something more recorded."""
        for each in islice(self.grounds, _MOST_GROUNDS):
            if not facts.keys() & {name for name, value in each.facts.items() if facts.get(name, value) != value}:
                here = self._decided(Candidate({**each.facts, **facts}, (), as_of or self.today, shows))
                if here is not None and here[0].answer(self.rule.id)[0].met:
                    yield here[1]
                    return

    # -- several children ---------------------------------------------------------------------------------------------------------------

    def _children(self) -> Iterator[Shown]:
        if self.rule.scope != "child":
            return
        of_child = {fact.id for fact in self.ruleset.vocabulary.facts if fact.scope == "child"}
        for name, outcomes in (("both", ("met", "met")), ("one", ("met", "not_met")), ("one open", ("undetermined", "met"))):
            for here in self._pairs(outcomes, of_child):
                yield Shown(here.candidate._replace(shows=(f"children:{name}",)), here.record)
                break
        dates = {clock.anchor for duty in self.rule.duties for clock in duty.deadlines if clock.anchor in of_child}
        for anchor in sorted(filter(None, dates)):
            for here in self._pairs(("met", "met"), of_child, anchor):
                yield Shown(here.candidate._replace(shows=(f"children:both:{anchor}",)), here.record)
                break

    def _pairs(self, outcomes: tuple[str, str], of_child: Collection[str], dated: str | None = None) -> Iterator[Shown]:
        by_outcome = [[each.candidate for each in self._conditions if _outcome(each, self.rule.id) == outcome] for outcome in outcomes]
        first, second = (sorted(found, key=lambda each: (len(each.facts), each.key))[:12] for found in by_outcome)
        for one in first:
            for other in second:
                incident = {**one.facts, **other.facts}
                shared = {name: value for name, value in incident.items() if name not in of_child}
                if any({**shared, **each.facts} != {**each.facts, **shared} for each in (one, other)):
                    continue
                children = [{name: value for name, value in each.facts.items() if name in of_child} for each in (one, other)]
                if dated:
                    children = [{**each, dated: (self.today - days * _DAY).isoformat()} for each, days in zip(children, (9, 2), strict=True)]
                here = self._decided(Candidate(shared, tuple(children), self.today, ()))
                if here and tuple(each.outcome for each in here[0].answer(self.rule.id)[1]) == outcomes:
                    yield here[1]

    # -- the law of another day ---------------------------------------------------------------------------------------------------------

    def _law(self) -> Iterator[Shown]:
        """Yield the rule on both sides of each end of its window, and of each day within it on which what is read of it changes."""
        window = self.rule.window
        changes = [(f"changed on {day}", day) for day in self._changes()]
        days = [("first day", window.start), ("day before", window.start - _DAY), *changes]
        days += [("last day", window.until), ("day after", window.until + _DAY)] if window.until else []
        anchors = {clock.anchor for duty in self.rule.duties for clock in duty.deadlines if clock.anchor in self.ruleset.vocabulary.slot}
        for name in self._law_dates:
            for word, day in days:
                started = {str(anchor): day.isoformat() for anchor in anchors}
                for more, what in (({}, ""), (started, ":clocks running")) if started else (({}, ""),):
                    yield from islice(self._moved(self.grounds[:_MOST_GROUNDS], {**more, name: day.isoformat()}, day, f"law:{word}{what}"), 1)
            for word, day in [("first day", window.start), *changes] if changes else ():
                for shows, candidate in self._telling:
                    for here in islice(self._moved([candidate], {name: day.isoformat()}, day, ""), 1):
                        yield here._replace(candidate=here.candidate._replace(shows=tuple(f"law:{word}:{each}" for each in shows)))

    def _moved(self, candidates: Iterable[Candidate], more: dict[str, str], day: date, shows: str) -> Iterator[Shown]:
        """Yield cases on a day of law: with what else they record as it is, or else with every later day of theirs, or every day, moved to it."""
        for each in candidates:
            at_once = {name: day.isoformat() for name, value in each.facts.items() if _is_day(value)}
            later = {name: moved for name, moved in at_once.items() if each.facts[name] > moved}
            for moved in ({}, later, at_once):
                facts = {**each.facts, **moved, **more}
                here = self._on(Candidate(facts, (), max(day, self.today), (shows,)), day in self.rule.window)
                if here is not None:
                    yield here
                    break

    @cached_property
    def _telling(self) -> list[tuple[tuple[str, ...], Candidate]]:
        """Cases, the fewest facts first, with the tests that make the outcome what it is; each brings tests that none before it did."""
        seen: set[str] = set()
        found = []
        for shown in sorted(self._conditions, key=lambda each: (len(each.candidate.facts), each.candidate.key)):
            finding, child = shown.record.finding(self.rule.id)
            steps = shown.record.tests(self.rule.id, child)
            told = {id(step) for step in telling_steps(steps, None if finding.outcome == "undetermined" else finding.met)}
            by_fact: dict[str, list[int]] = {}
            for place, step in enumerate(steps):
                if id(step) in told and step.fact:
                    by_fact.setdefault(step.fact, []).append(place)
            names = tuple(f"{fact} in {', '.join(map(str, places))}" for fact, places in sorted(by_fact.items()))
            if not seen.issuperset(names):
                found.append((tuple(name for name in names if name not in seen), shown.candidate))
                seen.update(names)
        return found

    def _changes(self) -> Iterator[date]:
        """Yield the days within its window on which what is read of the rule becomes other than it was the day before."""
        window = self.rule.window
        for day in law_changes(self.ruleset):
            if day > window.start and day in window:
                before, after = ((self._stands(each), read_on(self.rule, self.ruleset, each)) for each in (day - _DAY, day))
                if before != after:
                    yield day

    def _stands(self, day: date) -> Any:
        return law_of(self.ruleset, day, frozenset((self.rule.id,))).source(self.rule.id).stands

    def _on(self, candidate: Candidate, inside: bool) -> Shown | None:
        try:
            record = asked_alone(self.ruleset, candidate, self.rule)
        except CsprRulesError:
            return None
        own = record.law.source(self.rule.id).rule.window == self.rule.window if self.rule.id in record.law.place else False
        return Shown(candidate, record) if own is inside else None


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and value[:4].isdigit() and len(value) == len("2024-01-01")


def _outcome(shown: Shown, rule_id: str) -> Outcome:
    return shown.record.answer(rule_id)[0].outcome


def fewest(found: Iterable[Shown]) -> list[Shown]:
    """Return as few cases as show all that some cases show: each time one that shows most that is not shown yet, and of these none without need."""
    every = list(found)
    records = {each.candidate.key: each.record for each in every}
    candidates = merged(each.candidate for each in every)
    left = {name for each in candidates for name in each.shows}
    chosen: list[Candidate] = []
    # Of a case, what is not shown yet only grows less: one that still leads when it is counted again leads all.
    waiting = [(-len(each.shows), place) for place, each in enumerate(candidates)]
    heapify(waiting)
    while left:
        counted, place = heappop(waiting)
        now = len(left.intersection(candidates[place].shows))
        if now == -counted:
            chosen.append(candidates[place])
            left -= set(candidates[place].shows)
        elif now:
            heappush(waiting, (-now, place))
    return [Shown(each, records[each.key]) for each in _needed(chosen)]


def _needed(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Return cases without those all of which others show too, the last taken first; each keeps what no other shows, or else what it shows."""
    counts = Counter(name for each in chosen for name in each.shows)
    kept = []
    for each in reversed(chosen):
        if all(counts[name] > 1 for name in each.shows):
            counts.subtract(each.shows)
        else:
            kept.append(each._replace(shows=tuple(name for name in each.shows if counts[name] == 1)))
    return kept[::-1]
