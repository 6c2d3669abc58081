"""The number of children recorded and the children listed: siblings who came to no harm may be listed beside those who did."""

from __future__ import annotations

import pytest

from cspr_rules.model.cases import Case
from tests.support.rules_folders import case_faults


@pytest.mark.parametrize("count", [1, 2, "under 3", 3, 40, "3 or over", "1 to 5", None])
def test_fewer_may_be_affected_than_are_listed_and_more(count: object) -> None:
    assert case_faults(Case({"incident.children": count}, [{}, {}, {}])) == ()
