"""The shipped cases and their records, each worked out once for all the tests of what is printed and drawn of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from cspr_rules import CaseFile, DecisionRecord, case_from, evaluate, load_ruleset, read_file
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.rulesets import check_folder
from cspr_rules.model.ruleset import Ruleset

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
CASES = ROOT / "docs" / "cases"
FILES = sorted(CASES.glob("*.yaml"))

every_case = pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])


@cache
def case_file(path: Path) -> CaseFile:
    return case_from(read_file(path))


@cache
def built(profile: str) -> Built:
    """Return a shipped profile read, built and checked; to be looked at, not to be changed."""
    return check_folder(profile, RULES)


@cache
def ruleset(profile: str) -> Ruleset:
    return load_ruleset(profile)


@cache
def record(path: Path) -> DecisionRecord:
    found = case_file(path)
    assert found.profile
    assert found.as_of
    return evaluate(ruleset(found.profile), found.case, as_of=found.as_of)


def named(stem: str) -> DecisionRecord:
    return record(CASES / f"{stem}.yaml")
