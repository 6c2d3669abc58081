"""Sound folders of rules load, the same wherever and in whatever order they are read; another content has another digest."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from cspr_rules.engine.law import law_of
from cspr_rules.errors import QuestionError
from cspr_rules.loading import (
    folders,
)
from cspr_rules.loading.assembling import digest_of
from cspr_rules.loading.folders import read_pack
from cspr_rules.loading.rulesets import check_folder, load_folder, load_ruleset
from cspr_rules.model.cases import Case
from cspr_rules.model.profiles import weaker
from cspr_rules.model.sources import STRENGTHS, Force, Strength, at_most
from cspr_rules.record import evaluate
from tests.support.mistakes import (
    AWARE,
    DAYS,
    DAYS_2,
    FACTS,
    NATION,
    P1,
    PAGE,
    PARENTS,
    PATHS,
    REGISTER,
    RULE,
    SEVERE,
    TELL,
    TELL_OLD,
    TOWN,
    WILL,
    let_through,
    places_and_messages,
)
from tests.support.rules_folders import Folder, clock

# -- windows, strengths and deadlines that are sound ---------------------------------------------------------------------------------


def test_a_gap_that_is_explained_is_sound(tmp_path: Path) -> None:
    folder = (
        Folder().edit(TELL_OLD, "scope: child", "gap_after: the old law had lapsed\nscope: child").edit(TELL, "from: 2015-01-01", "from: 2016-01-01")
    )
    ruleset = folder.edit(PARENTS, "from: 2015-01-01", "from: 2016-01-01").ruleset(tmp_path)
    assert [rule.gap_after for rule in ruleset.versions("nation.notice.tell")] == ["the old law had lapsed", None]
    for day, number in ((date(2014, 12, 31), 1), (date(2015, 1, 1), 0), (date(2015, 12, 31), 0), (date(2016, 1, 1), 1)):
        assert len([source for source in law_of(ruleset, day).child if source.rule.id == "nation.notice.tell"]) == number


def test_an_explanation_after_the_last_version_is_sound(tmp_path: Path) -> None:
    assert let_through(Folder().edit(SEVERE, "scope: incident", "gap_after: nothing follows yet\nscope: incident"), tmp_path)


def test_the_version_of_the_day_is_the_one_applied(tmp_path: Path) -> None:
    ruleset = Folder().ruleset(tmp_path, "nation")
    for day, count in ((date(2014, 12, 31), 10), (date(2015, 1, 1), 5)):
        (source,) = [source for source in law_of(ruleset, day).child if source.rule.id == "nation.notice.tell"]
        assert source.duties[0].deadlines[0].deadline.amount == count


@pytest.mark.parametrize("force", [*STRENGTHS, "must_not", "definition", "information"])
@pytest.mark.parametrize("strength", [*STRENGTHS, "must_not"])
def test_a_duty_is_at_most_as_strong_as_one_provision_it_cites(strength: Strength, force: Force, tmp_path: Path) -> None:
    weakest_first = ["may", "should", "will", "must"]
    allowed = {"must_not"} if strength == "must_not" else set(weakest_first[weakest_first.index(strength) :])
    assert at_most(strength, force) == (force in allowed)
    folder = Folder().edit("town/sources/local.yaml", "force: will", f"force: {force}").edit(RULE, "duty: will", f"duty: {strength}")
    folder.edit(RULE, "strength: will", f"strength: {strength}").drop(TELL, TELL_OLD, PARENTS, PATHS, "nation/paths.yaml")
    folder.put(TOWN, folder.files[TOWN].split("duties:")[0])
    assert [fault.path for fault in folder.faults(tmp_path)] == ([] if force in allowed else ["then[0].duty", "then[0].deadlines[0].strength"])


def test_one_strong_provision_among_several_is_enough(tmp_path: Path) -> None:
    assert let_through(Folder().edit(RULE, "    duty: will", "    cites: [local/p1, act/s1]\n    duty: must"), tmp_path)


def test_a_role_may_be_unspecified(tmp_path: Path) -> None:
    assert let_through(Folder().edit(RULE, "by: authority", "by: unspecified").edit(RULE, "to: [partnership]", "to: [unspecified]"), tmp_path)


def test_a_deadline_of_no_given_start_or_time_is_sound(tmp_path: Path) -> None:
    folder = Folder().edit(RULE, f"{DAYS_2}, {AWARE}", f"{DAYS_2}, after: unspecified")
    more = f"        - {{within: unspecified, {WILL}, {P1}}}\n"[2:]
    assert let_through(folder.edit(RULE, "    deadlines:\n", f"    deadlines:\n{more}"), tmp_path)


@pytest.mark.parametrize("within", ["{working_days: 5}", "{working_days: 1}", "{days: 5}", "{hours: 24}", "{hours: 120}"])
def test_a_profile_may_add_a_deadline_as_strict_or_stricter(within: str, tmp_path: Path) -> None:
    ruleset = Folder().edit(TOWN, "within: {working_days: 3}", f"within: {within}").ruleset(tmp_path)
    duty = ruleset.versions("nation.notice.tell")[-1].duties[0]
    assert str(duty.deadlines[0]) == "within 5 working days of incident.aware_on"
    assert len(duty.deadlines) == 2
    assert duty.to == ("board", "partnership")


def test_a_longer_local_deadline_is_shown_beside_the_national_one_if_the_register_has_it(tmp_path: Path) -> None:
    folder = (
        Folder()
        .edit(TOWN, "within: {working_days: 3}", "within: {working_days: 30}")
        .edit(TOWN, "cites: [local/p1]", "cites: [local/p1], discrepancies: [D1]")
    )
    duty = folder.ruleset(tmp_path).versions("nation.notice.tell")[-1].duties[0]
    assert [each.amount for each in duty.deadlines] == [5, 30]


@pytest.mark.parametrize("about", ["", "    clauses: [local/p1]\n", "    sources: [guide/g1]\n", "    clauses: [local/p1]\n    sources: [act/s1]\n"])
def test_an_entry_of_the_register_that_is_not_about_both_sources_excuses_no_longer_deadline(about: str, tmp_path: Path) -> None:
    folder = Folder().edit(REGISTER, "    local: nothing\n", f"{about}    local: nothing\n")
    folder.edit(TOWN, "- {within: {working_days: 3}", "- ▶{within: {working_days: 9}")
    folder.edit(TOWN, "cites: [local/p1]", "cites: [local/p1], discrepancies: [D2]")
    assert [place for place, _ in places_and_messages(folder, tmp_path)] == folder.expected


def test_only_a_step_is_suggested_where_a_step_is_wanted(tmp_path: Path) -> None:
    for key in ("done_by: notice.sent_on", "done_by: incident.aware_on"):
        (fault, *_) = Folder().edit(RULE, "done_by: notice.sent_on", key.replace("_on", "_no")).faults(tmp_path / key.replace(" ", ""))
        assert "did you mean 'notice.sent_on'?" in fault.message if "sent" in key else "did you mean 'incident" not in fault.message


def test_a_recipient_added_to_those_who_are_told_already_is_told_once(tmp_path: Path) -> None:
    duty = (
        Folder().edit(TOWN, "also_to: [partnership]", "also_to: [board, partnership]").ruleset(tmp_path).versions("nation.notice.tell")[-1].duties[0]
    )
    assert duty.to == ("board", "partnership")


def test_a_clock_before_a_date_is_not_compared_with_one_after_it(tmp_path: Path) -> None:
    calendar = Folder().ruleset(tmp_path).calendar
    for unit in ("days", "months"):
        for one, other in ((clock("days", 2), clock(unit, 9, before=True)), (clock("days", 9), clock(unit, 2, before=True))):
            assert not weaker(one, other, calendar)
            assert not weaker(other, one, calendar)


def test_a_clock_from_another_date_is_not_compared(tmp_path: Path) -> None:
    assert let_through(
        Folder().edit(TOWN, "{working_days: 3}, after: incident.aware_on", "{working_days: 30}, after: incident.occurred_on"), tmp_path
    )


UNITS = {"working_days": [1, 3, 5, 20, 21, 22, 23], "days": [1, 3, 7, 8, 27, 28, 29, 30, 31, 32], "months": [1, 2], "hours": [24, 48, 169, 700]}
CLOCKS = [(unit, count) for unit, counts in UNITS.items() for count in counts]


@pytest.mark.slow
@pytest.mark.parametrize("before", [False, True], ids=["after", "before"])
def test_a_clock_is_weaker_if_it_ever_ends_later(before: bool, tmp_path: Path) -> None:
    calendar = Folder().ruleset(tmp_path).calendar

    days = [date(2024, 1, 1) + timedelta(days=offset) for offset in range(3 * 365)]
    clocks = {each: clock(*each, before=before) for each in CLOCKS}
    ends = {each: [due.on for day in days if (due := calendar.due(clocks[each], day))] for each in CLOCKS}
    for own in CLOCKS:
        for inherited in CLOCKS:
            later = any(ours > theirs for ours, theirs in zip(ends[own], ends[inherited], strict=True))
            judged = weaker(clocks[own], clocks[inherited], calendar)
            if own[0] != inherited[0]:
                assert judged == later, (own, inherited)
            else:
                assert judged == (own[1] < inherited[1] if before else own[1] > inherited[1]), (own, inherited)


@pytest.mark.slow
def test_a_time_that_has_to_go_by_is_weaker_if_it_ever_ends_sooner_and_is_not_compared_with_a_limit(tmp_path: Path) -> None:
    calendar = Folder().ruleset(tmp_path).calendar
    for own in CLOCKS:
        for inherited in CLOCKS:
            one, other = clock(*own)._replace(least=True), clock(*inherited)._replace(least=True)
            assert weaker(one, other, calendar) == weaker(clock(*inherited), clock(*own), calendar), (own, inherited)
            assert not weaker(one, clock(*inherited), calendar)
            assert not weaker(clock(*own), other, calendar)


# -- where and how it is read --------------------------------------------------------------------------------------------------------


def test_the_nation_loads_without_the_town(tmp_path: Path) -> None:
    ruleset = Folder().ruleset(tmp_path, "nation")
    assert (ruleset.profile.id, ruleset.profile.authority, ruleset.profile.extends) == ("nation", "the authority", ())
    assert {rule.profile for rule in ruleset.rules} == {"nation"}
    assert "partnership" not in ruleset.profile.roles
    assert "local/p1" not in ruleset.provisions
    assert ruleset.versions("nation.notice.tell")[-1].duties[0].to == ("board",)


def test_the_town_has_what_the_nation_has_and_its_own(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    nation, town = load_folder("nation", rules), load_folder("town", rules)
    assert (town.profile.id, town.profile.authority, town.profile.extends) == ("town", "Town Council", ("nation",))
    assert {rule.id for rule in nation.rules} < {rule.id for rule in town.rules}
    assert set(nation.provisions) < set(town.provisions)
    assert set(nation.profile.roles) < set(town.profile.roles)
    assert nation.vocabulary.facts == town.vocabulary.facts
    assert town.checked_on == nation.checked_on == date(2026, 1, 31)
    assert nation.digest != town.digest


def test_a_profile_may_say_who_holds_an_inherited_role(tmp_path: Path) -> None:
    ruleset = Folder().edit(TOWN, "roles:", "roles:\n  board: {title: the board, held_by: Board of the Town}").ruleset(tmp_path)
    assert ruleset.role_name("board") == "Board of the Town"
    assert ruleset.role_name("parents") == "the parents"


def test_the_later_day_of_looking_through_the_sources_is_taken(tmp_path: Path) -> None:
    assert Folder().edit(TOWN, "calendar: land", "calendar: land\nchecked_on: 2026-02-01").ruleset(tmp_path).checked_on == date(2026, 2, 1)


def test_facts_of_the_incident_come_first_and_files_in_their_order(tmp_path: Path) -> None:
    vocabulary = Folder().edit(FACTS, "order: 30", "order: 5").ruleset(tmp_path).vocabulary
    names = [each.id for each in vocabulary.facts]
    assert names[0] == "incident.occurred_on"
    assert [each.scope for each in vocabulary.facts] == sorted((each.scope for each in vocabulary.facts), reverse=True)
    assert names.index("spare.flag") < names.index("child.died") < names.index("parents.told_on")


def test_a_profile_folder_may_stand_anywhere(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    inside = load_folder("town", rules)
    shutil.move(rules / "town", tmp_path / "elsewhere" / "town")
    outside = load_folder(tmp_path / "elsewhere" / "town", rules)
    assert outside.digest == inside.digest
    assert [rule.id for rule in outside.rules] == [rule.id for rule in inside.rules]
    assert load_folder(str(tmp_path / "elsewhere" / "town"), rules).digest == inside.digest


def test_faults_of_a_profile_folder_elsewhere_have_their_place_too(tmp_path: Path) -> None:
    folder = Folder().edit(RULE, "by: authority", "▶by: zzz")
    rules = folder.write(tmp_path)
    shutil.move(rules / "town", tmp_path / "elsewhere" / "town")
    (fault,) = check_folder(tmp_path / "elsewhere" / "town", rules).pack.faults
    assert fault.place == folder.expected[0].replace("rules/", "elsewhere/")


def test_a_profile_that_does_not_exist_is_a_question_error_with_the_names_of_those_that_do(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    with pytest.raises(QuestionError, match=r"there is no profile called 'twon'; did you mean 'town'\?; expected one of nation, town"):
        load_folder("twon", rules)
    with pytest.raises(QuestionError, match="there is no profile called"):
        load_folder(tmp_path / "nowhere", rules)
    with pytest.raises(QuestionError, match="there is no profile called 'town'"):
        load_folder("town", tmp_path / "nowhere")


def test_files_may_end_in_yml_and_other_files_are_passed_over(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    digest = load_folder("town", rules).digest
    (rules / RULE).rename(rules / RULE.replace(".yaml", ".yml"))
    for name in ("town/notes.txt", "town/notice/partnership.yaml.orig", "sources/README.md", "vocabulary/x.json"):
        (rules / name).write_text("zzz: [\n")
    assert load_folder("town", rules).digest == digest


def test_the_front_door_takes_a_folder_of_rules(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    assert load_ruleset("town", rules_dir=rules).digest == load_ruleset(rules / "town", rules_dir=str(rules)).digest


@pytest.mark.slow
def test_a_shipped_profile_is_loaded_once() -> None:
    assert load_ruleset("england") is load_ruleset("england")


# -- the digest ----------------------------------------------------------------------------------------------------------------------


def test_the_digest_is_the_same_in_another_folder(tmp_path: Path) -> None:
    one, other = Folder().ruleset(tmp_path / "one"), Folder().ruleset(tmp_path / "two" / "deeper")
    assert one.digest == other.digest
    assert re.fullmatch("[0-9a-f]{64}", one.digest)


def test_the_digest_is_the_same_however_the_same_content_is_written(tmp_path: Path) -> None:
    other = Folder().edit(RULE, "title: Tell the partnership", "title: >- # a comment\n  Tell\n  the partnership\n")
    other.edit(
        RULE,
        "layer: local_guidance\nin_force: {from: 2015-01-01, until: null}",
        "in_force:\n  from: '2015-01-01'\nlayer: local_guidance\naliases: []",
    )
    other.edit(RULE, "{incident.severe: true}, expect: {outcome: met}", "{incident.severe: true}, expect: {deadlines: {}, outcome: met}")
    other.edit(SEVERE, "{incident.severe: false, incident.children: 1,", "{incident.children: 1, incident.severe: false,")
    other.files["town/other/name.yaml"] = other.files.pop(RULE)
    other.files["sources/a_page.yml"] = other.files.pop(PAGE)
    assert other.ruleset(tmp_path / "other").digest == Folder().ruleset(tmp_path / "one").digest


def _changed(value: Any) -> Iterator[Any]:
    """Yield a value with each scalar in it changed in turn, each list shortened and each mapping without one of its entries."""
    match value:
        case dict():
            for key, part in value.items():
                yield {name: each for name, each in value.items() if name != key}
                yield {(f"{key}x" if name == key else name): each for name, each in value.items()}
                for other in _changed(part):
                    yield value | {key: other}
        case list():
            if value:
                yield value[:-1]
                yield [*value, value[-1]]
            for index, part in enumerate(value):
                for other in _changed(part):
                    yield [*value[:index], other, *value[index + 1 :]]
        case bool():
            yield not value
        case int():
            yield value + 1
        case str():
            yield value + "x"
            yield value.swapcase() + " "
        case _:
            yield "x"


@pytest.mark.slow
@pytest.mark.parametrize("file", [RULE, FACTS, PAGE, DAYS, REGISTER, TOWN])
def test_the_digest_is_another_if_any_value_is_another(file: str, tmp_path: Path) -> None:
    pack = read_pack("town", Folder().write(tmp_path))
    digest = digest_of(pack)
    (entry,) = [entry for entry in pack.entries if entry.file == f"rules/{file}"]
    at = pack.entries.index(entry)
    changes = list(_changed(entry.plain))
    assert len(changes) > 30
    for plain in changes:
        pack.entries[at] = entry._replace(plain=plain)
        assert digest_of(pack) != digest, plain
    pack.entries[at] = entry
    assert digest_of(pack) == digest


@pytest.mark.parametrize(("file", "old", "new"), [
    (RULE, "days: 2", "days: 1"),
    (SEVERE, "at_least: 3", "at_least: 4"),
    (FACTS, "A spare flag.", "A spare flag!"),
    ("sources/guide.yaml", "confidence: low", "confidence: high"),
    ("calendars/land.yaml", "2023-05-08", "2023-05-09"),
    ("discrepancies.yaml", "both are shown", "one is shown"),
    (NATION, "board@example.org", "board@example.com"),
    (TOWN, "working_days: 3", "working_days: 2"),
])  # fmt: skip
def test_the_digest_of_a_ruleset_is_another_if_a_file_says_something_else(file: str, old: str, new: str, tmp_path: Path) -> None:
    assert Folder().edit(file, old, new).ruleset(tmp_path / "other").digest != Folder().ruleset(tmp_path / "one").digest


def test_the_digest_is_another_if_a_file_is_missing_or_stands_in_another_profile(tmp_path: Path) -> None:
    digests = {Folder().ruleset(tmp_path / "all").digest, Folder().drop(PAGE).ruleset(tmp_path / "fewer").digest}
    moved = Folder()
    moved.files["town/sources/spare.yaml"] = moved.files.pop(PAGE)
    digests.add(moved.ruleset(tmp_path / "moved").digest)
    assert len(digests) == 3


# -- the order of files --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["backwards", "by last letter", "by size"])
def test_the_order_in_which_files_are_read_does_not_matter(order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = Folder().write(tmp_path)
    keys: dict[str, Callable[[Path], Any]] = {
        "backwards": lambda path: [-ord(letter) for letter in str(path)],
        "by last letter": lambda path: str(path)[::-1],
        "by size": lambda path: (path.stat().st_size, str(path)),
    }
    straight = load_folder("town", rules)
    original = folders._yaml_files
    monkeypatch.setattr(folders, "_yaml_files", lambda folder, **options: sorted(original(folder, **options), key=keys[order]))
    crooked = load_folder("town", rules)
    assert crooked.rules == straight.rules
    assert crooked.vocabulary.facts == straight.vocabulary.facts
    assert (crooked.digest, crooked.provisions, crooked.discrepancies, crooked.paths, crooked.profile) == (
        straight.digest,
        straight.provisions,
        straight.discrepancies,
        straight.paths,
        straight.profile,
    )
    case = Case(
        {"child.died": True, "incident.severe": True, "incident.aware_on": "2024-03-27", "concern.view": "known", "child.home": "with_family"}
    )
    records = [evaluate(ruleset, case, as_of=date(2024, 5, 1)).to_json() for ruleset in (straight, crooked)]
    assert records[0] == records[1]


def test_faults_come_in_the_same_order_whatever_the_order_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Folder().edit(RULE, "by: authority", "by: zzz").edit(PARENTS, "by: authority", "by: zzz").edit(SEVERE, "by: authority", "by: zzz")
    straight = folder.faults(tmp_path)
    original = folders._yaml_files
    monkeypatch.setattr(folders, "_yaml_files", lambda *arguments, **options: original(*arguments, **options)[::-1])
    assert len(straight) == 3
    assert folder.faults(tmp_path) == straight


def test_reading_a_folder_changes_nothing_in_it(tmp_path: Path) -> None:
    rules = Folder().write(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in rules.rglob("*")}
    for path in rules.rglob("*.yaml"):
        os.chmod(path, 0o444)
    load_folder("town", rules)
    assert {path: path.stat().st_mtime_ns for path in rules.rglob("*")} == before
