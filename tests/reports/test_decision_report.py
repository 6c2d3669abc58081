"""Reports for people: nothing of the record is lost, what is unverified says so, and no report ever says that nobody need be told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import Case, DecisionRecord, case_from, evaluate, load_ruleset, read_bytes, read_file
from cspr_rules.engine.answers import OwedDuty
from cspr_rules.engine.plain_values import PURPOSE
from cspr_rules.explain.phrases import VERBS
from cspr_rules.model.sources import in_words
from cspr_rules.reports.shared_proofs import shared_proofs
from cspr_rules.reports.writing_text import WIDTH
from tests.support.reports import as_markdown, as_text
from tests.support.shipped import FILES as CASES
from tests.support.shipped import case_file, every_case, record

SERIOUS = "england.notification.serious_incident"

ROOT = Path(__file__).parents[2]
RULE_FILES = sorted((ROOT / "rules").rglob("*.yaml"))

NOTHING_MET = "no rule's test is met yet"
NOTHING_BY_ITSELF = "no rule whose test is met puts a duty on anybody by itself"
EVERY_SPECIAL = r"\ ` * _ ~ [ ] < > | # &"
ASKED = {"child.age_at_harm": 2, "child.died": False, "child.place_of_harm": "in_area", "concern.authority_view": "suspected"}


def decided(facts: dict[str, Any], as_of: date = date(2024, 4, 2)) -> DecisionRecord:
    return evaluate(load_ruleset("bcp"), Case(facts), as_of=as_of)


def flat(text: str) -> str:
    return " ".join(text.split())


def unescaped(markdown: str) -> str:
    """Return Markdown as a reader sees it, as far as this report uses Markdown: escapes undone, weights, code and notes taken away."""
    return re.sub(r"\\([\\`*_~\[\]<>|#&])", r"\1", re.sub(r"(?m)(?<!\\)(\*\*?|`)|^> ", "", markdown))


@cache
def text_of(path: Path) -> str:
    return as_text(record(path), case_file(path).title)


@cache
def markdown_of(path: Path) -> str:
    return as_markdown(record(path), case_file(path).title)


@cache
def printed(path: Path) -> tuple[str, str]:
    """Return the words of a case's report: as text and as read in Markdown, each on one line."""
    return flat(text_of(path)), flat(unescaped(markdown_of(path)))


# -- nothing is lost -----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@every_case
def test_every_duty_is_told_with_its_verb_its_holder_and_its_recipients(path: Path) -> None:
    name = record(path).ruleset.role_name
    for report in printed(path):
        for duty in (*record(path).duties, *record(path).options):
            assert f"{VERBS[duty.strength]}: {duty.act}" in report
            assert f"Who: {name(duty.by)}" in report
            assert f"Because: {duty.rule_id} is met" in report
            for role in duty.to:
                assert name(role) in report


def _section(report: str, duty: OwedDuty) -> str:
    """Return the part of a flat report that is about one duty."""
    end = report.index(f"Because: {duty.rule_id} is met")
    return report[report.rindex(f"{VERBS[duty.strength]}: {duty.act}", 0, end) : end]


@every_case
def test_every_date_by_which_something_is_due_stands_with_its_duty_and_its_source(path: Path) -> None:
    for report in printed(path):
        for duty in record(path).duties:
            if len([each for each in record(path).duties if each.rule_id == duty.rule_id]) > 1:
                continue  # one for each child, or several of one rule; the next test looks at those
            section = _section(report, duty)
            for clock in duty.clocks:
                for provision in clock.citations:
                    assert provision.name in section
                if clock.due_on:
                    assert f"{clock.due_on:%A} {in_words(clock.due_on)} (" in section
                elif clock.waiting_for:
                    assert clock.waiting_for in section
            assert section.count("When: ") == len(duty.clocks)


@every_case
def test_no_date_of_any_duty_is_left_out(path: Path) -> None:
    for report in printed(path):
        for duty in (*record(path).duties, *record(path).options):
            for clock in duty.clocks:
                assert clock.due_on is None or in_words(clock.due_on) in report
            for day in (duty.done_on, duty.plan_for):
                assert day is None or in_words(day) in report


@pytest.mark.slow
@every_case
def test_every_source_is_named_with_how_it_was_checked(path: Path) -> None:
    for report in printed(path):
        for provision in record(path).citations:
            assert f"{provision.name} ({provision.key})" in report
            assert provision.verification in report


@pytest.mark.slow
@every_case
def test_every_note_discrepancy_question_rule_and_judgement_is_told(path: Path) -> None:
    answer = record(path)
    for report in printed(path):
        for note in answer.notes:
            assert flat(note.note.text) in report
        for discrepancy in answer.discrepancies:
            assert flat(f"{discrepancy.id}, {discrepancy.title}: {discrepancy.note}") in report
        for question in answer.ask:
            assert question.fact.id in report
        for asked in answer.questions.now:
            assert asked.fact.question in report
        for rule in (*answer.decisions, *(rule.id for rule in answer.not_in_force)):
            assert rule in report
        for judgement in answer.checked.judgements:
            for said in (judgement.role, judgement.reasons, judgement.dissent):
                assert said is None or flat(said) in report


@pytest.mark.slow
@every_case
def test_every_proof_is_told_once_for_all_the_children_for_whom_it_is_the_same(path: Path) -> None:
    found = record(path)
    for decision in found.decisions.values():
        shared = list(shared_proofs(decision))
        assert sorted(child for _, children in shared for child in children) == list(range(1, len(decision.per_child) + 1))
        assert len({(proof.outcome, proof.steps, proof.otherwise) for proof, _ in shared}) == len(shared)
        for proof, children in shared:
            for child in children or (None,):
                assert decision.why(child)[3:] == proof[3:]
            assert proof.child == (children[0] if len(children) == 1 else None)


def test_tests_that_are_the_same_for_several_children_are_told_once() -> None:
    ages = (
        {"child.age_at_harm": 3, "child.died": True},
        {"child.age_at_harm": 5},
        {"child.age_at_harm": 3, "child.died": True},
        {"child.age_at_harm": 30, "child.died": False},
    )
    found = evaluate(load_ruleset("england"), Case({"child.place_of_harm": "in_area"}, ages), as_of=date(2024, 4, 2))
    text = " ".join(as_text(found, explain=True).split())
    assert "- children 1, 2 and 3: Not decided: whether the authority knows or suspects" in text
    assert "; child 4: Not met: " in text
    title = found.decisions[SERIOUS].rule.title
    assert re.findall(rf"{re.escape(title)} (\(child[^)]*\): [a-z ]*) \({re.escape(SERIOUS)}\)", text) == [
        "(children 1 and 3): undecided",
        "(child 2): undecided",
        "(child 4): not met",
    ]


@every_case
def test_the_days_the_authority_and_the_rules_applied_are_told(path: Path) -> None:
    answer = record(path)
    for report in printed(path):
        assert f"For {answer.ruleset.profile.authority} " in report
        assert f"Looked at from {in_words(answer.as_of)}, under the law of {in_words(answer.law_on)}" in report
        assert f"rules {answer.ruleset_digest[:16]}" in report


# -- text ----------------------------------------------------------------------------------------------------------------------------


def _too_wide(text: str) -> list[str]:
    """Return the lines that are too wide and could have been broken."""
    return [line for line in text.splitlines() if len(line) > WIDTH and " " in line.strip()]


@pytest.mark.slow
@every_case
def test_text_is_at_most_100_columns_wide_but_for_words_that_are_wider(path: Path) -> None:
    assert _too_wide(as_text(record(path))) == []


@pytest.mark.slow
def test_a_title_is_at_most_100_columns_wide_too() -> None:
    assert [line for path in CASES for line in _too_wide(text_of(path))] == []


@pytest.mark.slow
@every_case
def test_text_has_no_space_at_the_end_of_a_line_and_one_line_break_at_its_end(path: Path) -> None:
    text = text_of(path)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert [line for line in text.splitlines() if line != line.rstrip()] == []


# -- Markdown ------------------------------------------------------------------------------------------------------------------------


def test_markdown_takes_what_people_wrote_as_words_and_not_as_markup() -> None:
    title = f"{EVERY_SPECIAL} <script>alert(1)</script> [x](javascript:y) **b** `c`"
    line = as_markdown(decided(ASKED), title).splitlines()[0]
    assert unescaped(line) == f"# {title}"
    assert re.findall(r"(?<!\\)(?:\\\\)*[`*_~\[\]<>|#&]", line[1:]) == []


def test_an_entity_that_people_wrote_is_shown_and_not_rendered() -> None:
    assert as_markdown(decided(ASKED), "Smith &amp; &#42;Jones&#42;").splitlines()[0] == r"# Smith \&amp; \&\#42;Jones\&\#42;"


def test_markdown_escapes_reasons_and_dissent_too() -> None:
    view = {"value": "suspected", "role": "lead *officer*", "reasons": "<b>bold</b>", "dissent": "[police](x)"}
    markdown = as_markdown(decided({**ASKED, "concern.authority_view": view}))
    for said in (r"lead \*officer\*", r"\<b\>bold\</b\>", r"\[police\](x)"):
        assert said in markdown


@pytest.mark.parametrize("write", [as_text, as_markdown])
def test_what_people_wrote_cannot_begin_a_line_of_its_own(write: Any) -> None:
    view = {"value": "suspected", "role": "x", "reasons": "seen\n\n# What is owed\nNOTHING", "dissent": "a\r\n1. b"}
    report: str = write(decided({**ASKED, "concern.authority_view": view}), "Title\n## What is owed\nNOTHING")
    assert [line for line in report.splitlines() if line.lstrip("# ").startswith(("NOTHING", "1. b"))] == []
    assert len([line for line in report.splitlines() if line.lstrip("# \\").startswith("What is owed")]) == 1


@pytest.mark.parametrize("write", [as_text, as_markdown])
def test_what_people_wrote_cannot_steer_a_terminal(write: Any) -> None:
    file = case_from(read_bytes(b'title: "a\\e[2Jb"\nfacts: {concern.authority_view: {value: known, reasons: "c\\e[8md"}}\n', "case.yaml"))
    report: str = write(evaluate(load_ruleset("bcp"), file.case, as_of=date(2024, 4, 2)), file.title)
    assert [character for character in report if not character.isprintable() and character != "\n"] == []


@pytest.mark.slow
@every_case
def test_markdown_begins_with_its_title_and_has_each_heading_on_a_line_of_its_own(path: Path) -> None:
    lines = markdown_of(path).splitlines()
    assert unescaped(lines[0]) == f"# {case_file(path).title}"
    for number, line in enumerate(lines[1:], start=1):
        if re.match(r"#+ ", line):
            assert (lines[number - 1], lines[number + 1]) == ("", "")


def _markdown_lines() -> Iterator[tuple[str, str, int]]:
    """Yield each line of every report in Markdown, with the one before it and the width of the number it stands under."""
    for path in CASES:
        width, before = 0, ""
        for line in markdown_of(path).splitlines():
            if marker := re.match(r"\d+\. ", line):
                width = len(marker.group())
            elif not re.match(r" *- ", line):
                width = 0
            yield before, line, width
            before = line


@pytest.mark.slow
def test_markdown_bullets_belong_to_the_number_above_them() -> None:
    assert [line for _, line, width in _markdown_lines() if line.startswith(" ") and not line.startswith(" " * width)] == []


@pytest.mark.slow
def test_markdown_paragraphs_stand_apart() -> None:
    assert [line for before, line, _ in _markdown_lines() if before and re.match(r"[^\s\d-]", line)] == []


# -- unverified ----------------------------------------------------------------------------------------------------------------------


@every_case
def test_what_nobody_has_read_is_marked_wherever_a_duty_or_a_clock_rests_on_it(path: Path) -> None:
    answer = record(path)
    for report in printed(path):
        for duty in (*answer.duties, *answer.options):
            for provision in {*duty.citations, *(each for clock in duty.clocks for each in clock.citations)}:
                mark = f"{provision.name} [unverified: "
                assert (mark in report) is not provision.checked.relied_on, provision.key


@every_case
def test_what_nobody_has_read_is_listed_to_be_confirmed(path: Path) -> None:
    for report in printed(path):
        assert ("Unverified: confirm before relying on it" in report) is bool(record(path).unverified)
        _, _, listed = report.partition("Unverified: confirm before relying on it")
        for provision in record(path).unverified:
            assert f"{provision.name} ({provision.key}): {provision.verification}." in listed


def test_the_worked_cases_rest_on_text_from_memory_and_on_text_not_read() -> None:
    """Otherwise the two tests above would see nothing."""
    assert {provision.checked.status for path in CASES for provision in record(path).unverified} == {"memory", "unread"}


# -- judgements stay with people -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("day", [date(2018, 7, 4), date(2024, 4, 2), date(2026, 5, 1)])
def test_what_to_weigh_is_shown_when_serious_harm_is_asked(day: date) -> None:
    answer = decided(ASKED, day)
    fact = next(question.fact for question in answer.ask if question.first and question.fact.id == "child.seriously_harmed")
    provisions = answer.ruleset.provisions
    weighed = [each for each in fact.considerations if any(day in provisions[key].window for key in each.cites)]
    assert len(weighed) >= 7
    for write in (as_text, as_markdown):
        report = flat(unescaped(write(answer)))
        assert "A judgement for the authority's lead officer for notifications" in report
        _, _, asked = report.partition("Record as child.seriously_harmed: true or false.")
        for consideration in weighed:
            assert f"Weigh: {flat(consideration.text)} (" in asked


def test_it_is_asked_for_each_child_of_whom_it_is_not_known() -> None:
    case = Case(ASKED, [{}, {"child.seriously_harmed": True}, {}])
    report = as_text(evaluate(load_ruleset("bcp"), case, as_of=date(2024, 4, 2)))
    assert "Has the child been seriously harmed? (children 1 and 3)" in flat(report)


def test_nothing_is_weighed_once_the_judgement_is_recorded() -> None:
    report = flat(as_text(decided({**ASKED, "child.seriously_harmed": True})))
    assert "Record as child.seriously_harmed" not in report


# -- it never says that nobody need be told ------------------------------------------------------------------------------------------

TELL = r"(?:be )?(?:notif(?:y|ied)|tell|told|report(?:ed)?|inform(?:ed)?)\b"
NEVER = re.compile(
    rf"\b(?:do not|don't|need not|needn't|no need to|not need to|not necessary to|not required to|not obliged to|no (?:duty|obligation) to"
    rf"|should not|must not|may not|not have to|(?:nobody|no one) needs?(?: to)?):? {TELL}"
    r"|\bnot (?:be )?(?:notifiable|reportable)\b|\bno (?:notification|report) (?:is |was )?(?:needed|required|necessary)\b",
    re.IGNORECASE,
)
REPORTED = re.compile(r"(?:never says(?: that)?|agreed? that (?:it|the incident))\s*[‘'\"]?$", re.IGNORECASE)
"""What may stand before such words: that the library never says them, or that others are recorded as having agreed so."""


def says_that_nobody_need_be_told(words: str) -> list[str]:
    words = flat(words)
    return [
        words[max(0, each.start() - 60) : each.end() + 30] for each in NEVER.finditer(words) if not REPORTED.search(words[: each.start()].rstrip())
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Do not notify the Panel.",
        "There is no need to notify.",
        "You need not tell anybody.",
        "It is not notifiable.",
        "The incident need not be reported.",
        "MUST NOT: notify the incident to the Panel",
        "Nobody need be told.",
        "No notification is needed",
        "You do not have to notify",
    ],
)
def test_the_search_finds_what_must_never_be_said(words: str) -> None:
    assert says_that_nobody_need_be_told(words)


@pytest.mark.parametrize(
    "words", [PURPOSE, "It never says 'do not notify'.", "the agencies agreed that it should not be notified", "not notified yet"]
)
def test_the_search_lets_pass_what_says_that_it_is_never_said(words: str) -> None:
    assert says_that_nobody_need_be_told(words) == []


@pytest.mark.slow
@every_case
def test_no_report_says_that_nobody_need_be_told(path: Path) -> None:
    for report in printed(path):
        assert says_that_nobody_need_be_told(report) == []


@every_case
def test_every_report_says_that_it_never_says_so(path: Path) -> None:
    for report in printed(path):
        assert PURPOSE in report


def test_a_case_of_which_nothing_is_met_still_says_which_tests_are_open_and_which_fail() -> None:
    report = flat(as_text(decided({"child.died": False, "child.seriously_harmed": False, "concern.authority_view": "neither"})))
    assert says_that_nobody_need_be_told(report) == []
    assert "puts a duty on anybody by itself. See below what is open." in report
    assert "Tests that are not met" in report
    assert "(concern.authority_view = the authority has considered it, and neither knows nor suspects it)" in report


@every_case
def test_a_report_says_that_nothing_is_asked_of_anybody_only_if_nothing_is(path: Path) -> None:
    for report in printed(path):
        assert any(words in report for words in (NOTHING_MET, NOTHING_BY_ITSELF)) is not bool(record(path).duties)


def _values(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _values(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _values(inner, (*path, index))
    elif isinstance(value, str):
        yield path, value


@pytest.mark.slow
@pytest.mark.parametrize("file", RULE_FILES, ids=[path.relative_to(ROOT / "rules").as_posix() for path in RULE_FILES])
def test_no_text_of_a_rule_file_says_that_nobody_need_be_told(file: Path) -> None:
    said = {path: found for path, words in _values(read_file(file).value) if (found := says_that_nobody_need_be_told(words))}
    assert said == {}


@pytest.mark.parametrize("profile", ["bcp", "england"])
def test_no_rule_forbids_telling_anybody(profile: str) -> None:
    forbidden = [duty.act for rule in load_ruleset(profile).rules for duty in rule.duties if duty.strength == "must_not"]
    assert forbidden
    assert [act for act in forbidden if re.search(rf"\b{TELL}", act)] == []
