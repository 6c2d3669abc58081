"""The shape of a message to or from a program that is held against the rules, as JSON."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from cspr_rules.conformance import messages
from cspr_rules.interchange.answer_shape import answers_schema
from cspr_rules.interchange.publishing import published, together

CONFORMANCE_SCHEMA: Final = "cspr-rules/conformance-messages/2"
_REASON: Final = {"type": "string", "pattern": r"\S"}
_MEANINGS: Final = {
    ("StartMessage", "version"): "the version of the protocol",
    ("StartMessage", "profile"): "whose rules",
    ("RunMessage", "seq"): "what the answer repeats",
    ("RunMessage", "profile"): "whose rules",
    ("RunMessage", "as_of"): "the day to look from",
    ("RunMessage", "case"): "as a case file has it: `facts`, and `children` where there are several",
    ("RunMessage", "asked"): "what is asked for",
    ("StartedMessage", "version"): "the version of the protocol",
    ("StartedMessage", "name"): "what the system calls itself",
    ("AnswersMessage", "seq"): "that of the case",
    ("SkippedMessage", "seq"): "that of the case",
    ("SkippedMessage", "skipped"): "why",
    ("ErroredMessage", "seq"): "that of the case",
    ("ErroredMessage", "errored"): "what went wrong",
}


def conformance_schema() -> dict[str, Any]:
    """Return the JSON Schema of any line of the protocol; ``$defs`` has ``ReadByTheProgram`` and ``WrittenByTheProgram``."""
    made = published(TypeAdapter(messages.Read | messages.Written), CONFORMANCE_SCHEMA, "ConformanceMessage")
    del made["anyOf"]
    parts, answers = made["$defs"], answers_schema()
    parts["RunMessage"]["properties"]["as_of"]["format"] = "date"
    parts["AnswersMessage"]["properties"]["answers"] = {"$ref": "#/$defs/Answers"}
    for name in ("skipped", "errored"):
        parts[f"{name.capitalize()}Message"]["properties"][name] = dict(_REASON)
    for (part, key), meaning in _MEANINGS.items():
        parts[part]["properties"][key]["description"] = meaning
    written = ("StartedMessage", "AnswersMessage", "SkippedMessage", "ErroredMessage")
    parts = together(parts, answers.pop("$defs"))
    parts["Answers"] = {key: value for key, value in answers.items() if key not in ("$schema", "$id")}
    parts["ReadByTheProgram"] = _one_of("What a program reads.", "StartMessage", "RunMessage", "StopMessage")
    parts["WrittenByTheProgram"] = _one_of("What a program writes.", *written)
    made["oneOf"] = [{"$ref": "#/$defs/ReadByTheProgram"}, {"$ref": "#/$defs/WrittenByTheProgram"}]
    made["$defs"] = dict(sorted(parts.items()))
    return made


def _one_of(meaning: str, *parts: str) -> dict[str, Any]:
    return {"description": meaning, "oneOf": [{"$ref": f"#/$defs/{part}"} for part in parts]}
