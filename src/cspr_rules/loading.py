"""Rules folders to a ruleset.

``load_ruleset`` reads the folders every time a profile stands outside the package. For the profiles that ship with the package it reads one JSON
file that the build made from the same folders through the same code, because parsing some hundred YAML files takes most of a second.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cspr_rules import building
from cspr_rules.calendars import Calendar
from cspr_rules.errors import Fault, QuestionError, RulesError, did_you_mean
from cspr_rules.profiles import Addition, Profile, Role, with_additions
from cspr_rules.reading import Document, Path_, read_file, shown
from cspr_rules.rules import DutyPath, Rule, Stage
from cspr_rules.ruleset import Ruleset
from cspr_rules.sources import Discrepancy, Provision
from cspr_rules.vocabulary import Vocabulary

MOST_FILES = 5_000
MOST_FAULTS = 500
_HERE = Path(__file__).parent
_PREBUILT = _HERE / "rules.json"
_KINDS_BY_FILE = {f"{kind}.yaml": kind for kind in ("discrepancies", "paths", "stages", "coverage", "digests")}
_KINDS_BY_FOLDER = {"vocabulary": "vocabulary", "sources": "sources", "calendars": "calendars"}
_ACCOUNTS = ("coverage", "digests")
"""Kinds of file that give an account of the rules. Nothing is decided from them: they are read only when asked for, and are no part of a digest."""


def packaged_rules() -> Path:
    """Return the rules folder that ships with the package; in a checkout, the one beside ``src``."""
    inside = _HERE / "rules"
    return inside if inside.is_dir() else _HERE.parent.parent / "rules"


class Entry(NamedTuple):
    """One file of a pack: its kind, the profile folder it stands in (empty for shared files), and its content with defaults filled in."""

    kind: str
    profile: str
    file: str
    plain: Mapping[str, Any]
    document: Document | None = None


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
        unread: The files that are not well shaped.
    """

    def __init__(self, profiles: Iterable[str] = (), entries: Iterable[Entry] = ()) -> None:
        self.profiles = list(profiles)
        self.entries = list(entries)
        self.accounts: list[Account] = []
        self.faults: list[Fault] = []
        self.unread: list[Document] = []

    def of(self, kind: str) -> Iterator[Entry]:
        """Yield the files of one kind."""
        return (entry for entry in self.entries if entry.kind == kind)


# -- reading folders -----------------------------------------------------------------------------------------------------------------


def read_pack(profile: str | Path, rules_dir: Path) -> Pack:
    """Read the files of a profile and of those it extends.

    Args:
        profile: A profile's name in ``rules_dir``, or the path of a profile folder.
        rules_dir: The folder with the shared files and the national profile.

    Returns:
        The pack; nothing is raised for faulty files.
    """
    from cspr_rules.documents import shaped

    pack = Pack()

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
            pack.unread.append(document)
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
        parent, beside = entry.plain["extends"] if entry else None, here
        here = None
        if parent and entry and entry.document:
            try:
                here = _profile_folder(parent, rules_dir, beside=beside)
            except QuestionError as error:
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
    return pack


def read_accounts(pack: Pack, kind: str) -> tuple[list[Entry], list[Fault]]:
    """Read the files of a pack that give an account of its rules.

    Args:
        pack: Whose files.
        kind: ``coverage`` or ``digests``.

    Returns:
        The well-shaped files, and what is wrong with the others.
    """
    from cspr_rules.documents import shaped

    entries, faults = [], []
    for account in pack.accounts:
        if account.kind == kind:
            document = read_file(account.path, account.name)
            plain = shaped(document, kind)
            faults.extend(document.faults)
            if plain is not None:
                entries.append(Entry(kind, account.profile, account.name, plain, document))
    return entries, faults


def _yaml_files(folder: Path, *, deep: bool = True) -> list[Path]:
    if not folder.is_dir() or folder.is_symlink():
        return []
    found = folder.rglob("*") if deep else folder.glob("*")
    return sorted(path for path in found if path.suffix in (".yaml", ".yml") and path.is_file() and not path.is_symlink())


def _profile_folder(profile: str | Path, rules_dir: Path, beside: Path | None = None) -> Path:
    as_path = Path(profile)
    candidates = [rules_dir / as_path, *([beside.parent / as_path] if beside else [])]
    if isinstance(profile, Path) or len(as_path.parts) > 1 or as_path.is_absolute():
        candidates = [as_path.resolve()]
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


# -- building ------------------------------------------------------------------------------------------------------------------------


class Built(NamedTuple):
    """A ruleset with what is needed to say where each part of it was written.

    Attributes:
        ruleset: The ruleset; ``None`` if something essential is missing.
        pack: The files.
        rule_entries: Each version of each rule with its file.
        profile_entries: Each profile's file, by id.
    """

    ruleset: Ruleset | None
    pack: Pack
    rule_entries: list[tuple[Rule, Entry]]
    profile_entries: dict[str, Entry]


def build(pack: Pack, digest: str | None = None) -> Built:
    """Build the ruleset of a pack; faults are added to the pack."""

    def reporter(entry: Entry, prefix: Path_ = ()) -> building.Report:
        def report(path: Path_, message: str) -> None:
            place = entry.document.fault((*prefix, *path), message) if entry.document else Fault(entry.file, message)
            pack.faults.append(place)

        return report

    vocabulary = _vocabulary(pack)
    provisions: dict[str, Provision] = {}
    homes: dict[str, str] = {}
    for entry in pack.of("sources"):
        for provision in building.build_provisions(entry.plain, reporter(entry)):
            if provision.key in provisions:
                last = max(place for place, each in enumerate(entry.plain["provisions"]) if provision.key.endswith(f"/{each['id']}"))
                reporter(entry)(("provisions", last, "id"), f"provision {provision.key} is defined twice (first in {homes[provision.key]})")
            else:
                homes[provision.key] = entry.document.place(("provisions",)) if entry.document else entry.file
            provisions[provision.key] = provision
    discrepancies: dict[str, Discrepancy] = {}
    for entry in pack.of("discrepancies"):
        for place, discrepancy in enumerate(building.build_discrepancies(entry.plain)):
            if discrepancy.id in discrepancies:
                reporter(entry)(("discrepancies", place, "id"), f"discrepancy {discrepancy.id} is defined twice")
            discrepancies[discrepancy.id] = discrepancy
    calendars: dict[str, Calendar] = {}
    for entry in pack.of("calendars"):
        if entry.plain["id"] in calendars:
            first = next(each for each in pack.of("calendars") if each.plain["id"] == entry.plain["id"])
            where = first.document.place(("id",)) if first.document else first.file
            reporter(entry)(("id",), f"calendar {entry.plain['id']} is defined twice (first in {where})")
        calendars[entry.plain["id"]] = building.build_calendar(entry.plain)

    profile_entries = {entry.plain["id"]: entry for entry in pack.of("profile")}
    roles: dict[str, Role] = {}
    additions: dict[str, Addition] = {}
    for name in pack.profiles:
        if name in profile_entries:
            plain = profile_entries[name].plain
            roles.update(building.build_roles(plain))
            for key, addition in building.build_additions(plain).items():
                earlier = additions.get(key, Addition(key, (), ()))
                additions[key] = Addition(key, earlier.also_to + addition.also_to, earlier.deadlines + addition.deadlines)

    rule_entries = []
    for entry in pack.of("rules"):
        rule = building.build_rule(entry.plain, vocabulary, entry.profile, entry.file, reporter(entry))
        if rule is not None:
            rule_entries.append((rule, entry))
    rule_entries.sort(key=lambda pair: (pair[0].id, pair[0].window.start, pair[1].file))

    paths: dict[str, DutyPath] = {}
    for entry in pack.of("paths"):
        for position, path in enumerate(building.build_paths(entry.plain)):
            if path.id in paths and paths[path.id].steps:
                reporter(entry)(("paths", position, "id"), f"path {path.id} already has its steps; only a path without steps can be supplied")
            paths[path.id] = path

    stages: dict[str, Stage] = {}
    for entry in pack.of("stages"):
        for index, stage in enumerate(building.build_stages(entry.plain, vocabulary, reporter(entry))):
            if stage.id in stages or stage.order in {other.order for other in stages.values()}:
                reporter(entry)(("stages", index), f"stage '{stage.id}' has the id or the order of another stage")
            stages[stage.id] = stage

    ruleset = None
    own = profile_entries.get(pack.profiles[-1]) if pack.profiles else None
    if own is not None:
        calendar = calendars.get(own.plain["calendar"])
        checked = [profile_entries[name].plain["checked_on"] for name in pack.profiles if name in profile_entries]
        checked_on = max((date.fromisoformat(day) for day in checked if day), default=None)
        if calendar is None:
            named = f"there is no calendar called '{own.plain['calendar']}'{did_you_mean(own.plain['calendar'], calendars)}"
            reporter(own)(("calendar",), named)
        elif checked_on is None:
            reporter(own)((), "'checked_on' is missing here and in every profile it extends: the day the sources were last looked through")
        else:
            ruleset = Ruleset(
                profile=Profile(
                    id=own.plain["id"],
                    title=own.plain["title"],
                    authority=own.plain["authority"],
                    extends=tuple(reversed(pack.profiles[:-1])),
                    calendar=calendar.id,
                    roles=roles,
                ),
                vocabulary=vocabulary,
                provisions=provisions,
                rules=tuple(with_additions(rule, additions) for rule, _ in rule_entries),
                paths=paths,
                stages=tuple(sorted(stages.values(), key=lambda stage: stage.order)),
                calendar=calendar,
                discrepancies=discrepancies,
                digest=digest or digest_of(pack),
                checked_on=checked_on,
            )
    return Built(ruleset, pack, rule_entries, profile_entries)


def _vocabulary(pack: Pack) -> Vocabulary:
    home: dict[str, tuple[Entry, int]] = {}
    for entry in pack.of("vocabulary"):
        for index, fact in enumerate(entry.plain["facts"]):
            if fact["id"] in home and entry.document:
                first = home[fact["id"]][0]
                pack.faults.append(entry.document.fault(("facts", index, "id"), f"fact {fact['id']} is defined already in {first.file}"))
            home.setdefault(fact["id"], (entry, index))

    def report(path: Path_, message: str) -> None:
        entry, index = home[str(path[0])]
        if entry.document:
            pack.faults.append(entry.document.fault(("facts", index, *path[1:]), message))

    return building.build_vocabulary([entry.plain for entry in pack.of("vocabulary")], report)


def digest_of(pack: Pack) -> str:
    """Return the SHA-256 of a pack's content: the same for the same rules, wherever and however they were read."""
    from hashlib import sha256  # shipped rules come with their digest

    content = sorted([entry.kind, entry.profile, _canonical(entry.plain)] for entry in pack.entries)
    return sha256(_canonical(content).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


# -- the front door ------------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _prebuilt() -> dict[str, Any] | None:
    if not _PREBUILT.is_file():
        return None
    content: dict[str, Any] = json.loads(_PREBUILT.read_bytes())
    return content


def load_ruleset(profile: str | Path = "bcp", *, rules_dir: str | Path | None = None) -> Ruleset:
    """Load the rules that one authority is held to.

    Args:
        profile: The name of a profile in the rules folder (``england``, ``bcp``), or the path of a profile folder of your own.
        rules_dir: Another rules folder than the one that ships with the package.

    Returns:
        The ruleset. Loading a shipped profile twice returns the same object.

    Raises:
        QuestionError: There is no such profile.
        RulesError: The folder has faults; every one is listed, with file, line and column.
    """
    if isinstance(profile, str) and ("/" in profile or os.sep in profile):
        profile = Path(profile)  # ./name is a folder, name is a shipped profile
    if rules_dir is None and isinstance(profile, str):
        return _shipped(profile)
    return load_folder(profile, Path(rules_dir) if rules_dir is not None else packaged_rules())


@lru_cache(maxsize=16)
def _shipped(profile: str) -> Ruleset:
    content = _prebuilt()
    if content is None or profile not in content["profiles"]:
        return load_folder(profile, packaged_rules())
    made = content["profiles"][profile]
    entries = [Entry(**content["entries"][index]) for index in made["entries"]]
    ruleset = build(Pack(made["chain"], entries), made["digest"]).ruleset
    assert ruleset is not None  # noqa: S101 -- the build refuses to package rules that do not load
    for year, days in content["holidays"][ruleset.calendar.id].items():
        ruleset.calendar.preset(int(year), {date.fromisoformat(day): name for day, name in days})
    return ruleset


def load_folder(profile: str | Path, rules_dir: Path) -> Ruleset:
    """Load a profile from folders of YAML, checking everything.

    Raises:
        QuestionError: There is no such profile.
        RulesError: With every fault found.
    """
    built = check_folder(profile, rules_dir)
    if built.pack.faults or built.ruleset is None:
        raise RulesError(built.pack.faults[:MOST_FAULTS])
    return built.ruleset


def check_folder(profile: str | Path, rules_dir: Path) -> Built:
    """Read, build and check a profile; every fault found is in ``built.pack.faults``, sorted and once only.

    Raises:
        QuestionError: There is no such profile.
    """
    from cspr_rules.checking import check

    pack = read_pack(profile, rules_dir)
    built = build(pack)
    if built.ruleset is not None:
        built.pack.faults.extend(check(built))
    if pack.unread:
        # What a file that could not be read would have defined is missing wherever it is named; only the cause is worth saying.
        defined = set(_words(pack.unread))
        built.pack.faults[:] = [fault for fault in built.pack.faults if not _follows(fault, defined)]
    if not built.pack.faults and built.ruleset is None:
        built.pack.faults.append(Fault(str(rules_dir), "there are no rules here"))
    built.pack.faults[:] = sorted(set(built.pack.faults), key=_in_order)
    return built


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


def _follows(fault: Fault, defined: set[str]) -> bool:
    named = re.search(r"there is no [a-z]+ called '([^']*)'", fault.message)
    if named:
        return named.group(1) in defined or named.group(1).split("/")[-1] in defined
    return fault.message.startswith(("nothing that this rule cites", "the rule cites nothing of layer", "'checked_on' is missing here"))


def _in_order(fault: Fault) -> tuple[str, list[int], str]:
    file, *numbers = fault.place.split(":")
    return file, [int(number) for number in numbers if number.isdigit()], fault.message
