"""Which letters a message causes, and what they will say: the same facts as the case itself gives them.

A case writes a letter from what it knows. What it tells of itself (its status, its entries, the books) is enough for
the letters that follow from one message; those that a later instant brings (reminders, an opening) are none of them.
"""

from collections.abc import Callable
from typing import Any, cast

from activities.contract import (
    MoneyWords,
    words_of_payment,
    words_of_refund,
    words_of_undoing,
    words_of_write_off,
)
from policy.accreditation.rounds import RoundKind
from policy.accreditation.supplemental_review import WINDOW
from policy.accreditation.validation import REVOKED, reasons_of
from policy.accreditation.windows import testing_due
from policy.dates import as_instant
from policy.designation.edition import DicoeEdition
from policy.designation.term import designation_term
from policy.edition import Edition
from policy.facts import InvoiceFact, Outcome
from policy.messages import (
    AcceptApplication,
    CallOffValidationSurvey,
    CloseCase,
    DecideAfterFailure,
    DecideCorrectiveActionPlan,
    DecideDesignation,
    DecideValidation,
    ExtendDueDate,
    ExtendProvisionalCertificate,
    FileSurveyReport,
    FileValidationReport,
    GrantInterimAccreditation,
    IssueAppealResult,
    IssueCreditNote,
    IssueFinalReport,
    IssueSupplementalResult,
    Message,
    OrderImageCheck,
    OrderValidationSurvey,
    PauseCase,
    RecordPayment,
    RecordRefund,
    ReportContactLeft,
    ReportImageCheck,
    ResumeCase,
    ReturnApplication,
    ScheduleSurvey,
    SetSupplementalReview,
    UndoPayment,
    WithdrawCase,
    WriteOff,
)
from policy.money import judge_invoice, judge_undoing
from policy.status import OFFICE_WINDOWS
from policy.words import dollars, role_in_words
from services.foreseen import amended, flagged, forms, keeping, mammography, oncology, surveys
from services.foreseen.before import Before, Caused, dumped, window
from services.foreseen.contacts import departure
from services.foreseen.outcomes import report, result, supplemental_result


def letters_caused(message: Message, before: Before) -> list[Caused]:
    """Return the letters that a message causes, in their order; none where it causes none, or they are not foreseen.

    Raises:
        Refused: It is about an invoice or a payment that the case does not have.
    """
    own = oncology.CAUSES if before.is_survey_based else {}
    told = own.get(type(message)) or _CAUSES.get(type(message))
    letters = told(message, before) if told else []
    return [one for one in letters if one.kind != "accredited"] if surveys.holds_grant(before) else letters


def _money(words: MoneyWords) -> list[Caused]:
    return [Caused(words.notice, words.rule, words.facts)]


def _invoice(before: Before, number: str) -> InvoiceFact:
    return judge_invoice(before.facts, number).model_copy()


def _payment(message: RecordPayment, before: Before) -> list[Caused]:
    invoice = _invoice(before, message.invoice)
    invoice.paid += message.amount
    return _money(words_of_payment(invoice, message.key(), message.amount))


def _undoing(message: UndoPayment, before: Before) -> list[Caused]:
    found, payment = judge_undoing(before.facts, message)
    invoice = found.model_copy()
    invoice.paid -= payment.amount
    return _money(words_of_undoing(invoice, payment, message.reason))


def _refund(message: RecordRefund, before: Before) -> list[Caused]:
    invoice = _invoice(before, message.invoice)
    invoice.paid -= message.amount
    return _money(words_of_refund(invoice, message.key(), message.amount, message.reason))


def _write_off(message: WriteOff, before: Before) -> list[Caused]:
    invoice = _invoice(before, message.invoice)
    invoice.written_off += message.amount
    return _money(words_of_write_off(invoice, message.amount, message.reason))


def _credit(message: IssueCreditNote, before: Before) -> list[Caused]:
    invoice = _invoice(before, message.invoice)
    invoice.credited += message.amount
    owed = max(invoice.outstanding, invoice.outstanding * 0)
    facts = {
        "invoice": invoice.number,
        "purpose": invoice.purpose,
        "amount": f"{message.amount:.2f}",
        "total": f"{invoice.total or 0:.2f}",
        "outstanding": f"{owed:.2f}",
        "due_at": invoice.due_at.isoformat() if invoice.due_at and owed else None,
        "reason": message.reason,
    }
    return [Caused("credit_note", "invoice.credited", facts)]


def _acceptance(_message: AcceptApplication, before: Before) -> list[Caused]:
    if before.is_designation:
        return [Caused("application_accepted", "designation.accepted", {})]
    due_at = testing_due(before.at, cast(Edition, before.terms))
    every = before.attempt == RoundKind.REINSTATEMENT
    states = ("untested", "not_acceptable", *(("acceptable",) if every else ()))
    areas = [area.id for area in before.case.areas if area.state in states]
    facts = {"due_at": due_at.isoformat(), "areas": areas}
    begun = window(before, "testing_package", before.at, due_at)
    accepted = Caused("application_accepted", "application.accepted", facts, (begun,))
    return [*mammography.provisional(before), accepted]


def _return(message: ReturnApplication, _before: Before) -> list[Caused]:
    return [Caused("application_returned", "application.returned", {"reasons": list(message.reasons)})]


def _plan_decision(message: DecideCorrectiveActionPlan, before: Before) -> list[Caused]:
    earlier = [
        action
        for entry in before.entries
        if entry.kind == "message" and entry.text == "decide corrective action plan"
        for action in (entry.detail.get("message") or {}).get("directed_actions") or ()
    ]
    named = [f"D{n}: {action}" for n, action in enumerate((*earlier, *message.directed_actions), start=1)]
    new = named[len(earlier) :]
    told = {
        "approved": message.approved,
        "directed_actions": new,
        "open_actions": new if message.approved else named,
    }
    if before.is_survey_based:
        return oncology.reply(message, before, told)
    return [Caused("corrective_action_decision", "plan.decided", told)]


def _schedule(message: ScheduleSurvey, before: Before) -> list[Caused]:
    on = as_instant(message.on, before.terms.zone) if message.on else None
    told = {
        "team": [f"{member.name} ({role_in_words(member.role, before.terms.words.body)})" for member in message.team],
        "mode": message.mode,
        "on": on.isoformat() if on else None,
        "locations": list(message.locations),
    }
    return [Caused("survey_scheduled", "survey.scheduled", told)]


def _survey(message: FileSurveyReport, _before: Before) -> list[Caused]:
    told = {
        "satisfactory": message.satisfactory,
        "findings": dumped(message.findings),
        "training": [{"area": training.area, "text": training.text} for training in message.training],
    }
    return [Caused("survey_report", "survey.reported", told)]


def _designation(message: DecideDesignation, before: Before) -> list[Caused]:
    if not message.designated:
        reasons = list(message.reasons) or ([message.reason] if message.reason else [])
        return [_closing(before, Outcome.NOT_DESIGNATED, "not_designated", "designation.not_granted", reasons=reasons)]
    term = designation_term(before.issued_at, cast(DicoeEdition, before.terms))
    places = (before.case.application or before.row.application).get("locations") or []
    told = {
        "counts_from": before.issued_at.isoformat(),
        "expires_at": term.expires_at.isoformat(),
        "opens_at": term.mid_cycle_at.isoformat(),
        "areas": [place["id"] for place in places if place.get("id")],
    }
    windows = tuple(
        window(before, name, before.issued_at, due_at)
        for name, due_at in (
            ("mid_cycle", term.mid_cycle_at),
            ("renewal_notice", term.renewal_notice_at),
            ("expiry", term.expires_at),
        )
    )
    return [Caused("designated", "designation.granted", told, windows)]


def _extension(message: ExtendDueDate, before: Before) -> list[Caused]:
    running = [one for one in before.case.deadlines if one.name == message.deadline and not one.over]
    if not running or message.deadline in OFFICE_WINDOWS:
        return []
    until, previous = as_instant(message.until, before.terms.zone), running[-1].due_at
    told = {
        "deadline": message.deadline,
        "until": until.isoformat(),
        "previous": previous.isoformat(),
        "reason": message.reason,
        "taken_back": until < previous,
    }
    begun = window(before, message.deadline, running[-1].opens_at, until)
    return [Caused("due_date_extended", "deadline.extended", told, (begun,))]


def _withdrawal(message: WithdrawCase, before: Before) -> list[Caused]:
    return [_closing(before, Outcome.WITHDRAWN, "withdrawn", "withdrawal.complete", reason=message.reason)]


def _validation(message: DecideValidation, before: Before) -> list[Caused]:
    if message.decision != REVOKED:
        return surveys.decision(message, before)
    certificate = before.case.certificate
    expires = certificate.expires_at.isoformat() if certificate else None
    told: dict[str, Any] = {"reasons": reasons_of(message), "expires_at": expires}
    return [_closing(before, Outcome.REVOKED, "revoked", "validation.revoked", **told)]


def _supplemental_terms(message: SetSupplementalReview, before: Before) -> list[Caused]:
    until = as_instant(message.until, before.terms.zone)
    told = {
        "areas": [area.id for area in before.case.areas if area.state == "not_acceptable"],
        "accepts": message.accepts,
        "due_at": until.isoformat(),
        "amount": f"{message.fee:.2f}" if message.fee is not None else None,
    }
    begun = (window(before, WINDOW, before.at, until),)
    return [Caused("supplemental_review_terms", "supplemental_review.set", told, begun)]


def _close(message: CloseCase, before: Before) -> list[Caused]:
    return [_closing(before, Outcome.CLOSED_BY_ACR, "closed", "case.closed_by_acr", reason=message.reason)]


def _closing(before: Before, outcome: Outcome, kind: str, rule: str, **told: Any) -> Caused:
    """Return the last letter of a case: what stays owed is what was worked for."""
    owed = [
        {
            "invoice": one.number,
            "outstanding": f"{one.outstanding:.2f}",
            "due_at": one.due_at.isoformat() if one.due_at else None,
        }
        for one in before.facts.invoices
        if one.number
        and not one.settled
        and not one.void
        and (one.payments or one.paid or one.purpose == "travel_expenses")
    ]
    return Caused(kind, rule, told | ({"owed": owed} if owed else {}) | {"outcome": outcome}, closes=True)


_CAUSES: dict[type[Message], Callable[[Any, Before], list[Caused]]] = {
    RecordPayment: _payment,
    UndoPayment: _undoing,
    RecordRefund: _refund,
    WriteOff: _write_off,
    IssueCreditNote: _credit,
    AcceptApplication: _acceptance,
    ReturnApplication: _return,
    IssueFinalReport: report,
    IssueAppealResult: result,
    DecideCorrectiveActionPlan: _plan_decision,
    ScheduleSurvey: _schedule,
    FileSurveyReport: _survey,
    DecideDesignation: _designation,
    ExtendDueDate: _extension,
    WithdrawCase: _withdrawal,
    CloseCase: _close,
    OrderValidationSurvey: surveys.order,
    CallOffValidationSurvey: surveys.calling_off,
    FileValidationReport: surveys.report,
    DecideValidation: _validation,
    PauseCase: keeping.pause,
    ResumeCase: keeping.resumption,
    SetSupplementalReview: _supplemental_terms,
    IssueSupplementalResult: supplemental_result,
    ExtendProvisionalCertificate: mammography.extension,
    GrantInterimAccreditation: mammography.interim,
    DecideAfterFailure: mammography.decision,
    OrderImageCheck: mammography.order,
    ReportImageCheck: mammography.report,
    ReportContactLeft: departure,
    **flagged.CAUSES,
    **amended.CAUSES,
    **forms.CAUSES,
}
"""What each message tells by letter, at once."""
FORESEEN = frozenset(_CAUSES) | frozenset(oncology.CAUSES)
"""The messages whose letters are shown before they are sent, as far as a message causes any."""


def warnings_of(message: Message, before: Before) -> list[str]:
    """Return what should be known before a message is sent: money beyond what is due, unpaid work."""
    if isinstance(message, RecordPayment):
        invoice = _invoice(before, message.invoice)
        excess = message.amount - invoice.outstanding
        if excess > 0:
            return [f"{dollars(excess)} more than invoice {invoice.number} asks for; it is recorded all the same."]
    return []
