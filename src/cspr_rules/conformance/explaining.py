"""Why a program answers wrongly: the misconceptions under which its wrong answers are what one would answer.

A misconception is named only if the program's answers are those worked out under it in nearly all of the answers that it would change, the right ones
included: a program that is right where the misconception would have it wrong does not hold it. A program may hold several at once, and then
answers as one who holds all of them; each is looked for on top of those found before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.conformance.running import Result
from cspr_rules.marking.answer_sheet import Answers
from cspr_rules.marking.marks import mark
from cspr_rules.marking.misconceptions import Misconception, answers_under, concerned, misconceptions, referred_to
from cspr_rules.marking.one_mark import Mark, MarkKind
from cspr_rules.model.ruleset import Ruleset, with_parts

NEARLY_ALL: Final = 0.9
"""The least share of the answers that a misconception would change in which the program has to give what it gives."""
MOST_WRONG, MOST_RIGHT = 200, 60
"""How many cases with a wrong answer, and how many without, are looked at: enough to tell, and bounded in time."""
MOST_PAIRS: Final = 60
"""How many pairs of misconceptions are tried, of those that one by one explain nothing."""
_KINDS: Final[tuple[MarkKind, ...]] = ("outcome", "duty", "holder", "recipients", "status")
Item: TypeAlias = tuple[str, str, MarkKind, str, int | None]
"""A profile, a case, a kind of answer, what it is about, and which child."""
Held: TypeAlias = tuple[Misconception, ...]


class Named(NamedTuple):
    """A misconception, or two of which neither shows without the other, that explains wrong answers.

    Attributes:
        misconceptions: Which.
        explains: How many wrong answers are what one would answer who holds it and those named before.
        agrees: In how many of the answers that it would change the program gives what it gives.
        changes: How many answers it would change, among those that nothing named before explains.
    """

    misconceptions: Held
    explains: int
    agrees: int
    changes: int


class Explanation(NamedTuple):
    """What explains a program's wrong answers.

    Attributes:
        named: The misconceptions, in the order in which they were found.
        unexplained: The wrong answers, among the cases looked at, that they do not explain.
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
    wrong = _spread([each for each in marked if each.wrong], MOST_WRONG)
    cases = [*wrong, *_spread([each for each in marked if not each.wrong], MOST_RIGHT)]
    search = _Search(cases)
    if search.left:
        singles = [(each,) for each in misconceptions(wrong[0].asked.ruleset)]
        search.one_by_one(singles)
        near = [held for (held,) in search.near(singles)]
        search.one_by_one(list(combinations(near, 2))[:MOST_PAIRS])
        search.one_by_one(singles)
    return Explanation(tuple(search.named), tuple(sorted(search.left, key=str)), len(cases))


def _spread(results: Sequence[Result], most: int) -> list[Result]:
    """Return at most so many results, evenly spaced over them, the smallest cases first."""
    ordered = sorted(results, key=lambda each: (each.asked.size, each.asked.id))
    return [ordered[number * len(ordered) // most] for number in range(most)] if len(ordered) > most else ordered


class _Search:
    """The search for what a program holds.

    Attributes:
        named: What was found.
        left: The wrong answers that are not explained yet.
    """

    def __init__(self, cases: Sequence[Result]) -> None:
        self.cases = cases
        self.truth = {item: each for result in cases for item, each in _marks(result, result.marking.marks if result.marking else ())}
        self.left = {item for item, each in self.truth.items() if each.verdict == "wrong"}
        self.named: list[Named] = []
        self.held: Held = ()
        self.now: Mapping[Item, Mark] = dict(self.truth)
        self.answered = _answered(cases)
        self.alone: dict[tuple[str, frozenset[str]], Ruleset] = {}
        self.abouts: dict[tuple[str, ...], frozenset[str]] = {}

    def one_by_one(self, candidates: Sequence[Held]) -> None:
        """Take the candidates that explain most on top of what is held, and so on until none explains anything.

        Of those that change the same answers, one is taken; the others are tried again on top of it.
        """
        waiting = list(candidates)
        while self.left:
            waiting = self.near(waiting)
            tried = [(self.named_by(held, under), under) for held in waiting for under in [self.under(held, self.cases)]]
            fitting = [each for each in tried if each[0].explains and each[0].agrees >= NEARLY_ALL * each[0].changes]
            if not fitting:
                return
            fitting.sort(key=lambda each: (-each[0].explains, each[0].changes, [held.id for held in each[0].misconceptions]))
            before, taken = self.now, dict(self.now)
            for found, under in fitting:
                changed = {item for item, each in under.items() if each.found != before[item].found}
                if all(taken[item] is before[item] for item in changed):
                    self.named.append(found)
                    self.held += found.misconceptions
                    taken.update((item, under[item]) for item in changed)
            self.now = taken
            self.left = {item for item, each in self.now.items() if each.verdict == "wrong"}

    def near(self, candidates: Sequence[Held]) -> list[Held]:
        """Return the candidates that explain an answer which is not explained yet, on top of what is held."""
        self.open: dict[tuple[str, str], list[Item]] = {}
        for item in self.left:
            self.open.setdefault(item[:2], []).append(item)
        return [held for held in candidates if not set(held) <= set(self.held) and any(self.gains(held, each) for each in self.cases)]

    def gains(self, held: Held, result: Result) -> bool:
        """Return whether a candidate explains an answer about a case which is not explained yet."""
        ruleset = result.asked.ruleset
        about = self.about(held, ruleset)
        open_ = self.open.get((ruleset.profile.id, result.asked.id), ())
        if not any(item[3] in about for item in open_):
            return False
        return any(item in self.left and each.verdict == "right" for item, each in self.under(held, [result]).items())

    def about(self, held: Held, ruleset: Ruleset) -> frozenset[str]:
        """Return the rules and duties about which a candidate may change answers."""
        key = (ruleset.digest, *(each.id for each in held))
        if key not in self.abouts:
            rules = {rule for each in held for rule in concerned(each, ruleset)}
            self.abouts[key] = frozenset(rules | {duty.id for rule in ruleset.rules if rule.id in rules for duty in rule.duties})
        return self.abouts[key]

    def named_by(self, held: Held, under: Mapping[Item, Mark]) -> Named:
        """Return how well a candidate explains what is left, given the answers under it and what is held."""
        changed = [(item, each.verdict == "right") for item, each in under.items() if each.found != self.now[item].found]
        return Named(held, sum(agrees and item in self.left for item, agrees in changed), sum(agrees for _, agrees in changed), len(changed))

    def under(self, held: Held, cases: Sequence[Result]) -> dict[Item, Mark]:
        """Return the answers that a candidate may change, marked by what one would answer who holds it and what is held."""
        found: dict[Item, Mark] = {}
        for result in cases:
            asked, answers = result.asked, result.answers
            if answers is None:
                continue
            rules = frozenset(rule for each in held for rule in concerned(each, asked.ruleset)) & self.answered[asked.ruleset.digest]
            some = _only(answers, asked.ruleset, rules)
            if rules and any(some[:-1]):
                record = answers_under((*self.held, *held), self.of(asked.ruleset, rules), asked.case, asked.as_of)
                found.update((item, each) for item, each in _marks(result, mark(record, some).marks) if item in self.now)
        return found

    def of(self, ruleset: Ruleset, names: frozenset[str]) -> Ruleset:
        """Return the rules of some names, with those they refer to, alone: all that has to be decided."""
        key = (ruleset.digest, names)
        if key not in self.alone:
            self.alone[key] = alone(ruleset, referred_to(ruleset, names))
        return self.alone[key]


def _answered(cases: Iterable[Result]) -> dict[str, set[str]]:
    """Return, for each ruleset by its digest, the rules about whose outcomes or duties anything is answered."""
    found: dict[str, set[str]] = {}
    for each in cases:
        if each.answers is not None:
            ruleset = each.asked.ruleset
            duties = {*each.answers.duties, *each.answers.by, *each.answers.to, *each.answers.status}
            named = found.setdefault(ruleset.digest, set())
            named.update(each.answers.outcomes)
            named.update(rule.id for rule in ruleset.rules if any(duty.id in duties for duty in rule.duties))
    return found


def alone(ruleset: Ruleset, names: Iterable[str]) -> Ruleset:
    """Return some rules of a ruleset without the others."""
    kept = set(names)
    return with_parts(ruleset, rules=tuple(rule for rule in ruleset.rules if rule.id in kept), paths={})


def _only(answers: Answers, ruleset: Ruleset, rules: frozenset[str]) -> Answers:
    """Return the answers about some rules and their duties."""
    duties = {duty.id for rule in ruleset.rules if rule.id in rules for duty in rule.duties}
    kept: dict[str, Any] = {
        key: {name: said for name, said in getattr(answers, key).items() if name in duties} for key in ("duties", "by", "to", "status")
    }
    outcomes = {rule: said for rule, said in answers.outcomes.items() if rule in rules}
    kept |= {key: {} for key in ("strength", "times", "days", "cites", "clocks", "grounds", "options", "paths")}
    return answers._replace(outcomes=outcomes, **kept, stage=None, ask=(), notes_from=(), complete_for=())


def _marks(result: Result, marks: Iterable[Mark]) -> Iterator[tuple[Item, Mark]]:
    """Yield the answers about a case that were given and can be worked out under a misconception, each with its mark."""
    for each in marks:
        if each.kind in _KINDS and each.verdict in ("right", "wrong"):
            yield (result.asked.ruleset.profile.id, result.asked.id, each.kind, each.id, each.child), each
