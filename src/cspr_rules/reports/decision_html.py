"""A decision record as one page of HTML: to read on a screen, to print and to keep. It loads nothing and runs nothing.

The order is that of the text report. Tables have headed columns and rows; every outcome and status has a word and a shape beside its colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from cspr_rules.engine.decisions import Clock, OwedDuty
from cspr_rules.engine.proofs import ProofStep
from cspr_rules.explain.phrases import (
    PROVISIONAL,
    VERBS,
    about,
    cited,
    counted,
    counting,
    given,
    listed,
    not_counted,
    numbered,
    planned,
    proof_heading,
    reason_for,
    set_by,
    status_words,
    telling,
    weekday_of,
)
from cspr_rules.model.days import weekday
from cspr_rules.model.rules import UNSPECIFIED
from cspr_rules.model.sources import LAYERS, Discrepancy, Provision, in_words
from cspr_rules.model.values import day_words
from cspr_rules.model.vocabulary import Fact
from cspr_rules.pictures.drawing import icon, table_of
from cspr_rules.pictures.ladders import OUTCOMES, ladder
from cspr_rules.pictures.markup import Inside, Markup, code, joined, link, soft, tag
from cspr_rules.pictures.record_timeline import STATUS_LOOKS, STATUS_MARKS, timeline
from cspr_rules.record import Decision, DecisionRecord
from cspr_rules.reports import decision_report
from cspr_rules.reports import page as one_page
from cspr_rules.reports.decision_report import EXPLAINED, Block
from cspr_rules.reports.document import VERB_LOOKS, Span
from cspr_rules.reports.shared_proofs import proofs
from cspr_rules.reports.writing_html import html, shown, whole

_SHORT: Final = 3
"""Tests fewer than this need no ladder: a list says as much."""


def page(records: Sequence[tuple[DecisionRecord, str | None]], *, full: bool = False, explain: bool = False) -> str:
    """Return one or several records as an HTML document.

    Args:
        records: Each record with its title, if it has one.
        full: Whether the record is open, with a table of contents, and printed; otherwise it is folded away, and the first page alone is printed.
        explain: Whether every decision is followed through test by test at the end; the record is open then too.
    """
    title = records[0][1] or "Decision record" if len(records) == 1 else "Decision records"
    prefixes = [f"c{place}-" if len(records) > 1 else "" for place in range(1, len(records) + 1)]
    return whole(title, [_article(*each, prefix, full=full or explain, explain=explain) for each, prefix in zip(records, prefixes, strict=True)])


def _article(record: DecisionRecord, title: str | None, prefix: str, *, full: bool, explain: bool) -> Markup:
    _, whom, rules, purpose = decision_report.opening(record, title)
    sections = [
        *_from_blocks(decision_report.days_in_order(record)),
        *_from_blocks(decision_report.answers(record)),
        *_owed(record, prefix),
        *_from_blocks(decision_report.order(record)),
        *_from_blocks(decision_report.disorder(record)),
        *_from_blocks(decision_report.questions(record)),
        *_tests(record),
        *_from_blocks(decision_report.not_law(record)),
        *_from_blocks(decision_report.notes(record)),
        *_judgements(record),
        *_from_blocks(decision_report.inferred(record)),
        *_disagreements(record.discrepancies, prefix),
        *_sources(record),
        *(_explained(record) if explain else ()),
    ]
    names = [(f"{prefix}s{place}", name) for place, (name, _) in enumerate(sections, start=1)]
    which = f", case {prefix[1:-1]}" if prefix else ""  # what is named so that a screen reader can go to it has another name in each case
    contents = (
        tag("nav", tag("ul", [tag("li", tag("a", name, href=f"#{key}")) for key, name in names]), aria_label=f"Contents{which}") if full else None
    )
    days, *written = [
        tag(
            "section",
            tag("details", tag("summary", tag("h2", name, id=key)), inside, class_="part", open=full or not place),
            aria_labelledby=None if prefix else key,
        )
        for place, ((key, name), (_, inside)) in enumerate(zip(names, sections, strict=True))
    ]
    answer = html(one_page.pieces(record, title, whole="the record below" if full else "the record: on a screen below, on paper with --full"))
    first = tag("section", answer, class_="page", aria_label=f"The answer on one page{which}")
    law = [tag("p", block.text, class_="note") for block in decision_report.which_law(record)]
    later = tag("details", tag("summary", "Which law is read for later steps"), law.pop(), open=full) if record.later_laws else None
    lead = tag("header", tag("p", whom.text), tag("p", rules.text, class_="quiet"), tag("p", purpose.text, class_="note"), law, later)
    # The days stand next to the answer they belong to.
    return tag("article", first, days, lead, contents, written, class_="full" if full else None)


Section = tuple[str, Markup]
"""A heading of the second level and what stands under it."""


def _from_blocks(blocks: Iterable[Block]) -> Iterator[Section]:
    """Yield the sections of a part of the report that is headings, paragraphs and lists."""
    waiting: list[Block] = []
    for block in blocks:
        if block.kind == "heading" and block.level == 2:
            if waiting:
                yield waiting[0].text, _written(waiting[1:])
            waiting = []
        waiting.append(block)
    if waiting:
        yield waiting[0].text, _written(waiting[1:])


def _written(blocks: list[Block]) -> Markup:
    found: list[Markup] = []
    while blocks:
        block = blocks[0]
        if block.kind in ("number", "item"):
            count = next((place for place, each in enumerate(blocks) if each.kind not in ("number", "item")), len(blocks))
            found.append(_list(blocks[:count]))
            blocks = blocks[count:]
        else:
            found.append(tag("h3" if block.kind == "heading" else "p", block.text))
            blocks = blocks[1:]
    return joined(found)


def _list(blocks: list[Block]) -> Markup:
    """Return numbered and bulleted items, each with those below it as a list inside it."""
    depths = [-1 if block.kind == "number" else block.level for block in blocks]
    entries, start = [], 0
    for place in range(1, len(blocks) + 1):
        if place == len(blocks) or depths[place] <= depths[start]:
            inner = blocks[start + 1 : place]
            entries.append(tag("li", blocks[start].text, _list(inner) if inner else None))
            start = place
    return tag("ol" if depths[0] == -1 else "ul", entries)


# -- what is owed --------------------------------------------------------------------------------------------------------------------


def _owed(record: DecisionRecord, prefix: str) -> Iterator[Section]:
    name = record.ruleset.role_name
    facts = record.ruleset.vocabulary.by_id
    if not record.duties:
        yield "What is owed, most pressing first", joined(tag("p", decision_report.nothing_owed(record)), timeline(record).figure())
    else:
        known = {each.id for each in record.discrepancies}
        details = [
            duty_details(duty, name, facts, place, f"{prefix}d{place}", whom=about(duty.children, record), register=prefix, known=known)
            for place, duty in enumerate(record.duties, start=1)
        ]
        glance = duty_table(record.duties, record, prefix)
        yield "What is owed, most pressing first", joined(glance, timeline(record).figure(), details)
    if record.options:
        known = {each.id for each in record.discrepancies}
        details = [
            duty_details(duty, name, facts, place, f"{prefix}o{place}", whom=about(duty.children, record), register=prefix, known=known)
            for place, duty in enumerate(record.options, start=1)
        ]
        yield "What may be done", joined(details)


def badge(kind: str, look: str, words: str) -> Markup:
    """Return a mark with its word."""
    return tag("span", icon(kind), words, class_=f"badge {look}")


def status_badge(duty: OwedDuty | Clock, *, timed: bool) -> Markup:
    """Return how a duty or a clock stands."""
    kind = STATUS_MARKS[duty.status]
    return badge(kind, STATUS_LOOKS[kind], status_words(duty.status, timed=timed).split(":")[0])


def duty_table(duties: Sequence[OwedDuty], record: DecisionRecord, prefix: str | None = None) -> Markup:
    """Return duties at a glance; with a prefix each is linked to its details."""
    rows: list[tuple[Inside, ...]] = [("No.", *DUTY_COLUMNS)]
    for place, duty in enumerate(duties, start=1):
        act, *others = duty_cells(duty, record.ruleset.role_name, about(duty.children, record))
        rows.append((place, tag("a", act, href=f"#{prefix}d{place}") if prefix is not None else act, *others))
    return table_of(rows, "At a glance", "glance")


DUTY_COLUMNS: Final = ("What", "Who", "To whom", "Plan for", "How it stands")


def duty_cells(duty: OwedDuty, name: Callable[[str], str], whom: str) -> tuple[Inside, ...]:
    """Return a duty as the cells of a row: those of :data:`DUTY_COLUMNS`.

    Args:
        duty: The duty.
        name: Says who holds a role.
        whom: Which children it is about, in words, after a space; empty where that goes without saying.
    """
    act = joined(shown((Span(duty.strength.replace("_", " ").upper(), VERB_LOOKS[duty.strength]),)), f" {duty.act}", whom)
    return act, name(duty.by), listed(name(role) for role in duty.to), day_planned(duty), _stands(duty)


def _stands(duty: OwedDuty) -> Inside:
    """Return how a duty stands; a prohibition stands for as long as it is not known to be at an end."""
    return status_badge(duty, timed=duty.plan_for is not None) if duty.strength not in ("may", "must_not") or duty.done else ""


def day_planned(duty: OwedDuty) -> Inside:
    """Return the day to plan for and whose clocks set it, or how long the sources give where no day can be named."""
    if duty.plan_for:
        others = set_by(duty)
        return joined(f"{weekday(duty.plan_for)[:3]} {in_words(duty.plan_for)}", tag("div", f"set by {others}", class_="quiet") if others else None)
    return listed(dict.fromkeys(given(clock) for clock in duty.clocks if clock.waiting_for or clock.rule.unit != UNSPECIFIED)) or "no time given"


def duty_details(
    duty: OwedDuty,
    name: Callable[[str], str],
    facts: Mapping[str, Fact],
    place: int | None = None,
    key: str | None = None,
    *,
    whom: str = "",
    register: str = "",
    known: Iterable[str] = (),
) -> Markup:
    """Return one duty with all that is said of it.

    Args:
        duty: The duty or option.
        name: Says who holds a role.
        facts: The vocabulary, for the questions that a waiting clock asks.
        place: Its number in the list.
        key: What links to it.
        whom: Which children it is about, in words.
        register: What stands before the ids of entries in the register of discrepancies on this page.
        known: Which of these entries are on this page.
    """
    number = f"{place}. " if place else ""
    heading = tag("h3", f"{number}{VERBS[duty.strength]}: {duty.act}{planned(duty)} ", _stands(duty), id=key)
    lines: list[tuple[str, Inside]] = [("Who", f"{name(duty.by)}{whom}")]
    lines += [("To", listed(name(role) for role in duty.to))] if duty.to else []
    lines += [("How", duty.duty.how)] if duty.duty.how else []
    if option := duty.duty.option:
        lines += [("Fits when", option.rationale), ("Method", option.methodology), ("Timescale", option.timescale)]
        lines.append(("Overseen by", listed(name(role) for role in option.governance) or "nobody named"))
        lines += [("Supported by", listed(name(role) for role in option.support))] if option.support else []
    if duty.duty.contents:
        lines.append(("It has to contain", tag("ul", [tag("li", each) for each in duty.duty.contents])))
    if duty.recorded and duty.done:
        lines.append(("Done", f"Recorded as done {day_words(duty.recorded)} ({duty.duty.done_by})"))
    elif duty.recorded:
        lines.append(("Step", f"Recorded {day_words(duty.recorded)} ({duty.duty.done_by}). It counts only if {counting(duty)}"))
    only = duty.clocks[0] if len(duty.clocks) == 1 and not duty.clocks[0].due_on else None
    lines += [("When", f"{counted(only, facts)}; {_from(only)}")] if only else []
    lines.append(("Because", joined(code(duty.rule_id), " is met")))
    lines.append(("Source", cited(duty.citations)))
    if duty.discrepancies:
        entries = [tag("a", each, href=f"#{register}{each}") if each in known else joined(each) for each in duty.discrepancies]
        words = [joined(", " if index else "", entry) for index, entry in enumerate(entries)]
        lines.append(("Unclear", joined("Sources disagree or are unclear here: see ", words)))
    described = tag("dl", [joined(tag("dt", term), tag("dd", words)) for term, words in lines])
    return tag(
        "section",
        heading,
        described,
        _clocks(duty.clocks, facts) if duty.clocks and not only else None,
        class_="duty",
        aria_labelledby=None if register else key,
    )


def _clocks(clocks: Sequence[Clock], facts: Mapping[str, Fact]) -> Markup:
    rows: list[tuple[Inside, ...]] = [("Last day in time", "How it is counted", "Not counted", "Strength and source", "How it stands")]
    explained: set[tuple[object, ...]] = set()
    for clock in clocks:
        day = weekday_of(clock) if clock.due_on else "no day can be given"
        planned = (
            tag("div", "plan by this one", class_="quiet") if clock.earliest and not clock.rule.least and not clock.status.startswith("met") else None
        )
        notes = [f"reading: {clock.rule.reading}"] if clock.rule.reading else []
        notes += [PROVISIONAL] if clock.due and clock.due.provisional else []
        how = joined(soft(counted(clock, facts)), [tag("div", note, class_="quiet") for note in notes])
        key = (clock.due_on, clock.started_on)
        off = ("as above" if key in explained else not_counted(clock)) if clock.due and clock.due.skipped else "–" if clock.due else ""
        explained.add(key)
        rows.append((joined(day, planned), how, off, _from(clock), status_badge(clock, timed=clock.due_on is not None)))
    return table_of(rows, "Each source's own time limit", "clocks")


def _from(clock: Clock) -> str:
    return f"“{clock.rule.strength.replace('_', ' ')}” in {cited(clock.citations)}"


# -- tests ---------------------------------------------------------------------------------------------------------------------------


def outcome_badge(outcome: str) -> Markup:
    """Return an outcome with its mark."""
    words = {"met": "met", "not_met": "not met", "undetermined": "undecided"}[outcome]
    return badge(outcome, {"met": "good", "not_met": "bad", "undetermined": "open"}[outcome], words)


def _tests(record: DecisionRecord) -> Iterator[Section]:
    for outcome, heading in decision_report.OUTCOMES:
        decisions = [decision for decision in record.decisions.values() if decision.outcome == outcome]
        if not decisions:
            continue
        if outcome != "met":
            # Many rules are open, or fail, on the same test; so the test is said once, with the rules that it holds back.
            reasons: dict[str, list[Markup]] = {}
            for decision in decisions:
                reasons.setdefault(reason_for(decision, record), []).append(_rule(decision))
            held: list[tuple[Inside, ...]] = [("Because", f"These rules are {'not met' if outcome == 'not_met' else 'undecided'}")]
            held += [(why, tag("ul", [tag("li", rule) for rule in rules])) for why, rules in reasons.items()]
            yield heading, table_of(held, None, "reasons")
        else:
            rows: list[tuple[Inside, ...]] = [("Question", "Answer", "Rule and source")]
            rows += [(decision.rule.question, _answer(decision, record), _rule(decision)) for decision in decisions]
            yield heading, table_of(rows, None, "tests")


def _answer(decision: Decision, record: DecisionRecord) -> Markup:
    found = []
    for children, outcome, tests in telling(decision, record):
        whom = tag("strong", f"{numbered(children).capitalize()}: ") if children else None
        found.append(tag("div", whom, outcome_badge(outcome), tag("ul", [tag("li", each) for each in tests])))
    return joined(found)


def _rule(decision: Decision) -> Markup:
    return joined(code(decision.rule_id), " ", tag("span", f"({cited(decision.citations, brief=True)})", class_="quiet"))


def _explained(record: DecisionRecord) -> Iterator[Section]:
    found: list[Markup] = []
    for decision, proof, children in proofs(record):
        tests = [step for step in proof.steps if step.kind in ("test", "rule")]
        drawn = tag("details", tag("summary", "As a ladder"), ladder(proof).figure()) if len(tests) >= _SHORT else None
        heading = tag("h3", proof_heading(decision, proof, children, record))
        found.append(tag("section", heading, tag("p", proof.text), proof_tree(proof.steps), drawn))
    yield EXPLAINED, joined(found)


def proof_tree(steps: Sequence[ProofStep]) -> Markup:
    """Return the steps of a proof as nested lists."""

    def level(first: int, end: int) -> Markup:
        entries, start = [], first
        for place in range(first + 1, end + 1):
            if place == end or steps[place].depth <= steps[start].depth:
                entries.append(tag("li", _step(steps[start]), level(start + 1, place) if start + 1 < place else None))
                start = place
        return tag("ul", entries, class_="tree")

    return level(0, len(steps))


def _step(step: ProofStep) -> Markup:
    kind = OUTCOMES[step.result]
    look = {"met": "good", "not_met": "bad", "undetermined": "open"}[kind]
    lead = joined(badge(kind, look, step.result_words), ": ", step.says)
    if step.fact:
        rest = joined(f"{step.sort}: ", code(step.fact), f" {step.basis}; {cited(step.citations)}")
    elif step.rule:
        rest = joined("law: rule ", code(step.rule), f"; {cited(step.citations)}")
    else:
        return lead
    return joined(lead, tag("div", rest, class_="quiet"))


# -- judgements, disagreements, sources ----------------------------------------------------------------------------------------------


def _judgements(record: DecisionRecord) -> Iterator[Section]:
    if record.checked.judgements:
        yield "Judgements recorded", judgement_table(record)


def judgement_table(record: DecisionRecord) -> Markup:
    """Return who judged what, when and why, and who disagreed."""
    vocabulary = record.ruleset.vocabulary
    rows: list[tuple[Inside, ...]] = [("Judgement", "Held to be", "By", "On", "Reasons", "Dissent")]
    for each in record.checked.judgements:
        row = record.checked.children[each.child - 1] if each.child else record.checked.children[0]
        whom = about((each.child,), record) if each.child else ""
        value = vocabulary.by_id[each.fact].show(row[vocabulary.slot[each.fact]])
        day = in_words(each.on) if each.on else "not recorded"
        named = joined(code(each.fact), whom)
        rows.append((named, value, each.role or "not recorded", day, each.reasons or "no reasons recorded", each.dissent or "none recorded"))
    return table_of(rows, None, "judged")


def _disagreements(found: Sequence[Discrepancy], prefix: str) -> Iterator[Section]:
    if found:
        rows: list[tuple[Inside, ...]] = [("No.", "What about", "What this means here")]
        rows += [(tag("span", each.id, id=f"{prefix}{each.id}"), each.title, each.note) for each in found]
        yield "Where the sources disagree, are silent or are unclear", table_of(rows, None, "register")


def _sources(record: DecisionRecord) -> Iterator[Section]:
    if record.unverified:
        rows: list[tuple[Inside, ...]] = [("Provision", "How it was checked", "Note")]
        rows += [(_provision(each), each.verification, each.checked.note or "") for each in record.unverified]
        yield "Unverified: confirm before relying on it", table_of(rows, None, "checked")
    if record.citations:
        yield "Sources", source_table(record.citations)


def source_table(provisions: Iterable[Provision]) -> Markup:
    """Return provisions with their kind, how their text was checked, and where they are published."""
    rows: list[tuple[Inside, ...]] = [("Provision", "Kind", "How it was checked", "Where")]
    for each in provisions:
        address = each.checked.url or each.instrument.url
        rows.append((_provision(each), LAYERS[each.layer], each.verification, link(address, address) if address else "not published"))
    return table_of(rows, None, "sources")


def _provision(each: Provision) -> Markup:
    return joined(each.name, " ", code(each.key))
