"""The decision record: an evaluation that can also explain itself, and how one is made.

It supports the people who decide. It never says that nobody need be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from cspr_rules.display_hook import Several, as_html
from cspr_rules.engine.answers import OwedDuty, RuleAnswer
from cspr_rules.engine.evaluating import DETAILS, Detail, Engine, evaluated
from cspr_rules.engine.evaluation import AnswersByRule, Evaluation
from cspr_rules.engine.law import Finding
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.frame_hook import Backend, Each, as_frame
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.once import once
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.observing import observed, observers

if TYPE_CHECKING:
    from cspr_rules.engine.proofs import Otherwise, Proof
    from cspr_rules.explain.questions import Questions
    from cspr_rules.explain.verdict import Verdict
    from cspr_rules.explain.what_if import NearMiss, NextQuestion, Settled, WhatIf
    from cspr_rules.explain.why import Reasoner


class Decision(RuleAnswer):
    """One rule's answer, with why."""

    __slots__ = ("_record",)

    def __init__(self, source: Finding, per_child: tuple[Finding, ...], duties: tuple[OwedDuty, ...], record: DecisionRecord) -> None:
        super().__init__(source, per_child, duties)
        self._record = record

    def _parts(self) -> tuple[Any, ...]:
        return self._record, self.rule_id

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        record, rule_id = packed
        found: Any = record.decision(rule_id)
        return found  # type: ignore[no-any-return] # of this class

    def why(self, child: int | None = None) -> Proof:
        """Return why: each test with its result, where the fact came from, and its source.

        Args:
            child: Which child, from 1; the first whose outcome is that of the incident, if not given.
        """
        return self._record.why(self.rule_id, child)

    def why_not(self, child: int | None = None) -> tuple[Otherwise, ...]:
        """Return, for each route to its being met, the smallest set of conditions that would have to be otherwise; none if it is met."""
        return self._record.why_not(self.rule_id, child)

    def _repr_html_(self) -> str | None:
        return as_html(self)


class DecisionRecord(Evaluation):
    """Every rule's answer on one case, which can say why, why not, what if and what to ask next. See :class:`Evaluation` for the answers."""

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """Every rule in force and its answer, by rule id, in order of id; each is put together when it is looked up."""
        return AnswersByRule(self.law.names, self.decision)

    def decision(self, rule_id: str) -> Decision:
        """Return one rule's answer.

        Raises:
            MissingError: The rule is not in force.
        """
        return Decision(*self.answer(rule_id), self.owed_by_rule.get(rule_id, ()), self)

    def _repr_html_(self) -> str | None:
        return as_html(self)

    # -- why, what if, what next ------------------------------------------------------------------------------------------------------

    @once
    def reasoner(self) -> Reasoner:
        """What explains this record's answers."""
        from cspr_rules.explain.why import Reasoner  # here and below: what explains is imported when an explanation is asked for

        return Reasoner(self.ruleset, self.checked)

    def why(self, rule_id: str, child: int | None = None) -> Proof:
        """Return why a rule's outcome is what it is.

        Args:
            rule_id: A rule in force.
            child: Which child, from 1; the first whose outcome is that of the incident, if not given.

        Raises:
            MissingError: The rule is not in force, or there is no such child.
        """
        return self.reasoner.why(*self.finding(rule_id, child))

    def why_not(self, rule_id: str, child: int | None = None) -> tuple[Otherwise, ...]:
        """Return, for each route to a rule's being met, the smallest set of conditions that would have to be otherwise; none if it is met.

        Raises:
            MissingError: The rule is not in force, or there is no such child.
        """
        return Several(self.reasoner.why_not(*self.finding(rule_id, child)), self.ruleset, "It is met, or no finding could make it so.")

    def what_if(self, changes: Mapping[str, Any], child: int | None = None) -> WhatIf[Self]:
        """Return this record and the one with some facts changed, side by side.

        Args:
            changes: Fact to value; ``None`` or ``"unknown"`` makes a fact unknown.
            child: Whose facts, where several children are listed; every child's if not given.

        Raises:
            CaseError: The changed facts contradict what else is recorded.
            QuestionError: There is no such child.
        """
        from cspr_rules.explain import what_if

        return what_if.what_if(self, changes, child)

    def near_misses(self, most: int = 1, rule: str | None = None) -> tuple[NearMiss, ...]:
        """Return every smallest change of up to ``most`` tested facts that would flip an outcome, of every rule or of one.

        Exact: no other change of so few facts flips an outcome, and no part of one listed does. A change speaks of the tested facts alone; where
        another recorded fact says the contrary (a date of death, say), :meth:`what_if` names the contradiction.

        Args:
            most: How many facts may change at once.
            rule: The id of a rule in force, to hear of no other.

        Raises:
            MissingError: The rule is not in force.
        """
        from cspr_rules.explain import what_if

        return what_if.near_misses(self, most, rule)

    @once
    def settled_despite(self) -> tuple[Settled, ...]:
        """The unknown facts that a rule tests but on which nothing depends any more, in the order of the vocabulary."""
        from cspr_rules.explain import what_if

        return what_if.settled_despite(self)

    def next_question(self) -> NextQuestion | None:
        """Return what to ask next, or ``None`` if nothing is worth asking now: the first of :attr:`questions`.

        Steps are not asked for: they are recorded once they are taken.
        """
        return next(iter(self.questions.now), None)

    @once
    def questions(self) -> Questions:
        """Everything that could still settle something: in the one order in which to ask for it, and what is folded away with why."""
        from cspr_rules.explain import questions

        return questions.questions(self, self.verdicts)

    # -- the headline questions -------------------------------------------------------------------------------------------------------

    @once
    def verdicts(self) -> tuple[Verdict, ...]:
        """The answer to each of the profile's headline questions, in a sentence with its day: yes, no, or what it turns on."""
        from cspr_rules.explain import verdict

        return verdict.verdicts(self)

    # -- the edges --------------------------------------------------------------------------------------------------------------------

    def to_dict(self, detail: Detail = "full") -> dict[str, Any]:
        """Return the record as plain values, in the shape of the published JSON Schema.

        Args:
            detail: ``"full"`` for all of it; ``"slim"`` for the facts as given, the headline questions, what is owed by whom and when, and what
                to ask next.

        Raises:
            QuestionError: There is no such detail.
        """
        from cspr_rules.explain import plain_record

        if detail not in DETAILS:
            raise QuestionError([Fault("detail", "expected 'slim' or 'full'")])
        return plain_record.full(self, self.verdicts) if detail == "full" else plain_record.slim(self, self.verdicts, self.questions)

    def to_json(self, detail: Detail = "full") -> str:
        """Return the record as JSON, the slim one on one line: the same bytes for the same rules, library, case and days.

        Args:
            detail: As for :meth:`to_dict`.

        Raises:
            QuestionError: There is no such detail.
        """
        from cspr_rules.engine import plain_values

        return (plain_values.as_line if detail == "slim" else plain_values.as_json)(self.to_dict(detail))

    def to_frame(self, each: Each = "decision", *, backend: Backend = "pandas") -> Any:
        """Return the record as a data frame. See ``docs/how-to/data-frames.md`` for its columns.

        Args:
            each: What a row is of: ``"case"`` (one row, a column for each rule), ``"decision"`` (rule and child) or ``"duty"``.
            backend: The library that makes it: pandas, polars or pyarrow.

        Raises:
            QuestionError: narwhals or the library is not installed, or there is no such row or library.
        """
        return as_frame(self, each=each, backend=backend)


def evaluate(
    ruleset: Ruleset, case: Case | Mapping[str, Any], *, as_of: date, law_on: date | None = None, engine: Engine = "builtin"
) -> DecisionRecord:
    """Decide every rule on a case.

    Args:
        ruleset: The rules, from :func:`cspr_rules.load_ruleset`.
        case: The facts; a mapping is taken as :meth:`cspr_rules.Case.of` takes it.
        as_of: The day to look from: whether a deadline is due, overdue or met is judged on this day. Required, because nothing reads the clock.
        law_on: The day whose law is read. By default the day of the incident, and ``as_of`` if that is not recorded.
        engine: Which engine works out the outcomes. ``"durable"`` is durable_rules; ``"both"`` asks both and compares. The record is the same.

    Returns:
        The record. Outcomes are worked out here; everything else when it is first asked for.

    Raises:
        ArgumentError: A day, the rules or the case is something else, such as a moment, a profile's name or text.
        CaseError: The case holds unknown facts, wrong values, contradictions, or dates after ``as_of``, those of judgements included.
        EngineDisagreement: With ``engine="both"``: a rule is answered differently.
        EngineError: durable_rules failed.
        QuestionError: There is no such engine, or it cannot be used here.
        RulesError: The rules are outside what durable_rules can take.
    """
    if observers:
        rules = doors.of(Ruleset, ruleset, "ruleset")

        def decide() -> DecisionRecord:
            return evaluated(DecisionRecord, ruleset, case, as_of, law_on, engine)

        return observed(decide, rules.profile.id, rules.digest, lambda record: len(record.checked.children))
    return evaluated(DecisionRecord, ruleset, case, as_of, law_on, engine)
