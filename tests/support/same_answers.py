"""The columns held against the engine that decides one case, outcome by outcome and day by day; for `python -m tests.support.many columns`."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import numpy as np

from cspr_rules import Case, CaseError, DecisionRecord, Ruleset, evaluate, load_ruleset
from cspr_rules.bulk.deciding import Decided
from cspr_rules.bulk.due_days import NO_DAY, plan_days
from cspr_rules.bulk.numbering import one_by_one
from cspr_rules.bulk.register import Register
from cspr_rules.engine.conditions.columns import MET, NOT_IN_FORCE, NOT_MET, OUTCOMES, UNDETERMINED, Program, planes
from cspr_rules.engine.conditions.formulas import Formulas
from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.duties import would_be
from cspr_rules.engine.law import _Laws, law_of
from tests.support.possible import possible
from tests.support.random_cases import random_cases
from tests.support.shipped import FILES, case_file

AS_OF: Final = date(2026, 11, 2)
TOGETHER: Final = 2_000
"""How many cases make a register."""
MOST_CELLS: Final = 20_000_000
BY_ITSELF: Final = 20_000
"""How many of the rows in which the cells of a condition are enumerated are decided one by one."""

Drawn = tuple[dict[str, Any], list[dict[str, Any]]]


def shipped(ruleset: Ruleset) -> list[Drawn]:
    """Return the shipped cases, as far as they speak of facts of these rules."""
    found = []
    known = ruleset.vocabulary.by_id
    for path in FILES:
        case = case_file(path).case
        found.append((_plain(case.facts, known), [_plain(child, known) for child in case.children] or [{}]))
    return found


def _plain(facts: Mapping[str, Any], known: Container[str]) -> dict[str, Any]:
    said = {name: value.get("value") if isinstance(value, Mapping) else value for name, value in facts.items() if name in known}
    return {name: value for name, value in said.items() if value not in (None, "unknown")}


def drawn(ruleset: Ruleset, count: int, seed: int) -> Iterator[Drawn]:
    """Yield random cases; every second one cut down to what can be so, so that cases that say much are decided too."""
    for number, (incident, children) in enumerate(random_cases(ruleset.vocabulary, count, seed, partly=True)):
        if number % 2:
            yield incident, children
            continue
        case = possible(Case(incident, children), ruleset.vocabulary)
        yield dict(case.facts), [dict(child) for child in case.children]


def same(ruleset: Ruleset, cases: Sequence[Drawn], law_on: date | None = None) -> Counter[str]:
    """Hold a register of cases to each of them by itself: refused alike, and every outcome and every day to plan for the same."""
    rows = [{"ref": number, **incident, **child} for number, (incident, children) in enumerate(cases) for child in children]
    names = ["ref", *dict.fromkeys(name for row in rows for name in row if name != "ref")]
    columns = {name: one_by_one([row.get(name) for row in rows]) for name in names}
    register = Register(ruleset, {name: (lambda name=name: columns[name]) for name in names}, len(rows), "ref", ())  # type: ignore[misc] # a default
    every = sorted({rule.id for rule in ruleset.rules})
    found = Decided(register, AS_OF, law_on, every)
    days = {rule: dict(zip(*map(np.ndarray.tolist, planned), strict=True)) for rule, planned in _planned(found, every).items()}
    sound = set(found.sound.tolist())
    told: Counter[str] = Counter()
    columns_of = {rule: found.outcomes.column(rule).tolist() for rule in every}
    for place, (incident, children) in enumerate(cases):
        told["cases"] += 1
        try:
            record = evaluate(ruleset, Case(incident, children), as_of=AS_OF, law_on=law_on)
        except CaseError:
            told["refused"] += 1
            assert place not in sound, (place, incident, children)
            continue
        assert place in sound, (place, incident, children)
        told["known in part"] += bool(record.checked.partly)
        told["read by columns alone"] += place not in found.records
        said = dict(_said(record))
        first = int(register.starts[place])
        for rule in every:
            once = rule in found.outcomes.incident
            for child in [None] if once else range(1, len(children) + 1):
                row = place if child is None else first + child - 1
                day = days[rule].get(row, NO_DAY)
                here = (OUTCOMES[columns_of[rule][row]], None if day == NO_DAY else date.fromordinal(day))
                expected = said.get((rule, child), (OUTCOMES[NOT_IN_FORCE], None))
                assert here == expected, (rule, child, here, expected, incident, children)
                told["outcomes"] += 1
                told["days"] += day != NO_DAY
    return told


def _planned(found: Decided, every: Sequence[str]) -> Mapping[str, Any]:
    return plan_days(found.register.ruleset, found.population, found.outcomes, every)


def _said(record: DecisionRecord) -> Iterator[tuple[tuple[str, int | None], tuple[str, date | None]]]:
    """Yield by rule and child what a record says."""
    for child, _, finding in record.findings():
        row = (
            record.checked.incident if child is None else record.checked.children[child - 1]
        )  # what is known, and not only as far as rules tell apart
        asked = [cited for cited in finding.duties if not cited.optional and finding.outcome != "not_met"]
        owed = [would_be(cited, finding, () if child is None else (child,), row, record.as_of) for cited in asked]
        days = [duty.plan_for for duty in owed if duty.plan_for]
        yield (finding.rule_id, child), (finding.outcome, min(days, default=None))


def columns(count: int, number: int) -> Counter[str]:
    """Hold shipped and made-up cases in columns to what is said of each by itself, under the law of their own day and of every other."""
    told: Counter[str] = Counter()
    for profile in ("england", "bcp"):
        ruleset = load_ruleset(profile)
        cases_shipped = shipped(ruleset)
        told += same(ruleset, cases_shipped)
        some = list(drawn(ruleset, count // 2, number))
        for start in range(0, len(some), TOGETHER):
            told += same(ruleset, some[start : start + TOGETHER])
        starts = _Laws(ruleset).starts
        for place, day in enumerate(starts):  # each stretch of unchanged law begins on one of these
            told += same(ruleset, [*cases_shipped[place % 8 :: 8], *some[place :: len(starts)][:10]], law_on=day)
            told["days of law"] += 1
    return told


# -- whole spaces --------------------------------------------------------------------------------------------------------------------


def variables_of(node: Exact) -> dict[int, Variable]:
    """Return the facts of a condition by slot."""
    match node:
        case Within(variable):
            return {variable.slot: variable}
        case Joined(_, parts):
            return {slot: each for part in parts for slot, each in variables_of(part).items()}
        case Primes(variables):
            return {variable.slot: variable for variable in variables}


def conditions(ruleset: Ruleset) -> list[Exact]:
    """Return the condition of every rule under every law, and what makes a step count, each once."""
    found: dict[str, Exact] = {}
    for day in _Laws(ruleset).starts:
        law = law_of(ruleset, day)
        for source in (*law.incident, *law.child):
            for form in (source.exact, *(duty.counts_if for duty in source.duties if duty.counts_if)):
                found.setdefault(repr(form), form)
    return list(found.values())


def space(form: Exact, chance: random.Random, most: int = MOST_CELLS, by_itself: int = BY_ITSELF) -> Counter[str]:
    """Enumerate every combination of the cells of a condition's facts, each also unknown, if they are not too many.

    No outcome is left open needlessly: it is open exactly if one way to learn a fact that is open leads to another answer than another way, or leaves
    it open. By induction over how many facts are known that is what filling in all of them says. Some rows are decided by themselves too.
    """
    variables = [each for _, each in sorted(variables_of(form).items())]
    counts = [len(each.cells) + 1 for each in variables]
    rows = math.prod(counts)
    if rows > most:
        return Counter({"conditions with more": 1})
    codes = np.indices(counts, np.uint8).reshape(len(counts), -1)
    formulas = Formulas({each.slot: each for each in variables})
    program = Program(formulas, [(formulas.forced(form, wanted=True), formulas.forced(form, wanted=False))])
    answer = program.outcomes({each.slot: planes(column) for each, column in zip(variables, codes, strict=True)}, rows)[0]
    grid = answer.reshape(counts)
    for axis in range(len(counts)):
        unknown, *known = np.moveaxis(grid, axis, 0)
        alike = np.logical_and.reduce([each == known[0] for each in known])
        assert (unknown == np.where(alike, known[0], UNDETERMINED)).all(), form
    assert (grid[tuple(np.s_[1:] for _ in counts)] != UNDETERMINED).all(), form
    spelled = {True: MET, False: NOT_MET, None: UNDETERMINED}
    row: list[Any] = [None] * (max((each.slot for each in variables), default=0) + 1)
    for place in range(rows) if rows <= by_itself else sorted(chance.sample(range(rows), by_itself)):
        for variable, code in zip(variables, codes[:, place], strict=True):
            row[variable.slot] = variable.cells[code - 1] if code else None
        assert answer[place] == spelled[truth(form, tuple(row))], (form, row)
    return Counter({"conditions": 1, "cells": rows, "by themselves": min(rows, by_itself)})


def spaces(count: int, number: int) -> Counter[str]:
    """Enumerate the cells of every condition of the rules, some of them by themselves."""
    told, chance = Counter[str](), random.Random(number)  # noqa: S311 -- the same rows each time
    seen: set[str] = set()
    for profile in ("england", "bcp"):
        for form in conditions(load_ruleset(profile)):
            if repr(form) not in seen:
                seen.add(repr(form))
                told += space(form, chance, by_itself=count)
    return told
