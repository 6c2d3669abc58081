"""A column of a data frame as its different values, each read once, and which row holds which."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.model.scalars import plain

Places = NDArray[np.intp]


class Numbered(NamedTuple):
    """A column.

    Attributes:
        codes: For each row the number of its value, -1 where it is missing.
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
        codes, values = _of_arrow(series)
    elif backend == "polars":
        arrow = str(series.dtype) not in _NOT_IN_ARROW and find_spec("pyarrow") is not None
        codes, values = _of_arrow(series.to_arrow()) if arrow else _each_once(series.to_list())
    elif series.dtype == object:
        codes, values = _each_once(series.tolist())
    else:
        found, index = series.factorize()
        codes, values = np.asarray(found, np.intp), index.tolist()
    return renumbered(codes, [plain(value) for value in values])


def one_by_one(values: Sequence[Any]) -> Numbered:
    """Return a list of cells with each value once."""
    return renumbered(*_each_once([plain(value) for value in values]))


def _of_arrow(array: Any) -> tuple[Places, list[Any]]:
    """Return an array of pyarrow, in one piece or several."""
    if array.null_count == len(array):
        return np.full(len(array), -1, np.intp), []
    if str(array.type) == "bool":  # as it is packed, without looking each value up
        return array.cast("int8").fill_null(-1).to_numpy(zero_copy_only=False).astype(np.intp), [False, True]
    try:
        encoded = array.dictionary_encode()
    except NotImplementedError:  # of lists and other values that have parts; no fact takes one
        return _each_once(array.to_pylist())
    if hasattr(encoded, "unify_dictionaries"):
        encoded = encoded.unify_dictionaries().combine_chunks()
    codes = encoded.indices.cast("int64").fill_null(-1)  # those of polars are without a sign
    return codes.to_numpy(zero_copy_only=False).astype(np.intp, copy=False), encoded.dictionary.to_pylist()


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
