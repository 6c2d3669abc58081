"""Many cases at once, in data frames of pandas, polars or pyarrow: a register in, decisions out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, TypeVar

from cspr_rules.bulk.framing import Column, Given, framed
from cspr_rules.bulk.tabular import EACH, chosen_rules, table
from cspr_rules.casework.docket import DocketRow
from cspr_rules.errors import CaseError, Fault, Path_, QuestionError, did_you_mean, shown
from cspr_rules.frame_hook import Backend, Each
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord, evaluate

MOST_FAULTS: Final = 20
"""How many faults of a frame are told at once; the others are counted."""

Frame = TypeVar("Frame")


def evaluate_frame(
    frame: Frame,
    ruleset: Ruleset,
    *,
    as_of: date,
    law_on: date | None = None,
    case: str | None = None,
    keep: Sequence[str] = (),
    rules: Sequence[str] | None = None,
    each: Each = "case",
) -> Frame:
    """Decide every rule on every case of a register.

    Each row is a case and each column a fact, named by its id. What is missing (``None``, NaN, NaT, NA, null) is not recorded, and never false.
    With ``case``, each row is a child: rows with the same value there are the children of one case, what is said of the incident may stand in one
    of its rows or in all of them, and may not differ.

    Args:
        frame: The register, of pandas, polars or pyarrow.
        ruleset: The rules.
        as_of: The day to look from, for every case.
        law_on: The day whose law is read, for every case. By default each incident's own day, and ``as_of`` where that is not recorded.
        case: The column that says which case a row belongs to.
        keep: Columns to be carried over as they are, whether they are facts or not.
        rules: The rules to be shown; all if not given. Every rule is decided all the same, and counts of a case count them all.
        each: What a row of the answer is of: ``"case"`` (a column for each rule), ``"decision"`` (rule and child) or ``"duty"``.

    Returns:
        A frame of the same library. It begins with ``case`` (or, without one, ``row``: the number of the row, from 1) and ``keep``.

    Raises:
        CaseError: A column is no fact, a value is none of its fact, or a case cannot be so. Every fault is listed, with its row from 1 and column.
        QuestionError: It is no frame, there is no such rule or column, or narwhals is not installed.
    """
    wanted = chosen_rules(rules, (rule.id for rule in ruleset.rules))
    given = Given(frame)
    kept = _kept(given, case, keep, [*EACH.get(each, ()), *(wanted if each == "case" else ())])
    register = _Register(given, ruleset, case, kept)
    records = register.records(as_of, law_on)
    columns, places = table(records, each, wanted)
    starts = [register.cases[place][0] for place in places]
    key = [] if case else [Column("row", "number", [start + 1 for start in starts])]
    answer: Frame = framed([*key, *given.taken([*([case] if case else []), *kept], starts), *columns], given.backend)
    return answer


def to_frame(
    records: DecisionRecord | Mapping[str, DecisionRecord] | Iterable[DecisionRecord],
    each: Each = "case",
    *,
    rules: Sequence[str] | None = None,
    backend: Backend = "pandas",
) -> Any:
    """Return records as one data frame.

    Args:
        records: The records. The column ``case`` holds the keys of a mapping, and numbers from 1 otherwise.
        each: What a row is of: ``"case"`` (a column for each rule), ``"decision"`` (rule and child) or ``"duty"``.
        rules: The rules to be shown; all if not given.
        backend: The library that makes it: pandas, polars or pyarrow.

    Raises:
        QuestionError: There is no such rule, row or library, or it is not installed.
    """
    named = isinstance(records, Mapping)
    found = dict(records) if isinstance(records, Mapping) else dict(enumerate([records] if isinstance(records, DecisionRecord) else records, start=1))
    keys: list[Any] = list(found)
    made = list(found.values())
    columns, places = table(made, each, chosen_rules(rules, (rule.id for record in made for rule in record.ruleset.rules)))
    return framed([Column("case", "text" if named else "number", [keys[place] for place in places]), *columns], backend)


def docket_frame(rows: Iterable[DocketRow], *, backend: Backend = "pandas") -> Any:
    """Return a docket as a data frame: a row for each duty, soonest first.

    Args:
        rows: From :func:`cspr_rules.casework.docket.rows`.
        backend: The library that makes it: pandas, polars or pyarrow.

    Raises:
        QuestionError: There is no such library, or it is not installed.
    """
    found = list(rows)
    left = [row.margin for row in found]
    name = [row.record.ruleset.role_name for row in found]
    columns = (
        Column("case", "text", [row.case for row in found]),
        Column("duty", "text", [row.duty.id for row in found]),
        Column("child", "number", [row.life.key[1] for row in found]),
        Column("strength", "text", [row.duty.strength for row in found]),
        Column("act", "text", [row.duty.act for row in found]),
        Column("by", "text", [named(row.duty.by) for row, named in zip(found, name, strict=True)]),
        Column("status", "text", [row.status for row in found]),
        Column("plan_for", "date", [row.duty.plan_for for row in found]),
        Column("working_days_left", "number", [margin.working_days if margin else None for margin in left]),
        Column("arose_on", "date", [row.life.arose_on for row in found]),
        Column("done_on", "date", [row.duty.done_on for row in found]),
    )
    return framed(columns, backend)


def _kept(given: Given, case: str | None, keep: Sequence[str], made: Iterable[str]) -> list[str]:
    """Return the columns that are carried over, each once."""
    kept = [name for name in dict.fromkeys([keep] if isinstance(keep, str) else keep) if name != case]
    faults = [
        Fault(said, f"there is no column '{shown(name)}'{did_you_mean(str(name), given.names)}")
        for said, names in (("case", [case] if case is not None else []), ("keep", kept))
        for name in names
        if name not in given.names
    ]
    clashing = {*made, *([] if case else ["row"])}
    faults += [Fault("keep", f"the answer has a column '{shown(name)}' of its own; rename yours") for name in (case, *kept) if name in clashing]
    if faults:
        raise QuestionError(faults)
    return kept


class _Register:
    """A frame as cases."""

    def __init__(self, given: Given, ruleset: Ruleset, case: str | None, kept: Sequence[str]) -> None:
        self.ruleset = ruleset
        self.faults: list[Fault] = []
        facts = ruleset.vocabulary.by_id
        names = [name for name in given.names if name in facts and name != case]
        for name in given.names:
            if name not in facts and name != case and name not in kept:
                hint = did_you_mean(str(name), facts) or "; name it in `keep` to carry it over, or leave it out"
                said = ruleset.vocabulary.no_longer(name) or f"there is no fact called '{shown(name)}'{hint}"
                self.faults.append(Fault(f"column '{shown(name)}'", said))
        if self.faults:
            raise CaseError(self.faults)
        self.columns = {name: _read(given.cells(name), facts[name]) for name in names}
        self.shared = [name for name in names if facts[name].scope == "incident"]
        self.own = [name for name in names if facts[name].scope == "child"]
        self.cases: list[list[int]] = self._grouped(given, case) if case else [[row] for row in range(len(given))]
        self.listed = case is not None
        for name in kept:
            if self.listed and name not in facts:
                self._agree(name, given.cells(name))

    def _grouped(self, given: Given, case: str) -> list[list[int]]:
        groups: dict[Any, list[int]] = {}
        for row, key in enumerate(given.cells(case)):
            if not isinstance(key, str | int | date):
                said = "it is not said" if key is None else "expected text, a number or a date to say"
                self.faults.append(Fault(_place(row, case), f"{said} which case this row belongs to"))
            else:
                groups.setdefault(key, []).append(row)
        return list(groups.values())

    def _agree(self, name: str, cells: Sequence[Any], *, gaps: bool = False) -> list[int]:
        """Return the row of each case that says what its rows agree on; with ``gaps``, rows in which it is missing agree with any."""
        saying = []
        for rows in self.cases:
            said = [row for row in rows if cells[row] is not None or not gaps]
            first = said[0] if said else rows[0]
            for row in said:
                if cells[row] != cells[first]:
                    self.faults.append(Fault(_place(row, name), f"it differs from row {first + 1}, which belongs to the same case"))
            saying.append(first)
        return saying

    def records(self, as_of: date, law_on: date | None) -> list[DecisionRecord]:
        """Return the record of each case.

        Raises:
            CaseError: With the faults of every case.
        """
        shared = {fact: self._agree(fact, self.columns[fact], gaps=True) for fact in self.shared}
        records = []
        for place, rows in enumerate(self.cases):
            said = {name: saying[place] for name, saying in shared.items()}
            facts = {name: value for name, row in said.items() if (value := self.columns[name][row]) is not None}
            children = [{fact: value for fact in self.own if (value := self.columns[fact][row]) is not None} for row in rows]
            document = _RowPlaces(rows, said)
            written = Case(facts, children, document=document) if self.listed else Case({**facts, **children[0]}, document=document)
            try:
                records.append(evaluate(self.ruleset, written, as_of=as_of, law_on=law_on))
            except CaseError as error:
                self.faults += [Fault(fault.place, fault.message) for fault in error.faults]
        if self.faults:
            more = len(self.faults) - MOST_FAULTS
            raise CaseError(self.faults[:MOST_FAULTS] + ([Fault("", f"and {more} more")] if more > 0 else []))
        return records


def _read(cells: list[Any], fact: Fact) -> list[Any]:
    """Return a column as a case has it: numbers that stand as text, beside bounds such as ``under 18``, are numbers."""
    if fact.type != "number":
        return cells
    return [int(cell) if isinstance(cell, str) and cell.isdecimal() and len(cell) < 19 else cell for cell in cells]


class _RowPlaces:
    """The rows that a case was read from, so that a fault names row and column."""

    __slots__ = ("_rows", "_said")

    def __init__(self, rows: Sequence[int], said: Mapping[str, int]) -> None:
        self._rows = rows
        self._said = said

    def place(self, path: Path_ = ()) -> str:
        """Return the row and column of a path."""
        match path:
            case ("children", int(child), str(fact), *_):
                return _place(self._rows[child], fact)
            case ("facts", str(fact), *_):
                return _place(self._said.get(fact, self._rows[0]), fact)
        return f"row {self._rows[0] + 1}"


def _place(row: int, column: str) -> str:
    return f"row {row + 1}, column '{shown(column)}'"
