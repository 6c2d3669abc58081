"""The course that ships: its key is the evaluator's, its wrong answers are wrong and named, and its tone holds to what can be checked."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from cspr_rules import Case, evaluate, load_ruleset, mark
from cspr_rules.loading.reading import read_file
from cspr_rules.marking.misconceptions import answers_under, misconceptions
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import exercise_from
from cspr_rules.training.feedback import answered
from cspr_rules.training.keys import NONE
from cspr_rules.training.suggested import owed_of
from tests.support.commands import RULES
from tests.training.conftest import EASTER, course_files

every_file = pytest.mark.parametrize("path", course_files(), ids=[path.stem for path in course_files()])


def test_there_are_thirty_two_exercises_in_seven_units_each_found_by_its_name(course: tuple[CourseUnit, ...]) -> None:
    assert len(course) == 7
    assert sum(len(unit.exercises) for unit in course) == len(course_files()) == 32
    assert [each.id for unit in course for each in unit.exercises] == [path.stem for path in course_files()]
    for unit in course:
        assert len(unit.people_get_wrong) >= 4
        assert all(unit.exercises[0].ruleset.provision(key).summary for key in unit.read_together)


def test_every_kind_of_task_is_asked(course: tuple[CourseUnit, ...]) -> None:
    asked = {task.kind for unit in course for each in unit.exercises for scene in each.written.scenes for task in scene.tasks}
    assert asked == {"test", "which", "when", "who", "whom", "owed", "ask", "order", "learning", "record", "view"}


@pytest.mark.slow
@every_file
def test_the_key_is_what_the_rules_say_and_marking_says_so_too(path: Path) -> None:
    """Works the answers out again from the facts alone, through ``evaluate`` and ``mark`` and not through the key."""
    exercise = exercise_from(read_file(path))
    seen = 0
    for scene, facts, of in exercise.written.known():
        record = evaluate(exercise.ruleset, Case(facts, list(of.values())), as_of=scene.as_of)
        names = list(exercise.written.children)
        owed = {duty.id: duty for duty in (*record.options, *record.duties)}
        for task, posed in zip(scene.tasks, exercise.posed_in(scene), strict=True):
            key = set(posed.key) - {NONE}
            seen += 1
            match task.kind:
                case "test" if task.child:
                    assert posed.key == (record.decisions[task.about].per_child[names.index(task.child)].outcome,)
                case "test":
                    assert mark(record, {"outcomes": {task.about: posed.key[0]}}).right
                case "which":
                    outcomes = dict(zip(names, record.decisions[task.about].per_child, strict=True))
                    assert key == {name for name, finding in outcomes.items() if finding.met}
                case "when":
                    assert mark(record, {"duties": {task.about: posed.key[0]}}).right
                case "who":
                    assert key == {owed[task.about].by}
                case "whom":
                    assert key == set(owed[task.about].to)
                case "owed":
                    assert key == {duty.id for duty in record.duties} & set(task.among)
                case "ask":
                    one = record if not task.child else evaluate(exercise.ruleset, Case(facts, [of[task.child]]), as_of=scene.as_of)
                    assert key == one.asked_by(task.about) & set(task.among)
                case "order":
                    assert posed.key == tuple(step for step in exercise.ruleset.paths[task.about].steps if step in task.among)
                case "learning":
                    assert key == {rule for rule in task.among if record.decisions[rule].outcome == "met"}
                case "record":
                    wrong = {
                        f"{name}={says}" for about, name, says in task.entries
                        if not mark(record, {"outcomes" if about == "test" else "duties": {name: says}}).right
                    }  # fmt: skip
                    assert key == wrong
                case "view":
                    assert posed.key == ()
    assert seen == len(exercise.posed)


@pytest.mark.slow
@every_file
def test_the_answer_of_each_misconception_is_marked_wrong_and_named(path: Path) -> None:
    exercise = exercise_from(read_file(path))
    for posed in exercise.posed:
        if posed.mode in ("view", "order"):
            continue
        for choice in posed.choices:
            if posed.mode == "one" and choice.suggests:
                marked = answered(exercise, posed, [choice.id])
                assert marked.standing in ("wrong", "partly")
                assert set(choice.suggests) <= set(marked.suggests)
                assert all(held.says in marked.told for held in choice.suggests)
        assert answered(exercise, posed, posed.key).standing == "right"
        assert answered(exercise, posed, posed.key).suggests == ()


@pytest.mark.slow
def test_each_misconception_that_moves_the_day_is_among_the_wrong_days(course: tuple[CourseUnit, ...]) -> None:
    exercise = next(each for unit in course for each in unit.exercises if each.id == "christmas-eve")
    (record,) = exercise.records
    posed = next(each for each in exercise.posed if each.kind == "when")
    listed = {held.id for held in misconceptions(exercise.ruleset)}
    found = {held.id: choice.id for choice in posed.choices for held in choice.suggests if held.id in listed}
    rules = list(exercise.ruleset.rules_behind(["notify_panel"]))
    expected = {}
    for held in misconceptions(exercise.ruleset):
        other = owed_of(answers_under(held, exercise.ruleset, record.case, record.as_of), "notify_panel", rules)
        if other != posed.key[0]:
            expected[held.id] = other
    assert found == expected
    assert found["first_day_counted"] == "2025-01-02"
    assert found["no_bank_holidays"] == "2024-12-31"
    assert found["calendar_days"] == "2024-12-29"


@pytest.mark.slow
def test_changing_one_rule_gives_another_key_and_other_wrong_answers(tmp_path: Path) -> None:
    shutil.copytree(RULES, tmp_path / "rules")
    rule = tmp_path / "rules" / "england" / "notification" / "serious_incident.yaml"
    rule.write_text(rule.read_text(encoding="utf-8").replace("within: {working_days: 5}", "within: {working_days: 3}"), encoding="utf-8")
    before, after = (
        exercise_from(read_file(EASTER), ruleset) for ruleset in (load_ruleset("england"), load_ruleset("england", rules_dir=tmp_path / "rules"))
    )
    keys = [next(posed for posed in each.posed if posed.kind == "when") for each in (before, after)]
    assert [posed.key for posed in keys] == [("2024-04-05",), ("2024-04-03",)]
    assert "3 working days" in keys[1].why


@every_file
def test_what_is_distressing_is_said_first_and_nobody_is_named(path: Path) -> None:
    written = exercise_from(read_file(path), whole=False).written
    assert written.warning.endswith(".")
    assert len(written.point.split()) >= 10
    told = " ".join(scene.text for scene in written.scenes)
    # Capitals inside a sentence are those of days, months, bodies, posts and countries; a person's name would be another.
    known = {
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "May", "June", "July",
        "August", "September", "October", "November", "December", "England", "English", "Panel", "CSPR", "Group", "Health",
    }  # fmt: skip
    inside = re.findall(r"(?<![.!?:;] )(?<!^)\b[A-Z][a-z]+\b|\bCSPR\b", told)
    assert set(inside) <= known, sorted(set(inside) - known)
    gratuitous = r"\b(?:blood|bled|beat|beaten|raped|naked|screamed|strangled|stabbed|corpse|evil|monster|broken home|illegal)\b"
    assert not re.search(gratuitous, told, re.IGNORECASE)
