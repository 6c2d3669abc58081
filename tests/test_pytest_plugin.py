"""The pytest plugin, in processes of its own: off until asked, the same results as the command, waivers, and what a failed test shows."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.case_tests import ON, ONE, SIN, TOTALS, write
from tests.support.commands import Run, ran

WAIVED = ("--cspr-waivers", "waivers.yaml", "--cspr-on", ON)
OWN = f"""\
from datetime import date
from cspr_rules import evaluate, load_ruleset, mark

FACTS = {{"child.died": True, "child.age_at_harm": 3, "child.place_of_harm": "in_area", "concern.authority_view": "suspected"}}
ANSWER = {{"outcomes": {{"{SIN}": "not_met"}}}}
DAY = date(2024, 4, 2)


def test_own_function(assert_complies):
    assert_complies(ANSWER, FACTS, ruleset=load_ruleset("england"), as_of=DAY)


def test_marking():
    marking = mark(evaluate(load_ruleset("england"), FACTS, as_of=DAY), ANSWER)
    assert marking.right, marking
"""


def under_pytest(folder: Path, *words: str, plugins: tuple[str, ...] = ("cspr_rules_pytest",)) -> tuple[int, str]:
    """Run pytest in a folder with these plugins and no others, and return its exit code and what it printed."""
    command = [sys.executable, "-m", "pytest", *(word for each in plugins for word in ("-p", each)), "-p", "no:cacheprovider", "-c", os.devnull]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "COLUMNS": "200", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(  # noqa: S603 -- this Python
        [*command, "--rootdir", ".", *words], cwd=folder, capture_output=True, check=False, text=True, env=environment
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path)


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(folder)
    return ran


@pytest.mark.slow
def test_the_plugin_loads_nothing_of_the_library_until_a_case_file_is_collected(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text(
        "import sys\n\n\ndef test_it():\n    assert 'cspr_rules_pytest' in sys.modules\n"
        "    assert [name for name in sys.modules if name.split('.')[0] in ('cspr_rules', 'yaml', 'pydantic')] == []\n",
        encoding="utf-8",
    )
    code, out = under_pytest(tmp_path, "-q")
    assert (code, "1 passed" in out) == (0, True), out


@pytest.mark.slow
def test_pytest_and_the_command_give_the_same_results_and_a_failure_shows_why_its_source_and_its_line(folder: Path, run: Run) -> None:
    found = run("test", "--waivers", "waivers.yaml", "--on", ON, "--format", "json").json
    assert found["totals"] == TOTALS
    code, out = under_pytest(folder, "-v", "-rA", *WAIVED)
    assert code == 1
    words = {"passed": "PASSED", "failed": "FAILED", "waived": "XFAIL", "error": "ERROR"}
    of_cases = [each for each in found["findings"] if "waivers.yaml" not in each["suite"]]
    lines = set(re.findall(r"^(\S+\.cspr\.yaml::.+?) (PASSED|FAILED|XFAIL|ERROR)\b", out, re.MULTILINE))
    assert lines == {(f"{each['suite'].replace(': ', '::', 1)}::{each['name']}", words[each["state"]]) for each in of_cases}
    for each in found["findings"]:
        if "waivers.yaml" in each["suite"]:
            assert f"{each['place']['file']}:{each['place']['line']}:{each['place']['column']}: {each['says']}" in out
    assert "_ one.cspr.yaml: A baby is harmed before Easter: duty: notify_panel _" in out
    for line in ("  answered: 3 April 2024\n", "  the rules say: 5 April 2024\n", "  why: 3 April 2024 comes before", "  source: CA 2004", ":13:5\n"):
        assert line in out
    assert "Traceback" not in out


@pytest.mark.slow
def test_a_case_can_be_chosen_by_its_sentence_and_then_no_waiver_is_called_unused(folder: Path) -> None:
    code, out = under_pytest(
        folder, "cases/two.cspr.yaml::A child of three dies here", "-v", "--cspr-waivers", "waivers.yaml", "--cspr-on", "2025-01-01"
    )
    assert (code, "1 passed, 2 xfailed" in out) == (0, True), out
    code, out = under_pytest(folder, "-k", "three", "--cspr-waivers", "waivers.yaml", "--cspr-on", ON)
    assert code == 1
    assert "it ended on 31 December 2025" in out
    assert "excuses nothing: no test" not in out


@pytest.mark.slow
def test_ordinary_tests_have_the_waivers_of_the_run_and_show_why_a_marking_is_not_right(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(OWN, encoding="utf-8")
    code, out = under_pytest(tmp_path)
    assert code == 1
    assert "AssertionError: 1 of 1 answers are not what the rules say" in out
    assert "marking: answers that are not right" in out
    assert f"wrong: {SIN}: answered not met; the rules say met. Must the local authority notify" in out
    assert "complying.py" not in out
    (tmp_path / "w.yaml").write_text(f"waivers: [{{rule: {SIN}, reason: not modelled, until: 2026-12-31}}]\n", encoding="utf-8")
    code, out = under_pytest(tmp_path, "--cspr-waivers", "w.yaml", "--cspr-on", ON, "test_own.py", "--deselect", "test_own.py::test_marking")
    assert (code, "1 passed, 1 deselected" in out) == (0, True), out
    assert f"test_own.py::test_own_function: {SIN}, until 2026-12-31: not modelled" in out


@pytest.mark.slow
def test_several_processes_agree_on_which_waivers_are_needed(folder: Path) -> None:
    pytest.importorskip("xdist")
    (folder / "test_own.py").write_text(OWN, encoding="utf-8")
    (folder / "waivers.yaml").write_text(
        "waivers:\n  - {rule: england.notification.*, reason: not modelled, until: 2026-12-31}\n"
        f"  - {{rule: {SIN}, case: test_own_function, reason: by name, until: 2026-12-31}}\n",
        encoding="utf-8",
    )
    one, several = (
        under_pytest(folder, *WAIVED, *more, plugins=("cspr_rules_pytest", *plugins))
        for more, plugins in (((), ()), (("-n", "2"), ("xdist.plugin",)))
    )
    for code, out in (one, several):
        assert code == 1
        assert "waivers.yaml:3:5: waiver for rule" in out
        assert "waivers.yaml:2:5: waiver for rule" not in out
        assert "test_own.py::test_own_function" in out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cspr-waivers", "waivers.yaml"), "say on which day they have to hold: --cspr-on YYYY-MM-DD"),
        (("--cspr-waivers", "nowhere.yaml", "--cspr-on", ON), "nowhere.yaml"),
    ],
)
def test_flags_that_cannot_be_followed_are_told_in_a_line(words: tuple[str, ...], said: str, folder: Path) -> None:
    code, out = under_pytest(folder, *words)
    assert code == pytest.ExitCode.USAGE_ERROR
    assert said in out
    assert "Traceback" not in out


@pytest.mark.slow
def test_another_profile_is_used_for_every_case(folder: Path) -> None:
    (folder / "one.cspr.yaml").write_text(ONE.replace("04-03\n", "04-05\n    tell_partnership: not_owed\n"), encoding="utf-8")
    assert under_pytest(folder, "one.cspr.yaml", "--cspr-profile", "bcp")[0] == 1
