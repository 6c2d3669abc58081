"""Situations that practitioners met and that used to go wrong, decided under the shipped rules; none is a real case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cspr_rules import Case, CaseError, DecisionRecord, evaluate, load_ruleset

SIN = "england.notification.serious_incident"
HARMED = {"child.died": False, "child.seriously_harmed": True, "child.place_of_harm": "in_area", "concern.authority_view": "suspected"}


def decided(facts: dict[str, Any], *children: dict[str, Any], as_of: date) -> DecisionRecord:
    return evaluate(load_ruleset("england"), Case(facts, children), as_of=as_of)


@pytest.mark.parametrize(("day", "outcome"), [("2026-02-28", "met"), ("2026-03-01", "not_met")])
def test_somebody_born_on_a_leap_day_is_a_child_until_the_first_of_march(day: str, outcome: str) -> None:
    found = decided({**HARMED, "incident.occurred_on": day, "child.born_on": "2008-02-29"}, as_of=date(2026, 3, 2))
    assert found.decisions[SIN].outcome == outcome


def test_a_date_of_birth_by_another_name_is_pointed_to_its_fact() -> None:
    with pytest.raises(CaseError, match=r"no fact called 'child\.date_of_birth'; did you mean 'child\.born_on'"):
        decided({"child.date_of_birth": "2008-02-29"}, as_of=date(2026, 3, 2))


def test_a_resident_who_went_missing_is_not_asked_about_as_if_unborn() -> None:
    """Two girls looked after, found five days later; nobody has judged the harm yet: open, and what settles it is asked for first."""
    girl = {"child.looked_after": True, "placement.kind": "childrens_home", "concern.authority_view": "suspected", "child.place_of_harm": "in_area"}
    found = decided({}, {**girl, "child.age_at_harm": 14}, {**girl, "child.age_at_harm": 15}, as_of=date(2023, 4, 30))
    assert found.decisions[SIN].outcome == "undetermined"
    asked = [question.fact.id for question in found.questions.now]
    assert "child.unborn" not in asked
    assert {"child.died", "child.seriously_harmed"} & set(asked[:3])


def test_in_the_first_summer_of_the_duty_each_child_who_dies_has_a_form_and_the_board_is_told_at_the_same_time() -> None:
    dead = {"child.died": True, "child.place_of_harm": "in_area", "child.place_of_death": "in_area", "concern.authority_view": "suspected"}
    children = [{**dead, "child.age_at_death": 2, "child.age_at_harm": 2}, {**HARMED, "child.age_at_harm": 5}]
    found = decided({"incident.occurred_on": "2018-08-23", "incident.authority_aware_on": "2018-08-23"}, *children, as_of=date(2018, 8, 24))
    owed = {duty.id: duty for duty in found.duties}
    assert owed["notify_panel"].plan_for == date(2018, 8, 31)  # 27 August was a bank holiday
    assert owed["forms_for_several_children"].strength == "should"
    board = next(duty for duty in found.duties if "safeguarding_children_board" in " ".join(duty.to))
    assert {clock.rule.unit for clock in board.clocks} != {"unspecified"}, "a time is given: with the notification"


def test_a_hundred_and_eight_children_are_one_incident() -> None:
    found = decided({}, *({**HARMED, "child.age_at_harm": 12} for _ in range(108)), as_of=date(2022, 10, 26))
    assert found.decisions[SIN].outcome == "met"
    assert found.decisions["england.notification.more_than_four"].outcome == "met"


def test_harm_from_before_the_duty_that_is_known_after_it_is_not_sent_under_repealed_guidance() -> None:
    facts = {**HARMED, "incident.occurred_on": "2018-06-20", "incident.authority_aware_on": "2018-07-16", "child.age_at_harm": 5}
    found = decided(facts, as_of=date(2018, 7, 20))
    assert found.decisions["england.notification.before_2018"].outcome == "not_met"
    assert found.decisions["england.notification.known_after_the_duty_began"].outcome == "met"
    assert not [duty for duty in found.duties if {"ofsted", "local_safeguarding_children_board"} & set(duty.to)]
    assert "16C" in " ".join(given.note.text for given in found.notes)


def test_a_boy_charged_with_a_killing_is_told_of_the_youth_justice_notice() -> None:
    facts = {
        "incident.occurred_on": "2024-06-04", "incident.authority_aware_on": "2024-06-05", "child.place_of_harm": "in_area", "child.age_at_harm": 15,
        "child.died": False, "child.looked_after": True, "concern.authority_view": "known", "child.caused_harm_to_another": True,
        "youth_justice.charged_with": "murder_or_manslaughter",
    }  # fmt: skip
    found = decided(facts, as_of=date(2024, 6, 7))
    assert found.decisions["england.custody_and_detention.youth_justice_notification"].outcome == "met"
    assert found.decisions["england.notification.child_who_caused_harm"].outcome == "met"
