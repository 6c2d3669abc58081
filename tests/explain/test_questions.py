"""The order of questions: what can settle a headline question first, nothing that takes for granted what is not so, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest

from cspr_rules import DecisionRecord
from cspr_rules.explain.what_if import open_questions
from tests.explain.test_verdict import decide, made_up
from tests.support.shipped import every_case, record

HOME = "home.accommodated_in_childrens_home"


def keys(questions: Any) -> list[tuple[str, int | None]]:
    return [(each.fact.id, each.child) for each in questions]


def sound(record: DecisionRecord) -> None:
    found, slot = record.questions, record.ruleset.vocabulary.slot
    asked = [(question.fact.id, child) for question in record.ask for child in (question.children or (None,))]
    listed = [key for group in found for key in keys(group)]
    assert sorted(listed, key=str) == sorted(asked, key=str)  # nothing is lost, and nothing stands twice
    by_id = record.ruleset.vocabulary.by_id
    for name, child in keys(found.now):
        for granted in by_id[name].only_if:
            rows = record.checked.children if child is None else [record.checked.children[child - 1]]
            values = [row[slot[granted.fact]] for row in rows]
            assert any(value in (None, *granted.values) or not granted.values for value in values), name
        assert by_id[name].kind != "step"
    can_settle = {key for verdict in record.verdicts if verdict.state == "open" for key in keys(verdict.turns_on)}
    if can_settle:
        assert can_settle & set(keys(found.now)[:3])
    assert record.next_question() == next(iter(found.now), None)
    order = keys(found.now)
    for name, child in order:
        for granted in by_id[name].only_if:
            if (granted.fact, child) in order:
                assert order.index((granted.fact, child)) < order.index((name, child))


@pytest.mark.slow
@every_case
def test_the_questions_of_every_shipped_case_are_in_order(path: Any) -> None:
    sound(record(path))
    names = {name for name, _ in keys(record(path).questions.now)}
    if record(path).checked.children[0][record(path).ruleset.vocabulary.slot[HOME]] is False:
        by_id = record(path).ruleset.vocabulary.by_id
        of_a_home_alone = {name for name in names if any(granted.fact == HOME for granted in by_id[name].only_if)}
        assert not of_a_home_alone or len(record(path).checked.children) > 1


@pytest.mark.slow
def test_the_questions_of_made_up_cases_are_in_order() -> None:
    folded = 0
    for each in made_up():
        sound(each)
        folded += len(each.questions.beside) + len(each.questions.later)
    assert folded > 100


def test_what_settles_the_notification_comes_first() -> None:
    assert keys(decide({"child.age_at_harm": None}).questions.now)[0] == ("child.age_at_harm", 1)
    assert keys(decide({"child.seriously_harmed": None}).questions.now)[0] == ("child.seriously_harmed", 1)


@pytest.mark.parametrize(
    ("changed", "name", "group"),
    [
        ({}, "notification.kind", "later"),
        ({"notification.sent_on": "2024-04-01"}, "notification.kind", "now"),
        ({}, "home.person_referred_to_dbs", "beside"),
        ({"home.accommodated_in_childrens_home": True}, "home.person_referred_to_dbs", "now"),
        ({}, "notification.sent_on", "steps"),
    ],
)
def test_where_a_question_stands(changed: dict[str, Any], name: str, group: str) -> None:
    found = decide(changed).questions
    assert [each for each, names in found._asdict().items() if name in {key for key, _ in keys(names)}] == [group]


@pytest.mark.slow
def test_a_question_is_folded_only_where_it_could_still_matter_to_what_is_asked() -> None:
    """Folding takes nothing from what can be settled: whatever can help is in one of the groups."""
    for each in made_up()[::10]:
        everything = {key for group in each.questions for key in keys(group)}
        assert set(keys(open_questions(each))) <= everything
