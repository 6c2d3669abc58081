"""The course that ships: units in order, each with its exercises and what whoever leads the session should know."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.errors import CaseError, Fault, QuestionError, did_you_mean, shown
from cspr_rules.loading.reading import Document, read_file
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.training.exercises import Exercise, exercise_from

_HERE: Final = Path(__file__).parents[1]
UNITS_FILE: Final = "units.yaml"
UNIT_KEYS: Final = ("id", "title", "aim", "people_get_wrong", "read_together")


class CourseUnit(NamedTuple):
    """One unit of a course.

    Attributes:
        id: The folder of its exercises.
        title: What it is about.
        aim: What somebody should be able to say after it.
        people_get_wrong: What people get wrong, for whoever leads the session.
        read_together: The provisions to read together, by key.
        exercises: Its exercises, in order of their files.
    """

    id: str
    title: str
    aim: str
    people_get_wrong: tuple[str, ...]
    read_together: tuple[str, ...]
    exercises: tuple[Exercise, ...]


def packaged_course() -> Path:
    """Return the folder of the course that ships with the package; in a checkout, the one beside ``src``."""
    inside = _HERE / "course"
    return inside if inside.is_dir() else _HERE.parent.parent / "course"


@lru_cache(maxsize=2)
def load_course(folder: Path | None = None, ruleset: Ruleset | None = None) -> tuple[CourseUnit, ...]:
    """Return the units of a course, every exercise checked; what is right in each is worked out when it is asked for.

    Args:
        folder: A folder with ``units.yaml`` and a folder of exercises for each unit; the course that ships, if not given.
        ruleset: The rules by which every exercise is decided; those of the profile that each names, if not given.

    Raises:
        CaseError: A file cannot be read or does not hold; every fault is listed.
    """
    folder = folder or packaged_course()
    document = read_file(folder / UNITS_FILE, UNITS_FILE)
    faults, found = list(document.faults), []
    for index, unit in enumerate(_listed(document)):
        path = ("units", index)
        if not isinstance(unit, dict) or set(unit) != set(UNIT_KEYS) or not all(isinstance(unit[key], str) for key in UNIT_KEYS[:3]):
            faults.append(document.fault(path, f"expected a unit with {', '.join(UNIT_KEYS)}"))
            continue
        lists = [unit[key] for key in UNIT_KEYS[3:]]
        if not all(isinstance(each, list) and all(isinstance(one, str) for one in each) for each in lists):
            faults.append(document.fault(path, f"expected lists of text under {' and '.join(UNIT_KEYS[3:])}"))
            continue
        exercises = []
        for file in sorted((folder / unit["id"]).glob("*.yaml")):
            try:
                exercises.append(exercise_from(read_file(file, f"{unit['id']}/{file.name}"), ruleset, whole=False))
            except CaseError as error:
                faults.extend(error.faults)
        found.append(CourseUnit(unit["id"], unit["title"], unit["aim"], tuple(lists[0]), tuple(lists[1]), tuple(exercises)))
    if faults:
        raise CaseError(faults)
    return tuple(found)


def chosen_units(units: Sequence[CourseUnit], names: Sequence[str]) -> tuple[CourseUnit, ...]:
    """Return the units that are named by their number or their folder; all where none is.

    Raises:
        QuestionError: There is no such unit.
    """
    if not names:
        return tuple(units)
    by_name = {str(number): unit for number, unit in enumerate(units, start=1)} | {unit.id: unit for unit in units}
    unknown = [name for name in names if name not in by_name]
    if unknown:
        raise QuestionError([Fault("--unit", f"there is no unit called '{shown(unknown[0])}'{did_you_mean(unknown[0], by_name)}")])
    return tuple(by_name[name] for name in names)


def _listed(document: Document) -> list[Any]:
    value = document.value
    units = value.get("units") if isinstance(value, dict) else None
    if not document.faults and not isinstance(units, list):
        document.faults.append(document.fault((), "expected a list of `units:`"))
    return units if isinstance(units, list) else []
