"""Run in a process of its own: writes case files and is killed in the middle, again and again, and reads what is left each time.

    python -m tests.support.crashing points FOLDER FIRST LAST    one write each, killed at a point drawn from the seed
    python -m tests.support.crashing times FOLDER ROUNDS         writes without end, killed after a time drawn from the seed

Prints one line of JSON for each. Forking is safe here: nothing has started a thread.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cspr_rules.casework.history import CaseHistory
from cspr_rules.casework.history_files import read_history, save_history, writing

MONDAY = date(2025, 1, 13)
CALLS = ("open", "write", "fsync", "replace", "close", "fchmod")


def begun(path: Path, entries: int) -> None:
    """Write a case file with some entries."""
    history = CaseHistory(profile="bcp", reference="crash", title="Invented, with an é and a 🙂")
    for number in range(entries):
        history.record(MONDAY + timedelta(days=number), {"child.age_at_harm": 3}, child=number + 1, role=None)
    save_history(history, path)


def killed_at(path: Path, seed: int) -> str:
    """Add an entry to a file in a child process that is killed at a point drawn from a seed; return where that was."""
    drawn = random.Random(seed)  # noqa: S311 -- not for secrets
    call, nth, moment = drawn.choice(CALLS), drawn.randint(1, 3), drawn.choice(("before", "after", "during"))
    child = os.fork()
    if child == 0:
        try:
            _die_in(call, nth, moment, drawn)
            with writing(path) as history:
                history.record(history.last_day or MONDAY, {"child.place_of_harm": "in_area"})
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return f"{moment} {call} {nth}" if os.WIFSIGNALED(status) else "not reached"


def _die_in(call: str, nth: int, moment: str, drawn: random.Random) -> None:
    """Make the nth use of a system call the last thing that this process does."""
    real, seen = getattr(os, call), 0

    def dying(*arguments: Any, **named: Any) -> Any:
        nonlocal seen
        seen += 1
        if seen < nth:
            if call == "write":  # a short write, as an interrupted or full disk makes them
                return real(arguments[0], arguments[1][: drawn.randint(1, 40)])
            return real(*arguments, **named)
        if moment == "during" and call == "write":
            real(arguments[0], arguments[1][: drawn.randint(0, len(arguments[1]))])
        if moment == "after":
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError

    setattr(os, call, dying)


def points(folder: Path, first: int, last: int) -> None:
    """Kill writes at points drawn from seeds, and report what each left."""
    for seed in range(first, last):
        path = folder / f"case-{seed}.{'jsonl' if seed % 2 else 'yaml'}"
        begun(path, 4)
        old = path.read_bytes()
        where = killed_at(path, seed)
        left = path.read_bytes()
        entries, notices = len(read_history(path).entries), len(read_history(path).notices)
        with writing(path) as history:  # the lock went with its holder, and what it left beside the file is in nobody's way
            history.record(history.last_day or MONDAY, {"child.died": False}, child=1)
        found = {"seed": seed, "where": where, "entries": entries, "notices": notices, "old": left == old, "kept": left.startswith(old)}
        print(json.dumps(found | {"next": len(read_history(path).entries)}))


def times(folder: Path, rounds: int) -> None:
    """Kill a process that writes without end after a time drawn from a seed; report what it said it had written, and what is there."""
    for seed in range(rounds):
        path = folder / f"endless-{seed}.{'jsonl' if seed % 2 else 'yaml'}"
        begun(path, 1)
        reading, saying = os.pipe()
        child = os.fork()
        if child == 0:
            number = 1
            while True:
                with writing(path) as history:
                    history.record(MONDAY + timedelta(days=number), {"child.died": False}, child=number % 100 + 1)
                number += 1
                os.write(saying, b".")
        os.close(saying)
        time.sleep(random.Random(seed).uniform(0.002, 0.08))  # noqa: S311
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        said = len(os.read(reading, 1_000_000))
        os.close(reading)
        history = read_history(path)
        print(json.dumps({"said": said, "written": len(history.entries) - 1, "notices": len(history.notices)}))


if __name__ == "__main__":
    if sys.argv[1] == "points":
        points(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        times(Path(sys.argv[2]), int(sys.argv[3]))
