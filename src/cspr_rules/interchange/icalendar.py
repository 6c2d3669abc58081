"""The docket as an iCalendar file (RFC 5545), made so that a later one moves, confirms or cancels what an earlier one put into a calendar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import Any, Final

from cspr_rules.casework.docket import SUPERSEDED, DocketRow, rows, standing_words, who
from cspr_rules.casework.replay import Replay
from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import OPEN
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.explain.phrases import VERBS_IN_LINES
from cspr_rules.model.calendars import Calendar
from cspr_rules.model.sources import LAYERS, in_words
from cspr_rules.model.values import day_words
from cspr_rules.safe_text import visible

REMINDED_AT: Final = timedelta(hours=9)
"""At what time of the day a reminder is given."""
_CONTENT: Final = ("dtstart", "summary", "description", "status")


def docket_calendar(cases: Sequence[tuple[str, Replay]], as_of: date, *, earlier: bytes | None = None, remind: bool = False) -> bytes:
    """Return the docket as an iCalendar file: one all-day event for every duty that ever had a date, or would have if it is so.

    An event keeps its UID for good: a new date moves the event, what is not decided is tentative until it is, a duty that is done is marked so, and
    one that is no longer owed is cancelled. Programs take a change only with a higher SEQUENCE. It is the number of entries known; where a fact of a
    case at one moment was changed or taken out, that does not grow, so the file made before can be given: then it grows with every change, and an
    event that is there no longer is cancelled. Nothing names the case but its reference. No clock is read: the time stamp is the day looked from.

    Args:
        cases: Each case with its reference.
        as_of: The day looked from.
        earlier: The calendar file made before, which this one is to update.
        remind: Whether to remind of what is open, a working day before and on the day.

    Raises:
        QuestionError: The package icalendar is not installed, two cases have the same reference, or the earlier file is no calendar.
    """
    try:
        import icalendar
    except ImportError:
        raise QuestionError([Fault("--format ics", "calendars need the package icalendar: `pip install 'cspr-rules[calendar]'`")]) from None
    known = _events(earlier, icalendar) if earlier is not None else {}
    stamp = datetime(as_of.year, as_of.month, as_of.day, tzinfo=timezone.utc)  # noqa: UP017 -- one name that every supported version has
    made = icalendar.Calendar()
    for key, value in (("prodid", "-//cspr-rules//docket//EN"), ("version", "2.0"), ("method", "PUBLISH"), ("x-wr-calname", "Docket")):
        made.add(key, value)
    for row in sorted(rows(cases, every=True), key=lambda row: row.uid):
        if row.life.had_date:
            made.add_component(_event(row, stamp, known.pop(row.uid, None), icalendar, remind=remind))
    for uid, event in sorted(known.items()):  # of these cases, and there no longer
        if any(uid.startswith(f"{reference}.") for reference, _ in cases):
            made.add_component(_withdrawn(event, stamp))
    text: bytes = made.to_ical()
    return text


def _events(earlier: bytes, icalendar: Any) -> dict[str, Any]:
    try:
        found = icalendar.Calendar.from_ical(earlier)
        return {str(event["uid"]): event for event in found.walk("VEVENT")}
    except (ValueError, KeyError, IndexError):
        raise QuestionError([Fault("--update", "the file to update is not a calendar that this program made")]) from None


def _event(row: DocketRow, stamp: datetime, before: Any, icalendar: Any, *, remind: bool) -> Any:
    event = icalendar.Event()
    cancelled = row.status in (SUPERSEDED, "withdrawn") or row.duty.plan_for is None
    day = row.duty.plan_for or row.life.arose_on
    event.add("uid", row.uid)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", f"{_flag(row, cancelled)}{row.duty.act} [{visible(row.case)}]")
    event.add("description", "\n".join(map(visible, _described(row))))
    event.add("status", "CANCELLED" if cancelled else "TENTATIVE" if row.if_so else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "CONFIDENTIAL")
    event.add("categories", [row.duty.strength, row.status])
    event.add("sequence", _sequence(event, before, sum(len(each.entries) for each in row.replay.days)))
    if remind and not cancelled and row.status in OPEN:
        for trigger in (_working_day_before(day, row.record.ruleset.calendar) - day + REMINDED_AT, REMINDED_AT):
            alarm = icalendar.Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("trigger", trigger)
            alarm.add("description", f"{row.duty.act} [{visible(row.case)}]")
            event.add_component(alarm)
    return event


def _sequence(event: Mapping[str, Any], before: Mapping[str, Any] | None, entries: int) -> int:
    """Return the number by which programs see that an event was changed: never lower than before, and higher if anything that is shown changed."""
    if before is None:
        return entries
    last = int(before.get("sequence", 0))
    changed = any(_shown(event, key) != _shown(before, key) for key in _CONTENT)
    return max(entries, last + 1) if changed else max(entries, last)


def _shown(event: Mapping[str, Any], key: str) -> str:
    value = event.get(key)
    return str(getattr(value, "dt", value))


def _withdrawn(event: Any, stamp: datetime) -> Any:
    if str(event.get("status")) != "CANCELLED":
        for key, value in (("status", "CANCELLED"), ("sequence", int(event.get("sequence", 0)) + 1), ("dtstamp", stamp), ("last-modified", stamp)):
            event.pop(key, None)
            event.add(key, value)
        event.subcomponents = []  # nobody is reminded of it
    return event


def _working_day_before(day: date, calendar: Calendar) -> date:
    before = day - timedelta(days=1)
    while calendar.why_off(before):
        before -= timedelta(days=1)
    return before


def _flag(row: DocketRow, cancelled: bool) -> str:
    if cancelled:
        return "Not owed, as decided since: " if row.if_so else "No longer owed: "
    if row.if_so:
        return "If it is so: "
    flags = {"met_late": "Done late: ", "met_early": "Done too soon: ", "overdue": "OVERDUE: "}
    return flags.get(row.status, "Done: " if row.duty.done else "")


def _described(row: DocketRow) -> Iterator[str]:
    record = row.record
    yield f"{VERBS_IN_LINES[row.duty.strength]} {row.duty.act}. Who: {who(row)}."
    if row.if_so:
        yield "It is not decided that this is owed."
    yield from (f"But: {caveat}" for caveat in row.caveats)
    yield f"On {in_words(record.as_of)}: {standing_words(row.status, timed=row.life.had_date)}{_done(row)}."
    for clock in sorted((clock for clock in row.duty.clocks if clock.due_on), key=lambda clock: str(clock.due_on)):
        yield f"{clock.due_on} by {clock.citations[0].name} ({LAYERS[clock.citations[0].layer]}): {clock.rule}"
    yield f"Rule {row.duty.rule_id}; rules {record.ruleset_digest[:16]}.{record.ruleset.whose} {plain_values.PURPOSE}"


def _done(row: DocketRow) -> str:
    return f"; done {day_words(row.duty.recorded)}" if row.duty.recorded and row.duty.done else ""
