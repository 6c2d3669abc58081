"""``cspr-rules check``: every fault of a rules folder, and its examples run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cspr_rules.authoring.examples import checked_with_examples
from cspr_rules.cli.common import ANSWERED, BAD_INPUT, fail
from cspr_rules.loading.reading import real
from cspr_rules.loading.rulesets import packaged_rules


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR", help="a rules folder or a profile folder; the shipped rules if not given")


def run(options: argparse.Namespace) -> int:
    """Check it."""
    result = checked_with_examples(real(options.folder or packaged_rules()))
    if result.faults:
        fail(result.faults)
        print(_many(len(result.faults), "fault"), file=sys.stderr)
        return BAD_INPUT
    print(f"{_many(result.profiles, 'profile')}, {_many(result.rules, 'rule')}, {_many(result.examples, 'example')}: no faults")
    return ANSWERED


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
