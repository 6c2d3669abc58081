"""Times several ways of doing the same work against each other: turn by turn in one process, so that whatever slows the machine slows them all."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple, TypeAlias

Pass: TypeAlias = Callable[[], Callable[[], None]]
"""Gets ready, untimed, and returns what does the work for every case once: that is timed."""


class Spread(NamedTuple):
    """What some rounds came to."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: list[float]) -> Spread:
        """Return the median of some values, with the lowest and the highest."""
        return cls(median(values), min(values), max(values))


def rounds(passes: Mapping[str, Pass], count: int, *, collecting: bool = True) -> dict[str, list[float]]:
    """Return the seconds of processor time that each pass took in each round.

    Each round runs every pass once and starts with another one. Before a pass, garbage is collected and what is left is set aside, so that no pass
    pays for what another has left behind. There is one round more than is counted, to warm up.

    Args:
        passes: What to time, by name.
        count: How many rounds.
        collecting: Whether the garbage collector runs while a pass is timed.
    """
    taken: dict[str, list[float]] = {name: [] for name in passes}
    names = list(passes)
    for number in range(count + 1):
        start = number % len(names)
        for name in names[start:] + names[:start]:
            seconds = _timed(passes[name], collecting=collecting)
            if number:
                taken[name].append(seconds)
    gc.unfreeze()
    return taken


def _timed(ready: Pass, *, collecting: bool) -> float:
    work = ready()
    gc.collect()
    gc.freeze()
    if not collecting:
        gc.disable()
    try:
        start = time.process_time()
        work()
        return time.process_time() - start
    finally:
        gc.enable()


def ratio(over: list[float], under: list[float]) -> Spread:
    """Return how the one compares with the other: a quotient for each round, and the median of these."""
    return Spread.of([a / b for a, b in zip(over, under, strict=True)])
