"""The shape of every file in ``rules/`` from which something is decided, as pydantic models.

Conditions and values of facts are checked where the vocabulary is known, in :mod:`cspr_rules.loading.building`; everything else about a file's
shape is stated here, once. Files that only give an account of the rules have their shapes in :mod:`cspr_rules.loading.account_shapes`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, WithJsonSchema, model_validator
from typing_extensions import TypeAliasType

FIRST_YEAR, LAST_YEAR = 1800, 2200
_ADDRESS = r"https?://[^\s<>\"'`\\()\[\]]+"
_NUMBERED = ("working_days", "days", "months", "hours")
_MOST_OF_A_UNIT = 9_999
_WORDED = ("without_delay", "immediately", "as_soon_as_possible", "unspecified")


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError("expected a date as YYYY-MM-DD")
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"there is no such day as {value}") from None
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValueError(f"expected a day between {FIRST_YEAR} and {LAST_YEAR}; leave `until` null where no end is known")
        return day
    return value


def _clause(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; write what it says")
    said = " ".join(text.split())
    if not said.isprintable():
        odd = next(character for character in said if not character.isprintable())
        raise ValueError(f"holds a character that does not print (U+{ord(odd):04X}); take it out")
    return said


def _address(text: str) -> str:
    if not re.fullmatch(_ADDRESS, text) or not text.isprintable():
        raise ValueError("expected the address of a page, beginning with https:// or http://")
    return text


DayText: TypeAlias = Annotated[date, BeforeValidator(_day)]
Text: TypeAlias = Annotated[str, AfterValidator(_clause), WithJsonSchema({"type": "string", "pattern": r"\S"})]
Address: TypeAlias = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "pattern": f"^{_ADDRESS}$"})]
KeyText: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
DottedKey: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$", max_length=120)]
# A name of something that stands elsewhere is called after what it names, so that a published schema can offer what there is to name.
ProvisionKey = TypeAliasType("ProvisionKey", Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*/[A-Za-z0-9][A-Za-z0-9_./-]*$", max_length=120)])
FactName = TypeAliasType("FactName", DottedKey)
DateName = TypeAliasType("DateName", DottedKey)
RuleName = TypeAliasType("RuleName", DottedKey)
DutyName = TypeAliasType("DutyName", KeyText)
RoleName = TypeAliasType("RoleName", KeyText)
StageName = TypeAliasType("StageName", KeyText)
ProfileName = TypeAliasType("ProfileName", KeyText)
CalendarName = TypeAliasType("CalendarName", KeyText)
DiscrepancyName = TypeAliasType("DiscrepancyName", str)
# What is checked where the vocabulary is known.
Condition = TypeAliasType("Condition", dict[str, Any])
Facts = TypeAliasType("Facts", dict[str, Any])
Child = TypeAliasType("Child", dict[str, Any])
Strength: TypeAlias = Literal["must", "will", "should", "may", "must_not"]
Layer: TypeAlias = Literal[
    "statute", "regulation", "statutory_guidance", "panel_guidance", "official_page", "local_guidance", "parliament", "assumption"
]


class Shape(BaseModel):
    """What every shape has in common: no key that is not named, no value of another type, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class WindowModel(Shape):
    """The days on which something applies."""

    from_: DayText = Field(alias="from")
    until: DayText | None = None
    approximate: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> WindowModel:
        if self.until and self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it begins on {self.from_}")
        return self


class ProvisionWindowModel(Shape):
    """The days on which a provision applies; ``from: null`` with ``enacted`` where no day is appointed yet."""

    from_: DayText | None = Field(alias="from")
    until: DayText | None = None
    approximate: Text | None = None
    enacted: DayText | None = None
    appointed_by: ProvisionKey | None = None

    @model_validator(mode="after")
    def _ordered(self) -> ProvisionWindowModel:
        if self.from_ is None and (self.enacted is None or self.until is not None):
            raise ValueError("`from: null` says that no day is appointed: it takes `enacted`, the day it was made, and no `until`")
        if self.appointed_by is not None and self.enacted is None:
            raise ValueError("`appointed_by` goes with `enacted`: the day it was made")
        if self.from_ and self.until and self.until < self.from_:
            raise ValueError(f"ends on {self.until}, before it begins on {self.from_}")
        if self.from_ and self.enacted and self.from_ < self.enacted:
            raise ValueError(f"begins on {self.from_}, before it was enacted on {self.enacted}")
        return self


# -- rules ---------------------------------------------------------------------------------------------------------------------------


def _within(value: Any) -> Any:
    if isinstance(value, str) and value in _WORDED:
        return value
    if isinstance(value, dict) and len(value) == 1:
        ((unit, count),) = value.items()
        if unit in _NUMBERED and isinstance(count, int) and not isinstance(count, bool) and (0 < count <= _MOST_OF_A_UNIT or value == {"days": 0}):
            return value
    numbered = f"a whole number of {', '.join(_NUMBERED)} such as {{working_days: 5}}; {{days: 0}} is the same day"
    raise ValueError(f"expected one of {', '.join(_WORDED)}, or {numbered}")


def _written_period() -> dict[str, Any]:
    """Return the JSON Schema of a period."""
    units = {unit: {"type": "integer", "minimum": 0 if unit == "days" else 1, "maximum": _MOST_OF_A_UNIT} for unit in _NUMBERED}
    number = {"type": "object", "additionalProperties": False, "properties": units, "minProperties": 1, "maxProperties": 1}
    return {"anyOf": [{"enum": list(_WORDED)}, number]}


Period = TypeAliasType("Period", Annotated[Any, BeforeValidator(_within), WithJsonSchema(_written_period())])


class DeadlineModel(Shape):
    """One source's own clock."""

    within: Period | None = None
    after: DateName | Literal["unspecified"] | None = None
    at_least: Period | None = None
    before: DateName | None = None
    only_if_recorded: bool = False
    strength: Strength
    cites: list[ProvisionKey] = Field(min_length=1)
    reading: Text | None = None
    discrepancies: list[DiscrepancyName] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits(self) -> DeadlineModel:
        if (self.within is None) == (self.at_least is None):
            raise ValueError("expected either `within` with `after`, or `at_least` with `before` or `after`")
        if self.within is not None and (self.before is not None or (isinstance(self.within, dict) and self.after is None)):
            raise ValueError("`within` goes with `after`: the date fact the clock runs from, or unspecified")
        if self.at_least is not None and ((self.before is None) == (self.after is None) or not isinstance(self.at_least, dict)):
            raise ValueError("`at_least` takes a number of days or months and goes with either `before` or `after`")
        if self.at_least == {"days": 0}:
            raise ValueError("`at_least` takes one day or more")
        if self.at_least is not None and self.after == "unspecified":
            raise ValueError("`at_least` goes with the date fact from which the time has to go by")
        return self


class OptionModel(Shape):
    """What a menu says of one of its choices."""

    rationale: Text
    support: list[RoleName] = Field(default_factory=list)
    methodology: Text
    governance: list[RoleName] = Field(default_factory=list)
    timescale: Text


class DutyModel(Shape):
    """What is owed when a rule is met."""

    id: KeyText
    duty: Strength
    act: Text
    by: RoleName
    to: list[RoleName] = Field(default_factory=list)
    how: Text | None = None
    contents: list[Text] = Field(default_factory=list)
    once_per: Literal["incident", "child"]
    done_by: DateName | None = None
    counts_if: Condition | None = None
    ended_by: DateName | None = None
    cites: list[ProvisionKey] | None = Field(default=None, min_length=1)
    deadlines: list[DeadlineModel] = Field(default_factory=list)
    option: OptionModel | None = None
    discrepancies: list[DiscrepancyName] = Field(default_factory=list)


class NoteModel(Shape):
    """What a met rule says."""

    note: Text
    bears_on: list[DutyName] = Field(default_factory=list)
    cites: list[ProvisionKey] | None = Field(default=None, min_length=1)
    discrepancies: list[DiscrepancyName] = Field(default_factory=list)


class ExpectModel(Shape):
    """What an example has to give."""

    outcome: Literal["met", "not_met", "undetermined"]
    ask: list[FactName] | None = None
    deadlines: dict[KeyText, DayText | None] = Field(default_factory=dict)
    status: dict[KeyText, str] = Field(default_factory=dict)


class ExampleModel(Shape):
    """Facts with the answer they must get."""

    name: Text
    on: DayText | None = None
    as_of: DayText | None = None
    given: Facts = Field(default_factory=dict)
    children: list[Child] = Field(default_factory=list)
    expect: ExpectModel


def _kind_of_effect(value: Any) -> str:
    return "<note>" if isinstance(value, NoteModel) or (isinstance(value, dict) and "note" in value) else "<duty>"


Effect: TypeAlias = Annotated[
    Annotated[DutyModel, Tag("<duty>")] | Annotated[NoteModel, Tag("<note>")],
    Discriminator(_kind_of_effect),
]


class RuleModel(Shape):
    """One question, the condition that answers it, and what follows."""

    id: DottedKey
    title: Text
    question: Text
    layer: Layer
    in_force: WindowModel
    gap_after: Text | None = None
    aliases: list[DottedKey] = Field(default_factory=list)
    cites: list[ProvisionKey] = Field(min_length=1)
    scope: Literal["incident", "child"]
    law_of: DateName | None = None
    when: Condition
    then: list[Effect] = Field(min_length=1)
    discrepancies: list[DiscrepancyName] = Field(default_factory=list)
    examples: list[ExampleModel] = Field(min_length=1)


class PathModel(Shape):
    """Duties in the order in which they are to be done."""

    id: DottedKey
    title: Text
    cites: list[ProvisionKey] = Field(min_length=1)
    note: Text | None = None
    opened_by: DutyName | None = None
    steps: list[DutyName] = Field(default_factory=list)


class PathsModel(Shape):
    """A profile's paths."""

    paths: list[PathModel] = Field(min_length=1)


class StageModel(Shape):
    """A stretch of a case's life."""

    id: KeyText
    title: Text
    order: int
    when: Condition
    cites: list[ProvisionKey] = Field(min_length=1)


class StageExampleModel(Shape):
    """Facts with the stage they put a case at."""

    name: Text
    given: Facts = Field(default_factory=dict)
    expect: StageName | None


class StagesModel(Shape):
    """The stages that a profile, or every profile, knows."""

    stages: list[StageModel] = Field(min_length=1)
    examples: list[StageExampleModel] = Field(min_length=1)


# -- discrepancies, calendars ---------------------------------------------------------------------------------------------------------


class DiscrepancyModel(Shape):
    """A place where sources disagree or are silent."""

    id: Annotated[str, Field(pattern=r"^[A-Z]+[0-9]+$")]
    kind: Text
    title: Text
    clauses: list[ProvisionKey] = Field(default_factory=list)
    sources: list[ProvisionKey] = Field(default_factory=list)
    local: Text
    national: Text
    resolution: Text
    note: Text


class DiscrepanciesModel(Shape):
    """The register."""

    discrepancies: list[DiscrepancyModel] = Field(min_length=1)


class CorrectionModel(Shape):
    """A day on which the library calendar is wrong."""

    date: DayText
    working: bool
    reason: Text
    cites: list[ProvisionKey] = Field(min_length=1)


class CalendarModel(Shape):
    """Working days of a place."""

    id: KeyText
    title: Text
    base: Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z]{2,3})?$")]
    confirmed_until: DayText
    cites: list[ProvisionKey] = Field(min_length=1)
    corrections: list[CorrectionModel] = Field(default_factory=list)
