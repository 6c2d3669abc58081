"""What if, what is near, what no longer matters, and what to ask next: questions about a record, answered from the compiled rules."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from cspr_rules.display_hook import Several, as_html
from cspr_rules.engine.answers import STATUS_WORDS, OwedDuty
from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within
from cspr_rules.engine.conditions.three_valued import settling, still_matters, truth
from cspr_rules.engine.evaluation import Evaluation
from cspr_rules.engine.law import Finding
from cspr_rules.explain.ways import changes as smallest_changes
from cspr_rules.model.cases import Case
from cspr_rules.model.doors import mapping, number
from cspr_rules.model.fixed import Fixed
from cspr_rules.model.rules import Outcome
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import FactValue, Row
from cspr_rules.model.vocabulary import Fact
from cspr_rules.travelling import travels

EvaluationT = TypeVar("EvaluationT", bound=Evaluation)
Key: TypeAlias = tuple[str, int | None]
"""A fact and the child it is about, from 1; ``None`` for the incident, or where it is said of every child."""


@travels
class Difference(NamedTuple):
    """One thing that differs between two records.

    Attributes:
        what: ``outcome`` or ``duty``.
        id: The rule or the duty.
        before: How it stands in the first record, in words.
        after: How it stands in the second.
    """

    what: str
    id: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.id}: {self.before} -> {self.after}"


@travels
class WhatIf(NamedTuple, Generic[EvaluationT]):
    """Two records side by side.

    Attributes:
        before: The record as it is.
        after: The record with the changes.
        differences: What differs.
    """

    before: EvaluationT
    after: EvaluationT
    differences: tuple[Difference, ...]

    def __str__(self) -> str:
        return "\n".join(str(each) for each in self.differences) or "nothing differs"

    def _repr_html_(self) -> str | None:
        return as_html(self)


@travels
class NearMiss(NamedTuple):
    """A smallest change that flips an outcome.

    Attributes:
        rule_id: The rule.
        child: Which child, from 1; ``None`` for a rule that is asked once.
        outcome: The outcome now.
        becomes: What it would be.
        changes: Fact to the value it would have; for numbers and dates, one value of each range that makes a difference.
    """

    rule_id: str
    child: int | None
    outcome: Outcome
    becomes: Outcome
    changes: Mapping[str, FactValue]


@travels
class Settled(NamedTuple):
    """An unknown fact that no longer matters.

    Attributes:
        fact: The fact.
        child: Which child, from 1; ``None`` for the incident.
        rules: The rules that test it and are settled all the same.
    """

    fact: Fact
    child: int | None
    rules: tuple[str, ...]


@travels
class NextQuestion(NamedTuple):
    """What to ask next.

    Attributes:
        fact: The fact, with its question and who would know.
        child: Which child, from 1; ``None`` for the incident.
        settles: The undecided rules that depend on it.
        narrowing: How many of them an answer settles, on average over the answers.
    """

    fact: Fact
    child: int | None
    settles: tuple[str, ...]
    narrowing: float

    @property
    def why(self) -> str:
        """Why it is asked, in a sentence."""
        count = len(self.settles)
        return f"{count} undecided rule{'s' if count != 1 else ''} depend{'s' if count == 1 else ''} on it: {', '.join(self.settles)}"

    def _repr_html_(self) -> str | None:
        return as_html(self)


# -- what if -------------------------------------------------------------------------------------------------------------------------


def what_if(record: EvaluationT, changes: Mapping[str, Any], child: int | None) -> WhatIf[EvaluationT]:
    """Return a record and the one with some facts changed."""
    mapping(changes, "changes", "facts to values")
    if child is not None:
        record.child(child)
    vocabulary = record.ruleset.vocabulary
    facts, children = dict(record.case.facts), [dict(each) for each in record.case.children]
    for name, value in changes.items():
        fact = vocabulary.by_id.get(name)
        if not children or fact is None or fact.scope == "incident":
            facts[name] = value
            continue
        facts.pop(name, None)
        for place, own in enumerate(children, start=1):
            if child in (None, place):
                own[name] = value
            elif name in record.case.facts:  # said of every child, and now no longer true of this one
                own.setdefault(name, record.case.facts[name])
    after = record.with_case(Case(facts, children))
    return WhatIf(record, after, differences(record, after))


def differences(before: Evaluation, after: Evaluation) -> tuple[Difference, ...]:
    """Return the outcomes and duties that differ between two records, in order of rule and duty."""
    found = []
    for rule_id in sorted({*before.decisions, *after.decisions}):
        old, new = (_outcome(record, rule_id) for record in (before, after))
        if old != new:
            found.append(Difference("outcome", rule_id, old, new))
    owed_before, owed_after = (_duties(record) for record in (before, after))
    for name in sorted({*owed_before, *owed_after}):
        old, new = owed_before.get(name, "not owed"), owed_after.get(name, "not owed")
        if old != new:
            found.append(Difference("duty", name, old, new))
    return tuple(found)


def _outcome(record: Evaluation, rule_id: str) -> str:
    if rule_id not in record.decisions:
        return "not in force"
    decision = record.decisions[rule_id]
    return ", ".join(finding.outcome for finding in decision.per_child) or decision.outcome


def _duties(record: Evaluation) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for duty in (*record.duties, *record.options):
        found.setdefault(duty.id, []).append(_stands(duty, several=len(record.checked.children) > 1))
    return {name: "; ".join(said) for name, said in found.items()}


def _stands(duty: OwedDuty, *, several: bool) -> str:
    whose = f" (child {', '.join(str(each) for each in duty.children)})" if several and duty.children else ""
    planned = f", plan for {in_words(duty.plan_for)}" if duty.plan_for else ""
    return f"{duty.strength.replace('_', ' ')}{planned}: {STATUS_WORDS[duty.status].split(':')[0]}{whose}"


# -- near misses ---------------------------------------------------------------------------------------------------------------------


def near_misses(record: Evaluation, most: int, rule: str | None = None) -> tuple[NearMiss, ...]:
    """Return every smallest change of up to ``most`` facts that flips an outcome, rule by rule."""
    facts, most = record.ruleset.vocabulary.facts, number(most, "most")
    if rule is not None:
        record.finding(rule)  # a rule that is not in force is an error, and not a rule without near misses
    found = []
    for child, row, finding in record.findings():
        if rule not in (None, finding.rule_id):
            continue
        for becomes in _others(finding.outcome):
            for change in smallest_changes(finding.source.exact, row, wanted=becomes == "met", most=most):
                named = Fixed({facts[slot].id: value for slot, value in change.items()})
                found.append(NearMiss(finding.rule_id, child, finding.outcome, becomes, named))
    found.sort(key=lambda each: (each.rule_id, each.child or 0, each.becomes, len(each.changes)))
    return Several(found, record.ruleset, f"No change of {most if most > 1 else 'one'} tested fact{'s' if most > 1 else ''} flips an outcome.")


def _others(outcome: Outcome) -> tuple[Outcome, ...]:
    return {"met": ("not_met",), "not_met": ("met",), "undetermined": ("met", "not_met")}[outcome]  # type: ignore[return-value] # the outcomes


# -- what no longer matters ----------------------------------------------------------------------------------------------------------


def settled_despite(record: Evaluation) -> tuple[Settled, ...]:
    """Return the unknown facts on which nothing depends any more."""
    facts = record.ruleset.vocabulary.facts
    tested: dict[tuple[int, int | None], list[str]] = {}
    open_: set[tuple[int, int | None]] = set()
    for child, row, finding in record.findings():
        matters = still_matters(finding.source.exact, row) if finding.outcome == "undetermined" else set()
        for slot in finding.source.reading_order:
            if row[slot] is None:
                key = (slot, child if facts[slot].scope == "child" else None)
                tested.setdefault(key, []).append(finding.rule_id)
                if slot in matters:
                    open_.add(key)
    return tuple(
        Settled(facts[slot], child, tuple(sorted(set(rules))))
        for (slot, child), rules in sorted(tested.items(), key=lambda item: (item[0][0], item[0][1] or 0))
        if (slot, child) not in open_
    )


# -- what to ask next ----------------------------------------------------------------------------------------------------------------


def narrowest(questions: Sequence[NextQuestion]) -> NextQuestion | None:
    """Return the question whose answer narrows most; of several the one that answers most other questions too, and then the first.

    A question that takes another's answer for granted (which authority looks after the child) comes after the one that asks for it (is the child
    looked after). One that any answer to another answers too (was the child unborn) comes after that other (how old was the child).
    """
    open_ = {(each.fact.id, each.child) for each in questions}
    anywhere = {name for name, _ in open_}
    follows = {(other.fact, each.child) for each in questions for other in each.fact.implies if other.when is None and other.value is not True}

    def ready(each: NextQuestion) -> bool:
        wanted = granted(each.fact)
        return not any((name, each.child) in open_ or (each.child is None and name in anywhere) for name in wanted)

    def answers_too(each: NextQuestion) -> int:
        return sum((implied.fact, each.child) in open_ for implied in each.fact.implies)

    def rank(each: NextQuestion) -> tuple[bool, bool, float, int]:
        return ready(each), (each.fact.id, each.child) not in follows, each.narrowing, answers_too(each)

    return max(questions, key=rank, default=None)


def in_order(questions: Sequence[NextQuestion]) -> tuple[NextQuestion, ...]:
    """Return questions in the order in which to ask them: again and again the one that :func:`narrowest` gives."""
    left, found = list(questions), []
    while best := narrowest(left):
        found.append(best)
        left.remove(best)
    return tuple(found)


def open_questions(
    record: Evaluation, *, rules: Container[str] | None = None, skipped: Container[Key] = (), reachable: bool = False
) -> tuple[NextQuestion, ...]:
    """Return every question whose answer can help to settle a rule, in the order of the vocabulary.

    A question that could settle something only together with what is not to be asked (a step that is not recorded, a question skipped, what was
    answered in part) is not among them, nor is one to which every answer but one would contradict what is recorded.

    Args:
        record: The record.
        rules: The rules to settle; every rule if not given.
        skipped: Questions to which nobody knows the answer.
        reachable: Whether to leave out the rules that cannot be met by answers alone, such as those that wait for a step.
    """
    facts = record.ruleset.vocabulary.facts
    depending: dict[tuple[int, int | None], list[tuple[Row, Finding]]] = {}
    for child, row, finding in record.findings():
        if finding.outcome != "undetermined" or (rules is not None and finding.rule_id not in rules):
            continue
        keys = {slot: (facts[slot].id, child if facts[slot].scope == "child" else None) for slot in still_matters(finding.source.exact, row)}
        # Who said between what a number or a day lies knew no more than that.
        asked = [slot for slot, key in keys.items() if row[slot] is None and facts[slot].kind != "step" and key not in skipped]
        askable = {slot for slot in asked if _answerable(record, slot, row, skipped, keys[slot][1])}
        to_met, to_not_met = (settling(finding.source.exact, row, askable, wanted=wanted) for wanted in (True, False))
        if reachable and to_met is None:
            continue
        for slot in (to_met or set()) | (to_not_met or set()):
            depending.setdefault((slot, keys[slot][1]), []).append((row, finding))
    found = []
    for (slot, child), open_ in sorted(depending.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        narrowing = sum(_settled_share(finding.source.exact, row, slot) for row, finding in open_)
        found.append(NextQuestion(facts[slot], child, tuple(sorted({finding.rule_id for _, finding in open_})), narrowing))
    return tuple(found)


def never_known(record: Evaluation, skipped: Collection[Key]) -> frozenset[Key]:
    """Return the questions, of those that nobody can answer, whose answers cannot follow from those to any other question that is left either."""
    vocabulary, checked = record.ruleset.vocabulary, record.checked
    rows: dict[int | None, Row] = {None: checked.incident, **dict(enumerate(checked.children, start=1))}

    def left(name: str, child: int | None) -> bool:
        """Return whether a fact may still be asked for: of the child, or of any child for a fact of the incident."""
        fact = vocabulary.by_id[name]
        numbers = [None] if fact.scope == "incident" else [child] if child else range(1, len(checked.children) + 1)
        return fact.kind != "step" and any(rows[each][vocabulary.slot[name]] is None and (name, each) not in skipped for each in numbers)

    return frozenset((name, child) for name, child in skipped if not any(left(tied, child) for tied in vocabulary.tied[name]))


def granted(fact: Fact) -> list[str]:
    """Return the facts that have to be so for any answer about this one."""
    return [implied.fact for implied in fact.implies if implied.when is None and implied.value is True] + [each.fact for each in fact.only_if]


def _answerable(record: Evaluation, slot: int, row: Row, skipped: Container[Key], child: int | None) -> bool:
    """Return whether a fact may still have more than one value, as far as what it implies goes, and may be known at all."""
    vocabulary = record.ruleset.vocabulary
    fact = vocabulary.facts[slot]
    denied = [each.when for each in fact.implies if row[vocabulary.slot[each.fact]] not in (None, each.value)]
    left = len({"yes_no": (True, False), "one_of": fact.values}.get(fact.type, range(3))) - len(set(denied))
    # Of a dated thing that cannot have happened, "not yet" is left, and nobody has to be asked for that.
    return None not in denied and left > 1 and not any(_skipped(record, name, child, skipped) for name in granted(fact))


def _skipped(record: Evaluation, name: str, child: int | None, skipped: Container[Key]) -> bool:
    """Return whether nobody knows a fact: that of the child, or for a question about the incident that of every child."""
    if (name, child) in skipped:
        return True
    return child is None and all((name, number) in skipped for number in range(1, len(record.checked.children) + 1))


def _settled_share(form: Exact, row: Row, slot: int) -> float:
    """Return for what share of a fact's answers a condition is settled."""
    variable = next(each for each in _variables(form) if each.slot == slot)
    settled = sum(truth(form, (*row[:slot], value, *row[slot + 1 :])) is not None for value in variable.cells)
    return settled / len(variable.cells)


def _variables(form: Exact) -> Iterator[Variable]:
    match form:
        case Within(variable, _):
            yield variable
        case Joined(_, parts):
            for part in parts:
                yield from _variables(part)
        case Primes(variables):
            yield from variables
