"""Questions about money: what is owed, and what is late at the instant at which one asks."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session

from records.books import Books
from records.money_queries import bills, invoice_by_number, payments
from tests.records.rows import CASE, LATER, NOON, a_case, a_line, a_payment, an_invoice

OTHER = "accreditation.OH-0417.ct.CT-2.1"
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with an invoice in every state, in a transaction."""
    paid = Decimal("100.00")
    with books.writing() as opened:
        opened.add_all([a_case(), a_case(OTHER)])
        opened.flush()
        opened.add_all(
            [
                an_invoice(),
                an_invoice(number="2027-000002", sequence=2, occurrence=2, status="partly_paid", paid=Decimal("0.01")),
                an_invoice(number="2027-000003", sequence=3, occurrence=3, status="paid", paid=paid + 1),
                an_invoice(number="2026-000009", year=2026, sequence=9, case_id=OTHER, status="void"),
            ]
        )
        opened.flush()
        opened.add_all([a_line(position=2, description="second"), a_line(position=1, description="first")])
        opened.add_all([a_line(invoice="2026-000009", description="other case")])
        opened.flush()
        yield opened


def test_an_invoice_is_in_time_through_its_due_instant_and_overdue_after_it(session: Session) -> None:
    for at, overdue in ((NOON, False), (LATER, False), (LATER + A_MOMENT, True)):
        found = {bill.invoice.number: bill.overdue for bill in bills(session, at)}
        assert found["2027-000001"] is overdue
        assert found["2027-000002"] is overdue


def test_what_is_paid_or_void_is_never_overdue(session: Session) -> None:
    late = {bill.invoice.number: bill.overdue for bill in bills(session, LATER + timedelta(days=400))}
    assert (late["2027-000003"], late["2026-000009"]) == (False, False)


def test_what_is_owed_is_what_is_missing_of_the_total(session: Session) -> None:
    owed = {bill.invoice.number: bill.outstanding for bill in bills(session, NOON)}
    assert owed == {
        "2026-000009": Decimal("0.00"),
        "2027-000001": Decimal("100.00"),
        "2027-000002": Decimal("99.99"),
        "2027-000003": Decimal("0.00"),
    }


def test_bills_stand_in_the_order_of_their_numbers_with_their_lines(session: Session) -> None:
    found = bills(session, NOON, CASE)
    assert [bill.invoice.number for bill in found] == ["2027-000001", "2027-000002", "2027-000003"]
    assert [[line.description for line in bill.lines] for bill in found] == [["first", "second"], [], []]
    assert [[line.description for line in bill.lines] for bill in bills(session, NOON, OTHER)] == [["other case"]]


def test_an_invoice_is_found_by_its_number_with_its_payments(session: Session) -> None:
    session.add_all([a_payment(key="b", received_at=LATER), a_payment(key="a"), a_payment(key="c", received_at=NOON)])
    session.flush()
    invoice = invoice_by_number(session, "2027-000001")
    assert invoice is not None
    assert invoice.case_id == CASE
    assert [payment.key for payment in payments(session, invoice.number)] == ["a", "c", "b"]
    assert invoice_by_number(session, "2027-000007") is None
    assert payments(session, "2027-000002") == []
