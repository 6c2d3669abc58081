"""Moodle itself imports our Moodle XML and GIFT, and marks every answer to every question: ``python -m tests.support.moodle MOODLE [FOLDER…]``.

MOODLE is the folder of an installed Moodle (GPL: nothing of it is shipped or needed): its importers make the questions, and its question engine marks
the answers (``moodle.php``, which wants ``php``). What is written to its database is taken back. The exercises are those of the course, or every
``*.yaml`` in and below the folders named.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from cspr_rules.training.course import CourseUnit, load_course
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.exports import exported, gift, moodle_xml
from cspr_rules.training.feedback import share_of
from cspr_rules.training.keys import Posed
from tests.support.qti_player import exercises_in

SCRIPT: Final = Path(__file__).with_name("moodle.php")
ROUNDED: Final = 1e-5
"""How far a mark may be off: Moodle keeps seven decimals of a fraction, and takes a third as 33.33333 percent."""


def moodle_differences(moodle: str, units: Sequence[CourseUnit]) -> tuple[int, list[str]]:
    """Return how many answers a Moodle marked, in both formats, and everything in which it reads or marks otherwise than we do.

    Args:
        moodle: The folder of an installed Moodle.
        units: The exercises.
    """
    every = [(exercise, posed) for unit in units for exercise in unit.exercises for posed in exercise.posed]
    tried, found = 0, []
    for name, text in (("xml", moodle_xml(units)), ("gift", gift(units))):
        read = _read(moodle, name, text)
        if len(read) != len(every):
            found.append(f"Moodle reads {len(read)} questions from {name}, and there are {len(every)}")
            continue
        for (exercise, posed), question in zip(every, read, strict=True):
            tried += len(question["marks"])
            found += [f"{exercise.id} {posed.id}, {name}: {each}" for each in _differ(exercise, posed, question)]
    return tried, found


def _read(moodle: str, name: str, text: str) -> list[Any]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"exercises.{name}"
        file.write_text(text, encoding="utf-8")
        words = ["php", str(SCRIPT), moodle, str(file), name]
        said = subprocess.run(words, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- what whoever runs this has named
    found: list[Any] = json.loads(said)
    return found


def _differ(exercise: Exercise, posed: Posed, question: Any) -> Iterator[str]:
    ours = exported(posed)
    if question["type"] != ("multichoice" if ours else "essay"):
        yield f"Moodle makes it a question of the type {question['type']}"
        return
    theirs = [tuple(" ".join(part.split()) for part in choice) for choice in question["choices"]]
    if theirs != [(" ".join(each.text.split()), " ".join(each.told.split())) for each in ours]:
        yield f"Moodle has other choices or says otherwise of them: {theirs}"
        return
    for places, mark in question["marks"]:
        if posed.mode == "several":
            expected = share_of(posed, [posed.choices[place].id for place in places])
        else:
            expected = ours[places[0]].share if places else share_of(posed, ())
        if abs(float(expected) - mark) > ROUNDED:
            yield f"{[theirs[place][0] for place in places]}: Moodle gives {mark}, and we give {expected}"


def main(moodle: str, *folders: str) -> int:
    """Print how many answers Moodle marked and what differs; return the exit code."""
    units = [CourseUnit("exercises", "Exercises", "", (), (), tuple(exercises_in(folders)))] if folders else list(load_course())
    tried, found = moodle_differences(moodle, units)
    print(f"{tried} answers, {len(found)} differ")
    print("\n".join(found[:20]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
