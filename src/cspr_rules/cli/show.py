"""``cspr-rules show``: one rule, provision, fact, duty or discrepancy."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.cli.common import ANSWERED, profile_option
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.reports import reference


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("name", metavar="NAME", help="such as england.notification.serious_incident, ca2004/s16C/1, child.died, notify_panel or D14")
    profile_option(parser)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    sys.stdout.write(reference.show(load_ruleset("bcp" if options.profile is None else options.profile), options.name))
    return ANSWERED
