"""The shapes of files that give an account of the rules and decide nothing.

They are the coverage of a guidance, digests of its passages, what is coming, and what people get wrong.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, model_validator

from cspr_rules.loading.shapes import (
    Condition,
    DateName,
    DayText,
    DottedKey,
    DutyName,
    FactName,
    KeyText,
    ProvisionKey,
    RoleName,
    RuleName,
    Shape,
    Text,
)

ClauseId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[A-Za-z0-9][A-Za-z0-9_./-]*$", max_length=120)]


class CoveredModel(Shape):
    """The rules that encode a clause, or why none does."""

    modality: Literal["must", "should", "may", "criterion", "definition", "information"]
    rules: list[RuleName] = Field(default_factory=list)
    as_: Literal["information", "definition", "unspecified", "superseded"] | None = Field(default=None, alias="as")
    because: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> CoveredModel:
        if bool(self.rules) == bool(self.as_):
            raise ValueError("expected either `rules`, the rules that encode the clause, or `as`, what it is instead")
        if self.as_ and not self.because:
            raise ValueError("a clause that no rule encodes needs a reason, under `because`")
        return self


class CoverageModel(Shape):
    """The clauses of one local guidance, each with its rules."""

    instrument: KeyText
    clauses: dict[ClauseId, CoveredModel] = Field(min_length=1)


class PassageModel(Shape):
    """The digest of a passage, and the clauses that rest on it."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    clauses: list[ClauseId]


class DigestsModel(Shape):
    """The passages of one local guidance, in the order of its text."""

    instrument: KeyText
    method: int
    passages: list[PassageModel] = Field(min_length=1)


class WatchedModel(Shape):
    """Something that is coming."""

    id: KeyText
    what: Text
    where: list[Text] = Field(min_length=1)
    looked_on: DayText
    found: Text
    would_change: Text
    touches: list[ProvisionKey] = Field(default_factory=list)


class WatchModel(Shape):
    """What is known to be coming, for those who keep the rules."""

    watch: list[WatchedModel] = Field(min_length=1)


class HelpModel(Shape):
    """What helps against a misconception."""

    text: Text
    cites: list[ProvisionKey] = Field(min_length=1)


class ClocksModel(Shape):
    """Which clocks are meant: those that fit in everything that is given."""

    units: list[Literal["working_days", "days", "months", "hours"]] | None = Field(default=None, min_length=1)
    starts: list[DateName] | None = Field(default=None, min_length=1)
    duties: list[DutyName] | None = Field(default=None, min_length=1)


class HolidayModel(Shape):
    """A day off, in every year or in one: a day of a month, or its first such weekday; the next working day where it is none itself."""

    name: Text
    month: Annotated[int, Field(ge=1, le=12)]
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    first: Literal["monday", "tuesday", "wednesday", "thursday", "friday"] | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None

    @model_validator(mode="after")
    def _one(self) -> HolidayModel:
        if (self.day is None) == (self.first is None):
            raise ValueError("expected either `day`, of the month, or `first`, a weekday")
        return self


class HolidaysModel(Shape):
    """Which bank holidays are taken instead."""

    without: Literal["all"] | list[Text] = Field(default_factory=list)
    and_on: list[HolidayModel] = Field(default_factory=list)


class UnknownAsModel(Shape):
    """What is taken for what is not recorded."""

    yes_no: bool | None = None
    steps: Literal["not_yet"] | None = None
    facts: dict[DottedKey, bool | int | Text] = Field(default_factory=dict)


_CHANGES: Final[dict[str, tuple[str, ...]]] = {
    "count_in": ("clocks",),
    "start_at": ("clocks",),
    "first_day": ("clocks",),
    "given": ("clocks",),
    "holidays": (),
    "unknown_as": (),
    "read": (),
    "also_met_if": ("rules",),
    "only_met_if": ("rules",),
    "owed_by": ("rules", "duties_of"),
    "done_by": ("duties",),
}
"""What a change may do, and what says where it does it."""


class ChangeModel(Shape):
    """One change by which a misconception is reproduced: of clocks, the calendar, the reading of facts, rules or duties."""

    when: Condition | None = None
    clocks: ClocksModel | None = None
    rules: list[RuleName] | None = Field(default=None, min_length=1)
    duties: list[DutyName] | None = Field(default=None, min_length=1)
    duties_of: RoleName | None = None
    count_in: Literal["days", "working_days"] | None = None
    start_at: DateName | None = None
    first_day: Literal["counts"] | None = None
    given: Literal["nowhere"] | None = None
    holidays: HolidaysModel | None = None
    unknown_as: UnknownAsModel | None = None
    read: FactName | None = None
    as_: bool | int | Text | None = Field(default=None, alias="as")
    as_in: FactName | None = None
    also_met_if: Condition | None = None
    only_met_if: Condition | None = None
    owed_by: RoleName | None = None
    done_by: DateName | None = None

    @model_validator(mode="after")
    def _fits(self) -> ChangeModel:
        does = [key for key in _CHANGES if getattr(self, key) is not None]
        if len(does) != 1:
            raise ValueError(f"expected exactly one of {', '.join(_CHANGES)}")
        where = [key for key in ("clocks", "rules", "duties", "duties_of") if getattr(self, key) is not None]
        if tuple(where) != _CHANGES[does[0]]:
            raise ValueError(f"`{does[0]}` goes with {' and '.join(f'`{key}`' for key in _CHANGES[does[0]]) or 'none of clocks, rules and duties'}")
        if (does[0] == "read") != (self.as_ is not None or self.as_in is not None) or (self.as_ is not None and self.as_in is not None):
            raise ValueError("`read` goes with either `as`, a value, or `as_in`, another fact; nothing else does")
        return self


class MisconceptionModel(Shape):
    """Something that people or systems get wrong."""

    id: KeyText
    says: Text
    helps: HelpModel
    changes: list[ChangeModel] = Field(min_length=1)


class MisconceptionsModel(Shape):
    """What people and systems get wrong, each as a change that reproduces it."""

    misconceptions: list[MisconceptionModel] = Field(min_length=1)
