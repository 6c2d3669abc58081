"""The outcome of every rule on many cases at once, each under the law of its own day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.population import Places, Population
from cspr_rules.bulk.values import NEVER_YET, UNKNOWN, Values
from cspr_rules.engine.conditions.columns import NOT_IN_FORCE, Planes, Program, coded, planes
from cspr_rules.engine.conditions.formulas import Formulas, common_cells
from cspr_rules.engine.conditions.normal_form import Variable
from cspr_rules.engine.law import RuleInForce, law_of
from cspr_rules.model.rules import conditions_of
from cspr_rules.model.ruleset import Ruleset

Column = NDArray[np.uint8]
MOST_PROGRAMS: Final = 256
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
    of_cases = _Coded(plan, population.incident, population.cases)
    of_children = _Coded(plan, population.child, len(population.of_case), of_cases, population.of_case)
    for reading in readings(ruleset, days, wanted):
        if reading.incident:
            of_cases.decide(reading.incident, reading.cases, found.incident)
        if reading.child:
            here = np.zeros(population.cases, np.bool_)
            here[reading.cases] = True
            of_children.decide(reading.child, np.flatnonzero(here[population.of_case]), found.child)
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
    alike: dict[int, tuple[NDArray[np.int32], set[str | None]]] = {}
    for step, each in zip(steps, days, strict=True):  # steps of which nothing is known share a column
        alike.setdefault(id(each), (each, set()))[1].add(step)
    for each, read_so in alike.values():
        if not len(each):
            continue
        first = int(each.min())
        every = np.flatnonzero(np.bincount(each - first))
        laws = [law_of(ruleset, date.fromordinal(first + int(day))) for day in every]
        several = {id(law): law for law in laws}
        numbers = {law: number for number, law in enumerate(several)}
        by_day = np.zeros(int(every[-1]) + 1, np.uint16)
        by_day[every] = [numbers[id(law)] for law in laws]
        of_case = by_day[each - first]
        for number, law in enumerate(several.values()):
            incident, child = (
                [source for source in sources if source.rule.law_of in read_so and source.rule.id in wanted] for sources in (law.incident, law.child)
            )
            if incident or child:
                yield Reading(incident, child, np.flatnonzero(of_case == number))


class _Coded:
    """The facts of incidents, or of children, as codes and as planes of all rows: each made once and only if a rule reads it.

    Args:
        plan: What the rules need.
        columns: By fact, its values.
        rows: How many rows there are.
        above: For children, the incidents.
        of_case: For children, the case of each.
    """

    def __init__(self, plan: Plan, columns: Mapping[str, Values], rows: int, above: _Coded | None = None, of_case: Places | None = None) -> None:
        self.plan = plan
        self.rows = rows
        self._own = {plan.slot[name]: values for name, values in columns.items() if plan.slot[name] in plan.cells}
        self._above, self._of_case = above, of_case
        self._codes: dict[int, NDArray[Any]] = {}
        self._planes: dict[int, Planes] = {}
        self.readable: frozenset[int] = frozenset(self._own) | (above.readable if above else frozenset())

    def codes(self, slot: int) -> NDArray[Any]:
        """Return a fact's codes, a row each."""
        if slot not in self._codes:
            if slot in self._own:
                self._codes[slot] = self.plan.codes(self.plan.cells[slot], self._own[slot])
            elif self._above is not None:  # only what is readable is asked for
                codes = self._above.codes(slot)
                self._codes[slot] = codes if self.rows == self._above.rows else codes[self._of_case]
        return self._codes[slot]

    def decide(self, rules: list[RuleInForce], places: Places, into: dict[str, Column]) -> None:
        """Decide some rules on some rows, and put their outcomes where they belong."""
        if not len(places):
            return
        program = self.plan.program(rules, self.readable)
        most = 2 * len(places) > self.rows
        facts: dict[int, Planes] = {}
        for slot in program.slots:
            if not most:
                facts[slot] = planes(self.codes(slot)[places])
                continue
            if slot not in self._planes:
                self._planes[slot] = planes(self.codes(slot))
            facts[slot] = self._planes[slot]
        rest = np.zeros(0, np.intp)
        if most and len(places) < self.rows:
            others = np.ones(self.rows, np.bool_)
            others[places] = False
            rest = np.flatnonzero(others)
        for source, column in zip(rules, program.outcomes(facts, self.rows if most else len(places)), strict=True):
            if most:  # all rows are sooner decided than most of them picked out
                column[rest] = into[source.rule.id][rest]
                into[source.rule.id] = column
            else:
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
