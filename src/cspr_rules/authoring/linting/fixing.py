"""Mending in place what can be mended without a change of meaning. A file keeps its comments and its layout; only what is put right is new."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.linting.looked import Finding, Mend
from cspr_rules.casework.whole_files import write_whole
from cspr_rules.loading.reading import Document, read_bytes

_BETWEEN: Final = re.compile(r"\s*,\s*|[ \t\r]*\n[ \t]*-[ \t]+")
"""What stands between two entries of a list, in brackets or one a line. Where there is a comment as well, the file is left alone."""


class Fixed(NamedTuple):
    """What was put right.

    Attributes:
        finding: What was found.
        place: Where it stood: the path of the file, with line and column.
        says: What was written, and what is written now.
    """

    finding: Finding
    place: str
    says: str


def fix(findings: Iterable[Finding], homes: dict[str, Path]) -> list[Fixed]:
    """Put right what can be put right without a change of meaning. Each file is written whole, or not at all.

    Args:
        findings: What lint found.
        homes: Where each file is, by its name.

    Raises:
        CaseError: A file cannot be written.
    """
    by_file: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.mend is not None:
            by_file.setdefault(finding.entry.file, []).append(finding)
    changed: list[tuple[Path, bytes, bytes]] = []
    done: list[Fixed] = []
    for file, found in by_file.items():
        before = homes[file].read_bytes()
        after, fixed = _mended(before, str(homes[file]), found)
        if fixed:
            changed.append((homes[file], before, after))
            done += fixed
    for path, before, after in changed:  # nothing is written before everything is known to fit
        write_whole(path, after, was=before)
    return done


def _mended(text: bytes, name: str, findings: Iterable[Finding]) -> tuple[bytes, list[Fixed]]:
    """Return a text with what was found put right, as far as it can be, and what was."""
    fixed = []
    for finding in reversed(list(findings)):  # from the end, so that what stands before stays where it is
        if finding.mend is None:
            continue
        document = read_bytes(text, name)
        after = _replaced(text.decode("utf-8"), document, finding.mend)
        if after is None:
            continue
        again = read_bytes(after.encode(), name)
        if again.faults or again.value != _expected(document.value, finding.mend):
            continue
        text = after.encode()
        place = document.place((*finding.mend.path, finding.mend.first))
        fixed.append(Fixed(finding, place, f"{', '.join(finding.mend.names)}: now {finding.mend.name}"))
    return text, fixed[::-1]


def _replaced(text: str, document: Document, mend: Mend) -> str | None:
    """Return a text with one name in the place of some; ``None`` if they are not written plainly one after another."""
    starts = [_offset(text, document.places.get((*mend.path, mend.first + index))) for index in range(len(mend.names))]
    if starts == [None] and (key := _offset(text, document.places.get(mend.path))) is not None:
        found = re.compile(r"cites:[ \t]*").match(text, key)  # one alone, without a list
        starts = [found.end() if found else None]
    ends: list[int] = []
    for start, name in zip(starts, mend.names, strict=True):
        if start is None or not text.startswith(name, start) or (ends and not _BETWEEN.fullmatch(text, ends[-1], start)):
            return None
        ends.append(start + len(name))
    return f"{text[: starts[0]]}{mend.name}{text[ends[-1] :]}"


def _offset(text: str, place: tuple[int, int] | None) -> int | None:
    """Return how many characters stand before a line and column."""
    if place is None:
        return None
    start = 0
    for _ in range(place[0] - 1):
        start = text.find("\n", start) + 1
    return start + place[1] - 1


def _expected(value: Any, mend: Mend) -> Any:
    """Return what a file has to hold afterwards."""
    made = copy.deepcopy(value)
    here = made
    for step in mend.path[:-1]:
        here = here[step]
    cites = here[mend.path[-1]]
    if isinstance(cites, list):
        cites[mend.first : mend.first + len(mend.names)] = [mend.name]
    else:
        here[mend.path[-1]] = mend.name
    return made
