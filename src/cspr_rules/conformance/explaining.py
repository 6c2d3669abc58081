"""Why a program answers wrongly: the misconceptions under which its wrong answers are what one would answer.

A misconception is named only if the program's answers are those worked out under it in nearly all of the answers that it would change, the right ones
included: a program that is right where the misconception would have it wrong does not hold it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.conformance.running import Result
from cspr_rules.marking.answer_sheet import Answers
from cspr_rules.marking.marks import Mark, MarkKind, mark
from cspr_rules.marking.misconceptions import Misconception, answers_under, concerned, misconceptions, referred_to
from cspr_rules.model.ruleset import Ruleset

NEARLY_ALL: Final = 0.9
"""The least share of the answers that a misconception would change in which the program has to give what it gives."""
MOST_WRONG, MOST_RIGHT = 200, 200
"""How many cases with a wrong answer, and how many without, are looked at: enough to tell, and bounded in time."""
_KINDS: Final[tuple[MarkKind, ...]] = ("outcome", "duty", "holder", "recipients", "status")
Item: TypeAlias = tuple[str, str, MarkKind, str, int | None]
"""A profile, a case, a kind of answer, what it is about, and which child."""


class Named(NamedTuple):
    """A misconception, or two at once, that explains wrong answers.

    Attributes:
        misconceptions: Which.
        explains: The wrong answers that are what one would answer under it.
        agrees: In how many of the answers that it would change the program gives what it gives.
        changes: How many answers it would change, among the cases looked at.
    """

    misconceptions: tuple[Misconception, ...]
    explains: frozenset[Item]
    agrees: int
    changes: int


class Explanation(NamedTuple):
    """What explains a program's wrong answers.

    Attributes:
        named: The misconceptions, that which explains most first.
        unexplained: The wrong answers, among the cases looked at, that none of them explains.
        looked_at: How many cases were looked at.
    """

    named: tuple[Named, ...]
    unexplained: tuple[Item, ...]
    looked_at: int


def explanation(results: Sequence[Result]) -> Explanation:
    """Return what explains the wrong answers of some cases.

    Args:
        results: What came of the cases.
    """
    marked = [each for each in results if each.marking is not None]
    wrong = sorted((each for each in marked if each.wrong), key=lambda each: (each.asked.size, each.asked.id))[:MOST_WRONG]
    right = [each for each in marked if not each.wrong]
    cases = [*wrong, *right[:: -(-len(right) // MOST_RIGHT) or 1]]
    truth = {item: each for result in cases for item, each in _marks(result)}
    left = {item for item, each in truth.items() if each.verdict == "wrong"}
    found: list[Named] = []
    if left:
        seen = _Seen(cases, truth)
        singles = [held for result in wrong[:1] for held in misconceptions(result.asked.ruleset)]
        found += _taken(left, seen, [(each,) for each in singles])
        if left:
            found += _taken(left, seen, list(combinations([each for each in singles if seen.near(each, left)], 2)))
    return Explanation(tuple(found), tuple(sorted(left, key=str)), len(cases))


def _taken(left: set[Item], seen: _Seen, candidates: Sequence[tuple[Misconception, ...]]) -> Iterator[Named]:
    """Yield the candidates that explain what is left, that which explains most first, and take what each explains away.

    A wrong answer that is explained already speaks against no other candidate.
    """
    waiting = list(candidates)
    while waiting:
        named = [each for each in (seen.named(held, left) for held in waiting) if each.agrees >= NEARLY_ALL * each.changes and each.explains & left]
        if not named:
            return
        best = max(named, key=lambda each: (len(each.explains & left), -each.changes, tuple(held.id for held in each.misconceptions)))
        yield best
        left -= best.explains
        waiting.remove(best.misconceptions)


class _Seen:
    """The cases as answered under misconceptions."""

    def __init__(self, cases: Sequence[Result], truth: Mapping[Item, Mark]) -> None:
        self.cases = cases
        self.truth = truth
        self.changed: dict[tuple[str, ...], dict[Item, bool]] = {}
        self.alone: dict[tuple[str, frozenset[str]], Ruleset] = {}

    def under(self, held: tuple[Misconception, ...]) -> dict[Item, bool]:
        """Return every answer that misconceptions would change, with whether the program gives what they give."""
        key = tuple(each.id for each in held)
        if key not in self.changed:
            self.changed[key] = dict(self._under(held))
        return self.changed[key]

    def _under(self, held: tuple[Misconception, ...]) -> Iterator[tuple[Item, bool]]:
        for result in self.cases:
            asked, answers = result.asked, result.answers
            if answers is None:
                continue
            rules = frozenset(rule for each in held for rule in concerned(each, asked.ruleset))
            some = _only(answers, asked.ruleset, rules)
            if not any(some[:-1]):
                continue
            record = answers_under(held, self.of(asked.ruleset, rules), asked.case, asked.as_of)
            for item, each in _marks(result, mark(record, some).marks):
                was = self.truth.get(item)
                if was is not None and was.found != each.found:
                    yield item, each.verdict == "right"

    def of(self, ruleset: Ruleset, names: frozenset[str]) -> Ruleset:
        """Return the rules of some names, with those they refer to, alone: all that has to be decided."""
        key = (ruleset.digest, names)
        if key not in self.alone:
            self.alone[key] = alone(ruleset, referred_to(ruleset, names))
        return self.alone[key]

    def named(self, held: tuple[Misconception, ...], left: set[Item]) -> Named:
        """Return what misconceptions explain, beside the wrong answers that others explain already."""
        found = {item: agrees for item, agrees in self.under(held).items() if agrees or item in left or self.truth[item].verdict == "right"}
        explains = frozenset(item for item, agrees in found.items() if agrees and self.truth[item].verdict == "wrong")
        return Named(held, explains, sum(found.values()), len(found))

    def near(self, held: Misconception, left: set[Item]) -> bool:
        """Return whether a misconception would change an answer that is not explained yet."""
        return not left.isdisjoint(self.under((held,)))


def alone(ruleset: Ruleset, names: Iterable[str]) -> Ruleset:
    """Return some rules of a ruleset without the others."""
    kept = set(names)
    return Ruleset(
        profile=ruleset.profile,
        vocabulary=ruleset.vocabulary,
        provisions=ruleset.provisions,
        rules=tuple(rule for rule in ruleset.rules if rule.id in kept),
        paths={},
        calendar=ruleset.calendar,
        discrepancies=ruleset.discrepancies,
        digest=ruleset.digest,
        checked_on=ruleset.checked_on,
        held=ruleset.held,
    )


def _only(answers: Answers, ruleset: Ruleset, rules: frozenset[str]) -> Answers:
    """Return the answers about some rules and their duties."""
    duties = {duty.id for rule in ruleset.rules if rule.id in rules for duty in rule.duties}
    kept: dict[str, Any] = {
        key: {name: said for name, said in getattr(answers, key).items() if name in duties} for key in ("duties", "by", "to", "status")
    }
    outcomes = {rule: said for rule, said in answers.outcomes.items() if rule in rules}
    return answers._replace(outcomes=outcomes, **kept, cites={}, ask=(), notes_from=(), complete_for=())


def _marks(result: Result, marks: Iterable[Mark] | None = None) -> Iterator[tuple[Item, Mark]]:
    """Yield the answers that were given, each with its mark: those of a result, or others of the same case."""
    given = result.marking.marks if marks is None and result.marking else marks or ()
    for each in given:
        if each.kind in _KINDS and each.verdict in ("right", "wrong"):
            yield (result.asked.ruleset.profile.id, result.asked.id, each.kind, each.id, each.child), each
