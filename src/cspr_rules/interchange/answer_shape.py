"""The shapes of answers and marked answers as JSON, as pydantic models."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from cspr_rules.interchange.publishing import published
from cspr_rules.interchange.wire import Layer, Outcome, Status, Strength, Wire
from cspr_rules.marking.marks import MARKING_SCHEMA

# Named, so that what is generated from the schema names each of these once, and by what it means.
Owed = TypeAliasType("Owed", Literal["owed", "not_owed", "undetermined"])
NoDay = TypeAliasType("NoDay", Literal["no_day"])
AnsweredDuty = TypeAliasType("AnsweredDuty", date | Owed)
AnsweredDay = TypeAliasType("AnsweredDay", date | NoDay)


class AnswersModel(Wire):
    """Answers about a case, as the ``expect`` of a case file or a file of answers holds them. What is null is not answered."""

    schema_: Literal["cspr-rules/answers/1"] | None = Field(default=None, alias="schema")
    case: Any = Field(default=None, description="what the case is called, for whoever keeps the answers; nothing is read from it")
    complete_for: list[str] | None = Field(default=None, description="rules, or groups of rules, all of whose duties that are owed are named")
    outcomes: dict[str, Outcome | list[Outcome] | None] | None = Field(default=None, description="rule to outcome, or to one for each child")
    duties: dict[str, AnsweredDuty | list[AnsweredDuty] | None] | None = Field(
        default=None, description="duty to the day to plan for, or whether it is owed at all"
    )
    by: dict[str, str | list[str] | None] | None = Field(default=None, description="duty to the role, or roles, that owe it")
    to: dict[str, str | list[str] | None] | None = Field(default=None, description="duty to the roles it is owed to")
    strength: dict[str, Strength | None] | None = Field(default=None, description="duty to how strongly it is owed")
    times: dict[str, int | None] | None = Field(default=None, description="duty to how many times it is owed: once, or once for each child")
    days: dict[str, dict[str, AnsweredDay | list[AnsweredDay]] | None] | None = Field(
        default=None, description="duty to provision to the day by which it gives a time for it"
    )
    cites: dict[str, str | list[str] | None] | None = Field(default=None, description="rule or duty to provisions it rests on")
    status: dict[str, Status | None] | None = Field(default=None, description="duty to how it stands")
    ask: list[str] | None = Field(default=None, description="facts that are not known and still matter")
    notes_from: list[str] | None = Field(default=None, description="rules that have something to say")


class CitationModel(Wire):
    """A provision that something rests on, and how its text was checked."""

    id: str = Field(description="instrument/provision")
    name: str
    layer: Layer
    verification: str
    url: str | None


class MarkModel(Wire):
    """One answer, marked."""

    kind: Literal["outcome", "duty", "holder", "recipients", "strength", "times", "days", "citations", "status", "question", "note"]
    id: str
    title: str
    child: int | None
    verdict: Literal["right", "wrong", "missed", "unanswered"]
    answered: str
    found: str
    because: str
    citations: list[CitationModel]
    place: str


class TotalsModel(Wire):
    """How many answers there are of each verdict."""

    right: int
    wrong: int
    missed: int
    unanswered: int


class MarkingModel(Wire):
    """The answers about one case, marked."""

    schema_: Literal["cspr-rules/marking/1"] = Field(alias="schema")
    case: str
    profile: str
    as_of: date
    law_on: date
    ruleset_digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    right: bool
    totals: TotalsModel
    marks: list[MarkModel]


def answers_schema() -> dict[str, Any]:
    """Return the JSON Schema of answers about a case."""
    return published(AnswersModel, "cspr-rules/answers/1", "Answers")


def marking_schema() -> dict[str, Any]:
    """Return the JSON Schema of marked answers."""
    return published(MarkingModel, MARKING_SCHEMA, "Marking")
