"""Money: invoices with their lines, payments, and the counter that keeps the numbers of a year without a gap."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from records.tables.base import Dollars, FreeText, Table


class InvoiceCounter(Table, table=True):
    """The last number that was given out in a year. Locked by whoever issues an invoice, until his step is written."""

    __tablename__ = "invoice_counters"
    __table_args__ = (CheckConstraint("last >= 0", name="last"),)

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


class Invoice(Table, table=True):
    """An invoice, in US dollars. `paid` is the sum of its payments and may exceed the total."""

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("case_id", "purpose", "occurrence"),
        UniqueConstraint("year", "sequence"),
        CheckConstraint("sequence >= 1", name="sequence"),
        CheckConstraint("occurrence >= 1", name="occurrence"),
        CheckConstraint("total >= 0", name="total"),
        CheckConstraint("due_at >= issued_at", name="due_at"),
        CheckConstraint(
            "(status IN ('open', 'void') AND paid = 0)"
            " OR (status = 'partly_paid' AND paid > 0 AND paid < total)"
            " OR (status = 'paid' AND paid >= total)",
            name="status",
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
    status: str
    issued_at: datetime
    due_at: datetime


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
    """A payment, once for each message that recorded it (`key`)."""

    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("amount > 0", name="amount"),)

    case_id: str = Field(primary_key=True, foreign_key="cases.case_id")
    key: str = Field(primary_key=True, sa_type=FreeText)
    invoice: str = Field(foreign_key="invoices.number", index=True)
    amount: Decimal = Field(sa_type=Dollars)
    received_at: datetime
    method: str = Field(sa_type=FreeText)
