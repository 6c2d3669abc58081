"""The order of the steps of a path, and the stage that a case has come to, have vectors of their own."""

from __future__ import annotations

from itertools import pairwise

import pytest

from cspr_rules.authoring.vectors.paths import of_path, of_stages
from cspr_rules.marking.few import decided, marked
from tests.support.shipped import ruleset

ENGLAND, BCP = ruleset("england"), ruleset("bcp")


def test_each_stage_is_come_to_and_so_is_none() -> None:
    found = of_stages(ENGLAND, ENGLAND.stages)
    assert {each.expect["stage"] for each in found} == {"none", *(stage.id for stage in ENGLAND.stages)}
    for each in found:
        marking = marked(decided(ENGLAND, each.case(), each.as_of, each.expect), each.expect)
        assert marking.right, f"{each.id}: {marking}"
        assert bool(each.expect.get("grounds")) is (each.expect["stage"] != "none")


@pytest.mark.slow
def test_each_step_of_a_path_is_owed_after_the_one_before_it_for_the_same_child_or_another() -> None:
    for name in ("bcp.path.sign_off", "bcp.path.looked_after_alert"):
        path = BCP.paths[name]
        found = [each.expect["paths"][name] for each in of_path(BCP, path)]
        assert {pair for steps in found for pair in pairwise(steps)} >= set(pairwise(path.steps))


@pytest.mark.slow
def test_a_path_that_another_duty_opens_is_shown_open() -> None:
    (found,) = of_path(BCP, BCP.paths["bcp.path.pan_dorset_escalation"])
    assert found.expect["paths"] == {"bcp.path.pan_dorset_escalation": []}
    assert found.expect["grounds"]["bcp.path.pan_dorset_escalation"]["itself"]
