"""What is refused in JSON, with line and column."""

from __future__ import annotations

import pytest

from cspr_rules.errors import Fault
from cspr_rules.loading.reading import MOST_BYTES, MOST_DEPTH
from tests.support.texts import json_text, yaml_text

# -- what is refused in JSON ---------------------------------------------------------------------------------------------------------


def test_json_with_a_key_written_twice_is_refused_with_its_path() -> None:
    document = json_text('{"a": 1, "b": [{"c": 1, "c": 2, "c": 3}], "a": 2}')
    assert {fault.message for fault in document.faults} == {"'a' is written twice", "'c' is written twice"}
    assert {fault.path for fault in document.faults} == {"a", "b[0].c"}
    assert {fault.place for fault in document.faults} == {"file.json"}


def test_faults_of_a_json_text_come_in_the_order_of_the_text() -> None:
    assert [fault.path for fault in json_text('{"a": 1.5, "b": {"x": 1, "x": 2}, "c": [2.5]}').faults] == ["a", "b.x", "c[0]"]


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ('{"a": }', "1:7", "Expecting value"),
        ('{"a": 1,}', "1:9", ""),
        ("{'a': 1}", "1:2", "Expecting property name"),
        ('{"a": 1}\n{"b": 2}', "2:1", "Extra data"),
        ('{"a": "\n"}', "1:8", "Invalid control character"),
        ('{"a": "\0"}', "1:8", "Invalid control character"),
        ('\n\n["a" "b"]', "3:6", "Expecting ',' delimiter"),
        ('{"a": 01}', "1:8", "Expecting ',' delimiter"),
        ('{"a": tru}', "1:7", "Expecting value"),
        ('{"a": "\\x"}', "1:8", "Invalid \\escape"),
        ('{"a": [1', "1:9", "Expecting ',' delimiter"),
        ("# a comment", "1:1", "Expecting value"),
    ],
)
def test_malformed_json_is_refused_with_line_and_column(text: str, place: str, words: str) -> None:
    (fault,) = json_text(text).faults
    assert fault.message.startswith("this is not well-formed JSON: ")
    assert words in fault.message
    if words:  # what is said of a trailing comma, and where, differs between versions of Python
        assert fault.place == f"file.json:{place}"


@pytest.mark.parametrize("number", ["1.5", "1.0", "-0.0", "1e3", "1E400", "NaN", "Infinity", "-Infinity"])
def test_json_numbers_that_are_not_whole_are_refused(number: str) -> None:
    (fault,) = json_text(f'{{"facts": {{"child.age": {number}}}}}').faults
    assert (fault.place, fault.message, fault.path) == ("file.json", "expected a whole number", "facts.child.age")


def test_json_numbers_may_be_large_and_not_endless() -> None:
    assert json_text("[" + "9" * 400 + "]").value == [10**400 - 1]
    assert json_text("[" + "9" * 5000 + "]").faults == [Fault("file.json", "a number in this JSON is too long to be read")]


@pytest.mark.parametrize("depth", [MOST_DEPTH + 1, 500, 100_000, 900_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
def test_json_nested_too_deep_is_refused(opening: str, closing: str, depth: int) -> None:
    depth = min(depth, MOST_BYTES // (len(opening) + 1) - 1)
    (fault,) = json_text(opening * depth + "1" + closing * depth).faults
    assert fault.message == "nested more than 40 deep"
    assert fault.path in ("", "[0][0][0]", "a.a.a")


def test_json_is_accepted_as_deep_as_yaml() -> None:
    text = "[" * MOST_DEPTH + "1" + "]" * MOST_DEPTH
    assert json_text(text).faults == yaml_text(text).faults == []


@pytest.mark.parametrize(("text", "path"), [('["\\ud800"]', "[0]"), ('{"a": {"b": "x\\udfffy"}}', "a.b"), ('{"a": {"\\ud800": 1}}', "a.\\ud800")])
def test_half_a_character_in_json_is_refused(text: str, path: str) -> None:
    (fault,) = json_text(text).faults
    assert fault == Fault("file.json", "the text holds half a character (a lone surrogate)", path)


def test_two_halves_of_a_character_in_json_are_one() -> None:
    document = json_text('["\\ud83d\\ude00"]')
    assert (document.value, document.faults) == (["😀"], [])
