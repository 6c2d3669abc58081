"""Ruleset, case and day to an evaluation, by one engine or the other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, Literal, TypeAlias, TypeVar

from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.engine.law import Findings, LawOfDay, law_of
from cspr_rules.engine.law_days import incident_day, law_for
from cspr_rules.errors import CaseError, EngineDisagreement, Fault, Path_, QuestionError, did_you_mean, shown, written
from cspr_rules.model import doors
from cspr_rules.model.cases import Case, CheckedCase
from cspr_rules.model.ruleset import Ruleset

Engine: TypeAlias = Literal["builtin", "durable", "both"]
ENGINES: Final[tuple[Engine, ...]] = ("builtin", "durable", "both")
"""Which engine decides: the compiled evaluator, durable_rules, or each of them with a comparison."""
Detail: TypeAlias = Literal["slim", "full"]
DETAILS: Final[tuple[Detail, ...]] = ("slim", "full")
"""How much of a record is written down: the answers alone, or everything."""

EvaluationT = TypeVar("EvaluationT", bound=Evaluation)


def evaluated(
    kind: type[EvaluationT],
    ruleset: Ruleset,
    case: Case | Mapping[str, Any],
    as_of: date,
    law_on: date | None = None,
    engine: Engine = "builtin",
    only: frozenset[str] | None = None,
) -> EvaluationT:
    """Decide every rule on a case, or some of them.

    Args:
        kind: What to make of the answers: an :class:`~cspr_rules.engine.evaluation.Evaluation`, or one that can explain itself.
        ruleset: The rules.
        case: The facts, as :meth:`~cspr_rules.model.cases.Case.of` takes them.
        as_of: The day to look from.
        law_on: A day whose law is read for every rule. By default each is read under the law of its own day, see
            :mod:`cspr_rules.engine.law_days`.
        engine: Which engine works out the outcomes.
        only: Ids of the rules to decide, as :func:`~cspr_rules.engine.law.law_of` takes them. They get the answers that they get among all rules;
            of no other rule is anything said or asked.

    Raises:
        ArgumentError: A day, the rules or the case is something else.
        CaseError: The case holds unknown facts, wrong values, contradictions, or dates after ``as_of``, those of judgements included.
        EngineDisagreement: With ``engine="both"``: a rule is answered differently.
        EngineError: durable_rules failed.
        QuestionError: There is no such engine, or it cannot be used here.
        RulesError: The rules are outside what durable_rules can take.
    """
    if type(as_of) is not date:
        as_of = doors.day(as_of, "as_of")
    if law_on is not None and type(law_on) is not date:
        law_on = doors.day(law_on, "law_on")
    if type(ruleset) is not Ruleset:
        ruleset = doors.of(Ruleset, ruleset, "ruleset")
    if type(case) is not Case:
        case = Case.of(case)
    checked = case.check(ruleset.vocabulary)
    if checked.latest and checked.latest > as_of:
        late = [(case.path(fact, child), f"{fact} is {_said(ruleset, checked, fact, child)}") for day, child, fact in checked.dated if day > as_of]
        judged = [each for each in checked.judgements if each.on and each.on > as_of]
        late += [((*case.path(each.fact, each.child), "on"), f"{each.fact} was judged on {each.on}") for each in judged]
        said = f"after the day the case is looked at from ({as_of})"
        faults = [Fault(case.place(path), f"{what}, {said}", written(path)) for path, what in late]
        raise CaseError(dict.fromkeys(faults))  # a date that is said of every child is one fault
    incident = incident_day(ruleset, checked, as_of, law_on)
    law = law_for(ruleset, checked, incident, as_of, only)
    findings = law.decided(checked) if engine == "builtin" else _by_engine(engine, ruleset, case, checked, law)
    return kind(ruleset, case, checked, as_of, incident, law, findings, only=only)


def outcomes(ruleset: Ruleset, checked: CheckedCase, law_on: date) -> tuple[Findings, ...]:
    """Decide every rule on a checked case and return the findings alone: outcomes with citations, no duties.

    Args:
        ruleset: The rules.
        checked: The case, from :meth:`Case.check`.
        law_on: The day whose law is read.

    Returns:
        The findings of the rules asked once, followed by the findings for each child.
    """
    return law_of(ruleset, law_on).decided(checked)


def _said(ruleset: Ruleset, checked: CheckedCase, fact: str, child: int | None) -> str:
    """Return a recorded date as a case writes it."""
    row = checked.incident if child is None else checked.children[child - 1]
    return str(row[ruleset.vocabulary.slot[fact]])


def _by_engine(engine: str, ruleset: Ruleset, case: Case, checked: CheckedCase, law: LawOfDay) -> tuple[Findings, ...]:
    """Return the findings of durable_rules; compared with the built-in ones where both are asked."""
    if engine not in ENGINES:
        near = f"'{shown(engine)}'{did_you_mean(str(engine), ENGINES)}"
        raise QuestionError([Fault("engine", f"there is no engine called {near}; expected {', '.join(ENGINES)}")])
    from cspr_rules.engine import durable

    theirs = durable.outcomes(ruleset, checked, law)
    if engine == "both":
        ours = law.decided(checked)
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
