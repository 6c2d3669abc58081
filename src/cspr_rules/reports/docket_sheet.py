"""The docket as a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from cspr_rules.casework.docket import GROUPS, IF_SO, DocketRow, entered_on, rows, who
from cspr_rules.casework.replay import Replay
from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import OwedDuty
from cspr_rules.engine.out_of_order import OutOfOrder
from cspr_rules.explain.english import counted, day_of_week
from cspr_rules.explain.phrases import VERBS_IN_LINES, could_be, days_between, set_by
from cspr_rules.model.days import month, weekday
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import day_words
from cspr_rules.pictures.markup import Markup
from cspr_rules.reports.document import VERB_LOOKS, Heading, Item, Paragraph, Picture, Piece, Span, Table, Words, bare
from cspr_rules.reports.timeline_sheet import timeline_table


def docket_sheet(cases: Sequence[tuple[str, Replay]], as_of: date, pictures: Sequence[Markup] = ()) -> Iterator[Piece]:
    """Yield the docket piece by piece.

    Args:
        cases: Each case with its reference.
        as_of: The day looked from.
        pictures: The timeline of each case, if there is to be one; the same in words stands below it.

    Raises:
        QuestionError: Two cases have the same reference.
    """
    found = rows(cases)
    yield Heading(1, f"Docket on {day_of_week(as_of)}")
    undecided = [(reference, each) for reference, replay in cases for each in replay.record.verdicts if each.state == "open"]
    if found:
        lead = "What is owed on the facts known by the end of that day, soonest first."
    else:
        lead = "On the facts known by the end of that day, " + ("nothing is known to be owed." if undecided else "nothing is open.")
    lead += f" What would be owed if a question that is not decided were answered by yes is marked '{IF_SO}'." if undecided else ""
    yield Paragraph(f"{lead} {plain_values.PURPOSE}")
    for reference, replay in cases:
        if whose := replay.record.ruleset.whose:
            yield Paragraph(f"Case {reference}:{whose}")
    yield Table("Cases", ("Case", "About", "For", "Stage", "Entries"), tuple(_case(reference, replay) for reference, replay in cases))
    if undecided:
        yield Heading(2, "Not decided")
        yield from (Item(f"{each.headline.asks} {each.sentence}{f' Case {case}.' if len(cases) > 1 else ''}") for case, each in undecided)
    for heading, statuses in GROUPS:
        chosen = [row for row in found if row.status in statuses]
        # What nothing can discharge is not a task that could ever leave the list, so it is said apart.
        tasks = [row for row in chosen if row.duty.duty.done_by or row.duty.duty.ended_by]
        if tasks:
            yield Heading(2, heading)
            yield Table(*_table(tasks, len(cases) > 1))
    lasting = [row for row in found if not (row.duty.duty.done_by or row.duty.duty.ended_by)]
    if lasting:
        yield Heading(2, "Lasting: no step is recorded for these, and they stay")
        yield from (Item((*_what(row), f" ({who(row)}{f'; case {row.case}' if len(cases) > 1 else ''})")) for row in lasting)
    disorder = [(reference, replay, each) for reference, replay in cases for each in replay.record.out_of_order]
    if disorder:
        yield Heading(2, "Steps out of order")
        yield from (Item(f"{disordered(each, replay)}{f' Case {reference}.' if len(cases) > 1 else ''}") for reference, replay, each in disorder)
    for picture, (_, replay) in zip(pictures, cases, strict=bool(pictures)):
        yield from (Picture(picture), timeline_table(replay))


def _case(reference: str, replay: Replay) -> tuple[str, ...]:
    record, stage = replay.record, replay.stage
    known = sum(len(day.entries) for day in replay.days)
    last = f", the last of {in_words(replay.days[-1].on)}" if replay.days else ""
    later = f"; {replay.later} of later days not used" if replay.later else ""
    return reference, replay.history.title or "", record.ruleset.profile.authority, stage.title if stage else "none yet", f"{known}{last}{later}"


def _table(found: Sequence[DocketRow], several: bool) -> tuple[str, tuple[str, ...], tuple[tuple[Words, ...], ...]]:
    waiting = found[0].status == "waiting"
    dated = not waiting and any(row.duty.plan_for for row in found)
    day = "Day" if found[0].status == "due_now" else "Plan for"
    columns = (*((day, "Left") if dated else ()), *(("Waits for",) if waiting else ()), "What", "Who", *(("Case",) if several else ()))
    lines: list[tuple[Words, ...]] = []
    for row in found:
        when: tuple[Words, ...] = (_day(row), (Span(_left(row), "bad"),) if row.status == "overdue" else _left(row))
        waits = (", ".join(dict.fromkeys(f"{clock.waiting_for}{could_be(clock)}" for clock in row.duty.clocks if clock.waiting_for)),)
        lines.append((*(when if dated else ()), *(waits if waiting else ()), _what(row), who(row), *((row.case,) if several else ())))
    if waiting:
        lines.sort(key=lambda cells: [*map(bare, cells)])
    return counted(len(found), "duty"), columns, tuple(lines)


def _day(row: DocketRow) -> str:
    planned = row.duty.plan_for
    day = f"{weekday(planned)[:3]} {planned.day} {month(planned)[:3]} {planned.year}" if planned else ""
    if row.status != "due_now":
        return day
    # By another clock, what is to be done now can have a day as well; that is no day to put it off to.
    if not planned:
        return "none given"
    return f"not before {day}" if _runs_on(row) else f"{day} at the latest"


def _left(row: DocketRow) -> str:
    left = row.margin
    if left is None:
        return ""
    if not left.days:
        return "today"
    working = days_between(left)
    if left.days > 0:
        return f"runs {working} more" if _runs_on(row) else working
    return f"overdue by {working}"


def _runs_on(row: DocketRow) -> bool:
    return any(clock.earliest and clock.rule.least for clock in row.duty.clocks)


def _what(row: DocketRow) -> tuple[str | Span, ...]:
    supposed = (Span(f"{IF_SO}:", "open"), " ") if row.if_so else ()
    return *supposed, Span(VERBS_IN_LINES[row.duty.strength], VERB_LOOKS[row.duty.strength]), f" {row.duty.act}{_more(row)}"


def _more(row: DocketRow) -> str:
    duty, said = row.duty, ""
    children = duty.children if len(row.record.checked.children) > 1 else ()
    said += f" (child {', '.join(str(child) for child in children)})" if children else ""
    if len({clock.due_on for clock in duty.clocks if clock.due_on}) > 1 or (duty.plan_for and set_by(duty)):
        said += f" – {'; '.join(by_source(duty))}"
    if row.status == "due_now":
        said += f" – {', '.join(dict.fromkeys(clock.rule.unit.replace('_', ' ') for clock in duty.clocks if clock.status == 'due_now'))}"
    over = {clock.due_on for clock in duty.clocks if clock.rule.least and clock.waiting_for and clock.due_on}
    if row.status == "waiting" and over:
        said += f" – that day was {in_words(max(over))}; record whether it was so"
    if duty.recorded and not duty.done:
        said += f" – a step taken {day_words(duty.recorded)} is recorded and is not known to count"
    said += "".join(f" – but: {caveat}" for caveat in row.caveats)
    return said


def by_source(duty: OwedDuty) -> list[str]:
    """Return, for each day that a duty's clocks name, the day and the sources that name it, in words."""
    days: dict[date, dict[str, None]] = {}
    for clock in duty.clocks:
        if clock.due_on:
            days.setdefault(clock.due_on, {})[clock.citations[0].instrument.short] = None
    return [f"{day.day} {month(day)[:3]} by {', '.join(days[day])}" for day in sorted(days)]


def disordered(each: OutOfOrder, replay: Replay) -> str:
    """Return in a sentence that a step was taken out of order, and when that was entered if it was on another day."""
    entered = entered_on(each, replay)
    return f"{each} Entered on {in_words(entered)}." if entered not in (None, each.on) else str(each)
