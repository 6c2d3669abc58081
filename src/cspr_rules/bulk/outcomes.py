"""The outcome of every rule on many cases at once, each under the law of its own day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.population import Places, Population
from cspr_rules.bulk.values import NEVER_YET, UNKNOWN, Values
from cspr_rules.engine.conditions.columns import NOT_IN_FORCE, Program, coded, planes
from cspr_rules.engine.conditions.formulas import Formulas, common_cells
from cspr_rules.engine.conditions.normal_form import Variable
from cspr_rules.engine.law import RuleInForce, law_of
from cspr_rules.model.rules import conditions_of
from cspr_rules.model.ruleset import Ruleset

Column = NDArray[np.uint8]
MOST_PROGRAMS: Final = 64
"""How many programs are kept for a ruleset before they are forgotten together: a bound for long-running processes."""
_PRESSING: Final = np.array([1, 2, 0, 3], np.uint8)
"""Outcomes by number, ranked: one child of whom a rule is met makes it met for the case; short of that, one who is undetermined."""
_BY_RANK: Final = np.argsort(_PRESSING).astype(np.uint8)


class Outcomes:
    """The outcomes of some rules.

    Attributes:
        incident: By rule that is asked once, a column with a number for each case (:data:`cspr_rules.engine.conditions.columns.OUTCOMES`).
        child: By rule that is asked for each child, a column with one for each child.
        days: The ordinals of the days whose law was read for each case: of the incident, then of each later step.
    """

    def __init__(self, starts: Places, days: Sequence[NDArray[np.int32]]) -> None:
        self.incident: dict[str, Column] = {}
        self.child: dict[str, Column] = {}
        self.days = days
        self._starts = starts

    def of_case(self, rule: str) -> Column:
        """Return one rule's outcome for each case: of its children, the most pressing."""
        if rule in self.incident:
            return self.incident[rule]
        column = self.child[rule]
        if len(column) == len(self._starts):
            return column
        return _BY_RANK[np.maximum.reduceat(_PRESSING[column], self._starts)]


def outcomes(ruleset: Ruleset, population: Population, days: Sequence[NDArray[np.int32]], wanted: Collection[str]) -> Outcomes:
    """Decide some rules on every case.

    Args:
        ruleset: The rules.
        population: The cases.
        days: The ordinals of the days whose law is read for each case: of the incident, then of each later step.
        wanted: The ids of the rules.
    """
    found = Outcomes(population.starts, days)
    scopes = {rule.id: rule.scope for rule in ruleset.rules if rule.id in wanted}
    for rule, scope in scopes.items():
        incident = scope == "incident"
        rows = population.cases if incident else len(population.of_case)
        (found.incident if incident else found.child)[rule] = np.full(rows, NOT_IN_FORCE, np.uint8)
    plan = plan_of(ruleset)
    for reading in readings(ruleset, days, wanted):
        cases = reading.cases
        whole = len(cases) == population.cases
        if reading.incident:
            own = {name: values if whole else values.taken(cases) for name, values in population.incident.items()}
            _decided(plan, reading.incident, own, cases, found.incident)
        if reading.child:
            children = np.arange(len(population.of_case)) if whole else np.flatnonzero(np.isin(population.of_case, cases))
            of_child = population.of_case[children]
            each_child = {name: values.taken(of_child) for name, values in population.incident.items()}
            each_child |= {name: values if whole else values.taken(children) for name, values in population.child.items()}
            _decided(plan, reading.child, each_child, children, found.child)
    return found


class Reading(NamedTuple):
    """Some rules as they stand on one day, and the cases for which they are read so.

    Attributes:
        incident: Rules asked once.
        child: Rules asked for each child.
        cases: The places of the cases.
    """

    incident: list[RuleInForce]
    child: list[RuleInForce]
    cases: Places


def readings(ruleset: Ruleset, days: Sequence[NDArray[np.int32]], wanted: Collection[str]) -> Iterator[Reading]:
    """Yield the rules with the cases for which they are read, each rule under the law of its own day.

    Args:
        ruleset: The rules.
        days: The ordinals of the days whose law is read for each case: of the incident, then of each later step.
        wanted: The ids of the rules.
    """
    steps = (None, *(ruleset.vocabulary.facts[slot].id for slot in ruleset.later_steps))
    for step, each in zip(steps, days, strict=True):
        every, which = np.unique(each, return_inverse=True)
        laws = [law_of(ruleset, date.fromordinal(int(day))) for day in every]
        numbers = {id(law): number for number, law in enumerate(laws)}
        of_case = np.array([numbers[id(law)] for law in laws], np.intp)[which]
        for number in sorted(set(numbers.values())):
            incident, child = (
                [source for source in sources if source.rule.law_of == step and source.rule.id in wanted]
                for sources in (laws[number].incident, laws[number].child)
            )
            if incident or child:
                yield Reading(incident, child, np.flatnonzero(of_case == number))


def _decided(plan: Plan, rules: list[RuleInForce], columns: Mapping[str, Values], places: Places, into: dict[str, Column]) -> None:
    """Decide some rules on some rows, and put their outcomes where they belong."""
    if not rules or not len(places):
        return
    facts = {}
    for values in columns.values():
        variable = plan.cells.get(plan.slot[values.fact.id])
        if variable is not None and values.known.any():
            facts[variable.slot] = planes(plan.codes(variable, values))
    program = plan.program(rules, frozenset(facts))
    for source, column in zip(rules, program.outcomes(facts, len(places)), strict=True):
        into[source.rule.id][places] = column


class Plan:
    """What evaluating a ruleset over columns needs and is worked out once.

    Attributes:
        cells: By slot, the cells of every fact that a condition of any of its rules tests, whatever the day of law.
        slot: Fact id to slot.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.cells: dict[int, Variable] = common_cells(ruleset.vocabulary, (each for rule in ruleset.rules for each in conditions_of(rule)))
        self.slot = ruleset.vocabulary.slot
        self._programs: dict[tuple[Any, ...], tuple[list[RuleInForce], Program]] = {}

    def codes(self, variable: Variable, values: Values) -> NDArray[Any]:
        """Return a fact's values as codes of its cells."""
        return coded(variable, values.low, values.high, UNKNOWN, NEVER_YET)

    def program(self, rules: list[RuleInForce], readable: frozenset[int]) -> Program:
        """Return some rules ready to be evaluated where something is known of some facts; kept, for the next rows are like these."""
        key = (tuple(map(id, rules)), readable)
        if key not in self._programs:
            if len(self._programs) >= MOST_PROGRAMS:
                self._programs.clear()
            formulas = Formulas(self.cells, readable)
            pairs = [(formulas.forced(each.exact, wanted=True), formulas.forced(each.exact, wanted=False)) for each in rules]
            self._programs[key] = (rules, Program(formulas, pairs))  # the rules too, for their numbers are theirs only as long as they live
        return self._programs[key][1]


def plan_of(ruleset: Ruleset) -> Plan:
    """Return a ruleset's plan, made once."""
    found: Plan = ruleset.kept.get(Plan) or ruleset.kept.setdefault(Plan, Plan(ruleset))
    return found
