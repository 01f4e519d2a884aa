"""The tables of the books. Importing this module is what fills `METADATA`."""

from sqlalchemy import MetaData

from records.tables.base import Dollars, FreeText, Table
from records.tables.cases import Book, CaseRecord, Deadline, MessageRecord, StepRecord, TimelineEntry, Unmended
from records.tables.facilities import FacilityChange
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
from records.tables.people import (
    AuditEntry,
    Draft,
    Membership,
    Passkey,
    Person,
    PortalSession,
    SecretLink,
    SignInAttempt,
    Upload,
)

METADATA: MetaData = Table.metadata

__all__ = [
    "METADATA",
    "AuditEntry",
    "Book",
    "CaseRecord",
    "Counter",
    "CreditNote",
    "Deadline",
    "Dollars",
    "Draft",
    "FacilityChange",
    "FreeText",
    "Invoice",
    "InvoiceCounter",
    "InvoiceLine",
    "Membership",
    "MessageRecord",
    "Notice",
    "Paper",
    "Passkey",
    "Payment",
    "Person",
    "PortalSession",
    "Refund",
    "Reversal",
    "SecretLink",
    "SignInAttempt",
    "Signature",
    "StepRecord",
    "TimelineEntry",
    "Unmended",
    "Upload",
    "WrittenOff",
]
