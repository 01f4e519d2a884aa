"""What of a case's timeline its facility may see: its own doing, what the office decided and told it, and money.

Not who reviewed or arbitrates, not what needs the office's attention, and not the office's reasons among itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from activities.notices.index import Audience, index_of, words_of
from activities.notices.previews import BOOKS
from policy.identity import parse_accreditation_id, parse_designation_id
from policy.messages import OFFICE
from policy.office import OfficeSettings
from policy.rules import RADIATION_ONCOLOGY, rulebook_of
from policy.status import OFFICE_WINDOWS, CaseStatus, EntryView, is_secret
from records.tables import Notice
from records.words import Program

TOLD = {
    "accept_application",
    "amend_application",
    "change_facility",
    "close_case",
    "correct_accreditation_decision",
    "correct_appeal_result",
    "correct_final_report",
    "correct_survey_report",
    "correct_testing_package",
    "decide_accreditation",
    "decide_after_failure",
    "decide_corrective_action_plan",
    "decide_designation",
    "decide_validation",
    "extend_due_date",
    "extend_provisional_certificate",
    "file_survey_report",
    "file_validation_report",
    "grant_interim_accreditation",
    "invoice_travel_expenses",
    "issue_appeal_result",
    "issue_credit_note",
    "issue_final_report",
    "issue_supplemental_result",
    "order_image_check",
    "pause_case",
    "quote_fee",
    "record_payment",
    "record_refund",
    "reissue_invoice",
    "report_image_check",
    "resume_case",
    "reopen_case",
    "return_application",
    "return_images",
    "schedule_survey",
    "set_supplemental_review",
    "undo_option",
    "undo_payment",
    "write_off",
}
"""Messages of the office that a facility sees: of all but a package's correction it has a letter too."""
SEEN = {
    "record_payment": ("amount", "invoice", "received_on", "method"),
    "correct_accreditation_decision": ("outcome",),
    "decide_accreditation": ("outcome",),
    "decide_corrective_action_plan": ("approved", "follow_up"),
    "decide_designation": ("designated",),
    "decide_validation": ("decision",),
    "decide_after_failure": ("unit_stops", "options"),
    "schedule_survey": ("on", "mode"),
    "quote_fee": ("amount",),
    "change_facility": ("facility", "kind", "new_id", "name", "street", "city", "postal_code"),
}
"""What it sees of their fields; of reports the findings."""
FINDINGS = ("findings", "satisfactory")
FIELDS = {
    "case", "opened_at", "closed_at", "stage", "outcome", "awaited_party", "awaited", "deficiencies", "areas",
    "certificate", "validation", "annual_update", "mqsa", "designation", "locations", "options", "deadlines", "paused",
    "corrections", "invoices", "edition", "renewal", "application",
    "former", "missing_accreditations",
}  # fmt: skip
"""What of a case's status a facility sees: what is not named here, it does not."""
SHOWN = {"stage", "deadline", "invoice", "payment"}
"""Kinds of entries that are shown as they are."""


def letter_kinds(book: str, *, maybe: bool = False) -> list[str]:
    """Return the kinds of notices that a facility (or, of a designation, the practice) gets.

    Args:
        book: Which program's, or those of a modality with articles of its own.
        maybe: Those too that go to whoever is awaited, which may be the office.
    """
    theirs = {Audience.FACILITY, Audience.BOTH, *((Audience.AWAITED,) if maybe else ())}
    return [kind for kind, one in index_of(book).kinds.items() if one.audience in theirs]


def letters_to_facilities() -> list[str]:
    """Return the kinds of notices that facilities and practices get, or may get."""
    return sorted({kind for book in BOOKS for kind in letter_kinds(book, maybe=True)})


def went_to_facility(notice: Notice, office: OfficeSettings) -> bool:
    """Whether a notice that was sent went to somebody beside the office itself."""
    ours = {office.issuer.email, office.mail.sender}
    return bool(set(notice.recipients) - ours)


def facility_entries(case_id: str, entries: Iterable[EntryView]) -> tuple[EntryView, ...]:
    """Return what a case's facility may see of its timeline, in the same order.

    Args:
        case_id: The case.
        entries: Its timeline.
    """
    book = book_of_id(case_id)
    letters = set(letter_kinds(book))
    kept = FINDINGS if book != RADIATION_ONCOLOGY else ()
    return tuple(seen for one in entries if (seen := _seen(one, letters, kept)) is not None)


def facility_status(case: CaseStatus) -> CaseStatus:
    """Return what a case's facility may see of how it stands: an unannounced survey, for one, it does not await."""
    hidden = set(CaseStatus.model_fields) - FIELDS
    seen: dict[str, Any] = {name: CaseStatus.model_fields[name].get_default() for name in hidden}
    seen["deadlines"] = tuple(one for one in case.deadlines if one.name not in OFFICE_WINDOWS)
    seen["corrections"] = tuple(one.model_copy(update={"reason": ""}) for one in case.corrections)
    if is_secret(case.awaited, case.validation):
        seen |= {"awaited_party": None, "awaited": ""}
    return case.model_copy(update=seen)


def book_of_id(case_id: str) -> str:
    """Return whose words a case's letters use: its program's, or those of a modality with words of its own."""
    if parse_designation_id(case_id):
        return Program.DICOE.value
    known = parse_accreditation_id(case_id)
    return words_of(rulebook_of(Program.ACCREDITATION.value, known.modality if known else None))


def _seen(entry: EntryView, letters: set[str], findings: Sequence[str]) -> EntryView | None:
    if entry.detail.get("deadline") in OFFICE_WINDOWS:
        return None
    of_office = entry.by in {role.value for role in OFFICE}
    match entry.kind:
        case "message" if of_office:
            return _of_office(entry, findings)
        case "message":
            return entry.model_copy(update={"detail": _without(entry.detail, ("reason", "by"))})
        case "refusal":
            return None if of_office else entry
        case "notice":
            kind = str(entry.detail.get("kind") or entry.text.removeprefix("Notice: ").replace(" ", "_"))
            return entry if kind in letters else None
        case "extension":
            return entry.model_copy(update={"detail": {k: v for k, v in entry.detail.items() if k != "reason"}})
        case _:
            return entry if entry.kind in SHOWN else None


def _of_office(entry: EntryView, findings: Sequence[str]) -> EntryView | None:
    """Return what is seen of the office's message; what surveyors of radiation oncology found is not."""
    name = entry.text.replace(" ", "_")
    if name not in TOLD:
        return None
    sent = entry.detail.get("message")
    fields: dict[str, Any] = sent if isinstance(sent, dict) else {}
    told = findings if name == "file_survey_report" else FINDINGS
    kept = {field: fields[field] for field in (*SEEN.get(name, ()), *told) if field in fields}
    return entry.model_copy(update={"detail": {"message": kept}})


def _without(detail: dict[str, Any], left_out: tuple[str, ...]) -> dict[str, Any]:
    """Return what an entry of the facility's own message holds, without what the office said when it entered it."""
    sent = detail.get("message")
    kept = {field: value for field, value in sent.items() if field not in left_out} if isinstance(sent, dict) else {}
    return {"message": kept, "person": detail.get("person", "")}
