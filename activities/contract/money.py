"""The money of a step: invoices to issue, payments, what takes them back, credit notes, refunds, write-offs."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from activities.contract.records import Carried, Entry, NoticeOrder, notice_entry
from policy.fees import FeeLine
from policy.messages import RecordPayment, RecordRefund, WriteOff
from policy.money import moved_at


class InvoiceOrder(Carried):
    """An invoice to issue, once per (case, purpose, occurrence), at the fees in force on the day of `issued_at`.

    `lines` are given where the case knows them (travel, a quoted fee), else they follow from the office's fees.
    `notice` is the number of the notice of kind `invoice` that goes out with it, once it is issued: whoever issues the
    invoice writes that notice (facts: `invoice`, `purpose`, `lines`, `total`, `due_at`) and the two entries of
    `invoice_entries` to the timeline; the case adds the same two entries to its own when it hears of the invoice.
    `payment_term_days` are those of the case's edition; they hold where the office's settings name none.
    """

    purpose: str
    occurrence: int
    issued_at: datetime
    lines: tuple[FeeLine, ...] = ()
    notice: int | None = None
    payment_term_days: int = 30


class InvoiceIssued(Carried):
    """An invoice as it was issued."""

    number: str
    purpose: str
    occurrence: int
    lines: tuple[FeeLine, ...]
    total: Decimal
    issued_at: datetime
    due_at: datetime


def invoice_entries(issued: InvoiceIssued, notice: int | None) -> tuple[Entry, ...]:
    """Return the timeline's entries for an invoice that was issued: the invoice itself and, if one goes out, its
    notice.
    """
    detail = {"invoice": issued.number, "purpose": issued.purpose, "total": f"{issued.total:.2f}"}
    entry = Entry(
        at=issued.issued_at,
        kind="invoice",
        by="acr",
        text=f"Invoice {issued.number} ({issued.purpose}): {issued.total:.2f} USD",
        detail=detail | {"due_at": issued.due_at.isoformat()},
    )
    if notice is None:
        return (entry,)
    return entry, notice_entry(NoticeOrder(number=notice, kind="invoice", at=issued.issued_at, facts=detail))


class PaymentReceived(Carried):
    """A payment to book, once per `key` (the message's key)."""

    key: str
    invoice: str
    amount: Decimal
    received_at: datetime
    method: str
    reference: str = ""


class PaymentUndone(Carried):
    """A payment (`payment`: its key) that was entered by mistake, to take back once per `key` (the message's key)."""

    key: str
    payment: str
    at: datetime
    reason: str


class CreditOrder(Carried):
    """A credit note to issue, once per `key` (the message's key); `notice`: the number of the notice it goes out with.

    Whoever issues it writes that notice (facts: `credit_note`, `invoice`, `purpose`, `amount`, `reason`).
    """

    key: str
    invoice: str
    amount: Decimal
    issued_at: datetime
    reason: str
    notice: int | None = None


class RefundSent(Carried):
    """What was paid too much of an invoice and sent back, to book once per `key` (the message's key)."""

    key: str
    invoice: str
    amount: Decimal
    at: datetime
    reason: str
    method: str = ""
    reference: str = ""


class WriteOffOrder(Carried):
    """What the office gives up of an invoice, to book once per `key` (the message's key)."""

    key: str
    invoice: str
    amount: Decimal
    at: datetime
    reason: str


def payment_received(message: RecordPayment, at: datetime, zone: ZoneInfo) -> PaymentReceived:
    """Return what is booked of a payment; `at`: the instant (UTC) as of which its message counts, here and below."""
    return PaymentReceived(
        key=message.key(),
        invoice=message.invoice,
        amount=message.amount,
        received_at=moved_at(message.received_on, at, zone),
        method=message.method,
        reference=message.reference,
    )


def refund_sent(message: RecordRefund, at: datetime, zone: ZoneInfo) -> RefundSent:
    """Return what is booked of a refund."""
    return RefundSent(
        key=message.key(),
        invoice=message.invoice,
        amount=message.amount,
        at=moved_at(message.on, at, zone),
        reason=message.reason,
        method=message.method,
        reference=message.reference,
    )


def write_off_order(message: WriteOff, at: datetime) -> WriteOffOrder:
    """Return what is booked of a write-off."""
    return WriteOffOrder(
        key=message.key(), invoice=message.invoice, amount=message.amount, at=at, reason=message.reason
    )
