"""The vectors of a profile: those of every version of every rule of its own, and of what it adds to the duties it inherits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from cspr_rules.authoring.mutating.changes import LOGIC, mutants
from cspr_rules.authoring.vectors.making import RuleVectors
from cspr_rules.authoring.vectors.paths import of_path, of_stages
from cspr_rules.bulk.processes import in_processes
from cspr_rules.conformance.vectors import Vector
from cspr_rules.errors import Fault, QuestionError, RulesError, did_you_mean
from cspr_rules.loading import building
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.packs import PackFile
from cspr_rules.loading.rulesets import check_profile
from cspr_rules.model.rules import Condition, Rule
from cspr_rules.model.ruleset import Ruleset

_Task: TypeAlias = tuple[str | Path, int | str]
"""A profile, and the place of one of its rules, or its paths or stages."""


@lru_cache(maxsize=2)
def _profile(profile: str | Path) -> tuple[Built, Ruleset]:
    """Return a profile read from its folders; each worker reads it once.

    Raises:
        QuestionError: There is no such profile.
        RulesError: It has faults.
    """
    built = check_profile(profile)
    if built.ruleset is None or built.pack.faults:
        raise RulesError(built.pack.faults)
    return built, built.ruleset


def vectors(profile: str | Path, rule: str | None = None, workers: int = 1, told: Callable[[int, int], None] | None = None) -> Iterator[Vector]:
    """Yield the vectors of a profile, rule by rule: the same for the same rules.

    Args:
        profile: A profile that ships, or the folder of one.
        rule: The id of one rule, to make no others.
        workers: How many processes make them.
        told: Called with how many versions of rules are done, and how many there are.

    Raises:
        QuestionError: There is no such profile or rule.
        RulesError: The profile has faults.
    """
    built, ruleset = _profile(profile)
    places = [place for place, (each, _) in enumerate(built.rule_entries) if rule in (None, each.id) and _concerns(ruleset, built, each)]
    if not places:
        known = {each.id for each, _ in built.rule_entries}
        raise QuestionError([Fault("--rule", f"there is no rule called '{rule}' of this profile{did_you_mean(str(rule), known)}")])
    tasks: list[_Task] = [(profile, place) for place in places]
    tasks += [(profile, kind) for kind in ("paths", "stages") if rule is None and _own(built, kind)]
    for done, found in enumerate(_made(tasks, workers), start=1):
        yield from found
        if told:
            told(done, len(tasks))


def _own(built: Built, kind: str) -> set[str]:
    """Return the ids of the paths or stages that the profile itself gives; what stands in no profile's folder is the first one's."""
    profiles = built.pack.profiles
    return {each["id"] for entry in built.pack.of(kind) if (entry.profile or profiles[0]) == profiles[-1] for each in entry.plain[kind]}


def _made(tasks: Sequence[_Task], workers: int) -> Iterator[list[Vector]]:
    if workers < 2 or len(tasks) < 2:
        yield from map(_of_task, tasks)
        return
    yield from in_processes(_of_task, tasks, workers, at_once=4)


def _concerns(ruleset: Ruleset, built: Built, rule: Rule) -> bool:
    return rule.profile == ruleset.profile.id or bool(_added(built, rule))


def _added(built: Built, rule: Rule) -> dict[str, range]:
    """Return the duties of an inherited rule to which the profile itself adds something, each with the places of the clocks that are added."""
    added = building.build_additions(built.profile_entries[built.pack.profiles[-1]].plain)
    found = {}
    for duty in rule.duties:
        if duty.id in added:
            own = added[duty.id].deadlines
            whole = next(each for every in _whole(built).rules if every.file == rule.file for each in every.duties if each.id == duty.id)
            found[duty.id] = range(len(whole.deadlines) - len(own), len(whole.deadlines))
    return found


def _whole(built: Built) -> Ruleset:
    assert built.ruleset is not None  # noqa: S101 -- or it would have been refused
    return built.ruleset


def _of_task(task: _Task) -> list[Vector]:
    (built, ruleset), what = _profile(task[0]), task[1]
    if isinstance(what, int):
        found = _of_rule(built, ruleset, what)
    elif what == "paths":
        own = _own(built, what)
        found = [each for path in ruleset.paths.values() if path.id in own for each in of_path(ruleset, path)]
    else:
        own = _own(built, what)
        found = of_stages(ruleset, [stage for stage in ruleset.stages if stage.id in own])
    return sorted(found, key=lambda vector: vector.id)


def _of_rule(built: Built, ruleset: Ruleset, place: int) -> list[Vector]:
    plain, entry = built.rule_entries[place]
    rule = next(each for each in ruleset.rules if each.file == plain.file)
    own = rule.profile == ruleset.profile.id
    made = RuleVectors(ruleset, rule, None if own else _added(built, plain))
    if rule.window.until and not made.grounds:
        made = RuleVectors(ruleset, rule, made.added, later=True)  # what it asks for comes after its last day
    chosen = made.chosen(_changed(built, ruleset, entry) if own else ())
    return [made.vector(each.candidate, each.record) for each in chosen]


def _changed(built: Built, ruleset: Ruleset, entry: PackFile) -> Iterator[Condition]:
    """Yield every condition that a single change makes of a rule's own."""
    number = next(place for place, each in enumerate(built.pack.entries) if each is entry)
    for mutant in mutants(built, number):
        if mutant.kind in LOGIC and mutant.plain["when"] != entry.plain["when"]:
            rule = building.build_rule(mutant.plain, ruleset.vocabulary, entry.profile, entry.file, lambda _, __: None)
            if rule is not None:
                yield rule.when
