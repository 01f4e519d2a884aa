"""Invoices of designations: the office's base of the day, the tiers of the case's rules, and lines that are given."""

from decimal import Decimal
from typing import Any

import pytest

from activities.contract import InvoiceIssued, StepTaken
from activities.steps import take
from policy.fees import FeeLine
from policy.office import DicoeFees, Fees, OfficeSettings
from records.books import Books
from records.outbox import notices
from records.tables import Invoice
from tests.activities.orders import a_row, a_step, an_invoice_order, an_opening
from tests.policy.designation.offices import BASE, OFFICE
from tests.policy.designation.practices import an_application

CASE = "dicoe.SAMPLE-RAD.OH.1"


def opened(books: Books, office: OfficeSettings, locations: int = 3, *, edition: str = "2021-01-01") -> StepTaken:
    """Open a case and order the invoice of its fee, as its workflow does."""
    application = an_application(locations).model_dump(mode="json")
    opening = an_opening(program="dicoe", application=application, edition=edition)
    order = an_invoice_order(purpose="designation")
    return take(books, a_step(case_id=CASE, opening=opening, invoices=(order,), row=a_row()), office)


def the_invoice(taken: StepTaken) -> InvoiceIssued:
    (invoice,) = taken.invoices
    return invoice


@pytest.mark.parametrize(("locations", "total"), [(1, BASE), (6, BASE + 2000), (15, BASE + 3000), (21, BASE + 5000)])
def test_the_fee_follows_from_the_number_of_locations(books: Books, locations: int, total: Decimal) -> None:
    invoice = the_invoice(opened(books, OFFICE, locations))
    assert (invoice.purpose, invoice.occurrence, invoice.number) == ("designation", 1, "2027-000001")
    assert invoice.total == total == sum(line.amount for line in invoice.lines)
    with books.reading() as session:
        (notice,) = notices(session, CASE)
    assert (notice.kind, notice.facts["total"]) == ("invoice", f"{total:.2f}")


def test_the_practice_pays_at_the_address_of_its_first_location(books: Books) -> None:
    number = the_invoice(opened(books, OFFICE)).number
    with books.reading() as session:
        payer = session.get_one(Invoice, number).payer
    assert payer == {
        "id": "SAMPLE-RAD",
        "name": "Sample Radiology Group",
        "address": ["1 Sample Street", "Sampleton, OH 43001"],
        "attention": "Sample Administrator",
    }


def test_its_invoice_has_the_telephone_of_the_designation_program(books: Books) -> None:
    number = the_invoice(opened(books, OFFICE)).number
    with books.reading() as session:
        issuer = session.get_one(Invoice, number).issuer
    assert issuer["phone"] == OFFICE.office.dicoe_phone != OFFICE.issuer.phone
    assert (issuer["email"], issuer["fax"]) == (OFFICE.office.dicoe_email, "")


def test_the_base_is_that_of_the_day_of_the_invoice(books: Books) -> None:
    office = OfficeSettings(fees=Fees(dicoe=DicoeFees(base=Decimal("5500.00"))))
    assert the_invoice(opened(books, office)).total == Decimal("5500.00")


def test_a_base_that_nobody_set_is_a_problem_and_tried_again(books: Books) -> None:
    (problem,) = opened(books, OfficeSettings()).problems
    assert (problem.item, problem.rule) == ("fee.designation.1", "fee.not_configured")
    assert "[fees.dicoe] base" in problem.text
    again = take(books, a_step(2, case_id=CASE, invoices=(an_invoice_order(purpose="designation"),)), OFFICE)
    assert the_invoice(again).total == BASE


def test_an_edition_that_is_no_longer_shipped_is_a_problem(books: Books) -> None:
    (problem,) = opened(books, OFFICE, edition="2018-01-01").problems
    assert problem.rule == "invoice.not_possible"
    assert "no edition of dicoe is called 2018-01-01" in problem.text


def test_outside_the_united_states_the_office_quotes(books: Books) -> None:
    application = an_application(country="CA").model_dump(mode="json")
    opening = an_opening(program="dicoe", application=application, edition="2021-01-01")
    order = an_invoice_order(purpose="designation")
    taken = take(books, a_step(case_id=CASE, opening=opening, invoices=(order,)), OFFICE)
    (problem,) = taken.problems
    assert problem.rule == "fee.needs_quote"
    quoted = (FeeLine.of("Quoted fee: designation", Decimal("9500.00")),)
    order = an_invoice_order(purpose="designation", lines=quoted)
    assert the_invoice(take(books, a_step(2, case_id=CASE, invoices=(order,)), OFFICE)).total == Decimal("9500.00")


@pytest.mark.parametrize("purpose", ["additional_locations", "travel_expenses"])
def test_lines_that_the_case_gives_are_invoiced_as_they_are(books: Books, purpose: str) -> None:
    opened(books, OFFICE)
    lines: Any = (FeeLine.of("Additional locations: OH-0004", Decimal("300.00")),)
    order = an_invoice_order(purpose=purpose, lines=lines, notice=None)
    invoice = the_invoice(take(books, a_step(2, case_id=CASE, invoices=(order,)), OFFICE))
    assert (invoice.lines, invoice.total) == (lines, Decimal("300.00"))
