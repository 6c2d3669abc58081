"""Every schema that is published, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.authoring.schemas import rule_files, written_files
from cspr_rules.authoring.schemas.modelines import file_name
from cspr_rules.conformance import message_shape, vector_shape
from cspr_rules.engine.plain_values import as_json
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.interchange import answer_shape
from cspr_rules.interchange.case_schema import case_schema
from cspr_rules.interchange.findings_shape import findings_schema
from cspr_rules.interchange.openapi import openapi
from cspr_rules.interchange.record_shape import record_schema
from cspr_rules.model.ruleset import Ruleset


class PublishedSchema(NamedTuple):
    """A schema that is published.

    Attributes:
        of: What it describes, in words.
        written: Whether people write such files.
        made: Makes it for some rules.
    """

    of: str
    written: bool
    made: Callable[[Ruleset], dict[str, Any]]


_RULE_FILES: Final[Mapping[str, str]] = {
    "profile": "an authority: profile.yaml",
    "rule": "a rule: AREA/NAME.yaml in a profile folder",
    "source": "an instrument and its provisions: sources/*.yaml",
    "vocabulary": "facts: vocabulary/*.yaml",
    "discrepancies": "where sources disagree: discrepancies.yaml",
    "paths": "duties in order: paths.yaml",
    "stages": "the stretches of a case's life: stages.yaml",
    "calendar": "working days: calendars/*.yaml",
    "coverage": "what became of each clause: coverage.yaml",
    "digests": "digests of a guidance: digests.yaml",
    "watch": "what is coming: watch.yaml",
    "misconceptions": "what people get wrong: misconceptions.yaml",
}

SCHEMAS: Final[Mapping[str, PublishedSchema]] = {
    "case": PublishedSchema("a case file", True, lambda ruleset: case_schema(ruleset.vocabulary)),
    "tests": PublishedSchema("cases with what is expected of them: *.cspr.yaml", True, written_files.tests_file),
    "waivers": PublishedSchema("tests that may fail, until when and why", True, written_files.waivers_file),
    "sheet": PublishedSchema("answers about a case, as `mark --sheet` prints them to be filled in", True, written_files.answers_file),
    "history": PublishedSchema("a case over time", True, written_files.history_file),
    "exercise": PublishedSchema("an exercise", True, written_files.exercise_file),
    "course": PublishedSchema("the units of a course: units.yaml", True, written_files.course_file),
    "mapping": PublishedSchema("which column of a register is which fact", True, written_files.mapping_file),
    **{name: PublishedSchema(words, True, partial(rule_files.rule_file_schema, name)) for name, words in _RULE_FILES.items()},
    "record": PublishedSchema("a decision record", False, lambda _: record_schema()),
    "answers": PublishedSchema("answers about a case, whatever the rules", False, lambda _: answer_shape.answers_schema()),
    "marking": PublishedSchema("marked answers", False, lambda _: answer_shape.marking_schema()),
    "findings": PublishedSchema("findings of check, test and mark", False, lambda _: findings_schema()),
    "vector": PublishedSchema("a line of a file of vectors", False, lambda _: vector_shape.vector_schema()),
    "conformance": PublishedSchema("a message to or from a program under test", False, lambda _: message_shape.conformance_schema()),
    "openapi": PublishedSchema("a service, as OpenAPI", False, openapi),
}
"""The name of a schema to what it is of, those of files that people write first."""


def schema_named(name: str) -> PublishedSchema:
    """Return one of :data:`SCHEMAS`.

    Raises:
        QuestionError: There is no schema of that name.
    """
    if name not in SCHEMAS:
        raise QuestionError([Fault("", f"there is no schema called '{shown(name)}'{did_you_mean(name, SCHEMAS)}; `cspr-rules schema` lists them")])
    return SCHEMAS[name]


def write_schemas(ruleset: Ruleset, folder: Path) -> tuple[Path, ...]:
    """Write the schema of each file that people write, and return the files.

    Args:
        ruleset: The rules whose facts, rules, duties, roles and provisions they name.
        folder: The folder; it is made if it is not there, and what it holds of these names is written anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for name, each in SCHEMAS.items():
        if each.written:
            found.append(folder / file_name(name))
            found[-1].write_text(as_json(each.made(ruleset)), encoding="utf-8")
    return tuple(found)
