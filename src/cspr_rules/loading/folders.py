"""Rules folders to the files that make up one profile's rules: the shared ones, its own, and those of every profile it extends."""

from __future__ import annotations

from pathlib import Path

from cspr_rules.errors import Fault, QuestionError, RulesError, did_you_mean, shown
from cspr_rules.loading.editions import write_out
from cspr_rules.loading.packs import Account, Pack, PackFile
from cspr_rules.loading.reading import read_file, real

MOST_FILES = 5_000
_KINDS_BY_FILE = {f"{kind}.yaml": kind for kind in ("discrepancies", "paths", "stages", "coverage", "digests", "watch", "misconceptions")}
_KINDS_BY_FOLDER = {"vocabulary": "vocabulary", "sources": "sources", "calendars": "calendars"}
_ACCOUNTS = ("coverage", "digests", "watch", "misconceptions")
"""Kinds of file that give an account of the rules. Nothing is decided from them: they are read only when asked for, and are no part of a digest."""


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

    def read(file: Path, kind: str, owner: str, base: Path) -> PackFile | None:
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
        entry = PackFile(kind, owner, name, plain, document)
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


def read_accounts(pack: Pack, kind: str) -> tuple[list[PackFile], list[Fault]]:
    """Read the files of a pack that give an account of its rules.

    Args:
        pack: Whose files.
        kind: ``coverage``, ``digests``, ``watch`` or ``misconceptions``.

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
                entries.append(PackFile(kind, account.profile, account.name, plain, document))
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
