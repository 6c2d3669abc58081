"""Ruleset, case and day to a decision record."""

from __future__ import annotations

from datetime import date
from typing import Final, Literal, TypeAlias

from cspr_rules.engine.law import Findings
from cspr_rules.errors import CaseError, EngineDisagreement, Fault, Path_, QuestionError, did_you_mean, written
from cspr_rules.model.cases import Case, CheckedCase
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord

Engine: TypeAlias = Literal["builtin", "durable", "both"]
ENGINES: Final[tuple[Engine, ...]] = ("builtin", "durable", "both")
"""Which engine decides: the compiled evaluator, durable_rules, or each of them with a comparison."""


def evaluate(ruleset: Ruleset, case: Case, *, as_of: date, law_on: date | None = None, engine: Engine = "builtin") -> DecisionRecord:
    """Decide every rule on a case.

    Args:
        ruleset: The rules, from :func:`cspr_rules.load_ruleset`.
        case: The facts.
        as_of: The day to look from: whether a deadline is due, overdue or met is judged on this day. Required, because nothing reads the clock.
        law_on: The day whose law is read. By default the day of the incident, and ``as_of`` if that is not recorded.
        engine: Which engine works out the outcomes. ``"durable"`` is durable_rules; ``"both"`` asks both and compares. The record is the same.

    Returns:
        The record. Outcomes are worked out here; everything else when it is first asked for.

    Raises:
        CaseError: The case holds unknown facts, wrong values, contradictions, or dates after ``as_of``, those of judgements included.
        EngineDisagreement: With ``engine="both"``: a rule is answered differently.
        EngineError: durable_rules failed.
        QuestionError: There is no such engine, or it cannot be used here.
        RulesError: The rules are outside what durable_rules can take.
    """
    checked = case.check(ruleset.vocabulary)
    if checked.latest and checked.latest > as_of:
        late = [(case.path(fact, child), f"{fact} is {day}") for day, child, fact in checked.dated if day > as_of]
        judged = [each for each in checked.judgements if each.on and each.on > as_of]
        late += [((*case.path(each.fact, each.child), "on"), f"{each.fact} was judged on {each.on}") for each in judged]
        said = f"after the day the case is looked at from ({as_of})"
        faults = [Fault(case.place(path), f"{what}, {said}", written(path)) for path, what in late]
        raise CaseError(dict.fromkeys(faults))  # a date that is said of every child is one fault
    law_day, law_from = _law_on(ruleset, checked, as_of) if law_on is None else (law_on, "law_on")
    findings = outcomes(ruleset, checked, law_day) if engine == "builtin" else _by_engine(engine, ruleset, case, checked, law_day)
    return DecisionRecord(ruleset, case, checked, as_of, law_day, law_from, findings)


def outcomes(ruleset: Ruleset, checked: CheckedCase, law_on: date) -> tuple[Findings, ...]:
    """Decide every rule on a checked case and return the findings alone: outcomes with citations, no duties.

    Args:
        ruleset: The rules.
        checked: The case, from :meth:`Case.check`.
        law_on: The day whose law is read.

    Returns:
        The findings of the rules asked once, followed by the findings for each child.
    """
    law = ruleset.law(law_on)
    return (law.decide_incident(checked.incident), *map(law.decide_child, checked.children))


def _by_engine(engine: str, ruleset: Ruleset, case: Case, checked: CheckedCase, law_on: date) -> tuple[Findings, ...]:
    """Return the findings of durable_rules; compared with the built-in ones where both are asked."""
    if engine not in ENGINES:
        raise QuestionError([Fault("engine", f"there is no engine called '{engine}'{did_you_mean(engine, ENGINES)}; expected {', '.join(ENGINES)}")])
    from cspr_rules.engine import durable

    theirs = durable.outcomes(ruleset, checked, law_on)
    if engine == "both":
        ours = outcomes(ruleset, checked, law_on)
        faults = []
        for child, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            path: Path_ = ("children", child - 1) if child and case.children else ("facts",)
            for left, right in zip(mine[0], other[0], strict=True):
                if (left.rule_id, left.outcome) != (right.rule_id, right.outcome):
                    message = f"{left.rule_id}: the built-in engine answers '{left.outcome}' and durable_rules '{right.outcome}'; please report it"
                    faults.append(Fault(case.place(path), message, written(path)))
        if faults:
            raise EngineDisagreement(faults)
    return theirs


def _law_on(ruleset: Ruleset, checked: CheckedCase, as_of: date) -> tuple[date, str]:
    for slot in ruleset.vocabulary.law_dates:
        value = checked.incident[slot]
        if type(value) is date:
            return value, ruleset.vocabulary.facts[slot].id
    return as_of, "as_of"
