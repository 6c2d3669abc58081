"""Cases of the tiny vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from cspr_rules.model.cases import Case, CheckedCase
from cspr_rules.model.values import FactValue
from cspr_rules.model.vocabulary import Fact
from tests.support.rules_folders import case_faults, tiny_vocabulary

AS_OF = date(2026, 1, 31)
VOCABULARY = tiny_vocabulary()


def checked(facts: Mapping[str, Any], *children: Mapping[str, Any]) -> CheckedCase:
    return Case(facts, children).check(VOCABULARY)


def known(case: CheckedCase, child: int | None = None) -> dict[str, FactValue]:
    """Return the facts known of the incident, or of one child, from 1, with the incident."""
    values = case.incident if child is None else case.children[child - 1]
    return {fact.id: value for fact, value in zip(VOCABULARY.facts, values, strict=True) if value is not None}


def messages(facts: Mapping[str, Any], *children: Mapping[str, Any]) -> list[str]:
    return [str(fault) for fault in case_faults(Case(facts, children))]


def child(fact: Fact) -> bool:
    return fact.scope == "child"
