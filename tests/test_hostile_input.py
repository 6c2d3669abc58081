"""A sample of the hostile inputs of `python -m tests.support.hostile`: each is answered or refused in words, at once and in little memory."""

from __future__ import annotations

import random
import sys
import time

import pytest

from cspr_rules import CaseError, Fault
from tests.support import hostile
from tests.support.hostile import DOORS, WHOLE, one, run
from tests.support.hostile_doors import Door, Unsound

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the alarm that ends what hangs is one of POSIX systems")

FEW = {
    "frame": 30,
    "command line": 30,
    "rules": 60,
    "profile": 60,
    "mapping file": 50,
    "csv file": 50,
    "workbook": 50,
    "columnar file": 40,
    "exercise": 60,
}


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.name)
def test_whatever_comes_through_a_door_is_answered_or_refused(door: Door) -> None:
    tried = run(door, 1, FEW.get(door.name, 120))
    assert not tried.faults, "\n".join(tried.faults)
    assert tried.ends["refused"], "none was bad, so nothing was tried"
    assert tried.ends.total() > tried.ends["refused"], "none was sound, so that nothing behind the door was reached"


def test_every_door_has_its_share_of_the_whole() -> None:
    assert WHOLE.keys() == {door.name for door in DOORS}
    assert sum(WHOLE.values()) == 338_000


def raising(_: random.Random) -> str:
    raise KeyError("no error of the library")


def hanging(_: random.Random) -> str:
    while True:
        time.sleep(0.01)


def unsound(_: random.Random) -> str:
    raise Unsound("an outcome that is none")


def wordless(_: random.Random) -> str:
    raise CaseError([Fault("", " ")])


def endless(_: random.Random) -> str:
    raise CaseError([Fault("", "x" * 3_000)])


@pytest.mark.parametrize(
    ("door", "end", "words"),
    [
        (raising, "raised", "KeyError"),
        (hanging, "hung", "no end after 0.2 seconds"),
        (unsound, "unsound", "an outcome that is none"),
        (wordless, "refused", "in words that are none"),
        (endless, "refused", "without end"),
    ],
)
def test_what_should_not_be_is_noticed(door: object, end: str, words: str) -> None:
    came, wrong = one(door, "made up", 1, 1, seconds=0.2)  # type: ignore[arg-type]
    assert came == end
    assert words in wrong


def test_memory_is_looked_at_after_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile, "MOST_MEGABYTES", -1.0)
    tried = run(Door("made up", lambda _: lambda _: "answered"), 1, 2)
    assert [fault.splitlines()[1] for fault in tried.faults] == ["0 MB more than before"] * 2
