"""A register as cases: which rows belong together, what each cell says, and every fault with its row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.numbering import Numbered, renumbered
from cspr_rules.bulk.population import Population, agreed, grouped
from cspr_rules.bulk.values import Numbers, Places, Values, bounds_of, kind_of, unknown_of
from cspr_rules.errors import CaseError, Fault, Path_, did_you_mean, shown
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import UNKNOWN_WORD
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.travelling import copied_by_parts, travels


@travels
class CellFault(NamedTuple):
    """Something that is wrong in a register.

    Attributes:
        row: The row, from 1 without the heading; ``None`` if it is wrong of a whole column.
        column: The column; ``None`` if it is wrong of the whole row.
        message: What is wrong and what was expected, as one sentence.
    """

    row: int | None
    column: str | None
    message: str

    @property
    def fault(self) -> Fault:
        """The same as a fault of a place in text."""
        places = [f"row {self.row}"] if self.row else []
        places += [f"column '{shown(self.column)}'"] if self.column is not None else []
        return Fault(", ".join(places), self.message)


@copied_by_parts
class Refused(NamedTuple):
    """Stands where a cell could not be read as a value.

    Attributes:
        message: What was expected, as one sentence.
    """

    message: str


class Register:
    """Cases read from the columns of a register.

    Attributes:
        rows: The rows in the order in which their cases are decided: those of one case together. Rows without a case are left out.
        of_case: For each of them, the place of its case.
        starts: For each case, the place in ``rows`` of its first one.
        faults: What is wrong so far.

    Args:
        ruleset: The rules.
        columns: Every column, by its name.
        length: How many rows there are.
        case: The column that says which case a row belongs to, if there is one.
        carried: Columns that are carried over; one that is no fact has to say the same in every row of a case.
        first: The number of the first row in what is told.

    Raises:
        CaseError: A column is no fact and is not carried over.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        columns: Mapping[str, Callable[[], Numbered]],
        length: int,
        case: str | None,
        carried: Sequence[str],
        first: int = 1,
    ) -> None:
        facts = ruleset.vocabulary.by_id
        unknown = [name for name in columns if name not in facts and name != case and name not in carried]
        if unknown:
            raise CaseError([_no_fact(name, ruleset) for name in unknown])
        self.ruleset = ruleset
        self.listed = case is not None
        self.first = first
        self.faults: list[CellFault] = []
        self._facts = {name: _read(facts[name], column()) for name, column in columns.items() if name in facts and name != case}
        self._carried = {name: columns[name]() for name in carried if case is not None and name not in facts}
        self.rows: Places = np.arange(length)
        self.of_case: Places = np.arange(length)
        if case is not None:
            self._group(case, columns[case]())
        self.starts: Places = np.searchsorted(self.of_case, np.arange(self.of_case[-1] + 1 if len(self.of_case) else 0))

    def _group(self, case: str, keys: Numbered) -> None:
        """Put the rows of one case together; a row of which it is not said to which case it belongs is a fault."""
        seen: dict[str, int] = {}
        target = np.full(len(keys.values) + 1, -1, np.intp)  # the last is for rows that say nothing
        wrong: dict[int, str] = {-1: "it is not said which case this row belongs to"}
        for number, key in enumerate(keys.values):
            if not isinstance(key, str | int | date):
                wrong[number] = "expected text, a number or a date to say which case this row belongs to"
            elif isinstance(key, str) and not key.strip():
                wrong[number] = wrong[-1]
            elif (other := seen.setdefault(" ".join(str(key).split()), number)) != number:
                like = int(np.flatnonzero(keys.codes == other)[0]) + self.first
                wrong[number] = f"this differs from row {like} by a blank or by its type only: write both alike if they are one case"
            else:
                target[number] = number
        found = target[keys.codes]
        for row in np.flatnonzero(found < 0):
            self.faults.append(CellFault(int(row) + self.first, case, wrong[int(keys.codes[row])]))
        sound = np.flatnonzero(found >= 0)
        order, self.of_case = grouped(found[sound])
        self.rows = sound[order]

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return len(self.starts)

    def rows_of(self, place: int) -> list[int]:
        """Return the rows of one case."""
        end = self.starts[place + 1] if place + 1 < self.cases else len(self.rows)
        rows: list[int] = self.rows[self.starts[place] : end].tolist()
        return rows

    def population(self, as_of: date) -> Population:
        """Return the cases as columns; those in which anything may be wrong are doubtful."""
        facts, days = self.ruleset.vocabulary.by_id, self.ruleset.kept.setdefault(_DAYS, {})
        incident: dict[str, Values] = {}
        child: dict[str, Values] = {}
        doubtful = np.zeros(self.cases, np.bool_)
        for name, column in self._facts.items():
            codes, fact = column.codes[self.rows] if self.listed else column.codes, facts[name]
            low, high, wrong = _bounds(fact, column.values, days)
            if fact.scope == "incident" and self.listed:
                codes, differing = agreed(codes.astype(np.intp), self.starts)
                doubtful |= differing
            (incident if fact.scope == "incident" else child)[name] = Values(fact, _taken(low, codes), None if high is low else high[codes])
            if wrong.any():
                doubtful[np.flatnonzero(wrong[codes]) if fact.scope == "incident" else self.of_case[wrong[codes]]] = True
        for column in self._carried.values():
            codes = column.codes[self.rows]
            doubtful |= np.maximum.reduceat(codes, self.starts) != np.minimum.reduceat(codes, self.starts) if len(codes) else False
        return Population(self.ruleset.vocabulary, self.of_case, incident, child, doubtful, listed=self.listed, as_of=as_of)

    def read(self, place: int, as_of: date, law_on: date | None) -> DecisionRecord | None:
        """Return the record of one case; ``None`` if something is wrong in it, which is added to :attr:`faults`."""
        rows = self.rows_of(place)
        facts: dict[str, Any] = {}
        said: dict[str, int] = {}
        faults = list(self._differing(rows))
        scope = self.ruleset.vocabulary.by_id
        children: list[dict[str, Any]] = [{} for _ in rows]
        for name, column in self._facts.items():
            told = [(number, row, value) for number, row in enumerate(rows) if (value := column.cell(row)) is not None]
            refused = [CellFault(row + self.first, name, value.message) for _, row, value in told if isinstance(value, Refused)]
            faults += refused
            if refused or not told:
                continue
            if scope[name].scope == "incident":
                said[name], facts[name] = told[0][1], told[0][2]
                continue
            for number, _, value in told:
                children[number][name] = value
        document = _Rows([row + self.first for row in rows], {name: row + self.first for name, row in said.items()})
        written = Case(facts, children, document=document) if self.listed else Case({**facts, **children[0]}, document=document)
        record = None
        try:
            record = evaluate(self.ruleset, written, as_of=as_of, law_on=law_on)
        except CaseError as error:
            of_case = (rows[0] + self.first, None)  # where too much is wrong to be looked at, the last fault has no place of its own
            faults += [CellFault(*document.told.get(fault.place, of_case), fault.message) for fault in error.faults]
        self.faults += faults
        return None if faults else record

    def _differing(self, rows: Sequence[int]) -> Iterator[CellFault]:
        """Yield where the rows of one case say different things of the incident."""
        facts = self.ruleset.vocabulary.by_id
        for name, column in (*self._facts.items(), *self._carried.items()):
            if name in facts and facts[name].scope == "child":
                continue
            saying = [row for row in rows if column.codes[row] >= 0 or name not in facts]
            for row in saying:
                if column.codes[row] != column.codes[saying[0]]:
                    yield CellFault(row + self.first, name, f"it differs from row {saying[0] + self.first}, which belongs to the same case")


def _no_fact(name: str, ruleset: Ruleset) -> Fault:
    hint = did_you_mean(str(name), ruleset.vocabulary.by_id) or "; name it in `keep` to carry it over, or leave it out"
    return Fault(f"column '{shown(name)}'", ruleset.vocabulary.no_longer(name) or f"there is no fact called '{shown(name)}'{hint}")


def _read(fact: Fact, column: Numbered) -> Numbered:
    """Return a column as a case has it: numbers that stand as text, beside bounds such as ``under 18``, are numbers."""
    if fact.type != "number":
        return column
    return renumbered(column.codes, [int(each) if isinstance(each, str) and each.isdecimal() and len(each) < 19 else each for each in column.values])


_DAYS: Final = "days that a fact takes, with their ordinals"


def _taken(numbers: Numbers, codes: NDArray[Any]) -> Numbers:
    """Return the number of each row's value; if values are numbered so already, the numbers of the register itself, not to be written to."""
    if numbers.dtype == codes.dtype == np.int8 and numbers[-1] == -1 and (numbers[:-1] == np.arange(len(numbers) - 1)).all():
        same = codes.view()
        same.flags.writeable = False
        return same
    found: Numbers = numbers[codes]
    return found


def _bounds(fact: Fact, values: Sequence[Any], days: dict[date, tuple[int, int]]) -> tuple[Numbers, Numbers, NDArray[np.bool_]]:
    """Return the bounds of the values of a column by their number, and which of them are none of the fact; the last stands for what is missing.

    Args:
        fact: The fact.
        values: The values.
        days: What plain days came to before, whichever fact of dates they were read for; added to.
    """
    found = [(unknown_of(fact), unknown_of(fact))] * (len(values) + 1)
    wrong = np.zeros(len(values) + 1, np.bool_)
    dates = fact.type == "date"
    for number, value in enumerate(values):
        a_day = dates and value.__class__ is date
        if a_day and value in days:
            found[number] = days[value]
        elif not isinstance(value, str) or value != UNKNOWN_WORD:
            try:
                found[number] = bounds_of(fact, fact.parse(value))
            except ValueError:
                wrong[number] = True
            else:
                if a_day:
                    days[value] = found[number]
    both = np.array(found, kind_of(fact))
    low = np.ascontiguousarray(both[:, 0])
    return low, low if (low == both[:, 1]).all() else np.ascontiguousarray(both[:, 1]), wrong


class _Rows:
    """The numbers of the rows that a case was read from, so that a fault names row and column."""

    __slots__ = ("_rows", "_said", "told")

    def __init__(self, rows: Sequence[int], said: Mapping[str, int]) -> None:
        self._rows = rows
        self._said = said
        self.told: dict[str, tuple[int, str | None]] = {}

    def place(self, path: Path_ = ()) -> str:
        """Return the row and column of a path, and remember them."""
        row, column = self._rows[0], None
        match path:
            case ("children", int(child), str(fact), *_):
                row, column = self._rows[child], fact
            case ("facts", str(fact), *_):
                row, column = self._said.get(fact, self._rows[0]), fact
        text = f"row {row}" + (f", column '{shown(column)}'" if column is not None else "")
        self.told[text] = (row, column)
        return text
