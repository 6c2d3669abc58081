"""What an example of a rule records and what the answer is, in a sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from cspr_rules.authoring.examples import decide_example
from cspr_rules.authoring.pages.links import Links
from cspr_rules.engine.answers import STATUS_WORDS
from cspr_rules.engine.tracing import Step
from cspr_rules.explain.english import ANSWERS, capital, day_of_week, recorded
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import Example, Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import in_words
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.document import Item, Paragraph, Span, Stack, Words, in_a_row, parts


def facts_of_example(example: Example, ruleset: Ruleset) -> Stack:
    """Return what an example records, each fact in a few words, for the cell of a table."""
    facts = ruleset.vocabulary.by_id

    def said(given: Iterable[tuple[str, object]]) -> str:
        return "; ".join(recorded(facts[name], raw) for name, raw in given)

    lines = [Paragraph(said(example.given.items()))] if example.given else []
    for number, child in enumerate(example.children, start=1):
        lines.append(Paragraph((Span(f"child {number}:", "quiet"), " ", said(child.items()))))
    return Stack(tuple(lines or [Paragraph("nothing")]))


def answer(rule: Rule, example: Example, ruleset: Ruleset, links: Links) -> Stack:
    """Return an example's answer: the outcome, what decides it or is still to be found out, and the days and states it is held to.

    Raises:
        CaseError: The example's facts are not sound.
    """
    record = decide_example(ruleset, rule, example)
    decision = record.decisions[rule.id]
    words: list[Words] = [(Span(f"{ANSWERS[decision.outcome]}.", "strong"),)]
    if decision.outcome == "undetermined":
        asked = [question for question in record.ask if rule.id in record.settles(question)]
        words.append("To find out: " + " ".join(question.fact.question for question in asked))
    elif decision.outcome == "not_met":
        because = _because(rule.id, record, links)
        words.append((*_begun(because), "."))
    held, by_duty = _held_to(rule, example, record)
    return Stack((Paragraph(in_a_row([*words, *held], " ")), *by_duty))


def _begun(words: Words) -> tuple[str | Span, ...]:
    """Return words with a capital first letter."""
    first, *others = (each for each in parts(words) if isinstance(each, str | Span))
    return (capital(first) if isinstance(first, str) else first._replace(text=capital(first.text))), *others


def _held_to(rule: Rule, example: Example, record: DecisionRecord) -> tuple[list[str], list[Item]]:
    """Return the days and states that an example names: sentences, and where the rule has several duties an item for each."""
    days, states = example.expect["deadlines"], example.expect["status"]
    said: dict[str, list[str]] = {}
    for name, day in days.items():
        said.setdefault(name, []).append(f"by {day_of_week(date.fromisoformat(day))}" if day else "no day can be given yet")
    for name, state in states.items():
        said.setdefault(name, []).append(STATUS_WORDS[state].partition(":")[0])
    looked = [f"Looked at on {in_words(record.as_of)}:"] if states else []
    if len(rule.duties) == 1:
        return [*looked, *(f"{capital('; '.join(each)) if not states else '; '.join(each)}." for each in said.values())], []
    return looked, [Item(f"{duty.act}: {'; '.join(said[duty.id])}") for duty in rule.duties if duty.id in said]


def _because(rule_id: str, record: DecisionRecord, links: Links) -> Words:
    """Return the tests that keep a rule from being met, for each child if there are several."""
    children = len(record.decisions[rule_id].per_child)
    if children < 2:
        return _telling(rule_id, record, None, links)
    told = (in_a_row([f"child {number}: ", _telling(rule_id, record, number, links)], "") for number in range(1, children + 1))
    return in_a_row(told, "; ")


def _telling(rule_id: str, record: DecisionRecord, child: int | None, links: Links) -> Words:
    found = _deciding(record.tests(rule_id, child), 0, wanted=False)[0]
    told: list[Words] = []
    told += [step.failed for step, result in found if step.kind == "test" and result is False]
    told += [step.says for step, result in found if step.kind == "test" and result is True]
    for step, result in found:
        if step.rule and result:
            told.append(("the test of ", links.rule(step.rule), " is met"))
        elif step.rule:
            told.append(("the test of ", links.rule(step.rule), " is not met, for ", *parts(_telling(step.rule, record, child, links))))
    # Where a fact recurs, a test can fail although each part of it alone is still open.
    return in_a_row(told, "; ") or "no way of filling in what is not known could meet it"


def _deciding(steps: Sequence[Step], start: int, *, wanted: bool) -> tuple[list[tuple[Step, Truth]], int]:
    """Return the tests that make a condition what it is.

    Args:
        steps: A condition's steps, in reading order.
        start: Where the condition begins.
        wanted: What it came to.

    Returns:
        Those tests with their own results, and where the condition ends.
    """
    step, position = steps[start], start + 1
    if step.kind in ("test", "rule"):
        return ([(step, step.result)] if step.result is wanted else []), position
    found: list[tuple[Step, Truth]] = []
    while position < len(steps) and steps[position].depth > step.depth:
        inner, position = _deciding(steps, position, wanted=wanted if step.kind != "not" else not wanted)
        found += inner if step.result is wanted else []
    return found, position
