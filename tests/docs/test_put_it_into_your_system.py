"""The how-to for those who build on the library: its files run as they stand, and its code and that of the other pages is typed strictly."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "how-to"
PRINTED = {
    "decide.py": [
        "met",
        "must: notify the incident to the Panel, by 2024-04-05 (due)",
        "Has the child died?",
        "facts.child.dide there is no fact called 'child.dide'; did you mean 'child.died'?",
    ],
    "many.py": ["2 True", "17 True"],
    "watch.py": [],
    "test_decide.py": [],
    "decide.mjs": [
        "undetermined",
        "How many children died or were seriously harmed in this incident?",
        "<stdin>: there is no fact called 'child.dide'; did you mean 'child.died'? (at facts.child.dide)",
    ],
}


def files(folder: Path) -> dict[str, str]:
    """Write the page's files into an empty folder."""
    page = (PAGES / "put-it-into-your-system.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", page, re.DOTALL))
    for name, text in found.items():
        (folder / name).write_text(text, encoding="utf-8")
    return found


@pytest.mark.slow
def test_the_files_of_the_page_run_in_an_empty_folder_and_print_what_is_expected(tmp_path: Path) -> None:
    assert set(files(tmp_path)) == set(PRINTED)
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parents[1])
    for name, lines in PRINTED.items():
        program = sys.executable if name.endswith(".py") else shutil.which("node")
        if program is None:  # Node is no part of what the tests need
            continue
        done = subprocess.run([program, name], cwd=tmp_path, capture_output=True, check=False, text=True, encoding="utf-8")  # noqa: S603 -- the page's own
        assert (done.returncode, done.stdout.splitlines()) == (0, lines), done.stderr
        assert done.stderr == ("cspr_rules INFO\n" if name == "watch.py" else "")


@pytest.mark.slow
def test_the_code_of_every_page_is_typed_strictly(tmp_path: Path) -> None:
    pytest.importorskip("mypy", reason="mypy is for those who work on the library (the extra `dev`)")
    files(tmp_path)
    for page in PAGES.glob("*.md"):
        blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
        if page.stem == "put-it-into-your-system":
            continue
        parts: list[list[str]] = [[]]
        defined = set[str]()  # what a page defines once more is another version of it, and a module of its own
        for block in blocks:
            names = set(re.findall(r"^def (\w+)", block, re.MULTILINE))
            if names & defined:
                parts.append([])
                defined.clear()
            defined |= names
            parts[-1].append(block)
        for number, part in enumerate(filter(None, parts)):
            (tmp_path / f"{page.stem.replace('-', '_')}_{number}.py").write_text("\n".join(part), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--strict",
        "--config-file",
        str(ROOT / "pyproject.toml"),
        *sorted(path.name for path in tmp_path.glob("*.py")),
    ]
    environment = {**os.environ, "MYPYPATH": str(ROOT / "src")}
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, text=True, env=environment)  # noqa: S603 -- this Python
    assert done.returncode == 0, done.stdout
