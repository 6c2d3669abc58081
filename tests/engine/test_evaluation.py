"""What an evaluation lists beside duties comes in the order that is said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cspr_rules import Case, evaluate
from cspr_rules.model.values import Between
from tests.support.rules_folders import Folder

DIED = Case({"child.died": True, "concern.view": "suspected", "incident.aware_on": "2024-03-27"})
ENTRY = """\
  - id: {}
    kind: silence
    title: Another
    clauses: [local/p1]
    sources: [guide/g1]
    local: nothing
    national: five working days
    resolution: both are shown
    note: The sources differ.
"""


def test_discrepancies_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    folder = Folder().append("discrepancies.yaml", ENTRY.format("D10") + ENTRY.format("D9"))
    rule = "nation/notice/tell.yaml"
    folder.edit(rule, "cites: [guide/g2], discrepancies: [D1]", "cites: [guide/g2], discrepancies: [D10]")
    folder.edit(rule, "\ndiscrepancies: [D1]", "\ndiscrepancies: [D9]")
    record = evaluate(folder.ruleset(tmp_path), DIED, as_of=date(2024, 4, 2))
    assert [each.id for each in record.discrepancies] == ["D1", "D9", "D10"]


def test_citations_come_once_each_and_in_the_order_of_their_keys(tmp_path: Path) -> None:
    record = evaluate(Folder().ruleset(tmp_path), DIED, as_of=date(2024, 4, 2))
    keys = [each.key for each in record.citations]
    assert len(keys) > 2
    assert keys == sorted(set(keys))
    assert set(keys) >= {each.key for duty in record.duties for clock in duty.clocks for each in clock.citations}


def test_a_path_is_open_once_a_step_of_it_or_what_opens_it_is_owed_and_shows_only_what_is_owed(tmp_path: Path) -> None:
    rules = Folder().ruleset(tmp_path, "nation")
    record = evaluate(rules, DIED, as_of=date(2024, 4, 2))
    assert [(each.path.id, [duty.id for duty in each.steps]) for each in record.paths] == [
        ("nation.path.death", ["tell_board"]),
        ("nation.path.town", []),
    ]
    assert evaluate(rules, Case({"child.died": False}), as_of=date(2024, 4, 2)).paths == ()


def test_bounds_that_no_rule_looks_between_are_read_as_one_value_and_others_stay(tmp_path: Path) -> None:
    ages = ["under 18", "18 or over", "16 to 20", 3]
    case = Case({"child.died": True, "concern.view": "suspected"}, [{"child.age": age} for age in ages])
    record = evaluate(Folder().ruleset(tmp_path, "nation"), case, as_of=date(2024, 4, 2))
    slot = record.ruleset.vocabulary.slot["child.age"]
    assert [row[slot] for row in record.law.rows(record.checked)] == [None, 17, 18, Between(16, 20), 3]
