"""What people and systems get wrong about the rules, and what they would answer: worked out, never guessed.

The list stands in ``rules/misconceptions.yaml``. It is an account of the rules and decides nothing, so it is no part of a ruleset or its digest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from cspr_rules.errors import Fault, Path_, QuestionError, RulesError, did_you_mean, shown
from cspr_rules.loading.building import build_condition
from cspr_rules.loading.packs import PackFile
from cspr_rules.loading.reading import read_file
from cspr_rules.loading.rulesets import packaged_rules
from cspr_rules.marking import changes
from cspr_rules.marking.answer_sheet import groups_of
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.fixed import Fixed
from cspr_rules.model.rules import Condition, Rule, RuleMet, Test, conditions_of, tests_in
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.travelling import travels

FILE: Final = "misconceptions.yaml"
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
Change: TypeAlias = changes.OfRules | changes.OfFacts


@travels
class Changed(NamedTuple):
    """One change by which a misconception is reproduced.

    Attributes:
        when: What has to be known of the incident or of a child for it to be made; ``None`` for every case. A reading of facts is made of those
            children alone for whom it is known.
        change: The change.
    """

    when: Condition | None
    change: Change


@travels
class Misconception(NamedTuple):
    """Something that people or systems get wrong.

    Attributes:
        id: Its key.
        says: What was got wrong, as the end of a sentence about somebody.
        helps: What helps, as a sentence.
        citations: The provisions that this rests on.
        changes: How it is reproduced.
    """

    id: str
    says: str
    helps: str
    citations: tuple[Provision, ...]
    changes: tuple[Changed, ...]


def misconceptions(ruleset: Ruleset) -> tuple[Misconception, ...]:
    """Return what people and systems get wrong about some rules, in the order of the list.

    Of rules that are not those that ship, what speaks of rules, duties, facts, roles or provisions that they have not is left out.

    Raises:
        ArgumentError: These are no rules.
        RulesError: The list has faults.
    """
    doors.of(Ruleset, ruleset, "ruleset")
    known: tuple[Misconception, ...] | None = ruleset.kept.get(Misconception)
    if known is None:
        path = packaged_rules() / FILE
        entry, faults = read_list(path, f"rules/{FILE}")
        found, unknown = built(entry, ruleset) if entry else ((), [])
        if faults or (unknown and ruleset.shipped):
            raise RulesError([*faults, *unknown])
        known = ruleset.kept.setdefault(Misconception, found)
    return known


def misconception(ruleset: Ruleset, name: str) -> Misconception:
    """Return one misconception by its id.

    Raises:
        ArgumentError: These are no rules.
        QuestionError: There is none of that id.
        RulesError: The list has faults.
    """
    by_id = {each.id: each for each in misconceptions(ruleset)}
    if name not in by_id:
        raise QuestionError([Fault("", f"there is no misconception called '{shown(name)}'{did_you_mean(name, by_id)}")])
    return by_id[name]


def answers_under(held: Misconception | Iterable[Misconception], ruleset: Ruleset, case: Case | Mapping[str, Any], as_of: date) -> DecisionRecord:
    """Return what somebody would answer under a misconception, or under several at once.

    Args:
        held: The misconception, or the misconceptions, from :func:`misconceptions`.
        ruleset: The rules as they are.
        case: The case as recorded.
        as_of: The day to look from.

    Returns:
        The case decided by rules, a calendar and a reading of facts that are changed. Its outcomes, duties, days and open questions are the answers;
        its explanations speak of the changed rules.

    Raises:
        ArgumentError: A day, the rules or the case is something else.
        CaseError: The case has faults.
    """
    doors.of(Ruleset, ruleset, "ruleset")
    several = (held,) if isinstance(held, Misconception) else tuple(held)
    given = Case.of(case)
    checked = given.check(ruleset.vocabulary)
    rows = (checked.incident, *checked.children)
    readings: list[changes.Reading] = []
    made: list[tuple[str, changes.OfRules]] = []
    for each in several:
        for number, (when, change) in enumerate(each.changes):
            if isinstance(change, changes.UnknownAs | changes.ReadAs):
                readings.append((when, change))
            elif any(changes.holds_of(when, row, ruleset.vocabulary) for row in rows):
                made.append((f"{each.id}[{number}]", change))
    if made:
        name = " ".join(name for name, _ in made)
        key = (Misconception, name)
        changed = ruleset.kept.get(key) or ruleset.kept.setdefault(key, changes.changed_ruleset(ruleset, [change for _, change in made], name))
    else:
        changed = ruleset
    return evaluate(changed, changes.ReadCase(given, readings) if readings else given, as_of=as_of)


def concerned(held: Misconception, ruleset: Ruleset) -> frozenset[str]:
    """Return the rules whose answers a misconception could change.

    They are those that it changes, or whose facts or clocks it reads otherwise, and those that refer to them.
    """
    key = (concerned, held.id)
    if key not in ruleset.kept:
        ruleset.kept[key] = _concerned(held, ruleset)
    found: frozenset[str] = ruleset.kept[key]
    return found


def _concerned(held: Misconception, ruleset: Ruleset) -> frozenset[str]:
    found: set[str] = set()
    for _, change in held.changes:
        if isinstance(change, changes.UnknownAs | changes.ReadAs):
            facts = {change.fact} if isinstance(change, changes.ReadAs) else None
            found.update(rule.id for rule in ruleset.rules if facts is None or not facts.isdisjoint(_facts_of(rule)))
        elif isinstance(change, changes.Holidays):
            found.update(rule.id for rule in ruleset.rules if any(each.amount is not None for duty in rule.duties for each in duty.deadlines))
        elif isinstance(change, changes.FirstDayCounts):
            found.update(rule.id for rule in ruleset.rules if any(change.clocks.has(each) for duty in rule.duties for each in duty.deadlines))
        else:
            changed = changes.changed_ruleset(ruleset, [change], held.id).rules
            found.update(was.id for was, now in zip(ruleset.rules, changed, strict=True) if was != now)
    return frozenset(referring(ruleset, found))


def referring(ruleset: Ruleset, names: Iterable[str]) -> set[str]:
    """Return some rules, and all that refer to them, however far."""
    found = set(names)
    while True:
        more = {rule.id for rule in ruleset.rules if not found.isdisjoint(_named_by(rule))} - found
        if not more:
            return found
        found |= more


def referred_to(ruleset: Ruleset, names: Iterable[str]) -> set[str]:
    """Return some rules, and all that they refer to, however far."""
    found = set(names)
    while True:
        more = {name for rule in ruleset.rules if rule.id in found for name in _named_by(rule)} - found
        if not more:
            return found
        found |= more


def _named_by(rule: Rule) -> set[str]:
    return {each.rule for condition in conditions_of(rule) for each in tests_in(condition) if isinstance(each, RuleMet)}


def _facts_of(rule: Rule) -> set[str]:
    return {each.fact for condition in conditions_of(rule) for each in tests_in(condition) if isinstance(each, Test)}


# -- the list ------------------------------------------------------------------------------------------------------------------------------


def read_list(path: Any, name: str) -> tuple[PackFile | None, list[Fault]]:
    """Read a list of misconceptions, and hold it to its shape.

    Returns:
        The file, or what is wrong with it.
    """
    from cspr_rules.loading.shaping import shaped

    document = read_file(path, name)
    plain = shaped(document, "misconceptions")
    return (None, document.faults) if plain is None else (PackFile("misconceptions", "", name, plain, document), [])


def built(entry: PackFile, ruleset: Ruleset) -> tuple[tuple[Misconception, ...], list[Fault]]:
    """Return the misconceptions of a list that speak of nothing that some rules have not, and a fault for everything else that is named."""
    building = _Building(entry, ruleset)
    found = tuple(building.run())
    return found, building.faults


class _Building:
    """One pass over a list of misconceptions; collects every fault."""

    def __init__(self, entry: PackFile, ruleset: Ruleset) -> None:
        self.entry = entry
        self.ruleset = ruleset
        self.faults: list[Fault] = []
        self.groups = groups_of(rule.id for rule in ruleset.rules)
        self.duties = {duty.id for rule in ruleset.rules for duty in rule.duties}

    def report(self, path: Path_, message: str) -> None:
        self.faults.append(self.entry.fault(path, message))

    def run(self) -> Iterator[Misconception]:
        first: dict[str, str] = {}
        for index, plain in enumerate(self.entry.plain["misconceptions"]):
            path: Path_ = ("misconceptions", index)
            before = len(self.faults)
            if plain["id"] in first:
                self.report((*path, "id"), f"the misconception '{plain['id']}' is defined twice (first in {first[plain['id']]})")
            first[plain["id"]] = self.entry.place((*path, "id"))
            cites = self.each((*path, "helps", "cites"), plain["helps"]["cites"], self.ruleset.provisions, "provision")
            made = [self.changed((*path, "changes", number), each) for number, each in enumerate(plain["changes"])]
            if len(self.faults) == before:
                citations = tuple([self.ruleset.provisions[key] for key in cites])
                yield Misconception(plain["id"], plain["says"], plain["helps"]["text"], citations, tuple(made))

    def each(self, path: Path_, names: Iterable[str] | None, known: Collection[str], what: str) -> tuple[str, ...]:
        given = tuple(names or ())
        for index, name in enumerate(given):
            self.named((*path, index), name, known, what)
        return given

    def named(self, path: Path_, name: str, known: Collection[str], what: str) -> str:
        if name not in known:
            self.report(path, f"there is no {what} called '{shown(name)}'{did_you_mean(name, known)}")
        return name

    def fact(self, path: Path_, name: str, kind: str | None = None) -> str:
        facts = self.ruleset.vocabulary.by_id
        if name not in facts:
            return self.named(path, name, facts, "fact")
        if kind and facts[name].type != kind:
            self.report(path, f"{name} is no {kind}")
        return name

    def condition(self, path: Path_, plain: Mapping[str, Any]) -> Condition:
        found = build_condition(plain, path, self.ruleset.vocabulary, self.report)
        for test in tests_in(found) if found else ():
            if isinstance(test, RuleMet):
                self.report(path, "expected tests of facts; a reference to a rule does not go here")
            else:
                self.each(path, test.cites, self.ruleset.provisions, "provision")
        return found or RuleMet("")

    def changed(self, path: Path_, plain: Mapping[str, Any]) -> Changed:
        when = None if plain["when"] is None else self.condition((*path, "when"), plain["when"])
        return Changed(when, self.change(path, plain))

    def change(self, path: Path_, plain: Mapping[str, Any]) -> Change:
        rules = self.each((*path, "rules"), plain["rules"], self.groups, "rule or group of rules")
        roles = self.ruleset.profile.roles
        if plain["clocks"]:
            return self.of_clocks(path, plain)
        if plain["holidays"]:
            return _holidays(plain["holidays"])
        if plain["unknown_as"]:
            return self.unknown_as((*path, "unknown_as"), plain["unknown_as"])
        if plain["read"]:
            return self.read(path, plain)
        if plain["also_met_if"]:
            return changes.MetAlso(rules, self.condition((*path, "also_met_if"), plain["also_met_if"]))
        if plain["only_met_if"]:
            return changes.MetOnly(rules, self.condition((*path, "only_met_if"), plain["only_met_if"]))
        if plain["owed_by"]:
            by = self.named((*path, "owed_by"), plain["owed_by"], roles, "role")
            return changes.OwedBy(rules, self.named((*path, "duties_of"), plain["duties_of"], roles, "role"), by)
        duties = self.each((*path, "duties"), plain["duties"], self.duties, "duty")
        return changes.DoneBy(duties, self.fact((*path, "done_by"), plain["done_by"], "date"))

    def of_clocks(self, path: Path_, plain: Mapping[str, Any]) -> changes.OfRules:
        given, here = plain["clocks"], (*path, "clocks")
        starts = tuple(self.fact((*here, "starts", index), each, "date") for index, each in enumerate(given["starts"] or ()))
        duties = self.each((*here, "duties"), given["duties"], self.duties, "duty")
        clocks = changes.Clocks(tuple(given["units"] or ()), starts, duties)
        if not any(clocks.has(deadline, duty.id) for rule in self.ruleset.rules for duty in rule.duties for deadline in duty.deadlines):
            self.report(here, "no clock of these rules is like this")
        if plain["count_in"]:
            return changes.CountIn(clocks, plain["count_in"])
        if plain["start_at"]:
            return changes.StartAt(clocks, self.fact((*path, "start_at"), plain["start_at"], "date"))
        return changes.FirstDayCounts(clocks) if plain["first_day"] else changes.NotGiven(clocks)

    def unknown_as(self, path: Path_, plain: Mapping[str, Any]) -> changes.UnknownAs:
        for fact, value in plain["facts"].items():
            self.value((*path, "facts", fact), self.fact((*path, "facts", fact), fact), value)
        return changes.UnknownAs(plain["yes_no"], plain["steps"] is not None, Fixed(plain["facts"]))

    def read(self, path: Path_, plain: Mapping[str, Any]) -> changes.ReadAs:
        fact = self.fact((*path, "read"), plain["read"])
        if plain["as_in"] is None:
            self.value((*path, "as"), fact, plain["as"])
            return changes.ReadAs(fact, plain["as"], None)
        facts, other = self.ruleset.vocabulary.by_id, self.fact((*path, "as_in"), plain["as_in"])
        if fact in facts and other in facts:
            values = set(facts[other].values) <= set(facts[fact].values)
            if facts[fact].type != facts[other].type or not values:
                self.report((*path, "as_in"), f"{other} has values that {fact} has not")
        return changes.ReadAs(fact, None, other)

    def value(self, path: Path_, fact: str, value: Any) -> None:
        """Hold a value to a fact, as a case does."""
        if fact in self.ruleset.vocabulary.by_id:
            known = self.ruleset.vocabulary.by_id[fact]
            fits = {"yes_no": isinstance(value, bool), "number": type(value) is int, "one_of": value in known.values}
            if not fits.get(known.type):
                self.report(path, f"this is no value of {fact}")


def _holidays(plain: Mapping[str, Any]) -> changes.Holidays:
    and_on = tuple(
        changes.DayOff(each["name"], each["month"], each["day"], None if each["first"] is None else _WEEKDAYS.index(each["first"]), each["year"])
        for each in plain["and_on"]
    )
    return changes.Holidays(None if plain["without"] == "all" else tuple(plain["without"]), and_on)
