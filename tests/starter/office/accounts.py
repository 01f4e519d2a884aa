"""Books of an office with the accounts of two facilities, and its command line: no server is needed to read them."""

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from sqlmodel import Session

from records.books import Books, open_books
from records.invoices import void_invoice
from records.settling import issue_credit_note
from tests.command import Command
from tests.records.money import OTHER, credit, issue, pay, undo
from tests.records.rows import LATER, a_case, an_entry

ELSEWHERE = "accreditation.PA-0099.ct.CT-1.1"
FORMULA = '=HYPERLINK("a"; "b")'


@pytest.fixture
def office_books(tmp_path: Path) -> Iterator[Books]:
    """Books in which facility OH-0417 has paid too much on one invoice and owes another, and PA-0099 owes nothing."""
    with closing(open_books(f"sqlite:///{tmp_path}/books.db")) as books:
        with books.writing() as session:
            session.add_all([a_case(), a_case(OTHER), a_case(ELSEWHERE, facility_id="PA-0099")])
            session.flush()
            live(session)
        yield books


@pytest.fixture
def accredit(
    office_books: Books, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Command:
    """The command line of that office, which has no server."""
    monkeypatch.setenv("ACCREDIT_DATABASE_URL", f"sqlite:///{tmp_path}/books.db")
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:9")
    return Command(monkeypatch, capsys, tmp_path)


def live(session: Session) -> None:
    """Let it happen: on 3 June 2027 invoices and payments, on 4 July what takes them back."""
    issue(session)
    issue(session, case_id=OTHER)
    issue(session, case_id=ELSEWHERE)
    pay(session, "2027-000001", "600.00", "record_payment:p-1")
    pay(session, "2027-000001", "900.00", "record_payment:p-2")
    undo(session, "record_payment:p-1", "undo_payment:u-1")
    credit(session, "2027-000001", "250.00", "issue_credit_note:c-1")
    issue_credit_note(
        session,
        ELSEWHERE,
        "issue_credit_note:c-2",
        invoice="2027-000003",
        amount=Decimal("250.00"),
        reason=FORMULA,
        issued_at=LATER,
        year=2027,
    )
    session.add(an_entry(case_id=ELSEWHERE, kind="invoice", at=LATER, detail={"invoice": "2027-000003", "void": True}))
    void_invoice(session, ELSEWHERE, "2027-000003")
