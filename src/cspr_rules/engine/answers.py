"""The answer as values: outcomes, duties with their clocks, notes, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.display_hook import as_html
from cspr_rules.engine.law import Finding
from cspr_rules.model.calendars import Due
from cspr_rules.model.rules import Deadline, Duty, DutyPath, Note, Outcome, Rule
from cspr_rules.model.sources import Layer, Provision, Strength
from cspr_rules.model.values import Between
from cspr_rules.model.vocabulary import Fact
from cspr_rules.travelling import Value, travels

Status: TypeAlias = Literal[
    "overdue", "due_today", "due_now", "due", "waiting", "untimed", "withdrawn", "met_late", "met_early", "done_undated", "done", "met"
]
STATUS_WORDS: Final[Mapping[str, str]] = {
    "overdue": "overdue: nothing is recorded as done",
    "due_today": "due today",
    "due_now": "due now",
    "due": "due",
    "waiting": "waiting for a date",
    "untimed": "no time given",
    "withdrawn": "withdrawn",
    "met_late": "done late",
    "met_early": "done sooner than the earliest day",
    "done_undated": "done, day not known: neither in time nor late",
    "done": "done; a missing date decides whether in time",
    "met": "done in time",
}
"""Every status a clock or a duty can have, most pressing first, and how it is printed."""
PRESSING: Final = tuple(STATUS_WORDS)
OPEN: Final = ("overdue", "due_today", "due_now", "due", "waiting", "untimed")
"""Statuses of a duty that is still to be done."""
TASKS: Final = ("must", "will", "should")
"""Strengths of what somebody has to do; the others permit or forbid."""
RANK: Final[Mapping[str, int]] = {status: rank for rank, status in enumerate(PRESSING)}


@travels
class Clock(NamedTuple):
    """One source's deadline for one duty, on these facts.

    Attributes:
        rule: What the source says: period, anchor, strength, reading.
        citations: The provisions that give it.
        started_on: The day the clock runs from, if that is known.
        due: When it runs out and what was skipped; ``None`` without a number or a start.
        waiting_for: The fact whose date has to be known first, or ``None``.
        status: How it stands on the day the record looks from.
        earliest: Whether this is the first of the duty's clocks to run out: the one to plan by. A clock that gives no last day is so only where
            there is no other.
        started_within: What is known of the day it runs from, where that is not the day itself.
        soonest: Then the earliest day on which it can run out, if there is one.
        latest: Then the latest.
    """

    rule: Deadline
    citations: tuple[Provision, ...]
    started_on: date | None
    due: Due | None
    waiting_for: str | None
    status: Status
    earliest: bool
    started_within: Between | None = None
    soonest: date | None = None
    latest: date | None = None

    @property
    def due_on(self) -> date | None:
        """The last day in time, if it can be said."""
        return self.due.on if self.due else None

    def __repr__(self) -> str:
        return f"Clock({str(self.rule)!r}, due_on={self.due_on}, status={self.status!r})"


@travels
class OwedDuty(NamedTuple):
    """What somebody owes on these facts.

    Attributes:
        duty: What the rule says is owed.
        finding: The rule's outcome that grounds it.
        citations: The provisions it rests on.
        children: The children that ground it, from 1; empty if the whole incident does.
        clocks: Each source's deadline, in the order of the rule.
        recorded_on: When its step was taken, if that is recorded.
        done_on: The same day, if that step is known to count.
        status: The most pressing of its clocks' statuses.
        plan_for: The earliest day on which a clock runs out; without any that is a last day, the earliest day that one names.
        optional: Whether it is something that somebody may do.
        order: What duties are sorted by: the most pressing first, then the earliest, then the strongest.
        recorded_within: What is recorded of the day of its step, where that is not the day itself.
        done: Whether its step is recorded and known to count, on whatever day.
    """

    duty: Duty
    finding: Finding
    citations: tuple[Provision, ...]
    children: tuple[int, ...]
    clocks: tuple[Clock, ...]
    recorded_on: date | None
    done_on: date | None
    status: Status
    plan_for: date | None
    optional: bool
    order: tuple[int, date, int]
    recorded_within: Between | None
    done: bool

    @property
    def recorded(self) -> date | Between | None:
        """What is recorded of the day on which its step was taken."""
        return self.recorded_on or self.recorded_within

    @property
    def id(self) -> str:
        """The duty's id."""
        return self.duty.id

    @property
    def rule_id(self) -> str:
        """The rule that asks for it."""
        return self.finding.rule_id

    @property
    def strength(self) -> Strength:
        """The source's own verb."""
        return self.duty.strength

    @property
    def act(self) -> str:
        """What is to be done."""
        return self.duty.act

    @property
    def by(self) -> str:
        """The role that owes it."""
        return self.duty.by

    @property
    def to(self) -> tuple[str, ...]:
        """The roles it is owed to."""
        return self.duty.to

    @property
    def deadlines(self) -> tuple[Clock, ...]:
        """Each source's deadline; the same as ``clocks``."""
        return self.clocks

    @property
    def layer(self) -> Layer:
        """The kind of source that asks for it."""
        return self.finding.source.rule.layer

    @property
    def discrepancies(self) -> tuple[str, ...]:
        """Ids of the register's entries on which the duty or one of its clocks rests."""
        own = [*self.duty.discrepancies, *(each for clock in self.clocks for each in clock.rule.discrepancies)]
        return tuple(dict.fromkeys(own))

    def _repr_html_(self) -> str | None:
        return as_html(self)

    def __repr__(self) -> str:
        return f"OwedDuty({self.id!r}, {self.strength!r}, status={self.status!r}, plan_for={self.plan_for})"


class RuleAnswer(Value):
    """One rule's answer on one case.

    Attributes:
        source: The finding for the whole incident.
        per_child: The finding for each child, in order; empty for a rule asked once.
        duties: What it makes owed; permissions included.
    """

    __slots__ = ("duties", "per_child", "source")

    def __init__(self, source: Finding, per_child: tuple[Finding, ...], duties: tuple[OwedDuty, ...]) -> None:
        self.source = source
        self.per_child = per_child
        self.duties = duties

    def _parts(self) -> tuple[Any, ...]:
        return self.source, self.per_child, self.duties

    @property
    def rule(self) -> Rule:
        """The version of the rule that was applied."""
        return self.source.source.rule

    @property
    def rule_id(self) -> str:
        """The rule."""
        return self.source.rule_id

    @property
    def outcome(self) -> Outcome:
        """Met if it is met for the incident or for any child; not met if it is met for none; otherwise undetermined."""
        return self.source.outcome

    @property
    def citations(self) -> tuple[Provision, ...]:
        """The provisions it rests on."""
        return self.source.citations

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.rule_id!r}, {self.outcome!r})"


@travels
class Question(NamedTuple):
    """A fact that could still settle something; the record says what (:meth:`~cspr_rules.record.DecisionRecord.settles`).

    Attributes:
        fact: The fact, with its question and who would know.
        children: The children it is asked about, from 1; empty for the whole incident.
        first: Whether it is the first unanswered test of a rule that it settles, in reading order; the others may fall away once those are answered.
    """

    fact: Fact
    children: tuple[int, ...]
    first: bool


@travels
class OpenPath(NamedTuple):
    """A path at least one step of which is owed, or that another duty opened.

    Attributes:
        path: The path.
        citations: The provisions that give the order.
        steps: Its owed duties, in order.
    """

    path: DutyPath
    citations: tuple[Provision, ...]
    steps: tuple[OwedDuty, ...]


@travels
class GivenNote(NamedTuple):
    """What a met rule says.

    Attributes:
        note: The text.
        citations: The provisions it rests on.
        rule_id: The rule that says it.
        children: The children it is about, from 1.
    """

    note: Note
    citations: tuple[Provision, ...]
    rule_id: str
    children: tuple[int, ...]
