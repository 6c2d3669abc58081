"""``cspr-rules sources``: whether a copy of the guidance is the one that is encoded, and what is known to be coming."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from cspr_rules.authoring import watching
from cspr_rules.authoring.drift import read_digests
from cspr_rules.authoring.drift_report import check_copy, digest_file
from cspr_rules.cli.common import ANSWERED, profile_option
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.loading.reading import STDIN, refusal, standard_input
from cspr_rules.loading.rulesets import check_profile


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    actions = parser.add_subparsers(required=True, metavar="ACTION", dest="action")
    purposes = {
        "check": "say whether a copy of the guidance is the one that is encoded, and which clauses changed (exit code 0 the same, 1 it differs)",
        "digest": "for those who keep the rules: write the digests of a copy, with the clauses of every passage that is encoded already",
    }
    for name, purpose in purposes.items():
        action = actions.add_parser(name, help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.")
        action.add_argument(
            "file", metavar="FILE", help="the guidance as plain text, UTF-8, a table's row a line and tabs between its cells; - for standard input"
        )
        profile_option(action)
    purpose = "list what is known to be coming: where to look, what was found when somebody last looked, and what it would change"
    watch = actions.add_parser("watch", help=purpose, description=f"{purpose[:1].upper()}{purpose[1:]}.")
    watch.add_argument("--format", choices=("text", "json"), default="text")
    profile_option(watch)


def run(options: argparse.Namespace) -> int:
    """Compare the copy, or digest it, no word of which is printed; or list what is coming."""
    built = check_profile(options.profile or "bcp")
    if options.action == "watch":
        watch = watching.read_watch(built)
        sys.stdout.write(as_json(watching.as_plain(watch)) if options.format == "json" else watching.text(watch))
        return ANSWERED
    digests = read_digests(built)
    raw, name = _read(options.file)
    if options.action == "digest":
        sys.stdout.write(digest_file(digests, raw, name))
        return ANSWERED
    answer, code = check_copy(digests, raw, name)
    sys.stdout.write(answer)
    return code


def _read(name: str) -> tuple[bytes, str]:
    try:
        if name == "-":
            return standard_input(), STDIN
        if refused := refusal(Path(name), "the guidance as a plain text file"):
            raise QuestionError([Fault(name, refused)])
        return Path(name).read_bytes(), name
    except OSError as error:
        raise QuestionError([Fault(name, f"the file cannot be read: {error.strerror or 'no reason given'}")]) from None
