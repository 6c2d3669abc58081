"""Whether a change to the rules is noticed, and by what: the assertions of the test-suite as functions, run on as few rules as can notice it.

What notices a change to a rule are the examples of the rule itself and of the rules that refer to it. So a change is judged on the rule, the rules
that refer to it and those that they need, instead of on all: the answers are the same, because a rule's answer depends on nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError

from cspr_rules.authoring.examples import problems, stage_problems
from cspr_rules.errors import CsprRulesError, Fault
from cspr_rules.loading import building
from cspr_rules.loading.assembling import Built, build
from cspr_rules.loading.checking import check
from cspr_rules.loading.packs import Pack, PackFile
from cspr_rules.loading.rulesets import check_folder
from cspr_rules.loading.shaping import KINDS
from cspr_rules.model.profiles import Addition, with_additions
from cspr_rules.model.rules import Rule, RuleMet, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import evaluate
from tests.docs.test_worked_cases import AREAS, expected
from tests.mutation.mutants import LABELS, LOGIC, Mutant, mutants
from tests.support.ledgers import differences, ledger, rule_key, stated, stated_rule
from tests.support.rules_folders import with_rules
from tests.support.shipped import FILES, case_file

RULES: Final = Path(__file__).parents[2] / "rules"
NOTICED_BY: Final = ("loader", "examples", "worked cases", "ledger")
"""What can notice a change, in the order in which it is asked."""


class Group(NamedTuple):
    """A rule of one profile with the rules that refer to it, and all that these refer to.

    Attributes:
        base: The profile with all its rules.
        pairs: The rules of the group with their files.
        usual: Faults that the group has because other rules are missing.
    """

    base: Built
    pairs: tuple[tuple[Rule, PackFile], ...]
    usual: frozenset[Fault]


class Judge:
    """The rules as they stand, ready to be compared with changed ones.

    Attributes:
        built: The profile with everything that it extends.
        mutants: Every change, in order.
    """

    def __init__(self, profile: str = "bcp") -> None:
        self.profile = profile
        self.built = check_folder(profile, RULES)
        self.mutants = list(mutants(self.built))
        self.bases = {profile: self.built} | {name: check_folder(name, RULES) for name in self.built.pack.profiles[:-1]}
        self.owners = {duty.id: rule.id for rule, _ in self.built.rule_entries for duty in rule.duties}
        self.group = cache(self._group)
        self.additions = cache(self._additions)

    def noticed_by(self, mutant: Mutant) -> str | None:
        """Return the first of :data:`NOTICED_BY` that notices a change, or ``None`` if none does."""
        entry = self.built.pack.entries[mutant.entry]
        changed = entry._replace(plain=mutant.plain)
        try:
            KINDS[entry.kind].model_validate(mutant.plain)
        except ValidationError:
            return "loader"
        judged = self._rule(entry, changed, mutant.kind) if entry.kind == "rules" else self._other(entry, changed, mutant.kind)
        return next((name for name, noticed in judged if noticed()), None)

    # -- a change to a rule -------------------------------------------------------------------------------------------------------------

    def _rule(self, entry: PackFile, changed: PackFile, kind: str) -> Iterator[tuple[str, Callable[[], bool]]]:
        reported: list[str] = []
        rule = building.build_rule(
            changed.plain, _ruleset(self.built).vocabulary, entry.profile, entry.file, lambda _, message: reported.append(message)
        )
        if rule is None or reported:
            yield "loader", lambda: True
            return
        depth = self.built.pack.profiles.index(entry.profile)
        variants = [self._variant(name, entry, changed, rule) for name in self.built.pack.profiles[depth:]]
        yield "loader", lambda: any(_new_faults(variant, group) for variant, group in variants)
        if kind not in LABELS:
            yield "examples", lambda: self._examples(variants, rule)
            yield "worked cases", lambda: _worked_cases(_ruleset(variants[-1][0]), self.owners)
        key = next(rule_key(own) for own, file in self.built.rule_entries if file.file == entry.file)
        told = ledger(self.profile)[key]
        now = next(own for own in _ruleset(variants[-1][0]).rules if own.file == entry.file)
        if kind not in LOGIC:
            yield "ledger", lambda: bool(differences({key: stated_rule(now)}, {key: told}))

    def _variant(self, profile: str, entry: PackFile, changed: PackFile, rule: Rule) -> tuple[Built, Group]:
        group = self.group(profile, entry.plain["id"])
        pairs = [(rule, changed) if file.file == entry.file else (own, file) for own, file in group.pairs]
        pairs.sort(key=lambda pair: (pair[0].id, pair[0].window.start, pair[1].file))
        return self._with_rules(group.base, profile, pairs), group

    def _with_rules(self, base: Built, profile: str, pairs: list[tuple[Rule, PackFile]]) -> Built:
        entries = [*(entry for entry in base.pack.entries if entry.kind != "rules"), *(entry for _, entry in pairs)]
        rules = tuple(with_additions(rule, self.additions(profile)) for rule, _ in pairs)
        return Built(with_rules(_ruleset(base), rules), Pack(base.pack.profiles, entries), pairs, base.profile_entries)

    def _additions(self, profile: str) -> dict[str, Addition]:
        base = self.bases[profile]
        found: dict[str, Addition] = {}
        for name in base.pack.profiles:
            found |= building.build_additions(base.profile_entries[name].plain)
        return found

    def _group(self, profile: str, rule_id: str) -> Group:
        base = self.bases[profile]
        needs: dict[str, set[str]] = {}
        for rule, _ in base.rule_entries:
            needs.setdefault(rule.id, set()).update(each.rule for each in tests_in(rule.when) if isinstance(each, RuleMet))
        chosen = {rule_id}
        while more := {name for name, needed in needs.items() if needed & chosen} - chosen:
            chosen |= more
        while more := {name for each in chosen for name in needs[each]} - chosen:
            chosen |= more
        pairs = [(rule, entry) for rule, entry in base.rule_entries if rule.id in chosen]
        return Group(base, tuple(pairs), frozenset(check(self._with_rules(base, profile, pairs))))

    def _examples(self, variants: list[tuple[Built, Group]], changed: Rule) -> bool:
        """Say whether an example fails: national ones without local rules, local ones with everything; those of the changed rule first."""
        for built, _ in variants:
            own = [(rule, entry) for rule, entry in built.rule_entries if entry.profile == built.pack.profiles[-1]]
            for rule, _ in sorted(own, key=lambda pair: pair[0].id != changed.id):
                if any(problems(_ruleset(built), rule, example) for example in rule.examples):
                    return True
        return False

    # -- a change to another file -------------------------------------------------------------------------------------------------------

    def _other(self, entry: PackFile, changed: PackFile, kind: str) -> Iterator[tuple[str, Callable[[], bool]]]:
        pack = Pack(self.built.pack.profiles, [changed if each is entry else each for each in self.built.pack.entries])
        built = build(pack, "digest")
        yield "loader", lambda: built.ruleset is None or bool(pack.faults) or bool(check(built))
        ruleset = _ruleset(built)
        if kind not in LABELS:
            yield "examples", lambda: _stages_or_clocks(built, _ruleset(self.built))
            yield "worked cases", lambda: _worked_cases(ruleset, self.owners)
        if kind not in LOGIC:
            yield "ledger", lambda: bool(differences(stated(ruleset), ledger(self.profile)))


def _ruleset(built: Built) -> Ruleset:
    if built.ruleset is None:
        raise ValueError("there is no ruleset to judge")
    return built.ruleset


def _new_faults(built: Built, group: Group) -> bool:
    return bool(set(check(built)) - group.usual)


def _stages_or_clocks(built: Built, before: Ruleset) -> bool:
    """Say whether an example of a stage fails, or one of a rule whose duties a profile adds to."""
    now = _ruleset(built)
    for entry in built.pack.of("stages"):
        if any(stage_problems(now, plain) for plain in entry.plain["examples"]):
            return True
    added = [rule for rule, was in zip(now.rules, before.rules, strict=True) if rule.duties != was.duties]
    return any(problems(now, rule, example) for rule in added for example in rule.examples)


def _worked_cases(ruleset: Ruleset, owners: dict[str, str]) -> bool:
    """Say whether a worked case gets another answer than the one written beside it, as far as these rules decide it."""
    rules = {rule.id for rule in ruleset.rules}
    return any(_case_differs(path, ruleset, rules, owners) for path in FILES if case_file(path).profile == ruleset.profile.id)


def _case_differs(path: Path, ruleset: Ruleset, rules: set[str], owners: dict[str, str]) -> bool:
    case = case_file(path)
    assert case.as_of is not None
    try:
        record = evaluate(ruleset, case.case, as_of=case.as_of)
    except CsprRulesError:
        return True
    for rule, outcome in expected(path, "outcomes").items():
        if rule in rules:
            decision = record.decisions.get(rule)
            if decision is None:
                return True
            got: Any = [finding.outcome for finding in decision.per_child] if isinstance(outcome, list) else decision.outcome
            if got != outcome:
                return True
    dates: dict[str, set[str]] = {}
    standing: dict[str, set[str]] = {}
    for duty in record.duties:
        standing.setdefault(duty.id, set()).add(duty.status)
        if duty.rule_id.split(".")[1] in AREAS:
            dates.setdefault(duty.id, set()).add(duty.plan_for.isoformat() if duty.plan_for else "owed")
    wanted = {duty: days for duty, days in expected(path, "duties").items() if owners[duty] in rules}
    if dates != {duty: set(days) if isinstance(days, list) else {days} for duty, days in wanted.items()}:
        return True
    if any(standing.get(duty) != {status} for duty, status in expected(path, "status").items() if owners[duty] in rules):
        return True
    return not {rule for rule in expected(path, "notes_from") if rule in rules} <= {note.rule_id for note in record.notes}
