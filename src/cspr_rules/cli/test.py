"""``cspr-rules test``: case files as tests, one for each thing that is expected of a case."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from cspr_rules.cli.answering import document_of
from cspr_rules.cli.common import ANSWERED, BAD_INPUT, FOUND, day, profile_option
from cspr_rules.cli.formats import Wanted, format_option, give, wanted, written
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.interchange.findings import findings_of
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.marking.case_tests import ENDING, TriedCase, files_below, tried_cases
from cspr_rules.marking.exercised import Exercised, exercised, percent, plain_exercised, total
from cspr_rules.marking.waivers import Waivers, read_waivers
from cspr_rules.reports import writing_html, writing_text
from cspr_rules.reports.exercised_sheet import exercised_page, exercised_sheet

COVERAGE: Final = ("text", "json", "html")


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help=f"a case file, or a folder in which every *{ENDING} is looked for (default: this folder)"
    )
    profile_option(parser)
    parser.add_argument("--waivers", type=Path, metavar="FILE", help="what may fail, why, and until when")
    parser.add_argument("--on", metavar="DAY", help="the day on which waivers have to hold: YYYY-MM-DD, or today")
    format_option(parser)
    parser.add_argument(
        "--coverage", metavar="FORMAT[=FILE]", help=f"what of the rules the cases exercise, as {', '.join(COVERAGE)}; with =FILE into a file"
    )
    parser.add_argument("--of", metavar="RULES", help="of these rules or groups of rules alone, such as england.notification")
    parser.add_argument("--min", type=_percent, metavar="PERCENT", help="fail if less than this is exercised")


def run(options: argparse.Namespace) -> int:
    """Run the tests: 0 if all pass or are excused, 1 if any fails, 2 if any cannot be read."""
    places = wanted(options.format)
    coverage = _coverage(options.coverage, places) if options.coverage is not None else None
    if options.of is not None and coverage is None and options.min is None:
        raise QuestionError([Fault("--of", "this is about what is exercised: say --coverage or --min too")])
    waivers = waivers_of(options.waivers, options.on)
    if options.profile is not None:
        load_ruleset(options.profile)  # what is wrong with the rules is told once, and not of every case
    cases = list(_tried(options.paths, options.profile))
    findings = findings_of("test", cases, waivers, Path.cwd())
    give(places, lambda shape: written(findings, shape))
    code = BAD_INPUT if findings.totals["error"] else FOUND if findings.bad else ANSWERED
    if coverage is not None or options.min is not None:
        groups = [group.strip() for group in (options.of or "").split(",") if group.strip()]
        found = exercised([case.marking for case in cases if case.marking is not None], groups)
        if coverage is not None:
            give([coverage], lambda shape: _covered(found, shape))
        done, there = total(found)
        if options.min is not None and done * 100 < options.min * there:
            print(f"the cases exercise {percent(done, there)} of the rules, less than the {options.min:g} % asked for", file=sys.stderr)
            code = code or FOUND
    return code


def _percent(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100:
        raise ValueError(text)
    return value


_percent.__name__ = "percentage from 0 to 100"  # how argparse calls it in a message


def _coverage(given: str, places: list[Wanted]) -> Wanted:
    (place,) = wanted([given], COVERAGE, "--coverage")
    printed = [each.format for each in places if each.file is None]
    if place.file is None and printed and {place.format, *printed} != {"text"}:
        raise QuestionError([Fault("--coverage", f"the tests are told on standard output; write this into a file: --coverage {place.format}=FILE")])
    return place


def _covered(found: Sequence[Exercised], shape: str) -> str:
    if shape == "json":
        return as_json(plain_exercised(found))
    if shape == "html":
        return writing_html.page(exercised_page(found), "What the cases exercise of the rules")
    return "\n" + writing_text.text(exercised_sheet(found), writing_text.paper())


def waivers_of(file: Path | None, on: str | None) -> Waivers | None:
    """Return the waivers of a run.

    Args:
        file: Where they are written.
        on: The day on which they have to hold.

    Raises:
        QuestionError: One is given without the other, or it is no day.
        CaseError: The file cannot be read.
    """
    if (file is None) != (on is None):
        message = "waivers end, so say on which day they have to hold: --on YYYY-MM-DD, or --on today"
        raise QuestionError([Fault("--waivers", message) if on is None else Fault("--on", "this is for waivers; name them with --waivers")])
    if file is None or on is None:
        return None
    return Waivers(read_waivers(file), day(on, "--on", may_be_today=True))


def _tried(paths: list[str], profile: str | None) -> Iterator[TriedCase]:
    names: dict[str, None] = {}
    for path in paths or ["."]:
        below = files_below(Path(path))
        names.update(dict.fromkeys(map(str, below)) if Path(path).is_dir() else {path: None})
    if not names:
        raise QuestionError([Fault("", f"no test was found, and that is no pass; expected files called *{ENDING}, or the names of case files")])
    for name in names:
        yield from tried_cases(document_of(name), profile)
