"""What makes it certain which law a rule is read under, and when a provision comes into force."""

from __future__ import annotations

from collections.abc import Iterator

from cspr_rules.errors import Fault, did_you_mean
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import Ruleset


def faults(built: Built, ruleset: Ruleset) -> Iterator[Fault]:
    """Yield every fault in what says which day's law is read."""
    for entry in built.pack.of("sources"):
        yield from _appointed(entry, ruleset)
    first: dict[str, Rule] = {}
    for rule, entry in built.rule_entries:
        earlier = first.setdefault(rule.id, rule)
        if earlier.law_of != rule.law_of:
            yield entry.fault(("law_of",), f"the version in {earlier.file} has another `law_of`; versions of a rule share it")
        if rule.law_of is not None:
            yield from _later_step(rule.law_of, entry, ruleset)


def _appointed(entry: PackFile, ruleset: Ruleset) -> Iterator[Fault]:
    of_provisions = [(("provisions", index, "in_force"), each["in_force"]) for index, each in enumerate(entry.plain["provisions"])]
    for path, window in ((("in_force",), entry.plain["in_force"]), *of_provisions):
        if window and window["appointed_by"] not in (None, *ruleset.provisions):
            hint = did_you_mean(window["appointed_by"], ruleset.provisions)
            yield entry.fault((*path, "appointed_by"), f"there is no provision called '{window['appointed_by']}'{hint}")


def _later_step(name: str, entry: PackFile, ruleset: Ruleset) -> Iterator[Fault]:
    fact = ruleset.vocabulary.by_id.get(name)
    if fact is None or fact.type != "date":
        dates = (each.id for each in ruleset.vocabulary.facts if each.type == "date" and each.scope == "incident")
        yield entry.fault(("law_of",), f"there is no date called '{name}'{did_you_mean(name, dates)}")
    elif fact.scope == "child":
        yield entry.fault(("law_of",), f"{name} is recorded per child; a rule is read under one law for the whole incident")
    elif fact.may_be_future:
        yield entry.fault(("law_of",), f"{name} may be planned only; the law of a day to come is not held, so `law_of` names what has been done")
    elif fact.law_date:
        yield entry.fault(("law_of",), f"{name} is the day whose law is read anyway; `law_of` names a later step")
