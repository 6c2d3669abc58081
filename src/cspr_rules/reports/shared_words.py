"""Words that the page and the whole record share."""

from __future__ import annotations

from typing import Final

from cspr_rules.explain.verdict import STATE_WORDS, Verdict
from cspr_rules.model.profiles import Held
from cspr_rules.model.sources import Strength, in_words
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.document import VERB_LOOKS, Look, Span, Words

_STATE_LOOKS: Final[dict[str, Look]] = {"yes": "must", "open": "open", "no": "strong"}


def answered(verdict: Verdict, *, in_full: bool = True) -> Words:
    """Return a headline question with its answer.

    Args:
        verdict: The answer.
        in_full: Whether it says what an answer of yes would come to where the question is open.
    """
    state = STATE_WORDS[verdict.state]
    said = verdict.sentence.removeprefix(state)
    return f"{verdict.headline.asks} ", Span(state, _STATE_LOOKS[verdict.state]), said if in_full else said.split(" If so, ")[0]


def verb(strength: Strength) -> Span:
    """Return the verb of a source in capitals, with its weight."""
    return Span(strength.replace("_", " ").upper(), VERB_LOOKS[strength])


def not_held(law: Held, record: DecisionRecord) -> str:
    """Return that none of the law of the day is held here."""
    return f"No law of {in_words(record.law_on)} is held here for {law.title}: what is encoded begins on {in_words(law.since)}."
