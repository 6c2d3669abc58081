"""Whether answers that are known to be right notice a change to the rules: vectors, and case files with what they expect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.mutating.changes import LABELS, LOGIC, TIMES
from cspr_rules.authoring.mutating.judging import Changed, Witness
from cspr_rules.conformance.vectors import read_vectors
from cspr_rules.engine.evaluating import evaluated
from cspr_rules.errors import CaseError, CsprRulesError, Fault
from cspr_rules.loading.case_files import load_case
from cspr_rules.loading.packs import PackFile
from cspr_rules.marking.answer_sheet import ITSELF, Answers, answers_from, of_group
from cspr_rules.marking.few import OF_DUTIES, OF_RULES, decided, rules_about
from cspr_rules.marking.marks import mark
from cspr_rules.marking.misconceptions import referring
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import Test, tests_in
from cspr_rules.model.ruleset import Ruleset, with_parts
from cspr_rules.record import DecisionRecord

_OWN_ANSWERS: Final = {"paths": "paths", "stages": "stage"}
"""Which answers rest on a file that gives no rules."""


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


class _Ready(NamedTuple):
    """A known answer with its answers read."""

    case: Case
    as_of: date
    answers: Answers
    about: frozenset[str]


class KnownAnswers:
    """Known answers, ready to be held against changed rules.

    Args:
        known: The answers.
        rulesets: The rules as they are, by profile, that of answers that name none last.
    """

    def __init__(self, known: Iterable[Known], rulesets: Mapping[str, Ruleset]) -> None:
        self.rulesets = rulesets
        self.known: dict[tuple[str, str], list[Known]] = {}
        for each in known:
            profile = each.profile or list(rulesets)[-1]
            for rule in rules_about(rulesets[profile], each.expect) if profile in rulesets else ():
                self.known.setdefault((profile, rule), []).append(each)
            for kind, key in _OWN_ANSWERS.items():
                if key in each.expect:
                    self.known.setdefault((profile, kind), []).append(each)
        self.about = cache(self._about)

    def witness(self, name: str) -> Witness:
        """Return them as a witness, to be asked about every change."""
        return Witness(name, LOGIC | TIMES | LABELS, self.notices)

    def notices(self, changed: Changed) -> bool:
        """Say whether one of the answers is not right under changed rules.

        Asked are the answers about the rules that are other ones now, and about those that refer to one whose condition or window is another: on
        nothing else that is changed does any answer rest.
        """
        return any(self._noticed(profile, few, changed.entry) for profile, few in changed.rulesets.items())

    def _noticed(self, profile: str, few: Ruleset, entry: PackFile) -> bool:
        if entry.kind in _OWN_ANSWERS:
            return any(not _right(each, few) for each in self.about(profile, entry.kind, True))
        was, now = self.rulesets[profile], {rule.file: rule for rule in few.rules}
        both = [(rule, now[rule.file]) for rule in was.rules if rule.file in now]
        changed = [pair for pair in both if (pair[0].file == entry.file if entry.kind == "rules" else pair[0].duties != pair[1].duties)]
        if not changed:
            return False
        otherwise = {rule.id for rule, other in changed if (rule.when, rule.window) != (other.when, other.window)}
        # All rules, for which law is read may hang on any of them.
        ruleset = with_parts(was, rules=tuple(now.get(rule.file, rule) for rule in was.rules))
        asked = [each for rule, _ in changed for each in self.about(profile, rule.id, rule.id in otherwise)]
        asked += [each for name in sorted(referring(was, otherwise) - otherwise) for each in self.about(profile, name, True)]
        return any(not _right(each, ruleset) for each in asked)

    def _about(self, profile: str, rule: str, every: bool) -> list[_Ready]:
        """Return the answers about a rule of a profile, or its paths or stages; those that are right while nothing is changed.

        Args:
            profile: The profile.
            rule: The rule's id; ``paths`` or ``stages``.
            every: All of them; else one of those that only its condition tells apart.
        """
        ruleset = self.rulesets[profile]
        owned = {duty.id for each in ruleset.rules if each.id == rule for duty in each.duties}
        found: dict[Any, _Ready] = {}
        for each in self.known.get((profile, rule), ()):
            whole = rule in _OWN_ANSWERS or rules_about(ruleset, each.expect) == {rule}
            expect = each.expect if whole else _part(each.expect, rule, owned)
            if not every and rule in expect.get("grounds", ()):
                # What makes its outcome what it is rests on its condition alone.
                itself = {part: cites for part, cites in expect["grounds"][rule].items() if part == ITSELF or part.startswith("note ")}
                expect = {**expect, "grounds": {**expect["grounds"], rule: itself}}
            if expect:
                record = decided(ruleset, each.case, each.as_of, expect)
                ready = _Ready(each.case, each.as_of, answers_from(dict(expect), record), rules_about(ruleset, expect))
                key = (
                    (record.law_on, each.as_of, repr([item for item in sorted(expect.items()) if item[0] != "ask"]), _dates(record))
                    if not every
                    else len(found)
                )
                if key not in found and _right(ready, ruleset):
                    found[key] = ready
        return list(found.values())


def _counting(ruleset: Ruleset) -> frozenset[int]:
    """Return the slots of the facts that make a step count."""
    known: frozenset[int] | None = ruleset.kept.get(_counting)
    if known is None:
        tests = (test for rule in ruleset.rules for duty in rule.duties if duty.counts_if for test in tests_in(duty.counts_if))
        known = ruleset.kept[_counting] = frozenset(ruleset.vocabulary.slot[test.fact] for test in tests if isinstance(test, Test))
    return known


def _dates(record: DecisionRecord) -> tuple[Any, ...]:
    """Return what a case says of days and of whatever makes a step count: on nothing else does what is said of an owed duty rest."""
    facts, counting = record.ruleset.vocabulary.facts, _counting(record.ruleset)
    slots = [slot for slot, fact in enumerate(facts) if fact.type == "date" or slot in counting]
    return tuple(tuple(str(row[slot]) for slot in slots) for row in (record.checked.incident, *record.checked.children))


def _part(expect: Mapping[str, Any], rule: str, owned: set[str]) -> dict[str, Any]:
    """Return what is expected of one rule and its duties. What is asked next is asked by all rules together, so it says nothing of one."""
    found: dict[str, Any] = {}
    for key, value in expect.items():
        if key == "complete_for":
            found[key] = [rule] if of_group(rule, value or ()) else []
        elif key == "notes_from":
            found[key] = [name for name in value or () if name == rule]
        elif key in (*OF_RULES, *OF_DUTIES):
            found[key] = {name: each for name, each in (value or {}).items() if name == rule or name in owned}
    return {key: value for key, value in found.items() if value}


def _right(known: _Ready, ruleset: Ruleset) -> bool:
    try:
        only = known.about if known.about or known.answers.stage else None
        return mark(evaluated(DecisionRecord, ruleset, known.case, known.as_of, only=only), known.answers).right
    except CsprRulesError:
        return False
