"""Answers are marked in full, in part or as wrong; views never; and a class becomes one table."""

from __future__ import annotations

import csv
import io
import json
import random
from contextlib import suppress
from fractions import Fraction

import pytest

from cspr_rules import CaseError, CsprRulesError
from cspr_rules.loading.reading import read_bytes
from cspr_rules.training.class_sheet import class_csv, class_json, class_table
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.feedback import SCHEMA, answered, answers_from, mark_all, share_of, totals, written_answers
from cspr_rules.training.keys import NONE, Choice, Posed
from tests.support.mangling import pierced


def posed(mode: str, key: tuple[str, ...], names: str, kind: str = "test") -> Posed:
    choices = tuple(Choice(name, name.upper(), name in key, f"about {name}") for name in names.split())
    return Posed("1.1", kind, mode, "Which?", choices, key, "because", ())  # type: ignore[arg-type] # one of the modes


def test_that_it_cannot_be_said_yet_is_right_where_it_is_and_a_no_is_wrong(easter: Exercise) -> None:
    first = easter.posed[0]
    assert answered(easter, first, ["undetermined"]).standing == "right"
    wrong = answered(easter, first, ["not_met"])
    assert wrong.standing == "wrong"
    assert [held.id for held in wrong.suggests] == ["unknown_is_no"]
    assert wrong.told[0].startswith("This is the answer of somebody who read what is not recorded as no.")
    assert "CA 2004, section 16C(1)" in " ".join(wrong.told)


def test_the_day_somebody_would_give_who_forgot_good_friday_and_easter_monday_says_so(easter: Exercise) -> None:
    when = next(each for each in easter.posed if each.kind == "when")
    forgot = answered(easter, when, ["2024-04-03"])
    assert forgot.standing == "partly"
    assert forgot.share == Fraction(1, 2)
    assert "counted bank holidays as working days" in forgot.told[0]
    assert answered(easter, when, ["2024-04-05"]).standing == "right"
    assert answered(easter, when, ["not_owed"]).standing == "wrong"
    assert answered(easter, when, ["2031-01-01"]).standing == "partly", "a day that an older page showed is marked by what it means"


def test_of_several_each_wrong_choice_takes_as_much_away_as_a_right_one_gives() -> None:
    task = posed("several", ("a", "b"), "a b c none")
    assert share_of(task, ["a", "b"]) == 1
    assert share_of(task, ["a"]) == Fraction(1, 2)
    assert share_of(task, ["a", "b", "c"]) == Fraction(1, 2)
    assert share_of(task, ["a", "c"]) == 0
    assert share_of(task, [NONE]) == 0


def test_an_order_is_right_in_part_if_most_steps_stand_right_to_each_other() -> None:
    task = posed("order", ("a", "b", "c"), "c a b")
    assert share_of(task, ["a", "b", "c"]) == 1
    assert share_of(task, ["b", "a", "c"]) == Fraction(2, 3)
    assert share_of(task, ["c", "b", "a"]) == 0
    assert share_of(task, ["a", "b"]) == 0


def test_a_view_is_never_marked_and_shows_what_follows(easter: Exercise) -> None:
    view = Posed("1.1", "view", "view", "?", (Choice("true", "Yes", False, "then"), Choice("false", "No", False, "else")), (), "weigh", ())
    for name, follows in (("true", "then"), ("false", "else")):
        seen = answered(easter, view, [name])
        assert (seen.standing, seen.share, seen.told) == ("view", None, (follows, "weigh"))


def test_answers_are_written_and_read_again(easter: Exercise) -> None:
    given = {easter.id: {"1.1": ("undetermined",), "2.2": ("2024-04-05",)}}
    assert answers_from(read_bytes(written_answers(given).encode(), "mine.json"), [easter]) == given
    assert totals(mark_all([easter], given)) == "2 right and 3 not answered"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"answers": {}}, "expected a file of answers"),
        ({"schema": SCHEMA, "answers": {"another": {}}}, "there is no exercise called 'another'"),
        ({"schema": SCHEMA, "answers": {"baby-before-easter": {"9.9": []}}}, "there is no task 9.9"),
        ({"schema": SCHEMA, "answers": {"baby-before-easter": {"1.1": "met"}}}, "expected a list of what was chosen"),
        ({"schema": SCHEMA, "answers": {"baby-before-easter": {"1.1": ["x" * 200]}}}, "expected a list of what was chosen"),
        ({"schema": SCHEMA, "name": "me", "answers": {}}, "'name' is no part of a file of answers"),
    ],
)
def test_what_is_no_file_of_answers_is_refused_without_repeating_what_a_learner_wrote(easter: Exercise, raw: object, said: str) -> None:
    with pytest.raises(CaseError) as told:
        answers_from(read_bytes(json.dumps(raw).encode(), "mine.json"), [easter])
    assert said in str(told.value)
    assert "xxxxx" not in str(told.value)


def test_a_class_becomes_one_table_with_how_often_each_misconception_is_suggested(easter: Exercise) -> None:
    learners = {
        "green": {easter.id: {"1.1": ("not_met",), "2.2": ("2024-04-03",)}},
        "=blue": {easter.id: {"1.1": ("not_met",), "2.2": ("2024-04-05",)}},
        "nobody": {},
    }
    table = class_table([easter], learners)
    counts = {name: number for name, _, number in table.misconceptions}
    assert counts["unknown_is_no"] == 2
    assert counts["no_bank_holidays"] == 1
    rows = list(csv.DictReader(io.StringIO(class_csv(table))))
    assert len(rows) == 2 * len(easter.posed)
    assert {row["label"] for row in rows} == {"green", "'=blue"}, "no spreadsheet takes a label for a formula"
    plain = json.loads(class_json(table))
    assert plain["misconceptions"][0] == {"id": "unknown_is_no", "says": plain["misconceptions"][0]["says"], "learners": 2}
    assert [each["standing"] for each in plain["answers"] if each["task"] == "2.2"] == ["partly", "right"]


@pytest.mark.slow
def test_ten_thousand_mutated_files_of_answers_give_marks_or_a_clear_error(easter: Exercise) -> None:
    drawn = random.Random(15)  # noqa: S311 -- the same files every time
    raw = written_answers({easter.id: {"1.1": ("undetermined",), "1.2": ("concern.authority_view",), "2.2": ("2024-04-05",)}}).encode()
    marked = 0
    for _ in range(10_000):
        with suppress(CsprRulesError):  # anything else fails the test
            given = answers_from(read_bytes(pierced(raw, drawn), "mutated.json"), [easter])
            assert len(mark_all([easter], given)) == len(easter.posed)
            marked += 1
    assert 0 < marked < 10_000
