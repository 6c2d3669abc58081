"""Duties whose days are known have code of their own: it says what the code for everything says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from cspr_rules import Case, DecisionRecord, evaluate
from cspr_rules.engine import duties
from cspr_rules.engine.law import CitedDuty
from cspr_rules.model.values import Between
from tests.benchmarks import handwritten
from tests.benchmarks.cases import cases
from tests.support.shipped import FILES, case_file, ruleset

EARLIEST_DAYS = {
    "incident.occurred_on": "2025-01-06",
    "review.decided_on": "2025-02-19",
    "publication.published_on": "2025-05-15",
    "publication.year_ended_on": "2026-05-14",
}


def _records() -> Iterator[DecisionRecord]:
    rules = handwritten.written_rules()
    for ready in cases(rules, 250, seed=35):
        yield evaluate(rules, ready.case, as_of=ready.as_of)
    for file in map(case_file, FILES):
        assert file.profile
        assert file.as_of
        for later in (0, 1, 400):
            yield evaluate(ruleset(file.profile), file.case, as_of=file.as_of + timedelta(days=later))
    yield evaluate(ruleset("bcp"), Case(EARLIEST_DAYS), as_of=date(2027, 1, 1))


def _known(cited: CitedDuty, row: tuple[object, ...]) -> bool:
    kinds = {row[slot].__class__ for slot in cited.dates}
    return date in kinds and Between not in kinds


@pytest.mark.slow
def test_a_duty_with_known_days_stands_as_the_code_for_days_known_in_part_says() -> None:
    seen: set[str] = set()
    for record in _records():
        for finding, children in record.met:
            row = record.checked.children[children[0] - 1] if children else record.checked.incident
            for cited in finding.duties:
                if _known(cited, row):
                    given = (cited, finding, children, row, record.as_of)
                    quick = duties._on_known_days(*given)
                    assert quick == duties._worked_out(*given)
                    seen.update(clock.status for clock in quick.clocks)
    assert seen == {"overdue", "due_today", "due_now", "due", "waiting", "untimed", "withdrawn", "met_late", "met_early", "done", "met"}
