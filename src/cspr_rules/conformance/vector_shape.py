"""The shape of one line of a file of vectors as JSON, as a pydantic model."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from cspr_rules.conformance.vectors import VECTOR_ID, VECTOR_SCHEMA
from cspr_rules.interchange.answer_shape import AnswersModel
from cspr_rules.interchange.publishing import published
from cspr_rules.interchange.wire import Wire


class VectorCaseModel(Wire):
    """A case, as a case file has it; ``cspr-rules schema case`` says which facts there are and what values each takes."""

    facts: dict[str, Any] = Field(default_factory=dict, description="fact to value")
    children: list[dict[str, Any]] = Field(default_factory=list, description="the facts of each child, where there are several")


class VectorModel(Wire):
    """One line of a file of vectors: a case, the day it is looked at from, and the answers that are right."""

    id: str = Field(pattern=VECTOR_ID.pattern, description="stays the same whatever is reworded")
    profile: str = Field(description="whose rules, such as england")
    as_of: date
    shows: list[str] = Field(default_factory=list, description="the boundaries of the rule that it is at, in words; may be left out")
    case: VectorCaseModel
    expect: AnswersModel


def vector_schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of a file of vectors."""
    return published(VectorModel, VECTOR_SCHEMA, "Vector")
