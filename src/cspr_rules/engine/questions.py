"""From the facts that could still settle something to the questions that ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from cspr_rules.engine.answers import Question
from cspr_rules.engine.conditions.open_parts import Left
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.vocabulary import Fact


class Asking:
    """Turns facts into questions to the incident and its children."""

    def __init__(self, facts: Sequence[Fact]) -> None:
        asked = [(fact, () if fact.scope == "incident" else (1,), first) for fact in facts for first in (True, False)]
        self._questions = [Question(*each) for each in asked]
        self._slot = {fact.id: slot for slot, fact in enumerate(facts)}
        self._firsts = sum(1 << 2 * slot for slot in range(len(facts)))

    def __call__(self, incident: Left, children: Sequence[Left]) -> tuple[Question, ...]:
        """Return a question for each fact, in order; what is read first for one rule and later for another is asked as a first."""
        left, of_all = incident, self._firsts
        for each in children:
            left |= each
            of_all &= each | each >> 1
        left &= ~((left & self._firsts) << 1)
        questions = []
        while left:
            bit = left & -left
            left ^= bit
            questions.append(self._questions[bit.bit_length() - 1])
        if len(children) == 1:
            return tuple(questions)
        every, found = tuple(range(1, len(children) + 1)), []
        for question in questions:
            fact, only, first = question
            if only:
                place = 1 << 2 * self._slot[fact.id]
                some = every if of_all & place else tuple([child for child, here in zip(every, children, strict=True) if here & 3 * place])
                found.append(Question(fact, some, first))
            else:
                found.append(question)
        return tuple(found)


def asking(ruleset: Ruleset) -> Asking:
    """Return what turns the facts of a ruleset into questions; it is made once."""
    known: Asking = ruleset.kept.get(Asking) or ruleset.kept.setdefault(Asking, Asking(ruleset.vocabulary.facts))
    return known
