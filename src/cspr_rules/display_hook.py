"""How values show themselves in a notebook, without any room knowing how.

A class says ``_repr_html_ = as_html``. The room that can draw it, far above, is named once by the front door (:mod:`cspr_rules`) and is loaded the
first time a value is shown; a program that shows nothing never loads it. `docs/decisions/0009-display.md` has the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self, TypeAlias, TypeVar

T = TypeVar("T")
Displays: TypeAlias = Mapping[type, Callable[[Any], str]]

_sources: list[Callable[[], Displays]] = []


def shown_by(load: Callable[[], Displays]) -> None:
    """Say where displays come from.

    Args:
        load: Loads them: for each class, what makes HTML of one of its values. Called each time a value is shown, so it has to be cheap twice.
    """
    _sources[:] = [load]


def as_html(value: object) -> str | None:
    """Return a value as HTML, or ``None`` if nothing here draws it: the notebook then prints it as text."""
    for load in _sources:
        draw = load().get(type(value))
        return draw(value) if draw else None
    return None


class Several(tuple[T, ...]):
    """A tuple that a notebook shows as one table. A copy of it, or a pickle, is the tuple alone: the rules do not travel with every list.

    Attributes:
        ruleset: The rules that the values come from; they name roles, facts and rules.
        none: What is said where there are no values.
    """

    ruleset: Any
    none: str

    def __new__(cls, values: Iterable[T], ruleset: object, none: str) -> Self:
        """Return the values as a tuple."""
        made = super().__new__(cls, values)
        made.ruleset, made.none = ruleset, none
        return made

    def __reduce__(self) -> tuple[type[tuple[T, ...]], tuple[tuple[T, ...]]]:
        return tuple, (tuple(self),)

    def _repr_html_(self) -> str | None:
        return as_html(self)
