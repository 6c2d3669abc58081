"""The answers about a register as columns: a row for each case, for each decision or for each duty. Records are made only where they are needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cspr_rules.bulk.deciding import Decided
from cspr_rules.bulk.due_days import NO_DAY, Days, plan_days
from cspr_rules.bulk.framing import Column
from cspr_rules.bulk.tabular import CASE, DECISION, EACH, table
from cspr_rules.bulk.values import Places
from cspr_rules.engine.conditions.columns import MET, NOT_IN_FORCE, OUTCOMES, UNDETERMINED
from cspr_rules.engine.law import Finding, RuleInForce
from cspr_rules.errors import Fault, QuestionError, did_you_mean, shown
from cspr_rules.model import doors


class Shown(NamedTuple):
    """Columns, and the place of the case that each of their rows is about."""

    columns: list[Column]
    cases: Places


def picked(each: str, columns: Sequence[str] | None) -> tuple[str, ...]:
    """Return the columns asked for, those of outcomes apart, or all of them.

    Raises:
        QuestionError: A row can be of no such thing, or has no such column.
    """
    known = {str(name): names for name, names in EACH.items()}
    if str(each) not in known:
        raise QuestionError([Fault("each", f"a row can be of a {' or of a '.join(known)}, not of '{shown(each)}'{did_you_mean(each, known)}")])
    if columns is None:
        return known[each]
    asked = [columns] if isinstance(columns, str) else list(dict.fromkeys(doors.each(str, columns, "columns")))
    expected = f"expected {', '.join(known[each])}"
    faults = [
        Fault("columns", f"a row of a {each} has no column '{name}'{did_you_mean(str(name), known[each]) or f'; {expected}'}")
        for name in asked
        if name not in known[each]
    ]
    if faults:
        raise QuestionError(faults)
    return tuple(asked)


def answers(decided: Decided, each: str, rules: Sequence[str], columns: Sequence[str], as_of: date) -> Shown:
    """Return what is asked for of the sound cases.

    Args:
        decided: The register.
        each: What a row is of.
        rules: The rules that are shown.
        columns: The columns that are shown; of cases, those of outcomes come after them.
        as_of: The day looked from.
    """
    match each:
        case "case":
            return _by_case(decided, rules, columns, as_of)
        case "decision":
            return _by_decision(decided, rules, columns)
    return _by_duty(decided, rules, columns)


def _by_case(decided: Decided, rules: Sequence[str], names: Sequence[str], as_of: date) -> Shown:
    sound = decided.sound
    alike = np.zeros(len(sound), np.intp)
    lean = {
        "as_of": Column("as_of", "date", [as_of], alike),
        "ruleset_digest": Column("ruleset_digest", "text", [decided.register.ruleset.digest], alike),
        "law_on": _days("law_on", decided.outcomes.days[0][sound]),
    }
    records = [decided.record(place) for place in map(int, sound)] if set(names) - set(lean) else []
    found = {name: lean.get(name) or Column(name, kind, [value(record) for record in records]) for name, kind, value in CASE if name in names}
    outcomes = [Column(rule, "text", OUTCOMES, decided.outcomes.of_case(rule)[sound].astype(np.intp)) for rule in rules]
    return Shown([*(found[name] for name in names), *outcomes], sound)


def _days(name: str, ordinals: Days) -> Column:
    """Return a column of days; nothing where no day can be named."""
    every, rows = np.unique(ordinals, return_inverse=True)
    return Column(name, "date", [None if day == NO_DAY else date.fromordinal(day) for day in every.tolist()], rows)


class _Findings(NamedTuple):
    """The findings of one rule on the cases and children to which one law applies."""

    source: RuleInForce
    order: int
    cases: Places
    children: NDArray[np.intp]
    outcomes: NDArray[np.uint8]
    rows: Places | None
    """The place of each child among all of them; ``None`` where a rule is asked once for each case."""


def _by_decision(decided: Decided, rules: Sequence[str], names: Sequence[str]) -> Shown:
    """Return the findings in order of case, rule and child."""
    parts = list(_findings(decided, rules))
    nothing = np.zeros(0, np.intp)
    cases = np.concatenate([nothing, *(part.cases for part in parts)])
    children = np.concatenate([nothing, *(part.children for part in parts)])
    rule = np.concatenate([nothing, *(np.full(len(part.cases), part.order) for part in parts)])
    kind = np.concatenate([nothing, *(len(OUTCOMES) * number + part.outcomes.astype(np.intp) for number, part in enumerate(parts))])
    order = np.lexsort((children, rule, cases))
    findings = [Finding(part.source, outcome) if outcome != OUTCOMES[NOT_IN_FORCE] else None for part in parts for outcome in OUTCOMES]  # type: ignore[arg-type] # text, of three
    columns: dict[str, Column] = {}
    for name, each, value in DECISION:
        if name == "child":
            columns[name] = Column(name, each, [None, *range(1, int(children.max(initial=0)) + 1)], children[order])
        elif name == "plan_for" and name in names:
            columns[name] = _days(name, np.concatenate([np.zeros(0, np.int32), *_planned(decided, parts)])[order])
        elif name in names:
            said = [value((None, finding, None)) if finding else None for finding in findings]  # type: ignore[arg-type] # no record is read
            columns[name] = Column(name, each, said, kind[order])
    return Shown([columns[name] for name in names], cases[order])


def _planned(decided: Decided, parts: Sequence[_Findings]) -> Iterator[Days]:
    """Yield for each part the days to plan for; no day where there is none."""
    found = plan_days(decided.register.ruleset, decided.population, decided.outcomes, {part.source.rule.id for part in parts})
    for part in parts:
        planned = found[part.source.rule.id]
        days = np.full(len(decided.register.starts if part.rows is None else decided.register.of_case), NO_DAY, np.int32)
        days[planned.rows] = planned.days
        yield days[part.cases if part.rows is None else part.rows]


def _findings(decided: Decided, rules: Sequence[str]) -> Iterator[_Findings]:
    of_case, starts = decided.register.of_case, decided.register.starts
    sound = np.zeros(len(starts), np.bool_)
    sound[decided.sound] = True
    order = {rule: place for place, rule in enumerate(sorted(rules))}
    columns = {rule: decided.outcomes.column(rule) for rule in order}
    for reading in decided.outcomes.readings:
        here = np.zeros(len(starts), np.bool_)
        here[reading.cases] = True
        once, each = np.flatnonzero(here & sound), np.flatnonzero((here & sound)[of_case])
        for source in reading.incident:
            rule = source.rule.id
            yield _Findings(source, order[rule], once, np.zeros(len(once), np.intp), columns[rule][once], None)
        numbers = each - starts[of_case[each]] + 1
        for source in reading.child:
            rule = source.rule.id
            yield _Findings(source, order[rule], of_case[each], numbers, columns[rule][each], each)


def _by_duty(decided: Decided, rules: Sequence[str], names: Sequence[str]) -> Shown:
    """Return what is owed, and what would be if it is so; only the cases in which one of the rules can ask for something have a record made."""
    asking = np.zeros(len(decided.register.starts), np.bool_)
    headline = {rule for each in decided.register.ruleset.profile.headlines for rule in each.rules}
    for rule in rules:
        found = decided.outcomes.of_case(rule)
        asking |= (found == MET) | (found == UNDETERMINED if rule in headline else False)
    cases = [int(place) for place in decided.sound if asking[place]]
    columns, places = table([decided.record(place) for place in cases], "duty", rules)
    shown = {column.name: column for column in columns}
    return Shown([shown[name] for name in names], np.array(cases, np.intp)[places] if places else np.zeros(0, np.intp))
