"""Exact three-valued answers against brute force: every way of filling in the unknown facts is tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cspr_rules.engine.conditions import normal_form as module
from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within, exact, expanded, slots
from cspr_rules.engine.conditions.open_parts import Asked, Left, OpenParts, left_open
from cspr_rules.engine.conditions.three_valued import settling, still_matters, truth
from cspr_rules.engine.law import FEW_ROWS, RuleInForce, compiled, sorted_out
from cspr_rules.errors import RulesError
from cspr_rules.loading.building import build_rule
from cspr_rules.loading.shaping import shaped
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Rule, RuleMet, Test
from cspr_rules.model.values import Row
from tests.support.conditions import (
    CONSENSUS,
    DAYS,
    DOMAINS,
    NOT_A,
    NOT_B,
    A,
    B,
    C,
    a_test,
    any_conditions,
    comparisons_of,
    from_dice,
    nothing_known,
    plainly,
    slot,
    vocabulary,
)
from tests.support.rules_folders import document

# -- the plain meaning, written down once more ---------------------------------------------------------------------------------------


def facts_of(condition: Condition) -> list[str]:
    match condition:
        case All(parts) | AnyOf(parts):
            return sorted({name for part in parts for name in facts_of(part)})
        case Not(part):
            return facts_of(part)
        case Test(_, fact, _, _, _):
            return [fact]
        case RuleMet():
            raise AssertionError


def completions(values: Row, names: Sequence[str]) -> Iterator[Row]:
    """Yield the row with each of some facts, where unknown, filled in, in every way."""
    unknown = [name for name in names if values[slot(name)] is None]
    for filled in itertools.product(*[DOMAINS[name] for name in unknown]):
        row = list(values)
        for name, value in zip(unknown, filled, strict=True):
            row[slot(name)] = value
        yield tuple(row)


def by_force(condition: Condition, values: Row) -> bool | None:
    answers = {plainly(condition, row) for row in completions(values, facts_of(condition))}
    return None if len(answers) == 2 else answers.pop()


def relevant_by_force(condition: Condition, values: Row) -> set[int]:
    """Return the slots of the unknown facts that change the answer for some way of filling in the others."""
    names = facts_of(condition)
    found = set()
    for name in names:
        if values[slot(name)] is None:
            others = [other for other in names if other != name]
            for row in completions(values, others):
                if len({plainly(condition, each) for each in completions(row, [name])}) == 2:
                    found.add(slot(name))
                    break
    return found


# -- any condition, any row ----------------------------------------------------------------------------------------------------------

CONDITIONS = any_conditions(12)
ROWS: st.SearchStrategy[Row] = from_dice(lambda dice: tuple(None if dice.random() < 2 / 3 else dice.choice(values) for values in DOMAINS.values()))
HERE_OR_ABROAD = All((B, AnyOf((a_test("word.three", "is", "red"), All((a_test("word.three", "is_any_of", ("green", "blue")), A))))))
EITHER_WAY = AnyOf((A, Not(A)))
CUTS = AnyOf((a_test("number.free", "less_than", 1), a_test("number.free", "at_least", 1)))
GAP = All((a_test("number.free", "at_least", 1), a_test("number.free", "less_than", 1)))
WHEN = AnyOf((a_test("day.past", "on_or_after", DAYS[2]), a_test("day.past", "on_or_before", DAYS[1]), a_test("day.past", "recorded", False)))


@pytest.mark.slow
@settings(max_examples=800, deadline=None)
@given(CONDITIONS, ROWS)
@example(HERE_OR_ABROAD, nothing_known())
@example(CONSENSUS, nothing_known())
@example(EITHER_WAY, nothing_known())
@example(Not(EITHER_WAY), nothing_known())
@example(CUTS, nothing_known())
@example(GAP, nothing_known())
@example(WHEN, nothing_known())
def test_truth_is_unknown_only_if_the_unknown_facts_can_make_it_either(condition: Condition, values: Row) -> None:
    assert truth(exact(condition, vocabulary()), values) is by_force(condition, values)


@pytest.mark.slow
@settings(max_examples=600, deadline=None)
@given(CONDITIONS, ROWS)
@example(HERE_OR_ABROAD, nothing_known())
@example(CONSENSUS, nothing_known())
@example(EITHER_WAY, nothing_known())
@example(All((A, EITHER_WAY)), nothing_known())
@example(AnyOf((All((A, B)), All((A, NOT_B)))), nothing_known())
def test_a_fact_still_matters_exactly_if_it_can_change_the_answer(condition: Condition, values: Row) -> None:
    form = exact(condition, vocabulary())
    asked = still_matters(form, values)
    assert asked == relevant_by_force(condition, values)
    assert bool(asked) == (truth(form, values) is None)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(CONDITIONS, ROWS, st.sets(st.sampled_from(sorted(DOMAINS))), st.booleans())
@example(HERE_OR_ABROAD, nothing_known(), {"yes.b", "word.three"}, True)
@example(CONSENSUS, nothing_known(), {"yes.b", "yes.c"}, True)
@example(AnyOf((All((A, B)), C)), nothing_known(), {"yes.b"}, True)
@example(All((A, AnyOf((B, C)))), nothing_known(), {"yes.c"}, True)
@example(All((A, AnyOf((B, C)))), nothing_known(), {"yes.c"}, False)
def test_what_can_settle_a_condition_while_other_facts_stay_unknown(condition: Condition, values: Row, askable: set[str], wanted: bool) -> None:
    form = exact(condition, vocabulary())
    names = [name for name in facts_of(condition) if name in askable and values[slot(name)] is None]
    needed: set[int] = set()
    possible = False
    # Every way of finding out some of what may be asked: what forces the answer, and does not without one of its parts, needs that part.
    cells = {variable.slot: variable.cells for variable in _variables(form)}
    for found in itertools.product(*[[None, *cells[slot(name)]] for name in names]):
        row = list(values)
        for name, value in zip(names, found, strict=True):
            row[slot(name)] = value
        if truth(form, tuple(row)) is wanted:
            possible = True
            for name, value in zip(names, found, strict=True):
                if value is not None and truth(form, tuple(None if place == slot(name) else each for place, each in enumerate(row))) is not wanted:
                    needed.add(slot(name))
    expected = needed if possible else None
    assert settling(form, values, {slot(name) for name in askable}, wanted=wanted) == expected


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(CONDITIONS, ROWS)
@example(CONSENSUS, nothing_known())
def test_what_can_settle_a_condition_is_what_still_matters_where_everything_may_be_asked(condition: Condition, values: Row) -> None:
    form = exact(condition, vocabulary())
    both = [settling(form, values, range(len(DOMAINS)), wanted=wanted) or set() for wanted in (True, False)]
    assert set().union(*both) == still_matters(form, values)


@cache
def a_rule() -> Rule:
    text = """\
id: some.rule
title: text
question: text
layer: statute
in_force: {from: 2000-01-01}
cites: [act/s1]
scope: child
when: {says: text, fact: yes.a, is: true}
then: [{note: text}]
examples: [{name: text, expect: {outcome: met}}]
"""
    plain = shaped(document(text), "rules")
    assert plain is not None
    rule = build_rule(plain, vocabulary(), "some", "some.yaml", lambda _, message: pytest.fail(message))
    assert rule is not None
    return rule


def _variables(form: Exact) -> list[Variable]:
    match form:
        case Within(variable, _):
            return [variable]
        case Joined(_, parts):
            return [each for part in parts for each in _variables(part)]
        case Primes(variables, _, _):
            return list(variables)


def in_force(*forms: Exact) -> list[RuleInForce]:
    nothing: dict[str, Any] = dict.fromkeys(RuleInForce._fields, ())
    rules = [a_rule()._replace(id=f"some.rule_{place}") for place in range(len(forms))]
    return [
        RuleInForce(**(nothing | {"rule": rule, "exact": form, "reading_order": tuple(sorted(slots(form)))}))
        for rule, form in zip(rules, forms, strict=True)
    ]


OUTCOMES = {True: "met", False: "not_met", None: "undetermined"}


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(ROWS, min_size=1, max_size=8))
def test_the_compiled_function_agrees_with_truth(conditions: list[Condition], rows: list[Row]) -> None:
    forms = [exact(condition, vocabulary()) for condition in conditions]
    decide = compiled(in_force(*forms), walks=0)
    for values in rows:
        assert [finding.outcome for finding in decide(values)[0]] == [OUTCOMES[truth(form, values)] for form in forms]


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(CONDITIONS, CONDITIONS, st.lists(CONDITIONS, min_size=6, max_size=7), st.lists(ROWS, min_size=1, max_size=8))
def test_conditions_that_share_parts_are_decided_as_each_alone(outer: Condition, inner: Condition, own: list[Condition], rows: list[Row]) -> None:
    within = [All((outer, inner, each)) for each in own[:3]]
    conditions = (*within, outer, *[All((each, outer)) for each in own[3:]], own[0])
    forms = [exact(condition, vocabulary()) for condition in conditions]
    decide = compiled(in_force(*forms), walks=0)
    for values in rows:
        every, met, undetermined = decide(values)
        assert [finding.outcome for finding in every] == [OUTCOMES[truth(form, values)] for form in forms]
        assert (met, set(undetermined)) == (sorted_out(every)[1], set(sorted_out(every)[2]))
        assert len(undetermined) == len(set(undetermined))


def test_a_shared_part_that_fails_settles_every_condition_and_one_that_is_unknown_lets_none_hold() -> None:
    decide = compiled(in_force(*[exact(All((A, each)), vocabulary()) for each in (B, C, NOT_B)]), walks=0)
    for given_a, expected in ((False, ["not_met"] * 3), (None, ["undetermined", "not_met", "not_met"]), (True, ["met", "not_met", "not_met"])):
        values = tuple({"yes.a": given_a, "yes.b": True, "yes.c": False}.get(name) for name in DOMAINS)
        assert [finding.outcome for finding in decide(values)[0]] == expected


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(ROWS, min_size=1, max_size=8))
def test_what_is_open_part_by_part_is_what_walking_says(conditions: list[Condition], rows: list[Row]) -> None:
    forms = [exact(condition, vocabulary()) for condition in conditions]
    parts = OpenParts(range(len(DOMAINS)))
    for values in rows:
        asked = Asked(values)
        left: list[set[int]] = [set(), set()]
        openings = []
        for form in forms:
            if truth(form, values) is None:
                openings.append(parts.opening(form, sorted(slots(form), reverse=True)))
                matters = still_matters(form, values)
                assert left_open(openings[-1:], asked) == Left(sum(1 << slot for slot in matters), 1 << max(matters))
                left = [left[0] | matters, left[1] | {max(matters)}]
        assert left_open(openings, asked) == Left(*[sum(1 << slot for slot in each) for each in left])
        assert parts.slots(left_open(openings, asked).every) == sorted(left[0])


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(DOMAINS)).flatmap(lambda name: st.tuples(st.just(name), st.lists(comparisons_of(name), min_size=1, max_size=4))))
def test_the_compiled_function_agrees_with_the_plain_meaning_of_every_value_of_a_fact(chosen: tuple[str, list[Test]]) -> None:
    name, tests = chosen
    conditions: list[Condition] = [*tests, All(tuple(tests)), AnyOf(tuple(tests)), Not(tests[0])]
    forms = [exact(condition, vocabulary()) for condition in conditions]
    decide = compiled(in_force(*forms), walks=0)
    for values in completions(nothing_known(), [name]):
        plain = [*[plainly(test, values) for test in tests], all(plainly(test, values) for test in tests)]
        plain += [any(plainly(test, values) for test in tests), not plainly(tests[0], values)]
        assert [finding.outcome for finding in decide(values)[0]] == [OUTCOMES[each] for each in plain]


def test_the_findings_come_in_the_order_of_the_rules_and_are_shared() -> None:
    sources = in_force(exact(A, vocabulary()), exact(B, vocabulary()))
    decide = compiled(sources, walks=0)
    values = tuple({"yes.a": True, "yes.b": False}.get(name) for name in DOMAINS)
    findings, met, _ = decide(values)
    assert [finding.source for finding in findings] == sources
    assert [finding.outcome for finding in findings] == ["met", "not_met"]
    assert met == findings[:1]
    for _ in range(FEW_ROWS + 2):  # the same objects, walked or from generated code
        assert all(one is other for one, other in zip(findings, decide(values)[0], strict=True))
    assert compiled([])(values) == compiled([], walks=0)(values) == ([], [], [])


@pytest.mark.parametrize("walks", [0, 1, FEW_ROWS])
def test_whichever_way_a_row_is_decided_the_outcome_is_the_same(walks: int) -> None:
    conditions = (HERE_OR_ABROAD, CONSENSUS, EITHER_WAY, CUTS, GAP, WHEN)
    decide = compiled(in_force(*[exact(condition, vocabulary()) for condition in conditions]), walks=walks)
    for values in completions(nothing_known(), ["yes.a", "word.three", "yes.b"]):
        assert [finding.outcome for finding in decide(values)[0]] == [OUTCOMES[by_force(condition, values)] for condition in conditions]


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(CONDITIONS)
def test_no_fact_stands_in_two_parts_of_the_exact_form(condition: Condition) -> None:
    def slots(form: Exact) -> list[int]:
        match form:
            case Within(variable, _):
                return [variable.slot]
            case Joined(_, parts):
                return [each for part in parts for each in slots(part)]
            case Primes(variables, _, _):
                return [variable.slot for variable in variables]

    found = slots(exact(condition, vocabulary()))
    assert len(found) == len(set(found))
    assert set(found) == {slot(name) for name in facts_of(condition)}


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(CONDITIONS, ROWS)
def test_what_is_known_stays_known_when_more_is_learnt(condition: Condition, values: Row) -> None:
    form = exact(condition, vocabulary())
    before = truth(form, values)
    for name in facts_of(condition):
        if values[slot(name)] is None:
            for row in completions(values, [name]):
                after = truth(form, row)
                assert before is None or after is before
                if slot(name) not in still_matters(form, values):
                    assert after is before


# -- references to other rules, and limits -------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(CONDITIONS, CONDITIONS, ROWS)
def test_a_reference_to_a_rule_is_that_rules_own_condition(own: Condition, other: Condition, values: Row) -> None:
    conditions: dict[str, Condition] = {"one": other, "two": Not(RuleMet("one"))}
    written: Condition = All((own, AnyOf((RuleMet("two"), Not(RuleMet("one")), RuleMet("one")))))
    meant: Condition = All((own, AnyOf((Not(other), Not(other), other))))
    assert expanded(written, conditions.__getitem__) == meant
    assert truth(exact(expanded(written, conditions.__getitem__), vocabulary()), values) is by_force(meant, values)


def test_a_reference_has_to_be_replaced_first() -> None:
    with pytest.raises(AssertionError, match="one was to be expanded first"):
        exact(RuleMet("one"), vocabulary())


def no_rule(name: str) -> Condition:
    raise AssertionError(name)


def test_a_condition_of_more_than_five_hundred_tests_is_refused() -> None:
    assert isinstance(exact(expanded(All((A,) * module.MOST_TESTS), no_rule), vocabulary()), Within)
    with pytest.raises(RulesError, match="the condition has more than 500 tests, those of the rules it refers to included"):
        expanded(All((A,) * (module.MOST_TESTS + 1)), no_rule)


def test_tests_of_rules_referred_to_count_each_time() -> None:
    rules: dict[str, Condition] = {"one": All((A,) * 100), "two": All((RuleMet("one"),) * 5), "three": All((RuleMet("two"), A))}
    assert isinstance(expanded(RuleMet("two"), rules.__getitem__), All)
    with pytest.raises(RulesError, match="more than 500 tests"):
        expanded(RuleMet("three"), rules.__getitem__)


def test_a_condition_nested_too_deep_is_refused_before_python_gives_up() -> None:
    deep: Condition = A
    for _ in range(module.MOST_NESTED):
        deep = Not(deep)
    assert expanded(deep, no_rule) == deep
    with pytest.raises(RulesError, match="with the rules it refers to, the condition is nested more than 60 deep"):
        expanded(Not(deep), no_rule)
    for _ in range(100_000):
        deep = Not(deep)
    with pytest.raises(RulesError, match="nested more than 60 deep"):
        expanded(deep, no_rule)


def test_a_condition_too_tangled_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    tangled = AnyOf((All((A, B)), All((NOT_A, NOT_B)), All((NOT_A, C)), All((B, C)), All((NOT_B, C, A))))
    with monkeypatch.context() as tight:
        tight.setattr(module, "MOST_CUBES", 3)
        with pytest.raises(RulesError, match="the condition repeats its facts in too many ways to be answered exactly; split the rule"):
            exact(tangled, vocabulary())
    exact(tangled, vocabulary())
