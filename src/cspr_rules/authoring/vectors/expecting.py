"""What is expected of a case as far as one rule goes, in the shape of answers; and whether a record agrees."""

from __future__ import annotations

from datetime import date
from typing import Any

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.record import DecisionRecord


def expected_of(record: DecisionRecord, rule_id: str) -> dict[str, Any]:
    """Return what a rule comes to on a case, as answers.

    Its outcome; each of its duties with the day to plan for, who owes it to whom, how strongly and how many times, the day that each source gives,
    how it stands, and what it and the outcome rest on; what is asked next; and whether it has something to say.

    Args:
        record: The case, decided.
        rule_id: The rule. Where it is not law, its duties are not owed, and there is nothing else to say.
    """
    duties = {duty.id: duty for rule in record.ruleset.versions(rule_id) for duty in rule.duties if duty.strength != "may"}
    if rule_id not in record.law.place:
        return {"duties": dict.fromkeys(sorted(duties), "not_owed")}
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
        "days": {name: _days(given[name]) for name in sorted(given)},
        "cites": {rule_id: sorted(each.key for each in finding.rests_on)} | {name: _cites(given[name]) for name in sorted(given)},
        "status": {name: owed[name][0].status for name in sorted(owed) if len({each.status for each in owed[name]}) == 1},
        "ask": sorted(record.asked_by(rule_id)),
        "notes_from": [rule_id] if any(note.rule_id == rule_id for note in record.notes) else [],
    }
    found["cites"] = {name: keys for name, keys in found["cites"].items() if keys}
    return {key: value for key, value in found.items() if value}


def _planned(owed: list[OwedDuty]) -> list[str]:
    return sorted({each.plan_for.isoformat() if each.plan_for else "owed" for each in owed})


def _days(given: list[OwedDuty]) -> dict[str, Any]:
    found: dict[str, set[date | None]] = {}
    for clock in (clock for each in given for clock in each.clocks):
        for provision in clock.citations:
            found.setdefault(provision.key, set()).add(clock.due_on)
    told = {key: sorted(day.isoformat() if day else "no_day" for day in days) for key, days in found.items()}
    return {key: _one_or_all(days) for key, days in sorted(told.items())}


def _cites(given: list[OwedDuty]) -> list[str]:
    return sorted({provision.key for each in given for cites in (each.citations, *(clock.citations for clock in each.clocks)) for provision in cites})


def _one_or_all(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else values
