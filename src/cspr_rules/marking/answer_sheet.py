"""Answers that somebody, or another system, gives about a case: read, checked against the rules, and empty sheets to fill in."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from cspr_rules.engine.answers import STATUS_WORDS, Status
from cspr_rules.errors import CaseError, Fault, Path_, QuestionError, did_you_mean, enough, shown, written
from cspr_rules.model.rules import UNSPECIFIED, Outcome, Rule, Unit
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Strength, in_words
from cspr_rules.model.values import parse_date
from cspr_rules.record import DecisionRecord
from cspr_rules.safe_text import visible
from cspr_rules.travelling import copied_by_parts

SCHEMA: Final = "cspr-rules/answers/2"
SCHEMAS_READ: Final = tuple(f"cspr-rules/answers/{number}" for number in (1, 2))
"""The first lacks clocks, grounds, options, paths and stage; what it has means the same."""
Owed: TypeAlias = date | Literal["owed", "not_owed", "undetermined"]
"""What is said of a duty: the day to plan for; that it is owed and no day can be given; that it is not owed; that this cannot be said yet."""
Answered: TypeAlias = Outcome | Literal["not_law"]
"""What is said of a rule: its outcome; or that it is no law on the day whose law is read."""
OUTCOMES: Final = get_args(Outcome)
NOT_LAW: Final = "not_law"
_OUTCOMES: Final = (*OUTCOMES, NOT_LAW)
_STRENGTHS: Final = get_args(Strength)
_WORDS: Final = ("owed", "not_owed", "undetermined")
_UNITS: Final = get_args(Unit)
CLOCK_KEYS: Final = ("unit", "count", "anchor", "side", "strength", "day", "cites")
"""What may be said of a clock: how long it is, from or before what it runs, how strongly, to what day, and on what authority."""
SIDES: Final = ("before", "after")
OPTION_KEYS: Final = ("support", "governance")
ITSELF: Final = "itself"
"""The part of a rule, a duty, a path or a stage that is none of its tests and notes."""
NONE: Final = "none"
"""Said of a case that has come to no stage yet, and of a clock that runs from nothing."""
FEW: Final = 12
"""So many names are all told where an answer names none of them."""
_NOTE: Final = re.compile(r"note [1-9]\Z")
KEYS: Final = (
    "schema",
    "case",
    "complete_for",
    "outcomes",
    "duties",
    "by",
    "to",
    "strength",
    "times",
    "days",
    "cites",
    "status",
    "clocks",
    "grounds",
    "options",
    "paths",
    "stage",
    "ask",
    "notes_from",
)


@copied_by_parts
class Answers(NamedTuple):
    """What is answered about a case. What is left empty is ``None``: not answered, and not taken for anything.

    Attributes:
        outcomes: Rule to outcome: one for the incident, or one for each child; or that it is no law on the day.
        duties: Duty to what is said of it; several where it is owed several times with different days.
        by: Duty to the roles that owe it.
        to: Duty to the roles it is owed to.
        strength: Duty to how strongly it is owed.
        times: Duty to how many times it is owed: once, or once for each child.
        days: Duty to provision to the days by which it gives a time for it; ``None`` where it comes to no day.
        cites: Rule or duty to provisions it rests on.
        status: Duty to how it stands.
        clocks: Duty to its clocks, each with what is said of it under some of :data:`CLOCK_KEYS`; every clock that runs is one of them.
        grounds: Rule, duty, path or stage to part to all provisions in force on which that rests. Parts of a rule are the facts and rules that make
            its outcome what it is, its notes (``note 1``) and ``itself``; of the others, ``itself``.
        options: Duty that is a choice on a menu to the roles that support and that oversee it.
        paths: Path to its duties that are owed or allowed, in order.
        stage: The stage that the case has come to, or ``none``.
        ask: Facts that still matter and are not known.
        notes_from: Rules that have something to say without asking anything of anybody.
        complete_for: Beginnings of rule ids: every duty that these rules make owed is answered, so that one left out is missed.
        place: From a path in the answers to where it is written.
    """

    outcomes: Mapping[str, tuple[Answered, ...] | None]
    duties: Mapping[str, tuple[Owed, ...] | None]
    by: Mapping[str, tuple[str, ...] | None]
    to: Mapping[str, tuple[str, ...] | None]
    strength: Mapping[str, str | None]
    times: Mapping[str, int | None]
    days: Mapping[str, Mapping[str, tuple[date | None, ...]] | None]
    cites: Mapping[str, tuple[str, ...] | None]
    status: Mapping[str, Status | None]
    clocks: Mapping[str, tuple[Mapping[str, Any], ...] | None]
    grounds: Mapping[str, Mapping[str, tuple[str, ...]] | None]
    options: Mapping[str, Mapping[str, tuple[str, ...]] | None]
    paths: Mapping[str, tuple[str, ...] | None]
    stage: str | None
    ask: tuple[str, ...]
    notes_from: tuple[str, ...]
    complete_for: tuple[str, ...]
    place: Callable[[Path_], str]


def answers_from(value: Any, record: DecisionRecord, place: Callable[[Path_], str] = written) -> Answers:
    """Return answers, checked against the rules and the case they are about.

    Args:
        value: The answers as plain values, as the ``expect`` of a case file or a file of answers holds them.
        record: The case they are about, decided.
        place: From a path in the answers to where it is written, for messages.

    Raises:
        CaseError: With every misspelt name, impossible value and wrong shape.
    """
    return _Reader(record, place).run(value)


class _Reader:
    """One pass over some answers; collects every fault."""

    def __init__(self, record: DecisionRecord, place: Callable[[Path_], str]) -> None:
        ruleset = record.ruleset
        self.children = len(record.checked.children)
        self.place = place
        self.faults: list[Fault] = []
        self.scopes, self.duties, self.beginnings, self.cited_for, self.roles, self.paths, self.stages, self.grounded = nameable(ruleset)
        self.provisions = ruleset.provisions
        self.vocabulary = ruleset.vocabulary
        self.facts = ruleset.vocabulary.by_id

    def run(self, value: Any) -> Answers:
        if not isinstance(value, dict):
            empty = "they are empty" if value is None else "this is not a mapping"
            raise CaseError([Fault(self.place(()), f"expected answers under {', '.join(KEYS[2:])}; {empty}")])
        for key in value:
            if key not in KEYS:
                self.fault((key,), f"'{shown(key)}' is no part of answers{did_you_mean(str(key), KEYS)}; expected {', '.join(KEYS[2:])}")
        if value.get("schema") not in (None, *SCHEMAS_READ):
            self.fault(("schema",), f"expected {SCHEMA}")
        answers = Answers(
            {name: self.outcome(path, name, each) for path, name, each in self.entries(value, "outcomes", self.scopes, "rule")},
            {name: self.owed(path, each) for path, name, each in self.entries(value, "duties", self.duties, "duty")},
            {name: self.names(path, each, self.roles, "role") for path, name, each in self.entries(value, "by", self.duties, "duty")},
            {name: self.names(path, each, self.roles, "role") for path, name, each in self.entries(value, "to", self.duties, "duty")},
            {name: self.strength(path, each) for path, name, each in self.entries(value, "strength", self.duties, "duty")},
            {name: self.times(path, each) for path, name, each in self.entries(value, "times", self.duties, "duty")},
            {name: self.days(path, each) for path, name, each in self.entries(value, "days", self.duties, "duty")},
            {
                name: self.names(path, each, self.provisions, "provision")
                for path, name, each in self.entries(value, "cites", self.cited_for, "rule or duty")
            },
            {name: self.status(path, each) for path, name, each in self.entries(value, "status", self.duties, "duty")},
            {name: self.clocks(path, each) for path, name, each in self.entries(value, "clocks", self.duties, "duty")},
            self.grounds(value),
            {name: self.option(path, each) for path, name, each in self.entries(value, "options", self.duties, "duty")},
            {name: self.names(path, each, self.duties, "duty") for path, name, each in self.entries(value, "paths", self.paths, "path")},
            self.stage(value.get("stage")),
            self.listed(value, "ask", self.facts, "fact"),
            self.listed(value, "notes_from", self.scopes, "rule"),
            self.listed(value, "complete_for", self.beginnings, "rule or group of rules"),
            self.place,
        )
        if not self.faults and not any(answers[:-1]):
            self.fault((), f"nothing is answered, so there is nothing to mark; expected answers under {', '.join(KEYS[2:])}")
        if self.faults:
            raise CaseError(self.faults)
        return answers

    def fault(self, path: Path_, message: str) -> None:
        self.faults.append(Fault(self.place(path), message, written(path)))
        enough(self.faults)

    def known(self, path: Path_, name: Any, names: Collection[str], what: str) -> bool:
        if isinstance(name, str) and name in names:
            return True
        gone = self.vocabulary.no_longer(name) if what == "fact" else None
        hint = did_you_mean(str(name), names) or (f"; expected one of {', '.join(sorted(names))}" if len(names) <= FEW else "")
        self.fault(path, gone or f"there is no {what} called '{shown(name)}'{hint}")
        return False

    def entries(self, value: Mapping[str, Any], key: str, names: Collection[str], what: str) -> Iterator[tuple[Path_, str, Any]]:
        found = value.get(key)
        if found is not None and not isinstance(found, dict):
            self.fault((key,), f"expected `{what}: answer` lines")
            return
        for name, each in (found or {}).items():
            if self.known((key, name), name, names, what):
                yield (key, name), name, each

    def listed(self, value: Mapping[str, Any], key: str, names: Collection[str], what: str) -> tuple[str, ...]:
        found = value.get(key)
        if found is not None and not isinstance(found, list):
            self.fault((key,), f"expected a list, each entry a {what}")
            return ()
        return tuple(name for index, name in enumerate(found or ()) if self.known((key, index), name, names, what))

    def names(self, path: Path_, value: Any, known: Collection[str], what: str) -> tuple[str, ...] | None:
        if value is None:
            return None
        given = value if isinstance(value, list) else [value]
        return tuple(name for index, name in enumerate(given) if self.known((*path, index) if value is given else path, name, known, what))

    def strength(self, path: Path_, value: Any) -> str | None:
        if value is not None and value not in _STRENGTHS:
            self.fault(path, f"expected one of {', '.join(_STRENGTHS)}{did_you_mean(str(value), _STRENGTHS)}")
        return str(value) if value in _STRENGTHS else None

    def times(self, path: Path_, value: Any) -> int | None:
        if value is None or (type(value) is int and value >= 0):
            return value
        self.fault(path, "expected how many times it is owed, as a whole number")
        return None

    def days(self, path: Path_, value: Any) -> Mapping[str, tuple[date | None, ...]] | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(path, "expected `provision: day` lines")
            return None
        found: dict[str, tuple[date | None, ...]] = {}
        for name, each in value.items():
            if self.known((*path, name), name, self.provisions, "provision"):
                given = each if isinstance(each, list) else [each]
                found[name] = tuple(self.one_day((*path, name), day) for day in given)
        return found

    def one_day(self, path: Path_, value: Any) -> date | None:
        if value == "no_day":
            return None
        try:
            return parse_date(str(value))
        except ValueError:
            self.fault(path, "expected the last day as YYYY-MM-DD, or no_day where it comes to none; or a list of them")
            return None

    def outcome(self, path: Path_, rule: str, value: Any) -> tuple[Answered, ...] | None:
        if value is None:
            return None
        if isinstance(value, list) and self.scopes[rule] != "child":
            self.fault(path, f"{rule} is asked once for the incident; expected one outcome and no list")
        elif isinstance(value, list) and len(value) != self.children:
            self.fault(path, f"expected one outcome for the incident, or a list of {self.children}, one for each child; there are {len(value)}")
        given = tuple(value) if isinstance(value, list) else (value,)
        for each in given:
            if each not in _OUTCOMES:
                self.fault(path, f"expected one of {', '.join(_OUTCOMES)}{did_you_mean(str(each), _OUTCOMES)}")
        return given

    def owed(self, path: Path_, value: Any) -> tuple[Owed, ...] | None:
        if value is None:
            return None
        given = value if isinstance(value, list) else [value]
        if not given or (len(given) > 1 and ("not_owed" in given or "undetermined" in given)):
            self.fault(path, "expected a day, owed, not_owed or undetermined; or a list of the days of one duty that is owed several times")
        return tuple(self.one_owed(path, each) for each in given)

    def one_owed(self, path: Path_, value: Any) -> Owed:
        if value in _WORDS:
            answer: Owed = value
            return answer
        try:
            return parse_date(str(value))
        except ValueError:
            hint = did_you_mean(str(value), _WORDS)
            self.fault(path, f"expected the day to plan for as YYYY-MM-DD, owed if no day can be given, not_owed, or undetermined{hint}")
            return "owed"

    def status(self, path: Path_, value: Any) -> Status | None:
        if value is not None and (not isinstance(value, str) or value not in STATUS_WORDS):
            self.fault(path, f"expected one of {', '.join(STATUS_WORDS)}{did_you_mean(str(value), STATUS_WORDS)}")
        status: Status | None = value
        return status

    def clocks(self, path: Path_, value: Any) -> tuple[Mapping[str, Any], ...] | None:
        if value is not None and not isinstance(value, list):
            self.fault(path, f"expected a list of clocks, each with some of {', '.join(CLOCK_KEYS)}")
        return tuple(self.clock((*path, index), each) for index, each in enumerate(value)) if isinstance(value, list) else None

    def clock(self, path: Path_, value: Any) -> Mapping[str, Any]:
        """Return what is said of a clock; what is left empty is not said."""
        if not isinstance(value, dict):
            self.fault(path, f"expected a clock with some of {', '.join(CLOCK_KEYS)}")
            return {}
        found: dict[str, Any] = {}
        for key, each in value.items():
            here = (*path, key)
            if not self.known(here, key, CLOCK_KEYS, "part of a clock") or each is None:
                continue
            if key == "count":
                if type(each) is not int or each < 0:
                    self.fault(here, "expected how many of its unit it has, as a whole number")
                found[key] = each
            elif key == "day":
                found[key] = self.one_day(here, each)
            elif key == "cites":
                found[key] = frozenset(self.names(here, each, self.provisions, "provision") or ())
            else:
                found[key] = self.one_of(here, key, each)
        return found

    def one_of(self, path: Path_, key: str, value: Any) -> Any:
        if key == "anchor":
            if value not in (NONE, UNSPECIFIED):
                self.known(path, value, self.facts, "fact")
            return value
        words = {"unit": _UNITS, "side": SIDES, "strength": _STRENGTHS}[key]
        if value not in words:
            self.fault(path, f"expected one of {', '.join(words)}{did_you_mean(str(value), words)}")
        return value

    def grounds(self, value: Mapping[str, Any]) -> dict[str, Mapping[str, tuple[str, ...]] | None]:
        found: dict[str, Mapping[str, tuple[str, ...]] | None] = {}
        for path, name, parts in self.entries(value, "grounds", self.grounded, "rule, duty, path or stage"):
            if parts is not None and not isinstance(parts, dict):
                self.fault(path, "expected `part: provisions` lines")
                continue
            rested = None if parts is None else {part: self.names((*path, part), each, self.provisions, "provision") for part, each in parts.items()}
            for part in rested or ():
                if part != ITSELF and not (name in self.scopes and (part in self.scopes or _NOTE.match(str(part)))):
                    known = (ITSELF, *self.facts) if name in self.scopes else (ITSELF,)
                    self.known((*path, part), part, known, "part")
            found[name] = None if rested is None else {part: each for part, each in rested.items() if each is not None}
        return found

    def option(self, path: Path_, value: Any) -> Mapping[str, tuple[str, ...]] | None:
        if value is not None and not isinstance(value, dict):
            self.fault(path, f"expected {' and '.join(OPTION_KEYS)}, each with its roles")
        if not isinstance(value, dict):
            return None
        told = {
            key: self.names((*path, key), each, self.roles, "role")
            for key, each in value.items()
            if self.known((*path, key), key, OPTION_KEYS, "part")
        }
        return {key: each for key, each in told.items() if each is not None}

    def stage(self, value: Any) -> str | None:
        if value is not None and not self.known(("stage",), value, [NONE, *self.stages], "stage"):
            return None
        return str(value) if value is not None else None


class Nameable(NamedTuple):
    """What answers may name: rules with how often they are asked, duties, beginnings of rules, what is cited for, roles, paths, stages, all four."""

    scopes: Mapping[str, str]
    duties: Collection[str]
    beginnings: Collection[str]
    cited_for: Collection[str]
    roles: Collection[str]
    paths: Collection[str]
    stages: Collection[str]
    grounded: Collection[str]


def nameable(ruleset: Ruleset) -> Nameable:
    """Return what answers may name; worked out once for some rules."""
    known: Nameable | None = ruleset.kept.get(Nameable)
    if known is None:
        scopes = {rule.id: rule.scope for rule in ruleset.rules}
        duties = {duty.id for rule in ruleset.rules for duty in rule.duties}
        roles, stages = {*ruleset.profile.roles, UNSPECIFIED}, [stage.id for stage in ruleset.stages]
        grounded = {*scopes, *duties, *ruleset.paths, *stages}
        known = Nameable(scopes, duties, groups_of(scopes), {*scopes, *duties}, roles, ruleset.paths, stages, grounded)
        ruleset.kept[Nameable] = known
    return known


def groups_of(rules: Iterable[str]) -> set[str]:
    """Return every rule and group of rules: an id, or an id without its last parts."""
    return {".".join(parts[:count]) for rule in rules for parts in (rule.split("."),) for count in range(1, len(parts) + 1)}


def of_group(rule: str, groups: Iterable[str]) -> bool:
    """Return whether a rule is one of some rules and groups of rules."""
    return any(rule == group or rule.startswith(f"{group}.") for group in groups)


def empty_sheet(record: DecisionRecord, groups: Collection[str], title: str | None = None) -> str:
    """Return an empty sheet of answers about a case, as YAML, with the question of each rule and the act of each duty.

    It names every rule and duty of the groups that is law on the day, whatever the answer: a sheet gives nothing away.

    Args:
        record: The case.
        groups: Rules, or groups of rules such as ``england.notification``.
        title: What the case is about.

    Raises:
        QuestionError: There is no such group, or none of its rules is law on the day.
    """
    ruleset = record.ruleset
    known = groups_of(rule.id for rule in ruleset.rules)
    unknown = [each for each in groups if each not in known]
    if unknown:
        raise QuestionError([Fault("", f"there is no rule or group of rules called '{shown(each)}'{did_you_mean(each, known)}") for each in unknown])
    rules = [source.rule for source in (*record.law.incident, *record.law.child) if of_group(source.rule.id, groups)]
    if not rules:
        raise QuestionError([Fault("", f"none of these rules is law on {in_words(record.law_on)}")])
    return "\n".join([*_sheet(ruleset, record, sorted(rules, key=lambda rule: rule.id), groups, title), ""])


def _sheet(ruleset: Ruleset, record: DecisionRecord, rules: Sequence[Rule], groups: Iterable[str], title: str | None) -> Iterator[str]:
    yield f"# Answers about a case looked at from {in_words(record.as_of)}. Fill in what you can; what stays empty is not answered."
    yield f"schema: {SCHEMA}"
    if title:
        yield f"# {_line(title)}"
    yield f"complete_for: [{', '.join(groups)}]  # a duty of these rules that is owed and not named is missed"
    several = f"; or a list of {len(record.checked.children)}, one for each child" if len(record.checked.children) > 1 else ""
    yield f"outcomes:  # {', '.join(OUTCOMES)} (it cannot be said yet){several}"
    for rule in rules:
        yield f"  # {_line(rule.question)}"
        yield f"  {rule.id}:"
    duties = {duty.id: duty for rule in rules for duty in rule.duties if duty.strength != "may"}
    if duties:
        yield "duties:  # the day to plan for as YYYY-MM-DD; owed, where no day can be given; not_owed; undetermined (it cannot be said yet)"
    for duty in duties.values():
        yield f"  # {_line(ruleset.role_name(duty.by))}: {_line(duty.act)}"
        yield f"  {duty.id}:"
    yield "ask: []  # facts that are not known and still matter, as in `cspr-rules facts`"


def _line(words: str) -> str:
    """Return words as one line: a comment ends where its line does."""
    return visible(words)
