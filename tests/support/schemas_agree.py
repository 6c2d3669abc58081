"""Spoilt files, held to their schemas and given to their readers: what a schema refuses the reader refuses, too.

``python -m tests.support.schemas_agree NUMBER [SEED]`` spoils so many files of each kind and prints a table.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import jsonschema

from cspr_rules import load_ruleset
from cspr_rules.authoring.examples import checked_with_examples
from cspr_rules.authoring.schemas.every import SCHEMAS
from cspr_rules.bulk.mapping import mapping_from
from cspr_rules.casework.history_files import history_from
from cspr_rules.errors import CsprRulesError
from cspr_rules.loading.reading import Document, read_bytes, read_file
from cspr_rules.loading.shaping import shaped
from cspr_rules.marking.case_tests import tried_cases
from cspr_rules.marking.waivers import waivers_from
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.training.exercises import exercise_from
from tests.support.mangling import mutated
from tests.support.rules_folders import Folder
from tests.support.yaml_files import ROOT, lean

TINY: Final[Mapping[str, tuple[str, str]]] = {
    "rule": ("town/notice/partnership.yaml", "rules"),
    "profile": ("town/profile.yaml", "profile"),
    "source": ("sources/spare.yaml", "sources"),
    "vocabulary": ("vocabulary/spare.yaml", "vocabulary"),
    "discrepancies": ("town/discrepancies.yaml", "discrepancies"),
    "paths": ("town/paths.yaml", "paths"),
    "calendar": ("calendars/spare.yaml", "calendars"),
}
"""The name of a schema to a file of the small folder, and its kind."""
WAIVERS: Final = {
    "schema": "cspr-rules/waivers/1",
    "waivers": [
        {"rule": "england.notification.*", "reason": "a letter does it", "until": "2027-01-31"},
        {"duty": "notify_panel", "case": "baby*", "reason": "another system", "until": "2027-01-31"},
        {"fact": "child.died", "reason": "never asked", "until": "2027-01-31"},
    ],
}
MAPPING: Final = {
    "case": "Ref",
    "days": "day_first",
    "serial_days": False,
    "months": True,
    "blank": ["n/a"],
    "keep": ["Team"],
    "ignore": [],
    "always": {"child.unborn": False},
    "columns": {
        "Died": {"fact": "child.died", "values": {"y": True, "n": False, "?": None}},
        "On": "child.died_on",
        "View": "concern.authority_view",
    },
}
HISTORY: Final = {
    "schema": "cspr-rules/casefile/1",
    "reference": "A1",
    "entries": [
        {"id": "a", "on": "2024-03-27", "fact": "child.died", "value": True},
        {"on": "2024-03-28", "fact": "child.died", "value": False, "corrects": "a", "because": "a mistake"},
        {"id": "v", "on": "2024-03-28", "fact": "concern.authority_view", "child": 1, "value": "known", "role": "lead", "reasons": "seen"},
        {"on": "2024-03-29", "fact": "concern.authority_view", "child": 1, "withdraws": ["v"]},
    ],
}
SEVERAL: Final = {
    "schema": "cspr-rules/tests/1",
    "profile": "england",
    "as_of": "2024-03-28",
    "cases": [
        {
            "title": "One",
            "facts": {"child.died": True, "concern.authority_view": {"value": "suspected", "role": "lead"}},
            "expect": {
                "outcomes": {"england.notification.serious_incident": "undetermined"},
                "duties": {"notify_panel": "undetermined"},
                "cites": {"notify_panel": "ca2004/s16C/1"},
                "by": {"notify_panel": ["local_authority"]},
                "ask": ["child.age_at_harm"],
            },
        },
        {"title": "Two", "as_of": "2024-03-29", "children": [{"child.died": False}], "expect": {"times": {"notify_panel": 0}}},
    ],
}


@cache
def _tiny() -> Ruleset:
    with tempfile.TemporaryDirectory() as folder:
        return Folder().ruleset(Path(folder))


@cache
def validator(name: str) -> jsonschema.Draft202012Validator:
    """Return what holds files to a schema, for the rules that their reader is given here."""
    schema = SCHEMAS[name].made(_tiny() if name in TINY else load_ruleset("england"))
    return jsonschema.Draft202012Validator(lean(schema), format_checker=jsonschema.FormatChecker())


def _document(value: Any) -> Document:
    return read_bytes(json.dumps(value).encode(), "spoilt.json")


def _loads(name: str, value: Any) -> bool:
    """Say whether the small folder loads, and its examples pass, with a file of it replaced."""
    file, kind = TINY[name]
    document = _document(value)
    if shaped(document, kind) is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        rules = Folder().put(file, json.dumps(value)).write(Path(folder))
        try:
            return not checked_with_examples(rules).faults
        except CsprRulesError:
            return False


def _read(reader: Callable[[Document], object]) -> Callable[[Any], bool]:
    def reads(value: Any) -> bool:
        try:
            reader(_document(value))
        except CsprRulesError:
            return False
        return True

    return reads


def _follow(document: Document) -> None:
    history = history_from(json.dumps(document.value).encode(), "spoilt.json")
    if history.last_day:
        history.evaluate(load_ruleset("england"), history.last_day)


def _try(document: Document) -> None:
    for each in tried_cases(document):
        if each.faults:
            raise CsprRulesError(each.faults)


class Kind(NamedTuple):
    """A kind of file: a sound one, and what reads it."""

    sound: Any
    reads: Callable[[Any], bool]


@cache
def kinds() -> dict[str, Kind]:
    """Return each kind of file by the name of its schema."""
    england = load_ruleset("england")
    found = {
        "tests": Kind(SEVERAL, _read(_try)),
        "waivers": Kind(WAIVERS, _read(waivers_from)),
        "mapping": Kind(MAPPING, _read(lambda document: mapping_from(document, england.vocabulary))),
        "history": Kind(HISTORY, _read(_follow)),
        "exercise": Kind(read_file(ROOT / "course/1-notifiable/baby-before-easter.yaml").value, _read(exercise_from)),
    }
    for name, (file, _) in TINY.items():
        sound = read_bytes(Folder().files[file].encode(), file).value
        found[name] = Kind(sound, lambda value, name=name: _loads(name, value))  # type: ignore[misc] # the name of now
    return found


class Count(NamedTuple):
    """How many spoilt files were refused by whom, and those that the schema alone refuses."""

    both: int
    reader_alone: int
    neither: int
    schema_alone: tuple[str, ...]


def compared(name: str, number: int, seed: int) -> Count:
    """Spoil a kind of file so many times, and say who refuses what comes of it."""
    kind, chance = kinds()[name], random.Random(f"{seed} {name}")  # noqa: S311 -- the same each time
    both = reader_alone = neither = 0
    alone = []
    for _ in range(number):
        spoilt = mutated(copy.deepcopy(kind.sound), chance)
        faults = [f"{error.json_path}: {error.message[:200]}" for error in validator(name).iter_errors(spoilt)]
        reads = kind.reads(spoilt)
        both += bool(faults) and not reads
        reader_alone += not faults and not reads
        neither += not faults and reads
        if faults and reads:
            alone.append(f"{faults[0]} in {json.dumps(spoilt)[:4000]}")
    return Count(both, reader_alone, neither, tuple(alone))


def main(words: list[str]) -> int:
    """Print how many spoilt files of each kind were refused by whom."""
    number, seed = int(words[0]), int(words[1]) if len(words) > 1 else 1
    told = 0
    print(f"{'kind':<14}{'spoilt':>8}{'both refuse':>13}{'reader alone':>14}{'neither':>9}{'schema alone':>14}")
    for name in kinds():
        found = compared(name, number, seed)
        told += len(found.schema_alone)
        print(f"{name:<14}{number:>8}{found.both:>13}{found.reader_alone:>14}{found.neither:>9}{len(found.schema_alone):>14}", flush=True)
        for each in found.schema_alone[:3]:
            print(f"    {each}")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
