"""One dated entry of a case over time, and which entries stand.

Nothing is overwritten: an entry that changes what was recorded names the entries it replaces. What a set of entries says follows from those
names and from the days alone, never from the order in which entries of one day happen to stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import takewhile
from math import inf
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.errors import shown
from cspr_rules.model.cases import MOST_CHILDREN
from cspr_rules.model.values import NOT_YET, UNKNOWN_WORD, Between, NotYet, bounds, meet, parse_date
from cspr_rules.travelling import travels

EntryKind: TypeAlias = Literal["recorded", "corrected", "withdrawn"]
Written: TypeAlias = bool | int | str
Slot: TypeAlias = tuple[str, int | None]
"""A fact and the child it is said of, from 1; ``None`` for the incident or for every child."""

MOST_ENTRIES: Final = 20_000
MOST_VALUES: Final = 20
"""How many different values of one fact may stand, each within the bounds of the one before."""


@travels
class Entry(NamedTuple):
    """Something that became known, was put right or was taken back, on one day.

    Attributes:
        id: Its name, unique in the case file; other entries refer to it.
        on: The day it was known and entered. The day on which a step was taken is the step's ``value``.
        at: Where it stands in the file, from 1.
        kind: ``recorded``, ``corrected`` (it gives another value than the entries it replaces) or ``withdrawn`` (the fact is unknown again).
        fact: The fact's id.
        child: The child it is about, from 1; ``None`` for the whole incident.
        value: What was recorded, as written, dates as ``YYYY-MM-DD``; ``None`` if withdrawn.
        replaces: The entries it corrects or withdraws.
        role: For a judgement: the role of who made it.
        judged_on: For a judgement: the day it was made, if that was said.
        reasons: For a judgement: why.
        dissent: For a judgement: who disagreed, and why.
        because: For a correction or withdrawal: why it was needed.
    """

    id: str
    on: date
    at: int
    kind: EntryKind
    fact: str
    child: int | None
    value: Written | None
    replaces: tuple[str, ...] = ()
    role: str | None = None
    judged_on: date | None = None
    reasons: str | None = None
    dissent: str | None = None
    because: str | None = None

    @property
    def slot(self) -> Slot:
        """The fact and the child it is said of."""
        return self.fact, self.child

    @property
    def day(self) -> date | None:
        """The day that the entry's value names, if it is a date."""
        return as_day(self.value)

    def in_case(self) -> Any:
        """Return the value as a :class:`cspr_rules.Case` takes it: a mapping where the entry says who judged, when or why."""
        if self.role is None and self.judged_on is None and self.reasons is None and self.dissent is None:
            return self.value
        return {"value": self.value, "role": self.role, "on": self.judged_on, "reasons": self.reasons, "dissent": self.dissent}


def plain_value(value: Any) -> Written:
    """Return a value as an entry holds it.

    Raises:
        ValueError: No entry can hold it; the message does not repeat it.
    """
    if value is None or value == UNKNOWN_WORD:
        raise ValueError("an entry says something known; to make a fact unknown again, withdraw the entry that recorded it")
    said: Written | date | NotYet | Between = value
    if said is NOT_YET:
        return str(NOT_YET.value)
    if type(said) is date:
        return said.isoformat()
    if isinstance(said, Between):
        return str(said)
    if isinstance(said, bool | int | str):
        return said
    raise ValueError("expected true or false, a whole number, a word or a date")


def as_day(value: Written | None) -> date | None:
    """Return the day that a written value names, or ``None`` if it names none."""
    if isinstance(value, str) and value[4:5] == "-":
        try:
            return parse_date(value)
        except ValueError:
            return None
    return None


# -- which entries stand -------------------------------------------------------------------------------------------------------------


def standing_entries(entries: Iterable[Entry]) -> dict[Slot, list[Entry]]:
    """Return the entries that no other of these replaces, by fact and child; withdrawals leave nothing."""
    given = list(entries)
    replaced = {name for entry in given for name in entry.replaces}
    found: dict[Slot, list[Entry]] = {}
    for entry in given:
        if entry.kind != "withdrawn" and entry.id not in replaced:
            found.setdefault(entry.slot, []).append(entry)
    return found


class Live:
    """The entries of one fact that stand, told apart by what they say, so that the ten-thousandth that says the same costs no more than the first.

    Attributes:
        by_id: Every one, in the order in which they were made.
        by_value: Those that say each value, likewise.
    """

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.by_id: dict[str, Entry] = {}
        self.by_value: dict[tuple[type, Written | None], dict[str, Entry]] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Entry) -> bool:
        """Add an entry, and return whether it might disagree with the others: it says what none of them says, or ``not_yet`` of a later day."""
        value = (type(entry.value), entry.value)
        new = value not in self.by_value or entry.value == NOT_YET.value
        self.by_id[entry.id] = entry
        self.by_value.setdefault(value, {})[entry.id] = entry
        return new

    def remove(self, name: str) -> None:
        """Take an entry out, if it is there."""
        entry = self.by_id.pop(name, None)
        if entry is not None:
            value = (type(entry.value), entry.value)
            del self.by_value[value][name]
            if not self.by_value[value]:
                del self.by_value[value]

    def telling(self) -> list[Entry]:
        """Return the entries that settle whether all agree: the first of each value, and of ``not_yet`` those of the last day."""
        found: list[Entry] = []
        for (_, value), entries in self.by_value.items():
            if value == NOT_YET.value:
                last = entries[next(reversed(entries))].on
                found += takewhile(partial(_of_day, last), reversed(entries.values()))
            else:
                found.append(next(iter(entries.values())))
        return found


def _of_day(day: date, entry: Entry) -> bool:
    return entry.on == day


def disagreement(live: Sequence[Entry]) -> tuple[Entry, Entry] | None:
    """Return two entries of one fact that cannot both stand, or ``None``.

    Entries of the same value agree. So do a number or a day and the bounds between which it was known to lie: it makes them exact. So does
    ``not_yet`` with a date that is not before the day on which ``not_yet`` was said: the thing has happened since.
    """
    said = {(type(entry.value), entry.value): entry for entry in reversed(live)}
    not_yet = [entry for entry in live if entry.value == NOT_YET.value]
    others = [entry for (_, value), entry in said.items() if value != NOT_YET.value]
    exact = min(others, key=_width, default=None)
    for other in others:
        if exact is not None and not _lies_within(exact.value, other.value):
            first, second = sorted((exact, other), key=_by_day)
            return first, second
    if exact and not_yet:
        latest, day = max(not_yet, key=_by_day), last_day(exact.value)
        if day is None or day < latest.on:
            return latest, exact
    return None


def settled(live: Sequence[Entry]) -> Entry:
    """Return the entry that speaks for entries that agree: a date rather than ``not_yet``, the most exact, then the earliest."""
    return min(live, key=lambda entry: (entry.value == NOT_YET.value, _width(entry), *_by_day(entry)))


@lru_cache(maxsize=4_096, typed=True)
def _limits(value: Written | None) -> Between | None:
    """Return the bounds of a written number or day; ``None`` if it is neither."""
    if isinstance(value, int) and not isinstance(value, bool):
        return Between(value, value)
    day = as_day(value)
    if day or not isinstance(value, str):
        return Between(day, day) if day else None
    try:
        return bounds(value)
    except ValueError:
        return None


def last_day(value: Written | None) -> date | None:
    """Return the last day that a written date may be, or ``None`` if it is none."""
    limits = _limits(value)
    return limits.high if limits and type(limits.high) is date else None


def _width(entry: Entry) -> float:
    """Return how much an entry leaves open: nothing where it gives no bounds."""
    limits = _limits(entry.value)
    if limits is None or limits.low == limits.high:
        return 0
    if None in limits:
        return inf
    width: Any = limits.high - limits.low
    return float(width.days if isinstance(width, timedelta) else width)


def _lies_within(one: Written | None, other: Written | None) -> bool:
    """Return whether what one entry says is what another says, or lies between its bounds."""
    inner, outer = _limits(one), _limits(other)
    if inner is None or outer is None:
        return (type(one), one) == (type(other), other)
    if _kind(inner) is not _kind(outer):  # a number and a day cannot be held against each other
        return False
    both = meet(inner, outer)
    return both is not None and both in (inner, inner.low)


def _kind(limits: Between) -> type:
    return type(limits.high if limits.low is None else limits.low)


def _by_day(entry: Entry) -> tuple[Any, ...]:
    # Not by id or place: entries of one day may stand in any order.
    return entry.on, entry.judged_on or date.max, entry.role or "", entry.reasons or "", entry.dissent or ""


def with_dependents(names: Iterable[str], entries: Iterable[Entry]) -> frozenset[str]:
    """Return names of entries together with the names of all later entries that replace one of them."""
    gone = set(names)
    for entry in entries:
        if not gone.isdisjoint(entry.replaces):
            gone.add(entry.id)
    return frozenset(gone)


# -- what a new entry has to be ------------------------------------------------------------------------------------------------------


def fault_of(entry: Entry, last_day: date | None, known: Mapping[str, Entry], replaced: Mapping[str, str]) -> str | None:
    """Return what is wrong with an entry that is to stand after others, or ``None``. Whether it agrees with them is another question.

    Args:
        entry: The entry.
        last_day: The day of the entry before it.
        known: The entries before it, by id.
        replaced: Ids that were replaced before it, each with the entry that did so.
    """
    if entry.id in known:
        return f"there already is an entry called '{shown(entry.id)}'"
    if len(known) >= MOST_ENTRIES:
        return f"a case file holds at most {MOST_ENTRIES} entries"
    if last_day and entry.on < last_day:
        return (
            f"it is of {entry.on}, but the entry before it is of {last_day}: entries are added in the order of the days on which things became "
            "known. Enter it on the day it became known here; the day of a step is its value"
        )
    if entry.child is not None and not 1 <= entry.child <= MOST_CHILDREN:
        return f"expected a child's number from 1 to {MOST_CHILDREN}"
    if entry.judged_on and entry.judged_on > entry.on:
        return f"the judgement is dated {entry.judged_on}, after the day on which it became known here ({entry.on})"
    if (entry.kind == "recorded") == bool(entry.replaces):
        return "a correction or a withdrawal names the entries it replaces, and nothing else does"
    for name in entry.replaces:
        target = known.get(name)
        if target is None:
            return f"it names the entry '{shown(name)}', and no entry before it is called that"
        if target.kind == "withdrawn":
            return f"entry '{shown(name)}' is a withdrawal; record the fact again instead"
        if target.slot != entry.slot:
            return f"entry '{shown(name)}' is about {about(target)}, not about {about(entry)}"
        if name in replaced:
            return f"entry '{name}' was replaced already by '{replaced[name]}'"
    return None


def about(entry: Entry) -> str:
    """Return what an entry is about, in words: its fact, and the child."""
    return shown(entry.fact) + (f" of child {entry.child}" if entry.child else "")
