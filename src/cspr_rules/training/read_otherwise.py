"""What somebody must have read otherwise who gives a wrong answer that no misconception on the list leads to: worked out from the rule and the facts.

The facts on which the answer turns are few. Read otherwise, or left open, the fewest of them lead to the wrong answer, and that is what it suggests.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.explain.clauses import shown
from cspr_rules.explain.english import listed
from cspr_rules.explain.ways import changes
from cspr_rules.model.rules import Duty
from cspr_rules.model.values import EARLIEST, FactValue, Row, parse_date
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord
from cspr_rules.training.suggested import Suggested, outcome_of

MOST_READ_OTHERWISE: Final = 3
"""How many facts somebody is taken to have read otherwise at most: of more, nothing can be said that helps."""
_NOT_OWED: Final = {"not_owed": "not_met", "undetermined": "undetermined"}
"""What says that a duty is not known to be owed, and the outcome that its rule then has."""


def read_otherwise(record: DecisionRecord, rule_id: str, outcome: str) -> Mapping[Fact, FactValue | None] | None:
    """Return the fewest facts that somebody must have read otherwise who comes to a wrong outcome, with what they read; ``None`` is left open.

    Args:
        record: The case, decided.
        rule_id: A rule in force.
        outcome: The wrong outcome.

    Returns:
        The facts, or nothing where more than a few had to be read otherwise.
    """
    facts, row = record.ruleset.vocabulary.facts, _row(record, rule_id)
    found = _left_open(record, rule_id, row) if outcome == "undetermined" else _changed(record, rule_id, row, wanted=outcome == "met")
    return None if found is None else {facts[slot]: value for slot, value in found.items()}


def _row(record: DecisionRecord, rule_id: str) -> Row:
    source, child = record.finding(rule_id)
    return next(row for number, row, finding in record.findings() if finding is source and number in (child, None))


def outcome_otherwise(record: DecisionRecord, rule_id: str, outcome: str) -> tuple[Suggested, ...]:
    """Return what a wrong outcome of a rule suggests; nothing where more facts than a few had to be read otherwise.

    Args:
        record: The case, decided.
        rule_id: A rule in force.
        outcome: The wrong outcome.
    """
    found = read_otherwise(record, rule_id, outcome)
    return () if found is None else (_suggested(found, _row(record, rule_id), record),)


def duty_otherwise(record: DecisionRecord, duty: str, rules: Sequence[str], wrong: str, right: str) -> tuple[Suggested, ...]:
    """Return what a wrong answer about a duty suggests.

    Args:
        record: The case, decided.
        duty: The duty.
        rules: The rules that can make it owed.
        wrong: The wrong answer, as :func:`~cspr_rules.training.suggested.owed_of` has it.
        right: The right one.
    """
    owed = next((each for each in (*record.duties, *record.options) if each.id == duty), None)
    if owed is not None and wrong not in _NOT_OWED:
        return _day_left_open(record, owed) if wrong == "owed" else _out_by(record, owed, wrong)
    wanted = _NOT_OWED.get(wrong, "met")
    outcomes = {rule: outcome_of(record, rule) for rule in rules}
    if wanted == "met" or right == "not_owed":  # it is enough that one of the rules is read otherwise
        found = [outcome_otherwise(record, rule, wanted) for rule, outcome in outcomes.items() if outcome not in (None, wanted)]
        return next(filter(None, found), ())
    asked = [rule for rule, outcome in outcomes.items() if outcome == "met" or (outcome == "undetermined" and wanted == "not_met")]
    return outcome_otherwise(record, asked[0], wanted) if len(asked) == 1 else ()


def taken_for(owed: OwedDuty, role: str, others: Iterable[Duty], named: Callable[[Duty], str]) -> tuple[Suggested, ...]:
    """Return what it suggests to name another role for the one that owes a duty: the one that is told, one that owes something else, or neither.

    Args:
        owed: The duty.
        role: The role that was named.
        others: What there is to owe: first what is owed in this case, then all that the rules know.
        named: Gives a duty in words.
    """
    if role in owed.to:
        said = "takes whoever is to be told for whoever has to tell"
        return (Suggested("takes_the_told_for_the_teller", f"This is the answer of somebody who {said}."),)
    other = next((each for each in others if each.by == role), None)
    if other is None:
        return (Suggested("owes_nothing", "This is the answer of somebody who lays it on one who owes nothing under these rules."),)
    return (Suggested(f"takes_it_for:{other.id}", f"This is the answer of somebody who takes it for something else: {named(other)}."),)


def told_for(owed: OwedDuty, role: str, others: Iterable[Duty], named: Callable[[Duty], str]) -> tuple[Suggested, ...]:
    """Return what it suggests to have a duty owed to another role: to the one that owes it, to one that is told something else, or to neither.

    Args:
        owed: The duty.
        role: The role that was named.
        others: What there is to owe: first what is owed in this case, then all that the rules know.
        named: Gives a duty in words.
    """
    if role == owed.by:
        said = "takes whoever has to tell for whoever is to be told"
        return (Suggested("takes_the_teller_for_the_told", f"This is the answer of somebody who {said}."),)
    other = next((each for each in others if role in each.to), None)
    if other is None:
        return (Suggested("is_told_nothing", "This is the answer of somebody who tells one to whom nothing is owed under these rules."),)
    return (Suggested(f"takes_it_for:{other.id}", f"This is the answer of somebody who takes it for something else: {named(other)}."),)


def asked_in_vain(record: DecisionRecord, fact: str) -> Suggested:
    """Return what it suggests to ask for a fact on which the answer does not turn."""
    if record.checked.children[0][record.ruleset.vocabulary.slot[fact]] is not None:
        return Suggested("asks_what_is_known", "This is the answer of somebody who asks again for what is known.")
    return Suggested("asks_what_does_not_matter", "This is the answer of somebody who asks for what the answer does not turn on.")


def _out_by(record: DecisionRecord, owed: OwedDuty, wrong: str) -> tuple[Suggested, ...]:
    if owed.plan_for is None:
        return (Suggested("day_of_its_own", "This is the answer of somebody who gives a day where none can be worked out from the source."),)
    day = parse_date(wrong)
    days, unit = record.ruleset.calendar.between(owed.plan_for, day), "working day"
    if not days:
        days, unit = (day - owed.plan_for).days, "calendar day"
    said = f"{abs(days)} {unit}{'s' if abs(days) > 1 else ''} too {'late' if days > 0 else 'early'}"
    return (Suggested(f"out_by:{days}_{unit.replace(' ', '_')}", f"This is the answer of somebody who comes out {said}."),)


def _day_left_open(record: DecisionRecord, owed: OwedDuty) -> tuple[Suggested, ...]:
    by_id = record.ruleset.vocabulary.by_id
    starts = dict.fromkeys(by_id[clock.rule.anchor] for clock in owed.clocks if clock.due and clock.rule.anchor in by_id)
    row = record.checked.children[owed.children[0] - 1] if owed.children else record.checked.incident
    return (_suggested(dict.fromkeys(starts), row, record),) if starts else ()


def _changed(record: DecisionRecord, rule_id: str, row: Row, *, wanted: bool) -> Mapping[int, FactValue | None] | None:
    """Return the fewest facts, read otherwise, that force an outcome; what is not known before what is, words before numbers and days."""
    facts, source = record.ruleset.vocabulary.facts, record.law.source(rule_id)
    form, order = source.exact, source.reading_order
    for most in range(1, MOST_READ_OTHERWISE + 1):
        if found := list(changes(form, row, wanted=wanted, most=most)):
            return min(
                found,
                key=lambda each: (
                    sum(row[slot] is not None for slot in each),
                    sum(facts[slot].type in ("number", "date") for slot in each),
                    sorted(map(order.index, each)),
                ),
            )
    return None


def _left_open(record: DecisionRecord, rule_id: str, row: Row) -> Mapping[int, FactValue | None] | None:
    """Return the fewest facts that leave an outcome open if they are not taken as known, in the order in which they are read."""
    source = record.law.source(rule_id)
    for slots in _fewest([slot for slot in source.reading_order if row[slot] is not None]):
        if truth(source.exact, tuple([None if slot in slots else value for slot, value in enumerate(row)])) is None:
            return dict.fromkeys(slots)
    return None


def _fewest(slots: list[int]) -> Iterator[tuple[int, ...]]:
    for most in range(1, MOST_READ_OTHERWISE + 1):
        yield from itertools.combinations(slots, most)


def _suggested(read: Mapping[Fact, FactValue | None], row: Row, record: DecisionRecord) -> Suggested:
    slot = record.ruleset.vocabulary.slot
    name = "read_otherwise:" + ",".join(f"{fact.id}={'' if value is None else fact.show(value)}" for fact, value in read.items())
    said = [f"“{fact.question}” with {'some day' if value == EARLIEST else shown(fact, value)}" for fact, value in read.items() if value is not None]
    open_ = [f"“{fact.question}”" for fact, value in read.items() if value is None]
    parts = [f"answers {listed(said)}"] if said else []
    parts += [f"leaves open what is known: {listed(open_)}"] if open_ else []
    unknown = [fact for fact, value in read.items() if value is not None and row[slot[fact.id]] is None]
    if unknown:
        parts[0] += ", which is not known" if len(unknown) == len(said) == 1 else ", though not all of that is known"
    return Suggested(name, f"This is the answer of somebody who {' and '.join(parts)}.")
