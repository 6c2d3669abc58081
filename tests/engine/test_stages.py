"""Where a case is: the examples in the stage files, and what a stage file must not say."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import Case, load_ruleset
from cspr_rules.authoring.examples import checked_with_examples, stage_problems
from cspr_rules.engine.stages import reached, stage_of
from cspr_rules.model.rules import All, AnyOf, Not, RuleMet, Stage, Test
from cspr_rules.model.ruleset import with_parts
from tests.support.shipped import built

RULES = Path(__file__).parents[2] / "rules"


def _examples() -> list[Any]:
    found = []
    for profile in ("england", "bcp"):
        for entry in built(profile).pack.of("stages"):
            if (entry.profile or "england") == profile:
                found += [pytest.param(profile, example, id=f"{entry.file}: {example['name']}") for example in entry.plain["examples"]]
    return found


@pytest.mark.parametrize(("profile", "example"), _examples())
def test_example_is_at_the_stage_it_names(profile: str, example: dict[str, Any]) -> None:
    assert stage_problems(load_ruleset(profile), example) == []


def test_the_stages_of_a_whole_life_are_there_in_order() -> None:
    stages = [stage.id for stage in load_ruleset("bcp").stages]
    assert stages == ["aware", "notified", "rapid_review", "decision", "local_review", "sign_off", "published", "action_plan", "impact"]
    assert [stage.id for stage in load_ruleset("england").stages] == [each for each in stages if each not in ("sign_off", "action_plan", "impact")]


def test_each_stage_reached_has_the_day_since_which_it_is_reached() -> None:
    case = Case(
        {"incident.authority_aware_on": "2025-01-09", "rapid_review.meeting_on": "2025-01-30", "rapid_review.returns_requested_on": "2025-01-15"}
    )
    found = reached(load_ruleset("england"), case.check(load_ruleset("england").vocabulary))
    assert [(each.stage.id, each.on) for each in found] == [("aware", date(2025, 1, 9)), ("rapid_review", date(2025, 1, 15))]


def test_not_and_references_say_nothing_of_a_day() -> None:
    ruleset = load_ruleset("england")
    sent = Test("it was sent", "notification.sent_on", "recorded", True, ())
    aware = Test("it was known", "incident.authority_aware_on", "recorded", True, ())
    checked = Case({"notification.sent_on": "not_yet", "incident.authority_aware_on": "2025-01-09"}).check(ruleset.vocabulary)
    for when, expected in (
        (Not(sent), [None]),
        (All((aware, Not(sent))), [date(2025, 1, 9)]),
        (AnyOf((sent, aware)), [date(2025, 1, 9)]),
        (RuleMet("any"), []),
    ):
        changed = with_parts(ruleset, stages=(Stage("s", "S", 1, when, ()),))
        assert [each.on for each in reached(changed, checked)] == expected
    assert stage_of(with_parts(ruleset, stages=()), checked) is None


GOOD = """stages:
  - id: told
    title: Told
    order: 15
    when: {says: the authority has heard, fact: incident.authority_aware_on, recorded: true}
    cites: [ca2004/s16C/1]
examples:
  - {name: It has heard, given: {incident.authority_aware_on: 2025-01-09}, expect: told}
  - {name: It has not, given: {}, expect: null}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("", "", None),
        ("order: 15", "order: 10", "stage 'told' has the id or the order of another stage"),
        ("id: told", "id: aware", "stage 'aware' has the id or the order of another stage"),
        ("ca2004/s16C/1", "ca2004/s99", "there is no provision called 'ca2004/s99'"),
        ("fact: incident.authority_aware_on, recorded", "fact: incident.aware_on, recorded", "there is no fact called 'incident.aware_on'"),
        (
            "says: the authority has heard, fact: incident.authority_aware_on, recorded: true",
            "rule: england.notification.serious_incident, is: met",
            "told by facts",
        ),
        ("fact: incident.authority_aware_on, recorded", "fact: child.died_on, recorded", "is about one child"),
        ("fact: incident.authority_aware_on, recorded: true", "fact: child.place_of_harm, is: in_area", "a stage is told by dated facts"),
        ("expect: told", "expect: null", "no example is at stage 'told'"),
        ("given: {}, expect: null", "given: {}, expect: told", "the stage is none, not told"),
        ("given: {incident", "given: {incidents", "there is no fact called 'incidents.authority_aware_on'"),
        ("title: Told", "titel: Told", "did you mean 'title'"),
    ],
)
def test_a_stage_file_is_checked(tmp_path: Path, old: str, new: str, message: str | None) -> None:
    folder = tmp_path / "harbourtown"
    folder.mkdir()
    (folder / "profile.yaml").write_text(
        "id: harbourtown\ntitle: Harbourtown\nextends: bcp\nauthority: Harbourtown Council\ncalendar: england_and_wales\n", encoding="utf-8"
    )
    (folder / "stages.yaml").write_text(GOOD.replace(old, new, 1) if old else GOOD, encoding="utf-8")
    faults = [str(fault) for fault in checked_with_examples(folder).faults]
    if message is None:
        assert faults == []
    else:
        assert any(message in fault and "harbourtown/stages.yaml:" in fault for fault in faults), faults


@pytest.mark.slow
def test_the_shared_stages_of_another_rules_folder_are_read_and_run(tmp_path: Path) -> None:
    shutil.copytree(RULES, tmp_path / "rules")
    path = tmp_path / "rules" / "stages.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("expect: null", "expect: decision"), encoding="utf-8")
    faults = checked_with_examples(tmp_path / "rules").faults
    assert [fault.message for fault in faults] == ["example 'Nothing is recorded yet': the stage is none, not decision"]
