"""Whatever happens to invoices in whatever order: books, statement and ledger agree with a naive model, to the cent."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import Session, select

from records.books import open_books
from records.invoices import outstanding
from records.postings import Posting, Scope, postings
from records.statement import draw_up
from records.tables import CreditNote, Invoice
from tests.postgres import copied_books
from tests.records.money_model import ZONE, Office
from tests.records.rows import a_case

SEEDS = range(3)
EVENTS = 160


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of books for one office after the other."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('money')}/books.db"
    else:
        with copied_books() as address:
            yield address


@pytest.fixture(scope="module", params=SEEDS)
def office(url: str, request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office in which much has happened; it is looked at, and nothing of it stays in the books."""
    with closing(open_books(url)) as books, Session(books.engine) as session:
        session.add(a_case())
        session.flush()
        lived = Office(session, request.param)
        lived.live(EVENTS)
        session.flush()
        session.expire_all()
        yield lived
        session.rollback()


def all_postings(session: Session, since: date | None = None, until: date | None = None) -> list[Posting]:
    return postings(session, ZONE, Scope(since=since, until=until))


def test_every_invoice_stands_as_the_model_says(office: Office) -> None:
    for number, model in office.invoices.items():
        invoice = office.session.get_one(Invoice, number)
        found = (invoice.status, invoice.paid, invoice.credited, invoice.written_off, outstanding(invoice))
        assert found == (model.status, model.paid, model.credited, model.written_off, max(model.balance, Decimal(0))), (
            number
        )


def test_the_statement_ends_with_what_the_model_owes(office: Office) -> None:
    drawn = draw_up(all_postings(office.session), since=None, at=office.at)
    balances = {number: model.balance for number, model in office.invoices.items()}
    assert drawn.closing == sum(balances.values())
    assert {one.invoice: one.amount for one in drawn.standing} == {n: owed for n, owed in balances.items() if owed}
    assert drawn.lines[-1].balance == drawn.closing


def test_a_statement_that_begins_later_brings_the_same_balance_forward(office: Office) -> None:
    found = all_postings(office.session)
    whole = draw_up(found, since=None, at=office.at)
    for since in {one.day for one in found}:
        part = draw_up(found, since=since, at=office.at)
        before = [line for line in whole.lines if line.posting.day < since]
        assert part.opening == (before[-1].balance if before else 0)
        assert part.lines == whole.lines[len(before) :]


def test_the_months_of_a_year_are_the_year(office: Office) -> None:
    for year in (2027, 2028, 2029):
        starts = [date(year, month, 1) for month in range(1, 13)]
        ends = [*(start - timedelta(days=1) for start in starts[1:]), date(year, 12, 31)]
        months = [
            one for start, end in zip(starts, ends, strict=True) for one in all_postings(office.session, start, end)
        ]
        assert months == all_postings(office.session, starts[0], ends[-1])


def test_days_together_are_everything_and_every_number_follows_the_one_before(office: Office) -> None:
    assert len(all_postings(office.session)) > EVENTS / 3
    last = office.at.date()
    assert all_postings(office.session, date(2027, 1, 1), last) == all_postings(office.session)
    for table in (Invoice, CreditNote):
        numbers = office.session.exec(select(table.year, table.sequence)).all()
        for year in {year for year, _ in numbers}:
            given = sorted(sequence for found, sequence in numbers if found == year)
            assert given == list(range(1, len(given) + 1))
