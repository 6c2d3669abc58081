"""Runs the notebooks in ``docs/notebooks`` and keeps their output: ``python -m tests.support.notebooks``. A test holds what is kept to what they say.

A kept notebook is its own only source. It holds no time of execution, no path of a machine and no version of anything, so that two runs are alike.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

FOLDER: Final = Path(__file__).parents[2] / "docs" / "notebooks"
NOTEBOOKS: Final = tuple(sorted(FOLDER.glob("*.ipynb")))
_METADATA: Final = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
_BEFORE: Final = "import warnings; warnings.simplefilter('error'); warnings.filterwarnings('ignore', module='ipykernel')"


def executed(path: Path) -> str:
    """Return a notebook as it is after a run from its first cell to its last.

    Raises:
        CellExecutionError: A cell failed. A warning is a failure too.
    """
    notebook: Any = nbformat.read(path, as_version=4)
    notebook.metadata = nbformat.from_dict(_METADATA)
    for number, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{number:02}"
        cell.metadata = nbformat.NotebookNode()
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.cells.insert(0, nbformat.v4.new_code_cell(_BEFORE))
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        record_timing=False,
        coalesce_streams=True,  # else what one cell prints may come in pieces, as the machine has time
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    del notebook.cells[0]
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.execution_count = count
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    notebook.metadata = nbformat.from_dict(_METADATA)
    return str(nbformat.writes(notebook, version=4)).rstrip() + "\n"


def main() -> None:
    """Run every notebook, or those named, and keep what they say."""
    for path in [FOLDER / name for name in sys.argv[1:]] or NOTEBOOKS:
        path.write_text(executed(path), encoding="utf-8")
        print(f"{path.name}: {path.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
