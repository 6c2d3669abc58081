"""The same exercises on paper, as one HTML file, and for systems that teach."""

from __future__ import annotations

import base64
import hashlib
import re
from fractions import Fraction
from html.parser import HTMLParser
from xml.etree import ElementTree

from cspr_rules import load_exercise
from cspr_rules.reports import writing_html, writing_markdown, writing_text
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.exports import MOODLE_FRACTIONS, exported, gift, moodle_xml, percent
from cspr_rules.training.html_file import html_file
from cspr_rules.training.keys import Choice, Posed
from cspr_rules.training.papers import key_of, notes, paper
from tests.training.conftest import EASTER


def unit(easter: Exercise) -> CourseUnit:
    return CourseUnit("own", "Our own / first", "", (), (), (easter,))


def test_the_paper_has_every_choice_and_nothing_of_the_key(easter: Exercise) -> None:
    printed = writing_text.text(paper([easter], "Paper"))
    flat = " ".join(printed.split())
    for posed in easter.posed:
        assert posed.prompt in flat
        assert all(choice.text in flat for choice in posed.choices)
        assert posed.why not in flat
    assert easter.written.point not in flat
    assert "Before you read:" in flat
    markdown, page = writing_markdown.markdown(paper([easter], "Paper")), writing_html.page(paper([easter], "Paper"), "Paper")
    assert all(posed.why not in each for posed in easter.posed for each in (markdown, page))


def test_the_key_names_the_right_letter_and_says_why(easter: Exercise) -> None:
    flat = " ".join(writing_text.text(key_of([easter], "Paper")).split())
    assert "1.1.1 c) It cannot be said yet." in flat
    assert "By Friday 5 April 2024." in flat
    assert all(posed.why in flat for posed in easter.posed)


def test_the_notes_have_what_people_get_wrong_and_what_to_read_together(course: tuple[CourseUnit, ...]) -> None:
    flat = " ".join(writing_text.text(notes(course)).split())
    for each in course:
        assert all(wrong in flat for wrong in each.people_get_wrong)
    assert "CA 2004, section 16C(1):" in flat


class _Read(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_html_file_loads_nothing_runs_its_one_script_and_asks_for_no_name(easter: Exercise) -> None:
    page = html_file([unit(easter)], "Exercises")
    read = _Read()
    read.feed(page)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    policy = next(given["content"] or "" for name, given in read.tags if given.get("http-equiv") == "Content-Security-Policy")
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    for name, given in read.tags:
        assert "src" not in given
        assert not any(key.startswith("on") for key in given)
        assert (given.get("href") or "#").startswith("#"), name
        assert given.get("type") not in ("text", "email", "password")
    assert not re.search(r"fetch\(|XMLHttpRequest|localStorage|sessionStorage|cookie|sendBeacon|innerHTML", scripts[0])


def test_in_the_html_file_every_box_has_its_label_and_every_task_its_key(easter: Exercise) -> None:
    read = _Read()
    read.feed(html_file([unit(easter)], "Exercises"))
    labelled = {given["for"] for name, given in read.tags if name == "label"}
    boxes = {given["id"] for name, given in read.tags if name in ("input", "select")}
    assert boxes == labelled
    keys = {given["data-task"]: given["data-key"] for name, given in read.tags if name == "form"}
    assert keys == {posed.id: " ".join(posed.key) for posed in easter.posed}


def test_what_an_author_writes_cannot_become_markup() -> None:
    text = EASTER.read_text(encoding="utf-8").replace("title: A baby", "title: <script>alert(1)</script> A baby")
    from cspr_rules.loading.reading import read_bytes
    from cspr_rules.training.exercises import exercise_from

    exercise = exercise_from(read_bytes(text.encode(), "own.yaml"))
    page = html_file([unit(exercise)], "Exercises")
    assert page.count("<script>") == 1
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>" not in moodle_xml([unit(exercise)])


def test_a_share_is_written_as_one_that_moodle_takes() -> None:
    assert percent(Fraction(1, 3)) == "33.33333"
    assert percent(Fraction(-1, 7)) == "-14.28571"
    assert percent(Fraction(0)) == "0"
    for parts in range(1, 11):
        if parts not in (8, 9):
            assert abs(Fraction(percent(Fraction(1, parts))) / 100 - Fraction(1, parts)) < Fraction(1, 100_000)


def test_moodle_xml_is_well_formed_and_has_our_mark_for_every_choice(easter: Exercise) -> None:
    category, *questions = ElementTree.fromstring(moodle_xml([unit(easter)]))  # noqa: S314 -- our own
    assert category.findtext("category/text") == "$course$/Our own - first"
    assert len(questions) == len(easter.posed)
    for question, posed in zip(questions, easter.posed, strict=True):
        answers = question.findall("answer")
        assert [each.findtext("text") for each in answers] == [each.text for each in exported(posed)]
        for each, ours in zip(answers, exported(posed), strict=True):
            assert each.attrib["fraction"].removeprefix("-") in MOODLE_FRACTIONS
            assert abs(Fraction(each.attrib["fraction"]) / 100 - ours.share) < Fraction(1, 100_000)
        assert question.findtext("single") == ("false" if posed.mode == "several" else "true")


def test_gift_escapes_every_sign_of_the_format(easter: Exercise) -> None:
    odd = Posed(
        "1.1", "test", "one", "A {b} = c: ~d #e \\f", (Choice("met", "x: {y}", True, ""), Choice("not_met", "z = #1", False, "")), ("met",), "why", ()
    )
    easter_with_odd = Exercise(easter.written, easter.ruleset)
    easter_with_odd.posed = (odd,)  # type: ignore[misc] # what is right is put in the place of what would be worked out
    written = gift([unit(easter_with_odd)])
    assert r"A \{b\} \= c\: \~d \#e \\f {" in written
    assert r"  =x\: \{y\}" in written
    assert r"  ~z \= \#1" in written


def test_an_order_becomes_a_choice_between_orders_with_our_shares() -> None:
    choices = tuple(Choice(name, name, True, "") for name in "bca")
    made = exported(Posed("1.1", "order", "order", "?", choices, ("a", "b", "c"), "", ()))
    assert len(made) == 6
    assert {each.text: each.share for each in made}["a; then b; then c"] == 1
    assert [each.share for each in made].count(Fraction(1)) == 1


def test_an_exercise_shows_itself_in_a_notebook_with_its_answers_folded_away() -> None:
    shown = load_exercise(EASTER).show()._repr_html_()
    assert shown is not None
    assert shown.count("<summary>The answer</summary>") == 5
    assert "A baby with a head injury" in shown
