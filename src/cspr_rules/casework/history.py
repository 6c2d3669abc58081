"""A case over time: an append-only, dated record, from which the case as known on any day is rebuilt.

Two clocks stay separate: the day something was *known* (``on`` of an entry, ``known_on`` here) and the day a case is *looked at from* (``as_of``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, Self

from cspr_rules.casework.changes import Changes, compared
from cspr_rules.casework.entries import (
    MOST_VALUES,
    Entry,
    EntryKind,
    Live,
    Slot,
    Written,
    about,
    disagreement,
    fault_of,
    plain_value,
    settled,
    standing_entries,
    with_dependents,
)
from cspr_rules.display_hook import as_html
from cspr_rules.errors import CaseError, Fault, Path_, did_you_mean, shown, written
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import UNKNOWN_WORD, parse_date
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.travelling import Packed

SCHEMA: Final = "cspr-rules/casefile/1"
_JUDGED: Final = ("value", "role", "on", "reasons", "dissent")


class CaseHistory(Packed):
    """What became known of one case, day by day. It only grows: an entry once made is never changed.

    >>> from datetime import date
    >>> history = CaseHistory()
    >>> (first,) = history.record(date(2024, 3, 27), {"child.died": False})
    >>> history.correct(date(2024, 3, 29), first, True).id
    'e2'
    >>> [history.at(day).facts["child.died"] for day in (date(2024, 3, 28), date(2024, 3, 29))]
    [False, True]

    Args:
        entries: Entries in the order in which they were made.
        profile: The authority to evaluate it for.
        title: What the case is about; invented or anonymised.
        reference: A name for the case that stays the same, such as ``2024-07``; calendar entries are recognised by it.
        schema: The version of its shape.
        places: Where each entry was written, by id, for messages.
        notices: What a reader of the file should be told.

    Raises:
        CaseError: Entries contradict each other or refer to what is not there; every fault is listed.
    """

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        *,
        profile: str | None = None,
        title: str | None = None,
        reference: str | None = None,
        schema: str = SCHEMA,
        places: Mapping[str, str] | None = None,
        notices: Sequence[str] = (),
    ) -> None:
        for name, text in (("profile", profile), ("title", title), ("reference", reference)):
            doors.or_none(str, text, name)
        doors.of(str, schema, "schema")
        self.profile = profile
        self.title = title
        self.reference = reference
        self.schema = schema
        self.notices = tuple(doors.each(str, notices, "notices"))
        self._places: dict[str, str] = {} if places is None else dict(doors.mapping(places, "places", "entries to places"))
        self._entries: list[Entry] = []
        self._by_id: dict[str, Entry] = {}
        self._replaced: dict[str, str] = {}
        self._live: dict[Slot, Live] = {}
        faults = self._take(doors.each(Entry, entries, "entries"))
        if faults:
            raise CaseError(faults)

    def _parts(self) -> tuple[Any, ...]:
        return self.entries, self.profile, self.title, self.reference, self.schema, self.notices

    def _packed(self) -> tuple[Any, ...]:
        return *self._parts(), self._places

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        entries, profile, title, reference, schema, notices, places = packed
        return cls(entries, profile=profile, title=title, reference=reference, schema=schema, places=places, notices=notices)

    @classmethod
    def of(cls, case: Case, on: date, *, profile: str | None = None, title: str | None = None, reference: str | None = None) -> CaseHistory:
        """Return the history of a case that became known on one day.

        Args:
            case: The facts; what is empty or unknown is left out.
            on: The day.
            profile: The authority to evaluate it for.
            title: What it is about.
            reference: A name for it that stays the same.

        Raises:
            CaseError: A value is none that a case can hold.
        """
        case = Case.of(case)
        history = cls(profile=profile, title=title, reference=reference)
        for child, facts in ((None, case.facts), *enumerate(case.children, start=1)):
            history.record(on, {fact: value for fact, value in facts.items() if not _unknown(value)}, child=child)
        return history

    def __repr__(self) -> str:
        return f"CaseHistory(entries={len(self._entries)}, profile={self.profile!r}, reference={self.reference!r})"

    def _repr_html_(self) -> str | None:
        return as_html(self)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every entry, in the order in which they were made."""
        return tuple(self._entries)

    @property
    def last_day(self) -> date | None:
        """The day of the last entry, if there is one."""
        return self._entries[-1].on if self._entries else None

    @property
    def days(self) -> tuple[date, ...]:
        """Each day on which something became known, in order."""
        return tuple(dict.fromkeys(entry.on for entry in self._entries))

    def entry(self, name: str) -> Entry:
        """Return the entry of a name.

        Raises:
            CaseError: There is none.
        """
        doors.of(str, name, "name")
        if name not in self._by_id:
            raise CaseError([Fault("", f"there is no entry called '{shown(name)}' in this case file")])
        return self._by_id[name]

    # -- adding -----------------------------------------------------------------------------------------------------------------------

    def record(
        self,
        on: date,
        facts: Mapping[str, Any],
        *,
        child: int | None = None,
        role: str | None = None,
        judged_on: date | None = None,
        reasons: str | None = None,
        dissent: str | None = None,
    ) -> tuple[Entry, ...]:
        """Record what became known on a day.

        Recording what already stands changes nothing and is allowed. All of it is added, or none.

        Args:
            on: The day it became known here.
            facts: Fact id to value. A judgement may be a mapping as in :class:`cspr_rules.Case`; a step's value is the day it was taken.
            child: The child it is about, from 1; ``None`` for the whole incident.
            role: For judgements: the role of who made them.
            judged_on: For judgements: the day they were made.
            reasons: For judgements: why.
            dissent: For judgements: who disagreed, and why.

        Returns:
            The new entries, one for each fact.

        Raises:
            CaseError: Something else stands recorded for one of the facts, or a later day already has entries.
        """
        doors.each(str, list(doors.mapping(facts, "facts", "facts to values")), "facts")
        doors.or_none(int, child, "child")
        made = []
        for number, (fact, raw) in enumerate(facts.items(), start=len(self._entries) + 1):
            said = {"value": raw, "role": role, "on": judged_on, "reasons": reasons, "dissent": dissent}
            if isinstance(raw, Mapping):
                said.update(raw)
            made.append(self._new(number, on, "recorded", fact, child, said, (), None))
        self._append(made)
        return tuple(made)

    def correct(
        self,
        on: date,
        entry: Entry | str,
        value: Any,
        *,
        role: str | None = None,
        judged_on: date | None = None,
        reasons: str | None = None,
        dissent: str | None = None,
        because: str | None = None,
    ) -> Entry:
        """Give another value than an entry gave: it was wrong, or a view has changed.

        Args:
            on: The day it became known here.
            entry: The entry to correct, or its id. Other entries that say the same are replaced with it.
            value: What holds instead.
            role: For a judgement: the role of who made it.
            judged_on: For a judgement: the day it was made.
            reasons: For a judgement: why.
            dissent: For a judgement: who disagreed, and why.
            because: Why the correction was needed.

        Raises:
            CaseError: There is no such entry, or it no longer stands.
        """
        said = {"value": value, "role": role, "on": judged_on, "reasons": reasons, "dissent": dissent}
        if isinstance(value, Mapping):
            said.update(value)
        return self._replace(on, entry, "corrected", said, because)

    def withdraw(self, on: date, entry: Entry | str, *, because: str | None = None) -> Entry:
        """Take an entry back: the fact is unknown again.

        Args:
            on: The day it was taken back.
            entry: The entry, or its id. Other entries that say the same are withdrawn with it.
            because: Why.

        Raises:
            CaseError: There is no such entry, or it no longer stands.
        """
        return self._replace(on, entry, "withdrawn", {}, because)

    def _replace(self, on: date, entry: Entry | str, kind: EntryKind, said: Mapping[str, Any], because: str | None) -> Entry:
        target = self.entry(entry if isinstance(entry, str) else doors.of(Entry, entry, "entry").id)
        if target.kind == "withdrawn" or target.id in self._replaced:
            by = f" by '{self._replaced[target.id]}'" if target.id in self._replaced else ""
            raise CaseError([Fault(self.place(target), f"entry '{shown(target.id)}' no longer stands{by or ': it is a withdrawal'}")])
        names = tuple(self._live[target.slot].by_id)
        made = self._new(len(self._entries) + 1, on, kind, target.fact, target.child, said, names, because)
        self._append([made])
        return made

    def _new(
        self,
        number: int,
        on: date,
        kind: EntryKind,
        fact: str,
        child: int | None,
        said: Mapping[str, Any],
        replaces: tuple[str, ...],
        because: str | None,
    ) -> Entry:
        name = f"e{number}"
        while name in self._by_id:
            name += "b"
        value: Written | None = None
        problem = None
        try:
            if kind != "withdrawn":
                value = plain_value(said["value"])
            if type(on) is not date:
                problem = "expected the day as a date"
            judged_on = None if said.get("on") is None else parse_date(str(said["on"]))
        except ValueError as error:
            problem = str(error)
        for key, words in said.items():
            if key not in _JUDGED:
                problem = f"'{shown(key)}' is not part of a judgement{did_you_mean(str(key), _JUDGED)}"
            elif key in ("role", "reasons", "dissent") and not isinstance(words, str | None):
                problem = f"expected text for '{key}'"
        if problem:
            raise CaseError([Fault(written((shown(fact),)), f"{shown(fact)}: {problem}")])
        return Entry(
            name, on, number, kind, fact, child, value, replaces, said.get("role"), judged_on, said.get("reasons"), said.get("dissent"), because
        )

    def _append(self, made: Sequence[Entry]) -> None:
        before = len(self._entries)
        faults = self._take(made)
        if faults:
            for entry in self._entries[before:]:
                del self._by_id[entry.id]
            del self._entries[before:]
            self._replaced = {name: entry.id for entry in self._entries for name in entry.replaces}
            self._live = {slot: Live(live) for slot, live in standing_entries(self._entries).items()}
            raise CaseError(faults)

    def _take(self, entries: Sequence[Entry]) -> list[Fault]:
        """Add entries; return what is wrong with them. Whether they agree is asked at the end of each of their days."""
        faults: list[Fault] = []
        touched: dict[Slot, None] = {}
        for number, entry in enumerate(entries):
            problem = fault_of(entry, self.last_day, self._by_id, self._replaced)
            if problem:
                faults.append(self._fault(entry, problem))
                continue
            entry = entry._replace(at=len(self._entries) + 1)  # noqa: PLW2901 -- where it stands is known only here
            self._entries.append(entry)
            self._by_id[entry.id] = entry
            self._replaced.update(dict.fromkeys(entry.replaces, entry.id))
            live = self._live.setdefault(entry.slot, Live())
            for name in entry.replaces:
                live.remove(name)
            new = entry.kind != "withdrawn" and live.add(entry)
            if new or entry.replaces:  # without what made them exact, two bounds may no longer agree
                touched[entry.slot] = None
            if number + 1 == len(entries) or entries[number + 1].on != entry.on:
                for slot in touched:
                    if len(self._live[slot].by_value) > MOST_VALUES:
                        faults.append(self._fault(entry, f"more than {MOST_VALUES} different values stand recorded of {about(entry)}"))
                    elif pair := disagreement(self._live[slot].telling()):
                        faults.append(self._disagree(*pair))
                touched.clear()
        return faults

    def _disagree(self, first: Entry, second: Entry) -> Fault:
        earlier, later = (first, second) if first.at < second.at else (second, first)
        name = shown(earlier.id)
        message = (
            f"{about(earlier)} stands recorded with another value in entry '{name}' of {earlier.on}; a recorded fact is never overridden: "
            f"correct or withdraw '{name}' by name"
        )
        return self._fault(later, message)

    def _fault(self, entry: Entry, message: str) -> Fault:
        return Fault(self.place(entry), message, "" if entry.id in self._places else about(entry))

    def place(self, entry: Entry) -> str:
        """Return where an entry was written: file and line, or its name."""
        return self._places.get(doors.of(Entry, entry, "entry").id, f"entry {entry.id}")

    # -- looking ----------------------------------------------------------------------------------------------------------------------

    def upto(self, day: date) -> CaseHistory:
        """Return the history as it stood at the end of a day."""
        day = doors.day(day, "day")
        return self._with(entry for entry in self._entries if entry.on <= day)

    def without(self, names: Iterable[str]) -> CaseHistory:
        """Return the history as if some entries, and those that replace them, had never been made.

        Raises:
            CaseError: What is left contradicts itself.
        """
        names = doors.each(str, names, "names")
        gone = with_dependents(names, self._entries)
        return self._with(entry for entry in self._entries if entry.id not in gone)

    def _with(self, entries: Iterable[Entry]) -> CaseHistory:
        return CaseHistory(
            entries, profile=self.profile, title=self.title, reference=self.reference, schema=self.schema, places=self._places, notices=self.notices
        )

    def standing(self, day: date) -> tuple[Entry, ...]:
        """Return the entry that speaks for each fact on a day, in order of child and fact."""
        day = doors.day(day, "day")
        live = standing_entries(entry for entry in self._entries if entry.on <= day)
        return tuple(settled(live[slot]) for slot in sorted(live, key=lambda slot: (slot[1] or 0, slot[0])))

    def at(self, day: date) -> Case:
        """Return the case as it was known at the end of a day. Judgements keep who made them, when, why and who disagreed."""
        found = self.standing(day)
        facts = {entry.fact: entry.in_case() for entry in found if entry.child is None}
        children: list[dict[str, Any]] = [{} for _ in range(max([entry.child or 0 for entry in found], default=0))]
        places: dict[Path_, str] = {}
        for entry in found:
            path: Path_ = ("facts", entry.fact)
            if entry.child is not None:
                children[entry.child - 1][entry.fact] = entry.in_case()
                path = ("children", entry.child - 1, entry.fact)
            places[path] = self.place(entry)
        return Case(facts, children, document=_EntryPlaces(places))

    def evaluate(self, ruleset: Ruleset, known_on: date, as_of: date | None = None, *, law_on: date | None = None) -> DecisionRecord:
        """Decide the case as it was known on a day.

        Args:
            ruleset: The rules.
            known_on: Only what was entered up to the end of this day is used.
            as_of: The day to look from; ``known_on`` if not given.
            law_on: The day whose law is read; by default that of the incident, as in :func:`cspr_rules.evaluate`.

        Raises:
            CaseError: The case as then known holds unknown facts, wrong values, contradictions or dates after ``as_of``.
        """
        return evaluate(ruleset, self.at(known_on), as_of=known_on if as_of is None else as_of, law_on=law_on)

    def changes(self, ruleset: Ruleset, earlier: date, later: date) -> Changes:
        """Return what changed between the ends of two days, and which entries made it change.

        Args:
            ruleset: The rules.
            earlier: One day; the case as known then is looked at from then.
            later: A later day, likewise.

        Raises:
            CaseError: The case as known on one of the days is not sound, or ``later`` is not later.
        """
        earlier, later = doors.day(earlier, "earlier"), doors.day(later, "later")
        if later < earlier:
            raise CaseError([Fault("", f"expected the earlier day first, but {earlier} is after {later}")])
        first, last = self.evaluate(ruleset, earlier), self.evaluate(ruleset, later)
        between = [entry for entry in self._entries if earlier < entry.on <= later]

        def replay(gone: frozenset[str]) -> DecisionRecord | None:
            try:
                return self.without(gone).evaluate(ruleset, later)
            except CaseError:
                return None  # without these entries the rest cannot be so: that is no way to undo a change

        return compared(first, last, between, replay)


def _unknown(value: Any) -> bool:
    said = value.get("value") if isinstance(value, Mapping) else value
    return said is None or said == UNKNOWN_WORD


class _EntryPlaces(Packed):
    """Tells a case's messages where each of its facts was entered."""

    def __init__(self, by_path: Mapping[Path_, str]) -> None:
        self._by_path = by_path

    def _parts(self) -> tuple[Any, ...]:
        return (self._by_path,)

    def place(self, path: Path_ = ()) -> str:
        """Return the place of the entry that recorded a fact."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._by_path:
                return self._by_path[path[:length]]
        return written(path)
