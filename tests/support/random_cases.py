"""Random cases that know nothing but the vocabulary, contradictions and values known in part included; the same for the same seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from cspr_rules.model.vocabulary import Fact, Vocabulary

FIRST_DAY = date(2023, 11, 2)


def a_value(fact: Fact, rng: Random, *, partly: bool) -> Any:
    """Return a value of a fact as a register has it."""
    match fact.type:
        case "yes_no":
            return rng.random() < 0.5
        case "one_of":
            return rng.choice(list(fact.values))
        case "number":
            number = rng.randrange(fact.at_least or 0, 26)
            if partly and rng.random() < 0.3:
                return rng.choice((f"under {number + 1}", f"{max(1, number)} or over", f"{number} to {number + 3}"))
            return number
    day = FIRST_DAY + timedelta(days=int(rng.expovariate(1 / 150))) - timedelta(days=rng.choice((0, 0, 0, 9 * 365)))
    kind = rng.random()
    if kind < 0.15:
        return "not_yet"
    if partly and kind < 0.3:
        return "day_not_known" if kind < 0.22 else f"{day:%Y-%m}"
    return str(day)


def random_rows(facts: Sequence[Fact], rng: Random, *, partly: bool) -> dict[str, Any]:
    """Return some facts with values; some rows know nearly all, some nearly nothing."""
    share = rng.choice((0.1, 0.4, 0.8))
    return {fact.id: a_value(fact, rng, partly=partly) for fact in facts if rng.random() < share}


def random_cases(
    vocabulary: Vocabulary, count: int, seed: int, names: Sequence[str] | None = None, *, partly: bool = False
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Yield the incident's facts and those of each child.

    Args:
        vocabulary: The facts.
        count: How many cases.
        seed: The same seed gives the same cases.
        names: The facts that they may hold; all of them if not given.
        partly: Whether numbers and dates may be known only within bounds.
    """
    facts = [fact for fact in vocabulary.facts if names is None or fact.id in names]
    for number in range(count):
        rng = Random(f"{seed}/{number}")  # noqa: S311
        some = facts if rng.random() < 0.2 else rng.sample(facts, min(len(facts), rng.randint(2, 25)))  # few facts are seldom contradictory
        incident = random_rows([fact for fact in some if fact.scope == "incident"], rng, partly=partly)
        children = [random_rows([fact for fact in some if fact.scope == "child"], rng, partly=partly) for _ in range(rng.choice((1, 1, 2, 3)))]
        yield incident, children
