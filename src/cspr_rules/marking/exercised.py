"""What of the rules a set of cases exercises: which outcomes, tests, clocks and citations of which rules.

A case exercises a rule where it expects something of it: its outcome, a duty that it asks for, or its note. What is decided on the way and held
against nothing is not counted, for a change to it would go unnoticed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.engine.tracing import Step, trace
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.marking.answer_sheet import of_group
from cspr_rules.marking.marks import Marking
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import Outcome, Rule, RuleMet, Test, cited, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import Decision, DecisionRecord

SCHEMA: Final = "cspr-rules/exercised/1"
PartKind: TypeAlias = Literal["outcome", "test", "clock", "citation"]
PARTS: Final[Mapping[PartKind, str]] = {"outcome": "outcomes", "test": "results of tests", "clock": "clocks", "citation": "citations"}
RESULTS: Final[Mapping[Truth, Outcome]] = {True: "met", False: "not_met", None: "undetermined"}
OUTCOMES: Final[tuple[Outcome, ...]] = ("met", "not_met", "undetermined")
Seen: TypeAlias = dict[Outcome, int]


class ExercisedTest(NamedTuple):
    """One test of a rule's condition.

    Attributes:
        depth: How far it is indented.
        says: What it says, or the rule that it refers to.
        seen: How often it came to each result.
    """

    depth: int
    says: str
    seen: Seen


class ExercisedRule(NamedTuple):
    """One version of a rule.

    Attributes:
        rule: It.
        cases: How many cases expect something of it.
        outcomes: How often it came to each outcome, for the incident or a child.
        tests: Its tests, in reading order.
        clocks: Each clock of its duties, as ``duty: words``, and how often it ran.
        citations: The key of each provision it cites, and how often something rested on it.
    """

    rule: Rule
    cases: int
    outcomes: Seen
    tests: tuple[ExercisedTest, ...]
    clocks: dict[str, int]
    citations: dict[str, int]

    def parts(self) -> Iterator[tuple[PartKind, str, int]]:
        """Yield each part of it that can be exercised: its kind, what it is, and how often that happened."""
        yield from (("outcome", outcome, count) for outcome, count in self.outcomes.items())
        for number, test in enumerate(self.tests, start=1):
            yield from (("test", f"test {number} ({test.says}): {result}", count) for result, count in test.seen.items())
        yield from (("clock", name, count) for name, count in self.clocks.items())
        yield from (("citation", key, count) for key, count in self.citations.items())


class Exercised(NamedTuple):
    """What a set of cases exercises of the rules of one profile.

    Attributes:
        profile: The profile.
        rules: Each version of each rule that was asked about, in order.
    """

    profile: str
    rules: tuple[ExercisedRule, ...]

    def counts(self) -> dict[PartKind, tuple[int, int]]:
        """Return, for each kind of part, how many are exercised and how many there are."""
        there, done = Counter[PartKind](), Counter[PartKind]()
        for rule in self.rules:
            for kind, _, count in rule.parts():
                there[kind] += 1
                done[kind] += bool(count)
        return {kind: (done[kind], there[kind]) for kind in PARTS}


def total(exercised: Iterable[Exercised]) -> tuple[int, int]:
    """Return how many parts are exercised, and how many there are."""
    pairs = [pair for each in exercised for pair in each.counts().values()]
    return sum(done for done, _ in pairs), sum(there for _, there in pairs)


def percent(done: int, there: int) -> str:
    """Return a share as a percentage with one decimal, never rounded up to all of it."""
    tenths = done * 1000 // there if there else 0
    return f"{tenths // 10}.{tenths % 10} %"


def exercised(markings: Iterable[Marking], groups: Collection[str] = ()) -> tuple[Exercised, ...]:
    """Return what some cases exercise, for each profile that they are decided by.

    Args:
        markings: The cases, each with what is expected of it marked.
        groups: Rules, or groups of rules such as ``england.notification``; all if there are none.

    Raises:
        QuestionError: There is no such group of rules.
    """
    counting: dict[str, _Counting] = {}
    for marking in markings:
        ruleset = marking.record.ruleset
        counting.setdefault(ruleset.digest, _Counting(ruleset, groups)).take(marking)
    known = {".".join(rule.id.split(".")[:length]) for each in counting.values() for rule in each.ruleset.rules for length in range(1, 9)}
    unknown = [group for group in groups if group not in known]
    if unknown and counting:
        raise QuestionError([Fault("", f"there is no rule or group of rules called '{shown(each)}'{did_you_mean(each, known)}") for each in unknown])
    return tuple(Exercised(each.ruleset.profile.id, tuple(each.counted(rule) for rule in each.rules)) for each in counting.values())


class _Counting:
    """The counts of one ruleset."""

    def __init__(self, ruleset: Ruleset, groups: Collection[str]) -> None:
        self.ruleset = ruleset
        self.rules = [rule for rule in ruleset.rules if not groups or of_group(rule.id, groups)]
        self.asking: dict[str, set[str]] = {}
        for rule in ruleset.rules:
            for duty in rule.duties:
                self.asking.setdefault(duty.id, set()).add(rule.id)
        self.seen: dict[tuple[str, Any], Counter[tuple[str, ...]]] = {(rule.id, rule.window): Counter() for rule in self.rules}

    def take(self, marking: Marking) -> None:
        named: set[str] = set()
        for each in marking.marks:
            if each.kind != "question":
                named |= self.asking.get(each.id, {each.id})
        record = marking.record
        for rule_id in named:
            decision = record.decisions.get(rule_id)
            if decision is not None and (counts := self.seen.get((rule_id, decision.rule.window))) is not None:
                counts.update(_parts_of(record, decision))

    def counted(self, rule: Rule) -> ExercisedRule:
        counts = self.seen[rule.id, rule.window]
        tests = tuple(
            ExercisedTest(depth, says, {outcome: counts["test", str(place), outcome] for outcome in OUTCOMES})
            for place, (depth, says) in enumerate(_tests(rule))
        )
        clocks = {_clock_name(duty.id, place, str(clock)): 0 for duty in rule.duties for place, clock in enumerate(duty.deadlines)}
        return ExercisedRule(
            rule,
            counts["case",],
            {outcome: counts["outcome", outcome] for outcome in OUTCOMES},
            tests,
            {name: counts["clock", name] for name in clocks},
            {key: counts["citation", key] for key in cited(rule)},
        )


def _tests(rule: Rule) -> list[tuple[int, str]]:
    return [(0, each.says if isinstance(each, Test) else f"the rule {each.rule} is met") for each in tests_in(rule.when)]


def _clock_name(duty_id: str, place: int, words: str) -> str:
    return f"{duty_id}: clock {place + 1}, {words}"


def _parts_of(record: DecisionRecord, decision: Decision) -> Iterator[tuple[str, ...]]:
    yield ("case",)
    resting: set[str] = set()
    source, rows = record.law.source(decision.rule_id), record.law.rows(record.checked)
    findings = decision.per_child or (decision.source,)
    for finding, row in zip(findings, rows[1:] if decision.per_child else rows[:1], strict=True):
        yield "outcome", finding.outcome
        if finding.outcome != "undetermined":
            resting.update(each.key for each in finding.citations)
        steps: list[Step] = [step for step in trace(source, row, record.ruleset) if step.kind in ("test", "rule")]
        for place, (step, test) in enumerate(zip(steps, tests_in(decision.rule.when), strict=True)):
            yield "test", str(place), RESULTS[step.result]
            if step.result is not None and not isinstance(test, RuleMet) and test.cites:
                resting.update(each.key for each in step.citations)
    for duty in decision.duties:
        resting.update(each.key for each in duty.citations)
        for name, keys in _running(duty):
            yield "clock", name
            resting.update(keys)
    for note in record.notes:
        if note.rule_id == decision.rule_id:
            resting.update(each.key for each in note.citations)
    yield from (("citation", key) for key in resting)


def _running(duty: OwedDuty) -> Iterator[tuple[str, list[str]]]:
    """Yield each clock of a duty that runs, and what gives it; one that waits for a date has not been tried."""
    for clock in duty.clocks:
        if clock.waiting_for is None:
            place = duty.duty.deadlines.index(clock.rule)
            yield _clock_name(duty.id, place, str(clock.rule)), [each.key for each in clock.citations]


def plain_exercised(exercised: Iterable[Exercised]) -> dict[str, Any]:
    """Return what is exercised as plain values."""
    found = list(exercised)
    done, there = total(found)
    return {"schema": SCHEMA, "exercised": done, "of": there, "profiles": [_plain(each) for each in found]}


def _plain(each: Exercised) -> dict[str, Any]:
    return {
        "profile": each.profile,
        "parts": {kind: {"exercised": done, "of": there} for kind, (done, there) in each.counts().items()},
        "rules": [
            {
                "id": rule.rule.id,
                "in_force": str(rule.rule.window),
                "cases": rule.cases,
                "outcomes": rule.outcomes,
                "tests": [{"says": test.says, **test.seen} for test in rule.tests],
                "clocks": rule.clocks,
                "citations": rule.citations,
            }
            for rule in each.rules
        ],
    }
