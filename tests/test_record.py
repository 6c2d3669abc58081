"""What a decision record says of duties, clocks, children and days, on the shipped rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from cspr_rules import Case, CaseError, DecisionRecord, OwedDuty, evaluate, load_ruleset

SIN = "england.notification.serious_incident"
HARMED_IN_AREA = {
    "child.place_of_harm": "in_area",
    "incident.authority_aware_on": "2024-03-27",
    "incident.occurred_on": "2024-03-26",
    "concern.authority_view": "suspected",
    "child.age_at_harm": 3,
    "child.seriously_harmed": True,
}


def decided(facts: Mapping[str, object], *children: Mapping[str, object], as_of: date = date(2024, 4, 2), profile: str = "bcp") -> DecisionRecord:
    return evaluate(load_ruleset(profile), Case(facts, children), as_of=as_of)


def duty(record: DecisionRecord, name: str) -> OwedDuty:
    return next(each for each in record.duties if each.id == name)


# -- clocks --------------------------------------------------------------------------------------------------------------------------


def test_five_working_days_over_easter_skip_the_weekend_and_both_bank_holidays() -> None:
    clocks = [clock for clock in duty(decided(HARMED_IN_AREA), "notify_panel").clocks if clock.due]
    assert {clock.due_on for clock in clocks} == {date(2024, 4, 5)}
    assert [(day.isoformat(), why) for day, why in clocks[0].due.skipped] == [  # type: ignore[union-attr]
        ("2024-03-29", "Good Friday"),
        ("2024-03-30", "Saturday"),
        ("2024-03-31", "Sunday"),
        ("2024-04-01", "Easter Monday"),
    ]


def test_each_source_keeps_its_own_clock_and_strength_and_the_statute_gives_none() -> None:
    clocks = duty(decided(HARMED_IN_AREA), "notify_panel").clocks
    said = {(clock.citations[0].layer, clock.rule.strength, clock.due_on) for clock in clocks if not clock.waiting_for}
    assert said == {
        ("statute", "must", None),
        ("statutory_guidance", "should", date(2024, 4, 5)),
        ("official_page", "must", date(2024, 4, 5)),
        ("local_guidance", "will", date(2024, 4, 5)),
    }


def test_a_suspicion_formed_later_has_its_own_clock_and_the_earlier_one_is_planned_by() -> None:
    owed = duty(decided({**HARMED_IN_AREA, "concern.formed_later_on": "2024-04-02"}), "notify_panel")
    later = next(clock for clock in owed.clocks if clock.rule.anchor == "concern.formed_later_on")
    assert later.due_on == date(2024, 4, 9)
    assert not later.earliest
    assert owed.plan_for == date(2024, 4, 5)


def test_without_the_day_of_awareness_the_clock_waits_and_no_day_is_made_up() -> None:
    facts = {name: value for name, value in HARMED_IN_AREA.items() if name != "incident.authority_aware_on"}
    owed = duty(decided(facts), "notify_panel")
    assert owed.plan_for is None
    assert "incident.authority_aware_on" in {clock.waiting_for for clock in owed.clocks}


@pytest.mark.parametrize(
    ("as_of", "sent", "status"),
    [
        (date(2024, 4, 4), None, "due"),
        (date(2024, 4, 5), None, "due_today"),
        (date(2024, 4, 6), None, "overdue"),
        (date(2024, 4, 6), "2024-04-05", "met"),
        (date(2024, 4, 9), "2024-04-08", "met_late"),
        (date(2024, 4, 6), "not_yet", "overdue"),
    ],
)
def test_a_duty_is_due_due_today_overdue_met_or_met_late(as_of: date, sent: str | None, status: str) -> None:
    facts = {**HARMED_IN_AREA, "notification.sent_on": sent, "notification.kind": "safeguarding"}
    owed = duty(decided(facts, as_of=as_of), "notify_panel")
    assert owed.status == status
    assert owed.done_on == (date.fromisoformat(sent) if sent and sent != "not_yet" else None)


def test_a_notification_of_another_kind_does_not_discharge_the_duty() -> None:
    facts = {**HARMED_IN_AREA, "child.died": True, "notification.sent_on": "2024-04-02"}
    assert duty(decided({**facts, "notification.kind": "looked_after_death_only"}), "notify_panel").done_on is None
    of_unknown_kind = duty(decided(facts, as_of=date(2024, 4, 9)), "notify_panel")
    assert (of_unknown_kind.recorded_on, of_unknown_kind.done_on, of_unknown_kind.status) == (date(2024, 4, 2), None, "overdue")
    assert duty(decided({**facts, "notification.kind": "safeguarding"}), "notify_panel").status == "met"


def test_a_rapid_review_ends_when_the_criteria_are_found_not_met() -> None:
    facts = {**HARMED_IN_AREA, "notification.kind": "safeguarding", "notification.sent_on": "2024-04-02"}
    running = decided(facts, as_of=date(2024, 4, 10))
    assert duty(running, "undertake_rapid_review").plan_for == date(2024, 4, 23)
    ended = decided({**facts, "notification.criteria_found_not_met_on": "2024-04-09"}, as_of=date(2024, 4, 10))
    assert duty(ended, "undertake_rapid_review").status == "withdrawn"


# -- several children ----------------------------------------------------------------------------------------------------------------


def test_siblings_harmed_in_one_incident_are_notified_once_naming_those_who_ground_it() -> None:
    shared = {name: value for name, value in HARMED_IN_AREA.items() if name == "child.place_of_harm" or not name.startswith(("child.", "concern."))}
    harmed = {"concern.authority_view": "suspected", "child.age_at_harm": 3, "child.seriously_harmed": True}
    unharmed = {"concern.authority_view": "suspected", "child.age_at_harm": 9, "child.seriously_harmed": False, "child.died": False}
    record = decided(shared, harmed, unharmed, {**harmed, "child.age_at_harm": 6})
    owed = [each for each in record.duties if each.id == "notify_panel"]
    assert len(owed) == 1
    assert owed[0].children == (1, 3)
    assert [finding.outcome for finding in record.decisions[SIN].per_child] == ["met", "not_met", "met"]
    assert record.decisions[SIN].outcome == "met"


def test_a_duty_owed_per_child_is_owed_for_each_with_its_own_clock() -> None:
    dead = {"child.died": True, "child.age_at_harm": 4, "child.looked_after_by": "this_authority", "concern.authority_view": "neither"}
    record = decided(
        {"child.place_of_harm": "in_area", "incident.occurred_on": "2024-03-01", "incident.authority_aware_on": "2024-03-01"},
        {**dead, "child.died_on": "2024-03-01"},
        {**dead, "child.died_on": "2024-03-20", "secretary_of_state.told_on": "2024-03-21"},
    )
    owed = [each for each in record.duties if each.id == "tell_secretary_of_state"]
    assert {each.children: each.done_on for each in owed} == {(1,): None, (2,): date(2024, 3, 21)}


def test_a_duty_that_one_of_several_children_grounds_is_read_from_the_dates_of_that_one() -> None:
    dead = {"child.died": True, "child.age_at_harm": 4, "child.looked_after_by": "this_authority", "concern.authority_view": "neither"}
    children = ({"child.died": False}, {**dead, "child.died_on": "2024-03-20", "secretary_of_state.told_on": "2024-03-21"}, {"child.died": False})
    record = decided({"child.place_of_harm": "in_area", "incident.occurred_on": "2024-03-01", "incident.authority_aware_on": "2024-03-01"}, *children)
    owed = duty(record, "tell_secretary_of_state")
    assert (owed.children, owed.done_on) == ((2,), date(2024, 3, 21))


def test_a_duty_owed_once_runs_from_the_earliest_day_of_the_children_who_ground_it_and_of_no_other() -> None:
    shared = {name: value for name, value in HARMED_IN_AREA.items() if name == "child.place_of_harm" or not name.startswith(("child.", "concern."))}
    harmed = {"concern.authority_view": "suspected", "child.age_at_harm": 3, "child.seriously_harmed": True}
    unharmed = {"child.seriously_harmed": False, "child.died": False, "concern.formed_later_on": "2024-03-28"}
    late, early = ({**harmed, "concern.formed_later_on": day} for day in ("2024-04-05", "2024-04-02"))
    owed = duty(decided(shared, unharmed, late, early, as_of=date(2024, 4, 5)), "notify_panel")
    assert owed.children == (2, 3)
    assert {clock.started_on for clock in owed.clocks if clock.rule.anchor == "concern.formed_later_on"} == {date(2024, 4, 2)}


def test_what_a_source_permits_is_an_option_and_no_duty() -> None:
    record = decided({**HARMED_IN_AREA, "child.died": True, "child.looked_after_by": "this_authority"})
    assert record.duties
    assert record.options
    assert {owed.optional for owed in record.duties} == {False}
    assert {owed.optional for owed in record.options} == {True}


def test_the_number_of_children_is_counted_unless_it_is_recorded() -> None:
    record = decided({"child.place_of_harm": "in_area"}, *[{"child.age_at_harm": age} for age in range(5)])
    slot = record.ruleset.vocabulary.slot["incident.children_affected"]
    assert record.checked.incident[slot] == 5


# -- days ----------------------------------------------------------------------------------------------------------------------------


def test_the_law_is_that_of_the_day_of_the_incident() -> None:
    old = decided({**HARMED_IN_AREA, "incident.occurred_on": "2017-05-02", "incident.authority_aware_on": "2017-05-02"})
    assert old.law_on == date(2017, 5, 2)
    assert SIN not in old.decisions
    assert SIN in {rule.id for rule in old.not_in_force}
    assert not any(duty.id == "notify_panel" for duty in old.duties)


def test_an_answer_that_rests_on_the_unread_edition_says_so() -> None:
    record = decided({**HARMED_IN_AREA, "incident.occurred_on": "2026-05-05", "incident.authority_aware_on": "2026-05-05"}, as_of=date(2026, 5, 6))
    assert any(provision.instrument.id == "wt2026" for provision in record.unverified)


def test_a_date_after_the_day_looked_from_is_refused() -> None:
    with pytest.raises(CaseError, match=r"facts\.incident\.authority_aware_on|incident\.authority_aware_on is 2024-03-27, after the day"):
        decided(HARMED_IN_AREA, as_of=date(2024, 3, 26))


def test_deadlines_past_the_last_published_bank_holidays_are_provisional() -> None:
    facts = {**HARMED_IN_AREA, "incident.occurred_on": "2027-12-28", "incident.authority_aware_on": "2027-12-29"}
    clocks = [clock for clock in duty(decided(facts, as_of=date(2027, 12, 30)), "notify_panel").clocks if clock.due]
    assert all(clock.due.provisional for clock in clocks if clock.due)


# -- people --------------------------------------------------------------------------------------------------------------------------


def test_a_judgement_is_recorded_with_its_role_reasons_and_dissent_and_never_made() -> None:
    judged = {"value": True, "role": "designated doctor", "on": "2024-03-28", "reasons": "burns to a third of the body", "dissent": "police"}
    record = decided({**HARMED_IN_AREA, "child.seriously_harmed": judged})
    assert record.decisions[SIN].outcome == "met"
    assert [(each.role, each.dissent) for each in record.checked.judgements] == [("designated doctor", "police")]
    unjudged = decided({name: value for name, value in HARMED_IN_AREA.items() if name != "child.seriously_harmed"})
    assert unjudged.decisions[SIN].outcome == "undetermined"
    assert any(question.fact.id == "child.seriously_harmed" for question in unjudged.ask)


def test_a_looked_after_death_without_suspicion_never_starts_a_rapid_review_by_itself() -> None:
    facts = {
        "child.place_of_harm": "in_area",
        "incident.occurred_on": "2024-03-01",
        "incident.authority_aware_on": "2024-03-01",
        "child.died": True,
        "child.died_on": "2024-03-01",
        "child.age_at_harm": 10,
        "child.looked_after_by": "this_authority",
        "concern.authority_view": "neither",
        "notification.kind": "looked_after_death_only",
        "notification.sent_on": "2024-03-04",
    }
    record = decided(facts)
    assert duty(record, "notify_panel_of_looked_after_death").plan_for == date(2024, 3, 6)  # five calendar days from the death: the strictest reading
    assert "undertake_rapid_review" not in {each.id for each in record.duties}
    assert record.decisions["england.rapid_review.undertake"].outcome == "not_met"


def test_every_duty_and_clock_cites_something_in_force() -> None:
    record = decided(HARMED_IN_AREA)
    assert record.duties
    for owed in record.duties:
        assert owed.citations
        assert all(clock.citations for clock in owed.clocks)
