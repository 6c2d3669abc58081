"""Waivers: what they excuse and what they never do; ended and unused ones fail; one that cannot be read is told with its line."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from cspr_rules import Case, CaseError, assert_complies, evaluate, load_ruleset, mark, read_bytes
from cspr_rules.marking.complying import excused
from cspr_rules.marking.waivers import Waiver, Waivers, waivers_from
from tests.support.case_tests import SIN

DAY = date(2024, 4, 2)
FACTS = {"child.died": True, "child.age_at_harm": 3, "child.place_of_harm": "in_area", "concern.authority_view": "suspected"}
WRONG = {
    "outcomes": {SIN: "not_met", "england.looked_after.panel": "met"},
    "duties": {"notify_panel": "not_owed"},
    "ask": ["child.died"],
    "notes_from": ["england.notification.unborn"],
}
ENDS = date(2024, 6, 30)


def waiver(**about: Any) -> Waiver:
    return Waiver(**({"rule": None, "duty": None, "fact": None, "case": None} | about), reason="not modelled", until=ENDS, place="w.yaml:2:5")


def excuses(each: Waiver, on: date = DAY, case: str = "A death", file: str = "cases/a.cspr.yaml") -> list[str]:
    marking = mark(evaluate(load_ruleset("england"), Case(FACTS), as_of=DAY), WRONG)
    return [found.id for found, by in excused(marking, Waivers((each,), on), case, file) if by is not None]


PANEL, UNBORN = "england.looked_after.panel", "england.notification.unborn"


@pytest.mark.parametrize(
    ("about", "ids"),
    [
        ({"rule": SIN}, [SIN, "notify_panel"]),
        ({"rule": "england.notification.*"}, [SIN, "notify_panel", UNBORN]),
        ({"rule": "england.notification"}, []),
        ({"duty": "notify_*"}, ["notify_panel"]),
        ({"rule": "england.looked_after.*", "duty": "notify_panel"}, []),
        ({"fact": "child.*"}, ["child.died"]),
        ({"case": "A death"}, [SIN, PANEL, "notify_panel", "child.died", UNBORN]),
        ({"case": "a.cspr.yaml", "rule": PANEL}, [PANEL]),
        ({"case": "cases/*", "rule": PANEL}, [PANEL]),
        ({"case": "Another*", "rule": PANEL}, []),
        ({"rule": "*", "case": "A*"}, [SIN, PANEL, "notify_panel", UNBORN]),
    ],
)
def test_a_waiver_excuses_what_all_its_patterns_are_about_and_nothing_else(about: dict[str, str], ids: list[str]) -> None:
    assert excuses(waiver(**about)) == ids


def test_a_waiver_holds_on_its_last_day_and_not_after() -> None:
    assert excuses(waiver(rule=SIN), on=ENDS)
    assert not excuses(waiver(rule=SIN), on=ENDS + timedelta(days=1))


def test_a_waiver_that_ended_fails_though_it_was_needed_and_one_that_was_not_needed_fails_though_it_holds() -> None:
    first, second, third = waiver(rule=SIN), waiver(rule=PANEL), waiver(duty="x")
    assert Waivers((first, second, third), ENDS).spent([first]) == {second: "unused", third: "unused"}
    assert Waivers((first, second, third), ENDS + timedelta(days=1)).spent([first, second]) == dict.fromkeys((first, second, third), "ended")


def test_what_is_right_needs_no_waiver_and_uses_none() -> None:
    marking = mark(evaluate(load_ruleset("england"), Case(FACTS), as_of=DAY), {"outcomes": {SIN: "met"}})
    assert excused(marking, Waivers((waiver(rule=SIN),), DAY), "", "") == [(marking.marks[0], None)]


# -- an own system's answers as an ordinary test ---------------------------------------------------------------------------------------------


def test_an_answer_that_complies_gives_its_marks_and_one_that_does_not_fails_with_why_and_the_source() -> None:
    rules = load_ruleset("england")
    assert assert_complies({"outcomes": {SIN: "met"}}, FACTS, ruleset=rules, as_of=DAY).right
    with pytest.raises(AssertionError) as caught:
        assert_complies({"outcomes": {SIN: "not_met"}, "duties": {"notify_panel": "owed"}}, FACTS, ruleset=rules, as_of=DAY)
    said = str(caught.value)
    assert said.startswith(f"1 of 2 answers are not what the rules say\n\n{SIN}: wrong\n  answered: not met\n  the rules say: met\n  why: ")
    assert said.endswith("\n  source: CA 2004, section 16C(1)")


def test_what_a_waiver_excuses_does_not_fail_and_is_still_not_right() -> None:
    waivers = Waivers((waiver(rule=SIN, case="A death"),), DAY)
    marking = assert_complies({"outcomes": {SIN: "not_met"}}, FACTS, ruleset=load_ruleset("england"), as_of=DAY, waivers=waivers, name="A death")
    assert not marking.right
    with pytest.raises(AssertionError):
        assert_complies({"outcomes": {SIN: "not_met"}}, FACTS, ruleset=load_ruleset("england"), as_of=DAY, waivers=waivers, name="Another")


# -- reading ---------------------------------------------------------------------------------------------------------------------------------

GOOD = "{rule: a.*, reason: not modelled, until: 2026-12-31}"


def read(text: str) -> tuple[Waiver, ...]:
    return waivers_from(read_bytes(text.encode(), "w.yaml"))


def test_waivers_are_read_with_their_places() -> None:
    first, second = read(f"schema: cspr-rules/waivers/1\nwaivers:\n  - {GOOD}\n  - {{duty: b, case: 'c*', reason: other, until: 2027-01-01}}\n")
    assert first == Waiver("a.*", None, None, None, "not modelled", date(2026, 12, 31), "w.yaml:3:5")
    assert second == Waiver(None, "b", None, "c*", "other", date(2027, 1, 1), "w.yaml:4:5")
    assert read("waivers: []\n") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "expected a file of waivers"),
        ("[]", "expected a file of waivers"),
        ("waivers: {}", "expected a file of waivers"),
        (f"waiver: []\nwaivers: [{GOOD}]", "w.yaml:1:1: 'waiver' is not part of a file of waivers; did you mean 'waivers'?"),
        ("schema: cspr-rules/waivers/2\nwaivers: []", "w.yaml:1:1: expected cspr-rules/waivers/1"),
        ("waivers: [england]", "w.yaml:1:11: expected a waiver with some of rule, duty, fact, case"),
        ("waivers:\n- {rules: a, reason: b, until: 2026-12-31}", "w.yaml:2:4: 'rules' is not part of a waiver; did you mean 'rule'?"),
        ("waivers:\n- {reason: b, until: 2026-12-31}", "w.yaml:2:3: this waiver does not say what it is about"),
        ("waivers:\n- {rule: '*', reason: b, until: 2026-12-31}", "w.yaml:2:3: this waiver would excuse everything"),
        ("waivers:\n- {rule: '*', case: '**', reason: b, until: 2026-12-31}", "w.yaml:2:3: this waiver would excuse everything"),
        ("waivers:\n- {rule: 3, reason: b, until: 2026-12-31}", "w.yaml:2:4: expected what 'rule' is called"),
        ("waivers:\n- {rule: [a], reason: b, until: 2026-12-31}", "w.yaml:2:4: expected what 'rule' is called"),
        ("waivers:\n- {fact: a, rule: b, reason: b, until: 2026-12-31}", "w.yaml:2:4: a question belongs to no rule"),
        ("waivers:\n- {rule: a, until: 2026-12-31}", "expected the reason in words"),
        ("waivers:\n- {rule: a, reason: '  ', until: 2026-12-31}", "w.yaml:2:13: expected the reason in words"),
        ("waivers:\n- {rule: a, reason: b}", "expected the last day on which this waiver holds"),
        ("waivers:\n- {rule: a, reason: b, until: 2026-02-30}", "w.yaml:2:24: expected the last day on which this waiver holds"),
        ("waivers:\n- {rule: a, reason: b, until: not_yet}", "expected the last day on which this waiver holds"),
        ("waivers:\n- {rule: a, reason: b, until: never", "this is not well-formed YAML"),
    ],
)
def test_a_waiver_that_cannot_be_read_is_told_with_its_line_and_what_was_expected(text: str, fault: str) -> None:
    with pytest.raises(CaseError) as caught:
        read(text)
    assert fault in str(caught.value)
