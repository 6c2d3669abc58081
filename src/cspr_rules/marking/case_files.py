"""A case file decided as it is written: by the rules that it or somebody else names, looked at from its own day."""

from __future__ import annotations

from datetime import date

from cspr_rules.engine.evaluating import Engine
from cspr_rules.errors import CaseError, QuestionError
from cspr_rules.loading.case_files import CaseFile, case_from
from cspr_rules.loading.reading import Document
from cspr_rules.loading.rulesets import rules_for
from cspr_rules.record import DecisionRecord, evaluate


def decided(
    document: Document, profile: str | None = None, as_of: date | None = None, law_on: date | None = None, engine: Engine = "builtin"
) -> tuple[CaseFile, DecisionRecord]:
    """Return the case that a document holds, and its record.

    Args:
        document: The case file, read.
        profile: The authority; the file's own if not given.
        as_of: The day to look from; the file's own if not given, else the latest day it records.
        law_on: The day whose law is read; the incident's if not given.
        engine: What decides.

    Raises:
        CsprRulesError: The file, the profile or the case cannot be used.
    """
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
