"""One name for a provision in every edition of a guidance: ``wt/notify`` stands for that provision in each file that is an ``edition_of: wt``.

A name is written out where the files are read, so that everything after deals with provisions only. In a rule it stands for the editions in which the
provision applies at some time while the rule does; elsewhere for every edition that has the provision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from cspr_rules.errors import Path_
from cspr_rules.loading.packs import Pack, PackFile
from cspr_rules.model.sources import NO_DAY, Window

_CITING = ("cites", "sources")
"""The keys under which files name provisions."""

Editions: TypeAlias = Mapping[str, Sequence[tuple[str, Window | None]]]
"""What can be cited of a guidance whichever the edition, with the provision of each edition that has it, earliest first."""


def write_out(pack: Pack) -> None:
    """Replace, in every file of a pack, what is named for all editions by the provisions it stands for; faults are added to the pack."""
    editions = _editions(pack)
    for entry in pack.entries:
        if entry.kind != "sources" and editions:
            window = _window(entry.plain["in_force"]) if entry.kind == "rules" else None
            for path, holder, key in list(_citing(entry.plain, ())):
                _replace(pack, entry, (*path, key), holder, editions, window)


def names(pack: Pack) -> list[str]:
    """Return what can be cited of a guidance whichever the edition, for suggestions."""
    return list(_editions(pack))


def _editions(pack: Pack) -> Editions:
    found: dict[str, list[tuple[str, Window | None]]] = {}
    instruments = {entry.plain["id"] for entry in pack.of("sources")}
    for entry in pack.of("sources"):
        family = entry.plain["edition_of"]
        if family is None:
            continue
        if family in instruments:
            pack.faults.append(entry.fault(("edition_of",), f"'{family}' is the id of a source; editions need a name of their own"))
            continue
        for each in entry.plain["provisions"]:
            window = each["in_force"] or entry.plain["in_force"]
            found.setdefault(f"{family}/{each['id']}", []).append((f"{entry.plain['id']}/{each['id']}", window and _window(window)))
    return {name: sorted(each, key=lambda pair: pair[1].start if pair[1] else date.min) for name, each in found.items()}


def _window(plain: Mapping[str, Any]) -> Window:
    start, until = (date.fromisoformat(plain[key]) if plain[key] else None for key in ("from", "until"))
    return Window(start or NO_DAY, until)


def _citing(plain: Any, path: Path_) -> Iterator[tuple[Path_, Any, str]]:
    """Yield the mappings that name provisions, with their paths and the keys under which they do."""
    if isinstance(plain, dict):
        for key, value in plain.items():
            if key in _CITING and isinstance(value, str | list):
                yield path, plain, key
            else:
                yield from _citing(value, (*path, key))
    elif isinstance(plain, list):
        for index, each in enumerate(plain):
            yield from _citing(each, (*path, index))


def _replace(pack: Pack, entry: PackFile, path: Path_, holder: dict[str, Any], editions: Editions, window: Window | None) -> None:
    key = str(path[-1])
    written = [holder[key]] if isinstance(holder[key], str) else holder[key]
    if not any(isinstance(each, str) and each in editions for each in written):
        return
    full: list[Any] = []
    places = []
    for index, each in enumerate(written):
        standing = _standing_for(editions[each], window) if isinstance(each, str) and each in editions else [each]
        for name in standing:
            if name in full:
                pack.faults.append(entry.fault((*path, index), f"{name} is cited twice here: by itself and with all its editions"))
        full += standing
        places += [entry.document.places.get((*path, index)) if entry.document else None] * len(standing)
    holder[key] = full
    if entry.document:  # a fault of any edition is shown where the name was written
        entry.document.places.update({(*path, index): place for index, place in enumerate(places) if place})


def _standing_for(editions: Sequence[tuple[str, Window | None]], window: Window | None) -> list[str]:
    every = [name for name, _ in editions]
    if window is None:
        return every
    # Where none applies while the rule does, all are kept: each is then said to apply at another time.
    return [name for name, own in editions if own is None or own.overlaps(window)] or every
