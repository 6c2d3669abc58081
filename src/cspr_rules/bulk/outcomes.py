"""The outcome of every rule on many cases at once, each under the law of its own day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.population import Population
from cspr_rules.bulk.values import NEVER_YET, Places, Values, unknown_of
from cspr_rules.engine.conditions.columns import Planes, Program, Words, coded, packed, planes, unpacked, words_for
from cspr_rules.engine.conditions.formulas import Formulas, common_cells
from cspr_rules.engine.conditions.normal_form import Exact, Variable
from cspr_rules.engine.law import RuleInForce, law_changes, law_of
from cspr_rules.model.rules import conditions_of
from cspr_rules.model.ruleset import Ruleset

Column = NDArray[np.uint8]
MOST_PROGRAMS: Final = 256
"""How many programs are kept for a ruleset before they are forgotten together: a bound for long-running processes."""
_PRESSING: Final = np.array([1, 2, 0, 3], np.uint8)
"""Outcomes by number, ranked: one child of whom a rule is met makes it met for the case; short of that, one who is undetermined."""
_BY_RANK: Final = np.argsort(_PRESSING).astype(np.uint8)


class Outcomes:
    """The outcomes of some rules, as two planes of bits each: the numbers of the outcomes in binary, the lower digit first.

    Attributes:
        incident: The rules that are asked once for each case.
        child: The rules that are asked for each child.
        days: The ordinals of the days whose law was read for each case: of the incident, then of each later step.
        readings: The rules with the cases for which they were read, each rule under the law of its own day.
    """

    def __init__(self, population: Population, days: Sequence[NDArray[np.int32]], readings: Sequence[Reading]) -> None:
        self.incident: set[str] = set()
        self.child: set[str] = set()
        self.days = days
        self.readings = readings
        self._cases, self._children = population.cases, len(population.of_case)
        self._starts = population.starts
        self._planes: dict[str, tuple[Words, Words]] = {}

    def put(self, rule: str, low: Words, high: Words, *, incident: bool) -> None:
        """Add a rule."""
        (self.incident if incident else self.child).add(rule)
        self._planes[rule] = low, high

    def planes(self, rule: str) -> tuple[Words, Words]:
        """Return one rule's outcomes as planes, a bit for each case or, if it is asked for each child, for each child; those beyond are 0."""
        return self._planes[rule]

    def column(self, rule: str) -> Column:
        """Return one rule's outcomes as numbers, for each case or, if it is asked for each child, for each child."""
        low, high = self._planes[rule]
        rows = self._cases if rule in self.incident else self._children
        return unpacked(low, rows) | unpacked(high, rows) << np.uint8(1)

    def of_case(self, rule: str) -> Column:
        """Return one rule's outcome for each case: of its children, the most pressing."""
        column = self.column(rule)
        if rule in self.incident or len(column) == len(self._starts):
            return column
        return _BY_RANK[np.maximum.reduceat(_PRESSING[column], self._starts)]

    def at(self, rule: str, rows: Places) -> Column:
        """Return one rule's outcomes for some cases, or children."""
        words, bits = rows >> 6, (rows & 63).astype(np.uint64)
        low, high = (plane[words] >> bits & np.uint64(1) for plane in self._planes[rule])
        found: Column = (low | high << np.uint64(1)).astype(np.uint8)
        return found


def outcomes(ruleset: Ruleset, population: Population, days: Sequence[NDArray[np.int32]], wanted: Collection[str]) -> Outcomes:
    """Decide some rules on every case.

    A rule has much the same condition under every law. So each condition is evaluated once, for all cases, and the law of a case only says which of
    them, if any, is the rule's.

    Args:
        ruleset: The rules.
        population: The cases.
        days: The ordinals of the days whose law is read for each case: of the incident, then of each later step.
        wanted: The ids of the rules.
    """
    found = Outcomes(population, days, list(_readings(ruleset, days, wanted)))
    plan = plan_of(ruleset)
    of_cases = _Coded(plan, population.incident, population.cases)
    of_children = _Coded(plan, population.child, len(population.of_case), of_cases, population.of_case)
    for incident, coded_ in ((True, of_cases), (False, of_children)):
        scope = "incident" if incident else "child"
        asked: dict[str, dict[int, list[tuple[RuleInForce, Reading]]]] = {
            rule.id: {} for rule in ruleset.rules if rule.id in wanted and rule.scope == scope
        }
        for reading in found.readings:
            for source in reading.incident if incident else reading.child:
                asked[source.rule.id].setdefault(id(source.exact), []).append((source, reading))
        forms = {form: said[0][0].exact for versions in asked.values() for form, said in versions.items()}
        planes_of = dict(zip(forms, coded_.decided(list(forms.values())), strict=True))
        everywhere, nowhere = coded_.constant(~np.uint64(0)), coded_.constant(np.uint64(0))
        made: dict[tuple[Any, ...], tuple[Words, Words]] = {}
        for rule, versions in asked.items():
            key = tuple((form, id(said[0][1].of_case), *(each.number for _, each in said)) for form, said in versions.items())
            if key in made:  # rules that ask the same under the same laws
                found.put(rule, *made[key], incident=incident)
                continue
            low, high, in_force = nowhere, nowhere, nowhere
            for form, said in versions.items():  # all versions of a rule are read under the law of the same day
                where = coded_.under(said[0][1].of_case, [each.number for _, each in said])
                holds, fails = planes_of[form]
                if where is None:
                    low, high, in_force = holds, fails, everywhere
                    break
                low, high, in_force = low | holds & where, high | fails & where, in_force | where
            if in_force is not everywhere:
                low, high = low | everywhere & ~in_force, high | everywhere & ~in_force
            made[key] = low, high
            found.put(rule, low, high, incident=incident)
    return found


class Reading(NamedTuple):
    """Some rules as they stand on one day, and the cases for which they are read so.

    Attributes:
        incident: Rules asked once.
        child: Rules asked for each child.
        number: The number of the stretch of unchanged law.
        of_case: For each case, the number of the one that is read for rules like these.
    """

    incident: list[RuleInForce]
    child: list[RuleInForce]
    number: int
    of_case: NDArray[np.uint16]

    @property
    def cases(self) -> Places:
        """The places of the cases."""
        return np.flatnonzero(self.of_case == self.number)


def _readings(ruleset: Ruleset, days: Sequence[NDArray[np.int32]], wanted: Collection[str]) -> Iterator[Reading]:
    """Yield the rules with the cases for which they are read, each rule under the law of its own day.

    Args:
        ruleset: The rules.
        days: The ordinals of the days whose law is read for each case: of the incident, then of each later step.
        wanted: The ids of the rules.
    """
    steps = (None, *(ruleset.vocabulary.facts[slot].id for slot in ruleset.later_steps))
    starts = np.array([day.toordinal() for day in law_changes(ruleset)])
    alike: dict[int, tuple[NDArray[np.int32], set[str | None]]] = {}
    for step, each in zip(steps, days, strict=True):  # steps of which nothing is known share a column
        alike.setdefault(id(each), (each, set()))[1].add(step)
    for each, read_so in alike.values():
        if not len(each):
            continue
        first, last = int(each.min()), int(each.max())
        by_day = np.searchsorted(starts, np.arange(first, last + 1), side="right").astype(np.uint16)
        of_case = by_day[each - first]
        for number in np.flatnonzero(np.bincount(of_case)).tolist():
            law = law_of(ruleset, date.fromordinal(int(starts[number - 1]) if number else first))
            incident, child = (
                [source for source in sources if source.rule.law_of in read_so and source.rule.id in wanted] for sources in (law.incident, law.child)
            )
            if incident or child:
                yield Reading(incident, child, number, of_case)


class _Coded:
    """The facts of incidents, or of children, as planes: each made once and only if a rule reads it.

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
        self._planes: dict[int, Planes] = {}
        self._under: dict[tuple[int, tuple[int, ...]], Words | None] = {}
        self._laws: dict[int, tuple[int, Places, NDArray[np.uint16], NDArray[np.bool_]]] = {}
        self.readable: frozenset[int] = frozenset(self._own) | (above.readable if above else frozenset())

    def _codes(self, slot: int) -> NDArray[Any]:
        return self.plan.codes(self.plan.cells[slot], self._own[slot])

    def planes(self, slot: int) -> Planes:
        """Return a fact of which something may be known."""
        if slot not in self._planes:
            if slot in self._own or self._above is None:
                self._planes[slot] = planes(self._codes(slot))
            elif self.rows == self._above.rows:  # one child each
                self._planes[slot] = self._above.planes(slot)
            else:
                self._planes[slot] = planes(self._above._codes(slot)[self._of_case])
        return self._planes[slot]

    def decided(self, forms: Sequence[Exact]) -> list[tuple[Words, Words]]:
        """Return for each condition the rows in which it holds, and those in which it does not."""
        program = self.plan.program(forms, self.readable)
        words = words_for(self.rows)
        found = np.empty((len(forms), 2, words), np.uint64)
        if words:
            for part, holding, failing in program.blocks({slot: self.planes(slot) for slot in program.slots}, words):
                for planes_, holds, fails in zip(found, holding, failing, strict=True):
                    planes_[0, part], planes_[1, part] = holds, fails
            found[:, :, -1] &= self.constant(~np.uint64(0))[-1]
        return [(holds, fails) for holds, fails in found]

    def constant(self, word: np.uint64) -> Words:
        """Return a plane of ones, but for what is over at the end, or of zeros."""
        found = np.full(words_for(self.rows), word)
        if self.rows % 64:
            found[-1] &= np.uint64((1 << self.rows % 64) - 1)
        return found

    def under(self, law_of_case: NDArray[np.uint16], laws: Sequence[int]) -> Words | None:
        """Return the rows that are under some laws; ``None`` if all are."""
        key = id(law_of_case), tuple(laws)
        if key not in self._under:
            if id(law_of_case) not in self._laws:
                here = law_of_case if self._above is None or self.rows == self._above.rows else law_of_case[self._of_case]
                counts = np.bincount(here)
                most = int(counts.argmax())
                few = np.flatnonzero(here != most)
                self._laws[id(law_of_case)] = most, few, here[few], counts > 0
            most, few, of_few, there = self._laws[id(law_of_case)]
            chosen = np.zeros(len(there), np.bool_)
            chosen[list(laws)] = True
            if chosen[there].all():
                self._under[key] = None
            else:  # most cases are under one law
                flags = np.full(self.rows, chosen[most])
                flags[few] = chosen[of_few]
                self._under[key] = packed(flags)
        return self._under[key]


class Plan:
    """What evaluating a ruleset over columns needs and is worked out once.

    Attributes:
        cells: By slot, the cells of every fact that a condition of any of its rules tests, whatever the day of law.
        slot: Fact id to slot.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.cells: dict[int, Variable] = common_cells(ruleset.vocabulary, (each for rule in ruleset.rules for each in conditions_of(rule)))
        self.slot = ruleset.vocabulary.slot
        self._programs: dict[tuple[Any, ...], tuple[Sequence[Exact], Program]] = {}

    def codes(self, variable: Variable, values: Values) -> NDArray[Any]:
        """Return a fact's values as codes of its cells."""
        return coded(variable, values.low, values.high, unknown_of(values.fact), NEVER_YET)

    def program(self, forms: Sequence[Exact], readable: frozenset[int]) -> Program:
        """Return some conditions ready to be evaluated where something is known of some facts; kept, for the next rows are like these."""
        key = (tuple(map(id, forms)), readable)
        if key not in self._programs:
            if len(self._programs) >= MOST_PROGRAMS:
                self._programs.clear()
            formulas = Formulas(self.cells, readable)
            pairs = [(formulas.forced(each, wanted=True), formulas.forced(each, wanted=False)) for each in forms]
            self._programs[key] = (forms, Program(formulas, pairs))  # the forms too, for their numbers are theirs only as long as they live
        return self._programs[key][1]


def plan_of(ruleset: Ruleset) -> Plan:
    """Return a ruleset's plan, made once."""
    found: Plan = ruleset.kept.get(Plan) or ruleset.kept.setdefault(Plan, Plan(ruleset))
    return found
