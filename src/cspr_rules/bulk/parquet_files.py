"""A register of a whole country: a Parquet file in, decisions as Parquet files out, on as many processors as there are.

A country's register has some hundred rules for each of millions of people, and of most of them every rule says the same. So what is written is, for
each rule, what is usual, and a row for each decision that is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, NamedTuple

from cspr_rules.bulk.frames import Asking, asking
from cspr_rules.bulk.framing import Given, arrow, damaged, parquet
from cspr_rules.bulk.processes import in_processes
from cspr_rules.errors import CaseError, Fault, QuestionError
from cspr_rules.model import doors
from cspr_rules.model.ruleset import Ruleset

AT_ONCE: Final = 1_048_576
"""How many rows are decided together."""
LOOKED_AT: Final = 10_000
"""How many of the first rows say what is usual."""
_EPOCH: Final = date(1970, 1, 1).toordinal()


class Written(NamedTuple):
    """What was decided and written.

    Attributes:
        rows: How many rows the register has.
        decisions: How many decisions are told by a row of their own; every other is the usual one of its rule.
        refused: In how many rows something is wrong.
    """

    rows: int
    decisions: int
    refused: int


def evaluate_parquet(
    register: str | Path,
    folder: str | Path,
    ruleset: Ruleset,
    *,
    as_of: date,
    law_on: date | None = None,
    keep: Sequence[str] = (),
    rules: Sequence[str] | None = None,
    processes: int = 1,
) -> Written:
    """Decide every rule on every row of a Parquet file, and write the decisions as Parquet files.

    The answers are those of :func:`cspr_rules.evaluate_frame` with ``each="decision"``. They are written to three places in a folder:

    - ``usual.parquet`` has a row for each rule: ``rule``, its ``usual`` outcome, and how many rows of the register came to each outcome.
    - ``decisions/`` has files with a row for each decision that is not the usual one of its rule, or that has a day to plan for: ``row`` (of the
      register, from 1), the columns that are kept, ``rule``, ``outcome`` and ``plan_for``. A sound row that is not named beside a rule has its usual
      outcome.
    - ``faults/`` has files with a row for each fault: ``row``, ``column`` and ``message``. A row of the register with a fault is not decided.

    Args:
        register: A Parquet file: a row for each case, a column for each fact, named by its id.
        folder: Where to write: a folder that is empty or does not exist yet.
        ruleset: The rules.
        as_of: The day to look from, for every case.
        law_on: The day whose law is read, for every case. By default each incident's own day, and ``as_of`` where that is not recorded.
        keep: Columns to be carried over as they are, such as a reference.
        rules: The rules to be shown, or groups of rules; all if not given.
        processes: How many processes share the work. Each takes less than 1 GB.

    Raises:
        ArgumentError: An argument is of another type.
        CaseError: The file cannot be read, or a column of it is no fact.
        QuestionError: There is no such rule or column, the folder is not empty, a process came to an end, or pyarrow, narwhals or NumPy is not
            installed.
        OSError: The folder cannot be written to.
    """
    if doors.number(processes, "processes") < 1:
        raise QuestionError([Fault("processes", "expected at least one")])
    asked = asking(ruleset, as_of, law_on, None, keep, rules, "decision", ())
    source, target = doors.path(register, "register"), doors.path(folder, "folder")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise QuestionError([Fault("folder", "expected a folder that is empty or does not exist yet")])
    file = _opened(source)
    clashing = [name for name in asked.keep if name in ("row", "rule", "outcome", "plan_for")]
    if clashing:
        raise QuestionError([Fault("keep", f"the answer has a column '{clashing[0]}' of its own; rename yours")])
    usual = usual_of(source, asked)
    for each in ("decisions", "faults"):
        (target / each).mkdir(parents=True)
    work = partial(decide_part, register=source, folder=target, asked=asked, usual=usual)
    parts = list(parts_of(file))
    done = list(in_processes(work, parts, processes, 1) if processes > 1 and len(parts) > 1 else map(work, parts))
    write_usual(target, asked, usual, done)
    return Written(sum(each.rows for each in done), sum(each.decisions for each in done), sum(each.refused for each in done))


class Part(NamedTuple):
    """Some neighbouring row groups of a file.

    Attributes:
        number: Which part it is, from 1.
        groups: The numbers of the row groups.
        first: The number of its first row, from 1.
    """

    number: int
    groups: tuple[int, ...]
    first: int


class Done(NamedTuple):
    """What one part came to: how many rows, decisions told and rows refused; and for each rule how many rows came to each outcome."""

    rows: int
    decisions: int
    refused: int
    counts: list[list[int]]


def parts_of(file: Any) -> Iterator[Part]:
    """Yield the parts of a Parquet file, each of at most :data:`AT_ONCE` rows or of a single row group."""
    groups: list[int] = []
    number, first, rows = 1, 1, 0
    for group in range(file.num_row_groups):
        more = file.metadata.row_group(group).num_rows
        if groups and rows + more > AT_ONCE:
            yield Part(number, tuple(groups), first)
            number, first, groups, rows = number + 1, first + rows, [], 0
        groups.append(group)
        rows += more
    if groups:
        yield Part(number, tuple(groups), first)


def decide_part(part: Part, register: Path, folder: Path, asked: Asking, usual: Sequence[int]) -> Done:
    """Decide some rows of a file and write what they come to.

    Args:
        part: Which rows.
        register: The file.
        folder: Where to write.
        asked: What is asked.
        usual: The number of each rule's usual outcome.
    """
    from cspr_rules.bulk.unusual import decided, unusual  # these need NumPy

    pa, pq = arrow(), parquet()
    first, told, refused, counts = part.first, 0, 0, [[0] * 4 for _ in asked.rules]
    writers: dict[str, Any] = {}
    try:
        for read in _tables(register, AT_ONCE, part.groups):
            found = decided(Given(read), asked, first)
            answer = unusual(found, asked.rules, usual)
            columns = {"row": pa.array(answer.rows + first, pa.int64())}
            columns |= {name: read.column(name).take(pa.array(answer.rows)) for name in asked.keep}
            columns["rule"] = pa.DictionaryArray.from_arrays(pa.array(answer.rules), pa.array(asked.rules, pa.string()))
            columns["outcome"] = pa.DictionaryArray.from_arrays(pa.array(answer.outcomes), pa.array(answer.words))
            columns["plan_for"] = pa.array(answer.days - _EPOCH, mask=answer.undated).cast(pa.date32())
            faults = {
                "row": pa.array([fault.row for fault in found.register.faults], pa.int64()),
                "column": pa.array([fault.column for fault in found.register.faults], pa.string()),
                "message": pa.array([fault.message for fault in found.register.faults], pa.string()),
            }
            for kind, table in (("decisions", pa.table(columns)), ("faults", pa.table(faults))):
                if kind not in writers:
                    # neighbouring rows differ by little, and statistics of the other columns would cost more than the columns
                    dictionaries = [name for name in table.column_names if name != "row"]
                    encoding = {"column_encoding": {"row": "DELTA_BINARY_PACKED"}, "use_dictionary": dictionaries, "write_statistics": ["row"]}
                    writers[kind] = pq.ParquetWriter(folder / kind / f"{part.number:05}.parquet", table.schema, **encoding)
                writers[kind].write_table(table)
            first, told, refused = first + len(read), told + len(answer.rows), refused + len(read) - len(found.sound)
            counts = [[one + more for one, more in zip(*each, strict=True)] for each in zip(counts, answer.counts, strict=True)]
    finally:
        for writer in writers.values():
            writer.close()
    return Done(first - part.first, told, refused, counts)


def write_usual(folder: Path, asked: Asking, usual: Sequence[int], done: Sequence[Done]) -> None:
    """Write what is usual, and how often each outcome came."""
    from cspr_rules.engine.conditions.columns import OUTCOMES  # this needs NumPy

    pa, pq = arrow(), parquet()
    counts = [[sum(each) for each in zip(*(part.counts[place] for part in done), strict=True)] or [0] * 4 for place in range(len(asked.rules))]
    columns = {"rule": pa.array(asked.rules, pa.string()), "usual": pa.array([OUTCOMES[each] for each in usual], pa.string())}
    columns |= {outcome: pa.array([each[place] for each in counts], pa.int64()) for place, outcome in enumerate(OUTCOMES)}
    pq.write_table(pa.table(columns), folder / "usual.parquet")


def usual_of(register: Path, asked: Asking) -> list[int]:
    """Return the number of each rule's usual outcome: that to which most of the first rows of a Parquet file come."""
    from cspr_rules.bulk.unusual import decided, unusual  # these need NumPy

    table = next(_tables(register, LOOKED_AT), None)
    if table is None:
        table = _opened(register).schema_arrow.empty_table()
    missing = [name for name in asked.keep if name not in table.column_names]
    if missing:
        raise QuestionError([Fault("keep", f"there is no column '{missing[0]}'")])
    found = unusual(decided(Given(table), asked, 1), asked.rules, [0] * len(asked.rules))
    return [each.index(max(each)) for each in found.counts]


def _opened(path: Path) -> Any:
    try:
        return parquet().ParquetFile(path, memory_map=True)
    except OSError as error:
        if error.errno is not None:
            raise CaseError([Fault(path.name, f"this cannot be read: {os.strerror(error.errno)}")]) from None
        raise damaged(path, "Parquet", error) from None
    except ValueError as error:
        raise damaged(path, "Parquet", error) from None


def _tables(path: Path, most: int, groups: Sequence[int] | None = None) -> Iterator[Any]:
    """Yield the rows of some row groups, at most so many at a time."""
    held: list[Any] = []
    rows = 0
    try:
        for batch in _opened(path).iter_batches(most, row_groups=groups, use_threads=False):
            if held and rows + len(batch) > most:
                yield arrow().Table.from_batches(held)
                held, rows = [], 0
            held.append(batch)
            rows += len(batch)
    except (OSError, ValueError) as error:
        raise damaged(path, "Parquet", error) from None
    if held:
        yield arrow().Table.from_batches(held)
