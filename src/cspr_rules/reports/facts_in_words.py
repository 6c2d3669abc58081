"""The recorded facts of a case in words, those first on which the headline questions turn."""

from __future__ import annotations

from datetime import date

from cspr_rules.explain.english import label
from cspr_rules.explain.phrases import numbered
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import FactValue
from cspr_rules.model.vocabulary import Fact
from cspr_rules.record import DecisionRecord


def facts_in_words(record: DecisionRecord) -> list[str]:
    """Return each recorded fact with its value; what is alike for several children once, and what follows from another fact as what follows."""
    vocabulary, checked = record.ruleset.vocabulary, record.checked
    tested: set[int] = set()
    for headline in record.ruleset.profile.headlines:
        for rule in headline.rules:
            if rule in record.law.place:
                whole, per_child = record.answer(rule)
                tested.update((per_child[0] if per_child else whole).source.reading_order)
    tested.update(vocabulary.slot[name] for _, _, name in checked.dated)
    order = [*sorted(tested), *(slot for slot in range(len(vocabulary.facts)) if slot not in tested)]
    follows = {name for _, name, _ in checked.inferred}
    found = []
    for slot in order:
        fact = vocabulary.facts[slot]
        groups: dict[FactValue, list[int]] = {}
        for child, row in enumerate(checked.children, start=1):
            value = row[slot]
            if value is not None:
                groups.setdefault(value, []).append(child)
        for value, children in groups.items():
            whom = f" ({numbered(tuple(children))})" if fact.scope == "child" and len(children) < len(checked.children) else ""
            found.append(f"{label(fact)}{whom}: {_shown(fact, value)}{' (follows)' if fact.id in follows else ''}")
    return found


def _shown(fact: Fact, value: FactValue) -> str:
    return in_words(value) if isinstance(value, date) else fact.show(value)
