"""An own system's answers as an ordinary test: the answer has to be what the rules give, or the test fails and says why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from cspr_rules.explain.phrases import cited
from cspr_rules.loading.case_files import CaseFile
from cspr_rules.marking.marks import Marking, mark
from cspr_rules.marking.one_mark import VERDICTS, Mark
from cspr_rules.marking.waivers import Waiver, Waivers
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision
from cspr_rules.record import evaluate


def assert_complies(
    answer: Mapping[str, Any],
    case: Case | CaseFile | Mapping[str, Any],
    *,
    ruleset: Ruleset,
    as_of: date,
    waivers: Waivers | None = None,
    name: str = "",
) -> Marking:
    """Fail unless what a system answers about a case is what the rules say.

    Args:
        answer: The answers, in the shape of the ``expect`` of a case file: outcomes, duties with the day to plan for, status, questions, notes.
        case: The facts.
        ruleset: The rules.
        as_of: The day to look from.
        waivers: What the system is excused from.
        name: What waivers call the case; the title of a case file if not given.

    Returns:
        The answers, marked.

    Raises:
        AssertionError: Something is wrong, left out or not answered, and no waiver excuses it. The message says what, why and where that stands.
        CaseError: The case or the answers cannot be read.
    """
    __tracebackhide__ = True  # what failed is the caller's test
    held = held_against(answer, case, ruleset=ruleset, as_of=as_of, waivers=waivers, name=name)
    fail_for(held)
    return held.marking


class Held(NamedTuple):
    """Answers held against the rules.

    Attributes:
        marking: The answers, marked.
        excused: Each mark with the waiver that excuses it; ``None`` where it is right, or nothing excuses it.
    """

    marking: Marking
    excused: list[tuple[Mark, Waiver | None]]


def held_against(
    answer: Mapping[str, Any], case: Case | CaseFile | Mapping[str, Any], *, ruleset: Ruleset, as_of: date, waivers: Waivers | None, name: str
) -> Held:
    """Return what :func:`assert_complies` looks at, without failing."""
    title = name or ((case.title or "") if isinstance(case, CaseFile) else "")
    marking = mark(evaluate(ruleset, case.case if isinstance(case, CaseFile) else case, as_of=as_of), answer)
    return Held(marking, excused(marking, waivers, title))


def fail_for(held: Held) -> None:
    """Fail if any answer is not right and not excused.

    Raises:
        AssertionError: Which, why, and where that stands.
    """
    __tracebackhide__ = True
    failed = [each for each, waiver in held.excused if each.verdict != "right" and waiver is None]
    if failed:
        head = f"{len(failed)} of {len(held.marking.marks)} answers are not what the rules say"
        raise AssertionError("\n\n".join([head, *map(_told, failed)]))


def excused(marking: Marking, waivers: Waivers | None, case: str, file: str = "") -> list[tuple[Mark, Waiver | None]]:
    """Return each mark with the waiver that excuses it; ``None`` where it is right, or nothing excuses it."""
    return [
        (each, waivers.excusing(each, marking, case, file) if waivers is not None and each.verdict != "right" else None) for each in marking.marks
    ]


def _told(each: Mark) -> str:
    whom = f", child {each.child}" if each.child else ""
    about = f"{each.id}{whom}: {VERDICTS[each.verdict]}"
    return told(about, each.answered, each.found, each.because, each.citations, each.place if ":" in each.place else "")


def told(about: str, answered: str, found: str, why: str, citations: tuple[Provision, ...], place: str) -> str:
    """Return an answer that is not right as the message of a failed test, with why and on what sources."""
    lines = [about, f"  answered: {answered or 'nothing'}", f"  the rules say: {found}", f"  why: {why}"]
    if citations:
        lines.append(f"  source: {cited(citations)}")
    if place:
        lines.append(f"  at: {place}")
    return "\n".join(lines)
