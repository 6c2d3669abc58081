"""``cspr-rules check``: every fault of a rules folder, and its examples run."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cspr_rules.authoring.examples import CheckResult, checked_with_examples
from cspr_rules.cli.common import ANSWERED, BAD_INPUT, fail
from cspr_rules.cli.formats import FORMATS, format_option, give, wanted, written
from cspr_rules.interchange.findings import KINDS, Findings, Found, nothing, where
from cspr_rules.loading.reading import real
from cspr_rules.loading.rulesets import at_home, packaged_rules


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a rules folder or a profile folder; the shipped rules if not given")
    format_option(parser)


def run(options: argparse.Namespace) -> int:
    """Check it."""
    places = wanted(options.format, FORMATS)
    folder = real(options.folder or packaged_rules())
    result = checked_with_examples(folder)
    looked_at = f"{_many(result.profiles, 'profile')}, {_many(result.rules, 'rule')}, {_many(result.examples, 'example')}: no faults\n"
    findings = Findings("check", tuple(_found(result, folder, Path.cwd())))
    # In words, what is wrong goes where every command tells it.
    as_words = [each for each in places if each.format == "text" and each.file is None]
    give([each for each in places if each not in as_words], lambda shape: written(findings, shape))
    if result.faults:
        if as_words:
            fail(result.faults)
            print(_many(len(result.faults), "fault"), file=sys.stderr)
        return BAD_INPUT
    if as_words:
        sys.stdout.write(looked_at)
    return ANSWERED


def _found(result: CheckResult, folder: Path, root: Path) -> Iterator[Found]:
    """Yield a finding for each fault of the files, and for each example of a rule."""
    of_examples = {f"example '{each.name}': {problem}" for each in result.tried for problem in each.problems}
    named: Counter[tuple[str, str]] = Counter()

    def name(suite: str, said: str) -> str:
        named[suite, said] += 1
        return f"{said} ({named[suite, said]})" if named[suite, said] > 1 else said

    for fault in result.faults:
        if fault.message not in of_examples:
            at = where(at_home(fault.place, folder), root)
            told = name(at.file, fault.path or "the file")
            yield Found("rules", "error", at.file, told, KINDS["rules"].title, "", "", fault.message, nothing, (), at)
    for each in result.tried:
        at = where(at_home(each.place, folder), root)
        told = name(at.file, f"{each.rule_id}: {each.name}")
        says = "; ".join(each.problems)
        yield Found("example", "failed" if says else "passed", at.file, told, KINDS["example"].title, "", "", says, nothing, (), at)


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
