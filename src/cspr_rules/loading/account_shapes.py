"""The shapes of files that give an account of the rules and decide nothing: coverage of a guidance, digests of its passages, and what is coming."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from cspr_rules.loading.shapes import DayText, DottedKey, KeyText, ProvisionKey, Shape, Text

ClauseId: TypeAlias = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[A-Za-z0-9][A-Za-z0-9_./-]*$", max_length=120)]


class CoveredModel(Shape):
    """The rules that encode a clause, or why none does."""

    modality: Literal["must", "should", "may", "criterion", "definition", "information"]
    rules: list[DottedKey] = Field(default_factory=list)
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
