"""How long the first answer takes: `cspr-rules decide CASE` in an environment where the wheel is installed, beside `import pydantic` there."""

from __future__ import annotations

import resource
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.measuring import Spread, ratio


class ColdStart(NamedTuple):
    """What a number of runs took, in turns.

    Attributes:
        decide: Seconds until the answer was there.
        pydantic: Seconds until pydantic was imported and the process over.
        bare: Seconds for Python to start and stop.
        elapsed: Quotient of the first two by the clock on the wall.
        processor: The same by processor time.
    """

    decide: Spread
    pydantic: Spread
    bare: Spread
    elapsed: Spread
    processor: Spread


def cold_start(python: Path, case: Path, runs: int = 15) -> ColdStart:
    """Time the command against the import, in turns.

    Raises:
        FileNotFoundError: The environment has no `cspr-rules` command.
        subprocess.CalledProcessError: The case was not decided.
    """
    command = python.parent / "cspr-rules"
    if not command.exists():
        raise FileNotFoundError(f"{command}: install the wheel in that environment first")
    commands = {
        "decide": [str(command), "decide", str(case)],
        "pydantic": [str(python), "-c", "import pydantic"],
        "bare": [str(python), "-c", "pass"],
    }
    for each in commands.values():  # the first run writes bytecode and fills the disk's cache
        _run(each)
        _run(each)
    elapsed: dict[str, list[float]] = {name: [] for name in commands}
    processor: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs):
        for name in sorted(commands, reverse=number % 2 == 0):
            wall, used = _run(commands[name])
            elapsed[name].append(wall)
            processor[name].append(used)
    return ColdStart(
        Spread.of(elapsed["decide"]),
        Spread.of(elapsed["pydantic"]),
        Spread.of(elapsed["bare"]),
        ratio(elapsed["decide"], elapsed["pydantic"]),
        ratio(processor["decide"], processor["pydantic"]),
    )


def _run(command: Sequence[str]) -> tuple[float, float]:
    """Run a command and return the seconds it took: by the clock, and of processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    # In another folder, so that what is imported is what is installed there and not this checkout.
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")  # noqa: S603 -- our own command
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
