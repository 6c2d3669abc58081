"""A screened register for people: what is owed, late, open and perhaps never done, as text or as a page with a chart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final

from cspr_rules.bulk.screening import DONE, LATE, Screened, Screening
from cspr_rules.pictures.bars import outcome_bars
from cspr_rules.reports import writing_html, writing_text
from cspr_rules.reports.document import Drawing, Heading, Item, Paragraph, Piece, Table

MOST_PRINTED: Final = 40
"""How many rows of each table are printed on a terminal; files hold all of them."""
MOST_ON_A_PAGE: Final = 5_000
"""How many rows of each table stand on a page."""
COLUMNS: Final = (
    "reference",
    "row",
    "duty",
    "rule",
    "owed",
    "children",
    "strength",
    "act",
    "by",
    "to",
    "status",
    "plan_for",
    "done_on",
    "nothing_recorded",
    "asks",
    "cites",
)
"""What a row of a screened register says of itself."""


def columns(screening: Screening) -> tuple[str, ...]:
    """Return what a row of a screened register says: :data:`COLUMNS`, and after them the columns that are carried over."""
    found = list(COLUMNS)
    for heading in screening.keep:
        name = heading
        while name in found:
            name += " (register)"
        found.append(name)
    return tuple(found)


def row_of(screening: Screening, each: Screened) -> tuple[Any, ...]:
    """Return a duty as a row of :func:`columns`: text, whole numbers, days, yes or no, or ``None``; what is kept is as the register has it."""
    named, duty = screening.ruleset.role_name, each.duty
    return (
        each.reference,
        each.row,
        duty.id,
        duty.rule_id,
        "owed" if each.owed else "open",
        ", ".join(map(str, each.children)) or None,
        duty.strength,
        duty.act,
        named(duty.by),
        "; ".join(map(named, duty.to)) or None,
        each.status,
        duty.plan_for,
        duty.recorded_on,
        each.never,
        "; ".join(each.asks) or None,
        "; ".join(provision.key for provision in duty.citations) or None,
        *each.kept,
    )


def totals(screening: Screening) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return how often each duty stands how, as headings and rows."""
    duties = list(dict.fromkeys(each.duty.id for each in screening.found))
    rows: list[tuple[str, ...]] = [
        (
            duty,
            str(screening.number(duty, lambda each: each.owed)),
            str(screening.number(duty, lambda each: each.owed and each.duty.status in DONE)),
            str(screening.number(duty, lambda each: each.owed and each.late)),
            str(screening.number(duty, lambda each: not each.owed)),
            str(screening.number(duty, lambda each: each.never)),
        )
        for duty in duties
    ]
    return ("duty", "owed", "of these done", "of these late", "open", "owed or open, nothing recorded as done"), rows


def sheet(screening: Screening, most: int = MOST_PRINTED) -> Iterator[Piece]:
    """Yield a screened register as pieces of a sheet.

    Args:
        screening: What it came to.
        most: How many rows of each table are shown.
    """
    ruleset = screening.ruleset
    yield Heading(1, f"Screening of {screening.source}")
    yield Paragraph(
        f"Looked at from {_day(screening.as_of)} under the rules of {ruleset.profile.title} ({ruleset.digest[:16]}). "
        "It supports the people who decide. A rule that is not met is not met on what the register holds; that never says that nobody need be told."
    )
    yield Item(f"{screening.rows} rows, {screening.cases} cases decided")
    yield Item(f"{screening.refused} cases or rows in which something is wrong; they are not decided and listed at the end")
    if screening.cases:
        yield Drawing(lambda: outcome_bars("Cases by outcome", screening.outcomes).figure())
    outcomes = tuple((rule, *(str(found[each]) for each in _WORDS)) for rule, found in screening.outcomes.items())
    yield Table("Outcomes", ("rule", *_WORDS), outcomes)
    headings, rows = totals(screening)
    if rows:
        yield Table("Duties", headings, tuple(rows))
    uncounted = [each for each in screening.found if each.owed and each.uncounted]
    late = [each for each in screening.found if each.owed and each.late and not each.uncounted]
    owed = [each for each in screening.found if each.owed and each.duty.status not in (*LATE, *DONE, "withdrawn") and not each.uncounted]
    never = [each for each in screening.found if each.never and not each.owed]
    known = [each for each in screening.found if not each.never and not each.owed]
    yield from _listed(screening, "Late", "Done late, or overdue and nothing recorded as done.", late, most)
    yield from _listed(screening, "Not known to count", "Something is recorded as done; what is asked settles whether it counts.", uncounted, most)
    yield from _listed(screening, "Owed", "The rule is met and nothing is recorded as done.", owed, most)
    yield from _listed(
        screening,
        "Perhaps never done",
        "The rule is open and nothing is recorded as done. The day is that by which it would be due if the rule were met; what is asked settles it.",
        never,
        most,
    )
    yield from _listed(screening, "Done, though the rule is open", "Something is recorded as done, and what would ground it is not.", known, most)
    if screening.faults:
        yield Heading(2, "What is wrong")
        shown = screening.faults[:most]
        rows = [("" if each.row is None else str(each.row), each.column or "", each.message) for each in shown]
        yield Table(f"Faults, {_of(len(shown), len(screening.faults))}", ("row", "column", "what is wrong"), tuple(rows))


_WORDS: Final = ("met", "undetermined", "not_met", "not_in_force")


def _listed(screening: Screening, title: str, meaning: str, found: Sequence[Screened], most: int) -> Iterator[Piece]:
    if not found:
        return
    yield Heading(2, title)
    yield Paragraph(meaning)
    shown = sorted(found, key=lambda each: (each.duty.plan_for or date.max, each.row))[:most]
    rows = tuple(_row(each) for each in shown)
    yield Table(f"{title}, {_of(len(shown), len(found))}", ("case", "row", "duty", "children", "status", "day to plan for", "done on", "asks"), rows)


def _row(each: Screened) -> tuple[str, ...]:
    duty = each.duty
    asks = "; ".join(each.asks[:6]) + (f"; and {len(each.asks) - 6} more" if len(each.asks) > 6 else "")
    return (
        each.reference or "",
        str(each.row),
        duty.id,
        ", ".join(map(str, each.children)),
        each.status,
        _day(duty.plan_for),
        _day(duty.recorded_on),
        asks,
    )


def _of(shown: int, every: int) -> str:
    return f"{every} in all" if shown == every else f"the first {shown} of {every}"


def _day(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def text(screening: Screening) -> str:
    """Return a screened register as plain text."""
    return writing_text.text(sheet(screening), writing_text.paper())


def html(screening: Screening) -> str:
    """Return a screened register as one page with a chart."""
    pieces: Iterable[Piece] = sheet(screening, MOST_ON_A_PAGE)
    return writing_html.page(pieces, f"Screening of {screening.source}")
