"""What a page is folded, printed and read by on a narrow screen, as far as its markup and its style sheet say so without a browser."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from cspr_rules import Case, evaluate, load_ruleset, mark, replay
from cspr_rules.casework.history_files import read_history
from cspr_rules.casework.replay import Replay
from cspr_rules.marking.marks import Marked
from cspr_rules.pictures import case_timeline
from cspr_rules.reports import decision_html, decision_report, writing_html, writing_text
from cspr_rules.reports.audit_sheet import audit_sheet
from cspr_rules.reports.docket_sheet import docket_sheet
from cspr_rules.reports.document import Fold, Paragraph, bare
from cspr_rules.reports.marking_sheet import marking_sheet
from tests.support.shipped import named

WORKED = Path(__file__).parents[2] / "docs" / "worked" / "case.yaml"
DAY = date(2025, 4, 28)


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 -- our own output


@cache
def page(name: str, *, full: bool = False) -> ET.Element:
    return parsed(decision_html.page([(named(name), None)], full=full))


@cache
def worked() -> Replay:
    return replay(read_history(WORKED), load_ruleset("bcp"), DAY)


def headed(element: ET.Element) -> str:
    return "".join(element.find(".//h2").itertext())  # type: ignore[union-attr] # every part has one


def test_the_answer_and_the_days_stand_open_and_the_record_is_folded_away() -> None:
    root = page("baby-head-injury-before-easter")
    (article,) = root.iter("article")
    answer, days, *_ = article
    assert (answer.get("class"), headed(days)) == ("page", "The days in order")
    parts = [each for each in article.iter("details") if each.get("class") == "part"]
    assert [headed(each) for each in parts if "open" in each.attrib] == ["The days in order"]
    assert len(parts) > 10
    assert article.get("class") is None
    assert not list(article.iter("nav"))


def test_all_of_the_record_is_open_where_all_of_it_was_asked_for() -> None:
    (article,) = page("baby-head-injury-before-easter", full=True).iter("article")
    assert article.get("class") == "full"
    parts = [each for each in article.iter("details") if each.get("class") == "part"]
    assert all("open" in each.attrib for each in parts)
    (contents,) = article.iter("nav")
    assert [link.text for link in contents.iter("a")] == [headed(each) for each in parts]


def test_on_a_page_of_several_cases_no_two_parts_that_can_be_gone_to_have_one_name() -> None:
    baby = named("baby-head-injury-before-easter")
    root = parsed(decision_html.page([(baby, None), (baby, None)], full=True))
    names = [each.get("aria-label") for each in root.iter() if each.tag in ("section", "nav") and each.get("aria-label")]
    assert names == [f"{name}, case {place}" for place in (1, 2) for name in ("The answer on one page", "Contents")]
    assert [each for each in root.iter("section") if each.get("aria-labelledby")] == []


def test_explaining_opens_the_record_too() -> None:
    (article,) = parsed(decision_html.page([(named("care-leaver-18-dies"), None)], explain=True)).iter("article")
    assert article.get("class") == "full"


def test_that_no_law_of_the_day_is_held_is_not_folded_away_and_the_law_of_later_steps_is() -> None:
    record = evaluate(load_ruleset("bcp"), Case({"incident.occurred_on": "2003-05-01", "child.died": True}), as_of=date(2024, 4, 2))
    head = list(decision_report.opening(record))
    (later,) = [bare(each.words) for fold in head if isinstance(fold, Fold) for each in fold.pieces if isinstance(each, Paragraph)]
    held = [bare(each.words) for each in head if isinstance(each, Paragraph) and "no law" in bare(each.words).casefold()]
    assert held
    assert later.startswith("The rules on later steps")
    (header,) = parsed(decision_html.page([(record, None)])).iter("header")
    (fold,) = header.iter("details")
    folded = "".join(fold.itertext())
    assert later in folded
    assert [words for words in held if words in folded] == []
    assert all(words in "".join(header.itertext()) for words in held)


@pytest.mark.parametrize("full", [False, True])
def test_every_cell_says_under_which_heading_it_stands(full: bool) -> None:
    tables = list(page("bruised-baby-harm-not-yet-judged", full=full).iter("table"))
    assert tables
    for table in tables:
        heads, *rows = [list(row) for row in table.iter("tr")]
        named_ = ["".join(head.itertext()) for head in heads]
        assert all([cell.get("data-head") for cell in row[1:]] == named_[1:] for row in rows)


def test_a_drawing_that_gives_way_on_a_narrow_screen_has_its_table_beside_it() -> None:
    figures = [each for each in page("bruised-baby-harm-not-yet-judged").iter("figure") if each.get("class") == "wide"]
    assert figures
    assert all(each.find("details/table") is not None and each.findtext("details/summary", "").startswith("As a table: ") for each in figures)
    replayed = worked()
    docket = parsed(writing_html.page(docket_sheet([("a", replayed)], DAY, [case_timeline.svg("a", replayed)]), "Docket"))
    (main,) = docket.iter("main")
    places = list(main)
    drawn = next(place for place, each in enumerate(places) if each.get("class") == "planned")
    assert places[drawn + 1].findtext("caption") == "Steps with a day to plan for"


def test_verbs_are_told_apart_in_the_docket_and_the_audit_and_the_words_are_the_same_in_text() -> None:
    replayed = worked()
    pieces = [*docket_sheet([("a", replayed)], DAY), *audit_sheet("a", replayed)]
    root = parsed(writing_html.page(pieces, "Docket"))
    looks = {(each.tag, each.get("class"), each.text) for each in root.iter() if each.get("class") in ("must", "should", "will")}
    assert looks == {
        ("strong", "must", "must"),
        ("span", "should", "should"),
        ("span", "will", "will (local)"),
        ("span", "will", "will"),
    }
    text = " ".join(writing_text.text(pieces, writing_text.Paper(160)).split())
    assert "must send the full report to the Panel" in text
    assert "will (local) write a synopsis of learning" in text


def test_what_was_late_and_how_an_answer_was_marked_stand_out_beside_their_words() -> None:
    late = [each for each in parsed(writing_html.page(audit_sheet("a", worked()), "Audit")).iter("span") if each.get("class") == "bad"]
    assert {each.text for each in late} == {"Late:"}
    answers = {"outcomes": {"england.notification.serious_incident": "met"}, "duties": {"notify_panel": "2024-04-03"}}
    marking = mark(named("baby-head-injury-before-easter"), answers)
    marks = parsed(writing_html.page(marking_sheet([Marked("a", None, marking)]), "Marks"))
    assert {(each.text, each.get("class")) for each in marks.iter("span")} == {("right", "good"), ("wrong", "bad")}


# -- the style sheet -----------------------------------------------------------------------------------------------------------------


def media() -> dict[str, str]:
    """Return what the style sheet says for each medium."""
    found: dict[str, str] = {}
    for each in re.finditer(r"@media ([^{]*)\{((?:[^{}]*\{(?:[^{}]|\{[^{}]*\})*\})*)\}", writing_html.STYLE):
        found[each[1]] = found.get(each[1], "") + each[2]
    return found


def test_what_holds_for_narrow_screens_does_not_hold_on_paper() -> None:
    narrow = [condition for condition in media() if "width" in condition]
    assert len(narrow) == 3
    assert all(condition.startswith("screen and ") for condition in narrow)


def test_on_paper_the_record_is_left_out_unless_all_of_it_was_asked_for() -> None:
    printed = media()["print"]
    assert ".cspr.cspr article:not(.full)>.page~*{display:none;}" in printed
    assert ".cspr.cspr .full details::details-content{content-visibility:visible;display:block;}" in printed


def test_no_words_on_paper_are_smaller_than_eight_and_a_half_points() -> None:
    sizes = [float(size) for size in re.findall(r"font-size:([\d.]+)pt", media()["print"])]
    assert sizes == [9, 9]
    assert min(sizes) >= 8.5
