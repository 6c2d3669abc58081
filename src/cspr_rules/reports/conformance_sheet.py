"""A program that was held against the rules, as a sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cspr_rules.conformance.explaining import Named
from cspr_rules.conformance.running import Result
from cspr_rules.conformance.scoring import Score, Scored
from cspr_rules.explain.english import capital, counted, listed
from cspr_rules.explain.phrases import cited
from cspr_rules.marking.one_mark import VERDICTS
from cspr_rules.reports.document import Heading, Item, Paragraph, Piece, Span, Table

MOST_SHOWN: Final = 10
"""How many failing cases are gone through."""


def conformance_sheet(found: Scored) -> Iterator[Piece]:
    """Yield what is to be read: the score, the misconceptions that explain what is wrong, and the smallest failing cases."""
    yield Heading(1, f"{found.run.program}, held against the rules")
    states = listed(f"{number} {state}" for state, number in sorted(found.states.items()))
    said = listed(f"{number} {VERDICTS[verdict]}" for verdict, number in found.totals.items() if number) or "none"
    yield Paragraph(f"{counted(len(found.run.results), 'case')}: {states or 'none'}. Answers: {said}.")
    if found.conforms:
        yield Paragraph("Every answer given is right.", "strong")
    elif not found.totals["right"] and not found.failing:
        yield Paragraph("No answer was given, so nothing was found out.", "strong")
    yield from (Paragraph(capital(f"{each}."), "note") for each in found.run.ends)
    if found.explanation.named or found.explanation.unexplained:
        yield Heading(2, "What explains the wrong answers")
        yield from (piece for each in found.explanation.named for piece in _named(each))
        left = len(found.explanation.unexplained)
        if left:
            yield Paragraph(f"Of {counted(found.explanation.looked_at, 'case')} looked at, {counted(left, 'wrong answer')} nothing here explains.")
    if found.faults:
        yield Heading(2, "Kinds of fault")
        yield Table("", ("Fault", "Times"), tuple((fault, str(number)) for fault, number in found.faults.items()))
    if found.failing:
        yield Heading(2, "Failing cases, the smallest first")
        yield from (piece for each in found.failing[:MOST_SHOWN] for piece in _failing(each))
        if len(found.failing) > MOST_SHOWN:
            yield Paragraph(f"And {len(found.failing) - MOST_SHOWN} more; --format json lists them all.", "quiet")
    yield from _scores("Rules", found.rules)
    yield from _scores("Duties", found.duties)
    yield Paragraph(
        "Agreement with these rules, as they are encoded, is not compliance with the law. Judgements are taken as recorded. What is not answered "
        "counts neither as right nor as wrong, and nothing here says that nobody need be told.",
        "quiet",
    )


def _named(each: Named) -> Iterator[Piece]:
    what = ", and ".join(held.says for held in each.misconceptions)
    share = f"the same answer in {each.agrees} of the {counted(each.changes, 'answer')} that this would change"
    yield Item((Span(f"{capital(what)}.", "strong"), f" It explains {counted(each.explains, 'wrong answer')}; {share}."))
    for held in each.misconceptions:
        yield Item(f"{held.helps} ({cited(held.citations)}) [{held.id}]", level=1)


def _failing(each: Result) -> Iterator[Piece]:
    state = f"; {each.state}: {each.message}" if each.message else ""
    yield Item((Span(f"{each.asked.id}:", "strong"), f" {counted(each.asked.size, 'fact')}{state}"))
    for mark in each.marking.marks if each.marking else ():
        if mark.verdict in ("wrong", "missed"):
            child = f", child {mark.child}" if mark.child else ""
            yield Item(f"{mark.id}{child}: answered {mark.answered or 'nothing'}; the rules say {mark.found}", level=1)


def _scores(heading: str, scores: Sequence[Score]) -> Iterator[Piece]:
    if scores:
        yield Heading(2, heading)
        rows = tuple((each.id, *(str(each.totals[verdict]) for verdict in VERDICTS)) for each in scores)
        yield Table("", ("", *(capital(words) for words in VERDICTS.values())), rows)
