"""How records and rulesets find the data frames that stand above them.

Like :mod:`cspr_rules.display_hook`: a class asks for a frame of itself, and the room that can make one is named once by the front door and loaded
the first time a frame is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

Each: TypeAlias = Literal["case", "decision", "duty"]
"""What a row is of."""
Backend: TypeAlias = Literal["pandas", "polars", "pyarrow"]
"""The library that makes a frame."""
Frames: TypeAlias = Mapping[type, Callable[..., Any]]

_sources: list[Callable[[], Frames]] = []


def framed_by(load: Callable[[], Frames]) -> None:
    """Say where frames come from.

    Args:
        load: Loads them: for each class, what makes a frame of one of its values.
    """
    _sources[:] = [load]


def as_frame(value: object, **options: Any) -> Any:
    """Return a value as a data frame.

    Args:
        value: A value of a class that frames are made of.
        options: What the maker of its frames takes.

    Raises:
        QuestionError: narwhals or the library is not installed, or there is no such row or library.
    """
    (load,) = _sources
    return load()[type(value)](value, **options)
