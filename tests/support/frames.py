"""Rows and registers as data frames, for the tests of frames."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa

from cspr_rules import DecisionRecord, Ruleset, load_ruleset

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


def made(table: list[dict[str, Any]], backend: str, *, texts: bool = False) -> Any:
    columns = {name: [row[name] for row in table] for name in table[0]}
    if texts:  # as a CSV file has days
        columns = {name: [str(value) if isinstance(value, date) else value for value in values] for name, values in columns.items()}
    return MAKERS[backend](columns)
