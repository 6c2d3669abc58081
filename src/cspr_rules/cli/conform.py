"""``cspr-rules conform run``: another system's program, asked case by case and held against the rules."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cspr_rules.cli.common import ANSWERED, FOUND, profile_option
from cspr_rules.conformance.explaining import explanation
from cspr_rules.conformance.report_files import conformance_junit
from cspr_rules.conformance.running import Asked, expected_right, of_case_file, of_vectors
from cspr_rules.conformance.running import run as asked_all
from cspr_rules.conformance.scoring import Scored, as_plain, scored
from cspr_rules.conformance.vectors import read_vectors
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import CaseError, Fault, QuestionError, shown
from cspr_rules.explain.english import listed
from cspr_rules.loading.case_files import load_case
from cspr_rules.loading.rulesets import rules_for
from cspr_rules.reports import writing_markdown, writing_text
from cspr_rules.reports.conformance_sheet import conformance_sheet

TIMEOUT: Final = 10.0
_EVERY: Final = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(required=True, metavar="run", dest="action")
    one = actions.add_parser(
        "run", help="ask a program about cases and mark its answers", description="Ask a program about cases and mark its answers."
    )
    one.add_argument("--vectors", metavar="FILE", action="append", default=[], help="a file of vectors, a line of JSON each")
    one.add_argument("--cases", metavar="DIR", action="append", default=[], help="a folder of case files, or one case file")
    one.add_argument("--each", action="store_true", help="a process of its own for each case, instead of one for all")
    one.add_argument("--timeout", metavar="SECONDS", type=float, default=TIMEOUT, help=f"how long it may take for one answer (default: {TIMEOUT:g})")
    one.add_argument("--format", choices=("text", "markdown", "json", "junit"), default="text", help="junit is XML that CI tools show as tests")
    profile_option(one)
    one.add_argument("program", nargs=argparse.REMAINDER, metavar="-- PROGRAM", help="the program and its arguments")


def run(options: argparse.Namespace) -> int:
    """Run it: 0 if every answer given is right, 1 if not or if none is given; 2 if there is nothing to ask or nothing to run."""
    words = options.program[1:] if options.program[:1] == ["--"] else options.program
    if not words:
        raise QuestionError([Fault("PROGRAM", "expected a program after --, such as: cspr-rules conform run --cases DIR -- python answer.py")])
    if not 0 < options.timeout <= 3_600:
        raise QuestionError([Fault("--timeout", "expected seconds, more than 0 and at most 3600")])
    cases = list(_cases(options))
    if not cases:
        named = listed(shown(name) for name in (*options.vectors, *options.cases))
        asked = f"there is nothing to ask in {named}" if named else "there is nothing to ask"
        raise QuestionError([Fault("", f"{asked}; expected a file of vectors with --vectors, or case files that expect something with --cases")])
    progress = _Progress(len(cases)) if sys.stderr.isatty() else None
    found = asked_all(words, cases, options.timeout, each=options.each, told=progress)
    if progress:
        progress.end()
    for result in found.results:
        if result.wrong and result.state == "marked" and (told := expected_right(result.asked)):
            raise CaseError([Fault(result.asked.id, f"{told}; it was made with other rules, so no answer is marked by it")])
    counted = scored(found, explanation(found.results))
    sys.stdout.write(_printed(counted, sorted({case.ruleset.profile.id for case in cases}), options.format))
    return ANSWERED if counted.conforms else FOUND


def _cases(options: argparse.Namespace) -> Iterator[Asked]:
    for name in options.vectors:
        yield from of_vectors(read_vectors(Path(name)), lambda own: rules_for(options.profile, own))
    faults: list[Fault] = []
    for name in options.cases:
        path = Path(name)
        files = sorted(each for each in path.iterdir() if each.suffix in (".yaml", ".yml", ".json")) if path.is_dir() else [path]
        for each in files:
            try:
                file = load_case(each)
                ruleset = rules_for(options.profile, file.profile)
                as_of = file.as_of or file.case.check(ruleset.vocabulary).latest
            except CaseError as error:
                faults.extend(error.faults)
                continue
            if as_of:
                yield of_case_file(each.stem, file, ruleset, as_of)
            else:
                faults.append(Fault(str(each), "the case has no `as_of` and no date, so there is no day to look from"))
    if faults:
        raise CaseError(faults)


class _Progress:
    """A line on a terminal that says how far it is."""

    def __init__(self, all_of_them: int) -> None:
        self.all = all_of_them

    def __call__(self, done: int) -> None:
        """Say how many are done."""
        if done % _EVERY == 0 or done == self.all:
            sys.stderr.write(f"\r{done} of {self.all} cases")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


def _printed(found: Scored, profiles: list[str], shape: str) -> str:
    match shape:
        case "json":
            return as_json(as_plain(found, profiles))
        case "junit":
            return conformance_junit(found)
        case "markdown":
            return writing_markdown.markdown(conformance_sheet(found))
        case _:
            return writing_text.text(conformance_sheet(found), writing_text.paper())
