"""Run in a process of its own: writes case files and is killed in the middle, again and again, and reads what is left each time.

    python -m tests.support.crashing points FOLDER FIRST LAST    one write each, killed at a point drawn from the seed
    python -m tests.support.crashing times FOLDER ROUNDS         writes without end, killed after a time drawn from the seed
    python -m tests.support.crashing writers FOLDER COUNT EACH   that many processes at once add that many entries each to one file
    python -m tests.support.crashing full FOLDER                 writes where a file can grow no further, at every number of bytes
    python -m tests.support.crashing replaced FOLDER ROUNDS      reads and adds while another program puts other files in the place of this one

Prints one line of JSON for each. Forking is safe here: nothing has started a thread.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cspr_rules import CaseError, load_ruleset
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


def writers(folder: Path, count: int, each: int) -> None:
    """Let processes write to one file at once; each tries again until all its entries are in. Report how often they had to, and what is there."""
    for name in ("many.jsonl", "many.yaml"):
        path = folder / name
        begun(path, 1)
        reading, saying = os.pipe()
        for number in range(1, count + 1):
            if os.fork() == 0:
                try:
                    os.write(saying, f"{_added(path, number, each)}\n".encode())
                finally:
                    os._exit(0)
        os.close(saying)
        for _ in range(count):
            os.wait()
        said = os.read(reading, 100_000).decode().split()
        os.close(reading)
        history = read_history(path)
        found = Counter(entry.child for entry in history.entries[1:])
        print(json.dumps({"file": name, "finished": len(said), "told_to_wait": sum(map(int, said)), "by_writer": sorted(found.values())}))


def _added(path: Path, number: int, each: int) -> int:
    """Add entries one by one for the child of a number; return how often another was writing."""
    waited = 0
    for fact in [fact.id for fact in load_ruleset("england").vocabulary.facts if fact.scope == "child" and fact.type == "yes_no"][:each]:
        while True:
            try:
                with writing(path) as history:
                    history.record(history.last_day or MONDAY, {fact: True}, child=number)
                break
            except CaseError as error:
                if "somebody else is writing" not in str(error):
                    raise
                waited += 1
                time.sleep(0.02)
    return waited


def full(folder: Path) -> None:
    """Write where a file may grow to so many bytes and no further, for every such number; report what was said and what is there."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for name in ("full.jsonl", "full.yaml"):
        path = folder / name
        begun(path, 3)
        old = path.read_bytes()
        for most in range(0, len(old) + 120, 7):
            before = path.read_bytes()
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
            try:
                with writing(path) as history:
                    history.record(history.last_day or MONDAY, {"child.died": False}, child=len(history.entries))
                said = "written"
            except CaseError as error:
                said = str(error).partition(": ")[2]
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            after = path.read_bytes()
            whole = len(read_history(path).entries)
            print(json.dumps({"most": most, "said": said, "same": after == before, "kept": after.startswith(before), "entries": whole}))


def replaced(folder: Path, rounds: int) -> None:
    """Read and add while another program puts other whole files in the place of this one; report what was read, and what was said of writes."""
    path, states = folder / "replaced.jsonl", []
    for number in range(1, 5):
        begun(folder / f"state-{number}.jsonl", number * 40)
        states.append((folder / f"state-{number}.jsonl").read_bytes())
    path.write_bytes(states[0])
    other = os.fork()
    if other == 0:
        chance = random.Random(rounds)  # noqa: S311
        while True:
            beside = folder / "beside"
            beside.write_bytes(chance.choice(states))
            os.replace(beside, path)
            time.sleep(chance.uniform(0, 0.004))
    try:
        for _ in range(rounds):
            read = read_history(path)
            whole = len(read.entries)
            try:
                with writing(path) as history:
                    history.record(history.last_day or MONDAY, {"child.died": False}, child=1)
                said = "written"
            except CaseError as error:
                said = str(error).partition(": ")[2]
            print(json.dumps({"entries": whole, "notices": len(read.notices), "said": said}))
    finally:
        os.kill(other, signal.SIGKILL)
        os.waitpid(other, 0)


if __name__ == "__main__":
    numbers = map(int, sys.argv[3:])
    {"points": points, "times": times, "writers": writers, "full": full, "replaced": replaced}[sys.argv[1]](Path(sys.argv[2]), *numbers)  # type: ignore[operator]
