"""Why a test comes out as it does and why a duty is owed, in plain words for people who learn: no names of facts or rules, and with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from cspr_rules.engine.answers import Clock, OwedDuty
from cspr_rules.engine.tracing import RESULT_WORDS, Step, telling
from cspr_rules.explain.english import capital, listed, lower, period
from cspr_rules.explain.phrases import cited, not_counted, weekday_of
from cspr_rules.marking.marks import OPEN
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import UNSPECIFIED
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.record import DecisionRecord

_WANTED: Final[dict[str, Truth]] = {"met": True, "not_met": False, "undetermined": None}
_LEAD: Final = {"met": "The test is met", "not_met": "The test is not met", "undetermined": "It cannot be said yet"}


def why_test(record: DecisionRecord, rule_id: str) -> tuple[str, tuple[Provision, ...]]:
    """Return why a rule's outcome is what it is, and what that rests on.

    Args:
        record: The case, decided. Of several children it is told of the first whose outcome is that of the incident.
        rule_id: A rule in force.
    """
    decision, child = record.finding(rule_id)
    steps = telling(record.tests(rule_id, child), _WANTED[decision.outcome])
    if decision.outcome == "undetermined":
        steps = steps[:1]  # the first in reading order is the one to find out; those after it may fall away
    citations = tuple(dict.fromkeys((*decision.citations, *(each for step in steps for each in step.citations))))
    said = "; ".join(dict.fromkeys(_step(step, record) for step in steps)) or "whichever way what is open turns out"
    return f"{_LEAD[decision.outcome]}: {said} ({cited(citations)}).{OPEN if decision.outcome == 'undetermined' else ''}", citations


def _step(step: Step, record: DecisionRecord) -> str:
    if step.rule:
        question = next(rule.question for rule in record.ruleset.versions(step.rule))
        return f"“{question}” is {RESULT_WORDS[step.result]}"
    if step.result is None:
        return f"it is not known whether {step.says}"
    return step.says if step.result else step.failed


def why_duty(record: DecisionRecord, duty_id: str, rules: Sequence[str]) -> tuple[str, tuple[Provision, ...]]:
    """Return why a duty is owed, by whom, to whom and by when; or why it is not, or not known to be; and what that rests on.

    Args:
        record: The case, decided; of one child.
        duty_id: The duty.
        rules: The rules that can make it owed.
    """
    owed = [each for each in (*record.duties, *record.options) if each.id == duty_id]
    if owed:
        said = dict.fromkeys(sentence for each in owed for sentence in _owed(each, record))
        citations = dict.fromkeys(
            provision for each in owed for cites in (each.citations, *(clock.citations for clock in each.clocks)) for provision in cites
        )
        return " ".join(said), tuple(citations)
    in_force = [name for name in dict.fromkeys(rules) if name in record.law.place]
    if not in_force:
        return f"No such duty was law on {in_words(record.law_on)}.", ()
    reasons = [why_test(record, name) for name in in_force]
    return " ".join(text for text, _ in reasons), tuple(dict.fromkeys(each for _, cites in reasons for each in cites))


def named_roles(roles: Iterable[str], ruleset: Ruleset) -> str:
    """Return roles in words; nothing where the source names nobody."""
    return listed(ruleset.role_name(each) for each in roles if each != UNSPECIFIED)


def _owed(duty: OwedDuty, record: DecisionRecord) -> Iterator[str]:
    role, verb = record.ruleset.role_name, duty.strength.replace("_", " ")
    to = named_roles(duty.to, record.ruleset)
    whom = f", to {to}" if to else ""
    yield f"{capital(role(duty.by))} {verb} {duty.act}{whom} ({cited(duty.citations)})."
    said: dict[str, list[str]] = {}
    for clock in duty.clocks:
        said.setdefault(_clock(clock, record), []).append(f"“{clock.rule.strength.replace('_', ' ')}” in {cited(clock.citations)}")
    yield from (f"When: {when}; {listed(sources)}." for when, sources in said.items())


def _clock(clock: Clock, record: DecisionRecord) -> str:
    facts, length = record.ruleset.vocabulary.by_id, period(clock.rule)
    if clock.waiting_for:
        return f"{length}, once this is known: {facts[clock.waiting_for].question}"
    if clock.due_on and clock.started_on and clock.rule.anchor in facts:
        what = lower(facts[clock.rule.anchor].meaning.split(". ")[0].removesuffix("."))
        counted = f"{length.removeprefix('within ')}{'' if clock.rule.before else ' from'} {in_words(clock.started_on)}, {what}"
        off = not_counted(clock)
        return f"{weekday_of(clock)} ({counted}{f'; not counted: {off}' if off else ''})"
    return length
