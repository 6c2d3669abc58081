"""Instruments, provisions and the days on which they apply. A citation is a provision's key, ``instrument/id``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, NamedTuple, TypeAlias

from cspr_rules.display_hook import as_html
from cspr_rules.model.days import month
from cspr_rules.travelling import travels

Layer: TypeAlias = Literal[
    "statute", "regulation", "statutory_guidance", "panel_guidance", "official_page", "local_guidance", "parliament", "assumption"
]
Strength: TypeAlias = Literal["may", "should", "will", "must", "must_not"]
Force: TypeAlias = Strength | Literal["definition", "information"]

LAYERS: Final[Mapping[Layer, str]] = {
    "statute": "statute",
    "regulation": "regulations",
    "statutory_guidance": "statutory guidance",
    "panel_guidance": "Panel guidance",
    "official_page": "official page",
    "local_guidance": "local guidance",
    "parliament": "parliamentary record",
    "assumption": "assumption of this library",
}
"""Kinds of source, strongest first, and how each is called in print."""

STRENGTHS: Final[tuple[Strength, ...]] = ("may", "should", "will", "must")
"""What a source can ask for, weakest first. ``will`` is a commitment in local guidance; ``must_not`` stands apart, as strong as ``must``."""


def at_most(strength: Strength, force: Force) -> bool:
    """Say whether a duty of this strength may rest on a provision of this force."""
    if "must_not" in (strength, force):
        return strength == force
    return force in STRENGTHS and STRENGTHS.index(strength) <= STRENGTHS.index(force)


NO_DAY: Final = date.max
"""Where a window starts that has no first day yet: what is enacted and not in force."""


@travels
class Window(NamedTuple):
    """The days on which something applies, both ends included.

    Attributes:
        start: First day; :data:`NO_DAY` where none is appointed.
        until: Last day, or ``None`` while it applies.
        approximate: Why a day is inferred rather than read, or ``None``.
        enacted: The day on which it was made, where that is not the day from which it applies.
        appointed_by: The key of the provision by which its first day is, or will be, appointed.
    """

    start: date
    until: date | None = None
    approximate: str | None = None
    enacted: date | None = None
    appointed_by: str | None = None

    @property
    def first_day(self) -> date | None:
        """The first day, or ``None`` where none is appointed."""
        return None if self.start == NO_DAY else self.start

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day and (self.until is None or day <= self.until)

    def awaited_on(self, day: date) -> bool:
        """Say whether it was enacted by a day and no first day is appointed."""
        return self.first_day is None and self.enacted is not None and self.enacted <= day

    def overlaps(self, other: Window) -> bool:
        """Say whether there is a day in both."""
        latest = max(self.start, other.start)
        return latest != NO_DAY and all(until is None or latest <= until for until in (self.until, other.until))

    def __str__(self) -> str:
        if self.first_day is None:
            return f"on no day yet: enacted{f' on {in_words(self.enacted)}' if self.enacted else ''}, no day appointed"
        ends = f"from {in_words(self.start)}" + (f" to {in_words(self.until)}" if self.until else "")
        return f"{ends} (approximate)" if self.approximate else ends


def in_words(day: date) -> str:
    """Return a date as people write it: ``5 April 2024``."""
    return f"{day.day} {month(day)} {day.year}"


@travels
class Copy(NamedTuple):
    """A third party's copy of a text that was read in place of the official one.

    Attributes:
        repository: Whose repository, ``owner/name``.
        commit: The state of the repository.
        path: The file in it.
    """

    repository: str
    commit: str
    path: str

    def __str__(self) -> str:
        return f"{self.repository}, commit {self.commit}, {self.path}"


@travels
class Checked(NamedTuple):
    """How a provision's text was checked.

    Attributes:
        status: ``verified`` (the official text was read), ``copy`` (read whole in a third party's copy), ``secondary`` (read in a page that
            restates it), ``memory`` (not seen) or ``unread``.
        url: What was read, if anything; for a copy, where the official text is published.
        note: Anything a reader should know about the check.
        confidence: For ``memory``: ``high``, ``medium`` or ``low``.
        copied: For ``copy``: which.
        state: In which state the text was read, such as the day up to which its changes are taken in.
    """

    status: str
    url: str | None = None
    note: str | None = None
    confidence: str | None = None
    copied: Copy | None = None
    state: str | None = None

    @property
    def relied_on(self) -> bool:
        """Whether the text was read at all, at first or second hand."""
        return self.status in ("verified", "copy", "secondary")

    def __str__(self) -> str:
        if self.status == "memory":
            return f"unverified: from memory, {self.confidence} confidence"
        words = {"verified": "verified", "copy": "verified in a copy", "secondary": "verified second-hand", "unread": "unverified: text not read"}
        return words[self.status] + (f", {self.state}" if self.state else "")


@travels
class Instrument(NamedTuple):
    """An Act, regulations, a guidance document or a page.

    Attributes:
        id: Its key.
        title: Its full name.
        short: How citations abbreviate it.
        layer: One of :data:`LAYERS`.
        url: Where it is published, if it is.
        edition_of: The name under which it is cited whichever the edition, if it is an edition.
    """

    id: str
    title: str
    short: str
    layer: Layer
    url: str | None
    edition_of: str | None = None


@travels
class Provision(NamedTuple):
    """One citable place in an instrument.

    Attributes:
        key: ``instrument/id``, as rules cite it.
        instrument: The instrument it stands in.
        pinpoint: The place as lawyers write it.
        force: One of :data:`STRENGTHS`, ``must_not``, ``definition`` or ``information``.
        window: The days on which it applies.
        summary: What it says, in this project's words.
        checked: How that was checked.
        carried_from: The provision of an earlier edition whose words are taken to go on in this one, which nobody read here.
    """

    key: str
    instrument: Instrument
    pinpoint: str
    force: Force
    window: Window
    summary: str
    checked: Checked
    carried_from: Provision | None = None

    @property
    def verification(self) -> str:
        """How its text was checked, in words; for words carried forward, how those were."""
        if self.carried_from is None:
            return str(self.checked)
        return f"{self.checked}; carried forward from {self.carried_from.name}, {self.carried_from.verification}"

    @property
    def edition_key(self) -> str | None:
        """The key under which it is cited whichever the edition, if its instrument is an edition."""
        return f"{self.instrument.edition_of}/{self.key.partition('/')[2]}" if self.instrument.edition_of else None

    @property
    def layer(self) -> Layer:
        """The kind of source, one of :data:`LAYERS`."""
        return self.instrument.layer

    @property
    def name(self) -> str:
        """The citation in short: instrument and pinpoint."""
        return f"{self.instrument.short}, {self.pinpoint}"

    def __str__(self) -> str:
        return f"{self.name} [{self.verification}]"

    def _repr_html_(self) -> str | None:
        return as_html(self)


@travels
class Discrepancy(NamedTuple):
    """A place where sources disagree, are silent or can be read in more than one way.

    Attributes:
        id: Its number in the register.
        kind: What sort of disagreement.
        title: In a few words.
        clauses: Keys of the local clauses it touches.
        sources: Keys of the other provisions it touches.
        local: What the local guidance says.
        national: What the other sources say.
        resolution: What this library does about it.
        note: The sentence that a decision resting on it carries.
    """

    id: str
    kind: str
    title: str
    clauses: tuple[str, ...]
    sources: tuple[str, ...]
    local: str
    national: str
    resolution: str
    note: str


def by_number(entry: str) -> tuple[str, int]:
    """Return what puts the ids of a register in order: ``D2`` before ``D10``."""
    letters = entry.rstrip("0123456789")
    return letters, int(entry[len(letters) :])


def section_of(pinpoint: str) -> str:
    """Return the part of a document that a pinpoint lies in: what stands before its first comma."""
    return pinpoint.partition(",")[0]
