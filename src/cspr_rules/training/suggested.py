"""Which misconception a wrong answer suggests: what somebody who holds it would answer on the same facts, worked out and not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from cspr_rules.record import DecisionRecord


class Suggested(NamedTuple):
    """A misconception that an answer suggests.

    Attributes:
        id: Its name in the list of misconceptions.
        says: What it is, in a sentence to whoever holds it.
    """

    id: str
    says: str


def suggested(record: DecisionRecord, *, rule: str = "", duty: str = "") -> Mapping[str, tuple[Suggested, ...]]:
    """Return, for each answer that some misconceptions lead to and that is wrong, these misconceptions.

    Args:
        record: The case, decided as the rules are.
        rule: The rule whose outcome is asked, or
        duty: the duty of which is asked whether and when it is owed.
    """
    return {}
