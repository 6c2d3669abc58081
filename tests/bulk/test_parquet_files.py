"""Parquet in, Parquet out: the same decisions as of a frame, told as what is usual and what is not."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cspr_rules import CaseError, QuestionError, Ruleset, evaluate_frame, evaluate_parquet, load_ruleset
from cspr_rules.bulk import parquet_files
from tests.benchmarks.children import AS_OF, piece


@cache
def rules() -> Ruleset:
    return load_ruleset("england")


def told(folder: Path) -> dict[tuple[int, str], tuple[str, date | None]]:
    """Return outcome and day by row and rule, the usual ones included."""
    usual = pq.read_table(folder / "usual.parquet").to_pylist()
    faulty = set(pq.read_table(folder / "faults")["row"].to_pylist())
    rows = set(range(1, sum(usual[0][each] for each in usual[0] if each not in ("rule", "usual")) + len(faulty) + 1)) - faulty
    found: dict[tuple[int, str], tuple[str, date | None]] = {(row, each["rule"]): (each["usual"], None) for each in usual for row in rows}
    decisions = pq.read_table(folder / "decisions").to_pylist()
    assert len({(each["row"], each["rule"]) for each in decisions}) == len(decisions)
    found |= {(each["row"], each["rule"]): (each["outcome"], each["plan_for"]) for each in decisions}
    for each in usual:
        outcomes = [outcome for (_, rule), (outcome, _) in found.items() if rule == each["rule"]]
        assert all(outcomes.count(outcome) == each[outcome] for outcome in ("met", "not_met", "undetermined", "not_in_force"))
    return found


def in_a_frame(table: Any, **options: Any) -> dict[tuple[int, str], tuple[str, date | None]]:
    columns = ["rule", "outcome", "plan_for"]
    answers = evaluate_frame(table, rules(), as_of=AS_OF, each="decision", columns=columns, errors="collect", **options).answers
    return {(each["row"], each["rule"]): (each["outcome"], each["plan_for"]) for each in answers.to_pylist()}


def register(rows: int) -> Any:
    """Return children of whom something happened to each, one with a fault in the middle and one at the end."""
    table = pa.Table.from_batches([piece(0).slice(0, 60_000)])
    table = table.filter(pa.compute.is_valid(table["incident.occurred_on"])).slice(0, rows)
    born = table["child.born_on"].to_pylist()
    born[rows // 2] = born[-1] = date(2199, 1, 1)
    return table.set_column(table.schema.get_field_index("child.born_on"), "child.born_on", pa.array(born, pa.date32()))


@pytest.mark.parametrize("law_on", [None, date(2024, 3, 27)])
def test_it_says_what_a_frame_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, law_on: date | None) -> None:
    table = register(190)
    pq.write_table(table, tmp_path / "register.parquet", row_group_size=40)
    monkeypatch.setattr(parquet_files, "AT_ONCE", 90)
    monkeypatch.setattr(parquet_files, "LOOKED_AT", 7)
    done = evaluate_parquet(tmp_path / "register.parquet", tmp_path / "answers", rules(), as_of=AS_OF, law_on=law_on)
    assert (done.rows, done.refused) == (190, 2)
    assert len(list((tmp_path / "answers" / "decisions").iterdir())) == 3
    found, expected = told(tmp_path / "answers"), in_a_frame(table, law_on=law_on)
    everything = {*found} | {*expected}
    not_law = ("not_in_force", None)  # a frame has no row for a rule that was not law
    assert [(key, found.get(key), expected.get(key)) for key in everything if found.get(key, not_law) != expected.get(key, not_law)] == []
    assert any(day for _, day in expected.values())
    faults = pq.read_table(tmp_path / "answers" / "faults").to_pylist()
    assert {(each["row"], each["column"]) for each in faults} == {(96, "child.born_on"), (190, "child.born_on")}


@pytest.mark.slow
def test_processes_share_the_work_and_columns_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_files, "AT_ONCE", 40)
    table = register(120).append_column("reference", pa.array([f"child {number}" for number in range(120)]))
    pq.write_table(table, tmp_path / "register.parquet", row_group_size=40)
    alone, shared = (
        evaluate_parquet(
            tmp_path / "register.parquet",
            tmp_path / str(processes),
            rules(),
            as_of=AS_OF,
            keep=["reference"],
            rules=["england.notification"],
            processes=processes,
        )
        for processes in (1, 2)
    )
    assert alone == shared
    assert told(tmp_path / "1") == told(tmp_path / "2")
    decisions = pq.read_table(tmp_path / "2" / "decisions").to_pylist()
    assert {each["reference"] for each in decisions} == {f"child {each['row'] - 1}" for each in decisions}
    assert {each["rule"].rpartition(".")[0] for each in decisions} == {"england.notification"}


def test_a_register_without_rows_comes_to_nothing(tmp_path: Path) -> None:
    pq.write_table(register(9).slice(0, 0), tmp_path / "register.parquet")
    assert evaluate_parquet(tmp_path / "register.parquet", tmp_path / "answers", rules(), as_of=AS_OF) == (0, 0, 0)
    assert len(pq.read_table(tmp_path / "answers" / "usual.parquet")) == len({rule.id for rule in rules().rules})


def test_what_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    def refused(error: type[Exception], said: str, **options: Any) -> None:
        with pytest.raises(error, match=said):
            evaluate_parquet(**{"register": tmp_path / "register.parquet", "folder": tmp_path / "new", "ruleset": rules(), "as_of": AS_OF, **options})
        assert not (tmp_path / "new").exists()

    pq.write_table(register(9).append_column("team", pa.array(["a"] * 9)), tmp_path / "register.parquet")
    (tmp_path / "notes.parquet").write_text("no Parquet file", encoding="utf-8")
    whole = (tmp_path / "register.parquet").read_bytes()
    (tmp_path / "spoilt.parquet").write_bytes(whole[:4] + b"spoilt" * 20 + whole[124:])
    refused(CaseError, r"^notes\.parquet: this is no Parquet file, or a damaged one", register=tmp_path / "notes.parquet")
    refused(CaseError, r"^spoilt\.parquet: this is no Parquet file, or a damaged one", register=tmp_path / "spoilt.parquet", keep=["team"])
    refused(CaseError, r"^none\.parquet: this cannot be read: No such file or directory$", register=tmp_path / "none.parquet")
    refused(CaseError, "^column 'team': there is no fact called 'team'")
    refused(QuestionError, "^processes: expected at least one$", processes=0)
    refused(QuestionError, "^keep: there is no column 'tem'", keep=["tem", "team"])
    refused(QuestionError, "^keep: the answer has a column 'rule' of its own; rename yours$", keep=["rule", "team"])
    refused(QuestionError, "^folder: expected a folder that is empty or does not exist yet$", folder=tmp_path, keep=["team"])
