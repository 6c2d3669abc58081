"""How strongly and how often a duty is owed, and by which day each source gives it, are marked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cspr_rules import evaluate, load_ruleset
from cspr_rules.errors import CaseError
from cspr_rules.marking.marks import mark

FACTS = {
    "concern.authority_view": "suspected",
    "child.age_at_harm": 4,
    "child.seriously_harmed": True,
    "child.place_of_harm": "in_area",
    "incident.authority_aware_on": "2024-03-27",
}
RIGHT: dict[str, Any] = {
    "strength": {"notify_panel": "must"},
    "times": {"notify_panel": 1},
    "days": {"notify_panel": {"ca2004/s16C/1": "no_day", "wt2023/notify": "2024-04-05", "govuk_notify/five_days": "2024-04-05"}},
}


def verdicts(expect: dict[str, Any]) -> dict[str, str]:
    record = evaluate(load_ruleset("england"), FACTS, as_of=date(2024, 4, 2))
    return {each.kind: each.verdict for each in mark(record, expect).marks}


def test_what_is_right_is_marked_right() -> None:
    assert verdicts(RIGHT) == {"strength": "right", "times": "right", "days": "right"}


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [("strength", "should"), ("times", 2), ("days", {"ca2004/s16C/1": "2024-04-05"})],
)
def test_what_is_wrong_is_marked_wrong(kind: str, wrong: Any) -> None:
    assert verdicts({kind: {"notify_panel": wrong}}) == {kind: "wrong"}


@pytest.mark.parametrize(("kind", "wrong"), [("strength", "shall"), ("times", -1), ("days", {"ca2004/s16C/1": "soon"})])
def test_what_is_no_answer_is_refused(kind: str, wrong: Any) -> None:
    with pytest.raises(CaseError):
        verdicts({kind: {"notify_panel": wrong}})


def test_a_duty_that_only_an_older_version_of_a_rule_asks_for_can_be_answered() -> None:
    record = evaluate(load_ruleset("england"), {}, as_of=date(2026, 11, 23))
    older = [rule for rule in record.ruleset.versions("england.notification.one_notification") if rule.window.until]
    duty = next(each.id for rule in older for each in rule.duties)
    assert duty not in {each.duty.id for each in record.law.source(older[0].id).duties}
    assert mark(record, {"duties": {duty: "owed"}}).totals["wrong"] == 1
