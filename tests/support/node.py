"""Packages of Node, for tests that do what other systems do."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def installed(project: Path, folder: Path) -> Path:
    """Copy a project to a folder and install what it needs; return the folder. The test is skipped where that cannot be done."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("node and npm are needed to do what another system would")
    shutil.copytree(project, folder, dirs_exist_ok=True)
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    try:
        done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 -- the words are those above
    except subprocess.TimeoutExpired:
        pytest.skip(f"npm could not install what {project.name}/package.json names within five minutes")
    if done.returncode:
        pytest.skip(f"npm could not install what {project.name}/package.json names")
    return folder
