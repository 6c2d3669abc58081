"""A decision record in short, for somebody who has to act at once: what is owed by when and to whom, what to ask, and what not to rely on.

What presses is told one by one, and whatever binds by its own word is named. The rest is counted, and stands in the full report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple

from cspr_rules.engine.decisions import OwedDuty, Question
from cspr_rules.engine.margins import LOCAL
from cspr_rules.explain.phrases import about, cited, listed, planned, status_words
from cspr_rules.model.sources import section_of
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.decision_report import Block, nothing_owed, opening, printed, which_law

PRESSING: Final = ("overdue", "due_today", "due_now", "due")
"""Statuses of a duty that is told one by one: a day is known, or it is to be done as soon as possible."""
MOST_ASKED: Final = 6
WHOLE: Final = "This is the short form; the full report has every time limit, test, note and disagreement."
UNDECIDED: Final = "Undecided is not no: a duty may follow from the answers."


def text(record: DecisionRecord, title: str | None = None) -> str:
    """Return a record in short as plain text, at most 110 columns wide.

    Args:
        record: The record.
        title: What the case is about.
    """
    return printed(blocks(record, title))


def blocks(record: DecisionRecord, title: str | None = None) -> Iterator[Block]:
    """Yield a record in short, piece by piece."""
    yield from opening(record, title)
    yield from which_law(record)
    yield Block("paragraph", 0, WHOLE)
    yield Block("heading", 2, "What is owed, most pressing first")
    yield from _owed(record)
    yield from _questions(record)
    yield from _caveats(record)


# -- what is owed --------------------------------------------------------------------------------------------------------------------


class _Owed(NamedTuple):
    """A duty, with the children for whom it stands the same."""

    duty: OwedDuty
    children: tuple[int, ...]

    @property
    def verb(self) -> str:
        """Its verb; the source beside it says whose it is."""
        return self.duty.strength.replace("_", " ").upper()

    @property
    def named(self) -> bool:
        """Whether it is named although it has no day: it binds by its own word, or a national source asks that somebody be told."""
        return self.duty.strength in ("must", "must_not") or (bool(self.duty.to) and self.duty.layer != LOCAL)


def _owed(record: DecisionRecord) -> Iterator[Block]:
    if not record.duties:
        yield Block("paragraph", 0, nothing_owed(record))
    duties = _merged(record.duties)
    for each in duties:
        if each.duty.status in PRESSING:
            yield Block("item", 0, _told(each, record))
    waiting, untimed = ([each for each in duties if each.duty.status == status] for status in ("waiting", "untimed"))
    if waiting:
        yield Block("paragraph", 0, "Waiting for a date that is not recorded yet:")
        yield from _drawn_together((each for each in waiting if each.named), record)
        yield from _by_date(each for each in waiting if not each.named)
    told = [each for each in untimed if each.named]
    if told:
        yield Block("paragraph", 0, "No source gives a time for these:")
        yield from _drawn_together(told, record)
    rest = [f"{count} {verb}" for verb, count in Counter(each.verb for each in untimed if not each.named).items()]
    done = len(duties) - sum(each.duty.status in (*PRESSING, "waiting", "untimed") for each in duties)
    lines = [f"{listed(rest)} without a time"] if rest else []
    lines += [f"{done} done or withdrawn"] if done else []
    lines += [f"{len(record.options)} permitted"] if record.options else []
    if lines:
        yield Block("paragraph", 0, f"Only in the full report: {'; '.join(lines)}.")


def _by_date(duties: Iterable[_Owed]) -> Iterator[Block]:
    """Yield, for each date that duties wait for, how many there are."""
    found: dict[str, Counter[str]] = {}
    for each in duties:
        dates = listed(dict.fromkeys(clock.waiting_for for clock in each.duty.clocks if clock.waiting_for))
        found.setdefault(dates, Counter())[each.verb] += 1
    for dates, verbs in found.items():
        yield Block("item", 0, f"for {dates}: {listed(f'{count} {verb}' for verb, count in verbs.items())}, in the full report")


def _merged(duties: Iterable[OwedDuty]) -> list[_Owed]:
    """Return duties in order, those that are alike for several children once."""
    found: dict[tuple[object, ...], tuple[OwedDuty, set[int]]] = {}
    for duty in duties:
        found.setdefault((duty.id, duty.status, duty.plan_for), (duty, set()))[1].update(duty.children)
    return [_Owed(duty, tuple(sorted(children))) for duty, children in found.values()]


def _told(each: _Owed, record: DecisionRecord) -> str:
    duty, name = each.duty, record.ruleset.role_name
    status = status_words(duty.status, timed=duty.plan_for is not None)
    whom = f", to {listed(name(role) for role in duty.to)}" if duty.to else ""
    what = f"{each.verb}: {duty.act}{about(each.children, record)}{planned(duty)} [{status}]"
    return f"{what}. Who: {name(duty.by)}{whom}. Source: {cited(duty.citations, brief=True)}"


def _drawn_together(duties: Iterable[_Owed], record: DecisionRecord) -> Iterator[Block]:
    """Yield one item for each verb: what is asked for, to whom it is owed, and which part of which source asks for it."""
    name = record.ruleset.role_name
    found: dict[str, list[str]] = {}
    for each in duties:
        parts = dict.fromkeys(f"{provision.instrument.short}, {section_of(provision.pinpoint)}" for provision in each.duty.citations)
        whom = f"to {listed(name(role) for role in each.duty.to)}; " if each.duty.to else ""
        found.setdefault(each.verb, []).append(f"{each.duty.act}{about(each.children, record)} ({whom}{'; '.join(parts)})")
    for verb, acts in found.items():
        yield Block("item", 0, f"{verb}: {'; '.join(acts)}")


# -- what to ask, and what not to rely on --------------------------------------------------------------------------------------------


def _questions(record: DecisionRecord) -> Iterator[Block]:
    undecided = sum(decision.outcome == "undetermined" for decision in record.decisions.values())
    if not undecided:
        return
    first = sorted((each for each in record.ask if each.first and each.fact.kind != "step"), key=partial(_national, record), reverse=True)
    yield Block("heading", 2, "What to ask next")
    for question in first[:MOST_ASKED]:
        yield Block("item", 0, f"{question.fact.question}{about(question.children, record)} ({question.fact.id})")
    more = f" {len(first) - MOST_ASKED} more questions stand in the full report." if len(first) > MOST_ASKED else ""
    yield Block("paragraph", 0, f"{undecided} rule{'s are' if undecided != 1 else ' is'} undecided. {UNDECIDED}{more}")


def _national(record: DecisionRecord, question: Question) -> int:
    """Return how many rules of national law an answer could help to settle."""
    return sum(record.decisions[rule].rule.layer != LOCAL for rule in record.settles(question))


def _caveats(record: DecisionRecord) -> Iterator[Block]:
    pressing = dict.fromkeys(each for duty in record.duties if duty.status in PRESSING for each in duty.discrepancies)
    if not (record.unverified or record.discrepancies):
        return
    yield Block("heading", 2, "Before relying on it")
    if record.unverified:
        yield Block("item", 0, f"Unverified text, to be confirmed: {cited(record.unverified, brief=True)}")
    if record.discrepancies:
        those = f"; for what presses: {', '.join(pressing)}" if pressing else ""
        yield Block("item", 0, f"Places where sources disagree, are silent or are unclear: {len(record.discrepancies)}{those}")
