"""One answer, marked: what was answered, whether it is right, what is so instead, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.model.sources import Provision
from cspr_rules.travelling import name_of, restored
from cspr_rules.version import __version__

Verdict: TypeAlias = Literal["right", "wrong", "missed", "unanswered"]
VERDICTS: Final[Mapping[Verdict, str]] = {"right": "right", "wrong": "wrong", "missed": "left out", "unanswered": "not answered"}
"""Every verdict and how it is printed."""
MarkKind: TypeAlias = Literal[
    "outcome",
    "duty",
    "holder",
    "recipients",
    "strength",
    "times",
    "days",
    "citations",
    "status",
    "clocks",
    "grounds",
    "option",
    "path",
    "stage",
    "question",
    "note",
]


class Said(NamedTuple):
    """What explains a mark that was pickled: the reason, worked out before.

    Attributes:
        text: It.
    """

    text: str

    def __call__(self) -> str:
        """Return it."""
        return self.text


class Mark(NamedTuple):
    """One answer, marked.

    Attributes:
        kind: What is answered.
        id: The rule, duty or fact.
        title: The same in words.
        child: Which child, from 1, where each is answered for itself.
        verdict: Whether it is right; ``missed`` is a duty that is owed and was left out of answers that claim to name all.
        answered: What was answered, in words; nothing if it was not.
        found: What the rules say, in words.
        citations: The provisions that this rests on.
        place: Where the answer is written.
        explain: Works out :attr:`because`.
    """

    kind: MarkKind
    id: str
    title: str
    child: int | None
    verdict: Verdict
    answered: str
    found: str
    citations: tuple[Provision, ...]
    place: str
    explain: Callable[[], str]

    @property
    def because(self) -> str:
        """Why, in plain English and with sources. It is worked out when it is asked for."""
        return self.explain()

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Mark) and self[:-1] == other[:-1] and self.because == other.because)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:-1])

    def __reduce__(self) -> tuple[Any, ...]:
        return restored, (__version__, name_of(Mark), *self[:-1], self.because)

    @classmethod
    def _made(cls, *packed: Any) -> Mark:
        return cls._make((*packed[:-1], Said(packed[-1])))

    def __copy__(self) -> Mark:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Mark:
        return self

    def __str__(self) -> str:
        whom = f", child {self.child}" if self.child else ""
        return f"{self.id}{whom}: answered {self.answered or 'nothing'}; the rules say {self.found}. {self.because}"

    def __repr__(self) -> str:
        return f"Mark({self.kind!r}, {self.id!r}, {self.verdict!r})"
