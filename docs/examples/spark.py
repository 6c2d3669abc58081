"""Decides a register on Spark: ``spark-submit spark.py REGISTER.parquet ANSWERS``. ``docs/how-to/many-machines.md`` says what it needs.

The register has a row for each case and a column for each fact, named by its id, and ``reference`` for its key. The answers have a row for each row
of the register, also where something is wrong in it: ``faults`` says what.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

from cspr_rules import Ruleset, evaluate_batches, load_ruleset


def decided(frame: DataFrame, ruleset: Ruleset, **options: Any) -> DataFrame:
    """Return the answers about a register as a frame of Spark.

    Args:
        frame: The register.
        ruleset: The rules; they travel to the workers by name, so that these need the same version of the library.
        options: Those of :func:`cspr_rules.evaluate_batches`. With ``case``, sort first:
            ``frame.repartition("reference").sortWithinPartitions("reference")``.
    """
    names = frame.columns

    def decide(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return evaluate_batches((batch.rename_columns(names) for batch in batches), ruleset, **options)

    nothing = pa.RecordBatch.from_pylist([], to_arrow_schema(frame.schema))
    plain = frame.toDF(*(f"column_{number}" for number in range(len(names))))  # mapInArrow takes a dot for a part of a column
    return plain.mapInArrow(decide, from_arrow_schema(next(decide([nothing])).schema))


if __name__ == "__main__":
    spark = SparkSession.builder.appName("cspr-rules").getOrCreate()
    register, answers = sys.argv[1:]
    rules = load_ruleset("england")
    options = {"as_of": date(2025, 1, 31), "keep": ["reference"], "rules": ["england.notification"], "columns": [], "errors": "tell"}
    decided(spark.read.parquet(register), rules, **options).write.parquet(answers)
