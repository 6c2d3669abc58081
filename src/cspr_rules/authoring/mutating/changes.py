"""Every single change to the rules: what is changed, where it stands, and what it becomes.

A change is made to the plain content of one file. Which other value takes the place of one is fixed (the next one in its list), so that the same
rules give the same mutants in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.errors import Path_, written
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.vocabulary import Fact

Plain: TypeAlias = Mapping[str, Any]

LOGIC: Final = frozenset({"condition dropped", "all and any swapped", "not dropped", "value of a test", "counts_if dropped"})
"""Kinds of change to a condition. The ledger is not asked about these: it states the parts of a condition, and the examples have to show how they
work together."""

TIMES: Final = frozenset(
    {
        "number of a clock",
        "unit of a clock",
        "anchor of a clock",
        "direction of a clock",
        "clock dropped",
        "only_if_recorded swapped",
        "step swapped",
        "step dropped",
        "once_per swapped",
        "window",
    }
)
"""Kinds of change to when something is owed or done, which an example, a worked case or the ledger may notice."""

LABELS: Final = frozenset(
    {"recipient swapped", "recipient dropped", "actor swapped", "strength", "citation swapped", "citation dropped", "order of a path"}
)
"""Kinds of change that no example and no worked case says anything of; the loader and the ledger have to notice them."""

_STRENGTHS: Final = ("may", "should", "will", "must")
_WORDED: Final = {
    "immediately": "as_soon_as_possible",
    "without_delay": "as_soon_as_possible",
    "as_soon_as_possible": "unspecified",
    "unspecified": "immediately",
}
_UNITS: Final = {"working_days": "days", "days": "working_days", "months": "days", "hours": "days"}
_DROPPED: Final = object()


class Mutant(NamedTuple):
    """One change to one file.

    Attributes:
        name: Unique and stable: the file, where in it, and what the change is.
        kind: What sort of change it is.
        place: ``file:line`` of what is changed.
        entry: Which of the pack's entries it is made in.
        plain: The entry's content after the change.
    """

    name: str
    kind: str
    place: str
    entry: int
    plain: Plain


class _Change(NamedTuple):
    """A change before it is made: a new value for what stands at a path, or that it is dropped."""

    kind: str
    path: Path_
    value: Any
    told: str


def mutants(built: Built, only: int | None = None) -> Iterator[Mutant]:
    """Yield every change to the rules, paths, stages and additions of a profile and of those that it extends, file by file.

    Args:
        built: The profile, without faults.
        only: The one of its pack's entries to change; all by default.

    Raises:
        ValueError: The profile has faults.
    """
    if built.ruleset is None or built.pack.faults:
        raise ValueError("the rules have faults")
    for number, entry in enumerate(built.pack.entries):
        if only not in (None, number):
            continue
        changes = _Changes(built, built.ruleset, entry)
        source = {"rules": changes.rule, "profile": changes.profile, "paths": changes.paths, "stages": changes.stages}.get(entry.kind)
        for change in source() if source else ():
            line = entry.document.place(change.path).rsplit(":", 1)[0] if entry.document else entry.file
            name = f"{entry.file} {written(change.path)}: {change.kind}: {change.told}"
            yield Mutant(name, change.kind, line, number, _made(entry.plain, change))


def _made(plain: Plain, change: _Change) -> Plain:
    """Return a copy of a file's content with a change made."""
    copy: Any = dict(plain)
    copy[change.path[0]] = deepcopy(plain[str(change.path[0])])
    here = copy
    for step in change.path[:-1]:
        here = here[step]
    if change.value is _DROPPED:
        del here[change.path[-1]]
    else:
        here[change.path[-1]] = change.value
    return copy  # type: ignore[no-any-return] # a mapping, as it was


def _next(value: Any, values: Sequence[Any], taken: Sequence[Any] = ()) -> Any:
    """Return the value after another in a list, going round, that is not taken already; the value itself if there is no other."""
    start = values.index(value) if value in values else -1
    turned = [*values[start + 1 :], *values[: start + 1]]
    return next((each for each in turned if each != value and each not in taken), value)


class _Changes:
    """Every change to one file."""

    def __init__(self, built: Built, ruleset: Ruleset, entry: PackFile) -> None:
        self.plain = entry.plain
        self.facts = ruleset.vocabulary.facts
        self.provisions = list(ruleset.provisions)
        chain = built.pack.profiles
        known = chain[: chain.index(entry.profile) + 1] if entry.profile else chain
        self.roles = [role for name in known for role in built.profile_entries[name].plain["roles"]]

    # -- files --------------------------------------------------------------------------------------------------------------------------

    def rule(self) -> Iterator[_Change]:
        """Yield every change to a rule."""
        yield from self._condition(self.plain["when"], ("when",))
        yield from self._citations(self.plain["cites"], ("cites",))
        yield from self._window(self.plain["in_force"], ("in_force",))
        for index, effect in enumerate(self.plain["then"]):
            if "note" in effect:
                yield from self._citations(effect["cites"] or (), ("then", index, "cites"))
            else:
                yield from self._duty(effect, ("then", index))

    def profile(self) -> Iterator[_Change]:
        """Yield every change to what a profile adds to inherited duties."""
        for index, addition in enumerate(self.plain["duties"]):
            yield from self._recipients(addition["also_to"], ("duties", index, "also_to"))
            yield from self._clocks(addition["deadlines"], ("duties", index, "deadlines"))

    def paths(self) -> Iterator[_Change]:
        """Yield every change to the order of duties."""
        for index, path in enumerate(self.plain["paths"]):
            here: Path_ = ("paths", index)
            yield from self._citations(path["cites"], (*here, "cites"))
            for place, step in enumerate(path["steps"]):
                if len(path["steps"]) > 1:
                    yield _Change("order of a path", (*here, "steps", place), _DROPPED, f"without {step}")
                if place:
                    turned = [*path["steps"][: place - 1], step, path["steps"][place - 1], *path["steps"][place + 1 :]]
                    yield _Change("order of a path", (*here, "steps"), turned, f"{step} before {path['steps'][place - 1]}")

    def stages(self) -> Iterator[_Change]:
        """Yield every change to the stages of a case."""
        for index, stage in enumerate(self.plain["stages"]):
            yield from self._condition(stage["when"], ("stages", index, "when"))
            yield from self._citations(stage["cites"], ("stages", index, "cites"))

    # -- conditions ---------------------------------------------------------------------------------------------------------------------

    def _condition(self, node: Plain, path: Path_) -> Iterator[_Change]:
        for join, other in (("all", "any"), ("any", "all")):
            if join in node:
                parts = node[join]
                if len(parts) > 1:
                    yield _Change("all and any swapped", path, {other: parts}, f"{join} becomes {other}")
                for index, part in enumerate(parts):
                    if len(parts) > 1:
                        yield _Change("condition dropped", (*path, join, index), _DROPPED, f"without '{_told(part)}'")
                    yield from self._condition(part, (*path, join, index))
        if "not" in node:
            yield _Change("not dropped", path, node["not"], f"'{_told(node['not'])}' as it is")
            yield from self._condition(node["not"], (*path, "not"))
        if "rule" in node:
            yield _Change("value of a test", path, {"not": node}, f"not {node['rule']}")
        if "fact" in node:
            yield from self._value(node, path)
            cites = node.get("cites") or ()
            if isinstance(cites, str):  # one that is written without a list
                for change in self._citations([cites], (*path, "cites")):
                    yield change._replace(path=(*path, "cites"))
            else:
                yield from self._citations(cites, (*path, "cites"))

    def _value(self, test: Plain, path: Path_) -> Iterator[_Change]:
        fact = next(fact for fact in self.facts if fact.id == test["fact"])
        kind = "value of a test"
        for comparison in ("is", "recorded"):
            if isinstance(test.get(comparison), bool):
                yield _Change(kind, (*path, comparison), not test[comparison], f"{not test[comparison]}")
        if isinstance(test.get("is"), str):
            other = _next(test["is"], list(fact.values))
            yield _Change(kind, (*path, "is"), other, other)
        for index, value in enumerate(test.get("is_any_of", ())):
            if len(test["is_any_of"]) > 1:
                yield _Change(kind, (*path, "is_any_of", index), _DROPPED, f"without {value}")
        if "is_any_of" in test:
            for other in fact.values:
                if other not in test["is_any_of"]:
                    yield _Change(kind, (*path, "is_any_of"), [*test["is_any_of"], other], f"with {other}")
        for comparison in ("at_least", "less_than"):
            for by in (-1, 1) if comparison in test else ():
                yield _Change(kind, (*path, comparison), test[comparison] + by, f"{test[comparison] + by}")
        for comparison in ("on_or_before", "on_or_after"):
            for by in (-1, 1) if comparison in test else ():
                day = (date.fromisoformat(test[comparison]) + timedelta(days=by)).isoformat()
                yield _Change(kind, (*path, comparison), day, day)

    # -- duties -------------------------------------------------------------------------------------------------------------------------

    def _duty(self, duty: Plain, path: Path_) -> Iterator[_Change]:
        yield from self._strength(duty["duty"], (*path, "duty"))
        other = _next(duty["by"], self.roles)
        yield _Change("actor swapped", (*path, "by"), other, other)
        yield from self._recipients(duty["to"], (*path, "to"))
        if not duty["to"]:
            yield _Change("recipient swapped", (*path, "to"), [self.roles[0]], f"{self.roles[0]} instead of nobody")
        other = "child" if duty["once_per"] == "incident" else "incident"
        yield _Change("once_per swapped", (*path, "once_per"), other, other)
        for key in ("done_by", "ended_by"):
            if duty[key]:
                yield _Change("step dropped", (*path, key), None, f"no {key}")
                step = self._other_date(duty[key], step=True)
                yield _Change("step swapped", (*path, key), step, step)
        if duty["counts_if"]:
            yield _Change("counts_if dropped", (*path, "counts_if"), None, "whatever is recorded counts")
            yield from self._condition(duty["counts_if"], (*path, "counts_if"))
        yield from self._citations(duty["cites"] or (), (*path, "cites"))
        yield from self._clocks(duty["deadlines"], (*path, "deadlines"))
        if duty["option"]:
            for key in ("support", "governance"):
                yield from self._recipients(duty["option"][key], (*path, "option", key))

    def _clocks(self, clocks: Sequence[Plain], path: Path_) -> Iterator[_Change]:
        for index, clock in enumerate(clocks):
            here = (*path, index)
            yield _Change("clock dropped", here, _DROPPED, "no such clock")
            yield from self._period(clock, here)
            key = "before" if clock["at_least"] is not None else "after"
            other = "incident.authority_aware_on" if clock[key] in (None, "unspecified") else self._other_date(clock[key], step=False)
            yield _Change("anchor of a clock", (*here, key), other, other)
            yield _Change("only_if_recorded swapped", (*here, "only_if_recorded"), not clock["only_if_recorded"], f"{not clock['only_if_recorded']}")
            yield from self._strength(clock["strength"], (*here, "strength"))
            yield from self._citations(clock["cites"], (*here, "cites"))

    def _period(self, clock: Plain, path: Path_) -> Iterator[_Change]:
        key, before = ("at_least", True) if clock["at_least"] is not None else ("within", False)
        period = clock[key]
        if isinstance(period, str):
            yield _Change("unit of a clock", (*path, key), _WORDED[period], _WORDED[period])
            return
        ((unit, amount),) = period.items()
        for number in (amount - 1, amount + 1):
            if number:
                yield _Change("number of a clock", (*path, key), {unit: number}, f"{number} {unit}")
        yield _Change("unit of a clock", (*path, key), {_UNITS[unit]: amount}, f"{amount} {_UNITS[unit]}")
        if before or clock["after"] != "unspecified":
            anchor = clock["before"] if before else clock["after"]
            turned = {"within": period, "after": anchor} if before else {"at_least": period, "before": anchor}
            gone = {"at_least": None, "before": None} if before else {"within": None, "after": None}
            yield _Change("direction of a clock", path, {**clock, **gone, **turned}, "after, not before" if before else "before, not after")

    def _strength(self, strength: str, path: Path_) -> Iterator[_Change]:
        if strength == "must_not":
            yield _Change("strength", path, "must", "must")
            return
        place = _STRENGTHS.index(strength)
        for other in (*_STRENGTHS[max(place - 1, 0) : place], *_STRENGTHS[place + 1 : place + 2]):
            yield _Change("strength", path, other, other)

    def _recipients(self, roles: Sequence[str], path: Path_) -> Iterator[_Change]:
        for index, role in enumerate(roles):
            other = _next(role, self.roles, roles)
            yield _Change("recipient swapped", (*path, index), other, f"{other} instead of {role}")
            yield _Change("recipient dropped", (*path, index), _DROPPED, f"without {role}")

    def _citations(self, cites: Sequence[str], path: Path_) -> Iterator[_Change]:
        for index, key in enumerate(cites):
            of_instrument = [each for each in self.provisions if each.split("/")[0] == key.split("/")[0]]
            other = _next(key, of_instrument, cites)
            other = _next(key, self.provisions, cites) if other == key else other
            yield _Change("citation swapped", (*path, index), other, f"{other} instead of {key}")
            if len(cites) > 1:
                yield _Change("citation dropped", (*path, index), _DROPPED, f"without {key}")

    def _window(self, window: Plain, path: Path_) -> Iterator[_Change]:
        for key in ("from", "until"):
            for by in (-1, 1) if window[key] else ():
                day = (date.fromisoformat(window[key]) + timedelta(days=by)).isoformat()
                yield _Change("window", (*path, key), day, f"{key} {day}")
        if window["until"]:
            yield _Change("window", (*path, "until"), None, "without an end")

    def _other_date(self, name: str, *, step: bool) -> str:
        fact = next(fact for fact in self.facts if fact.id == name)
        return str(_next(name, [each.id for each in self.facts if self._like(each, fact, step=step)]))

    def _like(self, other: Fact, fact: Fact, *, step: bool) -> bool:
        return other.type == "date" and other.scope == fact.scope and (not step or other.kind == "step")


def _told(condition: Plain) -> str:
    """Return a condition in a few words, to name it by."""
    if "says" in condition:
        return str(condition["says"])
    if "rule" in condition:
        return str(condition["rule"])
    join = next(key for key in ("all", "any", "not") if key in condition)
    inner = condition[join]
    return f"not {_told(inner)}" if join == "not" else f"{join} of {len(inner)}"
