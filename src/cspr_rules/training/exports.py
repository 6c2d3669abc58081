"""Exercises for systems that teach: GIFT and Moodle XML, with our marks for every choice.

Both formats know one right choice and several, and nothing like an order or a view. An order becomes a choice between orders, each with the share
that our marking gives it; a view becomes a question to write about, which nobody marks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from hashlib import sha256
from itertools import permutations
from typing import Final, NamedTuple

from cspr_rules.pictures.markup import Markup, tag
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.feedback import share_of
from cspr_rules.training.keys import NONE, Choice, Posed

MOODLE_FRACTIONS: Final = (
    "100", "90", "83.33333", "80", "75", "70", "66.66667", "60", "50", "40", "33.33333", "30", "25", "20", "16.66667", "14.28571", "12.5", "11.11111",
    "10", "5", "0",
)  # fmt: skip
"""The only shares of a mark that Moodle takes, in percent; and their negatives."""
MOST_ORDERS: Final = 6


class Exported(NamedTuple):
    """One choice as other systems take it.

    Attributes:
        text: It in words.
        share: What it adds to the mark or takes from it.
        told: What is said to whoever chooses it.
    """

    text: str
    share: Fraction
    told: str


def exported(posed: Posed) -> tuple[Exported, ...]:
    """Return the choices of a task with the share of each; none for a view."""
    if posed.mode == "view":
        return ()
    if posed.mode == "order":
        return tuple(_orders(posed))
    if posed.mode == "several":
        part = Fraction(1, len(posed.key))
        return tuple(Exported(each.text, part if each.right else -part, _said(each)) for each in posed.choices)
    return tuple(Exported(each.text, share_of(posed, (each.id,)), _said(each)) for each in posed.choices)


def _said(choice: Choice) -> str:
    if choice.id == NONE:
        return choice.told
    return "" if choice.right else " ".join((*(each.says for each in choice.suggests), choice.told)).strip()


def _orders(posed: Posed) -> Iterator[Exported]:
    """Yield the right order and a few others, in an order that gives nothing away."""
    texts = {each.id: each.text for each in posed.choices}
    drawn = sorted(permutations(posed.key), key=lambda order: sha256(f"{posed.id} {' '.join(order)}".encode()).digest())
    kept = [posed.key, *(order for order in drawn if order != posed.key)][:MOST_ORDERS]
    for order in sorted(kept, key=drawn.index):
        yield Exported("; then ".join(texts[name] for name in order), share_of(posed, order), "")


def percent(share: Fraction) -> str:
    """Return a share as one that Moodle takes: the nearest, in percent."""
    nearest = min(MOODLE_FRACTIONS, key=lambda each: abs(Fraction(each) / 100 - abs(share)))
    return f"-{nearest}" if share < 0 and nearest != "0" else nearest


def _story(exercise: Exercise, posed: Posed) -> str:
    """Return what is known by the task: the warning, and every scene up to its own."""
    scenes = exercise.written.scenes[: int(posed.id.split(".")[0])]
    return " ".join((f"Before you read: {exercise.written.warning}", *(scene.text for scene in scenes)))


def _feedback(posed: Posed) -> str:
    views = (f"{each.text}: {each.told}" for each in posed.choices if posed.mode == "view")
    return " ".join((posed.why, *views))


# -- GIFT ----------------------------------------------------------------------------------------------------------------------------------


def gift(units: Sequence[CourseUnit]) -> str:
    """Return exercises as GIFT text, a question for each task and a category for each unit."""
    return "\n".join(line for unit in units for line in _gift_unit(unit)) + "\n"


def _gift_unit(unit: CourseUnit) -> Iterator[str]:
    yield f"$CATEGORY: {unit.title.replace('/', '-')}"
    yield ""
    for exercise in unit.exercises:
        for posed in exercise.posed:
            yield f"::{_gift(f'{exercise.title}, {posed.id}')}::[plain]{_gift(_story(exercise, posed))} {_gift(posed.prompt)} {{"
            one = posed.mode != "several"
            for each in exported(posed):
                share, told = percent(each.share), f"#{_gift(each.told)}" if each.told else ""
                sign = "=" if one and share == "100" else "~" if one and share == "0" else f"~%{share}%"
                yield f"  {sign}{_gift(each.text)}{told}"
            yield f"  ####{_gift(_feedback(posed))}"
            yield "}"
            yield ""


def _gift(text: str) -> str:
    """Return text in which nothing is taken for a sign of the format."""
    flat = " ".join(text.split()).replace("\\", "\\\\")
    for sign in "~=#{}:":
        flat = flat.replace(sign, f"\\{sign}")
    return flat


# -- Moodle XML ----------------------------------------------------------------------------------------------------------------------------


def moodle_xml(units: Sequence[CourseUnit]) -> str:
    """Return exercises as Moodle XML, a question for each task and a category for each unit."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tag("quiz", [each for unit in units for each in _moodle_unit(unit)]) + "\n"


def _moodle_unit(unit: CourseUnit) -> Iterator[Markup]:
    yield tag("question", tag("category", tag("text", f"$course$/{unit.title.replace('/', '-')}")), type="category")
    for exercise in unit.exercises:
        for posed in exercise.posed:
            yield _moodle(exercise, posed)


def _moodle(exercise: Exercise, posed: Posed) -> Markup:
    head = (
        tag("name", tag("text", f"{exercise.title}, {posed.id}")),
        tag("questiontext", tag("text", f"{_story(exercise, posed)} {posed.prompt}"), format="plain_text"),
        tag("generalfeedback", tag("text", _feedback(posed)), format="plain_text"),
        tag("defaultgrade", "0" if posed.mode == "view" else "1"),
        tag("penalty", "0"),
    )
    if posed.mode == "view":
        return tag("question", head, tag("responseformat", "plain"), tag("responserequired", "0"), type="essay")
    answers = [_moodle_answer(each) for each in exported(posed)]
    single = "false" if posed.mode == "several" else "true"
    return tag(
        "question",
        head,
        tag("single", single),
        tag("shuffleanswers", "false"),
        tag("answernumbering", "abc"),
        answers,
        type="multichoice",
    )


def _moodle_answer(choice: Exported) -> Markup:
    told = tag("feedback", tag("text", choice.told), format="plain_text")
    return tag("answer", tag("text", choice.text), told, fraction=percent(choice.share), format="plain_text")
