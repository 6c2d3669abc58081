"""The audit: every duty that arose over the life of a case and what became of it, by source, and what could have been known on each day.

A day is judged by what was known on it. What became known only later is shown beside it and marked *hindsight*; it is held against nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.casework.docket import plain_disorder, plain_margin
from cspr_rules.casework.entries import Entry
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.replay import DutyKey, Life, Replay, key_of, owed_since, supposed
from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import OPEN, Clock
from cspr_rules.engine.margins import by_level, margin_of
from cspr_rules.errors import CaseError
from cspr_rules.explain import verdict
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.travelling import travels

SCHEMA: Final = "cspr-rules/audit/3"
SMALL: Final = 5
"""Counts from 1 to one less than this are not shown in totals."""
HINDSIGHT: Final = "hindsight"
FATES: Final = ("in time", "late", "missed", "open", "other")
"""What can have become of a duty with a date: ``missed`` is overdue and not done, ``other`` is withdrawn, superseded, done too soon, or done on a day
that is not known."""


def fate(life: Life) -> str:
    """Return what became of a duty, as one of :data:`FATES`; late is late by any one source."""
    status = life.status
    if status in ("met", "done"):
        return "in time"
    if status == "met_late":
        return "late"
    if status == "overdue":
        return "missed"
    return "open" if status in OPEN else "other"


# -- hindsight -----------------------------------------------------------------------------------------------------------------------


@travels
class KnownLater(NamedTuple):
    """Something that already was so on a day and became known only afterwards.

    Attributes:
        known_on: When it became known.
        what: What it is.
    """

    known_on: date
    what: str


def known_later(replay: Replay, day: date) -> tuple[KnownLater, ...]:
    """Return what already was so on a day by everything known in the end, and was entered only after that day.

    These are facts that name a day up to that one, values that were corrected or withdrawn later, and duties that would have been owed.
    """
    history, end = replay.history, replay.record.as_of
    known = {entry.slot: entry for entry in history.standing(day)}
    found = []
    already = _already(replay, day)
    for entry in already:
        earlier = known.get(entry.slot)
        if entry.on > day and (entry.day or earlier):
            found.append(KnownLater(entry.on, f"{named(entry)} = {value_in_words(entry, replay.record.ruleset)}"))
    last = {entry.slot for entry in history.standing(end)}
    withdrawn = {name: entry for entry in history.entries if entry.kind == "withdrawn" and day < entry.on <= end for name in entry.replaces}
    for slot, entry in known.items():
        if slot not in last and entry.id in withdrawn:
            found.append(KnownLater(withdrawn[entry.id].on, f"{named(entry)} is not known ({entry.id} was withdrawn)"))
    owed = {key_of(duty) for duty in history.evaluate(replay.record.ruleset, day).duties}
    would = _would_be_owed(already, day, replay)
    found += [
        KnownLater(life.arose_on, f"the duty to {life.duty.act}")
        for life in replay.lives
        if life.key in would and life.key not in owed and life.arose_on > day
    ]
    return tuple(sorted(found))


def _already(replay: Replay, day: date) -> list[Entry]:
    """Return what was so on a day by everything known in the end.

    What names a day was so from that day. A plan and a view are what they were at the time. Of other facts nobody can say since when they were so,
    so they count from when they were entered; but a correction goes back to what it corrects.
    """
    facts, before = replay.record.ruleset.vocabulary.by_id, {entry.slot: entry for entry in replay.history.standing(day)}
    found = []
    for entry in replay.history.standing(replay.record.as_of):
        fact = facts.get(entry.fact)
        named = entry.judged_on or entry.day
        if fact is not None and (fact.may_be_future or (fact.kind == "judgement" and (named is None or named > day))):
            if entry.slot in before:
                found.append(before[entry.slot])
        elif named <= day if named else entry.slot in before:
            found.append(entry)
    return found


def _would_be_owed(already: Iterable[Entry], day: date, replay: Replay) -> set[DutyKey]:
    made = [entry._replace(on=day, kind="recorded", replaces=()) for entry in already]
    try:
        return {key_of(duty) for duty in CaseHistory(made).evaluate(replay.record.ruleset, day).duties}
    except CaseError:
        return set()  # facts that do not go together say nothing about what was owed


def knowable_too_late(life: Life, replay: Replay) -> tuple[Clock, ...]:
    """Return the clocks of a duty that had run out before it could be known to be owed: nobody could have kept them.

    Where a judgement made it owed, it could be known from the day of the judgement, however late that was entered.
    """
    since = owed_since(life, replay)
    return tuple(clock for clock in life.duty.clocks if clock.due_on and clock.due_on < since)


def never_decided(replay: Replay) -> tuple[Life, ...]:
    """Return what would be owed if a headline question that is still open were answered by yes, and whose day has gone by with nothing done.

    A question that is open only because a step that may lie ahead is not recorded, such as a notification that nobody had to send, is not in it.
    """
    ahead = {key_of(duty) for each in replay.record.verdicts if each.ahead for duty in each.if_so}
    return tuple(life for life in supposed(replay) if life.gone_on is None and life.status == "overdue" and life.key not in ahead)


def named(entry: Entry) -> str:
    """Return what an entry is about: the fact, and the child if it is about one."""
    return entry.fact + (f" (child {entry.child})" if entry.child else "")


def value_in_words(entry: Entry, ruleset: Ruleset) -> str:
    """Return an entry's value in words."""
    fact = ruleset.vocabulary.by_id.get(entry.fact)
    if fact is None or entry.value is None:
        return str(entry.value)
    try:
        return fact.show(fact.parse(entry.value))
    except ValueError:
        return f"{entry.value} (which is no value of this fact)"


def discharged_by(life: Life) -> str | None:
    """Return the fact that discharges or ends a duty; ``None`` for a lasting one."""
    return life.duty.duty.done_by or life.duty.duty.ended_by


# -- as JSON -------------------------------------------------------------------------------------------------------------------------


def plain_audit(cases: Sequence[tuple[str, Replay]], as_of: date) -> dict[str, Any]:
    """Return the audit of some cases as plain values."""
    return {
        "schema": SCHEMA,
        "purpose": plain_values.PURPOSE,
        "as_of": as_of.isoformat(),
        "cases": [_plain(reference, replay) for reference, replay in cases],
    }


def _plain(reference: str, replay: Replay) -> dict[str, Any]:
    record = replay.record
    return {
        "reference": reference,
        "title": replay.history.title,
        "profile": record.profile,
        "ruleset_digest": record.ruleset_digest,
        "law_on": record.law_on.isoformat(),
        "stage": replay.stage.id if replay.stage else None,
        "later_entries": replay.later,
        "headlines": verdict.plain(record.verdicts),
        "duties": [_plain_life(life, replay) for life in replay.lives],
        "never_decided": [_plain_life(life, replay) for life in never_decided(replay)],
        "out_of_order": [plain_disorder(each, replay) for each in record.out_of_order],
        "days": [
            {
                "on": day.on.isoformat(),
                "stage": day.stage.id if day.stage else None,
                "entries": [entry.id for entry in day.entries],
                "met": sorted(rule for rule, decision in day.record.decisions.items() if decision.outcome == "met"),
                "owed": sorted(duty.id for duty in day.record.duties),
                "overdue": sorted(duty.id for duty in day.record.duties if duty.status == "overdue"),
                HINDSIGHT: [{"what": each.what, "known_on": each.known_on.isoformat()} for each in known_later(replay, day.on)],
            }
            for day in replay.days
        ],
        "citations": {provision.key: plain_values.citation(provision) for provision in record.citations},
    }


def _plain_life(life: Life, replay: Replay) -> dict[str, Any]:
    record = replay.record
    owed = plain_values.owed(life.duty, record)
    for clock, made in zip(life.duty.clocks, owed["deadlines"], strict=True):
        made.update(plain_margin(margin_of(life.duty, clock, record)), hindsight=clock in knowable_too_late(life, replay))
    levels = by_level(life.duty)
    return {
        "status": life.status,
        "fate": fate(life),
        "caveats": [given.note.text for given in record.caveats(life.duty)],
        "local_status": levels.local,
        "national_status": levels.national,
        "arose_on": life.arose_on.isoformat(),
        "arose_by": [entry.id for entry in life.arose_by],
        "gone_on": life.gone_on.isoformat() if life.gone_on else None,
        "known_done_on": life.known_done_on.isoformat() if life.known_done_on else None,
        "duty": owed,
    }


# -- totals --------------------------------------------------------------------------------------------------------------------------

Shown: TypeAlias = int | None
"""A count, or ``None`` where showing it could point to single cases."""


@travels
class Total(NamedTuple):
    """What became of one duty whose day fell in one month, over all cases.

    Attributes:
        month: ``YYYY-MM``: the month of the day to plan for.
        duty: The duty's id.
        act: What is to be done.
        total: How many there were.
        counts: How many of them for each of :data:`FATES`.
    """

    month: str
    duty: str
    act: str
    total: Shown
    counts: tuple[Shown, ...]


def totals(replays: Iterable[Replay]) -> tuple[Total, ...]:
    """Return totals by duty and month with small numbers left out, so that no single case can be picked out.

    Only duties that had a date count. No sums over rows are given, because a sum less the numbers shown would give the number left out; for the
    same reason, where one month of a duty is left out, its next smallest is too.
    """
    counted: dict[tuple[str, str], list[int]] = {}
    acts: dict[str, str] = {}
    left_out: set[tuple[str, str]] = set()
    for replay in replays:
        for life in replay.lives:
            if life.duty.plan_for:
                acts.setdefault(life.duty.id, life.duty.act)
                counted.setdefault((f"{life.duty.plan_for:%Y-%m}", life.duty.id), [0] * len(FATES))[FATES.index(fate(life))] += 1
    alone = {duty for duty in acts if sum(_small(counts) for (_, each), counts in counted.items() if each == duty) == 1}
    for duty in alone:
        # Other duties of the same cases tell how many there were over all months, so one month must not be the only one left out.
        rest = [(sum(counts), month) for (month, each), counts in counted.items() if each == duty and not _small(counts)]
        left_out.update({(min(rest)[1], duty)} if rest else ())
    found = []
    for (month, duty), counts in sorted(counted.items()):
        total, shown = (None, (None,) * len(FATES)) if (month, duty) in left_out else suppressed(tuple(counts))
        found.append(Total(month, duty, acts[duty], total, shown))
    return tuple(found)


def _small(counts: Sequence[int]) -> bool:
    return 0 < sum(counts) < SMALL


def suppressed(counts: tuple[int, ...]) -> tuple[Shown, tuple[Shown, ...]]:
    """Return a sum and its parts with small numbers left out.

    A sum under :data:`SMALL` is left out with all its parts, noughts included. Otherwise each part from 1 to :data:`SMALL` less 1 is left out,
    and then further parts, the smallest first, until at least two are left out and those come to :data:`SMALL` or more together. What was left
    out can then not be worked out from what is shown: ``tests/casework/test_audit.py`` tries every table.
    """
    total = sum(counts)
    if 0 < total < SMALL:
        return None, tuple(None for _ in counts)
    hidden = {index for index, count in enumerate(counts) if 0 < count < SMALL}
    while hidden and (len(hidden) < 2 or sum(counts[index] for index in hidden) < SMALL):
        left = [index for index in range(len(counts)) if index not in hidden]
        hidden.add(min(left, key=lambda index: (counts[index] == 0, counts[index], index)))
    return total, tuple(None if index in hidden else count for index, count in enumerate(counts))


def plain_totals(replays: Sequence[Replay], as_of: date) -> dict[str, Any]:
    """Return totals as plain values; ``null`` is a number that is not shown."""
    return {
        "schema": "cspr-rules/audit-totals/1",
        "as_of": as_of.isoformat(),
        "cases": len(replays) if len(replays) >= SMALL else None,
        "rows": [
            {"month": total.month, "duty": total.duty, "all": total.total, **dict(zip(FATES, total.counts, strict=True))} for total in totals(replays)
        ],
    }
