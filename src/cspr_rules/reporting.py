"""A decision record for people: blocks of headings, paragraphs and lists, printed as plain text or Markdown.

The order is that of somebody who has to act: what is owed and by when, what else may be done, what to find out, and then why.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, NamedTuple

from cspr_rules.decisions import STATUS_WORDS, Clock, Decision, OwedDuty, Status
from cspr_rules.explaining import RESULT_WORDS, Step
from cspr_rules.layout import wrapped
from cspr_rules.record import DecisionRecord
from cspr_rules.rules import UNSPECIFIED, Outcome, Test, tests_in
from cspr_rules.sources import LAYERS, Provision, in_words
from cspr_rules.vocabulary import Fact
from cspr_rules.wire import PURPOSE

VERBS: Final = {"must": "MUST", "will": "WILL (local commitment)", "should": "SHOULD", "may": "MAY", "must_not": "MUST NOT"}
_OUTCOMES: Final = (
    ("met", "Tests that are met"),
    ("undetermined", "Undecided: the facts recorded could still go either way"),
    ("not_met", "Tests that are not met"),
)


class Block(NamedTuple):
    """One piece of a report.

    Attributes:
        kind: ``heading``, ``paragraph``, ``number`` (a numbered item) or ``item`` (a bullet).
        level: Depth of a heading (1 is the title) or of an item (0 is outermost).
        text: The words.
    """

    kind: Literal["heading", "paragraph", "number", "item"]
    level: int
    text: str


def text(record: DecisionRecord, title: str | None = None) -> str:
    """Return a record as plain text, at most 110 columns wide."""
    lines: list[str] = []
    number = 0
    for block in blocks(record, title):
        if block.kind == "heading":
            number = 0
            heading = wrapped(plain(block.text))
            lines += ([""] if lines else []) + heading + [("=" if block.level == 1 else "-") * max(map(len, heading), default=0)]
        elif block.kind == "paragraph":
            lines += wrapped(plain(block.text))
        elif block.kind == "number":
            number += 1
            lines += ["", *wrapped(plain(block.text), f"{number}. ")]
        else:
            lines += wrapped(plain(block.text), "   " + "  " * block.level + "- ")
    return "\n".join(lines) + "\n"


def markdown(record: DecisionRecord, title: str | None = None) -> str:
    """Return a record as Markdown."""
    lines: list[str] = []
    number = 0
    for block in blocks(record, title):
        words = _escaped(plain(block.text))
        if block.kind == "heading":
            number = 0
            lines += ([""] if lines else []) + [f"{'#' * block.level} {words}", ""]
        elif block.kind == "paragraph":
            lines += ([""] if lines and lines[-1] else []) + [words, ""]
        elif block.kind == "number":
            number += 1
            lines += [f"{number}. **{words}**"]
        else:
            # A bullet belongs to the number above it only if it is indented as far as that number's words.
            indent = len(f"{number}. ") if number else 0
            lines += [" " * indent + "  " * block.level + f"- {words}"]
    return "\n".join(lines).rstrip() + "\n"


def plain(words: str) -> str:
    """Return words on one line without control characters: what people wrote must not begin a line of its own or steer a terminal."""
    return " ".join("".join(character if character.isprintable() else " " for character in words).split())


def _escaped(words: str) -> str:
    for character in "\\`*_[]<>#":
        words = words.replace(character, "\\" + character)
    return words


def blocks(record: DecisionRecord, title: str | None = None) -> Iterator[Block]:
    """Yield a record piece by piece."""
    ruleset = record.ruleset
    yield Block("heading", 1, title or "Decision record")
    law = f"under the law of {in_words(record.law_on)}"
    law += {"as_of": ", because the day of the incident is not recorded", "law_on": ", as asked"}.get(record.law_on_from, ", the day of the incident")
    yield Block("paragraph", 0, f"For {ruleset.profile.authority} ({ruleset.profile.title}). Looked at from {in_words(record.as_of)}, {law}.")
    yield Block(
        "paragraph",
        0,
        f"Profile {record.profile}; rules {record.ruleset_digest[:16]}; sources last looked through {in_words(ruleset.checked_on)}.",
    )
    yield Block("paragraph", 0, PURPOSE)
    yield from _duties(record)
    yield from _questions(record)
    yield from _tests(record)
    yield from _notes(record)
    yield from _sources(record)


# -- what is owed --------------------------------------------------------------------------------------------------------------------


def _duties(record: DecisionRecord) -> Iterator[Block]:
    yield Block("heading", 2, "What is owed, most pressing first")
    if not record.duties:
        yield Block("paragraph", 0, "On the facts recorded, no rule that asks something of somebody is met yet. See below which are open, and why.")
    for duty in record.duties:
        yield from _duty(duty, record)
    if record.options:
        yield Block("heading", 2, "What may be done")
        for option in record.options:
            yield from _duty(option, record)
    if record.paths:
        yield Block("heading", 2, "In what order")
        for path in record.paths:
            yield Block("heading", 3, path.path.title)
            yield Block("paragraph", 0, f"{path.path.note or ''} The order is that of {_cited(path.citations, brief=True)}.".strip())
            for step in path.steps:
                yield Block("number", 0, _in_order(step, record))


def _in_order(duty: OwedDuty, record: DecisionRecord) -> str:
    name = record.ruleset.role_name
    whom = f", to {_listed(name(role) for role in duty.to)}" if duty.to else ""
    how = f", {duty.duty.how}" if duty.duty.how else ""
    start = next((clock for clock in duty.clocks if clock.rule.anchor not in (None, UNSPECIFIED)), None)
    after = ""
    if start:
        after = f"; starts from {start.rule.anchor}" + (f" ({in_words(start.started_on)})" if start.started_on else ", not recorded yet")
    periods = _listed(dict.fromkeys(_period(clock) for clock in duty.clocks))
    when = f"; {periods}" if periods else ""
    done = f"; done on {in_words(duty.done_on)}" if duty.done_on else ""
    return f"{name(duty.by)}: {duty.act}{whom}{how}{_about(duty.children, record)}{when}{after}{done} ({_cited(duty.citations, brief=True)})"


def _duty(duty: OwedDuty, record: DecisionRecord) -> Iterator[Block]:
    name = record.ruleset.role_name
    when = f" by {in_words(duty.plan_for)}" if duty.plan_for and not duty.done_on else ""
    status = f" [{_status(duty.status, timed=duty.plan_for is not None)}]" if duty.strength not in ("may", "must_not") or duty.done_on else ""
    yield Block("number", 0, f"{VERBS[duty.strength]}: {duty.act}{when}{status}")
    whom = f"; to {_listed(name(role) for role in duty.to)}" if duty.to else ""
    yield Block("item", 0, f"Who: {name(duty.by)}{whom}{_about(duty.children, record)}")
    if duty.duty.how:
        yield Block("item", 0, f"How: {duty.duty.how}")
    if option := duty.duty.option:
        yield Block("item", 0, f"Fits when: {option.rationale}")
        yield Block("item", 0, f"Method: {option.methodology}")
        oversight = _listed(name(role) for role in option.governance)
        support = f"; supported by {_listed(name(role) for role in option.support)}" if option.support else ""
        yield Block("item", 0, f"Timescale: {option.timescale}. Overseen by {oversight or 'nobody named'}{support}")
    if duty.duty.contents:
        yield Block("item", 0, f"It has to contain: {'; '.join(duty.duty.contents)}")
    if duty.done_on:
        yield Block("item", 0, f"Recorded as done on {in_words(duty.done_on)} ({duty.duty.done_by})")
    elif duty.recorded_on:
        yield Block("item", 0, f"A step is recorded on {in_words(duty.recorded_on)} ({duty.duty.done_by}). It counts only if {_counting(duty)}")
    explained: set[tuple[object, ...]] = set()
    for clock in duty.clocks:
        key = (clock.due_on, clock.started_on)
        yield Block("item", 0, f"When: {_clock(clock, record, skipped=key not in explained)}")
        explained.add(key)
    yield Block("item", 0, f"Because {duty.rule_id} is met. Source: {_cited(duty.citations)}")
    if duty.discrepancies:
        yield Block("item", 0, f"Sources disagree or are unclear here: see {', '.join(duty.discrepancies)} below")


def _counting(duty: OwedDuty) -> str:
    tests = tests_in(duty.duty.counts_if) if duty.duty.counts_if else ()
    return " and ".join(f"{test.says} ({test.fact})" for test in tests if isinstance(test, Test))


def _status(status: Status, *, timed: bool) -> str:
    return "done" if status == "met" and not timed else STATUS_WORDS[status]


def _clock(clock: Clock, record: DecisionRecord, *, skipped: bool) -> str:
    rule = clock.rule
    facts = record.ruleset.vocabulary.by_id
    period = _period(clock)
    if clock.waiting_for:
        asked = f"{clock.waiting_for} ({facts[clock.waiting_for].question})"
        if rule.amount is None:
            words = f"{period}, after a date not recorded yet: {asked}"
        else:
            words = f"{period} {'before' if rule.before else 'of'} a date not recorded yet: {asked}"
    elif clock.due_on and clock.started_on:
        side = "before" if rule.before else "from"
        words = f"{_weekday(clock)} ({period.removeprefix('within ')} {side} {in_words(clock.started_on)}, {rule.anchor})"
    elif rule.anchor == UNSPECIFIED and rule.unit != UNSPECIFIED:
        words = f"{period}; the source does not say from when"
    else:
        words = f"{period}{f', after {in_words(clock.started_on)} ({rule.anchor})' if clock.started_on else ''}"
    parts = [words]
    if skipped and clock.due and clock.due.skipped:
        off = [f"{day:%a} {day.day} {day:%B} ({why})" for day, why in clock.due.skipped if why not in ("Saturday", "Sunday")]
        weekend = len(clock.due.skipped) - len(off)
        off += [f"{weekend} weekend days"] if weekend > 1 else ["1 weekend day"] if weekend else []
        parts.append(f"not counted: {_listed(off)}")
    if clock.due and clock.due.provisional:
        parts.append("provisional: bank holidays are not published so far ahead")
    if rule.reading:
        parts.append(f"reading: {rule.reading}")
    parts.append(f"{rule.strength.replace('_', ' ')}, {_cited(clock.citations)}")
    if clock.status in ("overdue", "due_today", "met", "met_late", "done", "withdrawn"):
        parts.append(_status(clock.status, timed=clock.due_on is not None))
    if clock.earliest and not clock.status.startswith("met"):
        parts.append("plan by this one")
    return "; ".join(parts)


def _period(clock: Clock) -> str:
    rule = clock.rule
    if rule.amount is None:
        return {"unspecified": "no time given"}.get(rule.unit, rule.unit.replace("_", " "))
    unit = rule.unit.replace("_", " ")
    counted = f"{rule.amount} {unit if rule.amount != 1 else unit.removesuffix('s')}"
    return f"at least {counted}" if rule.before else f"within {counted}"


def _weekday(clock: Clock) -> str:
    day = clock.due_on
    return f"{day:%A} {in_words(day)}" if day else ""


# -- what to find out ----------------------------------------------------------------------------------------------------------------


def _questions(record: DecisionRecord) -> Iterator[Block]:
    first = [each for each in record.ask if each.first and each.fact.kind != "step"]
    if first:
        yield Block("heading", 2, "What to find out next")
        for question in first:
            fact = question.fact
            yield Block("number", 0, f"{fact.question}{_about(question.children, record)}")
            kind = "A judgement for" if fact.kind == "judgement" else "Ask"
            yield Block("item", 0, f"{kind} {fact.who_would_know}. Record as {fact.id}: {_expected(fact)}.")
            for consideration in fact.considerations:
                cited = [record.ruleset.provisions[key] for key in consideration.cites if record.law_on in record.ruleset.provisions[key].window]
                if cited:
                    yield Block("item", 1, f"Weigh: {consideration.text} ({_cited(cited, brief=True)})")
    later = [each for each in record.ask if not each.first and each.fact.kind != "step"]
    if later:
        yield Block("paragraph", 0, f"Depending on the answers, these may matter too: {_listed(each.fact.id for each in later)}.")
    steps = [each for each in record.ask if each.fact.kind == "step"]
    if steps:
        yield Block("heading", 2, "What to record once it happens")
        for question in steps:
            yield Block("item", 0, f"{question.fact.meaning} ({question.fact.id})")


def _expected(fact: Fact) -> str:
    if fact.type == "one_of":
        return "; ".join(f"{value} ({meaning})" for value, meaning in fact.values.items())
    return fact.expected


# -- which tests are met -------------------------------------------------------------------------------------------------------------


def _tests(record: DecisionRecord) -> Iterator[Block]:
    for outcome, heading in _OUTCOMES:
        decisions = [decision for decision in record.decisions.values() if decision.outcome == outcome]
        if not decisions:
            continue
        yield Block("heading", 2, heading)
        if outcome != "met":
            # Many rules are open, or fail, on the same test; so the test is said once, with the rules that it holds back.
            reasons: dict[str, list[str]] = {}
            for decision in decisions:
                reasons.setdefault(_reason(decision, record), []).append(f"{decision.rule_id} ({_cited(decision.citations, brief=True)})")
            verb = "Therefore not met" if outcome == "not_met" else "Therefore undecided"
            for reason, rules in reasons.items():
                yield Block("item", 0, f"{reason}. {verb}: {'; '.join(rules)}")
            continue
        for decision in decisions:
            cited = _cited(decision.citations, brief=True)
            yield Block("item", 0, f"{decision.rule.question} ({decision.rule_id}; {cited}) {_reason(decision, record)}")
    if record.not_in_force:
        yield Block("heading", 2, f"Not law on {in_words(record.law_on)}")
        for rule in record.not_in_force:
            yield Block("item", 0, f"{rule.title} ({rule.id}): in force {rule.window}")


def _reason(decision: Decision, record: DecisionRecord) -> str:
    """Return, in a few words for each child, the tests that make a rule's outcome what it is."""
    if len(decision.per_child) < 2:
        return _why(record.tests(decision.rule_id), decision.outcome)
    return "; ".join(
        f"child {child}: {_why(record.tests(decision.rule_id, child), finding.outcome)}" for child, finding in enumerate(decision.per_child, start=1)
    )


def _why(steps: tuple[Step, ...], outcome: Outcome) -> str:
    leaves = [step for step in steps if step.kind in ("test", "rule")]
    if outcome == "undetermined":
        # The first open test in reading order is the one to find out; those after it may fall away.
        return f"Not known: {_step(next(step for step in leaves if step.result is None), word=False)}"
    word, wanted = ("Met", True) if outcome == "met" else ("Not met", False)
    telling = [step for step in leaves if step.result is wanted]
    # A condition with 'not' can be settled by tests of the other result alone; then those are what there is to say.
    said = telling or [step for step in leaves if step.result is not None]
    return f"{word}: {'; '.join(_step(step, word=not telling) for step in said)}"


def _step(step: Step, *, word: bool) -> str:
    if step.rule:
        return f"the rule {step.rule} is {RESULT_WORDS[step.result]}"
    if step.result is None:
        return f"whether {step.says} ({step.fact})"
    return f"{step.says} ({step.fact} = {step.value})" + (f", which is {RESULT_WORDS[step.result]}" if word else "")


# -- notes and sources ---------------------------------------------------------------------------------------------------------------


def _notes(record: DecisionRecord) -> Iterator[Block]:
    if record.notes:
        yield Block("heading", 2, "Notes")
        for note in record.notes:
            yield Block("item", 0, f"{note.note.text} ({_cited(note.citations)}){_about(note.children, record)}")
    if record.checked.judgements:
        yield Block("heading", 2, "Judgements recorded")
        for each in record.checked.judgements:
            who = f"by {each.role}" if each.role else "by whom is not recorded"
            child = f" for child {each.child}" if each.child else ""
            dissent = f"; dissent: {each.dissent}" if each.dissent else ""
            when = f" on {in_words(each.on)}" if each.on else ""
            yield Block("item", 0, f"{each.fact}{child}: {who}{when}; {each.reasons or 'no reasons recorded'}{dissent}")
    if record.checked.inferred:
        yield Block("heading", 2, "What follows from what is recorded")
        for number, fact, source in record.checked.inferred:
            yield Block("item", 0, f"{fact}{_about((number,) if number else (), record)} follows from {source}")
    if record.discrepancies:
        yield Block("heading", 2, "Where the sources disagree, are silent or are unclear")
        for discrepancy in record.discrepancies:
            yield Block("item", 0, f"{discrepancy.id}, {discrepancy.title}: {discrepancy.note}")


def _sources(record: DecisionRecord) -> Iterator[Block]:
    if record.unverified:
        yield Block("heading", 2, "Unverified: confirm before relying on it")
        for provision in record.unverified:
            note = f" {provision.checked.note}" if provision.checked.note else ""
            yield Block("item", 0, f"{provision.name} ({provision.key}): {provision.checked}.{note}")
    if record.citations:
        yield Block("heading", 2, "Sources")
        for provision in record.citations:
            link = provision.checked.url or provision.instrument.url
            words = f"{provision.name} ({provision.key}), {LAYERS[provision.layer]}, {provision.checked}" + (f": {link}" if link else "")
            yield Block("item", 0, words)


def _cited(provisions: Iterable[Provision], *, brief: bool = False) -> str:
    return (
        "; ".join(provision.name if brief or provision.checked.relied_on else str(provision) for provision in provisions)
        or "no source in force on this day"
    )


def _about(children: tuple[int, ...], record: DecisionRecord) -> str:
    if not children or len(record.checked.children) < 2:
        return ""
    numbers = _listed(str(number) for number in children)
    return f" (child {numbers})" if len(children) == 1 else f" (children {numbers})"


def _listed(words: Iterable[str]) -> str:
    items = list(words)
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)
