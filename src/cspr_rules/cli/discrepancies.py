"""``cspr-rules discrepancies``: the register of discrepancies, for the people who own the guidance."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.authoring.discrepancies import plain_register, register
from cspr_rules.authoring.discrepancies_report import register_sheet
from cspr_rules.cli.common import ANSWERED, profile_option
from cspr_rules.engine.plain_values import as_json
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.reports import writing_markdown, writing_text


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these entries, such as D14")
    profile_option(parser)
    parser.add_argument("--clause", metavar="ID", help="only entries that touch this clause or a limb of it, such as bcp.5.3")
    parser.add_argument("--rule", metavar="ID", help="only entries that this rule carries")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text")


def run(options: argparse.Namespace) -> int:
    """Print the register."""
    ruleset = load_ruleset(options.profile or "bcp")
    found = register(ruleset, options.ids, clause=options.clause, rule=options.rule)
    if options.format == "json":
        sys.stdout.write(as_json(plain_register(ruleset, found)))
    else:
        pieces = register_sheet(ruleset, found)
        as_text = options.format == "text"
        sys.stdout.write(writing_text.text(pieces, writing_text.paper()) if as_text else writing_markdown.markdown(pieces))
    return ANSWERED
