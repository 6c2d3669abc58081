"""More cases than memory holds, or on many machines: record batches of Arrow in, record batches out, some ten thousand rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, Literal, NamedTuple

from cspr_rules.bulk.frames import Answered, Asking, answered, asking, refuse
from cspr_rules.bulk.framing import Given, arrow
from cspr_rules.errors import ArgumentError, CaseError, Fault, QuestionError, did_you_mean, shown
from cspr_rules.frame_hook import Each
from cspr_rules.model import doors
from cspr_rules.model.ruleset import Ruleset

AT_ONCE: Final = 65_536
"""How many rows are decided together: smaller batches are gathered, larger ones cut. The formulas are made ready once for each such piece."""
FAULTS: Final = "faults"
"""The column that says what is wrong in a case, where faults are told in the answers."""


def evaluate_batches(
    batches: Iterable[Any],
    ruleset: Ruleset,
    *,
    as_of: date,
    law_on: date | None = None,
    case: str | None = None,
    keep: Sequence[str] = (),
    rules: Sequence[str] | None = None,
    each: Each = "case",
    columns: Sequence[str] | None = None,
    errors: Literal["raise", "tell"] = "raise",
) -> Iterator[Any]:
    """Decide every rule on every case of a stream of record batches, in memory that does not grow with it.

    The answers are those of :func:`cspr_rules.evaluate_frame` about the whole register, in the order of the stream. A stream without rows is answered
    by at most one batch without rows, which has the columns and types that every answer has.

    Args:
        batches: Record batches of pyarrow with the same columns: a list, a ``RecordBatchReader``, or what Spark hands to ``mapInArrow``.
        ruleset: The rules.
        as_of: The day to look from, for every case.
        law_on: The day whose law is read, for every case. By default each incident's own day, and ``as_of`` where that is not recorded.
        case: The column that says which case a row belongs to. The rows have to be sorted by it, so that those of a case stand together.
        keep: Columns to be carried over as they are.
        rules: The rules to be shown, or groups of rules; all if not given.
        each: What a row of the answer is of: ``"case"``, ``"decision"`` or ``"duty"``.
        columns: Which of the columns that such a row has are shown, those of rules apart; all if not given.
        errors: ``"raise"`` ends at the first piece of the stream in which anything is wrong; ``"tell"`` adds a column ``faults`` of text, and a case
            in which something is wrong has one row, which says what and has no outcomes.

    Yields:
        Record batches, each of some ten thousand cases.

    Raises:
        ArgumentError: An argument is of another type.
        CaseError: A column is no fact; with ``errors="raise"``, a value is none of its fact or a case cannot be so; the rows are not sorted by case.
        QuestionError: There is no such rule or column, or pyarrow, narwhals or NumPy is not installed.
    """
    if errors not in ("raise", "tell"):
        raise QuestionError([Fault("errors", f"expected 'raise' or 'tell'{did_you_mean(str(errors), ('raise', 'tell'))}")])
    if not isinstance(batches, Iterable):
        raise ArgumentError([Fault("batches", f"expected record batches of pyarrow, several of them, but it is {doors.described(batches)}")])
    asked = asking(ruleset, as_of, law_on, case, keep, rules, each, columns)
    if errors == "tell" and FAULTS in keep:
        raise QuestionError([Fault("keep", f"the answer has a column '{FAULTS}' of its own; rename yours")])
    return _answers(_pieces(iter(batches), case), asked, telling=errors == "tell")


class _Piece(NamedTuple):
    """Some rows of a stream as a table, those of a case all together; and the number of the first."""

    table: Any
    first: int


def _answers(pieces: Iterator[_Piece], asked: Asking, *, telling: bool) -> Iterator[Any]:
    for table, first in pieces:
        given = Given(table)
        found = answered(given, asked, first)
        if telling:
            made = _told(found, given, table, asked, first)
        else:
            refuse(found.faults)
            made = found.answers
        yield from made.combine_chunks().to_batches() or [arrow().RecordBatch.from_pylist([], made.schema)]


def _told(found: Answered, given: Given, table: Any, asked: Asking, first: int) -> Any:
    """Return the answers with a row for each case in which something is wrong, and the column that says what, in the order of the table."""
    pa = arrow()
    keys = table.column(asked.case).to_pylist() if asked.case else [None] * len(table)
    start: dict[Any, int] = {}
    told: dict[int, list[str]] = {}
    for row, key in enumerate(keys):
        start.setdefault(str(key), row)
    for fault in found.faults:
        row = (fault.row or first) - first
        of_a_case = keys[row] is not None and str(keys[row]).strip()
        told.setdefault(start[str(keys[row])] if of_a_case else row, []).append(str(fault._replace(row=None).fault))
    rows = sorted(told)
    own = {"row": pa.array([row + first for row in rows], pa.int64()), FAULTS: pa.array(["; ".join(told[row]) for row in rows], pa.string())}
    sound = found.answers.append_column(FAULTS, pa.nulls(len(found.answers), pa.string()))
    kept = table.take(pa.array(rows, pa.int64()))
    columns = [
        kept.column(field.name) if field.name in (asked.case, *asked.keep) else own.get(field.name, pa.nulls(len(rows), field.type))
        for field in sound.schema
    ]
    order = sorted(range(len(sound) + len(rows)), key=[*found.starts, *rows].__getitem__)
    return pa.concat_tables([sound, pa.table(columns, schema=sound.schema)]).take(pa.array(order, pa.int64()))


def _pieces(batches: Iterator[Any], case: str | None) -> Iterator[_Piece]:
    """Yield the rows of a stream, about :data:`AT_ONCE` at a time."""
    pa = arrow()
    held: list[Any] = []
    rows, first, sorting = 0, 1, _Sorted(case) if case is not None else None
    for batch in batches:
        if not isinstance(batch, pa.RecordBatch):
            hint = "; evaluate_frame takes a whole table, and its .to_batches() are batches" if isinstance(batch, pa.Table) else ""
            raise ArgumentError([Fault("batches", f"expected record batches of pyarrow, but one is {doors.described(batch)}{hint}")])
        if held and not batch.schema.equals(held[0].schema):
            raise CaseError([Fault(f"row {first + rows}", "from here the columns of the stream are not those of the rows before")])
        for start in range(0, len(batch) or 1, AT_ONCE):
            held.append(batch.slice(start, AT_ONCE))
            rows += len(held[-1])
            if rows < AT_ONCE:
                continue
            table = pa.Table.from_batches(held)
            end = sorting.whole(table, first) if sorting else rows
            yield _Piece(table.slice(0, end), first)
            first, rows = first + end, rows - end
            held = [batch.slice(0, 0), *table.slice(end).to_batches()]
    if held and (rows or first == 1):
        table = pa.Table.from_batches(held)
        if sorting:
            sorting.whole(table, first)
        yield _Piece(table, first)


class _Sorted:
    """Looks whether the rows of a stream are sorted by case, and where the last case begins, which may go on in the rows to come.

    Args:
        case: The column that says which case a row belongs to.
    """

    def __init__(self, case: str) -> None:
        self.case = case
        self._last: Any = None
        self._ended = False

    def whole(self, table: Any, first: int) -> int:
        """Return how many rows of a table belong to cases that have ended; the next table has to begin with the others.

        Raises:
            CaseError: The rows are not sorted by their case, or those of one case are too many to be held.
        """
        keys = table.column(self.case).to_pylist() if self.case in table.column_names else ()
        end = 0
        for row, key in enumerate(keys):
            if not isinstance(key, str | int | date):  # it belongs to no case
                end, self._ended = row + 1, self._last is not None
            elif self._last is None or key > self._last:
                end, self._last, self._ended = row, key, False
            elif key < self._last or self._ended:
                message = "this belongs to a case above: sort the rows by it, so that those of one case stand together"
                raise CaseError([Fault(f"row {first + row}, column '{shown(self.case)}'", message)])
        if not end and len(table) >= AT_ONCE and keys:
            raise CaseError([Fault(f"row {first}, column '{shown(self.case)}'", f"more than {AT_ONCE} rows belong to one case")])
        return end if keys else len(table)
