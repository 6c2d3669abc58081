"""Rules folders to a ruleset.

``load_ruleset`` reads the folders every time a profile stands outside the package. For the profiles that ship with the package it reads one JSON
file that the build made from the same folders through the same code, because parsing some hundred YAML files takes most of a second.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from cspr_rules.errors import Fault, QuestionError, RulesError, shown
from cspr_rules.loading import compiled
from cspr_rules.loading.assembling import Built, build
from cspr_rules.loading.folders import read_pack
from cspr_rules.loading.packs import Pack
from cspr_rules.loading.reading import real
from cspr_rules.model import doors
from cspr_rules.model.ruleset import Ruleset

MOST_FAULTS = 500
_HERE = Path(__file__).parents[1]
PREBUILT = _HERE / "rules.json"


def packaged_rules() -> Path:
    """Return the rules folder that ships with the package; in a checkout, the one beside ``src``."""
    inside = _HERE / "rules"
    return inside if inside.is_dir() else _HERE.parent.parent / "rules"


def profile_folders(folder: Path) -> tuple[list[Path], Path]:
    """Return the profile folders to look at, and the rules folder they stand on.

    Args:
        folder: A folder with shared files and profile folders, or a single profile folder, which then stands on the rules it lies in or on those
            that ship with the package.

    Raises:
        RulesError: It is neither.
    """
    if (folder / "profile.yaml").is_file():
        return [folder], stands_on(folder)
    found = [path.parent for path in sorted(folder.glob("*/profile.yaml"))]
    if not found:
        expected = "expected a folder with a profile.yaml, or one of such folders"
        what = "there are no rules here" if folder.is_dir() else "this is not a folder" if folder.exists() else "there is no such folder"
        raise RulesError([Fault(str(folder), f"{what}; {expected}")])
    return found, folder


def stands_on(folder: Path) -> Path:
    """Return the rules folder that a profile folder stands on: the one it lies in, or the one that ships with the package."""
    around = real(folder).parent
    return around if (around / "vocabulary").is_dir() else packaged_rules()


def at_home(place: str, folder: Path) -> str:
    """Return a place with the path of its file, where messages call the file by its folders from the rules folder on.

    Args:
        place: The place: a file, perhaps with line and column.
        folder: The rules folder or the profile folder that was read.
    """
    name, colon, numbers = place.partition(":")
    for root in (folder.parent, folder.parent.parent, packaged_rules().parent):
        if name and not Path(name).is_absolute() and (root / name).is_file():
            return f"{root / name}{colon}{numbers}"
    return place


@lru_cache(maxsize=1)
def _prebuilt() -> dict[str, Any] | None:
    if not PREBUILT.is_file():
        return None
    return compiled.read(PREBUILT, packaged_rules())


def load_ruleset(profile: str | Path = "bcp", *, rules_dir: str | Path | None = None) -> Ruleset:
    """Load the rules that one authority is held to.

    Args:
        profile: The name of a profile in the rules folder (``england``, ``bcp``), or the path of a profile folder of your own. Such a folder stands
            on the rules it lies in, if it lies in any, as it does for ``cspr-rules check``.
        rules_dir: Another rules folder than that one, or than the one that ships with the package.

    Returns:
        The ruleset. Loading a shipped profile twice returns the same object.

    Raises:
        QuestionError: There is no such profile.
        RulesError: The folder has faults; every one is listed, with file, line and column.
    """
    if not isinstance(profile, str):
        profile = doors.path(profile, "profile")
    profile = named_or_folder(profile)
    if rules_dir is None and isinstance(profile, str):
        return _shipped(profile)
    return load_folder(profile, doors.path(rules_dir, "rules_dir") if rules_dir is not None else stands_on(Path(profile)))


def rules_for(option: str | None, own: str | None) -> Ruleset:
    """Return the rules a case is decided by: those that whoever runs the command names, else those the case's own file names, else the default.

    A file may come from anybody, so it may name rules that ship with the package and nothing else; a folder is named by whoever runs the command.

    Raises:
        QuestionError: There is no such profile, or the file names a folder.
        RulesError: The rules have faults.
    """
    if option is not None:
        return load_ruleset(option)
    if own is not None and isinstance(named_or_folder(own), Path):
        message = f"profile: a case file cannot choose a folder of rules ('{shown(own)}'); if you trust that folder, name it with --profile"
        raise QuestionError([Fault("", message)])
    return load_ruleset(own or "bcp")


def named_or_folder(profile: str | Path) -> str | Path:
    """Return a profile's name as it is, and the path of a folder as a path: ``./name`` and ``.`` are folders, ``name`` a profile that ships."""
    is_path = isinstance(profile, str) and (profile in (os.curdir, os.pardir) or "/" in profile or os.sep in profile)
    return Path(profile) if is_path else profile


@lru_cache(maxsize=16)
def _shipped(profile: str) -> Ruleset:
    content = _prebuilt()
    if content is None or profile not in content["profiles"]:
        return load_folder(profile, packaged_rules())
    built, holidays = compiled.built(content, profile)
    if built.ruleset is None or built.pack.faults or absent(built):
        raise compiled.refused(PREBUILT, "they are not whole")
    for year, days in holidays.items():
        built.ruleset.calendar.preset(year, days)
    return built.ruleset


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


def check_profile(profile: str | Path) -> Built:
    """Read, build and check what :func:`load_ruleset` loads under a name or a path, from its YAML.

    Raises:
        QuestionError: There is no such profile.
    """
    profile = named_or_folder(profile)
    return check_folder(profile, packaged_rules() if isinstance(profile, str) else stands_on(profile))


def check_folder(profile: str | Path, rules_dir: Path) -> Built:
    """Read, build and check a profile; every fault found is in ``built.pack.faults``, sorted and once only.

    Raises:
        QuestionError: There is no such profile.
    """
    from cspr_rules.loading.checking import check

    pack = read_pack(profile, rules_dir)
    ours = packaged_rules().resolve()
    built = build(pack, shipped=rules_dir.resolve() == ours and (named_or_folder(profile) == str(profile) or real(Path(profile)).parent == ours))
    if built.ruleset is not None:
        built.pack.faults.extend(check(built))
    # What a faulty file would have defined is missing wherever it is named; only the cause is worth saying.
    built.pack.faults[:] = [fault for fault in built.pack.faults if not _follows(fault, pack)]
    if not built.pack.faults and built.ruleset is None:
        built.pack.faults.append(Fault(str(rules_dir), "there are no rules here"))
    if not built.pack.faults:
        built.pack.faults.extend(absent(built))
    built.pack.faults[:] = sorted(set(built.pack.faults), key=_in_order)
    return built


_DEFINED_IN = {
    **dict.fromkeys(("fact", "date", "step"), "vocabulary"),
    **dict.fromkeys(("rule", "duty"), "rules"),
    "provision": "sources",
    "discrepancy": "discrepancies",
    "calendar": "calendars",
    "role": "profile",
}
"""What is named, and the kind of file that defines it."""


def _follows(fault: Fault, pack: Pack) -> bool:
    """Say whether a fault is there only because another file, whose own fault is told, could not be read."""
    if fault.message.startswith("'checked_on' is missing here"):
        return any(kind == "profile" for kind, _ in pack.unread)
    named = re.match(r"there is no ([a-z]+) called '([^']*)'", fault.message)
    if named is None or named[1] not in _DEFINED_IN:
        return False
    if len(pack.profiles) == 1 and any(kind == "profile" for kind, _ in pack.unread):
        return True  # it does not even say what it extends, so all that is missing may stand there
    return not pack.lost(_DEFINED_IN[named[1]]).isdisjoint((named[2], named[2].split("/")[0]))


def absent(built: Built) -> list[Fault]:
    """Return a fault for each rule that its file holds and the ruleset does not: a set of rules is whole, or it is refused."""
    have = {id(entry) for _, entry in built.rule_entries}
    return [entry.fault((), "this rule is not part of the rules that were built") for entry in built.pack.of("rules") if id(entry) not in have]


def _in_order(fault: Fault) -> tuple[str, list[int], str]:
    file, *numbers = fault.place.split(":")
    return file, [int(number) for number in numbers if number.isdigit()], fault.message
