"""What a command found, as one list of values that every format is written from: what passed, is excused, failed or cannot be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.engine import plain_values
from cspr_rules.errors import Fault
from cspr_rules.marking.case_tests import TriedCase
from cspr_rules.marking.complying import excused, told
from cspr_rules.marking.marks import Marking
from cspr_rules.marking.one_mark import VERDICTS, Mark
from cspr_rules.marking.waivers import Spent, Waiver, Waivers, why_spent
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.safe_text import visible

SCHEMA: Final = "cspr-rules/findings/1"
State: TypeAlias = Literal["passed", "waived", "failed", "error"]
STATES: Final[Mapping[State, str]] = {"error": "cannot be read", "failed": "failed", "waived": "excused by a waiver", "passed": "passed"}
"""Every state, what has to be looked at first first, and how it is printed."""
BAD: Final[tuple[State, ...]] = ("error", "failed")


class Kind(NamedTuple):
    """A kind of finding.

    Attributes:
        code: What it is called by tools; it stays the same.
        name: The same as one word.
        title: What is wrong, in a sentence.
        help: What to do about it.
        page: All of it, as Markdown, where there is a page of its own.
    """

    code: str
    name: str
    title: str
    help: str
    page: str = ""


KINDS: Final[Mapping[str, Kind]] = {
    "wrong": Kind(
        "CSPR001",
        "WrongAnswer",
        "An answer about a case is not what the rules say.",
        "Read why the rules say otherwise, and mend the system or the file that gives this answer. Where the rules are wrong, tell who keeps them.",
    ),
    "missed": Kind(
        "CSPR002",
        "DutyLeftOut",
        "A duty is owed, and answers that claim to name every duty do not name it.",
        "Add the duty to what the system answers, or take the group of rules out of `complete_for`.",
    ),
    "unanswered": Kind(
        "CSPR003",
        "NotAnswered",
        "A question stands among the answers without an answer.",
        "Fill the answer in, or take the line out. What is empty is never taken for a no.",
    ),
    "unread": Kind(
        "CSPR004",
        "CannotBeRead",
        "A case, or what is expected of it, cannot be read.",
        "Mend the file at this line. Nothing was decided for this case.",
    ),
    "ended": Kind(
        "CSPR005",
        "WaiverEnded",
        "A waiver has ended.",
        "Mend what the waiver was for and take it out, or agree on another day.",
    ),
    "unused": Kind(
        "CSPR006",
        "WaiverUnused",
        "A waiver excuses nothing.",
        "Take the waiver out, or put right the rule, duty, fact or case that it names.",
    ),
    "rules": Kind(
        "CSPR010",
        "FaultInRules",
        "A file of rules has a fault.",
        "Mend the file at this line; `cspr-rules check` says what was expected.",
    ),
    "example": Kind(
        "CSPR011",
        "ExampleDiffers",
        "An example of a rule does not get the answer that is written beside it.",
        "Work the example out by hand from the source, and mend the rule or the example.",
    ),
}


class Where(NamedTuple):
    """Where something is written.

    Attributes:
        file: The file, from the folder in which the command runs, with ``/`` between its parts; as it was named where it lies elsewhere.
        line: The line, from 1; ``None`` if the file has none to name.
        column: The column, from 1.
    """

    file: str
    line: int | None
    column: int | None

    def __str__(self) -> str:
        return ":".join(str(each) for each in self if each is not None)


class Found(NamedTuple):
    """One finding.

    Attributes:
        kind: A key of :data:`KINDS`, or a code of ``lint``.
        state: What became of it.
        suite: What it is one of: a case, or a file of rules.
        name: What tells it from the others of its suite, whatever line it stands on and however it is worded.
        title: What it is about, in words.
        answered: What was answered, in words; empty where nothing was, or nothing was asked.
        found: What the rules say.
        says: What is wrong, in one sentence; nothing if it passed.
        explain: Works out why.
        citations: The provisions it rests on.
        where: Where it is written.
        waiver: What excuses it.
    """

    kind: str
    state: State
    suite: str
    name: str
    title: str
    answered: str
    found: str
    says: str
    explain: Callable[[], str]
    citations: tuple[Provision, ...]
    where: Where
    waiver: Waiver | None = None

    @property
    def code(self) -> str:
        """What its kind is called by tools; a code of ``lint`` is a kind by itself."""
        return KINDS[self.kind].code if self.kind in KINDS else self.kind

    @property
    def fingerprint(self) -> str:
        """A digest that names the finding, whatever line it stands on and however it is worded."""
        said = "\n".join((self.code, self.where.file, self.suite, self.name))
        return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


class Findings(NamedTuple):
    """All that one run found.

    Attributes:
        command: The command, such as ``test``.
        all: Each finding, in the order of the files.
        kinds: Every kind that may be among them.
    """

    command: str
    all: tuple[Found, ...]
    kinds: Mapping[str, Kind] = KINDS

    @property
    def bad(self) -> list[Found]:
        """What fails the run: what cannot be read first."""
        return [each for state in BAD for each in self.all if each.state == state]

    @property
    def waived(self) -> list[Found]:
        """What failed and is excused."""
        return [each for each in self.all if each.state == "waived"]

    @property
    def totals(self) -> dict[State, int]:
        """How many findings there are of each state."""
        counts = Counter(each.state for each in self.all)
        return {state: counts[state] for state in STATES}

    @property
    def summary(self) -> str:
        """The totals in words, those of nothing left out."""
        return ", ".join(f"{count} {STATES[state]}" for state, count in self.totals.items() if count) or "nothing was looked at"


def where(place: str, root: Path) -> Where:
    """Return where something is written, from ``file``, ``file:line`` or ``file:line:column``.

    Args:
        place: The place, as messages have it.
        root: The folder in which the command runs.
    """
    file = place
    numbers: list[int] = []
    while len(numbers) < 2:
        head, _, last = file.rpartition(":")
        if not head or not last.isdecimal():
            break
        file = head
        numbers.insert(0, int(last))
    line, column = (*numbers, None, None)[:2]
    return Where(_from(file, root), line, column)


def _from(file: str, root: Path) -> str:
    """Return a path as tools want it: from the folder in which the command runs, if it lies there."""
    try:
        return Path(root, file).resolve().relative_to(root.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):
        return Path(file).as_posix()


# -- from cases -----------------------------------------------------------------------------------------------------------------------


def nothing() -> str:
    """Return no reason: what passed needs none, and a fault says all there is to say."""
    return ""


def of_case(case: TriedCase, waivers: Waivers | None, root: Path) -> list[Found]:
    """Return the findings of one case: one for each thing that is expected of it, and for what was left out."""
    suite = f"{_from(case.file, root)}: {case.name}"
    if case.marking is None:
        return [unread(suite, fault, index, case.place, root) for index, fault in enumerate(case.faults)]
    named: Counter[str] = Counter()
    found = []
    for each, waiver in excused(case.marking, waivers, case.name, _from(case.file, root)):
        made = of_mark(each, waiver, suite, root)
        named[made.name] += 1
        found.append(made._replace(name=f"{made.name} ({named[made.name]})") if named[made.name] > 1 else made)
    if not found:  # `complete_for` alone, and nothing is owed
        found.append(_passed(case.marking, suite, where(case.place, root)))
    return found


def _passed(marking: Marking, suite: str, place: Where) -> Found:
    title = "No duty is named, and none of these rules makes one owed"
    return Found("missed", "passed", suite, "complete", title, "", "", "", nothing, (), place)


def of_mark(each: Mark, waiver: Waiver | None, suite: str, root: Path) -> Found:
    """Return one answer of a case as a finding."""
    name = f"{each.kind}: {each.id}" + (f"[{each.child}]" if each.child else "")
    state: State = "passed" if each.verdict == "right" else "failed" if waiver is None else "waived"
    says = f"{VERDICTS[each.verdict]}: answered {each.answered or 'nothing'}; the rules say {each.found}" if state != "passed" else ""
    kind = "wrong" if each.verdict == "right" else each.verdict
    explain = nothing if state == "passed" else each.explain
    return Found(kind, state, suite, name, each.title, each.answered, each.found, says, explain, each.citations, where(each.place, root), waiver)


def unread(suite: str, fault: Fault, index: int, place: str, root: Path) -> Found:
    """Return a fault of a case as a finding.

    Args:
        suite: The case.
        fault: What is wrong.
        index: Which of its faults it is.
        place: Where the case is written, if the fault does not say where it is.
        root: The folder in which the command runs.
    """
    inside = fault.path or f"fault {index + 1}"
    message = visible(fault.message + (f" (at {fault.path})" if fault.path and fault.path not in fault.message else ""))
    at = where(fault.place if _names_a_file(fault.place) else place, root)
    return Found("unread", "error", suite, inside, KINDS["unread"].title, "", "", message, nothing, (), at)


def _names_a_file(place: str) -> bool:
    return ":" in place or "/" in place or "." in place


def of_waivers(spent: Mapping[Waiver, Spent], root: Path) -> Iterator[Found]:
    """Yield a finding for each waiver that has ended or excuses nothing."""
    for waiver, how in spent.items():
        at = where(waiver.place, root)
        says = visible(f"{waiver}: {why_spent(waiver, how)}")
        until = f"until {waiver.until.isoformat()}"
        yield Found(how, "failed", f"{at.file}: waivers", f"{waiver} {until}", KINDS[how].title, "", "", says, nothing, (), at)


def findings_of(command: str, cases: Iterable[TriedCase], waivers: Waivers | None, root: Path) -> Findings:
    """Return all that the cases of a run, and the waivers for them, came to.

    Args:
        command: The command.
        cases: Each case, tried.
        waivers: The waivers, if there are any.
        root: The folder in which the command runs.
    """
    found = [each for case in cases for each in of_case(case, waivers, root)]
    if waivers is not None:
        found += of_waivers(waivers.spent(used(found)), root)
    return Findings(command, tuple(found))


def used(found: Iterable[Found]) -> Collection[Waiver]:
    """Return the waivers that excuse something."""
    return {each.waiver for each in found if each.waiver is not None}


# -- to words and plain values ----------------------------------------------------------------------------------------------------------


def because(each: Found) -> str:
    """Return why, with what excuses it; on one line."""
    excuse = f"Excused until {in_words(each.waiver.until)}: {each.waiver.reason.rstrip(' .')}." if each.waiver is not None else ""
    return visible(" ".join(part for part in (excuse, each.explain()) if part))


def sentence(each: Found) -> str:
    """Return what a finding says, and why, on one line: an answer with what it is about, a fault as it is."""
    about = f"{each.name}: " if each.kind in (*VERDICTS, "example") else ""
    return visible(f"{about}{each.says}. {because(each)}").strip()


def in_full(each: Found) -> str:
    """Return a finding as the message of a failed test."""
    if each.kind not in VERDICTS:
        return f"{each.says}\n  at: {each.where}"
    verdict = VERDICTS[each.kind]  # type: ignore[index] # it is one of them
    return told(f"{each.name}: {verdict}", each.answered, each.found, because(each), each.citations, str(each.where))


def by_suite(found: Sequence[Found]) -> dict[str, list[Found]]:
    """Return findings by what they are of, in order."""
    suites: dict[str, list[Found]] = {}
    for each in found:
        suites.setdefault(each.suite, []).append(each)
    return suites


def plain(findings: Findings) -> dict[str, Any]:
    """Return findings as plain values, in the shape of the published JSON Schema."""
    return {
        "schema": SCHEMA,
        "command": findings.command,
        "totals": dict(findings.totals),
        "findings": [_plain(each) for each in findings.all],
    }


def _plain(each: Found) -> dict[str, Any]:
    waiver = each.waiver
    return {
        "code": each.code if each.state != "passed" else None,
        "state": each.state,
        "suite": each.suite,
        "name": each.name,
        "title": each.title,
        "answered": each.answered,
        "found": each.found,
        "says": each.says,
        "because": visible(each.explain()),
        "citations": plain_values.citations(each.citations),
        "place": {"file": each.where.file, "line": each.where.line, "column": each.where.column},
        "waiver": {"reason": waiver.reason, "until": waiver.until.isoformat()} if waiver is not None else None,
        "fingerprint": each.fingerprint,
    }
