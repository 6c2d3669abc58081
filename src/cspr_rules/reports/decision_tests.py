"""Tests as part of a document: which are met, undecided and not met and on what that turns; then every proof, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from typing import Final

from cspr_rules.engine.proofs import Proof, ProofStep
from cspr_rules.explain.phrases import cited, numbered, proof_heading, reason_for, telling
from cspr_rules.model.rules import Outcome
from cspr_rules.pictures.marks import OUTCOMES as MARKS
from cspr_rules.pictures.markup import Markup
from cspr_rules.record import Decision, DecisionRecord
from cspr_rules.reports.document import Aside, Drawing, Fold, Heading, Item, Listing, Paragraph, Piece, Span, Stack, Table, Tree, Words, bare, stacked
from cspr_rules.reports.shared_proofs import proofs

OUTCOMES: Final[tuple[tuple[Outcome, str], ...]] = (
    ("met", "Tests that are met"),
    ("undetermined", "Undecided: the facts recorded could still go either way"),
    ("not_met", "Tests that are not met"),
)
"""The outcomes in the order in which they are reported, and their headings."""
IN_A_WORD: Final[dict[Outcome, str]] = {"met": "met", "undetermined": "undecided", "not_met": "not met"}
"""Each outcome beside its mark."""
EXPLAINED: Final = "Step by step: every test of every rule"
_SHORT: Final = 3
"""Tests fewer than this need no ladder: a list says as much."""


def outcome(found: Outcome) -> Span:
    """Return an outcome with its mark."""
    return Span(IN_A_WORD[found], found)


def tests(record: DecisionRecord) -> Iterator[Piece]:
    """Yield which tests are met, undecided and not met."""
    for kind, heading in OUTCOMES:
        decisions = [decision for decision in record.decisions.values() if decision.outcome == kind]
        if decisions:
            yield Heading(2, heading)
            yield _met(decisions, record) if kind == "met" else _held_back(decisions, record, IN_A_WORD[kind])


def _met(decisions: Sequence[Decision], record: DecisionRecord) -> Listing:
    rows, items = [], []
    for decision in decisions:
        question = decision.rule.question
        rows.append((question, _answer(decision, record), _rule(decision)))
        source = cited(decision.citations, brief=True)
        items.append(Item(f"{question} ({decision.rule_id}; {source}) {reason_for(decision, record)}"))
    return Listing(Table("", ("Question", "Answer", "Rule and source"), tuple(rows), "tests"), tuple(items))


def _held_back(decisions: Sequence[Decision], record: DecisionRecord, words: str) -> Listing:
    # Many rules are open, or fail, on the same test; so the test is said once, with the rules that it holds back.
    reasons: dict[str, list[Words]] = {}
    for decision in decisions:
        reasons.setdefault(reason_for(decision, record), []).append(_rule(decision))
    rows = tuple((why, stacked(rules)) for why, rules in reasons.items())
    items = tuple(Item(f"{why}. Therefore {words}: {bare(stacked(rules))}") for why, rules in reasons.items())
    return Listing(Table("", ("Because", f"These rules are {words}"), rows, "reasons"), items)


def _answer(decision: Decision, record: DecisionRecord) -> Stack:
    found: list[Paragraph | Item] = []
    for children, answer, told in telling(decision, record):
        whom = [Span(f"{numbered(children).capitalize()}: ", "strong")] if children else []
        found += [Paragraph((*whom, outcome(answer))), *map(Item, told)]
    return Stack(tuple(found))


def _rule(decision: Decision) -> Words:
    return Span(decision.rule_id, "name"), " ", Span(f"({cited(decision.citations, brief=True)})", "quiet")


# -- step by step --------------------------------------------------------------------------------------------------------------------


def explained(record: DecisionRecord) -> Iterator[Piece]:
    """Yield, for every decision, the proof as a paragraph and as a tree."""
    yield Heading(2, EXPLAINED)
    for decision, proof, children in proofs(record):
        yield Heading(3, proof_heading(decision, proof, children, record))
        yield Paragraph(proof.text)
        yield proof_tree(proof.steps)
        if sum(step.kind in ("test", "rule") for step in proof.steps) >= _SHORT:
            yield Fold("As a ladder", (Drawing(partial(drawn, proof)),))


@lru_cache(maxsize=256)
def drawn(proof: Proof) -> Markup:
    """Return a proof as a ladder; of what nothing is known, most cases have the same."""
    from cspr_rules.pictures.ladders import ladder  # only a page draws

    return ladder(proof).figure()


def proof_tree(steps: Sequence[ProofStep]) -> Tree:
    """Return the steps of a proof, each below the one it is part of."""
    return Tree(tuple(Item(_step(step), step.depth) for step in steps))


def _step(step: ProofStep) -> Words:
    words = Span(step.result_words, MARKS[step.result]), f": {step.says}"
    if step.fact:
        return *words, Aside((f"{step.sort}: ", Span(step.fact, "name"), f" {step.basis}; {cited(step.citations)}"))
    return (*words, Aside(("law: rule ", Span(step.rule, "name"), f"; {cited(step.citations)}"))) if step.rule else words
