"""Data frames of pandas, polars and pyarrow: a register in, decisions out, and unknown stays unknown on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timezone
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import Case, CaseError, DecisionRecord, QuestionError, evaluate, evaluate_frame
from cspr_rules.bulk.framing import BACKENDS
from cspr_rules.engine.law import CitedDuty
from cspr_rules.model.values import EARLIEST, LATEST, Between, limits_of
from cspr_rules.model.vocabulary import Fact
from tests.support.frames import AS_OF, KINDS, MAKERS, SERIOUS, made, rows, rules, wide
from tests.support.histories import FACTS, START, value_of

# -- a row is a case -----------------------------------------------------------------------------------------------------------------


@st.composite
def registers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw rows of facts, with gaps; a column holds values of one type, as columns do, so a day that is not yet there is left out."""
    facts = [rules().vocabulary.by_id[name] for name in draw(st.lists(st.sampled_from(FACTS), min_size=1, unique=True))]

    def cell(fact: Fact) -> Any:
        value = value_of(fact, START, draw) if draw(st.booleans()) else None
        return None if value == "not_yet" else value

    return [{fact.id: cell(fact) for fact in facts} for _ in range(draw(st.integers(1, 4)))]


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(registers(), st.sampled_from(BACKENDS), st.booleans())
def test_a_row_is_decided_as_its_case_is(table: list[dict[str, Any]], backend: str, texts: bool) -> None:
    sound, expected = [], []
    for row in table:
        try:
            expected.append(wide(evaluate(rules(), Case(row), as_of=AS_OF)))
            sound.append(row)
        except CaseError:
            frame = made([row], backend, texts=texts)
            with pytest.raises(CaseError, match=r"^row 1"):
                evaluate_frame(frame, rules(), as_of=AS_OF)
    if sound:
        answer = evaluate_frame(made(sound, backend, texts=texts), rules(), as_of=AS_OF)
        assert isinstance(answer, KINDS[backend])
        assert rows(answer) == [{"row": number, **row} for number, row in enumerate(expected, start=1)]


def decisions(record: DecisionRecord) -> list[tuple[Any, ...]]:
    """Return what the row of a decision has to say, with the first day by which its duties would be due if it is met."""
    found = []
    for child, _, finding in record.findings():
        row = record.checked.incident if child is None else record.checked.children[child - 1]
        facts = {fact.id: value for fact, value in zip(rules().vocabulary.facts, row, strict=True)}
        days = [day for cited in finding.duties if not cited.optional and (day := first_day(cited, facts)) and finding.outcome != "not_met"]
        found.append((finding.rule_id, child, finding.outcome, None, min(days, default=None), None))
    return found


def first_day(cited: CitedDuty, facts: Mapping[str, Any]) -> date | None:
    """Return the first last day of a duty's clocks, or if none has one the first of the earliest days."""
    by: list[date] = []
    after: list[date] = []
    for clock in cited.deadlines:
        start = facts.get(clock.deadline.anchor or "")
        limits = limits_of(start) if isinstance(start, date | Between) else None
        if limits and clock.deadline.amount is not None:
            end = limits.high if clock.deadline.least else limits.low
            if limits.low == limits.high or end not in (EARLIEST, LATEST):
                due = rules().calendar.due(clock.deadline, end)
                assert due is not None
                (after if clock.deadline.least else by).append(due.on)
    return min(by or after, default=None)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(registers(), st.sampled_from(BACKENDS), st.sampled_from(("decision", "duty")))
def test_long_frames_say_what_the_records_of_the_children_say(table: list[dict[str, Any]], backend: str, each: Any) -> None:
    incident = {name: value for name, value in table[0].items() if not name.startswith("child.")}
    children = [{name: value for name, value in row.items() if name.startswith("child.")} for row in table]
    frame = made([{"ref": "x", **incident, **child} for child in children], backend)
    try:
        record = evaluate(rules(), Case(incident, children), as_of=AS_OF)
    except CaseError:
        with pytest.raises(CaseError, match=r"^row"):
            evaluate_frame(frame, rules(), as_of=AS_OF, case="ref")
        return
    found = [(row["ref"], row["rule"], row.get("child"), row.get("outcome"), row.get("duty"), row.get("plan_for"), row.get("children"))
             for row in rows(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", each=each))]  # fmt: skip
    if each == "decision":
        assert sorted(found, key=str) == sorted([("x", *one) for one in decisions(record)], key=str)
    else:
        owed = [*record.duties, *record.options, *(duty for verdict in record.verdicts for duty in verdict.if_so)]
        assert found == [("x", one.rule_id, None, None, one.id, one.plan_for, ", ".join(map(str, one.children)) or None) for one in owed]


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_missing_is_not_recorded_and_never_false(backend: str) -> None:
    frame = MAKERS[backend](
        {
            "child.died": [True, None, False],
            "child.age_at_harm": [3] * 3,
            "child.place_of_harm": ["in_area"] * 3,
            "concern.authority_view": ["suspected"] * 3,
        }
    )
    answer = rows(evaluate_frame(frame, rules(), as_of=AS_OF, rules=[SERIOUS]))
    assert [row[SERIOUS] for row in answer] == ["met", "undetermined", "undetermined"]  # alive may still be seriously harmed
    known = rows(evaluate_frame(frame, rules(), as_of=AS_OF, keep=["child.died"], rules=[SERIOUS]))
    assert [row["child.died"] for row in known] == [True, None, False]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("child.died", pd.array([True, None], dtype="boolean")),
        ("child.died", np.array([np.bool_(True), np.nan], dtype=object)),
        ("child.died", pd.array([True, None], dtype="bool[pyarrow]")),
        ("child.age_at_harm", [3.0, float("nan")]),
        ("child.age_at_harm", pd.array([3, None], dtype="Int64")),
        ("incident.occurred_on", pd.to_datetime(["2024-03-27", None])),
        ("incident.occurred_on", [date(2024, 3, 27), pd.NaT]),
        ("incident.occurred_on", pd.array([date(2024, 3, 27), None], dtype="date32[pyarrow]")),
        ("child.place_of_harm", pd.Categorical(["in_area", None])),
        ("child.place_of_harm", ["in_area", "unknown"]),
    ],
)
def test_every_kind_of_gap_that_pandas_has_is_unknown(column: str, cells: Any) -> None:
    answer = rows(evaluate_frame(pd.DataFrame({column: cells}), rules(), as_of=AS_OF))
    written = {"child.died": True, "child.age_at_harm": 3, "incident.occurred_on": date(2024, 3, 27), "child.place_of_harm": "in_area"}
    records = [evaluate(rules(), Case(facts), as_of=AS_OF) for facts in ({column: written[column]}, {})]
    assert answer == [{"row": number, **wide(record)} for number, record in enumerate(records, start=1)]


def test_types_are_those_an_analyst_expects() -> None:
    table = {"child.died": [True], "incident.occurred_on": [None], "ref": ["a"]}
    columns = ("as_of", "next_date", "duties", "unverified", SERIOUS)
    in_pandas = evaluate_frame(pd.DataFrame(table), rules(), as_of=AS_OF, keep=["ref"])
    assert [str(in_pandas[name].dtype) for name in columns] == ["datetime64[us]", "datetime64[us]", "Int64", "boolean", "string"]
    in_polars = evaluate_frame(pl.DataFrame(table), rules(), as_of=AS_OF, keep=["ref"])
    assert [in_polars[name].dtype for name in columns] == [pl.Date, pl.Date, pl.Int64, pl.Boolean, pl.String]
    in_arrow = evaluate_frame(pa.table(table), rules(), as_of=AS_OF, keep=["ref"])
    assert [str(in_arrow[name].type) for name in columns] == ["date32[day]", "date32[day]", "int64", "bool", "string"]


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("each", ["case", "decision", "duty"])
def test_an_empty_register_has_an_empty_answer_with_every_column(backend: str, each: Any) -> None:
    full = evaluate_frame(MAKERS[backend]({"child.died": [True]}), rules(), as_of=AS_OF, each=each)
    empty = evaluate_frame(MAKERS[backend]({"child.died": []}), rules(), as_of=AS_OF, each=each)
    names = [list(frame.column_names if isinstance(frame, pa.Table) else frame.columns) for frame in (full, empty)]
    assert names[0] == names[1]
    assert rows(empty) == []


def test_categories_of_polars_are_words() -> None:
    words = pl.Series("child.place_of_harm", ["in_area", None, "outside_england"], dtype=pl.Categorical)
    answers = [rows(evaluate_frame(pl.DataFrame([column]), rules(), as_of=AS_OF, columns=[])) for column in (words, words.cast(pl.String))]
    assert answers[0] == answers[1]


def test_the_index_of_a_pandas_frame_does_not_matter_and_kept_columns_keep_their_type() -> None:
    frame = pd.DataFrame({"child.died": [True, None], "team": pd.Categorical(["north", "south"])}, index=[7, 7])
    answer = evaluate_frame(frame, rules(), as_of=AS_OF, keep=["team"], each="decision")
    assert answer["team"].dtype == frame["team"].dtype
    assert dict(answer.groupby("row", observed=True)["team"].first()) == {1: "north", 2: "south"}


def test_a_rule_that_was_not_law_has_no_outcome() -> None:
    frame = pl.DataFrame({"incident.occurred_on": [date(2018, 6, 28), date(2024, 6, 28)]})
    assert evaluate_frame(frame, rules(), as_of=AS_OF, rules=[SERIOUS])[SERIOUS].to_list() == ["not_in_force", "undetermined"]
    assert evaluate_frame(frame, rules(), as_of=AS_OF, law_on=AS_OF, rules=[SERIOUS])[SERIOUS].to_list() == ["undetermined"] * 2


# -- several children ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_of_one_case_are_its_children(backend: str) -> None:
    frame = MAKERS[backend](
        {
            "ref": ["a", "b", "a"],
            "team": ["x", "y", "x"],
            "incident.authority_aware_on": ["2024-03-27", "2024-03-28", None],  # said once is enough
            "child.place_of_harm": ["in_area"] * 3,
            "concern.authority_view": ["suspected"] * 3,
            "child.died": [False, True, True],
            "child.seriously_harmed": [False, None, None],
        }
    )
    records = {
        "a": Case(
            {"incident.authority_aware_on": "2024-03-27", "child.place_of_harm": "in_area"},
            [
                {"child.died": False, "child.seriously_harmed": False, "concern.authority_view": "suspected"},
                {"child.died": True, "concern.authority_view": "suspected"},
            ],
        ),
        "b": Case(
            {"incident.authority_aware_on": "2024-03-28", "child.place_of_harm": "in_area"},
            [{"child.died": True, "concern.authority_view": "suspected"}],
        ),
    }
    expected = [{"ref": key, "team": team, **wide(evaluate(rules(), records[key], as_of=AS_OF))} for key, team in (("a", "x"), ("b", "y"))]
    assert rows(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", keep=["team"])) == expected


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"ref": ["a", "a"], "agency.believes_criteria_met": [True, False]}, "row 2, column 'agency.believes_criteria_met': it differs from row 1"),
        ({"ref": ["a", "a"], "team": ["x", "y"]}, "row 2, column 'team': it differs from row 1"),
        ({"ref": ["a", None], "team": ["x", "y"]}, "row 2, column 'ref': it is not said which case"),
        ({"ref": ["a", "a"], "team": ["x", "x"], "incident.occurred_on": [None, date(2030, 1, 1)]}, "row 2, column 'incident.occurred_on'"),
        ({"ref": ["a", "a"], "team": ["x", "x"], "child.age_at_harm": [3, 300]}, "row 2, column 'child.age_at_harm'"),
    ],
)
def test_rows_of_one_case_have_to_agree(columns: dict[str, Any], fault: str) -> None:
    frame = pl.DataFrame(columns)
    with pytest.raises(CaseError) as caught:
        evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", keep=[name for name in ("team",) if name in columns])
    assert str(caught.value).startswith(fault)
    assert len(caught.value.faults) == 1


# -- what is wrong is told with row and column ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"child.dyed": [True]}, "column 'child.dyed': there is no fact called 'child.dyed'; did you mean 'child.died'?"),
        ({"Remarks": ["x"]}, "column 'Remarks': there is no fact called 'Remarks'; name it in `keep` to carry it over, or leave it out"),
        ({"child.died": [1.0, None]}, "row 1, column 'child.died': child.died: expected true or false"),
        ({"child.died": ["yes"]}, "row 1, column 'child.died': child.died: expected true or false, but it is text"),
        (
            {"child.age_at_harm": [3, 3.5]},
            "row 2, column 'child.age_at_harm': child.age_at_harm: expected a whole number from 0 to 120 (years), or its bounds as",
        ),
        ({"child.place_of_harm": [None, "in_aera"]}, "row 2, column 'child.place_of_harm': child.place_of_harm: expected one of"),
        ({"incident.occurred_on": [datetime(2024, 3, 27, 9)]}, "row 1, column 'incident.occurred_on': incident.occurred_on: expected a date"),
        (
            {"incident.occurred_on": pd.to_datetime(["2024-03-27"]).tz_localize(timezone.utc)},  # noqa: UP017 -- one name that every version has
            "row 1, column 'incident.occurred_on': incident.occurred_on: expected a date as YYYY-MM-DD",
        ),
        ({"incident.occurred_on": ["2025-01-07"]}, "row 1, column 'incident.occurred_on': incident.occurred_on is 2025-01-07, after the day"),
        ({"child.died": [False], "child.died_on": ["2024-01-01"]}, "row 1, column 'child.died_on': child.died_on is recorded, but child.died is"),
    ],
)
def test_a_fault_names_row_and_column(columns: dict[Any, Any], fault: str) -> None:
    with pytest.raises(CaseError) as caught:
        evaluate_frame(pd.DataFrame(columns), rules(), as_of=AS_OF)
    assert str(caught.value).startswith(fault)
    assert len(caught.value.faults) == 1


def test_every_fault_is_told_up_to_a_number_and_no_cell_is_repeated() -> None:
    frame = pl.DataFrame({"child.place_of_harm": ["a private remark"] * 30})
    with pytest.raises(CaseError) as caught:
        evaluate_frame(frame, rules(), as_of=AS_OF)
    assert [fault.place for fault in caught.value.faults] == [*(f"row {number}, column 'child.place_of_harm'" for number in range(1, 21)), ""]
    assert str(caught.value).endswith("and 10 more")
    assert "private" not in str(caught.value)


def test_a_case_with_more_wrong_than_is_looked_at_is_told_and_the_others_are_decided() -> None:
    early = {"reference": "a", "child.died_on": date(2024, 1, 31), "secretary_of_state.told_on": date(2014, 11, 29)}
    frame = pd.DataFrame([*[early] * 120, {"reference": "b", "child.died": True}])
    answer, faults = evaluate_frame(frame, rules(), as_of=AS_OF, case="reference", errors="collect")
    assert [len(answer), len(faults)] == [1, 101]
    whole_row = faults[faults["column"].isna()]
    assert [*whole_row["row"], *whole_row["message"]] == [1, "there is more wrong than the faults listed here; the rest was not looked at"]


@pytest.mark.parametrize(
    ("frame", "options", "fault"),
    [
        ([1], {}, "frame: expected a data frame of pandas, polars or pyarrow, but it is a list"),
        (pl.LazyFrame({"child.died": [True]}), {}, "but it is a LazyFrame; collect a lazy frame first"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), {}, "frame: two columns have the same name"),
        (pd.DataFrame({"child.died": [True]}), {"rules": ["england.notification.serious_incidents"]}, f"did you mean '{SERIOUS}'?"),
        (pd.DataFrame({"child.died": [True]}), {"each": "duties"}, "a row can be of a case or of a decision or of a duty, not of 'duties'"),
        (pd.DataFrame({"team": [True]}), {"keep": ["tame"]}, "keep: there is no column 'tame'; did you mean 'team'?"),
        (pd.DataFrame({"team": [True]}), {"case": "tame"}, "case: there is no column 'tame'; did you mean 'team'?"),
        (pd.DataFrame({"row": [True]}), {"keep": "row"}, "keep: the answer has a column 'row' of its own; rename yours"),
        (pd.DataFrame({"open": [True]}), {"case": "open"}, "keep: the answer has a column 'open' of its own; rename yours"),
    ],
)
def test_a_wrong_question_is_told(frame: Any, options: dict[str, Any], fault: str) -> None:
    with pytest.raises(QuestionError) as caught:
        evaluate_frame(frame, rules(), as_of=AS_OF, **options)
    assert fault in str(caught.value)


def test_a_number_larger_than_arrow_holds_is_refused_with_its_row() -> None:
    frame = pl.DataFrame({"child.age_at_harm": pl.Series([3, 10**30], dtype=pl.Int128)})
    answer, faults = evaluate_frame(frame, rules(), as_of=AS_OF, errors="collect")
    assert len(answer) == 1
    assert [(row["row"], row["column"]) for row in rows(faults)] == [(2, "child.age_at_harm")]
