"""Record batches in, record batches out: the answers are those about the whole register, and memory does not grow with the stream."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Any

import pyarrow as pa
import pytest

from cspr_rules import ArgumentError, CaseError, QuestionError, evaluate_batches, evaluate_frame
from cspr_rules.bulk import streams
from tests.support.frames import AS_OF, SERIOUS, rules

COLUMNS = {
    "reference": ["a", "a", "b", "c", "c", "c", "d", "e"],
    "child.died": [True, False, True, None, False, False, True, False],
    "child.age_at_harm": [3, 9, 17, 4, 5, 6, 18, None],
    "concern.authority_view": ["known", None, "suspected", "neither", None, "neither", "known", "suspected"],
    "child.place_of_harm": ["in_area"] * 8,
    "incident.occurred_on": [date(2024, 3, 26)] * 8,
}
LEAN: dict[str, Any] = {"as_of": AS_OF, "keep": ["reference"], "rules": [SERIOUS], "columns": []}


@pytest.fixture(autouse=True)
def _little_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "AT_ONCE", 4)


def table(**changes: list[Any]) -> pa.Table:
    return pa.table({**COLUMNS, **{name.replace("__", "."): values for name, values in changes.items()}})


def together(found: Iterator[Any]) -> pa.Table:
    return pa.Table.from_batches(list(found))


@pytest.mark.parametrize("size", [1, 3, 4, 100])
@pytest.mark.parametrize("case", [None, "reference"])
@pytest.mark.parametrize("each", ["case", "decision", "duty"])
def test_a_stream_is_answered_as_the_whole_register_is(size: int, case: str | None, each: Any) -> None:
    options = {"as_of": AS_OF, "case": case, "keep": ["reference"], "rules": ["england.notification"], "each": each}
    whole = evaluate_frame(table(), rules(), **options)
    found = together(evaluate_batches(table().to_batches(size), rules(), **options))
    assert found.num_rows
    assert found.equals(whole.combine_chunks())


def test_no_more_is_read_than_is_answered_next() -> None:
    read: list[int] = []

    def without_end() -> Iterator[Any]:
        while True:
            read.append(2)
            yield from table().slice(0, 2).to_batches()

    found = evaluate_batches(without_end(), rules(), **LEAN)
    for answered in (1, 2, 3):
        assert len(next(found)) == 4
        assert sum(read) == 4 * answered


def test_a_large_batch_is_cut() -> None:
    found = list(evaluate_batches(table().to_batches(), rules(), **LEAN))
    assert [len(batch) for batch in found] == [4, 4]


def test_a_stream_without_rows_has_the_columns_of_every_answer() -> None:
    (batch,) = table().to_batches()
    (nothing,) = evaluate_batches([batch.slice(0, 0)] * 3, rules(), **LEAN, errors="tell")
    assert (len(nothing), nothing.schema) == (0, next(evaluate_batches([batch], rules(), **LEAN, errors="tell")).schema)
    assert list(evaluate_batches([], rules(), **LEAN)) == []


def test_a_case_in_which_something_is_wrong_has_a_row_that_says_what() -> None:
    spoilt = table(child__age_at_harm=[3, 9, -1, 4, 5, 121, 18, None], reference=["a", "a", "b", "c", "c", "c", None, None], child__died=[None] * 8)
    options = {**LEAN, "case": "reference", "errors": "tell"}
    found = together(evaluate_batches(spoilt.to_batches(3), rules(), **options)).to_pylist()
    assert [row["reference"] for row in found] == ["a", "b", "c", None, None]
    assert [row["faults"] and row["faults"].split(":")[0] for row in found] == [
        None,
        *["column 'child.age_at_harm'"] * 2,
        *["column 'reference'"] * 2,
    ]
    assert [row[SERIOUS] is None for row in found] == [row["faults"] is not None for row in found]
    apart = together(evaluate_batches(spoilt.to_batches(3), rules(), **{**options, "case": None})).to_pylist()
    assert [row["row"] for row in apart] == list(range(1, 9))
    assert [row["row"] for row in apart if row["faults"]] == [3, 6]


def test_rows_are_counted_through_the_stream() -> None:
    spoilt = table(child__age_at_harm=[3, 9, 9, 9, 5, 121, 18, None])
    with pytest.raises(CaseError, match=r"^row 6, column 'child.age_at_harm': .*from 0 to 120 \(years\), but it is 121$"):
        list(evaluate_batches(spoilt.to_batches(3), rules(), **LEAN))
    differing = table(child__place_of_harm=["in_area"] * 8, incident__occurred_on=[date(2024, 3, 26)] * 5 + [date(2024, 3, 27)] * 3)
    with pytest.raises(CaseError, match=r"^row 6, column 'incident.occurred_on': it differs from row 4, which belongs to the same case$"):
        list(evaluate_batches(differing.to_batches(3), rules(), **LEAN, case="reference"))


@pytest.mark.parametrize(
    ("references", "said"),
    [
        (["a", "b", "a", "c", "d", "e", "f", "g"], "row 3, column 'reference': this belongs to a case above"),
        (["a", "b", "c", "d", "e", "f", "g", "a"], "row 8, column 'reference': this belongs to a case above"),
        (["a", "b", "c", "d", None, "d", "f", "g"], "row 6, column 'reference': this belongs to a case above"),
        (["a"] * 8, "row 1, column 'reference': more than 4 rows belong to one case"),
    ],
)
def test_rows_of_one_case_have_to_stand_together(references: list[Any], said: str) -> None:
    with pytest.raises(CaseError, match=said):
        list(evaluate_batches(table(reference=references).to_batches(2), rules(), **LEAN, case="reference", errors="tell"))


def test_what_is_no_stream_of_batches_is_told() -> None:
    with pytest.raises(ArgumentError, match="expected record batches of pyarrow, but one is a Table; evaluate_frame takes a whole table"):
        list(evaluate_batches([table()], rules(), **LEAN))
    with pytest.raises(QuestionError, match="the answer has a column 'faults' of its own; rename yours"):
        evaluate_batches([], rules(), as_of=AS_OF, keep=["faults"], errors="tell")
    with pytest.raises(CaseError, match=r"^row 9: from here the columns of the stream are not those of the rows before$"):
        list(evaluate_batches([*table().to_batches(), *table().drop_columns(["child.died"]).to_batches()], rules(), **LEAN))


def test_it_is_sent_to_other_machines_by_name() -> None:
    sent = pickle.dumps(partial(evaluate_batches, ruleset=rules(), **LEAN))
    assert len(sent) < 1_000
    assert together(pickle.loads(sent)(table().to_batches())).num_rows == 8  # noqa: S301 -- made above
