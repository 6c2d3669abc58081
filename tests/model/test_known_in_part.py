"""Cases in which something is known only in part, ages that follow from dates, what cannot be so together, and words no longer used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cspr_rules import evaluate
from cspr_rules.casework.entries import Entry, disagreement, settled
from cspr_rules.casework.saving import case_text as saved
from cspr_rules.casework.typed_answers import parsed
from cspr_rules.engine.law import law_of
from cspr_rules.errors import CaseError
from cspr_rules.interchange.case_schema import case_model
from cspr_rules.loading.case_files import case_from
from cspr_rules.model.cases import Case
from cspr_rules.model.inferring import years
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.model.values import DAY_NOT_KNOWN, NOT_YET, Between, FactValue, bounds, meet
from tests.support.impossible import needlessly_open, resting_on_nothing
from tests.support.rules_folders import Folder, case_faults, document, tiny_vocabulary

CHILD = "vocabulary/child.yaml"
AGES = """\
  - id: child.born_on
    scope: child
    kind: fact
    type: date
    meaning: The day of birth.
    question: When was the child born?
    who_would_know: the social worker
  - id: child.age_at_death
    scope: child
    kind: fact
    type: number
    unit: years
    unit_for_one: year
    at_least: 0
    at_most: 120
    years_from: {born: child.born_on, at: child.died_on}
    implies:
      - {fact: child.died, is: true}
    meaning: The age at death.
    question: How old was the child at death?
    who_would_know: the social worker
impossible:
  - says: Who is grown up is not looked after.
    all:
      - {fact: child.looked_after, is: true}
      - {fact: child.age, at_least: 18}
    cites: [act/s2]
  - says: Who lives with family is not looked after.
    all:
      - {fact: child.home, is: with_family}
      - {fact: child.looked_after, is: true}
  - says: Nobody tells the parents of the living.
    all:
      - {fact: child.died, is: false}
      - {fact: parents.told_on, recorded: true}
retired:
  - id: child.age_years
    use: [child.age, child.age_at_death]
    says: It did not say on which day.
"""


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return Folder().append(CHILD, AGES).ruleset(tmp_path_factory.mktemp("rules"), "nation")


@pytest.fixture(scope="module")
def at_least(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    """Return the rules with five days that have to go by before the board is told."""
    folder = Folder().edit(
        "nation/notice/tell.yaml", "within: {working_days: 5}, after: incident.aware_on", "at_least: {days: 5}, after: incident.aware_on"
    )
    return folder.ruleset(tmp_path_factory.mktemp("at_least"), "nation")


def value_of(ruleset: Ruleset, facts: Mapping[str, Any], name: str) -> FactValue | None:
    return Case(facts).check(ruleset.vocabulary).children[0][ruleset.vocabulary.slot[name]]


def faults_of(ruleset: Ruleset, text: str) -> list[str]:
    with pytest.raises(CaseError) as caught:
        case_from(document(text)).case.check(ruleset.vocabulary)
    return [str(fault) for fault in caught.value.faults]


# -- written, read, shown --------------------------------------------------------------------------------------------------------------

MARCH = Between(date(2024, 3, 1), date(2024, 3, 31))
WRITTEN: dict[str, tuple[str, Any, FactValue, str]] = {
    "under": ("child.age", "under 18", Between(None, 17), "under 18 years"),
    "under one": ("child.age", "under 1", 0, "0 years"),
    "or over": ("child.age", "18 or over", Between(18, None), "18 years or over"),
    "one or over": ("child.age", "1 or over", Between(1, None), "1 year or over"),
    "to": ("child.age", "16 to 17", Between(16, 17), "16 to 17 years"),
    "to itself": ("child.age", "16 to 16", 16, "16 years"),
    "from the least": ("child.age", "0 to 17", Between(None, 17), "under 18 years"),
    "to the most": ("child.age", "18 to 120", Between(18, None), "18 years or over"),
    "a month": ("child.died_on", "2024-03", MARCH, "2024-03"),
    "February of a leap year": ("child.died_on", "2024-02", Between(date(2024, 2, 1), date(2024, 2, 29)), "2024-02"),
    "some days": ("child.died_on", "2024-03-08 to 2024-03-10", Between(date(2024, 3, 8), date(2024, 3, 10)), "2024-03-08 to 2024-03-10"),
    "one day": ("child.died_on", "2024-03-08 to 2024-03-08", date(2024, 3, 8), "2024-03-08"),
    "no day": ("child.died_on", "day_not_known", DAY_NOT_KNOWN, "on a day that is not known"),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_bounds_are_read_shown_and_written_again(name: str) -> None:
    fact_id, text, value, shown = WRITTEN[name]
    fact = tiny_vocabulary().by_id[fact_id]
    assert fact.parse(text) == value
    assert fact.show(value) == shown
    if isinstance(value, Between):
        assert fact.parse(str(value)) == fact.parse(value) == value


FAULTY = {
    "nothing said": ("child.age", "0 or over", "it says no more than that this is a number"),
    "too low": ("child.age", "under 0", "expected a whole number from 0 to 120 (years), but it is -1 or less"),
    "too high": ("child.age", "121 or over", "expected a whole number from 0 to 120 (years), but it is 121 or more"),
    "the wrong way round": ("child.age", "17 to 16", "expected the smaller number first, but it is 17 to 16"),
    "no such month": ("child.died_on", "2024-13", "there is no such month as 2024-13"),
    "days the wrong way round": ("child.died_on", "2024-03-10 to 2024-03-08", "expected the earlier day first"),
    "no such day": ("child.died_on", "2024-02-30 to 2024-03-08", "there is no such day as 2024-02-30"),
    "a month for a number": ("child.age", "2024-03", "or its bounds as: under N, N or over, N to M, but it is text"),
    "days not known for a number": ("child.age", "day_not_known", "but it is text"),
    "bounds of a number for a date": ("child.died_on", "under 18", "expected a date as YYYY-MM-DD"),
    "bounds for yes or no": ("child.died", "under 18", "expected true or false"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_what_cannot_be_bounds_is_refused(name: str) -> None:
    fact, text, words = FAULTY[name]
    (fault,) = case_faults(Case({fact: text}))
    assert words in fault.message


@given(st.sampled_from([None, 1, 3, 5]), st.sampled_from([None, 2, 3, 6]), st.sampled_from([None, 0, 3, 4]), st.sampled_from([None, 3, 5, 7]))
def test_two_accounts_together_are_what_both_allow(a: int | None, b: int | None, c: int | None, d: int | None) -> None:
    def inside(number: int, low: int | None, high: int | None) -> bool:
        return (low is None or number >= low) and (high is None or number <= high)

    both = [number for number in range(-5, 12) if inside(number, a, b) and inside(number, c, d)]
    found = meet(Between(a, b), Between(c, d))
    limits = found if isinstance(found, Between) else Between(found, found)
    assert both == ([] if found is None else [number for number in range(-5, 12) if inside(number, *limits)])


def test_a_case_saved_with_bounds_says_the_same_when_read_again() -> None:
    case = Case({"child.age": Between(None, 17), "child.died_on": DAY_NOT_KNOWN}, [{"parents.told_on": "2024-03"}])
    again = case_from(document(saved(case, {}))).case
    assert again.check(tiny_vocabulary()) == case.check(tiny_vocabulary())


@pytest.mark.parametrize(
    ("fact", "text", "value"),
    [
        ("child.age", "Under 18 years", Between(None, 17)),
        ("child.age", "18 years or over", Between(18, None)),
        ("child.age", "16 to 17", Between(16, 17)),
        ("child.died_on", "March 2024", MARCH),
        ("child.died_on", "3/2024", MARCH),
        ("child.died_on", "2024-03", MARCH),
        ("child.died_on", "Day not known", DAY_NOT_KNOWN),
    ],
)
def test_bounds_may_be_typed(fact: str, text: str, value: FactValue) -> None:
    assert parsed(tiny_vocabulary().by_id[fact], text) == value


def test_the_schema_of_a_case_takes_bounds_and_nothing_like_them() -> None:
    model = case_model(tiny_vocabulary())
    for fact, text, _, _ in WRITTEN.values():
        model.model_validate({"facts": {fact: text}})
    for fact, text in (("child.age", "about 18"), ("child.died_on", "2024"), ("child.died_on", "spring 2024")):
        with pytest.raises(ValueError, match="validation error"):
            model.model_validate({"facts": {fact: text}})


# -- deciding --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "outcome", "asked"),
    [("under 18", "met", False), ("16 to 20", "undetermined", True), ("18 or over", "undetermined", False), (None, "undetermined", True)],
)
@pytest.mark.parametrize("engine", ["builtin", "both"])
def test_an_age_within_bounds_decides_if_every_age_within_does(ruleset: Ruleset, age: str | None, outcome: str, asked: bool, engine: Any) -> None:
    if engine == "both":
        pytest.importorskip("durable_rules_engine")
    record = evaluate(ruleset, Case({"child.died": True, "child.age": age}), as_of=date(2024, 5, 1), engine=engine)
    assert record.decisions["nation.notice.tell"].outcome == outcome
    assert ("child.age" in {each.fact.id for each in record.ask if "nation.notice.tell" in record.settles(each)}) is asked


def test_the_reasons_say_that_it_is_known_only_in_part(ruleset: Ruleset) -> None:
    record = evaluate(ruleset, Case({"child.died": True, "child.age": "16 to 20", "concern.view": "neither"}), as_of=date(2024, 5, 1))
    assert "(all that is recorded: 16 to 20 years)" in record.why("nation.notice.tell").text
    record = evaluate(ruleset, Case({"incident.occurred_on": "2015-12", "incident.severe": False}), as_of=date(2024, 5, 1), law_on=date(2016, 1, 1))
    assert "(recorded: in December 2015)" in record.why("nation.notice.severe").text


def test_a_case_of_which_the_earliest_day_lies_ahead_is_refused(ruleset: Ruleset) -> None:
    evaluate(ruleset, Case({"child.died_on": "2024-05"}), as_of=date(2024, 5, 1))
    with pytest.raises(CaseError, match=r"child.died_on is 2024-05, after the day the case is looked at from \(2024-04-30\)"):
        evaluate(ruleset, Case({"child.died_on": "2024-05"}), as_of=date(2024, 4, 30))


def test_dates_are_out_of_order_only_if_they_are_whatever_the_days(ruleset: Ruleset) -> None:
    Case({"child.died_on": "2024-03-20", "parents.told_on": "2024-03"}).check(ruleset.vocabulary)
    (fault,) = case_faults(Case({"child.died_on": "2024-04-01", "parents.told_on": "2024-03"}), ruleset.vocabulary)
    assert "parents.told_on is 2024-03, before child.died_on (2024-04-01)" in fault.message


# -- clocks ----------------------------------------------------------------------------------------------------------------------------


def told(ruleset: Ruleset, as_of: date, **facts: Any) -> Any:
    named = {name.replace("__", "."): value for name, value in facts.items()}
    record = evaluate(ruleset, Case({"child.died": True, "child.age": 3, **named}), as_of=as_of, law_on=date(2024, 1, 1))
    return next(duty for duty in record.duties if duty.id == "tell_board")


def test_a_clock_from_a_month_has_bounds_is_planned_by_the_earliest_and_overdue_after_the_latest(ruleset: Ruleset) -> None:
    duty = told(ruleset, date(2024, 4, 5), incident__aware_on="2024-03")
    (clock,) = duty.clocks
    assert (clock.due_on, clock.waiting_for, clock.soonest, clock.latest) == (None, "incident.aware_on", date(2024, 3, 8), date(2024, 4, 8))
    assert (duty.plan_for, duty.status, clock.earliest) == (date(2024, 3, 8), "waiting", True)
    assert told(ruleset, date(2024, 4, 8), incident__aware_on="2024-03").status == "waiting"
    assert told(ruleset, date(2024, 4, 9), incident__aware_on="2024-03").status == "overdue"
    (clock,) = told(ruleset, date(2024, 4, 9), incident__aware_on="day_not_known").clocks
    assert (clock.soonest, clock.latest, clock.status) == (None, None, "waiting")


@pytest.mark.parametrize(
    ("aware", "sent", "status"),
    [
        ("2024-03-20", "day_not_known", "done_undated"),
        ("2024-03-20", "2024-03", "done_undated" if date(2024, 3, 27) < date(2024, 3, 31) else "met"),
        ("2024-03-04", "2024-04", "met_late"),
        ("2024-03-28", "2024-03", "met"),
        ("2024-03", "2024-03-08", "met"),
        ("2024-03", "2024-03-12", "done"),
        ("2024-03", "2024-04-08", "done"),  # the last day that the last day can be
        ("2024-03", "2024-04-09", "met_late"),
        ("2024-03-04", "2024-03-11 to 2024-03-12", "done_undated"),
        ("2024-03-04", "2024-03-12 to 2024-03-13", "met_late"),
        (None, "day_not_known", "done_undated"),
        (None, "2024-03-12", "done"),
    ],
)
def test_what_was_done_on_a_day_not_known_is_done_in_time_only_if_it_was_whatever_the_day(
    ruleset: Ruleset, aware: str | None, sent: str, status: str
) -> None:
    duty = told(ruleset, date(2024, 6, 1), incident__aware_on=aware, notice__sent_on=sent)
    assert (duty.done, duty.status) == (True, status)
    assert duty.done_on == (date.fromisoformat(sent) if len(sent) == 10 else None)


@pytest.mark.parametrize(
    ("aware", "sent", "status"),
    [
        ("2024-03", None, "waiting"),  # nothing is late after an earliest day
        ("2024-03", "2024-03-05", "met_early"),
        ("2024-03", "2024-03-06", "done"),
        ("2024-03", "2024-04-04", "done"),
        ("2024-03", "2024-04-05", "met"),
        ("2024-03", "2024-04-04 to 2024-04-09", "done_undated"),
        ("2024-03", "2024-04-05 to 2024-04-09", "met"),
        ("2024-03-20", "2024-03-23 to 2024-03-24", "met_early"),
        ("2024-03-20", "2024-03-24 to 2024-03-25", "done_undated"),
        ("2024-03-20", "2024-03-25 to 2024-03-26", "met"),
        ("day_not_known", "2024-04-05", "done"),
        ("day_not_known", None, "waiting"),
    ],
)
def test_what_may_not_be_done_before_some_time_has_gone_by_is_early_or_in_time_only_if_it_was_whatever_the_day(
    at_least: Ruleset, aware: str, sent: str | None, status: str
) -> None:
    duty = told(at_least, date(2024, 6, 1), incident__aware_on=aware, notice__sent_on=sent)
    assert (duty.done, duty.status) == (sent is not None, status)
    if aware == "2024-03":
        assert (duty.clocks[0].soonest, duty.clocks[0].latest) == (date(2024, 3, 6), date(2024, 4, 5))
        assert duty.plan_for == date(2024, 4, 5)  # then enough time has gone by, whatever the day


def test_the_record_as_plain_values_keeps_what_was_written(ruleset: Ruleset) -> None:
    facts = {"child.died": True, "child.age": 3, "incident.aware_on": "2024-03", "notice.sent_on": "day_not_known"}
    (duty,) = [each for each in evaluate(ruleset, Case(facts), as_of=date(2024, 6, 1)).to_dict()["duties"] if each["duty"] == "tell_board"]
    assert (duty["done"], duty["done_on"], duty["recorded_within"], duty["status"]) == (True, None, "day_not_known", "done_undated")
    assert [duty["deadlines"][0][key] for key in ("started_within", "soonest", "latest")] == ["2024-03", "2024-03-08", "2024-04-08"]


# -- ages ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2008, 5, 2), date(2026, 5, 1), 17),
        (date(2008, 5, 2), date(2026, 5, 2), 18),
        (date(2026, 5, 2), date(2026, 5, 2), 0),
    ],
)
def test_years_are_whole_years(born: date, day: date, age: int) -> None:
    assert years(born, day) == age


@pytest.mark.parametrize(
    ("born", "died", "age"),
    [
        ("2008-02-29", "2026-02-28", 17),
        ("2008-03", "2026-03-15", Between(17, 18)),
        ("2008-03-15", "2026-03", Between(17, 18)),
        ("2008-03", "2026-04", 18),
        ("2008-03", "day_not_known", None),
        ("2026-03", "2026-03", None),
        ("2008-03-15", "not_yet", None),
        (None, "2026-03-15", None),
    ],
)
def test_an_age_follows_from_two_dates(ruleset: Ruleset, born: str | None, died: str, age: FactValue | None) -> None:
    facts = {"child.born_on": born, "child.died_on": died}
    assert value_of(ruleset, facts, "child.age_at_death") == age
    follows = (1, "child.age_at_death", "child.born_on and child.died_on")
    assert (follows in Case(facts).check(ruleset.vocabulary).inferred) is (age is not None)


def test_an_age_recorded_within_bounds_is_made_exact_and_another_is_refused_with_both_places(ruleset: Ruleset) -> None:
    facts = {"child.born_on": "2008-05-02", "child.died_on": "2026-05-01", "child.age_at_death": "under 18"}
    assert value_of(ruleset, facts, "child.age_at_death") == 17
    assert faults_of(ruleset, "facts:\n  child.born_on: 2008-05-02\n  child.died_on: 2026-05-01\n  child.age_at_death: 18\n") == [
        "case.yaml:4:3: child.age_at_death is 18 years, but from child.born_on (case.yaml:2:3) to child.died_on (case.yaml:3:3) it is 17 years: "
        "both cannot be so (at facts.child.age_at_death)"
    ]
    (words,) = faults_of(ruleset, "facts:\n  child.born_on: 2026-05-02\n  child.died_on: 2026-05-01\n  child.age_at_death: 0\n")
    assert "the second day is the earlier one" in words


# -- what cannot be so together --------------------------------------------------------------------------------------------------------


def test_what_cannot_be_so_together_is_refused_with_both_places(ruleset: Ruleset) -> None:
    (words,) = faults_of(ruleset, "facts:\n  child.looked_after: true\n  child.age: 18 or over\n")
    assert words.startswith("case.yaml:3:3: child.age (18 years or over) cannot be so together with child.looked_after (yes, case.yaml:2:3): ")
    assert "Who is grown up is not looked after" in words


@pytest.mark.parametrize(
    ("facts", "name", "value", "source"),
    [
        ({"child.age": 18}, "child.looked_after", False, "child.age"),
        ({"child.age": "18 or over"}, "child.looked_after", False, "child.age"),
        ({"child.looked_after": True}, "child.age", Between(None, 17), "child.looked_after"),
        ({"child.looked_after": True, "child.age": "16 to 20"}, "child.age", Between(16, 17), "child.looked_after"),
        ({"child.died": False}, "parents.told_on", NOT_YET, "child.died"),
        ({"parents.told_on": "2024-03-01"}, "child.died", True, "parents.told_on"),
        ({"child.age": "16 to 20"}, "child.looked_after", None, None),
        ({"child.looked_after": True}, "child.home", None, None),
    ],
)
def test_what_is_left_when_the_others_are_so_follows(
    ruleset: Ruleset, facts: dict[str, Any], name: str, value: FactValue | None, source: str | None
) -> None:
    assert value_of(ruleset, facts, name) == value
    if source:
        assert (1, name, source) in Case(facts).check(ruleset.vocabulary).inferred


def test_no_rule_rests_on_what_cannot_be_so_and_none_is_needlessly_open(ruleset: Ruleset) -> None:
    for rule in law_of(ruleset, date(2024, 1, 1)).child:
        assert not list(resting_on_nothing(ruleset.vocabulary, rule))
        assert not list(needlessly_open(ruleset.vocabulary, rule))


def test_the_enumeration_notices_a_rule_that_rests_on_what_cannot_be_so(tmp_path: Path) -> None:
    folder = Folder().append(CHILD, AGES)
    old = "    - {says: the child lived with family, fact: child.home, is: with_family}\n"
    new = old + "    - {says: somebody looked after the child, fact: child.looked_after, is: true}\n"
    folder.edit("nation/death/parents.yaml", old, new)
    folder.edit("nation/death/parents.yaml", "given: {child.died: true, child.age: 3, child.home: with_family}, expect: {outcome: met}",
                "given: {child.died: true, child.age: 3, child.home: with_family}, expect: {outcome: not_met}")  # fmt: skip
    made = folder.check(tmp_path, "nation").ruleset
    assert made is not None
    (rule,) = [each for each in law_of(made, date(2024, 1, 1)).child if each.rule.id == "nation.death.parents"]
    assert list(resting_on_nothing(made.vocabulary, rule))
    assert {"child.home": "elsewhere"} not in list(needlessly_open(made.vocabulary, rule))


# -- words no longer used --------------------------------------------------------------------------------------------------------------

GONE = "child.age_years is no longer used: It did not say on which day; use child.age and child.age_at_death instead"


def test_a_word_no_longer_used_is_refused_with_the_new_ones(ruleset: Ruleset) -> None:
    assert faults_of(ruleset, "facts:\n  child.age_years: 3\n") == [f"case.yaml:2:3: {GONE} (at facts.child.age_years)"]


def test_a_rule_that_uses_a_word_no_longer_used_is_refused(tmp_path: Path) -> None:
    folder = Folder().append(CHILD, AGES).edit("nation/notice/tell.yaml", "fact: child.age,", "▶fact: child.age_years,")
    faults = folder.faults(tmp_path)
    assert [fault.place for fault in faults][:1] == folder.expected
    assert faults[0].message == GONE


# -- histories -------------------------------------------------------------------------------------------------------------------------


def entry(value: Any, day: int, name: str) -> Entry:
    return Entry(name, date(2024, 4, day), day, "recorded", "child.age", None, value)


@pytest.mark.parametrize(
    ("values", "speaks"),
    [
        (("under 18", 16), 16),
        ((16, "16 to 17", "under 18"), 16),
        (("2024-03", "2024-03-08"), "2024-03-08"),
        (("day_not_known", "2024-03"), "2024-03"),
        (("not_yet", "2024-04"), "2024-04"),
        (("under 18", "18 or over"), None),
        (("under 18", 18), None),
        (("16 to 20", "18 to 22"), None),
        (("2024-03", "2024-04-08"), None),
        (("not_yet", "2024-03"), None),
        ((True, 1), None),
    ],
)
def test_what_becomes_known_more_exactly_needs_no_correction(values: tuple[Any, ...], speaks: Any) -> None:
    live = [entry(value, day, f"e{day}") for day, value in enumerate(values, start=1)]
    for order in (live, live[::-1]):
        assert (disagreement(order) is None) is (speaks is not None)
        if speaks is not None:
            assert settled(order).value == speaks


def test_nothing_else_is_read_as_bounds() -> None:
    assert [bounds(text) for text in ("2024", "under", "18", "over 18", "18-20", "", "2024-03-08")] == [None] * 7
