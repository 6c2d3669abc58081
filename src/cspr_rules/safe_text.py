"""What people wrote, made fit to be shown: on one line, and with every character that could steer a reader's eye or terminal written out.

Everything that leaves the library in words goes through here: messages, reports, sheets, tables, calendar entries and the lines of a terminal. A
line break in a reason cannot begin a line of a record, and an escape sequence or a change of writing direction is seen, not obeyed.
"""

from __future__ import annotations

import re
from typing import Final

_STEERING: Final = re.compile("[\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
"""What JSON lets stand as it is and a terminal or an editor acts on."""


def visible(words: str) -> str:
    r"""Return words on one line, with each character that does not print written as ``\x1b`` or ``\u202e``; white space becomes one space.

    >>> visible("seen\n\x1b[31mred\u202e")
    'seen \\x1b[31mred\\u202e'
    """
    if not words.isprintable():  # most words are, and asking that once is much quicker than asking it of each character
        words = "".join(map(_shown, words))
    return " ".join(words.split())


def visible_lines(text: str) -> str:
    """Return a text of several lines, each with what does not print written out and its own spaces kept."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(character if character == "\n" else _shown(character) for character in text)


def ascii_steering(json_text: str) -> str:
    """Return JSON text that says the same, with every character that would be obeyed rather than shown as an escape of JSON."""
    return _STEERING.sub(lambda found: _as_json(ord(found.group())), json_text)


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    if character.isspace() and character not in "\x1c\x1d\x1e\x1f\x85\u2028\u2029":
        return " "
    return character.encode("unicode_escape", "surrogatepass").decode()


def _as_json(number: int) -> str:
    if number < 0x10000:
        return f"\\u{number:04x}"
    return f"\\u{0xD800 + (number - 0x10000 >> 10):04x}\\u{0xDC00 + (number - 0x10000 & 0x3FF):04x}"
