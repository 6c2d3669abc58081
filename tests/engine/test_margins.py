"""How a duty stands beyond its status: days left, days late by each source, steps out of order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspr_rules import Case, DecisionRecord, OwedDuty, evaluate, load_ruleset
from cspr_rules.engine.margins import Margin, by_level, margin_of
from cspr_rules.explain.phrases import days_left, days_left_in_full
from cspr_rules.reports import decision_html
from tests.support.reports import as_markdown, as_text

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
    assert days_left_in_full(margin) == words


def test_days_late_over_a_weekend_are_never_told_as_none() -> None:
    assert [days_left(each) for each in (Margin(5, 3), Margin(1, 1), Margin(-4, -2), Margin(-1, 0))] == [
        "3 working days left", "1 working day left", "2 working days late", "1 day late",
    ]  # fmt: skip


# -- by source -----------------------------------------------------------------------------------------------------------------------

REPORT = {
    "review.decided_on": "2025-02-19",
    "review.report_completed_on": "2025-04-07",
    "publication.planned_on": "2025-05-15",
}


@pytest.mark.parametrize(
    ("sent", "local", "national", "margins"),
    [
        ("2025-05-06", "met", "met", (2, 0, 2)),
        ("2025-05-07", "met", "met_late", (1, -1, 1)),
        ("2025-05-09", "met_late", "met_late", (-1, -3, -1)),
    ],
)
def test_the_same_step_may_be_in_time_locally_and_late_nationally(sent: str, local: str, national: str, margins: tuple[int, int, int]) -> None:
    """Before 15 May 2025 seven days and five working days end on the eighth and seven working days on the sixth, after the early May holiday."""
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
    return {(each.step, each.after, each.after_on.isoformat() if each.after_on else None, each.why) for each in record.out_of_order}


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
        "child.place_of_harm": "in_area",
        "child.age_at_harm": 3,
    }
    assert steps(decided(facts)) == set()


ORDERS = [
    ("sign_off.case_panel_agreed_on", "review.report_completed_on", "bcp/12.1.1"),
    ("sign_off.group_approved_on", "sign_off.case_panel_agreed_on", "bcp/12.1.2"),
    ("sign_off.partnership_signed_off_on", "sign_off.group_approved_on", "bcp/12.1.3"),
    ("publication.date_agreed_on", "sign_off.partnership_signed_off_on", "bcp/12.1.4"),
    ("publication.date_advised_on", "publication.date_agreed_on", "bcp/12.1.4.2"),
    ("publication.published_on", "review.decided_on", "wt2023/six_months"),
    ("action_plan.drawn_up_on", "sign_off.partnership_signed_off_on", "bcp/13.1"),
    ("action_plan.action_completed_on", "action_plan.drawn_up_on", "bcp/13.2"),
    ("action_plan.action_approved_on", "action_plan.action_completed_on", "bcp/13.4"),
    ("action_plan.action_signed_off_on", "action_plan.action_approved_on", "bcp/13.5"),
    ("action_plan.completed_on", "action_plan.drawn_up_on", "bcp/13.3"),
    ("impact.plan_passed_on", "action_plan.completed_on", "bcp/15.1"),
    ("impact.followed_up_on", "impact.plan_passed_on", "bcp/15.2"),
    ("synopsis.signed_off_on", "synopsis.written_on", "bcp/14.7"),
    ("rapid_review.returns_received_on", "rapid_review.returns_requested_on", "bcp/7.3"),
    ("rapid_review.executive_signed_off_on", "rapid_review.report_to_executive_on", "bcp/7.8.a"),
    ("rapid_review.sent_to_panel_on", "rapid_review.completed_on", "wt2023/rr_output"),
    ("executive.reconsidered_on", "rapid_review.executive_signed_off_on", "bcp/7.10"),
    ("panel_member.information_given_on", "panel_member.information_requested_on", "bcp/9.1.d"),
    ("panel_member.appointed_on", "panel_member.proposed_on", None),
    ("agency.escalated_on", "agency.discussed_on", "bcp/6.6"),
    ("notification.sent_on", "notification.decided_on", None),
    ("home.event_confirmed_in_writing_on", "home.event_notified_on", "ch_regs_2015/r40/5"),
]


@pytest.mark.parametrize(("step", "first", "source"), ORDERS)
@pytest.mark.parametrize("earlier", ["2025-04-11", "not_yet"])
def test_a_step_before_the_one_that_comes_first_is_reported_with_the_source_of_the_order(
    step: str, first: str, source: str | None, earlier: str
) -> None:
    record = decided({"incident.occurred_on": "2025-01-06", first: earlier, step: "2025-04-10"})
    (found,) = (each for each in record.out_of_order if (each.step, each.after) == (step, first))
    assert (found.on, found.after_on) == (date(2025, 4, 10), None if earlier == "not_yet" else date(2025, 4, 11))
    assert [provision.key for provision in found.citations if source in (None, provision.key)] == ([source] if source else [])
    in_order = decided({"incident.occurred_on": "2025-01-06", first: "2025-04-10", step: "2025-04-10"})
    assert (step, first) not in {(each.step, each.after) for each in in_order.out_of_order}


def test_no_vocabulary_refuses_one_step_for_lying_before_another_but_where_it_cannot_be_so() -> None:
    """What is not begun, published, written or appointed cannot be ended, taken down, shown or removed; all else is a matter of order."""
    by_id = load_ruleset("bcp").vocabulary.by_id
    refused = {(fact.id, each) for fact in by_id.values() if fact.kind == "step" for each in fact.not_before if by_id[each].kind == "step"}
    assert refused == {
        ("notification.criteria_found_not_met_on", "notification.sent_on"),
        ("reviewer.removed_on", "reviewer.appointed_on"),
        ("publication.year_ended_on", "publication.published_on"),
        ("publication.taken_down_on", "publication.published_on"),
        ("national_review.three_years_ended_on", "national_review.published_on"),
        ("synopsis.published_on", "synopsis.written_on"),
        ("family.notes_shared_on", "family.notes_taken_on"),
        ("family.notes_reviewed_for_disclosure_on", "family.notes_taken_on"),
        *((f"learning.{each}_completed_on", f"learning.{each}_started_on") for each in LEARNING),
    }


LEARNING = ("brief", "event", "focussed_review", "joint_supervision", "single_agency_review")


def test_an_order_whose_source_did_not_apply_yet_is_not_reported() -> None:
    """The local guidance is of 2023; what the two steps are is another matter, and so is a national source."""
    facts = {"incident.occurred_on": "2020-01-06", "action_plan.drawn_up_on": "2020-04-11", "action_plan.completed_on": "2020-04-10"}
    assert decided(facts).out_of_order == ()
    facts = {"incident.occurred_on": "2020-01-06", "notification.decided_on": "2020-01-09", "notification.sent_on": "2020-01-08"}
    assert [(each.why, each.citations) for each in decided(facts).out_of_order] == [("meaning", ())]


def test_the_disorder_of_one_childs_steps_names_the_child() -> None:
    children = [
        {"home.event_notified_on": "2025-04-11", "home.event_confirmed_in_writing_on": "2025-04-12"},
        {"home.event_notified_on": "2025-04-11", "home.event_confirmed_in_writing_on": "2025-04-10"},
    ]
    record = evaluate(load_ruleset("england"), Case({}, children), as_of=date(2025, 12, 31))
    (found,) = record.out_of_order
    assert (found.step, found.child) == ("home.event_confirmed_in_writing_on", 2)
    assert "of child 2 is recorded on 10 April 2025" in str(found)


@pytest.mark.slow
def test_every_form_of_the_record_shows_what_is_out_of_order() -> None:
    facts = {
        "incident.occurred_on": "2025-01-06",
        "review.decided_on": "2025-02-19",
        "review.report_completed_on": "2025-04-07",
        "sign_off.case_panel_agreed_on": "2025-04-14",
        "sign_off.group_approved_on": "2025-04-10",
    }
    record = decided(facts)
    words = (
        "sign_off.group_approved_on is recorded on 10 April 2025, before sign_off.case_panel_agreed_on (14 April 2025): its time runs from that "
        "(BCP guidance, section 12, clause 12.1.2)."
    )
    assert str(record.out_of_order[0]) == words
    for made in (as_text(record), as_markdown(record).replace("\\", ""), decision_html.page([(record, None)])):
        assert "Steps out of order" in made
        assert words in " ".join(made.split())
    (plain,) = record.to_dict()["out_of_order"]
    assert (plain["step"], plain["on"], plain["after"], plain["after_on"]) == (
        "sign_off.group_approved_on",
        "2025-04-10",
        "sign_off.case_panel_agreed_on",
        "2025-04-14",
    )
    assert plain["citations"] == ["bcp/12.1.2"]
    assert "bcp/12.1.2" in record.to_dict()["tables"]["provisions"]
    assert duty(record, "approve_final_version").status == "met"
    assert "Steps out of order" not in as_text(decided({}))


# -- times that have at least to go by ----------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("as_of", "ended", "status", "margin"),
    [
        ("2025-10-01", "not_yet", "due", 226),
        ("2026-05-14", "not_yet", "due", 1),
        ("2026-05-15", "not_yet", "waiting", None),
        ("2027-01-01", "not_yet", "waiting", None),
        ("2027-01-01", "2026-05-15", "met", None),
        ("2027-01-01", "2026-06-01", "met", None),
        ("2027-01-01", "2026-05-14", "met_early", None),
    ],
)
def test_a_year_of_being_public_is_never_overdue(as_of: str, ended: str, status: str, margin: int | None) -> None:
    facts = {"incident.occurred_on": "2025-01-06", "review.decided_on": "2025-02-19", "publication.published_on": "2025-05-15"}
    record = decided({**facts, "publication.year_ended_on": ended}, as_of)
    for name in ("keep_public_for_a_year", "keep_on_website"):
        owed = duty(record, name)
        (clock,) = owed.clocks
        assert (owed.status, owed.plan_for, clock.earliest) == (status, date(2026, 5, 15), True)
        assert clock.waiting_for == ("publication.year_ended_on" if status == "waiting" else None)
        left = margin_of(owed, clock, record)
        assert (left.days if left else None) == margin
        words = " ".join(as_text(record).split())
        assert "late" not in words[words.index(owed.act) :].split("Because")[0]


FOCUSSED = {
    "incident.occurred_on": "2025-01-06",
    "learning.considered_by_group": True,
    "learning.reach": "multi_agency",
    "learning.statutory_criteria_met": False,
    "learning.more_analysis_needed": True,
    "learning.focussed_review_started_on": "2025-02-10",
}


@pytest.mark.parametrize(
    ("as_of", "done", "status"),
    [
        ("2025-05-09", "not_yet", "due"),
        ("2025-05-12", "not_yet", "due"),
        ("2025-08-10", "not_yet", "due_today"),
        ("2025-08-11", "not_yet", "overdue"),
        ("2025-12-31", "2025-05-09", "met_early"),
        ("2025-12-31", "2025-06-20", "met"),
        ("2025-12-31", "2025-08-11", "met_late"),
    ],
)
def test_between_the_two_ends_of_a_range_nothing_is_late(as_of: str, done: str, status: str) -> None:
    """Three to six months from 10 February 2025: from 10 May to 10 August, and the day to plan by is the last."""
    record = decided({**FOCUSSED, "learning.focussed_review_completed_on": done}, as_of)
    (option,) = (each for each in record.options if each.id == "option_focussed_review")
    assert (option.status, option.plan_for) == (status, date(2025, 8, 10))
    assert [clock.due_on for clock in option.clocks] == [date(2025, 5, 10), date(2025, 8, 10)]
    assert [clock.earliest for clock in option.clocks] == [False, True]
