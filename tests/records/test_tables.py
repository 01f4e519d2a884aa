"""What the database refuses, since a table takes whatever it is given; and what comes back of what was written."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel

from records.books import Books, open_books
from records.tables import Book, CaseRecord, Deadline, Invoice, InvoiceCounter, StepRecord, TimelineEntry
from tests.postgres import copied_books
from tests.records.rows import (
    CASE,
    LATER,
    NOON,
    a_case,
    a_line,
    a_message,
    a_notice,
    a_payment,
    an_entry,
    an_invoice,
)

BAD_ROWS: list[tuple[str, SQLModel]] = [
    ("ck_books_one_row", Book(id=2, purpose="office")),
    ("ck_books_purpose", Book(id=1, purpose="both")),
    ("ck_cases_program", a_case("accreditation.X.ct.CT-1.1", program="mystery")),
    ("ck_cases_stage", a_case("accreditation.X.ct.CT-1.1", stage="limbo")),
    ("ck_cases_outcome", a_case("accreditation.X.ct.CT-1.1", stage="closed", closed_at=NOON, outcome="lost")),
    ("ck_cases_awaited_party", a_case("accreditation.X.ct.CT-1.1", awaited_party="nobody")),
    ("ck_cases_closed_at", a_case("accreditation.X.ct.CT-1.1", stage="closed", outcome="expired")),
    ("ck_cases_closed_outcome", a_case("accreditation.X.ct.CT-1.1", outcome="expired")),
    ("ck_cases_deficiencies", a_case("accreditation.X.ct.CT-1.1", deficiencies=-1)),
    ("ck_cases_position", a_case("accreditation.X.ct.CT-1.1", position=0)),
    ("ck_cases_certificate", a_case("accreditation.X.ct.CT-1.1", certificate_from=LATER, certificate_until=NOON)),
    ("uq_cases_subject_cycle", a_case("accreditation.X.ct.CT-1.1", subject=CASE.rpartition(".")[0])),
    ("pk_cases", a_case()),
    ("ck_timeline_kind", an_entry(kind="gossip")),
    ("fk_timeline_case_id_cases", an_entry(case_id="accreditation.X.ct.CT-9.1")),
    ("ck_messages_rule", a_message(accepted=False)),
    ("ck_messages_rule", a_message(rule="case.closed")),
    ("fk_deadlines_case_id_cases", Deadline(case_id="none", number=0, name="appeal", opens_at=NOON, due_at=LATER)),
    ("fk_steps_case_id_cases", StepRecord(case_id="none", run_id="run", number=1, at=NOON, taken={})),
    ("ck_invoice_counters_last", InvoiceCounter(year=2027, last=-1)),
    ("ck_invoices_status", an_invoice(number="2", sequence=2, occurrence=2, status="overdue")),
    ("ck_invoices_status", an_invoice(number="2", sequence=2, occurrence=2, status="paid")),
    ("ck_invoices_status", an_invoice(number="2", sequence=2, occurrence=2, paid=Decimal("1.00"))),
    ("ck_invoices_status", an_invoice(number="2", sequence=2, occurrence=2, status="void", paid=Decimal("1.00"))),
    ("ck_invoices_total", an_invoice(number="2", sequence=2, total=Decimal("-1.00"))),
    ("ck_invoices_sequence", an_invoice(number="2", sequence=0, occurrence=2)),
    ("ck_invoices_occurrence", an_invoice(number="2", sequence=2, occurrence=0)),
    ("ck_invoices_due_at", an_invoice(number="2", sequence=2, occurrence=2, due_at=NOON - timedelta(days=1))),
    ("uq_invoices_case_id_purpose_occurrence", an_invoice(number="2", sequence=2)),
    ("uq_invoices_year_sequence", an_invoice(number="2", occurrence=2)),
    ("fk_invoices_case_id_cases", an_invoice(number="2", sequence=2, occurrence=2, case_id="none")),
    ("ck_invoice_lines_amount", a_line(amount=Decimal("0.31"))),
    ("ck_invoice_lines_quantity", a_line(quantity=0, amount=Decimal("0.00"))),
    ("ck_invoice_lines_unit_price", a_line(unit_price=Decimal("-0.10"), amount=Decimal("-0.30"))),
    ("fk_invoice_lines_invoice_invoices", a_line(invoice="none")),
    ("ck_payments_amount", a_payment(amount=Decimal("0.00"))),
    ("fk_payments_invoice_invoices", a_payment(invoice="none")),
    ("ck_notices_status", a_notice(status="lost")),
    ("ck_notices_sent_at", a_notice(status="sent")),
    ("ck_notices_problem", a_notice(problem="nobody is at home")),
]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def kept_books(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    """Books with a case and its invoice, for rows that are refused and leave nothing behind."""
    with contextlib.ExitStack() as stack:
        folder = tmp_path_factory.mktemp("books")
        postgres = request.param == "postgres"
        books = open_books(stack.enter_context(copied_books()) if postgres else f"sqlite:///{folder}/books.db")
        stack.callback(books.close)
        with books.writing() as session:
            session.add(a_case())
            session.flush()
            session.add(an_invoice())
        yield books


@pytest.mark.parametrize(("constraint", "row"), BAD_ROWS, ids=[name for name, _ in BAD_ROWS])
def test_the_database_refuses_a_row_that_cannot_be(kept_books: Books, constraint: str, row: SQLModel) -> None:
    copy = type(row)(**row.model_dump())  # a row belongs to one session, and the same list serves both databases
    with pytest.raises(IntegrityError) as refused, kept_books.writing() as session:
        session.add(copy)
    if kept_books.engine.dialect.name == "postgresql" or constraint.startswith("ck_"):  # SQLite names checks only
        assert constraint in str(refused.value.orig)


def test_good_rows_are_taken(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        session.add(an_invoice())
        session.flush()
        session.add_all([a_line(), a_payment(), a_message(), an_entry(), a_notice()])


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-5)), timezone(timedelta(hours=9, minutes=30))])
def test_an_instant_comes_back_as_the_same_instant_in_utc(books: Books, zone: timezone) -> None:
    local = datetime(2027, 3, 14, 1, 59, 59, 123456, tzinfo=zone)
    with books.writing() as session:
        session.add(a_case(opened_at=local))
    with books.reading() as session:
        opened_at = session.get_one(CaseRecord, CASE).opened_at
    assert opened_at == local
    assert opened_at.utcoffset() == timedelta(0)


def test_an_instant_without_a_zone_is_refused(books: Books) -> None:
    with pytest.raises(StatementError, match="timezone"), books.writing() as session:
        session.add(a_case(opened_at=datetime(2027, 6, 3, 12, 0)))  # noqa: DTZ001


def test_instants_are_compared_as_instants(books: Books) -> None:
    """Due at 23:00 in New York is later than at 02:00 UTC of the next day, although its local hour reads later."""
    eastern = timezone(timedelta(hours=-4))
    with books.writing() as session:
        session.add(a_case(due_at=datetime(2027, 6, 3, 23, 0, tzinfo=eastern)))
    with books.reading() as session:
        due_at = session.get_one(CaseRecord, CASE).due_at
    assert due_at is not None
    assert due_at > datetime(2027, 6, 4, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("amount", ["0.01", "0.30", "1999999.99", "999999999.99", "33333333.33"])
def test_an_amount_comes_back_to_the_cent(books: Books, amount: str) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        session.add(an_invoice(total=Decimal(amount)))
    with books.reading() as session:
        total = session.get_one(Invoice, "2027-000001").total
    assert (total, str(total)) == (Decimal(amount), amount)


@pytest.mark.parametrize("amount", [0.1, "12.00", Decimal("0.001"), Decimal("1000000000.00"), Decimal("NaN")])
def test_what_is_no_amount_in_dollars_and_cents_is_refused(books: Books, amount: Any) -> None:
    with books.writing() as session:
        session.add(a_case())
    with pytest.raises(StatementError, match="an amount"), books.writing() as session:
        session.add(an_invoice(total=amount))


def test_a_character_that_no_text_column_takes_does_not_hold_up_a_case(books: Books) -> None:
    with books.writing() as session:
        session.add(a_case())
        session.flush()
        session.add(an_entry(text="dose\x00report", detail={"comment": "dose\x00report"}))
    with books.reading() as session:
        entry = session.get_one(TimelineEntry, 1)
    assert entry.text == "dose\ufffdreport"
    assert entry.detail == {"comment": "dose\x00report"}
