"""``cspr-rules schema``: the JSON Schemas of what is read and written, for editors and other systems, or a service described as OpenAPI."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cspr_rules.authoring.schemas.every import SCHEMAS, schema_named, write_schemas
from cspr_rules.cli.common import ANSWERED, profile_option
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.loading.rulesets import rules_for


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("of", nargs="?", metavar="NAME", help="the schema to print; without it, the names of all")
    parser.add_argument("--all", type=Path, metavar="DIR", help="write those of the files that people write into a folder, for an editor")
    profile_option(parser)


def run(options: argparse.Namespace) -> int:
    """Print it, write all, or list them."""
    if options.all is not None:
        if options.of is not None:
            raise QuestionError([Fault("", "--all writes every schema of a file that people write; leave out the name")])
        for path in write_schemas(rules_for(options.profile, None), options.all):
            print(f"wrote {path}")
        return ANSWERED
    if options.of is None:
        for name, each in SCHEMAS.items():
            print(f"{name:<16}{each.of}")
        return ANSWERED
    sys.stdout.write(as_json(schema_named(options.of).made(rules_for(options.profile, None))))
    return ANSWERED
