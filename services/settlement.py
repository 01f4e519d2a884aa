"""Money of closed cases: what is owed stays payable, creditable, refundable, and can be written off; travel comes late.

No code of a closed case runs, so the books take it here, by the same judgement and with the same words as in an open
case: an entry that is never changed, the timeline, and a letter in the outbox. The case itself stays closed. Whoever
brought the message delivers the letter; what the mail does not take now, `reconcile` delivers.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from activities.billing import issue
from activities.contract import (
    CreditOrder,
    Entry,
    EntryKind,
    InvoiceOrder,
    MoneyWords,
    NoticeOrder,
    PaymentUndone,
    Problem,
    invoice_entries,
    notice_entry,
    payment_received,
    refund_sent,
    words_of_credit,
    words_of_payment,
    words_of_refund,
    words_of_undoing,
    words_of_write_off,
    write_off_order,
)
from activities.delivery import deliver, problems_of_step
from activities.mail import Mailer
from activities.settling import credit, give_up, pay, refund, undo
from activities.steps import invoice_notices
from activities.terms import rules_at
from policy.accreditation.backdating import judge_dating
from policy.arrival.judgement import judge_arriving
from policy.dates import local_day
from policy.facts import RULES_REVISION, CaseFacts, InvoiceFact, Stage
from policy.fees import Purpose
from policy.message_dates import judge_dates
from policy.messages import (
    FileSurveyReport,
    InvoiceTravelExpenses,
    IssueCreditNote,
    RecordPayment,
    RecordRefund,
    ScheduleSurvey,
    UndoPayment,
    WriteOff,
)
from policy.money import MoneyMessage, SettlingMessage, judge_money, judge_undoing, travel_lines
from policy.office import OfficeSettings
from policy.rules import RULES, refuse, rulebook_of
from policy.senders import counts_as_of, judge_sender
from policy.verdict import Refused, Verdict
from policy.words import day_in_words
from records.books import Books, Session
from records.cases import AFTER_CLOSING
from records.locks import lock_case
from records.money_queries import invoice_facts
from records.outbox import last_notice, put_notice
from records.queries import has_accepted, last_step
from records.tables import CaseRecord, MessageRecord, TimelineEntry


def settle(
    books: Books, mailer: Mailer, office: OfficeSettings, case_id: str, message: MoneyMessage, now: datetime
) -> Verdict:
    """Judge a message about money to a closed case, write what follows into the books, and deliver the letter.

    The same message again gets the same answer and changes nothing. A letter that cannot go out now waits in the
    outbox, and the verdict warns of it.

    Args:
        books: The office's books.
        mailer: Where letters go.
        office: Who writes.
        case_id: A case that the books hold as closed.
        message: The message.
        now: The present instant (UTC), or that of a rehearsal.

    Returns:
        The verdict, as the case itself would have given it.
    """
    with books.writing() as session:
        lock_case(session, case_id)
        case = session.get_one(CaseRecord, case_id)
        if (known := session.get(MessageRecord, (case_id, message.key()))) is not None:
            return _answer_before(known, message, office)
        account = _Account(session, case, office, now)
        verdict = account.take(message)
    if not verdict.accepted:
        return verdict
    waits = _deliver(books, mailer, office, case_id, account.step, now)
    return verdict.model_copy(update={"warnings": (*verdict.warnings, *waits)})


def _deliver(
    books: Books, mailer: Mailer, office: OfficeSettings, case_id: str, step: int, now: datetime
) -> Sequence[str]:
    """Deliver what waits in the outbox of the case; return what is wrong with it."""
    try:
        deliver(books, mailer, office, case_id, now)
    except OSError as error:
        return [f"It is booked, and its letter waits: {error}. `accredit reconcile` sends it."]
    return [problem.text for problem in problems_of_step(books, case_id, AFTER_CLOSING, step)]


def _answer_before(known: MessageRecord, message: MoneyMessage, office: OfficeSettings) -> Verdict:
    """Return the answer that a message of this id got before."""
    if known.digest != message.digest():
        text = f"The id {message.message_id} stands for another content."
        return refuse("message.id_reused", text, "Send it with an id of its own.").verdict(message.digest())
    if known.accepted:
        return Verdict(accepted=True, digest=known.digest)
    day = day_in_words(local_day(known.handled_at, office.zone))
    reason = f"It was refused on {day}; the timeline says why."
    rule = known.rule or "case.closed"
    return Verdict(accepted=False, rule=rule, reason=reason, source=RULES.get(rule, ""), digest=known.digest)


SURVEYED = frozenset({ScheduleSurvey.NAME, FileSurveyReport.NAME})
"""Messages that say that a survey has a team."""


class _ClosedCase(CaseFacts):
    """What the books know of a closed case, as far as its money is judged by it."""

    surveyed: bool = False

    @property
    def was_surveyed(self) -> bool:
        """Whether a team was named for a survey, or its report was filed."""
        return self.surveyed


class _Account:
    """The money of one closed case, in the transaction that writes it."""

    def __init__(self, session: Session, case: CaseRecord, office: OfficeSettings, now: datetime) -> None:
        self.session, self.case, self.office, self.now = session, case, office, now
        self.terms = rules_at(case.program, now, case.modality, office.editions)
        self.facts = _ClosedCase(
            case_id=case.case_id,
            opened_at=case.opened_at,
            stage=Stage.CLOSED,
            stage_since=case.closed_at,
            closed_at=case.closed_at,
            rules_revision=RULES_REVISION,  # no history has to replay
            invoices=invoice_facts(session, case.case_id),
        )
        self.step = last_step(session, case.case_id, AFTER_CLOSING) + 1
        self.at = self.issued_at = now
        self.entries: list[Entry] = []

    def take(self, message: MoneyMessage) -> Verdict:
        """Judge a message and write what follows; what is refused is kept too, but for what is no message at all."""
        if isinstance(message, InvoiceTravelExpenses):  # nothing else is judged by it
            self.facts.surveyed = has_accepted(self.session, self.case.case_id, SURVEYED)
        try:
            judge_sender(self.facts, message)
            judge_arriving(message, self.terms.zone)
        except Refused as refused:
            return refused.verdict(message.digest())
        try:
            self.at = counts_as_of(self.facts, message, self.now, self.terms)
            believed = timedelta(days=self.terms.backdating.believed.value)
            self.issued_at = self.at if self.now - self.at <= believed else self.now
            warnings = judge_money(self.facts, self.terms, message, self.at)
            warnings += judge_dates(self.facts, self.terms, message, self.at)
            warnings += judge_dating(self.facts, self.terms, message, self.at, self.now)
            self._accept(message, warnings)
            verdict = Verdict(accepted=True, warnings=tuple(warnings), digest=message.digest())
        except Refused as refused:
            verdict = self._refuse(message, refused)
        self._write(message, verdict)
        return verdict

    def _accept(self, message: MoneyMessage, warnings: Sequence[str]) -> None:
        by = message.speaker().role.value
        detail = message.persons() | ({"handled_at": self.now.isoformat()} if self.at != self.now else {})
        self._enter("message", message.NAME.replace("_", " "), by, {"message": message.content()} | detail)
        for warning in warnings:
            self._enter("warning", warning, by, {"message": message.NAME})
        letter = self._invoice_travel(message) if isinstance(message, InvoiceTravelExpenses) else self._settle(message)
        letter = letter.model_copy(update={"facts": letter.facts | {"closed": True}})  # it says that no case goes on
        self.entries.append(notice_entry(letter))
        put_notice(
            self.session,
            self.case.case_id,
            letter.number,
            run_id=AFTER_CLOSING,
            step=self.step,
            kind=letter.kind,
            at=letter.at,
            facts=letter.model_dump(mode="json")["facts"],
        )

    def _settle(self, message: SettlingMessage) -> NoticeOrder:
        """Book what changes how an invoice stands, tell it, and return its letter. Raises `Refused`."""
        letter, words = self._book(message), self._words(message)
        self._enter(words.kind, words.text, "acr", words.detail)
        if letter is not None:
            return letter
        facts = {"rule": words.rule, "source": RULES[words.rule], **words.facts}
        return NoticeOrder(number=self._next_notice(), kind=words.notice, at=self.issued_at, facts=facts)

    def _book(self, message: SettlingMessage) -> NoticeOrder | None:
        """Write the entry of the books; return its letter where the books number it. Raises `Refused`."""
        session, case_id, key, at = self.session, self.case.case_id, message.key(), self.at
        done: NoticeOrder | Problem | None
        match message:
            case RecordPayment():
                done = pay(session, case_id, payment_received(message, at, self.terms.zone))
            case UndoPayment():
                _, payment = judge_undoing(self.facts, message)
                undone = PaymentUndone(key=key, payment=payment.key, at=at, reason=message.reason)
                done = undo(session, case_id, undone)
            case IssueCreditNote():
                note = CreditOrder(
                    key=key,
                    invoice=message.invoice,
                    amount=message.amount,
                    issued_at=self.issued_at,
                    reason=message.reason,
                    notice=self._next_notice(),
                )
                done = credit(session, case_id, note, self.office)
            case RecordRefund():
                done = refund(session, case_id, refund_sent(message, at, self.terms.zone))
            case WriteOff():
                done = give_up(session, case_id, write_off_order(message, self.issued_at))
        if isinstance(done, Problem):
            raise refuse(done.rule, done.text)
        return done

    def _invoice_travel(self, message: InvoiceTravelExpenses) -> NoticeOrder:
        """Issue an invoice of travel expenses under the next number of its kind; return its letter. Raises `Refused`.

        Those that the case had ordered and that were never issued keep their number: it may be opened again.
        """
        purpose = Purpose.TRAVEL_EXPENSES.value
        of_case = [one for one in self.case.status.get("invoices") or [] if one.get("purpose") == purpose]
        issued = [one.occurrence for one in self.facts.invoices if one.purpose == purpose]
        order = InvoiceOrder(
            purpose=purpose,
            occurrence=1 + max(len(of_case), *issued, 0),
            issued_at=self.issued_at,
            lines=travel_lines(message.travel_expenses),
            notice=self._next_notice(),
            payment_term_days=self.terms.fees.payment_term.value,
        )
        done = issue(self.session, self.case, order, self.office)
        if isinstance(done, Problem):
            raise refuse(done.rule, done.text)
        self.entries.extend(invoice_entries(done, None))
        (letter,) = invoice_notices(rulebook_of(self.case.program, self.case.modality), [(order, done)])
        return letter

    def _words(self, message: SettlingMessage) -> MoneyWords:
        """Return what is told, of the invoice as it stands now."""
        match message:
            case RecordPayment():
                return words_of_payment(self._invoice(message.invoice), message.key(), message.amount)
            case UndoPayment():
                before, payment = judge_undoing(self.facts, message)
                return words_of_undoing(self._invoice(before.number), payment, message.reason)
            case IssueCreditNote():
                return words_of_credit(self._invoice(message.invoice), message.amount, message.reason)
            case RecordRefund():
                invoice = self._invoice(message.invoice)
                return words_of_refund(invoice, message.key(), message.amount, message.reason)
            case WriteOff():
                return words_of_write_off(self._invoice(message.invoice), message.amount, message.reason)

    def _invoice(self, number: str | None) -> InvoiceFact:
        return next(one for one in invoice_facts(self.session, self.case.case_id) if one.number == number)

    def _next_notice(self) -> int:
        return last_notice(self.session, self.case.case_id) + 1

    def _refuse(self, message: MoneyMessage, refused: Refused) -> Verdict:
        verdict = refused.verdict(message.digest())
        told = message.persons() | verdict.model_dump(mode="json", include={"rule", "reason", "source"})
        self.entries.clear()
        by = message.speaker().role.value
        self._enter("refusal", f"Refused {message.NAME}: {refused.reason}", by, {"message": message.NAME} | told)
        return verdict

    def _enter(self, kind: EntryKind, text: str, by: str, detail: dict[str, Any]) -> None:
        self.entries.append(Entry(at=self.at, kind=kind, by=by, text=text, detail=detail))

    def _write(self, message: MoneyMessage, verdict: Verdict) -> None:
        """Write timeline and message; the row of the case stays as it is but for its invoices."""
        case_id = self.case.case_id
        for position, entry in enumerate(self.entries):
            told = entry.model_dump(exclude={"detail"}) | {"detail": entry.model_dump(mode="json")["detail"]}
            self.session.add(
                TimelineEntry(case_id=case_id, run_id=AFTER_CLOSING, step=self.step, position=position, **told)
            )
        self.session.add(
            MessageRecord(
                case_id=case_id,
                key=message.key(),
                name=message.NAME,
                at=self.at,
                handled_at=self.now,
                by=message.speaker().role.value,
                accepted=verdict.accepted,
                rule=verdict.rule,
                digest=verdict.digest,
            )
        )
