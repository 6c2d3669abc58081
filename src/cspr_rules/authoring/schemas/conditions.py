"""The schema of a condition: which keys go together, and for each fact the comparisons and the values that it takes.

:mod:`cspr_rules.loading.building` builds conditions; the comparisons of each type of fact are those that it knows
(:data:`cspr_rules.model.rules.COMPARISONS`).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cspr_rules.authoring.schemas.names import choice
from cspr_rules.model.rules import COMPARISONS
from cspr_rules.model.vocabulary import Fact, Vocabulary

_CLAUSE: Final = {"type": "string", "pattern": r"\S", "not": {"pattern": r"\.\s*$"}}
_SAYS: Final = "the clause that a professional reviews, without its full stop: the child has died"
_FAILS: Final = "the clause that holds where the test fails, without its full stop: the child has not died"
_DAY: Final = {"type": "string", "format": "date"}
_WORDS: Final = {
    "all": "conditions that all have to hold",
    "any": "conditions of which one has to hold",
    "not": "a condition that must not hold",
    "rule": "another rule whose own condition has to hold; goes with `is: met`",
    "fact": "the fact that is tested; goes with `says` and one comparison",
    "is": "the value that it has to have; `met` of a rule",
    "is_any_of": "values of which it has to have one",
    "at_least": "the smallest number that will do",
    "less_than": "the smallest number that is too large",
    "on_or_before": "the last day that will do, YYYY-MM-DD",
    "on_or_after": "the first day that will do, YYYY-MM-DD",
    "recorded": "true: the date has come; false: it is known not to have come",
}


def condition(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the schema of a condition of a rule."""
    inner = {"$ref": "#/$defs/Condition"}
    several = {"type": "array", "items": inner, "minItems": 1}
    own: dict[str, Any] = {
        "all": {**several, "description": _WORDS["all"]},
        "any": {**several, "description": _WORDS["any"]},
        "not": {**inner, "description": _WORDS["not"]},
        "rule": {"$ref": "#/$defs/RuleName", "description": _WORDS["rule"]},
        "says": {"description": _SAYS},
        "fails": {"description": _FAILS},
        "cites": {"description": "the provisions that the test rests on, where they are not the rule's own"},
    }
    comparing = test(vocabulary)
    of_a_rule = {"required": ["is"], "properties": {"is": {"const": "met"}}, "propertyNames": {"enum": ["rule", "is", "says"]}}
    cites = {"anyOf": [{"$ref": "#/$defs/ProvisionKey"}, {"type": "array", "items": {"$ref": "#/$defs/ProvisionKey"}}]}
    of_a_fact = {
        "required": ["says"],
        "properties": {"says": _CLAUSE, "fails": _CLAUSE, "cites": cites},
        "propertyNames": {"enum": ["says", "fails", "cites", *comparing["properties"]]},
    }
    return {
        "title": "Condition",
        "description": "All of some conditions, any of them, not one, another rule, or a fact held against a value.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**own, **comparing["properties"]},
        "anyOf": [{"required": [key]} for key in ("all", "any", "not", "rule", "fact")],
        "allOf": [
            *({"if": {"required": [key]}, "then": {"maxProperties": 1}} for key in ("all", "any", "not")),
            {"if": {"required": ["rule"]}, "then": of_a_rule},
            {"if": {"required": ["fact"]}, "then": of_a_fact},
            *comparing["allOf"],
        ],
    }


def test(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the schema of a fact held against a value."""
    comparisons = dict.fromkeys(each for group in COMPARISONS.values() for each in group)
    return {
        "title": "FactTest",
        "description": "A fact held against a value.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "fact": {"description": _WORDS["fact"], **choice({fact.id: fact.meaning for fact in vocabulary.facts})},
            **{name: {"description": _WORDS[name]} for name in comparisons},
        },
        "required": ["fact"],
        "allOf": list(_by_fact(vocabulary)),
    }


def _by_fact(vocabulary: Vocabulary) -> Iterator[dict[str, Any]]:
    """Yield which comparisons each fact takes; facts that take the same stand together."""
    alike: dict[str, tuple[dict[str, Any], list[str]]] = {}
    for fact in vocabulary.facts:
        takes = {name: _value(fact, name) for name in COMPARISONS[fact.type]}
        alike.setdefault(str(takes), (takes, []))[1].append(fact.id)
    every = tuple(dict.fromkeys(each for group in COMPARISONS.values() for each in group))
    for takes, facts in alike.values():
        others = [name for name in every if name not in takes]
        yield {
            "if": {"required": ["fact"], "properties": {"fact": {"enum": facts}}},
            "then": {
                "properties": takes,
                "oneOf": [{"required": [name]} for name in takes],
                "not": {"anyOf": [{"required": [name]} for name in others]},
            },
        }


def _value(fact: Fact, comparison: str) -> dict[str, Any]:
    """Return the schema of what a fact is held against."""
    if comparison == "recorded":
        return {"type": "boolean"}
    if comparison == "is_any_of":
        return {"type": "array", "minItems": 1, "items": _value(fact, "is")}
    match fact.type:
        case "yes_no":
            return {"type": "boolean"}
        case "one_of":
            return choice(fact.values)
        case "number":
            limits = {"minimum": fact.at_least, "maximum": fact.at_most}
            return {"type": "integer", **{name: limit for name, limit in limits.items() if limit is not None}}
        case _:
            return _DAY
