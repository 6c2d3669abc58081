"""The notebooks in ``docs/notebooks``: run from first cell to last, and kept with what they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.support.notebooks import FOLDER, NOTEBOOKS, executed

WRITE = "the notebooks are not as they would be written; run `python -m tests.support.notebooks`"
LARGEST = 1_000_000

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def test_there_are_five() -> None:
    assert [path.name[0] for path in NOTEBOOKS] == ["1", "2", "3", "4", "5"]


@pytest.mark.slow
@every_notebook
def test_a_notebook_says_what_it_is_kept_with(path: Path) -> None:
    assert executed(path) == path.read_text(encoding="utf-8"), WRITE


@every_notebook
def test_a_notebook_is_small_tells_nothing_of_a_machine_and_ends_well(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text) < LARGEST
    assert str(FOLDER.parent.parent) not in text
    assert not re.search(r"/home/|/root/|/tmp/|Traceback|/site-packages/", text)
    cells = json.loads(text)["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", ())]
    assert len(outputs) > 5
    assert {output["output_type"] for output in outputs} <= {"execute_result", "stream", "display_data"}
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert not [cell["id"] for cell in cells if cell["metadata"] or not re.fullmatch(r"cell-\d\d", cell["id"])]


@every_notebook
def test_links_of_a_notebook_lead_somewhere(path: Path) -> None:
    found = 0
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for target in re.findall(r"\]\(([^)]+)\)", "".join(cell["source"])):
                assert (FOLDER / target).exists(), target
                found += 1
    assert found or path.name.startswith("2")
