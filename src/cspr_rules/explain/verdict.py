"""The headline questions of a profile, each answered in a sentence with its day: what stands first in every report.

An answer is yes, no or open. Open is never put as no: it says what it turns on and by when the duty would be due, if it is so. No names the facts
that make it so and, where a rule says so, whose duty it is instead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import OPEN, GivenNote, OwedDuty
from cspr_rules.engine.duties import earliest, would_be
from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.engine.law import CitedDuty, Finding
from cspr_rules.engine.margins import Margin, margin_of
from cspr_rules.explain.clauses import clause
from cspr_rules.explain.english import capital, day_of_week, listed
from cspr_rules.explain.phrases import about, could_be, days_left, numbered
from cspr_rules.explain.ways import Route, open_needs, routes, smallest
from cspr_rules.explain.what_if import NextQuestion, in_order, open_questions
from cspr_rules.model.profiles import BY, TO, VERB, Headline
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.model.values import NOT_YET, Row, day_words
from cspr_rules.travelling import travels

State: TypeAlias = Literal["yes", "open", "no"]
STATE_WORDS: Final[dict[State, str]] = {"yes": "Yes", "open": "Not decided", "no": "Not on these facts"}
MOST_CLAUSES: Final = 3
"""How many clauses a sentence names; the rest are counted."""


@travels
class Verdict(NamedTuple):
    """The answer to one headline question.

    Attributes:
        headline: The question.
        state: ``yes``, ``open`` or ``no``.
        sentence: The answer in words, with its day.
        who: The roles that owe what is shown, or would.
        day: The day to plan for, of what is owed and not done; ``None`` if no day can be named.
        left: How many working days are left until then on the day looked from; negative if it is past.
        by_if_so: Where it is open, the day by which the first of the duties would be due, if it is so.
        turns_on: Where it is open, the questions that can settle it, the best to ask first in front.
        because: What makes it so, each in the words of a rule; where it is open, what has to be so for a yes.
        cites: What the answer rests on.
        duties: What is owed.
        if_so: What would be owed, if it is so. Where several children are listed, also for those for whom it is open although it is yes for another.
        otherwise: What to do instead, where it is no and a rule says so.
        caveats: The notes that change how one of the days reads.
        so_far: Where it is no, whether that is only because a step is known not to have been taken yet.
    """

    headline: Headline
    state: State
    sentence: str
    who: tuple[str, ...]
    day: date | None
    left: int | None
    by_if_so: date | None
    turns_on: tuple[NextQuestion, ...]
    because: tuple[str, ...]
    cites: tuple[Provision, ...]
    duties: tuple[OwedDuty, ...]
    if_so: tuple[OwedDuty, ...]
    otherwise: tuple[str, ...]
    caveats: tuple[GivenNote, ...]
    so_far: bool = False

    @property
    def ahead(self) -> bool:
        """Whether it is open only because a step that may lie ahead, such as a notification, is not recorded."""
        return self.state == "open" and bool(self.if_so) and not self.turns_on

    @property
    def undecided(self) -> bool:
        """Whether it is open, and not only because a step that may lie ahead is not recorded."""
        return self.state == "open" and not self.ahead

    @property
    def folded(self) -> bool:
        """Whether one line for this and others like it will do: it is no, and nobody else's duty is known."""
        return self.state == "no" and not self.otherwise


def plain(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Return verdicts as plain values, without the duties: those stand with the other duties, and what would be owed under ``if_so``."""
    return [
        {
            "id": each.headline.id,
            "asks": each.headline.asks,
            "state": each.state,
            "sentence": each.sentence,
            "who": list(each.who),
            "day": each.day.isoformat() if each.day else None,
            "working_days_left": each.left,
            "by_if_so": each.by_if_so.isoformat() if each.by_if_so else None,
            "turns_on": [{"fact": question.fact.id, "child": question.child} for question in each.turns_on],
            "because": list(each.because),
            "otherwise": list(each.otherwise),
            "duties": [{"duty": duty.id, "children": list(duty.children)} for duty in each.duties],
            "if_so": [
                {
                    "duty": duty.id,
                    "children": list(duty.children),
                    "status": duty.status,
                    "plan_for": duty.plan_for.isoformat() if duty.plan_for else None,
                }
                for duty in each.if_so
            ],
            "caveats": [note.note.text for note in each.caveats],
            "citations": plain_values.citations(each.cites),
        }
        for each in verdicts
    ]


class _Asked(NamedTuple):
    """A rule of a headline with one child, from 1; ``None`` for the incident."""

    child: int | None
    finding: Finding
    row: Row


def verdicts(record: Evaluation) -> tuple[Verdict, ...]:
    """Return the answer to each headline question of a record's profile, in order."""
    return tuple(_Answering(record, headline).verdict() for headline in record.ruleset.profile.headlines)


def supposed(record: Evaluation) -> tuple[OwedDuty, ...]:
    """Return what would be owed if the headline questions that are open were answered by yes; each duty's finding says that it is undecided."""
    return tuple(duty for headline in record.ruleset.profile.headlines for duty in _Answering(record, headline).if_so())


class _Answering:
    """Answers one headline question."""

    def __init__(self, record: Evaluation, headline: Headline) -> None:
        self.record = record
        self.headline = headline
        self.asked = [each for rule_id in headline.rules if rule_id in record.law.place for each in self._of(rule_id)]
        self.met = [each for each in self.asked if each.finding.met]
        self.ways = {place: ways for place, each in enumerate(self.asked) if each.finding.outcome == "undetermined" and (ways := self._ways(each))}
        for_all = any(each.child is None for each in self.met)
        settled = {each.child for each in self.met}
        self.open = [] if for_all else [place for place in self.ways if self.asked[place].child not in settled]

    def _of(self, rule_id: str) -> Iterator[_Asked]:
        whole, per_child = self.record.answer(rule_id)
        if not per_child:
            yield _Asked(None, whole, self.record.checked.incident)
        for child, (finding, row) in enumerate(zip(per_child, self.record.checked.children, strict=False), start=1):
            yield _Asked(child, finding, row)

    def _ways(self, asked: _Asked) -> list[Route]:
        """Return what is still wanted for an undecided rule to be met: the routes that what is known does not bar, the shortest first."""
        barred = self.record.presupposed.barred
        memo = asked.finding.memo
        every: tuple[Route, ...] = memo.get(routes) or memo.setdefault(routes, routes(asked.finding.source.exact, wanted=True))
        reachable = [route for route in every if all(need.met(asked.row) is not False for need in route)]
        left = smallest([open_needs(route, asked.row) for route in reachable])
        return [route for route in left if not any(barred(need.variable.slot, asked.child) for need in route)]

    def verdict(self) -> Verdict:
        if self.met:
            return self._yes()
        if self.open:
            return self._undecided()
        return self._not_so()

    # -- yes --------------------------------------------------------------------------------------------------------------------------

    def _yes(self) -> Verdict:
        owed = self._owed()
        if_so = self.if_so()
        day, left = self._plan(owed)
        said = f"{STATE_WORDS['yes']}: {self._words(owed)}. {self._when(owed)}"
        if if_so:
            children = tuple(dict.fromkeys(child for duty in if_so for child in duty.children))
            what = f"For {numbered(children)} it" if children else "A further duty"  # no child has a part in what is owed once for all
            said += _stopped(f" {what} is not decided; if so, {self._if_it_is(if_so)}")
        # What is owed once for all is owed already, and yet nobody has said whether this child is one of those for whom it is.
        told = {child for duty in if_so for child in duty.children}
        if unsaid := sorted({child for place in self.open if (child := self.asked[place].child)} - told):
            said += f" For {numbered(tuple(unsaid))} it is not decided."
        working_days = left.working_days if left else None
        because = self._covering(self.met, wanted=True)
        return self._made("yes", said, owed, day=day, left=working_days, if_so=if_so, because=because, asked=self.met)

    def _owed(self) -> tuple[OwedDuty, ...]:
        rules = {each.finding.rule_id for each in self.met}
        found = [duty for rule_id in rules for duty in self.record.owed_by_rule.get(rule_id, ()) if duty.id in self.headline.duties]
        return tuple(sorted(found, key=lambda duty: (self.headline.duties.index(duty.id), duty.children)))

    # -- not decided ------------------------------------------------------------------------------------------------------------------

    def _undecided(self) -> Verdict:
        if_so = self.if_so()
        rules = {self.asked[place].finding.rule_id for place in self.open}
        slot, granted = self.record.ruleset.vocabulary.slot, self.record.presupposed
        left = [each for each in open_questions(self.record, rules=rules) if granted.sensible(slot[each.fact.id], each.child)]
        questions = in_order(left)
        # What it turns on has to be what is asked first: a shorter way on something more remote reads as if nothing else could matter.
        first = {(slot[each.fact.id], each.child) for each in questions[:1]}
        best = min(self.open, key=lambda place: (not self._turns(place, first), len(self.ways[place][0]), place))
        wanted = self._clauses(self.asked[best], self.ways[best][0])
        alike = {self.asked[place].finding.rule_id for place in self.open if self._clauses(self.asked[place], self.ways[place][0]) == wanted}
        shown = tuple(duty for duty in if_so if duty.rule_id in alike)
        turns = listed(f"whether {each}" for each in _few(wanted))
        said = f"{STATE_WORDS['open']}: it turns on {turns}{_more(wanted)}. "
        said += _stopped(f"If so, {self._words(shown)}; {self._if_it_is(shown)}")
        asked = [self.asked[place] for place in self.open]
        return self._made("open", said, (), if_so=if_so, because=wanted, turns_on=questions, asked=asked)

    def _turns(self, place: int, first: Container[tuple[int, int | None]]) -> bool:
        """Return whether the shortest way to an open rule's being met asks for one of some facts, each with its child."""
        asked = self.asked[place]
        return any((need.variable.slot, child) in first for need in self.ways[place][0] for child in (asked.child, None))

    def if_so(self) -> tuple[OwedDuty, ...]:
        """Return what would be owed if the rules that are open were met."""
        owed = {(duty.id, duty.children if duty.duty.once_per == "child" else ()) for duty in self._owed()}
        grounds: dict[str, tuple[CitedDuty, Finding, list[_Asked]]] = {}
        for place in self.open:
            each = self.asked[place]
            for cited in each.finding.duties:
                if cited.duty.id in self.headline.duties:
                    grounds.setdefault(cited.duty.id, (cited, each.finding, []))[2].append(each)
        found = []
        for name in (each for each in self.headline.duties if each in grounds):
            cited, finding, asked = grounds[name]
            groups = [asked] if cited.duty.once_per == "incident" else [[each] for each in asked]
            for group in groups:
                children = tuple(each.child for each in group if each.child is not None)
                if (name, children if cited.duty.once_per == "child" else ()) not in owed:
                    row = earliest(cited, [each.row for each in group])
                    found.append(would_be(cited, finding, children, row, self.record.as_of))
        return tuple(found)

    def _if_it_is(self, duties: Sequence[OwedDuty]) -> str:
        """Return by when, as the end of a sentence that begins with 'if so'."""
        day, left = self._plan(duties)
        if day and left is not None:
            if left.days < 0 or day < self.record.as_of:
                return f"it was due by {day_of_week(day)}, and nothing is recorded as done"
            return f"plan for {day_of_week(day)}, {days_left(left)}"
        said = self._when(duties)
        return said[:1].lower() + said[1:]

    # -- no ---------------------------------------------------------------------------------------------------------------------------

    def _not_so(self) -> Verdict:
        record = self.record
        instead = [each for each in self.headline.otherwise if each.rule in record.law.place and record.decisions[each.rule].outcome == "met"]
        said = tuple(self._filled(each.says) for each in instead)
        grounds = [each for each in self.asked if each.finding.outcome == "not_met"]
        because = self._covering(grounds, wanted=False)
        if not self.asked:
            profiles = {rule.profile for rule_id in self.headline.rules for rule in record.ruleset.versions(rule_id)}
            if any(each.profile in profiles for each in record.not_held):
                return self._made("open", f"{STATE_WORDS['open']}: no law of {in_words(record.law_on)} is held here.", ())
            because = (f"no such duty was law on {in_words(record.law_on)}",)
        elif not because:
            because = ("nothing recorded raises it",)
        so_far = any(self._only_so_far(each) for each in grounds)
        lead = f"{STATE_WORDS['no']}{' so far' if so_far else ''}"
        sentence = f"{lead}, because {listed(_few(because))}{_more(because)}{''.join(f'; {each}' for each in said)}."
        rested = [_Asked(None, record.decisions[each.rule].source, record.checked.incident) for each in instead]
        return self._made("no", sentence, (), because=because, otherwise=said, asked=[*grounds, *rested])._replace(so_far=so_far)

    def _only_so_far(self, asked: _Asked) -> bool:
        """Return whether every reason for a no is a step that is known not to have been taken yet."""
        reasons = [route for route in routes(asked.finding.source.exact, wanted=False) if self._fits(route, asked)]
        return bool(reasons) and all(any(asked.row[need.variable.slot] is NOT_YET for need in route) for route in reasons)

    # -- words ------------------------------------------------------------------------------------------------------------------------

    def _words(self, duties: Sequence[OwedDuty]) -> str:
        """Return what a yes comes to: once for each owner and verb, the strongest verb first."""
        groups: dict[tuple[str, str], list[OwedDuty]] = {}
        for duty in sorted(duties, key=lambda duty: duty.order[2]):
            groups.setdefault((duty.by, duty.strength), []).append(duty)
        said = []
        for (by, strength), found in groups.items():
            to = tuple(dict.fromkeys(role for duty in found for role in duty.to))
            children = tuple(sorted({child for duty in found for child in duty.children}))
            words = {BY: self._role(by), VERB: strength.replace("_", " "), TO: listed(self._role(role) for role in to)}
            said.append(self._filled(self.headline.yes, **words) + (about(children, self.record) if len(children) < self._children else ""))
        return "; ".join(said)

    @property
    def _children(self) -> int:
        return len(self.record.checked.children)

    def _role(self, role: str) -> str:
        roles = self.record.ruleset.profile.roles
        return roles[role].named if role in roles else "somebody the source does not name"

    def _filled(self, words: str, **more: str) -> str:
        return words.format_map({role: self._role(role) for role in self.record.ruleset.profile.roles} | more)

    def _when(self, duties: Sequence[OwedDuty]) -> str:
        """Return in a sentence how duties stand: the first day that is not past done, what is to be done at once, or what time waits for."""
        left_open = [duty for duty in duties if duty.status in OPEN]
        if not left_open:
            return self._done(duties)
        day, left = self._plan(duties)
        said = []
        recorded = next((duty.recorded for duty in left_open if duty.recorded), None)
        nothing = f"a step taken {day_words(recorded)} is recorded and is not known to count" if recorded else "nothing is recorded as done"
        urgent = dict.fromkeys(clock.rule.unit.replace("_", " ") for duty in left_open for clock in duty.clocks if clock.status == "due_now")
        if urgent:
            said.append(f"It is to be done {listed(urgent)}.")
        if day and left is not None:
            if day < self.record.as_of:
                said.append(f"It was due by {day_of_week(day)}: {days_left(left)}, and {nothing}.")
            elif day == self.record.as_of:
                said.append(f"It is due today, {day_of_week(day)}.")
            else:
                said.append(f"Plan for {day_of_week(day)}, {days_left(left)}.")
        if not day:
            said += self._in_part(left_open)
        waiting = dict.fromkeys(clock.waiting_for for duty in left_open for clock in duty.clocks if clock.waiting_for)
        if recorded and (not day or day >= self.record.as_of):
            said.append(f"{capital(nothing)}.")
        if waiting and not day:
            asked = [self.record.ruleset.vocabulary.by_id[name].question for name in waiting if name]
            said.append(f"Its time runs from a day that is not recorded: {' '.join(asked)}")
        return " ".join(said) or "No source gives a time."

    def _in_part(self, duties: Sequence[OwedDuty]) -> list[str]:
        """Return the day to plan for where the day from which a time runs is known only in part."""
        known = [(duty.plan_for, clock) for duty in duties for clock in duty.clocks if clock.earliest and not clock.due_on and duty.plan_for]
        if not known:
            return []
        first, clock = min(known, key=lambda each: each[0])
        how = "which is past" if first < self.record.as_of else "the earliest it can be"
        return [f"Plan for {day_of_week(first)}, {how}{could_be(clock)}."]

    def _done(self, duties: Sequence[OwedDuty]) -> str:
        last = max((duty.done_on for duty in duties if duty.done_on), default=None)
        within = next((duty.recorded_within for duty in duties if duty.done and duty.recorded_within), None)
        if within:
            return f"Done {day_words(within)}."
        if last is None:
            return "It was ended before it was done." if duties else ""
        late = any(duty.status == "met_late" for duty in duties)
        return f"Done on {day_of_week(last)}{', after its day' if late else ''}."

    def _plan(self, duties: Sequence[OwedDuty]) -> tuple[date | None, Margin | None]:
        """Return the first day to plan for among what is not done, and how far it lies from the day looked from."""
        found = [
            (day, margin)
            for duty in duties
            if duty.status in OPEN
            for clock in duty.clocks
            if clock.earliest
            and (day := clock.due_on or (clock.latest if clock.status == "overdue" else None))
            and (margin := margin_of(duty, clock, self.record))
        ]
        return min(found, default=(None, None))

    # -- reasons ----------------------------------------------------------------------------------------------------------------------

    @staticmethod
    def _fits(route: Route, asked: _Asked) -> bool:
        return all(need.met(asked.row) is True for need in route)

    def _clauses(self, asked: _Asked, route: Route) -> tuple[str, ...]:
        order = {slot: place for place, slot in enumerate(asked.finding.source.reading_order)}
        needs = sorted(route, key=lambda need: order.get(need.variable.slot, len(order)))
        said = (clause(self.record.ruleset, asked.finding.source, need, asked.row[need.variable.slot])[0] for need in needs)
        return tuple(dict.fromkeys(said))

    def _covering(self, found: Sequence[_Asked], *, wanted: bool) -> tuple[str, ...]:
        """Return clauses on few facts that explain every one of some findings: again and again the facts that explain most of those left."""
        left: list[tuple[_Asked, dict[frozenset[int], Route]]] = []
        for each in found:
            fitting = [route for route in routes(each.finding.source.exact, wanted=wanted) if self._fits(route, each)]
            left.append((each, {frozenset(need.variable.slot for need in route): route for route in reversed(fitting)}))
        chosen: dict[str, None] = {}
        while left:
            counts = Counter(facts for _, ways in left for facts in ways)
            best = min(counts, key=lambda facts: (-counts[facts], len(facts), sorted(facts)))
            first = next((each, ways[best]) for each, ways in left if best in ways)
            chosen.update(dict.fromkeys(self._clauses(*first)))
            left = [(each, ways) for each, ways in left if best not in ways]
        return tuple(chosen)

    def _made(
        self,
        state: State,
        sentence: str,
        duties: tuple[OwedDuty, ...],
        *,
        day: date | None = None,
        left: int | None = None,
        if_so: tuple[OwedDuty, ...] = (),
        because: tuple[str, ...] = (),
        turns_on: tuple[NextQuestion, ...] = (),
        otherwise: tuple[str, ...] = (),
        asked: Sequence[_Asked] = (),
    ) -> Verdict:
        shown = (*duties, *if_so)
        caveats = tuple(dict.fromkeys(note for duty in shown for note in self.record.caveats(duty)))
        rests_on = [*(each.finding.citations for each in asked), *(duty.citations for duty in shown)]
        cites = dict.fromkeys(provision for found in rests_on for provision in found)
        who = tuple(dict.fromkeys(self._role(duty.by) for duty in shown))
        by_if_so = self._plan(if_so)[0] or min((duty.plan_for for duty in if_so if duty.plan_for and duty.status in OPEN), default=None)
        said = " ".join(sentence.split())
        return Verdict(
            self.headline, state, capital(said), who, day, left, by_if_so, turns_on, because, tuple(cites), duties, if_so, otherwise, caveats
        )


def _few(clauses: Sequence[str]) -> Sequence[str]:
    return clauses if len(clauses) <= MOST_CLAUSES else clauses[: MOST_CLAUSES - 1]


def _more(clauses: Sequence[str]) -> str:
    return f" and {len(clauses) - len(_few(clauses))} more" if len(_few(clauses)) < len(clauses) else ""


def _stopped(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."
