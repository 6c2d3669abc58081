"""What a class answered: many files of answers in, one table out. Whoever answered is the name of the file, which the trainer chose."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from cspr_rules.explain.english import counted
from cspr_rules.reports.document import Heading, Paragraph, Piece, Table
from cspr_rules.training.exercises import Exercise
from cspr_rules.training.feedback import STANDINGS, AnsweredTask, Given, Standing, mark_all, totals

SCHEMA: Final = "cspr-rules/class/1"
_ORDER: Final[tuple[Standing, ...]] = ("right", "partly", "wrong", "unanswered", "view")


class ClassTable(NamedTuple):
    """The answers of a class, marked.

    Attributes:
        learners: Label to every task, marked; of exercises that the learner began.
    """

    learners: Mapping[str, tuple[AnsweredTask, ...]]

    @property
    def tasks(self) -> list[tuple[AnsweredTask, Counter[Standing]]]:
        """Every task that somebody began, once, with how many answers stand in which way; those most often wrong first."""
        found: dict[tuple[str, str], tuple[AnsweredTask, Counter[Standing]]] = {}
        for marked in self.learners.values():
            for each in marked:
                found.setdefault((each.exercise.id, each.posed.id), (each, Counter()))[1][each.standing] += 1
        return sorted(found.values(), key=lambda each: -each[1]["wrong"] - each[1]["partly"])

    @property
    def misconceptions(self) -> list[tuple[str, str, int]]:
        """Each misconception that wrong answers suggest, in words, and how many learners gave such an answer; the most frequent first."""
        says: dict[str, str] = {}
        counts: Counter[str] = Counter()
        for marked in self.learners.values():
            held = {each.id: each.says for answer in marked for each in answer.suggests}
            says |= held
            counts.update(held.keys())
        return [(name, says[name], number) for name, number in counts.most_common()]


def class_table(exercises: Sequence[Exercise], learners: Mapping[str, Given]) -> ClassTable:
    """Mark the answers of a class.

    Args:
        exercises: The exercises, in order.
        learners: Label to answers.
    """
    return ClassTable({name: tuple(mark_all([each for each in exercises if given.get(each.id)], given)) for name, given in learners.items()})


def class_sheet(table: ClassTable) -> Iterator[Piece]:
    """Yield the table for whoever leads the session: what was most often wrong first, then who answered how much."""
    yield Heading(1, "What the class answered")
    yield Paragraph(f"{counted(len(table.learners), 'file')} of answers. It marks answers and not people: there is no pass mark.", "note")
    if found := table.misconceptions:
        yield Heading(2, "What wrong answers suggest")
        yield Table("", ("Suggests", "Answers of"), tuple((says, counted(number, "learner")) for _, says, number in found))
    heads = tuple(STANDINGS[each].capitalize() for each in _ORDER)
    yield Heading(2, "Task by task, most often wrong first")
    rows = tuple(
        (f"{each.exercise.title}, {each.posed.id}: {each.posed.prompt}", *(str(counts[standing]) for standing in _ORDER))
        for each, counts in table.tasks
    )
    yield Table("", ("Task", *heads), rows)
    yield Heading(2, "Who answered how much")
    yield Table("", ("Label", "Answers"), tuple((name, totals(marked)) for name, marked in table.learners.items()))


def class_csv(table: ClassTable) -> str:
    """Return every marked answer as CSV: label, exercise, task, what was chosen, how it stands, its share, and what it suggests."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("label", "exercise", "task", "kind", "answered", "standing", "share", "suggests"))
    for name, marked in table.learners.items():
        for each in marked:
            suggests = " ".join(one.id for one in each.suggests)
            chosen = " ".join(each.given)
            row = (name, each.exercise.id, each.posed.id, each.posed.kind, chosen, each.standing, _share(each.share), suggests)
            writer.writerow([_no_formula(str(cell)) for cell in row])
    return out.getvalue()


def class_json(table: ClassTable) -> str:
    """Return every marked answer, and how often each misconception is suggested, as JSON."""
    answers = [
        {
            "label": name,
            "exercise": each.exercise.id,
            "task": each.posed.id,
            "kind": each.posed.kind,
            "answered": list(each.given),
            "standing": each.standing,
            "share": _share(each.share) or None,
            "suggests": [one.id for one in each.suggests],
        }
        for name, marked in table.learners.items()
        for each in marked
    ]
    found = [{"id": name, "says": says, "learners": number} for name, says, number in table.misconceptions]
    return json.dumps({"schema": SCHEMA, "misconceptions": found, "answers": answers}, indent=1, ensure_ascii=False) + "\n"


def _share(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share):.3f}"


def _no_formula(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell
