"""Whatever a case holds, it is decided or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules.errors import CaseError
from cspr_rules.loading.case_files import case_from
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord, evaluate
from tests.support.rules_folders import case_faults, document
from tests.support.tiny_cases import AS_OF, VOCABULARY, child, known

# -- whatever comes ------------------------------------------------------------------------------------------------------------------


def values_of(fact: Fact) -> st.SearchStrategy[Any]:
    """Return values as somebody who read the vocabulary would write them."""
    match fact.type:
        case "yes_no":
            return st.booleans()
        case "one_of":
            return st.sampled_from(sorted(fact.values))
        case "number":
            return st.integers(fact.at_least or 0, fact.at_most or 100)
        case "date":
            days = st.integers(-3, 3).map(lambda offset: date(2024, 1, 4) + timedelta(days=offset))
            return days | days.map(str) | st.just("not_yet")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(str) | st.sampled_from(["unknown", "not_yet"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["value", "role", "on", "reasons", "dissent"]), inner, max_size=4)
    ),
    max_leaves=8,
)


def facts_of(of: Callable[[Fact], bool], values: Callable[[Fact], st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={fact.id: values(fact) for fact in VOCABULARY.facts if of(fact)})


def check_faults(error: CaseError) -> None:
    assert error.faults
    assert all(fault.place and fault.message for fault in error.faults)


def fine_or_case_error(ruleset: Ruleset, case: Case) -> DecisionRecord | None:
    try:
        record = evaluate(ruleset, case, as_of=AS_OF)
    except CaseError as error:
        check_faults(error)
        return None
    json.loads(record.to_json())
    return record


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    facts=facts_of(lambda _: True, lambda fact: ANYTHING | values_of(fact)) | st.dictionaries(st.text(max_size=9), ANYTHING, max_size=3),
    children=st.lists(
        facts_of(child, lambda fact: ANYTHING | values_of(fact)) | st.dictionaries(st.text(max_size=9), ANYTHING, max_size=2), max_size=3
    ),
)
def test_whatever_the_facts_are_evaluating_succeeds_or_raises_a_case_error(
    ruleset: Ruleset, facts: dict[str, Any], children: list[dict[str, Any]]
) -> None:
    fine_or_case_error(ruleset, Case(facts, children))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["title", "profile", "as_of", "facts", "children", "expect", "shaped_on", "x"]), ANYTHING, max_size=5) | ANYTHING
)
def test_whatever_a_case_file_holds_it_is_a_case_or_a_case_error(ruleset: Ruleset, content: Any) -> None:
    try:
        read = case_from(document(json.dumps(content), "case.json"))
    except CaseError as error:
        check_faults(error)
        return
    fine_or_case_error(ruleset, read.case)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(facts=facts_of(lambda _: True, values_of), children=st.lists(facts_of(child, values_of), max_size=2))
def test_sensible_values_are_refused_only_where_they_contradict_each_other(
    ruleset: Ruleset, facts: dict[str, Any], children: list[dict[str, Any]]
) -> None:
    case = Case(facts, children)
    contradictions = case_faults(case)
    for fault in contradictions:
        assert "both cannot be so" in fault.message or "contradicts what `facts:` says" in fault.message
    record = fine_or_case_error(ruleset, case)
    assert (record is None) == bool(contradictions)
    for number, one in enumerate(children or [facts], start=1):
        if record is not None:
            assert one.keys() <= known(record.checked, number).keys()


@settings(max_examples=100, deadline=None)
@given(facts=facts_of(lambda _: True, values_of), order=st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_written_does_not_matter(facts: dict[str, Any], order: Any) -> None:
    shuffled = list(facts.items())
    order.shuffle(shuffled)
    one, other = Case(facts), Case(dict(shuffled))
    assert sorted(case_faults(one)) == sorted(case_faults(other))
    if not case_faults(one):
        assert one.check(VOCABULARY).children == other.check(VOCABULARY).children
