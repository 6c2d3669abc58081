"""``cspr-rules new profile``: a folder that passes the check at once, in which a rule can be started and a case decided."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules import load_ruleset
from cspr_rules.authoring.examples import checked_with_examples
from cspr_rules.errors import QuestionError
from cspr_rules.loading.rulesets import rules_for
from cspr_rules.training.exercises import exercise_from
from tests.support.commands import EASTER, ran
from tests.support.rules_folders import document
from tests.support.yaml_files import ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_new_profile_passes_the_check_and_a_rule_started_inside_it_is_offered_by_the_schemas(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got = ran("new", "profile", "mereham")
    assert got.out.splitlines()[:3] == ["wrote mereham/profile.yaml", "wrote mereham/sources/mereham.yaml", "wrote mereham/.schemas"]
    assert checked_with_examples(here / "mereham").faults == ()
    assert (here / "mereham/profile.yaml").read_text().startswith("# yaml-language-server: $schema=.schemas/profile.schema.json\n")
    assert (here / "mereham/sources/mereham.yaml").read_text().startswith("# yaml-language-server: $schema=../.schemas/source.schema.json\n")
    monkeypatch.chdir(here / "mereham")
    schema = Path(".schemas/rule.schema.json")
    assert '"mereham/1"' in schema.read_text(encoding="utf-8")
    assert "mereham.notification.tell_board" not in schema.read_text(encoding="utf-8")
    assert ran("new", "rule", "mereham.notification.tell_board", "--cites", "mereham/1", "--out", "../pages").code == 0
    rule = Path("notification/tell_board.yaml").read_text(encoding="utf-8")
    assert rule.startswith("# yaml-language-server: $schema=../.schemas/rule.schema.json\n")
    assert "mereham.notification.tell_board" in schema.read_text(encoding="utf-8")
    assert ran("check", ".").out == "1 profile, 1 rule, 3 examples: no faults\n"
    Path("../case.yaml").write_text(EASTER, encoding="utf-8")
    assert "These rules are not those that ship" in ran("decide", "../case.yaml", "--profile", ".").out
    assert load_ruleset(".").digest == load_ruleset(here / "mereham").digest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mereham", "cannot be the id of a profile"),
        ("../mereham", "cannot be the id of a profile"),
        ("mereham\n", "cannot be the id of a profile"),
        ("england", "there is a profile or an instrument called 'england' already"),
        ("wt2026", "there is a profile or an instrument called 'wt2026' already"),
        ("taken", "taken exists already; nothing is overwritten"),
    ],
)
def test_what_will_not_do_is_refused_and_nothing_is_written(here: Path, name: str, words: str) -> None:
    (here / "taken").mkdir()
    got = ran("new", "profile", name)
    assert got.code == 2
    assert words in got.err
    assert [each.name for each in here.rglob("*")] == ["taken"]
    assert ran("new", "profile", "mereham", "--cites", "ca2004/s16C/1").code == 2


@pytest.mark.slow
def test_the_folder_one_is_in_is_a_folder_for_files_too_and_none_can_choose_it(here: Path) -> None:
    (here / "profile.yaml").write_bytes((ROOT / "docs/how-to/harbourshire/profile.yaml").read_bytes())
    with pytest.raises(QuestionError, match="a case file cannot choose a folder of rules"):
        rules_for(None, ".")
    text = (ROOT / "course/1-notifiable/baby-before-easter.yaml").read_text(encoding="utf-8").replace("profile: england", "profile: .")
    with pytest.raises(Exception, match="for a folder of rules use --profile"):
        exercise_from(document(text))
