"""Steps out of order: those that the facts put before one that they come after. They are reported and change nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from cspr_rules.engine.law import CitedDeadline, CitedDuty, LawOfDay, in_force
from cspr_rules.engine.law_days import MOST_COMBINED
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.rules import Duty
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.model.values import NOT_YET, Row
from cspr_rules.travelling import travels

Why: TypeAlias = Literal["clock", "path", "meaning"]


@travels
class OutOfOrder(NamedTuple):
    """A step that was taken before one that it comes after.

    Attributes:
        step: The fact that records it.
        on: The day it was taken.
        after: The fact that records what comes first.
        after_on: The day of that; ``None`` if it is known not to have happened yet.
        child: Whose step it is, from 1; ``None`` for the whole incident.
        duty: The duty that the step discharges, if there is one.
        why: ``clock``: its own time runs from that. ``path``: in a path, by way of the steps between. ``meaning``: the vocabulary puts it after
            that.
        citations: The provisions that give the order; empty if no source does.
    """

    step: str
    on: date
    after: str
    after_on: date | None
    child: int | None
    duty: Duty | None
    why: Why
    citations: tuple[Provision, ...]

    def __str__(self) -> str:
        first = f"{self.after} ({in_words(self.after_on)})" if self.after_on else f"{self.after}, which has not happened yet"
        reason = "its time runs from that" if self.why == "clock" else "that comes first" + (", by way of the steps between" * (self.why == "path"))
        basis = "; ".join(provision.name for provision in self.citations) or "no source says so, but it lies in what the two steps are"
        whose = f" of child {self.child}" if self.child else ""
        return f"{self.step}{whose} is recorded on {in_words(self.on)}, before {first}: {reason} ({basis})."


class _Order(NamedTuple):
    """A step and one that comes first, by slot."""

    step: int
    after: int
    duty: Duty | None
    why: Why
    citations: tuple[Provision, ...]


_Orders: TypeAlias = tuple[tuple[_Order, ...], tuple[_Order, ...]]
"""Those to be read from the incident's facts, and those from each child's."""


def out_of_order(ruleset: Ruleset, checked: CheckedCase, law: LawOfDay, law_on: date) -> tuple[OutOfOrder, ...]:
    """Return every step that the facts put before one that it comes after, each pair once, in the order of the dates.

    The duty is met or late by its own dates all the same. One step comes after another if its clock runs from it; if, in a path, that is so by way
    of the steps between; or if the vocabulary says so. A path that merely lists steps puts none of them first. Whether the step's duty is owed
    makes no difference: a step too soon may be why it is not.

    Args:
        ruleset: The rules.
        checked: The case.
        law: The rules in force.
        law_on: The day whose law is read for the incident.
    """
    facts = ruleset.vocabulary.facts
    found: dict[tuple[str, str, int | None], OutOfOrder] = {}
    of_incident, of_child = _orders(ruleset, law, law_on)
    rows: list[tuple[int | None, Row, tuple[_Order, ...]]] = [(None, checked.incident, of_incident)]
    rows += [(number, row, of_child) for number, row in enumerate(checked.children, start=1)]
    for number, row, orders in rows:
        for order in orders:
            on, after_on = row[order.step], row[order.after]
            if not isinstance(on, date):
                continue
            step, after = facts[order.step], facts[order.after]
            # What has not happened yet is out of order only where it is itself a step that somebody takes.
            if (isinstance(after_on, date) and on < after_on) or (after_on is NOT_YET and after.kind == "step"):
                child = None if step.scope == after.scope == "incident" else number
                first = after_on if isinstance(after_on, date) else None
                made = OutOfOrder(step.id, on, after.id, first, child, order.duty, order.why, order.citations)
                found.setdefault((made.step, made.after, child), made)
    return tuple(sorted(found.values(), key=lambda each: (each.on, each.step, each.after, each.child or 0)))


def _orders(ruleset: Ruleset, law: LawOfDay, law_on: date) -> _Orders:
    known: dict[int, tuple[LawOfDay, _Orders]] = ruleset.kept.setdefault(_Order, {})
    if id(law) not in known:
        if len(known) >= MOST_COMBINED:
            known.clear()
        scopes: list[dict[tuple[int, int], _Order]] = []
        for sources, is_child in ((law.incident, False), (law.child, True)):
            duties = [cited for source in sources for cited in source.duties if cited.done is not None]
            found: dict[tuple[int, int], _Order] = {}
            for each in (*_by_clock(duties), *_by_path(duties, ruleset, law_on), *_by_meaning(ruleset, law, law_on, is_child=is_child)):
                known_as = found.setdefault((each.step, each.after), each)
                if known_as.why == each.why:  # several sources may give the same order; each is named
                    every = dict.fromkeys((*known_as.citations, *each.citations))
                    found[each.step, each.after] = known_as._replace(citations=tuple(every))
            scopes.append(found)
        known[id(law)] = law, (tuple(scopes[0].values()), tuple(scopes[1].values()))
    return known[id(law)][1]


def _starts(cited: CitedDuty) -> Iterator[CitedDeadline]:
    """Yield the clocks of a duty that run from a date: not those counted back from one, nor those that begin anew if something happens."""
    for clock in cited.deadlines:
        if clock.slot is not None and not clock.deadline.before and not clock.deadline.only_if_recorded:
            yield clock


def _by_clock(duties: Iterable[CitedDuty]) -> Iterator[_Order]:
    for cited in sorted(duties, key=lambda cited: cited.duty.strength == "may"):  # what has to be done names the order before what may be
        for clock in _starts(cited):
            if cited.done is not None and clock.slot is not None:
                yield _Order(cited.done, clock.slot, cited.duty, "clock", clock.citations)


def _by_path(duties: Sequence[CitedDuty], ruleset: Ruleset, law_on: date) -> Iterator[_Order]:
    by_id = {cited.duty.id: cited for cited in duties}
    for path in ruleset.paths.values():
        comes_after: dict[int, set[int]] = {}
        for cited in (by_id[step] for step in path.steps if step in by_id):
            if cited.done is None:
                continue
            first = {clock.slot for clock in _starts(cited) if clock.slot is not None}
            every = first.union(*(comes_after.get(slot, set()) for slot in first))
            comes_after[cited.done] = comes_after.get(cited.done, set()) | every
            for slot in sorted(every - first):
                yield _Order(cited.done, slot, cited.duty, "path", in_force(path.cites, ruleset.provisions, law_on))


def _by_meaning(ruleset: Ruleset, law: LawOfDay, law_on: date, *, is_child: bool) -> Iterator[_Order]:
    vocabulary = ruleset.vocabulary
    for fact in vocabulary.facts:
        for order in fact.comes_after:
            if is_child is not ("child" in (fact.scope, vocabulary.by_id[order.fact].scope)):
                continue
            citations = in_force(order.cites, ruleset.provisions, law_on)
            if order.cites and not citations:
                continue  # its source did not apply on that day
            steps = {cited.done: cited.duty for source in (*law.incident, *law.child) for cited in source.duties}
            duty = steps.get(vocabulary.slot[fact.id])
            citations = citations or _listed(fact.id, order.fact, ruleset, law_on)
            yield _Order(vocabulary.slot[fact.id], vocabulary.slot[order.fact], duty, "meaning", citations)


def _listed(step: str, first: str, ruleset: Ruleset, law_on: date) -> tuple[Provision, ...]:
    """Return the provisions of a path in which a duty done by one fact stands before a duty done by another."""
    done_by: Mapping[str, str | None] = {duty.id: duty.done_by for rule in ruleset.rules for duty in rule.duties}
    for path in ruleset.paths.values():
        facts = [done_by.get(each) for each in path.steps]
        if step in facts and first in facts and facts.index(first) < facts.index(step):
            return in_force(path.cites, ruleset.provisions, law_on)
    return ()
