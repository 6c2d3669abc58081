"""Shared by the tests: a small valid rules folder as YAML text, ways to spoil it, and the vocabulary it holds.

A test that wants a fault says where the fault has to be reported by putting ``▶`` into the text it writes; the mark itself is not written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cspr_rules.errors import CaseError, Fault, RulesError
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.building import build_deadline
from cspr_rules.loading.building_vocabulary import build_vocabulary
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.reading import Document, read_bytes
from cspr_rules.loading.rulesets import check_folder
from cspr_rules.loading.shapes import DeadlineModel
from cspr_rules.loading.shaping import shaped
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import Deadline
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import Row
from cspr_rules.model.vocabulary import Vocabulary
from tests.support.rules_files import FILES, VOCABULARY_CHILD, VOCABULARY_INCIDENT, VOCABULARY_SPARE

HERE = "▶"


def marked(text: str) -> tuple[str, tuple[int, int] | None]:
    """Return text without its mark, and the line and column at which the mark stood, from 1."""
    before, mark, after = text.partition(HERE)
    if not mark:
        return text, None
    assert HERE not in after, "one text has one mark"
    return before + after, (before.count("\n") + 1, len(before) - before.rfind("\n"))


@dataclass
class Folder:
    """A rules folder in the making.

    Attributes:
        files: Path inside the folder to text.
        expected: The places that were marked, as faults give them, in the order in which they were written.
    """

    files: dict[str, str] = field(default_factory=lambda: dict(FILES))
    expected: list[str] = field(default_factory=list)

    def edit(self, file: str, old: str, new: str) -> Folder:
        """Replace a piece of a file that occurs in it once."""
        text = self.files[file]
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {file}"
        return self.put(file, text.replace(old, new))

    def append(self, file: str, more: str) -> Folder:
        """Add text at the end of a file."""
        return self.put(file, self.files[file] + more)

    def put(self, file: str, text: str) -> Folder:
        """Write a whole file."""
        self.files[file], place = marked(text)
        if place:
            self.expected.append(f"rules/{file}:{place[0]}:{place[1]}")
        return self

    def mark(self, file: str, piece: str) -> Folder:
        """Expect a fault where a piece of a file begins, without changing the file; the piece occurs once."""
        text = self.files[file]
        assert text.count(piece) == 1, f"{piece!r} occurs {text.count(piece)} times in {file}"
        return self.put(file, text.replace(piece, HERE + piece))

    def drop(self, *files: str) -> Folder:
        """Leave files out."""
        for file in files:
            del self.files[file]
        return self

    def write(self, folder: Path) -> Path:
        """Write the folder as ``rules`` inside another, and return it."""
        rules = folder / "rules"
        for file, text in self.files.items():
            path = rules / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return rules

    def check(self, folder: Path, profile: str = "town") -> Built:
        """Write and check the folder."""
        return check_folder(profile, self.write(folder))

    def faults(self, folder: Path, profile: str = "town") -> list[Fault]:
        """Write and check the folder, and return its faults."""
        return self.check(folder, profile).pack.faults

    def ruleset(self, folder: Path, profile: str = "town") -> Ruleset:
        """Write the folder and return its ruleset, which has to be without faults."""
        built = self.check(folder, profile)
        if built.pack.faults or built.ruleset is None:
            raise RulesError(built.pack.faults)
        return built.ruleset


def document(text: str, name: str = "case.yaml") -> Document:
    """Return a text as it is read from a file."""
    return read_bytes(text.encode(), name)


@cache
def tiny_vocabulary() -> Vocabulary:
    """Return the vocabulary of the small folder, without touching the disk."""
    plain: list[Mapping[str, Any]] = []
    for text in (VOCABULARY_INCIDENT, VOCABULARY_CHILD, VOCABULARY_SPARE):
        read = document(text)
        shape = shaped(read, "vocabulary")
        assert shape is not None, read.faults
        plain.append(shape)

    def report(_: int, path: object, message: str) -> None:
        raise AssertionError(f"{path}: {message}")

    return build_vocabulary(plain, report)


def clock(unit: str, amount: int | None = None, *, before: bool = False, anchor: str = "incident.aware_on") -> Deadline:
    """Return a clock as a rule file would give it."""
    period: Any = unit if amount is None else {unit: amount}
    side = {"at_least": period, "before": anchor} if before else {"within": period, "after": anchor}
    plain = DeadlineModel.model_validate({**side, "strength": "should", "cites": ["guide/g1"]})
    return build_deadline(plain.model_dump(mode="json", by_alias=True))


def row(vocabulary: Vocabulary, **values: Any) -> Row:
    """Return a row with some facts; ``child_age=3`` stands for ``child.age``."""
    known = {name.replace("_", ".", 1): value for name, value in values.items()}
    assert not known.keys() - vocabulary.by_id.keys()
    return tuple(known.get(fact.id) for fact in vocabulary.facts)


def case_text(text: str) -> tuple[Case, tuple[int, int] | None]:
    """Return the case a YAML text holds, and where its mark stands."""
    plain, place = marked(text)
    return case_from(document(plain)).case, place


def case_faults(case: Case, vocabulary: Vocabulary | None = None) -> tuple[Fault, ...]:
    """Return what is wrong with a case; empty if nothing is."""
    try:
        case.check(vocabulary or tiny_vocabulary())
    except CaseError as error:
        return error.faults
    return ()
