"""Totals over many audits, by duty and month, with small numbers left out: fit to be passed on, for no single case can be picked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.casework.audit import FATES, fate
from cspr_rules.casework.replay import Replay
from cspr_rules.model.sources import in_words
from cspr_rules.reports.sheets import Heading, Paragraph, Piece, Table

SMALL: Final = 5
"""Counts from 1 to one less than this are not shown in totals."""

Shown: TypeAlias = int | None
"""A count, or ``None`` where showing it could point to single cases."""


class Total(NamedTuple):
    """What became of one duty whose day fell in one month, over all cases.

    Attributes:
        month: ``YYYY-MM``: the month of the day to plan for.
        duty: The duty's id.
        act: What is to be done.
        total: How many there were.
        counts: How many of them for each of :data:`FATES`.
    """

    month: str
    duty: str
    act: str
    total: Shown
    counts: tuple[Shown, ...]


def totals(replays: Iterable[Replay]) -> tuple[Total, ...]:
    """Return totals by duty and month with small numbers left out, so that no single case can be picked out.

    Only duties that had a date count. No sums over rows are given, because a sum less the numbers shown would give the number left out; for the
    same reason, where one month of a duty is left out, its next smallest is too.
    """
    counted: dict[tuple[str, str], list[int]] = {}
    acts: dict[str, str] = {}
    left_out: set[tuple[str, str]] = set()
    for replay in replays:
        for life in replay.lives:
            if life.duty.plan_for:
                acts.setdefault(life.duty.id, life.duty.act)
                counted.setdefault((f"{life.duty.plan_for:%Y-%m}", life.duty.id), [0] * len(FATES))[FATES.index(fate(life))] += 1
    alone = {duty for duty in acts if sum(_small(counts) for (_, each), counts in counted.items() if each == duty) == 1}
    for duty in alone:
        # Other duties of the same cases tell how many there were over all months, so one month must not be the only one left out.
        rest = [(sum(counts), month) for (month, each), counts in counted.items() if each == duty and not _small(counts)]
        left_out.update({(min(rest)[1], duty)} if rest else ())
    found = []
    for (month, duty), counts in sorted(counted.items()):
        total, shown = (None, (None,) * len(FATES)) if (month, duty) in left_out else suppressed(tuple(counts))
        found.append(Total(month, duty, acts[duty], total, shown))
    return tuple(found)


def _small(counts: Sequence[int]) -> bool:
    return 0 < sum(counts) < SMALL


def suppressed(counts: tuple[int, ...]) -> tuple[Shown, tuple[Shown, ...]]:
    """Return a sum and its parts with small numbers left out.

    A sum under :data:`SMALL` is left out with all its parts, noughts included. Otherwise each part from 1 to :data:`SMALL` less 1 is left out,
    and then further parts, the smallest first, until at least two are left out and those come to :data:`SMALL` or more together. What was left
    out can then not be worked out from what is shown: ``tests/casework/test_audit.py`` tries every table.
    """
    total = sum(counts)
    if 0 < total < SMALL:
        return None, tuple(None for _ in counts)
    hidden = {index for index, count in enumerate(counts) if 0 < count < SMALL}
    while hidden and (len(hidden) < 2 or sum(counts[index] for index in hidden) < SMALL):
        left = [index for index in range(len(counts)) if index not in hidden]
        hidden.add(min(left, key=lambda index: (counts[index] == 0, counts[index], index)))
    return total, tuple(None if index in hidden else count for index, count in enumerate(counts))


def sheet(replays: Sequence[Replay], as_of: date) -> Iterator[Piece]:
    """Yield totals as a sheet that can be passed on: no case, no title and no small number is in it."""
    yield Heading(1, f"What became of duties with a date, up to {in_words(as_of)}")
    cases = str(len(replays)) if len(replays) >= SMALL else f"fewer than {SMALL}"
    yield Paragraph(
        f"Cases: {cases}. Numbers from 1 to {SMALL - 1} are not shown ('*'), nor are others from which they could be worked out. Late means late by "
        "at least one source. 'Other' is withdrawn, superseded or done too soon."
    )
    found = totals(replays)
    lines = tuple((total.month, total.duty, *("*" if count is None else str(count) for count in (total.total, *total.counts))) for total in found)
    if lines:
        yield Table("By the month of the day to plan for, and by duty", ("Month", "Duty", "All", *(each.capitalize() for each in FATES)), lines)
    else:
        yield Paragraph("No duty with a date arose.")


def plain(replays: Sequence[Replay], as_of: date) -> dict[str, Any]:
    """Return totals as plain values; ``null`` is a number that is not shown."""
    return {
        "schema": "cspr-rules/audit-totals/1",
        "as_of": as_of.isoformat(),
        "cases": len(replays) if len(replays) >= SMALL else None,
        "rows": [
            {"month": total.month, "duty": total.duty, "all": total.total, **dict(zip(FATES, total.counts, strict=True))} for total in totals(replays)
        ],
    }
