"""Clauses that say the opposite of the test beside them.

Three things tell, and none of them guesses what a sentence means: the same clause stands beside the opposite test of the same fact elsewhere; an age
or a count is compared the other way or with another number; or the clause repeats the question of its fact, and has a "not" where the test has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from cspr_rules.authoring.linting.looked import Finding, Looked
from cspr_rules.authoring.linting.periods import NUMBER, number
from cspr_rules.errors import Path_
from cspr_rules.loading.checking import tests_at
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.rules import Rule, Test, conditions_of
from cspr_rules.model.vocabulary import Fact

_NEGATION: Final = re.compile(
    r"\b(?:(?<!\bor )(?<!\bfor )not|no|never|neither|nobody|nothing|(?<!\bor )none|without|cannot|fail(?:s|ed)?|refus(?:e|es|ed|al)|lacks?|below)\b",
    re.IGNORECASE,
)
"""What turns a clause round. Not one that goes on with a list ("no seat here or none there"), leaves both open ("done or not done") or is only named
("reasons for not publishing")."""
_SMALL: Final = re.compile(
    r"(?:a|already|an|and|any|are|as|at|be|been|being|by|did|do|does|for|from|had|has|have|he|her|his|if|in|into|is|it|its|of|on|or|other|somebody|still|such|than|that"
    r"|the|their|them|there|they|this|to|was|were|what|when|where|whether|which|who|whom|whose|will|with|yet)"
)
"""Words that say nothing of what a clause is about."""
_STEM: Final = 5
"""How much of a word tells it from others, its endings left out."""
_MOST_OF: Final = 0.7
"""How much of a clause has to stand in the question of its fact for the two to be about the same."""
_BOUNDS: Final = (
    (re.compile(rf"\b(?:no more than|not more than|at most|up to) ({NUMBER})\b", re.IGNORECASE), "less_than", 1),
    (re.compile(rf"\b({NUMBER}) or (?:under|younger|fewer|less)\b", re.IGNORECASE), "less_than", 1),
    (re.compile(rf"\b(?:not (?:yet )?reached|not yet) ({NUMBER})\b", re.IGNORECASE), "less_than", 0),
    (re.compile(rf"\b(?:not (?:under|younger than)|no younger than) ({NUMBER})\b", re.IGNORECASE), "at_least", 0),
    (re.compile(rf"\b(?:under|younger than|fewer than|less than|below) ({NUMBER})\b", re.IGNORECASE), "less_than", 0),
    (re.compile(rf"\b({NUMBER}) or (?:over|older|more|above)\b", re.IGNORECASE), "at_least", 0),
    (re.compile(rf"\b(?:at least|reached) ({NUMBER})\b", re.IGNORECASE), "at_least", 0),
    (re.compile(rf"\b(?:more than|older than|over) ({NUMBER})\b", re.IGNORECASE), "at_least", 1),
)
"""How sentences bound a number, the more telling first: the words, the comparison they come to, and what is added to the number."""


class _Clause(NamedTuple):
    """A clause that stands beside a test of a fact, and whether it is the one for its holding."""

    rule: Rule
    entry: PackFile
    path: Path_
    test: Test
    words: str
    holds: bool


def contradictory(looked: Looked) -> Iterator[Finding]:
    """Yield the clauses of one's own rules that disagree with their test."""
    facts = looked.ruleset.vocabulary.by_id
    beside: dict[tuple[str, str], list[_Clause]] = {}
    clauses = list(_clauses(looked))
    for each in clauses:
        beside.setdefault((each.test.fact, each.words.casefold()), []).append(each)
    for each in clauses:
        if each.entry.profile != looked.profile:
            continue
        says = (
            _said_elsewhere(each, beside[each.test.fact, each.words.casefold()])
            or _bounded_otherwise(each, facts[each.test.fact])
            or _negated_otherwise(each, facts[each.test.fact])
        )
        if says:
            yield Finding("CR301", each.entry, (*each.path, "says" if each.holds else "fails"), says)


def _clauses(looked: Looked) -> Iterator[_Clause]:
    for rule, entry in looked.built.rule_entries:
        paths = [("when",), *(("then", index, "counts_if") for index, each in enumerate(entry.plain["then"]) if each.get("counts_if"))]
        for path, condition in zip(paths, conditions_of(rule), strict=True):
            for here, test in tests_at(condition, path):
                yield _Clause(rule, entry, here, test, test.says, holds=True)
                if test.fails:
                    yield _Clause(rule, entry, here, test, test.fails, holds=False)


def _said_elsewhere(clause: _Clause, others: list[_Clause]) -> str:
    """Return that the same words stand beside the opposite test, where more tests have it the other way than this one's."""
    same = [each for each in others if _opposite(clause, each) is False]
    opposite = [each for each in others if _opposite(clause, each)]
    if not opposite:
        return ""
    other = opposite[0]
    # Of two that disagree, the one that stands on the other is to blame; in one profile the fewer, and of as many the later.
    later = others.index(clause) > others.index(other)
    if other.rule.profile == clause.rule.profile and (len(opposite), later) < (len(same), True):
        return ""
    return f"'{clause.words}' is said here of {_meaning(clause)}, and in {other.rule.id} of {_meaning(other)}"


def _opposite(one: _Clause, other: _Clause) -> bool | None:
    """Return whether a clause is said of the opposite of what another is said of; ``None`` if of something else altogether."""
    if (one.test.comparison, one.test.value) == (other.test.comparison, other.test.value):
        return one.holds != other.holds
    turned = one.test.comparison == other.test.comparison and isinstance(one.test.value, bool) and isinstance(other.test.value, bool)
    turned = turned or ({one.test.comparison, other.test.comparison} == {"less_than", "at_least"} and one.test.value == other.test.value)
    return one.holds == other.holds if turned else None


def _meaning(clause: _Clause) -> str:
    value = str(clause.test.value).lower() if isinstance(clause.test.value, bool) else clause.test.value
    return f"{'' if clause.holds else 'the failing of '}`{clause.test.fact}` {clause.test.comparison.replace('_', ' ')} {value}"


def _bounded_otherwise(clause: _Clause, fact: Fact) -> str:
    """Return that a clause bounds a number otherwise than its test."""
    if fact.type != "number":
        return ""
    for words, comparison, more in _BOUNDS:
        found = words.search(clause.words)
        if found:
            said = (comparison, number(found[1]) + more)
            turned = "at_least" if clause.test.comparison == "less_than" else "less_than"
            wanted = (clause.test.comparison if clause.holds else turned, clause.test.value)
            if said != wanted:
                return (
                    f"'{found.group()}' is {said[0].replace('_', ' ')} {said[1]}, and what it is said of is {wanted[0].replace('_', ' ')} {wanted[1]}"
                )
            return ""
    return ""


def _negated_otherwise(clause: _Clause, fact: Fact) -> str:
    """Return that a clause repeats the question of its fact and is negated where the test is not, or the other way round."""
    wanted = clause.test.value if isinstance(clause.test.value, bool) else None
    if wanted is None or fact.type not in ("yes_no", "date"):
        return ""
    mine, theirs = _main_words(clause.words), _main_words(fact.question)
    if not mine or len(mine & theirs) < _MOST_OF * len(mine):
        return ""
    negated, asks_negated = (len(_NEGATION.findall(each)) for each in (clause.words, fact.question))
    if negated > 1 or asks_negated > 1:  # what two of them come to takes a reader
        return ""
    if bool(negated) != ((clause.holds != wanted) != bool(asks_negated)):
        return f"'{clause.words}' is said of {_meaning(clause)}, which is the opposite by the fact's own question: {fact.question}"
    return ""


def _main_words(words: str) -> set[str]:
    plain = _NEGATION.sub(" ", words.casefold())
    return {word[:_STEM] for word in re.findall(r"[a-z0-9]+", plain) if len(word) > 1 and not _SMALL.fullmatch(word)}
