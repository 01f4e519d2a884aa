"""Money: invoices with their lines, payments and all that follows them, credit notes, the counter of the numbers."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlmodel import Field

from records.tables.base import Dollars, FreeText, Table


class InvoiceCounter(Table, table=True):
    """The last number that was given out in a year. Locked by whoever issues an invoice, until his step is written."""

    __tablename__ = "invoice_counters"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class Invoice(Table, table=True):
    """An invoice, in US dollars.

    Attributes:
        paid: The sum of its payments that were not undone, less what was refunded; it may exceed what is due.
        credited: The sum of its credit notes, never more than the total.
        written_off: The sum of what the office gave up of it.
        issuer: Who issued it, as the office's settings had it then: name, address, phone, email, fax.
        payer: Who pays, as the application had it then: id, name, address (lines), attention.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("case_id", "purpose", "occurrence"),
        Index("ix_invoices_status_due_at", "status", "due_at"),
        UniqueConstraint("year", "sequence"),
        CheckConstraint("sequence >= 1", name="sequence"),
        CheckConstraint("occurrence >= 1", name="occurrence"),
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("due_at >= issued_at", name="due_at"),
        CheckConstraint(
            "(status IN ('open', 'void') AND paid = 0)"
            " OR (status = 'partly_paid' AND paid > 0 AND paid + credited + written_off < total)"
            " OR (status = 'paid' AND paid + credited + written_off > total - 0.005)",
            name="status",
        ),
        CheckConstraint("credited = 0 OR (credited > 0 AND credited < total + 0.005)", name="credited"),
        CheckConstraint(
            "written_off = 0 OR (written_off > 0 AND credited + written_off < total + 0.005)", name="written_off"
        ),
    )

    number: str = Field(primary_key=True)
    year: int
    sequence: int
    case_id: str = Field(foreign_key="cases.case_id")
    purpose: str
    occurrence: int
    total: Decimal = Field(sa_type=Dollars)
    paid: Decimal = Field(sa_type=Dollars)
    credited: Decimal = Field(default=Decimal("0.00"), sa_type=Dollars)
    written_off: Decimal = Field(default=Decimal("0.00"), sa_type=Dollars)
    status: str
    issued_at: datetime
    due_at: datetime
    issuer: dict[str, Any] = Field(default={}, sa_type=JSON)
    payer: dict[str, Any] = Field(default={}, sa_type=JSON)


class InvoiceLine(Table, table=True):
    """A line of an invoice. The comparison leaves room for SQLite's binary fractions, less than half a cent."""

    __tablename__ = "invoice_lines"
    __table_args__ = (
        CheckConstraint("quantity >= 1", name="quantity"),
        CheckConstraint("unit_price >= 0", name="unit_price"),
        CheckConstraint("abs(amount - quantity * unit_price) < 0.005", name="amount"),
    )

    invoice: str = Field(primary_key=True, foreign_key="invoices.number")
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    description: str = Field(sa_type=FreeText)
    quantity: int
    unit_price: Decimal = Field(sa_type=Dollars)
    amount: Decimal = Field(sa_type=Dollars)


class Payment(Table, table=True):
    """A payment, once for each message that recorded it (`key`).

    `reference` tells it from another one: the number of a check, of a transfer.
    """

    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    key: str = Field(primary_key=True, sa_type=FreeText)
    invoice: str = Field(foreign_key="invoices.number", index=True)
    amount: Decimal = Field(sa_type=Dollars)
    received_at: datetime
    method: str = Field(sa_type=FreeText)
    reference: str = Field(default="", sa_type=FreeText)


class Reversal(Table, table=True):
    """A payment that was entered by mistake and taken back, once: both entries stay."""

    __tablename__ = "reversals"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        UniqueConstraint("case_id", "payment_key"),
        ForeignKeyConstraint(["case_id", "payment_key"], ["payments.case_id", "payments.key"]),
    )

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    key: str = Field(primary_key=True, sa_type=FreeText)
    payment_key: str = Field(sa_type=FreeText)
    amount: Decimal = Field(sa_type=Dollars)
    at: datetime
    reason: str = Field(sa_type=FreeText)


class CreditNote(Table, table=True):
    """A credit note: it takes something off an invoice, once for each message that asked for it (`key`)."""

    __tablename__ = "credit_notes"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("sequence >= 1", name="sequence"),
        UniqueConstraint("case_id", "key"),
        UniqueConstraint("year", "sequence"),
    )

    number: str = Field(primary_key=True)
    year: int
    sequence: int
    case_id: str = Field(foreign_key="cases.case_id")
    key: str = Field(sa_type=FreeText)
    invoice: str = Field(foreign_key="invoices.number", index=True)
    amount: Decimal = Field(sa_type=Dollars)
    reason: str = Field(sa_type=FreeText)
    issued_at: datetime


class Refund(Table, table=True):
    """What was paid too much of an invoice and sent back, once for each message that recorded it (`key`)."""

    __tablename__ = "refunds"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    key: str = Field(primary_key=True, sa_type=FreeText)
    invoice: str = Field(foreign_key="invoices.number", index=True)
    amount: Decimal = Field(sa_type=Dollars)
    at: datetime
    method: str = Field(sa_type=FreeText)
    reference: str = Field(sa_type=FreeText)
    reason: str = Field(sa_type=FreeText)


class WrittenOff(Table, table=True):
    """What the office gave up of an invoice, once for each message that said so (`key`)."""

    __tablename__ = "write_offs"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    key: str = Field(primary_key=True, sa_type=FreeText)
    invoice: str = Field(foreign_key="invoices.number", index=True)
    amount: Decimal = Field(sa_type=Dollars)
    at: datetime
    reason: str = Field(sa_type=FreeText)
