"""From the facts that could still settle something to the questions that ask for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from cspr_rules.engine.answers import Question
from cspr_rules.engine.conditions.open_parts import Left
from cspr_rules.engine.law import open_parts
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.vocabulary import Fact

_as_tuple: Final = tuple.__new__  # makes a NamedTuple in a third of the time


class Asking:
    """Turns facts into questions to the incident and its children.

    Args:
        facts: The facts of the vocabulary.
        bits: By slot, the bit that stands for a fact.
    """

    def __init__(self, facts: Sequence[Fact], bits: Mapping[int, int]) -> None:
        asked = [(facts[slot], () if facts[slot].scope == "incident" else (1,), bit) for slot, bit in bits.items()]
        # By bit, the question to the incident or to an only child, asked later and asked first.
        self._later = {bit: Question(fact, children, first=False) for fact, children, bit in asked}
        self._first = {bit: Question(fact, children, first=True) for fact, children, bit in asked}

    def __call__(self, incident: Left, children: Sequence[Left]) -> tuple[Question, ...]:
        """Return a question for each fact, in order; what is read first for one rule and later for another is asked as a first."""
        left, firsts = incident
        of_all = -1
        for every, first in children:
            left |= every
            of_all &= every
            firsts |= first
        later_asked, first_asked = self._later, self._first
        single, numbers = len(children) == 1, tuple(range(1, len(children) + 1))
        questions = []
        while left:
            bit = left & -left
            left ^= bit
            question = (first_asked if firsts & bit else later_asked)[bit]
            if not single and question.children:
                some = numbers if of_all & bit else tuple([number for number in numbers if children[number - 1].every & bit])
                question = _as_tuple(Question, (question.fact, some, question.first))
            questions.append(question)
        return tuple(questions)


def asking(ruleset: Ruleset) -> Asking:
    """Return what turns the facts of a ruleset into questions; it is made once."""
    known: Asking | None = ruleset.kept.get(Asking)
    return known or ruleset.kept.setdefault(Asking, Asking(ruleset.vocabulary.facts, open_parts(ruleset).bits))
