"""The shape of what goes in, as a pydantic model: a case file for a vocabulary, as JSON.

Forms and gateways hold cases to :func:`case_schema` before they send them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from cspr_rules.model.vocabulary import Fact, Vocabulary


def case_model(vocabulary: Vocabulary) -> type[BaseModel]:
    """Return a pydantic model of a case file for a vocabulary.

    It states the shape: which facts there are and what values each takes. Contradictions between facts are found by :meth:`Case.check`.
    """
    incident = {fact.id: fact for fact in vocabulary.facts if fact.scope == "incident"}
    child = {fact.id: fact for fact in vocabulary.facts if fact.scope == "child"}
    facts_model = _facts_model("Facts", {**incident, **child})
    child_model = _facts_model("Child", child)
    fields: dict[str, Any] = {
        "title": (str | None, None),
        "shaped_on": (str | None, None),
        "profile": (str | None, None),
        "as_of": (date | None, None),
        "facts": (facts_model | None, None),
        "children": (list[child_model | None] | None, None),  # type: ignore[valid-type] # a model made at run time
        "expect": (
            dict[str, Any] | None,
            Field(default=None, description="answers to be marked, in the shape of AnswersModel; nothing is decided by them"),
        ),
    }
    return create_model("CaseFile", __config__=ConfigDict(extra="forbid"), **fields)


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the JSON Schema of a case file for a vocabulary."""
    return {"$id": "cspr-rules/case/1", **case_model(vocabulary).model_json_schema(by_alias=True)}


def _facts_model(name: str, facts: dict[str, Fact]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        fact.id.replace(".", "__"): (_value_type(fact), Field(default=None, alias=fact.id, description=fact.meaning)) for fact in facts.values()
    }
    return create_model(name, __config__=ConfigDict(extra="forbid"), **fields)


_BOUNDS: Final = r"^(under [0-9]{1,9}|[0-9]{1,9} or over|[0-9]{1,9} to [0-9]{1,9})$"
_DAYS: Final = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2} to [0-9]{4}-[0-9]{2}-[0-9]{2})?$"


def _value_type(fact: Fact) -> Any:
    plain: Any
    match fact.type:
        case "yes_no":
            plain = bool
        case "one_of":
            plain = Literal[*fact.values]
        case "number":
            plain = Annotated[int, Field(ge=fact.at_least, le=fact.at_most)] | Annotated[str, Field(pattern=_BOUNDS)]
        case "date":
            plain = date | Literal["not_yet", "day_not_known"] | Annotated[str, Field(pattern=_DAYS)]
    unknown = Literal["unknown"] | None
    if fact.kind != "judgement":
        return plain | unknown
    judged = create_model(
        "Judgement_" + fact.id.replace(".", "_"),
        __config__=ConfigDict(extra="forbid"),
        value=(plain | unknown, None),
        role=(str | None, None),
        on=(date | None, None),
        reasons=(str | None, None),
        dissent=(str | None, None),
    )
    return plain | judged | unknown
