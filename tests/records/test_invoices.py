"""Invoices: their numbers, their sums, what payments make of them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from policy.fees import FeeLine
from records.books import Books
from records.invoices import NoInvoice, book_payment, find_invoice, invoice_lines, issue_invoice, void_invoice
from records.tables import Invoice, InvoiceCounter, Payment
from tests.records.rows import CASE, LATER, NOON, a_case, an_invoice

OTHER = "accreditation.OH-0417.ct.CT-2.1"


@pytest.fixture
def session(books: Books) -> Iterator[Session]:
    """Books with two open cases, in a transaction."""
    with books.writing() as opened:
        opened.add_all([a_case(), a_case(OTHER)])
        opened.flush()
        yield opened


FEE = (FeeLine.of("CT accreditation: application fee", Decimal("1000.00")),)


def issue(
    session: Session, purpose: str = "application", *, year: int = 2027, lines: tuple[FeeLine, ...] = FEE
) -> Invoice:
    return issue_invoice(session, CASE, purpose, 1, lines=lines, issued_at=NOON, due_at=LATER, year=year)


def pay(session: Session, invoice: Invoice, amount: str, key: str, case_id: str = CASE) -> Invoice | None:
    return book_payment(
        session, case_id, key, number=invoice.number, amount=Decimal(amount), received_at=NOON, method="check"
    )


def test_numbers_begin_at_one_and_follow_each_other(session: Session) -> None:
    assert [issue(session, purpose).number for purpose in ("application", "repeat", "reinstatement")] == [
        "2027-000001",
        "2027-000002",
        "2027-000003",
    ]


def test_every_year_has_numbers_of_its_own(session: Session) -> None:
    assert issue(session, "application", year=2027).number == "2027-000001"
    assert issue(session, "repeat", year=2028).number == "2028-000001"
    assert issue(session, "reinstatement", year=2027).number == "2027-000002"


def test_a_step_that_fails_uses_up_no_number(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())

    def half_a_step() -> None:
        with books.writing() as session:
            issue(session)
            raise RuntimeError("the worker was killed")

    for _ in range(3):
        with pytest.raises(RuntimeError, match="killed"):
            half_a_step()
    with books.writing() as session:
        assert issue(session).number == "2027-000001"


def test_an_invoice_keeps_its_lines_in_order_and_their_sum(session: Session) -> None:
    travel = FeeLine.of("Hotel, two nights", Decimal("119.99"), 2), FeeLine.of("Mileage", Decimal("0.67"), 123)
    invoice = issue(session, "travel_expenses", lines=travel)
    assert [(line.description, line.amount) for line in invoice_lines(session, invoice.number)] == [
        ("Hotel, two nights", Decimal("239.98")),
        ("Mileage", Decimal("82.41")),
    ]
    assert invoice.total == Decimal("322.39")


def test_an_invoice_is_found_by_what_it_is_for(session: Session) -> None:
    issued = issue(session)
    assert find_invoice(session, CASE, "application", 1) is issued
    assert find_invoice(session, CASE, "application", 2) is None
    assert find_invoice(session, OTHER, "application", 1) is None


WRONG_LINES = [
    ((FeeLine.of("Refund", Decimal("-5.00")),), "price of 0 or more"),
    ((FeeLine.of("Nothing", Decimal("5.00"), 0),), "quantity of 1 or more"),
    ((FeeLine(description="Sum", quantity=2, unit_price=Decimal("5.00"), amount=Decimal("11.00")),), "is not 11.00"),
    ((FeeLine.of("Castle", Decimal("999999999.99"), 2),), "at most 999999999.99"),
]


@pytest.mark.parametrize(("lines", "message"), WRONG_LINES, ids=[message for _, message in WRONG_LINES])
def test_lines_that_make_no_invoice_use_up_no_number(
    session: Session, lines: tuple[FeeLine, ...], message: str
) -> None:
    with pytest.raises(NoInvoice, match=message):
        issue(session, lines=lines)
    assert session.exec(select(InvoiceCounter)).all() == []


def test_an_invoice_without_lines_is_none(session: Session) -> None:
    with pytest.raises(NoInvoice, match="one line at least"):
        issue(session, lines=())


def test_payments_lead_from_open_over_partly_paid_to_paid(session: Session) -> None:
    invoice = issue(session)
    assert invoice.status == "open"
    pay(session, invoice, "0.01", "record_payment:1")
    assert (invoice.status, invoice.paid) == ("partly_paid", Decimal("0.01"))
    pay(session, invoice, "999.98", "record_payment:2")
    assert (invoice.status, invoice.paid) == ("partly_paid", Decimal("999.99"))
    pay(session, invoice, "0.01", "record_payment:3")
    assert (invoice.status, invoice.paid) == ("paid", Decimal("1000.00"))


def test_what_was_paid_too_much_is_kept(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice, "1500.00", "record_payment:1")
    assert (invoice.status, invoice.paid, invoice.total) == ("paid", Decimal("1500.00"), Decimal("1000.00"))


def test_a_payment_counts_once_however_often_it_is_booked(session: Session) -> None:
    invoice = issue(session)
    for _ in range(3):
        pay(session, invoice, "400.00", "record_payment:1")
    assert invoice.paid == Decimal("400.00")
    assert len(session.exec(select(Payment)).all()) == 1


def test_a_payment_for_an_invoice_of_another_case_is_not_booked(session: Session) -> None:
    invoice = issue(session)
    assert pay(session, invoice, "400.00", "record_payment:1", case_id=OTHER) is None
    assert pay(session, an_invoice(number="2027-999999"), "400.00", "record_payment:1") is None
    assert invoice.paid == Decimal("0.00")


def test_only_an_unpaid_invoice_becomes_void(session: Session) -> None:
    unpaid, begun = issue(session, "application"), issue(session, "repeat")
    pay(session, begun, "1.00", "record_payment:1")
    assert void_invoice(session, CASE, unpaid.number)
    assert not void_invoice(session, CASE, begun.number)
    assert not void_invoice(session, OTHER, begun.number)
    assert not void_invoice(session, CASE, "2027-999999")
    assert (unpaid.status, begun.status) == ("void", "partly_paid")
    assert void_invoice(session, CASE, unpaid.number)


def test_money_that_comes_for_a_void_invoice_is_not_lost(session: Session) -> None:
    invoice = issue(session)
    void_invoice(session, CASE, invoice.number)
    pay(session, invoice, "1000.00", "record_payment:1")
    assert (invoice.status, invoice.paid) == ("paid", Decimal("1000.00"))


def test_an_invoice_of_nothing_is_paid(session: Session) -> None:
    assert issue(session, lines=(FeeLine.of("Waived", Decimal("0.00")),)).status == "paid"


def test_the_counter_stands_at_the_newest_number(session: Session) -> None:
    issue(session, "application")
    newest = issue(session, "repeat")
    counter = session.exec(select(InvoiceCounter).where(col(InvoiceCounter.year) == 2027)).one()
    assert counter.last == newest.sequence == 2
    assert newest.due_at - newest.issued_at == timedelta(days=30, hours=12)
