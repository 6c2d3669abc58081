"""Every worked case under ``docs/cases`` gets the answer that was written beside it by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cspr_rules.loading.reading import read_file
from tests.support.shipped import CASES, FILES, case_file, every_case, record

AREAS = {
    *("notification", "looked_after", "care_leavers", "childrens_homes", "rapid_review", "child_death", "child_death_review"),
    *("supported_accommodation", "foster_care", "residential_family_centres", "custody_and_detention"),
}
"""Of what the cases list every duty: whom to tell, by when, and the first steps. Duties of other areas (the council's own alert, governance,
reviewers, publication) would be the same in nearly every case; the examples of their own rules cover them."""
EXPECT = {"outcomes", "duties", "status", "ask", "notes_from"}


def expected(path: Path, key: str) -> Any:
    return case_file(path).expect.get(key) or {}


@every_case
def test_says_what_it_is_shaped_on_and_expects_something_known(path: Path) -> None:
    value = read_file(path).value
    assert isinstance(value, dict)
    assert value.get("title")
    assert value.get("shaped_on")
    assert {"outcomes", "duties"} <= value["expect"].keys() <= EXPECT
    assert value["expect"]["outcomes"]


@pytest.mark.slow
@every_case
def test_outcomes(path: Path) -> None:
    decisions = record(path).decisions
    wanted: dict[str, str | list[str]] = expected(path, "outcomes")
    got = {
        rule: [finding.outcome for finding in decisions[rule].per_child] if isinstance(outcome, list) else decisions[rule].outcome
        for rule, outcome in wanted.items()
    }
    assert got == wanted


@every_case
def test_every_duty_owed_and_no_other(path: Path) -> None:
    got: dict[str, set[str]] = {}
    for duty in (duty for duty in record(path).duties if duty.rule_id.split(".")[1] in AREAS):
        got.setdefault(duty.id, set()).add(duty.plan_for.isoformat() if duty.plan_for else "owed")
    wanted: dict[str, str | list[str]] = expected(path, "duties")
    assert got == {duty: set(dates) if isinstance(dates, list) else {dates} for duty, dates in wanted.items()}


@every_case
def test_status(path: Path) -> None:
    wanted: dict[str, str] = expected(path, "status")
    got: dict[str, set[str]] = {}
    for duty in record(path).duties:
        got.setdefault(duty.id, set()).add(duty.status)
    assert {duty: got.get(duty) for duty in wanted} == {duty: {status} for duty, status in wanted.items()}


@every_case
def test_questions(path: Path) -> None:
    assert set(expected(path, "ask")) <= {question.fact.id for question in record(path).ask}


@every_case
def test_notes(path: Path) -> None:
    assert set(expected(path, "notes_from")) <= {note.rule_id for note in record(path).notes}


def test_there_are_enough_cases() -> None:
    assert len(FILES) >= 30


def test_every_title_is_unique() -> None:
    titles = [case_file(path).title for path in FILES]
    assert len(set(titles)) == len(titles)


def test_the_index_lists_every_file_and_nothing_else() -> None:
    index = (CASES / "README.md").read_text(encoding="utf-8")
    listed = [line.split("](")[1].split(")")[0] for line in index.splitlines() if line.startswith("| [")]
    assert sorted(listed) == [path.name for path in FILES]
