"""Writes the pages of ``docs/reference/lint``: ``python -m tests.support.lint_pages``."""

from __future__ import annotations

from cspr_rules.authoring.linting.codes import pages
from tests.support.commands import ROOT

FOLDER = ROOT / "docs" / "reference" / "lint"
EXAMPLE = FOLDER / "lynmere"

if __name__ == "__main__":
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
