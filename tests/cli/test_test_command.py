"""`cspr-rules test`: which files, what passes, fails and cannot be read, and every format of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from cspr_rules.interchange.findings import KINDS, Findings, Found, Where, nothing
from cspr_rules.interchange.findings_shape import findings_schema
from cspr_rules.interchange.sarif import MOST_RESULTS, sarif
from tests.support.case_tests import ONE, SIN, TOTALS, TWO, write
from tests.support.commands import Ran, Run
from tests.support.rules_folders import Folder

WAIVED = ("--waivers", "waivers.yaml", "--on", "2026-11-29")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path)


def in_format(run: Run, shape: str) -> Ran:
    got = run("test", *WAIVED, "--format", shape)
    assert got.code == 2
    return got


def test_what_is_expected_of_each_case_is_a_test_and_the_text_says_why_one_fails_and_where(run: Run, folder: Path) -> None:
    got = run("test", *WAIVED)
    assert got.code == 2
    assert "1 cannot be read, 3 failed, 2 excused by a waiver, 2 passed." in got.flat
    assert "one.cspr.yaml:13:5: failed: duty: notify_panel (notify the incident to the Panel)" in got.flat
    assert "Answered: 3 April 2024" in got.flat
    assert "The rules say: 5 April 2024" in got.flat
    assert "Why: 3 April 2024 comes before the first of these clocks runs out." in got.flat
    assert "Source: CA 2004, section 16C(1)" in got.flat
    assert "cases/two.cspr.yaml:11:13: cannot be read: there is no fact called 'child.dide'; did you mean 'child.died'?" in got.flat
    assert "never says that nobody need be told" in got.flat


@pytest.mark.parametrize(
    ("text", "code"), [(ONE.replace("04-03\n", "04-05\n"), 0), (ONE, 1), (TWO, 2), ("", 2), ("cases: []\n", 2), ("cases: [1]\n", 2)]
)
def test_the_exit_code_says_whether_all_passes_something_fails_or_something_cannot_be_read(run: Run, tmp_path: Path, text: str, code: int) -> None:
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    assert run("test", "x.yaml").code == code


def test_a_case_that_expects_nothing_is_no_pass(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("facts: {child.died: true}\n", encoding="utf-8")
    got = run("test", "x.yaml")
    assert got.code == 2
    assert "nothing is expected of this case, so it tests nothing" in got.flat


def test_a_folder_without_tests_is_no_pass_and_hidden_and_installed_files_are_not_looked_for(run: Run, tmp_path: Path) -> None:
    for name in (".git", "node_modules", "venv"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.cspr.yaml").write_text(ONE, encoding="utf-8")
    (tmp_path / "venv" / "pyvenv.cfg").touch()
    got = run("test")
    assert got.code == 2
    assert "no test was found, and that is no pass" in got.err


def test_a_file_that_does_not_exist_is_an_error_among_the_others(run: Run, folder: Path) -> None:
    got = run("test", "one.cspr.yaml", "nowhere.yaml", "--format", "github")
    assert got.code == 2
    assert "::error file=nowhere.yaml,title=CSPR004 nowhere.yaml%3A case 1::" in got.out
    assert "notify_panel" in got.out


def test_cases_of_one_title_are_told_apart_by_their_number(run: Run, tmp_path: Path) -> None:
    case = f"  - {{title: Twins, facts: {{child.died: true}}, expect: {{outcomes: {{{SIN}: undetermined}}}}}}\n"
    (tmp_path / "x.yaml").write_text(f"profile: england\ncases:\n{case}{case}", encoding="utf-8")
    found = run("test", "x.yaml", "--format", "json").json["findings"]
    assert [each["suite"] for each in found] == ["x.yaml: Twins (case 1)", "x.yaml: Twins (case 2)"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--format", "junitt"], "there is no format called 'junitt'; did you mean 'junit'?"),
        (["--format", "junit="], "expected a file after 'junit='"),
        (["--format", "text", "--format", "json"], "two formats cannot both go to standard output"),
        (["--format", "json=a", "--format", "sarif=a"], "two formats cannot both go to one file"),
        (["--waivers", "w.yaml"], "say on which day they have to hold: --on YYYY-MM-DD, or --on today"),
        (["--on", "2026-11-29"], "this is for waivers"),
        (["--waivers", "nowhere.yaml", "--on", "2026-11-29"], "nowhere.yaml"),
        (["--waivers", "waivers.yaml", "--on", "soon"], "--on: "),
        (["--profile", "narnia"], "narnia"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_line(words: list[str], said: str, run: Run, folder: Path) -> None:
    got = run("test", *words)
    assert (got.code, got.out) == (2, "")
    assert said in got.err


def test_several_formats_are_written_in_one_run_each_where_it_is_wanted(run: Run, folder: Path) -> None:
    got = run("test", *WAIVED, "--format", "github", "--format", "junit=report.xml", "--format", "sarif=found.sarif")
    assert got.out == in_format(run, "github").out
    assert (folder / "report.xml").read_text(encoding="utf-8") == in_format(run, "junit").out
    assert (folder / "found.sarif").read_text(encoding="utf-8") == in_format(run, "sarif").out


# -- each format -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["text", "markdown", "json", "junit", "junit-with-lines", "sarif", "github", "gitlab"])
def test_every_format_shows_what_cannot_be_read_what_fails_what_is_excused_and_how_much_passed(shape: str, run: Run, folder: Path) -> None:
    out = " ".join(in_format(run, shape).out.replace("\\", "").split())
    for said in ("child.dide", "notify_panel", "it ended on 31 December 2025", "not modelled", "rule england.looked_after.*"):
        assert said in out, said
    if shape not in ("json", "junit", "junit-with-lines", "sarif"):  # where tools count, the next tests count
        assert "1 cannot be read, 3 failed, 2 excused by a waiver, 2 passed" in out
    assert in_format(run, shape).out == in_format(run, shape).out


def test_json_has_the_published_shape(run: Run, folder: Path) -> None:
    plain = in_format(run, "json").json
    jsonschema.validate(plain, findings_schema())
    assert plain["totals"] == TOTALS
    (failed,) = [each for each in plain["findings"] if each["name"] == "duty: notify_panel" and each["state"] == "failed"]
    assert (failed["answered"], failed["found"], failed["place"]) == (
        "3 April 2024",
        "5 April 2024",
        {"file": "one.cspr.yaml", "line": 13, "column": 5},
    )
    assert run("schema", "findings").json == findings_schema()


def test_junit_is_read_by_another_program_with_the_same_totals(run: Run, folder: Path) -> None:
    report = JUnitXml.fromstring(in_format(run, "junit").out.encode())
    results: list[Any] = [result for suite in report for case in suite for result in case.result]
    assert [sum(isinstance(each, kind) for each in results) for kind in (Error, Failure, Skipped)] == [1, 3, 2]
    assert sum(not case.result for suite in report for case in suite) == TOTALS["passed"]
    assert sum(suite.tests for suite in report) == sum(TOTALS.values())
    assert (sum(suite.failures for suite in report), sum(suite.errors for suite in report), sum(suite.skipped for suite in report)) == (3, 1, 2)


# What the schema of Jenkins (junit-10.xsd of its xunit plugin) lets stand; a run held to that file itself is in decision 26.
JENKINS: dict[str, tuple[set[str], set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, {"name"}, {"time", "tests", "failures", "errors"}),
    "testsuite": ({"testcase"}, {"name", "tests", "failures", "errors"}, {"skipped", "time", "timestamp", "hostname", "file"}),
    "testcase": ({"skipped", "error", "failure"}, {"name"}, {"classname", "time"}),
    **{tag: (set(), set(), {"type", "message"}) for tag in ("skipped", "error", "failure")},
}


def test_junit_keeps_to_what_jenkins_takes_and_the_other_flavour_adds_file_and_line_alone(run: Run, folder: Path) -> None:
    plain, lines = (ElementTree.fromstring(in_format(run, shape).out) for shape in ("junit", "junit-with-lines"))  # noqa: S314 -- our own
    assert plain.tag == "testsuites"
    for element in plain.iter():
        inside, required, more = JENKINS[element.tag]
        assert {each.tag for each in element} <= inside
        assert required <= set(element.attrib) <= required | more
    placed = [each for each in lines.iter("testcase") if each.attrib.pop("file", None) and each.attrib.pop("line", None)]
    assert len(placed) == sum(TOTALS.values())
    assert ElementTree.tostring(plain) == ElementTree.tostring(lines)


def sarif_results(run: Run) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = in_format(run, "sarif").json["runs"][0]["results"]
    return results


def test_sarif_has_what_github_takes(run: Run, folder: Path) -> None:
    log = in_format(run, "sarif").json
    (only,) = log["runs"]
    rules = only["tool"]["driver"]["rules"]
    assert (log["version"], only["properties"]) == ("2.1.0", TOTALS)
    assert all(re.fullmatch(r"CSPR\d{3}", rule["id"]) and re.fullmatch(r"[A-Z][A-Za-z]+", rule["name"]) for rule in rules)
    assert all(rule["shortDescription"]["text"].endswith(".") and rule["help"]["text"] and len(rule["properties"]["tags"]) <= 20 for rule in rules)
    assert len(only["results"]) == TOTALS["error"] + TOTALS["failed"] + TOTALS["waived"]
    for result in only["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"].endswith(".")
        assert not place["artifactLocation"]["uri"].startswith(("/", "file:", ".."))
        assert place["region"]["startLine"] > 1
        assert re.fullmatch(r"[0-9a-f]{64}", result["partialFingerprints"]["csprRules/v1"])
    assert len({result["partialFingerprints"]["csprRules/v1"] for result in only["results"]}) == len(only["results"])
    excused = [result["suppressions"][0]["justification"] for result in only["results"] if "suppressions" in result]
    assert excused == ["not modelled", "not modelled"]


def test_a_fingerprint_stays_when_lines_move_and_when_the_answer_changes_and_not_when_the_case_is_another(run: Run, folder: Path) -> None:
    before = [each["partialFingerprints"] for each in sarif_results(run)]
    for name in ("one.cspr.yaml", "cases/two.cspr.yaml", "waivers.yaml"):
        file = folder / name
        file.write_text("# a line more\n" + file.read_text(encoding="utf-8").replace("2024-04-03", "2024-04-04"), encoding="utf-8")
    assert [each["partialFingerprints"] for each in sarif_results(run)] == before
    one = folder / "one.cspr.yaml"
    one.write_text(one.read_text(encoding="utf-8").replace("before Easter", "at Easter"), encoding="utf-8")
    assert len({str(each["partialFingerprints"]) for each in sarif_results(run)} - set(map(str, before))) == 1


def test_github_is_sent_no_more_results_than_it_takes() -> None:
    one = Found("rules", "error", "a", "b", KINDS["rules"].title, "", "", "wrong", nothing, (), Where("a.yaml", 1, 1))
    log = json.loads(sarif(Findings("check", (one,) * (MOST_RESULTS + 1))))
    assert len(log["runs"][0]["results"]) == MOST_RESULTS
    assert log["runs"][0]["properties"]["error"] == MOST_RESULTS + 1


def test_github_gets_one_command_a_line_whatever_a_title_holds(run: Run, tmp_path: Path) -> None:
    title = "a, b: 100%\\n::error file=x::forged\\u202e"
    (tmp_path / "x.yaml").write_text(f'title: "{title}"\n' + ONE.partition("\n")[2], encoding="utf-8")
    out = run("test", "x.yaml", "--format", "github").out
    assert len(out.splitlines()) == 2
    assert out.startswith("::error file=x.yaml,line=13,col=5,title=CSPR001 x.yaml%3A a%2C b%3A 100%25 %3A%3Aerror file=x%3A%3Aforged\\u202e::duty: ")


def test_gitlab_gets_a_fingerprint_a_severity_and_a_line_for_each(run: Run, folder: Path) -> None:
    entries = in_format(run, "gitlab").json
    assert all(set(each) == {"description", "check_name", "fingerprint", "severity", "location"} for each in entries)
    assert [each["severity"] for each in entries] == ["blocker", "major", "major", "major", "info", "info", "info"]
    assert entries[1]["location"] == {"path": "one.cspr.yaml", "lines": {"begin": 13}}
    assert len({each["fingerprint"] for each in entries}) == len(entries)


# -- `check` and `mark` tell the same findings ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["text", "markdown", "html", "json", "junit", "junit-with-lines", "sarif", "github", "gitlab"])
def test_a_case_that_cannot_be_read_stands_in_every_format_of_mark(shape: str, run: Run, folder: Path) -> None:
    (folder / "odd.yaml").write_text("facts: {child.dide: true}\n", encoding="utf-8")
    got = run("mark", "one.cspr.yaml", "odd.yaml", "--format", shape)
    assert got.code == 2
    assert "child.dide" in got.out
    assert "notify_panel" in got.out.replace("\\", "")
    assert "odd.yaml" in got.err


@pytest.mark.parametrize("shape", ["markdown", "json", "junit", "junit-with-lines", "sarif", "github", "gitlab"])
def test_check_tells_faults_and_examples_in_every_format(shape: str, run: Run, tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    (file,) = [each for each in rules.rglob("*.yaml") if "name: It died, given" in each.read_text(encoding="utf-8")]
    file.write_text(file.read_text(encoding="utf-8").replace("It died, given: {child.died: true}", "It died, given: {child.died: false}"), "utf-8")
    got = run("check", "rules", "--format", shape)
    assert got.code == 2
    assert "the outcome is not_met, not met" in got.out.replace("\\", "")
    if shape == "json":
        jsonschema.validate(got.json, findings_schema())
        assert (got.json["totals"]["failed"], got.json["totals"]["error"]) == (1, 0)
        assert got.json["totals"]["passed"] > 5
