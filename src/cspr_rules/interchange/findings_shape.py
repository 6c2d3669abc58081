"""The shape of findings as JSON, as pydantic models."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from cspr_rules.interchange.answer_shape import CitationModel
from cspr_rules.interchange.findings import SCHEMA
from cspr_rules.interchange.publishing import published
from cspr_rules.interchange.wire import Wire


class PlaceModel(Wire):
    """Where something is written; a file without lines to name has none."""

    file: str
    line: int | None
    column: int | None


class WaiverModel(Wire):
    """What excuses something, and until when."""

    reason: str
    until: date


class FoundModel(Wire):
    """One finding."""

    code: str | None = Field(description="the kind of what is wrong; null if it passed")
    state: Literal["error", "failed", "waived", "passed"]
    suite: str = Field(description="the case, or the file of rules")
    name: str = Field(description="tells it from the others of its suite")
    title: str
    answered: str
    found: str = Field(description="what the rules say")
    says: str
    because: str
    citations: list[CitationModel]
    place: PlaceModel
    waiver: WaiverModel | None
    fingerprint: str = Field(pattern=r"^[0-9a-f]{64}$", description="stays when lines move and words change")


class CountsModel(Wire):
    """How many findings there are of each state."""

    error: int
    failed: int
    waived: int
    passed: int


class FindingsModel(Wire):
    """All that one run of a command found."""

    schema_: Literal["cspr-rules/findings/1"] = Field(alias="schema")
    command: str
    totals: CountsModel
    findings: list[FoundModel]


def findings_schema() -> dict[str, Any]:
    """Return the JSON Schema of findings."""
    return published(FindingsModel, SCHEMA, "Findings")
