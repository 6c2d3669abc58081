"""Invented cases, the same for the same seed: half of them told as stories, half with random facts. All are checked and ready for every engine.

A story is a set of facts that go together; steps are taken in order and may stop anywhere, and any fact may turn out not to be recorded. Random
cases know nothing but the vocabulary, so that they reach combinations which no story would. Of what cannot be so together, something is left out.
In some cases ages and days are known only within bounds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules import NOT_YET, Case, Ruleset
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.values import DAY_NOT_KNOWN, Between, FactValue
from cspr_rules.model.vocabulary import Fact, Vocabulary
from tests.support.possible import possible

Values: TypeAlias = dict[str, FactValue]

FIRST_DAY: Final = date(2024, 1, 2)
"""No incident lies before it; they lie within the three months that follow."""
DEATHS: Final = ("in_area", "in_area", "in_area", "in_area", "outside_england", "elsewhere_in_england")
PLACES: Final = (*DEATHS, "in_area_and_elsewhere_in_england", "elsewhere_in_england_and_outside_england", "in_all_three")
VIEWS: Final = ("known", "suspected", "suspected", "neither")


class Ready(NamedTuple):
    """A case with all that an engine is given of it.

    Attributes:
        case: The facts.
        checked: As rows of the vocabulary.
        as_of: A day on or after the last that the case records.
    """

    case: Case
    checked: CheckedCase
    as_of: date


def cases(ruleset: Ruleset, count: int, seed: int = 20240327) -> list[Ready]:
    """Return invented cases, each checked against the ruleset's vocabulary.

    Args:
        ruleset: Whose vocabulary they use.
        count: How many.
        seed: The same seed gives the same cases.
    """
    made = []
    for number in range(count):
        rng = Random(f"{seed}/{number}")  # noqa: S311
        children = rng.choices((1, 2, 3), weights=(14, 4, 2))[0]
        maker = _Told if number % 2 == 0 else _Drawn
        incident, each = maker(ruleset.vocabulary, rng).case(children)
        flat = children == 1 and rng.random() < 0.3  # as a case with one child may be written: how many children are affected is then unknown
        case = possible(Case(incident | each[0]) if flat else Case(incident, each), ruleset.vocabulary)
        checked = case.check(ruleset.vocabulary)
        latest = max((day for row in (checked.incident, *checked.children) for day in map(last_day, row) if day), default=FIRST_DAY)
        made.append(Ready(case, checked, latest + timedelta(days=rng.randrange(30))))
    return made


def last_day(value: FactValue | None) -> date | None:
    """Return the last day that a recorded date may be; ``None`` if it is no date, or nothing is known of the day."""
    if isinstance(value, Between) and value != DAY_NOT_KNOWN:
        value = value.high
    return value if isinstance(value, date) else None


class _Maker(ABC):
    def __init__(self, vocabulary: Vocabulary, rng: Random) -> None:
        self.vocabulary = vocabulary
        self.rng = rng
        self.bounded = rng.choice((0.0, 0.0, 0.0, 0.25))

    def case(self, count: int) -> tuple[Values, list[Values]]:
        """Return the incident's facts and those of so many children, with what they imply and no date before those it cannot precede."""
        incident = self.incident()
        children = [self.child(incident) for _ in range(count)]
        incident = self.sound(incident, {})
        children = [self.sound(child, incident) for child in children]
        return self.within_bounds(incident), [self.within_bounds(child) for child in children]

    @abstractmethod
    def incident(self) -> Values:
        """Return the incident's facts."""

    @abstractmethod
    def child(self, incident: Values) -> Values:
        """Return the facts of one of its children."""

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def some_day(self, after: date, within: int) -> date:
        return after + timedelta(days=self.rng.randrange(within))

    def sound(self, values: Mapping[str, FactValue], incident: Values) -> Values:
        """Return the values with what they imply, each date moved to no earlier than those it cannot precede."""
        closed = dict(values)
        waiting = list(closed)
        while waiting:
            name = waiting.pop()
            for implied in self.vocabulary.by_id[name].implies:
                recorded = closed[name] is not NOT_YET if implied.when is None else closed[name] == implied.when
                if recorded and closed.get(implied.fact) != implied.value:
                    closed[implied.fact] = implied.value
                    waiting.append(implied.fact)
        moved = True
        while moved:
            moved = False
            for name, value in closed.items():
                for earlier in self.vocabulary.by_id[name].not_before:
                    other = closed.get(earlier, incident.get(earlier))
                    if type(value) is date and type(other) is date and value < other:
                        closed[name] = self.some_day(other, 6)
                        moved = True
                        break
        return closed

    def within_bounds(self, values: Values) -> Values:
        """Return the values, some numbers and days replaced by bounds between which they lie."""
        return {name: self.roughly(name, value) if self.chance(self.bounded) else value for name, value in values.items()}

    def roughly(self, name: str, value: FactValue) -> FactValue:
        if type(value) is date:
            return self.rng.choice((f"{value:%Y-%m}", DAY_NOT_KNOWN))
        if type(value) is not int:
            return value
        ways = [f"under {value + 2}", f"{value} to {value + 2}"]
        if value > (self.vocabulary.by_id[name].at_least or 0):
            ways.append(f"{value} or over")
        return self.rng.choice(ways)


class _Drawn(_Maker):
    """Every fact of the vocabulary drawn by itself; some cases know nearly all, some nearly nothing."""

    def __init__(self, vocabulary: Vocabulary, rng: Random) -> None:
        super().__init__(vocabulary, rng)
        self.known = rng.choice((0.3, 0.6, 0.8, 0.95))

    def incident(self) -> Values:
        return self.drawn("incident")

    def child(self, incident: Values) -> Values:
        return self.drawn("child")

    def drawn(self, scope: str) -> Values:
        return {fact.id: self.value(fact) for fact in self.vocabulary.facts if fact.scope == scope and self.chance(self.known)}

    def value(self, fact: Fact) -> FactValue:
        match fact.type:
            case "yes_no":
                return self.chance(0.5)
            case "one_of":
                return self.rng.choice(list(fact.values))
            case "number":
                low = fact.at_least or 0
                high = 26 if fact.at_most is None else min(fact.at_most, 26)
                return self.rng.randint(low, high)
            case "date":
                return NOT_YET if self.chance(0.3) else self.some_day(FIRST_DAY, 150)


class _Told(_Maker):
    """A story: what happened to the child, what the agencies saw in it, and how far the steps that follow have come."""

    def incident(self) -> Values:
        rng = self.rng
        occurred = self.some_day(FIRST_DAY, 90)
        aware = self.some_day(occurred, 4)
        values: Values = {
            "incident.occurred_on": occurred,
            "incident.authority_aware_on": aware,
            "incident.potential_serious_incident_in_council": self.chance(0.6),
            "incident.other_area_has_interest": self.chance(0.25),
            "agency.believes_criteria_met": self.chance(0.5),
            "home.person_referred_to_dbs": self.chance(0.1),
            "home.allegation_of_abuse": self.chance(0.1),
        }
        if self.chance(0.15):
            values["incident.children_affected"] = rng.randint(1, 7)
        if values["agency.believes_criteria_met"]:
            values["agency.view_after_discussion"] = rng.choice(("agreed_to_notify", "agreed_to_notify", "agreed_not_to_notify", "not_agreed"))
        values |= dict(self.steps(aware))
        return self.forgotten(values)

    def steps(self, day: date) -> Iterator[tuple[str, FactValue]]:
        """Yield what has been done, in order; at some point the next thing has not happened yet, and of the rest nothing is recorded."""
        yield "notification.kind", self.rng.choices(("safeguarding", "looked_after_death_only", "care_leaver_death"), weights=(8, 1, 1))[0]
        for step in (
            "notification.decided_on",
            "notification.sent_on",
            "partners.told_on",
            "rapid_review.returns_requested_on",
            "rapid_review.returns_received_on",
            "rapid_review.meeting_on",
            "rapid_review.completed_on",
            "rapid_review.report_to_executive_on",
            "rapid_review.executive_signed_off_on",
            "rapid_review.sent_to_panel_on",
        ):
            if self.chance(0.12):
                yield step, NOT_YET
                return
            day = self.some_day(day, 6)
            yield step, day
            if step == "notification.sent_on":
                yield "notification.criteria_found_not_met_on", day + timedelta(days=9) if self.chance(0.15) else NOT_YET
        yield "panel.disagrees_with_decision", self.chance(0.3)

    def child(self, incident: Values) -> Values:
        rng = self.rng
        occurred = incident.get("incident.occurred_on")
        day = occurred if type(occurred) is date else FIRST_DAY
        values: Values = {
            "child.age_at_harm": rng.randrange(18),
            "child.place_of_harm": rng.choice(PLACES),
            "child.died": False,
            "child.seriously_harmed": False,
            "child.normally_resident": rng.choice(("in_area", "in_area", "in_area", "elsewhere_in_england", "outside_england")),
            "child.looked_after": False,
            "child.care_leaver": False,
            "concern.authority_view": rng.choice(VIEWS),
            "concern.contributed": rng.choice(VIEWS),
            "setting.kind": "none_of_these",
            "home.accommodated_in_childrens_home": False,
        }
        values |= dict(rng.choice((self.harmed, self.harmed, self.died, self.died_in_care, self.care_leaver, self.in_a_home, self.unborn))(day))
        return self.forgotten(values)

    def harmed(self, day: date) -> Iterator[tuple[str, FactValue]]:
        serious = self.chance(0.75)
        yield "child.seriously_harmed", serious
        yield "child.seriously_injured", serious or self.chance(0.3)
        yield "child.long_term_impairment_likely", self.chance(0.4)
        yield "child.recovered", self.chance(0.3)
        if self.chance(0.2):
            yield "child.looked_after", True
            yield "child.placed_out_of_area", self.chance(0.5)
        if self.chance(0.2):
            yield "setting.kind", self.rng.choice(list(self.vocabulary.by_id["setting.kind"].values))

    def died(self, day: date) -> Iterator[tuple[str, FactValue]]:
        yield "child.died", True
        yield "child.died_on", self.some_day(day, 3)
        yield "child.age_at_death", self.rng.randrange(18)
        yield "child.place_of_death", self.rng.choice(DEATHS)
        if self.chance(0.1):
            yield "child.place_of_harm", "no_harm_apart_from_death"
        yield "child.seriously_harmed", self.chance(0.5)
        yield "child.death_suicide_or_unexplained", self.chance(0.4)
        yield "child.family_known_for_abuse_or_neglect", self.chance(0.5)
        yield "child_death_review.arranged_on", self.some_day(day, 20) if self.chance(0.4) else NOT_YET

    def died_in_care(self, day: date) -> Iterator[tuple[str, FactValue]]:
        yield from self.died(day)
        yield "child.looked_after_by", "this_authority" if self.chance(0.7) else "another_authority"
        yield "child.placed_out_of_area", self.chance(0.3)
        yield "funeral.person_cannot_attend_without_hardship", self.chance(0.5)
        yield "funeral.circumstances_warrant_payment", self.chance(0.5)
        for step in ("secretary_of_state.told_on", "ofsted.told_on", "parents.told_on", "looked_after_death.panel_told_on"):
            yield step, self.some_day(day, 9) if self.chance(0.6) else NOT_YET

    def care_leaver(self, day: date) -> Iterator[tuple[str, FactValue]]:
        yield from self.died(day)
        yield "child.age_at_death", self.rng.randint(16, 26)
        yield "child.care_leaver", True
        yield "care_leaver_death.told_on", self.some_day(day, 40) if self.chance(0.5) else NOT_YET

    def in_a_home(self, day: date) -> Iterator[tuple[str, FactValue]]:
        yield from self.died_in_care(day) if self.chance(0.3) else self.harmed(day)
        yield "home.accommodated_in_childrens_home", True
        yield "setting.kind", self.rng.choice(("childrens_home", "secure_childrens_home"))
        yield "home.secure", self.chance(0.3)
        yield "home.placed_by", self.rng.choice(("secretary_of_state", "authority_where_home_is", "another_authority"))
        yield "home.sexual_exploitation", self.rng.choice(("involved", "suspected", "neither", "neither"))
        yield "home.police_involved", self.chance(0.5)
        yield "home.police_incident_serious", self.chance(0.5)
        yield "home.protection_enquiry", self.rng.choice(("started", "concluded", "none", "none"))
        yield "home.other_incident", self.chance(0.4)
        yield "home.other_incident_serious", self.chance(0.5)
        yield "home.event_notified_on", self.some_day(day, 3) if self.chance(0.5) else NOT_YET

    def unborn(self, day: date) -> Iterator[tuple[str, FactValue]]:
        yield "child.age_at_harm", 0
        if self.chance(0.5):
            yield "child.died", True
        yield "child.seriously_harmed", self.chance(0.5)
        yield "child.unborn", self.chance(0.8)

    def forgotten(self, values: Mapping[str, FactValue]) -> Values:
        """Return the values without some that nobody recorded; an unborn child has no age."""
        share = self.rng.choice((0.0, 0.05, 0.15))
        kept: dict[str, Any] = {name: value for name, value in values.items() if not self.chance(share)}
        if kept.get("child.unborn") is True:
            kept.pop("child.age_at_harm", None)
            kept.pop("child.age_at_death", None)
        return kept
