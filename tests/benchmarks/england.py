"""Every child of England, invented, through every rule of the profile with the days to plan for: Parquet in, Parquet out, on two processes.

    python -m tests.benchmarks.england                       # 1,000 to 1,000,000 children; the cost of a row by size
    python -m tests.benchmarks.england --children 12183016   # all of them

What comes out has a row for each child and rule whose outcome is not the usual one of that rule among the children decided with it (``children``),
and for each rule and piece of the register what is usual and how often each outcome came (``usual``): together they say every outcome of every
child. A child has the day to plan for beside each rule that is met, or undetermined, and whose clocks run from a day that is known.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cspr_rules import Ruleset, load_ruleset
from cspr_rules.bulk.deciding import Decided
from cspr_rules.bulk.due_days import NO_DAY, plan_days
from cspr_rules.bulk.framing import Given
from cspr_rules.bulk.register import Register
from cspr_rules.engine.conditions.columns import OUTCOMES
from tests.benchmarks.children import AS_OF, ENGLAND, PIECE, piece, write

AT_ONCE: Final = 4
"""How many row groups are decided together."""
SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
_EPOCH: Final = 719_163
"""The ordinal of 1 January 1970, from which Arrow counts."""


@cache
def rules() -> Ruleset:
    return load_ruleset("england")


class Done(NamedTuple):
    """What one process has to tell of one piece."""

    children: int
    told: int
    seconds: float
    memory: int


def decided(table: pa.Table) -> Decided:
    """Return a piece decided."""
    given, ruleset = Given(table), rules()
    register = Register(ruleset, {name: partial(given.numbered, name) for name in given.names}, len(given), None, ())
    found = Decided(register, AS_OF, None, {rule.id for rule in ruleset.rules})
    assert not register.faults, register.faults[:3]
    return found


def answers(table: pa.Table, first: int) -> tuple[pa.Table, pa.Table]:
    """Return what is unusual about each child, and what is usual.

    Args:
        table: Children, a row each.
        first: The number of the first.
    """
    found = decided(table)
    names = sorted({rule.id for rule in rules().rules})
    planned = plan_days(rules(), found.population, found.outcomes, names)
    day_of = np.full(len(table), NO_DAY, np.int32)
    unusual: list[tuple[Any, ...]] = []
    usual = []
    for number, name in enumerate(names):
        column, dated = found.outcomes.of_case(name), planned[name]
        counts = [np.count_nonzero(column == outcome) for outcome in range(len(OUTCOMES))]
        most = int(np.argmax(counts))
        usual.append({"first": first, "rule": name, "usual": OUTCOMES[most], **dict(zip(OUTCOMES, counts, strict=True))})
        rows = np.concatenate([np.flatnonzero(column != most), dated.rows[column[dated.rows] == most]])
        day_of[dated.rows] = dated.days
        unusual.append((rows + first, np.full(len(rows), number, np.int16), column[rows], day_of[rows]))
        day_of[dated.rows] = NO_DAY
    row, rule, outcome, day = (np.concatenate(each) for each in zip(*unusual, strict=True))
    columns = {
        "row": row.astype(np.int32),
        "rule": pa.DictionaryArray.from_arrays(pa.array(rule), pa.array(names)),
        "outcome": pa.DictionaryArray.from_arrays(pa.array(outcome.astype(np.int8)), pa.array(OUTCOMES)),
        "plan_for": pa.array(day - _EPOCH, mask=day == NO_DAY).cast(pa.date32()),
    }
    return pa.table(columns), pa.Table.from_pylist(usual)


def run(register: Path, folder: Path, groups: list[int], first: int) -> Done:
    """Decide some row groups of a register and write what they come to."""
    start = time.process_time()
    table = pq.ParquetFile(register).read_row_groups(groups)
    unusual, usual = answers(table, first)
    pq.write_table(unusual, folder / f"children-{first}.parquet", compression="lz4")
    pq.write_table(usual, folder / f"usual-{first}.parquet")
    return Done(len(table), len(unusual), time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def ready(everybody: Any) -> None:
    """Load the rules and make the formulas ready, as a process that has worked before has them."""
    answers(pa.Table.from_batches([piece(0)]), 1)
    everybody.wait()


def whole(pool: Any, register: Path, folder: Path, at_once: int = AT_ONCE) -> list[Done]:
    """Decide a register, piece by piece, on the processes of a pool."""
    groups = list(range(pq.ParquetFile(register).num_row_groups))
    together = [groups[start : start + at_once] for start in range(0, len(groups), at_once)]
    return list(pool.starmap(run, [(register, folder, some, some[0] * PIECE + 1) for some in together], chunksize=1))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, nargs="*", default=SIZES, help=f"how many; England has {ENGLAND}")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=AT_ONCE, help=f"how many pieces of {PIECE} are decided together")
    options = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    everybody = spawning.Barrier(options.processes + 1)
    with tempfile.TemporaryDirectory() as place, spawning.Pool(options.processes, ready, (everybody,)) as pool:
        everybody.wait()
        folder = Path(place)
        for size in options.children:
            register, out = folder / "register.parquet", folder / "answers"
            out.mkdir()
            write(register, size)
            start = time.perf_counter()
            done = whole(pool, register, out, options.at_once)
            elapsed, worked = time.perf_counter() - start, sum(each.seconds for each in done)
            written = sum(each.stat().st_size for each in out.iterdir())
            memory = sum(sorted({each.memory for each in done})[-options.processes :])
            print(
                f"{size:>10,} children, {register.stat().st_size / 1e6:,.1f} MB to {written / 1e6:,.1f} MB: {elapsed:.2f} s elapsed, "
                f"{worked:.2f} s of processor time, {worked / size * 1e6:.2f} µs a child; {sum(each.told for each in done):,} rows told; "
                f"at most {memory / 1e6:.2f} GB in {options.processes} processes",
                flush=True,
            )
            shutil.rmtree(out)


if __name__ == "__main__":
    main()
