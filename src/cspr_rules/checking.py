"""What makes a set of rules sound beyond the shape of each file: names that exist, windows that adjoin, duties no stronger than their source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from cspr_rules.building import build_calendar, build_deadline
from cspr_rules.calendars import known_base
from cspr_rules.errors import Fault, RulesError, did_you_mean
from cspr_rules.exact import Exact, Joined, Within, exact, expanded
from cspr_rules.profiles import weaker
from cspr_rules.reading import Path_
from cspr_rules.rules import All, AnyOf, Condition, Deadline, Duty, Not, Rule, RuleMet, Test
from cspr_rules.ruleset import Ruleset
from cspr_rules.sources import Window, at_most, in_words

if TYPE_CHECKING:
    from cspr_rules.loading import Built, Entry


def check(built: Built) -> list[Fault]:
    """Return every fault of a built ruleset, in no particular order."""
    if built.ruleset is None:
        return []
    return list(_Checks(built, built.ruleset).faults())


class _Checks:
    def __init__(self, built: Built, ruleset: Ruleset) -> None:
        self.built = built
        self.ruleset = ruleset
        self.versions: dict[str, list[tuple[Rule, Entry]]] = {}
        for rule, entry in built.rule_entries:
            self.versions.setdefault(rule.id, []).append((rule, entry))

    def faults(self) -> Iterator[Fault]:
        yield from self._vocabulary()
        yield from self._discrepancies()
        yield from self._calendar()
        for versions in self.versions.values():
            yield from self._windows(versions)
        cyclic = set()
        for rule, entry in self.built.rule_entries:
            for fault in self._references(rule, entry):
                cyclic.add(rule.id)
                yield fault
        for rule, entry in self.built.rule_entries:
            yield from self._rule(rule, entry)
            if rule.id not in cyclic and not self._reaches(rule, cyclic):
                yield from self._condition(rule, entry)
        yield from self._unique_duties()
        yield from self._unique_aliases()
        yield from self._paths()
        yield from self._roles()
        yield from self._stages()
        yield from self._ask_first()
        yield from self._additions()

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
                        yield _at(entry, (*here, "law_date"), "the law is read on one date of the incident; `law_date` stands on that fact alone")
                for position, name in enumerate(fact["not_before"]):
                    if name not in facts or facts[name].type != "date":
                        hint = did_you_mean(name, (each.id for each in facts.values() if each.type == "date"))
                        yield _at(entry, (*here, "not_before", position), f"there is no date called '{name}'{hint}")
                for position, each in enumerate(fact["implies"]):
                    other = facts.get(each["fact"])
                    if other and other.scope == "child" and fact["scope"] == "incident":
                        yield _at(entry, (*here, "implies", position), f"{other.id} is about one child; the incident cannot settle it")
                    if other and other.scope == "incident" and fact["scope"] == "child":
                        yield _at(entry, (*here, "implies", position), f"{other.id} is about the incident; one child cannot settle it")
                for position, each in enumerate(fact["considerations"]):
                    yield from self._cites(entry, (*here, "considerations", position, "cites"), each["cites"])

    def _discrepancies(self) -> Iterator[Fault]:
        # The shared register names local clauses too; they can only be looked up where that local instrument is loaded.
        loaded = {provision.instrument.id for provision in self.ruleset.provisions.values()}
        for entry in self.built.pack.of("discrepancies"):
            for index, each in enumerate(entry.plain["discrepancies"]):
                for name in ("clauses", "sources"):
                    for position, key in enumerate(each[name]):
                        if entry.profile or key.split("/")[0] in loaded:
                            yield from self._cites(entry, ("discrepancies", index, name), [key], offset=position)

    def _calendar(self) -> Iterator[Fault]:
        homes: dict[str, Entry] = {}
        for entry in self.built.pack.of("calendars"):
            homes.setdefault(entry.plain["id"], entry)
            yield from self._cites(entry, ("cites",), entry.plain["cites"])
            if not known_base(entry.plain["base"]):
                yield _at(entry, ("base",), f"the library has no calendar called '{entry.plain['base']}'")
            for index, each in enumerate(entry.plain["corrections"]):
                yield from self._cites(entry, ("corrections", index, "cites"), each["cites"])
        yield from self._days_off(homes)

    def _days_off(self, homes: Mapping[str, Entry]) -> Iterator[Fault]:
        """Refuse a profile's calendar that has a day off which an inherited one counts: it would lengthen every inherited deadline."""
        profiles = [self.built.profile_entries[name] for name in self.built.pack.profiles if name in self.built.profile_entries]
        for inherited, own in pairwise(profiles):
            before, after = homes.get(inherited.plain["calendar"]), homes.get(own.plain["calendar"])
            if before is None or after is None or before is after or not known_base(after.plain["base"]):
                continue
            base, calendar = build_calendar(before.plain), build_calendar(after.plain)
            days = {correction.day for correction in calendar.corrections}
            days.update(base.confirmed_until - timedelta(days=offset) for offset in range(4 * 366))
            off = min((day for day in days if calendar.why_off(day) and not base.why_off(day)), default=None)
            if off:
                message = (
                    f"'{calendar.id}' ({_where(after, ('id',))}) does not count {in_words(off)}, and '{base.id}' ({_where(before, ('id',))}) does; "
                    "a profile cannot lengthen inherited deadlines by days off"
                )
                yield _at(own, ("calendar",), message)

    # -- rules ------------------------------------------------------------------------------------------------------------------------

    def _windows(self, versions: Sequence[tuple[Rule, Entry]]) -> Iterator[Fault]:
        for (earlier, first), (later, second) in pairwise(versions):
            if earlier.profile != later.profile:
                # Whichever of the two begins first, it is the profile further from the national one that intrudes.
                depth = self.built.pack.profiles.index
                (home, there), (_, here) = sorted(((earlier, first), (later, second)), key=lambda pair: depth(pair[0].profile))
                yield _at(here, ("id",), f"{home.id} is already a rule of '{home.profile}' ({_where(there, ('id',))}); it cannot be redefined")
                continue
            if earlier.scope != later.scope:
                yield _at(second, ("scope",), f"the version in {first.file} is asked per {earlier.scope}; versions of a rule share their scope")
            if earlier.window.until is None or later.window.start <= earlier.window.until:
                message = f"this window overlaps the one in {_where(first, ('in_force',))} ({earlier.window})"
                yield _at(second, ("in_force",), message)
            elif later.window.start > earlier.window.until + timedelta(days=1) and not earlier.gap_after:
                gap = f"from {in_words(earlier.window.until + timedelta(days=1))} to {in_words(later.window.start - timedelta(days=1))}"
                yield _at(second, ("in_force",), f"no version applies {gap}; say why under `gap_after` in {first.file}")
            elif earlier.gap_after and later.window.start == earlier.window.until + timedelta(days=1):
                yield _at(first, ("gap_after",), f"there is no gap: {second.file} takes over the next day")

    def _references(self, rule: Rule, entry: Entry) -> Iterator[Fault]:
        for path, name in _asked(rule.when, ("when",)):
            targets = [other for other, _ in self.versions.get(name, ())]
            if not targets:
                yield _at(entry, (*path, "rule"), f"there is no rule called '{name}'{did_you_mean(name, self.versions)}")
            elif targets[0].scope == "child" and rule.scope == "incident":
                yield _at(entry, (*path, "rule"), f"{name} is asked per child; a rule that is asked once cannot refer to it")
            elif missing := _uncovered(rule.window, [target.window for target in targets]):
                yield _at(entry, (*path, "rule"), f"{name} does not apply on {in_words(missing)}, when this rule does")
            if self._leads_back(name, rule.id):
                yield _at(entry, (*path, "rule"), f"{rule.id} refers to itself by way of {name}")

    def _leads_back(self, start: str, goal: str) -> bool:
        waiting, seen = [start], set()
        while waiting:
            name = waiting.pop()
            if name == goal:
                return True
            if name not in seen:
                seen.add(name)
                waiting.extend(each for rule, _ in self.versions.get(name, ()) for _, each in _asked(rule.when, ()))
        return False

    def _reaches(self, rule: Rule, names: set[str]) -> bool:
        return any(self._leads_back(each, name) for _, each in _asked(rule.when, ()) for name in names)

    def _condition(self, rule: Rule, entry: Entry) -> Iterator[Fault]:
        for path, test in _tests_at(rule.when, ("when",)):
            fact = self.ruleset.vocabulary.by_id[test.fact]
            if fact.scope == "child" and rule.scope == "incident":
                yield _at(entry, (*path, "fact"), f"{fact.id} is about one child; a rule that is asked once cannot test it")
            yield from self._cites(entry, (*path, "cites"), test.cites, rule.window)
            alone = exact(test, self.ruleset.vocabulary)
            if isinstance(alone, Within) and alone.mask in (0, alone.variable.full):
                always = "always" if alone.mask else "never"
                yield _at(entry, path, f"this test {always} holds, whatever {fact.id} is")
        days = {rule.window.start, *(version.window.start for _, name in _asked(rule.when, ()) for version, _ in self.versions[name])}
        for day in sorted(day for day in days if day in rule.window):
            try:
                form = exact(expanded(rule.when, partial(self._condition_on, day)), self.ruleset.vocabulary)
            except RulesError as error:
                yield _at(entry, ("when",), error.faults[0].message)
                return
            if (constant := _constant(form)) is not None:
                yield _at(entry, ("when",), f"the condition {'always' if constant else 'never'} holds, whatever the facts")
                return

    def _condition_on(self, day: date, name: str) -> Condition:
        return next(rule.when for rule, _ in self.versions[name] if day in rule.window)

    def _rule(self, rule: Rule, entry: Entry) -> Iterator[Fault]:
        if not rule.id.startswith(f"{entry.profile}."):
            yield _at(entry, ("id",), f"a rule of this folder has an id that begins with '{entry.profile}.'")
        yield from self._cites(entry, ("cites",), rule.cites, rule.window)
        windows = [self.ruleset.provisions[key].window for key in rule.cites if key in self.ruleset.provisions]
        if windows and (missing := _uncovered(rule.window, windows)):
            yield _at(entry, ("cites",), f"nothing that this rule cites is in force on {in_words(missing)}")
        layers = {self.ruleset.provisions[key].layer for key in rule.cites if key in self.ruleset.provisions}
        if layers and rule.layer not in layers:
            yield _at(entry, ("layer",), f"the rule cites nothing of layer {rule.layer}, only {', '.join(sorted(layers))}")
        yield from self._known_discrepancies(entry, ("discrepancies",), rule.discrepancies)
        for index, effect in enumerate(entry.plain["then"]):
            path: Path_ = ("then", index)
            yield from self._known_discrepancies(entry, (*path, "discrepancies"), effect["discrepancies"])
            yield from self._cites(entry, (*path, "cites"), effect["cites"] or (), rule.window)
        positions = [index for index, effect in enumerate(entry.plain["then"]) if "note" not in effect]
        for index, duty in zip(positions, rule.duties, strict=True):
            yield from self._duty(rule, duty, entry, ("then", index))
        yield from self._examples(rule, entry)

    def _duty(self, rule: Rule, duty: Duty, entry: Entry, path: Path_) -> Iterator[Fault]:
        yield from self._strength(entry, (*path, "duty"), duty.strength, duty.cites)
        yield from self._forbids(rule, duty, entry, path)
        for key, roles in (("by", (duty.by,)), ("to", duty.to)):
            for role in roles:
                if role not in self.ruleset.profile.roles and role != "unspecified":
                    hint = did_you_mean(role, self.ruleset.profile.roles)
                    yield _at(entry, (*path, key), f"there is no role called '{role}'{hint or ', and it is not `unspecified`'}")
        for key, roles in (("support", duty.option.support), ("governance", duty.option.governance)) if duty.option else ():
            for role in roles:
                if role not in self.ruleset.profile.roles:
                    hint = did_you_mean(role, self.ruleset.profile.roles)
                    yield _at(entry, (*path, "option", key), f"there is no role called '{role}'{hint}")
        if rule.scope == "incident" and duty.once_per == "child":
            yield _at(entry, (*path, "once_per"), "a rule that is asked once cannot make a duty per child")
        for key, fact in (("done_by", duty.done_by), ("ended_by", duty.ended_by)):
            if fact is None:
                continue
            yield from self._date(entry, (*path, key), fact, step=True)
            if duty.once_per == "incident" and fact in self.ruleset.vocabulary.by_id and self.ruleset.vocabulary.by_id[fact].scope == "child":
                yield _at(entry, (*path, key), f"{fact} is recorded per child, but the duty is owed once per incident")
        for where, test in _tests_at(duty.counts_if, (*path, "counts_if")) if duty.counts_if else ():
            yield from self._cites(entry, (*where, "cites"), test.cites, rule.window)
            if duty.once_per == "incident" and self.ruleset.vocabulary.by_id[test.fact].scope == "child":
                yield _at(entry, (*where, "fact"), f"{test.fact} is about one child, but the duty is owed once per incident")
        if duty.counts_if and (duty.done_by is None or any(True for _ in _asked(duty.counts_if, ()))):
            yield _at(entry, (*path, "counts_if"), "`counts_if` goes with `done_by`, and tests facts, not other rules")
        for index, deadline in enumerate(duty.deadlines[: len(entry.plain["then"][path[1]]["deadlines"])]):
            yield from self._deadline(rule, deadline, entry, (*path, "deadlines", index))
        if duty.done_by is None and any(deadline.amount is not None for deadline in duty.deadlines):
            yield _at(entry, path, "a duty with a deadline has to name the step that discharges it, under `done_by`")

    def _deadline(self, rule: Rule | None, deadline: Deadline, entry: Entry, path: Path_) -> Iterator[Fault]:
        yield from self._strength(entry, (*path, "strength"), deadline.strength, deadline.cites)
        yield from self._cites(entry, (*path, "cites"), deadline.cites, rule.window if rule else None)
        yield from self._known_discrepancies(entry, (*path, "discrepancies"), deadline.discrepancies)
        if deadline.anchor not in (None, "unspecified"):
            yield from self._date(entry, (*path, "before" if deadline.before else "after"), str(deadline.anchor), step=False)
            fact = self.ruleset.vocabulary.by_id.get(str(deadline.anchor))
            if rule and fact and fact.scope == "child" and rule.scope == "incident":
                yield _at(entry, path, f"{fact.id} is recorded per child; the clock of a rule that is asked once cannot run from it")

    def _date(self, entry: Entry, path: Path_, name: str, *, step: bool) -> Iterator[Fault]:
        fact = self.ruleset.vocabulary.by_id.get(name)
        if fact is None or fact.type != "date" or (step and fact.kind != "step"):
            wanted = "step" if step else "date"
            fitting = (each.id for each in self.ruleset.vocabulary.facts if each.type == "date" and (not step or each.kind == "step"))
            yield _at(entry, path, f"there is no {wanted} called '{name}'{did_you_mean(name, fitting)}")

    def _strength(self, entry: Entry, path: Path_, strength: str, cites: Sequence[str]) -> Iterator[Fault]:
        cited = [self.ruleset.provisions[key] for key in cites if key in self.ruleset.provisions]
        if cited and not any(at_most(strength, provision.force) for provision in cited):
            forces = ", ".join(f"{provision.key} is '{provision.force}'" for provision in cited)
            yield _at(entry, path, f"'{strength}' is stronger than what it cites: {forces}")

    def _cites(self, entry: Entry, path: Path_, keys: Sequence[str], window: Window | None = None, offset: int = 0) -> Iterator[Fault]:
        for index, key in enumerate(keys, start=offset):
            provision = self.ruleset.provisions.get(key)
            if provision is None:
                yield _at(entry, (*path, index), f"there is no provision called '{key}'{did_you_mean(key, self.ruleset.provisions)}")
            elif window and not _overlap(provision.window, window):
                yield _at(entry, (*path, index), f"{key} applies {provision.window}, never while this rule does ({window})")

    def _known_discrepancies(self, entry: Entry, path: Path_, ids: Sequence[str]) -> Iterator[Fault]:
        for index, each in enumerate(ids):
            if each not in self.ruleset.discrepancies:
                yield _at(entry, (*path, index), f"there is no discrepancy called '{each}'{did_you_mean(each, self.ruleset.discrepancies)}")

    def _examples(self, rule: Rule, entry: Entry) -> Iterator[Fault]:
        missing = {"met", "not_met", "undetermined"} - {example.expect["outcome"] for example in rule.examples}
        for outcome in sorted(missing):
            yield _at(entry, ("examples",), f"no example of outcome {outcome}")
        names = [example.name for example in rule.examples]
        for index, example in enumerate(rule.examples):
            if example.name in names[:index]:
                yield _at(entry, ("examples", index, "name"), "two examples have the same name")
            for key in (*example.expect["deadlines"], *example.expect["status"]):
                if key not in {duty.id for duty in rule.duties}:
                    yield _at(entry, ("examples", index, "expect"), f"'{key}' is not a duty of this rule")

    # -- across rules -----------------------------------------------------------------------------------------------------------------

    def _unique_duties(self) -> Iterator[Fault]:
        owners: dict[str, tuple[str, Entry, Path_]] = {}
        for rule, entry in sorted(self.built.rule_entries, key=lambda pair: self.built.pack.profiles.index(pair[1].profile)):
            for index, effect in enumerate(entry.plain["then"]):
                if "note" in effect:
                    continue
                path: Path_ = ("then", index, "id")
                owner = owners.setdefault(effect["id"], (rule.id, entry, path))
                if owner[1] is entry and owner[2] != path:
                    yield _at(entry, path, f"duty '{effect['id']}' is already one of this rule ({_where(entry, owner[2])})")
                if owner[0] != rule.id:
                    yield _at(entry, path, f"duty '{effect['id']}' is already one of {owner[0]} ({_where(owner[1], owner[2])})")

    def _unique_aliases(self) -> Iterator[Fault]:
        owners = {name: name for name in self.versions}
        for rule, entry in self.built.rule_entries:
            for index, alias in enumerate(rule.aliases):
                if owners.setdefault(alias, rule.id) != rule.id:
                    yield _at(entry, ("aliases", index), f"'{alias}' already names {owners[alias]}")

    def _roles(self) -> Iterator[Fault]:
        """Refuse a profile that puts somebody else in the place of a national body."""
        fixed: dict[str, str] = {}
        for name in self.built.pack.profiles:
            profile = self.built.profile_entries.get(name)
            for role, each in (profile.plain["roles"] if profile else {}).items():
                if profile and role in fixed:
                    message = f"'{role}' is the same body everywhere ({fixed[role]}); a profile cannot put another in its place"
                    yield _at(profile, ("roles", role), message)
                elif profile and each["fixed"]:
                    fixed[role] = _where(profile, ("roles", role))

    def _forbids(self, rule: Rule, duty: Duty, entry: Entry, path: Path_) -> Iterator[Fault]:
        """Refuse a local rule that forbids telling a national body."""
        if duty.strength != "must_not" or rule.profile == self.built.pack.profiles[0]:
            return
        for name in self.built.pack.profiles:
            profile = self.built.profile_entries.get(name)
            for role, each in (profile.plain["roles"] if profile else {}).items():
                if profile and each["fixed"] and role in duty.to:
                    message = f"a profile cannot forbid telling '{role}', a national body ({_where(profile, ('roles', role))})"
                    yield _at(entry, (*path, "duty"), message)

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
                    yield _at(entry, here, "a path without steps has to say under `opened_by` which duty opens it")
                for place, duty in named:
                    if duty not in duties:
                        yield _at(entry, place, f"there is no duty called '{duty}'{did_you_mean(duty, duties)}")

    def _ask_first(self) -> Iterator[Fault]:
        duties = {duty.id for rule, _ in self.built.rule_entries for duty in rule.duties}
        for name in self.built.pack.profiles:
            profile = self.built.profile_entries.get(name)
            for index, duty in enumerate(profile.plain["ask_first"] if profile else ()):
                if profile and duty not in duties:
                    yield _at(profile, ("ask_first", index), f"there is no duty called '{duty}'{did_you_mean(duty, duties)}")

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
                for path, name in _asked(stage.when, (*here, "when")):
                    yield _at(entry, (*path, "rule"), f"a stage is told by facts, not by other rules such as '{name}'")
                for path, test in _tests_at(stage.when, (*here, "when")):
                    yield from self._cites(entry, (*path, "cites"), test.cites)
                    if facts[test.fact].scope == "child":
                        yield _at(entry, (*path, "fact"), f"{test.fact} is about one child; a stage is told by the incident's facts")
                if not any(test.fact in facts and facts[test.fact].type == "date" for _, test in _tests_at(stage.when, ())):
                    yield _at(entry, (*here, "when"), "a stage is told by dated facts; none of these is a date")
            expected = {example["expect"] for example in entry.plain["examples"]}
            for index, plain in enumerate(entry.plain["stages"]):
                if plain["id"] not in expected:
                    yield _at(entry, ("stages", index, "id"), f"no example is at stage '{plain['id']}'")

    def _additions(self) -> Iterator[Fault]:
        homes: dict[str, list[tuple[Rule, Entry, Path_]]] = {}
        for rule, entry in self.built.rule_entries:
            for index, effect in enumerate(entry.plain["then"]):
                if "note" not in effect:
                    homes.setdefault(effect["id"], []).append((rule, entry, ("then", index)))
        # What a profile adds is inherited by those that extend it.
        added: dict[str, list[tuple[Deadline, str, str]]] = {}
        for name in self.built.pack.profiles:
            profile = self.built.profile_entries.get(name)
            for index, addition in enumerate(profile.plain["duties"] if profile else ()):
                assert profile is not None  # noqa: S101 -- there are no additions without a profile
                path: Path_ = ("duties", index)
                if addition["duty"] not in homes:
                    yield _at(profile, (*path, "duty"), f"there is no duty called '{addition['duty']}'{did_you_mean(addition['duty'], homes)}")
                    continue
                for position, role in enumerate(addition["also_to"]):
                    if role not in self.ruleset.profile.roles:
                        hint = did_you_mean(role, self.ruleset.profile.roles)
                        yield _at(profile, (*path, "also_to", position), f"there is no role called '{role}'{hint}")
                inherited = added.get(addition["duty"], [])[:]
                for rule, entry, duty_path in homes[addition["duty"]]:
                    deadlines = entry.plain["then"][duty_path[1]]["deadlines"]
                    places = [_where(entry, (*duty_path, "deadlines", number)) for number in range(len(deadlines))]
                    inherited += [(build_deadline(each), rule.id, place) for each, place in zip(deadlines, places, strict=True)]
                for position, plain in enumerate(addition["deadlines"]):
                    own, here = build_deadline(plain), (*path, "deadlines", position)
                    yield from self._deadline(None, own, profile, here)
                    yield from self._longer(own, inherited, addition["duty"], profile, here)
                    added.setdefault(addition["duty"], []).append((own, name, _where(profile, here)))

    def _longer(self, own: Deadline, inherited: Sequence[tuple[Deadline, str, str]], duty: str, profile: Entry, here: Path_) -> Iterator[Fault]:
        for each, owner, place in inherited:
            if weaker(own, each, self.ruleset.calendar) and not self._excused(own, {key for other, _, _ in inherited for key in other.cites}):
                message = f"'{own}' allows more time for {duty} than '{each}' ({owner}, {place}); a profile cannot lengthen an inherited deadline"
                yield _at(profile, here, message)

    def _excused(self, own: Deadline, inherited: set[str]) -> bool:
        """Say whether the register has an entry, named by the longer clock, that is about both its source and one of the inherited ones."""
        for name in own.discrepancies:
            entry = self.ruleset.discrepancies.get(name)
            named = {*entry.clauses, *entry.sources} if entry else set()
            if named & set(own.cites) and named & inherited:
                return True
        return False


def _asked(condition: Condition, path: Path_) -> Iterator[tuple[Path_, str]]:
    for here, found in _walk(condition, path):
        if isinstance(found, RuleMet):
            yield here, found.rule


def _tests_at(condition: Condition, path: Path_) -> Iterator[tuple[Path_, Test]]:
    for here, found in _walk(condition, path):
        if isinstance(found, Test):
            yield here, found


def _walk(condition: Condition, path: Path_) -> Iterator[tuple[Path_, Condition]]:
    yield path, condition
    match condition:
        case All(parts) | AnyOf(parts):
            join = "all" if isinstance(condition, All) else "any"
            for index, part in enumerate(parts):
                yield from _walk(part, (*path, join, index))
        case Not(part):
            yield from _walk(part, (*path, "not"))
        case _:
            return


def _constant(form: Exact) -> bool | None:
    """Return whether a condition is always true or always false, or ``None`` if it is neither."""
    match form:
        case Within(variable, mask):
            return None if mask not in (0, variable.full) else mask > 0
        case Joined(conjunction, parts):
            constants = [_constant(part) for part in parts]
            if any(constant is (not conjunction) for constant in constants):
                return not conjunction
            return conjunction if all(constant is conjunction for constant in constants) else None
        case _:
            return True if not form.false else False if not form.true else None


def _overlap(left: Window, right: Window) -> bool:
    return (right.until is None or left.start <= right.until) and (left.until is None or right.start <= left.until)


def _uncovered(window: Window, covers: Sequence[Window]) -> date | None:
    """Return the first day of a window that none of some other windows covers."""
    day = window.start
    for cover in sorted(covers, key=lambda cover: cover.start):
        if cover.start > day:
            break
        if cover.until is None:
            return None
        day = max(day, cover.until + timedelta(days=1))
    return None if window.until is not None and day > window.until else day


def _where(entry: Entry, path: Path_) -> str:
    return entry.document.place(path) if entry.document else entry.file


def _at(entry: Entry, path: Path_, message: str) -> Fault:
    return entry.document.fault(path, message) if entry.document else Fault(entry.file, message)
