"""Exercises on paper: the paper, its key, the notes for whoever leads the session, somebody's marked answers, and a handout of any case."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from cspr_rules.explain.english import counted, day_of_week
from cspr_rules.record import DecisionRecord
from cspr_rules.reports.document import Fold, Heading, Item, Look, Paragraph, Piece, Span
from cspr_rules.reports.facts_in_words import facts_in_words
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.feedback import STANDINGS, AnsweredTask, Standing, totals
from cspr_rules.training.keys import Posed

HOW: Final = {
    "one": "Choose one.",
    "several": "Choose every one that applies, or “None of these”.",
    "order": "Number them in order, from 1.",
    "view": "Choose one. Nothing is right or wrong here.",
}
LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
LIMITS: Final = (
    "The right answers are what these rules say on the facts told, by the law of the day. They are no advice on a real case, and nothing here says "
    "that nobody need be told."
)
_LOOKS: Final[dict[Standing, Look]] = {"right": "good", "wrong": "bad", "partly": "open", "unanswered": "open", "view": "note"}


def paper(exercises: Sequence[Exercise], title: str) -> Iterator[Piece]:
    """Yield the exercises without their answers."""
    yield Heading(1, title)
    yield Paragraph(
        "Everybody in these exercises is invented. Each says first what is distressing in it; leave out what you do not want to read.", "note"
    )
    for number, exercise in enumerate(exercises, start=1):
        yield from _story(exercise, number)


def _story(exercise: Exercise, number: int) -> Iterator[Piece]:
    written = exercise.written
    yield Heading(2, f"{number}. {written.title}")
    yield Paragraph((Span("Before you read:", "strong"), f" {written.warning}"))
    for place, scene in enumerate(written.scenes, start=1):
        yield Heading(3, f"{number}.{place} Looked at on {day_of_week(scene.as_of)}")
        yield Paragraph(scene.text)
        for posed in exercise.posed_in(scene):
            yield Paragraph((Span(f"{number}.{posed.id} {posed.prompt}", "strong"), f" {HOW[posed.mode]}"))
            yield from (Item(f"{letter}) {choice.text}") for letter, choice in zip(LETTERS, posed.choices, strict=False))


def key_of(exercises: Sequence[Exercise], title: str) -> Iterator[Piece]:
    """Yield what is right in each task, and why, for whoever marks a paper by hand."""
    yield Heading(1, f"Key: {title}")
    digests = sorted({f"{each.ruleset.profile.title}: {each.ruleset.digest[:16]}" for each in exercises})
    yield Paragraph(f"{LIMITS} Rules: {'; '.join(digests)}.", "note")
    for number, exercise in enumerate(exercises, start=1):
        yield Heading(2, f"{number}. {exercise.title}")
        for posed in exercise.posed:
            yield Paragraph((Span(f"{number}.{posed.id}", "strong"), " ", Span(right_of(posed), "strong"), f" {posed.why}"))
            for letter, choice in zip(LETTERS, posed.choices, strict=False):
                yield from (Item(f"{letter}) {each.says}") for each in choice.suggests if not choice.right)
                if posed.mode == "view":
                    yield Item(f"{letter}) {choice.told}")
        yield Paragraph((Span("To take away:", "strong"), f" {exercise.written.point}"))


def right_of(posed: Posed) -> str:
    """Return what is right, by letter and in words."""
    if posed.mode == "view":
        return "A view, not marked."
    places = {choice.id: place for place, choice in enumerate(posed.choices)}
    join = ", then " if posed.mode == "order" else "; "
    said = join.join(f"{LETTERS[places[name]]}) {posed.choices[places[name]].text}" for name in posed.key)
    return said if said.endswith("?") else f"{said}."


def sheet(exercise: Exercise) -> Iterator[Piece]:
    """Yield one exercise with each answer folded away, as a notebook shows it."""
    written = exercise.written
    yield Heading(3, written.title)
    yield Paragraph((Span("Before you read:", "strong"), f" {written.warning}"))
    for scene in written.scenes:
        yield Heading(4, f"Looked at on {day_of_week(scene.as_of)}")
        yield Paragraph(scene.text)
        for posed in exercise.posed_in(scene):
            yield Paragraph((Span(posed.prompt, "strong"), f" {HOW[posed.mode]}"))
            yield from (Item(f"{letter}) {choice.text}") for letter, choice in zip(LETTERS, posed.choices, strict=False))
            views = [Item(f"{choice.text}: {choice.told}") for choice in posed.choices if posed.mode == "view"]
            yield Fold("The answer", (Paragraph((Span(right_of(posed), "strong"), f" {posed.why}")), *views))


def notes(units: Sequence[CourseUnit]) -> Iterator[Piece]:
    """Yield what whoever leads a session should know of each unit."""
    yield Heading(1, "Notes for whoever leads the session")
    yield Paragraph(
        "Some people in any room have met this at work or at home. Say before each exercise what is in it, that anybody may leave it out, and "
        "to whom anybody can talk afterwards.",
        "note",
    )
    for number, unit in enumerate(units, start=1):
        yield Heading(2, f"{number}. {unit.title}")
        yield Paragraph(unit.aim)
        yield Heading(3, "What people get wrong")
        yield from map(Item, unit.people_get_wrong)
        yield Heading(3, "To read together")
        ruleset = unit.exercises[0].ruleset
        for key in unit.read_together:
            provision = ruleset.provision(key)
            where = provision.instrument.url
            yield Item((Span(f"{provision.name}:", "strong"), f" {provision.summary}", *((" ", Span(where, "", where)) if where else ())))
        yield Heading(3, "Exercises")
        for each in unit.exercises:
            said = f" ({each.written.level}, {counted(each.written.tasks, 'task')}): {each.written.point}"
            yield Item((Span(each.title, "strong"), said))


def feedback(marked: Sequence[AnsweredTask], title: str) -> Iterator[Piece]:
    """Yield somebody's answers, marked: what is to be learned from first."""
    yield Heading(1, title)
    yield Paragraph(f"{counted(len(marked), 'task')}: {totals(marked)}.")
    for standing in STANDINGS:
        found = [each for each in marked if each.standing == standing]
        if found:
            yield Heading(2, STANDINGS[standing][:1].upper() + STANDINGS[standing][1:])
        for each in found:
            yield Heading(3, f"{each.exercise.title}, {each.posed.id}")
            yield Paragraph(each.posed.prompt)
            if each.given:
                yield Paragraph(("You answered: ", Span(each.said, _LOOKS[standing])))
                yield from map(Item, each.told)  # of what is not answered nothing is given away
    yield Paragraph(LIMITS, "quiet")


def handout(record: DecisionRecord, title: str) -> Iterator[Piece]:
    """Yield the facts of any case, without any answer, as somebody would hand them out."""
    yield Heading(1, title)
    yield Paragraph(f"Looked at on {day_of_week(record.as_of)}. What is not listed is not known.", "note")
    yield Heading(2, "What is known")
    yield from map(Item, facts_in_words(record))
    yield Heading(2, "To answer")
    yield from (Item(headline.asks, numbered=True) for headline in record.ruleset.profile.headlines)
    yield Item("Who owes what to whom, by which day, and where does that stand?", numbered=True)
    yield Item("What cannot be said yet, and what would you ask next?", numbered=True)
