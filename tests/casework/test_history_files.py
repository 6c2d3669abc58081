"""Case files on disk: what is read is what was written, and no crash, second writer or later version loses anything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cspr_rules import CaseError
from cspr_rules.casework.entries import Entry
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import history_from, read_history, save_history, writing
from cspr_rules.cli.main import main
from tests.support.histories import histories

ROOT = Path(__file__).parents[2]
MONDAY = date(2025, 1, 13)
SCHEMA = "cspr-rules/casefile/1"
YAML = f"""# Kept as it is.
schema: {SCHEMA}
title: Invented   # and this too
entries:
- on: 2025-01-13
  fact: child.died
  child: 1
  value: false
  # the next line is indented as a person would
- {{on: 2025-01-14, fact: notification.sent_on, value: 2025-01-14}}
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="uses fork and signals")
both = pytest.mark.parametrize("name", ["case.yaml", "case.jsonl"])


def refused(call: Callable[..., Any], *arguments: Any) -> list[str]:
    with pytest.raises(CaseError) as error:
        call(*arguments)
    return [str(fault) for fault in error.value.faults]


def small() -> CaseHistory:
    history = CaseHistory(profile="bcp", reference="2025-01", title='A "quoted" title: with # signs')
    history.record(MONDAY, {"child.died": False, "child.place_of_harm": "in_area"})
    history.record(
        MONDAY, {"child.seriously_harmed": True}, child=1, role="lead officer", judged_on=MONDAY, reasons="two\nlines\x85", dissent="no: 🙂"
    )
    history.correct(MONDAY + timedelta(days=1), "e1", True, because="- [told] {otherwise}, 'later'")
    history.withdraw(MONDAY + timedelta(days=2), "e2", because="null")
    return history


# -- there and back ------------------------------------------------------------------------------------------------------------------


@both
def test_what_is_read_is_what_was_written(tmp_path: Path, name: str) -> None:
    history = small()
    save_history(history, tmp_path / name)
    read = read_history(tmp_path / name)
    assert read.entries == history.entries
    assert (read.profile, read.reference, read.title, read.schema) == ("bcp", "2025-01", history.title, SCHEMA)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), words=st.text(max_size=40), name=st.sampled_from(["h.yaml", "h.jsonl"]))
def test_any_history_with_any_words_comes_back(tmp_path: Path, history: CaseHistory, words: str, name: str) -> None:
    path = tmp_path / name
    path.unlink(missing_ok=True)
    on = history.last_day or MONDAY
    try:
        words.encode()
    except UnicodeEncodeError:
        return
    history.record(on + timedelta(days=1), {"concern.contributed": "unclear"}, child=3, role=words or None, reasons=words * 2 or None)
    save_history(history, path)
    assert read_history(path).entries == history.entries


@both
def test_adding_leaves_what_stands_byte_for_byte(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name.endswith("yaml"):
        path.write_text(YAML, encoding="utf-8")
    else:
        save_history(small(), path)
    before = path.read_bytes()
    with writing(path) as history:
        (made,) = history.record(MONDAY + timedelta(days=9), {"partners.told_on": "2025-01-15"})
    assert path.read_bytes().startswith(before)
    assert read_history(path).entries[-1] == made


def test_hand_written_entries_need_no_ids_and_can_be_named_by_their_number(tmp_path: Path) -> None:
    (tmp_path / "case.yaml").write_text(YAML, encoding="utf-8")
    history = read_history(tmp_path / "case.yaml")
    assert [entry.id for entry in history.entries] == ["e1", "e2"]
    assert history.place(history.entries[1]).endswith("case.yaml:10:3")


def test_a_new_file_is_nobody_elses_business_and_another_keeps_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    save_history(small(), path)
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
        path.chmod(0o664)
        with writing(path) as history:
            history.record(MONDAY + timedelta(days=9), {"partners.told_on": "2025-01-15"})
        assert path.stat().st_mode & 0o777 == 0o664


@posix
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    save_history(small(), tmp_path / "case.jsonl")
    (tmp_path / "link.yaml").symlink_to("case.jsonl")
    with writing(tmp_path / "link.yaml") as history:
        history.record(MONDAY + timedelta(days=9), {"partners.told_on": "2025-01-15"})
    assert (tmp_path / "link.yaml").is_symlink()
    assert len(read_history(tmp_path / "case.jsonl").entries) == len(small().entries) + 1


@both
def test_nothing_is_written_if_the_block_fails(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    save_history(small(), path)
    before = path.read_bytes()

    def fails() -> None:
        with writing(path) as history:
            history.record(MONDAY + timedelta(days=9), {"partners.told_on": "2025-01-15"})
            history.record(MONDAY + timedelta(days=9), {"child.died": "maybe so"})

    refused(fails)
    assert path.read_bytes() == before


def test_a_history_that_the_file_does_not_begin_with_is_not_written_over_it(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    mine = small()
    save_history(mine, path)
    theirs = read_history(path)
    theirs.record(MONDAY + timedelta(days=3), {"agency.believes_criteria_met": True})
    save_history(theirs, path)
    mine.record(MONDAY + timedelta(days=4), {"agency.believes_criteria_met": False})
    (message,) = refused(save_history, mine, path)
    assert "it was changed since it was read. Nothing was written" in message
    assert read_history(path).entries == theirs.entries


@pytest.mark.parametrize("end", ["entries: []\n", "entries: [{on: 2025-01-13, fact: child.died, value: false}]\n", "entries:\nprofile: bcp\n"])
def test_a_layout_to_which_nothing_can_be_added_safely_is_left_alone(tmp_path: Path, end: str) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(f"schema: {SCHEMA}\n{end}", encoding="utf-8")

    def adds() -> None:
        with writing(path) as history:
            history.record(MONDAY, {"child.place_of_harm": "in_area"})

    (message,) = refused(adds)
    assert "entries can be added only where" in message or "cannot be added safely" in message
    assert path.read_text(encoding="utf-8") == f"schema: {SCHEMA}\n{end}"


# -- what is refused -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a.yaml", "a.jsonl"])
def test_a_later_version_is_a_clear_error(name: str) -> None:
    (message,) = refused(history_from, b'{"schema": "cspr-rules/casefile/2", "shape": "unheard of"}\n', name)
    assert "made by a later version of the library ('cspr-rules/casefile/2'); this one reads 'cspr-rules/casefile/1'. Upgrade cspr-rules" in message


@pytest.mark.parametrize("text", [b"", b"\n", b"null\n", b"[]\n", b'{"title": "x"}\n', b'{"schema": 1}\n', b'{"schema": "cspr-rules/case/1"}\n'])
@pytest.mark.parametrize("name", ["a.yaml", "a.jsonl"])
def test_what_is_no_case_file_over_time_is_said_to_be_none(text: bytes, name: str) -> None:
    (message,) = refused(history_from, text, name)
    assert f"schema: {SCHEMA}" in message


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("on: 2025-01-13, value: true", "'fact' is missing"),
        ("fact: child.died, value: true", "'on' is missing"),
        ("on: 2025-02-30, fact: child.died, value: true", "there is no such day"),
        ("on: 2025-01-13, fact: child.died", "an entry says something known"),
        ("on: 2025-01-13, fact: child.died, value: unknown", "an entry says something known"),
        ("on: 2025-01-13, fact: child.died, value: [1]", "expected true or false"),
        ("on: 2025-01-13, fact: child.died, value: true, child: one", "expected a child's number"),
        ("on: 2025-01-13, fact: child.died, value: true, chid: 1", "did you mean 'child'"),
        ("on: 2025-01-13, fact: child.died, value: true, corrects: 7", "the id of an entry"),
        ("on: 2025-01-13, fact: child.died, value: true, corrects: e7", "no entry before it is called that"),
        ("on: 2025-01-13, fact: child.died, value: true, withdraws: e7", "it has no value"),
        ("on: 2025-01-13, fact: child.died, withdraws: e7, corrects: e7, value: true", "under either `corrects` or `withdraws`"),
        ("on: 2025-01-13, fact: child.died, value: true, reasons: 4", "expected text for 'reasons'"),
    ],
)
def test_a_faulty_entry_is_refused_with_its_line(entry: str, message: str) -> None:
    faults = refused(history_from, f"schema: {SCHEMA}\nentries:\n  - {{{entry}}}\n".encode(), "a.yaml")
    assert any(message in fault and fault.startswith("a.yaml:3:") for fault in faults)


def test_free_text_is_not_repeated_in_messages() -> None:
    text = f"schema: {SCHEMA}\nentries:\n  - {{on: Jane Roe, fact: child.died, value: [Jane], reasons: 3, title: Jane}}\n"
    assert "Jane" not in "\n".join(refused(history_from, text.encode(), "a.yaml")).replace("'Jane", "Jane")


def test_contradicting_entries_name_both_places() -> None:
    text = (
        f"schema: {SCHEMA}\nentries:\n  - {{on: 2025-01-13, fact: child.died, value: true}}\n  - {{on: 2025-01-14, fact: child.died, value: false}}\n"
    )
    (message,) = refused(history_from, text.encode(), "a.yaml")
    assert message.startswith("a.yaml:4:")
    assert "entry 'e1' of 2025-01-13" in message


def test_a_file_that_is_not_there_or_too_large_is_named(tmp_path: Path) -> None:
    assert "not a file that exists" in refused(read_history, tmp_path / "none.yaml")[0]
    assert "a folder" in refused(read_history, tmp_path)[0]
    (tmp_path / "large.jsonl").write_bytes(b" " * 2_000_001)
    assert "just over 2 MB" in refused(read_history, tmp_path / "large.jsonl")[0]
    os.mkfifo(tmp_path / "pipe.jsonl")
    assert "a pipe or a device" in refused(read_history, tmp_path / "pipe.jsonl")[0]


# -- cut off, killed, two at once ----------------------------------------------------------------------------------------------------


def test_a_file_cut_anywhere_is_read_as_an_earlier_state_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    save_history(small(), path)
    whole, entries = path.read_bytes(), small().entries
    first = whole.index(b"\n")
    for length in range(len(whole)):
        try:
            history = history_from(whole[:length], "case.jsonl")
        except CaseError:
            assert length < first
            continue
        assert history.entries == entries[: len(history.entries)]
        ended = whole[:length].count(b"\n") - 1
        assert len(history.entries) in (ended, ended + 1)
        assert bool(history.notices) == (len(history.entries) == ended and not whole[:length].endswith(b"\n") and length > first)


def test_what_is_left_of_a_line_is_dropped_with_the_next_write(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    save_history(small(), path)
    path.write_bytes(path.read_bytes() + b'{"id": "e9", "on": "2025-0')
    assert "was cut off in the middle of a write (26 bytes)" in read_history(path).notices[0]
    with writing(path) as history:
        history.record(MONDAY + timedelta(days=9), {"partners.told_on": "2025-01-15"})
    assert read_history(path).notices == ()
    assert read_history(path).entries[:-1] == small().entries


def test_a_broken_line_in_the_middle_is_not_skipped(tmp_path: Path) -> None:
    path = tmp_path / "case.jsonl"
    save_history(small(), path)
    lines = path.read_bytes().split(b"\n")
    lines[2] = lines[2][:20]
    assert any("case.jsonl:3" in fault for fault in refused(history_from, b"\n".join(lines), "case.jsonl"))


@both
def test_a_second_writer_is_told_and_writes_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    save_history(small(), path)
    with writing(path) as history:
        for attempt in (lambda: writing(path).__enter__(), lambda: save_history(small(), path)):
            (message,) = refused(attempt)
            assert "somebody else is writing this case file at this moment; nothing was written" in message
        history.record(MONDAY + timedelta(days=9), {"partners.told_on": "2025-01-15"})
    assert len(read_history(path).entries) == len(small().entries) + 1


def _crashing(*arguments: str) -> list[dict[str, Any]]:
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "tests.support.crashing", *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=600
    )
    assert ran.returncode == 0, ran.stderr
    return [json.loads(line) for line in ran.stdout.splitlines()]


@pytest.mark.slow
@posix
def test_killed_at_two_hundred_points_no_file_is_lost_or_unreadable(tmp_path: Path) -> None:
    found = _crashing("points", str(tmp_path), "0", "320")
    assert len([each for each in found if each["where"] != "not reached"]) >= 200
    for each in found:
        assert each["entries"] == (4 if each["old"] else 5), each
        assert each["kept"], each
        assert each["notices"] == 0, each
        assert each["next"] == each["entries"] + 1, each
    assert {each["old"] for each in found if each["where"] != "not reached"} == {True, False}


@pytest.mark.slow
@posix
def test_killed_at_any_time_everything_said_to_be_written_is_there(tmp_path: Path) -> None:
    found = _crashing("times", str(tmp_path), "24")
    assert any(each["said"] for each in found)
    for each in found:
        assert each["said"] <= each["written"] <= each["said"] + 1, each
        assert each["notices"] == 0


@pytest.mark.slow
@posix
def test_of_writers_at_once_each_has_all_its_entries_in_the_file(tmp_path: Path) -> None:
    for found in _crashing("writers", str(tmp_path), "4", "2"):
        assert (found["finished"], found["by_writer"]) == (4, [2] * 4), found


@pytest.mark.slow
@posix
def test_where_a_file_can_grow_no_further_the_old_one_stays_and_it_is_said(tmp_path: Path) -> None:
    found = _crashing("full", str(tmp_path))
    assert {each["said"] for each in found} == {"written", "the file cannot be written: File too large"}
    for each in found:
        assert each["kept"], each
        assert each["same"] is (each["said"] != "written"), each


@pytest.mark.slow
@posix
def test_while_another_program_replaces_the_file_nothing_is_read_in_part(tmp_path: Path) -> None:
    found = _crashing("replaced", str(tmp_path), "60")
    whole = {number * 40 + more for number in range(1, 5) for more in (0, 1)}
    for each in found:
        assert each["entries"] in whole, each
        assert each["notices"] == 0, each
        assert each["said"] == "written" or each["said"].startswith("the file was changed since it was read"), each


def test_the_reference_page_shows_what_can_be_read_and_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (ROOT / "docs" / "reference" / "case-files.md").read_text(encoding="utf-8")
    shown = {name: re.search(rf"```{name}\n(.*?)```", page, re.DOTALL) for name in ("yaml", "python")}
    assert shown["yaml"]
    assert shown["python"]
    place = "entries:\n  - {id: place, on: 2025-01-09, fact: child.place_of_harm, value: in_area}\n"
    history = history_from(shown["yaml"].group(1).replace("entries:\n", place).encode(), "case.yaml")
    assert [entry.kind for entry in history.entries] == ["recorded", "recorded", "recorded", "corrected", "withdrawn"]
    monkeypatch.chdir(tmp_path)
    exec(shown["python"].group(1), {})  # noqa: S102 -- the page's own example


def test_decide_says_what_takes_a_case_over_time(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_history(small(), tmp_path / "case.yaml")
    assert main(["decide", str(tmp_path / "case.yaml")]) == 2
    assert "this is a case file over time, for `cspr-rules docket`" in capsys.readouterr().err


def test_an_entry_can_hold_nothing_that_a_file_cannot() -> None:
    assert Entry("e1", MONDAY, 1, "recorded", "child.died", None, True).day is None
