"""What this project asks about a change to its rules besides the loader and the examples: the worked cases and the ledger."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from cspr_rules.authoring.mutating.changes import LABELS, LOGIC, TIMES
from cspr_rules.authoring.mutating.judging import Changed, Judge, Witness
from cspr_rules.errors import CsprRulesError
from cspr_rules.loading.rulesets import check_folder
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import evaluate
from tests.docs.test_worked_cases import AREAS, expected
from tests.support.ledgers import differences, ledger, rule_key, stated, stated_rule
from tests.support.shipped import FILES, case_file

RULES: Final = Path(__file__).parents[2] / "rules"
NOTICED_BY: Final = ("loader", "examples", "worked cases", "ledger")
"""What can notice a change, in the order in which it is asked."""


def project_judge(profile: str = "bcp") -> Judge:
    """Return the shipped rules, ready to be compared with changed ones."""
    built = check_folder(profile, RULES)
    owners = {duty.id: rule.id for rule, _ in built.rule_entries for duty in rule.duties}
    keys = {entry.file: rule_key(rule) for rule, entry in built.rule_entries}

    def worked_cases(changed: Changed) -> bool:
        return _worked_cases(changed.ruleset, owners)

    def ledger_differs(changed: Changed) -> bool:
        if changed.rule is None:
            return bool(differences(stated(changed.ruleset), ledger(profile)))
        key = keys[changed.entry.file]
        return bool(differences({key: stated_rule(changed.rule)}, {key: ledger(profile)[key]}))

    witnesses = (Witness(NOTICED_BY[2], LOGIC | TIMES, worked_cases), Witness(NOTICED_BY[3], TIMES | LABELS, ledger_differs))
    return Judge(built, [check_folder(name, RULES) for name in built.pack.profiles[:-1]], witnesses)


def _worked_cases(ruleset: Ruleset, owners: dict[str, str]) -> bool:
    """Say whether a worked case gets another answer than the one written beside it, as far as these rules decide it."""
    rules = {rule.id for rule in ruleset.rules}
    return any(_case_differs(path, ruleset, rules, owners) for path in FILES if case_file(path).profile == ruleset.profile.id)


def _case_differs(path: Path, ruleset: Ruleset, rules: set[str], owners: dict[str, str]) -> bool:
    case = case_file(path)
    assert case.as_of is not None
    try:
        record = evaluate(ruleset, case.case, as_of=case.as_of)
    except CsprRulesError:
        return True
    for rule, outcome in expected(path, "outcomes").items():
        if rule in rules:
            decision = record.decisions.get(rule)
            if decision is None:
                return True
            got: Any = [finding.outcome for finding in decision.per_child] if isinstance(outcome, list) else decision.outcome
            if got != outcome:
                return True
    dates: dict[str, set[str]] = {}
    standing: dict[str, set[str]] = {}
    for duty in record.duties:
        standing.setdefault(duty.id, set()).add(duty.status)
        if duty.rule_id.split(".")[1] in AREAS:
            dates.setdefault(duty.id, set()).add(duty.plan_for.isoformat() if duty.plan_for else "owed")
    wanted = {duty: days for duty, days in expected(path, "duties").items() if owners[duty] in rules}
    if dates != {duty: set(days) if isinstance(days, list) else {days} for duty, days in wanted.items()}:
        return True
    if any(standing.get(duty) != {status} for duty, status in expected(path, "status").items() if owners[duty] in rules):
        return True
    return not {rule for rule in expected(path, "notes_from") if rule in rules} <= {note.rule_id for note in record.notes}
