"""Plain text laid out in lines of a fixed width."""

from __future__ import annotations

from typing import Final

WIDTH: Final = 110
"""The most columns a line of printed text takes."""


def wrapped(words: str, lead: str = "", hang: int | None = None, width: int = WIDTH) -> list[str]:
    """Return words as lines of limited width; a longer word is broken, but for a web address, which is there to be copied.

    The standard library's textwrap does more than is needed here and takes most of the time of printing a report.

    Args:
        words: The words; runs of white space count as one space.
        lead: What the first line begins with.
        hang: By how many columns the other lines are indented; the length of ``lead`` if not given.
        width: The most columns of a line.
    """
    indent = " " * (len(lead) if hang is None else hang)
    lines, line, begun = [], lead, False
    for word in words.split():
        if begun and len(line) + 1 + len(word) > width:
            lines.append(line)
            line, begun = indent, False
        while len(line) + len(word) > width > len(line) and not begun and "://" not in word:
            fits = width - len(line)
            lines.append(line + word[:fits])
            line, word = indent, word[fits:]  # noqa: PLW2901 -- what is left of it
        line += f" {word}" if begun else word
        begun = True
    return [*lines, line] if begun else lines
