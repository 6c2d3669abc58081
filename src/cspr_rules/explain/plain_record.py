"""A decision record as plain values, in full and in short: the shapes that :mod:`cspr_rules.interchange.record_shape` publishes.

A full record says everything once. What several parts of it share (a provision, a test, what a duty asks, the text of a note) stands in one of its
``tables`` and is named where it is meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from cspr_rules.engine import plain_values
from cspr_rules.engine.answers import Clock, GivenNote, OwedDuty, Question, RuleAnswer
from cspr_rules.engine.evaluating import Detail
from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.engine.plain_values import PURPOSE
from cspr_rules.engine.tracing import RESULT_WORDS
from cspr_rules.explain.questions import Questions, asked_together
from cspr_rules.explain.verdict import Verdict
from cspr_rules.model.scalars import plain
from cspr_rules.model.sources import Provision, Window
from cspr_rules.model.values import NotYet, Row
from cspr_rules.version import __version__

SCHEMA: Final = "cspr-rules/decision-record/4"
MOST_ASKED: Final = 10
"""How many questions a slim record holds."""


class _Table:
    """Rows that are named instead of repeated. Rows with one name that differ are told apart by a number: ``child.died``, ``child.died#2``."""

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._count: dict[str, int] = {}

    def name(self, wanted: str, row: Mapping[str, Any]) -> str:
        """Return the name of a row, which is put into the table unless it is there."""
        key = wanted, json.dumps(row, ensure_ascii=False)
        found = self._names.get(key)
        if found is None:
            number = self._count[wanted] = self._count.get(wanted, 0) + 1
            found = self._names[key] = wanted if number == 1 else f"{wanted}#{number}"
            self.rows[found] = dict(row)
        return found


def slim(record: Evaluation, verdicts: Iterable[Verdict], questions: Questions) -> dict[str, Any]:
    """Return the answers of a record: the facts as given, the headline questions, what is owed by whom and when, and what to ask next.

    Args:
        record: The record.
        verdicts: Its answers to the headline questions.
        questions: Its open questions.
    """
    owed: dict[tuple[object, ...], dict[str, Any]] = {}
    for duty in record.duties:
        # What is owed for each of several children alike is said once, with all of them.
        key = duty.id, duty.strength, duty.by, duty.to, duty.status, duty.plan_for, duty.done_on, duty.citations
        row = owed.setdefault(
            key,
            {
                "duty": duty.id,
                "strength": duty.strength,
                "by": duty.by,
                "to": list(duty.to),
                "children": [],
                "status": duty.status,
                "plan_for": _day(duty.plan_for),
                "plan_set_by": list(dict.fromkeys(clock.citations[0].layer for clock in duty.clocks if clock.earliest)),
                "done_on": _day(duty.done_on),
                "citations": [provision.key for provision in duty.citations],
            },
        )
        row["children"] = sorted({*row["children"], *duty.children})
    return {
        **_head(record, "slim"),
        "headlines": [
            {
                "id": each.headline.id,
                "asks": each.headline.asks,
                "state": each.state,
                "sentence": each.sentence,
                "day": _day(each.day),
                "working_days_left": each.left,
                "by_if_so": _day(each.by_if_so),
                "caveats": [note.note.text for note in each.caveats],
            }
            for each in verdicts
        ],
        "duties": list(owed.values()),
        "next": [{"fact": fact.id, "children": list(children)} for fact, children in asked_together(questions.now)[:MOST_ASKED]],
        "unverified": [provision.key for provision in record.unverified],
    }


def full(record: Evaluation, verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """Return a whole record.

    Args:
        record: The record.
        verdicts: Its answers to the headline questions.
    """
    writing = _Writing(record)
    parts = {
        **_head(record, "full"),
        "later_laws": {
            step: {"law_on": day.on.isoformat(), "from": day.source, "at_latest": day.at_latest} for step, day in record.later_laws.items()
        },
        "understood": writing.understood(),
        "headlines": [writing.headline(each) for each in verdicts],
        "duties": [writing.duty(duty) for duty in record.duties],
        "options": [writing.duty(duty) for duty in record.options],
        "paths": [
            {
                "id": path.path.id,
                "title": path.path.title,
                "note": path.path.note,
                "steps": [{"duty": duty.id, "children": list(duty.children)} for duty in path.steps],
                "citations": writing.cited(path.citations),
            }
            for path in record.paths
        ],
        "out_of_order": [plain_values.disorder(each) | {"citations": writing.cited(each.citations)} for each in record.out_of_order],
        "decisions": {rule_id: writing.decision(decision) for rule_id, decision in record.decisions.items()},
        "ask": [writing.question(question) for question in record.ask],
        "notes": [{"note": writing.note(note), "children": list(note.children)} for note in record.notes],
        "not_in_force": [
            {"rule": rule.id, "title": rule.title, "from": _day(rule.window.start), "until": _day(rule.window.until)} for rule in record.not_in_force
        ],
        "discrepancies": [
            {"id": each.id, "title": each.title, "note": each.note, "clauses": list(each.clauses), "sources": list(each.sources)}
            for each in record.discrepancies
        ],
        "unverified": [provision.key for provision in record.unverified],
    }
    writing.cited(record.citations)
    return {**parts, "tables": writing.tables()}


def _head(record: Evaluation, detail: Detail) -> dict[str, Any]:
    """Return what a record was decided from: the rules, the library, the days and the facts as given."""
    return {
        "schema": SCHEMA,
        "detail": detail,
        "purpose": PURPOSE,
        "version": __version__,
        "profile": record.profile,
        "authority": record.ruleset.profile.authority,
        "shipped": record.ruleset.shipped,
        "ruleset_digest": record.ruleset_digest,
        "as_of": record.as_of.isoformat(),
        "law_on": record.law_on.isoformat(),
        "law_on_from": record.law_on_from,
        "law_on_at_latest": record.incident_law.at_latest,
        "not_held": [{"profile": each.profile, "title": each.title, "from": each.since.isoformat()} for each in record.not_held],
        "given": {"facts": _given(record.case.facts), "children": [_given(child) for child in record.case.children]},
    }


class _Writing:
    """Writes one record, and keeps what its parts name."""

    def __init__(self, record: Evaluation) -> None:
        self.record = record
        self.provisions: dict[str, Provision] = {}
        self.roles: dict[str, str] = {}
        self.skipped: dict[str, str] = {}
        self.duties = _Table()
        self.tests = _Table()
        self.notes = _Table()

    def understood(self) -> dict[str, Any]:
        checked = self.record.checked
        follows: dict[tuple[int | None, str], list[str]] = {}
        for child, fact, source in checked.inferred:
            follows.setdefault((child, fact), []).append(source)
        children = [self._known(row, number, follows) for number, row in enumerate(checked.children, start=1)]
        return {"facts": self._known(checked.incident, None, follows), "children": children}

    def _known(self, row: Row, child: int | None, follows: Mapping[tuple[int | None, str], list[str]]) -> dict[str, Any]:
        scope = "incident" if child is None else "child"
        return {
            fact.id: {"value": _value(value), "words": fact.show(value), "follows_from": follows.get((child, fact.id), [])}
            for fact, value in zip(self.record.ruleset.vocabulary.facts, row, strict=True)
            if value is not None and fact.scope == scope
        }

    def duty(self, duty: OwedDuty) -> dict[str, Any]:
        asked = {
            "rule": duty.rule_id,
            "strength": duty.strength,
            "layer": duty.layer,
            "act": duty.act,
            "by": self.role(duty.by),
            "to": [self.role(each) for each in duty.to],
            "how": duty.duty.how,
            "option": self._option(duty),
            "contents": list(duty.duty.contents),
            "once_per": duty.duty.once_per,
            "done_by": duty.duty.done_by,
            "clocks": [self._clock(clock) for clock in duty.clocks],
            "citations": self.cited(duty.citations),
            "discrepancies": list(duty.discrepancies),
        }
        return {
            "duty": self.duties.name(duty.id, asked),
            "children": list(duty.children),
            "status": duty.status,
            "plan_for": _day(duty.plan_for),
            "recorded_on": _day(duty.recorded_on),
            "done_on": _day(duty.done_on),
            "recorded_within": str(duty.recorded_within) if duty.recorded_within else None,
            "done": duty.done,
            "deadlines": [self._deadline(clock) for clock in duty.clocks],
        }

    def _option(self, duty: OwedDuty) -> dict[str, Any] | None:
        option = duty.duty.option
        if option is None:
            return None
        for role in (*option.support, *option.governance):
            self.role(role)
        return {key: list(value) if isinstance(value, tuple) else value for key, value in option._asdict().items()}

    def _clock(self, clock: Clock) -> dict[str, Any]:
        rule = clock.rule
        return {
            "says": str(rule),
            "unit": rule.unit,
            "count": rule.amount,
            "anchor": rule.anchor,
            "side": "before" if rule.before else "after",
            "strength": rule.strength,
            "layer": clock.citations[0].layer,
            "reading": rule.reading,
            "citations": self.cited(clock.citations),
            "discrepancies": list(rule.discrepancies),
        }

    def _deadline(self, clock: Clock) -> dict[str, Any]:
        skipped = clock.due.skipped if clock.due else ()
        self.skipped.update((day.isoformat(), reason) for day, reason in skipped)
        return {
            "due_on": _day(clock.due_on),
            "waiting_for": clock.waiting_for,
            "started_on": _day(clock.started_on),
            "started_within": str(clock.started_within) if clock.started_within else None,
            "soonest": _day(clock.soonest),
            "latest": _day(clock.latest),
            "earliest": clock.earliest,
            "status": clock.status,
            "skipped": [day.isoformat() for day, _ in skipped],
            "provisional": bool(clock.due and clock.due.provisional),
        }

    def headline(self, each: Verdict) -> dict[str, Any]:
        return {
            "id": each.headline.id,
            "asks": each.headline.asks,
            "state": each.state,
            "sentence": each.sentence,
            "who": list(each.who),
            "day": _day(each.day),
            "working_days_left": each.left,
            "by_if_so": _day(each.by_if_so),
            "turns_on": [{"fact": question.fact.id, "child": question.child} for question in each.turns_on],
            "because": list(each.because),
            "otherwise": list(each.otherwise),
            "duties": [{"duty": duty.id, "children": list(duty.children)} for duty in each.duties],
            "if_so": [
                {"duty": duty.id, "children": list(duty.children), "status": duty.status, "plan_for": _day(duty.plan_for)} for duty in each.if_so
            ],
            "caveats": [self.note(note) for note in each.caveats],
            "citations": self.cited(each.cites),
        }

    # -- why --------------------------------------------------------------------------------------------------------------------------

    def decision(self, decision: RuleAnswer) -> dict[str, Any]:
        rule, record = decision.rule, self.record
        children = range(1, len(decision.per_child) + 1) if decision.per_child else (None,)
        read = [[step for step in record.tests(rule.id, child) if step.kind in ("test", "rule")] for child in children]
        tests = []
        for steps in zip(*read, strict=True):
            first = steps[0]
            test = {
                "says": first.says,
                "fact": first.fact,
                "rule": first.rule,
                "results": [RESULT_WORDS[step.result].replace(" ", "_") for step in steps],
                "citations": self.cited(first.citations),
            }
            tests.append(self.tests.name(first.fact or str(first.rule), test))
        return {
            "title": rule.title,
            "question": rule.question,
            "layer": rule.layer,
            "outcome": decision.outcome,
            "per_child": [finding.outcome for finding in decision.per_child],
            "in_force": {"from": _day(rule.window.start), "until": _day(rule.window.until)},
            "law_on": record.law_day(rule).on.isoformat(),
            "duties": list(dict.fromkeys(duty.id for duty in decision.duties)),
            "tests": tests,
            "citations": self.cited(decision.citations),
            "discrepancies": list(rule.discrepancies),
        }

    def question(self, question: Question) -> dict[str, Any]:
        fact = question.fact
        keys = [key for each in fact.considerations for key in each.cites]
        self.cited([self.record.ruleset.provisions[key] for key in keys])
        return {
            "fact": fact.id,
            "kind": fact.kind,
            "question": fact.question,
            "expected": fact.expected,
            "who_would_know": fact.who_would_know,
            "considerations": [{"text": each.text, "citations": list(each.cites)} for each in fact.considerations],
            "children": list(question.children),
            "settles": list(self.record.settles(question)),
            "first": question.first,
        }

    def note(self, note: GivenNote) -> str:
        text = {
            "rule": note.rule_id,
            "text": note.note.text,
            "citations": self.cited(note.citations),
            "discrepancies": list(note.note.discrepancies),
        }
        return self.notes.name(note.rule_id, text)

    # -- what its parts name ----------------------------------------------------------------------------------------------------------

    def role(self, role: str) -> str:
        self.roles[role] = self.record.ruleset.role_name(role)
        return role

    def cited(self, provisions: Iterable[Provision]) -> list[str]:
        keys = []
        for provision in provisions:
            self.provisions[provision.key] = provision
            keys.append(provision.key)
        return keys

    def tables(self) -> dict[str, Any]:
        instruments: dict[str, Any] = {}
        windows, checks = _Table(), _Table()
        rows = {}
        for provision in list(self.provisions.values()):
            while provision.carried_from is not None:
                provision = provision.carried_from  # noqa: PLW2901 -- from edition to edition, as far back as the words were read
                self.provisions[provision.key] = provision
        for key in sorted(self.provisions):
            provision = self.provisions[key]
            instrument, checked = provision.instrument, provision.checked
            instruments[instrument.id] = {"title": instrument.title, "short": instrument.short, "layer": instrument.layer, "url": instrument.url}
            check = {
                "words": str(checked),
                "status": checked.status,
                "state": checked.state,
                "copy": checked.copied._asdict() if checked.copied else None,
                "confidence": checked.confidence,
                "note": checked.note,
                "url": checked.url,
            }
            rows[key] = {
                "instrument": instrument.id,
                "pinpoint": provision.pinpoint,
                "force": provision.force,
                "in_force": windows.name(instrument.id, _window(provision.window)),
                "summary": provision.summary,
                "checked": checks.name(instrument.id, check),
                "carried_from": provision.carried_from.key if provision.carried_from else None,
            }
        return {
            "duties": self.duties.rows,
            "tests": self.tests.rows,
            "notes": self.notes.rows,
            "roles": {role: self.roles[role] for role in sorted(self.roles)},
            "not_counted": {day: self.skipped[day] for day in sorted(self.skipped)},
            "provisions": rows,
            "instruments": instruments,
            "windows": windows.rows,
            "checks": checks.rows,
        }


def _window(window: Window) -> dict[str, Any]:
    return {
        "from": _day(window.first_day),
        "until": _day(window.until),
        "approximate": window.approximate,
        "enacted": _day(window.enacted),
        "appointed_by": window.appointed_by,
    }


def _given(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts as they were given, each as a case file writes it, by name and without those that were left empty: their order means nothing."""
    written = {name: _given(value) if isinstance(value, Mapping) else _value(value) for name, value in sorted(facts.items())}
    return {name: value for name, value in written.items() if value is not None}


def _value(value: Any) -> Any:
    """Return one value as a case file writes it."""
    value = plain(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    return value.value if isinstance(value, NotYet) else str(value)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
