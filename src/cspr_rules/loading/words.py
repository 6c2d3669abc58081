"""What makes the words of a vocabulary sound that refer to each other: ages and steps that follow from others, and words that are no longer used."""

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
    yield from _taken_with(entry, facts)
    for index, each in enumerate(entry.plain["retired"]):
        if each["id"] in facts:
            yield entry.fault(("retired", index, "id"), f"{each['id']} is a fact: it is not retired")
        for position, name in enumerate(each["use"]):
            if name not in facts:
                yield entry.fault(("retired", index, "use", position), f"there is no fact called '{name}'{did_you_mean(name, facts)}")


def _taken_with(entry: PackFile, facts: Mapping[str, Fact]) -> Iterator[Fault]:
    for index, fact in enumerate(entry.plain["facts"]):
        plain = fact["taken_with"]
        if not plain:
            continue
        for key, type_ in (("step", "date"), ("where", "one_of")):
            here: Path_ = ("facts", index, "taken_with", key)
            other = facts.get(plain[key])
            if other is None or other.type != type_:
                hint = did_you_mean(plain[key], (each.id for each in facts.values() if each.type == type_))
                yield entry.fault(here, f"there is no {'date' if type_ == 'date' else 'fact with named values'} called '{plain[key]}'{hint}")
            elif other.scope == "child" and fact["scope"] == "incident":
                yield entry.fault(here, f"{other.id} is about one child; a step about the incident cannot follow from it")
                break
            elif key == "where":
                for value in plain["is_any_of"]:
                    if value not in other.values:
                        hint = did_you_mean(value, other.values)
                        yield entry.fault(("facts", index, "taken_with", "is_any_of"), f"{other.id} is never '{value}'{hint}")
