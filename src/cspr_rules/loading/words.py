"""What makes the words of a vocabulary sound that refer to each other: ages that follow from dates, and words that are no longer used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cspr_rules.errors import Fault, Path_, did_you_mean
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.vocabulary import Fact


def faults(entry: PackFile, facts: Mapping[str, Fact]) -> Iterator[Fault]:
    """Yield what is wrong with one file.

    Args:
        entry: A vocabulary file.
        facts: Every fact, by id.
    """
    for index, fact in enumerate(entry.plain["facts"]):
        for key, name in (fact["years_from"] or {}).items():
            here: Path_ = ("facts", index, "years_from", key)
            if name not in facts or facts[name].type != "date":
                hint = did_you_mean(name, (each.id for each in facts.values() if each.type == "date"))
                yield entry.fault(here, f"there is no date called '{name}'{hint}")
            elif facts[name].scope == "child" and fact["scope"] == "incident":
                yield entry.fault(here, f"{name} is about one child; the incident has no years from it")
        numbers = {each.id for each in facts.values() if each.type == "number" and each.scope == fact["scope"]}
        for position, name in enumerate(fact["no_more_than"]):
            if name not in numbers:
                here = ("facts", index, "no_more_than", position)
                yield entry.fault(here, f"there is no number of that scope called '{name}'{did_you_mean(name, numbers)}")
    for index, each in enumerate(entry.plain["retired"]):
        if each["id"] in facts:
            yield entry.fault(("retired", index, "id"), f"{each['id']} is a fact: it is not retired")
        for position, name in enumerate(each["use"]):
            if name not in facts:
                yield entry.fault(("retired", index, "use", position), f"there is no fact called '{name}'{did_you_mean(name, facts)}")
