"""Whether answers that are known to be right notice a change to the rules: vectors, and case files with what they expect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.mutating.changes import LABELS, LOGIC, TIMES
from cspr_rules.authoring.mutating.judging import Changed, Witness
from cspr_rules.conformance.vectors import read_vectors
from cspr_rules.errors import CaseError, CsprRulesError, Fault
from cspr_rules.loading.case_files import load_case
from cspr_rules.marking.marks import mark
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset, with_parts
from cspr_rules.record import evaluate

_OF_RULES: Final = ("outcomes", "notes_from", "cites")
_OF_DUTIES: Final = ("duties", "by", "to", "strength", "times", "days", "status", "cites")


class Known(NamedTuple):
    """A case with answers that are right.

    Attributes:
        profile: The profile they are right for; ``None`` if nobody says.
        case: The case.
        as_of: The day it is looked at from.
        expect: The answers.
    """

    profile: str | None
    case: Case
    as_of: date
    expect: Mapping[str, Any]


def read_known(path: Path) -> list[Known]:
    """Read vectors from a file of JSON Lines, or every case file of a folder that says what is expected of it.

    Raises:
        CaseError: Something cannot be read, or nothing is expected of any case.
    """
    if path.is_file():
        found = [Known(each.profile, each.case(), each.as_of, each.expect) for each in read_vectors(path)]
    else:
        files = [load_case(file) for file in sorted(path.rglob("*.yaml"))]
        found = [Known(file.profile, file.case, file.as_of, file.expect) for file in files if file.expect and file.as_of]
    if not found:
        raise CaseError([Fault(str(path), "expected vectors, or a folder of case files (*.yaml) with `as_of:` and `expect:`; there are none")])
    return found


class KnownAnswers:
    """Known answers, ready to be held against changed rules.

    Args:
        known: The answers.
        rulesets: The rules as they are, by profile, that of answers that name none last.
    """

    def __init__(self, known: Iterable[Known], rulesets: Mapping[str, Ruleset]) -> None:
        self.rulesets = rulesets
        self.known: dict[str, list[Known]] = {}
        for each in known:
            self.known.setdefault(each.profile or list(rulesets)[-1], []).append(each)
        self._parts: dict[tuple[str, frozenset[str]], list[Known]] = {}

    def witness(self, name: str) -> Witness:
        """Return them as a witness, to be asked about every change."""
        return Witness(name, LOGIC | TIMES | LABELS, self.notices)

    def notices(self, changed: Changed) -> bool:
        """Say whether one of the answers is not right under changed rules."""
        return any(not _right(each, ruleset) for profile, ruleset in changed.rulesets.items() for each in self.about(profile, ruleset))

    def about(self, profile: str, ruleset: Ruleset) -> list[Known]:
        """Return the answers about some rules of a profile, with as much of each as is about them; those that are right while nothing is changed.

        The law of a day may be read off a step that only other rules name. Such an answer is right for all rules and says nothing of a few.
        """
        key = (profile, frozenset(rule.id for rule in ruleset.rules))
        found = self._parts.get(key)
        if found is None:
            owned = {duty.id for rule in ruleset.rules for duty in rule.duties}
            parts = (each._replace(expect=_part(each.expect, key[1], owned)) for each in self.known.get(profile, ()))
            as_they_are = with_parts(
                self.rulesets[profile], rules=tuple(rule for rule in self.rulesets[profile].rules if rule.id in key[1]), paths={}
            )
            found = self._parts[key] = [each for each in parts if each.expect and _right(each, as_they_are)]
        return found


def _part(expect: Mapping[str, Any], rules: frozenset[str], duties: set[str]) -> dict[str, Any]:
    """Return what is expected of some rules and their duties."""
    found: dict[str, Any] = {}
    for key, value in expect.items():
        if key == "complete_for":
            found[key] = [name for name in value or () if any(rule == name or rule.startswith(f"{name}.") for rule in rules)]
        elif key == "notes_from":
            found[key] = [name for name in value or () if name in rules]
        elif key in (*_OF_RULES, *_OF_DUTIES):
            found[key] = {name: each for name, each in (value or {}).items() if name in (rules if key == "outcomes" else duties | rules)}
    # What is asked next is asked by all rules together: it is kept only where all that is said is about these.
    whole = all(found.get(key) == value for key, value in expect.items() if key not in ("ask", "schema", "case"))
    return {key: value for key, value in (found | ({"ask": expect["ask"]} if whole and "ask" in expect else {})).items() if value}


def _right(known: Known, ruleset: Ruleset) -> bool:
    try:
        return mark(evaluate(ruleset, known.case, as_of=known.as_of), known.expect).right
    except CsprRulesError:
        return False
