"""Orders of a plainly made-up case, as its workflow would give them; a test changes what it is about."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from activities.contract import CaseOpening, CaseRow, InvoiceOrder, NoticeOrder, PaymentReceived, Step
from policy.office import OfficeSettings
from tests.records.rows import CASE, NOON, an_application

RUN = "6f1ba5c4-run-of-the-case"
LATER = datetime(2027, 7, 10, 16, 0, tzinfo=UTC)
RULE = {"rule": "fee.due", "source": "Fees and payments"}


def an_office(**changes: Any) -> OfficeSettings:
    """Return the settings of an office that charges for CT."""
    settings = {
        "issuer": {"name": "Sample Accreditation Office", "email": "office@example.org", "phone": "555-0100"},
        "mail": {"sender": "accredit@example.org"},
        "fees": {
            "accreditation": {"ct": {"application": "2900.00", "additional_unit": "2500.00", "repeat": "1200.00"}},
            "site_survey": {"base": "7000.00"},
        },
    }
    return OfficeSettings.model_validate(settings | changes)


def a_row(**changes: Any) -> CaseRow:
    """Return where an open case stands that waits for its facility."""
    columns: dict[str, Any] = dict.fromkeys(CaseRow.model_fields)
    columns |= {"stage": "application", "awaited_party": "facility", "awaited": "the application fee"}
    columns |= {"deficiencies": 0, "needs_attention": False, "status": {"stage": "application"}}
    return CaseRow.model_validate(columns | changes)


def an_opening(**changes: Any) -> CaseOpening:
    """Return what the books need to know of a case that opens."""
    columns: dict[str, Any] = {"program": "accreditation", "application": an_application(), "opened_at": NOON}
    return CaseOpening.model_validate(columns | {"edition": "2021-03-08"} | changes)


def a_step(number: int = 1, **changes: Any) -> Step:
    """Return a step; the first one opens the case."""
    columns: dict[str, Any] = {"case_id": CASE, "run_id": RUN, "number": number, "at": NOON, "row": a_row()}
    if number == 1:
        columns["opening"] = an_opening()
    return Step(**columns | changes)


def an_invoice_order(**changes: Any) -> InvoiceOrder:
    """Return the order of the application fee's invoice, with its notice."""
    columns: dict[str, Any] = {"purpose": "application", "occurrence": 1, "issued_at": NOON, "notice": 1}
    return InvoiceOrder(**columns | changes)


def a_payment(**changes: Any) -> PaymentReceived:
    """Return a payment of the whole application fee."""
    columns: dict[str, Any] = {"key": "record_payment:p-1", "invoice": "2027-000001", "amount": Decimal("2900.00")}
    return PaymentReceived(**columns | {"received_at": NOON, "method": "check"} | changes)


def a_notice_order(number: int = 2, kind: str = "application_received", **facts: Any) -> NoticeOrder:
    """Return the order of a notice."""
    return NoticeOrder(number=number, kind=kind, at=NOON, facts=RULE | facts)
