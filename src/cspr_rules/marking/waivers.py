"""Waivers: written permission for a test to fail, because a system does not model something, with the reason and the day on which it ends.

A waiver excuses what is wrong, left out or not answered. It never excuses a case that cannot be read, and it never makes anything right: what is
excused is counted and shown as excused. One that has ended, and one that excuses nothing, is itself a failure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.errors import CaseError, Fault, Path_, did_you_mean, enough, shown
from cspr_rules.loading.reading import Document, read_file
from cspr_rules.marking.marks import Marking
from cspr_rules.marking.one_mark import Mark
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import parse_date

SCHEMA: Final = "cspr-rules/waivers/1"
FILE_KEYS: Final = ("schema", "waivers")
PATTERNS: Final = ("rule", "duty", "fact", "case")
KEYS: Final = (*PATTERNS, "reason", "until")
Spent: TypeAlias = Literal["ended", "unused"]


class Waiver(NamedTuple):
    """Permission for some tests to fail. What is not given matches anything; ``*`` in a pattern stands for any letters.

    Attributes:
        rule: Rules whose outcomes and notes are excused, and their duties: every rule that asks for the duty has to match.
        duty: Duties whose days and standing are excused, and that may be left out.
        fact: Facts that need not be asked for.
        case: Cases, by their name or that of their file.
        reason: Why.
        until: The last day on which it holds.
        place: Where it is written.
    """

    rule: str | None
    duty: str | None
    fact: str | None
    case: str | None
    reason: str
    until: date
    place: str

    def __str__(self) -> str:
        said = [f"{name} {pattern}" for name, pattern in zip(PATTERNS, self[:4], strict=True) if pattern is not None]
        return f"waiver for {', '.join(said)}"

    def matches(self, mark: Mark, marking: Marking, case: str, file: str) -> bool:
        """Return whether it is about one answer of a case."""
        if self.case is not None and not _like((case, file, file.rpartition("/")[2]), self.case):
            return False
        if mark.kind == "question":
            return self.rule is None and self.duty is None and (self.fact is None or fnmatchcase(mark.id, self.fact))
        if self.fact is not None:
            return False
        asking = [rule.id for rule in marking.record.ruleset.rules if any(duty.id == mark.id for duty in rule.duties)]
        if self.duty is not None and not (asking and fnmatchcase(mark.id, self.duty)):
            return False
        return self.rule is None or all(fnmatchcase(rule, self.rule) for rule in asking or [mark.id])


def _like(names: Iterable[str], pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)


class Waivers(NamedTuple):
    """The waivers of a run.

    Attributes:
        all: Each, in the order of the file.
        on: The day that is looked from: those that ended before it excuse nothing.
    """

    all: tuple[Waiver, ...]
    on: date

    def excusing(self, mark: Mark, marking: Marking, case: str, file: str) -> Waiver | None:
        """Return the first waiver that holds on the day and is about one answer; ``None`` if none is."""
        return next((each for each in self.all if each.until >= self.on and each.matches(mark, marking, case, file)), None)

    def spent(self, used: Collection[Waiver]) -> dict[Waiver, Spent]:
        """Return the waivers that have ended, and those that excused nothing.

        Args:
            used: Those that excused something.
        """
        return {each: "ended" if each.until < self.on else "unused" for each in self.all if each.until < self.on or each not in used}


def why_spent(waiver: Waiver, how: Spent) -> str:
    """Return what is wrong with a waiver that has ended or excuses nothing, and what to do about it."""
    if how == "ended":
        return f"it ended on {in_words(waiver.until)}, so it excuses nothing; mend what it was for, or agree on another day"
    return "it excuses nothing: no test that it is about fails, or it is about none; take it out, or put right what it names"


def read_waivers(path: str | Path) -> tuple[Waiver, ...]:
    """Read a file of waivers.

    Raises:
        CaseError: It cannot be read or is not shaped as one; every fault is listed with its line.
    """
    return waivers_from(read_file(path))


def waivers_from(document: Document) -> tuple[Waiver, ...]:
    """Return the waivers that a document holds.

    Raises:
        CaseError: It is not well-formed or not shaped as a file of waivers.
    """
    if document.faults:
        raise CaseError(document.faults)
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("waivers"), list):
        raise CaseError([document.fault((), "expected a file of waivers: `waivers:` and a list, each with what it is about, `reason` and `until`")])
    faults = [
        document.fault((key,), f"'{shown(key)}' is not part of a file of waivers{did_you_mean(key, FILE_KEYS)}")
        for key in [key for key in value if key not in FILE_KEYS][:10]
    ]
    if value.get("schema") not in (None, SCHEMA):
        faults.append(document.fault(("schema",), f"expected {SCHEMA}"))
    found: dict[Waiver, None] = {}
    for index, entry in enumerate(value["waivers"]):
        waiver = _waiver(document, ("waivers", index), entry, faults)
        enough(faults)
        if waiver is not None:
            found[waiver] = None
    if faults:
        raise CaseError(faults)
    return tuple(found)


def _waiver(document: Document, path: Path_, entry: Any, faults: list[Fault]) -> Waiver | None:
    before = len(faults)

    def fault(key: str | None, message: str) -> None:
        faults.append(document.fault(path if key is None else (*path, key), message))

    if not isinstance(entry, dict):
        fault(None, f"expected a waiver with some of {', '.join(PATTERNS)}, and `reason` and `until`")
        return None
    for key in [key for key in entry if key not in KEYS][:10]:
        fault(key, f"'{shown(key)}' is not part of a waiver{did_you_mean(key, KEYS)}; expected {', '.join(KEYS)}")
    patterns = _patterns(entry, fault)
    reason = entry.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        fault("reason", "expected the reason in words, such as what the system does not model and who knows of it")
    try:
        until = parse_date(str(entry.get("until")))
    except ValueError:
        fault("until", "expected the last day on which this waiver holds, as YYYY-MM-DD")
        return None
    return None if len(faults) > before else Waiver(**patterns, reason=str(reason), until=until, place=document.place(path))


def _patterns(entry: Mapping[str, Any], fault: Any) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key in PATTERNS:
        pattern = entry.get(key)
        if pattern is not None and (not isinstance(pattern, str) or not pattern.strip()):
            fault(key, f"expected what '{key}' is called, with * for any letters; put it in quotes")
            pattern = None
        found[key] = pattern
    said = [pattern for pattern in found.values() if pattern]
    if all(entry.get(key) is None for key in PATTERNS):
        fault(None, f"this waiver does not say what it is about; expected at least one of {', '.join(PATTERNS)}")
    elif said and all(not pattern.strip("*? ") for pattern in said):
        fault(None, "this waiver would excuse everything; name the rule, duty, fact or case that it is about")
    elif found["fact"] and (found["rule"] or found["duty"]):
        fault("fact", "a question belongs to no rule and no duty, so this is about nothing; write two waivers")
    return found
