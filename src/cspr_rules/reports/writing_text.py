"""A document as lines of text: for a terminal, a pipe or a file."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from cspr_rules.pictures.marks import MARK_LOOKS
from cspr_rules.reports.document import Heading, Item, Look, Paragraph, Piece, Plain, Table, Words, bare, numbered, spans
from cspr_rules.reports.layout import wrapped

WIDTH: Final = 100
NARROWEST: Final = 60
WIDEST: Final = 160
_NARROWEST_COLUMN: Final = 8
_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"
_COLOURS: Final[Mapping[str, str]] = {"good": "\x1b[32m", "bad": "\x1b[31m", "open": "\x1b[33m", "quiet": "\x1b[2m"}
_HEAVY: Final[frozenset[str]] = frozenset({"strong", "good", "bad", "open", "must", "must_not"})


class Paper(NamedTuple):
    """What text is written on.

    Attributes:
        width: The most columns of a line.
        bold: Whether weight can be shown.
        colour: Whether colour can be shown too.
    """

    width: int = WIDTH
    bold: bool = False
    colour: bool = False


def paper() -> Paper:
    """Return what standard output is: in a terminal its width and weights; elsewhere always the same, so that a file does not depend on a window."""
    if not sys.stdout.isatty():
        return Paper()
    width = max(NARROWEST, min(WIDEST, shutil.get_terminal_size().columns))
    bold = os.environ.get("TERM", "") != "dumb"
    return Paper(width, bold, bold and not os.environ.get("NO_COLOR"))


def text(pieces: Iterable[Piece], on: Paper = Paper(), *, compact: bool = False) -> str:  # noqa: B008 - a value, never changed
    """Return a document as text. Pictures are for pages only; what they show stands in words as well.

    Args:
        pieces: The document.
        on: What it is written on.
        compact: Whether it has to be short: headings in capitals, and a blank line before each and nowhere else. Otherwise headings are underlined,
            and a blank line stands between any two pieces but the items of one list that have no numbers.
    """
    lines: list[str] = []
    above = 2
    last: Plain | None = None
    for piece, number in numbered(pieces):
        if isinstance(piece, Item) and not piece.level:
            above = len(_marker(piece, number))
        apart = isinstance(piece, Heading) if compact else not (isinstance(piece, Item) and isinstance(last, Item) and not piece.numbered)
        lines += [""] if lines and apart else []
        lines += written(piece, on, number, above) if compact or not isinstance(piece, Heading) else _underlined(piece, on)
        last = piece
    return "\n".join(lines) + "\n"


def _underlined(heading: Heading, on: Paper) -> list[str]:
    lines = _wrapped(heading.words, "", on, "strong")
    widest = max((len(line) for line in _wrapped(heading.words, "", Paper(on.width))), default=0)
    return [*lines, ("=" if heading.level == 1 else "-") * widest]


def _marker(item: Item, number: int) -> str:
    return f"{number}. " if item.numbered else "- "


def written(piece: Plain, on: Paper, number: int = 0, above: int = 2) -> list[str]:
    """Return the lines of one piece.

    Args:
        piece: The piece.
        on: What it is written on.
        number: The number of an item that is counted.
        above: By how many columns an item is indented that belongs to another: the width of that one's number or dash.
    """
    if isinstance(piece, Heading):
        words = piece.words if piece.level == 1 else tuple(span._replace(text=span.text.upper()) for span in spans(piece.words))
        return _wrapped(words, "", on, "strong")
    if isinstance(piece, Paragraph):
        return _wrapped(piece.words, "", on, piece.look)
    if isinstance(piece, Item):
        return _wrapped(piece.words, " " * (above + 2 * (piece.level - 1) if piece.level else 0) + _marker(piece, number), on)
    return _tabled(piece, on)


def _tabled(table: Table, on: Paper) -> list[str]:
    """Return a table as lines, its widest columns made narrower until it fits."""
    every = [[bare(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*every, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > on.width:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= _NARROWEST_COLUMN:
            break
        widths[widest] -= 1
    lines = [*([*_wrapped(table.caption, "", on), ""] if table.caption else []), *_row(every[0], widths), "  ".join("-" * width for width in widths)]
    for row in every[1:]:
        lines += _row(row, widths)
    return lines


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [textwrap.wrap(_breakable(cell, width), width, break_on_hyphens=False) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(len(lines) for lines in wrapped)
    padded = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return ["  ".join(line.ljust(width) for line, width in zip(row, widths, strict=True)).rstrip() for row in zip(*padded, strict=True)]


def _breakable(cell: str, width: int) -> str:
    """Return a cell in which a word that is longer than its column is in pieces that fit: after a dot or an underscore where there is one."""
    pieces = rf"\S{{1,{width}}}\Z|\S{{1,{width - 1}}}[._]|\S{{1,{width}}}"
    return re.sub(rf"\S{{{width + 1},}}", lambda word: " ".join(re.findall(pieces, word[0])), cell)


def _wrapped(words: Words, lead: str, on: Paper, look: Look = "") -> list[str]:
    lines = wrapped(bare(words), lead, width=on.width) or [lead.rstrip()]
    if not on.bold:
        return lines
    # Lines are broken as if there were no looks; then each character that prints takes the look of its own words.
    codes = (code for text, own, *_ in spans(words) for code in [_codes(own or look, on)] for character in text if not character.isspace())
    return [line[: len(lead)] + _shown(line[len(lead) :], codes) for line in lines]


def _codes(look: Look, on: Paper) -> str:
    shown = MARK_LOOKS.get(look, look)
    return (_BOLD if shown in _HEAVY else "") + (_COLOURS.get(shown, "") if on.colour else "")


def _shown(line: str, codes: Iterator[str]) -> str:
    found, last, space = [], "", ""
    for character in line:
        if character == " ":
            space += character
            continue
        code = next(codes)
        found.append(f"{_PLAIN if last and code != last else ''}{space}{code if code != last else ''}{character}")
        last, space = code, ""
    return "".join(found) + (_PLAIN if last else "")
