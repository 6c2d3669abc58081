"""Case files and waivers, spoilt at random: whatever stands in them, the command says what is wrong, and never falls over.

``python -m tests.support.mutated_tests 10000`` tries as many and prints what came of them; the same number gives the same files.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Final
from xml.etree import ElementTree

from tests.support.case_tests import ON, ONE, TWO, WAIVERS
from tests.support.running import in_process

FORMATS: Final = ("text", "markdown", "json", "junit", "junit-with-lines", "sarif", "github", "gitlab")
ODD: Final = (
    *("", "~", "null", "yes", "- ", "[", "]", "{", "}", ": ", "&a ", "*a", "!!python/object:os.system ", "'", '"', "\t", "\x00", "\u202e", "\ud800"),
    *(
        "9" * 400,
        "-1",
        "1e9999",
        "2024-13-45",
        "0000-00-00",
        "9999-12-31",
        "*",
        "[*",
        "?" * 60,
        "a" * 5_000,
        "\n---\n",
        "|",
        ">",
        "#",
        "é",
        "::error::",
    ),
    *("cases", "waivers", "expect", "not_yet", "unknown", "under 18", "england.notification.serious_incident", "notify_panel", "true", "[[[[[[[["),
)


def spoilt(text: str, chance: random.Random) -> bytes:
    """Return a text with one to four things done to it."""
    raw = text.encode()
    for _ in range(chance.randint(1, 4)):
        lines = raw.split(b"\n")
        place = chance.randrange(len(lines))
        odd = chance.choice(ODD).encode("utf-8", "surrogatepass")
        match chance.randrange(8):
            case 0:
                del lines[place]
            case 1:
                lines.insert(place, lines[chance.randrange(len(lines))])
            case 2:
                lines[place] = b" " * chance.randint(0, 6) + lines[place].lstrip()
            case 3:
                at = chance.randint(0, len(lines[place]))
                lines[place] = lines[place][:at] + odd + lines[place][at:]
            case 4:
                key, colon, _ = lines[place].rpartition(b":")
                lines[place] = key + colon + b" " + odd
            case 5:
                words = lines[place].split(b" ")
                words[chance.randrange(len(words))] = odd
                lines[place] = b" ".join(words)
            case 6:
                lines = lines[:place]
            case _:
                at = chance.randint(0, len(lines[place]))
                lines[place] = lines[place][:at] + bytes([chance.randrange(256)]) + lines[place][at + 1 :]
        raw = b"\n".join(lines)
    return raw


def tried(folder: Path, number: int) -> tuple[int, str]:
    """Spoil one file, run the command on it, and return the exit code and what is not as it should be; nothing if all is."""
    chance = random.Random(number)  # noqa: S311 -- to be the same again
    which = number % 3
    (folder / "a.cspr.yaml").write_bytes(spoilt((ONE, TWO)[which], chance) if which < 2 else TWO.encode())
    (folder / "w.yaml").write_bytes(spoilt(WAIVERS, chance) if which == 2 else WAIVERS.encode())
    shape = FORMATS[number % len(FORMATS)]
    words = ["test", str(folder / "a.cspr.yaml"), "--waivers", str(folder / "w.yaml"), "--on", ON, "--format", shape]
    try:
        code, out, err = in_process(words)
    except Exception as error:
        return -1, f"{type(error).__name__}: {error}"
    if code not in (0, 1, 2) or "Traceback" in out + err:
        return code, "an exit code or a traceback that should not be"
    if code == 2 and not out and "w.yaml" not in err:
        return code, "nothing was said"
    readers: dict[str, Callable[[str], object]] = dict.fromkeys(("json", "sarif", "gitlab"), json.loads)
    readers |= dict.fromkeys(("junit", "junit-with-lines"), ElementTree.fromstring)  # what the command wrote itself
    try:
        if out and shape in readers:
            readers[shape](out)
    except (ValueError, ElementTree.ParseError) as error:
        return code, f"what was written as {shape} cannot be read: {error}"
    return code, ""


def main(count: int) -> int:
    """Try so many files, and return how many came out wrong."""
    codes: Counter[int] = Counter()
    wrong, slowest = 0, 0.0
    with tempfile.TemporaryDirectory() as folder:
        tried(Path(folder), 0)  # the rules are read once, and that is not timed
        for number in range(count):
            began = time.perf_counter()
            code, problem = tried(Path(folder), number)
            slowest = max(slowest, time.perf_counter() - began)
            codes[code] += 1
            if problem:
                wrong += 1
                print(f"{number}: {problem}")
    print(f"{count} files: {dict(sorted(codes.items()))} by exit code, {wrong} wrong, the slowest {slowest:.2f} s")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB of memory at most")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]))))
