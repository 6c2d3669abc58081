"""What is known to be coming: where to look for it, what was found when somebody last looked, and what it would change in the rules.

It stands in ``watch.yaml``, beside the rules for what is national and in a profile's folder for what concerns one authority. Nothing is decided from
it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from cspr_rules.errors import RulesError, did_you_mean
from cspr_rules.loading import editions
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.folders import read_accounts
from cspr_rules.model.sources import in_words
from cspr_rules.reports.layout import wrapped


class Watched(NamedTuple):
    """Something that is coming.

    Attributes:
        id: Its key.
        what: What it is.
        where: Where to look.
        looked_on: The day on which somebody last looked.
        found: How it stood then.
        would_change: What it would change in the rules.
        touches: Keys of the provisions it would touch.
    """

    id: str
    what: str
    where: tuple[str, ...]
    looked_on: date
    found: str
    would_change: str
    touches: tuple[str, ...]


class Watch(NamedTuple):
    """All that is coming for one authority, what was looked for longest ago first.

    Attributes:
        title: The authority.
        items: What is coming.
    """

    title: str
    items: tuple[Watched, ...]


def read_watch(built: Built) -> Watch:
    """Read what is coming for a profile and those it stands on.

    Raises:
        RulesError: The profile or what is watched has faults.
    """
    ruleset = built.ruleset
    if built.pack.faults or ruleset is None:
        raise RulesError(built.pack.faults)
    entries, faults = read_accounts(built.pack, "watch")
    known = (*ruleset.provisions, *editions.names(built.pack))
    found: dict[str, Watched] = {}
    for entry in entries:
        for index, each in enumerate(entry.plain["watch"]):
            if each["id"] in found:
                faults.append(entry.fault(("watch", index, "id"), f"'{each['id']}' is watched already"))
            for position, key in enumerate(each["touches"]):
                if key not in known:
                    path = ("watch", index, "touches", position)
                    faults.append(entry.fault(path, f"there is no provision called '{key}'{did_you_mean(key, known)}"))
            found[each["id"]] = Watched(
                each["id"],
                each["what"],
                tuple(each["where"]),
                date.fromisoformat(each["looked_on"]),
                each["found"],
                each["would_change"],
                tuple(each["touches"]),
            )
    if faults:
        raise RulesError(faults)
    return Watch(ruleset.profile.title, tuple(sorted(found.values(), key=lambda each: each.looked_on)))


def text(watch: Watch) -> str:
    """Return what is coming as text."""
    lines = [f"{watch.title}: {_counted(watch.items)}"]
    for each in watch.items:
        lines += ["", *wrapped(f"{each.what} [{each.id}]", "  ", 6)]
        lines += wrapped(f"{each.found} (looked on {in_words(each.looked_on)})", "      Found: ", 8)
        lines += wrapped(each.would_change, "      Would change: ", 8)
        lines += wrapped("; ".join(each.where), "      Look at: ", 8)
        lines += wrapped(", ".join(each.touches), "      Touches: ", 8) if each.touches else []
    return "\n".join(lines) + "\n"


def _counted(items: Sequence[Watched]) -> str:
    return f"{len(items)} {'thing' if len(items) == 1 else 'things'} to watch" if items else "nothing to watch is recorded"


def as_plain(watch: Watch) -> dict[str, Any]:
    """Return what is coming as plain values for JSON."""
    return {
        "schema": "cspr-rules/watch/1",
        "title": watch.title,
        "watch": [{**each._asdict(), "looked_on": each.looked_on.isoformat()} for each in watch.items],
    }
