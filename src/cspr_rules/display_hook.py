"""How values show themselves in a notebook, without any room knowing how.

A class says ``_repr_html_ = as_html``. The room that can draw it, far above, is named once by the front door (:mod:`cspr_rules`) and is loaded the
first time a value is shown; a program that shows nothing never loads it. `docs/decisions/0009-display.md` has the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

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
