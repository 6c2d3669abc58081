"""A rule as a table of values: when it is met and when not, and what it would come to if two or three facts were otherwise."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from cspr_rules.engine.conditions.normal_form import Exact, Joined, Variable, Within
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import RuleInForce
from cspr_rules.errors import CaseError, Fault, QuestionError, did_you_mean
from cspr_rules.explain.ways import Need, Route, routes
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import NOT_YET, FactValue, Row
from cspr_rules.pictures.drawing import SMALL, TEXT, Picture, drawn_mark, fitted, tall, text_lines, width_of
from cspr_rules.pictures.marks import OUTCOMES
from cspr_rules.pictures.markup import Markup, joined, tag
from cspr_rules.record import DecisionRecord

MOST_ROWS: Final = 64
"""The most rows a truth table has."""
MOST_CELLS: Final = 200
"""The most combinations a grid holds."""
WHOLE: Final = 16
"""Up to how many combinations a truth table lists each one; beyond, one row stands for all that differ only in what does not matter."""
_OUTCOME_WORDS: Final = {"met": "met", "not_met": "not met", "undetermined": "undecided", "none": "cannot be"}
_EDGE: Final = 14
_PAD: Final = 7


def variables(form: Exact) -> Iterator[Variable]:
    """Yield the facts a condition depends on."""
    match form:
        case Within(variable):
            yield variable
        case Joined(_, parts):
            for part in parts:
                yield from variables(part)
        case _:
            yield from form.variables


def cells_in_words(variable: Variable, mask: int) -> str:
    """Return some cells of a fact in words: the vocabulary's for its values, or ranges of numbers and dates."""
    cells = variable.cells
    if variable.fact.type == "yes_no":
        return " or ".join("yes" if value else "no" for index, value in enumerate(cells) if mask >> index & 1)
    if variable.fact.type == "one_of":
        chosen = mask if mask.bit_count() <= len(cells) - mask.bit_count() or len(cells) < 4 else variable.full & ~mask
        words = [variable.fact.show(value) for index, value in enumerate(cells) if chosen >> index & 1]
        if chosen == mask and len(words) == 1:
            return words[0]
        # Each is a phrase or a clause of its own, commas and all, and has to stay apart from those beside it.
        return ("" if chosen == mask else "other than ") + " or ".join(f"‘{word}’" for word in words)
    parts = ["not yet"] if cells[0] is NOT_YET and mask & 1 else []
    first = 1 if cells[0] is NOT_YET else 0
    index = first
    while index < len(cells):
        if mask >> index & 1:
            end = index
            while end + 1 < len(cells) and mask >> (end + 1) & 1:
                end += 1
            parts.append(_range(cells[index] if index > first else None, cells[end + 1] if end + 1 < len(cells) else None))
            index = end
        index += 1
    return " or ".join(parts)


def _range(low: FactValue | None, high: FactValue | None) -> str:
    """Return a range in words; ``high`` is the first value beyond it."""
    last = high - timedelta(days=1) if isinstance(high, date) else high - 1 if isinstance(high, int) else None
    if low is None:
        return "on some date" if high is None else f"before {in_words(high)}" if isinstance(high, date) else f"under {high}"
    if last is None:
        return f"from {in_words(low)}" if isinstance(low, date) else f"{low} or more"
    if low == last:
        return in_words(low) if isinstance(low, date) else str(low)
    return f"{in_words(low)} to {in_words(last)}" if isinstance(low, date) and isinstance(last, date) else f"{low} to {last}"


# -- truth table ---------------------------------------------------------------------------------------------------------------------


def truth_table(record: DecisionRecord, rule_id: str, child: int | None = None) -> Picture:
    """Return when a rule is met and when not, over the values of the facts it tests; the rows that agree with the case's facts are marked.

    A rule with up to 16 combinations of values is listed in full. Otherwise a row says only what is needed for its outcome, a dash standing for
    whatever the fact may be; together the rows cover every combination, exactly.

    Args:
        record: A record under whose law the rule is in force; that of an empty case will do.
        rule_id: The rule.
        child: Whose facts mark the rows, from 1.

    Raises:
        KeyError: The rule is not in force, or there is no such child.
        QuestionError: There are more rows than are worth drawing.
    """
    finding, number = record.finding(rule_id, child)
    told = table_rows(finding.source, record.reasoner.row(number))
    fitting = [str(place) for place, fits in enumerate(told.here, start=1) if fits]
    facts = f"The facts recorded agree with row {', '.join(fitting)}." if fitting else "No fact that it tests is recorded."
    table = _Table(_title(finding.source, record, number), told.how)
    return table.picture(told.head, told.rows, told.outcomes, told.here, f"A truth table: {told.how}. {facts}".strip())


class TableRows(NamedTuple):
    """What a truth table says, before it is drawn.

    Attributes:
        head: The facts, and the word for the outcome.
        rows: For each row, the values in words and the outcome.
        outcomes: The outcome of each row.
        here: For each row, whether the facts of the case agree with it.
        how: How many combinations the rows stand for.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    outcomes: tuple[str, ...]
    here: tuple[bool, ...]
    how: str


def table_rows(source: RuleInForce, row: Row) -> TableRows:
    """Return what the truth table of a rule says.

    Args:
        source: The rule as it stands on its day of law.
        row: The facts that mark the rows.

    Raises:
        QuestionError: There are more rows than are worth drawing.
    """
    columns = sorted(variables(source.exact), key=lambda each: source.reading_order.index(each.slot))
    combinations = 1
    for column in columns:
        combinations *= len(column.cells)
    whole = combinations <= WHOLE
    found = list(every_row(source.exact, columns, len(row)) if whole else needed_rows(source.exact))
    if len(found) > MOST_ROWS:
        raise QuestionError([Fault(source.rule.id, f"its truth table has {len(found)} rows; at most {MOST_ROWS} are drawn")])
    head = (*(column.fact.id for column in columns), "outcome")
    known = [row[column.slot] for column in columns]
    rows, here, outcomes = [], [], []
    for needs, outcome in found:
        by_slot = {need.variable.slot: need for need in needs}
        words = [cells_in_words(column, by_slot[column.slot].mask) if column.slot in by_slot else "–" for column in columns]
        rows.append((*words, _OUTCOME_WORDS[outcome]))
        outcomes.append(outcome)
        here.append(any(value is not None for value in known) and all(need.met(row) is not False for need in needs))
    how = f"all {combinations} combinations" if whole else f"{combinations} combinations in {len(rows)} rows; a dash: whatever it is"
    return TableRows(head, tuple(rows), tuple(outcomes), tuple(here), how)


def _title(source: RuleInForce, record: DecisionRecord, child: int | None) -> str:
    whom = f", child {child}" if child and len(record.checked.children) > 1 else ""
    return f"{source.rule.question} ({source.rule.id}{whom})"


def every_row(form: Exact, columns: Sequence[Variable], width: int) -> Iterator[tuple[Route, str]]:
    """Yield every combination of values with its outcome; ``width`` is how many facts a row of the vocabulary has."""
    for values in itertools.product(*(column.cells for column in columns)):
        row: list[FactValue | None] = [None] * width
        for column, value in zip(columns, values, strict=True):
            row[column.slot] = value
        needs = tuple(Need(column, column.cell(value)) for column, value in zip(columns, values, strict=True))
        yield needs, OUTCOMES[truth(form, tuple(row))]


def needed_rows(form: Exact) -> Iterator[tuple[Route, str]]:
    """Yield, with its outcome, every smallest set of findings that settles a condition; together they cover every combination."""
    for wanted in (True, False):
        for route in routes(form, wanted=wanted):
            yield route, OUTCOMES[wanted]


class _Table(NamedTuple):
    """Draws rows of words, the last of each an outcome."""

    title: str
    how: str

    def picture(
        self, head: Sequence[str], rows: Sequence[tuple[str, ...]], outcomes: Sequence[str], here: Sequence[bool], description: str
    ) -> Picture:
        columns = _columns(head[:-1], [cells[:-1] for cells in rows])
        lead, last = 34.0, 112.0
        starts = [_EDGE + lead + sum(columns[:place]) + _PAD for place in range(len(columns) + 1)]
        width = starts[-1] - _PAD + last + _EDGE
        shapes: list[Markup] = []
        title = fitted(self.title, width - 2 * _EDGE, TEXT, bold=True)
        y = _EDGE + tall(title) + tall([""], SMALL) + 8
        shapes += [text_lines(title, _EDGE, _EDGE, TEXT, "b"), text_lines([self.how], _EDGE, _EDGE + tall(title), SMALL, "q")]
        for index, cells in enumerate([head, *rows]):
            size, bold = SMALL, index == 0
            fits = [fitted(cell, column - 2 * _PAD, size, bold=bold) for cell, column in zip(cells[:-1], columns, strict=True)]
            height = max(tall(lines, size) for lines in [*fits, [""]]) + 2 * _PAD
            if index % 2 == 0:
                shapes.append(tag("rect", class_="strip", x=_EDGE, y=y, width=width - 2 * _EDGE, height=height))
            if index and here[index - 1]:
                shapes.append(tag("rect", class_="here", x=_EDGE, y=y + 1.5, width=width - 2 * _EDGE, height=height - 3))
            shapes.append(text_lines(["row" if index == 0 else str(index)], _EDGE + _PAD, y + _PAD, size, "b" if index == 0 else "q"))
            for x, lines in zip(starts, fits, strict=False):  # the last is where the outcome stands
                shapes.append(text_lines(lines, x, y + _PAD, size, "b" if bold else ""))
            x = starts[-1]
            if index:
                shapes += [
                    drawn_mark(outcomes[index - 1], x + 8, y + height / 2),
                    text_lines([cells[-1]], x + 22, y + height / 2 - size * 0.66, size, "b"),
                ]
            else:
                shapes.append(text_lines([cells[-1]], x, y + _PAD, size, "b"))
            y += height
            shapes.append(tag("path", class_="hair", d=f"M{_EDGE} {y:.1f}H{width - _EDGE:.1f}"))
        if any(here):
            shapes += [
                tag("rect", class_="here", x=_EDGE + 2, y=y + 10, width=20, height=10),
                text_lines(["agrees with the facts recorded"], _EDGE + 30, y + 8, SMALL, "q"),
            ]
            y += 26
        numbered = [("row", *head), *((str(place), *cells) for place, cells in enumerate(rows, start=1))]
        return Picture(self.title, description, width, y + _EDGE, joined(shapes), tuple(numbered))


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[float]:
    """Return how wide to draw columns of words: as wide as they need, and where there is not so much room, those give most that need most."""
    least, most = 64.0, 260.0
    room = len(head) * max(92.0, min(170.0, 720.0 / max(len(head), 1)))
    wanted = []
    for place, name in enumerate(head):
        # A name can be broken after a dot or an underscore.
        longest = max(width_of(part, SMALL, bold=True) for part in re.split(r"(?<=[._])", name))
        words = max([width_of(cells[place], SMALL) for cells in rows], default=0.0)
        wanted.append(max(least, min(max(longest, words) + 2 * _PAD, most)))
    over, spare = sum(wanted) - room, sum(wanted) - least * len(wanted)
    return [each - (each - least) * over / spare for each in wanted] if over > 0 else wanted


# -- what if -------------------------------------------------------------------------------------------------------------------------


class _Axis(NamedTuple):
    """One fact of a grid.

    Attributes:
        fact: Its id.
        values: What it is set to in turn; ``None`` for not known.
        words: The same in words.
        now: Which of these the case records.
    """

    fact: str
    values: tuple[tuple[FactValue | None, ...], ...]
    words: tuple[str, ...]
    now: int


def what_if_grid(record: DecisionRecord, rule_id: str, facts: Sequence[str], child: int | None = None) -> Picture:
    """Return what a rule would come to for every combination of two or three facts, everything else being as in the case.

    Args:
        record: The case as it is.
        rule_id: A rule in force.
        facts: Two or three facts that it tests: across, down, and one grid for each value.
        child: Whose facts, from 1; the first whose outcome is that of the incident, if not given.

    Raises:
        KeyError: The rule is not in force, or there is no such child.
        QuestionError: It is not two or three facts, the rule does not test one of them, or there are too many combinations.
    """
    finding, number = record.finding(rule_id, child)
    source, row = finding.source, record.reasoner.row(number)
    tested = {each.fact.id: each for each in variables(source.exact)}
    if len(facts) not in (2, 3) or len(set(facts)) != len(facts):
        raise QuestionError([Fault("facts", f"expected two or three different facts that {rule_id} tests: {', '.join(tested)}")])
    for name in facts:
        if name not in tested:
            raise QuestionError([Fault("facts", f"{rule_id} does not test '{name[:80]}'{did_you_mean(name, tested)}; it tests {', '.join(tested)}")])
    axes = [_axis(tested[name], row, record.as_of) for name in facts]
    count = 1
    for axis in axes:
        count *= len(axis.words)
    if count > MOST_CELLS:
        raise QuestionError([Fault("facts", f"these facts have {count} combinations; at most {MOST_CELLS} are drawn")])
    found = {
        places: _outcome(record, rule_id, number, {axis.fact: axis.values[place] for axis, place in zip(axes, places, strict=True)})
        for places in itertools.product(*(range(len(axis.words)) for axis in axes))
    }
    return _grid(_title(source, record, number), axes, found)


def _axis(variable: Variable, row: Row, as_of: date) -> _Axis:
    now = row[variable.slot]
    words: list[str] = []
    values: list[tuple[FactValue | None, ...]] = []
    place = len(variable.cells)
    for index, cell in enumerate(variable.cells):
        words.append(cells_in_words(variable, 1 << index))
        if now is not None and variable.cell(now) == 1 << index:
            place = index
            values.append((now,))
        elif isinstance(cell, date):
            # Any day of the range will do; one that fits in with the other dates of the case is looked for.
            later = variable.cells[index + 1] if index + 1 < len(variable.cells) else None
            days = [as_of, later - timedelta(days=1) if isinstance(later, date) else as_of, cell]
            values.append(tuple(dict.fromkeys(day for day in days if variable.cell(day) == 1 << index)))
        else:
            values.append((cell,))
    return _Axis(variable.fact.id, (*values, (None,)), (*words, "not known"), place)


def _outcome(record: DecisionRecord, rule_id: str, child: int | None, values: dict[str, tuple[FactValue | None, ...]]) -> str:
    for chosen in itertools.product(*values.values()):
        try:
            after = record.what_if(dict(zip(values, chosen, strict=True)), child).after
        except CaseError:  # another recorded fact says the contrary
            continue
        decision = after.decisions[rule_id]
        return decision.per_child[child - 1].outcome if child else decision.outcome
    return "none"


def _grid(title: str, axes: Sequence[_Axis], found: dict[tuple[int, ...], str]) -> Picture:
    across, down = axes[0], axes[1]
    layers = axes[2] if len(axes) > 2 else None
    side, column = 190.0, max(104.0, min(150.0, 640.0 / len(across.words)))
    width = max(2 * _EDGE + side + column * len(across.words), 460.0)
    shapes: list[Markup] = []
    heading = fitted(title, width - 2 * _EDGE, TEXT, bold=True)
    subtitle = fitted(f"If these facts were otherwise: {', '.join(axis.fact for axis in axes)}; all others as in the case", width - 2 * _EDGE, SMALL)
    shapes += [text_lines(heading, _EDGE, _EDGE, TEXT, "b"), text_lines(subtitle, _EDGE, _EDGE + tall(heading), SMALL, "q")]
    y = _EDGE + tall(heading) + tall(subtitle, SMALL) + 10
    heads = [fitted(words, column - 2 * _PAD, SMALL, bold=True) for words in across.words]
    tops = max(tall(lines, SMALL) for lines in heads) + 2 * _PAD
    for layer in range(len(layers.words)) if layers else (None,):
        if layers and layer is not None:
            told = f"{layers.fact}: {layers.words[layer]}{' (as recorded)' if layer == layers.now else ''}"
            lines = fitted(told, width - 2 * _EDGE, TEXT, bold=True)
            shapes.append(text_lines(lines, _EDGE, y, TEXT, "b"))
            y += tall(lines) + 4
        shapes.append(text_lines([across.fact], _EDGE + side + _PAD, y, SMALL, "q"))
        y += tall([""], SMALL)
        shapes.append(tag("rect", class_="strip", x=_EDGE, y=y, width=side + column * len(across.words), height=tops))
        shapes.append(text_lines([down.fact], _EDGE + _PAD, y + tops - _PAD - SMALL * 1.32, SMALL, "q"))
        for place, lines in enumerate(heads):
            shapes.append(text_lines(lines, _EDGE + side + place * column + _PAD, y + _PAD, SMALL, "b"))
        y += tops
        for line, words in enumerate(down.words):
            label = fitted(words, side - 2 * _PAD, SMALL, bold=True)
            height = max(tall(label, SMALL) + 2 * _PAD, 38)
            shapes.append(text_lines(label, _EDGE + _PAD, y + (height - tall(label, SMALL)) / 2, SMALL, "b"))
            for place in range(len(across.words)):
                key = (place, line) if layer is None else (place, line, layer)
                recorded = all(axis.now == at for axis, at in zip(axes, key, strict=True))
                shapes.append(_cell(found[key], _EDGE + side + place * column, y, column, height, recorded=recorded))
            y += height
        y += 16
    shapes += [tag("rect", class_="here", x=_EDGE + 2, y=y + 2, width=20, height=10), text_lines(["as the case stands"], _EDGE + 30, y, SMALL, "q")]
    rows = tuple(
        (*(axis.words[at] + (" (as recorded)" if axis.now == at else "") for axis, at in zip(axes, key, strict=True)), _OUTCOME_WORDS[outcome])
        for key, outcome in found.items()
    )
    now = _OUTCOME_WORDS[found[tuple(axis.now for axis in axes)]]
    counted = {word: sum(1 for outcome in found.values() if _OUTCOME_WORDS[outcome] == word) for word in _OUTCOME_WORDS.values()}
    tally = ", ".join(f"{word} in {number}" for word, number in counted.items() if number)
    description = f"Of {len(found)} combinations it is {tally}. As the case stands it is {now}."
    return Picture(title, description, width, y + 14 + _EDGE, joined(shapes), ((*(axis.fact for axis in axes), "outcome"), *rows))


def _cell(outcome: str, x: float, y: float, width: float, height: float, *, recorded: bool) -> Markup:
    look = {"met": "box good", "not_met": "box bad", "undetermined": "box open"}.get(outcome, "box")
    words = _OUTCOME_WORDS[outcome]
    shapes = [
        tag("rect", class_=look, x=x + 2, y=y + 2, width=width - 4, height=height - 4, rx=3),
        drawn_mark(outcome, x + 18, y + height / 2),
        text_lines([words], x + 32, y + height / 2 - SMALL * 0.66, SMALL, "b" if recorded else ""),
    ]
    if recorded:
        shapes.append(tag("rect", class_="here", x=x + 2, y=y + 2, width=width - 4, height=height - 4, rx=3))
    return joined(shapes)
