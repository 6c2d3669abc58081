"""Exercises as one HTML file: it works from disk, offline, by keyboard and with a screen reader, sends nothing and asks for no name.

Everything is in the page before any script runs: stories, choices, and the feedback, hidden until it is asked for. So the key is in the file, and
whoever opens its source can read it: this is for practice and not for an examination. The script is short and fixed; the page lets no other run.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256

from cspr_rules.explain.english import day_of_week
from cspr_rules.pictures.markup import Markup, fixed, tag
from cspr_rules.reports.writing_html import STYLE
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.feedback import SCHEMA
from cspr_rules.training.keys import Posed
from cspr_rules.training.papers import HOW, LIMITS
from cspr_rules.training.scripting import PRACTICE_STYLE, SCRIPT


def html_file(units: Sequence[CourseUnit], title: str, *, at_once: bool = True) -> str:
    """Return exercises as one HTML file.

    Args:
        units: The units, in order.
        title: Its title.
        at_once: Whether feedback comes after each task at first; whoever answers can choose.
    """
    style = STYLE + PRACTICE_STYLE
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(SCRIPT)}'; base-uri 'none'; form-action 'none'"
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", title),
        tag("style", fixed(style)),
    )
    body = tag(
        "body", tag("main", list(_main(units, title, at_once=at_once))), tag("script", fixed(SCRIPT)), class_="cspr practice", data_schema=SCHEMA
    )
    return "<!DOCTYPE html>\n" + tag("html", head, body, lang="en-GB") + "\n"


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _main(units: Sequence[CourseUnit], title: str, *, at_once: bool) -> Iterator[Markup]:
    yield tag("h1", title)
    yield tag(
        "p",
        "Everybody in these exercises is invented. Each says first what is distressing in it; leave out what you do not want to read. "
        "Nothing you answer leaves this page, and it asks for no name. The right answers are in this file: it is for practice.",
        class_="note",
    )
    yield tag("noscript", tag("p", "This page needs its script to mark answers. Without it, print the paper and its key instead.", class_="note"))
    yield tag(
        "fieldset",
        tag("legend", "When do you want feedback?"),
        _radio("when", "at-once", "After each task", checked=at_once),
        _radio("when", "at-end", "When I ask for the review", checked=not at_once),
        id="feedback",
    )
    links = [
        tag("li", f"{number}. {unit.title}", tag("ul", [tag("li", tag("a", each.title, href=f"#{each.id}")) for each in unit.exercises]))
        for number, unit in enumerate(units, start=1)
    ]
    yield tag("nav", tag("h2", "Contents"), tag("ul", links), aria_label="Contents")
    for unit in units:
        yield from (_exercise(each) for each in unit.exercises)
    yield tag(
        "section",
        tag("h2", "Review", id="review", tabindex="-1"),
        tag("p", "Counts what is right and lists what is not, with a link to each task. It marks answers and not people: there is no pass mark."),
        tag("p", tag("button", "Show the review", type="button", id="show-review")),
        tag("div", id="found", role="status"),
        tag(
            "p",
            tag("button", "Save my answers to a file", type="button", id="save"),
            " ",
            tag("button", "Clear every answer", type="button", id="clear"),
        ),
        tag(
            "p", "The file holds what you chose and nothing else. It stays on this computer; give it to your trainer if you want to.", class_="quiet"
        ),
        tag("p", LIMITS, class_="quiet"),
        aria_labelledby="review",
    )


def _exercise(exercise: Exercise) -> Markup:
    written = exercise.written
    scenes = []
    for place, scene in enumerate(written.scenes, start=1):
        more = f"Go on: what is known on {day_of_week(written.scenes[place].as_of)}" if place < len(written.scenes) else None
        scenes.append(
            tag(
                "div",
                tag("h3", f"Looked at on {day_of_week(scene.as_of)}", tabindex="-1"),
                tag("p", scene.text),
                [_task(exercise, posed) for posed in exercise.posed_in(scene)],
                tag("p", tag("button", more, type="button", class_="more"))
                if more
                else tag("p", tag("strong", "To take away:"), f" {written.point}", class_="note"),
                class_="scene",
                hidden=place > 1,
            )
        )
    return tag(
        "section",
        tag("h2", written.title, id=exercise.id, tabindex="-1"),
        tag("p", tag("strong", "Before you read:"), f" {written.warning}"),
        scenes,
        class_="exercise",
        aria_labelledby=exercise.id,
    )


def _task(exercise: Exercise, posed: Posed) -> Markup:
    name = f"{exercise.id}_{posed.id.replace('.', '_')}"
    kind = "checkbox" if posed.mode == "several" else "radio"
    if posed.mode == "order":
        choices = [_place(name, number, each.text, each.id, len(posed.choices)) for number, each in enumerate(posed.choices, start=1)]
    else:
        choices = [
            tag(
                "div",
                tag("input", type=kind, name=name, value=each.id, id=f"{name}_{number}"),
                tag("label", each.text, for_=f"{name}_{number}"),
                class_="choice",
            )
            for number, each in enumerate(posed.choices, start=1)
        ]
    told = [tag("p", words, data_choice=each.id, data_when=when) for each in posed.choices for when, words in _told(posed, each.id)]
    return tag(
        "form",
        tag("fieldset", tag("legend", posed.prompt), tag("p", HOW[posed.mode], class_="quiet"), choices),
        tag(
            "p",
            tag("button", "See what follows" if posed.mode == "view" else "Check", type="submit"),
            " ",
            tag("button", "Try again", type="reset", hidden=True),
        ),
        tag("div", role="status", class_="verdict"),
        tag("div", told, tag("p", posed.why, class_="why"), class_="told", hidden=True),
        class_="task",
        id=name,
        data_exercise=exercise.id,
        data_task=posed.id,
        data_mode=posed.mode,
        data_kind=posed.kind,
        data_key=" ".join(posed.key),
    )


def _told(posed: Posed, name: str) -> Iterator[tuple[str, str]]:
    """Yield what is said of a choice, and when: if it was chosen, or if it was left out."""
    choice = next(each for each in posed.choices if each.id == name)
    if posed.mode == "view":
        yield "chosen", choice.told
    elif posed.mode == "several" and choice.right:
        yield from (("left", each.says) for each in choice.suggests)
        if choice.told:
            yield "left", f"Left out: “{choice.text}” {choice.told}"
    elif posed.mode != "order" and not choice.right:
        for each in choice.suggests:
            yield "chosen", each.says
        if posed.mode == "several":
            yield "chosen", f"Not “{choice.text}” {choice.told}"


def _place(name: str, number: int, text: str, value: str, many: int) -> Markup:
    options = [tag("option", "–", value=""), *(tag("option", str(place), value=str(place)) for place in range(1, many + 1))]
    return tag(
        "div",
        tag("select", options, id=f"{name}_{number}", name=f"{name}_{number}", data_value=value),
        tag("label", text, for_=f"{name}_{number}"),
        class_="choice",
    )


def _radio(name: str, value: str, text: str, *, checked: bool) -> Markup:
    return tag("div", tag("input", type="radio", name=name, value=value, id=value, checked=checked), tag("label", text, for_=value), class_="choice")
