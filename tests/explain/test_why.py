"""Why, why not, what if, what is near and what to ask next: on every shipped case and on cases made at random."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterator, Mapping, Set
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from cspr_rules import Case, CaseError, DecisionRecord, QuestionError, case_from, compare, evaluate, load_ruleset, read_file
from cspr_rules.engine.answers import Question
from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Within
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import Finding
from cspr_rules.engine.proofs import Proof, ProofStep
from cspr_rules.engine.tracing import JOIN_WORDS, RESULT_WORDS, TOGETHER, StepKind, telling
from cspr_rules.explain.ways import changes
from cspr_rules.explain.why import COMPARISON_WORDS, said
from cspr_rules.model import rules
from cspr_rules.model.kleene import Truth, conjunction, disjunction, negation
from cspr_rules.model.rules import COMPARISONS, Comparator, Condition, Outcome, Test, holds
from cspr_rules.model.values import NOT_YET, Between, FactValue, Row
from cspr_rules.model.vocabulary import Fact
from tests.support.rules_files import RULE_PARENTS
from tests.support.rules_folders import Folder
from tests.support.shipped import FILES as CASES
from tests.support.shipped import record as shipped

SIN = "england.notification.serious_incident"
AS_OF = date(2024, 6, 30)


def values_of(fact: Fact) -> list[FactValue]:
    return {
        "yes_no": [False, True],
        "one_of": list(fact.values),
        "number": [0, 1, 2, 4, 5, 15, 16, 17, 18, 24, 25],
        "date": [NOT_YET, date(2024, 3, 1)],
    }[fact.type]  # type: ignore[return-value] # values of the fact's own type


@cache
def made_up(number: int, profile: str = "bcp") -> tuple[DecisionRecord, ...]:
    """Return records of cases made at random; those that contradict themselves are left out."""
    ruleset, chance = load_ruleset(profile), random.Random(20241123)  # noqa: S311 -- the same cases each time
    found: list[DecisionRecord] = []
    while len(found) < number:
        share = chance.choice((0.15, 0.4, 0.8))
        facts = {fact.id: chance.choice(values_of(fact)) for fact in ruleset.vocabulary.facts if chance.random() < share and not fact.law_date}
        with suppress(CaseError):
            found.append(evaluate(ruleset, Case(facts), as_of=AS_OF))
    return tuple(found)


@cache
def records() -> tuple[DecisionRecord, ...]:
    """Return the records of every shipped case, and of thousands made at random."""
    return (*(shipped(path) for path in CASES), *made_up(1_000), *made_up(2_000, "england"))


def sampled(seed: int, each: int) -> Iterator[tuple[DecisionRecord, int | None, Row, Finding]]:
    """Yield every finding of every shipped case, and some of each case made at random.

    Left out are findings on a fact of which bounds alone are known: the tests here try single values, and tests/engine/test_known_in_part.py
    looks at bounds.
    """
    chance = random.Random(seed)  # noqa: S311 -- the same findings each time
    for number, record in enumerate(records()):
        findings = list(record.findings())
        for child, row, finding in findings if number < len(CASES) else chance.sample(findings, each):
            if not any(isinstance(row[slot], Between) for slot in finding.source.reading_order):
                yield record, child, row, finding


def cells_of(form: Exact) -> dict[int, tuple[FactValue, ...]]:
    """Return for each fact of a condition one value of each kind that the condition tells apart."""
    match form:
        case Within(variable, _):
            return {variable.slot: variable.cells}
        case Joined(_, parts):
            return {slot: cells for part in parts for slot, cells in cells_of(part).items()}
        case Primes(variables, _, _):
            return {variable.slot: variable.cells for variable in variables}


def with_(row: Row, values: Mapping[int, FactValue | None]) -> Row:
    changed = list(row)
    for slot, value in values.items():
        changed[slot] = value
    return tuple(changed)


OUTCOMES: dict[Truth, Outcome] = {True: "met", False: "not_met", None: "undetermined"}


# -- why -----------------------------------------------------------------------------------------------------------------------------


def by_hand(test: Test, value: Any) -> Truth:
    """Say what a test comes to on a value, written down once more."""
    if value is None:
        return None
    late = value is NOT_YET
    match test.comparison:
        case "is":
            return bool(value == test.value)
        case "is_any_of":
            return value in test.value
        case "at_least":
            return bool(value >= test.value)
        case "less_than":
            return bool(value < test.value)
        case "recorded":
            return late is not bool(test.value)
        case "on_or_before":
            return not late and bool(value <= test.value)
        case "on_or_after":
            return not late and bool(value >= test.value)


def again(steps: tuple[ProofStep, ...], tests: Iterator[Test], record: DecisionRecord, row: Row, child: int | None) -> Truth:
    """Answer a proof's tree again, from the facts of its leaves up."""
    head, rest = steps[0], steps[1:]
    if head.kind == "test":
        test = next(tests)
        result = by_hand(test, row[record.ruleset.vocabulary.slot[test.fact]])
        assert (head.fact, head.says, head.result) == (test.fact, test.says, result)
        return result
    if head.rule:
        asked = [each.outcome for number, _, each in record.findings() if each.rule_id == head.rule and number in (child, None)]
        words = {"met": "met", "not_met": "not met", "undetermined": "undecided"}
        if head.rule in record.decisions:  # else it is law on the day of a later step alone, and no finding of this record
            assert [words[outcome] for outcome in asked] == [head.result_words]
        return head.result
    starts = [index for index, step in enumerate(rest) if step.depth == head.depth + 1]
    parts = [again(rest[start:end], tests, record, row, child) for start, end in itertools.pairwise([*starts, len(rest)])]
    result = {"all": conjunction, "any": disjunction}[head.kind](parts) if head.kind != "not" else negation(parts[0])
    # Facts that recur can settle a condition that its single tests leave open; the step then says so.
    assert head.result is result or (result is None and TOGETHER in head.says)
    return head.result


@pytest.mark.slow
def test_every_proof_answers_again_to_the_decision() -> None:
    seen: set[tuple[str, str]] = set()
    for record, child, row, finding in sampled(1, each=6):
        proof = record.why(finding.rule_id, child)
        tests = iter([test for test in rules.tests_in(finding.source.rule.when) if isinstance(test, Test)])
        assert OUTCOMES[again(proof.steps, tests, record, row, child)] == finding.outcome == proof.outcome
        seen.add((finding.rule_id, finding.outcome))
        for step in proof.steps:
            if step.kind == "test":
                assert step.says
                assert step.citations
                assert (step.value == "not known") == (step.origin is None)
                assert step.sort == ("judgement" if record.ruleset.vocabulary.by_id[step.fact or ""].kind == "judgement" else "fact")
            else:
                assert (step.sort, step.origin) == ("law", None)
    # Every rule in force, with each outcome that the cases can bring about.
    assert len({rule for rule, _ in seen}) == len(
        records()[len(CASES)].decisions.keys() | {name for each in map(shipped, CASES) for name in each.decisions}
    )
    assert len(seen) > 400


def test_what_reading_line_by_line_leaves_open_and_is_settled_all_the_same_is_said(tmp_path: Path) -> None:
    home = "says: it lived with family, fact: child.home, is: with_family"
    condition = f"any: [{{{home}}}, {{all: [{{not: {{{home}}}}}, {{says: it died, fact: child.died, is: true}}]}}]"
    folder = Folder().put(
        "nation/death/parents.yaml",
        RULE_PARENTS[: RULE_PARENTS.index("when:")]
        + f"when:\n  {condition}\n"
        + RULE_PARENTS[RULE_PARENTS.index("then:") : RULE_PARENTS.index("examples:")]
        + "examples:\n  - {name: It lived with family, given: {child.home: with_family}, expect: {outcome: met}}\n"
        + "  - {name: It lives elsewhere, given: {child.home: elsewhere, child.died: false}, expect: {outcome: not_met}}\n"
        + "  - {name: Nobody knows, given: {}, expect: {outcome: undetermined}}\n",
    )
    record = evaluate(folder.ruleset(tmp_path, "nation"), Case({"child.died": True}), as_of=AS_OF)
    proof = record.why("nation.death.parents")
    assert proof.outcome == "met"
    assert proof.steps[0].result is True
    assert "whichever way what is undecided turns out" in proof.steps[0].says
    assert {step.result for step in proof.steps[1:]} == {None, True}


def test_a_proof_reads_as_a_paragraph_that_names_every_telling_fact_and_its_source() -> None:
    record = shipped(next(path for path in CASES if path.stem == "baby-head-injury-before-easter"))
    proof = record.decisions[SIN].why()
    assert isinstance(proof, Proof)
    for part in (
        "Met: the local authority knows or suspects that the child has been abused or neglected (recorded: the authority suspects that ",
        "the child has been seriously harmed (judged ",
        "the harm was done in the authority's area, wherever the child lives (recorded: all of it in this local authority's area)",
        "CA 2004, section 16C(1) [verified in a copy",
    ):
        assert part in proof.text, part
    assert proof.table[0] == ("Step", "Sort", "Result", "Fact", "Value", "Where from", "Source")
    assert {row[1] for row in proof.table[1:]} == {"law", "fact", "judgement"}


def test_a_paragraph_leaves_out_what_did_not_make_the_outcome_what_it_is() -> None:
    record = shipped(next(path for path in CASES if path.stem == "baby-head-injury-before-easter"))
    assert "normally lived" not in record.why(SIN).text  # it matters for what happens outside England only
    assert "has died" not in record.why(SIN).text
    unknown = shipped(next(path for path in CASES if path.stem == "suicide-family-known-authority-view-not-recorded"))
    assert "it is not known whether the local authority knows or suspects" in unknown.why(SIN).text
    assert "seriously harmed" not in unknown.why(SIN).text  # the child has died, so this no longer matters


def test_what_is_not_met_is_said_as_it_stands_with_what_would_have_to_be_otherwise() -> None:
    """Where the only thing in the way is where it happened, that is said, and what would be otherwise is one sentence."""
    facts = {"concern.authority_view": "known", "child.seriously_harmed": True, "child.died": False, "child.age_at_harm": 4, "child.unborn": False}
    case = Case(facts | {"child.place_of_harm": "elsewhere_in_england", "incident.occurred_on": "2024-05-16"})
    proof = evaluate(load_ruleset("england"), case, as_of=date(2024, 5, 20)).why(SIN)
    assert "; the harm was not done in the authority's area (recorded: all of it in England, in other local authorities' areas)" in proof.text
    assert "It would be met if the harm was done in the authority's area, wherever the child lives." in proof.text
    assert not re.search(r"\b[a-z_]+\.[a-z_]+\b", proof.text.replace("GOV.UK", "")), proof.text


@pytest.mark.slow
def test_no_paragraph_names_a_fact_by_its_id() -> None:
    ids = tuple(load_ruleset("bcp").vocabulary.by_id)
    for record in map(shipped, CASES[::6]):
        for child, _, finding in record.findings():
            text = record.why(finding.rule_id, child).text
            assert not [each for each in ids if each in text], text


def read_again(steps: tuple[ProofStep, ...]) -> Truth:
    """Work a condition out from what its lines came to, and from nothing else."""
    head, rest = steps[0], steps[1:]
    if head.kind in ("test", "rule"):
        return head.result
    starts = [index for index, step in enumerate(rest) if step.depth == head.depth + 1]
    parts = [read_again(rest[start:end]) for start, end in itertools.pairwise([*starts, len(rest)])]
    return {"all": conjunction, "any": disjunction}[head.kind](parts) if head.kind != "not" else negation(parts[0])


@pytest.mark.slow
def test_what_a_paragraph_tells_is_enough_for_the_outcome() -> None:
    tried = 0
    for record in (*map(shipped, CASES), *made_up(60)):
        for child, _, finding in record.findings():
            steps = record.why(finding.rule_id, child).steps
            wanted: Truth = {"met": True, "not_met": False, "undetermined": None}[finding.outcome]
            told = {id(step) for step in telling(steps, wanted)}
            assert told or TOGETHER in record.why(finding.rule_id, child).text
            if steps[0].result is not wanted or any(TOGETHER in step.says for step in steps):
                continue
            # With everything else unknown, the condition as read still comes to the same.
            kept = tuple(step if step.kind not in ("test", "rule") or id(step) in told else step._replace(result=None) for step in steps)
            assert read_again(kept) is wanted
            assert wanted is not None or all(step.result is None for step in steps if id(step) in told)
            tried += wanted is not None
    assert tried > 1_000


def test_every_operator_has_wording_for_met_not_met_and_unknown() -> None:
    facts = load_ruleset("bcp").vocabulary.facts
    values: dict[str, tuple[Any, list[FactValue]]] = {
        "is": ("is", [True, False]),
        "is_any_of": (("known", "suspected"), ["known", "neither"]),
        "at_least": (18, [18, 17]),
        "less_than": (18, [17, 18]),
        "on_or_before": (date(2024, 3, 1), [date(2024, 3, 1), date(2024, 3, 2)]),
        "on_or_after": (date(2024, 3, 1), [date(2024, 3, 1), NOT_YET]),
        "recorded": (True, [date(2024, 3, 1), NOT_YET]),
    }
    of_type = {"is": "yes_no", "is_any_of": "one_of", "at_least": "number", "less_than": "number"}
    operators = set(get_args(Comparator))
    assert set(COMPARISON_WORDS) == set(values) == operators
    assert operators == {name for names in COMPARISONS.values() for name in names}, "what a rule file may write"
    for comparison in get_args(Comparator):
        held_against, (met, not_met) = values[comparison]
        held_against = True if held_against == "is" else held_against
        fact = next(each for each in facts if each.type == of_type.get(comparison, "date") and (each.type != "one_of" or "neither" in each.values))
        test = Test("it is so", fact.id, comparison, held_against, ())
        assert [holds(test, value) for value in (met, not_met, None)] == [True, False, None]
        phrases = {said(test, fact, value) for value in (met, not_met, None)}
        assert len(phrases) == 3
        assert not any("{" in phrase or "None" in phrase for phrase in phrases)
    # Joins and other rules: each kind of step is said, each kind of condition is traced.
    assert set(JOIN_WORDS) | {"test", "rule"} == set(get_args(StepKind))
    assert {each.__name__ for each in get_args(Condition)} == {"Test", "All", "AnyOf", "Not", "RuleMet"}
    assert set(RESULT_WORDS) == {True, False, None}


@pytest.mark.parametrize(
    ("name", "comparison", "held_against", "actual", "words"),
    [
        ("child.died", "is", True, True, "is yes"),
        ("child.died", "is", True, False, "is no"),
        ("child.died", "is", True, None, "is not recorded; the test asks for yes"),
        ("child.age_at_harm", "less_than", 18, 17, "is 17 years, less than 18 years"),
        ("child.age_at_harm", "at_least", 18, 17, "is 17 years, less than 18 years"),
        ("child.died_on", "on_or_after", date(2024, 3, 1), date(2024, 3, 1), "is 1 March 2024, on or after 1 March 2024"),
        ("notification.sent_on", "recorded", True, NOT_YET, "is ‘not yet’"),
    ],
)
def test_a_comparison_is_said_in_words(name: str, comparison: Comparator, held_against: object, actual: FactValue | None, words: str) -> None:
    fact = load_ruleset("bcp").vocabulary.by_id[name]
    assert said(Test("it is so", name, comparison, held_against, ()), fact, actual) == words


# -- why not -------------------------------------------------------------------------------------------------------------------------


def test_why_not_names_for_each_route_only_what_would_have_to_be_otherwise() -> None:
    facts = {"concern.authority_view": "neither", "child.died": True, "child.age_at_harm": 3, "child.unborn": False, "child.place_of_harm": "in_area"}
    record = evaluate(load_ruleset("england"), Case(facts), as_of=AS_OF)
    only = record.decisions[SIN].why_not()
    assert len(only) == 1
    assert [(clause, fact) for clause, fact, _ in only[0].changed] == [
        ("the local authority knows or suspects that the child has been abused or neglected", "concern.authority_view")
    ]
    assert only[0].found_out == ()
    assert only[0].citations


@pytest.mark.slow
def test_a_rule_that_is_met_has_no_why_not_and_every_other_has_one() -> None:
    for number, (record, child, row, finding) in enumerate(sampled(2, each=2)):
        routes = record.why_not(finding.rule_id, child)
        assert bool(routes) == (finding.outcome != "met")
        # Some values of exactly the facts that a route names are enough, and all of them are needed then.
        form, slot = finding.source.exact, record.ruleset.vocabulary.slot
        cells = cells_of(form)
        for otherwise in routes if number % 3 == 0 else ():
            named = [slot[fact] for _, fact, _ in (*otherwise.changed, *otherwise.found_out)]
            assert otherwise.citations
            assert all(row[each] is not None for each in named[: len(otherwise.changed)])
            assert all(row[each] is None for each in named[len(otherwise.changed) :])
            ways = [dict(zip(named, values, strict=True)) for values in itertools.islice(itertools.product(*[cells[each] for each in named]), 300)]
            if len(ways) < 300:
                assert any(
                    truth(form, with_(row, way))
                    and not any(truth(form, with_(row, {each: way[each] for each in way if each != left})) for left in way)
                    for way in ways
                )


# -- what if, near misses ------------------------------------------------------------------------------------------------------------


def test_what_if_shows_both_answers_and_what_differs() -> None:
    facts = {"concern.authority_view": "neither", "child.died": True, "child.age_at_harm": 3, "child.place_of_harm": "in_area"}
    both = evaluate(load_ruleset("england"), Case(facts), as_of=AS_OF).what_if({"concern.authority_view": "suspected"})
    assert (both.before.decisions[SIN].outcome, both.after.decisions[SIN].outcome) == ("not_met", "met")
    assert any(each.id == "notify_panel" and each.before == "not owed" for each in both.differences)
    assert both.before.what_if({}).differences == ()


@pytest.mark.slow
def test_every_near_miss_flips_and_no_part_of_it_does() -> None:
    tried = 0
    for record in (*map(shipped, CASES), *made_up(1_000)[:20], *made_up(2_000, "england")[:150]):
        slot = record.ruleset.vocabulary.slot
        sources = {(child, finding.rule_id): (row, finding) for child, row, finding in record.findings()}
        for miss in record.near_misses(1 if record.profile == "england" else 2):
            row, finding = sources[miss.child, miss.rule_id]
            assert finding.outcome == miss.outcome != miss.becomes
            for size in range(len(miss.changes) + 1):
                for part in itertools.combinations(miss.changes.items(), size):
                    outcome = OUTCOMES[truth(finding.source.exact, with_(row, {slot[name]: value for name, value in part}))]
                    assert (outcome == miss.becomes) == (size == len(miss.changes)), miss
            tried += 1
    assert tried > 40_000


@pytest.mark.slow
def test_no_smaller_change_is_left_out() -> None:
    """Against every change of one fact and of two, tried one after another."""
    flips = 0
    counted: dict[tuple[object, ...], int] = {}
    for number, (_, _, row, finding) in enumerate(sampled(3, each=1)):
        form = finding.source.exact
        cells = cells_of(form)
        if len(cells) > 9 or (number % 5 and number < 9_000):  # of the shipped cases, every fifth finding
            continue
        same = (finding, *(row[slot] for slot in cells))  # rows that agree in what the rule tests have the same changes
        if same in counted:
            flips += counted[same]
            continue
        before = flips
        for wanted in {"met": (False,), "not_met": (True,), "undetermined": (True, False)}[finding.outcome]:
            listed = {frozenset(change.items()) for change in changes(form, row, wanted=wanted, most=2)}
            tried: set[frozenset[tuple[int, FactValue]]] = set()
            for size in (1, 2):
                for slots in itertools.combinations(sorted(cells), size):
                    for values in itertools.product(*[cells[slot] for slot in slots]):
                        change = frozenset(zip(slots, values, strict=True))
                        if truth(form, with_(row, dict(change))) is wanted and not any(less < change for less in tried):
                            tried.add(change)
            smallest = {change for change in tried if all(row[slot] is None or truth_cell(form, slot, row[slot]) != value for slot, value in change)}
            assert {frozenset(slot for slot, _ in change) for change in smallest} == {frozenset(slot for slot, _ in change) for change in listed}
            assert smallest == listed
            flips += len(listed)
        counted[same] = flips - before
    assert flips > 3_000


def truth_cell(form: Exact, slot: int, value: FactValue | None) -> FactValue:
    """Return the value that stands for the cell of another."""
    match form:
        case Within(variable, _) if variable.slot == slot and value is not None:
            return variable.cells[variable.cell(value).bit_length() - 1]
        case Joined(_, parts):
            return truth_cell(next(part for part in parts if slot in cells_of(part)), slot, value)
        case Primes(variables, _, _) if value is not None:
            variable = next(each for each in variables if each.slot == slot)
            return variable.cells[variable.cell(value).bit_length() - 1]
    raise AssertionError(slot)


# -- what no longer matters, and what to ask -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_fact_is_asked_for_or_settled_despite_and_never_both() -> None:
    for record in records()[:500]:
        asked = {(question.fact.id, child) for question in record.ask for child in (question.children or (None,))}
        settled = {(each.fact.id, each.child) for each in record.settled_despite}
        assert not asked & settled
        tested = {
            (record.ruleset.vocabulary.facts[slot].id, child if record.ruleset.vocabulary.facts[slot].scope == "child" else None)
            for child, row, finding in record.findings()
            for slot in finding.source.reading_order
            if row[slot] is None
        }
        bounded = {
            (record.ruleset.vocabulary.facts[slot].id, child if record.ruleset.vocabulary.facts[slot].scope == "child" else None)
            for child, row, finding in record.findings()
            for slot in finding.source.reading_order
            if isinstance(row[slot], Between)
        }
        assert tested <= asked | settled <= tested | bounded


@cache
def can_change(finding: Finding, known: tuple[FactValue | None, ...]) -> frozenset[int]:
    """Return the facts not known that can change what a rule comes to, from every way of filling them in; once for all rows that know the same."""
    form, tested = finding.source.exact, cells_of(finding.source.exact)
    row: list[FactValue | None] = [None] * (max(tested, default=0) + 1)
    for slot, value in zip(tested, known, strict=True):
        row[slot] = value
    cells = {slot: values for slot, values in tested.items() if row[slot] is None}
    answers = {values: truth(form, with_(tuple(row), dict(zip(cells, values, strict=True)))) for values in itertools.product(*cells.values())}
    relevant = set()
    for place, slot in enumerate(cells):
        groups: dict[tuple[FactValue, ...], set[Truth]] = {}
        for values, answer in answers.items():
            groups.setdefault(values[:place] + values[place + 1 :], set()).add(answer)
        if any(len(group) > 1 for group in groups.values()):
            relevant.add(slot)
    return frozenset(relevant)


@pytest.mark.slow
def test_what_is_reported_as_relevant_can_change_something_and_nothing_else_can() -> None:
    """Against every way of filling in what a rule tests and nobody knows."""
    checked = skipped = 0
    settled: tuple[DecisionRecord | None, list[tuple[Question, Set[str]]]] = (None, [])
    for record, child, row, finding in sampled(4, each=1):
        form = finding.source.exact
        cells = {slot: values for slot, values in cells_of(form).items() if row[slot] is None}
        facts = record.ruleset.vocabulary.facts
        if math.prod(len(values) for values in cells.values()) > 1_100:
            skipped += 1
            continue
        checked += 1
        relevant = can_change(finding, tuple(row[slot] for slot in cells_of(form)))
        if settled[0] is not record:
            settled = (record, [(question, set(record.settles(question))) for question in record.ask])
        reported = {
            record.ruleset.vocabulary.slot[question.fact.id]
            for question, by_it in settled[1]
            if finding.rule_id in by_it
            and (facts[record.ruleset.vocabulary.slot[question.fact.id]].scope == "incident" or child in question.children)
        }
        if len(record.checked.children) == 1:
            assert reported == relevant
        else:  # a question names its rules over all children
            assert reported >= relevant
        assert (finding.outcome == "undetermined") == bool(relevant)
        irrelevant = {(facts[slot].id, child if facts[slot].scope == "child" else None) for slot in set(cells) - relevant}
        irrelevant -= {(question.fact.id, each) for question in record.ask for each in (question.children or (None,))}  # open elsewhere
        assert not irrelevant or irrelevant <= {(each.fact.id, each.child) for each in record.settled_despite}
    assert checked > 8_000
    assert skipped < checked / 20


def interview(facts: dict[str, FactValue], answers: dict[str, FactValue], *, best: bool) -> int:
    """Ask until nothing more can be settled, and return how many questions it took."""
    ruleset, told, count = load_ruleset("bcp"), dict(facts), 0
    unanswered = {fact.id for fact in ruleset.vocabulary.facts if fact.kind == "step"}
    while True:
        record = evaluate(ruleset, Case(told), as_of=AS_OF)
        question = record.next_question()
        if question is None:
            return count
        fact = question.fact if best else next(each.fact for each in record.ask if each.fact.kind != "step")
        assert fact.id in {each.fact.id for each in record.ask}, "an irrelevant question"
        assert fact.id not in unanswered
        assert fact.id not in told, "asked twice"
        told[fact.id] = answers[fact.id]
        count += 1


def interviews(number: int) -> tuple[list[int], list[int]]:
    """Return how many questions so many made-up cases take, asking what narrows most and asking in order."""
    ruleset, chance = load_ruleset("bcp"), random.Random(7)  # noqa: S311 -- the same interviews each time
    best: list[int] = []
    in_order: list[int] = []
    while len(best) < number:
        answers = {fact.id: chance.choice(values_of(fact)) for fact in ruleset.vocabulary.facts if fact.type != "date"}
        known: dict[str, FactValue] = {fact.id: NOT_YET for fact in ruleset.vocabulary.facts if fact.type == "date" and not fact.law_date}
        try:
            evaluate(ruleset, Case({**known, **answers}), as_of=AS_OF)
        except CaseError:
            continue
        best.append(interview(known, answers, best=True))
        in_order.append(interview(known, answers, best=False))
    return best, in_order


@pytest.mark.slow
def test_asking_what_narrows_most_settles_a_case_with_fewer_questions_than_asking_in_order() -> None:
    """As many as a run can wait for; `python -m tests.support.many interviews --count 15` asks more."""
    best, in_order = interviews(5)
    assert sum(best) < sum(in_order)


# -- compare -------------------------------------------------------------------------------------------------------------------------


def test_two_editions_of_the_law_are_compared_on_one_case() -> None:
    facts = {"concern.authority_view": "suspected", "child.died": True, "child.age_at_harm": 3, "child.place_of_harm": "in_area"}
    comparison = compare(Case(facts), as_of=[date(2017, 5, 1), date(2024, 5, 1)], profiles="england")
    assert comparison.labels == ("2017-05-01", "2024-05-01")
    assert any(each.id == SIN and (each.before, each.after) == ("not in force", "met") for each in comparison.changes[0])


def test_two_authorities_are_compared_on_one_day() -> None:
    facts = {"concern.authority_view": "suspected", "child.died": True, "child.age_at_harm": 3, "child.place_of_harm": "in_area"}
    comparison = compare(Case(facts), as_of=AS_OF, profiles=["england", "bcp"])
    assert any(each.id == "tell_business_unit" and each.before == "not owed" for each in comparison.changes[0])
    assert comparison.left_out == ((), ())
    with pytest.raises(QuestionError, match="not both at once"):
        compare(Case(facts), as_of=[AS_OF, date(2019, 1, 1)], profiles=["england", "bcp"])


def test_what_one_authority_has_no_word_for_is_left_out_for_it_and_said() -> None:
    for path in CASES:
        file = case_from(read_file(path))
        comparison = compare(file.case, as_of=file.as_of or date(2026, 11, 23), profiles=["england", "bcp"])
        own = {name for facts in (file.case.facts, *file.case.children) for name in facts}
        assert comparison.left_out == (tuple(sorted(own - load_ruleset("england").vocabulary.by_id.keys())), ())
        assert comparison.records[1].case is file.case
        if comparison.left_out[0]:
            assert f"england has no word for: {comparison.left_out[0][0]}" in str(comparison)
    with pytest.raises(CaseError, match="there is no fact called"):
        compare(Case({"child.dead": True}), as_of=AS_OF, profiles=["england", "bcp"])


def test_what_if_names_a_child_that_is_not_there() -> None:
    record = evaluate(load_ruleset("england"), Case({}, [{}, {}]), as_of=AS_OF)
    assert record.what_if({"child.died": True}, child=2).differences
    for child in (0, 3):
        with pytest.raises(QuestionError, match="from 1 to 2"):
            record.what_if({"child.died": True}, child=child)


@pytest.mark.slow
def test_a_proof_that_other_cases_have_as_well_is_the_one_that_would_be_worked_out_for_this_case_and_child() -> None:
    record = shipped(CASES[0].with_stem("two-siblings-harmed-christmas-2019"))
    blank = evaluate(record.ruleset, Case({}, [{}]), as_of=record.as_of, law_on=record.law_on)
    assert blank.law is record.law
    assert {blank.why(rule_id).child for rule_id in blank.decisions} == {None, 1}  # what is kept from now on is about its one child
    reasoner = record.reasoner
    for child, row, finding in record.findings():
        assert reasoner.why(finding, child) == reasoner._proved(finding, row, child)
