"""One folder means one thing: to ``check``, to ``--profile``, to ``load_ruleset`` and to ``coverage``."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules.authoring.examples import checked_with_examples
from cspr_rules.loading.rulesets import check_profile, load_ruleset, packaged_rules, stands_on
from tests.support.rules_folders import Folder


@pytest.mark.parametrize("write", [str, Path], ids=["text", "path"])
def test_a_profile_folder_stands_on_the_rules_it_lies_in(write: type, tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    town = load_ruleset(write(rules / "town"))
    assert {rule.profile for rule in town.rules} == {"nation", "town"}
    assert town.digest == load_ruleset("town", rules_dir=rules).digest
    built = check_profile(write(rules / "town"))
    assert built.ruleset is not None
    assert built.ruleset.digest == town.digest
    assert checked_with_examples(rules / "town").faults == ()


def test_it_does_so_from_inside_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Folder().write(tmp_path)
    monkeypatch.chdir(rules / "town")
    assert load_ruleset("./").digest == load_ruleset("town", rules_dir=rules).digest
    assert stands_on(Path()) == rules


def test_a_folder_that_lies_in_no_rules_stands_on_those_that_ship(tmp_path: Path) -> None:
    assert stands_on(tmp_path / "eastmere") == packaged_rules()


def test_an_amended_national_rule_beside_a_profile_is_the_one_that_decides(tmp_path: Path) -> None:
    before = load_ruleset(Folder().write(tmp_path / "a") / "town")
    after = load_ruleset(Folder().edit("nation/notice/severe.yaml", "at_least: 3", "at_least: 4").write(tmp_path / "b") / "town")
    assert before.digest != after.digest
