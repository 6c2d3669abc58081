"""What the vocabulary calls impossible, held against the rules by enumeration.

Every way in which the facts of one rule can be known or unknown is tried (as far as the rule can tell them apart), through the same checks that a
case goes through.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import RuleInForce
from cspr_rules.errors import CaseError
from cspr_rules.explain.ways import Route, routes
from cspr_rules.model.cases import Case
from cspr_rules.model.values import FactValue, Row
from cspr_rules.model.vocabulary import Vocabulary

Facts: TypeAlias = Mapping[str, FactValue]


def variables(form: Exact) -> list[Variable]:
    """Return the facts that a condition depends on, each with the values that it can tell apart."""
    match form:
        case Within(variable, _):
            return [variable]
        case Joined(_, parts):
            return [each for part in parts for each in variables(part)]
        case Primes(found):
            return list(found)


def understood(vocabulary: Vocabulary, facts: Facts) -> Row | None:
    """Return a child's facts with all that follows from them, or ``None`` where they cannot be so."""
    try:
        return Case(dict(facts)).check(vocabulary).children[0]
    except CaseError:
        return None


def needlessly_open(vocabulary: Vocabulary, rule: RuleInForce) -> Iterator[Facts]:
    """Yield the facts on which a rule is undetermined although every way of filling in the others that can be so gives the same answer."""
    tested = variables(rule.exact)
    names = [variable.fact.id for variable in tested]
    possible: dict[tuple[FactValue, ...], Row] = {}
    for values in itertools.product(*[variable.cells for variable in tested]):
        row = understood(vocabulary, dict(zip(names, values, strict=True)))
        if row is not None:
            possible[values] = row
    for some in itertools.product(*[(None, *variable.cells) for variable in tested]):
        facts = {name: value for name, value in zip(names, some, strict=True) if value is not None}
        row = understood(vocabulary, facts)
        if row is None or truth(rule.exact, row) is not None:
            continue
        answers = {
            truth(rule.exact, whole)
            for values, whole in possible.items()
            if all(wanted is None or wanted == value for wanted, value in zip(some, values, strict=True))
        }
        if len(answers) < 2:
            yield facts


def resting_on_nothing(vocabulary: Vocabulary, rule: RuleInForce) -> Iterator[Route]:
    """Yield the routes to a rule's being met, or not met, that no facts can take because the vocabulary forbids them together."""
    for wanted in (True, False):
        for route in routes(rule.exact, wanted=wanted):
            ways = itertools.product(*[need.values for need in route])
            named = [need.variable.fact.id for need in route]
            if not any(understood(vocabulary, dict(zip(named, values, strict=True))) for values in ways):
                yield route
