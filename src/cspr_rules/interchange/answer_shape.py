"""The shapes of answers and marked answers as JSON, as pydantic models."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field
from typing_extensions import TypeAliasType

from cspr_rules.interchange.publishing import published
from cspr_rules.interchange.wire import Layer, Outcome, Status, Strength, Wire
from cspr_rules.marking.answer_sheet import SCHEMA
from cspr_rules.marking.marks import MARKING_SCHEMA
from cspr_rules.marking.one_mark import MarkKind, Verdict
from cspr_rules.model.rules import Unit

# Named, so that what is generated from the schema names each of these once, and by what it means.
Owed = TypeAliasType("Owed", Literal["owed", "not_owed", "undetermined"])
WithoutDay = TypeAliasType("WithoutDay", Literal["no_day"])
NotLaw = TypeAliasType("NotLaw", Literal["not_law"])
AnsweredDuty = TypeAliasType("AnsweredDuty", date | Owed)
AnsweredDay = TypeAliasType("AnsweredDay", date | WithoutDay)
AnsweredOutcome = TypeAliasType("AnsweredOutcome", Outcome | NotLaw)


class ClockModel(Wire):
    """One source's time for a duty; what is null is not answered."""

    unit: Unit | None = Field(default=None, description="what it is counted in, or the words that stand for a time")
    count: int | None = Field(default=None, ge=0, description="how many of these; null where it is given in words")
    anchor: str | None = Field(default=None, description="the fact from or before whose day it runs; unspecified if the source names none; none")
    side: Literal["before", "after"] | None = Field(default=None, description="on which side of that day it lies")
    strength: Strength | None = Field(default=None, description="the source's own verb")
    day: AnsweredDay | None = Field(default=None, description="the day to which it comes, if it comes to one")
    cites: str | list[str] | None = Field(default=None, description="all provisions in force that give it")


class OptionModel(Wire):
    """What a menu says of one of its choices; what is null is not answered."""

    support: str | list[str] | None = Field(default=None, description="all roles that help the lead")
    governance: str | list[str] | None = Field(default=None, description="all roles that oversee it")


class AnswersModel(Wire):
    """Answers about a case, as the ``expect`` of a case file or a file of answers holds them. What is null is not answered."""

    schema_: str | None = Field(default=None, alias="schema", pattern=r"^cspr-rules/answers/[12]$")
    case: Any = Field(default=None, description="what the case is called, for whoever keeps the answers; nothing is read from it")
    complete_for: list[str] | None = Field(default=None, description="rules, or groups of rules, all of whose duties that are owed are named")
    outcomes: dict[str, AnsweredOutcome | list[AnsweredOutcome] | None] | None = Field(
        default=None, description="rule to outcome, or to one for each child; not_law where it is no law on the day"
    )
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
    clocks: dict[str, list[ClockModel] | None] | None = Field(default=None, description="duty to its clocks; every clock that runs is one of them")
    grounds: dict[str, dict[str, str | list[str] | None] | None] | None = Field(
        default=None,
        description="rule, duty, path or stage to part to all provisions in force on which that rests; parts of a rule are the facts and rules that "
        "make its outcome what it is, `note 1` and so on, and `itself`; of the others, `itself`",
    )
    options: dict[str, OptionModel | None] | None = Field(default=None, description="duty that is a choice on a menu to what the menu says of it")
    paths: dict[str, str | list[str] | None] | None = Field(default=None, description="path to its duties that are owed or allowed, in order")
    stage: str | None = Field(default=None, description="the stage that the case has come to, or none")
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

    kind: MarkKind
    id: str
    title: str
    child: int | None
    verdict: Verdict
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

    schema_: Literal["cspr-rules/marking/2"] = Field(alias="schema")
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
    return published(AnswersModel, SCHEMA, "Answers")


def marking_schema() -> dict[str, Any]:
    """Return the JSON Schema of marked answers."""
    return published(MarkingModel, MARKING_SCHEMA, "Marking")
