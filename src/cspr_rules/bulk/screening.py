"""A register screened: what is owed, by when, what is late, what is open, and what was perhaps never done.

Nothing here says that nobody need be told. A case in which a rule is open is shown with the day by which its duty would be due if the rule were
met, and with what would settle it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np

from cspr_rules.bulk.deciding import Decided
from cspr_rules.bulk.mapped import Mapped
from cspr_rules.bulk.register import CellFault
from cspr_rules.bulk.tabular import chosen_rules
from cspr_rules.engine.answers import STATUS_WORDS, TASKS, OwedDuty
from cspr_rules.engine.conditions.columns import MET, OUTCOMES, UNDETERMINED
from cspr_rules.engine.conditions.open_parts import NOTHING_OPEN, Asked
from cspr_rules.engine.conditions.three_valued import still_matters
from cspr_rules.engine.duties import earliest, owed_duty
from cspr_rules.engine.law import Finding
from cspr_rules.engine.questions import asking
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import Row
from cspr_rules.record import DecisionRecord
from cspr_rules.travelling import copied_by_parts

LATE: Final = ("overdue", "met_late")
"""Statuses of what was not done in time by some source."""
DONE: Final = ("met", "met_late", "met_early", "done")
"""Statuses of what is recorded as done."""


@copied_by_parts
class Screened(NamedTuple):
    """One duty of one case, owed or open.

    Attributes:
        reference: What the register calls the case; ``None`` if a row is a case.
        row: The first row of the case, as a spreadsheet counts them.
        kept: What its rows hold in the columns that are carried over.
        duty: The duty on these facts; of an open rule, as it would stand if the rule were met.
        owed: Whether the rule is met; if not, it is open.
        children: The children concerned, from 1; empty if the whole incident is.
        asks: For an open rule, the facts that could still settle it; for a step of which it is not known whether it counts, those that could.
        never: Whether nothing in the register says that it was done.
    """

    reference: str | None
    row: int
    kept: tuple[Any, ...]
    duty: OwedDuty
    owed: bool
    children: tuple[int, ...]
    asks: tuple[str, ...]
    never: bool

    @property
    def late(self) -> bool:
        """Whether it was not done in time by some source, as far as is recorded."""
        return self.duty.status in LATE

    @property
    def uncounted(self) -> bool:
        """Whether a step is recorded of which it is not known that it counts."""
        return self.duty.recorded_on is not None and self.duty.done_on is None

    @property
    def status(self) -> str:
        """How it stands, in words."""
        if self.uncounted:
            return "recorded as done, and not known to count" if self.owed else "open; something is recorded as done, and not known to count"
        return STATUS_WORDS[self.duty.status] if self.owed else f"open; if the rule is met: {STATUS_WORDS[self.duty.status]}"


@copied_by_parts
class Screening(NamedTuple):
    """What a register comes to.

    Attributes:
        ruleset: The rules.
        source: The name of the file.
        as_of: The day looked from.
        rules: The rules screened for.
        keep: The headings of the columns that are carried over.
        rows: How many rows the register has.
        cases: How many cases could be decided.
        refused: In how many cases, or rows without one, something is wrong.
        outcomes: By rule, how many cases came to each outcome.
        found: Every duty, owed or open, in the order of the register.
        faults: What is wrong, with row and heading as the file has them.
    """

    ruleset: Ruleset
    source: str
    as_of: date
    rules: tuple[str, ...]
    keep: tuple[str, ...]
    rows: int
    cases: int
    refused: int
    outcomes: dict[str, Counter[str]]
    found: tuple[Screened, ...]
    faults: tuple[CellFault, ...]

    def number(self, duty: str, so: Callable[[Screened], bool]) -> int:
        """Return in how many places a duty stands so."""
        return sum(each.duty.id == duty and so(each) for each in self.found)


def screen(
    register: Mapped, ruleset: Ruleset, as_of: date, rules: Sequence[str] | None = None, progress: Callable[[int, int], None] | None = None
) -> Screening:
    """Screen a register.

    Args:
        register: The register with its meaning.
        ruleset: The rules.
        as_of: The day to look from.
        rules: Rules or groups of rules to screen for; those of the duties that the profile asks about first if not given.
        progress: Told now and then how many of how many cases are done.

    Raises:
        QuestionError: There is no such rule, or none is named and the profile asks about no duty first.
    """
    wanted = chosen_rules(asked_first(ruleset) if rules is None else rules, (rule.id for rule in ruleset.rules))
    read = register.register(ruleset)
    decided = Decided(read, as_of, None, wanted)
    counted = {rule: Counter(OUTCOMES[each] for each in decided.outcomes.of_case(rule)[decided.sound]) for rule in wanted}
    concerned = np.zeros(read.cases, np.bool_)
    for rule in wanted:
        concerned |= np.isin(decided.outcomes.of_case(rule), (MET, UNDETERMINED))
    places = [int(place) for place in decided.sound if concerned[place]]
    found: list[Screened] = []
    for done, place in enumerate(places):
        if progress and done % 500 == 0:
            progress(done, len(places))
        row = int(read.rows[read.starts[place]])
        key = register.columns[register.mapping.case].cell(row) if register.mapping.case else None
        reference = None if key is None else str(key)
        whose = _Whose(reference, register.table.rows[row], register.kept(read.rows_of(place)))
        found += _of_case(decided.record(place), frozenset(wanted), whose)
    if progress:
        progress(len(places), len(places))
    faults = sorted((register.placed(fault) for fault in read.faults), key=lambda fault: fault.row or 0)
    keyless = len(register.table.rows) - len(read.rows)
    refused = read.cases - len(decided.sound) + keyless
    rows, sound, keep = len(register.table.rows), len(decided.sound), register.mapping.keep
    return Screening(ruleset, register.table.name, as_of, wanted, keep, rows, sound, refused, counted, tuple(found), tuple(faults))


def asked_first(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the rules of the profile's first headline question; every rule if it has none."""
    headlines = ruleset.profile.headlines
    return headlines[0].rules if headlines else tuple(dict.fromkeys(rule.id for rule in ruleset.rules))


class _Whose(NamedTuple):
    """Whose duty one is: what :class:`Screened` begins with."""

    reference: str | None
    row: int
    kept: tuple[Any, ...]


def _of_case(record: DecisionRecord, wanted: frozenset[str], whose: _Whose) -> Iterator[Screened]:
    """Yield the duties of one case: first those that are owed, then those that are open."""
    met = set()
    for duty in record.duties:
        if duty.rule_id in wanted and duty.strength in TASKS:
            met.add((duty.id, duty.children if duty.duty.once_per == "child" else ()))
            yield Screened(*whose, duty, True, duty.children, _counts(record, duty), _never(duty))
    for finding, children, rows in _open(record, wanted):
        asks = _asks(record, finding, children)
        for cited in finding.duties:
            if cited.duty.strength not in TASKS:
                continue
            once = cited.duty.once_per == "incident"
            groups = (
                [(children, earliest(cited, rows))]
                if once or not children
                else [((child,), each) for child, each in zip(children, rows, strict=True)]
            )
            for some, facts in groups:
                if (cited.duty.id, () if once else some) not in met:
                    duty = owed_duty(cited, finding, some, facts, record.as_of)
                    yield Screened(*whose, duty, False, some, asks, _never(duty))


def _open(record: DecisionRecord, wanted: frozenset[str]) -> Iterator[tuple[Finding, tuple[int, ...], list[Row]]]:
    """Yield the rules that are open, each with the children of whom it is, and their facts."""
    grouped: dict[str, tuple[Finding, list[int], list[Row]]] = {}
    for child, _, finding in record.findings():
        if finding.outcome == "undetermined" and finding.rule_id in wanted and finding.duties:
            _, children, rows = grouped.setdefault(finding.rule_id, (finding, [], []))
            rows.append(record.checked.incident if child is None else record.checked.children[child - 1])  # as recorded: days are counted from it
            children += [] if child is None else [child]
    for finding, children, rows in grouped.values():
        yield finding, tuple(children), rows


def _asks(record: DecisionRecord, finding: Finding, children: Sequence[int]) -> tuple[str, ...]:
    checked, by_child = record.checked, [NOTHING_OPEN] * len(record.checked.children)
    incident = NOTHING_OPEN if children else finding.still_open(Asked(checked.incident))
    for child in children:
        by_child[child - 1] = finding.still_open(Asked(checked.children[child - 1]))
    return tuple(dict.fromkeys(question.fact.id for question in asking(record.ruleset)(incident, by_child)))


def _counts(record: DecisionRecord, duty: OwedDuty) -> tuple[str, ...]:
    """Return the facts that could settle whether the step that is recorded discharges a duty."""
    if duty.recorded_on is None or duty.done_on is not None:
        return ()
    row = record.checked.children[duty.children[0] - 1] if duty.children else record.checked.incident
    left = {slot for cited in duty.finding.duties if cited.duty is duty.duty and cited.counts_if for slot in still_matters(cited.counts_if, row)}
    return tuple(record.ruleset.vocabulary.facts[slot].id for slot in sorted(left))


def _never(duty: OwedDuty) -> bool:
    """Return whether a duty has a step that discharges it and nothing says that it was taken, or was no longer called for."""
    return duty.duty.done_by is not None and duty.recorded_on is None and duty.status != "withdrawn"
