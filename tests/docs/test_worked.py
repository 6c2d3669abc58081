"""The worked case of eleven months: its pages are what the library prints, and it shows what it says it shows."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from cspr_rules import load_ruleset
from cspr_rules.casework import audit
from cspr_rules.casework.history_files import read_history
from cspr_rules.cli.main import main
from tests.support.worked import DAYS, FOLDER, case, page, picture

HISTORY = read_history(FOLDER / "case.yaml")
LAST = DAYS[-1][0]
WRITE = "the worked case's pages are out of date: run `python -m tests.support.worked`"


@pytest.mark.slow
def test_the_page_is_what_the_library_prints() -> None:
    assert (FOLDER / "README.md").read_text(encoding="utf-8") == page(), WRITE


def test_the_picture_is_what_the_library_draws() -> None:
    assert (FOLDER / "timeline.svg").read_text(encoding="utf-8") == picture(), WRITE


def test_it_lasts_eleven_months_and_goes_through_every_stage() -> None:
    assert (HISTORY.entries[0].on, HISTORY.last_day) == (date(2025, 1, 9), date(2025, 12, 9))
    stages = dict.fromkeys(day.stage.id for day in case(LAST).days if day.stage)
    # The plan was drawn up before the report came out, so that the case passed from sign-off to the action plan in one day.
    assert list(stages) == ["aware", "rapid_review", "decision", "local_review", "sign_off", "action_plan", "impact"]


def test_two_steps_are_late_and_the_audit_finds_them() -> None:
    found = case(LAST)
    fates = {life.duty.id: audit.fate(life) for life in found.lives}
    assert [duty for duty, each in fates.items() if each in ("late", "missed")] == ["have_rapid_review_with_panel", "give_report_before_publication"]
    assert fates["send_full_report"] == "in time"
    assert found.record.out_of_order == ()


def test_every_day_of_it_is_sound_and_known_to_the_rules() -> None:
    ruleset = load_ruleset("bcp")
    day = HISTORY.entries[0].on
    while day <= LAST:
        record = HISTORY.evaluate(ruleset, day)
        assert {duty.id for duty in record.duties if duty.status == "overdue"} <= {"have_rapid_review_with_panel", "give_report_before_publication"}
        day += timedelta(days=7)


@pytest.mark.slow
def test_the_commands_shown_run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER.parent.parent)
    commands = re.findall(r"^cspr-rules (.*?)(?: > \S+)?$", page(), re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        assert main(command.split()) == 0
    assert "Late: send the full report" in capsys.readouterr().out


def test_no_names_and_nothing_that_identifies() -> None:
    words = " ".join(filter(None, (text for entry in HISTORY.entries for text in (entry.role, entry.reasons, entry.dissent, entry.because))))
    assert not re.search(r"\b(Mr|Mrs|Ms|Dr)\b|@|\d{3,}", words)
