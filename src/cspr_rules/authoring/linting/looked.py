"""What lint looks at, and what it finds there: a code, and the place in the author's own file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from cspr_rules.errors import Path_
from cspr_rules.loading.assembling import Built
from cspr_rules.loading.checking import asked
from cspr_rules.loading.packs import PackFile
from cspr_rules.model.rules import Condition, Rule
from cspr_rules.model.ruleset import Ruleset


class Mend(NamedTuple):
    """Some citations, one after another, for which one name can stand that comes to the same.

    Attributes:
        path: Where the list stands, or the only one.
        first: The place of the first of them in the list.
        names: What is written.
        name: What to write instead.
    """

    path: Path_
    first: int
    names: tuple[str, ...]
    name: str


class Finding(NamedTuple):
    """One thing that is likely to be a mistake.

    Attributes:
        code: Its kind, a key of :data:`cspr_rules.authoring.linting.codes.CODES`.
        entry: The file.
        path: Where it stands in the file.
        says: What is wrong, in one sentence without its full stop.
        mend: What can be put right without a change of meaning, if it can.
    """

    code: str
    entry: PackFile
    path: Path_
    says: str
    mend: Mend | None = None


class Looked(NamedTuple):
    """One profile as lint sees it: everything it stands on is known, and only its own files are looked at.

    Attributes:
        built: The profile, built and checked without a fault.
        ruleset: Its rules.
        profile: The folder whose files are looked at.
        shared: Whether the files that stand beside the profiles are looked at, too.
    """

    built: Built
    ruleset: Ruleset
    profile: str
    shared: bool = False

    def entries(self, *kinds: str) -> Iterator[PackFile]:
        """Yield the files that are looked at, of some kinds; of every kind if none is given."""
        for entry in self.built.pack.entries:
            if (entry.profile == self.profile or (self.shared and not entry.profile)) and (not kinds or entry.kind in kinds):
                yield entry

    def rules(self) -> Iterator[tuple[Rule, PackFile]]:
        """Yield the rules that are looked at, each with its file."""
        return ((rule, entry) for rule, entry in self.built.rule_entries if entry.profile == self.profile)

    def days(self, rule: Rule) -> list[date]:
        """Return the days on which a rule's condition, with the rules it refers to, can come to mean something else: the first of each stretch."""
        versions = {version.window.start for _, name in asked(rule.when, ()) for version in self.ruleset.versions(name)}
        return sorted(day for day in {rule.window.start, *versions} if day in rule.window)

    def condition_on(self, day: date, name: str) -> Condition:
        """Return the condition of a rule as it stands on a day."""
        return next(rule.when for rule in self.ruleset.versions(name) if day in rule.window)


def positions(entry: PackFile) -> list[int]:
    """Return where the duties of a rule stand among what follows from it."""
    return [index for index, effect in enumerate(entry.plain["then"]) if "note" not in effect]
