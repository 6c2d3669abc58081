"""The rules as SQL: run in DuckDB against the engine that decides one case, and read by a parser that knows every dialect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import duckdb
import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import QuestionError, Ruleset
from cspr_rules.bulk.dialects import DIALECTS, dialect
from cspr_rules.bulk.sql import view
from cspr_rules.model.values import NOT_YET
from cspr_rules.model.vocabulary import Fact
from tests.support.histories import FACTS
from tests.support.sql_rows import AS_OF, as_table, assert_the_same, columns_of, every_rule, expected, one_row_each, rules

SERIOUS = "england.notification.serious_incident"


def answered(
    ruleset: Ruleset, table: Sequence[Mapping[str, Any]], names: Sequence[str], asked: Sequence[str] = (), **options: Any
) -> list[dict[str, Any]]:
    """Return what DuckDB answers for rows of facts."""
    facts = [ruleset.vocabulary.by_id[name] for name in names]
    given_rows = as_table(table, facts)
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE register AS SELECT * FROM given_rows")
        text = view(
            ruleset,
            DIALECTS["duckdb"],
            table="register",
            name="answers",
            facts=columns_of(facts),
            rules=asked or every_rule(ruleset),
            as_of=AS_OF,
            keep=["number"],
            **options,
        )
        connection.execute(text)
        found: list[dict[str, Any]] = connection.sql("SELECT * FROM answers ORDER BY number").to_arrow_table().to_pylist()
        assert given_rows.num_rows == len(found)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("law_on", [None, date(2021, 5, 4)])
def test_duckdb_answers_every_rule_of_every_case_as_the_library_does(law_on: date | None) -> None:
    ruleset = rules("england")
    table = one_row_each(ruleset, 40)
    found = answered(ruleset, table, [fact.id for fact in ruleset.vocabulary.facts], law_on=law_on)
    assert_the_same(ruleset, table, found, law_on)


@pytest.mark.slow
def test_duckdb_answers_from_a_few_columns_what_the_library_answers_from_a_few_facts() -> None:
    ruleset = rules("england")
    names = [
        "incident.occurred_on",
        "child.place_of_harm",
        "child.died_on",
        "child.looked_after_by",
        "concern.authority_view",
        "child.age_at_harm",
        "child.died",
    ]
    table = [{name: value for name, value in row.items() if name in names} for row in one_row_each(ruleset, 150)]
    found = answered(ruleset, table, names)
    assert_the_same(ruleset, table, found)
    assert {answer[SERIOUS] for answer in found} >= {"not_met", "undetermined"}


@st.composite
def any_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw rows that may contradict themselves."""
    facts = [rules().vocabulary.by_id[name] for name in FACTS]

    def value(fact: Fact) -> Any:
        match fact.type:
            case "yes_no":
                return draw(st.booleans())
            case "one_of":
                return draw(st.sampled_from(sorted(fact.values)))
            case "number":
                return draw(st.integers(0, 30))
        return draw(st.just(NOT_YET) | st.integers(-3, 3).map(lambda days: AS_OF + timedelta(days=days)))

    return [{fact.id: value(fact) for fact in facts if draw(st.booleans())} for _ in range(draw(st.integers(1, 6)))]


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(any_rows())
def test_duckdb_refuses_what_the_library_refuses(table: list[dict[str, Any]]) -> None:
    for row, answer in zip(table, answered(rules(), table, FACTS, [SERIOUS]), strict=True):
        said = expected(rules(), row)
        assert answer["refused"] is (said is None)
        if said is None:
            assert answer[SERIOUS] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("child.age_at_harm", 121), ("child.age_at_harm", -1), ("child.place_of_harm", "in_aera"), ("incident.occurred_on", date(1890, 1, 1))],
)
def test_a_value_that_no_fact_takes_is_refused(name: str, value: Any) -> None:
    assert answered(rules(), [{name: value}], [name], [SERIOUS])[0]["refused"] is True


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_dialect_is_read_as_one_statement(name: str) -> None:
    ruleset = rules("england")
    text = view(
        ruleset,
        dialect(name),
        table="a.b",
        name="c.d",
        facts=columns_of(ruleset.vocabulary.facts),
        rules=every_rule(ruleset),
        as_of=AS_OF,
        keep=["number"],
    )
    (statement,) = sqlglot.parse(text, read=name)
    assert isinstance(statement, sqlglot.exp.Create)
    assert statement.args["kind"] == "VIEW"
    shown = statement.expression.named_selects
    assert shown == ["number", "law_on", "refused", *every_rule(ruleset)]


HOSTILE = """x"]`'; DROP TABLE register; --"""


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_a_name_stays_a_name(name: str) -> None:
    spoken = dialect(name)
    text = view(rules(), spoken, table=HOSTILE, name="v", facts=["child.died"], rules=[SERIOUS], as_of=AS_OF, keep=[HOSTILE])
    statements = sqlglot.parse(text, read=name)
    assert len(statements) == 1
    assert HOSTILE in {identifier.name for identifier in statements[0].find_all(sqlglot.exp.Identifier)}  # type: ignore[union-attr] # there is one
    literal = sqlglot.parse_one(f"SELECT {spoken.text(HOSTILE + chr(92))}", read=name).expressions[0]
    assert literal.name == HOSTILE + chr(92)


def test_what_is_asked_for_has_to_exist() -> None:
    with pytest.raises(QuestionError, match=r"there is no fact called 'child.dyed'; did you mean 'child.died'\?"):
        view(rules(), dialect("spark"), table="t", name="v", facts=["child.dyed"], rules=[], as_of=AS_OF)
    with pytest.raises(QuestionError, match=r"'child.died' is no date, so there is no column 'child.died.not_yet'"):
        view(rules(), dialect("spark"), table="t", name="v", facts=["child.died.not_yet"], rules=[], as_of=AS_OF)
    with pytest.raises(QuestionError, match=r"'ducdb' is none of duckdb, spark, postgres, tsql; did you mean 'duckdb'\?"):
        dialect("ducdb")
