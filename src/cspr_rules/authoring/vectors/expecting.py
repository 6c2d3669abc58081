"""What is expected of a case as far as one rule goes, in the shape of answers; and whether a record agrees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.marking.answer_sheet import NONE, NOT_LAW
from cspr_rules.marking.finer import clocks_of, grounds_of, option_of, path_of, stage_id
from cspr_rules.record import DecisionRecord


def expected_of(record: DecisionRecord, rule_id: str) -> dict[str, Any]:
    """Return what a rule comes to on a case, as answers.

    Its outcome; each of its duties with the day to plan for, who owes it to whom, how strongly and how many times, each clock, how it stands, and
    what a menu says of it; what each part of the outcome and each duty rest on; what is asked next; and whether it has something to say.

    Args:
        record: The case, decided.
        rule_id: The rule. Where it is no law, that is said, and that its duties are not owed; there is nothing else to say.
    """
    duties = {duty.id: duty for rule in record.ruleset.versions(rule_id) for duty in rule.duties if duty.strength != "may"}
    if rule_id not in record.law.place:
        owed_nothing = {"duties": dict.fromkeys(sorted(duties), "not_owed")} if duties else {}
        return {"outcomes": {rule_id: NOT_LAW}, **owed_nothing}
    finding, per_child = record.answer(rule_id)
    given: dict[str, list[OwedDuty]] = {}
    for each in record.owed_by_rule.get(rule_id, ()):
        given.setdefault(each.id, []).append(each)
    owed = {name: each for name, each in given.items() if not each[0].optional}
    unowed = "undetermined" if finding.outcome == "undetermined" else "not_owed"
    found: dict[str, Any] = {
        "complete_for": [rule_id],
        "outcomes": {rule_id: [each.outcome for each in per_child] if len(per_child) > 1 else finding.outcome},
        "duties": {name: _one_or_all(_planned(owed[name])) if name in owed else unowed for name in sorted({*duties, *owed})},
        "by": {name: _one_or_all(sorted({each.by for each in given[name]})) for name in sorted(given)},
        "to": {name: sorted({role for each in given[name] for role in each.to}) for name in sorted(given)},
        "strength": {name: given[name][0].strength for name in sorted(given)},
        "times": {name: len(given[name]) for name in sorted(given)},
        "cites": {rule_id: sorted(each.key for each in finding.rests_on)} | {name: _cites(given[name]) for name in sorted(given)},
        "status": {name: given[name][0].status for name in sorted(given) if len({each.status for each in given[name]}) == 1},
        "clocks": {name: [_clock(each) for each in clocks_of(given[name])] for name in sorted(given)},
        "grounds": {name: grounds_in_plain(record, name, given.get(name, ())) for name in (rule_id, *sorted(given))},
        "options": {name: said for name in sorted(given) if (said := {key: sorted(roles) for key, roles in option_of(given[name]).items()})},
        "ask": sorted(record.asked_by(rule_id)),
        "notes_from": [rule_id] if any(note.rule_id == rule_id for note in record.notes) else [],
    }
    found["cites"] = {name: keys for name, keys in found["cites"].items() if keys}
    return {key: value for key, value in found.items() if value}


def expected_of_path(record: DecisionRecord, path_id: str) -> dict[str, Any]:
    """Return the steps of a path that are owed or allowed on a case, in order, and what the order rests on, as answers."""
    return {"paths": {path_id: path_of(record, path_id)}, "grounds": {path_id: grounds_in_plain(record, path_id, ())}}


def expected_of_stage(record: DecisionRecord) -> dict[str, Any]:
    """Return the stage that a case has come to, and what that rests on, as answers."""
    stage = stage_id(record)
    return {"stage": stage} | ({"grounds": {stage: grounds_in_plain(record, stage, ())}} if stage != NONE else {})


def grounds_in_plain(record: DecisionRecord, name: str, given: Sequence[OwedDuty]) -> dict[str, list[str]]:
    """Return what the parts of something rest on, as answers say it."""
    return {part: sorted(each.key for each in rests_on) for part, rests_on in sorted(grounds_of(record, name, given).items())}


def _clock(clock: Mapping[str, Any]) -> dict[str, Any]:
    told = {**clock, "day": clock["day"].isoformat() if clock["day"] else "no_day", "cites": sorted(clock["cites"])}
    return {key: value for key, value in told.items() if value is not None}


def _planned(owed: list[OwedDuty]) -> list[str]:
    return sorted({each.plan_for.isoformat() if each.plan_for else "owed" for each in owed})


def _cites(given: list[OwedDuty]) -> list[str]:
    return sorted({provision.key for each in given for cites in (each.citations, *(clock.citations for clock in each.clocks)) for provision in cites})


def _one_or_all(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values
