"""Sheets for people: headings, paragraphs, lists, tables and pictures, printed as plain text, Markdown or one HTML page without scripts."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from cspr_rules.pictures.drawing import table_of
from cspr_rules.pictures.markup import Markup, fixed, tag
from cspr_rules.reports.document import Table
from cspr_rules.reports.writing_html import whole
from cspr_rules.safe_text import visible

WIDTH: Final = 110
NARROWEST: Final = 8


class Heading(NamedTuple):
    """A heading; level 1 is the title."""

    level: int
    text: str


class Paragraph(NamedTuple):
    """A paragraph."""

    text: str


class Items(NamedTuple):
    """A list."""

    items: tuple[str, ...]


class Picture(NamedTuple):
    """A picture, on HTML pages only; what it shows is in the text as well.

    Attributes:
        svg: The picture, safe to stand inside a page.
    """

    svg: str


Piece: TypeAlias = Heading | Paragraph | Items | Table | Picture


def text(pieces: Iterable[Piece]) -> str:
    """Return a sheet as plain text, at most 110 columns wide."""
    lines: list[str] = []
    for piece in pieces:
        if isinstance(piece, Picture):
            continue
        if lines:
            lines.append("")
        match piece:
            case Heading(level, words):
                heading = visible(words)
                lines += [heading, ("=" if level == 1 else "-") * min(len(heading), WIDTH)]
            case Paragraph(words):
                lines += textwrap.wrap(visible(words), WIDTH)
            case Items(items):
                for item in items:
                    lines += textwrap.wrap(visible(item), WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
            case Table():
                lines += _text_table(piece)
    return "\n".join(lines) + "\n"


def _text_table(table: Table) -> list[str]:
    every = [[visible(cell) for cell in row] for row in (table.columns, *table.rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*every, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > WIDTH:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    lines = [visible(table.caption), "", *_text_row(every[0], widths), "  ".join("-" * width for width in widths)]
    for row in every[1:]:
        lines += _text_row(row, widths)
    return lines


def _text_row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    wrapped = [textwrap.wrap(cell, width, break_on_hyphens=False) or [""] for cell, width in zip(cells, widths, strict=True)]
    height = max(len(lines) for lines in wrapped)
    padded = [[*lines, *[""] * (height - len(lines))] for lines in wrapped]
    return ["  ".join(line.ljust(width) for line, width in zip(row, widths, strict=True)).rstrip() for row in zip(*padded, strict=True)]


def markdown(pieces: Iterable[Piece]) -> str:
    """Return a sheet as Markdown."""
    parts: list[str] = []
    for piece in pieces:
        match piece:
            case Heading(level, words):
                parts.append(f"{'#' * level} {_marked(words)}")
            case Paragraph(words):
                parts.append(_marked(words))
            case Items(items):
                parts.append("\n".join(f"- {_marked(item)}" for item in items))
            case Table(caption, columns, rows):
                lines = [_marked(caption), "", _marked_row(columns), "|" + " --- |" * len(columns), *(_marked_row(row) for row in rows)]
                parts.append("\n".join(lines))
            case Picture():
                continue
    return "\n\n".join(parts) + "\n"


def _marked_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_marked(cell) for cell in cells) + " |"


def _marked(words: str) -> str:
    words = visible(words)
    for character in "\\`*_[]<>#|":
        words = words.replace(character, "\\" + character)
    return words


def html(pieces: Iterable[Piece], title: str) -> str:
    """Return a sheet as one HTML page, in the design of the page of a decision: nothing is fetched, nothing is run, and it prints.

    Args:
        pieces: What it holds.
        title: The page's title.
    """
    return whole(title, [_shown(piece) for piece in pieces])


def _shown(piece: Piece) -> Markup:
    match piece:
        case Heading(level, words):
            return tag(f"h{level}", words)
        case Paragraph(words):
            return tag("p", words)
        case Items(items):
            return tag("ul", [tag("li", item) for item in items])
        case Table(caption, columns, rows):
            return table_of([columns, *rows], caption)
        case Picture(svg):
            return tag("figure", fixed(svg), class_="planned")
