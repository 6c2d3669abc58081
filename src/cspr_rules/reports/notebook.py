"""How the values of this library show themselves in a notebook. See :mod:`cspr_rules.display_hook` for how they find their way here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, Final

from cspr_rules.casework.changes import Change, Changes
from cspr_rules.casework.comparing import Comparison
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.live import LiveCase
from cspr_rules.casework.replay import Replay
from cspr_rules.display_hook import Displays, Several
from cspr_rules.engine.answers import STATUS_WORDS, OwedDuty, Question
from cspr_rules.engine.proofs import Otherwise, Proof
from cspr_rules.explain.english import anchor, listed, when
from cspr_rules.explain.phrases import VERBS, about, cited, numbered
from cspr_rules.explain.what_if import Difference, NearMiss, NextQuestion, WhatIf
from cspr_rules.marking.marks import Marking
from cspr_rules.marking.one_mark import VERDICTS
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import UNSPECIFIED, Deadline, Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import LAYERS, Provision, in_words
from cspr_rules.model.values import UNKNOWN_WORD, bounds, day_words
from cspr_rules.pictures import case_timeline
from cspr_rules.pictures.drawing import inline
from cspr_rules.pictures.ladders import ladder
from cspr_rules.pictures.markup import fixed, joined, tag
from cspr_rules.record import Decision, DecisionRecord
from cspr_rules.reports.decision_duties import DUTY_COLUMNS, OWED, PERMITTED, calendar, day_planned, duty_cells, duty_entry, duty_table, nothing_owed
from cspr_rules.reports.decision_report import judgement_table, opening, source_table, whose_order
from cspr_rules.reports.decision_tests import IN_A_WORD, OUTCOMES, drawn, outcome, proof_tree
from cspr_rules.reports.document import Cell, Drawing, Fold, Heading, Item, Look, Paragraph, Picture, Piece, Span, Stack, Table, Terms, Words, stacked
from cspr_rules.reports.shared_proofs import shared_proofs
from cspr_rules.reports.timeline_sheet import timeline_table
from cspr_rules.reports.writing_html import html
from cspr_rules.style_sheet import PLANNED

_JUDGED: Final = ("role", "on", "reasons", "dissent")
_QUESTION_COLUMNS: Final = ("Question", "Whom to ask", "Children", "Fact")


def _case(case: Case) -> Iterator[Piece]:
    """Show a case as it was written; a record shows what it was understood to mean."""
    yield Heading(3, "Case")
    if case.facts or not case.children:
        yield _facts(case.facts, "Facts of the incident" if case.children else "Facts")
    yield from (_facts(child, f"Child {place}") for place, child in enumerate(case.children, start=1))


def _facts(facts: Mapping[str, Any], caption: str) -> Piece:
    if not facts:
        return Paragraph(f"{caption}: nothing is recorded, so everything is unknown.")
    judged = any(isinstance(value, Mapping) for value in facts.values())
    columns = ("Fact", "Value", "If a judgement: by whom, when, why, and who disagreed") if judged else ("Fact", "Value")
    rows: list[tuple[Cell, ...]] = []
    for name, value in facts.items():
        held = value.get("value") if isinstance(value, Mapping) else value
        said = [f"{key}: {value[key]}" for key in _JUDGED if value.get(key) is not None] if isinstance(value, Mapping) else []
        rows.append((_name(str(name)), _value(held), *((stacked(said) if said else "",) if judged else ())))
    return Table(caption, columns, tuple(rows), "" if judged else "facts")


def _value(value: object) -> str:
    if value is None or value == UNKNOWN_WORD:
        return "not known"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _name(name: str) -> Words:
    return (Span(name, "name"),)


def _record(record: DecisionRecord) -> Iterator[Piece]:
    yield Heading(3, "Decision record")
    yield from opening(record)
    yield Heading(4, OWED)
    yield duty_table(record.duties, record) if record.duties else Paragraph(nothing_owed(record))
    yield Drawing(partial(calendar, record))
    if record.options:
        yield Heading(4, PERMITTED)
        yield duty_table(record.options, record)
    for each in record.paths:
        table = (duty_table(each.steps, record),) if each.steps else ()
        yield Fold(f"In what order: {each.path.title}", (Paragraph(whose_order(each), "quiet"), *table))
    first = [each for each in record.ask if each.first and each.fact.kind != "step"]
    if first:
        yield Heading(4, "What to find out next")
        asked = tuple((f"{each.fact.question}{about(each.children, record)}", each.fact.who_would_know, _name(each.fact.id)) for each in first)
        yield Table("", ("Question", "Whom to ask", "Fact"), asked)
    if record.checked.judgements:
        yield Heading(4, "Judgements recorded")
        yield judgement_table(record)
    decided = [each for kind, _ in OUTCOMES for each in record.decisions.values() if each.outcome == kind]
    answers = tuple((_name(each.rule_id), each.rule.question, (outcome(each.outcome),)) for each in decided)
    counted = ", ".join(f"{sum(1 for each in decided if each.outcome == kind)} {words}" for kind, words in IN_A_WORD.items())
    yield Fold(f"All {len(decided)} rules: {counted}", (Table("", ("Rule", "Question", "Answer"), answers),))


def _decision(decision: Decision) -> Iterator[Piece]:
    rule = decision.rule
    yield Heading(3, (f"{rule.title} ", outcome(decision.outcome)))
    yield Paragraph(_name(rule.id))
    several = len(decision.per_child) > 1
    for proof, children in shared_proofs(decision):
        if several:
            yield Heading(4, (f"{numbered(children).capitalize()} ", outcome(proof.outcome)))
        yield Paragraph(proof.text)
        drawing = Drawing(partial(drawn, proof))
        yield Fold("As a ladder", (drawing,)) if several else drawing
    if decision.duties:
        rows = tuple((f"{VERBS[each.strength]}: {each.act}", _role(each.by), day_planned(each)) for each in decision.duties)
        yield Table("Duties", ("What it asks for", "Of whom", "Plan for"), rows)
    yield source_table(decision.citations)


def _duty(duty: OwedDuty) -> Iterator[Piece]:
    # A duty on its own does not know the authority, so roles are named as the rules name them.
    yield duty_entry(duty, _role, {})


def _table(found: Several[Any]) -> Iterator[Piece]:
    """Show several values of one kind as a table, or say that there are none."""
    if found:
        heads, row = _ROWS[type(found[0])]
        yield Table("", heads, tuple(row(each, found.ruleset) for each in found))
    else:
        yield Paragraph(found.none)


def _duty_row(duty: OwedDuty, ruleset: Ruleset) -> tuple[Cell, ...]:
    return *duty_cells(duty, ruleset.role_name), _children(duty.children), cited(duty.citations, brief=True)


def _question_row(question: Question, ruleset: Ruleset) -> tuple[Cell, ...]:
    return question.fact.question, question.fact.who_would_know, _children(question.children), _name(question.fact.id)


def _next_question(question: NextQuestion) -> Iterator[Piece]:
    whom = _children((question.child,) if question.child else ())
    row = (question.fact.question, question.fact.who_would_know, whom, _name(question.fact.id), stacked(map(_name, question.settles)))
    yield Table("", (*_QUESTION_COLUMNS, "Undecided rules that depend on it"), (row,))


def _near_miss_row(miss: NearMiss, ruleset: Ruleset) -> tuple[Cell, ...]:
    facts = ruleset.vocabulary.by_id
    changed: list[Words] = [(f"{facts[name].question} {facts[name].show(value)} ", *_name(name)) for name, value in miss.changes.items()]
    whom = _children((miss.child,) if miss.child else ())
    return _name(miss.rule_id), whom, (outcome(miss.outcome),), (outcome(miss.becomes),), stacked(changed)


def _otherwise_row(found: Otherwise, ruleset: Ruleset) -> tuple[Cell, ...]:
    def said(clauses: Iterable[tuple[str, str, str]]) -> Cell:
        return stacked((f"{clause}: {wanted} ", *_name(fact)) for clause, fact, wanted in clauses)

    return said(found.changed), said(found.found_out), cited(found.citations, brief=True)


def _children(children: Iterable[int]) -> str:
    return ", ".join(map(str, children))


_ROWS: Final[Mapping[type, tuple[tuple[str, ...], Callable[[Any, Ruleset], tuple[Cell, ...]]]]] = {
    OwedDuty: ((*DUTY_COLUMNS, "Children", "Sources"), _duty_row),
    Question: (_QUESTION_COLUMNS, _question_row),
    NearMiss: (("Rule", "Child", "Now", "Would be", "If it were"), _near_miss_row),
    Otherwise: (("It would be met if", "and it turned out that", "Sources"), _otherwise_row),
}
"""For each class, the headings and the row of a value among several."""


def _role(role: str) -> str:
    return "not specified by the source" if role == "unspecified" else role.replace("_", " ")


def _proof(proof: Proof) -> Iterator[Piece]:
    whom = f" (child {proof.child})" if proof.child else ""
    yield Heading(3, (f"{proof.question}{whom} ", outcome(proof.outcome)))
    yield Paragraph(proof.text)
    yield Drawing(partial(drawn, proof))
    yield Heading(4, "Test by test")
    yield proof_tree(proof.steps)


def _what_if(answer: WhatIf[Any]) -> Iterator[Piece]:
    yield Heading(3, "What would differ")
    yield _differences(answer.differences, answer.before, answer.after, "As the case stands", "With the changes")


def _comparison(found: Comparison) -> Iterator[Piece]:
    yield Heading(3, "One case side by side")
    for number, changes in enumerate(found.changes):
        one, other = found.labels[number : number + 2]
        before, after = found.records[number : number + 2]
        yield Heading(4, f"From {one} to {other}")
        yield _differences(changes, before, after, one, other)


def _differences(found: Sequence[Difference], before: DecisionRecord, after: DecisionRecord, first: str, second: str) -> Piece:
    if not found:
        return Paragraph("Nothing differs.")
    duties = _acts(before, after)
    questions = {name: decision.rule.question for record in (before, after) for name, decision in record.decisions.items()}
    rows: list[tuple[Cell, ...]] = []
    for each in found:
        words = questions[each.id] if each.what == "outcome" else duties[each.id]
        said = [_outcomes(side) if each.what == "outcome" else side for side in (each.before, each.after)]
        rows.append(((f"{words} ", *_name(each.id)), *said))
    return Table("", ("What", first, second), tuple(rows))


def _acts(*records: DecisionRecord) -> dict[str, str]:
    """Return what each duty of some records asks for, with its verb: what must not be done has to be told from what must."""
    return {duty.id: f"{VERBS[duty.strength]}: {duty.act}" for record in records for duty in (*record.duties, *record.options)}


def _outcomes(words: str) -> Cell:
    """Show the outcomes of one rule, those of several children by number."""
    found = words.split(", ")
    outcomes = {str(kind): outcome(kind) for kind in IN_A_WORD}
    leads = [f"Child {number}: " for number in range(1, len(found) + 1)] if len(found) > 1 else [""]
    return Stack(tuple(Paragraph((lead, outcomes.get(word, word))) for lead, word in zip(leads, found, strict=True)))


def _marking(found: Marking) -> Iterator[Piece]:
    record, looks = found.record, _MARKS
    counts = listed(f"{count} {VERDICTS[verdict]}" for verdict, count in found.totals.items() if count)
    yield Heading(3, "Answers, marked")
    yield Paragraph(f"{counts or 'Nothing was answered'}. Looked at from {in_words(record.as_of)}, for {record.ruleset.profile.authority}.")
    rows: list[tuple[Cell, ...]] = []
    for each in found.marks:
        what = Paragraph((f"{each.title}{f', child {each.child}' if each.child else ''} ", *_name(each.id)))
        why = (Fold("Why", (Paragraph(each.because),)),) if each.verdict != "right" else ()
        rows.append(((Span(VERDICTS[each.verdict], looks.get(each.verdict, "not_met")),), Stack((what, *why)), each.answered, each.found))
    if rows:
        yield Table("", ("Mark", "What", "Answered", "The rules say"), tuple(rows))


_MARKS: Final[Mapping[str, Look]] = {"right": "met", "unanswered": "undetermined"}


# -- a case over time ----------------------------------------------------------------------------------------------------------------


def _history(history: CaseHistory) -> Iterator[Piece]:
    yield Heading(3, f"Case {history.reference}" if history.reference else "Case over time")
    if history.title:
        yield Paragraph(history.title)
    rows: list[tuple[Cell, ...]] = []
    for entry in history.entries:
        replaced = f" {', '.join(entry.replaces)}" if entry.replaces else ""
        whom = str(entry.child) if entry.child else ""
        value = "" if entry.value is None else _value(entry.value)
        rows.append((in_words(entry.on), entry.id, f"{entry.kind}{replaced}", _name(entry.fact), whom, value))
    if rows:
        columns = ("Known on", "Entry", "What", "Fact", "Child", "Value")
        yield Table("What became known, in the order in which it was entered", columns, tuple(rows))
    else:
        yield Paragraph("Nothing is recorded yet.")


def _replay(found: Replay) -> Iterator[Piece]:
    record, stage = found.record, found.stage
    reference = found.history.reference or "without a reference"
    yield Heading(3, f"Case {reference} as known on {in_words(record.as_of)}")
    if found.history.title:
        yield Paragraph(found.history.title)
    yield Paragraph(f"Stage: {stage.title if stage else 'none yet'}. {len(found.lives)} duties arose. For {record.ruleset.profile.authority}.")
    name = f"timeline-{record.as_of}-{anchor(reference)}"
    yield Picture(joined(tag("style", fixed(PLANNED)), case_timeline.svg(reference, found, name)))
    yield Fold("The same as a table", (timeline_table(found),))


def _changes(found: Changes) -> Iterator[Piece]:
    yield Heading(3, f"What changed from {in_words(found.earlier.as_of)} to {in_words(found.later.as_of)}")
    if not found.changes:
        yield Paragraph("Nothing changed.")
        return
    # What changed about one duty for the same reason is one row.
    groups: dict[tuple[object, ...], list[Change]] = {}
    for each in found.changes:
        kind = each.what if each.what in ("outcome", "stage") else "duty"
        groups.setdefault((kind, each.subject, each.child, each.because), []).append(each)
    duties = _acts(found.earlier, found.later)
    questions = {name: decision.rule.question for record in (found.earlier, found.later) for name, decision in record.decisions.items()}
    stages = {stage.id: stage.title for stage in found.later.ruleset.stages}
    rows: list[tuple[Cell, ...]] = []
    for (group, subject, child, because), changes in groups.items():
        about = {"outcome": questions, "duty": duties, "stage": {"stage": "Stage"}}[str(group)]
        whom = f" (child {child}) " if child else " "
        sides = [
            "; ".join(_changed(change.what, said, stages) for change in changes if (said := getattr(change, side)) is not None)
            for side in ("before", "after")
        ]
        entries = because if isinstance(because, tuple) else ()
        why = ", ".join(f"{entry.id} ({entry.fact})" for entry in entries) or "the days that passed"
        rows.append(((f"{about[str(subject)]}{whom}", *(_name(str(subject)) if group != "stage" else ())), *sides, why))
    yield Table("", ("What", "Before", "After", "Because of"), tuple(rows))


def _changed(what: str, words: str, stages: Mapping[str, str]) -> str:
    if what == "due":
        return f"by {in_words(date.fromisoformat(words))}"
    if what == "done":
        return f"done {day_words(bounds(words) or date.fromisoformat(words))}"
    said = {**STATUS_WORDS, **{str(kind): said for kind, said in IN_A_WORD.items()}, **stages}
    return said.get(words, words).split(":")[0]


def _live(case: LiveCase) -> Iterator[Piece]:
    return _record(case.record)


# -- rules ---------------------------------------------------------------------------------------------------------------------------


def _ruleset(ruleset: Ruleset) -> Iterator[Piece]:
    profile = ruleset.profile
    yield Heading(3, f"Rules for {profile.title}")
    yield Terms(
        (
            ("Authority", profile.authority),
            ("Stands on", ", ".join(profile.extends) or "nothing else"),
            (
                "Holds",
                f"{len({rule.id for rule in ruleset.rules})} rules, {len(ruleset.vocabulary.facts)} facts, {len(ruleset.provisions)} provisions",
            ),
            ("Register", f"{len(ruleset.discrepancies)} places where sources disagree, are silent or are unclear"),
            ("Sources", f"last looked through {in_words(ruleset.checked_on)}"),
            ("Digest", _name(ruleset.digest)),
        )
    )
    rules = tuple((_name(rule.id), rule.question, LAYERS[rule.layer], str(rule.window)) for rule in ruleset.rules)
    yield Fold(f"The {len(rules)} versions of its rules", (Table("", ("Rule", "Question", "Kind of source", "In force"), rules),))
    roles = tuple((_name(role.id), role.title, role.held_by or "not named") for role in profile.roles.values())
    yield Fold(f"Its {len(roles)} roles", (Table("", ("Role", "What it is", "Held by"), roles),))


def _rule(rule: Rule) -> Iterator[Piece]:
    """Show a rule; it knows the keys of what it cites and not the provisions themselves."""
    yield Heading(3, rule.title)
    yield Paragraph(rule.question)
    register: tuple[tuple[str, Cell], ...] = (("Register", ", ".join(rule.discrepancies)),) if rule.discrepancies else ()
    yield Terms(
        (
            ("Rule", _name(rule.id)),
            ("Kind of source", LAYERS[rule.layer]),
            ("In force", str(rule.window)),
            ("Asked", f"once for {'each child' if rule.scope == 'child' else 'the incident'}"),
            ("Cites", _keys(rule.cites)),
            *register,
        )
    )
    yield Drawing(lambda: ladder(rule).figure())
    rows: list[tuple[Cell, ...]] = []
    for duty in rule.duties:
        limits = stacked(f"{_limit(deadline)} ({deadline.strength.replace('_', ' ')})" for deadline in duty.deadlines) if duty.deadlines else ""
        whom = ", ".join(_role(role) for role in duty.to)
        rows.append((f"{VERBS[duty.strength]}: {duty.act}", _role(duty.by), whom, limits, _keys(duty.cites)))
    if rows:
        yield Table("When it is met", ("What it asks for", "Of whom", "To whom", "Time limits", "Cites"), tuple(rows))
    if rule.notes:
        yield Heading(4, "Notes")
        yield from (Item((f"{note.text} ", *_keys(note.cites))) for note in rule.notes)


def _limit(deadline: Deadline) -> str:
    return when(deadline, None if deadline.anchor in (None, UNSPECIFIED) else deadline.anchor)


def _keys(keys: Iterable[str]) -> tuple[str | Span, ...]:
    return tuple(part for place, key in enumerate(keys) for part in (" " if place else "", Span(key, "name")))


def _provision(provision: Provision) -> Iterator[Piece]:
    yield Heading(3, f"{provision.instrument.title}, {provision.pinpoint}")
    yield Paragraph(provision.summary)
    lines: list[tuple[str, Cell]] = [
        ("Key", _name(provision.key)),
        ("Kind of source", LAYERS[provision.layer]),
        ("Force", provision.force.replace("_", " ")),
        ("In force", str(provision.window)),
        ("How it was checked", provision.verification),
    ]
    lines += [("Dates", provision.window.approximate)] if provision.window.approximate else []
    lines += [("Copy read", str(provision.checked.copied))] if provision.checked.copied else []
    lines += [("Note", provision.checked.note)] if provision.checked.note else []
    address = provision.checked.url or provision.instrument.url
    lines += [("Where", (Span(address, to=address),))] if address else []
    yield Terms(tuple(lines))


def in_notebook(pieces: Callable[[Any], Iterable[Piece]]) -> Callable[[Any], str]:
    """Return what makes HTML for a notebook of a value.

    Args:
        pieces: What makes a document of one.
    """
    return lambda value: str(inline(html(pieces(value))))


DISPLAYS: Final[Displays] = {
    Case: in_notebook(_case),
    DecisionRecord: in_notebook(_record),
    Decision: in_notebook(_decision),
    OwedDuty: in_notebook(_duty),
    Proof: in_notebook(_proof),
    Marking: in_notebook(_marking),
    WhatIf: in_notebook(_what_if),
    Comparison: in_notebook(_comparison),
    CaseHistory: in_notebook(_history),
    Replay: in_notebook(_replay),
    Changes: in_notebook(_changes),
    LiveCase: in_notebook(_live),
    Ruleset: in_notebook(_ruleset),
    Rule: in_notebook(_rule),
    Provision: in_notebook(_provision),
    NextQuestion: in_notebook(_next_question),
    Several: in_notebook(_table),
}
"""For each class, what makes HTML of one of its values."""
