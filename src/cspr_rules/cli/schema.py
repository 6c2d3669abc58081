"""``cspr-rules schema``: the JSON Schemas of what is read and written, or a service described as OpenAPI."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.cli.common import ANSWERED, profile_option
from cspr_rules.conformance import vector_shape
from cspr_rules.engine.plain_values import as_json
from cspr_rules.interchange import answer_shape
from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.openapi import openapi
from cspr_rules.interchange.record_shape import record_schema
from cspr_rules.loading.rulesets import rules_for


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("of", choices=("record", "case", "answers", "marking", "findings", "vector", "openapi"))
    profile_option(parser)


def run(options: argparse.Namespace) -> int:
    """Print it."""
    match options.of:
        case "case":
            made = case_schema(rules_for(options.profile, None).vocabulary)
        case "openapi":
            made = openapi(rules_for(options.profile, None))
        case "record":
            made = record_schema()
        case "answers":
            made = answer_shape.answers_schema()
        case "findings":
            from cspr_rules.interchange.findings_shape import findings_schema  # the other schemas do not wait for it

            made = findings_schema()
        case "vector":
            made = vector_shape.vector_schema()
        case _:
            made = answer_shape.marking_schema()
    sys.stdout.write(as_json(made))
    return ANSWERED
