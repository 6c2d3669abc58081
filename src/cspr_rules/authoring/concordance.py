"""Where each provision, fact, rule and discrepancy is used, across all the profiles of a rules folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from cspr_rules.errors import RulesError
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.rulesets import check_folder, profile_folders
from cspr_rules.model.rules import Condition, Duty, DutyPath, Rule, RuleMet, Test, cited, conditions_of, discrepancies_of, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Discrepancy, Provision, by_number
from cspr_rules.model.vocabulary import Fact


class Law(NamedTuple):
    """One profile of a rules folder.

    Attributes:
        ruleset: Its rules with those it inherits.
        built: The same with the files it was read from.
    """

    ruleset: Ruleset
    built: Built


class Library:
    """Every profile of a rules folder, the national one first, and where in them each thing is used.

    Attributes:
        laws: Each profile's rules, by the profile's id, those that extend others after them.
    """

    def __init__(self, laws: Mapping[str, Law]) -> None:
        self.laws = dict(sorted(laws.items(), key=lambda pair: (len(pair[1].ruleset.profile.extends), pair[0])))
        self.rules: dict[str, list[Rule]] = {}
        """Each rule's versions, oldest first, as its own profile has them."""
        self.provisions: dict[str, Provision] = {}
        self.facts: dict[str, Fact] = {}
        self.discrepancies: dict[str, Discrepancy] = {}
        self.paths: dict[str, tuple[DutyPath, str]] = {}
        """Each path with the profile that has it as shown."""
        self.owners: dict[str, str] = {}
        """Duty id to the id of the rule that makes it."""
        self.by_provision: dict[str, dict[str, None]] = {}
        """Provision to the rules that rest on it, in order."""
        self.by_fact: dict[str, dict[str, None]] = {}
        self.by_discrepancy: dict[str, dict[str, None]] = {}
        self.by_rule: dict[str, dict[str, None]] = {}
        """Rule to the rules whose tests refer to it."""
        for name, law in self.laws.items():
            self._take(name, law.ruleset)
        self.discrepancies = dict(sorted(self.discrepancies.items(), key=lambda pair: by_number(pair[0])))

    def _take(self, name: str, ruleset: Ruleset) -> None:
        self.provisions.update(ruleset.provisions)
        self.facts.update(ruleset.vocabulary.by_id)
        self.discrepancies.update(ruleset.discrepancies)
        for path in ruleset.paths.values():
            if path.id not in self.paths or self.paths[path.id][0] != path:
                self.paths[path.id] = (path, name)
        for rule in ruleset.rules:
            if rule.profile == name:
                self.rules.setdefault(rule.id, []).append(rule)
                self.owners.update((duty.id, rule.id) for duty in rule.duties)
            for key in cited(rule):
                self.by_provision.setdefault(key, {})[rule.id] = None
            for fact in facts_of(rule):
                self.by_fact.setdefault(fact, {})[rule.id] = None
            for number in discrepancies_of(rule):
                self.by_discrepancy.setdefault(number, {})[rule.id] = None
            for other in rules_asked(rule.when):
                self.by_rule.setdefault(other, {})[rule.id] = None

    def entries_on(self, rule: Rule) -> tuple[str, ...]:
        """Return every entry of a register that a version of a rule carries, whichever the authority whose register it is."""
        versions = (each for law in self.laws.values() for each in law.ruleset.rules if (each.id, each.window) == (rule.id, rule.window))
        return _once(number for each in versions for number in discrepancies_of(each))

    def law(self, rule: Rule) -> Ruleset:
        """Return the rules of the profile that a rule stands in."""
        return self.laws[rule.profile].ruleset

    def additions(self, rule: Rule, duty: Duty) -> Iterator[tuple[Ruleset, Duty]]:
        """Yield, for each profile that adds to a duty of another, the profile's rules and the duty with only what it adds."""
        seen_to, seen_deadlines = set(duty.to), set(duty.deadlines)
        for law in self.laws.values():
            if rule.profile not in law.ruleset.profile.extends:
                continue
            own = next(
                each
                for version in law.ruleset.rules
                if (version.id, version.window) == (rule.id, rule.window)
                for each in version.duties
                if each.id == duty.id
            )
            to = tuple(role for role in own.to if role not in seen_to)
            deadlines = tuple(each for each in own.deadlines if each not in seen_deadlines)
            if to or deadlines:
                yield law.ruleset, own._replace(to=to, deadlines=deadlines)


def read_library(folder: Path) -> Library:
    """Read every profile of a rules folder, or one profile folder with what it stands on.

    Args:
        folder: A folder with shared files and profile folders, or a single profile folder, which then stands on the rules it lies in or on those
            that ship with the package.

    Raises:
        RulesError: There are no rules in the folder, or they have faults; every one is listed.
        QuestionError: A profile extends one that does not exist.
    """
    targets, base = profile_folders(folder)
    laws: dict[str, Law] = {}
    waiting: list[Path | str] = [*targets]
    while waiting:
        built = check_folder(waiting.pop(0), base)
        if built.pack.faults or built.ruleset is None:
            raise RulesError(built.pack.faults)
        laws[built.ruleset.profile.id] = Law(built.ruleset, built)
        # A single profile folder brings in what it stands on; in a rules folder these are there already.
        waiting += [name for name in built.ruleset.profile.extends if name not in laws and name not in waiting and len(targets) == 1]
    return Library(laws)


# -- what one rule uses --------------------------------------------------------------------------------------------------------------


def facts_of(rule: Rule) -> tuple[str, ...]:
    """Return every fact that a rule tests, starts a clock from or takes for a discharge, once."""
    names = [test.fact for condition in conditions_of(rule) for test in tests_in(condition) if isinstance(test, Test)]
    for duty in rule.duties:
        names += [name for name in (duty.done_by, duty.ended_by) if name]
        names += [deadline.anchor for deadline in duty.deadlines if deadline.anchor and "." in deadline.anchor]
    return _once(names)


def rules_asked(condition: Condition) -> tuple[str, ...]:
    """Return the ids of the rules that a condition refers to."""
    return _once(test.rule for test in tests_in(condition) if isinstance(test, RuleMet))


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))
