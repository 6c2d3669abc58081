"""A column of a data frame as its different values, each read once, and which row holds which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.model.scalars import plain

Places = NDArray[np.signedinteger[Any]]


class Numbered(NamedTuple):
    """A column.

    Attributes:
        codes: For each row the number of its value, -1 where it is missing; of as few bytes as the register has them. They may be the
            register's own and are not written to.
        values: The values by number, each once.
    """

    codes: Places
    values: list[Any]

    def cell(self, row: int) -> Any:
        """Return the value of a row; ``None`` where it is missing."""
        code = self.codes[row]
        return None if code < 0 else self.values[code]


_NOT_IN_ARROW: Final = ("Object", "Int128", "UInt128")
"""Types of polars that Arrow has not."""


def numbered(series: Any, backend: str) -> Numbered:
    """Return a column with each of its values once.

    Two values that are equal but of different types, such as 1 and ``True``, are different values: a fact may take one and refuse the other.

    Args:
        series: A column of pandas, polars or pyarrow.
        backend: Which of them.
    """
    if backend == "pyarrow":
        return _of_arrow(series)
    if backend == "polars":
        if str(series.dtype) not in _NOT_IN_ARROW and find_spec("pyarrow") is not None:
            return _of_arrow(series.to_arrow())
        codes, values = _each_once(series.to_list())
    elif series.dtype == object:
        codes, values = _each_once(series.tolist())
    else:
        found, index = series.factorize()
        codes, values = np.asarray(found, np.intp), index.tolist()
    return renumbered(codes, [plain(value) for value in values])


def one_by_one(values: Sequence[Any]) -> Numbered:
    """Return a list of cells with each value once."""
    return renumbered(*_each_once([plain(value) for value in values]))


_EPOCH: Final = date(1970, 1, 1).toordinal()
_MOST_DAYS: Final = 200_000
"""A column of days that lie further apart is read value by value."""


def _of_arrow(array: Any) -> Numbered:
    """Return an array of pyarrow, in one piece or several. Flags, days and what is numbered already are read as they lie in memory."""
    if array.null_count == len(array):
        return Numbered(np.full(len(array), -1, np.int8), [])
    if str(array.type) == "bool":
        array = _whole(array)
        flags = _bits(array.buffers()[1], array.offset, len(array))
        return Numbered((flags | _missing(array)).view(np.int8), [False, True])
    if str(array.type) == "date32[day]" and (days := _of_days(_whole(array))):
        return days
    try:
        encoded = array.dictionary_encode()
    except NotImplementedError:  # of lists and other values that have parts; no fact takes one
        return renumbered(*_each_once([plain(value) for value in array.to_pylist()]))
    if hasattr(encoded, "unify_dictionaries"):
        encoded = encoded.unify_dictionaries()
    encoded = _whole(encoded)
    numbers = encoded.indices
    if str(numbers.type).startswith("u"):  # those of polars are without a sign
        numbers = numbers.cast("int64")
    codes = np.frombuffer(numbers.buffers()[1], str(numbers.type))[numbers.offset : numbers.offset + len(numbers)]
    if numbers.null_count:
        codes = codes | _missing(numbers).view(np.int8)
    return renumbered(codes, [plain(value) for value in encoded.dictionary.to_pylist()])


def _whole(array: Any) -> Any:
    return array.combine_chunks() if hasattr(array, "combine_chunks") else array


def _bits(buffer: Any, offset: int, rows: int) -> NDArray[np.uint8]:
    """Return bits as 0 and 1, a byte each."""
    start = offset // 8
    return np.unpackbits(np.frombuffer(buffer, np.uint8)[start:], count=offset % 8 + rows, bitorder="little")[offset % 8 :]


def _missing(array: Any) -> NDArray[np.uint8]:
    """Return a byte for each value of an array: all its bits set where the value is missing, else none."""
    present = array.buffers()[0]
    return np.zeros(len(array), np.uint8) if present is None else _bits(present, array.offset, len(array)) - np.uint8(1)


def _of_days(array: Any) -> Numbered | None:
    """Return an array of days; ``None`` if they lie too far apart or are none of the calendar's."""
    days = np.frombuffer(array.buffers()[1], np.int32)[array.offset : array.offset + len(array)]
    rows = np.flatnonzero(_missing(array) == 0)
    days = days[rows]
    first, last = int(days.min()), int(days.max())
    if last - first > _MOST_DAYS or first + _EPOCH < 1 or last + _EPOCH > date.max.toordinal():
        return None
    present = np.zeros(last - first + 1, np.bool_)
    present[days - first] = True
    number = np.cumsum(present, dtype=np.int32) - np.int32(1)
    codes = np.full(len(array), -1, np.int32)
    codes[rows] = number[days - first]
    return Numbered(codes, [date.fromordinal(first + _EPOCH + day) for day in np.flatnonzero(present).tolist()])


def _each_once(values: Sequence[Any]) -> tuple[Places, list[Any]]:
    known: dict[Any, int] = {}
    found: list[Any] = []
    codes = np.empty(len(values), np.intp)
    for row, value in enumerate(values):
        key = _key(value, row)
        number = known.get(key)
        if number is None:
            number = known[key] = len(found)
            found.append(value)
        codes[row] = number
    return codes, found


def renumbered(codes: Places, values: Sequence[Any]) -> Numbered:
    """Return a column in which ``None`` is missing and equal values have one number.

    Args:
        codes: For each row the number of its value, -1 where it is missing.
        values: The values by number.
    """
    again: dict[Any, int] = {}
    kept: list[Any] = []
    target = np.full(len(values) + 1, -1, np.intp)  # the last stands for -1
    for number, value in enumerate(values):
        if value is None:
            continue
        key = _key(value, number)
        if key not in again:
            again[key] = len(kept)
            kept.append(value)
        target[number] = again[key]
    return Numbered(codes if len(kept) == len(values) else target[codes], kept)


def _key(value: Any, place: int) -> tuple[Any, ...]:
    """Return what two values share exactly if they are the same; one that cannot be compared quickly, such as a mapping, is the same as no other."""
    try:
        hash(value)
    except TypeError:
        return type(value), "place", place
    return type(value), value
