"""Rows of a plainly made-up office, right in every column; a test changes the one that it is about."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from records.tables import CaseRecord, Invoice, InvoiceLine, MessageRecord, Notice, Payment, TimelineEntry

NOON = datetime(2027, 6, 3, 16, 0, tzinfo=UTC)
"""12:00 in New York."""
LATER = datetime(2027, 7, 4, 4, 0, tzinfo=UTC)
CASE = "accreditation.OH-0417.ct.CT-1.1"


def an_application(**changes: Any) -> dict[str, Any]:
    """Return an application with one CT unit."""
    application = {
        "program": "accreditation",
        "application_id": "APP-1",
        "kind": "initial",
        "facility": {
            "id": "OH-0417",
            "name": "Sample Imaging Center",
            "address": {"street": "1 Example Way", "city": "Sampleville", "state": "OH", "country": "US"},
            "contacts": [
                {"role": "supervising_physician", "name": "Dr. Sample", "email": "physician@example.org"},
                {"role": "administrator", "name": "A. Sample", "email": "administrator@example.org"},
            ],
        },
        "modality": "ct",
        "medium": "upload",
        "units": [
            {
                "id": "CT-1",
                "areas": [
                    {"id": "chest", "kind": "clinical", "module": "chest", "patient_type": "adult"},
                    {"id": "head", "kind": "clinical", "module": "head", "patient_type": "adult"},
                    {"id": "phantom", "kind": "phantom"},
                ],
            }
        ],
    }
    return application | changes


def a_case(case_id: str = CASE, **changes: Any) -> CaseRecord:
    """Return an open case."""
    subject, _, cycle = case_id.rpartition(".")
    unit = case_id.split(".")[3]
    columns: dict[str, Any] = {
        "case_id": case_id,
        "subject": subject,
        "cycle": int(cycle),
        "program": "accreditation",
        "facility_id": "OH-0417",
        "facility_name": "Sample Imaging Center",
        "state": "OH",
        "modality": "ct",
        "unit": unit,
        "application_id": "APP-1",
        "application": an_application(),
        "opened_at": NOON,
        "stage": "testing",
        "awaited_party": "facility",
    }
    return CaseRecord(**columns | changes)


def an_invoice(**changes: Any) -> Invoice:
    """Return an open invoice of the case."""
    columns: dict[str, Any] = {
        "number": "2027-000001",
        "year": 2027,
        "sequence": 1,
        "case_id": CASE,
        "purpose": "application",
        "occurrence": 1,
        "total": Decimal("100.00"),
        "paid": Decimal("0.00"),
        "status": "open",
        "issued_at": NOON,
        "due_at": LATER,
    }
    return Invoice(**columns | changes)


def a_line(**changes: Any) -> InvoiceLine:
    """Return a line of that invoice."""
    columns: dict[str, Any] = {"invoice": "2027-000001", "position": 1, "description": "Fee", "quantity": 3}
    return InvoiceLine(**columns | {"unit_price": Decimal("0.10"), "amount": Decimal("0.30")} | changes)


def a_payment(**changes: Any) -> Payment:
    """Return a payment on that invoice."""
    columns: dict[str, Any] = {
        "case_id": CASE,
        "key": "record_payment:1",
        "invoice": "2027-000001",
        "amount": Decimal("1.00"),
    }
    return Payment(**columns | {"received_at": NOON, "method": "check"} | changes)


def a_message(**changes: Any) -> MessageRecord:
    """Return a message that the case accepted."""
    columns: dict[str, Any] = {
        "case_id": CASE,
        "key": "return_images:1",
        "name": "return_images",
        "at": NOON,
        "handled_at": NOON,
    }
    return MessageRecord(**columns | {"by": "acr", "accepted": True, "rule": None, "digest": "0"} | changes)


def an_entry(**changes: Any) -> TimelineEntry:
    """Return a line of the timeline."""
    columns: dict[str, Any] = {
        "case_id": CASE,
        "run_id": "run",
        "step": 1,
        "position": 0,
        "at": NOON,
        "kind": "stage",
        "by": "acr",
    }
    return TimelineEntry(**columns | {"text": "Stage: testing", "detail": {}} | changes)


def a_notice(**changes: Any) -> Notice:
    """Return a notice that waits to be sent."""
    columns: dict[str, Any] = {
        "case_id": CASE,
        "number": 1,
        "run_id": "run",
        "step": 1,
        "kind": "invoice",
        "at": NOON,
        "facts": {},
    }
    return Notice(**columns | changes)
