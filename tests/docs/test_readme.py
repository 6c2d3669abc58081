"""What the README shows is what the library prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from cspr_rules.cli.main import main

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _block(mark: str) -> str:
    found = re.search(rf"<!-- {mark} -->\n```\w*\n(.*?)```", README, re.DOTALL)
    assert found, f"the README has no block marked {mark}"
    return found.group(1)


def test_the_output_shown_is_what_the_command_shown_prints(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    command = re.search(r"cspr-rules (decide \S+)", _block("main"))
    assert command
    monkeypatch.chdir(ROOT)
    assert main(command.group(1).split()) == 0
    assert _block("output") in capsys.readouterr().out


def test_the_python_shown_runs_and_says_what_the_comments_say() -> None:
    python = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert python
    names: dict[str, object] = {}
    exec(python.group(1), names)  # noqa: S102 -- the README's own example
    record = names["record"]
    assert record.decisions["england.notification.serious_incident"].outcome == "undetermined"  # type: ignore[attr-defined]


def test_every_command_in_the_table_exists(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    helped = capsys.readouterr().out
    for command in re.findall(r"^\| `(\w+)", README, re.MULTILINE):
        assert re.search(rf"^ +{command}\b", helped, re.MULTILINE), command


def test_every_link_to_a_file_leads_somewhere() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", README):
        assert (ROOT / target).exists(), target
