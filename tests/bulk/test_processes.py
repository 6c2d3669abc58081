"""Long work that is shared out among processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cspr_rules.bulk.processes import in_processes

UNGUARDED = """
from cspr_rules.bulk.processes import in_processes
from cspr_rules.errors import QuestionError

try:
    print(list(in_processes(abs, [-1, 2], 2, 1)))
except QuestionError as error:
    print("told:", error)
"""


@pytest.mark.slow
def test_what_comes_of_each_task_stands_in_order() -> None:
    assert list(in_processes(abs, range(-9, 9), 2, at_once=2)) == [abs(each) for each in range(-9, 9)]


@pytest.mark.slow
def test_a_script_that_is_not_guarded_is_told_so_and_does_not_begin_again_and_again(tmp_path: Path) -> None:
    script = tmp_path / "own.py"
    script.write_text(UNGUARDED, encoding="utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=120, check=False)  # noqa: S603 -- our own script
    assert done.returncode == 0
    assert "told: a process that did part of the work came to an end" in done.stdout
