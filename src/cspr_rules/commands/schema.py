"""``cspr-rules schema``: the JSON Schema of a decision record, a case file, answers or marked answers."""

from __future__ import annotations

import argparse
import sys

from cspr_rules import schema
from cspr_rules.commands.common import ANSWERED, profile_option
from cspr_rules.loading import load_ruleset
from cspr_rules.wire import as_json


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("of", choices=("record", "case", "answers", "marking"))
    profile_option(parser)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    match options.of:
        case "case":
            made = schema.case_schema(load_ruleset("bcp" if options.profile is None else options.profile).vocabulary)
        case "record":
            made = schema.record_schema()
        case "answers":
            made = schema.answers_schema()
        case _:
            made = schema.marking_schema()
    sys.stdout.write(as_json(made))
    return ANSWERED
