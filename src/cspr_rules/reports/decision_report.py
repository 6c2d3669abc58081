"""A decision record for people: blocks of headings, paragraphs and lists, printed as plain text or Markdown.

The order is that of somebody who has to act: what is owed and by when, what else may be done, what to find out, and then why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from cspr_rules.engine.decisions import Clock, OwedDuty
from cspr_rules.engine.law_days import AS_OF, ASKED, LawDay
from cspr_rules.engine.plain_values import PURPOSE
from cspr_rules.explain.english import first_sentence
from cspr_rules.explain.phrases import (
    PROVISIONAL,
    VERBS,
    about,
    cited,
    counted,
    counting,
    listed,
    not_counted,
    period_of,
    planned,
    proof_heading,
    proof_step,
    reason_for,
    set_by,
    status_words,
    weekday_of,
)
from cspr_rules.explain.questions import asked_together
from cspr_rules.model.days import weekday
from cspr_rules.model.rules import UNSPECIFIED, Outcome
from cspr_rules.model.sources import LAYERS, in_words
from cspr_rules.model.values import day_words
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.layout import wrapped
from cspr_rules.reports.shared_proofs import proofs
from cspr_rules.safe_text import visible

if TYPE_CHECKING:
    pass

OUTCOMES: Final[tuple[tuple[Outcome, str], ...]] = (
    ("met", "Tests that are met"),
    ("undetermined", "Undecided: the facts recorded could still go either way"),
    ("not_met", "Tests that are not met"),
)
"""The outcomes in the order in which they are reported, and their headings."""
EXPLAINED: Final = "Step by step: every test of every rule"


class Block(NamedTuple):
    """One piece of a report.

    Attributes:
        kind: ``heading``, ``paragraph``, ``number`` (a numbered item) or ``item`` (a bullet).
        level: Depth of a heading (1 is the title) or of an item (0 is outermost).
        text: The words.
    """

    kind: Literal["heading", "paragraph", "number", "item"]
    level: int
    text: str


def text(record: DecisionRecord, title: str | None = None, *, explain: bool = False) -> str:
    """Return a record as plain text, at most 110 columns wide.

    Args:
        record: The record.
        title: What the case is about.
        explain: Whether every decision is followed through test by test at the end.
    """
    return printed(blocks(record, title, explain=explain))


def printed(pieces: Iterable[Block]) -> str:
    """Return the pieces of a report as plain text, at most 110 columns wide."""
    lines: list[str] = []
    number = 0
    for block in pieces:
        if block.kind == "heading":
            number = 0
            heading = wrapped(visible(block.text))
            lines += ([""] if lines else []) + heading + [("=" if block.level == 1 else "-") * max(map(len, heading), default=0)]
        elif block.kind == "paragraph":
            lines += wrapped(visible(block.text))
        elif block.kind == "number":
            number += 1
            lines += ["", *wrapped(visible(block.text), f"{number}. ")]
        else:
            lines += wrapped(visible(block.text), "   " + "  " * block.level + "- ")
    return "\n".join(lines) + "\n"


def markdown(record: DecisionRecord, title: str | None = None, *, explain: bool = False) -> str:
    """Return a record as Markdown; the arguments are those of :func:`text`."""
    from cspr_rules.explain import english  # only Markdown needs it

    lines: list[str] = []
    number = 0
    for block in blocks(record, title, explain=explain):
        words = english.escaped(visible(block.text))
        if block.kind == "heading":
            number = 0
            lines += ([""] if lines else []) + [f"{'#' * block.level} {words}", ""]
        elif block.kind == "paragraph":
            lines += ([""] if lines and lines[-1] else []) + [words, ""]
        elif block.kind == "number":
            number += 1
            lines += [f"{number}. **{words}**"]
        else:
            # A bullet belongs to the number above it only if it is indented as far as that number's words.
            indent = len(f"{number}. ") if number else 0
            lines += [" " * indent + "  " * block.level + f"- {words}"]
    return "\n".join(lines).rstrip() + "\n"


def blocks(record: DecisionRecord, title: str | None = None, *, explain: bool = False) -> Iterator[Block]:
    """Yield a record piece by piece."""
    yield from opening(record, title)
    yield from which_law(record)
    yield from answers(record)
    yield from days_in_order(record)
    yield from _duties(record)
    yield from order(record)
    yield from disorder(record)
    yield from questions(record)
    yield from _tests(record)
    yield from not_law(record)
    yield from notes(record)
    yield from _judgements(record)
    yield from inferred(record)
    yield from _disagreements(record)
    yield from _sources(record)
    if explain:
        yield from explained(record)


def opening(record: DecisionRecord, title: str | None) -> Iterator[Block]:
    """Yield the title, for whom and from when, and what a record is for."""
    ruleset = record.ruleset
    yield Block("heading", 1, title or "Decision record")
    law = f"under the law of {in_words(record.law_on)}{_why_this_law(record.incident_law)}"
    yield Block("paragraph", 0, f"For {ruleset.profile.authority} ({ruleset.profile.title}). Looked at from {in_words(record.as_of)}, {law}.")
    yield Block(
        "paragraph",
        0,
        f"Profile {record.profile}; rules {record.ruleset_digest[:16]}; sources last looked through {in_words(ruleset.checked_on)}.{ruleset.whose}",
    )
    yield Block("paragraph", 0, PURPOSE)


def _why_this_law(day: LawDay) -> str:
    if day.at_latest:
        return f" ({day.source}), because the day of the incident is not recorded and it was on or before that day"
    return {AS_OF: ", because the day of the incident is not recorded", ASKED: ", as asked"}.get(day.source, ", the day of the incident")


def which_law(record: DecisionRecord) -> Iterator[Block]:
    """Yield what there is to know of the law that is read: that none of that day is held, and which later steps have the law of another day."""
    for each in record.not_held:
        held = f"No law of {in_words(record.law_on)} is held here for {each.title}: what is encoded begins on {in_words(each.since)}"
        yield Block("paragraph", 0, f"{held}. What is not met, or not listed, says nothing of what was owed on that day.")
    if record.later_laws:
        days = []
        for step, day in record.later_laws.items():
            why = "not recorded, so the day it is looked at from" if day.source == AS_OF else "or before" if day.at_latest else None
            days.append(f"{step} ({in_words(day.on)}{f'; {why}' if why else ''})")
        yield Block("paragraph", 0, f"The rules on later steps are read under the law of the day of the step: {listed(days)}.")


# -- the answers, and the days -------------------------------------------------------------------------------------------------------


def answers(record: DecisionRecord) -> Iterator[Block]:
    """Yield the answer to each headline question, with what it rests on."""
    yield Block("heading", 2, "The answers")
    for verdict in record.verdicts:
        yield Block("number", 0, f"{verdict.headline.asks} {verdict.sentence}")
        if not all(each in verdict.sentence for each in verdict.because):  # the sentence names the first few
            lead = "What has to be so" if verdict.state == "open" else "Because"
            yield Block("item", 0, f"{lead}: {'; '.join(verdict.because)}")
        yield from (Block("item", 0, note.note.text) for note in verdict.caveats)
        if verdict.cites:
            yield Block("item", 0, f"Source: {cited(verdict.cites, brief=True)}")


def days_in_order(record: DecisionRecord) -> Iterator[Block]:
    """Yield in words, day by day, what happened, what is owed and what would be owed if what is undecided is so."""
    facts = record.ruleset.vocabulary.by_id
    days: dict[date, dict[str, None]] = {}
    for day, child, name in record.checked.dated:
        days.setdefault(day, {})[f"{first_sentence(facts[name].meaning)}{about((child,) if child else (), record)}"] = None
    days.setdefault(record.as_of, {})["The day the case is looked at from"] = None
    would_be = dict.fromkeys(duty for verdict in record.verdicts for duty in verdict.if_so)
    for lead, duties in (("", record.duties), ("If it is so: ", would_be)):
        for duty in duties:
            if duty.plan_for and not duty.done:
                words = f"{lead}{duty.strength.replace('_', ' ').upper()} {duty.act}{about(duty.children, record)}"
                set_ = f" (a day set by {others})" if (others := set_by(duty)) else ""
                days.setdefault(duty.plan_for, {})[words + set_] = None
    yield Block("heading", 2, "The days in order")
    for day in sorted(days):
        yield Block("item", 0, f"{weekday(day)} {in_words(day)}: {'; '.join(days[day])}")


# -- what is owed --------------------------------------------------------------------------------------------------------------------


def _duties(record: DecisionRecord) -> Iterator[Block]:
    yield Block("heading", 2, "What is owed, most pressing first")
    if not record.duties:
        yield Block("paragraph", 0, nothing_owed(record))
    for duty in record.duties:
        yield from _duty(duty, record)
    if record.options:
        yield Block("heading", 2, "What may be done")
        for option in record.options:
            yield from _duty(option, record)


def nothing_owed(record: DecisionRecord) -> str:
    """Return what is said where nothing is owed: a rule that is met may still say something, so which of the two it is matters."""
    if any(decision.outcome == "met" for decision in record.decisions.values()):
        first = "On the facts recorded, no rule whose test is met puts a duty on anybody by itself."
    else:
        first = "On the facts recorded, no rule's test is met yet."
    return f"{first} See below what is open."


def order(record: DecisionRecord) -> Iterator[Block]:
    """Yield the open paths, each with its duties in order."""
    if record.paths:
        yield Block("heading", 2, "In what order")
        for path in record.paths:
            yield Block("heading", 3, path.path.title)
            yield Block("paragraph", 0, f"{path.path.note or ''} The order is that of {cited(path.citations, brief=True)}.".strip())
            for step in path.steps:
                yield Block("number", 0, _in_order(step, record))


def disorder(record: DecisionRecord) -> Iterator[Block]:
    """Yield the steps that were taken out of order."""
    if record.out_of_order:
        yield Block("heading", 2, "Steps out of order")
        yield Block("paragraph", 0, "These are reported and change nothing else: whether a step was in time is judged by its own dates.")
        for each in record.out_of_order:
            yield Block("item", 0, str(each))


def _in_order(duty: OwedDuty, record: DecisionRecord) -> str:
    name = record.ruleset.role_name
    whom = f", to {listed(name(role) for role in duty.to)}" if duty.to else ""
    how = f", {duty.duty.how}" if duty.duty.how else ""
    start = next((clock for clock in duty.clocks if clock.rule.anchor not in (None, UNSPECIFIED)), None)
    after = ""
    if start:
        after = f"; starts from {start.rule.anchor}" + (f" ({in_words(start.started_on)})" if start.started_on else ", not recorded yet")
    periods = listed(dict.fromkeys(period_of(clock) for clock in duty.clocks))
    when = f"; {periods}" if periods else ""
    done = f"; done {day_words(duty.recorded)}" if duty.recorded and duty.done else ""
    return f"{name(duty.by)}: {duty.act}{whom}{how}{about(duty.children, record)}{when}{after}{done} ({cited(duty.citations, brief=True)})"


def _duty(duty: OwedDuty, record: DecisionRecord) -> Iterator[Block]:
    name = record.ruleset.role_name
    status = f" [{status_words(duty.status, timed=duty.plan_for is not None)}]" if duty.strength not in ("may", "must_not") or duty.done else ""
    yield Block("number", 0, f"{VERBS[duty.strength]}: {duty.act}{planned(duty)}{status}")
    whom = f"; to {listed(name(role) for role in duty.to)}" if duty.to else ""
    yield Block("item", 0, f"Who: {name(duty.by)}{whom}{about(duty.children, record)}")
    if duty.duty.how:
        yield Block("item", 0, f"How: {duty.duty.how}")
    if option := duty.duty.option:
        yield Block("item", 0, f"Fits when: {option.rationale}")
        yield Block("item", 0, f"Method: {option.methodology}")
        oversight = listed(name(role) for role in option.governance)
        support = f"; supported by {listed(name(role) for role in option.support)}" if option.support else ""
        yield Block("item", 0, f"Timescale: {option.timescale}. Overseen by {oversight or 'nobody named'}{support}")
    if duty.duty.contents:
        yield Block("item", 0, f"It has to contain: {'; '.join(duty.duty.contents)}")
    if duty.recorded and duty.done:
        yield Block("item", 0, f"Recorded as done {day_words(duty.recorded)} ({duty.duty.done_by})")
    elif duty.recorded:
        yield Block("item", 0, f"A step is recorded {day_words(duty.recorded)} ({duty.duty.done_by}). It counts only if {counting(duty)}")
    explained: set[tuple[object, ...]] = set()
    for clock in duty.clocks:
        key = (clock.due_on, clock.started_on)
        yield Block("item", 0, f"When: {_clock(clock, record, skipped=key not in explained)}")
        explained.add(key)
    yield Block("item", 0, f"Because {duty.rule_id} is met. Source: {cited(duty.citations)}")
    if duty.discrepancies:
        yield Block("item", 0, f"Sources disagree or are unclear here: see {', '.join(duty.discrepancies)} below")


def _clock(clock: Clock, record: DecisionRecord, *, skipped: bool) -> str:
    rule = clock.rule
    how = counted(clock, record.ruleset.vocabulary.by_id)
    parts = [f"{weekday_of(clock)} ({how})" if clock.due_on else how]
    if skipped and (off := not_counted(clock)):
        parts.append(f"not counted: {off}")
    if clock.due and clock.due.provisional:
        parts.append(PROVISIONAL)
    if rule.reading:
        parts.append(f"reading: {rule.reading}")
    parts.append(f"“{rule.strength.replace('_', ' ')}” in {cited(clock.citations)}")
    if clock.status in ("overdue", "due_today", "met", "met_late", "met_early", "done", "done_undated", "withdrawn"):
        parts.append(status_words(clock.status, timed=clock.due_on is not None))
    if clock.earliest and not clock.rule.least and not clock.status.startswith("met"):
        parts.append("plan by this one")
    return "; ".join(parts)


# -- what to find out ----------------------------------------------------------------------------------------------------------------


def questions(record: DecisionRecord) -> Iterator[Block]:
    """Yield what to find out, in the one order in which to ask, what is folded away with why, and what to record once it happens."""
    asked = record.questions
    if asked.now:
        yield Block("heading", 2, "What to find out next")
        for fact, children in asked_together(asked.now):
            yield Block("number", 0, f"{fact.question}{about(children, record)}")
            kind = "A judgement for" if fact.kind == "judgement" else "Ask"
            yield Block("item", 0, f"{kind} {fact.who_would_know}. Record as {fact.id}: {_expected(fact)}.")
            for consideration in fact.considerations:
                weighed = [record.ruleset.provisions[key] for key in consideration.cites if record.law_on in record.ruleset.provisions[key].window]
                if weighed:
                    yield Block("item", 1, f"Weigh: {consideration.text} ({cited(weighed, brief=True)})")
    for folded, words in (
        (asked.later, "These may matter once a later step is recorded"),
        (asked.beside, "These presuppose what is not so as recorded"),
    ):
        if folded:
            yield Block("paragraph", 0, f"{words}: {listed(fact.id for fact, _ in asked_together(folded))}.")
    if asked.steps:
        yield Block("heading", 2, "What to record once it happens")
        for fact, _ in asked_together(asked.steps):
            yield Block("item", 0, f"{fact.meaning} ({fact.id})")


def _expected(fact: Fact) -> str:
    if fact.type == "one_of":
        return "; ".join(f"{value} ({meaning})" for value, meaning in fact.values.items())
    return fact.expected


# -- which tests are met -------------------------------------------------------------------------------------------------------------


def _tests(record: DecisionRecord) -> Iterator[Block]:
    for outcome, heading in OUTCOMES:
        decisions = [decision for decision in record.decisions.values() if decision.outcome == outcome]
        if not decisions:
            continue
        yield Block("heading", 2, heading)
        if outcome != "met":
            # Many rules are open, or fail, on the same test; so the test is said once, with the rules that it holds back.
            reasons: dict[str, list[str]] = {}
            for decision in decisions:
                reasons.setdefault(reason_for(decision, record), []).append(f"{decision.rule_id} ({cited(decision.citations, brief=True)})")
            verb = "Therefore not met" if outcome == "not_met" else "Therefore undecided"
            for reason, rules in reasons.items():
                yield Block("item", 0, f"{reason}. {verb}: {'; '.join(rules)}")
            continue
        for decision in decisions:
            source = cited(decision.citations, brief=True)
            yield Block("item", 0, f"{decision.rule.question} ({decision.rule_id}; {source}) {reason_for(decision, record)}")


def not_law(record: DecisionRecord) -> Iterator[Block]:
    """Yield the rules that exist but were not law."""
    if record.not_in_force:
        yield Block("heading", 2, f"Not law on {in_words(record.law_on)}")
        for rule in record.not_in_force:
            read = record.law_day(rule).on
            when = "" if read == record.law_on else f"; read on {in_words(read)}"
            yield Block("item", 0, f"{rule.title} ({rule.id}): in force {rule.window}{when}")


# -- notes and sources ---------------------------------------------------------------------------------------------------------------


def notes(record: DecisionRecord) -> Iterator[Block]:
    """Yield what the met rules say."""
    if record.notes:
        yield Block("heading", 2, "Notes")
        for note in record.notes:
            yield Block("item", 0, f"{note.note.text} ({cited(note.citations)}){about(note.children, record)}")


def _judgements(record: DecisionRecord) -> Iterator[Block]:
    if record.checked.judgements:
        yield Block("heading", 2, "Judgements recorded")
        for each in record.checked.judgements:
            who = f"by {each.role}" if each.role else "by whom is not recorded"
            child = f" for child {each.child}" if each.child else ""
            dissent = f"; dissent: {each.dissent}" if each.dissent else ""
            when = f" on {in_words(each.on)}" if each.on else ""
            yield Block("item", 0, f"{each.fact}{child}: {who}{when}; {each.reasons or 'no reasons recorded'}{dissent}")


def inferred(record: DecisionRecord) -> Iterator[Block]:
    """Yield what was not written but follows."""
    if record.checked.inferred:
        yield Block("heading", 2, "What follows from what is recorded")
        for number, fact, source in record.checked.inferred:
            yield Block("item", 0, f"{fact}{about((number,) if number else (), record)} follows from {source}")


def _disagreements(record: DecisionRecord) -> Iterator[Block]:
    if record.discrepancies:
        yield Block("heading", 2, "Where the sources disagree, are silent or are unclear")
        for discrepancy in record.discrepancies:
            yield Block("item", 0, f"{discrepancy.id}, {discrepancy.title}: {discrepancy.note}")


def _sources(record: DecisionRecord) -> Iterator[Block]:
    if record.unverified:
        yield Block("heading", 2, "Unverified: confirm before relying on it")
        for provision in record.unverified:
            note = f" {provision.checked.note}" if provision.checked.note else ""
            yield Block("item", 0, f"{provision.name} ({provision.key}): {provision.verification}.{note}")
    if record.citations:
        yield Block("heading", 2, "Sources")
        for provision in record.citations:
            link = provision.checked.url or provision.instrument.url
            words = f"{provision.name} ({provision.key}), {LAYERS[provision.layer]}, {provision.verification}" + (f": {link}" if link else "")
            yield Block("item", 0, words)


# -- step by step --------------------------------------------------------------------------------------------------------------------


def explained(record: DecisionRecord) -> Iterator[Block]:
    """Yield, for every decision, the proof as a paragraph and as a tree."""
    yield Block("heading", 2, EXPLAINED)
    for decision, proof, children in proofs(record):
        yield Block("heading", 3, proof_heading(decision, proof, children, record))
        yield Block("paragraph", 0, proof.text)
        for step in proof.steps:
            yield Block("item", step.depth, proof_step(step))
