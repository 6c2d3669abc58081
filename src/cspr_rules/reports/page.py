"""A decision on one page, for somebody who has to act: the answers, what to do now, the days ahead, what to find out, what not to rely on.

Nothing is hidden. What does not fit is counted in the last lines, which name the command that shows it, and what is not decided is told as what it
would come to if it is so. Statute stands before guidance, and guidance before what a local partnership has promised.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple

from cspr_rules.engine.answers import OPEN, Clock, GivenNote, OwedDuty
from cspr_rules.engine.law_days import AS_OF, ASKED, LawDay
from cspr_rules.engine.margins import LOCAL, margin_of
from cspr_rules.explain.english import capital, counted, day_of_week, listed
from cspr_rules.explain.phrases import PROVISIONAL, about, could_be, days_left, set_by
from cspr_rules.explain.questions import asked_together
from cspr_rules.explain.verdict import STATE_WORDS, Verdict
from cspr_rules.model.sources import Provision, in_words, section_of
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.document import Heading, Item, Look, Paragraph, Plain, Span, Words, bare
from cspr_rules.reports.facts_in_words import facts_in_words
from cspr_rules.reports.shared_words import answered, not_held, verb
from cspr_rules.reports.writing_text import Paper, written

LINES: Final = 45
"""How many lines a page takes if what has to stand on it lets it."""
MOST_LINES: Final = 60
"""How many lines a page takes at most."""
FOR: Final = "It never says that nobody need be told."
AT_ONCE: Final = ("overdue", "due_today", "due_now")
"""Statuses of what is to be done now."""
_FACT_LINES: Final = 3
_STRENGTHS: Final = ("must", "must_not", "should", "will", "may")
_LAYERS: Final = ("statute", "regulation")
_NOUNS: Final = ("question", "caution", "test", "note", "source", "later question")
"""What is left out and takes a plural."""
_FIRST_AHEAD: Final = 1
"""How many of the first things due on a day ahead may lengthen the page."""
_FIRST, _NEXT, _SOON, _IF_IT_FITS = 3, 2, 1, 0
"""What may lengthen the page to the most lines, what may do so once all of the first stands, and what stands where it fits: some before the rest."""
_DO, _AHEAD, _ASK, _CARE, _FACTS = "Do now", "Days ahead", "What to find out", "What not to rely on", "The facts it rests on"


class Entry(NamedTuple):
    """Something that may stand on the page.

    Attributes:
        section: The heading it stands under; ``None`` for the answers above all of them.
        piece: What stands there.
        counted: What it is counted as if it is left out, and how many of these it holds.
        needed: How much it is needed: :data:`_FIRST`, :data:`_NEXT`, :data:`_SOON` or :data:`_IF_IT_FITS`.
        under: The day that it stands under, with others of that day; ``None`` if under none.
        short: What stands there instead where the whole would make the page longer than :data:`LINES`; for what is to be done now, than
            :data:`MOST_LINES`.
    """

    section: str | None
    piece: Plain
    counted: tuple[tuple[str, int], ...]
    needed: int
    under: Item | None = None
    short: Plain | None = None


def pieces(record: DecisionRecord, title: str | None = None, *, on: Paper = Paper(), whole: str = "cspr-rules decide FILE --full") -> list[Plain]:  # noqa: B008 -- a value, never changed
    """Return the page of a record.

    Args:
        record: The record.
        title: What the case is about.
        on: What it is to be written on; its width says how much fits.
        whole: The command that shows the whole record.
    """
    return _Page(record, title, on, whole).pieces()


class _Owed(NamedTuple):
    """Duties of one owner that stand alike, drawn together.

    Attributes:
        duties: The duties.
        acts: What is to be done, each with the children it is about.
        if_so: Whether they are owed only if something undecided is so.
    """

    duties: tuple[OwedDuty, ...]
    acts: tuple[str, ...]
    if_so: bool

    @property
    def first(self) -> OwedDuty:
        """The one that the others are like."""
        return self.duties[0]


class _Page:
    def __init__(self, record: DecisionRecord, title: str | None, on: Paper, whole: str) -> None:
        self.record = record
        self.title = title
        self.on = on
        self.whole = whole
        self.verdicts = record.verdicts
        self.caveats: dict[GivenNote, None] = {}
        owed = [duty for duty in record.duties if duty.status in OPEN and duty.strength != "may"]
        would_be = {(duty.id, duty.children): duty for verdict in self.verdicts for duty in verdict.if_so}
        self.ahead = {duty.id for verdict in self.verdicts if verdict.ahead for duty in verdict.if_so}
        self.owed = [*_together(owed, record, if_so=False), *_together(would_be.values(), record, if_so=True)]
        self.owed.sort(key=lambda each: _weight(each.first))

    # -- what fits --------------------------------------------------------------------------------------------------------------------

    def pieces(self) -> list[Plain]:
        entries = list(self._entries())
        chosen: dict[int, Plain] = {}
        above: set[object] = {None}  # the headings and days that stand already
        left = Counter[str]()
        for entry in entries:
            left.update(dict(entry.counted))
        left.update(self._never_shown())
        used = len(self._lines(self._head())) + 2 + len(self._lines([self._facts(0)])) + len(self._lines(self._foot(left)))
        for most, wanted in ((MOST_LINES, _FIRST), (MOST_LINES, _NEXT), (LINES, _SOON), (LINES, _IF_IT_FITS)):
            for place, entry in enumerate(entries):
                if entry.needed != wanted:
                    continue
                day = (entry.section, entry.under)
                lead = 0 if entry.section in above else 2
                lead += len(self._lines([entry.under])) if entry.under and day not in above else 0
                piece, more = entry.piece, lead + len(self._lines([entry.piece]))
                if entry.short and used + more + _FACT_LINES + 1 > (MOST_LINES if entry.section == _DO and wanted == _FIRST else LINES):
                    piece, more = entry.short, lead + len(self._lines([entry.short]))
                if used + more + _FACT_LINES - 1 <= most:
                    chosen[place] = piece
                    above |= {entry.section, day}
                    used += more
                    left.subtract(dict(entry.counted))
        found = self._head()
        for section in (None, _DO, _AHEAD, _ASK, _CARE):
            inside = [(entry, chosen[place]) for place, entry in enumerate(entries) if place in chosen and entry.section == section]
            found += [Heading(2, section)] if inside and section else []
            stands: Item | None = None
            for entry, piece in inside:
                found += [entry.under] if entry.under and entry.under != stands else []
                found.append(piece)
                stands = entry.under
        return [*found, Heading(2, _FACTS), self._facts(max(_FACT_LINES, 1 + LINES - used)), *self._foot(+left)]

    def _lines(self, found: Iterable[Plain]) -> list[str]:
        return [line for piece in found for line in written(piece, Paper(self.on.width))]

    def _head(self) -> list[Plain]:
        record = self.record
        looked = f"For {record.ruleset.profile.authority}, looked at from {in_words(record.as_of)}.{record.ruleset.whose}"
        return [Heading(1, self.title or "Decision"), Paragraph(looked, "quiet")]

    def _foot(self, left: Counter[str]) -> list[Plain]:
        counts = listed(counted(number, what) if what in _NOUNS else f"{number} {what}" for what, number in left.items() if number)
        return [Paragraph((f"{FOR} Left out here: {counts}. All of it: ", Span(self.whole, "strong")))]

    def _never_shown(self) -> Counter[str]:
        """Count what only the whole record has."""
        record = self.record
        found = Counter[str]()
        found["done or withdrawn"] = sum(duty.status not in OPEN and duty.strength != "may" for duty in record.duties)
        found["permitted"] = len(record.options)
        found["owed without a day if it is so"] = sum(
            len(each.duties) for each in self.owed if each.if_so and each.first.status in ("waiting", "untimed")
        )
        asked = record.questions
        found["later question"] = len(asked_together((*asked.later, *asked.steps, *asked.beside)))
        found["test"] = len(record.decisions)
        found["note"] = len([note for note in record.notes if note not in self.caveats])
        found["source"] = len(record.citations)
        return found

    def _entries(self) -> Iterator[Entry]:
        """Yield whatever may stand on the page, what matters most first within each section."""
        yield from self._answers()
        owed, ask = list(self._acts()), list(self._questions())
        care = list(self._cautions())
        now = [each for each in owed if each.section == _DO]
        ahead = [each for each in owed if each.section == _AHEAD]
        yield from now
        yield from (each for each in care if each.needed)
        yield from (each for each in ask if each.needed)
        yield from ahead
        yield from (each for each in ask[:3] if not each.needed)
        yield from (each for each in care if not each.needed)
        yield from (each for each in ask[3:] if not each.needed)

    # -- the answers ------------------------------------------------------------------------------------------------------------------

    def _answers(self) -> Iterator[Entry]:
        shown = [each for place, each in enumerate(self.verdicts) if not place or not each.folded]
        for verdict in shown:
            # With no day to plan by, what it would come to is in the whole record.
            in_full = verdict.state != "open" or verdict is shown[0] or bool(verdict.by_if_so)
            yield Entry(None, Item(answered(verdict, in_full=in_full)), (), needed=_FIRST)
        folded = [each for each in self.verdicts if each not in shown]
        if folded:
            yield Entry(None, Item(_folded(folded)), (), needed=_FIRST)

    # -- what is owed -----------------------------------------------------------------------------------------------------------------

    def _acts(self) -> Iterator[Entry]:
        """Yield what is owed: what is to be done now, the days ahead, then what has no day. National duties one by one, local promises together."""
        for section, statuses, label in ((_DO, AT_ONCE, "to do now"), (_AHEAD, ("due",), "due on a day ahead")):
            days: dict[str, list[_Owed]] = {}
            for each in self.owed:
                if each.first.status in statuses:
                    days.setdefault(self._when(each.first), []).append(each)
            first = _FIRST_AHEAD
            in_order = sorted(days.items(), key=lambda found: found[1][0].first.plan_for or date.max) if section == _AHEAD else days.items()
            for when, some in in_order:
                under = Item((Span(f"{capital(when)}:", _urgency(some[0].first)),))
                for each in some:
                    if each.first.layer != LOCAL:
                        if each.if_so:
                            needed = _NEXT if each.first.plan_for and each.first.id not in self.ahead else _IF_IT_FITS
                        else:
                            needed = _FIRST if section == _DO or first > 0 else _SOON
                        first -= 1
                        yield self._entry(section, each, label, under, needed=needed)
                promised = [each for each in some if each.first.layer == LOCAL]
                for if_so, strength in dict.fromkeys((each.if_so, each.first.strength) for each in promised):
                    alike = [each for each in promised if (each.if_so, each.first.strength) == (if_so, strength)]
                    yield self._promised(section, alike, label, under)
        for status, lead in (("waiting", "once its day is known"), ("untimed", "no day given")):
            for strength in _STRENGTHS:
                alike = [each for each in self.owed if (each.first.status, each.first.strength) == (status, strength) and not each.if_so]
                if national := [each for each in alike if each.first.layer != LOCAL]:
                    yield self._drawn(national, lead)
                if local := [each for each in alike if each not in national]:
                    yield self._drawn(local, lead)

    def _entry(self, section: str, each: _Owed, label: str, under: Item, *, needed: int) -> Entry:
        duty = each.first
        whom = tuple(dict.fromkeys(role for owed in each.duties for role in owed.to))
        to = f", to {listed(map(self._role, whom))}" if len(whom) > 1 or (whom and section == _DO) else ""
        start, acts, owner = self._start(each), "; ".join(each.acts), capital(self._role(duty.by))
        cites = self._cited(each.duties)
        piece = Item((*start, f" {acts}{self._set_by(duty)}. {owner}{to} ({cites})"), level=1)
        short = Item((*start, f" {acts}{self._set_by(duty)}. {owner} ({cites})"), level=1)
        return Entry(section, piece, ((label, len(each.duties)),), needed=needed, under=under, short=short)

    def _promised(self, section: str, alike: Sequence[_Owed], label: str, under: Item) -> Entry:
        """Return what local guidance asks for one time in one verb: each act with who does it."""
        acts = "; ".join(f"{' and '.join(each.acts)}{self._set_by(each.first)} ({self._role(each.first.by)})" for each in alike)
        duties = [duty for each in alike for duty in each.duties]
        said = [*self._start(alike[0]), f" {acts}. {capital(self._cited(duties))}"]
        short = Item((*self._start(alike[0]), f" {'; '.join(act for each in alike for act in each.acts)}"), level=1)
        return Entry(
            section, Item(tuple(said), level=1), ((label, len(duties)),), needed=_NEXT if section == _DO else _IF_IT_FITS, under=under, short=short
        )

    def _start(self, each: _Owed) -> list[str | Span]:
        for owed in each.duties:
            self.caveats.update(dict.fromkeys(self.record.caveats(owed)))
        supposed: list[str | Span] = [Span("IF IT IS SO:", "open"), " "] if each.if_so else []
        return [*supposed, verb(each.first.strength)]

    def _role(self, role: str) -> str:
        roles = self.record.ruleset.profile.roles
        return roles[role].named if role in roles else "somebody the source does not name"

    @staticmethod
    def _set_by(duty: OwedDuty) -> str:
        """Return whose clock gives the day, where it is not the duty's own source."""
        others = set_by(duty)
        return f", a day set by {others}" if others else ""

    def _drawn(self, some: Sequence[_Owed], lead: str) -> Entry:
        """Return what has no day, of one verb and one kind of source."""
        duties = [duty for each in some for duty in each.duties]
        acts = "; ".join(dict.fromkeys(act for each in some for act in each.acts))
        stands = "" if duties[0].strength in ("may", "must_not") else f", {lead}:"
        piece = Item((verb(duties[0].strength), f"{stands} {acts} ({self._cited(duties)})"))
        return Entry(_AHEAD, piece, (("owed without a day", len(duties)),), needed=_IF_IT_FITS)

    def _when(self, duty: OwedDuty) -> str:
        """Return by when, and how many working days are left or were missed."""
        clock = next((clock for clock in duty.clocks if clock.earliest), None)
        if duty.plan_for and clock and not clock.due_on:
            return f"plan for {day_of_week(duty.plan_for)}, for the day it runs from is known only in part{could_be(clock)}"
        if not duty.plan_for or not clock:
            return listed(dict.fromkeys(clock.rule.unit.replace("_", " ") for clock in duty.clocks if clock.status == "due_now")) or "at once"
        day = f"{day_of_week(duty.plan_for)}"
        unsure = f", {PROVISIONAL}" if clock.due and clock.due.provisional else ""
        if duty.status == "overdue":
            return f"was due {day}, {self._left(duty, clock)}"
        if duty.status == "due_today":
            return f"today, {day}"
        return f"{'not before ' if clock.rule.least else ''}{day}, {self._left(duty, clock)}{unsure}"

    def _left(self, duty: OwedDuty, clock: Clock) -> str:
        margin = margin_of(duty, clock, self.record)
        return days_left(margin) if margin else ""

    def _cited(self, duties: Iterable[OwedDuty]) -> str:
        return "; ".join(dict.fromkeys(_short(provision) for duty in duties for provision in duty.citations))

    # -- what to find out -------------------------------------------------------------------------------------------------------------

    def _questions(self) -> Iterator[Entry]:
        """Yield what is worth asking now, in the one order in which to ask; what can best settle a headline question has to stand here."""
        settling = {verdict.turns_on[0].fact.id for verdict in self.verdicts if verdict.turns_on}
        for place, (fact, children) in enumerate(asked_together(self.record.questions.now)):
            words: Words = (f"{fact.question}{about(children, self.record)} ", Span(f"[{fact.id}]", "quiet"))
            needed = _FIRST if fact.id in settling else _IF_IT_FITS if place else _SOON
            yield Entry(_ASK, Item(words, numbered=True), (("question", 1),), needed=needed)

    # -- what not to rely on ----------------------------------------------------------------------------------------------------------

    def _cautions(self) -> Iterator[Entry]:
        record = self.record
        for held in record.not_held:
            yield Entry(_CARE, Item(not_held(held, record)), (("caution", 1),), needed=_FIRST)
        for note in dict.fromkeys([*(note for verdict in self.verdicts for note in verdict.caveats), *self.caveats]):
            yield Entry(_CARE, Item(f"{note.note.text} ({'; '.join(map(_short, note.citations))})"), (("caution", 1),), needed=_FIRST)
        undecided = sum(decision.outcome == "undetermined" for decision in record.decisions.values())
        pressing = dict.fromkeys(
            name for each in self.owed if each.first.status in (*AT_ONCE, "due") for duty in each.duties for name in duty.discrepancies
        )
        known = {each.id: each for each in record.discrepancies}
        on_what = [known[name] for name in pressing if name in known]
        said = [f"{counted(undecided, 'rule')} undecided, which is not no"] if undecided else []
        if known:
            bearing = f", {len(on_what)} of them on what presses" if on_what else ""
            said.append(f"{counted(len(known), 'place')} where sources disagree or are unclear{bearing}")
        said += [f"{counted(len(record.unverified), 'text')} not verified"] if record.unverified else []
        if said:
            yield Entry(_CARE, Item(f"{capital('; '.join(said))}."), (), needed=_FIRST)
        if record.unverified:
            yield Entry(
                _CARE, Item(f"Confirm before relying on it: {'; '.join(dict.fromkeys(map(_short, record.unverified)))}."), (), needed=_IF_IT_FITS
            )
        for unclear in on_what:
            yield Entry(_CARE, Item((f"{unclear.title} ", Span(f"[{unclear.id}]", "quiet"))), (), needed=_IF_IT_FITS)

    # -- the facts --------------------------------------------------------------------------------------------------------------------

    def _facts(self, room: int) -> Paragraph:
        """Return the recorded facts, those that the headline questions test first, as many as fit."""
        said = facts_in_words(self.record)
        law = f"Law of {in_words(self.record.law_on)}{_why_this_law(self.record.incident_law)}. "
        law += "Later steps: the law of their own days. " if self.record.later_laws else ""

        def paragraph(count: int) -> Paragraph:
            rest = len(said) - count
            more = f"; {rest} more facts" if rest and count else f"{rest} facts" if rest else ""
            return Paragraph(f"{law}{capital('; '.join(said[:count]))}{more}." if said else f"{law}No fact is recorded.")

        return paragraph(_most(len(said), lambda count: len(self._lines([paragraph(count)])) <= max(room, 1)))


def _most(limit: int, fits: Callable[[int], bool]) -> int:
    """Return the most up to a limit that fits; none always does."""
    low = 0
    while low < limit:
        middle = (low + limit + 1) // 2
        if fits(middle):
            low = middle
        else:
            limit = middle - 1
    return low


def _together(duties: Iterable[OwedDuty], record: DecisionRecord, *, if_so: bool) -> list[_Owed]:
    """Draw together what one owner owes by one day in one verb under one kind of source."""
    found: dict[tuple[object, ...], dict[str, list[OwedDuty]]] = {}
    for duty in duties:
        timed = (duty.plan_for, set_by(duty), tuple(clock.rule.unit for clock in duty.clocks if clock.status == "due_now"))
        kind = 0 if duty.layer in _LAYERS else 2 if duty.layer == LOCAL else 1
        found.setdefault((duty.by, duty.strength, kind, duty.status, timed), {}).setdefault(duty.act, []).append(duty)
    groups = []
    for acts in found.values():
        said = tuple(f"{act}{about(tuple(sorted({child for duty in alike for child in duty.children})), record)}" for act, alike in acts.items())
        groups.append(_Owed(tuple(duty for alike in acts.values() for duty in alike), said, if_so))
    return groups


def _weight(duty: OwedDuty) -> tuple[int, int, date]:
    """Return what puts statute before guidance and guidance before local promises, and the stronger verb first."""
    kind = 0 if duty.layer in _LAYERS else 2 if duty.layer == LOCAL else 1
    return kind, _STRENGTHS.index(duty.strength), duty.plan_for or date.min


def _urgency(duty: OwedDuty) -> Look:
    return "bad" if duty.status in ("overdue", "due_today") else "open" if duty.status == "due_now" else "strong"


def _why_this_law(day: LawDay) -> str:
    if day.at_latest:
        return ", on or before which it was, for its own day is not recorded"
    return {AS_OF: ", for the day of the incident is not recorded", ASKED: ", as asked"}.get(day.source, "")


def _short(provision: Provision) -> str:
    return f"{provision.instrument.short}, {section_of(provision.pinpoint)}"


def _folded(verdicts: Sequence[Verdict]) -> Words:
    """Return in one piece the questions that do not arise."""
    for_good = [verdict.headline.asks for verdict in verdicts if not verdict.so_far]
    so_far = [verdict.headline.asks for verdict in verdicts if verdict.so_far]
    return tuple(
        part
        for lead, asks in (("", for_good), (" so far", so_far))
        if asks
        for part in (" " if lead and for_good else "", Span(f"{STATE_WORDS['no']}{lead}", "strong"), f": {' '.join(asks)}")
    )


def words_of(found: Iterable[Plain]) -> str:
    """Return all the words of a page on one line."""
    return " ".join(bare(piece.words) for piece in found if isinstance(piece, Heading | Paragraph | Item))
