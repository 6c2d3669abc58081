"""Data frames of pandas, polars and pyarrow: a register in, decisions out, and unknown stays unknown on the way."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from functools import cache, partial
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import Case, CaseError, DecisionRecord, QuestionError, Ruleset, evaluate, evaluate_frame, load_ruleset, read_history, replay
from cspr_rules.bulk.frames import docket_frame, to_frame
from cspr_rules.bulk.framing import BACKENDS
from cspr_rules.bulk.numbering import one_by_one
from cspr_rules.bulk.register import Register
from cspr_rules.bulk.tabular import EACH
from cspr_rules.bulk.values import UNKNOWN, bounds_of
from cspr_rules.casework import docket as dockets
from cspr_rules.explain.verdict import supposed
from cspr_rules.frame_hook import Each
from cspr_rules.model.vocabulary import Fact
from tests.support.histories import FACTS, START, value_of
from tests.support.random_cases import random_cases

AS_OF = date(2025, 1, 6)
SERIOUS = "england.notification.serious_incident"
MAKERS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}
KINDS: dict[str, type] = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.Table}


@cache
def rules() -> Ruleset:
    return load_ruleset("bcp")


def rows(frame: Any) -> list[dict[str, Any]]:
    """Return any frame as plain rows: ``None`` for what is missing, a day for a midnight."""
    if isinstance(frame, pa.Table):
        found: list[dict[str, Any]] = frame.to_pylist()
    elif isinstance(frame, pl.DataFrame):
        found = frame.to_dicts()
    else:
        found = [{name: None if pd.isna(value) else value for name, value in row.items()} for row in frame.to_dict("records")]
    return [{name: value.date() if isinstance(value, datetime) else value for name, value in row.items()} for row in found]


def wide(record: DecisionRecord) -> dict[str, Any]:
    """Return what the row of a case has to say, from the record itself."""
    to_do = [duty for duty in record.duties if duty.strength in ("must", "will", "should") and not duty.done_on and duty.status != "withdrawn"]
    return {
        "as_of": record.as_of,
        "law_on": record.law_on,
        "duties": len(record.duties),
        "open": len(to_do),
        "overdue": len([duty for duty in record.duties if duty.status == "overdue"]),
        "next_date": min([duty.plan_for for duty in to_do if duty.plan_for], default=None),
        "next_date_if_so": min([duty.plan_for for each in record.verdicts for duty in each.if_so if duty.plan_for], default=None),
        "questions": len([each for each in record.ask if each.fact.kind != "step"]),
        "unverified": any(not each.checked.relied_on for each in record.citations),
        "ruleset_digest": record.ruleset_digest,
        **{rule.id: "not_in_force" for rule in record.not_in_force},
        **{name: decision.outcome for name, decision in record.decisions.items()},
    }


# -- a row is a case -----------------------------------------------------------------------------------------------------------------


@st.composite
def registers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw rows of facts, with gaps; a column holds values of one type, as columns do, so a day that is not yet there is left out."""
    facts = [rules().vocabulary.by_id[name] for name in draw(st.lists(st.sampled_from(FACTS), min_size=1, unique=True))]

    def cell(fact: Fact) -> Any:
        value = value_of(fact, START, draw) if draw(st.booleans()) else None
        return None if value == "not_yet" else value

    return [{fact.id: cell(fact) for fact in facts} for _ in range(draw(st.integers(1, 4)))]


def made(table: list[dict[str, Any]], backend: str, *, texts: bool = False) -> Any:
    columns = {name: [row[name] for row in table] for name in table[0]}
    if texts:  # as a CSV file has days
        columns = {name: [str(value) if isinstance(value, date) else value for value in values] for name, values in columns.items()}
    return MAKERS[backend](columns)


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
        assert sorted(found, key=str) == sorted(
            [("x", finding.rule_id, child, finding.outcome, None, None, None) for child, _, finding in record.findings()], key=str
        )
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


# -- what is shown, and what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_few_columns_are_those_of_the_whole_answer(backend: str) -> None:
    table: list[dict[str, Any]] = [
        {"child.died": True, "child.place_of_harm": "in_area", "incident.occurred_on": START},
        {"child.died": False, "child.place_of_harm": None, "incident.occurred_on": None},
    ]
    frame = made(table, backend)
    whole = rows(evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.notification"]))
    names = [name for name in whole[0] if name.startswith("england.notification.")]
    assert names[0] in whole[0]
    for columns in ([], ["law_on"], ["ruleset_digest", "as_of"], ["overdue", "law_on"]):
        lean = rows(evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.notification"], columns=columns))
        assert [list(row) for row in lean] == [["row", *columns, *names]] * 2
        assert lean == [{name: row[name] for name in lean[0]} for row in whole]
    long: tuple[tuple[Each, list[str]], ...] = (("decision", ["outcome", "rule", "child"]), ("duty", ["duty", "plan_for"]))
    for each, columns in long:
        every = rows(evaluate_frame(frame, rules(), as_of=AS_OF, each=each))
        lean = rows(evaluate_frame(frame, rules(), as_of=AS_OF, each=each, columns=columns))
        assert lean == [{name: row[name] for name in ("row", *columns)} for row in every]


def test_no_record_is_made_for_what_is_shown_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_record(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("cspr_rules.bulk.register.evaluate", no_record)
    frame = pl.DataFrame({"child.died": [True, None], "ref": ["a", "a"]})
    assert len(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", columns=["law_on"])) == 1
    assert len(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", each="decision", rules=[SERIOUS])) == 2
    assert len(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", each="duty", rules=["bcp.learning"])) == 0  # undetermined, and no headline
    with pytest.raises(AssertionError):
        evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", each="duty", rules=[SERIOUS])
    with pytest.raises(AssertionError):
        evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", columns=["open"])


def test_groups_of_rules_are_those_of_answers_that_are_marked() -> None:
    frame = pl.DataFrame({"child.died": [True]})
    shown = evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.rapid_review", SERIOUS, "england"], columns=[]).columns[1:]
    every = sorted({rule.id for rule in rules().rules if rule.id.startswith("england.")})
    first = [rule for rule in every if rule.startswith("england.rapid_review.")]
    assert first
    assert shown == [*first, SERIOUS, *(rule for rule in every if rule not in first and rule != SERIOUS)]
    with pytest.raises(QuestionError, match=r"no rule or group of rules called 'england.rapid'; did you mean 'england.rapid_review'"):
        evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.rapid"])


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_sound_is_answered_and_every_fault_is_told_beside_it(backend: str) -> None:
    table: dict[str, list[Any]] = {
        "ref": ["a", "b", "b", "c", None, "d", "e", "e"],
        "child.age_at_harm": [3, 121, 4, 5, 6, 7, 8, 9],
        "child.died": [True, True, None, False, True, None, None, None],
        "child.died_on": [None, None, None, date(2024, 5, 1), None, None, None, None],
        "notification.kind": ["safeguarding", "safegarding", None, "safeguarding", None, None, "safeguarding", "looked_after_death_only"],
    }
    found = evaluate_frame(MAKERS[backend](table), rules(), as_of=AS_OF, case="ref", rules=[SERIOUS], errors="collect")
    assert isinstance(found.answers, KINDS[backend])
    assert isinstance(found.faults, KINDS[backend])
    assert [row["ref"] for row in rows(found.answers)] == ["a", "d"]
    assert [(row["row"], row["column"], " ".join(row["message"].split()[:3])) for row in rows(found.faults)] == [
        (2, "notification.kind", "notification.kind: expected one"),
        (2, "child.age_at_harm", "child.age_at_harm: expected a"),
        (4, "child.died_on", "child.died_on is recorded,"),
        (5, "ref", "it is not"),
        (8, "notification.kind", "it differs from"),
    ]
    sound = evaluate_frame(MAKERS[backend](table), rules(), as_of=AS_OF, rules=[SERIOUS], errors="collect", keep=["ref"])
    assert [row["row"] for row in rows(sound.answers)] == [1, 3, 5, 6, 7, 8]


def test_a_reference_that_is_blank_or_differs_by_a_blank_is_told() -> None:
    table = {"ref": ["A1", "A1 ", "", "  ", "a1", "7"], "child.died": [True] * 6}
    found = evaluate_frame(pd.DataFrame(table), rules(), as_of=AS_OF, case="ref", columns=[], rules=[SERIOUS], errors="collect")
    assert rows(found.answers) == [{"ref": ref, SERIOUS: "undetermined"} for ref in ("A1", "a1", "7")]
    assert [(row["row"], row["message"]) for row in rows(found.faults)] == [
        (2, "this differs from row 1 by a blank or by its type only: write both alike if they are one case"),
        (3, "it is not said which case this row belongs to"),
        (4, "it is not said which case this row belongs to"),
    ]


@pytest.mark.parametrize("zone", ["Europe/London", "UTC"])
def test_a_midnight_with_a_time_zone_is_no_day(zone: str) -> None:
    frame = pd.DataFrame([{"incident.authority_aware_on": pd.Timestamp("2024-04-03", tz=zone)}])
    with pytest.raises(CaseError, match="but it is a day with a time"):
        evaluate_frame(frame, rules(), as_of=AS_OF)


def test_a_register_as_a_spreadsheet_saves_it_has_every_cell_told() -> None:
    text = "reference,incident.authority_aware_on,child.place_of_harm,child.died\n1001,27/03/2024,in_area,Yes\n1002,45378,in_area,TRUE\n"
    found = evaluate_frame(pd.read_csv(StringIO(text)), rules(), as_of=AS_OF, keep=["reference"], errors="collect")
    assert rows(found.answers) == []
    assert [(row["row"], row["column"]) for row in rows(found.faults)] == [
        (1, "incident.authority_aware_on"),
        (1, "child.died"),
        (2, "incident.authority_aware_on"),
        (2, "child.died"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "seed", "partly"), [("bcp", 1, False), ("bcp", 2, True), ("england", 3, False), ("england", 4, True)])
def test_random_cases_are_refused_and_decided_as_they_are_one_by_one(profile: str, seed: int, partly: bool) -> None:
    ruleset, as_of = load_ruleset(profile), date(2026, 11, 2)
    drawn = list(random_cases(ruleset.vocabulary, 150, seed, partly=partly))
    records: dict[int, DecisionRecord] = {}
    refused: dict[int, set[str]] = {}
    for number, (incident, children) in enumerate(drawn):
        try:
            records[number] = evaluate(ruleset, Case(incident, children), as_of=as_of)
        except CaseError as error:
            refused[number] = {fault.message for fault in error.faults}
    assert len(records) > 75
    assert len(refused) > 15
    table = [{"ref": number, **incident, **child} for number, (incident, children) in enumerate(drawn) for child in children]
    names = list(dict.fromkeys(name for row in table for name in row))
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in table], dtype=object) for name in names})
    found = evaluate_frame(frame, ruleset, as_of=as_of, case="ref", columns=["law_on"], errors="collect")
    assert {row["ref"]: {name: value for name, value in row.items() if name != "ref"} for row in rows(found.answers)} == {
        number: {name: value for name, value in wide(record).items() if name == "law_on" or "." in name} for number, record in records.items()
    }
    told: dict[int, set[str]] = {number: set() for number in refused}
    for row in rows(found.faults):
        told[table[row["row"] - 1]["ref"]].add(row["message"])
    assert {number: len(messages) for number, messages in told.items()} == {number: len(messages) for number, messages in refused.items()}


@pytest.mark.slow
@pytest.mark.parametrize("partly", [False, True])
def test_what_follows_over_columns_is_what_follows_from_one_case(partly: bool) -> None:
    vocabulary, as_of = rules().vocabulary, date(2026, 11, 2)
    drawn = list(random_cases(vocabulary, 400, 9, partly=partly))
    table = [{"ref": number, **incident, **child} for number, (incident, children) in enumerate(drawn) for child in children]
    columns = {name: one_by_one([row.get(name) for row in table]) for name in dict.fromkeys(name for row in table for name in row)}
    register = Register(rules(), {name: partial(columns.__getitem__, name) for name in columns}, len(table), "ref", [])
    population = register.population(as_of)
    for place, (incident, children) in enumerate(drawn):
        try:
            record = evaluate(rules(), Case(incident, children), as_of=as_of)
        except CaseError:
            assert population.doubtful[place]
            continue
        assert not population.doubtful[place]
        for slot, fact in enumerate(vocabulary.facts):
            every = [record.checked.incident] if fact.scope == "incident" else record.checked.children
            values = (population.incident if fact.scope == "incident" else population.child).get(fact.id)
            first = place if fact.scope == "incident" else int(population.starts[place])
            for number, row in enumerate(every):
                found = (UNKNOWN, UNKNOWN) if values is None else (values.low[first + number], values.high[first + number])
                assert found == bounds_of(fact, row[slot])


def test_the_page_on_data_frames_does_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.chdir(root)
    page = (root / "docs" / "how-to" / "data-frames.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], names)  # noqa: S102 -- our own page
    assert len(names["screened"]) == 42
    for each, columns in EACH.items():
        row = next(line for line in page.splitlines() if line.startswith(f'| `"{each}"`'))
        assert [name for name in columns if f"`{name}`" not in row] == []


# -- records, rules and dockets ------------------------------------------------------------------------------------------------------


def record(died: bool | None = True) -> DecisionRecord:
    facts = {"child.place_of_harm": "in_area", "incident.authority_aware_on": "2024-03-27", "concern.authority_view": "suspected"}
    return evaluate(rules(), Case(facts, [{"child.died": died, "child.age_at_harm": 3}, {}]), as_of=date(2024, 4, 2))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_record_is_a_frame_of_its_decisions_or_its_duties(backend: Any) -> None:
    one = record()
    decisions = one.to_frame(backend=backend)
    assert isinstance(decisions, KINDS[backend])
    assert [(row["rule"], row["child"], row["outcome"]) for row in rows(decisions)] == [
        (name, child, finding.outcome)
        for name, decision in one.decisions.items()
        for child, finding in (enumerate(decision.per_child, start=1) if decision.per_child else [(None, decision.source)])
    ]
    duties = rows(one.to_frame("duty", backend=backend))
    assert [(row["duty"], row["plan_for"]) for row in duties] == [(duty.id, duty.plan_for) for duty in (*one.duties, *one.options, *supposed(one))]
    assert [row["if_so"] for row in duties] == [False] * len(one.duties + one.options) + [True] * len(supposed(one))
    panel = next(row for row in duties if row["duty"] == "notify_panel")
    assert panel["plan_for"] == date(2024, 4, 5)  # five working days, and two of the days between are Good Friday and Easter Monday
    assert (panel["strength"], panel["by"], panel["cites"], panel["children"]) == ("must", "BCP Council", "ca2004/s16C/1", "1")
    assert rows(one.to_frame("case", backend=backend)) == [wide(one)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_several_records_are_one_frame(backend: Any) -> None:
    some = {"x": record(), "y": record(None)}
    assert rows(to_frame(some, backend=backend)) == [{"case": key, **wide(each)} for key, each in some.items()]
    assert [row["case"] for row in rows(to_frame(iter(some.values()), rules=[SERIOUS], backend=backend))] == [1, 2]
    assert [row["case"] for row in rows(to_frame(some["x"], "decision", rules=[SERIOUS], backend=backend))] == [1, 1]
    assert rows(to_frame([], backend=backend)) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_ruleset_is_a_frame_of_its_rules(backend: Any) -> None:
    found = rows(rules().to_frame(backend=backend))
    assert [(row["rule"], row["from"], row["until"]) for row in found] == [(rule.id, rule.window.start, rule.window.until) for rule in rules().rules]
    assert next(row for row in found if row["rule"] == SERIOUS)["cites"].startswith("ca2004/s16C")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_docket_is_a_frame_of_what_is_owed(backend: Any) -> None:
    history = read_history(Path(__file__).parents[2] / "docs" / "worked" / "case.yaml")
    found = dockets.rows([("one", replay(history, rules(), START + timedelta(days=7)))])
    frame = rows(docket_frame(found, backend=backend))
    assert [(row["case"], row["duty"], row["plan_for"], row["status"]) for row in frame] == [
        ("one", row.duty.id, row.duty.plan_for, row.status) for row in found
    ]
    assert any(row["working_days_left"] is not None for row in frame)
    assert [row["if_so"] for row in frame] == [not row.duty.finding.met for row in found]


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_not_decided_is_told_with_the_day_by_which_it_would_be_owed(backend: Any) -> None:
    """A register in which nobody has said whether abuse is suspected."""
    cells = {"child.died": True, "child.place_of_harm": "in_area", "child.age_at_harm": 3, "incident.authority_aware_on": date(2024, 3, 27)}
    table = made([cells], backend)
    (case,) = rows(evaluate_frame(table, rules(), as_of=AS_OF))
    (panel,) = [row for row in rows(evaluate_frame(table, rules(), as_of=AS_OF, each="duty")) if row["duty"] == "notify_panel"]
    assert (case[SERIOUS], panel["if_so"], panel["plan_for"]) == ("undetermined", True, date(2024, 4, 5))
    assert case["next_date_if_so"] <= date(2024, 4, 5)
    lean = rows(evaluate_frame(table, rules(), as_of=AS_OF, each="duty", rules=["bcp.alert"]))
    assert lean
    assert not any(row["if_so"] for row in lean)


def test_a_library_that_is_not_there_is_named() -> None:
    with pytest.raises(QuestionError, match=r"backend: 'panda' is none of pandas, polars, pyarrow; did you mean 'pandas'\?"):
        record().to_frame(backend="panda")  # type: ignore[arg-type] # what is tested
    with pytest.raises(QuestionError, match="not of 'cases'; did you mean 'case'"):
        record().to_frame("cases")  # type: ignore[arg-type] # what is tested


def printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 -- our own


CASE = "cspr_rules.evaluate(cspr_rules.load_ruleset('england'), cspr_rules.Case({'child.died': True}), as_of=datetime.date(2024, 4, 2))"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hidden", "install"),
    [
        ("narwhals", ": data frames need the package narwhals: `pip install 'cspr-rules[frames]'`"),
        ("pandas", "backend: pandas is not installed: `pip install pandas`"),
        ("polars", "backend: polars is not installed: `pip install polars`"),
        ("pyarrow", "backend: pyarrow is not installed: `pip install pyarrow`"),
    ],
)
def test_a_library_that_is_not_installed_is_named(hidden: str, install: str) -> None:
    backend = "pandas" if hidden == "narwhals" else hidden
    program = f"""
import sys, cspr_rules, datetime
sys.modules['{hidden}'] = None
try:
    {CASE}.to_frame(backend='{backend}')
except cspr_rules.QuestionError as error:
    print(error)
"""
    assert printed(program) == install.removeprefix(": ")


@pytest.mark.slow
def test_no_data_frame_library_is_loaded_before_a_frame_is_asked_for() -> None:
    heavy = {"narwhals", "pandas", "polars", "pyarrow", "numpy", "cspr_rules.bulk.frames", "cspr_rules.bulk.framing", "cspr_rules.bulk.tabular"}
    assert printed(f"import sys, cspr_rules, datetime; {CASE}.duties; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_a_column_whose_name_is_no_text_is_refused_in_words() -> None:
    with pytest.raises(QuestionError, match="names are text, but one is '0'"):
        evaluate_frame(pd.DataFrame({0: [1], "child.died": [True]}), load_ruleset("england"), as_of=date(2027, 1, 1))
