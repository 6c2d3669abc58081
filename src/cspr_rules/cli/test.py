"""``cspr-rules test``: case files as tests, one for each thing that is expected of a case."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from cspr_rules.cli.answering import document_of
from cspr_rules.cli.common import ANSWERED, BAD_INPUT, FOUND, day, profile_option
from cspr_rules.cli.formats import format_option, give, wanted, written
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.interchange.findings import findings_of
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.marking.case_tests import ENDING, TriedCase, files_below, tried_cases
from cspr_rules.marking.waivers import Waivers, read_waivers


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help=f"a case file, or a folder in which every *{ENDING} is looked for (default: this folder)"
    )
    profile_option(parser)
    parser.add_argument("--waivers", type=Path, metavar="FILE", help="what may fail, why, and until when")
    parser.add_argument("--on", metavar="DAY", help="the day on which waivers have to hold: YYYY-MM-DD, or today")
    format_option(parser)


def run(options: argparse.Namespace) -> int:
    """Run the tests: 0 if all pass or are excused, 1 if any fails, 2 if any cannot be read."""
    places = wanted(options.format)
    waivers = waivers_of(options.waivers, options.on)
    if options.profile is not None:
        load_ruleset(options.profile)  # what is wrong with the rules is told once, and not of every case
    cases = list(_tried(options.paths, options.profile))
    findings = findings_of("test", cases, waivers, Path.cwd())
    give(places, lambda shape: written(findings, shape))
    return BAD_INPUT if findings.totals["error"] else FOUND if findings.bad else ANSWERED


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
