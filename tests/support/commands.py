"""The command run inside this process, and cases to run it on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from tests.support.running import in_process

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
SIN = "england.notification.serious_incident"
EASTER = """\
title: A baby is seriously harmed two days before Good Friday
facts:
  incident.occurred_on: 2024-03-26
  incident.authority_aware_on: 2024-03-27
  child.place_of_harm: in_area
  concern.authority_view: suspected
  child.age_at_harm: 0
  child.seriously_harmed: true
"""


class Ran(NamedTuple):
    """What one run of the command came to."""

    code: int
    out: str
    err: str

    @property
    def flat(self) -> str:
        """What it printed, with line breaks and indents as single spaces."""
        return " ".join(self.out.split())

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Run(Protocol):
    def __call__(self, *arguments: str, stdin: bytes | None = None) -> Ran: ...


def ran(*arguments: str, stdin: bytes | None = None) -> Ran:
    """Run the command inside this process, with standard streams as strict about text as real ones are."""
    return Ran(*in_process(arguments, stdin))
