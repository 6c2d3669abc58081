"""One case as a picture: for each step the days planned for and the day it was taken, on a scale that shows working days and bank holidays.

The picture is SVG that runs nothing and fetches nothing. Marks differ by shape and not by colour alone, so that it can be printed in black and
white; its title, its description and the table that goes with it say the same in words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from cspr_rules.casework.replay import Replay
from cspr_rules.engine.answers import Clock, OwedDuty
from cspr_rules.engine.margins import LOCAL, margin_of
from cspr_rules.engine.stages import reached
from cspr_rules.explain.phrases import days_left_in_full
from cspr_rules.model.calendars import Calendar
from cspr_rules.model.days import month
from cspr_rules.model.sources import in_words
from cspr_rules.pictures.markup import Markup, joined, tag
from cspr_rules.travelling import travels

_LEFT, _BOTTOM = 350, 150
_LEAST_WIDTH, _LEAST_DAY = 740, 2.2
_AHEAD: Final = timedelta(days=42)
"""How far beyond the day looked from a planned day may lie and still be drawn to scale."""
_INK, _PAPER, _WORKING = "#111", "#fff", "#e3e8ee"
_HALO: Final[Mapping[str, str | float]] = {"paint_order": "stroke", "stroke": _PAPER, "stroke_width": 3}
"""What lifts words off the lines behind them."""


@travels
class PlannedStep(NamedTuple):
    """One step: when it was to be taken, by whom it was asked, and when it was.

    Attributes:
        act: What is done.
        who: Who does it.
        duties: The duties that it discharges.
        local: Days by which local sources want it.
        national: Days by which other sources want it.
        soonest: Those of these days that are the earliest and not the last.
        done_on: The day it was taken.
        late: Whether it was late, or is overdue, by any source.
        status: In words, by source where they differ.
    """

    act: str
    who: str
    duties: tuple[OwedDuty, ...]
    local: tuple[date, ...]
    national: tuple[date, ...]
    soonest: tuple[date, ...]
    done_on: date | None
    late: bool
    status: str

    @property
    def days(self) -> tuple[date, ...]:
        """Every day it names, in order."""
        return tuple(sorted({*self.local, *self.national, *([self.done_on] if self.done_on else [])}))


def lines(replay: Replay) -> tuple[PlannedStep, ...]:
    """Return a case's steps that have a day to plan for, in the order of those days. Duties that one step discharges share a line."""
    groups: dict[tuple[str, int | None], list[OwedDuty]] = {}
    for life in replay.lives:
        if life.gone_on is None and life.had_date and life.duty.plan_for:
            groups.setdefault((life.duty.duty.done_by or life.duty.id, life.key[1]), []).append(life.duty)
    made = [_line(tuple(duties), replay) for duties in groups.values()]
    return tuple(sorted(made, key=lambda line: (line.days[0], line.act)))


def _line(duties: tuple[OwedDuty, ...], replay: Replay) -> PlannedStep:
    clocks = [(duty, clock) for duty in duties for clock in duty.clocks if _day(clock)]
    days: dict[bool, set[date]] = {True: set(), False: set()}
    said: dict[str, None] = {}
    for duty, clock in clocks:
        day = _day(clock)
        assert day  # noqa: S101 -- chosen above
        days[clock.citations[0].layer == LOCAL].add(day)
        left = margin_of(duty, clock, replay.record)
        if clock.status in ("met_late", "overdue") and left:
            level = "locally" if clock.citations[0].layer == LOCAL else "nationally"
            said[f"{level} {'overdue' if clock.status == 'overdue' else 'late'} by {days_left_in_full(left).removeprefix('late by ')}"] = None
    done_on = next((duty.done_on for duty in duties if duty.done_on), None)
    late = any(clock.status in ("met_late", "overdue") for _, clock in clocks)
    if done_on and len({clock.status for _, clock in clocks}) > 1 and late:
        kept = {"locally" if clock.citations[0].layer == LOCAL else "nationally" for _, clock in clocks if clock.status == "met"}
        said.update(dict.fromkeys(f"{level} in time" for level in sorted(kept) if not any(each.startswith(level) for each in said)))
    name = replay.record.ruleset.role_name
    return PlannedStep(
        act=duties[0].act,
        who=name(duties[0].by),
        duties=duties,
        local=tuple(sorted(days[True])),
        national=tuple(sorted(days[False])),
        soonest=tuple(sorted({day for _, clock in clocks if (day := _day(clock)) and clock.rule.least})),
        done_on=done_on,
        late=late,
        status="; ".join(said) or _status(duties, done_on),
    )


def _day(clock: Clock) -> date | None:
    """Return the day to draw a clock at: where its start is known only in part, the one to plan by."""
    return clock.due_on or (clock.latest if clock.rule.least else clock.soonest)


def _status(duties: Sequence[OwedDuty], done_on: date | None) -> str:
    if done_on:
        return "in time"
    return "done, day not known" if any(duty.done for duty in duties) else "open"


def planned_for(line: PlannedStep, day: date, level: str) -> str:
    """Return a day planned for in words, with whether local or national sources want it."""
    return f"{'not before ' if day in line.soonest else ''}{in_words(day)} ({level})"


# -- the picture ---------------------------------------------------------------------------------------------------------------------


def svg(reference: str, replay: Replay, name: str = "timeline") -> Markup:
    """Return the picture, each of its parts on a line of its own.

    Args:
        reference: The case's reference.
        replay: The case.
        name: A name for its parts; different for each picture on one page.
    """
    return _Drawing(reference, replay, name).svg()


def span(replay: Replay, found: Sequence[PlannedStep]) -> tuple[date, date]:
    """Return the first and the last day drawn; days planned for long after the one looked from are pointed to, not drawn."""
    days = [day for line in found for day in line.days]
    days += [each.on for each in reached(replay.record.ruleset, replay.record.checked) if each.on]
    first = min([*days, replay.record.as_of])
    last = max([day for day in days if day <= replay.record.as_of + _AHEAD], default=replay.record.as_of)
    return first - timedelta(days=first.weekday() + 1), max(last, replay.record.as_of) + timedelta(days=10)


def bank_holidays(calendar: Calendar, first: date, last: date) -> list[tuple[date, str]]:
    """Return the bank holidays between two days, each with its name."""
    return [(day, why) for year in range(first.year, last.year + 1) for day, why in calendar.holidays(year).items() if first <= day <= last]


class _Drawing:
    """Draws one case."""

    def __init__(self, reference: str, replay: Replay, name: str) -> None:
        self.reference = reference
        self.replay = replay
        self.record = replay.record
        self.calendar = replay.record.ruleset.calendar
        self.name = name
        self.lines = lines(replay)
        self.labels = [textwrap.wrap(line.act, 56)[:2] for line in self.lines]
        self.first, self.last = span(replay, self.lines)
        self.day_width = max(_LEAST_DAY, _LEAST_WIDTH / (self.last - self.first).days)
        self.width = round(_LEFT + (self.last - self.first).days * self.day_width + 16)
        self.stages = self._placed_stages()
        self.top = 50 + 15 * (1 + max([level for _, _, _, level in self.stages], default=0))
        self.floor = self.top + sum(_row(label) for label in self.labels) + (0 if self.lines else 30)
        self.height = self.floor + _BOTTOM

    def x(self, day: date) -> float:
        """Return the middle of a day on the scale; the right edge for a day that lies beyond it."""
        return round(_LEFT + (min((day - self.first).days, (self.last - self.first).days - 2) + 0.5) * self.day_width, 1)

    def svg(self) -> Markup:
        late = sum(line.late for line in self.lines)
        words = (
            f"{len(self.lines)} steps with a day to plan for, from {in_words(self.first)} to {in_words(self.last)}, looked at from "
            f"{in_words(self.record.as_of)}. {late} of them late or overdue by at least one source. Each line says its own days."
        )
        drawn = tag(
            "svg",
            [["\n", part] for part in self._parts(words)],
            "\n",
            xmlns="http://www.w3.org/2000/svg",
            width=self.width,
            height=self.height,
            viewBox=f"0 0 {self.width} {self.height}",
            role="img",
            aria_labelledby=f"{self.name}-title {self.name}-text",
        )
        return joined(drawn, "\n")

    def _parts(self, words: str) -> Iterator[Markup]:
        yield tag("title", f"Timeline of case {self.reference}", id=f"{self.name}-title")
        yield tag("desc", words, id=f"{self.name}-text")
        yield tag("rect", width=self.width, height=self.height, fill=_PAPER)
        yield self._working_days()
        yield from self._months()
        yield from self._stages()
        yield from self._holidays()
        yield from self._today()
        top = self.top
        for line, label in zip(self.lines, self.labels, strict=True):
            yield self._line(line, label, top)
            top += _row(label)
        yield from self._legend()

    def _text(self, x: float, y: float, words: str, size: int = 11, **extra: str | float) -> Markup:
        return tag("text", words, x=x, y=y, font_family="Arial, Helvetica, sans-serif", font_size=size, fill=_INK, **extra)

    def _working_days(self) -> Markup:
        """One path for all stretches of working days; the days between are left white."""
        path, start, day = [], None, self.first
        while day <= self.last:
            working = self.calendar.why_off(day) is None
            if working and start is None:
                start = day
            if start is not None and (not working or day == self.last):
                left, right = (_LEFT + (each - self.first).days * self.day_width for each in (start, day))
                path.append(f"M{left:.1f} {self.top}H{right:.1f}V{self.floor}H{left:.1f}Z")
                start = None
            day += timedelta(days=1)
        return tag("g", tag("title", "Working days"), tag("path", d="".join(path), fill=_WORKING))

    def _months(self) -> Iterator[Markup]:
        day = self.first
        while day <= self.last:
            following = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
            x = self.x(day)
            yield tag("line", x1=x, y1=self.top - 18, x2=x, y2=self.floor, stroke="#888", stroke_width=0.7)
            if (min(following, self.last) - day).days * self.day_width > 52 or (day.month != 1 and day != self.first):
                year = f" {day.year}" if day == self.first or day.month == 1 else ""
                yield self._text(x + 3, self.top - 7, f"{month(day)[:3]}{year}")
            day = following

    def _placed_stages(self) -> list[tuple[date, str, float, int]]:
        """Return each stage reached with its day, its place and the level of its label, so that no two labels lie on one another."""
        placed, edges = [], list[float]()
        for each in reached(self.record.ruleset, self.record.checked):
            if each.on and each.on >= self.first:
                x = self.x(each.on)
                level = next((number for number, edge in enumerate(edges) if edge < x), len(edges))
                edges[level : level + 1] = [x + 6 * len(each.stage.title) + 10]
                placed.append((each.on, each.stage.title, x, level))
        return placed

    def _stages(self) -> Iterator[Markup]:
        yield self._text(8, 20, "Stage", 11, font_weight="bold")
        # All lines come before all words, so that a line of one stage does not strike through the name of another.
        for _, _, x, level in self.stages:
            yield tag("line", x1=x, y1=10 + 15 * level, x2=x, y2=self.top - 18, stroke=_INK)
        for on, title, x, level in self.stages:
            words = self._text(x + 3, 20 + 15 * level, title, 11, **_HALO)
            yield tag("g", tag("title", f"{title}: from {in_words(on)}"), words)

    def _holidays(self) -> Iterator[Markup]:
        edge = 0.0
        for day, why in bank_holidays(self.calendar, self.first, self.last):
            x = self.x(day)
            label = max(x, edge + 12)
            edge = label
            path = f"M{x:g} {self.top}V{self.floor}L{label:g} {self.floor + 12}"
            turned = f"rotate(-60 {label + 3:g} {self.floor + 18})"
            words = self._text(label + 3, self.floor + 18, f"{day.day} {month(day)[:3]}: {why}", 9, transform=turned, text_anchor="end")
            drawn = tag("path", d=path, fill="none", stroke="#555", stroke_width=0.8, stroke_dasharray="2 2")
            yield tag("g", tag("title", f"{in_words(day)}: {why}"), drawn, words)

    def _line(self, line: PlannedStep, label: Sequence[str], top: float) -> Markup:
        every = sorted({*line.local, *line.national})
        planned = [f"planned for {planned_for(line, day, 'local' if day in line.local else 'national')}" for day in every]
        taken = f"taken on {in_words(line.done_on)}" if line.done_on else "not recorded as taken"
        said = f"{line.act}. {line.who}. {', '.join(planned)}; {taken}: {line.status}"
        return tag("g", tag("title", said), [["\n", part] for part in self._line_parts(line, label, top)])

    def _line_parts(self, line: PlannedStep, label: Sequence[str], top: float) -> Iterator[Markup]:
        bottom, middle = top + _row(label), top + _row(label) / 2
        yield tag("line", x1=0, y1=bottom, x2=self.width, y2=bottom, stroke="#ccc", stroke_width=0.6)
        for number, words in enumerate(label):
            yield self._text(8, top + 14 + 12 * number, words)
        done = f"{line.done_on.day} {month(line.done_on)[:3]}, " if line.done_on else ""
        weight = {"font_weight": "bold"} if line.late else {}
        yield self._text(8, top + 14 + 12 * len(label), f"{done}{line.status}", 9, **weight)
        yield from self._bar(line, middle)
        beyond = [day for day in line.days if day > self.last - timedelta(days=3)]
        if beyond:  # an arrow, with the first such day
            x = self.x(beyond[0])
            yield _arrow(x - 6, middle)
            yield self._text(x - 10, middle + 4, in_words(beyond[0]), 9, text_anchor="end", **_HALO)
        for days, shape in ((line.national, _diamond), (line.local, _triangle)):
            yield from (shape(self.x(day), middle) for day in days if day not in beyond)
        if line.done_on:
            yield (_late if line.late else _in_time)(self.x(line.done_on), middle)

    def _bar(self, line: PlannedStep, middle: float) -> Iterator[Markup]:
        days = sorted({*line.local, *line.national})
        end = line.done_on or self.record.as_of
        missed = [day for day in days if day < end]
        if line.late and missed:
            x = self.x(missed[0])
            yield _overrun(x, middle, self.x(end) - x)
        else:
            near, far = min([*days, *line.days[:1]]), max([*days, *line.days[-1:]])
            yield tag("line", x1=self.x(near), y1=middle, x2=self.x(far), y2=middle, stroke=_INK, stroke_width=1)

    def _today(self) -> Iterator[Markup]:
        x = self.x(self.record.as_of)
        yield tag("line", x1=x, y1=self.top - 32, x2=x, y2=self.floor, stroke=_INK, stroke_width=1.6)
        yield self._text(x - 4, self.top - 24, f"looked at from {in_words(self.record.as_of)}", 10, text_anchor="end")

    def _legend(self) -> Iterator[Markup]:
        y = self.floor + 26
        marks = (
            (_diamond(14, y), "planned: the last day by a national source"),
            (_triangle(14, y + 17), "planned: the last day by a local source"),
            (_arrow(10, y + 34), "planned for a day beyond the picture"),
            (_in_time(14, y + 51), "actual: taken in time by every source"),
            (_late(14, y + 68), "actual: taken late by at least one source"),
            (_overrun(6, y + 85, 16), "the days by which it was late, or is overdue"),
            (tag("rect", x=6, y=y + 97, width=16, height=10, fill=_WORKING), "working days; weekends and bank holidays are left plain"),
        )
        for number, (mark, words) in enumerate(marks):
            yield mark
            yield self._text(28, y + 17 * number + 4, words, 10)


def _row(label: Sequence[str]) -> int:
    return 22 + 12 * len(label)


# -- marks, each with its middle at a height -----------------------------------------------------------------------------------------


def _diamond(x: float, middle: float) -> Markup:
    return tag("path", d=f"M{x:g} {middle - 6:g}l6 6l-6 6l-6 -6z", fill=_PAPER, stroke=_INK, stroke_width=1.4)


def _triangle(x: float, middle: float) -> Markup:
    return tag("path", d=f"M{x - 5.5:g} {middle - 5:g}h11l-5.5 10z", fill=_PAPER, stroke=_INK, stroke_width=1.4)


def _arrow(x: float, middle: float) -> Markup:
    return tag("path", d=f"M{x:g} {middle - 5:g}l8 5l-8 5z", fill=_INK)


def _in_time(x: float, middle: float) -> Markup:
    return tag("circle", cx=x, cy=middle, r=4.2, fill=_INK)


def _late(x: float, middle: float) -> Markup:
    return tag("rect", x=x - 4, y=middle - 4, width=8, height=8, fill=_INK)


def _overrun(x: float, middle: float, width: float) -> Markup:
    slashes = "".join(f"M{x + step:g} {middle + 3:g}l4 -6" for step in range(1, max(2, int(width) - 3), 4))
    box = tag("rect", x=x, y=middle - 3, width=width, height=6, fill=_PAPER, stroke=_INK, stroke_width=1)
    return joined(box, tag("path", d=slashes, stroke=_INK, stroke_width=1, fill="none"))
