"""What commands share that decide a case as its file is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cspr_rules.engine.evaluating import Engine
from cspr_rules.errors import Fault
from cspr_rules.loading.case_files import CaseFile
from cspr_rules.loading.reading import MOST_BYTES, STDIN, Document, read_bytes, read_file, standard_input
from cspr_rules.marking.case_files import decided
from cspr_rules.record import DecisionRecord


def answer(
    name: str, profile: str | None, as_of: date | None, law_on: date | None = None, engine: Engine = "builtin"
) -> tuple[CaseFile, DecisionRecord]:
    """Decide the case of a file.

    Args:
        name: The file, or ``-`` for standard input.
        profile: The authority; the file's own if not given.
        as_of: The day to look from; the file's own if not given, else the latest day it records.
        law_on: The day whose law is read; the incident's if not given.
        engine: What decides.

    Raises:
        CsprRulesError: The file, the profile or the case cannot be used.
    """
    return decided(document_of(name), profile, as_of, law_on, engine)


def document_of(name: str, *, json_up_to: int | None = None) -> Document:
    """Return what a file holds, or standard input if it is called ``-``; what is wrong with it is in its ``faults``."""
    if name != "-":
        return read_file(Path(name), json_up_to=json_up_to)
    try:
        return read_bytes(standard_input(json_up_to or MOST_BYTES), STDIN, json_up_to=json_up_to)
    except OSError as error:
        return Document(STDIN, faults=[Fault(STDIN, f"standard input cannot be read: {error.strerror or 'no reason given'}; expected a case on it")])
