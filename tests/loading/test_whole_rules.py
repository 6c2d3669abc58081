"""A set of rules is whole or refused: no rule vanishes because its own mistake is taken for a consequence of another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cspr_rules.errors import RulesError
from cspr_rules.loading.assembling import build
from cspr_rules.loading.folders import read_pack
from cspr_rules.loading.rulesets import absent, check_folder, load_folder, packaged_rules
from tests.support.rules_folders import Folder

TOWN_RULE = "town/notice/partnership.yaml"
PARENTS = "nation/death/parents.yaml"
SEVERE = "nation/notice/severe.yaml"
FACT = "fact: incident.severe, is: true"
EASTMERE = Path(__file__).parents[1] / "fixtures" / "eastmere"


@pytest.mark.parametrize("name", ["town.notice.partnership", "tell_partnership", "nation.notice.tell", "tell_board"])
def test_a_rule_that_takes_the_name_of_a_rule_or_duty_for_a_fact_is_refused(name: str, tmp_path: Path) -> None:
    folder = Folder().edit(TOWN_RULE, FACT, f"▶fact: {name}, is: true")
    faults = folder.faults(tmp_path)
    assert [fault.place for fault in faults] == folder.expected
    assert f"there is no fact called '{name}'" in faults[0].message
    with pytest.raises(RulesError, match="there is no fact"):
        load_folder("town", tmp_path / "rules")


def test_rules_that_take_each_other_for_facts_are_both_refused(tmp_path: Path) -> None:
    folder = Folder()
    folder.edit(PARENTS, "fact: child.home, is: with_family", "▶fact: send_papers, is: true")
    folder.edit(SEVERE, FACT, "▶fact: tell_parents, is: true")
    assert [fault.place for fault in folder.faults(tmp_path)] == folder.expected


def test_a_faulty_rule_elsewhere_hides_no_fault_of_another_kind(tmp_path: Path) -> None:
    folder = Folder().edit(PARENTS, "layer: statute", "▶layer: law").edit(SEVERE, FACT, "▶fact: tell_parents, is: true")
    assert [fault.place for fault in folder.faults(tmp_path)] == folder.expected


@pytest.mark.slow
def test_the_shipped_rules_with_one_wrong_word_in_a_profile_of_ones_own_or_in_them_are_refused(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(packaged_rules(), tmp_path / "rules"))
    own = Path(shutil.copytree(EASTMERE, tmp_path / "eastmere"))
    for file, name in (
        (own / "notification" / "tell_head.yaml", "tell_head_of_safeguarding"),
        (rules / "england" / "looked_after" / "panel.yaml", "x"),
    ):
        text = file.read_text(encoding="utf-8")
        first = next(part for part in text.split("fact: ")[1:]).split(",")[0].split("\n")[0]
        duty = name if name != "x" else "notify_panel_of_looked_after_death"
        file.write_text(text.replace(f"fact: {first}", f"fact: {duty}", 1), encoding="utf-8")
    assert any("tell_head_of_safeguarding" in fault.message for fault in check_folder(own, packaged_rules()).pack.faults)
    with pytest.raises(RulesError, match="there is no fact called 'notify_panel_of_looked_after_death'"):
        load_folder("england", rules)


def test_a_rule_missing_from_what_was_built_is_a_fault_whatever_the_reason(tmp_path: Path) -> None:
    built = build(read_pack("town", Folder().write(tmp_path)))
    assert absent(built) == []
    rule, entry = built.rule_entries.pop()
    (fault,) = absent(built)
    assert fault.place.startswith(f"rules/{entry.file.removeprefix('rules/')}")
    assert "is not part of the rules that were built" in fault.message
    assert rule.id


def test_only_an_unread_file_of_the_kind_that_defines_it_excuses_a_missing_name(tmp_path: Path) -> None:
    unread = Folder().edit("calendars/spare.yaml", "id: ", "missing.fact: 1\nid: ").edit(SEVERE, FACT, "fact: missing.fact, is: true")
    assert sum("there is no fact called 'missing.fact'" in fault.message for fault in unread.faults(tmp_path)) == 1
