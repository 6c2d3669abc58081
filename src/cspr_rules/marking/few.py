"""Cases decided by the rules that answers are about alone: the same marks as by all rules, in a fraction of the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from cspr_rules.engine.evaluating import evaluated
from cspr_rules.marking.answer_sheet import Answers, answers_from, of_group
from cspr_rules.marking.marks import Marking, mark
from cspr_rules.marking.wording import duties_of, last_versions
from cspr_rules.model.cases import Case
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord, evaluate

OF_RULES: Final = ("outcomes", "cites", "grounds", "notes_from")
OF_DUTIES: Final = ("duties", "by", "to", "strength", "times", "days", "cites", "status", "clocks", "grounds", "options")


def rules_about(ruleset: Ruleset, answers: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of the rules that some answers are about; what names no rule and no duty of these rules counts for nothing.

    Args:
        ruleset: The rules.
        answers: The answers, each kind under its key.
    """
    return frozenset(_about(ruleset, answers))


def _about(ruleset: Ruleset, answers: Mapping[str, Any]) -> Iterator[str]:
    rules, asking = last_versions(ruleset), duties_of(ruleset)[0]
    for key in OF_RULES:
        yield from (name for name in answers.get(key) or () if name in rules)
    for key in OF_DUTIES:
        for duty in answers.get(key) or ():
            yield from asking.get(duty, ())
    for path in (ruleset.paths.get(name) for key in ("paths", "grounds") for name in answers.get(key) or ()):
        for duty in (path.opened_by, *path.steps) if path else ():
            yield from asking.get(duty or "", ())
    groups = answers.get("complete_for") or ()
    yield from groups if all(name in rules for name in groups) else (name for name in rules if of_group(name, groups))


def decided(ruleset: Ruleset, case: Case, as_of: date, answers: Mapping[str, Any]) -> DecisionRecord:
    """Return a case decided by the rules that some answers are about, or by all if they are about none; how far a case has come takes no rule.

    Args:
        ruleset: All rules.
        case: The case.
        as_of: The day to look from.
        answers: The answers that are right, as plain values. Which rules they are about has to be one of few choices.

    Raises:
        CaseError: The case has faults.
    """
    only = rules_about(ruleset, answers)
    return evaluated(DecisionRecord, ruleset, case, as_of, only=only) if only or answers.get("stage") else evaluate(ruleset, case, as_of=as_of)


def marked(record: DecisionRecord, answers: Answers | Mapping[str, Any]) -> Marking:
    """Return answers, marked by a case that was decided as far as other answers go.

    Where they are about more rules than were asked, or ask for a fact for which no rule of those asks, all rules are asked; so the marks are
    what they would be if all had been asked at once.

    Args:
        record: The case, from :func:`decided`.
        answers: The answers.

    Raises:
        CaseError: The answers name what does not exist.
    """
    read = answers if isinstance(answers, Answers) else answers_from(dict(answers), record)
    if record.only is not None and rules_about(record.ruleset, read._asdict()) <= record.only:
        found = mark(record, read)
        if all(each.kind != "question" or each.verdict == "right" for each in found.marks):
            return found
    return mark(evaluate(record.ruleset, record.case, as_of=record.as_of) if record.only is not None else record, read)
