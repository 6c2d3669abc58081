"""The rules asked once, from a concern to the rapid review, written by hand."""

from __future__ import annotations

from cspr_rules.model.values import NOT_YET, Row
from tests.benchmarks.handwritten_answers import (
    OTHER_KINDS,
    Answer,
    Truth,
    all_not_met,
    facts,
    rule,
)

# -- asked once: from a concern to the rapid review -----------------------------------------------------------------------------------------------

BRING_POTENTIAL_INCIDENT = rule("bcp.notification.potential_incident", "bcp/6.3")
DISCUSS_WITH_LEAD_OFFICER = rule("bcp.notification.other_agency", "bcp/6.5")
ESCALATE = rule("bcp.notification.escalation", "bcp/6.6")
AGENCY_DISCUSSES = rule("england.notification.other_agency", "wt2023/agree_notify")
AGENCY_INFORMS_PARTNERS = rule("england.notification.inform_partners", "wt2023/duty_holder")
DECIDE_ON_NOTIFYING = rule("england.notification.decision", "wt2023/duty_holder")
DISAGREEMENT = rule("england.notification.disagreement", "wt2023/escalation", "wt2023/disputes", "ca2004/s16G/4")
RAPID_REVIEW = rule("england.rapid_review.undertake", "wt2023/rr", "panel_faq/rr_needs_sin")
PURPOSES = rule("england.rapid_review.purposes", "wt2023/rr_aims")
SEND_REVIEW = rule("england.rapid_review.send_to_panel", "wt2023/rr_output")
WITHDRAW = rule("england.rapid_review.withdrawal", "panel_faq/rr_needs_sin")
NO_REVIEW_WITHOUT_NOTIFICATION = rule("england.rapid_review.not_without_notification", "panel_faq/rr_needs_sin")
PARALLEL = rule("england.rapid_review.parallel", "wt2023/parallel")
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
    "incident.potential_serious_incident_in_council",
    "incident.other_process_running",
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
    (potential, other_process, dbs, allegation, agency_believes, view, disagrees) = CONCERN_FACTS(row)
    (kind, sent_on, not_met_on, to_executive_on, signed_off_on, completed_on, to_panel_on) = REVIEW_FACTS(row)
    not_agreed = None if view is None else view == "not_agreed"
    disagreement = False if agency_believes is False or not_agreed is False else None if agency_believes is None else not_agreed

    if sent_on is NOT_YET or kind in OTHER_KINDS:
        without_notification: Truth = True
        review = REVIEW_NOT_MET
    elif kind == "other":
        without_notification = None if sent_on is None else False
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
        PARALLEL[other_process],
        PANEL_DISAGREES[False if to_panel_on is NOT_YET or disagrees is False else None if to_panel_on is None else disagrees],
        HOME_ALLEGATION[allegation],
        HOME_DBS_REFERRAL[dbs],
        HOME_STAFF_NOTICE[True if dbs or allegation else None if dbs is None else allegation],
        *review,
    )
