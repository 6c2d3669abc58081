"""Data frames of pandas, polars and pyarrow, read and made alike through narwhals. The only room that knows of any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.errors import Fault, QuestionError, did_you_mean
from cspr_rules.frame_hook import Backend

ColumnKind: TypeAlias = Literal["text", "number", "yes_no", "date"]
BACKENDS: Final[tuple[Backend, ...]] = ("pandas", "polars", "pyarrow")
_PANDAS: Final[dict[ColumnKind, str]] = {"text": "string", "number": "Int64", "yes_no": "boolean", "date": "datetime64[us]"}
"""Types of pandas that can hold a missing value. pandas has no type of its own for a day, so a day is its midnight."""


class Column(NamedTuple):
    """A column to be made.

    Attributes:
        name: Its name.
        kind: What it holds.
        values: Its values; ``None`` is missing.
    """

    name: str
    kind: ColumnKind
    values: Sequence[str | int | bool | date | None]


class Given:
    """A frame that somebody handed over.

    Raises:
        QuestionError: It is no data frame of a library known here, it is not loaded yet, or two of its columns have the same name.
    """

    def __init__(self, frame: Any) -> None:
        nw = _narwhals()
        expected = f"expected a data frame of {', '.join(BACKENDS[:-1])} or {BACKENDS[-1]}"
        try:
            self._frame = nw.from_native(frame, eager_only=True)
            self.names: list[str] = self._frame.columns
        except TypeError:
            lazy = "; collect a lazy frame first" if hasattr(frame, "collect") else ""
            raise QuestionError([Fault("frame", f"{expected}, but it is a {type(frame).__name__}{lazy}")]) from None
        except nw.exceptions.DuplicateError:
            raise QuestionError([Fault("frame", "two columns have the same name")]) from None
        known = {getattr(nw.Implementation, name.upper()): name for name in BACKENDS}
        if self._frame.implementation not in known:
            raise QuestionError([Fault("frame", f"{expected}, but it is one of {self._frame.implementation}")])
        self.backend: Backend = known[self._frame.implementation]

    def __len__(self) -> int:
        return len(self._frame)

    def cells(self, name: str) -> list[Any]:
        """Return a column as plain values: ``None`` for everything that a library has for what is missing, and a ``date`` for a midnight."""
        series = self._frame[name]
        missing = series.is_null().to_list()
        return [None if gone else _plain(value) for value, gone in zip(series.to_list(), missing, strict=True)]

    def taken(self, names: Iterable[str], places: Sequence[int]) -> Iterator[Any]:
        """Yield columns with some of their rows, in their own types."""
        for name in names:
            yield self._frame[name][list(places)]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        # A column of whole numbers with a gap is one of fractions in pandas.
        return None if value != value else int(value) if value.is_integer() else value  # noqa: PLR0124 -- only "not a number" differs from itself
    if isinstance(value, datetime):
        return value.date() if value.timetz() == time.min else datetime(*value.timetuple()[:6])
    item = getattr(value, "item", None)  # a scalar of NumPy in a column of objects
    return item() if item else value


def framed(columns: Sequence[Any], backend: str) -> Any:
    """Return columns as a frame of a library.

    Args:
        columns: Each a :class:`Column`, or one of :meth:`Given.taken`, which stays of its own type.
        backend: The library.

    Raises:
        QuestionError: There is no such library here, or it is not installed.
    """
    nw = _narwhals()
    if backend not in BACKENDS:
        raise QuestionError([Fault("backend", f"'{backend}' is none of {', '.join(BACKENDS)}{did_you_mean(backend, BACKENDS)}")])
    new = [each for each in columns if isinstance(each, Column)]
    try:
        if backend == "pandas":
            pandas = nw.Implementation.PANDAS.to_native_namespace()
            frame = pandas.DataFrame({each.name: pandas.Series(each.values, dtype=_PANDAS[each.kind]) for each in new})
            made = nw.from_native(frame, eager_only=True)
        else:
            types = {"text": nw.String(), "number": nw.Int64(), "yes_no": nw.Boolean(), "date": nw.Date()}
            made = nw.from_dict({each.name: list(each.values) for each in new}, {each.name: types[each.kind] for each in new}, backend=backend)
    except ModuleNotFoundError:
        raise QuestionError([Fault("backend", f"{backend} is not installed: `pip install {backend}`")]) from None
    kept = [each for each in columns if not isinstance(each, Column)]
    return made.with_columns(*kept).select([each.name for each in columns]).to_native()


def _narwhals() -> Any:
    try:
        import narwhals
    except ImportError:
        raise QuestionError([Fault("", "data frames need the package narwhals: `pip install 'cspr-rules[frames]'`")]) from None
    return narwhals
