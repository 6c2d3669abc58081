"""Doors of the conformance kit and of training: vectors, waivers, exercises and what learners answered, each sound at first and then spoilt."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any, Final

import yaml

from cspr_rules.conformance.vectors import vectors_from
from cspr_rules.loading.reading import read_bytes
from cspr_rules.marking.waivers import waivers_from
from cspr_rules.record import evaluate
from cspr_rules.training.exercises import Exercise, exercise_from
from cspr_rules.training.feedback import answers_from, mark_all, totals, written_answers
from tests.support.case_tests import WAIVERS
from tests.support.hostile_doors import ROOT, Door, Through, answered, rules
from tests.support.mangling import PIECES, mutated, pierced

VECTORS: Final = ROOT / "docs" / "examples" / "council" / "vectors.jsonl"
EXERCISES: Final = sorted((ROOT / "course" / "1-notifiable").glob("*.yaml"))


def _text(document: dict[str, Any], chance: random.Random) -> bytes:
    """Return a document that was changed in one part or another, and now and then a text of it that was spoilt."""
    if chance.random() < 0.6:
        return json.dumps(mutated(document, chance), default=str).encode()
    return pierced(json.dumps(document, default=str).encode(), chance)


def vectors(_: Path) -> Through:
    """Lines of vectors; what is read is decided."""
    text = VECTORS.read_bytes().splitlines(keepends=True)
    known = [json.loads(line) for line in text]
    for each in vectors_from(text[::40], "v.jsonl"):
        evaluate(rules(each.profile), each.case(), as_of=each.as_of)  # the laws of their days are compiled once

    def through(chance: random.Random) -> str:
        lines = [json.dumps(each).encode() for each in chance.sample(known, 3)]
        lines[0] = _text(chance.choice(known), chance)
        if chance.random() < 0.1:
            lines.insert(0, chance.choice(PIECES))
        found = list(vectors_from([line + b"\n" for line in lines], "v.jsonl"))
        for each in found:
            if each.profile in ("england", "bcp"):
                answered(evaluate(rules(each.profile), each.case(), as_of=each.as_of), chance)
        return "answered"

    return through


def waivers(_: Path) -> Through:
    """Files of waivers."""
    plain = yaml.safe_load(WAIVERS)

    def through(chance: random.Random) -> str:
        text = _text(plain, chance) if chance.random() < 0.6 else pierced(WAIVERS.encode(), chance)
        return f"{min(len(waivers_from(read_bytes(text, 'w.yaml'))), 2)} or more"

    return through


def exercise(_: Path) -> Through:
    """Exercises; now and then what is right is worked out, too."""
    texts = [path.read_bytes() for path in EXERCISES]
    for text in texts:
        exercise_from(read_bytes(text, "e.yaml"), rules())  # the laws that wrong answers suggest are compiled once
    plain = [yaml.safe_load(text) for text in texts]

    def through(chance: random.Random) -> str:
        text = _text(chance.choice(plain), chance) if chance.random() < 0.6 else pierced(chance.choice(texts), chance)
        whole = chance.random() < 0.15  # what is right takes a hundred times as long to work out as to read
        exercise_from(read_bytes(text, "e.yaml"), rules(), whole=whole)
        return "posed" if whole else "read"

    return through


def learner(_: Path) -> Through:
    """What learners answered, in a file or by a program."""
    known: list[Exercise] = [exercise_from(read_bytes(path.read_bytes(), path.name), rules()) for path in EXERCISES[:3]]
    given = {each.id: {posed.id: [posed.choices[0].id] for posed in each.posed} for each in known}
    sound = json.loads(written_answers({name: {key: tuple(chosen) for key, chosen in of.items()} for name, of in given.items()}))

    def through(chance: random.Random) -> str:
        found = answers_from(read_bytes(_text(sound, chance), "a.json"), known)
        said = totals(mark_all(known, found))
        if not said.isprintable():
            raise ValueError(f"not fit to be shown: {said!a}")
        return "marked"

    return through


KIT_DOORS: Final = (
    Door("vectors", vectors),
    Door("waivers", waivers),
    Door("exercise", exercise),
    Door("learner's answers", learner),
)
