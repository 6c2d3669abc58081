"""What is handed out is shared by a whole process: none of it can be changed, and so no later answer can."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cspr_rules import Case, evaluate, load_ruleset
from cspr_rules.model.fixed import Fixed
from cspr_rules.model.ruleset import Ruleset

RULE = "england.notification.serious_incident"
AS_OF = date(2024, 4, 2)


def facts() -> dict[str, Any]:
    return {
        "child.died": True,
        "child.age_at_death": 3,
        "child.unborn": False,
        "child.place_of_death": "in_area",
        "concern.authority_view": {"value": "known", "role": "x"},
        "incident.authority_aware_on": "2024-03-27",
    }


CHANGES: dict[str, Callable[[Any], object]] = {
    "a bank holiday": lambda rules: rules.calendar.holidays(2024).pop(date(2024, 4, 1), None),
    "all bank holidays": lambda rules: rules.calendar.holidays(2024).clear(),
    "what a clock comes to": lambda rules: rules.calendar.dues(rules.rules[0].duties[0].deadlines[0]).update({AS_OF: None}),
    "a role": lambda rules: rules.profile.roles.pop("panel"),
    "a provision": lambda rules: rules.provisions.popitem(),
    "a path": lambda rules: rules.paths.setdefault("x", None),
    "a discrepancy": lambda rules: rules.discrepancies.update(x=None),
    "a fact": lambda rules: rules.vocabulary.by_id.__delitem__("child.died"),
    "the place of a fact": lambda rules: rules.vocabulary.slot.__setitem__("child.died", 0),
    "the values of a fact": lambda rules: rules.vocabulary.by_id["child.place_of_death"].values.__ior__({"x": "y"}),
    "an example": lambda rules: rules.rules[0].examples[0].given.update(x=1),
    "the rules": lambda rules: setattr(rules, "rules", ()),
    "the digest": lambda rules: setattr(rules, "digest", "0" * 64),
    "the day up to which holidays are known": lambda rules: setattr(rules.calendar, "confirmed_until", AS_OF),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_what_a_ruleset_hands_out_cannot_be_changed(change: str) -> None:
    before = evaluate(load_ruleset("bcp"), Case(facts()), as_of=AS_OF).to_json()
    with pytest.raises((TypeError, AttributeError), match="shared and cannot be changed"):
        CHANGES[change](load_ruleset("bcp"))
    assert evaluate(load_ruleset("bcp"), Case(facts()), as_of=AS_OF).to_json() == before


def test_a_case_stays_what_it_was_whatever_becomes_of_what_was_handed_over() -> None:
    given: dict[str, Any] = facts()
    case = Case(given, [{"child.age_at_death": 3}])
    rules: Ruleset = load_ruleset("bcp")
    record = evaluate(rules, case, as_of=AS_OF)
    given["concern.authority_view"]["value"] = "neither"
    given["child.died"] = False
    assert record.case.facts["concern.authority_view"]["value"] == "known"
    assert record.decisions[RULE].outcome == evaluate(rules, case, as_of=AS_OF).decisions[RULE].outcome == "met"
    with pytest.raises(TypeError):
        record.case.facts["concern.authority_view"]["value"] = "neither"


def test_a_mapping_that_cannot_be_changed_is_copied_compared_and_pickled() -> None:
    one = Fixed({"a": Fixed({"b": 1})})
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 -- its own
    assert one == {"a": {"b": 1}} == copy.deepcopy(one) == again == copy.copy(one)
    assert isinstance(again["a"], Fixed)
    changed = dict(one)
    changed["c"] = Fixed()
    assert "c" not in one
