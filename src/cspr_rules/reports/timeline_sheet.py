"""The timeline of one case as a sheet: the picture, and the same in words."""

from __future__ import annotations

from collections.abc import Iterator

from cspr_rules.casework.replay import Replay
from cspr_rules.explain.english import day_of_week
from cspr_rules.model.sources import in_words
from cspr_rules.pictures.case_timeline import bank_holidays, lines, planned_for, span, svg
from cspr_rules.reports.document import Heading, Item, Paragraph, Picture, Piece, Table


def timeline_sheet(reference: str, replay: Replay) -> Iterator[Piece]:
    """Yield the timeline of one case as a page: the picture, and the same as a table."""
    record = replay.record
    yield Heading(1, f"Timeline of case {reference}")
    if replay.history.title:
        yield Paragraph(replay.history.title)
    yield Paragraph(f"Known by the end of {in_words(record.as_of)}, and looked at from then. For {record.ruleset.profile.authority}.")
    yield Picture(svg(reference, replay))
    yield timeline_table(replay)
    first, last = span(replay, lines(replay))
    off = [f"{day_of_week(day)}: {why}" for day, why in bank_holidays(record.ruleset.calendar, first, last)]
    if off:
        yield Heading(2, "Bank holidays in this time")
        yield from map(Item, off)


def timeline_table(replay: Replay) -> Table:
    """Return in words what the picture shows."""
    made = []
    for line in lines(replay):
        planned = [planned_for(line, day, level) for level, days in (("local", line.local), ("national", line.national)) for day in days]
        made.append((line.act, line.who, ", ".join(planned), in_words(line.done_on) if line.done_on else "not recorded", line.status))
    return Table("Steps with a day to plan for", ("Step", "Who", "Planned for, at the latest", "Taken on", "How it stands"), tuple(made))
