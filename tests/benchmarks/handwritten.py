"""The rules of profile `bcp` as they stood on 27 March 2024, written by hand as plain if and else: what the library's speed is measured against.

Nothing here is generated, and nothing is read from the rule files but the order of facts in a row. Each rule's three answers are made once.
Truth has three values: `None` is unknown. A rule comes out undetermined only if the unknown facts could still make it either.

What several rules share is worked out once, and whole groups fall away together: no rule about a death is met if the child is alive, no rule
about children's homes if the child does not live in one, and none that builds on a serious incident if there was none.
"""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from cspr_rules import Ruleset, load_ruleset
from cspr_rules.model.cases import CheckedCase
from cspr_rules.model.values import NOT_YET, Row

LAW_DAY: Final = date(2024, 3, 27)
OTHER_KINDS: Final = frozenset({"looked_after_death_only", "care_leaver_death"})
Truth: TypeAlias = bool | None


class Answer(NamedTuple):
    """One rule's outcome with the provisions it rests on."""

    rule_id: str
    outcome: Literal["met", "not_met", "undetermined"]
    citations: tuple[str, ...]


Answers: TypeAlias = dict[Truth, Answer]


WRITTEN: Final[set[str]] = set()
"""Ids of the rules that are written out here."""


def written_rules() -> Ruleset:
    """Return the shipped rules of which each is written out here: the main job, from the first concern to the rapid review.

    The rules of the later parts (local reviews, publication, the council's own alert) are decided by the same code and are not written out again.
    """
    whole = load_ruleset("bcp")
    return Ruleset(
        profile=whole.profile,
        vocabulary=whole.vocabulary,
        provisions=whole.provisions,
        rules=tuple(each for each in whole.rules if each.id in WRITTEN),
        paths={},
        calendar=whole.calendar,
        discrepancies=whole.discrepancies,
        digest=whole.digest,
        checked_on=whole.checked_on,
    )


def rule(rule_id: str, *citations: str) -> Answers:
    """Return a rule's three possible answers."""
    WRITTEN.add(rule_id)
    return {
        True: Answer(rule_id, "met", citations),
        False: Answer(rule_id, "not_met", citations),
        None: Answer(rule_id, "undetermined", citations),
    }


def all_not_met(*rules: Answers) -> tuple[Answer, ...]:
    """Return the answers of a group of rules none of which is met."""
    return tuple(each[False] for each in rules)


def facts(*ids: str) -> Any:
    """Return a function that takes some facts out of a row, in the order named."""
    slot = load_ruleset("bcp").vocabulary.slot
    return itemgetter(*(slot[each] for each in ids))


# -- asked once: from a concern to the rapid review -----------------------------------------------------------------------------------------------

BRING_POTENTIAL_INCIDENT = rule("bcp.notification.potential_incident", "bcp/6.3")
DISCUSS_WITH_LEAD_OFFICER = rule("bcp.notification.other_agency", "bcp/6.5")
ESCALATE = rule("bcp.notification.escalation", "bcp/6.6")
AGENCY_DISCUSSES = rule("england.notification.other_agency", "wt2023/partner_agree")
AGENCY_INFORMS_PARTNERS = rule("england.notification.inform_partners", "wt2023/duty_holder")
DECIDE_ON_NOTIFYING = rule("england.notification.decision", "wt2023/duty_holder")
DISAGREEMENT = rule("england.notification.disagreement", "wt2023/escalation", "wt2023/disputes")
RAPID_REVIEW = rule("england.rapid_review.undertake", "wt2023/rr", "panel_faq/rr_needs_sin")
PURPOSES = rule("england.rapid_review.purposes", "wt2023/rr_aims")
SEND_REVIEW = rule("england.rapid_review.send_to_panel", "wt2023/rr_output")
WITHDRAW = rule("england.rapid_review.withdrawal", "panel_faq/rr_needs_sin")
NO_REVIEW_WITHOUT_NOTIFICATION = rule("england.rapid_review.not_without_notification", "panel_faq/rr_needs_sin")
REVIEW_ELSEWHERE = rule("england.rapid_review.elsewhere_in_england", "panel_faq/rr_owner")
MEETING = rule("bcp.rapid_review.meeting", "bcp/7.1")
AGENCY_RETURN = rule("bcp.rapid_review.agency_return", "bcp/7.3")
REPORT_TO_EXECUTIVE = rule("bcp.rapid_review.report_to_executive", "bcp/7.6", "bcp/7.7")
EXECUTIVE = rule("bcp.rapid_review.executive", "bcp/7.8.a", "bcp/7.8.b", "bcp/7.8.c")
SEND_SIGNED_OFF = rule("bcp.rapid_review.send_to_panel", "bcp/7.9")
PANEL_DISAGREES = rule("bcp.rapid_review.panel_disagrees", "bcp/7.10")
HOME_ALLEGATION = rule("england.childrens_homes.allegation", "ch_regs_2015/r40/4/c")
HOME_DBS_REFERRAL = rule("england.childrens_homes.dbs_referral", "ch_regs_2015/r40/3")
HOME_STAFF_NOTICE = rule("england.childrens_homes.form_of_notice_home", "ch_regs_2015/r40/5")

CONCERN_FACTS = facts(
    "incident.place",
    "incident.potential_serious_incident_in_council",
    "home.person_referred_to_dbs",
    "home.allegation_of_abuse",
    "agency.believes_criteria_met",
    "agency.view_after_discussion",
    "panel.disagrees_with_decision",
)
REVIEW_FACTS = facts(
    "notification.kind",
    "notification.sent_on",
    "notification.criteria_found_not_met_on",
    "rapid_review.report_to_executive_on",
    "rapid_review.executive_signed_off_on",
    "rapid_review.completed_on",
    "rapid_review.sent_to_panel_on",
)

REVIEW_NOT_MET = all_not_met(
    RAPID_REVIEW, PURPOSES, MEETING, AGENCY_RETURN, REPORT_TO_EXECUTIVE, EXECUTIVE, SEND_SIGNED_OFF, SEND_REVIEW, WITHDRAW
)  # fmt: skip


def decide_incident(row: Row) -> tuple[Answer, ...]:
    """Return the answers of the rules asked once."""
    (place, potential, dbs, allegation, agency_believes, view, disagrees) = CONCERN_FACTS(row)
    (kind, sent_on, not_met_on, to_executive_on, signed_off_on, completed_on, to_panel_on) = REVIEW_FACTS(row)
    not_agreed = None if view is None else view == "not_agreed"
    disagreement = False if agency_believes is False or not_agreed is False else None if agency_believes is None else not_agreed

    if sent_on is NOT_YET or kind in OTHER_KINDS:
        without_notification: Truth = True
        review = REVIEW_NOT_MET
    else:
        notified = None if sent_on is None or kind is None else True
        without_notification = None if notified is None else False
        review = (
            RAPID_REVIEW[notified],
            PURPOSES[notified],
            MEETING[notified],
            AGENCY_RETURN[notified],
            REPORT_TO_EXECUTIVE[notified],
            EXECUTIVE[False if to_executive_on is NOT_YET else None if to_executive_on is None else notified],
            SEND_SIGNED_OFF[False if signed_off_on is NOT_YET else None if signed_off_on is None else notified],
            SEND_REVIEW[False if completed_on is NOT_YET else None if completed_on is None else notified],
            WITHDRAW[False if not_met_on is NOT_YET else None if not_met_on is None else notified],
        )

    return (
        BRING_POTENTIAL_INCIDENT[potential],
        DISCUSS_WITH_LEAD_OFFICER[agency_believes],
        AGENCY_DISCUSSES[agency_believes],
        AGENCY_INFORMS_PARTNERS[agency_believes],
        ESCALATE[disagreement],
        DISAGREEMENT[disagreement],
        DECIDE_ON_NOTIFYING[True if potential or agency_believes else None if potential is None else agency_believes],
        NO_REVIEW_WITHOUT_NOTIFICATION[without_notification],
        REVIEW_ELSEWHERE[None if place is None else place == "elsewhere_in_england"],
        PANEL_DISAGREES[False if to_panel_on is NOT_YET or disagrees is False else None if to_panel_on is None else disagrees],
        HOME_ALLEGATION[allegation],
        HOME_DBS_REFERRAL[dbs],
        HOME_STAFF_NOTICE[True if dbs or allegation else None if dbs is None else allegation],
        *review,
    )


# -- asked of each child --------------------------------------------------------------------------------------------------------------------------

# Serious incidents
SERIOUS_INCIDENT = rule("england.notification.serious_incident", "ca2004/s16C/1")
BELOW_CRITERIA = rule("bcp.rapid_review.below_criteria", "bcp/1.9")
CANDIDATE_SCREEN = rule("bcp.notification.candidate_screen", "bcp/5.3", "bcp/5.3.a", "bcp/5.3.b")
ELSEWHERE_IN_ENGLAND = rule("england.notification.elsewhere_in_england", "panel_faq/notify", "ca2004/s16C/1")
RESIDENT_ELSEWHERE = rule("england.notification.resident_elsewhere", "ca2004/s16C/1")
UNBORN = rule("england.notification.unborn", "ca2004/child")
RECOVERY = rule("england.notification.recovery", "wt2023/serious_harm")
SERIOUS_HARM_JUDGEMENT = rule("england.notification.serious_harm_judgement", "wt2023/serious_harm")
CAUSATION = rule("england.notification.causation", "panel_guidance_2022/causation")

# What builds on a serious incident
BUSINESS_UNIT = rule("bcp.notification.business_unit", "bcp/5.17")
DIRECT_NOTICE = rule("bcp.notification.direct_notice", "bcp/5.25")
PARTNERSHIP = rule("bcp.notification.partnership", "bcp/5.18")
THROUGH_SYSTEM = rule("bcp.notification.through_system", "bcp/6.1")
PARTNERS = rule("england.notification.partners", "wt2023/partners")
OTHER_AREAS = rule("england.notification.other_areas", "wt2023/partners")
OTHER_AREAS_LOCALLY = rule("bcp.notification.other_areas", "bcp/5.19")
AGREED_NOT_TO_NOTIFY = rule("england.notification.agreed_not_to_notify", "ca2004/s16C/1")
MORE_THAN_FOUR = rule("england.notification.more_than_four", "govuk_notify/one_per_incident")
ONE_NOTIFICATION = rule("england.notification.one_notification", "govuk_notify/one_per_incident")
NO_CAUSAL_LINK = rule("england.notification.no_causal_link", "ca2004/s16C/1")
PLACED_OUT_OF_AREA = rule("england.notification.placed_out_of_area", "govuk_notify/others", "wt2023/partners")
WRONG_KIND = rule("england.notification.wrong_kind", "ca2004/s16C/1")

# Deaths
OVERVIEW_PANEL = rule("bcp.child_death.overview_panel", "bcp/C.3.f.2")
DEATH_REVIEW = rule("england.child_death_review.resident", "ca2004/s16M/1")
DEATH_REVIEW_OF_VISITOR = rule("england.child_death_review.non_resident", "ca2004/s16M/2")
SUICIDE_OR_UNEXPLAINED = rule("england.notification.suicide_or_unexplained", "panel_guidance_2022/causation")
CARE_LEAVER = rule("england.care_leavers.death", "wt2023/careleaver_death")
CARE_LEAVER_LEARNING = rule("england.care_leavers.learning_review", "wt2023/careleaver_death")
CARE_LEAVER_UNDER_18 = rule("england.care_leavers.under_18", "wt2023/careleaver_death")
PANEL_OF_DEATH_IN_CARE = rule("england.looked_after.panel", "govuk_notify/looked_after_death")
SECRETARY_OF_STATE = rule("england.looked_after.secretary_of_state", "ca1989/sch2/p20/1/a")
OFSTED = rule("england.looked_after.ofsted", "wt2023/lac_death")
PARENTS = rule("england.looked_after.parents", "ca1989/sch2/p20/1/b")
RESPONSIBLE_ADULTS = rule("england.looked_after.responsible_adults", "ca1989/sch2/p20/1/b")
BURIAL = rule("england.looked_after.burial", "ca1989/sch2/p20/1/c")
BURIAL_COSTS = rule("england.looked_after.burial_costs", "ca1989/sch2/p20/costs")
FUNERAL_EXPENSES = rule("england.looked_after.funeral_expenses", "ca1989/sch2/p20/1/d", "ca1989/sch2/p20/2")
STATE_AND_OFSTED_LOCALLY = rule("bcp.looked_after.secretary_of_state_and_ofsted", "bcp/5.3.c", "bcp/C.12")
ANOTHER_AUTHORITY = rule("england.looked_after.another_authority", "ca1989/sch2/p20/1/a", "ca1989/sch2/p20/1/b")
ANOTHER_AUTHORITY_LOCALLY = rule("bcp.looked_after.another_authority", "bcp/5.3.c", "bcp/5.20")
DEATH_IN_CARE_LEARNING = rule("england.looked_after.learning_review", "wt2023/careleaver_death")
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
    "incident.place",
    "child.unborn",
    "child.age_years",
    "child.died",
    "child.seriously_harmed",
    "child.seriously_injured",
    "child.long_term_impairment_likely",
    "child.recovered",
    "child.normally_resident",
    "concern.authority_view",
    "concern.contributed",
    "setting.kind",
    "home.accommodated_in_childrens_home",
)
SERIOUS_INCIDENT_FACTS = facts(
    "incident.children_affected",
    "incident.other_area_has_interest",
    "agency.view_after_discussion",
    "notification.kind",
    "notification.sent_on",
    "child.placed_out_of_area",
)
DEATH_FACTS = facts(
    "child.looked_after",
    "child.looked_after_by",
    "child.care_leaver",
    "child.death_suicide_or_unexplained",
    "child.family_known_for_abuse_or_neglect",
    "funeral.person_cannot_attend_without_hardship",
    "funeral.circumstances_warrant_payment",
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
    *all_not_met(AGREED_NOT_TO_NOTIFY, MORE_THAN_FOUR, ONE_NOTIFICATION, NO_CAUSAL_LINK, PLACED_OUT_OF_AREA, WRONG_KIND),
)
CHILD_IS_ALIVE = (
    *all_not_met(OVERVIEW_PANEL, DEATH_REVIEW, DEATH_REVIEW_OF_VISITOR, SUICIDE_OR_UNEXPLAINED),
    *all_not_met(CARE_LEAVER, CARE_LEAVER_LEARNING, CARE_LEAVER_UNDER_18),
    *all_not_met(PANEL_OF_DEATH_IN_CARE, SECRETARY_OF_STATE, OFSTED, PARENTS, RESPONSIBLE_ADULTS, BURIAL, STATE_AND_OFSTED_LOCALLY),
    *all_not_met(BURIAL_COSTS, FUNERAL_EXPENSES, ANOTHER_AUTHORITY, ANOTHER_AUTHORITY_LOCALLY),
    *all_not_met(DEATH_IN_CARE_LEARNING, PANEL_WILL_NOT_CONSIDER),
)
NOT_IN_A_HOME = (
    *all_not_met(HOME_EXAMPLES, HOME_DEATH, HOME_DEATH_AUTHORITY, HOME_DEATH_STATE, HOME_DEATH_OMBUDSMAN, HOME_OMBUDSMAN_INVESTIGATES),
    *all_not_met(HOME_EXPLOITATION, HOME_POLICE, HOME_ENQUIRY_STARTED, HOME_ENQUIRY_CONCLUDED, HOME_OTHER, HOME_NOTICE),
)


def decide_child(row: Row) -> tuple[Answer, ...]:
    """Return the answers of the rules asked of each child."""
    (place, unborn, age, died, harmed, injured, impaired, recovered, resident, view, contributed, setting, in_home) = CHILD_FACTS(row)

    under_18 = None if age is None else age < 18
    abuse = None if view is None else view != "neither"
    contributes = None if contributed is None else contributed != "neither"
    died_or_harmed = True if died or harmed else None if died is None or harmed is None else False
    died_or_injured = True if died or injured else None if died is None or injured is None else False
    is_child = False if unborn or under_18 is False else None if unborn is None else under_18

    decisive = resident if place == "outside_england" else place
    ours = None if decisive is None else decisive == "in_area"

    if abuse is False or is_child is False or died_or_harmed is False:
        concern: Truth = False
    else:
        concern = None if abuse is None or is_child is None or died_or_harmed is None else True

    if concern is False or ours is False:
        on_notifying = NO_SERIOUS_INCIDENT
    else:
        on_notifying = _serious_incident(row, None if concern is None else ours, contributes)
    if concern is False:
        elsewhere: Truth = False
        resident_elsewhere: Truth = False
    elif place is None:
        elsewhere = None
        resident_elsewhere = False if resident is not None and resident != "elsewhere_in_england" else None
    else:
        elsewhere = concern if place == "elsewhere_in_england" else False
        if place != "outside_england":
            resident_elsewhere = False
        else:
            resident_elsewhere = None if resident is None else concern if resident == "elsewhere_in_england" else False

    not_unborn = unborn is False
    return (
        CANDIDATE_SCREEN[False if died_or_harmed is False or ours is False else None if died_or_harmed is None else ours],
        ELSEWHERE_IN_ENGLAND[elsewhere],
        RESIDENT_ELSEWHERE[resident_elsewhere],
        UNBORN[False if not_unborn or abuse is False or died_or_harmed is False else None if unborn is None or abuse is None else died_or_harmed],
        RECOVERY[False if died or abuse is False or recovered is False else None if died is None or abuse is None else recovered],
        SERIOUS_HARM_JUDGEMENT[False if died or is_child is False or impaired is False else None if died is None or is_child is None else impaired],
        CAUSATION[
            False
            if is_child is False or died_or_harmed is False or contributes is False
            else None
            if is_child is None or died_or_harmed is None
            else contributes
        ],
        SETTING[False if died_or_injured is False or setting == "none_of_these" else None if setting is None else died_or_injured],
        MENTAL_CAPACITY[
            False
            if died_or_injured is False or (setting is not None and setting != "mental_capacity_detention") or (age is not None and age >= 16)
            else None
            if setting is None or age is None
            else died_or_injured
        ],
        *on_notifying,
        *(CHILD_IS_ALIVE if died is False else _death(row, died, is_child, age, place, resident, view)),
        *(NOT_IN_A_HOME if in_home is False else _home(row, in_home, died)),
    )


def _serious_incident(row: Row, serious: Truth, contributes: Truth) -> tuple[Answer, ...]:
    """Return the answers of the rules that build on a serious incident; `serious` is true or unknown."""
    (affected, other_interest, view, kind, sent_on, placed_out) = SERIOUS_INCIDENT_FACTS(row)
    other_areas = other_interest if other_interest is False or serious else None
    several = None if affected is None else affected >= 2
    more_than_four = None if affected is None else affected >= 5
    if sent_on is NOT_YET or kind == "safeguarding":
        wrong_kind: Truth = False
    else:
        wrong_kind = None if sent_on is None or kind is None else serious
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
        MORE_THAN_FOUR[serious if more_than_four else more_than_four],
        ONE_NOTIFICATION[serious if several else several],
        NO_CAUSAL_LINK[False if contributes else None if contributes is None else serious],
        PLACED_OUT_OF_AREA[serious if placed_out else placed_out],
        WRONG_KIND[wrong_kind],
    )


def _death(row: Row, died: Truth, is_child: Truth, age: int | None, place: str | None, resident: str | None, view: str | None) -> tuple[Answer, ...]:
    """Return the answers of the rules about deaths; `died` is true or unknown."""
    (looked_after, looked_after_by, care_leaver, suicide, family_known, hardship, warranted) = DEATH_FACTS(row)

    child_death = died if is_child else is_child
    resident_here = None if resident is None else resident == "in_area"
    if child_death is False or resident_here or (place is not None and place != "in_area"):
        visitor: Truth = False
    else:
        visitor = None if place is None or resident_here is None else child_death

    if age is None:
        adult = under_18 = under_16 = None
    else:
        adult, under_18, under_16 = 18 <= age < 25, age < 18, age < 16
    care_leaver_death = died if care_leaver else care_leaver
    adult_death = False if care_leaver_death is False or adult is False else None if care_leaver_death is None else adult
    under_18_death = False if care_leaver_death is False or under_18 is False else None if care_leaver_death is None else under_18

    in_care = died if looked_after else looked_after
    ours = False if in_care is False or looked_after_by == "another_authority" else None if looked_after_by is None else in_care
    theirs = False if in_care is False or looked_after_by == "this_authority" else None if looked_after_by is None else in_care
    unconnected = False if in_care is False or (view is not None and view != "neither") else None if view is None else in_care
    return (
        OVERVIEW_PANEL[child_death],
        DEATH_REVIEW[False if child_death is False or resident_here is False else None if child_death is None else resident_here],
        DEATH_REVIEW_OF_VISITOR[visitor],
        SUICIDE_OR_UNEXPLAINED[
            False
            if child_death is False or suicide is False or family_known is False
            else None
            if child_death is None or suicide is None
            else family_known
        ],
        CARE_LEAVER[adult_death],
        CARE_LEAVER_LEARNING[adult_death],
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
