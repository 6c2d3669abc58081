"""`check`, `schema` and `version`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import jsonschema
import pytest

from cspr_rules import Ruleset, load_ruleset
from tests.support.commands import RULES, Run

# -- check ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_check_finds_no_fault_in_the_shipped_rules_and_says_what_it_looked_at(run: Run, bcp: Ruleset) -> None:
    got = run("check")
    assert (got.code, got.err) == (0, "")
    examples = sum(len(rule.examples) for rule in bcp.rules)
    assert got.out == f"2 profiles, {len(bcp.rules)} rules, {examples} examples: no faults\n"


MENDS = (
    (
        "england/notification/partners.yaml",
        "to: [safeguarding_partners]",
        "to: [safeguarding_partner]",
        "to:",
        "did you mean 'safeguarding_partners'?",
    ),
    ("england/looked_after/burial.yaml", "title: Arrange", "titel: Arrange", "titel", "'titel' is not a key that belongs here"),
    ("england/looked_after/parents.yaml", "once_per: ", "once_per: a ", "once_per", "expected 'incident' or 'child'"),
    ("calendars/england_and_wales.yaml", "cites: [", "cites: [uk_bank_holiday/x, ", "uk_bank_holiday/x", "no provision called 'uk_bank_holiday/x'"),
    ("bcp/profile.yaml", "cites: [bcp/5.16]", "cites: [bcp/5.99]", "bcp/5.99", "there is no provision called 'bcp/5.99'; did you mean"),
)
"""For some files: what is written, what to write instead, where the fault is then to be found, and what is to be said of it."""


def _broken(folder: Path) -> dict[str, str]:
    """Write a copy of the rules with a mistake in several files; return the place of each fault and what is said."""
    shutil.copytree(RULES, folder)
    expected = {}
    for file, old, new, at, said in MENDS:
        path = folder / file
        before, found, after = path.read_text(encoding="utf-8").partition(old)
        assert found, f"{file} no longer says {old!r}"
        path.write_text(before + new + after, encoding="utf-8")
        up_to = before + new[: new.index(at)]
        expected[f"{folder.name}/{file}:{up_to.count(chr(10)) + 1}:{len(up_to) - up_to.rfind(chr(10))}"] = said
    return expected


@pytest.mark.slow
def test_check_lists_the_faults_of_several_files_at_once_with_line_and_column(run: Run, tmp_path: Path) -> None:
    expected = _broken(tmp_path / "copy")
    got = run("check", "copy")
    assert (got.code, got.out) == (2, "")
    lines = got.err.splitlines()
    for place, said in expected.items():
        assert any(line.startswith(f"{place}: ") and said in line for line in lines), (place, said, lines[:20])
    assert lines[-1] == f"{len(lines) - 1} faults"


@pytest.mark.slow
def test_check_runs_the_examples_and_says_which_does_not_get_its_answer(run: Run, tmp_path: Path) -> None:
    shutil.copytree(RULES, tmp_path / "copy")
    file = tmp_path / "copy" / "england" / "notification" / "serious_incident.yaml"
    text = file.read_text(encoding="utf-8").replace("deadlines: {notify_panel: 2024-04-05}", "deadlines: {notify_panel: 2024-04-04}", 1)
    file.write_text(text, encoding="utf-8")
    line = text[: text.index("- name: A four-year-old")].count("\n") + 1
    got = run("check", "copy")
    assert got.code == 2
    assert got.err.startswith(f"copy/england/notification/serious_incident.yaml:{line}:5: example 'A four-year-old")
    assert "notify_panel falls on 2024-04-05, not on 2024-04-04" in got.err
    assert got.err.endswith("1 fault\n")


@pytest.mark.slow
def test_check_of_a_profile_folder_checks_that_folder_alone(run: Run, elsewhere: Path) -> None:
    got = run("check", "elsewhere/england")
    assert (got.code, got.err) == (0, "")
    rules = load_ruleset("england").rules
    assert f"{len(rules)} rules, {sum(len(rule.examples) for rule in rules)} examples: no faults" in got.out
    rule = elsewhere / "looked_after" / "burial.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("duty: may", "duty: can", 1), encoding="utf-8")
    got = run("check", "elsewhere/england")
    assert (got.code, got.out) == (2, "")
    assert re.match(r"elsewhere/england/looked_after/burial\.yaml:\d+:\d+: ", got.err)


@pytest.mark.parametrize(
    ("name", "what"), [("nowhere", "there is no such folder"), ("empty", "there are no rules here"), ("file", "this is not a folder")]
)
def test_check_of_a_folder_without_rules_says_what_it_expected(run: Run, tmp_path: Path, name: str, what: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("", encoding="utf-8")
    got = run("check", name)
    assert (got.code, got.out) == (2, "")
    assert got.err.endswith(f"{name}: {what}; expected a folder with a profile.yaml, or one of such folders\n")


# -- schema, version -----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("of", ["record", "case"])
def test_schema_prints_a_json_schema(run: Run, of: str) -> None:
    got = run("schema", of)
    assert (got.code, got.err) == (0, "")
    jsonschema.Draft202012Validator.check_schema(got.json)
    assert got.json["$id"].startswith(f"urn:cspr-rules:{'decision-record' if of == 'record' else 'case'}:")


@pytest.mark.slow
def test_the_schema_of_a_case_knows_the_facts_of_its_profile(run: Run, bcp: Ruleset) -> None:
    national = load_ruleset("england").vocabulary
    for profile, vocabulary in (("bcp", bcp.vocabulary), ("england", national)):
        made = run("schema", "case", "--profile", profile).json
        assert set(made["$defs"]["Facts"]["properties"]) == {fact.id for fact in vocabulary.facts}


def test_version_prints_the_version(run: Run) -> None:
    got = run("--version")
    assert (got.code, got.err) == (0, "")
    assert re.fullmatch(r"cspr-rules \d+\.\d+\.\d+\n", got.out)
