"""The house stands: no module imports in a circle, every import points down the floors, and no module is too long to be read at once.

Imports inside functions and those for type checkers count like any others. import-linter holds the same floors (`pyproject.toml`); it does not
look for circles inside a package.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
MOST_LINES = 450
MOST_FLOORS = 11


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted((SOURCE / "cspr_rules").rglob("*.py"))}


def imported(path: Path) -> Iterator[str]:
    """Yield every module of the package that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import"
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                if inside in MODULES or node.module in MODULES:
                    yield inside if inside in MODULES else str(node.module)


@cache
def imports() -> dict[str, set[str]]:
    return {name: set(imported(path)) - {name} for name, path in MODULES.items()}


def circle_in(graph: dict[str, set[str]]) -> list[str]:
    """Return the modules of one circle, in the order in which each imports the next; empty if there is none."""
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> list[str]:
        if name in way:
            return way[way.index(name) :]
        if name not in done:
            for each in sorted(graph[name]):
                if found := follow(each, [*way, name]):
                    return found
            done.add(name)
        return []

    for name in graph:
        if found := follow(name, []):
            return found
    return []


def floors() -> list[list[str]]:
    """Return the packages of each floor, the top one first, as the layer contract has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [line.split(" | ") for line in layers]


def test_a_circle_is_found() -> None:
    assert circle_in({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == ["b", "c"]
    assert circle_in({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_imports_are_seen_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "made.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cspr_rules.model.rules import Rule\n"
        "def late():\n    from cspr_rules.reports import page\n    import cspr_rules.errors\n"
    )
    assert sorted(imported(tmp_path / "made.py")) == ["cspr_rules.errors", "cspr_rules.model.rules", "cspr_rules.reports.page"]


@pytest.mark.slow
def test_no_modules_import_in_a_circle() -> None:
    assert circle_in(imports()) == []


def test_every_import_points_down_the_floors() -> None:
    floor = {room: number for number, rooms in enumerate(floors()) for room in rooms}
    upwards = []
    for name, names in imports().items():
        for other in names:
            here, there = (each.split(".")[1] if "." in each else None for each in (name, other))
            if here and there and here != there and floor[there] <= floor[here]:
                upwards.append(f"{name} -> {other}")
    assert upwards == []


def test_there_are_few_floors_and_every_package_stands_on_one() -> None:
    rooms = [room for each in floors() for room in each]
    packages = [each for each in floors() if any((SOURCE / "cspr_rules" / room).is_dir() for room in each)]
    assert len(packages) <= MOST_FLOORS
    assert sorted(rooms) == sorted({name.split(".")[1] for name in MODULES if "." in name})


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_too_long(name: str) -> None:
    assert len(MODULES[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@pytest.mark.parametrize("name", [name for name, path in MODULES.items() if path.name == "__init__.py" and name != "cspr_rules"])
def test_a_package_says_in_a_sentence_what_it_is_and_loads_nothing(name: str) -> None:
    first, *rest = ast.parse(MODULES[name].read_text(encoding="utf-8")).body
    assert isinstance(first, ast.Expr)
    assert isinstance(first.value, ast.Constant)
    loading = [each for each in rest if isinstance(each, ast.Import | ast.ImportFrom) and "cspr_rules" in ast.unparse(each)]
    assert loading == []
