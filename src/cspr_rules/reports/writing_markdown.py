"""A document as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from cspr_rules.explain.english import escaped
from cspr_rules.reports.document import Heading, Item, Look, Paragraph, Piece, Words, spans

_BOLD: Final[frozenset[Look]] = frozenset({"strong", "good", "bad", "open", "must", "must_not"})


def markdown(pieces: Iterable[Piece]) -> str:
    """Return a document as Markdown; pictures and tables have no place in it yet."""
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
        last = piece
    return "\n".join(parts).strip() + "\n"


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
