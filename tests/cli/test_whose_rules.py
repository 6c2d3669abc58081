"""A case file names rules that ship with the package; a folder of rules is named by whoever runs the command, and the answer says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules.cli.main import main
from tests.support.rules_folders import Folder

CASE = "as_of: 2024-04-02\nfacts: {incident.severe: true}\n"
HISTORY = "schema: cspr-rules/casefile/1\nprofile: ./rules/town\nentries:\n  - {on: 2024-03-27, fact: incident.severe, value: true}\n"
SAID = "These rules are not those that ship with cspr-rules"


@pytest.fixture
def inbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Folder().write(tmp_path)
    (tmp_path / "case.yaml").write_text(f"profile: ./rules/town\n{CASE}", encoding="utf-8")
    (tmp_path / "history.yaml").write_text(HISTORY, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    ["decide case.yaml", "mark case.yaml", "ask case.yaml", "history show history.yaml", "docket history.yaml", "audit history.yaml"],
)
def test_a_file_cannot_choose_a_folder_of_rules(words: str, inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words.split()) == 2
    assert "a case file cannot choose a folder of rules ('./rules/town'); if you trust that folder, name it with --profile" in capsys.readouterr().err


@pytest.mark.parametrize("shape", ["text", "markdown", "html"])
def test_who_runs_the_command_can_and_the_answer_says_so(shape: str, inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", "case.yaml", "--profile", "./rules/town", "--format", shape]) == 0
    assert SAID in " ".join(capsys.readouterr().out.split())
