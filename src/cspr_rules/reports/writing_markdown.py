"""A document as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cspr_rules.explain.english import escaped
from cspr_rules.reports.document import Heading, Item, Look, Paragraph, Piece, Table, Words, bare, spans

_BOLD: Final[frozenset[Look]] = frozenset({"strong", "good", "bad", "open", "must", "must_not"})


def markdown(pieces: Iterable[Piece]) -> str:
    """Return a document as Markdown. Pictures are for pages only; what they show stands in words as well."""
    parts: list[str] = []
    last: Piece | None = None
    number = 0
    for piece in pieces:
        if isinstance(piece, Heading):
            number = 0
            parts += ["", f"{'#' * piece.level} {escaped(''.join(span.text for span in spans(piece.words)))}", ""]
        elif isinstance(piece, Paragraph):
            parts += ([""] if isinstance(last, Item | Paragraph) else []) + [_marked(piece.words)]
        elif isinstance(piece, Item):
            number += piece.numbered
            parts += ([""] if isinstance(last, Paragraph) else []) + [
                "  " * piece.level + (f"{number}. " if piece.numbered else "- ") + _marked(piece.words)
            ]
        elif isinstance(piece, Table):
            rule = "|" + " --- |" * len(piece.columns)
            parts += ["", escaped(piece.caption), "", _row(piece.columns), rule, *map(_row, piece.rows), ""]
        last = piece
    lines = [part for place, part in enumerate(parts) if part or (place and parts[place - 1])]  # one blank line is enough
    return "\n".join(lines).strip() + "\n"


def _row(cells: Iterable[Words]) -> str:
    return "| " + " | ".join(escaped(bare(cell)) for cell in cells) + " |"


def _marked(words: Words) -> str:
    found = []
    for text, look in spans(words):
        core = text.strip()
        if look in _BOLD and core:
            start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
            found.append(f"{start}**{escaped(core)}**{end}")
        else:
            found.append(escaped(text, trim=False))
    return " ".join("".join(found).split())
