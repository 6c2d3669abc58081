"""What a profile may not do to what it inherits: redefine a rule, lengthen a deadline, replace a national body or forbid telling it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from cspr_rules.errors import Fault, Path_, RulesError
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.building import build_calendar, build_deadline
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.calendars import known_base
from cspr_rules.model.profiles import weaker
from cspr_rules.model.rules import Deadline
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import in_words


def faults(built: Built, ruleset: Ruleset) -> Iterator[Fault]:
    """Yield every place where a profile takes something away from what it stands on."""
    profiles = [built.profile_entries[name] for name in built.pack.profiles if name in built.profile_entries]
    yield from _redefined(built)
    yield from _days_off(built, profiles)
    yield from _bodies(built, profiles)
    yield from _longer(built, profiles, ruleset)


def _redefined(built: Built) -> Iterator[Fault]:
    depth = built.pack.profiles.index
    for (earlier, first), (later, second) in pairwise(built.rule_entries):
        if earlier.id == later.id and earlier.profile != later.profile:
            # Whichever of the two begins first, it is the profile further from the national one that intrudes.
            (home, there), (_, here) = sorted(((earlier, first), (later, second)), key=lambda pair: depth(pair[0].profile))
            yield here.fault(("id",), f"{home.id} is already a rule of '{home.profile}' ({there.place(('id',))}); it cannot be redefined")


def _days_off(built: Built, profiles: Sequence[PackFile]) -> Iterator[Fault]:
    """Refuse a calendar that has a day off which an inherited one counts: it would lengthen every inherited deadline."""
    homes: dict[str, PackFile] = {}
    for entry in built.pack.of("calendars"):
        homes.setdefault(entry.plain["id"], entry)
    for inherited, own in pairwise(profiles):
        before, after = homes.get(inherited.plain["calendar"]), homes.get(own.plain["calendar"])
        if before is None or after is None or before is after or not known_base(after.plain["base"]):
            continue
        base, calendar = build_calendar(before.plain), build_calendar(after.plain)
        days = {correction.day for correction in calendar.corrections}
        days.update(base.confirmed_until - timedelta(days=offset) for offset in range(4 * 366))
        try:
            off = min((day for day in days if calendar.why_off(day) and not base.why_off(day)), default=None)
        except RulesError:  # a calendar that does not know these years is a fault of its own
            continue
        if off:
            message = (
                f"'{calendar.id}' ({after.place(('id',))}) does not count {in_words(off)}, and '{base.id}' ({before.place(('id',))}) does; "
                "a profile cannot lengthen inherited deadlines by days off"
            )
            yield own.fault(("calendar",), message)


def _bodies(built: Built, profiles: Sequence[PackFile]) -> Iterator[Fault]:
    """Refuse somebody else in the place of a national body, and a rule of a profile that forbids telling one."""
    fixed: dict[str, str] = {}
    for profile in profiles:
        for role, each in profile.plain["roles"].items():
            if role in fixed:
                message = f"'{role}' is the same body everywhere ({fixed[role]}); a profile cannot put another in its place"
                yield profile.fault(("roles", role), message)
            elif each["fixed"]:
                fixed[role] = profile.place(("roles", role))
    for rule, entry in built.rule_entries:
        if rule.profile == built.pack.profiles[0]:
            continue
        for index, effect in enumerate(entry.plain["then"]):
            for role in effect["to"] if effect.get("duty") == "must_not" else ():
                if role in fixed:
                    yield entry.fault(("then", index, "duty"), f"a profile cannot forbid telling '{role}', a national body ({fixed[role]})")


class _Placed(NamedTuple):
    """A clock, the rule or profile that gives it, and where it is written."""

    clock: Deadline
    owner: str
    place: str


def _longer(built: Built, profiles: Sequence[PackFile], ruleset: Ruleset) -> Iterator[Fault]:
    inherited: dict[str, list[_Placed]] = {}
    for rule, entry in built.rule_entries:
        for index, effect in enumerate(entry.plain["then"]):
            for number, plain in enumerate(effect.get("deadlines", ())):
                placed = _Placed(build_deadline(plain), rule.id, entry.place(("then", index, "deadlines", number)))
                inherited.setdefault(effect["id"], []).append(placed)
    for profile in profiles:
        own: list[tuple[str, _Placed]] = []
        for index, addition in enumerate(profile.plain["duties"]):
            duty, known = addition["duty"], inherited.get(addition["duty"], [])
            for number, plain in enumerate(addition["deadlines"]):
                here: Path_ = ("duties", index, "deadlines", number)
                clock = build_deadline(plain)
                own.append((duty, _Placed(clock, profile.plain["id"], profile.place(here))))
                if _excused(clock, {key for each in known for key in each.clock.cites}, ruleset):
                    continue
                for each in known:
                    if weaker(clock, each.clock, ruleset.calendar):
                        less, change = ("lets less time go by", "shorten") if clock.least else ("allows more time", "lengthen")
                        message = f"'{clock}' {less} for {duty} than '{each.clock}' ({each.owner}, {each.place})"
                        yield profile.fault(here, f"{message}; a profile cannot {change} an inherited deadline")
        for duty, placed in own:  # those that extend it inherit what it adds
            inherited.setdefault(duty, []).append(placed)


def _excused(clock: Deadline, inherited: set[str], ruleset: Ruleset) -> bool:
    """Say whether the register has an entry, named by the longer clock, that is about both its source and one of the inherited ones."""
    for name in clock.discrepancies:
        entry = ruleset.discrepancies.get(name)
        if entry is None:  # a fault of its own
            return True
        named = {*entry.clauses, *entry.sources}
        if named & set(clock.cites) and named & inherited:
            return True
    return False
