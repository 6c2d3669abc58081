"""Rules in plain English: conditions, clocks and facts in words, and what the pages about them are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from cspr_rules.model.days import weekday
from cspr_rules.model.rules import Deadline, Outcome
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import UNKNOWN_WORD, Between, day_words
from cspr_rules.model.vocabulary import Fact

ANSWERS: Final[dict[Outcome, str]] = {"met": "Test met", "not_met": "Test not met", "undetermined": "Not decided"}
"""How each outcome is called. A test that is not met is never put as 'no': other duties may apply."""

_NO_NAMES = ("The", "A", "An", "Any", "Each", "Every", "Only", "What", "When", "Where", "Whether", "Which", "Who")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def capital(words: str) -> str:
    """Return words with a capital first letter."""
    return words[:1].upper() + words[1:]


def lower(words: str) -> str:
    """Return words for the middle of a sentence: a small first letter, if the first word is one that cannot be a name."""
    return words[:1].lower() + words[1:] if words.split(" ", 1)[0] in _NO_NAMES else words


def first_sentence(words: str) -> str:
    """Return the first sentence, without its full stop."""
    return _SENTENCE.split(" ".join(words.split()), maxsplit=1)[0].rstrip(".")


def listed(words: Iterable[str], join: str = "and") -> str:
    """Return ``a, b and c``."""
    items = list(words)
    return f" {join} ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def area_words(area: str) -> str:
    """Return the name of a folder of rules in words."""
    return _apostrophes(area.replace("_", " "))


def _apostrophes(words: str) -> str:
    return re.sub(r"\bchildrens\b", "children's", words)  # the name of a folder or a fact has no apostrophe


def counted(number: int, thing: str) -> str:
    """Return ``1 rule`` or ``2 rules``, ``1 duty`` or ``2 duties``."""
    return f"{number} {thing if number == 1 else f'{thing[:-1]}ies' if thing.endswith('ty') else f'{thing}s'}"


# -- pages ---------------------------------------------------------------------------------------------------------------------------


def anchor(key: str) -> str:
    """Return the name of the place in a page that is about something: ``5.3.a`` gives ``5-3-a``."""
    return re.sub(r"[^A-Za-z0-9]+", "-", key).strip("-")


def rule_page(rule_id: str) -> str:
    """Return the page of a rule: each part of its id is a folder, the last one the file."""
    return "/".join(rule_id.split(".")) + ".md"


# -- clocks --------------------------------------------------------------------------------------------------------------------------


def period(deadline: Deadline) -> str:
    """Return how long a clock runs: ``within 5 working days``; or how long has at least to go by: ``at least 12 months``."""
    if deadline.amount is None:
        return deadline.length
    if not deadline.amount:
        return "on the same day"
    length = deadline.length.replace(" day", " calendar day") if deadline.unit == "days" else deadline.length
    if deadline.before:
        return f"at least {length} before"
    return f"at least {length}" if deadline.least else f"within {length}"


def when(deadline: Deadline, start: str | None) -> str:
    """Return a clock in words: ``within 5 working days of the day …``.

    Args:
        deadline: The clock.
        start: The day it runs from, in words, if the source gives one.
    """
    if start is None:
        return f"{period(deadline)}, from when is not stated" if deadline.amount is not None else period(deadline)
    return f"{counting(deadline)} {start}"


def counting(deadline: Deadline) -> str:
    """Return what stands before the day that a clock runs from: ``within 5 working days of``."""
    if deadline.amount is None:
        return f"{period(deadline)}, after"
    if deadline.before:
        return period(deadline)
    joined = "from" if deadline.least else "of" if deadline.amount else "as"
    return f"{period(deadline)} {joined}"


def day_of_week(day: date) -> str:
    """Return ``Friday 5 April 2024``."""
    return f"{weekday(day)} {in_words(day)}"


# -- facts ---------------------------------------------------------------------------------------------------------------------------


def label(fact: Fact) -> str:
    """Return a fact's id in words, short enough for a table: ``child.age_at_harm`` gives ``age``."""
    group, _, name = fact.id.rpartition(".")
    words = [] if group in ("child", "incident") else group.replace(".", "_").split("_")
    words += name.split("_")
    return _apostrophes(" ".join(words[:-1] if fact.unit == words[-1] and len(words) > 1 else words))


def recorded(fact: Fact, raw: Any) -> str:
    """Return a written value with its fact, in words: ``died: no``.

    Args:
        fact: The fact.
        raw: Its value as an example or a case has it.
    """
    if isinstance(raw, Mapping):  # a judgement with who made it and why
        raw = raw.get("value")
    if raw is None or raw == UNKNOWN_WORD:
        return f"{label(fact)}: not known"
    value = fact.parse(raw)
    if type(value) is date:
        return f"{label(fact)}: {in_words(value)}"
    if isinstance(value, Between) and fact.type == "date":
        return f"{label(fact)}: {day_words(value)}"
    return f"{label(fact)}: {value.replace('_', ' ') if isinstance(value, str) else fact.show(value)}"


def expected_in_words(fact: Fact) -> str:
    """Return what may be recorded, for readers who do not write case files."""
    if fact.type == "yes_no":
        return "yes or no"
    if fact.type == "date":
        return "a date, which may lie ahead, or that it has not come so far" if fact.may_be_future else "a date, or that it has not come so far"
    return fact.expected
