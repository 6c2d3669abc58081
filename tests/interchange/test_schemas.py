"""The published shapes: records keep to theirs and can be read back, and case files keep to theirs exactly where the library accepts them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from cspr_rules import Case, CaseError, case_from, evaluate, load_ruleset, read_bytes, read_file
from cspr_rules.engine.evaluating import DETAILS, Detail
from cspr_rules.explain.plain_record import SCHEMA
from cspr_rules.interchange.case_schema import case_model, case_schema
from cspr_rules.interchange.record_shape import RECORD, record_schema
from cspr_rules.model.vocabulary import Fact, Vocabulary
from tests.support.shipped import FILES as CASES
from tests.support.shipped import every_case, record

PROFILES = ("bcp", "england")


def vocabulary(profile: str = "bcp") -> Vocabulary:
    return load_ruleset(profile).vocabulary


@cache
def record_validator() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(record_schema(), format_checker=jsonschema.FormatChecker())


@cache
def case_validator(profile: str = "bcp") -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(case_schema(vocabulary(profile)), format_checker=jsonschema.FormatChecker())


@cache
def written(path: Path, detail: Detail = "full") -> str:
    """Return the record of a worked case as JSON."""
    return record(path).to_json(detail)


def decided(path: Path, detail: Detail = "full") -> dict[str, Any]:
    record: dict[str, Any] = json.loads(written(path, detail))
    return record


# -- records -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_the_slim_record_asks_first_is_what_the_headlines_of_the_full_one_turn_on() -> None:
    told = 0
    for path in CASES[::6]:
        turned = dict.fromkeys(asked["fact"] for each in decided(path)["headlines"] for asked in each["turns_on"])
        first = [each["fact"] for each in decided(path, "slim")["next"]]
        assert first[: len(turned)] == list(turned)[: len(first)], path.stem
        told += bool(turned)
    assert told >= 5, "too few cases are open to show it"


@pytest.mark.slow
def test_the_schemas_are_json_schemas() -> None:
    jsonschema.Draft202012Validator.check_schema(record_schema())
    for profile in PROFILES:
        jsonschema.Draft202012Validator.check_schema(case_schema(vocabulary(profile)))


@pytest.mark.slow
@pytest.mark.parametrize("detail", DETAILS)
@every_case
def test_the_record_of_a_worked_case_keeps_to_the_schema_and_is_read_back_as_it_was_written(path: Path, detail: Detail) -> None:
    plain = decided(path, detail)
    if detail == "slim" or path in CASES[::6]:  # `test_in_node.py` holds every full one to the schema
        assert [error.message for error in record_validator().iter_errors(plain)] == []
    assert RECORD.validate_json(written(path, detail)).model_dump(mode="json", by_alias=True, exclude_unset=True) == plain


@pytest.mark.slow
@every_case
def test_the_slim_record_of_a_worked_case_is_under_20_kb(path: Path) -> None:
    assert len(written(path, "slim").encode()) < 20_000


def citing(value: Any) -> Iterator[str]:
    """Yield every provision that a part of a record names under `citations`."""
    if isinstance(value, list):
        for each in value:
            yield from citing(each)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from each if key == "citations" else citing(each)


def said_in(value: Any) -> Iterator[str]:
    """Yield every text of a record."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from said_in(each)


@pytest.mark.slow
@every_case
def test_a_full_record_says_nothing_twice_and_holds_all_that_it_names(path: Path) -> None:
    plain = decided(path)
    tables = plain["tables"]
    for name in ("duties", "tests", "notes"):
        assert len({json.dumps(row) for row in tables[name].values()}) == len(tables[name]), name
    counted = Counter(said_in(plain))
    long = [row["text"] for row in tables["notes"].values()] + [each["note"] for each in plain["discrepancies"]]
    assert not [text for text in long if len(text) > 60 and counted[text] > sum(text == other for other in long)]
    named = {
        "provisions": {*citing(plain), *plain["unverified"]},
        "tests": {name for each in plain["decisions"].values() for name in each["tests"]},
        "notes": {each["note"] for each in plain["notes"]} | {name for each in plain["headlines"] for name in each["caveats"]},
        "duties": {each["duty"] for each in (*plain["duties"], *plain["options"])},
        "not_counted": {day for each in (*plain["duties"], *plain["options"]) for clock in each["deadlines"] for day in clock["skipped"]},
        "instruments": {each["instrument"] for each in tables["provisions"].values()},
        "windows": {each["in_force"] for each in tables["provisions"].values()},
        "checks": {each["checked"] for each in tables["provisions"].values()},
    }
    for name, wanted in named.items():
        assert wanted <= set(tables[name]), name
        assert name == "provisions" or wanted == set(tables[name]), name
    for each in (*plain["duties"], *plain["options"]):
        assert len(each["deadlines"]) == len(tables["duties"][each["duty"]]["clocks"])
    assert {each["carried_from"] for each in tables["provisions"].values()} - {None} <= set(tables["provisions"])


@pytest.mark.slow
def test_the_worked_cases_show_every_part_of_a_record() -> None:
    """Otherwise the tests above would hold of a record that lacks it."""
    found: set[str] = set()
    for path in CASES:
        record = decided(path)
        found |= {key for key, value in record.items() if value}
        found |= {key for duty in record["duties"] for key, value in duty.items() if value}
        found |= {key for duty in record["duties"] for clock in duty["deadlines"] for key, value in clock.items() if value}
        found |= {key for name in ("duties", "notes") for row in record["tables"][name].values() for key, value in row.items() if value}
        found |= {key for duty in record["tables"]["duties"].values() for clock in duty["clocks"] for key, value in clock.items() if value}
    assert {"duties", "options", "decisions", "ask", "notes", "not_in_force", "discrepancies", "unverified", "given", "understood"} <= found
    assert {"done_on", "plan_for", "how", "contents", "skipped", "reading", "started_on"} <= found


def test_a_choice_on_a_menu_keeps_to_the_schema_with_what_the_menu_says_of_it() -> None:
    facts = {"learning.considered_by_group": True, "learning.reach": "multi_agency", "learning.statutory_criteria_met": False}
    plain = evaluate(load_ruleset("bcp"), Case(facts), as_of=date(2024, 3, 27)).to_dict()
    assert any(row["option"] for row in plain["tables"]["duties"].values())
    record_validator().validate(plain)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({}, "waiting_for"),
        ({"incident.authority_aware_on": "2031-04-02"}, "provisional"),
        ({"incident.authority_aware_on": "2024-03-27", "notification.sent_on": "2024-03-28"}, "due_on"),
    ],
)
def test_a_record_whose_clocks_wait_are_provisional_or_have_run_keeps_to_the_schema(facts: dict[str, Any], part: str) -> None:
    known = {"child.age_at_harm": 3, "child.died": True, "child.place_of_harm": "in_area", "concern.authority_view": "known", **facts}
    record = evaluate(load_ruleset("bcp"), Case(known), as_of=date(2031, 5, 1), law_on=date(2024, 3, 27)).to_dict()
    assert any(clock[part] for duty in record["duties"] if duty["duty"] == "notify_panel" for clock in duty["deadlines"])
    assert record_validator().is_valid(record)
    assert RECORD.validate_python(record).model_dump(mode="json", by_alias=True, exclude_unset=True) == record


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("schema",), "cspr-rules/decision-record/5"),
        (("detail",), "thin"),
        (("as_of",), "2024-02-30"),
        (("ruleset_digest",), "abc"),
        (("surplus",), 1),
        (("given", "children"), "one"),
        (("given", "facts", "child.died"), []),
        (("understood", "children", 0, "child.died", "value"), None),
        (("tables", "duties", "notify_panel", "strength"), "shall"),
        (("duties", 0, "surplus"), 1),
        (("duties", 0, "status"), "late"),
        (("decisions", "england.notification.serious_incident", "outcome"), "maybe"),
    ],
)
def test_a_record_that_is_not_shaped_as_one_is_refused(where: tuple[Any, ...], value: object) -> None:
    record = decided(next(path for path in CASES if path.stem == "baby-head-injury-before-easter"))
    here: Any = record
    for part in where[:-1]:
        here = here[part]
    here[where[-1]] = value
    assert not record_validator().is_valid(record)
    with pytest.raises(ValidationError):
        RECORD.validate_python(record)


def test_the_schema_names_the_version_that_records_carry() -> None:
    assert SCHEMA == "cspr-rules/decision-record/4"
    assert record_schema()["$id"] == "urn:cspr-rules:decision-record:4"
    for name in ("SlimRecord", "FullRecord"):
        assert record_schema()["$defs"][name]["properties"]["schema"]["const"] == SCHEMA


@pytest.mark.slow
@pytest.mark.parametrize("detail", DETAILS)
def test_a_record_may_lack_none_of_its_parts(detail: Detail) -> None:
    record = decided(CASES[0], detail)
    for key in record:
        assert not record_validator().is_valid({name: value for name, value in record.items() if name != key}), key


# -- cases ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@every_case
def test_a_worked_case_keeps_to_the_schema_of_its_profile(path: Path) -> None:
    value = read_file(path).value
    assert isinstance(value, dict)
    assert [error.message for error in case_validator(value["profile"]).iter_errors(value)] == []
    case_model(vocabulary(value["profile"])).model_validate_json(json.dumps(value))


def accepted(value: Any, profile: str = "bcp") -> bool:
    """Say whether the library accepts a case, handed over as JSON."""
    try:
        case_from(read_bytes(json.dumps(value).encode(), "case.json")).case.check(vocabulary(profile))
    except CaseError:
        return False
    return True


VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 17, 10_000_000, 1.5, "", "unknown", "not_yet", "known", "in_area", "yes", "2024-03-27", "2024-02-30", "20240327",
    "27/03/2024", [], ["known"], {}, {"value": "known"}, {"value": True}, {"value": 3}, {"value": "2024-03-27"}, {"value": "unknown"},
    {"value": None}, {"role": "lead officer"}, {"value": True, "role": 1}, {"value": True, "on": "2024-02-30"}, {"value": True, "who": "somebody"},
    {"value": True, "role": "lead officer", "on": "2024-03-27", "reasons": "as agreed", "dissent": "none"}, {"value": True, "on": "not_yet"},
)  # fmt: skip


WITHOUT_VALUE: tuple[Any, ...] = ({}, {"role": "lead officer"})


@pytest.mark.slow
@pytest.mark.parametrize("value", [pytest.param(value, id=json.dumps(value)) for value in VALUES])
def test_schema_and_library_accept_the_same_value_for_the_same_facts(value: Any) -> None:
    cases = {fact.id: {"facts": {fact.id: value}} for fact in vocabulary().facts}
    by_schema = {name for name, case in cases.items() if case_validator().is_valid(case)}
    assert by_schema == {name for name, case in cases.items() if accepted(case)}


@pytest.mark.parametrize(
    "case",
    [
        {}, {"facts": None}, {"facts": {}}, {"facts": []}, {"facts": "child.died"}, {"children": None}, {"children": []}, {"children": {}},
        {"children": [None]}, {"children": [{}]}, {"children": [[]]}, {"children": ["child.died"]}, {"title": None}, {"title": 1}, {"title": "A"},
        {"profile": "bcp"}, {"profile": ["bcp"]}, {"shaped_on": True}, {"as_of": None}, {"as_of": "2024-03-27"}, {"as_of": "2024-02-30"},
        {"as_of": 20240327}, {"as_of": "not_yet"}, {"expect": None}, {"expect": {}}, {"expect": {"outcomes": {}}}, {"expect": []}, {"expect": "met"},
        {"expect": False}, {"facts": {"child.dyed": True}}, {"children": [{"child.place_of_harm": "in_area"}]}, {"children": [{"child.dyed": True}]},
        {"child.died": True}, {"fact": {}}, [], "case", None, 1,
    ],
    ids=json.dumps,
)  # fmt: skip
def test_schema_and_library_accept_the_same_shapes(case: Any) -> None:
    assert case_validator().is_valid(case) is accepted(case)


def _values(fact: Fact) -> st.SearchStrategy[Any]:
    good: dict[str, st.SearchStrategy[Any]] = {
        "yes_no": st.booleans(),
        "one_of": st.sampled_from(sorted(fact.values) or [""]),
        "number": st.integers(fact.at_least or 0, fact.at_most or 100),
        "date": st.dates().map(str) | st.just("not_yet"),
    }
    return good[fact.type] | st.sampled_from(VALUES)


def _facts(facts: tuple[Fact, ...]) -> st.SearchStrategy[dict[str, Any]]:
    pairs = st.sampled_from(facts).flatmap(lambda fact: st.tuples(st.just(fact.id), _values(fact)))
    misspelt = st.tuples(st.sampled_from(["child.dyed", "incident", "", "child.died "]), st.sampled_from(VALUES))
    return st.lists(pairs | pairs | pairs | misspelt, max_size=4).map(dict)


RANDOM_CASES = st.fixed_dictionaries(
    {},
    optional={
        "title": st.text(max_size=3) | st.sampled_from(VALUES),
        "as_of": st.dates().map(str) | st.sampled_from(VALUES),
        "facts": _facts(vocabulary().facts) | st.sampled_from(VALUES),
        "children": st.lists(_facts(tuple(fact for fact in vocabulary().facts if fact.scope == "child")) | st.none(), max_size=3)
        | st.sampled_from(VALUES),
        "expect": st.sampled_from(VALUES),
        "expected": st.sampled_from(VALUES),
    },
)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(RANDOM_CASES)
def test_what_the_schema_refuses_the_library_refuses(case: dict[str, Any]) -> None:
    if not case_validator().is_valid(case):
        assert not accepted(case)
