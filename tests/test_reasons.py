"""Why, why not, what if, what is near and what to ask next: on every shipped case and on cases made at random."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import get_args

import pytest

from cspr_rules import Case, CaseError, DecisionRecord, case_from, compare, evaluate, load_ruleset, read_file
from cspr_rules.exact import truth
from cspr_rules.explaining import telling
from cspr_rules.reasons import COMPARISON_WORDS, Proof, ProofStep, said
from cspr_rules.rules import Comparison, Test
from cspr_rules.truth import Truth, conjunction, disjunction, negation
from cspr_rules.vocabulary import NOT_YET, Fact, FactValue

CASES = sorted((Path(__file__).parent.parent / "docs" / "cases").glob("*.yaml"))
SIN = "england.notification.serious_incident"
AS_OF = date(2024, 6, 30)


@cache
def shipped(path: Path) -> DecisionRecord:
    file = case_from(read_file(path))
    ruleset = load_ruleset(file.profile or "bcp")
    return evaluate(ruleset, file.case, as_of=file.as_of or ruleset.checked_on)


def values_of(fact: Fact) -> list[FactValue]:
    return {
        "yes_no": [False, True],
        "one_of": list(fact.values),
        "number": [0, 1, 2, 4, 5, 15, 16, 17, 18, 24, 25],
        "date": [NOT_YET, date(2024, 3, 1)],
    }[fact.type]  # type: ignore[return-value] # values of the fact's own type


def made_up(number: int) -> Iterator[DecisionRecord]:
    """Yield records of cases made at random; those that contradict themselves are left out."""
    ruleset, chance = load_ruleset("bcp"), random.Random(20241123)  # noqa: S311 -- the same cases each time
    while number:
        share = chance.choice((0.15, 0.4, 0.8))
        facts = {fact.id: chance.choice(values_of(fact)) for fact in ruleset.vocabulary.facts if chance.random() < share and not fact.law_date}
        try:
            yield evaluate(ruleset, Case(facts), as_of=AS_OF)
        except CaseError:
            continue
        number -= 1


def records(made: int) -> Iterator[DecisionRecord]:
    yield from (shipped(path) for path in CASES)
    yield from made_up(made)


# -- why -----------------------------------------------------------------------------------------------------------------------------


def again(steps: tuple[ProofStep, ...], record: DecisionRecord, child: int | None) -> Truth:
    """Answer a proof's tree again, from its leaves up."""
    head, rest = steps[0], steps[1:]
    if head.kind == "test":
        return head.result
    if head.rule:
        return next(
            truth(finding.source.exact, row) for number, row, finding in record.findings() if finding.rule_id == head.rule and number in (child, None)
        )
    starts = [index for index, step in enumerate(rest) if step.depth == head.depth + 1]
    parts = [again(rest[start:end], record, child) for start, end in itertools.pairwise([*starts, len(rest)])]
    return {"all": conjunction, "any": disjunction}[head.kind](parts) if head.kind != "not" else negation(parts[0])


def test_every_proof_answers_again_to_the_decision() -> None:
    open_by_kleene_alone = 0
    for record in records(300):
        for child, _, finding in record.findings():
            proof = record.why(finding.rule_id, child)
            answer = {True: "met", False: "not_met", None: "undetermined"}[again(proof.steps, record, child)]
            if answer == "undetermined" != finding.outcome:
                open_by_kleene_alone += 1  # a fact recurs in the rule; the exact form settles what reading line by line cannot
            else:
                assert answer == finding.outcome == proof.outcome
    assert open_by_kleene_alone < 50


def test_a_proof_reads_as_a_paragraph_that_names_every_telling_fact_and_its_source() -> None:
    record = shipped(next(path for path in CASES if path.stem == "baby-head-injury-before-easter"))
    proof = record.decisions[SIN].why()
    assert isinstance(proof, Proof)
    for part in ("The test is met.", "concern.authority_view is", "child.seriously_harmed is yes", "as judged", "CA 2004, section 16C(1) [verified]"):
        assert part in proof.text, part
    assert proof.table[0] == ("Step", "Sort", "Result", "Fact", "Value", "Where from", "Source")
    assert {row[1] for row in proof.table[1:]} == {"law", "fact", "judgement"}


def test_a_paragraph_leaves_out_what_did_not_make_the_outcome_what_it_is() -> None:
    record = shipped(next(path for path in CASES if path.stem == "baby-head-injury-before-easter"))
    assert "child.normally_resident" not in record.why(SIN).text  # it matters for what happens outside England only
    assert "child.died" not in record.why(SIN).text
    unknown = shipped(next(path for path in CASES if path.stem == "suicide-family-known-authority-view-not-recorded"))
    assert "child.seriously_harmed" not in unknown.why(SIN).text  # the child has died, so this no longer matters


def read_again(steps: tuple[ProofStep, ...]) -> Truth:
    """Work a condition out from what its lines came to, and from nothing else."""
    head, rest = steps[0], steps[1:]
    if head.kind in ("test", "rule"):
        return head.result
    starts = [index for index, step in enumerate(rest) if step.depth == head.depth + 1]
    parts = [read_again(rest[start:end]) for start, end in itertools.pairwise([*starts, len(rest)])]
    return {"all": conjunction, "any": disjunction}[head.kind](parts) if head.kind != "not" else negation(parts[0])


def test_what_a_paragraph_tells_is_enough_for_the_outcome() -> None:
    tried = 0
    for record in records(60):
        for child, _, finding in record.findings():
            steps = record.why(finding.rule_id, child).steps
            wanted: Truth = {"met": True, "not_met": False, "undetermined": None}[finding.outcome]
            told = {id(step) for step in telling(steps, wanted)}
            assert told
            if steps[0].result is not wanted:
                continue
            # With everything else unknown, the condition as read still comes to the same.
            kept = tuple(step if step.kind not in ("test", "rule") or id(step) in told else step._replace(result=None) for step in steps)
            assert read_again(kept) is wanted
            assert wanted is not None or all(step.result is None for step in steps if id(step) in told)
            tried += wanted is not None
    assert tried > 1_000


def test_every_comparison_has_wording_for_met_not_met_and_unknown() -> None:
    assert set(COMPARISON_WORDS) == set(get_args(Comparison))
    for words in COMPARISON_WORDS.values():
        assert len(words) == 3
        assert all(words)


@pytest.mark.parametrize(
    ("name", "comparison", "held_against", "actual", "words"),
    [
        ("child.died", "is", True, True, "is yes"),
        ("child.died", "is", True, False, "is no"),
        ("child.died", "is", True, None, "is not recorded; the test asks for yes"),
        ("child.age_years", "less_than", 18, 17, "is 17 years, less than 18 years"),
        ("child.age_years", "at_least", 18, 17, "is 17 years, less than 18 years"),
        ("child.died_on", "on_or_after", date(2024, 3, 1), date(2024, 3, 1), "is 1 March 2024, on or after 1 March 2024"),
        ("notification.sent_on", "recorded", True, NOT_YET, "is ‘not yet’"),
    ],
)
def test_a_comparison_is_said_in_words(name: str, comparison: Comparison, held_against: object, actual: FactValue | None, words: str) -> None:
    fact = load_ruleset("bcp").vocabulary.by_id[name]
    assert said(Test("it is so", name, comparison, held_against, ()), fact, actual) == words


# -- why not -------------------------------------------------------------------------------------------------------------------------


def test_why_not_names_for_each_route_only_what_would_have_to_be_otherwise() -> None:
    facts = {"concern.authority_view": "neither", "child.died": True, "child.age_years": 3, "child.unborn": False, "incident.place": "in_area"}
    record = evaluate(load_ruleset("england"), Case(facts), as_of=AS_OF)
    only = record.decisions[SIN].why_not()
    assert len(only) == 1
    assert [(clause, fact) for clause, fact, _ in only[0].changed] == [
        ("the local authority knows or suspects that the child has been abused or neglected", "concern.authority_view")
    ]
    assert only[0].found_out == ()
    assert only[0].citations


def test_a_rule_that_is_met_has_no_why_not_and_every_other_has_one() -> None:
    for record in records(50):
        for child, _, finding in record.findings():
            assert bool(record.why_not(finding.rule_id, child)) == (finding.outcome != "met")


# -- what if, near misses ------------------------------------------------------------------------------------------------------------


def test_what_if_shows_both_answers_and_what_differs() -> None:
    facts = {"concern.authority_view": "neither", "child.died": True, "child.age_years": 3, "incident.place": "in_area"}
    both = evaluate(load_ruleset("england"), Case(facts), as_of=AS_OF).what_if({"concern.authority_view": "suspected"})
    assert (both.before.decisions[SIN].outcome, both.after.decisions[SIN].outcome) == ("not_met", "met")
    assert any(each.id == "notify_panel" and each.before == "not owed" for each in both.differences)
    assert both.before.what_if({}).differences == ()


def test_every_near_miss_flips_and_no_part_of_it_does() -> None:
    tried = 0
    for record in records(40):
        slot = record.ruleset.vocabulary.slot
        sources = {(child, finding.rule_id): (row, finding.source.exact) for child, row, finding in record.findings()}
        for miss in record.near_misses(2):
            row, form = sources[miss.child, miss.rule_id]
            for size in range(len(miss.changes) + 1):
                for part in itertools.combinations(miss.changes.items(), size):
                    changed = list(row)
                    for name, value in part:
                        changed[slot[name]] = value
                    outcome = {True: "met", False: "not_met", None: "undetermined"}[truth(form, tuple(changed))]
                    assert (outcome == miss.becomes) == (size == len(miss.changes)), miss
            tried += 1
    assert tried > 1_000


def test_no_smaller_change_is_left_out() -> None:
    for record in records(10):
        facts = record.ruleset.vocabulary.facts
        listed: dict[tuple[str, int | None, str], set[str]] = {}
        for miss in record.near_misses(1):
            for name in miss.changes:
                listed.setdefault((miss.rule_id, miss.child, miss.becomes), set()).add(name)
        for child, row, finding in record.findings():
            for slot in finding.source.reading_order:
                for value in values_of(facts[slot]):
                    outcome = truth(finding.source.exact, (*row[:slot], value, *row[slot + 1 :]))
                    word = {True: "met", False: "not_met", None: "undetermined"}[outcome]
                    if word not in (finding.outcome, "undetermined"):
                        assert facts[slot].id in listed[finding.rule_id, child, word]


# -- what no longer matters, and what to ask -----------------------------------------------------------------------------------------


def test_a_fact_is_asked_for_or_settled_despite_and_never_both() -> None:
    for record in records(60):
        asked = {(question.fact.id, child) for question in record.ask for child in (question.children or (None,))}
        settled = {(each.fact.id, each.child) for each in record.settled_despite}
        assert not asked & settled
        for each in record.settled_despite:
            slot = record.ruleset.vocabulary.slot[each.fact.id]
            for value in values_of(each.fact):
                for child, row, finding in record.findings():
                    if child in (each.child, None) or each.child is None:
                        before = truth(finding.source.exact, row)
                        if before is not None:
                            assert truth(finding.source.exact, (*row[:slot], value, *row[slot + 1 :])) is before


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


def test_asking_what_narrows_most_settles_a_case_with_fewer_questions_than_asking_in_order() -> None:
    ruleset, chance = load_ruleset("bcp"), random.Random(7)  # noqa: S311 -- the same interviews each time
    best: list[int] = []
    in_order: list[int] = []
    while len(best) < 25:
        answers = {fact.id: chance.choice(values_of(fact)) for fact in ruleset.vocabulary.facts if fact.type != "date"}
        known: dict[str, FactValue] = {fact.id: NOT_YET for fact in ruleset.vocabulary.facts if fact.type == "date" and not fact.law_date}
        try:
            evaluate(ruleset, Case({**known, **answers}), as_of=AS_OF)
        except CaseError:
            continue
        best.append(interview(known, answers, best=True))
        in_order.append(interview(known, answers, best=False))
    print(f"questions on average: {sum(best) / len(best):.1f} asking what narrows most, {sum(in_order) / len(in_order):.1f} in order")
    assert sum(best) < sum(in_order)


# -- compare -------------------------------------------------------------------------------------------------------------------------


def test_two_editions_of_the_law_are_compared_on_one_case() -> None:
    facts = {"concern.authority_view": "suspected", "child.died": True, "child.age_years": 3, "incident.place": "in_area"}
    comparison = compare(Case(facts), as_of=[date(2017, 5, 1), date(2024, 5, 1)], profiles="england")
    assert comparison.labels == ("2017-05-01", "2024-05-01")
    assert any(each.id == SIN and (each.before, each.after) == ("not in force", "met") for each in comparison.changes[0])


def test_two_authorities_are_compared_on_one_day() -> None:
    facts = {"concern.authority_view": "suspected", "child.died": True, "child.age_years": 3, "incident.place": "in_area"}
    comparison = compare(Case(facts), as_of=AS_OF, profiles=["england", "bcp"])
    assert any(each.id == "tell_business_unit" and each.before == "not owed" for each in comparison.changes[0])
    with pytest.raises(ValueError, match="not both at once"):
        compare(Case(facts), as_of=[AS_OF, date(2019, 1, 1)], profiles=["england", "bcp"])
