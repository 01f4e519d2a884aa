"""Which letters a message causes, and what they will say: the same facts as the case itself gives them.

A case writes a letter from what it knows. What it tells of itself (its status, its entries, the books) is enough for
the letters that follow from one message; those that a later instant brings (reminders, an opening) are none of them.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from activities.contract import (
    MoneyWords,
    words_of_payment,
    words_of_refund,
    words_of_undoing,
    words_of_write_off,
)
from policy.accreditation.cycle import Appeal, AreaFact, AreaState, CycleFacts, Round, RoundKind
from policy.accreditation.options import form_offer
from policy.accreditation.windows import appeal_due, certificate_term, form_window, testing_due
from policy.application import AccreditationApplication, AreaKind, Medium
from policy.dates import as_instant
from policy.designation.edition import DicoeEdition
from policy.designation.term import designation_term
from policy.edition import Edition, Rules
from policy.facts import InvoiceFact, Outcome, Stage
from policy.messages import (
    AcceptApplication,
    AreaFinding,
    CloseCase,
    DecideCorrectiveActionPlan,
    DecideDesignation,
    ExtendDueDate,
    FileSurveyReport,
    IssueAppealResult,
    IssueCreditNote,
    IssueFinalReport,
    Message,
    RecordPayment,
    RecordRefund,
    ReturnApplication,
    ScheduleSurvey,
    UndoPayment,
    WithdrawCase,
    WriteOff,
)
from policy.money import judge_invoice, judge_undoing
from policy.status import CaseStatus, EntryView
from policy.words import dollars, role_in_words
from records.tables import CaseRecord, Deadline


class Before(NamedTuple):
    """What is known of a case before a message.

    Attributes:
        row: Its row in the books.
        case: How it stands.
        entries: Its timeline.
        facts: Its money, as the rules judge it.
        terms: The edition that it carries.
        at: The instant (UTC) as of which the message will count.
        issued_at: The date of what the office issues with it.
        attempt: Why its present attempt is made; empty for a designation.
    """

    row: CaseRecord
    case: CaseStatus
    entries: Sequence[EntryView]
    facts: Any
    terms: Rules
    at: datetime
    issued_at: datetime
    attempt: str = ""

    @property
    def is_designation(self) -> bool:
        """Whether it is a case of the other program."""
        return isinstance(self.terms, DicoeEdition)


class Caused(NamedTuple):
    """A letter that a message causes.

    Attributes:
        kind: Its kind.
        rule: The rule that it rests on.
        facts: What its text is filled with.
        windows: The windows that begin with it.
        closes: Whether the case closes with it, so that no window runs any more.
    """

    kind: str
    rule: str
    facts: Mapping[str, Any]
    windows: tuple[Deadline, ...] = ()
    closes: bool = False


def letters_caused(message: Message, before: Before) -> list[Caused]:
    """Return the letters that a message causes, in their order; none where it causes none, or they are not foreseen.

    Raises:
        Refused: It is about an invoice or a payment that the case does not have.
    """
    told = _CAUSES.get(type(message))
    return told(message, before) if told else []


def _window(before: Before, name: str, opens_at: datetime, due_at: datetime) -> Deadline:
    return Deadline(
        case_id=before.row.case_id, number=len(before.case.deadlines), name=name, opens_at=opens_at, due_at=due_at
    )


def _dumped(findings: Sequence[AreaFinding]) -> list[dict[str, Any]]:
    return [finding.model_dump(mode="json") for finding in findings]


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
    window = _window(before, "testing_package", before.at, due_at)
    return [Caused("application_accepted", "application.accepted", facts, (window,))]


def _return(message: ReturnApplication, _before: Before) -> list[Caused]:
    return [Caused("application_returned", "application.returned", {"reasons": list(message.reasons)})]


def _report(message: IssueFinalReport, before: Before) -> list[Caused]:
    facts = _cycle_after(before, message.findings)
    facts.deficiencies += 1
    facts.rounds[-1].findings, facts.rounds[-1].reported_at = list(message.findings), before.at
    if (granted := _granted(facts, before, message.findings)) is not None:
        return granted
    told = {"deficiencies": facts.deficiencies, "findings": _dumped(message.findings), "round": before.attempt}
    terms = cast(Edition, before.terms)
    told |= form_offer(facts, terms, before.at).told()
    return [Caused("final_report", "report.deficiency", told, tuple(_form_windows(facts, before, terms)))]


def _form_windows(facts: CycleFacts, before: Before, terms: Edition) -> list[Deadline]:
    """Return the windows that begin with a report; on CD and film they begin when the images are back."""
    if facts.medium is not Medium.UPLOAD:
        return []
    form = form_window(before.at, terms)
    appeal = appeal_due(before.at, form.due_at, facts.medium, terms)
    return [
        _window(before, "option_form", form.opens_at, form.due_at),
        _window(before, "closure", form.due_at, form.closes_at),
        _window(before, "appeal", before.at, appeal),
    ]


def _result(message: IssueAppealResult, before: Before) -> list[Caused]:
    facts = _cycle_after(before, message.findings)
    failed = not all(finding.acceptable for finding in message.findings)
    facts.deficiencies -= 0 if failed else 1
    told: dict[str, Any] = {"findings": _dumped(message.findings), "deficiencies": facts.deficiencies}
    if not failed:
        granted = _granted(facts, before, ()) or []
        return [Caused("appeal_result", "appeal.decided", told), *granted]
    terms = cast(Edition, before.terms)
    facts.rounds[-1].findings, facts.rounds[-1].reported_at = list(message.findings), before.at
    facts.rounds[-1].appeal = _decided(message, before)
    told |= form_offer(facts, terms, before.at).told()
    form = form_window(before.at, terms)
    return [
        Caused(
            "appeal_result",
            "appeal.decided",
            told,
            (
                _window(before, "option_form", form.opens_at, form.due_at),
                _window(before, "closure", form.due_at, form.closes_at),
            ),
        )
    ]


def _decided(message: IssueAppealResult, before: Before) -> Appeal:
    contested = [finding.area for finding in message.findings]
    return Appeal(
        contested=contested,
        letters=[],
        additional_images=False,
        arbitrator=message.arbitrator,
        findings=list(message.findings),
        decided_at=before.at,
    )


def _cycle_after(before: Before, findings: Sequence[AreaFinding]) -> CycleFacts:
    """Return what a cycle will know once findings are there: enough of it for what its letters offer."""
    application = AccreditationApplication.model_validate(before.case.application or before.row.application)
    found = {finding.area: finding.acceptable for finding in findings}
    known = {area.id: area.state for area in before.case.areas}
    areas = []
    for area in (area for unit in application.units for area in unit.areas):
        judged = {True: AreaState.ACCEPTABLE, False: AreaState.NOT_ACCEPTABLE}.get(found.get(area.id or ""))  # type: ignore[arg-type]
        state = judged or AreaState(known.get(area.id or "", AreaState.UNTESTED))
        kind = area.kind or AreaKind.CLINICAL
        areas.append(AreaFact(id=area.id or "", kind=kind, patient_type=area.patient_type, state=state))
    rounds = [Round(number=1, kind=RoundKind(before.attempt or RoundKind.INITIAL), areas=list(found))]
    return CycleFacts(
        case_id=before.row.case_id,
        opened_at=before.row.opened_at,
        stage=Stage.OPTIONS,
        application=application,
        areas=areas,
        rounds=rounds,
        deficiencies=before.case.deficiencies,
    )


def _granted(facts: CycleFacts, before: Before, findings: Sequence[AreaFinding]) -> list[Caused] | None:
    """Return the letter of the grant where everything that is left has passed; else None."""
    left = [area for area in facts.areas if area.state is not AreaState.WITHDRAWN]
    if any(area.state is not AreaState.ACCEPTABLE for area in left) or not left:
        return None
    first = before.row.first_passed_at if before.attempt == RoundKind.REPEAT else None
    counts_from = min(first or before.at, before.at)
    term = certificate_term(counts_from, cast(Edition, before.terms))
    told: dict[str, Any] = {
        "counts_from": counts_from.isoformat(),
        "expires_at": term.expires_at.isoformat(),
        "opens_at": term.notice_at.isoformat(),
        "areas": [area.id for area in left],
        "withdrawn": [area.id for area in facts.areas if area.state is AreaState.WITHDRAWN],
    }
    if findings:
        told |= {"round": before.attempt, "findings": _dumped(findings)}
    windows = (
        _window(before, "renewal_notice", before.at, term.notice_at),
        _window(before, "expiry", before.at, term.expires_at),
    )
    return [Caused("accredited", "certificate.granted", told, windows)]


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
    return [Caused("corrective_action_decision", "plan.decided", told)]


def _schedule(message: ScheduleSurvey, before: Before) -> list[Caused]:
    on = as_instant(message.on, before.terms.zone) if message.on else None
    told = {
        "team": [f"{member.name} ({role_in_words(member.role)})" for member in message.team],
        "mode": message.mode,
        "on": on.isoformat() if on else None,
        "locations": list(message.locations),
    }
    return [Caused("survey_scheduled", "survey.scheduled", told)]


def _survey(message: FileSurveyReport, _before: Before) -> list[Caused]:
    told = {
        "satisfactory": message.satisfactory,
        "findings": _dumped(message.findings),
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
        _window(before, name, before.issued_at, due_at)
        for name, due_at in (
            ("mid_cycle", term.mid_cycle_at),
            ("renewal_notice", term.renewal_notice_at),
            ("expiry", term.expires_at),
        )
    )
    return [Caused("designated", "designation.granted", told, windows)]


def _extension(message: ExtendDueDate, before: Before) -> list[Caused]:
    running = [one for one in before.case.deadlines if one.name == message.deadline and not one.over]
    if not running:
        return []
    until, previous = as_instant(message.until, before.terms.zone), running[-1].due_at
    told = {
        "deadline": message.deadline,
        "until": until.isoformat(),
        "previous": previous.isoformat(),
        "reason": message.reason,
        "taken_back": until < previous,
    }
    window = _window(before, message.deadline, running[-1].opens_at, until)
    return [Caused("due_date_extended", "deadline.extended", told, (window,))]


def _withdrawal(message: WithdrawCase, before: Before) -> list[Caused]:
    return [_closing(before, Outcome.WITHDRAWN, "withdrawn", "withdrawal.complete", reason=message.reason)]


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
    IssueFinalReport: _report,
    IssueAppealResult: _result,
    DecideCorrectiveActionPlan: _plan_decision,
    ScheduleSurvey: _schedule,
    FileSurveyReport: _survey,
    DecideDesignation: _designation,
    ExtendDueDate: _extension,
    WithdrawCase: _withdrawal,
    CloseCase: _close,
}
"""What each message tells by letter, at once."""


def warnings_of(message: Message, before: Before) -> list[str]:
    """Return what should be known before a message is sent: money beyond what is due, unpaid work."""
    if isinstance(message, RecordPayment):
        invoice = _invoice(before, message.invoice)
        excess = message.amount - invoice.outstanding
        if excess > 0:
            return [f"{dollars(excess)} more than invoice {invoice.number} asks for; it is recorded all the same."]
    return []
