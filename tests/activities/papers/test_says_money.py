"""What invoices, receipts and credit notes say comes from the books, as it stood when they were issued."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from records.tables import CreditNote
from tests.activities.papers.office import PaperDesk
from tests.records.rows import CASE, LATER, NOON, a_case, a_line, a_payment, an_invoice


def a_credit_note(**changes: Any) -> CreditNote:
    columns: dict[str, Any] = {"number": "C2027-000001", "year": 2027, "sequence": 1, "case_id": CASE, "key": "k"}
    columns |= {"invoice": "2027-000001", "amount": Decimal("30.00"), "reason": "A mistake.", "issued_at": NOON}
    return CreditNote(**columns | changes)


def test_an_invoice_says_what_the_books_have(terminal: PaperDesk) -> None:
    payer = {"id": "OH-0417", "name": "Payer As It Was", "address": ["1 Old Way"], "attention": "A. Sample"}
    issued = an_invoice(issuer={"name": "Issuer As It Was", "phone": "555-0199"}, payer=payer)
    terminal.open(None, issued, a_line(description="CT, first unit"))
    told = terminal.told("invoice", invoice="2027-000001")["invoice"]
    assert (told["number"], told["purpose"], told["due"]) == ("2027-000001", "application fee", "3 July 2027, 24:00 ET")
    assert told["lines"] == [
        {"description": "CT, first unit", "quantity": 3, "unit_price": "$0.10", "amount": "$0.30"},
    ]
    assert (told["total"], told["outstanding"]) == ("$100.00", "$100.00")
    assert (told["paid"], told["credited"], told["overpaid"]) == (None, None, None)
    assert told["holder"]["name"] == "Payer As It Was"
    assert (told["issuer"]["name"], told["issuer"]["phone"]) == ("Issuer As It Was", "555-0199")


def test_an_older_invoice_has_the_payer_of_today(terminal: PaperDesk) -> None:
    terminal.open(None, an_invoice())
    told = terminal.told("invoice", invoice="2027-000001")["invoice"]
    assert (told["holder"]["name"], told["holder"]["attention"]) == ("Sample Imaging Center", "A. Sample")


@pytest.mark.parametrize("number", ["2027-000009", None])
def test_an_invoice_that_the_case_does_not_have_makes_no_paper(terminal: PaperDesk, number: str | None) -> None:
    terminal.open(None, a_case("accreditation.OH-0417.ct.CT-2.1"))
    with terminal.books.writing() as session:
        session.add(an_invoice(number="2027-000009", case_id="accreditation.OH-0417.ct.CT-2.1"))
    assert terminal.told("invoice", invoice=number) == {}


def test_a_receipt_says_the_payment_and_how_the_invoice_stood_then(terminal: PaperDesk) -> None:
    earlier = a_credit_note(issued_at=NOON - timedelta(days=1))
    later = a_credit_note(number="C2027-000002", sequence=2, key="k2", issued_at=LATER)
    paid = {"paid": Decimal("70.00"), "credited": Decimal("60.00"), "status": "paid"}
    terminal.open(None, an_invoice(**paid), a_payment(amount=Decimal("40.00"), method="bank_transfer"), earlier, later)
    facts: dict[str, Any] = {"invoice": "2027-000001", "payment": "record_payment:1", "paid": "40.00"}
    told = terminal.told("payment_received", **facts)["receipt"]
    assert (told["number"], told["invoice"]) == ("R2027-000001", "2027-000001")
    assert (told["amount"], told["received"], told["method"]) == ("$40.00", "3 June 2027", "bank transfer")
    assert (told["total"], told["paid"], told["credited"]) == ("$100.00", "$40.00", "$30.00")
    assert (told["outstanding"], told["overpaid"]) == ("$30.00", None)


def test_a_receipt_says_what_was_paid_too_much(terminal: PaperDesk) -> None:
    terminal.open(None, an_invoice(paid=Decimal("120.00"), status="paid"))
    told = terminal.told("payment_received", invoice="2027-000001", amount="120.00", paid="120.00")["receipt"]
    assert (told["amount"], told["outstanding"], told["overpaid"]) == ("$120.00", None, "$20.00")


def test_a_credit_note_says_what_it_takes_off_and_why(terminal: PaperDesk) -> None:
    terminal.open(None, an_invoice(credited=Decimal("30.00")), a_credit_note())
    told = terminal.told("credit_note", credit_note="C2027-000001")["credit_note"]
    assert (told["number"], told["invoice"], told["amount"]) == ("C2027-000001", "2027-000001", "$30.00")
    assert (told["reason"], told["credited"], told["outstanding"]) == ("A mistake.", "$30.00", "$70.00")
