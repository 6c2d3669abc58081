"""What a decision says beyond what is owed and by when: each clock, what each part rests on, options, paths and the stage.

It is said in the shape of answers, so that answers can be held against it and right answers be written from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cspr_rules.engine.answers import OwedDuty
from cspr_rules.engine.law import in_force
from cspr_rules.engine.stages import stage_of
from cspr_rules.engine.tracing import telling, trace
from cspr_rules.marking.answer_sheet import ITSELF, NONE
from cspr_rules.model.kleene import Truth
from cspr_rules.model.rules import UNSPECIFIED, Outcome, Test, tests_in
from cspr_rules.model.sources import Provision, in_words
from cspr_rules.record import DecisionRecord

_TRUTHS: Final[Mapping[Outcome, Truth]] = {"met": True, "not_met": False, "undetermined": None}


def clocks_of(given: Iterable[OwedDuty]) -> list[dict[str, Any]]:
    """Return the clocks of a duty that run, each once, with everything that answers may say of one.

    Args:
        given: The duty, once for each time that it is owed or allowed.
    """
    found: list[dict[str, Any]] = []
    for clock in (clock for each in given for clock in each.clocks):
        rule = clock.rule
        said = {
            "unit": rule.unit,
            "count": rule.amount,
            "anchor": rule.anchor or NONE,
            "side": "before" if rule.before else "after",
            "strength": rule.strength,
            "day": clock.due_on,
            "cites": frozenset(each.key for each in clock.citations),
        }
        if said not in found:
            found.append(said)
    return found


def clocks_agree(given: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> bool:
    """Return whether every clock that is given is one that runs, as far as is said of it, and every one that runs is given."""
    return all(any(_agree(each, clock) for clock in found) for each in given) and all(any(_agree(each, clock) for each in given) for clock in found)


def _agree(given: Mapping[str, Any], clock: Mapping[str, Any]) -> bool:
    return all(clock[key] == value for key, value in given.items())


def grounds_of(record: DecisionRecord, name: str, given: Sequence[OwedDuty]) -> dict[str, tuple[Provision, ...]]:
    """Return the provisions in force on which the parts of a rule, a duty, a path or a stage rest.

    Of a rule: each fact, and each rule it refers to, that makes its outcome what it is; its notes, if it is met; and itself.

    Args:
        record: The case, decided.
        name: The rule, duty, path or stage.
        given: The duty of that name, once for each time that it is owed or allowed.
    """
    ruleset = record.ruleset
    if name in record.law.place:
        return _of_rule(record, name)
    if given:
        return {ITSELF: tuple(dict.fromkeys(provision for each in given for provision in each.citations))}
    if name in ruleset.paths:
        return {ITSELF: next((path.citations for path in record.paths if path.path.id == name), ())}
    stage = stage_of(ruleset, record.checked)
    if stage is not None and stage.id == name:
        of_tests = (key for test in tests_in(stage.when) if isinstance(test, Test) for key in test.cites)
        return {ITSELF: in_force(dict.fromkeys((*stage.cites, *of_tests)), ruleset.provisions, record.law_on)}
    return {}


def _of_rule(record: DecisionRecord, rule_id: str) -> dict[str, tuple[Provision, ...]]:
    finding, child = record.finding(rule_id)
    row = record.checked.incident if child is None else record.checked.children[child - 1]
    found: dict[str, dict[Provision, None]] = {}
    for step in telling(trace(finding.source, row, record.ruleset), _TRUTHS[finding.outcome]):
        found.setdefault(step.fact or str(step.rule), {}).update(dict.fromkeys(step.citations))
    if finding.met:
        found |= {f"note {number}": dict.fromkeys(note.citations) for number, note in enumerate(finding.notes, start=1)}
    return {ITSELF: finding.citations} | {part: tuple(cites) for part, cites in found.items()}


def option_of(given: Iterable[OwedDuty]) -> dict[str, set[str]]:
    """Return the roles that support and that oversee a choice on a menu; nothing of what is none."""
    option = next((each.duty.option for each in given if each.duty.option), None)
    return {"support": set(option.support), "governance": set(option.governance)} if option else {}


def path_of(record: DecisionRecord, path_id: str) -> list[str]:
    """Return the duties of a path that are owed or allowed, in order, each once."""
    steps = (duty.id for path in record.paths if path.path.id == path_id for duty in path.steps)
    return list(dict.fromkeys(steps))


def stage_id(record: DecisionRecord) -> str:
    """Return the stage that a case has come to, or ``none``."""
    stage = stage_of(record.ruleset, record.checked)
    return stage.id if stage else NONE


def clocks_words(clocks: Iterable[Mapping[str, Any]]) -> str:
    """Return clocks in words, as far as is said of them: ``5 working days after incident.authority_aware_on, 5 April 2024, should``."""
    return "; ".join(map(_clock_words, clocks))


def _clock_words(clock: Mapping[str, Any]) -> str:
    period = " ".join(str(clock[key]).replace("_", " ") for key in ("count", "unit") if clock.get(key) is not None)
    if clock.get("unit") == UNSPECIFIED:
        period = "no time given"
    if "anchor" in clock:
        day = {NONE: "no day", UNSPECIFIED: "a day that is not named"}.get(clock["anchor"], clock["anchor"])
        period = f"{period or 'a time'} {clock.get('side', 'from')} {day}"
    elif "side" in clock:
        period = f"{period or 'a time'} {clock['side']} its day"
    due = [in_words(clock["day"]) if clock["day"] else "no day to plan for"] if "day" in clock else []
    strength = [clock["strength"]] if "strength" in clock else []
    cites = [f"by {' and '.join(sorted(clock['cites']))}"] if clock.get("cites") else []
    return ", ".join([*filter(None, [period]), *due, *strength, *cites]) or "a clock"
