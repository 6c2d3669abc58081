"""Exact three-valued answers against brute force: every way of filling in the unknown facts is tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cspr_rules.engine.conditions import normal_form as module
from cspr_rules.engine.conditions.generating import openings
from cspr_rules.engine.conditions.normal_form import Cube, Exact, Joined, Primes, Variable, Within, exact, expanded, prime_implicants, slots
from cspr_rules.engine.conditions.walking import settling, still_matters, truth
from cspr_rules.engine.law import FEW_ROWS, RuleInForce, compiled, sorted_out
from cspr_rules.errors import RulesError
from cspr_rules.loading.building import build_rule
from cspr_rules.loading.building_vocabulary import build_vocabulary
from cspr_rules.loading.shaping import shaped
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Rule, RuleMet, Test, holds
from cspr_rules.model.values import NOT_YET, FactValue, Row
from cspr_rules.model.vocabulary import Vocabulary, representatives
from tests.support.rules_folders import document

ONE = "  - {{id: {id}, scope: child, kind: fact, type: {type}, {more}meaning: text, question: text, who_would_know: text}}\n"
DAY_0 = date(2024, 2, 27)
DAYS = [DAY_0 + timedelta(days=offset) for offset in range(5)]  # over the end of a February

# Each fact with every value that any test below can tell from another, and more.
DOMAINS: dict[str, list[FactValue]] = {
    "yes.a": [False, True],
    "yes.b": [False, True],
    "yes.c": [False, True],
    "word.three": ["red", "green", "blue"],
    "word.one": ["only"],
    "number.limited": [0, 1, 2, 3, 4],
    "number.free": [-3, -2, -1, 0, 1, 2, 3],
    "day.past": [NOT_YET, DAY_0 - timedelta(days=400), *[DAY_0 + timedelta(days=offset) for offset in range(-1, 6)], DAY_0 + timedelta(days=400)],
}


@cache
def vocabulary() -> Vocabulary:
    more = {
        "yes": "type: yes_no",
        "word.three": "values: {red: text, green: text, blue: text}, ",
        "word.one": "values: {only: text}, ",
        "number.limited": "at_least: 0, at_most: 4, ",
    }
    types = {"yes": "yes_no", "word": "one_of", "number": "number", "day": "date"}
    lines = [ONE.format(id=name, type=types[name.split(".")[0]], more=more.get(name, "")) for name in DOMAINS]
    plain = shaped(document("title: text\norder: 1\nfacts:\n" + "".join(lines)), "vocabulary")
    assert plain is not None
    return build_vocabulary([plain], lambda *_: pytest.fail(str(_)))


def slot(name: str) -> int:
    return vocabulary().slot[name]


# -- the plain meaning, written down once more ---------------------------------------------------------------------------------------


def plainly(condition: Condition, values: Row) -> bool:
    """Say whether a condition holds of a row in which everything is known."""
    match condition:
        case All(parts):
            return all(plainly(part, values) for part in parts)
        case AnyOf(parts):
            return any(plainly(part, values) for part in parts)
        case Not(part):
            return not plainly(part, values)
        case Test(_, fact, comparison, wanted, _):
            value: Any = values[slot(fact)]
            assert value is not None
            match comparison:
                case "is":
                    return bool(value == wanted)
                case "is_any_of":
                    return value in wanted
                case "at_least":
                    return bool(value >= wanted)
                case "less_than":
                    return bool(value < wanted)
                case "recorded":
                    return bool((value is not NOT_YET) == wanted)
                case "on_or_before":
                    return value is not NOT_YET and bool(value <= wanted)
                case "on_or_after":
                    return value is not NOT_YET and bool(value >= wanted)
        case RuleMet():
            raise AssertionError


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


def a_test(fact: str, comparison: Any, value: Any) -> Test:
    return Test("text", fact, comparison, value, ())


def comparisons_of(name: str) -> st.SearchStrategy[Test]:
    match vocabulary().by_id[name].type:
        case "yes_no":
            return st.booleans().map(lambda value: a_test(name, "is", value))
        case "one_of":
            values = st.sampled_from(DOMAINS[name])
            several = st.lists(values, min_size=1, max_size=3).map(tuple)
            return values.map(lambda value: a_test(name, "is", value)) | several.map(lambda value: a_test(name, "is_any_of", value))
        case "number":
            cuts = st.integers(0, 4) if name == "number.limited" else st.integers(-2, 3)
            return st.builds(a_test, st.just(name), st.sampled_from(["at_least", "less_than"]), cuts)
        case "date":
            compared = st.builds(a_test, st.just(name), st.sampled_from(["on_or_before", "on_or_after"]), st.sampled_from(DAYS))
            return compared | st.booleans().map(lambda value: a_test(name, "recorded", value))


def conditions_over(names: Sequence[str], most: int) -> st.SearchStrategy[Condition]:
    def joined(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, min_size=1, max_size=4).map(tuple)
        return several.map(All) | several.map(AnyOf) | parts.map(Not)

    leaves: st.SearchStrategy[Condition] = st.one_of([comparisons_of(name) for name in names])
    return st.recursive(leaves, joined, max_leaves=most)


SOME_FACTS = st.lists(st.sampled_from(sorted(DOMAINS)), min_size=1, max_size=4, unique=True)
CONDITIONS = SOME_FACTS.flatmap(lambda names: conditions_over(names, 12))
ROWS = st.tuples(*[st.none() | st.none() | st.sampled_from(values) for values in DOMAINS.values()])


def nothing_known() -> Row:
    return (None,) * len(DOMAINS)


A, NOT_A = a_test("yes.a", "is", True), a_test("yes.a", "is", False)
B, NOT_B = a_test("yes.b", "is", True), a_test("yes.b", "is", False)
C = a_test("yes.c", "is", True)
HERE_OR_ABROAD = All((B, AnyOf((a_test("word.three", "is", "red"), All((a_test("word.three", "is_any_of", ("green", "blue")), A))))))
CONSENSUS = AnyOf((All((A, B)), All((NOT_A, C))))
EITHER_WAY = AnyOf((A, Not(A)))
CUTS = AnyOf((a_test("number.free", "less_than", 1), a_test("number.free", "at_least", 1)))
GAP = All((a_test("number.free", "at_least", 1), a_test("number.free", "less_than", 1)))
WHEN = AnyOf((a_test("day.past", "on_or_after", DAYS[2]), a_test("day.past", "on_or_before", DAYS[1]), a_test("day.past", "recorded", False)))


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
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
@settings(max_examples=300, deadline=None)
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
@settings(max_examples=200, deadline=None)
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
@settings(max_examples=200, deadline=None)
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
    return [RuleInForce(**(nothing | {"rule": a_rule(), "exact": form, "reading_order": tuple(sorted(slots(form)))})) for form in forms]


OUTCOMES = {True: "met", False: "not_met", None: "undetermined"}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(ROWS, min_size=1, max_size=8))
def test_the_compiled_function_agrees_with_truth(conditions: list[Condition], rows: list[Row]) -> None:
    forms = [exact(condition, vocabulary()) for condition in conditions]
    decide = compiled(in_force(*forms), walks=0)
    for values in rows:
        assert [finding.outcome for finding in decide(values)[0]] == [OUTCOMES[truth(form, values)] for form in forms]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
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
@settings(max_examples=150, deadline=None)
@given(st.lists(CONDITIONS, min_size=1, max_size=4), st.lists(ROWS, min_size=1, max_size=8))
def test_generated_code_says_what_still_matters_as_walking_does(conditions: list[Condition], rows: list[Row]) -> None:
    forms = [exact(condition, vocabulary()) for condition in conditions]
    orders = [sorted(slots(form), reverse=True) for form in forms]
    for values in rows:
        for form, still_open in zip(forms, openings(forms, orders), strict=True):
            if truth(form, values) is None:
                left = still_matters(form, values)
                assert still_open(values) == sum(1 << 2 * slot + (slot != max(left)) for slot in left)


@settings(max_examples=60, deadline=None)
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
@settings(max_examples=200, deadline=None)
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
@settings(max_examples=150, deadline=None)
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


# -- cells ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(DOMAINS)).flatmap(lambda name: st.tuples(st.just(name), st.lists(comparisons_of(name), min_size=1, max_size=5))))
def test_every_value_has_one_cell_whose_representative_passes_the_same_tests(chosen: tuple[str, list[Test]]) -> None:
    name, tests = chosen
    fact = vocabulary().by_id[name]
    cells = representatives(fact, tests)
    variable = Variable(fact, slot(name), tuple(cells))
    assert variable.full == 2 ** len(cells) - 1
    for value in DOMAINS[name]:
        mask = variable.cell(value)
        assert mask.bit_count() == 1
        assert mask & variable.full
        representative = cells[mask.bit_length() - 1]
        assert [holds(test, value) for test in tests] == [holds(test, representative) for test in tests]
    for index, cell in enumerate(cells):
        assert variable.cell(cell) == 1 << index
        assert fact.parse(cell) == cell, "a representative is a value the fact can have"


def test_a_test_of_an_unknown_fact_is_unknown() -> None:
    for name, values in DOMAINS.items():
        for value in values:
            if value is not NOT_YET and value is not None:
                comparison = {"yes": "is", "word": "is", "number": "at_least", "day": "on_or_after"}[name.split(".")[0]]
                assert holds(a_test(name, comparison, value), None) is None


def test_a_day_that_has_not_come_is_neither_before_nor_after_any_day() -> None:
    for comparison in ("on_or_before", "on_or_after"):
        assert holds(a_test("day.past", comparison, DAYS[0]), NOT_YET) is False
    assert holds(a_test("day.past", "recorded", False), NOT_YET) is True
    assert holds(a_test("day.past", "recorded", True), NOT_YET) is False


@pytest.mark.parametrize(("comparison", "day"), [("on_or_after", date(1900, 1, 1)), ("on_or_before", date(2200, 12, 31))])
def test_days_that_no_case_can_hold_are_not_reckoned_with(comparison: str, day: date) -> None:
    condition = AnyOf((a_test("day.past", comparison, day), a_test("day.past", "recorded", False)))
    assert truth(exact(condition, vocabulary()), nothing_known()) is True


# -- prime implicants ----------------------------------------------------------------------------------------------------------------

SIZED = ("yes.a", "word.three", "number.limited", "yes.b")
"""Facts of 2, 3, 5 and 2 values, each a cell of its own."""


def variables_of(names: Sequence[str]) -> tuple[Variable, ...]:
    return tuple(Variable(vocabulary().by_id[name], slot(name), tuple(DOMAINS[name])) for name in names)


def primes_by_force(cubes: Sequence[Cube], variables: Sequence[Variable], *, outside: bool = False) -> set[Cube]:
    """Return the cubes that lie in the union of some cubes (or outside it) and in no larger such cube, from all the cubes there are.

    A set of points is one number, with a bit for each point.
    """
    points = list(itertools.product(*[range(len(variable.cells)) for variable in variables]))

    def inside(cube: Cube) -> int:
        return sum(1 << number for number, point in enumerate(points) if all(mask >> cell & 1 for mask, cell in zip(cube, point, strict=True)))

    union = 0
    for cube in cubes:
        union |= inside(cube)
    if outside:
        union = ~union & ((1 << len(points)) - 1)
    every = {cube: inside(cube) for cube in itertools.product(*[range(1, variable.full + 1) for variable in variables])}
    implicants = {cube: held for cube, held in every.items() if not held & ~union}
    return {cube for cube, held in implicants.items() if not any(held != larger and not held & ~larger for larger in implicants.values())}


@st.composite
def cubes_and_variables(draw: st.DrawFn) -> tuple[list[Cube], tuple[Variable, ...]]:
    variables = variables_of(draw(st.lists(st.sampled_from(SIZED), min_size=1, max_size=3, unique=True)))
    cube = st.tuples(*[st.just(variable.full) | st.integers(1, variable.full) for variable in variables])
    return draw(st.lists(cube, max_size=7)), variables


@pytest.mark.slow
@settings(max_examples=250, deadline=None)
@given(cubes_and_variables())
def test_prime_implicants_are_all_there_and_none_is_too_many(chosen: tuple[list[Cube], tuple[Variable, ...]]) -> None:
    cubes, variables = chosen
    found = prime_implicants(cubes, variables)
    assert len(found) == len(set(found))
    assert set(found) == primes_by_force(cubes, variables, outside=True)
    if found:
        assert set(prime_implicants(found, variables)) == primes_by_force(cubes, variables)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(*[conditions_over(["yes.a", "word.three", "number.limited"], 5)] * 3)
def test_the_prime_implicants_of_a_condition_are_those_of_the_rows_of_which_it_holds(one: Condition, two: Condition, three: Condition) -> None:
    condition = AnyOf((All((one, two)), All((Not(one), three)), All((Not(two), Not(three)))))
    with patch.object(module, "_apart", lambda primes: primes):
        form = exact(condition, vocabulary())
    assert isinstance(form, Primes)
    names = [variable.fact.id for variable in form.variables]
    for cubes, wanted in ((form.true, True), (form.false, False)):
        points: list[Cube] = []
        for index in itertools.product(*[range(len(variable.cells)) for variable in form.variables]):
            row = list(nothing_known())
            for name, variable, cell in zip(names, form.variables, index, strict=True):
                row[slot(name)] = variable.cells[cell]
            if plainly(condition, tuple(row)) is wanted:
                points.append(tuple(1 << cell for cell in index))
        assert set(cubes) == primes_by_force(points, form.variables)


def test_facts_that_recur_needlessly_are_taken_apart() -> None:
    recurring: list[tuple[Condition, Condition]] = [
        (AnyOf((All((A, B)), All((A, C)))), All((A, AnyOf((B, C))))),
        (All((AnyOf((A, B)), AnyOf((A, C)))), AnyOf((A, All((B, C))))),
    ]
    for condition, plain in recurring:
        assert exact(condition, vocabulary()) == exact(plain, vocabulary())
    once = exact(AnyOf((All((A, B)), All((A, C)))), vocabulary())
    assert isinstance(once, Joined)
    assert [type(part) for part in once.parts] == [Within, Joined]
    # A fact that makes no difference is still a fact of the condition.
    assert module.slots(exact(AnyOf((A, All((A, B)), C)), vocabulary())) == {slot("yes.a"), slot("yes.b"), slot("yes.c")}


def test_the_consensus_of_two_terms_is_found() -> None:
    form = exact(CONSENSUS, vocabulary())
    assert isinstance(form, Primes)
    assert [variable.fact.id for variable in form.variables] == ["yes.a", "yes.b", "yes.c"]
    assert set(form.true) == {(2, 2, 3), (1, 3, 2), (3, 2, 2)}
    known = tuple({"yes.b": True, "yes.c": True}.get(name) for name in DOMAINS)
    assert truth(form, known) is True
    assert still_matters(form, known) == set()


# -- references to other rules, and limits -------------------------------------------------------------------------------------------


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
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
