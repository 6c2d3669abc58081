"""What conditions still depend on is got ready once for a ruleset, however many undecided rules ask for it together: asking never stalls."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import load_ruleset
from cspr_rules.engine.conditions import open_parts
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import with_parts
from cspr_rules.record import evaluate
from tests.support.rules_folders import Folder


def counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    made: list[object] = []
    for kind in (open_parts.Opening, open_parts.Tangled):

        class Counted(kind):  # type: ignore[misc, valid-type] # one or the other
            def __init__(self, *given: Any) -> None:
                made.append(self)
                super().__init__(*given)

        monkeypatch.setattr(open_parts, kind.__name__, Counted)
    return made


def test_what_is_open_is_got_ready_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch)
    rules = Folder().ruleset(tmp_path)
    asked, after = [], []
    for _ in range(8):  # the first few cases are walked, the others decided by generated code
        asked.append(evaluate(rules, Case({}), as_of=date(2024, 4, 2)).ask)
        after.append(len(made))
    assert 0 < after[0] == after[-1]
    assert all(each == asked[0] for each in asked)


def test_rules_that_have_conditions_in_common_are_got_ready_together(monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = load_ruleset("bcp")
    rules = with_parts(shipped, digest="made anew")
    made = counted(monkeypatch)
    record = evaluate(rules, Case({}), as_of=date(2024, 4, 2))
    undetermined = sum(decision.outcome == "undetermined" for decision in record.decisions.values())
    assert record.ask
    assert 20 < len(made) < undetermined
