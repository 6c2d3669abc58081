"""The second engine gives the first one's answers, and leaves nothing behind. What runs C code runs in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cspr_rules import Case, EngineDisagreement, EngineError, QuestionError, RulesError, Ruleset, evaluate, load_ruleset
from cspr_rules.engine import durable, evaluating
from cspr_rules.engine.conditions.normal_form import Exact, Joined, Primes, Variable, Within, exact
from cspr_rules.engine.conditions.three_valued import terms, truth
from cspr_rules.engine.law import Finding, Findings, LawOfDay, law_of, sorted_out
from cspr_rules.model.rules import All, AnyOf, Condition, Not, Test
from cspr_rules.model.values import FactValue, Row
from cspr_rules.model.vocabulary import Vocabulary

ROOT = Path(__file__).parents[2]
SIN = "england.notification.serious_incident"
# An extra whose Python package cannot be imported on 3.13 and later; there, `test_live.py` and `test_cli.py` hold what is said instead.
installed = pytest.mark.skipif(find_spec("durable_rules_engine") is None or sys.version_info >= (3, 13), reason="durable_rules cannot be used here")


def compared(part: str, *options: str) -> dict[str, Any]:
    """Run one comparison in a fresh process, and return what it compared."""
    words = [sys.executable, "-X", "faulthandler", str(ROOT / "tests" / "support" / "compare_engines.py"), part, *options]
    done = subprocess.run(words, capture_output=True, text=True, timeout=1_200, check=False)  # noqa: S603 -- this very interpreter
    assert done.returncode == 0, f"{' '.join(words)} ended with {done.returncode}\n{done.stderr[-4_000:]}"
    report: dict[str, Any] = json.loads(done.stdout)
    return report


# -- the same answers ----------------------------------------------------------------------------------------------------------------


@installed
@pytest.mark.slow
def test_every_shipped_example_and_worked_case() -> None:
    report = compared("shipped")
    assert report["compared"]["examples"] > 500
    assert report["compared"]["cases"] >= len(list((ROOT / "docs" / "cases").glob("*.yaml")))


@installed
@pytest.mark.slow
def test_more_than_a_thousand_made_up_cases_under_the_law_of_their_day() -> None:
    """As many as a test run can wait for: a case weighs some 300 rules with either engine. `compare_engines.py generated` decides more, by hand."""
    report = compared("generated", "--count", "1350")
    assert report["compared"]["different findings"] > 70_000
    assert min(report["outcomes"][outcome] for outcome in ("met", "not_met", "undetermined")) > 5_000


@installed
@pytest.mark.slow
def test_a_hundred_and_twenty_made_up_histories() -> None:
    report = compared("histories", "--count", "120")
    assert report["compared"]["histories"] == 120
    assert set(report["events"]) == {"met", "no_longer_met", "owed", "no_longer_owed", "passed"}


@installed
@pytest.mark.slow
def test_rules_that_have_to_be_shared_out_over_many_durable_rulesets() -> None:
    assert compared("generated", "--count", "200", "--tight")["durable_rulesets"][1] > 5


# -- nothing left behind -------------------------------------------------------------------------------------------------------------


@installed
@pytest.mark.slow
def test_a_thousand_cases_in_sequence_leave_no_fact_and_no_leak() -> None:
    report = compared("sequence", "--count", "1000")
    before, after = report["python_kb"]
    assert after <= before + 2  # ten bytes a case, of two hundred that are traced
    before, after = report["held_mb"]
    assert after <= before + 1.2


@installed
@pytest.mark.slow
def test_forty_live_cases_at_once_leave_no_fact_and_no_leak() -> None:
    report = compared("together", "--count", "40")
    assert report["compared"]["live at once"] == 40
    _, second, *_, last = report["held_mb"]
    assert last <= second + 3


@installed
@pytest.mark.slow
def test_threads_that_race_for_the_first_use_and_a_forked_process() -> None:
    assert compared("threads", "--count", "30")["forked"] in (0, None)


@pytest.mark.slow
@installed
def test_decide_prints_the_same_for_each_engine() -> None:
    case = str(ROOT / "docs" / "cases" / "three-siblings-induced-illness.yaml")
    printed = {
        subprocess.run(  # noqa: S603 -- this very interpreter
            [sys.executable, "-m", "cspr_rules.cli", "decide", case, "--engine", engine, "--format", "json"], capture_output=True, check=True
        ).stdout
        for engine in evaluating.ENGINES
    }
    assert len(printed) == 1


# -- when something is wrong ---------------------------------------------------------------------------------------------------------


def test_an_engine_that_does_not_exist() -> None:
    with pytest.raises(QuestionError, match=r"no engine called 'durabel'; did you mean 'durable'\?; expected builtin, durable, both"):
        evaluate(load_ruleset("england"), Case(), as_of=date(2024, 4, 2), engine="durabel")  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ["durable", "both"])
def test_without_the_extra_the_error_says_how_to_get_it(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    monkeypatch.setattr(durable, "_ours", object())
    with pytest.raises(QuestionError, match=r"pip install 'cspr-rules\[durable\]'"):
        evaluate(load_ruleset("england"), Case(), as_of=date(2024, 4, 2), engine=engine)


@pytest.mark.parametrize(
    ("case", "place"),
    [
        (Case({"child.died": True, "child.place_of_harm": "in_area"}), "facts"),
        (Case({"child.place_of_harm": "in_area"}, [{"child.died": False, "child.seriously_harmed": False}, {"child.died": True}]), r"children\[1\]"),
    ],
)
def test_a_disagreement_names_the_case_and_the_rule(case: Case, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_ruleset: Ruleset, checked: Any, law: LawOfDay) -> tuple[Findings, ...]:
        *right, last = law.decided(checked)
        return (*right, sorted_out([Finding(each.source, "met") if each.rule_id == SIN else each for each in last[0]]))

    monkeypatch.setattr(durable, "outcomes", wrong)
    message = rf"^{place}: {SIN}: the built-in engine answers 'undetermined' and durable_rules 'met'"
    with pytest.raises(EngineDisagreement, match=message) as caught:
        evaluate(load_ruleset("england"), case, as_of=date(2024, 4, 2), engine="both")
    assert len(caught.value.faults) == 1


class Broken:
    """An engine that does what it is told to, up to a point."""

    class error(Exception):  # noqa: N801, N818 -- the engine's own name for it
        pass

    def __init__(self, code: int = 0, fires: str | None = '{"open":{}}') -> None:
        self.code, self.fires, self.deleted = code, fires, 0

    def create_ruleset(self, name: str, rules: str) -> int:
        return 1

    def assert_fact(self, handle: int, fact: str) -> tuple[int, int]:
        return self.code, 1

    def start_action_for_state(self, handle: int, session: int) -> tuple[str, str] | None:
        return ("{}", self.fires) if self.fires else None

    def complete_and_start_action(self, handle: int, session: int) -> None:
        return None

    def delete_state(self, handle: int, session: str) -> None:
        self.deleted += 1

    def delete_ruleset(self, handle: int) -> None:
        pass


def test_a_session_that_is_not_fresh_or_does_not_open_is_an_error_and_is_not_deleted() -> None:
    for engine, message in ((Broken(code=2), "did not take a fact"), (Broken(fires=None), "did not open")):
        with pytest.raises(EngineError, match=message):
            durable._Block(engine, {"r0": ("k0",)}).fired(["k0"])  # type: ignore[arg-type] # not a module
        assert engine.deleted == 0


def test_where_no_token_is_known_only_what_needs_no_fact_fires_and_no_session_is_opened() -> None:
    block = durable._Block(Broken(code=2), {"r0": ("k0",)})  # type: ignore[arg-type] # it takes no fact
    assert block.fired(["k1", "k2"]) == block.fired([]) == ["open"]


def test_a_session_is_deleted_when_something_fails_later() -> None:
    engine = Broken()
    block = durable._Block(engine, {"r0": ("k0",)})  # type: ignore[arg-type]

    def refuse(handle: int, fact: str) -> tuple[int, int]:
        if "k0" in fact:
            raise Broken.error
        return 0, 1

    engine.assert_fact = refuse  # type: ignore[method-assign]
    with pytest.raises(EngineError, match="durable_rules failed"):
        block.fired(["k0"])
    assert engine.deleted == 1


def test_after_a_failure_the_engine_is_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    ruleset, case = load_ruleset("england"), Case({"child.died": True})
    monkeypatch.setattr(durable, "_ours", object())
    monkeypatch.setattr(durable, "_imported", lambda: Broken(code=1))
    with pytest.raises(EngineError):
        evaluate(ruleset, case, as_of=date(2024, 4, 2), engine="durable")
    assert not ruleset.kept[durable._ours]
    monkeypatch.setattr(durable, "_imported", Broken)
    assert evaluate(ruleset, case, as_of=date(2024, 4, 2), engine="durable").decisions[SIN].outcome == "undetermined"


def test_names_with_the_same_hash_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_hash", len)
    with pytest.raises(EngineError, match="same hash"):
        durable._Block(Broken(), {"r0": ("k0", "k1")})  # type: ignore[arg-type]


def test_the_hash_is_the_engines() -> None:
    assert [durable._hash(text) for text in ("", "a", "foobar")] == [0x811C9DC5, 0xE40C292C, 0xBF9CF968]  # FNV-1a's published values


def test_no_two_tokens_that_could_be_given_have_the_same_hash() -> None:
    names = ["open", "sid-s", *(f"k{number}" for number in range(20_000))]
    assert len({durable._hash(name) for name in names}) == len(names)


def test_a_rule_that_joins_too_much_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "MOST_JOINED", 2)
    monkeypatch.setattr(durable, "_ours", object())
    monkeypatch.setattr(durable, "_imported", Broken)
    with pytest.raises(RulesError, match=r"is too much for durable_rules: more than 2 findings have to come together"):
        evaluate(load_ruleset("england"), Case(), as_of=date(2024, 4, 2), engine="durable")


def test_the_shipped_rules_stay_well_inside_the_limits() -> None:
    for profile in ("england", "bcp"):
        ruleset = load_ruleset(profile)
        law = law_of(ruleset, date(2025, 6, 1))
        found = [term for source in (*law.incident, *law.child) for wanted in (True, False) for term in terms(source.exact, wanted=wanted)]
        assert max(len(term) for term in found) <= durable.MOST_JOINED


# -- alternatives --------------------------------------------------------------------------------------------------------------------

TESTS = [
    Test("", "child.died", "is", True, ()),
    Test("", "child.seriously_harmed", "is", False, ()),
    Test("", "child.place_of_harm", "is", "in_area", ()),
    Test("", "child.place_of_harm", "is_any_of", ("in_area", "outside_england"), ()),
    Test("", "child.age_at_harm", "less_than", 18, ()),
    Test("", "child.age_at_harm", "at_least", 25, ()),
    Test("", "notification.sent_on", "recorded", True, ()),
    Test("", "notification.sent_on", "on_or_after", date(2024, 1, 1), ()),
]
conditions: st.SearchStrategy[Condition] = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: AnyOf(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)


def vocabulary() -> Vocabulary:
    return load_ruleset("england").vocabulary


def variables(node: Exact) -> dict[int, Variable]:
    match node:
        case Within(variable):
            return {variable.slot: variable}
        case Joined(_, parts):
            return {slot: variable for part in parts for slot, variable in variables(part).items()}
        case Primes(found):
            return {variable.slot: variable for variable in found}


def rows(known: dict[int, Variable]) -> Iterator[Row]:
    """Yield every way in which the facts can be known or not, one value of each kind."""
    values: list[list[FactValue | None]] = [[None, *variable.cells] for variable in known.values()]
    for chosen in product(*values):
        row: list[FactValue | None] = [None] * len(vocabulary().facts)
        for slot, value in zip(known, chosen, strict=True):
            row[slot] = value
        yield tuple(row)


@settings(deadline=None)
@given(conditions)
def test_known_facts_force_an_answer_exactly_if_they_lie_in_an_alternative(condition: Condition) -> None:
    node = exact(condition, vocabulary())
    alternatives = {wanted: terms(node, wanted=wanted) for wanted in (True, False)}
    for row in rows(variables(node)):
        forced = {
            wanted
            for wanted, found in alternatives.items()
            for term in found
            if all((value := row[each.variable.slot]) is not None and each.variable.cell(value) & each.mask for each in term)
        }
        answer = truth(node, row)
        assert forced == (set() if answer is None else {answer})


@settings(deadline=None)
@given(st.sampled_from(TESTS[4:6]), st.sampled_from([(18,), (18, 25), (5, 18, 25), (18, 25, 40)]))
def test_a_finding_means_the_same_however_its_fact_is_cut(test: Test, cuts: tuple[int, ...]) -> None:
    others = tuple(Test("", "child.age_at_harm", "at_least", cut, ()) for cut in (*cuts, test.value))
    alone, among = exact(test, vocabulary()), exact(All((test, AnyOf((*others, Not(others[0]))))), vocabulary())
    ((mine,),), found = terms(alone, wanted=True), terms(among, wanted=True)
    assert {durable._meaning(literal) for term in found for literal in term} == {durable._meaning(mine)}
