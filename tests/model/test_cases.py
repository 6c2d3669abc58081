"""Bad cases get clear errors, good ones become rows, unknown is never false, and what people wrote freely is never repeated."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules.errors import CaseError, Fault
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.cases import MOST_CHILDREN, Case, CheckedCase, Judgement
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import NOT_YET, FactValue
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord, evaluate
from tests.support.rules_folders import Folder, case_faults, case_text, document, marked, tiny_vocabulary

AS_OF = date(2026, 1, 31)
VOCABULARY = tiny_vocabulary()
CHILD_FACTS = [fact.id for fact in VOCABULARY.facts if fact.scope == "child"]


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return Folder().ruleset(tmp_path_factory.mktemp("cases"))


def checked(facts: Mapping[str, Any], *children: Mapping[str, Any]) -> CheckedCase:
    return Case(facts, children).check(VOCABULARY)


def known(case: CheckedCase, child: int | None = None) -> dict[str, FactValue]:
    """Return the facts known of the incident, or of one child, from 1, with the incident."""
    values = case.incident if child is None else case.children[child - 1]
    return {fact.id: value for fact, value in zip(VOCABULARY.facts, values, strict=True) if value is not None}


def messages(facts: Mapping[str, Any], *children: Mapping[str, Any]) -> list[str]:
    return [str(fault) for fault in case_faults(Case(facts, children))]


def test_a_number_is_said_with_its_unit_which_is_singular_for_one_only() -> None:
    children, age = VOCABULARY.by_id["incident.children"], VOCABULARY.by_id["child.age"]
    assert [children.show(number) for number in (1, 2, 21)] == ["1 child", "2 children", "21 children"]
    assert [age.show(number) for number in (0, 1, 2)] == ["0 years", "1 year", "2 years"]


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


# -- unknown, not yet, and what follows ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", [fact.id for fact in VOCABULARY.facts])
def test_unknown_and_null_and_absent_are_the_same(fact: str) -> None:
    written: list[Any] = [None, "unknown"]
    if VOCABULARY.by_id[fact].kind == "judgement":
        written += [{}, {"value": None}, {"value": "unknown", "reasons": "none yet"}, {"role": "lead officer"}]
    for value in written:
        assert checked({fact: value}) == checked({})
        if fact in CHILD_FACTS:
            assert checked({}, {fact: value}, {}) == checked({}, {}, {})


def test_unknown_is_not_false() -> None:
    assert known(checked({"child.died": False}), 1) == {"child.died": False}
    assert known(checked({"child.died": None}), 1) == {}


def test_what_one_child_leaves_unknown_is_taken_from_what_is_said_of_all() -> None:
    case = checked({"child.died": True}, {"child.died": "unknown"}, {"child.age": 3}, {"child.died": True})
    assert [known(case, number).get("child.died") for number in (1, 2, 3)] == [True, True, True]


def test_children_have_their_own_facts_and_the_incidents() -> None:
    case = checked({"incident.severe": True}, {"child.age": 3}, {"child.age": 4})
    assert known(case) == {"incident.severe": True, "incident.children": 2}
    assert known(case, 1) == {**known(case), "child.age": 3}
    assert known(case, 2) == {**known(case), "child.age": 4}


def test_a_single_childs_facts_may_stand_flat() -> None:
    flat, nested = checked({"incident.children": 1, "child.age": 3}), checked({}, {"child.age": 3})
    assert flat.children == nested.children


def test_dates_may_be_given_as_dates_or_text() -> None:
    assert checked({"child.died_on": date(2024, 2, 29)}) == checked({"child.died_on": "2024-02-29"})


@pytest.mark.parametrize("fact", [fact.id for fact in VOCABULARY.facts if fact.type == "date"])
def test_every_date_may_be_known_not_to_have_come(fact: str) -> None:
    for written in ("not_yet", NOT_YET):
        assert known(checked({fact: written}), 1) == {fact: NOT_YET}


def test_what_has_not_come_settles_nothing_else_and_contradicts_nothing() -> None:
    case = checked({"child.died_on": "not_yet", "child.died": False, "child.last_alive_on": "2024-01-01"})
    assert case.inferred == ()
    assert case.latest == date(2024, 1, 1)


@pytest.mark.parametrize("same_day", ["2024-01-01", date(2024, 1, 1)])
def test_two_things_may_happen_on_one_day(same_day: object) -> None:
    assert messages({"incident.occurred_on": same_day, "incident.aware_on": same_day, "notice.sent_on": same_day}) == []


def test_the_limits_of_the_sensible_are_themselves_sensible() -> None:
    assert messages({"child.age": 0}) == messages({"child.age": 120}) == []
    assert messages({"child.died_on": "1900-01-01"}) == messages({"hearing.held_on": "2200-12-31"}) == []


def test_what_follows_is_inferred_and_says_from_what() -> None:
    case = checked({}, {"child.died_on": "2024-01-01"}, {"child.home": "in_care"}, {"child.home": "elsewhere"})
    assert known(case, 1)["child.died"] is True
    assert known(case, 2)["child.looked_after"] is True
    assert "child.looked_after" not in known(case, 3)
    assert case.inferred == (
        (None, "incident.children", "the children listed"),
        (1, "child.died", "child.died_on"),
        (2, "child.looked_after", "child.home"),
    )


def test_what_is_recorded_is_not_inferred() -> None:
    assert checked({"child.died_on": "2024-01-01", "child.died": True}).inferred == ()


def test_implications_are_followed_from_one_to_the_next(tmp_path: Path) -> None:
    folder = Folder().edit(
        "vocabulary/child.yaml",
        "    meaning: An authority looks after the child.",
        "    implies:\n      - {when: true, fact: spare.flag, is: false}\n    meaning: An authority looks after the child.",
    )
    vocabulary = folder.ruleset(tmp_path).vocabulary
    case = Case({"child.home": "in_care"}).check(vocabulary)
    assert case.children[0][vocabulary.slot["spare.flag"]] is False
    assert case.inferred == ((1, "child.looked_after", "child.home"), (1, "spare.flag", "child.looked_after"))
    (fault,) = case_faults(Case({"child.home": "in_care", "spare.flag": True}), vocabulary)
    said = "child.looked_after is 'yes', which follows from child.home, but spare.flag is 'yes': both cannot be so"
    assert (fault.message, fault.place) == (said, "facts.child.home")  # where the case says something, not where it says nothing


def test_a_contradiction_with_what_follows_names_what_it_follows_from_and_stands_there() -> None:
    vocabulary = load_ruleset("bcp").vocabulary
    (fault,) = case_faults(Case({}, [{}, {"child.stillbirth": "attended", "child.looked_after": True}]), vocabulary)
    unborn = "child.unborn (yes, which follows from child.stillbirth"
    assert unborn in fault.message
    assert "a child who was never born alive is not looked after" in fault.message
    assert fault.place in ("children[1].child.stillbirth", "children[1].child.looked_after")


TAKEN_WITH = "taken_with: {step: notice.sent_on, where: child.home, is_any_of: [in_care]}"


@pytest.mark.parametrize(
    ("child", "told"),
    [
        pytest.param({"child.home": "in_care"}, date(2024, 1, 5), id="taken with the other step"),
        pytest.param({"child.home": "with_family"}, None, id="the other step did not serve for it"),
        pytest.param({}, None, id="whether it served is not known"),
        pytest.param({"child.home": "in_care", "parents.told_on": "2024-01-03"}, date(2024, 1, 3), id="a day of its own is recorded"),
        pytest.param({"child.home": "in_care", "parents.told_on": "not_yet"}, NOT_YET, id="it is recorded as not taken"),
        pytest.param({"child.home": "in_care", "child.died_on": "2024-01-06"}, None, id="the other step came too early"),
        pytest.param({"child.home": "in_care", "child.died_on": "2024-01-05"}, date(2024, 1, 5), id="the other step came on the first day"),
    ],
)
def test_a_step_may_be_taken_with_another(child: dict[str, str], told: FactValue | None, tmp_path: Path) -> None:
    folder = Folder().edit("vocabulary/child.yaml", "    not_before: [child.died_on]\n", f"    not_before: [child.died_on]\n    {TAKEN_WITH}\n")
    vocabulary = folder.ruleset(tmp_path).vocabulary
    case = Case({"notice.sent_on": "2024-01-05"}, [child]).check(vocabulary)
    assert case.children[0][vocabulary.slot["parents.told_on"]] == told
    written = "parents.told_on" in child
    taken = [(number, source) for number, fact, source in case.inferred if fact == "parents.told_on"]
    follows = told is not None and not written
    assert taken == ([(1, "notice.sent_on and child.home")] if follows else [])


def test_a_step_is_not_taken_with_another_that_has_not_been_taken(tmp_path: Path) -> None:
    folder = Folder().edit("vocabulary/child.yaml", "    not_before: [child.died_on]\n", f"    not_before: [child.died_on]\n    {TAKEN_WITH}\n")
    vocabulary = folder.ruleset(tmp_path).vocabulary
    case = Case({"notice.sent_on": "not_yet"}, [{"child.home": "in_care"}]).check(vocabulary)
    assert case.children[0][vocabulary.slot["parents.told_on"]] is None


def test_an_incidents_date_is_held_against_the_childrens_if_the_vocabulary_says_so(tmp_path: Path) -> None:
    folder = Folder().edit("vocabulary/incident.yaml", "[incident.occurred_on, incident.aware_on]", "[child.died_on]")
    built = folder.check(tmp_path)
    if built.ruleset is None or built.pack.faults:
        return  # refusing such a vocabulary is as good
    assert case_faults(Case({"notice.sent_on": "2024-01-01"}, [{"child.died_on": "2024-01-02"}]), built.ruleset.vocabulary)


def test_a_childs_date_is_held_against_the_incidents(tmp_path: Path) -> None:
    vocabulary = Folder().edit("vocabulary/child.yaml", "not_before: [child.died_on]", "not_before: [incident.aware_on]").ruleset(tmp_path).vocabulary
    faults = case_faults(Case({"incident.aware_on": "2024-01-02"}, [{}, {"parents.told_on": "2024-01-01"}]), vocabulary)
    assert [fault.place for fault in faults] == ["children[1].parents.told_on"]


def test_the_number_of_children_is_counted_unless_it_is_recorded() -> None:
    children: list[dict[str, Any]] = [{}, {}, {}]
    assert known(checked({}, *children))["incident.children"] == 3
    assert known(checked({"incident.children": None}, *children))["incident.children"] == 3
    assert known(checked({"incident.children": 5}, *children))["incident.children"] == 5
    assert known(checked({})) == {}
    assert known(checked({}, {}))["incident.children"] == 1


@pytest.mark.parametrize("number", [1, MOST_CHILDREN])
def test_up_to_a_thousand_children_are_read(number: int) -> None:
    facts = {"incident.children": 50}
    assert len(checked(facts, *[{"child.died": True}] * number).children) == number


def test_more_than_a_thousand_children_are_refused_and_a_count_is_offered() -> None:
    (fault,) = case_faults(Case({}, [{}] * (MOST_CHILDREN + 1)))
    said = "at most 1000 children are read in one case; list those whose facts differ and give how many there are as 'incident.children'"
    assert fault == Fault("children", said, "")
    case, place = case_text("facts: {}\n▶children:\n" + "  - child.died: true\n" * (MOST_CHILDREN + 1))
    assert place is not None
    assert case_faults(case)[0].place == f"case.yaml:{place[0]}:{place[1]}"


def test_a_judgement_carries_who_made_it_when_and_why() -> None:
    full = {"value": "known", "role": "lead officer", "on": "2024-01-02", "reasons": "what was seen", "dissent": "the police disagreed"}
    case = checked({"incident.severe": {"value": False, "on": date(2024, 1, 3)}}, {}, {"concern.view": full})
    assert known(case, 2)["concern.view"] == "known"
    assert case.judgements == (
        Judgement("incident.severe", None, None, date(2024, 1, 3), None, None),
        Judgement("concern.view", 2, "lead officer", date(2024, 1, 2), "what was seen", "the police disagreed"),
    )


def test_a_judgement_may_be_a_bare_value() -> None:
    case = checked({"concern.view": "suspected"})
    assert (known(case, 1)["concern.view"], case.judgements) == ("suspected", ())


def test_the_latest_day_recorded_is_known_and_what_may_lie_ahead_is_not_counted() -> None:
    case = checked(
        {"incident.occurred_on": "2024-01-01", "hearing.held_on": "2030-01-01"}, {"child.died_on": "2024-01-05"}, {"child.died_on": "2024-01-03"}
    )
    assert case.latest == date(2024, 1, 5)
    assert case.dated == (
        (date(2024, 1, 1), None, "incident.occurred_on"),
        (date(2024, 1, 3), 2, "child.died_on"),
        (date(2024, 1, 5), 1, "child.died_on"),
    )
    assert checked({"hearing.held_on": "2030-01-01"}).latest is None


def test_dates_of_one_day_come_in_the_order_of_the_incident_and_the_children() -> None:
    same = {"child.died_on": "2024-01-05"}
    case = checked({"incident.occurred_on": "2024-01-05"}, same, {"child.last_alive_on": "2024-01-05"}, same)
    assert [(child, fact) for _, child, fact in case.dated] == [
        (None, "incident.occurred_on"),
        (1, "child.died_on"),
        (2, "child.last_alive_on"),
        (3, "child.died_on"),
    ]


def test_two_cases_are_equal_if_they_say_the_same() -> None:
    case = Case({"child.age": 3}, [{"child.died": True}])
    assert case == Case({"child.age": 3}, [{"child.died": True}])
    assert case != Case({"child.age": 4}, [{"child.died": True}])
    assert case != Case({"child.age": 3}, [{"child.died": False}])
    assert case != Case({"child.age": 3})
    assert case != {"child.age": 3}


def test_a_case_does_not_change_with_what_it_was_made_of() -> None:
    facts: dict[str, Any] = {"child.age": 3}
    children: list[dict[str, Any]] = [{"child.died": True}]
    case = Case(facts, children)
    facts["child.age"], children[0]["child.died"] = 4, False
    children.append({})
    assert case == Case({"child.age": 3}, [{"child.died": True}])


def test_a_case_is_checked_once_for_each_vocabulary(tmp_path: Path) -> None:
    case = Case({"child.age": 3})
    assert case.check(VOCABULARY) is case.check(VOCABULARY)
    other = Folder().edit("vocabulary/child.yaml", "at_most: 120", "at_most: 2").edit("nation/notice/tell.yaml", "at_least: 18", "at_least: 1")
    assert "from 0 to 2 (years), but it is 3" in case_faults(case, other.ruleset(tmp_path).vocabulary)[0].message
    assert case_faults(case) == ()


# -- the day it is looked at from ----------------------------------------------------------------------------------------------------


def test_a_date_after_the_day_it_is_looked_at_from_is_refused_at_its_place(ruleset: Ruleset) -> None:
    case, place = case_text("facts:\n  incident.occurred_on: 2024-01-01\n  ▶incident.aware_on: 2024-01-03\n")
    assert place is not None
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 1, 2))
    assert [fault.place for fault in caught.value.faults] == [f"case.yaml:{place[0]}:{place[1]}"]
    assert "incident.aware_on is 2024-01-03, after the day the case is looked at from (2024-01-02)" in str(caught.value)
    assert evaluate(ruleset, case, as_of=date(2024, 1, 3)).law_on == date(2024, 1, 1)


def test_a_judgement_made_after_the_day_it_is_looked_at_from_is_refused_at_its_place() -> None:
    """What nobody had judged by that day is not known on it; without a day, the case is looked at from the day of the judgement."""
    case, place = case_text("children:\n  - child.died: true\n    concern.authority_view: {value: suspected, role: lead officer, ▶on: 2024-01-03}\n")
    assert place is not None
    ruleset = load_ruleset("england")
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 1, 2))
    assert [fault.place for fault in caught.value.faults] == [f"case.yaml:{place[0]}:{place[1]}"]
    assert "concern.authority_view was judged on 2024-01-03, after the day the case is looked at from (2024-01-02)" in str(caught.value)
    assert evaluate(ruleset, case, as_of=date(2024, 1, 3)).checked.latest == date(2024, 1, 3)


def test_a_date_that_may_lie_ahead_may_lie_after_the_day_it_is_looked_at_from(ruleset: Ruleset) -> None:
    assert evaluate(ruleset, Case({"hearing.held_on": "2030-01-01"}), as_of=AS_OF).as_of == AS_OF


def test_the_child_whose_date_lies_ahead_is_the_one_named(ruleset: Ruleset) -> None:
    case, place = case_text("children:\n  - child.died_on: 2024-01-01\n  - ▶child.died_on: 2025-01-01\n")
    assert place is not None
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 6, 1))
    assert caught.value.faults[0].place == f"case.yaml:{place[0]}:{place[1]}"


def test_every_date_that_lies_ahead_is_reported(ruleset: Ruleset) -> None:
    case = Case({"incident.occurred_on": "2024-07-01", "incident.aware_on": "2024-08-01"}, [{"child.died_on": "2024-07-02"}, {}])
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, case, as_of=date(2024, 6, 1))
    assert [fault.path for fault in caught.value.faults] == [
        "facts.incident.occurred_on",
        "children[0].child.died_on",
        "facts.incident.aware_on",
    ]


def test_a_date_of_every_child_that_lies_ahead_is_reported_once(ruleset: Ruleset) -> None:
    with pytest.raises(CaseError) as caught:
        evaluate(ruleset, Case({"child.died_on": "2024-07-02"}, [{}, {}, {}]), as_of=date(2024, 6, 1))
    assert len(caught.value.faults) == 1


# -- whatever comes ------------------------------------------------------------------------------------------------------------------


def values_of(fact: Fact) -> st.SearchStrategy[Any]:
    """Return values as somebody who read the vocabulary would write them."""
    match fact.type:
        case "yes_no":
            return st.booleans()
        case "one_of":
            return st.sampled_from(sorted(fact.values))
        case "number":
            return st.integers(fact.at_least or 0, fact.at_most or 100)
        case "date":
            days = st.integers(-3, 3).map(lambda offset: date(2024, 1, 4) + timedelta(days=offset))
            return days | days.map(str) | st.just("not_yet")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.dates().map(str) | st.sampled_from(["unknown", "not_yet"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["value", "role", "on", "reasons", "dissent"]), inner, max_size=4)
    ),
    max_leaves=8,
)


def facts_of(of: Callable[[Fact], bool], values: Callable[[Fact], st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={fact.id: values(fact) for fact in VOCABULARY.facts if of(fact)})


def child(fact: Fact) -> bool:
    return fact.scope == "child"


def check_faults(error: CaseError) -> None:
    assert error.faults
    assert all(fault.place and fault.message for fault in error.faults)


def fine_or_case_error(ruleset: Ruleset, case: Case) -> DecisionRecord | None:
    try:
        record = evaluate(ruleset, case, as_of=AS_OF)
    except CaseError as error:
        check_faults(error)
        return None
    json.loads(record.to_json())
    return record


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    facts=facts_of(lambda _: True, lambda fact: ANYTHING | values_of(fact)) | st.dictionaries(st.text(max_size=9), ANYTHING, max_size=3),
    children=st.lists(
        facts_of(child, lambda fact: ANYTHING | values_of(fact)) | st.dictionaries(st.text(max_size=9), ANYTHING, max_size=2), max_size=3
    ),
)
def test_whatever_the_facts_are_evaluating_succeeds_or_raises_a_case_error(
    ruleset: Ruleset, facts: dict[str, Any], children: list[dict[str, Any]]
) -> None:
    fine_or_case_error(ruleset, Case(facts, children))


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["title", "profile", "as_of", "facts", "children", "expect", "shaped_on", "x"]), ANYTHING, max_size=5) | ANYTHING
)
def test_whatever_a_case_file_holds_it_is_a_case_or_a_case_error(ruleset: Ruleset, content: Any) -> None:
    try:
        read = case_from(document(json.dumps(content), "case.json"))
    except CaseError as error:
        check_faults(error)
        return
    fine_or_case_error(ruleset, read.case)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(facts=facts_of(lambda _: True, values_of), children=st.lists(facts_of(child, values_of), max_size=2))
def test_sensible_values_are_refused_only_where_they_contradict_each_other(
    ruleset: Ruleset, facts: dict[str, Any], children: list[dict[str, Any]]
) -> None:
    case = Case(facts, children)
    contradictions = case_faults(case)
    for fault in contradictions:
        assert "both cannot be so" in fault.message or "contradicts what `facts:` says" in fault.message
    record = fine_or_case_error(ruleset, case)
    assert (record is None) == bool(contradictions)
    for number, one in enumerate(children or [facts], start=1):
        if record is not None:
            assert one.keys() <= known(record.checked, number).keys()


@settings(max_examples=100, deadline=None)
@given(facts=facts_of(lambda _: True, values_of), order=st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_written_does_not_matter(facts: dict[str, Any], order: Any) -> None:
    shuffled = list(facts.items())
    order.shuffle(shuffled)
    one, other = Case(facts), Case(dict(shuffled))
    assert sorted(case_faults(one)) == sorted(case_faults(other))
    if not case_faults(one):
        assert one.check(VOCABULARY).children == other.check(VOCABULARY).children
