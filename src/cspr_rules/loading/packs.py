"""The files that make up one profile's rules, as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cspr_rules.errors import Fault, Path_
from cspr_rules.loading.reading import Document, read_rules_file


class PackFile(NamedTuple):
    """One file of a pack: its kind, the profile folder it stands in (empty for shared files), and its content with defaults filled in."""

    kind: str
    profile: str
    file: str
    plain: Mapping[str, Any]
    document: Document | None = None

    def place(self, path: Path_ = ()) -> str:
        """Return the file with the line and column of a path inside it, where they are known."""
        return self.document.place(path) if self.document else self.file

    def fault(self, path: Path_, message: str) -> Fault:
        """Return a fault at a path inside the file."""
        return self.document.fault(path, message) if self.document else Fault(self.file, message)


class Account(NamedTuple):
    """A file that gives an account of the rules, not yet read: its kind, the profile folder it stands in, its path and its name in messages."""

    kind: str
    profile: str
    path: Path
    name: str


class Pack:
    """The files of one profile and of everything it stands on, nearest profile last.

    Attributes:
        profiles: Ids of the profiles, national first.
        entries: The well-shaped files.
        accounts: Files that give an account of the rules; :func:`cspr_rules.loading.folders.read_accounts` reads them.
        faults: What is wrong with the others.
        unread: The files that are not well shaped, each with its kind.
        unbuilt: The rules that cannot be built.
        rules_dir: The folder with the shared files and the national profile, where the files were read from folders.
    """

    def __init__(self, profiles: Iterable[str] = (), entries: Iterable[PackFile] = ()) -> None:
        self.profiles = list(profiles)
        self.entries = list(entries)
        self.accounts: list[Account] = []
        self.faults: list[Fault] = []
        self.unread: list[tuple[str, Document]] = []
        self.unbuilt: list[PackFile] = []
        self.rules_dir: Path | None = None
        self._above: dict[str, set[str]] = {}

    def of(self, kind: str) -> Iterator[PackFile]:
        """Yield the files of one kind."""
        return (entry for entry in self.entries if entry.kind == kind)

    def lost(self, kind: str) -> set[str]:
        """Return the names that faulty files of one kind might have given to something. Who else names them is not to blame for their absence.

        What a rule would have been called excuses who asks for that rule or its duty, and never who takes the name for that of a fact.
        """
        names = set(_words(document for each, document in self.unread if each == kind))
        for entry in self.unbuilt if kind == "rules" else ():
            names.update((entry.plain["id"], *(effect["id"] for effect in entry.plain["then"] if "note" not in effect)))
        return names

    def registered_above(self, profile: str) -> set[str]:
        """Return the ids in the registers of those profiles that stand on one of this pack's, and are no part of it themselves.

        What a rule of the lower profile says of them is said where they are loaded, and nowhere else.
        """
        if profile not in self._above:
            self._above[profile] = self._registered_above(profile)
        return self._above[profile]

    def _registered_above(self, profile: str) -> set[str]:
        stands_on: dict[str, str | None] = {}
        for file in sorted(self.rules_dir.glob("*/profile.yaml")) if self.rules_dir else ():
            plain = read_rules_file(file, file.name).value
            stands_on[file.parent.name] = plain.get("extends") if isinstance(plain, dict) else None
        found: set[str] = set()
        for name in stands_on.keys() - set(self.profiles):
            chain, below = {name}, stands_on[name]
            while below in stands_on and below not in chain:
                chain.add(below)
                below = stands_on[below]
            if self.rules_dir and profile in chain:
                found.update(_words([read_rules_file(self.rules_dir / name / "discrepancies.yaml", name)]))
        return found


def _words(documents: Iterable[Document]) -> Iterator[str]:
    waiting: list[Any] = [document.value for document in documents]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            yield from here
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
        elif isinstance(here, str):
            yield here
