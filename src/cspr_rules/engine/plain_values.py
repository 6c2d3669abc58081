"""Duties, clocks and citations as plain values, each whole by itself: what dockets, audits and marked answers hold of them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from cspr_rules.engine.answers import Clock, OwedDuty
from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.engine.out_of_order import OutOfOrder
from cspr_rules.model.sources import Provision
from cspr_rules.safe_text import ascii_steering

PURPOSE: Final = (
    "This record supports the people who decide. It says which tests are met on the facts recorded and why. "
    "It never says that nobody need be told, and judgements stay with the people named in them."
)


def as_json(value: Any) -> str:
    """Return plain values as JSON text, readable and always the same for the same values."""
    return ascii_steering(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def as_line(value: Any) -> str:
    """Return plain values as JSON text on one line, for programs."""
    return ascii_steering(json.dumps(value, ensure_ascii=False, separators=(",", ":"))) + "\n"


def citation(provision: Provision) -> dict[str, Any]:
    """Return one citation with how its text was checked."""
    return {
        "id": provision.key,
        "name": provision.name,
        "layer": provision.layer,
        "verification": provision.verification,
        "url": provision.checked.url or provision.instrument.url,
    }


def citations(provisions: Iterable[Provision]) -> list[dict[str, Any]]:
    """Return citations, each with how its text was checked."""
    return [citation(provision) for provision in provisions]


def disorder(each: OutOfOrder) -> dict[str, Any]:
    """Return a step that was taken out of order."""
    return {
        "step": each.step,
        "on": each.on.isoformat(),
        "after": each.after,
        "after_on": _day(each.after_on),
        "child": each.child,
        "duty": each.duty.id if each.duty else None,
        "why": each.why,
        "citations": [provision.key for provision in each.citations],
    }


def owed(duty: OwedDuty, answer: Evaluation) -> dict[str, Any]:
    """Return one duty or option."""
    name = answer.ruleset.role_name
    return {
        "id": duty.id,
        "rule": duty.rule_id,
        "strength": duty.strength,
        "layer": duty.layer,
        "act": duty.act,
        "by": duty.by,
        "by_name": name(duty.by),
        "to": list(duty.to),
        "to_names": [name(role) for role in duty.to],
        "how": duty.duty.how,
        "option": _option(duty, answer),
        "contents": list(duty.duty.contents),
        "once_per": duty.duty.once_per,
        "children": list(duty.children),
        "status": duty.status,
        "plan_for": _day(duty.plan_for),
        "plan_set_by": [_set_by(clock) for clock in duty.clocks if clock.earliest],
        "done_by": duty.duty.done_by,
        "recorded_on": _day(duty.recorded_on),
        "done_on": _day(duty.done_on),
        "recorded_within": str(duty.recorded_within) if duty.recorded_within else None,
        "done": duty.done,
        "deadlines": [_clock(clock) for clock in duty.clocks],
        "citations": citations(duty.citations),
        "discrepancies": list(duty.discrepancies),
    }


def _set_by(clock: Clock) -> dict[str, Any]:
    return {"strength": clock.rule.strength, "layer": clock.citations[0].layer, "citations": [provision.key for provision in clock.citations]}


def _option(duty: OwedDuty, answer: Evaluation) -> dict[str, Any] | None:
    option, name = duty.duty.option, answer.ruleset.role_name
    if option is None:
        return None
    return {
        "rationale": option.rationale,
        "support": list(option.support),
        "support_names": [name(role) for role in option.support],
        "methodology": option.methodology,
        "governance": list(option.governance),
        "governance_names": [name(role) for role in option.governance],
        "timescale": option.timescale,
    }


def _clock(clock: Clock) -> dict[str, Any]:
    return {
        "says": str(clock.rule),
        "unit": clock.rule.unit,
        "count": clock.rule.amount,
        "anchor": clock.rule.anchor,
        "side": "before" if clock.rule.before else "after",
        "strength": clock.rule.strength,
        "layer": clock.citations[0].layer,
        "due_on": _day(clock.due_on),
        "waiting_for": clock.waiting_for,
        "started_on": _day(clock.started_on),
        "started_within": str(clock.started_within) if clock.started_within else None,
        "soonest": _day(clock.soonest),
        "latest": _day(clock.latest),
        "earliest": clock.earliest,
        "status": clock.status,
        "skipped": [{"date": day.isoformat(), "reason": reason} for day, reason in clock.due.skipped] if clock.due else [],
        "provisional": bool(clock.due and clock.due.provisional),
        "reading": clock.rule.reading,
        "citations": citations(clock.citations),
        "discrepancies": list(clock.rule.discrepancies),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
