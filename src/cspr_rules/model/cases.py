"""A case: what is known of one incident and of each child, checked against the vocabulary.

A case holds no names and no identifiers. What is not recorded is unknown, and unknown is never false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple, Self

from cspr_rules.display_hook import as_html
from cspr_rules.errors import ArgumentError, CaseError, Fault, Path_, Places, did_you_mean, enough, shown, written
from cspr_rules.model.doors import described, of
from cspr_rules.model.fixed import Fixed
from cspr_rules.model.inferring import Inferring
from cspr_rules.model.scalars import plain
from cspr_rules.model.taking import taking
from cspr_rules.model.values import EARLIEST, NOT_YET, UNKNOWN_WORD, Between, FactValue, NotYet, Row, meet, parse_date
from cspr_rules.model.vocabulary import Fact, Vocabulary
from cspr_rules.travelling import Value, travels

MOST_CHILDREN = 1000
_SINGLE = frozenset((bool, int, str, date, NotYet, Between, type(None)))
"""The classes of what is no mapping, for certain: to ask whether something is one takes far longer."""
_JUDGEMENT_KEYS = ("value", "role", "on", "reasons", "dissent")


@travels
class Judgement(NamedTuple):
    """Who made a judgement, when and why. The library records it and never makes one.

    Attributes:
        fact: The judgement's fact.
        child: The child it is about, from 1; ``None`` for the whole incident.
        role: The role of who made it.
        on: The day.
        reasons: Why, in their words.
        dissent: Who disagreed and why, if anybody did.
    """

    fact: str
    child: int | None
    role: str | None
    on: date | None
    reasons: str | None
    dissent: str | None


@travels
class CheckedCase(NamedTuple):
    """A case that the vocabulary accepts.

    Attributes:
        incident: The incident's facts; child facts are unknown here.
        children: For each child, its facts together with the incident's.
        judgements: Who made which judgement, where that was recorded.
        inferred: ``(child from 1 or None, fact id, the fact it follows from)`` for values that were not written but follow.
        dated: ``(day, child from 1 or None, fact id)`` for every recorded date that lies in the past by its nature, earliest first. Of one known
            only in part, the earliest day that it may be; one of which nothing is known but that it has come is not among them.
        bounded: The slots of the facts of which something is known only in part (:class:`~cspr_rules.model.values.Between`).
    """

    incident: Row
    children: tuple[Row, ...]
    judgements: tuple[Judgement, ...]
    inferred: tuple[tuple[int | None, str, str], ...]
    dated: tuple[tuple[date, int | None, str], ...]
    bounded: frozenset[int]

    @property
    def partly(self) -> bool:
        """Whether something is known only in part."""
        return bool(self.bounded)

    @property
    def latest(self) -> date | None:
        """The latest day recorded, if there is one: of something that happened, or on which somebody judged."""
        last = self.dated[-1][0] if self.dated else None
        for each in self.judgements:
            if each.on and (last is None or each.on > last):
                last = each.on
        return last


class Case(Value):
    """What is known of one incident. Nothing is checked until it meets a vocabulary, in :func:`cspr_rules.evaluate` or :meth:`check`.

    Args:
        facts: Fact id to value: booleans, whole numbers, words, and dates as ``date`` or ``YYYY-MM-DD``. ``None`` and ``"unknown"`` mean
            unknown; ``"not_yet"`` says that something dated is known not to have happened. A judgement may be a mapping with ``value``,
            ``role``, ``on``, ``reasons`` and ``dissent``. With a single child its facts may stand here too; with several, a child's fact
            that stands here is said of every child.
        children: One mapping of child facts for each child.
        document: Says where each of its facts was written, so that faults can name the place.

    Raises:
        CaseError: ``facts`` is no mapping, or ``children`` no list of mappings.
    """

    def __init__(self, facts: Mapping[str, Any] | None = None, children: Sequence[Mapping[str, Any]] = (), *, document: Places | None = None) -> None:
        given: tuple[Any, Any] = (facts, children)  # callers who do not check their types deserve a clear error too
        if not isinstance(given[0], Mapping | None):
            raise CaseError([Fault("facts", "expected a mapping of facts to values")])
        if not isinstance(given[1], Sequence) or not all(isinstance(child, Mapping) for child in given[1]):
            raise CaseError([Fault("children", "expected a list with a mapping of facts for each child")])
        self.facts: Mapping[str, Any] = _own(facts or {})
        self.children: tuple[Mapping[str, Any], ...] = tuple(_own(child) for child in children)
        self._document = document
        self._checked: dict[int, tuple[Vocabulary, CheckedCase]] = {}

    @classmethod
    def of(cls, value: Case | Mapping[str, Any]) -> Case:
        """Return a case from what stands for one: itself, facts by id, or a mapping with ``facts`` and ``children`` alone, as a case file has them.

        This is how every call that wants a case takes a mapping.

        Raises:
            ArgumentError: It is neither.
            CaseError: ``facts`` is no mapping, or ``children`` no list of mappings.
        """
        if isinstance(value, Case):
            return value
        given: Any = value
        if isinstance(given, Mapping):
            if given and given.keys() <= {"facts", "children"}:
                return cls(given.get("facts"), () if given.get("children") is None else given["children"])
            return cls(given)
        hint = "; its case is its .case" if isinstance(getattr(given, "case", None), Case) else ""
        raise ArgumentError([Fault("case", f"expected a Case, or a mapping of facts to values, but it is {described(given)}{hint}")])

    def _parts(self) -> tuple[Any, ...]:
        return self.facts, self.children

    def _packed(self) -> tuple[Any, ...]:
        return self.facts, self.children, self._document

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        facts, children, document = packed
        return cls(facts, children, document=document)

    def __hash__(self) -> int:
        try:
            return hash((self.facts, self.children))
        except TypeError:  # something that no case can hold was handed over; checking says so
            return hash(tuple(map(frozenset, (self.facts, *self.children))))

    def __repr__(self) -> str:
        return f"Case(facts={dict(self.facts)!r}, children={[dict(child) for child in self.children]!r})"

    def _repr_html_(self) -> str | None:
        return as_html(self)

    def check(self, vocabulary: Vocabulary) -> CheckedCase:
        """Return the case as rows of the vocabulary; the work is done once for each vocabulary.

        Raises:
            CaseError: With every misspelt fact, wrong value, impossible date and contradiction.
        """
        known = self._checked.get(id(vocabulary))
        if known is None:
            of(Vocabulary, vocabulary, "vocabulary")
            known = self._checked[id(vocabulary)] = (vocabulary, _Check(self, vocabulary).run())
        return known[1]

    def place(self, path: Path_) -> str:
        """Return where a path stands: in the file the case was read from, or the path itself."""
        return self._document.place(path) if self._document else written(path)

    def path(self, fact: str, child: int | None) -> Path_:
        """Return the path at which a child's fact (from 1; ``None`` for the incident's) is written."""
        own = child is not None and self.children and fact in self.children[child - 1]
        return ("children", child - 1, fact) if own and child is not None else ("facts", fact)


def _own(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a copy of facts that stays as it is, whatever becomes of what was handed over; what was said of a judgement is copied too."""
    own = Fixed(facts)
    if _SINGLE.issuperset(map(type, own.values())):
        return own
    return Fixed({name: Fixed(value) if value.__class__ not in _SINGLE and isinstance(value, Mapping) else value for name, value in own.items()})


class _Check:
    """One pass over a case; collects every fault."""

    def __init__(self, case: Case, vocabulary: Vocabulary) -> None:
        self.case = case
        self.vocabulary = vocabulary
        self.taking = taking(vocabulary)
        self.faults: dict[Fault, None] = {}
        self.judgements: list[Judgement] = []
        self.inferred: list[tuple[int | None, str, str]] = []
        self.given: dict[int | None, tuple[str, ...]] = {}
        self.dated: list[tuple[date, int, str]] = []
        self.bounded: set[int] = set()
        self.sources: dict[tuple[int | None, str], tuple[str, ...]] = {}

    def run(self) -> CheckedCase:
        case, vocabulary = self.case, self.vocabulary
        if len(case.children) > MOST_CHILDREN:
            counts = self.taking.counting_children
            instead = f"; list those whose facts differ and give how many there are as {counts[0]!r}" if counts else ""
            raise CaseError([Fault(case.place(("children",)), f"at most {MOST_CHILDREN} children are read in one case{instead}")])
        incident, common = self._values(case.facts, ("facts",), None)
        # Children who are listed are counted; a child given flat is not, for nothing says that it is the only one.
        for name in self.taking.counting_children:
            if case.children and name not in incident:
                incident[name] = len(case.children)
                self.inferred.append((None, name, "the children listed"))
        children: list[dict[str, FactValue]] = []
        for index, raw in enumerate(case.children or ({},)):
            _, own = self._values(raw, ("children", index), index + 1)
            for name, value in common.items():
                both = meet(own[name], value) if name in own else value
                if both is not None:
                    own[name] = both
                else:
                    self._fault(("children", index, name), f"{name} contradicts what `facts:` says of every child")
            children.append(own)
        self._follow("incident", incident, None, {})
        row = self._row((None,) * len(vocabulary.facts), incident, 0)
        in_order = self._in_order("incident", row)
        if not in_order:
            self._report_order(incident, None)
        rows: list[Row] = []
        for number, child in enumerate(children, start=1):
            self._follow("child", child, number, incident)
            rows.append(self._row(row, child, number))
            if not (in_order and self._in_order("child", rows[-1])):
                self._report_order({**incident, **child}, number)
        if self.faults:
            raise CaseError(self.faults)
        dated = tuple([(day, number or None, name) for day, number, name in sorted(self.dated)])
        # In the order of the vocabulary, so that the order in which a case was written changes nothing.
        slot = vocabulary.slot
        judgements = sorted(self.judgements, key=lambda each: (each.child or 0, slot[each.fact]))
        inferred = sorted(self.inferred, key=lambda each: (each[0] or 0, slot[each[1]], each[2]))
        return CheckedCase(row, tuple(rows), tuple(judgements), tuple(inferred), dated, frozenset(self.bounded))

    def _row(self, row: Row, values: Mapping[str, FactValue], number: int) -> Row:
        """Return a row with some values in it, those of the incident (0) or of a child; notes which lie in the past, and which are known in part."""
        filled, slots, past = list(row), self.vocabulary.slot, self.taking.past
        for name, value in values.items():
            slot = slots[name]
            filled[slot] = value
            kind = value.__class__
            if kind is bool or kind is str:
                continue
            day: Any = value
            if kind is Between:
                self.bounded.add(slot)
                day = day.low
            if day.__class__ is date and name in past and day > EARLIEST:
                self.dated.append((day, number, name))
        return tuple(filled)

    def _values(self, raw: Mapping[str, Any], where: Path_, child: int | None) -> tuple[dict[str, FactValue], dict[str, FactValue]]:
        """Return what is said of the whole incident, and what of a child."""
        of_all: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for (name, given), known in zip(raw.items(), map(self.taking.as_it_stands.get, raw), strict=True):
            # Nearly all that is written is a value already; whatever is not, or not for certain, gets the second look below.
            if known is not None:
                known_as, kind, words, low, high, is_of_all = known
                if is_of_all and child is not None:
                    pass  # it stands in the wrong place
                elif given.__class__ is kind:
                    if kind is bool or (given in words if kind is str else low <= given <= high):
                        (of_all if is_of_all else own)[known_as] = given
                        continue
                elif given is NOT_YET and kind is date:
                    (of_all if is_of_all else own)[known_as] = NOT_YET
                    continue
            path, value = (*where, name), plain(given)
            fact = self.vocabulary.by_id.get(name)
            if fact is None:
                meant = self.vocabulary.meant_by(str(name))
                near = f"; did you mean '{meant.id}'?" if meant else did_you_mean(str(name), self.vocabulary.by_id)
                hint = near or "; `cspr-rules facts` lists them"
                self._fault(path, self.vocabulary.no_longer(name) or f"there is no fact called '{shown(name)}'{hint}")
            elif child is not None and fact.scope == "incident":
                self._fault(path, f"{fact.id} is about the whole incident; move it under `facts:`")
            elif value is not None and not _unknown(value):
                parsed = self._value(fact, value, path, child)
                if parsed is not None:
                    (of_all if fact.scope == "incident" else own)[fact.id] = parsed
        self.given[child] = (*of_all, *own)
        return of_all, own

    def _value(self, fact: Fact, raw: Any, path: Path_, child: int | None) -> FactValue | None:
        if isinstance(raw, Mapping):
            if fact.kind != "judgement":
                self._fault(path, f"{fact.id}: expected {fact.expected}, but it is a mapping; only a judgement carries who made it and why")
                return None
            return self._judgement(fact, raw, path, child)
        try:
            return fact.parse(raw)
        except ValueError as error:
            self._fault(path, f"{fact.id}: {error}")
            return None

    def _judgement(self, fact: Fact, raw: Mapping[str, Any], path: Path_, child: int | None) -> FactValue | None:
        for key in raw:
            if key not in _JUDGEMENT_KEYS:
                hint = did_you_mean(str(key), _JUDGEMENT_KEYS)
                self._fault((*path, key), f"'{shown(key)}' is not part of a judgement{hint}; expected {', '.join(_JUDGEMENT_KEYS)}")
        for key in ("role", "reasons", "dissent"):
            if raw.get(key) is not None and not isinstance(raw[key], str):
                self._fault((*path, key), f"{fact.id}: expected text for '{key}'")
        on: Any = plain(raw.get("on"))
        if isinstance(on, str):
            try:
                on = parse_date(on)
            except ValueError as error:
                self._fault((*path, "on"), f"{fact.id}: {str(error).removesuffix(', or not_yet')}")
        elif on is not None and type(on) is not date:
            self._fault((*path, "on"), f"{fact.id}: expected the day of the judgement as YYYY-MM-DD")
        value = plain(raw.get("value"))
        if value is None or _unknown(value):
            return None
        self.judgements.append(Judgement(fact.id, child, raw.get("role"), on, raw.get("reasons"), raw.get("dissent")))
        try:
            return fact.parse(value)
        except ValueError as error:
            self._fault((*path, "value"), f"{fact.id}: {error}")
            return None

    def _follow(
        self, scope: Literal["incident", "child"], values: dict[str, FactValue], child: int | None, incident: Mapping[str, FactValue]
    ) -> None:
        """Add what follows from what is recorded, and report what cannot be so."""
        Inferring(
            self.vocabulary,
            scope,
            values,
            incident,
            place=lambda name: self.case.place(self._path(name, child)),
            follows=lambda name: self._sources(name, child),
            report=lambda name, message: self._fault(self._path(name, child), message),
            infer=lambda name, sources: self._infer(name, child, sources),
        ).run()

    def _infer(self, name: str, child: int | None, sources: tuple[str, ...]) -> None:
        self.inferred.append((child, name, " and ".join(sources)))
        self.sources.setdefault((child, name), sources)  # what it followed from first was there before it, so that no chain leads back

    def _sources(self, name: str, child: int | None) -> tuple[str, ...]:
        """Return the facts that one follows from; none where the case itself gives it."""
        if name in self.given[child] or name in self.given[None]:
            return ()
        return self.sources.get((child, name), self.sources.get((None, name), ()))

    def _path(self, name: str, child: int | None) -> Path_:
        """Return the path at which a fact is written, or the first of those that it follows from."""
        while sources := self._sources(name, child):
            name = sources[0]
        return self.case.path(name, child)

    def _in_order(self, scope: Literal["incident", "child"], row: Row) -> bool:
        """Return whether no date lies before another that it cannot precede."""
        for slot, before in self.taking.order[scope]:
            last: Any = row[slot]
            if last is None or last is NOT_YET:
                continue
            if last.__class__ is Between:
                last = last.high
            for earlier in before:
                first: Any = row[earlier]
                if first is None or first is NOT_YET:
                    continue
                if last < (first.low if first.__class__ is Between else first):
                    return False
        return True

    def _report_order(self, values: Mapping[str, FactValue], child: int | None) -> None:
        """Report dates that lie before others they cannot precede, the incident's and one child's taken together."""
        not_before = self.taking.not_before
        for name in [name for name in values if name in not_before]:
            value = values[name]
            if value is NOT_YET:
                continue
            for earlier in not_before[name]:
                other = values.get(earlier)
                if other is None or other is NOT_YET:
                    continue
                last = value.high if isinstance(value, Between) else value
                if last < (other.low if isinstance(other, Between) else other):  # type: ignore[operator] # both are days
                    self._fault(self._path(name, child), f"{name} is {value}, before {earlier} ({other}): both cannot be so")

    def _fault(self, path: Path_, message: str) -> None:
        self.faults[Fault(self.case.place(path), message, written(path))] = None
        enough(self.faults)


def _unknown(value: Any) -> bool:
    """Return whether a value is the word for what is not known; one that is no text, such as an array, need not be comparable with it."""
    return isinstance(value, str) and value == UNKNOWN_WORD
