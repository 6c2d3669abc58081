"""The commands that account for the rules: coverage, discrepancies, sources."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from importlib import import_module
from pathlib import Path

import pytest

from cspr_rules.errors import CsprRulesError, QuestionError


def run(command: str, *words: str) -> int:
    module = import_module(f"cspr_rules.cli.{command}")
    parser = argparse.ArgumentParser()
    module.configure(parser)
    code: int = module.run(parser.parse_args(words))
    return code


@pytest.mark.slow
def test_coverage(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("coverage") == 0
    assert "268 of 268 clauses accounted for" in capsys.readouterr().out
    assert run("coverage", "--clause", "bcp.5.16", "--format", "json") == 0
    assert [row["id"] for row in json.loads(capsys.readouterr().out)["clauses"]] == ["bcp.5.16"]


@pytest.mark.slow
def test_coverage_with_faults_is_answered_and_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cspr_rules.authoring.coverage.read_accounts", lambda *_: ([], []))
    assert run("coverage") == 2
    shown = capsys.readouterr()
    assert "no coverage.yaml says what became of the clauses of 'bcp'" in shown.err
    assert "0 of 268 clauses accounted for" in shown.out


def test_discrepancies(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("discrepancies") == 0
    assert "75 discrepancies" in capsys.readouterr().out
    assert run("discrepancies", "D14", "--format", "markdown") == 0
    assert "### D14: " in capsys.readouterr().out
    assert run("discrepancies", "--rule", "england.looked_after.panel", "--format", "json") == 0
    assert "D14" in {each["id"] for each in json.loads(capsys.readouterr().out)["discrepancies"]}


@pytest.mark.slow
def test_sources_check_of_another_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    copy = tmp_path / "copy.txt"
    copy.write_text("Some other guidance.\n", encoding="utf-8")
    assert run("sources", "check", str(copy)) == 1
    shown = " ".join(capsys.readouterr().out.split())  # a long path wraps the sentence
    assert "is not the text that is encoded" in shown
    assert "other guidance" not in shown


@pytest.mark.slow
def test_sources_digest_reads_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Some other guidance.\n")))
    assert run("sources", "digest", "-") == 0
    assert capsys.readouterr().out.splitlines()[2:5] == ["instrument: bcp", "method: 1", "passages:"]


@pytest.mark.slow
def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, kind in (("missing.txt", "not a file that exists"), ("", "a folder"), ("pipe", "a pipe or a device")):
        with pytest.raises(QuestionError, match=f"expected the guidance as a plain text file, but this is {kind}"):
            run("sources", "check", str(tmp_path / name))
    with pytest.raises(CsprRulesError, match="'england' has no local guidance"):
        run("sources", "check", str(tmp_path / "missing.txt"), "--profile", "england")
