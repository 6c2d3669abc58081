"""What pictures are made of: lines of text that fit, marks for outcomes, and a picture with its text alternative. Plain SVG, no library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from cspr_rules.pictures.markup import Inside, Markup, fixed, joined, soft, tag
from cspr_rules.style_sheet import DRAWN, THEMES, WRITTEN
from cspr_rules.travelling import travels

TEXT: Final = 13
SMALL: Final = 11.5
"""Sizes of text in a picture, in its own units; one unit is one CSS pixel at full size."""
LEADING: Final = 1.32
"""Height of a line in text sizes."""
_SHORT: Final = 16
"""A cell with no more characters, such as a day, stays on one line where columns find their own widths."""
_WIDE: Final = 640
"""What is wider cannot be read on a telephone; its table stands there alone."""

# Widths of characters in Arial and the fonts made to measure like it, in hundredths of the size; others count as the widest Latin letters do.
_WIDTHS: Final = {
    character: width
    for width, characters in {
        22: "'|ijl",
        28: " !,./:;I[\\]ft",
        34: '()-`r{}"*–·',
        50: "Jcksvxyz^",
        57: "#$0123456789?L_abdeghnopqu+<=>~",
        67: "FTZ&ABEKPSVXY",
        75: "CDHNRUwGOQ",
        89: "Mm%W",
    }.items()
    for character in characters
}
_BOLD: Final = 1.07


class _Widths(dict[str, int]):
    def __missing__(self, character: str) -> int:
        return 100


_width: Final = _Widths(_WIDTHS).__getitem__  # asked of every character of every picture


def width_of(words: str, size: float, *, bold: bool = False) -> float:
    """Return about how wide words are when drawn; a little more rather than less."""
    return _drawn(sum(map(_width, words)), size, bold)


def _drawn(hundredths: int, size: float, bold: bool) -> float:
    return hundredths * size / 100 * (_BOLD if bold else 1) * 1.02


def fitted(words: str, room: float, size: float, *, bold: bool = False, most: int | None = None) -> list[str]:
    """Return words as lines that fit into a width; what is longer than a line is broken.

    Args:
        words: The words.
        room: The width.
        size: The size of the text.
        bold: Whether it is drawn bold.
        most: How many lines at most; the last then ends in an ellipsis.
    """
    lines, line, used = [], "", 0
    for word in _breakable(words, room, size, bold):
        wide = sum(map(_width, word))
        longer = used + _width(" ") + wide
        if line and _drawn(longer, size, bold) > room:
            lines.append(line)
            line, used = word, wide
        else:
            line, used = (f"{line} {word}", longer) if line else (word, wide)
    lines += [line] if line else []
    if most and len(lines) > most:
        kept = lines[:most]
        while kept[-1] and width_of(kept[-1] + "…", size, bold=bold) > room:
            kept[-1] = kept[-1][:-1]
        return [*kept[:-1], kept[-1].rstrip() + "…"]
    return lines


def _breakable(words: str, room: float, size: float, bold: bool) -> Iterable[str]:
    """Yield the words, those too long for a line in pieces: after a dot, underscore, slash or hyphen where there is one."""
    for whole in words.split():
        word = whole
        while width_of(word, size, bold=bold) > room and len(word) > 1:
            fits = 1
            while fits < len(word) - 1 and width_of(word[: fits + 1], size, bold=bold) <= room:
                fits += 1
            cut = max((place + 1 for place, character in enumerate(word[:fits]) if character in "._/-"), default=fits)
            yield word[:cut]
            word = word[cut:]
        yield word


def text_lines(lines: Iterable[str], x: float, y: float, size: float = TEXT, look: str = "") -> Markup:
    """Return lines of text, the first with its top at ``y``."""
    step = size * LEADING
    return joined(
        [
            tag("text", line, x=x, y=y + size * 0.92 + index * step, font_size=size, class_=look or None)
            for index, line in enumerate(lines)
        ]
    )  # fmt: skip


def tall(lines: list[str], size: float = TEXT) -> float:
    """Return how high lines of text stand."""
    return len(lines) * size * LEADING


def _shape(path: str, look: str) -> Markup:
    return tag("path", d=path, class_=f"mark {look}", stroke_linecap="round", stroke_linejoin="round")


_CIRCLE: Final = "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0-14 0Z"
MARKS: Final[dict[str, Markup]] = {
    "met": _shape(_CIRCLE + "M-3.4 .2L-1 2.8L3.6-2.8", "good"),
    "not_met": _shape("M-6.5-6.5H6.5V6.5H-6.5ZM-3-3L3 3M3-3L-3 3", "bad"),
    "undetermined": joined(
        [_shape("M0-8L8 0L0 8L-8 0ZM-2-1.6A2 2 0 1 1 1 .1Q0 .7 0 1.7", "open"), tag("circle", cx=0, cy=4.1, r=1, class_="solid open")]
    ),
    "alert": joined([_shape("M0-7.5L8 6.5H-8ZM0-2.6V1.6", "bad"), tag("circle", cx=0, cy=4.2, r=1, class_="solid bad")]),
    "late": joined([_shape(_CIRCLE + "M0-3.8V.8", "bad"), tag("circle", cx=0, cy=3.6, r=1.1, class_="solid bad")]),
    "due": _shape(_CIRCLE + "M0-3.8V0L2.8 1.8", "open"),
    "none": _shape("M-5 0H5", "line"),
}
"""A mark for every outcome and kind of status: each another shape. Drawn around the origin, 16 wide."""


def drawn_mark(kind: str, x: float, y: float) -> Markup:
    """Return a mark with its middle at a place."""
    return tag("g", MARKS[kind], transform=fixed(f"translate({x:.1f} {y:.1f})"))


def icon(kind: str) -> Markup:
    """Return a mark to stand in a line of HTML, beside the word that says the same."""
    return tag("svg", MARKS[kind], class_="icon", viewBox="-9 -9 18 18", width=16, height=16, aria_hidden="true", focusable="false")


@travels
class Picture(NamedTuple):
    """A drawing with what it says in words.

    Attributes:
        title: What it shows.
        description: What is to be seen, in sentences: the text alternative.
        width: Its width.
        height: Its height.
        shapes: What is drawn.
        rows: The same as a table, a heading row first.
    """

    title: str
    description: str
    width: float
    height: float
    shapes: Markup
    rows: tuple[tuple[str, ...], ...]

    @property
    def svg(self) -> str:
        """The picture as an SVG file that needs nothing else; light, dark and printed."""
        return self.drawn(tag("style", fixed(THEMES + DRAWN)))

    def drawn(self, style: Inside = None) -> Markup:
        """Return the ``svg`` element; without a style it takes that of the page it stands on."""
        return tag(
            "svg",
            tag("title", self.title),
            tag("desc", self.description),
            style,
            tag("rect", class_="ground", x=0, y=0, width=self.width, height=self.height),
            self.shapes,
            xmlns="http://www.w3.org/2000/svg",
            class_="cspr",
            viewBox=fixed(f"0 0 {self.width:.0f} {self.height:.0f}"),
            width=round(self.width),
            height=round(self.height),
            role="img",
            aria_label=f"{self.title}. {self.description}",
        )

    def figure(self) -> Markup:
        """Return the picture and, folded away, the table that says the same."""
        table = tag("details", tag("summary", f"As a table: {self.title}"), table_of(self.rows, self.title))
        return tag("figure", self.drawn(), table, class_="wide" if self.width > _WIDE else None)

    def _repr_html_(self) -> str:
        return inline(self.figure())

    def __str__(self) -> str:
        return self.svg


def table_of(rows: Iterable[Iterable[Inside]], caption: Inside = None, look: str | None = None) -> Markup:
    """Return a table whose first row and first column are headings; each cell says under which, for where it stands below the one before it."""
    head, *body = map(tuple, rows)
    return tag(
        "table",
        tag("caption", caption) if caption else None,
        tag("thead", tag("tr", [tag("th", cell, scope="col") for cell in head])),
        tag("tbody", [tag("tr", _cells(row, head)) for row in body]),
        class_=look,
    )


def _cells(row: Sequence[Inside], heads: Sequence[Inside]) -> Markup:
    named = [head if isinstance(head, str) else None for head in heads]
    cells = [tag("td", _soft(cell), data_head=head, class_=_short(cell)) for cell, head in zip(row[1:], named[1:], strict=True)]
    return joined(tag("th", _soft(row[0]), scope="row", class_=_short(row[0])), cells)


def _short(cell: Inside) -> str | None:
    return "short" if isinstance(cell, str) and 0 < len(cell) <= _SHORT else None


def _soft(cell: Inside) -> Inside:
    return soft(cell) if isinstance(cell, str) and not isinstance(cell, Markup) else cell


def inline(inside: Inside) -> Markup:
    """Return something to be shown in a notebook, with the style sheet it needs."""
    return tag("div", tag("style", fixed(THEMES + DRAWN + WRITTEN)), inside, class_="cspr")
