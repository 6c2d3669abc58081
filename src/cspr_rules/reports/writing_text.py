"""A document as lines of text: for a terminal, a pipe or a file."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from cspr_rules.reports.document import Heading, Item, Look, Paragraph, Picture, Piece, Table, Words, bare, spans

WIDTH: Final = 100
NARROWEST: Final = 60
WIDEST: Final = 160
_NARROWEST_COLUMN: Final = 8
_BOLD: Final = "\x1b[1m"
_PLAIN: Final = "\x1b[0m"
_COLOURS: Final[dict[Look, str]] = {"good": "\x1b[32m", "bad": "\x1b[31m", "open": "\x1b[33m", "quiet": "\x1b[2m"}
_HEAVY: Final[frozenset[Look]] = frozenset({"strong", "good", "bad", "open", "must", "must_not"})


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
            and a blank line stands between any two pieces but the items of one list.
    """
    lines: list[str] = []
    number = 0
    last: Piece | None = None
    for piece in pieces:
        if isinstance(piece, Picture):
            continue
        if isinstance(piece, Heading):
            number = 0
        elif isinstance(piece, Item) and piece.numbered:
            number += 1
        apart = isinstance(piece, Heading) if compact else not (isinstance(piece, Item) and isinstance(last, Item))
        lines += [""] if lines and apart else []
        lines += written(piece, on, number) if compact or not isinstance(piece, Heading) else _underlined(piece, on)
        last = piece
    return "\n".join(lines) + "\n"


def _underlined(heading: Heading, on: Paper) -> list[str]:
    lines = _wrapped(heading.words, "", on, "strong")
    widest = max((len(line) for line in _wrapped(heading.words, "", Paper(on.width))), default=0)
    return [*lines, ("=" if heading.level == 1 else "-") * widest]


def written(piece: Piece, on: Paper, number: int = 0) -> list[str]:
    """Return the lines of one piece; a picture has none."""
    if isinstance(piece, Heading):
        words = piece.words if piece.level == 1 else tuple(span._replace(text=span.text.upper()) for span in spans(piece.words))
        return _wrapped(words, "", on, "strong")
    if isinstance(piece, Paragraph):
        return _wrapped(piece.words, "", on, piece.look)
    if isinstance(piece, Item):
        return _wrapped(piece.words, "  " * piece.level + (f"{number}. " if piece.numbered else "- "), on)
    return _tabled(piece, on) if isinstance(piece, Table) else []


def _tabled(table: Table, on: Paper) -> list[str]:
    """Return a table as lines, its widest columns made narrower until it fits."""
    every = [[bare(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*every, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > on.width:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= _NARROWEST_COLUMN:
            break
        widths[widest] -= 1
    lines = [*_wrapped(table.caption, "", on), "", *_row(every[0], widths), "  ".join("-" * width for width in widths)]
    for row in every[1:]:
        lines += _row(row, widths)
    return lines


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [textwrap.wrap(cell, width, break_on_hyphens=False) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(len(lines) for lines in wrapped)
    padded = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return ["  ".join(line.ljust(width) for line, width in zip(row, widths, strict=True)).rstrip() for row in zip(*padded, strict=True)]


def _wrapped(words: Words, lead: str, on: Paper, look: Look = "") -> list[str]:
    room = on.width - len(lead)
    lines: list[list[list[tuple[str, Look]]]] = [[]]
    used = 0
    for word in _words(words, look, room):
        length = sum(len(text) for text, _ in word)
        if used and used + 1 + length > room:
            lines.append([])
            used = 0
        used += length + bool(used)
        lines[-1].append(word)
    indent = " " * len(lead)
    return [(indent if place else lead) + _shown(line, on) for place, line in enumerate(lines)]


def _words(words: Words, look: Look, room: int) -> Iterator[list[tuple[str, Look]]]:
    """Yield words, each in parts that look alike; one that is longer than a line in as many pieces as it takes."""
    word: list[tuple[str, Look]] = []
    length = 0
    for text, own in spans(words):
        for part in re.findall(r"\s+|\S+", text):
            if part.isspace():
                if word:
                    yield word
                word, length = [], 0
                continue
            while length + len(part) > room:
                if room > length:
                    word.append((part[: room - length], own or look))
                yield word
                part = part[max(room - length, 0) :]  # noqa: PLW2901 -- what is left of it
                word, length = [], 0
            if part:
                word.append((part, own or look))
                length += len(part)
    if word:
        yield word


def _shown(line: list[list[tuple[str, Look]]], on: Paper) -> str:
    parts = [(" " if place and not index else "", text, look) for place, word in enumerate(line) for index, (text, look) in enumerate(word)]
    found: list[str] = []
    last = ""
    for space, text, look in parts:
        codes = ((_BOLD if look in _HEAVY else "") + (_COLOURS.get(look, "") if on.colour else "")) if on.bold else ""
        if codes == last:
            found.append(space + text)
        else:
            found.append(f"{_PLAIN if last else ''}{space}{codes}{text}")
        last = codes
    return "".join(found) + (_PLAIN if last else "")
