"""A ruleset on one day of law, compiled once to a function from facts to outcomes with citations.

The function is ordinary Python, generated from the exact form of each condition. Nothing written in a rule file ever stands in the generated
text: values are passed as constants and names are numbers, so a rule pack cannot make the generator emit code of its own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, Literal, NamedTuple, Self, TypeAlias

from cspr_rules.engine.conditions.generating import decider
from cspr_rules.engine.conditions.normal_form import Exact, exact, expanded, slots
from cspr_rules.engine.conditions.open_parts import Asked, Left, Opening, OpenParts, left_open
from cspr_rules.engine.conditions.three_valued import Rounding, truth
from cspr_rules.model.calendars import Dues
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.rules import UNSPECIFIED, Condition, Deadline, Duty, Note, Outcome, Rule, Test, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision
from cspr_rules.model.values import Row
from cspr_rules.travelling import Value, name_of, restored
from cspr_rules.version import __version__

FEW_ROWS = 4
"""How many rows are decided by walking the conditions before code is generated for them."""
ANY_ROWS = 1_000_000_000
"""As many rows as there may be: of a few rules the conditions are walked, for each is asked less often than code would pay for."""
MOST_REMEMBERED = 1_024
"""How many answers are remembered for each duty and finding before they are forgotten together: a bound for long-running processes."""


_STRONGEST = ("must_not", "must", "will", "should", "may")


class CitedDeadline(NamedTuple):
    """A clock as it stands on the day of law.

    Attributes:
        deadline: What the source says.
        citations: The provisions that give it.
        slot: The slot of the date it runs from, if it names one.
        dues: When it runs out, by the day it runs from.
    """

    deadline: Deadline
    citations: tuple[Provision, ...]
    slot: int | None
    dues: Dues


def stands_undated(deadline: Deadline) -> Literal["untimed", "due_now"]:
    """Return how a clock that gives no day stands while nothing is done: with no time at all, or as soon as can be."""
    return "untimed" if deadline.unit == UNSPECIFIED or deadline.amount is not None else "due_now"


class CitedDuty:
    """A duty with the provisions and clocks in force on the day of law.

    Attributes:
        duty: What the rule says is owed.
        citations: The provisions it rests on.
        deadlines: Its clocks.
        clocks: The same, with what their standing depends on beside them.
        counts_if: In exact form, what makes its step count; ``None`` if it always does.
        done: The slot of the step that discharges it.
        ended: The slot of the step that ends it.
        dates: The slots of these and of the dates that its clocks run from.
        reads: Takes from a row everything on which the duty's standing depends.
        optional: Whether it is something that somebody may do.
        strength: The rank of its verb, the strongest first.
        memo: How it stands where nothing has a date yet, for the facts it depends on; most duties of most cases stand so.
    """

    __slots__ = ("citations", "clocks", "counts_if", "dates", "deadlines", "done", "duty", "ended", "memo", "optional", "reads", "strength")

    def __init__(
        self, duty: Duty, citations: tuple[Provision, ...], deadlines: tuple[CitedDeadline, ...], counts_if: Exact | None, slot: Mapping[str, int]
    ) -> None:
        self.duty = duty
        self.citations = citations
        self.deadlines = deadlines
        self.clocks = tuple([(*each, each.deadline.anchor, each.deadline.least, stands_undated(each.deadline)) for each in deadlines])
        self.counts_if = counts_if
        self.done = slot[duty.done_by] if duty.done_by else None
        self.ended = slot[duty.ended_by] if duty.ended_by else None
        self.optional = duty.strength == "may"
        self.strength = _STRONGEST.index(duty.strength)
        self.dates = tuple(dict.fromkeys(each for each in (*(each.slot for each in deadlines), self.done, self.ended) if each is not None))
        read = sorted({*self.dates, *(slots(counts_if) if counts_if else ())})
        self.reads: Callable[[Row], Any] = itemgetter(*read) if read else _nothing
        self.memo: dict[Any, Any] = {}


def _nothing(_: Row) -> None:
    """Stand in for a duty whose standing depends on no fact."""


class CitedNote(NamedTuple):
    """A note with the provisions it rests on."""

    note: Note
    citations: tuple[Provision, ...]


class RuleInForce(NamedTuple):
    """A rule as it stands on one day of law.

    Attributes:
        rule: The version of the rule.
        citations: Its provisions in force that day.
        duties: Its duties.
        notes: Its notes.
        exact: Its condition in exact form.
        reading_order: Slots of the facts it tests, those of rules it refers to included, in the order in which it is read.
        law_on: A day of the stretch of law in which it stands so.
        ruleset: The rules it is one of.
    """

    rule: Rule
    citations: tuple[Provision, ...]
    duties: tuple[CitedDuty, ...]
    notes: tuple[CitedNote, ...]
    exact: Exact
    reading_order: tuple[int, ...]
    law_on: date
    ruleset: Ruleset

    @property
    def stands(self) -> tuple[Any, ...]:
        """What tells it from the same rule under another law."""
        duties = [(each.duty, each.citations, each.counts_if, [clock[:3] for clock in each.deadlines]) for each in self.duties]
        return self.rule, self.citations, duties, self.notes, self.exact, self.reading_order

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, RuleInForce) and self.stands == other.stands)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self.rule.id)

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (__version__, name_of(LawOfDay), self.ruleset, self.law_on, self.rule.id)


class Finding(Value):
    """One rule's outcome with its citations; made once for each rule and outcome, and shared by every case that gets it.

    A pickle of it names its rules, a day, its rule and the outcome.

    Attributes:
        rule_id: The rule.
        outcome: ``met``, ``not_met`` or ``undetermined``.
        met: Whether the outcome is ``met``.
        opening: For an undetermined one, what to look at to say what could still settle it; ``None`` until that is asked.
        citations: The provisions it rests on.
        source: The rule as it stands on the day of law.
        duties: Its duties.
        notes: Its notes.
        memo: What is the same for every case with this finding.
    """

    __slots__ = ("citations", "duties", "memo", "met", "notes", "opening", "outcome", "rule_id", "source")

    def __init__(self, source: RuleInForce, outcome: Outcome) -> None:
        self.rule_id = source.rule.id
        self.outcome: Outcome = outcome
        self.met = outcome == "met"
        self.opening: Opening | None = None
        self.citations = source.citations
        self.source = source
        self.duties = source.duties
        self.notes = source.notes
        self.memo: dict[Any, Any] = {}

    def _parts(self) -> tuple[Any, ...]:
        return self.outcome, self.source

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        outcome, source = packed
        return cls(source, outcome)

    def opened(self) -> Opening:
        """Return what to look at to say what could still settle it."""
        self.opening = open_parts(self.source.ruleset).opening(self.source.exact, self.source.reading_order)
        return self.opening

    def still_open(self, asked: Asked) -> Left:
        """Return the facts that could still settle it on a row on which it is undetermined."""
        return left_open([self.opening or self.opened()], asked)

    @property
    def rests_on(self) -> tuple[Provision, ...]:
        """The provisions that it rests on, those of the rule's single tests and, if it is met, of its notes included; each once."""
        rule, ruleset = self.source.rule, self.source.ruleset
        of_tests = (key for test in tests_in(rule.when) if isinstance(test, Test) for key in test.cites)
        of_notes = (each for note in self.notes for each in note.citations) if self.met else ()
        return tuple(dict.fromkeys((*self.citations, *in_force(of_tests, ruleset.provisions, self.source.law_on), *of_notes)))

    def __repr__(self) -> str:
        return f"Finding({self.rule_id!r}, {self.outcome!r})"


Findings: TypeAlias = tuple[Sequence[Finding], Sequence[Finding], Sequence[Finding]]
"""The findings of some rules: one for each, in order; and from among them those that are met, in order, and those that are undetermined."""
Decide: TypeAlias = Callable[[Row], Findings]
ThreeFindings: TypeAlias = tuple[Finding, Finding, Finding]
"""A rule's finding if it is met, not met and undetermined."""


def in_force(keys: Iterable[str], provisions: Mapping[str, Provision], law_on: date, *, awaited: bool = False) -> tuple[Provision, ...]:
    """Return the cited provisions that apply on a day, in the order cited; for a note also those that are enacted and await their first day."""
    cited = [provisions[key] for key in keys]
    return tuple(each for each in cited if law_on in each.window or (awaited and each.window.awaited_on(law_on)))


def rule_in_force(rule: Rule, ruleset: Ruleset, law_on: date, expand: Callable[[Condition], Condition]) -> RuleInForce:
    """Return a rule with the provisions and clocks that apply on a day.

    Args:
        rule: The version in force.
        ruleset: The rules.
        law_on: The day.
        expand: Replaces references to other rules by their conditions under the law of that day.
    """
    duties = []
    provisions, vocabulary = ruleset.provisions, ruleset.vocabulary
    slot = vocabulary.slot
    for duty in rule.duties:
        given = [(each, in_force(each.cites, provisions, law_on)) for each in duty.deadlines]
        deadlines = tuple(CitedDeadline(each, cited, slot.get(each.anchor or ""), ruleset.calendar.dues(each)) for each, cited in given if cited)
        counts_if = exact(duty.counts_if, vocabulary) if duty.counts_if else None
        duties.append(CitedDuty(duty, in_force(duty.cites, provisions, law_on), deadlines, counts_if, slot))
    notes = tuple(CitedNote(note, in_force(note.cites, provisions, law_on, awaited=True)) for note in rule.notes)
    condition = expand(rule.when)
    order = tuple(dict.fromkeys(vocabulary.slot[test.fact] for test in tests_in(condition) if isinstance(test, Test)))
    citations = in_force(rule.cites, provisions, law_on)
    return RuleInForce(rule, citations, tuple(duties), notes, exact(condition, vocabulary), order, law_on, ruleset)


def _findings(rules: Iterable[RuleInForce]) -> list[ThreeFindings]:
    return [(Finding(source, "met"), Finding(source, "not_met"), Finding(source, "undetermined")) for source in rules]


def sorted_out(findings: Sequence[Finding]) -> Findings:
    """Return findings with those that are met, and those that are undetermined, apart."""
    return findings, [each for each in findings if each.outcome == "met"], [each for each in findings if each.outcome == "undetermined"]


def compiled(rules: Sequence[RuleInForce], walks: int = FEW_ROWS) -> Decider:
    """Return a function from a row to the findings of some rules, in the order given.

    The first few rows are decided by walking the conditions; code is generated once more are asked for. A command that decides one case then
    does not wait for code that it would run once. Both ways read the same exact form, and the tests hold them to each other.

    Args:
        rules: The rules.
        walks: How many rows to decide by walking first.
    """
    return Decider(rules, walks)


class Decider:
    """Decides rows, first by walking and then by generated code."""

    def __init__(self, rules: Sequence[RuleInForce], walks: int) -> None:
        self.rules = rules
        self.findings = _findings(rules)
        self.walks_left = walks
        self.generated: Decide | None = None
        self.rounded = Rounding([source.exact for source in rules])

    def __call__(self, row: Row) -> Findings:
        """Decide a row."""
        if self.generated is not None:
            return self.generated(row)
        if self.walks_left:
            self.walks_left -= 1
            return self._walked(row)
        self.generated = decider([source.exact for source in self.rules], self.findings)
        return self.generated(row)

    def _walked(self, row: Row) -> Findings:
        found = []
        for source, (met, not_met, undetermined) in zip(self.rules, self.findings, strict=True):
            answer = truth(source.exact, row)
            found.append(met if answer else undetermined if answer is None else not_met)
        return sorted_out(found)


class Picking:
    """Decides rows by rules of several laws: each law decides as a whole, and of each rule the finding under its own law is taken.

    There are many more combinations of laws than laws, so nothing is compiled for a combination.
    """

    def __init__(self, rules: Sequence[RuleInForce], laws: Sequence[tuple[Sequence[RuleInForce], Decider | Picking]]) -> None:
        self.deciders = [decider for _, decider in laws]
        stands = {id(source): (law, place) for law, (sources, _) in enumerate(laws) for place, source in enumerate(sources)}
        self.picks = [stands[id(source)] for source in rules]
        self.rounded = Rounding([source.exact for source in rules])

    def __call__(self, row: Row) -> Findings:
        """Decide a row."""
        found = [decide(row)[0] for decide in self.deciders]
        return sorted_out([found[law][place] for law, place in self.picks])


# -- the law of a day --------------------------------------------------------------------------------------------------------------------


class LawOfDay(NamedTuple):
    """The rules in force on one day of law, compiled.

    Attributes:
        incident: Rules asked once.
        child: Rules asked for each child.
        decide_incident: Row to the findings of ``incident``.
        decide_child: Row to the findings of ``child``.
        names: Ids of all these rules, in order.
        place: Where each rule stands in ``incident``, or in ``child`` after all of those.
        not_in_force: Rules that exist but do not apply that day: the version that is nearest in time.
    """

    incident: tuple[RuleInForce, ...]
    child: tuple[RuleInForce, ...]
    decide_incident: Decider | Picking
    decide_child: Decider | Picking
    names: tuple[str, ...]
    place: Mapping[str, int]
    not_in_force: tuple[Rule, ...]

    @classmethod
    def _made(cls, ruleset: Ruleset, law_on: date, rule_id: str) -> RuleInForce:
        """Return a rule as it stands on a day, as its pickle names it."""
        return law_of(ruleset, law_on).source(rule_id)

    def decided(self, checked: CheckedCase) -> tuple[Findings, ...]:
        """Return the findings of the rules asked once, followed by the findings for each child."""
        return (self.decide_incident(checked.incident), *map(self.decide_child, checked.children))

    def source(self, rule_id: str) -> RuleInForce:
        """Return a rule as it stands on the day.

        Raises:
            KeyError: The rule is not in force.
        """
        place = self.place[rule_id]
        return self.incident[place] if place < len(self.incident) else self.child[place - len(self.incident)]

    def rows(self, checked: CheckedCase) -> tuple[Row, ...]:
        """Return the facts of the incident, then those of each child, as far as the tests of these rules tell them apart."""
        if not checked.partly:
            return (checked.incident, *checked.children)
        rounded = self.decide_child.rounded
        return (self.decide_incident.rounded(checked.incident, checked.bounded), *[rounded(child, checked.bounded) for child in checked.children])


def open_parts(ruleset: Ruleset) -> OpenParts:
    """Return the parts of a ruleset's conditions of which is asked whether they are open, under whatever law."""
    known: OpenParts | None = ruleset.kept.get(OpenParts)
    if known is None:
        tested = {test.fact for rule in ruleset.rules for test in tests_in(rule.when) if isinstance(test, Test)}
        known = ruleset.kept.setdefault(OpenParts, OpenParts(sorted(map(ruleset.vocabulary.slot.__getitem__, tested))))
    return known


class _Laws:
    """The law of each stretch of days on which it does not change, compiled when it is first asked for."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.starts = law_changes(ruleset)
        """Every day on which a rule or a provision begins, or first no longer applies."""
        self.by_stretch: dict[int, LawOfDay] = {}
        self.by_day: dict[date, LawOfDay] = {}


def law_changes(ruleset: Ruleset) -> Sequence[date]:
    """Return every day on which a rule or a provision begins, is enacted, or first no longer applies: between two of them no law changes."""
    known: Sequence[date] | None = ruleset.kept.get(law_changes)
    if known is None:
        days: set[date] = set()
        for window in (*(rule.window for rule in ruleset.rules), *(provision.window for provision in ruleset.provisions.values())):
            days.update(each for each in (window.first_day, window.enacted) if each)
            if window.until:
                days.add(window.until + timedelta(days=1))
        known = ruleset.kept[law_changes] = sorted(days)
    return known


def law_of(ruleset: Ruleset, day: date, only: frozenset[str] | None = None) -> LawOfDay:
    """Return the rules in force on a day, compiled; each stretch of unchanged law is one object, whoever asks first and from whichever thread.

    Args:
        ruleset: The rules.
        day: The day.
        only: Ids of the rules to look at, where not all are asked; what they refer to is followed all the same. Each such choice is kept as long as
            the rules live, so it has to be one of few.
    """
    key = _Laws if only is None else (_Laws, only)
    laws: _Laws = ruleset.kept.get(key) or ruleset.kept.setdefault(key, _Laws(ruleset))
    known = laws.by_day.get(day)
    if known is None:
        stretch = bisect_right(laws.starts, day)
        known = laws.by_stretch.get(stretch) or laws.by_stretch.setdefault(stretch, _law_of(ruleset, day, only))
        laws.by_day[day] = known
    return known


def _law_of(ruleset: Ruleset, day: date, only: frozenset[str] | None) -> LawOfDay:
    applying = {rule.id: rule for rule in ruleset.rules if (only is None or rule.id in only) and day in rule.window}

    def when(name: str) -> Condition:
        found = applying.get(name) or next(rule for rule in ruleset.rules if rule.id == name and day in rule.window)
        return found.when

    def expand(condition: Condition) -> Condition:
        return expanded(condition, when)

    sources = [rule_in_force(rule, ruleset, day, expand) for rule in applying.values()]
    incident = tuple(source for source in sources if source.rule.scope == "incident")
    child = tuple(source for source in sources if source.rule.scope == "child")
    absent: dict[str, Rule] = {}
    for rule in ruleset.rules:
        if rule.id not in applying and (only is None or rule.id in only) and (rule.id not in absent or rule.window.start <= day):
            absent[rule.id] = rule
    place = {source.rule.id: index for index, source in enumerate((*incident, *child))}
    walks = FEW_ROWS if only is None else ANY_ROWS
    deciders = compiled(incident, walks), compiled(child, walks)
    return LawOfDay(incident, child, *deciders, tuple(sorted(applying)), place, tuple(absent.values()))
