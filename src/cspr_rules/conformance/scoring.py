"""How many answers of a program are right: by rule, by duty and by kind of fault; and its smallest failing cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from cspr_rules.conformance.explaining import Explanation
from cspr_rules.conformance.running import Result, Run
from cspr_rules.marking.answer_sheet import Answers
from cspr_rules.marking.one_mark import VERDICTS, Mark, Verdict

CONFORMANCE_SCHEMA = "cspr-rules/conformance/1"
_FAULTS = {
    "holder": "another role than owes it",
    "recipients": "other recipients",
    "strength": "another strength",
    "times": "owed another number of times",
    "days": "other days of single sources",
    "citations": "a provision that it does not rest on",
    "clocks": "other clocks",
    "grounds": "other provisions for a part of it",
    "option": "other roles in a choice",
    "path": "another order of steps",
    "stage": "another stage",
}


class Score(NamedTuple):
    """How many answers about one thing there are of each verdict.

    Attributes:
        id: The rule or duty.
        totals: Verdict to number.
    """

    id: str
    totals: dict[Verdict, int]


class Scored(NamedTuple):
    """A run, counted.

    Attributes:
        run: The run.
        states: What came of the cases: state to number.
        totals: Answers of each verdict.
        rules: The score of each rule, in order of id.
        duties: The score of each duty.
        faults: Kind of fault to number, the most frequent first.
        failing: The cases with something wrong, those with the fewest facts first.
        explanation: The misconceptions that explain what is wrong.
    """

    run: Run
    states: dict[str, int]
    totals: dict[Verdict, int]
    rules: tuple[Score, ...]
    duties: tuple[Score, ...]
    faults: dict[str, int]
    failing: tuple[Result, ...]
    explanation: Explanation

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong or left out and something is right."""
        return not self.failing and not self.run.ends and self.totals["right"] > 0


def scored(run: Run, explanation: Explanation) -> Scored:
    """Return a run, counted."""
    marks = [(result, each) for result in run.results if result.marking for each in result.marking.marks]
    faults: Counter[str] = Counter()
    for result, each in marks:
        if each.verdict in ("wrong", "missed"):
            faults[fault_of(each, result)] += 1
    faults.update(f"{each.kind}, no answer" for each in run.results if each.state == "broken")
    faults.update("an answer that is none: it says so itself" for each in run.results if (each.state, each.kind) == ("errored", "by its own account"))
    faults.update("answers that cannot be read" for each in run.results if (each.state, each.kind) == ("errored", "no answers"))
    failing = sorted((each for each in run.results if each.wrong), key=lambda each: (each.state == "not asked", each.asked.size, each.asked.id))
    every = [each for _, each in marks]
    return Scored(
        run,
        dict(Counter(each.state for each in run.results)),
        _totals(every),
        tuple(_scores(each for each in every if each.kind in ("outcome", "note"))),
        tuple(_scores(each for each in every if each.kind in ("duty", "holder", "recipients", "status"))),
        dict(faults.most_common()),
        tuple(failing),
        explanation,
    )


def _totals(marks: Iterable[Mark]) -> dict[Verdict, int]:
    counted = Counter(each.verdict for each in marks)
    return {verdict: counted[verdict] for verdict in VERDICTS}


def _scores(marks: Iterable[Mark]) -> Iterator[Score]:
    by_id: dict[str, list[Mark]] = {}
    for each in marks:
        by_id.setdefault(each.id, []).append(each)
    yield from (Score(name, _totals(by_id[name])) for name in sorted(by_id))


def fault_of(each: Mark, result: Result) -> str:
    """Return what kind of fault a wrong answer is."""
    if each.verdict == "missed":
        return "a duty that is owed and left out"
    if each.kind == "outcome":
        return f"says {each.answered}, where the rules say {each.found}"
    if each.kind == "duty" and result.answers is not None and result.marking is not None:
        return _of_day(result.answers, result, each.id)
    if each.kind == "status":
        return "another status"
    return _FAULTS.get(each.kind, "asks for, or notes, what it need not")


def _of_day(answers: Answers, result: Result, duty: str) -> str:
    given = answers.duties.get(duty) or ()
    owed = [found for found in result.marking.record.duties if found.id == duty] if result.marking else []
    if not owed:
        return "owed, or not owed, where the rules say otherwise"
    days = [each for each in given if isinstance(each, date)]
    last = [each.plan_for for each in owed if each.plan_for]
    if len(days) == 1 and len(last) == 1:
        return "a day too early" if days[0] < last[0] else "a day too late"
    if "not_owed" in given or "undetermined" in given:
        return "owed, or not owed, where the rules say otherwise"
    return "no day where there is one, or one where there is none"


def as_plain(found: Scored, profiles: Sequence[str]) -> dict[str, Any]:
    """Return a counted run as plain values for JSON."""
    return {
        "schema": CONFORMANCE_SCHEMA,
        "program": found.run.program,
        "profiles": list(profiles),
        "conforms": found.conforms,
        "cases": {"all": len(found.run.results), **found.states},
        "answers": dict(found.totals),
        "ends": list(found.run.ends),
        "rules": [{"id": each.id, **each.totals} for each in found.rules],
        "duties": [{"id": each.id, **each.totals} for each in found.duties],
        "faults": found.faults,
        "misconceptions": [
            {
                "ids": [each.id for each in named.misconceptions],
                "says": [each.says for each in named.misconceptions],
                "helps": [each.helps for each in named.misconceptions],
                "citations": [[provision.key for provision in each.citations] for each in named.misconceptions],
                "explains": named.explains,
                "agrees": named.agrees,
                "would_change": named.changes,
            }
            for named in found.explanation.named
        ],
        "unexplained": len(found.explanation.unexplained),
        "failing": [_failing(each) for each in found.failing],
        "skipped": [{"id": each.asked.id, "message": each.message} for each in found.run.results if each.state == "skipped"],
    }


def _failing(each: Result) -> dict[str, Any]:
    wrong = [mark for mark in (each.marking.marks if each.marking else ()) if mark.verdict in ("wrong", "missed")]
    said = [{"kind": mark.kind, "id": mark.id, "child": mark.child, "answered": mark.answered, "found": mark.found} for mark in wrong]
    return {"id": each.asked.id, "state": each.state, "message": each.message, "facts": each.asked.size, "wrong": said}
