"""The keys and words of a mapping file; without NumPy, so that its schema can be printed where there is none."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

Order: TypeAlias = Literal["day_first", "month_first", "year_first"]
"""How a day in figures is written: 27/03/2024, 03/27/2024 or only 2024-03-27."""
ORDERS: Final[tuple[Order, ...]] = get_args(Order)
KEYS: Final = ("case", "keep", "ignore", "days", "serial_days", "months", "blank", "always", "columns")
COLUMN_KEYS: Final = ("fact", "values", "days")
