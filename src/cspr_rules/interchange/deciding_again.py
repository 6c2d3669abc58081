"""A stored decision record decided again from what it holds, and what then differs and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from cspr_rules.errors import CaseError, Fault, Path_, QuestionError, shown, written
from cspr_rules.explain.what_if import Difference
from cspr_rules.interchange.old_records import read_back
from cspr_rules.interchange.stored_records import Part, shape_of
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.version import __version__

MOST_PLACES: Final = 200
"""How many places that differ are looked for."""
MOST_SHOWN: Final = 10
"""How many of them are printed."""
_FIRST_WITH_FACTS: Final = 4
_FIRST_WITH_HEADLINES: Final = 3
_ABSENT: Final = {"day": "none", "headline": "not asked", "outcome": "no answer", "duty": "not owed", "question": "not asked"}


class DecidedAgain(NamedTuple):
    """A stored record beside what it comes to now.

    Attributes:
        record: What it comes to now.
        version: The version of the library that wrote the stored record; ``None`` where it does not say.
        digest: The digest of the rules it was decided by.
        differences: The outcomes, duties, questions, headline answers and days that differ, by name: as stored, and as they are now.
        places: Every place of the stored record that differs, as a path into it, the first 200; none for a record of an earlier shape, whose
            places are others.
        lacks: What the stored record does not hold, in sentences.
    """

    record: DecisionRecord
    version: str | None
    digest: str
    differences: tuple[Difference, ...]
    places: tuple[str, ...]
    lacks: tuple[str, ...]

    @property
    def rules_changed(self) -> bool:
        """Whether the rules are others than those it was decided by."""
        return self.digest != self.record.ruleset_digest

    @property
    def library_changed(self) -> bool:
        """Whether another version of the library wrote it, or one that it does not name."""
        return self.version != __version__

    @property
    def altered(self) -> bool:
        """Whether the record was altered after it was written: the same rules and the same library give another record for its facts."""
        return not self.rules_changed and not self.library_changed and bool(self.differences or self.places)

    @property
    def same(self) -> bool:
        """Whether it holds the answers that its facts have now. Where rules or library have changed, its words may still be others."""
        return not self.differences and not self.altered

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        changed = self.rules_changed or self.library_changed
        if self.altered:
            yield "It was altered after it was written: the same rules and the same library give another record for its facts."
        else:
            yield "Answers differ." if not self.same else "No answer differs." if changed else "Nothing differs."
        if self.rules_changed:
            yield f"The rules have changed: then {self.digest[:16]}, now {self.record.ruleset_digest[:16]}."
        if self.library_changed:
            yield f"The library has changed: then {self.version or 'a version that is not recorded'}, now {__version__}."
        yield from (f"  {each.what} {each}" for each in self.differences[:MOST_PLACES])
        if len(self.differences) > MOST_PLACES:
            yield f"  and {len(self.differences) - MOST_PLACES} more"
        if self.places:
            many = f"the first {MOST_PLACES}" if len(self.places) == MOST_PLACES else str(len(self.places))
            shown_places = ", ".join(self.places[:MOST_SHOWN]) + (", ..." if len(self.places) > MOST_SHOWN else "")
            yield f"Places of the record that are not as stored ({many}): {shown_places}"
        yield from self.lacks


def decide_again(record: Mapping[str, Any], ruleset: Ruleset | None = None, *, name: str = "") -> DecidedAgain:
    """Decide a stored record again from what it holds, and compare.

    A record may come from anybody: nothing in it is trusted, and it can choose rules that ship with the library and no others.

    Args:
        record: The record as plain values: what :meth:`DecisionRecord.to_dict` returns, or ``json.loads`` of what was stored. One of shape 2 or 3
            holds no facts as given; they are read back from its tests, as far as they stand there.
        ruleset: The rules. If not given, those that ship with the library for the record's profile.
        name: How to call the record in messages, such as the file's name.

    Returns:
        What it comes to now, and what differs.

    Raises:
        ArgumentError: The rules are no ruleset, or the name is no text.
        CaseError: It is no decision record, or its facts cannot be decided now; each fault names the place in the record.
        QuestionError: It was decided by rules that do not ship with the library and none are given, or by those of another profile.
    """
    ruleset, name = doors.or_none(Ruleset, ruleset, "ruleset"), doors.of(str, name, "name")
    stored = Part(record, name)
    shape = shape_of(stored)
    ruleset = _rules(stored, shape, ruleset)
    as_of, law_on = stored.get("as_of").day(), stored.get("law_on").day()
    asked = law_on if stored.get("law_on_from").text() == "law_on" else None
    digest = stored.get("ruleset_digest").matching(r"[0-9a-f]{64}", "a SHA-256 of 64 digits and letters from a to f")
    version, detail = None, "full"
    if shape >= _FIRST_WITH_FACTS:
        version = stored.get("version").matching(r"[0-9A-Za-z.+!-]{1,60}", "a version such as 0.1.0")
        detail = stored.get("detail").matching("slim|full", "slim or full")
    case, lacks = _case(stored, shape, ruleset)
    try:
        now = evaluate(ruleset, case, as_of=as_of, law_on=asked)
    except CaseError as error:
        raise CaseError(_at(stored, fault, given=shape >= _FIRST_WITH_FACTS) for fault in error.faults) from None
    fresh = now.to_dict("slim" if detail == "slim" else "full")
    then, new = _answers(stored, shape), _answers(Part(fresh), _FIRST_WITH_FACTS)
    found = [
        Difference(what, key, then[what].get(key, _ABSENT[what]), new[what].get(key, _ABSENT[what]))
        for what in then
        for key in sorted({*then[what], *new[what]})
        if then[what].get(key) != new[what].get(key)
    ]
    places = tuple(_differing(record, fresh)) if shape >= _FIRST_WITH_FACTS else ()
    return DecidedAgain(now, version, digest, tuple(found), places, lacks)


# -- what it was decided from --------------------------------------------------------------------------------------------------------


def _rules(stored: Part, shape: int, ruleset: Ruleset | None) -> Ruleset:
    part = stored.get("profile")
    profile = part.matching(r"[A-Za-z0-9_-]{1,80}", "the name of a profile")
    shipped = shape < _FIRST_WITH_FACTS or stored.get("shipped").yes_no()
    if ruleset is None and not shipped:
        message = f"its rules ('{shown(profile)}') do not ship with the library: they were read from a folder; name that folder, if you trust it"
        raise QuestionError([Fault(stored.name, message, written(part.path))])
    if ruleset is None:
        try:
            return load_ruleset(profile)
        except QuestionError as error:
            raise QuestionError([Fault(stored.name, each.message, written(part.path)) for each in error.faults]) from None
    if ruleset.profile.id != profile:
        message = f"it was decided for '{shown(profile)}', and these are the rules of '{ruleset.profile.id}'"
        raise QuestionError([Fault(stored.name, message, written(part.path))])
    return ruleset


def _case(stored: Part, shape: int, ruleset: Ruleset) -> tuple[Case, tuple[str, ...]]:
    """Return the facts to decide, and what the record does not say of them."""
    if shape >= _FIRST_WITH_FACTS:
        given = stored.get("given")
        children = [dict(child.items()) for child in given.get("children").each()]
        plain = [{name: part.value for name, part in child.items()} for child in children]
        return Case({name: part.value for name, part in given.get("facts").items()}, plain), ()
    back = read_back(stored, ruleset.vocabulary)
    count = len(back.facts) + sum(map(len, back.children))
    lacks = [
        f"A record of shape {shape} does not hold the facts as they were given: {count} were read back from its tests and time limits. "
        "What no rule tested is not in it.",
        "It does not say which version of the library wrote it, nor whether the rules ship with the library.",
    ]
    if back.lost:
        lacks.append(f"The value of these could not be read back: {', '.join(shown(name) for name in back.lost)}.")
    return Case(back.facts, back.children), tuple(lacks)


def _at(stored: Part, fault: Fault, *, given: bool) -> Fault:
    """Return a fault of the facts with its place in the record."""
    inside = fault.path or fault.place
    path = f"given.{inside}" if given and inside else inside
    return Fault(stored.name or path, fault.message, path)


# -- what differs --------------------------------------------------------------------------------------------------------------------


def _answers(record: Part, shape: int) -> dict[str, dict[str, str]]:
    """Return the answers of a record of any shape, by kind and name, in words."""
    found: dict[str, dict[str, str]] = {"day": {"law_on": shown(record.get("law_on").text())}}
    if shape >= _FIRST_WITH_HEADLINES:
        found["headline"] = {shown(each.get("id").text()): _stands(each, "state", "day") for each in record.get("headlines").each()}
    slim = shape >= _FIRST_WITH_FACTS and record.get("detail").value == "slim"
    if not slim:
        found["outcome"] = {shown(rule): _outcome(each) for rule, each in record.get("decisions").items()}
    name, asked = "duty" if shape >= _FIRST_WITH_FACTS else "id", "next" if slim else "ask"
    duties = [*record.get("duties").each(), *(() if slim else record.get("options").each())]
    found["duty"] = {_named(each.get(name).text().partition("#")[0], each): _stands(each, "status", "plan_for", "done_on") for each in duties}
    found["question"] = {_named(each.get("fact").text(), each): "open" for each in record.get(asked).each()}
    return found


def _outcome(decision: Part) -> str:
    per_child = [each.text() for each in decision.get("per_child").each()]
    return ", ".join(shown(each) for each in (decision.get("outcome").text(), *(per_child if len(per_child) > 1 else ())))


def _named(name: str, part: Part) -> str:
    children = [str(each.whole(1, 10**6)) for each in part.get("children").each()]
    return f"{shown(name)} (child {', '.join(children)})" if children else shown(name)


def _stands(part: Part, first: str, *days: str) -> str:
    said = [f"{key.replace('_', ' ')} {shown(day)}" for key in days if (day := part.get(key).text_or_none()) is not None]
    return ", ".join([shown(part.get(first).text()), *said])


def _differing(then: Any, now: Any) -> Iterator[str]:
    """Yield the places at which two values differ, the first of them; the order of keys means nothing."""
    waiting: list[tuple[Path_, Any, Any]] = [((), then, now)]
    told = 0
    while waiting and told < MOST_PLACES:
        path, old, new = waiting.pop()
        if path in (("version",), ("ruleset_digest",)):
            continue  # said by themselves
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            waiting += [((*path, str(key)), old.get(key, _Nothing), new.get(key, _Nothing)) for key in reversed([*new, *(old.keys() - new.keys())])]
        elif isinstance(old, list | tuple) and isinstance(new, list) and len(old) == len(new):
            waiting += [((*path, place), old[place], new[place]) for place in range(len(new) - 1, -1, -1)]
        elif type(old) is not type(new) or isinstance(old, list | dict) or old != new:
            told += 1
            yield written(path)


class _Nothing:
    """Stands for what is not there."""
