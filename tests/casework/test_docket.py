"""The docket: what it lists and in what order, and the calendar that programs import again and again."""

from __future__ import annotations

import builtins
import json
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import icalendar
import pytest
from hypothesis import given, settings

from cspr_rules import CaseError, QuestionError, load_ruleset
from cspr_rules.casework import audit, docket
from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import save_history
from cspr_rules.casework.replay import Replay, replay
from cspr_rules.cli.main import main
from cspr_rules.interchange.icalendar import docket_calendar
from cspr_rules.pictures import case_timeline
from cspr_rules.pictures.markup import fixed
from cspr_rules.reports import writing_html, writing_markdown, writing_text
from cspr_rules.reports.audit_sheet import audit_sheet
from cspr_rules.reports.docket_sheet import by_source, docket_sheet
from cspr_rules.reports.document import Picture, Table
from cspr_rules.reports.timeline_sheet import timeline_sheet
from tests.support.histories import histories

MONDAY = date(2025, 1, 13)


def later(days: int) -> date:
    return MONDAY + timedelta(days=days)


def incident(reference: str = "2025-01", title: str | None = None) -> CaseHistory:
    history = CaseHistory(profile="bcp", reference=reference, title=title)
    history.record(MONDAY, {"incident.authority_aware_on": MONDAY, "incident.occurred_on": MONDAY, "child.place_of_harm": "in_area"})
    history.record(
        MONDAY, {"child.age_at_harm": 3, "child.seriously_harmed": True, "child.died": False, "concern.authority_view": "suspected"}, child=1
    )
    return history


def notified() -> CaseHistory:
    history = incident()
    history.record(later(1), {"notification.kind": "safeguarding", "notification.sent_on": later(1)})
    return history


def case(history: CaseHistory, until: date) -> tuple[str, Replay]:
    return history.reference or "", replay(history, load_ruleset("bcp"), until)


def dated(rows: tuple[docket.DocketRow, ...]) -> list[tuple[str, str, str | None]]:
    return [(row.case, row.duty.id, row.duty.plan_for.isoformat()) for row in rows if row.duty.plan_for]


# -- rows ----------------------------------------------------------------------------------------------------------------------------


def test_soonest_first_over_several_cases() -> None:
    early, late = incident("early"), CaseHistory(incident("late").entries, profile="bcp", reference="late")
    (aware,) = [entry for entry in late.entries if entry.fact == "incident.authority_aware_on"]
    late.correct(later(2), aware, later(2))
    rows = docket.rows([case(late, later(2)), case(early, later(2))])
    assert [(row.case, row.duty.plan_for) for row in rows if row.duty.id == "notify_panel"] == [("early", later(7)), ("late", later(9))]
    groups = [row.status for row in rows]
    order = ["overdue", "due_today", "due_now", "due", "waiting", "untimed"]
    assert [order.index(status) // 1 for status in groups if status in ("due", "untimed")] == sorted(
        order.index(status) for status in groups if status in ("due", "untimed")
    )
    assert dated(rows) == sorted(dated(rows), key=lambda each: each[2] or "")


def test_what_was_done_is_left_out_and_what_is_permitted_or_forbidden_never_comes_in() -> None:
    rows = docket.rows([case(notified(), later(1))])
    assert not {"notify_panel", "no_exclusion_for_age"} & {row.duty.id for row in rows}
    every = docket.rows([case(notified(), later(1))], every=True)
    assert {row.status for row in every if row.duty.id == "notify_panel"} == {"met"}


def test_a_duty_that_later_facts_no_longer_support_is_superseded() -> None:
    history = incident()
    (view,) = [entry for entry in history.entries if entry.fact == "concern.authority_view"]
    history.correct(later(2), view, "neither")
    assert not [row for row in docket.rows([case(history, later(3))]) if row.duty.id == "notify_panel"]
    (row,) = [row for row in docket.rows([case(history, later(3))], every=True) if row.duty.id == "notify_panel"]
    assert (row.status, row.life.gone_on, row.life.arose_on) == ("superseded", later(2), MONDAY)


def test_two_cases_of_one_reference_are_refused() -> None:
    with pytest.raises(QuestionError, match="two cases are called '2025-01'"):
        docket.rows([case(incident(), MONDAY), case(notified(), later(1))])


def test_the_margin_is_that_of_the_day_to_plan_for() -> None:
    rows = {row.duty.id: row for row in docket.rows([case(incident(), later(10))])}
    assert rows["notify_panel"].status == "overdue"
    assert rows["notify_panel"].margin == (-3, -3)


# -- sheets --------------------------------------------------------------------------------------------------------------------------


def test_the_table_says_how_many_working_days_are_left_and_what_is_waited_for() -> None:
    text = writing_text.text(docket_sheet([case(incident(), later(3))], later(3)))
    assert re.search(r"Mon 20 Jan 2025 +2 working days +must notify the incident to", text)
    assert "Waits for" in text
    assert max(len(line) for line in text.splitlines()) <= writing_text.WIDTH


def test_what_is_to_be_done_now_does_not_stand_among_what_is_due_on_the_day_of_another_clock() -> None:
    history = notified()
    history.record(later(3), {"review.decided_on": later(3)})
    text = writing_text.text(docket_sheet([case(history, later(3))], later(3)), writing_text.Paper(120))
    now = text[text.index("\nDue now, or as soon as possible") : text.index("\nDue by a day")]
    assert re.search(r"\nWed 16 Jul 2025 at the latest +\d+ working days +should complete the review", now)
    assert "\nnone given " in now
    assert "Plan for" not in now
    assert "Due today" not in text
    history.record(later(4), {"rapid_review.returns_requested_on": later(3)})
    text = writing_text.text(docket_sheet([case(history, date(2025, 1, 27))], date(2025, 1, 27)), writing_text.Paper(120))
    today = text[text.index("\nDue today\n") : text.index("\nDue now")]
    assert re.search(r"\nMon 27 Jan 2025 +today ", today)
    assert "as soon as possible" not in today


def test_sources_of_different_days_are_told_apart() -> None:
    history = notified()
    history.record(later(3), {"rapid_review.returns_requested_on": later(3)})
    (row,) = [row for row in docket.rows([case(history, later(3))]) if row.duty.id == "return_rapid_review_report"]
    assert by_source(row.duty) == [f"{day} by BCP guidance" for day in ("27 Jan", "29 Jan", "31 Jan", "4 Feb")]


def test_steps_out_of_order_are_on_the_sheet() -> None:
    history = notified()
    history.record(later(1), {"rapid_review.meeting_on": MONDAY})
    text = writing_text.text(docket_sheet([case(history, later(1))], later(1)))
    assert "rapid_review.meeting_on is recorded on 13 January 2025, before notification.sent_on (14 January 2025)" in " ".join(text.split())
    assert "Entered on 14 January 2025." in " ".join(text.split())
    (plain,) = docket.plain_docket([case(history, later(1))], later(1))["cases"][0]["out_of_order"]
    assert (plain["step"], plain["after"], plain["entered_on"]) == ("rapid_review.meeting_on", "notification.sent_on", "2025-01-14")
    assert "its time runs from that" in writing_html.page(docket_sheet([case(history, later(1))], later(1)), "t")


@pytest.mark.slow
def test_a_year_that_is_over_waits_to_be_recorded_and_is_not_overdue() -> None:
    history = notified()
    history.record(later(2), {"review.decided_on": later(2), "publication.published_on": later(2)})
    for until, status in ((later(300), "due"), (later(500), "waiting")):
        kept = [row for row in docket.rows([case(history, until)]) if row.duty.id in ("keep_public_for_a_year", "keep_on_website")]
        assert [(row.status, row.duty.plan_for) for row in kept] == [(status, date(2026, 1, 15))] * 2
        assert (kept[0].margin is None) == (status == "waiting")
    text = writing_text.text(docket_sheet([case(history, later(300))], later(300)))
    assert "runs 46 working days" in " ".join(text.split())
    text = writing_text.text(docket_sheet([case(history, later(500))], later(500)))
    waiting = text[text.index("Waiting for a date") :]
    assert "publication.year_ended_on" in waiting
    assert "overdue" not in waiting
    assert "15 January 2026" in waiting


def test_what_became_known_after_the_day_is_left_out_and_that_is_said() -> None:
    history = notified()
    pair = case(history, MONDAY)
    assert "; 2 of later days not used" in " ".join(writing_text.text(docket_sheet([pair], MONDAY)).split())
    assert docket.plain_docket([pair], MONDAY)["cases"][0]["later_entries"] == 2
    assert "2 entries of later days are not used." in " ".join(writing_text.text(audit_sheet(*pair)).split())
    assert audit.plain_audit([pair], MONDAY)["cases"][0]["later_entries"] == 2
    pair = case(history, later(1))
    assert "not used" not in writing_text.text(docket_sheet([pair], later(1))) + writing_text.text(audit_sheet(*pair))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_pages_run_and_fetch_nothing_and_what_a_case_says_is_escaped() -> None:
    history = incident(reference="<b>&", title="</title><script>alert(1)</script>\x00\ud800")
    pair = case(history, later(3))
    pictures = [case_timeline.svg(*pair)]
    for page in (writing_html.page(docket_sheet([pair], later(3), pictures), "<script>"), writing_html.page(timeline_sheet(*pair), "t")):
        parser = _Page()
        parser.feed(page)
        assert not {"script", "img", "link", "iframe", "object", "foreignobject", "use", "image", "a", "b"} & {tag for tag, _ in parser.tags}
        for _, attributes in parser.tags:
            assert not [name for name in attributes if name.startswith("on") or name in ("src", "href", "xlink:href")]
            assert "url(" not in str(attributes)
        assert "\x00" not in page
        page.encode()
    assert "<script>alert" not in "".join(pictures)


def test_text_and_markdown_and_html_say_the_same_things() -> None:
    pieces = [*docket_sheet([case(incident(), later(3))], later(3))]
    text, markdown, page = writing_text.text(pieces), writing_markdown.markdown(pieces), writing_html.page(pieces, "Docket")
    for words in ("notify", "partnership"):
        assert all(words in each for each in (text, markdown, page))
    assert writing_markdown.markdown([Table("c*", ("a|b",), (("x_y",),)), Picture(fixed("<svg/>"))]) == "c\\*\n\n| a\\|b |\n|---|\n| x\\_y |\n"


# -- the picture ---------------------------------------------------------------------------------------------------------------------

SVG = "{http://www.w3.org/2000/svg}"


def drawn(history: CaseHistory, until: date) -> ElementTree.Element:
    return ElementTree.fromstring(case_timeline.svg(*case(history, until)))  # noqa: S314 -- our own text


def test_the_picture_has_text_alternatives_and_names_the_bank_holidays() -> None:
    history = CaseHistory(profile="bcp", reference="easter")
    history.record(date(2025, 4, 14), {"notification.kind": "safeguarding", "notification.sent_on": "2025-04-14"})
    root = drawn(history, date(2025, 4, 14))
    assert root.get("role") == "img"
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    assert set((root.get("aria-labelledby") or "").split()) == ids
    assert "Timeline of case easter" in {title.text for title in root.iter(f"{SVG}title")}
    words = " ".join(text.text or "" for text in root.iter(f"{SVG}text"))
    for day in ("18 Apr: Good Friday", "21 Apr: Easter Monday", "5 May: Early May Bank Holiday"):
        assert day in words
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]
    assert any("hold a rapid review meeting" in title and "planned for 8 May 2025 (local)" in title for title in titles)


def test_working_days_are_shaded_and_others_are_not() -> None:
    root = drawn(incident(), later(3))
    ((shade,),) = [group.findall(f"{SVG}path") for group in root.iter(f"{SVG}g") if group.findtext(f"{SVG}title") == "Working days"]
    weeks = (shade.get("d") or "").split("Z")
    assert all(week.startswith("M") for week in weeks if week)
    assert 2 <= len([week for week in weeks if week]) <= 8


def test_lines_join_the_duties_that_one_step_discharges() -> None:
    history = incident()
    facts: dict[str, Any] = {"notification.kind": "safeguarding", "notification.sent_on": later(1), "rapid_review.completed_on": later(20)}
    history.record(later(30), {**facts, "review.decided_on": later(30)})
    history.record(later(80), {"review.report_completed_on": later(80), "publication.planned_on": later(120)})
    history.record(later(112), {"publication.report_sent_on": later(112)})
    found = {line.duties[0].duty.done_by: line for line in case_timeline.lines(replay(history, load_ruleset("bcp"), later(115)))}
    copy = found["publication.report_sent_on"]
    assert {duty.id for duty in copy.duties} == {"send_full_report", "give_report_before_publication"}
    assert copy.late
    assert copy.status == "nationally late by 1 working day (4 days); locally in time"  # the early May bank holiday lies between
    assert found["notification.sent_on"].status == "in time"


def test_an_empty_case_is_drawn_too() -> None:
    root = drawn(CaseHistory(profile="bcp", reference="none"), MONDAY)
    assert root.tag == f"{SVG}svg"


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(histories())
def test_any_case_can_be_drawn_and_listed(history: CaseHistory) -> None:
    until = history.last_day or MONDAY
    try:
        pair = case(history, until)
    except CaseError:
        return
    ElementTree.fromstring(case_timeline.svg(*pair))  # noqa: S314
    for format_ in (writing_text.text, writing_markdown.markdown):
        assert format_([*docket_sheet([pair], until), *timeline_sheet(*pair)])
    json.dumps(docket.plain_docket([pair], until))


# -- the calendar --------------------------------------------------------------------------------------------------------------------


def events(*histories: CaseHistory, until: date) -> dict[str, Any]:
    read = icalendar.Calendar.from_ical(docket_calendar([case(history, until) for history in histories], until))
    return {str(event["uid"]): event for event in read.walk("VEVENT")}


def test_the_calendar_is_read_back_with_a_day_for_each_dated_duty() -> None:
    found = events(incident(), until=later(1))
    assert set(found) == {
        f"2025-01.{duty}@cspr-rules"
        for duty in ("notify_panel", "tell_partnership", "tell_business_manager", "report_to_partners", "have_rapid_review_with_panel")
    }
    event = found["2025-01.notify_panel@cspr-rules"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (later(7), later(8))
    assert event["dtstamp"].dt.date() == later(1)
    assert event["status"] == "CONFIRMED"
    assert event["summary"] == "notify the incident to the Panel [2025-01]"
    assert "GOV.UK notification page" in event["description"]


def test_a_later_export_updates_the_events_of_an_earlier_one() -> None:
    history = incident()
    first = events(history, until=MONDAY)
    (aware,) = [entry for entry in history.entries if entry.fact == "incident.authority_aware_on"]
    history.correct(later(1), aware, later(1))
    moved = events(history, until=later(1))
    history.record(later(2), {"notification.kind": "safeguarding", "notification.sent_on": later(2)})
    done = events(history, until=later(2))
    uid = "2025-01.notify_panel@cspr-rules"
    assert [found[uid]["dtstart"].dt for found in (first, moved, done)] == [later(7), later(8), later(8)]
    assert [found[uid]["sequence"] for found in (first, moved, done)] == [7, 8, 10]
    assert str(done[uid]["summary"]).startswith("Done: ")
    assert set(first) <= set(moved) <= set(done)


def test_what_is_no_longer_owed_is_cancelled() -> None:
    history = incident()
    (view,) = [entry for entry in history.entries if entry.fact == "concern.authority_view"]
    history.correct(later(2), view, "neither")
    assert events(history, until=later(2))["2025-01.notify_panel@cspr-rules"]["status"] == "CANCELLED"
    history = notified()
    history.record(later(3), {"notification.criteria_found_not_met_on": later(3)})
    assert events(history, until=later(3))["2025-01.hold_rapid_review_meeting@cspr-rules"]["status"] == "CANCELLED"


def test_a_duty_whose_day_is_lost_again_is_cancelled_and_comes_back() -> None:
    history = incident()
    (aware,) = [entry for entry in history.entries if entry.fact == "incident.authority_aware_on"]
    history.withdraw(later(1), aware)
    uid = "2025-01.notify_panel@cspr-rules"
    assert events(history, until=later(1))[uid]["status"] == "CANCELLED"
    history.record(later(2), {"incident.authority_aware_on": later(1)})
    assert (events(history, until=later(2))[uid]["status"], events(history, until=later(2))[uid]["dtstart"].dt) == ("CONFIRMED", later(8))


def test_the_same_export_gives_the_same_bytes_and_names_no_title() -> None:
    history = incident(title="Not to be seen")
    made = [docket_calendar([case(history, later(1))], later(1)) for _ in range(2)]
    assert made[0] == made[1]
    assert b"Not to be seen" not in made[0]
    assert all(len(line) <= 75 for line in made[0].split(b"\r\n"))


def test_each_child_has_events_of_its_own() -> None:
    history = incident()
    (alive,) = [entry for entry in history.entries if entry.fact == "child.died"]
    history.correct(MONDAY, alive, True)
    history.record(MONDAY, {"child.died_on": MONDAY, "child.looked_after": True, "child.looked_after_by": "this_authority"}, child=1)
    history.record(
        MONDAY, {"child.died": True, "child.died_on": MONDAY, "child.looked_after": True, "child.looked_after_by": "this_authority"}, child=2
    )
    found = {row.uid for row in docket.rows([case(history, MONDAY)], every=True)}
    several = {uid for uid in found if ".child-" in uid}
    assert {uid.split(".child-")[1][0] for uid in several} == {"1", "2"}
    assert len(found) == len(docket.rows([case(history, MONDAY)], every=True))


def test_without_the_package_the_message_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "icalendar":
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(QuestionError, match=r"pip install 'cspr-rules\[calendar\]'"):
        docket_calendar([case(incident(), MONDAY)], MONDAY)


# -- the command line ----------------------------------------------------------------------------------------------------------------


def test_the_command_over_several_files(tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    save_history(incident("one"), tmp_path / "one.yaml")
    save_history(CaseHistory(notified().entries, profile="bcp"), tmp_path / "two.jsonl")
    (tmp_path / "three.yaml").write_text(
        "as_of: 2025-01-14\nprofile: england\nfacts: {notification.kind: safeguarding, notification.sent_on: 2025-01-10}\n"
    )
    names = [str(tmp_path / name) for name in ("one.yaml", "two.jsonl", "three.yaml")]
    for format_, start in (
        ("table", b"Docket on Tuesday 14 January 2025"),
        ("json", b'{\n  "schema": "cspr-rules/docket/3"'),
        ("ics", b"BEGIN:VCALENDAR"),
    ):
        assert main(["docket", *names, "--format", format_]) == 0
        out = capsysbinary.readouterr().out
        assert out.startswith(start)
        assert all(reference in out for reference in (b"one", b"two", b"three"))
    assert main(["docket", *names, "--format", "html"]) == 0
    page = capsysbinary.readouterr().out
    assert page.count(b"<svg") == 3
    pictures = b"".join(re.findall(rb"<svg.*?</svg>", page, re.DOTALL))
    assert len(re.findall(rb' id="([^"]+)"', pictures)) == len(set(re.findall(rb' id="([^"]+)"', pictures))) == 6
    for format_ in ("timeline", "svg"):
        assert main(["docket", names[0], "--format", format_]) == 0
        assert b"<svg" in capsysbinary.readouterr().out
        assert main(["docket", *names, "--format", format_]) == 2
        assert b"shows one case" in capsysbinary.readouterr().err


def test_the_case_is_looked_at_as_it_was_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_history(notified(), tmp_path / "case.yaml")
    assert main(["docket", str(tmp_path / "case.yaml"), "--as-of", "2025-01-13"]) == 0
    assert "must notify the incident" in capsys.readouterr().out
    assert main(["docket", str(tmp_path / "case.yaml"), "--as-of", "2025-01-14"]) == 0
    assert "must notify the incident" not in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_history(notified(), tmp_path / "case.yaml")
    (tmp_path / "bad.yaml").write_text("schema: cspr-rules/casefile/1\nentries: [{on: 2025-01-13, fact: child.dies, value: true}]\n")
    assert main(["docket", str(tmp_path / "bad.yaml"), str(tmp_path / "case.yaml"), str(tmp_path / "none.yaml")]) == 2
    out, err = capsys.readouterr()
    assert "BCP CSPR Group" in out
    assert "did you mean 'child.died'" in err
    assert "none.yaml" in err
    assert "bad.yaml:2:" in err


def test_without_a_day_there_is_nothing_to_look_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_history(CaseHistory(profile="bcp"), tmp_path / "case.yaml")
    assert main(["docket", str(tmp_path / "case.yaml")]) == 2
    assert "--as-of" in capsys.readouterr().err
    (tmp_path / "case2.yaml").write_text("facts: {child.died: true}\n")
    assert main(["docket", str(tmp_path / "case2.yaml")]) == 2
    assert "give it an `as_of`" in capsys.readouterr().err
