"""Exercises made from the rules: told in words that go with their facts, keyed by the rules, and none like another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from cspr_rules import load_ruleset
from cspr_rules.authoring.exercises.composing import composed
from cspr_rules.authoring.exercises.making import KINDS, Generated, generated
from cspr_rules.authoring.exercises.telling import NUMBERS, Teller, written_words
from cspr_rules.model.values import NOT_YET, FactValue
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.html_file import html_file
from cspr_rules.training.words import denies
from tests.support.commands import ran
from tests.support.generated import faults, moodle_faults

NOTIFYING = "england.notification.serious_incident"
CARE_LEAVER = "england.care_leavers.death"
TWO = (NOTIFYING, CARE_LEAVER)


@pytest.fixture(scope="module")
def few() -> Generated:
    return generated(load_ruleset("england"), count=6, seed=3, rules=TWO)


def _unit(found: Generated) -> CourseUnit:
    return CourseUnit("generated", "Generated", "", (), (), tuple(each.exercise for each in found.made))


@pytest.mark.slow
def test_a_few_exercises_are_all_that_they_have_to_be(few: Generated) -> None:
    assert list(faults(few)) == []
    assert list(moodle_faults(_unit(few))) == []
    assert {each.rule for each in few.made} == set(TWO)
    assert {each.kind for each in few.made} == set(KINDS)


@pytest.mark.slow
def test_twenty_exercises_from_anywhere_in_the_rules_are_all_that_they_have_to_be() -> None:
    found = generated(load_ruleset("england"), count=20, seed=11)
    assert list(faults(found)) == []
    assert list(moodle_faults(_unit(found))) == []
    assert len(found.made) == 20


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes_and_another_one_other_stories(few: Generated) -> None:
    again = generated(load_ruleset("england"), count=6, seed=3, rules=TWO)
    assert [each.text for each in again.made] == [each.text for each in few.made]
    (other,) = generated(load_ruleset("england"), count=1, seed=4, kinds=["open"], rules=[CARE_LEAVER]).made
    assert other.exercise.written.scenes[0].text not in {each.exercise.written.scenes[0].text for each in few.made}


@pytest.mark.slow
def test_what_is_wrong_with_an_exercise_is_found(few: Generated) -> None:
    one = next(each for each in few.made if each.pair)
    posed = one.exercise.posed[0]
    turned = tuple(choice._replace(right=not choice.right) for choice in posed.choices)
    wrong = Exercise(one.exercise.written, one.exercise.ruleset)
    wrong.posed = (posed._replace(choices=turned), *one.exercise.posed[1:])  # type: ignore[misc] # another key in the place of what would be worked out
    told = " ".join(faults(Generated((*few.made, one._replace(exercise=wrong, pair=one.exercise.id)), {})))
    assert "the story stands 2 times" in told
    assert "the rules say otherwise than the key" in told
    assert "it differs from the other of its pair in nothing" in told


@pytest.mark.slow
def test_where_nothing_is_recorded_the_right_answer_is_that_it_cannot_be_said_yet(few: Generated) -> None:
    for each in few.made:
        if each.kind == "open":
            test, ask = each.exercise.posed
            assert test.key == ("undetermined",)
            assert "recorded" in each.exercise.written.scenes[0].text or "file" in each.exercise.written.scenes[0].text
            assert ask.key != ("none",)


@pytest.mark.slow
def test_a_clock_is_asked_for_with_the_days_that_misconceptions_lead_to() -> None:
    (made,) = generated(load_ruleset("england"), count=1, seed=2, kinds=["boundaries"], rules=["england.rapid_review.undertake"]).made
    when = made.exercise.posed[0]
    days = [choice for choice in when.choices if re.fullmatch(r"\d{4}-\d\d-\d\d", choice.id)]
    assert len(days) > 2
    assert any(choice.suggests for choice in days if not choice.right)


def test_every_word_that_is_written_for_a_fact_is_one_of_its_values_and_denies_what_is_not_so() -> None:
    facts = load_ruleset("bcp").vocabulary.by_id
    words = written_words()
    for name, clauses in words["facts"].items():
        of_type = {"yes_no": {"so", "not_so"}, "one_of": set(facts[name].values), "number": {"number", *NUMBERS.values()}, "date": {"day", "not_yet"}}
        assert clauses.keys() <= of_type[facts[name].type] | {"unknown"}, name
        assert all(denies(clauses[key]) for key in clauses.keys() & {"not_so", "not_yet", "neither"}), name
        assert not denies(clauses.get("so", "")), name
        assert "{day}" in clauses.get("day", "{day}"), name
    named = {*words["phrases"], *words["alone"], *words["told_by"], *words["told_by"].values(), *words["older"], *words["living"]["beside"]}
    named |= {name for each in (*words["backgrounds"], *words["never_together"]) for name in each} | {
        each["fact"] for each in words["warnings"] if "fact" in each
    }
    named |= {name for each in words["openings"] for name in re.findall(r"\{([a-z_.]+)\}", each)}
    assert named <= facts.keys()


def _told(facts: Mapping[str, FactValue], *unknown: str) -> str:
    return composed(Teller(load_ruleset("england")), facts, unknown).text


def test_a_story_begins_with_what_happened_and_tells_the_rest_in_the_order_of_days() -> None:
    assert _told(
        {
            "notification.sent_on": date(2025, 1, 3),
            "incident.occurred_on": date(2024, 12, 30),
            "incident.authority_aware_on": date(2024, 12, 31),
            "child.died": True,
            "child.age_at_death": 1,
            "child.looked_after": True,
            "child.looked_after_by": "this_authority",
            "child.normally_resident": "in_area",
            "rapid_review.completed_on": NOT_YET,
        },
        "concern.authority_view",
    ) == (
        "On Monday 30 December 2024 a one-year-old child died. The child normally lived in the local authority's area. This local authority looked "
        "after the child. On Tuesday 31 December the local authority became aware of it. On Friday 3 January 2025 a notification was sent to the "
        "Panel. The rapid review has not been completed. The local authority's own view on abuse or neglect is nowhere in the file."
    )


def test_clauses_about_one_subject_become_one_sentence_and_a_death_stands_alone() -> None:
    facts: dict[str, FactValue] = {"incident.occurred_on": date(2024, 5, 6), "child.age_at_harm": 4}
    assert _told({**facts, "child.died": False, "child.recovered": True}).endswith("was harmed. The child is alive and has recovered.")
    assert _told({**facts, "child.died": True, "child.looked_after": False}).endswith(
        "a child of 4 was harmed. The child has died. The child was not looked after by any local authority."
    )


@pytest.mark.slow
def test_the_command_writes_files_that_train_reads_and_refuses_what_it_cannot_do(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    words = ("train", "generate", "--output", str(folder), "--count", "2", "--kind", "pairs", "--rules", CARE_LEAVER)
    made = ran(*words)
    assert "2 exercises about 1 rule in" in made.flat
    files = sorted(folder.glob("*.yaml"))
    assert len(files) == 2
    assert "every fact is told by its words" in ran("train", "--check", *map(str, files)).flat
    assert "expected a new or empty folder" in ran(*words).err
    assert "expected the folder to write" in ran("train", "generate").err
    assert "files do not go with it" in ran("train", "generate", str(files[0])).err
    assert "--page: this does not go with" in ran("train", "generate", "--page").err
    assert "this belongs to `train generate`" in ran("train", "--count", "2").err
    assert "expected a number from 1 to 2000" in ran("train", "generate", "--output", str(tmp_path / "x"), "--count", "0").err
    strange = ran("train", "generate", "--output", str(tmp_path / "x"), "--rules", "england.notificatoin")
    assert "did you mean 'england.notification'" in strange.err
    assert strange.code == 2


@pytest.mark.slow
def test_a_rule_of_which_nothing_can_be_shown_is_named_with_why() -> None:
    found = generated(load_ruleset("england"), count=2, kinds=["boundaries"], rules=["england.looked_after.remand"])
    assert found.made == ()
    assert found.without == {"england.looked_after.remand": "nothing of what was asked for can be shown of it: boundaries"}


@pytest.mark.slow
def test_a_made_exercise_shows_itself_and_stands_in_the_html_file(few: Generated) -> None:
    exercise = few.made[0].exercise
    assert exercise.written.scenes[0].text.split(".")[0] in (exercise.show()._repr_html_() or "")
    assert html_file([_unit(few)], "Exercises").count("<form") == sum(len(each.exercise.posed) for each in few.made)
