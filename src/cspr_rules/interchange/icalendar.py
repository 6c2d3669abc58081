"""The docket as an iCalendar file (RFC 5545), for calendar programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone

from cspr_rules.casework.docket import SUPERSEDED, VERBS, DocketRow, rows, standing_words, who
from cspr_rules.casework.replay import Replay
from cspr_rules.engine import plain_values
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.model.sources import LAYERS, in_words
from cspr_rules.model.values import day_words
from cspr_rules.safe_text import visible


def docket_calendar(cases: Sequence[tuple[str, Replay]], as_of: date) -> bytes:
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


def _flag(row: DocketRow, cancelled: bool) -> str:
    if cancelled:
        return "No longer owed: "
    flags = {"met_late": "Done late: ", "met_early": "Done too soon: ", "overdue": "OVERDUE: "}
    return flags.get(row.status, "Done: " if row.duty.done else "")


def _described(row: DocketRow) -> Iterator[str]:
    record = row.record
    yield f"{VERBS[row.duty.strength]} {row.duty.act}. Who: {who(row)}."
    yield f"On {in_words(record.as_of)}: {standing_words(row.status, timed=row.life.had_date)}{_done(row)}."
    for clock in sorted((clock for clock in row.duty.clocks if clock.due_on), key=lambda clock: str(clock.due_on)):
        yield f"{clock.due_on} by {clock.citations[0].name} ({LAYERS[clock.citations[0].layer]}): {clock.rule}"
    yield f"Rule {row.duty.rule_id}; rules {record.ruleset_digest[:16]}.{record.ruleset.whose} {plain_values.PURPOSE}"


def _done(row: DocketRow) -> str:
    return f"; done {day_words(row.duty.recorded)}" if row.duty.recorded and row.duty.done else ""
