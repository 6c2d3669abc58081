"""A property that is worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    once = property  # that is all a type checker has to know of it
else:

    class once:  # noqa: N801 -- used as a decorator
        """Like ``functools.cached_property``, without the lock that takes until Python 3.12: it costs more than most of what is worked out."""

        def __init__(self, work: Callable[[Any], Any]) -> None:
            self.work = work
            self.name = ""
            self.__doc__ = work.__doc__

        def __set_name__(self, owner: type, name: str) -> None:
            self.name = name

        def __get__(self, thing: object | None, owner: type) -> Any:
            if thing is None:
                return self
            found = self.work(thing)
            setattr(thing, self.name, found)  # keeps the instance without a dictionary of its own
            return found
