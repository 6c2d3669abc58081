"""The audit: what became of every duty, what could have been known when, and totals that point at nobody."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from cspr_rules import CaseError, load_ruleset
from cspr_rules.casework import audit
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import save_history
from cspr_rules.casework.replay import Life, Replay, replay
from cspr_rules.cli.main import main
from cspr_rules.reports import writing_markdown, writing_text
from cspr_rules.reports.audit_sheet import audit_sheet, totals_sheet
from tests.support.histories import histories

MONDAY = date(2025, 1, 13)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def incident(aware: date = MONDAY, known: date = MONDAY) -> CaseHistory:
    history = CaseHistory(profile="bcp", reference="2025-01")
    history.record(known, {"incident.authority_aware_on": aware, "incident.occurred_on": aware, "child.place_of_harm": "in_area"})
    history.record(
        known, {"child.age_at_harm": 3, "child.seriously_harmed": True, "child.died": False, "concern.authority_view": "suspected"}, child=1
    )
    return history


def followed(history: CaseHistory, until: date) -> Replay:
    return replay(history, load_ruleset("bcp"), until)


def life(found: Replay, duty: str) -> Life:
    return next(each for each in found.lives if each.duty.id == duty)


def words(history: CaseHistory, until: date) -> str:
    return " ".join(writing_text.text(audit_sheet("2025-01", followed(history, until)), writing_text.Paper(120)).split())


# -- what became of duties -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "looked", "expected"),
    [(2, 30, "in time"), (9, 30, "late"), (None, 30, "missed"), (None, 3, "open")],
    ids=["in time", "late", "missed", "open"],
)
def test_the_fate_of_a_duty(sent: int | None, looked: int, expected: str) -> None:
    history = incident()
    if sent is not None:
        history.record(later(sent), {"notification.kind": "safeguarding", "notification.sent_on": later(sent)})
    assert audit.fate(life(followed(history, later(looked)), "notify_panel")) == expected


def test_a_superseded_and_a_withdrawn_duty_are_neither_late_nor_missed() -> None:
    history = incident()
    history.record(later(1), {"notification.kind": "safeguarding", "notification.sent_on": later(1)})
    history.record(later(2), {"notification.criteria_found_not_met_on": later(2)})
    assert audit.fate(life(followed(history, later(60)), "hold_rapid_review_meeting")) == "other"
    history = incident()
    (view,) = [entry for entry in history.entries if entry.fact == "concern.authority_view"]
    history.correct(later(1), view, "neither")
    found = life(followed(history, later(60)), "notify_panel")
    assert (audit.fate(found), found.status) == ("other", "superseded")
    said = writing_markdown.markdown(audit_sheet("2025-01", followed(history, later(60))))
    assert "superseded: what became known later no longer makes it owed (from 2025-01-14)" in said


def test_a_finding_names_the_source_the_day_and_how_late() -> None:
    history = incident()
    history.record(later(9), {"notification.kind": "safeguarding", "notification.sent_on": later(9)})
    said = words(history, later(9))
    assert "Late: notify the incident to the Panel, by BCP Council; due on 20 January 2025 by BCP guidance, section 5, clause 5.16 (will)" in said
    assert "done on 22 January 2025, late by 2 working days (2 days)" in said
    assert "CA 2004, section 16C(1)" in said


def test_days_that_one_provision_gives_by_several_readings_are_told_apart() -> None:
    history = incident()
    history.record(later(2), {"notification.kind": "safeguarding", "notification.sent_on": later(2)})
    rows = audit_sheet("2025-01", followed(history, later(4)))
    table = " ".join(writing_markdown.markdown(rows).split())
    assert "(reading: calendar days from the day the notification was sent)" in table
    assert "(reading: working days from the day the notification was sent)" in table


def test_what_was_done_before_it_was_entered_says_both_days() -> None:
    history = incident()
    history.record(later(9), {"notification.kind": "safeguarding", "notification.sent_on": later(2)})
    found = life(followed(history, later(9)), "notify_panel")
    assert (found.duty.done_on, found.known_done_on) == (later(2), later(9))
    assert "2025-01-15 (entered 2025-01-22)" in words(history, later(9))


def test_a_duty_that_goes_and_comes_back_is_one_duty() -> None:
    history = incident()
    (view,) = [entry for entry in history.entries if entry.fact == "concern.authority_view"]
    again = history.correct(later(1), view, "neither")
    history.correct(later(2), again, "known")
    found = [each for each in followed(history, later(2)).lives if each.duty.id == "notify_panel"]
    assert [(each.arose_on, each.gone_on) for each in found] == [(MONDAY, None)]


def test_an_audit_without_findings_says_so() -> None:
    assert "Nothing that is known to be owed was late or missed by any source" in words(CaseHistory(profile="bcp"), MONDAY)


# -- hindsight -----------------------------------------------------------------------------------------------------------------------


def test_what_was_entered_later_is_hindsight_on_the_days_before() -> None:
    history = incident()
    history.record(later(4), {"notification.sent_on": later(1)})
    history.record(later(4), {"notification.kind": "safeguarding"})
    history.record(later(4), {"partners.told_on": later(3)})
    found = followed(history, later(10))
    assert audit.known_later(found, MONDAY) == ()
    weighing = "the duty to consider whether the case meets the criteria and guidance for a local review"  # it comes with the notification
    assert [each.what for each in audit.known_later(found, later(1))] == ["notification.sent_on = 2025-01-14", weighing]
    assert [each.what for each in audit.known_later(found, later(3))] == [
        "notification.sent_on = 2025-01-14",
        "partners.told_on = 2025-01-16",
        weighing,
    ]
    assert audit.known_later(found, later(4)) == ()


def test_a_duty_that_nobody_could_know_of_in_time_is_marked() -> None:
    """The authority became aware on 13 January; those who keep the file learnt of it three weeks later, when the time had run out."""
    history = incident(known=later(21))
    found = followed(history, later(21))
    late = life(found, "notify_panel")
    assert late.arose_on == later(21)
    assert {clock.due_on for clock in audit.knowable_too_late(late, found)} == {later(7)}
    said = words(history, later(21))
    assert "Missed so far: notify the incident to the Panel" in said
    assert "Hindsight: known to be owed only from 3 February 2025." in said


def test_a_corrected_fact_goes_back_and_a_change_of_view_does_not() -> None:
    history = incident()
    history.record(MONDAY, {"child.looked_after": True, "child.looked_after_by": "this_authority"}, child=1)
    (died,) = [entry for entry in history.entries if entry.fact == "child.died"]
    (view,) = [entry for entry in history.entries if entry.fact == "concern.authority_view"]
    history.correct(later(3), died, True)
    history.correct(later(3), view, "known")
    later_known = audit.known_later(followed(history, later(5)), later(1))
    assert "child.died (child 1) = yes" in [each.what for each in later_known]
    assert not [each for each in later_known if "authority_view" in each.what]
    assert [each for each in later_known if each.what.startswith("the duty to ")]
    assert {each.known_on for each in later_known} == {later(3)}


def test_a_withdrawn_fact_is_hindsight_too() -> None:
    history = incident()
    (place,) = [entry for entry in history.entries if entry.fact == "child.place_of_harm"]
    history.withdraw(later(3), place)
    assert "child.place_of_harm is not known (e3 was withdrawn)" in [each.what for each in audit.known_later(followed(history, later(5)), later(1))]


def test_the_future_of_the_day_looked_from_is_not_used() -> None:
    history = incident()
    history.record(later(4), {"notification.sent_on": later(1)})
    assert audit.known_later(followed(history, later(3)), later(1)) == ()
    assert [day.on for day in followed(history, later(3)).days] == [MONDAY]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(histories())
def test_any_history_can_be_audited_and_every_duty_of_every_day_is_in_it(history: CaseHistory) -> None:
    until = history.last_day or MONDAY
    try:
        found = followed(history, until)
    except CaseError:
        return
    assert writing_text.text(audit_sheet("drawn", found))
    json.dumps(audit.plain_audit([("drawn", found)], until))
    keys = {each.duty.id for each in found.lives}
    for day in found.days:
        assert {duty.id for duty in day.record.duties if duty.strength in ("must", "will", "should")} <= keys


# -- totals --------------------------------------------------------------------------------------------------------------------------


def test_no_number_left_out_of_totals_can_be_worked_out() -> None:
    """Every table of up to 13 in all, with four kinds of outcome: for each number left out, the same sheet could have come from others."""
    seen: dict[Any, list[tuple[int, ...]]] = defaultdict(list)
    for counts in itertools.product(range(14), repeat=4):
        if 0 < sum(counts) <= 13:
            seen[audit.suppressed(counts)].append(counts)
    for (total, shown), origins in seen.items():
        for index, count in enumerate(shown):
            possible = {origin[index] for origin in origins}
            if count is not None:
                assert possible == {count}
                assert count == 0 or count >= audit.SMALL
            elif total is None or total <= 12:  # at the edge of what is tried, not every origin is there
                assert len(possible) > 1, (total, shown, origins)
        assert total is None or total >= audit.SMALL


def test_totals_count_by_month_and_duty_over_cases() -> None:
    replays = []
    for number in range(12):
        history = incident()
        if number < 6:
            history.record(later(2), {"notification.kind": "safeguarding", "notification.sent_on": later(2)})
        replays.append(followed(history, later(30)))
    (total,) = [each for each in audit.totals(replays) if each.duty == "notify_panel"]
    assert (total.month, total.total, total.counts) == ("2025-01", 12, (6, 0, 6, 0, 0))
    (total,) = [each for each in audit.totals(replays[:8]) if each.duty == "notify_panel"]
    assert (total.total, total.counts) == (8, (None, 0, None, 0, 0))
    (total,) = [each for each in audit.totals(replays[:4]) if each.duty == "notify_panel"]
    assert (total.total, set(total.counts)) == (None, {None})
    assert "Cases: fewer than 5" in writing_text.text(totals_sheet(replays[:4], later(30)))
    assert "Cases: 12" in writing_text.text(totals_sheet(replays, later(30)))


def test_one_small_month_of_a_duty_is_not_left_out_alone() -> None:
    """Nine meetings due in March and three in April: without March the twelve reports of the same cases would tell the three."""
    replays = []
    for number in range(12):
        history = CaseHistory(profile="bcp", reference=f"c{number}")
        sent = date(2025, 3, 7) if number < 9 else date(2025, 3, 13)
        history.record(sent, {"notification.kind": "safeguarding", "notification.sent_on": sent})
        replays.append(replay(history, load_ruleset("bcp"), date(2025, 3, 14)))
    meetings = [(total.month, total.total, total.counts) for total in audit.totals(replays) if total.duty == "hold_rapid_review_meeting"]
    assert meetings == [("2025-03", None, (None,) * 5), ("2025-04", None, (None,) * 5)]
    (shown,) = [total for total in audit.totals(replays[:9]) if total.duty == "hold_rapid_review_meeting"]
    assert (shown.month, shown.total) == ("2025-03", 9)


def test_totals_name_no_case() -> None:
    history = incident()
    history.title = "Not to be seen"
    found = [followed(history, later(30))]
    for said in (writing_text.text(totals_sheet(found, later(30))), json.dumps(audit.plain_totals(found, later(30)))):
        assert "2025-01-" not in said.replace("2025-01-13", "").replace("2025-02-12", "")
        assert "Not to be seen" not in said


# -- the command line ----------------------------------------------------------------------------------------------------------------


def test_the_command_fails_when_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "case.yaml"
    history = incident()
    save_history(history, path)
    name = str(path)
    assert main(["audit", name]) == 0
    assert main(["audit", name, "--as-of", "2025-02-13", "--fail-on", "overdue"]) == 1
    assert main(["audit", name, "--as-of", "2025-01-14", "--fail-on", "overdue"]) == 0
    history.record(later(9), {"notification.kind": "safeguarding", "notification.sent_on": later(9), "partners.told_on": later(1)})
    history.record(later(9), {"partnership.told_on": later(1), "business_manager.told_on": later(1)})
    save_history(history, path)
    assert main(["audit", name, "--fail-on", "overdue"]) == 0
    assert main(["audit", name, "--fail-on", "late"]) == 1
    capsys.readouterr()


@pytest.mark.parametrize("totals", [[], ["--totals"]])
def test_every_format_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str], totals: list[str]) -> None:
    path = tmp_path / "case.jsonl"
    save_history(incident(), path)
    starts = {"text": "", "markdown": "# ", "json": '{\n  "schema": "cspr-rules/audit', "html": "<!DOCTYPE html>"}
    for format_, start in starts.items():
        assert main(["audit", str(path), "--as-of", "2025-02-13", "--format", format_, *totals]) == 0
        assert capsys.readouterr().out.startswith(start)


def test_a_file_that_cannot_be_read_makes_the_command_fail_whatever_else_it_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_history(incident(), tmp_path / "case.yaml")
    assert main(["audit", str(tmp_path / "case.yaml"), str(tmp_path / "none.yaml"), "--fail-on", "overdue", "--as-of", "2025-02-13"]) == 2
    assert "none.yaml" in capsys.readouterr().err
