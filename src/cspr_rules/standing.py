"""How a duty stands beyond its status: how many days are left or were missed by each source, and which steps were taken out of order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Literal, NamedTuple

from cspr_rules.calendars import Calendar
from cspr_rules.compiling import CitedDeadline, CitedDuty, in_force
from cspr_rules.decisions import PRESSING, Clock, OwedDuty, Status
from cspr_rules.record import DecisionRecord
from cspr_rules.rules import Duty
from cspr_rules.sources import Provision
from cspr_rules.vocabulary import NOT_YET, Row

LOCAL: Final = "local_guidance"
"""The layer of sources that bind one authority's partnership; all others are national."""


class Margin(NamedTuple):
    """How far a day lies from a due date.

    Attributes:
        days: Calendar days left; negative if it is past.
        working_days: Working days left, the due date included and the day itself not; negative if it is past.
    """

    days: int
    working_days: int

    def __str__(self) -> str:
        if not self.days:
            return "on the last day"
        working = f"{_counted(abs(self.working_days), 'working day')} ({_counted(abs(self.days), 'day')})"
        return f"{working} left" if self.days > 0 else f"late by {working}"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def margin(clock: Clock, day: date, calendar: Calendar) -> Margin | None:
    """Return how far a day lies from the end of a clock, or ``None`` if the clock has no date."""
    if clock.due_on is None:
        return None
    return Margin((clock.due_on - day).days, calendar.between(day, clock.due_on))


def margin_of(duty: OwedDuty, clock: Clock, record: DecisionRecord) -> Margin | None:
    """Return how far a clock's end lies from the day its duty was done, or from the day looked from while it is open."""
    if clock.status in ("withdrawn", "waiting", "done"):
        return None
    return margin(clock, duty.done_on or record.as_of, record.ruleset.calendar)


class ByLevel(NamedTuple):
    """How a duty stands locally and nationally; the two can differ, and neither is put in place of the other.

    Attributes:
        local: The most pressing status among the clocks of local sources; ``None`` without one.
        national: The same for all other sources.
    """

    local: Status | None
    national: Status | None


def by_level(duty: OwedDuty) -> ByLevel:
    """Return how a duty stands by its local and by its national clocks."""
    found: dict[bool, Status] = {}
    for clock in duty.clocks:
        local = clock.citations[0].layer == LOCAL
        known = found.get(local)
        found[local] = clock.status if known is None else min(known, clock.status, key=PRESSING.index)
    return ByLevel(found.get(True), found.get(False))


# -- steps out of order --------------------------------------------------------------------------------------------------------------


class OutOfOrder(NamedTuple):
    """A step that was taken before one that it comes after.

    Attributes:
        duty: The duty that the step discharges.
        step: The fact that records it.
        on: The day it was taken.
        after: The fact that records what comes first.
        after_on: The day of that; ``None`` if it is known not to have happened yet.
        why: ``clock``: its own time runs from that. ``path``: in a path, by way of the steps between.
        citations: The provisions that give the order.
    """

    duty: Duty
    step: str
    on: date
    after: str
    after_on: date | None
    why: Literal["clock", "path"]
    citations: tuple[Provision, ...]


def out_of_order(record: DecisionRecord) -> tuple[OutOfOrder, ...]:
    """Return every step that the facts put before one that it comes after, each pair once, in the order of the dates.

    They are reported and change nothing: the duty is met or late by its own dates all the same. One step comes after another if its clock runs
    from it, or if, in a path, that is so by way of the steps between. A path that merely lists steps puts none of them first.
    """
    law = record.ruleset.law(record.law_on)
    found: dict[tuple[str, str, date], OutOfOrder] = {}
    for sources, rows in ((law.incident, (record.checked.incident,)), (law.child, record.checked.children)):
        duties = [cited for source in sources for cited in source.duties]
        for row in rows:
            for each in (*_by_clock(duties, row, record), *_by_path(duties, row, record)):
                found.setdefault((each.step, each.after, each.on), each)
    return tuple(sorted(found.values(), key=lambda each: (each.on, each.step, each.after)))


def _starts(cited: CitedDuty) -> Iterator[CitedDeadline]:
    """Yield the clocks of a duty that run from a date: not those counted back from one, nor those that begin anew if something happens."""
    for clock in cited.deadlines:
        if clock.slot is not None and not clock.deadline.before and not clock.deadline.only_if_recorded:
            yield clock


def _by_clock(duties: Iterable[CitedDuty], row: Row, record: DecisionRecord) -> Iterator[OutOfOrder]:
    """Compare each recorded step with the days its clocks run from, whether or not its duty is owed: a step too soon may be why it is not."""
    for cited in duties:
        for clock in _starts(cited) if cited.done is not None else ():
            found = _before(cited, clock.slot, row, record, "clock", clock.citations)
            if found:
                yield found


def _by_path(duties: Sequence[CitedDuty], row: Row, record: DecisionRecord) -> Iterator[OutOfOrder]:
    by_id = {cited.duty.id: cited for cited in duties}
    for path in record.ruleset.paths.values():
        comes_after: dict[int, set[int]] = {}
        for cited in (by_id[step] for step in path.steps if step in by_id):
            if cited.done is None:
                continue
            first = {clock.slot for clock in _starts(cited) if clock.slot is not None}
            every = first.union(*(comes_after.get(slot, set()) for slot in first))
            comes_after[cited.done] = comes_after.get(cited.done, set()) | every
            for slot in sorted(every - first):
                found = _before(cited, slot, row, record, "path", in_force(path.cites, record.ruleset.provisions, record.law_on))
                if found:
                    yield found


def _before(
    cited: CitedDuty, first: int | None, row: Row, record: DecisionRecord, why: Literal["clock", "path"], citations: tuple[Provision, ...]
) -> OutOfOrder | None:
    if cited.done is None or first is None:
        return None
    facts = record.ruleset.vocabulary.facts
    on, after_on = row[cited.done], row[first]
    if not isinstance(on, date):
        return None
    if isinstance(after_on, date):
        return OutOfOrder(cited.duty, facts[cited.done].id, on, facts[first].id, after_on, why, citations) if on < after_on else None
    # What has not happened yet is out of order only where it is itself a step that somebody takes.
    if after_on is NOT_YET and facts[first].kind == "step":
        return OutOfOrder(cited.duty, facts[cited.done].id, on, facts[first].id, None, why, citations)
    return None
