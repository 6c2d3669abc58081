"""The shape of a decision record as JSON, slim and full, as pydantic models.

Other systems hold records to :func:`record_schema`, or read them back with :data:`RECORD`. The version in ``schema`` changes when the shape does.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import Field, TypeAdapter

from cspr_rules.explain.plain_record import MOST_ASKED, SCHEMA
from cspr_rules.interchange.publishing import published
from cspr_rules.interchange.record_tables import TablesModel
from cspr_rules.interchange.wire import Children, Citations, Layer, Outcome, State, Status, Strength, Value, Wire

# -- what it was decided from --------------------------------------------------------------------------------------------------------


class JudgementModel(Wire):
    """A judgement as it was given: what was judged, by whom, when and why."""

    value: Value | None = None
    role: str | None = None
    on: date | None = None
    reasons: str | None = None
    dissent: str | None = None


class GivenModel(Wire):
    """The facts as they were given, without those that were left empty; "unknown" means that a fact is not known."""

    facts: dict[str, Value | JudgementModel]
    children: list[dict[str, Value | JudgementModel]]


class KnownModel(Wire):
    """What is known of a fact."""

    value: Value
    words: str = Field(description="the same in words")
    follows_from: list[str] = Field(description="the facts it follows from, where it does")


class UnderstoodModel(Wire):
    """The facts as they were understood, with what follows from those given. A fact that is not here is not known."""

    facts: dict[str, KnownModel]
    children: list[dict[str, KnownModel]] = Field(description="for each child; one, where none was listed")


class LaterLawModel(Wire):
    """The day whose law the rules on a later step are read under."""

    law_on: date
    from_: str = Field(alias="from", description="the step's fact, or as_of while it is not recorded, or the incident's")
    at_latest: bool = Field(description="whether the step is only known to have been on or before that day")


class NotHeldModel(Wire):
    """A profile no law of which is held for the incident's day."""

    profile: str
    title: str
    from_: date = Field(alias="from", description="the first day for which its law is held")


class HeadModel(Wire):
    """What a record was decided from."""

    schema_: Literal["cspr-rules/decision-record/4"] = Field(alias="schema")
    detail: Literal["slim", "full"]
    purpose: str
    version: str = Field(description="the version of the library that decided")
    profile: str
    authority: str
    shipped: bool = Field(description="whether the rules are those that ship with the library, and not those of another folder")
    ruleset_digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    as_of: date = Field(description="the day it was looked at from")
    law_on: date = Field(description="the day whose law was read")
    law_on_from: str = Field(description="the fact that gave that day, as_of, or law_on where it was asked for")
    law_on_at_latest: bool = Field(description="whether the incident is only known to have been on or before that day")
    not_held: list[NotHeldModel]
    given: GivenModel


# -- what it comes to ----------------------------------------------------------------------------------------------------------------


class NextModel(Wire):
    """A question worth asking, the best first."""

    fact: str
    children: Children


class ShortVerdictModel(Wire):
    """The answer to a question that the profile puts first, in a sentence."""

    id: str
    asks: str
    state: State
    sentence: str
    day: date | None
    working_days_left: int | None = Field(description="negative if the day is past")
    by_if_so: date | None = Field(description="where it is open: the day by which it would be due, if it is so")
    caveats: list[str] = Field(description="what changes how one of the days reads")


class ShortDutyModel(Wire):
    """What somebody owes. What it asks in words stands in the full record."""

    duty: str
    strength: Strength
    by: str = Field(description="the role that owes it")
    to: list[str] = Field(description="the roles it is owed to")
    children: Children
    status: Status
    plan_for: date | None = Field(description="the earliest day on which any clock runs out, whosever it is")
    plan_set_by: list[Layer] = Field(description="the kinds of source whose clocks run out on that day; the duty's own verb is not that of the clock")
    done_on: date | None
    citations: Citations


class AskedModel(Wire):
    """A question, and the child it is about, from 1."""

    fact: str
    child: int | None


class ShownDutyModel(Wire):
    """A duty, with the children it is owed for."""

    duty: str
    children: Children


class IfSoModel(ShownDutyModel):
    """What would be owed, if it is so."""

    status: Status
    plan_for: date | None


class VerdictModel(Wire):
    """The answer to a question that the profile puts first."""

    id: str
    asks: str
    state: State
    sentence: str
    who: list[str]
    day: date | None
    working_days_left: int | None = Field(description="negative if the day is past")
    by_if_so: date | None = Field(description="where it is open: the day by which it would be due, if it is so")
    turns_on: list[AskedModel] = Field(description="where it is open: the questions that can settle it, the best to ask first in front")
    because: list[str]
    otherwise: list[str]
    duties: list[ShownDutyModel]
    if_so: list[IfSoModel]
    caveats: list[str] = Field(description="what changes how one of the days reads, in tables.notes")
    citations: Citations


class DeadlineModel(Wire):
    """How a clock stands. ``due_on`` is null where the source gives no number or the clock waits for a date."""

    due_on: date | None
    waiting_for: str | None = Field(description="the fact whose date has to be known first")
    started_on: date | None
    started_within: str | None = Field(description="what is known of the day it runs from, as written, where that is not the day itself")
    soonest: date | None = Field(description="then the earliest day on which it can run out")
    latest: date | None = Field(description="then the latest day on which it can run out")
    earliest: bool = Field(description="whether this is the clock to plan by")
    status: Status
    skipped: list[date] = Field(description="days that did not count; tables.not_counted says why")
    provisional: bool


class DutyModel(Wire):
    """What somebody owes, or may do."""

    duty: str = Field(description="what is asked, in tables.duties")
    children: Children
    status: Status
    plan_for: date | None = Field(description="the earliest day on which any clock runs out, whosever it is")
    recorded_on: date | None = Field(description="when its step was taken")
    done_on: date | None = Field(description="the same day, if that step is known to count")
    recorded_within: str | None = Field(description="what is recorded of that day, as written, where it is not the day itself")
    done: bool = Field(description="whether a step that counts is recorded, on whatever day")
    deadlines: list[DeadlineModel] = Field(description="how each of its clocks stands, in the order of tables.duties")


class PathModel(Wire):
    """Owed duties in the order in which they are to be done."""

    id: str
    title: str
    note: str | None
    steps: list[ShownDutyModel]
    citations: Citations


class InForceModel(Wire):
    """First and last day of application."""

    from_: date = Field(alias="from")
    until: date | None


class DecisionModel(Wire):
    """One rule's answer."""

    title: str
    question: str
    layer: Layer
    outcome: Outcome
    per_child: list[Outcome] = Field(description="for each child; none for a rule that is asked once")
    in_force: InForceModel
    law_on: date = Field(description="the day whose law the rule is read under")
    duties: list[str]
    tests: list[str] = Field(description="in reading order, in tables.tests")
    citations: Citations
    discrepancies: list[str]


class ConsiderationModel(Wire):
    """What guidance asks a person to weigh."""

    text: str
    citations: Citations


class QuestionModel(Wire):
    """A fact that could still settle something."""

    fact: str
    kind: Literal["fact", "judgement", "step"]
    question: str
    expected: str
    who_would_know: str
    considerations: list[ConsiderationModel]
    children: Children
    settles: list[str]
    first: bool = Field(description="whether it is the first unanswered test of some rule")


class GivenNoteModel(Wire):
    """What a met rule says."""

    note: str = Field(description="the text, in tables.notes")
    children: Children


class NotInForceModel(Wire):
    """A rule that is not law on the day."""

    rule: str
    title: str
    from_: date = Field(alias="from")
    until: date | None


class DiscrepancyModel(Wire):
    """Where sources disagree."""

    id: str
    title: str
    note: str
    clauses: list[str]
    sources: list[str]


class OutOfOrderModel(Wire):
    """A step taken before one that it comes after."""

    step: str
    on: date
    after: str
    after_on: date | None
    child: int | None
    duty: str | None
    why: Literal["clock", "path", "meaning"]
    citations: Citations


# -- the records ---------------------------------------------------------------------------------------------------------------------


class SlimRecordModel(HeadModel):
    """The answers of a decision record: ids, days and verdicts. What they say in words stands in the full record."""

    detail: Literal["slim"]
    headlines: list[ShortVerdictModel]
    duties: list[ShortDutyModel]
    next: list[NextModel] = Field(description=f"the first {MOST_ASKED} of the questions worth asking")
    unverified: list[str] = Field(description="cited provisions whose text nobody has read for the library")


class FullRecordModel(HeadModel):
    """A whole decision record."""

    detail: Literal["full"]
    later_laws: dict[str, LaterLawModel] = Field(description="later steps under whose law some rules are read, where that is another day's")
    understood: UnderstoodModel
    headlines: list[VerdictModel]
    duties: list[DutyModel]
    options: list[DutyModel]
    paths: list[PathModel]
    out_of_order: list[OutOfOrderModel]
    decisions: dict[str, DecisionModel]
    ask: list[QuestionModel] = Field(
        description="every fact that could still settle something, in the order of the vocabulary; first ask what headlines.turns_on "
        "names, and the slim record goes on from there in `next`"
    )
    notes: list[GivenNoteModel]
    not_in_force: list[NotInForceModel]
    discrepancies: list[DiscrepancyModel]
    unverified: list[str] = Field(description="cited provisions whose text nobody has read for the library")
    tables: TablesModel


RECORD: Final[TypeAdapter[SlimRecordModel | FullRecordModel]] = TypeAdapter(
    Annotated[SlimRecordModel | FullRecordModel, Field(discriminator="detail")]
)
"""Reads a record of either detail back."""


def record_schema() -> dict[str, Any]:
    """Return the JSON Schema of a decision record, slim or full."""
    return published(RECORD, SCHEMA, "DecisionRecord")
