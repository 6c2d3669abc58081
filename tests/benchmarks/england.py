"""Every child of England, invented, through every rule of the profile with the days to plan for: Parquet in, Parquet out, on two processes.

    python -m tests.benchmarks.england                       # 1,000 to 1,000,000 children; the cost of a row by size
    python -m tests.benchmarks.england --children 12183016   # all of them

It is what `cspr_rules.evaluate_parquet` does, on processes that have loaded the rules and have worked before: for each rule what is usual and how
often each outcome came, and a row for each decision that is not usual or has a day to plan for. Together they say every outcome of every child.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pyarrow.parquet as pq

from cspr_rules import Ruleset, load_ruleset
from cspr_rules.bulk.frames import Asking, asking
from cspr_rules.bulk.parquet_files import Done, Part, decide_part, parts_of, usual_of, write_usual
from tests.benchmarks.children import AS_OF, ENGLAND, write

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
WARM: Final = 50_000
"""How many children each process has decided before."""


@cache
def rules() -> Ruleset:
    return load_ruleset("england")


def asked() -> Asking:
    return asking(rules(), AS_OF, None, None, (), None, "decision", ())


class Took(NamedTuple):
    """What one process has to tell of one part."""

    done: Done
    seconds: float
    memory: int


def run(part: Part, register: Path, folder: Path, usual: list[int]) -> Took:
    """Decide a part of a register and write what it comes to."""
    start = time.process_time()
    done = decide_part(part, register, folder, asked(), usual)
    return Took(done, time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def ready(everybody: Any) -> None:
    """Load the rules and make the formulas ready, as a process that has worked before has them."""
    with tempfile.TemporaryDirectory() as place:
        whole(None, *_warm(Path(place)))
    everybody.wait()


def whole(pool: Any, register: Path, folder: Path) -> list[Took]:
    """Decide a register, part by part, on the processes of a pool, or in this one."""
    for each in ("decisions", "faults"):
        (folder / each).mkdir(parents=True)
    file = pq.ParquetFile(register)
    usual = usual_of(register, asked())
    tasks = [(part, register, folder, usual) for part in parts_of(file)]
    done = [run(*task) for task in tasks] if pool is None else pool.starmap(run, tasks, chunksize=1)
    write_usual(folder, asked(), usual, [each.done for each in done])
    return list(done)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, nargs="*", default=SIZES, help=f"how many; England has {ENGLAND}")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    spawning = multiprocessing.get_context("spawn")
    everybody = spawning.Barrier(options.processes + 1)
    with tempfile.TemporaryDirectory() as place, spawning.Pool(options.processes, ready, (everybody,)) as pool:
        everybody.wait()
        whole(None, *_warm(Path(place)))  # this process looks for what is usual
        for size in options.children:
            register, out = Path(place, "register.parquet"), Path(place, "answers")
            write(register, size)
            start, own = time.perf_counter(), time.process_time()
            found = whole(pool, register, out)
            elapsed, own = time.perf_counter() - start, time.process_time() - own
            worked = own + sum(each.seconds for each in found)
            written = sum(each.stat().st_size for each in out.rglob("*.parquet"))
            memory = sum(sorted({each.memory for each in found})[-options.processes :])
            print(
                f"{size:>10,} children, {register.stat().st_size / 1e6:,.1f} MB to {written / 1e6:,.1f} MB: {elapsed:.2f} s elapsed, "
                f"{worked:.2f} s of processor time, {worked / size * 1e6:.2f} µs a child; {sum(each.done.decisions for each in found):,} decisions "
                f"told; at most {memory / 1e6:.2f} GB in {options.processes} processes",
                flush=True,
            )
            shutil.rmtree(out)


def _warm(folder: Path) -> tuple[Path, Path]:
    write(folder / "warm.parquet", WARM)
    return folder / "warm.parquet", folder / "warm"


if __name__ == "__main__":
    main()
