"""Every clause of the guidance is accounted for, truthfully, and every rule stands on something."""

from __future__ import annotations

import json
import shutil
from functools import cache
from pathlib import Path

import pytest

from cspr_rules.authoring.coverage import (
    MODALITIES,
    ClauseRow,
    Coverage,
    clause_id,
    clause_key,
    clauses,
    counts,
    plain_coverage,
    read_coverage,
    stands_on,
    within,
)
from cspr_rules.authoring.coverage_report import coverage_report
from cspr_rules.authoring.examples import decide_example
from cspr_rules.errors import QuestionError, RulesError
from cspr_rules.loading.assembling import Built, build, digest_of
from cspr_rules.loading.folders import read_pack
from cspr_rules.model.rules import Test
from cspr_rules.model.ruleset import with_parts
from tests.support.shipped import built

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
NORMATIVE = ("must", "should", "may", "criterion")

COVERAGE = """\
instrument: harbourshire
clauses:
  harbourshire.2.1: {modality: must, rules: [england.notification.serious_incident]}
  harbourshire.2.2:
    modality: must
    rules: [harbourshire.notification.partnership]
    because: The county's own day.
"""


def harbourshire(folder: Path, coverage: str | None = None) -> Built:
    home = folder / "harbourshire"
    shutil.copytree(ROOT / "docs" / "how-to" / "harbourshire", home)
    if coverage is not None:
        (home / "coverage.yaml").write_text(coverage, encoding="utf-8")
    return build(read_pack(home, RULES))


@cache
def shipped() -> Coverage:
    return read_coverage(built("bcp"))


# -- what ships ----------------------------------------------------------------------------------------------------------------------


def test_every_clause_that_ships_is_accounted_for() -> None:
    assert [str(fault) for fault in shipped().faults] == []
    assert list(shipped().rows) == list(clauses(shipped().ruleset))
    assert len(shipped().rows) == 268


@cache
def fired() -> dict[str, set[str]]:
    """Return, for each rule, the provisions on which it rests in those of its examples that meet it: its own, its effects' and its true tests'."""
    ruleset = shipped().ruleset
    found: dict[str, set[str]] = {}
    for rule in ruleset.rules:
        for example in rule.examples:
            record = decide_example(ruleset, rule, example)
            decision = record.decisions[rule.id]
            if decision.outcome != "met":
                continue
            keys = found.setdefault(rule.id, set())
            keys.update(rule.cites, *(note.cites for note in rule.notes))
            for duty in rule.duties:
                keys.update(duty.cites, *(deadline.cites for deadline in duty.deadlines))
            for child in range(1, len(decision.per_child) + 1) if decision.per_child else (None,):
                for step in record.tests(rule.id, child):
                    if step.kind == "test" and step.result:
                        keys.update(provision.key for provision in step.citations)
    return found


@pytest.mark.slow
def test_a_normative_clause_fires_in_an_example_or_says_why_it_cannot() -> None:
    def shown(row: ClauseRow) -> bool:
        return any(within(key, row.clause.key) for rule in row.rules for key in fired().get(rule, ())) if row.rules else bool(row.because)

    rows = [row for row in shipped().rows.values() if row.modality in NORMATIVE]
    assert len(rows) > 150
    assert [clause_id(row.clause.key) for row in rows if not shown(row)] == []


def test_a_clause_that_decides_nothing_says_so() -> None:
    """A clause that its rules cite only in notes neither asks nor tests anything, and the row has to say why."""
    ruleset = shipped().ruleset
    weighty: dict[str, set[str]] = {}
    for rule in ruleset.rules:
        weighty.setdefault(rule.id, set()).update(stands_on(rule._replace(cites=(), notes=()), ruleset))

    def decides(row: ClauseRow) -> bool:
        return any(within(key, row.clause.key) for rule in row.rules for key in weighty.get(rule, ()))

    rows = [row for row in shipped().rows.values() if row.rules]
    assert len(rows) > 150
    assert [clause_id(row.clause.key) for row in rows if not (row.because or decides(row))] == []


def test_every_rule_stands_on_something() -> None:
    assert set(shipped().standing) == {rule.id for rule in shipped().ruleset.rules}
    assert all(shipped().standing.values())


@pytest.mark.slow
def test_a_mistake_in_the_account_of_a_rule_never_stops_a_case(tmp_path: Path) -> None:
    with_, without = harbourshire(tmp_path / "with", "instrument: ["), harbourshire(tmp_path / "without")
    assert not with_.pack.faults
    assert digest_of(with_.pack) == digest_of(without.pack)


# -- faults --------------------------------------------------------------------------------------------------------------------------


def test_an_account_without_faults(tmp_path: Path) -> None:
    found = read_coverage(harbourshire(tmp_path, COVERAGE))
    assert found.faults == ()
    assert [row.disposition for row in found.rows.values()] == ["rules", "rules"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "into", "line", "message"),
    [
        ("harbourshire.2.2:", "harbourshire.2.3:", 4, "'harbourshire' has no clause 'harbourshire.2.3'; did you mean 'harbourshire.2.2'?"),
        ("harbourshire.2.2:", "harbourshire.2.3:", 2, "harbourshire.2.2 (clause 2.2) is missing: which rules encode it, or why does none?"),
        (
            "[harbourshire.notification.partnership]",
            "[harbourshire.notification.partner]",
            6,
            "did you mean 'harbourshire.notification.partnership'?",
        ),
        (
            "[harbourshire.notification.partnership]",
            "[england.notification.causation]",
            6,
            "england.notification.causation does not cite harbourshire/2.2 or any limb of it",
        ),
        ("modality: must, rules", "modality: should, rules", 3, "harbourshire.2.1 cannot be a should: the force of harbourshire/2.1 is 'will'"),
        ("because: The county's own day.", 'because: " "', 7, "because: is empty; write what it says"),
        ("rules: [harbourshire.notification.partnership]\n    because: The county's own day.", "as: unspecified", 4, "a clause that no rule encodes"),
        (
            "rules: [harbourshire.notification.partnership]",
            "as: nothing",
            6,
            "as: expected 'information', 'definition', 'unspecified' or 'superseded'",
        ),
        ("rules: [harbourshire.notification.partnership]", "rules: []", 4, "expected either `rules`"),
        ("rules: [harbourshire.notification.partnership]", "rules: [a.b]\n    as: definition", 4, "expected either `rules`"),
        ("instrument: harbourshire", "instrument: harborshire", 1, "there is no local guidance called 'harborshire'; did you mean 'harbourshire'?"),
        ("modality: must, rules", "modality: must, rule", 3, "'rule' is not a key that belongs here; did you mean 'rules'?"),
    ],
)
def test_faults_have_their_place(tmp_path: Path, change: str, into: str, line: int, message: str) -> None:
    assert change in COVERAGE
    found = read_coverage(harbourshire(tmp_path, COVERAGE.replace(change, into, 1)))
    matching = [fault for fault in found.faults if message in fault.message]
    assert matching, found.faults
    assert f"harbourshire/coverage.yaml:{line}:" in matching[0].place


def test_guidance_that_nobody_accounted_for_is_a_fault_where_that_is_asked(tmp_path: Path) -> None:
    built = harbourshire(tmp_path)
    assert "no coverage.yaml says what became of the clauses of 'harbourshire'" in read_coverage(built).faults[0].message
    assert read_coverage(built, required=False).faults == ()


@pytest.mark.slow
def test_a_rule_that_stands_on_nothing_but_an_assumption_is_a_fault(tmp_path: Path) -> None:
    built = harbourshire(tmp_path, COVERAGE)
    ruleset = built.ruleset
    assert ruleset is not None
    test = Test("the child has died", "child.died", "is", True, ())
    rules = tuple(
        rule._replace(cites=("working_day/days",), when=test, duties=(), notes=()) if rule.id == "england.notification.causation" else rule
        for rule in ruleset.rules
    )
    found = read_coverage(built._replace(ruleset=with_parts(ruleset, rules=rules, paths={})))
    assert [fault.message for fault in found.faults] == ["england.notification.causation stands on no source"]
    assert "england/notification/causation.yaml:" in found.faults[0].place


@pytest.mark.slow
def test_a_profile_with_faults_is_not_accounted_for(tmp_path: Path) -> None:
    built = harbourshire(tmp_path, COVERAGE)
    built.pack.faults.append(read_coverage(harbourshire(tmp_path / "other")).faults[0])
    with pytest.raises(RulesError):
        read_coverage(built)


# -- showing -------------------------------------------------------------------------------------------------------------------------


def test_the_report_counts_and_shows_every_clause_and_rule(tmp_path: Path) -> None:
    found = read_coverage(harbourshire(tmp_path, COVERAGE))
    text = coverage_report(found)
    assert "2 of 2 clauses accounted for" in text
    assert counts(found)["must"]["rules"] == 2
    assert "  harbourshire.2.2  [must; clause 2.2]" in text
    assert "      Rules: harbourshire.notification.partnership\n      Note: The county's own day." in text
    assert "  harbourshire.notification.partnership: Tell the county's partnership of a notifiable incident\n      Clauses: harbourshire.2.2" in text
    assert "england.care_leavers.under_18:" in text


def test_a_report_on_one_clause_has_its_limbs_and_no_rules() -> None:
    text = coverage_report(shipped(), clause="bcp.5.3")
    assert [line.split()[0] for line in text.splitlines() if line.startswith("  bcp.")] == ["bcp.5.3", "bcp.5.3.a", "bcp.5.3.b", "bcp.5.3.c"]
    assert "Also cited by: " in text
    assert "Rules, and what each stands on" not in text
    assert coverage_report(shipped(), clause="bcp/5.3") == text


def test_a_report_on_one_rule_has_what_it_stands_on_and_no_clauses() -> None:
    text = coverage_report(shipped(), rule="england.notification.serious_incident")
    assert text.startswith("Rules, and what each stands on\n\n  england.notification.serious_incident: ")
    assert "Clauses: bcp.5.16\n" in text
    assert "ca2004/s16C/1 [verified" in text
    assert text.count("\n  england.") == 1


@pytest.mark.parametrize(
    ("clause", "rule", "hint"), [("bcp.5.33", None, "did you mean 'bcp.5.3"), (None, "england.notification.serious", "did you mean '")]
)
def test_what_does_not_exist_is_said_with_a_guess(clause: str | None, rule: str | None, hint: str) -> None:
    with pytest.raises(QuestionError, match=hint):
        coverage_report(shipped(), clause=clause, rule=rule)


@pytest.mark.slow
def test_a_profile_without_guidance_has_nothing_to_account_for() -> None:
    found = read_coverage(built("england"))
    assert found.faults == ()
    assert found.rows == {}
    assert coverage_report(found).startswith("England: no local guidance, so no clauses to account for\n")


def test_the_json_has_every_clause_and_rule() -> None:
    plain = json.loads(json.dumps(plain_coverage(shipped())))
    assert [row["id"] for row in plain["clauses"]] == [clause_id(key) for key in shipped().rows]
    assert {rule["id"] for rule in plain["rules"]} == set(shipped().standing)
    assert sum(sum(row.values()) for row in plain["counts"].values()) == len(shipped().rows)
    assert set(plain["counts"]) == set(MODALITIES)
    assert plain["faults"] == []


def test_ids_and_keys_are_two_ways_of_writing_the_same() -> None:
    for key in clauses(shipped().ruleset):
        assert clause_key(clause_id(key)) == key
        assert clause_key(key) == key
