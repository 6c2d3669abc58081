"""The rules as SQL, run in databases and held against the library, row by row. Run by hand: a cluster and a server are too heavy for the tests.

    python -m tests.support.databases duckdb --rows 100000
    python -m tests.support.databases duckdb spark --rows 100000                             needs pyspark, and PYSPARK_PYTHON set to this Python
    python -m tests.support.databases postgres --rows 500 --server "host=127.0.0.1 user=…"   needs psql, and leaves nothing on the server

Prints a line of JSON for each database, and the first differences. Exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from cspr_rules import Ruleset
from cspr_rules.bulk.dialects import dialect
from cspr_rules.bulk.sql import view
from tests.support.sql_rows import AS_OF, as_table, columns_of, compared, every_rule, one_row_each, rules

_TYPES: Final[Mapping[pa.DataType, str]] = {
    pa.int64(): "bigint", pa.int32(): "integer", pa.bool_(): "boolean", pa.string(): "text", pa.date32(): "date",
}  # fmt: skip


SPARK: Final = {
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.CollapseProject",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Without these Spark puts the steps of the view into one another and writes Java for them, and takes minutes before it reads the first row."""


def _statement(ruleset: Ruleset, name: str) -> str:
    columns = columns_of(ruleset.vocabulary.facts)
    return view(ruleset, dialect(name), table="register", name="answers", facts=columns, rules=every_rule(ruleset), as_of=AS_OF, keep=["number"])


def in_duckdb(ruleset: Ruleset, given: pa.Table, _: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE register AS SELECT * FROM given")
        connection.execute(_statement(ruleset, "duckdb"))
        found: list[dict[str, Any]] = connection.sql("SELECT * FROM answers ORDER BY number").to_arrow_table().to_pylist()
    return found


def in_spark(ruleset: Ruleset, given: pa.Table, _: str) -> list[dict[str, Any]]:
    from pyspark.sql import SparkSession

    with tempfile.TemporaryDirectory() as folder:
        pa.parquet.write_table(given, f"{folder}/register.parquet")
        building = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").config("spark.sql.warehouse.dir", folder)
        for name, value in SPARK.items():
            building = building.config(name, value)
        spark = building.getOrCreate()
        try:
            spark.sql(f"CREATE TABLE register USING parquet LOCATION '{folder}/register.parquet'")
            spark.sql(_statement(ruleset, "spark").rstrip().removesuffix(";"))
            found: list[dict[str, Any]] = spark.sql("SELECT * FROM answers ORDER BY number").toArrow().to_pylist()
        finally:
            spark.stop()
    return found


def in_postgres(ruleset: Ruleset, given: pa.Table, server: str) -> list[dict[str, Any]]:
    columns = ", ".join(f'"{field.name}" {_TYPES[field.type]}' for field in given.schema)
    rows = io.BytesIO()
    pa.csv.write_csv(given, rows)
    statements = [
        "BEGIN;\nCREATE SCHEMA trial;\nSET search_path = trial;\n",
        f"CREATE TABLE register ({columns});\nCOPY register FROM STDIN (FORMAT csv, HEADER);\n",
        rows.getvalue().decode(),
        "\\.\n",
        _statement(ruleset, "postgres"),
        "COPY (SELECT * FROM answers ORDER BY number) TO STDOUT (FORMAT csv, HEADER);\nROLLBACK;\n",
    ]
    command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", server]
    done = subprocess.run(command, input="".join(statements), capture_output=True, text=True, check=False)  # noqa: S603 -- what the command line names
    if done.returncode:
        raise SystemExit(done.stderr)
    found: list[dict[str, Any]] = []
    for row in csv.DictReader(io.StringIO(done.stdout)):
        plain: dict[str, Any] = {name: value or None for name, value in row.items()}
        found.append({**plain, "refused": row["refused"] == "t", "law_on": date.fromisoformat(row["law_on"])})
    return found


DATABASES: Final[Mapping[str, Callable[[Ruleset, pa.Table, str], list[dict[str, Any]]]]] = {
    "duckdb": in_duckdb, "spark": in_spark, "postgres": in_postgres,
}  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("databases", nargs="+", choices=sorted(DATABASES), metavar="DATABASE")
    parser.add_argument("--rows", type=int, default=500, help="how many rows, about; the shipped cases among them")
    parser.add_argument("--profile", default="england")
    parser.add_argument("--server", default="", help="how psql reaches PostgreSQL")
    options = parser.parse_args(arguments)
    ruleset, wrong = rules(options.profile), 0
    table = one_row_each(ruleset, options.rows)
    given = as_table(table, ruleset.vocabulary.facts)
    for name in options.databases:
        began = time.perf_counter()
        found = DATABASES[name](ruleset, given, options.server)
        seconds = time.perf_counter() - began
        held = compared(ruleset, table, found)
        plain = held._asdict() | {"differing": len(held.differing), "rules": len(every_rule(ruleset)), "seconds": round(seconds, 1)}
        print(json.dumps({"database": name, **plain}), *held.differing[:5], sep="\n", flush=True)
        wrong += len(held.differing)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
