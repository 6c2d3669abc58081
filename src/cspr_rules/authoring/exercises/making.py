"""Exercises made from the rules: chosen in turn over the rules, written as files, and each read and checked as any other."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.exercises.cases import CasesOf, Found, Told, drawn
from cspr_rules.authoring.exercises.composing import Story, composed
from cspr_rules.authoring.exercises.telling import DAY, Teller
from cspr_rules.authoring.vectors.candidates import written_value
from cspr_rules.engine.answers import TASKS
from cspr_rules.errors import CaseError, RulesError
from cspr_rules.explain.english import day_of_week
from cspr_rules.explain.phrases import not_counted
from cspr_rules.loading.reading import read_bytes
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import FactValue
from cspr_rules.training.exercises import Exercise, exercise_from
from cspr_rules.training.written import LEVELS

KINDS: Final = ("pairs", "boundaries", "open")
"""What an exercise can show: two cases that differ in one fact and in outcome; a day, an age or a clock at its edge; what cannot be said yet."""
_FEW: Final = 2
_MORE: Final = 4
_MOST_TURNS: Final = 50
"""How often the cases of a rule are told, each time with other days."""
_MOST_TRIED: Final = 12
"""How many cases of a kind are tried one after another that cannot be told, before the next kind is looked at."""
_MOST_ASKED: Final = 4
_LETTERS: Final = ("a", "b")


class Made(NamedTuple):
    """One exercise that was made.

    Attributes:
        text: It as a file.
        exercise: It as read from that text.
        rule: The rule that it is about.
        kind: One of :data:`KINDS`.
        pair: The id of the other exercise of its pair; empty if it stands alone.
    """

    text: str
    exercise: Exercise
    rule: str
    kind: str
    pair: str


class Generated(NamedTuple):
    """What was made.

    Attributes:
        made: The exercises.
        without: Every rule that has none, with why.
    """

    made: tuple[Made, ...]
    without: Mapping[str, str]


def generated(
    ruleset: Ruleset, *, count: int, seed: int = 1, kinds: Sequence[str] = KINDS, rules: Iterable[str] | None = None, every: bool = False
) -> Generated:
    """Make exercises from rules: the same ones for the same rules, count, seed and kinds.

    Rules take turns, in an order that is drawn, so that each has one exercise before any has a second. No two exercises tell the same story.

    Args:
        ruleset: The rules.
        count: How many exercises; fewer if there are no more.
        seed: What everything is drawn from.
        kinds: What they are to show.
        rules: The ids of the rules that they are to be about; all, if not given.
        every: Whether there are as many more as it takes for each rule to have one.
    """
    return _Maker(ruleset, count, seed, kinds, rules, every).run()


class _Maker:
    def __init__(self, ruleset: Ruleset, count: int, seed: int, kinds: Sequence[str], rules: Iterable[str] | None, every: bool) -> None:
        self.ruleset = ruleset
        self.teller = Teller(ruleset)
        self.count = count
        self.seed = str(seed)
        self.kinds = kinds
        self.every = every
        names = dict.fromkeys(rule.id for rule in ruleset.rules) if rules is None else dict.fromkeys(rules)
        self.names = drawn(list(names), f"{self.seed} rules")
        self.stories: set[str] = set()
        self.made: list[Made] = []
        self.without: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        """For each rule, what was wrong with words last, where they did not go with the facts: another case is then looked for."""
        self.sources: dict[str, dict[str, Iterator[list[Made]]]] = {}

    def run(self) -> Generated:
        left = list(self.names)
        turn = 0
        while left and (len(self.made) < self.count or (self.every and not turn)):
            still = []
            for place, name in enumerate(left):
                if len(self.made) >= self.count and not (self.every and not turn):
                    break
                waiting = 0 if turn or self.count < len(self.names) else len(left) - place - 1
                if self.one(name, turn, self.count - len(self.made) - waiting):
                    still.append(name)
                elif not turn:
                    self.without[name] = self.why(name)
            left = still
            turn += 1
        return Generated(tuple(self.made), self.without)

    def one(self, name: str, turn: int, room: int) -> bool:
        """Make the next exercise about a rule, or the next two; return whether there was one.

        Args:
            name: The rule.
            turn: How many turns it has had.
            room: How many exercises there is room for, if each rule that waits is to have one.
        """
        versions = self.ruleset.versions(name)
        rule = versions[-1 - turn % len(versions)]
        if rule.file not in self.sources:
            cases = CasesOf(self.ruleset, rule, self.seed)
            self.sources[rule.file] = {kind: self.of_kind(cases, kind) for kind in self.kinds}
        kinds = drawn(self.kinds, f"{self.seed} {name} {turn // len(versions)}")
        if room < len(_LETTERS):  # what stands alone first
            kinds.sort(key=("boundaries", "open", "pairs").index)
        for kind in kinds:
            found = next(self.sources[rule.file][kind], None)
            if found:
                self.made += found
                return True
        return False

    def of_kind(self, cases: CasesOf, kind: str) -> Iterator[list[Made]]:
        """Yield the exercises of a kind about a rule, each time with other days, until what is found was told before or cannot be told."""
        for turn in range(_MOST_TURNS):
            tried = any_made = 0
            for found in self.found(cases, kind, str(turn)):
                made = self.written(cases.rule, cases.in_full(found), kind)
                if made:
                    tried, any_made = 0, 1
                    yield made
                elif (tried := tried + 1) == _MOST_TRIED:
                    return
            if not any_made:
                return

    def found(self, cases: CasesOf, kind: str, more: str) -> Iterator[Found]:
        if kind == "open":
            yield from cases.open(more)
        elif kind == "pairs":
            yield from (each for each in cases.pairs(more) if each.kind == kind)
        else:
            edges = (each for each in cases.pairs(more) if each.kind == kind)
            for each in drawn([cases.clocks(more), edges], f"{cases.seed} {more} edges"):
                yield from each

    def why(self, name: str) -> str:
        """Return why there is no exercise about a rule."""
        try:
            if not any(CasesOf(self.ruleset, rule, self.seed).grounds for rule in self.ruleset.versions(name)):
                return "no case was found in which it is met"
        except RulesError as error:
            return error.faults[0].message
        if name in self.refused:
            return f"its words do not go with its facts: {self.refused[name]}"
        return f"nothing of what was asked for can be shown of it: {', '.join(self.kinds)}"

    # -- writing ----------------------------------------------------------------------------------------------------------------------

    def written(self, rule: Rule, found: Found, kind: str) -> list[Made]:
        """Return what was found as exercises; none, if a story of theirs has been told, or words and facts do not go together."""
        stories = [composed(self.teller, told.facts, told.unknown) for told in found.cases]
        if any(story.text in self.stories for story in stories):
            return []
        name = self.name(rule, found)
        ids = [f"{name}{f'-{letter}' if len(stories) > 1 else ''}" for letter in _LETTERS[: len(stories)]]
        made = []
        for place, (told, story, own) in enumerate(zip(found.cases, stories, ids, strict=True)):
            other = found.cases[1 - place] if len(stories) > 1 else None
            text = self.text(rule, found, told, story, other, own)
            try:
                exercise = exercise_from(read_bytes(text.encode(), f"{own}.yaml"), self.ruleset)
            except CaseError as error:
                self.refused[rule.id] = error.faults[0].message
                return []
            made.append(Made(text, exercise, rule.id, kind, ids[1 - place] if other else ""))
        self.stories.update(story.text for story in stories)
        return made

    def name(self, rule: Rule, found: Found) -> str:
        key = json.dumps([[sorted((name, str(value)) for name, value in told.facts.items()), str(told.as_of)] for told in found.cases])
        short = "-".join(rule.id.split(".")[1:]).replace("_", "-")[:40].strip("-")
        return f"{short}-{sha256(f'{rule.id} {found.kind} {found.turns_on} {key}'.encode()).hexdigest()[:8]}"

    def text(self, rule: Rule, found: Found, told: Told, story: Story, other: Told | None, name: str) -> str:
        lines = [
            f"id: {name}",
            f"title: {_quoted(self.title(rule, found, name))}",
            f"level: {_level(found.live)}",
            f"profile: {self.ruleset.profile.id}",
            f"warning: {_quoted(story.warning)}",
            f"point: {_quoted(self.point(found, told, other))}",
            "scenes:",
            f"  - as_of: {told.as_of}",
            "    tells: >-",
            *textwrap.wrap(story.text, 130, initial_indent="      ", subsequent_indent="      ", break_on_hyphens=False, break_long_words=False),
            "    facts:",
            *(f"      {fact}: {{is: {_plain(told.facts[fact])}, words: {_quoted(words)}}}" for fact, words in story.words.items()),
            "    tasks:",
            *(f"      {line}" for line in self.tasks(rule, found, told, name)),
        ]
        return "\n".join(lines) + "\n"

    def title(self, rule: Rule, found: Found, name: str) -> str:
        if len(found.cases) > 1:
            return f"{rule.title}: case {name[-1]} of two"
        return f"{rule.title}: {'what can be said so far' if found.kind == 'open' else 'by when'}"

    def point(self, found: Found, told: Told, other: Told | None) -> str:
        if other is not None:
            own, differs = self.clause(found.turns_on, told), self.clause(found.turns_on, other)
            return f"One thing makes the difference between the two cases. Here, {own}. In the other case, {differs}."
        if found.kind == "open":
            fact = self.ruleset.vocabulary.by_id[found.turns_on]
            return f"What is not recorded is not known, and it is no “no”. This is not recorded here: {fact.question}"
        duty = next(each for each in told.record.duties if each.id == found.duty and each.plan_for)
        clock = next(each for each in duty.clocks if each.due_on == duty.plan_for)
        off = not_counted(clock)
        began = f"The time runs from {day_of_week(clock.started_on)}" if clock.started_on else "The time runs from the day that the source gives"
        return f"{began}.{f' Not counted: {off}.' if off else ''}"

    def clause(self, name: str, told: Told) -> str:
        value = told.facts.get(name)
        if value is None:
            return self.teller.unknown(name)
        clause = self.teller.clause(name, value)
        return clause.replace(DAY, day_of_week(value)) if type(value) is date else clause

    # -- tasks ------------------------------------------------------------------------------------------------------------------------

    def tasks(self, rule: Rule, found: Found, told: Told, name: str) -> Iterator[str]:
        duty = next((each for each in rule.duties if each.strength in TASKS), None)
        if found.duty:
            owed = next(each for each in told.record.duties if each.id == found.duty and each.plan_for)
            assert owed.plan_for  # noqa: S101 -- it has just been asked for
            yield f"- when: {found.duty}"
            yield f"  among: [{', '.join(str(owed.plan_for + days * timedelta(days=1)) for days in (-1, 1))}]"
            roles = [each for each in drawn(sorted(self.ruleset.profile.roles), f"{self.seed} {name} roles") if each != owed.by][:3]
            yield f"- who: {found.duty}"
            yield f"  among: [{', '.join(roles)}]"
        else:
            yield f"- test: {rule.id}"
            if found.kind == "open":
                yield f"- ask: {rule.id}"
                yield f"  among: [{', '.join(self.asked(rule, told, name))}]"
            elif duty is not None:
                yield f"- when: {duty.id}"

    def asked(self, rule: Rule, told: Told, name: str) -> list[str]:
        """Return facts among which those are to be found on which the rule still turns: the one not recorded, others like it, and what is known."""
        still = told.record.asked_by(rule.id)
        others = [each for each in drawn(sorted(still), f"{self.seed} {name} open") if each not in told.unknown][:1]
        known = drawn(sorted(each for each in told.facts if each not in still), f"{self.seed} {name} known")[:2]
        return drawn([*told.unknown, *others, *known], f"{self.seed} {name} asked")[:_MOST_ASKED]


def _level(live: int) -> str:
    return LEVELS[0 if live <= _FEW else 1 if live <= _MORE else 2]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _plain(value: FactValue) -> Any:
    plain = written_value(value)
    return str(plain).lower() if isinstance(plain, bool) else plain
