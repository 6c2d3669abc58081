"""What changed between two decision records of one case, and which entries made it change.

Causes are found by replay and never guessed: a change is put down to the smallest set of entries without which it would not be there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.casework.entries import Entry
from cspr_rules.display_hook import as_html
from cspr_rules.engine.stages import stage_of
from cspr_rules.model.rules import Condition, Test, tests_in
from cspr_rules.record import DecisionRecord
from cspr_rules.travelling import travels

What: TypeAlias = Literal["outcome", "duty", "status", "due", "done", "stage"]
Feature: TypeAlias = tuple[What, str, int | None]
"""Something that can change: an outcome by rule; a duty, its status, the day to plan for and the day it was done by duty; the stage."""
Without: TypeAlias = Callable[[frozenset[str]], DecisionRecord | None]

MOST_REPLAYS: Final = 4_000
"""How many sets of entries are tried to explain the changes between two days. Past that, causes are small but perhaps not the smallest."""


@travels
class Change(NamedTuple):
    """One thing that is not as it was.

    Attributes:
        what: ``outcome`` of a rule, ``duty`` (owed or not), ``status``, ``due`` (the day to plan for) or ``done`` of a duty, or ``stage``.
        subject: The rule, the duty, or ``stage``.
        child: The child it is about, from 1, where each child has its own; else ``None``.
        before: How it was; ``None`` for nothing.
        after: How it is; ``None`` for nothing.
        because: The smallest set of entries between the two days without which it would not have changed; empty if it changed by time alone.
        or_else: Other sets as small, without any one of which it would not have changed either.
        smallest: Whether every smaller set was tried.
    """

    what: What
    subject: str
    child: int | None
    before: str | None
    after: str | None
    because: tuple[Entry, ...]
    or_else: tuple[tuple[Entry, ...], ...]
    smallest: bool


@travels
class Changes(NamedTuple):
    """What changed between two days.

    Attributes:
        earlier: The record of the case as known on the earlier day.
        later: The same for the later day.
        entries: What was entered between them.
        changes: Each change, outcomes first.
    """

    earlier: DecisionRecord
    later: DecisionRecord
    entries: tuple[Entry, ...]
    changes: tuple[Change, ...]

    def of(self, *what: What) -> tuple[Change, ...]:
        """Return the changes of some kinds."""
        return tuple(change for change in self.changes if change.what in what)

    def _repr_html_(self) -> str | None:
        return as_html(self)


def features(record: DecisionRecord) -> dict[Feature, str]:
    """Return everything about a record that :class:`Changes` compares, in words and dates."""
    found: dict[Feature, str] = {}
    for rule_id, decision in record.decisions.items():
        if not decision.per_child:
            found["outcome", rule_id, None] = decision.outcome
        for number, finding in enumerate(decision.per_child, start=1):
            found["outcome", rule_id, number] = finding.outcome
    for duty in (*record.duties, *record.options):
        child = duty.children[0] if duty.duty.once_per == "child" and duty.children else None
        found["duty", duty.id, child] = "owed"
        found["status", duty.id, child] = duty.status
        if duty.plan_for:
            found["due", duty.id, child] = duty.plan_for.isoformat()
        if duty.done:
            found["done", duty.id, child] = str(duty.recorded)
    stage = stage_of(record.ruleset, record.checked)
    if stage:
        found["stage", "stage", None] = stage.id
    return found


def compared(earlier: DecisionRecord, later: DecisionRecord, between: Sequence[Entry], replay: Without) -> Changes:
    """Return what changed, with causes.

    Args:
        earlier: The record of the earlier day.
        later: The record of the later day.
        between: The entries that lie between.
        replay: Returns the later record as it would be without some entries, by id; ``None`` if the rest cannot be so.
    """
    before, after = features(earlier), features(later)
    causes = _Causes(earlier, later, after, between, replay)
    changes = []
    for feature in sorted({*before, *after}, key=_order):
        if before.get(feature) != after.get(feature):
            sets, smallest = causes.of(feature)
            changes.append(Change(*feature, before.get(feature), after.get(feature), sets[0], sets[1:], smallest))
    return Changes(earlier, later, tuple(between), tuple(changes))


def _order(feature: Feature) -> tuple[int, str, int]:
    return ("stage", "outcome", "duty", "status", "due", "done").index(feature[0]), feature[1], feature[2] or 0


class _Causes:
    """Finds the smallest sets of entries; each set is replayed once, whatever it is tried for."""

    def __init__(
        self, earlier: DecisionRecord, later: DecisionRecord, after: Mapping[Feature, str], between: Sequence[Entry], replay: Without
    ) -> None:
        self.more_children = len(earlier.checked.children) != len(later.checked.children)
        self.after = after
        self.between = between
        self.replay = replay
        self.tried: dict[frozenset[str], Mapping[Feature, str] | None] = {frozenset(): after}
        self.relevant = _Relevant(earlier, later)

    def of(self, feature: Feature) -> tuple[tuple[tuple[Entry, ...], ...], bool]:
        """Return every smallest set that explains a feature's change, in the order of the entries, and whether all smaller ones were tried."""
        every = frozenset(entry.id for entry in self.between)
        baseline = self._features(every)
        # As it would be today had nothing been entered. If that is how it is, time alone made the change.
        wanted = (baseline or {}).get(feature)
        if wanted == self.after.get(feature):
            return ((),), True
        # Any fact of a child makes that child one of the case's, so any may bear on what is asked of each child.
        facts = None if self.more_children and feature[2] else self.relevant.facts(feature)
        candidates = [entry for entry in self.between if facts is None or entry.fact in facts]
        for size in range(1, len(candidates) + 1):
            found: list[tuple[Entry, ...]] = []
            for chosen in combinations(candidates, size):
                if len(self.tried) >= MOST_REPLAYS:
                    return (found[0] if found else self._few(feature, wanted, every),), bool(found)
                if self._undoes(frozenset(entry.id for entry in chosen), feature, wanted):
                    found.append(chosen)
            if found:
                return tuple(found), True
        return (self._few(feature, wanted, every),), False

    def _few(self, feature: Feature, wanted: str | None, every: frozenset[str]) -> tuple[Entry, ...]:
        """Return a set none of whose entries can be left out, where there are too many to try for the smallest."""
        kept = every
        for entry in reversed(self.between):
            fewer = kept - {entry.id}
            if self._undoes(fewer, feature, wanted):
                kept = fewer
        return tuple(entry for entry in self.between if entry.id in kept)

    def _undoes(self, gone: frozenset[str], feature: Feature, wanted: str | None) -> bool:
        closed = all(entry.id in gone or gone.isdisjoint(entry.replaces) for entry in self.between)
        if not closed:  # an entry cannot be taken away from under the one that replaces it
            return False
        found = self._features(gone)
        return found is not None and found.get(feature) == wanted

    def _features(self, gone: frozenset[str]) -> Mapping[Feature, str] | None:
        if gone not in self.tried:
            record = self.replay(gone)
            self.tried[gone] = None if record is None else features(record)
        return self.tried[gone]


class _Relevant:
    """Which facts can bear on a feature; others need not be tried."""

    def __init__(self, earlier: DecisionRecord, later: DecisionRecord) -> None:
        ruleset, law = later.ruleset, later.law
        self.vocabulary = ruleset.vocabulary
        slots = [*ruleset.vocabulary.law_dates, *ruleset.later_steps]
        if not {earlier.law_on_from, later.law_on_from} <= {ruleset.vocabulary.facts[slot].id for slot in ruleset.vocabulary.law_dates}:
            slots += ruleset.vocabulary.after_law_date
        self.of_law = {ruleset.vocabulary.facts[slot].id for slot in slots}
        self.stages = ruleset.stages
        self.sources = {source.rule.id: source for source in (*law.incident, *law.child)}
        self.owners = {cited.duty.id: source for source in self.sources.values() for cited in source.duties}
        self.known: dict[tuple[str, str], frozenset[str] | None] = {}

    def facts(self, feature: Feature) -> frozenset[str] | None:
        """Return the facts, or ``None`` if any may bear on it."""
        key = (feature[0], feature[1])
        if key not in self.known:
            self.known[key] = self._facts(*key)
        return self.known[key]

    def _facts(self, what: str, subject: str) -> frozenset[str] | None:
        found = set(self.of_law)
        if what == "stage":
            for stage in self.stages:
                found.update(_tested(stage.when))
        else:
            source = self.sources.get(subject) if what == "outcome" else self.owners.get(subject)
            if source is None:
                return None  # the law of another day: the day of the incident itself has changed
            found.update(self.vocabulary.facts[slot].id for slot in source.reading_order)
            for duty in source.rule.duties if what != "outcome" else ():
                named = [duty.done_by, duty.ended_by, *(deadline.anchor for deadline in duty.deadlines)]
                found.update(name for name in named if name)
                if duty.counts_if:
                    found.update(_tested(duty.counts_if))
        if any(self.vocabulary.by_id[name].counts for name in found if name in self.vocabulary.by_id):
            return None  # listing a child, by whatever fact, counts it
        return frozenset(self._implying(found))

    def _implying(self, facts: Iterable[str]) -> set[str]:
        """Return the facts with all from which one of them can follow."""
        found, size = set(facts), -1
        while len(found) != size:
            size = len(found)
            found.update(fact.id for fact in self.vocabulary.facts if any(each.fact in found for each in fact.implies))
            for name in [name for name in found if name in self.vocabulary.by_id]:
                fact = self.vocabulary.by_id[name]
                found.update(fact.years_from or ())
                found.update(fact.no_more_than)
                if fact.taken_with:
                    found.update((fact.taken_with.step, fact.taken_with.where))
            found.update(fact.id for fact in self.vocabulary.bounded if not found.isdisjoint(fact.no_more_than))
            for combination in self.vocabulary.impossible:
                together = {test.fact for test in combination.tests}
                if together & found:
                    found |= together
        return found


def _tested(condition: Condition) -> Iterator[Any]:
    return (test.fact for test in tests_in(condition) if isinstance(test, Test))
