"""Files and paths of any kind beside a case file, and programs that change it meanwhile: nothing hangs, nothing is lost, and all is said in words."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cspr_rules import CaseError, CaseHistory, load_ruleset, read_history, save_history, writing
from cspr_rules.casework.history_files import history_from
from cspr_rules.cli.main import main

DAY = date(2024, 3, 27)
RECORD = ["history", "record", "g.jsonl", "--on", "2024-03-27", "child.died=true"]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and links as on POSIX systems")


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "g.jsonl"
    save_history(CaseHistory(profile="bcp"), path)
    return path


def pipe(path: Path) -> None:
    os.mkfifo(path)


def hard_link(path: Path) -> None:
    path.with_name("victim").write_text("victim\n", encoding="utf-8")
    os.link(path.with_name("victim"), path)


def link(path: Path) -> None:
    path.with_name("victim").write_text("victim\n", encoding="utf-8")
    path.symlink_to("victim")


@pytest.mark.parametrize("put", [pipe, hard_link, link])
def test_what_stands_under_the_name_of_a_write_is_put_aside_and_nothing_is_written_through_it(put: Callable[[Path], None], case: Path) -> None:
    put(case.with_name(".g.jsonl.writing"))
    with writing(case) as history:
        history.record(DAY, {"child.died": True})
    assert [entry.fact for entry in read_history(case).entries] == ["child.died"]
    victim = case.with_name("victim")
    assert not victim.exists() or victim.read_text(encoding="utf-8") == "victim\n"


def test_a_pipe_under_the_name_of_the_lock_makes_nobody_wait(case: Path) -> None:
    case.with_name(".g.jsonl.lock").unlink(missing_ok=True)
    os.mkfifo(case.with_name(".g.jsonl.lock"))
    with writing(case) as history:
        history.record(DAY, {"child.died": True})
    assert len(read_history(case).entries) == 1


@pytest.mark.parametrize(
    "words",
    [
        ["ask", "pipe"],
        ["decide", "pipe"],
        ["history", "new", "loop"],
        ["history", "record", "loop", *RECORD[3:]],
        ["history", "record", "/", *RECORD[3:]],
    ],
    ids=" ".join,
)
def test_a_pipe_a_circle_and_a_folder_are_refused(words: list[str], case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    assert main(words) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_value_of_the_wrong_kind_is_shown_as_it_was_entered(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case.write_text('{"schema": "cspr-rules/casefile/1"}\n{"on": "2024-03-27", "fact": "child.died", "value": "maybe"}\n', encoding="utf-8")
    assert main(["history", "show", "g.jsonl"]) == 0
    assert "child.died = maybe (which is no value of this fact)" in capsys.readouterr().out


def test_a_change_made_meanwhile_by_a_program_without_the_lock_is_not_overwritten(case: Path) -> None:
    def meanwhile() -> None:
        with writing(case) as history:
            with case.open("a", encoding="utf-8") as other:
                other.write('{"on": "2024-03-27", "fact": "child.looked_after", "value": true}\n')
            history.record(DAY, {"child.died": True})

    with pytest.raises(CaseError, match="changed since it was read, by a program that did not wait"):
        meanwhile()
    assert [entry.fact for entry in read_history(case).entries] == ["child.looked_after"]


def test_entries_that_the_rules_would_refuse_are_not_written(case: Path) -> None:
    before = case.read_bytes()
    with pytest.raises(CaseError, match=r"child\.unborn"), writing(case, load_ruleset("bcp")) as history:
        history.record(DAY, {"child.unborn": False}, reasons="seen")
    assert case.read_bytes() == before


def test_a_yaml_file_that_ends_in_the_middle_of_a_line_is_read_with_a_notice() -> None:
    raw = b"schema: cspr-rules/casefile/1\nentries:\n  - on: 2024-03-27\n    fact: child.age_at_death\n    value: 17"
    assert history_from(raw + b"\n", "h.yaml").notices == ()
    assert "as if the file had been cut off there" in history_from(raw[:-1], "h.yaml").notices[0]
