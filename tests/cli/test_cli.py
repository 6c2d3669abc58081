"""The command line: what it answers, what it says of bad input, and that the same question always gets the same bytes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import Ruleset, load_ruleset, read_file
from cspr_rules.cli.main import main
from tests.support.running import in_process

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
CASES = sorted((ROOT / "docs" / "cases").glob("*.yaml"))
SIN = "england.notification.serious_incident"

PLAN = "plan for 5 April 2024, set by WT 2023 (should), GOV.UK notification page (must) and BCP guidance (will)"
EASTER = """\
title: A baby is seriously harmed two days before Good Friday
facts:
  incident.occurred_on: 2024-03-26
  incident.authority_aware_on: 2024-03-27
  child.place_of_harm: in_area
  concern.authority_view: suspected
  child.age_at_harm: 0
  child.seriously_harmed: true
"""
WELL = """\
title: Nothing is known yet
profile: england
as_of: 2025-02-03
"""


class Ran(NamedTuple):
    """What one run of the command came to."""

    code: int
    out: str
    err: str

    @property
    def flat(self) -> str:
        """What it printed, with line breaks and indents as single spaces."""
        return " ".join(self.out.split())

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Run(Protocol):
    def __call__(self, *arguments: str, stdin: bytes | None = None) -> Ran: ...


def ran(*arguments: str, stdin: bytes | None = None) -> Ran:
    """Run the command inside this process, with standard streams as strict about text as real ones are."""
    return Ran(*in_process(arguments, stdin))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command, standing in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return ran


@pytest.fixture
def easter(tmp_path: Path) -> Path:
    file = tmp_path / "easter.yaml"
    file.write_text(EASTER, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def bcp() -> Ruleset:
    return load_ruleset("bcp")


def process(*arguments: str, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
    """Run the command as a process of its own."""
    command = [sys.executable, "-m", "cspr_rules.cli", *arguments]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, check=False, env={**os.environ, **(env or {})})  # noqa: S603


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


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a profile folder outside the rules: England, for another authority."""
    folder = tmp_path / "elsewhere" / "england"
    shutil.copytree(RULES / "england", folder)
    profile = folder / "profile.yaml"
    text = profile.read_text(encoding="utf-8").replace("authority: the local authority", "authority: Elsewhere Council")
    profile.write_text(text, encoding="utf-8")
    return folder


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


# -- decide: bad input ---------------------------------------------------------------------------------------------------------------

MISTAKES = {
    "a fact misspelt": ("facts:\n  child.dyed: true\n", "2:3", "there is no fact called 'child.dyed'", "did you mean 'child.died'?"),
    "a fact of another group": ("facts:\n  incident.died: true\n", "2:3", "there is no fact called 'incident.died'", "did you mean 'child.died'?"),
    "a fact like no other": ("facts:\n  zzz.qqq: true\n", "2:3", "there is no fact called 'zzz.qqq'", "`cspr-rules facts` lists them"),
    "a value misspelt": ("facts:\n  child.place_of_harm: in_aera\n", "2:3", "expected one of in_area,", "did you mean 'in_area'?"),
    "a value of the wrong type": ("facts:\n  child.died: maybe\n", "2:3", "child.died: expected true or false", "but it is text"),
    "a bare no": ("facts:\n  child.died: no\n", "2:15", "a bare 'no'", "write false"),
    "an age out of bounds": ("facts:\n  child.age_at_harm: 170\n", "2:3", "expected a whole number from 0 to 120", "but it is 170"),
    "a day that is none": ("facts:\n  incident.occurred_on: 2024-02-30\n", "2:3", "incident.occurred_on", "there is no such day as 2024-02-30"),
    "a date written as in England": ("facts:\n  incident.occurred_on: 26/3/2024\n", "2:3", "expected a date as YYYY-MM-DD", "such as 2024-03-27"),
    "died yet alive": ("facts:\n  child.died: false\n  child.died_on: 2024-02-01\n", "3:3", "child.died_on is recorded", "child.died is 'no'"),
    "died yet alive later": (
        "facts:\n  child.died_on: 2024-02-01\n  child.last_known_alive_on: 2024-02-05\n",
        "2:3",
        "child.died_on is 2024-02-01, before child.last_known_alive_on (2024-02-05)",
        "both cannot be so",
    ),
    "aware before it happened": (
        "facts:\n  incident.occurred_on: 2024-03-26\n  incident.authority_aware_on: 2024-03-20\n",
        "3:3",
        "incident.authority_aware_on is 2024-03-20, before incident.occurred_on (2024-03-26)",
        "both cannot be so",
    ),
    "a date after the day looked from": (
        "as_of: 2024-03-01\nfacts:\n  incident.occurred_on: 2024-03-26\n",
        "3:3",
        "incident.occurred_on is 2024-03-26, after the day the case is looked at from (2024-03-01)",
        "",
    ),
    "a day to look from that is none": ("as_of: 2024-02-30\nfacts: {}\n", "1:1", "as_of", "there is no such day as 2024-02-30"),
    "a key misspelt": ("fact:\n  child.died: true\n", "1:1", "'fact' is not part of a case file", "did you mean 'facts'?"),
    "facts outside facts": ("child.died: true\n", "1:1", "'child.died' is not part of a case file", "facts go under `facts:`"),
    "facts as a list": ("facts:\n  - child.died: true\n", "1:1", "expected facts as `fact: value` lines", ""),
    "children as a mapping": ("children:\n  child.died: true\n", "1:1", "expected a list with the facts of each child", ""),
    "an incident fact of a child": (
        "children:\n  - incident.occurred_on: 2024-03-26\n",
        "2:5",
        "is about the whole incident",
        "move it under `facts:`",
    ),
    "an anchor": ("facts: &known\n  child.died: true\n", "1:8", "YAML anchor 'known' is not accepted", "write the value out"),
    "an alias": ("title: &t Easter\nprofile: *t\n", "2:10", "YAML alias 't' is not accepted", "write the value out"),
    "a key twice": ("facts:\n  child.died: true\n  child.died: false\n", "3:3", "'child.died' is written twice", "the first is on line 2"),
    "YAML that does not parse": ("facts: [\n", "2:1", "this is not well-formed YAML", ""),
    "a profile that does not exist": ("profile: bpc\nfacts: {}\n", "1:1", "there is no profile called 'bpc'", "did you mean 'bcp'?"),
}


@pytest.mark.parametrize(("text", "place", "said", "suggested"), [pytest.param(*each, id=name) for name, each in MISTAKES.items()])
def test_a_mistake_is_told_with_its_place_what_was_expected_and_what_to_do(
    run: Run, tmp_path: Path, text: str, place: str, said: str, suggested: str
) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    got = run("decide", "case.yaml")
    assert (got.code, got.out) == (2, "")
    told = [line for line in got.err.splitlines() if line.startswith(f"case.yaml:{place}: ")]
    assert told, got.err
    assert any(said in line and suggested in line for line in told), got.err


def test_a_mistake_on_standard_input_is_told_as_such(run: Run) -> None:
    assert run("decide", "-", stdin=b"facts:\n  child.dyed: true\n").err.startswith("<stdin>:2:3: there is no fact called 'child.dyed'")
    assert "(at facts.child.dyed)" in run("decide", "-", stdin=b'{"facts": {"child.dyed": true}}').err


def test_a_date_after_the_day_looked_from_is_placed_at_the_child_who_has_it(run: Run, tmp_path: Path) -> None:
    text = "as_of: 2024-03-01\nchildren:\n  - child.died_on: 2024-01-01\n  - child.died_on: 2024-05-01\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert run("decide", "case.yaml").err.startswith("case.yaml:4:5: child.died_on is 2024-05-01")


def test_an_unknown_profile_is_answered_with_the_nearest_and_with_all(run: Run, easter: Path) -> None:
    got = run("decide", str(easter), "--profile", "bpc")
    assert (got.code, got.out) == (2, "")
    assert "there is no profile called 'bpc'; did you mean 'bcp'?" in got.err
    assert "expected one of bcp, england, or the path of a folder" in got.err


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000)


UNREADABLE = {
    "missing": (lambda _: None, "expected a YAML or JSON file, but this is not a file that exists"),
    "a folder": (Path.mkdir, "expected a YAML or JSON file, but this is a folder"),
    "a pipe": (os.mkfifo, "expected a YAML or JSON file, but this is a pipe or a device; save it as a file first"),
    "50 MB": (_sparse, "the file is 50.0 MB; the most that is read is 2 MB"),
    "binary": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff"), "the text is not UTF-8; save the file as UTF-8"),
    "UTF-16": (lambda path: path.write_bytes(EASTER.encode("utf-16")), "the text is not UTF-8; save the file as UTF-8"),
    "empty": (lambda path: path.write_bytes(b""), "expected a case with `facts:` and, for several children, `children:`; it is empty"),
    "only a comment": (lambda path: path.write_bytes(b"# to do\n"), "it is empty"),
    "a list": (lambda path: path.write_bytes(b"- child.died\n"), "this is not a mapping"),
    "control characters": (lambda path: path.write_bytes(b"title: a\x07b\n"), "this is not well-formed YAML"),
}


@pytest.mark.parametrize(("make", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_case_is_refused_by_name_with_what_was_expected(run: Run, tmp_path: Path, make: Any, said: str) -> None:
    make(tmp_path / "case.yaml")
    got = run("decide", "case.yaml")
    assert (got.code, got.out) == (2, "")
    assert got.err.startswith("case.yaml:")
    assert said in got.err
    assert len(got.err.splitlines()) == 1


def test_a_file_of_50_mb_is_refused_by_its_size_without_being_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> bytes:
        raise AssertionError(f"{path} was read")

    _sparse(tmp_path / "case.yaml")
    monkeypatch.setattr(Path, "read_bytes", read)
    assert run("decide", "case.yaml").code == 2


def test_more_than_is_read_of_standard_input_is_refused(run: Run) -> None:
    got = run("decide", "-", stdin=b"#" * 3_000_000)
    assert got.code == 2
    assert got.err == "<stdin>: standard input is more than 2 MB, the most that is read\n"


def test_closed_standard_input_is_bad_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert run("decide", "-").code == 2


ODD = {
    "lone surrogate": '{"title": "\\ud800"}',
    "lone surrogate in a reason": '{"facts": {"concern.authority_view": {"value": "known", "reasons": "\\udfff"}}}',
    "long profile": '{"profile": "' + "a" * 300 + '"}',
    "NUL": '{"profile": "\\u0000"}',
    "day as a mapping": '{"as_of": {}}',
    "infinity": '{"facts": {"child.age_at_harm": 1e999}}',
    "long number": '{"facts": {"child.age_at_harm": ' + "9" * 5000 + "}}",
    "deep": "[" * 100_000,
    "deep JSON": '{"facts": ' * 3000 + "1" + "}" * 3000,
}


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=name) for name, text in ODD.items()],
)
def test_odd_text_is_answered_or_refused_but_never_breaks_the_program(run: Run, text: str) -> None:
    for written in ("text", "json"):
        got = run("decide", "-", "--format", written, stdin=text.encode())
        assert got.code in (0, 2)
        assert bool(got.err) is (got.code == 2)


def test_of_very_many_faults_the_first_few_hundred_are_told(run: Run) -> None:
    got = run("decide", "-", stdin=("facts:\n" + "".join(f"  child.dyed{number}: true\n" for number in range(600))).encode())
    assert got.code == 2
    assert len(got.err.splitlines()) <= 501


def test_the_command_without_a_case_says_how_it_is_used(run: Run) -> None:
    for arguments in ([], ["decide"], ["decide", "case.yaml", "--format", "pdf"], ["decyde"], ["schema", "cases"]):
        got = run(*arguments)
        assert (got.code, got.out) == (2, "")
        assert got.err.startswith("usage: cspr-rules")


# -- anything at all is answered or refused ------------------------------------------------------------------------------------------

FACT_IDS = [fact.id for fact in load_ruleset("bcp").vocabulary.facts]
CHARACTERS = st.text(st.characters(), max_size=12)  # half of a surrogate pair included, which JSON can write and no encoding can
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CHARACTERS | st.sampled_from(["known", "unknown", "not_yet", "2024-03-27"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "role", "on", "reasons", "who"]), inner, max_size=3),
    max_leaves=6,
)
FACTS = st.dictionaries(st.sampled_from(FACT_IDS) | CHARACTERS, VALUES, max_size=5)
LIKE_A_CASE = st.fixed_dictionaries(
    {},
    optional={
        "title": CHARACTERS | VALUES,
        "profile": st.sampled_from(["bcp", "england", "bpc", "", "."]) | CHARACTERS,
        "as_of": st.sampled_from(["2024-03-27", "2024-02-30", 2024]) | VALUES,
        "facts": FACTS | VALUES,
        "children": st.lists(FACTS | VALUES, max_size=3) | VALUES,
        "expect": VALUES,
        "other": VALUES,
    },
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Return a case file with a piece replaced by other bytes."""
    text = EASTER.encode()
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 20)))
    return text[:start] + draw(st.binary(max_size=8)) + text[end:]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    raw=st.one_of(st.binary(max_size=200), spoilt(), LIKE_A_CASE.map(lambda value: json.dumps(value).encode())),
    written=st.sampled_from(["text", "markdown", "json"]),
)
def test_any_bytes_as_a_case_are_answered_or_refused(raw: bytes, written: str) -> None:
    got = ran("decide", "-", "--format", written, stdin=raw)
    assert got.code in (0, 2)
    assert bool(got.out) is (got.code == 0)
    assert bool(got.err) is (got.code == 2)


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(max_size=60) | spoilt(), name=st.sampled_from(["case.yaml", "case.json", "case", "case.txt"]))
def test_any_bytes_in_a_file_of_any_name_are_answered_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str) -> None:
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(raw)
    got = ran("decide", str(file))
    assert got.code in (0, 2)
    assert all(line.startswith(str(file)) for line in got.err.splitlines()[:1])


# -- facts ---------------------------------------------------------------------------------------------------------------------------


def _listed(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines() if line and not line.startswith(" ")]


def test_facts_lists_every_fact_once_with_what_is_expected(run: Run, bcp: Ruleset) -> None:
    got = run("facts")
    assert (got.code, got.err) == (0, "")
    assert _listed(got.out) == [fact.id for fact in bcp.vocabulary.facts]
    assert got.out.count("Expected: ") == len(bcp.vocabulary.facts)


def test_facts_with_words_lists_those_that_have_every_word_whatever_its_case(run: Run, bcp: Ruleset) -> None:
    wanted = [fact.id for fact in bcp.vocabulary.facts if "panel" in (both := f"{fact.id} {fact.meaning}".casefold()) and "sent" in both]
    assert 0 < len(wanted) < len(bcp.vocabulary.facts) // 4
    assert _listed(run("facts", "SENT", "Panel").out) == wanted


def test_facts_with_a_word_that_none_has_is_refused(run: Run) -> None:
    got = run("facts", "zebra")
    assert (got.code, got.out) == (2, "")
    assert "`cspr-rules facts` lists every fact" in got.err


def test_facts_of_england_leave_out_what_only_bcp_asks(run: Run, bcp: Ruleset) -> None:
    national = _listed(run("facts", "--profile", "england").out)
    assert national == [fact.id for fact in load_ruleset("england").vocabulary.facts]
    assert {fact.id for fact in bcp.vocabulary.facts} > set(national)


def _skeleton_facts(value: Any) -> list[str]:
    return [*value["facts"], *(name for child in value["children"] for name in child)]


@pytest.mark.parametrize("profile", ["bcp", "england"])
def test_the_skeleton_is_yaml_with_every_fact_once_and_no_value(run: Run, profile: str) -> None:
    text = run("facts", "--skeleton", "--profile", profile).out
    value = yaml.safe_load(text)
    assert _skeleton_facts(value) == [fact.id for fact in load_ruleset(profile).vocabulary.facts]
    assert len(value["children"]) == 1
    assert {*value["facts"].values(), *value["children"][0].values()} == {None}
    assert (value["profile"], value["as_of"]) == (profile, None)
    for fact in load_ruleset(profile).vocabulary.facts:
        assert text.count(f" {fact.id}:\n") == 1


@pytest.mark.parametrize("profile", ["bcp", "england"])
def test_the_skeleton_is_a_case_as_it_stands_looked_at_from_the_day_the_sources_were_looked_through(run: Run, profile: str) -> None:
    skeleton = run("facts", "--skeleton", "--profile", profile).out.encode()
    got = run("decide", "-", "--format", "json", stdin=skeleton)
    assert (got.code, got.err) == (0, "")
    record = got.json
    assert (record["profile"], record["as_of"]) == (profile, load_ruleset(profile).checked_on.isoformat())
    assert record["law_on_from"] == "as_of"
    assert (record["duties"], record["options"], record["notes"]) == ([], [], [])
    assert record["decisions"][SIN]["outcome"] == "undetermined"
    assert "met" not in {each["outcome"] for each in record["decisions"].values()}


def test_a_skeleton_filled_in_is_decided(run: Run) -> None:
    text = run("facts", "--skeleton").out
    known = yaml.safe_load(EASTER)["facts"]
    for name, value in known.items():
        assert text.count(f" {name}:\n") == 1
        text = text.replace(f" {name}:\n", f" {name}: {str(value).lower()}\n")
    filled = run("decide", "-", "--format", "json", stdin=text.encode()).json
    assert filled["decisions"][SIN]["outcome"] == "met"
    child = {name: value for name, value in known.items() if name.startswith(("child.", "concern."))}
    incident = {name: value for name, value in known.items() if name not in child}
    plain = json.dumps({"facts": incident, "children": [child]}, default=str)
    without = run("decide", "-", "--format", "json", stdin=plain.encode()).json
    assert sorted(filled["given"]["facts"].items()) == sorted(without["given"]["facts"].items())
    assert filled | {"given": None} == without | {"given": None}


# -- show ----------------------------------------------------------------------------------------------------------------------------


def test_show_a_rule_gives_its_test_its_duties_its_sources_and_its_examples(run: Run) -> None:
    got = run("show", SIN)
    assert got.code == 0
    assert got.out.startswith(f"{SIN}: Notify the Panel of a serious child safeguarding incident\n")
    assert "Then BCP Council must notify the incident to the Panel" in got.flat
    assert "Within 5 working days of incident.authority_aware_on (should; WT 2018" in got.flat
    for part in ("It is met when", "Sources", "Examples", "Discharged by: notification.sent_on"):
        assert part in got.out


def test_show_a_rule_gives_every_version_of_it_with_its_own_days(run: Run, bcp: Ruleset) -> None:
    name = "england.childrens_homes.death"
    versions = bcp.versions(name)
    assert len(versions) > 1
    out = run("show", name).out
    assert out.count(f"{name}: ") == len(versions)
    for rule in versions:
        assert f"in force {rule.window}; " in " ".join(out.split())


def test_show_a_duty_gives_the_rule_that_asks_for_it(run: Run) -> None:
    assert run("show", "notify_panel") == run("show", SIN)


def test_show_a_provision_says_what_it_holds_how_it_was_checked_and_what_rests_on_it(run: Run) -> None:
    got = run("show", "ca2004/s16C/1")
    assert got.out.startswith("ca2004/s16C/1: Children Act 2004, section 16C(1)\n")
    assert "Statute; force: must; in force from 29 June 2018" in got.flat
    assert "Checked: verified in a copy, as at 11 April 2025." in got.flat
    assert SIN in got.flat.partition("Rules that rest on it: ")[2]


def test_show_a_provision_names_every_rule_that_cites_it_however(run: Run, bcp: Ruleset) -> None:
    citing: dict[str, set[str]] = {}
    for rule in bcp.rules:
        plain = read_file(ROOT / rule.file)
        written = json.dumps({key: value for key, value in plain.value.items() if key != "examples"}) if isinstance(plain.value, dict) else ""
        for key in bcp.provisions:
            if f'"{key}"' in written:
                citing.setdefault(key, set()).add(rule.id)
    assert len(citing) > 300
    for key in sorted(citing)[::10]:
        assert sorted(citing[key]) == run("show", key).flat.partition("Rules that rest on it: ")[2].split(", ")


def test_show_an_unread_provision_says_that_it_is_unverified(run: Run) -> None:
    assert "Checked: unverified: text not read; carried forward from WT 2023" in run("show", "wt2026/notify").flat


def test_show_a_judgement_gives_the_question_and_what_to_weigh(run: Run, bcp: Ruleset) -> None:
    out = run("show", "child.seriously_harmed").flat
    assert "Question: Has the child been seriously harmed?" in out
    for consideration in bcp.vocabulary.by_id["child.seriously_harmed"].considerations:
        assert f"Weigh: {consideration.text}" in out


def test_show_a_discrepancy_gives_both_sides_and_what_is_done(run: Run, bcp: Ruleset) -> None:
    got = run("show", "D28")
    entry = bcp.discrepancies["D28"]
    assert got.out.startswith(f"D28: {entry.title}")
    for said in (entry.local, entry.national, entry.resolution, entry.note):
        assert " ".join(said.split()) in got.flat


@pytest.mark.slow
def test_everything_with_a_name_can_be_shown(run: Run, bcp: Ruleset) -> None:
    duties = [duty.id for rule in bcp.rules for duty in rule.duties]
    rules = [rule.id for rule in bcp.rules]
    for name in {*rules, *duties, *bcp.provisions, *bcp.discrepancies, *bcp.vocabulary.by_id}:
        got = run("show", name)
        assert got.code == 0
        assert name in got.out


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("notify_pannel", "notify_panel"),
        ("england.notification.serious_incidents", SIN),
        ("ca2004/s16C1", "ca2004/s16C/1"),
        ("child.seriosly_harmed", "child.seriously_harmed"),
        ("Notify_Panel", "notify_panel"),
    ],
)
def test_show_a_name_misspelt_is_answered_with_the_nearest(run: Run, name: str, meant: str) -> None:
    got = run("show", name)
    assert (got.code, got.out) == (2, "")
    assert f"called '{name}'; did you mean '{meant}'?" in got.err


def test_show_only_knows_the_rules_of_the_profile(run: Run) -> None:
    assert run("show", "bcp.notification.partnership").code == 0
    assert run("show", "bcp.notification.partnership", "--profile", "england").code == 2


# -- check ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_check_finds_no_fault_in_the_shipped_rules_and_says_what_it_looked_at(run: Run, bcp: Ruleset) -> None:
    got = run("check")
    assert (got.code, got.err) == (0, "")
    examples = sum(len(rule.examples) for rule in bcp.rules)
    assert got.out == f"2 profiles, {len(bcp.rules)} rules, {examples} examples: no faults\n"


MENDS = (
    (
        "england/notification/partners.yaml",
        "to: [safeguarding_partners]",
        "to: [safeguarding_partner]",
        "to:",
        "did you mean 'safeguarding_partners'?",
    ),
    ("england/looked_after/burial.yaml", "title: Arrange", "titel: Arrange", "titel", "'titel' is not a key that belongs here"),
    ("england/looked_after/parents.yaml", "once_per: ", "once_per: a ", "once_per", "expected 'incident' or 'child'"),
    ("calendars/england_and_wales.yaml", "cites: [", "cites: [uk_bank_holiday/x, ", "uk_bank_holiday/x", "no provision called 'uk_bank_holiday/x'"),
    ("bcp/profile.yaml", "cites: [bcp/5.16]", "cites: [bcp/5.99]", "bcp/5.99", "there is no provision called 'bcp/5.99'; did you mean"),
)
"""For some files: what is written, what to write instead, where the fault is then to be found, and what is to be said of it."""


def _broken(folder: Path) -> dict[str, str]:
    """Write a copy of the rules with a mistake in several files; return the place of each fault and what is said."""
    shutil.copytree(RULES, folder)
    expected = {}
    for file, old, new, at, said in MENDS:
        path = folder / file
        before, found, after = path.read_text(encoding="utf-8").partition(old)
        assert found, f"{file} no longer says {old!r}"
        path.write_text(before + new + after, encoding="utf-8")
        up_to = before + new[: new.index(at)]
        expected[f"{folder.name}/{file}:{up_to.count(chr(10)) + 1}:{len(up_to) - up_to.rfind(chr(10))}"] = said
    return expected


@pytest.mark.slow
def test_check_lists_the_faults_of_several_files_at_once_with_line_and_column(run: Run, tmp_path: Path) -> None:
    expected = _broken(tmp_path / "copy")
    got = run("check", "copy")
    assert (got.code, got.out) == (2, "")
    lines = got.err.splitlines()
    for place, said in expected.items():
        assert any(line.startswith(f"{place}: ") and said in line for line in lines), (place, said, lines[:20])
    assert lines[-1] == f"{len(lines) - 1} faults"


@pytest.mark.slow
def test_check_runs_the_examples_and_says_which_does_not_get_its_answer(run: Run, tmp_path: Path) -> None:
    shutil.copytree(RULES, tmp_path / "copy")
    file = tmp_path / "copy" / "england" / "notification" / "serious_incident.yaml"
    text = file.read_text(encoding="utf-8").replace("deadlines: {notify_panel: 2024-04-05}", "deadlines: {notify_panel: 2024-04-04}", 1)
    file.write_text(text, encoding="utf-8")
    line = text[: text.index("- name: A four-year-old")].count("\n") + 1
    got = run("check", "copy")
    assert got.code == 2
    assert got.err.startswith(f"copy/england/notification/serious_incident.yaml:{line}:5: example 'A four-year-old")
    assert "notify_panel falls on 2024-04-05, not on 2024-04-04" in got.err
    assert got.err.endswith("1 fault\n")


@pytest.mark.slow
def test_check_of_a_profile_folder_checks_that_folder_alone(run: Run, elsewhere: Path) -> None:
    got = run("check", "elsewhere/england")
    assert (got.code, got.err) == (0, "")
    rules = load_ruleset("england").rules
    assert f"{len(rules)} rules, {sum(len(rule.examples) for rule in rules)} examples: no faults" in got.out
    rule = elsewhere / "looked_after" / "burial.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("duty: may", "duty: can", 1), encoding="utf-8")
    got = run("check", "elsewhere/england")
    assert (got.code, got.out) == (2, "")
    assert re.match(r"elsewhere/england/looked_after/burial\.yaml:\d+:\d+: ", got.err)


@pytest.mark.parametrize(
    ("name", "what"), [("nowhere", "there is no such folder"), ("empty", "there are no rules here"), ("file", "this is not a folder")]
)
def test_check_of_a_folder_without_rules_says_what_it_expected(run: Run, tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    got = run("check", name)
    assert (got.code, got.out) == (2, "")
    assert got.err.endswith(f"{name}: {what}; expected a folder with a profile.yaml, or one of such folders\n")


# -- schema, version -----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("of", ["record", "case"])
def test_schema_prints_a_json_schema(run: Run, of: str) -> None:
    got = run("schema", of)
    assert (got.code, got.err) == (0, "")
    jsonschema.Draft202012Validator.check_schema(got.json)
    assert got.json["$id"].startswith(f"cspr-rules/{'decision-record' if of == 'record' else 'case'}/")


@pytest.mark.slow
def test_the_schema_of_a_case_knows_the_facts_of_its_profile(run: Run, bcp: Ruleset) -> None:
    national = load_ruleset("england").vocabulary
    for profile, vocabulary in (("bcp", bcp.vocabulary), ("england", national)):
        made = run("schema", "case", "--profile", profile).json
        assert set(made["$defs"]["Facts"]["properties"]) == {fact.id for fact in vocabulary.facts}


def test_version_prints_the_version(run: Run) -> None:
    got = run("--version")
    assert (got.code, got.err) == (0, "")
    assert re.fullmatch(r"cspr-rules \d+\.\d+\.\d+\n", got.out)


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
        forward, backward = (run("decide", "-", "--format", "json", stdin=json.dumps(each).encode()) for each in (value, _reversed(value)))
        if forward != backward:
            changed[path.stem] = {key for key, part in forward.json.items() if backward.json[key] != part}
    assert changed == {}
