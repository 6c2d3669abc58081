"""A document as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from cspr_rules.explain.english import escaped
from cspr_rules.reports.document import Cell, Heading, Item, Look, Paragraph, Piece, Words, bare, in_lines, spans

_BOLD: Final[frozenset[Look]] = frozenset({"strong", "good", "bad", "open", "must", "must_not"})


def markdown(pieces: Iterable[Piece]) -> str:
    """Return a document as Markdown. Pictures are for pages only; what they show stands in words as well."""
    parts: list[str] = []
    last: Piece | None = None
    number, above = 0, 2
    for piece in in_lines(pieces):
        if isinstance(piece, Heading):
            number = 0
            parts += ["", f"{'#' * piece.level} {escaped(''.join(span.text for span in spans(piece.words)))}", ""]
        elif isinstance(piece, Paragraph):
            parts += ([""] if isinstance(last, Item | Paragraph) else []) + [_marked(piece.words)]
        elif isinstance(piece, Item):
            number += piece.numbered
            marker = f"{number}. " if piece.numbered else "- "
            if not piece.level:
                above = len(marker)  # an item belongs to the one above it only if it is indented as far as that one's words
            indent = " " * (above + 2 * (piece.level - 1)) if piece.level else ""
            parts += ([""] if isinstance(last, Paragraph) else []) + [indent + marker + _marked(piece.words)]
        else:
            rule = "|" + " --- |" * len(piece.columns)
            parts += ["", *([escaped(piece.caption), ""] if piece.caption else []), _row(piece.columns), rule, *map(_row, piece.rows), ""]
        last = piece
    lines = [part for place, part in enumerate(parts) if part or (place and parts[place - 1])]  # one blank line is enough
    return "\n".join(lines).strip() + "\n"


def _row(cells: Iterable[Cell]) -> str:
    return "| " + " | ".join(escaped(bare(cell)) for cell in cells) + " |"


def _marked(words: Words) -> str:
    found = []
    for bold, side_by_side in groupby(spans(words), lambda span: span.look in _BOLD):
        if not bold:
            found += [f"`{text}`" if look == "name" and "`" not in text else escaped(text, trim=False) for text, look, *_ in side_by_side]
            continue
        text = "".join(span.text for span in side_by_side)
        start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
        found.append(f"{start}**{escaped(text.strip())}**{end}" if text.strip() else text)
    return " ".join("".join(found).split())
