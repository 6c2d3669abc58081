"""A register as somebody saves it: CSV, Excel, Parquet or Feather, read as it stands. What its cells mean is said by a mapping file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.bulk.framing import read_columns
from cspr_rules.bulk.numbering import Numbered, one_by_one
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError, did_you_mean, shown

MOST_BYTES: Final = 500_000_000
"""How large a file, or what is packed into it, may be."""
MOST_COLUMNS: Final = 2_000
_DELIMITERS: Final = ",;\t|"


class Table(NamedTuple):
    """A register as it stands.

    Attributes:
        name: The file's name.
        columns: Its columns by their headings, in order.
        rows: For each row that is not blank, its number as a spreadsheet counts it: the heading is the first.
    """

    name: str
    columns: dict[str, Numbered]
    rows: list[int]


def read_table(path: str | Path, sheet: str | None = None) -> Table:
    """Return the table in a file: ``.csv``, ``.tsv`` or ``.txt``, ``.xlsx`` or ``.xlsm``, ``.parquet``, or ``.feather`` or ``.arrow``.

    Args:
        path: The file.
        sheet: The sheet of a workbook; the first one if not given.

    Raises:
        CaseError: The file cannot be read, or two of its columns have the same heading.
        QuestionError: It is of another kind, there is no such sheet, or what reads it is not installed.
    """
    path = Path(path)
    kind = path.suffix.casefold()
    if sheet is not None and kind not in (".xlsx", ".xlsm"):
        raise QuestionError([Fault(path.name, "only a workbook has sheets")])
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _unreadable(path, f"it is larger than {MOST_BYTES // 1_000_000} MB")
        match kind:
            case ".csv" | ".tsv" | ".txt":
                return _table(path, _csv_rows(path))
            case ".xlsx" | ".xlsm":
                return _table(path, _workbook_rows(path, sheet))
            case ".parquet" | ".feather" | ".arrow":
                columns = read_columns(path)
                return Table(path.name, columns, list(range(2, 2 + max([len(each.codes) for each in columns.values()], default=0))))
    except OSError as error:
        raise _unreadable(path, error.strerror or "no reason given") from None
    hint = "; save it as .xlsx or .csv" if kind in (".xls", ".ods", ".xlsb") else ""
    raise QuestionError([Fault(path.name, f"expected a file that ends in .csv, .xlsx, .parquet or .feather{hint}")])


def _unreadable(path: Path, why: str) -> CaseError:
    return CaseError([Fault(path.name, f"this cannot be read: {why}")])


def _table(path: Path, rows: Iterable[tuple[int, Sequence[Any]]]) -> Table:
    """Return rows as columns; the first that is not blank is the heading."""
    cells: list[list[Any]] = []
    numbers: list[int] = []
    names: list[str] = []
    faults: list[Fault] = []
    for number, row in rows:
        if not row:  # a sheet of which the last row is formatted has a million of them
            continue
        values = [None if isinstance(value, str) and not value.strip() else value for value in row]
        if all(value is None for value in values):
            continue
        if not names:
            while values and values[-1] is None:
                values.pop()
            names = ["" if value is None else " ".join(str(value).split()) for value in values]
            if len(names) > MOST_COLUMNS:
                raise _unreadable(path, f"it has more than {MOST_COLUMNS} columns")
            faults += [
                Fault(path.name, f"two columns have the heading '{shown(name)}'") for name in dict.fromkeys(names) if name and names.count(name) > 1
            ]
            cells = [[] for _ in names]
            continue
        numbers.append(number)
        beyond = [value for value in values[len(names) :] if value is not None]
        if beyond:
            faults.append(Fault(f"{path.name}, row {number}", "it has more cells than there are headings"))
        for place, column in enumerate(cells):
            column.append(values[place] if place < len(values) else None)
    for place, name in enumerate(names):
        if not name and any(value is not None for value in cells[place]):
            faults.append(Fault(path.name, f"column {place + 1} has cells and no heading"))
    if not names:
        faults.append(Fault(path.name, "expected a row of headings and rows below it; it is empty"))
    if faults:
        raise CaseError(faults)
    return Table(path.name, {name: one_by_one(column) for name, column in zip(names, cells, strict=True) if name}, numbers)


def _csv_rows(path: Path) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the rows of a CSV file in the encodings and with the delimiters that spreadsheets use."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", errors="replace")
    else:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    heading = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(_DELIMITERS, key=heading.count)
    try:
        yield from enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), start=1)
    except csv.Error as error:
        raise _unreadable(path, f"{error}; is a quotation mark left open?") from None


def _workbook_rows(path: Path, sheet: str | None) -> Iterator[tuple[int, Sequence[Any]]]:
    """Yield the rows of a sheet: what its formulas last came to, never the formulas."""
    try:
        import openpyxl
    except ImportError:
        raise QuestionError([Fault(path.name, "a workbook needs the package openpyxl: `pip install 'cspr-rules[register]'`")]) from None
    try:
        _small_enough(path)
        with path.open("rb") as file:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True)
            chosen = book[_sheet_name(path, sheet, book.sheetnames)]
            chosen.reset_dimensions()  # what a file says of its own size need not be so
            yield from enumerate(chosen.iter_rows(values_only=True), start=1)
    except (CsprRulesError, OSError):
        raise
    except Exception as error:
        # A workbook is a folder of XML files, and openpyxl lets through, as it comes, whatever is wrong with any of them.
        raise _unreadable(path, f"it is no workbook, or a damaged one ({type(error).__name__})") from None


def _small_enough(path: Path) -> None:
    with zipfile.ZipFile(path) as packed:
        if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
            raise _unreadable(path, f"what is packed into it is larger than {MOST_BYTES // 1_000_000} MB")


def _sheet_name(path: Path, sheet: str | None, names: Sequence[str]) -> str:
    if sheet is not None and sheet not in names:
        raise QuestionError([Fault(path.name, f"there is no sheet called '{shown(sheet)}'{did_you_mean(sheet, names)}")])
    return sheet or names[0]
