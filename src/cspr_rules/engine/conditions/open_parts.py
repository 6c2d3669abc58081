"""What conditions still depend on: the facts of a row that could decide them, worked out part by part and remembered.

Where a condition is undecided, each of its parts that is not settled is still open, for parts share no facts. Most parts are one fact that is known
or not, and need nothing but a look at it. The others are held here, each once for all conditions in which it occurs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.model.values import FactValue, Row

MOST_REMEMBERED: Final = 4_096
"""How many answers are remembered for each part and fact before they are forgotten together: a bound for long-running processes."""

HOLDS: Final = -1
FAILS: Final = 0
"""What is left of a part that is settled; of one that is not, it is the facts on which it still depends, a bit each."""


class Left(NamedTuple):
    """Facts that could still decide some conditions, a bit each as :class:`OpenParts` numbers them.

    Attributes:
        every: All of them.
        firsts: Those of them that are the first to be read of some condition.
    """

    every: int
    firsts: int


NOTHING_OPEN: Final = Left(0, 0)


class Asked:
    """A row of which is asked what could still decide conditions.

    Attributes:
        row: The row.
        box: What its facts may be, for the parts in which facts recur, as far as they were looked at.
        width: How many bits of it were.
    """

    __slots__ = ("box", "row", "width")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.box = 0
        self.width = 0

    def look(self, boxes: Boxes) -> None:
        """Look at the facts of parts in which facts recur."""
        self.box, self.width = boxes.box(self.row), boxes.width


Look: TypeAlias = Callable[[Asked], int]
"""From a row to what is left of a part."""


class Opening:
    """What has to be looked at to say what an undecided condition still depends on. Conditions that are alike share one.

    Attributes:
        facts: Of each fact that is a part by itself the slot and the bit; where it may be known in part, also what is left then.
        parts: The other parts.
        order: The bits of all its facts in the order in which they are read.
    """

    __slots__ = ("facts", "order", "parts")

    def __init__(self, facts: tuple[tuple[int, int, Literal | None], ...], parts: tuple[Look, ...], order: tuple[int, ...]) -> None:
        self.facts = facts
        self.parts = parts
        self.order = order


def left_open(openings: Iterable[Opening], asked: Asked) -> Left:
    """Return the facts that could still decide some conditions, all of which are undecided on a row."""
    row = asked.row
    every = firsts = 0
    for opening in openings:
        left = 0
        for slot, bit, in_part in opening.facts:
            if (value := row[slot]) is None or (in_part is not None and in_part[value] > 0):
                left |= bit
        for part in opening.parts:
            if (here := part(asked)) > 0:
                left |= here
        every |= left
        for bit in opening.order:
            if left & bit:
                firsts |= bit
                break
    return Left(every, firsts)


class OpenParts:
    """The parts of the conditions of a ruleset, each of them once.

    Args:
        slots: The slots of all facts that the conditions test. Each gets a bit, in this order: small numbers are joined several times as fast as
            large ones, and few facts of a vocabulary are tested.

    Attributes:
        bits: By slot, the bit.
    """

    def __init__(self, slots: Iterable[int]) -> None:
        self.bits = {slot: 1 << number for number, slot in enumerate(slots)}
        self.boxes = Boxes({}, 0)
        self._known: dict[Any, Any] = {}

    def slots(self, facts: int) -> list[int]:
        """Return the slots of facts given as bits, in order."""
        return [slot for slot, bit in self.bits.items() if facts & bit]

    def opening(self, form: Exact, order: Iterable[int]) -> Opening:
        """Return what is to be looked at of a condition.

        Args:
            form: The condition.
            order: The slots of its facts in the order in which they are read.
        """
        facts, parts = [], []
        for part in form.parts if isinstance(form, Joined) else (form,):
            if isinstance(part, Within):
                if part.mask in (0, part.variable.full):
                    continue  # settled, whatever is known
                slot = part.variable.slot
                facts.append((slot, self.bits[slot], self._literal(part) if _in_ranges(part.variable) else None))
            else:
                parts.append(self._look(part))
        read = tuple([self.bits[slot] for slot in order])
        key = (tuple([(slot, id(in_part)) for slot, _, in_part in facts]), tuple(parts), read)
        return self._once(key, lambda: Opening(tuple(facts), tuple(parts), read))  # type: ignore[no-any-return] # kept as it was made

    def _literal(self, node: Within) -> Literal:
        variable, mask = node
        key = (variable.slot, variable.cells, mask)
        return self._once(key, lambda: Literal(node, self.bits[variable.slot]))  # type: ignore[no-any-return] # kept as it was made

    def _look(self, node: Exact) -> Look:
        match node:
            case Within(variable):
                return _look_at(variable.slot, self._literal(node))
            case Joined(conjunction, parts):
                return _joined(conjunction, [self._look(part) for part in parts])
            case Primes(variables, true):
                key = (tuple([(variable.slot, variable.cells) for variable in variables]), true)
                return self._once(key, lambda: self._tangled(node))  # type: ignore[no-any-return] # kept as it was made

    def _tangled(self, node: Primes) -> Look:
        known, before = Tangled(node, self.bits), self.boxes
        # Several threads may come here at once, each with a part: whoever finds that another was added meanwhile goes on from there.
        while (made := before.with_part(known)) is not (first := before.after.setdefault("", made)):
            before = first
        self.boxes = made
        shift, width, full = before.width, made.width, known.full

        def left(asked: Asked) -> int:
            if asked.width < width:
                newest = self.boxes
                asked.look(newest if newest.width > width else made)
            return known[asked.box >> shift & full]

        return left

    def _once(self, key: Any, make: Callable[[], Any]) -> Any:
        return self._known.get(key) or self._known.setdefault(key, make())


def _in_ranges(variable: Variable) -> bool:
    """Return whether bounds of a fact can leave open in which cell it lies."""
    return variable.fact.type == "number" or (variable.fact.type == "date" and len(variable.cells) > 2)


def _look_at(slot: int, told: Literal) -> Look:
    def left(asked: Asked) -> int:
        return told[asked.row[slot]]

    return left


def _joined(conjunction: bool, parts: Sequence[Look]) -> Look:
    decisive, settled = (FAILS, HOLDS) if conjunction else (HOLDS, FAILS)

    def left(asked: Asked) -> int:
        found = 0
        for part in parts:
            here = part(asked)
            if here == decisive:
                return here
            if here > 0:
                found |= here
        return found or settled

    return left


class Literal(dict[FactValue | None, int]):
    """What is left of one test of one fact, by what is known of the fact. Worked out when needed."""

    def __init__(self, node: Within, bit: int) -> None:
        super().__init__()
        self.node = node
        self.bit = bit

    def __missing__(self, value: FactValue | None) -> int:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        variable, mask = self.node
        possible = variable.possible(value)
        found = self[value] = HOLDS if not possible & ~mask else self.bit if possible & mask else FAILS
        return found


# -- parts in which facts recur ------------------------------------------------------------------------------------------------------------


class Boxes:
    """From a row to all that the facts of the parts in which facts recur may be, as one number: so each fact is looked at once for all these parts.

    Attributes:
        told: By slot, from what is known of a fact to its bits in the number.
        width: How many bits the number has.
        after: The same with one part more, once there is one; under an empty name, for a dictionary lets only one of several threads be the first.
    """

    def __init__(self, told: Mapping[int, Told], width: int) -> None:
        self.told = told
        self.width = width
        self.after: dict[str, Boxes] = {}

    def box(self, row: Row) -> int:
        """Return what the facts of a row may be."""
        box = 0
        for slot, told in self.told.items():
            box |= told[row[slot]]
        return box

    def with_part(self, part: Tangled) -> Boxes:
        """Return the same with the bits of one part more, above the others. These stay as they are: whoever has begun to ask asks them on."""
        told = dict(self.told)
        for variable, bits in part.fields:
            fields = dict(told[variable.slot].fields) if variable.slot in told else {}
            _, before = fields.get(variable.cells, (variable, ()))
            fields[variable.cells] = variable, (*before, *[(mask, bit << self.width) for mask, bit in bits])
            told[variable.slot] = Told(fields)
        return Boxes(told, self.width + part.full.bit_length())


class Told(dict[FactValue | None, int]):
    """By what is known of a fact: the cells in which it may lie, a bit each, for each part in which it recurs.

    Attributes:
        fields: By the cells, which several parts may have in common, the fact and for each part groups of cells with their bits.
    """

    def __init__(self, fields: Mapping[tuple[FactValue, ...], tuple[Variable, tuple[tuple[int, int], ...]]]) -> None:
        super().__init__()
        self.fields = fields

    def __missing__(self, value: FactValue | None) -> int:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = 0
        for variable, bits in self.fields.values():
            possible = variable.possible(value)
            for mask, bit in bits:
                if mask & possible:
                    found |= bit
        self[value] = found
        return found


class Tangled(dict[int, int]):
    """What is left of a part in which facts recur, by the cells in which its facts may lie. Worked out when needed.

    What all its facts may be is one number, and so is an implicant: each fact has a field of bits in it, one for each group of its cells that no
    implicant tells apart, and above them one that stays empty. Adding ones to a field carries into that bit exactly if something in the field is set,
    and that is done for all fields at once. What comes of it is what :func:`~cspr_rules.engine.conditions.three_valued.still_matters` says.

    Args:
        node: The part.
        facts: By slot, the bit that stands for a fact.

    Attributes:
        fields: For each fact, its groups of cells and the bit of each.
        full: All these bits.
    """

    def __init__(self, node: Primes, facts: Mapping[int, int]) -> None:
        super().__init__()
        grouped: list[tuple[int, ...]] = []
        for place, variable in enumerate(node.variables):
            groups: dict[tuple[int, ...], int] = {}
            for cell in range(len(variable.cells)):
                inside = tuple([cube[place] >> cell & 1 for cube in node.true])
                groups[inside] = groups.get(inside, 0) | 1 << cell
            grouped.append(tuple(groups.values()))
        width = max(map(len, grouped)) + 1
        self.fields = [
            (variable, [(mask, 1 << place * width + group) for group, mask in enumerate(masks)])
            for place, (variable, masks) in enumerate(zip(node.variables, grouped, strict=True))
        ]
        self.answer = [(1 << place * width, facts[variable.slot]) for place, variable in enumerate(node.variables)]
        lowest = sum([low for low, _ in self.answer])
        self.down = width - 1
        self.full = sum([bit for _, bits in self.fields for _, bit in bits])
        self.top = lowest << self.down
        self.ones = self.top - lowest
        self.implicants = []
        for cube in node.true:
            implicant = sum([bit for (_, bits), mask in zip(self.fields, cube, strict=True) for some, bit in bits if some & mask])
            self.implicants.append((implicant, self.full & ~implicant))

    def __missing__(self, box: int) -> int:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = self[box] = self._left(box)
        return found

    def _left(self, box: int) -> int:
        top, ones, full, down = self.top, self.ones, self.full, self.down
        needed = set()
        for implicant, outside in self.implicants:
            both = implicant & box
            if both + ones & top == top:  # else it is out of reach
                within = top ^ (box & outside) + ones & top  # the facts that lie in it whatever they are: they make no difference any more
                if within == top:
                    return HOLDS
                needed.add(both | full & within - (within >> down))
        largest: list[int] = []
        matters = 0
        for each in sorted(needed, key=int.bit_count, reverse=True) if len(needed) > 1 else needed:
            for other in largest:
                if not each & ~other:
                    break
            else:
                largest.append(each)
                matters |= (full & ~each) + ones & top
        matters >>= down
        left = 0
        for low, bit in self.answer:
            if matters & low:
                left |= bit
        return left
