"""The words that tell a fact: those written for exercises, or else those of the vocabulary and of the rules' own clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Final

from cspr_rules.errors import RulesError
from cspr_rules.explain.english import first_sentence, lower
from cspr_rules.loading.reading import read_file
from cspr_rules.model.rules import Test, conditions_of, holds, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import NOT_YET, FactValue
from cspr_rules.model.vocabulary import Fact
from cspr_rules.training.course import packaged_course
from cspr_rules.training.words import denies

FILE: Final = "telling.yaml"
DAY: Final = "{day}"
"""What stands for the day in the words of a date."""
_THE_DAY: Final = re.compile(r"The day (?P<by>(?:on|by|from) which )?(?P<clause>[^:;]+)")
NUMBERS: Final = {0: "baby", 1: "one", 2: "two", 3: "three"}
"""Numbers that have words of their own, and what these are called."""
_NO_NAMES: Final = ("Somebody", "There", "Another", "Information", "New", "That", "Other", "It", "Concern", "Nobody", "Whoever", "This")
"""First words of a meaning that are no names, besides those that no sentence of the library takes for one."""


@lru_cache(maxsize=1)
def written_words() -> Mapping[str, Any]:
    """Return the words that are written for exercises: by fact, for openings, and as warnings.

    Raises:
        RulesError: The file cannot be read.
    """
    document = read_file(packaged_course() / FILE, f"course/{FILE}")
    if document.faults or not isinstance(document.value, dict):
        raise RulesError(document.faults or [document.fault((), "expected facts, openings and warnings")])
    return document.value


class Teller:
    """Says what tells a fact under some rules.

    Args:
        ruleset: The rules, whose clauses are words too.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.own: Mapping[str, Any] = written_words()["facts"]
        self.tests: dict[str, list[Test]] = {}
        for rule in ruleset.rules:
            for condition in conditions_of(rule):
                for test in tests_in(condition):
                    if isinstance(test, Test):
                        self.tests.setdefault(test.fact, []).append(test)

    def clause(self, name: str, value: FactValue) -> str:
        """Return a clause that tells a fact, without a capital or full stop; of a date, with :data:`DAY` where the day stands."""
        fact = self.ruleset.vocabulary.by_id[name]
        written = self._written(fact, value)
        if written:
            return written
        return next((each for each in self._found(fact, value) if _fits(each, value)), self._answered(fact, value))

    def unknown(self, name: str) -> str:
        """Return a clause that says that a fact is not recorded."""
        fact = self.ruleset.vocabulary.by_id[name]
        written = self.own.get(name, {}).get("unknown")
        if written:
            return str(written)
        test = next((each for each in self.tests.get(name, ()) if not each.says.startswith("it ") and not denies(each.says)), None)
        if test is not None and (test.comparison, test.value) in (("is", True), ("recorded", True)):
            return f"it is not recorded whether {test.says}"
        return f"the file does not answer the question “{fact.question}”"

    def _written(self, fact: Fact, value: FactValue) -> str:
        own = self.own.get(fact.id, {})
        if value is NOT_YET:
            return str(own.get("not_yet", ""))
        if type(value) is date:
            return str(own.get("day", ""))
        if type(value) is int:
            words = own.get(NUMBERS.get(value, "number"), own.get("number", ""))
            return str(words).replace("{number}", str(value))
        return str(own.get(("so" if value else "not_so") if isinstance(value, bool) else value, ""))

    def _found(self, fact: Fact, value: FactValue) -> Iterator[str]:
        if type(value) is date:
            found = _THE_DAY.fullmatch(_meaning(fact))
            if found:
                yield f"{'by' if found['by'] == 'by which ' else 'on'} {DAY} {found['clause']}"
        elif value is True:
            yield _small(_meaning(fact))
        if isinstance(value, bool) or value is NOT_YET:
            for test in self.tests.get(fact.id, ()):
                so = holds(test, value)
                yield test.says if so else test.fails

    def _answered(self, fact: Fact, value: FactValue) -> str:
        """Return the fact as a question with its answer, which fits every fact there may be."""
        if type(value) is date:
            return f"to the question “{fact.question}” the file answers {DAY}"
        answer = "not so far" if value is NOT_YET else fact.show(value)
        return f"to the question “{fact.question}” the file answers “{answer}”"


def _meaning(fact: Fact) -> str:
    """Return what a fact means, without what is said of how to record it."""
    return first_sentence(fact.meaning).split(f". {NOT_YET.value}")[0]


def _small(words: str) -> str:
    return words[:1].lower() + words[1:] if words.split(" ", 1)[0] in _NO_NAMES else lower(words)


def _fits(words: str, value: FactValue) -> bool:
    """Return whether words can tell a value: they deny what is not so and nothing that is."""
    if not words:
        return False
    if isinstance(value, bool) or value is NOT_YET:
        return denies(words) is (value is not True)
    return True
