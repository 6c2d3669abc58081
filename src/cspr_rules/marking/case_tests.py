"""Case files as tests: each case of a file decided, and what its ``expect`` holds marked by what the rules say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from cspr_rules.errors import CsprRulesError, Fault, QuestionError
from cspr_rules.loading.case_files import case_documents
from cspr_rules.loading.reading import Document
from cspr_rules.marking.case_files import decided
from cspr_rules.marking.marks import Marking, mark
from cspr_rules.safe_text import visible

ENDING: Final = ".cspr.yaml"
"""How the name of a file ends that is looked for in folders, and that pytest collects."""
NOTHING_EXPECTED: Final = "nothing is expected of this case, so it tests nothing; expected answers under `expect:`"
_LONGEST_NAME: Final = 200
_PASSED_BY: Final = ("node_modules", "__pycache__", "site-packages")


class TriedCase(NamedTuple):
    """One case of a file, held against the rules.

    Attributes:
        file: The file, as it was named.
        name: What tells the case from the others of its file: its title, or its number from 1; both where titles are alike.
        place: Where it is written.
        marking: What it expects, marked; ``None`` if it cannot be read.
        faults: Then why.
    """

    file: str
    name: str
    place: str
    marking: Marking | None
    faults: tuple[Fault, ...] = ()


def case_names(parts: tuple[Document, ...]) -> list[str]:
    """Return a name for each case of a file: its title, or its number; both where two titles are alike."""
    titles = [part.value.get("title") if isinstance(part.value, dict) else None for part in parts]
    said = [visible(title)[:_LONGEST_NAME] if isinstance(title, str) else "" for title in titles]
    found = []
    for number, title in enumerate(said, start=1):
        alike = f" (case {number})" if said.count(title) > 1 else ""
        found.append(f"{title}{alike}" if title else f"case {number}")
    return found


def tried_cases(document: Document, profile: str | None = None) -> Iterator[TriedCase]:
    """Yield each case of a file, decided and marked; what cannot be read is among them with its faults.

    Args:
        document: The file, read.
        profile: The authority to decide all of them for; each case's own, or ``bcp``, if not given.
    """
    try:
        parts = case_documents(document)
    except CsprRulesError as error:
        yield TriedCase(document.name, "all cases", document.place(), None, error.faults)
        return
    for part, name in zip(parts, case_names(parts), strict=True):
        try:
            yield TriedCase(document.name, name, part.place(), _marked(part, profile))
        except CsprRulesError as error:
            yield TriedCase(document.name, name, part.place(), None, error.faults)


def _marked(part: Document, profile: str | None) -> Marking:
    file, record = decided(part, profile)
    if not file.expect:
        raise QuestionError([Fault(part.place(), NOTHING_EXPECTED)])
    return mark(record, file.expect, lambda path: file.case.place(("expect", *path)))


def files_below(folder: Path) -> list[Path]:
    """Return the files of tests below a folder, in order; what begins with a dot, and what is installed there, is passed by."""
    if not folder.is_dir():
        return []
    found = []
    for each in sorted(folder.iterdir(), key=lambda path: path.name):
        if each.name.startswith(".") or each.name in _PASSED_BY or (each / "pyvenv.cfg").is_file():
            continue
        if each.is_dir() and not each.is_symlink():
            found += files_below(each)
        elif each.name.endswith(ENDING):
            found.append(each)
    return found
