"""Several values of one kind show themselves in a notebook as one table, never as raw tuples."""

from __future__ import annotations

import copy
import pickle
import re
from datetime import date
from typing import Any

import pytest

from cspr_rules import Case, evaluate
from tests.support.shipped import ruleset

SIN = "england.notification.serious_incident"
KNOWN = {"incident.occurred_on": "2024-03-26", "incident.authority_aware_on": "2024-03-27"}
CHILDREN: list[dict[str, Any]] = [{"child.seriously_harmed": True, "child.age_at_harm": 3, "child.place_of_harm": "in_area"}, {"child.died": False}]
RECORD = evaluate(ruleset("bcp"), Case({**KNOWN, "concern.authority_view": "suspected"}, CHILDREN), as_of=date(2024, 4, 2))
EMPTY = evaluate(ruleset("bcp"), Case({}), as_of=date(2024, 4, 2))


def words(value: Any) -> str:
    """Return what is read where the value stands."""
    shown = value._repr_html_()
    return " ".join(re.sub(r"<style.*?</style>|<svg.*?</svg>|<wbr/>|<[^>]+>", " ", shown, flags=re.DOTALL).split()).replace("&#x27;", "'")


def rows(value: Any) -> int:
    return int(value._repr_html_().count("<tr>")) - 1


def test_duties_name_who_owes_what_to_whom_by_when_and_on_what_ground() -> None:
    assert rows(RECORD.duties) == len(RECORD.duties)
    said = words(RECORD.duties)
    assert "MUST notify the incident to the Panel BCP Council" in said
    assert "Fri 5 April 2024" in said
    assert "CA 2004, section 16C(1)" in said


def test_questions_say_whom_to_ask_and_about_which_children() -> None:
    assert rows(RECORD.ask) == len(RECORD.ask)
    for question in RECORD.ask:
        assert question.fact.question in words(RECORD.ask)
    assert "the social worker" in words(RECORD.ask)


def test_near_misses_of_one_rule_are_those_of_all_that_speak_of_it() -> None:
    found = RECORD.near_misses(rule=SIN)
    assert found
    assert found == tuple(miss for miss in RECORD.near_misses() if miss.rule_id == SIN)
    assert rows(found) == len(found)
    assert "the authority has considered it, and neither knows nor suspects it" in words(found)
    with pytest.raises(
        KeyError, match=r"no rule called 'england.notification.serious_incidnt'; did you mean 'england.notification.serious_incident'\?"
    ):
        RECORD.near_misses(rule="england.notification.serious_incidnt")
    with pytest.raises(KeyError, match=r"england\.notification\.before_2018 is not in force under the law of 2024-03-26"):
        RECORD.near_misses(rule="england.notification.before_2018")


def test_why_not_is_a_row_for_each_way() -> None:
    found = RECORD.why_not(SIN, 2)
    assert found
    assert rows(found) == len(found)
    assert "the child was under 18" in words(found)


def test_the_next_question_says_what_depends_on_it() -> None:
    question = EMPTY.next_question()
    assert question
    assert question.fact.question in words(question)
    assert question.settles[0] in words(question).replace(" ", "")


def test_nothing_to_show_is_said_in_a_sentence() -> None:
    assert EMPTY.duties == ()
    assert words(EMPTY.duties) == "Nothing is known to be owed. What is not known could change that: `ask` lists it."
    assert words(RECORD.why_not(SIN, 1)) == "It is met, or no finding could make it so."


def test_a_copy_is_the_tuple_alone_and_carries_no_rules() -> None:
    for made in (copy.deepcopy(EMPTY.ask), pickle.loads(pickle.dumps(EMPTY.ask))):  # noqa: S301 -- made here
        assert made == EMPTY.ask
        assert type(made) is tuple
    assert len(pickle.dumps(EMPTY.ask)) < len(pickle.dumps(tuple(EMPTY.ask))) + 100
