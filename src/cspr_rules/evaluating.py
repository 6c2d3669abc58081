"""Ruleset, case and day to a decision record."""

from __future__ import annotations

from datetime import date

from cspr_rules.cases import Case, CheckedCase
from cspr_rules.compiling import Finding
from cspr_rules.errors import CaseError, Fault
from cspr_rules.reading import written
from cspr_rules.record import DecisionRecord
from cspr_rules.ruleset import Ruleset


def evaluate(ruleset: Ruleset, case: Case, *, as_of: date, law_on: date | None = None) -> DecisionRecord:
    """Decide every rule on a case.

    Args:
        ruleset: The rules, from :func:`cspr_rules.load_ruleset`.
        case: The facts.
        as_of: The day to look from: whether a deadline is due, overdue or met is judged on this day. Required, because nothing reads the clock.
        law_on: The day whose law is read. By default the day of the incident, and ``as_of`` if that is not recorded.

    Returns:
        The record. Outcomes are worked out here; everything else when it is first asked for.

    Raises:
        CaseError: The case holds unknown facts, wrong values, contradictions or dates after ``as_of``.
    """
    checked = case.check(ruleset.vocabulary)
    if checked.latest and checked.latest > as_of:
        late = [(case.path(fact, child), fact, day) for day, child, fact in checked.dated if day > as_of]
        said = f"after the day the case is looked at from ({as_of})"
        faults = [Fault(case.place(path), f"{fact} is {day}, {said}", written(path)) for path, fact, day in late]
        raise CaseError(dict.fromkeys(faults))  # a date that is said of every child is one fault
    law_day, law_from = _law_on(ruleset, checked, as_of) if law_on is None else (law_on, "law_on")
    return DecisionRecord(ruleset, case, checked, as_of, law_day, law_from)


def outcomes(ruleset: Ruleset, checked: CheckedCase, law_on: date) -> tuple[tuple[Finding, ...], ...]:
    """Decide every rule on a checked case and return the findings alone: outcomes with citations, no duties.

    Args:
        ruleset: The rules.
        checked: The case, from :meth:`Case.check`.
        law_on: The day whose law is read.

    Returns:
        The findings of the rules asked once, followed by the findings for each child.
    """
    law = ruleset.law(law_on)
    decide = law.decide_child
    return (law.decide_incident(checked.incident), *[decide(row) for row in checked.children])


def _law_on(ruleset: Ruleset, checked: CheckedCase, as_of: date) -> tuple[date, str]:
    for slot in ruleset.vocabulary.law_dates:
        value = checked.incident[slot]
        if type(value) is date:
            return value, ruleset.vocabulary.facts[slot].id
    return as_of, "as_of"
