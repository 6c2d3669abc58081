"""HTML and SVG, escaped by construction.

:func:`tag` is the only thing that makes markup. Whatever is put into it and is not markup already is text, and is escaped. So a title, a reason
or a dissenting opinion cannot become an element, an attribute or a script wherever it is put. What comes out is HTML and well-formed XML alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import Final, TypeAlias

from cspr_rules.safe_text import visible_lines

_SOFT: Final = re.compile(r"(?<=[._/])(?=\w)")
_LONG: Final = 16
_EMPTY: Final = frozenset({"br", "col", "hr", "meta", "wbr", "circle", "line", "path", "rect"})


class _Names(dict[str, str]):
    """Attributes as they are written, by how Python names them."""

    def __missing__(self, key: str) -> str:
        name = self[key] = key.rstrip("_").replace("_", "-")
        return name


_names: Final = _Names()


class Markup(str):
    """Text that is markup already. Made by :func:`tag`, :func:`joined` and :func:`fixed` alone."""

    __slots__ = ()


Inside: TypeAlias = "str | int | Iterable[Inside] | None"
"""What stands in an element: text, a number, markup, nothing, or a series of these."""


def fixed(text: str) -> Markup:
    """Return a constant of this program as markup; never give it anything that came from a case or a rule."""
    return Markup(text)


def joined(*inside: Inside) -> Markup:
    """Return several pieces one after another; those that are not markup are escaped."""
    return Markup(_written(inside))


def tag(name: str, /, *inside: Inside, **attributes: str | float | bool | None) -> Markup:
    """Return an element.

    Args:
        name: Its name.
        *inside: What stands in it.
        **attributes: Its attributes. Underscores stand for hyphens, one at the end is dropped (``class_``); ``None`` and ``False`` leave one out.
    """
    written = "".join([f' {_names[key]}="{_attribute(value)}"' for key, value in attributes.items() if value is not None and value is not False])
    if name in _EMPTY:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{_written(inside)}</{name}>")


def code(text: str) -> Markup:
    """Return the name of a rule, fact or provision as code that may be broken into lines after its dots, underscores and strokes."""
    return tag("code", soft(text))


def soft(text: str) -> Markup:
    """Return text whose longest words may be broken after a dot, an underscore or a stroke, so that a narrow column holds them."""
    return joined(
        [
            joined(" " if place else None, [joined(tag("wbr") if index else None, piece) for index, piece in enumerate(_SOFT.split(word))])
            if len(word) > _LONG
            else joined(" " if place else None, word)
            for place, word in enumerate(text.split(" "))
        ]
    )


def link(address: str | None, words: str) -> Markup:
    """Return a link, or the words alone if the address is none that a browser should follow from a record."""
    if address and re.match(r"https?://[^\s/]", address):
        return tag("a", soft(words), href=address, rel="noreferrer")
    return joined(words)


def _attribute(value: str | float) -> str:
    if value is True:
        return ""
    return escape(clean(value)) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """Return a length with at most one decimal place, always written alike."""
    return f"{value:.1f}".removesuffix(".0")


def clean(text: str) -> str:
    """Return text with what does not print, and what no XML document may hold, written out."""
    lines = visible_lines(text)
    return lines if lines.isspace() else lines.replace("\n", " ")  # the program's own line breaks stand alone


def _written(inside: Inside) -> str:
    if isinstance(inside, Markup):
        return inside
    if isinstance(inside, str):
        return escape(clean(inside))
    if inside is None:
        return ""
    if isinstance(inside, int):
        return str(inside)
    return "".join([_written(each) for each in inside])
