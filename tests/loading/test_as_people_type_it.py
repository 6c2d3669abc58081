"""Files as people, word processors and other programs write them: what is refused is refused in words that say what to write instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cspr_rules.casework.history_files import history_from
from cspr_rules.errors import CaseError
from cspr_rules.explain.english import period
from cspr_rules.loading.case_files import case_from
from cspr_rules.loading.reading import read_bytes
from cspr_rules.model.cases import Case
from cspr_rules.record import evaluate
from tests.support.rules_folders import Folder, clock, tiny_vocabulary

HEAD = "facts:\n  concern.view: suspected\n"


def test_a_number_that_names_a_case_is_read_as_what_it_says() -> None:
    assert history_from(b"schema: cspr-rules/casefile/1\nreference: 1001\n", "h.yaml").reference == "1001"


@pytest.mark.parametrize("text", ["schema: cspr-rules/casefile/1\ntitle: 1001\n", "facts: {}\ntitle: 1001\n"])
def test_a_number_where_text_is_wanted_is_told_to_take_quotes(text: str) -> None:
    with pytest.raises(CaseError) as caught:
        history_from(text.encode(), "h.yaml") if "schema" in text else case_from(read_bytes(text.encode(), "c.yaml"))
    assert caught.value.faults[0].message == "expected text for 'title'; put it in quotes: title: '1001'"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("facts:\n\tchild.died: true\n", "2:1", "a tab stands here"),
        (f"{HEAD}  child.died:\u00a0true\n", "3:14", "a space of another kind"),
        (f"{HEAD}\u00a0\u00a0child.died: true\n", "3:1", "a space of another kind"),
        (f"{HEAD}  child.died:\u202ftrue\n", "3:14", "a space of another kind"),
        ("facts:\n  child.died:\u00a0true\n", "2:14", "a space of another kind"),  # one text, as far as YAML goes
    ],
)
def test_a_tab_or_a_wide_space_is_named_where_it_stands(text: str, place: str, words: str) -> None:
    document = read_bytes(text.encode(), "c.yaml")
    assert [fault.place for fault in document.faults] == [f"c.yaml:{place}"]
    assert words in document.faults[0].message
    assert "in its place" in document.faults[0].message


def test_a_wide_space_inside_a_text_is_left_alone() -> None:
    assert read_bytes("title: 'five\u00a0days:\u00a0so'\n".encode(), "c.yaml").faults == []


def test_a_day_in_the_digits_of_another_script_is_told_how_days_are_written() -> None:
    case = Case({"incident.aware_on": "\u0662\u0660\u0662\u0664-03-27"})
    with pytest.raises(CaseError, match="expected a date as YYYY-MM-DD"):
        case.check(tiny_vocabulary())


@pytest.mark.parametrize("key", ["duty", "dutys"])
def test_a_misspelt_key_of_a_profile_is_one_fault_with_the_key_that_belongs_there(key: str, tmp_path: Path) -> None:
    folder = Folder().edit("town/profile.yaml", "\nduties:", f"\n▶{key}:")
    faults = folder.faults(tmp_path)
    assert [fault.place for fault in faults] == folder.expected
    assert faults[0].message == f"'{key}' is not a key that belongs here; did you mean 'duties'?"


def test_a_profile_that_misspells_what_it_extends_is_the_only_one_at_fault(tmp_path: Path) -> None:
    folder = Folder().edit("town/profile.yaml", "\nextends:", "\n▶extend:")
    assert [fault.place for fault in folder.faults(tmp_path)] == folder.expected


def test_a_promise_for_the_same_day_can_be_written_and_falls_on_it(tmp_path: Path) -> None:
    rules = Folder().edit("town/notice/partnership.yaml", "{days: 2}", "{days: 0}").ruleset(tmp_path)
    record = evaluate(rules, Case({"incident.severe": True, "incident.aware_on": "2024-03-29"}), as_of=date(2024, 3, 30))
    (owed,) = [duty for duty in record.duties if duty.duty.id == "tell_partnership"]
    assert [each.due_on for each in owed.clocks] == [date(2024, 3, 29)]
    assert owed.status == "overdue"


def test_the_same_day_is_said_as_such_and_at_least_takes_a_day() -> None:
    assert str(clock("days", 0)) == "the same day as incident.aware_on"
    assert period(clock("days", 0)) == "on the same day"
    with pytest.raises(ValueError, match="takes one day or more"):
        clock("days", 0, before=True)
