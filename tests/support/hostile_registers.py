"""Hostile registers and mapping files, and what no answer about one may hold: a cell that a spreadsheet takes for a formula."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet

from cspr_rules.bulk.guessing import proposed
from cspr_rules.bulk.mapped import mapped
from cspr_rules.bulk.mapping import mapping_from
from cspr_rules.bulk.register_files import Table, read_table
from cspr_rules.bulk.screening import Screening, screen
from cspr_rules.loading.reading import read_bytes
from cspr_rules.reports.screened_files import save
from tests.support.hostile_doors import AS_OF, Door, Through, Unsound, rules
from tests.support.mangling import mutated, pierced

FORMULAS: Final = (
    "=1+1", '=HYPERLINK("http://x";"y")', "+1", "-1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "|calc", "%0A", "＝1", "＋1", "＠x", "=\x00",
    "_x003D_1+1", "'=1", '"=1"', ";=1", ",=1", "\ufeff=1", "=cmd|' /C calc'!A0", "{=1}", "#REF!", "1\n=2",
)  # fmt: skip
_BEGINS: Final = "=+-@\t\r|%＝＋－＠"
_ODD: Final[tuple[Any, ...]] = (
    None, "", " ", "n/k", "yes", "No", "TRUE", 0, 1, -1, 3.0, 3.5, 1e300, 10**20, 45378, 45378.5, True, False, date(2024, 3, 27), date(1800, 1, 1),
    datetime(2024, 3, 27), datetime(2024, 3, 27, 14, 30), time(9, 5), timedelta(hours=30), "27/03/2024", "03/27/2024", "27/03/24", "March 2024",
    "31/02/2024", "not yet", "under 18", "x" * 40_000, "é🙂\u202e", "\ud7ff", "1004", "1005 ", " 1005", "1005\u00a0", "unknown", "NaN", "=A1", "#N/A",
)  # fmt: skip
HEADINGS: Final = ("Case ref", "Date aware", "Incident", "Place", "Died?", "Harmed", "Age", "View", "Sent", "Team", "Note")
ROWS: Final[tuple[tuple[Any, ...], ...]] = (
    ("1001", "27/03/2024", "26/03/2024", "in area", "Yes", "", "3", "suspected", "28/03/2024", "East", ""),
    ("1002", "2024-03-27", "26 March 2024", "in_area", "TRUE", "no", "3", "Suspected", "", "West", "-"),
    ("1003", "45378", "26/03/2024", "in_area", "no", "n/k", "3", "suspected", "", "West", ""),
    ("1004", "27/03/2024", "26-Mar-2024", "in_area", "no", "yes", "9", "neither", "", "=1+1", ""),
    ("1005", "30.03.2024", "26/03/2024", "in_area", "no", "YES", "9", "known", "01/04/2024", "East", ""),
    ("1005", "", "", "", "no", "no", "4", "neither", "", "East", ""),
)
YES: Final = {"yes": True, "no": False}
MAPPING: Final[dict[str, Any]] = {
    "case": "Case ref", "keep": ["Team"], "ignore": ["Note"], "days": "day_first", "serial_days": True, "blank": ["n/k"],
    "always": {"notification.kind": "safeguarding"},
    "columns": {
        "Date aware": "incident.authority_aware_on", "Incident": "incident.occurred_on", "Age": "child.age_at_harm",
        "Place": {"fact": "child.place_of_harm", "values": {"in area": "in_area"}}, "Died?": {"fact": "child.died", "values": YES},
        "Harmed": {"fact": "child.seriously_harmed", "values": YES}, "View": "concern.authority_view", "Sent": "notification.sent_on",
    },
}  # fmt: skip


def spoilt(chance: random.Random) -> tuple[list[Any], list[list[Any]], dict[str, Any]]:
    """Return headings, rows and a mapping that fits them, with cells, headings and whole rows that are not what they should be."""
    headings: list[Any] = list(HEADINGS)
    mapping = json.loads(json.dumps(MAPPING))
    rows = [list(row) for row in ROWS]
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(headings))
        new = str(chance.choice((*FORMULAS, "Row", "row", "duty", "status", "reference", "child.died", "x" * 300)))
        old, headings[place] = headings[place], new
        mapping = json.loads(json.dumps(mapping).replace(json.dumps(old), json.dumps(new)))
    for _ in range(chance.randint(1, 12)):
        row = chance.choice(rows)
        row[chance.randrange(len(row))] = chance.choice((*FORMULAS, *_ODD))
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        match chance.randrange(5):
            case 0:
                rows.insert(chance.randrange(len(rows)), [None] * chance.randint(0, 12))
            case 1:
                rows.append(list(chance.choice(rows)))
            case 2:
                chance.choice(rows).append(chance.choice(_ODD))
            case 3:
                del chance.choice(rows)[chance.randint(0, 9) :]
            case _:
                headings.append(chance.choice(("", None, "Team", "New", *FORMULAS)))
    if chance.random() < 0.3:  # carried over too, whatever it holds
        mapping["keep"], mapping["ignore"] = [*mapping["keep"], *mapping["ignore"]], []
    if chance.random() < 0.1:
        del mapping["case"]
        mapping["keep"].append(str(headings[0]))
    return headings, rows, mapping


def answered(folder: Path, table: Table, mapping: bytes, chance: random.Random) -> str:
    """Screen a register, write what came of it, and look into what was written."""
    said = mapping_from(read_bytes(mapping, "mapping.yaml"), rules().vocabulary)
    found = screen(mapped(table, said, rules().vocabulary), rules(), AS_OF, ["england.notification.serious_incident"])
    _of_places(found, table)
    for path in save(found, folder / f"screened{chance.choice(('.csv', '.csv', '.xlsx', '.xlsx', '.parquet', '.html'))}"):
        _look_into(path, len(found.found))
        path.unlink()
    return "answered" if not found.faults else "answered in part"


def _of_places(found: Screening, table: Table) -> None:
    """Every fault is of a row that the file has, and of a column that it has if it is of one."""
    for fault in found.faults:
        if fault.row not in table.rows or (fault.column is not None and fault.column not in {*table.columns, *rules().vocabulary.by_id}):
            raise Unsound(f"a fault of a place that there is not: {fault.row}, {fault.column!a}")


def _look_into(path: Path, rows: int) -> None:
    """Raise if a file holds a formula, or cannot be read back."""
    match path.suffix:
        case ".csv":
            read = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
            if any(cell.lstrip(" \n")[:1] in tuple(_BEGINS) and not _a_number(cell) for row in read for cell in row):
                raise Unsound("a cell of CSV begins like a formula")
            if len({len(row) for row in read}) != 1:
                raise Unsound("rows of CSV of several lengths")
        case ".xlsx":
            with zipfile.ZipFile(path) as packed:
                if any(re.search(rb"<f[ >/]", packed.read(part)) for part in packed.namelist() if "worksheets" in part):
                    raise Unsound("a formula in a workbook")
            for sheet in openpyxl.load_workbook(path).worksheets:
                for cell in (cell for row in sheet.iter_rows() for cell in row):
                    if isinstance(cell.value, str) and cell.value[:1] in tuple(_BEGINS) and not cell.quotePrefix:
                        raise Unsound("text that becomes a formula when somebody edits it")
        case ".parquet":
            if path.stem == "screened" and len(pl.read_parquet(path)) != rows:
                raise Unsound("a Parquet file with another number of rows")


def _a_number(cell: str) -> bool:
    return re.fullmatch(r"-\d+(\.\d+)?(e[+-]?\d+)?", cell) is not None


def _csv(headings: list[Any], rows: list[list[Any]], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([headings, *rows])
    return out.getvalue().encode("utf-8", "replace")


def _sound(folder: Path) -> Table:
    """Return the register as it should be, screened and written in every way, so that all is loaded that ever is."""
    (folder / "sound.csv").write_bytes(_csv(list(HEADINGS), [list(row) for row in ROWS]))
    table = read_table(folder / "sound.csv")
    said = mapping_from(read_bytes(json.dumps(MAPPING).encode(), "mapping.yaml"), rules().vocabulary)
    found = screen(mapped(table, said, rules().vocabulary), rules(), AS_OF)
    for suffix in (".csv", ".xlsx", ".parquet", ".html"):
        for path in save(found, folder / f"screened{suffix}"):
            _look_into(path, len(found.found))
    return table


def mapping_file(folder: Path) -> Through:
    table = _sound(folder)
    guessed = proposed(table, rules().vocabulary).encode()

    def through(chance: random.Random) -> str:
        kind = chance.random()
        text = (
            json.dumps(mutated(MAPPING, chance)).encode() if kind < 0.5 else pierced(guessed if kind > 0.8 else json.dumps(MAPPING).encode(), chance)
        )
        return answered(folder, table, text, chance)

    return through


def csv_file(folder: Path) -> Through:
    path = folder / "register.csv"
    _sound(folder)

    def through(chance: random.Random) -> str:
        headings, rows, mapping = spoilt(chance)
        text = _csv(headings, rows, chance.choice(",,,;\t|"))
        if chance.random() < 0.4:
            text = pierced(text, chance)
        if chance.random() < 0.1:
            text = text.decode("utf-8", "replace").encode(chance.choice(("utf-16", "cp1252", "utf-8-sig")), "replace")
        path.write_bytes(text)
        return _screened(folder, path, mapping, chance)

    return through


def _screened(folder: Path, path: Path, mapping: dict[str, Any], chance: random.Random) -> str:
    table = read_table(path)
    if chance.random() < 0.2:  # what is proposed is a mapping, whatever is in the register
        mapping_from(read_bytes(proposed(table, rules().vocabulary).encode(), "proposed.yaml"), rules().vocabulary)
    return answered(folder, table, json.dumps(mapping).encode(), chance)


def workbook(folder: Path) -> Through:
    path = folder / "register.xlsx"
    _sound(folder)

    def through(chance: random.Random) -> str:
        headings, rows, mapping = spoilt(chance)
        path.write_bytes(_book(chance, headings, rows))
        return _screened(folder, path, mapping, chance)

    return through


def _book(chance: random.Random, headings: list[Any], rows: list[list[Any]]) -> bytes:
    """Return a workbook, sometimes one that lies about its size, has cells far away, or is damaged in one of its parts or as a whole."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (headings, *rows):
        sheet.append([re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "?", cell) if isinstance(cell, str) else cell for cell in row])
    if chance.random() < 0.05:
        sheet.cell(chance.choice((5_000, 1_048_576)), chance.choice((1, 16_384)), "far")
    if chance.random() < 0.1:
        sheet.merge_cells("B2:D3")
    if chance.random() < 0.1:
        book.create_sheet("Other", 0).append(["nothing"])
    out = io.BytesIO()
    book.save(out)
    damage = chance.random()
    if damage < 0.6:
        return out.getvalue()
    if damage < 0.7:
        return pierced(out.getvalue(), chance)
    made = io.BytesIO()
    with zipfile.ZipFile(out) as given, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        hit = chance.choice(given.namelist() if chance.random() < 0.5 else [name for name in given.namelist() if "sheet" in name])
        for name in given.namelist():
            content = given.read(name)
            if name == hit and chance.random() < 0.2:
                continue
            packed.writestr(name, pierced(content, chance) if name == hit else content)
    return made.getvalue()


def columnar_file(folder: Path) -> Through:
    """Parquet and Feather."""
    _sound(folder)

    def through(chance: random.Random) -> str:
        headings, rows, mapping = spoilt(chance)
        columns = {str(name): [row[place] if place < len(row) else None for row in rows] for place, name in enumerate(headings)}
        table = pa.table({name: _array(values, chance) for name, values in columns.items()})
        path = folder / f"register{chance.choice(('.parquet', '.feather', '.arrow'))}"
        if path.suffix == ".parquet":
            pa.parquet.write_table(table, path)
        else:
            pa.feather.write_feather(table, path, compression=chance.choice(("lz4", "uncompressed")))
        if chance.random() < 0.3:
            path.write_bytes(pierced(path.read_bytes(), chance))
        return _screened(folder, path, mapping, chance)

    return through


def _array(values: list[Any], chance: random.Random) -> pa.Array:
    """Return values as a column, of text or of a type that some of them have."""
    texts = [None if value is None else str(value) for value in values]
    match chance.randrange(6):
        case 0:
            return pa.array([value if isinstance(value, date) and not isinstance(value, datetime) else None for value in values], pa.date32())
        case 1:
            return pa.array([datetime(2024, 3, 27, tzinfo=UTC) if value else None for value in values])
        case 2:
            return pa.array([float("nan") if value is None else float(len(str(value))) for value in values])
        case 3:
            return pa.array(texts).dictionary_encode()
        case 4:
            return pa.array([None if value is None else [str(value)] for value in values])
    return pa.array(texts)


REGISTER_DOORS: Final = (
    Door("mapping file", mapping_file),
    Door("csv file", csv_file),
    Door("workbook", workbook),
    Door("columnar file", columnar_file),
)
