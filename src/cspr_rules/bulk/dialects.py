"""How four databases write names, values and views. Everything that comes from a rule or from a caller goes through here as a quoted literal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final, NamedTuple

from cspr_rules.errors import Fault, QuestionError, did_you_mean


class Dialect(NamedTuple):
    """How one database writes SQL.

    Attributes:
        name: What it is called here.
        quoted: A name as a quoted name.
        text: Text as a literal.
        day: A day as a literal.
        true: What a column of yes or no holds for yes.
        false: What it holds for no.
        view: How the making of a view begins, before its name.
        part: A part of a date (``YEAR``, ``MONTH`` or ``DAY``) as a number.
        step: How a step of the view begins, after its name; worked out by itself where the database can be told so, for what follows from what
            follows, put into one another, is longer than a planner can read.
    """

    name: str
    quoted: Callable[[str], str]
    text: Callable[[str], str]
    day: Callable[[date], str]
    true: str
    false: str
    view: str
    part: Callable[[str, str], str]
    step: str = "AS"

    def yes_no(self, value: bool) -> str:
        """Return yes or no as a literal."""
        return self.true if value else self.false

    def table(self, name: str) -> str:
        """Return the name of a table or view, its schema before a dot, quoted part by part."""
        return ".".join(self.quoted(part) for part in name.split("."))


def _doubling(opening: str, closing: str) -> Callable[[str], str]:
    return lambda name: f"{opening}{name.replace(closing, closing * 2)}{closing}"


def _text(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _spark_text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _extracted(part: str, column: str) -> str:
    return f"EXTRACT({part} FROM {column})"


DIALECTS: Final = {
    each.name: each
    for each in (
        Dialect("duckdb", _doubling('"', '"'), _text, _day, "TRUE", "FALSE", "CREATE OR REPLACE VIEW", _extracted),
        Dialect("spark", _doubling("`", "`"), _spark_text, _day, "TRUE", "FALSE", "CREATE OR REPLACE TEMPORARY VIEW", _extracted),
        Dialect("postgres", _doubling('"', '"'), _text, _day, "TRUE", "FALSE", "CREATE OR REPLACE VIEW", _extracted, "AS MATERIALIZED"),
        Dialect(
            "tsql",
            _doubling("[", "]"),
            lambda text: f"N{_text(text)}",
            lambda day: f"CAST('{day.isoformat()}' AS date)",
            "CAST(1 AS bit)",
            "CAST(0 AS bit)",
            "CREATE OR ALTER VIEW",
            lambda part, column: f"{part}({column})",
        ),
    )
}
"""The databases that rules can be written for."""


def dialect(name: str) -> Dialect:
    """Return a dialect by its name.

    Raises:
        QuestionError: There is no such dialect here.
    """
    if name not in DIALECTS:
        raise QuestionError([Fault("dialect", f"'{name}' is none of {', '.join(DIALECTS)}{did_you_mean(name, DIALECTS)}")])
    return DIALECTS[name]
