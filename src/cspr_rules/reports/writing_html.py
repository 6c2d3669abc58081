"""A document as HTML, escaped by construction."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from cspr_rules.pictures.drawing import table_of
from cspr_rules.pictures.markup import Inside, Markup, fixed, joined, tag
from cspr_rules.pictures.styles import DRAWN, PAGE, PLANNED, THEMES, WRITTEN
from cspr_rules.reports.document import Heading, Item, Paragraph, Picture, Piece, Table, Words, spans

STYLE: Final = THEMES + DRAWN + WRITTEN + PAGE + PLANNED


def whole(title: str, body: Inside) -> str:
    """Return an HTML document in the one design that everything shown shares: nothing is fetched, nothing is run, and it prints.

    Args:
        title: Its title.
        body: What stands in it.
    """
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    # Nothing may be loaded or run, whatever might ever get past the escaping; a link followed from a case tells nobody where it came from.
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=f"default-src 'none'; style-src 'sha256-{digest}'"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", fixed(STYLE)),
    )
    return "<!DOCTYPE html>\n" + tag("html", head, tag("body", tag("main", body), class_="cspr"), lang="en-GB") + "\n"


def page(pieces: Iterable[Piece], title: str) -> str:
    """Return a document as an HTML page of its own.

    Args:
        pieces: The document.
        title: The page's title.
    """
    return whole(title, html(pieces))


def html(pieces: Iterable[Piece]) -> Markup:
    """Return a document as the inside of an HTML page: items in a row are one list, each with those below it as a list inside it."""
    found: list[Markup] = []
    items: list[Item] = []
    for piece in pieces:
        if isinstance(piece, Item):
            items.append(piece)
            continue
        if items:
            found.append(_list(items))
            items = []
        match piece:
            case Heading(level, words):
                found.append(tag(f"h{level}", shown(words)))
            case Paragraph(words, look):
                found.append(tag("p", shown(words), class_=look or None))
            case Table(caption, columns, rows):
                found.append(table_of([columns, *([cell if isinstance(cell, str) else shown(cell) for cell in row] for row in rows)], caption))
            case Picture(svg):
                found.append(tag("figure", svg, class_="planned"))
    return joined(found, _list(items) if items else None)


def _list(items: Sequence[Item]) -> Markup:
    entries, start = [], 0
    for place in range(1, len(items) + 1):
        if place == len(items) or items[place].level <= items[start].level:
            inner = items[start + 1 : place]
            entries.append(tag("li", shown(items[start].words), _list(inner) if inner else None))
            start = place
    return tag("ol" if items[0].numbered else "ul", entries)


def shown(words: Words) -> Inside:
    """Return words with their looks as classes."""
    return [
        tag("strong" if span.look in ("strong", "must", "must_not") else "span", span.text, class_=span.look) if span.look else span.text
        for span in spans(words)
    ]
