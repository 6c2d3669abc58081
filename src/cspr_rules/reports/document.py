"""What a report for people is made of, whatever it is printed as: headings, paragraphs, items, tables and pictures, in order.

There is one writer for each format: plain text, Markdown and HTML (:mod:`cspr_rules.reports.writing_text`, ``writing_markdown``, ``writing_html``).
Words carry their weight as a :class:`Span`; a writer that can show none prints the words alone, so a look never says anything that the words do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple, TypeAlias

from cspr_rules.pictures.markup import Markup
from cspr_rules.safe_text import visible_lines

Look: TypeAlias = Literal["", "strong", "quiet", "good", "bad", "open", "must", "must_not", "should", "will", "may"]
"""How words look: their weight, how something stands, or the verb of a source."""


class Span(NamedTuple):
    """Words that look otherwise than those around them."""

    text: str
    look: Look


Words: TypeAlias = "str | tuple[str | Span, ...]"


class Heading(NamedTuple):
    """A heading; level 1 is the title."""

    level: int
    words: Words


class Paragraph(NamedTuple):
    """A paragraph; ``look`` is ``quiet`` for what stands back, ``strong`` for what stands out."""

    words: Words
    look: Look = ""


class Item(NamedTuple):
    """One item of a list; items in a row are one list. ``level`` is its depth, 0 the outermost; numbered items count on until the next heading."""

    words: Words
    level: int = 0
    numbered: bool = False


class Table(NamedTuple):
    """A table.

    Attributes:
        caption: What it shows; for those who hear it read out, and above it on paper.
        columns: The head of each column.
        rows: The cells, as many in each row as there are columns.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]


class Picture(NamedTuple):
    """A picture, on HTML pages only; what it shows is in words as well."""

    svg: Markup


Piece: TypeAlias = Heading | Paragraph | Item | Table | Picture
VERB_LOOKS: Final[dict[str, Look]] = {"must": "must", "must_not": "must_not", "should": "should", "will": "will", "may": "may"}


def spans(words: Words) -> Iterator[Span]:
    """Yield words with their look, each on one line: what people wrote must not begin a line of its own or steer a terminal."""
    for each in (words,) if isinstance(words, str) else words:
        span = each if isinstance(each, Span) else Span(each, "")
        yield span if span.text.isprintable() else span._replace(text=visible_lines(" ".join(span.text.splitlines())))


def bare(words: Words) -> str:
    """Return words alone, on one line."""
    return " ".join("".join(span.text for span in spans(words)).split())
