"""Facts at every boundary of a condition: each way in which it holds or fails, with each of its facts just inside, just outside and unknown."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from cspr_rules.authoring.vectors.candidates import Facts, written_value
from cspr_rules.engine.conditions.normal_form import Exact, Variable
from cspr_rules.explain.ways import Route, routes
from cspr_rules.model.values import DAY_NOT_KNOWN, EARLIEST, Between, FactValue

MOST_TRIED: Final = 24
"""How many ways of filling in a route are tried before it is taken to be one that cannot be."""


class Shown(NamedTuple):
    """Facts at a boundary.

    Attributes:
        facts: The facts.
        shows: What they show: the route they are about, and apart from it the fact and its value, which another route may show as well.
        wanted: Whether the condition holds inside the boundary.
        inside: Whether they lie inside it; outside, the condition has to come to something else.
    """

    facts: Facts
    shows: tuple[str, ...]
    wanted: bool
    inside: bool


def values_in(variable: Variable, mask: int, today: date) -> tuple[FactValue, ...]:
    """Return the values at both edges of each cell of a mask: of numbers and days the least and the most, where there is one.

    Args:
        variable: The fact as a condition sees it.
        mask: The cells.
        today: The day for a date that has come and of which no test asks more.
    """
    found = (value for place in range(len(variable.cells)) if mask >> place & 1 for value in _edges(variable, place, today))
    return tuple(dict.fromkeys(found))


def _edges(variable: Variable, place: int, today: date) -> tuple[FactValue, ...]:
    low = variable.cells[place]
    beyond = variable.cells[place + 1] if place + 1 < len(variable.cells) else None
    if variable.fact.type == "number" and isinstance(low, int):
        last = beyond - 1 if isinstance(beyond, int) else low
        return (low, last) if place else (last,)
    if variable.fact.type == "date" and isinstance(low, date):
        if isinstance(beyond, date):
            last_day = beyond - timedelta(days=1)
            return (last_day,) if low == EARLIEST else (low, last_day)
        return (today,) if low == EARLIEST else (low,)
    return (low,)


def _in_part(variable: Variable) -> tuple[FactValue, ...]:
    """Return what may be known of a number or a day that settles no test: bounds on both sides of an edge; a day that is not known."""
    if variable.fact.type == "number":
        return tuple(Between(edge - 1, edge) for edge in variable.cells[1:] if isinstance(edge, int))
    return (DAY_NOT_KNOWN,) if variable.fact.type == "date" else ()


def at_boundaries(form: Exact, today: date, possible: Callable[[Facts], bool], of: str) -> Iterator[Shown]:
    """Yield facts at every boundary of a condition.

    Args:
        form: The condition.
        today: As for :func:`values_in`.
        possible: Whether facts can be so together.
        of: What the condition decides, to begin what is shown with.
    """
    for wanted in (True, False):
        for number, route in enumerate(routes(form, wanted=wanted), start=1):
            yield from _of_route(route, f"{of} {'holds' if wanted else 'fails'}", number, wanted, today, possible)


def _of_route(route: Route, name: str, number: int, wanted: bool, today: date, possible: Callable[[Facts], bool]) -> Iterator[Shown]:
    names = [need.variable.fact.id for need in route]
    inside = [values_in(need.variable, need.mask, today) for need in route]
    first = next((facts for facts in _filled(names, inside) if possible(facts)), None)
    if first is None:
        return
    here = f"{name}:way {number}"
    if not names:
        yield Shown(first, (here,), wanted, inside=True)
    for turn in range(max(map(len, inside), default=0)):
        facts = {each: values[turn % len(values)] for each, values in zip(names, inside, strict=True)}
        if possible(facts):
            yield Shown(facts, (here, *(f"{name}:{each}={written_value(value)}" for each, value in facts.items())), wanted, inside=True)
            continue
        for each, values in zip(names, inside, strict=True):
            if turn < len(values):
                yield Shown({**first, each: values[turn]}, (here, f"{name}:{each}={written_value(values[turn])}"), wanted, inside=True)
    for need in route:
        own = need.variable.fact.id
        rest = {each: value for each, value in first.items() if each != own}
        yield Shown(rest, (f"{name}:{own} unknown",), wanted, inside=False)
        for value in values_in(need.variable, need.variable.full & ~need.mask, today):
            yield Shown({**rest, own: value}, (f"{here}:without {own}", f"{name}:not with {own}={written_value(value)}"), wanted, inside=False)
        for value in _in_part(need.variable):
            yield Shown({**rest, own: value}, (f"{name}:{own}={written_value(value)}",), wanted, inside=False)


def _filled(names: Sequence[str], inside: Sequence[Sequence[FactValue]]) -> Iterator[Mapping[str, FactValue]]:
    """Yield some ways of filling in a route, first those with the first value of most facts."""
    for values in itertools.islice(itertools.product(*inside), MOST_TRIED):
        yield dict(zip(names, values, strict=True))
    for turn in range(max(map(len, inside), default=0)):
        yield {name: values[turn % len(values)] for name, values in zip(names, inside, strict=True)}
