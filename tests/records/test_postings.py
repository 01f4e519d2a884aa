"""Entries about money: on which day each counts, what it says, and which belong to a period, an invoice, a facility."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from policy.fees import FeeLine
from records.cases import close_from_outside
from records.invoices import void_invoice
from records.postings import Posting, PostingKind, Scope, postings
from records.settling import book_payment, issue_credit_note, undo_payment
from records.tables import CaseRecord
from tests.records.money import OTHER, credit, issue, pay, undo
from tests.records.money import session as session
from tests.records.rows import CASE, LATER, NOON, a_case, a_message, an_entry

ZONE = ZoneInfo("America/New_York")
DAY = date(2027, 6, 3)
ALL = Scope()


def found(session: Session, scope: Scope = ALL) -> list[Posting]:
    return postings(session, ZONE, scope)


def kinds(session: Session, scope: Scope = ALL) -> list[str]:
    return [one.kind.value for one in found(session, scope)]


def a_whole_account(session: Session) -> None:
    """An invoice that was paid by mistake, credited in part, and paid."""
    issue(session)
    pay(session, "2027-000001", "1000.00", "record_payment:p-1")
    undo(session, "record_payment:p-1", "undo_payment:u-1")
    credit(session, "2027-000001", "250.00", "issue_credit_note:c-1")


def test_each_thing_that_happened_is_an_entry_with_its_document_and_its_side(session: Session) -> None:
    a_whole_account(session)
    told = [(one.kind.value, one.number, one.invoice, one.debit, one.credit) for one in found(session)]
    nothing = Decimal("0.00")
    assert told == [
        ("invoice", "2027-000001", "2027-000001", Decimal("1000.00"), nothing),
        ("payment", "2027-000001", "2027-000001", nothing, Decimal("1000.00")),
        ("payment_undone", "2027-000001", "2027-000001", Decimal("1000.00"), nothing),
        ("credit_note", "C2027-000001", "2027-000001", nothing, Decimal("250.00")),
    ]


def test_an_entry_says_what_for_how_and_why(session: Session) -> None:
    a_whole_account(session)
    invoice, payment, undone, note = found(session)
    assert (invoice.case_id, invoice.facility, invoice.purpose) == (CASE, "OH-0417", "application")
    assert invoice.description == "CT accreditation: application fee"
    assert (payment.method, payment.reference, payment.description) == ("check", "p-1", "")
    assert (undone.reference, undone.description) == ("p-1", "entered twice")
    assert (note.reference, note.description) == ("", "one area fewer")


def test_an_invoice_with_several_lines_names_them_all_in_their_order(session: Session) -> None:
    travel = FeeLine.of("Hotel", Decimal("1.00")), FeeLine.of("Flight", Decimal("2.00"))
    issue(session, "travel_expenses", lines=travel)
    assert found(session)[0].description == "Hotel; Flight"


def test_a_message_that_came_late_tells_when_its_entry_was_made(session: Session) -> None:
    issue(session)
    session.add(a_message(key="record_payment:p-1", name="record_payment", handled_at=NOON + timedelta(days=9)))
    pay(session, "2027-000001", "1.00", "record_payment:p-1")
    pay(session, "2027-000001", "1.00", "record_payment:p-2")
    assert [(one.day, one.entered) for one in found(session)[1:]] == [(DAY, date(2027, 6, 12)), (DAY, None)]


MIDNIGHT = datetime(2027, 6, 4, 4, tzinfo=UTC)
"""24:00 of 3 June in New York."""


@pytest.mark.parametrize(("at", "day"), [(MIDNIGHT - timedelta(microseconds=1), 3), (MIDNIGHT, 4)])
def test_an_invoice_counts_on_the_offices_day(session: Session, at: datetime, day: int) -> None:
    issue(session, issued_at=at)
    assert found(session)[0].day == date(2027, 6, day)


@pytest.mark.parametrize(
    ("received_at", "day"),
    [(MIDNIGHT, 3), (MIDNIGHT + timedelta(microseconds=1), 4), (MIDNIGHT - timedelta(days=1), 2)],
)
def test_a_payment_of_a_date_without_an_hour_counts_on_that_date(
    session: Session, received_at: datetime, day: int
) -> None:
    """Such a date stands in the books as the last instant of its day."""
    issue(session, issued_at=NOON - timedelta(days=5))
    payment = {"number": "2027-000001", "amount": Decimal("1.00"), "method": ""}
    book_payment(session, CASE, "record_payment:1", received_at=received_at, **payment)  # type: ignore[arg-type]
    on = date(2027, 6, day)
    assert found(session)[1].day == on
    assert kinds(session, Scope(since=on, until=on)) == ["payment"]
    assert kinds(session, Scope(since=on + timedelta(days=1))) == []


def test_both_days_belong_to_a_period(session: Session) -> None:
    a_whole_account(session)
    later = date(2027, 7, 4)
    assert kinds(session, Scope(since=DAY, until=DAY)) == ["invoice", "payment"]
    assert kinds(session, Scope(since=DAY, until=later - timedelta(days=1))) == ["invoice", "payment"]
    assert kinds(session, Scope(since=later, until=later)) == ["payment_undone", "credit_note"]
    assert kinds(session, Scope(until=DAY - timedelta(days=1))) == []


def test_only_the_entries_of_one_invoice_or_one_facility(session: Session) -> None:
    a_whole_account(session)
    session.get_one(CaseRecord, OTHER).facility_id = "PA-0099"
    issue(session, case_id=OTHER)
    pay(session, "2027-000002", "5.00", "record_payment:p-2", case_id=OTHER)
    assert kinds(session, Scope(invoice="2027-000002")) == kinds(session, Scope(facility="PA-0099"))
    assert kinds(session, Scope(facility="PA-0099")) == ["invoice", "payment"]
    assert len(found(session, Scope(facility="OH-0417"))) == 4
    assert found(session, Scope(facility="XX-1")) == []


def test_a_void_invoice_counts_until_the_entry_that_voided_it(session: Session) -> None:
    invoice = issue(session)
    other = issue(session, "repeat")
    credit(session, invoice.number, "250.00", "issue_credit_note:1")
    session.add(an_entry(kind="invoice", detail={"invoice": other.number, "purpose": "repeat"}))
    voided = {"invoice": invoice.number, "void": True}
    session.add(an_entry(kind="invoice", detail=voided, position=1, at=LATER))
    session.flush()
    session.add(
        an_entry(kind="invoice", detail=voided, run_id="of a case that was reset", at=LATER + timedelta(days=9))
    )
    void_invoice(session, CASE, invoice.number)
    (void,) = [one for one in found(session) if one.kind is PostingKind.VOID]
    assert (void.at, void.number, void.credit, void.debit) == (
        LATER,
        invoice.number,
        Decimal("750.00"),
        Decimal("0.00"),
    )


def test_a_void_invoice_of_years_ago_counts_until_its_case_closed(session: Session) -> None:
    void_invoice(session, CASE, issue(session).number)
    assert [one.at for one in found(session)] == [NOON, NOON]
    close_from_outside(session, CASE, LATER, "Terminated")
    session.flush()
    assert [(one.kind.value, one.at) for one in found(session)] == [("invoice", NOON), ("void", LATER)]


def test_what_was_credited_in_full_is_not_taken_off_again_because_it_is_void(session: Session) -> None:
    issue(session)
    credit(session, "2027-000001", "1000.00", "issue_credit_note:1")
    assert kinds(session) == ["invoice", "credit_note"]


def test_what_happened_at_the_same_instant_has_one_order(session: Session) -> None:
    session.add(a_case("accreditation.OH-0417.ct.CT-3.1"))
    session.flush()
    for number, case_id in enumerate((OTHER, CASE, "accreditation.OH-0417.ct.CT-3.1"), start=1):
        issue(session, case_id=case_id)
        invoice = f"2027-00000{number}"
        pay(session, invoice, "1.00", "record_payment:b", case_id=case_id)
        pay(session, invoice, "1.00", "record_payment:a", case_id=case_id)
        undo_payment(session, case_id, "undo_payment:1", payment_key="record_payment:a", at=NOON, reason="")
        note = {"amount": Decimal("0.50"), "reason": "", "issued_at": NOON, "year": 2027}
        issue_credit_note(session, case_id, "issue_credit_note:1", invoice=invoice, **note)  # type: ignore[arg-type]
    order = [(one.kind.value, one.number, one.reference) for one in found(session)]
    assert order[:5] == [
        ("invoice", "2027-000001", ""),
        ("invoice", "2027-000002", ""),
        ("invoice", "2027-000003", ""),
        ("payment", "2027-000001", "a"),
        ("payment", "2027-000001", "b"),
    ]
    assert order[9:] == [("payment_undone", f"2027-00000{n}", "a") for n in (1, 2, 3)] + [
        ("credit_note", f"C2027-00000{n}", "") for n in (1, 2, 3)
    ]
