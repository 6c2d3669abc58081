"""A file of vectors: read line by line, every fault with its line, and written the same each time."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cspr_rules import evaluate, load_ruleset
from cspr_rules.conformance.vector_shape import vector_schema
from cspr_rules.conformance.vectors import MOST_LINE, Vector, line_of, read_vectors, vectors_from
from cspr_rules.errors import CaseError
from cspr_rules.marking.marks import mark

PLAIN: dict[str, Any] = {
    "id": "england.notification.serious_incident/easter",
    "profile": "england",
    "as_of": "2024-04-02",
    "case": {
        "facts": {
            "concern.authority_view": "suspected",
            "child.age_at_harm": 4,
            "child.seriously_harmed": True,
            "child.place_of_harm": "in_area",
            "incident.authority_aware_on": "2024-03-27",
        }
    },
    "expect": {
        "outcomes": {"england.notification.serious_incident": "met"},
        "duties": {"notify_panel": "2024-04-05"},
        "by": {"notify_panel": "local_authority"},
        "to": {"notify_panel": ["panel"]},
        "cites": {"notify_panel": ["ca2004/s16C/1"], "england.notification.serious_incident": ["ca2004/s16C/1"]},
        "ask": ["child.looked_after"],
    },
}


def read(*lines: object) -> tuple[Vector, ...]:
    return tuple(vectors_from([each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines], "v.jsonl"))


def faults(*lines: object) -> list[str]:
    with pytest.raises(CaseError) as refused:
        read(*lines)
    return [str(each) for each in refused.value.faults]


def test_a_vector_is_read_and_its_answers_are_right() -> None:
    (vector,) = read(PLAIN)
    record = evaluate(load_ruleset("england"), vector.case(), as_of=vector.as_of)
    marking = mark(record, vector.expect)
    assert (vector.id, vector.as_of) == (PLAIN["id"], date(2024, 4, 2))
    assert marking.right, marking
    assert [each.kind for each in marking.marks] == ["outcome", "duty", "holder", "recipients", "citations", "citations", "question"]


def test_a_vector_is_written_as_it_was_read() -> None:
    (vector,) = read(PLAIN)
    assert json.loads(line_of(vector)) == PLAIN
    assert read(line_of(vector).encode()) == (vector,)


def test_what_a_vector_shows_is_read_and_written_where_it_is_said() -> None:
    (vector,) = read(PLAIN | {"shows": ["clock 1: over Easter Monday"]})
    assert vector.shows == ("clock 1: over Easter Monday",)
    assert read(line_of(vector).encode()) == (vector,)
    assert faults(PLAIN | {"shows": "Easter"}) == ["v.jsonl:1: expected a list of the boundaries that it is at, in words (at shows)"]


def test_a_line_fits_the_published_schema_and_a_wrong_one_does_not() -> None:
    validator = jsonschema.Draft202012Validator(vector_schema(), format_checker=jsonschema.FormatChecker())
    assert validator.is_valid(PLAIN)
    assert validator.is_valid(PLAIN | {"shows": ["law: first day"]})
    for wrong in ({"id": "A B"}, {"as_of": "yesterday"}, {"extra": 1}, {"expect": {"duties": {"notify_panel": "soon"}}}):
        assert not validator.is_valid({**PLAIN, **wrong}), wrong


def test_every_fault_is_named_with_its_line() -> None:
    found = faults(PLAIN, b"", b"no json", {**PLAIN, "expects": 1}, {**PLAIN, "id": "two", "as_of": "2024-02-30", "case": [], "expect": None}, PLAIN)
    assert found == [
        "v.jsonl:3: this is no line of JSON; expected an object with id, profile, as_of, case and expect",
        "v.jsonl:4: 'expects' is no part of a vector; did you mean 'expect'?",
        "v.jsonl:5: there is no such day as 2024-02-30 (at as_of)",
        "v.jsonl:5: expected a case with `facts` and, for several children, `children`",
        "v.jsonl:5: expected the answers that are right",
        f"v.jsonl:6: the id '{PLAIN['id']}' stands on line 1 already",
    ]


def test_a_line_without_end_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "v.jsonl"
    file.write_bytes(b"[" * (MOST_LINE * 3))
    with pytest.raises(CaseError, match="more than 100,000 bytes"):
        read_vectors(file)


def test_a_file_that_is_not_there_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="cannot be read"):
        read_vectors(tmp_path / "none.jsonl")
