"""The schemas of the files of a rules folder: the shapes that the loader holds them to, with what there is to name and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cspr_rules.authoring.schemas import conditions
from cspr_rules.authoring.schemas.meanings import KEYS, VALUES
from cspr_rules.authoring.schemas.names import choice, names_of, offered
from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.publishing import published
from cspr_rules.loading.shaping import KINDS
from cspr_rules.model.ruleset import Ruleset

RULE_FILES: Final[Mapping[str, tuple[str, str, str]]] = {
    "rule": ("rules", "cspr-rules/rule-file/1", "RuleFile"),
    "profile": ("profile", "cspr-rules/profile-file/1", "ProfileFile"),
    "source": ("sources", "cspr-rules/source-file/1", "SourceFile"),
    "vocabulary": ("vocabulary", "cspr-rules/vocabulary-file/1", "VocabularyFile"),
    "discrepancies": ("discrepancies", "cspr-rules/discrepancies-file/1", "DiscrepanciesFile"),
    "paths": ("paths", "cspr-rules/paths-file/1", "PathsFile"),
    "stages": ("stages", "cspr-rules/stages-file/1", "StagesFile"),
    "calendar": ("calendars", "cspr-rules/calendar-file/1", "CalendarFile"),
    "coverage": ("coverage", "cspr-rules/coverage-file/1", "CoverageFile"),
    "digests": ("digests", "cspr-rules/digests-file/1", "DigestsFile"),
    "watch": ("watch", "cspr-rules/watch-file/1", "WatchFile"),
    "misconceptions": ("misconceptions", "cspr-rules/misconceptions-file/1", "MisconceptionsFile"),
}
"""The name of a schema to the kind of file (:data:`cspr_rules.loading.shaping.KINDS`), the name of its shape and what to call a document."""


def rule_file_schema(name: str, ruleset: Ruleset) -> dict[str, Any]:
    """Return the JSON Schema of a kind of file of a rules folder.

    Args:
        name: One of :data:`RULE_FILES`.
        ruleset: The rules whose facts, provisions, roles, rules and duties are offered.
    """
    kind, shape, title = RULE_FILES[name]
    made = published(KINDS[kind], shape, title)
    parts = made.get("$defs", {})
    names = names_of(ruleset)
    for part, named in names.items():
        if part in parts:
            parts[part] = offered(parts[part], named)
    if "Condition" in parts:
        parts["Condition"] = conditions.condition(ruleset.vocabulary)
        for part in ("RuleName", "ProvisionKey"):
            parts.setdefault(part, offered({"title": part, "type": "string"}, names[part]))
    if "FactTest" in parts:  # a fact may be tested in the file that says what it is, so those that are known are offered only
        parts["FactTest"] = _of_any_fact(ruleset)
        parts.setdefault("FactName", offered({"title": "FactName", "type": "string"}, names["FactName"]))
    if "Facts" in parts:
        parts.update(_facts(parts, ruleset))
    for part, content in ((title, made), *parts.items()):
        for key, meaning in KEYS.get(part, {}).items():
            _describe(content["properties"][key], meaning, VALUES.get((part, key)))
    for part, content in ((title, made), *parts.items()):
        for key, of in _KEYED.items():
            if key in content.get("properties", {}) and "patternProperties" in content["properties"][key] and part in of:
                (value,) = content["properties"][key]["patternProperties"].values()
                # Said again of each, because the language server holds a key that it knows to nothing else.
                content["properties"][key]["properties"] = {each: {**value, "description": said} for each, said in names[of[part]].items()}
    _close(made)
    made["$defs"] = dict(sorted(parts.items()))
    return made


_KEYED: Final = {"roles": {"ProfileFile": "RoleName"}, "deadlines": {"Expect": "DutyName"}, "status": {"Expect": "DutyName"}}
"""Mappings whose keys name something: the key to the part in which it stands, and what is named."""


def _close(part: Any) -> None:
    """Refuse keys of another form than those of a mapping may have."""
    if isinstance(part, list):
        for each in part:
            _close(each)
    elif isinstance(part, dict):
        if isinstance(part.get("patternProperties"), dict):
            part.setdefault("additionalProperties", False)
        for each in part.values():
            _close(each)


def _describe(content: dict[str, Any], meaning: str, values: Mapping[str, str] | None) -> None:
    """Say of a key what it means, and of each of its values."""
    if values is not None:
        if set(content.pop("enum")) != set(values):
            raise AssertionError(meaning)
        content.update(choice(values))
    content["description"] = meaning


def _of_any_fact(ruleset: Ruleset) -> dict[str, Any]:
    made = conditions.test(ruleset.vocabulary)
    made["properties"]["fact"] = {"description": made["properties"]["fact"]["description"], "$ref": "#/$defs/FactName"}
    return made


def _facts(parts: Mapping[str, Any], ruleset: Ruleset) -> dict[str, Any]:
    """Return the parts of a case that say which facts there are, for the facts that an example is given."""
    found = dict(case_schema(ruleset.vocabulary)["$defs"])
    if twice := found.keys() & (parts.keys() - {"Facts", "Child"}):
        raise AssertionError(twice)
    for name in ("Facts", "Child"):
        found[name]["type"] = "object"
    return {name: part for name, part in found.items() if name in parts or name not in ("Facts", "Child")}
