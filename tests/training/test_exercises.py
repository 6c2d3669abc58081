"""An exercise is read strictly, and its words are held against its facts."""

from __future__ import annotations

import random
import re
from contextlib import suppress

import pytest

from cspr_rules import CaseError, CsprRulesError
from cspr_rules.loading.reading import read_bytes
from cspr_rules.training.exercises import exercise_from
from cspr_rules.training.written import KINDS, written_from
from tests.support.commands import ROOT
from tests.support.mangling import pierced
from tests.training.conftest import changed, read


def refused(text: str, *, whole: bool = False) -> str:
    with pytest.raises(CaseError) as told:
        read(text, whole=whole)
    return str(told.value)


def test_a_fact_that_no_words_tell_is_a_fault_with_its_line(text: str) -> None:
    said = refused(
        changed(text, '{is: 0, words: "A baby of five months"}' if '"A baby of' in text else "{is: 0, words: A baby of five months}", "{is: 0}")
    )
    assert "own.yaml:" in said
    assert "child.age_at_harm: no words tell this fact" in said


def test_words_that_are_not_in_the_text_are_a_fault(text: str) -> None:
    assert "child.age_at_harm: its words do not stand in the text" in refused(
        changed(text, "words: A baby of five months", "words: A baby of six months")
    )


def test_words_told_in_an_earlier_scene_still_tell(text: str) -> None:
    told = "concern.authority_view: {is: suspected, words: the council suspects abuse}"
    earlier = told + '\n      child.recovered: {is: false, words: "Nobody at the council has yet said"}'
    assert read(changed(text, told, earlier)).written.scenes[1].told[1].fact == "child.recovered"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("incident.occurred_on: {is: 2024-03-26", "incident.occurred_on: {is: 2024-03-25", "name another day than 25 March 2024"),
        ("On Wednesday 27 March 2024", "On Tuesday 27 March 2024", "27 March 2024 is a Wednesday, and the text calls it a Tuesday"),
        ("It happened at home", "It happened on 4 May 2024 at home", "the text names 4 May 2024, and no fact"),
        ("child.age_at_harm: {is: 0", "child.age_at_harm: {is: 3", "do not name the number 3"),
        ("child.died: {is: false, words: \"The baby is alive\"}", "child.died: {is: true, words: \"The baby is alive\"}", "its words deny something"),
        ("child.seriously_harmed: {is: true", "child.seriously_harmed: {is: false", "nothing in its words denies anything"),
        (
            "The baby is alive.",
            "The baby is alive. They say that the child has died.",
            "the text says that the child has died, and the fact child.died says the contrary",
        ),
    ],
)  # fmt: skip
def test_words_that_say_the_contrary_of_a_fact_are_a_fault(text: str, before: str, after: str, said: str) -> None:
    assert said in refused(changed(text, before, after))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("level: first", "level: easy", "expected one of first, practised, hard"),
        ("warning:", "warnings:", "'warnings' does not belong here; did you mean 'warning'?"),
        ("as_of: 2024-03-27", "as_of: 27/03/2024", "as_of: expected a date as YYYY-MM-DD"),
        ("child.died:", "child.dead:", "there is no fact called 'child.dead'; did you mean"),
        ("is: suspected", "is: perhaps", "expected one of known, suspected, neither"),
        ("- test: england.notification.serious_incident", "- tests: england.notification.serious_incident", "did you mean 'test'?"),
        ("profile: england", "profile: ./here", "expected a profile that ships"),
        ("profile: england", "profile: .", "expected a profile that ships"),
        ("id: baby-before-easter", "id: Baby Before", "expected small letters, digits and hyphens"),
    ],
)
def test_what_is_written_wrongly_is_told_with_what_was_expected(text: str, before: str, after: str, said: str) -> None:
    assert said in refused(changed(text, before, after))


def test_a_task_about_what_does_not_exist_is_told_when_the_tasks_are_worked_out(text: str) -> None:
    said = refused(changed(text, "{is: 0, words: A baby of five months}", "{is: 0}"))
    assert "own.yaml:" in said


def test_nobody_can_be_said_to_owe_what_is_not_known_to_be_owed(text: str) -> None:
    facts = "concern.authority_view: {is: suspected, words: the council suspects abuse}"
    unknown = changed(text, facts, 'concern.other_agency_view: {is: suspected, words: "the council suspects abuse"}')
    assert "not known to be owed on these facts" in refused(unknown, whole=True)


@pytest.mark.slow
def test_a_thousand_mutated_files_give_an_exercise_or_a_clear_error(text: str) -> None:
    drawn = random.Random(15)  # noqa: S311 -- the same files every time
    raw = text.encode()
    kept = 0
    for _ in range(1000):
        with suppress(CsprRulesError):  # anything else fails the test
            exercise_from(read_bytes(pierced(raw, drawn), "mutated.yaml"), whole=False)
            kept += 1
    assert 0 < kept < 1000


def test_an_empty_file_and_one_without_tasks_are_refused() -> None:
    for raw, said in ((b"", "it is empty"), (b"[1]", "this is not a mapping")):
        with pytest.raises(CaseError, match=said):
            written_from(read_bytes(raw, "own.yaml"))


def test_the_exercise_of_the_authors_guide_holds_and_asks_for_the_day() -> None:
    guide = (ROOT / "docs" / "how-to" / "write-an-exercise.md").read_text(encoding="utf-8")
    (own,) = re.findall(r"<!-- exercise -->\n```yaml\n(.*?)```", guide, re.DOTALL)
    exercise = read(own, whole=True)
    assert [posed.key for posed in exercise.posed] == [("met",), ("2024-06-14",)]
    table = re.findall(r"^\| `(\w+): ", guide, re.MULTILINE)
    assert set(table) == set(KINDS), "the guide lists every kind of task"
