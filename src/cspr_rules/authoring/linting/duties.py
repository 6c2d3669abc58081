"""Duties that are laid on somebody whom their provision does not bind, that have no clock, or whose clock no example counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from cspr_rules.authoring.linting.looked import Finding, Looked, positions
from cspr_rules.explain.english import listed
from cspr_rules.model.rules import UNSPECIFIED, Rule, Test, tests_in

_OWED: Final = ("must", "will", "should")
"""Verbs that ask for something to be done."""
_OUTNUMBERED: Final = 2
"""How many rules of one's own profile have to agree on another holder before one that differs is taken for the odd one out."""


class _Holders:
    """Whom each provision binds, by the duties that rest on it: a profile is held to what the rules it stands on say."""

    def __init__(self, looked: Looked) -> None:
        self.depth = looked.built.pack.profiles.index
        self.laid: dict[str, list[tuple[str, str, str]]] = {}
        for rule, _ in looked.built.rule_entries:
            for duty in rule.duties:
                for key in duty.cites if duty.by != UNSPECIFIED else ():
                    self.laid.setdefault(key, []).append((rule.profile, rule.id, duty.by))

    def of(self, key: str, rule: Rule) -> set[str]:
        """Return the roles that a provision binds as far as other rules say so; none if nothing can be said."""
        laid = self.laid.get(key, ())
        below = {by for profile, _, by in laid if self.depth(profile) < self.depth(rule.profile)}
        if below:
            return below
        beside = Counter({(name, by) for profile, name, by in laid if profile == rule.profile and name != rule.id})
        roles = Counter(by for _, by in beside)
        return set(roles) if len(roles) == 1 and roles.total() >= _OUTNUMBERED else set()


def wrong_holder(looked: Looked) -> Iterator[Finding]:
    """Yield the duties whose holder is bound by none of the provisions that they cite."""
    holders = _Holders(looked)
    for rule, entry in looked.rules():
        for index, duty in zip(positions(entry), rule.duties, strict=True):
            if duty.by == UNSPECIFIED:
                continue
            bound = [holders.of(key, rule) for key in duty.cites]
            if all(roles and duty.by not in roles for roles in bound):
                told = "; ".join(f"{key} binds {listed(sorted(roles))}" for key, roles in zip(duty.cites, bound, strict=True))
                yield Finding("CR201", entry, ("then", index, "by"), f"{duty.id} is laid on {duty.by}, but by the other rules {told}")


def vague_deadline(looked: Looked) -> Iterator[Finding]:
    """Yield the duties that a step discharges and no clock runs to, not even one that says that the source gives no time.

    That a source gives none can be said only by those who have read it, so a duty that cites an unread text is left alone.
    """
    known = looked.ruleset.provisions
    timed = {duty.done_by for rule, _ in looked.built.rule_entries for duty in rule.duties if duty.deadlines}
    for rule, entry in looked.rules():
        for index, duty in zip(positions(entry), rule.duties, strict=True):
            read = all(known[key].checked.relied_on for key in duty.cites)
            if read and duty.strength in _OWED and duty.done_by and duty.done_by not in timed and not _taken(rule, duty.done_by):
                says = f"{duty.id} is discharged by {duty.done_by}, and nothing says by when, or that no source does"
                yield Finding("CR202", entry, ("then", index, "done_by"), says)


def _taken(rule: Rule, step: str) -> bool:
    """Return whether a rule asks for a step as one that was taken: its duties are then about how, and not when."""
    return any(isinstance(test, Test) and test.fact == step and test.comparison == "recorded" and test.value for test in tests_in(rule.when))


def uncounted(looked: Looked) -> Iterator[Finding]:
    """Yield the duties with a clock that counts from a date, and no example that says on which day it ends."""
    for rule, entry in looked.rules():
        tried = {name for example in rule.examples for key in ("deadlines", "status") for name in example.expect[key]}
        for index, duty in zip(positions(entry), rule.duties, strict=True):
            counted = [clock for clock in duty.deadlines if clock.amount is not None and clock.anchor != UNSPECIFIED]
            if counted and duty.id not in tried:
                says = f"no example says on which day {duty.id} falls ({counted[0]})"
                yield Finding("CR401", entry, ("then", index, "id"), says)
