"""What is shown of frames of answers, what is wrong with a register, and frames of records, rules and dockets."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from cspr_rules import Case, CaseError, DecisionRecord, QuestionError, evaluate, evaluate_frame, load_ruleset, read_history, replay
from cspr_rules.bulk.frames import docket_frame, to_frame
from cspr_rules.bulk.framing import BACKENDS
from cspr_rules.bulk.numbering import one_by_one
from cspr_rules.bulk.register import Register
from cspr_rules.bulk.tabular import EACH
from cspr_rules.bulk.values import bounds_of
from cspr_rules.casework import docket as dockets
from cspr_rules.explain.verdict import supposed
from cspr_rules.frame_hook import Each
from tests.support.frames import AS_OF, KINDS, MAKERS, SERIOUS, made, rows, rules, wide
from tests.support.histories import START
from tests.support.random_cases import random_cases

# -- what is shown, and what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
def test_a_few_columns_are_those_of_the_whole_answer(backend: str) -> None:
    table: list[dict[str, Any]] = [
        {"child.died": True, "child.place_of_harm": "in_area", "incident.occurred_on": START},
        {"child.died": False, "child.place_of_harm": None, "incident.occurred_on": None},
    ]
    frame = made(table, backend)
    whole = rows(evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.notification"]))
    names = [name for name in whole[0] if name.startswith("england.notification.")]
    assert names[0] in whole[0]
    for columns in ([], ["law_on"], ["ruleset_digest", "as_of"], ["overdue", "law_on"]):
        lean = rows(evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.notification"], columns=columns))
        assert [list(row) for row in lean] == [["row", *columns, *names]] * 2
        assert lean == [{name: row[name] for name in lean[0]} for row in whole]
    long: tuple[tuple[Each, list[str]], ...] = (("decision", ["outcome", "rule", "child"]), ("duty", ["duty", "plan_for"]))
    for each, columns in long:
        every = rows(evaluate_frame(frame, rules(), as_of=AS_OF, each=each))
        lean = rows(evaluate_frame(frame, rules(), as_of=AS_OF, each=each, columns=columns))
        assert lean == [{name: row[name] for name in ("row", *columns)} for row in every]


def test_no_record_is_made_for_what_is_shown_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_record(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr("cspr_rules.bulk.register.evaluate", no_record)
    frame = pl.DataFrame({"child.died": [True, None], "ref": ["a", "a"]})
    assert len(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", columns=["law_on"])) == 1
    assert len(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", each="decision", rules=[SERIOUS])) == 2
    assert len(evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", each="duty", rules=["bcp.learning"])) == 0  # undetermined, and no headline
    with pytest.raises(AssertionError):
        evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", each="duty", rules=[SERIOUS])
    with pytest.raises(AssertionError):
        evaluate_frame(frame, rules(), as_of=AS_OF, case="ref", columns=["open"])


def test_groups_of_rules_are_those_of_answers_that_are_marked() -> None:
    frame = pl.DataFrame({"child.died": [True]})
    shown = evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.rapid_review", SERIOUS, "england"], columns=[]).columns[1:]
    every = sorted({rule.id for rule in rules().rules if rule.id.startswith("england.")})
    first = [rule for rule in every if rule.startswith("england.rapid_review.")]
    assert first
    assert shown == [*first, SERIOUS, *(rule for rule in every if rule not in first and rule != SERIOUS)]
    with pytest.raises(QuestionError, match=r"no rule or group of rules called 'england.rapid'; did you mean 'england.rapid_review'"):
        evaluate_frame(frame, rules(), as_of=AS_OF, rules=["england.rapid"])


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_sound_is_answered_and_every_fault_is_told_beside_it(backend: str) -> None:
    table: dict[str, list[Any]] = {
        "ref": ["a", "b", "b", "c", None, "d", "e", "e"],
        "child.age_at_harm": [3, 121, 4, 5, 6, 7, 8, 9],
        "child.died": [True, True, None, False, True, None, None, None],
        "child.died_on": [None, None, None, date(2024, 5, 1), None, None, None, None],
        "notification.kind": ["safeguarding", "safegarding", None, "safeguarding", None, None, "safeguarding", "looked_after_death_only"],
    }
    found = evaluate_frame(MAKERS[backend](table), rules(), as_of=AS_OF, case="ref", rules=[SERIOUS], errors="collect")
    assert isinstance(found.answers, KINDS[backend])
    assert isinstance(found.faults, KINDS[backend])
    assert [row["ref"] for row in rows(found.answers)] == ["a", "d"]
    assert [(row["row"], row["column"], " ".join(row["message"].split()[:3])) for row in rows(found.faults)] == [
        (2, "notification.kind", "notification.kind: expected one"),
        (2, "child.age_at_harm", "child.age_at_harm: expected a"),
        (4, "child.died_on", "child.died_on is recorded,"),
        (5, "ref", "it is not"),
        (8, "notification.kind", "it differs from"),
    ]
    sound = evaluate_frame(MAKERS[backend](table), rules(), as_of=AS_OF, rules=[SERIOUS], errors="collect", keep=["ref"])
    assert [row["row"] for row in rows(sound.answers)] == [1, 3, 5, 6, 7, 8]


def test_a_reference_that_is_blank_or_differs_by_a_blank_is_told() -> None:
    table = {"ref": ["A1", "A1 ", "", "  ", "a1", "7"], "child.died": [True] * 6}
    found = evaluate_frame(pd.DataFrame(table), rules(), as_of=AS_OF, case="ref", columns=[], rules=[SERIOUS], errors="collect")
    assert rows(found.answers) == [{"ref": ref, SERIOUS: "undetermined"} for ref in ("A1", "a1", "7")]
    assert [(row["row"], row["message"]) for row in rows(found.faults)] == [
        (2, "this differs from row 1 by a blank or by its type only: write both alike if they are one case"),
        (3, "it is not said which case this row belongs to"),
        (4, "it is not said which case this row belongs to"),
    ]


@pytest.mark.parametrize("zone", ["Europe/London", "UTC"])
def test_a_midnight_with_a_time_zone_is_no_day(zone: str) -> None:
    frame = pd.DataFrame([{"incident.authority_aware_on": pd.Timestamp("2024-04-03", tz=zone)}])
    with pytest.raises(CaseError, match="but it is a day with a time"):
        evaluate_frame(frame, rules(), as_of=AS_OF)


def test_a_register_as_a_spreadsheet_saves_it_has_every_cell_told() -> None:
    text = "reference,incident.authority_aware_on,child.place_of_harm,child.died\n1001,27/03/2024,in_area,Yes\n1002,45378,in_area,TRUE\n"
    found = evaluate_frame(pd.read_csv(StringIO(text)), rules(), as_of=AS_OF, keep=["reference"], errors="collect")
    assert rows(found.answers) == []
    assert [(row["row"], row["column"]) for row in rows(found.faults)] == [
        (1, "incident.authority_aware_on"),
        (1, "child.died"),
        (2, "incident.authority_aware_on"),
        (2, "child.died"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "seed", "partly"), [("bcp", 1, False), ("bcp", 2, True), ("england", 3, False), ("england", 4, True)])
def test_random_cases_are_refused_and_decided_as_they_are_one_by_one(profile: str, seed: int, partly: bool) -> None:
    ruleset, as_of = load_ruleset(profile), date(2026, 11, 2)
    drawn = list(random_cases(ruleset.vocabulary, 150, seed, partly=partly))
    records: dict[int, DecisionRecord] = {}
    refused: dict[int, set[str]] = {}
    for number, (incident, children) in enumerate(drawn):
        try:
            records[number] = evaluate(ruleset, Case(incident, children), as_of=as_of)
        except CaseError as error:
            refused[number] = {fault.message for fault in error.faults}
    assert len(records) > 75
    assert len(refused) > 15
    table = [{"ref": number, **incident, **child} for number, (incident, children) in enumerate(drawn) for child in children]
    names = list(dict.fromkeys(name for row in table for name in row))
    frame = pd.DataFrame({name: pd.Series([row.get(name) for row in table], dtype=object) for name in names})
    found = evaluate_frame(frame, ruleset, as_of=as_of, case="ref", columns=["law_on"], errors="collect")
    assert {row["ref"]: {name: value for name, value in row.items() if name != "ref"} for row in rows(found.answers)} == {
        number: {name: value for name, value in wide(record).items() if name == "law_on" or "." in name} for number, record in records.items()
    }
    told: dict[int, set[str]] = {number: set() for number in refused}
    for row in rows(found.faults):
        told[table[row["row"] - 1]["ref"]].add(row["message"])
    assert {number: len(messages) for number, messages in told.items()} == {number: len(messages) for number, messages in refused.items()}


@pytest.mark.slow
@pytest.mark.parametrize("partly", [False, True])
def test_what_follows_over_columns_is_what_follows_from_one_case(partly: bool) -> None:
    vocabulary, as_of = rules().vocabulary, date(2026, 11, 2)
    drawn = list(random_cases(vocabulary, 400, 9, partly=partly))
    table = [{"ref": number, **incident, **child} for number, (incident, children) in enumerate(drawn) for child in children]
    columns = {name: one_by_one([row.get(name) for row in table]) for name in dict.fromkeys(name for row in table for name in row)}
    register = Register(rules(), {name: partial(columns.__getitem__, name) for name in columns}, len(table), "ref", [])
    population = register.population(as_of)
    for place, (incident, children) in enumerate(drawn):
        try:
            record = evaluate(rules(), Case(incident, children), as_of=as_of)
        except CaseError:
            assert population.doubtful[place]
            continue
        assert not population.doubtful[place]
        for slot, fact in enumerate(vocabulary.facts):
            every = [record.checked.incident] if fact.scope == "incident" else record.checked.children
            values = (population.incident if fact.scope == "incident" else population.child).get(fact.id)
            first = place if fact.scope == "incident" else int(population.starts[place])
            for number, row in enumerate(every):
                found = bounds_of(fact, None) if values is None else (values.low[first + number], values.high[first + number])
                assert found == bounds_of(fact, row[slot])


def test_the_page_on_data_frames_does_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parents[2]
    monkeypatch.chdir(root)
    page = (root / "docs" / "how-to" / "data-frames.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], names)  # noqa: S102 -- our own page
    assert len(names["screened"]) == 42
    for each, columns in EACH.items():
        row = next(line for line in page.splitlines() if line.startswith(f'| `"{each}"`'))
        assert [name for name in columns if f"`{name}`" not in row] == []


# -- records, rules and dockets ------------------------------------------------------------------------------------------------------


def record(died: bool | None = True) -> DecisionRecord:
    facts = {"child.place_of_harm": "in_area", "incident.authority_aware_on": "2024-03-27", "concern.authority_view": "suspected"}
    return evaluate(rules(), Case(facts, [{"child.died": died, "child.age_at_harm": 3}, {}]), as_of=date(2024, 4, 2))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_record_is_a_frame_of_its_decisions_or_its_duties(backend: Any) -> None:
    one = record()
    decisions = one.to_frame(backend=backend)
    assert isinstance(decisions, KINDS[backend])
    assert [(row["rule"], row["child"], row["outcome"]) for row in rows(decisions)] == [
        (name, child, finding.outcome)
        for name, decision in one.decisions.items()
        for child, finding in (enumerate(decision.per_child, start=1) if decision.per_child else [(None, decision.source)])
    ]
    duties = rows(one.to_frame("duty", backend=backend))
    assert [(row["duty"], row["plan_for"]) for row in duties] == [(duty.id, duty.plan_for) for duty in (*one.duties, *one.options, *supposed(one))]
    assert [row["if_so"] for row in duties] == [False] * len(one.duties + one.options) + [True] * len(supposed(one))
    panel = next(row for row in duties if row["duty"] == "notify_panel")
    assert panel["plan_for"] == date(2024, 4, 5)  # five working days, and two of the days between are Good Friday and Easter Monday
    assert (panel["strength"], panel["by"], panel["cites"], panel["children"]) == ("must", "BCP Council", "ca2004/s16C/1", "1")
    assert rows(one.to_frame("case", backend=backend)) == [wide(one)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_several_records_are_one_frame(backend: Any) -> None:
    some = {"x": record(), "y": record(None)}
    assert rows(to_frame(some, backend=backend)) == [{"case": key, **wide(each)} for key, each in some.items()]
    assert [row["case"] for row in rows(to_frame(iter(some.values()), rules=[SERIOUS], backend=backend))] == [1, 2]
    assert [row["case"] for row in rows(to_frame(some["x"], "decision", rules=[SERIOUS], backend=backend))] == [1, 1]
    assert rows(to_frame([], backend=backend)) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_ruleset_is_a_frame_of_its_rules(backend: Any) -> None:
    found = rows(rules().to_frame(backend=backend))
    assert [(row["rule"], row["from"], row["until"]) for row in found] == [(rule.id, rule.window.start, rule.window.until) for rule in rules().rules]
    assert next(row for row in found if row["rule"] == SERIOUS)["cites"].startswith("ca2004/s16C")


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_docket_is_a_frame_of_what_is_owed(backend: Any) -> None:
    history = read_history(Path(__file__).parents[2] / "docs" / "worked" / "case.yaml")
    found = dockets.rows([("one", replay(history, rules(), START + timedelta(days=7)))])
    frame = rows(docket_frame(found, backend=backend))
    assert [(row["case"], row["duty"], row["plan_for"], row["status"]) for row in frame] == [
        ("one", row.duty.id, row.duty.plan_for, row.status) for row in found
    ]
    assert any(row["working_days_left"] is not None for row in frame)
    assert [row["if_so"] for row in frame] == [not row.duty.finding.met for row in found]


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_not_decided_is_told_with_the_day_by_which_it_would_be_owed(backend: Any) -> None:
    """A register in which nobody has said whether abuse is suspected."""
    cells = {"child.died": True, "child.place_of_harm": "in_area", "child.age_at_harm": 3, "incident.authority_aware_on": date(2024, 3, 27)}
    table = made([cells], backend)
    (case,) = rows(evaluate_frame(table, rules(), as_of=AS_OF))
    (panel,) = [row for row in rows(evaluate_frame(table, rules(), as_of=AS_OF, each="duty")) if row["duty"] == "notify_panel"]
    assert (case[SERIOUS], panel["if_so"], panel["plan_for"]) == ("undetermined", True, date(2024, 4, 5))
    assert case["next_date_if_so"] <= date(2024, 4, 5)
    lean = rows(evaluate_frame(table, rules(), as_of=AS_OF, each="duty", rules=["bcp.alert"]))
    assert lean
    assert not any(row["if_so"] for row in lean)


def test_a_library_that_is_not_there_is_named() -> None:
    with pytest.raises(QuestionError, match=r"backend: 'panda' is none of pandas, polars, pyarrow; did you mean 'pandas'\?"):
        record().to_frame(backend="panda")  # type: ignore[arg-type] # what is tested
    with pytest.raises(QuestionError, match="not of 'cases'; did you mean 'case'"):
        record().to_frame("cases")  # type: ignore[arg-type] # what is tested


def printed(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 -- our own


CASE = "cspr_rules.evaluate(cspr_rules.load_ruleset('england'), cspr_rules.Case({'child.died': True}), as_of=datetime.date(2024, 4, 2))"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("hidden", "install"),
    [
        ("narwhals", ": data frames need the package narwhals: `pip install 'cspr-rules[frames]'`"),
        ("pandas", "backend: pandas is not installed: `pip install pandas`"),
        ("polars", "backend: polars is not installed: `pip install polars`"),
        ("pyarrow", "backend: pyarrow is not installed: `pip install pyarrow`"),
    ],
)
def test_a_library_that_is_not_installed_is_named(hidden: str, install: str) -> None:
    backend = "pandas" if hidden == "narwhals" else hidden
    program = f"""
import sys, cspr_rules, datetime
sys.modules['{hidden}'] = None
try:
    {CASE}.to_frame(backend='{backend}')
except cspr_rules.QuestionError as error:
    print(error)
"""
    assert printed(program) == install.removeprefix(": ")


@pytest.mark.slow
def test_no_data_frame_library_is_loaded_before_a_frame_is_asked_for() -> None:
    heavy = {"narwhals", "pandas", "polars", "pyarrow", "numpy", "cspr_rules.bulk.frames", "cspr_rules.bulk.framing", "cspr_rules.bulk.tabular"}
    assert printed(f"import sys, cspr_rules, datetime; {CASE}.duties; print(sorted({heavy} & set(sys.modules)))") == "[]"


def test_a_column_whose_name_is_no_text_is_refused_in_words() -> None:
    with pytest.raises(QuestionError, match="names are text, but one is '0'"):
        evaluate_frame(pd.DataFrame({0: [1], "child.died": [True]}), load_ruleset("england"), as_of=date(2027, 1, 1))
