"""What is coming, as those who keep the rules see it."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from cspr_rules.authoring.watching import as_plain, read_watch, text
from cspr_rules.errors import RulesError
from cspr_rules.loading.rulesets import check_folder
from tests.support.rules_folders import Folder
from tests.support.running import in_process

RULES = Path(__file__).parents[2] / "rules"
NATIONAL = """\
watch:
  - id: bill
    what: A Bill on notices
    where: [the pages of Parliament, "https://example.org/bills"]
    looked_on: 2026-02-01
    found: It had its second reading.
    would_change: Who is told.
    touches: [act/s1]
  - id: guide
    what: A new Guidance
    where: [the publisher]
    looked_on: 2026-01-01
    found: Nothing yet.
    would_change: The days.
"""
LOCAL = """\
watch:
  - id: merger
    what: A merger of towns
    where: [the town]
    looked_on: 2026-01-15
    found: It was voted on.
    would_change: The name of the town.
    touches: [local/p1]
"""


def test_a_profile_sees_what_is_national_and_its_own_what_was_looked_for_longest_ago_first(tmp_path: Path) -> None:
    folder = Folder().put("watch.yaml", NATIONAL).put("town/watch.yaml", LOCAL)
    town = read_watch(folder.check(tmp_path / "town"))
    assert [each.id for each in town.items] == ["guide", "merger", "bill"]
    nation = read_watch(folder.check(tmp_path / "nation", "nation"))
    assert [each.id for each in nation.items] == ["guide", "bill"]
    bill = nation.items[1]
    assert (bill.looked_on, bill.touches, len(bill.where)) == (date(2026, 2, 1), ("act/s1",), 2)


def test_what_is_watched_is_no_part_of_the_rules(tmp_path: Path) -> None:
    bare, watching = Folder(), Folder().put("watch.yaml", NATIONAL)
    assert bare.ruleset(tmp_path / "bare").digest == watching.ruleset(tmp_path / "watching").digest


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("watch.yaml", "touches: [act/s1]", "touches: [▶act/s9]", "there is no provision called 'act/s9'"),
        ("watch.yaml", "looked_on: 2026-02-01", "▶looked_on: 2026-02-30", "there is no such day as 2026-02-30"),
        ("watch.yaml", "    found: Nothing yet.\n", "", "'found' is missing"),
        ("town/watch.yaml", "id: merger", "▶id: bill", "'bill' is watched already"),
    ],
)
def test_faults_are_found_in_their_place(file: str, old: str, new: str, words: str, tmp_path: Path) -> None:
    folder = Folder().put("watch.yaml", NATIONAL).put("town/watch.yaml", LOCAL)
    folder.edit(file, old, new)
    with pytest.raises(RulesError) as caught:
        read_watch(folder.check(tmp_path))
    (fault,) = caught.value.faults
    assert words in fault.message
    assert folder.expected in ([fault.place], [])


def test_the_text_says_all_of_it(tmp_path: Path) -> None:
    shown = text(read_watch(Folder().put("watch.yaml", NATIONAL).check(tmp_path)))
    assert shown.startswith("The town: 2 things to watch\n\n  A new Guidance [guide]\n")
    words = " ".join(shown.split())
    for piece in ("Found: It had its second reading. (looked on 1 February 2026)", "Would change: Who is told.", "Touches: act/s1"):
        assert piece in words
    assert "Look at: the pages of Parliament; https://example.org/bills" in words
    assert text(read_watch(Folder().check(tmp_path / "none"))) == "The town: nothing to watch is recorded\n"


@pytest.mark.slow
def test_the_shipped_list_is_complete_and_each_was_looked_for_on_a_day_given() -> None:
    plain = json.loads(json.dumps(as_plain(read_watch(check_folder("bcp", RULES)))))
    assert plain["schema"] == "cspr-rules/watch/1"
    ids = {each["id"] for each in plain["watch"]}
    assert {"child_protection_authority", "cwsa_sections_2_to_4", "working_together_2026_reviews", "integrated_care_board_merger"} <= ids
    assert all(each["looked_on"] >= "2026-11-28" and each["where"] for each in plain["watch"])


@pytest.mark.slow
def test_the_command_prints_text_and_json() -> None:
    code, out, _ = in_process(["sources", "watch"])
    assert code == 0
    assert "A Child Protection Authority for England [child_protection_authority]" in out
    national = json.loads(in_process(["sources", "watch", "--profile", "england", "--format", "json"])[1])
    assert "integrated_care_board_merger" not in {each["id"] for each in national["watch"]}
