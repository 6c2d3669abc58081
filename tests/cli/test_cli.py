"""The command as a process of its own: what it leaves behind, and that the same question always gets the same bytes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import read_file
from cspr_rules.cli.main import main
from tests.support.commands import EASTER, ROOT, Run
from tests.support.shipped import record

CASES = sorted((ROOT / "docs" / "cases").glob("*.yaml"))


def process(*arguments: str, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own."""
    command = [sys.executable, "-m", "cspr_rules.cli", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False, env={**os.environ, **(env or {})})  # noqa: S603


# -- processes of their own ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_answers_from_an_empty_folder_and_leaves_nothing_behind(tmp_path: Path) -> None:
    got = process("decide", "-", cwd=tmp_path, stdin=EASTER.encode())
    assert (got.returncode, got.stderr) == (0, b"")
    assert got.stdout.startswith(b"A baby is seriously harmed")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_bad_input_to_a_process_ends_it_with_2_and_one_line(tmp_path: Path) -> None:
    got = process("decide", "-", cwd=tmp_path, stdin=b"facts:\n  child.dyed: true\n")
    assert (got.returncode, got.stdout) == (2, b"")
    assert got.stderr.startswith(b"<stdin>:2:3: ")
    assert got.stderr.count(b"\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["facts"], ["show", "ca2004/s16C/1"], ["check"]], ids=["much", "little", "a line"])
def test_a_reader_that_has_seen_enough_gets_no_complaint(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "cspr_rules.cli", *arguments]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:  # noqa: S603
        assert running.stdout
        assert running.stderr
        if arguments == ["facts"]:
            assert running.stdout.readline()  # as `head -1` does
        running.stdout.close()
        complaint = running.stderr.read()
    assert (running.returncode, complaint) == (0, b"")


def test_a_terminal_that_cannot_show_a_letter_does_not_break_the_program(tmp_path: Path) -> None:
    got = process("decide", "-", cwd=tmp_path, stdin="title: Łódź\n".encode(), env={"PYTHONIOENCODING": "ascii"})
    assert (got.returncode, got.stderr) == (0, b"")


@pytest.mark.slow
def test_hash_seed_time_zone_and_locale_do_not_change_a_byte(tmp_path: Path) -> None:
    titled = tmp_path / "titled.yaml"
    titled.write_text(EASTER.replace("A baby", "‘Zoë’, a baby,"), encoding="utf-8")
    surroundings: list[dict[str, str]] = [
        {"PYTHONHASHSEED": "0", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Pago_Pago", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"},
    ]
    for written, cases in (("json", CASES), ("text", CASES[::12])):
        files = [str(path) for path in (titled, *cases)]
        first, second = (process("decide", *files, "--format", written, cwd=tmp_path, env=env) for env in surroundings)
        assert (first.returncode, first.stderr) == (0, b"")
        assert first.stdout == second.stdout
        assert len(first.stdout) > 1000 * len(files)


FULL = Path("/dev/full")


@pytest.mark.slow
@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize("arguments", [["decide", "-"], ["decide", "-", "--format", "json"], ["facts"], ["check"]], ids=" ".join)
def test_an_answer_that_cannot_be_written_is_one_sentence_and_no_success(tmp_path: Path, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "cspr_rules.cli", *arguments]
    with FULL.open("wb") as full:
        got = subprocess.run(command, cwd=tmp_path, input=EASTER.encode(), stdout=full, stderr=subprocess.PIPE, check=False)  # noqa: S603
    assert (got.returncode, got.stderr) == (2, b"the answer cannot be written, or not whole: No space left on device\n")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_bad_input_keeps_its_exit_code_where_it_cannot_be_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cspr_rules.cli", "decide", "missing.yaml"]
    with FULL.open("wb") as full:
        assert subprocess.run(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=full, check=False).returncode == 2  # noqa: S603


def test_closed_standard_output_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdout", None)
    assert main(["--version"]) == 2
    assert capsys.readouterr().err == "standard output is closed, so there is nowhere to write the answer\n"


@pytest.mark.slow
def test_pages_that_cannot_be_written_are_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be")
    got = run("pages", "--out", "taken/pages")
    assert (got.code, got.out) == (2, "")
    assert got.err == f"{Path('taken/pages')}: this cannot be read or written: Not a directory\n"


def test_an_interrupted_run_says_nothing(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cspr_rules.cli.answering.read_file", interrupt)
    assert run("decide", "case.yaml") == (130, "", "")


def test_one_of_a_thing_is_said_in_the_singular(run: Run) -> None:
    got = run("check", str(ROOT / "docs" / "how-to" / "harbourshire"))
    assert re.fullmatch(r"1 profile, \d+ rules?, \d+ examples: no faults\n", got.out)


# -- the order of keys ---------------------------------------------------------------------------------------------------------------


def _reversed(value: Any) -> Any:
    """Return the same value with the keys of every mapping in the other order."""
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(value)}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


@pytest.mark.slow
def test_the_order_of_keys_in_a_case_does_not_change_a_byte(run: Run) -> None:
    changed: dict[str, set[str]] = {}
    for path in CASES:
        value = read_file(path).value
        backward = run("decide", "-", "--format", "json", stdin=json.dumps(_reversed(value)).encode())
        if backward.out != record(path).to_json():
            changed[path.stem] = {key for key, part in record(path).to_dict().items() if backward.json[key] != part} or {"spaces"}
    assert changed == {}
