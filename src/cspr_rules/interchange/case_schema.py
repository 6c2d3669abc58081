"""The shape of what goes in, as a pydantic model: a case file for a vocabulary, as JSON.

Forms and gateways hold cases to :func:`case_schema` before they send them.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model
from typing_extensions import TypeAliasType

from cspr_rules.interchange.publishing import published
from cspr_rules.model.values import UNKNOWN_WORD
from cspr_rules.model.vocabulary import Fact, Vocabulary

_CLOSED: Final = ConfigDict(extra="forbid")
_BOUNDS: Final = r"^(under [0-9]{1,9}|[0-9]{1,9} or over|[0-9]{1,9} to [0-9]{1,9})$"
_DAYS: Final = r"^[0-9]{4}-[0-9]{2}(-[0-9]{2} to [0-9]{4}-[0-9]{2}-[0-9]{2})?$"
_KEYS: Final = {
    "title": "what the case is about; invented or anonymised",
    "shaped_on": "what it was shaped on, such as a published review",
    "profile": "the authority to decide it for, such as england",
    "as_of": "the day to look at it from, YYYY-MM-DD; left out: the latest day it records",
    "facts": "what is known; what is left out or empty is not known, which is not no",
    "children": "the facts of each child, where there are several",
    "expect": "answers to be marked, in the shape of `schema answers`; nothing is decided by them",
}
_UNKNOWN: Final = Literal["unknown"]
_NO_DAY: Final = TypeAliasType("NoDay", Literal["not_yet", "day_not_known", "unknown"])  # named, or generators call it Day1


def case_model(vocabulary: Vocabulary) -> type[BaseModel]:
    """Return a pydantic model of a case file for a vocabulary.

    It states the shape: which facts there are and what values each takes. Contradictions between facts are found by :meth:`Case.check`.
    """
    incident = {fact.id: fact for fact in vocabulary.facts if fact.scope == "incident"}
    child = {fact.id: fact for fact in vocabulary.facts if fact.scope == "child"}
    values = _Values()
    facts_model = values.facts("Facts", {**incident, **child})
    child_model = values.facts("Child", child)
    fields: dict[str, Any] = {
        "title": (str | None, None),
        "shaped_on": (str | None, None),
        "profile": (str | None, None),
        "as_of": (date | None, None),
        "facts": (facts_model | None, None),
        "children": (list[child_model | None] | None, None),  # type: ignore[valid-type] # a model made at run time
        "expect": (dict[str, Any] | None, None),
    }
    return create_model("CaseFile", __config__=_CLOSED, **fields)


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the JSON Schema of a case file for a vocabulary."""
    made = published(case_model(vocabulary), "cspr-rules/case/1", "CaseFile")
    # A mapping that may be left empty is one thing and not one of two, so that what is wrong inside it is told once.
    for name in ("Facts", "Child"):
        made["$defs"][name]["type"] = ["object", "null"]
    made["properties"]["facts"] = {"$ref": "#/$defs/Facts"}
    made["properties"]["children"] = {"type": ["array", "null"], "items": {"$ref": "#/$defs/Child"}}
    made["properties"] = {key: {**content, "description": _KEYS[key]} for key, content in made["properties"].items()}
    for fact in vocabulary.facts:
        if fact.type == "one_of":
            meanings = {**fact.values, UNKNOWN_WORD: "nobody knows, which is not no; the same as leaving it empty"}
            made["$defs"][_plain(fact)[0]] = {
                "title": _plain(fact)[0],
                "oneOf": [{"const": value, "description": meaning} for value, meaning in meanings.items()],
            }
    return made


class _Values:
    """The types of the values of facts, each made and named once, whichever facts share it."""

    def __init__(self) -> None:
        self.named: dict[str, Any] = {}
        self.judged: dict[str, Any] = {}

    def facts(self, name: str, facts: dict[str, Fact]) -> type[BaseModel]:
        """Return the model of a mapping of facts."""
        fields: dict[str, Any] = {
            fact.id.replace(".", "__"): (self.of(fact), Field(default=None, alias=fact.id, description=fact.meaning)) for fact in facts.values()
        }
        return create_model(name, __config__=_CLOSED, **fields)

    def of(self, fact: Fact) -> Any:
        """Return the type of a fact's value: plain, or for a judgement also with who judged."""
        name, plain = _plain(fact)
        value = self.named.setdefault(name, TypeAliasType(name, plain))
        if fact.kind != "judgement":
            return value | None
        if name not in self.judged:
            self.judged[name] = create_model(
                f"Judged{name}",
                __config__=_CLOSED,
                value=(value | None, None),
                role=(str | None, None),
                on=(date | None, None),
                reasons=(str | None, None),
                dissent=(str | None, None),
            )
        return value | self.judged[name] | None


def _plain(fact: Fact) -> tuple[str, Any]:
    """Return the name of a type of value, and the type."""
    match fact.type:
        case "yes_no":
            return "YesNo", bool | _UNKNOWN
        case "one_of":
            return "".join(word.capitalize() for word in fact.id.replace(".", "_").split("_")), Literal[*fact.values, "unknown"]
        case "number":
            limits = [f"From{fact.at_least}" if fact.at_least is not None else "", f"To{fact.at_most}" if fact.at_most is not None else ""]
            whole = Annotated[int, Field(ge=fact.at_least, le=fact.at_most)]
            return "Number" + "".join(limits), whole | Annotated[str, Field(pattern=_BOUNDS)] | _UNKNOWN
        case "date":
            return "Day", date | _NO_DAY | Annotated[str, Field(pattern=_DAYS)]
