"""What is owed as part of a document: at a glance, on a calendar, and each duty with all that is said of it and every source's own time limit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from cspr_rules.engine.answers import Clock, OwedDuty
from cspr_rules.explain.english import listed
from cspr_rules.explain.phrases import (
    PROVISIONAL,
    VERBS,
    about,
    cited,
    counting,
    given,
    how_counted,
    not_counted,
    planned,
    set_by,
    status_words,
    weekday_of,
)
from cspr_rules.model.days import weekday
from cspr_rules.model.rules import UNSPECIFIED
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import day_words
from cspr_rules.model.vocabulary import Fact
from cspr_rules.pictures.marks import STATUS_MARKS
from cspr_rules.pictures.markup import Markup
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.document import (
    VERB_LOOKS,
    Aside,
    Cell,
    Drawing,
    Entry,
    Heading,
    Item,
    Listing,
    Paragraph,
    Piece,
    Span,
    Stack,
    Table,
    Words,
    stacked,
)
from cspr_rules.reports.shared_words import verb

OWED: Final = "What is owed, most pressing first"
PERMITTED: Final = "What may be done"
DUTY_COLUMNS: Final = ("What", "Who", "To whom", "Plan for", "How it stands")
_CLOCK_COLUMNS: Final = ("Last day in time", "How it is counted", "Not counted", "Strength and source", "How it stands")
_SAID: Final = ("overdue", "due_today", "met", "met_late", "met_early", "done", "done_undated", "withdrawn")
"""Statuses of a clock that are said with it; the others follow from its day."""


def owed(record: DecisionRecord) -> Iterator[Piece]:
    """Yield what is owed, most pressing first, and what may be done."""
    yield Heading(2, OWED)
    yield duty_table(record.duties, record, linked=True) if record.duties else Paragraph(nothing_owed(record))
    yield Drawing(partial(calendar, record))
    yield from _entries(record.duties, record, "d")
    if record.options:
        yield Heading(2, PERMITTED)
        yield from _entries(record.options, record, "o")


def nothing_owed(record: DecisionRecord) -> str:
    """Return what is said where nothing is owed: a rule that is met may still say something, so which of the two it is matters."""
    if any(decision.outcome == "met" for decision in record.decisions.values()):
        first = "On the facts recorded, no rule whose test is met puts a duty on anybody by itself."
    else:
        first = "On the facts recorded, no rule's test is met yet."
    return f"{first} See below what is open."


def calendar(record: DecisionRecord) -> Markup:
    """Return a record's dates as a picture."""
    from cspr_rules.pictures.record_timeline import timeline  # only a page draws

    return timeline(record).figure()


# -- at a glance ---------------------------------------------------------------------------------------------------------------------


def duty_table(duties: Sequence[OwedDuty], record: DecisionRecord, *, linked: bool = False) -> Listing:
    """Return duties at a glance, for a page.

    Args:
        duties: The duties.
        record: The record they are of.
        linked: Whether each leads to its entry.
    """
    rows = []
    for place, duty in enumerate(duties, start=1):
        to = f"#d{place}" if linked else ""
        rows.append((str(place), *duty_cells(duty, record.ruleset.role_name, about(duty.children, record), to)))
    return Listing(Table("At a glance", ("No.", *DUTY_COLUMNS), tuple(rows), "glance"))


def duty_cells(duty: OwedDuty, name: Callable[[str], str], whom: str = "", to: str = "") -> tuple[Cell, ...]:
    """Return a duty as the cells of a row: those of :data:`DUTY_COLUMNS`.

    Args:
        duty: The duty.
        name: Says who holds a role.
        whom: Which children it is about, in words, after a space; empty where that goes without saying.
        to: Where the words lead, if anywhere.
    """
    act = verb(duty.strength), " ", Span(f"{duty.act}{whom}", to=to)
    stands = _stands(duty)
    status: Words = (stands._replace(text=stands.text.split(":")[0]),) if stands else ""
    return act, name(duty.by), listed(name(role) for role in duty.to), day_planned(duty), status


def _stands(duty: OwedDuty) -> Span | None:
    """Return how a duty stands; a prohibition stands for as long as it is not known to be at an end."""
    return _status(duty, timed=duty.plan_for is not None) if duty.strength not in ("may", "must_not") or duty.done else None


def _status(owed_or_clock: OwedDuty | Clock, *, timed: bool) -> Span:
    return Span(status_words(owed_or_clock.status, timed=timed), STATUS_MARKS[owed_or_clock.status])


def day_planned(duty: OwedDuty) -> Words:
    """Return the day to plan for and whose clocks set it, or how long the sources give where no day can be named."""
    if duty.plan_for:
        day = f"{weekday(duty.plan_for)[:3]} {in_words(duty.plan_for)}"
        return (day, Aside((f"set by {others}",))) if (others := set_by(duty)) else day
    return listed(dict.fromkeys(given(clock) for clock in duty.clocks if clock.waiting_for or clock.rule.unit != UNSPECIFIED)) or "no time given"


# -- one by one ----------------------------------------------------------------------------------------------------------------------


def _entries(duties: Sequence[OwedDuty], record: DecisionRecord, letter: str) -> Iterator[Entry]:
    known = {each.id for each in record.discrepancies}
    name, facts = record.ruleset.role_name, record.ruleset.vocabulary.by_id
    for place, duty in enumerate(duties, start=1):
        yield duty_entry(duty, name, facts, f"{letter}{place}", whom=about(duty.children, record), known=known)


def duty_entry(
    duty: OwedDuty, name: Callable[[str], str], facts: Mapping[str, Fact], key: str = "", *, whom: str = "", known: Collection[str] = ()
) -> Entry:
    """Return one duty with all that is said of it.

    Args:
        duty: The duty or option.
        name: Says who holds a role.
        facts: The vocabulary, for the questions that a waiting clock asks.
        key: What leads to it; without one it is not counted either.
        whom: Which children it is about, in words.
        known: Which entries in the register of discrepancies are told in the same document.
    """
    terms: list[tuple[str, Words | Stack | Listing]] = [("Who", f"{name(duty.by)}{whom}")]
    terms += [("To", listed(name(role) for role in duty.to))] if duty.to else []
    terms += [("How", duty.duty.how)] if duty.duty.how else []
    if option := duty.duty.option:
        terms += [("Fits when", option.rationale), ("Method", option.methodology), ("Timescale", option.timescale)]
        terms.append(("Overseen by", listed(name(role) for role in option.governance) or "nobody named"))
        terms += [("Supported by", listed(name(role) for role in option.support))] if option.support else []
    terms += [("It has to contain", stacked(duty.duty.contents))] if duty.duty.contents else []
    if duty.recorded and duty.done:
        terms.append(("Done", f"Recorded as done {day_words(duty.recorded)} ({duty.duty.done_by})"))
    elif duty.recorded:
        terms.append(("Step", f"Recorded {day_words(duty.recorded)} ({duty.duty.done_by}). It counts only if {counting(duty)}"))
    terms += [("When", _clocks(duty.clocks, facts))] if duty.clocks else []
    terms += [("Because", (Span(duty.rule_id, "name"), " is met")), ("Source", cited(duty.citations))]
    if duty.discrepancies:
        found = [(", " if place else "", Span(each, to=f"#{each}" if each in known else "")) for place, each in enumerate(duty.discrepancies)]
        terms.append(("Unclear", ("Sources disagree or are unclear here: see ", *(part for parts in found for part in parts))))
    words = Span(VERBS[duty.strength], VERB_LOOKS[duty.strength]), f": {duty.act}{planned(duty)}"
    return Entry(words, _stands(duty), tuple(terms), numbered=bool(key), key=key)


def _clocks(clocks: Sequence[Clock], facts: Mapping[str, Fact]) -> Listing | Words:
    """Return each source's own time limit; a single one without a day needs no table."""
    rows, items = [], []
    explained: set[tuple[object, ...]] = set()
    for clock in clocks:
        key = (clock.due_on, clock.started_on)
        items.append(Item(_clock(clock, facts, skipped=key not in explained)))
        rows.append(_clock_row(clock, facts, skipped=key not in explained))
        explained.add(key)
    if len(clocks) == 1 and not clocks[0].due_on:
        return items[0].words
    return Listing(Table("Each source's own time limit", _CLOCK_COLUMNS, tuple(rows), "clocks"), tuple(items))


def _clock_row(clock: Clock, facts: Mapping[str, Fact], *, skipped: bool) -> tuple[Cell, ...]:
    day = weekday_of(clock) if clock.due_on else "no day can be given"
    notes = [f"reading: {clock.rule.reading}"] if clock.rule.reading else []
    notes += [PROVISIONAL] if clock.due and clock.due.provisional else []
    off = (not_counted(clock) if skipped else "as above") if clock.due and clock.due.skipped else "–" if clock.due else ""
    status = _status(clock, timed=clock.due_on is not None)
    return (
        (day, Aside(("plan by this one",))) if _to_plan_by(clock) else day,
        (how_counted(clock, facts), *(Aside((note,)) for note in notes)),
        off,
        _from(clock),
        (status._replace(text=status.text.split(":")[0]),),
    )


def _clock(clock: Clock, facts: Mapping[str, Fact], *, skipped: bool) -> str:
    how = how_counted(clock, facts)
    parts = [f"{weekday_of(clock)} ({how})" if clock.due_on else how]
    if skipped and (off := not_counted(clock)):
        parts.append(f"not counted: {off}")
    if clock.due and clock.due.provisional:
        parts.append(PROVISIONAL)
    if clock.rule.reading:
        parts.append(f"reading: {clock.rule.reading}")
    parts.append(_from(clock))
    if clock.status in _SAID:
        parts.append(status_words(clock.status, timed=clock.due_on is not None))
    if _to_plan_by(clock):
        parts.append("plan by this one")
    return "; ".join(parts)


def _to_plan_by(clock: Clock) -> bool:
    return clock.earliest and not clock.rule.least and not clock.status.startswith("met")


def _from(clock: Clock) -> str:
    return f"“{clock.rule.strength.replace('_', ' ')}” in {cited(clock.citations)}"
