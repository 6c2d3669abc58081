"""The register of discrepancies as the people who own the guidance see it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from cspr_rules.authoring.discrepancies import Carrier, plain_register, register
from cspr_rules.authoring.discrepancies_report import register_sheet
from cspr_rules.errors import QuestionError
from cspr_rules.loading.assembling import build
from cspr_rules.loading.folders import read_pack
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.rules import discrepancies_of
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.reports import writing_markdown, writing_text
from tests.support.rules_folders import Folder

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
PANEL = "england.looked_after.panel"


@cache
def ruleset() -> Ruleset:
    return load_ruleset("bcp")


@pytest.mark.slow
def test_every_entry_is_listed_once_in_the_order_of_the_guidance() -> None:
    found = register(ruleset())
    assert sorted(each.entry.id for each in found) == sorted(ruleset().discrepancies)
    parts = list(dict.fromkeys(each.part for each in found))
    assert parts[0] == "cover and contents"
    assert parts[-1] == "no clause of this guidance"
    assert parts.index("section 5") < parts.index("section 12") < parts.index("Appendix A")
    # An entry stands where its first clause does, and entries of a part stand together.
    assert [each.part for each in found] == [part for part in parts for each in found if each.part == part]
    assert next(each.part for each in found if each.entry.id == "D14") == "section 5"


def test_an_entry_names_who_carries_it_and_at_which_level() -> None:
    (found,) = register(ruleset(), ["D14"])
    assert {Carrier(PANEL, "rule", None), Carrier(PANEL, "deadline", "notify_panel_of_looked_after_death")} <= set(found.carriers)
    (found,) = register(ruleset(), ["D23"])
    assert {carrier.level for carrier in found.carriers} == {"duty", "note"}
    assert Carrier("bcp.notification.setting_referral", "duty", "refer_death_or_injury_in_setting") in found.carriers


def test_filters() -> None:
    by_clause = {each.entry.id for each in register(ruleset(), clause="bcp.5.3")}
    assert by_clause == {
        entry.id for entry in ruleset().discrepancies.values() if {"bcp/5.3", "bcp/5.3.a", "bcp/5.3.b", "bcp/5.3.c"} & set(entry.clauses)
    }
    by_rule = register(ruleset(), rule=PANEL)
    assert by_rule
    assert all(PANEL in {carrier.rule for carrier in each.carriers} for each in by_rule)
    assert register(ruleset(), ["D14", "D01"], clause="bcp/5.3.a", rule="england.notification.serious_incident") == register(ruleset(), ["d01"])


@pytest.mark.parametrize(
    ("ids", "clause", "rule", "message"),
    [
        (["D1"], None, None, "there is no discrepancy called 'D1'; did you mean 'D"),
        ([], "bcp.5.33", None, "there is no clause called 'bcp.5.33'; did you mean 'bcp.5.3"),
        ([], None, "england.looked_after.panal", "did you mean 'england.looked_after.panel'"),
    ],
)
def test_what_does_not_exist_is_said_with_a_guess(ids: list[str], clause: str | None, rule: str | None, message: str) -> None:
    with pytest.raises(QuestionError, match=message):
        register(ruleset(), ids, clause=clause, rule=rule)


def test_the_text_has_every_field_and_the_clauses_in_our_words() -> None:
    entry = ruleset().discrepancies["D14"]
    words = " ".join(writing_text.text(register_sheet(ruleset(), register(ruleset(), ["D14"]))).split())
    for field in (entry.title, entry.kind, entry.local, entry.national, entry.resolution, entry.note, *entry.sources):
        assert field in words
    for key in entry.clauses:
        assert f"{key.replace('/', '.', 1)}: {ruleset().provisions[key].summary}" in words
    assert f"{PANEL} (rule, deadline of notify_panel_of_looked_after_death, note)" in words
    assert f"1 of {len(ruleset().discrepancies)} discrepancies; rules carry 1 of them" in words


def test_entries_that_no_rule_carries_are_listed() -> None:
    found = [each._replace(carriers=()) if each.entry.id == "D14" else each for each in register(ruleset(), ["D14", "D01"])]
    for write in (writing_text.text, writing_markdown.markdown):
        assert write(register_sheet(ruleset(), found)).endswith("\n\nNo rule carries: D14\n")
    assert "Rules: no rule carries it" in writing_text.text(register_sheet(ruleset(), found))
    assert "No rule carries" not in writing_text.text(register_sheet(ruleset(), register(ruleset(), ["D14"])))
    assert plain_register(ruleset(), found)["unreferenced"] == ["D14"]


def test_the_markdown_has_a_section_for_each_part_and_entry() -> None:
    lines = writing_markdown.markdown(register_sheet(ruleset(), register(ruleset()))).splitlines()
    assert lines[0] == "# Discrepancies"
    assert sum(line.startswith("### ") for line in lines) == len(ruleset().discrepancies)
    assert "## Section 5" in lines
    assert not any(line.startswith("- **") and line.endswith(":** ") for line in lines)


def test_the_json_has_every_entry() -> None:
    plain = json.loads(json.dumps(plain_register(ruleset(), register(ruleset()))))
    assert {each["id"] for each in plain["discrepancies"]} == set(ruleset().discrepancies)
    panel = next(each for each in plain["discrepancies"] if each["id"] == "D14")
    assert {"rule": PANEL, "level": "deadline", "duty": "notify_panel_of_looked_after_death"} in panel["carried_by"]
    assert panel["clauses"][0]["summary"]


def test_another_authority_has_none_of_the_entries_about_this_ones_guidance() -> None:
    county = build(read_pack(ROOT / "docs" / "how-to" / "harbourshire", RULES)).ruleset
    assert county is not None
    local = {each.id for each in ruleset().discrepancies.values() if any(clause.startswith("bcp/") for clause in each.clauses)}
    assert len(local) > 60
    assert set(county.discrepancies) == set(ruleset().discrepancies) - local
    panel = county.versions(PANEL)[-1]
    assert panel.id == PANEL
    assert discrepancies_of(panel) == ()
    assert "D14" in discrepancies_of(ruleset().versions(PANEL)[-1])


def test_a_clause_of_another_authority_is_seen_by_name_only(tmp_path: Path) -> None:
    nation = Folder().ruleset(tmp_path, "nation")
    found = register(nation, ["D1"])
    assert found[0].part == "no clause of this guidance"
    assert "Clause local.p1: a clause of other guidance\n" in writing_text.text(register_sheet(nation, found))
