"""An exercise of several children: each with facts and words of its own, and tasks that ask of one of them, or for which of them."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from cspr_rules import CaseError, CsprRulesError
from cspr_rules.loading.reading import read_bytes
from cspr_rules.reports import writing_text
from cspr_rules.training.course import CourseUnit, packaged_course
from cspr_rules.training.exercises import Exercise, exercise_from
from cspr_rules.training.exports import gift, moodle_xml
from cspr_rules.training.feedback import answered
from cspr_rules.training.html_file import html_file
from cspr_rules.training.keys import NONE
from cspr_rules.training.papers import key_of, paper
from cspr_rules.training.qti import item
from tests.support.mangling import pierced
from tests.training.conftest import changed, read

SISTERS = packaged_course() / "2-places" / "siblings-two-places.yaml"


@pytest.fixture(scope="module")
def sisters() -> Exercise:
    return read(SISTERS.read_text(encoding="utf-8"), whole=True)


@pytest.fixture(scope="module")
def told() -> str:
    return SISTERS.read_text(encoding="utf-8")


def refused(text: str) -> str:
    with pytest.raises(CaseError) as error:
        read(text, whole=True)
    return str(error.value)


def test_for_which_of_the_children_is_what_the_rules_say_of_each(sisters: Exercise) -> None:
    (record,) = sisters.records
    assert [each.outcome for each in record.decisions["england.notification.serious_incident"].per_child] == ["met", "not_met"]
    which = sisters.posed[0]
    assert (which.mode, which.key) == ("several", ("older",))
    assert answered(sisters, which, ["older"]).standing == "right"
    both = answered(sisters, which, ["older", "younger"])
    assert both.standing == "wrong"
    assert "the harm was not done in the authority's area" in " ".join(both.told)
    assert answered(sisters, which, [NONE]).standing == "wrong"


def test_a_task_of_one_child_names_the_child_and_has_that_childs_answer(sisters: Exercise) -> None:
    test, ask = sisters.posed[1:3]
    assert test.prompt.startswith("The younger girl: ")
    assert test.key == ("undetermined",)
    assert [held.id for held in answered(sisters, test, ["not_met"]).suggests] == ["unknown_is_no"]
    assert ask.key == ("child.seriously_harmed",)


def test_what_is_owed_is_owed_for_the_incident(sisters: Exercise) -> None:
    assert sisters.posed[3].key == ("2025-02-10",)


def test_what_is_not_owed_says_why_for_each_child(told: str) -> None:
    asked = changed(told, "- when: notify_panel\n        among: [2025-02-11]", "- when: arrange_child_death_review")
    posed = read(asked, whole=True).posed[3]
    assert posed.key == ("not_owed",)
    assert "The older girl: The test is not met" in posed.why
    assert "The younger girl: The test is not met" in posed.why


def test_every_format_asks_of_the_child_by_name(sisters: Exercise) -> None:
    units = [CourseUnit("own", "Our own", "", (), (), (sisters,))]
    test = sisters.posed[1]
    printed = (
        " ".join(writing_text.text(paper([sisters], "Paper")).split()),
        " ".join(writing_text.text(key_of([sisters], "Paper")).split()),
        html_file(units, "Exercises"),
        gift(units),
        moodle_xml(units),
        item(sisters, test, "qti21"),
        item(sisters, sisters.posed[0], "qti3"),
    )
    assert all("The younger girl" in each for each in printed)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("        child: younger\n      - ask", "        child: youngest\n      - ask", "there is no child 'youngest' under `children` at the top"),
        ("        child: younger\n      - ask", "        child: [younger]\n      - ask", "there is no child"),
        ("        child: younger\n      - ask", "      - ask", "is asked for each child; say of which with `child`"),
        ("      - which: england.notification.serious_incident", "      - which: england.local_review.delay", "ask this with `test`"),
        ("  older: the older girl\n", "", "expected from 2 to 6 children"),
        ("  older: the older girl", "  older: the younger girl", "two children are called the same"),
        ("  older: the older girl", "  older: the eldest girl", "the text never says “the eldest girl”"),
        ("      younger:\n", "      baby:\n", "there is no child 'baby'"),
        ("{is: 4, words:", "{is: 5, words:", "child.age_at_harm: its words do not name the number 5"),
        (
            'words: "in the area of another English council"',
            'words: "was hurt at home in this council\'s area"',
            "the same words cannot tell one thing",
        ),
        ("        child.seriously_harmed: {is: true", "        incident.suspected_on: {is: true", "there is no fact called"),
        ("        child.age_at_harm: {is: 9", "        incident.children_affected: {is: 9", "put it under `facts`"),
    ],
)
def test_what_is_written_wrongly_of_a_child_is_told_with_its_line(told: str, before: str, after: str, said: str) -> None:
    message = refused(changed(told, before, after))
    assert said in message
    assert "own.yaml:" in message


@pytest.mark.slow
def test_five_hundred_mutated_files_of_several_children_give_an_exercise_or_a_clear_error(told: str) -> None:
    drawn = random.Random(33)  # noqa: S311 -- the same files every time
    kept = 0
    for _ in range(500):
        with suppress(CsprRulesError):  # anything else fails the test
            exercise_from(read_bytes(pierced(told.encode(), drawn), "mutated.yaml"), whole=False)
            kept += 1
    assert 0 < kept < 500


def test_a_clause_that_is_so_of_one_child_may_stand_in_the_text(told: str) -> None:
    two = changed(told, "Both are alive.", "Both are alive. It is said that the child has been seriously harmed.")
    assert read(two, whole=True).id == "siblings-two-places"
    none = changed(two, "child.died: {is: false", "child.unborn: {is: false, words: Both are alive}\n      child.died: {is: false")
    assert "the text says that the child has died" in refused(none.replace("the child has been seriously harmed", "the child has died"))
