"""What there is to name in some rules, each with what it means: an editor offers it where a file names something that stands elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cspr_rules.model.rules import UNSPECIFIED
from cspr_rules.model.ruleset import Ruleset

_FEW: Final = 40
Named = Mapping[str, str]
"""A name to what it means."""


def names_of(ruleset: Ruleset) -> dict[str, Named]:
    """Return what there is to name, by the name of the part of a schema that names it (:mod:`cspr_rules.loading.shapes`)."""
    facts = ruleset.vocabulary.facts
    editions: dict[str, str] = {}
    for each in ruleset.provisions.values():
        if each.edition_key:
            editions[each.edition_key] = f"{each.pinpoint}, in every edition that has it: {each.summary}"
    return {
        "FactName": {fact.id: fact.meaning for fact in facts},
        "DateName": {fact.id: fact.meaning for fact in facts if fact.type == "date"},
        "RuleName": {rule.id: rule.title for rule in ruleset.rules},
        "DutyName": {duty.id: f"{duty.strength.replace('_', ' ')}: {duty.act}" for rule in ruleset.rules for duty in rule.duties},
        "RoleName": {
            **{role.id: role.title for role in ruleset.profile.roles.values()},
            UNSPECIFIED: "the source names nobody",
        },
        "ProvisionKey": editions | {key: f"{each.name}: {each.summary}" for key, each in ruleset.provisions.items()},
        "DiscrepancyName": {each.id: each.title for each in ruleset.discrepancies.values()},
        "StageName": {each.id: each.title for each in ruleset.stages},
        "ProfileName": dict.fromkeys(ruleset.profile.extends, "a profile that this one stands on"),
        "CalendarName": {ruleset.calendar.id: ruleset.calendar.title},
    }


def offered(part: Mapping[str, Any], named: Named) -> dict[str, Any]:
    """Return the schema of a name with those that there are offered.

    Any other name of the right form is accepted: whoever writes a rule may be about to write what it names, and ``check`` says whether it is there.
    """
    return {**part, "anyOf": [choice(named), {"type": "string"}]} if named else dict(part)


def choice(named: Named) -> dict[str, Any]:
    """Return the schema of one of some values, each with what it means.

    Many stand in one list, with what editors know as ``enumDescriptions`` beside it: to try hundreds of schemas takes an editor seconds.
    """
    if len(named) > _FEW:
        return {"enum": list(named), "enumDescriptions": list(named.values())}
    return {"oneOf": [{"const": name, "description": meaning} for name, meaning in named.items()]}
