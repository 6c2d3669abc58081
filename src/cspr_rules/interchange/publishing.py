"""Shapes to JSON Schemas that generators turn into code people can read: a dialect, an absolute versioned name, named parts, no noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


class _Plain(GenerateJsonSchema):
    """Writes no titles of fields and no default that says nothing: generators make names of the one, editors offer the other."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])


def name_of(schema_id: str) -> str:
    """Return the absolute name of a schema: ``urn:cspr-rules:decision-record:4`` for ``cspr-rules/decision-record/4``."""
    return f"urn:{schema_id.replace('/', ':')}"


def together(*every: Mapping[str, Any]) -> dict[str, Any]:
    """Return the named parts of several schemas as those of one.

    Raises:
        ValueError: Two shapes of this library have one name.
    """
    made: dict[str, Any] = {}
    for parts in every:
        twice = sorted(name for name in parts if name in made and made[name] != parts[name])
        if twice:
            raise ValueError(f"two shapes are called {', '.join(twice)}")
        made |= parts
    return made


def published(shape: type[BaseModel] | TypeAdapter[Any], schema_id: str, title: str) -> dict[str, Any]:
    """Return the JSON Schema of a shape.

    Args:
        shape: The shape.
        schema_id: What documents of the shape say they are, with the version: ``cspr-rules/decision-record/4``.
        title: What to call a document of this shape in generated code.
    """
    if isinstance(shape, TypeAdapter):
        made = shape.json_schema(by_alias=True, schema_generator=_Plain)
    else:
        made = shape.model_json_schema(by_alias=True, schema_generator=_Plain)
    parts = {name.removesuffix("Model"): part for name, part in made.pop("$defs", {}).items()}
    head = {"$schema": DIALECT, "$id": name_of(schema_id), "title": title}
    # A named part has its name as its title, too: some generators (quicktype) know no other, and call it after the field where it stands first.
    plain = {**_tidy(made), "$defs": {name: {"title": name, **_tidy(parts[name])} for name in sorted(parts)}}
    return head | {key: value for key, value in plain.items() if value != {}}


def _tidy(part: Any, *, names: bool = False) -> Any:
    """Return a part of a schema without titles and without what only OpenAPI knows, its references to named parts shortened."""
    if isinstance(part, list):
        return [_tidy(each) for each in part]
    if not isinstance(part, dict):
        return part.removesuffix("Model") if isinstance(part, str) and part.startswith("#/$defs/") else part
    left_out = () if names else ("title", "discriminator")
    return {key: _tidy(value, names=not names and key in ("properties", "$defs")) for key, value in part.items() if key not in left_out}
