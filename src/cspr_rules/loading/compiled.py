"""The shipped rules as the build compiled them: one JSON file, sealed, and held to the YAML beside it.

A seal over every byte of the file is looked at whenever it is read; so are the names and sizes of the YAML files. Both together cost a few
milliseconds. That every value is the one in the YAML, and the digest that of the values, is what ``cspr-rules check`` looks at (:func:`faults`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from cspr_rules.errors import Fault, RulesError
from cspr_rules.loading.assembling import Built, build, digest_of
from cspr_rules.loading.packs import Pack, PackFile

_SEALED: Final = b'{"seal":"%s",'


def sealed(content: Mapping[str, Any]) -> str:
    """Return compiled rules as JSON text that begins with the SHA-256 of all that follows it."""
    rest = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()[1:]
    return (_SEALED % sha256(rest).hexdigest().encode() + rest).decode()


def read(file: Path, rules_dir: Path) -> dict[str, Any]:
    """Return compiled rules.

    Args:
        file: Where the build put them.
        rules_dir: The YAML they were made from.

    Raises:
        RulesError: They are not as the build left them, or not those of the YAML.
    """
    raw = file.read_bytes()
    length = len(_SEALED) - 2 + 64
    if raw[:length] != _SEALED % sha256(raw[length:]).hexdigest().encode():
        raise refused(file, "the file is not as it was built")
    content: dict[str, Any] = json.loads(raw)
    if content["files"] != sizes(rules_dir):
        raise refused(file, "they are not those of the rules folder beside them, so one or the other was changed")
    return content


def refused(file: Path, why: str) -> RulesError:
    """Return the error that says why compiled rules are not used."""
    return RulesError([Fault(file.name, f"the compiled rules of this installation cannot be used: {why}; install the package again")])


def sizes(rules_dir: Path) -> dict[str, int]:
    """Return the size in bytes of each YAML file of a rules folder, by its path there."""
    found: dict[str, int] = {}
    waiting = [""]
    while waiting:
        inside = waiting.pop()
        with os.scandir(rules_dir / inside) as entries:
            for entry in entries:
                if entry.is_dir():
                    waiting.append(f"{inside}{entry.name}/")
                elif entry.name.endswith((".yaml", ".yml")):
                    found[f"{inside}{entry.name}"] = entry.stat().st_size
    return found


def pack_of(content: Mapping[str, Any], profile: str) -> Pack:
    """Return the files of one profile of compiled rules."""
    made = content["profiles"][profile]
    return Pack(made["chain"], [PackFile(**content["entries"][index]) for index in made["entries"]])


def built(content: Mapping[str, Any], profile: str) -> tuple[Built, dict[int, dict[date, str]]]:
    """Return one profile of compiled rules, built, and its bank holidays by year."""
    made = content["profiles"][profile]
    days = {int(year): {date.fromisoformat(day): name for day, name in named} for year, named in content["holidays"][made["calendar"]].items()}
    return build(pack_of(content, profile), made["digest"], shipped=True), days


def faults(file: Path, digests: Mapping[str, str], rules_dir: Path) -> list[Fault]:
    """Return what is wrong with compiled rules: another digest than their values have, or than the YAML's.

    Args:
        file: Where the build put them; none there is no fault, as in a checkout.
        digests: Each profile's digest as computed from its YAML.
        rules_dir: The YAML.
    """
    if not file.is_file():
        return []
    try:
        content = read(file, rules_dir)
    except RulesError as error:
        return list(error.faults)
    found: list[Fault] = []
    for profile, digest in digests.items():
        if profile not in content["profiles"]:
            found += refused(file, f"they have no profile called '{profile}'").faults
        elif not digest == digest_of(pack_of(content, profile)) == content["profiles"][profile]["digest"]:
            found += refused(file, f"the rules of '{profile}' are not those of the rules folder beside them").faults
    return found
