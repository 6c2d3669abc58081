"""``cspr-rules train`` in a terminal, from pipes, and with files."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from cspr_rules.cli.main import main
from cspr_rules.training.feedback import SCHEMA
from tests.support.commands import ROOT, ran
from tests.training.conftest import EASTER


def test_a_session_marks_each_answer_keeps_it_and_goes_on_another_time(tmp_path: Path) -> None:
    kept = str(tmp_path / "mine.json")
    first = ran("train", str(EASTER), "--answers", kept, stdin=b"b\nd\nstop\n")
    assert first.code == 0
    assert "Wrong." in first.err
    assert "somebody who read what is not recorded as no" in " ".join(first.err.split())
    assert json.loads(Path(kept).read_text(encoding="utf-8"))["answers"]["baby-before-easter"].keys() == {"1.1", "1.2"}
    second = ran("train", str(EASTER), "--answers", kept, stdin=b"a\n")
    assert "1.1" not in second.err
    assert len(json.loads(Path(kept).read_text(encoding="utf-8"))["answers"]["baby-before-easter"]) == 3
    again = ran("train", str(EASTER), "--answers", kept, "--again", stdin=b"c\nstop\n")
    assert json.loads(Path(kept).read_text(encoding="utf-8"))["answers"]["baby-before-easter"]["1.1"] == ["undetermined"]
    assert "Right." in again.err


def test_with_feedback_at_the_end_nothing_is_said_before_it(tmp_path: Path) -> None:
    session = ran("train", str(EASTER), "--feedback", "at-end", stdin=b"b\nstop\n")
    assert "Wrong." not in session.err
    assert "1 wrong and 4 not answered" in session.flat


def test_what_is_no_answer_is_asked_for_again() -> None:
    session = ran("train", str(EASTER), stdin=b"z\na b\nhelp\nc\na e\nskip\nleave\n")
    said = " ".join(session.err.split())
    assert "Expected letters from a to c, each once." in said
    assert "Expected one letter." in said
    assert "“None of these” stands alone." in said
    assert "The rest of this exercise is left out." in said
    assert session.code == 0


def test_a_paper_its_key_and_a_review_are_printed(tmp_path: Path) -> None:
    assert "By Friday 5 April 2024" in ran("train", str(EASTER), "--paper").out
    assert "c) It cannot be said yet." in ran("train", str(EASTER), "--key", "--format", "markdown").out
    assert ran("train", str(EASTER), "--page").out.startswith("<!DOCTYPE html>")
    assert ran("train", str(EASTER), "--export", "gift").out.startswith("$CATEGORY")
    assert "every fact is told by its words" in ran("train", str(EASTER), "--check").flat
    answers = tmp_path / "mine.json"
    answers.write_text(json.dumps({"schema": SCHEMA, "answers": {"baby-before-easter": {"2.2": ["2024-04-04"]}}}), encoding="utf-8")
    review = ran("train", str(EASTER), "--answers", str(answers), "--review").flat
    assert "1 right in part and 4 not answered" in review
    assert review.count("Right would be") == 1, "of what is not answered nothing is given away"
    table = ran("train", str(EASTER), "--class", str(answers))
    assert "mine" in table.out
    assert json.loads(ran("train", str(EASTER), "--class", str(answers), "--format", "json").out)["answers"][0]["label"] == "mine"


def test_an_exercise_of_the_course_is_found_by_the_name_that_the_list_gives() -> None:
    assert ran("train", "baby-before-easter", "--paper").out == ran("train", str(EASTER), "--paper").out


def test_a_handout_of_a_case_has_its_facts_and_no_answer() -> None:
    case = ROOT / "docs" / "cases" / "baby-head-injury-before-easter.yaml"
    printed = ran("train", "--handout", str(case))
    assert printed.code == 0
    assert "Must the Panel be notified?" in printed.flat
    assert "5 April" not in printed.out
    assert "england." not in printed.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--review",), "expected --answers"),
        (("--format", "csv", "--paper"), "csv is for --class"),
        (("--unit", "12", "--list"), "there is no unit called '12'"),
        (("missing.yaml",), "not a file that exists"),
        (("baby-befor-easter", "--paper"), "did you mean 'baby-before-easter'"),
        (("--profile", "engand", "--list"), "did you mean 'england'"),
        ((str(EASTER), str(EASTER), "--paper"), "two exercises are called baby-before-easter"),
        ((str(EASTER), "--class", "missing.json"), "not a file that exists"),
        ((str(EASTER), "--notes"), "this is for the course that ships"),
    ],
)
def test_what_cannot_be_done_is_said_and_never_a_traceback(arguments: tuple[str, ...], said: str) -> None:
    found = ran("train", *arguments)
    assert found.code == 2
    assert said in found.err
    assert "Traceback" not in found.err


def test_a_package_of_qti_is_a_zip_file_on_standard_output() -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with redirect_stdout(out):
        assert main(["train", str(EASTER), "--export", "qti3"]) == 0
    with zipfile.ZipFile(out.buffer) as package:
        assert "items/item-baby-before-easter-2.2.xml" in package.namelist()
