"""A new profile to start from: a folder with the authority, its guidance and the schemas of its files, that passes ``check`` at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from cspr_rules.authoring.schemas.every import write_schemas
from cspr_rules.authoring.schemas.modelines import FOLDER, modeline
from cspr_rules.errors import Fault, QuestionError, RulesError, shown
from cspr_rules.loading.rulesets import check_folder, load_ruleset, profile_folders, stands_on

_ID: Final = re.compile(r"[a-z][a-z0-9_]{0,79}")
_EXTENDED: Final = "england"


def new_profile(name: str, folder: Path) -> tuple[Path, ...]:
    """Write a profile folder: who holds the roles of the council, one clause of a guidance of its own, and the schemas of all files.

    Args:
        name: The authority's id, which is the folder's name.
        folder: Where the folder is to be.

    Returns:
        The files. Nothing that exists is overwritten.

    Raises:
        QuestionError: The name will not do, or there is such a folder.
    """
    if not _ID.fullmatch(name):
        raise _bad(f"'{shown(name)}' cannot be the id of a profile: expected small letters, digits and underscores, beginning with a letter")
    home = folder / name
    base = stands_on(home)
    national = load_ruleset(_EXTENDED, rules_dir=base)
    taken = {each.name for each in profile_folders(base)[0]} | {each.instrument.id for each in national.provisions.values()}
    if name in taken:
        raise _bad(f"there is a profile or an instrument called '{name}' already; give yours another name")
    if home.exists():
        raise _bad(f"{home} exists already; nothing is overwritten")
    title = name.replace("_", " ").title()
    texts = {
        "profile": (home / "profile.yaml", _profile(name, title, national.calendar.id)),
        "source": (home / "sources" / f"{name}.yaml", _source(name, title)),
    }
    for kind, (file, text) in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(modeline(kind, home / FOLDER, file) + text, encoding="utf-8")
    built = check_folder(home, base)
    if built.ruleset is None or built.pack.faults:
        raise RulesError(built.pack.faults)
    write_schemas(built.ruleset, home / FOLDER)
    return (*(file for file, _ in texts.values()), home / FOLDER)


def _profile(name: str, title: str, calendar: str) -> str:
    council = json.dumps(f"{title} Council", ensure_ascii=False)
    return f"""\
# A local authority, written by `cspr-rules new profile`. Everything national applies; say here who holds each role and what the authority has
# promised beyond it. A role is held by a post or a body, never by a named person. docs/how-to/add-an-authority.md goes through it.
id: {name}
title: {title}
extends: {_EXTENDED}
authority: {council}
calendar: {calendar}
roles:
  local_authority:
    title: local authority
    held_by: {council}
duties: []                          # what is added to national duties, such as a shorter time: {{duty: notify_panel, deadlines: [...]}}
"""


def _source(name: str, title: str) -> str:
    return f"""\
# The authority's own guidance, clause by clause; rules cite it as {name}/1. Put the guidance in the place of every sentence.
id: {name}
title: {title} guidance (new)
short: {title} guidance
layer: local_guidance
url: null                           # the address of its page
in_force: {{from: 2026-01-01, until: null}}    # the first day on which it applies
checked: {{status: unread}}           # verified, once somebody has read the text
provisions:
  - id: "1"
    pinpoint: clause 1
    force: will                     # will: a commitment of the authority, less than a legal must
    summary: One or two sentences in your own words.
"""


def _bad(message: str) -> QuestionError:
    return QuestionError([Fault("", message)])
