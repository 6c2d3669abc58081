"""``cspr-rules new rule``: what it writes passes the check at once, and what it cannot write it refuses in words."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import pytest

from cspr_rules.authoring.examples import checked_with_examples
from cspr_rules.authoring.pages.folder import compare_pages, pages_of, write_pages
from cspr_rules.authoring.scaffold import new_rule
from cspr_rules.cli import new as command
from cspr_rules.errors import CsprRulesError, QuestionError
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.rules import All

ROOT = Path(__file__).parents[2]
EASTMERE = ROOT / "tests" / "fixtures" / "eastmere"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "rules", tmp_path / "rules"))


@pytest.fixture
def eastmere(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EASTMERE, tmp_path / "eastmere"))


@pytest.mark.slow
def test_a_new_rule_passes_the_check_with_one_condition_one_duty_and_three_examples(rules: Path) -> None:
    made = new_rule("england.trial.first_rule", rules, cites="ca2004/s16C/1", out=rules.parent / "docs" / "rules")
    assert checked_with_examples(rules).faults == ()
    (rule,) = load_ruleset("england", rules_dir=rules).versions("england.trial.first_rule")
    assert isinstance(rule.when, All)
    assert (len(rule.when.parts), len(rule.duties), len(rule.examples)) == (1, 1, 3)
    assert made.rule == rules / "england" / "trial" / "first_rule.yaml"
    # No pages stood there, so the rule's own page is the only one written.
    assert made.pages == (rules.parent / "docs/rules/england/trial/first_rule.md",)
    page = made.pages[0].read_text(encoding="utf-8")
    assert "# First rule (new)" in page
    assert "Must: do what CA 2004, section 16C(1) asks for" in page
    assert [page.count(answer) for answer in ("**Test met.**", "**Test not met.**", "**Not decided.**")] == [1, 1, 1]


@pytest.mark.slow
def test_pages_that_stand_there_are_brought_up_to_date(eastmere: Path, tmp_path: Path) -> None:
    write_pages(pages_of(eastmere), tmp_path / "pages")
    made = new_rule("eastmere.trial.another", eastmere, cites="eastmere/2.3", out=tmp_path / "pages")
    assert not compare_pages(pages_of(eastmere), tmp_path / "pages")
    written = {path.relative_to(tmp_path / "pages").as_posix() for path in made.pages}
    assert {"eastmere/trial/another.md", "README.md", "sources/eastmere.md"} <= written


@pytest.mark.slow
@pytest.mark.parametrize(
    ("cites", "fact", "expected"),
    [
        ("eastmere/1.1", None, ["layer: local_guidance", "duty: must ", "in_force: {from: 2024-04-01, until: null}"]),
        ("eastmere/2.1", "child.died", ["duty: will ", "scope: child", "fact: child.died", "once_per: child"]),
        ("panel_guidance_2022/causation", "home.secure", ["layer: panel_guidance", "  until: 2025-05-31\n  approximate: >-\n    "]),
        ("ca2004/s16B/1", None, ["duty: may "]),
    ],
)
def test_the_provision_gives_layer_verb_and_dates_and_the_fact_gives_the_scope(
    eastmere: Path, cites: str, fact: str | None, expected: list[str]
) -> None:
    text = new_rule("eastmere.trial.rule_2", eastmere, cites=cites, fact=fact).rule.read_text(encoding="utf-8")
    for words in expected:
        assert words in text
    assert checked_with_examples(eastmere).faults == ()


@pytest.mark.slow
def test_without_a_fact_the_first_question_with_yes_or_no_is_taken(eastmere: Path) -> None:
    text = new_rule("eastmere.trial.rule", eastmere, cites="eastmere/2.1").rule.read_text(encoding="utf-8")
    assert "fact: incident.potential_serious_incident_in_council" in text


@pytest.mark.slow
def test_two_rules_of_the_same_name_get_duties_of_different_names(eastmere: Path) -> None:
    first = new_rule("eastmere.trial.tell", eastmere, cites="eastmere/2.1").rule.read_text(encoding="utf-8")
    second = new_rule("eastmere.other.tell", eastmere, cites="eastmere/2.1").rule.read_text(encoding="utf-8")
    assert "- id: tell\n" in first
    assert "- id: other_tell\n" in second


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule_id", "cites", "fact", "message"),
    [
        ("Eastmere.trial.x", "eastmere/2.1", None, "'Eastmere.trial.x' cannot be the id of a rule: expected profile.area.name"),
        ("eastmere.x", "eastmere/2.1", None, "cannot be the id of a rule"),
        ("eastmere.a.b.c", "eastmere/2.1", None, "cannot be the id of a rule"),
        ("eastmere.../x", "eastmere/2.1", None, "cannot be the id of a rule"),
        ("eastmere.trial.x\n", "eastmere/2.1", None, "cannot be the id of a rule"),
        ("eastmere.sources.x", "eastmere/2.1", None, "'sources' cannot be the area of a rule"),
        ("eastmore.trial.x", "eastmere/2.1", None, "there is no profile called 'eastmore'; did you mean 'eastmere'?"),
        ("eastmere.escalation.disagreement", "eastmere/2.1", None, "there is a rule called 'eastmere.escalation.disagreement' already"),
        ("eastmere.trial.x", None, None, "name the provision with --cites KEY, such as --cites "),
        ("eastmere.trial.x", "eastmere/2.11", None, "there is no provision called 'eastmere/2.11'; did you mean 'eastmere/2.1'?"),
        ("eastmere.trial.x", "eastmere/4.5", None, "eastmere/4.5 is 'information' and asks nothing of anybody"),
        ("eastmere.trial.x", "eastmere/2.1", "child.dead", "there is no fact called 'child.dead'; did you mean"),
        ("eastmere.trial.x", "eastmere/2.1", "child.died_on", "child.died_on is not answered with yes or no"),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_nothing_is_written(
    eastmere: Path, rule_id: str, cites: str | None, fact: str | None, message: str
) -> None:
    before = sorted(eastmere.rglob("*"))
    with pytest.raises(QuestionError) as refused:
        new_rule(rule_id, eastmere, cites=cites, fact=fact)
    assert message in str(refused.value)
    assert sorted(eastmere.rglob("*")) == before


@pytest.mark.slow
def test_nothing_is_overwritten(eastmere: Path) -> None:
    # A file of another rule that happens to have the name.
    (eastmere / "escalation" / "dispute.yaml").write_bytes((eastmere / "escalation" / "disagreement.yaml").read_bytes())
    (eastmere / "escalation" / "disagreement.yaml").unlink()
    before = (eastmere / "escalation" / "dispute.yaml").read_bytes()
    with pytest.raises(QuestionError, match="exists already; nothing is overwritten"):
        new_rule("eastmere.escalation.dispute", eastmere, cites="eastmere/2.1")
    assert (eastmere / "escalation" / "dispute.yaml").read_bytes() == before


@pytest.mark.slow
def test_faulty_rules_have_to_be_mended_first(eastmere: Path) -> None:
    (eastmere / "escalation" / "broken.yaml").write_text("id: [", encoding="utf-8")
    with pytest.raises(QuestionError, match="have faults; mend them first: `cspr-rules check"):
        new_rule("eastmere.trial.x", eastmere, cites="eastmere/2.1")


def test_a_folder_without_rules_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match="there are no rules in"):
        new_rule("england.trial.x", tmp_path, cites="ca2004/s16C/1")


@pytest.mark.slow
def test_the_command_says_what_it_wrote(eastmere: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parser = argparse.ArgumentParser()
    command.configure(parser)
    words = ["rule", "eastmere.trial.x", "--cites", "eastmere/2.1", "--rules", str(eastmere)]
    assert command.run(parser.parse_args(words)) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[:2] == [f"wrote {eastmere / 'trial' / 'x.yaml'}", f"wrote {tmp_path / 'docs' / 'rules' / 'eastmere' / 'trial' / 'x.md'}"]
    with pytest.raises(CsprRulesError):
        command.run(parser.parse_args(words))


@pytest.mark.slow
def test_inside_the_folder_of_a_profile_neither_the_rules_nor_the_profile_need_a_path(
    eastmere: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(eastmere)
    parser = argparse.ArgumentParser()
    command.configure(parser)
    assert command.run(parser.parse_args(["rule", "eastmere.trial.x", "--cites", "eastmere/2.1"])) == 0
    printed = capsys.readouterr().out.splitlines()
    assert (printed[0], printed[-1]) == (
        f"wrote {eastmere / 'trial' / 'x.yaml'}",
        "`cspr-rules check .` finds no faults in it; now put the law in it",
    )
    assert load_ruleset(".").profile.id == "eastmere"
    assert load_ruleset(".").digest == load_ruleset(eastmere).digest
