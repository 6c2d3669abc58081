"""What is wrong with a case is one fault at its place each, and never repeats what people wrote freely."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest

from cspr_rules.errors import CaseError, Fault
from cspr_rules.loading.case_files import case_from
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import evaluate
from tests.support.rules_folders import case_faults, case_text, document, marked
from tests.support.tiny_cases import VOCABULARY, checked, known, messages

# -- one mistake, one fault at its place ---------------------------------------------------------------------------------------------

NUMBER = "child.age: expected a whole number from 0 to 120 (years), or its bounds as: under N, N or over, N to M"
DAY = "child.died_on: expected a date as YYYY-MM-DD, or not_yet, or as much as is known: YYYY-MM or day_not_known"

ONE_MISTAKE = {
    "a fact misspelt": ("facts:\n  ▶child.dide: true\n", "there is no fact called 'child.dide'; did you mean 'child.died'?"),
    "a fact misspelt in a child": (
        "children:\n  - child.died: true\n  - ▶child.hoem: in_care\n",
        "there is no fact called 'child.hoem'; did you mean 'child.home'?",
    ),
    "a fact of another group": ("facts:\n  ▶people.died_on: 2024-01-01\n", "no fact called 'people.died_on'; did you mean 'child.died_on'?"),
    "a fact by what it means": ("facts:\n  ▶child.day_the_child_died: 2024-01-01\n", "'child.day_the_child_died'; did you mean 'child.died_on'?"),
    "a fact in capitals": ("facts:\n  ▶Child.Died: true\n", "there is no fact called 'Child.Died'; did you mean 'child.died'?"),
    "a fact like no other": ("facts:\n  ▶zzz.qqq: true\n", "there is no fact called 'zzz.qqq'; `cspr-rules facts` lists them"),
    "a word for yes or no": ("facts:\n  ▶child.died: perhaps\n", "child.died: expected true or false, but it is text"),
    "a number for yes or no": ("facts:\n  ▶child.died: 1\n", "child.died: expected true or false, but it is a number"),
    "a list for yes or no": ("facts:\n  ▶child.died: [true]\n", "child.died: expected true or false, but it is a list"),
    "not_yet for yes or no": ("facts:\n  ▶child.died: not_yet\n", "child.died: expected true or false, but it is text"),
    "a value misspelt": (
        "facts:\n  ▶child.home: in_caer\n",
        "child.home: expected one of with_family, in_care, elsewhere; did you mean 'in_care'?",
    ),
    "a value in capitals": (
        "facts:\n  ▶child.home: In_Care\n",
        "child.home: expected one of with_family, in_care, elsewhere; did you mean 'in_care'?",
    ),
    "a number for a word": ("facts:\n  ▶child.home: 3\n", "child.home: expected one of with_family, in_care, elsewhere, but it is a number"),
    "true for a word": ("facts:\n  ▶child.home: true\n", "child.home: expected one of with_family, in_care, elsewhere, but it is true"),
    "text for a number": (
        "facts:\n  ▶child.age: three\n",
        NUMBER + ", but it is text",
    ),
    "false for a number": (
        "facts:\n  ▶child.age: false\n",
        NUMBER + ", but it is false",
    ),
    "a fraction": ("facts:\n  ▶child.age: 3.5\n", "child.age: expected a whole number from 0 to 120 (years)"),
    "a number too small": ("facts:\n  ▶child.age: -1\n", "child.age: expected a whole number from 0 to 120 (years), but it is -1"),
    "a number too large": ("facts:\n  ▶child.age: 121\n", "child.age: expected a whole number from 0 to 120 (years), but it is 121"),
    "a day that does not exist": ("facts:\n  ▶child.died_on: 2024-02-30\n", "child.died_on: there is no such day as 2024-02-30"),
    "a leap day in a common year": ("facts:\n  ▶child.died_on: 2023-02-29\n", "child.died_on: there is no such day as 2023-02-29"),
    "a thirteenth month": ("facts:\n  ▶child.died_on: 2024-13-01\n", "child.died_on: there is no such day as 2024-13-01"),
    "the year 0": ("facts:\n  ▶child.died_on: 0000-01-01\n", "child.died_on: there is no such day as 0000-01-01"),
    "a day long ago": ("facts:\n  ▶child.died_on: 1899-12-31\n", "expected a date between 1900-01-01 and 2200-12-31, but it is 1899-12-31"),
    "a day far off": ("facts:\n  ▶child.died_on: 2201-01-01\n", "expected a date between 1900-01-01 and 2200-12-31, but it is 2201-01-01"),
    "a date as the British write it": ("facts:\n  ▶child.died_on: 27/03/2024\n", "child.died_on: expected a date as YYYY-MM-DD, such as 2024-03-27"),
    "a date with a time": ("facts:\n  ▶child.died_on: 2024-03-27T10:00\n", "child.died_on: expected a date as YYYY-MM-DD, such as 2024-03-27"),
    "a year alone": (
        "facts:\n  ▶child.died_on: 2024\n",
        DAY + ", but it is a number",
    ),
    "true for a date": (
        "facts:\n  ▶child.died_on: true\n",
        DAY + ", but it is true",
    ),
    "a mapping for a fact": (
        "facts:\n  ▶child.age: {value: 3}\n",
        NUMBER + ", but it is a mapping; only a judgement carries who made it and why",
    ),
    "a fact of the incident in a child": (
        "children:\n  - ▶incident.occurred_on: 2024-01-01\n",
        "incident.occurred_on is about the whole incident; move it under `facts:`",
    ),
    "a child's fact that contradicts what is said of all": (
        "facts:\n  child.died: true\nchildren:\n  - {}\n  - ▶child.died: false\n",
        "child.died contradicts what `facts:` says of every child",
    ),
    "a day known not to have come that all have seen": (
        "facts:\n  parents.told_on: 2024-01-02\nchildren:\n  - ▶parents.told_on: not_yet\n",
        "parents.told_on contradicts what `facts:` says of every child",
    ),
    "died, and known to be alive later": (
        "facts:\n  ▶child.died_on: 2024-01-01\n  child.last_alive_on: 2024-01-02\n",
        "child.died_on is 2024-01-01, before child.last_alive_on (2024-01-02): both cannot be so",
    ),
    "died, and known to be alive later, in a child": (
        "children:\n  - {}\n  - child.last_alive_on: 2024-01-02\n    ▶child.died_on: 2024-01-01\n",
        "child.died_on is 2024-01-01, before child.last_alive_on (2024-01-02): both cannot be so",
    ),
    "aware before it happened": (
        "facts:\n  incident.occurred_on: 2024-03-27\n  ▶incident.aware_on: 2024-03-26\n",
        "incident.aware_on is 2024-03-26, before incident.occurred_on (2024-03-27): both cannot be so",
    ),
    "a day of death, and said to live": (
        "facts:\n  child.died: false\n  ▶child.died_on: 2024-01-01\n",
        "child.died_on is recorded, but child.died is 'no': both cannot be so",
    ),
    "a value, and the opposite of what follows from it": (
        "children:\n  - child.looked_after: false\n    ▶child.home: in_care\n",
        "child.home is recorded, but child.looked_after is 'no': both cannot be so",
    ),
    "a judgement with a key misspelt": (
        "facts:\n  concern.view:\n    value: known\n    ▶reason: text\n",
        "'reason' is not part of a judgement; did you mean 'reasons'?; expected value, role, on, reasons, dissent",
    ),
    "a judgement with a key of no kind": (
        "children:\n  - concern.view: {value: known, ▶xyz: 1}\n",
        "'xyz' is not part of a judgement; expected value, role, on, reasons, dissent",
    ),
    "a judgement of no known value": (
        "facts:\n  concern.view: {▶value: knwon}\n",
        "concern.view: expected one of known, suspected, neither; did you mean 'known'?",
    ),
    "a judgement inside a judgement": (
        "facts:\n  concern.view: {▶value: {value: known}}\n",
        "concern.view: expected one of known, suspected, neither, but it is a mapping",
    ),
    "a judgement by a number": ("facts:\n  concern.view: {value: known, ▶role: 7}\n", "concern.view: expected text for 'role'"),
    "a judgement with a list of reasons": ("facts:\n  concern.view: {value: known, ▶reasons: [a]}\n", "concern.view: expected text for 'reasons'"),
    "a judgement with true as dissent": ("facts:\n  concern.view: {value: known, ▶dissent: true}\n", "concern.view: expected text for 'dissent'"),
    "a judgement on no such day": (
        "facts:\n  concern.view: {value: known, ▶on: 2024-02-30}\n",
        "concern.view: there is no such day as 2024-02-30",
    ),
    "a judgement on a day in words": (
        "facts:\n  concern.view: {value: known, ▶on: last Tuesday}\n",
        "concern.view: expected a date as YYYY-MM-DD, such as 2024-03-27",
    ),
    "a judgement on a number": (
        "facts:\n  concern.view: {value: known, ▶on: 2024}\n",
        "concern.view: expected the day of the judgement as YYYY-MM-DD",
    ),
    "a judgement not yet made on a day": ("facts:\n  concern.view: {value: known, ▶on: not_yet}\n", "concern.view: expected a date as YYYY-MM-DD"),
}


@pytest.mark.parametrize("mistake", ONE_MISTAKE)
def test_one_mistake_in_a_case_is_one_fault_at_its_line_and_column(mistake: str) -> None:
    text, words = ONE_MISTAKE[mistake]
    case, place = case_text(text)
    (fault,) = case_faults(case)
    assert place is not None
    assert fault.place == f"case.yaml:{place[0]}:{place[1]}"
    assert words in fault.message


@pytest.mark.parametrize("mistake", ONE_MISTAKE)
def test_the_same_mistake_in_python_has_the_path_as_its_place(mistake: str) -> None:
    case, _ = case_text(ONE_MISTAKE[mistake][0])
    (written,) = case_faults(case)
    (fault,) = case_faults(Case(case.facts, case.children))
    assert fault == Fault(written.path, written.message, written.path)
    assert fault.place.startswith(("facts.", "children["))


@pytest.mark.parametrize("raw", [3.5, float("inf"), datetime(2024, 1, 1, 9), b"x", object(), {1, 2}, (1, 2), Fault("", "")])
@pytest.mark.parametrize("fact", ["child.died", "child.home", "child.age", "child.died_on", "concern.view"])
def test_a_python_value_of_the_wrong_type_is_a_fault(fact: str, raw: object) -> None:
    (message,) = messages({fact: raw})
    assert message.startswith(f"facts.{fact}: {fact}: expected ")


@pytest.mark.parametrize("name", [1, None, True, 2.5, ("child", "died"), b"child.died"])
def test_a_fact_whose_name_is_not_text_is_a_fault(name: Any) -> None:
    (fault,) = case_faults(Case({name: True}))
    assert "there is no fact called" in fault.message


def test_a_number_of_many_digits_is_reported_in_the_readers_words() -> None:
    (message,) = messages({"child.age": 10**5000})
    assert "expected a whole number from 0 to 120 (years)" in message


def test_several_mistakes_are_reported_at_once_in_the_order_of_the_case() -> None:
    text = """\
facts:
  incident.ocurred_on: 2024-01-01
  incident.aware_on: 2024-02-30
  incident.children: 0
children:
  - child.died: maybe
    incident.severe: true
  - child.home: nowhere
    child.age: 300
    concern.view: {value: none, who: me}
"""
    faults = case_faults(case_text(text)[0])
    assert [fault.place for fault in faults] == [
        f"case.yaml:{place}" for place in ("2:3", "3:3", "4:3", "6:5", "7:5", "8:5", "9:5", "10:33", "10:20")
    ]


def test_wrong_values_and_contradictions_are_reported_together() -> None:
    facts = {"incident.occurred_on": "2024-03-27", "incident.aware_on": "2024-03-26", "child.age": "old", "child.died": False}
    found = messages(facts, {"child.died_on": "2024-01-01"}, {"child.died_on": "2024-01-02"})
    assert len(found) == 4
    assert any("child.age" in each for each in found)
    assert any("incident.aware_on is 2024-03-26, before" in each for each in found)
    assert any(each.startswith("children[0].child.died_on") for each in found)
    assert any(each.startswith("children[1].child.died_on") for each in found)


def test_an_error_prints_one_line_for_each_fault() -> None:
    with pytest.raises(CaseError) as caught:
        checked({"child.died": 1, "child.age": -1})
    assert str(caught.value) == "\n".join(str(fault) for fault in caught.value.faults)
    assert str(caught.value).count("\n") == 1


def test_a_long_or_unprintable_name_is_cut_short_and_made_plain_in_the_message() -> None:
    (fault,) = case_faults(Case({"x" * 500: 1}))
    assert "x" * 57 + "...'" in fault.message
    assert "x" * 58 not in fault.message
    (fault,) = case_faults(Case({"a\x1b[31m\nb": 1}))
    assert r"'a\x1b[31m b'" in fault.message


@pytest.mark.parametrize("name", ["x" * 500, "a\x1b[31mb", "a\nb"])
def test_a_long_or_unprintable_name_is_cut_short_and_made_plain_in_the_whole_line(name: str) -> None:
    assert name not in str(case_faults(Case({name: 1}))[0])


def test_a_place_in_a_case_can_be_asked_for() -> None:
    case, _ = case_text("facts:\n  child.died: true\n")
    assert case.place(("facts", "child.died")) == "case.yaml:2:3"
    assert Case({"child.died": True}).place(("facts", "child.died")) == "facts.child.died"


# -- the shape of a case file --------------------------------------------------------------------------------------------------------

BAD_FILES = {
    "an unknown key": ("▶fact: {}\n", "'fact' is not part of a case file; did you mean 'facts'?"),
    "a key like no other": ("title: x\n▶zzzz: 1\n", "'zzzz' is not part of a case file"),
    "a fact at the top": ("▶child.died: true\n", "'child.died' is not part of a case file; facts go under `facts:`"),
    "facts as a list": ("▶facts: [child.died]\n", "expected facts as `fact: value` lines"),
    "facts as text": ("▶facts: a child died\n", "expected facts as `fact: value` lines"),
    "facts as empty text": ("▶facts: ''\n", "expected facts as `fact: value` lines"),
    "facts as false": ("▶facts: false\n", "expected facts as `fact: value` lines"),
    "children as a mapping": ("▶children: {child.died: true}\n", "expected a list with the facts of each child"),
    "children as text": ("▶children: two\n", "expected a list with the facts of each child"),
    "children as a number": ("▶children: 0\n", "expected a list with the facts of each child"),
    "a child as text": ("▶children: [Sam]\n", "expected a list with the facts of each child"),
    "a child as a list": ("▶children: [{}, []]\n", "expected a list with the facts of each child"),
    "a title that is a number": ("▶title: 7\n", "expected text for 'title'"),
    "a profile that is a list": ("▶profile: [town]\n", "expected text for 'profile'"),
    "shaped_on that is a date and a place": ("▶shaped_on: {on: 2024-01-01}\n", "expected text for 'shaped_on'"),
    "as_of in words": ("▶as_of: today\n", "as_of: expected a date as YYYY-MM-DD, such as 2024-03-27"),
    "as_of on no such day": ("▶as_of: 2024-02-30\n", "as_of: there is no such day as 2024-02-30"),
    "as_of as a list": ("▶as_of: [2024-01-01]\n", "as_of: expected a date as YYYY-MM-DD, such as 2024-03-27"),
    "as_of as not_yet": ("▶as_of: not_yet\n", "as_of: expected a date as YYYY-MM-DD, such as 2024-03-27"),
    "expect as text": ("▶expect: met\n", "expected what the answer should hold, as `key: value` lines"),
    "expect as a list": ("▶expect: [met]\n", "expected what the answer should hold, as `key: value` lines"),
    "a list": ("▶- facts\n", "expected a case with `facts:` and, for several children, `children:`; this is not a mapping"),
    "a word": ("▶facts\n", "expected a case with `facts:` and, for several children, `children:`; this is not a mapping"),
    "nothing, at length": ("▶null\n", "expected a case with `facts:` and, for several children, `children:`; it is empty"),
    "odd YAML": ("facts:\n  child.died: ▶yes\n", "a bare 'yes' is read differently by different tools"),
}


@pytest.mark.parametrize("mistake", BAD_FILES)
def test_a_file_that_is_not_a_case_is_refused_at_its_line_and_column(mistake: str) -> None:
    text, words = BAD_FILES[mistake]
    plain, place = marked(text)
    assert place is not None
    with pytest.raises(CaseError) as caught:
        case_from(document(plain))
    (fault,) = caught.value.faults
    assert fault.place == f"case.yaml:{place[0]}:{place[1]}"
    assert words in fault.message


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(CaseError, match=r"^case\.yaml: expected a case with `facts:`.*; it is empty$"):
        case_from(document(""))


@pytest.mark.parametrize("value", ["[]", "false", "0", "''"])
def test_an_expectation_of_the_wrong_kind_is_refused_even_if_it_is_empty(value: str) -> None:
    with pytest.raises(CaseError):
        case_from(document(f"expect: {value}\n"))


def test_all_that_is_wrong_with_a_file_is_reported_at_once() -> None:
    with pytest.raises(CaseError) as caught:
        case_from(document("tilte: x\nas_of: today\nfacts: []\nchildren: 3\nprofile: 4\nexpect: 5\n"))
    assert {fault.place for fault in caught.value.faults} == {f"case.yaml:{line}:1" for line in range(1, 7)}


def test_a_case_file_gives_its_case_and_what_stands_around_it() -> None:
    read = case_from(
        document("title: T\nshaped_on: a review\nprofile: town\nas_of: 2024-05-01\nfacts: {child.died: true}\nchildren: [{}, null]\nexpect: {a: 1}\n")
    )
    assert (read.title, read.profile, read.as_of, read.expect) == ("T", "town", date(2024, 5, 1), {"a": 1})
    assert (read.case.facts, list(read.case.children)) == ({"child.died": True}, [{}, {}])


@pytest.mark.parametrize(
    "text", ["{}", "facts:\n", "facts: {}\nchildren: []\n", "facts: null\nchildren: null\ntitle: null\nas_of: null\nexpect: null\n"]
)
def test_a_case_file_may_say_nothing(text: str) -> None:
    read = case_from(document(text))
    assert (read.title, read.profile, read.as_of, read.expect) == (None, None, None, {})
    assert known(read.case.check(VOCABULARY), 1) == {}


def test_a_case_file_may_be_json() -> None:
    read = case_from(document(json.dumps({"facts": {"child.age": 3}, "as_of": "2024-05-01"}), "case.json"))
    assert known(read.case.check(VOCABULARY), 1) == {"child.age": 3}
    with pytest.raises(CaseError) as caught:
        case_from(document('{"facts": {"child.age": 3, "child.age": 4}}', "case.json"))
    assert str(caught.value) == "case.json: 'child.age' is written twice (at facts.child.age)"


@pytest.mark.parametrize(("facts", "children"), [([1], ()), ("text", ()), (7, ()), ({}, None), ({}, [5]), ({}, ["text"]), ({}, 7)])
def test_a_case_of_the_wrong_shape_in_python_is_a_case_error(facts: Any, children: Any) -> None:
    with pytest.raises(CaseError):
        Case(facts, children).check(VOCABULARY)


# -- free text is never repeated -----------------------------------------------------------------------------------------------------

SECRET = "Zebedee Quartzfern"  # noqa: S105 -- a person's name, not a password
FREE_TEXT = {
    "title": "title: '{}'\nas_of: x\n",
    "a title in a list": "title: ['{}']\n",
    "profile": "profile: ['{}']\n",
    "as_of": "as_of: '{}'\n",
    "as_of in a list": "as_of: ['{}']\n",
    "facts": "facts: '{}'\n",
    "facts in a list": "facts: ['{}']\n",
    "children": "children: '{}'\n",
    "a child": "children: ['{}']\n",
    "expect": "expect: '{}'\n",
    "shaped_on": "shaped_on: ['{}']\n",
    "the whole file": "'{}'\n",
    "yes or no": "facts: {{child.died: '{}'}}\n",
    "a word": "facts: {{child.home: '{}'}}\n",
    "a number": "facts: {{child.age: '{}'}}\n",
    "a date": "facts: {{child.died_on: '{}'}}\n",
    "a list": "facts: {{child.died_on: ['{}']}}\n",
    "a mapping": "facts: {{child.died_on: {{'{}': 1, text: '{}'}}}}\n",
    "a judgement": "facts: {{concern.view: '{}'}}\n",
    "a judgement's value": "facts: {{concern.view: {{value: '{}'}}}}\n",
    "a judgement's role": "facts: {{concern.view: {{value: known, role: '{}', zzz: 1}}}}\n",
    "a judgement's role in a list": "facts: {{concern.view: {{value: known, role: ['{}']}}}}\n",
    "a judgement's day": "facts: {{concern.view: {{value: known, on: '{}'}}}}\n",
    "a judgement's reasons": "facts: {{concern.view: {{value: knwon, reasons: '{}'}}}}\n",
    "a judgement's reasons in a mapping": "facts: {{concern.view: {{value: known, reasons: {{text: '{}'}}}}}}\n",
    "a judgement's dissent": "children: [{{concern.view: {{value: 3, dissent: '{}'}}}}]\n",
    "what stands beside a judgement's unknown key": "facts: {{concern.view: {{value: known, zzz: '{}'}}}}\n",
    "what stands beside an unknown fact": "facts: {{zzz.zzz: '{}'}}\n",
    "what stands beside an unknown key": "zzz: '{}'\n",
    "what stands beside a contradiction": "title: '{}'\nfacts: {{child.died: false, child.died_on: 2024-01-01}}\n",
    "a comment": "# {}\nzzz: 1\n",
    "text beside malformed YAML": "title: '{}'\nfacts: [\n",
    "text in malformed YAML": "title: '{}\n",
    "text with two colons": "title: {}: {}: x\n",
    "text under an anchor": "title: &a '{}'\n",
    "text under a tag": "title: !!x '{}'\n",
    "text under a key written twice": "title: '{}'\ntitle: '{}'\n",
    "text in malformed JSON": '{{"title": "{}", "facts": [}}',
    "text cut short in JSON": '{{"title": "{}',
}


@pytest.mark.parametrize("position", FREE_TEXT)
def test_what_people_wrote_freely_is_in_no_fault(position: str) -> None:
    text = FREE_TEXT[position].format(SECRET, SECRET)
    assert SECRET in text
    with pytest.raises(CaseError) as caught:
        case_from(document(text)).case.check(VOCABULARY)
    for word in (SECRET, *SECRET.split()):
        assert word not in str(caught.value)
        assert word not in repr(caught.value.faults)


def test_what_people_wrote_freely_is_in_no_fault_of_evaluating(ruleset: Ruleset) -> None:
    case = Case({"incident.occurred_on": "2024-01-01", "concern.view": {"value": "known", "role": SECRET, "reasons": SECRET, "dissent": SECRET}})
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2023, 1, 1))
    assert SECRET not in str(caught.value)
