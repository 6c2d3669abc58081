"""Conditions in a form on which three-valued evaluation is exact. :mod:`cspr_rules.engine.conditions.three_valued` decides what is in that form.

Kleene evaluation of a formula in which no fact occurs twice says "unknown" only if some way of filling in the unknown facts makes it true and
some other makes it false. Where a fact does occur twice ("it happened here, or it happened abroad and …") that is no longer so. Each
condition is therefore split into parts that share no facts; a part in which facts recur is replaced by all its prime implicants (its Blake
canonical form), from which the answer can be read off exactly. `docs/decisions/0003-exact-three-valued-answers.md` has the argument.

A fact's values are grouped into *cells* that no test in the formula tells apart; a set of cells is a bit mask.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from cspr_rules.errors import Fault, RulesError
from cspr_rules.model.rules import All, AnyOf, Condition, Not, RuleMet, Test, holds
from cspr_rules.model.values import Between, FactValue, NotYet
from cspr_rules.model.vocabulary import Fact, Vocabulary, representatives

MOST_CUBES = 2_000
MOST_TESTS = 500
MOST_NESTED = 60
MOST_COMPARED = 3_000_000
"""How often two terms are compared, at most, to bring one part into canonical form: a second or two."""

Cube: TypeAlias = tuple[int, ...]
"""For each variable of a part, the mask of cells that fit; all bits set where the variable does not matter."""


class Variable(NamedTuple):
    """A fact as one formula sees it.

    Attributes:
        fact: The fact.
        slot: Its place in a row.
        cells: One representative value for each cell.
    """

    fact: Fact
    slot: int
    cells: tuple[FactValue, ...]

    @property
    def full(self) -> int:
        """The mask of all cells."""
        return (1 << len(self.cells)) - 1

    def cell(self, value: FactValue) -> int:
        """Return the mask of the one cell that holds a value."""
        if self.fact.type in ("yes_no", "one_of"):
            return 1 << self.cells.index(value)
        if isinstance(value, NotYet):
            return 1
        return 1 << self._place(value)

    def possible(self, value: FactValue | None) -> int:
        """Return the mask of the cells in which a value may lie: all where nothing is known, several where only its bounds are."""
        if value is None:
            return self.full
        if not isinstance(value, Between):
            return self.cell(value)
        low = (1 if self.fact.type == "date" else 0) if value.low is None else self._place(value.low)
        high = len(self.cells) - 1 if value.high is None else self._place(value.high)
        return (2 << high) - (1 << low)

    def _place(self, value: FactValue) -> int:
        """Return the place of the cell that holds a number or a day."""
        skip = 1 if self.fact.type == "date" else 0  # before the days stands not_yet
        return max(skip, bisect_right(self.cells, value, lo=skip) - 1)  # type: ignore[type-var] # dates or numbers, in order


class Within(NamedTuple):
    """One fact lies in some of its cells."""

    variable: Variable
    mask: int


class Joined(NamedTuple):
    """Parts that share no fact.

    Attributes:
        conjunction: Whether all parts have to hold, or one.
        parts: The parts.
    """

    conjunction: bool
    parts: tuple[Exact, ...]


class Primes(NamedTuple):
    """A part in which facts recur, as all its prime implicants and all those of its opposite.

    Attributes:
        variables: The facts it depends on.
        true: Prime implicants: smallest sets of findings that make it hold.
        false: The same for its not holding.
    """

    variables: tuple[Variable, ...]
    true: tuple[Cube, ...]
    false: tuple[Cube, ...]


Exact: TypeAlias = Within | Joined | Primes


def expanded(condition: Condition, rule: Callable[[str], Condition]) -> Condition:
    """Return a condition with every reference to another rule replaced by that rule's own condition.

    Raises:
        RulesError: The whole would have more than :data:`MOST_TESTS` tests, or be nested more than :data:`MOST_NESTED` deep.
    """
    left = MOST_TESTS

    def expand(here: Condition, depth: int) -> Condition:
        nonlocal left
        if depth > MOST_NESTED:
            raise RulesError([Fault("", f"with the rules it refers to, the condition is nested more than {MOST_NESTED} deep")])
        match here:
            case All(parts):
                return All(tuple([expand(part, depth + 1) for part in parts]))
            case AnyOf(parts):
                return AnyOf(tuple([expand(part, depth + 1) for part in parts]))
            case Not(part):
                return Not(expand(part, depth + 1))
            case RuleMet(name):
                return expand(rule(name), depth + 1)
            case Test():
                left -= 1
                if left < 0:
                    raise RulesError([Fault("", f"the condition has more than {MOST_TESTS} tests, those of the rules it refers to included")])
                return here

    return expand(condition, 0)


def exact(condition: Condition, vocabulary: Vocabulary) -> Exact:
    """Return the exact form of a condition without references to other rules; one condition is worked out once, under however many days of law.

    Raises:
        RulesError: The condition is so tangled that its canonical form would have more than :data:`MOST_CUBES` terms, or take
            more than :data:`MOST_COMPARED` comparisons.
    """
    known: dict[str, Exact] = vocabulary.kept
    key = repr(condition)  # as tuples, "all of" and "any of" the same parts would be equal, and yes equal to 1
    form = known.get(key)
    if form is None:
        form = known[key] = _exact(condition, vocabulary)
    return form


def _exact(condition: Condition, vocabulary: Vocabulary) -> Exact:
    tests: dict[str, list[Test]] = {}
    for test in _tests(condition):
        tests.setdefault(test.fact, []).append(test)
    variables = {
        name: Variable(vocabulary.by_id[name], vocabulary.slot[name], tuple(representatives(vocabulary.by_id[name], group)))
        for name, group in tests.items()
    }
    return _split(_normal(condition, variables, negated=False))


def _tests(condition: Condition) -> Iterator[Test]:
    match condition:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _tests(part)
        case Not(part):
            yield from _tests(part)
        case Test():
            yield condition
        case RuleMet(name):
            raise AssertionError(f"{name} was to be expanded first")


def _normal(condition: Condition, variables: Mapping[str, Variable], *, negated: bool) -> Exact:
    """Return the condition with negations pushed into the literals; parts may still share facts."""
    match condition:
        case Not(part):
            return _normal(part, variables, negated=not negated)
        case All(parts) | AnyOf(parts):
            return Joined(isinstance(condition, All) != negated, tuple(_normal(part, variables, negated=negated) for part in parts))
        case Test():
            variable = variables[condition.fact]
            mask = sum(1 << index for index, value in enumerate(variable.cells) if holds(condition, value))
            return Within(variable, variable.full & ~mask if negated else mask)
        case RuleMet(name):
            raise AssertionError(f"{name} was to be expanded first")


def variables_of(node: Exact) -> Iterator[Variable]:
    """Yield the facts that a condition depends on, as it sees them."""
    match node:
        case Within(variable):
            yield variable
        case Joined(_, parts):
            for part in parts:
                yield from variables_of(part)
        case Primes(variables):
            yield from variables


def slots(node: Exact) -> frozenset[int]:
    """Return the slots of the facts that a condition depends on."""
    return frozenset(variable.slot for variable in variables_of(node))


def constant(form: Exact) -> bool | None:
    """Return whether a condition is always true or always false, or ``None`` if it is neither."""
    match form:
        case Within(variable, mask):
            return None if mask not in (0, variable.full) else mask > 0
        case Joined(conjunction, parts):
            constants = [constant(part) for part in parts]
            if any(constant is (not conjunction) for constant in constants):
                return not conjunction
            return conjunction if all(constant is conjunction for constant in constants) else None
        case _:
            return True if not form.false else False if not form.true else None


def _split(node: Exact) -> Exact:
    """Return a node whose joined parts share no facts."""
    if not isinstance(node, Joined):
        return node
    groups: list[tuple[frozenset[int], list[Exact]]] = []
    for part in _flattened(node):
        shared, members = slots(part), [part]
        for group in [group for group in groups if group[0] & shared]:
            groups.remove(group)
            shared, members = shared | group[0], group[1] + members
        groups.append((shared, members))
    parts = tuple(_split(members[0]) if len(members) == 1 else _primes(Joined(node.conjunction, tuple(members))) for _, members in groups)
    return parts[0] if len(parts) == 1 else Joined(node.conjunction, tuple(_flattened(Joined(node.conjunction, parts))))


def _flattened(node: Joined) -> Iterator[Exact]:
    for part in node.parts:
        if isinstance(part, Joined) and part.conjunction == node.conjunction:
            yield from _flattened(part)
        else:
            yield part


# -- prime implicants ----------------------------------------------------------------------------------------------------------------


def _primes(node: Exact) -> Exact:
    found: dict[int, Variable] = {}
    for literal in _literals(node):
        found[literal.variable.slot] = literal.variable
    variables = tuple(found[slot] for slot in sorted(found))
    effort = Effort()
    true = prime_implicants(_cubes(node, variables, effort, negated=True), variables, effort)
    false = prime_implicants(true, variables, effort)
    return _apart(Primes(variables, true, false))


def _apart(primes: Primes) -> Exact:
    """Return prime implicants as parts that share no facts, where that is what they come to: a fact that recurred may have done so needlessly."""
    for cubes, conjunction in ((primes.true, False), (primes.false, True)):
        groups = _groups(cubes, primes.variables)
        if len(groups) > 1 and sum(map(len, groups)) == len(primes.variables):  # a fact that makes no difference stays where it is
            return Joined(conjunction, tuple(_flattened(Joined(conjunction, tuple(_apart(_projected(primes, group)) for group in groups)))))
    return Within(primes.variables[0], primes.true[0][0]) if len(primes.variables) == len(primes.true) == 1 else primes


def _groups(cubes: Iterable[Cube], variables: Sequence[Variable]) -> list[list[int]]:
    """Return the places of the variables in groups of those that stand in an implicant together, or in a chain of such."""
    groups: list[set[int]] = []
    for cube in cubes:
        joined = {place for place, (mask, variable) in enumerate(zip(cube, variables, strict=True)) if mask != variable.full}
        for group in [group for group in groups if group & joined]:
            groups.remove(group)
            joined |= group
        groups += [joined] if joined else []
    return sorted(sorted(group) for group in groups)


def _projected(primes: Primes, group: Sequence[int]) -> Primes:
    """Return the part of prime implicants that is about some variables."""
    variables = tuple(primes.variables[place] for place in group)
    everything = tuple(variable.full for variable in variables)
    true, false = (dict.fromkeys(tuple([cube[place] for place in group]) for cube in cubes) for cubes in (primes.true, primes.false))
    return Primes(variables, tuple(each for each in true if each != everything), tuple(each for each in false if each != everything))


def _literals(node: Exact) -> Iterator[Within]:
    if isinstance(node, Within):
        yield node
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from _literals(part)


def _cubes(node: Exact, variables: Sequence[Variable], effort: Effort, *, negated: bool) -> list[Cube]:
    match node:
        case Within(variable, mask):
            wanted = variable.full & ~mask if negated else mask
            return [tuple(wanted if each is variable else each.full for each in variables)] if wanted else []
        case Joined(conjunction, parts):
            lists = [_cubes(part, variables, effort, negated=negated) for part in parts]
            if conjunction == negated:  # a disjunction
                return absorbed([cube for cubes in lists for cube in cubes], effort)
            product = [tuple(variable.full for variable in variables)]
            for cubes in lists:
                effort.spend(len(product) * len(cubes))
                product = absorbed([met for left in product for right in cubes if (met := _meet(left, right))], effort)
            return product
        case Primes():
            raise AssertionError("prime implicants are taken once, of a part that has none yet")


def _meet(left: Cube, right: Cube) -> Cube | None:
    cube = tuple(a & b for a, b in zip(left, right, strict=True))
    return cube if all(cube) else None


class Effort:
    """How much more may be spent on one condition. What a condition costs is bounded, not how many facts or tests it has."""

    def __init__(self) -> None:
        self.left = MOST_COMPARED

    def spend(self, compared: int) -> None:
        """Count comparisons.

        Raises:
            RulesError: They are too many.
        """
        self.left -= compared
        if self.left < 0:
            raise _too_tangled()


def _too_tangled() -> RulesError:
    return RulesError([Fault("", "the condition repeats its facts in too many ways to be answered exactly; split the rule")])


def absorbed(cubes: list[Cube], effort: Effort | None = None) -> list[Cube]:
    """Return the cubes that lie in no other.

    Args:
        cubes: The cubes.
        effort: What may still be spent on the condition they come from.

    Raises:
        RulesError: There are too many, or too much is spent.
    """
    if len(cubes) > MOST_CUBES:
        raise _too_tangled()
    width = max([mask.bit_length() for cube in cubes for mask in cube], default=0)
    by_bits = {_packed(cube, width): cube for cube in cubes}
    return [by_bits[bits] for bits in _largest(by_bits, effort)]


def _packed(cube: Cube, width: int) -> int:
    """Return the masks of a cube side by side in one number, so that two cubes are compared at once and stand in the same order."""
    bits = 0
    for mask in cube:
        bits = bits << width | mask
    return bits


def _largest(cubes: Iterable[int], effort: Effort | None) -> list[int]:
    """Return the cubes, each as one number, that lie in no other: the widest first."""
    kept: list[int] = []
    for cube in sorted(cubes, key=lambda cube: (-cube.bit_count(), cube)):
        if effort:
            effort.spend(len(kept))
        for other in kept:
            if not cube & ~other:
                break
        else:
            kept.append(cube)
    return kept


def prime_implicants(opposite: Sequence[Cube], variables: Sequence[Variable], effort: Effort | None = None) -> tuple[Cube, ...]:
    """Return all prime implicants of a function, by multiplying out the clauses that its opposite's terms negate to (Nelson's theorem).

    A box lies in a clause only if one of its sides lies in one of the clause's literals. Each prime implicant is therefore the product of one
    literal from each clause, and the products that lie in no other are the prime implicants.

    Args:
        opposite: Terms whose disjunction is the opposite of the function.
        variables: What the positions of a cube stand for.
        effort: What may still be spent on it.

    Raises:
        RulesError: It would take too much.
    """
    width = max((len(variable.cells) for variable in variables), default=0)
    shifts = [width * place for place in reversed(range(len(variables)))]
    fulls = [variable.full for variable in variables]
    products = [_packed(tuple(fulls), width)]
    for term in sorted(opposite, key=lambda cube: sum([mask != full for mask, full in zip(cube, fulls, strict=True)])):
        sides = [(full << shift, (full & ~mask) << shift) for mask, full, shift in zip(term, fulls, shifts, strict=True) if mask != full]
        products = _largest(_narrowed(products, sides), effort)
    cell_bits = (1 << width) - 1
    return tuple(sorted([tuple([product >> shift & cell_bits for shift in shifts]) for product in products]))


def _narrowed(products: Sequence[int], clause: Sequence[tuple[int, int]]) -> set[int]:
    """Return what products come to together with a clause.

    Args:
        products: The products, each as one number.
        clause: Of each fact in it: all its bits, and those of the cells that it allows.

    Raises:
        RulesError: They are too many.
    """
    found: set[int] = set()
    for product in products:
        if any(not product & field & ~allowed for field, allowed in clause):
            found.add(product)  # it lies in the clause already, and with one side narrowed it would lie in itself
        else:
            found.update([product & ~field | product & allowed for field, allowed in clause if product & allowed])
        if len(found) > MOST_CUBES:
            raise _too_tangled()
    return found
