"""Values of NumPy, pandas and pyarrow handed to a case one by one, as somebody does who goes through a frame row by row."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from cspr_rules import Case, CaseError, Ruleset, evaluate, load_ruleset
from cspr_rules.model.scalars import plain

AS_OF = date(2024, 5, 1)


@cache
def rules() -> Ruleset:
    return load_ruleset("england")


MISSING = [pd.NA, pd.NaT, float("nan"), np.float32("nan"), np.datetime64("NaT"), pa.scalar(None)]


@pytest.mark.slow
@pytest.mark.parametrize("value", MISSING, ids=repr)
@pytest.mark.parametrize("fact", ["child.died", "child.age_at_harm", "child.place_of_harm", "incident.occurred_on"])
def test_what_a_library_has_for_a_missing_value_is_unknown(value: Any, fact: str) -> None:
    assert plain(value) is None
    assert evaluate(rules(), Case({fact: value}), as_of=AS_OF).to_json() == evaluate(rules(), Case({fact: None}), as_of=AS_OF).to_json()


@pytest.mark.parametrize(
    ("fact", "value", "meant"),
    [
        ("child.died", np.True_, True),
        ("child.died", np.array(False), False),
        ("child.died", pa.scalar(True), True),
        ("child.age_at_harm", np.int8(3), 3),
        ("child.age_at_harm", 3.0, 3),
        ("child.age_at_harm", np.float64(3), 3),
        ("child.place_of_harm", np.str_("in_area"), "in_area"),
        ("incident.occurred_on", pd.Timestamp("2024-03-27"), date(2024, 3, 27)),
        ("incident.occurred_on", np.datetime64("2024-03-27", "ns"), date(2024, 3, 27)),
        ("incident.occurred_on", np.datetime64("2024-03-27"), date(2024, 3, 27)),
        (
            "concern.authority_view",
            {"value": np.str_("suspected"), "on": pd.Timestamp("2024-03-28")},
            {"value": "suspected", "on": date(2024, 3, 28)},
        ),
        ("concern.authority_view", {"value": pd.NA}, {"value": None}),
    ],
)
def test_a_value_of_a_library_is_the_plain_one_that_it_stands_for(fact: str, value: Any, meant: Any) -> None:
    assert evaluate(rules(), Case({fact: value}), as_of=AS_OF).checked == evaluate(rules(), Case({fact: meant}), as_of=AS_OF).checked


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("child.died", np.int64(1), "expected true or false, but it is a number"),
        ("child.died", 1.0, "expected true or false, but it is a number"),
        ("child.age_at_harm", np.True_, "but it is true"),
        ("child.age_at_harm", np.float64(3.5), "but it is a number with a fraction"),
        ("child.age_at_harm", float("inf"), "but it is a number with a fraction"),
        ("child.age_at_harm", np.array([1, 2]), "but it is a ndarray"),
        ("incident.occurred_on", pd.Timestamp("2024-03-27 09:00"), "but it is a day with a time"),
        ("incident.occurred_on", pd.Timestamp("2024-03-27", tz="Europe/London"), "but it is a day with a time"),
        ("incident.occurred_on", datetime(2024, 3, 27, 0, 0, 0, 5), "but it is a day with a time"),
    ],
)
def test_anything_else_is_told(fact: str, value: Any, said: str) -> None:
    with pytest.raises(CaseError) as caught:
        evaluate(rules(), Case({fact: value}), as_of=AS_OF)
    assert said in str(caught.value)
