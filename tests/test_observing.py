"""Who observes is told of every evaluation, and of nothing that a case says."""

from __future__ import annotations

import logging
from datetime import date
from itertools import count

import pytest

from cspr_rules import CaseError, evaluate, load_ruleset, logged, observe
from cspr_rules.observing import Observed, observers

DAY = date(2024, 4, 2)


def test_each_evaluation_is_told_with_the_time_by_the_clock_given() -> None:
    rules, told, ticks = load_ruleset("england"), list[Observed](), count(10, 5)
    with observe(told.append, clock=lambda: float(next(ticks))):
        evaluate(rules, {"facts": {}, "children": [{}, {}]}, as_of=DAY)
        with pytest.raises(CaseError):
            evaluate(rules, {"child.dide": True}, as_of=DAY)
    evaluate(rules, {}, as_of=DAY)
    assert told == [Observed("england", rules.digest, 2, None, 5.0), Observed("england", rules.digest, 0, "CaseError", 5.0)]
    assert observers == []


def test_what_is_logged_holds_no_fact_and_no_free_text(caplog: pytest.LogCaptureFixture) -> None:
    rules = load_ruleset("england")
    judged = {"concern.authority_view": {"value": "suspected", "reasons": "a name that nobody should read"}}
    with caplog.at_level(logging.INFO, "cspr_rules"), observe(logged):
        evaluate(rules, judged, as_of=DAY)
        with pytest.raises(CaseError):
            evaluate(rules, {"child.dide": True}, as_of=DAY)
    assert [record.getMessage() for record in caplog.records] == [
        f"decided: profile england, rules {rules.digest[:16]}, children 1",
        f"refused with CaseError: profile england, rules {rules.digest[:16]}, children 0",
    ]
