"""A case over time: what entries do to each other, and what any day knew."""

from __future__ import annotations

import doctest
import json
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import Case, CaseError, load_ruleset
from cspr_rules.casework import history
from cspr_rules.casework.changes import features
from cspr_rules.casework.entries import Entry
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import history_from
from tests.support.histories import histories, reordered

SIN = "england.notification.serious_incident"
MONDAY = date(2025, 1, 13)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def refused(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(CaseError) as error:
        call(*arguments, **named)
    return str(error.value)


# -- recording, correcting, withdrawing ----------------------------------------------------------------------------------------------


def test_a_recorded_fact_is_never_overridden_by_recording_another_value() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.died": False})
    message = refused(history.record, later(2), {"child.died": True})
    assert "entry 'e1' of 2025-01-13" in message
    assert "correct or withdraw 'e1' by name" in message
    assert len(history.entries) == 1


def test_recording_several_facts_adds_all_of_them_or_none() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.died": False})
    refused(history.record, MONDAY, {"child.age_at_harm": 3, "child.died": True})
    assert [entry.fact for entry in history.entries] == ["child.died"]
    history.record(MONDAY, {"child.age_at_harm": 3})
    assert [entry.id for entry in history.entries] == ["e1", "e2"]


def test_recording_the_same_value_again_is_allowed_and_changes_nothing() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.died": False})
    history.record(later(1), {"child.died": False})
    assert history.at(later(1)) == history.at(MONDAY)


def test_one_is_not_true() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.age_at_harm": 1})
    refused(history.record, MONDAY, {"child.age_at_harm": True})


def test_a_number_and_a_day_known_in_part_do_not_agree() -> None:
    """Only a file, or a caller without rules, can say both of one fact; nothing knows its type before the rules do."""
    history = CaseHistory()
    history.record(MONDAY, {"child.age_at_harm": 3})
    assert "stands recorded with another value" in refused(history.record, MONDAY, {"child.age_at_harm": "2024-03"})


def test_a_name_without_end_is_told_in_short() -> None:
    raw = [{"on": str(MONDAY), "fact": "child.died", "value": False, "id": "e1"}, {"on": str(MONDAY), "fact": "x" * 5_000, "withdraws": "e1"}]
    lines = [{"schema": "cspr-rules/casefile/1"}, *raw]
    with pytest.raises(CaseError) as caught:
        history_from("".join(json.dumps(line) + "\n" for line in lines).encode(), "h.jsonl")
    assert "is about child.died, not about xxx" in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_correction_names_every_entry_that_says_the_same() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.died": False})
    history.record(later(1), {"child.died": False})
    made = history.correct(later(2), "e1", True, because="the hospital rang")
    assert made.replaces == ("e1", "e2")
    assert history.at(later(2)).facts["child.died"] is True
    assert history.at(later(1)).facts["child.died"] is False


def test_an_entry_is_replaced_once() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.died": False})
    history.correct(later(1), "e1", True)
    assert "no longer stands by 'e2'" in refused(history.correct, later(2), "e1", False)
    assert "no longer stands by 'e2'" in refused(history.withdraw, later(2), "e1")
    history.correct(later(2), "e2", False)
    assert history.at(later(2)).facts["child.died"] is False


def test_what_is_withdrawn_is_unknown_and_may_be_recorded_afresh() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.died": False})
    gone = history.withdraw(later(1), "e1")
    assert history.at(later(1)) == Case()
    assert "no longer stands: it is a withdrawal" in refused(history.withdraw, later(1), gone)
    history.record(later(1), {"child.died": True})
    assert history.at(later(1)).facts["child.died"] is True


def test_not_yet_gives_way_to_the_day_on_which_it_happened() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"notification.sent_on": "not_yet"})
    history.record(later(1), {"notification.sent_on": "not_yet"})
    history.record(later(3), {"notification.sent_on": later(2)})
    assert [history.at(later(day)).facts["notification.sent_on"] for day in (0, 3)] == ["not_yet", "2025-01-15"]


def test_not_yet_does_not_give_way_to_a_day_before_it_was_said() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"notification.sent_on": "not_yet"})
    assert "another value in entry 'e1'" in refused(history.record, later(3), {"notification.sent_on": later(-1)})


def test_a_step_taken_cannot_become_not_yet() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"notification.sent_on": MONDAY})
    refused(history.record, later(1), {"notification.sent_on": "not_yet"})


def test_entries_are_added_in_the_order_of_days() -> None:
    history = CaseHistory()
    history.record(later(5), {"child.died": False})
    assert "the day of a step is its value" in refused(history.record, later(4), {"notification.sent_on": later(4)})


def test_nothing_is_recorded_as_unknown() -> None:
    for value in (None, "unknown"):
        assert "withdraw the entry" in refused(CaseHistory().record, MONDAY, {"child.died": value})


def test_values_no_case_can_hold_are_refused_without_being_repeated() -> None:
    message = refused(CaseHistory().record, MONDAY, {"child.age_at_harm": [1.5, "Jane"]})
    assert "expected true or false" in message
    assert "Jane" not in message


@pytest.mark.parametrize("child", [0, -1, 1001])
def test_children_are_counted_from_one(child: int) -> None:
    assert "from 1 to 1000" in refused(CaseHistory().record, MONDAY, {"child.died": True}, child=child)


def test_faults_in_entries_are_listed_together() -> None:
    entries = [
        Entry("a", MONDAY, 1, "recorded", "child.died", 1, False),
        Entry("a", MONDAY, 2, "recorded", "child.died", 1, False),
        Entry("b", MONDAY, 3, "corrected", "child.died", 1, True, ("nobody",)),
        Entry("c", MONDAY, 4, "corrected", "child.died", 2, True, ("a",)),
        Entry("d", MONDAY, 5, "corrected", "child.died", 1, True),
        Entry("e", MONDAY, 6, "recorded", "child.died", 1, True),
    ]
    with pytest.raises(CaseError) as error:
        CaseHistory(entries)
    assert [fault.message.split(";")[0][:60] for fault in error.value.faults] == [
        "there already is an entry called 'a'",
        "it names the entry 'nobody', and no entry before it is calle",
        "entry 'a' is about child.died of child 1, not about child.di",
        "a correction or a withdrawal names the entries it replaces, ",
        "child.died of child 1 stands recorded with another value in ",
    ]


# -- rebuilding a case ---------------------------------------------------------------------------------------------------------------


def test_judgements_keep_who_made_them_when_why_and_who_disagreed() -> None:
    history = CaseHistory()
    history.record(
        MONDAY, {"child.seriously_harmed": True}, child=1, role="lead officer", judged_on=later(-1), reasons="two fractures", dissent="the ward"
    )
    record = history.evaluate(load_ruleset("bcp"), MONDAY)
    (judgement,) = record.checked.judgements
    assert judgement == ("child.seriously_harmed", 1, "lead officer", later(-1), "two fractures", "the ward")


def test_nobody_judged_after_the_day_on_which_it_became_known() -> None:
    history = CaseHistory()
    said = refused(history.record, MONDAY, {"concern.authority_view": "suspected"}, role="lead officer", judged_on=later(1))
    assert "the judgement is dated 2025-01-14, after the day on which it became known here (2025-01-13)" in said
    assert history.entries == ()
    history.record(later(1), {"concern.authority_view": "suspected"}, role="lead officer", judged_on=later(1))


def test_a_case_made_into_a_history_comes_back_as_it_was() -> None:
    case = Case(
        {"child.place_of_harm": "in_area", "incident.occurred_on": None},
        [{"child.seriously_harmed": {"value": True, "role": "r", "on": "2025-01-10"}}, {"child.age_at_harm": 3, "child.died": "unknown"}],
    )
    assert (
        CaseHistory.of(case, MONDAY).at(MONDAY).check(load_ruleset("bcp").vocabulary).children == case.check(load_ruleset("bcp").vocabulary).children
    )


def test_children_join_as_they_become_known() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.died": True}, child=2)
    assert history.at(MONDAY).children == ({}, {"child.died": True})


def test_the_day_known_and_the_day_looked_from_are_two_clocks() -> None:
    ruleset, history = load_ruleset("england"), CaseHistory()
    told = {"incident.authority_aware_on": MONDAY, "incident.occurred_on": MONDAY, "child.place_of_harm": "in_area"}
    history.record(MONDAY, told)
    history.record(MONDAY, {"concern.authority_view": "suspected", "child.died": True, "child.age_at_harm": 3}, child=1)
    status = {
        (known, looked): next(duty for duty in history.evaluate(ruleset, later(known), later(looked)).duties if duty.id == "notify_panel").status
        for known, looked in ((0, 0), (0, 7), (0, 8), (8, 8))
    }
    assert status == {(0, 0): "due", (0, 7): "due_today", (0, 8): "overdue", (8, 8): "overdue"}


def test_a_fault_names_the_entry() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"notification.sent_on": later(1)})
    assert refused(history.evaluate, load_ruleset("bcp"), MONDAY).startswith("entry e1: notification.sent_on is 2025-01-14, after the day")


def test_documentation() -> None:
    assert doctest.testmod(history).failed == 0


# -- what changed --------------------------------------------------------------------------------------------------------------------


def incident() -> CaseHistory:
    history = CaseHistory()
    history.record(MONDAY, {"incident.authority_aware_on": MONDAY, "incident.occurred_on": MONDAY, "child.place_of_harm": "in_area"})
    history.record(MONDAY, {"child.age_at_harm": 3, "child.seriously_harmed": True}, child=1)
    return history


def test_an_outcome_is_put_down_to_the_one_entry_that_changed_it() -> None:
    history = incident()
    history.record(later(2), {"concern.authority_view": "suspected", "child.looked_after": False}, child=1)
    history.record(later(2), {"partners.told_on": later(1)})
    changes = history.changes(load_ruleset("bcp"), MONDAY, later(2))
    (change,) = [each for each in changes.of("outcome") if each.subject == SIN]
    assert (change.before, change.after, change.child, change.smallest) == ("undetermined", "met", 1, True)
    assert [entry.fact for entry in change.because] == ["concern.authority_view"]
    assert change.or_else == ()
    (done,) = [each for each in changes.of("done") if each.subject == "report_to_partners"]
    assert done.after == "2025-01-14"


def test_every_set_as_small_is_named() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.place_of_harm": "in_area", "child.age_at_harm": 3})
    history.record(later(1), {"concern.authority_view": "suspected"})
    history.record(later(1), {"child.died": True})
    (change,) = [each for each in history.changes(load_ruleset("bcp"), MONDAY, later(1)).of("outcome") if each.subject == SIN]
    assert [[entry.fact for entry in each] for each in (change.because, *change.or_else)] == [["concern.authority_view"], ["child.died"]]


def test_two_entries_either_of_which_would_do_are_named_together() -> None:
    history = CaseHistory()
    history.record(MONDAY, {"child.place_of_harm": "in_area", "concern.authority_view": "suspected", "child.age_at_harm": 3})
    history.record(later(1), {"child.died": True})
    history.record(later(1), {"child.seriously_harmed": True})
    (change,) = [each for each in history.changes(load_ruleset("bcp"), MONDAY, later(1)).of("outcome") if each.subject == SIN]
    assert {entry.fact for entry in change.because} == {"child.died", "child.seriously_harmed"}


def test_what_time_alone_changed_is_put_down_to_no_entry() -> None:
    history = incident()
    history.record(MONDAY, {"concern.authority_view": "suspected"}, child=1)
    changes = history.changes(load_ruleset("bcp"), MONDAY, later(8))
    (change,) = [each for each in changes.of("status") if each.subject == "notify_panel"]
    assert (change.before, change.after, change.because) == ("due", "overdue", ())


def test_a_corrected_date_moves_what_is_counted_from_it() -> None:
    history = incident()
    history.record(MONDAY, {"concern.authority_view": "suspected"}, child=1)
    aware = next(entry for entry in history.entries if entry.fact == "incident.authority_aware_on")
    history.correct(later(1), aware, later(1))
    (change,) = [each for each in history.changes(load_ruleset("england"), MONDAY, later(1)).of("due") if each.subject == "notify_panel"]
    assert (change.before, change.after, [entry.kind for entry in change.because]) == ("2025-01-20", "2025-01-21", ["corrected"])


def test_days_the_wrong_way_round_are_refused() -> None:
    assert "expected the earlier day first" in refused(incident().changes, load_ruleset("bcp"), later(1), MONDAY)


# -- properties ----------------------------------------------------------------------------------------------------------------------


def answer(history: CaseHistory, known_on: date, *, whole: bool = False) -> Any:
    """Return what is decided of a case as known on a day (with every word of the record, if asked for), or what is wrong with it."""
    try:
        record = history.evaluate(load_ruleset("bcp"), known_on)
    except CaseError as error:
        return sorted(fault.message for fault in error.faults)
    return record.to_json() if whole else features(record)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(histories())
def test_any_prefix_gives_what_stopping_there_gave(history: CaseHistory) -> None:
    for day in history.days:
        stopped = CaseHistory([entry for entry in history.entries if entry.on <= day])
        assert stopped.at(day + timedelta(days=3)) == stopped.at(day) == history.at(day) == history.upto(day).at(day)
        assert answer(stopped, day) == answer(history, day)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.data())
def test_order_within_a_day_does_not_matter(data: st.DataObject) -> None:
    history = data.draw(histories(most_a_day=6))
    other = CaseHistory(data.draw(reordered(history)))
    for day in history.days:
        assert other.at(day) == history.at(day)
        assert list(other.at(day).facts) == list(history.at(day).facts)
        whole = day == history.last_day and len(history.entries) % 3 == 0  # every word of a record takes long
        assert answer(other, day, whole=whole) == answer(history, day, whole=whole)


@settings(max_examples=150, deadline=None)
@given(histories())
def test_nothing_is_lost_or_overridden(history: CaseHistory) -> None:
    """What stands on a day was recorded or given by a correction, and what no longer stands was named by another entry."""
    for day in history.days:
        known = [entry for entry in history.entries if entry.on <= day]
        named = {name for entry in known for name in entry.replaces}
        standing = {entry.slot: entry.value for entry in history.standing(day)}
        for entry in known:
            if entry.id not in named and entry.kind != "withdrawn" and entry.value != "not_yet":
                assert standing[entry.slot] == entry.value


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(histories(most_days=3, most_a_day=3, children=1))
def test_causes_are_the_smallest_by_trying_every_set(history: CaseHistory) -> None:
    ruleset = load_ruleset("england")
    first, last = history.days[0], history.days[-1]
    between = [entry for entry in history.entries if entry.on > first]
    try:
        changes = history.changes(ruleset, first, last)
    except CaseError:
        return

    def without(names: tuple[str, ...]) -> dict[Any, str] | None:
        kept = [entry for entry in history.entries if entry.id not in names]
        if any(name in names for entry in kept for name in entry.replaces):
            return None
        try:
            return features(CaseHistory(kept).evaluate(ruleset, last))
        except CaseError:
            return None

    answers = {chosen: without(chosen) for size in range(len(between) + 1) for chosen in combinations([entry.id for entry in between], size)}
    untouched = answers[tuple(entry.id for entry in between)]
    assert untouched is not None
    for change in changes.changes:
        feature = (change.what, change.subject, change.child)
        undoing = [chosen for chosen, found in answers.items() if found is not None and found.get(feature) == untouched.get(feature)]
        smallest = min(len(chosen) for chosen in undoing)
        named = {tuple(entry.id for entry in each) for each in (change.because, *change.or_else)}
        assert change.smallest
        assert named == {chosen for chosen in undoing if len(chosen) == smallest}
