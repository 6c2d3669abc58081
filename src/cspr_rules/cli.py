"""The command line: ``cspr-rules decide | facts | show | check``.

Imports stand inside the commands: what a command does not need is not loaded, so that the first answer comes fast.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cspr_rules.errors import CsprRulesError, Fault, QuestionError

if TYPE_CHECKING:
    from cspr_rules.cases import CaseFile
    from cspr_rules.record import DecisionRecord

ANSWERED: Final = 0
BAD_INPUT: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: The words after the program's name; those of the process if not given.

    Returns:
        The exit code: 0 answered, 2 bad input.
    """
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except CsprRulesError as error:
        return _fail(error.faults)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return ANSWERED
    return code


def _fail(faults: Sequence[Fault]) -> int:
    for fault in faults:
        print(fault, file=sys.stderr)
    return BAD_INPUT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="cspr-rules",
        description="Whom must an English local authority tell, by when, when a child dies or is seriously harmed.",
        epilog="Exit codes: 0 answered, 2 bad input.",
    )
    parser.add_argument("--version", action="store_true", help="print the version and the digests of the shipped rules")
    parser.set_defaults(run=_version)
    commands = parser.add_subparsers(metavar="COMMAND")

    decide = commands.add_parser("decide", help="decide a case: who owes what to whom by when, why, and what to ask next")
    decide.add_argument("cases", nargs="+", metavar="CASE", help="a case file, YAML or JSON; - for standard input")
    _profile_option(decide)
    decide.add_argument(
        "--as-of",
        metavar="DAY",
        help="the day to look from: YYYY-MM-DD or 'today'; without it, the case's own, else the latest day it records",
    )
    decide.add_argument("--law-on", metavar="DAY", help="read the law as it stood on this day; without it, on the day of the incident")
    decide.add_argument("--format", choices=("text", "markdown", "json"), default="text")
    decide.set_defaults(run=_decide)

    facts = commands.add_parser("facts", help="list the facts a case may hold")
    facts.add_argument("words", nargs="*", metavar="WORD", help="only facts whose id or meaning has every one of these words")
    _profile_option(facts)
    facts.add_argument("--skeleton", action="store_true", help="write an empty case file to fill in")
    facts.set_defaults(run=_facts)

    show = commands.add_parser("show", help="show a rule, a provision, a fact or a discrepancy")
    show.add_argument("name", metavar="NAME")
    _profile_option(show)
    show.set_defaults(run=_show)

    check = commands.add_parser("check", help="check a rules folder or a profile folder, and run its examples")
    check.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="the shipped rules if not given")
    check.set_defaults(run=_check)

    schema = commands.add_parser("schema", help="print a JSON Schema: of a decision record, or of a case file")
    schema.add_argument("of", choices=("record", "case"))
    _profile_option(schema)
    schema.set_defaults(run=_schema)
    return parser


def _profile_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--profile", metavar="NAME|DIR", help="the authority: england, bcp, or a profile folder (default: the case's own, else bcp)")


def _day(text: str, option: str) -> date:
    from cspr_rules.vocabulary import parse_date

    if text == "today" and option == "--as-of":
        return date.today()  # the one place that reads the clock, because it was asked to
    try:
        return parse_date(text)
    except ValueError as error:
        raise QuestionError([Fault(option, str(error).removesuffix(", or not_yet"))]) from None


# -- decide --------------------------------------------------------------------------------------------------------------------------


def _decide(options: argparse.Namespace) -> int:
    from cspr_rules.wire import as_json

    answered: list[tuple[CaseFile, DecisionRecord]] = []
    faults: list[Fault] = []
    as_of = _day(options.as_of, "--as-of") if options.as_of else None
    law_on = _day(options.law_on, "--law-on") if options.law_on else None
    for name in options.cases:
        try:
            answered.append(_answer(name, options.profile, as_of, law_on))
        except CsprRulesError as error:
            faults.extend(error.faults)
    if options.format == "json":
        records = [record.to_dict() for _, record in answered]
        if records:
            sys.stdout.write(as_json(records[0] if len(options.cases) == 1 else records))
    else:
        from cspr_rules import reporting

        write = reporting.text if options.format == "text" else reporting.markdown
        sys.stdout.write("\n".join(write(record, case.title) for case, record in answered))
    return _fail(faults) if faults else ANSWERED


def _answer(name: str, profile: str | None, as_of: date | None, law_on: date | None) -> tuple[CaseFile, DecisionRecord]:
    from cspr_rules.cases import case_from
    from cspr_rules.evaluating import evaluate
    from cspr_rules.loading import load_ruleset
    from cspr_rules.reading import MOST_BYTES, read_bytes, read_file

    document = read_bytes(sys.stdin.buffer.read(MOST_BYTES + 1), "<stdin>") if name == "-" else read_file(Path(name))
    file = case_from(document)
    ruleset = load_ruleset(profile or file.profile or "bcp")
    day = as_of or file.as_of
    if day is None:
        # No clock is read: without a day, the case is looked at from the latest day it knows of, and the record says which.
        day = file.case.check(ruleset.vocabulary).latest or ruleset.checked_on
    return file, evaluate(ruleset, file.case, as_of=day, law_on=law_on)


# -- facts, show ---------------------------------------------------------------------------------------------------------------------


def _facts(options: argparse.Namespace) -> int:
    from cspr_rules import listing
    from cspr_rules.loading import load_ruleset

    ruleset = load_ruleset(options.profile or "bcp")
    if options.skeleton:
        sys.stdout.write(listing.skeleton(ruleset))
        return ANSWERED
    found = listing.facts(ruleset, [word.casefold() for word in options.words])
    if not found:
        raise QuestionError([Fault("", "no fact has all of these words; `cspr-rules facts` lists every fact")])
    sys.stdout.write(found)
    return ANSWERED


def _show(options: argparse.Namespace) -> int:
    from cspr_rules import listing
    from cspr_rules.loading import load_ruleset

    sys.stdout.write(listing.show(load_ruleset(options.profile or "bcp"), options.name))
    return ANSWERED


def _schema(options: argparse.Namespace) -> int:
    from cspr_rules import schema
    from cspr_rules.loading import load_ruleset
    from cspr_rules.wire import as_json

    made = schema.record_schema() if options.of == "record" else schema.case_schema(load_ruleset(options.profile or "bcp").vocabulary)
    sys.stdout.write(as_json(made))
    return ANSWERED


def _version(_: argparse.Namespace) -> int:
    from cspr_rules import __version__

    print(f"cspr-rules {__version__}")
    return ANSWERED


# -- check ---------------------------------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from cspr_rules.examples import checked_with_examples
    from cspr_rules.loading import packaged_rules

    folder = (options.folder or packaged_rules()).resolve()
    result = checked_with_examples(folder)
    if result.faults:
        _fail(result.faults)
        print(f"{len(result.faults)} fault{'s' if len(result.faults) != 1 else ''}", file=sys.stderr)
        return BAD_INPUT
    print(f"{result.profiles} profiles, {result.rules} rules, {result.examples} examples: no faults")
    return ANSWERED


if __name__ == "__main__":
    sys.exit(main())
