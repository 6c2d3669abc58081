"""Vectors: cases with the answers that are right, a line of JSON each, for systems that are held against the rules.

A line is ``{"id": …, "profile": …, "as_of": "YYYY-MM-DD", "shows": […], "case": {"facts": {…}, "children": […]}, "expect": {…}}``. The case is
what a case file holds, and ``expect`` has the shape of answers (:mod:`cspr_rules.marking.answer_sheet`); ``shows`` says which boundaries it is at,
and may be left out. ``cspr-rules schema vector`` prints the JSON Schema of a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.engine.plain_values import as_line
from cspr_rules.errors import CaseError, Fault, did_you_mean, enough, shown
from cspr_rules.model.cases import Case
from cspr_rules.model.values import parse_date
from cspr_rules.travelling import copied_by_parts

VECTOR_SCHEMA: Final = "cspr-rules/vector/2"
VECTOR_ID: Final = re.compile(r"^[a-z0-9][a-z0-9_./:-]{0,199}$")
MOST_LINE: Final = 100_000
"""How many bytes a line may have."""
_KEYS: Final = ("id", "profile", "as_of", "case", "expect")
_SHOWS: Final = "shows"
_CASE_KEYS: Final = ("facts", "children")


@copied_by_parts
class Vector(NamedTuple):
    """A case with the answers that are right.

    Attributes:
        id: What names it, whatever is reworded.
        profile: The authority to decide it for.
        as_of: The day to look at it from.
        facts: Its facts, as plain values.
        children: The facts of each child, where there are several.
        expect: The answers that are right, as plain values in the shape of answers.
        shows: The boundaries of the rule that it is at, in words, where whoever made it says so.
    """

    id: str
    profile: str
    as_of: date
    facts: Mapping[str, Any]
    children: tuple[Mapping[str, Any], ...]
    expect: Mapping[str, Any]
    shows: tuple[str, ...] = ()

    def case(self) -> Case:
        """Return its case."""
        return Case(self.facts, self.children)

    def plain_case(self) -> dict[str, Any]:
        """Return its case as plain values, as a line and a case file write it."""
        return {"facts": dict(self.facts), **({"children": [dict(each) for each in self.children]} if self.children else {})}


def line_of(vector: Vector) -> str:
    """Return a vector as a line of JSON, its line break included: the same bytes for the same vector."""
    head = {"id": vector.id, "profile": vector.profile, "as_of": vector.as_of.isoformat()}
    shows = {_SHOWS: list(vector.shows)} if vector.shows else {}
    return as_line({**head, **shows, "case": vector.plain_case(), "expect": vector.expect})


def read_vectors(path: Path) -> tuple[Vector, ...]:
    """Read a file of vectors.

    Args:
        path: The file, of JSON Lines; empty lines count for nothing.

    Raises:
        CaseError: It cannot be read, a line is not shaped as a vector, or an id stands twice; every fault is listed with its line.
    """
    try:
        with path.open("rb") as file:
            return tuple(vectors_from(iter(lambda: file.readline(MOST_LINE + 1), b""), str(path)))
    except OSError as error:
        raise CaseError([Fault(str(path), f"the file cannot be read: {error.strerror or 'no reason given'}")]) from None


def vectors_from(lines: Iterable[bytes], name: str) -> Iterator[Vector]:
    """Yield the vectors of some lines.

    Args:
        lines: The lines, as bytes.
        name: How to call them in messages.

    Raises:
        CaseError: After the last line, or after the first hundred faults: with each fault and its line.
    """
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, raw in enumerate(lines, start=1):
        if len(raw) > MOST_LINE:
            raise CaseError([*faults, Fault(f"{name}:{number}", f"the line has more than {MOST_LINE:,} bytes; no vector has")])
        if not raw.strip():
            continue
        found = _vector(raw, f"{name}:{number}", faults)
        if found is not None and found.id in first:
            faults.append(Fault(f"{name}:{number}", f"the id '{shown(found.id)}' stands on line {first[found.id]} already"))
        elif found is not None:
            first[found.id] = number
            yield found
        enough(faults)
    if faults:
        raise CaseError(faults)


def _vector(raw: bytes, place: str, faults: list[Fault]) -> Vector | None:
    """Return the vector of a line, or ``None`` with what is wrong added to the faults."""
    before = len(faults)

    def fault(message: str, path: str = "") -> None:
        faults.append(Fault(place, message, path))

    try:
        plain = json.loads(raw)
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        fault("this is no line of JSON; expected an object with id, profile, as_of, case and expect")
        return None
    if not isinstance(plain, dict):
        fault("expected an object with id, profile, as_of, case and expect")
        return None
    for key in plain:
        if key not in (*_KEYS, _SHOWS):
            fault(f"'{shown(key)}' is no part of a vector{did_you_mean(key, (*_KEYS, _SHOWS))}")
    for key in _KEYS:
        if key not in plain:
            fault(f"'{key}' is missing")
    if len(faults) > before:
        return None
    if not isinstance(plain["id"], str) or not VECTOR_ID.match(plain["id"]):
        fault("expected small letters, digits and _ . / : - for the id, at most 200", "id")
    if not isinstance(plain["profile"], str) or not plain["profile"]:
        fault("expected the name of a profile, such as england", "profile")
    as_of = None
    try:
        as_of = parse_date(str(plain["as_of"]))
    except ValueError as error:
        fault(str(error).removesuffix(", or not_yet"), "as_of")
    case = plain["case"]
    facts, children = (case.get("facts") or {}, case.get("children") or []) if isinstance(case, dict) else (None, None)
    if not isinstance(case, dict) or not set(case) <= set(_CASE_KEYS) or not isinstance(facts, dict):
        fault("expected a case with `facts` and, for several children, `children`", "case")
    elif not isinstance(children, list) or not all(isinstance(child, dict) for child in children):
        fault("expected a list with the facts of each child", "case.children")
    shows = plain.get(_SHOWS, [])
    if not isinstance(shows, list) or not all(isinstance(each, str) for each in shows):
        fault("expected a list of the boundaries that it is at, in words", _SHOWS)
    if not isinstance(plain["expect"], dict):
        fault("expected the answers that are right", "expect")
    if len(faults) > before or as_of is None or facts is None or children is None:
        return None
    return Vector(plain["id"], plain["profile"], as_of, facts, tuple(children), plain["expect"], tuple(shows))
