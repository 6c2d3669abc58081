"""The rules of profile `bcp` as they stood on 27 March 2024, written by hand as plain if and else: what the library's speed is measured against.

Nothing here is generated, and nothing is read from the rule files but the order of facts in a row. Each rule's three answers are made once.
Truth has three values: `None` is unknown. A rule comes out undetermined only if the unknown facts could still make it either.

What several rules share is worked out once, and whole groups fall away together: no rule about a death is met if the child is alive, no rule
about children's homes if the child does not live in one, and none that builds on a serious incident if there was none.
"""

from __future__ import annotations

from cspr_rules import Ruleset, load_ruleset
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.ruleset import with_parts
from cspr_rules.model.values import NOT_YET, Between, Row
from tests.benchmarks.handwritten_answers import (
    HARM_ABROAD,
    HARM_ELSEWHERE,
    HARM_HERE,
    OTHER_PLACES,
    WRITTEN,
    Answer,
    Truth,
    all_not_met,
    facts,
    rule,
)
from tests.benchmarks.handwritten_incident import decide_incident


def written_rules() -> Ruleset:
    """Return the shipped rules of which each is written out here: the main job, from the first concern to the rapid review.

    The rules of the later parts (local reviews, publication, the council's own alert) are decided by the same code and are not written out again.
    """
    whole = load_ruleset("bcp")
    return with_parts(whole, rules=tuple(each for each in whole.rules if each.id in WRITTEN), paths={}, stages=())


# -- asked of each child --------------------------------------------------------------------------------------------------------------------------

# Serious incidents
SERIOUS_INCIDENT = rule("england.notification.serious_incident", "ca2004/s16C/1")
BELOW_CRITERIA = rule("bcp.rapid_review.below_criteria", "bcp/1.9")
CANDIDATE_SCREEN = rule("bcp.notification.candidate_screen", "bcp/5.3", "bcp/5.3.a", "bcp/5.3.b")
ELSEWHERE_IN_ENGLAND = rule("england.notification.elsewhere_in_england", "panel_faq/notify", "ca2004/s16C/1")
RESIDENT_ELSEWHERE = rule("england.notification.resident_elsewhere", "ca2004/s16C/1")
REVIEW_ELSEWHERE = rule("england.rapid_review.elsewhere_in_england", "panel_faq/rr_owner")
TIME_FROM_INCIDENT = rule("england.rapid_review.time_from_incident", "wt2023/rr_time", "wt2023/rr")
TWO_AREAS = rule("england.notification.two_areas", "ca2004/s16C/1")
PLACED_OUTSIDE_ENGLAND = rule("england.notification.placed_outside_england", "ca2004/s16C/1")
PRIVATELY_FOSTERED = rule("england.notification.privately_fostered", "ca2004/s16C/1")
CHILD_WHO_CAUSED_HARM = rule("england.notification.child_who_caused_harm", "ca2004/s16C/1")
UNBORN = rule("england.notification.unborn", "ca2004/child")
RECOVERY = rule("england.notification.recovery", "wt2023/serious_harm")
SERIOUS_HARM_JUDGEMENT = rule("england.notification.serious_harm_judgement", "wt2023/serious_harm")
CAUSATION = rule("england.notification.causation", "panel_guidance_2022/causation")

# What builds on a serious incident
BUSINESS_UNIT = rule("bcp.notification.business_unit", "bcp/5.17")
DIRECT_NOTICE = rule("bcp.notification.direct_notice", "bcp/5.25")
PARTNERSHIP = rule("bcp.notification.partnership", "bcp/5.18")
THROUGH_SYSTEM = rule("bcp.notification.through_system", "bcp/6.1")
PARTNERS = rule("england.notification.partners", "govuk_notify/others")
OTHER_AREAS = rule("england.notification.other_areas", "govuk_notify/others")
OTHER_AREAS_LOCALLY = rule("bcp.notification.other_areas", "bcp/5.19")
AGREED_NOT_TO_NOTIFY = rule("england.notification.agreed_not_to_notify", "ca2004/s16C/1")
MORE_THAN_FOUR = rule("england.notification.more_than_four", "govuk_notify/one_per_incident")
ONE_NOTIFICATION = rule("england.notification.one_notification", "govuk_notify/one_per_incident")
NO_CAUSAL_LINK = rule("england.notification.no_causal_link", "ca2004/s16C/1")
PLACED_OUT_OF_AREA = rule("england.notification.placed_out_of_area", "govuk_notify/others")
WRONG_KIND = rule("england.notification.wrong_kind", "ca2004/s16C/1")
NOTIFIED_AS_OTHER = rule("england.notification.notified_as_other", "wt2023/form_kind", "ca2004/s16C/1")

# Deaths
OVERVIEW_PANEL = rule("bcp.child_death.overview_panel", "bcp/C.3.f.2")
DEATH_REVIEW = rule("england.child_death_review.resident", "ca2004/s16M/1")
DEATH_REVIEW_OF_VISITOR = rule("england.child_death_review.non_resident", "ca2004/s16M/2")
DEATH_NOTIFICATION = rule("england.child_death_review.notification", "wt2023/cdr_notify")
SUICIDE = rule("england.notification.suicide", "wt2023/suicide")
SUICIDE_OR_UNEXPLAINED = rule("england.notification.suicide_or_unexplained", "panel_guidance_2022/causation")
CARE_LEAVER = rule("england.care_leavers.death", "wt2023/careleaver_death")
CARE_LEAVER_LEARNING = rule("england.care_leavers.learning_review", "wt2023/learning_review")
CARE_LEAVER_UNDER_18 = rule("england.care_leavers.under_18", "wt2023/careleaver_under_18")
PANEL_OF_DEATH_IN_CARE = rule("england.looked_after.panel", "govuk_notify/looked_after_death")
SECRETARY_OF_STATE = rule("england.looked_after.secretary_of_state", "ca1989/sch2/p20/1/a", "wt2023/lac_death")
OFSTED = rule("england.looked_after.ofsted", "ca1989/sch2/p20/1/a/ofsted", "wt2023/lac_death")
PARENTS = rule("england.looked_after.parents", "ca1989/sch2/p20/1/b")
RESPONSIBLE_ADULTS = rule("england.looked_after.responsible_adults", "ca1989/sch2/p20/1/b")
BURIAL = rule("england.looked_after.burial", "ca1989/sch2/p20/1/c")
BURIAL_COSTS = rule("england.looked_after.burial_costs", "ca1989/sch2/p20/costs")
FUNERAL_EXPENSES = rule("england.looked_after.funeral_expenses", "ca1989/sch2/p20/1/d", "ca1989/sch2/p20/2")
STATE_AND_OFSTED_LOCALLY = rule("bcp.looked_after.secretary_of_state_and_ofsted", "bcp/5.3.c", "bcp/C.12")
ANOTHER_AUTHORITY = rule("england.looked_after.another_authority", "ca1989/sch2/p20/1/a", "ca1989/sch2/p20/1/b")
ANOTHER_AUTHORITY_LOCALLY = rule("bcp.looked_after.another_authority", "bcp/5.3.c", "bcp/5.20")
DEATH_IN_CARE_LEARNING = rule("england.looked_after.learning_review", "wt2023/learning_review")
PANEL_WILL_NOT_CONSIDER = rule("england.looked_after.panel_will_not_consider", "govuk_notify/looked_after_death")

# Settings and children's homes
SETTING = rule("bcp.notification.setting_referral", "bcp/5.14")
MENTAL_CAPACITY = rule("bcp.notification.setting_mental_capacity", "bcp/5.14.d")
HOME_EXAMPLES = rule("bcp.notification.home_examples", "bcp/5.15")
HOME_DEATH = rule("england.childrens_homes.death", "ch_regs_2015/r40/1")
HOME_DEATH_AUTHORITY = rule("england.childrens_homes.death_local_authority", "ch_regs_2015/r40/1")
HOME_DEATH_STATE = rule("england.childrens_homes.death_secretary_of_state", "ch_regs_2015/r40/1")
HOME_DEATH_OMBUDSMAN = rule("england.childrens_homes.death_ombudsman", "ch_regs_2015/r40/1")
HOME_OMBUDSMAN_INVESTIGATES = rule("england.childrens_homes.ombudsman_investigation", "ch_regs_2015/r40/2")
HOME_EXPLOITATION = rule("england.childrens_homes.sexual_exploitation", "ch_regs_2015/r40/4/a")
HOME_POLICE = rule("england.childrens_homes.police_incident", "ch_regs_2015/r40/4/b")
HOME_ENQUIRY_STARTED = rule("england.childrens_homes.protection_enquiry_started", "ch_regs_2015/r40/4/d")
HOME_ENQUIRY_CONCLUDED = rule("england.childrens_homes.protection_enquiry_concluded", "ch_regs_2015/r40/4/d")
HOME_OTHER = rule("england.childrens_homes.other_serious_incident", "ch_regs_2015/r40/4/e")
HOME_NOTICE = rule("england.childrens_homes.form_of_notice", "ch_regs_2015/r40/5")

CHILD_FACTS = facts(
    "child.place_of_harm",
    "child.place_of_death",
    "child.age_at_harm",
    "child.age_at_death",
    "child.unborn",
    "child.died",
    "child.seriously_harmed",
    "child.seriously_injured",
    "child.long_term_impairment_likely",
    "child.recovered",
)
CIRCUMSTANCES = facts(
    "child.normally_resident",
    "child.looked_after_by",
    "child.placement_leaves_residence_here",
    "child.privately_fostered",
    "child.caused_harm_to_another",
)
VIEWS = facts(
    "concern.authority_view",
    "concern.contributed",
    "setting.kind",
    "home.accommodated_in_childrens_home",
    "notification.kind",
    "notification.sent_on",
)
SERIOUS_INCIDENT_FACTS = facts(
    "incident.children_affected",
    "incident.other_area_has_interest",
    "agency.view_after_discussion",
    "child.placed_out_of_area",
)
DEATH_FACTS = facts(
    "child.stillbirth",
    "child.looked_after",
    "child.care_leaver",
    "child.death_suicide_or_unexplained",
    "child.family_known_for_abuse_or_neglect",
    "funeral.person_cannot_attend_without_hardship",
    "funeral.circumstances_warrant_payment",
)
PLACE_AND_AGE = facts(
    "child.place_of_harm",
    "child.place_of_death",
    "child.age_at_harm",
    "child.age_at_death",
    "child.normally_resident",
    "child.looked_after_by",
    "concern.authority_view",
)
HOME_FACTS = facts(
    "home.secure",
    "home.placed_by",
    "home.sexual_exploitation",
    "home.police_involved",
    "home.police_incident_serious",
    "home.protection_enquiry",
    "home.other_incident",
    "home.other_incident_serious",
)

NO_SERIOUS_INCIDENT = (
    BELOW_CRITERIA[True],
    *all_not_met(SERIOUS_INCIDENT, BUSINESS_UNIT, DIRECT_NOTICE, PARTNERSHIP, THROUGH_SYSTEM, PARTNERS, OTHER_AREAS, OTHER_AREAS_LOCALLY),
    *all_not_met(AGREED_NOT_TO_NOTIFY, MORE_THAN_FOUR, ONE_NOTIFICATION, NO_CAUSAL_LINK, PLACED_OUT_OF_AREA, WRONG_KIND, NOTIFIED_AS_OTHER),
)
CHILD_IS_ALIVE = (
    *all_not_met(OVERVIEW_PANEL, DEATH_REVIEW, DEATH_REVIEW_OF_VISITOR, SUICIDE, SUICIDE_OR_UNEXPLAINED),
    *all_not_met(CARE_LEAVER, CARE_LEAVER_LEARNING, CARE_LEAVER_UNDER_18),
    *all_not_met(PANEL_OF_DEATH_IN_CARE, SECRETARY_OF_STATE, OFSTED, PARENTS, RESPONSIBLE_ADULTS, BURIAL, STATE_AND_OFSTED_LOCALLY),
    *all_not_met(BURIAL_COSTS, FUNERAL_EXPENSES, ANOTHER_AUTHORITY, ANOTHER_AUTHORITY_LOCALLY),
    *all_not_met(DEATH_IN_CARE_LEARNING, PANEL_WILL_NOT_CONSIDER),
)
NOT_IN_A_HOME = (
    *all_not_met(HOME_EXAMPLES, HOME_DEATH, HOME_DEATH_AUTHORITY, HOME_DEATH_STATE, HOME_DEATH_OMBUDSMAN, HOME_OMBUDSMAN_INVESTIGATES),
    *all_not_met(HOME_EXPLOITATION, HOME_POLICE, HOME_ENQUIRY_STARTED, HOME_ENQUIRY_CONCLUDED, HOME_OTHER, HOME_NOTICE),
)


def below(number: int | Between | None, limit: int) -> Truth:
    """Return whether a number is below a limit; of one known within bounds, whether all that it may be is, or none."""
    if number is None:
        return None
    if isinstance(number, Between):
        if number.high is not None and number.high < limit:
            return True
        return False if number.low is not None and number.low >= limit else None
    return number < limit


def one_or_other(one: Truth, place_of_one: Truth, other: Truth, place_of_other: Truth) -> Truth:
    """Return whether one thing happened in its place, or the other in its own."""
    if (one and place_of_one) or (other and place_of_other):
        return True
    return False if (one is False or place_of_one is False) and (other is False or place_of_other is False) else None


def decide_child(row: Row) -> tuple[Answer, ...]:
    """Return the answers of the rules asked of each child."""
    (harm_place, death_place, age_harmed, age_dead, unborn, died, harmed, injured, impaired, recovered) = CHILD_FACTS(row)
    (resident, looked_after_by, resident_by_placement, privately_fostered, caused_harm) = CIRCUMSTANCES(row)
    (view, contributed, setting, in_home, kind, sent_on) = VIEWS(row)

    abuse = None if view is None else view != "neither"
    contributes = None if contributed is None else contributed != "neither"
    born = None if unborn is None else not unborn
    died_or_harmed = True if died or harmed else None if died is None or harmed is None else False
    harmed_under_18 = below(age_harmed, 18)
    if died is False:
        death_under_18: Truth = False
    else:
        dead_under_18 = below(age_dead, 18)
        death_under_18 = dead_under_18 if died or dead_under_18 is False else None
    if died_or_harmed is False or harmed_under_18 is False:
        child_harmed: Truth = False
    else:
        child_harmed = None if died_or_harmed is None else harmed_under_18

    if harm_place is None:
        harm_here = harm_elsewhere = harm_abroad = some_harm = None
    else:
        harm_here, harm_elsewhere, harm_abroad = harm_place in HARM_HERE, harm_place in HARM_ELSEWHERE, harm_place in HARM_ABROAD
        some_harm = harm_place != "no_harm_apart_from_death"
    death_elsewhere = None if death_place is None else death_place == "elsewhere_in_england"
    death_abroad = None if death_place is None else death_place == "outside_england"
    lives_here = None if resident is None else resident == "in_area"

    if abuse is False or born is False:
        on_notifying = NO_SERIOUS_INCIDENT
        serious: Truth = False
        elsewhere: Truth = False
        resident_elsewhere: Truth = False
        in_two_areas: Truth = False
        placed_abroad: Truth = False
    else:
        concern = None if abuse is None or born is None else True
        # Whether a child harmed outside England counts as living here
        if lives_here or lives_here is None:
            ours_abroad = lives_here
        elif resident == "elsewhere_in_england" or looked_after_by == "another_authority" or resident_by_placement is False:
            ours_abroad = False
        else:
            ours_abroad = None if looked_after_by is None else resident_by_placement
        harm_ours = True if harm_here else ours_abroad if harm_abroad else harm_abroad
        death_ours = True if death_place == "in_area" else ours_abroad if death_abroad else death_abroad

        serious = one_or_other(death_under_18, death_ours, child_harmed, harm_ours) and concern
        on_notifying = NO_SERIOUS_INCIDENT if serious is False else _serious_incident(row, serious, contributes, kind, sent_on)
        elsewhere = one_or_other(death_under_18, death_elsewhere, child_harmed, harm_elsewhere) and concern
        abroad = one_or_other(death_under_18, death_abroad, child_harmed, harm_abroad)
        if abroad is False or (resident is not None and resident != "elsewhere_in_england"):
            resident_elsewhere = False
        else:
            resident_elsewhere = None if abroad is None or resident is None else concern
        in_two_areas = _two_areas(child_harmed, death_under_18, harm_place, death_place, ours_abroad) and concern
        event_abroad = one_or_other(died, death_abroad, died_or_harmed, harm_abroad)
        if event_abroad is False or looked_after_by == "another_authority" or (resident is not None and resident != "outside_england"):
            placed_abroad = False
        else:
            placed_abroad = None if event_abroad is None or looked_after_by is None or resident is None else concern

    if harm_place is None or harm_place == "no_harm_apart_from_death":
        review_elsewhere = None if harm_place is None else death_elsewhere
    else:
        review_elsewhere = not harm_here and harm_elsewhere
    if sent_on is NOT_YET or (kind is not None and kind != "safeguarding"):
        rapid_review: Truth = False
    else:
        rapid_review = None if sent_on is None or kind is None else True

    # What led to a death is harm, unless it is known that nothing did.
    harm_of_death = True if died and some_harm else False if died is False or some_harm is False else None
    harmed_or_led_to_death = True if harmed or harm_of_death else None if harmed is None or harm_of_death is None else False
    child_dead_or_harmed = one_or_other(death_under_18, True, harmed_or_led_to_death, harmed_under_18)
    in_setting = one_or_other(death_under_18, True, injured, harmed_under_18)
    return (
        CANDIDATE_SCREEN[
            one_or_other(
                died,
                True if death_place == "in_area" else lives_here if death_abroad else death_abroad,
                died_or_harmed,
                True if harm_here else lives_here if harm_abroad else harm_abroad,
            )
        ],
        ELSEWHERE_IN_ENGLAND[elsewhere],
        RESIDENT_ELSEWHERE[resident_elsewhere],
        TWO_AREAS[in_two_areas],
        PLACED_OUTSIDE_ENGLAND[placed_abroad],
        REVIEW_ELSEWHERE[review_elsewhere],
        TIME_FROM_INCIDENT[True if serious or rapid_review else None if serious is None else rapid_review],
        PRIVATELY_FOSTERED[
            False if privately_fostered is False or died_or_harmed is False else None if privately_fostered is None else died_or_harmed
        ],
        CHILD_WHO_CAUSED_HARM[False if born is False or caused_harm is False else None if born is None else caused_harm],
        UNBORN[False if born or abuse is False or died_or_harmed is False else None if born is None or abuse is None else died_or_harmed],
        RECOVERY[False if died or abuse is False or recovered is False else None if died is None or abuse is None else recovered],
        SERIOUS_HARM_JUDGEMENT[
            False
            if died or born is False or harmed_under_18 is False or impaired is False
            else None
            if died is None or born is None or harmed_under_18 is None
            else impaired
        ],
        CAUSATION[
            False
            if born is False or child_dead_or_harmed is False or contributes is False
            else None
            if born is None or child_dead_or_harmed is None
            else contributes
        ],
        SETTING[False if in_setting is False or setting in OTHER_PLACES else None if setting is None else in_setting],
        MENTAL_CAPACITY[_mental_capacity(setting, died, injured, age_harmed, age_dead)],
        *on_notifying,
        *(CHILD_IS_ALIVE if died is False else _death(row, died, born, death_under_18, contributes, some_harm, harmed_under_18)),
        DEATH_NOTIFICATION[_death_notification(row, born, death_under_18)],
        *(NOT_IN_A_HOME if in_home is False else _home(row, in_home, died)),
    )


def _two_areas(child_harmed: Truth, death_under_18: Truth, harm_place: str | None, death_place: str | None, ours_abroad: Truth) -> Truth:
    """Return whether the harm and the death of a child fall to this area and to another one in England.

    One death has one place, so the harm has its part in it always.
    """
    if child_harmed is False or harm_place == "no_harm_apart_from_death":
        return False
    if harm_place is None:
        return None
    if harm_place in HARM_ELSEWHERE and harm_place in HARM_HERE:
        return child_harmed
    if harm_place == "elsewhere_in_england_and_outside_england" and ours_abroad:
        return child_harmed
    # Else the death is what brings in the other of the two areas.
    if harm_place in HARM_HERE or harm_place == "outside_england":
        death = None if death_place is None else death_place == "elsewhere_in_england"
        if harm_place == "outside_england" and death is not False:
            death = False if ours_abroad is False else None if death is None else ours_abroad
    else:
        death = True if death_place == "in_area" else False if death_place == "elsewhere_in_england" else None
        if death_place == "outside_england":
            death = ours_abroad
    if death_under_18 is False or death is False:
        # Harm elsewhere and abroad may still be two areas by itself, if the child counts as living here.
        return None if harm_place == "elsewhere_in_england_and_outside_england" and ours_abroad is None else False
    return None if death_under_18 is None or death is None else child_harmed


def _mental_capacity(setting: str | None, died: Truth, injured: Truth, age_harmed: int | Between | None, age_dead: int | Between | None) -> Truth:
    """Return whether a child under 16 died or was seriously injured when detained with the Mental Capacity Act as the basis."""
    if setting is not None and setting != "mental_capacity_detention":
        return False
    dead_under_16, harmed_under_16 = below(age_dead, 16), below(age_harmed, 16)
    hurt_under_16 = False if injured is False or harmed_under_16 is False else None if injured is None else harmed_under_16
    if died is None and dead_under_16 is not hurt_under_16:
        return None
    under_16 = dead_under_16 if died else hurt_under_16
    return False if under_16 is False else None if setting is None else under_16


def _death_notification(row: Row, born: Truth, death_under_18: Truth) -> Truth:
    """Return whether a child born alive has died, or a baby was born dead with nobody to attend the birth."""
    stillbirth = DEATH_FACTS(row)[0]
    if stillbirth == "unattended":
        return True
    if born is False or death_under_18 is False:
        return None if stillbirth is None else False
    return True if born and death_under_18 else None


def _serious_incident(row: Row, serious: Truth, contributes: Truth, kind: str | None, sent_on: object) -> tuple[Answer, ...]:
    """Return the answers of the rules that build on a serious incident; `serious` is true or unknown."""
    (affected, other_interest, view, placed_out) = SERIOUS_INCIDENT_FACTS(row)
    other_areas = other_interest if other_interest is False or serious else None
    one, four_at_most = below(affected, 2), below(affected, 5)
    if sent_on is NOT_YET or kind == "safeguarding":
        wrong_kind: Truth = False
        other_kind: Truth = False
    elif kind is None:
        wrong_kind = other_kind = None
    else:
        sent = None if sent_on is None else serious
        wrong_kind, other_kind = (False, sent) if kind == "other" else (sent, False)
    return (
        BELOW_CRITERIA[False if serious else None],
        SERIOUS_INCIDENT[serious],
        BUSINESS_UNIT[serious],
        DIRECT_NOTICE[serious],
        PARTNERSHIP[serious],
        THROUGH_SYSTEM[serious],
        PARTNERS[serious],
        OTHER_AREAS[other_areas],
        OTHER_AREAS_LOCALLY[other_areas],
        AGREED_NOT_TO_NOTIFY[None if view is None else serious if view == "agreed_not_to_notify" else False],
        MORE_THAN_FOUR[False if four_at_most else None if four_at_most is None else serious],
        ONE_NOTIFICATION[False if one else None if one is None else serious],
        NO_CAUSAL_LINK[False if contributes else None if contributes is None else serious],
        PLACED_OUT_OF_AREA[serious if placed_out else placed_out],
        WRONG_KIND[wrong_kind],
        NOTIFIED_AS_OTHER[other_kind],
    )


def _death(
    row: Row, died: Truth, born: Truth, death_under_18: Truth, contributes: Truth, some_harm: Truth, harmed_under_18: Truth
) -> tuple[Answer, ...]:
    """Return the answers of the rules about deaths; `died` is true or unknown."""
    (_, looked_after, care_leaver, suicide, family_known, hardship, warranted) = DEATH_FACTS(row)
    (harm_place, death_place, age_harmed, age_dead, resident, looked_after_by, view) = PLACE_AND_AGE(row)

    child_death = False if born is False or death_under_18 is False else None if born is None else death_under_18
    resident_here = None if resident is None else resident == "in_area"
    if child_death is False or resident_here or (death_place is not None and death_place != "in_area"):
        visitor: Truth = False
    else:
        visitor = None if death_place is None or resident_here is None else child_death
    # A young person may have been a child when what led to the death was done.
    child_then = one_or_other(below(age_dead, 18), True, some_harm, harmed_under_18)
    if born is False or suicide is False or child_then is False:
        suicide_of_child: Truth = False
    else:
        suicide_of_child = None if born is None or suicide is None or child_then is None else died
    known_family = False if suicide_of_child is False or family_known is False else None if family_known is None else suicide_of_child

    care_leaver_death = died if care_leaver else care_leaver
    under_25, dead_under_18 = below(age_dead, 25), below(age_dead, 18)
    under_25_death = False if care_leaver_death is False or under_25 is False else None if care_leaver_death is None else under_25
    under_18_death = False if care_leaver_death is False or dead_under_18 is False else None if care_leaver_death is None else dead_under_18
    # No child is concerned where a grown-up died of what was done when grown up, or of nothing that was done.
    if harm_place == "no_harm_apart_from_death":
        harmed_as_child: Truth = False
    else:
        harmed_as_child = below(age_harmed, 18)
        if harm_place is None and harmed_as_child:
            harmed_as_child = None
    if view == "neither" or (dead_under_18 is False and harmed_as_child is False):
        no_incident: Truth = True
    else:
        no_incident = None if view is None or not (dead_under_18 or harmed_as_child) else False
    leaver_learning = False if under_25_death is False or no_incident is False else None if under_25_death is None else no_incident

    in_care = died if looked_after else looked_after
    ours = False if in_care is False or looked_after_by == "another_authority" else None if looked_after_by is None else in_care
    theirs = False if in_care is False or looked_after_by == "this_authority" else None if looked_after_by is None else in_care
    unconnected = False if in_care is False or (view is not None and view != "neither") else None if view is None else in_care
    under_16 = below(age_dead, 16)
    return (
        OVERVIEW_PANEL[child_death],
        DEATH_REVIEW[False if child_death is False or resident_here is False else None if child_death is None else resident_here],
        DEATH_REVIEW_OF_VISITOR[visitor],
        SUICIDE[False if suicide_of_child is False or contributes is False else None if contributes is None else suicide_of_child],
        SUICIDE_OR_UNEXPLAINED[known_family],
        CARE_LEAVER[under_25_death],
        CARE_LEAVER_LEARNING[leaver_learning],
        CARE_LEAVER_UNDER_18[under_18_death],
        PANEL_OF_DEATH_IN_CARE[ours],
        SECRETARY_OF_STATE[ours],
        OFSTED[ours],
        PARENTS[ours],
        RESPONSIBLE_ADULTS[ours],
        BURIAL[ours],
        STATE_AND_OFSTED_LOCALLY[ours],
        BURIAL_COSTS[False if ours is False or under_16 is False else None if ours is None else under_16],
        FUNERAL_EXPENSES[
            False if ours is False or hardship is False or warranted is False else None if ours is None or hardship is None else warranted
        ],
        ANOTHER_AUTHORITY[theirs],
        ANOTHER_AUTHORITY_LOCALLY[theirs],
        DEATH_IN_CARE_LEARNING[unconnected],
        PANEL_WILL_NOT_CONSIDER[unconnected],
    )


def _home(row: Row, in_home: Truth, died: Truth) -> tuple[Answer, ...]:
    """Return the answers of the rules about children's homes; `in_home` is true or unknown."""
    (secure, placed_by, exploitation, police, police_serious, enquiry, other, other_serious) = HOME_FACTS(row)

    death = in_home if died else died
    exploited = None if exploitation is None else in_home if exploitation != "neither" else False
    police_incident = False if police is False or police_serious is False else None if police is None or police_serious is None else in_home
    enquired = None if enquiry is None else in_home if enquiry != "none" else False
    other_incident = False if other is False or other_serious is False else None if other is None or other_serious is None else in_home
    if death or exploited or police_incident or enquired or other_incident:
        notice: Truth = True
    elif death is None or exploited is None or police_incident is None or enquired is None or other_incident is None:
        notice = None
    else:
        notice = False
    ombudsman = False if death is False or secure is False else None if death is None else secure
    return (
        HOME_EXAMPLES[in_home],
        HOME_DEATH[death],
        HOME_DEATH_AUTHORITY[False if death is False or placed_by == "authority_where_home_is" else None if placed_by is None else death],
        HOME_DEATH_STATE[False if death is False or placed_by == "secretary_of_state" else None if placed_by is None else death],
        HOME_DEATH_OMBUDSMAN[ombudsman],
        HOME_OMBUDSMAN_INVESTIGATES[ombudsman],
        HOME_EXPLOITATION[exploited],
        HOME_POLICE[police_incident],
        HOME_ENQUIRY_STARTED[enquired],
        HOME_ENQUIRY_CONCLUDED[None if enquiry is None else in_home if enquiry == "concluded" else False],
        HOME_OTHER[other_incident],
        HOME_NOTICE[notice],
    )


def outcomes(checked: CheckedCase) -> tuple[tuple[Answer, ...], ...]:
    """Return the answers of the rules asked once, followed by the answers for each child."""
    return (decide_incident(checked.incident), *[decide_child(row) for row in checked.children])
