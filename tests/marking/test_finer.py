"""Each clock, what each part rests on, options, the order of steps and the stage are marked where they are answered, and not where they are not."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from cspr_rules import DecisionRecord, evaluate, load_ruleset
from cspr_rules.errors import CaseError
from cspr_rules.marking.marks import mark
from cspr_rules.marking.one_mark import MarkKind
from cspr_rules.reports.marking_sheet import KINDS
from tests.marking.test_days_of_sources import FACTS
from tests.support.shipped import FILES, record

SERIOUS = "england.notification.serious_incident"
SAID = {"unit": "unspecified", "anchor": "unspecified", "strength": "must", "day": "no_day", "cites": "ca2004/s16C/1"}
GUIDANCE = {
    "unit": "working_days",
    "count": 5,
    "anchor": "incident.authority_aware_on",
    "side": "after",
    "strength": "should",
    "cites": ["wt2023/notify"],
}
PAGE = {"strength": "must", "day": "2024-04-05", "cites": ["govuk_notify/five_days"]}
RIGHT: list[dict[str, Any]] = [
    {"clocks": {"notify_panel": [SAID, GUIDANCE, PAGE]}},
    {"clocks": {"notify_panel": [{"unit": "working_days"}, {"strength": "must"}]}},  # each that runs is one of those
    {"grounds": {SERIOUS: {"itself": ["ca2004/s16C/1"], "child.age_at_harm": "ca2004/child"}}},
    {"grounds": {SERIOUS: {"note 2": "ca2004/s16C/2"}, "notify_panel": {"itself": "ca2004/s16C/1"}}},
    {"grounds": {"aware": {"itself": "ca2004/s16C/1"}}},
    {"stage": "aware"},
]
WRONG: list[dict[str, Any]] = [
    {"clocks": {"notify_panel": [SAID, GUIDANCE]}},  # one that runs is left out
    {"clocks": {"notify_panel": [SAID, GUIDANCE | {"count": 6}, PAGE]}},
    {"clocks": {"notify_panel": [SAID, GUIDANCE, PAGE | {"strength": "should"}]}},
    {"clocks": {"notify_panel": [SAID, GUIDANCE, PAGE | {"cites": ["govuk_notify/five_days", "ca2004/s16C/1"]}]}},
    {"clocks": {"notify_panel": []}},
    {"grounds": {SERIOUS: {"itself": ["ca2004/s16C/1", "ca2004/child"]}}},  # all of them, and nothing else
    {"grounds": {SERIOUS: {"child.age_at_death": "ca2004/child"}}},  # it makes nothing what it is here
    {"grounds": {"notified": {"itself": "ca2004/s16C/1"}}},  # not the stage that it has come to
    {"options": {"notify_panel": {"support": []}}},  # no choice on a menu
    {"stage": "notified"},
    {"stage": "none"},
]


def decided() -> DecisionRecord:
    return evaluate(load_ruleset("england"), FACTS, as_of=date(2024, 4, 2))


@pytest.mark.parametrize("expect", RIGHT)
def test_what_is_right_is_marked_right(expect: dict[str, Any]) -> None:
    marking = mark(decided(), expect)
    assert marking.right, marking


@pytest.mark.parametrize("expect", WRONG)
def test_what_is_wrong_is_marked_wrong_and_says_what_is_so(expect: dict[str, Any]) -> None:
    (found,) = mark(decided(), expect).marks
    assert found.verdict == "wrong"
    assert found.found
    assert found.kind in KINDS


def test_a_rule_that_is_no_law_on_the_day_is_said_to_be_none() -> None:
    earlier = evaluate(load_ruleset("england"), FACTS | {"incident.occurred_on": "2017-03-26"}, as_of=date(2024, 4, 2))
    assert mark(earlier, {"outcomes": {SERIOUS: "not_law"}}).right
    assert not mark(earlier, {"outcomes": {SERIOUS: "not_met"}}).right
    assert not mark(decided(), {"outcomes": {SERIOUS: "not_law"}}).right


def test_what_is_left_empty_is_not_held_against_anybody() -> None:
    marks = mark(decided(), {"clocks": {"notify_panel": None}, "grounds": {SERIOUS: None, "notify_panel": {"itself": None}}, "stage": None}).marks
    assert [each.verdict for each in marks] == ["unanswered", "unanswered", "right"]
    assert mark(decided(), {"clocks": {"notify_panel": [{}]}}).right


def test_a_choice_on_a_menu_has_those_who_support_and_oversee_it_and_stands_somehow() -> None:
    facts = {"learning.considered_by_group": True, "learning.share_immediately": True}
    found, brief = evaluate(load_ruleset("bcp"), facts, as_of=date(2024, 4, 2)), "option_learning_brief"
    assert mark(found, {"options": {brief: {"support": [], "governance": "pan_dorset_partnership"}}, "status": {brief: "waiting"}}).right
    assert not mark(found, {"options": {brief: {"support": ["panel"]}}}).right
    assert not mark(found, {"options": {brief: {"governance": []}}}).right
    assert not mark(found, {"status": {brief: "overdue"}}).right


def test_the_steps_of_a_path_are_in_order() -> None:
    found, path = next((record(file), path) for file in FILES for path in record(file).paths if len({step.id for step in path.steps}) > 1)
    steps = list(dict.fromkeys(step.id for step in path.steps))
    rests_on = sorted(each.key for each in path.citations)
    assert mark(found, {"paths": {path.path.id: steps}, "grounds": {path.path.id: {"itself": rests_on}}}).right
    for wrong in (steps[::-1], steps[1:], []):
        assert not mark(found, {"paths": {path.path.id: wrong}}).right


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ({"clocks": {"notify_panel": [{"unit": "fortnights"}]}}, "expected one of working_days"),
        ({"clocks": {"notify_panel": [{"anchor": "incident.aware"}]}}, "there is no fact called 'incident.aware'"),
        ({"clocks": {"notify_panel": [{"count": "five"}]}}, "as a whole number"),
        ({"clocks": {"notify_panel": [{"days": 5}]}}, "there is no part of a clock called 'days'"),
        ({"clocks": {"notify_panel": {"day": "2024-04-05"}}}, "expected a list of clocks"),
        ({"grounds": {SERIOUS: ["ca2004/s16C/1"]}}, "expected `part: provisions` lines"),
        ({"grounds": {"notify_panel": {"child.died": "ca2004/s16C/1"}}}, "there is no part called 'child.died'"),
        ({"grounds": {"notified_panel": {}}}, "there is no rule, duty, path or stage called"),
        ({"options": {"notify_panel": {"lead": []}}}, "there is no part called 'lead'"),
        ({"paths": {"escalation": []}}, "there is no path called 'escalation'"),
        ({"stage": "awar"}, "there is no stage called 'awar'; did you mean 'aware'?"),
        ({"stage": "beyond"}, "there is no stage called 'beyond'; expected one of "),
    ],
)
def test_what_is_no_answer_is_refused(expect: dict[str, Any], message: str) -> None:
    with pytest.raises(CaseError) as caught:
        mark(decided(), expect)
    assert message in str(caught.value)


def test_every_kind_of_mark_has_a_name_on_a_sheet() -> None:
    assert set(KINDS) == set(get_args(MarkKind))


def test_what_was_found_reads_as_words_and_says_how_much_of_it_was_answered() -> None:
    answers = {
        "clocks": {"notify_panel": [{"unit": "working_days", "count": 4}, {"anchor": "none", "cites": []}, {}]},
        "grounds": {"aware": {"itself": []}},
    }
    clocks, grounds = mark(decided(), answers).marks
    assert clocks.answered == "4 working days; a time from no day; a clock"
    assert clocks.found == (
        "no time given after a day that is not named, no day to plan for, must, by ca2004/s16C/1; "
        "5 working days after incident.authority_aware_on, 5 April 2024, should, by wt2023/notify; "
        "5 working days after incident.authority_aware_on, 5 April 2024, must, by govuk_notify/five_days"
    )
    assert grounds.answered == "itself: nothing"
