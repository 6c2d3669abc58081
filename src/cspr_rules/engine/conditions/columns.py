"""Many conditions over many rows at once, three-valued and exact, with NumPy.

A fact of many rows is a column of small *codes*: 0 where nothing is known, then one code for each of its cells, then one for each run of cells
within which its value is known to lie. The rows with one code are a *plane* of bits, 64 rows to a word. A formula
(:mod:`cspr_rules.engine.conditions.formulas`) is then a handful of ANDs and ORs of planes, and the rows go through all formulas in blocks that stay
in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from cspr_rules.engine.conditions.formulas import ALWAYS, NEVER, Formula, Formulas, Inside
from cspr_rules.engine.conditions.normal_form import Variable
from cspr_rules.engine.conditions.sharing import shared

Words: TypeAlias = NDArray[np.uint64]
Planes: TypeAlias = Mapping[int, Words]
"""Of one fact: by code, the rows that have it, a bit each. Codes that no row has, and code 0, need not be there."""

BLOCK: Final = 8_192
"""How many words go through all formulas together: 524,288 rows. Fewer, and Python costs more than the words do; more, and they leave the cache."""
_FEW: Final = 8
"""Up to so many codes are sooner looked for one by one than counted."""
MANY: Final = 2_048
"""From so many words on, fewer steps are worth looking for."""
UNDETERMINED, MET, NOT_MET, NOT_IN_FORCE = range(4)
OUTCOMES: Final = ("undetermined", "met", "not_met", "not_in_force")
"""Outcomes by the number that stands for them in a column."""


@cache
def possible(cells: int) -> tuple[int, ...]:
    """Return, for each code of a fact, the mask of the cells in which its value may lie.

    Args:
        cells: How many cells the fact has.
    """
    runs = [(first, last) for first in range(cells) for last in range(first + 1, cells)]
    return ((1 << cells) - 1, *(1 << cell for cell in range(cells)), *((1 << last + 1) - (1 << first) for first, last in runs))


def code_of(cells: int, first: int, last: int) -> int:
    """Return the code of a value that lies in one of the cells from ``first`` to ``last``."""
    return 1 + first if first == last else 1 + cells + first * cells - first * (first + 1) // 2 + (last - first - 1)


def words_for(rows: int) -> int:
    """Return how many words hold a bit for each row."""
    return -(-rows // 64)


def packed(flags: NDArray[np.bool_]) -> Words:
    """Return flags as bits, the first row in the lowest bit of the first word; what is over at the end is zero."""
    bits = np.packbits(flags, bitorder="little")
    if len(bits) % 8 == 0:
        return bits.view(np.uint64)
    words = np.zeros(words_for(len(flags)), np.uint64)
    words.view(np.uint8)[: len(bits)] = bits
    return words


def unpacked(words: Words, rows: int) -> NDArray[np.uint8]:
    """Return bits as a column of 0 and 1."""
    return np.unpackbits(words.view(np.uint8), count=rows, bitorder="little")


def ones(words: Words) -> int:
    """Return how many bits are set."""
    if hasattr(np, "bitwise_count"):  # from NumPy 2 on
        return int(np.bitwise_count(words).sum())
    return int(np.unpackbits(words.view(np.uint8)).sum())


def planes(codes: NDArray[Any]) -> dict[int, Words]:
    """Return a column of codes as planes."""
    most = int(codes.max(initial=0))
    there = range(most + 1) if most <= _FEW else np.flatnonzero(np.bincount(codes)).tolist()
    found = {code: packed(codes == code) for code in there if code}
    return {code: plane for code, plane in found.items() if plane.any()}


class _Step(NamedTuple):
    """Planes joined: ``sources`` are numbers of places, or for a fact its slot and the codes that fit."""

    target: int
    conjunction: bool
    sources: tuple[int, ...]
    slot: int | None


class _Steps:
    """Formulas as steps, and the places of what comes of them.

    Args:
        nodes: The formulas by number, each after its parts.
        results: The numbers of those that are answers.
        cells: The cells of each fact, by slot.
    """

    def __init__(self, nodes: Mapping[int, Formula], results: Sequence[int], cells: Mapping[int, Variable]) -> None:
        last_use = {part: number for number, node in nodes.items() for part in getattr(node, "parts", ())}
        last_use.update(dict.fromkeys(results, -1))  # what is an answer is kept to the end of a block
        self.places: dict[int, int] = {}
        self.steps: list[_Step] = []
        free: list[int] = []
        self.width = 0
        for number, node in nodes.items():
            if free:
                place = free.pop()
            else:
                place, self.width = self.width, self.width + 1
            self.places[number] = place
            if isinstance(node, Inside):
                fits = possible(len(cells[node.slot].cells))
                self.steps.append(_Step(place, False, tuple(code for code, each in enumerate(fits) if not each & ~node.mask), node.slot))
            else:
                self.steps.append(_Step(place, node.conjunction, tuple(self.places[part] for part in node.parts), None))
                free += [self.places[part] for part in node.parts if last_use[part] == number]


class Program:
    """Some conditions, ready to be evaluated over columns: over many rows in fewer steps, which take some time to find.

    Args:
        formulas: Formulas in which they are said.
        conditions: For each condition, the numbers of the formulas that it holds and that it does not hold.

    Attributes:
        slots: The facts that are read.
    """

    def __init__(self, formulas: Formulas, conditions: Sequence[tuple[int, int]]) -> None:
        self.conditions = conditions
        self._results = [number for pair in conditions for number in pair]
        self._nodes = {number: formulas.nodes[number] for number in formulas.needed(self._results)}
        self._cells = formulas.cells
        self.slots = frozenset(node.slot for node in self._nodes.values() if isinstance(node, Inside))

    @cached_property
    def _plain(self) -> _Steps:
        return _Steps(self._nodes, self._results, self._cells)

    @cached_property
    def _shared(self) -> _Steps:
        return _Steps(shared(self._nodes, self._results), self._results, self._cells)

    def blocks(self, facts: Mapping[int, Planes], words: int) -> Iterator[tuple[slice, list[Words], list[Words]]]:
        """Yield the answers block by block: the words it covers, and for each condition the rows in which it holds and does not hold.

        The planes that are yielded are used again for the next block. Bits beyond the last row mean nothing.

        Args:
            facts: By slot, the planes of the facts about which anything is known.
            words: How many words there are.
        """
        program = self._shared if words >= MANY else self._plain
        scratch = np.empty((program.width, min(BLOCK, words)), np.uint64)
        always, never = np.full(scratch.shape[1], ~np.uint64(0)), np.zeros(scratch.shape[1], np.uint64)
        for start in range(0, words, BLOCK):
            part = slice(start, min(start + BLOCK, words))
            length = part.stop - part.start
            buffers: list[Words] = [each[:length] for each in scratch]
            rows = [*buffers]  # a fact's plane is read where it stands
            for target, conjunction, sources, slot in program.steps:
                out = buffers[target]
                if slot is None:
                    operation = np.bitwise_and if conjunction else np.bitwise_or
                    given = [rows[source] for source in sources]
                else:
                    operation, known = np.bitwise_or, facts.get(slot, {})
                    given = [known[code][part] for code in sources if code in known]
                rows[target] = out if len(given) > 1 else given[0] if given else never[:length]
                if len(given) > 1:
                    operation(given[0], given[1], out=out)
                    for each in given[2:]:
                        operation(out, each, out=out)
            fixed = {ALWAYS: always[:length], NEVER: never[:length]}
            answers = [fixed[number] if number in fixed else rows[program.places[number]] for pair in self.conditions for number in pair]
            yield part, answers[::2], answers[1::2]

    def outcomes(self, facts: Mapping[int, Planes], rows: int) -> NDArray[np.uint8]:
        """Return for each condition a column of :data:`UNDETERMINED`, :data:`MET` or :data:`NOT_MET`."""
        found = np.empty((len(self.conditions), rows), np.uint8)
        for part, holding, failing in self.blocks(facts, words_for(rows)):
            here = slice(part.start * 64, min(part.stop * 64, rows))
            count = here.stop - here.start
            for row, holds, fails in zip(found, holding, failing, strict=True):
                np.left_shift(unpacked(fails, count), 1, out=row[here])
                row[here] |= unpacked(holds, count)
        return found


def coded(variable: Variable, low: NDArray[Any], high: NDArray[Any], unknown: int, not_yet: int) -> NDArray[Any]:
    """Return a column of values known within bounds as a column of codes.

    Args:
        variable: The fact with its cells.
        low: For yes or no and for words the number of the value, for numbers the number, for dates the ordinal: the least it may be.
        high: The greatest it may be; the same array where every value is known exactly.
        unknown: What stands in both where nothing is known.
        not_yet: What stands in both for a date that is known not to have come.
    """
    count = len(variable.cells)
    if low.dtype == np.int8 and unknown == -1:  # numbers of values, which are the cells in order
        return (low + np.int8(1)).view(np.uint8)
    codes = np.zeros(len(low), np.uint8 if len(possible(count)) <= 256 else np.uint16)
    rows = np.flatnonzero(low != unknown)  # of most facts nothing is known in most rows
    first = _cell(variable, low[rows], not_yet)
    if high is low:
        codes[rows] = first + 1
    else:
        last = _cell(variable, high[rows], not_yet)
        runs = 1 + count + first * count - first * (first + 1) // 2 + (last - first - 1)
        codes[rows] = np.where(first == last, first + 1, runs)
    return codes


def _cell(variable: Variable, values: NDArray[Any], not_yet: int) -> NDArray[np.int64]:
    if variable.fact.type in ("yes_no", "one_of"):
        return values.astype(np.int64)
    if variable.fact.type == "number":
        return np.maximum(np.searchsorted(np.array(variable.cells), values, side="right") - 1, 0).astype(np.int64)
    cuts = np.array([day.toordinal() for day in variable.cells[1:]])  # type: ignore[union-attr] # all but the first are days
    cells = np.maximum(np.searchsorted(cuts, values, side="right"), 1).astype(np.int64)
    cells[values == not_yet] = 0
    return cells
