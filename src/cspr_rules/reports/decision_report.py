"""A decision record as a document for people.

The order is that of somebody who has to act: what is owed and by when, what else may be done, what to find out, and then why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from cspr_rules.engine.answers import OpenPath, OwedDuty
from cspr_rules.engine.law_days import AS_OF, ASKED
from cspr_rules.engine.plain_values import PURPOSE
from cspr_rules.explain.english import counted, day_of_week, first_sentence, label, listed, period
from cspr_rules.explain.phrases import about, cited, set_by
from cspr_rules.explain.questions import asked_together
from cspr_rules.model.rules import UNSPECIFIED
from cspr_rules.model.sources import LAYERS, Provision, in_words
from cspr_rules.model.values import day_words
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.decision_duties import owed
from cspr_rules.reports.decision_tests import explained, tests
from cspr_rules.reports.document import Cell, Fold, Heading, Item, Listing, Paragraph, Piece, Span, Table, Words, parts
from cspr_rules.reports.shared_words import answered, not_held, verb

DAYS: Final = "The days in order"


def pieces(record: DecisionRecord, title: str | None = None, *, explain: bool = False) -> Iterator[Piece]:
    """Yield a record piece by piece.

    Args:
        record: The record.
        title: What the case is about.
        explain: Whether every decision is followed through test by test at the end.
    """
    yield Heading(1, title or "Decision record")
    yield from opening(record)
    yield from _answers(record)
    yield from _days_in_order(record)
    yield from owed(record)
    yield from _order(record)
    yield from _disorder(record)
    yield from _questions(record)
    yield from tests(record)
    yield from _not_law(record)
    yield from _notes(record)
    if record.checked.judgements:
        yield Heading(2, "Judgements recorded")
        yield judgement_table(record)
    yield from _inferred(record)
    yield from _disagreements(record)
    yield from _sources(record)
    if explain:
        yield from explained(record)


def opening(record: DecisionRecord) -> Iterator[Paragraph | Fold]:
    """Yield for whom a record is, from when and under which law it looks, and what it is for."""
    ruleset = record.ruleset
    law = f"under the law of {in_words(record.law_on)}{_why_this_law(record)}"
    yield Paragraph(f"For {ruleset.profile.authority} ({ruleset.profile.title}). Looked at from {in_words(record.as_of)}, {law}.")
    looked = f"sources last looked through {in_words(ruleset.checked_on)}.{ruleset.whose}"
    yield Paragraph(f"Profile {record.profile}; rules {record.ruleset_digest[:16]}; {looked}", "quiet")
    yield Paragraph(PURPOSE, "note")
    for each in record.not_held:
        yield Paragraph(f"{not_held(each, record)} What is not met, or not listed, says nothing of what was owed on that day.", "note")
    if record.later_laws:
        yield Fold("Which law is read for later steps", (Paragraph(_later_laws(record), "note"),))


def _later_laws(record: DecisionRecord) -> str:
    """Return under the law of which days the rules on later steps are read."""
    facts = record.ruleset.vocabulary.by_id
    recorded = [
        f"{label(facts[step])} ({in_words(day.on)}{', or before' if day.at_latest else ''})"
        for step, day in record.later_laws.items()
        if day.source != AS_OF
    ]
    others = len(record.later_laws) - len(recorded)
    days = f": {listed(recorded)}" if recorded else ""
    rest = (
        f" Where that is not recorded ({counted(others, 'step')}), it is {in_words(record.as_of)}, the day the case is looked at from."
        if others
        else ""
    )
    return f"The rules on later steps are read under the law of the day of the step{days}.{rest}"


def _why_this_law(record: DecisionRecord) -> str:
    day = record.incident_law
    if day.at_latest:
        given = label(record.ruleset.vocabulary.by_id[day.source])
        return f" ({given}), because the day of the incident is not recorded and it was on or before that day"
    return {AS_OF: ", because the day of the incident is not recorded", ASKED: ", as asked"}.get(day.source, ", the day of the incident")


# -- the answers, and the days -------------------------------------------------------------------------------------------------------


def _answers(record: DecisionRecord) -> Iterator[Piece]:
    """Yield the answer to each headline question, with what it rests on."""
    yield Heading(2, "The answers")
    for verdict in record.verdicts:
        yield Item(answered(verdict), numbered=True)
        if not all(each in verdict.sentence for each in verdict.because):  # the sentence names the first few
            lead = "What has to be so" if verdict.state == "open" else "Because"
            yield Item(f"{lead}: {'; '.join(verdict.because)}", level=1)
        yield from (Item(note.note.text, level=1) for note in verdict.caveats)
        if verdict.cites:
            yield Item(f"Source: {cited(verdict.cites, brief=True)}", level=1)


def _days_in_order(record: DecisionRecord) -> Iterator[Piece]:
    """Yield in words, day by day, what happened, what is owed and what would be owed if what is undecided is so."""
    facts = record.ruleset.vocabulary.by_id
    days: dict[date, dict[Words, None]] = {}
    for day, child, name in record.checked.dated:
        days.setdefault(day, {})[f"{first_sentence(facts[name].meaning)}{about((child,) if child else (), record)}"] = None
    days.setdefault(record.as_of, {})["The day the case is looked at from"] = None
    would_be = dict.fromkeys(duty for verdict in record.verdicts for duty in verdict.if_so)
    for lead, duties in (("", record.duties), ("If it is so: ", would_be)):
        for duty in duties:
            if duty.plan_for and not duty.done:
                set_ = f" (a day set by {others})" if (others := set_by(duty)) else ""
                days.setdefault(duty.plan_for, {})[lead, verb(duty.strength), f" {duty.act}{about(duty.children, record)}{set_}"] = None
    yield Heading(2, DAYS)
    for day in sorted(days):
        said = [part for place, words in enumerate(days[day]) for part in ("; " if place else ": ", *parts(words))]
        yield Item((day_of_week(day), *said))


def _order(record: DecisionRecord) -> Iterator[Piece]:
    """Yield the open paths, each with its duties in order."""
    if record.paths:
        yield Heading(2, "In what order")
        for path in record.paths:
            yield Heading(3, path.path.title)
            yield Paragraph(whose_order(path))
            for step in path.steps:
                yield Item(_in_order(step, record), numbered=True)


def whose_order(path: OpenPath) -> str:
    """Return what is noted of a path, and whose order it is."""
    return f"{path.path.note or ''} The order is that of {cited(path.citations, brief=True)}.".strip()


def _disorder(record: DecisionRecord) -> Iterator[Piece]:
    """Yield the steps that were taken out of order."""
    if record.out_of_order:
        yield Heading(2, "Steps out of order")
        yield Paragraph("These are reported and change nothing else: whether a step was in time is judged by its own dates.")
        for each in record.out_of_order:
            yield Item(str(each))


def _in_order(duty: OwedDuty, record: DecisionRecord) -> str:
    name = record.ruleset.role_name
    whom = f", to {listed(name(role) for role in duty.to)}" if duty.to else ""
    how = f", {duty.duty.how}" if duty.duty.how else ""
    start = next((clock for clock in duty.clocks if clock.rule.anchor not in (None, UNSPECIFIED)), None)
    after = ""
    if start:
        after = f"; starts from {start.rule.anchor}" + (f" ({in_words(start.started_on)})" if start.started_on else ", not recorded yet")
    periods = listed(dict.fromkeys(period(clock.rule) for clock in duty.clocks))
    when = f"; {periods}" if periods else ""
    done = f"; done {day_words(duty.recorded)}" if duty.recorded and duty.done else ""
    return f"{name(duty.by)}: {duty.act}{whom}{how}{about(duty.children, record)}{when}{after}{done} ({cited(duty.citations, brief=True)})"


# -- what to find out ----------------------------------------------------------------------------------------------------------------


def _questions(record: DecisionRecord) -> Iterator[Piece]:
    """Yield what to find out, in the one order in which to ask, what is folded away with why, and what to record once it happens."""
    asked = record.questions
    if asked.now:
        yield Heading(2, "What to find out next")
        for fact, children in asked_together(asked.now):
            yield Item((Span(f"{fact.question}{about(children, record)}", "strong"),), numbered=True)
            kind = "A judgement for" if fact.kind == "judgement" else "Ask"
            yield Item(f"{kind} {fact.who_would_know}. Record as {fact.id}: {_expected(fact)}.", level=1)
            for consideration in fact.considerations:
                weighed = [record.ruleset.provisions[key] for key in consideration.cites if record.law_on in record.ruleset.provisions[key].window]
                if weighed:
                    yield Item(f"Weigh: {consideration.text} ({cited(weighed, brief=True)})", level=2)
    for folded, words in (
        (asked.later, "These may matter once a later step is recorded"),
        (asked.beside, "These presuppose what is not so as recorded"),
    ):
        if folded:
            yield Paragraph(f"{words}: {listed(fact.id for fact, _ in asked_together(folded))}.")
    if asked.steps:
        yield Heading(2, "What to record once it happens")
        for fact, _ in asked_together(asked.steps):
            yield Item(f"{fact.meaning} ({fact.id})")


def _expected(fact: Fact) -> str:
    if fact.type == "one_of":
        return "; ".join(f"{value} ({meaning})" for value, meaning in fact.values.items())
    return fact.expected


def _not_law(record: DecisionRecord) -> Iterator[Piece]:
    """Yield the rules that exist but were not law."""
    if record.not_in_force:
        yield Heading(2, f"Not law on {in_words(record.law_on)}")
        for rule in record.not_in_force:
            read = record.law_day(rule).on
            when = "" if read == record.law_on else f"; read on {in_words(read)}"
            yield Item(f"{rule.title} ({rule.id}): in force {rule.window}{when}")


# -- notes and sources ---------------------------------------------------------------------------------------------------------------


def _notes(record: DecisionRecord) -> Iterator[Piece]:
    """Yield what the met rules say."""
    if record.notes:
        yield Heading(2, "Notes")
        for note in record.notes:
            yield Item(f"{note.note.text} ({cited(note.citations)}){about(note.children, record)}")


def _inferred(record: DecisionRecord) -> Iterator[Piece]:
    """Yield what was not written but follows."""
    if record.checked.inferred:
        yield Heading(2, "What follows from what is recorded")
        for number, fact, source in record.checked.inferred:
            yield Item(f"{fact}{about((number,) if number else (), record)} follows from {source}")


def _disagreements(record: DecisionRecord) -> Iterator[Piece]:
    if record.discrepancies:
        yield Heading(2, "Where the sources disagree, are silent or are unclear")
        rows = tuple(((Span(each.id, key=each.id),), each.title, each.note) for each in record.discrepancies)
        items = tuple(Item(f"{each.id}, {each.title}: {each.note}") for each in record.discrepancies)
        yield Listing(Table("", ("No.", "What about", "What this means here"), rows, "register"), items)


def _sources(record: DecisionRecord) -> Iterator[Piece]:
    if record.unverified:
        yield Heading(2, "Unverified: confirm before relying on it")
        rows = tuple((_named(each), each.verification, each.checked.note or "") for each in record.unverified)
        items = tuple(
            Item(f"{each.name} ({each.key}): {each.verification}.{f' {each.checked.note}' if each.checked.note else ''}")
            for each in record.unverified
        )
        yield Listing(Table("", ("Provision", "How it was checked", "Note"), rows, "checked"), items)
    if record.citations:
        yield Heading(2, "Sources")
        yield source_table(record.citations)


def source_table(provisions: Iterable[Provision]) -> Listing:
    """Return provisions with their kind, how their text was checked, and where they are published."""
    rows: list[tuple[Cell, ...]] = []
    items = []
    for each in provisions:
        address = each.checked.url or each.instrument.url
        rows.append((_named(each), LAYERS[each.layer], each.verification, (Span(address, to=address),) if address else "not published"))
        items.append(Item(f"{each.name} ({each.key}), {LAYERS[each.layer]}, {each.verification}{f': {address}' if address else ''}"))
    return Listing(Table("", ("Provision", "Kind", "How it was checked", "Where"), tuple(rows), "sources"), tuple(items))


def _named(provision: Provision) -> Words:
    return f"{provision.name} ", Span(provision.key, "name")


def judgement_table(record: DecisionRecord) -> Listing:
    """Return who judged what, when and why, and who disagreed."""
    vocabulary = record.ruleset.vocabulary
    rows: list[tuple[Cell, ...]] = []
    items = []
    for each in record.checked.judgements:
        row = record.checked.children[each.child - 1] if each.child else record.checked.children[0]
        value = vocabulary.by_id[each.fact].show(row[vocabulary.slot[each.fact]])
        named = Span(each.fact, "name"), about((each.child,), record) if each.child else ""
        reasons = each.reasons or "no reasons recorded"
        day = in_words(each.on) if each.on else "not recorded"
        rows.append((named, value, each.role or "not recorded", day, reasons, each.dissent or "none recorded"))
        who = f"by {each.role}" if each.role else "by whom is not recorded"
        child = f" for child {each.child}" if each.child else ""
        dissent = f"; dissent: {each.dissent}" if each.dissent else ""
        items.append(Item(f"{each.fact}{child}: {who}{f' on {day}' if each.on else ''}; {reasons}{dissent}"))
    return Listing(Table("", ("Judgement", "Held to be", "By", "On", "Reasons", "Dissent"), tuple(rows), "judged"), tuple(items))
