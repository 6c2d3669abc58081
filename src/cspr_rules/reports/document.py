"""What a report for people is made of, whatever it is printed as: headings, paragraphs, items, tables and pictures, in order.

There is one writer for each format: plain text, Markdown and HTML (:mod:`cspr_rules.reports.writing_text`, ``writing_markdown``, ``writing_html``).
Words carry their weight as a :class:`Span`; a writer that can show none prints the words alone, so a look never says anything that the words do not.

A page has room to lay out what lines of text can only list. A :class:`Listing`, a :class:`Tree`, an :class:`Entry` and their like hold what both
need; :func:`in_lines` gives their reading in lines, which is that of text and Markdown alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from cspr_rules.pictures.markup import Markup
from cspr_rules.safe_text import visible_lines

Look: TypeAlias = Literal[
    "", "strong", "quiet", "note", "name", "good", "bad", "open", "must", "must_not", "should", "will", "may",
    "met", "not_met", "undetermined", "alert", "late", "due", "none",
]  # fmt: skip
"""How words look: their weight, that they name a rule, a fact or a provision, how something stands, the verb of a source, or the mark beside them."""


class Span(NamedTuple):
    """Words that look otherwise than those around them, or lead somewhere.

    Attributes:
        text: The words.
        look: How they look.
        to: Where they lead on a page: a web address, the path of another file of its folder, or ``#`` and the key of a heading, entry or span.
        key: What leads to them.
    """

    text: str
    look: Look = ""
    to: str = ""
    key: str = ""


class Aside(NamedTuple):
    """Words that stand back: below the others on a page, in square brackets in a line."""

    words: tuple[str | Span, ...]


Words: TypeAlias = "str | tuple[str | Span | Aside, ...]"


class Heading(NamedTuple):
    """A heading; level 1 is the title."""

    level: int
    words: Words


class Paragraph(NamedTuple):
    """A paragraph; ``look`` is ``quiet`` for what stands back, ``note`` for what has to be kept in mind, ``strong`` for what stands out."""

    words: Words
    look: Look = ""


class Item(NamedTuple):
    """One item of a list; items in a row are one list. ``level`` is its depth, 0 the outermost; numbered items count on until the next heading."""

    words: Words
    level: int = 0
    numbered: bool = False


class Stack(NamedTuple):
    """Pieces, one below the other, where otherwise a few words stand: in a cell of a table or beside a term."""

    pieces: tuple[Paragraph | Item | Fold, ...]


Cell: TypeAlias = "Words | Stack"


class Table(NamedTuple):
    """A table.

    Attributes:
        caption: What it shows; for those who hear it read out, and above it on paper. Empty where the heading above has said it.
        columns: The head of each column.
        rows: The cells, as many in each row as there are columns.
        kind: Which tables share the widths of its columns: one of :data:`cspr_rules.style_sheet.TABLES`, or nothing.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: str = ""


class Picture(NamedTuple):
    """A picture, on HTML pages only; what it shows is in words as well."""

    svg: Markup


class Drawing(NamedTuple):
    """A picture that is drawn only for a page: ``draw`` gives it with its text alternative."""

    draw: Callable[[], Markup]


class Fold(NamedTuple):
    """Pieces that a page folds away under some words and lines show as they are."""

    words: Words
    pieces: tuple[Piece, ...]


class Terms(NamedTuple):
    """What is said of something, term by term."""

    terms: tuple[tuple[str, Cell], ...]


class Listing(NamedTuple):
    """What a page lays out as a table and lines of text list; nothing is listed that other items say already."""

    table: Table
    items: tuple[Item, ...] = ()


class Tree(NamedTuple):
    """Steps, each below the one that it belongs to; a page draws the branches."""

    items: tuple[Item, ...]


class Entry(NamedTuple):
    """One thing of several, with all that is said of it term by term.

    Attributes:
        words: What it is.
        status: How it stands; in a line in square brackets.
        terms: What is said of it, each with its term. A listing is a table below the terms on a page, and an item for each of its items in lines.
        numbered: Whether it is one of several that are counted; they count on until the next heading.
        key: What leads to it.
    """

    words: Words
    status: Span | None
    terms: tuple[tuple[str, Words | Stack | Listing], ...]
    numbered: bool = True
    key: str = ""


Plain: TypeAlias = Heading | Paragraph | Item | Table
Piece: TypeAlias = "Plain | Picture | Drawing | Listing | Tree | Entry | Terms | Fold"
VERB_LOOKS: Final[dict[str, Look]] = {"must": "must", "must_not": "must_not", "should": "should", "will": "will", "may": "may"}


def in_lines(pieces: Iterable[Piece]) -> Iterator[Plain]:
    """Yield a document as lines show it: what a page lays out as a table is a list, and there are no pictures."""
    for piece in pieces:
        if isinstance(piece, Listing | Tree):
            yield from piece.items
        elif isinstance(piece, Fold):
            yield from in_lines(piece.pieces)
        elif isinstance(piece, Terms):
            yield from (Item((Span(f"{term}:", "strong"), " ", *parts(said))) for term, said in piece.terms)
        elif isinstance(piece, Entry):
            words = [span if span.look else span._replace(look="strong") for span in spans(piece.words)]
            yield Item((*words, *([Span(f" [{piece.status.text}]", "strong")] if piece.status else [])), numbered=piece.numbered)
            for term, said in piece.terms:
                for each in [item.words for item in said.items] if isinstance(said, Listing) else [said]:
                    yield Item((f"{term}: ", *parts(each)), level=1)
        elif not isinstance(piece, Picture | Drawing):
            yield piece


def parts(words: Cell) -> tuple[str | Span | Aside, ...]:
    """Return words as the parts they are made of."""
    return (bare(words),) if isinstance(words, str | Stack) else words


def spans(words: Words) -> Iterator[Span]:
    """Yield words with their look, each on one line: what people wrote must not begin a line of its own or steer a terminal."""
    for each in (words,) if isinstance(words, str) else words:
        if isinstance(each, Aside):
            yield Span(" [")
            yield from spans(each.words)
            yield Span("]")
        else:
            span = each if isinstance(each, Span) else Span(each)
            yield span if span.text.isprintable() else span._replace(text=visible_lines(" ".join(span.text.splitlines())))


def bare(words: Cell) -> str:
    """Return words alone, on one line."""
    if isinstance(words, Stack):
        return "; ".join(bare(piece.words) for piece in words.pieces)
    return " ".join("".join(span.text for span in spans(words)).split())


def in_a_row(words: Iterable[Words], between: str = ", ", last: str = "") -> tuple[str | Span | Aside, ...]:
    """Return several words as one, with something between any two and, where ``last`` is given, that before the last."""
    items = list(words)
    found: list[str | Span | Aside] = []
    for place, each in enumerate(items):
        found += [last if last and place == len(items) - 1 else between] if place else []
        found += (each,) if isinstance(each, str) else each
    return tuple(found)


def numbered(pieces: Iterable[Piece]) -> Iterator[tuple[Plain, int]]:
    """Yield a document as lines show it, each item that is counted with its number and all else with 0.

    Items are counted at each depth for itself: below another item from 1, at the outermost until the next heading.
    """
    counts: list[int] = [0]
    for piece in in_lines(pieces):
        if isinstance(piece, Heading):
            counts = [0]
        elif isinstance(piece, Item):
            counts = [*counts[: piece.level + 1], *[0] * (piece.level + 1 - len(counts))]
            counts[piece.level] += piece.numbered
        yield piece, counts[piece.level] if isinstance(piece, Item) and piece.numbered else 0


def stacked(words: Iterable[Words]) -> Stack:
    """Return words as a list to stand in a cell or beside a term."""
    return Stack(tuple(map(Item, words)))
