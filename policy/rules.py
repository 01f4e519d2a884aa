"""Every rule by its id, and where it stands. The part before the dot is what the rule is about.

The first table holds the rules that can refuse a message; the second those that make something happen by themselves: a
window that closes, a notice that goes out, an invoice that is issued.
"""

from policy.verdict import Refused

S1 = "Options following a failure or deficiency (revised 03-08-2021)"
TIME = "Time requirements (revised 12-17-19)"
CHANGES = "Changes in facility, personnel, modality (revised 12-3-2020)"
UNITS = "Adding a new, replacement or loaner unit (revised 12-12-19)"
VALIDATION = "Validation site surveys (revised 8-24-2021)"
RO_PROCESS = "The accreditation process: radiation oncology (revised 6-2-2021)"
RO_OPTIONS = "Options following a failure or deficiency: radiation oncology (revised 12-12-19)"
RO_RESULTS = "Passing results: radiation oncology (revised 12-12-19)"
RO_RENEWAL = "Renewal applications in radiation oncology (revised 12-12-19)"
OFFICE = "Decisions of the office (the source is silent)"
MAMMOGRAPHY = "Options following deficiencies and failures, mammography (revised 02-26-2024)"
MAMMOGRAPHY_PROCESS = "The accreditation process, mammography (revised 11-16-2022)"
MAMMOGRAPHY_TIME = "Time requirements, mammography (revised 12-12-19)"
MAMMOGRAPHY_RENEWAL = "Renewal applications in mammography (revised 12-12-19)"
MAMMOGRAPHY_UNITS = "Adding a new, replacement, repaired, loaner or demo unit, mammography (revised 12-12-19)"
INTERIM = "Interim accreditation and MQSA certificate extensions, mammography"
CHECKS = "Validation cycles, mammography (revised 02-04-2025)"
CERTIFICATE = "The accreditation process, mammography (revised 11-16-2022): a valid certificate to operate"
MQSA = "Mammography Quality Standards Act, 42 USC 263b"

REFUSALS: dict[str, str] = {
    "actor.not_allowed": OFFICE + ": roles of the messages",
    "actor.not_verified": OFFICE + ": who sends a message proves it, by a key that the office knows",
    "actor.other_facility": OFFICE + ": a facility or practice speaks in its own cases",
    "message.id_reused": OFFICE + ": a message id stands for one content",
    "message.too_large": OFFICE + ": what a case keeps for years has bounds; longer texts go as documents",
    "case.full": OFFICE + ": a case takes no more than it can write down",
    "message.contains_phi": OFFICE + ": a case is kept for years, and nothing in it tells who a patient is",
    "message.no_such_time": OFFICE + ": a local time that the clocks leave out is no time",
    "message.in_future": OFFICE + ": nothing is received before it is sent",
    "case.being_adopted": OFFICE + ": what happened before a case was adopted is entered first",
    "message.stamp_not_believed": OFFICE + ": a stamp is believed three days back, further only for what was handed in",
    "message.date_out_of_range": OFFICE + ": no date before 2000 or more than 20 years ahead",
    "message.window_over": OFFICE + ": what would close a case at once is not entered as if it were past",
    "case.wrong_stage": OFFICE + ": order of the stages",
    "case.closed": OFFICE + ": a closed case takes no messages",
    "payment.unknown_invoice": OFFICE + ": a payment belongs to an invoice of the case",
    "payment.unknown_payment": OFFICE + ": a payment is undone by the id of the message that recorded it, once",
    "payment.recorded_before": OFFICE + ": the same amount of the same day, twice, is asked about before it is booked",
    "payment.refunded": OFFICE + ": what was sent back cannot be taken back as if it had never come",
    "refund.exceeds_overpayment": OFFICE + ": no more is sent back than was paid too much",
    "refund.before_payment": OFFICE + ": nothing is sent back before it came",
    "refund.in_future": OFFICE + ": a refund is recorded when it has been sent",
    "write_off.exceeds_outstanding": OFFICE + ": no more is given up than is owed",
    "credit.exceeds_invoice": OFFICE + ": a credit note takes no more off an invoice than it asks for",
    "payment.exceeds_bounds": OFFICE + ": no sum of money is larger than the books can write down",
    "payment.in_future": OFFICE + ": a payment is recorded when it has been received",
    "payment.before_invoice": OFFICE + ": money is received for an invoice that has been issued",
    "application.incomplete": "The accreditation process (revised 11-9-2022)",
    "application.not_changeable": OFFICE + ": program, state, modality and units make the case what it is",
    "application.fee_paid": OFFICE + ": where another fee is due, the paid one is taken back first",
    "case.paused": OFFICE + ": while a case is paused its windows stand still, and nothing is handed in",
    "pause.not_running": OFFICE + ": a case that is not paused is not resumed",
    "pause.day_out_of_range": OFFICE + ": a pause begins and ends when it is entered, or three days back at most",
    "note.follow_up_past": OFFICE + ": a follow-up is still to come",
    "note.too_many": OFFICE + ": what is followed up in a case is a list that somebody can keep",
    "note.no_day": OFFICE + ": whoever is to follow up on a note has a day for it",
    "correction.already_followed": OFFICE + ": what was issued is corrected until something has followed from it",
    "invoice.not_reissuable": OFFICE + ": credit notes, write-offs and refunds stand on their own invoice",
    "invoice.lines_missing": OFFICE + ": what no fee says, somebody names",
    "invoice.line_differs": OFFICE + ": a line asks for its quantity times its price",
    "invoice.exceeds_bounds": OFFICE + ": no invoice asks for more than the books write down",
    "invoice.not_waivable": OFFICE + ": what was paid stands on an invoice, which is not waived",
    "quote.not_awaited": OFFICE + ": a fee is quoted where the case waits for a quote",
    "attention.unknown_item": OFFICE + ": attention items are resolved by name",
    "edition.unknown": OFFICE + ": an edition ships with the program, or is the office's own",
    "deadline.not_running": OFFICE + ": only a running window can be extended",
    "deadline.not_later": OFFICE + ": an extension gives more time; it is taken back as far as the first due date",
    "testing.past_due": TIME + ": 45 calendar days; ask the office before the date",
    "testing.area_missing": TIME + ": the testing package covers every area under test",
    "testing.subject_missing": OFFICE + ": a clinical exam names its subject by an opaque token",
    "testing.date_missing": TIME + ": images are no older than the edition says",
    "testing.images_too_old": TIME + ": images are no older than the edition says",
    "testing.date_in_future": OFFICE + ": images are made before they are submitted",
    "testing.unknown_area": OFFICE + ": areas are those of the application",
    "testing.different_medium": S1 + ", appeals: the same way as the original submission",
    "report.area_missing": S1 + ": the final report speaks of every area under test",
    "report.unknown_area": OFFICE + ": a report speaks of the areas under test, once each",
    "report.recommendation_missing": S1 + ": the final report gives specific recommendations",
    "option_form.report_not_viewed": S1 + ": the report must be viewed before the form is available",
    "option_form.not_yet_open": S1 + ": the form is available 48 hours after report or return of images",
    "option_form.past_due": S1 + ": forms are due 15 days after the date they are sent",
    "option_form.not_attested": S1 + ": check the attestation box",
    "option_form.already_chosen": OFFICE + ": one choice a round",
    "option.not_offered": S1 + ": facility options after each deficiency",
    "appeal.past_due": S1 + ": appeal within 15 days of the final report",
    "appeal.letter_missing": S1 + ": an appeal comes with a letter",
    "appeal.wrong_signer": S1 + ": supervising physician if clinical, medical physicist if phantom",
    "appeal.different_medium": S1 + ": appeal the same way as the original submission",
    "appeal.new_case": S1 + ": new cases may not be submitted, only sequences of the original exam",
    "appeal.whole_exam": S1 + ": do not re-upload the entire exam",
    "appeal.images_with_letter": S1 + ": do not upload images with the appeal letter",
    "appeal.arbitrator_not_independent": S1 + ": the arbitrator did not take part in the review",
    "appeal.materials_incomplete": S1 + ": the result follows the receipt of all required materials",
    "appeal.already_decided": S1 + ": the arbitrator's determination is final",
    "supplemental_review.terms_missing": OFFICE + ": what a supplemental review accepts is said for each case",
    "supplemental_review.fee_invoiced": OFFICE + ": the fee of a supplemental review is named once",
    "supplemental_review.fee_not_paid": OFFICE + ": a fee that the office has named is paid before the result",
    "supplemental_review.past_due": OFFICE + ": materials are due on the day that the office has set",
    "supplemental_review.materials_incomplete": OFFICE + ": the result follows the materials, or the end of their day",
    "supplemental_review.already_decided": OFFICE + ": one supplemental review a round",
    "repeat.same_subject": S1 + ": a clinical repeat is from a different patient",
    "repeat.exam_changed": S1 + ": exam changes are not permitted in a repeat cycle",
    "repeat.not_deficient_area": S1 + ": repeat the exams that were found not acceptable",
    "plan.deficiency_not_addressed": S1 + ": address all deficiencies noted in previous reports",
    "plan.directed_action_not_addressed": S1 + ": the ACR may direct some specific corrective action",
    "plan.unknown_directed_action": OFFICE + ": directed actions are named by their ids",
    "reinstatement.plan_not_approved": S1 + ": the plan must be approved before continuing",
    "reinstatement.documents_missing": S1 + ": supporting documentation is forwarded to the ACR",
    "document.contains_phi": S1 + ": no protected health information in corrective action documentation",
    "document.unreadable": OFFICE + ": what cannot be opened cannot be reviewed",
    "document.digest_differs": OFFICE + ": a document is the one whose SHA-256 its sender vouched for",
    "document.uri_has_secret": OFFICE + ": an address is kept for years and read by many; nobody's key stands in it",
    "document.uri_chained": OFFICE + ": an address names one place, not a way through others",
    "survey.fee_not_paid": S1 + ": the facility pays a base site-visit fee",
    "survey.team_incomplete": S1 + ": a radiologist, a medical physicist and an ACR staff technologist",
    "survey.in_past": OFFICE + ": a survey is scheduled for a day that is still to come",
    "survey.mode_not_allowed": S1 + ": a scheduled on-site survey with training on site",
    "survey.area_missing": OFFICE + ": the survey's report speaks of every area of the unit",
    "modality.procedure_differs": S1 + ": options and procedures of radiation oncology differ from those of others",
    "survey.day_missing": RO_RESULTS + ": the report follows 8 to 12 weeks after the survey",
    "survey.not_held": OFFICE + ": a survey is reported on once it has been held",
    "survey.too_early": RO_OPTIONS + ": a follow-up survey 6 to 9 months after the reply to the plan",
    "decision.findings_differ": OFFICE + ": a practice is accredited where every site was found acceptable",
    "plan.past_due": RO_OPTIONS + ": a corrective action plan within 90 days",
    "plan.no_follow_up": RO_OPTIONS + ": a self-audit or survey is asked for with the approval after a deferral",
    "self_audit.documents_missing": RO_OPTIONS + ": the results of the self-audit are submitted",
    "reapplication.agreement_missing": RO_OPTIONS + ": a re-application comes with the survey agreement",
    "withdrawal.form_unsigned": S1 + ": form signed by the listed supervising physician",
    "withdrawal.area_not_withdrawable": S1 + ": the module or patient type in question",
    "withdrawal.part_not_offered": S1 + ": modules and patient types, no part of them",
    "withdrawal.patient_types_required": S1 + ": some modalities require all patient types",
    "survey.no_location": "DICOE payment policy: surveyors are required to survey at least one location",
    "designation.reason_missing": OFFICE + ": after an unsatisfactory survey a practice is designated with a reason",
    "designation.not_mid_cycle": "DICOE fee table: mid cycle is 1.5 years from the date of designation",
    "designation.tier_full": "DICOE fee table: additional locations up to 5, 10 or 15 by tier",
    "designation.case_by_case": "DICOE fee table: less than 4 additional locations in the top tier; international",
    "designation.location_known": OFFICE + ": a location is designated once",
    "mammography.other_modality": MAMMOGRAPHY + ": MQSA is about mammography alone",
    "mqsa_certificate.past": CERTIFICATE,
    "mqsa_certificate.not_on_file": MAMMOGRAPHY + ": the days left on the certificate decide",
    "mqsa_certificate.not_provisional": MQSA + ": a provisional certificate has one extension of 90 days",
    "mqsa_certificate.extended_before": MQSA + ": a provisional certificate has one extension of 90 days",
    "interim.granted_before": INTERIM + ": 45 days",
    "interim.not_accredited_before": INTERIM + ": only of a facility that was fully accredited before",
    "interim.materials_missing": INTERIM + ": the materials have been submitted already",
    "interim.late": INTERIM + ": the facility was on time so far",
    "interim.too_early": INTERIM + ": decided when 14 days or less remain",
    "testing.not_extended": "Time requirements, mammography (revised 12-12-19): no extension of the 45 days",
    "testing.exam_undated": OFFICE + ": what must lie within days of each other says on which day it was made",
    "testing.images_apart": "Phantom testing, mammography (revised 11-22-2024): within 30 days of each other",
    "option_form.wrong_role": MAMMOGRAPHY + ": opened by the lead interpreting physician or the administrator",
    "option.certificate_days": MAMMOGRAPHY + ": more than 60 days left: repeat; 60 or fewer: reinstate",
    "option.office_decides": OFFICE + ": mammography's third row of the options could not be read",
    "option.not_decidable": MAMMOGRAPHY + ": what the first two rows of the options say",
    "image_check.under_way": OFFICE + ": one random image check at a time",
    "image_check.not_awaited": CHECKS + ": a check, then a corrective plan",
    "renewal.too_early": TIME + ": the renewal notice comes 8 months before the expiry",
    "renewal.already_started": OFFICE + ": one renewal a cycle",
    "renewal.wrong_kind": OFFICE + ": what renews a case is an application of the kind renewal",
    "renewal.other_subject": OFFICE + ": a renewal is of the same facility, modality and unit",
    "personnel.unknown_person": OFFICE + ": who has left is named as the application lists the person",
    "unit.way_not_open": UNITS + ": an addendum or reinstatement with more than 13 months left, else early renewal",
    "validation.under_way": OFFICE + ": one validation survey of a unit at a time",
    "validation.finding_missing": OFFICE + ": whoever must correct something is told what",
    "validation.respond_by_missing": OFFICE + ": no window for corrections is stated; the office sets it by report",
    "validation.respond_by_past": OFFICE + ": a window ends on a day that is still to come",
    "validation.finding_not_addressed": OFFICE + ": a response answers every finding that is not acceptable",
    "validation.reasons_missing": OFFICE + ": corrective action is asked for, and a grant revoked, with reasons",
}

EVENTS: dict[str, str] = {
    "application.id_reserved": OFFICE + ": no facility and no practice is called as the office or its portal is",
    "application.unknown_module": "Clinical image testing of the modality: its modules",
    "application.unknown_patient_type": "Clinical image testing of the modality: its patient types",
    "application.received": "The accreditation process (revised 11-9-2022): application and fee come first",
    "application.accepted": TIME + ": 45 calendar days from the day the application is processed",
    "application.returned": OFFICE + ": a returned application is corrected by the office or closed",
    "fee.due": "Fees and payments (text revised 11-9-2022): fees are not refunded",
    "payment.recorded": OFFICE + ": a payment counts when the office has recorded it",
    "survey.base_fee": S1 + ": the facility pays a base site-visit fee",
    "fee.not_configured": OFFICE + ": an amount that nobody set is not made up",
    "fee.needs_quote": "DICOE fee table, International: case by case (decided likewise for accreditation)",
    "payment.not_possible": OFFICE + ": what the books cannot write down is looked at",
    "fee.expired": "Fees and payments (text revised 11-9-2022): an unpaid application expires",
    "fee.reminder": OFFICE + ": an unpaid invoice is reminded of after its due date",
    "payment.undone": OFFICE + ": a fee whose payment was undone is unpaid again, and somebody looks",
    "invoice.credited": OFFICE + ": the office may take something off an invoice, with a reason",
    "invoice.written_off": OFFICE + ": the office may give up what is owed, with a reason",
    "refund.recorded": OFFICE + ": what was paid too much is sent back",
    "invoice.not_possible": OFFICE + ": an invoice that cannot be issued is looked at",
    "notice.no_recipient": OFFICE + ": a notice goes to the contacts of the application",
    "notice.undeliverable": OFFICE + ": a notice that the mail refuses is looked at",
    "document.unsearched": OFFICE + ": what no program could search, a person looks at",
    "notice.not_rendered": OFFICE + ": a notice is written from the office's texts",
    "case.waiting": OFFICE + ": whoever is awaited is reminded every 30 days",
    "case.adopted": OFFICE + ": what happened before a case was adopted is entered first; nobody hears of it again",
    "case.attention": OFFICE + ": after 90 days somebody at the office looks",
    "testing.inactive": TIME + ": a missed date makes the application inactive, the fee is not refunded",
    "report.deficiency": S1 + ": the final report gives specific recommendations",
    "option_form.open": S1 + ": the form is available 48 hours after report or return of images",
    "option_form.closure": OFFICE + ": without a form the case closes 30 days after its due date",
    "option.chosen": S1 + ": facility options",
    "appeal.materials_complete": S1 + ": 30 to 45 days from the receipt of all required materials",
    "appeal.packet": S1 + ": the arbitrator gets the previous reviews and the letter",
    "appeal.result_due": S1 + ": results within 30 to 45 days",
    "appeal.decided": S1 + ": the arbitrator's determination is final",
    "supplemental_review.set": OFFICE + ": what no text says of a supplemental review the office sets, case by case",
    "supplemental_review.decided": OFFICE + ": what a supplemental review finds acceptable has passed",
    "plan.decided": S1 + ": an appropriate plan must be approved; the ACR may direct actions",
    "survey.scheduled": S1 + ": a review team visits and gives training",
    "survey.reported": S1 + ": a review team visits and gives training",
    "survey.travel": S1 + ": the facility pays all travel expenses of the team",
    "withdrawal.complete": S1 + ": remove any ACR accreditation signage on display",
    "case.closed_by_acr": OFFICE + ": the office may close a case, with a reason",
    "deadline.extended": OFFICE + ": the office may extend a window, with a reason",
    "certificate.granted": "Passing results (revised 12-12-19): 3 years from the day the first area passed",
    "renewal.notice": TIME + ": the renewal notice comes 8 months before the expiry",
    "renewal.application": TIME + ": 60 calendar days from the notice",
    "certificate.expiry": "Passing results (revised 12-12-19): 3 years from the day the first area passed",
    "renewal.id_taken": OFFICE + ": a renewal whose id is another case's is looked at",
    "renewal.granted": OFFICE + ": a cycle ends when the one that renews it is granted",
    "designation.received": "DICOE, Apply: complete when facility, modality and payment sheets are filled",
    "designation.accepted": "DICOE payment policy: a survey by a radiologist, a medical physicist and ACR staff",
    "designation.surveyed": "DICOE payment policy: a survey by a radiologist, a medical physicist and ACR staff",
    "designation.granted": "DICOE fee table: a designation period is for three years",
    "designation.not_granted": OFFICE + ": a practice that does not meet the program is not designated",
    "designation.mid_cycle": "DICOE fee table: mid cycle is 1.5 years from the date of designation",
    "designation.locations_added": "DICOE fee table: $300 for each additional location",
    "designation.expiry": "DICOE fee table: a designation period is for three years",
    "designation.pledge": "Image Wisely, annual pledge process: the pledge expires every 31 December",
    "designation.accreditation": "DICOE eligibility: accreditation in all modalities provided",
    "personnel.key_role_vacant": OFFICE + ": an accredited unit has a supervising physician and a medical physicist",
    "relocation.reported": CHANGES + ": a relocation application; phantom and physicist evaluation for NM, PET, CT, MR",
    "unit.added": UNITS + ": an addendum or reinstatement with more than 13 months left, else early renewal",
    "validation.announced": VALIDATION + ": virtual or on site; accredited sites may be surveyed",
    "validation.ordered": VALIDATION + ": surveys may come without notice",
    "validation.reported": VALIDATION + ": findings on policies, checks, notices and qualifications",
    "validation.response_due": OFFICE + ": no window for corrections is stated; the office sets it by report",
    "validation.responded": OFFICE + ": the office decides with the facility's response",
    "validation.decided": OFFICE + ": what follows from a validation survey the office decides",
    "validation.revoked": OFFICE
    + ": an accreditation is revoked with reasons; signage comes down, as after a withdrawal",
    "validation.open_at_end": OFFICE + ": a validation survey that a certificate's end cuts short is looked at",
    "report.corrected": OFFICE + ": a corrected report is a new one, and windows count from it",
    "option.undone": OFFICE + ": a form whose choice is taken back keeps what was left of its time",
    "invoice.reissued": OFFICE + ": an invoice that was wrong is void, and another one takes its place",
    "pause.resumed": OFFICE + ": each due date moves by the calendar days of the pause",
    "note.follow_up": OFFICE + ": a note of the office is followed up on its day",
    "report.due": RO_RESULTS + ": the report follows 8 to 12 weeks after the survey",
    "report.deferred": RO_OPTIONS + ": a practice that is not granted accreditation is deferred or denied",
    "report.denied": RO_OPTIONS + ": a practice that is not granted accreditation is deferred or denied",
    "appeal.received": RO_OPTIONS + ": the chief appeals to the chair of the committee within thirty days",
    "plan.closure": OFFICE + ": without a corrective action plan the case closes 30 days after its due date",
    "self_audit.due": RO_OPTIONS + ": the results of a self-audit within 6 months of the reply to the plan",
    "survey.follow_up": RO_OPTIONS + ": a follow-up survey 6 to 9 months after the reply to the plan",
    "reapplication.received": RO_OPTIONS + ": a re-application with its fee and the survey agreement",
    "testing.non_compliance": "Time requirements, mammography (revised 12-12-19): failed for non-compliance, fee kept",
    "mqsa_certificate.expiry": CERTIFICATE,
    "mqsa_certificate.provisional": MQSA + ": 6 months, once the application of a new facility is accepted",
    "mqsa_certificate.extended": MQSA + ": one extension of 90 days",
    "interim.granted": INTERIM + ": 45 days",
    "interim.expiry": INTERIM + ": 45 days",
    "failure.fda": MAMMOGRAPHY + ": FDA is notified when a second attempt has failed",
    "failure.serious_risk": "21 CFR 900.4: a serious risk to human health is told to FDA within 2 business days",
    "failure.office_decides": OFFICE + ": whether a unit stops after a failure no source states",
    "fda.no_address": OFFICE + ": FDA's address stands in the office's settings",
    "image_check.ordered": CHECKS + ": random image checks",
    "image_check.reported": CHECKS + ": random image checks",
    "image_check.plan": CHECKS + ": a corrective plan within 14 calendar days",
    "case.opens": OFFICE + ": a case begins on the date that it is given",
}

RULES = REFUSALS | EVENTS
"""Where each rule stands, by its id."""


OF_DESIGNATIONS: dict[str, str] = {
    "fee.due": "DICOE payment policy (revised January 1, 2019): the fee is submitted with the application",
    "survey.travel": "DICOE payment policy: applicants pay for the surveyors' travel and expenses",
    "survey.scheduled": "DICOE payment policy: a survey by a radiologist, a medical physicist and ACR staff",
    "survey.reported": "DICOE payment policy: a survey by a radiologist, a medical physicist and ACR staff",
    "withdrawal.complete": OFFICE + ": a practice may withdraw at any time",
    "renewal.notice": OFFICE + ": the renewal notice comes 8 months before the designation ends",
    "renewal.application": OFFICE + ": a renewal is applied for within 60 days of its notice",
}
"""Where a rule that both programs share stands for a designation, where that is elsewhere."""

RADIATION_ONCOLOGY = "radiation_oncology"
OF_ONCOLOGY: dict[str, str] = {
    "application.received": RO_PROCESS + ": application and fee come first",
    "application.accepted": RO_PROCESS + ": an on-site survey by radiation oncologists and medical physicists",
    "fee.due": RO_PROCESS + ": application and fee come first",
    "survey.scheduled": RO_PROCESS + ": an on-site survey by radiation oncologists and medical physicists",
    "survey.reported": RO_RESULTS + ": the report follows 8 to 12 weeks after the survey",
    "survey.travel": RO_OPTIONS + ": the surveyors' expenses, including travel and lodging",
    "appeal.past_due": RO_OPTIONS + ": within thirty days of the receipt of the report",
    "plan.decided": RO_OPTIONS + ": the committee approves the corrective action plan",
    "appeal.decided": RO_OPTIONS + ": an appeal goes to the chair of the committee",
    "certificate.granted": RO_OPTIONS + ": a three-year accreditation",
    "certificate.expiry": RO_OPTIONS + ": a three-year accreditation",
    "renewal.notice": RO_RENEWAL + ": begin nine months before the expiry",
    "renewal.application": OFFICE + ": a renewal is applied for within 90 days of its notice",
}
"""The same for radiation oncology, which has articles of its own."""
OF_MAMMOGRAPHY: dict[str, str] = {
    "application.received": MAMMOGRAPHY_PROCESS + ": an application of its own, before anything is tested",
    "application.accepted": MAMMOGRAPHY_TIME + ": 45 calendar days, without extension",
    "testing.past_due": MAMMOGRAPHY_TIME + ": 45 calendar days, without extension",
    "report.deficiency": MAMMOGRAPHY + ": what a facility may do after a deficiency",
    "option_form.open": MAMMOGRAPHY + ": the form opens 48 hours after the report",
    "option_form.not_yet_open": MAMMOGRAPHY + ": the form opens 48 hours after the report",
    "option_form.report_not_viewed": MAMMOGRAPHY + ": the report is opened first",
    "option_form.past_due": MAMMOGRAPHY + ": the form is due 15 days after it opens",
    "option.chosen": MAMMOGRAPHY + ": facility options",
    "option.not_offered": MAMMOGRAPHY + ": facility options",
    "appeal.materials_complete": OFFICE + ": an appeal is decided in 30 to 45 days, as for other modalities",
    "appeal.packet": OFFICE + ": the arbitrator gets the previous reviews and the letter, as for other modalities",
    "appeal.result_due": OFFICE + ": an appeal is decided in 30 to 45 days, as for other modalities",
    "appeal.decided": OFFICE + ": the arbitrator's determination is final, as for other modalities",
    "plan.decided": MAMMOGRAPHY + ": documented corrective action is needed to reinstate",
    "survey.base_fee": OFFICE + ": a survey that the office asks for costs what it costs other modalities",
    "survey.scheduled": OFFICE + ": where the office asks for a survey, it is held as for other modalities",
    "survey.reported": OFFICE + ": where the office asks for a survey, it is held as for other modalities",
    "survey.travel": OFFICE + ": the facility pays the team's travel, as for other modalities",
    "withdrawal.complete": OFFICE + ": accreditation signage on display comes down, as for other modalities",
    "certificate.granted": MQSA + ": accreditation is reviewed every 3 years",
    "certificate.expiry": MQSA + ": accreditation is reviewed every 3 years",
    "renewal.notice": MAMMOGRAPHY_RENEWAL + ": the renewal notice comes 8 months before the expiry",
    "renewal.application": MAMMOGRAPHY_RENEWAL + ": within 60 days of the notice",
    "unit.added": MAMMOGRAPHY_UNITS + ": an addendum or reinstatement with more than 13 months left",
    "unit.way_not_open": MAMMOGRAPHY_UNITS + ": an addendum or reinstatement with more than 13 months left",
}
"""The same for mammography; where its articles are silent the office has decided."""
RULEBOOKS = {"dicoe": OF_DESIGNATIONS, RADIATION_ONCOLOGY: OF_ONCOLOGY, "mammography": OF_MAMMOGRAPHY}


def rulebook_of(program: str, modality: str | None) -> str:
    """Return whose articles a case cites: its program's, or those of a modality that has its own."""
    return modality if modality in RULEBOOKS else program


def source_of(rule: str, rulebook: str = "accreditation") -> str:
    """Return where a rule stands, as a case cites it that keeps to a program's articles, or to a modality's."""
    return RULEBOOKS.get(rulebook, {}).get(rule) or RULES.get(rule, OFFICE)


def is_shipped(rule: str, source: str) -> bool:
    """Return whether a rule stands where the shipped articles have it, and not where an edition or the office does."""
    shipped = {RULES.get(rule), *(book.get(rule) for book in RULEBOOKS.values())}
    return source in shipped and not source.startswith(OFFICE)


def refuse(rule: str, reason: str, *instead: str, source: str = "") -> Refused:
    """Return the refusal by a rule, with the place where it stands (another one, where two programs share a rule)."""
    return Refused(rule, reason, source=source or RULES[rule], instead=instead)
