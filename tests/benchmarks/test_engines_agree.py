"""The rules written by hand, the library and zen-engine decide hundreds of invented cases alike; and what the benchmark times is what it says."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from operator import attrgetter
from typing import Any

import pytest

from cspr_rules import Ruleset, evaluate
from cspr_rules.engine import tracing
from cspr_rules.engine.conditions.three_valued import still_matters
from cspr_rules.engine.evaluating import outcomes
from cspr_rules.engine.law import law_of
from cspr_rules.explain import questions, what_if, why
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.kleene import Truth, conjunction, disjunction, negation
from cspr_rules.model.rules import All, AnyOf, Condition, Not, RuleMet, Test, holds
from cspr_rules.model.values import Row
from tests.benchmarks import handwritten
from tests.benchmarks.cases import Ready, cases
from tests.benchmarks.handwritten_answers import LAW_DAY
from tests.benchmarks.tenfold import multiplied

HOW_MANY = 600
TEST_BY_TEST_LEAVES_OPEN = frozenset({"england.notification.two_areas"})
"""Rules that ask about one fact twice, for values that cannot both be so. Weighed test by test such a rule may stay undetermined where it is not met:
a death in a place that is not known is never here and elsewhere at once. The library and the rules by hand see that; zen-engine, asked test by test,
does not, and may then say that it does not know. It may say nothing else."""


@cache
def ruleset() -> Ruleset:
    return handwritten.written_rules()


@cache
def invented() -> list[Ready]:
    return cases(ruleset(), HOW_MANY)


def by_library(checked: CheckedCase) -> list[dict[str, tuple[str, tuple[str, ...]]]]:
    """Return rule id to outcome and citations: of the rules asked once, then for each child."""
    return [
        {each.rule_id: (each.outcome, tuple(provision.key for provision in each.citations)) for each in every}
        for every, _, _ in outcomes(ruleset(), checked, LAW_DAY)
    ]


class Differences:
    """Where two ways of deciding come out differently."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.rules: set[str] = set()

    def compare(self, way: str, ours: Mapping[str, object], theirs: Mapping[str, object], where: str) -> None:
        assert set(ours) == set(theirs), f"{way}: only one side has {set(ours) ^ set(theirs)}"
        for name in theirs:
            if ours[name] != theirs[name]:
                self.rules.add(name)
                self.found.append(f"{name}: {way} {ours[name]}, by the library {theirs[name]}; {where}")

    def assert_none(self) -> None:
        assert not self.found, f"{len(self.found)} differences, in {', '.join(sorted(self.rules))}; such as\n" + "\n".join(self.found[:5])


def described(number: int, ready: Ready, place: int) -> str:
    return f"case {number}, {f'child {place}' if place else 'the incident'}: {ready.case!r}"


@pytest.mark.slow
def test_the_rules_written_by_hand_agree_with_the_library() -> None:
    differences = Differences()
    for number, ready in enumerate(invented()):
        hand = [{each.rule_id: (each.outcome, each.citations) for each in answers} for answers in handwritten.outcomes(ready.checked)]
        for place, (ours, theirs) in enumerate(zip(hand, by_library(ready.checked), strict=True)):
            differences.compare("by hand", ours, theirs, described(number, ready, place))
    differences.assert_none()


@pytest.mark.slow
def test_zen_engine_agrees_with_the_library_however_it_is_asked() -> None:
    pytest.importorskip("zen")
    from tests.benchmarks.zen_rules import ZenRules

    rules = ZenRules(ruleset(), LAW_DAY)
    differences = Differences()
    for number, ready in enumerate(invented()):
        context = rules.prepared(ready.checked)
        library = [{name: outcome for name, (outcome, _) in each.items()} for each in by_library(ready.checked)]
        for way in rules.ways:
            for place, (found, theirs) in enumerate(zip(way.read(way.ask(context)), library, strict=True)):
                left_open = {name for name in TEST_BY_TEST_LEAVES_OPEN & found.keys() if found[name] == "undetermined"}
                ours = found | {name: theirs[name] for name in left_open}
                differences.compare(f"by zen-engine as {way.title}", ours, theirs, described(number, ready, place))
    differences.assert_none()


def test_the_cases_bring_about_every_outcome_of_every_rule() -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for ready in invented():
        for answers in by_library(ready.checked):
            for name, (outcome, _) in answers.items():
                seen[name].add(outcome)
    assert {name for name, outcome in seen.items() if len(outcome) < 3} == set()


def test_the_same_seed_gives_the_same_cases() -> None:
    again = cases(ruleset(), 50)
    assert [(each.case, each.as_of) for each in again] == [(each.case, each.as_of) for each in invented()[:50]]
    assert {len(each.checked.children) for each in invented()} == {1, 2, 3}


# -- ten times the rules -----------------------------------------------------------------------------------------------------------------------


def plainly(condition: Condition, row: Row, rules: Ruleset) -> Truth:
    """Return what a condition comes to, test by test, in three-valued logic."""
    match condition:
        case All(parts):
            return conjunction(plainly(part, row, rules) for part in parts)
        case AnyOf(parts):
            return disjunction(plainly(part, row, rules) for part in parts)
        case Not(part):
            return negation(plainly(part, row, rules))
        case RuleMet(name):
            return plainly(next(rule for rule in rules.versions(name) if LAW_DAY in rule.window).when, row, rules)
        case Test():
            return holds(condition, row[rules.vocabulary.slot[condition.fact]])


@pytest.mark.slow
def test_ten_times_the_rules_are_different_rules_decided_right() -> None:
    many = multiplied(ruleset())
    assert len(many.rules) == 10 * len(ruleset().rules)
    assert len({duty.id for rule in many.rules for duty in rule.duties}) == 10 * len({duty.id for rule in ruleset().rules for duty in rule.duties})
    law = law_of(many, LAW_DAY)
    tables: dict[str, set[str]] = defaultdict(set)
    rules_apart = ("england.notification.serious_incident", "england.childrens_homes.form_of_notice", "england.looked_after.funeral_expenses")
    for source in (*law.incident, *law.child):
        tables[source.rule.id.partition("__")[0]].add(repr(source.exact))
    assert all(len(tables[name]) == 10 for name in rules_apart)
    words = {True: "met", False: "not_met", None: "undetermined"}
    for ready in invented()[:25]:
        rows = (ready.checked.incident, *ready.checked.children)
        for row, (every, _, _) in zip(rows, outcomes(many, ready.checked, LAW_DAY), strict=True):
            for finding in every:
                plain = plainly(finding.source.rule.when, row, many)
                if plain is not None or finding.rule_id.partition("__")[0] not in TEST_BY_TEST_LEAVES_OPEN:
                    assert finding.outcome == words[plain], (finding.rule_id, ready.case)


# -- nothing is explained unless it is asked for -----------------------------------------------------------------------------------------------


EXPLAINING = ("explain.why", "engine.tracing", "explain.what_if", "explain.ways")
"""The rooms in which explanations are worked out."""

QUIET = """
import sys
from datetime import date
from cspr_rules import Case, evaluate, load_ruleset

facts = {"child.place_of_harm": "in_area", "concern.authority_view": "suspected", "notification.sent_on": date(2024, 4, 2)}
record = evaluate(load_ruleset("bcp"), Case(facts, [{"child.died": True, "child.age_at_harm": 3}, {}]), as_of=date(2024, 4, 9))
record.decisions, record.duties, record.options, record.paths, record.notes, record.ask
print([name for name in sys.argv[1:] if f"cspr_rules.{name}" in sys.modules])
record.next_question()
print([name for name in sys.argv[1:] if f"cspr_rules.{name}" in sys.modules])
"""


@pytest.mark.slow
def test_a_record_does_not_even_import_what_explains_until_it_is_asked() -> None:
    done = subprocess.run([sys.executable, "-c", QUIET, *EXPLAINING], check=True, capture_output=True, text=True)  # noqa: S603 -- our own
    before, after = done.stdout.splitlines()
    assert before == "[]"
    assert "explain.what_if" in after


def test_a_record_works_out_no_explanation_until_it_is_asked_for_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def watched(room: Any, name: str) -> None:
        real = getattr(room, name)

        def work(*given: Any, **named: Any) -> Any:
            asked.append(name)
            return real(*given, **named)

        monkeypatch.setattr(room, name, work)

    for room, name in ((tracing, "trace"), (why, "Reasoner"), (questions, "questions"), (what_if, "near_misses"), (what_if, "settled_despite")):
        watched(room, name)
    for ready in invented()[:100]:
        made = evaluate(ruleset(), ready.case, as_of=ready.as_of, law_on=LAW_DAY)
        attrgetter("decisions", "duties", "options", "paths", "notes", "ask")(made)
    assert asked == []
    made.tests("england.notification.serious_incident")
    made.why("england.notification.serious_incident")
    made.near_misses()
    assert made.next_question()
    assert {"trace", "Reasoner", "near_misses", "questions"} <= set(asked)


@pytest.mark.slow
def test_what_is_asked_is_what_still_matters_to_an_undecided_rule_however_it_is_worked_out() -> None:
    facts = ruleset().vocabulary.facts
    for ready in invented()[:200]:
        made = evaluate(ruleset(), ready.case, as_of=ready.as_of, law_on=LAW_DAY)
        settles: dict[int, set[str]] = defaultdict(set)
        children: dict[int, set[int]] = defaultdict(set)
        firsts: set[int] = set()
        for child, row, finding in made.findings():
            if finding.outcome == "undetermined":
                left = still_matters(finding.source.exact, row)
                firsts.add(next(slot for slot in finding.source.reading_order if slot in left))
                for slot in left:
                    settles[slot].add(finding.rule_id)
                    if child and facts[slot].scope == "child":
                        children[slot].add(child)
        expected = [(facts[slot].id, tuple(sorted(children[slot])), tuple(sorted(settles[slot])), slot in firsts) for slot in sorted(settles)]
        assert [(each.fact.id, each.children, made.settles(each), each.first) for each in made.ask] == expected, ready.case
