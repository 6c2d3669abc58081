"""A ruleset with ten times the rules: each further copy of a rule asks a different question, so that shared answers do not help.

In each copy the facts of one scope and type change places, the values of a fact change places too, and ages and numbers move by a year or a child
for each copy. References between rules stay within a copy. Duties, clocks, paths and citations are those of the original under new ids.
"""

from __future__ import annotations

from collections import defaultdict
from random import Random

from cspr_rules import Ruleset
from cspr_rules.model.calendars import Calendar
from cspr_rules.model.rules import All, AnyOf, Condition, DutyPath, Not, Rule, RuleMet, Test
from cspr_rules.model.ruleset import with_parts
from cspr_rules.model.vocabulary import Vocabulary

YEARS = range(2023, 2027)
"""The years in which the invented cases and their deadlines lie."""


def multiplied(ruleset: Ruleset, times: int = 10, seed: int = 20240327) -> Ruleset:
    """Return a ruleset with so many different copies of each rule; the first copy is the rule itself.

    It shares nothing with the ruleset that could remember an answer, so once is a way of starting afresh.
    """
    rules, paths = list(ruleset.rules), dict(ruleset.paths)
    for copy in range(1, times):
        change = _Change(ruleset.vocabulary, copy, Random(f"{seed}/{copy}"))  # noqa: S311
        rules.extend(change.rule(each) for each in ruleset.rules)
        paths.update((change.named(name), change.path(path)) for name, path in ruleset.paths.items())
    return with_parts(
        ruleset,
        rules=tuple(sorted(rules, key=lambda rule: (rule.id, rule.window.start))),
        paths=paths,
        stages=(),
        calendar=_unused(ruleset.calendar),
        digest=f"{ruleset.digest} {times} times",
    )


def _unused(calendar: Calendar) -> Calendar:
    """Return a calendar with the same bank holidays that has not counted any days yet."""
    copy = Calendar(calendar.id, calendar.title, calendar.base, calendar.confirmed_until, calendar.corrections, calendar.cites)
    for year in YEARS:
        copy.preset(year, calendar.holidays(year))
    return copy


class _Change:
    def __init__(self, vocabulary: Vocabulary, copy: int, rng: Random) -> None:
        self.copy = copy
        self.place: dict[str, str] = {}
        self.word: dict[tuple[str, str], str] = {}
        alike: dict[tuple[str, str, int], list[str]] = defaultdict(list)
        for fact in vocabulary.facts:
            alike[fact.scope, fact.type, len(fact.values)].append(fact.id)
        for group in alike.values():
            mixed = rng.sample(group, len(group))
            self.place.update(zip(group, mixed, strict=True))
        for fact in vocabulary.facts:
            words = list(vocabulary.by_id[self.place[fact.id]].values)
            self.word.update(((fact.id, own), other) for own, other in zip(fact.values, rng.sample(words, len(words)), strict=True))

    def rule(self, rule: Rule) -> Rule:
        duties = tuple(duty._replace(id=self.named(duty.id)) for duty in rule.duties)
        return rule._replace(id=self.named(rule.id), aliases=(), when=self.condition(rule.when), duties=duties, examples=())

    def path(self, path: DutyPath) -> DutyPath:
        steps = tuple(self.named(step) for step in path.steps)
        return path._replace(id=self.named(path.id), opened_by=self.named(path.opened_by) if path.opened_by else None, steps=steps)

    def named(self, name: str) -> str:
        return f"{name}__{self.copy}"

    def condition(self, condition: Condition) -> Condition:
        match condition:
            case All(parts):
                return All(tuple(self.condition(part) for part in parts))
            case AnyOf(parts):
                return AnyOf(tuple(self.condition(part) for part in parts))
            case Not(part):
                return Not(self.condition(part))
            case RuleMet(name):
                return RuleMet(self.named(name))
            case Test():
                return self.test(condition)

    def test(self, test: Test) -> Test:
        value = test.value
        if test.comparison in ("at_least", "less_than"):
            value += self.copy
        elif test.comparison == "is_any_of":
            value = tuple(self.word[test.fact, each] for each in value)
        elif isinstance(value, str):
            value = self.word[test.fact, value]
        return test._replace(fact=self.place[test.fact], value=value)
