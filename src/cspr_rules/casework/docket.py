"""The docket: what is owed over one or many cases, soonest first, as a sheet, as JSON and as an iCalendar file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final, NamedTuple

from cspr_rules.casework.replay import Life, Replay
from cspr_rules.engine import plain_values
from cspr_rules.engine.decisions import OPEN, STATUS_WORDS, OwedDuty
from cspr_rules.engine.margins import Margin, by_level, margin_of
from cspr_rules.engine.out_of_order import OutOfOrder
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.explain.phrases import could_be, set_by
from cspr_rules.model.days import month, weekday
from cspr_rules.model.sources import LAYERS, in_words
from cspr_rules.model.vocabulary import day_words
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.sheets import Heading, Items, Paragraph, Picture, Piece, Table
from cspr_rules.safe_text import visible

SCHEMA: Final = "cspr-rules/docket/2"
SUPERSEDED: Final = "superseded"
_VERBS: Final = {"must": "must", "will": "will (local)", "should": "should"}
_GROUPS: Final = (
    ("Overdue", ("overdue",)),
    ("Due today", ("due_today",)),
    ("Due now, or as soon as possible", ("due_now",)),
    ("Due by a day", ("due",)),
    ("Waiting for a date", ("waiting",)),
    ("No time given", ("untimed",)),
)


class Row(NamedTuple):
    """One duty of one case.

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
    def uid(self) -> str:
        """By what calendar programs recognise it, however often it is exported and whatever its date becomes."""
        duty, child = self.life.key
        return f"{visible(self.case)}.{duty}{f'.child-{child}' if child else ''}@cspr-rules"

    @property
    def margin(self) -> Margin | None:
        """How far the day to plan for lies from the day looked from, or from the day it was done."""
        clock = next((clock for clock in self.duty.clocks if clock.earliest), None)
        return margin_of(self.duty, clock, self.record) if clock else None


def rows(cases: Iterable[tuple[str, Replay]], *, every: bool = False) -> tuple[Row, ...]:
    """Return what is owed, soonest first: what is overdue, then by date, then what has no date.

    Args:
        cases: Each case with its reference.
        every: Whether to return what was done, withdrawn or superseded as well; it stands last.

    Raises:
        QuestionError: Two cases have the same reference, so that their rows could not be told apart.
    """
    found: list[Row] = []
    seen: set[str] = set()
    for reference, replay in cases:
        if reference in seen:
            message = f"two cases are called '{reference}'; give each its own `reference`, or files of different names"
            raise QuestionError([Fault("", message)])
        seen.add(reference)
        found += [Row(reference, replay, life) for life in replay.lives if every or life.status in OPEN]
    return tuple(sorted(found, key=_soonest))


def _soonest(row: Row) -> tuple[Any, ...]:
    group = next((number for number, (_, statuses) in enumerate(_GROUPS) if row.status in statuses), len(_GROUPS))
    dated = row.duty.plan_for or date.max
    return group, dated, row.duty.order, row.case, row.life.key[0], row.life.key[1] or 0


# -- as a sheet ----------------------------------------------------------------------------------------------------------------------


def sheet(cases: Sequence[tuple[str, Replay]], as_of: date, pictures: Sequence[str] = ()) -> Iterator[Piece]:
    """Yield the docket piece by piece.

    Args:
        cases: Each case with its reference.
        as_of: The day looked from.
        pictures: The timeline of each case, if there is to be one.

    Raises:
        QuestionError: Two cases have the same reference.
    """
    found = rows(cases)
    yield Heading(1, f"Docket on {weekday(as_of)} {in_words(as_of)}")
    yield Paragraph(
        f"What is owed on the facts known by the end of that day, soonest first. {plain_values.PURPOSE}"
        if found
        else f"On the facts known by the end of that day, nothing is open. {plain_values.PURPOSE}"
    )
    for reference, replay in cases:
        if whose := replay.record.ruleset.whose:
            yield Paragraph(f"Case {reference}:{whose}")
    yield Table("Cases", ("Case", "About", "For", "Stage", "Entries"), tuple(_case(reference, replay) for reference, replay in cases))
    for heading, statuses in _GROUPS:
        chosen = [row for row in found if row.status in statuses]
        # What nothing can discharge is not a task that could ever leave the list, so it is said apart.
        tasks = [row for row in chosen if row.duty.duty.done_by or row.duty.duty.ended_by]
        if tasks:
            yield Heading(2, heading)
            yield Table(*_table(tasks, len(cases) > 1))
    lasting = [row for row in found if not (row.duty.duty.done_by or row.duty.duty.ended_by)]
    if lasting:
        yield Heading(2, "Lasting: no step is recorded for these, and they stay")
        yield Items(tuple(f"{_what(row)} ({_who(row)}{f'; case {row.case}' if len(cases) > 1 else ''})" for row in lasting))
    disorder = [(reference, replay, each) for reference, replay in cases for each in replay.record.out_of_order]
    if disorder:
        yield Heading(2, "Steps out of order")
        yield Items(tuple(f"{disordered(each, replay)}{f' Case {reference}.' if len(cases) > 1 else ''}" for reference, replay, each in disorder))
    yield from (Picture(picture) for picture in pictures)


def _case(reference: str, replay: Replay) -> tuple[str, ...]:
    record, stage = replay.record, replay.stage
    known = sum(len(day.entries) for day in replay.days)
    last = f", the last of {in_words(replay.days[-1].on)}" if replay.days else ""
    later = f"; {replay.later} of later days not used" if replay.later else ""
    return reference, replay.history.title or "", record.ruleset.profile.authority, stage.title if stage else "none yet", f"{known}{last}{later}"


def _table(found: Sequence[Row], several: bool) -> tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    waiting = found[0].status == "waiting"
    dated = not waiting and any(row.duty.plan_for for row in found)
    day = "Day" if found[0].status == "due_now" else "Plan for"
    columns = (*((day, "Left") if dated else ()), *(("Waits for",) if waiting else ()), "What", "Who", *(("Case",) if several else ()))
    lines = []
    for row in found:
        when = (_day(row), _left(row))
        waits = (", ".join(dict.fromkeys(f"{clock.waiting_for}{could_be(clock)}" for clock in row.duty.clocks if clock.waiting_for)),)
        lines.append((*(when if dated else ()), *(waits if waiting else ()), _what(row), _who(row), *((row.case,) if several else ())))
    if waiting:
        lines.sort()
    return f"{len(found)} dut{'ies' if len(found) != 1 else 'y'}", columns, tuple(lines)


def _day(row: Row) -> str:
    planned = row.duty.plan_for
    day = f"{weekday(planned)[:3]} {planned.day} {month(planned)[:3]} {planned.year}" if planned else ""
    if row.status != "due_now":
        return day
    # By another clock, what is to be done now can have a day as well; that is no day to put it off to.
    if not planned:
        return "none given"
    return f"not before {day}" if _runs_on(row) else f"{day} at the latest"


def _left(row: Row) -> str:
    left = row.margin
    if left is None:
        return ""
    if not left.days:
        return "today"
    working = f"{abs(left.working_days)} working day{'s' if abs(left.working_days) != 1 else ''}"
    if left.days > 0:
        return f"runs {working} more" if _runs_on(row) else working
    return f"overdue by {working}"


def _runs_on(row: Row) -> bool:
    return any(clock.earliest and clock.rule.least for clock in row.duty.clocks)


def _what(row: Row) -> str:
    duty = row.duty
    said = f"{_VERBS[duty.strength]} {duty.act}"
    children = duty.children if len(row.record.checked.children) > 1 else ()
    said += f" (child {', '.join(str(child) for child in children)})" if children else ""
    if len({clock.due_on for clock in duty.clocks if clock.due_on}) > 1 or (duty.plan_for and set_by(duty)):
        said += f" -- {'; '.join(by_source(duty))}"
    if row.status == "due_now":
        said += f" -- {', '.join(dict.fromkeys(clock.rule.unit.replace('_', ' ') for clock in duty.clocks if clock.status == 'due_now'))}"
    over = {clock.due_on for clock in duty.clocks if clock.rule.least and clock.waiting_for and clock.due_on}
    if row.status == "waiting" and over:
        said += f" -- that day was {in_words(max(over))}; record whether it was so"
    if duty.recorded and not duty.done:
        said += f" -- a step taken {day_words(duty.recorded)} is recorded and is not known to count"
    return said


def by_source(duty: OwedDuty) -> list[str]:
    """Return, for each day that a duty's clocks name, the day and the sources that name it, in words."""
    days: dict[date, dict[str, None]] = {}
    for clock in duty.clocks:
        if clock.due_on:
            days.setdefault(clock.due_on, {})[clock.citations[0].instrument.short] = None
    return [f"{day.day} {month(day)[:3]} by {', '.join(days[day])}" for day in sorted(days)]


def _who(row: Row) -> str:
    name = row.record.ruleset.role_name
    to = ", ".join(name(role) for role in row.duty.to)
    return name(row.duty.by) + (f", to {to}" if to else "")


def disordered(each: OutOfOrder, replay: Replay) -> str:
    """Return in a sentence that a step was taken out of order, and when that was entered if it was on another day."""
    entered = _entered(each, replay)
    return f"{each} Entered on {in_words(entered)}." if entered not in (None, each.on) else str(each)


def plain_disorder(each: OutOfOrder, replay: Replay) -> dict[str, Any]:
    """Return a step out of order as plain values, with the day on which it was entered."""
    entered = _entered(each, replay)
    return {**plain_values.disorder(each), "entered_on": entered.isoformat() if entered else None}


def _entered(each: OutOfOrder, replay: Replay) -> date | None:
    standing = {entry.slot: entry.on for entry in replay.history.standing(replay.record.as_of)}
    return standing.get((each.step, each.child)) or standing.get((each.step, None))


# -- as JSON -------------------------------------------------------------------------------------------------------------------------


def plain(cases: Sequence[tuple[str, Replay]], as_of: date) -> dict[str, Any]:
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
                "out_of_order": [plain_disorder(each, replay) for each in replay.record.out_of_order],
            }
            for reference, replay in cases
        ],
        "rows": [_plain(row) for row in rows(cases, every=True)],
    }


def _plain(row: Row) -> dict[str, Any]:
    levels = by_level(row.duty)
    owed = plain_values.owed(row.duty, row.record)
    for clock, made in zip(row.duty.clocks, owed["deadlines"], strict=True):
        made.update(plain_margin(margin_of(row.duty, clock, row.record)))
    return {
        "case": row.case,
        "uid": row.uid,
        "status": row.status,
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


# -- as a calendar -------------------------------------------------------------------------------------------------------------------


def calendar(cases: Sequence[tuple[str, Replay]], as_of: date) -> bytes:
    """Return the docket as an iCalendar file: one all-day event for every duty that ever had a date.

    An event keeps its UID for good, and its SEQUENCE is the number of entries known, so that a later export updates what an earlier one made:
    a new date moves the event, a duty that is done is marked so, and one that is no longer owed is cancelled. Nothing names the case but its
    reference. No clock is read: the time stamp is the day looked from.

    Raises:
        QuestionError: The package icalendar is not installed, or two cases have the same reference.
    """
    try:
        import icalendar
    except ImportError:
        raise QuestionError([Fault("--format ics", "calendars need the package icalendar: `pip install 'cspr-rules[calendar]'`")]) from None
    stamp = datetime(as_of.year, as_of.month, as_of.day, tzinfo=timezone.utc)  # noqa: UP017 -- one name that every supported version has
    made = icalendar.Calendar()
    for key, value in (("prodid", "-//cspr-rules//docket//EN"), ("version", "2.0"), ("method", "PUBLISH"), ("x-wr-calname", "Docket")):
        made.add(key, value)
    for row in sorted(rows(cases, every=True), key=lambda row: row.uid):
        if not row.life.had_date:
            continue
        event = icalendar.Event()
        cancelled = row.status in (SUPERSEDED, "withdrawn") or row.duty.plan_for is None
        day = row.duty.plan_for or row.life.arose_on
        event.add("uid", row.uid)
        event.add("dtstamp", stamp)
        event.add("last-modified", stamp)
        event.add("sequence", sum(len(each.entries) for each in row.replay.days))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("summary", f"{_flag(row, cancelled)}{row.duty.act} [{visible(row.case)}]")
        event.add("description", "\n".join(map(visible, _described(row))))
        event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        event.add("class", "CONFIDENTIAL")
        event.add("categories", [row.duty.strength, row.status])
        made.add_component(event)
    text: bytes = made.to_ical()
    return text


def _flag(row: Row, cancelled: bool) -> str:
    if cancelled:
        return "No longer owed: "
    flags = {"met_late": "Done late: ", "met_early": "Done too soon: ", "overdue": "OVERDUE: "}
    return flags.get(row.status, "Done: " if row.duty.done else "")


def _described(row: Row) -> Iterator[str]:
    record = row.record
    yield f"{_VERBS[row.duty.strength]} {row.duty.act}. Who: {_who(row)}."
    yield f"On {in_words(record.as_of)}: {status_words(row.status, timed=row.life.had_date)}{_done(row)}."
    for clock in sorted((clock for clock in row.duty.clocks if clock.due_on), key=lambda clock: str(clock.due_on)):
        yield f"{clock.due_on} by {clock.citations[0].name} ({LAYERS[clock.citations[0].layer]}): {clock.rule}"
    yield f"Rule {row.duty.rule_id}; rules {record.ruleset_digest[:16]}.{record.ruleset.whose} {plain_values.PURPOSE}"


def _done(row: Row) -> str:
    return f"; done {day_words(row.duty.recorded)}" if row.duty.recorded and row.duty.done else ""


def status_words(status: str, *, timed: bool) -> str:
    """Return a status in words.

    Args:
        status: A status of a duty, or ``superseded``.
        timed: Whether a day could be named for it; what has no day is done, and not done in time.
    """
    if status == SUPERSEDED:
        return "superseded: what became known later no longer makes it owed"
    if status == "met" and not timed:
        return "done"
    return {str(name): words for name, words in STATUS_WORDS.items()}[status]
