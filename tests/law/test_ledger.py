"""The rules say what the ledger says, and nothing else; a difference is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules.loading.rulesets import load_folder
from cspr_rules.model.ruleset import Ruleset
from tests.support.ledgers import Statement, clock, differences, ledger, stated, stated_rule

RULES = Path(__file__).parents[2] / "rules"
DUTY = "england.notification.serious_incident from 2018-06-29"


@pytest.fixture(scope="module")
def bcp() -> Ruleset:
    return load_folder("bcp", RULES)


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["england", "bcp"])
def test_the_rules_and_the_ledger_say_the_same(profile: str) -> None:
    assert differences(stated(load_folder(profile, RULES)), ledger(profile)) == []


@pytest.mark.slow
def test_the_ledger_has_every_version_of_every_rule(bcp: Ruleset) -> None:
    rules = [key for key in ledger("bcp") if not key.startswith(("path ", "stage "))]
    assert len(rules) == len(bcp.rules)


def _changed(bcp: Ruleset, heading: str, lines: list[str] | None) -> list[str]:
    rules = stated(bcp)
    statement: Statement = dict(rules[DUTY])
    if lines is None:
        del statement[heading]
    else:
        statement[heading] = lines
    return differences(rules | {DUTY: statement}, ledger("bcp"))


def test_a_difference_is_told_with_both_sides(bcp: Ruleset) -> None:
    assert _changed(bcp, "duty notify_panel, owed", ["should, by local_authority, to panel, once per incident"]) == [
        f"{DUTY}, duty notify_panel, owed: the rules say 'should, by local_authority, to panel, once per incident', "
        "the ledger says 'must, by local_authority, to panel, once per incident'"
    ]


def test_a_clock_that_is_missing_is_told_and_the_others_are_not(bcp: Ruleset) -> None:
    heading = "duty notify_panel, clocks"
    kept = [line for line in stated(bcp)[DUTY][heading] if "bcp/5.16" not in line]
    [told] = _changed(bcp, heading, kept)
    assert told.endswith("the rules say nothing more, the ledger says 'will, 5 working days, from incident.authority_aware_on (bcp/5.16)'")


def test_a_heading_that_is_missing_is_a_difference(bcp: Ruleset) -> None:
    [told] = _changed(bcp, "rests on", None)
    assert told == f"{DUTY}, rests on: the rules say nothing more, the ledger says 'ca2004/s16C/1'"


def test_a_line_that_is_said_twice_has_to_be_stated_twice(bcp: Ruleset) -> None:
    lines = stated(bcp)[DUTY]["asks"]
    [told] = _changed(bcp, "asks", [*lines, lines[0]])
    assert f"the rules say '{lines[0]}', the ledger says nothing more" in told


def test_what_only_one_side_has_is_told(bcp: Ruleset) -> None:
    rules = stated(bcp)
    del rules[DUTY]
    assert differences(rules, ledger("bcp")) == [f"{DUTY}: the ledger has it and the rules do not"]
    assert differences(ledger("bcp"), rules) == [f"{DUTY}: the rules have it and the ledger does not"]


def test_a_local_addition_is_no_part_of_the_national_statement(bcp: Ruleset) -> None:
    heading = "duty notify_panel, clocks"
    assert len(ledger("bcp")[DUTY][heading]) == len(ledger("england")[DUTY][heading]) + 1
    assert sorted(ledger("bcp")[DUTY][heading]) == sorted(stated_rule(next(rule for rule in bcp.rules if rule.id in DUTY))[heading])


def test_every_clock_is_told_apart(bcp: Ruleset) -> None:
    clocks = {each._replace(reading=None, discrepancies=()) for rule in bcp.rules for duty in rule.duties for each in duty.deadlines}
    assert len({clock(each) for each in clocks}) == len(clocks)
