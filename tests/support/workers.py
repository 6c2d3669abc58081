"""A register decided by Spark on a cluster of this machine, and a worker killed in the middle. Run by hand: it needs pyspark and Java.

    PYSPARK_PYTHON=… python -m tests.support.workers --rows 100000

Two executors with a processor each decide the rows as ``docs/examples/spark.py`` does. Once some of the work is done, one of them is killed as
a machine dies, without a word. Prints a line of JSON; exits with 1 if any row is lost, doubled or differs from what ``evaluate_frame`` says.
"""

from __future__ import annotations

import argparse
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from cspr_rules import evaluate_frame, load_ruleset
from tests.support.random_cases import random_cases

AS_OF = date(2026, 11, 2)
EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "spark.py"
RULES = ["england.notification"]
FACTS = (
    "incident.occurred_on", "incident.authority_aware_on", "child.died", "child.seriously_harmed", "child.age_at_harm", "child.place_of_harm",
    "child.normally_resident", "concern.authority_view",
)  # fmt: skip


def register(count: int) -> pa.Table:
    """Return rows of the facts that a register most often has, gaps and contradictions among them, with ``number`` for their key."""
    vocabulary = load_ruleset("england").vocabulary
    rows = [{**incident, **children[0]} for incident, children in random_cases(vocabulary, count, 16, FACTS)]
    columns: dict[str, Any] = {"number": list(range(count))}
    types = {"yes_no": pa.bool_(), "number": pa.int64(), "one_of": pa.string(), "date": pa.string()}
    columns |= {name: pa.array([row.get(name) for row in rows], types[vocabulary.by_id[name].type]) for name in FACTS}
    return pa.table(columns)


def executors() -> list[int]:
    """Return the processes of the executors that this process started."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout  # noqa: S607 -- as it is found
    every = [(int(pid), int(parent), what) for pid, parent, what in (line.split(maxsplit=2) for line in listed.splitlines() if line.count(" ") > 1)]
    own = {os.getpid()}
    for _ in range(6):
        own |= {pid for pid, parent, _ in every if parent in own}
    return sorted(pid for pid, _, what in every if pid in own and "CoarseGrainedExecutorBackend" in what and "java" in what)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it."""
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--tasks", type=int, default=20, help="in how many parts the rows are decided")
    parser.add_argument("--kill-after", type=int, default=6, metavar="TASKS", help="kill an executor once that many parts are decided")
    options = parser.parse_args(arguments)
    rules = load_ruleset("england")
    decided = runpy.run_path(str(EXAMPLE))["decided"]
    given = register(options.rows)
    at_work: list[int] = []
    killed: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        pa.parquet.write_table(given, f"{folder}/register.parquet")
        spark = SparkSession.builder.master("local-cluster[2,1,1024]").config("spark.ui.enabled", "false").getOrCreate()
        try:
            tracker = spark.sparkContext.statusTracker()
            over = threading.Event()

            def killing() -> None:
                while not over.wait(0.05):
                    done = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
                    if any(stage and stage.numTasks == options.tasks and stage.numCompletedTasks >= options.kill_after for stage in done):
                        at_work[:] = executors()
                        killed.append(at_work[0])
                        os.kill(killed[0], signal.SIGKILL)
                        return

            rows = spark.read.parquet(f"{folder}/register.parquet").repartition(options.tasks)
            killer = threading.Thread(target=killing)
            killer.start()
            began = time.perf_counter()
            answered = decided(rows, rules, as_of=AS_OF, keep=["number"], rules=RULES, columns=[], errors="tell")
            answered.write.parquet(f"{folder}/answers")
            seconds = time.perf_counter() - began
            over.set()
            killer.join()
            found = pa.concat_tables([pa.parquet.read_table(path) for path in sorted(Path(folder, "answers").glob("*.parquet"))]).sort_by("number")
            version = spark.version
        finally:
            spark.stop()
    numbers = found.column("number").to_pylist()
    answers, faults = evaluate_frame(given, rules, as_of=AS_OF, keep=["number"], rules=RULES, columns=[], errors="collect")
    sound = found.filter(pa.compute.is_null(found.column("faults"))).drop_columns(["row", "faults"])
    same = sound.cast(answers.drop_columns(["row"]).schema).combine_chunks().equals(answers.drop_columns(["row"]).combine_chunks())
    wrong = {row - 1 for row in faults.column("row").to_pylist()}
    told = {row["number"] for row in found.select(["number", "faults"]).to_pylist() if row["faults"]}
    all_there = numbers == list(range(options.rows))
    print(json.dumps({
        "spark": version, "rows_in": options.rows, "rows_out": len(found), "each_once": all_there, "executors": len(at_work), "killed": len(killed),
        "same_answers": same, "rows": len(sound), "same_faults": wrong == told, "faulty": len(told), "seconds": round(seconds, 1),
    }))  # fmt: skip
    return 0 if killed and all_there and same and wrong == told else 1


if __name__ == "__main__":
    sys.exit(main())
