"""Answers are marked by the rules: what is right, what is not, what was left out, and why, with sources."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import Case, CaseError, DecisionRecord, evaluate, load_ruleset, mark, read_bytes
from cspr_rules.cli.main import main
from cspr_rules.engine.answers import STATUS_WORDS
from cspr_rules.errors import QuestionError
from cspr_rules.interchange import answer_shape
from cspr_rules.marking.answer_sheet import CLOCK_KEYS, ITSELF, OPTION_KEYS, empty_sheet
from cspr_rules.marking.one_mark import Mark
from cspr_rules.model.sources import in_words
from tests.support.shipped import CASES, FILES, case_file, every_case, record

BABY = CASES / "baby-head-injury-before-easter.yaml"
SIBLINGS = CASES / "house-fire-siblings-fare-differently.yaml"
SIN = "england.notification.serious_incident"


def expect(path: Path) -> dict[str, Any]:
    return dict(case_file(path).expect)


def only(answers: dict[str, Any], path: Path = BABY) -> Mark:
    (found,) = mark(record(path), answers).marks
    return found


def truth(answer: DecisionRecord) -> dict[str, Any]:
    """Return everything that can be answered about a case, answered right."""
    duties: dict[str, set[str]] = {}
    for duty in answer.duties:
        duties.setdefault(duty.id, set()).add(duty.plan_for.isoformat() if duty.plan_for else "owed")
    return {
        "complete_for": ["england", "bcp"] if answer.profile == "bcp" else ["england"],
        "outcomes": {
            name: [each.outcome for each in decision.per_child] if decision.per_child else decision.outcome
            for name, decision in answer.decisions.items()
        },
        "duties": {name: sorted(days) for name, days in duties.items()},
        "ask": [question.fact.id for question in answer.ask],
        "notes_from": list(dict.fromkeys(note.rule_id for note in answer.notes)),
    }


# -- right answers ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@every_case
def test_the_answers_beside_every_worked_case_are_right(path: Path) -> None:
    marking = mark(record(path), expect(path))
    assert [(each.id, each.answered, each.found) for each in marking.marks if each.verdict != "right"] == []
    assert marking.right


@pytest.mark.slow
@every_case
def test_what_the_record_says_is_right_and_complete_and_nothing_else_is(path: Path) -> None:
    answer = record(path)
    right = truth(answer)
    assert mark(answer, right).right
    for rule, outcome in list(right["outcomes"].items())[::17]:
        for other in {"met", "not_met", "undetermined"} - {answer.decisions[rule].outcome}:
            (wrong,) = mark(answer, {"outcomes": {rule: other}}).marks
            assert (wrong.verdict, wrong.id) == ("wrong", rule), outcome
    for duty in list(right["duties"])[::5]:
        less = right | {"duties": {name: days for name, days in right["duties"].items() if name != duty}}
        missed = [each for each in mark(answer, less).marks if each.verdict != "right"]
        assert [(each.id, each.verdict) for each in missed] == [(duty, "missed")]


# -- wrong answers, as a trainer or a council's developer meets them -------------------------------------------------------------------


def test_a_trainee_who_says_the_incident_need_not_be_notified_is_told_which_tests_are_met_and_where_they_stand() -> None:
    found = only({"outcomes": {SIN: "not_met"}})
    assert (found.verdict, found.answered, found.found) == ("wrong", "not met", "met")
    assert "Met: the local authority knows or suspects" in found.because
    assert [provision.key for provision in found.citations] == ["ca2004/s16C/1"]
    assert found.because.endswith("Source: CA 2004, section 16C(1) [verified in a copy, as at 11 April 2025].")


@pytest.mark.parametrize("answer", ["met", "not_met"])
def test_where_a_fact_is_missing_a_no_is_as_wrong_as_a_yes(answer: str) -> None:
    unknown = evaluate(load_ruleset("england"), Case({"child.place_of_harm": "in_area", "child.died": True}), as_of=record(BABY).as_of)
    (found,) = mark(unknown, {"outcomes": {SIN: answer}}).marks
    assert (found.verdict, found.found) == ("wrong", "not decided")
    assert found.because.endswith("Until that is known, nobody can say that it is not met.")


def test_a_child_of_several_is_marked_for_itself() -> None:
    answers = [finding.outcome for finding in record(SIBLINGS).decisions[SIN].per_child]
    assert len(set(answers)) > 1
    marks = mark(record(SIBLINGS), {"outcomes": {SIN: list(reversed(answers))}}).marks
    assert [each.child for each in marks] == list(range(1, len(answers) + 1))
    assert [each.verdict for each in marks] == ["right" if left == right else "wrong" for left, right in zip(answers, reversed(answers), strict=True)]


def test_a_day_that_skips_no_bank_holiday_is_wrong_and_is_told_the_days_that_do_not_count() -> None:
    found = only({"duties": {"notify_panel": "2024-04-03"}})
    assert (found.verdict, found.answered, found.found) == ("wrong", "3 April 2024", "5 April 2024")
    assert found.because.startswith("3 April 2024 comes before the first of these clocks runs out. BCP Council must notify the incident to the Panel")
    assert "not counted: Fri 29 March (Good Friday), Mon 1 April (Easter Monday) and 2 weekend days" in found.because
    assert found.because.count("Good Friday") == 1
    assert "“should” in WT 2023" in found.because
    assert "“will” in BCP guidance" in found.because


def test_a_day_too_late_is_told_that_the_clock_has_run_out() -> None:
    assert only({"duties": {"notify_panel": "2024-04-08"}}).because.startswith("By 8 April 2024 the first of these clocks has run out.")


@pytest.mark.slow
def test_no_answer_is_ever_called_in_time_or_a_reason_not_to_notify() -> None:
    for path in FILES:
        for duty in dict.fromkeys(each.id for each in record(path).duties):
            for day in ("2015-01-05", "2027-12-20"):
                (found,) = mark(record(path), {"duties": {duty: day}}).marks
                assert "is in time" not in found.because
                assert "do not notify" not in found.because.lower()


def test_a_duty_that_nobody_owes_is_told_why_by_the_rule_that_would_ask_for_it() -> None:
    found = only({"duties": {"tell_secretary_of_state": "owed"}})
    assert (found.verdict, found.found) == ("wrong", "not owed")
    assert found.because.startswith("england.looked_after.secretary_of_state: Not met:")
    assert "CA 1989, Schedule 2, paragraph 20(1)(a)" in found.because


@pytest.mark.parametrize("answer", ["owed", "not_owed", "2024-04-05"])
def test_a_duty_that_cannot_be_ruled_out_yet_is_neither_owed_nor_not_owed(answer: str) -> None:
    unknown = evaluate(load_ruleset("england"), Case({"child.place_of_harm": "in_area", "child.died": True}), as_of=record(BABY).as_of)
    right, wrong = (mark(unknown, {"duties": {"notify_panel": said}}).marks[0] for said in ("undetermined", answer))
    assert (right.verdict, wrong.verdict) == ("right", "wrong")
    assert wrong.found == "it cannot be said yet whether it is owed"
    assert "Until that is known, nobody can say that it is not met." in wrong.because


@pytest.mark.slow
@every_case
def test_nothing_is_right_to_call_not_owed_that_a_rule_could_still_ask_for(path: Path) -> None:
    answer = record(path)
    owed = {duty.id for duty in answer.duties}
    claimed = {duty.id: "not_owed" for decision in answer.decisions.values() for duty in decision.rule.duties if duty.id not in owed}
    marks = {each.id: each for each in mark(answer, {"duties": claimed}).marks}
    assert marks.keys() == claimed.keys()
    asked_by = Counter(duty.id for rule in answer.ruleset.rules for duty in rule.duties)
    for decision in answer.decisions.values():
        for duty in decision.rule.duties:
            if duty.id not in owed:
                if decision.outcome == "undetermined":
                    assert marks[duty.id].verdict == "wrong", duty.id
                elif decision.outcome == "not_met" and asked_by[duty.id] == 1:
                    assert marks[duty.id].verdict == "right", duty.id


def test_what_somebody_may_do_is_not_marked_as_owed() -> None:
    path, duty = next((path, duty) for path in FILES for duty in record(path).options)
    found = only({"duties": {duty.id: "owed"}}, path)
    assert found.verdict == "wrong"
    assert "may do this, and nobody has to" in found.because


def test_a_rule_of_another_time_is_no_law_on_the_day() -> None:
    found = only({"outcomes": {"england.notification.safeguarding_board_2018": "met"}})
    assert (found.verdict, found.found) == ("wrong", "no law on this day")
    assert "is not law on 26 March 2024" in found.because
    assert "from 29 June 2018 to 29 September 2019" in found.because


def test_asking_for_what_is_recorded_is_no_question_and_for_what_matters_is_one() -> None:
    unknown = evaluate(load_ruleset("england"), Case({"child.place_of_harm": "in_area", "child.died": True}), as_of=record(BABY).as_of)
    asked, recorded = mark(unknown, {"ask": ["concern.authority_view", "child.died"]}).marks
    assert (asked.verdict, recorded.verdict, recorded.found) == ("right", "wrong", "recorded")
    assert SIN in asked.because


def test_what_is_left_empty_is_not_answered_and_not_taken_for_anything() -> None:
    marking = mark(record(BABY), {"outcomes": {SIN: None}, "duties": {"notify_panel": None, "tell_secretary_of_state": None}})
    assert [each.verdict for each in marking.marks] == ["unanswered"] * 3
    assert not marking.right
    assert marking.totals == {"right": 0, "wrong": 0, "missed": 0, "unanswered": 3}


def test_to_name_no_duty_is_right_where_none_is_owed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = {"complete_for": ["england.looked_after"]}
    assert mark(record(BABY), answers).right
    file = tmp_path / "answers.yaml"
    file.write_text(json.dumps(answers), encoding="utf-8")
    assert main(["mark", str(BABY), "--answers", str(file)]) == 0
    assert "No duty is named, and none of these rules makes one owed." in capsys.readouterr().out


def test_a_duty_left_out_is_missed_only_where_the_answers_claim_to_name_all() -> None:
    assert not mark(record(BABY), {"outcomes": {SIN: "met"}}).totals["missed"]
    marking = mark(record(BABY), {"complete_for": [SIN]})
    assert [(each.id, each.verdict, each.found) for each in marking.marks] == [("notify_panel", "missed", "5 April 2024")]
    assert not mark(record(BABY), {"complete_for": [SIN], "status": {"notify_panel": "due"}}).totals[
        "missed"
    ]  # whoever says how it stands has named it


def test_how_a_duty_stands_is_marked_in_its_own_words() -> None:
    found = only({"status": {"notify_panel": "overdue"}})
    assert (found.verdict, found.answered, found.found) == ("wrong", STATUS_WORDS["overdue"], "due")


# -- answers that cannot be marked -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (None, "expected answers under"),
        (["met"], "expected answers under"),
        ({}, "nothing is answered, so there is nothing to mark"),
        ({"outcomes": {}, "ask": []}, "nothing is answered, so there is nothing to mark"),
        ({"outcome": {}}, "'outcome' is no part of answers; did you mean 'outcomes'?"),
        ({"schema": "cspr-rules/answers/3"}, "expected cspr-rules/answers/2"),
        ({"outcomes": {"england.notification.serious_incidents": "met"}}, "did you mean 'england.notification.serious_incident'?"),
        ({"outcomes": {SIN: "meet"}}, "expected one of met, not_met, undetermined, not_law; did you mean 'met'?"),
        ({"outcomes": {SIN: True}}, "expected one of met, not_met, undetermined"),
        ({"outcomes": {SIN: ["met", "met"]}}, "or a list of 1, one for each child; there are 2"),
        ({"outcomes": [SIN]}, "expected `rule: answer` lines"),
        ({"duties": {"notify_pannel": "owed"}}, "did you mean 'notify_panel'?"),
        ({"duties": {"notify_panel": "2024-02-30"}}, "expected the day to plan for as YYYY-MM-DD"),
        ({"duties": {"notify_panel": "not owed"}}, "did you mean 'not_owed'?"),
        ({"duties": {"notify_panel": ["not_owed", "2024-04-05"]}}, "or a list of the days of one duty"),
        ({"duties": {"notify_panel": []}}, "expected a day, owed, not_owed or undetermined"),
        ({"status": {"notify_panel": "late"}}, "expected one of overdue"),
        ({"status": {"notify_panel": {"a": 1}}}, "expected one of overdue"),
        ({"ask": "child.died"}, "expected a list, each entry a fact"),
        ({"ask": ["child.dead"]}, "there is no fact called 'child.dead'"),
        ({"ask": [{"child.died": True}]}, "there is no fact called"),
        ({"notes_from": ["england.notification.recovry"]}, "did you mean 'england.notification.recovery'?"),
        ({"complete_for": ["england.notifications"]}, "did you mean 'england.notification'?"),
    ],
)
def test_answers_that_cannot_be_marked_are_refused_with_what_was_expected(answers: Any, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        mark(record(BABY), answers)
    assert message in str(caught.value)


def test_every_fault_of_some_answers_is_named_at_once_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("outcomes:\n  england.notification.serious_incident: maybe\nduties:\n  notify_panl: owed\n", encoding="utf-8")
    assert main(["mark", str(BABY), "--answers", str(file)]) == 2
    out, said = capsys.readouterr()
    assert out == ""
    assert f"{file}:2:3: expected one of met" in said
    assert f"{file}:4:3: there is no duty called 'notify_panl'" in said


PATH = "bcp.path.alert"
PARTS = (*CLOCK_KEYS, *OPTION_KEYS, ITSELF, "note 1")
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from([SIN, "notify_panel", "met", "owed", "2024-04-05", "child.died", "aware", "none", "must", "ca2004/s16C/1", PATH]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([SIN, "notify_panel", PATH, *PARTS]) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["outcomes", "duties", "status", "clocks", "grounds", "options", "paths", "stage", "ask", "notes_from", "complete_for", "schema", "x"]
        ),
        ANYTHING,
        max_size=5,
    )
)
def test_whatever_is_handed_over_is_marked_or_refused(answers: dict[str, Any]) -> None:
    try:
        marking = mark(record(BABY), answers)
    except CaseError:
        return
    assert jsonschema.Draft202012Validator(answer_shape.answers_schema()).is_valid(answers)  # what the schema refuses, the library refuses
    assert all(each.because and each.found for each in marking.marks)


# -- sheets ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [BABY, SIBLINGS])
def test_an_empty_sheet_names_every_rule_and_duty_of_its_groups_and_gives_nothing_away(path: Path) -> None:
    groups = ["england.notification", "england.looked_after"]
    answer = record(path)
    sheet = empty_sheet(answer, groups, "A title\nouttakes: met")
    value = read_bytes(sheet.encode(), "sheet").value
    assert isinstance(value, dict)
    rules = {name for name in answer.decisions if name.startswith(("england.notification.", "england.looked_after."))}
    assert set(value["outcomes"]) == rules
    assert {each.id for each in answer.duties if each.rule_id in rules} <= set(value["duties"])
    assert {*value["outcomes"].values(), *value["duties"].values()} == {None}
    marking = mark(answer, value)
    assert {each.verdict for each in marking.marks} == {"unanswered"}


def test_a_sheet_is_the_same_whatever_the_answers_are() -> None:
    law = record(BABY)
    other = law.with_case(Case({"incident.occurred_on": law.law_on, "child.died": True}))
    assert empty_sheet(law, ["england.notification"]) == empty_sheet(other, ["england.notification"])


def test_a_sheet_of_an_unknown_group_is_refused() -> None:
    with pytest.raises(QuestionError, match=r"did you mean 'england\.notification'"):
        empty_sheet(record(BABY), ["england.notfication"])
    with pytest.raises(QuestionError, match="none of these rules is law on 26 March 2024"):
        empty_sheet(record(BABY), ["england.notification.safeguarding_board_2018"])


# -- the command line ------------------------------------------------------------------------------------------------------------------


def test_the_command_says_by_its_exit_code_whether_all_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mark", str(BABY), str(SIBLINGS)]) == 0
    assert "Each answer" not in capsys.readouterr().out  # of many cases only those with something to mend
    file = tmp_path / "answers.yaml"
    file.write_text(f"outcomes: {{{SIN}: not_met}}\n", encoding="utf-8")
    assert main(["mark", str(BABY), "--answers", str(file)]) == 1
    out = " ".join(capsys.readouterr().out.split())
    assert "1 answers: 1 wrong." not in out
    assert "1 answer: 1 wrong." in out
    assert "incident to the Panel? Met: " in out


def test_a_case_that_cannot_be_read_is_named_and_the_others_are_marked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = tmp_path / "plain.yaml"
    plain.write_text("facts: {child.died: true}\n", encoding="utf-8")
    assert main(["mark", str(plain), str(BABY)]) == 2
    out, said = capsys.readouterr()
    assert "there is nothing to mark; expected answers under `expect:`" in said
    assert f"{plain}" in said
    assert "A baby with a head injury" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([str(BABY), str(SIBLINGS), "--answers", "x.yaml"], "--answers: this is for one case"),
        ([str(BABY), str(SIBLINGS), "--sheet", "england"], "--sheet: this is for one case"),
        ([str(BABY), "--sheet", "england", "--answers", "x.yaml"], "an empty sheet has no answers to mark"),
        ([str(BABY), "--sheet", ""], "--sheet: expected rules or groups of rules"),
        (["-", "--answers", "-"], "standard input holds either the case or the answers"),
        ([str(BABY), "--answers", "nowhere.yaml"], "nowhere.yaml"),
    ],
)
def test_what_does_not_go_together_is_refused(words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mark", *words]) == 2
    assert message in capsys.readouterr().err


def test_json_has_the_published_shape(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mark", str(BABY), "--format", "json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    jsonschema.validate(plain, answer_shape.marking_schema())
    assert plain["right"] is True
    assert plain["totals"]["right"] == len(plain["marks"])
    assert main(["schema", "marking"]) == 0
    assert json.loads(capsys.readouterr().out) == answer_shape.marking_schema()


@pytest.mark.slow
@every_case
def test_the_answers_beside_every_worked_case_have_the_published_shape(path: Path) -> None:
    jsonschema.validate(expect(path), answer_shape.answers_schema())


def test_junit_has_a_suite_for_each_case_a_test_for_each_answer_and_a_failure_for_what_is_not_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "case.yaml"
    text = BABY.read_text(encoding="utf-8").replace(f"{SIN}: met", f"{SIN}: not_met").replace("role: lead officer", 'role: "lead \\u0007officer"')
    case.write_text(text, encoding="utf-8")
    main(["mark", str(case), str(SIBLINGS), "--format", "junit-with-lines"])
    suites = ElementTree.fromstring(capsys.readouterr().out)  # noqa: S314 -- our own
    first, second = suites
    assert (first.get("failures"), second.get("failures")) == ("1", "0")
    assert int(first.get("tests") or 0) == len(first) == len(mark(record(BABY), expect(BABY)).marks)
    (failed,) = [each for each in first if len(each)]
    line = next(number for number, each in enumerate(text.splitlines(), start=1) if each.strip() == f"{SIN}: not_met")
    assert (failed.get("name"), failed.get("file"), failed.get("line")) == (f"outcome: {SIN}", str(case), str(line))
    failure = failed[0]
    assert (failure.get("type"), failure.get("message")) == ("wrong", "wrong: answered not met; the rules say met")
    assert "CA 2004, section 16C(1)" in (failure.text or "")


@pytest.mark.parametrize("shape", ["text", "markdown", "html"])
def test_what_people_read_says_what_is_so_why_and_where_it_stands(shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("duties: {notify_panel: 2024-04-03, tell_secretary_of_state: }\n", encoding="utf-8")
    assert main(["mark", str(BABY), "--answers", str(file), "--format", shape]) == 1
    out = " ".join(capsys.readouterr().out.split())
    for words in ("3 April 2024", in_words(record(BABY).duties[0].plan_for or record(BABY).as_of), "Good Friday", "not answered"):
        assert words in out
    assert "never says that nobody need be told" in out


def test_the_same_input_gives_the_same_bytes(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for _ in range(2):
        main(["mark", str(BABY), "--format", "json"])
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]


# -- the page about it -----------------------------------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "mark-answers.md").read_text(encoding="utf-8")


def block(name: str) -> str:
    return PAGE.split(f"<!-- {name} -->")[1].split("```")[1].partition("\n")[2]


def test_the_python_on_the_page_runs_and_prints_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    exec(block("python"), {})  # noqa: S102 -- our own page
    assert capsys.readouterr().out.startswith(block("printed").strip().removesuffix(" […]"))


def test_the_feedback_on_the_page_is_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text("duties: {notify_panel: 2024-04-03}\n", encoding="utf-8")
    main(["mark", str(BABY), "--answers", str(file)])
    assert block("feedback").strip().removesuffix(" […]") in capsys.readouterr().out


def test_the_answers_on_the_page_can_be_read() -> None:
    answers = read_bytes(PAGE.split("```yaml\n")[1].split("```")[0].encode(), "page").value
    assert isinstance(answers, dict)
    jsonschema.validate(answers, answer_shape.answers_schema())
    assert answers.keys() == answer_shape.AnswersModel.model_fields.keys() - {"schema_", "case"}
