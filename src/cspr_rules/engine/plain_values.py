"""A decision record as plain values: the shape that :mod:`cspr_rules.interchange.json_schema` publishes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from cspr_rules.engine.decisions import Clock, GivenNote, OwedDuty, Question, RuleAnswer
from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.engine.out_of_order import OutOfOrder
from cspr_rules.engine.tracing import RESULT_WORDS, Step
from cspr_rules.model.sources import Discrepancy, Provision
from cspr_rules.safe_text import ascii_steering

SCHEMA: Final = "cspr-rules/decision-record/3"
PURPOSE: Final = (
    "This record supports the people who decide. It says which tests are met on the facts recorded and why. "
    "It never says that nobody need be told, and judgements stay with the people named in them."
)


def as_json(value: Any) -> str:
    """Return plain values as JSON text, readable and always the same for the same values."""
    return ascii_steering(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def record(answer: Evaluation) -> dict[str, Any]:
    """Return a whole record."""
    return {
        "schema": SCHEMA,
        "purpose": PURPOSE,
        "profile": answer.profile,
        "authority": answer.ruleset.profile.authority,
        "as_of": answer.as_of.isoformat(),
        "law_on": answer.law_on.isoformat(),
        "law_on_from": answer.law_on_from,
        "law_on_at_latest": answer.incident_law.at_latest,
        "later_laws": {
            step: {"law_on": day.on.isoformat(), "from": day.source, "at_latest": day.at_latest} for step, day in answer.later_laws.items()
        },
        "not_held": [{"profile": each.profile, "title": each.title, "from": each.since.isoformat()} for each in answer.not_held],
        "ruleset_digest": answer.ruleset_digest,
        "children": len(answer.checked.children),
        "duties": [owed(duty, answer) for duty in answer.duties],
        "options": [owed(duty, answer) for duty in answer.options],
        "paths": [
            {
                "id": path.path.id,
                "title": path.path.title,
                "note": path.path.note,
                "steps": [{"duty": duty.id, "children": list(duty.children)} for duty in path.steps],
                "citations": citations(path.citations),
            }
            for path in answer.paths
        ],
        "out_of_order": [disorder(each) for each in answer.out_of_order],
        "decisions": {rule_id: _decision(decision, answer) for rule_id, decision in answer.decisions.items()},
        "ask": [_question(answer, question) for question in answer.ask],
        "notes": [_note(note) for note in answer.notes],
        "not_in_force": [
            {"rule": rule.id, "title": rule.title, "from": _day(rule.window.start), "until": _day(rule.window.until)} for rule in answer.not_in_force
        ],
        "judgements": [
            {
                "fact": each.fact,
                "child": each.child,
                "role": each.role,
                "on": _day(each.on),
                "reasons": each.reasons,
                "dissent": each.dissent,
            }
            for each in answer.checked.judgements
        ],
        "inferred": [{"fact": fact, "child": child, "follows_from": source} for child, fact, source in answer.checked.inferred],
        "discrepancies": [_discrepancy(each) for each in answer.discrepancies],
        "citations": {key: _provision(answer.ruleset.provisions[key]) for key in sorted(_keys(answer))},
        "unverified": [provision.key for provision in answer.unverified],
    }


def citation(provision: Provision) -> dict[str, Any]:
    """Return one citation with how its text was checked."""
    return {
        "id": provision.key,
        "name": provision.name,
        "layer": provision.layer,
        "verification": provision.verification,
        "url": provision.checked.url or provision.instrument.url,
    }


def _provision(provision: Provision) -> dict[str, Any]:
    window, checked = provision.window, provision.checked
    return citation(provision) | {
        "force": provision.force,
        "in_force": {
            "from": _day(window.first_day),
            "until": _day(window.until),
            "approximate": window.approximate,
            "enacted": _day(window.enacted),
            "appointed_by": window.appointed_by,
        },
        "summary": provision.summary,
        "checked": {
            "status": checked.status,
            "state": checked.state,
            "copy": checked.copied._asdict() if checked.copied else None,
            "confidence": checked.confidence,
            "note": checked.note,
        },
        "carried_from": provision.carried_from.key if provision.carried_from else None,
    }


def _keys(answer: Evaluation) -> set[str]:
    """Return the keys of every provision that the record names."""
    keys = {provision.key for provision in answer.citations}
    for decision in answer.decisions.values():
        keys.update(provision.key for provision in decision.citations)
        for child in range(1, len(decision.per_child) + 1) if decision.per_child else (None,):
            keys.update(provision.key for step in answer.tests(decision.rule_id, child) for provision in step.citations)
    keys.update(provision.key for each in answer.out_of_order for provision in each.citations)
    keys.update(key for question in answer.ask for each in question.fact.considerations for key in each.cites)
    return keys


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


def _decision(decision: RuleAnswer, answer: Evaluation) -> dict[str, Any]:
    rule = decision.rule
    children = range(1, len(decision.per_child) + 1) if decision.per_child else (None,)
    return {
        "title": rule.title,
        "question": rule.question,
        "layer": rule.layer,
        "outcome": decision.outcome,
        "per_child": [finding.outcome for finding in decision.per_child],
        "in_force": {"from": _day(rule.window.start), "until": _day(rule.window.until)},
        "law_on": answer.law_day(rule).on.isoformat(),
        "duties": [duty.id for duty in decision.duties],
        "tests": [_step(step, child) for child in children for step in answer.tests(rule.id, child) if step.kind in ("test", "rule")],
        "citations": [provision.key for provision in decision.citations],
        "discrepancies": list(rule.discrepancies),
    }


def _step(step: Step, child: int | None) -> dict[str, Any]:
    return {
        "child": child,
        "says": step.says,
        "fact": step.fact,
        "rule": step.rule,
        "value": step.value,
        "result": RESULT_WORDS[step.result].replace(" ", "_"),
        "citations": [provision.key for provision in step.citations],
    }


def _question(record: Evaluation, question: Question) -> dict[str, Any]:
    fact = question.fact
    return {
        "fact": fact.id,
        "kind": fact.kind,
        "question": fact.question,
        "expected": fact.expected,
        "who_would_know": fact.who_would_know,
        "considerations": [{"text": each.text, "citations": list(each.cites)} for each in fact.considerations],
        "children": list(question.children),
        "settles": list(record.settles(question)),
        "first": question.first,
    }


def _note(note: GivenNote) -> dict[str, Any]:
    return {
        "rule": note.rule_id,
        "note": note.note.text,
        "children": list(note.children),
        "citations": citations(note.citations),
        "discrepancies": list(note.note.discrepancies),
    }


def _discrepancy(each: Discrepancy) -> dict[str, Any]:
    return {"id": each.id, "title": each.title, "note": each.note, "clauses": list(each.clauses), "sources": list(each.sources)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
