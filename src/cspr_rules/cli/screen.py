"""``cspr-rules screen``: a register as it is: what is owed, late, open, and perhaps never done."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cspr_rules.cli.common import ANSWERED, FOUND, day, profile_option, schemas_line, schemas_option
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.loading.rulesets import load_ruleset


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("register", metavar="REGISTER", help="a .csv, .xlsx, .parquet or .feather file: a row for each case, or for each child")
    profile_option(parser)
    parser.add_argument("--mapping", metavar="FILE", help="which column is which fact and what its cells mean; --guess proposes one")
    parser.add_argument("--guess", action="store_true", help="print a mapping file to be confirmed by a person, and screen nothing")
    schemas_option(parser, "that file")
    parser.add_argument("--sheet", metavar="NAME", help="the sheet of a workbook (default: the first)")
    parser.add_argument("--as-of", metavar="DAY", help="the day to look from: YYYY-MM-DD or 'today'")
    parser.add_argument(
        "--rules", metavar="RULES", help="rules or groups of rules, with commas between them (default: those the profile asks about first)"
    )
    parser.add_argument(
        "--output", metavar="FILE", action="append", default=[], help="write it to a .csv, .xlsx, .parquet or .html file too; may be said again"
    )
    parser.add_argument("--fail-on", choices=("late", "faults"), help="exit with 1 if anything owed is late, or if anything in the register is wrong")


def run(options: argparse.Namespace) -> int:
    """Print it."""
    from cspr_rules.bulk.framing import narwhals

    narwhals("register")  # says what to install where it is missing
    from cspr_rules.bulk import guessing, mapped, mapping, register_files, screening
    from cspr_rules.reports import screened, screened_files

    ruleset = load_ruleset(options.profile or "bcp")
    for output in options.output:
        if Path(output).suffix.casefold() not in screened_files.SUFFIXES:
            raise QuestionError([Fault("--output", f"expected a name that ends in {', '.join(screened_files.SUFFIXES)}")])
    if options.guess:
        proposed = guessing.proposed(register_files.read_table(options.register, options.sheet), ruleset.vocabulary)
        sys.stdout.write(schemas_line("mapping", options.schemas) + proposed)
        return ANSWERED
    if not options.mapping:
        raise QuestionError(
            [Fault("--mapping", "say what the columns mean: `cspr-rules screen REGISTER --guess` proposes a mapping file to confirm")]
        )
    if not options.as_of:
        raise QuestionError([Fault("--as-of", "say from which day to look: YYYY-MM-DD or 'today'")])
    as_of = day(options.as_of, "--as-of", may_be_today=True)
    rules = [each.strip() for each in options.rules.split(",") if each.strip()] if options.rules else None
    said = mapping.read_mapping(options.mapping, ruleset.vocabulary)
    register = mapped.mapped(register_files.read_table(options.register, options.sheet), said, ruleset.vocabulary)
    found = screening.screen(register, ruleset, as_of, rules, _progress if sys.stderr.isatty() else None)
    sys.stdout.write(screened.text(found))
    for output in options.output:
        for path in screened_files.save(found, Path(output)):
            print(f"written: {path}", file=sys.stderr)
    late = any(each.owed and each.late for each in found.found)
    return FOUND if (options.fail_on == "late" and late) or (options.fail_on == "faults" and found.faults) else ANSWERED


def _progress(done: int, every: int) -> None:
    print(f"\r{done} of {every} cases", end="\n" if done == every else "", file=sys.stderr, flush=True)
