"""The files that make up one profile's rules, read from folders: the shared ones, its own, and those of every profile it extends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cspr_rules.errors import Fault, Path_, QuestionError, RulesError, did_you_mean, shown
from cspr_rules.loading.editions import write_out
from cspr_rules.loading.reading import Document, read_file, real

MOST_FILES = 5_000
_KINDS_BY_FILE = {f"{kind}.yaml": kind for kind in ("discrepancies", "paths", "stages", "coverage", "digests", "watch")}
_KINDS_BY_FOLDER = {"vocabulary": "vocabulary", "sources": "sources", "calendars": "calendars"}
_ACCOUNTS = ("coverage", "digests", "watch")
"""Kinds of file that give an account of the rules. Nothing is decided from them: they are read only when asked for, and are no part of a digest."""


class Entry(NamedTuple):
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
        accounts: Files that give an account of the rules; :func:`read_accounts` reads them.
        faults: What is wrong with the others.
        unread: The files that are not well shaped, each with its kind.
        unbuilt: The rules that cannot be built.
        rules_dir: The folder with the shared files and the national profile, where the files were read from folders.
    """

    def __init__(self, profiles: Iterable[str] = (), entries: Iterable[Entry] = ()) -> None:
        self.profiles = list(profiles)
        self.entries = list(entries)
        self.accounts: list[Account] = []
        self.faults: list[Fault] = []
        self.unread: list[tuple[str, Document]] = []
        self.unbuilt: list[Entry] = []
        self.rules_dir: Path | None = None

    def of(self, kind: str) -> Iterator[Entry]:
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
        stands_on: dict[str, str | None] = {}
        for file in sorted(self.rules_dir.glob("*/profile.yaml")) if self.rules_dir else ():
            plain = read_file(file).value
            stands_on[file.parent.name] = plain.get("extends") if isinstance(plain, dict) else None
        found: set[str] = set()
        for name in stands_on.keys() - set(self.profiles):
            chain, below = {name}, stands_on[name]
            while below in stands_on and below not in chain:
                chain.add(below)
                below = stands_on[below]
            if self.rules_dir and profile in chain:
                found.update(_words([read_file(self.rules_dir / name / "discrepancies.yaml")]))
        return found


def read_pack(profile: str | Path, rules_dir: Path) -> Pack:
    """Read the files of a profile and of those it extends.

    Args:
        profile: A profile's name in ``rules_dir``, or the path of a profile folder.
        rules_dir: The folder with the shared files and the national profile.

    Returns:
        The pack; nothing is raised for faulty files.
    """
    from cspr_rules.loading.shaping import shaped

    pack = Pack()
    pack.rules_dir = rules_dir

    def read(file: Path, kind: str, owner: str, base: Path) -> Entry | None:
        name = file.relative_to(base.parent).as_posix() if file.is_relative_to(base.parent) else file.name
        if len(pack.entries) >= MOST_FILES:
            raise RulesError([Fault(str(base), f"more than {MOST_FILES} files")])
        if kind in _ACCOUNTS:
            pack.accounts.append(Account(kind, owner, file, name))
            return None
        document = read_file(file, name)
        plain = shaped(document, kind)
        pack.faults.extend(document.faults)
        if plain is None:
            pack.unread.append((kind, document))
            return None
        entry = Entry(kind, owner, name, plain, document)
        pack.entries.append(entry)
        return entry

    for shared, kind in _KINDS_BY_FOLDER.items():
        for file in _yaml_files(rules_dir / shared):
            read(file, kind, "", rules_dir)
    for file in _yaml_files(rules_dir, deep=False):
        read(file, _KINDS_BY_FILE.get(file.name, "discrepancies"), "", rules_dir)

    chain: list[Path] = []
    here: Path | None = _profile_folder(profile, rules_dir)
    while here is not None:
        if here in chain:
            raise RulesError([Fault(str(here / "profile.yaml"), "the profile extends itself")])
        chain.append(here)
        base = here.parent if here.parent != rules_dir else rules_dir
        entry = read(here / "profile.yaml", "profile", here.name, base)
        parent, beside = entry.plain["extends"] if entry else _extends(here / "profile.yaml"), here
        here = None
        if parent:
            try:
                here = _profile_folder(parent, rules_dir, beside=beside)
            except QuestionError as error:
                if entry and entry.document:
                    pack.faults.append(entry.document.fault(("extends",), error.faults[0].message))
        if entry and entry.plain["id"] != entry.profile and entry.document:
            folder = f"the id has to be the folder's name, '{entry.profile}'"
            pack.faults.append(entry.document.fault(("id",), folder))
    for home in reversed(chain):
        pack.profiles.append(home.name)
        base = rules_dir if home.parent == rules_dir else home.parent
        for file in _yaml_files(home):
            inside = file.relative_to(home)
            if inside.as_posix() == "profile.yaml":
                continue
            kind = _KINDS_BY_FILE.get(inside.as_posix()) or _KINDS_BY_FOLDER.get(inside.parts[0], "rules")
            read(file, kind, home.name, base)
    write_out(pack)
    return pack


def read_accounts(pack: Pack, kind: str) -> tuple[list[Entry], list[Fault]]:
    """Read the files of a pack that give an account of its rules.

    Args:
        pack: Whose files.
        kind: ``coverage``, ``digests`` or ``watch``.

    Returns:
        The well-shaped files, and what is wrong with the others.
    """
    from cspr_rules.loading.shaping import shaped

    entries, faults = [], []
    for account in pack.accounts:
        if account.kind == kind:
            document = read_file(account.path, account.name)
            plain = shaped(document, kind)
            faults.extend(document.faults)
            if plain is not None:
                entries.append(Entry(kind, account.profile, account.name, plain, document))
    return entries, faults


def _extends(file: Path) -> str | None:
    """Return what a faulty profile says that it extends: what it stands on is read all the same, so that nothing there seems missing."""
    plain = read_file(file).value
    named = plain.get("extends") if isinstance(plain, dict) else None
    return named if isinstance(named, str) else None


def _yaml_files(folder: Path, *, deep: bool = True) -> list[Path]:
    if not folder.is_dir() or folder.is_symlink():
        return []
    found = folder.rglob("*") if deep else folder.glob("*")
    return sorted(path for path in found if path.suffix in (".yaml", ".yml") and path.is_file() and not path.is_symlink())


def _profile_folder(profile: str | Path, rules_dir: Path, beside: Path | None = None) -> Path:
    as_path = Path(profile)
    candidates = [rules_dir / as_path, *([beside.parent / as_path] if beside else [])]
    if isinstance(profile, Path) or len(as_path.parts) > 1 or as_path.is_absolute():
        candidates = [real(as_path)]
    for candidate in candidates:
        try:
            if (candidate / "profile.yaml").is_file() and not (candidate / "profile.yaml").is_symlink():
                return candidate
        except OSError:  # a name longer than file names may be
            continue
    known = sorted(path.parent.name for path in rules_dir.glob("*/profile.yaml"))
    hint = did_you_mean(str(profile), known)
    expected = f"expected one of {', '.join(known)}, or the path of a folder with a profile.yaml (such as ./{as_path.name})"
    raise QuestionError([Fault("", f"there is no profile called '{shown(profile)}'{hint}; {expected}")])


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
