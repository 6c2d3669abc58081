"""What conditions still depend on is got ready once for a ruleset, however many undecided rules ask for it together: asking never stalls."""

from __future__ import annotations

from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import load_ruleset
from cspr_rules.engine.conditions import open_parts
from cspr_rules.engine.conditions.normal_form import exact, slots
from cspr_rules.engine.conditions.three_valued import still_matters, truth
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import All, AnyOf, Not
from cspr_rules.model.ruleset import with_parts
from cspr_rules.model.values import FactValue
from cspr_rules.record import evaluate
from tests.support.conditions import CONSENSUS, DOMAINS, B, C, a_test, vocabulary
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


def test_two_threads_that_add_a_part_at_once_lose_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    """One is held, just before it would say what it added, until the other has added its own."""
    red = a_test("word.three", "is", "red")
    one = exact(CONSENSUS, vocabulary())
    other = exact(AnyOf((All((red, B)), All((Not(red), C)))), vocabulary())
    parts, after, inside = open_parts.OpenParts(range(len(DOMAINS))), open_parts.Boxes.with_part, list[open_parts.Opening]()

    def held(boxes: open_parts.Boxes, part: open_parts.Tangled) -> open_parts.Boxes:
        made = after(boxes, part)
        monkeypatch.undo()
        if not inside:
            inside.append(parts.opening(other, slots(other)))
        return made

    monkeypatch.setattr(open_parts.Boxes, "with_part", held)
    openings = [parts.opening(one, slots(one)), *inside]
    for a, b, c, word in product(*[(True, None, False)] * 3, ("red", None, "blue")):
        values: dict[str, FactValue | None] = {"yes.a": a, "yes.b": b, "yes.c": c, "word.three": word}
        row = tuple(values.get(name) for name in DOMAINS)
        asked = open_parts.Asked(row)
        for form, opening in zip((one, other, one), (*openings, openings[0]), strict=True):
            if truth(form, row) is None:
                left = open_parts.left_open([opening], asked)
                assert set(parts.slots(left.every)) == still_matters(form, row)
