"""A document as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from cspr_rules.reports.document import Cell, Heading, Item, Look, Paragraph, Piece, Span, Stack, Words, numbered, spans

_BOLD: Final[frozenset[Look]] = frozenset({"strong", "good", "bad", "open", "must", "must_not"})
_SPECIAL: Final = re.compile(r"[\\`*_~\[\]<>|#&]")
_STEP: Final = 4
"""By how many columns an item is indented that belongs to another: enough for a dash or a number, and what readers other than GitHub ask for."""
_ADDRESS: Final = str.maketrans({" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "|": "%7C"})


def escaped(words: str, *, trim: bool = True) -> str:
    """Return words so that Markdown shows them as they stand; with ``trim``, without line breaks and space at the ends."""
    return _SPECIAL.sub(lambda found: "\\" + found.group(), " ".join(words.split()) if trim else words)


def markdown(pieces: Iterable[Piece], *, places: bool = False) -> str:
    """Return a document as Markdown. Pictures are for pages only; what they show stands in words as well.

    Args:
        pieces: The document.
        places: Whether the headings that something leads to are marked, and the links to them written: for files that stay in a folder. What is
            pasted into a comment or a log has no places of its own.
    """
    parts: list[str] = []
    last: Piece | None = None
    above = _STEP
    for piece, number in numbered(pieces):
        if isinstance(piece, Heading):
            keys = [span.key for span in spans(piece.words) if span.key and places]
            words = escaped("".join(span.text for span in spans(piece.words)))
            parts += ["", *(f'<a id="{key}"></a>\n' for key in keys), f"{'#' * piece.level} {words}", ""]
        elif isinstance(piece, Paragraph):
            lead = "> " if piece.look == "note" else ""
            parts += ([""] if isinstance(last, Item | Paragraph) else []) + [lead + _marked(piece.words, places)]
        elif isinstance(piece, Item):
            marker = f"{number}. " if piece.numbered else "- "
            if not piece.level:
                above = max(_STEP, len(marker))  # an item belongs to the one above it only if it is indented as far as that one's words
            indent = " " * (above + _STEP * (piece.level - 1)) if piece.level else ""
            parts += ([""] if isinstance(last, Paragraph) else []) + [indent + marker + _marked(piece.words, places)]
        else:
            rows = (_row(row, places) for row in (piece.columns, *piece.rows))
            caption = [escaped(piece.caption), ""] if piece.caption else []
            parts += ["", *caption, next(rows), "|" + "---|" * len(piece.columns), *rows, ""]
        last = piece
    lines = [part for place, part in enumerate(parts) if part or (place and parts[place - 1])]  # one blank line is enough
    return "\n".join(lines).strip() + "\n"


def _row(cells: Iterable[Cell], places: bool) -> str:
    return "|" + "".join(f" {words} |" if words else " |" for words in (_cell(cell, places) for cell in cells))


def _cell(cell: Cell, places: bool) -> str:
    if isinstance(cell, Stack):
        several = len(cell.pieces) > 1
        return "<br>".join(("– " if several and isinstance(piece, Item) else "") + _marked(piece.words, places) for piece in cell.pieces)
    return _marked(cell, places)


def _marked(words: Words, places: bool) -> str:
    found = []
    for mark, side_by_side in groupby(spans(words), _mark):
        text = "".join(_shown(span, places) for span in side_by_side)
        # A mark beside white space, or between a letter and a stop, would be shown and not obeyed.
        start = len(text) - len(text.lstrip(" :;,.")) if mark else 0
        inner = text[start:].rstrip()
        found.append(f"{text[:start]}{mark}{inner}{mark}{text[start + len(inner) :]}" if inner else text)
    return " ".join("".join(found).split())


def _mark(span: Span) -> str:
    return "**" if span.look in _BOLD else "*" if span.look == "quiet" else ""


def _shown(span: Span, places: bool) -> str:
    text, look, to, _ = span
    words = f"`{text}`" if look == "name" and not {"`", "|"} & set(text) else escaped(text, trim=False)
    if not to or (to.startswith("#") and not places):
        return words
    return f"<{to}>" if text == to else f"[{words}]({to.translate(_ADDRESS)})"
