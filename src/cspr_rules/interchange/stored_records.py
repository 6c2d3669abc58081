"""A stored decision record, read with care: anybody may have written it, so every part is looked at before it is used."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, NoReturn

from cspr_rules.errors import CaseError, Fault, Path_, written
from cspr_rules.model.values import parse_date

MOST_RECORD_BYTES: Final = 5_000_000
"""How large a record may be that is read from a file: that of some two hundred children fits."""
SHAPES: Final = {f"cspr-rules/decision-record/{number}": number for number in (2, 3, 4)}
"""The shapes that are read."""


class Part:
    """A part of a record with its place. What is not as it has to be is a :class:`CaseError` that names the place and repeats nothing."""

    __slots__ = ("name", "path", "value")

    def __init__(self, value: Any, name: str = "", path: Path_ = ()) -> None:
        self.value = value
        self.name = name
        self.path = path

    def fail(self, message: str) -> NoReturn:
        """Refuse the record."""
        where = written(self.path)
        raise CaseError([Fault(self.name or where, message, where)])

    def has(self, key: str) -> bool:
        """Say whether a mapping holds something under a key."""
        if not isinstance(self.value, Mapping):
            self.fail("expected a mapping in braces")
        return key in self.value

    def get(self, key: str) -> Part:
        """Return what a mapping holds under a key."""
        if not self.has(key):
            self.fail(f"'{key}' is missing here")
        return Part(self.value[key], self.name, (*self.path, key))

    def items(self) -> Iterator[tuple[str, Part]]:
        """Yield the entries of a mapping."""
        if not isinstance(self.value, Mapping):
            self.fail("expected a mapping in braces")
        for key, value in self.value.items():
            yield key if isinstance(key, str) else self.fail("expected every key to be text"), Part(value, self.name, (*self.path, key))

    def each(self) -> Iterator[Part]:
        """Yield the entries of a list."""
        if not isinstance(self.value, list | tuple):
            self.fail("expected a list")
        for place, value in enumerate(self.value):
            yield Part(value, self.name, (*self.path, place))

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            self.fail("expected text")
        return self.value

    def text_or_none(self) -> str | None:
        """Return a text, or ``None`` for null."""
        return None if self.value is None else self.text()

    def matching(self, pattern: str, expected: str) -> str:
        """Return a text of a certain form."""
        text = self.text()
        if not re.fullmatch(pattern, text, re.ASCII):
            self.fail(f"expected {expected}")
        return text

    def yes_no(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            self.fail("expected true or false")
        return self.value

    def whole(self, least: int, most: int) -> int:
        """Return a whole number within limits."""
        if type(self.value) is not int or not least <= self.value <= most:
            self.fail(f"expected a whole number from {least} to {most}")
        return self.value

    def child(self, count: int) -> int | None:
        """Return which child, from 1, or ``None`` for null."""
        return None if self.value is None else self.whole(1, count)

    def day(self) -> date:
        """Return a day."""
        try:
            return parse_date(self.text())
        except ValueError as error:
            self.fail(str(error).removesuffix(", or not_yet"))


def shape_of(record: Part) -> int:
    """Return the number of a record's shape.

    Raises:
        CaseError: It is no decision record, or one of a shape that is not read.
    """
    if isinstance(record.value, list):
        record.fail("expected one decision record, but this is a list; save each record by itself")
    if not isinstance(record.value, Mapping) or "schema" not in record.value:
        record.fail("expected a decision record, as `cspr-rules decide --format json` writes it")
    found = record.get("schema")
    name = found.matching(r"cspr-rules/decision-record/[0-9]{1,4}", "a decision record: cspr-rules/decision-record/ and a number")
    if name not in SHAPES:
        found.fail(
            f"records of the shapes {', '.join(map(str, SHAPES.values()))} are read; a later one was written by a later version of the library"
        )
    return SHAPES[name]
