"""The evaluation: every rule's answer on one case, as values. What explains the answers stands above it.

An evaluation says which tests are met on the facts recorded, and cites its sources. It never says that nobody need be told: where a test is not met
it says which test, of which source, on which facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from cspr_rules.display_hook import Several
from cspr_rules.engine.answers import GivenNote, OpenPath, OwedDuty, Question, RuleAnswer
from cspr_rules.engine.conditions.open_parts import Asked, left_open
from cspr_rules.engine.conditions.three_valued import still_matters
from cspr_rules.engine.duties import earliest, owed_duty
from cspr_rules.engine.law import MOST_REMEMBERED, Finding, Findings, LawOfDay, in_force, law_of, open_parts
from cspr_rules.engine.law_days import LawDay, LawDays, later_days, law_under
from cspr_rules.engine.out_of_order import OutOfOrder, out_of_order
from cspr_rules.engine.presupposed import Presupposed
from cspr_rules.engine.questions import asking
from cspr_rules.errors import Fault, MissingError, did_you_mean, shown
from cspr_rules.model import doors
from cspr_rules.model.cases import Case, CheckedCase
from cspr_rules.model.once import once
from cspr_rules.model.profiles import Held
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Discrepancy, Provision
from cspr_rules.model.values import Row
from cspr_rules.travelling import Value

if TYPE_CHECKING:
    from cspr_rules.engine.tracing import Step

_ORDER: Final = attrgetter("order")
AnswerT_co = TypeVar("AnswerT_co", bound=RuleAnswer, covariant=True)


class Evaluation(Value):
    """Every rule's answer on one case, looked at from one day, under the law of the incident's day and of those of later steps.

    Attributes:
        ruleset: The rules applied.
        case: The facts as given.
        checked: The facts as understood.
        as_of: The day it is looked at from.
        incident_law: The day whose law is read for the incident, and for every rule that names no later step, and where that day comes from.
        law: The rules in force on it, and those on later steps in force on their own days.
        only: Ids of the rules that were asked, where not all were.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        case: Case,
        checked: CheckedCase,
        as_of: date,
        incident_law: LawDay,
        law: LawOfDay,
        findings: tuple[Findings, ...],
        days: LawDays | None = None,
        only: frozenset[str] | None = None,
    ) -> None:
        self.ruleset, self.only = ruleset, only
        self.case, self.checked = case, checked
        self.as_of = as_of
        self.incident_law, self.law = incident_law, law
        self._days = days
        self._findings = findings  # for the rules asked once, then for each child

    def _parts(self) -> tuple[Any, ...]:
        return self.ruleset, self.case, self.as_of, self.days, self.only

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        ruleset, case, as_of, days, only = packed
        checked, law = case.check(ruleset.vocabulary), law_under(ruleset, days, only)
        return cls(ruleset, case, checked, as_of, days.incident, law, law.decided(checked), days, only)

    # -- which law --------------------------------------------------------------------------------------------------------------------

    @property
    def law_on(self) -> date:
        """The day whose law is read for the incident, and for every rule that names no later step."""
        return self.incident_law.on

    @property
    def law_on_from(self) -> str:
        """The fact that gave ``law_on``, ``"as_of"``, or ``"law_on"`` if it was asked for."""
        return self.incident_law.source

    @property
    def days(self) -> LawDays:
        """The days whose law is read: that of the incident, and those of the later steps that rules name."""
        if self._days is None:
            self._days = later_days(self.ruleset, self.checked, self.incident_law, self.as_of)
        return self._days

    def law_day(self, rule: Rule) -> LawDay:
        """Return the day whose law a rule is read under, and where it comes from."""
        step = doors.of(Rule, rule, "rule").law_of
        if step is None:
            return self.incident_law
        return self.days.later[self.ruleset.later_steps.index(self.ruleset.vocabulary.slot[step])]

    @property
    def later_laws(self) -> Mapping[str, LawDay]:
        """The later steps whose rules are read under the law of another day than the incident's, where the law has changed between the two."""
        facts, own = self.ruleset.vocabulary.facts, law_of(self.ruleset, self.law_on)
        steps = zip(self.ruleset.later_steps, self.days.later, strict=True)
        return {facts[slot].id: day for slot, day in steps if law_of(self.ruleset, day.on) is not own}

    @property
    def not_held(self) -> tuple[Held, ...]:
        """The profiles no law of which is held for the incident's day, because what is encoded of them begins later.

        What is not met then says nothing of what was owed on that day.
        """
        return tuple(each for each in self.ruleset.held if self.law_on < each.since)

    # -- outcomes ---------------------------------------------------------------------------------------------------------------------

    @property
    def decisions(self) -> Mapping[str, RuleAnswer]:
        """Every rule in force and its answer, by rule id, in order of id; each is put together when it is looked up."""
        # Not kept: an evaluation that held what refers back to it would not go away before a search for garbage.
        return AnswersByRule(self.law.names, self.decision)

    def decision(self, rule_id: str) -> RuleAnswer:
        """Return one rule's answer.

        Raises:
            MissingError: The rule is not in force.
        """
        return RuleAnswer(*self.answer(rule_id), self.owed_by_rule.get(rule_id, ()))

    def answer(self, rule_id: str) -> tuple[Finding, tuple[Finding, ...]]:
        """Return a rule's finding for the whole incident, and for each child.

        Raises:
            MissingError: The rule is not in force on the day whose law is read, or there is no such rule; the message says which.
        """
        named: Any = rule_id
        place = self.law.place.get(named) if isinstance(named, str) else None
        if place is None:
            raise MissingError([Fault("", self._why_no_rule(rule_id))])
        incident, *children = [every for every, _, _ in self._findings]
        if place < len(incident):
            return incident[place], ()
        per_child = tuple([findings[place - len(incident)] for findings in children])
        return _overall(per_child), per_child

    def _why_no_rule(self, rule_id: object) -> str:
        if any(rule.id == rule_id for rule in self.ruleset.rules):
            return f"{rule_id} is not in force under the law of {self.law_on}"
        return f"there is no rule called '{shown(rule_id)}'{did_you_mean(str(rule_id), {rule.id for rule in self.ruleset.rules})}"

    @once
    def owed_by_rule(self) -> Mapping[str, tuple[OwedDuty, ...]]:
        """Duties and options, by the rule that makes them owed."""
        owed: dict[str, list[OwedDuty]] = {}
        for duty in self._owed:
            owed.setdefault(duty.finding.rule_id, []).append(duty)
        return {rule_id: tuple(duties) for rule_id, duties in owed.items()}

    @property
    def not_in_force(self) -> tuple[Rule, ...]:
        """Rules that exist but are not law on the day whose law they are read under."""
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
        grounds: dict[str, tuple[Finding, tuple[int, ...]]] = {}
        for number, (_, met, _) in enumerate(children, start=1):
            for finding in met:  # a met rule has one finding, whichever child it is met for
                known = grounds.get(finding.rule_id)
                grounds[finding.rule_id] = (finding, (*known[1], number) if known else (number,))
        place = self.law.place
        return found + [grounds[rule_id] for rule_id in sorted(grounds, key=place.__getitem__)]

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
        owed = sorted([duty for duty in self._owed if not duty.optional], key=_ORDER)
        return Several(owed, self.ruleset, "Nothing is known to be owed. What is not known could change that: `ask` lists it.")

    @once
    def options(self) -> tuple[OwedDuty, ...]:
        """What a source says somebody may do."""
        return Several([duty for duty in self._owed if duty.optional], self.ruleset, "Nothing is known to be permitted.")

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
        return out_of_order(self.ruleset, self.checked, self.law, self.law_on)

    # -- what else there is to say ----------------------------------------------------------------------------------------------------

    @once
    def notes(self) -> tuple[GivenNote, ...]:
        """What the met rules say without asking anything of anybody."""
        found: list[GivenNote] = []
        for finding, children in self.met:
            if finding.notes:
                found += finding.memo.get(children) or _notes(finding, children)
        return tuple(found)

    def caveats(self, duty: OwedDuty) -> tuple[GivenNote, ...]:
        """Return the notes that change how a duty's days read; for what would be owed, also those that would be given with it."""
        found = []
        wanted = ("met",) if doors.of(OwedDuty, duty, "duty").finding.met else ("met", "undetermined")
        for rule_id in self.ruleset.bearing.get(duty.id, ()):
            finding = self.answer(rule_id)[0] if rule_id in self.law.place else None
            if finding and finding.outcome in wanted:
                cited = [each for each in finding.source.notes if duty.id in each.note.bears_on]
                found += [GivenNote(each.note, each.citations, rule_id, duty.children) for each in cited]
        return tuple(found)

    @once
    def presupposed(self) -> Presupposed:
        """What tells which questions take for granted what is known to be otherwise."""
        return Presupposed(self.ruleset.vocabulary, self.checked)

    @once
    def ask(self) -> tuple[Question, ...]:
        """The unknown facts that could still settle an undetermined rule, and no others, in the order of the vocabulary."""
        incident, *children = [
            left_open({finding.opening or finding.opened() for finding in undetermined}, Asked(row)) for row, (_, _, undetermined) in self._by_row()
        ]
        return Several(asking(self.ruleset)(incident, children), self.ruleset, "Nothing is left to ask: every rule is settled.")

    def settles(self, question: Question) -> tuple[str, ...]:
        """Return the ids of the undetermined rules that depend on a question of :attr:`ask`, in order."""
        return self._depending.get(self.ruleset.vocabulary.slot[doors.of(Question, question, "question").fact.id], ())

    @once
    def _depending(self) -> Mapping[int, tuple[str, ...]]:
        """By slot, the undetermined rules that still depend on a fact, in order."""
        found: dict[int, set[str]] = {}
        slots = open_parts(self.ruleset).slots
        for row, (_, _, undetermined) in self._by_row():
            asked = Asked(row)
            for finding in undetermined:
                for slot in slots(finding.still_open(asked).every):
                    found.setdefault(slot, set()).add(finding.rule_id)
        return {slot: tuple(sorted(rule_ids)) for slot, rule_ids in found.items()}

    def asked_by(self, rule_id: str) -> frozenset[str]:
        """Return the ids of the facts that could still settle one rule, for any child; none if it is settled.

        Raises:
            MissingError: The rule is not in force.
        """
        _, per_child = self.answer(rule_id)
        incident, *children = self.law.rows(self.checked)
        facts, condition = self.ruleset.vocabulary.facts, self.law.source(rule_id).exact
        rows = children if per_child else (incident,)
        return frozenset(facts[slot].id for row in rows for slot in still_matters(condition, row))

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
        return tuple(each for key, each in self.ruleset.discrepancies.items() if key in ids)

    @property
    def profile(self) -> str:
        """The authority's profile."""
        return self.ruleset.profile.id

    @property
    def ruleset_digest(self) -> str:
        """SHA-256 of the rules applied."""
        return self.ruleset.digest

    def __repr__(self) -> str:
        return f"{type(self).__name__}(profile={self.profile!r}, as_of={self.as_of}, law_on={self.law_on}, duties={len(self.duties)})"

    def tests(self, rule_id: str, child: int | None = None) -> tuple[Step, ...]:
        """Return each test of a rule with its result, in reading order.

        Args:
            rule_id: A rule in force.
            child: Which child, from 1; the first if not given. It does not matter for a rule that is asked once.

        Raises:
            MissingError: The rule is not in force, or there is no such child.
        """
        from cspr_rules.engine.tracing import trace  # only an explanation needs it

        decision = self.decisions[rule_id]
        if not decision.per_child:
            return trace(decision.source.source, self.checked.incident, self.ruleset)
        number = self.child(1 if child is None else child)
        return trace(decision.per_child[number - 1].source, self.checked.children[number - 1], self.ruleset)

    def finding(self, rule_id: str, child: int | None = None) -> tuple[Finding, int | None]:
        """Return one rule's finding, and the child it is about.

        Args:
            rule_id: A rule in force.
            child: Which child, from 1; the first whose outcome is that of the incident, if not given.

        Raises:
            MissingError: The rule is not in force, or there is no such child.
        """
        source, per_child = self.answer(rule_id)
        if not per_child:
            return source, None
        number = self.child(per_child.index(source) + 1 if child is None else child)
        return per_child[number - 1], number

    def child(self, number: Any) -> int:
        """Return a child's number, from 1.

        Raises:
            MissingError: There is no such child.
        """
        most = len(self.checked.children)
        if not (isinstance(number, int) and 1 <= number <= most):
            raise MissingError([Fault("child", f"there is no child {shown(number)}; expected a number from 1 to {most}")])
        return int(number)

    def findings(self) -> Iterator[tuple[int | None, Row, Finding]]:
        """Yield every finding with the child it is about (``None`` for the incident) and the facts it rests on."""
        for number, (row, (every, _, _)) in enumerate(zip(self.law.rows(self.checked), self._findings, strict=True)):
            for finding in every:
                yield number or None, row, finding

    def with_case(self, case: Case) -> Self:
        """Return the evaluation of another case under the same rules and days.

        Raises:
            CaseError: The case is not sound.
        """
        case = Case.of(case)
        checked = case.check(self.ruleset.vocabulary)
        return type(self)(self.ruleset, case, checked, self.as_of, self.incident_law, self.law, self.law.decided(checked), self.days, self.only)


class AnswersByRule(Mapping[str, AnswerT_co]):
    """Answers by rule id: the rules in force, in order, and what puts an answer together when it is looked up."""

    def __init__(self, names: Sequence[str], answer: Callable[[str], AnswerT_co]) -> None:
        self._names = names
        self._answer = answer

    def __getitem__(self, rule_id: str) -> AnswerT_co:
        return self._answer(rule_id)

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


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
