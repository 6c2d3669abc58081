"""The tables of a full decision record: what its other parts name instead of repeating it."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from cspr_rules.interchange.wire import Citations, HowChecked, Layer, Strength, Wire


class ClockModel(Wire):
    """One source's own time limit."""

    says: str
    unit: str
    count: int | None
    anchor: str | None
    side: Literal["before", "after"]
    strength: Strength
    layer: Layer
    reading: str | None
    citations: Citations
    discrepancies: list[str]


class OptionModel(Wire):
    """What a menu says of one of its choices."""

    rationale: str
    support: list[str]
    methodology: str
    governance: list[str]
    timescale: str


class AskedDutyModel(Wire):
    """What a duty asks."""

    rule: str
    strength: Strength
    layer: Layer
    act: str
    by: str
    to: list[str]
    how: str | None
    option: OptionModel | None
    contents: list[str]
    once_per: Literal["incident", "child"]
    done_by: str | None = Field(description="the fact that records it as done")
    clocks: list[ClockModel]
    citations: Citations
    discrepancies: list[str]


class TestModel(Wire):
    """One test of a rule, and what it came to: once, or for each child."""

    __test__ = False  # not a pytest class

    says: str
    fact: str | None = Field(description="what it tests; its value stands in understood")
    rule: str | None = Field(description="or the rule whose being met it tests")
    results: list[Literal["met", "not_met", "undecided"]]
    citations: Citations


class NoteModel(Wire):
    """What a rule says without asking anything of anybody."""

    rule: str
    text: str
    citations: Citations
    discrepancies: list[str]


class ProvisionModel(Wire):
    """A citable place in an instrument, with what it says, in the project's words."""

    instrument: str = Field(description="in tables.instruments")
    pinpoint: str
    force: str
    in_force: str = Field(description="in tables.windows")
    summary: str
    checked: str = Field(description="in tables.checks")
    carried_from: str | None = Field(description="the provision of an earlier edition whose words are carried forward unread")


class InstrumentModel(Wire):
    """An Act, regulations, a guidance document or a page."""

    title: str
    short: str
    layer: Layer
    url: str | None


class WindowModel(Wire):
    """First and last day of application, and why a day is inferred."""

    from_: date | None = Field(alias="from", description="null where it is enacted and no day is appointed")
    until: date | None
    approximate: str | None
    enacted: date | None = Field(description="when it was made, where that is not the day from which it applies")
    appointed_by: str | None = Field(description="the provision by which its first day is, or will be, appointed")


class CopyModel(Wire):
    """A third party's copy of a text."""

    repository: str
    commit: str
    path: str


class CheckModel(Wire):
    """How a text was checked."""

    words: str
    status: HowChecked
    state: str | None = Field(description="in which state the text was read")
    copied: CopyModel | None = Field(alias="copy", description="which copy was read, for status copy")
    confidence: Literal["high", "medium", "low"] | None
    note: str | None
    url: str | None


class TablesModel(Wire):
    """What the other parts name instead of repeating it, by name."""

    duties: dict[str, AskedDutyModel]
    tests: dict[str, TestModel]
    notes: dict[str, NoteModel]
    roles: dict[str, str]
    not_counted: dict[str, str] = Field(description="days that did not count for some clock, and why")
    provisions: dict[str, ProvisionModel]
    instruments: dict[str, InstrumentModel]
    windows: dict[str, WindowModel]
    checks: dict[str, CheckModel]
