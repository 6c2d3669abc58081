"""What follows from what a case records, and what of it cannot be so: implications, ages from dates, and what the vocabulary calls impossible.

Nothing here names a fact: the vocabulary's data says what follows from what.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal, TypeAlias

from cspr_rules.model.rules import Test, holds
from cspr_rules.model.values import DAY_NOT_KNOWN, EARLIEST, LATEST, NOT_YET, Between, FactValue, limits_of, meet
from cspr_rules.model.vocabulary import Fact, Impossible, Vocabulary

Place: TypeAlias = Callable[[str], str]
"""From a fact to where the case says it, or says what it follows from."""
Follows: TypeAlias = Callable[[str], tuple[str, ...]]
"""From a fact to the facts it follows from; none where the case itself gives it."""
Report: TypeAlias = Callable[[str, str], None]
"""Takes the fact at which a contradiction is to be shown, and what it is."""
Infer: TypeAlias = Callable[[str, tuple[str, ...]], None]
"""Takes a fact whose value was not written, and the facts it follows from."""


def years(born: date, day: date) -> int:
    """Return how many whole years have gone by; who was born on 29 February completes a year on 1 March of a year without that day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


class Inferring:
    """Adds to some values what follows from them.

    Args:
        vocabulary: Says what follows from what.
        scope: Whether the values are those of the incident or of a child.
        values: The values of the incident or of one child; added to.
        known: Other values that bear on them: for a child those of the incident.
        place: Where the case says something, for messages.
        follows: What a fact follows from that the case does not give, for messages.
        report: Called with every contradiction.
        infer: Called with everything that was added.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        scope: Literal["incident", "child"],
        values: dict[str, FactValue],
        known: Mapping[str, FactValue],
        place: Place,
        follows: Follows,
        report: Report,
        infer: Infer,
    ) -> None:
        self.vocabulary = vocabulary
        self.scope = scope
        self.values = values
        self.known = known
        self.place = place
        self.follows = follows
        self.report = report
        self.infer = infer

    def run(self) -> None:
        """Add what follows until nothing more does."""
        implying = self.vocabulary.implying & self.values.keys()
        self._implied(sorted(implying, key=self.vocabulary.slot.__getitem__, reverse=True))
        for fact in self.vocabulary.counted_in_years:
            self._years(fact)
        for fact in self.vocabulary.taken_with_others:
            self._taken_with(fact)
        for fact in self.vocabulary.bounded:
            for other in fact.no_more_than:
                self._bounded(fact, other)
        while self._ruled_out():
            pass

    def _value(self, name: str) -> FactValue | None:
        return self.values.get(name, self.known.get(name))

    def _become(self, name: str, value: FactValue, *sources: str) -> None:
        """Take in a value that follows, and what follows from it in turn."""
        self.values[name] = value
        self.infer(name, sources)
        if not isinstance(value, Between):  # bounds that follow say what it would be, not that it is recorded
            self._implied([name])

    def _implied(self, waiting: list[str]) -> None:
        while waiting:
            name = waiting.pop()
            for implication in self.vocabulary.by_id[name].implies:
                triggered = self.values[name] is not NOT_YET if implication.when is None else self.values[name] == implication.when
                if not triggered:
                    continue
                known = self.values.get(implication.fact)
                if known is None or (isinstance(known, Between) and meet(known, implication.value) is not None):
                    self.values[implication.fact] = implication.value
                    self.infer(implication.fact, (name,))
                    waiting.append(implication.fact)
                elif known != implication.value:
                    other = self.vocabulary.by_id[implication.fact]
                    said = f"is '{self._shown(name)}'{self._following(name)}" if self.follows(name) else "is recorded"
                    self.report(name, f"{name} {said}, but {other.id} is '{other.show(known)}'{self._following(other.id)}: both cannot be so")

    # -- ages -------------------------------------------------------------------------------------------------------------------------

    def _years(self, fact: Fact) -> None:
        """Add the years between two dates; refuse others that are recorded, and any for a day before the first of them."""
        assert fact.years_from  # noqa: S101 -- chosen so
        born, at = (self._value(name) for name in fact.years_from)
        if not (isinstance(born, date | Between) and isinstance(at, date | Between)):
            return
        first, last, recorded = limits_of(born), limits_of(at), self.values.get(fact.id)
        if last.high < first.low:
            if recorded is not None:
                self._refuse_years(fact, recorded, "the second day is the earlier one")
            return
        certain = last.low >= first.high  # else the second day may be the earlier one, and then there are no years to count
        if recorded is None and not certain:
            return
        try:
            found = fact.parse(Between(years(first.high, last.low) if certain else 0, years(first.low, last.high)))
        except ValueError:  # the days are known so poorly that they say nothing
            return
        both = found if recorded is None else meet(recorded, found)
        if both is None:
            self._refuse_years(fact, recorded, f"it is {fact.show(found)}")
        elif both != recorded:
            self._become(fact.id, both, *fact.years_from)

    def _refuse_years(self, fact: Fact, recorded: FactValue | None, words: str) -> None:
        assert fact.years_from  # noqa: S101 -- chosen so
        said = " to ".join(f"{name} ({self.place(name)})" for name in fact.years_from)
        self.report(fact.id, f"{fact.id} is {fact.show(recorded)}, but from {said} {words}: both cannot be so")

    # -- steps taken with others --------------------------------------------------------------------------------------------------------

    def _taken_with(self, fact: Fact) -> None:
        """Add the day of a step that another step served for too, unless it is recorded or would lie before what it cannot precede."""
        other = fact.taken_with
        if fact.scope != self.scope or other is None or fact.id in self.values:
            return
        day = self._value(other.step)
        if not isinstance(day, date | Between) or self._value(other.where) not in other.is_any_of:
            return
        before = [value for value in map(self._value, fact.not_before) if isinstance(value, date | Between)]
        if all(limits_of(value).low <= limits_of(day).high for value in before):
            self._become(fact.id, day, other.step, other.where)

    # -- numbers that cannot be above others ------------------------------------------------------------------------------------------

    def _bounded(self, fact: Fact, other: str) -> None:
        """Add that a number is no more than another that is known; refuse one that is above it.

        Nothing is added to the other: that it is recorded may say more than that it would be at least so much.
        """
        most = self._value(other)
        high = None if most is None else limits_of(most).high
        if high is None:
            return
        recorded = self.values.get(fact.id)
        if recorded is None and fact.at_most is not None and high >= fact.at_most:
            return
        both = fact.parse(Between(None, high)) if recorded is None else meet(recorded, Between(None, high))
        if both is None:
            said = f"{other} ({self.place(other)}) is {self.vocabulary.by_id[other].show(most)}"
            self.report(fact.id, f"{fact.id} is {fact.show(recorded)}, but {said}, and it cannot be more: both cannot be so")
        elif both != recorded:
            self._become(fact.id, both, other)

    # -- what cannot be so together -----------------------------------------------------------------------------------------------------

    def _ruled_out(self) -> bool:
        """Refuse what cannot be so together, or rule out the last of it; return whether anything was added."""
        values, known = self.values, self.known
        for combination, plain in self.vocabulary.impossible_in[self.scope]:
            # Most combinations have little to do with a case: of those, more than one fact is missing, or one of them is plainly otherwise.
            missing = False
            for name, wanted in plain:
                value = values.get(name)
                if value is None:
                    value = known.get(name)
                if value is None:
                    if missing:
                        break
                    missing = True
                elif wanted is not None and value != wanted:
                    break
            else:
                if self._impossible(combination):
                    return True
        return False

    def _impossible(self, combination: Impossible) -> bool:
        open_: list[Test] = []
        others: list[str] = []
        for test in combination.tests:
            result = self._holds(test)
            if result is False or (result is None and open_):
                return False
            if result is None:
                open_.append(test)
            else:
                others.append(test.fact)
        if not open_:
            self._refuse(combination, sorted(others, key=lambda name: name in self.values))
            return False
        (test,) = open_
        fact = self.vocabulary.by_id[test.fact]
        if fact.scope != self.scope:
            return False  # one child settles nothing about the incident, nor the incident about one child's own facts before they are read
        rest = without(fact, self.values.get(fact.id), test)
        if rest is None or rest == self.values.get(fact.id):
            return False
        self._become(fact.id, rest, *others)
        return True

    def _holds(self, test: Test) -> bool | None:
        value = self._value(test.fact)
        if value.__class__ is Between and (fact := self.vocabulary.by_id[test.fact]).type == "number":
            # What the vocabulary says of every value of a fact is a bound too.
            value = Between(fact.at_least if value.low is None else value.low, fact.at_most if value.high is None else value.high)
        return holds(test, value)

    def _refuse(self, combination: Impossible, names: list[str]) -> None:
        *others, last = names
        said = " and ".join(f"{name} ({self._shown(name)}{self._following(name)}, {self.place(name)})" for name in others)
        self.report(last, f"{last} ({self._shown(last)}{self._following(last)}) cannot be so together with {said}: {combination.says}")

    def _following(self, name: str) -> str:
        """Return what a fact follows from that the case does not give: nobody can put right what they did not write."""
        sources = self.follows(name)
        return f", which follows from {' and '.join(sources)}" if sources else ""

    def _shown(self, name: str) -> str:
        value = self._value(name)
        return f"'{value}'" if isinstance(value, str) else self.vocabulary.by_id[name].show(value)


def without(fact: Fact, known: FactValue | None, test: Test) -> FactValue | None:
    """Return what is left of a fact of which a test is known not to hold: a value, or bounds; ``None`` if that cannot be said in one.

    Args:
        fact: The fact.
        known: What is known of it already.
        test: What does not hold.
    """
    if fact.type in ("yes_no", "one_of"):
        every: list[FactValue] = [False, True] if fact.type == "yes_no" else list(fact.values)
        left = [value for value in every if not holds(test, value)]
        return left[0] if len(left) == 1 else None
    if test.comparison == "recorded":
        return NOT_YET if test.value else DAY_NOT_KNOWN
    if fact.type == "number":
        rest = Between(None, test.value - 1) if test.comparison == "at_least" else Between(test.value, None)
    elif isinstance(known, Between):
        after = Between(test.value + timedelta(days=1), LATEST)
        rest = after if test.comparison == "on_or_before" else Between(EARLIEST, test.value - timedelta(days=1))
    else:
        return None  # that it has not come is left, as well as days
    left_of_it = rest if known is None else meet(known, rest)
    try:
        return fact.parse(left_of_it)
    except ValueError:  # it says nothing that the vocabulary does not say anyway
        return None
