"""What the rules written by hand are made of: three answers for each, and facts taken out of a row."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules import load_ruleset

LAW_DAY: Final = date(2024, 3, 27)
OTHER_KINDS: Final = frozenset({"looked_after_death_only", "care_leaver_death"})
OTHER_PLACES: Final = frozenset({"foster_home", "hospital_ward", "none_of_these"})
HARM_HERE: Final = frozenset({"in_area", "in_area_and_elsewhere_in_england", "in_area_and_outside_england", "in_all_three"})
HARM_ELSEWHERE: Final = frozenset(
    {"elsewhere_in_england", "in_area_and_elsewhere_in_england", "elsewhere_in_england_and_outside_england", "in_all_three"}
)
HARM_ABROAD: Final = frozenset({"outside_england", "in_area_and_outside_england", "elsewhere_in_england_and_outside_england", "in_all_three"})
Truth: TypeAlias = bool | None


class Answer(NamedTuple):
    """One rule's outcome with the provisions it rests on."""

    rule_id: str
    outcome: Literal["met", "not_met", "undetermined"]
    citations: tuple[str, ...]


Answers: TypeAlias = dict[Truth, Answer]

WRITTEN: Final[set[str]] = set()
"""Ids of the rules that are written out here."""


def rule(rule_id: str, *citations: str) -> Answers:
    """Return a rule's three possible answers."""
    WRITTEN.add(rule_id)
    return {
        True: Answer(rule_id, "met", citations),
        False: Answer(rule_id, "not_met", citations),
        None: Answer(rule_id, "undetermined", citations),
    }


def all_not_met(*rules: Answers) -> tuple[Answer, ...]:
    """Return the answers of a group of rules none of which is met."""
    return tuple(each[False] for each in rules)


def facts(*ids: str) -> Any:
    """Return a function that takes some facts out of a row, in the order named."""
    slot = load_ruleset("bcp").vocabulary.slot
    return itemgetter(*(slot[each] for each in ids))
