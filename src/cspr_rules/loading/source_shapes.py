"""The shape of the files that say what facts there are and what the sources are, as pydantic models."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from typing_extensions import TypeAliasType

from cspr_rules.loading.shapes import Address, DateName, DottedKey, FactName, KeyText, Layer, ProvisionKey, ProvisionWindowModel, Shape, Text

FactTest = TypeAliasType("FactTest", dict[str, Any])
"""A fact held against a value; checked where the vocabulary is known."""


class ConsiderationModel(Shape):
    """Something guidance asks a person to weigh."""

    text: Text
    cites: list[ProvisionKey] = Field(min_length=1)


class ImplicationModel(Shape):
    """What follows for another fact."""

    when: bool | str | int | None = None
    fact: FactName
    is_: bool | str | int = Field(alias="is")


class OnlyIfModel(Shape):
    """What a fact takes for granted."""

    fact: FactName
    is_: bool | str | int | None = Field(default=None, alias="is")
    is_any_of: list[str | int] | None = Field(default=None, min_length=2)
    recorded: Literal[True] | None = None

    @model_validator(mode="after")
    def _fits(self) -> OnlyIfModel:
        if sum(each is not None for each in (self.is_, self.is_any_of, self.recorded)) != 1:
            raise ValueError("expected one of `is` with a value, `is_any_of` with several, or `recorded: true` for a date")
        return self


class OrderModel(Shape):
    """A step that comes before another."""

    fact: DateName
    cites: list[ProvisionKey] = Field(default_factory=list)


class YearsFromModel(Shape):
    """The two dates between which a number counts the years."""

    born: DateName
    at: DateName


class TakenWithModel(Shape):
    """The other step by which a step was taken too."""

    step: DateName
    where: FactName
    is_any_of: list[str] = Field(min_length=1)


class ImpossibleModel(Shape):
    """What cannot be so together."""

    says: Text
    all: list[FactTest] = Field(min_length=2)
    cites: list[ProvisionKey] = Field(default_factory=list)


class RetiredModel(Shape):
    """A fact that is no longer used."""

    id: DottedKey
    use: list[FactName] = Field(min_length=1)
    says: Text


class FactModel(Shape):
    """One fact a case may hold."""

    id: DottedKey
    scope: Literal["incident", "child"]
    kind: Literal["fact", "judgement", "step"]
    type: Literal["yes_no", "one_of", "number", "date"]
    values: dict[KeyText, Text] = Field(default_factory=dict)
    unit: Text | None = None
    unit_for_one: Text | None = None
    at_least: int | None = None
    at_most: int | None = None
    meaning: Text
    question: Text
    who_would_know: Text
    considerations: list[ConsiderationModel] = Field(default_factory=list)
    implies: list[ImplicationModel] = Field(default_factory=list)
    only_if: list[OnlyIfModel] = Field(default_factory=list)
    not_before: list[DateName] = Field(default_factory=list)
    comes_after: list[OrderModel] = Field(default_factory=list)
    may_be_future: bool = False
    law_date: bool = False
    counts: Literal["children"] | None = None
    years_from: YearsFromModel | None = None
    taken_with: TakenWithModel | None = None
    no_more_than: list[FactName] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits(self) -> FactModel:
        if (self.type == "one_of") != bool(self.values):
            raise ValueError("`values` goes with type one_of, and only with it")
        if self.kind == "step" and self.type != "date":
            raise ValueError("a step is dated: its type has to be date")
        if self.considerations and self.kind != "judgement":
            raise ValueError("only a judgement has considerations")
        if self.type != "date" and (self.not_before or self.may_be_future or self.law_date):
            raise ValueError("`not_before`, `may_be_future` and `law_date` go with type date")
        if self.comes_after and self.kind != "step":
            raise ValueError("only a step comes after another")
        if self.taken_with and self.kind != "step":
            raise ValueError("only a step is taken with another")
        if self.at_least is not None and self.at_most is not None and self.at_most <= self.at_least:
            raise ValueError("`at_most` has to be more than `at_least`")
        limited = self.at_least is not None or self.at_most is not None
        if self.type != "number" and (self.unit or limited or self.counts or self.years_from or self.no_more_than):
            raise ValueError("`unit`, `at_least`, `at_most`, `counts`, `years_from` and `no_more_than` go with type number")
        if bool(self.unit) != bool(self.unit_for_one):
            raise ValueError("`unit` and `unit_for_one` go together: what is counted, for several and for one")
        return self


class VocabularyModel(Shape):
    """A file of facts that belong together."""

    title: Text
    order: int
    facts: list[FactModel] = Field(min_length=1)
    impossible: list[ImpossibleModel] = Field(default_factory=list)
    retired: list[RetiredModel] = Field(default_factory=list)


# -- sources -------------------------------------------------------------------------------------------------------------------------


class CopyModel(Shape):
    """A third party's copy of a text."""

    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+$")]
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{7,40}$")]
    path: Text


class CheckedModel(Shape):
    """How a text was checked."""

    status: Literal["verified", "copy", "secondary", "memory", "unread"]
    url: Address | None = None
    note: Text | None = None
    confidence: Literal["high", "medium", "low"] | None = None
    copied: CopyModel | None = Field(default=None, alias="copy")
    state: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> CheckedModel:
        if (self.status == "memory") != (self.confidence is not None):
            raise ValueError("`confidence` goes with status memory, and only with it")
        if (self.status == "copy") != (self.copied is not None):
            raise ValueError("`copy` goes with status copy, and only with it: the repository, commit and path that was read")
        if self.status == "copy" and (self.url is None or self.state is None):
            raise ValueError("a copy needs `url`, where the official text is, and `state`, in which state of the text it is")
        if self.state is not None and self.status in ("memory", "unread"):
            raise ValueError("`state` is that of a text that was read")
        return self


class ProvisionModel(Shape):
    """One citable place."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]*$")]
    pinpoint: Text
    force: Literal["must", "will", "should", "may", "must_not", "definition", "information"]
    in_force: ProvisionWindowModel | None = None
    summary: Text
    checked: CheckedModel | None = None
    carried_from: ProvisionKey | None = None


class InstrumentModel(Shape):
    """An instrument and its provisions; ``in_force`` and ``checked`` here hold for provisions that give none.

    ``edition_of`` is the name under which rules cite a guidance whichever its edition.
    """

    id: KeyText
    title: Text
    short: Text
    edition_of: KeyText | None = None
    layer: Layer
    url: Address | None = None
    in_force: ProvisionWindowModel | None = None
    checked: CheckedModel | None = None
    sections: dict[Text, Text] = Field(default_factory=dict)
    provisions: list[ProvisionModel] = Field(min_length=1)
