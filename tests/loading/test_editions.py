"""One name for a provision in every edition of a guidance; and national rules that name what only one authority's register says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cspr_rules.engine.law import law_of
from cspr_rules.model.rules import cited, discrepancies_of
from tests.support.rules_folders import Folder

SEVERE = "nation/notice/severe.yaml"
INCIDENT = "vocabulary/incident.yaml"
EDITION = """\
id: book{year}
title: The Book of {year}
short: Book {year}
edition_of: book
layer: statutory_guidance
in_force: {{from: {start}, until: {until}}}
checked: {{status: verified}}
provisions:
  - {{id: tell, pinpoint: chapter 1, force: should, summary: Tell the board.}}
"""
ALSO = "  - {id: hear, pinpoint: chapter 2, force: should, summary: Hear of it.}\n"


def folder() -> Folder:
    """Return a folder with three editions of a guidance: 2010 to 2014, 2015 to 2019 and from 2020; the last has a second provision."""
    made = Folder()
    for year, start, until in ((2020, "2020-01-01", "null"), (2010, "2010-01-01", "2014-12-31"), (2015, "2015-01-01", "2019-12-31")):
        made.put(f"sources/book{year}.yaml", EDITION.format(year=year, start=start, until=until) + (ALSO if year == 2020 else ""))
    return made


def test_a_rule_cites_the_editions_of_its_own_days_earliest_first(tmp_path: Path) -> None:
    made = folder().edit(SEVERE, "cites: [guide/g1]\nscope", "cites: [guide/g1, book/tell, act/s1]\nscope")
    made.edit(SEVERE, "fact: incident.severe, is: true}\n", "fact: incident.severe, is: true, cites: book/tell}\n")
    ruleset = made.ruleset(tmp_path)
    rule = ruleset.versions("nation.notice.severe")[0]
    assert rule.window.start == date(2015, 1, 1)
    assert rule.cites == ("guide/g1", "book2015/tell", "book2020/tell", "act/s1")
    assert cited(rule) == rule.cites
    for day, key in ((date(2019, 12, 31), "book2015/tell"), (date(2020, 1, 1), "book2020/tell")):
        law = law_of(ruleset, day)
        keys = [provision.key for provision in law.incident[law.place[rule.id]].citations]
        assert keys == ["guide/g1", key, "act/s1"]


def test_the_name_and_the_editions_written_out_are_the_same_rules(tmp_path: Path) -> None:
    short = folder().edit(SEVERE, "cites: [guide/g1]\nscope", "cites: [guide/g1, book/tell]\nscope").ruleset(tmp_path / "short")
    full = folder().edit(SEVERE, "cites: [guide/g1]\nscope", "cites: [guide/g1, book2015/tell, book2020/tell]\nscope").ruleset(tmp_path / "full")
    assert short.rules == full.rules
    assert short.digest == full.digest


def test_outside_rules_a_name_stands_for_every_edition_that_has_the_provision(tmp_path: Path) -> None:
    made = folder().edit("town/paths.yaml", "cites: [local/p1]", "cites: [local/p1, book/tell, book/hear]")
    assert made.ruleset(tmp_path).paths["nation.path.town"].cites == ("local/p1", "book2010/tell", "book2015/tell", "book2020/tell", "book2020/hear")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("guide/g1, ▶book/tel", "there is no provision called 'book/tel'; did you mean 'book/tell'?"),
        ("guide/g1, book/hear, ▶bok/tell", "there is no provision called 'bok/tell'; did you mean 'book/tell'?"),
        ("guide/g1, book/tell, ▶book2015/tell", "book2015/tell is cited twice here"),
        ("guide/g1, book2015/tell, ▶book/tell", "book2015/tell is cited twice here"),
        ("guide/g1, book/tell, ▶act/s9", "there is no provision called 'act/s9'"),
    ],
)
def test_what_a_name_cannot_stand_for_is_refused_where_it_is_written(written: str, words: str, tmp_path: Path) -> None:
    made = folder().edit(SEVERE, "cites: [guide/g1]\nscope", f"cites: [{written}]\nscope")
    (fault,) = made.faults(tmp_path)
    assert (words in fault.message, [fault.place]) == (True, made.expected)


def test_a_name_of_no_edition_of_the_rules_own_days_is_refused_by_each_edition(tmp_path: Path) -> None:
    old = "nation/notice/tell_old.yaml"
    made = folder().edit(old, "cites: [act/s1]\nscope", "cites: [act/s1, ▶book/hear]\nscope")
    (fault,) = made.faults(tmp_path)
    assert fault.message.startswith("book2020/hear applies from 1 January 2020, never while this rule does")
    assert [fault.place] == made.expected


def test_editions_cannot_have_the_name_of_a_source(tmp_path: Path) -> None:
    made = Folder().put(
        "sources/book.yaml", EDITION.format(year=2010, start="2010-01-01", until="null").replace("edition_of: book", "▶edition_of: act")
    )
    (fault,) = made.faults(tmp_path)
    assert fault.message == "'act' is the id of a source; editions need a name of their own"
    assert [fault.place] == made.expected


def test_only_the_fault_of_an_edition_is_reported_and_not_what_is_missing_with_it(tmp_path: Path) -> None:
    made = folder().edit(SEVERE, "cites: [guide/g1]\nscope", "cites: [guide/g1, book/hear]\nscope")
    made.edit("sources/book2020.yaml", "layer: statutory_guidance", "▶layer: law")
    assert [fault.place for fault in made.faults(tmp_path)] == made.expected


def test_a_national_rule_may_name_an_entry_of_an_authoritys_register(tmp_path: Path) -> None:
    made = Folder().edit(SEVERE, "scope: incident", "scope: incident\ndiscrepancies: [D2]")
    made.edit(SEVERE, "strength: should, cites: [guide/g1]}", "strength: should, cites: [guide/g1], discrepancies: [D1, D2]}")
    town, nation = made.ruleset(tmp_path, "town"), made.ruleset(tmp_path, "nation")
    assert discrepancies_of(town.versions("nation.notice.severe")[0]) == ("D2", "D1")
    assert discrepancies_of(nation.versions("nation.notice.severe")[0]) == ("D1",)
    assert set(nation.discrepancies) < set(town.discrepancies)


def test_an_entry_of_a_register_that_does_not_stand_on_the_rules_profile_is_unknown(tmp_path: Path) -> None:
    made = Folder().put("ward/profile.yaml", "id: ward\ntitle: A ward\nauthority: The ward\ncalendar: land\nchecked_on: 2026-01-31\n")
    made.put("ward/discrepancies.yaml", Folder().files["town/discrepancies.yaml"].replace("id: D2", "id: W1"))
    made.edit(SEVERE, "scope: incident", "scope: incident\ndiscrepancies: [▶W1]")
    (fault,) = made.faults(tmp_path)
    assert fault.message.startswith("there is no discrepancy called 'W1'")
    assert [fault.place] == made.expected
