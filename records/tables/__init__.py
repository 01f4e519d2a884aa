"""The tables of the books. Importing this module is what fills `METADATA`."""

from sqlalchemy import MetaData

from records.tables.base import Dollars, FreeText, Table
from records.tables.cases import Book, Case, Deadline, MessageRecord, StepRecord, TimelineEntry
from records.tables.invoices import Invoice, InvoiceCounter, InvoiceLine, Payment
from records.tables.notices import Notice

METADATA: MetaData = Table.metadata

__all__ = [
    "METADATA",
    "Book",
    "Case",
    "Deadline",
    "Dollars",
    "FreeText",
    "Invoice",
    "InvoiceCounter",
    "InvoiceLine",
    "MessageRecord",
    "Notice",
    "Payment",
    "StepRecord",
    "TimelineEntry",
]
