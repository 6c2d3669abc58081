"""``cspr-rules train``: exercises in a terminal, on paper, as one page for a browser; and what a class answered."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from cspr_rules.cli import generating
from cspr_rules.cli.answering import answer, document_of
from cspr_rules.cli.common import ANSWERED
from cspr_rules.cli.exercising import hold
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError, did_you_mean, shown
from cspr_rules.explain.english import counted
from cspr_rules.loading.reading import MOST_BYTES, read_file
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.reports import writing_html, writing_markdown, writing_text
from cspr_rules.reports.document import Heading, Item, Piece, Span
from cspr_rules.training.class_sheet import class_csv, class_json, class_sheet, class_table
from cspr_rules.training.course import CourseUnit, chosen_units, load_course
from cspr_rules.training.exercises import Exercise, exercise_from
from cspr_rules.training.exports import gift, moodle_xml
from cspr_rules.training.feedback import Given, answers_from, mark_all, written_answers
from cspr_rules.training.html_file import html_file
from cspr_rules.training.papers import feedback, handout, key_of, notes, paper, right_of
from cspr_rules.training.qti import qti3, qti21

TITLE: Final = "Exercises: whom to tell, by when, when a child dies or is seriously harmed"

EXPORTS: Final[dict[str, Callable[[Sequence[CourseUnit]], str]]] = {"gift": gift, "moodle": moodle_xml}
PACKAGES: Final[dict[str, Callable[[Sequence[CourseUnit]], bytes]]] = {"qti21": qti21, "qti3": qti3}


def configure(parser: argparse.ArgumentParser) -> None:
    """Say what the command takes."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="exercises: files, or names from --list; without any, the course that ships")
    parser.add_argument("--unit", action="append", default=[], metavar="NUMBER", help="of the course, this unit alone; may be given several times")
    parser.add_argument("--profile", metavar="NAME|DIR", help="decide every exercise by these rules, not by those of the profile that it names")
    parser.add_argument("--answers", metavar="FILE", help="keep answers in this file, and go on from what is in it")
    parser.add_argument("--feedback", choices=("at-once", "at-end"), default="at-once", help="when answers are marked (default: at-once)")
    parser.add_argument("--again", action="store_true", help="ask again what was not right")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="check the exercises, and say which task has which answer")
    what.add_argument("--list", action="store_true", help="list the units and exercises")
    what.add_argument("--review", action="store_true", help="print the answers of --answers, marked, mistakes first")
    what.add_argument("--paper", action="store_true", help="print the exercises without answers")
    what.add_argument("--key", action="store_true", help="print the answers to the paper, with why")
    what.add_argument("--notes", action="store_true", help="print the notes for whoever leads the session")
    what.add_argument(
        "--page", action="store_true", help="write one HTML file to answer in a browser, offline; whoever opens its source can read the key"
    )
    what.add_argument(
        "--export",
        choices=sorted({*EXPORTS, *PACKAGES}),
        help="write the exercises for a system that teaches: GIFT, Moodle XML, or a package of QTI 2.1 or 3.0 as a ZIP file",
    )
    what.add_argument("--class", dest="class_", nargs="+", metavar="ANSWERS", help="files of answers, one of each learner: one table")
    what.add_argument("--handout", metavar="CASE", help="print the facts of a case file without any answer")
    parser.add_argument(
        "--format", choices=("text", "markdown", "html", "csv", "json"), default="text", help="how it is printed; csv and json for --class"
    )
    generating.configure(parser)


def run(options: argparse.Namespace) -> int:
    """Do what is asked: 0 once it is done, 2 for bad input."""
    if options.format in ("csv", "json") and not options.class_:
        raise QuestionError([Fault("--format", f"{options.format} is for --class; expected text, markdown or html")])
    if generating.asked(options):
        return generating.run(options)
    if options.handout:
        file, record = answer(options.handout, options.profile, None)
        return _out(handout(record, file.title or "A case"), options.format, "A case")
    units = _units(options)
    exercises = [each for unit in units for each in unit.exercises]
    printed: dict[str, Callable[[], Iterator[Piece]]] = {
        "paper": lambda: paper(exercises, TITLE),
        "key": lambda: key_of(exercises, TITLE),
        "notes": lambda: notes(units),
        "list": lambda: _listing(units),
        "check": lambda: _checked(exercises),
    }
    for name, pieces in printed.items():
        if getattr(options, name):
            return _out(pieces(), options.format, TITLE)
    if options.page:
        sys.stdout.write(html_file(units, TITLE, at_once=options.feedback == "at-once"))
        return ANSWERED
    if options.export in PACKAGES:
        if sys.stdout.isatty():
            raise QuestionError([Fault("--export", f"{options.export} is a ZIP file, which no terminal shows; add: > exercises.zip")])
        sys.stdout.buffer.write(PACKAGES[options.export](units))
        return ANSWERED
    if options.export:
        sys.stdout.write(EXPORTS[options.export](units))
        return ANSWERED
    if options.class_:
        return _class(options, exercises)
    before = _before(options.answers, exercises, needed=options.review)
    if not options.review:
        before = hold(exercises, before, _keeping(options.answers), at_once=options.feedback == "at-once", again=options.again)
    return _out(feedback(mark_all(_begun(exercises, before), before), "Your answers, marked"), options.format, "Your answers, marked")


def _units(options: argparse.Namespace) -> tuple[CourseUnit, ...]:
    ruleset = load_ruleset(options.profile) if options.profile is not None else None
    if not options.files:
        return chosen_units(load_course(ruleset=ruleset), options.unit)
    if options.unit or options.notes:
        raise QuestionError([Fault("--unit" if options.unit else "--notes", "this is for the course that ships; leave out the files")])
    faults: list[Fault] = []
    found: list[Exercise] = []
    shipped: dict[str, Exercise] = {}
    if named := [name for name in options.files if name != "-" and not Path(name).exists() and "." not in name]:
        shipped = {each.id: each for unit in load_course(ruleset=ruleset) for each in unit.exercises}
        faults += [
            Fault(shown(name), f"there is neither a file nor an exercise of the course called so{did_you_mean(name, shipped)}")
            for name in named
            if name not in shipped
        ]
    for name in options.files:
        if name in named and name not in shipped:
            continue
        try:
            found.append(shipped.get(name) or exercise_from(document_of(name), ruleset))
        except CaseError as error:
            faults.extend(error.faults)
    names = [each.id for each in found]
    faults += [Fault("", f"two exercises are called {name}; give one of them another id") for name in dict.fromkeys(names) if names.count(name) > 1]
    if faults:
        raise CaseError(faults)
    return (CourseUnit("exercises", "Exercises", "", (), (), tuple(found)),)


def _out(pieces: Iterator[Piece], shape: str, title: str) -> int:
    if shape == "html":
        sys.stdout.write(writing_html.page(pieces, title))
    elif shape == "markdown":
        sys.stdout.write(writing_markdown.markdown(pieces))
    else:
        sys.stdout.write(writing_text.text(pieces, writing_text.paper()))
    return ANSWERED


def _listing(units: Sequence[CourseUnit]) -> Iterator[Piece]:
    for number, unit in enumerate(units, start=1):
        yield Heading(2, f"{number}. {unit.title}")
        for each in unit.exercises:
            yield Item((Span(each.id, "name"), f" {each.title} ({each.written.level}, {counted(each.written.tasks, 'task')})"))


def _checked(exercises: Sequence[Exercise]) -> Iterator[Piece]:
    for each in exercises:
        yield Heading(2, f"{each.id}: every fact is told by its words, and every task has its answer")
        yield from (Item(f"{posed.id} {posed.prompt} {right_of(posed)}") for posed in each.posed)


def _before(name: str | None, exercises: Sequence[Exercise], *, needed: bool) -> Given:
    if name is None:
        if needed:
            raise QuestionError([Fault("--review", "expected --answers and the file of answers to look at")])
        return {}
    if not needed and not Path(name).exists():
        return {}
    return answers_from(read_file(name, json_up_to=MOST_BYTES), exercises)


def _keeping(name: str | None) -> Callable[[Given], None]:
    def keep(given: Given) -> None:
        if name is not None:
            Path(name).write_text(written_answers(given), encoding="utf-8")

    return keep


def _begun(exercises: Sequence[Exercise], given: Given) -> list[Exercise]:
    """Return the exercises that somebody began; what nobody looked at is no omission."""
    return [each for each in exercises if given.get(each.id)]


def _class(options: argparse.Namespace, exercises: Sequence[Exercise]) -> int:
    faults: list[Fault] = []
    learners: dict[str, Given] = {}
    for name in options.class_:
        label = Path(name).stem
        try:
            if label in learners:
                faults.append(Fault(name, f"another file of answers is called {shown(label)} as well; give one of them another name"))
            learners[label] = answers_from(read_file(name, json_up_to=MOST_BYTES), exercises)
        except CsprRulesError as error:
            faults.extend(error.faults)
    if faults:
        raise CaseError(faults)
    table = class_table(exercises, learners)
    if options.format == "csv":
        sys.stdout.write(class_csv(table))
    elif options.format == "json":
        sys.stdout.write(class_json(table))
    else:
        return _out(class_sheet(table), options.format, "What the class answered")
    return ANSWERED
