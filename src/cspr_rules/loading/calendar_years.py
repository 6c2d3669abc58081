"""That a calendar knows the bank holidays of every year in which its rules apply."""

from __future__ import annotations

from collections.abc import Iterator

from cspr_rules.errors import Fault, RulesError
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.building import build_calendar
from cspr_rules.model.calendars import known_base

YEARS_AHEAD = 10
"""For how many years after the last confirmed one a calendar has to know its bank holidays."""


def faults(built: Built) -> Iterator[Fault]:
    """Yield a fault for each calendar that does not know a year between the first rule's and some years after the last confirmed one."""
    for entry in built.pack.of("calendars"):
        if not known_base(entry.plain["base"]):  # a fault of its own
            continue
        calendar = build_calendar(entry.plain)
        last = calendar.confirmed_until.year
        first = min((rule.window.start.year for rule, _ in built.rule_entries), default=last)
        try:
            for year in range(first, last + YEARS_AHEAD + 1):
                calendar.holidays(year)
        except RulesError as error:
            yield entry.fault(("base",), error.faults[0].message)
