"""Invoices at the office's fees: which, until when, under which number; and what happens where none can be made."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlmodel import select

from activities.contract import InvoiceIssued, Problem, StepTaken
from activities.steps import take
from policy.edition import edition_named
from policy.editions.own import OwnEditions
from policy.fees import FeeLine
from policy.office import OfficeSettings
from records.books import Books
from records.outbox import notices
from records.queries import timeline
from records.tables import Invoice
from tests.activities.orders import LATER, a_step, an_invoice_order, an_office, an_opening
from tests.records.rows import CASE, NOON, an_application


def issued(taken: StepTaken) -> InvoiceIssued:
    (invoice,) = taken.invoices
    return invoice


@pytest.mark.parametrize(("position", "total"), [(1, "2900.00"), (2, "2500.00")])
def test_a_fee_follows_from_the_office_and_the_place_of_the_unit(
    books: Books, office: OfficeSettings, position: int, total: str
) -> None:
    step = a_step(invoices=(an_invoice_order(),), opening=an_opening(position=position))
    invoice = issued(take(books, step, office))
    assert (invoice.purpose, invoice.occurrence, invoice.issued_at) == ("application", 1, NOON)
    assert invoice.total == Decimal(total) == sum(line.amount for line in invoice.lines)


def test_a_fee_that_the_offices_own_edition_publishes_holds_where_the_office_has_set_none(books: Books) -> None:
    """The edition does not ship: a case that carries it is billed by it, and its option form shows what it costs."""
    shipped = edition_named("accreditation", "2026-01-14")
    assert shipped is not None
    mine = shipped.model_copy(update={"edition": "mine-2026"})
    settings = an_office(fees={})
    settings = settings.model_copy(update={"editions": settings.editions.having(OwnEditions((mine,), files={}))})
    step = a_step(invoices=(an_invoice_order(),), opening=an_opening(edition="mine-2026"))
    published = mine.published_fees
    assert published is not None
    assert published.ct_application is not None
    assert issued(take(books, step, settings)).total == Decimal(published.ct_application.value[0])


def test_the_payment_term_ends_with_its_last_day_in_the_offices_zone(books: Books, office: OfficeSettings) -> None:
    """Issued on 3 June in New York: 30 days later is 3 July, and it ends at 04:00 UTC of the 4th."""
    assert issued(take(books, a_step(invoices=(an_invoice_order(),)), office)).due_at == datetime(
        2027, 7, 4, 4, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("set_by_office", "days_of_the_edition", "last_day"), [(None, 14, 17), (10, 14, 13), (0, 14, 3)]
)
def test_the_offices_payment_term_holds_before_the_editions(
    books: Books, set_by_office: int | None, days_of_the_edition: int, last_day: int
) -> None:
    fees = an_office().fees.model_dump(mode="json") | {"payment_term_days": set_by_office}
    order = an_invoice_order(payment_term_days=days_of_the_edition)
    invoice = issued(take(books, a_step(invoices=(order,)), an_office(fees=fees)))
    assert invoice.due_at == datetime(2027, 6, last_day + 1, 4, tzinfo=UTC)


def test_an_invoice_is_numbered_in_the_year_in_which_the_office_issues_it(books: Books, office: OfficeSettings) -> None:
    """At 03:00 UTC on 1 January it is still the old year in New York."""
    before, after = datetime(2028, 1, 1, 4, 59, tzinfo=UTC), datetime(2028, 1, 1, 5, 0, tzinfo=UTC)
    orders = an_invoice_order(issued_at=before), an_invoice_order(purpose="repeat", issued_at=after, notice=2)
    taken = take(books, a_step(invoices=orders), office)
    assert [invoice.number for invoice in taken.invoices] == ["2027-000001", "2028-000001"]


def test_lines_that_the_case_gives_are_taken_as_they_are(books: Books, office: OfficeSettings) -> None:
    lines = FeeLine.of("Flights", Decimal("812.40"), 3), FeeLine.of("Hotel", Decimal("150.00"))
    order = an_invoice_order(purpose="travel_expenses", lines=lines)
    invoice = issued(take(books, a_step(invoices=(order,)), office))
    assert (invoice.lines, invoice.total) == (lines, Decimal("2587.20"))


def test_an_order_that_was_carried_out_gets_the_same_invoice_whatever_the_fees_are_now(
    books: Books, office: OfficeSettings
) -> None:
    first = issued(take(books, a_step(1, invoices=(an_invoice_order(),)), office))
    dearer = an_office(fees={"accreditation": {"ct": {"application": "9900.00"}}})
    assert issued(take(books, a_step(2, invoices=(an_invoice_order(issued_at=LATER),)), dearer)) == first


def kept(books: Books) -> Invoice:
    with books.reading() as session:
        return session.exec(select(Invoice)).one()


def test_an_invoice_keeps_who_issued_it_and_who_pays_whatever_becomes_of_them(
    books: Books, office: OfficeSettings
) -> None:
    take(books, a_step(1, invoices=(an_invoice_order(),)), office)
    moved = an_office(issuer={"name": "Another Office", "address": "Elsewhere"})
    renamed = an_application(facility={"id": "OH-0417", "name": "Renamed Center"})
    take(books, a_step(2, application=renamed, invoices=(an_invoice_order(),)), moved)
    invoice = kept(books)
    assert invoice.issuer == {
        "name": "Sample Accreditation Office",
        "address": "1891 Preston White Drive, Reston, VA 20191-4397",
        "phone": "555-0100",
        "email": "office@example.org",
        "fax": "703-295-6776",
        "payment": "",
    }
    assert invoice.payer == {
        "id": "OH-0417",
        "name": "Sample Imaging Center",
        "address": ["1 Example Way", "Sampleville, OH"],
        "attention": "A. Sample",
    }


ADDRESSES = [
    ({"street": "1 Way", "city": "Town", "state": "OH", "postal_code": "43004"}, ["1 Way", "Town, OH 43004"]),
    ({"city": "Town", "state": "OH", "country": "US"}, ["Town, OH"]),
    ({"city": "Ville", "state": "QC", "country": "CA"}, ["Ville, QC", "CA"]),
    ({"state": "OH"}, ["OH"]),
    (None, []),
    ({"street": None, "city": ""}, []),
]


@pytest.mark.parametrize(("address", "lines"), ADDRESSES)
def test_an_invoice_goes_to_what_is_known_of_an_address(
    books: Books, office: OfficeSettings, address: dict[str, str] | None, lines: list[str]
) -> None:
    facility: dict[str, object] = {"id": "OH-0417", "name": "Sample", "address": address, "contacts": []}
    order = an_invoice_order(lines=(FeeLine.of("A quoted fee", Decimal("1.00")),))
    take(books, a_step(opening=an_opening(application=an_application(facility=facility)), invoices=(order,)), office)
    assert (kept(books).payer["address"], kept(books).payer["attention"]) == (lines, None)


def test_a_fee_that_nobody_set_is_a_problem_and_the_rest_of_the_step_is_taken(
    books: Books, office: OfficeSettings
) -> None:
    orders = an_invoice_order(purpose="reinstatement", occurrence=2), an_invoice_order(notice=2)
    taken = take(books, a_step(invoices=orders), office)
    assert issued(taken).number == "2027-000001"
    (problem,) = taken.problems
    assert (problem.item, problem.rule) == ("fee.reinstatement.2", "fee.not_configured")
    assert "[fees.accreditation.ct]" in problem.text
    with books.reading() as session:
        assert [entry.kind for entry in timeline(session, CASE)] == ["invoice", "notice"]
        assert [notice.number for notice in notices(session, CASE)] == [2]


def test_once_the_fee_is_set_the_same_order_issues_the_invoice(books: Books, office: OfficeSettings) -> None:
    order = an_invoice_order()
    refused = take(books, a_step(1, invoices=(order,)), an_office(fees={}))
    assert [problem.rule for problem in refused.problems] == ["fee.not_configured"]
    late = order.model_copy(update={"issued_at": LATER})
    taken = take(books, a_step(2, invoices=(late,)), office)
    assert (issued(taken).number, issued(taken).issued_at, taken.problems) == ("2027-000001", LATER, ())


NOT_POSSIBLE = [
    ({"purpose": "designation"}, {}, "invoice.not_possible", "no set fee for designation"),
    ({}, {"modality": None}, "invoice.not_possible", "names none"),
    ({"lines": (FeeLine.of("Refund", Decimal("-1.00")),)}, {}, "invoice.not_possible", "price of 0 or more"),
    ({}, {"units": [{"id": "CT 1"}]}, "invoice.not_possible", "units.0.id"),
]


@pytest.mark.parametrize(("order", "application", "rule", "text"), NOT_POSSIBLE, ids=[case[3] for case in NOT_POSSIBLE])
def test_what_makes_no_invoice_is_a_problem(
    books: Books, office: OfficeSettings, order: dict[str, object], application: dict[str, object], rule: str, text: str
) -> None:
    opening = an_opening(application=an_application(**application))
    taken = take(books, a_step(opening=opening, invoices=(an_invoice_order(**order),)), office)
    (problem,) = taken.problems
    assert isinstance(problem, Problem)
    assert problem.rule == rule
    assert text in problem.text
    assert taken.invoices == ()


def test_a_facility_abroad_waits_for_a_quote(books: Books, office: OfficeSettings) -> None:
    facility = {"id": "CA-1", "name": "Abroad", "address": {"country": "CA"}}
    opening = an_opening(application=an_application(facility=facility))
    taken = take(books, a_step(opening=opening, invoices=(an_invoice_order(),)), office)
    assert [problem.rule for problem in taken.problems] == ["fee.needs_quote"]
