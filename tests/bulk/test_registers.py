"""A register as somebody saves it: CSV, workbooks and Parquet, what their cells mean, and what is told of what cannot be read."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from cspr_rules import Case, CaseError, CsprRulesError, QuestionError, Ruleset, evaluate, evaluate_frame, load_ruleset
from cspr_rules.bulk.guessing import proposed
from cspr_rules.bulk.mapped import mapped, read_register
from cspr_rules.bulk.mapping import RegisterMap, read_mapping
from cspr_rules.bulk.register_files import Table, read_table
from cspr_rules.bulk.screening import Screening, screen
from cspr_rules.reports import screened
from cspr_rules.reports.screened_files import csv_text, save
from tests.support.running import in_process

AS_OF = date(2024, 5, 1)
SERIOUS = "england.notification.serious_incident"

HEADINGS = ("Case ref", "Date aware", "Incident", "Place", "Died?", "Harmed", "Age", "View", "Sent", "Team")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("1001", "27/03/2024", "26/03/2024", "in area", "Yes", "", "3", "suspected", "28/03/2024", "East"),
    ("1002", "2024-03-27 00:00:00", "26 March 2024", "in_area", "TRUE", "no", "3", "Suspected", "", "West"),
    ("1003", "45378", "26/03/2024", "in_area", "no", "n/k", "3", "suspected", "", "West"),
    ("1004", "27/03/2024", "26-Mar-2024", "in_area", "no", "yes", "9", "neither", "", "=1+1"),
    ("1005", "30.03.2024", "26/03/2024", "in_area", "no", "YES", "9", "known", "01/04/2024", "East"),
    ("1005", "", "", "", "no", "no", "4", "neither", "", "East"),
)
MAPPING = """
case: Case ref
keep: []
ignore: [Team]
days: day_first
serial_days: true
blank: [n/k]
always: {notification.kind: safeguarding}
columns:
  Date aware: incident.authority_aware_on
  Incident: incident.occurred_on
  Place: {fact: child.place_of_harm, values: {in area: in_area}}
  "Died?": {fact: child.died, values: {"yes": true, "no": false}}
  Harmed: {fact: child.seriously_harmed, values: {"yes": true, "no": false}}
  Age: child.age_at_harm
  View: {fact: concern.authority_view, values: {Suspected: suspected}}
  Sent: notification.sent_on
"""


@cache
def rules() -> Ruleset:
    return load_ruleset("bcp")


def as_csv(rows: Sequence[Sequence[Any]], headings: Sequence[str] = HEADINGS, delimiter: str = ",") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([headings, *rows])
    return out.getvalue()


def a_csv(folder: Path, rows: Sequence[Sequence[Any]] = ROWS, headings: Sequence[str] = HEADINGS) -> Path:
    path = folder / "register.csv"
    path.write_text(as_csv(rows, headings), encoding="utf-8")
    return path


def a_mapping(folder: Path, text: str = MAPPING) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def found_in(folder: Path, rows: Sequence[Sequence[Any]] = ROWS, mapping: str = MAPPING) -> Screening:
    said = read_mapping(a_mapping(folder, mapping), rules().vocabulary)
    return screen(mapped(read_table(a_csv(folder, rows)), said, rules().vocabulary), rules(), AS_OF)


# -- what comes out --------------------------------------------------------------------------------------------------------------------


def test_a_register_as_a_spreadsheet_saves_it_is_screened(tmp_path: Path) -> None:
    found = found_in(tmp_path)
    assert (found.rows, found.cases, found.refused, found.faults) == (6, 5, 0, ())
    assert found.rules == (SERIOUS,)
    assert dict(found.outcomes[SERIOUS]) == {"met": 3, "undetermined": 1, "not_met": 1}
    said = [(each.reference, each.row, each.owed, each.duty.status, each.duty.plan_for, each.never, each.asks) for each in found.found]
    assert said == [
        ("1001", 2, True, "met", date(2024, 4, 5), False, ()),
        ("1002", 3, True, "overdue", date(2024, 4, 5), True, ()),
        ("1003", 4, False, "overdue", date(2024, 4, 5), True, ("child.seriously_harmed",)),
        ("1005", 6, True, "met", date(2024, 4, 8), False, ()),
    ]


def test_nothing_is_due_by_a_day_counted_from_one_that_is_not_known(tmp_path: Path) -> None:
    rows = [(*row[:1], "day_not_known", *row[2:]) if row[0] == "1003" else row for row in ROWS]
    (open_one,) = [each for each in found_in(tmp_path, rows).found if not each.owed]
    assert (open_one.reference, open_one.duty.status, open_one.duty.plan_for) == ("1003", "waiting", None)


def test_what_is_screened_is_what_each_case_comes_to_by_itself(tmp_path: Path) -> None:
    found = found_in(tmp_path)
    incident = {"child.place_of_harm": "in_area", "incident.occurred_on": "2024-03-26", "notification.kind": "safeguarding"}
    third = {
        **incident,
        "incident.authority_aware_on": "2024-03-27",
        "child.died": False,
        "child.age_at_harm": 3,
        "concern.authority_view": "suspected",
    }
    record = evaluate(rules(), Case(third), as_of=AS_OF)
    assert record.decisions[SERIOUS].outcome == "undetermined"
    met = record.what_if({"child.seriously_harmed": True}).after
    (duty,) = [each for each in met.duties if each.id == "notify_panel"]
    (here,) = [each for each in found.found if each.reference == "1003"]
    assert (here.duty.plan_for, here.duty.status, here.duty.clocks) == (duty.plan_for, duty.status, duty.clocks)


def test_a_step_of_which_it_is_not_known_whether_it_counts_is_told_apart(tmp_path: Path) -> None:
    found = found_in(tmp_path, mapping=MAPPING.replace("always: {notification.kind: safeguarding}", ""))
    first = found.found[0]
    assert (first.reference, first.uncounted, first.never, first.asks) == ("1001", True, False, ("notification.kind",))
    assert first.status == "recorded as done, and not known to count"
    assert "Not known to count, 2 in all" in screened.text(found)


def test_the_page_and_the_text_say_what_was_found(tmp_path: Path) -> None:
    found = found_in(tmp_path, [*ROWS, ("1006", "30/13/2024", "", "nowhere", "perhaps", "", "-1", "", "", "")])
    text, page = screened.text(found), screened.html(found)
    for words in (
        "7 rows, 5 cases decided",
        "Perhaps never done, 1 in all",
        "Late, 1 in all",
        "Faults, 4 in all",
        "never says that nobody need be told",
    ):
        assert words in " ".join(text.split())
        assert words in page
    assert page.count("<svg") == 1
    assert "<script" not in page
    assert [(fault.row, fault.column) for fault in found.faults] == [(8, "Date aware"), (8, "Place"), (8, "Died?"), (8, "Age")]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".html"])
def test_a_file_is_written_and_is_the_same_every_time(tmp_path: Path, suffix: str) -> None:
    found = found_in(tmp_path, [*ROWS, ("", "", "", "", "", "", "", "", "", "x")])
    written = save(found, tmp_path / f"a{suffix}")
    again = save(found, tmp_path / f"b{suffix}")
    assert [path.read_bytes() for path in written] == [path.read_bytes() for path in again]
    if suffix == ".csv":
        table = pd.read_csv(written[0])
        assert list(table.columns) == list(screened.COLUMNS)
        assert table["plan_for"].tolist() == ["2024-04-05"] * 3 + ["2024-04-08"]
        assert pd.read_csv(written[1])["message"].tolist() == ["it is not said which case this row belongs to"]
    if suffix == ".parquet":
        table = pd.read_parquet(written[0])
        assert list(table.columns) == list(screened.COLUMNS)
        assert [str(day) for day in table["plan_for"]] == ["2024-04-05"] * 3 + ["2024-04-08"]
        assert (table["nothing_recorded"].tolist(), written[1].name) == ([False, True, True, False], "a-faults.parquet")
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(written[0])
        assert book.sheetnames == ["Duties", "Totals", "Faults"]
        days = [cell for cell in book["Duties"]["L"] if isinstance(cell.value, datetime)]
        assert [cell.value.date() for cell in days] == [date(2024, 4, 5)] * 3 + [date(2024, 4, 8)]
        assert {cell.number_format for cell in days} == {"dd/mm/yyyy"}


HARMFUL = ["=1+1", '=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|calc", "%0A", "＝1", "=\x00\x07"]


@pytest.mark.slow
@pytest.mark.parametrize("text", HARMFUL)
def test_no_cell_that_is_written_is_a_formula(tmp_path: Path, text: str) -> None:
    rows = [(f"{text} {place}" if place == 1 else f"x{place}", *row[1:]) for place, row in enumerate(ROWS)]
    found = found_in(tmp_path, rows)
    (made,) = save(found, tmp_path / "x.xlsx")
    for sheet in openpyxl.load_workbook(made).worksheets:
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
    for row in csv.reader(io.StringIO(csv_text(("a",), [[text], [text * 2]]))):
        assert row[0][0] in "'a"
    assert csv_text(("a", "b"), [[-3, "-3"]]).splitlines()[1] == "-3,'-3"


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet"])
def test_what_is_kept_is_carried_over_and_stays_text_whatever_it_or_its_heading_says(tmp_path: Path, suffix: str) -> None:
    headings = tuple({"Team": "=Team", "Case ref": "row"}.get(each, each) for each in HEADINGS)
    rows = [(*row[:-1], team) for row, team in zip(ROWS, ("=1+1", "West", "_x003D_1", "", "East", "North"), strict=True)]
    mapping = MAPPING.replace("Case ref", "row").replace("keep: []\nignore: [Team]", 'keep: ["=Team", row]\nignore: []')
    path = a_csv(tmp_path, rows, headings)
    found = screen(mapped(read_table(path), read_mapping(a_mapping(tmp_path, mapping), rules().vocabulary), rules().vocabulary), rules(), AS_OF)
    assert [each.kept for each in found.found] == [("=1+1", "1001"), ("West", "1002"), ("_x003D_1", "1003"), ("East; North", "1005")]
    (made,) = save(found, tmp_path / f"x{suffix}")
    if suffix == ".csv":
        table = pd.read_csv(made, dtype=str)
        assert list(table.columns)[-2:] == ["'=Team", "row (register)"]
        assert table["'=Team"].tolist() == ["'=1+1", "West", "_x003D_1", "East; North"]
    elif suffix == ".parquet":
        assert pd.read_parquet(made)["=Team"].tolist() == ["=1+1", "West", "_x003D_1", "East; North"]
    else:
        sheet = openpyxl.load_workbook(made)["Duties"]
        assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in sheet["Q"][:3]] == [
            ("=Team", "s", True),
            ("=1+1", "s", True),
            ("West", "s", False),
        ]
        assert sheet["Q"][3].value == "_x005F_x003D_1"  # as a spreadsheet reads it, what the register holds


# -- what goes in ----------------------------------------------------------------------------------------------------------------------


def cells(table: Table) -> dict[str, list[Any]]:
    return {name: [column.cell(row) for row in range(len(table.rows))] for name, column in table.columns.items()}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_is_read_as_spreadsheets_write_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(as_csv([("Zoë", "a,b;c\td"), ("", ""), ("x\ny", "")], ("Name", "Note"), delimiter).encode(encoding))
    table = read_table(path)
    assert cells(table) == {"Name": ["Zoë", "x\ny"], "Note": ["a,b;c\td", None]}
    assert table.rows == [2, 4]


def test_a_workbook_is_read_with_its_own_types_and_never_its_formulas(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Day", "Died", "Age", None])
    book.active.append([datetime(2024, 3, 27), True, 3, None])
    book.active.append(["=1+1", None, 3.0, None])
    book.create_sheet("Other").append(["Only"])
    book.save(tmp_path / "r.xlsx")
    assert cells(read_table(tmp_path / "r.xlsx")) == {"Day": [date(2024, 3, 27), None], "Died": [True, None], "Age": [3, 3]}
    assert list(read_table(tmp_path / "r.xlsx", "Other").columns) == ["Only"]
    with pytest.raises(QuestionError, match="there is no sheet called 'Othr'; did you mean 'Other'"):
        read_table(tmp_path / "r.xlsx", "Othr")


def test_parquet_is_read_with_its_own_types(tmp_path: Path) -> None:
    pd.DataFrame({"child.died": [True, None], "incident.occurred_on": [date(2024, 3, 27), None]}).to_parquet(tmp_path / "r.parquet")
    assert cells(read_table(tmp_path / "r.parquet")) == {"child.died": [True, None], "incident.occurred_on": [date(2024, 3, 27), None]}


@pytest.mark.parametrize("suffix", [".feather", ".arrow"])
def test_feather_is_read_with_its_own_types(tmp_path: Path, suffix: str) -> None:
    given = pd.DataFrame({"child.died": [True, None], "incident.occurred_on": [date(2024, 3, 27), None], "parts": [["a"], None]})
    given.to_feather(tmp_path / f"r{suffix}")
    assert cells(read_table(tmp_path / f"r{suffix}")) == {
        "child.died": [True, None],
        "incident.occurred_on": [date(2024, 3, 27), None],
        "parts": [["a"], None],
    }


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("r.csv", b"", "r.csv: expected a row of headings and rows below it; it is empty"),
        ("r.csv", b"a,b,a\n", "r.csv: two columns have the heading 'a'"),
        ("r.csv", b"a,b\n1,2,3\n", "r.csv, row 2: it has more cells than there are headings"),
        ("r.csv", b"a,,b\n1,2,3\n", "r.csv: column 2 has cells and no heading"),
        ("r.csv", b'a\n"open\n', "is a quotation mark left open?"),
        ("r.xlsx", b"no workbook", "r.xlsx: this cannot be read: it is no workbook"),
        ("r.parquet", b"no parquet", "r.parquet: this is no Parquet file"),
        ("r.feather", b"no feather", "r.feather: this is no Feather file"),
        ("r.xls", b"", "r.xls: expected a file that ends in .csv, .xlsx, .parquet or .feather; save it as .xlsx or .csv"),
        ("missing.csv", None, "missing.csv: this cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CsprRulesError) as caught:
        read_table(tmp_path / name)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("case: Case ref", "cse: Case ref"), "'cse' is not part of a mapping; did you mean 'case'?"),
        (("days: day_first", "days: days_first"), "expected one of day_first, month_first, year_first; did you mean 'day_first'?"),
        (("Age: child.age_at_harm", "Age: child.age_at_hram"), "there is no fact called 'child.age_at_hram'; did you mean 'child.age_at_harm'?"),
        (("Age: child.age_at_harm", "Age: child.died"), "child.died is the column 'Died?' already"),
        (("{in area: in_area}", "{in area: in_aera}"), "child.place_of_harm: expected one of in_area"),
        (("{in area: in_area}", "[x]"), "expected what a cell says and the value that it means"),
        (("fact: child.place_of_harm", "fct: child.place_of_harm"), "'fct' is not part of a column; did you mean 'fact'?"),
        (("serial_days: true", "serial_days: 1"), "expected true or false for 'serial_days'"),
        (("blank: [n/k]", "blank: n/k"), "expected a list of texts for 'blank'"),
        (("kind: safeguarding", "kind: safegarding"), "notification.kind: expected one of"),
        (("notification.kind: safe", "child.died: safe"), "child.died is the column 'Died?' already"),
        (("columns:", "colums:"), "expected a mapping with `columns:`"),
    ],
)
def test_a_mapping_that_no_register_can_mean_is_told_with_its_line(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(CaseError) as caught:
        read_mapping(a_mapping(tmp_path, MAPPING.replace(*change)), rules().vocabulary)
    assert said in str(caught.value)
    assert "mapping.yaml:" in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("ignore: [Team]", "ignore: []"), "column 'Team': the mapping does not say what this column is"),
        (("Harmed: {", "Harm: {"), "column 'Harm': the mapping names this column and the register has none; did you mean 'Harmed'?"),
    ],
)
def test_a_mapping_that_does_not_fit_the_headings_is_told(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    with pytest.raises(CaseError) as caught:
        found_in(tmp_path, mapping=MAPPING.replace(*change))
    assert said in str(caught.value)


def one_cell(folder: Path, heading: str, value: Any, **changes: tuple[str, str]) -> Any:
    """Return what a cell means, or what is told of it."""
    mapping = MAPPING
    for old, new in changes.values():
        mapping = mapping.replace(old, new)
    rows = [tuple(value if name == heading else cell for name, cell in zip(HEADINGS, ROWS[0], strict=True))]
    a_csv(folder, rows)
    fact = read_mapping(a_mapping(folder, mapping), rules().vocabulary).columns[heading].fact
    answer = read_register(folder / "register.csv", rules(), mapping=folder / "mapping.yaml", errors="collect")
    if len(answer.faults):
        return answer.faults["message"][0]
    got = answer.answers[fact][0]
    return None if pd.isna(got) else got.date() if isinstance(got, datetime) else got


@pytest.mark.parametrize(
    ("heading", "value", "meaning"),
    [
        ("Sent", "1/4/2024", date(2024, 4, 1)),
        ("Sent", "01.04.2024", date(2024, 4, 1)),
        ("Sent", "1 April 2024", date(2024, 4, 1)),
        ("Sent", "1st Apr 2024", date(2024, 4, 1)),
        ("Sent", "2024-04-01T00:00:00", date(2024, 4, 1)),
        ("Sent", "45383", date(2024, 4, 1)),
        ("Sent", "not yet", "not_yet"),
        ("Sent", "N/K", None),
        ("Sent", "unknown", None),
        ("Died?", " YES ", True),
        ("Age", "3.0", 3),
        ("Place", "In  Area", "in_area"),
    ],
)
def test_a_cell_is_read_as_the_mapping_says(tmp_path: Path, heading: str, value: str, meaning: Any) -> None:
    assert one_cell(tmp_path, heading, value) == meaning


@pytest.mark.parametrize(
    ("heading", "value", "said"),
    [
        ("Sent", "04/31/2024", "there is no such day as 2024-31-04"),
        ("Sent", "1/4/24", "with the year in four figures"),
        ("Sent", "2024-04-01 09:30:00", "expected a day such as 27/03/2024"),
        ("Sent", "April 2024", "this is a month without a day; say `months: true`"),
        ("Sent", "1 Foo 2024", "expected a day such as 27 March 2024"),
        ("Died?", "1", "expected true or false, but it is text; the mapping can say what the cell means"),
        ("Age", "three", "expected a whole number"),
        ("Place", "abroad", "expected one of in_area"),
    ],
)
def test_a_cell_that_cannot_be_read_is_told(tmp_path: Path, heading: str, value: str, said: str) -> None:
    assert said in one_cell(tmp_path, heading, value)


def test_the_order_of_a_day_is_what_the_mapping_says(tmp_path: Path) -> None:
    assert one_cell(tmp_path, "Sent", "04/03/2024") == date(2024, 3, 4)
    american = MAPPING.replace("Sent: notification.sent_on", "Sent: {fact: notification.sent_on, days: month_first}")
    assert one_cell(tmp_path, "Sent", "04/03/2024", order=(MAPPING, american)) == date(2024, 4, 3)
    strict = MAPPING.replace("Sent: notification.sent_on", "Sent: {fact: notification.sent_on, days: year_first}")
    assert "expected a day such as 2024-03-27" in one_cell(tmp_path, "Sent", "04/03/2024", order=(MAPPING, strict))
    assert "only with `serial_days: true`" in one_cell(tmp_path, "Sent", "45383", order=("serial_days: true", "serial_days: false"))


def test_what_is_read_is_what_evaluate_frame_takes(tmp_path: Path) -> None:
    frame = read_register(a_csv(tmp_path), rules(), mapping=a_mapping(tmp_path))
    assert frame["file_row"].tolist() == [2, 3, 4, 5, 6, 7]
    answer = evaluate_frame(frame.drop(columns="file_row"), rules(), as_of=AS_OF, case="Case ref", rules=[SERIOUS], columns=[])
    assert answer[SERIOUS].tolist() == ["met", "met", "undetermined", "not_met", "met"]
    with pytest.raises(CaseError, match=r"register.csv, row 2, column 'Age': child.age_at_harm: expected a whole number"):
        read_register(a_csv(tmp_path, [(*ROWS[0][:6], "x", *ROWS[0][7:])]), rules(), mapping=a_mapping(tmp_path))


# -- the mapping that is proposed --------------------------------------------------------------------------------------------------------


def guessed(folder: Path, rows: Sequence[Sequence[Any]], headings: Sequence[str]) -> RegisterMap:
    table = read_table(a_csv(folder, rows, headings))
    path = folder / "proposed.yaml"
    path.write_text(proposed(table, rules().vocabulary), encoding="utf-8")
    found = read_mapping(path, rules().vocabulary)
    mapped(table, found, rules().vocabulary)  # it fits
    return found


def test_a_mapping_is_proposed_that_reads_the_register(tmp_path: Path) -> None:
    headings = ("Case ref", "Date authority aware", "Date of incident", "Place of harm", "Child died?", "Seriously harmed", "Age at harm (years)",
                "Authority's view", "Notification sent", "Team")  # fmt: skip
    found = guessed(tmp_path, ROWS, headings)
    assert {heading: column.fact for heading, column in found.columns.items()} == {
        "Date authority aware": "incident.authority_aware_on",
        "Date of incident": "incident.occurred_on",
        "Place of harm": "child.place_of_harm",
        "Child died?": "child.died",
        "Seriously harmed": "child.seriously_harmed",
        "Age at harm (years)": "child.age_at_harm",
        "Authority's view": "concern.authority_view",
        "Notification sent": "notification.sent_on",
    }
    assert (found.case, found.ignore, found.serial_days, found.blank) == ("Case ref", ("Team",), True, frozenset({"n/k"}))
    assert found.columns["Child died?"].values == {"yes": True, "no": False}


def test_a_mapping_is_proposed_from_what_people_call_their_columns(tmp_path: Path) -> None:
    headings = ("Case Ref", "Date LA became aware", "Date of incident", "Where did it happen", "Child died?", "Seriously harmed?", "Age when harmed",
                "Abuse or neglect known or suspected", "Date notified to Panel", "Team")  # fmt: skip
    rows = [*ROWS, *[(f"{number}", *ROWS[1][1:]) for number in range(2000, 2010)], ("", *ROWS[1][1:])]
    found = guessed(tmp_path, rows, headings)
    assert {column.fact for column in found.columns.values()} == {
        "incident.authority_aware_on", "incident.occurred_on", "child.place_of_harm", "child.died", "child.seriously_harmed", "child.age_at_harm",
        "concern.authority_view", "notification.sent_on",
    }  # fmt: skip
    assert (found.columns["Where did it happen"].fact, found.case) == ("child.place_of_harm", "Case Ref")
    assert "it is empty in 1 rows, which are told and not decided" in (tmp_path / "proposed.yaml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_mapping_is_proposed_for_any_heading(tmp_path: Path) -> None:
    rng = random.Random(16)  # noqa: S311
    alphabet = "abé\"'#:{}[]&*!|>%@`\\,- 0\u202e=+"
    for number in range(150):
        headings = ["".join(rng.choices(alphabet, k=rng.randint(1, 12))) + f" {place}x" for place in range(4)]
        rows = [["".join(rng.choices(alphabet, k=rng.randint(0, 9))) for _ in headings] for _ in range(3)]
        if number % 3 == 0:
            rows.append([json.dumps(headings), "27/03/2024", "yes", "45378"])
        guessed(tmp_path, rows, headings)


# -- what nobody meant -------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_damaged_files_are_told_and_nothing_is_thrown(tmp_path: Path) -> None:
    rng = random.Random(7)  # noqa: S311
    book = openpyxl.Workbook()
    for row in (HEADINGS, *ROWS):
        book.active.append(row)
    book.save(tmp_path / "whole.xlsx")
    originals = {
        "register.csv": as_csv(ROWS).encode(),
        "mapping.yaml": MAPPING.encode(),
        "book.xlsx": (tmp_path / "whole.xlsx").read_bytes(),
    }
    vocabulary = rules().vocabulary
    told = 0
    for number in range(450):
        name = sorted(originals)[number % 3]
        content = bytearray(originals[name])
        for _ in range(rng.choice((1, 3, 30))):
            place = rng.randrange(len(content))
            match rng.randrange(3):
                case 0:
                    content[place] = rng.randrange(256)
                case 1:
                    del content[place : place + rng.randrange(40)]
                case _:
                    content[place:place] = rng.choice((b'"', b"\n", b",", b"\x00", b"{", b"- ", b"=cmd|", bytes([rng.randrange(256)])))
        for other, whole in originals.items():
            (tmp_path / other).write_bytes(bytes(content) if other == name else whole)
        try:
            said = read_mapping(tmp_path / "mapping.yaml", vocabulary)
            found = mapped(read_table(tmp_path / ("book.xlsx" if name == "book.xlsx" else "register.csv")), said, vocabulary)
            screened.html(screen(found, rules(), AS_OF))
        except CsprRulesError:
            told += 1
    assert told > 100


# -- the commands ------------------------------------------------------------------------------------------------------------------------


def command(*words: str) -> Mapping[str, Any]:
    code, out, error = in_process(words)
    return {"code": code, "out": out, "error": error}


def test_the_command_proposes_then_screens(tmp_path: Path) -> None:
    register = str(a_csv(tmp_path))
    proposal = command("screen", register, "--guess")
    assert proposal["code"] == 0
    a_mapping(tmp_path, proposal["out"])
    mapping = str(a_mapping(tmp_path))
    answer = command("screen", register, "--mapping", mapping, "--as-of", "2024-05-01", "--output", str(tmp_path / "o.csv"))
    assert answer["code"] == 0
    assert "Late, 1 in all" in answer["out"]
    assert (tmp_path / "o.csv").exists()
    assert command("screen", register, "--mapping", mapping, "--as-of", "2024-05-01", "--fail-on", "late")["code"] == 1
    assert command("screen", register, "--mapping", mapping, "--as-of", "2024-05-01", "--fail-on", "faults")["code"] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--as-of", "2024-05-01"], "--mapping: say what the columns mean"),
        (["--mapping", "m.yaml"], "--as-of: say from which day to look"),
        (["--mapping", "m.yaml", "--as-of", "2024-05-01", "--output", "x.doc"], "--output: expected a name that ends in"),
    ],
)
def test_what_the_command_lacks_is_told(tmp_path: Path, words: list[str], said: str) -> None:
    answer = command("screen", str(a_csv(tmp_path)), *words)
    assert answer["code"] == 2
    assert said in answer["error"]
    assert "Traceback" not in answer["error"]


def test_the_command_writes_a_view() -> None:
    words = ["sql", "--dialect", "duckdb", "--table", "r", "--facts", "child.died,incident.occurred_on", "--as-of", "2024-05-01", "--rules", SERIOUS]
    answer = command(*words)
    assert answer["code"] == 0
    assert f'AS "{SERIOUS}"' in answer["out"]
    wrong = command(*words[:2], "duck", *words[3:])
    assert (wrong["code"], "'duck' is none of duckdb, spark, postgres, tsql" in wrong["error"]) == (2, True)
