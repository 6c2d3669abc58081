"""The law that a case is read under: that of the incident's day, of the earliest day that bounds it, and of a later step's own day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cspr_rules import Case, DecisionRecord, evaluate
from cspr_rules.authoring.pages.folder import pages_of
from cspr_rules.engine import law_days as room
from cspr_rules.engine.evaluating import ENGINES
from cspr_rules.engine.law import law_of
from cspr_rules.engine.law_days import LawDays, incident_day, later_days, law_for, law_under
from cspr_rules.interchange.record_shape import RECORD
from cspr_rules.model.ruleset import Ruleset
from cspr_rules.reports import decision_html, page, reference, writing_text
from tests.support.reports import as_markdown, as_text
from tests.support.rules_folders import Folder

PAPERS = """\
title: The papers
order: 40
facts:
  - id: paper.published_on
    scope: incident
    kind: step
    type: date
    meaning: The day the paper was published.
    question: On what day was the paper published?
    who_would_know: the clerk
  - id: paper.kept_on
    scope: incident
    kind: step
    type: date
    not_before: [notice.sent_on]
    meaning: The day the paper was filed.
    question: On what day was the paper filed?
    who_would_know: the clerk
  - id: parents.heard_on
    scope: child
    kind: step
    type: date
    not_before: [incident.occurred_on]
    meaning: The day the parents were heard.
    question: On what day were the parents heard?
    who_would_know: the clerk
"""
PRINT = """\
id: nation.paper.print
title: Print the paper
question: How many copies are printed?
layer: statute
in_force: {{from: {start}, until: {until}}}
cites: [act/s1]
scope: incident
law_of: paper.published_on
when:
  all:
    - {{says: the incident is severe, fact: incident.severe, is: true}}
    - {{rule: nation.paper.known, is: met}}
then:
  - {{id: print_{copies}, duty: must, act: print {copies} copies, by: authority, once_per: incident, done_by: paper.published_on}}
examples:
  - {{name: It is, on: {start}, given: {{incident.severe: true, incident.children: 2}}, expect: {{outcome: met}}}}
  - {{name: It is not, on: {start}, given: {{incident.severe: false}}, expect: {{outcome: not_met}}}}
  - {{name: Nobody knows, on: {start}, given: {{}}, expect: {{outcome: undetermined}}}}
"""
KNOWN = """\
id: nation.paper.known
title: How many children make it known
question: Is it widely known?
layer: statute
in_force: {{from: {start}, until: {until}}}
cites: [act/s1]
scope: incident
when: {{says: it affected enough children, fact: incident.children, at_least: {many}}}
then:
  - {{note: It is widely known.}}
examples:
  - {{name: It is, on: {start}, given: {{incident.children: 9}}, expect: {{outcome: met}}}}
  - {{name: It is not, on: {start}, given: {{incident.children: 1}}, expect: {{outcome: not_met}}}}
  - {{name: Nobody knows, on: {start}, given: {{}}, expect: {{outcome: undetermined}}}}
"""
EARLY, LATE = ("2005-01-01", "2019-12-31"), ("2020-01-01", "null")
TELL = "nation.notice.tell"


def folder() -> Folder:
    """Return a folder in which a rule on a paper changes with the year 2020, and is read under the law of the day the paper was published."""
    made = Folder().put("vocabulary/papers.yaml", PAPERS)
    for name, (start, until), copies, many in (("old", EARLY, "two", 5), ("new", LATE, "ten", 2)):
        made.put(f"nation/paper/print_{name}.yaml", PRINT.format(start=start, until=until, copies=copies))
        made.put(f"nation/paper/known_{name}.yaml", KNOWN.format(start=start, until=until, many=many))
    return made


@pytest.fixture(scope="module")
def ruleset(tmp_path_factory: pytest.TempPathFactory) -> Ruleset:
    return folder().ruleset(tmp_path_factory.mktemp("rules"), "nation")


def decided(
    ruleset: Ruleset, facts: dict[str, Any], as_of: str = "2026-01-01", children: tuple[dict[str, Any], ...] = (), **more: Any
) -> DecisionRecord:
    return evaluate(ruleset, Case(facts, children), as_of=date.fromisoformat(as_of), **more)


def first_day_of(record: DecisionRecord, rule: str) -> date:
    """Return the first day of the version of a rule that was read."""
    return record.decisions[rule].rule.window.start


# -- the incident's day --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "first"), [("2014-12-31", date(2005, 1, 1)), ("2015-01-01", date(2015, 1, 1))])
def test_the_day_of_the_incident_chooses_the_version(day: str, first: date, ruleset: Ruleset) -> None:
    record = decided(ruleset, {"incident.occurred_on": day, "incident.aware_on": "2020-01-01"})
    assert first_day_of(record, TELL) == first
    assert (record.law_on, record.law_on_from, record.days.incident.at_latest) == (date.fromisoformat(day), "incident.occurred_on", False)


@pytest.mark.parametrize(
    ("facts", "source"),
    [
        ({"incident.aware_on": "{}"}, "incident.aware_on"),
        ({"notice.sent_on": "{}"}, "notice.sent_on"),  # cannot be before the day of awareness, nor that before the incident
        ({"paper.kept_on": "{}", "incident.aware_on": "not_yet"}, "paper.kept_on"),  # by way of two others
        ({"paper.published_on": "{}"}, "paper.published_on"),  # the day of a later step whose law is read
        ({"notice.sent_on": "2016-01-02", "incident.aware_on": "{}"}, "incident.aware_on"),  # the earliest of several
    ],
)
@pytest.mark.parametrize(("day", "first"), [("2014-12-31", date(2005, 1, 1)), ("2015-01-01", date(2015, 1, 1))])
def test_without_it_the_earliest_day_that_bounds_it_does(facts: dict[str, str], source: str, day: str, first: date, ruleset: Ruleset) -> None:
    record = decided(ruleset, {name: each.format(day) for name, each in facts.items()})
    assert first_day_of(record, TELL) == first
    assert record.days.incident == (date.fromisoformat(day), source, True)


def test_a_childs_day_bounds_it_too_the_earliest_of_all_children(ruleset: Ruleset) -> None:
    children: tuple[dict[str, str], ...] = ({"parents.heard_on": "2016-03-01"}, {}, {"parents.heard_on": "2014-12-31"})
    record = decided(ruleset, {"incident.aware_on": "2015-06-01"}, children=children)
    assert record.days.incident == (date(2014, 12, 31), "parents.heard_on", True)


@pytest.mark.parametrize("facts", [{}, {"incident.aware_on": "not_yet"}, {"notice.withdrawn_on": "2010-01-01"}, {"hearing.held_on": "2014-01-01"}])
def test_only_with_no_such_day_it_is_the_day_the_case_is_looked_at_from(facts: dict[str, str], ruleset: Ruleset) -> None:
    record = decided(ruleset, facts, "2014-12-31")
    assert record.days.incident == (date(2014, 12, 31), "as_of", False)
    assert first_day_of(record, TELL) == date(2005, 1, 1)
    assert first_day_of(decided(ruleset, facts, "2015-01-01"), TELL) == date(2015, 1, 1)


def test_a_day_that_is_only_planned_bounds_nothing(tmp_path: Path) -> None:
    planned = "    type: date\n    may_be_future: true\n    not_before: [incident.occurred_on]\n    meaning: The day of the hearing."
    made = Folder().edit("vocabulary/incident.yaml", "    type: date\n    may_be_future: true\n    meaning: The day of the hearing.", planned)
    ruleset = made.ruleset(tmp_path, "nation")
    for planned_for in ("2014-12-31", "2015-01-02"):
        assert decided(ruleset, {"hearing.held_on": planned_for}, "2015-01-01").days.incident == (date(2015, 1, 1), "as_of", False)


@pytest.mark.parametrize(
    ("facts", "as_of", "expected"),
    [
        ({"incident.occurred_on": "2014-12"}, "2026-01-01", (date(2014, 12, 31), "incident.occurred_on", True)),
        ({"incident.occurred_on": "2015-01"}, "2026-01-01", (date(2015, 1, 31), "incident.occurred_on", True)),
        ({"incident.occurred_on": "2015-01", "incident.aware_on": "2015-01-09"}, "2026-01-01", (date(2015, 1, 9), "incident.aware_on", True)),
        ({"incident.occurred_on": "day_not_known", "notice.sent_on": "2014-12"}, "2026-01-01", (date(2014, 12, 31), "notice.sent_on", True)),
        ({"incident.occurred_on": "2015-01"}, "2015-01-15", (date(2015, 1, 15), "as_of", False)),
        ({"incident.occurred_on": "day_not_known"}, "2014-12-31", (date(2014, 12, 31), "as_of", False)),
    ],
)
def test_a_day_known_within_bounds_counts_as_the_last_that_it_can_be(
    facts: dict[str, str], as_of: str, expected: tuple[date, str, bool], ruleset: Ruleset
) -> None:
    assert decided(ruleset, facts, as_of).days.incident == expected


def test_a_day_that_is_asked_for_is_the_law_of_everything(ruleset: Ruleset) -> None:
    facts = {"incident.occurred_on": "2020-05-01", "paper.published_on": "2021-01-01"}
    record = decided(ruleset, facts, law_on=date(2014, 12, 31))
    assert record.days.incident == (date(2014, 12, 31), "law_on", False)
    assert first_day_of(record, TELL) == first_day_of(record, "nation.paper.print") == date(2005, 1, 1)
    assert record.later_laws == {}
    assert record.law is law_of(ruleset, date(2014, 12, 31))


# -- a later step's day --------------------------------------------------------------------------------------------------------------

SEVERE = {"incident.occurred_on": "2018-03-01", "incident.severe": True, "incident.children": 3}


@pytest.mark.parametrize(
    ("published", "as_of", "outcome", "first", "source"),
    [
        ("2019-12-31", "2026-01-01", "not_met", date(2005, 1, 1), "paper.published_on"),  # three children were not enough then
        ("2020-01-01", "2026-01-01", "met", date(2020, 1, 1), "paper.published_on"),
        (None, "2019-12-31", "not_met", date(2005, 1, 1), "as_of"),
        (None, "2020-01-01", "met", date(2020, 1, 1), "as_of"),
        ("not_yet", "2020-01-01", "met", date(2020, 1, 1), "as_of"),
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_on_a_later_step_is_read_under_the_law_of_that_day(
    published: str | None, as_of: str, outcome: str, first: date, source: str, engine: Any, ruleset: Ruleset
) -> None:
    if engine != "builtin":
        pytest.importorskip("durable_rules_engine")
    record = decided(ruleset, {**SEVERE, "paper.published_on": published}, as_of, engine=engine)
    decision = record.decisions["nation.paper.print"]
    assert (decision.outcome, decision.rule.window.start) == (outcome, first)
    assert record.law_day(decision.rule).source == source
    # What concerns the incident itself stays under the incident's law.
    assert first_day_of(record, "nation.paper.known") == date(2005, 1, 1)
    assert record.decisions["nation.paper.known"].outcome == "not_met"
    # The rule that it asks is followed through as it stood on the step's day.
    assert [step.result for step in record.tests("nation.paper.print") if step.kind == "rule"] == [outcome == "met"]
    assert record.why("nation.paper.print").outcome == outcome


def days(ruleset: Ruleset, facts: dict[str, Any], as_of: str = "2026-01-01") -> LawDays:
    """Return the days whose law a case is read under."""
    checked, looked = Case(facts).check(ruleset.vocabulary), date.fromisoformat(as_of)
    return later_days(ruleset, checked, incident_day(ruleset, checked, looked), looked)


def test_a_step_is_never_read_under_an_earlier_law_than_the_incident(ruleset: Ruleset) -> None:
    found = days(ruleset, {"incident.occurred_on": "2020-06-01", "paper.published_on": "2019-06-01"})
    assert found.later == (found.incident,)
    assert days(ruleset, {"incident.occurred_on": "2020-06-01"}, "2019-01-01").later[0].on == date(2020, 6, 1)


@pytest.mark.parametrize(
    ("published", "as_of", "expected"),
    [
        ("2019-12", "2026-01-01", (date(2019, 12, 31), "paper.published_on", True)),
        ("2020-01", "2026-01-01", (date(2020, 1, 31), "paper.published_on", True)),
        ("day_not_known", "2020-01-01", (date(2020, 1, 1), "paper.published_on", True)),
        ("2018-03", "2018-03-20", (date(2018, 3, 20), "paper.published_on", True)),
    ],
)
def test_a_step_known_within_bounds_counts_as_the_last_day_that_it_can_be(
    published: str, as_of: str, expected: tuple[date, str, bool], ruleset: Ruleset
) -> None:
    assert decided(ruleset, {**SEVERE, "paper.published_on": published}, as_of).days.later == (expected,)


def test_each_combination_of_stretches_is_put_together_once_and_one_stretch_not_at_all(ruleset: Ruleset) -> None:
    def law(published: str) -> object:
        return law_under(ruleset, days(ruleset, {"incident.occurred_on": "2018-03-01", "paper.published_on": published}))

    assert law("2019-12-31") is law_of(ruleset, date(2018, 3, 1))
    assert law("2020-01-01") is law("2025-05-05")
    assert law("2020-01-01") is not law("2019-12-31")


@pytest.mark.parametrize("published", [None, "not_yet", "2018-03-01", "2019-12-31", "2020-01-01", "2020-01"])
@pytest.mark.parametrize("incident", ["2014-12-31", "2018-03-01", "2020-01-01", None])
@pytest.mark.parametrize("as_of", ["2020-01-31", "2026-01-01"])
def test_looking_at_no_step_where_the_law_has_not_changed_makes_no_difference(
    published: str | None, incident: str | None, as_of: str, ruleset: Ruleset
) -> None:
    checked = Case({"incident.occurred_on": incident, "paper.published_on": published}).check(ruleset.vocabulary)
    looked = date.fromisoformat(as_of)
    day = incident_day(ruleset, checked, looked)
    assert law_for(ruleset, checked, day, looked) is law_under(ruleset, later_days(ruleset, checked, day, looked))


def test_no_more_combinations_are_remembered_than_is_said(monkeypatch: pytest.MonkeyPatch, ruleset: Ruleset) -> None:
    monkeypatch.setattr(room, "MOST_COMBINED", 1)
    ruleset.kept.pop(room._Combinations, None)
    for published in ("2020-01-01", "2016-01-01", "2020-01-01"):
        facts = {"incident.occurred_on": "2014-12-31", "paper.published_on": published, "incident.severe": True}
        record = decided(ruleset, facts)
        assert first_day_of(record, "nation.paper.print") == date(2020 if published > "2020" else 2005, 1, 1)
        known = ruleset.kept[room._Combinations]
        assert len(known.by_laws) == len(known.by_steps) == 1


def test_every_rule_is_in_force_or_listed_as_not_once(ruleset: Ruleset) -> None:
    for published in ("2019-12-31", "2020-01-01"):
        record = decided(ruleset, {**SEVERE, "paper.published_on": published})
        names = [*record.decisions, *(rule.id for rule in record.not_in_force)]
        assert sorted(names) == sorted({rule.id for rule in ruleset.rules})
        assert list(record.decisions) == sorted(record.decisions)


def test_what_if_keeps_the_days_whose_law_is_read(ruleset: Ruleset) -> None:
    record = decided(ruleset, {**SEVERE, "paper.published_on": "2020-01-01"})
    other = record.what_if({"paper.published_on": "2019-01-01"}).after
    assert other.days == record.days
    assert other.decisions["nation.paper.print"].outcome == "met"


# -- what is said of it --------------------------------------------------------------------------------------------------------------


def said(record: DecisionRecord) -> list[str]:
    """Return the whole record in each of its forms, on one line each."""
    forms = (as_text(record), as_markdown(record), decision_html.page([(record, None)]))
    return [" ".join(text.replace("\\_", "_").split()) for text in forms]


def test_every_form_says_that_the_incident_was_on_or_before_the_day(ruleset: Ruleset) -> None:
    record = decided(ruleset, {"incident.aware_on": "2016-05-03"})
    words = "under the law of 3 May 2016 (aware on), because the day of the incident is not recorded and it was on or before that day."
    assert all(words in text for text in said(record))
    plain = record.to_dict()
    assert (plain["law_on"], plain["law_on_from"], plain["law_on_at_latest"]) == ("2016-05-03", "incident.aware_on", True)
    RECORD.validate_json(record.to_json())


def test_the_page_says_why_it_is_this_law_and_that_later_steps_have_their_own(ruleset: Ruleset) -> None:
    def law(given: dict[str, Any], as_of: str = "2021-01-01") -> str:
        return " ".join(writing_text.text(page.pieces(decided(ruleset, given, as_of)), compact=True).split("THE FACTS IT RESTS ON")[1].split())

    assert "Law of 3 May 2016, on or before which it was, for its own day is not recorded." in law({"incident.aware_on": "2016-05-03"})
    assert "Later steps: the law of their own days." in law({**SEVERE, "paper.published_on": "2020-01-01"})
    assert "Later steps" not in law(SEVERE, "2018-03-01")


def test_every_form_says_which_later_steps_have_the_law_of_another_day(ruleset: Ruleset) -> None:
    record = decided(ruleset, {**SEVERE, "paper.published_on": "2020-01-01"})
    words = "The rules on later steps are read under the law of the day of the step: paper published on (1 January 2020)."
    assert all(words in text for text in said(record))
    waiting = decided(ruleset, SEVERE, "2021-02-03")
    words = "Where that is not recorded (1 step), it is 3 February 2021, the day the case is looked at from."
    assert all(words in text for text in said(waiting))
    plain = record.to_dict()
    assert plain["later_laws"] == {"paper.published_on": {"law_on": "2020-01-01", "from": "paper.published_on", "at_latest": False}}
    assert (plain["decisions"]["nation.paper.print"]["law_on"], plain["decisions"][TELL]["law_on"]) == ("2020-01-01", "2018-03-01")
    RECORD.validate_json(record.to_json())
    assert not any("The rules on later steps" in text for text in said(decided(ruleset, SEVERE, "2018-03-01")))
    assert decided(ruleset, {**SEVERE, "paper.published_on": "2019-12-31"}).later_laws == {}


@pytest.mark.parametrize(("day", "held"), [("2004-12-31", False), ("2005-01-01", True)])
def test_before_any_encoded_law_it_is_said_that_none_of_that_day_is_held(day: str, held: bool, ruleset: Ruleset) -> None:
    record = decided(ruleset, {"incident.occurred_on": day})
    words = "No law of 31 December 2004 is held here for The nation: what is encoded begins on 1 January 2005."
    assert all((words in text) is not held for text in said(record))
    assert record.to_dict()["not_held"] == ([] if held else [{"profile": "nation", "title": "The nation", "from": "2005-01-01"}])
    RECORD.validate_json(record.to_json())


def test_each_profile_says_from_which_day_on_its_own_law_is_held(tmp_path: Path) -> None:
    made = folder().edit("nation/profile.yaml", "checked_on:", "held_from: 2010-01-01\nchecked_on:")
    town = made.ruleset(tmp_path)
    assert [(each.profile, each.since) for each in town.held] == [("nation", date(2010, 1, 1)), ("town", date(2015, 1, 1))]
    for day, missing in (("2009-12-31", ["nation", "town"]), ("2010-01-01", ["town"]), ("2014-12-31", ["town"]), ("2015-01-01", [])):
        assert [each.profile for each in decided(town, {"incident.occurred_on": day}).not_held] == missing


# -- what is refused, and what the rule itself shows ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("paper.publised_on", "there is no date called 'paper.publised_on'; did you mean 'paper.published_on'?"),
        ("incident.severe", "there is no date called 'incident.severe'"),
        ("parents.heard_on", "parents.heard_on is recorded per child; a rule is read under one law for the whole incident"),
        ("hearing.held_on", "hearing.held_on may be planned only; the law of a day to come is not held"),
        ("incident.occurred_on", "incident.occurred_on is the day whose law is read anyway; `law_of` names a later step"),
    ],
)
def test_the_step_has_to_be_a_date_of_the_incident_other_than_its_own(name: str, words: str, tmp_path: Path) -> None:
    made = folder()
    for version in ("old", "new"):
        made.edit(f"nation/paper/print_{version}.yaml", "law_of: paper.published_on", f"▶law_of: {name}")
    found = made.faults(tmp_path, "nation")
    assert all(words in fault.message for fault in found)
    assert sorted(fault.place for fault in found) == sorted(made.expected)


def test_versions_of_a_rule_share_the_step(tmp_path: Path) -> None:
    made = folder().edit("nation/paper/print_new.yaml", "law_of: paper.published_on", "▶law_of: paper.kept_on")
    (fault,) = made.faults(tmp_path, "nation")
    assert fault.message == "the version in rules/nation/paper/print_old.yaml has another `law_of`; versions of a rule share it"
    assert [fault.place] == made.expected


def test_the_rule_itself_says_whose_days_law_it_is_read_under(ruleset: Ruleset) -> None:
    shown = " ".join(reference.show(ruleset, "nation.paper.print").split())
    assert shown.count("Read under the law of the day of paper.published_on; while that is not recorded, of the day a case is looked at from") == 2
    assert "Read under" not in reference.show(ruleset, TELL)


def test_the_page_of_the_rule_says_so_too(tmp_path: Path) -> None:
    page = pages_of(folder().write(tmp_path))["nation/paper/print.md"]
    assert "- **Which law:** that of [the day the paper was published](../../facts.md#paper-published-on); while that is not recorded" in page
