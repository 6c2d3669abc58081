"""The headline questions: each answered in a sentence with its day, on every shipped case and on cases made at random."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import Case, CaseError, DecisionRecord, evaluate, load_ruleset
from cspr_rules.explain.verdict import Verdict
from cspr_rules.explain.ways import changes
from tests.support.compare_engines import LATE, maker
from tests.support.rules_files import HEADLINES
from tests.support.rules_folders import Folder
from tests.support.shipped import FILES, every_case, named, record

FACT_ID = re.compile(r"\b[a-z_]+\.[a-z_]+\b|\bD\d+\b|[{}]")
KNOWN = {
    "incident.occurred_on": "2024-03-27",
    "incident.authority_aware_on": "2024-03-27",
    "child.age_at_harm": 0,
    "child.place_of_harm": "in_area",
    "child.died": False,
    "child.seriously_harmed": True,
    "concern.authority_view": "suspected",
    "home.accommodated_in_childrens_home": False,
}


def verdict(record: DecisionRecord, headline: str = "panel") -> Verdict:
    return next(each for each in record.verdicts if each.headline.id == headline)


def decide(
    changed: dict[str, Any], as_of: date = date(2024, 4, 2), profile: str = "bcp", children: tuple[dict[str, Any], ...] = ()
) -> DecisionRecord:
    facts = {name: value for name, value in {**KNOWN, **changed}.items() if value is not None}
    return evaluate(load_ruleset(profile), Case(facts, children), as_of=as_of)


@cache
def made_up() -> tuple[DecisionRecord, ...]:
    chance, found = random.Random(12), []  # noqa: S311 -- the same cases each time
    for profile in ("england", "bcp"):
        source = maker(profile)
        found += [evaluate(source.ruleset, source.case(chance), as_of=LATE) for _ in range(150)]
    return tuple(found)


# -- what is said --------------------------------------------------------------------------------------------------------------------


def test_a_yes_names_who_what_and_the_day() -> None:
    found = verdict(named("baby-head-injury-before-easter"))
    assert found.sentence == "Yes: BCP Council must notify the Panel. Plan for Friday 5 April 2024, 3 working days left."
    assert (found.state, found.day, found.left, found.who) == ("yes", date(2024, 4, 5), 3, ("BCP Council",))
    assert {each.key for each in found.cites} >= {"ca2004/s16C/1"}


@pytest.mark.parametrize(
    ("changed", "as_of", "said"),
    [
        ({}, date(2024, 4, 5), "It is due today, Friday 5 April 2024."),
        ({}, date(2024, 4, 8), "It was due by Friday 5 April 2024: 1 working day late, and nothing is recorded as done."),
        ({"notification.sent_on": "2024-04-05", "notification.kind": "safeguarding"}, date(2024, 4, 8), "Done on Friday 5 April 2024."),
        (
            {"notification.sent_on": "2024-04-08", "notification.kind": "safeguarding"},
            date(2024, 4, 8),
            "Done on Monday 8 April 2024, after its day.",
        ),
        (
            {"notification.sent_on": "2024-04-05"},
            date(2024, 4, 8),
            "It was due by Friday 5 April 2024: 1 working day late, and a step taken on 5 April 2024 is recorded and is not known to count.",
        ),
        (
            {"incident.authority_aware_on": None},
            date(2024, 4, 8),
            "Its time runs from a day that is not recorded: On what day did the local authority",
        ),
    ],
)
def test_a_yes_says_how_its_day_stands(changed: dict[str, Any], as_of: date, said: str) -> None:
    assert verdict(decide(changed, as_of)).sentence.startswith(f"Yes: BCP Council must notify the Panel. {said}")


def test_a_rapid_review_is_due_before_a_notification_is_sent_and_its_days_run_from_the_incident() -> None:
    found = verdict(decide({"notification.sent_on": "not_yet"}), "rapid_review")
    assert (found.state, found.day) == ("yes", date(2024, 4, 19))  # Good Friday and Easter Monday do not count
    waiting = verdict(decide({}), "rapid_review").sentence
    assert "A further duty is not decided; if so, " in waiting
    assert "For children it" not in waiting


def test_an_open_question_says_what_it_turns_on_and_by_when_it_would_be() -> None:
    found = verdict(decide({"child.seriously_harmed": None}))
    assert found.sentence == (
        "Not decided: it turns on whether the child has been seriously harmed. "
        "If so, BCP Council must notify the Panel; plan for Friday 5 April 2024, 3 working days left."
    )
    assert (found.state, found.by_if_so, found.day) == ("open", date(2024, 4, 5), None)
    assert [question.fact.id for question in found.turns_on] == ["child.seriously_harmed"]
    assert [(duty.id, duty.plan_for, duty.finding.outcome) for duty in found.if_so] == [("notify_panel", date(2024, 4, 5), "undetermined")]


def test_an_open_question_whose_day_has_gone_by_says_so() -> None:
    found = verdict(decide({"child.seriously_harmed": None}, as_of=date(2024, 8, 29)))
    assert found.sentence.endswith("If so, BCP Council must notify the Panel; it was due by Friday 5 April 2024, and nothing is recorded as done.")
    assert found.if_so[0].status == "overdue"


def test_a_no_says_why_and_whose_duty_it_is() -> None:
    elsewhere = verdict(decide({"child.place_of_harm": "elsewhere_in_england"}))
    assert elsewhere.state == "no"
    assert elsewhere.sentence == (
        "Not on these facts, because the child has not died and the harm was not done in the authority's area and the harm was not done outside "
        "England; tell the local authority for the place where the incident happened, whose duty it is."
    )
    assert not elsewhere.folded
    neither = verdict(decide({"concern.authority_view": "neither"}))
    assert neither.sentence == (
        "Not on these facts, because the local authority neither knows nor suspects that the child has been abused or neglected."
    )
    assert neither.folded


def test_before_the_law_and_before_any_law_held() -> None:
    changed = {"incident.occurred_on": "2017-03-01", "incident.authority_aware_on": "2017-03-02"}
    then = verdict(decide(changed, date(2017, 3, 6), "england"))
    assert then.sentence == (
        "Not on these facts, because no such duty was law on 1 March 2017; under the guidance of the time the local authority should report it "
        "to Ofsted and the Local Safeguarding Children Board."
    )
    changed = {"incident.occurred_on": "1985-03-01", "incident.authority_aware_on": "1985-03-02"}
    before = verdict(decide(changed, date(1985, 3, 6), "england"))
    assert (before.state, before.sentence) == ("open", "Not decided: no law of 1 March 1985 is held here.")


def test_a_child_for_whom_it_is_open_is_not_lost_beside_one_for_whom_it_is_yes() -> None:
    died = {"child.died": True, "child.died_on": "2024-03-27", "child.looked_after_by": "this_authority", "child.age_at_death": 9}
    open_ = {name: value for name, value in died.items() if name != "child.looked_after_by"}
    shared = {"child.died": None, "child.seriously_harmed": None, "child.age_at_harm": None}
    found = verdict(decide(shared, children=(died, open_)), "looked_after_or_care_leaver")
    assert found.state == "yes"
    assert {duty.children for duty in found.duties} == {(1,)}
    assert {duty.children for duty in found.if_so} == {(2,)}
    assert "For child 2 it is not decided; if so, it was due by Monday 1 April 2024, and nothing is recorded as done." in found.sentence
    both = verdict(decide(shared, children=(died, died)), "looked_after_or_care_leaver")
    assert (both.if_so, "not decided" in both.sentence) == ((), False)


def test_a_child_not_yet_judged_is_named_where_one_notification_is_owed_for_the_others() -> None:
    found = verdict(named("six-residents-harmed-in-one-home"))
    assert (found.state, found.if_so) == ("yes", ())
    assert found.sentence.endswith("For child 6 it is not decided.")


def test_what_takes_for_granted_what_is_not_so_leaves_nothing_open() -> None:
    home = verdict(decide({}), "home")
    assert (home.state, home.because) == ("no", ("the child or young person is not accommodated in a children's home",))
    assert verdict(decide({"home.accommodated_in_childrens_home": None}), "home").state == "open"
    assert verdict(decide({"home.accommodated_in_childrens_home": True}), "home").state == "open"


def test_a_caveat_travels_with_the_day() -> None:
    found = verdict(named("baby-harmed-ve-day-2020"), "rapid_review")
    assert [note.rule_id for note in found.caveats] == ["england.rapid_review.pandemic"]
    assert verdict(named("baby-harmed-in-first-week-of-the-duty"), "rapid_review").caveats == ()


# -- on every case -------------------------------------------------------------------------------------------------------------------


def sound(record: DecisionRecord) -> None:
    for each in record.verdicts:
        applying = [record.decisions[name] for name in each.headline.rules if name in record.decisions]
        outcomes = {decision.outcome for decision in applying}
        if each.state == "yes":
            assert "met" in outcomes
        else:
            assert "met" not in outcomes
            assert not each.duties
        if "met" not in outcomes and "undetermined" in outcomes and each.state == "no":  # only what takes something for granted that is not so
            for name in each.headline.rules:
                for child, row, finding in ((child, row, finding) for child, row, finding in record.findings() if finding.rule_id == name):
                    ways = changes(finding.source.exact, row, wanted=True, most=3) if finding.outcome == "undetermined" else ()
                    free = [change for change in ways if all(row[slot] is None for slot in change)]
                    assert all(any(record.presupposed.barred(slot, child) for slot in change) for change in free), (each.headline.id, name)
        assert not FACT_ID.search(each.sentence.replace("GOV.UK", "")), each.sentence
        assert each.sentence.endswith((".", "?"))
        assert "do not notify" not in each.sentence.casefold()
        assert (each.by_if_so is None) == (not any(duty.plan_for and duty.status in ("due", "due_today", "overdue") for duty in each.if_so))


@every_case
def test_every_shipped_case_has_sound_verdicts(path: Any) -> None:
    sound(record(path))
    assert record(path).verdicts[0].headline.id == "panel"


@pytest.mark.slow
def test_made_up_cases_have_sound_verdicts_of_every_kind() -> None:
    for each in made_up():
        sound(each)
    assert {found.state for each in made_up() for found in each.verdicts} == {"yes", "open", "no"}


@pytest.mark.slow
def test_what_would_be_owed_is_what_is_owed_once_it_is_so() -> None:
    """An open verdict's days are those that its duties have once the facts are filled in that meet their rules."""
    compared = 0
    for before in (*map(record, FILES[::4]), *made_up()[::3]):
        facts = before.ruleset.vocabulary.facts
        for duty in (duty for each in before.verdicts for duty in each.if_so):
            child = duty.children[0] if duty.children else None
            row = before.checked.children[child - 1] if child else before.checked.incident
            fillings = [
                {facts[slot].id: value for slot, value in change.items()}
                for change in changes(duty.finding.source.exact, row, wanted=True, most=2)
                if all(row[slot] is None and facts[slot].type != "date" for slot in change)
            ]
            for filling in fillings[:2]:
                with suppress(CaseError):
                    after = before.what_if(filling, child if len(before.checked.children) > 1 else None).after
                    owed = next(
                        each for each in (*after.duties, *after.options) if each.id == duty.id and set(duty.children[:1]) <= set(each.children)
                    )
                    if len(before.checked.children) == 1:
                        assert (owed.plan_for, owed.status) == (duty.plan_for, duty.status), (duty.id, filling)
                    compared += 1
    assert compared > 100


# -- as data -------------------------------------------------------------------------------------------------------------------------


def test_a_local_profile_adds_its_own_questions_after_those_it_inherits(tmp_path: Path) -> None:
    folder = Folder().edit("nation/profile.yaml", "calendar: land\n", f"calendar: land\n{HEADLINES}")
    own = (
        HEADLINES.replace("id: parents", "id: own")
        .replace("nation.death.parents", "town.notice.partnership")
        .replace("tell_parents", "tell_partnership")
    )
    folder.edit("town/profile.yaml", "calendar: land\n", f"calendar: land\n{own}")
    assert [each.id for each in folder.ruleset(tmp_path, "town").profile.headlines] == ["parents", "own"]
    assert [each.id for each in folder.ruleset(tmp_path, "nation").profile.headlines] == ["parents"]
