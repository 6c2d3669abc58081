"""A sample of single changes to the rules is noticed; what goes unnoticed is explained. The whole run is ``python -m tests.mutation.mutating``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from cspr_rules.authoring.examples import checked_with_examples
from cspr_rules.authoring.mutating.changes import LABELS, LOGIC, TIMES, Mutant
from cspr_rules.authoring.mutating.judging import EQUAL
from cspr_rules.authoring.mutating.scoring import table
from cspr_rules.loading.assembling import digest_of
from cspr_rules.loading.rulesets import load_folder
from tests.mutation.judging import NOTICED_BY, RULES
from tests.mutation.mutating import chosen, explained, judge, main, noticed
from tests.support.ledgers import ledger

SAMPLE = 100
AT_LEAST = 0.98
RULE = "rules/england/notification/serious_incident.yaml"


def _named(text: str) -> Mutant:
    [found] = [mutant for mutant in judge().mutants if text in mutant.name]
    return found


def _changed(file: str, **changes: Any) -> Mutant:
    """Return a change that the script would not make."""
    entries = judge().built.pack.entries
    number = next(place for place, entry in enumerate(entries) if entry.file == file)
    return Mutant("", "condition dropped", file, number, {**entries[number].plain, **changes})


# -- the changes ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_change_has_its_own_name_and_a_known_kind() -> None:
    every = judge().mutants
    assert len({mutant.name for mutant in every}) == len(every)
    assert {mutant.kind for mutant in every} == LOGIC | TIMES | LABELS
    assert len(LOGIC | TIMES | LABELS) == len(LOGIC) + len(TIMES) + len(LABELS)


@pytest.mark.slow
def test_every_change_changes_something_and_leaves_the_rules_as_they_were() -> None:
    entries = judge().built.pack.entries
    assert all(mutant.plain != entries[mutant.entry].plain for mutant in judge().mutants)
    assert digest_of(judge().built.pack) == load_folder("bcp", RULES).digest


def test_every_version_of_every_rule_is_changed_in_several_ways() -> None:
    entries = judge().built.pack.entries
    made = {number: {mutant.kind for mutant in judge().mutants if mutant.entry == number} for number, entry in enumerate(entries)}
    for number, entry in enumerate(entries):
        if entry.kind == "rules":
            assert {"citation swapped", "window"} <= made[number], entry.file
            assert made[number] & LOGIC, entry.file


def test_a_change_says_where_it_stands() -> None:
    mutant = _named(f"{RULE} when.all[0].is_any_of[1]: value of a test: without suspected")
    file, line = mutant.place.split(":")
    assert "is_any_of" in (RULES.parent / file).read_text(encoding="utf-8").splitlines()[int(line) - 1]


# -- what notices them ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "by"),
    [
        ("/serious_incident.yaml when.all[0]: condition dropped", "examples"),
        ("/serious_incident.yaml when.all[2]: all and any swapped", "examples"),
        ("/serious_incident.yaml then[0].deadlines[1].within: number of a clock: 4", "examples"),
        ("/serious_incident.yaml then[0].deadlines[1].within: number of a clock: 6", "ledger"),  # another source's five days still come first
        ("/serious_incident.yaml then[0].to[0]: recipient swapped", "ledger"),
        ("/serious_incident.yaml then[0].deadlines[1].strength: strength: will", "loader"),
        ("/serious_incident.yaml in_force.from: window: from 2018-06-28", "loader"),
        ("bcp/profile.yaml duties[0].deadlines[0].strength: strength: should", "ledger"),
        ("bcp/paths.yaml paths[4].steps: order of a path: approve_final_version before", "ledger"),
        ("rules/stages.yaml stages[2].when: all and any swapped", "examples"),
    ],
)
def test_what_notices_a_change(change: str, by: str) -> None:
    assert judge().noticed_by(_named(change)) == by


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "said"), [("rules", EQUAL), ("profile", None), ("paths", None), ("stages", None)])
def test_nothing_notices_a_file_that_is_as_it_was(kind: str, said: str | None) -> None:
    number, entry = next((number, entry) for number, entry in enumerate(judge().built.pack.entries) if entry.kind == kind)
    for group in (LOGIC, TIMES, LABELS):
        assert judge().noticed_by(Mutant("", min(group), entry.file, number, entry.plain)) == said


@pytest.mark.slow
def test_a_change_of_words_alone_goes_unnoticed() -> None:
    assert judge().noticed_by(_changed(RULE, title="Another title")) is None


def test_a_file_that_is_no_longer_well_shaped_is_refused_by_the_loader() -> None:
    assert judge().noticed_by(_changed(RULE, scope="household")) == "loader"
    assert judge().noticed_by(_changed(RULE, when={"fact": "child.died"})) == "loader"


def test_the_ledger_is_not_asked_about_a_condition() -> None:
    """One that only the ledger notices is a gap in the examples, and has to be seen."""
    mutant = _named("hospital_visit.yaml when.all[1]: condition dropped")
    assert judge().noticed_by(mutant) is None
    assert judge().noticed_by(mutant._replace(kind="clock dropped")) == "ledger"


@pytest.mark.slow
@pytest.mark.parametrize(
    "change", ["/serious_incident.yaml when.all[0]: condition dropped", "/serious_incident.yaml then[0].to[0]: recipient swapped"]
)
def test_the_judgement_is_that_of_the_check_on_a_changed_folder(change: str, tmp_path: Path) -> None:
    mutant = _named(change)
    shutil.copytree(RULES, tmp_path / RULES.name)
    (tmp_path / RULE).write_text(yaml.safe_dump(dict(mutant.plain), allow_unicode=True), encoding="utf-8")
    faults = checked_with_examples(tmp_path / RULES.name / "england").faults
    assert bool(faults) == (judge().noticed_by(mutant) in NOTICED_BY[:2])


# -- how many ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_nearly_every_change_of_a_sample_is_noticed_and_the_others_are_explained() -> None:
    found = dict(noticed(place) for place in chosen(judge().mutants, SAMPLE, None))
    assert len(found) == SAMPLE
    unnoticed = [judge().mutants[place].name for place, by in found.items() if by is None]
    assert set(unnoticed) <= set(explained())
    assert 1 - len(unnoticed) / SAMPLE >= AT_LEAST


@pytest.mark.slow
def test_what_is_explained_goes_unnoticed() -> None:
    by_name = {mutant.name: mutant for mutant in judge().mutants}
    assert {name: judge().noticed_by(by_name[name]) for name in explained()} == dict.fromkeys(explained())
    assert len(explained()) / len(by_name) <= 1 - AT_LEAST


def test_the_ledger_and_the_changes_are_about_the_same_rules() -> None:
    assert len([key for key in ledger("bcp") if " from " in key]) == sum(entry.kind == "rules" for entry in judge().built.pack.entries)


# -- the script ----------------------------------------------------------------------------------------------------------------------


def test_a_sample_is_spread_evenly_and_is_the_same_each_time() -> None:
    every = judge().mutants
    assert chosen(every, 4, None) == [0, len(every) // 4, len(every) // 2, len(every) * 3 // 4]
    assert chosen(every, None, None) == list(range(len(every)))
    assert chosen(every[:3], 5, None) == [0, 1, 2]


@pytest.mark.slow
def test_the_script_says_what_noticed_the_changes_to_one_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rule", "bcp.looked_after_alert.hospital_visit", "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "Unnoticed. The answer is the same" in told
    assert "hospital_visit.yaml:" in told
    assert told.splitlines()[0].split() == ["made", "loader", "examples", "worked", "cases", "ledger", "unnoticed", "noticed"]


@pytest.mark.slow
def test_the_script_fails_on_a_change_that_goes_unnoticed_without_an_explanation(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.mutation.mutating.explained", dict)
    assert main(["--rule", "bcp.looked_after_alert.hospital_visit", "--workers", "1"]) == 1
    assert "Unnoticed. Not explained in mutants_surviving.yaml" in capsys.readouterr().out


def test_the_script_fails_on_an_explanation_of_a_change_that_is_noticed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.mutation.mutating.results", lambda _, places, __: ((place, "loader") for place in places))
    monkeypatch.setattr("tests.mutation.mutating.explained", lambda: {"a change": "a reason"})
    assert main(["--workers", "1"]) == 1
    assert "explains a change that is noticed, or no longer made: a change" in capsys.readouterr().out


def test_the_table_counts_by_kind() -> None:
    every = judge().mutants
    rows = table({place: None if place else "loader" for place in range(20)}, every, NOTICED_BY).splitlines()
    total = next(row for row in rows if row.startswith("all kinds")).split()
    assert total[2:] == ["20", "1", "0", "0", "0", "19", "5.00%"]
