"""Invoices: their numbers, their sums, what payments make of them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, col, select

from policy.fees import FeeLine
from records.books import Books
from records.invoices import NoInvoice, find_invoice, invoice_lines, outstanding, void_invoice, void_unpaid
from records.tables import InvoiceCounter
from tests.records.money import ISSUER, OTHER, PAYER, credit, issue, pay
from tests.records.money import session as session
from tests.records.rows import CASE, a_case


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


def test_an_invoice_keeps_who_issued_it_and_who_pays_as_they_were_then(session: Session) -> None:
    issuer, payer = dict(ISSUER), dict(PAYER)
    invoice = issue(session, issuer=issuer, payer=payer)
    issuer["name"] = payer["name"] = "Renamed since"
    session.refresh(invoice)
    assert (invoice.issuer, invoice.payer) == (ISSUER, PAYER)


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


def test_only_an_unpaid_invoice_becomes_void(session: Session) -> None:
    unpaid, begun = issue(session, "application"), issue(session, "repeat")
    pay(session, begun.number, "1.00", "record_payment:1")
    assert void_invoice(session, CASE, unpaid.number)
    assert not void_invoice(session, CASE, begun.number)
    assert not void_invoice(session, OTHER, begun.number)
    assert not void_invoice(session, CASE, "2027-999999")
    assert (unpaid.status, begun.status) == ("void", "partly_paid")
    assert void_invoice(session, CASE, unpaid.number)


def test_what_nobody_paid_of_an_ended_case_becomes_void_but_travel_that_took_place(session: Session) -> None:
    for purpose in ("application", "repeat", "travel_expenses", "reinstatement"):
        issue(session, purpose)
    other = issue(session, case_id=OTHER)
    pay(session, "2027-000002", "1.00", "record_payment:1")
    credit(session, "2027-000004", "250.00", "issue_credit_note:1")
    assert void_unpaid(session, CASE) == ["2027-000001", "2027-000004"]
    assert void_unpaid(session, CASE) == []
    assert other.status == "open"


def test_nothing_is_owed_on_what_is_void(session: Session) -> None:
    invoice = issue(session)
    assert outstanding(invoice) == Decimal("1000.00")
    void_invoice(session, CASE, invoice.number)
    assert outstanding(invoice) == Decimal("0.00")


def test_an_invoice_of_nothing_is_paid(session: Session) -> None:
    assert issue(session, lines=(FeeLine.of("Waived", Decimal("0.00")),)).status == "paid"


def test_the_counter_stands_at_the_newest_number(session: Session) -> None:
    issue(session, "application")
    newest = issue(session, "repeat")
    counter = session.exec(select(InvoiceCounter).where(col(InvoiceCounter.year) == 2027)).one()
    assert counter.last == newest.sequence == 2
    assert newest.due_at - newest.issued_at == timedelta(days=30, hours=12)
