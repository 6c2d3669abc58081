"""The command line: ``cspr-rules COMMAND``.

Exit codes: 0 answered, 1 what was looked for was found, 2 bad input or the answer cannot be written, 130 interrupted.
"""

from __future__ import annotations

import argparse
import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Final, NoReturn

from cspr_rules import __version__
from cspr_rules.cli.common import ANSWERED, INTERRUPTED, fail
from cspr_rules.errors import CsprRulesError, Fault
from cspr_rules.safe_text import visible

COMMANDS: Final = {
    "decide": "decide a case: who owes what to whom by when, why, and what to ask next",
    "ask": "an interview about a case: what is not known is asked for until everything is settled that answers can settle",
    "facts": "list the facts a case may hold, or write an empty case file",
    "show": "show one rule, provision, fact, duty or discrepancy",
    "check": "check a rules folder or a profile folder, and run its examples",
    "lint": "what is sound in rules and profiles and still likely to be a mistake, each with a code and a page that says why",
    "coverage": "list every clause of the guidance with its rules, and what every rule stands on",
    "discrepancies": "list where sources disagree or are silent, for those who own the guidance",
    "sources": "say whether a copy of the guidance is the one that is encoded, and list what is known to be coming",
    "pages": "write a readable page for each rule and for what the rules rest on, or say which pages are stale",
    "mutate": "change the rules in every single way and say what no example and no case notices, each with a case that would",
    "vectors": "write cases at every boundary of the rules, with the answers that are right, for other systems to be held against",
    "new": "start a new rule, with its examples and its page, or the folder of an authority",
    "history": "a case over time: begin, show, add to, correct; what changed between two days and why",
    "replay": "decide stored decision records again from what they hold, and say what differs and why",
    "docket": "what is owed over one or many case files, soonest first; as a table, a calendar or a timeline",
    "audit": "every duty that arose over the life of cases, and what became of it, by source",
    "screen": "a register as it is, from CSV, Excel or Parquet: what is owed, late, open, and perhaps never done",
    "sql": "the rules as a view of DuckDB, Spark, PostgreSQL or SQL Server, with every outcome in three values",
    "mark": "answers about cases, marked by the rules, with why and where it stands; and empty sheets to fill in",
    "test": "case files as tests: what is expected of each case has to be what the rules say; for CI",
    "conform": "another system's program, asked about cases over standard input and output and held against the rules",
    "train": "exercises that the rules mark: in a terminal, on paper, as one HTML file; and what a class answered",
    "schema": "print the JSON Schema of any file that is read or written, for editors and other systems, or a service as OpenAPI",
}
"""Each command and what it does; its module in :mod:`cspr_rules.cli` has the same name."""
MADE_BY_LOADING: Final = 200_000
"""About how many objects there are once rules are loaded."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after the program's name; those of the process if not given.

    Returns:
        The exit code.
    """
    if sys.stderr is None:  # it was closed; there is nobody to complain to
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 -- it stays open as long as the program runs
    if sys.stdout is None:
        return fail([Fault("", "standard output is closed, so there is nowhere to write the answer")])
    try:
        try:
            if arguments is not None:
                return _run(list(arguments))
            # A process of its own: nothing that loading makes is garbage, so there is no use in looking for any in between.
            gc.set_threshold(MADE_BY_LOADING)
            code = _run(sys.argv[1:])
            gc.freeze()  # the memory goes back as a whole when the process ends, and a last search for garbage in it would only take time
            return code
        finally:
            sys.stdout.flush()  # what cannot be written is known here and not while the program ends
    except CsprRulesError as error:
        return fail(error.faults)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        _give_up_on_output()
        return ANSWERED
    except OSError as error:
        _give_up_on_output()
        where = str(error.filename) if error.filename else ""
        what = "this cannot be read or written" if where else "the answer cannot be written, or not whole"
        return fail([Fault(where, f"{what}: {error.strerror or 'no reason given'}")])
    except KeyboardInterrupt:
        _give_up_on_output()
        return INTERRUPTED


def _run(words: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show a letter shows its number instead
    if sorted(words) == ["--json", "--version"]:
        from cspr_rules.cli.versions import versions
        from cspr_rules.engine.plain_values import as_json

        sys.stdout.write(as_json(versions()))
        return ANSWERED
    parser = _Parser(
        prog="cspr-rules",
        description="Whom must an English local authority tell, by when, when a child dies or is seriously harmed.",
        epilog="Exit codes: 0 answered, 1 what was looked for was found (such as something overdue), 2 bad input, or the answer cannot be written.",
    )
    also = "; with --json, of the rules, the shapes, Python and what is installed beside it, too"
    parser.add_argument("--version", action="version", version=f"cspr-rules {__version__}", help=f"print the version of the library{also}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command", prog=parser.prog)
    # The command that is named is all that has to be known to run it; to list the commands, or to say which there are, takes them all.
    for name in words[:1] if words[:1] and words[0] in COMMANDS else COMMANDS:
        purpose = COMMANDS[name]
        command = commands.add_parser(name, help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.")
        if name in words[:1]:
            module = import_module(f"cspr_rules.cli.{name}")
            module.configure(command)
            command.set_defaults(run=module.run)
    options = parser.parse_args(words)
    code: int = options.run(options)
    return code


class _Parser(argparse.ArgumentParser):
    """Repeats words that it does not know so that a terminal shows them and does not obey them."""

    def error(self, message: str) -> NoReturn:
        super().error(visible(message))


def _give_up_on_output() -> None:
    """Let what is still waiting to be written go nowhere, so that Python does not try again, and complain, as it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
