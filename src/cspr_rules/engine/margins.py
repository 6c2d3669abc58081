"""How a duty stands beyond its status: how many days are left or were missed by each source."""

from __future__ import annotations

from datetime import date
from typing import Final, NamedTuple

from cspr_rules.engine.answers import PRESSING, Clock, OwedDuty, Status
from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.model.calendars import Calendar
from cspr_rules.travelling import travels

LOCAL: Final = "local_guidance"
"""The layer of sources that bind one authority's partnership; all others are national."""


@travels
class Margin(NamedTuple):
    """How far a day lies from a due date.

    Attributes:
        days: Calendar days left; negative if it is past.
        working_days: Working days left, the due date included and the day itself not; negative if it is past.
    """

    days: int
    working_days: int


def margin(clock: Clock, day: date, calendar: Calendar) -> Margin | None:
    """Return how far a day lies from the end of a clock, the latest if that is known only in part, or ``None`` if the clock has no date."""
    end = clock.due_on or clock.latest
    return None if end is None else Margin((end - day).days, calendar.between(day, end))


def margin_of(duty: OwedDuty, clock: Clock, record: Evaluation) -> Margin | None:
    """Return how far a clock's end lies from the day its duty was done, or from the day looked from while it is open."""
    if clock.status in ("withdrawn", "waiting", "done", "done_undated") or (clock.rule.least and clock.status != "due"):
        return None
    day = duty.done_on or record.as_of
    if duty.done and duty.recorded_within:
        day = duty.recorded_within.low if clock.status == "met_late" else duty.recorded_within.high
    return margin(clock, day, record.ruleset.calendar)


@travels
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
