"""``cspr-rules replay``: stored decision records decided again from what they hold; what differs, and why."""

from __future__ import annotations

import argparse

from cspr_rules.cli.answering import document_of
from cspr_rules.cli.common import ANSWERED, FOUND, fail, profile_option
from cspr_rules.errors import CaseError, CsprRulesError, Fault, shown
from cspr_rules.interchange.deciding_again import DecidedAgain, decide_again
from cspr_rules.interchange.stored_records import MOST_RECORD_BYTES
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.ruleset import Ruleset


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("records", nargs="+", metavar="RECORD", help="a decision record as `decide --format json` writes it; - for standard input")
    profile_option(parser)


def run(options: argparse.Namespace) -> int:
    """Decide each again: 0 if no answer differs, 1 if any does, 2 if one cannot be read; the others are decided all the same."""
    ruleset = None if options.profile is None else load_ruleset(options.profile)
    faults: list[Fault] = []
    same = True
    for name in options.records:
        try:
            found = _again(name, ruleset)
        except CsprRulesError as error:
            faults.extend(error.faults)
            continue
        same = same and found.same
        print(f"{shown(name)}: {found}")
    if faults:
        return fail(faults)
    return ANSWERED if same else FOUND


def _again(name: str, ruleset: Ruleset | None) -> DecidedAgain:
    document = document_of(name, json_up_to=MOST_RECORD_BYTES)
    if document.faults:
        raise CaseError(document.faults)
    return decide_again(document.value, ruleset, name=document.name)  # type: ignore[arg-type] # whatever it holds: what is no record is refused
