"""The number of children recorded, and the children listed, cannot contradict each other."""

from __future__ import annotations

import pytest

from cspr_rules.model.cases import Case
from tests.support.rules_folders import case_faults


@pytest.mark.parametrize("count", [1, 2, "under 3"])
def test_fewer_children_than_are_listed_cannot_be(count: object) -> None:
    (fault,) = case_faults(Case({"incident.children": count}, [{}, {}, {}]))
    assert "3 children are listed: both cannot be so" in fault.message
    assert fault.place == "facts.incident.children"


@pytest.mark.parametrize("count", [3, 40, "3 or over", "1 to 5", None])
def test_as_many_or_more_can_be(count: object) -> None:
    assert case_faults(Case({"incident.children": count}, [{}, {}, {}])) == ()
