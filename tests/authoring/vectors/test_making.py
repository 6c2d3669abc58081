"""Vectors are made from the rules: right, needed, the same each time, and at both sides of every boundary."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cspr_rules import evaluate, load_ruleset
from cspr_rules.authoring.mutating.changes import LOGIC
from cspr_rules.authoring.mutating.judging import Judge
from cspr_rules.authoring.mutating.known_answers import Known, KnownAnswers
from cspr_rules.authoring.vectors.candidates import Candidate
from cspr_rules.authoring.vectors.making import RuleVectors, Shown, fewest
from cspr_rules.authoring.vectors.whole import vectors
from cspr_rules.conformance.vectors import Vector, line_of
from cspr_rules.errors import QuestionError
from cspr_rules.marking.marks import mark
from tests.support.rules_folders import Folder

TELL = "nation.notice.tell"
RECORD = evaluate(load_ruleset("england"), {}, as_of=date(2024, 1, 1))


def made(folder: Folder, path: Path, rule: str | None = None, profile: str = "nation") -> list[Vector]:
    path.mkdir(exist_ok=True)
    return list(vectors(folder.write(path) / profile, rule))


def test_every_vector_is_right_and_no_id_stands_twice(tmp_path: Path) -> None:
    folder = Folder()
    found = made(folder, tmp_path)
    ruleset = folder.ruleset(tmp_path, "nation")
    assert len(found) > 30
    assert len({each.id for each in found}) == len(found)
    for each in found:
        marking = mark(evaluate(ruleset, each.case(), as_of=each.as_of), each.expect)
        assert marking.right, f"{each.id}: {marking}"


def test_they_are_the_same_each_time_and_with_two_processes(tmp_path: Path) -> None:
    first = made(Folder(), tmp_path / "a")
    second = list(vectors(Folder().write(tmp_path / "b") / "nation", workers=2))
    assert [line_of(each) for each in first] == [line_of(each) for each in second]


def test_an_id_survives_rewording(tmp_path: Path) -> None:
    reworded = Folder()
    file = next(name for name, text in reworded.files.items() if f"id: {TELL}\n" in text and "the child has died" in text and "grown up" in text)
    reworded.edit(file, "says: the child has died", "says: the child is no longer alive")
    assert [each.id for each in made(Folder(), tmp_path / "a", TELL)] == [each.id for each in made(reworded, tmp_path / "b", TELL)]


def test_each_says_which_boundaries_it_is_at(tmp_path: Path) -> None:
    found = made(Folder(), tmp_path, TELL)
    assert all(each.shows for each in found)
    of_open_view = [each.shows for each in found if "concern.view" not in each.facts]
    assert any("concern.view unknown" in words for shows in of_open_view for words in shows)
    assert not any("concern.view unknown" in words for each in found if "concern.view" in each.facts for words in each.shows)


def test_both_sides_of_a_number_each_value_and_what_is_not_known_are_shown(tmp_path: Path) -> None:
    found = made(Folder(), tmp_path, TELL)
    ages = {each.facts.get("child.age") for each in found}
    assert {None, 17, 18, "17 to 18"} <= ages
    assert {None, "known", "suspected", "neither"} <= {each.facts.get("concern.view") for each in found}
    outcomes = [each.expect["outcomes"][TELL] for each in found]
    assert {"met", "not_met", "undetermined", "not_law"} == {each for each in outcomes if isinstance(each, str)}
    assert ["met", "not_met"] in outcomes


def test_a_profile_makes_no_vectors_of_what_it_inherits_unless_it_adds_to_it(tmp_path: Path) -> None:
    found = made(Folder(), tmp_path, profile="town")
    assert {each.profile for each in found} == {"town"}
    inherited = [each for each in found if each.id.startswith("nation.") and "paths" not in each.expect]  # the town gives a path its steps
    assert all(each.expect["outcomes"] for each in inherited)
    assert len(inherited) < len(made(Folder(), tmp_path / "n"))


def test_a_rule_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(QuestionError, match=r"there is no rule called 'nation\.notice\.tel' .* did you mean"):
        made(Folder(), tmp_path, "nation.notice.tel")


def test_the_vectors_notice_every_change_to_a_condition_that_changes_an_answer(tmp_path: Path) -> None:
    folder = Folder()
    built = folder.check(tmp_path, "nation")
    assert built.ruleset is not None
    known = [Known(each.profile, each.case(), each.as_of, each.expect) for each in vectors(tmp_path / "rules" / "nation")]
    answers = KnownAnswers(known, {"nation": built.ruleset})
    judge = Judge(built)
    changes = [mutant for mutant in judge.mutants if mutant.kind in LOGIC and built.pack.entries[mutant.entry].kind == "rules"]
    changed = {mutant.name: judge.changed(mutant) for mutant in changes}
    unnoticed = [name for name, each in changed.items() if each is not None and not answers.notices(each)]
    assert len(changes) > 10
    assert unnoticed == []


def test_answers_notice_nothing_where_nothing_is_changed(tmp_path: Path) -> None:
    built = Folder().check(tmp_path, "nation")
    assert built.ruleset is not None
    known = [Known(each.profile, each.case(), each.as_of, each.expect) for each in vectors(tmp_path / "rules" / "nation")]
    judge = Judge(built)
    number, entry = next((number, entry) for number, entry in enumerate(built.pack.entries) if entry.kind == "rules")
    as_it_was = judge.changed(judge.mutants[0]._replace(entry=number, plain=entry.plain))
    assert as_it_was is not None
    assert not KnownAnswers(known, {"nation": built.ruleset}).notices(as_it_was)


def shown(number: int, *names: str) -> Shown:
    return Shown(Candidate({"n": number}, (), date(2024, 1, 1), names), RECORD)


def test_of_cases_that_show_the_same_only_as_few_are_taken_as_show_all() -> None:
    found = fewest([shown(1, "a"), shown(2, "b"), shown(3, "a", "b"), shown(4, "c"), shown(5, "b", "c")])
    assert [each.candidate.facts["n"] for each in found] == [3, 4]
    assert [each.candidate.shows for each in found] == [("a", "b"), ("c",)]


def test_each_vector_is_needed_for_what_it_shows(tmp_path: Path) -> None:
    ruleset = Folder().ruleset(tmp_path, "nation")
    chosen = RuleVectors(ruleset, next(rule for rule in ruleset.rules if rule.id == TELL and rule.window.until is None)).chosen()
    names = [name for each in chosen for name in each.candidate.shows]
    assert all(each.candidate.shows for each in chosen)
    assert len(names) == len(set(names))
    assert {name.partition(":")[0] for name in names} >= {"outcome holds", "outcome fails", "law"}


@pytest.mark.parametrize("profile", ["nation", "town"])
def test_the_vectors_notice_every_change_that_an_answer_can_show(profile: str, tmp_path: Path) -> None:
    folder = Folder()
    built = folder.check(tmp_path, profile)
    assert built.ruleset is not None
    rulesets = {"nation": folder.ruleset(tmp_path, "nation")} | {profile: built.ruleset}
    known = [Known(each.profile, each.case(), each.as_of, each.expect) for each in vectors(tmp_path / "rules" / profile)]
    inherited = [folder.check(tmp_path, "nation")] if profile == "town" else []
    judge = Judge(built, inherited, [KnownAnswers(known, rulesets).witness("vectors")])
    own = [mutant for mutant in judge.mutants if built.pack.entries[mutant.entry].profile == profile]
    found = {mutant.name: judge.noticed_by(mutant) for mutant in own}
    assert "vectors" in found.values()
    assert [name for name, by in found.items() if by is None] == []
