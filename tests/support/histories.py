"""Random case files over time, for property tests: entries added day by day through the front door, as a person would."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from cspr_rules import load_ruleset
from cspr_rules.casework.entries import Entry
from cspr_rules.casework.history import CaseHistory
from cspr_rules.errors import CaseError
from cspr_rules.model.vocabulary import Fact

START = date(2025, 1, 6)
FACTS = (
    "incident.occurred_on",
    "incident.authority_aware_on",
    "child.place_of_harm",
    "child.died",
    "child.seriously_harmed",
    "child.age_at_harm",
    "concern.authority_view",
    "notification.kind",
    "notification.decided_on",
    "notification.sent_on",
    "partners.told_on",
    "rapid_review.meeting_planned_for",
    "rapid_review.returns_requested_on",
    "rapid_review.meeting_on",
    "rapid_review.completed_on",
    "rapid_review.sent_to_panel_on",
    "agency.believes_criteria_met",
    "child.died_on",
)


def value_of(fact: Fact, on: date, draw: st.DrawFn) -> Any:
    """Draw a value of a fact that could be entered on a day."""
    match fact.type:
        case "yes_no":
            return draw(st.booleans())
        case "one_of":
            return draw(st.sampled_from(list(fact.values)))
        case "number":
            return draw(st.integers(fact.at_least or 0, min(fact.at_most or 20, 20)))
    if draw(st.integers(0, 4)) == 0:
        return "not_yet"
    return on - timedelta(days=draw(st.integers(0, 4)))


@st.composite
def histories(draw: st.DrawFn, most_days: int = 5, most_a_day: int = 4, children: int = 2) -> CaseHistory:
    """Draw a history whose entries agree with each other; whether the case makes sense is another question."""
    vocabulary = load_ruleset("bcp").vocabulary
    history, on = CaseHistory(profile="bcp", reference="drawn"), START
    for _ in range(draw(st.integers(1, most_days))):
        on += timedelta(days=draw(st.integers(1, 6)))
        for _ in range(draw(st.integers(1, most_a_day))):
            add(history, on, vocabulary.by_id[draw(st.sampled_from(FACTS))], draw, children)
    return history


def add(history: CaseHistory, on: date, fact: Fact, draw: st.DrawFn, children: int) -> None:
    """Record, correct or withdraw one fact; what the history refuses is left out."""
    child = draw(st.integers(1, children)) if fact.scope == "child" else None
    standing = [entry for entry in history.standing(on) if entry.slot == (fact.id, child)]
    role = draw(st.sampled_from([None, "lead officer", "duty manager"])) if fact.kind == "judgement" else None
    try:
        action = draw(st.integers(0, 3))
        if standing and action == 0:
            history.withdraw(on, standing[0])
        elif standing and action == 1:
            history.correct(on, standing[0], value_of(fact, on, draw), role=role)
        else:
            history.record(on, {fact.id: value_of(fact, on, draw)}, child=child, role=role)
    except CaseError:
        pass


@st.composite
def reordered(draw: st.DrawFn, history: CaseHistory) -> tuple[Entry, ...]:
    """Draw another order of the entries of each day, in which what an entry names still stands before it."""
    order: list[Entry] = []
    for day in history.days:
        left = draw(st.permutations([entry for entry in history.entries if entry.on == day]))
        while left:
            here = {entry.id for entry in left}
            entry = next(entry for entry in left if here.isdisjoint(entry.replaces))
            order.append(entry)
            left = [each for each in left if each is not entry]
    return tuple(order)
