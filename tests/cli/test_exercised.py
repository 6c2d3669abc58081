"""`cspr-rules test --coverage`: which rules, tests, clocks and citations a set of cases exercises, and the least that has to be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cspr_rules.marking.exercised import percent
from tests.support.case_tests import ONE, SIN
from tests.support.commands import Run

RIGHT = ONE.replace("04-03\n", "04-05\n")
KNOWN = "child.died: true, child.age_at_harm: 3, child.place_of_harm: in_area"


def case(facts: str, expect: str) -> str:
    return f"profile: england\nas_of: 2024-04-02\nfacts: {{{facts}}}\nexpect: {{{expect}}}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.cspr.yaml").write_text(RIGHT, encoding="utf-8")
    return tmp_path


def rule(run: Run, name: str = SIN) -> dict[str, Any]:
    got = run("test", "--format", "text=told.txt", "--coverage", "json", "--of", name)
    assert got.code == 0
    found: dict[str, Any] = got.json["profiles"][0]["rules"][-1]
    assert found["id"] == name
    return found


def test_what_a_case_expects_of_a_rule_exercises_its_outcome_tests_running_clocks_and_citations(run: Run, folder: Path) -> None:
    found = rule(run)
    assert (found["cases"], found["outcomes"]) == (1, {"met": 1, "not_met": 0, "undetermined": 0})
    assert sum(test["met"] for test in found["tests"]) > 3
    assert sum(found["clocks"].values()) >= 3  # others are given by editions that do not apply on this day
    assert {name.partition(":")[0] for name in found["clocks"]} == {"notify_panel"}
    assert found["citations"]["ca2004/s16C/1"] == 1


def test_each_result_of_a_test_is_counted_for_itself(run: Run, folder: Path) -> None:
    assert [rule(run)["outcomes"][each] for each in ("not_met", "undetermined")] == [0, 0]
    (folder / "b.cspr.yaml").write_text(case(f"{KNOWN}, concern.authority_view: neither", f"outcomes: {{{SIN}: not_met}}"), encoding="utf-8")
    (folder / "c.cspr.yaml").write_text(case(KNOWN, f"outcomes: {{{SIN}: undetermined}}"), encoding="utf-8")
    found = rule(run)
    assert (found["cases"], found["outcomes"]) == (3, {"met": 1, "not_met": 1, "undetermined": 1})
    assert [{key: found["tests"][0][key] for key in ("met", "not_met", "undetermined")}] == [{"met": 1, "not_met": 1, "undetermined": 1}]


def test_a_rule_of_which_nothing_is_expected_is_not_exercised_though_it_is_decided(run: Run, folder: Path) -> None:
    found = rule(run, "england.notification.recovery")
    assert (found["cases"], set(found["outcomes"].values()), set(found["citations"].values())) == (0, {0}, {0})


def test_a_clock_that_waits_for_a_date_has_not_been_tried(run: Run, folder: Path) -> None:
    (folder / "a.cspr.yaml").write_text(case(f"{KNOWN}, concern.authority_view: suspected", f"outcomes: {{{SIN}: met}}"), encoding="utf-8")
    clocks = rule(run)["clocks"]
    assert {count for name, count in clocks.items() if "incident.authority_aware_on" in name} == {0}
    assert sum(count for name, count in clocks.items() if "incident.authority_aware_on" not in name) == 1


@pytest.mark.parametrize(("least", "code"), [("0", 0), ("5", 0), ("99", 1)])
def test_less_than_was_asked_for_fails_and_is_said(least: str, code: int, run: Run, folder: Path) -> None:
    got = run("test", "--min", least, "--of", SIN)
    assert got.code == code
    assert ("of the rules, less than the 99 % asked for" in got.err) == bool(code)


def test_a_share_is_never_rounded_up_to_all_of_it() -> None:
    assert [percent(*each) for each in ((0, 0), (1, 3), (9_999, 10_000), (3, 3))] == ["0.0 %", "33.3 %", "99.9 %", "100.0 %"]


def test_text_says_what_was_never_tried_and_a_page_shows_each_rule_beside_its_counts(run: Run, folder: Path) -> None:
    got = run("test", "--coverage", "text", "--of", SIN)
    assert f"{SIN} (from" in got.flat
    assert "never: not_met; undetermined;" in got.flat
    assert run("test", "--coverage", "html=page.html").code == 0
    page = (folder / "page.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.count("<details") > 150
    assert "the local authority knows or suspects that the child has been abused or neglected" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--coverage", "json"], "write this into a file: --coverage json=FILE"),
        (["--coverage", "xml"], "--coverage: there is no format called 'xml'; "),
        (["--of", "england"], "say --coverage or --min too"),
        (["--min", "50", "--of", "england.notfication"], "did you mean 'england.notification'?"),
        (["--min", "101"], "invalid percentage from 0 to 100 value: '101'"),
        (["--min", "nan"], "invalid percentage from 0 to 100 value: 'nan'"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(words: list[str], said: str, run: Run, folder: Path) -> None:
    got = run("test", *words)
    assert got.code == 2
    assert said in got.err
