"""The command line: ``cspr-rules COMMAND``. Exit codes: 0 answered, 1 what was looked for was found, 2 bad input."""

from __future__ import annotations

import argparse
import gc
import io
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from cspr_rules import __version__
from cspr_rules.commands.common import ANSWERED, fail
from cspr_rules.errors import CsprRulesError

COMMANDS: Final = {
    "decide": "decide a case: who owes what to whom by when, why, and what to ask next",
    "facts": "list the facts a case may hold, or write an empty case file",
    "show": "show one rule, provision, fact, duty or discrepancy",
    "check": "check a rules folder or a profile folder, and run its examples",
    "coverage": "list every clause of the guidance with its rules, and what every rule stands on",
    "discrepancies": "list where sources disagree or are silent, for those who own the guidance",
    "sources": "say whether a copy of the guidance is the one that is encoded",
    "pages": "write a readable page for each rule and for what the rules rest on, or say which pages are stale",
    "new": "start a new rule, with its examples and its page",
    "history": "a case over time: begin, show, add to, correct; what changed between two days and why",
    "docket": "what is owed over one or many case files, soonest first; as a table, a calendar or a timeline",
    "audit": "every duty that arose over the life of cases, and what became of it, by source",
    "schema": "print the JSON Schema of a decision record or of a case file",
}
"""Each command and what it does; its module in :mod:`cspr_rules.commands` has the same name."""
MADE_BY_LOADING: Final = 200_000
"""About how many objects there are once rules are loaded."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after the program's name; those of the process if not given.

    Returns:
        The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:  # a process of its own: nothing that loading makes is garbage, so there is no use in looking for any in between
        gc.set_threshold(MADE_BY_LOADING)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter shows its number instead
    parser = argparse.ArgumentParser(
        prog="cspr-rules",
        description="Whom must an English local authority tell, by when, when a child dies or is seriously harmed.",
        epilog="Exit codes: 0 answered, 1 what was looked for was found (such as something overdue), 2 bad input.",
    )
    parser.add_argument("--version", action="version", version=f"cspr-rules {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command", prog=parser.prog)
    # The command that is named is all that has to be known to run it; to list the commands, or to say which there are, takes them all.
    for name in words[:1] if words[:1] and words[0] in COMMANDS else COMMANDS:
        purpose = COMMANDS[name]
        command = commands.add_parser(name, help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.")
        if name in words[:1]:
            module = import_module(f"cspr_rules.commands.{name}")
            module.configure(command)
            command.set_defaults(run=module.run)
    options = parser.parse_args(words)
    try:
        code: int = options.run(options)
    except CsprRulesError as error:
        return fail(error.faults)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return ANSWERED
    if arguments is None:  # the process ends here: its memory goes back as a whole, and a last search for garbage in it would only take time
        gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
