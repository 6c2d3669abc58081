"""Sound documents spoilt, the same way for the same seed: parts replaced, left out, doubled, renamed or moved; texts cut, doubled and pierced."""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

JUNK: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 10**30, 1.5, "", "met", "2024-02-30", "2024-04-05", "unknown", "\x1b[31m", "x" * 500,
    [], [None], {}, {"a": {}}, [[[]]],
)  # fmt: skip
"""Values that JSON has and that seldom fit."""


def _deep(levels: int) -> Any:
    made: Any = 1
    for number in range(levels):
        made = [made] if number % 2 else {"value": made}
    return made


ODD: Final[tuple[Any, ...]] = (
    *JUNK, 17, -(10**30), 1e308, math.nan, math.inf, -0.0, 2**63, "not_yet", "day_not_known", "1 to 3", "under 0", "9 to 2", "2024-03", "02024-01-01",
    "9999-12-31", "0001-01-01", "2024-01 to 2024-02-01", "٣", "\ud800", "\u202eyes", "a\nb", "\x00", " true ", "yes", "child.died", "NaN", "1e9",
    date.min, date.max, date(2024, 3, 27), datetime(2024, 3, 27, tzinfo=UTC), datetime(2024, 3, 27), time(), timedelta(1), Decimal("NaN"),
    Decimal(3), Fraction(1, 3), b"yes", (), (1, 2), {1, 2}, frozenset(), range(3), object(), int, len, NotImplemented, ..., 1j, Path("x"), _deep(60),
    {"value": True}, {"value": "known", "role": "lead officer"}, {"role": ""}, {"value": None, "on": "2024-02-30"}, {1: 2}, {None: None}, {"": 0},
)  # fmt: skip
"""Values from Python, too."""

PIECES: Final[tuple[bytes, ...]] = (
    b"", b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\n", b"\r", b"\t", b"  ", b":", b": ", b"- ", b"#", b"'", b'"', b"[", b"]",
    b"{", b"}", b",", b"&a ", b"*a", b"!!python/object/apply:os.system [x]", b"!!binary aGk=", b"<<: ", b"---\n", b"...\n", b"%YAML 1.1\n", b"? ",
    b"| ",
    b"> ", b"null", b"true", b"no", b"~", b"0x10", b"010", b"1e999", b".nan", b"-.inf", b"9" * 400, b"2024-02-30", b"not_yet", b"child.dyed",
    "\u202e".encode(), "\u2028".encode(), "\u00a0".encode(), "é🙂".encode(), b"[" * 60, b'{"a":' * 60, b"- " * 60, b"x" * 3000, b"\\ud800",
    b"\\u0000", b"\x1b[2J", b"=1+1", b";", b"\r\n",
)  # fmt: skip
"""What is put into texts: what YAML, JSON and CSV give a meaning to, half characters, numbers without end, and nesting."""


def places_in(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every part of a document."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places_in(value[key], (*path, key))


def mutated(document: dict[str, Any], chance: random.Random, junk: Sequence[Any] = JUNK) -> dict[str, Any]:
    """Return a document with one to three of its parts replaced, left out, doubled or renamed, more often near the top than by their number."""
    made = copy.deepcopy(document)
    for _ in range(chance.randint(1, 3)):
        every = list(places_in(made))
        near = [path for path in every if len(path) <= 3]  # else nearly every change would fall on one of thousands of words
        path = chance.choice(near if near and chance.random() < 0.6 else every)
        here: Any = made
        for part in path[:-1]:
            here = here[part]
        match chance.randrange(4):
            case 0:
                here[path[-1]] = copy.deepcopy(chance.choice(junk))  # a later change may fall into it
            case 1:
                del here[path[-1]]
            case 2 if isinstance(here, list):
                here.insert(path[-1], copy.deepcopy(here[path[-1]]))
            case 2:
                here[f"{path[-1]}x"] = here.pop(path[-1])
            case _:
                other: Any = made
                for part in chance.choice(list(places_in(made))):
                    other = other[part]
                here[path[-1]] = copy.deepcopy(other)
        if not made:
            break
    return made


def pierced(text: bytes, chance: random.Random) -> bytes:
    """Return a text that was cut, or in which one to four pieces were put in, left out, doubled or moved."""
    if chance.random() < 0.1:
        return text[: chance.randint(0, len(text))]
    made = bytearray(text)
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(made))
        end = min(len(made), start + int(chance.expovariate(1 / 12)))
        match chance.randrange(5):
            case 0:
                made[start:end] = chance.choice(PIECES)
            case 1:
                made[start:start] = chance.choice(PIECES)
            case 2:
                made[start:start] = made[start:end]
            case 3:
                piece = made[start:end]
                del made[start:end]
                place = chance.randint(0, len(made))
                made[place:place] = piece
            case _ if made:
                made[min(start, len(made) - 1)] = chance.randrange(256)
            case _:
                pass
    return bytes(made)
