"""``cspr-rules coverage``: every clause of the guidance with its rules or the reason why it has none, and what every rule stands on."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.authoring import coverage
from cspr_rules.authoring.coverage_report import coverage_report
from cspr_rules.cli.common import ANSWERED, fail, profile_option
from cspr_rules.engine.plain_values import as_json
from cspr_rules.loading.rulesets import check_profile


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    profile_option(parser)
    parser.add_argument("--clause", metavar="ID", help="only this clause and its limbs, such as bcp.5.3")
    parser.add_argument("--rule", metavar="ID", help="only this rule")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace) -> int:
    """Print the coverage; a clause or a rule that is not accounted for is a fault."""
    found = coverage.read_coverage(check_profile(options.profile or "bcp"))
    if options.format == "json":
        sys.stdout.write(as_json(coverage.plain_coverage(found, clause=options.clause, rule=options.rule)))
    else:
        sys.stdout.write(coverage_report(found, clause=options.clause, rule=options.rule))
    return fail(found.faults) if found.faults else ANSWERED
