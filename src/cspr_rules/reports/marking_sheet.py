"""Marked answers as a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from cspr_rules.errors import Fault
from cspr_rules.explain.english import counted, listed
from cspr_rules.marking.marks import Marked, Marking
from cspr_rules.marking.one_mark import VERDICTS, Mark, MarkKind, Verdict
from cspr_rules.model.sources import in_words
from cspr_rules.reports.document import Heading, Item, Look, Paragraph, Piece, Span, Table

KINDS: Final[dict[MarkKind, str]] = {
    "outcome": "Rule",
    "duty": "Duty",
    "holder": "Who owes it",
    "recipients": "To whom",
    "strength": "How strongly",
    "times": "How many times",
    "days": "Each source's day",
    "citations": "What it rests on",
    "status": "How it stands",
    "clocks": "Each clock",
    "grounds": "What each part rests on",
    "option": "A choice on a menu",
    "path": "Steps in order",
    "stage": "Stage",
    "question": "To find out",
    "note": "Note",
}
_LOOKS: Final[dict[Verdict, Look]] = {"right": "good", "wrong": "bad", "missed": "open", "unanswered": "open"}


def marking_sheet(cases: Sequence[Marked], unread: Mapping[str, Sequence[Fault]] | None = None) -> Iterator[Piece]:
    """Yield what is to be read: each answer, and why where it is not right; of several cases, only the answers of those with one that is not.

    Args:
        cases: The cases that were marked.
        unread: The files of those that cannot be read, and why.
    """
    yield Heading(1, "Answers, marked")
    yield Paragraph(_totals([each.marking for each in cases]))
    # Of many cases, only those with something to mend are gone through.
    shown = cases if len(cases) == 1 else [each for each in cases if not each.marking.right]
    for name, title, marking in shown:
        record = marking.record
        yield Heading(2, title or name)
        looked = f"{name}; {record.ruleset.profile.title}; looked at from {in_words(record.as_of)}, law of {in_words(record.law_on)}"
        yield Paragraph(f"{looked}. {_totals([marking])}")
        rows = tuple(((Span(VERDICTS[each.verdict], _LOOKS[each.verdict]),), _what(each), each.answered, each.found) for each in marking.marks)
        if rows:
            yield Table("Each answer", ("Mark", "What", "Answered", "The rules say"), rows)
        wrong = [each for each in marking.marks if each.verdict != "right"]
        if wrong:
            yield Heading(3, "Why")
            yield from (Item((Span(f"{_named(each)}:", "strong"), f" {each.because}")) for each in wrong)
    if right := [each for each in cases if each.marking.right and len(cases) > 1]:
        yield Heading(2, "Nothing to mend")
        yield from (Item(f"{each.name}: {counted(len(each.marking.marks), 'answer')}") for each in right)
    if unread:
        yield Heading(2, "Cannot be read")
        yield from (Item(str(fault)) for faults in unread.values() for fault in faults)
    yield Paragraph(
        "This marks answers by the rules as they are encoded, on the facts recorded. Judgements are taken as recorded and are not marked. "
        "It never says that nobody need be told."
    )


def _totals(markings: Iterable[Marking]) -> str:
    counts: Counter[str] = Counter()
    for each in markings:
        counts.update(each.totals)
    said = listed(f"{counts[verdict]} {words}" for verdict, words in VERDICTS.items() if counts[verdict])
    return f"{counted(counts.total(), 'answer')}: {said}." if counts.total() else "No duty is named, and none of these rules makes one owed."


def _what(each: Mark) -> str:
    return f"{KINDS[each.kind]}: {each.title} ({_named(each)})"


def _named(each: Mark) -> str:
    return f"{each.id}, child {each.child}" if each.child else each.id
