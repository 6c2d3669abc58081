"""A mapping file proposed for a register: from headings and cells to facts. A person confirms every line; nothing is read by a guess."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from cspr_rules.bulk.mapping import ColumnMap, RegisterMap, folded, value_meant
from cspr_rules.bulk.mapping_keys import Order
from cspr_rules.bulk.numbering import Numbered
from cspr_rules.bulk.register import Refused
from cspr_rules.bulk.register_files import Table
from cspr_rules.model.vocabulary import Fact, Vocabulary

_YES: Final = ("yes", "y", "true", "1", "t")
_NO: Final = ("no", "n", "false", "0", "f")
_BLANK: Final = ("n/k", "nk", "not known", "unknown", "not recorded", "tbc", "-", "?", "n/a", "#n/a")
_REFERENCE: Final = frozenset(("ref", "reference", "case", "id", "number", "no", "incident"))
_STOP: Final = frozenset(
    "a the of on in is was to for and or by it has been that who which at did when where".split()  # noqa: SIM905 -- words are read as words
)
_STEM: Final = 6
"""How many letters of a word are looked at: notified and notification are alike."""
_ENDINGS: Final = ("ing", "ed", "s", "n")
_WORD: Final = re.compile(r"[a-z]+")
_FIGURES: Final = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ]\d{4}")
_ENOUGH: Final = 0.34
"""How much of a heading has to be said of a fact for it to be proposed."""

_OWN_WORDS: Final = 0.15
"""What it counts that every cell of a column is a word of a fact's own."""

_FILLED: Final = 0.9
"""In how large a share of the rows a reference has to stand for its column to be proposed; a row without one is told when the register is read."""

_FITS: Final = 0.5
"""How many of the different cells of a column have to be values of a fact for it to be proposed, as a share."""


class _Likely(NamedTuple):
    score: float
    fact: Fact


def proposed(table: Table, vocabulary: Vocabulary) -> str:
    """Return a mapping file for a register, with what it rests on in comments.

    Args:
        table: The register as it stands.
        vocabulary: The facts.
    """
    case = _case_column(table, vocabulary)
    words: dict[Fact, _Said] | None = vocabulary.kept.get(__name__)
    if words is None:
        words = {fact: _Said(set(_words(fact.id)), set(_words(f"{fact.meaning} {fact.question}"))) for fact in vocabulary.facts}
        vocabulary.kept[__name__] = words
    likely = {heading: _likely(heading, cells, words) for heading, cells in table.columns.items() if heading != case}
    taken: dict[str, str] = {}
    for heading, found in sorted(likely.items(), key=lambda each: -each[1][0].score if each[1] else 0.0):
        for each in found:
            if each.fact.id not in taken.values():
                taken[heading] = each.fact.id
                break
    order, why = _order(table.columns[heading] for heading, fact in taken.items() if vocabulary.by_id[fact].type == "date")
    serial = _has(table, taken, vocabulary, "[0-9]{5}")
    months = _has(table, taken, vocabulary, "[0-9]{4}-[0-9]{2}|[0-9]{1,2}/[0-9]{4}|[a-z]+ [0-9]{4}")
    references = f"case: {_text(case)}  # which rows are children of one incident{_empty(table.columns[case])}" if case else ""
    lines = [
        f"# Proposed for {_plain(table.name)}. Confirm or correct every line, then use it with --mapping.",
        references or "# case: HEADING  # no column says which rows belong together",
        f"days: {order}  # {why}",
        f"serial_days: {_flag(serial)}  # whether 45378 is a day as a spreadsheet counts it",
        f"months: {_flag(months)}  # whether a month alone may stand for a date",
        f"blank: [{', '.join(_text(word) for word in sorted(_blanks(table)))}]  # what says that nothing is recorded",
        "columns:",
    ]
    for heading, cells in table.columns.items():
        if heading in taken:
            lines += _column(heading, cells, vocabulary.by_id[taken[heading]], [each.fact.id for each in likely[heading]], order)
    if not taken:
        lines[-1] = "columns: {}"
    others = [heading for heading in table.columns if heading not in taken and heading != case]
    lines.append("# always: {FACT: VALUE}  # what is so in every row of this register, and has no column")
    lines.append(f"ignore: [{', '.join(map(_text, others))}]  # not read; move to `columns` or `keep` what is wanted")
    return "\n".join(lines) + "\n"


class _Said(NamedTuple):
    """The words of a fact's name, and those of its meaning and question."""

    name: set[str]
    more: set[str]


def _likely(heading: str, cells: Numbered, facts: Mapping[Fact, _Said]) -> list[_Likely]:
    """Return the facts that a column may be, the likeliest first."""
    words = set(_words(heading))
    found = []
    for fact, (name, more) in facts.items():
        if heading == fact.id:
            return [_Likely(2.0, fact)]
        said = words - {"date"} if fact.type == "date" else words  # it says of what type it is, and not which
        score = (len(said & name) + 0.5 * len(said & (more - name))) / max(len(said), 1) - 0.02 * len(name - said)
        if score > _ENOUGH / 2 and (fits := _fitting(cells, fact)) >= _FITS:
            score += _OWN_WORDS if fact.type == "one_of" and fits == 1 and len(cells.values) > 1 else 0.0
            found += [_Likely(score * fits, fact)] if score > _ENOUGH else []
    return sorted(found, key=lambda each: (-each.score, each.fact.id))[:3]


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.casefold()):
        if word not in _STOP:
            stem = next((word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending) and len(word) > len(ending) + 2), word)
            yield stem[:_STEM]


def _fitting(cells: Numbered, fact: Fact) -> float:
    """Return how large a share of the different cells of a column can be values of a fact."""
    said = [value for value in cells.values if folded(value) not in _BLANK]
    if not said:
        return 1.0
    column = ColumnMap(fact.id, _values(said, fact), "day_first")
    mapping = RegisterMap({}, None, (), (), serial_days=True, months=True, blank=frozenset(_BLANK), always={})
    some = said[:200]
    refused = sum(isinstance(value_meant(mapping, column, fact, value), Refused) for value in some)
    return 1 - refused / len(some)


def _values(said: Iterable[Any], fact: Fact) -> dict[str, Any]:
    """Return what the cells of a column most likely mean, for what they say that is no value of the fact as it stands."""
    found: dict[str, Any] = {}
    for value in said:
        words = folded(value)
        if fact.type == "yes_no" and not isinstance(value, bool) and words in (*_YES, *_NO) and words not in ("true", "false"):
            found[words] = words in _YES
        if fact.type == "one_of" and not (isinstance(value, str) and value in fact.values):
            near = [each for each in fact.values if words.replace(" ", "_").replace("-", "_") == each or words == folded(fact.values[each])]
            if near:
                found[words] = near[0]
    return found


def _case_column(table: Table, vocabulary: Vocabulary) -> str | None:
    """Return the column that most likely says which case a row belongs to: named so, filled in nearly every row, and no fact."""
    for heading, cells in table.columns.items():
        words = set(_WORD.findall(heading.casefold()))
        filled = not len(cells.codes) or (cells.codes >= 0).mean() >= _FILLED
        if words and words <= _REFERENCE and filled and heading not in vocabulary.by_id:
            return heading
    return None


def _empty(cells: Numbered) -> str:
    empty = int((cells.codes < 0).sum())
    return f"; it is empty in {empty} rows, which are told and not decided" if empty else ""


def _order(columns: Iterable[Numbered]) -> tuple[Order, str]:
    """Return how days are most likely written in figures, and why."""
    pairs = [tuple(map(int, found.groups())) for cells in columns for value in cells.values if (found := _FIGURES.match(folded(value)))]
    day_first, month_first = sum(first > 12 for first, _ in pairs), sum(second > 12 for _, second in pairs)
    if not pairs:
        return "day_first", "no day is written in figures that could be read in two ways"
    if day_first and month_first:
        return "day_first", f"{day_first} can only be read so, and {month_first} only with the month first: look at them"
    if month_first:
        return "month_first", f"{month_first} can only be read so"
    return "day_first", f"{day_first} can only be read so" if day_first else "as in England; every one of them could be read either way"


def _has(table: Table, taken: Mapping[str, str], vocabulary: Vocabulary, shape: str) -> bool:
    dates = [heading for heading, fact in taken.items() if vocabulary.by_id[fact].type == "date"]
    return any(re.fullmatch(shape, folded(value)) for heading in dates for value in table.columns[heading].values)


def _blanks(table: Table) -> set[str]:
    return {words for cells in table.columns.values() for value in cells.values if (words := folded(value)) in _BLANK}


def _column(heading: str, cells: Numbered, fact: Fact, likely: list[str], order: Order) -> Iterator[str]:
    others = [each for each in likely if each != fact.id]
    note = f"  # or {', '.join(others)}" if others else ""
    values = _values(cells.values, fact)
    said = Counter(folded(value) for value in cells.values)
    known = {word: value for word, value in values.items() if word in said}
    if not known:
        yield f"  {_text(heading)}: {fact.id}{note}"
        return
    yield f"  {_text(heading)}:{note}"
    yield f"    fact: {fact.id}"
    yield "    values:"
    for word, value in sorted(known.items()):
        yield f"      {_text(word)}: {_flag(value) if isinstance(value, bool) else _text(str(value))}"


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _text(text: str) -> str:
    """Return text as YAML reads it whatever it says: as JSON writes it."""
    return json.dumps(text, ensure_ascii=True)


def _plain(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)
