"""``cspr-rules lint``: what is sound in rules and profiles and still likely to be a mistake, each with a code and a page."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from cspr_rules.authoring.linting.codes import CODES, page_of
from cspr_rules.authoring.linting.fixing import fix
from cspr_rules.authoring.linting.linting import Linted, chosen, lint, no_such
from cspr_rules.authoring.linting.reporting import findings_of
from cspr_rules.cli.common import ANSWERED, BAD_INPUT, FOUND, fail
from cspr_rules.cli.formats import FORMATS, format_option, give, wanted, written
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.explain.english import counted
from cspr_rules.interchange.findings import Findings, where
from cspr_rules.loading.reading import real
from cspr_rules.loading.rulesets import packaged_rules
from cspr_rules.safe_text import visible


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "folder",
        nargs="?",
        metavar="DIR|PROFILE",
        help="a rules folder, a profile folder, or the name of a profile that ships; the shipped rules if not given",
    )
    parser.add_argument("--explain", metavar="CODE", help="print the page of a code: what it is, why, a wrong example and a right one")
    parser.add_argument("--fix", action="store_true", help="put right what can be put right without a change of meaning, and say what")
    parser.add_argument("--select", action="append", default=[], metavar="CODE", help="look for this code alone; may be given several times")
    parser.add_argument("--ignore", action="append", default=[], metavar="CODE", help="do not look for this code; may be given several times")
    format_option(parser)


def run(options: argparse.Namespace) -> int:
    """Look through the files: 0 if nothing is found, 1 if something is, 2 if the files are not sound."""
    if options.explain is not None:
        if options.explain not in CODES:
            raise QuestionError([Fault("--explain", no_such(options.explain))])
        sys.stdout.write(page_of(CODES[options.explain]))
        return ANSWERED
    places = wanted(options.format, FORMATS)
    codes = chosen(options.select, options.ignore)
    if options.fix and (options.folder is None or not Path(options.folder).exists()):
        raise QuestionError([Fault("--fix", "name the folder whose files are to be put right; those that ship with the package stay as they are")])
    folder = _folder(options.folder)
    linted = lint(folder, codes)
    if options.fix and (done := fix(linted.findings, {entry.file: path for entry, path in linted.files})):
        for each in done:
            print(f"{where(each.place, Path.cwd())}: {each.finding.code} put right: {each.says}", file=sys.stderr)
        linted = lint(folder, codes)
    findings = findings_of(linted, Path.cwd())
    # In words, each finding is a line of its own, as a compiler has it.
    as_words = [each for each in places if each.format == "text" and each.file is None]
    give([each for each in places if each not in as_words], lambda shape: written(findings, shape))
    if as_words:
        _tell(findings, linted)
    return BAD_INPUT if linted.faults else FOUND if linted.findings else ANSWERED


def _folder(named: str | None) -> Path:
    """Return the folder that is meant: one that is there, or that of a profile that ships."""
    if named is None:
        return real(packaged_rules())
    ships = packaged_rules() / named
    return real(ships if not Path(named).exists() and (ships / "profile.yaml").is_file() else Path(named))


def _tell(findings: Findings, linted: Linted) -> None:
    for each in findings.all:
        if each.state == "failed":
            print(f"{each.where}: {each.code}: {visible(each.says)}")
    if linted.faults:
        fail([Fault(str(each.where), each.says) for each in findings.all if each.state == "error"])
        print(f"{counted(len(linted.faults), 'fault')} that `check` refuses; lint looks no further before they are mended", file=sys.stderr)
    elif not linted.findings:
        print(f"{counted(len(linted.files), 'file')}: nothing found")
    else:
        codes = Counter(each.code for each in linted.findings)
        print(f"{counted(len(linted.findings), 'finding')}; `cspr-rules lint --explain {next(iter(sorted(codes)))}` says why")
