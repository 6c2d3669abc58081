"""What commands share that decide a case as its file is written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cspr_rules.cli.common import rules_for
from cspr_rules.engine.evaluating import Engine
from cspr_rules.errors import CaseError, Fault, QuestionError
from cspr_rules.loading.case_files import CaseFile, case_from
from cspr_rules.loading.reading import MOST_BYTES, STDIN, Document, read_bytes, read_file, standard_input
from cspr_rules.record import DecisionRecord, evaluate


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
    document = document_of(name)
    file = case_from(document)
    try:
        ruleset = rules_for(profile, file.profile)
    except QuestionError as error:
        if profile is not None:
            raise
        raise CaseError([document.fault(("profile",), error.faults[0].message)]) from None
    # No clock is read: without a day, the case is looked at from the latest day it knows of, and the record says which.
    looked_from = as_of or file.as_of or file.case.check(ruleset.vocabulary).latest or ruleset.checked_on
    return file, evaluate(ruleset, file.case, as_of=looked_from, law_on=law_on, engine=engine)


def document_of(name: str, *, json_up_to: int | None = None) -> Document:
    """Return what a file holds, or standard input if it is called ``-``; what is wrong with it is in its ``faults``."""
    if name != "-":
        return read_file(Path(name), json_up_to=json_up_to)
    try:
        return read_bytes(standard_input(json_up_to or MOST_BYTES), STDIN, json_up_to=json_up_to)
    except OSError as error:
        return Document(STDIN, faults=[Fault(STDIN, f"standard input cannot be read: {error.strerror or 'no reason given'}; expected a case on it")])
