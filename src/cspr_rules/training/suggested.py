"""Which misconception a wrong answer suggests: what somebody who holds it would answer on the same facts, worked out and not guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, NamedTuple

from cspr_rules.errors import CaseError
from cspr_rules.explain.phrases import cited
from cspr_rules.marking.misconceptions import Misconception, answers_under, misconceptions
from cspr_rules.model.once import once
from cspr_rules.record import DecisionRecord

MOST_DOUBTING: Final = 3
"""How many misconceptions may lead to other answers than a right one, so that they are named to whoever calls it wrong."""
_ANSWER: Final = "This is the answer"


class Suggested(NamedTuple):
    """A misconception that an answer suggests.

    Attributes:
        id: Its name in the list of misconceptions.
        says: What it is and what helps, in two sentences.
    """

    id: str
    says: str


class Misread:
    """What would be answered on the facts of one scene under each misconception.

    Attributes:
        record: The case, decided as the rules are.
    """

    def __init__(self, record: DecisionRecord) -> None:
        self.record = record

    @once
    def under(self) -> list[tuple[Suggested, DecisionRecord]]:
        """Each misconception with the case as decided under it."""
        found = []
        for held in misconceptions(self.record.ruleset):
            try:
                decided = answers_under(held, self.record.ruleset, self.record.case, self.record.as_of)
            except CaseError:
                continue  # what is misread goes against what else is recorded, so nobody could hold it here
            found.append((Suggested(held.id, _in_words(held)), decided))
        return found

    def answers(self, answer: Callable[[DecisionRecord], str | None]) -> Mapping[str, tuple[Suggested, ...]]:
        """Return, for each answer that some misconceptions lead to and that is wrong, these misconceptions.

        Args:
            answer: Gives the answer to be had from a record; nothing where there is none.
        """
        return self.among(lambda record: [one] if (one := answer(record)) is not None else [])

    def among(self, answers: Callable[[DecisionRecord], Iterable[str]]) -> Mapping[str, tuple[Suggested, ...]]:
        """Return, for each of several answers that some misconceptions add to the right ones, these misconceptions.

        Args:
            answers: Gives the answers to be had from a record.
        """
        right = set(answers(self.record))
        found: dict[str, list[Suggested]] = {}
        for held, decided in self.under:
            for wrong in answers(decided):
                if wrong not in right:
                    found.setdefault(wrong, []).append(held)
        return {name: tuple(dict.fromkeys(held)) for name, held in found.items()}


def doubting(found: Iterable[tuple[Suggested, ...]]) -> tuple[Suggested, ...]:
    """Return what it suggests to call a right answer wrong: that somebody would have given another; nothing where that can be of many reasons.

    Args:
        found: The misconceptions that lead to each of the other answers.
    """
    held = dict.fromkeys(each for one in found for each in one)
    if len(held) > MOST_DOUBTING:
        return ()
    return tuple(Suggested(f"doubts:{each.id}", each.says.replace(_ANSWER, f"Calling this entry wrong {_ANSWER[5:]}", 1)) for each in held)


def outcome_of(record: DecisionRecord, rule: str) -> str | None:
    """Return a rule's outcome as an answer, if it is in force."""
    return record.decisions[rule].outcome if rule in record.law.place else None


def owed_of(record: DecisionRecord, duty: str, rules: Iterable[str]) -> str:
    """Return what is to be said of a duty, in the words of answers: the day to plan for, ``owed``, ``not_owed`` or ``undetermined``.

    Args:
        record: The case, decided.
        duty: The duty.
        rules: The rules that can make it owed.
    """
    days = sorted(each.plan_for.isoformat() if each.plan_for else "owed" for each in record.duties if each.id == duty)
    if days:
        return days[0]
    open_ = any(outcome_of(record, rule) == "undetermined" for rule in rules)
    return "undetermined" if open_ else "not_owed"


def holder_of(record: DecisionRecord, duty: str) -> str | None:
    """Return the role that owes a duty, if it is owed."""
    return next((each.by for each in (*record.duties, *record.options) if each.id == duty), None)


def told_of(record: DecisionRecord, duty: str) -> tuple[str, ...]:
    """Return the roles to which a duty is owed, if it is owed."""
    return next((each.to for each in (*record.duties, *record.options) if each.id == duty), ())


def _in_words(held: Misconception) -> str:
    source = f" ({cited(held.citations)})" if held.citations else ""
    return f"{_ANSWER} of somebody who {held.says}. {held.helps.rstrip('.')}{source}."
