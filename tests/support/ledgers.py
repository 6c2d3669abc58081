"""The ledger in ``tests/ledger``: a second statement of what the law asks, held against the rules by ``test_ledger.py``.

A rule is stated as lines that a practitioner can check against the source: when it applies and under the law of which step, what it rests on, which
facts it asks about, and for each duty who owes what strength to whom, how it is discharged and each clock. How the facts are joined (all, any,
not) is left to the rules' examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeAlias

from cspr_rules.loading.reading import read_file
from cspr_rules.model.rules import Condition, Deadline, Duty, DutyPath, Rule, RuleMet, Stage, tests_in
from cspr_rules.model.ruleset import Ruleset

FOLDER: Final = Path(__file__).parents[1] / "ledger"
Statement: TypeAlias = dict[str, list[str]]
"""What is said under each heading (``in force``, ``duty notify_panel, clocks``), in no particular order within it."""


# -- the rules, stated ---------------------------------------------------------------------------------------------------------------


def rule_key(rule: Rule) -> str:
    """Return what the ledger calls one version of a rule."""
    return f"{rule.id} from {rule.window.start}"


def stated_rule(rule: Rule) -> Statement:
    """Return one version of a rule as the ledger would state it."""
    found: Statement = {
        "in force": [f"{rule.window.start} to {rule.window.until}" if rule.window.until else f"{rule.window.start} onwards"],
        "asked once per": [rule.scope],
        "read under the law of": [rule.law_of] if rule.law_of else [],
        "rests on": list(rule.cites),
        "asks": list(_asks(rule.when)),
        "notes rest on": [" ".join(note.cites) for note in rule.notes],
    }
    for duty in rule.duties:
        found |= {f"duty {duty.id}, {heading}": lines for heading, lines in _duty(duty).items()}
    return {heading: lines for heading, lines in found.items() if lines}


def _duty(duty: Duty) -> Statement:
    to = f", to {' '.join(duty.to)}" if duty.to else ""
    done = [f"by {duty.done_by}"] if duty.done_by else []
    option = duty.option
    return {
        "owed": [f"{duty.strength}, by {duty.by}{to}, once per {duty.once_per}"],
        "discharged": done + [f"only if {line}" for line in (_asks(duty.counts_if) if duty.counts_if else ())],
        "ended": [f"by {duty.ended_by}"] if duty.ended_by else [],
        "rests on": list(duty.cites),
        "clocks": [clock(deadline) for deadline in duty.deadlines],
        "on the menu": [f"overseen by {' '.join(option.governance)}", *(f"supported by {role}" for role in option.support)] if option else [],
    }


def clock(deadline: Deadline) -> str:
    """Return a clock as a line."""
    unit = deadline.unit.replace("_", " ")
    period = {"unspecified": "no time given"}.get(deadline.unit, unit) if deadline.amount is None else f"{deadline.amount} {unit}"
    run = "before" if deadline.before else "from"
    anchor = f", {run} {deadline.anchor}" if deadline.anchor else ""
    condition = ", only once that is recorded" if deadline.only_if_recorded else ""
    least = "at least " if deadline.before or deadline.least else ""
    return f"{deadline.strength}, {least}{period}{anchor}{condition} ({' '.join(deadline.cites)})"


def _asks(condition: Condition) -> Iterator[str]:
    for test in tests_in(condition):
        if isinstance(test, RuleMet):
            yield f"whether {test.rule} is met"
        else:
            value = " ".join(test.value) if isinstance(test.value, tuple) else str(test.value).lower()
            cites = f" ({' '.join(test.cites)})" if test.cites else ""
            yield f"{test.fact} {test.comparison.replace('_', ' ')} {value}{cites}"


def stated_path(path: DutyPath) -> Statement:
    """Return a path as the ledger would state it; its steps are in order, so they are one line."""
    found = {"rests on": list(path.cites)}
    if path.opened_by:
        found["opened by"] = [path.opened_by]
    if path.steps:
        found["steps"] = [", ".join(path.steps)]
    return found


def stated_stage(stage: Stage) -> Statement:
    """Return a stage as the ledger would state it."""
    return {"order": [str(stage.order)], "rests on": list(stage.cites), "asks": list(_asks(stage.when))}


def stated(ruleset: Ruleset) -> dict[str, Statement]:
    """Return all that the ledger has to state of an authority's rules."""
    found = {rule_key(rule): stated_rule(rule) for rule in ruleset.rules}
    found |= {f"path {path.id}": stated_path(path) for path in ruleset.paths.values()}
    return found | {f"stage {stage.id}": stated_stage(stage) for stage in ruleset.stages}


# -- the ledger, read ----------------------------------------------------------------------------------------------------------------


@cache
def ledger(profile: str) -> dict[str, Statement]:
    """Return what the ledger states for a profile, national files first; what it adds to inherited duties is joined to them.

    Raises:
        ValueError: Something is stated twice.
    """
    found: dict[str, Statement] = {}
    for file in sorted(FOLDER.glob("*.yaml"), key=lambda file: (not file.name.startswith("england_"), file.name)):
        if profile == "england" and not file.name.startswith("england_"):
            continue
        document: Any = read_file(file).value
        for key, statement in document.get("stated", {}).items():
            if key in found:
                raise ValueError(f"{file.name}: {key} is stated already")
            found[key] = _flat(statement)
        for key, statement in document.get("added", {}).items():
            for heading, lines in _flat(statement).items():
                found[key].setdefault(heading, []).extend(lines)
    return found


def _flat(statement: Mapping[str, Any]) -> Statement:
    found: Statement = {}
    for heading, content in statement.items():
        if heading == "duties":
            for duty, parts in content.items():
                found |= {f"duty {duty}, {part}": _lines(lines) for part, lines in parts.items()}
        else:
            found[heading] = _lines(content)
    return {heading: lines for heading, lines in found.items() if lines}


def _lines(content: Any) -> list[str]:
    return [str(line) for line in content] if isinstance(content, list) else [str(content)]


# -- held against each other ---------------------------------------------------------------------------------------------------------


def differences(rules: Mapping[str, Statement], told: Mapping[str, Statement]) -> list[str]:
    """Return every way in which the rules and the ledger differ, as sentences; empty if they do not."""
    found = [f"{key}: the rules have it and the ledger does not" for key in rules if key not in told]
    found += [f"{key}: the ledger has it and the rules do not" for key in told if key not in rules]
    for key in rules:
        if key in told:
            found += [f"{key}, {line}" for line in _differ(rules[key], told[key])]
    return found


def _differ(rules: Statement, told: Statement) -> Iterator[str]:
    for heading in dict.fromkeys([*rules, *told]):
        ours, theirs = rules.get(heading, []), told.get(heading, [])
        if sorted(ours) != sorted(theirs):
            yield f"{heading}: the rules say {_listed(_without(ours, theirs))}, the ledger says {_listed(_without(theirs, ours))}"


def _without(lines: Iterable[str], others: Iterable[str]) -> list[str]:
    left, rest = [], list(others)
    for line in lines:
        if line in rest:
            rest.remove(line)
        else:
            left.append(line)
    return left


def _listed(lines: list[str]) -> str:
    return "; ".join(f"'{line}'" for line in lines) or "nothing more"
