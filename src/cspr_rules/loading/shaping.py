"""The edge at which rule files come in: what was read becomes plain values of a known shape, or faults in a reader's words."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, ValidationError

from cspr_rules.errors import MOST_COLLECTED, Path_, did_you_mean
from cspr_rules.loading import account_shapes, profile_shapes, shapes, source_shapes
from cspr_rules.loading.reading import Document

KINDS: dict[str, type[BaseModel]] = {
    "vocabulary": source_shapes.VocabularyModel,
    "sources": source_shapes.InstrumentModel,
    "rules": shapes.RuleModel,
    "paths": shapes.PathsModel,
    "stages": shapes.StagesModel,
    "profile": profile_shapes.ProfileModel,
    "discrepancies": shapes.DiscrepanciesModel,
    "calendars": shapes.CalendarModel,
    "coverage": account_shapes.CoverageModel,
    "digests": account_shapes.DigestsModel,
    "watch": account_shapes.WatchModel,
    "misconceptions": account_shapes.MisconceptionsModel,
}
"""Kind of file to the model of its shape."""


@cache
def _keys(kind: str) -> frozenset[str]:
    """Return every key that may stand somewhere in a kind of file, for suggestions."""
    found: set[str] = set()
    waiting: list[Any] = [KINDS[kind].model_json_schema(by_alias=True)]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            found.update(here.get("properties", {}))
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
    return frozenset(found)


def shaped(document: Document, kind: str) -> dict[str, Any] | None:
    """Return a document's content as plain values with every default filled in, or ``None`` with the faults added to the document.

    Args:
        document: What was read.
        kind: One of :data:`KINDS`.
    """
    if document.faults:
        return None
    if document.value is None:
        document.faults.append(document.fault((), "the file is empty"))
        return None
    try:
        return KINDS[kind].model_validate(document.value).model_dump(mode="json", by_alias=True)
    except ValidationError as error:
        problems: dict[Path_, list[Any]] = {}
        for problem in error.errors(include_url=False)[:MOST_COLLECTED]:  # what each was meant to be takes time to find
            problems.setdefault(_path_in(document, problem["loc"], kind), []).append(problem)
        for path, found in problems.items():
            # A value that may have one of several types gives a problem for each; a person needs them as one.
            wanted = list(dict.fromkeys(_TYPES[each["type"]] for each in found if each["type"] in _TYPES))
            if len(found) > 1 and wanted:
                document.faults.append(document.fault(path, f"{_name(path)}: expected {' or '.join(wanted)}"))
            else:
                document.faults.extend(document.fault(path, _message(problem, path, kind)) for problem in found)
        return None


_TYPES = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "string_type": "text",
    "dict_type": "a mapping",
    "list_type": "a list",
    "literal_error": "a word that belongs here",
    "string_pattern_mismatch": "a name of the right form",
}


def _name(path: Path_) -> str:
    """Return what to call the thing at a path: its key, and for a list's entry that of the list."""
    if not path:
        return "the file"
    return next(str(step) for step in reversed(path) if isinstance(step, str)) if any(isinstance(step, str) for step in path) else "the file"


def _path_in(document: Document, loc: tuple[int | str, ...], kind: str) -> Path_:
    """Return pydantic's location without the steps (such as union members) that are not in the text."""
    path: Path_ = ()
    for step in loc:
        longer = (*path, step)
        if longer in document.places:
            path = longer
    last = loc[-1] if loc else None
    # A missing key is not in the text, so it is added; the names that pydantic gives to the members of a union are not keys.
    known = isinstance(last, str) and last in _keys(kind) and last not in path[-1:]
    return (*path, str(last)) if known else path


def _message(problem: Any, path: Path_, kind: str) -> str:
    name = _name(path)
    match problem["type"]:
        case "extra_forbidden":
            known = KINDS[kind].model_json_schema(by_alias=True)["properties"] if len(path) == 1 else _keys(kind) - {name}
            return f"'{name[:60]}' is not a key that belongs here{did_you_mean(name, known)}"
        case "missing":
            return f"'{name}' is missing"
        case "value_error":
            return f"{name}: {problem['ctx']['error']}"
        case "literal_error":
            return f"{name}: expected {problem['ctx']['expected']}"
        case "string_pattern_mismatch":
            return f"{name}: it has to look like {problem['ctx']['pattern']}"
        case _:
            message: str = problem["msg"]
            return f"{name}: {message[:1].lower()}{message[1:]}"
