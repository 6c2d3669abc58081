"""What is enacted and not in force, what was read in a copy, and what is carried forward from an earlier edition."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cspr_rules import Case, evaluate
from cspr_rules.authoring.pages.folder import pages_of
from cspr_rules.interchange.record_shape import RECORD
from cspr_rules.reports import decision_html, reference
from tests.support.reports import as_markdown, as_text
from tests.support.rules_folders import Folder

RULE = "town/notice/partnership.yaml"
SEVERE = "nation/notice/severe.yaml"
ACT = "sources/act.yaml"
BOOKS = "sources/book{}.yaml"
AWAITED = """\
  - id: s9
    pinpoint: section 9
    force: must
    in_force: {from: null, enacted: 2026-04-29, appointed_by: act/s2}
    summary: Tell the new board.
"""
BOOK = """\
id: book{year}
title: The Book of {year}
short: Book {year}
edition_of: book
layer: statutory_guidance
in_force: {{from: {start}, until: {until}}}
checked: {checked}
provisions:
  - id: tell
    pinpoint: chapter 1
    force: should
    summary: Tell the board.
"""
COPY = (
    "{status: copy, copy: {repository: someone/texts, commit: 13ac2d98, path: docs/book.pdf}, "
    "url: 'https://example.org/book', state: as at 3 June 2015}"
)


def awaiting() -> Folder:
    """Return a folder with a section that is enacted, no day being appointed."""
    return Folder().append(ACT, AWAITED)


def carrying() -> Folder:
    """Return a folder with three editions: one read in a copy, and two whose words are carried forward from the one before."""
    made = Folder()
    made.put(BOOKS.format(2010), BOOK.format(year=2010, start="2010-01-01", until="2014-12-31", checked=COPY))
    made.put(BOOKS.format(2015), BOOK.format(year=2015, start="2015-01-01", until="2019-12-31", checked="{status: unread}"))
    made.put(BOOKS.format(2020), BOOK.format(year=2020, start="2020-01-01", until="null", checked="{status: unread}"))
    made.append(BOOKS.format(2015), "    carried_from: book2010/tell\n").append(BOOKS.format(2020), "    carried_from: book2015/tell\n")
    return made.edit(SEVERE, "cites: [guide/g1]\nscope", "cites: [guide/g1, book/tell]\nscope")


# -- enacted, no day appointed -------------------------------------------------------------------------------------------------------


def test_what_is_enacted_without_a_day_is_never_in_force(tmp_path: Path) -> None:
    provision = awaiting().ruleset(tmp_path).provision("act/s9")
    window = provision.window
    assert str(window) == "on no day yet: enacted on 29 April 2026, no day appointed"
    assert not any(day in window for day in (date(2026, 4, 28), date(2026, 4, 29), date(2199, 1, 1)))
    assert (window.first_day, window.enacted, window.appointed_by) == (None, date(2026, 4, 29), "act/s2")
    assert not window.overlaps(window)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (RULE, "cites: [local/p1]\nscope", "cites: [local/p1, ▶act/s9]\nscope"),
        (RULE, "fact: incident.severe, is: true}\nthen", "fact: incident.severe, is: true, cites: [▶act/s9]}\nthen"),
        (RULE, "    done_by: notice.sent_on\n", "    done_by: notice.sent_on\n    cites: [local/p1, ▶act/s9]\n"),
        (RULE, "strength: will, cites: [local/p1]}", "strength: will, cites: [local/p1, ▶act/s9]}"),
        ("town/paths.yaml", "cites: [local/p1]", "cites: [local/p1, ▶act/s9]"),
        ("town/profile.yaml", "strength: will, cites: [local/p1]}", "strength: will, cites: [local/p1, ▶act/s9]}"),
        ("vocabulary/incident.yaml", "cites: [act/s2]", "cites: [act/s2, ▶act/s9]"),
    ],
)
def test_nothing_can_rest_on_it(file: str, old: str, new: str, tmp_path: Path) -> None:
    made = awaiting().edit(file, old, new)
    (fault,) = made.faults(tmp_path)
    assert "act/s9 applies on no day yet: enacted on 29 April 2026, no day appointed; only a note can name it" in fault.message
    assert [fault.place] == made.expected


def test_a_note_and_the_register_can_name_it_and_the_note_does_once_it_is_enacted(tmp_path: Path) -> None:
    made = awaiting().edit(RULE, "then:\n", "then:\n  - {note: A new section is on its way., cites: [local/p1, act/s9]}\n")
    made.edit("town/discrepancies.yaml", "    local: nothing", "    sources: [act/s9]\n    local: nothing")
    ruleset = made.ruleset(tmp_path)
    case = Case({"incident.severe": True})
    for day, keys in ((date(2026, 4, 28), ["local/p1"]), (date(2026, 4, 29), ["local/p1", "act/s9"])):
        record = evaluate(ruleset, case, as_of=day)
        assert [each.key for note in record.notes for each in note.citations] == keys
        RECORD.validate_json(record.to_json())
    tables = record.to_dict()["tables"]
    assert tables["windows"][tables["provisions"]["act/s9"]["in_force"]] == {
        "from": None,
        "until": None,
        "approximate": None,
        "enacted": "2026-04-29",
        "appointed_by": "act/s2",
    }


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("{from: null}", "it takes `enacted`, the day it was made"),
        ("{from: null, until: 2026-01-01, enacted: 2025-01-01}", "and no `until`"),
        ("{from: 2025-01-01, enacted: 2025-01-02}", "begins on 2025-01-01, before it was enacted on 2025-01-02"),
        ("{from: 2025-01-01, appointed_by: act/s2}", "`appointed_by` goes with `enacted`"),
        ("{from: 2025-01-01, enacted: 2024-01-01, appointed_by: act/s8}", "there is no provision called 'act/s8'"),
        ("{from: 2025-01-01, until: 2024-01-01}", "ends on 2024-01-01, before it begins on 2025-01-01"),
    ],
)
def test_windows_that_say_too_little_or_too_much_are_refused(window: str, words: str, tmp_path: Path) -> None:
    made = awaiting().edit(ACT, "{from: null, enacted: 2026-04-29, appointed_by: act/s2}", window)
    (fault,) = made.faults(tmp_path)
    assert words in fault.message
    assert fault.place.startswith("rules/sources/act.yaml:")


def test_a_rule_has_a_first_day(tmp_path: Path) -> None:
    made = awaiting().edit(RULE, "in_force: {from: 2015-01-01, until: null}", "in_force: {▶from: null}")
    (fault,) = made.faults(tmp_path)
    assert [fault.place] == made.expected


# -- copies and words carried forward ------------------------------------------------------------------------------------------------


def test_words_carried_forward_say_so_with_how_the_earlier_ones_were_read(tmp_path: Path) -> None:
    ruleset = carrying().ruleset(tmp_path)
    first, second, third = (ruleset.provision(f"book{year}/tell") for year in (2010, 2015, 2020))
    assert (first.verification, first.checked.relied_on) == ("verified in a copy, as at 3 June 2015", True)
    assert second.verification == f"unverified: text not read; carried forward from Book 2010, chapter 1, {first.verification}"
    assert third.verification == f"unverified: text not read; carried forward from Book 2015, chapter 1, {second.verification}"
    assert third.carried_from == second
    assert not third.checked.relied_on


def test_every_answer_that_rests_on_them_says_so(tmp_path: Path) -> None:
    ruleset = carrying().ruleset(tmp_path)
    record = evaluate(ruleset, Case({"incident.severe": True, "incident.occurred_on": "2016-02-01"}), as_of=date(2016, 2, 1))
    words = "carried forward from Book 2010, chapter 1, verified in a copy, as at 3 June 2015"
    for text in (as_text(record), as_markdown(record), decision_html.page([(record, None)])):
        assert words in " ".join(text.split())
    tables = record.to_dict()["tables"]
    plain = tables["provisions"]["book2015/tell"]
    assert (plain["carried_from"], tables["checks"][plain["checked"]]["status"]) == ("book2010/tell", "unread")
    earlier = tables["provisions"]["book2010/tell"]
    assert (earlier["pinpoint"], tables["checks"][earlier["checked"]]["words"]) == ("chapter 1", "verified in a copy, as at 3 June 2015")
    assert "book2015/tell" in {each.key for each in record.unverified}
    RECORD.validate_json(record.to_json())
    early = evaluate(ruleset, Case({"incident.severe": True, "incident.occurred_on": "2014-12-31"}), as_of=date(2016, 2, 1))
    assert "book2010/tell" not in {each.key for each in early.unverified}


def test_what_is_shown_of_a_provision_names_the_copy_and_the_official_text(tmp_path: Path) -> None:
    ruleset = carrying().ruleset(tmp_path)
    shown = reference.show(ruleset, "book2010/tell")
    assert "Checked: verified in a copy, as at 3 June 2015." in shown
    assert "Copy read: someone/texts, commit 13ac2d98, docs/book.pdf" in shown
    assert "https://example.org/book" in shown
    every = reference.show(ruleset, "book/tell")
    assert [line.partition(":")[0] for line in every.splitlines() if line.startswith("book")] == ["book2010/tell", "book2015/tell", "book2020/tell"]
    assert "carried forward from Book 2015" in " ".join(every.split())
    awaited = reference.show(awaiting().ruleset(tmp_path / "awaited"), "act/s9")
    assert "in force on no day yet: enacted on 29 April 2026, no day appointed" in awaited
    assert "Its first day is appointed by act/s2" in awaited


def test_the_copy_is_in_the_json_of_a_record(tmp_path: Path) -> None:
    ruleset = carrying().edit(SEVERE, "from: 2015-01-01", "from: 2010-01-01").ruleset(tmp_path)
    record = evaluate(ruleset, Case({"incident.severe": True}), as_of=date(2014, 12, 31))
    tables = record.to_dict()["tables"]
    checked = tables["checks"][tables["provisions"]["book2010/tell"]["checked"]]
    assert checked["copy"] == {"repository": "someone/texts", "commit": "13ac2d98", "path": "docs/book.pdf"}
    assert (checked["status"], checked["state"]) == ("copy", "as at 3 June 2015")
    RECORD.validate_json(record.to_json())


@pytest.mark.parametrize(
    ("year", "old", "new", "words"),
    [
        (
            2015,
            "carried_from: book2010/tell",
            "▶carried_from: book2010/tel",
            "there is no provision called 'book2010/tel'; did you mean 'book2010/tell'?",
        ),
        (2015, "carried_from: book2010/tell", "▶carried_from: book2020/tell", "book2020/tell does not begin before book2015/tell"),
        (2015, "carried_from: book2010/tell", "▶carried_from: book2015/tell", "book2015/tell does not begin before book2015/tell"),
        (2015, "{status: unread}", "{status: verified}", "the text of book2015/tell was read"),
        (2010, "status: copy, ", "status: verified, ", "`copy` goes with status copy, and only with it"),
        (2010, ", state: as at 3 June 2015", "", "a copy needs `url`, where the official text is, and `state`"),
        (2010, "commit: 13ac2d98", "▶commit: head", "it has to look like"),
        (2015, "{status: unread}", "{status: unread, state: as made}", "`state` is that of a text that was read"),
    ],
)
def test_what_cannot_be_is_refused(year: int, old: str, new: str, words: str, tmp_path: Path) -> None:
    made = carrying().edit(BOOKS.format(year), old, new)
    found = made.faults(tmp_path)
    assert any(words in fault.message for fault in found), found
    assert all(fault.place.startswith(f"rules/sources/book{year}.yaml") for fault in found)
    assert made.expected in ([], [fault.place for fault in found])


def test_the_pages_name_the_copy_the_day_that_is_awaited_and_what_is_carried_forward(tmp_path: Path) -> None:
    pages = pages_of(carrying().append(ACT, AWAITED).write(tmp_path))
    copy = "verified in a copy, as at 3 June 2015 ([official text](https://example.org/book)); the copy read is someone/texts, commit 13ac2d98"
    assert copy in pages["sources/book2010.md"]
    assert "- **Carried forward:** unread in this edition, its words are taken to be those of [Book 2010, chapter 1]" in pages["sources/book2015.md"]
    assert "on no day yet: enacted on 29 April 2026, no day appointed; appointed by [EA 2000, section 2](#s2)" in pages["sources/act.md"]
    assert "carried forward from Book 2015, chapter 1" in pages["nation/notice/severe.md"]
