"""``cspr-rules schema``: the JSON Schema of a decision record, a case file, answers, marked answers or a vector."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.cli.common import ANSWERED, profile_option
from cspr_rules.conformance import vector_shape
from cspr_rules.engine.plain_values import as_json
from cspr_rules.interchange import answer_shape
from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.record_shape import record_schema
from cspr_rules.loading.rulesets import load_ruleset


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("of", choices=("record", "case", "answers", "marking", "vector"))
    profile_option(parser)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    match options.of:
        case "case":
            made = case_schema(load_ruleset("bcp" if options.profile is None else options.profile).vocabulary)
        case "record":
            made = record_schema()
        case "answers":
            made = answer_shape.answers_schema()
        case "vector":
            made = vector_shape.vector_schema()
        case _:
            made = answer_shape.marking_schema()
    sys.stdout.write(as_json(made))
    return ANSWERED
