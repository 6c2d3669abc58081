"""Data frames of pandas, polars and pyarrow, read and made alike through narwhals. The only room that knows of any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.errors import CaseError, Fault, QuestionError, did_you_mean, shown
from cspr_rules.frame_hook import Backend

if TYPE_CHECKING:
    from cspr_rules.bulk.numbering import Numbered


ColumnKind: TypeAlias = Literal["text", "number", "yes_no", "date"]
BACKENDS: Final[tuple[Backend, ...]] = ("pandas", "polars", "pyarrow")
_PANDAS: Final[dict[ColumnKind, str]] = {"text": "string", "number": "Int64", "yes_no": "boolean", "date": "datetime64[us]"}
"""Types of pandas that can hold a missing value. pandas has no type of its own for a day, so a day is its midnight."""


class Column(NamedTuple):
    """A column to be made.

    Attributes:
        name: Its name.
        kind: What it holds.
        values: Its values; ``None`` is missing. Or a few values and, in :attr:`rows`, which of them each row has.
        rows: For each row the number of its value, as an array of NumPy; ``None`` if there is a value for each row.
    """

    name: str
    kind: ColumnKind
    values: Sequence[str | int | bool | date | None]
    rows: Any = None


class Given:
    """A frame that somebody handed over.

    Raises:
        QuestionError: It is no data frame of a library known here, it is not loaded yet, or two of its columns have the same name.
    """

    def __init__(self, frame: Any) -> None:
        nw = narwhals()
        expected = f"expected a data frame of {', '.join(BACKENDS[:-1])} or {BACKENDS[-1]}"
        try:
            self._frame = nw.from_native(frame, eager_only=True)
            self.names: list[str] = self._frame.columns
        except TypeError:
            lazy = "; collect a lazy frame first" if hasattr(frame, "collect") else ""
            raise QuestionError([Fault("frame", f"{expected}, but it is a {type(frame).__name__}{lazy}")]) from None
        except nw.exceptions.DuplicateError:
            raise QuestionError([Fault("frame", "two columns have the same name")]) from None
        if odd := [name for name in self.names if not isinstance(name, str)]:
            message = f"expected columns whose names are text, but one is {shown(odd[0])!r} ({type(odd[0]).__name__}); rename it"
            raise QuestionError([Fault("frame", message)])
        known = {getattr(nw.Implementation, name.upper()): name for name in BACKENDS}
        if self._frame.implementation not in known:
            raise QuestionError([Fault("frame", f"{expected}, but it is one of {self._frame.implementation}")])
        self.backend: Backend = known[self._frame.implementation]

    def __len__(self) -> int:
        return len(self._frame)

    def numbered(self, name: str) -> Numbered:
        """Return a column as its different values, plain, and which row holds which."""
        from cspr_rules.bulk.numbering import numbered  # this needs NumPy

        return numbered(self._frame[name].to_native(), self.backend)

    def taken(self, names: Iterable[str], places: Sequence[int]) -> Iterator[Any]:
        """Yield columns with some of their rows, in their own types."""
        for name in names:
            yield self._frame[name][list(places)]


def read_columns(path: Path) -> dict[str, Numbered]:
    """Return the columns of a Parquet or a Feather file, read by whichever library is installed.

    Raises:
        CaseError: It is no such file.
        QuestionError: No library that reads one is installed.
    """
    nw = narwhals()
    kind = "Parquet" if path.suffix.casefold() == ".parquet" else "Feather"
    for backend in _READERS:
        try:
            given = Given(_read(nw, path, backend) if kind == "Feather" else nw.read_parquet(str(path), backend=backend).to_native())
        except ModuleNotFoundError:
            continue
        except QuestionError as error:
            raise CaseError([Fault(path.name, fault.message) for fault in error.faults]) from None
        except OSError as error:
            if error.errno is not None:
                raise
            raise damaged(path, kind, error) from None
        except Exception as error:
            raise damaged(path, kind, error) from None
        return {name: given.numbered(name) for name in given.names}
    raise QuestionError([Fault(path.name, f"a {kind} file needs pyarrow or polars: `pip install pyarrow`")])


_READERS: Final = ("pyarrow", "polars")


def _read(nw: Any, path: Path, backend: str) -> Any:
    library = getattr(nw.Implementation, backend.upper()).to_native_namespace()
    return library.read_ipc(path, memory_map=False) if backend == "polars" else library.ipc.open_file(library.OSFile(str(path))).read_all()


def damaged(path: Path, kind: str, error: Exception) -> CaseError:
    """Return what is said of a file that cannot be read as what it should be."""
    return CaseError([Fault(path.name, f"this is no {kind} file, or a damaged one ({type(error).__name__})")])


def write_parquet(columns: Sequence[Column], path: Path) -> None:
    """Write columns as a Parquet file, by whichever library is installed.

    Raises:
        QuestionError: None that writes one is.
        OSError: It cannot be written.
    """
    for backend in _READERS:
        if find_spec(backend):
            narwhals().from_native(framed(columns, backend)).write_parquet(str(path))
            return
    raise QuestionError([Fault(path.name, "a Parquet file needs pyarrow or polars: `pip install pyarrow`")])


def framed(columns: Sequence[Any], backend: str) -> Any:
    """Return columns as a frame of a library.

    Args:
        columns: Each a :class:`Column`, or one of :meth:`Given.taken`, which stays of its own type.
        backend: The library.

    Raises:
        QuestionError: There is no such library here, or it is not installed.
    """
    nw = narwhals()
    if backend not in BACKENDS:
        raise QuestionError([Fault("backend", f"'{backend}' is none of {', '.join(BACKENDS)}{did_you_mean(backend, BACKENDS)}")])
    new = [each for each in columns if isinstance(each, Column)]
    try:
        if backend == "pandas":
            pandas = nw.Implementation.PANDAS.to_native_namespace()
            series = {each.name: pandas.Series(each.values, dtype=_PANDAS[each.kind]) for each in new}
            series |= {each.name: series[each.name].take(each.rows).reset_index(drop=True) for each in new if each.rows is not None}
            made = nw.from_native(pandas.DataFrame(series), eager_only=True)
        else:
            types = {"text": nw.String(), "number": nw.Int64(), "yes_no": nw.Boolean(), "date": nw.Date()}
            whole = [each for each in new if each.rows is None]
            few = [nw.new_series(each.name, list(each.values), types[each.kind], backend=backend) for each in new if each.rows is not None]
            several = [series[each.rows] for series, each in zip(few, (each for each in new if each.rows is not None), strict=True)]
            if whole:
                values = {each.name: list(each.values) for each in whole}
                made = nw.from_dict(values, {each.name: types[each.kind] for each in whole}, backend=backend).with_columns(*several)
            else:
                made = several[0].to_frame().with_columns(*several[1:])
    except ModuleNotFoundError:
        raise QuestionError([Fault("backend", f"{backend} is not installed: `pip install {backend}`")]) from None
    kept = [each for each in columns if not isinstance(each, Column)]
    return made.with_columns(*kept).select([each.name for each in columns]).to_native()


def narwhals(extra: str = "frames") -> Any:
    """Return narwhals.

    Args:
        extra: The extra that brings it, for the message.

    Raises:
        QuestionError: It or NumPy is not installed.
    """
    try:
        import narwhals
        import numpy  # noqa: F401 -- what decides many cases at once
    except ImportError as error:
        raise QuestionError([Fault("", f"data frames need the package {error.name}: `pip install 'cspr-rules[{extra}]'`")]) from None
    return narwhals


def arrow(what: str = "record batches") -> Any:
    """Return pyarrow.

    Args:
        what: What needs it, for the message.

    Raises:
        QuestionError: It is not installed.
    """
    try:
        return narwhals().Implementation.PYARROW.to_native_namespace()
    except ModuleNotFoundError:
        raise QuestionError([Fault("", f"{what} need pyarrow: `pip install pyarrow`")]) from None


def parquet() -> Any:
    """Return pyarrow's module for Parquet files.

    Raises:
        QuestionError: It is not installed.
    """
    arrow("Parquet files")
    import pyarrow.parquet

    return pyarrow.parquet
