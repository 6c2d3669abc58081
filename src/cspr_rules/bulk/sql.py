"""The rules as SQL: a view that gives every outcome in three values, for places where no Python is allowed.

It reads the same formulas as the evaluation over columns. A row is a child with the facts of its incident, as in :func:`evaluate_frame`; a missing
value is unknown. A comparison with a missing value is neither true nor false in SQL, and the formulas are made of comparisons by AND and OR alone,
so that one is true only where what is known forces it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from cspr_rules.bulk.dialects import Dialect
from cspr_rules.engine.conditions.formulas import ALWAYS, NEVER, Formulas, Inside, common_cells
from cspr_rules.engine.conditions.normal_form import Variable
from cspr_rules.engine.law import law_of
from cspr_rules.errors import Fault, QuestionError, did_you_mean
from cspr_rules.model.inferring import without
from cspr_rules.model.rules import Test, conditions_of
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.sources import Window
from cspr_rules.model.values import EARLIEST, LATEST, NOT_YET, Between, FactValue
from cspr_rules.model.vocabulary import Fact

NOT_YET_SUFFIX: Final = ".not_yet"
"""Ends the name of the column of yes or no that says of a date that it is known not to have come."""
_TRUE, _FALSE = "1 = 1", "1 = 0"
MOST_STEPS: Final = 4
"""How many times what follows is asked what follows from it in turn."""


def view(
    ruleset: Ruleset,
    dialect: Dialect,
    *,
    table: str,
    name: str,
    facts: Sequence[str],
    rules: Sequence[str],
    as_of: date,
    law_on: date | None = None,
    keep: Sequence[str] = (),
) -> str:
    """Return a statement that makes a view of a table with the outcome of each rule in each row.

    Args:
        ruleset: The rules.
        dialect: The database.
        table: The table that holds the cases: a row for each child, with the facts of its incident.
        name: The name of the view.
        facts: The facts for which the table has a column; all others are unknown. A date may have a second column, ``FACT.not_yet``.
        rules: The rules.
        as_of: The day to look from: dates after it are refused, and the law of it is read where the day of the incident is not recorded.
        law_on: The day whose law is read for every row; by default each incident's own.
        keep: Other columns of the table that the view has too.

    Raises:
        QuestionError: There is no such fact.
    """
    known = ruleset.vocabulary.by_id
    columns = {column.removesuffix(NOT_YET_SUFFIX) for column in facts}
    faults = [Fault("facts", f"there is no fact called '{each}'{did_you_mean(each, known)}") for each in sorted(columns) if each not in known]
    faults += [
        Fault("facts", f"'{each}' is no date, so there is no column '{each}{NOT_YET_SUFFIX}'")
        for each in sorted(columns)
        if each in known and f"{each}{NOT_YET_SUFFIX}" in facts and known[each].type != "date"
    ]
    if faults:
        raise QuestionError(faults)
    return _View(ruleset, dialect, facts).statement(table, name, rules, as_of, law_on, keep)


class _Follows(NamedTuple):
    """What follows from what is recorded.

    Attributes:
        trigger: A comparison that is true where it does.
        column: The column that is then known.
        fact: Its fact.
        value: Its value, as SQL.
    """

    trigger: str
    column: str
    fact: Fact
    value: str


class _View:
    """The parts of one statement.

    Attributes:
        columns: The columns that hold facts, those of the table first and then those that follow from them.
    """

    def __init__(self, ruleset: Ruleset, dialect: Dialect, columns: Iterable[str]) -> None:
        self.ruleset = ruleset
        self.dialect = dialect
        self.columns = dict.fromkeys(columns)
        self.cells = common_cells(ruleset.vocabulary, (each for rule in ruleset.rules for each in conditions_of(rule)))

    def statement(self, table: str, name: str, rules: Sequence[str], as_of: date, law_on: date | None, keep: Sequence[str]) -> str:
        """Return the whole statement."""
        quoted, begun = self.dialect.quoted, self.dialect.step
        kept = [quoted(each) for each in keep if each not in self.columns]
        steps = [f"given_rows {begun} (\n  SELECT {', '.join([*kept, *map(quoted, self.columns)])}\n  FROM {self.dialect.table(table)}\n)"]  # noqa: S608 -- quoted by the dialect
        for number, closed in enumerate(self._closed(), start=1):
            source = f"closed_{number - 1}" if number > 1 else "given_rows"
            steps.append(f"closed_{number} {begun} (\n  SELECT {', '.join([*kept, *closed])}\n  FROM {source}\n)")  # noqa: S608 -- quoted by the dialect
        refused = "\n    OR ".join(self._refused(as_of)) or _FALSE
        days = ", ".join(f"{text} AS {quoted(column)}" for column, text in self._law_days(as_of, law_on))
        said = f"CASE WHEN {refused}\n    THEN {self.dialect.true} ELSE {self.dialect.false} END"
        source = f"closed_{len(steps) - 1}" if len(steps) > 1 else "given_rows"
        columns = ", ".join([*kept, *map(quoted, self.columns)])
        steps.append(f"checked_rows {begun} (\n  SELECT {columns}, {days},\n    {said} AS {quoted('refused')}\n  FROM {source}\n)")  # noqa: S608 -- quoted by the dialect
        shown = [*map(quoted, keep), quoted("law_on"), quoted("refused")]
        shown += [f"{text} AS {quoted(rule)}" for rule, text in self._outcomes(rules, law_on)]
        lines = [
            f"-- Rules {self.ruleset.digest}, looked at from {as_of}. Written by cspr-rules; change the rules, not this.",
            "-- met, not_met and undetermined are what the facts recorded force; not_in_force says that the rule was not law on that day.",
            "-- A row that cannot be so is refused and has no outcomes. not_met never says that nobody need be told.",
            f"{self.dialect.view} {self.dialect.table(name)} AS",
            "WITH " + ",\n".join(steps),
            "SELECT\n  " + ",\n  ".join(shown),
            "FROM checked_rows;",
        ]
        return "\n".join(lines) + "\n"

    # -- what follows from what is recorded, and what cannot be so ----------------------------------------------------------------------

    def _implications(self) -> Iterator[_Follows]:
        """Yield what follows from what is recorded: implications, years between dates, and the last of what cannot be so together."""
        vocabulary = self.ruleset.vocabulary
        facts = vocabulary.by_id
        for source in vocabulary.facts:
            for implication in source.implies:
                trigger = self._recorded(source) if implication.when is None else self._is(source, implication.when)
                yield self._follows(trigger, facts[implication.fact], implication.value)
        for fact in vocabulary.counted_in_years:
            assert fact.years_from  # noqa: S101 -- chosen so
            born, at = (self.dialect.quoted(name) for name in fact.years_from)
            if set(fact.years_from) <= set(self.columns):
                yield _Follows(f"{at} >= {born}", fact.id, fact, self._years(born, at))
        for combination in vocabulary.impossible:
            for test in combination.tests:
                rest = without(facts[test.fact], None, test)
                if rest is not None and not isinstance(rest, Between):
                    others = [self._holds(other) for other in combination.tests if other is not test]
                    yield self._follows(_FALSE if _FALSE in others else " AND ".join(others), facts[test.fact], rest)

    def _follows(self, trigger: str, fact: Fact, value: FactValue) -> _Follows:
        return _Follows(trigger, fact.id + (NOT_YET_SUFFIX if value is NOT_YET else ""), fact, self._literal(fact, value))

    def _years(self, born: str, at: str) -> str:
        """Return how many whole years have gone by; who was born on 29 February completes a year on 1 March of a year without that day."""
        first, last = ([self.dialect.part(part, column) for part in ("YEAR", "MONTH", "DAY")] for column in (born, at))
        before = f"{last[1]} < {first[1]} OR ({last[1]} = {first[1]} AND {last[2]} < {first[2]})"
        return f"CAST({last[0]} - {first[0]} - CASE WHEN {before} THEN 1 ELSE 0 END AS INTEGER)"

    def _holds(self, test: Test) -> str:
        """Return a comparison that is true where a test is known to hold."""
        fact, name = self.ruleset.vocabulary.by_id[test.fact], self.dialect.quoted(test.fact)
        if test.comparison == "recorded":
            return self._recorded(fact) if test.value else self._is(fact, NOT_YET)
        if test.fact not in self.columns:
            return _FALSE
        if test.comparison in ("is", "is_any_of"):
            return f"{name} IN ({', '.join(self._literal(fact, each) for each in (test.value if test.comparison == 'is_any_of' else (test.value,)))})"
        sign = {"at_least": ">=", "less_than": "<", "on_or_before": "<=", "on_or_after": ">="}[test.comparison]
        return f"{name} {sign} {self._literal(fact, test.value)}"

    def _closed(self) -> Iterator[list[str]]:
        """Yield, step by step, the columns with what follows from those of the step before."""
        quoted = self.dialect.quoted
        before: set[tuple[str, str]] = set()
        for _ in range(MOST_STEPS):
            cases: dict[str, list[str]] = {}
            found = [each for each in self._implications() if each.trigger != _FALSE]
            for each in found:
                cases.setdefault(each.column, []).append(f"WHEN {each.trigger} THEN {each.value}")
            now = {(each.trigger, each.column) for each in found}
            if not cases or (now == before and not self._chained(found)):
                return
            chosen = {column: f"CASE {' '.join(whens)} ELSE NULL END" for column, whens in cases.items()}
            chosen = {column: f"COALESCE({quoted(column)}, {text})" if column in self.columns else text for column, text in chosen.items()}
            self.columns.update(dict.fromkeys(chosen))
            yield [f"{chosen[column]} AS {quoted(column)}" if column in chosen else quoted(column) for column in self.columns]
            before = now

    def _chained(self, found: Iterable[_Follows]) -> bool:
        """Return whether what follows may be what something else follows from."""
        triggers = " ".join(each.trigger for each in found)
        return any(self.dialect.quoted(each.column) in triggers for each in found)

    def _refused(self, as_of: date) -> Iterator[str]:
        """Yield what makes a row one that cannot be so."""
        facts = self.ruleset.vocabulary.by_id
        for column in self.columns:
            if column not in facts:
                continue
            fact, name = facts[column], self.dialect.quoted(column)
            match fact.type:
                case "one_of":
                    yield f"{name} NOT IN ({', '.join(map(self.dialect.text, fact.values))})"
                case "number":
                    yield from (f"{name} < {fact.at_least}" for _ in range(fact.at_least is not None))
                    yield from (f"{name} > {fact.at_most}" for _ in range(fact.at_most is not None))
                case "date":
                    last = LATEST if fact.may_be_future else as_of
                    yield f"{name} < {self.dialect.day(EARLIEST)} OR {name} > {self.dialect.day(last)}"
                    yield from (f"{self._recorded(fact)} AND {self._is(fact, NOT_YET)}" for _ in range(f"{column}{NOT_YET_SUFFIX}" in self.columns))
                    yield from (f"{name} < {self.dialect.quoted(earlier)}" for earlier in fact.not_before if earlier in self.columns)
            for other in fact.no_more_than:
                yield from (f"{name} > {self.dialect.quoted(each)}" for each in (other,) if each in self.columns)
            if fact.years_from and set(fact.years_from) <= set(self.columns):
                yield f"{name} IS NOT NULL AND {self.dialect.quoted(fact.years_from.at)} < {self.dialect.quoted(fact.years_from.born)}"
        for each in self._implications():
            yield from (f"{each.trigger} AND {other}" for other in self._otherwise(each) if each.trigger != _FALSE)
        for combination in self.ruleset.vocabulary.impossible:
            tests = [self._holds(test) for test in combination.tests]
            if _FALSE not in tests:
                yield " AND ".join(tests)

    def _otherwise(self, follows: _Follows) -> Iterator[str]:
        """Yield how a fact may be recorded with another value than the one that follows."""
        fact, column = follows.fact, follows.column
        if column == fact.id and f"{fact.id}{NOT_YET_SUFFIX}" in self.columns:
            yield self._is(fact, NOT_YET)
        if fact.id in self.columns:
            yield self._recorded(fact) if column != fact.id else f"{self.dialect.quoted(fact.id)} <> {follows.value}"

    def _recorded(self, fact: Fact) -> str:
        return f"{self.dialect.quoted(fact.id)} IS NOT NULL" if fact.id in self.columns else _FALSE

    def _is(self, fact: Fact, value: FactValue) -> str:
        column = fact.id + (NOT_YET_SUFFIX if value is NOT_YET else "")
        return f"{self.dialect.quoted(column)} = {self._literal(fact, value)}" if column in self.columns else _FALSE

    def _literal(self, fact: Fact, value: FactValue) -> str:
        if isinstance(value, bool) or value is NOT_YET:
            return self.dialect.yes_no(value is not False)
        if isinstance(value, date):
            return self.dialect.day(value)
        return self.dialect.text(value) if isinstance(value, str) else str(value)

    def _law_days(self, as_of: date, law_on: date | None) -> Iterator[tuple[str, str]]:
        """Yield the columns of the days whose law is read, for the incident and for each later step, with their expressions."""
        vocabulary, day = self.ruleset.vocabulary, self.dialect.day
        steps = [vocabulary.facts[slot].id for slot in self.ruleset.later_steps]
        if law_on is not None:
            yield from ((column, day(law_on)) for column in ("law_on", *map(_law_of, steps)))
            return
        own = [self.dialect.quoted(vocabulary.facts[slot].id) for slot in vocabulary.law_dates if vocabulary.facts[slot].id in self.columns]
        later = [vocabulary.facts[slot] for slot in sorted({*vocabulary.law_dates, *vocabulary.after_law_date, *self.ruleset.later_steps})]
        bounds = [self.dialect.quoted(fact.id) for fact in later if fact.id in self.columns and not fact.may_be_future]
        least = [day(as_of), *(f"CASE WHEN {name} <= {day(as_of)} THEN {name} ELSE {day(as_of)} END" for name in bounds)]
        incident = f"COALESCE({', '.join([*own, _of_several('LEAST', least)])})" if own else _of_several("LEAST", least)
        yield "law_on", incident
        for step in steps:
            known = f"COALESCE({self.dialect.quoted(step)}, {day(as_of)})" if step in self.columns else day(as_of)
            yield _law_of(step), f"GREATEST({known}, {incident})"

    # -- outcomes -----------------------------------------------------------------------------------------------------------------------

    def _outcomes(self, rules: Sequence[str], law_on: date | None) -> Iterator[tuple[str, str]]:
        """Yield each rule with the expression for its outcome."""
        vocabulary = self.ruleset.vocabulary
        readable = {slot for slot, each in self.cells.items() if {each.fact.id, f"{each.fact.id}{NOT_YET_SUFFIX}"} & set(self.columns)}
        formulas = Formulas(self.cells, readable)
        starts = [law_on] if law_on else [date.min, *sorted({day for rule in self.ruleset.rules for day in _changes(rule.window)})]
        stretches: dict[str, list[tuple[date, tuple[int, int] | None]]] = {rule: [] for rule in rules}
        incident = frozenset(slot for slot in readable if vocabulary.facts[slot].scope == "incident")
        for start in starts:
            law = law_of(self.ruleset, start)
            found = {each.rule.id: each for each in (*law.incident, *law.child)}
            for rule, parts in stretches.items():
                source = found.get(rule)
                pair = None
                if source is not None:
                    formulas.readable = incident if source.rule.scope == "incident" else readable
                    pair = (formulas.forced(source.exact, wanted=True), formulas.forced(source.exact, wanted=False))
                if not parts or parts[-1][1] != pair:
                    parts.append((start, pair))
        read = {rule.id: _law_of(rule.law_of) if rule.law_of else "law_on" for rule in self.ruleset.rules}
        written = _Written(self.dialect, formulas, self.columns)
        for rule, parts in stretches.items():
            texts = [(start, written.outcome(pair)) for start, pair in parts]
            whens = [f"WHEN {self.dialect.quoted('refused')} = {self.dialect.true} THEN NULL"]
            read_on = self.dialect.quoted(read[rule])
            whens += [f"WHEN {read_on} < {self.dialect.day(end)} THEN {text}" for (_, text), (end, _) in pairwise(texts)]
            yield rule, f"CASE {' '.join(whens)} ELSE {texts[-1][1]} END"


def _law_of(step: str) -> str:
    """Return the name of the column of the day whose law is read for rules that are read under that of a later step."""
    return f"law_on {step}"


def _of_several(function: str, values: Sequence[str]) -> str:
    return f"{function}({', '.join(values)})" if len(values) > 1 else values[0]


def _changes(window: Window) -> Iterator[date]:
    """Yield the days on which a window begins, and after which it has ended."""
    yield window.start
    if window.until:
        yield window.until + timedelta(days=1)


class _Written:
    """Formulas as SQL."""

    def __init__(self, dialect: Dialect, formulas: Formulas, columns: Container[str]) -> None:
        self.dialect = dialect
        self.formulas = formulas
        self.columns = columns
        self._texts: dict[int, str] = {ALWAYS: _TRUE, NEVER: _FALSE}

    def outcome(self, pair: tuple[int, int] | None) -> str:
        """Return the expression for the outcome of a rule whose formulas for holding and not holding are given; ``None`` is not in force."""
        text = self.dialect.text
        if pair is None:
            return text("not_in_force")
        holds, fails = map(self._text, pair)
        return f"CASE WHEN {holds} THEN {text('met')} WHEN {fails} THEN {text('not_met')} ELSE {text('undetermined')} END"

    def _text(self, number: int) -> str:
        found = self._texts.get(number)
        if found is None:
            node = self.formulas.nodes[number]
            if isinstance(node, Inside):
                found = self._inside(self.formulas.cells[node.slot], node.mask)
            else:
                found = f"({(' AND ' if node.conjunction else ' OR ').join(map(self._text, node.parts))})"
            self._texts[number] = found
        return found

    def _inside(self, variable: Variable, mask: int) -> str:
        """Return the comparison that a fact is known to lie in some cells; it is not true where nothing is known."""
        name, fact = self.dialect.quoted(variable.fact.id), variable.fact
        chosen = [value for place, value in enumerate(variable.cells) if mask >> place & 1]
        if fact.type == "one_of":
            return f"{name} IN ({', '.join(self.dialect.text(str(value)) for value in chosen)})"
        if fact.type == "yes_no":
            return f"{name} = {self.dialect.yes_no(bool(chosen[0]))}"
        alternatives = []
        if chosen and chosen[0] is NOT_YET and f"{fact.id}{NOT_YET_SUFFIX}" in self.columns:
            alternatives.append(f"{self.dialect.quoted(fact.id + NOT_YET_SUFFIX)} = {self.dialect.true}")
        if fact.id in self.columns:
            alternatives += self._ranges(name, variable, mask)
        return f"({' OR '.join(alternatives)})" if len(alternatives) > 1 else "".join(alternatives) or _FALSE

    def _ranges(self, name: str, variable: Variable, mask: int) -> Iterator[str]:
        """Yield the runs of cells of a number or a date."""
        first, last = 1 if variable.fact.type == "date" else 0, len(variable.cells) - 1
        place = first
        while place <= last:
            if not mask >> place & 1:
                place += 1
                continue
            end = place
            while end < last and mask >> (end + 1) & 1:
                end += 1
            low = [f"{name} >= {self._cut(variable.cells[place])}"] if place > first else []
            high = [f"{name} < {self._cut(variable.cells[end + 1])}"] if end < last else []
            yield " AND ".join([*low, *high]) or f"{name} IS NOT NULL"
            place = end + 1

    def _cut(self, value: FactValue) -> str:
        return self.dialect.day(value) if isinstance(value, date) else str(value)
