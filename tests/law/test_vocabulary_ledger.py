"""What facts say of each other, restated apart from the vocabulary: an order, a bound or an implication that is dropped is noticed here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml

from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.rules import Test
from cspr_rules.model.vocabulary import Fact, Vocabulary

LEDGER: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "vocabulary_ledger.yaml").read_text(encoding="utf-8"))


def word(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(getattr(value, "value", value))


def clause(test: Test) -> str:
    value = " or ".join(map(word, test.value)) if isinstance(test.value, tuple) else word(test.value)
    return f"{test.fact} {test.comparison} {value}"


def that(vocabulary: Vocabulary, chosen: Callable[[Fact], object]) -> list[str]:
    return [fact.id for fact in vocabulary.facts if chosen(fact)]


def implications(vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    for fact in vocabulary.facts:
        for each in fact.implies:
            yield fact.id if each.when is None else f"{fact.id} is {word(each.when)}", f"{each.fact} is {word(each.value)}"


def numbers(vocabulary: Vocabulary) -> Iterator[tuple[str, dict[str, Any]]]:
    for fact in vocabulary.facts:
        if fact.type == "number":
            said = {"from": fact.at_least, "to": fact.at_most, "years_between": list(fact.years_from or ()), "no_more_than": list(fact.no_more_than)}
            yield fact.id, {key: value for key, value in said.items() if value not in (None, [])}


def gathered(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return {key: sorted(values) for key, values in found.items()}


def flat(listed: Any) -> list[str]:
    """Return a list of the ledger in one: some of its lists have several names to a line."""
    return sorted(chain.from_iterable([each] if isinstance(each, str) else each for each in listed))


def said(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return what a vocabulary says, under the headings of the ledger."""
    facts = vocabulary.facts
    return {
        "law_is_read_on": that(vocabulary, lambda fact: fact.law_date),
        "children_listed_are_counted_as": that(vocabulary, lambda fact: fact.counts == "children"),
        "may_be_planned": sorted(that(vocabulary, lambda fact: fact.may_be_future)),
        "comes_first": gathered((first, fact.id) for fact in facts for first in fact.not_before),
        "usually_first": gathered((first.fact, fact.id) for fact in facts for first in fact.comes_after),
        "follows": gathered(implications(vocabulary)),
        "taken_with": {
            fact.id: [fact.taken_with.step, fact.taken_with.where, *map(word, fact.taken_with.is_any_of)] for fact in facts if fact.taken_with
        },
        "numbers": dict(numbers(vocabulary)),
        "cannot_be_together": sorted(sorted(map(clause, each.tests)) for each in vocabulary.impossible),
        "retired": {name: list(each.use) for name, each in vocabulary.retired.items()},
    }


def stated(heading: str) -> Any:
    """Return what the ledger says under a heading, in the order in which :func:`said` gives it."""
    value = LEDGER[heading]
    if heading in ("comes_first", "usually_first", "follows"):
        return {key: flat(listed) for key, listed in value.items()}
    if heading == "cannot_be_together":
        return sorted(sorted(each) for each in value)
    return sorted(value) if isinstance(value, list) else value


@pytest.mark.parametrize("heading", LEDGER)
def test_the_vocabulary_says_what_the_ledger_says(heading: str) -> None:
    assert said(load_ruleset("bcp").vocabulary)[heading] == stated(heading)


def test_the_ledger_has_every_heading() -> None:
    assert LEDGER.keys() == said(load_ruleset("bcp").vocabulary).keys()
