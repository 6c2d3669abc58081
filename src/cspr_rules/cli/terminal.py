"""Reading and writing lines in a terminal, or in pipes that stand in for one. What is said goes to standard error."""

from __future__ import annotations

import os
import sys
from typing import Final

from cspr_rules.explain.english import capital
from cspr_rules.reports.layout import wrapped
from cspr_rules.safe_text import visible

_WIDTH: Final = 80
_NARROWEST: Final = 30
_MOST_TYPED: Final = 4_000


def say(words: str, lead: str = "") -> None:
    """Write words, wrapped to the terminal, with what stands before their first line."""
    sys.stderr.write("\n".join(wrapped(visible(words), lead, width=_width())) + "\n")


def typed(prompt: str) -> str:
    """Return one line, without what would not print.

    Args:
        prompt: What stands before it.

    Raises:
        EOFError: There is no more.
    """
    sys.stderr.write("\n".join(wrapped(visible(prompt), " " * (len(prompt) - len(prompt.lstrip())), width=_width())) + " ")
    sys.stderr.flush()
    try:
        text = sys.stdin.readline(_MOST_TYPED) if sys.stdin else ""
    except (OSError, ValueError):  # the terminal has gone
        text = ""
    if not text:
        raise EOFError
    text = " ".join("".join(character if character.isprintable() else " " for character in text).split())
    if not sys.stdin.isatty():  # so that what was piped in reads as it would have on a screen
        sys.stderr.write(f"{text}\n")
    return text


def somebody_types() -> bool:
    """Return whether there is somebody to ask: lines come from a terminal, not from a pipe."""
    return sys.stdin is not None and sys.stdin.isatty()


def sentence(words: str) -> str:
    """Return words as a sentence."""
    return capital(words) + ("" if words.endswith("?") else ".")


def _width() -> int:
    if not sys.stderr.isatty():
        return _WIDTH
    try:
        return max(_NARROWEST, min(_WIDTH, os.get_terminal_size(sys.stderr.fileno()).columns - 1))
    except OSError:
        return _WIDTH
