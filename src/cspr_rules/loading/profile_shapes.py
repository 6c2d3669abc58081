"""The shape of a profile: who holds each role, what is added to inherited duties, and the questions that come first."""

from __future__ import annotations

import re
from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field

from cspr_rules.loading.shapes import CalendarName, DayText, DeadlineModel, DutyName, KeyText, ProfileName, RoleName, RuleName, Shape, Text

_PLACE: Final = re.compile(r"\{([^{}]*)\}")


def _sentence(text: str) -> str:
    if text.count("{") != text.count("}") or len(_PLACE.findall(text)) != text.count("{"):
        raise ValueError("a brace stands alone; a role stands in braces, as in {local_authority}")
    if text.endswith("."):
        raise ValueError("leave out the full stop; the sentence goes on with its day")
    return text


Sentence: TypeAlias = Annotated[Text, AfterValidator(_sentence)]
"""Words with roles in braces."""


class RoleModel(Shape):
    """Who holds a role."""

    title: Text
    called: Text | None = None
    held_by: Text | None = None
    contact: Text | None = None
    note: Text | None = None
    fixed: bool = False


class AdditionModel(Shape):
    """What a profile adds to an inherited duty."""

    duty: DutyName
    also_to: list[RoleName] = Field(default_factory=list)
    deadlines: list[DeadlineModel] = Field(default_factory=list)


class InsteadModel(Shape):
    """A rule whose being met says what to do where a headline question is not answered by yes."""

    rule: RuleName
    says: Sentence


class HeadlineModel(Shape):
    """A question that stands first in every report."""

    id: KeyText
    asks: Text
    rules: list[RuleName] = Field(min_length=1)
    duties: list[DutyName] = Field(min_length=1)
    yes: Sentence
    otherwise: list[InsteadModel] = Field(default_factory=list)


class ProfileModel(Shape):
    """A local authority, or the national position."""

    id: KeyText
    title: Text
    extends: ProfileName | None = None
    authority: Text
    calendar: CalendarName
    checked_on: DayText | None = None
    held_from: DayText | None = None
    headlines: list[HeadlineModel] = Field(default_factory=list)
    roles: dict[KeyText, RoleModel] = Field(default_factory=dict)
    duties: list[AdditionModel] = Field(default_factory=list)
