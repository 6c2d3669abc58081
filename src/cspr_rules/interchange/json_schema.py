"""The shapes of what comes out, as pydantic models: a decision record, answers and marked answers as JSON.

Other systems read records back with :class:`RecordModel` or hold them to :func:`record_schema`. The version in
``RecordModel.schema_`` changes when the shape does.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from cspr_rules.engine.decisions import Status
from cspr_rules.engine.plain_values import SCHEMA
from cspr_rules.marking.marks import MARKING_SCHEMA
from cspr_rules.model.rules import Outcome

Strength: TypeAlias = Literal["must", "will", "should", "may", "must_not"]
Said: TypeAlias = date | Literal["owed", "not_owed", "undetermined"]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CitationModel(_Wire):
    """A provision that something rests on, and how its text was checked."""

    id: str = Field(description="instrument/provision")
    name: str
    layer: str
    verification: str
    url: str | None


class InForceModel(_Wire):
    """First and last day of application."""

    from_: date = Field(alias="from")
    until: date | None


class ProvisionWindowModel(_Wire):
    """First and last day of application, and why a day is inferred."""

    from_: date | None = Field(alias="from", description="null where it is enacted and no day is appointed")
    until: date | None
    approximate: str | None
    enacted: date | None = Field(description="when it was made, where that is not the day from which it applies")
    appointed_by: str | None = Field(description="the provision by which its first day is, or will be, appointed")


class CopyModel(_Wire):
    """A third party's copy of a text."""

    repository: str
    commit: str
    path: str


class CheckedModel(_Wire):
    """How a text was checked."""

    status: Literal["verified", "copy", "secondary", "memory", "unread"]
    state: str | None = Field(description="in which state the text was read")
    copied: CopyModel | None = Field(alias="copy", description="which copy was read, for status copy")
    confidence: Literal["high", "medium", "low"] | None
    note: str | None


class ProvisionModel(CitationModel):
    """A provision with what it says, in the project's words."""

    force: str
    in_force: ProvisionWindowModel
    summary: str
    checked: CheckedModel
    carried_from: str | None = Field(description="the provision of an earlier edition whose words are carried forward unread")


class SkippedModel(_Wire):
    """A day that did not count."""

    date: date
    reason: str


class DeadlineModel(_Wire):
    """One source's own clock. ``due_on`` is null where the source gives no number or the clock waits for a date."""

    says: str
    unit: str
    count: int | None
    anchor: str | None
    side: Literal["before", "after"]
    strength: Strength
    layer: str
    due_on: date | None
    waiting_for: str | None = Field(description="the fact whose date has to be known first")
    started_on: date | None
    started_within: str | None = Field(description="what is known of the day it runs from, as written, where that is not the day itself")
    soonest: date | None = Field(description="then the earliest day on which it can run out")
    latest: date | None = Field(description="then the latest day on which it can run out")
    earliest: bool = Field(description="whether this is the clock to plan by")
    status: Status
    skipped: list[SkippedModel]
    provisional: bool
    reading: str | None
    citations: list[CitationModel]
    discrepancies: list[str]


class OptionModel(_Wire):
    """What a menu says of one of its choices."""

    rationale: str
    support: list[str]
    support_names: list[str]
    methodology: str
    governance: list[str]
    governance_names: list[str]
    timescale: str


class PlanSetByModel(_Wire):
    """Whose clock sets the day to plan for; its verb is not that of the duty."""

    strength: Strength
    layer: str
    citations: list[str]


class DutyModel(_Wire):
    """What somebody owes, or may do."""

    id: str
    rule: str
    strength: Strength
    layer: str
    act: str
    by: str
    by_name: str
    to: list[str]
    to_names: list[str]
    how: str | None
    option: OptionModel | None
    contents: list[str]
    once_per: Literal["incident", "child"]
    children: list[int] = Field(description="the children that ground it, from 1")
    status: Status
    plan_for: date | None = Field(description="the earliest day on which any clock runs out, whosever it is")
    plan_set_by: list[PlanSetByModel] = Field(description="the clocks that run out on that day")
    done_by: str | None
    recorded_on: date | None = Field(description="when its step was taken")
    done_on: date | None = Field(description="the same day, if that step is known to count")
    recorded_within: str | None = Field(description="what is recorded of that day, as written, where it is not the day itself")
    done: bool = Field(description="whether a step that counts is recorded, on whatever day")
    deadlines: list[DeadlineModel]
    citations: list[CitationModel]
    discrepancies: list[str]


class StepModel(_Wire):
    """One step of a path."""

    duty: str
    children: list[int]


class PathModel(_Wire):
    """Owed duties in the order in which they are to be done."""

    id: str
    title: str
    note: str | None
    steps: list[StepModel]
    citations: list[CitationModel]


class TestModel(_Wire):
    """One test and what it came to."""

    __test__ = False  # not a pytest class

    child: int | None
    says: str
    fact: str | None
    rule: str | None
    value: str | None
    result: Literal["met", "not_met", "undecided"]
    citations: list[str]


class DecisionModel(_Wire):
    """One rule's answer."""

    title: str
    question: str
    layer: str
    outcome: Outcome
    per_child: list[Outcome]
    in_force: InForceModel
    law_on: date = Field(description="the day whose law the rule is read under")
    duties: list[str]
    tests: list[TestModel]
    citations: list[str]
    discrepancies: list[str]


class ConsiderationModel(_Wire):
    """What guidance asks a person to weigh."""

    text: str
    citations: list[str]


class QuestionModel(_Wire):
    """A fact that could still settle something."""

    fact: str
    kind: Literal["fact", "judgement", "step"]
    question: str
    expected: str
    who_would_know: str
    considerations: list[ConsiderationModel]
    children: list[int]
    settles: list[str]
    first: bool = Field(description="whether it is the first unanswered test of some rule")


class NoteModel(_Wire):
    """What a met rule says."""

    rule: str
    note: str
    children: list[int]
    citations: list[CitationModel]
    discrepancies: list[str]


class NotInForceModel(_Wire):
    """A rule that is not law on the day."""

    rule: str
    title: str
    from_: date = Field(alias="from")
    until: date | None


class JudgementModel(_Wire):
    """Who made a judgement."""

    fact: str
    child: int | None
    role: str | None
    on: date | None
    reasons: str | None
    dissent: str | None


class InferredModel(_Wire):
    """A value that was not written but follows."""

    fact: str
    child: int | None
    follows_from: str


class DiscrepancyModel(_Wire):
    """Where sources disagree."""

    id: str
    title: str
    note: str
    clauses: list[str]
    sources: list[str]


class OutOfOrderModel(_Wire):
    """A step taken before one that it comes after."""

    step: str
    on: date
    after: str
    after_on: date | None
    child: int | None
    duty: str | None
    why: Literal["clock", "path", "meaning"]
    citations: list[str]


class LaterLawModel(_Wire):
    """The day whose law the rules on a later step are read under."""

    law_on: date
    from_: str = Field(alias="from", description="the step's fact, or as_of while it is not recorded, or the incident's")
    at_latest: bool = Field(description="whether the step is only known to have been on or before that day")


class NotHeldModel(_Wire):
    """A profile no law of which is held for the incident's day."""

    profile: str
    title: str
    from_: date = Field(alias="from", description="the first day for which its law is held")


class AskedModel(_Wire):
    """A question, and the child it is about, from 1."""

    fact: str
    child: int | None


class ShownDutyModel(_Wire):
    """A duty among ``duties``, with the children it is owed for."""

    duty: str
    children: list[int]


class IfSoModel(ShownDutyModel):
    """What would be owed, if it is so."""

    status: Status
    plan_for: date | None


class HeadlineModel(_Wire):
    """The answer to a question that the profile puts first."""

    id: str
    asks: str
    state: Literal["yes", "open", "no"]
    sentence: str
    who: list[str]
    day: date | None
    working_days_left: int | None = Field(description="negative if the day is past")
    by_if_so: date | None = Field(description="where it is open: the day by which it would be due, if it is so")
    turns_on: list[AskedModel]
    because: list[str]
    otherwise: list[str]
    duties: list[ShownDutyModel]
    if_so: list[IfSoModel]
    caveats: list[str]
    citations: list[CitationModel]


class RecordModel(_Wire):
    """A decision record."""

    schema_: Literal["cspr-rules/decision-record/3"] = Field(alias="schema")
    purpose: str
    profile: str
    authority: str
    as_of: date
    law_on: date
    law_on_from: str
    law_on_at_latest: bool = Field(description="whether the incident is only known to have been on or before that day")
    later_laws: dict[str, LaterLawModel] = Field(description="later steps under whose law some rules are read, where that is another day's")
    not_held: list[NotHeldModel]
    ruleset_digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    children: int
    duties: list[DutyModel]
    options: list[DutyModel]
    paths: list[PathModel]
    out_of_order: list[OutOfOrderModel]
    decisions: dict[str, DecisionModel]
    ask: list[QuestionModel]
    notes: list[NoteModel]
    not_in_force: list[NotInForceModel]
    judgements: list[JudgementModel]
    inferred: list[InferredModel]
    discrepancies: list[DiscrepancyModel]
    citations: dict[str, ProvisionModel]
    unverified: list[str]
    headlines: list[HeadlineModel]


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of a decision record."""
    return {"$id": SCHEMA, **RecordModel.model_json_schema(by_alias=True)}


class AnswersModel(_Wire):
    """Answers about a case, as the ``expect`` of a case file or a file of answers holds them. What is null is not answered."""

    schema_: Literal["cspr-rules/answers/1"] | None = Field(default=None, alias="schema")
    complete_for: list[str] | None = Field(default=None, description="rules, or groups of rules, all of whose duties that are owed are named")
    outcomes: dict[str, Outcome | list[Outcome] | None] | None = Field(default=None, description="rule to outcome, or to one for each child")
    duties: dict[str, Said | list[Said] | None] | None = Field(default=None, description="duty to the day to plan for, or whether it is owed at all")
    status: dict[str, Status | None] | None = Field(default=None, description="duty to how it stands")
    ask: list[str] | None = Field(default=None, description="facts that are not known and still matter")
    notes_from: list[str] | None = Field(default=None, description="rules that have something to say")


class MarkModel(_Wire):
    """One answer, marked."""

    kind: Literal["outcome", "duty", "status", "question", "note"]
    id: str
    title: str
    child: int | None
    verdict: Literal["right", "wrong", "missed", "unanswered"]
    answered: str
    found: str
    because: str
    citations: list[CitationModel]
    place: str


class TotalsModel(_Wire):
    """How many answers there are of each verdict."""

    right: int
    wrong: int
    missed: int
    unanswered: int


class MarkingModel(_Wire):
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
    return {"$id": "cspr-rules/answers/1", **AnswersModel.model_json_schema(by_alias=True)}


def marking_schema() -> dict[str, Any]:
    """Return the JSON Schema of marked answers."""
    return {"$id": MARKING_SCHEMA, **MarkingModel.model_json_schema(by_alias=True)}
