"""What a wrong answer suggests to which no misconception on the list leads: the facts that somebody must have read otherwise."""

from __future__ import annotations

from datetime import date

import pytest

from cspr_rules import Case, DecisionRecord, evaluate
from cspr_rules.errors import CaseError
from cspr_rules.training.course import CourseUnit, packaged_course
from cspr_rules.training.exercises import Exercise, load_exercise
from cspr_rules.training.keys import NONE
from cspr_rules.training.read_otherwise import duty_otherwise, read_otherwise
from tests.support.shipped import ruleset

ALERT = packaged_course() / "7-learning" / "the-alert.yaml"
CHRISTMAS = packaged_course() / "5-clocks" / "christmas-eve.yaml"
DELAYED = packaged_course() / "6-reviews" / "six-months.yaml"
OUTCOMES = ("met", "not_met", "undetermined")
RULE = "england.notification.serious_incident"
BABY = {"child.place_of_harm": "in_area", "child.age_at_harm": 0, "child.died": False, "child.seriously_harmed": True}


def decided(facts: dict[str, object]) -> DecisionRecord:
    return evaluate(ruleset("england"), Case(facts), as_of=date(2024, 4, 2))


def read(record: DecisionRecord, outcome: str) -> dict[str, object] | None:
    found = read_otherwise(record, RULE, outcome)
    return None if found is None else {fact.id: value for fact, value in found.items()}


def test_the_one_fact_on_which_the_answer_turns_is_named() -> None:
    suspected = decided({**BABY, "concern.authority_view": "suspected"})
    assert suspected.decisions[RULE].outcome == "met"
    assert read(suspected, "not_met") == {"concern.authority_view": "neither"}
    assert read(suspected, "undetermined") == {"concern.authority_view": None}
    neither = decided({**BABY, "concern.authority_view": "neither"})
    assert neither.decisions[RULE].outcome == "not_met"
    assert read(neither, "met") in ({"concern.authority_view": "known"}, {"concern.authority_view": "suspected"})
    assert read(decided(BABY), "not_met") == {"concern.authority_view": "neither"}


def test_what_is_not_known_is_read_otherwise_before_what_the_story_tells() -> None:
    facts = {**BABY, "concern.authority_view": "suspected"}
    del facts["child.seriously_harmed"]
    assert read(decided(facts), "met") == {"child.seriously_harmed": True}, "and not that the child, who is alive, has died"


def test_of_more_facts_than_a_few_nothing_is_said() -> None:
    assert read(decided({}), "met") is None
    assert len(read(decided({}), "not_met") or ()) == 1


def _records(course: tuple[CourseUnit, ...]) -> list[tuple[Exercise, DecisionRecord, str]]:
    found = []
    for unit in course:
        for exercise in unit.exercises:
            for number, scene in enumerate(exercise.written.scenes):
                rules = {task.about for task in scene.tasks if task.kind == "test" and not task.child}
                found += [(exercise, exercise.records[number], rule) for rule in sorted(rules)]
    return found


@pytest.mark.slow
def test_who_reads_these_facts_otherwise_comes_to_that_answer(course: tuple[CourseUnit, ...]) -> None:
    tried = refused = 0
    for _, record, rule in _records(course):
        for outcome in OUTCOMES:
            if outcome == record.decisions[rule].outcome or (found := read_otherwise(record, rule, outcome)) is None:
                continue
            facts = {**record.case.facts, **{fact.id: value for fact, value in found.items()}}
            try:
                again = evaluate(record.ruleset, Case(facts, record.case.children), as_of=record.as_of, law_on=record.law_on)
            except CaseError:  # it goes against what else is recorded; who reads it so reads that otherwise, too
                refused += 1
                continue
            row, slot = again.checked.children[0], record.ruleset.vocabulary.slot
            if any(value is None and row[slot[fact.id]] is not None for fact, value in found.items()):  # it follows from what else is recorded
                refused += 1
                continue
            tried += 1
            assert again.decisions[rule].outcome == outcome, (rule, outcome, found)
    assert tried > 2 * refused
    assert tried > 50


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2024-04-04", "1 working day too early"),
        ("2024-04-08", "1 working day too late"),
        ("2024-04-06", "1 calendar day too late"),
        ("2024-04-12", "5 working days too late"),
    ],
)
def test_a_day_that_no_misconception_leads_to_is_out_by_so_many_days(day: str, said: str) -> None:
    facts = {**BABY, "concern.authority_view": "suspected", "incident.occurred_on": "2024-03-26", "incident.authority_aware_on": "2024-03-27"}
    record = decided(facts)
    assert [str(duty.plan_for) for duty in record.duties if duty.id == "notify_panel"] == ["2024-04-05"]
    (held,) = duty_otherwise(record, "notify_panel", [RULE], day, "2024-04-05")
    assert held.says == f"This is the answer of somebody who comes out {said}."


def test_whoever_tells_one_who_is_not_named_takes_it_for_another_duty() -> None:
    (whom,) = (each for each in load_exercise(ALERT).posed if each.kind == "whom")
    suggests = {choice.id: [held.id for held in choice.suggests] for choice in whom.choices if choice.id != NONE}
    assert suggests["service_director"] == ["takes_it_for:tell_service_director"]
    assert all(held for name, held in suggests.items() if name not in whom.key)


def test_an_entry_that_is_right_is_called_wrong_by_whoever_would_have_put_down_another() -> None:
    (record,) = (each for each in load_exercise(CHRISTMAS).posed if each.kind == "record")
    met = next(choice for choice in record.choices if choice.id.endswith("=met"))
    assert not met.right
    assert "doubts:must_be_known" in [held.id for held in met.suggests]
    assert all(held.says.startswith("Calling this entry wrong is the answer of somebody who ") for held in met.suggests)


def test_a_day_for_what_the_source_gives_no_day_is_one_that_nobody_can_work_out() -> None:
    explain = next(each for each in load_exercise(DELAYED).posed if each.prompt.startswith("Safeguarding partners for the area: tell the Panel"))
    assert explain.key == ("owed",)
    assert [held.id for choice in explain.choices if choice.id == "2025-03-17" for held in choice.suggests] == ["day_of_its_own"]


@pytest.mark.slow
def test_nearly_every_wrong_choice_of_the_course_says_what_it_suggests(course: tuple[CourseUnit, ...]) -> None:
    wrong = [
        choice
        for unit in course
        for exercise in unit.exercises
        for posed in exercise.posed
        if posed.mode in ("one", "several")
        for choice in posed.choices
        if not choice.right and choice.id != "none"
    ]
    silent = [choice for choice in wrong if not choice.suggests]
    assert len(wrong) > 300
    assert len(silent) * 100 < len(wrong)
