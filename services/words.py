"""Plain words for what a case calls by its public names, and for how far off a due date is."""

from datetime import datetime
from zoneinfo import ZoneInfo

from policy.dates import last_day, local_day
from policy.designation.missing import ended_in_words
from policy.status import CorrectionView, FormerView, MissingView
from policy.words import day_in_words
from policy.words import outcome_words as outcome_words
from policy.words import party as party

STAGES = {
    "corrective_action": "Corrective action",
    "options": "Choice of an option",
    "review": "Review of the images",
}
"""Stages whose name alone says too little."""
ATTEMPTS = {
    "repeat": "Repeat: fee",
    "reinstatement": "Reinstatement: fee",
    "reapplication": "Re-application: fee",
    "supplemental_review": "Supplemental review",
}
"""What the stage `application` is in a later round, and `review` where it is held once more."""
WINDOWS = {
    "appeal": "Right to appeal",
    "appeal_result": "Appeal result",
    "application_fee": "Payment of the application",
    "closure": "Closing, unless a form comes",
    "mid_cycle": "Mid-cycle",
    "supplemental_review": "Materials of the supplemental review",
    "plan_closure": "Closing, unless a plan comes",
    "self_audit": "Self-audit",
    "follow_up_survey": "Follow-up survey",
    "mqsa_certificate": "MQSA certificate",
    "fda_notice": "FDA must be told",
    "image_check_plan": "Plan after the image check",
    "relocation_application": "Relocation application",
}
"""Windows whose name alone says too little."""
OPTIONS = {
    "appeal": "Appeal",
    "repeat": "Repeat",
    "supplemental_review": "Supplemental review",
    "reinstate": "Reinstatement",
    "withdraw_areas": "Withdrawal of areas",
    "withdraw_unit": "Withdrawal of the unit",
    "withdraw": "Withdrawal",
}
MESSAGES = {
    "accept_application": "Application accepted",
    "add_locations": "Locations added",
    "amend_application": "Application amended",
    "assign_arbitrator": "Arbitrator assigned",
    "call_off_validation_survey": "Validation survey called off",
    "choose_option": "Option form",
    "change_facility": "Change of the facility",
    "close_case": "Case closed by the office",
    "confirm_corrective_actions": "Corrective actions confirmed",
    "correct_accreditation_decision": "Final report corrected",
    "correct_appeal_result": "Appeal result corrected",
    "correct_final_report": "Final report corrected",
    "correct_survey_report": "Survey report corrected",
    "correct_testing_package": "Testing package corrected",
    "confirm_pledge": "Pledge confirmed",
    "decide_accreditation": "Final report",
    "decide_after_failure": "Decision after the failure",
    "decide_corrective_action_plan": "Decision on the plan",
    "decide_designation": "Decision",
    "decide_validation": "Decision on the validation survey",
    "extend_due_date": "Due date extended",
    "extend_provisional_certificate": "Provisional certificate extended",
    "file_survey_report": "Survey report",
    "file_validation_report": "Report of the validation survey",
    "grant_interim_accreditation": "Interim accreditation",
    "invoice_travel_expenses": "Travel expenses invoiced",
    "issue_appeal_result": "Appeal result",
    "issue_credit_note": "Credit note issued",
    "issue_final_report": "Final report",
    "issue_supplemental_result": "Result of the supplemental review",
    "note": "Note of the office",
    "pause_case": "Paused",
    "resume_case": "Resumed",
    "reopen_case": "Opened again",
    "move_edition": "Moved to another edition",
    "order_validation_survey": "Validation survey ordered",
    "order_image_check": "Image check ordered",
    "quote_fee": "Fee quoted",
    "record_mqsa_certificate": "MQSA certificate",
    "record_payment": "Payment recorded",
    "record_refund": "Refund recorded",
    "report_added_unit": "Another unit reported",
    "report_bounced_letter": "A letter came back",
    "report_contact_left": "A contact has left",
    "report_loaner_unit": "Loaner unit reported",
    "report_replaced_unit": "Replacement of the unit reported",
    "send_letter_again": "Letter sent again",
    "report_personnel_change": "Change of key personnel",
    "report_relocation": "Relocation reported",
    "reissue_invoice": "Invoice issued anew",
    "report_image_check": "Image check reported",
    "resolve_attention": "Attention resolved",
    "return_application": "Application returned",
    "return_images": "Images returned",
    "schedule_survey": "Survey scheduled",
    "set_supplemental_review": "Terms of the supplemental review",
    "start_renewal": "Renewal applied for",
    "submit_annual_update": "Annual update",
    "submit_appeal_materials": "Appeal materials",
    "submit_committee_appeal": "Appeal to the committee",
    "submit_image_check_plan": "Plan after the image check",
    "submit_corrective_action_plan": "Corrective action plan",
    "submit_supplemental_materials": "Materials of the supplemental review",
    "submit_reapplication": "Re-application",
    "submit_self_audit": "Self-audit",
    "submit_testing_package": "Testing package",
    "submit_validation_response": "Response to the validation survey",
    "undo_option": "Option undone",
    "undo_payment": "Payment undone",
    "view_final_report": "Report viewed",
    "withdraw_case": "Withdrawn by the facility",
    "write_off": "Written off",
}
NOTICES = {
    "invoice": "Invoice letter",
    "waiting": "Still awaited",
    "mid_cycle": "Mid-cycle",
    "committee_appeal": "Appeal received",
    "deferred": "Final report: deferred",
    "denied": "Final report: denied",
    "follow_up_survey_due": "Follow-up survey due",
    "follow_up_survey_overdue": "Follow-up survey overdue",
    "plan_overdue": "Plan overdue",
    "self_audit_overdue": "Self-audit overdue",
    "self_audit_reminder": "Self-audit reminder",
    "non_compliance": "Failed for non-compliance",
    "mqsa_provisional": "Provisional certificate",
    "mqsa_extended": "Provisional certificate extended",
    "mqsa_certificate_reminder": "MQSA certificate ends",
    "interim_granted": "Interim accreditation",
    "fda_failure": "Failure told to FDA",
    "fda_extension": "Extension told to FDA",
}
"""Notices whose kind alone says too little."""


def plain(name: str) -> str:
    """Return a public name as words, for example `Not granted` for `not_granted`."""
    return name.replace("_", " ").strip().capitalize()


def stage_words(stage: str, attempt: str = "") -> str:
    """Return a stage in words; `attempt` tells the rounds of the stage `application` apart."""
    return ATTEMPTS.get(attempt) or STAGES.get(stage) or plain(stage)


def window_words(name: str, *, designation: bool) -> str:
    """Return a window in words; what expires is a certificate, or a designation."""
    if name == "expiry":
        return "Designation" if designation else "Certificate"
    return WINDOWS.get(name) or plain(name)


def notice_words(kind: str) -> str:
    """Return a notice in words."""
    return NOTICES.get(kind) or plain(kind)


def message_words(name: str) -> str:
    """Return a message in words."""
    return MESSAGES.get(name) or plain(name)


def distance(due_at: datetime, zone: ZoneInfo, now: datetime) -> str:
    """Return how far a due instant's last day is from today, for example `in 12 days`, `today`, `3 days overdue`."""
    days = (last_day(due_at, zone) - local_day(now, zone)).days
    if now >= due_at:
        return f"{max(-days, 0)} days overdue" if days != -1 else "1 day overdue"
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def correction_words(one: CorrectionView, zone: ZoneInfo) -> str:
    """Return what was corrected, when and why: `Final report of 28 March 2028 corrected on 2 April 2028: mistyped`."""
    done = "undone" if one.what in ("option", "closing") else "corrected"
    first, day = (day_in_words(local_day(at, zone)) for at in (one.first_at, one.at))
    reason = f": {one.reason}" if one.reason else ""
    return f"{plain(one.what)} of {first} {done} on {day}{reason}"


def former_words(former: FormerView, zone: ZoneInfo) -> str:
    """Return what a facility was before: `Sample Imaging Center (OH-0417) until 3 May 2028; merged`."""
    name = f"{former.name} ({former.id})" if former.name else former.id
    return f"{name} until {day_in_words(local_day(former.until, zone))}; {plain(former.kind).lower()}"


def missing_words(missing: MissingView, zone: ZoneInfo) -> str:
    """Return which accreditation a designation lacks: `the CT accreditation of OH-0417 ended: expired, 3 May 2028`."""
    text = ended_in_words(missing.facility, missing.modality, str(missing.outcome))
    return f"{text}, {day_in_words(local_day(missing.at, zone))}"
