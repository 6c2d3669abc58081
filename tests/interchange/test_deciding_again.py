"""A stored record is decided again from what it holds: what differs is named with why, and nothing in it is trusted."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import Case, CaseError, CsprRulesError, DecidedAgain, QuestionError, Ruleset, decide_again, evaluate, load_ruleset
from cspr_rules.cli.main import main
from cspr_rules.engine.evaluating import DETAILS, Detail
from cspr_rules.interchange.stored_records import MOST_RECORD_BYTES
from tests.support.mangling import mutated
from tests.support.rules_folders import Folder
from tests.support.shipped import named

ROOT = Path(__file__).parents[2]
CASES = sorted((ROOT / "docs" / "cases").glob("*.yaml"))
STEMS = [path.stem for path in CASES]
STORED = ROOT / "tests" / "fixtures" / "records"
EASTER = "baby-head-injury-before-easter"
SIN = "england.notification.serious_incident"
DIGEST = "0" * 64


@cache
def written(stem: str = EASTER, detail: Detail = "full") -> str:
    return named(stem).to_json(detail)


def stored(detail: Detail = "slim", stem: str = EASTER) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(written(stem, detail))
    return record


@cache
def text_of_shape(name: str) -> str:
    return gzip.decompress((STORED / f"{name}.json.gz").read_bytes()).decode()


def of_shape(name: str) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(text_of_shape(name))
    return record


def town(tmp_path: Path) -> tuple[Ruleset, dict[str, Any]]:
    """Return rules of a folder, and a record decided by them."""
    ruleset = Folder().ruleset(tmp_path)
    return ruleset, evaluate(ruleset, Case({"incident.severe": True}), as_of=date(2024, 4, 2)).to_dict()


# -- nothing differs -----------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("stem", STEMS)
def test_by_the_same_rules_and_library_the_bytes_are_the_same(stem: str) -> None:
    for detail in DETAILS if STEMS.index(stem) % 3 == 0 else ("slim",):  # a full one takes the longer, with the same answers
        again = decide_again(stored(detail, stem))
        assert (again.same, again.differences, again.places, again.lacks) == (True, (), (), ())
        assert again.record.to_json(detail) == written(stem, detail)


def test_by_the_same_rules_and_library_the_bytes_of_one_case_are_the_same() -> None:
    again = decide_again(stored())
    assert again.record.to_json("slim") == written(detail="slim")
    assert str(again) == "Nothing differs."


def test_facts_from_python_come_back_as_a_case_file_writes_them() -> None:
    given = {"incident.occurred_on": date(2024, 3, 26), "child.age_at_harm": 3.0, "child.died": None, "notification.sent_on": "not_yet"}
    judged = {"value": "suspected", "role": "lead officer", "on": date(2024, 3, 27), "reasons": "as agreed", "dissent": None}
    record = evaluate(load_ruleset("bcp"), Case(given, [{"concern.authority_view": judged}]), as_of=date(2024, 4, 2))
    plain = record.to_dict("slim")
    assert plain["given"] == {
        "facts": {"incident.occurred_on": "2024-03-26", "child.age_at_harm": 3, "notification.sent_on": "not_yet"},
        "children": [{"concern.authority_view": {"value": "suspected", "role": "lead officer", "on": "2024-03-27", "reasons": "as agreed"}}],
    }
    assert decide_again(plain).record.to_dict("slim") == plain


def test_the_facts_as_understood_say_in_words_what_they_are_and_what_they_follow_from() -> None:
    record = evaluate(load_ruleset("bcp"), Case({"child.age_at_harm": 3, "child.looked_after_by": "this_authority"}), as_of=date(2024, 4, 2))
    (child,) = record.to_dict()["understood"]["children"]
    assert child["child.age_at_harm"] == {"value": 3, "words": "3 years", "follows_from": []}
    assert child["child.looked_after"] == {"value": True, "words": "yes", "follows_from": ["child.looked_after_by"]}


def test_a_record_for_which_another_day_of_law_was_asked_for_is_decided_under_that_day() -> None:
    record = evaluate(load_ruleset("england"), Case({"child.died": True}), as_of=date(2024, 4, 2), law_on=date(2017, 5, 2)).to_dict("slim")
    assert record["law_on_from"] == "law_on"
    assert str(decide_again(record)) == "Nothing differs."


def test_the_order_of_keys_means_nothing_for_stores_that_keep_none() -> None:
    assert decide_again(json.loads(json.dumps(stored(), sort_keys=True))).same


# -- what differs and why ------------------------------------------------------------------------------------------------------------


def test_where_the_rules_have_changed_the_decisions_duties_days_and_questions_that_differ_are_named(tmp_path: Path) -> None:
    then = Folder().ruleset(tmp_path / "then")
    changed = Folder().edit("town/notice/partnership.yaml", "within: {days: 2}", "within: {days: 3}")
    changed.edit("nation/notice/severe.yaml", "at_least: 3}", "at_least: 2}")
    now = changed.ruleset(tmp_path / "now")
    told = evaluate(then, Case({"incident.severe": True, "incident.aware_on": "2024-03-27"}), as_of=date(2024, 3, 28)).to_dict()
    again = decide_again(told, now)
    assert (again.same, again.rules_changed, again.altered) == (False, True, False)
    assert [(each.what, str(each)) for each in again.differences] == [
        ("duty", "tell_partnership: due, plan for 2024-03-29 -> due, plan for 2024-03-30")
    ]
    assert str(again).splitlines()[:2] == ["Answers differ.", f"The rules have changed: then {then.digest[:16]}, now {now.digest[:16]}."]
    asked = evaluate(then, Case({"incident.children": 2}), as_of=date(2024, 3, 28)).to_dict("full")
    assert [(each.what, str(each)) for each in decide_again(asked, now).differences] == [
        ("outcome", "nation.notice.severe: undetermined -> met"),
        ("duty", "send_papers: not owed -> waiting"),
        ("question", "incident.occurred_on: open -> not asked"),
    ]


def test_where_the_rules_have_changed_and_no_answer_has_it_says_so() -> None:
    again = decide_again(stored() | {"ruleset_digest": DIGEST})
    assert (again.same, again.rules_changed, again.altered) == (True, True, False)
    now = load_ruleset("bcp").digest[:16]
    assert str(again) == f"No answer differs.\nThe rules have changed: then {DIGEST[:16]}, now {now}."


def test_another_version_of_the_library_is_named() -> None:
    record = stored() | {"version": "0.0.9"}
    record["duties"][0]["status"] = "met"
    again = decide_again(record)
    assert (again.same, again.library_changed, again.altered) == (False, True, False)
    assert "The library has changed: then 0.0.9, now " in str(again)
    assert [(each.what, each.before.split(",")[0]) for each in again.differences] == [("duty", "met")]


def _outcome(record: dict[str, Any]) -> None:
    record["decisions"][SIN]["outcome"] = "not_met"


def _day(record: dict[str, Any]) -> None:
    next(each for each in record["duties"] if each["duty"] == "notify_panel")["plan_for"] = "2024-04-30"


def _duty(record: dict[str, Any]) -> None:
    record["duties"] = [each for each in record["duties"] if each["duty"] != "notify_panel"]


def _headline(record: dict[str, Any]) -> None:
    record["headlines"][0]["state"] = "no"


def _fact(record: dict[str, Any]) -> None:
    record["given"]["facts"]["concern.authority_view"] = "neither"


@pytest.mark.parametrize(
    ("alter", "what", "name", "before", "after"),
    [
        (_outcome, "outcome", SIN, "not_met", "met"),
        (_day, "duty", "notify_panel (child 1)", "due, plan for 2024-04-30", "due, plan for 2024-04-05"),
        (_duty, "duty", "notify_panel (child 1)", "not owed", "due, plan for 2024-04-05"),
        (_headline, "headline", "panel", "no, day 2024-04-05", "yes, day 2024-04-05"),
        (_fact, "headline", "panel", "yes, day 2024-04-05", "no"),
    ],
)
def test_a_record_altered_by_hand_is_told_with_what_it_should_say(
    alter: Callable[[dict[str, Any]], None], what: str, name: str, before: str, after: str
) -> None:
    record = stored("full")
    alter(record)
    again = decide_again(record)
    assert (again.same, again.altered) == (False, True)
    assert (what, name, before, after) in again.differences
    assert again.places
    assert str(again).startswith("It was altered after it was written")


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("purpose",), "changed words"),
        (("headlines", 0, "sentence"), "It was all right."),
        (("law_on_at_latest",), 0),
        (("duties", 0, "by"), "somebody"),
    ],
)
def test_an_altered_word_is_told_by_its_place_and_not_repeated(where: tuple[Any, ...], value: Any) -> None:
    record = stored()
    here: Any = record
    for part in where[:-1]:
        here = here[part]
    here[where[-1]] = value
    again = decide_again(record)
    assert again.altered
    assert f" {value}" not in str(again)
    assert len(again.places) == 1


# -- whose rules ---------------------------------------------------------------------------------------------------------------------


def test_a_record_that_was_decided_by_a_folder_is_decided_by_that_folder_only_where_the_caller_names_it(tmp_path: Path) -> None:
    ruleset, record = town(tmp_path)
    assert record["shipped"] is False
    with pytest.raises(QuestionError, match=r"its rules \('town'\) do not ship with the library: .* name that folder, if you trust it"):
        decide_again(record)
    assert decide_again(record, ruleset).same
    with pytest.raises(QuestionError, match="it was decided for 'town', and these are the rules of 'england'"):
        decide_again(record, load_ruleset("england"))


@pytest.mark.parametrize("name", ["./rules/town", "/etc", "..", "nowhere", "", "a\x00b", "england\n", 3, None, ["england"]])
def test_a_record_cannot_choose_a_folder(name: Any) -> None:
    with pytest.raises(CsprRulesError) as caught:
        decide_again(stored() | {"profile": name})
    assert [fault.path for fault in caught.value.faults] == ["profile"]


# -- earlier shapes ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["shape-3", "shape-3-of-two-children"])
def test_a_record_of_shape_3_is_decided_from_the_facts_that_its_tests_and_clocks_name(name: str) -> None:
    record = of_shape(name)
    again = decide_again(record)
    assert again.version is None
    known = sum(len(child) for child in again.record.case.children) + len(again.record.case.facts)
    assert again.lacks[0] == (
        f"A record of shape 3 does not hold the facts as they were given: {known} were read back from its tests and time limits. "
        "What no rule tested is not in it."
    )
    assert len(again.record.case.children) == (2 if name.endswith("children") else 0)
    assert again.record.decisions[SIN].outcome == record["decisions"][SIN]["outcome"] == "met"
    assert [each.plan_for for each in again.record.duties if each.id == "notify_panel"] == [
        date.fromisoformat(each["plan_for"]) for each in record["duties"] if each["id"] == "notify_panel"
    ]


def test_a_record_of_shape_2_says_what_it_lacks_and_what_could_not_be_read_back() -> None:
    again = decide_again(of_shape("shape-2"))
    assert again.rules_changed
    assert "What no rule tested is not in it" in again.lacks[0]
    assert again.lacks[1].startswith("It does not say which version of the library wrote it")
    assert "child.age_years" in again.lacks[2]  # a name that this fact no longer has


def test_a_record_of_a_later_shape_is_refused_with_the_shapes_that_are_read() -> None:
    with pytest.raises(CaseError, match=r"records of the shapes 2, 3, 4 are read; a later one was written by a later version .*\(at schema\)"):
        decide_again(stored() | {"schema": "cspr-rules/decision-record/5"}, name="record.json")


# -- a record is untrusted -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "words"),
    [
        (None, "expected a decision record"),
        ([], "expected one decision record, but this is a list"),
        ({}, "expected a decision record"),
        ({"schema": "cspr-rules/casefile/1"}, "expected a decision record: cspr-rules/decision-record/ and a number"),
        ({"schema": "cspr-rules/decision-record/4"}, "'profile' is missing here"),
    ],
)
def test_what_is_no_record_is_refused(record: Any, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        decide_again(record)


def test_a_fault_of_the_facts_is_placed_in_the_record() -> None:
    record = stored()
    record["given"]["facts"]["child.dyed"] = True
    with pytest.raises(CaseError) as caught:
        decide_again(record, name="record.json")
    assert [str(fault) for fault in caught.value.faults] == [
        "record.json: there is no fact called 'child.dyed'; did you mean 'child.died'? (at given.facts.child.dyed)"
    ]


BASES: tuple[Callable[[], str], ...] = (
    lambda: written(EASTER, "slim"),
    lambda: written("house-fire-siblings-fare-differently", "slim"),
    lambda: written("looked-after-death-2017", "full"),
    lambda: text_of_shape("shape-2"),
)


def tried(number: int) -> str:
    """Decide a mutated record again, and return what became of it."""
    chance = random.Random(number)  # noqa: S311 -- a seed, so that a failure can be seen again
    record = mutated(json.loads(chance.choice(BASES)()), chance)
    before = json.dumps(record)
    try:
        again = decide_again(record, name="record.json")
    except CsprRulesError as error:
        faults = [str(fault) for fault in error.faults]
        return "refused" if all(len(fault) < 1500 and "record.json" in fault for fault in faults) else f"{number}: {faults}"
    assert isinstance(again, DecidedAgain)
    assert len(str(again)) < 60_000
    assert json.dumps(record) == before
    if again.rules_changed or again.library_changed:
        return "changed"
    fresh = again.record.to_dict(record["detail"])
    assert again.same is (json.dumps(record, sort_keys=True) == json.dumps(fresh, sort_keys=True))
    return "same" if again.same else "altered"


@pytest.mark.slow
@pytest.mark.parametrize("block", range(2))
def test_mutated_records_are_answered_or_refused_and_an_altered_one_is_never_called_the_same(block: int) -> None:
    """As many as a run can wait for; `python -m tests.support.many records` tries thousands."""
    assert {tried(number) for number in range(block * 250, block * 250 + 250)} - {"same"} == {"refused", "altered", "changed"}


# -- the command ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "record.json").write_text(written(detail="slim"), encoding="utf-8")
    return tmp_path


def test_the_command_exits_with_0_if_nothing_differs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", "record.json"]) == 0
    assert capsys.readouterr().out == "record.json: Nothing differs.\n"


def test_the_command_exits_with_1_if_a_record_differs_and_2_if_one_cannot_be_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "altered.json").write_text(written(detail="slim").replace('"state":"yes"', '"state":"no"'), encoding="utf-8")
    assert main(["replay", "record.json", "altered.json"]) == 1
    assert capsys.readouterr().out.splitlines()[:2] == [
        "record.json: Nothing differs.",
        "altered.json: It was altered after it was written: the same rules and the same library give another record for its facts.",
    ]
    assert main(["replay", "missing.json", "altered.json"]) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("facts: {}", "this is not well-formed JSON"),
        ("[" * 100_000, "nested more than 40 deep"),
        ('{"a": ' * 60 + "1" + "}" * 60, "nested more than 40 deep"),
        ('{"schema": "cspr-rules/decision-record/4", "schema": 1}', "'schema' is written twice"),
        (" " * (MOST_RECORD_BYTES + 1), "the most that is read is 5 MB"),
    ],
    ids=["yaml", "lists", "mappings", "twice", "large"],
)
def test_what_the_command_cannot_read_is_refused_in_words(text: str, words: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.record").write_text(text, encoding="utf-8")
    assert main(["replay", "bad.record"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert words.replace("the most that is read is 5 MB", "5 MB, the most that is read") in err


def test_the_command_reads_a_folder_of_rules_only_where_it_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, record = town(folder)
    (folder / "town.json").write_text(json.dumps(record), encoding="utf-8")
    assert main(["replay", "town.json"]) == 2
    assert "its rules ('town') do not ship with the library" in capsys.readouterr().err
    assert main(["replay", "town.json", "--profile", "./rules/town"]) == 0
