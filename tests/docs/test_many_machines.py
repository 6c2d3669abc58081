"""The page on streams and many machines: what it shows is run as it stands, where it needs nothing but what the tests have."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.support.on_many_machines import example, tried


@pytest.mark.slow
@pytest.mark.parametrize("title", ["A stream", "Polars"])
def test_an_example_answers_as_the_whole_register_is_answered(title: str, tmp_path: Path) -> None:
    found, whole = tried(title, tmp_path, 400)
    assert len(found) > 100
    assert found.equals(whole)


@pytest.mark.parametrize("title", ["Dask", "Ray"])
def test_what_is_run_by_hand_is_there_to_be_run(title: str) -> None:
    assert "decide" in {node.id for node in ast.walk(ast.parse(example(title))) if isinstance(node, ast.Name)}
