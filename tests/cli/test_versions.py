"""What `--version --json` tells, and how words that are no command or option are repeated."""

from __future__ import annotations

import platform
import re
import tomllib
from pathlib import Path

import pytest

from cspr_rules import __version__, load_ruleset
from cspr_rules.cli.versions import NEEDED, OPTIONAL, SHAPES
from tests.support.commands import Run

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--version", "--json"), ("--json", "--version")])
def test_the_version_of_all_that_an_answer_depends_on_is_told(run: Run, words: tuple[str, ...]) -> None:
    told = run(*words).json
    assert (told["version"], told["python"]) == (__version__, platform.python_version())
    assert told["rules"] == {name: load_ruleset(name).digest for name in ("bcp", "england")}
    assert told["records_read"] == [f"cspr-rules/decision-record/{number}" for number in (2, 3, 4)]
    assert told["dependencies"]["pydantic"]
    assert run("--version").out == f"cspr-rules {__version__}\n"


def test_every_shape_that_the_code_names_is_told() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    assert set(SHAPES) == set(re.findall(r'"(cspr-rules/[a-z-]+/\d+)"', text))
    assert list(SHAPES) == sorted(SHAPES, key=lambda shape: shape.split("/")[1])


def test_the_dependencies_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def named(wanted: list[str]) -> set[str]:
        return {re.split(r"[>=;\[ ]", each)[0] for each in wanted}

    extras = project["optional-dependencies"]
    assert set(NEEDED) == named(project["dependencies"])
    assert set(OPTIONAL) == named([each for name in ("calendar", "frames", "register", "durable", "service") for each in extras[name]])


def test_a_word_that_would_steer_a_terminal_is_shown(run: Run) -> None:
    got = run("schema", "answers", "\x1b[31m\u202e")
    assert got.code == 2
    assert r"unrecognized arguments: \x1b[31m\u202e" in got.err
