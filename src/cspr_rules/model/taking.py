"""What is looked up of a vocabulary for every fact of every case, worked out once for its words."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from math import inf
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.model.fixed import Fixed
from cspr_rules.model.values import EARLIEST, LATEST, UNKNOWN_WORD
from cspr_rules.model.vocabulary import Fact, Vocabulary

_CLASSES: Final[Mapping[str, type]] = {"yes_no": bool, "one_of": str, "number": int, "date": date}


AsItStands: TypeAlias = tuple[str, type, Collection[str], Any, Any, bool]
"""The written values that are already a value of a fact: what :meth:`~cspr_rules.model.vocabulary.Fact.parse` returns unchanged.

The fact's id; their class; for ``one_of`` the words; for a number or a date the least that makes sense, and the most; and whether the fact is about
the whole incident. A plain tuple, because it is taken apart for every fact of every case, and one with names takes longer.
"""


def _as_it_stands(fact: Fact) -> AsItStands:
    low: Any = -inf if fact.at_least is None else fact.at_least
    high: Any = inf if fact.at_most is None else fact.at_most
    if fact.type == "date":
        low, high = EARLIEST, LATEST
    words = tuple(word for word in fact.values if word != UNKNOWN_WORD) if fact.type == "one_of" else ()
    return fact.id, _CLASSES[fact.type], words, low, high, fact.scope == "incident"


class Taking(NamedTuple):
    """What a case is checked with.

    Attributes:
        as_it_stands: By fact id, what is taken of it without a second look.
        past: The dates whose day, where one is recorded, has come.
        counting_children: The facts that are the number of children listed, unless recorded otherwise.
        not_before: By fact id, the dates that cannot be later, for those that have some.
        order: The same by slot, for the incident the dates that are its own, and for a child those of which one at least is the child's.
    """

    as_it_stands: Mapping[str, AsItStands]
    past: frozenset[str]
    counting_children: tuple[str, ...]
    not_before: Mapping[str, tuple[str, ...]]
    order: Mapping[Literal["incident", "child"], tuple[tuple[int, tuple[int, ...]], ...]]


def taking(vocabulary: Vocabulary) -> Taking:
    """Return what cases in these words are checked with; it is made once."""
    facts, known = vocabulary.facts, vocabulary.kept.get("taking")
    if known is None:
        known = Taking(
            Fixed({fact.id: _as_it_stands(fact) for fact in facts}),
            frozenset(fact.id for fact in facts if fact.type == "date" and not fact.may_be_future),
            tuple(fact.id for fact in facts if fact.counts == "children"),
            Fixed({fact.id: fact.not_before for fact in facts if fact.not_before}),
            Fixed({"incident": _order(vocabulary, of_child=False), "child": _order(vocabulary, of_child=True)}),
        )
        known = vocabulary.kept.setdefault("taking", known)
    return known  # type: ignore[no-any-return] # kept as it was made


def _order(vocabulary: Vocabulary, *, of_child: bool) -> tuple[tuple[int, tuple[int, ...]], ...]:
    by_id, slot = vocabulary.by_id, vocabulary.slot
    found = []
    for fact in vocabulary.facts:
        before = [name for name in fact.not_before if ("child" in (fact.scope, by_id[name].scope)) is of_child]
        if before:
            found.append((slot[fact.id], tuple([slot[name] for name in before])))
    return tuple(found)
