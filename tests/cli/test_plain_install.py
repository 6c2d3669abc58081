"""What an installation without extras can do: everything but decide many cases at once, and that is said in words."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HIDING = """
import sys

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"numpy", "narwhals", "pandas", "polars", "pyarrow", "openpyxl", "jsonschema", "durable", "icalendar"}:
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)

sys.meta_path.insert(0, Hidden())
"""
IMPORTING = """
import importlib, pkgutil, cspr_rules

for module in pkgutil.walk_packages(cspr_rules.__path__, "cspr_rules."):
    if not module.name.endswith("__main__"):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError:
            print(module.name)
"""
COMMAND = "\nfrom cspr_rules.cli.main import main\nsys.exit(main(sys.argv[1:]))\n"


def ran(code: str, *arguments: str, inside: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", HIDING + code, *arguments], cwd=inside, capture_output=True, text=True, check=False)  # noqa: S603 -- our own interpreter


@pytest.mark.slow
def test_only_what_decides_many_cases_needs_more_than_the_core(tmp_path: Path) -> None:
    needing = ran(IMPORTING, inside=tmp_path).stdout.split()
    many = ("cspr_rules.bulk.", "cspr_rules.engine.conditions.columns", "cspr_rules.reports.screened")
    assert [name for name in needing if not name.startswith(many)] == []
    assert "cspr_rules.bulk.numbering" in needing  # NumPy is hidden indeed


@pytest.mark.slow
def test_schemas_are_printed_and_an_authority_is_begun_and_checked(tmp_path: Path) -> None:
    for arguments in (("schema", "mapping"), ("new", "profile", "mereham"), ("check", "mereham")):
        got = ran(COMMAND, *arguments, inside=tmp_path)
        assert (got.returncode, got.stderr) == (0, ""), arguments


def test_a_register_without_its_extra_is_told_what_to_install(tmp_path: Path) -> None:
    got = ran(COMMAND, "screen", "register.csv", "--guess", inside=tmp_path)
    assert got.returncode == 2
    assert got.stderr.strip().endswith("`pip install 'cspr-rules[register]'`")
