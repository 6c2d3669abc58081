"""Input that is small and bad is refused, or answered, at once and in little memory: work is bounded by what it costs.

The bound on time is generous, because a busy machine is slow; each of these took minutes, or had no end.
"""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta

import pytest

from cspr_rules.casework.entries import MOST_ENTRIES, MOST_VALUES
from cspr_rules.casework.history_files import history_from
from cspr_rules.engine.conditions.normal_form import exact
from cspr_rules.errors import MOST_COLLECTED, CaseError, RulesError
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.reading import read_bytes
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.rules import All, AnyOf, Test
from cspr_rules.model.vocabulary import Vocabulary

MOST_SECONDS = 15
NAME = "rapid_review.executive_signed_off_on"


@contextmanager
def at_once() -> Iterator[None]:
    start = time.process_time()
    yield
    assert time.process_time() - start < MOST_SECONDS


@pytest.mark.slow
@pytest.mark.parametrize("count", [16, 24, 40, 100])
def test_a_tangled_condition_is_answered_or_refused(count: int) -> None:
    facts = [fact for fact in load_ruleset("bcp").vocabulary.facts if fact.type == "yes_no"]
    facts = [fact._replace(id=f"{fact.id}_{number}") for number in range(3) for fact in facts][:count]
    tests = [Test("it is so", fact.id, "is", True, ()) for fact in facts]
    ring = AnyOf(tuple(All((each, tests[place - 1])) for place, each in enumerate(tests)))
    with at_once():
        if count <= 16:
            exact(ring, Vocabulary(tuple(facts)))
        else:
            with pytest.raises(RulesError, match="repeats its facts in too many ways"):
                exact(ring, Vocabulary(tuple(facts)))


@pytest.mark.slow
def test_tens_of_thousands_of_misspelt_facts_are_refused() -> None:
    raw = json.dumps({"facts": {f"{NAME[:-3]}{number:06}": True for number in range(40_000)}}).encode()
    with at_once(), pytest.raises(CaseError) as caught:
        case_from(read_bytes(raw, "c.json")).case.check(load_ruleset("bcp").vocabulary)
    assert len(caught.value.faults) == MOST_COLLECTED + 1
    assert caught.value.faults[-1].message == "there is more wrong than the faults listed here; the rest was not looked at"


@pytest.mark.slow
@pytest.mark.parametrize("where", ["case", "history", "header", "entry"])
def test_tens_of_thousands_of_keys_that_belong_nowhere_are_refused(where: str) -> None:
    odd = {f"profil{number:06}": 1 for number in range(40_000)}
    schema = {"schema": "cspr-rules/casefile/1"}
    texts = {
        "case": json.dumps(odd),
        "history": json.dumps({**schema, "entries": [], **odd}),
        "header": json.dumps({**schema, **odd}) + "\n",
        "entry": json.dumps({**schema, "entries": [{"on": "2024-03-27", "fact": "child.died", "value": True, **odd}]}),
    }
    raw = texts[where].encode()
    with at_once(), pytest.raises(CaseError) as caught:
        case_from(read_bytes(raw, "c.json")) if where == "case" else history_from(raw, "h.jsonl" if where == "header" else "h.json")
    assert len(caught.value.faults) == MOST_COLLECTED + 1


def lines(entries: Sequence[Mapping[str, object]]) -> bytes:
    return "\n".join([json.dumps(each) for each in ({"schema": "cspr-rules/casefile/1"}, *entries)] + [""]).encode()


@pytest.mark.slow
@pytest.mark.parametrize("value", [True, "not_yet"])
@pytest.mark.parametrize("days", [0, 1], ids=["of one day", "of many days"])
def test_as_many_entries_that_agree_as_a_file_holds_are_read(value: object, days: int) -> None:
    fact = "child.died" if value is True else "notification.sent_on"
    first = date(1950, 1, 1)
    entries = [{"on": str(first + timedelta(days=number * days)), "fact": fact, "value": value} for number in range(MOST_ENTRIES)]
    with at_once():
        assert len(history_from(lines(entries), "h.jsonl").entries) == MOST_ENTRIES


def test_values_within_values_without_end_are_refused() -> None:
    entries = [{"on": "2024-03-27", "fact": "incident.children", "value": f"1 to {30_000 - number}"} for number in range(MOST_VALUES + 1)]
    with pytest.raises(CaseError, match=f"more than {MOST_VALUES} different values stand recorded of incident.children"):
        history_from(lines(entries), "h.jsonl")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["c.yaml", "c.json"])
def test_two_megabytes_of_nesting_take_little_memory(name: str) -> None:
    part = "[" * 35 + "]" * 35
    raw = ("[" + ",".join([part] * (1_900_000 // (len(part) + 1))) + "]").encode()
    tracemalloc.start()
    try:
        document = read_bytes(raw, name)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert most < 256_000_000
    assert "too many small parts" in document.faults[0].message
