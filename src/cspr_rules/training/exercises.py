"""An exercise with what is right in it: read from a file, checked against the rules and its own words, and keyed by the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from cspr_rules.display_hook import as_html
from cspr_rules.errors import CaseError, CsprRulesError, Fault, QuestionError, did_you_mean, shown
from cspr_rules.loading.reading import Document, read_file
from cspr_rules.loading.rulesets import load_ruleset, named_or_folder
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.once import once
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord, evaluate
from cspr_rules.training.keys import NoTaskError, Posed, pose
from cspr_rules.training.suggested import Misread
from cspr_rules.training.words import faults_of_words
from cspr_rules.training.written import Scene, Written, written_from
from cspr_rules.travelling import Value


class Exercise(Value):
    """A short story told in scenes, with tasks whose right answers the rules give.

    Attributes:
        written: The exercise as it is written.
        ruleset: The rules that it is decided by.
    """

    def __init__(self, written: Written, ruleset: Ruleset) -> None:
        self.written = written
        self.ruleset = ruleset

    def _parts(self) -> tuple[Any, ...]:
        return self.written, self.ruleset

    @classmethod
    def _made(cls, *packed: Any) -> Self:
        return cls(*packed)

    @property
    def id(self) -> str:
        """Its name in files of answers."""
        return self.written.id

    @property
    def title(self) -> str:
        """What it is about."""
        return self.written.title

    @once
    def records(self) -> tuple[DecisionRecord, ...]:
        """What the rules say after each scene."""
        found = []
        facts: dict[str, Any] = {}
        for scene in self.written.scenes:
            facts |= {told.fact: told.value for told in scene.told}
            found.append(evaluate(self.ruleset, Case(facts), as_of=scene.as_of))
        return tuple(found)

    @once
    def posed(self) -> tuple[Posed, ...]:
        """Every task with what is right, in order; worked out when it is first asked for.

        Raises:
            CaseError: A task cannot be asked by these rules.
        """
        found: list[Posed] = []
        faults: list[Fault] = []
        for scene, record in zip(self.written.scenes, self.records, strict=True):
            misread = Misread(record)
            for task in scene.tasks:
                try:
                    found.append(pose(task, misread, self.id))
                except NoTaskError as error:
                    faults.append(self.written.document.fault(task.path, str(error)))
        if faults:
            raise CaseError(faults)
        return tuple(found)

    def posed_in(self, scene: Scene) -> tuple[Posed, ...]:
        """Return the tasks of one scene, with what is right."""
        wanted = {task.id for task in scene.tasks}
        return tuple(each for each in self.posed if each.id in wanted)

    def show(self) -> Self:
        """Return the exercise, which a notebook shows as a sheet: the story and the tasks, each with its answer folded away."""
        return self

    def __repr__(self) -> str:
        return f"Exercise({self.id!r}, tasks={len(self.posed)})"

    def _repr_html_(self) -> str | None:
        return as_html(self)


def load_exercise(source: str | Path, *, ruleset: Ruleset | None = None) -> Exercise:
    """Read an exercise and check it.

    Args:
        source: The path of a YAML or JSON file.
        ruleset: The rules that it is decided by; those of the profile that it names, if not given.

    Raises:
        ArgumentError: ``source`` is no path, or ``ruleset`` no ruleset.
        CaseError: It cannot be read, is not shaped as an exercise, its words and facts do not go together, or a task cannot be asked; every fault
            is listed with its line.
    """
    return exercise_from(read_file(doors.path(source, "source")), doors.or_none(Ruleset, ruleset, "ruleset"))


def exercise_from(document: Document, ruleset: Ruleset | None = None, *, whole: bool = True) -> Exercise:
    """Return the exercise that a document holds.

    Args:
        document: What was read.
        ruleset: The rules that it is decided by; those of the profile that it names, if not given.
        whole: Whether what is right is worked out at once, so that a task that cannot be asked is told here.

    Raises:
        CaseError: As for :func:`load_exercise`.
    """
    written = written_from(document)
    if ruleset is None:
        try:
            if isinstance(named_or_folder(written.profile), Path) or "\\" in written.profile:
                raise CaseError([document.fault(("profile",), "expected a profile that ships, such as england; for a folder of rules use --profile")])
            ruleset = load_ruleset(written.profile)
        except QuestionError as error:
            raise CaseError([document.fault(("profile",), error.faults[0].message)]) from None
    exercise = Exercise(written, ruleset)
    faults = _faults(exercise)
    if whole:
        try:
            exercise.posed  # noqa: B018 -- works them out
        except CaseError as error:
            faults = list(dict.fromkeys([*faults, *error.faults]))
    if faults:
        raise CaseError(faults)
    return exercise


def _faults(exercise: Exercise) -> list[Fault]:
    written, vocabulary, document = exercise.written, exercise.ruleset.vocabulary, exercise.written.document
    found: list[Fault] = []
    for scene in written.scenes:
        for told in scene.told:
            path = (*scene.path, "facts", told.fact)
            fact = vocabulary.by_id.get(told.fact)
            if fact is None:
                hint = did_you_mean(told.fact, vocabulary.by_id)
                found.append(document.fault(path, vocabulary.no_longer(told.fact) or f"there is no fact called '{shown(told.fact)}'{hint}"))
                continue
            try:
                fact.parse(told.value)
            except ValueError as error:
                found.append(document.fault((*path, "is"), f"{told.fact}: {error}"))
    if found:
        raise CaseError(found)
    found = list(faults_of_words(written, exercise.ruleset))
    facts: dict[str, Any] = {}
    for scene in written.scenes:
        facts |= {told.fact: told.value for told in scene.told}
        try:
            evaluate(exercise.ruleset, Case(facts), as_of=scene.as_of)
        except CsprRulesError as error:
            raise CaseError([*found, *(document.fault((*scene.path, "facts"), each.message) for each in error.faults)]) from None
    return found
