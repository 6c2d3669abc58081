"""Exercises made from the rules, held to what they have to be: ``python -m tests.support.generated --count 200 --seed 1``.

What is found wrong is printed, a line for each, and how much was looked at. Others can be asked for the mark of every choice, which has to be ours:
``--pegjs FOLDER`` (where ``npm install gift-pegjs`` was run) and ``--pygift PYTHON`` (which has pygiftparser) read the GIFT export; ``--moodle
FOLDER`` (an installed Moodle, see ``tests.support.moodle``) imports it and Moodle XML and marks every answer; ``--player FILE`` (see
``tests.support.qti_player``) plays every item of QTI 3.0; ``--schemas FOLDER`` (which holds the schemas of QTI 3.0.1) is what every document of the
package has to be valid to.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from xml.etree import ElementTree

from cspr_rules.authoring.exercises.making import Generated, Made, generated
from cspr_rules.loading.reading import read_bytes
from cspr_rules.loading.rulesets import load_ruleset
from cspr_rules.marking.answer_sheet import of_group
from cspr_rules.marking.marks import mark
from cspr_rules.record import DecisionRecord
from cspr_rules.training.course import CourseUnit
from cspr_rules.training.exercises import Exercise, exercise_from
from cspr_rules.training.exports import exported, gift, moodle_xml
from cspr_rules.training.feedback import answered, share_of
from cspr_rules.training.keys import NONE, Posed
from tests.support.moodle import moodle_differences
from tests.support.qti_player import played
from tests.support.qti_schemas import schema_faults

_ANSWERED_AS: Final = {"test": "outcomes", "when": "duties", "who": "by"}
_PEGJS: Final = (
    "const {parse} = require(process.argv[1] + '/node_modules/gift-pegjs');"
    "process.stdout.write(JSON.stringify(parse(require('fs').readFileSync(0, 'utf8'))))"
)
_PYGIFT: Final = (
    "import json,sys\nfrom pygiftparser import parser\n"
    "found=[each.answers for each in parser.parseFile(open(sys.argv[1])) if each.answers is not None]\n"
    "print(json.dumps([[each.fraction for each in getattr(one,'answers',[])] for one in found]))"
)


def faults(found: Generated) -> Iterator[str]:
    """Yield everything in which some exercises are not what they have to be."""
    yield from _repeated(found.made)
    by_id = {each.exercise.id: each for each in found.made}
    for each in found.made:
        again = exercise_from(
            read_bytes(each.text.encode(), each.exercise.id), each.exercise.ruleset, whole=False
        )  # refuses words that contradict facts
        if again.written.scenes[0].told != each.exercise.written.scenes[0].told:
            yield f"{each.exercise.id}: read again, it tells other facts"
        if each.pair:
            yield from _not_a_pair(each, by_id[each.pair])
        for posed in each.exercise.posed:
            yield from (f"{each.exercise.id} {posed.id}: {problem}" for problem in _wrongly_keyed(each.exercise, posed))


def _facts(exercise: Exercise) -> dict[str, Any]:
    return {told.fact: told.value for told in exercise.written.scenes[0].told}


def _repeated(made: Sequence[Made]) -> Iterator[str]:
    whole = [(each, each.exercise.written.scenes[0]) for each in made]
    kinds: dict[str, list[Any]] = {
        "the id": [each.exercise.id for each in made],
        "the story": [scene.text for _, scene in whole],
        "the facts and the question": [(str(_facts(each.exercise)), scene.as_of, scene.tasks) for each, scene in whole],
    }
    for what, values in kinds.items():
        yield from (f"{what} stands {count} times: {value}" for value, count in Counter(values).items() if count > 1)


def _not_a_pair(one: Made, other: Made) -> Iterator[str]:
    facts, others = _facts(one.exercise), _facts(other.exercise)
    differ = [name for name in {**facts, **others} if facts.get(name) != others.get(name)]
    if len(differ) != 1:
        yield f"{one.exercise.id}: it differs from the other of its pair in {', '.join(differ) or 'nothing'}"
    if one.exercise.posed[0].key == other.exercise.posed[0].key:
        yield f"{one.exercise.id}: the answer is the same as in the other of its pair"


def _wrongly_keyed(exercise: Exercise, posed: Posed) -> Iterator[str]:
    task = exercise.written.scenes[0].tasks[[each.id for each in exercise.posed].index(posed.id)]
    record = exercise.records[0]
    texts = [choice.text for choice in posed.choices]
    if len(set(texts)) < len(texts):
        yield "two choices have the same words"
    if len(posed.choices) < 2 + (posed.mode == "several"):
        yield "there is nothing to choose from"
    for choice in posed.choices:
        if choice.right is not (choice.id in posed.key):
            yield f"{choice.id}: right, and not in the key; or in it, and wrong"
        if _marked_right(record, task.kind, task.about, choice.id) is not choice.right:
            yield f"{choice.id}: the rules say otherwise than the key"
        standing = answered(exercise, posed, (choice.id,)).standing
        if posed.mode == "one" and (standing == "right") is not choice.right:
            yield f"{choice.id}: it is marked {standing}"
        if choice.suggests and choice.right:
            yield f"{choice.id}: right, and said to suggest a misconception"
    ours = [Fraction(each.share) for each in exported(posed)]
    if [max(Fraction(0), share) for share in ours] != [share_of(posed, (choice.id,)) for choice in posed.choices]:
        yield "it is exported with other marks than ours"


def _marked_right(record: DecisionRecord, kind: str, about: str, answer: str) -> bool:
    """Return what is to be said of an answer without the key: by the marker of answer sheets, or by what is still asked."""
    if kind == "ask":
        open_ = record.asked_by(about)
        return answer in open_ if answer != NONE else not open_
    (found,) = mark(record, {_ANSWERED_AS[kind]: {about: answer}}).marks
    return found.verdict == "right"


def moodle_faults(unit: CourseUnit) -> Iterator[str]:
    """Yield where Moodle, which adds up the fractions of what is chosen and gives no less than nothing, would mark otherwise than we do."""
    questions = [each for each in ElementTree.fromstring(moodle_xml([unit])) if each.get("type") != "category"]  # noqa: S314 -- our own
    for (exercise, posed), question in zip(_every(unit), questions, strict=True):
        for choice, answer in zip(posed.choices, question.findall("answer"), strict=True):
            theirs = max(Fraction(0), Fraction(answer.attrib["fraction"]) / 100)
            if abs(theirs - share_of(posed, (choice.id,))) > Fraction(1, 100_000) or answer.findtext("text") != choice.text:
                yield f"{exercise.id} {posed.id} {choice.id}: Moodle would give {theirs}"


def gift_faults(unit: CourseUnit, pegjs: str | None, pygift: str | None) -> Iterator[str]:
    """Yield where a parser of GIFT reads another mark than ours."""
    text = gift([unit])
    with TemporaryDirectory() as folder:
        file = Path(folder) / "exercises.gift"
        file.write_text(text, encoding="utf-8")
        read: dict[str, list[list[float]]] = {}
        if pegjs:
            said = json.loads(_out(["node", "-e", _PEGJS, pegjs], text))
            asked = [each["choices"] for each in said if each["type"] != "Category"]
            read["gift-pegjs"] = [[100.0 * each["isCorrect"] if each["weight"] is None else float(each["weight"]) for each in one] for one in asked]
        if pygift:
            read["pygiftparser"] = json.loads(_out([pygift, "-c", _PYGIFT, str(file)], ""))
    every = _every(unit)
    for parser, marks in read.items():
        if len(marks) != len(every):
            yield f"{parser} reads {len(marks)} questions, and there are {len(every)}"
            continue
        for (exercise, posed), theirs in zip(every, marks, strict=True):
            ours = [float(each.share * 100) for each in exported(posed)]
            if len(ours) != len(theirs) or any(abs(one - two) > 1e-3 for one, two in zip(ours, theirs, strict=True)):
                yield f"{exercise.id} {posed.id}: {parser} reads {theirs}, and ours are {ours}"


def _out(words: list[str], text: str) -> str:
    return subprocess.run(words, input=text, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- what whoever runs this has named


def _every(unit: CourseUnit) -> list[tuple[Exercise, Posed]]:
    return [(exercise, posed) for exercise in unit.exercises for posed in exercise.posed]


def main() -> int:
    """Make exercises, hold them to everything and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", default="england")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pegjs")
    parser.add_argument("--pygift")
    parser.add_argument("--moodle")
    parser.add_argument("--player")
    parser.add_argument("--schemas")
    parser.add_argument("--rules", help="a rule or a group of rules; all, if not given")
    options = parser.parse_args()
    ruleset = load_ruleset(options.profile)
    of = [name for name in dict.fromkeys(rule.id for rule in ruleset.rules) if of_group(name, [options.rules or name])]
    found = generated(ruleset, count=options.count, seed=options.seed, rules=of, every=True)
    unit = CourseUnit("generated", "Generated", "", (), (), tuple(each.exercise for each in found.made))
    wrong = [*faults(found), *moodle_faults(unit), *gift_faults(unit, options.pegjs, options.pygift)]
    others: list[str] = []
    if options.schemas:
        documents, differ = schema_faults(options.schemas, [unit])
        others, wrong = [*others, f"{documents} documents of QTI 3.0 held to their schemas"], [*wrong, *differ]
    if options.moodle:
        tried, differ = moodle_differences(options.moodle, [unit])
        others, wrong = [*others, f"{tried} answers marked by Moodle"], [*wrong, *differ]
    if options.player:
        tasks, tried, differ = played(options.player, unit.exercises)
        others, wrong = [*others, f"{tried} answers to {tasks} items marked by the player of QTI"], [*wrong, *differ]
    every = _every(unit)
    choices = [choice for _, posed in every for choice in posed.choices]
    led = sum(bool(choice.suggests) for choice in choices if not choice.right)
    print(f"{len(found.made)} exercises about {len({each.rule for each in found.made})} of {len(of)} rules: ", end="")
    print(f"{len(every)} tasks, {len(choices)} choices, of which {sum(not each.right for each in choices)} wrong, {led} with a misconception")
    print(*(f"{name}: {dict(sorted(count.items()))}" for name, count in _counts(found.made).items()), sep="\n")
    print(*(f"no exercise about {name}: {why}" for name, why in found.without.items()), *others, *wrong, f"{len(wrong)} faults", sep="\n")
    return bool(wrong)


def _counts(made: Sequence[Made]) -> dict[str, Counter[str]]:
    years: Counter[str] = Counter(str(_law_day(each).year) for each in made)
    levels, kinds = Counter(each.exercise.written.level for each in made), Counter(each.kind for each in made)
    keys = Counter(_sort(posed) for each in made for posed in each.exercise.posed)
    return {"levels": levels, "kinds": kinds, "years of the law": years, "right answers": keys}


def _law_day(made: Made) -> date:
    return made.exercise.records[0].law_on


def _sort(posed: Posed) -> str:
    key = posed.key[0]
    return f"{posed.kind}: {'a day' if posed.kind == 'when' and key[:1].isdigit() else key}" if posed.kind in ("test", "when") else posed.kind


if __name__ == "__main__":
    sys.exit(main())
