"""A decision record on a calendar: what happened, what is owed by when, what was done, and the days that do not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

from cspr_rules.engine.answers import STATUS_WORDS, OwedDuty, Status
from cspr_rules.explain.english import day_of_week
from cspr_rules.model.days import month, weekday
from cspr_rules.model.sources import in_words
from cspr_rules.pictures.drawing import SMALL, TEXT, Picture, drawn_mark, fitted, tall, text_lines, width_of
from cspr_rules.pictures.marks import MARK_LOOKS, STATUS_MARKS
from cspr_rules.pictures.markup import Markup, joined, tag
from cspr_rules.record import DecisionRecord

_EDGE: Final = 14
_SIDE: Final = 236
_PLOT: Final = 640
_TINY: Final = 10
_BAR: Final = 26
_NAMED: Final = 6
"""How many duties without a date are named in the picture itself; its description and its table name them all."""
_NARROWEST: Final = 3.0
"""How wide a day has to be drawn for weekends to be shaded."""


class _Span(NamedTuple):
    """One bar: the clocks of a duty that run between the same two days."""

    start: date
    due: date
    status: Status
    strengths: tuple[str, ...]


class _Line(NamedTuple):
    """One line: a duty, its bars, and what it says."""

    duty: OwedDuty
    spans: tuple[_Span, ...]
    act: str


def timeline(record: DecisionRecord) -> Picture:
    """Return a record's dates as a picture: a line for each duty that has one, over shaded weekends and named bank holidays.

    Duties without any date are counted in the description and in the last line of the picture, never left out silently.
    """
    return _Timeline(record).picture()


class _Timeline:
    def __init__(self, record: DecisionRecord) -> None:
        self.record = record
        lines = list(_lines((*record.duties, *record.options), several=len(record.checked.children) > 1))
        self.dated = [line for line in lines if line.spans or line.duty.recorded_on]
        self.undated = [line for line in lines if line not in self.dated and line.duty.strength != "may"]
        self.events = _events(record)
        days = [record.as_of, *(day for day, _ in self.events)]
        for line in self.dated:
            days += [line.duty.recorded_on] if line.duty.recorded_on else []
            days += [day for span in line.spans for day in (span.start, span.due)]
        room = min(2 + (max(days) - min(days)).days // 3, 12)  # for the words after the last bar
        self.first, self.last = min(days) - timedelta(days=2), max(days) + timedelta(days=room)
        self.day = _PLOT / ((self.last - self.first).days + 1)
        self.shapes: list[Markup] = []

    def x(self, day: date) -> float:
        """Return where a day begins."""
        return _EDGE + _SIDE + (day - self.first).days * self.day

    def mid(self, day: date) -> float:
        return self.x(day) + self.day / 2

    # -- the whole --------------------------------------------------------------------------------------------------------------------

    def picture(self) -> Picture:
        width = _EDGE * 2 + _SIDE + _PLOT
        heading = f"What is owed and when, looked at from {in_words(self.record.as_of)}"
        body: list[Markup] = []
        holidays = self.holidays()
        letters = {day: _letter(place) for place, (day, _) in enumerate(holidays)}
        top = _EDGE + tall([""]) + 8
        axis, y = self.axis(top, letters)
        start = y
        shapes, y = self.event_lines(y + 6)
        body += shapes
        for line in self.dated:
            shapes, y = self.duty_line(line, y)
            body += shapes
        end = y + 4
        grounds = self.grounds(start, end, {day for day, _ in holidays})
        now = [
            tag("path", class_="wire", d=f"M{self.mid(self.record.as_of):.1f} {start:.1f}V{end:.1f}", stroke_dasharray="6 3"),
        ]
        foot, y = self.foot(end + 10, holidays, letters, width)
        head = text_lines([heading], _EDGE, _EDGE, TEXT, "b")
        return Picture(heading, self.description(holidays), width, y + _EDGE, joined(head, axis, grounds, now, body, foot), tuple(self.rows()))

    def description(self, holidays: list[tuple[date, str]]) -> str:
        dated = [f"{line.act}: {_when(line.duty)}" for line in self.dated]
        parts = [f"From {in_words(self.first)} to {in_words(self.last)}. With dates: {'; '.join(dated) or 'none'}."]
        off = f" Bank holidays: {'; '.join(f'{in_words(day)}, {name}' for day, name in holidays)}." if holidays else ""
        without = f" Without a date: {self.without()}." if self.undated else ""
        return "".join(parts) + off + without

    def without(self) -> str:
        """Return the duties that no date can be given for; a prohibition has no time limit to speak of."""
        words = [f"{line.act} ({STATUS_WORDS[line.duty.status]})" if line.duty.strength != "must_not" else line.act for line in self.undated]
        return "; ".join(words)

    def rows(self) -> Iterator[tuple[str, ...]]:
        yield "Day", "What", "Who", "How it stands"
        name = self.record.ruleset.role_name
        entries: list[tuple[date, int, tuple[str, ...]]] = [(day, 0, (day_of_week(day), words, "", "recorded")) for day, words in self.events]
        entries.append((self.record.as_of, 1, (day_of_week(self.record.as_of), "the day this is looked at from", "", "")))
        entries += [(day, 2, (day_of_week(day), f"does not count: {why}", "", "")) for day, why in self.holidays()]
        for line in self.dated:
            if day := line.duty.recorded_on:
                how = "done" if line.duty.done_on else "recorded; not known to count"
                entries.append((day, 3, (day_of_week(day), line.act, name(line.duty.by), how)))
            for span in line.spans:
                how = f"deadline ({', '.join(span.strengths)}): {STATUS_WORDS[span.status]}"
                entries.append((span.due, 4, (day_of_week(span.due), line.act, name(line.duty.by), how)))
        for _, _, row in sorted(entries):
            yield row
        for line in self.undated:
            yield "no date", line.act, name(line.duty.by), STATUS_WORDS[line.duty.status] if line.duty.strength != "must_not" else "stands"

    # -- the days ---------------------------------------------------------------------------------------------------------------------

    def days(self) -> Iterator[date]:
        day = self.first
        while day <= self.last:
            yield day
            day += timedelta(days=1)

    def holidays(self) -> list[tuple[date, str]]:
        calendar = self.record.ruleset.calendar
        years = range(self.first.year, self.last.year + 1)
        return [(day, name) for year in years for day, name in sorted(calendar.holidays(year).items()) if self.first <= day <= self.last]

    def axis(self, y: float, letters: dict[date, str]) -> tuple[Markup, float]:
        """Draw months, days and the letters of the bank holidays; return where they end."""
        shapes: list[Markup] = []
        shown = None
        until = 0.0
        for day in self.days():
            if (day.year, day.month) != shown:
                shown = (day.year, day.month)
                words = f"{month(day)} {day.year}" if self.day * 31 > 96 else f"{month(day)[:3]}"
                if self.x(day) >= until and self.x(day) + width_of(words, SMALL) < _EDGE + _SIDE + _PLOT + _EDGE:
                    shapes.append(text_lines([words], self.x(day), y, SMALL, "b"))
                    until = self.x(day) + width_of(words, SMALL, bold=True) + 8
        y += tall([""], SMALL) + 2
        step = 1 if self.day >= 17 else 7 if self.day >= 4 else 0
        numbered = [day for day in self.days() if step and (step == 1 or day.weekday() == 0)]
        shapes += [text_lines([str(day.day)], self.mid(day), y, _TINY, "q mid") for day in numbered]
        y += tall([""], _TINY)
        if letters:
            previous, raised = -100.0, False
            for day, letter in letters.items():
                raised = self.mid(day) - previous < 10 and not raised
                shapes.append(text_lines([letter], self.mid(day), y + (0 if not raised else _TINY + 1), _TINY, "b mid"))
                previous = self.mid(day)
            y += tall([""], _TINY) + (_TINY + 1 if self.day < 10 else 0)
        return joined(shapes), y + 2

    def grounds(self, top: float, bottom: float, holidays: set[date]) -> Markup:
        shapes: list[Markup] = [tag("rect", class_="box", x=_EDGE + _SIDE, y=top, width=_PLOT, height=bottom - top)]
        for day in self.days():
            x = self.x(day)
            if day in holidays:
                shapes.append(tag("rect", class_="holiday", x=x, y=top, width=max(self.day, 1.5), height=bottom - top))
                lines = "".join(f"M{x:.1f} {y:.1f}l{self.day:.1f}-{min(self.day, 8):.1f}" for y in _steps(top + 8, bottom, 8))
                shapes.append(tag("path", class_="hatch", d=lines))
            elif day.weekday() > 4 and self.day >= _NARROWEST:
                shapes.append(tag("rect", class_="weekend", x=x, y=top, width=self.day, height=bottom - top))
        return joined(shapes)

    # -- the lines --------------------------------------------------------------------------------------------------------------------

    def event_lines(self, y: float) -> tuple[list[Markup], float]:
        """Draw what is recorded: a pin and its words, in as many lines as keep the words apart."""
        shapes = [text_lines(fitted("What is recorded", _SIDE - 16, TEXT, bold=True), _EDGE, y, TEXT, "b")]
        ends: list[float] = []
        step = SMALL * 1.32 + 3
        for day, words in self.events:
            x, needed = self.mid(day), width_of(words, SMALL) + 18
            right = x + needed <= _EDGE + _SIDE + _PLOT
            lane = next((place for place, end in enumerate(ends) if end < (x - 6 if right else x - needed)), len(ends))
            ends[lane : lane + 1] = [x + needed if right else x + 6]
            middle = y + 8 + lane * step
            shapes += [self.label(words, x, x, middle, gap=8), tag("circle", cx=x, cy=middle, r=3.5, class_="solid ink")]
        bottom = y + max(tall([""]), 16 + max(len(ends) - 1, 0) * step) + 8
        shapes.append(tag("path", class_="hair", d=f"M{_EDGE} {bottom:.1f}H{_EDGE + _SIDE + _PLOT}"))
        return shapes, bottom + 6

    def duty_line(self, line: _Line, y: float) -> tuple[list[Markup], float]:
        duty, spans = line.duty, line.spans
        kind = STATUS_MARKS[duty.status]
        act = fitted(line.act, _SIDE - 30, SMALL, bold=True, most=4)
        who = fitted(self.record.ruleset.role_name(duty.by), _SIDE - 30, _TINY, most=2)
        shapes = [
            drawn_mark(kind, _EDGE + 8, y + 9),
            text_lines(act, _EDGE + 22, y, SMALL, "b"),
            text_lines(who, _EDGE + 22, y + tall(act, SMALL), _TINY, "q"),
        ]
        for place, span in enumerate(spans):
            shapes += self.bar(span, duty, y + 2 + place * _BAR)
        if duty.recorded_on:
            done = "met" if duty.done_on and duty.status != "met_late" else "late" if duty.done_on else "undetermined"
            shapes.append(drawn_mark(done, self.mid(duty.recorded_on), y + 10))
            if not spans:
                shapes.append(self.label(_when(duty), self.mid(duty.recorded_on), self.mid(duty.recorded_on), y + 10))
        bottom = y + max(tall(act, SMALL) + tall(who, _TINY), _BAR * max(len(spans), 1)) + 8
        shapes.append(tag("path", class_="hair", d=f"M{_EDGE} {bottom:.1f}H{_EDGE + _SIDE + _PLOT}"))
        return shapes, bottom + 6

    def bar(self, span: _Span, duty: OwedDuty, y: float) -> list[Markup]:
        """Draw one clock: from its start to its last day in time, and what it came to."""
        look = MARK_LOOKS[STATUS_MARKS[span.status]]
        begins, ends = sorted((self.mid(span.start), self.mid(span.due)))
        by = f"{weekday(span.due)[:3]} {span.due.day} {month(span.due)}"
        words = f"by {by}; {_when(duty)}" if duty.recorded_on else f"{STATUS_WORDS[span.status].split(':')[0]} {by}"
        right = max(ends, self.mid(duty.recorded_on)) if duty.recorded_on else ends
        left = min(begins, self.mid(duty.recorded_on)) if duty.recorded_on else begins
        return [
            tag("rect", class_=f"bar {look}", x=begins, y=y + 3, width=max(ends - begins, 1.0), height=10),
            tag("circle", class_="solid ink", cx=self.mid(span.start), cy=y + 8, r=2.5),
            tag("path", class_=f"solid {look}", d=f"M{self.mid(span.due) - 3:.1f} {y:.1f}h6v16h-6Z"),
            self.label(words, left, right, y + 8),
        ]

    def label(self, words: str, left: float, right: float, middle: float, *, gap: float = 11) -> Markup:
        """Write words to the right of something, or to its left, where there is room, else on it."""
        needed = width_of(words, SMALL) + 6
        if right + gap + needed <= _EDGE + _SIDE + _PLOT:
            x = right + gap
        elif left - gap - needed >= _EDGE + _SIDE:
            x = left - gap - needed
        else:
            x = max(right - gap - needed, _EDGE + _SIDE + 2)
        ground = tag("rect", class_="ground", x=x - 2, y=middle - 8, width=needed, height=16, rx=3)
        return joined(ground, text_lines([words], x, middle - SMALL * 0.66, SMALL))

    def foot(self, y: float, holidays: list[tuple[date, str]], letters: dict[date, str], width: float) -> tuple[Markup, float]:
        """Say what the shades and letters mean, and what is not shown."""
        shaded = "Shaded: weekends. " if self.day >= _NARROWEST else "Weekends are too narrow to be drawn. "
        named = "; ".join(f"{letters[day]} {day.day} {month(day)}, {name}" for day, name in holidays)
        lines = [
            f"Dashed line: {in_words(self.record.as_of)}, the day this is looked at from. "
            "A bar runs from the start of a clock to its last day in time, the block at its end. "
            f"{shaded}{f'Hatched: bank holidays: {named}.' if holidays else 'No bank holiday falls in this time.'}"
        ]
        if self.undated:
            many = len(self.undated) > _NAMED
            named = f"{len(self.undated)} duties, all named in the table of this picture" if many else self.without()
            lines.append(f"Owed too, without a date that can be drawn: {named}.")
        fits = [line for words in lines for line in fitted(words, width - 2 * _EDGE, SMALL)]
        return text_lines(fits, _EDGE, y, SMALL, "q"), y + tall(fits, SMALL)


# -- words ---------------------------------------------------------------------------------------------------------------------------


def _events(record: DecisionRecord) -> list[tuple[date, str]]:
    """Return the recorded dates, those of one day together; steps that discharge a duty are drawn with the duty instead."""
    steps = {duty.duty.done_by for duty in (*record.duties, *record.options) if duty.recorded_on}
    several = len(record.checked.children) > 1
    facts = record.ruleset.vocabulary.by_id
    slot = record.ruleset.vocabulary.slot
    found: dict[date, dict[str, None]] = {}
    for day, child, name in record.checked.dated:
        row = record.checked.incident if child is None else record.checked.children[child - 1]
        if name not in steps and type(row[slot[name]]) is date:  # what is known only in part has no place in a picture of days
            whom = f" (child {child})" if several and child and facts[name].scope == "child" else ""
            found.setdefault(day, {})[f"{name}{whom}"] = None
    return [(day, "; ".join(names)) for day, names in found.items()]


def _spans(duty: OwedDuty) -> Iterator[_Span]:
    found: dict[tuple[date, date, Status], list[str]] = {}
    for clock in duty.clocks:
        if clock.started_on and clock.due_on:
            found.setdefault((clock.started_on, clock.due_on, clock.status), []).append(clock.rule.strength.replace("_", " "))
    for (start, due, status), strengths in found.items():
        yield _Span(start, due, status, tuple(dict.fromkeys(strengths)))


def _lines(duties: Iterable[OwedDuty], *, several: bool) -> Iterator[_Line]:
    """Yield a line for each duty; those owed for several children alike share one."""
    found: dict[tuple[object, ...], tuple[OwedDuty, tuple[_Span, ...], list[int]]] = {}
    for duty in duties:
        spans = tuple(sorted(_spans(duty)))
        alike = found.setdefault((duty.id, duty.status, duty.recorded_on, spans), (duty, spans, []))
        alike[2].extend(duty.children if duty.duty.once_per == "child" else ())
    for duty, spans, children in found.values():
        numbers = ", ".join(str(child) for child in sorted(children))
        whom = f" (child{'ren' if len(children) > 1 else ''} {numbers})" if children and several else ""
        yield _Line(duty, spans, f"{duty.strength.replace('_', ' ').upper()} {duty.act}{whom}")


def _when(duty: OwedDuty) -> str:
    if duty.done_on:
        return f"{'late, done' if duty.status == 'met_late' else 'done'} {duty.done_on.day} {month(duty.done_on)}"
    if duty.recorded_on:
        return f"step on {duty.recorded_on.day} {month(duty.recorded_on)}: not known to count"
    if duty.plan_for:
        return f"{STATUS_WORDS[duty.status].split(':')[0]} {weekday(duty.plan_for)[:3]} {duty.plan_for.day} {month(duty.plan_for)}"
    return STATUS_WORDS[duty.status]


def _letter(place: int) -> str:
    return chr(ord("A") + place % 26) * (place // 26 + 1)


def _steps(start: float, end: float, step: float) -> Iterator[float]:
    while start < end:
        yield start
        start += step
