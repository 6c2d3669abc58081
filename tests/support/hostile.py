"""Hostile input through every door, the same for the same seed: each is answered or refused in words, at once and in little memory.

    python -m tests.support.hostile                                a sample of every door
    python -m tests.support.hostile --seeds 1 2 --each 10000       that many through every door, with each seed
    python -m tests.support.hostile --whole --seeds 1              338,000 in all, shared out as `WHOLE` says
    python -m tests.support.hostile --door record --seeds 1 --only 4711

Prints a line of JSON for each door and seed, and every fault found, with what tries it again. Exits with 1 if there is one.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from cspr_rules import CsprRulesError
from tests.support.hostile_doors import DOORS as _OTHERS
from tests.support.hostile_doors import Door, Unsound
from tests.support.hostile_kit import KIT_DOORS
from tests.support.hostile_registers import REGISTER_DOORS

DOORS: Final = (*_OTHERS, *REGISTER_DOORS, *KIT_DOORS)
MOST_SECONDS: Final = 5.0
MOST_MEGABYTES: Final = 256.0
WHOLE: Final[Mapping[str, int]] = {
    "case": 100_000, "case file": 60_000, "history": 60_000, "answers": 30_000, "typed answer": 14_000, "record": 20_000, "frame": 3_000,
    "register": 6_000, "command line": 3_000, "rules": 2_000, "profile": 2_000,
    "mapping file": 3_000, "csv file": 3_000, "workbook": 3_000, "columnar file": 1_000,
    "vectors": 6_000, "waivers": 10_000, "exercise": 2_000, "learner's answers": 10_000,
}  # fmt: skip
"""How 338,000 are shared out: a rules folder takes some hundred times as long to read as a case."""


class Hang(BaseException):
    """It took too long. No handler of errors takes it for one."""


class Tried(NamedTuple):
    """What became of some inputs.

    Attributes:
        door: Where they came in.
        seed: What they were drawn from.
        ends: How many came to what.
        seconds: How long all of them took.
        slowest: The longest that one took, in seconds, and which.
        grown: By how many megabytes the most memory that the process ever held has grown.
        faults: What should not be, with the number of the input.
    """

    door: str
    seed: int
    ends: Counter[str]
    seconds: float
    slowest: tuple[float, int]
    grown: float
    faults: tuple[str, ...]

    def __str__(self) -> str:
        plain = {"door": self.door, "seed": self.seed, "tried": self.ends.total(), "ends": dict(sorted(self.ends.items()))}
        plain["seconds"] = round(self.seconds, 1)
        return json.dumps(plain | {"slowest": round(self.slowest[0], 3), "which": self.slowest[1], "grown_mb": round(self.grown, 1)})


def most_memory() -> float:
    """Return the most memory that this process ever held, in megabytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


@contextmanager
def bounded(seconds: float) -> Iterator[None]:
    """End what runs longer with :class:`Hang`."""

    def over(_: int, __: object) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def one(door: Callable[[random.Random], str], name: str, seed: int, number: int, seconds: float = MOST_SECONDS) -> tuple[str, str]:
    """Try one input; return what became of it, and what is wrong with that."""
    chance = random.Random(f"{seed}/{name}/{number}")  # noqa: S311 -- the same inputs each time
    try:
        with bounded(seconds):
            return door(chance), ""
    except CsprRulesError as error:
        said = [str(fault) for fault in error.faults]
        if not said or any(not fault.strip() or len(fault) > 2_000 or not fault.isprintable() for fault in said) or len(said) > 250:
            return "refused", f"refused in words that are none, or without end: {ascii(said)[:300]}"
        return "refused", ""
    except Hang:
        return "hung", f"no end after {seconds:g} seconds"
    except Unsound as error:
        return "unsound", str(error)[:500]
    except Exception:  # what no door may let through
        return "raised", traceback.format_exc(limit=-4)


def run(door: Door, seed: int, count: int, only: int | None = None, first: int = 0) -> Tried:
    """Try inputs through a door in an empty folder of their own."""
    ends, faults, slowest = Counter[str](), [], (0.0, -1)
    here = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            through = door.opened(Path(folder))
            one(through, door.name, seed, -1)  # what is loaded and compiled once
            before, began = most_memory(), time.perf_counter()
            for number in range(first, first + count) if only is None else (only,):
                start = time.perf_counter()
                end, wrong = one(through, door.name, seed, number)
                taken = time.perf_counter() - start
                ends[end] += 1
                slowest = max(slowest, (taken, number))
                if not wrong and taken > MOST_SECONDS:  # what calls back from C can lose the alarm
                    wrong = f"it took {taken:.1f} seconds"
                if not wrong and most_memory() - before > MOST_MEGABYTES:
                    wrong, before = f"{most_memory() - before:.0f} MB more than before", most_memory()
                if wrong:
                    faults.append(f"python -m tests.support.hostile --door '{door.name}' --seeds {seed} --only {number}\n{wrong}")
            seconds = time.perf_counter() - began
        finally:
            os.chdir(here)
    return Tried(door.name, seed, ends, seconds, slowest, most_memory() - before, tuple(faults))


def main() -> int:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1])
    parser.add_argument("--each", type=int, default=50, metavar="N", help="how many through every door, with each seed (default: 50)")
    parser.add_argument("--whole", action="store_true", help="338,000 with each seed, shared out over the doors")
    parser.add_argument("--door", choices=[door.name for door in DOORS], action="append", help="only this door; may be said again")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="only the input of this number")
    parser.add_argument("--first", type=int, default=0, metavar="NUMBER", help="begin with the input of this number, to run a long one in parts")
    options = parser.parse_args()
    wrong = 0
    for door in DOORS:
        if options.door and door.name not in options.door:
            continue
        for seed in options.seeds:
            tried = run(door, seed, WHOLE[door.name] if options.whole else options.each, options.only, options.first)
            print(tried, *tried.faults, sep="\n", flush=True)
            wrong += len(tried.faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
