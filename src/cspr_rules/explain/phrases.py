"""Phrases that every report uses, whatever its format: how a clock is counted, who is meant, what made an outcome what it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from cspr_rules.engine.answers import STATUS_WORDS, Clock, OwedDuty, RuleAnswer, Status
from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.engine.margins import Margin
from cspr_rules.engine.tracing import OUTCOME_NAMES, OUTCOME_WORDS, RESULT_WORDS, TOGETHER, Step
from cspr_rules.engine.tracing import telling as tests_telling
from cspr_rules.explain.english import counted, day_of_week, listed, period
from cspr_rules.model.days import month, weekday
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import UNSPECIFIED, Outcome, Test, tests_in
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.model.vocabulary import Fact

if TYPE_CHECKING:
    from cspr_rules.engine.proofs import Proof

VERBS: Final = {"must": "MUST", "will": "WILL (local commitment)", "should": "SHOULD", "may": "MAY", "must_not": "MUST NOT"}
VERBS_IN_LINES: Final = {"must": "must", "will": "will (local)", "should": "should"}
"""The same within a line of a docket or of a calendar, where capitals would shout."""
PROVISIONAL: Final = "provisional: bank holidays are not published so far ahead"


def counting(duty: OwedDuty) -> str:
    """Return what has to hold for a duty's step to count."""
    tests = tests_in(duty.duty.counts_if) if duty.duty.counts_if else ()
    return " and ".join(f"{test.says} ({test.fact})" for test in tests if isinstance(test, Test))


def days_between(margin: Margin) -> str:
    """Return how far a day lies from a due date, either way: ``3 working days``, or ``1 day`` where no working day lies between."""
    return counted(abs(margin.working_days), "working day") if margin.working_days else counted(abs(margin.days), "day")


def days_left(margin: Margin) -> str:
    """Return how long is left until a due date, or how late it is: ``3 working days left``, ``1 day late``."""
    return f"{days_between(margin)} {'left' if margin.days >= 0 else 'late'}"


def days_left_in_full(margin: Margin) -> str:
    """Return the same by both ways of counting: ``3 working days (5 days) left``, ``late by 0 working days (1 day)``, ``on the last day``."""
    if not margin.days:
        return "on the last day"
    both = f"{counted(abs(margin.working_days), 'working day')} ({counted(abs(margin.days), 'day')})"
    return f"{both} left" if margin.days > 0 else f"late by {both}"


def status_words(status: Status, *, timed: bool) -> str:
    """Return a status in words; what has no time limit cannot be done in time."""
    return "done" if status == "met" and not timed else STATUS_WORDS[status]


def planned(duty: OwedDuty) -> str:
    """Return the day to plan for as the end of a sentence; nothing once the duty is done, or where no day can be given."""
    if not duty.plan_for or duty.done:
        return ""
    others = set_by(duty)
    return f"; plan for {in_words(duty.plan_for)}, set by {others}" if others else f" by {in_words(duty.plan_for)}"


def set_by(duty: OwedDuty) -> str:
    """Return whose clocks set the day to plan for, each with its verb; nothing where what asks for the duty gives that day itself, in the same verb.

    A day that another source gives is never put as if the duty's own source had given it.
    """
    own = {provision.instrument.id for provision in duty.citations}
    sources: dict[str, None] = {}
    for clock in duty.clocks:
        if clock.earliest:
            if clock.rule.strength == duty.strength and any(provision.instrument.id in own for provision in clock.citations):
                return ""
            verb = clock.rule.strength.replace("_", " ")
            sources.update(dict.fromkeys(f"{provision.instrument.short} ({verb})" for provision in clock.citations))
    return listed(sources)


def how_counted(clock: Clock, facts: Mapping[str, Fact]) -> str:
    """Return how a clock is counted, in words; where it waits for a date, the question to ask for it if the fact is among ``facts``."""
    rule, length = clock.rule, period(clock.rule)
    if rule.least and clock.due_on and clock.started_on:
        asked = f"; that day has come, and {clock.waiting_for} is not recorded" if clock.waiting_for else ""
        return f"{length} from {in_words(clock.started_on)}, {rule.anchor}{asked}"
    if clock.waiting_for:
        asked = f" ({facts[clock.waiting_for].question})" if clock.waiting_for in facts else ""
        then = "; the source gives no time from then" if rule.unit == UNSPECIFIED else could_be(clock)
        return f"{given(clock)}: {clock.waiting_for}{asked}{then}"
    if clock.due_on and clock.started_on:
        return f"{length.removeprefix('within ')}{'' if rule.before else ' from'} {in_words(clock.started_on)}, {rule.anchor}"
    if rule.anchor == UNSPECIFIED and rule.unit != UNSPECIFIED:
        return f"{length}; the source does not say from when"
    return f"{length}{f', after {in_words(clock.started_on)} ({rule.anchor})' if clock.started_on else ''}"


def could_be(clock: Clock) -> str:
    """Return between which days a clock runs out whose start is known only in part, as a clause; nothing where it has no bound."""
    if not clock.soonest or not clock.latest:
        bound = clock.soonest or clock.latest
        return f"; {'not before' if clock.soonest else 'not after'} {in_words(bound)}" if bound else ""
    return f"; a day from {in_words(clock.soonest)} to {in_words(clock.latest)}"


def not_counted(clock: Clock) -> str:
    """Return the days that a clock skips, with the reason for each that is no weekend."""
    skipped = clock.due.skipped if clock.due else ()
    off = [f"{weekday(day)[:3]} {day.day} {month(day)} ({why})" for day, why in skipped if why not in ("Saturday", "Sunday")]
    weekend = len(skipped) - len(off)
    off += [f"{weekend} weekend days"] if weekend > 1 else ["1 weekend day"] if weekend else []
    return listed(off)


def given(clock: Clock) -> str:
    """Return how much time a clock gives, in words; where it waits for a date, that it does, so that this agrees with how its duty stands."""
    rule, length = clock.rule, period(clock.rule)
    if not clock.waiting_for:
        return length
    start = "a date known only in part" if clock.started_within else "a date not recorded yet"
    if rule.unit == UNSPECIFIED:
        return f"after {start}"
    side = ", after" if rule.amount is None else "" if rule.before else " of" if rule.amount else " as"
    return f"{length}{side} {start}"


def weekday_of(clock: Clock) -> str:
    """Return the last day in time with its weekday, or the earliest where the clock gives no last; nothing if there is none."""
    day = clock.due_on
    return f"{'not before ' if clock.rule.least else ''}{day_of_week(day)}" if day else ""


def reason_for(decision: RuleAnswer, record: Evaluation) -> str:
    """Return, in a few words for all children alike, the tests that make a rule's outcome what it is."""
    parts = []
    for children, outcome, tests in telling(decision, record):
        whom = f"{numbered(children)}: " if children else ""
        parts.append(f"{whom}{OUTCOME_NAMES[outcome]}: {'; '.join(tests)}")
    return "; ".join(parts)


def telling(decision: RuleAnswer, record: Evaluation) -> Iterator[tuple[tuple[int, ...], Outcome, tuple[str, ...]]]:
    """Yield the outcome and the tests that make it what it is; where there are several children, once for all that it is the same for."""
    if len(decision.per_child) < 2:
        yield (), decision.outcome, _telling(record.tests(decision.rule_id), decision.outcome)
        return
    found: dict[tuple[Outcome, tuple[str, ...]], list[int]] = {}
    for child, finding in enumerate(decision.per_child, start=1):
        key = finding.outcome, _telling(record.tests(decision.rule_id, child), finding.outcome)
        found.setdefault(key, []).append(child)
    for (outcome, tests), children in found.items():
        yield tuple(children), outcome, tests


def _telling(steps: tuple[Step, ...], outcome: Outcome) -> tuple[str, ...]:
    wanted: Truth = {"met": True, "not_met": False, "undetermined": None}[outcome]
    found = tests_telling(steps, wanted)
    # What is open: the first test in reading order is the one to find out; those after it may fall away.
    return tuple(_step(step) for step in (found[:1] if wanted is None else found)) or (f"it is so {TOGETHER}",)


def _step(step: Step) -> str:
    if step.rule:
        return f"the rule {step.rule} is {RESULT_WORDS[step.result]}"
    if step.result is None:
        return f"whether {step.says} ({step.fact})"
    return f"{step.says if step.result else step.failed} ({step.fact} = {step.value})"


def proof_heading(decision: RuleAnswer, proof: Proof, children: tuple[int, ...], record: Evaluation) -> str:
    """Return what a proof is of, for which children, and what it comes to."""
    return f"{decision.rule.title}{about(children, record)}: {OUTCOME_WORDS[proof.outcome].split(' ', 1)[1]} ({proof.rule_id})"


def cited(provisions: Iterable[Provision], *, brief: bool = False) -> str:
    """Return citations in words, with how they were checked where nobody read the text."""
    return (
        "; ".join(provision.name if brief or provision.checked.relied_on else str(provision) for provision in provisions)
        or "no source in force on this day"
    )


def about(children: tuple[int, ...], record: Evaluation) -> str:
    """Return which children something is about, where there are several."""
    if not children or len(record.checked.children) < 2:
        return ""
    return f" ({numbered(children)})"


def numbered(children: tuple[int, ...]) -> str:
    """Return children by number."""
    return f"{'child' if len(children) == 1 else 'children'} {listed(str(number) for number in children)}"
