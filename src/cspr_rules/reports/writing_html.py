"""A document as HTML, escaped by construction."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from cspr_rules.pictures.drawing import MARKS, icon, table_of
from cspr_rules.pictures.marks import MARK_LOOKS
from cspr_rules.pictures.markup import Inside, Markup, code, fixed, joined, link, soft, tag
from cspr_rules.reports.document import (
    Aside,
    Cell,
    Drawing,
    Entry,
    Fold,
    Heading,
    Item,
    Listing,
    Paragraph,
    Picture,
    Piece,
    Span,
    Stack,
    Table,
    Terms,
    Tree,
    Words,
)
from cspr_rules.style_sheet import DRAWN, PAGE, PLANNED, THEMES, WRITTEN

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


def in_parts(pieces: Iterable[Piece], prefix: str, ahead: str, *, full: bool, which: str) -> Markup:
    """Return a document as the inside of an HTML page: each part is folded away under its heading, but for one that stands ahead of all.

    Args:
        pieces: The document; what stands before its first heading of the second level is its head.
        prefix: What stands before each key, so that several documents share a page and no keys.
        ahead: The heading of the part that stands ahead.
        full: Whether every part is open and there is a table of contents.
        which: Which of several documents it is, in words, to tell apart what a screen reader can go to.
    """
    head: list[Piece] = []
    parts: list[tuple[Heading, list[Piece]]] = []
    for piece in pieces:
        if isinstance(piece, Heading) and piece.level == 2:
            parts.append((piece, []))
        else:
            (parts[-1][1] if parts else head).append(piece)
    parts.sort(key=lambda part: part[0].words != ahead)
    names = [(f"{prefix}s{place}", shown(heading.words)) for place, (heading, _) in enumerate(parts, start=1)]
    links = [tag("li", tag("a", name, href=f"#{key}")) for key, name in names]
    contents = tag("nav", tag("ul", links), aria_label=f"Contents{which}") if full else None
    folded = [
        tag("details", tag("summary", tag("h2", name, id=key)), html(inside, prefix), class_="part", open=full or not place)
        for place, ((key, name), (_, inside)) in enumerate(zip(names, parts, strict=True))
    ]
    first, *written = [tag("section", part, aria_labelledby=None if prefix else key) for (key, _), part in zip(names, folded, strict=True)]
    return joined(first, tag("header", html(head, prefix)), contents, written)


def html(pieces: Iterable[Piece], prefix: str = "") -> Markup:
    """Return a document as the inside of an HTML page: items in a row are one list, each with those below it as a list inside it.

    Args:
        pieces: The document.
        prefix: What stands before each key, so that several documents share a page and no keys.
    """
    found: list[Markup] = []
    items: list[Item] = []
    number = 0
    for piece in pieces:
        if isinstance(piece, Item):
            items.append(piece)
            continue
        if items:
            found.append(_list(items, prefix))
            items = []
        match piece:
            case Heading(level, words):
                number = 0
                found.append(tag(f"h{level}", shown(words, prefix)))
            case Paragraph(words, look):
                found.append(tag("p", shown(words, prefix), class_=look or None))
            case Table() | Listing():
                found.append(_table(piece, prefix))
            case Tree(steps):
                found.append(_list(steps, prefix, "tree"))
            case Entry():
                number += piece.numbered
                found.append(_entry(piece, number if piece.numbered else 0, prefix))
            case Picture(svg):
                found.append(tag("figure", svg, class_="planned"))
            case Drawing(draw):
                found.append(draw())
            case Terms(terms):
                found.append(_terms(terms, prefix))
            case Fold(words, folded):
                found.append(tag("details", tag("summary", shown(words, prefix)), html(folded, prefix)))
    return joined(found, _list(items, prefix) if items else None)


def _list(items: Sequence[Item], prefix: str, look: str | None = None) -> Markup:
    entries, start = [], 0
    for place in range(1, len(items) + 1):
        if place == len(items) or items[place].level <= items[start].level:
            inner = items[start + 1 : place]
            entries.append(tag("li", shown(items[start].words, prefix), _list(inner, prefix, look) if inner else None))
            start = place
    return tag("ol" if items[0].numbered else "ul", entries, class_=look)


def _table(table: Table | Listing, prefix: str) -> Markup:
    caption, columns, rows, kind = table.table if isinstance(table, Listing) else table
    return table_of([columns, *([_cell(cell, prefix) for cell in row] for row in rows)], caption, kind or None)


def _cell(cell: Cell, prefix: str) -> Inside:
    if isinstance(cell, str):
        return soft(cell)
    if not isinstance(cell, Stack):
        return joined(*(soft(each) if isinstance(each, str) else _span(each, prefix) for each in cell))
    return html(cell.pieces, prefix)


def _terms(terms: Iterable[tuple[str, Cell]], prefix: str) -> Markup:
    return tag("dl", [joined(tag("dt", term), tag("dd", _cell(said, prefix))) for term, said in terms])


def _entry(entry: Entry, number: int, prefix: str) -> Markup:
    key = prefix + entry.key if entry.key else None
    status = joined(" ", shown((entry.status,))) if entry.status else None
    heading = tag("h3", f"{number}. " if number else None, shown(entry.words), status, id=key)
    terms = _terms(((term, said) for term, said in entry.terms if not isinstance(said, Listing)), prefix)
    tables = [_table(said, prefix) for _, said in entry.terms if isinstance(said, Listing)]
    return tag("section", heading, terms, tables, class_="duty", aria_labelledby=None if prefix else key)


def shown(words: Words, prefix: str = "") -> Inside:
    """Return words with their looks as classes, and what leads somewhere as a link.

    Args:
        words: The words.
        prefix: What stands before each key.
    """
    return words if isinstance(words, str) else joined(*(_span(each, prefix) for each in words))


def _span(each: str | Span | Aside, prefix: str) -> Inside:
    if isinstance(each, Aside):
        return tag("div", shown(each.words, prefix), class_="quiet")
    if isinstance(each, str):
        return each
    text, look, to, key = each
    if to:
        return tag("a", text, href=f"#{prefix}{to[1:]}") if to.startswith("#") else link(to, text)
    if look == "name":
        return code(text)
    if look in MARKS:
        return tag("span", icon(look), text, class_=f"badge {MARK_LOOKS[look]}")
    if not look and not key:
        return text
    return tag("strong" if look in ("strong", "must", "must_not") else "span", text, class_=look or None, id=prefix + key if key else None)
