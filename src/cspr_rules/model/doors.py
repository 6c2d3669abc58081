"""What a public call is given, looked at before anything is done with it: a day, or a value of a class, or the words that say what to give instead.

What is right costs one look at its type. What is wrong is told as what it is, with what to write instead; the value itself is not repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

from cspr_rules.errors import ArgumentError, Fault

T = TypeVar("T")

INSTEAD: Final = {
    "Ruleset": "load_ruleset('bcp') gives the rules of a profile",
    "DecisionRecord": "evaluate(...) gives one",
    "CaseHistory": "CaseHistory() begins one, read_history(...) reads one",
    "Vocabulary": "the .vocabulary of a ruleset is one",
}
"""For a class that is wanted, where a value of it comes from."""


def described(value: object) -> str:
    """Return what a value is, in words."""
    if value is None:
        return "None"
    names = {"str": "text", "int": "a number", "float": "a number", "bool": "true or false", "dict": "a dict", "list": "a list", "tuple": "a tuple"}
    kind = type(value).__name__
    return names.get(kind, f"{'an' if kind[:1] in 'AEIOUaeiou' else 'a'} {kind}")


def day(value: Any, name: str) -> date:
    """Return a day as a plain ``date``.

    Args:
        value: What was given. A class of its own that stands for a day, such as those of test libraries, is taken; a moment is none.
        name: What the argument is called.

    Raises:
        ArgumentError: It is no day; the message says what to write for what it is.
    """
    if type(value) is date:
        return value
    if isinstance(value, datetime):
        hint = f"a moment has no day of its own before somebody says where: give the .date() of it; it is {described(value)}"
    elif isinstance(value, date):
        return date(value.year, value.month, value.day)
    elif isinstance(value, str):
        hint = "it is text: date.fromisoformat(...) makes a day of YYYY-MM-DD"
    elif value is None:
        hint = "it is None, and nothing here reads the clock: give the day, also if it is that of today"
    else:
        hint = f"it is {described(value)}"
    raise ArgumentError([Fault(name, f"expected a day as a datetime.date; {hint}")])


def day_or_none(value: Any, name: str) -> date | None:
    """Return a day, or ``None`` where none is given.

    Raises:
        ArgumentError: It is neither.
    """
    return None if value is None else day(value, name)


def of(kind: type[T], value: Any, name: str) -> T:
    """Return a value that is of a class.

    Args:
        kind: The class.
        value: What was given.
        name: What the argument is called.

    Raises:
        ArgumentError: It is of another.
    """
    if isinstance(value, kind):
        return value
    wanted = {"str": "text", "int": "a whole number", "bool": "True or False"}.get(kind.__name__, f"a {kind.__name__}")
    hint = f": {INSTEAD[kind.__name__]}" if kind.__name__ in INSTEAD else ""
    raise ArgumentError([Fault(name, f"expected {wanted}, but it is {described(value)}{hint}")])


def or_none(kind: type[T], value: Any, name: str) -> T | None:
    """Return a value that is of a class, or ``None`` where none is given.

    Raises:
        ArgumentError: It is of another.
    """
    return None if value is None else of(kind, value, name)


def number(value: Any, name: str) -> int:
    """Return a whole number.

    Raises:
        ArgumentError: It is none; true and false are none.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise ArgumentError([Fault(name, f"expected a whole number, but it is {described(value)}")])


def mapping(value: Any, name: str, of_what: str) -> Mapping[Any, Any]:
    """Return a mapping.

    Raises:
        ArgumentError: It is none.
    """
    if isinstance(value, Mapping):
        return value
    raise ArgumentError([Fault(name, f"expected a mapping of {of_what}, but it is {described(value)}")])


def path(value: Any, name: str) -> Path:
    """Return the path of a file or folder.

    Raises:
        ArgumentError: It is neither text nor a path.
    """
    if isinstance(value, str | Path):
        return Path(value)
    raise ArgumentError([Fault(name, f"expected a path, as text or as a pathlib.Path, but it is {described(value)}")])


def each(kind: type[T], values: Any, name: str) -> list[T]:
    """Return values of a class, of which several are given; one text is not several.

    Raises:
        ArgumentError: They are not several, or not all of the class.
    """
    if isinstance(values, Iterable) and not isinstance(values, str | bytes | Mapping):
        return [of(kind, value, name) for value in values]
    raise ArgumentError([Fault(name, f"expected a list, but it is {described(values)}")])


def called(value: Any, name: str) -> Callable[..., Any] | None:
    """Return a function, or ``None`` where none is given.

    Raises:
        ArgumentError: It is neither.
    """
    if value is None or callable(value):
        return value  # type: ignore[no-any-return] # a function or None
    raise ArgumentError([Fault(name, f"expected a function, but it is {described(value)}")])
