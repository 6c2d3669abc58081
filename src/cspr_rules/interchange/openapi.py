"""The description of a service that decides cases, as OpenAPI 3.1, with the same components as the published schemas.

What it describes is `docs/examples/service.py`; a service of one's own that takes and gives the same is described as well by it.
"""

from __future__ import annotations

from typing import Any, Final

from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.publishing import DIALECT, published, together
from cspr_rules.interchange.record_shape import record_schema
from cspr_rules.interchange.wire import Wire
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.version import __version__

FAULTS: Final = "cspr-rules/faults/1"
_DETAIL: Final = {
    "name": "detail",
    "in": "query",
    "description": "slim: the answers, who owes what by when and what to ask next. full: the whole record",
    "required": False,
    "schema": {"type": "string", "enum": ["slim", "full"], "default": "slim"},
}


class FaultModel(Wire):
    """One thing that is wrong: where, and in one sentence what was found, what was expected and what was perhaps meant."""

    place: str
    message: str
    path: str


class FaultsModel(Wire):
    """Everything that is wrong with a request."""

    faults: list[FaultModel]


def openapi(ruleset: Ruleset) -> dict[str, Any]:
    """Return the description of a service that decides cases by a set of rules.

    Args:
        ruleset: The rules. Their vocabulary is what a case may hold.
    """
    parts: dict[str, Any] = {}
    for schema in (case_schema(ruleset.vocabulary), record_schema(), published(FaultsModel, FAULTS, "Faults")):
        named = {**schema.pop("$defs", {}), schema.pop("title"): {key: value for key, value in schema.items() if key not in ("$schema", "$id")}}
        parts = together(parts, named)
    document = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "cspr-rules",
            "version": __version__,
            "summary": f"Whom {ruleset.profile.authority} must tell, by when, when a child dies or is seriously harmed.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [],
        "paths": {
            "/decisions": {
                "post": {
                    "operationId": "decide",
                    "summary": "Decide a case",
                    "description": "What a case does not say is unknown, never false. `as_of` has to be given, for nothing reads the clock.",
                    "parameters": [_DETAIL],
                    "requestBody": {"required": True, **_json("CaseFile")},
                    "responses": {
                        "200": {"description": "The decision record.", **_json("DecisionRecord")},
                        "422": {"description": "The case cannot be decided. Every fault is told, and none repeats free text.", **_json("Faults")},
                    },
                }
            }
        },
        "components": {"schemas": {name: parts[name] for name in sorted(parts)}},
    }
    described: dict[str, Any] = _elsewhere(document)
    return described


def _json(name: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"$ref": f"#/$defs/{name}"}}}}


def _elsewhere(part: Any) -> Any:
    """Return a part with its references leading to where OpenAPI keeps what is shared."""
    if isinstance(part, list):
        return [_elsewhere(each) for each in part]
    if isinstance(part, dict):
        return {key: _elsewhere(value) for key, value in part.items()}
    return part.replace("#/$defs/", "#/components/schemas/", 1) if isinstance(part, str) and part.startswith("#/$defs/") else part
