"""Where a case is: derived from its dated facts by the stages in ``rules/``, never by code."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.kleene import Truth, conjunction, disjunction, negation
from cspr_rules.model.rules import All, AnyOf, Condition, Not, RuleMet, Stage, Test, holds
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import Row
from cspr_rules.travelling import travels


@travels
class Reached(NamedTuple):
    """A stage that a case has come to.

    Attributes:
        stage: The stage.
        on: The day its condition came to hold, by the dates recorded; ``None`` if no date says.
    """

    stage: Stage
    on: date | None


def reached(ruleset: Ruleset, checked: CheckedCase) -> tuple[Reached, ...]:
    """Return every stage whose condition holds, in the order of the stages.

    Args:
        ruleset: Whose stages.
        checked: The case. A stage that an unknown fact leaves open is not reached: unknown is never taken for yes.
    """
    found = []
    for stage in ruleset.stages:
        result, on = _since(stage.when, checked.incident, ruleset)
        if result:
            found.append(Reached(stage, on))
    return tuple(found)


def stage_of(ruleset: Ruleset, checked: CheckedCase) -> Stage | None:
    """Return the last stage that a case has come to, or ``None`` before the first."""
    found = reached(ruleset, checked)
    return found[-1].stage if found else None


def _since(condition: Condition, row: Row, ruleset: Ruleset) -> tuple[Truth, date | None]:
    """Return whether a condition holds, and the day since which it does."""
    match condition:
        case Test():
            value = row[ruleset.vocabulary.slot[condition.fact]]
            return holds(condition, value), value if type(value) is date else None
        case All(parts):
            found = [_since(part, row, ruleset) for part in parts]
            return conjunction(result for result, _ in found), max((on for _, on in found if on), default=None)
        case AnyOf(parts):
            found = [_since(part, row, ruleset) for part in parts]
            return disjunction(result for result, _ in found), min((on for result, on in found if result and on), default=None)
        case Not(part):
            return negation(_since(part, row, ruleset)[0]), None
        case RuleMet():
            return None, None  # refused when the rules are checked
