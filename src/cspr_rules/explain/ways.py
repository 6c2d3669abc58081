"""Routes to an outcome: the smallest sets of findings that force a condition to hold, or to fail.

They are the prime implicants of the condition's exact form. So what is read off them (what would have to be otherwise, the smallest changes, what
no longer matters) is exact, and nothing is sampled.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from cspr_rules.engine.conditions.normal_form import MOST_CUBES, Exact, Joined, Primes, Variable, Within
from cspr_rules.errors import Fault, RulesError
from cspr_rules.model.values import FactValue, Row


class Need(NamedTuple):
    """One fact has to lie in some of its cells.

    Attributes:
        variable: The fact as the condition sees it.
        mask: The cells.
    """

    variable: Variable
    mask: int

    @property
    def values(self) -> tuple[FactValue, ...]:
        """One value for each fitting cell."""
        return tuple(value for index, value in enumerate(self.variable.cells) if self.mask >> index & 1)

    def met(self, row: Row) -> bool | None:
        """Return whether a row fits; ``None`` if what is known of the fact, if anything, could be either."""
        here = self.variable.possible(row[self.variable.slot])
        return True if not here & ~self.mask else None if here & self.mask else False


Route: TypeAlias = tuple[Need, ...]
"""Findings that together force an outcome, each about another fact, in the order of the slots; empty if it is forced anyway."""


def routes(form: Exact, *, wanted: bool) -> tuple[Route, ...]:
    """Return every smallest set of findings that forces a condition to be ``wanted``.

    Raises:
        RulesError: There are more than can be listed.
    """
    found = [tuple(sorted(route, key=lambda need: need.variable.slot)) for route in _routes(form, wanted)]
    return tuple(sorted(found, key=lambda route: (len(route), [(need.variable.slot, need.mask) for need in route])))


def _routes(form: Exact, wanted: bool) -> list[Route]:
    match form:
        case Within(variable, mask):
            here = mask if wanted else variable.full & ~mask
            return [] if here == 0 else [()] if here == variable.full else [(Need(variable, here),)]
        case Joined(conjunction, parts):
            lists = [_routes(part, wanted) for part in parts]
            if conjunction != wanted:
                return [route for each in lists for route in each]
            total = 1
            for each in lists:
                total *= len(each)
            if total > MOST_CUBES:
                raise RulesError([Fault("", f"there are {total} ways to this outcome; more than {MOST_CUBES} are not listed")])
            # The parts share no facts, so joining one route of each gives a smallest set again.
            return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*lists)]
        case Primes(variables, true, false):
            return [
                tuple(Need(variable, mask) for variable, mask in zip(variables, cube, strict=True) if mask != variable.full)
                for cube in (true if wanted else false)
            ]


def open_needs(route: Route, row: Row) -> Route:
    """Return the findings of a route that a row does not meet: those that are otherwise, and those not known."""
    return tuple(need for need in route if not need.met(row))


def smallest(found: list[Route]) -> tuple[Route, ...]:
    """Return the routes that ask for no more than another does: those of which no other is a part."""
    distinct = list({tuple((need.variable.slot, need.mask) for need in route): route for route in found}.values())
    return tuple(route for route in distinct if not any(other is not route and _part(other, route) for other in distinct))


def _part(route: Route, whole: Route) -> bool:
    """Return whether whatever fits the whole fits the route."""
    masks = {need.variable.slot: need.mask for need in whole}
    return all(masks.get(need.variable.slot, need.variable.full) & ~need.mask == 0 for need in route)


def changes(form: Exact, row: Row, *, wanted: bool, most: int) -> Iterator[dict[int, FactValue]]:
    """Yield every smallest change of at most ``most`` facts that forces a condition to be ``wanted``.

    Args:
        form: The condition.
        row: The facts as they are.
        wanted: What it is to become.
        most: How many facts may change; recording an unknown fact counts as a change.

    Yields:
        Slot to new value (one representative for each way in which values differ as far as the condition goes). No part of a change would do.
    """
    needed = [route for each in routes(form, wanted=wanted) if len(route := open_needs(each, row)) <= most]
    found: dict[frozenset[tuple[int, FactValue]], dict[int, FactValue]] = {}
    for route in smallest(needed):
        for values in itertools.product(*(need.values for need in route)):
            change = {need.variable.slot: value for need, value in zip(route, values, strict=True)}
            found.setdefault(frozenset(change.items()), change)
    for key, change in found.items():
        # With these values a part may do, by another route.
        parts = (frozenset(part) for size in range(len(key)) for part in itertools.combinations(key, size))
        if change and not any(part in found for part in parts):
            yield change
