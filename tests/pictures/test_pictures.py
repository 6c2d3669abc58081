"""Ladders, truth tables, what-if grids and timelines: true to the record, and every word inside the picture."""

from __future__ import annotations

import hashlib
import itertools
import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import date
from math import prod
from pathlib import Path

import pytest

from cspr_rules import Case, CaseError, QuestionError, evaluate
from cspr_rules.engine.conditions.three_valued import truth
from cspr_rules.engine.law import law_of
from cspr_rules.engine.proofs import ProofStep
from cspr_rules.model.sources import in_words
from cspr_rules.model.values import FactValue
from cspr_rules.pictures.bars import outcome_bars
from cspr_rules.pictures.drawing import Picture, fitted, width_of
from cspr_rules.pictures.grids import TableRows, cells_in_words, needed_rows, table_rows, truth_table, variables, what_if_grid
from cspr_rules.pictures.ladders import ladder
from cspr_rules.pictures.marks import OUTCOMES
from cspr_rules.pictures.record_timeline import timeline
from cspr_rules.reports.shared_proofs import proofs
from tests.support.shipped import every_case, named, record, ruleset

SIN = "england.notification.serious_incident"
OUTCOME_WORDS = {"met": "met", "not_met": "not met", "undetermined": "undecided"}


def parsed(text: str) -> ET.Element:
    """Return markup as a tree; it has to be well-formed XML."""
    return ET.fromstring(text.removeprefix("<!DOCTYPE html>\n"))  # noqa: S314 -- our own output


SVG = "{http://www.w3.org/2000/svg}"


FITTING: set[bytes] = set()
LOOKED_AT: set[tuple[object, ...]] = set()
SAID: dict[tuple[object, ...], TableRows] = {}


def assert_fits(picture: Picture) -> None:
    """Every line of text lies inside the picture. Cases that agree about what a rule tests have the same picture of it; it is looked at once."""
    digest = hashlib.sha256(repr(picture).encode()).digest()
    if digest not in FITTING:
        assert_fits_indeed(picture)
        FITTING.add(digest)


def assert_fits_indeed(picture: Picture) -> None:
    root = parsed(picture.svg)
    bold = {"b"}
    for text in root.iter(f"{SVG}text"):
        words, looks = "".join(text.itertext()), set((text.get("class") or "").split())
        x, y, wide = float(text.get("x", 0)), float(text.get("y", 0)), width_of(words, float(text.get("font-size", 0)), bold=bool(looks & bold))
        left = x - wide / 2 if "mid" in looks else x - wide if "end" in looks else x
        assert left >= 0, words
        assert left + wide <= picture.width + 1, words
        assert 0 < y < picture.height, words
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None
    assert (root.find(f"{SVG}desc").text or "").strip()  # type: ignore[union-attr] # it is there
    assert len({len(row) for row in picture.rows}) == 1


def test_words_are_broken_into_lines_that_fit() -> None:
    lines = fitted("home.accommodated_in_childrens_home is a long name " + "w" * 80, 90, 13)
    assert all(width_of(line, 13) <= 90 for line in lines)
    assert "".join("".join(lines).split()) == "".join(("home.accommodated_in_childrens_home is a long name " + "w" * 80).split())
    assert fitted("one two three four", 40, 13, most=1)[0].endswith("…")


def _ends(path: str) -> tuple[int, int] | None:
    """Return where a straight wire downwards ends."""
    found = re.fullmatch(r"M([\d.]+) ([\d.]+)v([\d.]+)", path)
    return (round(float(found[1])), round(float(found[2]) + float(found[3]))) if found else None


def composed(steps: Sequence[ProofStep]) -> bool | None:
    """Return what the single tests of a proof come to, each taken for itself: the reading of a wire, which does not see that facts recur."""
    first, below = steps[0], [place for place, step in enumerate(steps) if step.depth == steps[0].depth + 1]
    if not below:
        return first.result
    found = [composed(steps[start:end]) for start, end in itertools.pairwise([*below, len(steps)])]
    if first.kind == "not":
        return None if found[0] is None else not found[0]
    decisive = first.kind == "any"
    return decisive if decisive in found else None if None in found else not decisive


@pytest.mark.slow
@every_case
def test_ladders_show_every_test_and_how_far_the_current_gets(path: Path) -> None:
    found = record(path)
    for decision, proof, _ in proofs(found):
        # A ladder is drawn from a proof and nothing else. Most rules know the same, and nothing at all, of most cases.
        if proof in LOOKED_AT:
            continue
        LOOKED_AT.add(proof)
        picture = ladder(proof)
        assert_fits(picture)
        assert [row[2] for row in picture.rows[1:]] == [step.result_words for step in proof.steps]
        root = parsed(picture.svg)
        seen = "".join(root.itertext())
        assert "".join(decision.rule.question.split()) in "".join(seen.split())
        # The wire that runs into the last box is drawn as far as the single tests let it; where they leave open what is settled, the box says so.
        comes_to = composed(proof.steps)
        reached = {True: "wire live", None: "wire perhaps", False: "wire dead"}[comes_to]
        x, y = picture.width / 2, max(float(each.get("y", 0)) for each in root.iter(f"{SVG}rect") if "rx" in each.attrib)
        into = [each.get("class") for each in root.iter(f"{SVG}path") if _ends(each.get("d") or "") == (round(x), round(y))]
        assert into == [reached], proof.rule_id
        assert ("settled: whatever" in seen) is (comes_to is None and proof.outcome != "undetermined")


def test_a_ladder_says_when_a_rule_is_settled_although_a_test_is_not() -> None:
    """A condition in which facts recur can be settled although its parts are not; the picture then says so instead of contradicting itself."""
    proof = evaluate(ruleset("bcp"), Case({"child.place_of_harm": "in_area"}), as_of=date(2024, 4, 2)).why(SIN)
    assert proof.outcome == "undetermined"
    assert "settled: whatever" not in ladder(proof).svg
    assert "settled: whatever" in ladder(proof._replace(outcome="met")).svg


def test_a_ladder_of_a_rule_alone_claims_nothing() -> None:
    for rule in ruleset("bcp").rules:
        picture = ladder(rule)
        assert_fits(picture)
        for live in ("wire live", "box good", "box bad", "box open", 'class="mark'):
            assert live not in picture.drawn()


@pytest.mark.slow
def test_truth_tables_hold_for_every_combination() -> None:
    """Every combination of values lies in a row, and in rows of its own outcome alone: all of a rule's, or a sample where there are too many."""
    chance = random.Random(20241)  # noqa: S311 -- a sample, no secret
    found = named("baby-head-injury-before-easter")
    width = len(found.ruleset.vocabulary.facts)
    law = law_of(found.ruleset, found.law_on)
    for source in (*law.incident, *law.child):
        columns = list(variables(source.exact))
        rows = list(needed_rows(source.exact))
        whole = prod(len(column.cells) for column in columns) <= 20_000
        sample = ([chance.choice(column.cells) for column in columns] for _ in range(2_000))
        for chosen in itertools.product(*(column.cells for column in columns)) if whole else sample:
            values: list[FactValue | None] = [None] * width
            for column, value in zip(columns, chosen, strict=True):
                values[column.slot] = value
            outcome = OUTCOMES[truth(source.exact, tuple(values))]
            assert {told for route, told in rows if all(need.met(tuple(values)) for need in route)} == {outcome}


@pytest.mark.slow
@every_case
def test_truth_tables_mark_rows_of_the_outcome_alone(path: Path) -> None:
    found = record(path)
    for rule_id in found.decisions:
        finding, child = found.finding(rule_id)
        row, source = found.reasoner.row(child), finding.source
        # All that a table says rests on these. Most rules know the same of most cases, and nothing at all; such a table is looked at once.
        # A condition in exact form is one object, under however many days of law.
        rests_on = source.rule.id, source.rule.window, id(source.exact), tuple([row[each.slot] for each in variables(source.exact)])
        if rests_on not in LOOKED_AT:
            LOOKED_AT.add(rests_on)
            table = table_rows(source, row)
            if finding.outcome != "undetermined":
                # A row of the other outcome that agreed with all that is known would be a way to that outcome: then this one were not settled.
                assert {told for told, agrees in zip(table.outcomes, table.here, strict=True) if agrees} <= {finding.outcome}
            SAID[rests_on] = table
        # Its pictures differ in which rows have a frame, and in a digit of the title: drawn once without frames and once with some.
        names_a_child = child is not None and len(found.checked.children) > 1
        drawn_from = *rests_on[:3], any(SAID[rests_on].here), names_a_child
        if drawn_from not in LOOKED_AT:
            LOOKED_AT.add(drawn_from)
            picture = truth_table(found, rule_id)
            assert_fits(picture)
            marked = re.search(r"agree with row ([\d, ]+)\.", picture.description)
            agreeing = [place for place, agrees in enumerate(SAID[rests_on].here, start=1) if agrees]
            assert [int(place) for place in marked[1].split(",")] == agreeing if marked else not agreeing
            assert [row[-1] for row in picture.rows[1:]] == [OUTCOME_WORDS[told] for told in SAID[rests_on].outcomes]
            assert picture.drawn().count('class="here"') == len(agreeing) + bool(agreeing)  # each of these rows, and what the frame means


@pytest.mark.slow
def test_a_grid_says_what_evaluation_says() -> None:
    found = named("baby-head-injury-before-easter")
    axes = ["child.died", "child.place_of_harm", "concern.authority_view"]
    picture = what_if_grid(found, SIN, axes)
    assert_fits(picture)
    assert picture.rows[0] == (*axes, "outcome")
    assert len(picture.rows) == 1 + 3 * 9 * 4
    for *words, outcome in picture.rows[1:]:
        plain = [word.removesuffix(" (as recorded)") for word in words]
        changed: dict[str, FactValue | None] = {}
        for name, word in zip(axes, plain, strict=True):
            fact = found.ruleset.vocabulary.by_id[name]
            codes = {told: code for code, told in fact.values.items()}
            changed[name] = {"yes": True, "no": False, "not known": None}[word] if word not in codes else codes[word]
        case = Case({**found.case.facts, **changed})
        if outcome == "cannot be":
            with pytest.raises(CaseError, match="cannot be so together"):
                evaluate(found.ruleset, case, as_of=found.as_of)
            continue
        again = evaluate(found.ruleset, case, as_of=found.as_of).decisions[SIN].outcome
        assert outcome == {"met": "met", "not_met": "not met", "undetermined": "undecided"}[again]
    recorded = [row for row in picture.rows if all("as recorded" in word for word in row[:-1])]
    assert len(recorded) == 1
    assert recorded[0][-1] == "met"


def test_pictures_of_values_say_the_words_of_the_vocabulary_and_no_code() -> None:
    found = named("baby-head-injury-before-easter")
    for picture in (truth_table(found, SIN), what_if_grid(found, SIN, ["child.place_of_harm", "concern.authority_view"])):
        text = "".join(parsed(picture.svg).itertext()) + str(picture.rows)
        assert "in_area" not in text
        assert "in area" not in text
        assert "the authority suspects that the child has been abused or neglected" in str(picture.rows)


def test_a_grid_says_where_facts_cannot_be_so_together() -> None:
    found = named("baby-head-injury-before-easter")
    rows = what_if_grid(found, SIN, ["child.unborn", "child.age_at_harm"]).rows
    assert ("yes", "under 18 (as recorded)", "cannot be") in rows
    with pytest.raises(CaseError):
        found.what_if({"child.unborn": True, "child.age_at_harm": 0})


def test_a_grid_over_dates_and_one_child_of_several() -> None:
    found = named("house-fire-siblings-fare-differently")
    picture = what_if_grid(found, SIN, ["child.seriously_harmed", "child.age_at_harm"], child=4)
    assert_fits(picture)
    assert "child 4" in picture.title
    dated = what_if_grid(found, "england.rapid_review.undertake", ["notification.sent_on", "notification.kind"])
    assert "cannot be" not in {row[-1] for row in dated.rows}
    assert {"not yet", "on some date"} <= {row[0].removesuffix(" (as recorded)") for row in dated.rows}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (["child.died"], "two or three"),
        (["child.died", "child.died"], "two or three"),
        (["child.died", "child.ded"], "does not test"),
        (["child.died", "child.plase_of_harm"], "did you mean 'child.place_of_harm'"),
    ],
)
def test_a_grid_over_the_wrong_facts_says_which_are_right(facts: list[str], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        what_if_grid(named("baby-head-injury-before-easter"), SIN, facts)


def test_cells_in_words() -> None:
    law = law_of(ruleset("bcp"), date(2024, 3, 26))
    by_fact = {each.fact.id: each for source in (*law.incident, *law.child) for each in variables(source.exact) if source.rule.id == SIN}
    age, place, died = by_fact["child.age_at_harm"], by_fact["child.place_of_harm"], by_fact["child.died"]
    assert [cells_in_words(age, mask) for mask in (1, 2)] == ["under 18", "18 or more"]
    assert cells_in_words(place, 1) == "all of it in this local authority's area"
    assert cells_in_words(place, 5) == "‘all of it in this local authority's area’ or ‘all of it in Wales, Scotland, Northern Ireland or abroad’"
    kind = next(each for source in law.child for each in variables(source.exact) if len(each.cells) > 4 and each.fact.type == "one_of")
    assert cells_in_words(kind, kind.full & ~1) == f"other than ‘{next(iter(kind.fact.values.values()))}’"
    assert cells_in_words(died, 3) == "no or yes"


def test_bars_show_every_count_and_are_as_long_as_what_they_count() -> None:
    picture = outcome_bars("Screened", {"spring": {"met": 3, "not_met": 1}, "summer": {"undetermined": 2, "not_in_force": 6}, "autumn": {}})
    assert picture.rows == (
        ("", "met", "undecided", "not met", "not in force", "all"),
        ("spring", "3", "0", "1", "0", "4"),
        ("summer", "0", "2", "0", "6", "8"),
        ("autumn", "0", "0", "0", "0", "0"),
    )
    assert picture.description == "spring: 3 met, 1 not met; summer: 2 undecided, 6 not in force; autumn: none."
    widths = [float(each.get("width", 0)) for each in parsed(picture.svg).iter(f"{SVG}rect") if "bar" in str(each.get("class"))]
    assert [round(width / widths[1]) for width in widths] == [3, 1, 2, 6]


@pytest.mark.parametrize("counts", [{}, {"spring": {"maybe": 1}}, {"spring": {"met": -1}}])
def test_bars_refuse_what_is_no_count_of_outcomes(counts: dict[str, dict[str, int]]) -> None:
    with pytest.raises(QuestionError, match="counts"):
        outcome_bars("Screened", counts)


@pytest.mark.slow
@every_case
def test_timelines_show_every_date_and_every_day_that_does_not_count(path: Path) -> None:
    found = record(path)
    picture = timeline(found)
    assert_fits(picture)
    told = {(row[0], row[1]) for row in picture.rows}
    days = {day for day, _ in told}
    for duty in (*found.duties, *found.options):
        for clock in duty.clocks:
            if clock.due and clock.started_on:
                assert f"{clock.due.on:%A} {in_words(clock.due.on)}" in days
                holidays = {(f"{day:%A} {in_words(day)}", f"does not count: {why}") for day, why in clock.due.skipped if day.weekday() < 5}
                assert holidays <= told
                assert all(why in picture.svg.replace("&#x27;", "'") for day, why in clock.due.skipped if day.weekday() < 5)
        if duty.recorded_on:
            assert f"{duty.recorded_on:%A} {in_words(duty.recorded_on)}" in days
    assert all(any(duty.act in row[1] for row in picture.rows) for duty in found.duties)


def test_siblings_owed_the_same_share_a_line() -> None:
    words = timeline(named("six-residents-harmed-in-one-home")).description
    assert words.count("(children 1, 2, 3, 4, 5, 6)") >= 1
