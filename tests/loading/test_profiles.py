"""Authorities laid over the national rules: England alone, an invented third authority, and what the guard refuses.

Eastmere, in tests/fixtures, is a whole profile: who holds each role, stricter times, rules, facts and a ladder of its own.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from functools import cache, partial
from pathlib import Path

import pytest

from cspr_rules import Case, DecisionRecord, Ruleset, evaluate, load_ruleset
from cspr_rules.authoring.examples import checked_with_examples
from cspr_rules.loading.rulesets import check_folder
from tests.support.reports import as_text

ROOT = Path(__file__).parents[2]
RULES = ROOT / "rules"
EASTMERE = ROOT / "tests" / "fixtures" / "eastmere"

FRIDAY = date(2024, 6, 7)
HARMED = {"child.age_at_harm": 3, "child.died": False, "child.seriously_harmed": True, "concern.authority_view": "suspected"}
INCIDENT = {"incident.occurred_on": "2024-06-06", "incident.authority_aware_on": "2024-06-07", "child.place_of_harm": "in_area"}
DISAGREEMENT = {"agency.believes_criteria_met": True, "agency.view_after_discussion": "not_agreed", "agency.discussed_on": "2024-06-07"}


@cache
def ruleset(profile: str) -> Ruleset:
    return load_ruleset(EASTMERE if profile == "eastmere" else profile, rules_dir=RULES)


def decide(profile: str, facts: dict[str, object], as_of: date = FRIDAY) -> DecisionRecord:
    return evaluate(ruleset(profile), Case({**INCIDENT, **facts}, [HARMED]), as_of=as_of)


# -- England alone -------------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_england_alone_decides_and_names_no_authority() -> None:
    record = decide("england", DISAGREEMENT)
    assert record.decisions["england.notification.serious_incident"].outcome == "met"
    duty = next(duty for duty in record.duties if duty.id == "notify_panel")
    assert duty.plan_for == date(2024, 6, 14)
    assert {provision.layer for provision in record.ruleset.provisions.values()} & {"local_guidance"} == set()
    assert all(role.held_by is None for role in record.ruleset.profile.roles.values())
    printed = as_text(record)
    assert "Who: local authority - To: Child Safeguarding Practice Review Panel" in " ".join(printed.split())
    for local in ("BCP", "Bournemouth", "Dorset", "Eastmere"):
        assert local not in printed.replace(_register_of(record), "")


def _register_of(record: DecisionRecord) -> str:
    """Return the notes of the register, which may speak of an authority's guidance by what it says but are not asked here."""
    return "".join(entry.note for entry in record.discrepancies)


@pytest.mark.slow
@pytest.mark.parametrize("local", ["bcp", "eastmere"])
def test_a_local_authority_keeps_every_national_answer_duty_and_time(local: str) -> None:
    national, own = decide("england", DISAGREEMENT), decide(local, DISAGREEMENT)
    for rule_id, decision in national.decisions.items():
        assert own.decisions[rule_id].outcome == decision.outcome
    duties = {duty.id: duty for duty in (*own.duties, *own.options)}
    for duty in (*national.duties, *national.options):
        kept = duties[duty.id]
        assert kept.strength == duty.strength
        assert set(duty.to) <= set(kept.to)
        own_clocks = [clock.rule._replace(discrepancies=()) for clock in kept.clocks]  # an authority's register adds entries to a clock
        assert own_clocks[: len(duty.clocks)] == [clock.rule._replace(discrepancies=()) for clock in duty.clocks]
        assert kept.plan_for is None or duty.plan_for is None or kept.plan_for <= duty.plan_for


# -- a third authority ---------------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_third_authority_is_sound_and_its_examples_hold() -> None:
    result = checked_with_examples(EASTMERE)
    assert result.faults == ()
    assert result.examples >= 10


def test_its_stricter_time_is_the_earliest_and_the_national_times_stand_beside_it() -> None:
    record = decide("eastmere", {})
    duty = next(duty for duty in record.duties if duty.id == "notify_panel")
    assert duty.plan_for == date(2024, 6, 11)
    assert [(clock.due_on, clock.rule.strength, clock.earliest) for clock in duty.clocks if clock.due_on] == [
        (date(2024, 6, 14), "should", False),
        (date(2024, 6, 14), "must", False),
        (date(2024, 6, 11), "will", True),
    ]
    assert duty.strength == "must"
    assert next(duty for duty in decide("england", {}).duties if duty.id == "notify_panel").plan_for == date(2024, 6, 14)
    printed = " ".join(as_text(record).split())
    assert (
        "Tuesday 11 June 2024 (2 working days from 7 June 2024, incident.authority_aware_on); not counted: 2 weekend days; “will” in "
        "Eastmere protocol, part 2, clause 2.1; plan by this one"
    ) in printed
    assert "Friday 14 June 2024 (5 working days from 7 June 2024, incident.authority_aware_on)" in printed


def test_its_names_and_further_recipients_are_printed() -> None:
    printed = " ".join(as_text(decide("eastmere", {})).split())
    assert printed.startswith("Decision record =============== For Eastmere Borough Council (Eastmere).")
    assert "Who: Eastmere Borough Council - To: Child Safeguarding Practice Review Panel" in printed
    assert "To: Eastmere Borough Council, NHS Mere and Fen, and Fenland Constabulary and Eastmere Safeguarding Children Partnership" in printed


def _ladder(record: DecisionRecord) -> tuple[str, list[str]]:
    """Return what is printed before the steps of the only path, and its numbered steps."""
    after = as_text(record).partition("\nIn what order\n")[2]
    section = re.split(r"\n\n[^\n]+\n-{5,}\n\n?1\. ", after)[0]  # up to the next heading with a list
    before, *steps = re.split(r"\n+(?=\d+\. )", section)
    return " ".join(before.split()), [" ".join(step.split()) for step in steps]


def test_its_ladder_is_printed_as_a_numbered_list_with_what_starts_each_step() -> None:
    before, steps = _ladder(decide("eastmere", {**DISAGREEMENT, "agency.escalated_on": "2024-06-10"}, as_of=date(2024, 6, 10)))
    assert "From a disagreement about notifying to the lead safeguarding partners" in before
    assert "No stage of it stops the time for notifying." in before
    assert "Eastmere protocol, part 4, clause 4.5" in before
    assert steps == [
        "1. agency other than the local authority: take the disagreement to the Head of Safeguarding, to Head of Safeguarding, by telephone, "
        "confirmed by secure e-mail; within 1 working day; starts from agency.discussed_on (7 June 2024); done on 10 June 2024 "
        "(Eastmere protocol, part 4, clause 4.1)",
        "2. Head of Safeguarding: meet the head of safeguarding of the agency and try to agree, to head of safeguarding of the agency that "
        "disagrees, in person or by video; within 1 working day; starts from agency.escalated_on (10 June 2024) "
        "(Eastmere protocol, part 4, clause 4.2)",
        "3. Director of Children's Services: meet the executive lead of the agency and try to agree, to executive lead of the agency that "
        "disagrees; within 2 working days; starts from escalation.heads_met_on, not recorded yet (Eastmere protocol, part 4, clause 4.3)",
        "4. the Chief Executives of the Council and of NHS Mere and Fen, and the Chief Constable: decide the disagreement and record the "
        "reasons, to Eastmere Safeguarding Children Partnership, in writing; within 2 calendar days; starts from escalation.directors_met_on, not "
        "recorded yet (Eastmere protocol, part 4, clause 4.4)",
    ]


def test_the_ladder_is_not_printed_where_there_is_no_disagreement() -> None:
    assert "In what order" not in as_text(decide("eastmere", {"agency.believes_criteria_met": False}))


@pytest.mark.slow
def test_a_path_whose_stages_a_source_leaves_out_is_supplied_by_a_profile_that_extends_it(tmp_path: Path) -> None:
    empty = [path for path in ruleset("bcp").paths.values() if not path.steps]
    assert empty, "the local guidance names an escalation process whose stages it does not give"
    path, opening = empty[0], empty[0].opened_by
    supplied = tmp_path / "westmere"
    supplied.mkdir()
    (supplied / "profile.yaml").write_text(
        "id: westmere\ntitle: Westmere\nextends: bcp\nauthority: Westmere Council\ncalendar: england_and_wales\n", encoding="utf-8"
    )
    (supplied / "paths.yaml").write_text(
        f"paths:\n  - {{id: {path.id}, title: Supplied, cites: [{path.cites[0]}], opened_by: {opening}, steps: [{opening}, notify_panel]}}\n",
        encoding="utf-8",
    )
    own = load_ruleset(supplied, rules_dir=RULES)
    assert own.paths[path.id].steps == (opening, "notify_panel")
    record = evaluate(own, Case({**INCIDENT, **DISAGREEMENT}, [HARMED]), as_of=FRIDAY)
    shown = next(each for each in record.paths if each.path.id == path.id)
    assert [duty.id for duty in shown.steps] == [opening, "notify_panel"]


# -- the guard -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def variant(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EASTMERE, tmp_path / "eastmere"))


def _faults(folder: Path) -> list[str]:
    return [str(fault) for fault in check_folder(folder, RULES).pack.faults]


def _line_of(file: Path, words: str) -> int:
    return next(number for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1) if words in line)


NATIONAL = RULES / "england" / "notification" / "serious_incident.yaml"


@pytest.mark.slow
@pytest.mark.parametrize("longer", ["{working_days: 6}", "{days: 8}", "{months: 1}", "{hours: 336}"])
def test_a_longer_time_is_refused_naming_both_lines(variant: Path, longer: str) -> None:
    _replace(variant / "profile.yaml", "{working_days: 2}", longer)
    own, inherited = _line_of(variant / "profile.yaml", longer), _line_of(NATIONAL, "within: {working_days: 5}")
    fault = _faults(variant)[0]
    assert fault.startswith(f"{variant.parent.name}/eastmere/profile.yaml:{own}:")
    assert "allows more time for notify_panel than 'within 5 working days of incident.authority_aware_on'" in fault
    assert f"rules/england/notification/serious_incident.yaml:{inherited}:" in fault
    assert "a profile cannot lengthen an inherited deadline" in fault


@pytest.mark.slow
def test_a_longer_time_for_a_review_is_refused_too(variant: Path) -> None:
    _replace(variant / "profile.yaml", "{working_days: 12}", "{working_days: 16}")
    faults = _faults(variant)  # one for each version of the national rule
    assert [Path(fault.split("rules/england/")[1].split(":")[0]).stem for fault in faults] == ["undertake", "undertake_2018", "undertake_2020"]
    longer = "'within 16 working days of notification.sent_on' allows more time for undertake_rapid_review than 'within 15 working days of"
    assert all(longer in fault and "a profile cannot lengthen an inherited deadline" in fault for fault in faults)


@pytest.mark.slow
def test_a_number_of_days_is_more_than_no_delay(variant: Path) -> None:
    with (variant / "profile.yaml").open("a", encoding="utf-8") as file:
        file.write("  - duty: tell_ofsted_and_others_of_death\n    deadlines:\n")
        file.write("      - {within: {days: 10}, after: child.died_on, strength: will, cites: [eastmere/2.2]}\n")
    refused = [fault for fault in _faults(variant) if "allows more time for tell_ofsted_and_others_of_death than 'without delay'" in fault]
    assert [Path(fault.split("rules/england/")[1].split(":")[0]).stem for fault in refused] == ["death", "death_2022"]
    assert all("'within 10 days of child.died_on'" in fault for fault in refused)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["borough", "england_and_wales"])
def test_days_off_of_its_own_cannot_lengthen_what_is_inherited(variant: Path, name: str) -> None:
    shared = (RULES / "calendars" / "england_and_wales.yaml").read_text(encoding="utf-8").replace("id: england_and_wales", f"id: {name}")
    day_off = "  - {date: 2024-06-11, working: false, reason: Borough day, cites: [eastmere/2.1]}\n"
    (variant / "calendars").mkdir()
    (variant / "calendars" / "own.yaml").write_text(shared.rstrip() + "\n" + day_off, encoding="utf-8")
    _replace(variant / "profile.yaml", "calendar: england_and_wales", f"calendar: {name}")
    (fault,) = _faults(variant)
    assert "eastmere/calendars/own.yaml:" in fault
    assert "rules/calendars/england_and_wales.yaml:" in fault
    assert ("does not count 11 June 2024" if name == "borough" else "is defined twice (first in") in fault


@pytest.mark.slow
def test_a_calendar_that_counts_more_days_is_accepted(variant: Path) -> None:
    shared = (RULES / "calendars" / "england_and_wales.yaml").read_text(encoding="utf-8").replace("id: england_and_wales", "id: borough")
    at_work = "  - {date: 2024-12-26, working: true, reason: Offices open, cites: [eastmere/2.1]}\n"
    (variant / "calendars").mkdir()
    (variant / "calendars" / "own.yaml").write_text(shared.rstrip() + "\n" + at_work, encoding="utf-8")
    _replace(variant / "profile.yaml", "calendar: england_and_wales", "calendar: borough")
    assert _faults(variant) == []


@pytest.mark.slow
def test_an_equal_or_shorter_time_is_accepted(variant: Path) -> None:
    _replace(variant / "profile.yaml", "{working_days: 2}", "{working_days: 5}")
    assert _faults(variant) == []
    _replace(variant / "profile.yaml", "{working_days: 5}", "{days: 3}")
    assert _faults(variant) == []


def _redefined(change: Callable[[str], str]) -> Callable[[Path], None]:
    def write(variant: Path) -> None:
        (variant / "notification" / "serious_incident.yaml").write_text(change(NATIONAL.read_text(encoding="utf-8")), encoding="utf-8")

    return write


def _replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("redefined as it is", _redefined(lambda text: text)),
        ("weakened from must to should", _redefined(lambda text: text.replace("duty: must", "duty: should"))),
        ("given another test", _redefined(lambda text: text.replace("less_than: 18", "less_than: 16"))),
        ("replaced from some later day", _redefined(lambda text: text.replace("from: 2018-06-29", "from: 2030-01-01"))),
        ("replaced from some earlier day", _redefined(lambda text: text.replace("from: 2018-06-29", "from: 2018-01-01"))),
    ],
)
def test_a_national_rule_cannot_be_redefined_and_both_lines_are_named(variant: Path, what: str, change: Callable[[Path], None]) -> None:
    change(variant)
    faults = _faults(variant)
    place = r"eastmere/notification/serious_incident\.yaml:\d+:\d+: "
    message = r"england\.notification\.serious_incident is already a rule of 'england' \(rules/england/notification/serious_incident\.yaml:1:1\)"
    assert any(re.search(place + message, fault) for fault in faults), what
    assert any("a rule of this folder has an id that begins with 'eastmere.'" in fault for fault in faults), what


@pytest.mark.slow
def test_a_national_duty_cannot_be_taken_over_by_a_local_rule(variant: Path) -> None:
    # Without the entries of another authority's register, which do not exist for this one.
    own = partial(re.sub, r"(?m)^ *discrepancies: .*\n", "")
    _redefined(lambda text: own(text).replace("id: england.notification.serious_incident", "id: eastmere.notification.serious_incident"))(variant)
    (fault,) = _faults(variant)
    assert re.search(r"eastmere/notification/serious_incident\.yaml:\d+:\d+: duty 'notify_panel' is already one of england\.", fault)
    assert f"rules/england/notification/serious_incident.yaml:{_line_of(NATIONAL, 'id: notify_panel')}:" in fault


@pytest.mark.slow
def test_a_former_id_cannot_hide_a_national_rule(variant: Path) -> None:
    _replace(variant / "notification" / "tell_head.yaml", "title: Tell", "aliases: [england.notification.serious_incident]\ntitle: Tell")
    (fault,) = _faults(variant)
    assert "'england.notification.serious_incident' already names england.notification.serious_incident" in fault


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("  - {duty: notify_panel, drop: true}\n", "'drop' is not a key that belongs here"),
        ("  - {duty: notify_panel, duty: may}\n", "duty"),
        ("  - {duty: notify_panel, to: []}\n", "'to' is not a key that belongs here"),
        ("  - {duty: notify_panel, ended_by: escalation.settled_on}\n", "'ended_by' is not a key that belongs here"),
        ("  - {duty: notify_panels, also_to: [partnership]}\n", "there is no duty called 'notify_panels'; did you mean 'notify_panel'?"),
    ],
)
def test_an_addition_can_only_add(variant: Path, words: str, message: str) -> None:
    profile = variant / "profile.yaml"
    profile.write_text(profile.read_text(encoding="utf-8") + words, encoding="utf-8")
    faults = _faults(variant)
    assert any(message in fault and "eastmere/profile.yaml:" in fault for fault in faults), faults


def test_an_addition_cannot_be_stronger_than_the_text_it_cites(variant: Path) -> None:
    _replace(variant / "profile.yaml", "strength: will", "strength: must")
    (fault,) = _faults(variant)
    assert "'must' is stronger than what it cites: eastmere/2.1 is 'will'" in fault


def test_facts_and_provisions_of_the_national_law_cannot_be_redefined(variant: Path) -> None:
    with (variant / "vocabulary" / "escalation.yaml").open("a", encoding="utf-8") as file:
        file.write("  - {id: child.died, scope: child, kind: fact, type: yes_no, meaning: A., question: A?, who_would_know: nobody}\n")
    (variant / "sources" / "ca2004.yaml").write_text(
        "id: ca2004\ntitle: An Act\nshort: An Act\nlayer: statute\nin_force: {from: 2018-06-29, until: null}\nchecked: {status: verified}\n"
        'provisions: [{id: "s16C/1", pinpoint: anywhere, force: may, summary: Weaker.}]\n',
        encoding="utf-8",
    )
    faults = "\n".join(_faults(variant))
    assert "fact child.died is defined already in rules/vocabulary/child.yaml" in faults
    assert "provision ca2004/s16C/1 is defined twice (first in rules/sources/ca2004.yaml:" in faults


def test_a_path_that_has_its_steps_cannot_be_taken_over(variant: Path, tmp_path: Path) -> None:
    full = next(path for path in ruleset("bcp").paths.values() if path.steps)
    (variant / "paths.yaml").write_text(
        f"paths:\n  - {{id: {full.id}, title: Mine, cites: [{full.cites[0]}], steps: [{full.steps[-1]}]}}\n", encoding="utf-8"
    )
    shutil.rmtree(variant / "escalation")
    _replace(variant / "profile.yaml", "extends: england", "extends: bcp")
    assert any(f"path {full.id} already has its steps" in fault for fault in _faults(variant))


def test_a_profile_cannot_put_another_body_in_the_place_of_the_panel(variant: Path) -> None:
    text = (variant / "profile.yaml").read_text(encoding="utf-8")
    (variant / "profile.yaml").write_text(text.replace("roles:\n", "roles:\n  panel: {title: panel, held_by: the post room}\n", 1), encoding="utf-8")
    assert any("'panel' is the same body everywhere" in fault and "rules/england/profile.yaml" in fault for fault in _faults(variant))


def test_a_profile_cannot_forbid_telling_the_panel(variant: Path) -> None:
    with (variant / "sources" / "eastmere.yaml").open("a", encoding="utf-8") as file:
        file.write('  - {id: "9", pinpoint: clause 9, force: must_not, summary: It forbids telling the Panel.}\n')
    (variant / "notification").mkdir(exist_ok=True)
    (variant / "notification" / "never.yaml").write_text(
        "id: eastmere.notification.never\ntitle: Never\nquestion: Never?\nlayer: local_guidance\nin_force: {from: 2024-04-01, until: null}\n"
        "cites: [eastmere/9]\nscope: child\nwhen: {says: the child has died, fact: child.died, is: true}\n"
        "then: [{id: never_notify, duty: must_not, act: notify the incident to the Panel, by: local_authority, to: [panel], once_per: incident}]\n"
        "examples:\n  - {name: a, given: {child.died: true}, expect: {outcome: met}}\n"
        "  - {name: b, given: {child.died: false}, expect: {outcome: not_met}}\n  - {name: c, given: {}, expect: {outcome: undetermined}}\n",
        encoding="utf-8",
    )
    assert any("a profile cannot forbid telling 'panel', a national body" in fault for fault in _faults(variant))
