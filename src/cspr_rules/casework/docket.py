"""The docket: what is owed over one or many cases, soonest first; and the same as plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from cspr_rules.casework.replay import Life, Replay, supposed
from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import OPEN, STATUS_WORDS, OwedDuty
from cspr_rules.engine.margins import Margin, by_level, margin_of
from cspr_rules.engine.out_of_order import OutOfOrder
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.explain import verdict
from cspr_rules.record import DecisionRecord
from cspr_rules.safe_text import visible
from cspr_rules.travelling import copied_by_parts

SCHEMA: Final = "cspr-rules/docket/3"
SUPERSEDED: Final = "superseded"
IF_SO: Final = "if it is so"
"""Marks what would be owed if a question that is not decided were answered by yes."""
GROUPS: Final = (
    ("Overdue", ("overdue",)),
    ("Due today", ("due_today",)),
    ("Due now, or as soon as possible", ("due_now",)),
    ("Due by a day", ("due",)),
    ("Waiting for a date", ("waiting",)),
    ("No time given", ("untimed",)),
)
"""The parts of a docket in order, each with the statuses that stand in it."""


@copied_by_parts
class DocketRow(NamedTuple):
    """One duty of one case: owed, or to be owed if it is so.

    Attributes:
        case: The case's reference.
        replay: The case.
        life: The duty.
    """

    case: str
    replay: Replay
    life: Life

    @property
    def duty(self) -> OwedDuty:
        """How the duty stands."""
        return self.life.duty

    @property
    def record(self) -> DecisionRecord:
        """The case on the day looked from."""
        return self.replay.record

    @property
    def status(self) -> str:
        """Its status."""
        return self.life.status

    @property
    def if_so(self) -> bool:
        """Whether it is not decided that it is owed."""
        return not self.duty.finding.met

    @property
    def caveats(self) -> tuple[str, ...]:
        """What changes how its day reads."""
        return tuple(dict.fromkeys(given.note.text for given in self.record.caveats(self.duty)))

    @property
    def uid(self) -> str:
        """By what calendar programs recognise it, however often it is exported and whatever its date becomes."""
        duty, child = self.life.key
        return f"{visible(self.case)}.{duty}{f'.child-{child}' if child else ''}@cspr-rules"

    @property
    def margin(self) -> Margin | None:
        """How far the day to plan for lies from the day looked from, or from the day it was done."""
        clock = next((clock for clock in self.duty.clocks if clock.earliest), None)
        return margin_of(self.duty, clock, self.record) if clock else None


def rows(cases: Iterable[tuple[str, Replay]], *, every: bool = False) -> tuple[DocketRow, ...]:
    """Return what is owed, soonest first: what is overdue, then by date, then what has no date.

    Args:
        cases: Each case with its reference.
        every: Whether to return what was done, withdrawn or superseded as well; it stands last.

    Raises:
        QuestionError: Two cases have the same reference, so that their rows could not be told apart.
    """
    found: list[DocketRow] = []
    seen: set[str] = set()
    for reference, replay in cases:
        if reference in seen:
            message = f"two cases are called '{reference}'; give each its own `reference`, or files of different names"
            raise QuestionError([Fault("", message)])
        seen.add(reference)
        found += [DocketRow(reference, replay, life) for life in _lives(replay) if every or life.status in OPEN]
    return tuple(sorted(found, key=_soonest))


def _lives(replay: Replay) -> Iterator[Life]:
    """Yield the life of every duty that is owed or was, and of what would be owed if it is so and stands under neither of them."""
    maybe = {life.key: life for life in supposed(replay)}
    for life in replay.lives:
        if life.status != SUPERSEDED or life.key not in maybe or maybe[life.key].gone_on:
            maybe.pop(life.key, None)
            yield life
    yield from maybe.values()


def _soonest(row: DocketRow) -> tuple[Any, ...]:
    group = next((number for number, (_, statuses) in enumerate(GROUPS) if row.status in statuses), len(GROUPS))
    dated = row.duty.plan_for or date.max
    return group, dated, row.duty.order, row.case, row.life.key[0], row.life.key[1] or 0


# -- as JSON -------------------------------------------------------------------------------------------------------------------------


def plain_disorder(each: OutOfOrder, replay: Replay) -> dict[str, Any]:
    """Return a step out of order as plain values, with the day on which it was entered."""
    entered = entered_on(each, replay)
    return {**plain_values.disorder(each), "entered_on": entered.isoformat() if entered else None}


def plain_docket(cases: Sequence[tuple[str, Replay]], as_of: date) -> dict[str, Any]:
    """Return the docket as plain values, with what was done, withdrawn and superseded at the end.

    Raises:
        QuestionError: Two cases have the same reference.
    """
    return {
        "schema": SCHEMA,
        "purpose": plain_values.PURPOSE,
        "as_of": as_of.isoformat(),
        "cases": [
            {
                "reference": reference,
                "title": replay.history.title,
                "profile": replay.record.profile,
                "ruleset_digest": replay.record.ruleset_digest,
                "law_on": replay.record.law_on.isoformat(),
                "stage": replay.stage.id if replay.stage else None,
                "entries": sum(len(day.entries) for day in replay.days),
                "later_entries": replay.later,
                "headlines": verdict.plain(replay.record.verdicts),
                "out_of_order": [plain_disorder(each, replay) for each in replay.record.out_of_order],
            }
            for reference, replay in cases
        ],
        "rows": [_plain(row) for row in rows(cases, every=True)],
    }


def _plain(row: DocketRow) -> dict[str, Any]:
    levels = by_level(row.duty)
    owed = plain_values.owed(row.duty, row.record)
    for clock, made in zip(row.duty.clocks, owed["deadlines"], strict=True):
        made.update(plain_margin(margin_of(row.duty, clock, row.record)))
    return {
        "case": row.case,
        "uid": row.uid,
        "status": row.status,
        "if_so": row.if_so,
        "caveats": list(row.caveats),
        "local_status": levels.local,
        "national_status": levels.national,
        **plain_margin(row.margin),
        "arose_on": row.life.arose_on.isoformat(),
        "gone_on": row.life.gone_on.isoformat() if row.life.gone_on else None,
        "duty": owed,
    }


def plain_margin(found: Margin | None) -> dict[str, int | None]:
    """Return a margin as plain values: days left, negative if late."""
    return {"days_left": found.days if found else None, "working_days_left": found.working_days if found else None}


def who(row: DocketRow) -> str:
    """Return in words who owes a duty, and to whom."""
    name = row.record.ruleset.role_name
    to = ", ".join(name(role) for role in row.duty.to)
    return name(row.duty.by) + (f", to {to}" if to else "")


def standing_words(status: str, *, timed: bool) -> str:
    """Return a status in words.

    Args:
        status: A status of a duty, or ``superseded``.
        timed: Whether a day could be named for it; what has no day is done, and not done in time.
    """
    if status == SUPERSEDED:
        return "superseded: what became known later no longer makes it owed"
    return "done" if status == "met" and not timed else STATUS_WORDS[status]


def entered_on(each: OutOfOrder, replay: Replay) -> date | None:
    """Return the day on which a step was entered."""
    standing = {entry.slot: entry.on for entry in replay.history.standing(replay.record.as_of)}
    return standing.get((each.step, each.child)) or standing.get((each.step, None))
