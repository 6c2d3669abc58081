"""What a finding on one fact means for a rule, in the rule's own words: the clause that holds, or the one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import reduce
from operator import or_

from cspr_rules.engine.conditions.normal_form import Variable
from cspr_rules.engine.law import RuleInForce, in_force, law_of
from cspr_rules.explain.ways import Need
from cspr_rules.model.rules import Test, holds, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.model.values import Between, FactValue, NotYet, day_words
from cspr_rules.model.vocabulary import Fact


def clause(ruleset: Ruleset, source: RuleInForce, need: Need, value: FactValue | None = None) -> tuple[str, tuple[Provision, ...]]:
    """Return what a finding says in the words of the tests of a rule, or of a rule that it asks, with the provisions of these tests.

    Args:
        ruleset: The rules.
        source: The rule.
        need: The finding: a fact, and the cells in which it lies.
        value: The fact's value, where it is known.
    """
    inside: dict[str, int] = {}
    outside: dict[str, int] = {}
    failing: dict[str, None] = {}
    cites: dict[str, tuple[Provision, ...]] = {}
    for test, here in _tests(ruleset, source):
        if test.fact != need.variable.fact.id:
            continue
        cited = in_force(test.cites, ruleset.provisions, source.law_on) or here.citations
        for words in (test.says, test.failed):
            cites.setdefault(words, cited)
        if value is not None and holds(test, value) is False:
            failing[test.failed] = None
        fits = sum(1 << index for index, value in enumerate(need.variable.cells) if holds(test, value))
        if not fits & ~need.mask:
            inside[test.says] = fits
        elif not fits & need.mask:
            outside[test.failed] = fits
    for found, wanted, join in ((inside, need.mask, ", or "), (outside, need.variable.full & ~need.mask, " and ")):
        for words, fits in found.items():  # one test that says it all, before several that do together
            if fits == wanted:
                return words, cites[words]
        if found and reduce(or_, found.values()) == wanted:
            return join.join(found), tuple(dict.fromkeys(each for words in found for each in cites[words]))
    if failing:  # no tests together say just what is wanted, but these fail for this value
        return " and ".join(failing), tuple(dict.fromkeys(each for words in failing for each in cites[words]))
    fact = need.variable.fact
    values = " or ".join(cell_words(need.variable, value) for value in need.values)
    return f"“{fact.question}” is answered by {values}", tuple(dict.fromkeys(each for found in cites.values() for each in found)) or source.citations


def _tests(ruleset: Ruleset, source: RuleInForce) -> Iterator[tuple[Test, RuleInForce]]:
    """Yield every test of a rule and of the rules that it asks, with the rule that it stands in."""
    by_id: dict[str, RuleInForce] = {}  # filled where a rule asks another; most ask none
    waiting, seen = [source], set[str]()
    while waiting:
        here = waiting.pop(0)
        for test in tests_in(here.rule.when):
            if isinstance(test, Test):
                yield test, here
            elif test.rule not in seen:
                seen.add(test.rule)
                if not by_id:
                    law = law_of(ruleset, source.law_on)
                    by_id = {each.rule.id: each for each in (*law.incident, *law.child)}
                waiting.append(by_id[test.rule])


def value_words(fact: Fact, value: FactValue | None) -> str:
    """Return a value in words, days as a person writes them."""
    if isinstance(value, Between) and fact.type == "date":
        return day_words(value)
    return in_words(value) if isinstance(value, date) else fact.show(value)


def shown(fact: Fact, value: FactValue | None) -> str:
    """Return a value in words, in quotation marks where it is a phrase or a clause of its own and has to stay apart from the sentence around it."""
    words = value_words(fact, value)
    return f"‘{words}’" if isinstance(value, str | NotYet) else words


def cell_words(variable: Variable, value: FactValue) -> str:
    """Return a cell in words: a value, or the range that it stands for."""
    fact = variable.fact
    if fact.type in ("yes_no", "one_of") or not isinstance(value, date | int):
        return shown(fact, value)
    cells = [cell for cell in variable.cells if isinstance(cell, date | int)]
    place = cells.index(value)
    low = shown(fact, value) if place else None
    high = shown(fact, cells[place + 1]) if place + 1 < len(cells) else None
    if fact.type == "date" and low is None and high is None:
        return "on some date"
    if low and high:
        return f"from {low} to before {high}" if fact.type == "date" else f"at least {low} and less than {high}"
    return f"{'before' if fact.type == 'date' else 'less than'} {high}" if high else f"{'from' if fact.type == 'date' else 'at least'} {low}"
