"""What a condition in exact form comes to on the facts known, and which of the others could still settle it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import TypeAlias

from cspr_rules.engine.conditions.normal_form import MOST_CUBES, Cube, Exact, Joined, Primes, Variable, Within, absorbed, variables_of
from cspr_rules.errors import Fault, RulesError
from cspr_rules.model.kleene import Truth
from cspr_rules.model.values import Between, Row

Term: TypeAlias = tuple[Within, ...]
"""Findings on different facts that together force an answer."""


def truth(node: Exact, row: Row) -> Truth:
    """Return whether a condition holds of a row: ``None`` only if what is not known, or only in part, could make it either."""
    match node:
        case Within(variable, mask):
            may_be = variable.possible(row[variable.slot])
            return True if not may_be & ~mask else None if may_be & mask else False
        case Joined(conjunction, parts):
            answer: Truth = conjunction
            for part in parts:
                here = truth(part, row)
                if here is (not conjunction):
                    return here
                if here is None:
                    answer = None
            return answer
        case Primes(variables, true, false):
            # Whatever the facts may still be lies in one box; it forces an answer exactly if it lies in one prime implicant, a largest such box.
            box = _possible(variables, row)
            if any(_inside(box, cube) for cube in true):
                return True
            return False if any(_inside(box, cube) for cube in false) else None


def _possible(variables: Sequence[Variable], row: Row) -> Cube:
    return tuple([variable.possible(row[variable.slot]) for variable in variables])


def _inside(box: Cube, cube: Cube) -> bool:
    return all(not here & ~mask for here, mask in zip(box, cube, strict=True))


def still_matters(node: Exact, row: Row) -> set[int]:
    """Return the slots of the facts, unknown or known in part, on which a condition still depends; empty if it is settled.

    Each returned fact can change the answer for some way of filling in the others, and no other can.
    """
    match node:
        case Within(variable):
            return {variable.slot} if truth(node, row) is None else set()
        case Joined(conjunction, parts):
            open_slots: set[int] = set()
            for part in parts:
                if truth(part, row) is (not conjunction):
                    return set()
                open_slots |= still_matters(part, row)
            return open_slots
        case Primes(variables, true, _):
            cubes = _restricted(true, variables, row)
            return {variable.slot for cube in cubes for mask, variable in zip(cube, variables, strict=True) if mask != variable.full}


def settling(node: Exact, row: Row, askable: Container[int], *, wanted: bool) -> set[int] | None:
    """Return the slots of the unknown facts with which alone a condition can be forced to be ``wanted``.

    Each returned fact is needed on some way there: without it, and with the same findings on the others, the condition stays open.

    Args:
        node: The condition.
        row: The facts; ``None`` is unknown.
        askable: The slots of the unknown facts that may become known; the others stay unknown.
        wanted: What the condition is to become.

    Returns:
        The slots; empty if the condition is so already, ``None`` if it cannot become so.
    """
    match node:
        case Within(variable):
            so = truth(node, row)
            if so is not None:
                return set() if so is wanted else None
            return {variable.slot} if variable.slot in askable else None
        case Joined(conjunction, parts):
            found = [settling(part, row, askable, wanted=wanted) for part in parts]
            if conjunction == wanted:
                return None if None in found else set().union(*(each for each in found if each))
            ways = [each for each in found if each is not None]
            return None if not ways else set().union(*ways) if all(ways) else set()
        case Primes(variables, true, false):
            needs = [
                {variable.slot for mask, variable in zip(cube, variables, strict=True) if mask != variable.full}
                for cube in _restricted(true if wanted else false, variables, row)
            ]
            ways = [each for each in needs if all(slot in askable for slot in each)]
            return set().union(*ways) if ways else None


def _restricted(cubes: Sequence[Cube], variables: Sequence[Variable], row: Row) -> list[Cube]:
    """Return what prime implicants still need where some facts are known: the prime implicants of what is left of the condition.

    Where a fact makes no difference any more its mask is full, whatever is known of it.
    """
    box = _possible(variables, row)
    places = range(len(variables))
    reachable = [cube for cube in cubes if all(box[place] & cube[place] for place in places)]
    return absorbed([tuple([_needed(cube[place], box[place], variables[place].full) for place in places]) for cube in reachable])


def _needed(mask: int, here: int, full: int) -> int:
    return mask & here if here & ~mask else full


def terms(node: Exact, *, wanted: bool) -> tuple[Term, ...]:
    """Return the alternatives that force a condition to hold, or not to: its disjunctive normal form.

    Known facts force the answer exactly if they lie in every finding of one of these terms. An empty term needs no fact.

    Args:
        node: The condition.
        wanted: Whether to force it to hold or not to hold.

    Raises:
        RulesError: There are more than :data:`MOST_CUBES`.
    """
    match node:
        case Within(variable, mask):
            cells = mask if wanted else variable.full & ~mask
            if not cells:
                return ()
            return ((),) if cells == variable.full else ((Within(variable, cells),),)
        case Joined(conjunction, parts):
            lists = [terms(part, wanted=wanted) for part in parts]
            if conjunction != wanted:
                return _bounded([term for found in lists for term in found])
            product: tuple[Term, ...] = ((),)
            for found in lists:
                product = _bounded([left + right for left in product for right in found])
            return product
        case Primes(variables, true, false):
            cubes = true if wanted else false
            return tuple(
                tuple(Within(variable, mask) for variable, mask in zip(variables, cube, strict=True) if mask != variable.full) for cube in cubes
            )


def _bounded(found: list[Term]) -> tuple[Term, ...]:
    if len(found) > MOST_CUBES:
        raise RulesError([Fault("", f"the condition can be forced in more than {MOST_CUBES} ways; split the rule")])
    return tuple(found)


class Rounding:
    """Puts a value in place of bounds that no test of some conditions looks between, so that a row is decided as if that value were known."""

    def __init__(self, forms: Sequence[Exact]) -> None:
        self.forms = forms
        self.told_apart: dict[int, list[Variable]] | None = None

    def __call__(self, row: Row, bounded: Iterable[int]) -> Row:
        """Return a row with as few bounds in it as there can be.

        Args:
            row: The facts.
            bounded: The slots in which bounds may stand.
        """
        if self.told_apart is None:
            self.told_apart = {}
            for form in self.forms:
                for variable in variables_of(form):
                    self.told_apart.setdefault(variable.slot, []).append(variable)
        values = list(row)
        for slot in bounded:
            value = row[slot]
            if isinstance(value, Between):
                one = value.high if value.low is None else value.low
                if all(variable.possible(value) == variable.cell(one) for variable in self.told_apart.get(slot, ())):
                    values[slot] = one
        return tuple(values)
