"""The decision record: every rule's answer on one case.

A record says which tests are met on the facts recorded, and cites its sources. It supports the people who decide. It never says that nobody
need be told: where a test is not met it says which test, of which source, on which facts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

from cspr_rules.cases import Case, CheckedCase
from cspr_rules.compiling import CitedDeadline, CitedDuty, Finding, in_force
from cspr_rules.decisions import PRESSING, Clock, Decision, GivenNote, OpenPath, OwedDuty, Question, Status
from cspr_rules.display import as_html
from cspr_rules.exact import still_matters, truth
from cspr_rules.rules import UNSPECIFIED, Rule
from cspr_rules.ruleset import LawOfDay, Ruleset
from cspr_rules.sources import Discrepancy, Provision
from cspr_rules.vocabulary import Row

if TYPE_CHECKING:
    from cspr_rules.explaining import Step
    from cspr_rules.reasons import Otherwise, Proof, Reasoner
    from cspr_rules.whatif import NearMiss, NextQuestion, Settled, WhatIf

MOST_REMEMBERED: Final = 1_024
"""How many answers are remembered for each duty and finding before they are forgotten together: a bound for long-running processes."""
_ONLY_CHILD: Final = (1,)


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
        findings: tuple[tuple[Finding, ...], ...],
    ) -> None:
        self.ruleset = ruleset
        self.case = case
        self.checked = checked
        self.as_of = as_of
        self.law_on = law_on
        self.law_on_from = law_on_from
        self._law: LawOfDay = ruleset.law(law_on)
        # An engine's findings: for the rules asked once, then for each child.
        self._incident, *children = findings
        self._children = tuple(children)

    # -- outcomes ---------------------------------------------------------------------------------------------------------------------

    @cached_property
    def decisions(self) -> Mapping[str, Decision]:
        """Every rule in force and its answer, by rule id, in order of id."""
        owed, by_rule = self._owed_by_rule, self._by_rule
        return {name: Decision(*by_rule[name], owed.get(name, ()), self) for name in self._law.names}

    @cached_property
    def _by_rule(self) -> dict[str, tuple[Finding, tuple[Finding, ...]]]:
        """Each rule's finding for the whole incident, and for each child."""
        found: dict[str, tuple[Finding, tuple[Finding, ...]]] = {finding.rule_id: (finding, ()) for finding in self._incident}
        if len(self._children) == 1:
            found.update([(finding.rule_id, (finding, (finding,))) for finding in self._children[0]])
        else:
            found.update([(findings[0].rule_id, (_overall(findings), findings)) for findings in zip(*self._children, strict=True)])
        return found

    @cached_property
    def _owed_by_rule(self) -> dict[str, tuple[OwedDuty, ...]]:
        owed: dict[str, list[OwedDuty]] = {}
        for duty in self._owed:
            owed.setdefault(duty.finding.rule_id, []).append(duty)
        return {rule_id: tuple(duties) for rule_id, duties in owed.items()}

    @property
    def not_in_force(self) -> tuple[Rule, ...]:
        """Rules that exist but are not law on ``law_on``."""
        return self._law.not_in_force

    @cached_property
    def met(self) -> list[tuple[Finding, tuple[int, ...]]]:
        """The met rules, each with the children that ground it, from 1; empty for the whole incident."""
        met: list[tuple[Finding, tuple[int, ...]]] = [(finding, ()) for finding in self._incident if finding.met]
        if len(self._children) == 1:
            met += [(finding, _ONLY_CHILD) for finding in self._children[0] if finding.met]
            return met
        for findings in zip(*self._children, strict=True):
            grounds = tuple([number for number, finding in enumerate(findings, start=1) if finding.met])
            if grounds:
                met.append((findings[grounds[0] - 1], grounds))
        return met

    # -- duties -----------------------------------------------------------------------------------------------------------------------

    @cached_property
    def _owed(self) -> list[OwedDuty]:
        rows, owed = self.checked.children, []
        for finding, children in self.met:
            grounding = tuple([rows[number - 1] for number in children]) if children else (self.checked.incident,)
            for cited in finding.source.duties:
                if len(grounding) == 1 or cited.duty.once_per == "incident":
                    owed.append(self._duty(cited, finding, children, grounding))
                else:
                    owed.extend([self._duty(cited, finding, (number,), (rows[number - 1],)) for number in children])
        return owed

    @cached_property
    def duties(self) -> tuple[OwedDuty, ...]:
        """What is owed, most pressing first: by status, then by date, then in the order of the rules."""
        return tuple(sorted([duty for duty in self._owed if duty.duty.strength != "may"], key=attrgetter("order")))

    @cached_property
    def options(self) -> tuple[OwedDuty, ...]:
        """What a source says somebody may do."""
        return tuple([duty for duty in self._owed if duty.duty.strength == "may"])

    @cached_property
    def paths(self) -> tuple[OpenPath, ...]:
        """The paths that are open: each with its owed duties in the order in which they are to be done."""
        owed: dict[str, list[OwedDuty]] = {}
        for duty in self._owed:
            owed.setdefault(duty.id, []).append(duty)
        found = []
        for path in self.ruleset.paths.values():
            steps = tuple(duty for step in path.steps for duty in owed.get(step, ()))
            if steps or path.opened_by in owed:
                found.append(OpenPath(path, in_force(path.cites, self.ruleset.provisions, self.law_on), steps))
        return tuple(found)

    def _duty(self, cited: CitedDuty, finding: Finding, children: tuple[int, ...], rows: tuple[Row, ...]) -> OwedDuty:
        """Return a duty as it stands; the same dates looked at from the same day give the same object."""
        key = (cited.reads(rows[0]) if len(rows) == 1 else tuple([cited.reads(row) for row in rows]), self.as_of, children)
        known: OwedDuty | None = cited.memo.get(key)
        if known is None:
            if len(cited.memo) >= MOST_REMEMBERED:
                cited.memo.clear()
            known = cited.memo[key] = self._new_duty(cited, finding, children, rows)
        return known

    def _new_duty(self, cited: CitedDuty, finding: Finding, children: tuple[int, ...], rows: tuple[Row, ...]) -> OwedDuty:
        recorded_on = None if cited.done is None else _first_day(rows, cited.done)
        # A step that may not count, because a fact is unknown, does not discharge: unknown is never taken for yes either.
        counts = truth(cited.counts_if, rows[0]) is True if recorded_on and cited.counts_if else True
        ended = not (recorded_on and counts) and cited.ended is not None and _first_day(rows, cited.ended) is not None
        starts = [None if each.slot is None else _first_day(rows, each.slot) for each in cited.deadlines]
        done_on = recorded_on if counts else None
        running = [(each, start) for each, start in zip(cited.deadlines, starts, strict=True) if start or not each.deadline.only_if_recorded]
        clocks = tuple([self._clock(each, start, done_on, ended) for each, start in running])
        first = min([clock.due.on for clock in clocks if clock.due], default=None)
        for clock in clocks:
            clock.earliest = clock.due is not None and clock.due.on == first
        unclocked: Status = "met" if done_on else "withdrawn" if ended else "untimed"
        status = min([clock.status for clock in clocks], key=PRESSING.index, default=unclocked)
        return OwedDuty(cited, finding, children, clocks, recorded_on, counts, status)

    def _clock(self, cited: CitedDeadline, started_on: date | None, done_on: date | None, ended: bool) -> Clock:
        deadline = cited.deadline
        if cited.slot is not None and started_on is None:
            return Clock(cited, None, None, deadline.anchor, "done" if done_on else "withdrawn" if ended else "waiting")
        due = self.ruleset.calendar.due(deadline, started_on) if started_on else None
        status: Status
        if done_on:
            status = "met_late" if due and done_on > due.on else "met"
        elif ended:
            status = "withdrawn"
        elif due:
            status = "overdue" if self.as_of > due.on else "due_today" if self.as_of == due.on else "due"
        else:
            status = "untimed" if deadline.unit == UNSPECIFIED or deadline.amount is not None else "due_now"
        return Clock(cited, started_on, due, None, status)

    # -- what else there is to say ----------------------------------------------------------------------------------------------------

    @cached_property
    def notes(self) -> tuple[GivenNote, ...]:
        """What the met rules say without asking anything of anybody."""
        found: list[GivenNote] = []
        for finding, children in self.met:
            if finding.source.notes:
                found += _notes(finding, children)
        return tuple(found)

    @cached_property
    def ask(self) -> tuple[Question, ...]:
        """The unknown facts that could still settle an undetermined rule, and no others, in the order of the vocabulary."""
        found: dict[int, tuple[set[int], set[str]]] = {}
        firsts: set[int] = set()
        for child, row, findings in self._rows():
            for finding in findings:
                if finding.outcome != "undetermined":
                    continue
                slots = still_matters(finding.source.exact, row)
                firsts.add(next(slot for slot in finding.source.reading_order if slot in slots))
                for slot in slots:
                    children, settles = found.setdefault(slot, (set(), set()))
                    settles.add(finding.rule_id)
                    if child and self.ruleset.vocabulary.facts[slot].scope == "child":
                        children.add(child)
        facts = self.ruleset.vocabulary.facts
        return tuple(
            Question(facts[slot], tuple(sorted(children)), tuple(sorted(settles)), slot in firsts)
            for slot, (children, settles) in sorted(found.items())
        )

    def _rows(self) -> Iterator[tuple[int, Row, tuple[Finding, ...]]]:
        yield 0, self.checked.incident, self._incident
        for number, (row, findings) in enumerate(zip(self.checked.children, self._children, strict=True), start=1):
            yield number, row, findings

    @cached_property
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

    @cached_property
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
        from cspr_rules.explaining import trace

        decision = self.decisions[rule_id]
        if not decision.per_child:
            return trace(decision.source.source, self.checked.incident, self.ruleset, self.law_on)
        number = child or 1
        if not 1 <= number <= len(self.checked.children):
            raise KeyError(number)
        return trace(decision.per_child[number - 1].source, self.checked.children[number - 1], self.ruleset, self.law_on)

    # -- why, what if, what next ------------------------------------------------------------------------------------------------------

    @cached_property
    def reasoner(self) -> Reasoner:
        """What explains this record's answers."""
        from cspr_rules.reasons import Reasoner  # here and below: what explains is imported when an explanation is asked for

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
        source, per_child = self._by_rule[rule_id]
        if not per_child:
            return source, None
        number = child if child is not None else per_child.index(source) + 1
        if not 1 <= number <= len(per_child):
            raise KeyError(number)
        return per_child[number - 1], number

    def findings(self) -> Iterator[tuple[int | None, Row, Finding]]:
        """Yield every finding with the child it is about (``None`` for the incident) and the facts it rests on."""
        for finding in self._incident:
            yield None, self.checked.incident, finding
        for number, (row, findings) in enumerate(zip(self.checked.children, self._children, strict=True), start=1):
            for finding in findings:
                yield number, row, finding

    def what_if(self, changes: Mapping[str, Any], child: int | None = None) -> WhatIf:
        """Return this record and the one with some facts changed, side by side.

        Args:
            changes: Fact to value; ``None`` or ``"unknown"`` makes a fact unknown.
            child: Whose facts, where several children are listed; every child's if not given.

        Raises:
            CaseError: The changed facts contradict what else is recorded.
        """
        from cspr_rules import whatif

        return whatif.what_if(self, changes, child)

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
        from cspr_rules import whatif

        return whatif.near_misses(self, most)

    @cached_property
    def settled_despite(self) -> tuple[Settled, ...]:
        """The unknown facts that a rule tests but on which nothing depends any more, in the order of the vocabulary."""
        from cspr_rules import whatif

        return whatif.settled_despite(self)

    def next_question(self) -> NextQuestion | None:
        """Return the fact whose answer narrows most what is undecided, or ``None`` if asking can settle nothing more.

        Steps are not asked for: they are recorded once they are taken.
        """
        from cspr_rules import whatif

        return whatif.next_question(self)

    # -- the edges --------------------------------------------------------------------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """Return the record as plain values, in the shape of the published JSON Schema."""
        from cspr_rules import wire

        return wire.record(self)

    def to_json(self) -> str:
        """Return the record as JSON: the same bytes for the same rules, case and days."""
        from cspr_rules import wire

        return wire.as_json(self.to_dict())


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


def _first_day(rows: Sequence[Row], slot: int) -> date | None:
    """Return the earliest recorded day of a fact among the children that ground a duty; unknown and ``not_yet`` count as none."""
    if len(rows) == 1:
        value = rows[0][slot]
        return value if value.__class__ is date else None
    return min([value for row in rows if type(value := row[slot]) is date], default=None)
