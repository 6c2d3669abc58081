"""What a condition still depends on: the facts of a row that could decide it, worked out from the cells in which they may lie, and remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, TypeAlias

from cspr_rules.engine.conditions.normal_form import Primes, Variable
from cspr_rules.model.values import FactValue, Row

Left: TypeAlias = int
"""Facts that could still decide a condition, two bits for each in order of slot: whether it is the first that is read, and whether it is another."""

MOST_REMEMBERED: Final = 4_096
"""How many answers are remembered for each part before they are forgotten together: a bound for long-running processes."""


class Asked(dict[Callable[[Row], int], int]):
    """A row of which is asked what could still decide conditions; holds, for each part in which facts recur, those on which it still depends.

    Conditions that have such a part in common ask for it once.
    """

    __slots__ = ("row",)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row

    def __missing__(self, part: Callable[[Row], int]) -> int:
        found = self[part] = part(self.row)
        return found


Open: TypeAlias = Callable[[Asked], Left]
"""From a row on which a condition is undecided to what could still decide it."""


def left_open(slots: Iterable[int], order: Iterable[int]) -> Left:
    """Return the facts that could still decide a condition, from their slots and the order in which they are read."""
    left = set(slots)
    first = next((slot for slot in order if slot in left), None)
    return sum([1 << 2 * slot + (slot != first) for slot in left])


def slots_in(left: Left) -> Iterator[int]:
    """Yield the slots of the facts that could still decide a condition."""
    while left:
        slot = (left.bit_length() - 1) // 2
        left &= ~(3 << 2 * slot)
        yield slot


class Cells(dict[FactValue | None, int]):
    """By what is known of a fact: the cells in which it may lie, a bit each. Cells that no implicant of a part tells apart are one."""

    def __init__(self, variable: Variable, alike: Sequence[int], first: int) -> None:
        super().__init__()
        self.variable = variable
        self.bits = [(mask, 1 << first + place) for place, mask in enumerate(alike)]

    def __missing__(self, value: FactValue | None) -> int:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        possible = self.variable.possible(value)
        found = self[value] = sum(bit for mask, bit in self.bits if mask & possible)
        return found


class Tangled(dict[int, int]):
    """A part in which facts recur: by the cells in which its facts may lie, those on which it still depends, a bit each. Worked out when needed.

    What all its facts may be is one number, and so is an implicant: each fact has a field of bits in it, one for each group of its cells, and above
    them one that stays empty. Adding ones to a field carries into that bit exactly if something in the field is set, and that is done for all fields
    at once. What comes of it is what :func:`~cspr_rules.engine.conditions.three_valued.still_matters` says.

    Attributes:
        told: For each fact, what its values come to.
        bits: For each fact, the bit that stands for it in the answer.
    """

    def __init__(self, node: Primes) -> None:
        super().__init__()
        grouped: list[tuple[int, ...]] = []
        for place, variable in enumerate(node.variables):
            groups: dict[tuple[int, ...], int] = {}
            for cell in range(len(variable.cells)):
                inside = tuple([cube[place] >> cell & 1 for cube in node.true])
                groups[inside] = groups.get(inside, 0) | 1 << cell
            grouped.append(tuple(groups.values()))
        width = max(map(len, grouped)) + 1
        firsts = [place * width for place in range(len(grouped))]
        self.told = [Cells(variable, groups, first) for variable, groups, first in zip(node.variables, grouped, firsts, strict=True)]
        self.bits = [1 << first for first in firsts]
        self.down = width - 1
        self.full = sum((1 << len(groups)) - 1 << first for groups, first in zip(grouped, firsts, strict=True))
        self.top = sum(self.bits) << self.down
        self.ones = self.top - sum(self.bits)
        implicants = [sum(bit for cells, mask in zip(self.told, cube, strict=True) for some, bit in cells.bits if some & mask) for cube in node.true]
        self.implicants = [(implicant, self.full & ~implicant) for implicant in implicants]

    @property
    def alike(self) -> tuple[Any, ...]:
        """What tells it from other parts."""
        return [(cells.variable.slot, cells.variable.cells, cells.bits) for cells in self.told], self.implicants

    def __missing__(self, box: int) -> int:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        top, ones, full, down = self.top, self.ones, self.full, self.down
        needed = set()
        for implicant, outside in self.implicants:
            both = implicant & box
            if both + ones & top == top:  # else it is out of reach
                within = top ^ (box & outside) + ones & top  # the facts that lie in it whatever they are: they make no difference any more
                needed.add(both | full & within - (within >> down))
        largest: list[int] = []
        matters = 0
        for each in sorted(needed, key=int.bit_count, reverse=True):
            if all(each & ~other for other in largest):
                largest.append(each)
                matters |= (full & ~each) + ones & top
        found = self[box] = matters >> down
        return found


class LeftInOrder(dict[int, Left]):
    """By some facts as bits in one condition's own order: what could still decide it. Worked out when needed."""

    def __init__(self, read: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        # For each fact, in the order in which they are read: its bit here, and its two bits there.
        self.bits = [(bit, 1 << 2 * slot, 2 << 2 * slot) for slot, bit in read]

    def __missing__(self, some: int) -> Left:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = 0
        for here, first, later in self.bits:
            if some & here:
                found |= later if found else first
        self[some] = found
        return found
