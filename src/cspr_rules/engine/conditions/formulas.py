"""Conditions as conjunctions and disjunctions of "this fact lies in these cells", over one set of cells for all of them.

The exact form of a condition (:mod:`cspr_rules.engine.conditions.normal_form`) has cells of its own for each fact. Here many conditions are
brought to common cells, so that a fact is read once for all of them, and what two of them share is said once. For each condition there are two
formulas: one that is true exactly if what is known forces the condition to hold, and one for its not holding. Neither is true where the condition
is undetermined.

Evaluation over columns and the rules as SQL both read these formulas; `docs/decisions/0020-columns.md` says why they are exact for facts that are
known only within bounds, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.model.rules import Condition, Test, tests_in
from cspr_rules.model.vocabulary import Vocabulary, representatives


class Inside(NamedTuple):
    """Every value that a fact may still have lies in some cells.

    Attributes:
        slot: The fact's place in a row.
        mask: The cells, a bit each.
    """

    slot: int
    mask: int


class Gate(NamedTuple):
    """Formulas joined.

    Attributes:
        conjunction: Whether all of them have to be true, or one.
        parts: Their numbers, in ascending order.
    """

    conjunction: bool
    parts: tuple[int, ...]


Formula: TypeAlias = Inside | Gate

ALWAYS: Final = 0
NEVER: Final = 1


def common_cells(vocabulary: Vocabulary, conditions: Iterable[Condition]) -> dict[int, Variable]:
    """Return, by slot, each fact that some conditions test, with cells that no test in any of them tells apart."""
    tests: dict[str, list[Test]] = {}
    for condition in conditions:
        for test in tests_in(condition):
            if isinstance(test, Test):
                tests.setdefault(test.fact, []).append(test)
    found = {}
    for name in sorted(tests, key=vocabulary.slot.__getitem__):
        fact, slot = vocabulary.by_id[name], vocabulary.slot[name]
        found[slot] = Variable(fact, slot, tuple(representatives(fact, tests[name])))
    return found


class Formulas:
    """Numbered formulas, each of them once. :data:`ALWAYS` and :data:`NEVER` are the first two.

    Attributes:
        nodes: The formulas by number; the parts of one have lower numbers than it has itself. The first two are gates without parts.

    Args:
        cells: The common cells, by slot.
        readable: Slots of the facts about which anything may be known; every other fact is unknown throughout. All of them if not given.
    """

    def __init__(self, cells: Mapping[int, Variable], readable: Collection[int] | None = None) -> None:
        self.cells = cells
        self.readable = cells if readable is None else readable
        self.nodes: list[Formula] = [Gate(True, ()), Gate(False, ())]
        self._numbers: dict[Formula, int] = {each: number for number, each in enumerate(self.nodes)}
        self._masks: dict[tuple[int, tuple[object, ...], int], int] = {}

    def forced(self, node: Exact, *, wanted: bool) -> int:
        """Return the number of the formula that is true exactly if what is known forces a condition to be ``wanted``."""
        match node:
            case Within(variable, mask):
                return self._inside(variable, mask if wanted else variable.full & ~mask)
            case Joined(conjunction, parts):
                return self._gate(conjunction == wanted, [self.forced(part, wanted=wanted) for part in parts])
            case Primes(variables, true, false):
                cubes = true if wanted else false
                terms = [self._gate(True, [self._inside(*literal) for literal in zip(variables, cube, strict=True)]) for cube in cubes]
                return self._gate(False, terms)

    def _inside(self, variable: Variable, mask: int) -> int:
        """Return the formula that a fact lies in some cells of one condition."""
        if mask == variable.full:
            return ALWAYS
        if not mask or variable.slot not in self.readable:
            return NEVER
        return self._number(Inside(variable.slot, self._common(variable, mask)))

    def _common(self, variable: Variable, mask: int) -> int:
        """Return cells of one condition as common cells."""
        key = (variable.slot, variable.cells, mask)
        found = self._masks.get(key)
        if found is None:
            values = self.cells[variable.slot].cells
            found = self._masks[key] = sum(1 << place for place, value in enumerate(values) if variable.cell(value) & mask)
        return found

    def _gate(self, conjunction: bool, parts: Sequence[int]) -> int:
        """Return the formula that joins others, as simple as it can be said."""
        neutral, decisive = (ALWAYS, NEVER) if conjunction else (NEVER, ALWAYS)
        found: set[int] = set()
        for part in parts:
            if part == decisive:
                return decisive
            node = self.nodes[part]
            if isinstance(node, Gate) and node.conjunction == conjunction and part > NEVER:
                found.update(node.parts)
            elif part != neutral:
                found.add(part)
        if not found:
            return neutral
        return found.pop() if len(found) == 1 else self._number(Gate(conjunction, tuple(sorted(found))))

    def _number(self, node: Formula) -> int:
        number = self._numbers.get(node)
        if number is None:
            number = self._numbers[node] = len(self.nodes)
            self.nodes.append(node)
        return number

    def needed(self, roots: Iterable[int]) -> list[int]:
        """Return the numbers of the formulas that some formulas are made of, those included, in ascending order; the constants left out."""
        found: set[int] = set()
        waiting = [root for root in roots if root > NEVER]
        while waiting:
            number = waiting.pop()
            if number in found:
                continue
            found.add(number)
            node = self.nodes[number]
            if isinstance(node, Gate):
                waiting += node.parts
        return sorted(found)
