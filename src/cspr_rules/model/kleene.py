"""Three-valued (strong Kleene) logic: ``True``, ``False``, and ``None`` for unknown. Nothing else lives here.

Unknown is never false: a conjunction with one unknown part is unknown unless another part is false, and so on.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

Truth: TypeAlias = bool | None


def negation(value: Truth) -> Truth:
    """Return the opposite; unknown stays unknown."""
    return None if value is None else not value


def conjunction(values: Iterable[Truth]) -> Truth:
    """Return ``False`` if any value is false, else ``None`` if any is unknown, else ``True``."""
    answer: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            answer = None
    return answer


def disjunction(values: Iterable[Truth]) -> Truth:
    """Return ``True`` if any value is true, else ``None`` if any is unknown, else ``False``."""
    answer: Truth = False
    for value in values:
        if value is True:
            return True
        if value is None:
            answer = None
    return answer
