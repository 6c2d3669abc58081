"""The fewest facts that tell a condition from a changed one: on them the two do not come to the same."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final

from cspr_rules.authoring.vectors.candidates import Facts
from cspr_rules.authoring.vectors.conditions import values_in
from cspr_rules.engine.conditions.normal_form import Exact, Variable, variables_of
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.explain.ways import Need, Route, routes
from cspr_rules.model.values import FactValue, Row

MOST_TRIED: Final = 4_000
"""How many ways of filling in one route are tried."""


def telling(before: Exact, after: Exact, row: Callable[[Facts], Row | None], today: date) -> Facts | None:
    """Return the fewest facts on which two conditions do not come to the same; ``None`` if there are none that can be so.

    Where two conditions differ, some smallest set of findings forces the one and not the other: so only what forces either is looked at, with every
    value that one of them tells from others. That is exact where nothing follows from what is recorded and all of it can be so together; where it
    cannot, more facts are not tried.

    Args:
        before: The condition.
        after: The changed one.
        row: Facts with what follows from them; ``None`` where they cannot be so.
        today: The day for a date that has come and of which no test asks more.
    """
    ways = [
        (route, other, wanted)
        for form, other in ((before, after), (after, before))
        for wanted in (True, False)
        for route in routes(form, wanted=wanted)
    ]
    for route, other, wanted in sorted(ways, key=lambda way: len(way[0])):
        for facts in _filled(route, other, today):
            here = row(facts)
            if here is not None and truth(other, here) is not wanted and truth(before, here) is not truth(after, here):
                return facts
    return None


def _filled(route: Route, other: Exact, today: date) -> Iterator[Facts]:
    """Yield the ways of filling in a route, as far as it or another condition tells them apart."""
    seen = {variable.slot: variable for variable in variables_of(other)}
    values = [_values(need, seen.get(need.variable.slot), today) for need in route]
    names = [need.variable.fact.id for need in route]
    for chosen in itertools.islice(itertools.product(*values), MOST_TRIED):
        yield dict(zip(names, chosen, strict=True))


def _values(need: Need, seen: Variable | None, today: date) -> Sequence[FactValue]:
    own = values_in(need.variable, need.mask, today)
    if seen is None:
        return own
    more = (value for value in values_in(seen, seen.full, today) if need.variable.cell(value) & need.mask)
    return tuple(dict.fromkeys((*own, *more)))
