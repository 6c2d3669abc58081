"""Rows of cases as a database holds them, and what the view has to say of them, for those that try the rules as SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Final, NamedTuple

import pyarrow as pa

from cspr_rules import Case, CaseError, Ruleset, evaluate, load_ruleset
from cspr_rules.bulk.sql import NOT_YET_SUFFIX
from cspr_rules.model.values import NOT_YET, Between
from cspr_rules.model.vocabulary import Fact
from tests.support.random_cases import random_cases
from tests.support.shipped import FILES, case_file

AS_OF: Final = date(2026, 11, 2)
_TYPES: Final = {"yes_no": pa.bool_(), "one_of": pa.string(), "number": pa.int32(), "date": pa.date32()}


@cache
def rules(profile: str = "bcp") -> Ruleset:
    return load_ruleset(profile)


def every_rule(ruleset: Ruleset) -> list[str]:
    return sorted({rule.id for rule in ruleset.rules})


def columns_of(facts: Iterable[Fact]) -> list[str]:
    return [column for fact in facts for column in ((fact.id, f"{fact.id}{NOT_YET_SUFFIX}") if fact.type == "date" else (fact.id,))]


def as_table(table: Sequence[Mapping[str, Any]], facts: Iterable[Fact]) -> pa.Table:
    """Return rows of facts as a table with ``number`` for its key, as a database holds them."""
    columns: dict[str, Any] = {"number": list(range(len(table)))}
    for fact in facts:
        values = [row.get(fact.id) for row in table]
        columns[fact.id] = pa.array([None if value is NOT_YET else value for value in values], _TYPES[fact.type])
        if fact.type == "date":
            columns[f"{fact.id}{NOT_YET_SUFFIX}"] = pa.array([True if value is NOT_YET else None for value in values], pa.bool_())
    return pa.table(columns)


def expected(ruleset: Ruleset, row: Mapping[str, Any], law_on: date | None = None) -> dict[str, Any] | None:
    try:
        record = evaluate(ruleset, Case(row), as_of=AS_OF, law_on=law_on)
    except CaseError:
        return None
    said = {rule: record.decisions[rule].outcome if rule in record.decisions else "not_in_force" for rule in every_rule(ruleset)}
    return {"law_on": record.law_on, "refused": False, **said}


def one_row_each(ruleset: Ruleset, count: int) -> list[dict[str, Any]]:
    """Return random cases and the shipped ones, a row for each child, as parsed values that are known in full."""
    facts = ruleset.vocabulary.by_id
    drawn = [{**incident, **children[0]} for incident, children in random_cases(ruleset.vocabulary, count, 16)]
    for path in FILES:
        case = case_file(path).case
        drawn += [{**case.facts, **child} for child in case.children or ({},)]
    table = []
    for row in drawn:
        plain = {name: value.get("value") if isinstance(value, Mapping) else value for name, value in row.items()}
        parsed = {name: facts[name].parse(value) for name, value in plain.items() if name in facts and value not in (None, "unknown")}
        table.append({name: value for name, value in parsed.items() if not isinstance(value, Between)})
    return table


class Compared(NamedTuple):
    """What a view said, held against what the library says.

    Attributes:
        rows: How many rows there were.
        refused: How many both refuse.
        left_open: In how many the view leaves something open that the library settles, because something follows that is known within bounds.
        differing: What else differs: the number of the row, and what was said and expected.
    """

    rows: int
    refused: int
    left_open: int
    differing: list[str]


def compared(ruleset: Ruleset, table: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]], law_on: date | None = None) -> Compared:
    """Return how a view and the library differ."""
    refused = left_open = 0
    differing = []
    for number, (row, answer) in enumerate(zip(table, found, strict=True)):
        said = expected(ruleset, row, law_on)
        refused += said is None
        wrong: dict[str, Any]
        if said is None:
            wrong = {} if answer["refused"] else {"refused": False}
        else:
            wrong = {name: answer[name] for name in said if answer[name] != said[name]}
            if wrong and set(wrong.values()) == {"undetermined"} and Case(row).check(ruleset.vocabulary).partly:
                left_open += 1
                wrong = {}
        if wrong:
            differing.append(f"row {number}: {wrong}, expected {'refused' if said is None else {name: said[name] for name in wrong}}")
    return Compared(len(table), refused, left_open, differing)


def assert_the_same(ruleset: Ruleset, table: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]], law_on: date | None = None) -> None:
    """The view says what the library says; where something is known only within bounds it may leave open what the library settles."""
    held = compared(ruleset, table, found, law_on)
    assert not held.differing, held.differing[:3]
    assert held.refused
    assert held.left_open < held.rows // 10
