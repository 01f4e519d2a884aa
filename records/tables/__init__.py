"""The tables of the books. Importing this module is what fills `METADATA`."""

from sqlalchemy import MetaData

from records.tables.base import Dollars, FreeText, Table
from records.tables.cases import Book, CaseRecord, Deadline, MessageRecord, StepRecord, TimelineEntry
from records.tables.invoices import (
    CreditNote,
    Invoice,
    InvoiceCounter,
    InvoiceLine,
    Payment,
    Refund,
    Reversal,
    WrittenOff,
)
from records.tables.notices import Notice
from records.tables.papers import Counter, Paper, Signature

METADATA: MetaData = Table.metadata

__all__ = [
    "METADATA",
    "Book",
    "CaseRecord",
    "Counter",
    "CreditNote",
    "Deadline",
    "Dollars",
    "FreeText",
    "Invoice",
    "InvoiceCounter",
    "InvoiceLine",
    "MessageRecord",
    "Notice",
    "Paper",
    "Payment",
    "Refund",
    "Reversal",
    "Signature",
    "StepRecord",
    "TimelineEntry",
    "WrittenOff",
]
