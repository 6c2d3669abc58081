"""`facts` and `show`: every fact, rule, duty, provision and discrepancy by its name."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from cspr_rules import Ruleset, load_ruleset, read_file
from tests.support.commands import EASTER, ROOT, SIN, Run

# -- facts ---------------------------------------------------------------------------------------------------------------------------


def _listed(out: str) -> list[str]:
    return [line.split()[0] for line in out.splitlines() if line and not line.startswith(" ")]


def test_facts_lists_every_fact_once_with_what_is_expected(run: Run, bcp: Ruleset) -> None:
    got = run("facts")
    assert (got.code, got.err) == (0, "")
    assert _listed(got.out) == [fact.id for fact in bcp.vocabulary.facts]
    assert got.out.count("Expected: ") == len(bcp.vocabulary.facts)


def test_facts_with_words_lists_those_that_have_every_word_whatever_its_case(run: Run, bcp: Ruleset) -> None:
    wanted = [fact.id for fact in bcp.vocabulary.facts if "panel" in (both := f"{fact.id} {fact.meaning}".casefold()) and "sent" in both]
    assert 0 < len(wanted) < len(bcp.vocabulary.facts) // 4
    listed = _listed(run("facts", "SENT", "Panel").out)
    assert sorted(listed) == sorted(wanted)
    assert listed[0] == "rapid_review.sent_to_panel_on"  # it is named so


def test_facts_named_by_a_word_come_before_those_that_have_it_inside_another(run: Run) -> None:
    assert _listed(run("facts", "age").out)[:2] == ["child.age_at_harm", "child.age_at_death"]


def test_facts_with_a_word_that_none_has_is_refused(run: Run) -> None:
    got = run("facts", "zebra")
    assert (got.code, got.out) == (2, "")
    assert "`cspr-rules facts` lists every fact" in got.err


def test_facts_of_england_leave_out_what_only_bcp_asks(run: Run, bcp: Ruleset) -> None:
    national = _listed(run("facts", "--profile", "england").out)
    assert national == [fact.id for fact in load_ruleset("england").vocabulary.facts]
    assert {fact.id for fact in bcp.vocabulary.facts} > set(national)


def _skeleton_facts(value: Any) -> list[str]:
    return [*value["facts"], *(name for child in value["children"] for name in child)]


@pytest.mark.parametrize("profile", ["bcp", "england"])
def test_the_skeleton_is_yaml_with_every_fact_once_and_no_value(run: Run, profile: str) -> None:
    text = run("facts", "--skeleton", "--profile", profile).out
    value = yaml.safe_load(text)
    assert _skeleton_facts(value) == [fact.id for fact in load_ruleset(profile).vocabulary.facts]
    assert len(value["children"]) == 1
    assert {*value["facts"].values(), *value["children"][0].values()} == {None}
    assert (value["profile"], value["as_of"]) == (profile, None)
    for fact in load_ruleset(profile).vocabulary.facts:
        assert text.count(f" {fact.id}:\n") == 1


@pytest.mark.parametrize("profile", ["bcp", "england"])
def test_the_skeleton_is_a_case_as_it_stands_looked_at_from_the_day_the_sources_were_looked_through(run: Run, profile: str) -> None:
    skeleton = run("facts", "--skeleton", "--profile", profile).out.encode()
    got = run("decide", "-", "--format", "json", stdin=skeleton)
    assert (got.code, got.err) == (0, "")
    record = got.json
    assert (record["profile"], record["as_of"]) == (profile, load_ruleset(profile).checked_on.isoformat())
    assert record["law_on_from"] == "as_of"
    assert (record["duties"], record["options"], record["notes"]) == ([], [], [])
    assert record["decisions"][SIN]["outcome"] == "undetermined"
    assert "met" not in {each["outcome"] for each in record["decisions"].values()}


def test_a_skeleton_filled_in_is_decided(run: Run) -> None:
    text = run("facts", "--skeleton").out
    known = yaml.safe_load(EASTER)["facts"]
    for name, value in known.items():
        assert text.count(f" {name}:\n") == 1
        text = text.replace(f" {name}:\n", f" {name}: {str(value).lower()}\n")
    filled = run("decide", "-", "--format", "json", stdin=text.encode()).json
    assert filled["decisions"][SIN]["outcome"] == "met"
    child = {name: value for name, value in known.items() if name.startswith(("child.", "concern."))}
    incident = {name: value for name, value in known.items() if name not in child}
    plain = json.dumps({"facts": incident, "children": [child]}, default=str)
    without = run("decide", "-", "--format", "json", stdin=plain.encode()).json
    assert sorted(filled["given"]["facts"].items()) == sorted(without["given"]["facts"].items())
    assert filled | {"given": None} == without | {"given": None}


# -- show ----------------------------------------------------------------------------------------------------------------------------


def test_show_a_rule_gives_its_test_its_duties_its_sources_and_its_examples(run: Run) -> None:
    got = run("show", SIN)
    assert got.code == 0
    assert got.out.startswith(f"{SIN}: Notify the Panel of a serious child safeguarding incident\n")
    assert "Then BCP Council must notify the incident to the Panel" in got.flat
    assert "Within 5 working days of incident.authority_aware_on (should; WT 2018" in got.flat
    for part in ("It is met when", "Sources", "Examples", "Discharged by: notification.sent_on"):
        assert part in got.out


def test_show_a_rule_gives_every_version_of_it_with_its_own_days(run: Run, bcp: Ruleset) -> None:
    name = "england.childrens_homes.death"
    versions = bcp.versions(name)
    assert len(versions) > 1
    out = run("show", name).out
    assert out.count(f"{name}: ") == len(versions)
    for rule in versions:
        assert f"in force {rule.window}; " in " ".join(out.split())


def test_show_a_duty_gives_the_rule_that_asks_for_it(run: Run) -> None:
    assert run("show", "notify_panel") == run("show", SIN)


def test_show_a_provision_says_what_it_holds_how_it_was_checked_and_what_rests_on_it(run: Run) -> None:
    got = run("show", "ca2004/s16C/1")
    assert got.out.startswith("ca2004/s16C/1: Children Act 2004, section 16C(1)\n")
    assert "Statute; force: must; in force from 29 June 2018" in got.flat
    assert "Checked: verified in a copy, as at 11 April 2025." in got.flat
    assert SIN in got.flat.partition("Rules that rest on it: ")[2]


def test_show_a_provision_names_every_rule_that_cites_it_however(run: Run, bcp: Ruleset) -> None:
    citing: dict[str, set[str]] = {}
    for rule in bcp.rules:
        plain = read_file(ROOT / rule.file)
        written = json.dumps({key: value for key, value in plain.value.items() if key != "examples"}) if isinstance(plain.value, dict) else ""
        for key in bcp.provisions:
            if f'"{key}"' in written:
                citing.setdefault(key, set()).add(rule.id)
    assert len(citing) > 300
    for key in sorted(citing)[::10]:
        assert sorted(citing[key]) == run("show", key).flat.partition("Rules that rest on it: ")[2].split(", ")


def test_show_an_unread_provision_says_that_it_is_unverified(run: Run) -> None:
    assert "Checked: unverified: text not read; carried forward from WT 2023" in run("show", "wt2026/notify").flat


def test_show_a_judgement_gives_the_question_and_what_to_weigh(run: Run, bcp: Ruleset) -> None:
    out = run("show", "child.seriously_harmed").flat
    assert "Question: Has the child been seriously harmed?" in out
    for consideration in bcp.vocabulary.by_id["child.seriously_harmed"].considerations:
        assert f"Weigh: {consideration.text}" in out


def test_show_a_discrepancy_gives_both_sides_and_what_is_done(run: Run, bcp: Ruleset) -> None:
    got = run("show", "D28")
    entry = bcp.discrepancies["D28"]
    assert got.out.startswith(f"D28: {entry.title}")
    for said in (entry.local, entry.national, entry.resolution, entry.note):
        assert " ".join(said.split()) in got.flat


@pytest.mark.slow
def test_everything_with_a_name_can_be_shown(run: Run, bcp: Ruleset) -> None:
    duties = [duty.id for rule in bcp.rules for duty in rule.duties]
    rules = [rule.id for rule in bcp.rules]
    for name in {*rules, *duties, *bcp.provisions, *bcp.discrepancies, *bcp.vocabulary.by_id}:
        got = run("show", name)
        assert got.code == 0
        assert name in got.out


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("notify_pannel", "notify_panel"),
        ("england.notification.serious_incidents", SIN),
        ("ca2004/s16C1", "ca2004/s16C/1"),
        ("child.seriosly_harmed", "child.seriously_harmed"),
        ("Notify_Panel", "notify_panel"),
    ],
)
def test_show_a_name_misspelt_is_answered_with_the_nearest(run: Run, name: str, meant: str) -> None:
    got = run("show", name)
    assert (got.code, got.out) == (2, "")
    assert f"called '{name}'; did you mean '{meant}'?" in got.err


def test_show_only_knows_the_rules_of_the_profile(run: Run) -> None:
    assert run("show", "bcp.notification.partnership").code == 0
    assert run("show", "bcp.notification.partnership", "--profile", "england").code == 2
