"""``cspr-rules history``: a case over time from the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from cspr_rules import load_ruleset
from cspr_rules.casework.history_files import read_history
from cspr_rules.cli.main import main


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    name = str(tmp_path / f"case.{getattr(request, 'param', 'yaml')}")
    assert main(["history", "new", name, "--reference", "2025-01", "--title", "Invented"]) == 0
    return name


def record(file: str, on: str, *words: str) -> int:
    return main(["history", "record", file, "--on", on, *words])


@pytest.mark.parametrize("file", ["yaml", "jsonl"], indirect=True)
def test_a_case_is_kept_from_the_command_line(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(file, "2025-01-13", "child.place_of_harm=in_area", "incident.authority_aware_on=2025-01-13") == 0
    assert record(file, "2025-01-13", "child.age_at_harm=3", "child.died=false", "--child", "1") == 0
    assert record(file, "2025-01-14", "child.seriously_harmed=true", "--child", "1", "--role", "lead officer", "--reasons", "two fractures") == 0
    assert main(["history", "correct", file, "e3=4", "--on", "2025-01-15", "--because", "the birth date was read wrongly"]) == 0
    assert main(["history", "withdraw", file, "e1", "--on", "2025-01-15"]) == 0
    capsys.readouterr()
    assert main(["history", "show", file]) == 0
    out = capsys.readouterr().out
    assert "2025-01-14  e5: child.seriously_harmed (child 1) = yes; judged by lead officer; reasons: two fractures" in out
    assert "2025-01-15  e6: child.age_at_harm (child 1) = 4 years (corrected: it replaces e3; the birth date was read wrongly)" in out
    assert "2025-01-15  e7: child.place_of_harm is no longer said (withdrawn: it replaces e1)" in out
    assert main(["history", "show", file, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)[5]["corrects"] == "e3"


def test_the_case_as_known_on_a_day_can_be_decided(file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record(file, "2025-01-13", "child.place_of_harm=in_area", "child.died=true")
    record(file, "2025-01-14", "concern.authority_view=suspected", "child.age_at_harm=3", "--child", "2")
    capsys.readouterr()
    assert main(["history", "show", file, "--on", "2025-01-13"]) == 0
    known = capsys.readouterr().out
    assert json.loads(known)["facts"] == {"child.died": True, "child.place_of_harm": "in_area"}
    (tmp_path / "known.json").write_text(known, encoding="utf-8")
    assert main(["decide", str(tmp_path / "known.json"), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["as_of"] == "2025-01-13"


@pytest.mark.slow
@pytest.mark.parametrize("on", [date(2025, 1, 13), date(2025, 2, 20), date(2025, 12, 9)])
def test_the_case_shown_with_its_judgements_decides_as_the_history_does(on: date, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    worked = Path(__file__).parents[2] / "docs" / "worked" / "case.yaml"
    assert main(["history", "show", str(worked), "--on", on.isoformat()]) == 0
    shown = capsys.readouterr().out
    assert '"dissent": ' in shown
    (tmp_path / "case.json").write_text(shown, encoding="utf-8")
    assert main(["decide", str(tmp_path / "case.json"), "--format", "json"]) == 0
    assert capsys.readouterr().out == read_history(worked).evaluate(load_ruleset("bcp"), on).to_json()


def test_changes_name_the_entries(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    record(file, "2025-01-13", "child.place_of_harm=in_area", "child.died=true", "child.age_at_harm=3", "incident.authority_aware_on=2025-01-13")
    record(file, "2025-01-14", "concern.authority_view=suspected")
    capsys.readouterr()
    assert main(["history", "show", file, "--changes", "2025-01-13", "2025-01-14"]) == 0
    out = capsys.readouterr().out
    assert "england.notification.serious_incident: undetermined -> met, because of e5 (concern.authority_view)" in out
    assert "notify_panel: none -> owed, due, due 2025-01-20" in out
    assert main(["history", "show", file, "--changes", "2025-01-14", "2025-01-31", "--format", "json"]) == 0
    changes = json.loads(capsys.readouterr().out)["changes"]
    assert {"status"} == {change["what"] for change in changes}
    assert all(change["because"] == [] for change in changes)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["record", "{}", "--on", "2025-01-13", "child.dead=true"], "there is no fact called 'child.dead'"),
        (["record", "{}", "--on", "2025-01-13", "child.died=yes"], "child.died: expected true or false"),
        (["record", "{}", "--on", "2025-01-13", "child.age_at_harm=three"], "child.age_at_harm: expected a whole number"),
        (["record", "{}", "--on", "2025-01-13", "child.died"], "expected a name, '=' and a value"),
        (["record", "{}", "--on", "13/01/2025", "child.died=true"], "--on: expected a date"),
        (["record", "{}", "--on", "2025-01-13", "notification.sent_on=2025-01-14"], "after the day the case is looked at from"),
        (["record", "{}", "--on", "2025-01-13", "child.died=true", "--role", "a"], "only a judgement carries who made it"),
        (["record", "{}", "--on", "2025-01-12", "child.died=true"], "entries are added in the order of the days"),
        (["record", "{}", "--on", "2025-01-13", "child.place_of_harm=elsewhere_in_england"], "correct or withdraw 'e1' by name"),
        (["correct", "{}", "e9=true", "--on", "2025-01-13"], "there is no entry called 'e9'"),
        (["withdraw", "{}", "e9", "--on", "2025-01-13"], "there is no entry called 'e9'"),
        (["new", "{}"], "there is such a file already"),
        (["show", "{}", "--on", "2025-01-13", "--changes", "2025-01-13", "2025-01-14"], "expected either --on or --changes"),
        (["show", "nowhere.yaml"], "`cspr-rules history new` begins one"),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_written(file: str, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert record(file, "2025-01-13", "child.place_of_harm=in_area") == 0
    before = Path(file).read_bytes()
    capsys.readouterr()
    assert main(["history", *(word.format(file) for word in words)]) == 2
    assert message in capsys.readouterr().err
    assert Path(file).read_bytes() == before


def test_what_is_left_of_a_broken_line_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(tmp_path / "case.jsonl")
    main(["history", "new", name])
    record(name, "2025-01-13", "child.place_of_harm=in_area")
    Path(name).write_bytes(Path(name).read_bytes() + b'{"id": "e2", "on"')
    capsys.readouterr()
    assert record(name, "2025-01-14", "incident.authority_aware_on=2025-01-13") == 0
    assert "was cut off in the middle of a write" in capsys.readouterr().err
    assert [entry.id for entry in read_history(name).entries] == ["e1", "e2"]
