"""What is said of a duty, in words; and which rules ask for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.explain.english import listed
from cspr_rules.marking.answer_sheet import Owed
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import in_words


def compared(given: Sequence[Owed], owed: Sequence[OwedDuty]) -> str:
    """Return how a day that was answered compares with the day to plan for; nothing where there are several, or it is no last day."""
    if len(given) != 1 or len(owed) != 1 or any(clock.rule.least for clock in owed[0].clocks):
        return ""
    day, last = given[0], owed[0].plan_for
    if not isinstance(day, date) or last is None or day == last:
        return ""
    if day > last:
        return f"By {in_words(day)} the first of these clocks has run out. "
    # Never "in time": another clock may give no number and run all the same.
    return f"{in_words(day)} comes before the first of these clocks runs out. "


def times_words(count: int) -> str:
    """Return how many times in words."""
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def days_words(found: Sequence[Owed] | set[Owed]) -> str:
    """Return what is said of a duty in words."""
    days = sorted(each for each in found if isinstance(each, date))
    words = {"owed": "owed; no day can be given", "not_owed": "not owed", "undetermined": "it cannot be said yet whether it is owed"}
    return listed([*(in_words(day) for day in days), *(words[each] for each in words if each in found)])


def last_versions(ruleset: Ruleset) -> Mapping[str, Rule]:
    """Return the last version of each rule, by its id; worked out once."""
    known: Mapping[str, Rule] | None = ruleset.kept.get(last_versions)
    if known is None:
        known = ruleset.kept[last_versions] = {rule.id: rule for rule in ruleset.rules}
    return known


def duties_of(ruleset: Ruleset) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Return the rules that ask for each duty in one version or another, and what is to be done in the last that does; worked out once."""
    known: tuple[dict[str, list[str]], dict[str, str]] | None = ruleset.kept.get(duties_of)
    if known is None:
        rules_of: dict[str, dict[str, None]] = {}
        acts: dict[str, str] = {}
        for rule in ruleset.rules:
            for duty in rule.duties:
                rules_of.setdefault(duty.id, {})[rule.id] = None
                acts[duty.id] = duty.act
        known = ruleset.kept[duties_of] = ({duty: list(rules) for duty, rules in rules_of.items()}, acts)
    return known
