"""What is still open is turned into code once for a day of law, however many undecided rules ask for it together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cspr_rules.engine import law
from cspr_rules.engine.conditions import generating
from cspr_rules.model.cases import Case
from cspr_rules.record import evaluate
from tests.support.rules_folders import Folder


def test_code_for_what_is_open_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    real: Callable[..., Any] = generating.openings

    def counted(*given: Any) -> Any:
        made.append(1)
        return real(*given)

    monkeypatch.setattr(law, "openings", counted)
    rules = Folder().ruleset(tmp_path)
    asked = [evaluate(rules, Case({}), as_of=date(2024, 4, 2)).ask for _ in range(8)]
    assert 1 <= len(made) <= 2  # once for the rules asked once, once for those asked for each child
    assert all(each == asked[0] for each in asked)
