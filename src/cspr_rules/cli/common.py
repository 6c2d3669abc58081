"""What commands share: exit codes, the profile option, days, and saying what is wrong."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Final

from cspr_rules.errors import Fault, QuestionError
from cspr_rules.model.values import parse_date

ANSWERED: Final = 0
FOUND: Final = 1
"""What was looked for was found: something overdue, stale or different."""
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130
"""Stopped by whoever started it; shells give this code to programs that are."""

MOST_TOLD: Final = 300
"""How many faults are printed; whoever has more mends these first."""


def fail(faults: Sequence[Fault]) -> int:
    """Print faults to standard error, one a line, and return the exit code for bad input."""
    with suppress(OSError):  # where even this cannot be written, the exit code has to do
        for fault in faults[:MOST_TOLD]:
            print(fault, file=sys.stderr)
        if len(faults) > MOST_TOLD:
            print(f"and {len(faults) - MOST_TOLD} more", file=sys.stderr)
    return BAD_INPUT


def profile_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--profile``."""
    parser.add_argument("--profile", metavar="NAME|DIR", help="the authority: england, bcp, or a profile folder (default: the case's own, else bcp)")


def schemas_option(parser: argparse._ActionsContainer, what: str) -> None:
    """Add ``--schemas``."""
    words = f"for an editor, begin {what} with a line that names its schema in this folder, which `cspr-rules schema --all` wrote"
    parser.add_argument("--schemas", type=Path, metavar="DIR", help=words)


def schemas_line(name: str, folder: Path | None) -> str:
    """Return the line that names a schema in a folder, for a file that is saved where one is; nothing where no folder is named."""
    from cspr_rules.authoring.schemas.modelines import modeline

    return modeline(name, folder, Path("saved.yaml")) if folder else ""


def day(text: str, option: str, *, may_be_today: bool = False) -> date:
    """Return the day that an option names.

    Args:
        text: ``YYYY-MM-DD``, or ``today`` where that is allowed: the one place that reads the clock, because it was asked to.
        option: The option's name, for the message.
        may_be_today: Whether ``today`` is allowed.

    Raises:
        QuestionError: It is not a day.
    """
    if text == "today" and may_be_today:
        return date.today()
    try:
        return parse_date(text)
    except ValueError as error:
        raise QuestionError([Fault(option, str(error).removesuffix(", or not_yet"))]) from None
