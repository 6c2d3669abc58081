"""`decide`: its formats, several cases, whose rules, which day and which law."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from cspr_rules import Ruleset
from tests.support.commands import EASTER, ROOT, SIN, Run

PLAN = "plan for 5 April 2024, set by WT 2023 (should), GOV.UK notification page (must) and BCP guidance (will)"
WELL = """\
title: Nothing is known yet
profile: england
as_of: 2025-02-03
"""


# -- decide: formats and several cases -----------------------------------------------------------------------------------------------


def test_text_says_what_is_owed_by_when_by_whom_and_on_what_authority(run: Run, easter: Path) -> None:
    got = run("decide", str(easter), "--full")
    assert (got.code, got.err) == (0, "")
    assert got.out.startswith("A baby is seriously harmed two days before Good Friday\n====")
    assert f"MUST: notify the incident to the Panel; {PLAN} [due]" in got.flat
    assert "Who: BCP Council - To: Child Safeguarding Practice Review Panel" in got.flat
    assert "not counted: Fri 29 March (Good Friday), Mon 1 April (Easter Monday) and 2 weekend days" in got.flat
    assert f"Because: {SIN} is met - Source: CA 2004, section 16C(1)" in got.flat


def test_text_is_what_is_printed_if_no_format_is_named(run: Run, easter: Path) -> None:
    assert run("decide", str(easter)) == run("decide", str(easter), "--format", "text")


def test_markdown_has_headings_and_bold_duties(run: Run, easter: Path) -> None:
    lines = run("decide", str(easter), "--format", "markdown", "--full").out.splitlines()
    assert lines[0] == "# A baby is seriously harmed two days before Good Friday"
    assert "## What is owed, most pressing first" in lines
    assert any(re.fullmatch(rf"\d+\. \*\*MUST: notify the incident to the Panel; {re.escape(PLAN)} \\\[due\\\]\*\*", line) for line in lines)


def test_json_of_one_case_is_one_record(run: Run, easter: Path) -> None:
    record = run("decide", str(easter), "--format", "json").json
    assert record["schema"] == "cspr-rules/decision-record/4"
    assert (record["profile"], record["as_of"], record["law_on"]) == ("bcp", "2024-03-27", "2024-03-26")
    assert record["decisions"][SIN]["outcome"] == "met"


def test_a_slim_record_is_one_line_and_the_full_one_is_what_is_printed_unless_it_is_asked_for(run: Run, easter: Path) -> None:
    slim = run("decide", str(easter), "--format", "json", "--detail", "slim")
    assert slim.out.count("\n") == 1
    assert (slim.json["detail"], slim.json["given"]["facts"]["incident.occurred_on"]) == ("slim", "2024-03-26")
    assert [(each["by"], each["to"], each["plan_for"]) for each in slim.json["duties"] if each["duty"] == "notify_panel"] == [
        ("local_authority", ["panel"], "2024-04-05")
    ]
    assert run("decide", str(easter), "--format", "json") == run("decide", str(easter), "--format", "json", "--detail", "full")


def test_detail_without_json_is_refused_and_not_ignored(run: Run, easter: Path) -> None:
    got = run("decide", str(easter), "--detail", "slim")
    assert (got.code, got.out, got.err) == (2, "", "--detail: this is for --format json; text and markdown are in full with --full\n")


@pytest.mark.slow
def test_several_cases_are_answered_in_the_order_in_which_they_are_named(run: Run, easter: Path, tmp_path: Path) -> None:
    (tmp_path / "well.yaml").write_text(WELL, encoding="utf-8")
    assert [each["profile"] for each in run("decide", "well.yaml", str(easter), "--format", "json").json] == ["england", "bcp"]
    for written in ("text", "markdown"):
        out = run("decide", str(easter), "well.yaml", "--format", written).out
        assert 0 <= out.index("A baby is seriously harmed") < out.index("Nothing is known yet")


def test_a_faulty_case_does_not_keep_the_others_from_being_answered(run: Run, easter: Path) -> None:
    got = run("decide", "missing.yaml", str(easter), "--format", "json")
    assert got.code == 2
    assert [each["as_of"] for each in got.json] == ["2024-03-27"]
    assert got.err.startswith("missing.yaml: ")


def test_the_faults_of_every_case_are_listed_with_the_file_of_each(run: Run, tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text("facts:\n  child.died: perhaps\n  child.dyed: true\n", encoding="utf-8")
    got = run("decide", "one.yaml", "two.yaml")
    assert (got.code, got.out) == (2, "")
    assert [line.split(": ")[0] for line in got.err.splitlines()] == ["one.yaml:2:3", "one.yaml:3:3", "two.yaml:2:3", "two.yaml:3:3"]


@pytest.mark.parametrize("text", [EASTER, json.dumps(yaml.safe_load(EASTER), default=str)], ids=["yaml", "json"])
def test_a_dash_reads_standard_input_as_a_file_would_be_read(run: Run, easter: Path, text: str) -> None:
    got = run("decide", "-", "--format", "json", stdin=text.encode())
    assert got == run("decide", str(easter), "--format", "json")


def test_a_file_called_json_is_read_as_json(run: Run, easter: Path, tmp_path: Path) -> None:
    (tmp_path / "case.json").write_text(json.dumps(yaml.safe_load(EASTER), default=str), encoding="utf-8")
    assert run("decide", "case.json", "--full") == run("decide", str(easter), "--full")


# -- decide: whose rules, which day, which law ---------------------------------------------------------------------------------------


def test_the_profile_is_the_option_else_the_case_s_own_else_bcp(run: Run, easter: Path, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("profile: england\n" + EASTER, encoding="utf-8")
    assert run("decide", str(easter), "--format", "json").json["profile"] == "bcp"
    assert run("decide", "own.yaml", "--format", "json").json["profile"] == "england"
    assert run("decide", "own.yaml", "--profile", "bcp", "--format", "json").json["profile"] == "bcp"


def test_an_empty_profile_is_not_taken_for_none(run: Run, easter: Path) -> None:
    """As from an unset variable in a script: better refused than answered for the wrong authority."""
    got = run("decide", str(easter), "--profile", "")
    assert (got.code, got.out) == (2, "")


@pytest.mark.slow
def test_the_profile_may_be_a_folder_named_by_its_path(run: Run, easter: Path, elsewhere: Path) -> None:
    for named in (str(elsewhere), "elsewhere/england"):
        assert run("decide", str(easter), "--profile", named, "--format", "json").json["authority"] == "Elsewhere Council"


@pytest.mark.slow
def test_the_profile_may_be_a_folder_of_the_current_directory(run: Run, easter: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(elsewhere.parent)
    assert run("decide", str(easter), "--profile", "./england", "--format", "json").json["authority"] == "Elsewhere Council"


def test_without_a_day_the_case_is_looked_at_from_the_latest_day_it_records(run: Run, easter: Path, tmp_path: Path) -> None:
    (tmp_path / "later.yaml").write_text(EASTER + "  notification.sent_on: 2024-04-03\n", encoding="utf-8")
    assert run("decide", str(easter), "--format", "json").json["as_of"] == "2024-03-27"
    assert run("decide", "later.yaml", "--format", "json").json["as_of"] == "2024-04-03"


def test_a_day_that_may_lie_ahead_is_not_the_latest_day(run: Run, tmp_path: Path) -> None:
    (tmp_path / "ahead.yaml").write_text(EASTER + "  rapid_review.meeting_planned_for: 2024-06-03\n", encoding="utf-8")
    assert run("decide", "ahead.yaml", "--format", "json").json["as_of"] == "2024-03-27"


def test_without_any_date_it_is_looked_at_from_the_day_the_sources_were_last_looked_through(run: Run, bcp: Ruleset) -> None:
    assert run("decide", "-", "--format", "json", stdin=b"facts: {child.died: true}").json["as_of"] == bcp.checked_on.isoformat()


def test_the_case_s_own_day_goes_before_the_latest_and_the_option_before_both(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("as_of: 2024-04-05\n" + EASTER, encoding="utf-8")
    own = run("decide", "own.yaml", "--format", "json").json
    assert own["as_of"] == "2024-04-05"
    assert {each["duty"]: each["status"] for each in own["duties"]}["notify_panel"] == "due_today"
    asked = run("decide", "own.yaml", "--as-of", "2024-04-08", "--format", "json").json
    assert {each["duty"]: each["status"] for each in asked["duties"]}["notify_panel"] == "overdue"


def test_today_reads_the_clock_because_it_was_asked_to(run: Run, easter: Path) -> None:
    before = date.today()
    got = run("decide", str(easter), "--as-of", "today", "--format", "json").json["as_of"]
    assert got in (before.isoformat(), date.today().isoformat())  # midnight may pass between


def test_one_line_of_the_whole_program_reads_the_clock() -> None:
    lines = [line for file in (ROOT / "src").rglob("*.py") for line in file.read_text(encoding="utf-8").splitlines()]
    reading = [line.strip() for line in lines if re.search(r"\b(today|now|utcnow|(?<!value\.)time|time_ns|localtime|gmtime)\(", line)]
    assert reading == ["return date.today()"]


@pytest.mark.parametrize(
    ("option", "day", "said"),
    [
        ("--as-of", "2024-02-30", "there is no such day as 2024-02-30"),
        ("--as-of", "27/03/2024", "expected a date as YYYY-MM-DD"),
        ("--as-of", "tomorrow", "expected a date as YYYY-MM-DD"),
        pytest.param("--as-of", "", "expected a date as YYYY-MM-DD"),
        ("--as-of", "9999-12-31", "expected a date between 1900-01-01 and 2200-12-31, but it is 9999-12-31"),
        ("--law-on", "0001-01-01", "expected a date between 1900-01-01 and 2200-12-31, but it is 0001-01-01"),
        ("--law-on", "2023-02-29", "there is no such day as 2023-02-29"),
        ("--law-on", "today", "expected a date as YYYY-MM-DD"),
        pytest.param(
            "--law-on",
            "",
            "expected a date as YYYY-MM-DD",
        ),
    ],
)
def test_a_day_that_is_none_is_refused_with_the_name_of_the_option(run: Run, easter: Path, option: str, day: str, said: str) -> None:
    got = run("decide", str(easter), option, day)
    assert (got.code, got.out) == (2, "")
    assert got.err.startswith(f"{option}: {said}")
    assert "not_yet" not in got.err


@pytest.mark.parametrize(("day", "in_force"), [("2018-06-28", False), ("2018-06-29", True)])
def test_the_law_may_be_read_as_it_stood_on_another_day(run: Run, easter: Path, day: str, in_force: bool) -> None:
    record = run("decide", str(easter), "--law-on", day, "--format", "json").json
    assert (record["law_on"], record["law_on_from"], record["as_of"]) == (day, "law_on", "2024-03-27")
    assert (SIN in record["decisions"]) is in_force
    assert (SIN in [each["rule"] for each in record["not_in_force"]]) is not in_force


def test_the_law_is_otherwise_that_of_the_incident_or_of_the_day_looked_from(run: Run, easter: Path) -> None:
    dated = run("decide", str(easter), "--as-of", "2026-05-01", "--format", "json").json
    assert (dated["law_on"], dated["law_on_from"]) == ("2024-03-26", "incident.occurred_on")
    undated = run("decide", "-", "--as-of", "2019-05-01", "--format", "json", stdin=b"facts: {child.died: true}").json
    assert (undated["law_on"], undated["law_on_from"]) == ("2019-05-01", "as_of")
