"""Text to plain values: what is refused and where, and that nothing at all can make reading fail in any other way."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules.errors import Fault, written
from cspr_rules.loading import reading
from cspr_rules.loading.reading import MOST_BYTES, MOST_DEPTH, MOST_FAULTS, Document, read_bytes, read_file, read_rules_file
from tests.support.rules_folders import marked
from tests.support.texts import json_text, yaml_text

MANY = settings(max_examples=300, deadline=None)

LOADERS = {"with_libyaml": getattr(yaml, "CSafeLoader", yaml.SafeLoader), "without_libyaml": yaml.SafeLoader}


@pytest.fixture(params=LOADERS)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read with libyaml, and once more as on a machine that has none."""
    monkeypatch.setattr(reading, "_Loader", LOADERS[request.param])
    name: str = request.param
    return name


# -- what is refused in YAML ---------------------------------------------------------------------------------------------------------

REFUSED = {
    "a key written twice": ("a: 1\nb: 2\n▶a: 3\n", "'a' is written twice; the first is on line 1"),
    "a key written twice further in": ("x:\n  - k: 1\n    l: 2\n    ▶k: 3\n", "'k' is written twice; the first is on line 2"),
    "a key written twice in a flow mapping": ("x: {a: 1, ▶a: 2}\n", "'a' is written twice; the first is on line 1"),
    "a key written twice, once in quotes": ('a: 1\n▶"a": 2\n', "'a' is written twice; the first is on line 1"),
    "a key written twice over a mapping": ("a:\n  b: 1\n▶a:\n  b: 2\n", "'a' is written twice; the first is on line 1"),
    "an anchor on a value": ("a: ▶&here 1\n", "YAML anchor 'here' is not accepted; write the value out"),
    "an anchor on a list": ("a: ▶&here [1]\n", "YAML anchor 'here'"),
    "an anchor on a mapping": ("a: ▶&here\n  b: 1\n", "YAML anchor 'here'"),
    "an anchor on a key": ("▶&here a: 1\n", "YAML anchor 'here'"),
    "an alias as value": ("a: ▶*there\n", "YAML alias 'there' is not accepted; write the value out"),
    "an alias in a list": ("- 1\n- ▶*there\n", "YAML alias 'there'"),
    "an alias as key": ("▶*there : 1\n", "YAML alias 'there'"),
    "a merge of an alias": ("a:\n  <<: ▶*there\n", "YAML alias 'there'"),
    "a tag of the standard": ("a: ▶!!str 1\n", "YAML tags are not accepted"),
    "a tag on a list": ("a: ▶!!set [1]\n", "YAML tags are not accepted"),
    "a tag on a key": ("▶!!str a: 1\n", "YAML tags are not accepted"),
    "a tag of somebody's own": ("a: ▶!include secrets.yaml\n", "YAML tags are not accepted"),
    "a tag that would run code": ("a: ▶!!python/object/apply:os.system [echo]\n", "YAML tags are not accepted"),
    "a tag that would make an object": ("▶!!python/object:collections.Counter {}\n", "YAML tags are not accepted"),
    "a tag in full": ("a: ▶!<tag:yaml.org,2002:binary> aGk=\n", "YAML tags are not accepted"),
    "a second document": ("a: 1\n▶---\nb: 2\n", "a second document starts here; one file holds one document"),
    "a second document after an empty one": ("---\n▶---\n", "a second document starts here"),
    "a list as key": ("? ▶[a, b]\n: 1\n", "a key has to be plain text"),
    "a mapping as key": ("? ▶{a: b}\n: 1\n", "a key has to be plain text"),
    "a mapping as key in a flow mapping": ("x: {▶{a: b}: 1}\n", "a key has to be plain text"),
    "nesting too deep in flow style": ("[" * MOST_DEPTH + "▶[" + "]" * (MOST_DEPTH + 1), "nested more than 40 deep"),
    "nesting too deep in lists": ("- " * MOST_DEPTH + "▶- 1\n", "nested more than 40 deep"),
    "nesting too deep in mappings": (
        "\n".join("  " * depth + "k:" for depth in range(MOST_DEPTH)) + "\n" + "  " * MOST_DEPTH + "▶k: 1\n",
        "nested more than 40 deep",
    ),
    "a tab for indentation": ("a:\n▶\tb: 1\n", "a tab stands here"),
    "a bracket that is not closed": ("a: [1, 2\n▶", "this is not well-formed YAML"),
    "a quote that is not closed": ('a: "b\n▶', "this is not well-formed YAML: found unexpected end of stream"),
    "two colons": ("a: b▶: c\n", "this is not well-formed YAML: mapping values are not allowed"),
    "text after the end of the document": ("a: 1\n...\n▶b: 2\n", "this is not well-formed YAML"),
    "another version of YAML": ("▶%YAML 3.0\n---\na: 1\n", "this is not well-formed YAML: found incompatible YAML document"),
    "a reserved character": ("a: ▶@b\n", "this is not well-formed YAML: found character"),
}


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("case", REFUSED)
def test_yaml_is_refused_where_the_odd_thing_stands(case: str) -> None:
    text, words = REFUSED[case]
    plain, place = marked(text)
    document = yaml_text(plain)
    assert place is not None
    assert [fault.place for fault in document.faults] == [f"file.yaml:{place[0]}:{place[1]}"]
    assert words in document.faults[0].message


AMBIGUOUS = {
    "true": ["yes", "Yes", "YES", "yEs", "on", "On", "ON", "y", "Y", "True", "TRUE"],
    "false": ["no", "No", "NO", "off", "Off", "OFF", "n", "N", "False", "FALSE"],
}


@pytest.mark.parametrize(("word", "meant"), [(word, meant) for meant, words in AMBIGUOUS.items() for word in words])
@pytest.mark.parametrize("around", ["a: ▶{}\n", "- ▶{}\n", "a: [1, ▶{}]\n", "a: {{b: ▶{}}}\n", "▶{}\n"])
def test_a_bare_word_that_tools_read_differently_is_refused_with_what_to_write(around: str, word: str, meant: str) -> None:
    text, place = marked(around.format(word))
    assert place is not None
    message = f"a bare '{word}' is read differently by different tools; write {meant}, or put quotes round the word"
    assert yaml_text(text).faults == [Fault(f"file.yaml:{place[0]}:{place[1]}", message)]


@pytest.mark.parametrize("word", [*AMBIGUOUS["true"], *AMBIGUOUS["false"], "true", "null", "~", "12", ""])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_in_quotes_every_word_is_text(word: str, quote: str) -> None:
    document = yaml_text(f"a: {quote}{word}{quote}\n")
    assert (document.value, document.faults) == ({"a": word}, [])


@pytest.mark.parametrize("word", ["Null", "NULL"])
def test_a_null_that_other_tools_read_as_null_is_refused_or_read_as_null(word: str) -> None:
    document = yaml_text(f"a: {word}\n")
    assert document.faults or document.value == {"a": None}


@pytest.mark.parametrize("word", ["010", "08", "-007"])
def test_a_number_with_a_leading_zero_is_refused_or_kept_as_text(word: str) -> None:
    document = yaml_text(f"a: {word}\n")
    assert document.faults or document.value == {"a": word}


@pytest.mark.parametrize("text", ["! 12", "! true", "! word", "! [1]"])
def test_the_tag_without_a_name_is_refused_like_any_other(text: str) -> None:
    assert [fault.message for fault in yaml_text(text).faults] == ["YAML tags are not accepted"]


@pytest.mark.parametrize("escape", ["\\UFFFFFFFF", "\\U00110000"])
def test_an_escape_beyond_unicode_is_a_fault_without_libyaml_too(escape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_Loader", yaml.SafeLoader)
    assert yaml_text(f'a: "{escape}"').faults


@pytest.mark.parametrize("escape", ["\\UFFFFFFFF", "\\U00110000", "\\ud800"])
def test_an_escape_beyond_unicode_is_a_fault_with_libyaml(escape: str) -> None:
    if reading._Loader is yaml.SafeLoader:
        pytest.skip("libyaml is not here")
    (fault,) = yaml_text(f'a: "{escape}"').faults
    assert fault.place.startswith("file.yaml:1:")
    assert "this is not well-formed YAML" in fault.message


@pytest.mark.usefixtures("loader")
def test_several_odd_things_are_all_reported_in_the_order_of_the_text() -> None:
    document = yaml_text("a: yes\nb: &x 1\nc: !!str 2\na: 1\nd: off\n")
    assert [fault.place for fault in document.faults] == [f"file.yaml:{place}" for place in ("1:4", "2:4", "3:4", "4:1", "5:4")]


@pytest.mark.usefixtures("loader")
def test_no_more_than_fifty_faults_are_listed_for_one_file() -> None:
    assert len(yaml_text("- yes\n" * (MOST_FAULTS + 30)).faults) == MOST_FAULTS


@pytest.mark.usefixtures("loader")
def test_a_billion_laughs_are_not_laughed() -> None:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    began = time.perf_counter()
    document = yaml_text("\n".join(lines))
    assert time.perf_counter() - began < 1
    assert [fault.message.split("'")[0] for fault in document.faults] == ["YAML anchor ", "YAML anchor ", "YAML alias "]
    assert len(repr(document.value)) < 200


@pytest.mark.parametrize("text", ["[" * 900_000, "- " * 900_000, "{a: " * 400_000, "? " * 900_000], ids=["brackets", "dashes", "braces", "marks"])
def test_two_megabytes_of_nesting_are_refused_at_once(text: str) -> None:
    began = time.perf_counter()
    document = read_bytes((" " + text).encode(), "file.yaml")
    assert document.faults
    assert time.perf_counter() - began < 3


@pytest.mark.usefixtures("loader")
def test_nesting_is_accepted_up_to_forty_and_no_further() -> None:
    for depth in (MOST_DEPTH - 1, MOST_DEPTH):
        assert yaml_text("[" * depth + "1" + "]" * depth).faults == []
    assert yaml_text("[" * (MOST_DEPTH + 1) + "1" + "]" * (MOST_DEPTH + 1)).faults


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ["a\0b", "a: 1\0", "\0", "a: \x01", "a: \x7f\x1b[31m"])
def test_control_characters_are_refused(text: str) -> None:
    (fault,) = yaml_text(text).faults
    assert fault.place.startswith("file.yaml")
    assert "this is not well-formed YAML" in fault.message
    assert "characters are not allowed" in fault.message


# -- encoding, size and files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["file.yaml", "file.json"])
@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"\xff\xfea\x00", 1),
        (b"a: 1\nb: \xe9\n", 2),
        (b"a: 1\n\n\nb: \xc3", 4),
        (b"\xed\xa0\x80", 1),
        (b"\xc0\xaf", 1),
        ("a: é".encode("utf-16"), 1),
        ("a: é\n".encode("latin-1"), 1),
    ],
    ids=["UTF-16 mark", "Latin-1", "cut short", "surrogate", "overlong", "UTF-16", "Latin-1 on line 1"],
)
def test_text_that_is_not_utf8_is_refused_with_its_line(raw: bytes, line: int, name: str) -> None:
    assert read_bytes(raw, name).faults == [Fault(f"{name}:{line}", "the text is not UTF-8; save the file as UTF-8")]


@pytest.mark.usefixtures("loader")
def test_a_byte_order_mark_is_passed_over() -> None:
    document = read_bytes(b"\xef\xbb\xbfa: 1\n", "file.yaml")
    assert (document.value, document.faults, document.place(("a",))) == ({"a": 1}, [], "file.yaml:1:1")
    assert read_bytes(b'\xef\xbb\xbf{"a": 1}', "file.json").value == {"a": 1}


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize("text", ["", "\n\n", "# nothing but a comment\n", "---\n", "~", "null", "--- # nothing\n...\n"])
def test_an_empty_text_has_no_value_and_no_fault(text: str) -> None:
    document = yaml_text(text)
    assert (document.value, document.faults) == (None, [])
    assert document.place(("a", 1)).startswith("file.yaml")


def test_an_empty_json_text_is_a_fault() -> None:
    assert json_text("").faults == [Fault("file.json:1:1", "this is not well-formed JSON: Expecting value")]


def test_text_of_two_megabytes_is_read_and_one_byte_more_is_not() -> None:
    most = b"a: 1\n#" + b"x" * (MOST_BYTES - 6)
    assert len(most) == MOST_BYTES
    assert read_bytes(most, "file.yaml").value == {"a": 1}
    too_much = read_bytes(most + b"x", "file.yaml")
    assert too_much.value is None
    assert too_much.faults == [Fault("file.yaml", "the file is just over 2 MB, the most that is read")]


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "large.yaml"
    with path.open("wb") as file:
        file.truncate(3_400_000_000)  # a hole: it takes no room on the disk
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the file was read"))
    assert read_file(path, "large.yaml").faults == [Fault("large.yaml", "the file is 3400.0 MB; the most that is read is 2 MB")]


def test_a_file_is_called_as_asked_and_by_its_path_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: yes\n")
    assert read_file(path).faults[0].place == f"{path}:1:4"
    assert read_file(path, "pack/a.yaml").faults[0].place == "pack/a.yaml:1:4"


def test_a_rules_file_is_parsed_once_for_each_text_and_name_and_read_as_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[tuple[bytes, str]] = []

    def counted(raw: bytes, name: str, *, json_up_to: int | None = None) -> Document:
        parsed.append((raw, name))
        return read_bytes(raw, name, json_up_to=json_up_to)

    reading._kept.cache_clear()
    path, other = tmp_path / "a.yaml", tmp_path / "b.yaml"
    for text, name in (("a: 1\n", "r/a.yaml"), ("a: 1\n", "r/a.yaml"), ("a: 2\n", "r/a.yaml"), ("a: 1\n", "s/a.yaml"), ("a: [", "r/a.yaml")):
        for file in (path, other):
            file.write_text(text)
            as_any_other = read_file(file, name)
            with monkeypatch.context() as patched:
                patched.setattr(reading, "read_bytes", counted)
                assert read_rules_file(file, name)._parts() == as_any_other._parts()
    assert parsed == [(b"a: 1\n", "r/a.yaml"), (b"a: 2\n", "r/a.yaml"), (b"a: 1\n", "s/a.yaml"), (b"a: [", "r/a.yaml")]
    for unread in (tmp_path, tmp_path / "none.yaml"):
        assert read_rules_file(unread, "x").faults == read_file(unread, "x").faults != []


def test_what_is_added_to_a_rules_file_that_was_read_is_not_in_it_when_it_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\n")
    first = read_rules_file(tmp_path / "a.yaml", "a.yaml")
    first.faults.append(first.fault((), "not the shape of a rule"))
    first.places["a", 0] = (7, 7)
    assert read_rules_file(tmp_path / "a.yaml", "a.yaml")._parts() == read_file(tmp_path / "a.yaml", "a.yaml")._parts()


def test_a_folder_and_a_missing_file_are_faults_and_not_exceptions(tmp_path: Path) -> None:
    assert read_file(tmp_path, "x").faults == [Fault("x", "expected a YAML or JSON file, but this is a folder")]
    missing = read_file(tmp_path / "none.yaml", "none.yaml")
    assert missing.faults == [Fault("none.yaml", "expected a YAML or JSON file, but this is not a file that exists")]


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n")

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert read_file(path, "a.yaml").faults == [Fault("a.yaml", "the file cannot be read: Permission denied")]


def test_a_file_is_read_as_json_by_its_name_or_its_first_character(tmp_path: Path) -> None:
    for name, text in (("a.json", "[1, {}]"), ("a.yaml", '  \n{"a": [true]}')):
        path = tmp_path / name
        path.write_text(text)
        assert read_file(path).value == json.loads(text)
    (fault,) = read_bytes(b"[1, 2,]", "a.json").faults
    assert "this is not well-formed JSON" in fault.message
    assert read_bytes(b"[1, 2,]", "a.yaml").value == [1, 2]


def test_a_mapping_in_braces_that_is_no_json_is_read_as_yaml() -> None:
    for name in ("<stdin>", "a.yaml"):
        document = read_bytes(b"{facts: {child.died: true}, title: 'x'} # so far", name)
        assert (document.value, document.faults) == ({"facts": {"child.died": True}, "title": "x"}, [])
        assert document.places[("facts", "child.died")] == (1, 10)


@pytest.mark.parametrize(
    ("name", "text", "format_"),
    [
        ("<stdin>", '{"facts": {"child.died": true}', "JSON"),
        ("<stdin>", "{facts: {child.died: true}", "YAML"),
        ("a.yaml", '{"facts": {"child.died": true}', "YAML"),
        ("a.json", "{facts: {child.died: true}}", "JSON"),
    ],
)
def test_what_is_neither_is_refused_as_what_it_was_meant_to_be(name: str, text: str, format_: str) -> None:
    assert [fault.message.split(":")[0] for fault in read_bytes(text.encode(), name).faults] == [f"this is not well-formed {format_}"]


def test_json_that_is_well_formed_but_refused_is_not_read_as_yaml() -> None:
    (fault,) = read_bytes(b'{"a": 1, "a": 2}', "<stdin>").faults
    assert fault.message == "'a' is written twice"


def test_a_pipe_is_a_fault_and_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (fault,) = read_file(tmp_path / "pipe", "pipe").faults
    assert fault.message == "expected a YAML or JSON file, but this is a pipe or a device; save it as a file first"


# -- values and their places ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("0", 0),
        ("12", 12),
        ("-3", -3),
        ("+5", 5),
        ("9" * 18, 10**18 - 1),
        ("1.5", "1.5"),
        ("1e3", "1e3"),
        (".inf", ".inf"),
        ("0x1F", "0x1F"),
        ("0b1", "0b1"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("2024-03-27", "2024-03-27"),
        ("2024-03-27T10:00:00Z", "2024-03-27T10:00:00Z"),
        ("=", "="),
        ("٣", "٣"),
        ("not_yet", "not_yet"),
        ("unknown", "unknown"),
        ("two  words", "two  words"),
        ("'it''s'", "it's"),
        ('"a\\tb"', "a\tb"),
        ("|\n  yes\n  no\n", "yes\nno\n"),
        (">-\n  yes\n  no\n", "yes no"),
        ("{}", {}),
        ("[]", []),
        ("{a: , b: 1}", {"a": None, "b": 1}),
        ("\n  - 1\n  -\n", [1, None]),
    ],
)
def test_a_scalar_is_true_or_false_or_null_or_a_whole_number_or_text(text: str, value: object) -> None:
    document = yaml_text(f"k: {text}")
    assert document.faults == []
    assert repr(document.value) == repr({"k": value})  # repr, because True == 1


@pytest.mark.usefixtures("loader")
def test_a_key_is_always_text() -> None:
    document = yaml_text("1: a\non: b\ntrue: c\n2024-03-27: d\n'': e\nnull: f\n")
    assert (document.value, document.faults) == ({"1": "a", "on": "b", "true": "c", "2024-03-27": "d", "": "e", "null": "f"}, [])


PLACES = """\
title: A case
facts:
  incident.occurred_on: 2024-03-27   # a comment
  "quoted":   {inner: [10, {deep: x}]}
children:
  - child.died: true
    child.age: 3

  - {child.died: false}
  -
    - nested
"""


@pytest.mark.usefixtures("loader")
@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), "1:1"),
        (("title",), "1:1"),
        (("facts",), "2:1"),
        (("facts", "incident.occurred_on"), "3:3"),
        (("facts", "quoted"), "4:3"),
        (("facts", "quoted", "inner"), "4:16"),
        (("facts", "quoted", "inner", 0), "4:24"),
        (("facts", "quoted", "inner", 1), "4:28"),
        (("facts", "quoted", "inner", 1, "deep"), "4:29"),
        (("children",), "5:1"),
        (("children", 0), "6:5"),
        (("children", 0, "child.age"), "7:5"),
        (("children", 1), "9:5"),
        (("children", 1, "child.died"), "9:6"),
        (("children", 2), "11:5"),
        (("children", 2, 0), "11:7"),
        (("facts", "absent"), "2:1"),
        (("children", 1, "absent", "further"), "9:5"),
        (("children", 9), "5:1"),
        (("absent",), "1:1"),
    ],
)
def test_every_value_has_the_line_and_column_of_its_key_or_of_the_nearest_thing_around_it(path: tuple[str | int, ...], place: str) -> None:
    document = yaml_text(PLACES)
    assert document.faults == []
    assert document.place(path) == f"file.yaml:{place}"


def test_columns_count_characters_and_not_bytes() -> None:
    document = yaml_text("é😀: {ü: 1, ö: no}\n")
    assert document.place(("é😀", "ö")) == "file.yaml:1:12"
    assert document.faults[0].place == "file.yaml:1:15"


def test_a_fault_of_a_path_says_the_place_and_the_path() -> None:
    document = yaml_text(PLACES)
    fault = document.fault(("children", 0, "child.age"), "is odd")
    assert fault == Fault("file.yaml:7:5", "is odd", "children[0].child.age")
    assert str(fault) == "file.yaml:7:5: is odd (at children[0].child.age)"


@pytest.mark.parametrize(
    ("path", "text"),
    [((), ""), (("a",), "a"), (("a", 0), "a[0]"), (("a", 0, "b.c", "d"), "a[0].b.c.d"), ((2,), "[2]"), ((2, "a"), "[2].a")],
)
def test_a_path_is_written_as_people_write_it(path: tuple[str | int, ...], text: str) -> None:
    assert written(path) == text


# -- whatever comes ------------------------------------------------------------------------------------------------------------------

PLAIN_TEXT = st.text(max_size=12)
NUMBERS = st.integers(-(10**18) + 1, 10**18 - 1)
ODD_TEXT = st.sampled_from(["yes", "no", "null", "~", "1", "", " ", "- a", "a: b", "#", "2024-02-30"])
SCALARS = st.none() | st.booleans() | NUMBERS | PLAIN_TEXT | ODD_TEXT
PLAIN = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(PLAIN_TEXT, inner, max_size=4), max_leaves=25)


class _Quoting(yaml.SafeDumper):
    """Writes all text in quotes, and no aliases: the part of YAML that every tool reads alike."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Quoting.add_representer(str, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"'))


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the paths of a value and of everything in it."""
    inner: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    return [path, *(each for step, part in inner for each in leaves(part, (*path, step)))]


@pytest.mark.slow
@MANY
@given(PLAIN, st.booleans(), st.integers(2, 6))
def test_any_plain_value_written_as_yaml_is_read_back_the_same(value: Any, flow: bool, indent: int) -> None:
    if flow:
        value = [value]  # a flow mapping at the top would be taken for JSON
    text = yaml.dump(value, Dumper=_Quoting, allow_unicode=True, sort_keys=False, default_flow_style=flow, indent=indent, width=60)
    document = yaml_text(text)
    assert document.faults == []
    assert repr(document.value) == repr(value)
    if not text.startswith("{"):  # an empty mapping is read as JSON, which knows no places
        assert set(document.places) == set(leaves(value))


@pytest.mark.slow
@MANY
@given(PLAIN, st.booleans(), st.sampled_from([None, 1]))
def test_any_plain_value_written_as_json_is_read_back_the_same(value: Any, ascii_only: bool, indent: int | None) -> None:
    document = json_text(json.dumps(value, ensure_ascii=ascii_only, indent=indent))
    assert document.faults == []
    assert repr(document.value) == repr(value)


PIECES = [
    *("a", "b: ", "- ", "? ", ": ", "{", "}", "[", "]", ", ", "\n", "\n  ", "'", '"', "|\n", ">\n", "# ", "&a ", "*a ", "!t ", "!!str "),
    *("---\n", "...\n", "%YAML 1.2\n", "\t", "\\", "\\u", "d800", "yes", "null", "~", "1", "1.5", "<<: "),
    *("é", "\u2028", "\x85", "\ufeff", "\0", "\x1b"),
]


def check_whatever(raw: bytes, name: str) -> None:
    document = read_bytes(raw, name)
    assert isinstance(document, Document)
    for fault in document.faults:
        assert fault.place.split(":")[0] == name
        assert fault.message
    if not document.faults:
        for path in leaves(document.value):
            assert document.place(path).startswith(name)
            here: Any = document.value
            for step in path:
                here = here[step]
            assert here is None or type(here) in (dict, list, str, int, bool)


@MANY
@given(st.binary(max_size=200), st.sampled_from(["f.yaml", "f.json"]))
def test_arbitrary_bytes_give_a_document_and_never_an_exception(raw: bytes, name: str) -> None:
    check_whatever(raw, name)


@pytest.mark.slow
@settings(max_examples=800, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.sampled_from(["f.yaml", "f.json"]))
def test_scraps_of_yaml_and_json_in_any_order_give_a_document_and_never_an_exception(text: str, name: str) -> None:
    check_whatever(text.encode(), name)


@pytest.mark.slow
@MANY
@given(PLAIN, st.data())
def test_a_good_text_with_one_character_changed_gives_a_document_and_never_an_exception(value: Any, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([yaml.dump(value, Dumper=_Quoting, allow_unicode=True), json.dumps(value)]))
    at = data.draw(st.integers(0, len(text)))
    spoilt = text[:at] + data.draw(st.sampled_from(PIECES)) + text[at + data.draw(st.integers(0, 2)) :]
    check_whatever(spoilt.encode(), data.draw(st.sampled_from(["f.yaml", "f.json"])))
