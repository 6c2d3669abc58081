"""A property that is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, Self, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 -- used as a decorator
    """Like ``functools.cached_property``, without the lock that takes until Python 3.12: it costs more than most of what is worked out."""

    def __init__(self, work: Callable[[Any], T]) -> None:
        self.work = work
        self.name = ""
        self.__doc__ = work.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, thing: None, owner: type) -> Self: ...

    @overload
    def __get__(self, thing: object, owner: type) -> T: ...

    def __get__(self, thing: object | None, owner: type) -> Self | T:
        if thing is None:
            return self
        found: T = self.work(thing)
        thing.__dict__[self.name] = found
        return found
