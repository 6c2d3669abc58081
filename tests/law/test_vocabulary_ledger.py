"""What facts say of each other, restated apart from the vocabulary: an order, a bound or an implication that is dropped is noticed here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model.vocabulary import Fact

LEDGER = Path(__file__).parent / "vocabulary_ledger.yaml"


def said(fact: Fact) -> dict[str, Any]:
    """Return what a fact says of other facts and of its own values, as the ledger holds it."""
    implied = []
    for each in fact.implies:
        trigger = "anything" if each.when is None else each.when
        implied.append(f"{trigger}: {each.fact} is {getattr(each.value, 'value', each.value)}")
    made = {
        "not_before": list(fact.not_before),
        "implies": implied,
        "no_more_than": list(fact.no_more_than),
        "bounds": [fact.at_least, fact.at_most] if fact.type == "number" else [],
        "years_from": list(fact.years_from) if fact.years_from else [],
    }
    return {key: value for key, value in made.items() if value}


def test_the_vocabulary_says_what_the_ledger_says() -> None:
    found = {fact.id: told for fact in load_ruleset("bcp").vocabulary.facts if (told := said(fact))}
    assert found == yaml.safe_load(LEDGER.read_text(encoding="utf-8"))
