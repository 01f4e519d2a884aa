"""Two open cases and what happens to their invoices, for the tests of money."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import Session

from policy.fees import FeeLine
from records.books import Books
from records.invoices import issue_invoice
from records.settling import book_payment, issue_credit_note, undo_payment
from records.tables import CreditNote, Invoice
from tests.records.rows import CASE, LATER, NOON, a_case

OTHER = "accreditation.OH-0417.ct.CT-2.1"
ISSUER = {"name": "Sample Office", "address": "1 Office Way", "phone": "555-0100", "email": "", "fax": ""}
PAYER = {"id": "OH-0417", "name": "Sample Imaging Center", "address": ["1 Example Way"], "attention": "A. Sample"}


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with two open cases, in a transaction."""
    with books.writing() as opened:
        opened.add_all([a_case(), a_case(OTHER)])
        opened.flush()
        yield opened


FEE = (FeeLine.of("CT accreditation: application fee", Decimal("1000.00")),)


def issue(session: Session, purpose: str = "application", **changes: Any) -> Invoice:
    """Issue an invoice of 1000 dollars, or what the test is about."""
    arguments: dict[str, Any] = {"case_id": CASE, "occurrence": 1, "lines": FEE, "issued_at": NOON, "due_at": LATER}
    arguments |= {"year": 2027, "issuer": ISSUER, "payer": PAYER}
    return issue_invoice(session, purpose=purpose, **arguments | changes)


def pay(session: Session, number: str, amount: str, key: str, case_id: str = CASE) -> Invoice | None:
    """Book a payment."""
    return book_payment(session, case_id, key, number=number, amount=Decimal(amount), received_at=NOON, method="check")


def undo(session: Session, payment: str, key: str, case_id: str = CASE) -> Invoice | None:
    """Take a payment back."""
    return undo_payment(session, case_id, key, payment_key=payment, at=LATER, reason="entered twice")


def credit(
    session: Session, number: str, amount: str, key: str, *, case_id: str = CASE, year: int = 2027
) -> CreditNote | None:
    """Issue a credit note."""
    return issue_credit_note(
        session,
        case_id,
        key,
        invoice=number,
        amount=Decimal(amount),
        reason="one area fewer",
        issued_at=LATER,
        year=year,
    )
