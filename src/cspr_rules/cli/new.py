"""``cspr-rules new``: a rule, with its examples and its page, or a profile folder, to start from."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from cspr_rules.authoring.new_profile import new_profile
from cspr_rules.authoring.scaffold import new_rule
from cspr_rules.cli.common import ANSWERED
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.loading.reading import real

_OF_A_RULE: Final = {"cites": "--cites", "fact": "--fact", "rules": "--rules"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("kind", choices=("rule", "profile"), help="what to start")
    parser.add_argument("id", metavar="ID", help="of a rule, its permanent id: profile.area.name; of a profile, its id, which its folder is called")
    parser.add_argument("--cites", metavar="KEY", help="of a rule: the provision it rests on; gives the layer, the verb and the dates")
    parser.add_argument("--fact", metavar="ID", help="of a rule: the fact to test; without it, the first that is answered with yes or no")
    where = "of a rule: a rules folder or a profile folder (default: the one you are in, else rules)"
    parser.add_argument("--rules", type=Path, metavar="DIR", help=where)
    out = "of a rule: where the pages stand (default: docs/rules beside the rules folder); of a profile: where its folder is to be (default: here)"
    parser.add_argument("--out", type=Path, metavar="DIR", help=out)


def run(options: argparse.Namespace) -> int:
    """Write it."""
    return _profile(options) if options.kind == "profile" else _rule(options)


def _rule(options: argparse.Namespace) -> int:
    given = options.rules or (Path() if Path("profile.yaml").is_file() else Path("rules"))
    folder = real(given)
    made = new_rule(options.id, folder, cites=options.cites, fact=options.fact, out=options.out or folder.parent / "docs" / "rules")
    print(f"wrote {made.rule}")
    for page in made.pages:
        print(f"wrote {page}")
    print(f"`cspr-rules check {given}` finds no faults in it; now put the law in it")
    return ANSWERED


def _profile(options: argparse.Namespace) -> int:
    for name, option in _OF_A_RULE.items():
        if getattr(options, name) is not None:
            raise QuestionError([Fault(option, "this is for a rule; leave it out")])
    folder = options.out or Path()
    for path in new_profile(options.id, folder):
        print(f"wrote {path}")
    print(f"`cspr-rules check {folder / options.id}` finds no faults in it; in that folder, `cspr-rules new rule` starts a rule")
    return ANSWERED
