"""A screened register as a file: CSV, a workbook or a page. No cell of it is ever a formula."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from cspr_rules.bulk.screening import Screening
from cspr_rules.errors import Fault, QuestionError
from cspr_rules.reports.screened import COLUMNS, html, row_of, totals

SUFFIXES: Final = (".csv", ".xlsx", ".html")
_FORMULA: Final = "=+-@\t\r|%＝＋－＠"
"""What a cell begins with that some spreadsheet takes for a formula or a command."""
_DAY: Final = "dd/mm/yyyy"
_MODIFIED: Final = re.compile(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>")
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def save(screening: Screening, path: Path) -> tuple[Path, ...]:
    """Write a screened register, and return the files that were written.

    ``.xlsx`` is a workbook with sheets for the duties, the totals and the faults; ``.html`` a page. Beside a ``.csv`` file with the duties stands
    ``NAME-faults.csv`` if there are faults.

    Raises:
        QuestionError: The name ends in none of these, or what writes it is not installed.
        OSError: It cannot be written.
    """
    kind = path.suffix.casefold()
    if kind not in SUFFIXES:
        raise QuestionError([Fault(path.name, f"expected a name that ends in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")])
    found = [row_of(screening, each) for each in screening.found]
    faults = [tuple(fault) for fault in screening.faults]
    if kind == ".html":
        path.write_text(html(screening), encoding="utf-8")
        return (path,)
    if kind == ".xlsx":
        path.write_bytes(_workbook([("Duties", COLUMNS, found), ("Totals", *totals(screening)), ("Faults", _FAULTS, faults)], path))
        return (path,)
    path.write_text(csv_text(COLUMNS, found), encoding="utf-8-sig", newline="")
    if not faults:
        return (path,)
    beside = path.with_name(f"{path.stem}-faults.csv")
    beside.write_text(csv_text(_FAULTS, faults), encoding="utf-8-sig", newline="")
    return path, beside


_FAULTS: Final = ("row", "column", "message")


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return rows as CSV: days as YYYY-MM-DD, and text that a spreadsheet would take for a formula after an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
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
    except ImportError:
        raise QuestionError([Fault(path.name, "a workbook needs the package openpyxl: `pip install 'cspr-rules[register]'`")]) from None
    book = Workbook(write_only=True)
    bold = Font(bold=True)
    for title, columns, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for place, column in enumerate(columns):
            sheet.column_dimensions[chr(ord("A") + place)].width = max(12, min(40, len(column) + 4))
        head = []
        for column in columns:
            cell = WriteOnlyCell(sheet, column)
            cell.font = bold
            head.append(cell)
        sheet.append(head)
        for row in rows:
            sheet.append([_cell(WriteOnlyCell, sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return _same_every_time(out.getvalue())


def _cell(make: Any, sheet: Any, value: Any) -> Any:
    if isinstance(value, str):
        clean = _NOT_IN_XML.sub("\ufffd", value)
        if clean[:1] not in _FORMULA or not clean:
            return clean
        cell = make(sheet, clean)
        cell.data_type = "s"  # text, whatever it begins with
        cell.quotePrefix = True  # and still text when somebody edits it
        return cell
    if isinstance(value, date):
        cell = make(sheet, value)
        cell.number_format = _DAY
        return cell
    return value


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
