"""A naive model of an office's money: for every invoice the list of what happened to it, added up whenever it is asked.

It does at random what an office does, in the books and in the model alike.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from policy.dates import local_day
from policy.fees import FeeLine
from records.invoices import LARGEST, issue_invoice, void_invoice
from records.settling import (
    NoCredit,
    NoPayment,
    NoRefund,
    NoWriteOff,
    book_payment,
    book_refund,
    issue_credit_note,
    undo_payment,
    write_off,
)
from records.tables import Refund, WrittenOff
from tests.records.rows import CASE, an_entry

ZONE = ZoneInfo("America/New_York")
CENT = Decimal("0.01")
BEGIN = datetime(2027, 1, 1, 5, tzinfo=UTC)
"""00:00 in New York."""
AMOUNTS = ("0.01", "0.10", "0.20", "0.30", "19.99", "33.33", "250.00", "1000.00", "999999999.99")


@dataclass
class ModelInvoice:
    """What happened to an invoice: its total, and what was added to it or taken off."""

    total: Decimal
    payments: dict[str, Decimal] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    credits: list[Decimal] = field(default_factory=list)
    refunds: list[Decimal] = field(default_factory=list)
    given_up: list[Decimal] = field(default_factory=list)
    closed: bool = False

    @property
    def paid(self) -> Decimal:
        came = sum((amount for key, amount in self.payments.items() if key not in self.undone), Decimal(0))
        return came - sum(self.refunds, Decimal(0))

    @property
    def credited(self) -> Decimal:
        return sum(self.credits, Decimal(0))

    @property
    def written_off(self) -> Decimal:
        return sum(self.given_up, Decimal(0))

    @property
    def balance(self) -> Decimal:
        """What is owed; less than nothing where too much was paid."""
        return Decimal(0) if self.closed else self.total - self.credited - self.written_off - self.paid

    @property
    def status(self) -> str:
        if self.closed:
            return "void"
        if self.balance > 0:
            return "partly_paid" if self.paid else "open"
        return "paid" if self.paid or self.total == 0 else "void"


class Office:
    """Books and model, and a year and a half in which everything happens to both."""

    def __init__(self, session: Session, seed: int) -> None:
        self.session, self.random, self.at = session, Random(seed), BEGIN
        self.invoices: dict[str, ModelInvoice] = {}
        self.keys = 0

    def live(self, events: int) -> None:
        """Let so many things happen."""
        ways = [self._issue, self._pay, self._pay, self._undo, self._credit, self._refund, self._write_off, self._void]
        self._issue()
        for _ in range(events):
            self.at += timedelta(hours=self.random.randint(0, 150))
            self.random.choice(ways)()

    def _issue(self) -> None:
        lines = tuple(
            FeeLine.of(f"Line {number}", self._amount(), self.random.randint(1, 3))
            for number in range(self.random.randint(1, 3))
        )
        total = sum((line.amount for line in lines), Decimal(0))
        if total > LARGEST:
            lines, total = lines[:1], LARGEST
            lines = (FeeLine.of("All there is", LARGEST),)
        invoice = issue_invoice(
            self.session,
            CASE,
            "application",
            len(self.invoices) + 1,
            lines=lines,
            issued_at=self.at,
            due_at=self.at + timedelta(days=30),
            year=local_day(self.at, ZONE).year,
            issuer={},
            payer={},
        )
        self.invoices[invoice.number] = ModelInvoice(total)

    def _pay(self) -> None:
        number, invoice = self._one()
        key, amount = self._key("record_payment"), self.random.choice([self._amount(), max(invoice.balance, CENT)])
        for _ in range(self.random.choice([1, 1, 2])):
            try:
                book_payment(self.session, CASE, key, number=number, amount=amount, received_at=self.at, method="check")
                invoice.payments[key] = amount
            except NoPayment:
                assert invoice.paid + amount > LARGEST

    def _undo(self) -> None:
        _, invoice = self._one()
        payments = [*invoice.payments, "record_payment:of-nobody"]
        key, payment = self._key("undo_payment"), self.random.choice(payments)
        for _ in range(self.random.choice([1, 1, 2])):
            try:
                found = undo_payment(self.session, CASE, key, payment_key=payment, at=self.at, reason="a mistake")
            except NoPayment:
                assert invoice.payments[payment] > invoice.paid
                return
            assert (found is None) == (payment not in invoice.payments)
        invoice.undone |= {payment} & set(invoice.payments)

    def _credit(self) -> None:
        number, invoice = self._one()
        left = invoice.total - invoice.credited - invoice.written_off
        key, amount = self._key("issue_credit_note"), self.random.choice([self._amount(), left, left + CENT])
        year = local_day(self.at, ZONE).year
        for _ in range(self.random.choice([1, 1, 2])):
            try:
                issue_credit_note(
                    self.session, CASE, key, invoice=number, amount=amount, reason="why", issued_at=self.at, year=year
                )
            except NoCredit:
                assert not 0 < amount <= left or invoice.status == "void"
                return
        invoice.credits.append(amount)

    def _refund(self) -> None:
        number, invoice = self._one()
        key, amount = self._key("record_refund"), self.random.choice([self._amount(), max(-invoice.balance, CENT)])
        told: dict[str, Any] = {"key": key, "invoice": number, "amount": amount, "at": self.at, "reason": "too much"}
        try:
            for _ in range(self.random.choice([1, 1, 2])):
                book_refund(self.session, CASE, Refund(case_id=CASE, method="check", reference="", **told))
        except NoRefund:
            assert amount > invoice.paid
        else:
            invoice.refunds.append(amount)

    def _write_off(self) -> None:
        number, invoice = self._one()
        key, amount = self._key("write_off"), self.random.choice([self._amount(), max(invoice.balance, CENT)])
        told: dict[str, Any] = {"key": key, "invoice": number, "amount": amount, "at": self.at, "reason": "agreed"}
        try:
            for _ in range(self.random.choice([1, 1, 2])):
                write_off(self.session, CASE, WrittenOff(case_id=CASE, **told))
        except NoWriteOff:
            assert amount > invoice.balance
        else:
            invoice.given_up.append(amount)

    def _void(self) -> None:
        number, invoice = self._one()
        if invoice.status != "open" or self.random.random() < 0.7:
            return
        assert void_invoice(self.session, CASE, number)
        invoice.closed = True
        detail = {"invoice": number, "void": True}
        self.session.add(an_entry(kind="invoice", text="void", detail=detail, position=self.keys, at=self.at))
        self._key("")

    def _one(self) -> tuple[str, ModelInvoice]:
        """Return an invoice of an open case."""
        while True:
            number = self.random.choice(list(self.invoices))
            if not self.invoices[number].closed:
                return number, self.invoices[number]
            self._issue()

    def _amount(self) -> Decimal:
        return Decimal(self.random.choice(AMOUNTS))

    def _key(self, name: str) -> str:
        self.keys += 1
        return f"{name}:{self.keys}"
