"""Every failure a caller may see, in the reader's words, with its place in what they wrote.

A :class:`Fault` is one thing that is wrong. :class:`RulesError` and :class:`CaseError` carry all the faults that were found, so that a person
mends a file once rather than once per fault. Messages never repeat free text from a case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol, TypeAlias

from cspr_rules.safe_text import visible

Path_: TypeAlias = tuple[str | int, ...]
"""Where something stands inside a document: keys, and positions in lists from 0."""


class Fault(NamedTuple):
    """One thing that is wrong.

    Attributes:
        place: Where: ``file:line:column`` for text, or a path such as ``children[0].child.age_at_harm`` for values handed over in Python.
        message: What is wrong and what was expected, as one sentence.
        path: The path inside the document, where ``place`` gives a line.
    """

    place: str
    message: str
    path: str = ""

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        inside = f" (at {self.path})" if self.path and self.path not in self.message and self.path != self.place else ""
        return visible(f"{where}{self.message}{inside}")


class Places(Protocol):
    """Says where the parts of a value were written: in a text, in the entries of a case file over time, or in the rows of a data frame."""

    def place(self, path: Path_ = ()) -> str:
        """Return where a path stands, in the reader's words."""
        ...


class CsprRulesError(Exception):
    """Base of every error this library raises on purpose.

    Attributes:
        faults: Everything that was found wrong, in the order of the input; never empty.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __str__(self) -> str:
        return str(self.args[0])  # a KeyError would show it in quotes

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.faults,)


class RulesError(CsprRulesError):
    """A rules folder, profile or calendar cannot be used."""


class CaseError(CsprRulesError):
    """A case cannot be read, or says something that cannot be so."""


class QuestionError(CsprRulesError):
    """What was asked for does not exist: an unknown rule, provision, profile or date."""


class ArgumentError(QuestionError, TypeError):
    """An argument is not of the kind that is wanted; the message says what to write instead."""


class MissingError(QuestionError, KeyError):
    """There is no rule of that name in force, or no such child. What is looked up by name in a mapping raises it too."""


class PickleError(CsprRulesError):
    """A pickle cannot be used here: another version of the library made it, or it goes with rules that are others here."""


class EngineError(CsprRulesError):
    """An engine gave no answer that can be relied on; nothing was decided."""


class EngineDisagreement(EngineError):  # noqa: N818 -- it says what happened
    """Two engines answer a rule differently on the same facts. Neither answer is given: that is a fault in the library, to be reported."""


MOST_COLLECTED: Final = 100
"""How many faults of one input are looked for: finding what a name was meant to be takes time, and nobody mends more at once."""
NOT_LOOKED_AT: Final = "there is more wrong than the faults listed here; the rest was not looked at"


def enough(faults: Collection[Fault]) -> None:
    """Stop looking once so much is wrong that more would help nobody.

    Raises:
        CaseError: With what was found so far.
    """
    if len(faults) >= MOST_COLLECTED:
        raise CaseError([*faults, Fault("", NOT_LOOKED_AT)])


def written(path: Path_) -> str:
    """Return a path as people write it: ``children[0].child.age_at_harm``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{shown(part)}" if text else shown(part)
    return text


def shown(name: object) -> str:
    """Return a name from a case or a rule file short enough, and plain enough, to repeat in a message."""
    text = visible(str(name)[:200])
    return text if len(text) <= 60 else text[:57] + "..."


MOST_COMPARED: Final = 200
"""How many characters a word may have to be compared with others."""


@lru_cache(maxsize=512)
def _nearest(word: str, choices: tuple[str, ...]) -> str | None:
    """Return the nearest of some words in order. What is misspelt once is often misspelt in every case, so it is remembered for a while."""
    import difflib  # only a mistake needs it

    # A fact is often written with the wrong group: 'incident.died' for 'child.died'.
    tail = word.rsplit(".", 1)[-1].casefold()
    same_tail = [choice for choice in choices if "." in word and choice.rsplit(".", 1)[-1].casefold() == tail]
    folded = {choice.casefold(): choice for choice in choices}
    near = difflib.get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return same_tail[0] if same_tail else folded[near[0]] if near else None


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest known word, or an empty string.

    Args:
        word: What was written.
        known: The words that would have been right.
    """
    choices, word = tuple(sorted(known)), str(word)
    found = _nearest(word, choices) if len(word) <= MOST_COMPARED else None
    return f"; did you mean '{found}'?" if found else ""
