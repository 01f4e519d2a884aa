"""The money of a case: invoices that it wants, orders, hears of and reminds of; payments, and all that follows them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from temporalio import workflow

from activities.contract import (
    CreditOrder,
    InvoiceIssued,
    InvoiceOrder,
    MoneyWords,
    NoticeOrder,
    PaymentReceived,
    PaymentUndone,
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
from policy.dates import last_day, morning_of
from policy.facts import InvoiceFact, Mark, PaymentFact, Stage
from policy.fees import FeeLine
from policy.messages import RecordPayment, RecordRefund, WriteOff
from workflows.case.labels import mark_label
from workflows.case.timeline import FactsT, RulesT
from workflows.case.windows import CaseWindows


class CaseMoney(CaseWindows[FactsT, RulesT]):
    """A case with invoices."""

    def want_invoice(self, purpose: str, occurrence: int, *, lines: tuple[FeeLine, ...] = ()) -> InvoiceFact:
        """Return the invoice for a purpose (or the one in its place), and order it where that has not been done.

        Outside the US it waits for the office's quote, unless its lines are known.
        """
        invoice = self.facts.standing_invoice(purpose, occurrence)
        if invoice is None:
            quoted = not lines and self.facts.quoted
            invoice = InvoiceFact(purpose=purpose, occurrence=occurrence, needs_quote=quoted)
            self.facts.invoices.append(invoice)
            if not quoted:
                self.order_invoice(invoice, lines)
        return invoice

    def order_invoice(self, invoice: InvoiceFact, lines: tuple[FeeLine, ...] = ()) -> None:
        """Have an invoice issued: with these lines, with those that it was ordered with before, else by the fees."""
        if not self.facts.adopting:
            invoice.notice = invoice.notice or self._next_notice()
        invoice.ordered, invoice.lines = True, lines or invoice.lines
        self.outbox.invoices.append(
            InvoiceOrder(
                purpose=invoice.purpose,
                occurrence=invoice.occurrence,
                issued_at=self.issued_at,
                lines=invoice.lines,
                notice=invoice.notice,
                payment_term_days=self.terms.fees.payment_term.value,
            )
        )

    def take_over_invoice(self, invoice: InvoiceFact) -> None:
        """Know an invoice that the books have issued while the case was closed: travel expenses that came late."""
        self.facts.invoices.append(invoice)
        self._look_after(invoice)

    def withdraw_invoice(self, invoice: InvoiceFact) -> None:
        """Void an invoice for what will not be done after all, and remind of it no more."""
        self.settle_attention(_item(invoice))
        self.void_invoice(invoice)
        self._look_after(invoice)

    def issue_anew(self, invoice: InvoiceFact, lines: tuple[FeeLine, ...] = ()) -> None:
        """Void an unpaid invoice and have another one issued in its place, with these lines or by the fees in force."""
        if not invoice.waits_for_quote:
            self._replace(invoice, lines)

    def ask_again(self, invoice: InvoiceFact) -> None:
        """Have another invoice issued in the place of one that became void with the closing, for the same lines."""
        lines, invoice.lines = invoice.lines, ()
        quoted = invoice.needs_quote and not lines
        invoice.replaced_by = 1 + max(one.occurrence for one in self.facts.invoices if one.purpose == invoice.purpose)
        if quoted:
            self.facts.invoices.append(
                InvoiceFact(purpose=invoice.purpose, occurrence=invoice.replaced_by, needs_quote=True)
            )
        else:
            self.want_invoice(invoice.purpose, invoice.replaced_by, lines=lines)

    def _replace(self, invoice: InvoiceFact, lines: tuple[FeeLine, ...]) -> InvoiceFact:
        self.settle_attention(_item(invoice))
        self.void_invoice(invoice)
        occurrence = 1 + max(one.occurrence for one in self.facts.invoices if one.purpose == invoice.purpose)
        invoice.replaced_by = occurrence
        self._look_after(invoice)
        new = self.want_invoice(invoice.purpose, occurrence, lines=lines)
        if invoice.number is None:  # it was to take the place of another one itself, and hands on what it carries
            new.replaces, new.reissued_for = invoice.replaces, invoice.reissued_for
            new.carries, invoice.carries = invoice.carries, []
        return new

    def reissue(self, invoice: InvoiceFact, key: str, lines: tuple[FeeLine, ...], reason: str) -> None:
        """Void an invoice that was wrong and issue another one; what was paid on it stands on that as soon as it is.

        `key`: the message's.
        """
        carried = [payment for payment in invoice.payments if not payment.undone]
        for number, payment in enumerate(carried, 1):
            payment.undone = True
            invoice.paid -= payment.amount
            undone = PaymentUndone(key=f"{key}.{number}", payment=payment.key, at=self.at, reason=reason)
            self.outbox.book(undone)
        new = self._replace(invoice, lines)
        new.replaces, new.reissued_for = invoice.number, reason
        new.carries = [payment.model_copy(update={"undone": False}) for payment in carried]

    def issue_what_is_carried(self, item: str) -> None:
        """Have an invoice ask for what it carries, once, where the books could not issue it and the case is closed.

        Nobody can have it tried again there; issued, what was paid stands on it, and can be credited and sent back.
        """
        for invoice in self.facts.invoices:
            paid = sum((payment.amount for payment in invoice.carries), Decimal("0.00"))
            lines = (FeeLine.of(f"In place of invoice {invoice.replaces}: what was paid on it", paid),)
            if _item(invoice) == item and invoice.carries and invoice.lines != lines:
                self.order_invoice(invoice, lines)

    def _carry_over(self, invoice: InvoiceFact) -> None:
        """An invoice is issued in the place of another one: it has the payments of that, as of its own day."""
        carried, at = Decimal("0.00"), invoice.issued_at or self.at
        for payment in invoice.carries:
            moved = payment.model_copy(update={"key": f"{payment.key}.{invoice.number}", "received_at": at})
            invoice.paid += moved.amount
            invoice.payments.append(moved)
            carried += moved.amount
            self.outbox.book(PaymentReceived(**moved.model_dump(exclude={"undone"}), invoice=invoice.number or ""))
        invoice.carries = []
        told: dict[str, Any] = {"invoice": invoice.number, "replaces": invoice.replaces, "reason": invoice.reissued_for}
        self.note("invoice", f"Invoice {invoice.number} takes the place of {invoice.replaces}", **told)
        self.notify(
            "invoice_replaced",
            "invoice.reissued",
            **told,
            purpose=invoice.purpose,
            amount=f"{carried:.2f}" if carried else None,
            total=f"{invoice.total or 0:.2f}",
            outstanding=f"{max(invoice.outstanding, Decimal(0)):.2f}",
            due_at=invoice.due_at.isoformat() if invoice.due_at and invoice.outstanding > 0 else None,
        )

    def book_payment(self, invoice: InvoiceFact, message: RecordPayment) -> None:
        """Book a payment of an issued invoice, and tell the facility."""
        received = payment_received(message, self.at, self.terms.zone)
        invoice.paid += received.amount
        invoice.payments.append(PaymentFact.model_validate(received.model_dump()))
        self.outbox.book(received)
        words = words_of_payment(invoice, received.key, received.amount)
        self._note_money(words)
        self._look_after(invoice)
        self._write_of_money(words)

    def undo_payment(self, invoice: InvoiceFact, payment: PaymentFact, key: str, reason: str) -> None:
        """Take back a payment that was entered by mistake; a fee that the case has passed is looked at."""
        payment.undone = True
        invoice.paid -= payment.amount
        self.outbox.book(PaymentUndone(key=key, payment=payment.key, at=self.at, reason=reason))
        words = words_of_undoing(invoice, payment, reason)
        self._note_money(words)
        awaited = self.facts.stage is Stage.APPLICATION and invoice is self.facts.invoices[-1]
        if not invoice.settled and not awaited:
            text = f"invoice {invoice.number} ({invoice.purpose.replace('_', ' ')}) is unpaid again"
            self.need_attention(_item(invoice), "payment.undone", text)
        self._look_after(invoice)
        self._write_of_money(words)

    def credit(self, invoice: InvoiceFact, key: str, amount: Decimal, reason: str) -> None:
        """Take something off an invoice; the books number the credit note and send its notice."""
        invoice.credited += amount
        notice = None if self.facts.adopting else self._next_notice()
        order = CreditOrder(
            key=key, invoice=invoice.number or "", amount=amount, issued_at=self.issued_at, reason=reason, notice=notice
        )
        self.outbox.book(order)
        self._note_money(words_of_credit(invoice, amount, reason))
        if notice is not None:
            self._enter_timeline(notice_entry(NoticeOrder(number=notice, kind="credit_note", at=self.issued_at)))
        self._look_after(invoice)

    def refund(self, invoice: InvoiceFact, message: RecordRefund) -> None:
        """Book what was sent back of an invoice, and tell the facility."""
        invoice.paid -= message.amount
        self.outbox.book(refund_sent(message, self.at, self.terms.zone))
        words = words_of_refund(invoice, message.key(), message.amount, message.reason)
        self._note_money(words)
        self._write_of_money(words)

    def write_off(self, invoice: InvoiceFact, message: WriteOff) -> None:
        """Give up what is owed on an invoice, or part of it, and tell the facility."""
        invoice.written_off += message.amount
        self.outbox.book(write_off_order(message, self.issued_at))
        words = words_of_write_off(invoice, message.amount, message.reason)
        self._note_money(words)
        self._look_after(invoice)
        self._write_of_money(words)

    def _note_money(self, words: MoneyWords) -> None:
        self.note(words.kind, words.text, **words.detail)

    def _write_of_money(self, words: MoneyWords) -> None:
        self.notify(words.notice, words.rule, **words.facts)

    def void_invoice(self, invoice: InvoiceFact) -> None:
        """Void an invoice for work that never began; one that was not issued yet is void as soon as it is."""
        invoice.void = True
        if invoice.number:
            self.outbox.void.append(invoice.number)
            self.note("invoice", f"Invoice {invoice.number} is void", invoice=invoice.number, void=True)

    def invoice_issued(self, issued: InvoiceIssued) -> None:
        """Hear that the books have issued an invoice."""
        invoice = self.facts.invoice(issued.purpose, issued.occurrence)
        if invoice and invoice.number is None:
            invoice.number, invoice.total = issued.number, issued.total
            invoice.issued_at, invoice.due_at = issued.issued_at, issued.due_at
            invoice.ordered, invoice.lines = False, ()
            self._enter_timeline(*invoice_entries(issued, invoice.notice), booked=True)
            if invoice.void:  # the case closed while the books were issuing it
                self.void_invoice(invoice)
            elif invoice.replaces:
                self._carry_over(invoice)
            self._look_after(invoice)

    def remind_of_invoice(self, number: str | None) -> None:
        """Remind of an invoice that is still unpaid."""
        invoice = next(invoice for invoice in self.facts.invoices if invoice.number == number)
        self.notify(
            "invoice_reminder",
            "fee.reminder",
            invoice=invoice.number,
            purpose=invoice.purpose,
            total=f"{invoice.total or 0:.2f}",
            outstanding=f"{invoice.outstanding:.2f}",
            due_at=invoice.due_at.isoformat() if invoice.due_at else None,
        )

    def _look_after(self, invoice: InvoiceFact) -> None:
        """Remind of an invoice on the days after its due date that are still to come; of a settled one never."""
        self._drop_marks(lambda mark: mark.invoice is not None and mark.invoice == invoice.number)
        if invoice.settled:
            self.settle_attention(_item(invoice))
        if invoice.settled or invoice.void or invoice.due_at is None or self.facts.stage is Stage.CLOSED:
            return
        for days in self.facts.invoice_reminders:
            at = morning_of(last_day(invoice.due_at, self.terms.zone) + timedelta(days=days), self.terms.zone)
            if at > max(self.at, workflow.now()):
                label = mark_label("reminder", at, f"Invoice {invoice.number} (fee.reminder)", self.terms.zone)
                self.facts.marks.append(Mark(at=at, kind="invoice", label=label, invoice=invoice.number))


def _item(invoice: InvoiceFact) -> str:
    return f"fee.{invoice.purpose}.{invoice.occurrence}"
