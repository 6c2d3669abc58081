"""Answers to exercises: read from files, marked by what the rules say, with what a wrong one suggests. A view is never marked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules.errors import CaseError, Fault, enough, shown
from cspr_rules.explain.english import listed
from cspr_rules.loading.reading import Document
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.keys import NONE, Posed
from cspr_rules.training.suggested import Suggested

SCHEMA: Final = "cspr-rules/training-answers/1"
Standing: TypeAlias = Literal["right", "partly", "wrong", "unanswered", "view"]
STANDINGS: Final[Mapping[Standing, str]] = {
    "wrong": "wrong",
    "partly": "right in part",
    "unanswered": "not answered",
    "right": "right",
    "view": "a view: not marked",
}
"""Every way an answer can stand and how it is printed, what there is to learn from first."""
Given: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Exercise to task to the ids of what was chosen, in order."""
MOST_ANSWERS: Final = 2_000


class AnsweredTask(NamedTuple):
    """One task with what somebody answered.

    Attributes:
        exercise: The exercise.
        posed: The task.
        given: The ids of what was chosen.
        standing: How it stands.
        share: How much of it is right, from 0 to 1; nothing for a view.
        told: What is to be said of it, mistakes first.
        suggests: The misconceptions that the wrong choices suggest.
    """

    exercise: Exercise
    posed: Posed
    given: tuple[str, ...]
    standing: Standing
    share: Fraction | None
    told: tuple[str, ...]
    suggests: tuple[Suggested, ...]

    @property
    def said(self) -> str:
        """What was answered, in words."""
        texts = [choice.text if (choice := self.posed.choice(each)) else shown(each) for each in self.given]
        return "; ".join(texts)


def answered(exercise: Exercise, posed: Posed, given: Sequence[str]) -> AnsweredTask:
    """Mark one answer.

    Args:
        exercise: The exercise.
        posed: One of its tasks.
        given: The ids of what was chosen, in order where an order was asked for; nothing if it was not answered.
    """
    chosen = tuple(dict.fromkeys(given))
    if posed.mode == "view":
        told = tuple(choice.told for each in chosen if (choice := posed.choice(each)))
        return AnsweredTask(exercise, posed, chosen, "view" if chosen else "unanswered", None, (*told, posed.why), ())
    share = share_of(posed, chosen)
    standing: Standing = "unanswered" if not chosen else "right" if share == 1 else "partly" if share else "wrong"
    mistaken = [each for each in posed.choices if chosen and each.right != (each.id in chosen) and (posed.mode == "several" or not each.right)]
    suggests = dict.fromkeys(held for each in mistaken for held in each.suggests)
    told = (*(each.says for each in suggests), *_told(posed, chosen), posed.why)
    return AnsweredTask(
        exercise, posed, chosen, standing, share, () if standing == "right" else tuple(dict.fromkeys(filter(None, told))), tuple(suggests)
    )


def share_of(posed: Posed, chosen: Sequence[str]) -> Fraction:
    """Return how much of an answer is right, from 0 to 1.

    Of several, each right choice counts and each wrong one takes as much away; of an order, the steps that stand in the right order to each other,
    if they are more than half. That something is owed, without the right day or with a wrong one, is half.
    """
    if not chosen:
        return Fraction(0)
    if posed.mode == "several":
        right = sum(each in posed.key for each in chosen)
        return max(Fraction(0), Fraction(right - (len(chosen) - right), len(posed.key)))
    if posed.mode == "order":
        if set(chosen) != set(posed.key):
            return Fraction(0)
        pairs = [(one, two) for place, one in enumerate(posed.key) for two in posed.key[place + 1 :]]
        kept = sum(chosen.index(one) < chosen.index(two) for one, two in pairs)
        return Fraction(kept, len(pairs)) if 2 * kept > len(pairs) or kept == len(pairs) else Fraction(0)
    if tuple(chosen) == posed.key:
        return Fraction(1)
    unowed = ("not_owed", "undetermined")
    if posed.kind == "when" and posed.key[0] not in unowed and len(chosen) == 1 and chosen[0] not in unowed:
        return Fraction(1, 2)
    return Fraction(0)


def _told(posed: Posed, chosen: Sequence[str]) -> Iterable[str]:
    if posed.mode == "several":
        for each in posed.choices:
            if each.id in chosen and not each.right:
                yield f"Not “{each.text}” {each.told}"
        for each in posed.choices:
            if each.right and each.id not in chosen and each.id != NONE:
                yield f"Left out: “{each.text}” {each.told}"
    elif posed.mode == "order":
        yield f"The order is: {listed((step.text for name in posed.key if (step := posed.choice(name))), 'then')}."
    else:
        yield from (f"Right would be: {each.text}." for each in posed.choices if each.right)


def answers_from(document: Document, exercises: Iterable[Exercise]) -> Given:
    """Return the answers that a file holds to some exercises.

    Args:
        document: What was read.
        exercises: The exercises; answers to others are refused.

    Raises:
        CaseError: It is not shaped as a file of answers, or names what is not asked; nothing that a learner wrote is repeated but names.
    """
    if document.faults:
        raise CaseError(document.faults)
    value = document.value
    if not isinstance(value, dict) or value.get("schema") != SCHEMA or not isinstance(value.get("answers"), dict):
        raise CaseError([document.fault((), f"expected a file of answers with `schema: {SCHEMA}` and `answers:`")])
    faults: list[Fault] = []
    known = {each.id: {task.id for scene in each.written.scenes for task in scene.tasks} for each in exercises}  # nothing is worked out for it
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for key in value:
        if key not in ("schema", "answers"):
            faults.append(document.fault((key,), f"'{shown(key)}' is no part of a file of answers"))
            enough(faults)
    for name, tasks in value["answers"].items():
        path: tuple[str | int, ...] = ("answers", name)
        if name not in known:
            faults.append(document.fault(path, f"there is no exercise called '{shown(name)}' among those that are marked"))
        elif not isinstance(tasks, dict):
            faults.append(document.fault(path, "expected the answers to its tasks"))
        else:
            for task, given in tasks.items():
                if task not in known[name]:
                    faults.append(document.fault((*path, task), f"there is no task {shown(task)} in this exercise"))
                elif not isinstance(given, list) or len(given) > 40 or not all(isinstance(each, str) and len(each) <= 120 for each in given):
                    faults.append(document.fault((*path, task), "expected a list of what was chosen"))
                else:
                    found.setdefault(name, {})[task] = tuple(given)
                enough(faults)
        enough(faults)
    if faults:
        raise CaseError(faults)
    return found


def written_answers(given: Given) -> str:
    """Return answers as a file: no name, no time, and nothing but what was chosen."""
    plain: dict[str, Any] = {name: {task: list(chosen) for task, chosen in tasks.items()} for name, tasks in given.items()}
    return json.dumps({"schema": SCHEMA, "answers": plain}, indent=1, ensure_ascii=False) + "\n"


def mark_all(exercises: Iterable[Exercise], given: Given) -> list[AnsweredTask]:
    """Mark the answers to some exercises, in their order; what is not answered is among them."""
    return [answered(each, posed, given.get(each.id, {}).get(posed.id, ())) for each in exercises for posed in each.posed]


def totals(marked: Iterable[AnsweredTask]) -> str:
    """Return how many answers stand in which way, in words."""
    counts = Counter(each.standing for each in marked)
    order: tuple[Standing, ...] = ("right", "partly", "wrong", "unanswered", "view")
    words = {**STANDINGS, "view": "not marked, for they are views"}
    return listed(f"{counts[each]} {words[each]}" for each in order if counts[each]) or "nothing was asked"
