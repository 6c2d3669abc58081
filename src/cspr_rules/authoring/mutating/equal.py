"""Changes that no answer can show: on every day on which a rule is law, what is read of it is the same.

What is compared is what an evaluation reads: of each citation what is in force on the day, of a test whose own provisions are not in force those of
its rule, of a clock only what can make a difference. So two rules that are equal here come to the same answers, citations included, in every case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from cspr_rules.engine.law import law_changes, law_of
from cspr_rules.errors import RulesError
from cspr_rules.explain.ways import routes
from cspr_rules.model.rules import All, AnyOf, Condition, Deadline, Duty, Not, Note, Rule, RuleMet, Test
from cspr_rules.model.ruleset import Ruleset


def equal(before: Rule, after: Rule, ruleset: Ruleset) -> bool:
    """Return whether a changed rule is read as the rule itself on every day on which it is law.

    Args:
        before: The rule.
        after: The changed one.
        ruleset: The rules that the rule is one of.
    """
    if before.window != after.window or before == after:
        return before == after
    days = [day for day in law_changes(ruleset) if day in before.window]
    return all(read_on(before, ruleset, day) == read_on(after, ruleset, day) for day in (before.window.start, *days))


def read_on(rule: Rule, ruleset: Ruleset, day: date) -> Rule:
    """Return a rule with nothing in it but what is read of it on a day.

    Args:
        rule: The rule, or a changed one.
        ruleset: The rules that the rule is one of.
        day: A day on which it is law.
    """

    def cited(keys: tuple[str, ...], *, awaited: bool = False) -> tuple[str, ...]:
        windows = ((key, ruleset.provisions[key].window) for key in keys)
        return tuple(dict.fromkeys(key for key, window in windows if day in window or (awaited and window.awaited_on(day))))

    own = cited(rule.cites)

    def duty(each: Duty) -> Duty:
        clocks = [_clock(clock, cites, rule, ruleset, day) for clock in each.deadlines if (cites := cited(clock.cites))]
        counts_if = each.counts_if and _uncited(each.counts_if)
        return each._replace(cites=cited(each.cites), deadlines=tuple(clocks), counts_if=counts_if)

    notes: tuple[Note, ...] = tuple(note._replace(cites=cited(note.cites, awaited=True)) for note in rule.notes)
    when = _tested(rule.when, lambda cites: cited(cites) or own)
    return rule._replace(cites=own, when=when, duties=tuple(map(duty, rule.duties)), notes=notes)


def _tested(condition: Condition, cited: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Condition:
    match condition:
        case Test():
            return condition._replace(cites=cited(condition.cites))
        case Not(part):
            return Not(_tested(part, cited))
        case All(parts) | AnyOf(parts):
            return type(condition)(tuple(_tested(part, cited) for part in parts))
        case RuleMet():
            return condition


def _uncited(condition: Condition) -> Condition:
    """Return what makes a step count as it is read: no answer says on what that rests."""
    return _tested(condition, lambda _: ())


def _clock(clock: Deadline, cites: tuple[str, ...], rule: Rule, ruleset: Ruleset, day: date) -> Deadline:
    """Return a clock as it is read: whether it waits for its day matters only where the rule can be met without that day."""
    waits = clock.only_if_recorded and clock.anchor in ruleset.vocabulary.slot and not _needs(rule, str(clock.anchor), ruleset, day)
    return clock._replace(cites=cites, only_if_recorded=waits)


def _needs(rule: Rule, anchor: str, ruleset: Ruleset, day: date) -> bool:
    """Return whether every way in which a rule is met has a day recorded."""
    slot, form = ruleset.vocabulary.slot[anchor], law_of(ruleset, day, frozenset((rule.id,))).source(rule.id).exact
    try:
        ways = routes(form, wanted=True)
    except RulesError:  # more than are listed, so nobody can say
        return False
    return all(any(need.variable.slot == slot and not need.mask & 1 for need in way) for way in ways)  # the first cell is "not yet"
