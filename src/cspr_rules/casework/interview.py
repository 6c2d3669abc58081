"""An interview about a case: one question after another, each of which can still settle something, until nothing is left to ask.

It holds no words for the screen and reads nothing but what it is given, so that a terminal, a notebook and a web form can all lead it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, Literal, NamedTuple, Self, TypeAlias

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.engine.conditions.three_valued import still_matters
from cspr_rules.engine.law import RuleInForce
from cspr_rules.errors import CaseError, Fault, QuestionError
from cspr_rules.explain.what_if import Key, NextQuestion, narrowest, never_known, open_questions
from cspr_rules.loading.case_files import CaseFile
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import LAYERS, Provision
from cspr_rules.model.values import UNKNOWN_WORD, Row
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.travelling import Packed, travels

Reason: TypeAlias = Literal["rules", "children", "law", "clock", "step", "again"]


@travels
class Ground(NamedTuple):
    """Something that an answer bears on.

    Attributes:
        id: A rule or a duty.
        says: The question that the rule answers, or what the duty asks.
        citations: The provisions that say so.
    """

    id: str
    says: str
    citations: tuple[Provision, ...]


@travels
class Asked(NamedTuple):
    """One question of an interview.

    Attributes:
        fact: The fact, with its wording and who would know.
        child: Which child, from 1; ``None`` for the incident, or where it is said of every child.
        reason: Why it is asked: ``rules`` (an undecided rule depends on it), ``children`` (it says how many to ask about), ``law`` (it says which
            law is read), ``clock`` (a deadline runs from it), ``step`` (whether a recorded step counts) or ``again`` (somebody went back to it).
        first: Whether it belongs to what is settled before all else.
    """

    fact: Fact
    child: int | None
    reason: Reason
    first: bool

    @property
    def key(self) -> Key:
        """The fact and the child."""
        return self.fact.id, self.child


@travels
class Progress(NamedTuple):
    """How far an interview has come.

    Attributes:
        settled: How many rules are decided.
        open: How many rules the questions ahead can settle.
        left: How many rules no question ahead can settle: they wait for a step, or for what nobody knows.
        at_most: The most questions that can still come; ``None`` while how many children there are, or which law is read, is to be asked.
    """

    settled: int
    open: int
    left: int
    at_most: int | None


class Interview(Packed):
    """Asks about a case until every rule is settled that answers can settle.

    >>> from cspr_rules import Interview, load_ruleset
    >>> interview = Interview(load_ruleset("england"), duties=["notify_panel"])
    >>> while question := interview.question():
    ...     interview.answer({"number": 3, "yes_no": True, "date": "2024-03-27"}.get(question.fact.type) or next(iter(question.fact.values)))
    >>> interview.record.decisions["england.notification.serious_incident"].outcome
    'met'

    Args:
        ruleset: The rules.
        file: What is known already.
        as_of: The day to look from; without it that of the file, else the latest day recorded, else the day the sources were looked through.
        rules: Ask about these rules alone.
        duties: Ask about the rules behind these duties alone.
        every: Whether to ask too about rules that cannot be met before some later step is taken.

    Raises:
        CaseError: The case is not sound.
        QuestionError: There is no such rule or duty.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        file: CaseFile | Case | Mapping[str, Any] | None = None,
        *,
        as_of: date | None = None,
        rules: Collection[str] = (),
        duties: Collection[str] = (),
        every: bool = False,
    ) -> None:
        self.ruleset = doors.of(Ruleset, ruleset, "ruleset")
        case = file.case if isinstance(file, CaseFile) else Case() if file is None else Case.of(file)
        rules, duties = doors.each(str, rules, "rules"), doors.each(str, duties, "duties")
        self.as_of = doors.day_or_none(as_of, "as_of") or (file.as_of if isinstance(file, CaseFile) else None)
        self._reachable = not every
        chosen = frozenset({ruleset.versions(name)[0].id for name in rules} | ruleset.rules_behind(duties))
        # One set of rules after another; the last may be all of them.
        self._asked_about: tuple[Collection[str] | None, ...] = (chosen,) if chosen else (*(each.rules for each in ruleset.profile.headlines), None)
        self._counting = next((fact for fact in ruleset.vocabulary.facts if fact.counts == "children"), None)
        self._filed = self._listed = len(case.children)
        self._counted = False  # whether the number of children was asked for and answered
        self._given = dict(_given(case, ruleset))
        self._begun = len(self._given)
        self._again: Key | None = None
        self._record = self._evaluated(case)
        self._asked: Asked | None = None
        self._stale = True
        self._found: dict[Collection[str] | None, tuple[NextQuestion, ...]] = {}  # as the record stands

    _STATE: Final = ("ruleset", "as_of", "_reachable", "_asked_about", "_counting", "_filed", "_listed", "_counted", "_given", "_begun", "_again")

    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self._STATE)

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        made = cls.__new__(cls)
        vars(made).update(zip(cls._STATE, packed, strict=True), _asked=None, _stale=True, _found={})
        made._given = dict(made._given)
        made._record = made._evaluated(_case(made._given, made._listed))
        return made

    # -- asking ----------------------------------------------------------------------------------------------------------------------

    def question(self) -> Asked | None:
        """Return what to ask now, or ``None`` if asking can settle nothing more; the same until something is answered, skipped or taken back."""
        if self._stale:
            self._asked, self._stale = next(self._questions(), None), False
        return self._asked

    def _questions(self) -> Iterator[Asked]:
        if self._again:
            yield Asked(self.ruleset.vocabulary.by_id[self._again[0]], self._again[1], "again", first=False)
        yield from self._beginnings()
        for part in self._asked_about:
            first = part is self._asked_about[0] and part is not None
            best = narrowest(self._open(part))
            if best:
                yield Asked(best.fact, best.child, "rules", first)
            for fact, child, reason in self._dates(part):
                yield Asked(fact, child, reason, first)

    def _beginnings(self) -> Iterator[Asked]:
        """Yield what everything else hangs on: how many children there are, and on what day it happened."""
        count = self._counting
        if count and not self._listed and (count.id, None) not in self._given:
            yield Asked(count, None, "children", first=False)
        days = [self.ruleset.vocabulary.facts[slot] for slot in self.ruleset.vocabulary.law_dates]
        if not any((fact.id, None) in self._given for fact in days):
            yield from [Asked(fact, None, "law", first=False) for fact in days[:1]]

    def _open(self, part: Collection[str] | None) -> tuple[NextQuestion, ...]:
        """Return the questions that can help to settle some rules and can be put now; ``None`` stands for all rules."""
        if part not in self._found:
            self._found[part] = tuple(each for each in self._not_barred(part) if not (self._reachable and self._awaited(each)))
        return self._found[part]

    def _not_barred(self, part: Collection[str] | None, skipped: Collection[Key] | None = None) -> list[NextQuestion]:
        """Return the questions that can help to settle some rules, without those that take for granted what is known to be otherwise."""
        slot, granted = self.ruleset.vocabulary.slot, self._record.presupposed
        found = open_questions(self._record, rules=part, skipped=self.skipped if skipped is None else skipped, reachable=self._reachable)
        return [each for each in found if not granted.barred(slot[each.fact.id], each.child)]

    def _awaited(self, question: NextQuestion) -> tuple[frozenset[tuple[int, int | None]], ...]:
        return self._record.presupposed.awaited(self.ruleset.vocabulary.slot[question.fact.id], question.child)

    def _ahead(self, part: Collection[str] | None) -> list[NextQuestion]:
        """Return the questions that can be put now or can follow: from an answer, or once what they take for granted has been asked."""
        every, slot = self._not_barred(part, never_known(self._record, self.skipped)), self.ruleset.vocabulary.slot
        waiting = [each for each in every if self._awaited(each)] if self._reachable else []
        found = [each for each in every if each not in waiting]
        while True:
            asked = {(slot[each.fact.id], each.child) for each in found}
            freed = [each for each in waiting if all(keys & asked for keys in self._awaited(each))]
            if not freed:
                return found
            found += freed
            waiting = [each for each in waiting if each not in freed]

    def _dates(self, part: Collection[str] | None) -> Iterator[tuple[Fact, int | None, Reason]]:
        """Yield the dates that owed clocks run from, and what decides whether a recorded step counts."""
        facts = self.ruleset.vocabulary
        for duty in (*self._record.duties, *self._record.options):
            if part is not None and duty.rule_id not in part:
                continue
            children: tuple[int | None, ...] = duty.children or (None,)
            for clock in duty.clocks:
                if clock.waiting_for and clock.status != "withdrawn":
                    yield from ((fact, child, "clock") for fact, child in self._unasked([facts.slot[clock.waiting_for]], children))
            if duty.recorded and not duty.done:
                yield from (
                    (fact, child, "step") for fact, child in self._unasked(_counting(duty, self._record.reasoner.row(children[0])), children[:1])
                )

    def _unasked(self, slots: Iterable[int], children: Iterable[int | None]) -> Iterator[tuple[Fact, int | None]]:
        """Yield the facts among some that are not known, not skipped and may be asked for, with each child that they are about."""
        skipped = self.skipped
        for slot in slots:
            fact = self.ruleset.vocabulary.facts[slot]
            for child in children if fact.scope == "child" else (None,):
                if fact.kind != "step" and self._record.reasoner.row(child)[slot] is None and (fact.id, child) not in skipped:
                    yield fact, child

    def why(self) -> tuple[Ground, ...]:
        """Return what the answer bears on, what is settled first before the rest, and law before guidance.

        Returns:
            The open rules that depend on it; for a date from which clocks run, and for what makes a step count, the duties. Nothing for the
            questions at the beginning, nor for one that somebody went back to and on which nothing depends any more.
        """
        asked = self.question()
        if asked is None or asked.reason in ("children", "law"):
            return ()
        found: list[tuple[RuleInForce, Ground]] = []
        if asked.reason in ("clock", "step"):
            for duty in (*self._record.duties, *self._record.options):
                cited = [clock.citations for clock in duty.clocks if clock.waiting_for == asked.fact.id]
                if cited or (asked.reason == "step" and duty.recorded and not duty.done):
                    citations = tuple(dict.fromkeys(each for group in cited for each in group)) or duty.citations
                    found.append((duty.finding.source, Ground(duty.id, duty.act, citations)))
        else:
            settles = {name for each in self._open(self._asked_about[-1]) if (each.fact.id, each.child) == asked.key for name in each.settles}
            for _, _, finding in self._record.findings():
                if finding.rule_id in settles:
                    found.append((finding.source, Ground(finding.rule_id, finding.source.rule.question, finding.citations)))
        first, chosen = self._asked_about[0] or (), self._asked_about[-1]
        layers = list(LAYERS)

        def order(each: tuple[RuleInForce, Ground]) -> tuple[bool, int, str]:
            rule = each[0].rule
            return rule.id not in first, layers.index(rule.layer), each[1].id

        asked_about = [each for each in found if chosen is None or each[0].rule.id in chosen]
        return tuple(dict.fromkeys(ground for _, ground in sorted(asked_about, key=order)))

    # -- answering -------------------------------------------------------------------------------------------------------------------

    def answer(self, value: Any) -> None:
        """Answer the present question.

        Args:
            value: As a case has it: a boolean, a whole number, a word, a date, ``"not_yet"``; for a judgement also a mapping with ``value`` and,
                if known, ``role``, ``on``, ``reasons`` and ``dissent``.

        Raises:
            CaseError: It is no answer to this question, or contradicts what is recorded; nothing is changed.
        """
        self._settle(value, self._now())

    def skip(self) -> None:
        """Leave the present question unknown; it is not asked again unless somebody goes back to it."""
        self._settle(UNKNOWN_WORD, self._now())

    def judged(self, **details: Any) -> None:
        """Add to the judgement just answered who made it: ``role``, ``on``, ``reasons``, ``dissent``, as in a case.

        Raises:
            CaseError: The last answer is no judgement, or a detail is not what it should be; nothing is changed.
        """
        key, value = next(reversed(self._given.items()), (None, None))
        if key is None or len(self._given) <= self._begun or self.ruleset.vocabulary.by_id[key[0]].kind != "judgement" or value == UNKNOWN_WORD:
            raise CaseError([Fault("", "the last answer is no judgement, so nobody is to be named for it")])
        known = dict(value) if isinstance(value, Mapping) else {"value": value}
        self._settle({**known, **{name: each for name, each in details.items() if each is not None}}, key)

    def _now(self) -> Key:
        asked = self.question()
        if asked is None:
            raise QuestionError([Fault("", "there is no question left to answer")])
        return asked.key

    def _settle(self, value: Any, key: Key) -> None:
        given = {each: known for each, known in self._given.items() if each != key}
        given[key] = value
        counted = self._counted
        if self._counting and key[0] == self._counting.id:
            counted = value != UNKNOWN_WORD
        self._become(given, counted, again=None)

    def _become(self, given: dict[Key, Any], counted: bool, *, again: Key | None) -> None:
        """Stand on these answers from now on; if they cannot be so, stay as it is."""
        listed = self._children(given, counted)
        self._record = self._evaluated(_case(given, listed))
        self._given, self._counted, self._listed, self._again, self._stale = given, counted, listed, again, True
        self._found.clear()

    def _children(self, given: Mapping[Key, Any], counted: bool) -> int:
        """Return how many children to list: none as long as nobody has spoken of more than one."""
        highest = max((child or 0 for _, child in given), default=0)
        if not (counted and self._counting):
            return max(self._filed, highest if highest > 1 else 0)
        try:
            count = self._counting.parse(given[self._counting.id, None])
        except ValueError as error:
            raise CaseError([Fault(self._counting.id, str(error))]) from None
        if not isinstance(count, int) or count < highest:
            raise CaseError([Fault(self._counting.id, f"answers about child {highest} are recorded; go back on them first")])
        return count

    def back(self, key: Key | None = None) -> Key:
        """Take back an answer, and ask its question again; the others stay.

        Args:
            key: The fact and the child; the last answer of this interview if not given.

        Returns:
            What was taken back.

        Raises:
            QuestionError: There is no such answer.
        """
        if key is None:
            if len(self._given) <= self._begun:
                raise QuestionError([Fault("", "there is no answer of this interview to take back")])
            key = next(reversed(self._given))
        if key not in list(self._given):  # a key of any type is looked for
            raise QuestionError([Fault("", "nothing is recorded for that question")])
        given = {each: value for each, value in self._given.items() if each != key}
        begun = self._begun - (list(self._given).index(key) < self._begun)
        self._become(given, self._counted and not (self._counting and key[0] == self._counting.id), again=key)
        self._begun = begun
        return key

    # -- what is known ---------------------------------------------------------------------------------------------------------------

    @property
    def answers(self) -> Mapping[Key, Any]:
        """What is recorded, in the order in which it was: the value as a case has it; ``"unknown"`` where nobody knows."""
        return dict(self._given)

    @property
    def skipped(self) -> frozenset[Key]:
        """The questions to which nobody knows the answer."""
        unknown = [key for key, value in self._given.items() if value == UNKNOWN_WORD]
        of_every = [name for name, child in unknown if child is None]
        return frozenset([*unknown, *((name, number) for name in of_every for number in range(1, self._listed + 1))])

    @property
    def case(self) -> Case:
        """The case so far."""
        return self._record.case

    @property
    def record(self) -> DecisionRecord:
        """The decision so far."""
        return self._record

    @property
    def children(self) -> int:
        """How many children are asked about."""
        return max(self._listed, 1)

    @property
    def chosen(self) -> bool:
        """Whether some rules or duties were chosen, and only they are asked about."""
        return len(self._asked_about) == 1

    @property
    def first_settled(self) -> bool:
        """Whether nothing is left to ask about what is settled first."""
        first = self._asked_about[0]
        return not next(self._beginnings(), None) and not self._open(first) and not next(self._dates(first), None)

    @property
    def first(self) -> tuple[str, ...]:
        """The rules that are settled first and are in force."""
        return tuple(sorted(name for name in self._asked_about[0] or () if name in self._record.decisions))

    @property
    def progress(self) -> Progress:
        """How far the interview has come, over the rules that are asked about."""
        rules = self._asked_about[-1]
        open_ = self._ahead(rules) if self.question() else []
        findings = [finding for _, _, finding in self._record.findings() if rules is None or finding.rule_id in rules]
        names = {finding.rule_id for finding in findings}
        undecided = {finding.rule_id for finding in findings if finding.outcome == "undetermined"}
        hoped = {name for each in open_ for name in each.settles}
        ahead = {key for each in open_ if (key := (each.fact.id, each.child)) not in self.skipped} | self._possible_dates(hoped, rules)
        beginning = next(self._beginnings(), None)
        at_most = None if beginning else len(ahead | ({self._again} if self._again else set()))
        return Progress(len(names) - len(undecided), len(hoped), len(undecided - hoped), at_most)

    def _possible_dates(self, hoped: Collection[str], rules: Collection[str] | None) -> set[Key]:
        """Return the dates that are, or may yet be, asked for because a clock runs from them."""
        found = {(fact.id, child) for fact, child, _ in self._dates(rules)}
        for child, row, finding in self._record.findings():
            if finding.outcome == "undetermined" and finding.rule_id in hoped:
                for duty in finding.source.duties:
                    slots = {each.slot for each in duty.deadlines if each.slot is not None and not each.deadline.only_if_recorded}
                    if duty.counts_if and duty.done is not None and row[duty.done] is not None:
                        slots |= still_matters(duty.counts_if, row)
                    found |= {(fact.id, number) for fact, number in self._unasked(slots, (child,))}
        return found

    def _evaluated(self, case: Case) -> DecisionRecord:
        looked_from = self.as_of or case.check(self.ruleset.vocabulary).latest or self.ruleset.checked_on
        return evaluate(self.ruleset, case, as_of=looked_from)


def _case(given: Mapping[Key, Any], listed: int) -> Case:
    facts: dict[str, Any] = {}
    children: list[dict[str, Any]] = [{} for _ in range(listed)]
    for (name, child), value in given.items():
        (children[child - 1] if child and listed else facts)[name] = value
    return Case(facts, children)


def _counting(duty: OwedDuty, row: Row) -> list[int]:
    """Return the slots of the unknown facts that decide whether a duty's recorded step counts."""
    counts_if = next(each.counts_if for each in duty.finding.source.duties if each.duty is duty.duty)
    return sorted(still_matters(counts_if, row)) if counts_if else []


def _given(case: Case, ruleset: Ruleset) -> Iterator[tuple[Key, Any]]:
    """Yield what a case holds; a child's fact that stands among the incident's is that of the only child, or of every child listed."""
    facts = ruleset.vocabulary.by_id
    for name, value in case.facts.items():
        if value is not None:
            only = name in facts and facts[name].scope == "child" and not case.children
            yield (name, 1 if only else None), value
    for number, child in enumerate(case.children, start=1):
        yield from (((name, number), value) for name, value in child.items() if value is not None)
