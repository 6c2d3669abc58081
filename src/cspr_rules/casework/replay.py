"""A case followed through its days: what was known, owed and decided at the end of each, and the life of every duty that arose."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple, TypeAlias

from cspr_rules.casework.entries import Entry
from cspr_rules.casework.history import CaseHistory
from cspr_rules.display_hook import as_html
from cspr_rules.engine.answers import TASKS, OwedDuty, Status
from cspr_rules.engine.stages import stage_of
from cspr_rules.explain import verdict
from cspr_rules.model import doors
from cspr_rules.model.rules import Stage
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord
from cspr_rules.travelling import copied_by_parts, travels

DutyKey: TypeAlias = tuple[str, int | None]
"""A duty and, where it is owed once per child, the child from 1."""


@travels
class Day(NamedTuple):
    """A day on which something became known.

    Attributes:
        on: The day.
        entries: What was entered.
        record: The case as then known, looked at from then.
        stage: Where it then was.
    """

    on: date
    entries: tuple[Entry, ...]
    record: DecisionRecord
    stage: Stage | None


@travels
class Life(NamedTuple):
    """The life of one duty.

    Attributes:
        key: The duty and the child.
        duty: How it stands on the last day or, if it is no longer owed, how it stood when it last was.
        arose_on: The day from which what was known made it owed.
        arose_by: What was entered that day.
        gone_on: The day from which what was known no longer made it owed; ``None`` while it does.
        known_done_on: The day on which it was entered that it was done.
        had_date: Whether a day could ever be named for it.
    """

    key: DutyKey
    duty: OwedDuty
    arose_on: date
    arose_by: tuple[Entry, ...]
    gone_on: date | None
    known_done_on: date | None
    had_date: bool

    @property
    def status(self) -> Status | str:
        """Its status; ``superseded`` if what became known later no longer makes it owed, and it had not been done."""
        return self.duty.status if self.gone_on is None or self.duty.done else "superseded"


@copied_by_parts
class Replay(NamedTuple):
    """A case followed up to a day.

    Attributes:
        history: The case.
        days: Each day on which something became known.
        record: The case as known at the end, looked at from the last day.
        lives: Every duty that arose, in the order in which they did; what is only permitted or forbidden is not among them.
    """

    history: CaseHistory
    days: tuple[Day, ...]
    record: DecisionRecord
    lives: tuple[Life, ...]

    @property
    def later(self) -> int:
        """How many entries became known only after the last day, and are not used."""
        return sum(entry.on > self.record.as_of for entry in self.history.entries)

    @property
    def stage(self) -> Stage | None:
        """Where the case is on the last day."""
        return stage_of(self.record.ruleset, self.record.checked)

    def _repr_html_(self) -> str | None:
        return as_html(self)


def key_of(duty: OwedDuty) -> DutyKey:
    """Return by what a duty is recognised from one day to the next. A child who joins later does not make it another."""
    return duty.id, duty.children[0] if duty.duty.once_per == "child" and duty.children else None


def replay(history: CaseHistory, ruleset: Ruleset, until: date) -> Replay:
    """Follow a case up to the end of a day.

    Args:
        history: The case.
        ruleset: The rules.
        until: The day; what was entered later is not used.

    Raises:
        CaseError: The case as known on one of the days is not sound.
    """
    doors.of(CaseHistory, history, "history")
    until = doors.day(until, "until")
    days: list[Day] = []
    lives: dict[DutyKey, Life] = {}
    for on in (*(day for day in history.days if day <= until), None):
        entries = tuple(entry for entry in history.entries if entry.on == on)
        record = history.evaluate(ruleset, on or until)
        if on:
            days.append(Day(on, entries, record, stage_of(ruleset, record.checked)))
        _follow(lives, {key_of(duty): duty for duty in record.duties if duty.strength in TASKS}, on or until, entries)
    return Replay(history, tuple(days), record, tuple(lives.values()))


def supposed(found: Replay) -> tuple[Life, ...]:
    """Return the life of every duty that would have been owed on some day, if a headline question that was open on it was answered by yes.

    A life ends on the day from which the question is no longer open: it is decided, or cannot be so. Until then the duty's finding says that it is
    undecided.

    Args:
        found: The case, followed.
    """
    lives: dict[DutyKey, Life] = {}
    end = found.record
    for on, entries, record in (*((day.on, day.entries, day.record) for day in found.days), (end.as_of, (), end)):
        _follow(lives, {key_of(duty): duty for duty in verdict.supposed(record) if duty.strength in TASKS}, on, entries)
    return tuple(lives.values())


def owed_since(life: Life, found: Replay) -> date:
    """Return the day from which it could be known that a duty was owed: the day it arose, or earlier where judgements made before that made it so."""
    facts = found.record.ruleset.vocabulary.facts
    tested = {facts[slot].id for slot in life.duty.finding.source.reading_order}
    tested |= {fact.id for fact in facts if any(implied.fact in tested for implied in fact.implies)}
    days = [entry.judged_on or entry.on for entry in life.arose_by if entry.fact in tested]
    return min(life.arose_on, max(days, default=life.arose_on))


def _follow(lives: dict[DutyKey, Life], owed: Mapping[DutyKey, OwedDuty], on: date, entries: tuple[Entry, ...]) -> None:
    for key, duty in owed.items():
        life = lives.get(key)
        done, dated = on if duty.done else None, duty.plan_for is not None
        if life is None:
            lives[key] = Life(key, duty, on, entries, None, done, dated)
        else:
            known = (life.known_done_on or done) if done else None
            lives[key] = life._replace(duty=duty, gone_on=None, known_done_on=known, had_date=life.had_date or dated)
    for key, life in lives.items():
        if key not in owed and life.gone_on is None:
            lives[key] = life._replace(gone_on=on)
