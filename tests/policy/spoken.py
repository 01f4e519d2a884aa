"""One message of every kind, with something in every field of its own, for the tests of the messages' shapes."""

from typing import Any

from policy.messages import Message

CLINIC = {"name": "Sample Administrator", "role": "administrator"}
OFFICE = {"name": "Sample Office", "role": "acr"}
DOCUMENT = {
    "name": "letter.pdf",
    "uri": "https://files.example.org/letter.pdf",
    "sha256": "ab" * 32,
    "signed_by": {"role": "supervising_physician", "name": "Sample Supervising Physician"},
}
FINDING = {"area": "chest", "acceptable": False, "comments": "Sample.", "equipment_concern": "Sample."}

FIELDS: dict[str, dict[str, Any]] = {
    "record_payment": {
        "invoice": "2027-0001",
        "amount": "2500.00",
        "received_on": "2027-03-12",
        "method": "check",
        "reference": "check 17",
        "again": True,
    },
    "undo_payment": {"payment": "m-1", "reason": "Sample reason."},
    "issue_credit_note": {"invoice": "2027-0001", "amount": "100.00", "reason": "Sample reason."},
    "record_refund": {
        "invoice": "2027-0001",
        "amount": "100.00",
        "reason": "Sample reason.",
        "on": "2027-03-12",
        "method": "check",
        "reference": "check 18",
    },
    "write_off": {"invoice": "2027-0001", "amount": "100.00", "reason": "Sample reason."},
    "invoice_travel_expenses": {"travel_expenses": [{"description": "Flights", "amount": "310.00"}], "again": True},
    "accept_application": {},
    "return_application": {"reasons": ["Sample reason."]},
    "submit_testing_package": {
        "medium": "upload",
        "exams": [{"area": "chest", "exam": "chest with contrast", "subject": "P-1"}],
        "documents": [DOCUMENT],
    },
    "issue_final_report": {"reviewers": ["Sample Reviewer"], "findings": [FINDING], "serious_risk": True},
    "view_final_report": {"viewer": "Sample Viewer"},
    "return_images": {},
    "choose_option": {
        "option": "appeal",
        "attested": True,
        "areas_withdrawn": ["head"],
        "withdrawal_grounds": "below_minimum",
        "withdrawal_form": DOCUMENT,
        "medium": "cd",
        "letters": [DOCUMENT],
        "documents": [DOCUMENT],
        "additional_images": True,
    },
    "submit_appeal_materials": {
        "documents": [DOCUMENT],
        "sequences": [{"area": "chest", "subject": "P-1"}],
        "whole_exam": True,
        "complete": True,
    },
    "assign_arbitrator": {"arbitrator": "Sample Arbitrator"},
    "issue_appeal_result": {"arbitrator": "Sample Arbitrator", "findings": [FINDING]},
    "set_supplemental_review": {"accepts": "Sample.", "until": "2027-05-01", "fee": "250.00"},
    "submit_supplemental_materials": {"documents": [DOCUMENT], "complete": True},
    "issue_supplemental_result": {"reviewers": ["Sample Reviewer"], "findings": [FINDING]},
    "submit_corrective_action_plan": {"documents": [DOCUMENT], "actions": [{"area": "chest", "action": "Sample."}]},
    "decide_corrective_action_plan": {
        "approved": True,
        "directed_actions": ["Sample action."],
        "follow_up": "self_audit",
    },
    "confirm_corrective_actions": {"documents": [DOCUMENT], "directed": ["D1"]},
    "schedule_survey": {
        "team": [{"name": "Sample Radiologist", "role": "radiologist"}],
        "mode": "virtual",
        "on": "2027-05-01T09:00:00Z",
        "locations": ["OH-0417"],
    },
    "file_survey_report": {
        "findings": [FINDING],
        "training": [{"area": "chest", "text": "Sample."}],
        "satisfactory": True,
        "travel_expenses": [{"description": "Flights", "amount": "812.50"}],
    },
    "decide_accreditation": {"outcome": "deferred", "findings": [FINDING]},
    "submit_self_audit": {"documents": [DOCUMENT]},
    "submit_reapplication": {"agrees_to_survey": True, "documents": [DOCUMENT]},
    "submit_committee_appeal": {"letters": [DOCUMENT], "documents": [DOCUMENT]},
    "decide_designation": {"designated": False, "reasons": ["Sample reason."]},
    "quote_fee": {"amount": "3000.00", "reason": "Sample."},
    "add_locations": {"locations": [{"id": "OH-0418"}], "payment": {"amount": "300.00"}},
    "confirm_pledge": {"pledge": "image_wisely", "year": 2028},
    "amend_application": {"changes": {"facility": {"name": "Sample"}}, "reason": "Sample."},
    "extend_due_date": {"deadline": "option_form", "until": "2027-05-01", "reason": "Sample."},
    "resolve_attention": {"item": "fee.application.1", "action": "retry", "reason": "Sample."},
    "move_edition": {"edition": "2021-03-08", "reason": "Sample."},
    "start_renewal": {"application": {"program": "accreditation"}},
    "order_validation_survey": {
        "announced": False,
        "mode": "virtual",
        "on": "2027-05-01",
        "team": [{"name": "Sample Radiologist", "role": "radiologist"}],
        "without_waiting": True,
    },
    "call_off_validation_survey": {"reason": "Sample."},
    "file_validation_report": {
        "findings": [{"area": "complaint notice", "acceptable": False, "comments": "Sample."}],
        "satisfactory": False,
        "respond_by": "2027-06-01",
        "team": [{"name": "Sample Radiologist", "role": "radiologist"}],
    },
    "submit_validation_response": {
        "documents": [DOCUMENT],
        "actions": [{"area": "complaint notice", "action": "Sample."}],
    },
    "decide_validation": {
        "decision": "under_corrective_action",
        "reasons": ["Sample reason."],
        "respond_by": "2027-07-01",
    },
    "correct_accreditation_decision": {"outcome": "denied", "findings": [FINDING], "reason": "Sample."},
    "correct_final_report": {"reviewers": ["Sample Reviewer"], "findings": [FINDING], "reason": "Sample."},
    "correct_appeal_result": {"arbitrator": "Sample Arbitrator", "findings": [FINDING], "reason": "Sample."},
    "correct_survey_report": {
        "findings": [FINDING],
        "training": [{"area": "chest", "text": "Sample."}],
        "satisfactory": True,
        "travel_expenses": [{"description": "Flights", "amount": "812.50"}],
        "reason": "Sample.",
    },
    "correct_testing_package": {
        "exams": [{"area": "chest", "exam": "chest CT", "subject": "P-1"}],
        "documents": [DOCUMENT],
        "reason": "Sample.",
    },
    "undo_option": {"reason": "Sample."},
    "reissue_invoice": {
        "invoice": "2027-0001",
        "lines": [{"description": "Fee", "quantity": 2, "unit_price": "50.00", "amount": "100.00"}],
        "reason": "Sample.",
    },
    "note": {"text": "Sample note.", "follow_up_on": "2027-05-01", "assignee": "Sample Officer"},
    "pause_case": {"reason": "Sample flood.", "on": "2027-03-12"},
    "reopen_case": {"reason": "Closed by mistake.", "closed_run": "0190-run", "known": "5a" * 32},
    "resume_case": {"on": "2027-03-12"},
    "report_personnel_change": {
        "role": "medical_physicist",
        "left": "Sample Medical Physicist",
        "on": "2027-05-01",
        "replacement": "Sample New Physicist",
    },
    "submit_annual_update": {"confirmed": True, "corrections": ["The administrator is Ann Sample."]},
    "report_relocation": {"address": "2 Sample Street, Sampleton, OH 43001", "on": "2027-05-01"},
    "report_added_unit": {
        "unit": "CT-2",
        "manufacturer": "Sample Imaging",
        "model": "CT 128",
        "way": "addendum",
    },
    "report_replaced_unit": {
        "unit": "CT-2",
        "manufacturer": "Sample Imaging",
        "model": "CT 128",
        "way": "addendum",
        "on": "2027-05-01",
    },
    "report_loaner_unit": {
        "unit": "CT-9",
        "manufacturer": "Sample Imaging",
        "model": "CT 64",
        "begins_on": "2027-05-01",
        "ends_on": "2027-06-30",
    },
    "report_contact_left": {"left": "Sample Administrator", "role": "administrator", "on": "2027-05-01"},
    "report_bounced_letter": {"notice": 1, "recipient": "an@example.org", "said": "550 5.1.1 no such user"},
    "send_letter_again": {
        "notice": 1,
        "address": "an@example.org",
        "corrected": "ann@example.org",
        "reason": "Sample reason.",
    },
    "change_facility": {
        "facility": "OH-0417",
        "kind": "merged",
        "new_id": "OH-0500",
        "name": "Sample Health Imaging",
        "street": "2 Sample Street",
        "city": "Sampleton",
        "state": "OH",
        "postal_code": "43001",
        "on": "2027-05-01",
        "new_certificate": True,
        "reason": "Sample reason.",
    },
    "withdraw_case": {"reason": "Sample."},
    "close_case": {"reason": "Sample."},
    "record_mqsa_certificate": {"kind": "full", "expires_on": "2028-05-31"},
    "extend_provisional_certificate": {"reason": "Sample."},
    "grant_interim_accreditation": {"reason": "Sample."},
    "decide_after_failure": {"unit_stops": True, "options": ["reinstate"], "reason": "Sample."},
    "order_image_check": {"reason": "Sample."},
    "report_image_check": {"findings": [FINDING]},
    "submit_image_check_plan": {"actions": [{"area": "chest", "action": "Sample."}], "documents": [DOCUMENT]},
}

OF_THE_FACILITY = {
    "submit_testing_package", "view_final_report", "choose_option", "submit_corrective_action_plan",
    "submit_supplemental_materials", "submit_self_audit", "submit_reapplication", "submit_committee_appeal",
    "confirm_corrective_actions", "add_locations", "confirm_pledge", "start_renewal", "withdraw_case",
    "submit_validation_response", "report_personnel_change", "report_relocation", "report_added_unit",
    "submit_image_check_plan", "submit_annual_update", "report_replaced_unit", "report_loaner_unit",
}  # fmt: skip
OF_EITHER = {"submit_appeal_materials", "record_mqsa_certificate", "report_contact_left"}
"""Materials are the facility's where images are uploaded, the office's for CD and film; either tells a certificate, and
who has left an administrator or the office.
"""

KINDS: dict[str, type[Message]] = {kind.NAME: kind for kind in Message.__subclasses__()}
"""Every kind of message that there is, by the name of its update."""


def data_of(name: str, /, **changes: Any) -> dict[str, Any]:
    """Return a message of a kind as JSON values, with other fields where a test needs them."""
    by = CLINIC if name in OF_THE_FACILITY else OFFICE
    return {"message_id": "m-1", "by": by} | FIELDS[name] | changes


def message_of(name: str, /, **changes: Any) -> Message:
    """Return a message of a kind."""
    return KINDS[name].model_validate(data_of(name, **changes))
