"""What somebody types in answer to a question, as a value of its fact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from cspr_rules.errors import did_you_mean
from cspr_rules.model.values import DAY_NOT_KNOWN, DAY_NOT_KNOWN_WORD, NOT_YET, UNKNOWN_WORD, FactValue, bounds, parse_date
from cspr_rules.model.vocabulary import Fact

_YES_NO: Final = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
_UNKNOWN: Final = (UNKNOWN_WORD, "not known", "don't know", "dont know")
_DATES: Final = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y")
"""How a day may be typed: the day before the month, as it is written in England."""
_MONTHS: Final = ("%Y-%m", "%m/%Y", "%B %Y", "%b %Y")
_HOW_DAY: Final = "a day, such as 27/3/2024 or 2024-03-27"


def how_to_answer(fact: Fact, *, today: bool) -> str:
    """Return how a question is answered, in words; the choices of a ``one_of`` are listed elsewhere, numbered from 1.

    Args:
        fact: What is asked for.
        today: Whether ``today`` has a meaning.
    """
    if fact.type == "yes_no":
        return "yes or no"
    if fact.type == "one_of":
        return {1: "1", 2: "1 or 2", 3: "1, 2 or 3"}.get(len(fact.values), f"a number from 1 to {len(fact.values)}")
    if fact.type == "number":
        limits = f" from {fact.at_least or 0}" + (f" to {fact.at_most}" if fact.at_most is not None else "")
        return f"a whole number{limits}" + (f" ({fact.unit})" if fact.unit else "") + ", or as much as is known, such as 2 or over"
    return _HOW_DAY + (", today" if today else "") + ", a month, day not known, or not yet"


def means_unknown(text: str) -> bool:
    """Return whether an answer says that nobody knows."""
    return " ".join(text.casefold().split()) in _UNKNOWN


def parsed(fact: Fact, text: str, *, as_of: date | None = None, commands: Iterable[str] = ()) -> FactValue:
    """Return what was typed as a value of a fact.

    Args:
        fact: What was asked for.
        text: What was typed.
        as_of: What ``today`` means; without it the word has no meaning.
        commands: Words that mean something else here, for suggestions.

    Raises:
        ValueError: It is no answer; the message says what was expected and does not repeat what was typed.
    """
    words = " ".join(text.casefold().split())
    expected = f"expected {how_to_answer(fact, today=as_of is not None)}"
    if fact.type == "yes_no":
        if words in _YES_NO:
            return _YES_NO[words]
        raise ValueError(expected + did_you_mean(words, ["yes", "no", *commands]))
    if fact.type == "one_of":
        word = words.replace(" ", "_")
        if word in fact.values:
            return word
        if words.isdecimal() and len(words) < 4 and 1 <= int(words) <= len(fact.values):
            return list(fact.values)[int(words) - 1]
        raise ValueError(expected + did_you_mean(word, [*fact.values, *commands]))
    if fact.type == "number":
        units = (fact.unit, fact.unit_for_one)
        number = " ".join(word for word in words.split() if word not in units)
        if number.isdecimal() and len(number) < 10:
            return fact.parse(int(number))
        if found := bounds(number):
            return fact.parse(found)
        raise ValueError(expected + did_you_mean(words, commands))
    if words.replace("_", " ") == "not yet":
        return NOT_YET
    if words.replace(" ", "_") == DAY_NOT_KNOWN_WORD:
        return DAY_NOT_KNOWN
    return fact.parse(_month(words) or _day(words, as_of, expected, ["not yet", *commands]))


def day_typed(text: str, *, as_of: date | None = None) -> date:
    """Return what was typed as a day that has come.

    Args:
        text: What was typed.
        as_of: What ``today`` means; without it the word has no meaning.

    Raises:
        ValueError: It is no day; the message says what was expected and does not repeat what was typed.
    """
    words = " ".join(text.casefold().split())
    return parse_date(_day(words, as_of, f"expected {_HOW_DAY}{', or today' if as_of else ''}", ()).isoformat())


def _month(words: str) -> FactValue | None:
    """Return the month that was typed, as what is known of a day; ``None`` if it is none."""
    for shape in _MONTHS:
        try:
            return bounds(f"{datetime.strptime(words, shape):%Y-%m}")
        except ValueError:
            continue
    return bounds(words)


def _day(words: str, as_of: date | None, expected: str, commands: Iterable[str]) -> date:
    if words in ("today", "yesterday"):
        if as_of is None:
            raise ValueError(f"which day that is was not said: begin with --as-of today, or {expected.removeprefix('expected ')}")
        return as_of - timedelta(days=words == "yesterday")
    for shape in _DATES:
        try:
            return datetime.strptime(words, shape).date()
        except ValueError:
            continue
    raise ValueError(expected + did_you_mean(words, [*(["today", "yesterday"] if as_of else []), *commands]))
