"""``cspr-rules train generate``: exercises made from the rules, as files in a folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cspr_rules.cli.common import ANSWERED, schemas_option
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.explain.english import counted
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.marking.answer_sheet import groups_of, of_group
from cspr_rules.model.ruleset import Ruleset

ACTION: Final = "generate"
_KINDS: Final = ("pairs", "boundaries", "open")
_ELSE: Final = ("unit", "answers", "again", "check", "list", "review", "paper", "key", "notes", "page", "export", "class_", "handout")
_USUAL: Final = 20
_MOST: Final = 2_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what it takes, besides what ``train`` takes."""
    own = parser.add_argument_group(f"with `{ACTION}` in place of files: make exercises from the rules")
    own.add_argument("--output", metavar="FOLDER", help="the folder to write them to, a file for each")
    own.add_argument("--count", type=int, metavar="N", help=f"how many (default: {_USUAL})")
    own.add_argument("--seed", type=int, metavar="N", help="the same number gives the same exercises, another one others (default: 1)")
    own.add_argument(
        "--kind",
        action="append",
        choices=_KINDS,
        help="two cases that differ in one fact, a day or an age at its edge, or what cannot be said yet; may be given several times (default: all)",
    )
    own.add_argument("--rules", action="append", metavar="ID", help="about this rule, or the rules of this group; may be given several times")
    schemas_option(own, "each of them")


def asked(options: argparse.Namespace) -> bool:
    """Return whether exercises are to be made.

    Raises:
        QuestionError: An option of it is given without it, or what does not go with it.
    """
    if ACTION in options.files:
        if options.files != [ACTION]:
            raise QuestionError([Fault(ACTION, "expected it alone; files do not go with it")])
        beside = [f"--{name.rstrip('_')}" for name in _ELSE if getattr(options, name)]
        if beside:
            raise QuestionError([Fault(beside[0], f"this does not go with `train {ACTION}`; give the files that it wrote to `train` afterwards")])
        return True
    given = [f"--{name}" for name in ("output", "count", "seed", "kind", "rules", "schemas") if getattr(options, name) is not None]
    if given:
        raise QuestionError([Fault(given[0], f"this belongs to `train {ACTION}`")])
    return False


def run(options: argparse.Namespace) -> int:
    """Make them: 0 once they are written, 2 for bad input."""
    # What makes boundaries is loaded when it is wanted, and not before.
    from cspr_rules.authoring.exercises.making import generated
    from cspr_rules.authoring.schemas.modelines import modeline

    count, seed = _USUAL if options.count is None else options.count, 1 if options.seed is None else options.seed
    if not 1 <= count <= _MOST:
        raise QuestionError([Fault("--count", f"expected a number from 1 to {_MOST}")])
    if options.output is None:
        raise QuestionError([Fault("--output", "expected the folder to write the exercises to")])
    folder = Path(options.output)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise QuestionError([Fault(options.output, "expected a new or empty folder; nothing in it is overwritten")])
    ruleset = load_ruleset(options.profile if options.profile is not None else "england")
    kinds = tuple(each for each in _KINDS if each in (options.kind or _KINDS))
    found = generated(ruleset, count=count, seed=seed, kinds=kinds, rules=_rules(ruleset, options.rules))
    folder.mkdir(parents=True, exist_ok=True)
    for each in found.made:
        file = folder / f"{each.exercise.id}.yaml"
        file.write_text((modeline("exercise", options.schemas, file) if options.schemas else "") + each.text, encoding="utf-8")
    rules = {each.rule for each in found.made}
    sys.stdout.write(f"{counted(len(found.made), 'exercise')} about {counted(len(rules), 'rule')} in {shown(str(folder))}\n")
    sys.stdout.writelines(f"none about {name}: {why}\n" for name, why in found.without.items())
    return ANSWERED


def _rules(ruleset: Ruleset, names: Sequence[str] | None) -> list[str] | None:
    if names is None:
        return None
    every = list(dict.fromkeys(rule.id for rule in ruleset.rules))
    known = groups_of(every)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise QuestionError([Fault("--rules", f"there is no rule or group of rules called '{shown(unknown[0])}'{did_you_mean(unknown[0], known)}")])
    return [name for name in every if of_group(name, names)]
