"""What settles an invoice: payments, payments taken back, credit notes; each counts once and stays in the books."""

from decimal import Decimal

import pytest
from sqlmodel import Session, select

from policy.fees import FeeLine
from records.invoices import LARGEST, outstanding, void_invoice
from records.settling import NoCredit, NoPayment
from records.tables import Counter, CreditNote, Invoice, Payment, Reversal
from tests.records.money import OTHER, credit, issue, pay, undo
from tests.records.money import session as session
from tests.records.rows import CASE


def standing(invoice: Invoice) -> tuple[str, Decimal, Decimal, Decimal]:
    return invoice.status, invoice.paid, invoice.credited, outstanding(invoice)


def test_payments_lead_from_open_over_partly_paid_to_paid(session: Session) -> None:
    invoice = issue(session)
    assert invoice.status == "open"
    pay(session, invoice.number, "0.01", "record_payment:1")
    assert (invoice.status, invoice.paid) == ("partly_paid", Decimal("0.01"))
    pay(session, invoice.number, "999.98", "record_payment:2")
    assert (invoice.status, invoice.paid) == ("partly_paid", Decimal("999.99"))
    pay(session, invoice.number, "0.01", "record_payment:3")
    assert (invoice.status, invoice.paid) == ("paid", Decimal("1000.00"))


def test_what_was_paid_too_much_is_kept(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice.number, "1500.00", "record_payment:1")
    assert (invoice.status, invoice.paid, invoice.total) == ("paid", Decimal("1500.00"), Decimal("1000.00"))


def test_a_payment_counts_once_however_often_it_is_booked(session: Session) -> None:
    invoice = issue(session)
    for _ in range(3):
        pay(session, invoice.number, "400.00", "record_payment:1")
    assert invoice.paid == Decimal("400.00")
    assert len(session.exec(select(Payment)).all()) == 1


def test_a_payment_for_an_invoice_of_another_case_is_not_booked(session: Session) -> None:
    invoice = issue(session)
    assert pay(session, invoice.number, "400.00", "record_payment:1", case_id=OTHER) is None
    assert pay(session, "2027-999999", "400.00", "record_payment:1") is None
    assert invoice.paid == Decimal("0.00")


def test_money_that_comes_for_a_void_invoice_is_not_lost(session: Session) -> None:
    invoice = issue(session)
    void_invoice(session, CASE, invoice.number)
    pay(session, invoice.number, "1000.00", "record_payment:1")
    assert (invoice.status, invoice.paid) == ("paid", Decimal("1000.00"))


def test_a_payment_that_was_undone_counts_no_more_and_both_entries_stay(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice.number, "400.00", "record_payment:1")
    pay(session, invoice.number, "600.00", "record_payment:2")
    assert undo(session, "record_payment:2", "undo_payment:1") is invoice
    assert standing(invoice) == ("partly_paid", Decimal("400.00"), Decimal("0.00"), Decimal("600.00"))
    undo(session, "record_payment:1", "undo_payment:2")
    assert standing(invoice) == ("open", Decimal("0.00"), Decimal("0.00"), Decimal("1000.00"))
    assert [payment.amount for payment in session.exec(select(Payment))] == [Decimal("400.00"), Decimal("600.00")]
    assert [(one.payment_key, one.amount, one.reason) for one in session.exec(select(Reversal))] == [
        ("record_payment:2", Decimal("600.00"), "entered twice"),
        ("record_payment:1", Decimal("400.00"), "entered twice"),
    ]


def test_a_payment_is_undone_once_however_often_and_by_whatever_message(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice.number, "400.00", "record_payment:1")
    pay(session, invoice.number, "50.00", "record_payment:2")
    for key in ("undo_payment:1", "undo_payment:1", "undo_payment:2"):
        assert undo(session, "record_payment:1", key) is invoice
    assert undo(session, "record_payment:2", "undo_payment:1") is invoice
    assert invoice.paid == Decimal("50.00")
    assert len(session.exec(select(Reversal)).all()) == 1


def test_a_payment_that_the_case_does_not_have_is_not_undone(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice.number, "400.00", "record_payment:1")
    assert undo(session, "record_payment:9", "undo_payment:1") is None
    assert undo(session, "record_payment:1", "undo_payment:1", case_id=OTHER) is None
    assert invoice.paid == Decimal("400.00")


def test_an_undone_payment_can_be_recorded_as_it_should_have_been(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice.number, "10000.00", "record_payment:1")
    undo(session, "record_payment:1", "undo_payment:1")
    pay(session, invoice.number, "1000.00", "record_payment:2")
    assert standing(invoice) == ("paid", Decimal("1000.00"), Decimal("0.00"), Decimal("0.00"))


def test_a_credit_note_takes_its_amount_off_the_invoice(session: Session) -> None:
    invoice = issue(session)
    note = credit(session, invoice.number, "250.00", "issue_credit_note:1")
    assert note is not None
    assert (note.number, note.year, note.sequence, note.reason) == ("C2027-000001", 2027, 1, "one area fewer")
    assert standing(invoice) == ("open", Decimal("0.00"), Decimal("250.00"), Decimal("750.00"))
    pay(session, invoice.number, "749.99", "record_payment:1")
    assert standing(invoice) == ("partly_paid", Decimal("749.99"), Decimal("250.00"), Decimal("0.01"))
    credit(session, invoice.number, "0.01", "issue_credit_note:2")
    assert standing(invoice) == ("paid", Decimal("749.99"), Decimal("250.01"), Decimal("0.00"))


def test_what_is_credited_in_full_is_void_until_money_comes(session: Session) -> None:
    invoice = issue(session)
    credit(session, invoice.number, "1000.00", "issue_credit_note:1")
    assert standing(invoice) == ("void", Decimal("0.00"), Decimal("1000.00"), Decimal("0.00"))
    pay(session, invoice.number, "20.00", "record_payment:1")
    assert invoice.status == "paid"
    undo(session, "record_payment:1", "undo_payment:1")
    assert invoice.status == "void"


def test_what_was_paid_can_be_credited_and_is_then_paid_too_much(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice.number, "1000.00", "record_payment:1")
    credit(session, invoice.number, "300.00", "issue_credit_note:1")
    assert standing(invoice) == ("paid", Decimal("1000.00"), Decimal("300.00"), Decimal("0.00"))


def test_a_credit_note_is_issued_once_however_often_it_is_asked_for(session: Session) -> None:
    invoice = issue(session)
    notes = [credit(session, invoice.number, "250.00", "issue_credit_note:1") for _ in range(3)]
    assert len({note.number for note in notes if note}) == 1
    assert invoice.credited == Decimal("250.00")
    assert len(session.exec(select(CreditNote)).all()) == 1


def test_credit_notes_have_numbers_of_their_own_in_every_year(session: Session) -> None:
    invoice, second = issue(session), issue(session, "repeat")
    asked = [(invoice, 2027), (second, 2027), (invoice, 2028), (second, 2027)]
    notes = [credit(session, one.number, "1.00", f"issue_credit_note:{i}", year=y) for i, (one, y) in enumerate(asked)]
    assert [note.number for note in notes if note] == ["C2027-000001", "C2027-000002", "C2028-000001", "C2027-000003"]
    assert second.number == "2027-000002"


@pytest.mark.parametrize("amount", ["750.01", "0.00", "-1.00"])
def test_no_more_is_credited_than_is_left_of_the_invoice(session: Session, amount: str) -> None:
    invoice = issue(session)
    credit(session, invoice.number, "250.00", "issue_credit_note:1")
    with pytest.raises(NoCredit, match=r"has 750\.00 USD left that can be credited"):
        credit(session, invoice.number, amount, "issue_credit_note:2")
    assert (invoice.credited, session.get_one(Counter, ("C", 2027)).last) == (Decimal("250.00"), 1)


def test_a_void_invoice_is_not_credited(session: Session) -> None:
    invoice = issue(session)
    void_invoice(session, CASE, invoice.number)
    with pytest.raises(NoCredit, match="is void"):
        credit(session, invoice.number, "1.00", "issue_credit_note:1")


def test_an_invoice_of_another_case_is_not_credited(session: Session) -> None:
    invoice = issue(session)
    assert credit(session, invoice.number, "1.00", "issue_credit_note:1", case_id=OTHER) is None
    assert credit(session, "2027-999999", "1.00", "issue_credit_note:1") is None
    assert invoice.credited == Decimal("0.00")


def test_amounts_are_exact_to_the_cent_up_to_the_largest_that_the_books_hold(session: Session) -> None:
    invoice = issue(session, lines=(FeeLine.of("All there is", LARGEST),))
    steps = [("999999999.98", "0.00", "0.01"), ("0.00", "0.01", "0.00")]
    for number, (paid, credited, left) in enumerate(steps):
        if Decimal(paid):
            pay(session, invoice.number, paid, f"record_payment:{number}")
        if Decimal(credited):
            credit(session, invoice.number, credited, f"issue_credit_note:{number}")
        session.flush()
        session.refresh(invoice)
        assert outstanding(invoice) == Decimal(left)
    assert standing(invoice) == ("paid", Decimal("999999999.98"), Decimal("0.01"), Decimal("0.00"))


def test_a_payment_that_the_books_cannot_add_up_is_not_booked(session: Session) -> None:
    invoice = issue(session)
    pay(session, invoice.number, "999999999.99", "record_payment:1")
    with pytest.raises(NoPayment, match=r"more than 999999999.99 USD would then be paid of invoice 2027-000001"):
        pay(session, invoice.number, "0.01", "record_payment:2")
    assert invoice.paid == LARGEST
