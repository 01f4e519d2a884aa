"""Payments, payments undone, credit notes and signatures of a step: written with it, once, and told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlmodel import select

from activities.contract import CreditOrder, PaymentUndone, Signed, StepTaken
from activities.steps import take
from policy.office import OfficeSettings
from policy.rules import RULES
from records.books import Books
from records.outbox import notices
from records.tables import Counter, CreditNote, Invoice, InvoiceCounter, Payment, Reversal, Signature
from tests.activities.orders import LATER, a_payment, a_step, an_invoice_order
from tests.records.rows import CASE, NOON

SAME_STEP_TIMES = 100
THREADS = 6
DIGEST = "0" * 64


def an_undoing(**changes: Any) -> PaymentUndone:
    """Return the order to take back the payment of the application fee."""
    columns: dict[str, Any] = {"key": "undo_payment:u-1", "payment": "record_payment:p-1", "at": LATER}
    return PaymentUndone(**columns | {"reason": "entered twice"} | changes)


def a_credit(**changes: Any) -> CreditOrder:
    """Return the order of a credit note of 400 dollars."""
    columns: dict[str, Any] = {"key": "issue_credit_note:c-1", "invoice": "2027-000001", "amount": Decimal("400.00")}
    return CreditOrder(**columns | {"issued_at": LATER, "reason": "one area fewer", "notice": 7} | changes)


def a_signature(position: int = 0, **changes: Any) -> Signed:
    """Return who signed a letter of appeal."""
    columns: dict[str, Any] = {"key": "choose_option:m-1", "position": position, "sort": "signature", "at": NOON}
    columns |= {"role": "supervising_physician", "name": "Dr. Sample", "document": "letter.pdf", "sha256": DIGEST}
    return Signed(**columns | changes)


def billed(books: Books, office: OfficeSettings) -> None:
    """Open the case, with an invoice of 2900 dollars that is paid."""
    take(books, a_step(1, invoices=(an_invoice_order(),)), office)
    take(books, a_step(2, payments=(a_payment(),)), office)


def the_invoice(books: Books) -> Invoice:
    with books.reading() as session:
        return session.exec(select(Invoice)).one()


def rules(taken: StepTaken) -> list[tuple[str, str]]:
    return [(problem.item, problem.rule) for problem in taken.problems]


def test_a_payment_undone_and_a_credit_note_are_in_the_books_with_their_step(
    books: Books, office: OfficeSettings
) -> None:
    billed(books, office)
    assert take(books, a_step(3, reversals=(an_undoing(),), credits=(a_credit(),)), office).problems == ()
    invoice = the_invoice(books)
    assert (invoice.status, invoice.paid, invoice.credited) == ("open", Decimal("0.00"), Decimal("400.00"))
    with books.reading() as session:
        assert [one.payment_key for one in session.exec(select(Reversal))] == ["record_payment:p-1"]
        assert [one.number for one in session.exec(select(CreditNote))] == ["C2027-000001"]


def test_a_payment_that_was_recorded_and_undone_before_a_step_came_about_is_both(
    books: Books, office: OfficeSettings
) -> None:
    take(books, a_step(1, invoices=(an_invoice_order(),)), office)
    step = a_step(2, payments=(a_payment(),), reversals=(an_undoing(),))
    assert take(books, step, office).problems == ()
    assert (the_invoice(books).status, the_invoice(books).paid) == ("open", Decimal("0.00"))


def test_the_notice_of_a_credit_note_says_what_is_still_to_be_paid(books: Books, office: OfficeSettings) -> None:
    billed(books, office)
    take(books, a_step(3, reversals=(an_undoing(),), credits=(a_credit(),)), office)
    with books.reading() as session:
        (notice,) = [one for one in notices(session, CASE) if one.kind == "credit_note"]
    assert (notice.number, notice.at) == (7, LATER)
    assert notice.facts == {
        "rule": "invoice.credited",
        "source": RULES["invoice.credited"],
        "credit_note": "C2027-000001",
        "invoice": "2027-000001",
        "purpose": "application",
        "amount": "400.00",
        "total": "2900.00",
        "outstanding": "2500.00",
        "due_at": "2027-07-04T04:00:00+00:00",
        "reason": "one area fewer",
    }


def test_a_credit_note_is_numbered_in_the_year_in_which_the_office_issues_it(
    books: Books, office: OfficeSettings
) -> None:
    billed(books, office)
    orders = [
        a_credit(key=f"issue_credit_note:{notice}", issued_at=at, notice=notice, amount=Decimal("1.00"))
        for notice, at in ((7, datetime(2028, 1, 1, 4, 59, tzinfo=UTC)), (8, datetime(2028, 1, 1, 5, tzinfo=UTC)))
    ]
    take(books, a_step(3, credits=tuple(orders)), office)
    with books.reading() as session:
        assert [one.number for one in session.exec(select(CreditNote).order_by(CreditNote.number))] == [
            "C2027-000001",
            "C2028-000001",
        ]


UNKNOWN = [
    ({"reversals": (an_undoing(payment="record_payment:x"),)}, "payment.undo_payment:u-1", "payment.unknown_payment"),
    ({"credits": (a_credit(invoice="2027-000009"),)}, "credit.issue_credit_note:c-1", "payment.unknown_invoice"),
    (
        {"credits": (a_credit(amount=Decimal("2900.01")),)},
        "credit.issue_credit_note:c-1",
        "credit.exceeds_invoice",
    ),
    (
        {"payments": (a_payment(key="record_payment:2", amount=Decimal("999999999.99")),)},
        "payment.record_payment:2",
        "payment.not_possible",
    ),
]


@pytest.mark.parametrize(("orders", "item", "rule"), UNKNOWN, ids=[f"{case[1]} {case[2]}" for case in UNKNOWN])
def test_what_the_books_cannot_take_is_a_problem_and_the_rest_of_the_step_is_taken(
    books: Books, office: OfficeSettings, orders: dict[str, Any], item: str, rule: str
) -> None:
    billed(books, office)
    taken = take(books, a_step(3, signatures=(a_signature(),), **orders), office)
    assert rules(taken) == [(item, rule)]
    assert (the_invoice(books).paid, the_invoice(books).credited) == (Decimal("2900.00"), Decimal("0.00"))
    with books.reading() as session:
        assert len(session.exec(select(Signature)).all()) == 1
        assert session.exec(select(CreditNote)).all() == []
        assert [one.kind for one in notices(session, CASE)] == ["invoice"]


def test_signatures_are_kept_once_for_their_place_in_a_message(books: Books, office: OfficeSettings) -> None:
    attested = a_signature(1, sort="attestation", name=None, document="option form")
    for number in (1, 2):
        take(books, a_step(number, signatures=(a_signature(), attested)), office)
    with books.reading() as session:
        kept = session.exec(select(Signature).order_by(Signature.position)).all()  # type: ignore[arg-type]
    assert [(one.key, one.sort, one.role, one.name, one.document) for one in kept] == [
        ("choose_option:m-1", "signature", "supervising_physician", "Dr. Sample", "letter.pdf"),
        ("choose_option:m-1", "attestation", "supervising_physician", None, "option form"),
    ]


def test_a_step_with_money_a_hundred_times_at_once_makes_one_of_each_and_leaves_no_gap(
    books: Books, office: OfficeSettings
) -> None:
    billed(books, office)
    step = a_step(
        3,
        invoices=(an_invoice_order(purpose="repeat", notice=2),),
        reversals=(an_undoing(),),
        credits=(a_credit(),),
        signatures=(a_signature(),),
    )
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: take(books, step, office), range(SAME_STEP_TIMES)))
    assert len(answers) == SAME_STEP_TIMES
    assert set(answers) == {answers[0]}
    with books.reading() as session:
        for table, number in ((Invoice, 2), (CreditNote, 1), (Reversal, 1), (Payment, 1), (Signature, 1)):
            assert len(session.exec(select(table)).all()) == number, table.__name__
        assert session.get_one(InvoiceCounter, 2027).last == 2
        assert session.get_one(Counter, ("C", 2027)).last == 1


def test_many_cases_at_once_leave_no_gap_between_the_numbers_of_credit_notes(
    books: Books, office: OfficeSettings
) -> None:
    def bill_and_credit(unit: int) -> None:
        case_id = f"accreditation.OH-0417.ct.CT-{unit}.1"
        (invoice,) = take(books, a_step(case_id=case_id, invoices=(an_invoice_order(),)), office).invoices
        order = a_credit(invoice=invoice.number)
        assert take(books, a_step(2, case_id=case_id, credits=(order,)), office).problems == ()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(bill_and_credit, range(30)))
    with books.reading() as session:
        numbers = sorted(session.exec(select(CreditNote.number)))
    assert numbers == [f"C2027-{sequence:06d}" for sequence in range(1, 31)]


def test_another_run_of_the_same_case_issues_no_second_credit_note(books: Books, office: OfficeSettings) -> None:
    """A case that was reset writes what it does anew; what was issued stays what it is."""
    billed(books, office)
    step = a_step(3, reversals=(an_undoing(),), credits=(a_credit(),), signatures=(a_signature(),))
    take(books, step, office)
    assert take(books, step.model_copy(update={"run_id": "another"}), office).problems == ()
    assert (the_invoice(books).paid, the_invoice(books).credited) == (Decimal("0.00"), Decimal("400.00"))
    with books.reading() as session:
        assert [one.number for one in session.exec(select(CreditNote))] == ["C2027-000001"]
        assert [one.kind for one in notices(session, CASE)] == ["invoice", "credit_note"]
