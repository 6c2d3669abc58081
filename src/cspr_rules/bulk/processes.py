"""Long work shared out among processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TypeVar

from cspr_rules.errors import Fault, QuestionError

TaskT = TypeVar("TaskT")
FoundT = TypeVar("FoundT")


def in_processes(work: Callable[[TaskT], FoundT], tasks: Sequence[TaskT], workers: int, at_once: int) -> Iterator[FoundT]:
    """Yield what comes of each task, in order.

    Args:
        work: Does one task; it is sent to the processes.
        tasks: The tasks.
        workers: How many processes there are.
        at_once: How many tasks a process is given at once.

    Raises:
        QuestionError: A process ended before its work was done, as each does at its start where a script of one's own is not guarded.
    """
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield from pool.map(work, tasks, chunksize=at_once)
    except BrokenProcessPool as error:
        hint = "with one alone there is none; a script that calls this has to do so under `if __name__ == '__main__':`"
        raise QuestionError([Fault("", f"a process that did part of the work came to an end; {hint}")]) from error
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
