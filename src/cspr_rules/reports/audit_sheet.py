"""The audit of a case, and totals over cases, as documents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cspr_rules.casework.audit import (
    FATES,
    HINDSIGHT,
    SMALL,
    KnownLater,
    discharged_by,
    knowable_too_late,
    known_later,
    named,
    never_decided,
    totals,
    value_in_words,
)
from cspr_rules.casework.docket import standing_words
from cspr_rules.casework.entries import Entry
from cspr_rules.casework.replay import Day, Life, Replay, owed_since
from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import Clock
from cspr_rules.engine.margins import margin_of
from cspr_rules.explain.english import day_of_week
from cspr_rules.explain.phrases import days_left_in_full
from cspr_rules.explain.verdict import Verdict
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import DAY_NOT_KNOWN, day_words, limits_of
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.docket_sheet import disordered
from cspr_rules.reports.document import VERB_LOOKS, Heading, Item, Paragraph, Piece, Span, Table, Words


def audit_sheet(reference: str, replay: Replay) -> Iterator[Piece]:
    """Yield the audit of one case piece by piece."""
    record, ruleset = replay.record, replay.record.ruleset
    yield Heading(1, f"Audit of case {reference}")
    if replay.history.title:
        yield Paragraph(replay.history.title)
    stage = replay.stage
    yield Paragraph(
        f"For {ruleset.profile.authority}. What was known by the end of {in_words(record.as_of)}, looked at from then, under the law of "
        f"{in_words(record.law_on)}. Stage: {stage.title if stage else 'none yet'}. Rules {record.ruleset_digest[:16]}.{ruleset.whose}"
        + (f" {replay.later} entries of later days are not used." if replay.later else "")
    )
    yield Paragraph(
        f"{plain_values.PURPOSE} Each day is judged by what was known on it; what became known only later is marked '{HINDSIGHT}' "
        "and is held against nobody."
    )
    yield Heading(2, "What the audit finds")
    findings = [*_findings(replay)]
    if findings:
        yield from map(Item, findings)
    else:
        undecided = " What is not decided stands below." if _undecided(replay) else ""
        yield Paragraph(f"Nothing that is known to be owed was late or missed by any source, and no step was taken out of order.{undecided}")
    if _undecided(replay):
        yield Heading(2, "Not decided")
        yield from (Item(f"{each.headline.asks} {each.sentence}") for each in _undecided(replay))
    yield Heading(2, "Every duty that arose")
    yield Paragraph(f"{len(replay.lives)} duties arose. They stand in the order in which they did.")
    dated = [life for life in replay.lives if life.had_date]
    undated = [life for life in replay.lives if not life.had_date and discharged_by(life)]
    lasting = [life for life in replay.lives if not life.had_date and not discharged_by(life)]
    if dated:
        rows = tuple(_dated(life, replay) for life in dated)
        yield Table("Duties for which a day could be named", ("Duty and source", "Arose", "Done", "How it stands, by source"), rows)
    if undated:
        rows = tuple(_undated(life, record) for life in undated)
        yield Table("Duties for which no source names a day", ("Duty and source", "Arose", "Done", "How it stands"), rows)
    if lasting:
        rows = tuple(_undated(life, record) for life in lasting)
        yield Table("Lasting duties: nothing that is recorded discharges them", ("Duty and source", "Arose", "Done", "How it stands"), rows)
    yield Heading(2, "Day by day: what could be known and decided")
    told: set[KnownLater] = set()
    for index, day in enumerate(replay.days):
        yield Heading(3, f"{day_of_week(day.on)}" + (f" ({day.stage.title})" if day.stage else ""))
        later = known_later(replay, day.on)
        fresh = [
            f"{HINDSIGHT.capitalize()}: {each.what}; already so on this day, known only from {in_words(each.known_on)}"
            for each in later
            if each not in told
        ]
        told.update(later)
        yield from map(Item, (*_day(day, replay.days[index - 1] if index else None, replay), *fresh))


def _undecided(replay: Replay) -> list[Verdict]:
    return [each for each in replay.record.verdicts if each.state == "open"]


def _findings(replay: Replay) -> Iterator[Words]:
    record = replay.record
    name = record.ruleset.role_name
    for life in replay.lives:
        for clock in life.duty.clocks:
            left = margin_of(life.duty, clock, record)
            if life.gone_on is None and clock.status in ("met_late", "overdue") and left:
                what = Span("Late:" if clock.status == "met_late" else "Missed so far:", "bad")
                done = f"done {day_words(life.duty.recorded)}, " if life.duty.recorded and life.duty.done else ""
                hindsight = f" {HINDSIGHT.capitalize()}: known to be owed only from {in_words(owed_since(life, replay))}."
                too_late = hindsight if clock in knowable_too_late(life, replay) else ""
                said = f"{life.duty.act}, by {name(life.duty.by)}; due {_due(clock)} by {_cited(clock)} ({clock.rule.strength})"
                yield what, f" {said}; {done}{days_left_in_full(left)}.{too_late}{_but(life, record)}"
    for life in never_decided(replay):
        for clock in life.duty.clocks:
            left = margin_of(life.duty, clock, record)
            if clock.status == "overdue" and left:
                said = f"{life.duty.act}, by {name(life.duty.by)}; if it is so, it was due {_due(clock)} by {_cited(clock)} ({clock.rule.strength})"
                yield Span("Never decided, and the days have gone by:", "open"), f" {said}, {days_left_in_full(left)}.{_but(life, record)}"
    for each in record.out_of_order:
        yield Span("Out of order:", "strong"), f" {disordered(each, replay)}"


def _but(life: Life, record: DecisionRecord) -> str:
    """Return what changes how the duty's day reads."""
    return "".join(f" But: {given.note.text}" for given in record.caveats(life.duty))


def _due(clock: Clock) -> str:
    day = clock.due_on or clock.latest
    return f"on {in_words(day)}{'' if clock.due_on else ' at the latest'}" if day else ""


def _cited(clock: Clock) -> str:
    cited_here = "; ".join(str(provision) if not provision.checked.relied_on else provision.name for provision in clock.citations)
    # One provision can give several days; without the reading they could not be told apart.
    return f"{cited_here} (reading: {clock.rule.reading})" if clock.rule.reading else cited_here


def _duty(life: Life, record: DecisionRecord) -> Words:
    duty, name = life.duty, record.ruleset.role_name
    children = f" (child {', '.join(str(child) for child in duty.children)})" if len(record.checked.children) > 1 and duty.children else ""
    basis = "; ".join(provision.name for provision in duty.citations)
    verb = Span(duty.strength.replace("_", " "), VERB_LOOKS[duty.strength])
    return f"{name(duty.by)} ", verb, f" {duty.act}{children} [{basis}]"


def _done(life: Life) -> str:
    done, known = life.duty.recorded if life.duty.done else None, life.known_done_on
    if done is None:
        return ""
    late = f" (entered {known})" if known and known > limits_of(done).high else ""
    return f"{'day not known' if done == DAY_NOT_KNOWN else done}{late}"


def _dated(life: Life, replay: Replay) -> tuple[Words, ...]:
    record = replay.record
    clocks = []
    for clock in life.duty.clocks:
        left = margin_of(life.duty, clock, record)
        if clock.due_on or clock.latest:
            late = f"; {HINDSIGHT}: what was known made it owed only from {owed_since(life, replay)}"
            mark = late if clock in knowable_too_late(life, replay) else ""
            day = clock.due_on or f"{clock.latest} at the latest"
            clocks.append(f"{day} by {_cited(clock)}: {_standing(clock, days_left_in_full(left) if left else '')}{mark}")
    gone = [f"{standing_words(life.status, timed=True)} (from {life.gone_on})"] if life.gone_on else []
    stands = ("; ".join([*gone, *clocks]) or standing_words(life.status, timed=True)) + _but(life, record)
    return _duty(life, record), f"{life.arose_on}", _done(life), stands


def _undated(life: Life, record: DecisionRecord) -> tuple[Words, ...]:
    gone = f" (from {life.gone_on})" if life.gone_on else ""
    return _duty(life, record), f"{life.arose_on}", _done(life), standing_words(life.status, timed=False) + gone


def _standing(clock: Clock, left: str) -> str:
    if clock.status == "met_late":
        return left
    if clock.status == "overdue":
        return f"missed so far, {left}"
    if clock.status == "met":
        return "in time"
    return f"{clock.status.replace('_', ' ')}{f', {left}' if left else ''}"


def _day(day: Day, before: Day | None, replay: Replay) -> Iterator[str]:
    for entry in day.entries:
        yield described(entry, day.record.ruleset)
    met = {rule for rule, decision in day.record.decisions.items() if decision.outcome == "met"}
    earlier = {rule for rule, decision in before.record.decisions.items() if decision.outcome == "met"} if before else set()
    if met - earlier:
        yield f"From this day it could be decided that these tests are met: {', '.join(sorted(met - earlier))}"
    if earlier - met:
        yield f"From this day, on what was known, these tests were no longer met: {', '.join(sorted(earlier - met))}"
    arose = [life for life in replay.lives if life.arose_on == day.on]
    if arose:
        yield f"Duties that arose: {'; '.join(life.duty.act for life in arose)}"
    overdue = [duty for duty in day.record.duties if duty.status == "overdue"]
    if overdue:
        yield f"Overdue on this day: {'; '.join(duty.act for duty in overdue)}"


def described(entry: Entry, ruleset: Ruleset) -> str:
    """Return an entry in words: what was recorded, corrected or withdrawn, and of a judgement whose it was."""
    said = f"{entry.id}: {named(entry)} {f'= {value_in_words(entry, ruleset)}' if entry.kind != 'withdrawn' else 'is no longer said'}"
    if entry.replaces:
        said += f" ({entry.kind}: it replaces {', '.join(entry.replaces)}{f'; {entry.because}' if entry.because else ''})"
    if entry.role or entry.judged_on:
        said += f"; judged by {entry.role or 'whom is not recorded'}" + (f" on {in_words(entry.judged_on)}" if entry.judged_on else "")
    if entry.reasons:
        said += f"; reasons: {entry.reasons}"
    if entry.dissent:
        said += f"; dissent: {entry.dissent}"
    return said


def totals_sheet(replays: Sequence[Replay], as_of: date) -> Iterator[Piece]:
    """Yield totals as a sheet that can be passed on: no case, no title and no small number is in it."""
    yield Heading(1, f"What became of duties with a date, up to {in_words(as_of)}")
    cases = str(len(replays)) if len(replays) >= SMALL else f"fewer than {SMALL}"
    yield Paragraph(
        f"Cases: {cases}. Numbers from 1 to {SMALL - 1} are not shown ('*'), nor are others from which they could be worked out. Late means late by "
        "at least one source. 'Other' is withdrawn, superseded or done too soon."
    )
    found = totals(replays)
    lines = tuple((total.month, total.duty, *("*" if count is None else str(count) for count in (total.total, *total.counts))) for total in found)
    if lines:
        yield Table("By the month of the day to plan for, and by duty", ("Month", "Duty", "All", *(each.capitalize() for each in FATES)), lines)
    else:
        yield Paragraph("No duty with a date arose.")
