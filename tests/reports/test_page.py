"""The page: short at any width, the answer first, and whatever is not on it counted and named by the command that shows it."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from statistics import median

import pytest

from cspr_rules import Case, evaluate, load_ruleset
from cspr_rules.cli.main import main
from cspr_rules.engine.answers import OPEN, OwedDuty
from cspr_rules.engine.margins import LOCAL
from cspr_rules.model.sources import in_words
from cspr_rules.reports import page, writing_text
from cspr_rules.reports.document import VERB_LOOKS, Item, spans
from cspr_rules.reports.writing_text import NARROWEST, WIDEST, WIDTH, Paper
from tests.support.reports import as_text
from tests.support.shipped import CASES, FILES, case_file, every_case, record

WIDTHS = (NARROWEST, 80, WIDTH, WIDEST)


def lines(path: Path, width: int = WIDTH) -> list[str]:
    on = Paper(width)
    return writing_text.text(page.pieces(record(path), case_file(path).title, on=on), on, compact=True).splitlines()


def flat(path: Path, width: int = WIDTH) -> str:
    return " ".join(" ".join(lines(path, width)).split())


def shown(duty: OwedDuty, words: str) -> bool:
    return duty.act in words and (duty.plan_for is None or in_words(duty.plan_for) in words)


@pytest.mark.slow
@every_case
@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_one_page_at_any_width(path: Path, width: int) -> None:
    found = lines(path, width)
    assert len(found) <= page.MOST_LINES
    assert [line for line in found if len(line) > width] == []


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_the_median_page_is_shorter(width: int) -> None:
    assert median(len(lines(path, width)) for path in FILES) <= page.LINES


@pytest.mark.slow
@every_case
def test_the_first_answer_stands_in_the_first_five_lines_after_the_title(path: Path) -> None:
    first = record(path).verdicts[0]
    for width in WIDTHS:
        found = lines(path, width)
        title = len(writing_text.text([page.pieces(record(path), case_file(path).title)[0]], Paper(width), compact=True).splitlines())
        head = " ".join(" ".join(found[title : title + 5]).split())
        assert f"{first.headline.asks} {first.sentence.split(':')[0].split(',')[0]}" in head


@pytest.mark.slow
@every_case
def test_every_headline_question_is_answered(path: Path) -> None:
    words = flat(path, NARROWEST)
    for verdict in record(path).verdicts:
        assert verdict.headline.asks in words
        said = verdict.sentence
        if verdict.state == "open" and verdict is not record(path).verdicts[0] and not verdict.by_if_so:
            said = said.split(" If so, ")[0]  # what it would come to has no day: it is counted
        assert verdict.folded or said in words


@pytest.mark.slow
@every_case
def test_what_a_national_source_asks_now_is_told_with_its_day_and_its_owner(path: Path) -> None:
    words = flat(path, NARROWEST)
    for duty in record(path).duties:
        if duty.status in page.AT_ONCE and duty.strength != "may" and duty.layer != LOCAL:
            assert shown(duty, words)


@pytest.mark.slow
@every_case
def test_each_act_stands_under_the_verb_of_its_source(path: Path) -> None:
    """A local source may say must as well: what it asks stands apart from what it only promises."""
    answer = record(path)
    for piece in page.pieces(answer, on=Paper(WIDEST)):
        if isinstance(piece, Item) and piece.level == 1:
            said = spans(piece.words)
            (verb,) = (text for text, look, *_ in said if look in VERB_LOOKS.values())
            words = "".join(text for text, *_ in said)
            acts = {duty.act: set[str]() for duty in answer.duties if duty.act in words}
            for duty in answer.duties:
                if duty.act in acts:
                    acts[duty.act].add(duty.strength.replace("_", " ").upper())
            assert all(verb in verbs for verbs in acts.values()), words


@pytest.mark.slow
@every_case
def test_every_duty_is_shown_or_counted(path: Path) -> None:
    answer, words = record(path), flat(path)
    counted = sum(int(number) for number in re.findall(r"(\d+) (?:to do now|due on a day ahead|owed without a day)", words))
    still = [duty for duty in answer.duties if duty.status in OPEN and duty.strength != "may"]
    missing = [duty for duty in still if duty.act not in words]
    assert len(missing) <= counted
    done = len([duty for duty in answer.duties if duty.status not in OPEN and duty.strength != "may"])
    assert not done or f"{done} done or withdrawn" in words
    assert not answer.citations or re.search(rf"\b{len(answer.citations)} sources?\b", words)
    assert "cspr-rules decide FILE --full" in words


@pytest.mark.slow
@every_case
def test_what_is_open_is_shown_as_it_would_be(path: Path) -> None:
    words = flat(path)
    for verdict in record(path).verdicts:
        if verdict.by_if_so:
            assert in_words(verdict.by_if_so) in words
            assert verdict.ahead or "IF IT IS SO" in words
        if verdict.turns_on:
            assert verdict.turns_on[0].fact.question in words


def test_nothing_known_is_no_reason_to_keep_silent() -> None:
    answer = evaluate(load_ruleset("england"), Case({}), as_of=record(FILES[0]).as_of)
    words = " ".join(writing_text.text(page.pieces(answer), compact=True).split())
    assert "Not decided" in words
    assert "undecided, which is not no" in words
    assert page.FOR in words


def test_on_a_terminal_weight_is_added_and_no_word_changes() -> None:
    path = CASES / "foster-child-dies-on-christmas-eve-carer-suspected.yaml"
    bare, bold, coloured = (writing_text.text(page.pieces(record(path)), Paper(WIDTH, *flags), compact=True) for flags in ((), (True,), (True, True)))
    assert "\x1b[1mMUST\x1b[0m" in bold
    assert "\x1b[31m" in coloured
    assert "\x1b[31m" not in bold
    assert {re.sub("\x1b\\[\\d+m", "", each) for each in (bold, coloured)} == {bare}


@pytest.mark.parametrize(("variables", "bold", "colour"), [({}, True, True), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, False, False)])
def test_a_terminal_says_what_it_can_show(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], bold: bool, colour: bool) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for columns, width in ((40, NARROWEST), (72, 72), (400, WIDEST)):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert writing_text.paper() == Paper(width, bold, colour)
    monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    assert writing_text.paper() == Paper()


def test_a_word_longer_than_a_line_is_broken() -> None:
    on = Paper(NARROWEST)
    title = "x" * 150 + "\x1b[31m and\nmore"
    found = writing_text.text(page.pieces(record(FILES[0]), title, on=on), on, compact=True)
    assert max(map(len, found.splitlines())) <= NARROWEST
    assert "\x1b" not in found


def test_the_command_prints_it_and_names_the_command_for_the_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES.parents[1])
    name = "docs/cases/baby-head-injury-before-easter.yaml"
    assert main(["decide", name, "--as-of", "2024-04-03"]) == 0
    short = capsys.readouterr().out
    assert f"cspr-rules decide {name} --as-of 2024-04-03 --full" in " ".join(short.split())
    assert main(["decide", name, "--as-of", "2024-04-03", "--full"]) == 0
    whole = capsys.readouterr().out
    assert whole == as_text(
        evaluate(
            record(Path(CASES / Path(name).name)).ruleset, case_file(CASES / Path(name).name).case, as_of=record(FILES[0]).as_of.replace(2024, 4, 3)
        ),
        case_file(CASES / Path(name).name).title,
    )
    assert len(short.splitlines()) * 4 < len(whole.splitlines())


def test_a_case_of_which_nothing_is_recorded_says_so_and_asks_what_comes_first() -> None:
    text = writing_text.text(page.pieces(evaluate(load_ruleset("bcp"), Case({}), as_of=date(2026, 11, 28))), compact=True)
    said = " ".join(text.split())
    assert "for the day of the incident is not recorded. No fact is recorded." in said
    assert ". ." not in said
    assert "What must a children's home give notice of? Not decided: it turns on whether the child or young person is accommodated in" in said
