"""A case file: one case at one moment, with the day to look at it from and the answers that are expected of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.errors import CaseError, did_you_mean, enough, shown
from cspr_rules.loading.reading import Document, read_bytes, read_file
from cspr_rules.model import doors
from cspr_rules.model.cases import Case
from cspr_rules.model.values import parse_date
from cspr_rules.travelling import copied_by_parts

TESTS_SCHEMA: Final = "cspr-rules/tests/1"
FOR_ALL: Final = ("profile", "as_of")
"""What a file of several cases may say once for all of them."""
TESTS_KEYS: Final = ("schema", *FOR_ALL, "cases")
CASE_KEYS: Final = ("title", "shaped_on", "profile", "as_of", "facts", "children", "expect")


@copied_by_parts
class CaseFile(NamedTuple):
    """A case as written to a file.

    Attributes:
        case: The facts.
        title: What the case is about; invented or anonymised.
        profile: The authority to evaluate it for, if the file says.
        as_of: The day to look at it from, if the file says.
        expect: Answers about the case, to be marked (:mod:`cspr_rules.marking.marks`).
    """

    case: Case
    title: str | None
    profile: str | None
    as_of: date | None
    expect: Mapping[str, Any]


def load_case(source: str | bytes | Path, name: str = "the text given") -> CaseFile:
    """Read a case.

    Args:
        source: The path of a YAML or JSON file, or the text itself: bytes, or text with a line break in it or beginning with ``{``.
        name: How to call a text in messages.

    Raises:
        ArgumentError: It is none of these.
        CaseError: It cannot be read, or is not shaped as a case file; every fault is listed with its line.
    """
    if isinstance(source, str) and ("\n" in source or source.lstrip()[:1] == "{"):
        source = source.encode("utf-8", "surrogatepass")  # half a character is refused as what is not UTF-8 is
    if isinstance(source, bytes):
        return case_from(read_bytes(source, doors.of(str, name, "name")))
    return case_from(read_file(doors.path(source, "source")))


def case_from(document: Document) -> CaseFile:
    """Return the case that a document holds.

    Raises:
        CaseError: The document is not well-formed or not shaped as a case file.
    """
    faults = list(doors.of(Document, document, "document").faults)
    if faults:
        raise CaseError(faults)
    value = document.value
    if not isinstance(value, dict):
        empty = "it is empty" if value is None else "this is not a mapping"
        raise CaseError([document.fault((), f"expected a case with `facts:` and, for several children, `children:`; {empty}")])
    for key in value:
        if key not in CASE_KEYS:
            hint = "; facts go under `facts:`" if "." in key else did_you_mean(key, CASE_KEYS)
            if key == "entries":
                hint = "; this is a case file over time, for `cspr-rules docket`, `audit` and `history`"
            faults.append(document.fault((key,), f"'{shown(key)}' is not part of a case file{hint}"))
            enough(faults)
    facts, children = value.get("facts"), value.get("children")
    if facts is not None and not isinstance(facts, dict):
        faults.append(document.fault(("facts",), "expected facts as `fact: value` lines"))
    if children is not None and not (isinstance(children, list) and all(isinstance(child, dict | None) for child in children)):
        faults.append(document.fault(("children",), "expected a list with the facts of each child"))
    textual = [key for key in ("title", "shaped_on", "profile") if not isinstance(value.get(key), str | None)]
    for key in textual:
        hint = f"; put it in quotes: {key}: '{value[key]}'" if type(value[key]) is int else ""
        faults.append(document.fault((key,), f"expected text for '{key}'{hint}"))
    as_of = None
    if value.get("as_of") is not None:
        try:
            as_of = parse_date(str(value["as_of"]))
        except ValueError as error:
            faults.append(document.fault(("as_of",), f"as_of: {str(error).removesuffix(', or not_yet')}"))
    expect = {} if value.get("expect") is None else value["expect"]
    if not isinstance(expect, dict):
        faults.append(document.fault(("expect",), "expected what the answer should hold, as `key: value` lines"))
    if faults:
        raise CaseError(faults)
    case = Case(facts, [child or {} for child in children or ()], document=document)
    return CaseFile(case, value.get("title"), value.get("profile"), as_of, expect)


def case_documents(document: Document) -> tuple[Document, ...]:
    """Return a document for each case of a file: the file itself, or each entry of its ``cases:`` with what the file says for all of them.

    Each keeps its places in the file. Whether an entry is a case is for :func:`case_from` to say.

    Raises:
        CaseError: The file has `cases:` and is not shaped as a file of several.
    """
    value = document.value
    if document.faults or not isinstance(value, dict) or "cases" not in value:
        return (document,)
    faults = [
        document.fault((key,), f"'{shown(key)}' is not part of a file of several cases{did_you_mean(key, TESTS_KEYS)}")
        for key in value
        if key not in TESTS_KEYS
    ]
    if value.get("schema") not in (None, TESTS_SCHEMA):
        faults.append(document.fault(("schema",), f"expected {TESTS_SCHEMA}"))
    cases = value["cases"]
    if not isinstance(cases, list) or not cases:
        faults.append(document.fault(("cases",), "expected a list of cases, each as in a file of its own"))
    if faults or not isinstance(cases, list):
        raise CaseError(faults)
    above: dict[str, Any] = {key: value[key] for key in FOR_ALL if key in value}
    found = []
    for case in cases:
        part = Document(document.name)
        part.value = above | case if isinstance(case, dict) else case
        part.places = {(key,): document.places[key,] for key in above if (key,) in document.places}
        found.append(part)
    for path, place in document.places.items():
        if len(path) > 1 and path[0] == "cases" and isinstance(path[1], int):
            found[path[1]].places[path[2:]] = place
    return tuple(found)
