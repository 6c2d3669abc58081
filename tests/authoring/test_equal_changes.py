"""A change that no answer can show is told from one that nothing happens to notice."""

from __future__ import annotations

from cspr_rules.authoring.mutating.equal import equal
from cspr_rules.model.rules import All, AnyOf, Rule, Test
from tests.support.shipped import ruleset

ENGLAND = ruleset("england")
SERIOUS = next(rule for rule in ENGLAND.rules if rule.id == "england.notification.serious_incident" and rule.window.until is None)


def turned(rule: Rule, number: int) -> Rule:
    """Return a rule with whether a clock of its first duty waits for its day turned round."""
    clocks = [
        each._replace(only_if_recorded=not each.only_if_recorded) if place == number else each for place, each in enumerate(rule.duties[0].deadlines)
    ]
    return rule._replace(duties=(rule.duties[0]._replace(deadlines=tuple(clocks)), *rule.duties[1:]))


def test_whether_a_clock_waits_is_equal_only_where_it_runs_from_no_day() -> None:
    runs = [each.anchor in ENGLAND.vocabulary.slot for each in SERIOUS.duties[0].deadlines]
    assert {True, False} <= set(runs)
    assert [equal(SERIOUS, turned(SERIOUS, number), ENGLAND) for number in range(len(runs))] == [not each for each in runs]


def test_whether_a_clock_waits_is_equal_where_no_way_to_be_met_lacks_its_day() -> None:
    report = next(rule for rule in ENGLAND.rules if rule.id == "england.rapid_review.send_to_panel" and rule.window.until is None)
    assert report.duties[0].deadlines[0].anchor in ENGLAND.vocabulary.slot
    assert equal(report, turned(report, 0), ENGLAND)


def test_a_citation_is_equal_where_what_is_cited_is_no_law_on_any_day_of_the_rule() -> None:
    start = SERIOUS.window.start
    past = next(each for each in ENGLAND.provisions.values() if each.window.until and each.window.until < start)
    at_first = next(each for each in ENGLAND.provisions.values() if start in each.window and each.window.until and each.key not in SERIOUS.cites)
    assert equal(SERIOUS, SERIOUS._replace(cites=(*SERIOUS.cites, past.key)), ENGLAND)
    assert not equal(SERIOUS, SERIOUS._replace(cites=(*SERIOUS.cites, at_first.key)), ENGLAND)


def test_what_a_test_that_makes_a_step_count_cites_is_said_in_no_answer() -> None:
    rule = next(each for each in ruleset("bcp").rules if each.id == "bcp.reviewer.factors")
    duty = rule.duties[0]
    assert isinstance(duty.counts_if, All)
    first = duty.counts_if.parts[0]
    assert isinstance(first, Test)
    for other, same in ((first._replace(cites=()), True), (first._replace(value=not first.value), False)):
        changed = duty._replace(counts_if=All((other, *duty.counts_if.parts[1:])))
        assert equal(rule, rule._replace(duties=(changed, *rule.duties[1:])), ruleset("bcp")) is same


def test_a_window_or_a_condition_that_is_another_is_never_equal() -> None:
    assert isinstance(SERIOUS.when, All)
    assert not equal(SERIOUS, SERIOUS._replace(when=AnyOf(SERIOUS.when.parts)), ENGLAND)
    assert not equal(SERIOUS, SERIOUS._replace(window=SERIOUS.window._replace(until=SERIOUS.window.start)), ENGLAND)
