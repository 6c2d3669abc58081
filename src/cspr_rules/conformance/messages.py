"""The messages of the protocol by which a program is held against the rules: what is written, what is read, and the schema that is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, NotRequired, TypeAlias

from typing_extensions import TypedDict

VERSION: Final = 1


class StartMessage(TypedDict):
    """The first line that a program reads."""

    cmd: Literal["start"]
    version: Literal[1]
    profile: str


class AskedFor(TypedDict, total=False):
    """What is asked for: the names of rules and duties, without their answers; and whether questions and notes are."""

    outcomes: Sequence[str]
    duties: Sequence[str]
    by: Sequence[str]
    to: Sequence[str]
    cites: Sequence[str]
    status: Sequence[str]
    ask: Literal[True]
    notes_from: Literal[True]


class RunMessage(TypedDict):
    """A case that a program reads. What is not in the case is not known, which is not no."""

    cmd: Literal["run"]
    seq: str
    profile: str
    as_of: str
    case: Mapping[str, Any]
    asked: AskedFor


class StopMessage(TypedDict):
    """The last line that a program reads; it ends with exit code 0 and writes nothing."""

    cmd: Literal["stop"]


class StartedMessage(TypedDict):
    """What a program writes to start."""

    version: Literal[1]
    name: NotRequired[str]


class AnswersMessage(TypedDict):
    """What a program writes to a case that it has answers to."""

    seq: str
    answers: Mapping[str, Any]


class SkippedMessage(TypedDict):
    """What a program writes to a case that its system does not model."""

    seq: str
    skipped: str


class ErroredMessage(TypedDict):
    """What a program writes to a case with which its system failed."""

    seq: str
    errored: str


Read: TypeAlias = StartMessage | RunMessage | StopMessage
"""What a program reads."""
Written: TypeAlias = StartedMessage | AnswersMessage | SkippedMessage | ErroredMessage
"""What a program writes."""
ANSWERING: Final = ("answers", "skipped", "errored")
"""The keys of which exactly one stands in what a program writes to a case."""
