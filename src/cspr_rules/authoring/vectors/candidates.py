"""A case that may become a vector: its facts, the day it is looked at from, and the boundaries of a rule that it shows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.engine.evaluating import evaluated
from cspr_rules.errors import CsprRulesError
from cspr_rules.model.cases import Case
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import Between, FactValue, NotYet
from cspr_rules.record import DecisionRecord

Facts: TypeAlias = Mapping[str, FactValue]
_DIGITS: Final = 12
"""How many digits of a digest tell the vectors of one rule apart."""


class Candidate(NamedTuple):
    """A case that may become a vector.

    Attributes:
        facts: The incident's facts, and those of the only child.
        children: The facts of each child, where there are several.
        as_of: The day it is looked at from.
        shows: The boundaries that it shows, in words that follow from the rule's facts and not from its sentences.
    """

    facts: Mapping[str, Any]
    children: tuple[Mapping[str, Any], ...]
    as_of: date
    shows: tuple[str, ...]

    @property
    def key(self) -> str:
        """What tells its case and day from every other, as text."""
        plain = [sorted(self.facts.items()), [sorted(child.items()) for child in self.children], self.as_of.isoformat()]
        return json.dumps(plain, ensure_ascii=False, separators=(",", ":"))

    @property
    def plainly(self) -> tuple[str, ...]:
        """What it shows, for people."""
        return tuple(each.replace(":", ": ") for each in self.shows)

    def named(self, profile: str, rule_id: str) -> str:
        """Return an id made of the rule, the facts and the day, and of no sentence."""
        return f"{rule_id}/{sha256(f'{profile} {rule_id} {self.key}'.encode()).hexdigest()[:_DIGITS]}"


def as_written(facts: Facts) -> dict[str, Any]:
    """Return facts as a case file writes them."""
    return {name: written_value(value) for name, value in sorted(facts.items())}


def written_value(value: FactValue) -> Any:
    """Return a value as a case file writes it."""
    if isinstance(value, NotYet):
        return value.value
    return str(value) if isinstance(value, date | Between) else value


def decided(ruleset: Ruleset, candidate: Candidate, rule: Rule) -> DecisionRecord | None:
    """Return a candidate's record, or ``None`` if it cannot be so, or another version of the rule answers it."""
    try:
        record = asked_alone(ruleset, candidate, rule)
    except CsprRulesError:
        return None
    if rule.id not in record.law.place or record.law.source(rule.id).rule.window != rule.window:
        return None
    return record


def asked_alone(ruleset: Ruleset, candidate: Candidate, rule: Rule) -> DecisionRecord:
    """Return a candidate decided by one rule alone, which comes to what it comes to among all.

    Raises:
        CaseError: It cannot be so.
    """
    return evaluated(DecisionRecord, ruleset, Case(candidate.facts, candidate.children), candidate.as_of, only=frozenset((rule.id,)))


def merged(candidates: Iterator[Candidate]) -> list[Candidate]:
    """Return candidates with what several show of one case put together, in the order in which each first came."""
    found: dict[str, Candidate] = {}
    for each in candidates:
        known = found.get(each.key)
        found[each.key] = each if known is None else known._replace(shows=tuple(dict.fromkeys((*known.shows, *each.shows))))
    return list(found.values())
