"""A small council system, right as far as it goes: deaths and serious harm from December 2023 on, in whole facts.

It is written without cspr-rules, as a council's own system would be. None stands for what is not known.
"""

import re
from datetime import date, timedelta

DAYS_OFF = """
2023-12-25 2023-12-26 2024-01-01 2024-03-29 2024-04-01 2024-05-06 2024-05-27 2024-08-26 2024-12-25 2024-12-26
2025-01-01 2025-04-18 2025-04-21 2025-05-05 2025-05-26 2025-08-25 2025-12-25 2025-12-26 2026-01-01 2026-04-03
2026-04-06 2026-05-04 2026-05-25 2026-08-31 2026-12-25 2026-12-28 2027-01-01 2027-03-26 2027-03-29 2027-05-03
2027-05-31 2027-08-30 2027-12-27 2027-12-28
"""
BANK_HOLIDAYS = set(map(date.fromisoformat, DAYS_OFF.split()))
HERE = ("in_area", "in_area_and_elsewhere_in_england", "in_area_and_outside_england", "in_all_three")
ABROAD = ("outside_england", "in_area_and_outside_england", "elsewhere_in_england_and_outside_england", "in_all_three")


# Facts on which these answers can turn and which are not modelled.
NOT_MODELLED = {"child.stillbirth", "child.placement_leaves_residence_here"}


def both(*parts):
    """Return whether every part holds; None where that cannot be said yet."""
    return False if False in parts else None if None in parts else True


def either(*parts):
    """Return whether one of the parts holds; None where that cannot be said yet."""
    return True if True in parts else None if None in parts else False


def is_in(value, values):
    """Return whether a value is one of several; None where it is not known."""
    return None if value is None else value in values


def under(age, limit):
    """Return whether an age is under a limit; None where it is not known."""
    return None if age is None else age < limit


def working_days(start, count):
    """Return the last of some working days after a day, or None where there is no day to count from."""
    if start is None:
        return None
    day = start
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5 and day not in BANK_HOLIDAYS
    return day


def day_of(facts, fact):
    """Return the day of a fact; None where it is not known or has not come."""
    value = facts.get(fact)
    return None if value in (None, "not_yet") else date.fromisoformat(value)


def known_in_part(fact, value):
    """Return whether a day or an age is known in part only, such as a month or an age under 18."""
    return isinstance(value, str) and ("age_at_" in fact or (fact.endswith("_on") and not re.fullmatch(r"\d{4}-\d\d-\d\d|not_yet", value)))


def understood(facts):
    """Return a child's facts with what follows from them."""
    known = {fact: value["value"] if isinstance(value, dict) else value for fact, value in facts.items()}
    if {"child.died_on", "child.age_at_death", "child.place_of_death"} & known.keys():
        known.setdefault("child.died", True)
    if {"child.age_at_death", "child.age_at_harm"} & known.keys():
        known.setdefault("child.unborn", False)
    if "child.looked_after_by" in known:
        known.setdefault("child.looked_after", True)
    if known.get("child.age_at_death", 0) >= 18 or known.get("child.care_leaver") or known.get("child.unborn"):
        known.setdefault("child.looked_after", False)  # nobody is both, and nobody is looked after from 18 on
    if known.get("child.looked_after") or known.get("child.unborn"):
        known.setdefault("child.care_leaver", False)
    return known


def not_true(value):
    """Return whether something is not so; None where it is not known."""
    return None if value is None else not value


def panel(child):
    """Return whether the Panel must be notified."""
    get = child.get
    lived_here = is_in(get("child.normally_resident"), ("in_area",))
    died_here = either(is_in(get("child.place_of_death"), ("in_area",)), both(is_in(get("child.place_of_death"), ("outside_england",)), lived_here))
    harmed_here = either(is_in(get("child.place_of_harm"), HERE), both(is_in(get("child.place_of_harm"), ABROAD), lived_here))
    harmed = get("child.seriously_harmed")
    at_harm = get("child.age_at_harm")
    view = get("concern.authority_view")
    return both(
        is_in(view, ("known", "suspected")),
        not_true(get("child.unborn")),
        either(
            both(get("child.died"), under(get("child.age_at_death"), 18), died_here),
            both(either(harmed, get("child.died")), under(at_harm, 18), harmed_here),
        ),
    )


def looked_after_death(child):
    """Return whether the Secretary of State must be told of a looked after child's death."""
    return both(child.get("child.died"), child.get("child.looked_after"), is_in(child.get("child.looked_after_by"), ("this_authority",)))


def care_leaver_death(child):
    """Return whether the death of a care leaver should be reported."""
    return both(child.get("child.died"), child.get("child.care_leaver"), under(child.get("child.age_at_death"), 25))


def death_in_home(child):
    """Return whether the children's home must give notice of a death."""
    return both(child.get("child.died"), child.get("home.accommodated_in_childrens_home"))


def review(facts):
    """Return whether a rapid review should be undertaken: a safeguarding notification was sent."""
    sent = facts.get("notification.sent_on")
    return both(None if sent is None else sent != "not_yet", is_in(facts.get("notification.kind"), ("safeguarding",)))


def answer(case, as_of):
    """Return the answers about a case."""
    facts = case["facts"]
    every = [(fact, value) for each in (facts, *(case.get("children") or [])) for fact, value in each.items()]
    if any(fact in NOT_MODELLED or known_in_part(fact, value) for fact, value in every):
        # What a system does not model it says so: the harness answers "skipped", with these words, and nothing is guessed.
        raise NotImplementedError("stillbirths, placements that leave residence here, and days and ages known in part are not modelled")
    children = [understood({**facts, **child}) for child in case.get("children") or [{}]]
    aware, occurred = day_of(facts, "incident.authority_aware_on"), day_of(facts, "incident.occurred_on")
    if occurred is None or occurred < date(2023, 12, 15):  # not modelled either, and said so
        raise NotImplementedError("only incidents from 15 December 2023 on, with their day, are modelled")
    sent = day_of(facts, "notification.sent_on")
    said = {"outcomes": {}, "duties": {}, "by": {}}

    def rule(name, found, duty, days, by):
        words = {True: "met", False: "not_met", None: "undetermined"}
        said["outcomes"][name] = [words[each] for each in found] if len(found) > 1 else words[found[0]]
        if True in found:
            owed = sorted({str(day) if day else "owed" for each, day in zip(found, days, strict=True) if each})
            said["duties"][duty], said["by"][duty] = owed, by
        else:
            said["duties"][duty] = "undetermined" if None in found else "not_owed"

    notify = [panel(child) for child in children]
    # Suspicion that was formed later has a clock of its own, which ends later than that from becoming aware.
    by_day = working_days(aware, 5)
    rule("england.notification.serious_incident", notify, "notify_panel", [by_day] * len(children), "local_authority")
    told = [working_days(aware, 5)] * len(children)
    looked_after = [looked_after_death(child) for child in children]
    rule("england.looked_after.secretary_of_state", looked_after, "tell_secretary_of_state", told, "looking_after_authority")
    leavers = [care_leaver_death(child) for child in children]
    rule("england.care_leavers.death", leavers, "report_care_leaver_death", told, "local_authority")
    deaths = [day_of(child, "child.died_on") for child in children]
    home = [each and each + timedelta(days=1) for each in deaths]  # 24 hours, in whole days
    in_home = [death_in_home(child) for child in children]
    rule("england.childrens_homes.death", in_home, "tell_ofsted_and_others_of_death", home, "registered_person")
    reviewed = review(facts)
    rule("england.rapid_review.undertake", [reviewed], "undertake_rapid_review", [working_days(sent, 15)], "safeguarding_partners")
    with_panel = [either(each, reviewed) for each in notify]
    panel_day = [working_days(occurred, 15)] * len(children)
    rule("england.rapid_review.time_from_incident", with_panel, "have_rapid_review_with_panel", panel_day, "safeguarding_partners")
    return said
