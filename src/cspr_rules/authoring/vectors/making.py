"""Vectors of one rule: cases at each of its boundaries, as few as show them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import islice
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.mutating.telling import telling
from cspr_rules.authoring.vectors.candidates import Candidate, as_written, asked_alone, decided, merged
from cspr_rules.authoring.vectors.clocks import of_duty
from cspr_rules.authoring.vectors.conditions import at_boundaries
from cspr_rules.authoring.vectors.expecting import expected_of
from cspr_rules.conformance.vectors import Vector
from cspr_rules.engine.conditions.normal_form import Exact, exact, expanded
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import law_of
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
    """A case, what it shows, and what is expected of it.

    Attributes:
        candidate: The case.
        expect: The answers that are right.
    """

    candidate: Candidate
    expect: dict[str, Any]


class RuleVectors:
    """The vectors of one version of a rule under one profile.

    Args:
        ruleset: The profile's rules.
        rule: The version.
        added: For an inherited rule, each duty to which the profile adds clocks or recipients, with the places of the clocks it adds: nothing
            else of the rule is looked at. ``None`` for the profile's own.
    """

    def __init__(self, ruleset: Ruleset, rule: Rule, added: dict[str, range] | None = None) -> None:
        self.rule = rule
        self.added = added
        self.ruleset = ruleset
        self.today = min(max(ruleset.checked_on, rule.window.start), rule.window.until or date.max)
        self.form = law_of(self.ruleset, self.today, frozenset((rule.id,))).source(rule.id).exact

    def vector(self, candidate: Candidate, expect: dict[str, Any]) -> Vector:
        """Return a candidate as a vector."""
        profile = self.ruleset.profile.id
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
            here = (
                self._decided(Candidate(as_written(facts), (), self.today, (f"condition:not as with change {number + 1} to it",)))
                if facts is not None
                else None
            )
            if here is not None:
                found.append(here[1])
                rows.append(self._rows(here[0]))
        return found

    def _rows(self, record: DecisionRecord) -> Sequence[Row]:
        """Return the facts that the rule is decided on."""
        incident, *children = record.law.rows(record.checked)
        return children if self.rule.scope == "child" else [incident]

    def _exact(self, condition: Condition) -> Exact | None:
        """Return a condition in exact form under the rule's law, or ``None`` if it asks for what cannot be answered."""
        law = law_of(self.ruleset, self.today)
        try:
            return exact(expanded(condition, lambda name: law.source(name).rule.when), self.ruleset.vocabulary)
        except (RulesError, KeyError):
            return None

    # -- conditions ---------------------------------------------------------------------------------------------------------------------

    def row(self, facts: Any) -> Row | None:
        """Return facts with what follows from them, or ``None`` where they cannot be so."""
        try:
            checked = Case(as_written(facts)).check(self.ruleset.vocabulary)
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
            here = self._decided(Candidate(as_written(shown.facts), (), self.today, shown.shows))
            if here is not None:
                met = here[0].answer(self.rule.id)[0].outcome == ("met" if shown.wanted else "not_met")
                if met is shown.inside:
                    found.append(here[1])
        return found

    def _decided(self, candidate: Candidate) -> tuple[DecisionRecord, Shown] | None:
        record = decided(self.ruleset, candidate, self.rule)
        return None if record is None else (record, Shown(candidate, expected_of(record, self.rule.id)))

    @cached_property
    def _grounds(self) -> list[Candidate]:
        """Ways in which the rule is met, the fewest facts first."""
        met = {shown.candidate.key: shown.candidate for shown in self._conditions if _outcome(shown, self.rule.id) == "met"}
        return sorted(met.values(), key=lambda each: (len(each.facts), each.key))

    # -- duties -------------------------------------------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[Shown]:
        for duty in self.rule.duties:
            if self.added is not None and duty.id not in self.added:
                continue
            number = None if self.added is None else self.added[duty.id]
            base = next((shown for each in self._grounds if (shown := self._decided(each._replace(shows=(f"{duty.id}:owed",))))), None)
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
        for each in islice(self._grounds, _MOST_GROUNDS):
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
                yield Shown(here.candidate._replace(shows=(f"children:{name}",)), here.expect)
                break
        dates = {clock.anchor for duty in self.rule.duties for clock in duty.deadlines if clock.anchor in of_child}
        for anchor in sorted(filter(None, dates)):
            for here in self._pairs(("met", "met"), of_child, anchor):
                yield Shown(here.candidate._replace(shows=(f"children:both:{anchor}",)), here.expect)
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
        """Yield the rule on both sides of each end of its window, and of each day within it on which what it rests on changes."""
        vocabulary, window = self.ruleset.vocabulary, self.rule.window
        dates = [self.rule.law_of] if self.rule.law_of else [vocabulary.facts[slot].id for slot in vocabulary.law_dates]
        days = [("first day", window.start), ("day before", window.start - _DAY)]
        days += [("last day", window.until), ("day after", window.until + _DAY)] if window.until else []
        days += [(f"changed on {day}", day) for day in self._changes()]
        for name in dates:
            for word, day in days:
                for each in self._grounds[:_MOST_GROUNDS]:
                    facts = {**each.facts, name: day.isoformat()}
                    here = self._on(Candidate(facts, (), max(day, self.today), (f"law:{word}",)), day in window)
                    if here is not None:
                        yield here
                        break

    def _changes(self) -> Iterator[date]:
        """Yield the days within its window on which what the rule rests on becomes other than it was the day before."""
        window = self.rule.window
        windows = [each.window for each in self.ruleset.provisions.values()]
        edges = {each.start for each in windows} | {each.until + _DAY for each in windows if each.until}
        for day in sorted(edges):
            if day > window.start and day in window:
                before, after = (law_of(self.ruleset, each, frozenset((self.rule.id,))).source(self.rule.id).stands for each in (day - _DAY, day))
                if before != after:
                    yield day

    def _on(self, candidate: Candidate, inside: bool) -> Shown | None:
        try:
            record = asked_alone(self.ruleset, candidate, self.rule)
        except CsprRulesError:
            return None
        own = record.law.source(self.rule.id).rule.window == self.rule.window if self.rule.id in record.law.place else False
        expect = expected_of(record, self.rule.id)
        return Shown(candidate, expect) if own is inside and any(expect.values()) else None


def _outcome(shown: Shown, rule_id: str) -> Any:
    return shown.expect["outcomes"][rule_id]


def fewest(found: Iterable[Shown]) -> list[Shown]:
    """Return as few cases as show all that some cases show: each time one that shows most that is not shown yet, and of these none without need."""
    every = list(found)
    expect = {each.candidate.key: each.expect for each in every}
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
    return [Shown(each, expect[each.key]) for each in _needed(chosen)]


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
