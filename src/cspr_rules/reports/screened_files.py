"""A screened register as a file: CSV, a workbook, Parquet or a page. No cell of it is ever a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from cspr_rules.bulk.framing import Column, ColumnKind, write_parquet
from cspr_rules.bulk.screening import Screening
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.reports.screened import columns, html, row_of, totals

SUFFIXES: Final = (".csv", ".xlsx", ".parquet", ".html")
_FORMULA: Final = "=+-@\t\r|%＝＋－＠"
"""What a cell begins with that some spreadsheet takes for a formula or a command."""
_DAY: Final = "dd/mm/yyyy"
_MODIFIED: Final = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_FIRST_YEAR: Final = 1900
"""Before it a spreadsheet has no days."""
_MOST_EXACT: Final = 10**15
"""From here on a spreadsheet rounds whole numbers."""
_ESCAPED: Final = re.compile("_x(?=[0-9A-Fa-f]{4}_)")
"""How a workbook writes a character by its number; what a register holds is meant as it stands."""
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def save(screening: Screening, path: Path) -> tuple[Path, ...]:
    """Write a screened register, and return the files that were written.

    ``.xlsx`` is a workbook with sheets for the duties, the totals and the faults; ``.html`` a page. ``.csv`` and ``.parquet`` hold the duties, and
    beside such a file stands one with ``-faults`` after its name if there are faults.

    Raises:
        QuestionError: The name ends in none of these, or what writes it is not installed.
        OSError: It cannot be written.
    """
    kind = path.suffix.casefold()
    if kind not in SUFFIXES:
        raise QuestionError([Fault(path.name, f"expected a name that ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")])
    found = [tuple(map(_cell_of, row_of(screening, each))) for each in screening.found]
    faults = [tuple(fault) for fault in screening.faults]
    if kind == ".html":
        path.write_text(html(screening), encoding="utf-8")
        return (path,)
    if kind == ".xlsx":
        path.write_bytes(_workbook([("Duties", columns(screening), found), ("Totals", *totals(screening)), ("Faults", _FAULTS, faults)], path))
        return (path,)
    write = _write_csv if kind == ".csv" else _write_parquet
    write(path, columns(screening), found)
    if not faults:
        return (path,)
    beside = path.with_name(f"{path.stem}-faults{path.suffix}")
    write(beside, _FAULTS, faults)
    return path, beside


_FAULTS: Final = ("row", "column", "message")


def _cell_of(value: Any) -> Any:
    """Return what a cell of a register may be carried over as: text, a number that a spreadsheet holds exactly, a day, yes or no, or ``None``."""
    if isinstance(value, bool) or value is None or (type(value) is date and value.year >= _FIRST_YEAR):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < _MOST_EXACT else str(value)  # not a number is not less than any
    return str(value)


def _write_csv(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    path.write_text(csv_text(names, rows), encoding="utf-8-sig", newline="")


def _write_parquet(path: Path, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    write_parquet([_typed(name, [row[place] for row in rows]) for place, name in enumerate(names)], path)


def _typed(name: str, values: Sequence[Any]) -> Column:
    """Return a column of its own type, or of text where not all of its values are of one."""
    kinds: dict[type, ColumnKind] = {bool: "yes_no", int: "number", date: "date"}
    types = {type(value) for value in values if value is not None}
    kind = kinds.get(types.pop()) if len(types) == 1 else None
    if kind is not None:
        return Column(name, kind, values)
    return Column(name, "text", [None if value is None else _NOT_IN_XML.sub("\ufffd", str(value)) for value in values])


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV: days as YYYY-MM-DD, and text that a spreadsheet would take for a formula after an apostrophe, headings too."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_harmless(name) for name in names])
    writer.writerows([_harmless(value) for value in row] for row in rows)
    return out.getvalue()


def _harmless(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        clean = value.replace("\x00", "\ufffd")
        return f"'{clean}" if clean.lstrip(" \n")[:1] and clean.lstrip(" \n")[0] in _FORMULA else clean
    return "" if value is None else value.isoformat() if isinstance(value, date) else value


def _workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]], path: Path) -> bytes:
    try:
        from openpyxl import Workbook
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font
        from openpyxl.utils import get_column_letter
    except ImportError:
        raise QuestionError([Fault(path.name, "a workbook needs the package openpyxl: `pip install 'cspr-rules[register]'`")]) from None
    book = Workbook(write_only=True)
    bold = Font(bold=True)
    for title, names, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, name in enumerate(names, start=1):
            longest = max([len(name), *(len(str(row[place - 1])) for row in rows)])
            sheet.column_dimensions[get_column_letter(place)].width = max(8, min(44, longest + 2))
        head = [_cell(WriteOnlyCell, sheet, name) for name in names]
        for cell in head:
            cell.font = bold
        sheet.append(head)
        for row in rows:
            sheet.append([_cell(WriteOnlyCell, sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return _same_every_time(out.getvalue())


def _cell(make: Any, sheet: Any, value: Any) -> Any:
    """Return a value as a cell of a sheet; text stays text whatever it says, also when somebody edits it."""
    text = _ESCAPED.sub("_x005F_x", _NOT_IN_XML.sub("\ufffd", value)) if isinstance(value, str) else None
    cell = make(sheet, value if text is None else text)
    if text is not None:
        cell.data_type = "s"
        cell.quotePrefix = text[:1] != "" and text[0] in _FORMULA
    elif isinstance(value, date):
        cell.number_format = _DAY
    return cell


def _same_every_time(book: bytes) -> bytes:
    """Return a workbook without the time at which it was written, so that the same answer is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            content = given.read(part)
            if part.filename == "docProps/core.xml":
                content = _MODIFIED.sub(b"", content)
            made.writestr(zipfile.ZipInfo(part.filename, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
