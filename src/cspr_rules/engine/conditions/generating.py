"""Exact conditions to generated Python: one function from a row to an answer for each condition, and one for what a condition still depends on.

Nothing written in a rule file ever stands in the generated text: values take the place of numbered stand-ins once the text is compiled, and names
are numbers, so a rule pack cannot make the generator emit code of its own.

Conditions that have a part in common are decided together: if that part is known not to hold, none of them does, and nothing else is asked; if it
is unknown, none of them is known to hold. The more rules build on one another, the less there is to do for each.

A number or day is read as the least and the most that it can be, which are the same where it is known. Cells are ranges, so it is known to lie in
some of them exactly if both ends lie in one run of them; what is known within bounds costs no way of deciding of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import inf
from operator import itemgetter
from types import CodeType, FunctionType
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.model.values import NOT_YET, Between, FactValue, Row

Verdicts: TypeAlias = tuple[Any, Any, Any]
"""What a condition's function returns for it if it holds, if it does not, and if that cannot be said."""
Left: TypeAlias = int
"""Facts that could still decide a condition, two bits for each in order of slot: whether it is the first that is read, and whether it is another."""

LEAST_SHARING: Final = 3
"""How many conditions have to share a part for it to be asked first."""
MOST_NESTED: Final = 12
"""How many shared parts are asked one after another."""
FEW_SLOTS: Final = 12
"""How many facts are quicker read one by one than together."""
MOST_REMEMBERED: Final = 1_024
"""How many answers are remembered for each part before they are forgotten together: a bound for long-running processes."""


class Asked(dict["_Tangled", int]):
    """A row of which is asked what could still decide conditions; holds, for each part in which facts recur, those on which it still depends.

    Conditions that have such a part in common ask for it once.
    """

    __slots__ = ("row",)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row

    def __missing__(self, part: _Tangled) -> int:
        found = self[part] = part.depends_on(self.row)
        return found


Open: TypeAlias = Callable[[Asked], Left]
"""From a row on which a condition is undecided to what could still decide it."""


def decider(forms: Sequence[Exact], answers: Sequence[Verdicts]) -> Callable[[Row], tuple[list[Any], list[Any], list[Any]]]:
    """Return a function from a row to an answer for each condition; and from among these to those that hold, in order, and to those that are open.

    Args:
        forms: The conditions.
        answers: Three answers for each of them.
    """
    writer = _Writer()
    rules = [
        _Condition(index, writer.parts(form), tuple(writer.constant(each) for each in three))
        for index, (form, three) in enumerate(zip(forms, answers, strict=True))
    ]
    shared = list(_shared(rules, MOST_NESTED))
    # What does not hold is there from the start: where a part that several conditions share is known not to hold, nothing is left to do.
    lines = [" every, met, left = FAILING.copy(), [], []", " is_met, is_left = met.append, left.append", *writer.statements(shared, " ", open_=False)]
    if any(isinstance(each, _Shared) for each in shared):  # those that are decided together stand together
        lines.append(" met.sort()")
    return writer.function(
        [*lines, " return every, [*map(HOLDING, met)], left"],
        FAILING=[fails for _, fails, _ in answers],
        HOLDING=[holds for holds, _, _ in answers].__getitem__,
    )


def openings(forms: Sequence[Exact], orders: Sequence[Sequence[int]]) -> list[Open]:
    """Return, for each condition, the function that says which facts could still decide it; conditions that are alike share one.

    Args:
        forms: The conditions.
        orders: For each of them the slots of its facts in the order in which it is read.
    """
    known: dict[str, Open] = {}
    tables: dict[str, _Tangled] = {}
    found = []
    for form, order in zip(forms, orders, strict=True):
        writer = _Writer(tables)
        text = writer.still_open(form, settled=False)
        read = sorted(writer.bits, key=lambda each: order.index(each[0]))
        key = f"{text} {list(writer.names)} {read}"
        if key not in known:
            known[key] = writer.function([f" return LEFT[{text}]"], "asked", LEFT=_Left(read))
        found.append(known[key])
    return found


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


class _Part(NamedTuple):
    """Expressions that are true exactly if the facts force a part of a condition to hold, and not to hold."""

    holds: str
    fails: str


class _Condition(NamedTuple):
    """A condition that holds if all its parts do; parts share no facts. ``answers`` are stand-ins."""

    place: int
    parts: tuple[_Part, ...]
    answers: tuple[str, ...]


class _Shared(NamedTuple):
    """Conditions that have a part in common, without it."""

    part: _Part
    rules: tuple[_Condition | _Shared, ...]


def _shared(rules: Sequence[_Condition], nested: int) -> Iterable[_Condition | _Shared]:
    """Group conditions by the part that most of them have in common, and each group again."""
    left = list(rules)
    while nested and left:
        counted = Counter(part for rule in left for part in dict.fromkeys(rule.parts))
        part, count = counted.most_common(1)[0] if counted else (None, 0)
        if part is None or count < LEAST_SHARING:
            break
        group = [rule._replace(parts=tuple(each for each in rule.parts if each != part)) for rule in left if part in rule.parts]
        left = [rule for rule in left if part not in rule.parts]
        yield _Shared(part, tuple(_shared(group, nested - 1)))
    yield from left


class _Writer:
    """Writes one function; holds the values that its text refers to."""

    def __init__(self, tables: dict[str, _Tangled] | None = None) -> None:
        self.constants: dict[str, Any] = {}
        self.names: dict[Any, str] = {}
        self.tables: dict[str, _Tangled] = {} if tables is None else tables
        self.slots: set[int] = set()
        self.ranged: set[int] = set()
        self.bits: list[tuple[int, int]] = []
        self.width = 0

    def constant(self, value: Any) -> str:
        """Return the stand-in of a value."""
        name = f"'k{len(self.constants)}'"
        self.constants[name[1:-1]] = value
        return name

    def function(self, lines: Sequence[str], takes: str = "row", **named: Any) -> Callable[[Any], Any]:
        """Return the function with these lines.

        Args:
            lines: The lines.
            takes: The name of what it takes: the row, or ``asked``, which has one.
            named: The names in the lines beside those of slots.
        """
        slots = sorted(self.slots)
        # Only the slots that are read are unpacked; each is then a local variable, the fastest thing there is.
        names = ", ".join(f"f{slot}" for slot in slots)
        reads = [f" {names} = GET(row)"] if len(slots) > FEW_SLOTS else [f" f{slot} = row[{slot}]" for slot in slots]
        for slot in sorted(self.ranged):
            reads += [f" if f{slot}.__class__ is BETWEEN: a{slot}, b{slot} = ENDS(f{slot})", f" else: a{slot} = b{slot} = f{slot}"]
        named |= {"BETWEEN": Between, "ENDS": _ends, "NOT_YET": NOT_YET, "GET": itemgetter(*slots) if len(slots) > FEW_SLOTS else None}
        named |= {name: table for name, table in self.tables.items() if any(name in line for line in lines)}
        if takes != "row":
            reads = [f" row = {takes}.row", *reads]
        text = "\n".join([f"def decide({takes}, {', '.join(f'{name}=None' for name in named)}):", *reads, *lines])
        module = compile(text, "<generated from rules>", "exec")
        code = next(each for each in module.co_consts if isinstance(each, CodeType))
        code = code.replace(co_consts=tuple([_filled(each, self.constants) for each in code.co_consts]))
        return FunctionType(code, {}, "decide", tuple(named.values()))

    # -- answers ----------------------------------------------------------------------------------------------------------------------

    def parts(self, node: Exact) -> tuple[_Part, ...]:
        parts = node.parts if isinstance(node, Joined) and node.conjunction else (node,)
        return tuple(_Part(self.forced(part, wanted=True), self.forced(part, wanted=False)) for part in parts)

    def statements(self, rules: Iterable[_Condition | _Shared], indent: str, *, open_: bool) -> Iterator[str]:
        """Yield the lines that answer some conditions.

        Args:
            rules: The conditions.
            indent: How far the lines are indented.
            open_: Whether a part that was asked before is unknown, so that no condition can be said to hold.
        """
        for each in rules:
            if not isinstance(each, _Shared):
                yield from _answered(each, indent, open_=open_)
                continue
            yield from (f"{indent}if {each.part.fails}:", f"{indent} pass")
            if not open_:
                yield f"{indent}elif {each.part.holds}:"
                yield from self.statements(each.rules, f"{indent} ", open_=False)
            yield f"{indent}else:"
            yield from self.statements(each.rules, f"{indent} ", open_=True)

    # -- conditions -------------------------------------------------------------------------------------------------------------------

    def forced(self, node: Exact, *, wanted: bool) -> str:
        """Return an expression that is true exactly if the facts force the condition to be ``wanted``."""
        match node:
            case Within(variable, mask):
                return self.member(variable, mask if wanted else variable.full & ~mask)
            case Joined(conjunction, parts):
                joint = " and " if conjunction == wanted else " or "
                return f"({joint.join(self.forced(part, wanted=wanted) for part in parts)})"
            case Primes(variables, true, false):
                cubes = true if wanted else false
                terms = [
                    " and ".join(self.member(variable, mask) for variable, mask in zip(variables, cube, strict=True) if mask != variable.full)
                    or "True"
                    for cube in cubes
                ]
                return f"({' or '.join(f'({term})' for term in terms) or 'False'})"

    def member(self, variable: Variable, mask: int) -> str:
        """Return an expression that is true exactly if a fact is known to lie in some cells."""
        self.slots.add(variable.slot)
        name = f"f{variable.slot}"
        if mask == 0:
            return "False"
        if mask == variable.full:
            return "True"
        match variable.fact.type:
            case "yes_no":
                return f"{name} is {bool(mask == 2)}"
            case "one_of":
                fitting = [value for index, value in enumerate(variable.cells) if mask >> index & 1]
                return f"{name} == {self.value(fitting[0])}" if len(fitting) == 1 else f"{name} in {self.value(frozenset(fitting))}"
            case "number":
                return f"({name} is not None and {self.ranges(variable, mask, 0)})"
            case "date":
                not_yet = f"{name} is NOT_YET"
                known = f"({name} is not None and {name} is not NOT_YET"
                known += ")" if mask == variable.full & ~1 else f" and {self.ranges(variable, mask, 1)})"
                return not_yet if mask == 1 else f"({not_yet} or {known})" if mask & 1 else known

    def value(self, value: Any) -> str:
        """Return the stand-in of a value that conditions are held against; equal values share one, so that equal conditions read alike."""
        key = (type(value), value)
        if key not in self.names:
            self.names[key] = self.constant(value)
        return self.names[key]

    def ranges(self, variable: Variable, mask: int, first: int) -> str:
        """Return an expression that is true if all that a number or date may be lies in some cells; cells are ranges in ascending order."""
        self.ranged.add(variable.slot)
        least, most, last = f"a{variable.slot}", f"b{variable.slot}", len(variable.cells) - 1
        ranges, index = [], first
        while index <= last:
            if not mask >> index & 1:
                index += 1
                continue
            end = index
            while end < last and mask >> (end + 1) & 1:
                end += 1
            low = f"{least} >= {self.value(variable.cells[index])}" if index > first else ""
            high = f"{most} < {self.value(variable.cells[end + 1])}" if end < last else ""
            ranges.append(" and ".join(filter(None, (low, high))) or "True")
            index = end + 1
        return f"({' or '.join(ranges)})" if len(ranges) > 1 else "".join(ranges) or "False"

    # -- what could still decide ------------------------------------------------------------------------------------------------------

    def still_open(self, node: Exact, *, settled: bool = True) -> str:
        """Return an expression for the facts on which a condition still depends, as the bits in ``self.bits``.

        Args:
            node: The condition.
            settled: Whether it may be settled already.
        """
        match node:
            case Within(variable, mask):
                if mask in (0, variable.full):
                    return "0"
                self.slots.add(variable.slot)
                bit, name = 1 << self.width, f"f{variable.slot}"
                self.bits.append((variable.slot, bit))
                self.width += 1
                if not self.in_ranges(variable):
                    return f"({bit} if {name} is None else 0)"
                known = f"{self.member(variable, mask)} or {self.member(variable, variable.full & ~mask)}"
                return f"({bit} if {name} is None or {name}.__class__ is BETWEEN and not ({known}) else 0)"
            case Joined(conjunction, parts):
                text = f"({' | '.join(self.still_open(part) for part in parts)})"
                return f"(0 if {self.forced(node, wanted=not conjunction)} else {text})" if settled else text
            case Primes():
                part, place = _Tangled(node), self.width
                text = f"asked[{self.table(part)}]"
                self.bits += [(cells.variable.slot, bit << place) for cells, bit in zip(part.told, part.bits, strict=True)]
                self.width += part.full.bit_length()
                return f"({text} << {place})" if place else text

    @staticmethod
    def in_ranges(variable: Variable) -> bool:
        """Return whether bounds of a fact can leave open in which cell it lies."""
        return variable.fact.type == "number" or (variable.fact.type == "date" and len(variable.cells) > 2)

    def table(self, part: _Tangled) -> str:
        """Return the name of a part in which facts recur; those that are alike are one."""
        name = next((known for known, other in self.tables.items() if other.alike == part.alike), f"PART{len(self.tables)}")
        self.tables.setdefault(name, part)
        return name


class _Cells(dict[FactValue | None, int]):
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


class _Tangled:
    """A part in which facts recur: from a row to the facts on which it still depends, a bit for each.

    What all its facts may be is one number, and so is an implicant: each fact has a field of bits in it, one for each group of its cells, and above
    them one that stays empty. Adding all ones to a field carries into that bit exactly if the field is not empty, and that is done for all fields
    at once. What comes of it is what :func:`~cspr_rules.engine.conditions.three_valued.still_matters` says, and is remembered.
    """

    def __init__(self, node: Primes) -> None:
        grouped: list[tuple[int, ...]] = []
        for place, variable in enumerate(node.variables):
            groups: dict[tuple[int, ...], int] = {}
            for cell in range(len(variable.cells)):
                inside = tuple([cube[place] >> cell & 1 for cube in node.true])
                groups[inside] = groups.get(inside, 0) | 1 << cell
            grouped.append(tuple(groups.values()))
        self.width = max(map(len, grouped)) + 1
        firsts = [place * self.width for place in range(len(grouped))]
        self.told = [_Cells(variable, groups, first) for variable, groups, first in zip(node.variables, grouped, firsts, strict=True)]
        slots = [variable.slot for variable in node.variables]
        self.read: Callable[[Row], Iterable[FactValue | None]] = itemgetter(*slots)  # in a condition in which facts recur there are several
        self.bits = [1 << first for first in firsts]
        self.full = sum((1 << len(groups)) - 1 << first for groups, first in zip(grouped, firsts, strict=True))
        self.top = sum(1 << first + self.width - 1 for first in firsts)
        self.ones = self.top - (self.top >> self.width - 1)
        self.implicants = [
            sum(bit for cells, mask in zip(self.told, cube, strict=True) for some, bit in cells.bits if some & mask) for cube in node.true
        ]
        self.outside = [(implicant, self.full & ~implicant) for implicant in self.implicants]
        self.remembered: dict[int, int] = {}

    @property
    def alike(self) -> tuple[Any, ...]:
        """What tells it from other parts."""
        return [(cells.variable.slot, cells.variable.cells, cells.bits) for cells in self.told], self.implicants

    def depends_on(self, row: Row) -> int:
        """Return the facts on which it still depends, as the bits in ``self.bits``."""
        box = 0
        for cells, value in zip(self.told, self.read(row), strict=True):
            box |= cells[value]
        known = self.remembered.get(box)
        if known is None:
            if len(self.remembered) >= MOST_REMEMBERED:
                self.remembered.clear()
            known = self.remembered[box] = self._worked_out(box)
        return known

    def _worked_out(self, box: int) -> int:
        ones, top, full, down = self.ones, self.top, self.full, self.width - 1
        needed = set()
        for implicant, outside in self.outside:
            both = implicant & box
            if both + ones & top == top:  # else it is out of reach
                within = top ^ (box & outside) + ones & top  # the facts that lie within it whatever they are: they make no difference any more
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
        return matters >> down


class _Left(dict[int, Left]):
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


def _answered(rule: _Condition, indent: str, *, open_: bool) -> Iterator[str]:
    met, _, undetermined = rule.answers
    holds = "False" if open_ else " and ".join(part.holds for part in rule.parts) or "True"
    fails = " or ".join(part.fails for part in rule.parts) or "False"
    yield from (f"{indent}if {holds}:", f"{indent} every[{rule.place}] = {met}", f"{indent} is_met({rule.place})")
    yield from (f"{indent}elif not ({fails}):", f"{indent} every[{rule.place}] = {undetermined}", f"{indent} is_left({undetermined})")


def _ends(known: Between) -> tuple[Any, Any]:
    """Return the least and the most that a number or day can be; what has no end on one side has one beyond all that it is held against."""
    low, high = known
    return -inf if low is None else low, inf if high is None else high


def _filled(constant: Any, values: Mapping[str, Any]) -> Any:
    """Return a constant of compiled code with values in place of their stand-ins."""
    if isinstance(constant, tuple):
        return tuple([_filled(each, values) for each in constant])
    return values.get(constant, constant) if isinstance(constant, str) else constant
