"""A register in a file, read as its mapping says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, overload

import numpy as np

from cspr_rules.bulk.frames import Collected, faults_frame
from cspr_rules.bulk.framing import Column, ColumnKind, framed
from cspr_rules.bulk.mapping import RegisterMap, meant, read_mapping, unmapped
from cspr_rules.bulk.numbering import Numbered
from cspr_rules.bulk.register import CellFault, Refused, Register
from cspr_rules.bulk.register_files import Table, read_table
from cspr_rules.errors import CaseError, Fault, shown
from cspr_rules.frame_hook import Backend
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import NOT_YET, FactValue
from cspr_rules.model.vocabulary import Vocabulary
from cspr_rules.travelling import copied_by_parts

_KINDS: dict[str, ColumnKind] = {"yes_no": "yes_no", "one_of": "text", "number": "number", "date": "date"}


@copied_by_parts
class Mapped(NamedTuple):
    """A register with its meaning.

    Attributes:
        table: The register as it stands.
        mapping: What it means.
        columns: By fact, and by heading for the column of the case and those carried over, the cells.
    """

    table: Table
    mapping: RegisterMap
    columns: dict[str, Numbered]

    def register(self, ruleset: Ruleset) -> Register:
        """Return it as cases. What is carried over is no part of them: two rows of a case may differ in it."""
        kept = set(self.mapping.keep) - {self.mapping.case}
        columns = {name: partial(self.columns.__getitem__, name) for name in self.columns if name not in kept}
        return Register(ruleset, columns, len(self.table.rows), self.mapping.case, ())

    def kept(self, rows: Iterable[int]) -> tuple[Any, ...]:
        """Return what the rows of a case hold in the columns that are carried over; where they differ, all of it as text."""
        found = []
        for heading in self.mapping.keep:
            said = list(dict.fromkeys(value for row in rows if (value := self.columns[heading].cell(row)) is not None))
            found.append(said[0] if len(said) == 1 else "; ".join(map(str, said)) or None)
        return tuple(found)

    def placed(self, fault: CellFault) -> CellFault:
        """Return a fault with the row and the heading as the file has them."""
        headings = {column.fact: heading for heading, column in self.mapping.columns.items()}
        row = self.table.rows[fault.row - 1] if fault.row else None
        return CellFault(row, headings.get(fault.column or "", fault.column), fault.message)


def mapped(table: Table, mapping: RegisterMap, vocabulary: Vocabulary) -> Mapped:
    """Return a register with its meaning.

    Raises:
        CaseError: The mapping does not fit the headings, or a heading that is carried over is the name of a fact of another column.
    """
    faults = [Fault(f"{table.name}, {fault.place}", fault.message) for fault in unmapped(mapping, table.columns)]
    if faults:
        raise CaseError(faults)
    facts = vocabulary.by_id
    columns = {each.fact: meant(mapping, each, facts[each.fact], table.columns[heading]) for heading, each in mapping.columns.items()}
    nothing = np.zeros(len(table.rows), np.intp)
    columns |= {fact: Numbered(nothing, [value]) for fact, value in mapping.always.items()}
    for heading in dict.fromkeys((*mapping.keep, *([mapping.case] if mapping.case else []))):
        if heading in columns:
            holders = [f"the column '{shown(other)}' holds" for other, column in mapping.columns.items() if column.fact == heading]
            message = f"this heading is the name of a fact that {holders[0] if holders else 'stands in `always`'}; rename it"
            raise CaseError([Fault(f"{table.name}, column '{shown(heading)}'", message)])
        columns[heading] = table.columns[heading]
    return Mapped(table, mapping, columns)


@overload
def read_register(
    path: str | Path,
    ruleset: Ruleset,
    *,
    mapping: str | Path | RegisterMap,
    sheet: str | None = None,
    backend: Backend = "pandas",
    errors: Literal["raise"] = "raise",
) -> Any: ...
@overload
def read_register(
    path: str | Path,
    ruleset: Ruleset,
    *,
    mapping: str | Path | RegisterMap,
    sheet: str | None = None,
    backend: Backend = "pandas",
    errors: Literal["collect"],
) -> Collected[Any]: ...
def read_register(
    path: str | Path,
    ruleset: Ruleset,
    *,
    mapping: str | Path | RegisterMap,
    sheet: str | None = None,
    backend: Backend = "pandas",
    errors: Literal["raise", "collect"] = "raise",
) -> Any:
    """Return a register in a file as a frame that :func:`cspr_rules.evaluate_frame` takes: a column for each fact, in its own type.

    The frame has the column of the case and those that are kept, too, and ``file_row``: the row of the file, as a spreadsheet counts them.
    A column of dates in which ``not_yet`` is recorded is one of text.

    Args:
        path: A CSV, Excel, Parquet or Feather file.
        ruleset: The rules whose facts it holds.
        mapping: What its columns and cells mean: a mapping file, or what :func:`cspr_rules.bulk.mapping.read_mapping` made of one.
        sheet: The sheet of a workbook; the first one if not given.
        backend: The library that makes the frame.
        errors: ``"raise"`` refuses a register with a cell that cannot be read; ``"collect"`` returns the rows without one, and the faults beside.

    Raises:
        CaseError: The file or the mapping cannot be read or do not fit; or, with ``errors="raise"``, a cell cannot.
        QuestionError: Something that reads or makes it is not installed.
    """
    said = mapping if isinstance(mapping, RegisterMap) else read_mapping(mapping, ruleset.vocabulary)
    found = mapped(read_table(path, sheet), said, ruleset.vocabulary)
    faults = [
        found.placed(CellFault(int(row) + 1, name, cells.values[cells.codes[row]].message))
        for name, cells in found.columns.items()
        for row in np.flatnonzero(np.isin(cells.codes, [code for code, value in enumerate(cells.values) if isinstance(value, Refused)]))
    ]
    faults.sort(key=lambda fault: fault.row or 0)
    if faults and errors == "raise":
        raise CaseError([Fault(f"{found.table.name}, {fault.fault.place}", fault.message) for fault in faults])
    bad = {fault.row for fault in faults}
    rows = [place for place, row in enumerate(found.table.rows) if row not in bad]
    columns = [Column("file_row", "number", [found.table.rows[row] for row in rows])]
    columns += [_column(name, cells, rows, ruleset.vocabulary) for name, cells in found.columns.items()]
    frame = framed(columns, backend)
    return frame if errors == "raise" else Collected(frame, faults_frame(faults, backend))


def _column(name: str, cells: Numbered, rows: Sequence[int], vocabulary: Vocabulary) -> Column:
    """Return a column of a fact in its own type, and any other as text."""
    values = [cells.cell(row) for row in rows]
    fact = vocabulary.by_id.get(name)
    if fact is None:
        return Column(name, "text", [None if value is None else str(value) for value in values])
    if fact.type == "date" and any(value is NOT_YET for value in values):
        return Column(name, "text", [None if value is None else _written(value) for value in values])
    return Column(name, _KINDS[fact.type], values)


def _written(value: FactValue) -> str:
    return NOT_YET.value if value is NOT_YET else str(value)
