"""How a test reads when it holds and when it fails: two clauses that are never both so, and never both not so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from cspr_rules.loading.rulesets import load_folder
from cspr_rules.model import rules
from cspr_rules.model.rules import Test, holds
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.vocabulary import representatives

RULES = Path(__file__).parents[2] / "rules"


@cache
def bcp() -> Ruleset:
    return load_folder("bcp", RULES)


def shipped() -> Iterator[Test]:
    for rule in bcp().rules:
        for condition in (rule.when, *(duty.counts_if for duty in rule.duties if duty.counts_if)):
            yield from (test for test in rules.tests_in(condition) if isinstance(test, Test))


def test_every_test_says_how_it_reads_when_it_fails() -> None:
    assert [test.says for test in shipped() if not test.fails] == []


def test_a_clause_has_one_that_is_so_where_it_is_not() -> None:
    failing: dict[tuple[str, str], set[str]] = defaultdict(set)
    for test in shipped():
        failing[test.fact, test.says].add(test.fails)
    assert {key: found for key, found in failing.items() if len(found) > 1} == {}


def test_a_clause_that_one_test_says_and_another_denies_is_so_for_the_one_just_where_the_other_fails() -> None:
    """Two tests of one fact, of which one reads when it holds as the other reads when it fails."""
    said: dict[tuple[str, str], list[Test]] = defaultdict(list)
    for test in dict.fromkeys(shipped()):
        said[test.fact, test.says].append(test)
    compared = 0
    for test in dict.fromkeys(shipped()):
        fact = bcp().vocabulary.by_id[test.fact]
        for other in said[test.fact, test.fails]:
            values = representatives(fact, [test, other])
            assert values
            assert [holds(test, value) for value in values] == [not holds(other, value) for value in values], (test.says, other.says)
            compared += 1
    assert compared > 40


def test_no_clause_is_denied_by_the_words_for_want_of_better_ones_unless_better_ones_read_worse() -> None:
    plain = {test.says for test in shipped() if test.fails.startswith("it is not so that")}
    assert plain == {
        "more than one agency has something to learn",  # 'at most one' would leave out that none may
        "only one agency has something to learn",
        "the agency and the lead officer could not agree whether to notify",  # they may also not have spoken
        "the authority and the agency did not agree once they had discussed it",
    }
