"""What a profile may not do to the rules it stands on, and what it may add."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules.engine.conditions import normal_form
from cspr_rules.errors import RulesError
from tests.support.mistakes import (
    NATION,
    PARENTS,
    PATHS,
    REGISTER,
    RULE,
    SEVERE,
    SEVERE_TEST,
    TELL,
    TELL_OLD,
    TOWN,
    let_through,
    places_and_messages,
)
from tests.support.rules_folders import Folder


def test_a_national_rule_cannot_be_redefined_locally(tmp_path: Path) -> None:
    folder = Folder().edit(SEVERE, "until: null", "until: 2019-12-31")
    text = folder.files[RULE].replace("id: town.notice.partnership", "▶id: nation.notice.severe").replace("from: 2015-01-01", "from: 2020-01-01")
    folder.put("town/notice/severe.yaml", text).drop(RULE)
    assert places_and_messages(folder, tmp_path) == [
        (folder.expected[0], "a rule of this folder has an id that begins with 'town.'"),
        (folder.expected[0], "nation.notice.severe is already a rule of 'nation' (rules/nation/notice/severe.yaml:1:1); it cannot be redefined"),
    ]


@pytest.mark.parametrize("start", ["2015-01-01", "2015-06-01", "2019-01-01"])
def test_a_national_rule_that_still_applies_cannot_be_redefined_either(start: str, tmp_path: Path) -> None:
    own = Folder().files[RULE].replace("id: town.notice.partnership", "▶id: nation.notice.severe").replace("from: 2015-01-01", f"from: {start}")
    folder = Folder().drop(RULE).put("town/notice/severe.yaml", own)
    found = places_and_messages(folder, tmp_path)
    assert {place for place, _ in found} == set(folder.expected)
    assert any("is already a rule of 'nation' (rules/nation/notice/severe.yaml:1:1); it cannot be redefined" in said for _, said in found)


def test_a_local_rule_older_than_the_national_one_it_redefines_is_the_one_at_fault(tmp_path: Path) -> None:
    own = Folder().files[RULE].replace("id: town.notice.partnership", "▶id: nation.notice.severe")
    folder = Folder().drop(RULE).edit(SEVERE, "from: 2015-01-01", "from: 2020-01-01").put("town/notice/severe.yaml", own)
    assert {place for place, _ in places_and_messages(folder, tmp_path)} == set(folder.expected)


def test_a_circle_of_rules_is_reported_at_each_of_its_references_and_nowhere_else(tmp_path: Path) -> None:
    text = Folder().files[RULE]
    folder = Folder()
    for name, asked in (("a", "b"), ("b", "c"), ("c", "a"), ("hanger_on", "a")):
        own = text.replace("town.notice.partnership", f"town.circle.{name}").replace("tell_partnership", f"tell_{name}")
        mark = "" if name == "hanger_on" else "▶"
        folder.put(f"town/circle/{name}.yaml", own.replace(SEVERE_TEST, f"{{any: [{SEVERE_TEST}, {{{mark}rule: town.circle.{asked}, is: met}}]}}"))
    assert places_and_messages(folder, tmp_path) == [
        (folder.expected[0], "town.circle.a refers to itself by way of town.circle.b"),
        (folder.expected[1], "town.circle.b refers to itself by way of town.circle.c"),
        (folder.expected[2], "town.circle.c refers to itself by way of town.circle.a"),
    ]


def test_a_condition_too_tangled_to_answer_exactly_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normal_form, "MOST_CUBES", 2)
    tests = [f"{{says: x, fact: incident.children, {test}}}" for test in ("at_least: 3", "less_than: 2", "at_least: 9")]
    pairs = [f"{{all: [{SEVERE_TEST}, {test}]}}" for test in tests]
    folder = (
        Folder()
        .edit(RULE, f"when: {SEVERE_TEST}", f"▶when: {{any: [{', '.join(pairs)}]}}")
        .drop(PARENTS, TELL, TELL_OLD, SEVERE, PATHS, "nation/paths.yaml")
        .edit(TOWN, "duties:", "x:")
    )
    folder.put(TOWN, folder.files[TOWN].split("x:")[0])
    message = "the condition repeats its facts in too many ways to be answered exactly; split the rule"
    assert places_and_messages(folder, tmp_path) == [(folder.expected[0], message)]


def test_a_profile_that_extends_itself_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"town/profile\.yaml.*: the profile extends itself"):
        Folder().edit(TOWN, "extends: nation", "extends: town").faults(tmp_path)


def test_profiles_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"profile\.yaml.*: the profile extends itself"):
        Folder().edit(NATION, "title: The nation", "title: The nation\nextends: town").faults(tmp_path)


def test_a_profile_that_extends_what_does_not_exist_is_a_fault_like_any_other(tmp_path: Path) -> None:
    folder = Folder().edit(TOWN, "extends: nation", "▶extends: natoin")
    (fault,) = [fault for fault in folder.faults(tmp_path) if "natoin" in fault.message]
    assert fault.place == folder.expected[0]


def test_a_longer_deadline_is_reported_for_each_version_of_the_rule_with_both_lines(tmp_path: Path) -> None:
    folder = Folder().edit(TOWN, "- {within: {working_days: 3}", "- ▶{within: {working_days: 11}")
    found = places_and_messages(folder, tmp_path)
    assert [place for place, _ in found] == folder.expected * 2
    assert any(
        "'within 10 working days of incident.aware_on' (nation.notice.tell, rules/nation/notice/tell_old.yaml:21:9)" in said for _, said in found
    )
    assert any("'within 5 working days of incident.aware_on' (nation.notice.tell, rules/nation/notice/tell.yaml:25:9)" in said for _, said in found)


def test_a_profile_cannot_lengthen_the_deadline_of_an_earlier_version(tmp_path: Path) -> None:
    folder = Folder().edit(TELL_OLD, "working_days: 10", "working_days: 2").mark(TOWN, "{within: {working_days: 3}")
    ((place, message),) = places_and_messages(folder, tmp_path)
    assert place == folder.expected[0]
    assert "allows more time for tell_board than 'within 2 working days of incident.aware_on'" in message


def test_what_a_profile_adds_to_a_duty_in_two_entries_is_added_together(tmp_path: Path) -> None:
    more = (
        "  - {duty: tell_board, also_to: [parents], deadlines: [{within: {days: 1}, after: incident.aware_on, strength: will, cites: [local/p1]}]}\n"
    )
    duty = Folder().append(TOWN, more).ruleset(tmp_path).versions("nation.notice.tell")[-1].duties[0]
    assert duty.to == ("board", "partnership", "parents")
    assert [(each.unit, each.amount) for each in duty.deadlines] == [("working_days", 5), ("working_days", 3), ("days", 1)]


def test_a_longer_deadline_in_a_second_entry_is_a_fault_too(tmp_path: Path) -> None:
    more = "  - duty: tell_board\n    deadlines:\n      - ▶{within: {days: 9}, after: incident.aware_on, strength: will, cites: [local/p1]}\n"
    folder = Folder().append(TOWN, more)
    found = places_and_messages(folder, tmp_path)
    assert {place for place, _ in found} == set(folder.expected)
    assert any("nation/notice/tell.yaml:25:9" in said for _, said in found)


SECOND_READING = "{within: {working_days: 4}, after: incident.aware_on, strength: will, cites: [local/p1], reading: another}"


def test_a_profile_may_add_several_clocks_of_its_own(tmp_path: Path) -> None:
    assert let_through(Folder().append(TOWN, f"      - {SECOND_READING}\n"), tmp_path)


def test_a_profile_may_add_several_clocks_of_its_own_in_several_entries(tmp_path: Path) -> None:
    assert let_through(Folder().append(TOWN, f"  - {{duty: tell_board, deadlines: [{SECOND_READING}]}}\n"), tmp_path)


def test_a_profile_that_extends_another_cannot_lengthen_what_that_one_added(tmp_path: Path) -> None:
    ward = "id: ward\ntitle: A ward\nextends: town\nauthority: The ward\ncalendar: land\nduties:\n  - duty: tell_board\n    deadlines:\n      - "
    for days, faults in ((3, 0), (4, 1)):
        clause = f"{{within: {{working_days: {days}}}, after: incident.aware_on, strength: will, cites: [local/p1]}}\n"
        folder = Folder().put("ward/profile.yaml", ward + clause)
        found = folder.faults(tmp_path / str(days), "ward")
        assert len(found) == faults
        assert all("rules/town/profile.yaml:12:9" in fault.message for fault in found)


def test_the_shared_register_may_name_what_only_another_profile_has(tmp_path: Path) -> None:
    assert "local/p1" in Folder().files["discrepancies.yaml"]
    assert Folder().faults(tmp_path, "nation") == []


def test_a_misspelt_instrument_in_a_profiles_own_register_is_a_fault(tmp_path: Path) -> None:
    folder = Folder().edit(REGISTER, "    local: nothing", "    sources: [▶gudie/g1]\n    local: nothing")
    assert [place for place, _ in places_and_messages(folder, tmp_path)] == folder.expected
