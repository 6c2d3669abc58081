"""Values go to other processes, through queues and into caches, and are the same there; what cannot be so is said in words."""

from __future__ import annotations

import copy
import copyreg
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

import cspr_rules
from cspr_rules import (
    Case,
    CaseError,
    CaseHistory,
    DecisionRecord,
    Interview,
    LiveCase,
    PickleError,
    Ruleset,
    compare,
    evaluate,
    load_case,
    load_ruleset,
    mark,
    read_bytes,
    replay,
)
from cspr_rules.casework.live import Event
from cspr_rules.travelling import Packed
from tests.support.rules_folders import Folder

SIN = "england.notification.serious_incident"
DAY = date(2024, 4, 9)
FACTS: dict[str, Any] = {
    "child.place_of_harm": "in_area",
    "incident.authority_aware_on": "2024-03-27",
    "incident.occurred_on": "2024-03-26",
    "concern.authority_view": {"value": "suspected", "role": "head of service", "on": date(2024, 3, 27)},
    "child.seriously_harmed": True,
    "notification.kind": "safeguarding",
}
CHILDREN: list[dict[str, Any]] = [{"child.age_at_harm": 3}, {"child.age_at_harm": "under 18"}]


def case() -> Case:
    return Case(FACTS, CHILDREN)


@cache
def record() -> DecisionRecord:
    return evaluate(load_ruleset("bcp"), case(), as_of=DAY)


def history() -> CaseHistory:
    made = CaseHistory.of(Case({name: value for name, value in FACTS.items() if name != "child.seriously_harmed"}), date(2024, 3, 27), profile="bcp")
    made.record(date(2024, 4, 2), {"child.seriously_harmed": True, "child.age_at_harm": 3})
    made.correct(date(2024, 4, 3), "e1", "in_area", because="asked again")
    return made


def heard(event: Event) -> None:
    """Listen, from a module, so that a pickle can name it."""


def live() -> LiveCase:
    made = LiveCase(load_ruleset("bcp"), as_of=date(2024, 4, 3), history=history(), on_event=heard)
    made.tick(DAY)
    return made


def interview() -> Interview:
    made = Interview(load_ruleset("bcp"), Case({"child.place_of_harm": "in_area"}))
    made.skip()
    return made


@cache
def values() -> dict[str, Any]:
    """Return values of every public class, and those they are made of."""
    made, rules = record(), load_ruleset("bcp")
    changes = history().changes(rules, date(2024, 3, 27), date(2024, 4, 3))
    followed = replay(history(), rules, DAY)
    proof = made.why(SIN)
    marking = mark(made, {"outcomes": {SIN: ["met", "not_met"]}, "ask": ["child.died"]})
    return {
        "Case": case(),
        "a case from a file": load_case("facts:\n  child.died: true\n").case,
        "Ruleset": rules,
        "Vocabulary": rules.vocabulary,
        "Calendar": rules.calendar,
        "Profile": rules.profile,
        "Fact": rules.vocabulary.facts[0],
        "Rule": rules.rules[0],
        "Duty": made.duties[0].duty,
        "Deadline": made.duties[0].clocks[0].rule,
        "Provision": made.citations[0],
        "Discrepancy": next(iter(rules.discrepancies.values())),
        "Stage": rules.stages[0],
        "DecisionRecord": made,
        "its decisions": made.decisions,
        "Decision": made.decisions[SIN],
        "Finding": made.decisions[SIN].source,
        "a rule in force": made.decisions[SIN].source.source,
        "CheckedCase": made.checked,
        "LawDays": made.days,
        "OwedDuty": made.duties[0],
        "duties": made.duties,
        "options": made.options,
        "paths": made.paths,
        "Clock": made.duties[0].clocks[0],
        "Due": next(clock.due for duty in made.duties for clock in duty.clocks if clock.due),
        "GivenNote": made.notes[0],
        "Question": made.ask[0],
        "Proof": proof,
        "ProofStep": proof.steps[0],
        "tests": made.tests(SIN),
        "Otherwise": evaluate(rules, Case(), as_of=DAY).why_not(SIN),
        "WhatIf": made.what_if({"child.seriously_harmed": False}),
        "NearMiss": made.near_misses(rule=SIN),
        "Settled": made.settled_despite,
        "NextQuestion": made.next_question(),
        "Questions": made.questions,
        "Verdict": made.verdicts,
        "Fault": cspr_rules.Fault("here", "it is wrong"),
        "Comparison": compare(case(), as_of=DAY, profiles=["england", "bcp"]),
        "Changes": changes,
        "Change": changes.changes[0],
        "Entry": history().entries[0],
        "Event": live().withdraw(DAY, "child.seriously_harmed")[0],
        "Day": followed.days[0],
        "Life": followed.lives[0],
        "Marking": marking,
        "Mark": marking.marks[0],
        "Asked": interview().question(),
        "Progress": interview().progress,
        "Picture": _picture(),
        "NOT_YET": cspr_rules.NOT_YET,
    }


def _picture() -> object:
    from cspr_rules.pictures import ladder

    return ladder(record().why(SIN))


CHANGING: dict[str, Callable[[], Any]] = {
    "CaseHistory": history,
    "LiveCase": live,
    "Interview": interview,
    "Replay": lambda: replay(history(), load_ruleset("bcp"), DAY),
    "CaseFile": lambda: load_case("facts: {}\nexpect: {ask: []}\n"),
    "Document": lambda: read_bytes(b"facts: {}", "x.yaml"),
}
"""Values that can change, or hold something that can: they have no hash, and a copy of one is another."""


def again(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))  # noqa: S301 -- made here


@pytest.mark.slow
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_pickle_of_a_value_is_equal_to_it_under_every_protocol(protocol: int) -> None:
    for name, value in values().items():
        found = pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 -- made here
        assert found == value, name
        assert not (found != value), name  # noqa: SIM202 -- a method of its own
        if name != "its decisions":  # a mapping
            assert hash(found) == hash(value), name
            assert {value: 1}[found] == 1, name


@pytest.mark.slow
def test_a_copy_of_a_value_is_equal_to_it() -> None:
    for name, value in values().items():
        assert copy.copy(value) == copy.deepcopy(value) == value, name


@pytest.mark.parametrize("name", CHANGING)
def test_a_copy_of_what_can_change_is_equal_and_another(name: str) -> None:
    value = CHANGING[name]()
    for found in (copy.deepcopy(value), again(value)):
        assert found == value
        assert found is not value
    if isinstance(value, Packed):
        with pytest.raises(TypeError, match="unhashable"):
            hash(value)


def test_what_becomes_of_a_copy_is_nothing_to_the_original() -> None:
    for made in (copy.deepcopy(history()), again(history()), copy.copy(history())):
        made.record(DAY, {"child.died": False})
        assert len(made.entries) == len(history().entries) + 1
        assert made != history()
    one = live()
    for other in (copy.deepcopy(one), again(one)):
        other.tell(DAY, "child.died", True)
        assert other != one == live()
    asked = interview()
    for each in (copy.deepcopy(asked), again(asked)):
        each.skip()
        assert each != asked == interview()


def test_what_differs_is_not_equal() -> None:
    rules, made = load_ruleset("bcp"), record()
    other = evaluate(rules, case(), as_of=date(2024, 4, 10))
    assert made != other
    assert made != evaluate(load_ruleset("england"), case(), as_of=DAY)
    assert made != made.with_case(Case(FACTS))
    assert made == evaluate(rules, case(), as_of=DAY)
    assert made.decisions[SIN] != other.decisions[SIN]
    assert made.duties[0] != made.duties[1]
    assert made.duties[0].finding == other.decisions[made.duties[0].rule_id].source
    assert rules != load_ruleset("england")
    assert Case({"child.died": True}) != Case({"child.died": False})


def test_a_record_keeps_the_law_it_was_asked_for_and_of_later_steps() -> None:
    rules = load_ruleset("bcp")
    for made in (
        evaluate(rules, case(), as_of=DAY, law_on=date(2019, 1, 1)),
        evaluate(rules, {"incident.occurred_on": "2017-05-02", "child.died": True}, as_of=DAY),
        evaluate(rules, {}, as_of=DAY),
        record().what_if({"incident.occurred_on": "2018-07-03"}).after,
    ):
        assert again(made).to_json() == made.to_json()
        assert again(made).law_on_from == made.law_on_from


def test_rules_that_ship_travel_as_their_name_and_digest() -> None:
    assert again(load_ruleset("bcp")) is load_ruleset("bcp")
    assert len(pickle.dumps(load_ruleset("bcp"))) < 250
    assert len(pickle.dumps(record())) < 2_000
    assert len(pickle.dumps(record().duties[0])) < 4_000


def test_a_record_under_other_rules_than_those_here_is_refused_with_both_digests() -> None:
    digest = load_ruleset("bcp").digest
    other = "0" * 64
    with pytest.raises(PickleError, match=f"with the rules 'bcp' of digest {other}, and here they have {digest}: decide the case again"):
        pickle.loads(pickle.dumps(record()).replace(digest.encode(), other.encode()))  # noqa: S301 -- made here


@pytest.mark.slow
def test_rules_of_a_folder_travel_whole_and_are_compiled_once(tmp_path: Path) -> None:
    rules, same = (Folder().ruleset(tmp_path / name, "town") for name in ("one", "two"))
    assert rules == same
    assert rules is not same
    assert hash(rules) == hash(same)
    made = evaluate(rules, {"child.died": True}, as_of=DAY)
    assert again(rules) is rules
    assert again(made).ruleset is rules
    assert made == evaluate(same, {"child.died": True}, as_of=DAY)
    raw = pickle.dumps((rules, made, made.duties))
    found = _elsewhere("import pickle, sys; rules, record, duties = pickle.load(sys.stdin.buffer)\nprint(record.to_json(), end='')", raw)
    assert found == made.to_json()


# -- other versions ------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_pickle_of_another_version_is_refused_with_both_named(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {name: value for name, value in {**values(), **{name: made() for name, made in CHANGING.items()}}.items() if name != "NOT_YET"}
    for room in ("travelling", "model.ruleset", "engine.law", "marking.one_mark"):
        monkeypatch.setattr(f"cspr_rules.{room}.__version__", "9.8")
    pickled = {name: pickle.dumps(value) for name, value in others.items() if name != "options" or value}
    monkeypatch.undo()
    said = f"this was pickled by cspr-rules 9.8, and this is cspr-rules {cspr_rules.__version__}: decide the case again, or store JSON"
    for name, raw in pickled.items():
        with pytest.raises(PickleError) as error:
            pickle.loads(raw)  # noqa: S301 -- made here
        assert said in str(error.value), name


def test_a_pickle_that_names_no_version_is_refused() -> None:
    for value in (record(), case(), history(), live(), interview(), load_ruleset("bcp"), record().decisions[SIN]):
        kind = type(value)
        with pytest.raises(PickleError, match=f"this {kind.__name__} was pickled by a version of cspr-rules that did not say which it was"):
            again(Unversioned(kind))


class Unversioned:
    """Pickled as Python pickles what says nothing of how."""

    def __init__(self, kind: type) -> None:
        self.kind = kind

    def __reduce__(self) -> tuple[Any, ...]:
        return copyreg._reconstructor, (self.kind, object, None), {"facts": {}}  # type: ignore[attr-defined] # there, though typeshed leaves it out


def test_a_pickle_of_what_this_version_has_not_is_refused() -> None:
    raw = pickle.dumps(record().decisions[SIN].citations[0])
    for old, new in ((b"model.sources:Provision", b"model.sources:Provizion"), (b"model.sources:Provision", b"model.sourcez:Provision")):
        with pytest.raises(PickleError, match=r"which cspr-rules .* has not, or not so: decide the case again"):
            pickle.loads(raw.replace(old, new))  # noqa: S301 -- made here
    from cspr_rules.travelling import restored

    with pytest.raises(PickleError, match="has not, or not so"):
        restored(cspr_rules.__version__, "cspr_rules.model.sources:Provision", "only one part")


def test_an_error_travels_with_all_its_faults() -> None:
    with pytest.raises(CaseError) as error:
        evaluate(load_ruleset("bcp"), {"child.dide": True, "child.age": -1}, as_of=DAY)
    found = again(error.value)
    assert (type(found), found.faults, str(found)) == (CaseError, error.value.faults, str(error.value))
    with pytest.raises(KeyError) as missing:
        record().decisions["x"]
    assert str(again(missing.value)) == str(missing.value)


def test_a_case_from_a_file_still_knows_its_lines() -> None:
    found = again(load_case("facts:\n  child.dide: true\n", "a.yaml").case)
    with pytest.raises(CaseError, match=r"a\.yaml:2:3: there is no fact called 'child\.dide'"):
        evaluate(load_ruleset("bcp"), found, as_of=DAY)


def test_a_listener_that_no_module_holds_is_refused_in_words_and_copied_all_the_same() -> None:
    events: list[Event] = []
    made = LiveCase(load_ruleset("bcp"), as_of=DAY, on_event=lambda event: events.append(event))  # noqa: PLW0108 -- a lambda is meant
    with pytest.raises(cspr_rules.QuestionError, match="cannot be pickled while a function listens that is made inside another, or a lambda"):
        pickle.dumps(made)
    other = copy.deepcopy(made)
    assert other.tell(DAY, "incident.occurred_on", "2024-03-26") == tuple(events)
    assert again(live()).on_event is heard


# -- pools, queues and caches --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "fork"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_pool_of_processes_takes_rules_and_cases_and_gives_records(method: str) -> None:
    decide = partial(evaluate, load_ruleset("bcp"), as_of=DAY)
    cases = [Case({**FACTS, "child.age_at_harm": age}) for age in (2, 9, 17)]
    with ProcessPoolExecutor(2, mp_context=get_context(method)) as pool:
        records = list(pool.map(decide, cases))
        assert records == [decide(each) for each in cases]
        assert list(pool.map(DecisionRecord.to_json, records)) == [each.to_json() for each in records]
        failed = pool.submit(decide, Case({"child.dide": True})).exception()
    assert isinstance(failed, CaseError)
    assert "did you mean 'child.died'?" in failed.faults[0].message


def _elsewhere(code: str, given: bytes, seed: str = "7") -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, check=True, env=environment)  # noqa: S603 -- this Python
    return done.stdout.decode()


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_one_process_puts_in_a_queue_another_takes_out(seed: str, tmp_path: Path) -> None:
    travelled = {name: value for name, value in values().items() if name != "Picture"}
    raw = pickle.dumps(travelled)
    code = (
        "import pickle, sys\n"
        "found = pickle.load(sys.stdin.buffer)\n"
        "for value in found.values():\n"
        "    isinstance(value, dict) or type(value).__hash__ is None or hash(value)\n"
        f"open({str(tmp_path / 'back')!r}, 'wb').write(pickle.dumps(found))\n"
        "print(found['DecisionRecord'].to_json(), end='')"
    )
    assert _elsewhere(code, raw, seed) == record().to_json()
    back = pickle.loads((tmp_path / "back").read_bytes())  # noqa: S301 -- made here
    for name, value in travelled.items():
        assert back[name] == value, name


def test_a_cache_finds_a_value_by_an_equal_one() -> None:
    asked: list[Case] = []

    @cache
    def remembered(rules: Ruleset, given: Case, as_of: date) -> DecisionRecord:
        asked.append(given)
        return evaluate(rules, given, as_of=as_of)

    first = remembered(load_ruleset("bcp"), case(), DAY)
    assert remembered(load_ruleset("bcp"), again(case()), DAY) is first
    assert remembered(load_ruleset("bcp"), Case(FACTS), DAY) is not first
    assert len(asked) == 2
    assert {first: "kept"}[again(first)] == "kept"
    assert len({duty for made in (first, again(first)) for duty in made.duties}) == len(set(first.duties))


def test_a_case_that_holds_what_no_case_can_has_a_hash_all_the_same() -> None:
    assert hash(Case({"child.died": ["x"]})) == hash(Case({"child.died": ["y"]}))
    assert Case({"child.died": ["x"]}) != Case({"child.died": ["y"]})


# -- nothing is forgotten ------------------------------------------------------------------------------------------------------------


def reached(value: Any, seen: dict[int, Any]) -> Iterator[Any]:
    """Yield every value inside another."""
    if id(value) in seen:
        return
    seen[id(value)] = value
    yield value
    inside = value.items() if isinstance(value, dict) else value if isinstance(value, tuple | list | frozenset | set) else ()
    for each in inside:
        yield from reached(each, seen)


@pytest.mark.slow
def test_whatever_a_value_is_made_of_travels_under_the_version_that_made_it() -> None:
    plain = {"builtins", "datetime", "cspr_rules.model.fixed", "cspr_rules.display_hook", "cspr_rules.engine.evaluation"}
    seen: dict[int, Any] = {}
    kinds = {type(each) for name, value in values().items() if name != "a rule in force" for each in reached(value, seen)}
    unmarked = [kind for kind in kinds if kind.__module__ not in plain and "__reduce__" not in vars(kind) and not issubclass(kind, Packed)]
    assert sorted(kind.__name__ for kind in unmarked) == ["Markup", "NotYet"]  # text, and a word
