"""The vectors for the small council systems in docs/examples/council; run as a module to write them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from cspr_rules import Case, evaluate, load_ruleset
from cspr_rules.conformance.vectors import Vector, line_of
from tests.support.shipped import ROOT

COUNCIL = ROOT / "docs" / "examples" / "council"
RULES: Final = (
    "england.notification.serious_incident",
    "england.looked_after.secretary_of_state",
    "england.care_leavers.death",
    "england.childrens_homes.death",
    "england.rapid_review.undertake",
    "england.rapid_review.time_from_incident",
)
DUTIES: Final = (
    "notify_panel",
    "tell_secretary_of_state",
    "report_care_leaver_death",
    "tell_ofsted_and_others_of_death",
    "undertake_rapid_review",
    "have_rapid_review_with_panel",
)
DAYS: Final = ("2024-03-25", "2024-08-21", "2024-11-26", "2024-12-19", "2025-04-14", "2025-06-03", "2025-07-31", "2026-02-10")
HARMED: Final[dict[str, Any]] = {
    "concern.authority_view": "suspected",
    "child.died": False,
    "child.age_at_harm": 7,
    "child.seriously_harmed": True,
    "child.place_of_harm": "in_area",
    "child.recovered": False,
    "child.care_leaver": False,
    "child.looked_after": False,
    "home.accommodated_in_childrens_home": False,
}
DIED: Final[dict[str, Any]] = {
    "concern.authority_view": "known",
    "child.age_at_death": 7,
    "child.age_at_harm": 7,
    "child.place_of_death": "in_area",
    "child.place_of_harm": "in_area",
    "child.care_leaver": False,
    "child.looked_after": False,
    "home.accommodated_in_childrens_home": False,
}
VARIED: Final[dict[str, list[dict[str, Any]]]] = {
    "harmed": [
        {},
        {"concern.authority_view": "neither"},
        {"concern.authority_view": "neither", "concern.other_agency_view": "suspected"},
        {"concern.authority_view": "neither", "concern.other_agency_view": "neither"},
        {"concern.authority_view": None},
        {"child.seriously_harmed": False},
        {"child.seriously_harmed": None},
        {"child.recovered": True},
        {"child.age_at_harm": 17},
        {"child.age_at_harm": 18},
        {"child.place_of_harm": "elsewhere_in_england", "child.normally_resident": "in_area"},
        {"child.place_of_harm": "outside_england", "child.normally_resident": "in_area"},
        {"child.normally_resident": "elsewhere_in_england"},
        {"child.looked_after_by": "this_authority", "child.looked_after": None},
        {"agency.view_after_discussion": "not_agreed"},
        {"agency.view_after_discussion": "agreed_to_notify"},
        {"concern.formed_later_on": 3},
        {"concern.contributed": "neither"},
    ],
    "died": [
        {},
        {"concern.authority_view": "neither"},
        {"concern.authority_view": "neither", "child.looked_after_by": "this_authority", "child.looked_after": None},
        {"child.looked_after_by": "this_authority", "child.looked_after": None},
        {"child.looked_after_by": "another_authority", "child.looked_after": None},
        {"concern.authority_view": "neither", "setting.kind": "childrens_home", "home.accommodated_in_childrens_home": True},
        {"home.accommodated_in_childrens_home": True},
        {"home.accommodated_in_childrens_home": None},
        {"child.age_at_harm": 17, "child.age_at_death": 18},
        {"child.age_at_harm": 18, "child.age_at_death": 18},
        {"child.care_leaver": True, "child.age_at_death": 17, "child.age_at_harm": 17},
        {"child.care_leaver": True, "child.age_at_death": 19, "child.age_at_harm": 19},
        {"child.care_leaver": True, "child.age_at_death": 25, "child.age_at_harm": 25},
        {"child.place_of_death": "elsewhere_in_england"},
        {"child.place_of_death": "elsewhere_in_england", "child.place_of_harm": "elsewhere_in_england"},
        {"agency.view_after_discussion": "not_agreed"},
        {"concern.formed_later_on": 4},
    ],
    "notified": [
        {"notification.sent_on": 5, "notification.decided_on": 3, "notification.kind": "safeguarding"},
        {"notification.sent_on": 6, "notification.decided_on": 6, "notification.kind": "safeguarding"},
        {"notification.sent_on": "not_yet"},
        {"notification.sent_on": 5, "notification.kind": "looked_after_death_only"},
    ],
}


def cases() -> Iterator[tuple[str, dict[str, Any], list[dict[str, Any]]]]:
    """Yield the name of each case, its facts, and those of each child where there are several."""
    for day in DAYS:
        occurred = date.fromisoformat(day)
        for kind, base in (("harmed", HARMED), ("died", DIED), ("notified", HARMED)):
            for number, change in enumerate(VARIED[kind]):
                facts: dict[str, Any] = {"incident.occurred_on": day, "incident.authority_aware_on": str(occurred + timedelta(days=2))}
                facts |= {"child.died_on": str(occurred + timedelta(days=1))} if kind == "died" else {}
                facts |= base | {fact: _day(fact, value, occurred) for fact, value in change.items()}
                yield f"{kind}/{day}/{number}", {fact: value for fact, value in facts.items() if value is not None}, []
        incident = {"incident.occurred_on": day, "incident.authority_aware_on": day}
        yield f"siblings/{day}/0", incident, [HARMED, DIED | {"child.died_on": day}]


def _day(fact: str, value: Any, occurred: date) -> Any:
    return str(occurred + timedelta(days=value)) if fact.endswith("_on") and isinstance(value, int) else value


def vectors() -> Iterator[Vector]:
    """Yield every case with what the rules say of the rules and duties that the small systems know."""
    ruleset = load_ruleset("england")
    for name, facts, children in cases():
        as_of = date.fromisoformat(facts["incident.occurred_on"]) + timedelta(days=14)
        record = evaluate(ruleset, Case(facts, children), as_of=as_of)
        outcomes: dict[str, Any] = {}
        for rule in RULES:
            decision = record.decisions[rule]
            each = [found.outcome for found in decision.per_child]
            outcomes[rule] = each if len(each) > 1 else decision.outcome
        duties: dict[str, Any] = {}
        by: dict[str, Any] = {}
        asks = {duty.id: rule.id for rule in ruleset.rules for duty in rule.duties}
        for duty in DUTIES:
            owed = [found for found in record.duties if found.id == duty]
            open_ = record.decisions[asks[duty]].outcome == "undetermined"
            duties[duty] = sorted({str(found.plan_for or "owed") for found in owed}) or ("undetermined" if open_ else "not_owed")
            if owed:
                by[duty] = owed[0].by
        expect = {"outcomes": outcomes, "duties": duties, "by": by}
        yield Vector(f"council/{name}", "england", as_of, facts, tuple(children), expect)


PLANTED: Final = (
    "holidays_of_scotland",
    "from_the_suspicion",
    "disagreement_stops_the_clock",
    "review_from_the_notification",
    "review_from_the_decision",
    "recovery_excludes",
    "setting_before_2018",
    "another_agency_suspects",
    "age_at_death_only",
    "regulation_40_on_the_council",
    "death_in_care_needs_suspicion",
    "care_leavers_from_18",
)


if __name__ == "__main__":
    (COUNCIL / "vectors.jsonl").write_text("".join(map(line_of, vectors())), encoding="utf-8")
