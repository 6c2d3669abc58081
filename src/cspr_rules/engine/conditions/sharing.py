"""Formulas in which what several of them join is joined once: fewer steps for many rows, in exchange for some time before the first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import TypeAlias

from cspr_rules.engine.conditions.formulas import NEVER, Formula, Gate

_Pair: TypeAlias = tuple[bool, int, int]
"""Two formulas joined: whether both have to be true, and their numbers, the lower first."""


def shared(nodes: Mapping[int, Formula], roots: Iterable[int]) -> dict[int, Formula]:
    """Return formulas that say the same in fewer steps, each after those that it is made of.

    Again and again, the two formulas that most others join become one of their own.

    Args:
        nodes: The formulas by number.
        roots: The numbers of those that are asked for; the constants are left out.
    """
    wanted = [root for root in roots if root > NEVER]
    parts = {number: set(node.parts) for number, node in nodes.items() if isinstance(node, Gate)}
    kind = {number: node.conjunction for number, node in nodes.items() if isinstance(node, Gate)}
    holders: dict[_Pair, set[int]] = {}
    for number, several in parts.items():
        for pair in _pairs(kind[number], several):
            holders.setdefault(pair, set()).add(number)
    queue = [(-len(found), pair) for pair, found in holders.items() if len(found) > 1]
    heapify(queue)
    new = max(nodes, default=NEVER) + 1
    while queue:
        count, pair = heappop(queue)
        holding = holders.get(pair, set())
        if len(holding) != -count:  # some of them have joined others meanwhile
            if len(holding) > 1:
                heappush(queue, (-len(holding), pair))
            continue
        conjunction, one, other = pair
        joined = next((number for number in sorted(holding) if len(parts[number]) == 2), None)
        if joined is None:
            joined, new = new, new + 1
            parts[joined], kind[joined] = {one, other}, conjunction
        fresh: set[_Pair] = set()
        for number in sorted(holding - {joined}):
            several = parts[number]
            several -= {one, other}
            for left in several:
                for gone in (one, other):
                    holders[_pair(conjunction, gone, left)].discard(number)
                fresh.add(_pair(conjunction, joined, left))
                holders.setdefault(_pair(conjunction, joined, left), set()).add(number)
            several.add(joined)
        holders[pair] = set()
        for each in sorted(fresh):
            if len(holders[each]) > 1:
                heappush(queue, (-len(holders[each]), each))
    gates = {number: Gate(kind[number], tuple(sorted(several))) for number, several in parts.items()}
    return _in_order({**nodes, **gates}, wanted)


def _pair(conjunction: bool, one: int, other: int) -> _Pair:
    return (conjunction, one, other) if one < other else (conjunction, other, one)


def _pairs(conjunction: bool, several: Iterable[int]) -> Iterator[_Pair]:
    ordered = sorted(several)
    for place, one in enumerate(ordered):
        for other in ordered[place + 1 :]:
            yield conjunction, one, other


def _in_order(nodes: Mapping[int, Formula], roots: Iterable[int]) -> dict[int, Formula]:
    """Return what some formulas are made of, and they, each after its parts and close to them."""
    found: dict[int, Formula] = {}
    waiting = [(root, False) for root in reversed(list(roots))]
    while waiting:
        number, ready = waiting.pop()
        if number in found:
            continue
        node = nodes[number]
        if ready or not isinstance(node, Gate):
            found[number] = node
        else:
            waiting.append((number, True))
            waiting += [(part, False) for part in reversed(node.parts)]
    return found
