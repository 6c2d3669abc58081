"""Outcomes of every national rule over columns in memory, against the same rules in boolean NumPy, in polars and in OpenFisca.

    python tests/benchmarks/columns.py                       # a million children; quotients within each round
    python tests/benchmarks/columns.py --children 12183016   # every child of England, invented; outcomes alone
    python tests/benchmarks/columns.py --older ENV/bin/python   # and `evaluate_frame` of the library that is installed there

The children are invented by a seeded generator: each fact by itself, one in twenty unknown. One core each. The rules are those of one day of law.
OpenFisca-Core takes part where it is installed. It has no unknown: it is given half of the work, the rules without it.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial, reduce
from operator import and_, or_
from pathlib import Path
from statistics import median
from typing import Any, Final

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np
import polars as pl

from cspr_rules import evaluate_frame, load_ruleset
from cspr_rules.engine.conditions.columns import BLOCK, MET, Program, planes, unpacked, words_for
from cspr_rules.engine.conditions.formulas import Formulas, common_cells
from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.engine.law import RuleInForce, law_of
from cspr_rules.model.rules import conditions_of

DAY = date(2024, 3, 27)
UNKNOWN_SHARE = 0.05
ROWS_OF_A_FRAME: Final = 500
"""How many of the children of a register are decided by `evaluate_frame`."""

Told = tuple[Any, Any]


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


def fitting(cells: dict[int, Variable], variable: Variable, mask: int) -> list[int]:
    """Return the codes that lie in some cells of a condition."""
    return [place + 1 for place, value in enumerate(cells[variable.slot].cells) if variable.cell(value) & mask]


def either(codes: Any, fits: list[int]) -> Any:
    """Return where a column has one of some codes."""
    return reduce(or_, [codes == each for each in fits])


class ByHand:
    """The same rules as somebody writes them in NumPy: an array of yes and one of no for each test, worked out once, and for each rule."""

    def __init__(self, cells: dict[int, Variable], codes: dict[int, Any]) -> None:
        self.cells, self.codes = cells, codes
        self.tests: dict[tuple[int, tuple[int, ...]], Told] = {}

    def within(self, variable: Variable, mask: int) -> Told:
        fits = fitting(self.cells, variable, mask)
        key = (variable.slot, tuple(fits))
        if key not in self.tests:
            codes = self.codes[variable.slot]
            holds = either(codes, fits)
            self.tests[key] = holds, (codes != 0) & ~holds
        return self.tests[key]

    def decide(self, node: Exact) -> Told:
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


def without_unknown(node: Exact, within: Callable[[Variable, int], Any]) -> Any:
    """Return a rule in two values, or in as many as AND and OR carry along, from its tests."""
    match node:
        case Within(variable, mask):
            return within(variable, mask)
        case Joined(conjunction, parts):
            return reduce(and_ if conjunction else or_, [without_unknown(part, within) for part in parts])
        case Primes(several, true, _):
            terms = [
                reduce(and_, [within(variable, mask) for variable, mask in zip(several, cube, strict=True) if mask != variable.full]) for cube in true
            ]
            return reduce(or_, terms)


def in_polars(cells: dict[int, Variable], node: Exact) -> pl.Expr:
    """Return the same rule as an expression of polars, whose AND and OR carry the unknown along."""
    found: pl.Expr = without_unknown(node, lambda variable, mask: pl.col(str(variable.slot)).is_in(fitting(cells, variable, mask)))
    return found


class InOpenFisca:
    """The same rules as variables of OpenFisca: a number for each fact, yes or no for each test and for each rule, each worked out once.

    Raises:
        ModuleNotFoundError: OpenFisca-Core is not installed.
    """

    MONTH = f"{DAY:%Y-%m}"

    def __init__(self, cells: dict[int, Variable], rules: list[RuleInForce]) -> None:
        from openfisca_core import entities, taxbenefitsystems
        from openfisca_core.periods import DateUnit
        from openfisca_core.variables import Variable as FiscaVariable

        child = entities.Entity("child", "children", "A child", "")
        self.system = taxbenefitsystems.TaxBenefitSystem([child])
        self.rules = [each.rule.id.replace(".", "_") for each in rules]
        common = {"entity": child, "definition_period": DateUnit.MONTH, "label": "-"}

        def add(name: str, kind: type, formula: Any = None) -> None:
            said = {"value_type": kind, **common, **({"formula": formula} if formula else {})}
            self.system.add_variable(type(name, (FiscaVariable,), said))

        tests: dict[str, None] = {}

        def test(variable: Variable, mask: int) -> str:
            fits = fitting(cells, variable, mask)
            name = "_".join(map(str, ("t", variable.slot, *fits)))
            if name not in tests:
                tests[name] = None
                fact = f"f_{variable.slot}"
                add(name, bool, lambda child, period: either(child(fact, period), fits))
            return name

        for slot in {slot for each in rules for slot in variables(each.exact)}:
            add(f"f_{slot}", int)
        for name, each in zip(self.rules, rules, strict=True):
            add(name, bool, self._formula(each.exact, test))

    @staticmethod
    def _formula(node: Exact, test: Callable[[Variable, int], str]) -> Any:
        without_unknown(node, lambda variable, mask: np.bool_(test(variable, mask) == ""))  # every test becomes a variable first

        def formula(child: Any, period: Any) -> Any:
            return without_unknown(node, lambda variable, mask: child(test(variable, mask), period))

        return formula

    def ready(self, codes: dict[int, Any]) -> Any:
        """Return a simulation that knows the facts."""
        from openfisca_core.simulations import SimulationBuilder

        count = len(next(iter(codes.values())))
        simulation = SimulationBuilder().build_default_simulation(self.system, count)
        for slot, column in codes.items():
            simulation.set_input(f"f_{slot}", self.MONTH, column.astype(np.int32))
        return simulation

    def decide(self, simulation: Any) -> list[Any]:
        return [simulation.calculate(name, self.MONTH) for name in self.rules]


def by_hand(cells: dict[int, Variable], codes: dict[int, Any], rules: list[RuleInForce]) -> None:
    """Decide every rule and forget the answers."""
    hand = ByHand(cells, codes)
    for each in rules:
        hand.decide(each.exact)


def timed(run: Callable[[], Any]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


_OLDER = """
import sys, time
from datetime import date
import polars as pl
from cspr_rules import __version__, evaluate_frame, load_ruleset
frame, ruleset = pl.read_parquet(sys.argv[1]), load_ruleset("england")
frame = frame.select([name for name in frame.columns if name in {fact.id for fact in ruleset.vocabulary.facts}])
options = {"as_of": date(2026, 11, 2), "law_on": date(2024, 3, 27)}
evaluate_frame(frame.head(50), ruleset, **options)
start = time.process_time()
evaluate_frame(frame, ruleset, **options)
print(__version__, time.process_time() - start)
"""


def by_row(older: Path | None, ours: float) -> None:
    """Print what `evaluate_frame` takes for a row of a register: this library's, lean and in full, and an older one's.

    Args:
        older: A Python in which an older version is installed.
        ours: What outcomes over columns take for a child.
    """
    from tests.benchmarks.children import AS_OF, piece

    register = piece(0).slice(0, ROWS_OF_A_FRAME)
    known = [name for name in register.schema.names if register.column(name).null_count < len(register)]
    known.remove("setting.kind")  # older versions have not all of its words
    frame = pl.DataFrame(pl.from_arrow(register.select(known))).with_columns(pl.col(pl.Categorical).cast(pl.String))
    ruleset = load_ruleset("england")
    ways: dict[str, dict[str, Any]] = {
        "with columns=[]": {"columns": []},
        "each='decision'": {"each": "decision"},
        "each='duty'": {"each": "duty"},
        "each='case'": {},
    }
    for name, options in ways.items():
        run = partial(evaluate_frame, ruleset=ruleset, as_of=AS_OF, law_on=DAY, **options)
        run(frame.head(50))
        each = timed(partial(run, frame)) / len(frame)
        print(f"evaluate_frame {name}: {each * 1e6:.0f} µs a row; {each / ours:,.0f} times the outcomes over columns")
    if older:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "register.parquet"
            frame.write_parquet(path)
            command: list[str | Path] = [older, "-c", _OLDER, path]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 -- the Python that was named
        each = float(said[1]) / len(frame)
        print(f"evaluate_frame of version {said[0]}: {each * 1e6:.0f} µs a row; {each / ours:,.0f} times the outcomes over columns")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--children", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--older", type=Path, help="a Python in which an older version of the library is installed")
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
    fisca = None
    try:
        fisca = InOpenFisca(cells, rules)
    except ModuleNotFoundError:
        print("OpenFisca-Core is not installed and takes no part: `pip install OpenFisca-Core`")
    next(program.blocks(facts, words))  # finds the steps, which is done once, as polars' expressions and OpenFisca's variables are made once
    times: dict[str, list[float]] = {"columns": [], "by hand": [], "polars": [], "OpenFisca, in two values": []}
    simulation: Any = None
    for _ in range(options.rounds):
        times["columns"].append(timed(lambda: [None for _ in program.blocks(facts, words)]))
        if not small:
            continue
        times["by hand"].append(timed(partial(by_hand, cells, codes, rules)))
        frame = pl.DataFrame({str(slot): pl.Series(column).replace(0, None) for slot, column in codes.items()})
        expressions = [in_polars(cells, each.exact).alias(each.rule.id) for each in rules]
        times["polars"].append(timed(partial(frame.select, expressions)))
        if fisca:
            simulation = fisca.ready(codes)
            times["OpenFisca, in two values"].append(timed(partial(fisca.decide, simulation)))
    for name, found in times.items():
        if found:
            each = median(found) / options.children / len(rules) * 1e9
            quotients = [one / ours for one, ours in zip(found, times["columns"], strict=True)]
            ratio = f"; {median(quotients):.0f} times the columns ({min(quotients):.0f} to {max(quotients):.0f})" if name != "columns" else ""
            print(f"{name}: {median(found):.3f} s of processor time, {each:.3f} ns for each rule and child{ratio}")
    if small:  # a figure of different answers would say nothing
        hand = ByHand(cells, codes)
        blocks = list(program.outcomes(facts, options.children))
        answers = fisca.decide(simulation) if fisca else [None] * len(rules)
        for rule, column, answer in zip(rules, blocks, answers, strict=True):
            holds, fails = hand.decide(rule.exact)
            assert (column == holds + 2 * fails.astype(np.uint8)).all(), rule.rule.id
            if answer is not None:
                known = np.logical_and.reduce([codes[slot] != 0 for slot in variables(rule.exact)])
                assert ((column == MET) == answer)[known].all(), rule.rule.id
        assert unpacked(facts[min(facts)][1], options.children).sum() == (codes[min(codes)] == 1).sum()
        by_row(options.older, median(times["columns"]) / options.children)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
