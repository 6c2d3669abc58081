"""What is not decided never looks like nothing: docket, calendar and audit of cases with an open headline question."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
from hypothesis import given, settings

from cspr_rules import Case, CaseError, load_ruleset
from cspr_rules.casework import audit, docket
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import save_history
from cspr_rules.casework.replay import Replay, owed_since, replay, supposed
from cspr_rules.cli.main import main
from cspr_rules.interchange.icalendar import docket_calendar
from cspr_rules.reports import writing_markdown
from cspr_rules.reports.audit_sheet import audit_sheet
from cspr_rules.reports.docket_sheet import docket_sheet
from tests.support.histories import histories

MONDAY = date(2025, 3, 10)
DEATH = {
    "incident.occurred_on": MONDAY,
    "incident.authority_aware_on": MONDAY + timedelta(days=1),
    "child.place_of_death": "in_area",
    "child.place_of_harm": "in_area",
    "child.age_at_death": 0,
    "child.died": True,
}
DUE = date(2025, 3, 18)


def nobody_asked(profile: str = "england") -> CaseHistory:
    """A baby dies, and nobody records whether abuse or neglect is suspected."""
    history = CaseHistory(profile=profile, reference="23-nobody-asked")
    history.record(MONDAY + timedelta(days=1), DEATH, child=None)
    return history


def followed(history: CaseHistory, until: date) -> Replay:
    return replay(history, load_ruleset(history.profile or "bcp"), until)


def listed(found: Replay) -> str:
    return " ".join(writing_markdown.markdown(docket_sheet([("a", found)], found.record.as_of)).split())


def audited(found: Replay) -> str:
    return " ".join(writing_markdown.markdown(audit_sheet("a", found)).split())


def read(made: bytes) -> dict[str, Any]:
    return {str(event["uid"]).split(".", 1)[1].removesuffix("@cspr-rules"): event for event in icalendar.Calendar.from_ical(made).walk("VEVENT")}


def events(found: Replay) -> dict[str, Any]:
    return read(docket_calendar([("a", found)], found.record.as_of))


def exits(history: CaseHistory, tmp_path: Path, *options: str) -> int:
    save_history(history, tmp_path / "case.yaml")
    return main(["audit", str(tmp_path / "case.yaml"), *options])


# -- nobody recorded the view ----------------------------------------------------------------------------------------------------------


def test_the_docket_says_what_is_not_decided_and_by_when_it_would_be_due() -> None:
    said = listed(followed(nobody_asked(), MONDAY + timedelta(days=3)))
    assert "nothing is open" not in said
    assert "Must the Panel be notified? Not decided: it turns on whether the local authority knows or suspects that the child has been" in said
    assert "plan for Tuesday 18 March 2025, 3 working days left" in said
    assert "**if it is so:** **must** notify the incident to the Panel" in said
    rows = docket.plain_docket([("a", followed(nobody_asked(), MONDAY + timedelta(days=3)))], MONDAY + timedelta(days=3))["rows"]
    (row,) = [row for row in rows if row["duty"]["id"] == "notify_panel"]
    assert (row["if_so"], row["status"], row["working_days_left"]) == (True, "due", 3)


def test_the_audit_says_that_it_was_never_decided_and_the_days_have_gone_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = audited(followed(nobody_asked(), date(2025, 8, 29)))
    assert "Nothing was late" not in said
    assert (
        "**Never decided, and the days have gone by:** notify the incident to the Panel, by local authority; if it is so, it was due on 18 March 2025"
        in said
    )
    for option, code in (("overdue", 1), ("late", 1), ("undecided", 1)):
        assert exits(nobody_asked(), tmp_path, "--as-of", "2025-08-29", "--fail-on", option) == code
    assert exits(nobody_asked(), tmp_path, "--as-of", "2025-03-12", "--fail-on", "overdue") == 0
    assert exits(nobody_asked(), tmp_path, "--as-of", "2025-03-12", "--fail-on", "undecided") == 1
    decided = nobody_asked()
    decided.record(MONDAY + timedelta(days=2), {"concern.authority_view": "neither", "child.normally_resident": "in_area"})
    decided.record(
        MONDAY + timedelta(days=2), {"child.looked_after": False, "child.care_leaver": False, "home.accommodated_in_childrens_home": False}
    )
    assert exits(decided, tmp_path, "--as-of", "2025-08-29", "--fail-on", "undecided") == 0
    assert exits(decided, tmp_path, "--as-of", "2025-08-29", "--fail-on", "overdue") == 0
    capsys.readouterr()


def test_the_calendar_is_tentative_until_it_is_decided() -> None:
    asked, sooner, later = nobody_asked(), MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)
    entry = events(followed(asked, sooner))["notify_panel"]
    assert (entry["status"], entry["dtstart"].dt, str(entry["summary"])) == ("TENTATIVE", DUE, "If it is so: notify the incident to the Panel [a]")
    first = entry["sequence"]
    asked.record(later, {"concern.authority_view": "suspected"})
    entry = events(followed(asked, later))["notify_panel"]
    assert (entry["status"], entry["dtstart"].dt) == ("CONFIRMED", DUE)
    assert entry["sequence"] > first
    asked = nobody_asked()
    asked.record(later, {"concern.authority_view": "neither"})
    entry = events(followed(asked, later))["notify_panel"]
    assert (entry["status"], str(entry["summary"])) == ("CANCELLED", "Not owed, as decided since: notify the incident to the Panel [a]")


def test_what_was_owed_and_is_open_again_is_one_tentative_entry() -> None:
    history = nobody_asked()
    history.record(MONDAY + timedelta(days=2), {"concern.authority_view": "suspected"})
    (view,) = [entry for entry in history.entries if entry.fact == "concern.authority_view"]
    history.withdraw(MONDAY + timedelta(days=3), view.id, because="entered for another case")
    found = followed(history, MONDAY + timedelta(days=3))
    assert events(found)["notify_panel"]["status"] == "TENTATIVE"
    assert [row.if_so for row in docket.rows([("a", found)], every=True) if row.duty.id == "notify_panel"] == [True]


# -- harm not judged -------------------------------------------------------------------------------------------------------------------


def test_harm_that_nobody_judged_is_not_nothing_either() -> None:
    history = CaseHistory(profile="england")
    facts = {"incident.occurred_on": MONDAY, "incident.authority_aware_on": MONDAY + timedelta(days=1), "child.place_of_harm": "in_area"}
    more = {"child.age_at_harm": 17, "child.died": False, "child.looked_after_by": "this_authority", "home.accommodated_in_childrens_home": False}
    history.record(MONDAY + timedelta(days=2), {**facts, **more, "concern.authority_view": "suspected"})
    soon, long_after = (followed(history, day) for day in (MONDAY + timedelta(days=2), date(2026, 1, 12)))
    assert "it turns on whether the child has been seriously harmed. If so, the local authority must notify the Panel; plan for Tuesday 18" in listed(
        soon
    )
    assert events(soon)["notify_panel"]["dtstart"].dt == DUE
    assert "it was due on 18 March 2025" in audited(long_after)


# -- caveats and judgements ------------------------------------------------------------------------------------------------------------


def test_a_relaxation_travels_with_the_day() -> None:
    history, relaxed = CaseHistory(profile="england"), "From 30 March 2020 the Panel relaxed its expectation"
    facts = {"incident.occurred_on": date(2020, 4, 1), "incident.authority_aware_on": date(2020, 4, 2), "child.place_of_harm": "in_area"}
    more = {"child.age_at_harm": 1, "child.seriously_harmed": True, "concern.authority_view": "suspected"}
    history.record(date(2020, 4, 3), {**facts, **more, "notification.sent_on": date(2020, 4, 3), "notification.kind": "safeguarding"})
    found = followed(history, date(2020, 6, 1))
    rows = docket.rows([("a", found)])
    assert {row.duty.id for row in rows if row.caveats} == {"undertake_rapid_review"}
    assert f"but: {relaxed}" in listed(found)
    assert f"But: {relaxed}" in audited(found).split("**Missed so far:** undertake a rapid review", 1)[1][:700]
    assert relaxed in str(events(found)["undertake_rapid_review"]["description"]).replace("\n", " ")


def test_hindsight_goes_by_the_day_of_the_judgement() -> None:
    judged = MONDAY + timedelta(days=2)
    facts = {"incident.occurred_on": MONDAY, "incident.authority_aware_on": MONDAY, "child.place_of_harm": "in_area"}
    for on, since in ((judged, judged), (None, date(2025, 5, 1))):
        history = CaseHistory(profile="england")
        history.record(MONDAY, {**facts, "child.age_at_harm": 1, "child.seriously_harmed": True})
        history.record(date(2025, 5, 1), {"concern.authority_view": "suspected"}, judged_on=on, role="lead officer")
        found = followed(history, date(2025, 6, 1))
        (life,) = [each for each in found.lives if each.duty.id == "notify_panel"]
        assert owed_since(life, found) == since
        assert bool(audit.knowable_too_late(life, found)) == (on is None)


# -- a calendar that is updated ----------------------------------------------------------------------------------------------------------


def test_a_case_at_one_moment_moves_and_cancels_its_entries_in_the_calendar_made_before() -> None:
    """The day the authority became aware is corrected; then the judgement is taken out; then it is put back."""
    facts = {**DEATH, "concern.authority_view": "suspected"}
    moved = {**facts, "incident.authority_aware_on": MONDAY + timedelta(days=2)}
    asked = {name: value for name, value in moved.items() if name != "concern.authority_view"}
    undone = {**asked, "child.died": False, "child.seriously_harmed": False, "child.place_of_death": None, "child.age_at_death": None}
    day, seen = date(2025, 3, 13), []
    earlier: bytes | None = None
    for given_facts in (facts, facts, moved, asked, undone, facts):
        given_ = {name: value for name, value in given_facts.items() if value is not None}
        found = followed(CaseHistory.of(Case(given_), day, profile="england"), day)
        earlier = docket_calendar([("a", found)], day, earlier=earlier)
        event = read(earlier)["notify_panel"]
        seen.append((int(event["sequence"]), str(event["status"]), event["dtstart"].dt))
    numbers = [number for number, _, _ in seen]
    assert numbers[0] == numbers[1]
    assert numbers[1:] == sorted(set(numbers[1:]))
    assert [(status, on) for _, status, on in seen] == [
        ("CONFIRMED", DUE),
        ("CONFIRMED", DUE),
        ("CONFIRMED", DUE + timedelta(days=1)),
        ("TENTATIVE", DUE + timedelta(days=1)),
        ("CANCELLED", DUE + timedelta(days=1)),
        ("CONFIRMED", DUE),
    ]


def test_reminders_come_a_working_day_before_and_on_the_day_and_only_if_asked_for() -> None:
    found = followed(nobody_asked(), date(2025, 3, 13))
    assert b"VALARM" not in docket_calendar([("a", found)], date(2025, 3, 13))
    event = read(docket_calendar([("a", found)], date(2025, 3, 13), remind=True))["notify_panel"]
    assert [alarm["trigger"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-1, hours=9), timedelta(hours=9)]


def test_the_command_updates_reminds_and_refuses_what_is_no_calendar(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    save_history(nobody_asked(), tmp_path / "case.yaml")
    command = ["docket", str(tmp_path / "case.yaml"), "--as-of", "2025-03-13"]
    assert main([*command, "--format", "ics", "--remind"]) == 0
    made = capsysbinary.readouterr().out
    assert b"BEGIN:VALARM" in made
    (tmp_path / "old.ics").write_bytes(made)
    assert main([*command, "--format", "ics", "--remind", "--update", str(tmp_path / "old.ics")]) == 0
    assert capsysbinary.readouterr().out == made
    for options, said in (
        (["--format", "ics", "--update", str(tmp_path / "none.ics")], b"cannot be read"),
        (["--format", "ics", "--update", str(tmp_path / "case.yaml")], b"is not a calendar"),
        (["--remind"], b"this goes with --format ics"),
    ):
        assert main([*command, *options]) == 2
        assert said in capsysbinary.readouterr().err


def test_a_case_at_one_moment_that_does_not_say_which_is_looked_at_from_the_day_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "case.yaml").write_text("profile: england\nfacts: {child.died: true}\n")
    assert main(["docket", str(tmp_path / "case.yaml")]) == 2
    assert "--as-of" in capsys.readouterr().err
    assert main(["docket", str(tmp_path / "case.yaml"), "--as-of", "today"]) == 0
    assert f"Docket on {date.today():%A}" in capsys.readouterr().out


# -- any history -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@given(histories())
@settings(max_examples=60, deadline=None)
def test_no_case_with_an_open_question_is_shown_as_empty_on_time_or_not_late(history: CaseHistory) -> None:
    try:
        found = followed(history, history.last_day or MONDAY)
    except CaseError:  # what was entered does not go together
        return
    open_ = [each for each in found.record.verdicts if each.state == "open"]
    shown, said = listed(found), audited(found)
    tentative = {key: event for key, event in events(found).items() if event["status"] == "TENTATIVE"}
    for each in open_:
        assert each.sentence in shown
        assert each.sentence in said
    owed = {life.key for life in found.lives if life.status != "superseded"}
    for duty in (duty for each in found.record.verdicts for duty in each.if_so if duty.plan_for):
        key = (duty.id, duty.children[0] if duty.duty.once_per == "child" else None)
        assert key in owed or f"{duty.id}{f'.child-{key[1]}' if key[1] else ''}" in tentative
    if open_:
        assert "nothing is open" not in shown
    ahead = {duty.id for each in open_ if not each.undecided for duty in each.if_so}
    late = [life for life in supposed(found) if life.gone_on is None and life.status == "overdue" and life.duty.id not in ahead]
    assert ("Never decided" in said) == bool(late)
