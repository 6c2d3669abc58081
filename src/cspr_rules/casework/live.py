"""A case as it unfolds: facts are told one by one, days pass, and whoever listens is called when something follows from that.

What is told goes into a case history. Every answer is worked out from all that stands in it, in a fresh session of the engine. A correction is
therefore a replay without what it corrects: nothing that followed from it can be left behind, and two live cases share nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Literal, NamedTuple, Self

from cspr_rules.casework.entries import Entry
from cspr_rules.casework.history import CaseHistory
from cspr_rules.display_hook import as_html
from cspr_rules.engine.answers import Clock, OwedDuty
from cspr_rules.engine.evaluating import Engine
from cspr_rules.errors import CaseError, Fault, QuestionError, shown
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.travelling import Packed, travels


@travels
class Event(NamedTuple):
    """Something that followed from a fact or from the passing of days.

    Attributes:
        on: The day on which it became so.
        kind: ``met`` or ``no_longer_met`` (a criterion), ``owed`` or ``no_longer_owed`` (a duty), ``passed`` (a deadline, with nothing recorded
            as done). The two that undo follow from corrections, and from facts that rule out what seemed so.
        rule_id: The rule.
        child: The child it is about, from 1; ``None`` for the whole incident.
        duty: The duty, where there is one.
        clock: The deadline that passed.
    """

    on: date
    kind: Literal["met", "no_longer_met", "owed", "no_longer_owed", "passed"]
    rule_id: str
    child: int | None
    duty: OwedDuty | None = None
    clock: Clock | None = None


class Listener:
    """What is called back, on its way to another process: it goes where pickle can name it there, and nowhere else.

    Attributes:
        called: The function; ``None`` if nobody listens.
    """

    def __init__(self, called: Callable[..., object] | None) -> None:
        self.called = called

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        import pickle

        try:
            pickle.dumps(self.called)
        except Exception:  # what cannot be pickled raises errors of every kind
            message = (
                "a live case cannot be pickled while a function listens that is made inside another, or a lambda: give one that a module holds, "
                "or send its history and follow it there"
            )
            raise QuestionError([Fault("", message)]) from None
        return Listener, (self.called,)


class LiveCase(Packed):
    """One case, followed from day to day.

    The day only moves forward. What is called back is also returned, as events. A listener may tell the case more; an error that it raises reaches
    the caller after the case has taken in what it was told.

    Args:
        ruleset: The rules, from :func:`cspr_rules.load_ruleset`.
        as_of: The day on which the case begins.
        history: What is known already, to go on with a case. What follows from it on ``as_of`` counts as called back.
        engine: Which engine decides: ``"builtin"``, ``"durable"`` or ``"both"``; they give the same answers.
        law_on: The day whose law is read, if not that of the incident.
        on_met: Called with the rule's id and the child (``None`` for the whole incident) when a criterion becomes met.
        on_duty: Called with a duty when it arises.
        on_deadline: Called with the duty and the clock when a deadline has passed with nothing recorded as done; once for each date.
        on_event: Called with every event, those that undo an earlier one included.

    Attributes:
        as_of: The day at which the case stands.
        history: All that was told, corrected and withdrawn.
        record: The decision record of what is known, looked at from that day.

    Raises:
        CaseError: The history cannot be so, or reaches beyond ``as_of``.
        QuestionError: There is no such engine, or it cannot be used here.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        *,
        as_of: date,
        history: CaseHistory | None = None,
        engine: Engine = "builtin",
        law_on: date | None = None,
        on_met: Callable[[str, int | None], object] | None = None,
        on_duty: Callable[[OwedDuty], object] | None = None,
        on_deadline: Callable[[OwedDuty, Clock], object] | None = None,
        on_event: Callable[[Event], object] | None = None,
    ) -> None:
        as_of = doors.day(as_of, "as_of")
        doors.or_none(CaseHistory, history, "history")
        self.ruleset = doors.of(Ruleset, ruleset, "ruleset")
        self.engine: Engine = engine
        self.law_on = doors.day_or_none(law_on, "law_on")
        self.on_met = doors.called(on_met, "on_met")
        self.on_duty = doors.called(on_duty, "on_duty")
        self.on_deadline = doors.called(on_deadline, "on_deadline")
        self.on_event = doors.called(on_event, "on_event")
        self.as_of = as_of
        self.history = CaseHistory(profile=ruleset.profile.id) if history is None else history.upto(as_of)
        if history and history.last_day and history.last_day > as_of:
            raise CaseError([Fault("history", f"it has entries of {history.last_day}, after the day on which the live case begins ({as_of})")])
        self.record: DecisionRecord = self._evaluated(self.history, as_of)
        self._passed: set[tuple[Any, ...]] = {mark for mark, *_ in _overdue(self.record)}

    def _parts(self) -> tuple[Any, ...]:
        return self.ruleset, self.history, self.as_of, self.engine, self.law_on, self._passed

    def _packed(self) -> tuple[Any, ...]:
        return *self._parts(), tuple(map(Listener, (self.on_met, self.on_duty, self.on_deadline, self.on_event)))

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        ruleset, history, as_of, engine, law_on, passed, listeners = packed
        on_met, on_duty, on_deadline, on_event = (each.called for each in listeners)
        options = {"on_met": on_met, "on_duty": on_duty, "on_deadline": on_deadline, "on_event": on_event}
        made = cls(ruleset, as_of=as_of, history=history, engine=engine, law_on=law_on, **options)
        made._passed = set(passed)
        return made

    def __repr__(self) -> str:
        return f"LiveCase(as_of={self.as_of}, entries={len(self.history.entries)}, engine={self.engine!r})"

    def _repr_html_(self) -> str | None:
        return as_html(self)

    @property
    def case(self) -> Case:
        """What is known, as a plain case."""
        return self.history.at(self.as_of)

    def tell(self, day: date, fact: str, value: Any, child: int | None = None) -> tuple[Event, ...]:
        """Take in one fact. Deadlines that passed before ``day`` are announced first, as they stood without it.

        Args:
            day: The day on which it became known; not before the day at which the case stands.
            fact: The fact's id.
            value: Its value, as in :class:`cspr_rules.Case`.
            child: The child it is about, from 1; ``None`` for the whole incident, and for a child's fact that is said of every child.

        Returns:
            What followed.

        Raises:
            CaseError: The fact or the value does not exist or cannot be so, ``day`` lies back in time, or another value stands recorded. The case
                is as it was before the call.
        """
        doors.of(str, fact, "fact")

        def told(history: CaseHistory) -> None:
            history.record(day, {fact: value}, child=child)

        return self._moved(day, told)

    def correct(self, day: date, fact: str, value: Any, child: int | None = None) -> tuple[Event, ...]:
        """Replace what was told of a fact, and replay the case. Arguments, result and errors are those of :meth:`tell`.

        Raises:
            CaseError: Also if nothing is known of the fact.
        """
        return self._moved(day, lambda history: history.correct(day, self._standing(fact, child), value))

    def withdraw(self, day: date, fact: str, child: int | None = None) -> tuple[Event, ...]:
        """Take back what was told of a fact, which is then unknown again, and replay the case; otherwise as :meth:`correct`."""
        return self._moved(day, lambda history: history.withdraw(day, self._standing(fact, child)))

    def tick(self, day: date) -> tuple[Event, ...]:
        """Let days pass.

        Args:
            day: The day at which the case then stands.

        Returns:
            What followed: each deadline that has passed, once, in the order in which they fell.

        Raises:
            CaseError: ``day`` lies back in time.
        """
        return self._moved(day, None)

    def _standing(self, fact: str, child: int | None) -> Entry:
        for entry in self.history.standing(self.as_of):
            if entry.slot == (fact, child):
                return entry
        raise CaseError([Fault("", f"nothing is known of {shown(fact)} here, so there is nothing to correct or withdraw")])

    def _evaluated(self, history: CaseHistory, day: date) -> DecisionRecord:
        return evaluate(self.ruleset, history.at(day), as_of=day, law_on=self.law_on, engine=self.engine)

    def _moved(self, day: date, change: Callable[[CaseHistory], object] | None) -> tuple[Event, ...]:
        """Move to a day and to what is then known. Everything is worked out before anything is changed, and changed before anybody is called."""
        day = doors.day(day, "day")
        if day < self.as_of:
            raise CaseError([Fault("day", f"the case stands at {self.as_of}; it cannot go back to {day}")])
        history, record, passed, events = self.history, self.record, set(self._passed), list[Event]()
        if day > self.as_of:
            waited = self._evaluated(history, day)
            events += _differences(record, waited, passed)
            record = waited
        if change:
            history = history.upto(day)  # a copy
            change(history)
            replayed = self._evaluated(history, day)
            events += _differences(record, replayed, passed)
            record = replayed
        self.history, self._passed, self.as_of, self.record = history, passed, day, record
        for event in events:
            self._call(event)
        return tuple(events)

    def _call(self, event: Event) -> None:
        if self.on_met and event.kind == "met":
            self.on_met(event.rule_id, event.child)
        if self.on_duty and event.kind == "owed" and event.duty:
            self.on_duty(event.duty)
        if self.on_deadline and event.kind == "passed" and event.duty and event.clock:
            self.on_deadline(event.duty, event.clock)
        if self.on_event:
            self.on_event(event)


def _differences(before: DecisionRecord, after: DecisionRecord, passed: set[tuple[Any, ...]]) -> Iterator[Event]:
    """Yield what became so between two records, and add the deadlines that passed to those known to have passed."""
    day = after.as_of
    met_before, met = _met(before), _met(after)
    yield from (Event(day, "no_longer_met", *each) for each in met_before if each not in met)
    yield from (Event(day, "met", *each) for each in met if each not in met_before)
    owed_before, owed = _owed(before), _owed(after)
    for key, duty in owed_before.items():
        if key not in owed:
            yield Event(day, "no_longer_owed", duty.rule_id, _child(duty), duty)
    for key, duty in owed.items():
        if key not in owed_before:
            yield Event(day, "owed", duty.rule_id, _child(duty), duty)
    for mark, duty, clock in sorted(_overdue(after), key=lambda each: each[0][-1]):
        if mark not in passed:
            passed.add(mark)
            yield Event(day, "passed", duty.rule_id, _child(duty), duty, clock)


def _overdue(record: DecisionRecord) -> Iterator[tuple[tuple[Any, ...], OwedDuty, Clock]]:
    """Yield each deadline that has passed with nothing recorded as done, with what it is known by: the duty, the clock and, last, the day."""
    for key, duty in _owed(record).items():
        for clock in duty.clocks:
            if clock.status == "overdue":
                yield (key, clock.rule, clock.due_on or clock.latest), duty, clock


def _met(record: DecisionRecord) -> dict[tuple[str, int | None], None]:
    """Return the met criteria with the child each is met for, as a set that keeps its order."""
    return {(finding.rule_id, child): None for finding, children in record.met for child in children or (None,)}


def _owed(record: DecisionRecord) -> dict[tuple[Any, ...], OwedDuty]:
    """Return the duties by what makes them the same duty on another day: a further child does not make a duty that is owed once a new one."""
    return {(duty.id, () if duty.duty.once_per == "incident" else duty.children): duty for duty in record.duties}


def _child(duty: OwedDuty) -> int | None:
    return duty.children[0] if duty.duty.once_per == "child" and len(duty.children) == 1 else None
