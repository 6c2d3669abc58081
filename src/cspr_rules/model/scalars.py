"""Single values of NumPy, pandas and pyarrow as plain values of Python, without importing any of them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Final

_MISSING: Final = ("NAType", "NaTType")
"""What pandas calls the types of its two values for what is missing; neither equals anything, not even itself."""


def plain(value: Any) -> Any:
    """Return a value as the plain one that it stands for.

    What a library has for a missing value is ``None``. A fraction that is a whole number is that number: a column of whole numbers with a gap is
    one of fractions in pandas. A midnight without a time zone is a day; any other time stays one. Everything else is returned as it is.
    """
    kind = type(value)
    if kind in (bool, int, str, date) or value is None:
        return value
    if kind.__name__ in _MISSING:
        return None
    if isinstance(value, float):
        return None if value != value else int(value) if value.is_integer() else float(value)  # noqa: PLR0124 -- only "not a number" does
    if isinstance(value, datetime):
        if value.tzinfo is None and value.time() == time.min and not getattr(value, "nanosecond", 0):
            return value.date()
        return datetime(*value.timetuple()[:6], tzinfo=value.tzinfo)
    if hasattr(value, "as_py"):  # a scalar of pyarrow
        return plain(value.as_py())
    if getattr(value, "shape", None) == () and hasattr(value, "item"):  # a scalar of NumPy
        if value.dtype.kind == "M":
            value = value.astype("datetime64[us]")  # finer ones come as a number
        return plain(value.item())
    return value
