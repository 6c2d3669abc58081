"""Bad cases get clear errors, good ones become rows, unknown is never false, and what people wrote freely is never repeated."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cspr_rules.errors import CaseError, Fault
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.cases import MOST_CHILDREN, Case, Judgement
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import NOT_YET, FactValue
from cspr_rules.record import evaluate
from tests.support.rules_folders import Folder, case_faults, case_text
from tests.support.tiny_cases import AS_OF, VOCABULARY, checked, known, messages

CHILD_FACTS = [fact.id for fact in VOCABULARY.facts if fact.scope == "child"]


def test_a_number_is_said_with_its_unit_which_is_singular_for_one_only() -> None:
    children, age = VOCABULARY.by_id["incident.children"], VOCABULARY.by_id["child.age"]
    assert [children.show(number) for number in (1, 2, 21)] == ["1 child", "2 children", "21 children"]
    assert [age.show(number) for number in (0, 1, 2)] == ["0 years", "1 year", "2 years"]


# -- unknown, not yet, and what follows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", [fact.id for fact in VOCABULARY.facts])
def test_unknown_and_null_and_absent_are_the_same(fact: str) -> None:
    written: list[Any] = [None, "unknown"]
    if VOCABULARY.by_id[fact].kind == "judgement":
        written += [{}, {"value": None}, {"value": "unknown", "reasons": "none yet"}, {"role": "lead officer"}]
    for value in written:
        assert checked({fact: value}) == checked({})
        if fact in CHILD_FACTS:
            assert checked({}, {fact: value}, {}) == checked({}, {}, {})


def test_unknown_is_not_false() -> None:
    assert known(checked({"child.died": False}), 1) == {"child.died": False}
    assert known(checked({"child.died": None}), 1) == {}


def test_what_one_child_leaves_unknown_is_taken_from_what_is_said_of_all() -> None:
    case = checked({"child.died": True}, {"child.died": "unknown"}, {"child.age": 3}, {"child.died": True})
    assert [known(case, number).get("child.died") for number in (1, 2, 3)] == [True, True, True]


def test_children_have_their_own_facts_and_the_incidents() -> None:
    case = checked({"incident.severe": True}, {"child.age": 3}, {"child.age": 4})
    assert known(case) == {"incident.severe": True, "incident.children": 2}
    assert known(case, 1) == {**known(case), "child.age": 3}
    assert known(case, 2) == {**known(case), "child.age": 4}


def test_a_single_childs_facts_may_stand_flat() -> None:
    flat, nested = checked({"incident.children": 1, "child.age": 3}), checked({}, {"child.age": 3})
    assert flat.children == nested.children


def test_dates_may_be_given_as_dates_or_text() -> None:
    assert checked({"child.died_on": date(2024, 2, 29)}) == checked({"child.died_on": "2024-02-29"})


@pytest.mark.parametrize("fact", [fact.id for fact in VOCABULARY.facts if fact.type == "date"])
def test_every_date_may_be_known_not_to_have_come(fact: str) -> None:
    for written in ("not_yet", NOT_YET):
        assert known(checked({fact: written}), 1) == {fact: NOT_YET}


def test_what_has_not_come_settles_nothing_else_and_contradicts_nothing() -> None:
    case = checked({"child.died_on": "not_yet", "child.died": False, "child.last_alive_on": "2024-01-01"})
    assert case.inferred == ()
    assert case.latest == date(2024, 1, 1)


@pytest.mark.parametrize("same_day", ["2024-01-01", date(2024, 1, 1)])
def test_two_things_may_happen_on_one_day(same_day: object) -> None:
    assert messages({"incident.occurred_on": same_day, "incident.aware_on": same_day, "notice.sent_on": same_day}) == []


def test_the_limits_of_the_sensible_are_themselves_sensible() -> None:
    assert messages({"child.age": 0}) == messages({"child.age": 120}) == []
    assert messages({"child.died_on": "1900-01-01"}) == messages({"hearing.held_on": "2200-12-31"}) == []


def test_what_follows_is_inferred_and_says_from_what() -> None:
    case = checked({}, {"child.died_on": "2024-01-01"}, {"child.home": "in_care"}, {"child.home": "elsewhere"})
    assert known(case, 1)["child.died"] is True
    assert known(case, 2)["child.looked_after"] is True
    assert "child.looked_after" not in known(case, 3)
    assert case.inferred == (
        (None, "incident.children", "the children listed"),
        (1, "child.died", "child.died_on"),
        (2, "child.looked_after", "child.home"),
    )


def test_what_is_recorded_is_not_inferred() -> None:
    assert checked({"child.died_on": "2024-01-01", "child.died": True}).inferred == ()


def test_implications_are_followed_from_one_to_the_next(tmp_path: Path) -> None:
    folder = Folder().edit(
        "vocabulary/child.yaml",
        "    meaning: An authority looks after the child.",
        "    implies:\n      - {when: true, fact: spare.flag, is: false}\n    meaning: An authority looks after the child.",
    )
    vocabulary = folder.ruleset(tmp_path).vocabulary
    case = Case({"child.home": "in_care"}).check(vocabulary)
    assert case.children[0][vocabulary.slot["spare.flag"]] is False
    assert case.inferred == ((1, "child.looked_after", "child.home"), (1, "spare.flag", "child.looked_after"))
    (fault,) = case_faults(Case({"child.home": "in_care", "spare.flag": True}), vocabulary)
    said = "child.looked_after is 'yes', which follows from child.home, but spare.flag is 'yes': both cannot be so"
    assert (fault.message, fault.place) == (said, "facts.child.home")  # where the case says something, not where it says nothing


def test_what_follows_for_the_incident_is_known_of_it_and_of_every_child(tmp_path: Path) -> None:
    meaning = "    meaning: The day the authority became aware of it."
    folder = Folder().edit("vocabulary/incident.yaml", meaning, "    implies:\n      - {fact: incident.severe, is: true}\n" + meaning)
    vocabulary = folder.ruleset(tmp_path).vocabulary
    case = Case({"incident.aware_on": "2024-01-01"}, [{}, {}]).check(vocabulary)
    assert [row[vocabulary.slot["incident.severe"]] for row in (case.incident, *case.children)] == [True, True, True]
    assert (None, "incident.severe", "incident.aware_on") in case.inferred


def test_a_contradiction_with_what_follows_names_what_it_follows_from_and_stands_there() -> None:
    vocabulary = load_ruleset("bcp").vocabulary
    (fault,) = case_faults(Case({}, [{}, {"child.stillbirth": "attended", "child.looked_after": True}]), vocabulary)
    unborn = "child.unborn (yes, which follows from child.stillbirth"
    assert unborn in fault.message
    assert "a child who was never born alive is not looked after" in fault.message
    assert fault.place in ("children[1].child.stillbirth", "children[1].child.looked_after")


TAKEN_WITH = "taken_with: {step: notice.sent_on, where: child.home, is_any_of: [in_care]}"


@pytest.mark.parametrize(
    ("child", "told"),
    [
        pytest.param({"child.home": "in_care"}, date(2024, 1, 5), id="taken with the other step"),
        pytest.param({"child.home": "with_family"}, None, id="the other step did not serve for it"),
        pytest.param({}, None, id="whether it served is not known"),
        pytest.param({"child.home": "in_care", "parents.told_on": "2024-01-03"}, date(2024, 1, 3), id="a day of its own is recorded"),
        pytest.param({"child.home": "in_care", "parents.told_on": "not_yet"}, NOT_YET, id="it is recorded as not taken"),
        pytest.param({"child.home": "in_care", "child.died_on": "2024-01-06"}, None, id="the other step came too early"),
        pytest.param({"child.home": "in_care", "child.died_on": "2024-01-05"}, date(2024, 1, 5), id="the other step came on the first day"),
    ],
)
def test_a_step_may_be_taken_with_another(child: dict[str, str], told: FactValue | None, tmp_path: Path) -> None:
    folder = Folder().edit("vocabulary/child.yaml", "    not_before: [child.died_on]\n", f"    not_before: [child.died_on]\n    {TAKEN_WITH}\n")
    vocabulary = folder.ruleset(tmp_path).vocabulary
    case = Case({"notice.sent_on": "2024-01-05"}, [child]).check(vocabulary)
    assert case.children[0][vocabulary.slot["parents.told_on"]] == told
    written = "parents.told_on" in child
    taken = [(number, source) for number, fact, source in case.inferred if fact == "parents.told_on"]
    follows = told is not None and not written
    assert taken == ([(1, "notice.sent_on and child.home")] if follows else [])


def test_a_step_is_not_taken_with_another_that_has_not_been_taken(tmp_path: Path) -> None:
    folder = Folder().edit("vocabulary/child.yaml", "    not_before: [child.died_on]\n", f"    not_before: [child.died_on]\n    {TAKEN_WITH}\n")
    vocabulary = folder.ruleset(tmp_path).vocabulary
    case = Case({"notice.sent_on": "not_yet"}, [{"child.home": "in_care"}]).check(vocabulary)
    assert case.children[0][vocabulary.slot["parents.told_on"]] is None


def test_an_incidents_date_is_held_against_the_childrens_if_the_vocabulary_says_so(tmp_path: Path) -> None:
    folder = Folder().edit("vocabulary/incident.yaml", "[incident.occurred_on, incident.aware_on]", "[child.died_on]")
    built = folder.check(tmp_path)
    if built.ruleset is None or built.pack.faults:
        return  # refusing such a vocabulary is as good
    assert case_faults(Case({"notice.sent_on": "2024-01-01"}, [{"child.died_on": "2024-01-02"}]), built.ruleset.vocabulary)


def test_a_childs_date_is_held_against_the_incidents(tmp_path: Path) -> None:
    vocabulary = Folder().edit("vocabulary/child.yaml", "not_before: [child.died_on]", "not_before: [incident.aware_on]").ruleset(tmp_path).vocabulary
    faults = case_faults(Case({"incident.aware_on": "2024-01-02"}, [{}, {"parents.told_on": "2024-01-01"}]), vocabulary)
    assert [fault.place for fault in faults] == ["children[1].parents.told_on"]


def test_the_number_of_children_is_counted_unless_it_is_recorded() -> None:
    children: list[dict[str, Any]] = [{}, {}, {}]
    assert known(checked({}, *children))["incident.children"] == 3
    assert known(checked({"incident.children": None}, *children))["incident.children"] == 3
    assert known(checked({"incident.children": 5}, *children))["incident.children"] == 5
    assert known(checked({})) == {}
    assert known(checked({}, {}))["incident.children"] == 1


@pytest.mark.parametrize("number", [1, MOST_CHILDREN])
def test_up_to_a_thousand_children_are_read(number: int) -> None:
    facts = {"incident.children": 50}
    assert len(checked(facts, *[{"child.died": True}] * number).children) == number


def test_more_than_a_thousand_children_are_refused_and_a_count_is_offered() -> None:
    (fault,) = case_faults(Case({}, [{}] * (MOST_CHILDREN + 1)))
    said = "at most 1000 children are read in one case; list those whose facts differ and give how many there are as 'incident.children'"
    assert fault == Fault("children", said, "")
    case, place = case_text("facts: {}\n▶children:\n" + "  - child.died: true\n" * (MOST_CHILDREN + 1))
    assert place is not None
    assert case_faults(case)[0].place == f"case.yaml:{place[0]}:{place[1]}"


def test_a_count_of_children_is_not_offered_where_no_fact_counts_them(tmp_path: Path) -> None:
    vocabulary = Folder().edit("vocabulary/incident.yaml", "    counts: children\n", "").ruleset(tmp_path).vocabulary
    (fault,) = case_faults(Case({}, [{}] * (MOST_CHILDREN + 1)), vocabulary)
    assert fault.message == "at most 1000 children are read in one case"


def test_a_judgement_carries_who_made_it_when_and_why() -> None:
    full = {"value": "known", "role": "lead officer", "on": "2024-01-02", "reasons": "what was seen", "dissent": "the police disagreed"}
    case = checked({"incident.severe": {"value": False, "on": date(2024, 1, 3)}}, {}, {"concern.view": full})
    assert known(case, 2)["concern.view"] == "known"
    assert case.judgements == (
        Judgement("incident.severe", None, None, date(2024, 1, 3), None, None),
        Judgement("concern.view", 2, "lead officer", date(2024, 1, 2), "what was seen", "the police disagreed"),
    )


def test_a_judgement_may_be_a_bare_value() -> None:
    case = checked({"concern.view": "suspected"})
    assert (known(case, 1)["concern.view"], case.judgements) == ("suspected", ())


def test_the_latest_day_recorded_is_known_and_what_may_lie_ahead_is_not_counted() -> None:
    case = checked(
        {"incident.occurred_on": "2024-01-01", "hearing.held_on": "2030-01-01"}, {"child.died_on": "2024-01-05"}, {"child.died_on": "2024-01-03"}
    )
    assert case.latest == date(2024, 1, 5)
    assert case.dated == (
        (date(2024, 1, 1), None, "incident.occurred_on"),
        (date(2024, 1, 3), 2, "child.died_on"),
        (date(2024, 1, 5), 1, "child.died_on"),
    )
    assert checked({"hearing.held_on": "2030-01-01"}).latest is None


def test_what_is_known_in_part_is_told_apart_and_a_day_of_which_nothing_is_known_is_no_recorded_day() -> None:
    case = checked({"incident.aware_on": "2024-02", "hearing.held_on": "day_not_known", "incident.severe": True}, {"child.died_on": "day_not_known"})
    assert case.partly
    assert case.bounded == {VOCABULARY.slot[name] for name in ("incident.aware_on", "hearing.held_on", "child.died_on")}
    assert case.dated == ((date(2024, 2, 1), None, "incident.aware_on"),)
    exact = checked({"incident.aware_on": "2024-02-01", "incident.severe": True})
    assert (exact.partly, exact.bounded) == (False, frozenset())


def test_the_latest_day_recorded_may_be_that_of_a_judgement() -> None:
    def judged(severe: str, view: str) -> date | None:
        given = {
            "incident.occurred_on": "2024-01-03",
            "incident.severe": {"value": True, "on": severe},
            "concern.view": {"value": "known", "on": view},
        }
        return checked(given).latest

    assert judged("2024-01-05", "2024-01-04") == judged("2024-01-04", "2024-01-05") == date(2024, 1, 5)
    assert judged("2024-01-01", "2024-01-02") == date(2024, 1, 3)
    assert checked({"incident.severe": {"value": True, "on": "2024-01-05"}}).latest == date(2024, 1, 5)
    assert checked({"incident.occurred_on": "2024-01-03", "incident.severe": {"value": True, "role": "lead officer"}}).latest == date(2024, 1, 3)


def test_dates_of_one_day_come_in_the_order_of_the_incident_and_the_children() -> None:
    same = {"child.died_on": "2024-01-05"}
    case = checked({"incident.occurred_on": "2024-01-05"}, same, {"child.last_alive_on": "2024-01-05"}, same)
    assert [(child, fact) for _, child, fact in case.dated] == [
        (None, "incident.occurred_on"),
        (1, "child.died_on"),
        (2, "child.last_alive_on"),
        (3, "child.died_on"),
    ]


def test_two_cases_are_equal_if_they_say_the_same() -> None:
    case = Case({"child.age": 3}, [{"child.died": True}])
    assert case == Case({"child.age": 3}, [{"child.died": True}])
    assert case != Case({"child.age": 4}, [{"child.died": True}])
    assert case != Case({"child.age": 3}, [{"child.died": False}])
    assert case != Case({"child.age": 3})
    assert case != {"child.age": 3}


def test_a_case_does_not_change_with_what_it_was_made_of() -> None:
    facts: dict[str, Any] = {"child.age": 3}
    children: list[dict[str, Any]] = [{"child.died": True}]
    case = Case(facts, children)
    facts["child.age"], children[0]["child.died"] = 4, False
    children.append({})
    assert case == Case({"child.age": 3}, [{"child.died": True}])


def test_a_case_is_checked_once_for_each_vocabulary(tmp_path: Path) -> None:
    case = Case({"child.age": 3})
    assert case.check(VOCABULARY) is case.check(VOCABULARY)
    other = Folder().edit("vocabulary/child.yaml", "at_most: 120", "at_most: 2").edit("nation/notice/tell.yaml", "at_least: 18", "at_least: 1")
    assert "from 0 to 2 (years), but it is 3" in case_faults(case, other.ruleset(tmp_path).vocabulary)[0].message
    assert case_faults(case) == ()


# -- the day it is looked at from ----------------------------------------------------------------------------------------------------


def test_a_date_after_the_day_it_is_looked_at_from_is_refused_at_its_place(ruleset: Ruleset) -> None:
    case, place = case_text("facts:\n  incident.occurred_on: 2024-01-01\n  ▶incident.aware_on: 2024-01-03\n")
    assert place is not None
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 1, 2))
    assert [fault.place for fault in caught.value.faults] == [f"case.yaml:{place[0]}:{place[1]}"]
    assert "incident.aware_on is 2024-01-03, after the day the case is looked at from (2024-01-02)" in str(caught.value)
    assert evaluate(ruleset, case, as_of=date(2024, 1, 3)).law_on == date(2024, 1, 1)


def test_a_judgement_made_after_the_day_it_is_looked_at_from_is_refused_at_its_place() -> None:
    """What nobody had judged by that day is not known on it; without a day, the case is looked at from the day of the judgement."""
    case, place = case_text("children:\n  - child.died: true\n    concern.authority_view: {value: suspected, role: lead officer, ▶on: 2024-01-03}\n")
    assert place is not None
    ruleset = load_ruleset("england")
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 1, 2))
    assert [fault.place for fault in caught.value.faults] == [f"case.yaml:{place[0]}:{place[1]}"]
    assert "concern.authority_view was judged on 2024-01-03, after the day the case is looked at from (2024-01-02)" in str(caught.value)
    assert evaluate(ruleset, case, as_of=date(2024, 1, 3)).checked.latest == date(2024, 1, 3)


def test_a_date_that_may_lie_ahead_may_lie_after_the_day_it_is_looked_at_from(ruleset: Ruleset) -> None:
    assert evaluate(ruleset, Case({"hearing.held_on": "2030-01-01"}), as_of=AS_OF).as_of == AS_OF


def test_the_child_whose_date_lies_ahead_is_the_one_named(ruleset: Ruleset) -> None:
    case, place = case_text("children:\n  - child.died_on: 2024-01-01\n  - ▶child.died_on: 2025-01-01\n")
    assert place is not None
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 6, 1))
    assert caught.value.faults[0].place == f"case.yaml:{place[0]}:{place[1]}"


def test_every_date_that_lies_ahead_is_reported(ruleset: Ruleset) -> None:
    case = Case({"incident.occurred_on": "2024-07-01", "incident.aware_on": "2024-08-01"}, [{"child.died_on": "2024-07-02"}, {}])
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 6, 1))
    assert [fault.path for fault in caught.value.faults] == [
        "facts.incident.occurred_on",
        "children[0].child.died_on",
        "facts.incident.aware_on",
    ]


def test_a_date_of_every_child_that_lies_ahead_is_reported_once(ruleset: Ruleset) -> None:
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, Case({"child.died_on": "2024-07-02"}, [{}, {}, {}]), as_of=date(2024, 6, 1))
    assert len(caught.value.faults) == 1
