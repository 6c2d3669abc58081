"""Whatever is given to a public call, it answers or says in words what was expected: no bare TypeError, AttributeError or KeyError."""

from __future__ import annotations

import inspect
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import cspr_rules
from cspr_rules import (
    ArgumentError,
    Case,
    CaseHistory,
    CsprRulesError,
    DecisionRecord,
    Interview,
    LiveCase,
    MissingError,
    Ruleset,
    case_from,
    compare,
    evaluate,
    evaluate_batches,
    evaluate_frame,
    evaluate_parquet,
    load_ruleset,
    mark,
    read_bytes,
    replay,
    save_history,
)
from cspr_rules.observing import Observed

EXERCISE = Path(__file__).parents[1] / "course" / "1-notifiable" / "baby-before-easter.yaml"
SIN = "england.notification.serious_incident"
DAY = date(2024, 4, 2)
FACTS = {
    "child.died": True,
    "child.age_at_death": 3,
    "child.place_of_death": "in_area",
    "concern.authority_view": "suspected",
    "incident.occurred_on": "2024-03-26",
}
WRONG: dict[str, Any] = {
    "None": None,
    "an int": 7,
    "a negative int": -1,
    "a float": 0.5,
    "NaN": float("nan"),
    "true": True,
    "text": "nothing of the kind",
    "empty text": "",
    "bytes": b"bytes",
    "a list": [1],
    "a list of lists": [[]],
    "a dict": {"x": 1},
    "a dict by numbers": {1: {}},
    "a set": {1},
    "a moment": datetime(2024, 4, 2, 12, 30),
    "an object": object(),
    "a class": int,
    "a Timestamp": pd.Timestamp("2024-04-02"),
    "NaT": pd.NaT,
    "a day": date(2024, 4, 1),
    "a case": Case(),
}


def rules() -> Ruleset:
    return load_ruleset("england")


def record() -> DecisionRecord:
    return evaluate(rules(), Case(FACTS), as_of=DAY)


def history() -> CaseHistory:
    made = CaseHistory(profile="england")
    made.record(DAY, FACTS)
    return made


def live() -> LiveCase:
    return LiveCase(rules(), as_of=DAY, history=history())


def interview() -> Interview:
    return Interview(rules(), Case(FACTS))


def frame() -> pd.DataFrame:
    return pd.DataFrame([FACTS])


def _batches() -> list[Any]:
    return list(pa.table(frame()).to_batches())


def _answered_batches(**given: Any) -> list[Any]:
    return list(evaluate_batches(**given))


def _register(folder: Path) -> Path:
    frame().to_parquet(folder / "register.parquet")
    return folder / "register.parquet"


def _to_parquet(written: Path, **given: Any) -> None:
    shutil.rmtree(written, ignore_errors=True)
    evaluate_parquet(**given)


@cache
def at(folder: Path) -> Path:
    file = folder / "case.jsonl"
    save_history(history(), file)
    return file


def calls(folder: Path) -> dict[str, tuple[Callable[[], Callable[..., Any]], dict[str, Any]]]:
    """Return for each public call what gets it anew, and what it is given where all is right."""
    document = read_bytes(b"facts: {child.died: true}", "case.yaml")
    return {
        "Case": (lambda: Case, {"facts": FACTS, "children": [{}], "document": None}),
        "Case.of": (lambda: Case.of, {"value": FACTS}),
        "Case.check": (lambda: Case(FACTS).check, {"vocabulary": rules().vocabulary}),
        "evaluate": (lambda: evaluate, {"ruleset": rules(), "case": Case(FACTS), "as_of": DAY, "law_on": None, "engine": "builtin"}),
        "load_ruleset": (lambda: load_ruleset, {"profile": "england", "rules_dir": None}),
        "read_file": (lambda: cspr_rules.read_file, {"path": at(folder), "name": "x"}),
        "read_bytes": (lambda: read_bytes, {"raw": b"{}", "name": "x.yaml"}),
        "case_from": (lambda: case_from, {"document": document}),
        "load_case": (lambda: cspr_rules.load_case, {"source": "facts: {child.died: true}\n", "name": "case.yaml"}),
        "compare": (lambda: compare, {"case": Case(FACTS), "as_of": DAY, "profiles": "england"}),
        "mark": (lambda: mark, {"record": record(), "answers": {"outcomes": {SIN: "met"}}, "place": cspr_rules.errors.written}),
        "evaluate_frame": (
            lambda: evaluate_frame,
            {"frame": frame(), "ruleset": rules(), "as_of": DAY, "law_on": None, "case": None, "keep": (), "rules": None}
            | {"each": "case", "columns": None, "errors": "raise"},
        ),
        "evaluate_batches": (
            lambda: _answered_batches,
            {"batches": _batches(), "ruleset": rules(), "as_of": DAY, "law_on": None, "case": None, "keep": (), "rules": None}
            | {"each": "case", "columns": None, "errors": "raise"},
        ),
        "evaluate_parquet": (
            lambda: partial(_to_parquet, folder / "answers"),
            {"register": _register(folder), "folder": folder / "answers", "ruleset": rules(), "as_of": DAY, "law_on": None, "keep": ()}
            | {"rules": None, "processes": 1},
        ),
        "read_history": (lambda: cspr_rules.read_history, {"path": at(folder)}),
        "save_history": (lambda: save_history, {"history": history(), "path": folder / "new.jsonl"}),
        "writing": (lambda: _written, {"path": at(folder), "ruleset": None}),
        "observe": (lambda: _observed, {"told": print, "clock": None}),
        "logged": (lambda: cspr_rules.logged, {"each": Observed("england", "0" * 64, 1, None, 0.5)}),
        "replay": (lambda: replay, {"history": history(), "ruleset": rules(), "until": DAY}),
        "CaseHistory": (
            lambda: CaseHistory,
            {"entries": (), "profile": None, "title": None, "reference": None, "schema": "cspr-rules/casefile/1", "places": None, "notices": ()},
        ),
        "CaseHistory.of": (lambda: CaseHistory.of, {"case": Case(FACTS), "on": DAY, "profile": None, "title": None, "reference": None}),
        "CaseHistory.entry": (lambda: history().entry, {"name": "e1"}),
        "CaseHistory.record": (
            lambda: history().record,
            {"on": DAY, "facts": {"child.unborn": False}, "child": None, "role": None, "judged_on": None, "reasons": None, "dissent": None},
        ),
        "CaseHistory.correct": (
            lambda: history().correct,
            {"on": DAY, "entry": "e1", "value": False, "role": None, "judged_on": None, "reasons": None, "dissent": None, "because": None},
        ),
        "CaseHistory.withdraw": (lambda: history().withdraw, {"on": DAY, "entry": "e1", "because": None}),
        "CaseHistory.place": (lambda: history().place, {"entry": history().entries[0]}),
        "CaseHistory.upto": (lambda: history().upto, {"day": DAY}),
        "CaseHistory.without": (lambda: history().without, {"names": ["e1"]}),
        "CaseHistory.standing": (lambda: history().standing, {"day": DAY}),
        "CaseHistory.at": (lambda: history().at, {"day": DAY}),
        "CaseHistory.evaluate": (lambda: history().evaluate, {"ruleset": rules(), "known_on": DAY, "as_of": DAY, "law_on": None}),
        "CaseHistory.changes": (lambda: history().changes, {"ruleset": rules(), "earlier": DAY, "later": DAY}),
        "LiveCase": (
            lambda: LiveCase,
            {"ruleset": rules(), "as_of": DAY, "history": history(), "engine": "builtin", "law_on": None}
            | dict.fromkeys(("on_met", "on_duty", "on_deadline", "on_event")),
        ),
        "LiveCase.tell": (lambda: live().tell, {"day": DAY, "fact": "child.unborn", "value": False, "child": None}),
        "LiveCase.correct": (lambda: live().correct, {"day": DAY, "fact": "child.age_at_death", "value": 4, "child": None}),
        "LiveCase.withdraw": (lambda: live().withdraw, {"day": DAY, "fact": "child.age_at_death", "child": None}),
        "LiveCase.tick": (lambda: live().tick, {"day": DAY}),
        "Interview": (lambda: Interview, {"ruleset": rules(), "file": Case(FACTS), "as_of": DAY, "rules": (SIN,), "duties": (), "every": False}),
        "Interview.answer": (lambda: interview().answer, {"value": "unknown"}),
        "Interview.back": (lambda: _answered().back, {"key": None}),
        "Interview.judged": (lambda: _judged().judged, {"role": "x", "on": DAY, "reasons": "x", "dissent": None}),
        "Ruleset.versions": (lambda: rules().versions, {"rule_id": SIN}),
        "Ruleset.rules_behind": (lambda: rules().rules_behind, {"duties": ["notify_panel"]}),
        "Ruleset.provision": (lambda: rules().provision, {"key": next(iter(rules().provisions))}),
        "Ruleset.role_name": (lambda: rules().role_name, {"role": "panel"}),
        "Ruleset.to_frame": (lambda: rules().to_frame, {"backend": "pandas"}),
        "DecisionRecord.decision": (lambda: record().decision, {"rule_id": SIN}),
        "DecisionRecord.decisions[...]": (lambda: lambda **given: record().decisions[given["rule_id"]], {"rule_id": SIN}),
        "DecisionRecord.decisions.get": (lambda: lambda **given: record().decisions.get(given["rule_id"]), {"rule_id": SIN}),
        "DecisionRecord.why": (lambda: record().why, {"rule_id": SIN, "child": None}),
        "DecisionRecord.why_not": (lambda: record().why_not, {"rule_id": SIN, "child": None}),
        "DecisionRecord.what_if": (lambda: record().what_if, {"changes": {"child.age_at_death": 4}, "child": None}),
        "DecisionRecord.near_misses": (lambda: record().near_misses, {"most": 1, "rule": SIN}),
        "DecisionRecord.to_frame": (lambda: record().to_frame, {"each": "case", "backend": "pandas"}),
        "DecisionRecord.answer": (lambda: record().answer, {"rule_id": SIN}),
        "DecisionRecord.asked_by": (lambda: record().asked_by, {"rule_id": SIN}),
        "DecisionRecord.tests": (lambda: record().tests, {"rule_id": SIN, "child": None}),
        "DecisionRecord.finding": (lambda: record().finding, {"rule_id": SIN, "child": None}),
        "DecisionRecord.with_case": (lambda: record().with_case, {"case": Case(FACTS)}),
        "DecisionRecord.settles": (lambda: record().settles, {"question": record().ask[0]}),
        "DecisionRecord.caveats": (lambda: record().caveats, {"duty": record().duties[0]}),
        "DecisionRecord.law_day": (lambda: record().law_day, {"rule": record().decisions[SIN].rule}),
        "Decision.why": (lambda: record().decisions[SIN].why, {"child": None}),
        "Decision.why_not": (lambda: record().decisions[SIN].why_not, {"child": None}),
        "DecisionRecord.to_dict": (lambda: record().to_dict, {"detail": "slim"}),
        "DecisionRecord.to_json": (lambda: record().to_json, {"detail": "slim"}),
        "decide_again": (lambda: cspr_rules.decide_again, {"record": record().to_dict(), "ruleset": None, "name": ""}),
        "assert_complies": (
            lambda: _complied,
            {"answer": {"outcomes": {SIN: "met"}}, "case": Case(FACTS), "ruleset": rules(), "as_of": DAY, "waivers": None, "name": ""},
        ),
        "read_waivers": (lambda: cspr_rules.read_waivers, {"path": _waivers(folder)}),
        "load_exercise": (lambda: cspr_rules.load_exercise, {"source": EXERCISE, "ruleset": None}),
        "Changes.of": (lambda: lambda **given: history().changes(rules(), DAY, DAY).of(given["what"]), {"what": "outcome"}),
    }


def _observed(**given: Any) -> None:
    with cspr_rules.observe(**given):
        pass


def _written(**given: Any) -> None:
    with cspr_rules.writing(**given):
        pass


def _complied(**given: Any) -> None:
    with suppress(AssertionError):  # which is how it says that an answer is wrong
        cspr_rules.assert_complies(**given)


def _waivers(folder: Path) -> Path:
    file = folder / "waivers.yaml"
    file.write_text("waivers:\n- {rule: england.notification.*, reason: not modelled, until: 2027-01-01}\n", encoding="utf-8")
    return file


def _answered() -> Interview:
    made = interview()
    made.skip()
    return made


def _judged() -> Interview:
    made = Interview(rules(), duties=["notify_panel"])
    while (asked := made.question()) and asked.fact.kind != "judgement":
        made.answer({"number": 3, "yes_no": True, "date": "2024-03-27"}.get(asked.fact.type) or next(iter(asked.fact.values)))
    assert asked
    made.answer(next(iter(asked.fact.values), True))
    return made


def test_every_public_call_is_tried(tmp_path: Path) -> None:
    tried = set(calls(tmp_path))
    made_elsewhere = (Case, CaseHistory, Interview, LiveCase)  # every other class is one of values that the library makes itself
    public = {name for name in cspr_rules.__all__ if (each := getattr(cspr_rules, name)) in made_elsewhere or inspect.isfunction(each)}
    for kind in (Case, CaseHistory, LiveCase, Interview, Ruleset, DecisionRecord, cspr_rules.Decision, cspr_rules.Changes):
        for name, method in inspect.getmembers(kind, lambda each: inspect.isfunction(each) or inspect.ismethod(each)):
            takes = len(inspect.signature(method).parameters) - inspect.isfunction(method)
            if takes and not name.startswith("_") and name not in dir(tuple):
                public.add(f"{kind.__name__}.{name}")
    internal = {"Case.place", "Case.path", "DecisionRecord.child"}
    assert sorted(public - internal - tried) == []


def outcomes(folder: Path) -> Iterator[tuple[str, BaseException]]:
    """Yield every call that raised something else than what the library raises."""
    for name, (got, right) in calls(folder).items():
        got()(**right)
        for argument in right:
            for said, wrong in WRONG.items():
                if callable(wrong) and argument == "place":
                    continue  # what a function raises is its own
                try:
                    answer = got()(**{**right, argument: wrong})
                    if isinstance(answer, Mapping):
                        list(answer.items())
                except CsprRulesError as error:
                    if not str(error).strip():
                        yield f"{name}({argument}={said})", error
                except Exception as error:
                    yield f"{name}({argument}={said})", error


def test_a_day_that_is_none_is_told_with_what_to_write_instead() -> None:
    said = {name: str(_error(lambda wrong=WRONG[name]: evaluate(rules(), FACTS, as_of=wrong))) for name in WRONG}  # type: ignore[misc] # bound now
    assert "give the .date() of it" in said["a moment"]
    assert "give the .date() of it" in said["a Timestamp"]
    assert "date.fromisoformat(...)" in said["text"]
    assert "give the day, also if it is that of today" in said["None"]
    assert said["a list"] == "as_of: expected a day as a datetime.date; it is a list"
    with pytest.raises(TypeError, match="law_on: expected a day"):
        evaluate(rules(), FACTS, as_of=DAY, law_on="2024-04-02")  # type: ignore[arg-type] # what is told


def test_a_day_of_a_class_of_its_own_is_the_day_it_stands_for() -> None:
    class Frozen(date):
        """As libraries make one that stand in for the clock in tests."""

    assert evaluate(rules(), FACTS, as_of=Frozen(2024, 4, 2)).as_of == DAY
    assert type(evaluate(rules(), FACTS, as_of=Frozen(2024, 4, 2)).as_of) is date


def test_a_profile_is_no_ruleset_and_the_message_says_how_to_get_one() -> None:
    with pytest.raises(ArgumentError, match=r"ruleset: expected a Ruleset, but it is text: load_ruleset\('bcp'\) gives the rules of a profile"):
        evaluate("bcp", FACTS, as_of=DAY)  # type: ignore[arg-type] # what is told


def test_a_mapping_is_taken_as_the_case_that_it_stands_for() -> None:
    assert evaluate(rules(), FACTS, as_of=DAY).case == Case(FACTS)
    assert Case.of({"facts": FACTS, "children": [{"child.unborn": False}]}) == Case(FACTS, [{"child.unborn": False}])
    assert Case.of({"children": None}) == Case.of({}) == Case()
    case = Case(FACTS)
    assert Case.of(case) is case
    with pytest.raises(CsprRulesError, match="there is no fact called 'facts'"):
        evaluate(rules(), {"facts": {}, **FACTS}, as_of=DAY)
    with pytest.raises(ArgumentError, match=r"it is a CaseFile; its case is its \.case"):
        evaluate(rules(), cspr_rules.load_case("facts: {}\n"), as_of=DAY)  # type: ignore[arg-type] # what is told


def test_a_rule_is_missing_because_there_is_none_or_because_it_is_not_law_yet() -> None:
    with pytest.raises(KeyError) as misspelt:
        record().decisions["england.notification.serious_incidents"]
    assert str(misspelt.value) == f"there is no rule called 'england.notification.serious_incidents'; did you mean '{SIN}'?"
    old = evaluate(rules(), FACTS, as_of=DAY, law_on=date(2015, 1, 1))
    with pytest.raises(MissingError, match=f"{SIN} is not in force under the law of 2015-01-01"):
        old.decisions[SIN]
    assert old.decisions.get(SIN) is None
    with pytest.raises(KeyError, match="there is no child 7; expected a number from 1 to 1"):
        record().why("england.notification.serious_incident", child=7)


def test_a_case_is_read_from_a_file_or_from_text(tmp_path: Path) -> None:
    file = tmp_path / "a case.yaml"
    file.write_text("as_of: 2024-04-02\nfacts:\n  child.died: true\n", encoding="utf-8")
    read = [cspr_rules.load_case(each) for each in (file, str(file), file.read_text(encoding="utf-8"), file.read_bytes())]
    assert {each.case for each in read} == {Case({"child.died": True})}
    assert {each.as_of for each in read} == {DAY}
    assert cspr_rules.load_case('{"facts": {"child.died": true}}').case == read[0].case
    with pytest.raises(CsprRulesError, match=r"the text given:1:1: .*'fact' is not part of a case file; did you mean 'facts'"):
        cspr_rules.load_case("fact: {}\n")
    with pytest.raises(CsprRulesError, match="not a file that exists"):
        cspr_rules.load_case(tmp_path / "none.yaml")


def _error(call: Callable[[], object]) -> CsprRulesError | None:
    try:
        call()
    except CsprRulesError as error:
        return error
    return None


@pytest.mark.slow
def test_whatever_is_given_a_public_call_answers_or_says_what_was_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert [f"{call}: {type(error).__name__}: {error}" for call, error in outcomes(tmp_path)] == []
