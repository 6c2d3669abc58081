"""Exact conditions to generated Python: one function from a row to an answer for each condition.

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
from cspr_rules.model.values import NOT_YET, Between, Row

Verdicts: TypeAlias = tuple[Any, Any, Any]
"""What a condition's function returns for it if it holds, if it does not, and if that cannot be said."""
LEAST_SHARING: Final = 3
"""How many conditions have to share a part for it to be asked first."""
MOST_NESTED: Final = 12
"""How many shared parts are asked one after another."""
FEW_SLOTS: Final = 12
"""How many facts are quicker read one by one than together."""


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

    def __init__(self) -> None:
        self.constants: dict[str, Any] = {}
        self.names: dict[Any, str] = {}
        self.slots: set[int] = set()
        self.ranged: set[int] = set()

    def constant(self, value: Any) -> str:
        """Return the stand-in of a value."""
        name = f"'k{len(self.constants)}'"
        self.constants[name[1:-1]] = value
        return name

    def function(self, lines: Sequence[str], **named: Any) -> Callable[[Any], Any]:
        """Return the function with these lines.

        Args:
            lines: The lines.
            named: The names in the lines beside those of slots.
        """
        slots = sorted(self.slots)
        # Only the slots that are read are unpacked; each is then a local variable, the fastest thing there is.
        names = ", ".join(f"f{slot}" for slot in slots)
        reads = [f" {names} = GET(row)"] if len(slots) > FEW_SLOTS else [f" f{slot} = row[{slot}]" for slot in slots]
        for slot in sorted(self.ranged):
            reads += [f" if f{slot}.__class__ is BETWEEN: a{slot}, b{slot} = ENDS(f{slot})", f" else: a{slot} = b{slot} = f{slot}"]
        named |= {"BETWEEN": Between, "ENDS": _ends, "NOT_YET": NOT_YET, "GET": itemgetter(*slots) if len(slots) > FEW_SLOTS else None}
        text = "\n".join([f"def decide(row, {', '.join(f'{name}=None' for name in named)}):", *reads, *lines])
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
