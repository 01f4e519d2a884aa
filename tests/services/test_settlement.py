"""Money of closed cases: the books take it under the same rules, to the cent, and a letter goes."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from activities.delivery import deliver
from activities.mail import MailAway, MailFolder
from policy.messages import (
    InvoiceTravelExpenses,
    IssueCreditNote,
    Message,
    RecordPayment,
    RecordRefund,
    UndoPayment,
    WriteOff,
)
from policy.money import MoneyMessage
from policy.office import OfficeSettings
from policy.verdict import Verdict
from records.books import Books
from records.money_queries import invoice_by_number, invoice_facts
from records.outbox import closed_cases_with_letters, notices
from records.papers import papers
from records.postings import PostingKind, Scope, postings
from records.queries import case_by_id, messages, timeline
from records.statement import Statement, draw_up
from records.tables import Invoice, MessageRecord, Payment
from services.reconcile import Report, _deliver
from services.settlement import settle
from tests.activities.orders import an_office
from tests.books import books as books
from tests.books import url as url
from tests.records.money import issue, pay
from tests.records.rows import CASE, a_case

CLOSED = datetime(2027, 7, 20, 16, 0, tzinfo=UTC)
NOW = datetime(2027, 8, 2, 16, 0, tzinfo=UTC)
"""12:00 in New York, two weeks after the case closed."""
NUMBER = "2027-000001"
ACR = {"name": "Sample Officer", "role": "acr"}


class Desk:
    """An office whose case is closed with 400 of 1,000 dollars unpaid, and what is told to it."""

    def __init__(self, books: Books, folder: Path) -> None:
        self.books, self.mail = books, MailFolder(folder / "mail")
        self.office: OfficeSettings = an_office(papers={"folder": str(folder / "papers")})
        self.told = 0

    def tell(self, kind: type[Message], *, now: datetime = NOW, **fields: Any) -> Verdict:
        self.told += 1
        message = kind.model_validate({"message_id": f"m-{self.told}", "by": ACR} | fields)
        assert isinstance(message, MoneyMessage)
        return settle(self.books, self.mail, self.office, CASE, message, now)

    def paid(self, amount: str, **fields: Any) -> Verdict:
        return self.tell(RecordPayment, **{"invoice": NUMBER, "amount": amount, "method": "check"} | fields)

    def invoice(self) -> Invoice:
        with self.books.reading() as session:
            found = invoice_by_number(session, NUMBER)
        assert found is not None
        return found

    def account(self) -> Statement:
        with self.books.reading() as session:
            return draw_up(postings(session, self.office.zone, Scope()), since=None, at=NOW)

    def letters(self) -> list[tuple[str, str]]:
        with self.books.reading() as session:
            return [(one.kind, one.status) for one in notices(session, CASE)]

    def entries(self) -> list[tuple[str, str]]:
        with self.books.reading() as session:
            return [(one.kind, one.text) for one in timeline(session, CASE)]


@pytest.fixture
def desk(books: Books, tmp_path: Path) -> Desk:
    with books.writing() as session:
        session.add(a_case(stage="closed", outcome="withdrawn", closed_at=CLOSED, awaited_party=None))
        session.flush()
        issue(session)
        pay(session, NUMBER, "600.00", "record_payment:p-1")
    return Desk(books, tmp_path)


def test_what_is_owed_is_paid_after_the_case_has_closed_and_the_case_stays_closed(desk: Desk) -> None:
    verdict = desk.paid("400.00", received_on="2027-08-01")
    assert (verdict.accepted, verdict.warnings) == (True, ())
    assert (desk.invoice().status, desk.invoice().paid) == ("paid", Decimal("1000.00"))
    assert desk.account().closing == 0
    with desk.books.reading() as session:
        case = case_by_id(session, CASE)
        assert case is not None
        assert (case.stage, case.outcome, case.closed_at) == ("closed", "withdrawn", CLOSED)


def test_a_payment_of_a_closed_case_has_an_entry_a_receipt_and_a_letter(desk: Desk) -> None:
    desk.paid("400.00", received_on="2027-08-01")
    assert desk.entries() == [
        ("message", "record payment"),
        ("payment", f"Payment of 400.00 USD for invoice {NUMBER}"),
        ("notice", "Notice: payment received"),
    ]
    assert desk.letters() == [("payment_received", "sent")]
    with desk.books.reading() as session:
        (paper,) = papers(session, CASE)
        (letter,) = notices(session, CASE)
    assert (paper.number, paper.facts["outstanding"]) == ("R2027-000001", None)
    assert letter.recipients == ["administrator@example.org"]
    assert len(list(desk.mail.folder.glob("**/*.eml"))) == 1


TRAVEL = [{"description": "Train", "amount": "310.00"}, {"description": "Hotel", "amount": "199.50"}]


def test_travel_expenses_that_came_after_the_closing_are_invoiced_with_a_letter_and_stand_in_every_account(
    desk: Desk,
) -> None:
    surveyed(desk)
    verdict = desk.tell(InvoiceTravelExpenses, travel_expenses=TRAVEL)
    assert (verdict.accepted, verdict.warnings) == (True, ())
    with desk.books.reading() as session:
        invoice = invoice_by_number(session, "2027-000002")
        (letter,) = notices(session, CASE)
        assert [one.kind for one in papers(session, CASE)] == ["invoice"]
        case = case_by_id(session, CASE)
    assert invoice is not None
    assert (invoice.purpose, invoice.occurrence, invoice.total) == ("travel_expenses", 1, Decimal("509.50"))
    assert (invoice.issued_at, invoice.due_at) == (NOW, datetime(2027, 9, 2, 4, 0, tzinfo=UTC))  # 1 September, 24:00
    assert (letter.kind, letter.status, letter.facts["rule"]) == ("invoice", "sent", "survey.travel")
    assert desk.entries()[-3:] == [
        ("message", "invoice travel expenses"),
        ("invoice", "Invoice 2027-000002 (travel_expenses): 509.50 USD"),
        ("notice", "Notice: invoice"),
    ]
    assert desk.account().closing == Decimal("909.50")
    assert case is not None
    assert (case.stage, case.closed_at) == ("closed", CLOSED)
    (mail,) = desk.mail.folder.glob("**/*.eml")
    text = message_from_bytes(mail.read_bytes(), policy=default).get_body(("plain",))
    assert text is not None
    assert "Nothing waits for this payment: the case itself is closed, and stays so." in text.get_content()
    assert desk.tell(RecordPayment, invoice="2027-000002", amount="509.50", method="check").accepted
    assert desk.account().closing == Decimal("400.00")


def test_a_closed_case_without_a_survey_has_no_travel_and_the_same_sum_is_asked_about(desk: Desk) -> None:
    assert desk.tell(InvoiceTravelExpenses, travel_expenses=TRAVEL).rule == "travel.no_survey"
    surveyed(desk)
    assert desk.tell(InvoiceTravelExpenses, travel_expenses=TRAVEL).accepted
    assert desk.tell(InvoiceTravelExpenses, travel_expenses=TRAVEL[::-1]).rule == "travel.invoiced_before"
    assert desk.tell(InvoiceTravelExpenses, travel_expenses=TRAVEL, again=True).accepted
    with desk.books.reading() as session:
        found = [(one.number, one.occurrence, one.total) for one in invoice_facts(session, CASE)[1:]]
    sum_ = Decimal("509.50")
    assert found == [("2027-000002", 1, sum_), ("2027-000003", 2, sum_)]


def test_the_same_message_about_travel_again_invoices_nothing_twice(desk: Desk) -> None:
    surveyed(desk)
    content: dict[str, Any] = {"message_id": "t-1", "by": ACR, "travel_expenses": TRAVEL}
    message = InvoiceTravelExpenses.model_validate(content)
    answers = [settle(desk.books, desk.mail, desk.office, CASE, message, NOW).accepted for _ in range(2)]
    assert answers == [True, True]
    assert desk.account().closing == Decimal("909.50")


def surveyed(desk: Desk) -> None:
    """Have the books know that a team was named for a survey of the case."""
    with desk.books.writing() as session:
        session.add(
            MessageRecord(
                case_id=CASE,
                key="schedule_survey:s-1",
                name="schedule_survey",
                at=CLOSED,
                handled_at=CLOSED,
                by="acr",
                accepted=True,
                digest="",
            )
        )


def test_a_credit_note_of_a_closed_case_has_its_number_and_its_letter(desk: Desk) -> None:
    assert desk.tell(IssueCreditNote, invoice=NUMBER, amount="400.00", reason="One area fewer.").accepted
    assert (desk.invoice().status, desk.invoice().credited) == ("paid", Decimal("400.00"))
    assert desk.letters() == [("credit_note", "sent")]
    with desk.books.reading() as session:
        assert [one.number for one in papers(session, CASE)] == ["C2027-000001"]
    assert desk.account().closing == 0


def test_what_was_paid_too_much_is_sent_back_and_the_statement_comes_to_zero(desk: Desk) -> None:
    assert desk.paid("500.00").warnings == (f"100.00 USD more than invoice {NUMBER} asks for.",)
    assert desk.account().closing == Decimal("-100.00")
    refunded = desk.tell(RecordRefund, invoice=NUMBER, amount="100.00", reason="Paid too much.", on="2027-08-02")
    assert refunded.accepted
    account = desk.account()
    assert account.closing == 0
    assert account.overpaid == []
    refund = account.lines[-1].posting
    assert (refund.kind, refund.debit, refund.day) == (PostingKind.REFUND, Decimal("100.00"), date(2027, 8, 2))
    assert desk.letters() == [("payment_received", "sent"), ("refund", "sent")]
    with desk.books.reading() as session:
        paper = papers(session, CASE)[-1]
    assert (paper.number, paper.facts["amount"], paper.facts["paid"]) == ("RF2027-000001", "$100.00", "$1,000.00")


@pytest.mark.parametrize(("amount", "accepted"), [("99.99", True), ("100.00", True), ("100.01", False)])
def test_no_more_is_sent_back_than_was_paid_too_much(desk: Desk, amount: str, accepted: bool) -> None:
    desk.paid("500.00")
    verdict = desk.tell(RecordRefund, invoice=NUMBER, amount=amount, reason="Paid too much.")
    assert (verdict.accepted, verdict.rule) == (accepted, None if accepted else "refund.exceeds_overpayment")


def test_what_will_never_be_paid_is_written_off_in_part_and_in_whole(desk: Desk) -> None:
    assert desk.tell(WriteOff, invoice=NUMBER, amount="150.00", reason="Agreed.").accepted
    assert (desk.invoice().status, desk.account().closing) == ("partly_paid", Decimal("250.00"))
    assert desk.tell(WriteOff, invoice=NUMBER, amount="250.01", reason="Gone.").rule == "write_off.exceeds_outstanding"
    assert desk.tell(WriteOff, invoice=NUMBER, amount="250.00", reason="Gone.").accepted
    assert (desk.invoice().status, desk.invoice().written_off) == ("paid", Decimal("400.00"))
    assert desk.account().closing == 0
    assert [line.posting.credit for line in desk.account().lines if line.posting.kind is PostingKind.WRITE_OFF] == [
        Decimal("150.00"),
        Decimal("250.00"),
    ]
    assert desk.letters() == [("written_off", "sent"), ("written_off", "sent")]


def test_a_payment_entered_by_mistake_is_taken_back_after_the_closing_too(desk: Desk) -> None:
    desk.paid("400.00", message_id="p-2")
    assert desk.tell(UndoPayment, payment="p-2", reason="Of another facility.").accepted
    assert (desk.invoice().status, desk.account().closing) == ("partly_paid", Decimal("400.00"))
    assert desk.letters()[-1] == ("payment_undone", "sent")


def test_a_payment_is_not_taken_back_when_what_came_was_sent_back(desk: Desk) -> None:
    desk.paid("500.00", message_id="p-2")
    desk.tell(RecordRefund, invoice=NUMBER, amount="100.00", reason="Paid too much.")
    desk.tell(IssueCreditNote, invoice=NUMBER, amount="1000.00", reason="All of it.")
    desk.tell(RecordRefund, invoice=NUMBER, amount="600.00", reason="All of it.")
    assert desk.tell(UndoPayment, payment="p-2", reason="A mistake.").rule == "payment.refunded"
    assert desk.invoice().paid == Decimal("400.00")


def test_the_same_payment_is_asked_about_before_it_is_booked_a_second_time(desk: Desk) -> None:
    desk.paid("100.00", message_id="first")
    asked = desk.paid("100.00")
    assert (asked.accepted, asked.rule) == (False, "payment.recorded_before")
    assert asked.reason is not None
    assert "as the payment first" in asked.reason
    assert desk.invoice().paid == Decimal("700.00")
    others: list[dict[str, Any]] = [
        {"again": True},
        {"reference": "1042"},
        {"method": "card"},
        {"received_on": "2027-08-01"},
    ]
    for number, other in enumerate(others, start=8):
        assert desk.paid("100.00", **other).accepted, other
        assert desk.invoice().paid == Decimal(number * 100)


def test_the_same_message_again_changes_nothing_and_other_content_under_its_id_is_turned_away(desk: Desk) -> None:
    for _ in range(3):
        assert desk.paid("400.00", message_id="p-2").accepted
    assert desk.paid("1.00", message_id="p-2").rule == "message.id_reused"
    assert desk.invoice().paid == Decimal("1000.00")
    assert len(desk.letters()) == 1
    with desk.books.reading() as session:
        assert len(messages(session, CASE)) == 1


def test_what_is_refused_is_kept_and_answered_alike_when_it_comes_again(desk: Desk) -> None:
    fields: dict[str, Any] = {"invoice": "2027-000009", "amount": "1.00", "message_id": "p-2"}
    assert [desk.tell(RecordPayment, **fields).rule for _ in range(2)] == ["payment.unknown_invoice"] * 2
    assert desk.entries() == [("refusal", "Refused record_payment: The case has no invoice 2027-000009.")]
    assert desk.letters() == []


def test_only_the_office_books_money_and_who_may_not_leaves_no_trace(desk: Desk) -> None:
    facility = {"name": "Sample Administrator", "role": "administrator"}
    assert desk.paid("400.00", by=facility).rule == "actor.not_allowed"
    assert desk.entries() == []


def test_the_timeline_names_who_told_it(desk: Desk) -> None:
    desk.paid("400.00")
    desk.paid("1.00", invoice="2027-000009")
    with desk.books.reading() as session:
        told = [one.detail.get("person") for one in timeline(session, CASE) if one.kind in ("message", "refusal")]
    assert told == ["Sample Officer"] * 2


def test_dates_and_stamps_are_judged_as_in_an_open_case(desk: Desk) -> None:
    """What the office issues counts from when it is entered; what others handed in may be older, with a reason."""
    old: dict[str, Any] = {"received_at": "2027-07-26T12:00:00-04:00"}
    forgiven = desk.tell(WriteOff, invoice=NUMBER, amount="1.00", reason="Agreed.", **old)
    assert (forgiven.accepted, forgiven.rule) == (False, "message.stamp_not_believed")
    assert desk.paid("1.00", **old).rule == "message.stamp_not_believed"
    assert desk.paid("1.00", reason="By post.", **old).accepted
    assert desk.paid("1.00", received_at="2027-07-31T12:00:00-04:00", reference="2").accepted
    before = desk.entries()
    assert desk.paid("1.00", received_on="2028-03-12T02:30:00").rule == "message.no_such_time"
    assert desk.entries() == before  # no message at all: it leaves no trace


def test_a_payment_is_not_received_tomorrow(desk: Desk) -> None:
    assert desk.paid("1.00", received_on="2027-08-03").rule == "payment.in_future"
    assert desk.paid("1.00", received_on="2027-08-02").accepted


def test_no_entry_is_ever_changed(desk: Desk) -> None:
    with desk.books.reading() as session:
        before = [one.model_dump() for one in session.exec(select(Payment))]
    desk.paid("500.00")
    desk.tell(RecordRefund, invoice=NUMBER, amount="100.00", reason="Paid too much.")
    desk.tell(UndoPayment, payment="p-1", reason="A mistake.")
    with desk.books.reading() as session:
        assert [one.model_dump() for one in session.exec(select(Payment)) if one.key == "record_payment:p-1"] == before
        assert len(timeline(session, CASE)) == 10


class Away(MailFolder):
    """Mail that cannot be reached."""

    def deliver(self, *_: Any, **__: Any) -> Any:
        raise MailAway("The mail server does not answer.", "Mend it.")


def test_a_letter_that_cannot_go_out_waits_and_reconcile_delivers_it(desk: Desk, tmp_path: Path) -> None:
    reached, desk.mail = desk.mail, Away(tmp_path / "mail")
    verdict = desk.paid("400.00")
    assert verdict.accepted
    assert len(verdict.warnings) == 1
    assert "its letter waits" in verdict.warnings[0]
    assert desk.letters() == [("payment_received", "pending")]

    def post(case_id: str, at: datetime) -> None:
        deliver(desk.books, desk.mail, desk.office, case_id, at)

    report = Report()
    _deliver(desk.books, (), post, report)
    assert (report.delivered, list(report.troubles)) == ([], [CASE])
    desk.mail = reached
    _deliver(desk.books, [CASE], post, report)
    assert report.delivered == []
    _deliver(desk.books, (), post, report)
    assert report.delivered == [CASE]
    assert desk.letters() == [("payment_received", "sent")]
    with desk.books.reading() as session:
        assert closed_cases_with_letters(session) == []


def test_the_books_tell_an_invoice_as_the_case_itself_would_know_it(desk: Desk) -> None:
    desk.paid("500.00", reference="1041", message_id="p-2", now=NOW + timedelta(days=1))
    with desk.books.reading() as session:
        (fact,) = invoice_facts(session, CASE)
    assert (fact.number, fact.status, fact.outstanding, fact.void) == (NUMBER, "paid", Decimal("-100.00"), False)
    told = [(one.key, one.amount, one.reference, one.undone) for one in fact.payments]
    assert told == [
        ("record_payment:p-1", Decimal("600.00"), "", False),
        ("record_payment:p-2", Decimal("500.00"), "1041", False),
    ]
