"""Every entry about money as accounting wants it: invoices, payments, credit notes, refunds, write-offs, voids.

An entry is a debit (it is owed more) or a credit (it is owed less). No entry is ever changed: what was wrong is set
right by another one. Nothing is stored here; it is read from the tables in which each of them stands.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from policy.dates import end_of_day, last_day, local_day, start_of_day
from records.tables import (
    CaseRecord,
    CreditNote,
    Invoice,
    InvoiceLine,
    MessageRecord,
    Payment,
    Refund,
    Reversal,
    TimelineEntry,
    WrittenOff,
)
from records.words import InvoiceStatus

NOTHING = Decimal("0.00")
EntryT = TypeVar("EntryT", Payment, CreditNote, Refund, WrittenOff)
"""What settles an invoice and names it; a payment undone names its payment instead."""


class PostingKind(StrEnum):
    """What an entry is; on one day they stand in this order."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    PAYMENT_UNDONE = "payment_undone"
    CREDIT_NOTE = "credit_note"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    VOID = "void"


class Posting(NamedTuple):
    """An entry about money, in US dollars; one of `debit` and `credit` is nothing.

    Attributes:
        day: The day on the office's wall as of which it counts.
        entered: The day on which it was entered, where that is known (a payment may be recorded late).
        number: The number of its document: a credit note's own, else the invoice's.
        invoice: The invoice that it is about.
        due_at: When that invoice is due.
        description: What was invoiced, why something was taken back or off, or the reference of a payment.
        method: How a payment or a refund was made.
        reference: The id of the message that recorded the payment, of one that was undone too; of a refund its own.
    """

    at: datetime
    day: date
    entered: date | None
    kind: PostingKind
    number: str
    invoice: str
    due_at: datetime
    case_id: str
    facility: str
    purpose: str
    description: str
    debit: Decimal = NOTHING
    credit: Decimal = NOTHING
    method: str = ""
    reference: str = ""


class Scope(NamedTuple):
    """Which entries are wanted: of a facility, of an invoice, of a period (both days belong to it); else all."""

    facility: str | None = None
    invoice: str | None = None
    since: date | None = None
    until: date | None = None


def postings(session: Session, zone: ZoneInfo, scope: Scope) -> list[Posting]:
    """Return entries in the order of their days, always the same one.

    Args:
        session: The books.
        zone: The office's time zone, in which days begin and end.
        scope: Which entries.
    """
    read = _Reading(session, zone, scope)
    found = [*read.invoices(), *read.payments(), *read.reversals(), *read.credit_notes()]
    found += [*read.refunds(), *read.write_offs(), *read.voids()]
    kept = [one for one in found if _within(one.day, scope)]
    order = list(PostingKind)
    return sorted(kept, key=lambda one: (one.day, one.at, order.index(one.kind), one.number, one.reference))


def _within(day: date, scope: Scope) -> bool:
    return (scope.since is None or day >= scope.since) and (scope.until is None or day <= scope.until)


class _Reading(NamedTuple):
    """Reads the entries of a scope, table by table."""

    session: Session
    zone: ZoneInfo
    scope: Scope

    def invoices(self) -> Iterator[Posting]:
        where = self._where(Invoice.issued_at)
        lines = select(InvoiceLine).join(Invoice).join(CaseRecord).where(*where)
        words: dict[str, list[str]] = {}
        for line in self.session.exec(lines.order_by(col(InvoiceLine.invoice), col(InvoiceLine.position))):
            words.setdefault(line.invoice, []).append(line.description)
        for invoice, facility in self.session.exec(
            select(Invoice, CaseRecord.facility_id).join(CaseRecord).where(*where)
        ):
            text = "; ".join(words.get(invoice.number, []))
            posting = self._posting(PostingKind.INVOICE, invoice, facility, invoice.issued_at, text)
            yield posting._replace(debit=invoice.total)

    def payments(self) -> Iterator[Posting]:
        """Yield payments. What counts as of the end of a day (a date without an hour) belongs to that day."""
        for payment, invoice, facility, entered in self._entries(Payment, Payment.received_at):
            at = payment.received_at
            posting = self._posting(PostingKind.PAYMENT, invoice, facility, at, payment.reference, entered)
            posting = posting._replace(method=payment.method, reference=_id(payment.key))
            yield posting._replace(day=last_day(at, self.zone), credit=payment.amount)

    def reversals(self) -> Iterator[Posting]:
        paid = (col(Payment.case_id) == col(Reversal.case_id)) & (col(Payment.key) == col(Reversal.payment_key))
        query = (
            select(Reversal, Invoice, CaseRecord.facility_id, MessageRecord.handled_at)
            .join(Payment, paid)
            .join(Invoice, col(Payment.invoice) == col(Invoice.number))
            .join(CaseRecord, col(Invoice.case_id) == col(CaseRecord.case_id))
            .join(MessageRecord, _told(Reversal.case_id, Reversal.key), isouter=True)
        )
        for undone, invoice, facility, entered in self.session.exec(query.where(*self._where(Reversal.at))):
            posting = self._posting(PostingKind.PAYMENT_UNDONE, invoice, facility, undone.at, undone.reason, entered)
            yield posting._replace(debit=undone.amount, reference=_id(undone.payment_key))

    def credit_notes(self) -> Iterator[Posting]:
        for note, invoice, facility, entered in self._entries(CreditNote, CreditNote.issued_at):
            posting = self._posting(PostingKind.CREDIT_NOTE, invoice, facility, note.issued_at, note.reason, entered)
            yield posting._replace(number=note.number, credit=note.amount)

    def refunds(self) -> Iterator[Posting]:
        """Yield refunds; like a payment, one of a date without an hour belongs to that day."""
        for sent, invoice, facility, entered in self._entries(Refund, Refund.at):
            why = f"{sent.reason} ({sent.reference})" if sent.reference else sent.reason
            posting = self._posting(PostingKind.REFUND, invoice, facility, sent.at, why, entered)
            posting = posting._replace(method=sent.method, reference=_id(sent.key))
            yield posting._replace(day=last_day(sent.at, self.zone), debit=sent.amount)

    def write_offs(self) -> Iterator[Posting]:
        for one, invoice, facility, entered in self._entries(WrittenOff, WrittenOff.at):
            posting = self._posting(PostingKind.WRITE_OFF, invoice, facility, one.at, one.reason, entered)
            yield posting._replace(credit=one.amount)

    def voids(self) -> Iterator[Posting]:
        """Yield what is void and was neither credited nor written off, as of the entry of the timeline that says so.

        Where there is none (invoices of years ago), as of the day on which the case closed.
        """
        void = [col(Invoice.status) == InvoiceStatus.VOID]
        query = select(Invoice, CaseRecord).join(CaseRecord).where(*void, *self._where())
        told = self._voided(void)
        for invoice, case in self.session.exec(query):
            left = invoice.total - invoice.credited - invoice.written_off
            if not left:
                continue
            at = told.get(invoice.number) or case.closed_at or invoice.issued_at
            text = "The case ended and nothing was paid"
            posting = self._posting(PostingKind.VOID, invoice, case.facility_id, at, text)
            yield posting._replace(credit=left)

    def _voided(self, void: Sequence[ColumnElement[bool]]) -> dict[str, datetime]:
        """Return the instants at which invoices became void, as the timelines tell it; the oldest entry counts."""
        entries = (
            select(TimelineEntry).join(Invoice, col(Invoice.case_id) == col(TimelineEntry.case_id)).join(CaseRecord)
        )
        entries = entries.where(col(TimelineEntry.kind) == "invoice", *void, *self._where()).order_by(
            col(TimelineEntry.id).desc()
        )
        return {entry.detail["invoice"]: entry.at for entry in self.session.exec(entries) if entry.detail.get("void")}

    def _entries(self, table: type[EntryT], at: datetime) -> Iterator[tuple[EntryT, Invoice, str, datetime | None]]:
        """Yield the entries of a table within the scope, each with its invoice, facility, and when it was entered.

        Args:
            table: Entries that name their invoice, once for each message (`key`).
            at: The table's column with the instant as of which an entry counts.
        """
        query = (
            select(table, Invoice, CaseRecord.facility_id, MessageRecord.handled_at)
            .join(Invoice, col(table.invoice) == col(Invoice.number))
            .join(CaseRecord, col(Invoice.case_id) == col(CaseRecord.case_id))
            .join(MessageRecord, _told(table.case_id, table.key), isouter=True)
        )
        yield from self.session.exec(query.where(*self._where(at)))

    def _where(self, at: datetime | None = None) -> list[ColumnElement[bool]]:
        """Return what narrows a query to the scope; days that only touch it are sorted out later."""
        scope, found = self.scope, []
        if scope.facility is not None:
            found.append(func.lower(col(CaseRecord.facility_id)) == scope.facility.lower())
        if scope.invoice is not None:
            found.append(col(Invoice.number) == scope.invoice)
        if at is not None and scope.since is not None:
            found.append(col(at) >= start_of_day(scope.since, self.zone))
        if at is not None and scope.until is not None:
            found.append(col(at) <= end_of_day(scope.until, self.zone))
        return found

    def _posting(
        self,
        kind: PostingKind,
        invoice: Invoice,
        facility: str,
        at: datetime,
        description: str,
        entered: datetime | None = None,
    ) -> Posting:
        return Posting(
            at=at,
            day=local_day(at, self.zone),
            entered=local_day(entered, self.zone) if entered else None,
            kind=kind,
            number=invoice.number,
            invoice=invoice.number,
            due_at=invoice.due_at,
            case_id=invoice.case_id,
            facility=facility,
            purpose=invoice.purpose,
            description=description,
        )


def _told(case_id: str, key: str) -> ColumnElement[bool]:
    """Return how the message is found that caused an entry."""
    return (col(MessageRecord.case_id) == col(case_id)) & (col(MessageRecord.key) == col(key))


def _id(key: str) -> str:
    """Return the id of a message, as its sender gave it."""
    return key.partition(":")[2] or key
