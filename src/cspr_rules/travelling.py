"""How values are pickled, copied and compared: by what they are made of, under the version of the library that made them.

A pickle names a class in text and gives its parts, so that another version of the library is told before any class is looked for. Rules that ship
travel as their name and digest. ``docs/decisions/0021-values-that-travel.md`` has the reasons.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from cspr_rules.errors import Fault, PickleError, shown
from cspr_rules.version import __version__

T = TypeVar("T")

INSTEAD = "decide the case again, or store JSON (to_json) where something has to outlive a version"
_sources: list[Callable[[str], Any]] = []


def rules_from(load: Callable[[str], Any]) -> None:
    """Say where the rules that ship are loaded.

    Args:
        load: Takes a profile's name and returns its ruleset.
    """
    _sources[:] = [load]


def restored(made_by: str, name: str, *parts: Any) -> Any:
    """Return what was pickled.

    Args:
        made_by: The version of the library that pickled it.
        name: ``module:class``.
        parts: What it is made of.

    Raises:
        PickleError: Another version pickled it.
    """
    _of_this_version(made_by)
    module, _, kind = name.partition(":")
    try:
        return getattr(import_module(module), kind)._made(*parts)
    except (ImportError, AttributeError, TypeError) as error:
        raise PickleError([Fault("", f"this was pickled as {shown(name)}, which cspr-rules {__version__} has not, or not so: {INSTEAD}")]) from error


def shipped(made_by: str, profile: str, digest: str) -> Any:
    """Return the shipped rules that were pickled by name.

    Raises:
        PickleError: Another version pickled them, or the rules of that name are others here.
        QuestionError: There is no such profile here.
    """
    _of_this_version(made_by)
    (load,) = _sources
    found = load(profile)
    if found.digest != digest:
        raise PickleError(
            [Fault("", f"this was pickled with the rules '{shown(profile)}' of digest {digest}, and here they have {found.digest}: {INSTEAD}")]
        )
    return found


def _of_this_version(made_by: str) -> None:
    if made_by != __version__:
        raise PickleError([Fault("", f"this was pickled by cspr-rules {shown(made_by)}, and this is cspr-rules {__version__}: {INSTEAD}")])


def name_of(kind: type) -> str:
    """Return the name under which values of a class are pickled."""
    return f"{kind.__module__}:{kind.__qualname__}"


def unversioned(value: object, _: object) -> NoReturn:
    """Refuse a pickle that does not say which version made it.

    Raises:
        PickleError: Always.
    """
    said = f"this {type(value).__name__} was pickled by a version of cspr-rules that did not say which it was, and this is {__version__}"
    raise PickleError([Fault("", f"{said}: {INSTEAD}")])


def _itself(value: T, _: object = None) -> T:
    return value


def travels(kind: type[T]) -> type[T]:
    """Let values of a named tuple be pickled under the version that made them, and be copied by being themselves."""
    copied_by_parts(kind)
    kind.__copy__ = kind.__deepcopy__ = _itself  # type: ignore[attr-defined] # methods of its own
    return kind


def copied_by_parts(kind: type[T]) -> type[T]:
    """Let values of a named tuple be pickled under the version that made them; a deep copy copies what they hold, for some of that can change."""
    name = name_of(kind)

    def reduce(value: Any) -> tuple[Any, ...]:
        return restored, (__version__, name, *value)

    kind.__reduce__ = reduce  # type: ignore[assignment, method-assign] # the same, of named tuples alone
    kind._made = kind  # type: ignore[attr-defined] # how a pickle makes one, as in Packed
    return kind


class Packed:
    """A value that is equal to another of its class with the same parts, and is pickled and copied by what it is made of."""

    __slots__ = ()
    __hash__: ClassVar[Any] = None

    def _parts(self) -> tuple[Any, ...]:
        """Return what tells it from others of its class."""
        raise NotImplementedError  # every class says it for itself; there is no answer for all

    def _packed(self) -> tuple[Any, ...]:
        """Return what it is made from again."""
        return self._parts()

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        """Return one made from what was packed."""
        return cls(*packed)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Packed) and type(self) is type(other) and self._parts() == other._parts())

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (__version__, name_of(type(self)), *self._packed())

    __setstate__ = unversioned


class Value(Packed):
    """A packed value that does not change: it has a hash, and is its own copy."""

    __slots__ = ()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


travels(Fault)
