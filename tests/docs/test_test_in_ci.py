"""The page on testing in CI runs as it stands, and so do the steps that are ready to copy."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import read_file
from tests.support.case_tests import write
from tests.support.commands import ran
from tests.support.mutated_tests import tried

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "how-to" / "test-in-ci.md").read_text(encoding="utf-8")
CI = ROOT / "docs" / "examples" / "ci"


def commands(text: str) -> list[list[str]]:
    """Return the words of each `cspr-rules` command in a text of shell, with the day that a shell would put in."""
    joined = text.replace("\\\n", " ").replace("$(date +%F)", "2026-11-29")
    return [shlex.split(line.split("cspr-rules ", 1)[1]) for line in joined.splitlines() if re.match(r"\s*(\.venv/bin/)?cspr-rules ", line)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_page_goes_from_a_failing_test_to_a_passing_one(folder: Path) -> None:
    for name, text in re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    first, waived, covered = commands("\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)))
    assert (ran(*first).code, "2 failed, 1 passed." in ran(*first).out) == (1, True)
    case = folder / "cases" / "first.cspr.yaml"
    case.write_text(case.read_text(encoding="utf-8").replace("2024-04-04", "2024-04-05"), encoding="utf-8")
    assert (ran(*waived).code, "1 excused by a waiver, 2 passed." in ran(*waived).out) == (0, True)
    assert ran(*covered).code == 1
    assert (folder / "coverage.html").is_file()


@pytest.mark.slow
def test_the_test_of_an_own_function_on_the_page_passes(folder: Path) -> None:
    (folder / "test_ours.py").write_text(PAGE.split("<!-- file: test_ours.py -->\n```python\n")[1].split("```")[0], encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "cspr_rules_pytest", "-p", "no:cacheprovider", "--rootdir", ".", "-c", os.devnull]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True, env=environment)  # noqa: S603 -- this Python
    assert (done.returncode, "1 passed" in done.stdout) == (0, True), done.stdout


def steps(value: Any) -> list[str]:
    """Return every text of a CI file, however deep."""
    if isinstance(value, dict | list):
        return [each for inside in (value.values() if isinstance(value, dict) else value) for each in steps(inside)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize(
    ("name", "made"),
    [("github.yaml", ["found.sarif", "report.xml", "summary.md"]), ("gitlab-ci.yml", ["quality.json", "report.xml"])],
)
def test_the_steps_that_are_ready_to_copy_run_and_make_the_files_that_they_hand_on(name: str, made: list[str], folder: Path) -> None:
    write(folder)
    text = (CI / name).read_text(encoding="utf-8").replace("on:\n", "'on':\n")
    (folder / "read.yaml").write_text(text, encoding="utf-8")
    (words,) = (words for step in steps(read_file(folder / "read.yaml").value) for words in commands(step))
    assert ran(*words).code == 2  # a case of the folder cannot be read
    assert [each for each in made if not (folder / each).is_file()] == []
    assert all(text.count(each) > 1 for each in made)


def test_the_hooks_for_pre_commit_name_commands_that_there_are() -> None:
    hooks: Any = read_file(ROOT / ".pre-commit-hooks.yaml").value
    local: Any = read_file(CI / "pre-commit-config.yaml").value
    entries = [hook["entry"] for hook in (*hooks, *local["repos"][0]["hooks"])]
    assert entries == ["cspr-rules test", "cspr-rules check", "cspr-rules lint", "cspr-rules test"]
    assert re.search(hooks[0]["files"], "cases/a.cspr.yaml")


@pytest.mark.slow
def test_spoilt_cases_and_waivers_are_told_in_every_format_without_a_fall(tmp_path: Path) -> None:
    assert [found for number in range(120) if (found := tried(tmp_path, number * 83))[1]] == []
