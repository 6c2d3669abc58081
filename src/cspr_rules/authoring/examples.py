"""Runs the examples that stand in rule files: each is a practitioner's sentence, the facts, and the answer they must get."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from cspr_rules.authoring.coverage import clauses, read_coverage
from cspr_rules.authoring.drift import read_digests
from cspr_rules.engine.law_days import AS_OF, incident_day
from cspr_rules.engine.stages import stage_of
from cspr_rules.errors import CsprRulesError, Fault
from cspr_rules.loading import compiled
from cspr_rules.loading.rulesets import PREBUILT, check_folder, packaged_rules, profile_folders
from cspr_rules.marking import misconceptions
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import Example, Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord, evaluate


def decide_example(ruleset: Ruleset, rule: Rule, example: Example) -> DecisionRecord:
    """Return the record of an example's facts, under the law it names.

    The law is that of ``on``, else of the days recorded, else of the first day of the rule's window. The day it is looked at from is ``as_of``, else
    the latest day recorded, else the day of law.

    Raises:
        CaseError: The example's facts are not sound.
    """
    case = Case(example.given, example.children)
    checked = case.check(ruleset.vocabulary)
    day = incident_day(ruleset, checked, date.max)
    law_on = example.on or (rule.window.start if day.source == AS_OF else None)
    as_of = example.as_of or max(day for day in (law_on or day.on, checked.latest) if day)
    return evaluate(ruleset, case, as_of=as_of, law_on=law_on)


def problems(ruleset: Ruleset, rule: Rule, example: Example) -> list[str]:
    """Return how an example's answer differs from what it expects; empty if it does not."""
    try:
        record = decide_example(ruleset, rule, example)
    except CsprRulesError as error:
        return [str(fault) for fault in error.faults]
    found = []
    decision = record.decisions.get(rule.id)
    if decision is None or decision.rule.window != rule.window:
        return [f"this version of the rule is not in force on {record.law_on}"]
    if decision.outcome != example.expect["outcome"]:
        found.append(f"the outcome is {decision.outcome}, not {example.expect['outcome']}")
    asked = record.asked_by(rule.id)
    if example.expect["ask"] is not None and asked != set(example.expect["ask"]):
        found.append(f"it asks for {', '.join(sorted(asked)) or 'nothing'}, not for {', '.join(sorted(example.expect['ask'])) or 'nothing'}")
    duties = {duty.id: duty for duty in decision.duties}
    for name, expected in example.expect["deadlines"].items():
        planned = duties[name].plan_for if name in duties else None
        if name not in duties or (planned.isoformat() if planned else None) != expected:
            found.append(f"{name} falls on {planned if name in duties else 'no day, for it is not owed'}, not on {expected}")
    for name, expected in example.expect["status"].items():
        status = duties[name].status if name in duties else "not owed"
        if status != expected:
            found.append(f"{name} is {status}, not {expected}")
    return found


def stage_problems(ruleset: Ruleset, example: Mapping[str, Any]) -> list[str]:
    """Return how the stage of an example of a stages file differs from what it expects; empty if it does not."""
    try:
        stage = stage_of(ruleset, Case(example["given"]).check(ruleset.vocabulary))
    except CsprRulesError as error:
        return [str(fault) for fault in error.faults]
    found = stage.id if stage else None
    return [] if found == example["expect"] else [f"the stage is {found or 'none'}, not {example['expect'] or 'none'}"]


class TriedExample(NamedTuple):
    """One example of a rule, run.

    Attributes:
        rule_id: The rule.
        name: The example's sentence.
        place: Where it is written.
        problems: How its answer differs from the one written beside it; nothing if it does not.
    """

    rule_id: str
    name: str
    place: str
    problems: tuple[str, ...]


def _of_misconceptions(ruleset: Ruleset, rules_dir: Path) -> list[Fault]:
    """Return what is wrong with the list of misconceptions of a rules folder; a folder need not have one."""
    file = rules_dir / misconceptions.FILE
    if not file.is_file():
        return []
    entry, faults = misconceptions.read_list(file, f"{rules_dir.name}/{misconceptions.FILE}")
    return [*faults, *(misconceptions.built(entry, ruleset)[1] if entry else ())]


class CheckResult(NamedTuple):
    """What a check of a folder found.

    Attributes:
        profiles: How many profiles were read.
        rules: How many versions of rules stand in them.
        examples: How many examples were run.
        faults: Everything wrong, in the order of the files.
        tried: Each example of a rule that was run.
    """

    profiles: int
    rules: int
    examples: int
    faults: tuple[Fault, ...]
    tried: tuple[TriedExample, ...] = ()


def checked_with_examples(folder: Path) -> CheckResult:
    """Check every profile of a rules folder, or one profile folder, and run the examples of each.

    Args:
        folder: A folder with shared files and profile folders, or a single profile folder, which then stands on the rules it lies in or on those
            that ship with the package.

    Raises:
        RulesError: There are no rules in the folder.
        QuestionError: A profile extends one that does not exist.
    """
    targets, rules_dir = profile_folders(folder)
    faults: dict[Fault, None] = {}
    digests: dict[str, str] = {}
    tried: list[TriedExample] = []
    rules = 0
    for profile in targets:
        built = check_folder(profile, rules_dir)
        faults.update(dict.fromkeys(built.pack.faults))
        own = [(rule, entry) for rule, entry in built.rule_entries if entry.profile == profile.name]
        rules += len(own)
        if built.pack.faults or built.ruleset is None:
            continue
        digests[profile.name] = built.ruleset.digest
        faults.update(dict.fromkeys(read_coverage(built, required=False).faults))
        if len(built.pack.profiles) == 1:  # the shared list once, with the national profile
            faults.update(dict.fromkeys(_of_misconceptions(built.ruleset, rules_dir)))
        if clauses(built.ruleset):
            faults.update(dict.fromkeys(read_digests(built).faults))
        for entry in built.pack.of("stages"):
            if entry.profile == profile.name or (not entry.profile and len(built.pack.profiles) == 1):  # shared ones once, with the national profile
                for index, plain in enumerate(entry.plain["examples"]):
                    for problem in stage_problems(built.ruleset, plain):
                        message = f"example '{plain['name']}': {problem}"
                        faults[entry.document.fault(("examples", index), message) if entry.document else Fault(entry.file, message)] = None
        for rule, entry in own:
            for index, example in enumerate(rule.examples):
                found = tuple(problems(built.ruleset, rule, example))
                place = entry.document.place(("examples", index)) if entry.document else entry.file
                tried.append(TriedExample(rule.id, example.name, place, found))
                for problem in found:
                    message = f"example '{example.name}': {problem}"
                    fault = entry.document.fault(("examples", index), message) if entry.document else Fault(entry.file, message)
                    faults[fault] = None
    if folder.resolve().is_relative_to(packaged_rules().resolve()):  # those of an authority of one's own are compiled nowhere
        faults.update(dict.fromkeys(compiled.faults(PREBUILT, digests, rules_dir)))
    return CheckResult(len(targets), rules, len(tried), tuple(faults), tuple(tried))
