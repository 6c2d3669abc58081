"""The values of one profile's files put together: a ruleset, and where each part of it was written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from cspr_rules.errors import Path_, did_you_mean
from cspr_rules.loading import building
from cspr_rules.loading.building_vocabulary import build_vocabulary
from cspr_rules.loading.packs import Pack, PackFile
from cspr_rules.model.calendars import Calendar
from cspr_rules.model.profiles import Addition, Headline, Held, Profile, Role, with_additions, with_register
from cspr_rules.model.rules import DutyPath, Rule, Stage
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Discrepancy, Provision, by_number
from cspr_rules.model.vocabulary import Vocabulary


class Built(NamedTuple):
    """A ruleset with what is needed to say where each part of it was written.

    Attributes:
        ruleset: The ruleset; ``None`` if something essential is missing.
        pack: The files.
        rule_entries: Each version of each rule with its file.
        profile_entries: Each profile's file, by id.
    """

    ruleset: Ruleset | None
    pack: Pack
    rule_entries: list[tuple[Rule, PackFile]]
    profile_entries: dict[str, PackFile]


def build(pack: Pack, digest: str | None = None, *, shipped: bool = False) -> Built:
    """Build the ruleset of a pack; faults are added to the pack.

    Args:
        pack: The files.
        digest: Their digest, where it is known; else it is computed.
        shipped: Whether they are those that ship with the package.
    """

    def reporter(entry: PackFile, prefix: Path_ = ()) -> building.Report:
        def report(path: Path_, message: str) -> None:
            pack.faults.append(entry.fault((*prefix, *path), message))

        return report

    vocabulary = _vocabulary(pack)
    provisions: dict[str, Provision] = {}
    homes: dict[str, str] = {}
    for entry in pack.of("sources"):
        for provision in building.build_provisions(entry.plain, reporter(entry)):
            if provision.key in provisions:
                last = max(place for place, each in enumerate(entry.plain["provisions"]) if provision.key.endswith(f"/{each['id']}"))
                reporter(entry)(("provisions", last, "id"), f"provision {provision.key} is defined twice (first in {homes[provision.key]})")
            else:
                homes[provision.key] = entry.place(("provisions",))
            provisions[provision.key] = provision
    _carry_forward(pack, provisions)
    discrepancies: dict[str, Discrepancy] = {}
    for entry in pack.of("discrepancies"):
        for place, discrepancy in enumerate(building.build_discrepancies(entry.plain)):
            if discrepancy.id in discrepancies:
                reporter(entry)(("discrepancies", place, "id"), f"discrepancy {discrepancy.id} is defined twice")
            discrepancies[discrepancy.id] = discrepancy
    calendars: dict[str, Calendar] = {}
    for entry in pack.of("calendars"):
        if entry.plain["id"] in calendars:
            first = next(each for each in pack.of("calendars") if each.plain["id"] == entry.plain["id"])
            reporter(entry)(("id",), f"calendar {entry.plain['id']} is defined twice (first in {first.place(('id',))})")
        calendars[entry.plain["id"]] = building.build_calendar(entry.plain)

    profile_entries = {entry.plain["id"]: entry for entry in pack.of("profile")}
    roles: dict[str, Role] = {}
    additions: dict[str, Addition] = {}
    headlines: tuple[Headline, ...] = ()
    for name in pack.profiles:
        if name in profile_entries:
            plain = profile_entries[name].plain
            headlines += building.build_headlines(plain)
            roles.update(building.build_roles(plain))
            for key, addition in building.build_additions(plain).items():
                earlier = additions.get(key, Addition(key, (), ()))
                additions[key] = Addition(key, earlier.also_to + addition.also_to, earlier.deadlines + addition.deadlines)

    rule_entries = []
    for entry in pack.of("rules"):
        rule = building.build_rule(entry.plain, vocabulary, entry.profile, entry.file, reporter(entry))
        if rule is not None:
            rule_entries.append((rule, entry))
        else:
            pack.unbuilt.append(entry)
    rule_entries.sort(key=lambda pair: (pair[0].id, pair[0].window.start, pair[1].file))

    paths: dict[str, DutyPath] = {}
    for entry in pack.of("paths"):
        for position, path in enumerate(building.build_paths(entry.plain)):
            if path.id in paths and paths[path.id].steps:
                reporter(entry)(("paths", position, "id"), f"path {path.id} already has its steps; only a path without steps can be supplied")
            paths[path.id] = path

    stages: dict[str, Stage] = {}
    for entry in pack.of("stages"):
        for index, stage in enumerate(building.build_stages(entry.plain, vocabulary, reporter(entry))):
            if stage.id in stages or stage.order in {other.order for other in stages.values()}:
                reporter(entry)(("stages", index), f"stage '{stage.id}' has the id or the order of another stage")
            stages[stage.id] = stage

    ruleset = None
    own = profile_entries.get(pack.profiles[-1]) if pack.profiles else None
    if own is not None:
        calendar = calendars.get(own.plain["calendar"])
        checked = [profile_entries[name].plain["checked_on"] for name in pack.profiles if name in profile_entries]
        checked_on = max((date.fromisoformat(day) for day in checked if day), default=None)
        if calendar is None:
            named = f"there is no calendar called '{own.plain['calendar']}'{did_you_mean(own.plain['calendar'], calendars)}"
            reporter(own)(("calendar",), named)
        elif checked_on is None:
            reporter(own)((), "'checked_on' is missing here and in every profile it extends: the day the sources were last looked through")
        else:
            ruleset = Ruleset(
                profile=Profile(
                    id=own.plain["id"],
                    title=own.plain["title"],
                    authority=own.plain["authority"],
                    extends=tuple(reversed(pack.profiles[:-1])),
                    calendar=calendar.id,
                    roles=roles,
                    headlines=headlines,
                ),
                vocabulary=vocabulary,
                provisions=provisions,
                rules=tuple(with_additions(with_register(rule, discrepancies), additions) for rule, _ in rule_entries),
                paths=paths,
                stages=tuple(sorted(stages.values(), key=lambda stage: stage.order)),
                calendar=calendar,
                discrepancies=dict(sorted(discrepancies.items(), key=lambda pair: by_number(pair[0]))),
                digest=digest or digest_of(pack),
                checked_on=checked_on,
                held=_held(pack, profile_entries, rule_entries),
                shipped=shipped,
            )
    return Built(ruleset, pack, rule_entries, profile_entries)


def _carry_forward(pack: Pack, provisions: dict[str, Provision]) -> None:
    """Join each provision whose words are carried forward to the one from which they are; faults are added to the pack."""
    wanted: list[tuple[Provision, str]] = []
    for entry in pack.of("sources"):
        for index, each in enumerate(entry.plain["provisions"]):
            key, path = each["carried_from"], ("provisions", index, "carried_from")
            own = provisions.get(f"{entry.plain['id']}/{each['id']}")
            if key is None or own is None:
                continue
            if key not in provisions:
                pack.faults.append(entry.fault(path, f"there is no provision called '{key}'{did_you_mean(key, provisions)}"))
            elif provisions[key].window.start >= own.window.start:
                pack.faults.append(entry.fault(path, f"{key} does not begin before {own.key}; words are carried forward from an earlier text"))
            elif own.checked.relied_on:
                pack.faults.append(entry.fault(path, f"the text of {own.key} was read; words are carried forward only where it was not"))
            else:
                wanted.append((own, key))
    for own, key in sorted(wanted, key=lambda pair: pair[0].window.start):  # so that words carried twice are joined to what they are joined to
        provisions[own.key] = own._replace(carried_from=provisions[key])


def _held(pack: Pack, profiles: Mapping[str, PackFile], rules: Iterable[tuple[Rule, PackFile]]) -> tuple[Held, ...]:
    """Return from which day on each profile's own law is held: the day it gives, else the first day of its first rule."""
    found = []
    for name in pack.profiles:
        given = profiles[name].plain["held_from"] if name in profiles else None
        first = min((rule.window.start for rule, _ in rules if rule.profile == name), default=None)
        if since := date.fromisoformat(given) if given else first:
            found.append(Held(name, profiles[name].plain["title"] if name in profiles else name, since))
    return tuple(found)


def _vocabulary(pack: Pack) -> Vocabulary:
    entries = list(pack.of("vocabulary"))
    home: dict[str, PackFile] = {}
    for entry in entries:
        for index, fact in enumerate(entry.plain["facts"]):
            if fact["id"] in home:
                pack.faults.append(entry.fault(("facts", index, "id"), f"fact {fact['id']} is defined already in {home[fact['id']].file}"))
            home.setdefault(fact["id"], entry)

    def report(number: int, path: Path_, message: str) -> None:
        pack.faults.append(entries[number].fault(path, message))

    return build_vocabulary([entry.plain for entry in entries], report)


def digest_of(pack: Pack) -> str:
    """Return the SHA-256 of a pack's content: the same for the same rules, wherever and however they were read."""
    from hashlib import sha256  # shipped rules come with their digest, under a seal

    content = sorted([entry.kind, entry.profile, _canonical(entry.plain)] for entry in pack.entries)
    return sha256(_canonical(content).encode()).hexdigest()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
