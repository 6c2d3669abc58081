"""The rules that ship with the package, as one JSON file. Run when a wheel is built."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cspr_rules.errors import RulesError
from cspr_rules.loading.compiled import sealed, sizes
from cspr_rules.loading.rulesets import check_folder

FIRST_YEAR, YEARS_AFTER_CONFIRMED = 2010, 5


def prebuilt(rules_dir: Path) -> str:
    """Return the shipped profiles' files, digests and bank holidays as JSON text.

    Args:
        rules_dir: The rules folder of a checkout.

    Raises:
        RulesError: The rules have faults.
    """
    entries: list[dict[str, Any]] = []
    index: dict[tuple[str, str], int] = {}
    profiles: dict[str, Any] = {}
    holidays: dict[str, Any] = {}
    for folder in sorted(path.parent for path in rules_dir.glob("*/profile.yaml")):
        built = check_folder(folder.name, rules_dir)
        ruleset = built.ruleset
        if built.pack.faults or ruleset is None:
            raise RulesError(built.pack.faults)
        for entry in built.pack.entries:
            if (entry.profile, entry.file) not in index:
                index[entry.profile, entry.file] = len(entries)
                entries.append({"kind": entry.kind, "profile": entry.profile, "file": entry.file, "plain": entry.plain})
        profiles[folder.name] = {
            "chain": built.pack.profiles,
            "digest": ruleset.digest,
            "calendar": ruleset.calendar.id,
            "entries": [index[entry.profile, entry.file] for entry in built.pack.entries],
        }
        years = range(FIRST_YEAR, ruleset.calendar.confirmed_until.year + YEARS_AFTER_CONFIRMED + 1)
        holidays[ruleset.calendar.id] = {year: [[day.isoformat(), name] for day, name in ruleset.calendar.holidays(year).items()] for year in years}
    return sealed({"entries": entries, "profiles": profiles, "holidays": holidays, "files": sizes(rules_dir)})
