"""A mapping file: which column of a register is which fact, and what its cells mean. Nothing is read in a way that it does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.bulk.mapping_keys import COLUMN_KEYS, KEYS, ORDERS, Order
from cspr_rules.bulk.numbering import Numbered, renumbered
from cspr_rules.bulk.register import Refused
from cspr_rules.errors import CaseError, Fault, did_you_mean, shown
from cspr_rules.loading.reading import Document, read_file
from cspr_rules.model.values import UNKNOWN_WORD, FactValue
from cspr_rules.model.vocabulary import Fact, Vocabulary
from cspr_rules.travelling import copied_by_parts

_FIRST_SERIAL: Final = date(1899, 12, 30)
"""The day that spreadsheets count as 0, once the day in 1900 that there never was is past."""
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?\Z")
_FIGURES: Final = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})(?: 00:00(?::00)?)?\Z")
_WORDS: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ \-]([a-z]{3,9})\.?,?[ \-](\d{4})\Z")
_MONTH: Final = re.compile(r"(?:(\d{4})-(\d{1,2})|(\d{1,2})/(\d{4})|([a-z]{3,9})\.?[ \-](\d{4}))\Z")
_SERIAL: Final = re.compile(r"\d{5}\Z")


@copied_by_parts
class ColumnMap(NamedTuple):
    """What one column means.

    Attributes:
        fact: The fact's id.
        values: What a cell says, in small letters, to the value of the fact that it means.
        days: How its days are written in figures.
    """

    fact: str
    values: Mapping[str, Any]
    days: Order


@copied_by_parts
class RegisterMap(NamedTuple):
    """What a register means.

    Attributes:
        columns: By heading, the columns that are facts.
        case: The heading of the column that says which case a row belongs to.
        keep: Headings of columns that are carried over.
        ignore: Headings of columns that are not read.
        serial_days: Whether a number of five figures is a day as spreadsheets count them.
        months: Whether a month without a day may stand for a date.
        blank: What a cell may say that means that nothing is recorded, in small letters.
        always: Facts that have the same value in every row, without a column.
    """

    columns: Mapping[str, ColumnMap]
    case: str | None
    keep: tuple[str, ...]
    ignore: tuple[str, ...]
    serial_days: bool
    months: bool
    blank: frozenset[str]
    always: Mapping[str, FactValue]


def read_mapping(path: str | Path, vocabulary: Vocabulary) -> RegisterMap:
    """Return the mapping that a file holds.

    Raises:
        CaseError: It cannot be read, or says something that no register can mean; with every fault and its line.
    """
    return mapping_from(read_file(Path(path)), vocabulary)


def mapping_from(document: Document, vocabulary: Vocabulary) -> RegisterMap:
    """Return the mapping that a document holds.

    Raises:
        CaseError: It says something that no register can mean; with every fault and its place.
    """
    reader = _Reader(document, vocabulary)
    if document.faults:
        raise CaseError(document.faults)
    found = reader.read()
    if reader.faults:
        raise CaseError(reader.faults)
    return found


class _Reader:
    """One pass over a mapping file; collects every fault."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self.document = document
        self.vocabulary = vocabulary
        self.faults: list[Fault] = []

    def fault(self, path: tuple[str | int, ...], message: str) -> None:
        self.faults.append(self.document.fault(path, message))

    def read(self) -> RegisterMap:
        raw = self.document.value
        if not isinstance(raw, dict) or not isinstance(raw.get("columns"), dict):
            self.fault((), "expected a mapping with `columns:`, from each heading to its fact")
            raise CaseError(self.faults)
        for key in raw:
            if key not in KEYS:
                self.fault((key,), f"'{shown(key)}' is not part of a mapping{did_you_mean(key, KEYS)}; expected {', '.join(KEYS)}")
        order = self.order(raw, (), "day_first")
        columns: dict[str, ColumnMap] = {}
        owners: dict[str, str] = {}
        for heading, given in raw["columns"].items():
            path = ("columns", heading)
            column = self.column(given, path, order)
            if column is None:
                continue
            first = owners.setdefault(column.fact, heading)
            if first != heading:
                self.fault(path, f"{column.fact} is the column '{shown(first)}' already; a fact is read from one column")
            columns[_heading(heading)] = column
        case = raw.get("case")
        if not isinstance(case, str | None):
            self.fault(("case",), "expected the heading of a column for 'case'")
            case = None
        keep, ignore, blank = (self.texts(raw, key) for key in ("keep", "ignore", "blank"))
        return RegisterMap(
            columns,
            _heading(case) if case else None,
            tuple(map(_heading, keep)),
            tuple(map(_heading, ignore)),
            self.flag(raw, "serial_days"),
            self.flag(raw, "months"),
            frozenset(map(folded, blank)),
            dict(self.always(raw, owners)),
        )

    def always(self, raw: Mapping[str, Any], owners: Mapping[str, str]) -> Iterator[tuple[str, FactValue]]:
        """Yield the facts that have the same value in every row."""
        given = {} if raw.get("always") is None else raw["always"]
        if not isinstance(given, dict):
            self.fault(("always",), "expected facts that are so in every row, as `fact: value` lines")
            return
        for name, value in given.items():
            fact = self.vocabulary.by_id.get(name)
            if fact is None:
                self.fault(("always", name), f"there is no fact called '{shown(name)}'{did_you_mean(name, self.vocabulary.by_id)}")
            elif name in owners:
                self.fault(("always", name), f"{name} is the column '{shown(owners[name])}' already")
            else:
                try:
                    yield name, fact.parse(value)
                except ValueError as error:
                    self.fault(("always", name), f"{name}: {error}")

    def column(self, given: Any, path: tuple[str, ...], order: Order) -> ColumnMap | None:
        """Return what one column means: a fact's id, or a mapping that says more."""
        more = given if isinstance(given, dict) else {"fact": given}
        for key in more:
            if key not in COLUMN_KEYS:
                self.fault((*path, key), f"'{shown(key)}' is not part of a column{did_you_mean(key, COLUMN_KEYS)}; expected {', '.join(COLUMN_KEYS)}")
        fact = self.vocabulary.by_id.get(more["fact"]) if isinstance(more.get("fact"), str) else None
        if fact is None:
            hint = did_you_mean(str(more.get("fact")), self.vocabulary.by_id) or "; `cspr-rules facts` lists them"
            self.fault(path, f"there is no fact called '{shown(more.get('fact'))}'{hint}")
            return None
        values: dict[str, Any] = {}
        for said, meant in (more.get("values") or {}).items() if isinstance(more.get("values"), dict | None) else ():
            try:
                values[folded(said)] = None if meant is None or meant == UNKNOWN_WORD else fact.parse(meant)
            except ValueError as error:
                self.fault((*path, "values", said), f"{fact.id}: {error}")
        if not isinstance(more.get("values"), dict | None):
            self.fault((*path, "values"), "expected what a cell says and the value that it means, as `says: value` lines")
        return ColumnMap(fact.id, values, self.order(more, path, order))

    def order(self, raw: Mapping[str, Any], path: tuple[str, ...], default: Order) -> Order:
        given = raw.get("days", default)
        if given not in ORDERS:
            self.fault((*path, "days"), f"expected one of {', '.join(ORDERS)}{did_you_mean(str(given), ORDERS)}")
            return default
        found: Order = given
        return found

    def flag(self, raw: Mapping[str, Any], key: str) -> bool:
        if not isinstance(raw.get(key, False), bool):
            self.fault((key,), f"expected true or false for '{key}'")
        return raw.get(key) is True

    def texts(self, raw: Mapping[str, Any], key: str) -> list[str]:
        given = [] if raw.get(key) is None else raw[key]
        if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
            self.fault((key,), f"expected a list of texts for '{key}'")
            return []
        return given


def folded(value: Any) -> str:
    """Return what a cell says in small letters and with single blanks: what a mapping is held against."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).casefold().split())


def _heading(text: str) -> str:
    return " ".join(text.split())


def unmapped(mapping: RegisterMap, headings: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield where a mapping and the headings of a register do not fit: a column of which nothing is said, or that is not there."""
    named = {*mapping.columns, *mapping.keep, *mapping.ignore, *([mapping.case] if mapping.case else [])}
    for heading in headings:
        if heading not in named:
            near = did_you_mean(heading, named)
            yield Fault(
                f"column '{shown(heading)}'", f"the mapping does not say what this column is{near}; name it under `columns`, `keep` or `ignore`"
            )
    for heading in sorted(named - set(headings)):
        yield Fault(f"column '{shown(heading)}'", f"the mapping names this column and the register has none{did_you_mean(heading, headings)}")


def meant(mapping: RegisterMap, column: ColumnMap, fact: Fact, cells: Numbered) -> Numbered:
    """Return the cells of a column as values of its fact; a cell that is none is a :class:`Refused`."""
    return renumbered(cells.codes, [value_meant(mapping, column, fact, value) for value in cells.values])


def value_meant(mapping: RegisterMap, column: ColumnMap, fact: Fact, raw: Any) -> Any:
    """Return what one cell means: a value of the fact, ``None`` if nothing is recorded, or a :class:`Refused`."""
    words = folded(raw)
    if words in column.values:
        return column.values[words]
    if not words or words in mapping.blank or words == UNKNOWN_WORD:
        return None
    try:
        if fact.type == "date":
            return fact.parse(_day(raw, words, mapping, column.days))
        if isinstance(raw, str):
            return fact.parse(_plainly(fact, raw.strip(), words))
        return fact.parse(raw)
    except ValueError as error:
        also = "" if fact.type == "date" else "; the mapping can say what the cell means, under `values`"
        return Refused(f"{fact.id}: {error}{also}")


def _plainly(fact: Fact, text: str, words: str) -> Any:
    """Return text of a file without types as what it says of a fact."""
    if fact.type == "yes_no":
        return {"true": True, "false": False}.get(words, text)
    if fact.type == "number":
        number = text.removesuffix(".0")
        return int(number) if number.isascii() and number.lstrip("-").isdigit() and len(number) < 10 else text
    return text


def _day(raw: Any, words: str, mapping: RegisterMap, order: Order) -> Any:
    """Return a day as a value that a date fact takes.

    Raises:
        ValueError: It is none, or not as the mapping says that days are written.
    """
    if not isinstance(raw, str | int) or isinstance(raw, bool):
        return raw
    if found := _ISO.match(words.upper()):
        return _made(*map(int, found.groups()))
    if found := _WORDS.match(words):
        return _made(int(found[3]), _month(found[2]), int(found[1]))
    if (found := _FIGURES.match(words)) and order != "year_first":
        first, second, year = map(int, found.groups())
        return _made(year, second, first) if order == "day_first" else _made(year, first, second)
    if _SERIAL.match(words) and mapping.serial_days:
        return _FIRST_SERIAL + timedelta(days=int(words))
    if found := _MONTH.match(words):
        if not mapping.months:
            raise ValueError("this is a month without a day; say `months: true` in the mapping if that is what is known")
        month = _month(found[5]) if found[5] else int(found[2] or found[3])
        return f"{found[1] or found[4] or found[6]}-{month:02}"
    if words.replace(" ", "_") == "not_yet":
        return "not_yet"
    example = {"day_first": "27/03/2024", "month_first": "03/27/2024", "year_first": "2024-03-27"}[order]
    serial = "; a number of five figures is a day only with `serial_days: true`" if _SERIAL.match(words) else ""
    if isinstance(raw, str) and re.fullmatch(r"[a-z_]+", words):
        return raw.strip()  # a word that the vocabulary may know
    raise ValueError(f"expected a day such as {example} or 27 March 2024, with the year in four figures{serial}")


def _made(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"


def _month(word: str) -> int:
    if word[:3] not in _MONTHS:
        raise ValueError("expected a day such as 27 March 2024")
    return _MONTHS.index(word[:3]) + 1
