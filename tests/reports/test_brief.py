"""The short form: short, and yet it says everything that presses or binds, what is undecided and what is not to be relied on."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules import Case, evaluate, load_ruleset
from cspr_rules.cli.main import main
from cspr_rules.engine.plain_values import PURPOSE
from cspr_rules.model.sources import in_words
from cspr_rules.reports import brief, decision_report
from cspr_rules.reports.layout import WIDTH
from tests.support.shipped import CASES, FILES, every_case, record


def flat(path: Path) -> str:
    return " ".join(brief.text(record(path)).split())


@every_case
def test_whatever_presses_is_told_with_its_day_its_people_and_its_source(path: Path) -> None:
    answer, words = record(path), flat(path)
    name = answer.ruleset.role_name
    for duty in answer.duties:
        if duty.status in brief.PRESSING:
            told = words[words.index(f"{duty.strength.upper().replace('_', ' ')}: {duty.act}") :].split(" - ")[0]
            assert duty.plan_for is None or in_words(duty.plan_for) in told
            assert f"Who: {name(duty.by)}" in told
            assert all(name(role) in told for role in duty.to)
            assert all(provision.name in told for provision in duty.citations)


@every_case
def test_whatever_binds_is_named_and_the_rest_is_counted(path: Path) -> None:
    answer, words = record(path), flat(path)
    for duty in answer.duties:
        if duty.status in ("waiting", "untimed") and (duty.strength in ("must", "must_not") or (duty.to and duty.layer != "local_guidance")):
            assert duty.act in words
    done = {(duty.id, duty.status, duty.plan_for) for duty in answer.duties if duty.status in ("met", "met_late", "done", "withdrawn")}
    assert (f"{len(done)} done or withdrawn" in words) is bool(done)


@every_case
def test_what_the_record_is_for_what_is_undecided_and_what_is_unverified_is_said(path: Path) -> None:
    answer, words = record(path), flat(path)
    assert PURPOSE in words
    assert brief.WHOLE in words
    undecided = sum(decision.outcome == "undetermined" for decision in answer.decisions.values())
    assert (brief.UNDECIDED in words) is (f"{undecided} rule" in words) is bool(undecided)
    assert all(provision.name in words for provision in answer.unverified)
    assert (f"are unclear: {len(answer.discrepancies)}" in words) is bool(answer.discrepancies)


@every_case
def test_it_is_short_and_fits_the_page(path: Path) -> None:
    lines = brief.text(record(path), path.stem).splitlines()
    assert len(lines) <= 100
    assert len(lines) * 3 < len(decision_report.text(record(path)).splitlines())
    assert [line for line in lines if len(line) > WIDTH] == []


def test_the_case_of_the_readme_is_one_page() -> None:
    assert len(brief.text(record(CASES / "baby-head-injury-before-easter.yaml")).splitlines()) <= 60


def test_duties_that_stand_alike_for_several_children_are_told_once() -> None:
    words = flat(CASES / "six-residents-harmed-in-one-home.yaml")
    assert words.count("give notice that a child protection enquiry involving the child has started (children 1, 2, 3, 4, 5 and 6)") == 1


def test_nothing_known_is_no_reason_to_keep_silent() -> None:
    answer = evaluate(load_ruleset("england"), Case({}), as_of=record(FILES[0]).as_of)
    words = " ".join(brief.text(answer).split())
    assert "Undecided is not no" in words
    assert "to ask next" in words


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES.parents[1])
    assert main(["decide", "docs/cases/baby-head-injury-before-easter.yaml", "--format", "brief"]) == 0
    assert brief.WHOLE in capsys.readouterr().out
