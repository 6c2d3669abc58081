"""The words of an exercise held against its facts: each fact is told by words that stand in the text, and they do not say the contrary.

What can be checked without understanding English is checked: that the words are there; that a day they name, with its weekday, is the day recorded;
that a number they name is the number recorded; that what is recorded as not so is told by words that deny, and what is so by words that do not;
and that no clause of a rule stands in the text whose contrary is recorded. The rest is for the person who reviews the exercise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

from cspr_rules.errors import Fault
from cspr_rules.model.days import weekday
from cspr_rules.model.rules import Test, holds, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import NOT_YET, Between, FactValue
from cspr_rules.model.vocabulary import Fact
from cspr_rules.training.written import Scene, Told, Written

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAY: Final = re.compile(
    r"(?:\b(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day),? (?:the )?)?"
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{'|'.join(_MONTHS)})\b(?: (?P<year>\d{{4}})\b)?"
)
_DENYING: Final = re.compile(
    r"\b(?:no|not|never|nobody|none|neither|nor|nothing|nowhere|without|alive|survives|survived|unharmed|cannot|no one)\b|n[’']t\b", re.IGNORECASE
)
_SMALL: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen")
_NUMBERS: Final[Mapping[str, int]] = {
    **{word: number for number, word in enumerate(_SMALL) if number},
    **{word: 15 + number for number, word in enumerate(("fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"))},
    **{f"twenty-{word}": 20 + number for number, word in enumerate(_SMALL[:10]) if number},
}
_NUMBER: Final = re.compile(
    rf"\b(?P<number>\d+|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})\b(?P<younger>[ -](?:hour|day|week|month)s?\b)?", re.IGNORECASE
)
_YOUNG: Final = re.compile(r"\b(?:baby|infant|newborn|new-born)\b", re.IGNORECASE)


def faults_of_words(exercise: Written, ruleset: Ruleset) -> Iterator[Fault]:
    """Yield where the words and the facts of an exercise do not go together.

    Args:
        exercise: The exercise, whose facts the vocabulary knows.
        ruleset: The rules.
    """
    text = ""
    facts: dict[str, FactValue] = {}
    of: dict[str, dict[str, FactValue]] = {key: {} for key in exercise.children}
    told_by: dict[tuple[str, str], tuple[str, FactValue]] = {}
    days: set[date] = set()
    for scene in exercise.scenes:
        text = f"{text} {scene.text}"
        for told in scene.told:
            fact = ruleset.vocabulary.by_id[told.fact]
            value = fact.parse(told.value)
            (of[told.child] if told.child else facts)[told.fact] = value
            days |= {value} if type(value) is date else set()
            for message in _told_wrong(told, fact, value, scene, text):
                yield exercise.document.fault(scene.path_of(told), f"{told.fact}: {message}")
            if told.child:
                other, said = told_by.setdefault((told.fact, _plain(told.words)), (told.child, value))
                if other != told.child and said != value:
                    message = "the same words cannot tell one thing of one child and another of the next"
                    yield exercise.document.fault(scene.path_of(told), f"{told.fact}: {message}")
        days.add(scene.as_of)
        for message in _days_not_told(scene.text, days):
            yield exercise.document.fault((*scene.path, "tells"), message)
        for message in _contrary_for_all(text, [{**facts, **own} for own in of.values()] or [facts], ruleset):
            yield exercise.document.fault((*scene.path, "tells"), message)
    for key, called in exercise.children.items():
        if _plain(called) not in _plain(text):
            yield exercise.document.fault(("children", key), f"the text never says “{called}”, so nobody knows which child is meant")


def _told_wrong(told: Told, fact: Fact, value: FactValue, scene: Scene, text: str) -> Iterator[str]:
    if _plain(told.words) not in _plain(text):
        yield "its words do not stand in the text of this scene or of one before it"
        return
    if type(value) is date:
        found = [_named(each) for each in _DAY.finditer(told.words)]
        if not found:
            yield f"its words name no day; the fact says {in_words(value)}"
        for day, month, _, _ in found:
            if (day, month) != (value.day, value.month):
                yield f"its words name another day than {in_words(value)}, which the fact says"
    elif type(value) is int:
        yield from _number_told_wrong(told.words, value)
    elif isinstance(value, bool) or value is NOT_YET or value == "neither":
        denies = bool(_DENYING.search(told.words))
        if denies and value is True:
            yield "its words deny something, and the fact says that it is so; choose words that do not, or put the fact right"
        elif not denies and value is not True:
            yield "nothing in its words denies anything, and the fact says that it is not so"


def _number_told_wrong(words: str, value: int) -> Iterator[str]:
    found = [each for each in _NUMBER.finditer(words) if not each["younger"]]
    numbers = {int(each["number"]) if each["number"].isdigit() else _NUMBERS[each["number"].lower()] for each in found}
    young = any(each["younger"] for each in _NUMBER.finditer(words)) or bool(_YOUNG.search(words))
    if (numbers and value not in numbers) or (not numbers and (value or not young)):
        yield f"its words do not name the number {value}, which the fact says"


def _named(found: re.Match[str]) -> tuple[int, int, int | None, str | None]:
    year = int(found["year"]) if found["year"] else None
    return int(found["day"]), _MONTHS.index(found["month"]) + 1, year, found["weekday"]


def _days_not_told(text: str, days: set[date]) -> Iterator[str]:
    for number, month, year, week_day in map(_named, _DAY.finditer(text)):
        meant = [day for day in days if (day.day, day.month) == (number, month) and year in (None, day.year)]
        if not meant:
            yield f"the text names {number} {_MONTHS[month - 1]}{f' {year}' if year else ''}, and no fact and no day looked from is that day"
        elif week_day and week_day not in {weekday(day) for day in meant}:
            yield f"{in_words(meant[0])} is a {weekday(meant[0])}, and the text calls it a {week_day}"


def _contrary_for_all(text: str, known: Sequence[Mapping[str, FactValue]], ruleset: Ruleset) -> list[str]:
    """Return what the text says and the facts of every child deny; of several children, it may be so of another."""
    found = [dict.fromkeys(_contrary(text, each, ruleset)) for each in known]
    return [message for message in found[0] if all(message in other for other in found)]


def _contrary(text: str, known: Mapping[str, FactValue], ruleset: Ruleset) -> Iterator[str]:
    said = _plain(text)
    found: dict[str, None] = {}
    for rule in ruleset.rules:
        for test in tests_in(rule.when):
            if not isinstance(test, Test) or test.fact not in known:
                continue
            so = holds(test, known[test.fact])
            clauses: dict[Any, str] = {False: test.says, True: test.failed}
            clause = clauses.get(so)
            if clause and _plain(clause) in said and not isinstance(known[test.fact], Between):
                found[f"the text says that {clause}, and the fact {test.fact} says the contrary"] = None
    yield from found


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split())


def denies(words: str) -> bool:
    """Return whether words deny something, as the words of what is not so have to and those of what is so must not."""
    return bool(_DENYING.search(words))
