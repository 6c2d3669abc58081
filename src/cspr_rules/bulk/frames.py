"""Many cases at once, in data frames of pandas, polars or pyarrow: a register in, decisions out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NamedTuple, TypeVar, overload

from cspr_rules.bulk.framing import Column, ColumnKind, Given, framed, narwhals
from cspr_rules.bulk.tabular import chosen_rules, table
from cspr_rules.casework.docket import DocketRow
from cspr_rules.errors import CaseError, Fault, QuestionError, did_you_mean, shown
from cspr_rules.frame_hook import Backend, Each
from cspr_rules.model import doors
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.record import DecisionRecord
from cspr_rules.travelling import copied_by_parts

if TYPE_CHECKING:
    from cspr_rules.bulk.register import CellFault

MOST_FAULTS: Final = 20
"""How many faults of a frame are told at once; the others are counted."""

Frame = TypeVar("Frame")


@copied_by_parts
class Collected(NamedTuple, Generic[Frame]):
    """The answers about the sound cases of a register, and what is wrong in the others.

    Attributes:
        answers: As :func:`evaluate_frame` returns them.
        faults: A row for each fault: ``row`` (from 1 without the heading), ``column`` and ``message``, which says what was expected.
    """

    answers: Frame
    faults: Frame


@overload
def evaluate_frame(
    frame: Frame,
    ruleset: Ruleset,
    *,
    as_of: date,
    law_on: date | None = None,
    case: str | None = None,
    keep: Sequence[str] = (),
    rules: Sequence[str] | None = None,
    each: Each = "case",
    columns: Sequence[str] | None = None,
    errors: Literal["raise"] = "raise",
) -> Frame: ...
@overload
def evaluate_frame(
    frame: Frame,
    ruleset: Ruleset,
    *,
    as_of: date,
    law_on: date | None = None,
    case: str | None = None,
    keep: Sequence[str] = (),
    rules: Sequence[str] | None = None,
    each: Each = "case",
    columns: Sequence[str] | None = None,
    errors: Literal["collect"],
) -> Collected[Frame]: ...
def evaluate_frame(
    frame: Frame,
    ruleset: Ruleset,
    *,
    as_of: date,
    law_on: date | None = None,
    case: str | None = None,
    keep: Sequence[str] = (),
    rules: Sequence[str] | None = None,
    each: Each = "case",
    columns: Sequence[str] | None = None,
    errors: Literal["raise", "collect"] = "raise",
) -> Frame | Collected[Frame]:
    """Decide every rule on every case of a register.

    Each row is a case and each column a fact, named by its id. What is missing (``None``, NaN, NaT, NA, null) is not recorded, and never false.
    With ``case``, each row is a child: rows with the same value there are the children of one case, what is said of the incident may stand in one
    of its rows or in all of them, and may not differ.

    Args:
        frame: The register, of pandas, polars or pyarrow.
        ruleset: The rules.
        as_of: The day to look from, for every case.
        law_on: The day whose law is read, for every case. By default each incident's own day, and ``as_of`` where that is not recorded.
        case: The column that says which case a row belongs to.
        keep: Columns to be carried over as they are, whether they are facts or not.
        rules: The rules to be shown, or groups of rules such as ``england.notification``; all if not given. Counts of a case count every rule.
        each: What a row of the answer is of: ``"case"`` (a column for each rule), ``"decision"`` (rule and child) or ``"duty"``.
        columns: Which of the columns that such a row has are shown, those of rules apart; all if not given. Outcomes, ``as_of``, ``law_on`` and
            ``ruleset_digest`` cost next to nothing; for any other, every case has a record made.
        errors: ``"raise"`` refuses the register if anything is wrong in it; ``"collect"`` answers what is sound and returns the faults beside it.

    Returns:
        A frame of the same library. It begins with ``case`` (or, without one, ``row``: the number of the row, from 1) and ``keep``. With
        ``errors="collect"``, two of them.

    Raises:
        CaseError: A column is no fact; or, with ``errors="raise"``, a value is none of its fact, or a case cannot be so. Every fault is told, up
            to a number, with its row from 1 and column.
        QuestionError: It is no frame, there is no such rule or column, or narwhals or NumPy is not installed.
    """
    if errors not in ("raise", "collect"):
        raise QuestionError([Fault("errors", f"expected 'raise' or 'collect'{did_you_mean(str(errors), ('raise', 'collect'))}")])
    asked = asking(ruleset, as_of, law_on, case, keep, rules, each, columns)
    given = Given(frame)
    found = answered(given, asked)
    if errors == "raise":
        refuse(found.faults)
        answer: Frame = found.answers
        return answer
    return Collected(found.answers, faults_frame(found.faults, given.backend))


class Asking(NamedTuple):
    """What is asked about a register, looked at: the arguments of :func:`evaluate_frame`, all of them what they should be."""

    ruleset: Ruleset
    as_of: date
    law_on: date | None
    case: str | None
    keep: Sequence[str]
    rules: tuple[str, ...]
    each: Each
    columns: tuple[str, ...]


def asking(
    ruleset: Ruleset,
    as_of: date,
    law_on: date | None,
    case: str | None,
    keep: Sequence[str],
    rules: Sequence[str] | None,
    each: Each,
    columns: Sequence[str] | None,
) -> Asking:
    """Return what is asked about a register.

    Raises:
        QuestionError: There is no such rule or column, or NumPy is not installed.
    """
    doors.of(Ruleset, ruleset, "ruleset")
    doors.or_none(str, case, "case")
    as_of, law_on = doors.day(as_of, "as_of"), doors.day_or_none(law_on, "law_on")
    keep = [keep] if isinstance(keep, str) else doors.each(str, keep, "keep")
    narwhals()
    from cspr_rules.bulk.answers import picked  # this needs NumPy

    wanted = chosen_rules(rules, (rule.id for rule in ruleset.rules))
    return Asking(ruleset, as_of, law_on, case, keep, wanted, each, picked(each, columns))


class Answered(NamedTuple):
    """The answers about the sound cases of a frame.

    Attributes:
        answers: They, in a frame of the same library.
        starts: For each row of them, the place of the first row of its case.
        faults: Every fault, in the order of the rows.
    """

    answers: Any
    starts: list[int]
    faults: list[CellFault]


def answered(given: Given, asked: Asking, first: int = 1) -> Answered:
    """Return the answers about a register.

    Args:
        given: The register.
        asked: What is asked.
        first: The number of its first row.

    Raises:
        CaseError: A column is no fact.
        QuestionError: There is no such column to be kept, or the answer has one of that name.
    """
    from cspr_rules.bulk.answers import answers  # these need NumPy
    from cspr_rules.bulk.deciding import Decided
    from cspr_rules.bulk.register import Register

    case, names = asked.case, asked.columns
    kept = _kept(given, case, asked.keep, [*names, *(asked.rules if asked.each == "case" else ())])
    columns = {name: partial(given.numbered, name) for name in given.names}
    register = Register(asked.ruleset, columns, len(given), case, kept, first)
    decided = Decided(register, asked.as_of, asked.law_on, asked.rules)
    shown = answers(decided, asked.each, asked.rules, names, asked.as_of)
    starts = register.rows[register.starts[shown.cases]].tolist()
    key = [] if case else [Column("row", "number", [start + first for start in starts])]
    made = framed([*key, *given.taken([*([case] if case else []), *kept], starts), *shown.columns], given.backend)
    return Answered(made, starts, sorted(register.faults, key=lambda fault: fault.row or 0))


def refuse(faults: Sequence[CellFault]) -> None:
    """Refuse a register if anything is wrong in it.

    Raises:
        CaseError: There is a fault; the first :data:`MOST_FAULTS` are told and the others counted.
    """
    more = len(faults) - MOST_FAULTS
    told = [fault.fault for fault in faults[:MOST_FAULTS]]
    if told:
        raise CaseError(told + ([Fault("", f"and {more} more")] if more > 0 else []))


def faults_frame(faults: Sequence[CellFault], backend: Backend) -> Any:
    """Return faults as a frame: row, column and what is wrong."""
    kinds: tuple[tuple[str, ColumnKind], ...] = (("row", "number"), ("column", "text"), ("message", "text"))
    return framed([Column(name, kind, [getattr(fault, name) for fault in faults]) for name, kind in kinds], backend)


def to_frame(
    records: DecisionRecord | Mapping[str, DecisionRecord] | Iterable[DecisionRecord],
    each: Each = "case",
    *,
    rules: Sequence[str] | None = None,
    backend: Backend = "pandas",
) -> Any:
    """Return records as one data frame.

    Args:
        records: The records. The column ``case`` holds the keys of a mapping, and numbers from 1 otherwise.
        each: What a row is of: ``"case"`` (a column for each rule), ``"decision"`` (rule and child) or ``"duty"``.
        rules: The rules to be shown; all if not given.
        backend: The library that makes it: pandas, polars or pyarrow.

    Raises:
        QuestionError: There is no such rule, row or library, or it is not installed.
    """
    named = isinstance(records, Mapping)
    found = dict(records) if isinstance(records, Mapping) else dict(enumerate([records] if isinstance(records, DecisionRecord) else records, start=1))
    keys: list[Any] = list(found)
    made = list(found.values())
    columns, places = table(made, each, chosen_rules(rules, (rule.id for record in made for rule in record.ruleset.rules)))
    return framed([Column("case", "text" if named else "number", [keys[place] for place in places]), *columns], backend)


def docket_frame(rows: Iterable[DocketRow], *, backend: Backend = "pandas") -> Any:
    """Return a docket as a data frame: a row for each duty, soonest first.

    Args:
        rows: From :func:`cspr_rules.casework.docket.rows`.
        backend: The library that makes it: pandas, polars or pyarrow.

    Raises:
        QuestionError: There is no such library, or it is not installed.
    """
    found = list(rows)
    left = [row.margin for row in found]
    name = [row.record.ruleset.role_name for row in found]
    columns = (
        Column("case", "text", [row.case for row in found]),
        Column("duty", "text", [row.duty.id for row in found]),
        Column("child", "number", [row.life.key[1] for row in found]),
        Column("strength", "text", [row.duty.strength for row in found]),
        Column("act", "text", [row.duty.act for row in found]),
        Column("by", "text", [named(row.duty.by) for row, named in zip(found, name, strict=True)]),
        Column("if_so", "yes_no", [row.if_so for row in found]),
        Column("status", "text", [row.status for row in found]),
        Column("plan_for", "date", [row.duty.plan_for for row in found]),
        Column("working_days_left", "number", [margin.working_days if margin else None for margin in left]),
        Column("arose_on", "date", [row.life.arose_on for row in found]),
        Column("done_on", "date", [row.duty.done_on for row in found]),
    )
    return framed(columns, backend)


def _kept(given: Given, case: str | None, keep: Sequence[str], made: Iterable[str]) -> list[str]:
    """Return the columns that are carried over, each once."""
    kept = [name for name in dict.fromkeys(keep) if name != case]
    faults = [
        Fault(said, f"there is no column '{shown(name)}'{did_you_mean(str(name), given.names)}")
        for said, names in (("case", [case] if case is not None else []), ("keep", kept))
        for name in names
        if name not in given.names
    ]
    clashing = {*made, *([] if case else ["row"])}
    faults += [Fault("keep", f"the answer has a column '{shown(name)}' of its own; rename yours") for name in (case, *kept) if name in clashing]
    if faults:
        raise QuestionError(faults)
    return kept
