"""What the published shapes have in common."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypeAliasType

from cspr_rules.engine import answers
from cspr_rules.explain import verdict
from cspr_rules.loading import shapes
from cspr_rules.model import rules

# Named, so that what is generated from the schema names each of these once.
Outcome = TypeAliasType("Outcome", rules.Outcome)
Status = TypeAliasType("Status", answers.Status)
Strength = TypeAliasType("Strength", shapes.Strength)
Layer = TypeAliasType("Layer", shapes.Layer)
State = TypeAliasType("State", verdict.State)
HowChecked = TypeAliasType("HowChecked", Literal["verified", "copy", "secondary", "memory", "unread"])
Citations = TypeAliasType(
    "Citations", Annotated[list[str], Field(description="keys of provisions, instrument/provision; a full record holds them in tables.provisions")]
)
Children = TypeAliasType("Children", Annotated[list[int], Field(description="which children, from 1; none where it is about the incident")])
Value = TypeAliasType(
    "Value", Annotated[bool | int | str, Field(description="as a case file writes it; a day, or what is known of a day or number, as text")]
)


class Wire(BaseModel):
    """What every shape has in common: no key that is not named, nothing changed afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)
