"""A new rule to start from: a file in the right folder with one condition, one duty and three examples, and its page.

What is written passes ``check`` at once, so that a mistake made later is the author's last change. Nothing is chosen that an author would not
see: the provision is theirs to name, and the fact, if they name none, is the first question with yes or no as its answer.
"""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Final, NamedTuple

from cspr_rules.authoring.concordance import read_library
from cspr_rules.authoring.examples import problems
from cspr_rules.authoring.pages.folder import made_pages, made_rule_page, write_pages
from cspr_rules.authoring.schemas.every import write_schemas
from cspr_rules.authoring.schemas.modelines import FOLDER, modeline
from cspr_rules.errors import Fault, QuestionError, did_you_mean
from cspr_rules.explain.english import rule_page
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.rulesets import check_folder, stands_on
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import STRENGTHS, Provision, Window
from cspr_rules.model.vocabulary import Fact

_ID: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}")
_ASKING: Final = (*STRENGTHS, "must_not")
"""Forces of a provision that asks something of somebody."""
_TAKEN: Final = ("vocabulary", "sources", "calendars")
"""Folders of a profile that hold something other than rules."""


class Scaffold(NamedTuple):
    """What was written.

    Attributes:
        rule: The rule's file.
        pages: The pages that were new or changed.
    """

    rule: Path
    pages: tuple[Path, ...]


def new_rule(rule_id: str, folder: Path, *, cites: str | None = None, fact: str | None = None, out: Path | None = None) -> Scaffold:
    """Write a new rule and its page.

    Args:
        rule_id: ``profile.area.name``.
        folder: A rules folder, or a profile folder.
        cites: The provision the rule rests on. It gives the layer, the verb and the dates.
        fact: The fact to test; the first one of the vocabulary that is answered with yes or no, if not given.
        out: The folder of pages. Where pages stand there already, those that the new rule changes are made again. ``None`` writes no page.

    Returns:
        What was written. Nothing that exists is overwritten, but for pages made from the rules.

    Raises:
        QuestionError: The id, the provision or the fact will not do, or the rule exists.
        RulesError: The folder had faults before.
    """
    profile, base = _home(rule_id, folder)
    built = check_folder(profile, base)
    if built.pack.faults or built.ruleset is None:
        raise _not_sound(folder)
    ruleset = built.ruleset
    file = profile / rule_id.split(".")[1] / f"{rule_id.split('.')[2]}.yaml"
    known = {name: rule.id for rule in ruleset.rules for name in (rule.id, *rule.aliases)}
    if rule_id in known:
        raise _bad(f"there is a rule called '{rule_id}' already; a later version of it is a second file with an adjoining window")
    if file.exists():
        raise _bad(f"{file} exists already; nothing is overwritten")
    text = _text(rule_id, ruleset, _provision(cites, ruleset), _fact(fact, ruleset))
    schemas = profile / FOLDER
    file.parent.mkdir(exist_ok=True)
    file.write_text((modeline("rule", schemas, file) if schemas.is_dir() else "") + text, encoding="utf-8")
    built = check_folder(profile, base)
    faults = _faults(rule_id, built)
    if faults:  # what is written here fits; if it ever does not, the author should not be left with it
        file.unlink()
        raise QuestionError(faults)
    if schemas.is_dir() and built.ruleset is not None:
        write_schemas(built.ruleset, schemas)  # so that an editor offers the new rule and its duty
    return Scaffold(file, _pages(rule_id, folder, out) if out else ())


def _faults(rule_id: str, built: Built) -> list[Fault]:
    """Return what ``check`` would find wrong now that the rule is there."""
    if built.pack.faults or built.ruleset is None:
        return built.pack.faults
    rule = built.ruleset.versions(rule_id)[0]
    return [Fault(rule.file, problem) for example in rule.examples for problem in problems(built.ruleset, rule, example)]


def _home(rule_id: str, folder: Path) -> tuple[Path, Path]:
    """Return the profile folder a rule belongs in, and the rules folder that stands on."""
    if not _ID.fullmatch(rule_id):
        raise _bad(f"'{rule_id[:120]}' cannot be the id of a rule: expected profile.area.name, each part in small letters, digits and underscores")
    name, area, _ = rule_id.split(".")
    if area in _TAKEN:
        raise _bad(f"'{area}' cannot be the area of a rule: that folder of a profile holds something else")
    if (folder / "profile.yaml").is_file():
        known, profile = [folder.name], folder
        base = stands_on(folder)
    else:
        known, profile, base = sorted(path.parent.name for path in folder.glob("*/profile.yaml")), folder / name, folder
    if not known:
        raise _bad(f"there are no rules in '{folder}': expected a profile.yaml, or folders that have one; say where they are with --rules DIR")
    if name not in known:
        raise _bad(f"there is no profile called '{name}'{did_you_mean(name, known)}; the id begins with one of {', '.join(known)}")
    return profile, base


def _provision(key: str | None, ruleset: Ruleset) -> Provision:
    if key is None:
        example = next((each.key for each in ruleset.provisions.values() if each.force in _ASKING), "instrument/provision")
        raise _bad(f"a rule rests on a source: name the provision with --cites KEY, such as --cites {example}; `cspr-rules show KEY` shows one")
    provision = ruleset.provisions.get(key)
    if provision is None:
        new = "write it into the instrument's file under sources first, if it is new"
        raise _bad(f"there is no provision called '{key[:120]}'{did_you_mean(key, ruleset.provisions)}; {new}")
    if provision.window.first_day is None:
        raise _bad(f"{key} applies {provision.window}: a duty cannot rest on it yet")
    if provision.force not in _ASKING:
        raise _bad(f"{key} is '{provision.force}' and asks nothing of anybody: a duty cannot rest on it; cite the provision that gives the duty")
    return provision


def _fact(name: str | None, ruleset: Ruleset) -> Fact:
    facts = ruleset.vocabulary.by_id
    plain = [fact for fact in facts.values() if fact.type == "yes_no"]
    if name is None:
        if not plain:
            raise _bad("no fact of the vocabulary is answered with yes or no; add one first")
        return plain[0]
    if name not in facts:
        missing = f"there is no fact called '{name[:120]}'{did_you_mean(name, facts)}; `cspr-rules facts` lists them"
        raise _bad(ruleset.vocabulary.no_longer(name) or missing)
    if facts[name].type != "yes_no":
        hint = f"such as {plain[0].id}" if plain else "and the vocabulary has none"
        raise _bad(f"{name} is not answered with yes or no ({facts[name].expected}); start from one that is, {hint}, and change it in the file")
    return facts[name]


def _text(rule_id: str, ruleset: Ruleset, provision: Provision, fact: Fact) -> str:
    name = rule_id.split(".")[2]
    title = f"{name[:1].upper()}{name[1:].replace('_', ' ')} (new)"
    duty = _duty_id(rule_id, {duty.id for rule in ruleset.rules for duty in rule.duties})
    return f"""\
# A new rule, written by `cspr-rules new rule`. It passes `check` as it stands and means nothing yet: put the law in the place of every
# sentence, and see docs/reference/data-format.md for everything that can be said.
id: {rule_id}
title: {_quoted(title)}
question: {_quoted(f"Does what {provision.name} asks for apply here?")}
layer: {provision.layer}
{_window(provision.window)}
cites: [{provision.key}]
scope: {fact.scope}
when:
  all:                              # all of these, any of these, not; a test needs `says`, `fact` and one comparison
    - says: {_quoted(f"the answer is yes to: {fact.question}")}
      fails: {_quoted(f"the answer is no to: {fact.question}")}
      fact: {fact.id}
      is: true
      cites: [{provision.key}]
then:
  - id: {duty}
    duty: {provision.force}                      # the source's own verb, and never stronger
    act: {_quoted(f"do what {provision.name} asks for")}
    by: unspecified                 # a role of the profile; unspecified where the source names nobody
    to: [unspecified]               # roles; [] where nobody is told
    once_per: {fact.scope}
    done_by: null                   # the step that discharges it; a deadline with a number needs one
    deadlines:
      - {{within: unspecified, after: unspecified, strength: {provision.force}, cites: [{provision.key}]}}
examples:                           # run as tests: both sides of every boundary, in a practitioner's words
  - name: {_quoted(f"The answer is yes to: {fact.question}")}
    given: {{{fact.id}: true}}
    expect: {{outcome: met}}
  - name: {_quoted(f"The answer is no to: {fact.question}")}
    given: {{{fact.id}: false}}
    expect: {{outcome: not_met}}
  - name: {_quoted(f"Nobody has recorded an answer to: {fact.question}")}
    given: {{}}
    expect: {{outcome: undetermined, ask: [{fact.id}]}}
"""


def _duty_id(rule_id: str, taken: set[str]) -> str:
    """Return an id for the rule's duty that no other duty has: the rule's name, with more of its id in front if need be."""
    parts = rule_id.split(".")
    candidates = ["_".join(parts[start:]) for start in (2, 1, 0)]
    candidates += [f"{candidates[-1]}_{number}" for number in range(2, len(taken) + 3)]
    return next(candidate for candidate in candidates if candidate not in taken)


def _window(window: Window) -> str:
    if not window.approximate:
        return f"in_force: {{from: {window.start}, until: {window.until or 'null'}}}"
    folded = textwrap.indent(textwrap.fill(window.approximate, 130), " " * 4)
    return f"in_force:\n  from: {window.start}\n  until: {window.until or 'null'}\n  approximate: >-\n{folded}"


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)  # JSON text is YAML text


def _pages(rule_id: str, folder: Path, out: Path) -> tuple[Path, ...]:
    library = read_library(folder)
    # Where no pages stand, whoever keeps none gets the one that belongs to the rule.
    kept = (out / "README.md").is_file()
    pages = made_pages(library) if kept else {rule_page(rule_id): made_rule_page(library, rule_id)}
    before = write_pages(pages, out, tidy=kept)
    return tuple(out / name for name in (*before.missing, *before.stale))


def _not_sound(folder: Path) -> QuestionError:
    return _bad(f"the rules in '{folder}' have faults; mend them first: `cspr-rules check {folder}` lists them")


def _bad(message: str) -> QuestionError:
    return QuestionError([Fault("", message)])
