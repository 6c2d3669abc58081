"""The course that ships, and one exercise of it to try things on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules.loading.reading import read_bytes
from cspr_rules.training.course import CourseUnit, load_course, packaged_course
from cspr_rules.training.exercises import Exercise, exercise_from

EASTER = packaged_course() / "1-notifiable" / "baby-before-easter.yaml"


@pytest.fixture(scope="session")
def course() -> tuple[CourseUnit, ...]:
    return load_course()


@pytest.fixture(scope="session")
def easter(course: tuple[CourseUnit, ...]) -> Exercise:
    return next(each for unit in course for each in unit.exercises if each.id == "baby-before-easter")


@pytest.fixture(scope="session")
def text() -> str:
    return EASTER.read_text(encoding="utf-8")


def read(text: str, *, whole: bool = False) -> Exercise:
    """Return the exercise that a text holds, with its tasks worked out only if that is what is tried."""
    return exercise_from(read_bytes(text.encode(), "own.yaml"), whole=whole)


def changed(text: str, before: str, after: str) -> str:
    """Return a text with one thing changed; what is to be changed has to be there."""
    assert before in text
    return text.replace(before, after, 1)


def course_files() -> list[Path]:
    return sorted(packaged_course().glob("*/*.yaml"))
