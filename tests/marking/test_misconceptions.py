"""What people get wrong: each misconception changes the answers in the way that its sentence says, and nothing else."""

from __future__ import annotations

import copy
import pickle
import shutil
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from holidays import country_holidays

from cspr_rules import DecisionRecord, evaluate
from cspr_rules.errors import QuestionError
from cspr_rules.loading.rulesets import load_folder
from cspr_rules.marking.changes import ChangedCalendar
from cspr_rules.marking.misconceptions import answers_under, built, misconception, misconceptions, read_list
from cspr_rules.model.ruleset import with_parts
from tests.support.shipped import RULES, case_file, every_case, record, ruleset

ENGLAND = ruleset("england")
SERIOUS = "england.notification.serious_incident"
HARMED: dict[str, Any] = {
    "concern.authority_view": "suspected",
    "child.unborn": False,
    "child.died": False,
    "child.age_at_harm": 4,
    "child.seriously_harmed": True,
    "child.place_of_harm": "in_area",
    "incident.occurred_on": "2024-03-25",
    "incident.authority_aware_on": "2024-03-27",
}
DIED: dict[str, Any] = {
    "concern.authority_view": "suspected",
    "child.unborn": False,
    "child.died": True,
    "child.died_on": "2024-03-26",
    "child.age_at_death": 4,
    "child.place_of_death": "in_area",
    "child.place_of_harm": "in_area",
    "incident.occurred_on": "2024-03-25",
    "incident.authority_aware_on": "2024-03-27",
}
SENT = {"notification.kind": "safeguarding", "notification.sent_on": "2024-04-05"}


class Held(NamedTuple):
    """A case in which a misconception shows: an outcome, the day to plan for, the holder or the status, as it is and as answered."""

    facts: dict[str, Any]
    about: str
    right: Any
    answered: Any
    as_of: date = date(2024, 4, 8)


HELD: dict[str, Held] = {
    "calendar_days": Held(HARMED, "notify_panel", date(2024, 4, 5), date(2024, 4, 1)),
    "no_bank_holidays": Held(HARMED, "notify_panel", date(2024, 4, 5), date(2024, 4, 3)),
    "holidays_of_scotland": Held(HARMED, "notify_panel", date(2024, 4, 5), date(2024, 4, 4)),
    "first_day_counted": Held(HARMED, "notify_panel", date(2024, 4, 5), date(2024, 4, 4)),
    "from_the_incident": Held(HARMED, "notify_panel", date(2024, 4, 5), date(2024, 4, 3)),
    "from_the_death": Held(DIED, "notify_panel", date(2024, 4, 5), date(2024, 4, 4)),
    "from_the_suspicion": Held(HARMED | {"concern.formed_later_on": "2024-04-03"}, "notify_panel", date(2024, 4, 5), date(2024, 4, 10)),
    "disagreement_stops_the_clock": Held(HARMED | {"agency.view_after_discussion": "not_agreed"}, "notify_panel", date(2024, 4, 5), None),
    "review_from_the_notification": Held(HARMED | SENT, "have_rapid_review_with_panel", date(2024, 4, 17), date(2024, 4, 26)),
    "review_from_the_decision": Held(
        HARMED | SENT | {"notification.decided_on": "2024-04-02"}, "undertake_rapid_review", date(2024, 4, 26), date(2024, 4, 23)
    ),
    "meeting_completes_the_review": Held(
        HARMED | SENT | {"rapid_review.meeting_on": "2024-04-24", "rapid_review.completed_on": "not_yet"},
        "status of undertake_rapid_review",
        "overdue",
        "met",
        date(2024, 4, 29),
    ),
    "working_days_before_publication": Held(
        {"review.decided_on": "2024-04-05", "review.report_completed_on": "2024-09-02", "publication.planned_on": "2024-09-30"},
        "give_report_before_publication",
        date(2024, 9, 19),
        date(2024, 9, 23),
        date(2024, 9, 10),
    ),
    "unknown_is_no": Held({each: HARMED[each] for each in HARMED if each != "concern.authority_view"}, SERIOUS, "undetermined", "not_met"),
    "recovery_excludes": Held(HARMED | {"child.recovered": True}, SERIOUS, "met", "not_met"),
    "setting_before_2018": Held(DIED | {"concern.authority_view": "neither", "child.looked_after": True}, SERIOUS, "not_met", "met"),
    "regulation_40_on_the_council": Held(
        DIED | {"home.accommodated_in_childrens_home": True}, "by of tell_ofsted_and_others_of_death", "registered_person", "local_authority"
    ),
    "must_be_known": Held(HARMED, SERIOUS, "met", "not_met"),
    "must_be_a_cause": Held(HARMED | {"concern.contributed": "neither"}, SERIOUS, "met", "not_met"),
    "another_agency_suspects": Held(
        HARMED | {"concern.authority_view": "neither", "concern.other_agency_view": "suspected"}, SERIOUS, "not_met", "met"
    ),
    "only_residents": Held(HARMED | {"child.normally_resident": "elsewhere_in_england"}, SERIOUS, "met", "not_met"),
    "residents_anywhere": Held(
        HARMED | {"child.place_of_harm": "elsewhere_in_england", "child.normally_resident": "in_area"}, SERIOUS, "not_met", "met"
    ),
    "age_at_death_only": Held(DIED | {"child.age_at_harm": 17, "child.age_at_death": 18}, SERIOUS, "met", "not_met"),
    "unborn_counts": Held(
        {each: DIED[each] for each in DIED if each != "child.age_at_death"} | {"child.unborn": True}, SERIOUS, "not_met", "undetermined"
    ),
    "death_in_care_needs_suspicion": Held(
        DIED | {"concern.authority_view": "neither", "child.looked_after_by": "this_authority"},
        "england.looked_after.secretary_of_state",
        "met",
        "not_met",
    ),
    "care_leavers_from_18": Held(
        DIED | {"child.care_leaver": True, "child.age_at_death": 17, "child.age_at_harm": 17}, "england.care_leavers.death", "met", "not_met"
    ),
}


def said(found: DecisionRecord, about: str) -> Any:
    if "." in about:
        return found.decisions[about].outcome
    what, _, duty = about.rpartition(" of ")
    owed = next(each for each in found.duties if each.id == duty)
    return getattr(owed, what or "plan_for")


def test_the_table_has_a_case_for_every_misconception() -> None:
    assert [each.id for each in misconceptions(ENGLAND)] == list(HELD)


@pytest.mark.parametrize("name", HELD)
def test_a_misconception_gives_the_answer_that_its_sentence_says(name: str) -> None:
    held = HELD[name]
    right = evaluate(ENGLAND, held.facts, as_of=held.as_of)
    wrong = answers_under(misconception(ENGLAND, name), ENGLAND, held.facts, held.as_of)
    assert (said(right, held.about), said(wrong, held.about)) == (held.right, held.answered)


def test_two_misconceptions_are_held_at_once() -> None:
    both = [misconception(ENGLAND, "from_the_incident"), misconception(ENGLAND, "calendar_days")]
    found = answers_under(both, ENGLAND, HARMED, date(2024, 4, 8))
    assert said(found, "notify_panel") == date(2024, 3, 30)
    three = [*both, misconception(ENGLAND, "first_day_counted")]
    assert said(answers_under(three, ENGLAND, HARMED, date(2024, 4, 8)), "notify_panel") == date(2024, 3, 29)


def test_the_first_day_counts_only_if_it_is_a_working_day() -> None:
    aware_on_saturday = HARMED | {"incident.authority_aware_on": "2024-05-11"}
    right = evaluate(ENGLAND, aware_on_saturday, as_of=date(2024, 5, 13))
    wrong = answers_under(misconception(ENGLAND, "first_day_counted"), ENGLAND, aware_on_saturday, date(2024, 5, 13))
    assert said(right, "notify_panel") == said(wrong, "notify_panel") == date(2024, 5, 17)


@pytest.mark.parametrize("year", range(2018, 2028))
def test_the_holidays_of_scotland_are_those_of_an_independent_list(year: int) -> None:
    change = misconception(ENGLAND, "holidays_of_scotland").changes[0].change
    calendar = ChangedCalendar(ENGLAND.calendar, (change,))  # type: ignore[arg-type] # the one change of this misconception
    theirs = country_holidays("GB", subdiv="SCT", years=year)
    assert {str(day) for day in calendar.holidays(year)} == {str(day) for day in theirs if day.weekday() < 5}


def differences(right: DecisionRecord, wrong: DecisionRecord) -> set[str]:
    """Return what differs between two records, as ``outcome rule``, ``day duty``, ``by duty`` and the like."""
    answers, others = ({(finding.rule_id, child, finding.outcome) for child, _, finding in each.findings()} for each in (right, wrong))
    found = {f"outcome {rule}" for rule, _, _ in answers ^ others}
    ours, theirs = ({(each.id, each.children): each for each in record_.duties} for record_ in (right, wrong))
    for key in ours.keys() & theirs.keys():
        for what in ("plan_for", "by", "to", "status"):
            if getattr(ours[key], what) != getattr(theirs[key], what):
                found.add(f"{what} {key[0]}")
    return found


def with_clock(**wanted: Any) -> set[str]:
    """Return the duties of the national rules that have a clock with some attributes."""
    deadlines = [(duty.id, each) for rule in ENGLAND.rules for duty in rule.duties for each in duty.deadlines]
    return {duty for duty, each in deadlines if each.amount is not None and all(getattr(each, key) == value for key, value in wanted.items())}


def rules_on(*names: str) -> set[str]:
    """Return the rules that are these, or refer to them, however far."""
    found = set(names)
    while True:
        more = {rule.id for rule in ENGLAND.rules if any(each in repr(rule.when) for each in (f"rule='{name}'" for name in found))}
        if more <= found:
            return found
        found |= more


def rules_testing(*facts: str) -> set[str]:
    return rules_on(*(rule.id for rule in ENGLAND.rules if any(f"fact='{fact}'" in repr(rule.when) for fact in facts)))


WORKING, AWARE = with_clock(unit="working_days"), with_clock(anchor="incident.authority_aware_on")
DAYS: dict[str, set[str]] = {
    "calendar_days": WORKING,
    "no_bank_holidays": WORKING,
    "holidays_of_scotland": WORKING,
    "first_day_counted": AWARE | with_clock(anchor="notification.sent_on"),
    "from_the_incident": AWARE,
    "from_the_death": AWARE,
    "from_the_suspicion": AWARE,
    "disagreement_stops_the_clock": {"notify_panel"},
    "review_from_the_notification": {"have_rapid_review_with_panel"},
    "review_from_the_decision": with_clock(anchor="notification.sent_on"),
    "meeting_completes_the_review": {"undertake_rapid_review"},
    "working_days_before_publication": with_clock(anchor="publication.planned_on"),
}
RULES_OF: dict[str, set[str]] = {
    "recovery_excludes": rules_testing("child.seriously_harmed"),
    "setting_before_2018": rules_on(SERIOUS),
    "must_be_known": rules_on(SERIOUS),
    "must_be_a_cause": rules_on(SERIOUS),
    "another_agency_suspects": rules_testing("concern.authority_view"),
    "only_residents": rules_on(SERIOUS),
    "residents_anywhere": rules_testing("child.place_of_harm"),
    "age_at_death_only": rules_testing("child.age_at_harm"),
    "unborn_counts": rules_testing("child.unborn"),
    "death_in_care_needs_suspicion": rules_on("england.looked_after.secretary_of_state", "england.looked_after.ofsted", "england.looked_after.panel"),
    "care_leavers_from_18": rules_on("england.care_leavers.death"),
}


def allowed(name: str, difference: str) -> bool:
    what, _, about = difference.partition(" ")
    if name in DAYS:
        return what in ("plan_for", "status") and about in DAYS[name]
    if name == "regulation_40_on_the_council":
        return what == "by" and about in {duty.id for rule in ENGLAND.rules if rule.id.startswith("england.childrens_homes.") for duty in rule.duties}
    if name == "unknown_is_no":
        return what in ("outcome", "status")
    # A duty that several rules ask for may have other days where one of them falls away.
    of_rules = {duty.id for rule in ENGLAND.rules if rule.id in RULES_OF[name] for duty in rule.duties}
    return about in RULES_OF[name] if what == "outcome" else about in of_rules


@pytest.mark.slow
@every_case
def test_a_misconception_changes_nothing_that_it_does_not_speak_of(path: Path) -> None:
    file, right = case_file(path), record(path)
    assert file.as_of
    local = {duty.id for rule in right.ruleset.rules if rule.profile != "england" for duty in rule.duties}
    for each in misconceptions(right.ruleset):
        wrong = answers_under(each, right.ruleset, file.case, file.as_of)
        national = {
            found for found in differences(right, wrong) if " england." in found or ("." not in found and found.partition(" ")[2] not in local)
        }
        assert not {found for found in national if not allowed(each.id, found)}, each.id


def test_what_is_recorded_is_read_as_recorded_where_unknown_is_no() -> None:
    facts = HARMED | {"child.looked_after": True}
    found = answers_under(misconception(ENGLAND, "unknown_is_no"), ENGLAND, facts, date(2024, 4, 8))
    missing = evaluate(ENGLAND, facts, as_of=date(2024, 4, 8))
    assert missing.decisions["england.childrens_homes.death"].outcome == "not_met"
    assert missing.decisions["england.notification.recovery"].outcome == "undetermined"
    assert found.decisions["england.notification.recovery"].outcome == "not_met"
    assert found.decisions[SERIOUS].outcome == "met"
    assert found.checked.children[0][ENGLAND.vocabulary.slot["child.looked_after"]] is True


def test_the_answers_say_that_their_rules_are_none_that_ship() -> None:
    changed = answers_under(misconception(ENGLAND, "calendar_days"), ENGLAND, HARMED, date(2024, 4, 8)).ruleset
    assert changed.digest != ENGLAND.digest
    assert not changed.shipped
    assert answers_under(misconception(ENGLAND, "calendar_days"), ENGLAND, DIED, date(2024, 4, 8)).ruleset is changed
    assert misconceptions(ENGLAND) is misconceptions(ENGLAND)


@pytest.mark.parametrize("name", ["calendar_days", "holidays_of_scotland", "first_day_counted", "unknown_is_no", "recovery_excludes"])
def test_misconceptions_and_their_answers_are_pickled_and_copied(name: str) -> None:
    held = misconception(ENGLAND, name)
    found = answers_under(held, ENGLAND, HARMED | {"child.recovered": True}, date(2024, 4, 8))
    again = pickle.loads(pickle.dumps(found))  # noqa: S301 -- our own
    assert again == found
    assert copy.deepcopy(held) == held
    assert [each.plan_for for each in again.duties] == [each.plan_for for each in found.duties]
    assert [each.outcome for each in again.decisions.values()] == [each.outcome for each in found.decisions.values()]


def test_a_name_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(QuestionError, match="did you mean 'calendar_days'"):
        misconception(ENGLAND, "calender_days")


def test_the_list_is_no_part_of_the_digest_of_the_rules(tmp_path: Path) -> None:
    copied = tmp_path / "rules"
    shutil.copytree(RULES, copied)
    (copied / "misconceptions.yaml").unlink()
    assert load_folder("england", copied).digest == ENGLAND.digest


WRONG = [
    ("says: counted calendar days instead of working days", "says: ''", ":5:"),
    ("{clocks: {units: [working_days]}, count_in: days}", "{clocks: {units: [working_days]}, count_in: weeks}", ":10:"),
    ("{clocks: {units: [working_days]}, count_in: days}", "{clocks: {units: [working_days]}, count_in: days, read: child.died}", "exactly one of"),
    ("{clocks: {units: [working_days]}, count_in: days}", "{count_in: days}", "`count_in` goes with `clocks`"),
    ("cites: [wt2023/notify, working_day/definition]", "cites: [wt2023/notifi]", "did you mean 'wt2023/notify'"),
    ("id: no_bank_holidays", "id: calendar_days", "is defined twice (first in rules/misconceptions.yaml:4:"),
    ("start_at: child.died_on", "start_at: child.died_onn", "did you mean 'child.died_on'"),
    ("start_at: child.died_on", "start_at: child.died", "child.died is no date"),
    ("rules: [england.childrens_homes]", "rules: [england.childrens_home]", "did you mean 'england.childrens_homes'"),
    ("owed_by: local_authority", "owed_by: local_autority", "did you mean 'local_authority'"),
    ("        as: false", "        as: maybe", "no value of child.seriously_harmed"),
    ("concern.contributed: neither", "concern.contributed: nobody", "no value of concern.contributed"),
    ("as_in: child.age_at_death", "as_in: child.died", "has values that child.age_at_harm has not"),
    ("starts: [publication.planned_on]", "starts: [child.died_on]", "no clock of these rules is like this"),
    ("duties: [notify_panel]}", "duties: [notify_pannel]}", "did you mean 'notify_panel'"),
]


@pytest.mark.parametrize(("text", "instead", "told"), WRONG)
def test_a_fault_of_the_list_is_told_with_its_line(tmp_path: Path, text: str, instead: str, told: str) -> None:
    whole = (RULES / "misconceptions.yaml").read_text(encoding="utf-8")
    assert text in whole
    file = tmp_path / "misconceptions.yaml"
    file.write_text(whole.replace(text, instead, 1), encoding="utf-8")
    entry, faults = read_list(file, "rules/misconceptions.yaml")
    if entry:
        faults = built(entry, ENGLAND)[1]
    assert faults
    assert all(fault.place.startswith("rules/misconceptions.yaml:") for fault in faults)
    assert told in " ".join(map(str, faults))


def test_rules_without_what_a_misconception_speaks_of_do_without_it() -> None:
    rules = tuple(rule for rule in ENGLAND.rules if rule.id != "england.care_leavers.death")
    mine = with_parts(ENGLAND, rules=rules, digest="0" * 64)
    assert {each.id for each in misconceptions(ENGLAND)} - {each.id for each in misconceptions(mine)} == {"care_leavers_from_18"}
