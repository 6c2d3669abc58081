"""A case decided by the rules that answers are about alone gets the marks that it gets from all rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cspr_rules import Case, evaluate, load_ruleset
from cspr_rules.authoring.vectors.whole import vectors
from cspr_rules.conformance.vectors import Vector, read_vectors
from cspr_rules.marking.few import decided, marked, rules_about
from cspr_rules.marking.marks import mark
from cspr_rules.marking.one_mark import Mark
from tests.support.council import COUNCIL

NOTIFY = "england.notification.serious_incident"
HARMED: dict[str, Any] = {"child.seriously_harmed": True, "child.age_at_harm": 4, "incident.occurred_on": "2024-03-01"}
AS_OF = date(2024, 4, 2)


def told(each: Mark) -> tuple[Any, ...]:
    """Return a mark with why; what depends on an open question is told of the rules that were asked."""
    return (*each[:-1], each.because if each.kind != "question" else "")


def alike(vector: Vector, answers: dict[str, Any] | None = None) -> bool:
    """Return whether answers get the same marks either way."""
    ruleset, given = load_ruleset(vector.profile), dict(vector.expect) if answers is None else answers
    few = marked(decided(ruleset, vector.case(), vector.as_of, vector.expect), given)
    whole = mark(evaluate(ruleset, vector.case(), as_of=vector.as_of), given)
    return [told(each) for each in few.marks] == [told(each) for each in whole.marks]


@pytest.mark.slow
def test_a_sample_of_vectors_gets_the_same_marks_right_or_wrong() -> None:
    found = [*read_vectors(COUNCIL / "vectors.jsonl")[::16], *list(vectors("england", "england.childrens_homes.death"))[::7]]
    found += list(vectors("bcp", "bcp.looked_after_alert.hospital_visit"))[::7]
    assert len(found) > 40
    for each in found:
        assert alike(each), each.id
        wrong = {
            "outcomes": dict.fromkeys(each.expect.get("outcomes", ()), "undetermined"),
            "status": dict.fromkeys(each.expect["duties"], "overdue"),
        }
        assert alike(each, {key: value for key, value in wrong.items() if value}), each.id


def test_answers_about_other_rules_and_questions_of_other_rules_are_marked_by_all() -> None:
    vector = Vector("x", "england", AS_OF, HARMED, (), {"outcomes": {NOTIFY: "undetermined"}})
    ruleset = load_ruleset("england")
    record = decided(ruleset, vector.case(), AS_OF, vector.expect)
    assert set(record.decisions) == {NOTIFY}
    of_others = next(each.fact.id for each in evaluate(ruleset, vector.case(), as_of=AS_OF).ask if each.fact.id not in record.asked_by(NOTIFY))
    for answers in (
        {"ask": [of_others]},
        {"outcomes": {"england.care_leavers.death": "undetermined"}},
        {"duties": {"report_care_leaver_death": "owed"}},
    ):
        assert alike(vector, dict(vector.expect) | answers), answers


def test_a_rule_alone_is_read_under_the_law_of_the_same_days_as_among_all() -> None:
    """Which law is read may hang on a step that only other rules name."""
    ruleset = load_ruleset("england")
    named = {ruleset.vocabulary.facts[slot].id for slot in ruleset.later_steps}
    assert named
    for step in sorted(named):
        case = Case({step: "2019-05-01"})
        whole = evaluate(ruleset, case, as_of=AS_OF)
        few = decided(ruleset, case, AS_OF, {"outcomes": {NOTIFY: "met"}})
        assert (few.law_on, few.days) == (whole.law_on, whole.days)
        if NOTIFY in whole.decisions:
            assert few.decision(NOTIFY).rule is whole.decision(NOTIFY).rule


def test_what_answers_are_about() -> None:
    ruleset = load_ruleset("england")
    group = rules_about(ruleset, {"complete_for": ["england.care_leavers"]})
    assert group
    assert all(each.startswith("england.care_leavers.") for each in group)
    assert NOTIFY in rules_about(ruleset, {"duties": {"notify_panel": "owed"}})
    assert rules_about(ruleset, {"outcomes": {"no.such.rule": "met"}, "ask": ["child.died"]}) == frozenset()
