"""A second authority, written as one folder and no Python: the one that ``docs/how-to/add-an-authority.md`` shows."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cspr_rules import Case, DecisionRecord, OwedDuty, RulesError, evaluate, load_ruleset
from cspr_rules.cli.main import main
from cspr_rules.explain.phrases import planned
from cspr_rules.loading.rulesets import check_folder, packaged_rules
from cspr_rules.reports import decision_html
from tests.support.reports import as_markdown, as_text

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
PAGE = (HOW_TO / "add-an-authority.md").read_text(encoding="utf-8")
FOLDER = HOW_TO / "harbourshire"

THURSDAY_BEFORE_EASTER = {
    "incident.occurred_on": "2024-03-28",
    "incident.authority_aware_on": "2024-03-28",
    "child.place_of_harm": "in_area",
    "concern.authority_view": "suspected",
    "child.age_at_harm": 0,
    "child.died": True,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the county's folder, where the page has it."""
    copy = tmp_path / "docs" / "how-to" / "harbourshire"
    shutil.copytree(FOLDER, copy)
    return copy


def edit(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file} has {old!r} {text.count(old)} times"
    path.write_text(text.replace(old, new), encoding="utf-8")


def decided(profile: Path | str, as_of: date = date(2024, 4, 2)) -> DecisionRecord:
    return evaluate(load_ruleset(profile), Case(THURSDAY_BEFORE_EASTER), as_of=as_of)


def duty(record: DecisionRecord, name: str) -> OwedDuty:
    return next(each for each in record.duties if each.id == name)


def faults(folder: Path) -> list[str]:
    return [str(fault) for fault in check_folder(folder, packaged_rules()).pack.faults]


# -- it works ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_folder_loads_and_has_no_fault(folder: Path) -> None:
    assert faults(folder) == []
    assert load_ruleset(folder).profile.authority == "Harbourshire County Council"


def test_its_examples_get_the_answers_they_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(folder)]) == 0
    assert "3 examples: no faults" in capsys.readouterr().out


@pytest.mark.slow
def test_the_local_duty_is_owed_by_its_own_day_with_its_own_strength(folder: Path) -> None:
    local = duty(decided(folder), "tell_harbourshire_partnership")
    assert (local.rule_id, local.strength, local.layer) == ("harbourshire.notification.partnership", "will", "local_guidance")
    assert (local.by, local.to, local.plan_for) == ("lead_officer", ("partnership",), date(2024, 4, 2))


@pytest.mark.slow
def test_the_stricter_local_clock_is_the_earliest_and_the_national_ones_stand_beside_it(folder: Path) -> None:
    panel = duty(decided(folder), "notify_panel")
    clocks = {(clock.citations[0].layer, clock.rule.strength): (clock.due_on, clock.earliest) for clock in panel.clocks if not clock.waiting_for}
    assert clocks == {
        ("statute", "must"): (None, False),
        ("statutory_guidance", "should"): (date(2024, 4, 8), False),
        ("official_page", "must"): (date(2024, 4, 8), False),
        ("local_guidance", "will"): (date(2024, 4, 4), True),
    }
    assert panel.plan_for == date(2024, 4, 4)


@pytest.mark.slow
def test_a_local_day_never_stands_as_if_the_statute_had_set_it(folder: Path) -> None:
    record = decided(folder)
    panel, local = duty(record, "notify_panel"), duty(record, "tell_harbourshire_partnership")
    assert planned(panel) == "; plan for 4 April 2024, set by Harbourshire procedure (will)"
    assert planned(local) == " by 2 April 2024"
    for report in (as_text(record), as_markdown(record), decision_html.page([(record, None)])):
        words = re.sub(r"\s+", " ", re.sub(r"</?span[^>]*>|</?strong[^>]*>", "", report))
        assert "MUST: notify the incident to the Panel; plan for 4 April 2024, set by Harbourshire procedure (will)" in words
        assert "Panel by 4 April" not in words
    full, slim = record.to_dict(), record.to_dict("slim")
    (plain,) = [each for each in full["duties"] if each["duty"] == "notify_panel"]
    clocks = full["tables"]["duties"]["notify_panel"]["clocks"]
    by = [clock for clock, stands in zip(clocks, plain["deadlines"], strict=True) if stands["earliest"]]
    assert [(clock["strength"], clock["layer"], clock["citations"]) for clock in by] == [("will", "local_guidance", ["harbourshire/2.1"])]
    assert [each["plan_set_by"] for each in slim["duties"] if each["duty"] == "notify_panel"] == [["local_guidance"]]


@pytest.mark.slow
def test_every_national_duty_and_every_national_outcome_is_what_it_is_without_the_county(folder: Path) -> None:
    ours, national = decided(folder), decided("england")
    assert {each.id for each in ours.duties} - {each.id for each in national.duties} == {"tell_harbourshire_partnership"}
    assert {name: ours.decisions[name].outcome for name in national.decisions} == {name: each.outcome for name, each in national.decisions.items()}
    for each in national.duties:
        same = duty(ours, each.id)
        assert (same.strength, same.act, same.by, same.to) == (each.strength, each.act, each.by, each.to)
        assert {str(clock.rule) for clock in each.clocks} <= {str(clock.rule) for clock in same.clocks}


@pytest.mark.slow
def test_roles_have_the_county_s_holders_and_the_others_keep_their_national_names(folder: Path) -> None:
    ruleset = load_ruleset(folder)
    assert ruleset.role_name("local_authority") == "Harbourshire County Council"
    assert ruleset.role_name("lead_officer") == "Head of Safeguarding and Quality"
    assert ruleset.role_name("partnership") == "Harbourshire Safeguarding Children Partnership"
    assert ruleset.role_name("panel") == load_ruleset("england").role_name("panel")


@pytest.mark.slow
def test_nothing_of_the_other_authority_comes_with_it(folder: Path) -> None:
    ruleset = load_ruleset(folder)
    assert [rule.id for rule in ruleset.rules if rule.profile not in ("england", "harbourshire")] == []
    assert [key for key in ruleset.provisions if key.startswith("bcp/")] == []


@pytest.mark.slow
@pytest.mark.parametrize("named", ["path", "text"])
def test_a_folder_that_was_changed_is_read_again(folder: Path, named: str) -> None:
    profile: Path | str = folder if named == "path" else str(folder)
    before = load_ruleset(profile)
    edit(folder, "profile.yaml", "working_days: 3", "working_days: 2")
    after = load_ruleset(profile)
    assert before.digest != after.digest
    assert duty(decided(profile), "notify_panel").plan_for == date(2024, 4, 3)


@pytest.mark.slow
def test_two_additions_to_one_duty_are_both_kept_or_refused(folder: Path) -> None:
    profile = folder / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8") + "  - duty: notify_panel\n    also_to: [partnership]\n", encoding="utf-8")
    if found := faults(folder):
        assert all("notify_panel" in fault for fault in found)
    else:
        panel = duty(decided(folder), "notify_panel")
        assert (panel.plan_for, panel.to) == (date(2024, 4, 4), ("panel", "partnership"))


@pytest.mark.slow
def test_the_skeleton_for_the_county_is_a_case_as_it_stands(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = folder.parents[2]
    monkeypatch.chdir(root)
    assert main(["facts", "--skeleton", "--profile", "docs/how-to/harbourshire"]) == 0
    (root / "case.yaml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["decide", "case.yaml", "--profile", "docs/how-to/harbourshire"]) == 0
    assert "For Harbourshire County Council, " in capsys.readouterr().out


# -- the guard -----------------------------------------------------------------------------------------------------------------------


def _place(folder: Path, file: str, words: str) -> str:
    """Return ``file:line:column`` of the first occurrence of some words, as faults give it."""
    text = (folder / file).read_text(encoding="utf-8")
    before = text[: text.index(words)]
    return f"{folder.parent.name}/{folder.name}/{file}:{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


@pytest.mark.slow
@pytest.mark.parametrize("longer", ["working_days: 6", "working_days: 7", "days: 6", "days: 7", "days: 30", "hours: 168", "months: 1"])
def test_a_clock_that_could_allow_more_time_is_refused_and_both_lines_are_named(folder: Path, longer: str) -> None:
    edit(folder, "profile.yaml", "working_days: 3", longer)
    own = _place(folder, "profile.yaml", f"within: {{{longer}}}")
    national = re.compile(r"rules/england/notification/serious_incident\.yaml:(\d+):(\d+)")
    lines = (packaged_rules() / "england" / "notification" / "serious_incident.yaml").read_text(encoding="utf-8").splitlines()
    found = faults(folder)
    assert len(found) == 2  # the guidance's five working days, and the official page's
    for fault in found:
        assert fault.startswith(f"{own}: ")
        assert "allows more time for notify_panel" in fault
        assert "a profile cannot lengthen an inherited deadline" in fault
        named = national.search(fault)
        assert named
        assert lines[int(named[1]) - 1][int(named[2]) - 1 :].startswith("within: {working_days: 5}")
    with pytest.raises(RulesError, match="cannot lengthen"):
        load_ruleset(folder)


@pytest.mark.slow
@pytest.mark.parametrize("strict", ["working_days: 1", "working_days: 5", "days: 5", "hours: 24"])
def test_a_clock_that_never_allows_more_time_is_accepted(folder: Path, strict: str) -> None:
    edit(folder, "profile.yaml", "working_days: 3", strict)
    assert faults(folder) == []


def _national_rule() -> str:
    return (packaged_rules() / "england" / "notification" / "serious_incident.yaml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_rule_under_a_national_id_is_refused_and_both_lines_are_named(folder: Path) -> None:
    (folder / "notification" / "mine.yaml").write_text(_national_rule().replace("- {within: ", "- {within: "), encoding="utf-8")
    told = [fault for fault in faults(folder) if "it cannot be redefined" in fault]
    assert len(told) == 1
    assert "how-to/harbourshire/notification/mine.yaml:1:1" in told[0]
    assert "rules/england/notification/serious_incident.yaml:1:1" in told[0]


@pytest.mark.slow
def test_a_national_duty_s_name_is_refused_to_a_local_rule_and_both_lines_are_named(folder: Path) -> None:
    edit(folder, "notification/partnership.yaml", "id: tell_harbourshire_partnership", "id: notify_panel")
    own = _place(folder, "notification/partnership.yaml", "id: notify_panel")
    line = next(number for number, line in enumerate(_national_rule().splitlines(), start=1) if "id: notify_panel" in line)
    national = f"england.notification.serious_incident (rules/england/notification/serious_incident.yaml:{line}:5)"
    assert any(fault.startswith(f"{own}: duty 'notify_panel' is already one of {national}") for fault in faults(folder))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("profile.yaml", "  - duty: notify_panel\n", "  - duty: notify_panel\n    drop: true\n", "'drop' is not a key that belongs here"),
        ("profile.yaml", "  - duty: notify_panel\n", "  - duty: notify_pannel\n", "did you mean 'notify_panel'?"),
        ("profile.yaml", "strength: will", "strength: must", "'must' is stronger than what it cites: harbourshire/2.1 is 'will'"),
        ("profile.yaml", "cites: [harbourshire/2.1]", "cites: [harbourshire/2.9]", "there is no provision called 'harbourshire/2.9'"),
        ("profile.yaml", "calendar: england_and_wales", "calendar: england_wales", "did you mean 'england_and_wales'?"),
        ("profile.yaml", "id: harbourshire\n", "id: harborshire\n", "the id has to be the folder's name, 'harbourshire'"),
        ("profile.yaml", "extends: england", "extends: harbourshire", "the profile extends itself"),
        ("notification/partnership.yaml", "duty: will", "duty: must", "'must' is stronger than what it cites"),
        ("notification/partnership.yaml", "to: [partnership]", "to: [partnersip]", "did you mean 'partnership'?"),
        ("notification/partnership.yaml", "id: harbourshire.notification", "id: england.notification", "an id that begins with 'harbourshire.'"),
        ("notification/partnership.yaml", "done_by: partnership.told_on", "done_by: null", "name the step that discharges it"),
    ],
)  # fmt: skip
def test_what_else_a_profile_cannot_do_is_refused_with_its_place(folder: Path, file: str, old: str, new: str, said: str) -> None:
    edit(folder, file, old, new)
    try:
        found = faults(folder)
    except RulesError as error:
        found = [str(fault) for fault in error.faults]
    assert any(said in fault and f"harbourshire/{file}" in fault for fault in found), found


H1 = """\
discrepancies:
  - id: H1
    kind: deadline conflict
    title: The county gives itself longer than guidance
    clauses: [harbourshire/2.1]
    sources: [wt2023/notify]
    local: seven working days
    national: five working days
    resolution: both are shown
    note: The county's procedure is laxer than national guidance. Plan by the guidance.
"""


@pytest.mark.slow
def test_a_laxer_text_is_shown_beside_the_national_clock_if_it_is_recorded_as_a_discrepancy(folder: Path) -> None:
    edit(folder, "profile.yaml", "working_days: 3", "working_days: 7")
    edit(folder, "profile.yaml", "cites: [harbourshire/2.1]", "cites: [harbourshire/2.1]\n        discrepancies: [H1]")
    (folder / "discrepancies.yaml").write_text(H1, encoding="utf-8")
    assert faults(folder) == []
    record = decided(folder)
    panel = duty(record, "notify_panel")
    assert panel.plan_for == date(2024, 4, 8)
    assert {clock.due_on: clock.earliest for clock in panel.clocks if clock.due_on} == {date(2024, 4, 8): True, date(2024, 4, 10): False}
    assert "H1" in {each.id for each in record.discrepancies}


@pytest.mark.slow
def test_a_discrepancy_that_is_about_something_else_excuses_nothing(folder: Path) -> None:
    edit(folder, "profile.yaml", "working_days: 3", "working_days: 30")
    edit(folder, "profile.yaml", "cites: [harbourshire/2.1]", "cites: [harbourshire/2.1]\n        discrepancies: [D49]")
    assert any("a profile cannot lengthen an inherited deadline" in fault for fault in faults(folder))


CLOSED_IN_APRIL = """\
id: {id}
title: Working days of the county, which closes for April
base: GB
confirmed_until: 2027-12-31
cites: [harbourshire/2.1]
corrections:
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["county", "england_and_wales"])
def test_a_calendar_of_its_own_cannot_give_national_duties_more_time(folder: Path, name: str) -> None:
    days = "".join(f"  - {{date: 2024-04-{day:02d}, working: false, reason: Closed, cites: [harbourshire/2.1]}}\n" for day in range(2, 31))
    (folder / "calendars").mkdir()
    (folder / "calendars" / "county.yaml").write_text(CLOSED_IN_APRIL.format(id=name) + days, encoding="utf-8")
    edit(folder, "profile.yaml", "calendar: england_and_wales", f"calendar: {name}")
    edit(folder, "notification/partnership.yaml", ", deadlines: {tell_harbourshire_partnership: 2024-04-02}", "")
    assert any("how-to/harbourshire/" in fault for fault in faults(folder))


TOWN = """\
id: town
title: A town
extends: bcp
authority: Town Council
calendar: england_and_wales
duties:
  - duty: {}
    deadlines:
      - {}
"""


@pytest.mark.slow
def test_what_the_authority_below_has_added_cannot_be_lengthened_either(tmp_path: Path) -> None:
    town = tmp_path / "town"
    town.mkdir()
    bcp = load_ruleset("bcp")
    national = {duty.id: set(duty.deadlines) for rule in load_ruleset("england").rules for duty in rule.duties}
    name, added = next(
        (duty.id, clock)
        for rule in bcp.rules
        for duty in rule.duties
        for clock in duty.deadlines
        if duty.id in national and clock not in national[duty.id] and clock.unit == "days" and str(clock).startswith("within")
    )
    assert added.amount
    longer = f"{{within: {{days: {added.amount + 9}}}, after: {added.anchor}, strength: should, cites: [{added.cites[0]}]}}"
    (town / "profile.yaml").write_text(TOWN.format(name, longer), encoding="utf-8")
    assert any("a profile cannot lengthen an inherited deadline" in fault for fault in faults(town))


# -- the page ------------------------------------------------------------------------------------------------------------------------


def test_the_page_shows_every_file_of_the_folder_as_it_is() -> None:
    shown = dict(re.findall(r"<!-- file (\S+) -->\n```yaml\n(.*?)```", PAGE, re.DOTALL))
    assert shown == {path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8") for path in FOLDER.rglob("*") if path.is_file()}


COMMANDS = re.findall(r"(?:<!-- edit (\S+): (.*?) => (.*?) -->\n)?```console\n\$ cspr-rules (.*?)\n(.*?)```", PAGE, re.DOTALL)


def test_the_page_shows_a_check_with_lint_a_rule_a_decision_and_a_refusal() -> None:
    assert [(shlex.split(command)[0], bool(file)) for file, _, _, command, _ in COMMANDS] == [
        ("check", False),
        ("lint", False),
        ("show", False),
        ("decide", False),
        ("check", True),
    ]


def _pattern(shown: str) -> Callable[[str], re.Match[str] | None]:
    """Return a match for shown output: ``[...]`` stands for any lines, and lines of national files may have moved since."""
    text = re.sub(r"(rules/[\w/]+\.yaml):\d+:\d+", r"\1:<place>", shown)
    pattern = re.escape(text).replace(re.escape("[...]\n"), r"(?:.*\n)*?").replace(re.escape("<place>"), r"\d+:\d+")
    return re.compile(pattern).fullmatch


@pytest.mark.slow
@pytest.mark.parametrize(("file", "old", "new", "command", "shown"), COMMANDS, ids=[each[3] + (", refused" if each[0] else "") for each in COMMANDS])
def test_each_command_on_the_page_prints_what_the_page_shows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, command: str, shown: str
) -> None:
    case = re.search(r"<!-- case -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert case
    root = folder.parents[2]
    (root / "case.yaml").write_text(case[1], encoding="utf-8")
    monkeypatch.chdir(root)
    if file:
        edit(folder, file, old, new)
    code = main(shlex.split(command))
    printed = capsys.readouterr()
    assert code == (2 if file else 0)
    assert _pattern(shown)(printed.out + printed.err), printed.out + printed.err


def test_the_page_names_no_file_that_is_not_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", PAGE):
        assert (HOW_TO / target).exists(), target
