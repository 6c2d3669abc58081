"""What makes a set of rules sound beyond the shape of each file: names that exist, windows that adjoin, duties no stronger than their source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise

from cspr_rules.engine.conditions.normal_form import Within, constant, exact, expanded
from cspr_rules.errors import Fault, Path_, RulesError, did_you_mean
from cspr_rules.loading import calendar_years, editions, headlines, overlay, which_law, words
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.building import build_deadline
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.calendars import known_base
from cspr_rules.model.rules import All, AnyOf, Condition, Deadline, Duty, Not, Rule, RuleMet, Test
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision, Strength, Window, at_most, in_words, section_of


def check(built: Built) -> list[Fault]:
    """Return every fault of a built ruleset, in no particular order."""
    if built.ruleset is None:
        return []
    elsewhere = (each.faults(built, built.ruleset) for each in (which_law, overlay, headlines))
    checks = _Checks(built, built.ruleset)
    return [*checks.of_other_files(), *checks.of_rules(), *calendar_years.faults(built), *(fault for found in elsewhere for fault in found)]


def check_rules(built: Built) -> list[Fault]:
    """Return the faults of a built ruleset that a rule can have, or clauses that are laid over it.

    Left out is what another rule of the same id, with duties of the same ids, for about the same days, can neither bring nor end.
    """
    if built.ruleset is None:
        return []
    return [*_Checks(built, built.ruleset).of_rules(), *which_law.faults(built, built.ruleset), *overlay.faults(built, built.ruleset)]


class _Checks:
    def __init__(self, built: Built, ruleset: Ruleset) -> None:
        self.built = built
        self.ruleset = ruleset
        self.lost = built.pack.lost("rules")
        self.versions: dict[str, list[tuple[Rule, PackFile]]] = {}
        for rule, entry in built.rule_entries:
            self.versions.setdefault(rule.id, []).append((rule, entry))

    def of_other_files(self) -> Iterator[Fault]:
        yield from self._vocabulary()
        yield from self._sections()
        yield from self._discrepancies()
        yield from self._calendar()
        yield from self._stages()
        yield from self._paths()
        yield from self._additions()

    def of_rules(self) -> Iterator[Fault]:
        for versions in self.versions.values():
            yield from self._windows(versions)
        # A condition can be followed through only where every rule it asks is there, on every day, and none leads back.
        broken = {rule.id for rule, _ in self.built.rule_entries if any(name in self.lost for _, name in asked(rule.when, ()))}
        for rule, entry in self.built.rule_entries:
            for fault in self._references(rule, entry):
                broken.add(rule.id)
                yield fault
        for rule, entry in self.built.rule_entries:
            yield from self._rule(rule, entry)
            if rule.id not in broken and not self._reaches(rule, broken):
                yield from self._condition(rule, entry)
        yield from self._unique_duties()
        yield from self._unique_aliases()

    # -- files that are not rules -----------------------------------------------------------------------------------------------------

    def _vocabulary(self) -> Iterator[Fault]:
        facts = self.ruleset.vocabulary.by_id
        dated: list[str] = []
        for entry in self.built.pack.of("vocabulary"):
            for index, fact in enumerate(entry.plain["facts"]):
                here: Path_ = ("facts", index)
                if fact["law_date"]:
                    dated.append(fact["id"])
                    if fact["scope"] == "child" or len(dated) > 1:
                        yield entry.fault((*here, "law_date"), "the law is read on one date of the incident; `law_date` stands on that fact alone")
                for position, name in enumerate(fact["not_before"]):
                    if name not in facts or facts[name].type != "date":
                        hint = did_you_mean(name, (each.id for each in facts.values() if each.type == "date"))
                        yield entry.fault((*here, "not_before", position), f"there is no date called '{name}'{hint}")
                if fact["only_if"] and fact["id"] in self._granted(fact["id"]):
                    yield entry.fault((*here, "only_if"), f"{fact['id']} takes itself for granted, by way of what it takes for granted")
                for position, each in enumerate(fact["comes_after"]):
                    yield from self._cites(entry, (*here, "comes_after", position, "cites"), each["cites"])
                    if each["fact"] not in facts or facts[each["fact"]].kind != "step":
                        hint = did_you_mean(each["fact"], (other.id for other in facts.values() if other.kind == "step"))
                        yield entry.fault((*here, "comes_after", position, "fact"), f"there is no step called '{each['fact']}'{hint}")
                for position, each in enumerate(fact["implies"]):
                    other = facts.get(each["fact"])
                    if other and other.scope == "child" and fact["scope"] == "incident":
                        yield entry.fault((*here, "implies", position), f"{other.id} is about one child; the incident cannot settle it")
                    if other and other.scope == "incident" and fact["scope"] == "child":
                        yield entry.fault((*here, "implies", position), f"{other.id} is about the incident; one child cannot settle it")
                for position, each in enumerate(fact["considerations"]):
                    yield from self._cites(entry, (*here, "considerations", position, "cites"), each["cites"])

            yield from words.faults(entry, facts)
            yield from self._impossible(entry)

    def _impossible(self, entry: PackFile) -> Iterator[Fault]:
        for index, each in enumerate(entry.plain["impossible"]):
            yield from self._cites(entry, ("impossible", index, "cites"), each["cites"])

    def _granted(self, name: str) -> set[str]:
        """Return every fact that one takes for granted, by itself or by way of others: those of its `only_if`, and those that it implies."""
        facts, found = self.ruleset.vocabulary.by_id, set[str]()
        waiting = [name]
        while waiting:
            fact = facts[waiting.pop()]
            more = {each.fact for each in fact.only_if} | {each.fact for each in fact.implies if each.when is None and each.value is True}
            waiting.extend(more - found)
            found |= more
        return found

    def _sections(self) -> Iterator[Fault]:
        for entry in self.built.pack.of("sources"):
            known = {section_of(provision["pinpoint"]) for provision in entry.plain["provisions"]}
            for name in entry.plain["sections"]:
                if name not in known:
                    yield entry.fault(("sections", name), f"no pinpoint begins with '{name}'{did_you_mean(name, known)}")

    def _discrepancies(self) -> Iterator[Fault]:
        # The shared register names local clauses too; they can only be looked up where that local instrument is loaded.
        loaded = {provision.instrument.id for provision in self.ruleset.provisions.values()}
        for entry in self.built.pack.of("discrepancies"):
            for index, each in enumerate(entry.plain["discrepancies"]):
                for name in ("clauses", "sources"):
                    for position, key in enumerate(each[name]):
                        if entry.profile or key.split("/")[0] in loaded:
                            yield from self._cites(entry, ("discrepancies", index, name), [key], offset=position, awaited=True)

    def _calendar(self) -> Iterator[Fault]:
        for entry in self.built.pack.of("calendars"):
            yield from self._cites(entry, ("cites",), entry.plain["cites"])
            if not known_base(entry.plain["base"]):
                yield entry.fault(("base",), f"the library has no calendar called '{entry.plain['base']}'")
            for index, each in enumerate(entry.plain["corrections"]):
                yield from self._cites(entry, ("corrections", index, "cites"), each["cites"])

    # -- rules ------------------------------------------------------------------------------------------------------------------------

    def _windows(self, versions: Sequence[tuple[Rule, PackFile]]) -> Iterator[Fault]:
        for (earlier, first), (later, second) in pairwise(versions):
            if earlier.profile != later.profile:  # a fault of the overlay
                continue
            if earlier.scope != later.scope:
                yield second.fault(("scope",), f"the version in {first.file} is asked per {earlier.scope}; versions of a rule share their scope")
            if earlier.window.until is None or later.window.start <= earlier.window.until:
                message = f"this window overlaps the one in {first.place(('in_force',))} ({earlier.window})"
                yield second.fault(("in_force",), message)
            elif later.window.start > earlier.window.until + timedelta(days=1) and not earlier.gap_after and later.id not in self.lost:
                gap = f"from {in_words(earlier.window.until + timedelta(days=1))} to {in_words(later.window.start - timedelta(days=1))}"
                yield second.fault(("in_force",), f"no version applies {gap}; say why under `gap_after` in {first.file}")
            elif earlier.gap_after and later.window.start == earlier.window.until + timedelta(days=1):
                yield first.fault(("gap_after",), f"there is no gap: {second.file} takes over the next day")

    def _references(self, rule: Rule, entry: PackFile) -> Iterator[Fault]:
        for path, name in asked(rule.when, ("when",)):
            targets = [other for other, _ in self.versions.get(name, ())]
            if not targets:
                yield entry.fault((*path, "rule"), f"there is no rule called '{name}'{did_you_mean(name, self.versions)}")
            elif targets[0].scope == "child" and rule.scope == "incident":
                yield entry.fault((*path, "rule"), f"{name} is asked per child; a rule that is asked once cannot refer to it")
            elif name not in self.lost and (missing := uncovered(rule.window, [target.window for target in targets])):
                yield entry.fault((*path, "rule"), f"{name} does not apply on {in_words(missing)}, when this rule does")
            if self._leads_back(name, rule.id):
                yield entry.fault((*path, "rule"), f"{rule.id} refers to itself by way of {name}")

    def _leads_back(self, start: str, goal: str) -> bool:
        waiting, seen = [start], set()
        while waiting:
            name = waiting.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                waiting.extend(each for rule, _ in self.versions.get(name, ()) for _, each in asked(rule.when, ()))
        return False

    def _reaches(self, rule: Rule, names: set[str]) -> bool:
        return any(self._leads_back(each, name) for _, each in asked(rule.when, ()) for name in names)

    def _condition(self, rule: Rule, entry: PackFile) -> Iterator[Fault]:
        for path, test in tests_at(rule.when, ("when",)):
            fact = self.ruleset.vocabulary.by_id[test.fact]
            if fact.scope == "child" and rule.scope == "incident":
                yield entry.fault((*path, "fact"), f"{fact.id} is about one child; a rule that is asked once cannot test it")
            yield from self._cites(entry, (*path, "cites"), test.cites, rule.window)
            alone = exact(test, self.ruleset.vocabulary)
            if isinstance(alone, Within) and alone.mask in (0, alone.variable.full):
                yield entry.fault(path, f"this test {'always' if alone.mask else 'never'} holds, whatever {fact.id} is")
        days = {rule.window.start, *(version.window.start for _, name in asked(rule.when, ()) for version, _ in self.versions[name])}
        for day in sorted(day for day in days if day in rule.window):
            try:
                form = exact(expanded(rule.when, partial(self._condition_on, day)), self.ruleset.vocabulary)
            except RulesError as error:
                yield entry.fault(("when",), error.faults[0].message)
                return
            if (settled := constant(form)) is not None:
                yield entry.fault(("when",), f"the condition {'always' if settled else 'never'} holds, whatever the facts")
                return

    def _condition_on(self, day: date, name: str) -> Condition:
        return next(rule.when for rule, _ in self.versions[name] if day in rule.window)

    def _rule(self, rule: Rule, entry: PackFile) -> Iterator[Fault]:
        if not rule.id.startswith(f"{entry.profile}."):
            yield entry.fault(("id",), f"a rule of this folder has an id that begins with '{entry.profile}.'")
        yield from self._cites(entry, ("cites",), rule.cites, rule.window)
        if cited := self._cited(rule.cites):
            if missing := uncovered(rule.window, [provision.window for provision in cited]):
                yield entry.fault(("cites",), f"nothing that this rule cites is in force on {in_words(missing)}")
            layers = {provision.layer for provision in cited}
            if rule.layer not in layers:
                yield entry.fault(("layer",), f"the rule cites nothing of layer {rule.layer}, only {', '.join(sorted(layers))}")
        yield from self._known_discrepancies(entry, ("discrepancies",), rule.discrepancies)
        for index, effect in enumerate(entry.plain["then"]):
            path: Path_ = ("then", index)
            yield from self._known_discrepancies(entry, (*path, "discrepancies"), effect["discrepancies"])
            yield from self._cites(entry, (*path, "cites"), effect["cites"] or (), rule.window, awaited="note" in effect)
        positions = [index for index, effect in enumerate(entry.plain["then"]) if "note" not in effect]
        for index, duty in zip(positions, rule.duties, strict=True):
            yield from self._duty(rule, duty, entry, ("then", index))
        yield from self._examples(rule, entry)

    def _duty(self, rule: Rule, duty: Duty, entry: PackFile, path: Path_) -> Iterator[Fault]:
        yield from self._strength(entry, (*path, "duty"), duty.strength, duty.cites)
        for key, roles in (("by", (duty.by,)), ("to", duty.to)):
            for role in roles:
                if role not in self.ruleset.profile.roles and role != "unspecified":
                    hint = did_you_mean(role, self.ruleset.profile.roles)
                    yield entry.fault((*path, key), f"there is no role called '{role}'{hint or ', and it is not `unspecified`'}")
        for key, roles in (("support", duty.option.support), ("governance", duty.option.governance)) if duty.option else ():
            for role in roles:
                if role not in self.ruleset.profile.roles:
                    hint = did_you_mean(role, self.ruleset.profile.roles)
                    yield entry.fault((*path, "option", key), f"there is no role called '{role}'{hint}")
        if rule.scope == "incident" and duty.once_per == "child":
            yield entry.fault((*path, "once_per"), "a rule that is asked once cannot make a duty per child")
        for key, fact in (("done_by", duty.done_by), ("ended_by", duty.ended_by)):
            if fact is None:
                continue
            yield from self._date(entry, (*path, key), fact, step=True)
            if duty.once_per == "incident" and fact in self.ruleset.vocabulary.by_id and self.ruleset.vocabulary.by_id[fact].scope == "child":
                yield entry.fault((*path, key), f"{fact} is recorded per child, but the duty is owed once per incident")
        for where, test in tests_at(duty.counts_if, (*path, "counts_if")) if duty.counts_if else ():
            yield from self._cites(entry, (*where, "cites"), test.cites, rule.window)
            if duty.once_per == "incident" and self.ruleset.vocabulary.by_id[test.fact].scope == "child":
                yield entry.fault((*where, "fact"), f"{test.fact} is about one child, but the duty is owed once per incident")
        if duty.counts_if and (duty.done_by is None or any(True for _ in asked(duty.counts_if, ()))):
            yield entry.fault((*path, "counts_if"), "`counts_if` goes with `done_by`, and tests facts, not other rules")
        for index, deadline in enumerate(duty.deadlines[: len(entry.plain["then"][path[1]]["deadlines"])]):
            yield from self._deadline(rule, deadline, entry, (*path, "deadlines", index))
        if duty.done_by is None and any(deadline.amount is not None for deadline in duty.deadlines):
            yield entry.fault(path, "a duty with a deadline has to name the step that discharges it, under `done_by`")

    def _deadline(self, rule: Rule | None, deadline: Deadline, entry: PackFile, path: Path_) -> Iterator[Fault]:
        yield from self._strength(entry, (*path, "strength"), deadline.strength, deadline.cites)
        yield from self._cites(entry, (*path, "cites"), deadline.cites, rule.window if rule else None)
        yield from self._known_discrepancies(entry, (*path, "discrepancies"), deadline.discrepancies)
        if deadline.anchor not in (None, "unspecified"):
            yield from self._date(entry, (*path, "before" if deadline.before else "after"), str(deadline.anchor), step=False)
            fact = self.ruleset.vocabulary.by_id.get(str(deadline.anchor))
            if rule and fact and fact.scope == "child" and rule.scope == "incident":
                yield entry.fault(path, f"{fact.id} is recorded per child; the clock of a rule that is asked once cannot run from it")

    def _date(self, entry: PackFile, path: Path_, name: str, *, step: bool) -> Iterator[Fault]:
        fact = self.ruleset.vocabulary.by_id.get(name)
        if fact is None or fact.type != "date" or (step and fact.kind != "step"):
            wanted = "step" if step else "date"
            fitting = (each.id for each in self.ruleset.vocabulary.facts if each.type == "date" and (not step or each.kind == "step"))
            yield entry.fault(path, f"there is no {wanted} called '{name}'{did_you_mean(name, fitting)}")

    def _strength(self, entry: PackFile, path: Path_, strength: Strength, cites: Sequence[str]) -> Iterator[Fault]:
        cited = self._cited(cites)
        if cited and not any(at_most(strength, provision.force) for provision in cited):
            forces = ", ".join(f"{provision.key} is '{provision.force}'" for provision in cited)
            yield entry.fault(path, f"'{strength}' is stronger than what it cites: {forces}")

    def _cited(self, keys: Sequence[str]) -> list[Provision]:
        """Return the provisions cited; none if any of them does not exist, for then what they come to together cannot be said."""
        found = [self.ruleset.provisions[key] for key in keys if key in self.ruleset.provisions]
        return found if len(found) == len(keys) else []

    def _cites(
        self, entry: PackFile, path: Path_, keys: Sequence[str], window: Window | None = None, offset: int = 0, *, awaited: bool = False
    ) -> Iterator[Fault]:
        """Yield what is wrong with some citations.

        Args:
            entry: The file.
            path: Where they stand in it.
            keys: What is cited.
            window: The days on which something rests on them, where those are known.
            offset: The place of the first of them.
            awaited: Whether what is enacted may be named although no day is appointed: in what rests on nothing, such as a note.
        """
        for index, key in enumerate(keys, start=offset):
            provision = self.ruleset.provisions.get(key)
            if provision is None:
                hint = did_you_mean(key, (*self.ruleset.provisions, *editions.names(self.built.pack)))
                yield entry.fault((*path, index), f"there is no provision called '{key}'{hint}")
            elif provision.window.first_day is None:
                if not awaited:
                    yield entry.fault((*path, index), f"{key} applies {provision.window}; only a note can name it, and nothing can rest on it")
            elif window and not provision.window.overlaps(window):
                yield entry.fault((*path, index), f"{key} applies {provision.window}, never while this rule does ({window})")

    def _known_discrepancies(self, entry: PackFile, path: Path_, ids: Sequence[str]) -> Iterator[Fault]:
        for index, each in enumerate(ids):
            if each not in self.ruleset.discrepancies and each not in self.built.pack.registered_above(entry.profile):
                yield entry.fault((*path, index), f"there is no discrepancy called '{each}'{did_you_mean(each, self.ruleset.discrepancies)}")

    def _examples(self, rule: Rule, entry: PackFile) -> Iterator[Fault]:
        missing = {"met", "not_met", "undetermined"} - {example.expect["outcome"] for example in rule.examples}
        for outcome in sorted(missing):
            yield entry.fault(("examples",), f"no example of outcome {outcome}")
        names = [example.name for example in rule.examples]
        for index, example in enumerate(rule.examples):
            if example.name in names[:index]:
                yield entry.fault(("examples", index, "name"), "two examples have the same name")
            for key in (*example.expect["deadlines"], *example.expect["status"]):
                if key not in {duty.id for duty in rule.duties}:
                    yield entry.fault(("examples", index, "expect"), f"'{key}' is not a duty of this rule")

    # -- across rules -----------------------------------------------------------------------------------------------------------------

    def _unique_duties(self) -> Iterator[Fault]:
        owners: dict[str, tuple[str, PackFile, Path_]] = {}
        for rule, entry in sorted(self.built.rule_entries, key=lambda pair: self.built.pack.profiles.index(pair[1].profile)):
            for index, effect in enumerate(entry.plain["then"]):
                if "note" in effect:
                    continue
                path: Path_ = ("then", index, "id")
                owner = owners.setdefault(effect["id"], (rule.id, entry, path))
                if owner[1] is entry and owner[2] != path:
                    yield entry.fault(path, f"duty '{effect['id']}' is already one of this rule ({entry.place(owner[2])})")
                if owner[0] != rule.id:
                    yield entry.fault(path, f"duty '{effect['id']}' is already one of {owner[0]} ({owner[1].place(owner[2])})")

    def _unique_aliases(self) -> Iterator[Fault]:
        owners = {name: name for name in self.versions}
        for rule, entry in self.built.rule_entries:
            for index, alias in enumerate(rule.aliases):
                if owners.setdefault(alias, rule.id) != rule.id:
                    yield entry.fault(("aliases", index), f"'{alias}' already names {owners[alias]}")

    def _paths(self) -> Iterator[Fault]:
        duties = {duty.id for rule, _ in self.built.rule_entries for duty in rule.duties}
        for entry in self.built.pack.of("paths"):
            for index, path in enumerate(entry.plain["paths"]):
                here: Path_ = ("paths", index)
                yield from self._cites(entry, (*here, "cites"), path["cites"])
                named = [((*here, "steps", position), step) for position, step in enumerate(path["steps"])]
                if path["opened_by"]:
                    named.append(((*here, "opened_by"), path["opened_by"]))
                elif not path["steps"]:
                    yield entry.fault(here, "a path without steps has to say under `opened_by` which duty opens it")
                for place, duty in named:
                    if duty not in duties:
                        yield entry.fault(place, f"there is no duty called '{duty}'{did_you_mean(duty, duties)}")

    def _stages(self) -> Iterator[Fault]:
        facts = self.ruleset.vocabulary.by_id
        positions = {stage.id: stage for stage in self.ruleset.stages}
        for entry in self.built.pack.of("stages"):
            for index, plain in enumerate(entry.plain["stages"]):
                here: Path_ = ("stages", index)
                yield from self._cites(entry, (*here, "cites"), plain["cites"])
                stage = positions.get(plain["id"])
                if stage is None:
                    continue
                for path, name in asked(stage.when, (*here, "when")):
                    yield entry.fault((*path, "rule"), f"a stage is told by facts, not by other rules such as '{name}'")
                for path, test in tests_at(stage.when, (*here, "when")):
                    yield from self._cites(entry, (*path, "cites"), test.cites)
                    if facts[test.fact].scope == "child":
                        yield entry.fault((*path, "fact"), f"{test.fact} is about one child; a stage is told by the incident's facts")
                if not any(test.fact in facts and facts[test.fact].type == "date" for _, test in tests_at(stage.when, ())):
                    yield entry.fault((*here, "when"), "a stage is told by dated facts; none of these is a date")
            expected = {example["expect"] for example in entry.plain["examples"]}
            for index, plain in enumerate(entry.plain["stages"]):
                if plain["id"] not in expected:
                    yield entry.fault(("stages", index, "id"), f"no example is at stage '{plain['id']}'")

    def _additions(self) -> Iterator[Fault]:
        duties = {duty.id for rule, _ in self.built.rule_entries for duty in rule.duties}
        for profile in self.built.profile_entries.values():
            for index, addition in enumerate(profile.plain["duties"]):
                path: Path_ = ("duties", index)
                if addition["duty"] not in duties:
                    yield profile.fault((*path, "duty"), f"there is no duty called '{addition['duty']}'{did_you_mean(addition['duty'], duties)}")
                for position, role in enumerate(addition["also_to"]):
                    if role not in self.ruleset.profile.roles:
                        hint = did_you_mean(role, self.ruleset.profile.roles)
                        yield profile.fault((*path, "also_to", position), f"there is no role called '{role}'{hint}")
                for position, plain in enumerate(addition["deadlines"]):
                    yield from self._deadline(None, build_deadline(plain), profile, (*path, "deadlines", position))


def asked(condition: Condition, path: Path_) -> Iterator[tuple[Path_, str]]:
    """Yield the rules that a condition refers to, each with its path."""
    for here, found in parts_at(condition, path):
        if isinstance(found, RuleMet):
            yield here, found.rule


def tests_at(condition: Condition, path: Path_) -> Iterator[tuple[Path_, Test]]:
    """Yield the tests in a condition, each with its path."""
    for here, found in parts_at(condition, path):
        if isinstance(found, Test):
            yield here, found


def parts_at(condition: Condition, path: Path_) -> Iterator[tuple[Path_, Condition]]:
    """Yield a condition and every part of it, each with its path."""
    yield path, condition
    match condition:
        case All(parts) | AnyOf(parts):
            join = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield from parts_at(part, (*path, join, index))
        case Not(part):
            yield from parts_at(part, (*path, "not"))
        case _:
            return


def uncovered(window: Window, covers: Sequence[Window]) -> date | None:
    """Return the first day of a window that none of some other windows covers."""
    day = window.start
    for cover in sorted(covers, key=lambda cover: cover.start):
        if cover.start > day:
            break
        if cover.until is None:
            return None
        day = max(day, cover.until + timedelta(days=1))
    return None if window.until is not None and day > window.until else day
