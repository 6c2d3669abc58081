"""Parts of a condition that make no difference, and conditions that no case can meet or fail. Both are read off the exact normal form.

A part matters only where everything beside it leaves the answer open: all parts beside it hold, where all have to, and none does, where one is
enough. A part that never holds there, or always does, changes no answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Final, TypeAlias

from cspr_rules.authoring.linting.looked import Finding, Looked
from cspr_rules.engine.conditions.normal_form import constant, exact, expanded
from cspr_rules.errors import CaseError, Path_, RulesError
from cspr_rules.explain.ways import routes
from cspr_rules.loading.checking import asked
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Rule, RuleMet, Test, tests_in
from cspr_rules.model.vocabulary import Vocabulary

MOST_TRIED: Final = 2_000
"""How many sets of facts are tried at most, to find one that meets a rule. A rule that needs more is taken to be one that can be met."""

Expand: TypeAlias = Callable[[Condition], Condition]


def unreachable(looked: Looked) -> Iterator[Finding]:
    """Yield the parts of conditions that never make a difference."""
    for rule, entry in looked.rules():
        days = [partial(expanded, rule=partial(looked.condition_on, day)) for day in looked.days(rule)]
        for path, says in Idle(looked.ruleset.vocabulary, days).parts(rule.when, ("when",)):
            yield Finding("CR101", entry, path, says)


class Idle:
    """Finds the parts of a condition that could be left out.

    Args:
        vocabulary: The facts.
        days: From a condition to the one that it comes to with the rules it refers to, for each stretch of days on which these stay as they are.
    """

    def __init__(self, vocabulary: Vocabulary, days: Sequence[Expand]) -> None:
        self.vocabulary = vocabulary
        self.days = days

    def parts(self, condition: Condition, path: Path_) -> list[tuple[Path_, str]]:
        """Return the parts without which no answer would be another, with their paths and why; of two that say the same, the later.

        Args:
            condition: The condition; it neither always nor never holds.
            path: Where it stands.
        """
        found: dict[Path_, str] = {}
        before = -1
        while before < len(found):  # without the parts that were found, another may make no difference that made one before
            before = len(found)
            self._left(condition, path, (), found)
        return list(found.items())

    def _left(self, condition: Condition, path: Path_, beside: Sequence[Condition], found: dict[Path_, str]) -> Condition:
        """Add the parts of a condition that could be left out, and return what is left: of two that each could be, the other no longer can.

        Args:
            condition: The condition.
            path: Where it stands.
            beside: What holds wherever it matters.
            found: The parts found so far, which are left out already; added to.
        """
        match condition:
            case Not(part):
                return Not(self._left(part, (*path, "not"), beside, found))
            case All(parts) | AnyOf(parts):
                conjunction = isinstance(condition, All)
                places = [(*path, "all" if conjunction else "any", index) for index in range(len(parts))]
                kept = {here: _without(part, here, found) for here, part in zip(places, parts, strict=True) if here not in found}
                for here, part in reversed(list(zip(places, parts, strict=True))):
                    if here not in kept:
                        continue
                    others = [each if conjunction else Not(each) for place, each in kept.items() if place != here]
                    if why := self._idle(kept[here], (*beside, *others), always=conjunction):
                        del kept[here]
                        found[here] = why
                    else:
                        kept[here] = self._left(part, here, (*beside, *others), found)
                return type(condition)(tuple(kept.values()))
            case _:
                return condition

    def _idle(self, part: Condition, beside: Sequence[Condition], *, always: bool) -> str:
        """Return why a part could be left out; nothing if it could not.

        Among parts that all have to hold that is one that always does; among parts of which one is enough, one that never does.
        """
        related = self._related(part, beside)
        if always:  # where another rule asks for the same, a part may say again in words what its clause turns on
            related = [each for each in related if not any(True for _ in asked(each, ()))]
        wrong: Condition = Not(part) if always else part
        if not all(self._impossible(as_on, (*related, wrong)) for as_on in self.days):
            return ""
        how = "always" if always else "never"
        return f"{_called(part)} {how} holds where it is asked{self._because(wrong, related)}; without it no answer would be another"

    def _because(self, part: Condition, beside: Sequence[Condition]) -> str:
        """Return which single part beside it settles one, if one does."""
        for each in beside:
            if all(self._impossible(as_on, (each, part)) for as_on in self.days):
                other, how = (each.part, "fails") if isinstance(each, Not) else (each, "holds")
                return f", for there {_called(other)} {how}"
        return ""

    def _related(self, part: Condition, beside: Sequence[Condition]) -> list[Condition]:
        """Return what bears on a part: what tests a fact of it, or of what bears on it already. The rest can settle nothing about it."""
        facts, waiting, found = self._facts(part), [(each, self._facts(each)) for each in beside], list[Condition]()
        while joined := [pair for pair in waiting if pair[1] & facts]:
            found += [each for each, _ in joined]
            facts = facts.union(*(more for _, more in joined))
            waiting = [pair for pair in waiting if pair not in joined]
        return found

    def _facts(self, condition: Condition) -> set[str]:
        return {test.fact for as_on in self.days for test in tests_in(as_on(condition)) if isinstance(test, Test)}

    def _impossible(self, as_on: Expand, parts: Sequence[Condition]) -> bool:
        try:
            return constant(exact(as_on(All(tuple(parts))), self.vocabulary)) is False
        except RulesError:  # too tangled to be settled: then nothing is said of it
            return False


def _without(condition: Condition, path: Path_, found: Container[Path_]) -> Condition:
    """Return what is left of a condition that stands at a path, without the parts at some paths."""
    match condition:
        case Not(part):
            return Not(_without(part, (*path, "not"), found))
        case All(parts) | AnyOf(parts):
            join = "all" if isinstance(condition, All) else "any"
            left = [(here, part) for index, part in enumerate(parts) if (here := (*path, join, index)) not in found]
            return type(condition)(tuple(_without(part, here, found) for here, part in left))
        case _:
            return condition


def _called(condition: Condition) -> str:
    match condition:
        case Test(says):
            return f"'{says}'"
        case RuleMet(rule):
            return f"that {rule} is met"
        case Not(part):
            return f"the opposite of {_called(part)}"
        case All(parts) | AnyOf(parts):
            first = next((each.says for each in tests_in(condition) if isinstance(each, Test)), "")
            return f"the part of {len(parts)} that begins with '{first}'" if first else f"the part of {len(parts)}"


# -- what no case can meet ------------------------------------------------------------------------------------------------------------


def one_sided(looked: Looked) -> Iterator[Finding]:
    """Yield the rules that no case can meet, and those that no case can fail, given what the vocabulary says cannot be so together."""
    vocabulary = looked.ruleset.vocabulary
    for rule, entry in looked.rules():
        for wanted, words in ((True, "met"), (False, "not met")):
            reasons = [_why_never(rule, day, looked, vocabulary, wanted=wanted) for day in looked.days(rule)]
            if all(reasons):
                yield Finding("CR102", entry, ("when",), f"{rule.id} can never be {words}, in any case that can be: {reasons[0]}")


def _why_never(rule: Rule, day: date, looked: Looked, vocabulary: Vocabulary, *, wanted: bool) -> str:
    """Return why no case can have an outcome; nothing if one can, or if it cannot be said."""
    reason, tried = "", 0
    try:
        form = exact(expanded(rule.when, partial(looked.condition_on, day)), vocabulary)
        ways = routes(form, wanted=wanted)
    except RulesError:  # too tangled to be listed
        return ""
    for route in ways:
        for values in itertools.product(*[need.values for need in route]):
            tried += 1
            try:
                Case(dict(zip([need.variable.fact.id for need in route], values, strict=True))).check(vocabulary)
            except CaseError as error:
                reason = reason or error.faults[0].message
            else:
                return ""
            if tried >= MOST_TRIED:
                return ""
    return reason
