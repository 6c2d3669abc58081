"""How a duty stands beyond its status: days left, days late by each source, steps out of order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspr_rules import Case, DecisionRecord, OwedDuty, evaluate, load_ruleset
from cspr_rules.standing import Margin, by_level, margin_of, out_of_order

calendar = load_ruleset("england").calendar
days = st.dates(date(2019, 1, 1), date(2027, 12, 31))


def decided(facts: Mapping[str, object], as_of: str = "2025-12-31", profile: str = "bcp") -> DecisionRecord:
    return evaluate(load_ruleset(profile), Case(facts), as_of=date.fromisoformat(as_of))


def duty(record: DecisionRecord, name: str) -> OwedDuty:
    return next(each for each in record.duties if each.id == name)


# -- working days between ------------------------------------------------------------------------------------------------------------


@given(days, days)
def test_working_days_between_are_counted_as_deadlines_are(start: date, end: date) -> None:
    counted = sum(calendar.why_off(min(start, end) + timedelta(days=step)) is None for step in range(1, abs((end - start).days) + 1))
    assert calendar.between(start, end) == (counted if end >= start else -counted)


@given(days, st.integers(1, 60))
def test_a_due_date_in_working_days_is_a_working_day_that_many_away_and_never_earlier_for_a_later_start(start: date, count: int) -> None:
    due = calendar.working_days(start, count).on
    assert calendar.why_off(due) is None
    assert calendar.between(start, due) == count
    assert calendar.working_days(start + timedelta(days=1), count).on >= due
    back = calendar.working_days(start, -count).on
    assert calendar.why_off(back) is None
    # Counted back from a day that is off, the day before it in working order is the first.
    assert calendar.between(back, start) == count - (calendar.why_off(start) is not None)
    assert calendar.working_days(start + timedelta(days=1), -count).on >= back


@pytest.mark.parametrize(
    ("margin", "words"),
    [
        (Margin(0, 0), "on the last day"),
        (Margin(1, 1), "1 working day (1 day) left"),
        (Margin(5, 3), "3 working days (5 days) left"),
        (Margin(-1, 0), "late by 0 working days (1 day)"),
        (Margin(-4, -2), "late by 2 working days (4 days)"),
    ],
)
def test_a_margin_in_words(margin: Margin, words: str) -> None:
    assert str(margin) == words


# -- by source -----------------------------------------------------------------------------------------------------------------------

REPORT = {
    "review.decided_on": "2025-02-19",
    "review.report_completed_on": "2025-04-07",
    "publication.planned_on": "2025-05-15",
}


@pytest.mark.parametrize(
    ("sent", "local", "national", "margins"),
    [
        ("2025-05-06", "met", "met", (0, 2)),
        ("2025-05-07", "met", "met_late", (-1, 1)),
        ("2025-05-09", "met_late", "met_late", (-3, -1)),
    ],
)
def test_the_same_step_may_be_in_time_locally_and_late_nationally(sent: str, local: str, national: str, margins: tuple[int, int]) -> None:
    """Five working days before 15 May 2025 is the eighth and seven is the sixth: the early May bank holiday does not lie between."""
    record = decided({**REPORT, "publication.report_sent_on": sent})
    nationally, locally = duty(record, "give_report_before_publication"), duty(record, "send_full_report")
    assert (by_level(locally).local, by_level(locally).national) == (local, None)
    assert (by_level(nationally).local, by_level(nationally).national) == (None, national)
    found = [margin_of(each, clock, record) for each in (nationally, locally) for clock in each.clocks if clock.due_on]
    assert tuple(each.working_days for each in found if each) == margins


@pytest.mark.parametrize(
    ("as_of", "status", "margin"),
    [
        ("2025-04-14", "due", (23, 14)),
        ("2025-05-02", "due", (5, 2)),
        ("2025-05-07", "due_today", (0, 0)),
        ("2025-05-08", "overdue", (-1, -1)),
        ("2025-05-12", "overdue", (-5, -3)),
    ],
)
def test_an_open_clock_says_how_many_days_are_left_and_an_overdue_one_how_many_have_gone(as_of: str, status: str, margin: tuple[int, int]) -> None:
    """Fifteen working days from Friday 11 April 2025, over Easter and the early May bank holiday, end on Wednesday 7 May."""
    record = decided({"notification.kind": "safeguarding", "notification.sent_on": "2025-04-11"}, as_of)
    owed = duty(record, "hold_rapid_review_meeting")
    (clock,) = owed.clocks
    assert (clock.status, margin_of(owed, clock, record)) == (status, margin)


def test_what_waits_or_was_withdrawn_has_no_margin() -> None:
    record = decided(
        {"notification.kind": "safeguarding", "notification.sent_on": "2025-04-11", "notification.criteria_found_not_met_on": "2025-04-14"}
    )
    meeting = duty(record, "hold_rapid_review_meeting")
    assert [margin_of(meeting, clock, record) for clock in meeting.clocks] == [None]


# -- out of order --------------------------------------------------------------------------------------------------------------------


def steps(record: DecisionRecord) -> set[tuple[str, str, str | None, str]]:
    return {(each.step, each.after, each.after_on.isoformat() if each.after_on else None, each.why) for each in out_of_order(record)}


def test_a_meeting_before_the_notification_was_sent_is_reported_and_still_counts() -> None:
    record = decided({"notification.kind": "safeguarding", "notification.sent_on": "2025-04-11", "rapid_review.meeting_on": "2025-04-10"})
    assert ("rapid_review.meeting_on", "notification.sent_on", "2025-04-11", "clock") in steps(record)
    assert duty(record, "hold_rapid_review_meeting").status == "met"


def test_a_meeting_without_a_notification_is_reported_though_nothing_asked_for_it() -> None:
    record = decided({"notification.sent_on": "not_yet", "rapid_review.meeting_on": "2025-04-10"})
    assert ("rapid_review.meeting_on", "notification.sent_on", None, "clock") in steps(record)
    assert not any(each.id == "hold_rapid_review_meeting" for each in record.duties)


def test_nothing_is_said_where_the_earlier_step_is_not_known() -> None:
    assert steps(decided({"rapid_review.meeting_on": "2025-04-10"})) == set()


def test_steps_of_a_path_are_compared_by_way_of_the_steps_between() -> None:
    """The middle step is not recorded; the last is before the first all the same."""
    record = decided(
        {
            "child.died": True,
            "alert.manager_told_on": "2025-04-11",
            "alert.service_director_told_on": "2025-04-10",
            "incident.occurred_on": "2025-04-01",
        }
    )
    assert steps(record) == {("alert.service_director_told_on", "alert.manager_told_on", "2025-04-11", "path")}


def test_steps_that_a_path_merely_lists_may_be_taken_in_any_order() -> None:
    record = decided(
        {
            "child.died": True,
            "incident.occurred_on": "2025-04-01",
            "alert.manager_told_on": "2025-04-01",
            "alert.service_manager_telephoned_on": "2025-04-01",
            "alert.circumstances_passed_on": "2025-04-04",
            "alert.consideration_arranged_on": "2025-04-02",
            "alert.agencies_told_on": "2025-04-03",
        }
    )
    assert steps(record) == set()


def test_a_clock_that_begins_anew_makes_no_step_too_early() -> None:
    """A notification sent before a later suspicion was formed is not out of order: that clock exists only because the suspicion came."""
    facts = {
        "incident.occurred_on": "2025-04-01",
        "incident.authority_aware_on": "2025-04-01",
        "concern.formed_later_on": "2025-04-10",
        "notification.sent_on": "2025-04-04",
        "notification.kind": "safeguarding",
        "concern.authority_view": "suspected",
        "child.seriously_harmed": True,
        "incident.place": "in_area",
        "child.age_years": 3,
    }
    assert steps(decided(facts)) == set()
