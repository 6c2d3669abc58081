"""A mapping that nobody can change, to be handed out: what is shared by a whole process must not be altered by one of its callers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Fixed(dict[K, V]):
    """A dictionary that refuses every change. It can be copied, compared and pickled; ``dict(...)`` of it is one that can be changed."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping is shared and cannot be changed; dict(...) of it gives one that can")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override] # what cannot change can be hashed, if what it holds can
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)

    def __copy__(self) -> Fixed[K, V]:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Fixed[K, V]:
        return self


class Unchanging:
    """What is handed out to a whole process: each attribute is set once, when it is made or worked out, and then stays what it is."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in self.__dict__:
            raise AttributeError(f"this {type(self).__name__} is shared and cannot be changed, so '{name}' stays what it is")
        super().__setattr__(name, value)


def fixed(value: Any) -> Any:
    """Return a value with every mapping and list in it, however deep, as one that cannot be changed."""
    if isinstance(value, Mapping):
        return Fixed({key: fixed(each) for key, each in value.items()})
    return tuple(map(fixed, value)) if isinstance(value, list) else value
