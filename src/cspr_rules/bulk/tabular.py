"""Decision records as columns: a row for each case, for each decision or for each duty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from operator import attrgetter
from typing import Any, Final, TypeAlias

from cspr_rules.bulk.framing import Column, ColumnKind, framed
from cspr_rules.engine.answers import OPEN, TASKS, OwedDuty
from cspr_rules.engine.duties import would_be
from cspr_rules.engine.law import Finding
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.explain.verdict import supposed
from cspr_rules.frame_hook import Each, Frames
from cspr_rules.model import doors
from cspr_rules.model.rules import Rule
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Provision
from cspr_rules.record import DecisionRecord

NOT_IN_FORCE: Final = "not_in_force"
"""Stands where a rule was not law on the day whose law is read; an outcome it had not."""

Found: TypeAlias = tuple[int | None, Finding, DecisionRecord]
CASE: Final[tuple[tuple[str, ColumnKind, Callable[[DecisionRecord], Any]], ...]] = (
    ("as_of", "date", attrgetter("as_of")),
    ("law_on", "date", attrgetter("law_on")),
    ("duties", "number", lambda record: len(record.duties)),
    ("open", "number", lambda record: len(_open(record))),
    ("overdue", "number", lambda record: sum(duty.status == "overdue" for duty in record.duties)),
    ("next_date", "date", lambda record: min([duty.plan_for for duty in _open(record) if duty.plan_for], default=None)),
    ("next_date_if_so", "date", lambda record: min([duty.plan_for for duty in supposed(record) if duty.plan_for], default=None)),
    ("questions", "number", lambda record: sum(each.fact.kind != "step" for each in record.ask)),
    ("unverified", "yes_no", lambda record: bool(record.unverified)),
    ("ruleset_digest", "text", lambda record: record.ruleset_digest),
)
DECISION: Final[tuple[tuple[str, ColumnKind, Callable[[Found], Any]], ...]] = (
    ("rule", "text", lambda found: found[1].rule_id),
    ("child", "number", lambda found: found[0]),
    ("outcome", "text", lambda found: found[1].outcome),
    ("plan_for", "date", lambda found: _plan_for(*found)),
    ("question", "text", lambda found: found[1].source.rule.question),
    ("layer", "text", lambda found: found[1].source.rule.layer),
    ("cites", "text", lambda found: _keys(found[1].citations)),
    ("unverified", "yes_no", lambda found: _unverified(found[1].citations)),
)
DUTY: Final[tuple[tuple[str, ColumnKind, Callable[[OwedDuty, Ruleset], Any]], ...]] = (
    ("rule", "text", lambda duty, _: duty.rule_id),
    ("duty", "text", lambda duty, _: duty.id),
    ("children", "text", lambda duty, _: ", ".join(str(child) for child in duty.children) or None),
    ("strength", "text", lambda duty, _: duty.strength),
    ("act", "text", lambda duty, _: duty.act),
    ("by", "text", lambda duty, ruleset: ruleset.role_name(duty.by)),
    ("to", "text", lambda duty, ruleset: "; ".join(ruleset.role_name(role) for role in duty.to) or None),
    ("if_so", "yes_no", lambda duty, _: not duty.finding.met),
    ("status", "text", lambda duty, _: duty.status),
    ("plan_for", "date", lambda duty, _: duty.plan_for),
    ("done_on", "date", lambda duty, _: duty.done_on),
    ("layer", "text", lambda duty, _: duty.layer),
    ("cites", "text", lambda duty, _: _keys(duty.citations)),
    ("unverified", "yes_no", lambda duty, _: _unverified([*duty.citations, *(each for clock in duty.clocks for each in clock.citations)])),
)
_RULE: Final[tuple[tuple[str, ColumnKind, Callable[[Rule], Any]], ...]] = (
    ("rule", "text", lambda rule: rule.id),
    ("title", "text", lambda rule: rule.title),
    ("question", "text", lambda rule: rule.question),
    ("layer", "text", lambda rule: rule.layer),
    ("scope", "text", lambda rule: rule.scope),
    ("from", "date", lambda rule: rule.window.start),
    ("until", "date", lambda rule: rule.window.until),
    ("duties", "number", lambda rule: len(rule.duties)),
    ("cites", "text", lambda rule: "; ".join(rule.cites)),
)
EACH: Final[dict[Each, tuple[str, ...]]] = {
    "case": tuple(name for name, _, _ in CASE),
    "decision": tuple(name for name, _, _ in DECISION),
    "duty": tuple(name for name, _, _ in DUTY),
}
"""What a row can be of, and the columns that every such frame has."""


def chosen_rules(rules: Iterable[str] | None, known: Iterable[str]) -> tuple[str, ...]:
    """Return the rules asked for, each once, or all of them in order of id.

    Args:
        rules: Ids of rules, or groups of rules such as ``england.notification``: an id without its last parts.
        known: The ids of all rules.

    Raises:
        QuestionError: There is no such rule or group.
    """
    every = sorted(set(known))
    if rules is None:
        return tuple(every)
    asked = [rules] if isinstance(rules, str) else doors.each(str, rules, "rules")
    found = {each: [rule for rule in every if rule == each or rule.startswith(f"{each}.")] for each in asked}
    groups = {rule.rsplit(".", parts)[0] for rule in every for parts in range(rule.count(".") + 1)}
    faults = [
        Fault("rules", f"there is no rule or group of rules called '{shown(each)}'{did_you_mean(str(each), groups)}")
        for each in asked
        if not found[each]
    ]
    if faults:
        raise QuestionError(faults)
    return tuple(dict.fromkeys(rule for each in asked for rule in found[each]))


def table(records: Sequence[DecisionRecord], each: str, rules: Sequence[str]) -> tuple[list[Column], list[int]]:
    """Return the columns of some records, and which record each row is of.

    Args:
        records: The records.
        each: What a row is of.
        rules: The rules to be shown; duties of others are left out.

    Raises:
        QuestionError: A row can be of no such thing.
    """
    if str(each) not in EACH:
        raise QuestionError([Fault("each", f"a row can be of a {' or of a '.join(EACH)}, not of '{shown(each)}'{did_you_mean(each, EACH)}")])
    if each == "case":
        columns = [Column(name, kind, [value(record) for record in records]) for name, kind, value in CASE]
        answers = [record.decisions for record in records]
        columns += [Column(rule, "text", [found[rule].outcome if rule in found else NOT_IN_FORCE for found in answers]) for rule in rules]
        return columns, list(range(len(records)))
    wanted = frozenset(rules)
    if each == "decision":
        found = [(place, one) for place, record in enumerate(records) for one in _findings(record) if one[1].rule_id in wanted]
        return [Column(name, kind, [value(one) for _, one in found]) for name, kind, value in DECISION], [place for place, _ in found]
    duties = [(place, duty) for place, record in enumerate(records) for duty in (*record.duties, *record.options, *supposed(record))]
    owed = [(place, duty) for place, duty in duties if duty.rule_id in wanted]
    columns = [Column(name, kind, [value(duty, records[place].ruleset) for place, duty in owed]) for name, kind, value in DUTY]
    return columns, [place for place, _ in owed]


def _of_record(record: DecisionRecord, each: str, backend: str) -> Any:
    columns, _ = table([record], each, chosen_rules(None, (rule.id for rule in record.ruleset.rules)))
    return framed(columns, backend)


def _of_ruleset(ruleset: Ruleset, backend: str) -> Any:
    return framed([Column(name, kind, [value(rule) for rule in ruleset.rules]) for name, kind, value in _RULE], backend)


FRAMES: Final[Frames] = {DecisionRecord: _of_record, Ruleset: _of_ruleset}
"""What makes a frame of a record and of a ruleset. See :mod:`cspr_rules.frame_hook` for how they find their way here."""


def _findings(record: DecisionRecord) -> Iterator[Found]:
    """Yield every finding in order of rule and child."""
    for decision in record.decisions.values():
        if decision.per_child:
            yield from [(child, finding, record) for child, finding in enumerate(decision.per_child, start=1)]
        else:
            yield None, decision.source, record


def _plan_for(child: int | None, finding: Finding, record: DecisionRecord) -> date | None:
    """Return the first day to plan for of what a rule asks, or would if it is met: by the facts of this child alone."""
    if finding.outcome == "not_met":
        return None
    row = record.checked.incident if child is None else record.checked.children[child - 1]
    owed = [would_be(cited, finding, () if child is None else (child,), row, record.as_of) for cited in finding.duties if not cited.optional]
    return min([duty.plan_for for duty in owed if duty.plan_for], default=None)


def _open(record: DecisionRecord) -> list[OwedDuty]:
    return [duty for duty in record.duties if duty.status in OPEN and duty.strength in TASKS]


def _keys(provisions: Iterable[Provision]) -> str:
    return "; ".join(provision.key for provision in provisions)


def _unverified(provisions: Iterable[Provision]) -> bool:
    return not all(provision.checked.relied_on for provision in provisions)
