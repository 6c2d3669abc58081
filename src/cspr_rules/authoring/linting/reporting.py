"""What lint found, as findings that every format is written from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

from cspr_rules.authoring.linting.codes import CODES, page_of
from cspr_rules.authoring.linting.linting import Linted
from cspr_rules.authoring.linting.looked import Finding
from cspr_rules.errors import Path_, written
from cspr_rules.interchange.findings import KINDS, Findings, Found, Kind, nothing, where
from cspr_rules.loading.packs import PackFile

LINT_KINDS: Final = {**KINDS, **{each.code: Kind(each.code, each.name, each.title, each.mend, page_of(each)) for each in CODES.values()}}
"""Every kind of finding, those of lint included."""


def findings_of(linted: Linted, root: Path) -> Findings:
    """Return what lint found, what is not sound, and the files of which there is nothing to say.

    Args:
        linted: What lint found.
        root: The folder in which the command runs.
    """
    homes = {entry.file: path for entry, path in linted.files}
    found = [*_faults(linted, root), *_found(linted, homes, root), *_clean(linted, homes, root)]
    return Findings("lint", tuple(found), LINT_KINDS)


def _faults(linted: Linted, root: Path) -> Iterator[Found]:
    named: Counter[tuple[str, str]] = Counter()
    for fault in linted.faults:
        at = where(fault.place, root)
        inside = fault.path or "the file"
        named[at.file, inside] += 1
        name = f"{inside} ({named[at.file, inside]})" if named[at.file, inside] > 1 else inside
        yield Found("rules", "error", at.file, name, KINDS["rules"].title, "", "", fault.message, nothing, (), at)


def _found(linted: Linted, homes: dict[str, Path], root: Path) -> Iterator[Found]:
    named: Counter[tuple[str, str, str]] = Counter()
    for each in linted.findings:
        at = where(each.entry.place(each.path).replace(each.entry.file, str(homes[each.entry.file]), 1), root)
        name = _named(each)
        named[each.code, at.file, name] += 1
        number = named[each.code, at.file, name]
        name = f"{name} ({number})" if number > 1 else name
        code = CODES[each.code]
        yield Found(each.code, "failed", at.file, name, code.title, "", "", each.says, partial(_because, each.code), (), at)


def _clean(linted: Linted, homes: dict[str, Path], root: Path) -> Iterator[Found]:
    told = {each.entry.file for each in linted.findings}
    for file, path in homes.items():
        if file not in told:
            at = where(str(path), root)
            yield Found("rules", "passed", at.file, "the file", "Nothing was found in this file", "", "", "", nothing, (), at)


def _because(code: str) -> str:
    return f"{CODES[code].why} {CODES[code].mend}"


def _named(finding: Finding) -> str:
    """Return where a finding stands, in names that stay when lines move: the duty in place of its number."""
    path: list[str | int] = []
    for step in finding.path:
        effect = _effect(finding.entry, (*finding.path[: len(path)], step))
        path.append(effect or step)
    return written(tuple(path))


def _effect(entry: PackFile, path: Path_) -> str | None:
    match path:
        case ("then", int(index)):
            return entry.plain["then"][index].get("id")  # type: ignore[no-any-return] # it is text
        case ("duties", int(index)):
            return str(entry.plain["duties"][index]["duty"])
        case _:
            return None
