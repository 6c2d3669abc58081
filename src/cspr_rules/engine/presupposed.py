"""Which questions take something for granted that is known to be otherwise, or that has not come yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.values import NOT_YET, FactValue, Row, meet
from cspr_rules.model.vocabulary import OnlyIf, Vocabulary


class Presupposed(NamedTuple):
    """What a case says of what its questions take for granted."""

    vocabulary: Vocabulary
    checked: CheckedCase

    def barred(self, slot: int, child: int | None) -> bool:
        """Return whether something that a fact takes for granted is known to be otherwise, or is barred itself.

        What is asked of the whole incident is barred by a fact about a child only where it is for every child.

        Args:
            slot: The fact's slot.
            child: The child it is about, from 1; ``None`` for the incident.
        """
        for granted in self.vocabulary.facts[slot].only_if:
            there = self.vocabulary.slot[granted.fact]
            if all(_denied(granted, row[there]) or (row[there] is None and self.barred(there, number)) for number, row in self._rows(there, child)):
                return True
        return False

    def too_early(self, slot: int, child: int | None) -> bool:
        """Return whether something that a fact takes for granted is not known yet: a step that may lie ahead, or what is to be asked first."""
        return bool(self.awaited(slot, child))

    def awaited(self, slot: int, child: int | None) -> tuple[frozenset[tuple[int, int | None]], ...]:
        """Return, for each thing taken for granted that is not known yet, the slots and children of which one has to be known first."""
        found = []
        for granted in self.vocabulary.facts[slot].only_if:
            there = self.vocabulary.slot[granted.fact]
            rows = self._rows(there, child)
            if all(row[there] is None for _, row in rows):
                found.append(frozenset((there, number) for number, _ in rows))
        return tuple(found)

    def sensible(self, slot: int, child: int | None) -> bool:
        """Return whether a question makes sense now."""
        return not (self.barred(slot, child) or self.too_early(slot, child))

    def _rows(self, slot: int, child: int | None) -> Sequence[tuple[int | None, Row]]:
        """Return the facts in which a fact is looked up: those of the child; for the whole incident, its own or those of every child."""
        if self.vocabulary.facts[slot].scope == "incident":
            return [(None, self.checked.incident)]
        if child is None:
            return list(enumerate(self.checked.children, start=1))
        return [(child, self.checked.children[child - 1])]


def _denied(granted: OnlyIf, value: FactValue | None) -> bool:
    if value is None:
        return False
    if not granted.values:
        return value is NOT_YET
    return all(meet(value, wanted) is None for wanted in granted.values)
