"""``cspr-rules new rule ID``: a rule to start from, with its examples and its page."""

from __future__ import annotations

import argparse
from pathlib import Path

from cspr_rules.authoring.scaffold import new_rule
from cspr_rules.cli.common import ANSWERED
from cspr_rules.loading.reading import real


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("kind", choices=("rule",), help="what to start: a rule")
    parser.add_argument("id", metavar="ID", help="the rule's permanent id: profile.area.name")
    parser.add_argument("--cites", metavar="KEY", help="the provision it rests on; gives the layer, the verb and the dates")
    parser.add_argument("--fact", metavar="ID", help="the fact to test; without it, the first that is answered with yes or no")
    parser.add_argument(
        "--rules", type=Path, metavar="DIR", help="a rules folder or a profile folder (default: this folder if it is that of a profile, else rules)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="where the pages stand (default: docs/rules beside the rules folder)")


def run(options: argparse.Namespace) -> int:
    """Write the rule and its page."""
    rules = options.rules or Path("." if Path("profile.yaml").is_file() else "rules")
    folder = real(rules)
    made = new_rule(options.id, folder, cites=options.cites, fact=options.fact, out=options.out or folder.parent / "docs" / "rules")
    print(f"wrote {made.rule}")
    for page in made.pages:
        print(f"wrote {page}")
    print(f"`cspr-rules check {rules}` finds no faults in it; now put the law in it")
    return ANSWERED
