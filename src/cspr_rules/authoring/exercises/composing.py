"""A story out of facts: an opening, what is known in an order in which one would tell it, and what is not recorded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.exercises.telling import DAY, NUMBERS, Teller, written_words
from cspr_rules.explain.english import capital, listed
from cspr_rules.model.days import month, weekday
from cspr_rules.model.values import FactValue

_FACT: Final = re.compile(r"\{([a-z_.]+)\}")
_MOST_JOINED: Final = 2


class Story(NamedTuple):
    """A story and the words in it that tell each fact.

    Attributes:
        text: The story.
        words: Fact id to its words, in the order in which they are told.
        warning: What is said before it.
    """

    text: str
    words: Mapping[str, str]
    warning: str


def composed(teller: Teller, facts: Mapping[str, FactValue], unknown: Sequence[str] = ()) -> Story:
    """Return a story that tells some facts.

    Args:
        teller: Says what tells a fact.
        facts: The facts; the day whose law is read among them, where it is known.
        unknown: Facts of which it is told that they are not recorded.
    """
    return _Composer(teller, facts, unknown).run()


class _Composer:
    def __init__(self, teller: Teller, facts: Mapping[str, FactValue], unknown: Sequence[str]) -> None:
        self.teller = teller
        self.vocabulary = teller.ruleset.vocabulary
        self.facts = facts
        self.unknown = unknown
        self.words: dict[str, str] = {}
        self.year = 0

    def run(self) -> Story:
        by = {name: other for name, other in written_words()["told_by"].items() if self.facts.get(name) is True and other in self.facts}
        sentences = [*self.opening(by)]
        rest = [name for name in sorted(self.facts, key=self.vocabulary.slot.__getitem__) if name not in self.words and name not in by]
        dated = [name for name in rest if type(self.facts[name]) is date]
        of_child = [name for name in rest if name not in dated and self.vocabulary.by_id[name].scope == "child"]
        sentences += self.told(of_child)
        first = written_words()["first"]
        sentences += [self.on_a_day(name) for name in sorted(dated, key=lambda name: (self.day(name), name not in first, self.vocabulary.slot[name]))]
        sentences += self.told([name for name in rest if name not in dated and name not in of_child])
        sentences += [capital(self.teller.unknown(name)) for name in self.unknown]
        self.words |= {name: self.words[other] for name, other in by.items()}
        return Story(" ".join(f"{each}." for each in sentences), self.words, self.warning())

    def day(self, name: str) -> date:
        value = self.facts[name]
        assert type(value) is date  # noqa: S101 -- only such are asked for
        return value

    def opening(self, by: Mapping[str, str]) -> list[str]:
        """Return the sentence that the story begins with; nothing where no day is known on which it happened.

        Args:
            by: Facts that the words of others tell.
        """
        law = next((fact.id for fact in self.vocabulary.facts if fact.law_date), "")
        if law not in self.facts:
            return []
        day = self.in_words(self.day(law))
        for form in written_words()["openings"]:
            names = _FACT.findall(form)
            phrases = {name: self.phrase(name) for name in names}
            if all(phrases.values()) and by.keys().isdisjoint(names):
                self.words |= {law: f"on {day}", **phrases}
                sentence = f"On {day} {form}"
                for name, phrase in phrases.items():
                    sentence = sentence.replace(f"{{{name}}}", phrase)
                return [sentence]
        sentence = str(written_words()["otherwise"]).replace(DAY, day)
        self.words[law] = sentence
        return [sentence]

    def phrase(self, name: str) -> str:
        """Return the short words for a fact in an opening; nothing where it is not told, or there are none."""
        value, words = self.facts.get(name), written_words()["phrases"].get(name, {})
        if value is None:
            return ""
        if isinstance(value, bool):
            return str(words.get("so" if value else "not_so", ""))
        if type(value) is int:
            key = "grown" if value >= written_words()["grown_from"] else NUMBERS.get(value, "number")
            return str(words.get(key, words.get("number", ""))).replace("{number}", str(value))
        return str(words.get(value, ""))

    def told(self, names: Sequence[str]) -> list[str]:
        """Return sentences that tell facts without a day; clauses about one subject become one sentence."""
        found: list[list[str]] = []
        before = ""
        for name in names:
            clause = self.teller.clause(name, self.facts[name])
            subject = _subject(clause)
            plain = not re.search(r",| and | or |;", clause) and self.facts[name] not in written_words()["alone"].get(name, ())
            if subject and subject == before and plain and len(found[-1]) < _MOST_JOINED:
                clause = clause.removeprefix(f"{subject} ")
                found[-1].append(clause)
            else:
                found.append([clause])
            before = subject if plain else ""
            self.words[name] = clause
        return [capital(listed(each)) for each in found]

    def on_a_day(self, name: str) -> str:
        day = self.in_words(self.day(name))
        sentence = capital(self.teller.clause(name, self.day(name)).replace(DAY, day))
        self.words[name] = sentence
        return sentence

    def in_words(self, day: date) -> str:
        """Return a day with its weekday, and with its year where that is another than that of the day before."""
        year, self.year = f" {day.year}" if day.year != self.year else "", day.year
        return f"{weekday(day)} {day.day} {month(day)}{year}"

    def warning(self) -> str:
        for each in written_words()["warnings"]:
            fits: Any = each.get("fact") is None or each["fact"] in self.facts
            if fits and ("is" not in each or self.facts[each["fact"]] == each["is"]):
                return str(each["says"])
        return ""


def _subject(clause: str) -> str:
    return next((each for each in written_words()["subjects"] if clause.startswith(f"{each} ")), "")
