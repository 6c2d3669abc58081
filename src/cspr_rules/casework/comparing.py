"""One case under several editions of the law, or for several authorities."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from cspr_rules.display_hook import as_html
from cspr_rules.errors import ArgumentError, Fault, QuestionError
from cspr_rules.explain.what_if import Difference, differences
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.travelling import travels


@travels
class Comparison(NamedTuple):
    """Records of one case side by side.

    Attributes:
        labels: What each record is of: a day of law or a profile.
        records: The records, in the same order.
        changes: For each record but the first, what differs from the one before it.
        left_out: For each record, the recorded facts that its profile has no word for, though another of the compared profiles has.
    """

    labels: tuple[str, ...]
    records: tuple[DecisionRecord, ...]
    changes: tuple[tuple[Difference, ...], ...]
    left_out: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        lines = []
        for (earlier, later), found in zip(pairwise(self.labels), self.changes, strict=True):
            lines.append(f"{earlier} -> {later}")
            lines += [f"  {each}" for each in found] or ["  nothing differs"]
        lines += [f"{label} has no word for: {', '.join(names)}" for label, names in zip(self.labels, self.left_out, strict=True) if names]
        return "\n".join(lines)

    def _repr_html_(self) -> str | None:
        return as_html(self)


def compare(case: Case | Mapping[str, Any], *, as_of: date | Sequence[date], profiles: str | Sequence[str] = "bcp") -> Comparison:
    """Decide one case under several days of law, or for several authorities.

    Args:
        case: The facts; a mapping is taken as :meth:`cspr_rules.Case.of` takes it.
        as_of: One day, or several: then the law is read on each of them in turn, and the case is looked at from that day, or from the latest day
            it records if that is later.
        profiles: One profile, or several to be compared on one day. What one of them has no word for is left out for that one, and said.

    Raises:
        ArgumentError: A day or the case is something else, or none is given.
        QuestionError: Several days and several profiles are given at once, or there is no such profile.
        CaseError: The case is not sound.
    """
    case = Case.of(case)
    given: Any = as_of
    days = [doors.day(each, "as_of") for each in (given if isinstance(given, list | tuple) else [given])]
    names = [profiles] if isinstance(profiles, str) else doors.each(str, profiles, "profiles")
    if not days or not names:
        raise ArgumentError([Fault("as_of" if names else "profiles", "expected one at least, and none is given")])
    if len(days) > 1 and len(names) > 1:
        raise QuestionError([Fault("", "compare days of law or profiles, not both at once: which of the two made a difference could not be said")])
    rulesets = [load_ruleset(name) for name in names]
    known_to_some = {fact for ruleset in rulesets for fact in ruleset.vocabulary.by_id}
    records, labels, left_out = [], [], []
    for name, ruleset in zip(names, rulesets, strict=True):
        foreign = known_to_some - set(ruleset.vocabulary.by_id)
        own, dropped = _without(case, foreign)
        latest = own.check(ruleset.vocabulary).latest
        for day in days:
            several = len(days) > 1
            records.append(evaluate(ruleset, own, as_of=max(day, latest or day) if several else day, law_on=day if several else None))
            labels.append(day.isoformat() if several else name)
            left_out.append(dropped)
    changes = tuple(differences(before, after) for before, after in pairwise(records))
    return Comparison(tuple(labels), tuple(records), changes, tuple(left_out))


def _without(case: Case, names: Collection[str]) -> tuple[Case, tuple[str, ...]]:
    """Return a case without some facts, and which of them it held; the case itself if none."""
    held = tuple(sorted({name for facts in (case.facts, *case.children) for name in facts if name in names}))
    if not held:
        return case, ()
    facts, *children = [{name: value for name, value in each.items() if name not in names} for each in (case.facts, *case.children)]
    return Case(facts, children), held
