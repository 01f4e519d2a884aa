"""Delivery: what is in the outbox reaches the mail once, survives a crash, and holds nothing up when it cannot go."""

import email
import email.policy
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from activities.case_activities import CaseActivities
from activities.delivery import deliver, problems_of_step
from activities.mail import Delivered, Letter, MailFolder, Undeliverable
from activities.steps import take
from policy.office import OfficeSettings
from records.books import Books
from records.outbox import Sent, mark_sent, notices, send_again
from records.tables import Notice
from tests.activities.orders import RUN, a_notice_order, a_step, an_invoice_order, an_opening
from tests.records.rows import CASE, NOON, an_application

AWAY = OSError("the mail server does not answer")
ELSEWHERE = Sent(NOON, ["office@example.org"], "Sent elsewhere", "", "elsewhere.eml", [])


class MailThatFails:
    """Mail that takes letters into a folder and raises instead at the given tries; counted from 1."""

    def __init__(self, folder: MailFolder, failures: dict[int, Exception]) -> None:
        self.folder, self.failures, self.tries = folder, failures, 0

    def deliver(self, letter: Letter, reached: Sequence[str] = ()) -> Delivered:
        """Take a letter."""
        self.tries += 1
        if self.tries in self.failures:
            raise self.failures[self.tries]
        return self.folder.deliver(letter, reached)


def kept(books: Books) -> list[Notice]:
    with books.reading() as session:
        return notices(session, CASE)


def files(mail: MailFolder) -> list[str]:
    return sorted(path.name for path in mail.folder.rglob("*") if path.is_file())


def an_application_without_addresses(**changes: Any) -> dict[str, Any]:
    return an_application(facility={"id": "OH-0417", "name": "Sample Imaging Center", "contacts": []}, **changes)


def test_a_step_delivers_its_notices_in_order(activities: CaseActivities, books: Books, mail: MailFolder) -> None:
    taken = activities.take_step(a_step(invoices=(an_invoice_order(),), notices=(a_notice_order(2),)))
    assert taken.problems == ()
    assert files(mail) == ["0001-invoice.eml", "0002-application_received.eml"]
    assert [(notice.status, notice.sent_at, notice.file) for notice in kept(books)] == [
        ("sent", NOON, f"{CASE}/0001-invoice.eml"),
        ("sent", NOON, f"{CASE}/0002-application_received.eml"),
    ]


def test_the_books_keep_what_the_letter_says(activities: CaseActivities, books: Books, mail: MailFolder) -> None:
    activities.take_step(a_step(invoices=(an_invoice_order(),)))
    (notice,) = kept(books)
    letter = email.message_from_bytes((mail.folder / str(notice.file)).read_bytes(), policy=email.policy.default)
    assert letter["Subject"] == notice.subject == "Invoice 2027-000001: application fee, CT unit CT-1"
    assert letter["To"] == ", ".join(notice.recipients) == "administrator@example.org"
    assert letter["Date"] == "Thu, 03 Jun 2027 12:00:00 -0400"
    assert letter["From"] == "Sample Accreditation Office <accredit@example.org>"
    assert letter["Reply-To"] == "Sample Accreditation Office <office@example.org>"
    assert notice.body is not None
    assert "Total: $2,900.00" in notice.body


def test_the_same_step_again_sends_nothing_again(activities: CaseActivities, books: Books, mail: MailFolder) -> None:
    step = a_step(invoices=(an_invoice_order(),))
    first = activities.take_step(step)
    (mail.folder / CASE / "0001-invoice.eml").unlink()
    assert activities.take_step(step) == first
    assert files(mail) == []


def test_a_crash_between_the_books_and_the_mail_loses_no_notice(
    books: Books, mail: MailFolder, office: OfficeSettings, activities: CaseActivities
) -> None:
    step = a_step(invoices=(an_invoice_order(),))
    taken = take(books, step, office)  # … and here the worker is killed
    assert [notice.status for notice in kept(books)] == ["pending"]
    assert activities.take_step(step) == taken
    assert files(mail) == ["0001-invoice.eml"]


def test_a_crash_between_the_mail_and_the_books_sends_the_same_letter(
    books: Books, mail: MailFolder, office: OfficeSettings
) -> None:
    class Killed(BaseException):
        """The worker is gone after the mail has the letter."""

    class MailAndGone(MailFolder):
        def deliver(self, letter: Letter, reached: Sequence[str] = ()) -> Delivered:
            super().deliver(letter, reached)
            raise Killed

    step = a_step(invoices=(an_invoice_order(),))
    take(books, step, office)
    with pytest.raises(Killed):
        deliver(books, MailAndGone(mail.folder), office, CASE, NOON)
    first = (mail.folder / CASE / "0001-invoice.eml").read_bytes()
    deliver(books, mail, office, CASE, NOON)
    assert files(mail) == ["0001-invoice.eml"]
    assert (mail.folder / CASE / "0001-invoice.eml").read_bytes() == first


def test_mail_that_is_away_is_tried_again_with_what_is_left(
    books: Books, mail: MailFolder, office: OfficeSettings
) -> None:
    mailer = MailThatFails(mail, {2: AWAY})
    activities = CaseActivities(books, lambda: office, mailer)
    step = a_step(notices=(a_notice_order(1), a_notice_order(2), a_notice_order(3)))
    with pytest.raises(OSError, match="does not answer"):
        activities.take_step(step)
    assert [notice.status for notice in kept(books)] == ["sent", "pending", "pending"]
    assert activities.take_step(step).problems == ()
    assert [notice.status for notice in kept(books)] == ["sent", "sent", "sent"]
    assert mailer.tries == 4


def test_what_an_attempt_elsewhere_sends_meanwhile_is_not_sent_again(
    books: Books, mail: MailFolder, office: OfficeSettings
) -> None:
    class SlowMail(MailFolder):
        """Mail that takes so long for the first letter that an attempt elsewhere sends the second one."""

        def deliver(self, letter: Letter, reached: Sequence[str] = ()) -> Delivered:
            with books.writing() as session:
                mark_sent(session, session.get_one(Notice, (CASE, 2)), ELSEWHERE)
            return super().deliver(letter, reached)

    take(books, a_step(notices=(a_notice_order(1), a_notice_order(2), a_notice_order(3))), office)
    deliver(books, SlowMail(mail.folder), office, CASE, NOON)
    assert files(mail) == ["0001-application_received.eml", "0003-application_received.eml"]
    assert [notice.subject == ELSEWHERE.subject for notice in kept(books)] == [False, True, False]


def test_what_an_earlier_step_left_goes_out_with_the_next(
    activities: CaseActivities, books: Books, office: OfficeSettings
) -> None:
    take(books, a_step(1, notices=(a_notice_order(1),)), office)
    later = NOON + timedelta(days=1)
    assert activities.take_step(a_step(2, at=later)).problems == ()
    assert [(notice.status, notice.at, notice.sent_at) for notice in kept(books)] == [("sent", NOON, later)]


def test_a_facility_without_an_address_is_a_problem_that_stays_the_same(
    activities: CaseActivities, books: Books
) -> None:
    opening = an_opening(application=an_application_without_addresses())
    step = a_step(opening=opening, notices=(a_notice_order(1), a_notice_order(2, "testing_overdue")))
    taken = activities.take_step(step)
    assert [(problem.item, problem.rule) for problem in taken.problems] == [
        ("notice.1", "notice.no_recipient"),
        ("notice.2", "notice.no_recipient"),
    ]
    assert "It went to the office alone" in taken.problems[1].text
    assert "It went to the office alone" not in taken.problems[0].text
    assert [(notice.status, notice.recipients) for notice in kept(books)] == [
        ("undeliverable", []),
        ("sent", ["office@example.org"]),
    ]
    assert activities.take_step(step) == taken


def test_an_amended_address_lets_the_notice_go_when_it_is_ordered_again(
    activities: CaseActivities, books: Books
) -> None:
    opening = an_opening(application=an_application_without_addresses())
    activities.take_step(a_step(1, opening=opening, notices=(a_notice_order(1),)))
    activities.take_step(a_step(2, application=an_application()))
    assert [notice.status for notice in kept(books)] == ["undeliverable"]
    assert activities.take_step(a_step(3, notices=(a_notice_order(1),))).problems == ()
    assert [notice.status for notice in kept(books)] == ["sent"]


def test_a_text_that_cannot_be_filled_holds_up_neither_the_case_nor_other_notices(
    activities: CaseActivities, books: Books
) -> None:
    orders = a_notice_order(1, due_at="soon"), a_notice_order(2, "gossip"), a_notice_order(3)
    taken = activities.take_step(a_step(notices=orders))
    assert [(problem.item, problem.rule) for problem in taken.problems] == [
        ("notice.1", "notice.not_rendered"),
        ("notice.2", "notice.not_rendered"),
    ]
    assert "soon" in taken.problems[0].text
    assert [notice.status for notice in kept(books)] == ["undeliverable", "undeliverable", "sent"]


def test_a_letter_that_no_mail_takes_is_a_problem(books: Books, mail: MailFolder, office: OfficeSettings) -> None:
    mailer = MailThatFails(mail, {1: Undeliverable("'physician' is no e-mail address")})
    taken = CaseActivities(books, lambda: office, mailer).take_step(
        a_step(notices=(a_notice_order(1), a_notice_order(2)))
    )
    assert [(problem.item, problem.rule) for problem in taken.problems] == [("notice.1", "notice.undeliverable")]
    assert "is no e-mail address" in taken.problems[0].text
    assert [notice.status for notice in kept(books)] == ["undeliverable", "sent"]


def test_a_notice_can_be_sent_again_by_hand(
    activities: CaseActivities, books: Books, mail: MailFolder, office: OfficeSettings
) -> None:
    activities.take_step(a_step(notices=(a_notice_order(1),)))
    (mail.folder / CASE / "0001-application_received.eml").unlink()
    with books.writing() as session:
        assert send_again(session, CASE, 1)
    deliver(books, mail, office, CASE, NOON)
    assert files(mail) == ["0001-application_received.eml"]
    assert problems_of_step(books, CASE, RUN, 1) == ()


def test_a_case_that_the_books_do_not_hold_has_nothing_to_deliver(
    books: Books, mail: MailFolder, office: OfficeSettings
) -> None:
    deliver(books, mail, office, "accreditation.X.ct.CT-1.1", NOON)
    assert files(mail) == []
