"""The command, standing in an empty folder, with a case to be asked about."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cspr_rules import Ruleset, load_ruleset
from tests.support.commands import EASTER, RULES, Run, ran


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


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """Return a profile folder outside the rules: England, for another authority."""
    folder = tmp_path / "elsewhere" / "england"
    shutil.copytree(RULES / "england", folder)
    profile = folder / "profile.yaml"
    text = profile.read_text(encoding="utf-8").replace("authority: the local authority", "authority: Elsewhere Council")
    profile.write_text(text, encoding="utf-8")
    return folder
