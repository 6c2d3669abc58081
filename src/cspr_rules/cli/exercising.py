"""A session of exercises in a terminal: one task at a time, feedback at once or at the end, and answers kept in a file to go on from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from cspr_rules.cli.terminal import say, typed
from cspr_rules.explain.english import capital, day_of_week
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.feedback import STANDINGS, Given, answered
from cspr_rules.training.keys import NONE, Posed
from cspr_rules.training.papers import HOW, LETTERS

_HELP: Final = "Answer with letters, such as b, or a c. skip: leave it out; leave: go on to the next exercise; stop: end here; help: this."


class _StopError(Exception):
    """Whoever answers ends here."""


class _LeaveError(Exception):
    """Whoever answers leaves the rest of this exercise out."""


def hold(exercises: Sequence[Exercise], before: Given, keep: Callable[[Given], None], *, at_once: bool, again: bool) -> Given:
    """Ask the tasks that are not answered yet, and return every answer.

    Args:
        exercises: The exercises, in order.
        before: What was answered before.
        keep: Called with everything after each answer, so that nothing is lost if the terminal closes.
        at_once: Whether feedback comes after each answer.
        again: Whether what is not right is asked again.
    """
    given = {name: dict(tasks) for name, tasks in before.items()}
    say(_HELP)
    try:
        for exercise in exercises:
            try:
                _exercise(exercise, given.setdefault(exercise.id, {}), lambda: keep(given), at_once=at_once, again=again)
            except _LeaveError:
                say("The rest of this exercise is left out.")
    except (_StopError, EOFError):
        say("You can go on from here another time.")
    return {name: tasks for name, tasks in given.items() if tasks}


def _exercise(exercise: Exercise, given: dict[str, tuple[str, ...]], keep: Callable[[], None], *, at_once: bool, again: bool) -> None:
    def wanted(posed: Posed) -> bool:
        if posed.id not in given:
            return True
        return again and answered(exercise, posed, given[posed.id]).standing in ("wrong", "partly")

    if not any(map(wanted, exercise.posed)):
        return
    say("")
    say(exercise.title.upper())
    say(f"Before you read: {exercise.written.warning}")
    for scene in exercise.written.scenes:
        asked = exercise.posed_in(scene)
        say("")
        say(f"Looked at on {day_of_week(scene.as_of)}.")
        say(scene.text)
        for posed in filter(wanted, asked):
            chosen = _asked(posed)
            if chosen is None:
                continue
            given[posed.id] = chosen
            keep()
            if at_once:
                _tell(exercise, posed, chosen)
    if at_once:
        say(f"To take away: {exercise.written.point}")


def _asked(posed: Posed) -> tuple[str, ...] | None:
    say("")
    say(f"{posed.prompt} {HOW[posed.mode]}")
    for letter, choice in zip(LETTERS, posed.choices, strict=False):
        say(choice.text, f"  {letter}) ")
    while True:
        text = typed(">").casefold()
        if text in ("stop", "quit"):
            raise _StopError
        if text == "leave":
            raise _LeaveError
        if text == "skip":
            return None
        if text in ("help", "?", ""):
            say(_HELP)
            continue
        problem, chosen = _read(text, posed)
        if chosen:
            return chosen
        say(problem)


def _read(text: str, posed: Posed) -> tuple[str, tuple[str, ...]]:
    letters = text.replace(",", " ").split()
    if any(len(each) > 1 for each in letters) and all(set(each) <= set(LETTERS[: len(posed.choices)]) for each in letters):
        letters = list("".join(letters))
    by_letter = {letter: choice.id for letter, choice in zip(LETTERS, posed.choices, strict=False)}
    if not letters or any(each not in by_letter for each in letters) or len(set(letters)) < len(letters):
        return f"Expected letters from a to {LETTERS[len(posed.choices) - 1]}, each once.", ()
    chosen = tuple(by_letter[each] for each in letters)
    if posed.mode in ("one", "view") and len(chosen) > 1:
        return "Expected one letter.", ()
    if posed.mode == "order" and len(chosen) < len(posed.choices):
        return f"Expected all {len(posed.choices)} letters, in order.", ()
    if posed.mode == "several" and NONE in chosen and len(chosen) > 1:
        return "“None of these” stands alone.", ()
    return "", chosen


def _tell(exercise: Exercise, posed: Posed, chosen: tuple[str, ...]) -> None:
    marked = answered(exercise, posed, chosen)
    say(f"{capital(STANDINGS[marked.standing])}.")
    for each in marked.told or (posed.why,):
        say(each, "  ")
