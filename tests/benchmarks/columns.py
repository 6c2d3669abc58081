"""Outcomes of every national rule over columns in memory, against the same rules in boolean NumPy and in polars' own three-valued expressions.

    python tests/benchmarks/columns.py                       # a million children; quotients within each round
    python tests/benchmarks/columns.py --children 12183016   # every child of England, invented; outcomes alone

The children are invented by a seeded generator: each fact by itself, one in twenty unknown. One core each. The rules are those of one day of law.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Callable
from datetime import date
from functools import partial, reduce
from operator import and_, or_
from statistics import median
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

from cspr_rules import load_ruleset
from cspr_rules.engine.conditions.columns import BLOCK, Program, planes, unpacked, words_for
from cspr_rules.engine.conditions.formulas import Formulas, common_cells
from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.engine.law import RuleInForce, law_of
from cspr_rules.model.rules import conditions_of

DAY = date(2024, 3, 27)
UNKNOWN_SHARE = 0.05


def invented(cells: dict[int, Variable], slots: set[int], children: int, seed: int = 16) -> dict[int, Any]:
    """Return, by slot, a column of codes: 0 for one in twenty, else a cell."""
    rng = np.random.default_rng(seed)
    found = {}
    for slot in sorted(slots):
        codes = rng.integers(1, len(cells[slot].cells) + 1, children, dtype=np.uint8)
        codes[rng.random(children, dtype=np.float32) < UNKNOWN_SHARE] = 0
        found[slot] = codes
    return found


def variables(node: Exact) -> dict[int, Variable]:
    match node:
        case Within(variable):
            return {variable.slot: variable}
        case Joined(_, parts):
            return {slot: each for part in parts for slot, each in variables(part).items()}
        case Primes(several):
            return {each.slot: each for each in several}


class ByHand:
    """The same rules as somebody writes them in NumPy: an array of yes and one of no for each test, and for each rule."""

    def __init__(self, cells: dict[int, Variable], codes: dict[int, Any]) -> None:
        self.cells, self.codes = cells, codes

    def within(self, variable: Variable, mask: int) -> tuple[Any, Any]:
        common = self.cells[variable.slot].cells
        fits = np.array([False, *(bool(variable.cell(value) & mask) for value in common)])
        other = np.array([False, *(not variable.cell(value) & mask for value in common)])
        codes = self.codes[variable.slot]
        return fits[codes], other[codes]

    def decide(self, node: Exact) -> tuple[Any, Any]:
        match node:
            case Within(variable, mask):
                return self.within(variable, mask)
            case Joined(conjunction, parts):
                holds, fails = zip(*map(self.decide, parts), strict=True)
                return (reduce(and_, holds), reduce(or_, fails)) if conjunction else (reduce(or_, holds), reduce(and_, fails))
            case Primes(several, true, false):
                found = []
                for cubes in (true, false):
                    terms = []
                    for cube in cubes:
                        literals = [self.within(variable, mask)[0] for variable, mask in zip(several, cube, strict=True) if mask != variable.full]
                        terms.append(reduce(and_, literals))
                    found.append(reduce(or_, terms))
                return found[0], found[1]


def in_polars(cells: dict[int, Variable], node: Exact) -> pl.Expr:
    """Return the same rule as an expression of polars, whose AND and OR carry the unknown along."""

    def within(variable: Variable, mask: int) -> pl.Expr:
        common = cells[variable.slot].cells
        fitting = [place + 1 for place, value in enumerate(common) if variable.cell(value) & mask]
        return pl.col(str(variable.slot)).is_in(fitting)

    match node:
        case Within(variable, mask):
            return within(variable, mask)
        case Joined(conjunction, parts):
            return reduce(and_ if conjunction else or_, [in_polars(cells, part) for part in parts])
        case Primes(several, true, _):
            terms = [
                reduce(and_, [within(variable, mask) for variable, mask in zip(several, cube, strict=True) if mask != variable.full]) for cube in true
            ]
            return reduce(or_, terms)


def by_hand(hand: ByHand, rules: list[RuleInForce]) -> None:
    """Decide every rule and forget the answers."""
    for each in rules:
        hand.decide(each.exact)


def timed(run: Callable[[], Any]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    ruleset = load_ruleset("england")
    law = law_of(ruleset, DAY)
    rules: list[RuleInForce] = [*law.incident, *law.child]
    cells = common_cells(ruleset.vocabulary, (each for rule in ruleset.rules for each in conditions_of(rule)))
    slots = {slot for rule in rules for slot in variables(rule.exact)}
    formulas = Formulas(cells, slots)
    program = Program(formulas, [(formulas.forced(each.exact, wanted=True), formulas.forced(each.exact, wanted=False)) for each in rules])
    small = options.children <= 2_000_000
    codes: dict[int, Any] = invented(cells, slots, options.children) if small else {}
    if small:
        facts = {slot: planes(column) for slot, column in codes.items()}
    else:  # column by column, so that the codes of all facts never stand in memory together
        facts = {slot: planes(invented(cells, {slot}, options.children, seed=slot)[slot]) for slot in sorted(slots)}
    size = sum(words.nbytes for fact in facts.values() for words in fact.values())
    words = words_for(options.children)
    print(f"{len(rules)} rules, {len(slots)} facts, {options.children:,} children, {size / 1e6:,.0f} MB of bits, blocks of {BLOCK} words")
    times: dict[str, list[float]] = {"columns": [], "by hand": [], "polars": []}
    for _ in range(options.rounds):
        times["columns"].append(timed(lambda: [None for _ in program.blocks(facts, words)]))
        if small:
            hand = ByHand(cells, codes)
            times["by hand"].append(timed(partial(by_hand, hand, rules)))
            frame = pl.DataFrame({str(slot): pl.Series(column).replace(0, None) for slot, column in codes.items()})
            expressions = [in_polars(cells, each.exact).alias(each.rule.id) for each in rules]
            times["polars"].append(timed(partial(frame.select, expressions)))
    for name, found in times.items():
        if found:
            each = median(found) / options.children / len(rules) * 1e9
            quotients = [one / ours for one, ours in zip(found, times["columns"], strict=True)]
            ratio = f"; {median(quotients):.0f} times the columns ({min(quotients):.0f} to {max(quotients):.0f})" if name != "columns" else ""
            print(f"{name}: {median(found):.3f} s of processor time, {each:.3f} ns for each rule and child{ratio}")
    if small:  # a figure of different answers would say nothing
        hand = ByHand(cells, codes)
        blocks = list(program.outcomes(facts, options.children))
        for rule, column in zip(rules, blocks, strict=True):
            holds, fails = hand.decide(rule.exact)
            assert (column == holds + 2 * fails.astype(np.uint8)).all(), rule.rule.id
        assert unpacked(facts[min(facts)][1], options.children).sum() == (codes[min(codes)] == 1).sum()
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    main()
