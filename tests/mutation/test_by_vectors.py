"""Vectors notice every change to some rules that an answer can show. All rules: ``python -m tests.mutation.by_vectors``."""

from __future__ import annotations

from pathlib import Path

import pytest

from cspr_rules.authoring.vectors.whole import vectors
from cspr_rules.conformance.vectors import line_of
from tests.mutation import by_vectors


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "rule"),
    [
        ("england", "england.local_review.comments"),  # law of a later step, other editions before
        ("england", "england.notification.known_after_the_duty_began"),  # met only after its own last day
        ("england", "england.rapid_review.pandemic"),  # a note and no duty
        ("bcp", "bcp.learning_options.learning_brief"),  # a choice on a menu
    ],
)
def test_the_vectors_of_a_rule_notice_all_that_an_answer_can_show(profile: str, rule: str, tmp_path: Path) -> None:
    file = tmp_path / "vectors.jsonl"
    file.write_text("".join(map(line_of, vectors(profile, rule))), encoding="utf-8")
    left, told = by_vectors.left_by(file, profile, rule, workers=1)
    assert left == [], told


def test_the_script_fails_on_what_is_not_noticed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    left: dict[str, list[str]] = {"england": [], "bcp": []}
    monkeypatch.setattr(by_vectors, "left_by", lambda _, profile, workers: (left[profile], f"{workers} at once"))
    assert by_vectors.main(["vectors.jsonl"]) == 0
    left["bcp"] = ["a change"]
    assert by_vectors.main(["vectors.jsonl"]) == 1
    assert "unnoticed: a change" in capsys.readouterr().out
