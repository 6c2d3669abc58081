"""The decision record: every rule's answer on one case.

A record says which tests are met on the facts recorded, and cites its sources. It supports the people who decide. It never says that nobody
need be told: where a test is not met it says which test, of which source, on which facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from cspr_rules.display_hook import as_html
from cspr_rules.engine.conditions.generating import Left
from cspr_rules.engine.decisions import Decision, GivenNote, OpenPath, OwedDuty, Question
from cspr_rules.engine.duties import earliest, owed_duty
from cspr_rules.engine.law import MOST_REMEMBERED, Finding, Findings, in_force
from cspr_rules.engine.out_of_order import OutOfOrder, out_of_order
from cspr_rules.model.cases import Case, CheckedCase
from cspr_rules.model.once import once
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import LawOfDay, Ruleset
from cspr_rules.model.sources import Discrepancy, Provision
from cspr_rules.model.vocabulary import Row

if TYPE_CHECKING:
    from cspr_rules.bulk.framing import Backend, Each
    from cspr_rules.engine.tracing import Step
    from cspr_rules.explain.what_if import NearMiss, NextQuestion, Settled, WhatIf
    from cspr_rules.explain.why import Otherwise, Proof, Reasoner

_ORDER: Final = attrgetter("order")


class DecisionRecord:
    """Every rule's answer on one case, looked at from one day, under the law of one day.

    Attributes:
        ruleset: The rules applied.
        case: The facts as given.
        checked: The facts as understood.
        as_of: The day it is looked at from.
        law_on: The day whose law is read.
        law_on_from: The fact that gave ``law_on``, or ``"as_of"``.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        case: Case,
        checked: CheckedCase,
        as_of: date,
        law_on: date,
        law_on_from: str,
        findings: tuple[Findings, ...],
    ) -> None:
        self.ruleset = ruleset
        self.case = case
        self.checked = checked
        self.as_of = as_of
        self.law_on = law_on
        self.law_on_from = law_on_from
        self._findings = findings  # for the rules asked once, then for each child

    @property
    def law(self) -> LawOfDay:
        """The rules in force on ``law_on``."""
        return self.ruleset.law(self.law_on)

    # -- outcomes ---------------------------------------------------------------------------------------------------------------------

    @property
    def decisions(self) -> Mapping[str, Decision]:
        """Every rule in force and its answer, by rule id, in order of id; each is put together when it is looked up."""
        # Not kept: a record that held what refers back to it would not go away before a search for garbage.
        return _Decisions(self)

    def decision(self, rule_id: str) -> Decision:
        """Return one rule's answer.

        Raises:
            KeyError: The rule is not in force.
        """
        return Decision(*self._answer(rule_id), self._owed_by_rule.get(rule_id, ()), self)

    def _answer(self, rule_id: str) -> tuple[Finding, tuple[Finding, ...]]:
        """Return a rule's finding for the whole incident, and for each child.

        Raises:
            KeyError: The rule is not in force.
        """
        place = self.law.place[rule_id]
        incident, *children = [every for every, _, _ in self._findings]
        if place < len(incident):
            return incident[place], ()
        per_child = tuple([findings[place - len(incident)] for findings in children])
        return _overall(per_child), per_child

    @once
    def _owed_by_rule(self) -> dict[str, tuple[OwedDuty, ...]]:
        owed: dict[str, list[OwedDuty]] = {}
        for duty in self._owed:
            owed.setdefault(duty.finding.rule_id, []).append(duty)
        return {rule_id: tuple(duties) for rule_id, duties in owed.items()}

    @property
    def not_in_force(self) -> tuple[Rule, ...]:
        """Rules that exist but are not law on ``law_on``."""
        return self.law.not_in_force

    def _by_row(self) -> Iterator[tuple[Row, Findings]]:
        """Yield the facts of the incident, then those of each child, with the findings that rest on them."""
        return zip((self.checked.incident, *self.checked.children), self._findings, strict=True)

    @once
    def met(self) -> list[tuple[Finding, tuple[int, ...]]]:
        """The met rules, each with the children that ground it, from 1; empty for the whole incident."""
        (_, incident, _), *children = self._findings
        found: list[tuple[Finding, tuple[int, ...]]] = [(finding, ()) for finding in incident]
        if len(children) == 1:
            return found + [(finding, (1,)) for finding in children[0][1]]
        grounds: dict[Finding, tuple[int, ...]] = {}
        for number, (_, met, _) in enumerate(children, start=1):
            for finding in met:
                grounds[finding] = (*grounds[finding], number) if finding in grounds else (number,)
        place = self.law.place
        return found + sorted(grounds.items(), key=lambda each: place[each[0].rule_id])

    # -- duties -----------------------------------------------------------------------------------------------------------------------

    @once
    def _owed(self) -> list[OwedDuty]:
        rows, incident, as_of = self.checked.children, self.checked.incident, self.as_of
        owed: list[OwedDuty] = []
        for finding, children in self.met:
            if not finding.duties:
                continue
            if len(children) < 2:
                row = rows[children[0] - 1] if children else incident
                for cited in finding.duties:
                    owed.append(owed_duty(cited, finding, children, row, as_of))  # noqa: PERF401 -- a comprehension is a call of its own
                continue
            grounding = [rows[number - 1] for number in children]
            for cited in finding.duties:
                if cited.duty.once_per == "incident":
                    owed.append(owed_duty(cited, finding, children, earliest(cited, grounding), as_of))
                else:
                    owed += [owed_duty(cited, finding, (number,), rows[number - 1], as_of) for number in children]
        return owed

    @once
    def duties(self) -> tuple[OwedDuty, ...]:
        """What is owed, most pressing first: by status, then by date, then in the order of the rules."""
        return tuple(sorted([duty for duty in self._owed if not duty.optional], key=_ORDER))

    @once
    def options(self) -> tuple[OwedDuty, ...]:
        """What a source says somebody may do."""
        return tuple([duty for duty in self._owed if duty.optional])

    @once
    def paths(self) -> tuple[OpenPath, ...]:
        """The paths that are open: each with its owed duties in the order in which they are to be done."""
        concerned = self.ruleset.path_duties
        owed: dict[str, list[OwedDuty]] = {}
        for duty in self._owed:
            if duty.duty.id in concerned:
                owed.setdefault(duty.duty.id, []).append(duty)
        if not owed:
            return ()
        found = []
        for path in self.ruleset.paths.values():
            steps = tuple(duty for step in path.steps for duty in owed.get(step, ()))
            if steps or path.opened_by in owed:
                found.append(OpenPath(path, in_force(path.cites, self.ruleset.provisions, self.law_on), steps))
        return tuple(found)

    @once
    def out_of_order(self) -> tuple[OutOfOrder, ...]:
        """The steps that the facts put before one that they come after, in the order of the dates."""
        return out_of_order(self.ruleset, self.checked, self.law_on)

    # -- what else there is to say ----------------------------------------------------------------------------------------------------

    @once
    def notes(self) -> tuple[GivenNote, ...]:
        """What the met rules say without asking anything of anybody."""
        found: list[GivenNote] = []
        for finding, children in self.met:
            if finding.notes:
                found += finding.memo.get(children) or _notes(finding, children)
        return tuple(found)

    @once
    def ask(self) -> tuple[Question, ...]:
        """The unknown facts that could still settle an undetermined rule, and no others, in the order of the vocabulary."""
        by_child: list[Left] = []
        for row, (_, _, undetermined) in self._by_row():
            here = 0
            # Rules that ask the same depend on the same facts.
            for still_open in {finding.still_open for finding in undetermined}:
                here |= still_open(row)
            by_child.append(here)
        return self.ruleset.questions(by_child[0], by_child[1:])

    def settles(self, question: Question) -> tuple[str, ...]:
        """Return the ids of the undetermined rules that depend on a question of :attr:`ask`, in order."""
        bits = 3 << 2 * self.ruleset.vocabulary.slot[question.fact.id]
        rows = self._by_row()
        return tuple(sorted({finding.rule_id for row, (_, _, undetermined) in rows for finding in undetermined if finding.still_open(row) & bits}))

    @once
    def citations(self) -> tuple[Provision, ...]:
        """Every provision that a met rule, its duties, clocks or notes rest on, in order of key."""
        found: dict[str, Provision] = {}
        for finding, _ in self.met:
            source = finding.source
            clocks = [clock.citations for duty in source.duties for clock in duty.deadlines]
            cited = [finding.citations, *(duty.citations for duty in source.duties), *clocks, *(note.citations for note in source.notes)]
            found.update((provision.key, provision) for group in cited for provision in group)
        return tuple(found[key] for key in sorted(found))

    @property
    def unverified(self) -> tuple[Provision, ...]:
        """The cited provisions whose text nobody has read for this library: confirm them before relying on them."""
        return tuple(provision for provision in self.citations if not provision.checked.relied_on)

    @once
    def discrepancies(self) -> tuple[Discrepancy, ...]:
        """The register's entries on which the met rules rest, in order of number."""
        ids = {each for duty in self._owed for each in duty.discrepancies}
        for finding, _ in self.met:
            ids.update(finding.source.rule.discrepancies)
            ids.update(each for cited in finding.source.notes for each in cited.note.discrepancies)
        return tuple(self.ruleset.discrepancies[each] for each in sorted(ids))

    @property
    def profile(self) -> str:
        """The authority's profile."""
        return self.ruleset.profile.id

    @property
    def ruleset_digest(self) -> str:
        """SHA-256 of the rules applied."""
        return self.ruleset.digest

    def _repr_html_(self) -> str | None:
        return as_html(self)

    def __repr__(self) -> str:
        return f"DecisionRecord(profile={self.profile!r}, as_of={self.as_of}, law_on={self.law_on}, duties={len(self.duties)})"

    def tests(self, rule_id: str, child: int | None = None) -> tuple[Step, ...]:
        """Return each test of a rule with its result, in reading order.

        Args:
            rule_id: A rule in force.
            child: Which child, from 1; the first if not given. It does not matter for a rule that is asked once.

        Raises:
            KeyError: The rule is not in force, or there is no such child.
        """
        from cspr_rules.engine.tracing import trace

        decision = self.decisions[rule_id]
        if not decision.per_child:
            return trace(decision.source.source, self.checked.incident, self.ruleset, self.law_on)
        number = child or 1
        if not 1 <= number <= len(self.checked.children):
            raise KeyError(number)
        return trace(decision.per_child[number - 1].source, self.checked.children[number - 1], self.ruleset, self.law_on)

    # -- why, what if, what next ------------------------------------------------------------------------------------------------------

    @once
    def reasoner(self) -> Reasoner:
        """What explains this record's answers."""
        from cspr_rules.explain.why import Reasoner  # here and below: what explains is imported when an explanation is asked for

        return Reasoner(self.ruleset, self.checked, self.law_on)

    def why(self, rule_id: str, child: int | None = None) -> Proof:
        """Return why a rule's outcome is what it is.

        Args:
            rule_id: A rule in force.
            child: Which child, from 1; the first whose outcome is that of the incident, if not given.

        Raises:
            KeyError: The rule is not in force, or there is no such child.
        """
        return self.reasoner.why(*self._finding(rule_id, child))

    def why_not(self, rule_id: str, child: int | None = None) -> tuple[Otherwise, ...]:
        """Return, for each route to a rule's being met, the smallest set of conditions that would have to be otherwise; none if it is met.

        Raises:
            KeyError: The rule is not in force, or there is no such child.
        """
        return self.reasoner.why_not(*self._finding(rule_id, child))

    def _finding(self, rule_id: str, child: int | None) -> tuple[Finding, int | None]:
        source, per_child = self._answer(rule_id)
        if not per_child:
            return source, None
        number = child if child is not None else per_child.index(source) + 1
        if not 1 <= number <= len(per_child):
            raise KeyError(number)
        return per_child[number - 1], number

    def findings(self) -> Iterator[tuple[int | None, Row, Finding]]:
        """Yield every finding with the child it is about (``None`` for the incident) and the facts it rests on."""
        for number, (row, (every, _, _)) in enumerate(self._by_row()):
            for finding in every:
                yield number or None, row, finding

    def what_if(self, changes: Mapping[str, Any], child: int | None = None) -> WhatIf:
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

    def with_case(self, case: Case) -> DecisionRecord:
        """Return the record of another case under the same rules and days.

        Raises:
            CaseError: The case is not sound.
        """
        checked, law = case.check(self.ruleset.vocabulary), self.ruleset.law(self.law_on)
        findings = (law.decide_incident(checked.incident), *[law.decide_child(row) for row in checked.children])
        return DecisionRecord(self.ruleset, case, checked, self.as_of, self.law_on, self.law_on_from, findings)

    def near_misses(self, most: int = 1) -> tuple[NearMiss, ...]:
        """Return every smallest change of up to ``most`` tested facts that would flip an outcome.

        Exact: no other change of so few facts flips an outcome, and no part of one listed does. A change speaks of the tested facts alone; where
        another recorded fact says the contrary (a date of death, say), :meth:`what_if` names the contradiction.
        """
        from cspr_rules.explain import what_if

        return what_if.near_misses(self, most)

    @once
    def settled_despite(self) -> tuple[Settled, ...]:
        """The unknown facts that a rule tests but on which nothing depends any more, in the order of the vocabulary."""
        from cspr_rules.explain import what_if

        return what_if.settled_despite(self)

    def next_question(self) -> NextQuestion | None:
        """Return the fact whose answer narrows most what is undecided, or ``None`` if asking can settle nothing more.

        Steps are not asked for: they are recorded once they are taken.
        """
        from cspr_rules.explain import what_if

        return what_if.next_question(self)

    # -- the edges --------------------------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain values, in the shape of the published JSON Schema."""
        from cspr_rules.engine import plain_values

        return plain_values.record(self)

    def to_json(self) -> str:
        """Return the record as JSON: the same bytes for the same rules, case and days."""
        from cspr_rules.engine import plain_values

        return plain_values.as_json(self.to_dict())

    def to_frame(self, each: Each = "decision", *, backend: Backend = "pandas") -> Any:
        """Return the record as a data frame. See ``docs/how-to/data-frames.md`` for its columns.

        Args:
            each: What a row is of: ``"case"`` (one row, a column for each rule), ``"decision"`` (rule and child) or ``"duty"``.
            backend: The library that makes it: pandas, polars or pyarrow.

        Raises:
            QuestionError: narwhals or the library is not installed, or there is no such row or library.
        """
        from cspr_rules.bulk import tabular

        return tabular.frame(self, each, backend)


class _Decisions(Mapping[str, Decision]):
    """The decisions of a record, by rule id."""

    def __init__(self, record: DecisionRecord) -> None:
        self._record = record

    def __getitem__(self, rule_id: str) -> Decision:
        return self._record.decision(rule_id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._record.law.names)

    def __len__(self) -> int:
        return len(self._record.law.names)


def _notes(finding: Finding, children: tuple[int, ...]) -> tuple[GivenNote, ...]:
    known: tuple[GivenNote, ...] | None = finding.memo.get(children)
    if known is None:
        if len(finding.memo) >= MOST_REMEMBERED:
            finding.memo.clear()
        made = tuple(GivenNote(cited.note, cited.citations, finding.rule_id, children) for cited in finding.source.notes)
        known = finding.memo[children] = made
    return known


def _overall(findings: Sequence[Finding]) -> Finding:
    first = findings[0]
    if first.met or all(finding is first for finding in findings):
        return first
    for outcome in ("met", "undetermined"):
        for finding in findings:
            if finding.outcome == outcome:
                return finding
    return first
