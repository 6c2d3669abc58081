"""Every YAML file of the project that a person writes, held to its schema: ``python -m tests.support.yaml_files`` holds all of them."""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any, Final

import jsonschema

from cspr_rules import load_ruleset, read_file
from cspr_rules.authoring.schemas.every import SCHEMAS

ROOT: Final = Path(__file__).parents[2]
_TOP: Final = {
    **{f"{name}.yaml": name for name in ("profile", "discrepancies", "paths", "stages", "coverage", "digests", "watch", "misconceptions")},
    "vocabulary": "vocabulary",
    "sources": "source",
    "calendars": "calendar",
}
_FOLDERS: Final = ("rules", "docs/how-to/harbourshire", "docs/reference/lint/lynmere", "tests/fixtures/eastmere")
_OTHERS: Final = {"docs/worked/case.yaml": "history", "tests/benchmarks/case.yaml": "case"}


def in_profile_folder(inside: Path) -> str:
    """Return the name of the schema of a file of a profile folder, or of the shared files beside such folders, by its path there."""
    return _TOP.get(inside.parts[0], "rule")


def yaml_files() -> dict[Path, str]:
    """Return each file, and the name of its schema."""
    found = {ROOT / name: kind for name, kind in _OTHERS.items()}
    for file in (ROOT / "rules").rglob("*.yaml"):
        inside = file.relative_to(ROOT / "rules")
        shared = inside.parts[0] in _TOP
        found[file] = in_profile_folder(inside if shared else Path(*inside.parts[1:]))
    for folder in _FOLDERS[1:]:
        for file in (ROOT / folder).rglob("*.yaml"):
            found[file] = in_profile_folder(file.relative_to(ROOT / folder))
    for file in (ROOT / "course").rglob("*.yaml"):
        if file.name != "telling.yaml":  # the words of exercises that are made; one list, held to the vocabulary by a test of its own
            found[file] = "course" if file.name == "units.yaml" else "exercise"
    found |= dict.fromkeys((ROOT / "docs" / "cases").glob("*.yaml"), "case")
    return found


def lean(schema: Any) -> Any:
    """Return a schema that says the same without what each value means: this validator would try seven hundred values one by one."""
    if isinstance(schema, list):
        return [lean(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: lean(value) for key, value in schema.items()}
    for key in ("oneOf", "anyOf"):
        if isinstance(made.get(key), list) and (values := [each["const"] for each in made[key] if isinstance(each, dict) and "const" in each]):
            others = [each for each in made[key] if "const" not in each]
            made[key] = [{"enum": values}, *others]
    return made


def profile_of(file: Path) -> str:
    """Return the rules whose names a file may use."""
    path = file.relative_to(ROOT).as_posix()
    own = [folder for folder in _FOLDERS[1:] if path.startswith(folder)]
    return str(ROOT / own[0]) if own else "england" if path.startswith("rules/england/") else "bcp"


@cache
def validator(name: str, profile: str) -> jsonschema.Draft202012Validator:
    """Return what holds files to a schema."""
    return jsonschema.Draft202012Validator(lean(SCHEMAS[name].made(load_ruleset(profile))), format_checker=jsonschema.FormatChecker())


def faults(file: Path, name: str) -> list[str]:
    """Return what a schema finds wrong with a file; a case file is held to the schema of tests, too."""
    value = read_file(file).value
    kinds = (name, "tests") if name == "case" else (name,)
    found = [error for kind in kinds for error in validator(kind, profile_of(file)).iter_errors(value)]
    return [f"{file.name} {error.json_path}: {error.message[:200]}" for error in found]


def main() -> int:
    """Hold every file to its schema, and print how many of each kind there are and what is wrong."""
    files = yaml_files()
    wrong = [fault for file, name in files.items() for fault in faults(file, name)]
    print(*(f"{name}: {count}" for name, count in sorted(Counter(files.values()).items())), *wrong, sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
