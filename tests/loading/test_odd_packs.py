"""Rule packs with calendars and days that no calendar holds, and paths that lead nowhere, are refused in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cspr_rules.cli.main import main
from cspr_rules.errors import QuestionError, RulesError
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.calendars import Calendar
from tests.support.rules_folders import Folder

LAND = "calendars/land.yaml"
SEVERE = "nation/notice/severe.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        (LAND, "base: GB", "▶base: UK", "the library has no calendar called 'UK'"),
        (LAND, "base: GB", "▶base: CN", "the library's calendar 'CN' has no bank holidays for 20"),
        (LAND, "confirmed_until: 2027-12-31", "▶confirmed_until: 0001-01-01", "expected a day between 1800 and 2200"),
        (LAND, "confirmed_until: 2027-12-31", "▶confirmed_until: 9999-12-31", "expected a day between 1800 and 2200"),
        (SEVERE, "until: null", "▶until: 9999-12-31", "leave `until` null where no end is known"),
        (SEVERE, "from: 2015-01-01", "▶from: 0001-01-01", "expected a day between 1800 and 2200"),
    ],
)
def test_a_calendar_or_a_day_that_does_not_exist_is_one_fault(file: str, old: str, new: str, words: str, tmp_path: Path) -> None:
    folder = Folder().edit(file, old, new)
    faults = folder.faults(tmp_path)
    assert [fault.place for fault in faults] == folder.expected
    assert words in faults[0].message


def test_a_year_that_the_library_does_not_know_is_said_when_it_is_asked_for() -> None:
    with pytest.raises(RulesError, match="'CN' has no bank holidays for 1950"):
        Calendar("x", "x", "CN", date(2020, 1, 1), (), ()).holidays(1950)


@pytest.mark.parametrize("words", [["check", "loop"], ["pages", "loop", "--out", "o"], ["decide", "loop"], ["facts", "--profile", "./loop"]])
def test_a_link_that_leads_to_itself_is_refused(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    assert main(words) == 2
    assert "loop" in capsys.readouterr().err


def test_a_name_that_no_folder_can_have_is_refused() -> None:
    with pytest.raises(QuestionError, match="leads to no file or folder"):
        load_ruleset("./x\0")
