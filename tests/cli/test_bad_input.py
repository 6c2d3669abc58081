"""What the command says of bad input; anything at all is answered or refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import load_ruleset
from tests.support.commands import EASTER, Run, ran

# -- decide: bad input ---------------------------------------------------------------------------------------------------------------

MISTAKES = {
    "a fact misspelt": ("facts:\n  child.dyed: true\n", "2:3", "there is no fact called 'child.dyed'", "did you mean 'child.died'?"),
    "a fact of another group": ("facts:\n  incident.died: true\n", "2:3", "there is no fact called 'incident.died'", "did you mean 'child.died'?"),
    "a fact like no other": ("facts:\n  zzz.qqq: true\n", "2:3", "there is no fact called 'zzz.qqq'", "`cspr-rules facts` lists them"),
    "a value misspelt": ("facts:\n  child.place_of_harm: in_aera\n", "2:3", "expected one of in_area,", "did you mean 'in_area'?"),
    "a value of the wrong type": ("facts:\n  child.died: maybe\n", "2:3", "child.died: expected true or false", "but it is text"),
    "a bare no": ("facts:\n  child.died: no\n", "2:15", "a bare 'no'", "write false"),
    "an age out of bounds": ("facts:\n  child.age_at_harm: 170\n", "2:3", "expected a whole number from 0 to 120", "but it is 170"),
    "a day that is none": ("facts:\n  incident.occurred_on: 2024-02-30\n", "2:3", "incident.occurred_on", "there is no such day as 2024-02-30"),
    "a date written as in England": ("facts:\n  incident.occurred_on: 26/3/2024\n", "2:3", "expected a date as YYYY-MM-DD", "such as 2024-03-27"),
    "died yet alive": ("facts:\n  child.died: false\n  child.died_on: 2024-02-01\n", "3:3", "child.died_on is recorded", "child.died is 'no'"),
    "died yet alive later": (
        "facts:\n  child.died_on: 2024-02-01\n  child.last_known_alive_on: 2024-02-05\n",
        "2:3",
        "child.died_on is 2024-02-01, before child.last_known_alive_on (2024-02-05)",
        "both cannot be so",
    ),
    "aware before it happened": (
        "facts:\n  incident.occurred_on: 2024-03-26\n  incident.authority_aware_on: 2024-03-20\n",
        "3:3",
        "incident.authority_aware_on is 2024-03-20, before incident.occurred_on (2024-03-26)",
        "both cannot be so",
    ),
    "a date after the day looked from": (
        "as_of: 2024-03-01\nfacts:\n  incident.occurred_on: 2024-03-26\n",
        "3:3",
        "incident.occurred_on is 2024-03-26, after the day the case is looked at from (2024-03-01)",
        "",
    ),
    "a day to look from that is none": ("as_of: 2024-02-30\nfacts: {}\n", "1:1", "as_of", "there is no such day as 2024-02-30"),
    "a key misspelt": ("fact:\n  child.died: true\n", "1:1", "'fact' is not part of a case file", "did you mean 'facts'?"),
    "facts outside facts": ("child.died: true\n", "1:1", "'child.died' is not part of a case file", "facts go under `facts:`"),
    "facts as a list": ("facts:\n  - child.died: true\n", "1:1", "expected facts as `fact: value` lines", ""),
    "children as a mapping": ("children:\n  child.died: true\n", "1:1", "expected a list with the facts of each child", ""),
    "an incident fact of a child": (
        "children:\n  - incident.occurred_on: 2024-03-26\n",
        "2:5",
        "is about the whole incident",
        "move it under `facts:`",
    ),
    "an anchor": ("facts: &known\n  child.died: true\n", "1:8", "YAML anchor 'known' is not accepted", "write the value out"),
    "an alias": ("title: &t Easter\nprofile: *t\n", "2:10", "YAML alias 't' is not accepted", "write the value out"),
    "a key twice": ("facts:\n  child.died: true\n  child.died: false\n", "3:3", "'child.died' is written twice", "the first is on line 2"),
    "YAML that does not parse": ("facts: [\n", "2:1", "this is not well-formed YAML", ""),
    "a profile that does not exist": ("profile: bpc\nfacts: {}\n", "1:1", "there is no profile called 'bpc'", "did you mean 'bcp'?"),
}


@pytest.mark.parametrize(("text", "place", "said", "suggested"), [pytest.param(*each, id=name) for name, each in MISTAKES.items()])
def test_a_mistake_is_told_with_its_place_what_was_expected_and_what_to_do(
    run: Run, tmp_path: Path, text: str, place: str, said: str, suggested: str
) -> None:
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    got = run("decide", "case.yaml")
    assert (got.code, got.out) == (2, "")
    told = [line for line in got.err.splitlines() if line.startswith(f"case.yaml:{place}: ")]
    assert told, got.err
    assert any(said in line and suggested in line for line in told), got.err


def test_a_mistake_on_standard_input_is_told_as_such(run: Run) -> None:
    assert run("decide", "-", stdin=b"facts:\n  child.dyed: true\n").err.startswith("<stdin>:2:3: there is no fact called 'child.dyed'")
    assert "(at facts.child.dyed)" in run("decide", "-", stdin=b'{"facts": {"child.dyed": true}}').err


def test_a_date_after_the_day_looked_from_is_placed_at_the_child_who_has_it(run: Run, tmp_path: Path) -> None:
    text = "as_of: 2024-03-01\nchildren:\n  - child.died_on: 2024-01-01\n  - child.died_on: 2024-05-01\n"
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    assert run("decide", "case.yaml").err.startswith("case.yaml:4:5: child.died_on is 2024-05-01")


def test_an_unknown_profile_is_answered_with_the_nearest_and_with_all(run: Run, easter: Path) -> None:
    got = run("decide", str(easter), "--profile", "bpc")
    assert (got.code, got.out) == (2, "")
    assert "there is no profile called 'bpc'; did you mean 'bcp'?" in got.err
    assert "expected one of bcp, england, or the path of a folder" in got.err


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(50_000_000)


UNREADABLE = {
    "missing": (lambda _: None, "expected a YAML or JSON file, but this is not a file that exists"),
    "a folder": (Path.mkdir, "expected a YAML or JSON file, but this is a folder"),
    "a pipe": (os.mkfifo, "expected a YAML or JSON file, but this is a pipe or a device; save it as a file first"),
    "50 MB": (_sparse, "the file is 50.0 MB; the most that is read is 2 MB"),
    "binary": (lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff"), "the text is not UTF-8; save the file as UTF-8"),
    "UTF-16": (lambda path: path.write_bytes(EASTER.encode("utf-16")), "the text is not UTF-8; save the file as UTF-8"),
    "empty": (lambda path: path.write_bytes(b""), "expected a case with `facts:` and, for several children, `children:`; it is empty"),
    "only a comment": (lambda path: path.write_bytes(b"# to do\n"), "it is empty"),
    "a list": (lambda path: path.write_bytes(b"- child.died\n"), "this is not a mapping"),
    "control characters": (lambda path: path.write_bytes(b"title: a\x07b\n"), "this is not well-formed YAML"),
}


@pytest.mark.parametrize(("make", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_is_no_case_is_refused_by_name_with_what_was_expected(run: Run, tmp_path: Path, make: Any, said: str) -> None:
    make(tmp_path / "case.yaml")
    got = run("decide", "case.yaml")
    assert (got.code, got.out) == (2, "")
    assert got.err.startswith("case.yaml:")
    assert said in got.err
    assert len(got.err.splitlines()) == 1


def test_a_file_of_50_mb_is_refused_by_its_size_without_being_read(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(path: Path) -> bytes:
        raise AssertionError(f"{path} was read")

    _sparse(tmp_path / "case.yaml")
    monkeypatch.setattr(Path, "read_bytes", read)
    assert run("decide", "case.yaml").code == 2


def test_more_than_is_read_of_standard_input_is_refused(run: Run) -> None:
    got = run("decide", "-", stdin=b"#" * 3_000_000)
    assert got.code == 2
    assert got.err == "<stdin>: standard input is more than 2 MB, the most that is read\n"


def test_closed_standard_input_is_bad_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert run("decide", "-").code == 2


ODD = {
    "lone surrogate": '{"title": "\\ud800"}',
    "lone surrogate in a reason": '{"facts": {"concern.authority_view": {"value": "known", "reasons": "\\udfff"}}}',
    "long profile": '{"profile": "' + "a" * 300 + '"}',
    "NUL": '{"profile": "\\u0000"}',
    "day as a mapping": '{"as_of": {}}',
    "infinity": '{"facts": {"child.age_at_harm": 1e999}}',
    "long number": '{"facts": {"child.age_at_harm": ' + "9" * 5000 + "}}",
    "deep": "[" * 100_000,
    "deep JSON": '{"facts": ' * 3000 + "1" + "}" * 3000,
}


@pytest.mark.parametrize(
    "text",
    [pytest.param(text, id=name) for name, text in ODD.items()],
)
def test_odd_text_is_answered_or_refused_but_never_breaks_the_program(run: Run, text: str) -> None:
    for written in ("text", "json"):
        got = run("decide", "-", "--format", written, stdin=text.encode())
        assert got.code in (0, 2)
        assert bool(got.err) is (got.code == 2)


def test_of_very_many_faults_the_first_few_hundred_are_told(run: Run) -> None:
    got = run("decide", "-", stdin=("facts:\n" + "".join(f"  child.dyed{number}: true\n" for number in range(600))).encode())
    assert got.code == 2
    assert len(got.err.splitlines()) <= 501


def test_the_command_without_a_case_says_how_it_is_used(run: Run) -> None:
    for arguments in ([], ["decide"], ["decide", "case.yaml", "--format", "pdf"], ["decyde"]):
        got = run(*arguments)
        assert (got.code, got.out) == (2, "")
        assert got.err.startswith("usage: cspr-rules")
    assert run("schema", "cases").err.startswith("there is no schema called 'cases'; did you mean 'case'?")


# -- anything at all is answered or refused ------------------------------------------------------------------------------------------

FACT_IDS = [fact.id for fact in load_ruleset("bcp").vocabulary.facts]
CHARACTERS = st.text(st.characters(), max_size=12)  # half of a surrogate pair included, which JSON can write and no encoding can
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CHARACTERS | st.sampled_from(["known", "unknown", "not_yet", "2024-03-27"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["value", "role", "on", "reasons", "who"]), inner, max_size=3),
    max_leaves=6,
)
FACTS = st.dictionaries(st.sampled_from(FACT_IDS) | CHARACTERS, VALUES, max_size=5)
LIKE_A_CASE = st.fixed_dictionaries(
    {},
    optional={
        "title": CHARACTERS | VALUES,
        "profile": st.sampled_from(["bcp", "england", "bpc", "", "."]) | CHARACTERS,
        "as_of": st.sampled_from(["2024-03-27", "2024-02-30", 2024]) | VALUES,
        "facts": FACTS | VALUES,
        "children": st.lists(FACTS | VALUES, max_size=3) | VALUES,
        "expect": VALUES,
        "other": VALUES,
    },
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """Return a case file with a piece replaced by other bytes."""
    text = EASTER.encode()
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 20)))
    return text[:start] + draw(st.binary(max_size=8)) + text[end:]


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(
    raw=st.one_of(st.binary(max_size=200), spoilt(), LIKE_A_CASE.map(lambda value: json.dumps(value).encode())),
    written=st.sampled_from(["text", "markdown", "json"]),
)
def test_any_bytes_as_a_case_are_answered_or_refused(raw: bytes, written: str) -> None:
    got = ran("decide", "-", "--format", written, stdin=raw)
    assert got.code in (0, 2)
    assert bool(got.out) is (got.code == 0)
    assert bool(got.err) is (got.code == 2)


@settings(max_examples=60, deadline=None)
@given(raw=st.binary(max_size=60) | spoilt(), name=st.sampled_from(["case.yaml", "case.json", "case", "case.txt"]))
def test_any_bytes_in_a_file_of_any_name_are_answered_or_refused(tmp_path_factory: pytest.TempPathFactory, raw: bytes, name: str) -> None:
    file = tmp_path_factory.getbasetemp() / name
    file.write_bytes(raw)
    got = ran("decide", str(file))
    assert got.code in (0, 2)
    assert all(line.startswith(str(file)) for line in got.err.splitlines()[:1])
