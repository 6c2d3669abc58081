"""A rule author's own rules are changed in every single way, and what goes unnoticed is said with a case that would notice it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cspr_rules.cli.main import main
from tests.support.rules_folders import Folder

SEVERE = "nation.notice.severe"


def nation(path: Path, folder: Folder | None = None) -> str:
    return str((folder or Folder()).write(path) / "nation")


def test_a_change_that_no_example_notices_is_said_with_the_fewest_facts_that_tell_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mutate", nation(tmp_path), "--rule", SEVERE, "--kinds", "conditions", "--format", "json", "--workers", "1"]) == 1
    said = json.loads(capsys.readouterr().out)
    left = {each["change"].rpartition(": ")[2]: each for each in said["survivors"]}
    assert left["4"]["facts"] == {"incident.children": 3}
    assert (left["4"]["outcome"], left["4"]["changed"]) == ("met", "undetermined")
    assert said["made"] == said["noticed"] + said["equal"] + len(said["survivors"])


def test_of_one_rule_only_its_own_changes_are_made(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cspr_rules.authoring.mutating.judging.Judge.mutants", property(lambda _: pytest.fail("every change was made")))
    main(["mutate", nation(tmp_path), "--rule", SEVERE, "--workers", "1"])
    assert "severe.yaml" in capsys.readouterr().out


def test_a_case_that_tells_a_change_notices_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cases = tmp_path / "cases"
    cases.mkdir()
    case = f"as_of: 2024-01-01\nprofile: nation\nfacts: {{incident.children: 3}}\nexpect: {{outcomes: {{{SEVERE}: met}}}}\n"
    (cases / "three.yaml").write_text(case, encoding="utf-8")
    main(["mutate", nation(tmp_path), "--rule", SEVERE, "--kinds", "conditions", "--format", "json", "--workers", "1", "--cases", str(cases)])
    left = [each["change"].rpartition(": ")[2] for each in json.loads(capsys.readouterr().out)["survivors"]]
    assert "4" not in left


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--rule", "nation.notice.sever"], "there is no rule called 'nation.notice.sever'; did you mean"),
        (["--kinds", "colours"], "expected some of conditions, times, labels"),
        (["--workers", "0"], "expected a number of processes"),
        (["--cases", "."], "there are none"),
    ],
)
def test_what_cannot_be_done_is_said(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = nation(tmp_path / "f")
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    assert main(["mutate", folder, *words]) == 2
    assert said in capsys.readouterr().err
