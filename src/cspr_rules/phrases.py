"""Phrases that every report uses, whatever its format: how a clock is counted, who is meant, what made an outcome what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from cspr_rules.decisions import STATUS_WORDS, Clock, Decision, OwedDuty, Status
from cspr_rules.explaining import OUTCOME_WORDS, RESULT_WORDS, Step
from cspr_rules.record import DecisionRecord
from cspr_rules.rules import UNSPECIFIED, Outcome, Test, tests_in
from cspr_rules.sources import Provision, in_words
from cspr_rules.vocabulary import Fact

if TYPE_CHECKING:
    from cspr_rules.reasons import Proof, ProofStep

VERBS: Final = {"must": "MUST", "will": "WILL (local commitment)", "should": "SHOULD", "may": "MAY", "must_not": "MUST NOT"}
OUTCOME_NAMES: Final[Mapping[Outcome, str]] = {"met": "Met", "not_met": "Not met", "undetermined": "Not known"}
PROVISIONAL: Final = "provisional: bank holidays are not published so far ahead"


def counting(duty: OwedDuty) -> str:
    """Return what has to hold for a duty's step to count."""
    tests = tests_in(duty.duty.counts_if) if duty.duty.counts_if else ()
    return " and ".join(f"{test.says} ({test.fact})" for test in tests if isinstance(test, Test))


def status_words(status: Status, *, timed: bool) -> str:
    """Return a status in words; what has no time limit cannot be done in time."""
    return "done" if status == "met" and not timed else STATUS_WORDS[status]


def counted(clock: Clock, facts: Mapping[str, Fact]) -> str:
    """Return how a clock is counted, in words; where it waits for a date, the question to ask for it if the fact is among ``facts``."""
    rule, period = clock.rule, period_of(clock)
    if clock.waiting_for:
        asked = f" ({facts[clock.waiting_for].question})" if clock.waiting_for in facts else ""
        side = ", after" if rule.amount is None else " before" if rule.before else " of"
        return f"{period}{side} a date not recorded yet: {clock.waiting_for}{asked}"
    if clock.due_on and clock.started_on:
        return f"{period.removeprefix('within ')} {'before' if rule.before else 'from'} {in_words(clock.started_on)}, {rule.anchor}"
    if rule.anchor == UNSPECIFIED and rule.unit != UNSPECIFIED:
        return f"{period}; the source does not say from when"
    return f"{period}{f', after {in_words(clock.started_on)} ({rule.anchor})' if clock.started_on else ''}"


def not_counted(clock: Clock) -> str:
    """Return the days that a clock skips, with the reason for each that is no weekend."""
    skipped = clock.due.skipped if clock.due else ()
    off = [f"{day:%a} {day.day} {day:%B} ({why})" for day, why in skipped if why not in ("Saturday", "Sunday")]
    weekend = len(skipped) - len(off)
    off += [f"{weekend} weekend days"] if weekend > 1 else ["1 weekend day"] if weekend else []
    return listed(off)


def period_of(clock: Clock) -> str:
    """Return how much time a clock gives, in words."""
    rule = clock.rule
    if rule.amount is None:
        return {"unspecified": "no time given"}.get(rule.unit, rule.unit.replace("_", " "))
    unit = rule.unit.replace("_", " ")
    counted = f"{rule.amount} {unit if rule.amount != 1 else unit.removesuffix('s')}"
    return f"at least {counted}" if rule.before else f"within {counted}"


def weekday_of(clock: Clock) -> str:
    """Return the last day in time with its weekday, or nothing if there is none."""
    day = clock.due_on
    return f"{day:%A} {in_words(day)}" if day else ""


def reason_for(decision: Decision, record: DecisionRecord) -> str:
    """Return, in a few words for each child, the tests that make a rule's outcome what it is."""
    parts = []
    for child, outcome, tests in telling(decision, record):
        whom = f"child {child}: " if child else ""
        parts.append(f"{whom}{OUTCOME_NAMES[outcome]}: {'; '.join(tests)}")
    return "; ".join(parts)


def telling(decision: Decision, record: DecisionRecord) -> Iterator[tuple[int | None, Outcome, list[str]]]:
    """Yield, for each child where there are several, the outcome and the tests that make it what it is."""
    if len(decision.per_child) < 2:
        yield None, decision.outcome, _telling(record.tests(decision.rule_id), decision.outcome)
        return
    for child, finding in enumerate(decision.per_child, start=1):
        yield child, finding.outcome, _telling(record.tests(decision.rule_id, child), finding.outcome)


def _telling(steps: tuple[Step, ...], outcome: Outcome) -> list[str]:
    leaves = [step for step in steps if step.kind in ("test", "rule")]
    if outcome == "undetermined":
        # The first open test in reading order is the one to find out; those after it may fall away.
        return [_step(next(step for step in leaves if step.result is None), word=False)]
    wanted = outcome == "met"
    found = [step for step in leaves if step.result is wanted]
    # A condition with 'not' can be settled by tests of the other result alone; then those are what there is to say.
    return [_step(step, word=not found) for step in found or [step for step in leaves if step.result is not None]]


def _step(step: Step, *, word: bool) -> str:
    if step.rule:
        return f"the rule {step.rule} is {RESULT_WORDS[step.result]}"
    if step.result is None:
        return f"whether {step.says} ({step.fact})"
    return f"{step.says} ({step.fact} = {step.value})" + (f", which is {RESULT_WORDS[step.result]}" if word else "")


def proof_heading(decision: Decision, proof: Proof, record: DecisionRecord) -> str:
    """Return what a proof is of and what it comes to."""
    whom = about((proof.child,), record) if proof.child else ""
    return f"{decision.rule.title}{whom}: {OUTCOME_WORDS[proof.outcome].split(' ', 1)[1]} ({proof.rule_id})"


def proof_step(step: ProofStep) -> str:
    """Return one line of a proof: what it came to, what it says, on what it rests and whether that is law, fact or judgement."""
    words = f"{step.result_words}: {step.says}"
    if step.fact:
        return f"{words} [{step.sort}: {step.fact} {step.compared}, {step.origin}; {cited(step.citations)}]"
    return f"{words} [law: rule {step.rule}; {cited(step.citations)}]" if step.rule else words


def cited(provisions: Iterable[Provision], *, brief: bool = False) -> str:
    """Return citations in words, with how they were checked where nobody read the text."""
    return (
        "; ".join(provision.name if brief or provision.checked.relied_on else str(provision) for provision in provisions)
        or "no source in force on this day"
    )


def about(children: tuple[int, ...], record: DecisionRecord) -> str:
    """Return which children something is about, where there are several."""
    if not children or len(record.checked.children) < 2:
        return ""
    numbers = listed(str(number) for number in children)
    return f" (child {numbers})" if len(children) == 1 else f" (children {numbers})"


def listed(words: Iterable[str]) -> str:
    """Return words with commas and an "and"."""
    items = list(words)
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
