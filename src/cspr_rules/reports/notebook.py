"""How the values of this library show themselves in a notebook. See :mod:`cspr_rules.display_hook` for how they find their way here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from cspr_rules.casework.changes import Change, Changes
from cspr_rules.casework.comparing import Comparison
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.live import LiveCase
from cspr_rules.casework.replay import Replay
from cspr_rules.display_hook import Displays, Several
from cspr_rules.engine.decisions import STATUS_WORDS, OwedDuty, Question
from cspr_rules.engine.proofs import Otherwise, Proof
from cspr_rules.explain.english import anchor, when
from cspr_rules.explain.phrases import VERBS, about, cited, listed, numbered
from cspr_rules.explain.what_if import Difference, NearMiss, NextQuestion, WhatIf
from cspr_rules.marking.marks import VERDICTS, Marking
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import UNSPECIFIED, Deadline, Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import LAYERS, Provision, in_words
from cspr_rules.model.values import UNKNOWN_WORD, bounds, day_words
from cspr_rules.pictures import case_timeline
from cspr_rules.pictures.drawing import inline, table_of
from cspr_rules.pictures.ladders import ladder
from cspr_rules.pictures.markup import Inside, Markup, code, fixed, joined, link, tag
from cspr_rules.pictures.record_timeline import timeline
from cspr_rules.pictures.styles import PLANNED
from cspr_rules.record import Decision, DecisionRecord
from cspr_rules.reports.decision_html import (
    DUTY_COLUMNS,
    badge,
    day_planned,
    duty_cells,
    duty_details,
    duty_table,
    judgement_table,
    outcome_badge,
    proof_tree,
    source_table,
)
from cspr_rules.reports.decision_report import OUTCOMES, nothing_owed, opening, which_law
from cspr_rules.reports.shared_proofs import shared_proofs
from cspr_rules.reports.timeline_sheet import timeline_table

_JUDGED: Final = ("role", "on", "reasons", "dissent")


def _case(case: Case) -> Markup:
    """Show a case as it was written; a record shows what it was understood to mean."""
    parts: list[Inside] = [tag("h3", "Case")]
    if case.facts or not case.children:
        parts.append(_facts(case.facts, "Facts of the incident" if case.children else "Facts"))
    parts += [_facts(child, f"Child {place}") for place, child in enumerate(case.children, start=1)]
    return joined(parts)


def _facts(facts: Mapping[str, Any], caption: str) -> Markup:
    if not facts:
        return tag("p", f"{caption}: nothing is recorded, so everything is unknown.")
    judged = any(isinstance(value, Mapping) for value in facts.values())
    rows: list[tuple[Inside, ...]] = [("Fact", "Value", "If a judgement: by whom, when, why, and who disagreed") if judged else ("Fact", "Value")]
    for name, value in facts.items():
        if isinstance(value, Mapping):
            said = [f"{key}: {value[key]}" for key in _JUDGED if value.get(key) is not None]
            rows.append((code(str(name)), _value(value.get("value")), tag("ul", [tag("li", each) for each in said]) if said else ""))
        else:
            rows.append((code(str(name)), _value(value), "") if judged else (code(str(name)), _value(value)))
    return table_of(rows, caption, "facts" if not judged else None)


def _value(value: object) -> str:
    if value is None or value == UNKNOWN_WORD:
        return "not known"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _record(record: DecisionRecord) -> Markup:
    heading, whom, rules, purpose = opening(record, None)
    duties = joined(
        tag("h4", "What is owed, most pressing first"), duty_table(record.duties, record) if record.duties else tag("p", nothing_owed(record))
    )
    options = joined(tag("h4", "What may be done"), duty_table(record.options, record)) if record.options else None
    orders = [
        tag(
            "details",
            tag("summary", f"In what order: {each.path.title}"),
            tag("p", f"{each.path.note or ''} The order is that of {cited(each.citations, brief=True)}.".strip(), class_="quiet"),
            duty_table(each.steps, record) if each.steps else None,
        )
        for each in record.paths
    ]
    first = [each for each in record.ask if each.first and each.fact.kind != "step"]
    rows: list[tuple[Inside, ...]] = [("Question", "Whom to ask", "Fact")]
    rows += [(f"{each.fact.question}{about(each.children, record)}", each.fact.who_would_know, code(each.fact.id)) for each in first]
    questions = joined(tag("h4", "What to find out next"), table_of(rows)) if first else None
    judgements = joined(tag("h4", "Judgements recorded"), judgement_table(record)) if record.checked.judgements else None
    answers: list[tuple[Inside, ...]] = [("Rule", "Question", "Answer")]
    for outcome, _ in OUTCOMES:
        found = [each for each in record.decisions.values() if each.outcome == outcome]
        answers += [(code(each.rule_id), each.rule.question, outcome_badge(each.outcome)) for each in found]
    counted = ", ".join(f"{sum(1 for each in record.decisions.values() if each.outcome == outcome)} {words}" for outcome, words in COUNTED.items())
    every = tag("details", tag("summary", f"All {len(record.decisions)} rules: {counted}"), table_of(answers))
    return joined(
        tag("h3", heading.text),
        tag("p", whom.text),
        tag("p", rules.text, class_="quiet"),
        tag("p", purpose.text, class_="note"),
        [tag("p", block.text, class_="note") for block in which_law(record)],
        duties,
        timeline(record).figure(),
        options,
        orders,
        questions,
        judgements,
        every,
    )


COUNTED: Final[Mapping[str, str]] = {"met": "met", "undetermined": "undecided", "not_met": "not met"}


def _decision(decision: Decision) -> Markup:
    rule = decision.rule
    parts: list[Inside] = [tag("h3", rule.title, " ", outcome_badge(decision.outcome)), tag("p", code(rule.id))]
    several = len(decision.per_child) > 1
    for proof, children in shared_proofs(decision):
        lead = tag("h4", f"{numbered(children).capitalize()} ", outcome_badge(proof.outcome)) if several else None
        drawn = ladder(proof).figure()
        parts += [lead, tag("p", proof.text), tag("details", tag("summary", "As a ladder"), drawn) if several else drawn]
    if decision.duties:
        rows: list[tuple[Inside, ...]] = [("What it asks for", "Of whom", "Plan for")]
        rows += [(f"{VERBS[each.strength]}: {each.act}", _role(each.by), day_planned(each)) for each in decision.duties]
        parts.append(table_of(rows, "Duties"))
    return joined(parts, source_table(decision.citations))


def _duty(duty: OwedDuty) -> Markup:
    # A duty on its own does not know the authority, so roles are named as the rules name them.
    return duty_details(duty, _role, {})


def _table(found: Several[Any]) -> Markup:
    """Show several values of one kind as a table, or say that there are none."""
    if not found:
        return tag("p", found.none)
    heads, row = _ROWS[type(found[0])]
    return table_of([heads, *(row(each, found.ruleset) for each in found)])


def _duty_row(duty: OwedDuty, ruleset: Ruleset) -> tuple[Inside, ...]:
    return *duty_cells(duty, ruleset.role_name, ""), _children(duty.children), cited(duty.citations, brief=True)


def _question_row(question: Question, ruleset: Ruleset) -> tuple[Inside, ...]:
    return question.fact.question, question.fact.who_would_know, _children(question.children), code(question.fact.id)


def _next_question(question: NextQuestion) -> Markup:
    whom = _children((question.child,) if question.child else ())
    rows: list[tuple[Inside, ...]] = [("Question", "Whom to ask", "Children", "Fact", "Undecided rules that depend on it")]
    rules = tag("ul", [tag("li", code(rule)) for rule in question.settles])
    return table_of([*rows, (question.fact.question, question.fact.who_would_know, whom, code(question.fact.id), rules)])


def _near_miss_row(miss: NearMiss, ruleset: Ruleset) -> tuple[Inside, ...]:
    facts = ruleset.vocabulary.by_id
    changed = [tag("li", f"{facts[name].question} {facts[name].show(value)} ", code(name)) for name, value in miss.changes.items()]
    whom = _children((miss.child,) if miss.child else ())
    return code(miss.rule_id), whom, outcome_badge(miss.outcome), outcome_badge(miss.becomes), tag("ul", changed)


def _otherwise_row(found: Otherwise, ruleset: Ruleset) -> tuple[Inside, ...]:
    def said(clauses: Iterable[tuple[str, str, str]]) -> Markup:
        return tag("ul", [tag("li", f"{clause}: {wanted} ", code(fact)) for clause, fact, wanted in clauses])

    return said(found.changed), said(found.found_out), cited(found.citations, brief=True)


def _children(children: Iterable[int]) -> str:
    return ", ".join(map(str, children))


_ROWS: Final[Mapping[type, tuple[tuple[str, ...], Callable[[Any, Ruleset], tuple[Inside, ...]]]]] = {
    OwedDuty: ((*DUTY_COLUMNS, "Children", "Sources"), _duty_row),
    Question: (("Question", "Whom to ask", "Children", "Fact"), _question_row),
    NearMiss: (("Rule", "Child", "Now", "Would be", "If it were"), _near_miss_row),
    Otherwise: (("It would be met if", "and it turned out that", "Sources"), _otherwise_row),
}
"""For each class, the headings and the row of a value among several."""


def _role(role: str) -> str:
    return "not specified by the source" if role == "unspecified" else role.replace("_", " ")


def _proof(proof: Proof) -> Markup:
    whom = f" (child {proof.child})" if proof.child else ""
    return joined(
        tag("h3", proof.question, whom, " ", outcome_badge(proof.outcome)),
        tag("p", proof.text),
        ladder(proof).figure(),
        tag("h4", "Test by test"),
        proof_tree(proof.steps),
    )


def _what_if(answer: WhatIf[Any]) -> Markup:
    heading = tag("h3", "What would differ")
    return joined(heading, _differences(answer.differences, answer.before, answer.after, "As the case stands", "With the changes"))


def _comparison(found: Comparison) -> Markup:
    parts: list[Inside] = [tag("h3", "One case side by side")]
    for number, changes in enumerate(found.changes):
        one, other = found.labels[number : number + 2]
        before, after = found.records[number : number + 2]
        parts += [tag("h4", f"From {one} to {other}"), _differences(changes, before, after, one, other)]
    return joined(parts)


def _differences(found: Sequence[Difference], before: DecisionRecord, after: DecisionRecord, first: str, second: str) -> Markup:
    if not found:
        return tag("p", "Nothing differs.")
    duties = _acts(before, after)
    questions = {name: decision.rule.question for record in (before, after) for name, decision in record.decisions.items()}
    rows: list[tuple[Inside, ...]] = [("What", first, second)]
    for each in found:
        words = questions[each.id] if each.what == "outcome" else duties[each.id]
        said = [_outcomes(side) if each.what == "outcome" else side for side in (each.before, each.after)]
        rows.append((joined(words, " ", code(each.id)), *said))
    return table_of(rows)


def _acts(*records: DecisionRecord) -> dict[str, str]:
    """Return what each duty of some records asks for, with its verb: what must not be done has to be told from what must."""
    return {duty.id: f"{VERBS[duty.strength]}: {duty.act}" for record in records for duty in (*record.duties, *record.options)}


def _outcomes(words: str) -> Markup:
    """Show the outcomes of one rule, those of several children by number."""
    found = words.split(", ")
    several = len(found) > 1
    return joined(
        [
            tag("div", f"Child {number}: " if several else None, outcome_badge(word) if word in COUNTED else word)
            for number, word in enumerate(found, start=1)
        ]
    )  # fmt: skip


def _marking(found: Marking) -> Markup:
    record, looks = found.record, {"right": ("met", "good"), "unanswered": ("undetermined", "open")}
    counts = listed(f"{count} {VERDICTS[verdict]}" for verdict, count in found.totals.items() if count)
    rows: list[tuple[Inside, ...]] = [("Mark", "What", "Answered", "The rules say")]
    for each in found.marks:
        whom = f", child {each.child} " if each.child else " "
        mark = badge(*looks.get(each.verdict, ("not_met", "bad")), VERDICTS[each.verdict])
        why = tag("details", tag("summary", "Why"), tag("p", each.because)) if each.verdict != "right" else None
        rows.append((mark, joined(each.title, whom, code(each.id), why), each.answered, each.found))
    return joined(
        tag("h3", "Answers, marked"),
        tag("p", f"{counts or 'Nothing was answered'}. Looked at from {in_words(record.as_of)}, for {record.ruleset.profile.authority}."),
        table_of(rows) if found.marks else None,
    )


# -- a case over time ----------------------------------------------------------------------------------------------------------------


def _history(history: CaseHistory) -> Markup:
    rows: list[tuple[Inside, ...]] = [("Known on", "Entry", "What", "Fact", "Child", "Value")]
    for entry in history.entries:
        replaced = f" {', '.join(entry.replaces)}" if entry.replaces else ""
        whom = str(entry.child) if entry.child else ""
        value = "" if entry.value is None else _value(entry.value)
        rows.append((in_words(entry.on), entry.id, f"{entry.kind}{replaced}", code(entry.fact), whom, value))
    return joined(
        tag("h3", f"Case {history.reference}" if history.reference else "Case over time"),
        tag("p", history.title) if history.title else None,
        table_of(rows, "What became known, in the order in which it was entered") if history.entries else tag("p", "Nothing is recorded yet."),
    )


def _replay(found: Replay) -> Markup:
    record, stage = found.record, found.stage
    reference = found.history.reference or "without a reference"
    name = f"timeline-{record.as_of}-{anchor(reference)}"
    drawn = tag("figure", tag("style", fixed(PLANNED)), fixed(case_timeline.svg(reference, found, name)), class_="planned")
    table = timeline_table(found)
    return joined(
        tag("h3", f"Case {reference} as known on {in_words(record.as_of)}"),
        tag("p", found.history.title) if found.history.title else None,
        tag("p", f"Stage: {stage.title if stage else 'none yet'}. {len(found.lives)} duties arose. For {record.ruleset.profile.authority}."),
        drawn,
        tag("details", tag("summary", "The same as a table"), table_of([table.columns, *table.rows], table.caption)),
    )


def _changes(found: Changes) -> Markup:
    heading = tag("h3", f"What changed from {in_words(found.earlier.as_of)} to {in_words(found.later.as_of)}")
    if not found.changes:
        return joined(heading, tag("p", "Nothing changed."))
    rows: list[tuple[Inside, ...]] = [("What", "Before", "After", "Because of")]
    # What changed about one duty for the same reason is one row.
    groups: dict[tuple[object, ...], list[Change]] = {}
    for each in found.changes:
        kind = each.what if each.what in ("outcome", "stage") else "duty"
        groups.setdefault((kind, each.subject, each.child, each.because), []).append(each)
    duties = _acts(found.earlier, found.later)
    questions = {name: decision.rule.question for record in (found.earlier, found.later) for name, decision in record.decisions.items()}
    stages = {stage.id: stage.title for stage in found.later.ruleset.stages}
    for (group, subject, child, because), changes in groups.items():
        about = {"outcome": questions, "duty": duties, "stage": {"stage": "Stage"}}[str(group)]
        whom = f" (child {child}) " if child else " "
        sides = [
            "; ".join(_changed(change.what, said, stages) for change in changes if (said := getattr(change, side)) is not None)
            for side in ("before", "after")
        ]
        entries = because if isinstance(because, tuple) else ()
        why = ", ".join(f"{entry.id} ({entry.fact})" for entry in entries) or "the days that passed"
        rows.append((joined(about[str(subject)], whom, code(str(subject)) if group != "stage" else None), *sides, why))
    return joined(heading, table_of(rows))


def _changed(what: str, words: str, stages: Mapping[str, str]) -> str:
    if what == "due":
        return f"by {in_words(date.fromisoformat(words))}"
    if what == "done":
        return f"done {day_words(bounds(words) or date.fromisoformat(words))}"
    return {**STATUS_WORDS, **COUNTED, **stages}.get(words, words).split(":")[0]


def _live(case: LiveCase) -> Markup:
    return _record(case.record)


# -- rules ---------------------------------------------------------------------------------------------------------------------------


def _ruleset(ruleset: Ruleset) -> Markup:
    profile = ruleset.profile
    lines = [
        ("Authority", profile.authority),
        ("Stands on", ", ".join(profile.extends) or "nothing else"),
        ("Holds", f"{len({rule.id for rule in ruleset.rules})} rules, {len(ruleset.vocabulary.facts)} facts, {len(ruleset.provisions)} provisions"),
        ("Register", f"{len(ruleset.discrepancies)} places where sources disagree, are silent or are unclear"),
        ("Sources", f"last looked through {in_words(ruleset.checked_on)}"),
        ("Digest", code(ruleset.digest)),
    ]
    rows: list[tuple[Inside, ...]] = [("Rule", "Question", "Kind of source", "In force")]
    rows += [(code(rule.id), rule.question, LAYERS[rule.layer], str(rule.window)) for rule in ruleset.rules]
    holders: list[tuple[Inside, ...]] = [("Role", "What it is", "Held by")]
    holders += [(code(role.id), role.title, role.held_by or "not named") for role in profile.roles.values()]
    return joined(
        tag("h3", f"Rules for {profile.title}"),
        _list(lines),
        tag("details", tag("summary", f"The {len(ruleset.rules)} versions of its rules"), table_of(rows)),
        tag("details", tag("summary", f"Its {len(profile.roles)} roles"), table_of(holders)),
    )


def _list(lines: Iterable[tuple[str, Inside]]) -> Markup:
    return tag("dl", [joined(tag("dt", term), tag("dd", words)) for term, words in lines])


def _rule(rule: Rule) -> Markup:
    """Show a rule; it knows the keys of what it cites and not the provisions themselves."""
    asked = "each child" if rule.scope == "child" else "the incident"
    lines: list[tuple[str, Inside]] = [
        ("Rule", code(rule.id)),
        ("Kind of source", LAYERS[rule.layer]),
        ("In force", str(rule.window)),
        ("Asked", f"once for {asked}"),
        ("Cites", _keys(rule.cites)),
    ]
    lines += [("Register", ", ".join(rule.discrepancies))] if rule.discrepancies else []
    duties: list[tuple[Inside, ...]] = [("What it asks for", "Of whom", "To whom", "Time limits", "Cites")]
    for duty in rule.duties:
        limits = tag("ul", [tag("li", f"{_limit(deadline)} ({deadline.strength.replace('_', ' ')})") for deadline in duty.deadlines])
        whom = ", ".join(_role(role) for role in duty.to)
        duties.append((f"{VERBS[duty.strength]}: {duty.act}", _role(duty.by), whom, limits if duty.deadlines else "", _keys(duty.cites)))
    notes = tag("ul", [tag("li", note.text, " ", _keys(note.cites)) for note in rule.notes])
    return joined(
        tag("h3", rule.title),
        tag("p", rule.question),
        _list(lines),
        ladder(rule).figure(),
        table_of(duties, "When it is met") if rule.duties else None,
        joined(tag("h4", "Notes"), notes) if rule.notes else None,
    )


def _limit(deadline: Deadline) -> str:
    return when(deadline, None if deadline.anchor in (None, UNSPECIFIED) else deadline.anchor)


def _keys(keys: Iterable[str]) -> Markup:
    return joined([joined(" " if place else None, code(key)) for place, key in enumerate(keys)])


def _provision(provision: Provision) -> Markup:
    address = provision.checked.url or provision.instrument.url
    lines: list[tuple[str, Inside]] = [
        ("Key", code(provision.key)),
        ("Kind of source", LAYERS[provision.layer]),
        ("Force", provision.force.replace("_", " ")),
        ("In force", str(provision.window)),
        ("How it was checked", provision.verification),
    ]
    lines += [("Dates", provision.window.approximate)] if provision.window.approximate else []
    lines += [("Copy read", str(provision.checked.copied))] if provision.checked.copied else []
    lines += [("Note", provision.checked.note)] if provision.checked.note else []
    lines += [("Where", link(address, address))] if address else []
    return joined(tag("h3", f"{provision.instrument.title}, {provision.pinpoint}"), tag("p", provision.summary), _list(lines))


def _shows(draw: Callable[[Any], Markup]) -> Callable[[Any], str]:
    return lambda value: str(inline(draw(value)))


DISPLAYS: Final[Displays] = {
    Case: _shows(_case),
    DecisionRecord: _shows(_record),
    Decision: _shows(_decision),
    OwedDuty: _shows(_duty),
    Proof: _shows(_proof),
    Marking: _shows(_marking),
    WhatIf: _shows(_what_if),
    Comparison: _shows(_comparison),
    CaseHistory: _shows(_history),
    Replay: _shows(_replay),
    Changes: _shows(_changes),
    LiveCase: _shows(_live),
    Ruleset: _shows(_ruleset),
    Rule: _shows(_rule),
    Provision: _shows(_provision),
    NextQuestion: _shows(_next_question),
    Several: _shows(_table),
}
"""For each class, what makes HTML of one of its values."""
