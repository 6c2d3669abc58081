"""The line by which an editor finds the schema of a file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

FOLDER: Final = ".schemas"
"""The folder in which `new profile` puts the schemas of its files. Rules are read from YAML, so nothing in it is taken for one."""


def file_name(name: str) -> str:
    """Return what the file of a schema is called."""
    return f"{name}.schema.json"


def modeline(name: str, schemas: Path, file: Path) -> str:
    """Return the line that names the schema of a file, to stand first in it.

    Args:
        name: The schema, as ``cspr-rules schema`` calls it.
        schemas: The folder with the schemas.
        file: The file that the line is for; the path in the line is relative to it, so that both can be moved together.
    """
    return f"# yaml-language-server: $schema={Path(os.path.relpath(schemas / file_name(name), file.parent)).as_posix()}\n"
