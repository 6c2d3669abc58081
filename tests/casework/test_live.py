"""A case as it unfolds: who is called, when, how often, and what is taken back. Durable_rules' version of the same is in `test_durable.py`."""

from __future__ import annotations

import itertools
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import Case, CaseError, Clock, Event, LiveCase, OwedDuty, QuestionError, evaluate, load_ruleset
from cspr_rules.casework.history import CaseHistory
from cspr_rules.engine import durable

SIN = "england.notification.serious_incident"
AWARE = date(2024, 3, 27)  # a Wednesday; Easter takes the Friday and the Monday
DUE = date(2024, 4, 5)
HARMED = {
    "child.place_of_harm": "in_area",
    "incident.occurred_on": "2024-03-26",
    "incident.authority_aware_on": "2024-03-27",
    "concern.authority_view": "suspected",
    "child.age_at_harm": 3,
    "child.seriously_harmed": True,
}


class Listener:
    """Notes every call."""

    def __init__(self) -> None:
        self.met: list[tuple[str, int | None]] = []
        self.duties: list[str] = []
        self.deadlines: list[tuple[str, date | None]] = []
        self.events: list[Event] = []

    def on_met(self, rule_id: str, child: int | None) -> None:
        self.met.append((rule_id, child))

    def on_duty(self, duty: OwedDuty) -> None:
        self.duties.append(duty.id)

    def on_deadline(self, duty: OwedDuty, clock: Clock) -> None:
        self.deadlines.append((duty.id, clock.due_on))

    def calls(self) -> dict[str, Any]:
        return {"on_met": self.on_met, "on_duty": self.on_duty, "on_deadline": self.on_deadline, "on_event": self.events.append}


def begun(heard: Listener | None = None, **options: Any) -> LiveCase:
    return LiveCase(load_ruleset("bcp"), as_of=AWARE, **(heard.calls() if heard else {}), **options)


def told(heard: Listener | None = None, facts: dict[str, Any] = HARMED) -> LiveCase:
    live = begun(heard)
    for fact, value in facts.items():
        live.tell(AWARE, fact, value)
    return live


def kinds(events: tuple[Event, ...], subject: str) -> list[str]:
    return [event.kind for event in events if subject in (event.rule_id, event.duty.id if event.duty else None)]


# -- what is called back -------------------------------------------------------------------------------------------------------------


def test_the_last_fact_that_was_missing_makes_the_criterion_met_and_the_duty_owed() -> None:
    heard = Listener()
    live = begun(heard)
    *first, last = HARMED.items()
    for fact, value in first:
        live.tell(AWARE, fact, value)
    assert (SIN, 1) not in heard.met
    assert "notify_panel" not in heard.duties
    events = live.tell(AWARE, *last)
    assert heard.met.count((SIN, 1)) == 1
    assert heard.duties.count("notify_panel") == 1
    assert kinds(events, SIN) == ["met", "owed"]
    assert set(events) <= set(heard.events)


def test_a_criterion_of_the_whole_incident_has_no_child() -> None:
    heard = Listener()
    told(heard)
    scopes = {rule.id: rule.scope for rule in load_ruleset("bcp").rules}
    assert {scopes[rule_id] for rule_id, child in heard.met if child is None} <= {"incident"}
    assert {scopes[rule_id] for rule_id, child in heard.met if child is not None} == {"child"}


def test_each_deadline_is_called_once_on_the_day_after_it_and_never_again() -> None:
    heard = Listener()
    live = told(heard)
    for days in range(1, 30):
        live.tick(AWARE + timedelta(days=days))
        passed = [due for duty, due in heard.deadlines if duty == "notify_panel"]
        assert bool(passed) == (live.as_of > DUE)
    assert passed
    assert set(passed) == {DUE}
    clocks = next(duty for duty in live.record.duties if duty.id == "notify_panel").clocks
    assert len(passed) == sum(clock.due_on == DUE for clock in clocks)
    assert all(event.on == (event.clock.due_on or date.max) + timedelta(days=1) for event in heard.events if event.clock)


def test_a_tick_over_several_deadlines_calls_them_in_the_order_in_which_they_fell() -> None:
    heard = Listener()
    notified = HARMED | {"child.died": False, "notification.kind": "safeguarding", "notification.sent_on": "2024-03-27"}
    told(heard, notified).tick(date(2025, 6, 1))
    days = [due for _, due in heard.deadlines if due]
    assert len(set(days)) > 2
    assert days == sorted(days)
    slow = Listener()
    live = told(slow, notified)
    while live.as_of < date(2025, 6, 1):
        live.tick(live.as_of + timedelta(days=1))
    assert sorted(slow.deadlines, key=str) == sorted(heard.deadlines, key=str)


def test_nothing_passes_once_the_step_is_recorded() -> None:
    heard = Listener()
    live = told(heard)
    live.tell(date(2024, 4, 3), "notification.kind", "safeguarding")
    live.tell(date(2024, 4, 3), "notification.sent_on", "2024-04-02")
    live.tick(date(2024, 6, 1))
    assert not [duty for duty, _ in heard.deadlines if duty == "notify_panel"]


def test_a_deadline_that_passed_before_the_news_of_the_step_is_called_first() -> None:
    heard = Listener()
    live = told(heard, HARMED | {"notification.kind": "safeguarding"})
    events = live.tell(date(2024, 4, 9), "notification.sent_on", "2024-04-04")
    assert ("notify_panel", DUE) in heard.deadlines
    assert kinds(events, "notify_panel")[0] == "passed"
    assert next(duty for duty in live.record.duties if duty.id == "notify_panel").status == "met"


def test_a_duty_that_arises_overdue_says_so_at_once() -> None:
    heard = Listener()
    live = told(heard, {fact: value for fact, value in HARMED.items() if fact != "child.seriously_harmed"})
    events = live.tell(date(2024, 5, 1), "child.seriously_harmed", True)
    assert kinds(events, "notify_panel")[:2] == ["owed", "passed"]
    assert ("notify_panel", DUE) in heard.deadlines


# -- second thoughts -----------------------------------------------------------------------------------------------------------------


def test_a_correction_takes_back_what_followed_and_can_be_corrected_again() -> None:
    heard = Listener()
    live = told(heard)
    gone = live.correct(AWARE, "child.seriously_harmed", False)
    assert kinds(gone, SIN) == ["no_longer_met", "no_longer_owed"]
    assert "notify_panel" not in {duty.id for duty in live.record.duties}
    again = live.correct(AWARE, "child.seriously_harmed", True)
    assert kinds(again, SIN) == ["met", "owed"]
    assert heard.met.count((SIN, 1)) == 2


def test_a_withdrawn_fact_is_unknown_and_not_false() -> None:
    live = told()
    live.withdraw(AWARE, "child.seriously_harmed")
    assert live.record.decisions[SIN].outcome == "undetermined"
    assert "child.seriously_harmed" not in live.case.facts
    live.tell(AWARE, "child.seriously_harmed", False)
    assert live.record.decisions[SIN].outcome != "met"


def test_the_history_keeps_every_second_thought() -> None:
    live = told()
    live.correct(AWARE, "child.seriously_harmed", False)
    live.withdraw(date(2024, 4, 1), "child.seriously_harmed")
    assert [entry.kind for entry in live.history.entries][-3:] == ["recorded", "corrected", "withdrawn"]


def test_a_moved_deadline_passes_again_and_one_moved_back_does_not() -> None:
    heard = Listener()
    live = told(heard)
    live.tick(date(2024, 4, 8))
    live.correct(date(2024, 4, 8), "incident.occurred_on", "2024-03-20")
    live.correct(date(2024, 4, 8), "incident.authority_aware_on", "2024-03-21")
    earlier = {due for duty, due in heard.deadlines if duty == "notify_panel"}
    assert earlier == {DUE, date(2024, 3, 28)}
    count = len(heard.deadlines)
    live.correct(date(2024, 4, 8), "incident.authority_aware_on", "2024-03-27")
    assert len(heard.deadlines) == count


# -- what is refused -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "fact", "value", "message"),
    [
        (AWARE, "child.seriously_harmed", False, "child.seriously_harmed stands recorded with another value"),
        (date(2024, 4, 2), "child.dead", True, "there is no fact called 'child.dead'"),
        (date(2024, 4, 2), "child.died", "perhaps", "expected true or false"),
        (date(2024, 4, 2), "notification.sent_on", "2024-04-03", "after the day the case is looked at from"),
        (date(2024, 4, 2), "notification.sent_on", "2024-03-01", "both cannot be so"),
        (date(2024, 3, 26), "child.died", False, "the case stands at 2024-03-27; it cannot go back to 2024-03-26"),
    ],
)
def test_what_cannot_be_so_is_refused_and_changes_nothing(day: date, fact: str, value: Any, message: str) -> None:
    heard = Listener()
    live = told(heard)
    before = (live.as_of, live.record, live.history.entries, list(heard.events))
    with pytest.raises(CaseError, match=message):
        live.tell(day, fact, value)
    assert before == (live.as_of, live.record, live.history.entries, heard.events)


def test_telling_the_same_again_is_allowed_and_nothing_follows() -> None:
    live = told()
    assert live.tell(AWARE, "child.age_at_harm", 3) == ()
    assert live.tell(AWARE, "incident.authority_aware_on", AWARE) == ()


@pytest.mark.parametrize("action", ["correct", "withdraw"])
def test_nothing_can_be_taken_back_that_was_not_told(action: str) -> None:
    arguments = (AWARE, "child.died", True) if action == "correct" else (AWARE, "child.died")
    with pytest.raises(CaseError, match=r"nothing is known of child\.died here"):
        getattr(begun(), action)(*arguments)


def test_days_only_pass_forward() -> None:
    with pytest.raises(CaseError, match="cannot go back"):
        begun().tick(AWARE - timedelta(days=1))


def test_the_engine_is_looked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    monkeypatch.setattr(durable, "_ours", object())
    with pytest.raises(QuestionError, match=r"pip install 'cspr-rules\[durable\]'"):
        begun(engine="durable")
    assert told().record.decisions[SIN].outcome == "met"


# -- several children, several cases, several sittings -------------------------------------------------------------------------------


def test_each_child_is_called_by_its_number_and_a_duty_owed_once_is_called_once() -> None:
    heard = Listener()
    live = begun(heard)
    for child in (2, 1):
        for fact, value in HARMED.items():
            live.tell(AWARE, fact, value, child if fact.startswith(("child.", "concern.")) else None)
    assert [child for rule_id, child in heard.met if rule_id == SIN] == [2, 1]
    assert heard.duties.count("notify_panel") == 1
    assert next(duty for duty in live.record.duties if duty.id == "notify_panel").children == (1, 2)


@pytest.mark.slow
def test_the_order_of_telling_within_a_day_makes_no_difference() -> None:
    expected = evaluate(load_ruleset("bcp"), Case(HARMED), as_of=AWARE).to_json()
    for order in itertools.islice(itertools.permutations(HARMED.items()), 0, None, 90):
        assert told(facts=dict(order)).record.to_json() == expected


def test_two_live_cases_share_nothing() -> None:
    left, right = told(), begun()
    right.tell(AWARE, "child.died", False)
    assert left.record.decisions[SIN].outcome == "met"
    assert right.case == Case({"child.died": False})


def test_a_case_is_taken_up_again_where_it_was_left() -> None:
    heard = Listener()
    live = told(heard)
    live.tell(date(2024, 4, 8), "notification.kind", "safeguarding")
    live.tell(date(2024, 4, 8), "notification.sent_on", "2024-04-08")
    earlier = len(heard.deadlines)
    again = Listener()
    resumed = LiveCase(live.ruleset, as_of=live.as_of, history=live.history, **again.calls())
    assert resumed.record.to_json() == live.record.to_json()
    assert not again.events
    live.tick(date(2024, 6, 1))
    resumed.tick(date(2024, 6, 1))
    assert earlier
    assert again.deadlines == heard.deadlines[earlier:] != []
    assert live.history.entries == resumed.history.entries


def test_a_history_that_reaches_past_the_day_is_refused() -> None:
    history = CaseHistory()
    history.record(date(2024, 5, 1), {"child.died": True})
    with pytest.raises(CaseError, match="entries of 2024-05-01, after the day on which the live case begins"):
        begun(history=history)


def test_the_history_that_was_handed_over_is_not_written_to() -> None:
    history = CaseHistory()
    history.record(AWARE, {"child.died": False})
    begun(history=history).tell(AWARE, "child.age_at_harm", 3)
    assert len(history.entries) == 1


# -- listeners -----------------------------------------------------------------------------------------------------------------------


def test_a_listener_may_tell_more() -> None:
    live = begun()

    def answer(rule_id: str, child: int | None) -> None:
        if rule_id == SIN:
            live.tell(live.as_of, "notification.kind", "safeguarding")

    live.on_met = answer
    for fact, value in HARMED.items():
        live.tell(AWARE, fact, value)
    assert live.case.facts["notification.kind"] == "safeguarding"


def test_an_error_in_a_listener_reaches_the_caller_and_the_fact_is_kept() -> None:
    live = begun()

    def fail(rule_id: str, child: int | None) -> None:
        raise RuntimeError("no connection")

    *first, last = HARMED.items()
    for fact, value in first:
        live.tell(AWARE, fact, value)
    live.on_met = fail
    with pytest.raises(RuntimeError, match="no connection"):
        live.tell(AWARE, *last)
    assert live.record.decisions[SIN].outcome == "met"


# -- the how-to page -----------------------------------------------------------------------------------------------------------------


def test_the_how_to_page_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "live-cases.md").read_text(encoding="utf-8")
    code, printed = (page.split(f"```{kind}\n")[1].split("```")[0] for kind in ("python", "text"))
    exec(compile(code, "live-cases.md", "exec"), {})  # noqa: S102 -- the page's own code
    assert capsys.readouterr().out == printed
