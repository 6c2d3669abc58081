"""``cspr-rules vectors``: cases at every boundary of the rules, with the answers that are right."""

from __future__ import annotations

import argparse
import sys
from hashlib import sha256
from pathlib import Path

from cspr_rules.authoring.vectors.whole import vectors
from cspr_rules.cli.common import ANSWERED, fail
from cspr_rules.conformance.vectors import line_of
from cspr_rules.errors import Fault
from cspr_rules.loading.rulesets import named_or_folder


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument(
        "--profile", action="append", metavar="NAME|DIR", help="whose rules; may be given several times (default: england and then bcp)"
    )
    parser.add_argument("--rule", metavar="ID", help="make only those of this rule")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to write them, as JSON Lines; to standard output if not given")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="how many processes make them (2)")


def run(options: argparse.Namespace) -> int:
    """Make them: a line each, in the order of the rules."""
    if options.workers < 1:
        return fail([Fault("--workers", "expected a number of processes, at least 1")])
    lines: list[str] = []
    for profile in options.profile or ["england", "bcp"]:
        told = _progress if sys.stderr.isatty() else None
        lines += map(line_of, vectors(named_or_folder(profile), options.rule, options.workers, told))
    text = "".join(lines).encode()
    if options.output is None:
        sys.stdout.write(text.decode())
        return ANSWERED
    options.output.write_bytes(text)
    print(f"{len(lines)} vectors, sha256 {sha256(text).hexdigest()}")
    return ANSWERED


def _progress(done: int, every: int) -> None:
    print(f"\r{done} of {every} rules", end="\n" if done == every else "", file=sys.stderr, flush=True)
