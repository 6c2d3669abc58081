"""``cspr-rules facts``: the facts a case may hold, or an empty case file."""

from __future__ import annotations

import argparse
import sys

from cspr_rules.cli.common import ANSWERED, profile_option, schemas_line, schemas_option
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.reports import reference


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("words", nargs="*", metavar="WORD", help="only facts whose id or meaning has every one of these words")
    profile_option(parser)
    parser.add_argument("--skeleton", action="store_true", help="write an empty case file to fill in")
    schemas_option(parser, "the case file")


def run(options: argparse.Namespace) -> int:
    """Print the vocabulary, or a skeleton."""
    ruleset = load_ruleset("bcp" if options.profile is None else options.profile)
    if options.skeleton:
        sys.stdout.write(schemas_line("case", options.schemas) + reference.skeleton(ruleset, options.profile))
        return ANSWERED
    found = reference.facts(ruleset, [word.casefold() for word in options.words])
    if not found:
        raise QuestionError([Fault("", "no fact has all of these words; `cspr-rules facts` lists every fact")])
    sys.stdout.write(found)
    return ANSWERED
